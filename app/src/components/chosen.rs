//! What was chosen, as chips that can be taken off one by one.

use leptos::prelude::*;
use material::{
    Choice, Estimated, Example, ExampleCard, ExampleOf, ExampleShown, Range, Results, SearchText,
    View, hex,
    read::{PieceKind, pieces},
};

/// One chosen thing: what it is, and the view without it.
pub struct Chip {
    /// As shown to people: “Finish: oiled”.
    pub label: String,
    /// The same view without it.
    pub without: View,
    /// What it does.
    pub does: Does,
    /// What there is to see of it, where it is a picture.
    pub picture: Option<ExampleShown>,
}

/// What a chosen thing does to the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// It lets only some materials through.
    Filter,
    /// Read in what was typed: it brings some materials forward.
    Wish,
    /// It is what somebody typed, which is left as it is.
    Typed,
    /// A model suggests that it is meant: it brings some materials forward.
    Suggested,
}

impl Does {
    fn class(self) -> &'static str {
        match self {
            Self::Wish => "chip chip-wish",
            Self::Filter | Self::Typed => "chip chip-on",
            Self::Suggested => "chip chip-wish chip-suggested",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Filter => "Only what is so is shown",
            Self::Wish => "What is so comes first",
            Self::Typed => "Looked for in names and descriptions",
            Self::Suggested => "A model suggests that this is meant; what is so comes first",
        }
    }
}

/// Everything that was chosen, in a fixed order: words, what they are thought to mean, swatches, values, ranges.
pub fn chips(view: &View, suggested: &[Estimated], examples: &[ExampleCard]) -> Vec<Chip> {
    let base = view.first_page();
    let mut out = Vec::new();
    if let Some(text) = &view.text {
        let without = |text: Option<SearchText>| View {
            text,
            ..base.clone()
        };
        let pieces = pieces(text.as_str());
        if pieces.is_empty() {
            out.push(Chip {
                label: format!("“{text}”"),
                without: without(None),
                does: Does::Typed,
                picture: None,
            });
        }
        out.extend(pieces.into_iter().map(|piece| Chip {
            label: piece.label,
            // What is left may be little words alone, or nothing.
            without: without(SearchText::parse(&piece.without).ok()),
            does: match piece.kind {
                PieceKind::Condition | PieceKind::Unwanted => Does::Filter,
                PieceKind::Wish => Does::Wish,
                PieceKind::Word => Does::Typed,
            },
            picture: None,
        }));
    }
    for value in suggested {
        let mut without = base.clone();
        without.declined.insert(value.field);
        out.push(Chip {
            label: format!("suggested: {}", value.label),
            without,
            does: Does::Suggested,
            picture: None,
        });
    }
    if let Some(palette) = &view.palette {
        let names: Vec<_> = palette
            .parts()
            .iter()
            .map(|part| material::trade_name(part.lab()))
            .collect();
        out.push(Chip {
            label: format!("palette: {}", names.join(", ")),
            without: View {
                palette: None,
                ..base.clone()
            },
            does: Does::Wish,
            picture: None,
        });
    }
    for example in &view.examples {
        let way = if example.away { "less" } else { "more" };
        out.push(Chip {
            label: format!("{way} like {}", called(view, examples, example)),
            without: base.without_example(&example.of),
            does: Does::Wish,
            picture: card_of(examples, example).map(|card| card.shown.clone()),
        });
    }
    for (facet, choice) in view.filters.iter() {
        let mut without = base.clone();
        without.filters.remove(facet, choice);
        let label = match choice {
            Choice::Known(value) => facet.label_of(value),
            Choice::Unknown => {
                use material::Word;
                format!("{} not known", facet.label().to_lowercase())
            }
        };
        out.push(Chip {
            label,
            without,
            does: Does::Filter,
            picture: None,
        });
    }
    if let Some(label) = range_label("price", view.filters.price, |cents| {
        let (whole, part) = (cents / 100, cents % 100);
        if part == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{part:02}")
        }
    }) {
        let mut without = base.clone();
        without.filters.price = Range::default();
        out.push(Chip {
            label,
            without,
            does: Does::Filter,
            picture: None,
        });
    }
    if let Some(label) = range_label("size", view.filters.size, |mm| format!("{mm} mm")) {
        let mut without = base.clone();
        without.filters.size = Range::default();
        out.push(Chip {
            label,
            without,
            does: Does::Filter,
            picture: None,
        });
    }
    out
}

/// What is known of an example.
fn card_of<'a>(examples: &'a [ExampleCard], example: &Example) -> Option<&'a ExampleCard> {
    examples.iter().find(|card| card.example.of == example.of)
}

/// What an example is called beside the others: “Oslo Oak”, “added photo 2”.
pub fn called(view: &View, examples: &[ExampleCard], example: &Example) -> String {
    let photos = || view.examples.iter().filter(|other| other.is_photo());
    match &example.of {
        ExampleOf::Photo(_) if photos().count() == 1 => "the added photo".to_owned(),
        ExampleOf::Photo(_) => {
            let at = photos().position(|other| other.of == example.of);
            format!("added photo {}", at.unwrap_or_default() + 1)
        }
        ExampleOf::Swatch(_) => card_of(examples, example)
            .map_or("a swatch that is gone", ExampleCard::name)
            .to_owned(),
    }
}

/// What a chip shows of a picture.
fn thumbnail(picture: ExampleShown) -> AnyView {
    match picture {
        ExampleShown::Swatch { swatch, .. } => view! {
            <img
                class="chip-swatch"
                src=format!("/swatch/{}/320", swatch.id)
                width="24"
                height="24"
                alt=""
                loading="lazy"
            />
        }
        .into_any(),
        ExampleShown::Photo { palette } => {
            let stripes = palette.iter().map(|colour| {
                let style = format!("--ground:{};flex-grow:{:.3}", hex(colour.lab), colour.share);
                view! { <span class="from-colour" style=style></span> }
            });
            view! { <span class="chip-swatch chip-photo">{stripes.collect_view()}</span> }
                .into_any()
        }
    }
}

/// Says that photos were to count and cannot any more.
pub fn gone(results: &Results) -> Option<AnyView> {
    let sentence = match results.gone {
        0 => return None,
        1 => "One photo of this search is not kept any more and does not count.".to_owned(),
        n => format!("{n} photos of this search are not kept any more and do not count."),
    };
    Some(view! { <p class="notice notice-gone">{sentence}</p> }.into_any())
}

/// “Price 20 to 60, or not known”.
fn range_label(name: &str, range: Range, show: impl Fn(i64) -> String) -> Option<String> {
    let known = match (range.min, range.max) {
        (None, None) if !range.unknown => return None,
        (None, None) => return Some(format!("{name} not known")),
        (Some(min), None) => format!("{name} from {}", show(min)),
        (None, Some(max)) => format!("{name} up to {}", show(max)),
        (Some(min), Some(max)) => format!("{name} {} to {}", show(min), show(max)),
    };
    Some(if range.unknown {
        format!("{known}, or not known")
    } else {
        known
    })
}

/// The chips as links, and one that takes all of them off; on a frozen page as plain words.
pub fn chosen(results: &Results, frozen: bool) -> Option<AnyView> {
    let chips = chips(&results.view, &results.suggested, &results.examples);
    if chips.is_empty() {
        return None;
    }
    let all = (chips.len() > 1 && !frozen).then(|| {
        let bare = View {
            weights: results.view.weights,
            ..View::default()
        };
        view! {
            <li>
                <a class="chip-all" href=results.address(&bare)>
                    "Clear all"
                </a>
            </li>
        }
    });
    let items: Vec<_> = chips
        .into_iter()
        .map(|chip| {
            if frozen {
                return view! { <li class=chip.does.class()><span class:chip-word=chip.does != Does::Typed>{chip.label}</span></li> }.into_any();
            }
            view! {
                <li>
                    <a
                        class=chip.does.class()
                        href=results.address(&chip.without)
                        title=chip.does.title()
                    >
                        <span class="visually-hidden">"Take off: "</span>
                        {chip.picture.map(thumbnail)}
                        <span class:chip-word=chip.does != Does::Typed>{chip.label}</span>
                        <svg class="chip-x" viewBox="0 0 12 12" aria-hidden="true">
                            <path d="m3 3 6 6M9 3 3 9" />
                        </svg>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    Some(
        view! {
            <ul class="chips" aria-label="Chosen">
                {items}
                {all}
            </ul>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::{Does, chips};
    use material::View;

    #[test]
    fn each_chip_takes_off_one_thing_and_goes_to_the_first_page() -> Result<(), material::ParseError>
    {
        let view =
            View::parse("q=oak&finish=oiled&finish=unknown&price_max=60&price=unknown&page=3")?;
        let found: Vec<_> = chips(&view, &[], &[])
            .into_iter()
            .map(|c| (c.label, c.without.query()))
            .collect();
        let labels: Vec<_> = found.iter().map(|c| c.0.as_str()).collect();
        assert_eq!(
            labels,
            [
                "oak",
                "oiled",
                "finish not known",
                "price up to 60, or not known"
            ]
        );
        assert_eq!(
            found[0].1,
            "?finish=oiled&finish=unknown&price_max=60&price=unknown"
        );
        assert_eq!(found[3].1, "?q=oak&finish=oiled&finish=unknown");
        Ok(())
    }

    #[test]
    fn a_suggestion_is_called_one_and_can_be_declined() -> Result<(), material::ParseError> {
        let suggested = [material::Estimated {
            field: material::Field::Finish,
            value: "matt".to_owned(),
            label: "matt".to_owned(),
            confidence: 0.7,
        }];
        let view = View::parse("q=like+driftwood&page=2")?;
        let found = chips(&view, &suggested, &[]);
        let last = found
            .last()
            .map(|c| (c.label.as_str(), c.does, c.without.query()));
        let declined = "?q=like+driftwood&declined=finish".to_owned();
        assert_eq!(last, Some(("suggested: matt", Does::Suggested, declined)));
        Ok(())
    }

    #[test]
    fn added_photos_are_told_apart_and_taken_off_one_by_one() -> Result<(), material::ParseError> {
        let told = |query: &str| -> Result<Vec<_>, material::ParseError> {
            let chips = chips(&View::parse(query)?, &[], &[]).into_iter();
            Ok(chips.map(|c| (c.label, c.without.query())).collect())
        };
        assert_eq!(
            told("like=photo:abc")?,
            [("more like the added photo".to_owned(), String::new())]
        );
        let two = told("like=photo:abc:50&unlike=photo:xyz")?;
        assert_eq!(
            two[0],
            (
                "more like added photo 1".to_owned(),
                "?unlike=photo%3Axyz".to_owned()
            )
        );
        assert_eq!(
            two[1],
            (
                "less like added photo 2".to_owned(),
                "?like=photo%3Aabc%3A50".to_owned()
            )
        );
        Ok(())
    }

    #[test]
    fn words_are_chips_of_their_own() -> Result<(), material::ParseError> {
        let view = View::parse("q=Skåne+oak+without+knots+under+60+€&page=2")?;
        let found: Vec<_> = chips(&view, &[], &[])
            .into_iter()
            .map(|c| (c.label, c.does, c.without.query()))
            .collect();
        let told: Vec<_> = found.iter().map(|c| (c.0.as_str(), c.1)).collect();
        assert_eq!(
            told,
            [
                ("“Skåne”", Does::Typed),
                ("oak", Does::Wish),
                ("not knotted", Does::Filter),
                ("up to €\u{a0}60", Does::Filter),
            ]
        );
        assert_eq!(found[3].2, "?q=Sk%C3%A5ne+oak+without+knots");
        let little = chips(&View::parse("q=in+the")?, &[], &[]);
        assert_eq!(little.len(), 1);
        assert_eq!(little[0].without.query(), "");
        Ok(())
    }
}
