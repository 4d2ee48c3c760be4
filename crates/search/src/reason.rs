//! Why a hit is here, in words: “same honed marble, 6 ΔE warmer, veins twice as wide”.

use material::{
    Category, Colour, Difference, Leg, LegScores, LookFacts, Pattern, Properties, Reason, Word,
    delta_e,
};

use crate::{colours, legs::size_ratio};

/// One side of a comparison.
pub struct Side<'a> {
    /// What is known or estimated.
    pub properties: &'a Properties,
    /// Its colours, measured in the picture.
    pub palette: &'a [Colour],
    /// What was measured in the picture.
    pub facts: Option<&'a LookFacts>,
}

/// Reasons leg by leg, in the order of the legs, and one line of the best of them.
///
/// `wanted` is what was searched for, `found` the hit, `matched` the words of the text it has. Every leg
/// that has a score has a reason.
pub fn reasons(
    wanted: Option<&Side<'_>>,
    found: &Side<'_>,
    scores: &LegScores,
    matched: &[String],
) -> (String, Vec<Reason>) {
    let mut line: Vec<String> = Vec::new();
    let mut out = Vec::new();
    if !matched.is_empty() {
        let words: Vec<String> = matched.iter().map(|w| format!("“{w}”")).collect();
        line.push(format!("has {}", words.join(" and ")));
    }
    let mut say = |leg: Leg, text: Option<String>| {
        out.extend(scores.of(leg).zip(text).map(|(agreement, text)| Reason {
            leg,
            text,
            agreement: agreement.clamp(0.0, 1.0),
        }));
    };
    if let Some(wanted) = wanted {
        let (a, b) = (wanted.properties, found.properties);
        let tint = tint(wanted.palette, found.palette);
        let size = size(wanted, found);
        let liveliness = liveliness(wanted.facts, found.facts);
        line.extend(kind(a, b));
        line.extend(finish(a, b).filter(|_| a.finish != b.finish));
        let both_plain = a.pattern == Some(Pattern::Plain) && a.pattern == b.pattern;
        line.extend(pattern(a, b).filter(|_| !both_plain));
        line.extend(tint.clone());
        let measured = [size.clone(), liveliness.map(ToOwned::to_owned)];
        let before = line.len();
        line.extend(measured.into_iter().flatten());
        if line.len() == before {
            line.extend(scores.of(Leg::Look).map(|look| overall(look).to_owned()));
        }
        say(Leg::Look, scores.look.map(|look| overall(look).to_owned()));
        say(Leg::Colour, tint);
        say(Leg::Texture, Some(texture(a, b, liveliness)));
        say(
            Leg::Pattern,
            pattern(a, b).or_else(|| Some(regularity(wanted.facts, found.facts).to_owned())),
        );
        say(
            Leg::Scale,
            size.or_else(|| Some("about the same size".to_owned())),
        );
        say(Leg::Finish, finish(a, b));
        say(Leg::Kind, kind(a, b));
    }
    let words = match matched {
        [] => "has none of the words".to_owned(),
        _ => line.first().cloned().unwrap_or_default(),
    };
    say(Leg::Words, Some(words));
    line.truncate(4);
    (line.join(", "), out)
}

fn overall(look: f32) -> &'static str {
    match look {
        v if v >= 0.9 => "almost the same surface",
        v if v >= 0.7 => "a very similar surface",
        v if v >= 0.45 => "a similar surface",
        v if v >= 0.2 => "some likeness in the surface",
        _ => "another surface",
    }
}

/// “same honed marble”; “also stone, granite”; “oak, not marble”.
fn kind(wanted: &Properties, found: &Properties) -> Option<String> {
    let (a, b) = (wanted.category?, found.category?);
    let noun = |c: Category| c.label().to_lowercase();
    let finish = found
        .finish
        .filter(|finish| wanted.finish == Some(*finish))
        .map(|finish| format!("{finish} "))
        .unwrap_or_default();
    Some(if a == b || b.is_within(a) {
        format!("same {finish}{}", noun(b))
    } else if a.is_within(b) {
        format!("also {finish}{}", noun(b))
    } else if a.top() == b.top() {
        format!("also {}, {}", noun(b.top()), noun(b))
    } else {
        format!("{}, not {}", noun(b), noun(a))
    })
}

/// “polished, so glossier”.
fn finish(wanted: &Properties, found: &Properties) -> Option<String> {
    let (wanted, found) = (wanted.finish?, found.finish?);
    let step = found.gloss() - wanted.gloss();
    Some(if wanted == found {
        format!("{found} too")
    } else if step > 0.4 {
        format!("{found}, so glossier")
    } else if step < -0.4 {
        format!("{found}, so duller")
    } else {
        found.to_string()
    })
}

/// “herringbone too”, “floral, not veined”.
fn pattern(wanted: &Properties, found: &Properties) -> Option<String> {
    let (wanted, found) = (wanted.pattern?, found.pattern?);
    Some(if wanted == found {
        format!("{found} too")
    } else {
        format!("{found}, not {wanted}")
    })
}

/// What the measured repeats say where nobody named the patterns.
fn regularity(wanted: Option<&LookFacts>, found: Option<&LookFacts>) -> &'static str {
    let step = wanted
        .zip(found)
        .map_or(0.0, |(a, b)| b.regularity - a.regularity);
    match step {
        s if s > 0.15 => "more regular",
        s if s < -0.15 => "less regular",
        _ => "about as regular",
    }
}

/// “grained too, livelier”.
fn texture(wanted: &Properties, found: &Properties, liveliness: Option<&str>) -> String {
    let word = wanted.texture.zip(found.texture).map(|(a, b)| {
        if a == b {
            format!("{b} too")
        } else {
            format!("{b}, not {a}")
        }
    });
    match (word, liveliness) {
        (Some(word), Some(way)) => format!("{word}, {way}"),
        (Some(word), None) => word,
        (None, Some(way)) => way.to_owned(),
        (None, None) => "about as lively".to_owned(),
    }
}

/// What became of the colours somebody asked for: “sage as asked, brass 7 ΔE off, no navy”.
pub fn asked(asked: &[Colour], found: &[Colour]) -> Option<String> {
    let colours = colours::transport(asked, found)?;
    let parts: Vec<String> = asked
        .iter()
        .zip(colours)
        .map(
            |(colour, (_, far))| match (material::trade_name(colour.lab), far) {
                (name, far) if far < 3.0 => format!("{name} as asked"),
                (name, far) if far < 18.0 => format!("{name} {far:.0} ΔE off"),
                (name, _) => format!("no {name}"),
            },
        )
        .collect();
    Some(parts.join(", "))
}

/// “6 ΔE warmer”: how far the mean colour moved and which way.
fn tint(wanted: &[Colour], found: &[Colour]) -> Option<String> {
    let (a, b) = (colours::mean(wanted)?, colours::mean(found)?);
    let distance = delta_e(a, b);
    if distance < 2.5 {
        return Some("same colour".to_owned());
    }
    // The direction that moved most, in units of what one sees: lightness counts a little less
    // than hue because photos differ in exposure first.
    let light = (b.l - a.l) * 0.8;
    // Warm is towards yellow and red.
    let warm = (b.b - a.b) * 0.8 + (b.a - a.a) * 0.6;
    // A grey that takes on a warm tint is called warmer, not more colourful.
    let chroma = (b.a.hypot(b.b) - a.a.hypot(a.b)) * 0.8;
    let way = if light.abs() >= warm.abs() && light.abs() >= chroma.abs() {
        if light > 0.0 { "lighter" } else { "darker" }
    } else if warm.abs() >= chroma.abs() {
        if warm > 0.0 { "warmer" } else { "cooler" }
    } else if chroma > 0.0 {
        "more colourful"
    } else {
        "greyer"
    };
    Some(format!("{distance:.0} ΔE {way}"))
}

/// “veins twice as wide”: what the sizes say, where both are known.
fn size(wanted: &Side<'_>, found: &Side<'_>) -> Option<String> {
    let ratio = size_ratio(
        wanted.properties,
        wanted.facts,
        found.properties,
        found.facts,
    )?;
    let size = match ratio {
        r if r >= 2.6 => "much larger",
        r if r >= 1.7 => "twice as wide",
        r if r >= 1.3 => "wider",
        r if r <= 0.38 => "much finer",
        r if r <= 0.6 => "half as wide",
        r if r <= 0.77 => "finer",
        _ => return None,
    };
    let noun = match found.properties.pattern {
        Some(Pattern::Veined) => "veins",
        Some(Pattern::Speckled) => "speckles",
        Some(Pattern::Striped) => "stripes",
        Some(Pattern::Checked) => "checks",
        Some(Pattern::Floral) => "flowers",
        _ => "pattern",
    };
    Some(format!("{noun} {size}"))
}

/// How much more or less goes on, where it is worth a word.
fn liveliness(wanted: Option<&LookFacts>, found: Option<&LookFacts>) -> Option<&'static str> {
    let (a, b) = wanted.zip(found)?;
    let contrast = b.contrast - a.contrast;
    if contrast > 4.0 && b.contrast > a.contrast * 1.5 {
        Some("livelier")
    } else if contrast < -4.0 && b.contrast * 1.5 < a.contrast {
        Some("quieter")
    } else {
        None
    }
}

/// Where two materials differ, property by property; only what both know, or one of them lacks.
pub fn differences(here: &Properties, there: &Properties) -> Vec<Difference> {
    let mut out = Vec::new();
    let mut compare = |label: &str, here: Option<String>, there: Option<String>| {
        if here != there {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "not known".to_owned());
            out.push(Difference {
                label: label.to_owned(),
                here: shown(here),
                there: shown(there),
            });
        }
    };
    fn word<W: Word>(word: Option<W>) -> Option<String> {
        word.map(|w| w.label().to_owned())
    }
    compare(
        "Category",
        here.category.map(|c| c.label().to_owned()),
        there.category.map(|c| c.label().to_owned()),
    );
    compare("Finish", word(here.finish), word(there.finish));
    compare("Pattern", word(here.pattern), word(there.pattern));
    compare("Texture", word(here.texture), word(there.texture));
    let scale = |p: &Properties| p.pattern_scale_mm.map(|mm| format!("{mm} mm"));
    compare("Pattern repeat", scale(here), scale(there));
    let text = |v: Option<String>| v;
    compare(
        "Size",
        text(here.size.map(|s| s.to_string())),
        there.size.map(|s| s.to_string()),
    );
    compare(
        "Price",
        here.price.as_ref().map(ToString::to_string),
        there.price.as_ref().map(ToString::to_string),
    );
    compare(
        "Fire class",
        here.fire.map(|f| f.to_string()),
        there.fire.map(|f| f.to_string()),
    );
    compare("Slip rating", word(here.slip), word(there.slip));
    if let (Some(a), Some(b)) = (colours::mean(&here.colours), colours::mean(&there.colours)) {
        let d = delta_e(a, b);
        if d >= 2.5 {
            out.push(Difference {
                label: "Colour".to_owned(),
                here: material::trade_name(a).to_owned(),
                there: format!("{}, {d:.0} ΔE away", material::trade_name(b)),
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{Finish, Lab};

    fn marble(finish: Finish) -> Properties {
        Properties {
            category: Category::parse("marble").ok(),
            finish: Some(finish),
            pattern: Some(Pattern::Veined),
            ..Properties::default()
        }
    }

    fn facts(period: Option<f32>, coarseness: f32) -> LookFacts {
        LookFacts {
            contrast: 8.0,
            period,
            coarseness,
            ..LookFacts::default()
        }
    }

    fn scores() -> LegScores {
        LegScores {
            look: Some(0.8),
            colour: Some(0.7),
            texture: Some(0.6),
            pattern: Some(0.9),
            scale: Some(0.5),
            finish: Some(1.0),
            kind: Some(1.0),
            words: None,
        }
    }

    #[test]
    fn the_line_says_what_is_the_same_and_what_is_not() {
        let (a, b) = (marble(Finish::Honed), marble(Finish::Honed));
        let cool = [Colour {
            lab: Lab::new(80.0, 0.0, 0.0),
            share: 1.0,
        }];
        let warm = [Colour {
            lab: Lab::new(80.0, 1.0, 7.0),
            share: 1.0,
        }];
        let (thin, wide) = (facts(None, 0.02), facts(None, 0.04));
        let wanted = Side {
            properties: &a,
            palette: &cool,
            facts: Some(&thin),
        };
        let found = Side {
            properties: &b,
            palette: &warm,
            facts: Some(&wide),
        };
        let (line, reasons) = reasons(Some(&wanted), &found, &scores(), &[]);
        assert!(line.starts_with("same honed marble"), "{line}");
        assert!(line.contains("ΔE warmer"), "{line}");
        assert!(line.contains("veins twice as wide"), "{line}");
        // Every leg that was scored, in its order, each with something to say.
        let legs: Vec<Leg> = reasons.iter().map(|r| r.leg).collect();
        assert_eq!(legs, Leg::ALL[..7]);
        assert!(reasons.iter().all(|r| !r.text.is_empty()));
        assert_eq!(reasons[4].text, "veins twice as wide");
    }

    #[test]
    fn another_kind_is_called_by_its_name() {
        let a = marble(Finish::Honed);
        let b = Properties {
            category: Category::parse("oak").ok(),
            ..Properties::default()
        };
        assert_eq!(kind(&a, &b).as_deref(), Some("oak, not marble"));
        let c = Properties {
            category: Category::parse("granite").ok(),
            ..Properties::default()
        };
        assert_eq!(kind(&a, &c).as_deref(), Some("also stone, granite"));
        assert_eq!(kind(&a, &Properties::default()), None);
    }

    #[test]
    fn every_hit_of_a_photo_has_a_reason_even_with_nothing_known() {
        let blank = Properties::default();
        let side = Side {
            properties: &blank,
            palette: &[],
            facts: None,
        };
        let only_look = LegScores {
            look: Some(0.5),
            ..LegScores::default()
        };
        let (line, reasons) = reasons(Some(&side), &side, &only_look, &[]);
        assert_eq!(line, "a similar surface");
        assert_eq!(reasons.len(), 1);
    }

    #[test]
    fn colours_asked_for_are_answered_one_by_one() {
        let palette = |colours: &[(&str, f32)]| -> Vec<Colour> {
            colours
                .iter()
                .map(|(name, share)| Colour {
                    lab: material::colour_named(name).expect("a colour"),
                    share: *share,
                })
                .collect()
        };
        let wish = palette(&[("sage", 0.6), ("navy", 0.4)]);
        let found = palette(&[("sage", 0.6), ("chalk", 0.4)]);
        assert_eq!(
            asked(&wish, &found).as_deref(),
            Some("sage as asked, no navy")
        );
        assert_eq!(asked(&[], &found), None);
        assert_eq!(asked(&wish, &[]), None);
    }

    #[test]
    fn words_found_are_named() {
        let blank = Properties::default();
        let side = Side {
            properties: &blank,
            palette: &[],
            facts: None,
        };
        let scores = LegScores {
            words: Some(1.0),
            ..LegScores::default()
        };
        let (line, _) = reasons(None, &side, &scores, &["oak".to_owned(), "matt".to_owned()]);
        assert_eq!(line, "has “oak” and “matt”");
    }

    #[test]
    fn differences_name_both_sides_and_what_is_not_known() {
        let mut there = marble(Finish::Polished);
        there.fire = material::FireClass::parse("A1").ok();
        let all = differences(&marble(Finish::Honed), &there);
        assert_eq!(all.len(), 2);
        assert_eq!(
            (all[0].here.as_str(), all[0].there.as_str()),
            ("honed", "polished")
        );
        assert_eq!(
            (all[1].here.as_str(), all[1].there.as_str()),
            ("not known", "A1")
        );
    }
}
