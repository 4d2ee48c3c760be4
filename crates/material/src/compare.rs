//! Materials side by side: what is the same and what is not.

use serde::{Deserialize, Serialize};

use crate::{
    Colour, Lab, LookFacts, MaterialCard, ParseError, Properties, Slug, Word, delta_e, lrv,
    trade_name,
};

/// The materials of a comparison, as its address names them: `m=slug&m=slug`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// At most [`Comparison::MOST`], each once.
    pub slugs: Vec<Slug>,
    /// How many more were named.
    pub left_out: usize,
}

impl Kept {
    /// Reads a query string (without `?`). Foreign keys and empty values are passed over.
    ///
    /// # Errors
    /// The [`ParseError`] of the first name that is none.
    pub fn parse(query: &str) -> Result<Self, ParseError> {
        let limit = crate::View::MAX_QUERY;
        if query.len() > limit {
            return Err(ParseError::TooLong {
                kind: "address",
                length: query.len(),
                limit,
            });
        }
        let mut out = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            if key != "m" || value.trim().is_empty() {
                continue;
            }
            let slug = Slug::parse(value.trim())?;
            if out.slugs.contains(&slug) {
                continue;
            }
            if out.slugs.len() < Comparison::MOST {
                out.slugs.push(slug);
            } else {
                out.left_out += 1;
            }
        }
        Ok(out)
    }

    /// The address of a comparison of these.
    pub fn address(slugs: &[Slug]) -> String {
        let mut out = String::from("/compare");
        for (i, slug) in slugs.iter().enumerate() {
            out.push_str(if i == 0 { "?m=" } else { "&m=" });
            out.push_str(slug.as_str());
        }
        out
    }
}

/// One of the materials that stand side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Name, maker, swatches.
    pub card: MaterialCard,
    /// All that is known.
    pub properties: Properties,
    /// What was measured in its first picture.
    pub look: Option<LookFacts>,
}

/// One property of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRow {
    /// Which property.
    pub label: String,
    /// Its value on each, in their order; `None` is not known.
    pub values: Vec<Option<String>>,
    /// Whether they are not all the same. What is not known is no difference.
    pub differ: bool,
}

/// Up to four materials side by side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The materials in the order they were asked for.
    pub materials: Vec<Compared>,
    /// Property by property; what nobody knows is left out.
    pub rows: Vec<ComparedRow>,
    /// How many that were asked for are not in the library.
    pub missing: usize,
}

impl Comparison {
    /// As many as stand side by side.
    pub const MOST: usize = 4;
    /// Means of colours that differ by less look the same (ΔE2000).
    const SAME: f32 = 2.5;

    /// Compares materials.
    pub fn of(materials: Vec<Compared>, missing: usize) -> Self {
        let mut rows: Vec<ComparedRow> = Vec::new();
        let mut add = |label: &str, values: Vec<Option<String>>, differ: Option<bool>| {
            if values.iter().any(Option::is_some) {
                let mut known = values.iter().flatten();
                let first = known.next();
                rows.push(ComparedRow {
                    label: label.to_owned(),
                    differ: differ.unwrap_or_else(|| known.any(|value| Some(value) != first)),
                    values,
                });
            }
        };
        let each = |value: &dyn Fn(&Properties) -> Option<String>| -> Vec<Option<String>> {
            materials.iter().map(|m| value(&m.properties)).collect()
        };
        add(
            "Category",
            each(&|p| {
                p.category.map(|c| match c.parent() {
                    Some(parent) => format!("{}, {}", c.label(), parent.label().to_lowercase()),
                    None => c.label().to_owned(),
                })
            }),
            None,
        );
        let means: Vec<Option<Lab>> = materials.iter().map(|m| mean(m.colours())).collect();
        let first = means.iter().flatten().next().copied();
        let apart = |lab: &Lab| first.map_or(0.0, |first| delta_e(first, *lab));
        let colours = means
            .iter()
            .map(|mean| {
                mean.as_ref().map(|lab| match apart(lab) {
                    d if d < Self::SAME => trade_name(*lab).to_owned(),
                    d => format!("{}, {d:.0} ΔE away", trade_name(*lab)),
                })
            })
            .collect();
        let differ = means.iter().flatten().any(|lab| apart(lab) >= Self::SAME);
        add("Colour", colours, Some(differ));
        let light: Vec<Option<f32>> = materials.iter().map(Compared::lrv).collect();
        let spread = |end: fn(f32, f32) -> f32| light.iter().flatten().copied().reduce(end);
        let differ = spread(f32::max).unwrap_or(0.0) - spread(f32::min).unwrap_or(0.0) >= 5.0;
        add(
            "Light reflectance",
            light.iter().map(|v| v.map(|v| format!("{v:.0}"))).collect(),
            Some(differ),
        );
        fn word<W: Word>(word: Option<W>) -> Option<String> {
            word.map(|w| w.label().to_owned())
        }
        add("Finish", each(&|p| word(p.finish)), None);
        add("Texture", each(&|p| word(p.texture)), None);
        add("Pattern", each(&|p| word(p.pattern)), None);
        add(
            "Pattern repeat",
            each(&|p| p.pattern_scale_mm.map(|mm| format!("{mm} mm"))),
            None,
        );
        add(
            "For",
            each(&|p| {
                let uses: Vec<_> = p.applications.iter().map(|a| a.label()).collect();
                (!uses.is_empty()).then(|| uses.join(", "))
            }),
            None,
        );
        add("Size", each(&|p| p.size.map(|s| s.to_string())), None);
        add(
            "Price",
            each(&|p| p.price.as_ref().map(ToString::to_string)),
            None,
        );
        add("Fire class", each(&|p| p.fire.map(|f| f.to_string())), None);
        add("Slip rating", each(&|p| word(p.slip)), None);
        let mut specs: Vec<&str> = Vec::new();
        for spec in materials.iter().flat_map(|m| &m.properties.specs) {
            if !specs.contains(&spec.name.as_str()) {
                specs.push(spec.name.as_str());
            }
        }
        for name in specs {
            let value = |p: &Properties| {
                let spec = p.specs.iter().find(|spec| spec.name.as_str() == name)?;
                Some(spec.value.to_string())
            };
            add(name, each(&value), None);
        }
        Self {
            materials,
            rows,
            missing,
        }
    }
}

impl Compared {
    /// Its colours: those it came with, else those of its first picture.
    pub fn colours(&self) -> &[Colour] {
        let measured = self.look.as_ref().map_or(&[][..], |look| &look.palette);
        if self.properties.colours.is_empty() {
            measured
        } else {
            &self.properties.colours
        }
    }

    /// Light reflectance: measured in the picture, else of its colours.
    fn lrv(&self) -> Option<f32> {
        let measured = self.look.as_ref().map(|look| look.lrv);
        measured.or_else(|| mean(self.colours()).map(lrv))
    }
}

/// The mean of a palette by area.
fn mean(palette: &[Colour]) -> Option<Lab> {
    let total: f32 = palette.iter().map(|c| c.share).sum();
    let sum = |channel: fn(&Lab) -> f32| {
        let weighted = palette.iter().map(|c| channel(&c.lab) * c.share);
        weighted.sum::<f32>() / total
    };
    (total > 0.0).then(|| Lab::new(sum(|c| c.l), sum(|c| c.a), sum(|c| c.b)))
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a failed parse is the failure of the test"
    )]

    use super::*;
    use crate::{Category, Finish, Name, Spec, parse_hex};

    fn material(slug: &str, finish: Option<Finish>, code: &str) -> Compared {
        let colours = vec![Colour {
            lab: parse_hex(code).unwrap(),
            share: 1.0,
        }];
        Compared {
            card: MaterialCard {
                slug: Slug::parse(slug).unwrap(),
                name: Name::parse(slug).unwrap(),
                maker: None,
                category: None,
                finish,
                pattern: None,
                texture: None,
                price: None,
                colours: colours.clone(),
                swatches: Vec::new(),
            },
            properties: Properties {
                category: Category::parse("marble").ok(),
                finish,
                colours,
                ..Properties::default()
            },
            look: None,
        }
    }

    fn row<'a>(comparison: &'a Comparison, label: &str) -> &'a ComparedRow {
        comparison.rows.iter().find(|r| r.label == label).unwrap()
    }

    #[test]
    fn differences_are_marked_and_what_is_not_known_is_none() {
        let mut third = material("c", None, "#232f4b");
        third.properties.specs.push(Spec {
            name: Name::parse("PEI").unwrap(),
            value: Name::parse("IV").unwrap(),
        });
        let comparison = Comparison::of(
            vec![
                material("a", Some(Finish::Honed), "#c8b59a"),
                material("b", Some(Finish::Polished), "#c8b59b"),
                third,
            ],
            0,
        );
        assert!(!row(&comparison, "Category").differ);
        let finish = row(&comparison, "Finish");
        assert!(finish.differ);
        assert_eq!(finish.values[2], None);
        let colour = row(&comparison, "Colour");
        assert!(colour.differ);
        let values: Vec<_> = colour.values.iter().flatten().collect();
        assert!(
            !values[1].contains("ΔE") && values[2].contains("ΔE away"),
            "{values:?}"
        );
        assert!(row(&comparison, "Light reflectance").differ);
        // known of one alone: nothing to differ from
        assert!(!row(&comparison, "PEI").differ);
        assert!(comparison.rows.iter().all(|r| r.values.len() == 3));
        assert!(comparison.rows.iter().all(|r| r.label != "Slip rating"));
    }

    #[test]
    fn nothing_and_one_are_comparisons_too() {
        assert!(Comparison::of(Vec::new(), 2).rows.is_empty());
        let one = Comparison::of(vec![material("a", None, "#c8b59a")], 0);
        assert!(one.rows.iter().all(|r| !r.differ));
    }

    #[test]
    fn an_address_names_up_to_four_each_once() {
        let kept = Kept::parse("m=a&m=b&m=a&x=1&m=&m=c&m=d&m=e").unwrap();
        assert_eq!(kept.slugs.len(), 4);
        assert_eq!(kept.left_out, 1);
        assert_eq!(Kept::address(&kept.slugs), "/compare?m=a&m=b&m=c&m=d");
        assert_eq!(Kept::parse("").unwrap(), Kept::default());
        assert!(Kept::parse("m=../../etc").is_err());
        assert!(Kept::parse(&"m=a&".repeat(5000)).is_err());
    }
}
