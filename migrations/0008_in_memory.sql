-- Which materials have which words, and whose colours are near, is found in memory: words by sets of bits,
-- palettes by the signs of their grids. Nobody asks these indexes any more, and every write pays for them.
DROP INDEX IF EXISTS materials_words;
DROP INDEX IF EXISTS materials_colour_grid;
