-- Programs that may more than guests, and answers that are given twice the same.

-- Keys of programs, by their hashes. A key that is revoked stays, so that what it did can be told.
CREATE TABLE api_keys (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    hash       bytea NOT NULL CONSTRAINT api_keys_hash UNIQUE CHECK (octet_length(hash) = 32),
    scopes     text[] NOT NULL,
    -- How often it may do what counts; 0 does not limit.
    per_minute integer NOT NULL CHECK (per_minute >= 0),
    per_hour   integer NOT NULL CHECK (per_hour >= 0),
    burst      integer NOT NULL CHECK (burst >= 0),
    -- Days in UTC.
    made       date NOT NULL DEFAULT (now() AT TIME ZONE 'utc')::date,
    used       date,
    revoked    date
);
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE revoked IS NULL;

-- What was answered to a request that has a key of its own (`Idempotency-Key`): the same request sent again gets
-- the same answer, and does nothing. It ages out (`Catalog::sweep_answers`).
CREATE TABLE given_answers (
    -- A keyed hash of who asked, what for and with which key: neither addresses nor keys are kept.
    name    bytea PRIMARY KEY CHECK (octet_length(name) = 32),
    -- Of the whole request: the same key does not stand for another one.
    request bytea NOT NULL CHECK (octet_length(request) = 32),
    at      timestamptz NOT NULL DEFAULT now(),
    -- Nothing while it is worked on.
    status  smallint,
    headers jsonb,
    body    bytea
);
CREATE INDEX given_answers_at ON given_answers (at);
