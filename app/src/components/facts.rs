//! What Veneer sees in a photo: words with their confidence, and what can be measured.

use leptos::prelude::*;
use material::{Analysis, Choice, Estimated, Facet, Field, LookFacts, Results};

/// A confidence in words; a figure would promise more than there is.
pub fn sureness(confidence: f32) -> &'static str {
    match confidence {
        c if c >= 0.75 => "sure",
        c if c >= 0.45 => "likely",
        _ => "perhaps",
    }
}

/// The filter that stands for a property, where there is one.
fn facet_of(field: Field) -> Option<Facet> {
    match field {
        Field::Category => Some(Facet::Category),
        Field::Colours => Some(Facet::Colour),
        Field::Finish => Some(Facet::Finish),
        Field::Pattern => Some(Facet::Pattern),
        Field::Texture => Some(Facet::Texture),
        Field::Applications => Some(Facet::Application),
        Field::Fire => Some(Facet::Fire),
        Field::Slip => Some(Facet::Slip),
        Field::Size | Field::Price => None,
    }
}

/// The address that switches a value on as a filter, or off again, and whether it is on.
fn toggle(results: &Results, value: &Estimated) -> Option<(String, bool)> {
    let facet = facet_of(value.field)?;
    let choice = facet.choice(&value.value).ok()?;
    if choice == Choice::Unknown {
        return None;
    }
    let mut view = results.view.first_page();
    let on = view.filters.has(facet, &choice);
    if on {
        view.filters.remove(facet, &choice);
    } else {
        view.filters.add(facet, choice).ok()?;
    }
    Some((results.address(&view), on))
}

/// The analysis as chips; each keeps only what agrees with it, or lets the rest back in.
pub fn seen(results: &Results, frozen: bool) -> Option<AnyView> {
    let analysis = results.analysis.as_ref()?;
    if analysis.values.is_empty() && analysis.note.is_none() {
        return None;
    }
    let chips: Vec<_> = analysis
        .values
        .iter()
        .map(|value| {
            let sure = sureness(value.confidence);
            let inside = {
                use material::Word;
                let field = value.field.label();
                view! {
                    <span class="visually-hidden">{format!("{field}: ")}</span>
                    <span class="chip-word">{value.label.clone()}</span>
                    " "
                    <small>{sure}</small>
                }
            };
            let link = toggle(results, value).filter(|_| !frozen);
            match link {
                Some((href, on)) => view! {
                    <li>
                        <a
                            class="chip"
                            class:chip-on=on
                            href=href
                            aria-current=on.then_some("true")
                            rel="nofollow"
                        >
                            {inside}
                        </a>
                    </li>
                }
                .into_any(),
                None => view! { <li class="chip chip-still">{inside}</li> }.into_any(),
            }
        })
        .collect();
    Some(
        view! {
            <section class="panel seen">
                <h2 class="panel-head">"What Veneer sees"</h2>
                <ul class="chips">{chips}</ul>
                <p class="note">{origin_of(analysis, frozen)}</p>
            </section>
        }
        .into_any(),
    )
}

fn origin_of(analysis: &Analysis, frozen: bool) -> String {
    let who = if analysis.estimate {
        "Estimated from similar materials.".to_owned()
    } else {
        format!("Seen by {}.", analysis.model)
    };
    let who = match &analysis.note {
        Some(note) => format!("{note} {who}"),
        None => who,
    };
    if frozen {
        who
    } else {
        format!("{who} Choose a word to keep only what agrees.")
    }
}

/// What was measured, as a short table in words and figures.
pub fn measured(look: &LookFacts) -> AnyView {
    let contrast = match look.contrast {
        c if c < 4.0 => "even",
        c if c < 10.0 => "soft",
        c if c < 18.0 => "clear",
        _ => "strong",
    };
    let repeat = look.period.map(|period| {
        let strict = if look.regularity >= 0.6 { "" } else { "about " };
        match look.width_mm {
            Some(width) => format!("{strict}every {}", length(period * width)),
            None => format!("{strict}every {:.0} % of the width", period * 100.0),
        }
    });
    let width = look.width_mm.map(|width| {
        view! {
            <div>
                <dt>"Shows"</dt>
                <dd>{format!("{} across", length(width))}</dd>
            </div>
        }
    });
    let sizes = look.width_mm.map(|_| {
        view! {
            <p class="note">
                "Scale is compared in millimetres where the library knows a repeat, elsewhere by the pictures."
            </p>
        }
    });
    let grain = look
        .direction
        .map(|degrees| match degrees.rem_euclid(180.0) {
            d if !(10.0..170.0).contains(&d) => "runs across".to_owned(),
            d if (80.0..100.0).contains(&d) => "runs upright".to_owned(),
            d => format!("runs at {d:.0}°"),
        });
    let feature = match look.coarseness {
        c if c < 0.01 => "very fine",
        c if c < 0.03 => "fine",
        c if c < 0.08 => "medium",
        _ => "large",
    };
    view! {
        <dl class="measured">
            {width}
            <div>
                <dt>"Light reflectance"</dt>
                <dd>{format!("{:.0} of 100", look.lrv)}</dd>
            </div>
            <div>
                <dt>"Contrast"</dt>
                <dd>{contrast}</dd>
            </div>
            <div>
                <dt>"Grain size"</dt>
                <dd>{feature}</dd>
            </div>
            {grain
                .map(|text| {
                    view! {
                        <div>
                            <dt>"Direction"</dt>
                            <dd>{text}</dd>
                        </div>
                    }
                })}
            {repeat
                .map(|text| {
                    view! {
                        <div>
                            <dt>"Repeats"</dt>
                            <dd>{text}</dd>
                        </div>
                    }
                })}
        </dl>
        {sizes}
    }
    .into_any()
}

/// A length as one says it: 8 mm, 62 cm, 2.4 m.
fn length(mm: f32) -> String {
    match mm {
        mm if mm < 9.95 => format!("{mm:.1} mm"),
        mm if mm < 99.5 => format!("{mm:.0} mm"),
        mm if mm < 995.0 => format!("{:.0} cm", mm / 10.0),
        mm => format!("{:.1} m", mm / 1000.0),
    }
}
