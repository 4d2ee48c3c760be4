//! How large what the photo shows is: two points of it with a known distance between, or its width typed.

use browser::js;

use super::desk;

/// A point of the picture, fractions of its sides, origin top left.
pub type Point = (f64, f64);

/// The width of the whole picture, in the unit of `length`, the distance between two of its points. `aspect` is
/// its height divided by its width. `None` when the points are too near each other to tell, or the length is none.
pub fn width(a: Point, b: Point, aspect: f64, length: f64) -> Option<f64> {
    /// Two taps nearer than this tell nothing.
    const LEAST: f64 = 0.01;
    let apart = (a.0 - b.0).hypot((a.1 - b.1) * aspect);
    let width = length / apart;
    (apart >= LEAST && width.is_finite() && width > 0.0).then_some(width)
}

/// The next two pointers that go down on the photo mark points.
pub fn begin() {
    desk::change(|desk| {
        desk.marks = Vec::new();
        desk.marking = true;
    });
    super::stage::say("Mark two points whose distance you know.");
}

/// Marks a point.
pub fn mark(x: f64, y: f64) {
    let both = desk::change(|desk| {
        desk.marks.push((x.clamp(0.0, 1.0), y.clamp(0.0, 1.0)));
        desk.marking = desk.marks.len() < 2;
        !desk.marking
    });
    if both {
        measure();
        if let Some(length) = browser::find(".scale-length") {
            browser::focus(&length);
        }
    }
}

/// Works out the width of the photo where there are two points and a length.
pub fn measure() {
    let length = browser::find(".scale-length")
        .and_then(|field| js::text(&field, "value"))
        .and_then(|text| text.parse::<f64>().ok());
    let found = desk::look(|desk| {
        let [a, b] = desk.marks[..] else {
            return None;
        };
        let size = &desk.photo.as_ref()?.shrunk;
        width(
            a,
            b,
            f64::from(size.height) / f64::from(size.width).max(1.0),
            length?,
        )
    });
    if let (Some(width), Some(field)) = (found, browser::find(".drop [name=width]")) {
        // a tenth of a millimetre is more than two taps can tell
        js::set(&field, "value", (width * 100.0).round() / 100.0);
    }
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn two_points_and_a_length_give_the_width() {
        let close = |found: Option<f64>, wanted: f64| {
            assert!(
                found.is_some_and(|w| (w - wanted).abs() < 1e-9),
                "{found:?}"
            );
        };
        close(width((0.2, 0.5), (0.7, 0.5), 0.75, 10.0), 20.0);
        // down a picture half as high as wide: the same fraction is half as long
        close(width((0.5, 0.0), (0.5, 1.0), 0.5, 10.0), 20.0);
        close(width((0.0, 0.0), (0.3, 0.4), 1.0, 5.0), 10.0);
    }

    #[test]
    fn nonsense_has_no_width() {
        for (b, length) in [
            ((0.5, 0.5), 10.0),
            ((0.9, 0.5), 0.0),
            ((0.9, 0.5), -3.0),
            ((0.9, 0.5), f64::NAN),
        ] {
            assert_eq!(width((0.5, 0.5), b, 1.0, length), None);
        }
    }
}
