//! What people write besides the words of the closed lists, and the little words that steer the
//! reading. Spelt folded (see `lex::fold`), parted by commas (see [`forms`]); a blank stands for a
//! blank, a hyphen or nothing.

use crate::{Application, Finish, Pattern, SlipRating, Texture};

/// The forms of a list.
pub(super) fn forms(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(',').map(str::trim)
}

/// Other names of kinds, by path.
pub(super) const CATEGORIES: &[(&str, &str)] = &[
    (
        "wood",
        "hardwood, softwood, plywood, floorboard, veneer, mdf, wood veneer, wood plank",
    ),
    ("wood/pine", "larch, cedar"),
    ("stone", "basalt, flagstone, bluestone"),
    (
        "stone/marble",
        "carrara, calacatta, statuario, arabescato, nero marquina, marble stone",
    ),
    ("engineered-stone", "solid surface, corian"),
    ("ceramic/porcelain", "stoneware, gres"),
    ("ceramic/glazed-tile", "faience, majolica, azulejo"),
    ("ceramic/terracotta", "terra cotta, saltillo"),
    ("brick", "brickwork"),
    ("concrete/cement-tile", "encaustic, encaustic tile"),
    (
        "plaster/lime",
        "limewash, lime wash, venetian plaster, marmorino",
    ),
    ("plaster/microcement", "micro cement"),
    (
        "fabric",
        "silk, canvas, chenille, corduroy, polyester, woven fabric",
    ),
    ("fabric/wool", "woollen, merino"),
    (
        "leather/vegan",
        "leatherette, imitation leather, artificial leather, fake leather, pleather",
    ),
    ("carpet", "carpeting, axminster, carpet tile, broadloom"),
    ("metal", "iron, chrome, bronze metal, metallic"),
    ("plastic", "vinyl, lvt, pvc, acrylic, melamine, formica"),
    ("paper/wallpaper", "wall paper"),
    ("paint", "emulsion, wall paint"),
    ("fibre", "jute, sisal, seagrass, raffia, plant fibre"),
    ("ground/grass", "artificial grass"),
    ("ground/paving", "cobblestones, paving stone"),
];

/// Other names of finishes.
pub(super) const FINISHES: &[(Finish, &str)] = &[
    (Finish::Raw, "unpainted, unvarnished"),
    (
        Finish::Matt,
        "dull, non reflective, anti glare, unglazed, unpolished, soft touch, lustreless",
    ),
    (
        Finish::Satin,
        "silky, low sheen, semi matt, semi matte, silk matt",
    ),
    (
        Finish::Gloss,
        "shine, reflective, glossiness, high shine, high sheen, glass like",
    ),
    (Finish::Mirror, "mirror like, mirror polished"),
    (Finish::Oiled, "oil finish, oil finished"),
    (Finish::Lacquered, "lacquer, varnish"),
    (Finish::Patinated, "patina, rusty, rusted, verdigris finish"),
];

/// Other names of textures.
pub(super) const TEXTURES: &[(Texture, &str)] = &[
    (Texture::Grained, "wood grain, graining"),
    (Texture::Ribbed, "corrugated, ridged, ridges, slatted"),
    (Texture::Pile, "tufted, shaggy, fuzzy, furry, deep pile"),
    (Texture::Pitted, "pores, with holes, holey"),
    (Texture::Rough, "bumpy, uneven, textured, riven, split face"),
    (Texture::Knotted, "knots, knot"),
];

/// Other names of patterns.
pub(super) const PATTERNS: &[(Pattern, &str)] = &[
    (
        Pattern::Plain,
        "no pattern, without pattern, patternless, unpatterned, single colour, monochrome, \
          plain coloured",
    ),
    (Pattern::Veined, "vein, veiny, marbling, marble veining"),
    (Pattern::Speckled, "dots, dotted, polka dot, terrazzo chips"),
    (Pattern::Striped, "pinstripe, pinstriped, lines, stripy"),
    (
        Pattern::Checked,
        "chequered, checkered, gingham, chequerboard, checkerboard, tartan check",
    ),
    (Pattern::Chevron, "zigzag"),
    (
        Pattern::RunningBond,
        "brick pattern, subway pattern, stretcher bond, half bond",
    ),
    (Pattern::Hexagon, "hexagon tile"),
    (
        Pattern::Floral,
        "leaf, leaves, foliage, flower, leafy, flowery",
    ),
    (Pattern::Geometric, "geometrical, geometry, triangles"),
];

/// Other names of places of use. Water on the surface is what a wet room means; weather is outdoor;
/// a surface that is “waterproof” is asked for where water stands, so it means a wet room.
pub(super) const APPLICATIONS: &[(Application, &str)] = &[
    (Application::Floor, "underfoot, stairs, staircase, hallway"),
    (
        Application::Wall,
        "splashback, backsplash, wall panel, wall panelling, wainscot",
    ),
    (
        Application::Facade,
        "rainscreen, exterior wall, outside wall",
    ),
    (
        Application::Worktop,
        "kitchen top, kitchen counter, kitchen island, bar top",
    ),
    (
        Application::WetRoom,
        "waterproof, water resistant, water repellent, splash proof, moisture resistant, \
          humidity resistant, wet area, sauna, bath, shower room",
    ),
    (Application::Pool, "pool surround, poolside"),
    (
        Application::Upholstery,
        "upholstered, sofa, couch, armchair, cushion, chair cover, headboard",
    ),
    (Application::Curtain, "drape, drapes, blind, roman blind"),
    (
        Application::Furniture,
        "cabinet, cabinetry, cupboard, wardrobe, tabletop, kitchen front, desk",
    ),
    (
        Application::Outdoor,
        "outside, garden, balcony, courtyard, driveway, weatherproof, weather resistant, frost \
          proof, frost resistant, uv resistant, outdoors",
    ),
    (
        Application::Residential,
        "house, living room, bedroom, apartment",
    ),
    (
        Application::Contract,
        "hotel, restaurant, office, retail, heavy duty, high traffic, hard wearing, contract \
          grade",
    ),
];

/// Colour words that neither list of colours has or that are better known by another basic term: the
/// term, and a code where the term's
/// typical colour would be wide of the mark.
pub(crate) const COLOURS: &[(&str, &str, Option<&str>)] = &[
    ("duck egg", "blue", Some("#c0d5d2")),
    ("golden", "yellow", Some("#c6a24a")),
    ("silvery", "grey", Some("#c3c5c6")),
    ("burnt orange", "orange", Some("#b8571f")),
    ("maroon", "red", Some("#5e2028")),
    ("indigo", "blue", Some("#32366f")),
    ("peach", "orange", Some("#f0bf9c")),
    ("khaki", "green", Some("#8a8460")),
    ("ecru", "beige", Some("#dccfb4")),
    ("nude", "beige", Some("#d9b99f")),
    ("magnolia", "beige", Some("#f0e8d6")),
    ("eggshell white", "white", None),
    ("chocolate", "brown", Some("#4a2f22")),
    ("coffee", "brown", Some("#5a4031")),
    ("amber", "orange", Some("#c98a2b")),
    ("wine red", "red", Some("#6a2434")),
    ("magenta", "pink", Some("#b03a7c")),
    ("fuchsia", "pink", Some("#c0387f")),
];

/// Words that say too little alone: they count only beside another word of the vocabulary, or when
/// they are all there is.
pub(super) const WEAK: &str = "bath, blind, blush, bone, butter, cane, check, cloudy, coffee, counter, desk, dove, \
          dull, even, fir, flat, grid, hide, home, house, ink, iron, jet, leaf, leaves, lemon, \
          lines, mat, mint, natural, nude, pearl, pile, render, rock, rose, silk, sky, snow, \
          solid, thermal, uni";

/// Forms of the closed lists that mean something else in running text: a basket is no weave, and a
/// uniform is not “uni”.
pub(super) const LEFT_OUT: &str = "basket, l, m";

/// Slip resistance in words: what the trade sells as non-slip starts at R10.
pub(super) const SLIP: &[(SlipRating, &str)] = &[(
    SlipRating::R10,
    "non slip, anti slip, slip resistant, slip proof, slip resistance, antislip",
)];

/// Reaction to fire in words, as the least class that is commonly meant.
pub(super) const FIRE: &[(&str, &str)] = &[
    (
        "A2",
        "non combustible, incombustible, fireproof, non flammable",
    ),
    (
        "C",
        "fire retardant, flame retardant, flame resistant, fire resistant",
    ),
];

/// After a kind: it only looks like it.
pub(super) const LOOK_AFTER: &str = "look, effect, optic, style, print, printed, imitation, design, decor, appearance, \
          finish, pattern, inspired, looking, styled, lookalike";

/// Before a kind: it only looks like it.
pub(super) const LOOK_BEFORE: &str = "faux, fake, mock, imitation, imitating, imitates, mimics, mimicking, resembling, \
          resembles, simulated, looks like, look like, looking like, looks like a, inspired by, \
          the look of, in the style of";

/// What follows is not wanted, and “and” goes on with it.
pub(super) const WITHOUT: &str = "without, without any, no, free of, free from, except, except for, excluding, avoid, \
          avoiding, anything but, nothing, none of, never, neither, lacking, minus";

/// What follows is not wanted; “and” takes the wish up again.
pub(super) const NOT: &str = "not, non, isnt, but not, dont want, do not want, dont like, instead of, rather than, \
          other than, arent, cant be, must not be, should not be, shouldnt be, not a";

/// Words of a thing that lie between words of the vocabulary and end nothing.
pub(super) const SKIP: &str = "a, an, the, very, too, so, much, really, any, visible, obvious, strong, prominent, \
          rather, quite, fairly, slightly, some, surface, finished, tone, tones, texture, \
          textures, material, materials, shade, shades, kind, type, genuine, real";

/// Words that carry nothing and end a phrase.
pub(super) const STOP: &str = "about, am, are, as, at, background, be, been, but, by, can, close, could, do, does, \
          each, find, for, has, have, her, here, his, i, id, image, img, is, it, its, like, \
          look, looking, looks, me, my, need, needs, on, our, per, photo, photograph, picture, \
          piece, please, should, show, something, suitable, that, there, these, this, those, to, \
          under, up, use, used, using, want, was, we, what, where, which, will, would, you, \
          your, with, room, closeup";

/// Whole phrases that speak of the picture, not of what it shows.
pub(super) const OF_THE_PICTURE: &str = "black and white photo, black and white photograph, black and white image, black and \
          white picture, white background, black background, grey background, pile of, stack of, \
          natural light, table lamp, cutting board";
