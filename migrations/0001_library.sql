-- The library: materials, the pictures of them (swatches), and what models make of the pictures.
--
-- The same statements run on the PostgreSQL inside the process and on a server of one's own
-- (15 or newer, pgvector 0.8 or newer). The extension itself is created before the migrations,
-- by the start-up check, because that is where a plain sentence can be said about it.

-- Words. The stock `english` configuration needs a file of stop words that the embedded engine does
-- not carry, so Veneer brings a configuration of its own: English stems, no stop words. "In" or
-- "the" in a description weigh next to nothing in a ranking; questions drop them before they ask.
CREATE TEXT SEARCH DICTIONARY veneer_stem (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION veneer (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION veneer
    ADD MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part
    WITH veneer_stem;
ALTER TEXT SEARCH CONFIGURATION veneer
    ADD MAPPING FOR numword, numhword, hword_numpart, int, uint, float, sfloat, version
    WITH simple;

-- A material. NULL and empty arrays mean "not known", never "no".
CREATE TABLE materials (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The librarian's own key (a SKU, a file name): the same key is the same material.
    key              text NOT NULL CONSTRAINT materials_key_unique UNIQUE,
    -- Its address. It stays when the material changes, so that links go on working.
    -- Compared by bytes, whatever the language of the server, since numbered forms are found by range.
    slug             text COLLATE "C" NOT NULL CONSTRAINT materials_slug_unique UNIQUE,
    name             text NOT NULL,
    maker            text,
    description      text NOT NULL,
    -- A path such as `wood/oak`; the hierarchy lives in the code, one home for it.
    category         text,
    finish           text,
    texture          text,
    pattern          text,
    pattern_scale_mm real,
    -- [[L, a, b, share], …], largest share first.
    colours          jsonb NOT NULL,
    -- The basic colour terms of those colours: what the colour filter asks for.
    colour_names     text[] NOT NULL,
    -- The colours as a soft histogram over CIELAB, to fetch candidates by palette. The exact
    -- difference (CIEDE2000) is worked out for every candidate afterwards.
    colour_grid      vector(125),
    applications     text[] NOT NULL,
    width_mm         real,
    length_mm        real,
    thickness_mm     real,
    joint_mm         real,
    -- The longer side: what the size filter asks for.
    longest_mm       real,
    -- Hundredths of the currency, exact.
    price_cents      bigint,
    currency         text,
    price_unit       text,
    price_date       text,
    fire             text,
    slip             text,
    specs            jsonb NOT NULL,
    sources          jsonb NOT NULL,
    -- Weights: A the name, B kind and properties with their synonyms, C maker and description.
    -- Written by the upsert, since labels and synonyms live in the code.
    words            tsvector NOT NULL,
    -- Of everything above and of the swatches: the same content coming again changes nothing.
    digest           bytea NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX materials_words ON materials USING gin (words);
CREATE INDEX materials_category ON materials (category);

-- A picture of a material. The picture itself lies in the image store, under its content hash.
CREATE TABLE swatches (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    material_id  bigint NOT NULL REFERENCES materials ON DELETE CASCADE,
    -- The order the librarian gave; the first is the one to show.
    position     integer NOT NULL,
    -- `face`, `close-up` …
    view         text NOT NULL,
    content_hash bytea NOT NULL,
    -- Pictures that look the same differ in few bits.
    phash        bigint NOT NULL,
    width        integer NOT NULL,
    height       integer NOT NULL,
    -- The colour of the box before the picture is there, `#rrggbb`.
    ground       text NOT NULL,
    palette      jsonb NOT NULL,
    -- What was measured in the picture: contrast, period, direction …
    facts        jsonb NOT NULL,
    CONSTRAINT swatches_content_unique UNIQUE (material_id, content_hash)
);
CREATE INDEX swatches_content ON swatches (content_hash);

-- Who makes embeddings. Every vector names its model, and several models live side by side.
CREATE TABLE models (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL CONSTRAINT models_name_unique UNIQUE,
    dims        integer NOT NULL CHECK (dims BETWEEN 1 AND 4000),
    -- {"mean": …, "sd": …} of the cosine of unrelated pairs: what makes a score mean something.
    calibration jsonb,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- One vector per swatch and model. The column has no fixed length, because models differ in theirs.
-- On a server of one's own each model gets an index of its own over the embedding cast to its length,
-- for its rows alone (`embeddings_model_<id>`), made when the model is registered: at that moment it has
-- no rows, so that building it takes no time. A table per model would give the same plans, at the price
-- of naming tables in every statement. The index is of `halfvec`: half the size at the same recall.
-- The rows are of `vector`, because the engine inside the process works half precision out in software:
-- 345 µs for one distance of 512 numbers against 2 µs. There is no index there: adding a row to one
-- costs several milliseconds on the only connection, while comparing thousands of rows costs as much.
CREATE TABLE embeddings (
    model_id    integer NOT NULL REFERENCES models,
    swatch_id   bigint NOT NULL REFERENCES swatches ON DELETE CASCADE,
    -- The swatch's material, repeated here so that a nearest-neighbour scan filters without a
    -- detour over `swatches`. A swatch never moves to another material.
    material_id bigint NOT NULL REFERENCES materials ON DELETE CASCADE,
    embedding   vector NOT NULL,
    PRIMARY KEY (model_id, swatch_id)
    -- 512 numbers are just over the size from which values are moved out of the row, and comparing every
    -- row would have to fetch each from there.
) WITH (toast_tuple_target = 8160);
CREATE INDEX embeddings_material ON embeddings (material_id, model_id);
CREATE INDEX embeddings_swatch ON embeddings (swatch_id);
