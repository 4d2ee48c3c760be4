//! Colours by the names people call them.

use crate::{
    BasicColour, Lab, Word,
    colour::{parse_hex, trade_colours},
    read,
};

/// Names that are understood and never given: they are fashions, or so near to a trade name that two would
/// say the same (sRGB).
const ALSO: &[(&str, &str)] = &[
    ("almond", "#eadbc8"),
    ("apricot", "#f0b27f"),
    ("baby blue", "#bcd6e8"),
    ("biscuit", "#dcc19b"),
    ("bottle", "#1f3d30"),
    ("british racing green", "#173f2c"),
    ("buff", "#d9bd8b"),
    ("burnt sienna", "#8c4527"),
    ("burnt umber", "#4f3224"),
    ("canary", "#f3df5c"),
    ("champagne", "#ead9bd"),
    ("chartreuse", "#b9c447"),
    ("cherry", "#8f2231"),
    ("cinnamon", "#9a5b3a"),
    ("clay", "#b07f65"),
    ("cocoa", "#5c4033"),
    ("cornflower", "#6f8fcd"),
    ("cyan", "#22a6b5"),
    ("fawn", "#c2a283"),
    ("fern", "#5d7f4c"),
    ("gunmetal", "#3f464b"),
    ("heather", "#9b8ba3"),
    ("hunter green", "#2f4d37"),
    ("iron", "#55585a"),
    ("lead", "#6d7072"),
    ("lime", "#b5cc52"),
    ("limestone", "#d3cabb"),
    ("mahogany", "#5f2d22"),
    ("marigold", "#e3a02e"),
    ("midnight", "#1b2238"),
    ("mocha", "#6c5241"),
    ("nickel", "#a7a6a0"),
    ("nutmeg", "#7c553c"),
    ("obsidian", "#1d1d1f"),
    ("onyx", "#232324"),
    ("orchid", "#b583b9"),
    ("parchment", "#ece1c9"),
    ("periwinkle", "#9aa3d6"),
    ("pine", "#2c4f43"),
    ("pistachio", "#bccb9a"),
    ("pumpkin", "#cf6f26"),
    ("putty", "#c9bda8"),
    ("raspberry", "#9c2b52"),
    ("raw umber", "#6f5b45"),
    ("royal blue", "#2a4aa8"),
    ("rosewood", "#5b2a29"),
    ("ruby", "#8a1d36"),
    ("sapphire", "#1f3f86"),
    ("scarlet", "#b92a22"),
    ("sea green", "#3f8574"),
    ("seafoam", "#aed5c3"),
    ("sepia", "#6b4f38"),
    ("shell", "#eedfd5"),
    ("sienna", "#9c5a36"),
    ("smoke", "#8f9396"),
    ("spruce", "#3b584e"),
    ("steel", "#7d858b"),
    ("steel blue", "#56799b"),
    ("straw", "#dcc682"),
    ("sunflower", "#e8b92f"),
    ("tangerine", "#e08733"),
    ("titanium", "#878581"),
    ("tobacco", "#735031"),
    ("tomato", "#c9442f"),
    ("travertine", "#dccdb2"),
    ("turquoise", "#3fb0a8"),
    ("vanilla", "#f2e6c3"),
    ("vermilion", "#cf4128"),
    ("wheat", "#dfc89a"),
];

/// The colour of a name: a designer's (“greige”), a basic term or its synonym (“navy”), either with a word
/// that shifts it (“light sage”, “warm grey”).
pub fn colour_named(text: &str) -> Option<Lab> {
    // All names are ASCII; what is not is the name of none.
    let name = text.trim().to_ascii_lowercase().replace(['-', '_'], " ");
    // Nobody's colour is longer, and each shade costs a turn.
    if name.len() > 60 {
        return None;
    }
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let mut shades: Vec<&str> = Vec::new();
    loop {
        if let Some(lab) = plain(&words.join(" ")) {
            return Some(
                shades
                    .iter()
                    .rev()
                    .fold(lab, |lab, shade| read::shaded(shade, lab).unwrap_or(lab)),
            );
        }
        let first = *words.first()?;
        read::shaded(first, Lab::default())?;
        shades.push(first);
        words.remove(0);
    }
}

fn plain(name: &str) -> Option<Lab> {
    let trade = trade_colours().find(|(have, _)| *have == name);
    if let Some((_, lab)) = trade {
        return Some(lab);
    }
    let said = read::SAID_COLOURS
        .iter()
        .find(|(have, ..)| *have == name)
        .and_then(|(_, _, code)| *code);
    let also = ALSO.iter().find(|(have, _)| *have == name);
    let code = said.or(also.map(|(_, code)| *code)).or_else(|| {
        let slug = name.replace(' ', "-");
        let means = |basic: &&BasicColour| {
            basic.as_str() == slug || basic.synonyms().contains(&slug.as_str())
        };
        Some(BasicColour::all().iter().find(means)?.typical())
    })?;
    parse_hex(code).ok()
}

/// Names to choose from, by the alphabet: every basic term and every name that has a colour of its own.
pub fn colour_names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = BasicColour::all()
        .iter()
        .map(|colour| colour.as_str())
        .chain(trade_colours().map(|(name, _)| name))
        .chain(ALSO.iter().map(|(name, _)| *name))
        .chain(
            read::SAID_COLOURS
                .iter()
                .filter(|(.., code)| code.is_some())
                .map(|(name, ..)| *name),
        )
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{delta_e, hex};

    #[test]
    fn every_name_offered_is_understood() {
        let names = colour_names();
        assert!(names.len() > 160, "{}", names.len());
        for name in names {
            assert!(colour_named(name).is_some(), "{name}");
        }
        for (name, code) in ALSO {
            assert_eq!(
                colour_named(name).map(hex).as_deref(),
                Some(*code),
                "{name}"
            );
        }
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        let code = |name: &str| colour_named(name).map(hex);
        assert_eq!(code(" Bottle-Green "), code("bottle green"));
        assert_eq!(code("gray"), code("grey"));
        assert_eq!(code("navy").as_deref(), Some("#232f4b"));
        let light = |name: &str| colour_named(name).map(|lab| lab.l).unwrap_or_default();
        assert!(light("light sage") > light("sage") + 5.0);
        assert!(light("dark sage") < light("sage") - 5.0);
        let warm = colour_named("warm light grey").unwrap_or_default();
        assert!(delta_e(warm, colour_named("grey").unwrap_or_default()) > 5.0);
        for none in ["", "light", "bluurp", "#c8b59a", "light bluurp", "a"] {
            assert_eq!(code(none), None, "{none}");
        }
        assert_eq!(code(&"light ".repeat(50)), None);
    }
}
