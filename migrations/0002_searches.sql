-- What people asked, and what they passed on.

-- A search keeps what is needed to answer again under its address: vectors, palette, words. Never the
-- photo. It ages out (`Catalog::sweep_searches`).
CREATE TABLE searches (
    token      text PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Photo, text, or which swatch.
    origin     jsonb NOT NULL,
    text       text,
    model_id   integer REFERENCES models,
    embedding  vector,
    -- What was measured in the photo: palette, contrast, period …
    look       jsonb,
    CONSTRAINT searches_embedding_has_model CHECK ((model_id IS NULL) = (embedding IS NULL))
);
CREATE INDEX searches_created ON searches (created_at);

-- What a model said about a picture, with the names of all who were part in it: the same picture asked
-- again of the same model with the same prompt need not be asked again. About a search it goes when
-- the search goes; about a swatch (by its content hash) it stays.
CREATE TABLE analyses (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    content_hash   bytea,
    search         text REFERENCES searches ON DELETE CASCADE,
    provider       text NOT NULL,
    model          text NOT NULL,
    prompt_version text NOT NULL,
    result         jsonb NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT analyses_one_subject CHECK ((content_hash IS NULL) <> (search IS NULL)),
    CONSTRAINT analyses_unique
        UNIQUE NULLS NOT DISTINCT (content_hash, search, provider, model, prompt_version)
);
CREATE INDEX analyses_search ON analyses (search);

-- A frozen copy of results. It holds no reference to anything, so that it opens as it was even
-- after the search has aged out and the library has changed.
CREATE TABLE shares (
    slug       text PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    info       jsonb NOT NULL,
    -- The picture for link previews. It is small and belongs to the row, so it lies in it.
    collage    bytea
);
