-- What is counted (filters, facets) is counted in memory, from a copy of the few columns that can be
-- filtered by. The copy follows the table: every change of materials has a number, and whoever has seen
-- the changes up to a number asks for those after it.

CREATE TABLE library (
    id          integer PRIMARY KEY DEFAULT 1 CONSTRAINT library_is_one CHECK (id = 1),
    -- The number of the last change. Writers update this row one after the other, so that numbers
    -- become visible in their order.
    version     bigint NOT NULL,
    -- The last change after which a copy has to be made anew: materials went.
    whole_since bigint NOT NULL
);
INSERT INTO library (version, whole_since) VALUES (1, 0);

-- The number of the change a material last took part in.
ALTER TABLE materials ADD COLUMN changed bigint NOT NULL DEFAULT 1;
CREATE INDEX materials_changed ON materials (changed);

-- In triggers, so that statements written by hand are seen as well.
CREATE FUNCTION library_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE library SET version = version + 1;
    RETURN NULL;
END $$;
CREATE FUNCTION library_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed := (SELECT version FROM library);
    RETURN NEW;
END $$;
CREATE FUNCTION library_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE library SET version = version + 1, whole_since = version + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER materials_next BEFORE INSERT OR UPDATE ON materials
    FOR EACH STATEMENT EXECUTE FUNCTION library_next();
CREATE TRIGGER materials_mark BEFORE INSERT OR UPDATE ON materials
    FOR EACH ROW EXECUTE FUNCTION library_mark();
CREATE TRIGGER materials_anew AFTER DELETE OR TRUNCATE ON materials
    FOR EACH STATEMENT EXECUTE FUNCTION library_anew();
