-- Work that outlives whoever asked for it, and what an import brings: item by item, with what went wrong
-- and what there was before.

CREATE TABLE jobs (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- `import` …
    kind         text NOT NULL,
    -- For people: the name of a folder or a file.
    title        text NOT NULL,
    -- Higher goes first; of equals the older.
    priority     integer NOT NULL,
    -- What is to be done, in the words of the kind.
    payload      jsonb NOT NULL,
    state        text NOT NULL
        CONSTRAINT jobs_state_known CHECK (state IN ('waiting', 'running', 'paused', 'done', 'failed', 'cancelled')),
    -- The number of the last claim. Whoever works on a job writes under the number he got; under an earlier
    -- one nothing is taken any more.
    claim        bigint NOT NULL DEFAULT 0,
    -- Claims since something was last brought to an end.
    attempts     integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL CHECK (max_attempts > 0),
    -- Not before.
    run_at       timestamptz NOT NULL DEFAULT now(),
    -- Until then it is believed that somebody works on it.
    lease_until  timestamptz,
    total        bigint NOT NULL DEFAULT 0,
    done         bigint NOT NULL DEFAULT 0,
    -- Why it failed, or was tried again.
    reason       text,
    result       jsonb,
    created_at   timestamptz NOT NULL DEFAULT now(),
    started_at   timestamptz,
    ended_at     timestamptz,
    undone_at    timestamptz,
    CONSTRAINT jobs_lease CHECK ((state = 'running') = (lease_until IS NOT NULL))
);
CREATE INDEX jobs_next ON jobs (priority DESC, id) WHERE state IN ('waiting', 'running');

-- The materials of an import, in the order in which they come in.
CREATE TABLE import_items (
    job         bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
    position    integer NOT NULL,
    key         text NOT NULL,
    -- What is to be done, and from where.
    work        jsonb NOT NULL,
    -- NULL while it waits.
    outcome     text CONSTRAINT import_items_outcome_known
        CHECK (outcome IN ('created', 'changed', 'unchanged', 'deleted', 'refused')),
    -- No reference: a material may go later.
    material_id bigint,
    PRIMARY KEY (job, position)
);
CREATE INDEX import_items_waiting ON import_items (job, position) WHERE outcome IS NULL;

-- Rows and files that did not come in, or not as they stood there.
CREATE TABLE import_problems (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job     bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
    -- The row of the table, or the place of the file.
    line    integer NOT NULL,
    name    text NOT NULL,
    -- The row as it stood in the table.
    cells   jsonb NOT NULL,
    problem text NOT NULL,
    -- Whether the row came in all the same, without a value.
    came_in boolean NOT NULL
);
CREATE INDEX import_problems_job ON import_problems (job, line);

-- What there was before an import, to go back to: whole rows, since nothing less can be put back exactly.
CREATE TABLE import_befores (
    job    bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
    key    text NOT NULL,
    -- {"material": …, "swatches": […]}; NULL where there was nothing.
    before jsonb,
    -- The digest that the import left; NULL where it deleted. Whatever has another by now was changed since.
    after  bytea,
    PRIMARY KEY (job, key)
);
-- The vectors of pictures that an import took away.
CREATE TABLE import_before_embeddings (
    job         bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
    model_id    integer NOT NULL REFERENCES models ON DELETE CASCADE,
    swatch_id   bigint NOT NULL,
    material_id bigint NOT NULL,
    embedding   vector NOT NULL,
    PRIMARY KEY (job, model_id, swatch_id)
);

-- How the columns of somebody's tables are read.
CREATE TABLE import_profiles (
    name       text PRIMARY KEY,
    mapping    jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- What a person said of two materials that look like one.
CREATE TABLE duplicate_verdicts (
    a          bigint NOT NULL REFERENCES materials ON DELETE CASCADE,
    b          bigint NOT NULL REFERENCES materials ON DELETE CASCADE,
    verdict    text NOT NULL CONSTRAINT duplicate_verdicts_known CHECK (verdict IN ('keep', 'alternative')),
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (a, b),
    CHECK (a < b)
);
CREATE INDEX duplicate_verdicts_b ON duplicate_verdicts (b);
