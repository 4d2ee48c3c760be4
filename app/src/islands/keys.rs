//! The page by keyboard.

use browser::js;
use leptos::prelude::*;
use web_sys::Event;

use super::awake;

/// Where words are typed; the first that is on the page.
const WORDS: [&str; 2] = ["#q", "#drop-words"];
/// What the arrows walk through, over all bands.
const LINKS: &str = ".wall .swatch-link";
/// Where keys have a meaning of their own.
const TYPING: &str = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable], [role=application]";

/// `/` goes to the search field, arrows walk the wall, `c` opens the crop.
#[island]
pub fn Keys() -> impl IntoView {
    awake(|_| {
        browser::listen(&browser::window(), "keydown", |event| {
            if act(&event) {
                event.prevent_default();
            }
        });
    })
}

/// Does what the key asks for; says whether it did.
fn act(event: &Event) -> bool {
    let foreign = ["defaultPrevented", "ctrlKey", "metaKey", "altKey"]
        .into_iter()
        .any(|name| js::truth(event, name));
    if foreign || browser::on(event, TYPING) {
        return false;
    }
    match js::text(event, "key").unwrap_or_default().as_str() {
        "/" => words(),
        "c" => crop(),
        "ArrowLeft" => step(|at, _| at.checked_sub(1)),
        "ArrowRight" => step(|at, _| Some(at + 1)),
        "ArrowUp" => step(|at, places| row(at, places, false)),
        "ArrowDown" => step(|at, places| row(at, places, true)),
        "Home" => step(|_, _| Some(0)),
        "End" => step(|_, places| places.len().checked_sub(1)),
        _ => false,
    }
}

fn words() -> bool {
    let Some(field) = WORDS.into_iter().find_map(browser::find) else {
        return false;
    };
    browser::focus(&field);
    let _ = js::call(&field, "select", []);
    true
}

fn crop() -> bool {
    if let Some(button) = browser::find(".crop-open:not([hidden])") {
        let _ = js::call(&button, "click", []);
    } else if let Some(open) = browser::find(".crop-box:not([hidden])") {
        browser::focus(&open);
    } else {
        return false;
    }
    true
}

/// Middle across and top of a swatch on the page, in CSS pixels.
type Place = (f64, f64);

/// Moves the focus from one swatch to another; elsewhere the arrows scroll as always.
fn step(to: fn(usize, &[Place]) -> Option<usize>) -> bool {
    let links = browser::find_all(LINKS);
    let active = js::get(&browser::document(), "activeElement");
    let Some(at) = links.iter().position(|link| js::same(&active, link)) else {
        return false;
    };
    let places: Vec<Place> = links
        .iter()
        .map(|link| {
            let bounds = js::call(link, "getBoundingClientRect", []).unwrap_or_default();
            let edge = |name| js::number(&bounds, name);
            (edge("left") + edge("width") / 2.0, edge("top"))
        })
        .collect();
    let Some(next) = to(at, &places).and_then(|next| links.get(next)) else {
        return false;
    };
    browser::focus(next);
    true
}

/// The swatch in the next row (or the one before) that stands nearest across.
fn row(at: usize, places: &[Place], down: bool) -> Option<usize> {
    /// Less than this apart is the same row.
    const SAME: f64 = 2.0;
    let (x, y) = places[at];
    let beyond = |other: f64| if down { other - y } else { y - other };
    let nearest = places
        .iter()
        .map(|place| beyond(place.1))
        .filter(|gap| *gap > SAME)
        .min_by(f64::total_cmp)?;
    (0..places.len())
        .filter(|other| (beyond(places[*other].1) - nearest).abs() <= SAME)
        .min_by(|a, b| {
            (places[*a].0 - x)
                .abs()
                .total_cmp(&(places[*b].0 - x).abs())
        })
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn arrows_keep_the_column_also_into_a_shorter_row() {
        // three, then two in the next band, which starts further down
        let wall = [
            (50.0, 0.0),
            (150.0, 0.0),
            (250.0, 0.5),
            (50.0, 120.0),
            (150.0, 120.0),
        ];
        assert_eq!(row(0, &wall, true), Some(3));
        assert_eq!(row(2, &wall, true), Some(4));
        assert_eq!(row(4, &wall, false), Some(1));
        assert_eq!(row(1, &wall, false), None);
        assert_eq!(row(3, &wall, true), None);
    }
}
