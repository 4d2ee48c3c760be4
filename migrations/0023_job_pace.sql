-- How fast a job goes: since when its present worker has it, and how much was done before him.

ALTER TABLE jobs
    ADD COLUMN claimed_at   timestamptz,
    ADD COLUMN claimed_done bigint NOT NULL DEFAULT 0;
