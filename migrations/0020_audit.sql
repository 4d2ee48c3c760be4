-- Who changed what, for whoever answers for the library. Rows are added and age out; nobody changes them.
CREATE TABLE audit (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL DEFAULT now(),
    -- `command line (ada)`, `key shop` …; never a guest.
    who    text NOT NULL,
    -- In a word or two: `model`, `import`, `restore` …
    what   text NOT NULL,
    -- In a sentence.
    detail text NOT NULL
);
CREATE INDEX audit_at ON audit (at);
