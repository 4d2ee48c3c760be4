-- Which model searches are made with, what models of others cost, and what need not be asked twice.

-- A model is registered long before it has looked at every swatch. The one searches are made with is
-- `in use`; the one before it is kept as `previous`, to go back to. The index lets there be one of each.
ALTER TABLE models ADD COLUMN standing text
    CONSTRAINT models_standing_known CHECK (standing IN ('in use', 'previous'));
CREATE UNIQUE INDEX models_standing ON models (standing);
-- Until now a library had one model, and that was it.
UPDATE models SET standing = 'in use' WHERE (SELECT count(*) FROM models) = 1;

-- Forgetting a model takes its numbers out of the searches that were asked in them.
CREATE INDEX searches_model ON searches (model_id) WHERE model_id IS NOT NULL;

-- Money, in millionths of a US dollar. All caps are the owner's, over all providers together; days and
-- months are those of UTC by the clock of the database.

-- Whoever wants to spend locks this row while looking at what is spent: one after the other, over all
-- connections and processes. The lock goes with the transaction, so it outlives nobody.
CREATE TABLE wallet (
    id integer PRIMARY KEY DEFAULT 1 CONSTRAINT wallet_is_one CHECK (id = 1)
);
INSERT INTO wallet DEFAULT VALUES;

-- What was paid, day by day.
CREATE TABLE payments (
    day       date NOT NULL,
    provider  text NOT NULL,
    micro_usd bigint NOT NULL CHECK (micro_usd >= 0),
    PRIMARY KEY (day, provider)
);

-- What a call under way may cost at most. It is settled (becomes a payment) or released (goes) when the
-- call has ended. One whose process died in between stays, and counts as spent for the rest of its day
-- and month: the request goes out right after the reservation, so the provider most likely sends a bill
-- for it. Letting go of it after a while would be wrong for a hard cap: a process that dies at every
-- answer and is started again each time would spend without end. Keeping it costs little: the few calls
-- that were under way when a process died, at their highest price, until the month turns.
CREATE TABLE reservations (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day       date NOT NULL,
    provider  text NOT NULL,
    micro_usd bigint NOT NULL CHECK (micro_usd >= 0),
    made_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reservations_day ON reservations (day);

-- What counts against the caps.
CREATE VIEW spent AS
    SELECT day, provider, micro_usd FROM payments
    UNION ALL
    SELECT day, provider, micro_usd FROM reservations;

-- Every call of a provider, for the operator's page. Money is counted above; here it is only told.
-- It ages out (`Catalog::sweep_calls`).
CREATE TABLE calls (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    provider  text NOT NULL,
    model     text NOT NULL,
    -- `analysis`, `embedding` …
    kind      text NOT NULL,
    micro_usd bigint NOT NULL,
    ms        bigint NOT NULL,
    -- `ok`, or why not.
    outcome   text NOT NULL
);
CREATE INDEX calls_at ON calls (at);

-- What models said about guests' photos: the same photo sent again need not be paid for again. The
-- photo is not here, nor any plain hash of it or of its look: a hash of a known photo would tell whoever
-- reads this table that somebody had it. Key and bands are hashed with a secret of this library. It
-- ages out (`Catalog::sweep_analyses`).
CREATE TABLE seen_analyses (
    key            bytea NOT NULL CHECK (octet_length(key) = 32),
    -- Keyed hashes of bands of the perceptual hash: photos that look the same have many in common.
    near           bigint[] NOT NULL,
    provider       text NOT NULL,
    model          text NOT NULL,
    prompt_version text NOT NULL,
    -- How much was asked: a short answer does not stand for a long one.
    depth          text NOT NULL,
    result         jsonb NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key, provider, model, prompt_version, depth)
);
CREATE INDEX seen_analyses_near ON seen_analyses USING gin (near);
CREATE INDEX seen_analyses_created ON seen_analyses (created_at);

-- What this library alone knows: keys for hashing, made once by the machine's randomness.
CREATE TABLE secrets (
    name       text PRIMARY KEY,
    value      bytea NOT NULL CHECK (octet_length(value) = 32),
    created_at timestamptz NOT NULL DEFAULT now()
);
