-- Who searched how often of late, so that limits hold over all processes of a library. `who` is a keyed hash:
-- neither addresses nor keys are kept. Rows go when nothing in them counts any more
-- (`Catalog::sweep_searchers`). Unlogged: a crash may forget an hour, and no search waits for the disk.
CREATE UNLOGGED TABLE searchers (
    who    bytea PRIMARY KEY CHECK (octet_length(who) = 16),
    -- When searches were begun, in milliseconds since 1970, oldest first, as many as the limits ask for.
    times  bigint[] NOT NULL,
    -- What each was about, by a keyed hash; 0 for what is never the same again, such as a photo.
    topics bigint[] NOT NULL,
    -- When the burst is used up no more: the theoretical arrival time of the generic cell rate algorithm.
    arrival bigint NOT NULL
);
