//! From a picture to the numbers a network wants, as the model's `preprocess_cfg.json` says.
//!
//! The file is open_clip's. A model sees what it saw in training only if resizing does what Pillow
//! does, because Pillow made the training pictures: `fast_image_resize` follows its algorithm
//! (convolution over the footprint of every target pixel, eight bits between the passes).

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use photo::Pixels;
use serde::Deserialize;

/// The longest side a network may want, in pixels.
const LARGEST: u32 = 2048;

/// Beyond this ratio of the sides only the middle of a picture is resized: the rest would be cut
/// off anyway, and a picture one pixel high must not become gigabytes.
const MOST_OBLONG: u32 = 8;

/// How a picture becomes as large as the network's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResizeMode {
    /// The shorter side is made to fit and the middle is cut out.
    Shortest,
    /// Both sides are made to fit, whatever becomes of the proportions.
    Squash,
}

/// Steps from a picture to a network's input.
#[derive(Debug, Clone)]
pub struct Preprocess {
    width: u32,
    height: u32,
    mode: ResizeMode,
    filter: FilterType,
    /// What each of the 256 values of each channel becomes: (value / 255 − mean) / std.
    scaled: [[f32; 256]; 3],
}

/// `preprocess_cfg.json` as it is written.
#[derive(Deserialize)]
struct Raw {
    size: OneOrMore<u32>,
    mean: OneOrMore<f32>,
    std: OneOrMore<f32>,
    mode: Option<String>,
    interpolation: Option<String>,
    resize_mode: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl Preprocess {
    /// Reads the contents of a `preprocess_cfg.json`. An error says what is wrong with it.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        let raw: Raw = serde_json::from_slice(json).map_err(|e| e.to_string())?;
        if let Some(mode) = raw.mode.filter(|m| m != "RGB") {
            return Err(format!(
                "pictures of mode “{mode}” are not supported, only RGB"
            ));
        }
        let (height, width) = match raw.size {
            OneOrMore::One(side) => (side, side),
            OneOrMore::More(sides) => match sides[..] {
                [side] => (side, side),
                [height, width] => (height, width),
                _ => return Err("`size` must be one side or height and width".to_owned()),
            },
        };
        if ![width, height].iter().all(|s| (1..=LARGEST).contains(s)) {
            return Err(format!(
                "`size` is {width}×{height}, but sides are 1 to {LARGEST} pixels"
            ));
        }
        let mode = match raw.resize_mode.as_deref() {
            // Older files do not say; open_clip then takes the shortest side.
            None | Some("shortest") => ResizeMode::Shortest,
            Some("squash") => ResizeMode::Squash,
            Some(other) => return Err(format!("`resize_mode` “{other}” is not supported")),
        };
        if mode == ResizeMode::Shortest && width != height {
            return Err(format!(
                "`resize_mode` “shortest” needs a square, not {width}×{height}"
            ));
        }
        let filter = match raw.interpolation.as_deref() {
            // “random” is for training; open_clip then asks with bicubic.
            None | Some("bicubic" | "random") => FilterType::CatmullRom,
            Some("bilinear") => FilterType::Bilinear,
            Some("lanczos") => FilterType::Lanczos3,
            Some(other) => return Err(format!("`interpolation` “{other}” is not supported")),
        };
        let mean = channels("mean", raw.mean)?;
        let std = channels("std", raw.std)?;
        if std.iter().any(|s| *s <= 0.0) {
            return Err("`std` must be above zero".to_owned());
        }
        let scaled = std::array::from_fn(|c| {
            std::array::from_fn(|value| (value as f32 / 255.0 - mean[c]) / std[c])
        });
        Ok(Self {
            width,
            height,
            mode,
            filter,
            scaled,
        })
    }

    /// Width and height of the network's input, in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// How pictures become that large.
    #[must_use]
    pub fn resize_mode(&self) -> ResizeMode {
        self.mode
    }

    /// What the network sees of the picture, still as a picture.
    #[must_use]
    pub fn fit(&self, picture: &Pixels) -> Pixels {
        match self.mode {
            ResizeMode::Squash => resize(picture, self.width, self.height, self.filter),
            ResizeMode::Shortest => {
                let trimmed = trim(picture);
                let picture = trimmed.as_ref().unwrap_or(picture);
                let (width, height) = shortest_side(picture.width(), picture.height(), self.width);
                let resized = resize(picture, width, height, self.filter);
                centre(&resized, self.width, self.height)
            }
        }
    }

    /// The network's input for one picture: 3 × height × width numbers, channel by channel.
    #[must_use]
    pub fn tensor(&self, picture: &Pixels) -> Vec<f32> {
        let fitted = self.fit(picture);
        let mut numbers = Vec::with_capacity(fitted.data().len());
        for (channel, scaled) in self.scaled.iter().enumerate() {
            let values = fitted.data().iter().skip(channel).step_by(3);
            numbers.extend(values.map(|v| scaled[usize::from(*v)]));
        }
        numbers
    }
}

/// One number for all channels, or one each.
fn channels(name: &str, given: OneOrMore<f32>) -> Result<[f32; 3], String> {
    let three = match given {
        OneOrMore::One(value) => [value; 3],
        OneOrMore::More(values) => <[f32; 3]>::try_from(values)
            .map_err(|v| format!("`{name}` has {} numbers instead of three", v.len()))?,
    };
    if three.iter().all(|v| v.is_finite()) {
        Ok(three)
    } else {
        Err(format!("`{name}` is not a number"))
    }
}

/// Sides of a picture whose shorter one is made `side` pixels; the other is rounded down, as
/// torchvision does.
fn shortest_side(width: u32, height: u32, side: u32) -> (u32, u32) {
    let other =
        |long: u32, short: u32| (u64::from(side) * u64::from(long) / u64::from(short)) as u32;
    if width <= height {
        (side, other(height, width))
    } else {
        (other(width, height), side)
    }
}

/// The middle of a picture that is very long and thin; nothing if it is not.
fn trim(picture: &Pixels) -> Option<Pixels> {
    let most = picture
        .width()
        .min(picture.height())
        .saturating_mul(MOST_OBLONG);
    (picture.width().max(picture.height()) > most).then(|| {
        centre(
            picture,
            picture.width().min(most),
            picture.height().min(most),
        )
    })
}

/// Where a cut of `inner` pixels from the middle of `outer` begins. torchvision rounds halves with
/// Python's `round`, to the even number.
fn offset(outer: u32, inner: u32) -> usize {
    let spare = (outer - inner) as usize;
    let half = spare / 2;
    half + usize::from(spare % 2 == 1 && half % 2 == 1)
}

/// Cuts the middle out; neither side may be larger than the picture's.
fn centre(picture: &Pixels, width: u32, height: u32) -> Pixels {
    let (left, top) = (
        offset(picture.width(), width),
        offset(picture.height(), height),
    );
    let stride = picture.width() as usize * 3;
    let data = picture.data();
    Pixels::from_fn(width, height, |x, y| {
        let at = (top + y as usize) * stride + (left + x as usize) * 3;
        [data[at], data[at + 1], data[at + 2]]
    })
}

/// Resamples to exactly these sides, which must not be zero.
fn resize(picture: &Pixels, width: u32, height: u32, filter: FilterType) -> Pixels {
    if (picture.width(), picture.height()) == (width, height) {
        return picture.clone();
    }
    let mut target = TypedImage::<U8x3>::new(width, height);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .use_alpha(false);
    // Neither can fail: `Pixels` holds exactly width × height × 3 bytes and no side is zero.
    if let Ok(source) =
        TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture.data())
    {
        let _ = Resizer::new().resize_typed(&source, &mut target, &options);
    }
    let pixels = target.pixels();
    Pixels::from_fn(width, height, |x, y| {
        pixels[y as usize * width as usize + x as usize].0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(change: &str) -> Result<Preprocess, String> {
        let mut json = serde_json::json!({
            "size": 32, "mode": "RGB", "mean": [0.5, 0.4, 0.3], "std": [0.5, 0.25, 0.2],
            "interpolation": "bicubic", "resize_mode": "shortest", "fill_color": 0,
        });
        let change: serde_json::Value = serde_json::from_str(change).expect("the change is JSON");
        for (key, value) in change.as_object().expect("the change is an object") {
            json[key] = value.clone();
        }
        Preprocess::parse(json.to_string().as_bytes())
    }

    #[test]
    fn reads_every_way_of_writing_it() {
        assert_eq!(parse("{}").expect("reads").size(), (32, 32));
        assert_eq!(
            parse(r#"{"size": [24, 24]}"#).expect("reads").size(),
            (24, 24)
        );
        let squash = parse(r#"{"size": [16, 24], "resize_mode": "squash", "mean": 0.5}"#);
        let squash = squash.expect("reads");
        assert_eq!(squash.size(), (24, 16));
        assert_eq!(squash.resize_mode(), ResizeMode::Squash);
        let old = parse(r#"{"resize_mode": null, "interpolation": null}"#).expect("reads");
        assert_eq!(old.resize_mode(), ResizeMode::Shortest);
    }

    #[test]
    fn names_what_is_wrong() {
        for (change, word) in [
            (r#"{"size": 0}"#, "size"),
            (r#"{"size": 100000}"#, "size"),
            (r#"{"size": [1, 2, 3]}"#, "size"),
            (r#"{"size": [16, 24]}"#, "square"),
            (r#"{"size": -3}"#, "OneOrMore"),
            (r#"{"mean": [0.1, 0.2]}"#, "mean"),
            (r#"{"std": [0.1, 0.0, 0.2]}"#, "std"),
            (r#"{"mode": "L"}"#, "RGB"),
            (r#"{"interpolation": "nearest"}"#, "nearest"),
            (r#"{"resize_mode": "longest"}"#, "longest"),
        ] {
            let error = parse(change).expect_err(change);
            assert!(error.contains(word), "{change}: {error}");
        }
        assert!(Preprocess::parse(b"{").is_err());
        assert!(Preprocess::parse(br#"{"size": 224}"#).is_err(), "no mean");
    }

    #[test]
    fn numbers_are_channel_by_channel() {
        let steps = parse(r#"{"size": 2}"#).expect("reads");
        let picture = Pixels::from_fn(2, 2, |x, y| [255 * x as u8, 255 * y as u8, 51]);
        let (red, green, blue) = ([-1.0, 1.0], [-1.6, 2.4], -0.5);
        let expected = [
            red[0], red[1], red[0], red[1], green[0], green[0], green[1], green[1], blue, blue,
            blue, blue,
        ];
        for (got, expected) in steps.tensor(&picture).iter().zip(expected) {
            assert!((got - expected).abs() < 1e-5, "{got} {expected}");
        }
    }

    #[test]
    fn rounds_as_torchvision_does() {
        assert_eq!(shortest_side(640, 481, 224), (298, 224));
        assert_eq!(shortest_side(481, 640, 224), (224, 298));
        assert_eq!(shortest_side(7, 7, 224), (224, 224));
        // Python: round(0.5), round(1.5), round(2.5) = 0, 2, 2
        assert_eq!([offset(3, 2), offset(5, 2), offset(7, 2)], [0, 2, 2]);
        assert_eq!(offset(9, 2), 4);
    }

    #[test]
    fn a_thin_picture_stays_small() {
        let steps = parse(r#"{"size": 224}"#).expect("reads");
        let line = Pixels::from_fn(60_000, 1, |x, _| [(x % 251) as u8; 3]);
        assert_eq!(steps.tensor(&line).len(), 3 * 224 * 224);
    }

    proptest! {
        #[test]
        fn always_the_same_size_and_finite(w in 1u32..90, h in 1u32..90, squash: bool) {
            let mode = if squash { "squash" } else { "shortest" };
            let steps = parse(&format!(r#"{{"resize_mode": "{mode}"}}"#)).expect("reads");
            let picture = Pixels::from_fn(w, h, |x, y| [x as u8, y as u8, 200]);
            let numbers = steps.tensor(&picture);
            prop_assert_eq!(numbers.len(), 3 * 32 * 32);
            prop_assert!(numbers.iter().all(|n| n.is_finite()));
        }
    }
}
