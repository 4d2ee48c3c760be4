-- What a call used; 0 where the provider does not say.
ALTER TABLE calls ADD COLUMN input_tokens bigint NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN output_tokens bigint NOT NULL DEFAULT 0;
