//! Why a hit is here, in words: “same honed marble, 6 ΔE warmer, veins twice as wide”.

use material::{
    Category, Colour, Difference, Finish, Leg, LegScores, LookFacts, Pattern, Properties, Reason,
    Word, delta_e,
};

use crate::colours;

/// One side of a comparison.
pub struct Side<'a> {
    /// What is known or estimated.
    pub properties: &'a Properties,
    /// Its colours, measured in the picture.
    pub palette: &'a [Colour],
    /// What was measured in the picture.
    pub facts: Option<&'a LookFacts>,
}

/// Reasons leg by leg, the weightiest first, and one line of the best of them.
///
/// `wanted` is what was searched for, `found` the hit, `matched` the words of the text it has.
pub fn reasons(
    wanted: Option<&Side<'_>>,
    found: &Side<'_>,
    scores: &LegScores,
    matched: &[String],
) -> (String, Vec<Reason>) {
    let mut line: Vec<String> = Vec::new();
    let mut out = Vec::new();
    let mut say = |leg: Leg, agreement: Option<f32>, parts: Vec<String>, line: &mut Vec<String>| {
        if let Some(agreement) = agreement
            && !parts.is_empty()
        {
            out.push(Reason {
                leg,
                text: parts.join(", "),
                agreement: agreement.clamp(0.0, 1.0),
            });
            line.extend(parts);
        }
    };
    if !matched.is_empty() {
        let words: Vec<String> = matched.iter().map(|w| format!("“{w}”")).collect();
        say(
            Leg::Words,
            scores.words,
            vec![format!("has {}", words.join(" and "))],
            &mut line,
        );
    }
    if let Some(wanted) = wanted {
        let kinds = kinds(wanted.properties, found.properties);
        say(Leg::Properties, scores.properties, kinds, &mut line);
        let tint = tint(wanted.palette, found.palette).into_iter().collect();
        say(Leg::Colours, scores.colours, tint, &mut line);
        let mut structure = structure(wanted.facts, found.facts, found.properties);
        if structure.is_empty() {
            structure.push(overall(scores.visual.unwrap_or(0.0)).to_owned());
        }
        say(Leg::Visual, scores.visual, structure, &mut line);
    }
    line.truncate(4);
    let summary = line.join(", ");
    (summary, out)
}

fn overall(visual: f32) -> &'static str {
    match visual {
        v if v >= 0.9 => "almost the same surface",
        v if v >= 0.7 => "a very similar surface",
        v if v >= 0.45 => "a similar surface",
        v if v >= 0.2 => "some likeness in the surface",
        _ => "another surface",
    }
}

/// “same honed marble”; “also stone, granite”; “polished, not honed”.
fn kinds(wanted: &Properties, found: &Properties) -> Vec<String> {
    let mut parts = Vec::new();
    let same_finish = wanted.finish.is_some() && wanted.finish == found.finish;
    let noun = |c: Category| c.label().to_lowercase();
    if let (Some(a), Some(b)) = (wanted.category, found.category) {
        let finish = found
            .finish
            .filter(|_| same_finish)
            .map(|f| format!("{f} "))
            .unwrap_or_default();
        if a == b || b.is_within(a) {
            parts.push(format!("same {finish}{}", noun(b)));
        } else if a.is_within(b) {
            parts.push(format!("also {finish}{}", noun(b)));
        } else if a.top() == b.top() {
            parts.push(format!("also {}, {}", noun(b.top()), noun(b)));
        } else {
            parts.push(format!("{}, not {}", noun(b), noun(a)));
        }
    }
    if let (Some(a), Some(b)) = (wanted.finish, found.finish)
        && a != b
    {
        parts.push(finish_difference(a, b));
    }
    if let (Some(a), Some(b)) = (wanted.pattern, found.pattern)
        && (a != Pattern::Plain || b != Pattern::Plain)
    {
        parts.push(if a == b {
            format!("{b} too")
        } else {
            format!("{b}, not {a}")
        });
    }
    parts
}

fn finish_difference(wanted: Finish, found: Finish) -> String {
    let step = found.gloss() - wanted.gloss();
    if step > 0.4 {
        format!("{found}, so glossier")
    } else if step < -0.4 {
        format!("{found}, so duller")
    } else {
        found.to_string()
    }
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

/// “veins twice as wide”, “quieter”: what the measured structure says, when both pictures were measured.
fn structure(
    wanted: Option<&LookFacts>,
    found: Option<&LookFacts>,
    properties: &Properties,
) -> Vec<String> {
    let (Some(a), Some(b)) = (wanted, found) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let noun = match properties.pattern {
        Some(Pattern::Veined) => "veins",
        Some(Pattern::Speckled) => "speckles",
        Some(Pattern::Striped) => "stripes",
        Some(Pattern::Checked) => "checks",
        Some(Pattern::Floral) => "flowers",
        _ => "pattern",
    };
    let ratio = match (a.period, b.period) {
        (Some(a), Some(b)) if a > 0.0 && b > 0.0 => Some(b / a),
        _ if a.coarseness > 0.004 && b.coarseness > 0.004 => Some(b.coarseness / a.coarseness),
        _ => None,
    };
    let size = match ratio {
        Some(r) if r >= 2.6 => Some("much larger"),
        Some(r) if r >= 1.7 => Some("twice as wide"),
        Some(r) if r >= 1.3 => Some("wider"),
        Some(r) if r <= 0.38 => Some("much finer"),
        Some(r) if r <= 0.6 => Some("half as wide"),
        Some(r) if r <= 0.77 => Some("finer"),
        _ => None,
    };
    parts.extend(size.map(|size| format!("{noun} {size}")));
    let contrast = b.contrast - a.contrast;
    if contrast > 4.0 && b.contrast > a.contrast * 1.5 {
        parts.push("livelier".to_owned());
    } else if contrast < -4.0 && b.contrast * 1.5 < a.contrast {
        parts.push("quieter".to_owned());
    }
    parts
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
    use material::Lab;

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
            palette: Vec::new(),
            lrv: 50.0,
            contrast: 8.0,
            period,
            regularity: 0.0,
            direction: None,
            coarseness,
        }
    }

    fn scores() -> LegScores {
        LegScores {
            visual: Some(0.8),
            properties: Some(0.9),
            words: None,
            colours: Some(0.7),
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
        assert_eq!(reasons.len(), 3);
    }

    #[test]
    fn another_kind_is_called_by_its_name() {
        let a = marble(Finish::Honed);
        let b = Properties {
            category: Category::parse("oak").ok(),
            ..Properties::default()
        };
        assert_eq!(kinds(&a, &b), ["oak, not marble"]);
        let c = Properties {
            category: Category::parse("granite").ok(),
            ..Properties::default()
        };
        assert_eq!(kinds(&a, &c), ["also stone, granite"]);
        assert_eq!(kinds(&a, &Properties::default()), Vec::<String>::new());
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
            visual: Some(0.5),
            ..LegScores::default()
        };
        let (line, reasons) = reasons(Some(&side), &side, &only_look, &[]);
        assert_eq!(line, "a similar surface");
        assert_eq!(reasons.len(), 1);
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
