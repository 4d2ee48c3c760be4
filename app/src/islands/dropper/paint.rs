//! Makes the page show what is on the desk.

use browser::{attribute, js, show};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{
    crop::Rectangle,
    desk::{Desk, Photo, Stage},
    regions,
};

/// Shows everything as it is now; what does not change is not touched by the browser either.
pub fn paint(desk: &Desk) {
    let Some(form) = &desk.form else {
        return;
    };
    let part = |selector: &str| form.query_selector(selector).ok().flatten();
    let shown = |selector: &str, is: bool| {
        if let Some(element) = part(selector) {
            show(&element, is);
        }
    };
    let text = |selector: &str, text: &str| {
        // the same text once more would be read out once more
        if let Some(element) = part(selector)
            && element.text_content().as_deref() != Some(text)
        {
            element.set_text_content(Some(text));
        }
    };
    let working = desk.stage != Stage::Waiting;
    let has_photo = desk.photo.is_some();
    let busy = working.then_some("true");

    attribute(form, "data-stage", Some(name(desk)));
    attribute(form, "aria-busy", busy);
    shown(".drop-photo", has_photo);
    shown(".drop-camera", true);
    shown(".drop-paste", true);
    shown(".drop-kept", desk.kept && !has_photo);
    shown(".drop-address", !has_photo);
    shown(".drop-cancel", working);
    shown(".drop-retry", desk.again && !working);
    shown(".drop-clear", has_photo && !working);
    shown(".drop-progress", working);
    shown(".drop-veil", desk.dragged);
    shown(".crop-box", desk.crop.is_some());
    shown(".crop-tools .crop-open", has_photo && desk.crop.is_none());
    shown(".crop-whole", desk.crop.is_some());
    let more = desk.crop.is_some() && desk.regions.len() + 1 < regions::MOST;
    shown(".region-add", more);
    shown(".region-forget", !desk.regions.is_empty());
    shown(".scale-measure", has_photo);
    text(
        ".drop-choose span",
        if has_photo {
            "Another photo"
        } else {
            "Choose a photo"
        },
    );
    text(".drop-error", desk.error.as_deref().unwrap_or_default());
    text(".drop-said", &said(desk, form));
    // several regions are searches of their own
    shown(".drop-add", desk.regions.is_empty());
    for button in [".drop-go", ".drop-add"] {
        if let Some(button) = part(button) {
            attribute(&button, "aria-disabled", busy);
        }
    }
    if let Some(bar) = part(".drop-progress") {
        attribute(&bar, "value", progress(desk.stage));
    }
    if let Some(image) = part(".drop-preview") {
        picture(&image, desk.photo.as_ref());
    }
    if let Some(stage) = part(".crop-stage") {
        let list = js::get(&stage, "classList");
        let _ = js::call(
            &list,
            "toggle",
            ["crop-active".into(), desk.crop.is_some().into()],
        );
    }
    if let (Some(crop_box), Some(crop)) = (part(".crop-box"), desk.crop) {
        place(&crop_box, crop);
    }
    let kept = js::call(form, "querySelectorAll", [".crop-region".into()]);
    for (i, outline) in kept.iter().flat_map(js::items).enumerate() {
        let outline: Element = outline.unchecked_into();
        show(&outline, i < desk.regions.len());
        if let Some(region) = desk.regions.get(i) {
            place(&outline, *region);
        }
    }
    if let Some(mark) = part(".scale-mark") {
        attribute(
            &mark,
            "aria-pressed",
            Some(if desk.marking { "true" } else { "false" }),
        );
    }
    let [a, b] = match desk.marks[..] {
        [a, b] => [a, b],
        [a] => [a, a],
        _ => [(-1.0, -1.0); 2],
    };
    for line in [".scale-under", ".scale-over"] {
        if let Some(line) = part(line) {
            for (name, value) in [("x1", a.0), ("y1", a.1), ("x2", b.0), ("y2", b.1)] {
                let place = ((value * 1000.0) as i32).to_string();
                attribute(&line, name, Some(&place));
            }
        }
    }
}

fn name(desk: &Desk) -> &'static str {
    match desk.stage {
        Stage::Waiting if desk.photo.is_some() => "ready",
        Stage::Waiting => "idle",
        Stage::Reading => "reading",
        Stage::Shrinking => "shrinking",
        Stage::Sending(_) => "sending",
        Stage::Comparing => "comparing",
    }
}

/// What is going on, in words.
fn said(desk: &Desk, form: &Element) -> String {
    match (desk.stage, &desk.photo) {
        (Stage::Waiting, None) => String::new(),
        (Stage::Waiting, Some(photo)) => [
            &size(photo.original.bytes()),
            " → ",
            &size(photo.shrunk.bytes()),
            ". Place and camera data are gone.",
        ]
        .concat(),
        (Stage::Reading, _) => "Reading…".to_owned(),
        (Stage::Shrinking, _) => "Shrinking…".to_owned(),
        (Stage::Sending(_), _) => "Sending…".to_owned(),
        (Stage::Comparing, _) => match form.get_attribute("data-swatches") {
            Some(count) => ["Comparing with ", &count, " swatches…"].concat(),
            None => "Comparing…".to_owned(),
        },
    }
}

/// Percent of the whole way as far as one can tell; without one the bar moves on its own.
fn progress(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Reading => Some("10"),
        Stage::Shrinking => Some("30"),
        Stage::Sending(percent) if percent < 50 => Some("50"),
        Stage::Sending(_) => Some("70"),
        Stage::Waiting | Stage::Comparing => None,
    }
}

fn picture(image: &Element, photo: Option<&Photo>) {
    let address = photo.map(|photo| photo.address.as_str());
    if image.get_attribute("src").as_deref() == address {
        return;
    }
    let side = |of: fn(&Photo) -> u32| photo.map(|photo| of(photo).to_string());
    attribute(image, "width", side(|p| p.shrunk.width).as_deref());
    attribute(image, "height", side(|p| p.shrunk.height).as_deref());
    attribute(image, "src", address);
}

/// Lays the rectangle where it belongs, in tenths of a percent. Through the style object, which a
/// content security policy does not mind.
fn place(crop_box: &Element, crop: Rectangle) {
    let style = js::get(crop_box, "style");
    for (side, part) in [
        ("left", crop.x),
        ("top", crop.y),
        ("width", crop.width),
        ("height", crop.height),
    ] {
        let tenths = (part * 1000.0).round() as u32;
        let value = format!("{}.{}%", tenths / 10, tenths % 10);
        js::set(&style, side, value);
    }
}

/// Bytes as people say them: 86 KB, 4.1 MB.
fn size(bytes: f64) -> String {
    let tenths = (bytes / 100_000.0).round() as u32;
    if tenths < 10 {
        format!("{} KB", (bytes / 1000.0).ceil() as u32)
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_read_like_speech() {
        assert_eq!(size(86_200.0), "87 KB");
        assert_eq!(size(4_130_000.0), "4.1 MB");
        assert_eq!(size(949_000.0), "949 KB");
        assert_eq!(size(999_999.0), "1.0 MB");
    }
}
