//! Colours as the trade speaks of them: CIELAB, a basic name, a trade name, ΔE and LRV.

use palette::{FromColor, IntoColor, Srgb, color_difference::Ciede2000, white_point::D65};
use serde::{Deserialize, Serialize};

use crate::{ParseError, shown, vocabulary::Word, vocabulary::words};

/// CIELAB under D65: L 0–100, a and b about −128 to 127.
pub type Lab = palette::Lab<D65, f32>;

/// One colour of a surface with the share of the area it covers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 4]", into = "[f32; 4]")]
pub struct Colour {
    /// CIELAB, D65.
    pub lab: Lab,
    /// 0 to 1.
    pub share: f32,
}

impl From<[f32; 4]> for Colour {
    fn from([l, a, b, share]: [f32; 4]) -> Self {
        Self {
            lab: Lab::new(l, a, b),
            share,
        }
    }
}

impl From<Colour> for [f32; 4] {
    fn from(c: Colour) -> Self {
        [c.lab.l, c.lab.a, c.lab.b, c.share]
    }
}

/// The difference one sees between two colours, by CIEDE2000; about 1 is just visible.
pub fn delta_e(a: Lab, b: Lab) -> f32 {
    a.difference(b)
}

/// Light reflectance value of a colour, 0–100: its luminance Y.
pub fn lrv(lab: Lab) -> f32 {
    let xyz: palette::Xyz<D65, f32> = lab.into_color();
    (xyz.y * 100.0).clamp(0.0, 100.0)
}

/// The nearest colour a screen shows, as `#rrggbb`.
pub fn hex(lab: Lab) -> String {
    let rgb: Srgb<f32> = Srgb::from_color(lab);
    let rgb: Srgb<u8> = rgb.into_format();
    format!("#{:02x}{:02x}{:02x}", rgb.red, rgb.green, rgb.blue)
}

/// Reads `#rrggbb` or `rrggbb`.
///
/// # Errors
/// [`ParseError::Number`] for anything else.
pub fn parse_hex(value: &str) -> Result<Lab, ParseError> {
    let bad = || ParseError::Number {
        kind: "colour code",
        value: shown(value),
        expected: "write six digits such as #c8b89a",
    };
    let digits = value.trim().trim_start_matches('#');
    if digits.len() != 6 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(bad());
    }
    let channel = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16).map_err(|_| bad());
    let rgb = Srgb::new(channel(0)?, channel(2)?, channel(4)?).into_format::<f32>();
    Ok(rgb.into_color())
}

words!(
    /// The eleven basic colour terms of Berlin and Kay (1969), and beige, which the trade asks for
    /// as often as for any of them.
    BasicColour, "colour", {
        White = "white", "white", ["off-white"];
        Grey = "grey", "grey", ["gray", "silver"];
        Black = "black", "black";
        Brown = "brown", "brown", ["tan"];
        Beige = "beige", "beige", ["cream", "ivory", "sand"];
        Red = "red", "red";
        Orange = "orange", "orange";
        Yellow = "yellow", "yellow", ["gold"];
        Green = "green", "green", ["sage", "olive"];
        Blue = "blue", "blue", ["navy", "teal", "turquoise"];
        Purple = "purple", "purple", ["violet", "lilac"];
        Pink = "pink", "pink", ["blush", "rose"];
    }
);

impl BasicColour {
    /// The basic term for a colour, by lightness, chroma and hue regions of CIELAB.
    pub fn of(lab: Lab) -> Self {
        let chroma = lab.a.hypot(lab.b);
        let hue = lab.b.atan2(lab.a).to_degrees().rem_euclid(360.0);
        let l = lab.l;
        if l < 16.0 && chroma < 12.0 {
            return Self::Black;
        }
        if chroma < 5.0 || (chroma < 9.0 && !(40.0..115.0).contains(&hue)) {
            return match l {
                l if l < 22.0 => Self::Black,
                l if l > 88.0 => Self::White,
                _ => Self::Grey,
            };
        }
        let warm = (35.0..100.0).contains(&hue);
        if warm && l > 90.0 && chroma < 9.0 {
            return Self::White;
        }
        if warm && l < 60.0 && chroma < 8.0 {
            return Self::Grey;
        }
        if warm && l >= 66.0 && chroma < 34.0 {
            return Self::Beige;
        }
        match hue {
            h if !(15.0..345.0).contains(&h) => {
                if l > 62.0 {
                    Self::Pink
                } else {
                    Self::Red
                }
            }
            h if h < 42.0 => {
                if l > 66.0 {
                    Self::Pink
                } else if chroma > 42.0 {
                    Self::Red
                } else {
                    Self::Brown
                }
            }
            h if h < 72.0 => {
                if chroma > 48.0 && l > 48.0 {
                    Self::Orange
                } else {
                    Self::Brown
                }
            }
            h if h < 100.0 => {
                if l > 55.0 && chroma > 34.0 {
                    Self::Yellow
                } else {
                    Self::Brown
                }
            }
            h if h < 190.0 => Self::Green,
            h if h < 290.0 => Self::Blue,
            h if h < 325.0 => Self::Purple,
            _ => {
                if l > 55.0 {
                    Self::Pink
                } else {
                    Self::Purple
                }
            }
        }
    }

    /// A typical colour of the term, for a dot on the page.
    pub fn typical(self) -> &'static str {
        match self {
            Self::White => "#f4f3f0",
            Self::Grey => "#8e8d8b",
            Self::Black => "#1e1d1c",
            Self::Brown => "#7a5236",
            Self::Beige => "#d8c6a5",
            Self::Red => "#a8322d",
            Self::Orange => "#d9772b",
            Self::Yellow => "#d9b23a",
            Self::Green => "#58774f",
            Self::Blue => "#3c6591",
            Self::Purple => "#6f4a82",
            Self::Pink => "#dca3a4",
        }
    }
}

/// Names designers use, each with the colour it stands for (sRGB).
static TRADE: &[(&str, &str)] = &[
    ("chalk", "#f5f3ee"),
    ("ivory", "#efe6d0"),
    ("cream", "#f0e4c4"),
    ("bone", "#e3dac6"),
    ("oatmeal", "#d8ccb6"),
    ("linen", "#e0d5c1"),
    ("sand", "#d2bd95"),
    ("stone", "#c2b8a5"),
    ("greige", "#b3a999"),
    ("taupe", "#8d7f71"),
    ("mushroom", "#a89a8b"),
    ("camel", "#b98e5a"),
    ("honey", "#c98f45"),
    ("caramel", "#a8692f"),
    ("tan", "#c39a6b"),
    ("cognac", "#934a23"),
    ("chestnut", "#6e3b23"),
    ("walnut", "#5b402d"),
    ("espresso", "#3a2a22"),
    ("umber", "#5e4a3a"),
    ("terracotta", "#b8603f"),
    ("brick", "#97453a"),
    ("rust", "#8f4a26"),
    ("russet", "#7a3b24"),
    ("coral", "#e07b62"),
    ("salmon", "#e39b83"),
    ("blush", "#e3bfb3"),
    ("rose", "#cf8f92"),
    ("oxblood", "#5a1f22"),
    ("burgundy", "#6a2434"),
    ("crimson", "#a02334"),
    ("plum", "#5d3350"),
    ("aubergine", "#3f2a3c"),
    ("mauve", "#a58aa0"),
    ("lilac", "#b7a3cd"),
    ("lavender", "#cdc4e2"),
    ("mustard", "#c4952b"),
    ("ochre", "#b9812f"),
    ("saffron", "#e0a22f"),
    ("butter", "#f0dd9a"),
    ("lemon", "#ecd94e"),
    ("brass", "#b5964f"),
    ("gold", "#c6a24a"),
    ("copper", "#b06a45"),
    ("bronze", "#7c5f3c"),
    ("sage", "#a3ab8d"),
    ("olive", "#737046"),
    ("moss", "#66703e"),
    ("eucalyptus", "#93a896"),
    ("mint", "#bfdccb"),
    ("celadon", "#aac6ae"),
    ("forest", "#2f4a36"),
    ("bottle green", "#1f3d30"),
    ("emerald", "#1f7a58"),
    ("jade", "#4d9077"),
    ("verdigris", "#5f9e92"),
    ("teal", "#2a6d70"),
    ("petrol", "#1f4c57"),
    ("duck egg", "#c0d5d2"),
    ("aqua", "#8fc9c8"),
    ("sky", "#a9cbe3"),
    ("powder blue", "#b9cbd9"),
    ("denim", "#4d6a8a"),
    ("cobalt", "#1f4f9e"),
    ("ultramarine", "#2d3a8c"),
    ("navy", "#232f4b"),
    ("ink", "#20252f"),
    ("slate", "#5f6971"),
    ("pewter", "#85898a"),
    ("dove", "#b4b3b0"),
    ("silver", "#c3c5c6"),
    ("pearl", "#e4e1db"),
    ("ash", "#a5a29b"),
    ("concrete", "#9b9a96"),
    ("graphite", "#4a4c4e"),
    ("anthracite", "#383b3d"),
    ("charcoal", "#333333"),
    ("ebony", "#262220"),
    ("jet", "#151414"),
    ("snow", "#fbfbf9"),
];

static TRADE_LAB: std::sync::LazyLock<Vec<(&'static str, Lab)>> = std::sync::LazyLock::new(|| {
    TRADE
        .iter()
        .filter_map(|(name, code)| Some((*name, parse_hex(code).ok()?)))
        .collect()
});

/// Every trade name with its colour.
pub(crate) fn trade_colours() -> impl Iterator<Item = (&'static str, Lab)> {
    TRADE_LAB.iter().copied()
}

/// The designer's name nearest to a colour by ΔE2000.
pub fn trade_name(lab: Lab) -> &'static str {
    /// Names that the cheap formula leaves to the exact one; a test holds the two equal.
    const CLOSE: usize = 24;
    let mut names: Vec<(f32, &'static str, Lab)> = TRADE_LAB
        .iter()
        .map(|(name, of)| (rough_difference(*of, lab), *name, *of))
        .collect();
    if names.len() > CLOSE {
        names.select_nth_unstable_by(CLOSE, |a, b| a.0.total_cmp(&b.0));
        names.truncate(CLOSE);
    }
    names
        .into_iter()
        .map(|(_, name, of)| (delta_e(of, lab), name))
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)))
        .map_or("grey", |(_, name)| name)
}

/// The square of a difference in the manner of CIE94: no angles, a small part of the time of ΔE2000.
fn rough_difference(a: Lab, b: Lab) -> f32 {
    let (ca, cb) = (a.a.hypot(a.b), b.a.hypot(b.b));
    let chroma = (ca - cb).powi(2);
    let hue = (a.a - b.a).powi(2) + (a.b - b.b).powi(2) - chroma;
    let mean = (ca + cb) / 2.0;
    (a.l - b.l).powi(2)
        + chroma / (1.0 + 0.045 * mean).powi(2)
        + hue.max(0.0) / (1.0 + 0.015 * mean).powi(2)
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a failed parse is the failure of the test"
    )]

    use super::*;

    #[test]
    fn delta_e_agrees_with_a_published_pair() {
        // Pair 1 of Sharma, Wu and Dalal (2005).
        let d = delta_e(
            Lab::new(50.0, 2.6772, -79.7751),
            Lab::new(50.0, 0.0, -82.7485),
        );
        assert!((d - 2.0425).abs() < 1e-3, "{d}");
    }

    #[test]
    fn white_reflects_all_and_black_nothing() {
        assert!((lrv(parse_hex("#ffffff").unwrap()) - 100.0).abs() < 0.1);
        assert!(lrv(parse_hex("#000000").unwrap()) < 0.1);
    }

    #[test]
    fn hex_goes_there_and_back() {
        for code in ["#c8b89a", "#000000", "#ffffff", "#1f4f9e"] {
            assert_eq!(hex(parse_hex(code).unwrap()), code);
        }
        for bad in ["", "#fff", "#gggggg", "12345é", "#1234567"] {
            assert!(parse_hex(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_typical_colour_has_its_own_name() {
        for &colour in BasicColour::all() {
            let lab = parse_hex(colour.typical()).unwrap();
            assert_eq!(BasicColour::of(lab), colour, "{}", colour.typical());
        }
    }

    #[test]
    fn materials_get_the_basic_names_people_say() {
        for (code, name) in [
            ("#c9a87c", "beige"),
            ("#8a5a3b", "brown"),
            ("#b8603f", "brown"),
            ("#9b9a96", "grey"),
            ("#232f4b", "blue"),
            ("#a3ab8d", "green"),
            ("#efe6d0", "beige"),
            ("#333333", "black"),
        ] {
            let lab = parse_hex(code).unwrap();
            assert_eq!(BasicColour::of(lab).as_str(), name, "{code}");
        }
    }

    #[test]
    fn the_cheap_formula_loses_no_name() {
        for l in (0..=100).step_by(5) {
            for a in (-60..=60).step_by(6) {
                for b in (-60..=60).step_by(6) {
                    let lab = Lab::new(l as f32, a as f32, b as f32);
                    let nearest = |name: &str| {
                        let of = TRADE_LAB.iter().find(|(n, _)| *n == name).unwrap().1;
                        delta_e(of, lab)
                    };
                    let exact = TRADE_LAB
                        .iter()
                        .map(|(_, of)| delta_e(*of, lab))
                        .fold(f32::MAX, f32::min);
                    assert!(nearest(trade_name(lab)) <= exact + 1e-4, "{lab:?}");
                }
            }
        }
    }

    #[test]
    fn trade_names_are_all_valid_and_find_themselves() {
        assert_eq!(TRADE_LAB.len(), TRADE.len());
        for (name, lab) in TRADE_LAB.iter() {
            assert_eq!(trade_name(*lab), *name);
        }
    }
}
