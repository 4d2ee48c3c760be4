//! What a picture shows, worked out without a vision model: similar materials vote, each property
//! apart, each with a confidence. The answer says that it is an estimate.

use std::collections::BTreeMap;

use material::{
    Analysis, Application, BasicColour, Category, Colour, Estimated, Field, Finish, Pattern,
    Properties, Texture, Word, trade_name,
};

/// Who an estimated analysis is by.
pub const MODEL: &str = "veneer-estimate-1";

/// A material near the picture.
pub struct Neighbour<'a> {
    /// What is known about it.
    pub properties: &'a Properties,
    /// Calibrated nearness: 0 as far as any unrelated pair, 1 as near as two views of one material.
    pub nearness: f32,
}

/// Votes below this share of their property are not worth a word.
const LEAST: f32 = 0.3;
/// A second and third kind are named from this confidence.
const ALSO: f32 = 0.12;

/// Lets the neighbours vote. `palette` is the picture's own and is measured, not voted on.
///
/// A vote weighs more the nearer the neighbour is. A value's confidence is its share of the votes
/// for its property, times how near the nearest neighbours are: where nothing is near, nothing is
/// sure. `kinds` is what the look alone says of the kind ([`crate::kind`]); where there is such, it has
/// half the say on it.
pub fn estimate(
    neighbours: &[Neighbour<'_>],
    kinds: &[(Category, f32)],
    palette: &[Colour],
) -> Analysis {
    let trust = trust(neighbours);
    let mut values = Vec::new();
    values.extend(categories(neighbours, kinds, trust));
    values.extend(word(neighbours, trust, Field::Finish, |p| p.finish));
    values.extend(word(neighbours, trust, Field::Pattern, |p| p.pattern));
    values.extend(word(neighbours, trust, Field::Texture, |p| p.texture));
    values.extend(applications(neighbours, trust));
    values.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let sentence = sentence(&values, palette);
    values.extend(colours(palette));
    Analysis {
        model: MODEL.to_owned(),
        estimate: true,
        values,
        sentence,
        note: None,
    }
}

/// How far the best few neighbours can be trusted, 0 to 1.
fn trust(neighbours: &[Neighbour<'_>]) -> f32 {
    let best = neighbours.iter().take(3);
    let count = best.len().max(1) as f32;
    best.map(|n| n.nearness.clamp(0.0, 1.0)).sum::<f32>() / count
}

/// A neighbour half as near has about a tenth of the say.
fn weight(nearness: f32) -> f32 {
    (nearness.clamp(-1.0, 1.5) * 5.0).exp()
}

/// Votes for the values of one property: (value, share), most first. Neighbours that do not know
/// the value do not vote.
fn votes<T: Ord + Copy>(
    neighbours: &[Neighbour<'_>],
    value: impl Fn(&Properties) -> Option<T>,
) -> Vec<(T, f32)> {
    let mut votes: BTreeMap<T, f32> = BTreeMap::new();
    for neighbour in neighbours {
        if let Some(value) = value(neighbour.properties) {
            *votes.entry(value).or_default() += weight(neighbour.nearness);
        }
    }
    let total: f32 = votes.values().sum();
    let mut votes: Vec<_> = votes.into_iter().map(|(v, w)| (v, w / total)).collect();
    votes.sort_by(|a, b| b.1.total_cmp(&a.1));
    votes
}

fn estimated(field: Field, value: &str, label: &str, confidence: f32) -> Estimated {
    Estimated {
        field,
        value: value.to_owned(),
        label: label.to_owned(),
        confidence: confidence.clamp(0.0, 1.0),
    }
}

/// Up to three kinds, each as fine as the votes allow. Where the neighbours disagree about the species
/// they may still agree that it is wood.
fn categories(
    neighbours: &[Neighbour<'_>],
    kinds: &[(Category, f32)],
    trust: f32,
) -> Vec<Estimated> {
    let fine = votes(neighbours, |p| p.category);
    let mut tops: BTreeMap<Category, f32> = BTreeMap::new();
    // Votes of far neighbours mean little; what the look says of the kind does not depend on them.
    let (voted, looked) = if kinds.is_empty() {
        (trust, 0.0)
    } else {
        (0.5 * trust, 0.5)
    };
    for (top, share) in votes(neighbours, |p| p.category.map(Category::top)) {
        *tops.entry(top).or_default() += voted * share;
    }
    // With nothing in the library there is nothing that it could be like.
    for (top, share) in kinds.iter().filter(|_| !neighbours.is_empty()) {
        *tops.entry(*top).or_default() += looked * share;
    }
    let mut tops: Vec<(Category, f32)> = tops.into_iter().collect();
    tops.sort_by(|a, b| b.1.total_cmp(&a.1));
    tops.into_iter()
        .take(3)
        .enumerate()
        .filter(|(place, (_, share))| *place == 0 || *share >= ALSO)
        .map(|(_, (top, share))| {
            let within: Vec<_> = fine.iter().filter(|(c, _)| c.is_within(top)).collect();
            let all: f32 = within.iter().map(|(_, share)| share).sum();
            // A species is named when most of a good part of the votes are for it.
            let value = within
                .first()
                .filter(|(_, share)| all >= LEAST && *share > all / 2.0)
                .map_or(top, |(c, _)| *c);
            estimated(Field::Category, value.as_str(), value.label(), share)
        })
        .collect()
}

fn word<W: Word + Ord>(
    neighbours: &[Neighbour<'_>],
    trust: f32,
    field: Field,
    value: impl Fn(&Properties) -> Option<W>,
) -> Option<Estimated> {
    let (value, share) = *votes(neighbours, value).first()?;
    (share >= LEAST).then(|| estimated(field, value.as_str(), value.label(), share * trust))
}

fn applications(neighbours: &[Neighbour<'_>], trust: f32) -> Vec<Estimated> {
    let total: f32 = neighbours
        .iter()
        .filter(|n| !n.properties.applications.is_empty())
        .map(|n| weight(n.nearness))
        .sum();
    let mut shares: Vec<(Application, f32)> = Application::all()
        .iter()
        .map(|&a| {
            let say = neighbours
                .iter()
                .filter(|n| n.properties.applications.contains(&a))
                .map(|n| weight(n.nearness))
                .sum::<f32>();
            (a, say / total.max(f32::MIN_POSITIVE))
        })
        .filter(|(_, share)| *share >= 0.6)
        .collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares
        .into_iter()
        .take(3)
        .map(|(a, share)| estimated(Field::Applications, a.as_str(), a.label(), share * trust))
        .collect()
}

/// Basic colour names of the palette, largest share first; their confidence is the share of the
/// picture they cover.
fn colours(palette: &[Colour]) -> Vec<Estimated> {
    let mut shares: Vec<(BasicColour, f32)> = Vec::new();
    for colour in palette {
        let name = BasicColour::of(colour.lab);
        match shares.iter_mut().find(|(n, _)| *n == name) {
            Some((_, share)) => *share += colour.share,
            None => shares.push((name, colour.share)),
        }
    }
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares
        .into_iter()
        .filter(|(_, share)| *share >= 0.08)
        .take(3)
        .map(|(name, share)| estimated(Field::Colours, name.as_str(), name.label(), share))
        .collect()
}

/// “Probably honed marble, veined; mostly ivory with taupe.”
fn sentence(values: &[Estimated], palette: &[Colour]) -> String {
    let find = |field: Field| values.iter().find(|v| v.field == field);
    let mut out = match find(Field::Category) {
        Some(kind) => {
            let sure = match kind.confidence {
                c if c >= 0.7 => "Looks like",
                c if c >= 0.4 => "Probably",
                _ => "Perhaps",
            };
            let finish = find(Field::Finish)
                .filter(|f| f.confidence >= 0.35)
                .map(|f| format!("{} ", f.label))
                .unwrap_or_default();
            format!("{sure} {finish}{}", kind.label.to_lowercase())
        }
        None => "Nothing in the library is near enough to say what this is".to_owned(),
    };
    if let Some(pattern) =
        find(Field::Pattern).filter(|p| p.confidence >= 0.35 && p.value != Pattern::Plain.as_str())
    {
        out.push_str(", ");
        out.push_str(&pattern.label);
    }
    let mut names: Vec<&str> = Vec::new();
    for colour in palette.iter().filter(|c| c.share >= 0.1) {
        let name = trade_name(colour.lab);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names[..] {
        [] => {}
        [only] => out.push_str(&format!("; {only}")),
        [first, second, ..] => out.push_str(&format!("; mostly {first} with {second}")),
    }
    out.push('.');
    out
}

/// The kinds it may be, the likeliest first.
pub fn kinds(analysis: &Analysis) -> Vec<(Category, f32)> {
    analysis
        .values
        .iter()
        .filter(|v| v.field == Field::Category)
        .filter_map(|v| Some((Category::parse(&v.value).ok()?, v.confidence)))
        .collect()
}

/// The analysis as properties with a confidence each, for the properties leg.
pub fn as_properties(analysis: &Analysis) -> (Properties, BTreeMap<Field, f32>) {
    let mut out = Properties::default();
    let mut confidence = BTreeMap::new();
    for value in &analysis.values {
        match value.field {
            // The first is the likeliest.
            Field::Category if out.category.is_some() => continue,
            Field::Category => out.category = Category::parse(&value.value).ok(),
            Field::Finish => out.finish = Finish::parse(&value.value).ok(),
            Field::Pattern => out.pattern = Pattern::parse(&value.value).ok(),
            Field::Texture => out.texture = Texture::parse(&value.value).ok(),
            Field::Applications => out
                .applications
                .extend(Application::parse(&value.value).ok()),
            Field::Colours | Field::Size | Field::Price | Field::Fire | Field::Slip => continue,
        }
        let known = confidence.entry(value.field).or_insert(0.0f32);
        *known = known.max(value.confidence);
    }
    (out, confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(category: &str, finish: Finish) -> Properties {
        Properties {
            category: Category::parse(category).ok(),
            finish: Some(finish),
            ..Properties::default()
        }
    }

    fn value(analysis: &Analysis, field: Field) -> Option<(String, f32)> {
        analysis
            .values
            .iter()
            .find(|v| v.field == field)
            .map(|v| (v.value.clone(), v.confidence))
    }

    #[test]
    fn near_neighbours_that_agree_are_believed() {
        let oak = known("oak", Finish::Oiled);
        let near: Vec<_> = (0..5)
            .map(|_| Neighbour {
                properties: &oak,
                nearness: 0.9,
            })
            .collect();
        let analysis = estimate(&near, &[], &[]);
        let (kind, sure) = value(&analysis, Field::Category).expect("a category");
        assert_eq!(kind, "wood/oak");
        assert!(sure > 0.8);
        assert!(analysis.estimate);
        assert!(
            analysis.sentence.starts_with("Looks like oiled oak"),
            "{}",
            analysis.sentence
        );
    }

    #[test]
    fn split_species_still_agree_on_the_kind() {
        let woods = ["oak", "ash", "beech", "maple"].map(|w| known(w, Finish::Matt));
        let near: Vec<_> = woods
            .iter()
            .map(|properties| Neighbour {
                properties,
                nearness: 0.7,
            })
            .collect();
        let (kind, _) = value(&estimate(&near, &[], &[]), Field::Category).expect("a category");
        assert_eq!(kind, "wood");
    }

    #[test]
    fn the_nearest_outvotes_the_many() {
        let (oak, slate) = (known("oak", Finish::Oiled), known("slate", Finish::Raw));
        let mut near = vec![Neighbour {
            properties: &oak,
            nearness: 1.0,
        }];
        near.extend((0..4).map(|_| Neighbour {
            properties: &slate,
            nearness: 0.2,
        }));
        let (kind, _) = value(&estimate(&near, &[], &[]), Field::Category).expect("a category");
        assert_eq!(kind, "wood/oak");
    }

    #[test]
    fn far_neighbours_and_none_give_no_certainty() {
        let oak = known("oak", Finish::Oiled);
        let far = [Neighbour {
            properties: &oak,
            nearness: 0.1,
        }];
        let (_, sure) = value(&estimate(&far, &[], &[]), Field::Category).expect("a category");
        assert!(sure < 0.2);
        let none = estimate(&[], &[], &[]);
        assert!(none.values.is_empty());
        assert!(none.sentence.contains("Nothing in the library"));
    }

    #[test]
    fn the_look_has_half_the_say_on_the_kind() {
        let slate = known("slate", Finish::Raw);
        let near = [Neighbour {
            properties: &slate,
            nearness: 0.6,
        }];
        let kind = |name| Category::parse(name).expect("a kind");
        let looked = [(kind("wood"), 0.8), (kind("stone"), 0.1)];
        let analysis = estimate(&near, &looked, &[]);
        let named = kinds(&analysis);
        assert_eq!(named.len(), 2);
        assert_eq!(named[0].0, kind("wood"));
        assert_eq!(named[1].0, kind("slate"));
        let (properties, _) = as_properties(&analysis);
        assert_eq!(properties.category, Some(kind("wood")));
    }

    #[test]
    fn unknown_does_not_vote() {
        let (oak, blank) = (known("oak", Finish::Oiled), Properties::default());
        let near = [
            Neighbour {
                properties: &blank,
                nearness: 0.95,
            },
            Neighbour {
                properties: &oak,
                nearness: 0.9,
            },
        ];
        let (kind, _) = value(&estimate(&near, &[], &[]), Field::Category).expect("a category");
        assert_eq!(kind, "wood/oak");
    }
}
