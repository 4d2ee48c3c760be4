//! What a reading asks of the library: conditions become filters, the rest wishes for ranking.

use std::collections::BTreeMap;

use super::{Bounds, Certainty, Found, Reading, Side, Value};
use crate::{
    Application, BasicColour, Choice, Colour, Currency, Euroclass, Facet, Field, Filters, Finish,
    FireClass, Price, PriceUnit, Properties, Range, Size, SlipRating, TOP_CATEGORIES, Word,
};

impl Reading {
    /// What is plainly a condition, as filters:
    /// - prices and longest sides with a bound (“under 60 €”, “between 30 and 60 cm”);
    /// - slip ratings and fire classes written out, and everything better;
    /// - a finish, texture, pattern or top kind that is not wanted: all others, and unknown. Who does
    ///   not want gloss wants nothing glossier either.
    ///
    /// A price filter knows no currency, so the amount stands as it was said. Everything else is a
    /// wish ([`Self::wishes`]): a filter would hide what the library does not know.
    pub fn conditions(&self) -> Filters {
        let mut out = Filters::default();
        for found in &self.wanted {
            match &found.value {
                Value::Price { cents, .. } => narrow(&mut out.price, *cents),
                Value::Length {
                    side: Side::Longest,
                    mm,
                } => narrow(&mut out.size, *mm),
                _ => {}
            }
        }
        let certain = |found: &&Found| found.certainty == Certainty::Exact;
        let slip = self
            .wanted
            .iter()
            .filter(certain)
            .filter_map(|f| match f.value {
                Value::Slip(rating) => Some(rating),
                _ => None,
            });
        if let Some(least) = slip.min() {
            choose(&mut out, Facet::Slip, |r: SlipRating| r >= least, false);
        }
        let floor = self.wants(&Value::Application(Application::Floor));
        for found in self.wanted.iter().filter(certain) {
            if let Value::Fire(least) = found.value {
                for class in every_fire_class().filter(|c| is_as_good(*c, least, floor)) {
                    add(&mut out, Facet::Fire, Choice::Known(class.to_string()));
                }
            }
        }
        self.exclude(&mut out);
        out
    }

    fn exclude(&self, out: &mut Filters) {
        let unwanted = |value: Value| self.unwanted.iter().any(|f| f.value == value);
        let any = |test: fn(&Value) -> bool| self.unwanted.iter().any(|f| test(&f.value));
        if any(|v| matches!(v, Value::Finish(_))) {
            let shiny = unwanted(Value::Finish(Finish::Gloss));
            let stays = |f: Finish| {
                !(unwanted(Value::Finish(f)) || shiny && f.gloss() >= Finish::Gloss.gloss())
            };
            choose(out, Facet::Finish, stays, true);
        }
        if any(|v| matches!(v, Value::Texture(_))) {
            choose(out, Facet::Texture, |t| !unwanted(Value::Texture(t)), true);
        }
        if any(|v| matches!(v, Value::Pattern(_))) {
            choose(out, Facet::Pattern, |p| !unwanted(Value::Pattern(p)), true);
        }
        if any(|v| matches!(v, Value::Slip(_))) && out.chosen(Facet::Slip).is_empty() {
            choose(out, Facet::Slip, |r| !unwanted(Value::Slip(r)), true);
        }
        if any(|v| matches!(v, Value::Category(c) if c.parent().is_none())) {
            for kind in TOP_CATEGORIES
                .iter()
                .filter(|c| !unwanted(Value::Category(**c)))
            {
                add(
                    out,
                    Facet::Category,
                    Choice::Known(kind.as_str().to_owned()),
                );
            }
            add(out, Facet::Category, Choice::Unknown);
        }
    }

    /// What is wished for, as a material would say it, with how sure each field was read. Of several
    /// values of a field that holds one, the first is taken; of kinds one after the other the last,
    /// because what is described stands after what describes it (“wool carpet”). Colours share the
    /// area evenly. Amounts are the middle of what was said; those with a bound are conditions.
    pub fn wishes(&self) -> (Properties, BTreeMap<Field, f32>) {
        let mut out = Properties::default();
        let mut sure: BTreeMap<Field, f32> = BTreeMap::new();
        let mut kind_ends = None;
        for found in &self.wanted {
            let field = match &found.value {
                Value::Category(kind)
                    if out.category.is_none_or(|c| {
                        kind.is_within(c)
                            || kind_ends.is_some_and(|end| found.span.start == end + 1)
                    }) =>
                {
                    out.category = Some(*kind);
                    kind_ends = Some(found.span.end);
                    Field::Category
                }
                Value::Finish(finish) if out.finish.is_none() => {
                    out.finish = Some(*finish);
                    Field::Finish
                }
                Value::Texture(texture) if out.texture.is_none() => {
                    out.texture = Some(*texture);
                    Field::Texture
                }
                Value::Pattern(pattern) if out.pattern.is_none() => {
                    out.pattern = Some(*pattern);
                    Field::Pattern
                }
                Value::Colour(colour) if out.colours.len() < Properties::MAX_COLOURS => {
                    out.colours.push(Colour {
                        lab: colour.lab,
                        share: 1.0,
                    });
                    Field::Colours
                }
                Value::Application(application) => {
                    out.applications.push(*application);
                    Field::Applications
                }
                Value::Fire(class) if out.fire.is_none() => {
                    out.fire = Some(*class);
                    Field::Fire
                }
                Value::Slip(rating) if out.slip.is_none() => {
                    out.slip = Some(*rating);
                    Field::Slip
                }
                Value::Size(size) if out.size.is_none() => {
                    out.size = Some(*size);
                    Field::Size
                }
                Value::Length {
                    side: Side::Longest | Side::Width,
                    mm,
                } if out.size.is_none() && !mm.strict => {
                    out.size = Some(Size {
                        width_mm: middle(*mm) as f32,
                        length_mm: None,
                        thickness_mm: None,
                        joint_mm: None,
                    });
                    Field::Size
                }
                Value::Price {
                    cents,
                    currency,
                    unit,
                } if out.price.is_none() && !cents.strict => {
                    out.price = Some(Price {
                        cents: middle(*cents),
                        currency: currency.unwrap_or(Currency::Eur),
                        unit: unit.unwrap_or(PriceUnit::SquareMetre),
                        date: None,
                    });
                    Field::Price
                }
                _ => continue,
            };
            let known = sure.entry(field).or_default();
            *known = known.max(found.certainty.confidence());
        }
        let share = 1.0 / out.colours.len().max(1) as f32;
        out.colours
            .iter_mut()
            .for_each(|colour| colour.share = share);
        (out, sure)
    }

    /// What a full-text search should look for beside the values: the words that were not
    /// understood, and the kinds that a material is to look like (which no property holds).
    pub fn words(&self) -> String {
        let looks = self.wanted.iter().filter_map(|found| match found.value {
            Value::LooksLike(kind) => Some(kind.label().to_lowercase()),
            _ => None,
        });
        let rest = self.rest.iter().map(|left| left.text.clone());
        rest.chain(looks).collect::<Vec<_>>().join(" ")
    }

    /// Whether a value is asked for.
    pub fn wants(&self, value: &Value) -> bool {
        self.wanted.iter().any(|found| found.value == *value)
    }
}

impl Value {
    /// Whether a material has the value; `None` where that is not known. “Looks like” is never known
    /// from properties.
    pub fn holds(&self, properties: &Properties) -> Option<bool> {
        let within = |bounds: &Bounds, value: i64| {
            bounds.min.is_none_or(|min| value >= min) && bounds.max.is_none_or(|max| value <= max)
        };
        match self {
            Self::Category(kind) => properties.category.map(|c| c.is_within(*kind)),
            Self::LooksLike(_) => None,
            Self::Finish(finish) => properties.finish.map(|f| f == *finish),
            Self::Texture(texture) => properties.texture.map(|t| t == *texture),
            Self::Pattern(pattern) => properties.pattern.map(|p| p == *pattern),
            Self::Colour(wish) => (!properties.colours.is_empty()).then(|| {
                properties.colours.iter().any(|c| {
                    c.share >= 0.08
                        && BasicColour::of(c.lab) == wish.basic
                        && wish
                            .lightness
                            .is_none_or(|l| (l.min..=l.max).contains(&c.lab.l))
                })
            }),
            Self::Lightness(wish) => {
                let area: f32 = properties.colours.iter().map(|c| c.share).sum();
                let mean = properties
                    .colours
                    .iter()
                    .map(|c| c.lab.l * c.share)
                    .sum::<f32>()
                    / area;
                (area > 0.0).then(|| (wish.min..=wish.max).contains(&mean))
            }
            Self::Application(application) => (!properties.applications.is_empty())
                .then(|| properties.applications.contains(application)),
            Self::Fire(least) => properties.fire.map(|class| is_as_good(class, *least, true)),
            Self::Slip(least) => properties.slip.map(|rating| rating >= *least),
            Self::Price { cents, .. } => properties.price.as_ref().map(|p| within(cents, p.cents)),
            Self::Length { side, mm } => {
                let size = properties.size?;
                let length = match side {
                    Side::Longest => size.longest_mm(),
                    Side::Width => size.width_mm,
                    Side::Thickness => size.thickness_mm?,
                };
                Some(within(mm, length.round() as i64))
            }
            // Makers' formats are nominal: a joint's width less than they say.
            Self::Size(wish) => properties.size.map(|size| {
                let near = |a: f32, b: f32| (a - b).abs() <= a.max(b) * 0.03;
                let other = |s: &Size| s.length_mm.unwrap_or(s.width_mm);
                near(size.longest_mm(), wish.longest_mm())
                    && near(
                        size.width_mm.min(other(&size)),
                        wish.width_mm.min(other(wish)),
                    )
            }),
        }
    }
}

fn middle(bounds: Bounds) -> i64 {
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) => (min + max) / 2,
        (one, other) => one.or(other).unwrap_or_default(),
    }
}

fn narrow(range: &mut Range, bounds: Bounds) {
    if bounds.strict {
        range.min = range.min.max(bounds.min);
        range.max = match (range.max, bounds.max) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

fn add(filters: &mut Filters, facet: Facet, choice: Choice) {
    // Every list that is added here is shorter than a facet's limit; a test holds that.
    let added = filters.add(facet, choice);
    debug_assert!(added.is_ok(), "{facet:?}");
}

fn choose<W: Word>(filters: &mut Filters, facet: Facet, stays: impl Fn(W) -> bool, unknown: bool) {
    for word in W::all().iter().filter(|w| stays(**w)) {
        add(filters, facet, Choice::Known(word.as_str().to_owned()));
    }
    if unknown {
        add(filters, facet, Choice::Unknown);
    }
}

/// Every class EN 13501-1 can write, and its shortened forms.
fn every_fire_class() -> impl Iterator<Item = FireClass> {
    use Euroclass::{A1, A2, B, C, D, E, F};
    let smoke = [None, Some(1), Some(2), Some(3)];
    let droplets = [None, Some(0), Some(1), Some(2)];
    [A1, A2, B, C, D, E, F].into_iter().flat_map(move |class| {
        [false, true].into_iter().flat_map(move |floor| {
            smoke.into_iter().flat_map(move |smoke| {
                droplets.into_iter().filter_map(move |droplets| {
                    let graded = smoke.is_some() || droplets.is_some();
                    let written = match class {
                        A1 | F => !graded,
                        E => smoke.is_none() && matches!(droplets, None | Some(2)),
                        _ => droplets.is_none() || smoke.is_some(),
                    };
                    let on_floors = droplets.is_none() && smoke != Some(3);
                    (written && (!floor || on_floors)).then_some(FireClass {
                        class,
                        smoke,
                        droplets,
                        floor,
                    })
                })
            })
        })
    })
}

/// Whether a class is at least as good as the one asked for. A class for floors is asked for by its
/// suffix; a plain one is met by a floor's only where floors are asked for.
fn is_as_good(class: FireClass, least: FireClass, floors: bool) -> bool {
    let graded = |has: Option<u8>, asked: Option<u8>| match (asked, has) {
        (None, _) => true,
        (Some(asked), Some(has)) => has <= asked,
        // A1 gives off neither smoke nor droplets and is not graded; floors have no droplets.
        (Some(_), None) => class.class == Euroclass::A1,
    };
    class.class <= least.class
        && (class.floor == least.floor || (class.floor && floors))
        && graded(class.smoke, least.smoke)
        && (class.floor || graded(class.droplets, least.droplets))
}
