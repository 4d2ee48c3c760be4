//! What was chosen, as chips that can be taken off one by one.

use leptos::prelude::*;
use material::{Choice, Range, Results, View};

/// One chosen thing: what it is, and the view without it.
pub struct Chip {
    /// As shown to people: “Finish: oiled”.
    pub label: String,
    /// The same view without it.
    pub without: View,
    /// Whether it is what somebody typed, which is left as it is.
    pub typed: bool,
}

/// Everything that was chosen, in a fixed order: words, values, ranges.
pub fn chips(view: &View) -> Vec<Chip> {
    let base = view.first_page();
    let mut out = Vec::new();
    if let Some(text) = &view.text {
        out.push(Chip {
            label: format!("“{text}”"),
            without: View {
                text: None,
                ..base.clone()
            },
            typed: true,
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
            typed: false,
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
            typed: false,
        });
    }
    if let Some(label) = range_label("size", view.filters.size, |mm| format!("{mm} mm")) {
        let mut without = base.clone();
        without.filters.size = Range::default();
        out.push(Chip {
            label,
            without,
            typed: false,
        });
    }
    out
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
    let chips = chips(&results.view);
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
                return view! { <li class="chip chip-on"><span class:chip-word=!chip.typed>{chip.label}</span></li> }.into_any();
            }
            view! {
                <li>
                    <a class="chip chip-on" href=results.address(&chip.without)>
                        <span class="visually-hidden">"Take off: "</span>
                        <span class:chip-word=!chip.typed>{chip.label}</span>
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
    use super::chips;
    use material::View;

    #[test]
    fn each_chip_takes_off_one_thing_and_goes_to_the_first_page() -> Result<(), material::ParseError>
    {
        let view =
            View::parse("q=oak&finish=oiled&finish=unknown&price_max=60&price=unknown&page=3")?;
        let found: Vec<_> = chips(&view)
            .into_iter()
            .map(|c| (c.label, c.without.query()))
            .collect();
        let labels: Vec<_> = found.iter().map(|c| c.0.as_str()).collect();
        assert_eq!(
            labels,
            [
                "“oak”",
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
}
