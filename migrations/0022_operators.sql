-- People who look after the library: they sign in, and what they do is noted under their names.
CREATE TABLE operators (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL,
    -- Argon2id with its salt and its costs, as a PHC string.
    password     text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_sign_in timestamptz
);
CREATE UNIQUE INDEX operators_name ON operators (lower(name));

-- What follows is unlogged: it stays out of backups, and a crash of the database signs people out and no more.

-- Who is signed in, by hashes of what their browsers hold.
CREATE UNLOGGED TABLE operator_sessions (
    hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    -- Nothing while nobody has signed in under it.
    operator   bigint REFERENCES operators ON DELETE CASCADE,
    data       jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX operator_sessions_operator ON operator_sessions (operator);

-- Links that let somebody become an operator, once, by their hashes.
CREATE UNLOGGED TABLE operator_links (
    hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    -- Made while there was no operator, and worth nothing as soon as there is one.
    first      boolean NOT NULL,
    expires_at timestamptz NOT NULL
);

-- Attempts to sign in that failed, or are under way. `who` is a keyed hash of an address or of a name.
CREATE UNLOGGED TABLE sign_ins (
    id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    who bytea NOT NULL CHECK (octet_length(who) = 16),
    at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX sign_ins_who ON sign_ins (who, at);
