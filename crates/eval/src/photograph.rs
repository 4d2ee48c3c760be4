//! Photos of swatches as somebody might take them: another light, another white balance, turned, nearer, squeezed.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};
use photo::{Crop, PhotoError, Pixels};
use serde::{Deserialize, Serialize};

use crate::{Dice, Part};

/// The least side of a half that makes a photo, in pixels.
const LEAST: u32 = 32;
/// The longest side of a photo made here.
const LONGEST: u32 = 640;
/// The share of the long side that lies between two halves and is in neither: pixels beside each other are alike.
const GAP: f32 = 0.02;
/// How often each change is made.
const OFTEN: f32 = 0.6;

/// Why no photo could be made.
#[derive(Debug, thiserror::Error)]
pub enum PhotographError {
    /// A picture could not be cut.
    #[error(transparent)]
    Cut(#[from] PhotoError),
    /// The JPEG encoder failed.
    #[error("a photo could not be written: {0}")]
    Write(String),
}

/// What is different in a photo. Zero, and the best quality, is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// Stops lighter (or darker).
    pub exposure: f32,
    /// Stops the light falls from one side to the other.
    pub fall: f32,
    /// Direction the light falls in, degrees.
    pub from: f32,
    /// Stops of red over blue.
    pub warmth: f32,
    /// Stops of green over magenta.
    pub tint: f32,
    /// Degrees turned.
    pub turn: f32,
    /// Side of what is framed over the largest that fits, 0 to 1.
    pub frame: f32,
    /// Quality of the JPEG, 1 to 100.
    pub quality: u8,
}

impl Changes {
    /// Nothing changed: the largest frame that fits.
    pub const NONE: Self = Self {
        exposure: 0.0,
        fall: 0.0,
        from: 0.0,
        warmth: 0.0,
        tint: 0.0,
        turn: 0.0,
        frame: 1.0,
        quality: 92,
    };

    /// The changes there are, by the name reports use.
    pub const NAMES: [&'static str; 5] = ["light", "white balance", "turn", "scale", "compression"];

    /// Draws changes, each of which is made in six photos of ten.
    #[must_use]
    pub fn draw(dice: &mut Dice) -> Self {
        let mut changes = Self::NONE;
        if dice.chance(OFTEN) {
            changes.exposure = dice.between(-0.7, 0.5);
            changes.fall = dice.between(0.0, 0.6);
            changes.from = dice.between(0.0, 360.0);
        }
        if dice.chance(OFTEN) {
            changes.warmth = dice.between(-0.25, 0.25);
            changes.tint = dice.between(-0.08, 0.08);
        }
        if dice.chance(OFTEN) {
            changes.turn = dice.between(-30.0, 30.0);
        }
        if dice.chance(OFTEN) {
            changes.frame = dice.between(0.5, 0.9);
        }
        if dice.chance(OFTEN) {
            changes.quality = 35 + dice.below(40) as u8;
        }
        changes
    }

    /// Which of [`Changes::NAMES`] were made.
    #[must_use]
    pub fn made(&self) -> [bool; 5] {
        [
            self.exposure != 0.0 || self.fall != 0.0,
            self.warmth != 0.0 || self.tint != 0.0,
            self.turn != 0.0,
            self.frame < 1.0,
            self.quality < Self::NONE.quality,
        ]
    }
}

/// Cuts a picture across its long side into two that share no pixel. `None` when they would be too small to be photos.
///
/// # Errors
/// [`PhotoError`] when the picture cannot be cut.
pub fn halves(pixels: &Pixels) -> Result<Option<(Pixels, Pixels)>, PhotoError> {
    let (width, height) = (pixels.width(), pixels.height());
    if width.min(height) < LEAST || width.max(height) / 2 < LEAST + 8 {
        return Ok(None);
    }
    let part = 0.5 - GAP / 2.0;
    let areas = if width >= height {
        [
            Crop::new(0.0, 0.0, part, 1.0)?,
            Crop::new(1.0 - part, 0.0, part, 1.0)?,
        ]
    } else {
        [
            Crop::new(0.0, 0.0, 1.0, part)?,
            Crop::new(0.0, 1.0 - part, 1.0, part)?,
        ]
    };
    let [first, second] = areas;
    Ok(Some((
        photo::crop(pixels, &first)?,
        photo::crop(pixels, &second)?,
    )))
}

/// A material's pictures, divided into what is searched and what is photographed.
#[derive(Debug)]
pub struct Divided {
    /// What the searched library gets, with what each shows.
    pub kept: Vec<(Pixels, String)>,
    /// What photos are taken of.
    pub away: Option<Pixels>,
}

/// Divides pictures as a plan says. Nothing of what is kept is in what is photographed.
///
/// # Errors
/// [`PhotoError`] when a picture cannot be cut.
pub fn divide(pictures: Vec<(Pixels, String)>, part: Part) -> Result<Divided, PhotoError> {
    let mut kept = Vec::with_capacity(pictures.len());
    let mut away = None;
    for (index, (pixels, view)) in pictures.into_iter().enumerate() {
        match part {
            Part::OtherViews { without } if without == index => away = Some(pixels),
            Part::Halves { of } => match halves(&pixels)? {
                Some((first, second)) => {
                    if of == index {
                        away = Some(second);
                    }
                    kept.push((first, view));
                }
                None => kept.push((pixels, view)),
            },
            Part::Whole | Part::OtherViews { .. } => kept.push((pixels, view)),
        }
    }
    Ok(Divided { kept, away })
}

/// Takes a photo of a surface: a square somewhere in it, with changes, as JPEG.
///
/// # Errors
/// [`PhotographError`] when the encoder fails.
pub fn photo_of(
    surface: &Pixels,
    changes: &Changes,
    dice: &mut Dice,
) -> Result<Vec<u8>, PhotographError> {
    let (width, height) = (surface.width() as f32, surface.height() as f32);
    let (sin, cos) = changes.turn.to_radians().sin_cos();
    // A turned square needs more room than an upright one.
    let spread = sin.abs() + cos.abs();
    let most = width.min(height) / spread;
    let side = (most * changes.frame).max(LEAST as f32 / 2.0).min(most);
    let room = side * spread / 2.0;
    let centre = (
        dice.between(room, (width - room).max(room)),
        dice.between(room, (height - room).max(room)),
    );
    let pixels = (side.round() as u32).clamp(LEAST, LONGEST);
    let (fall_sin, fall_cos) = changes.from.to_radians().sin_cos();
    let gain = [
        changes.exposure + changes.warmth / 2.0,
        changes.exposure + changes.tint,
        changes.exposure - changes.warmth / 2.0,
    ];
    let table = linear();
    let taken = Pixels::from_fn(pixels, pixels, |x, y| {
        let (u, v) = (
            (x as f32 + 0.5) / pixels as f32 - 0.5,
            (y as f32 + 0.5) / pixels as f32 - 0.5,
        );
        let place = (
            centre.0 + (u * cos - v * sin) * side,
            centre.1 + (u * sin + v * cos) * side,
        );
        let shade = changes.fall * (u * fall_cos + v * fall_sin);
        let rgb = sample(surface, place, &table);
        std::array::from_fn(|k| encoded(rgb[k] * (gain[k] + shade).exp2()))
    });
    jpeg(&taken, changes.quality)
}

/// A small JPEG of a picture as a `data:` address, for pages that carry their pictures.
///
/// # Errors
/// [`PhotographError`] when the encoder fails.
pub fn thumbnail(pixels: &Pixels, side: u32) -> Result<String, PhotographError> {
    let bytes = jpeg(&photo::shrink(pixels, side), 72)?;
    Ok(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)))
}

pub(crate) fn jpeg(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, PhotographError> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality)
        .write_image(
            pixels.data(),
            pixels.width(),
            pixels.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(|e| PhotographError::Write(e.to_string()))?;
    Ok(out)
}

/// Linear light by sRGB value (IEC 61966-2-1).
fn linear() -> [f32; 256] {
    std::array::from_fn(|v| {
        let c = v as f32 / 255.0;
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    })
}

fn encoded(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let c = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    (c * 255.0).round() as u8
}

/// Linear light at a place between pixels.
fn sample(surface: &Pixels, (x, y): (f32, f32), table: &[f32; 256]) -> [f32; 3] {
    let (width, height) = (surface.width() as usize, surface.height() as usize);
    let axis = |at: f32, count: usize| {
        let at = (at - 0.5).clamp(0.0, (count - 1) as f32);
        let lower = (at as usize).min(count - 1);
        (lower, (lower + 1).min(count - 1), at - lower as f32)
    };
    let (x0, x1, fx) = axis(x, width);
    let (y0, y1, fy) = axis(y, height);
    let data = surface.data();
    let at = |x: usize, y: usize, k: usize| {
        data.get((y * width + x) * 3 + k)
            .map_or(0.0, |v| table[usize::from(*v)])
    };
    std::array::from_fn(|k| {
        let row = |y: usize| at(x0, y, k) * (1.0 - fx) + at(x1, y, k) * fx;
        row(y0) * (1.0 - fy) + row(y1) * fy
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use photo::Limits;

    fn checks(width: u32, height: u32) -> Pixels {
        Pixels::from_fn(width, height, |x, y| {
            if (x / 16 + y / 16) % 2 == 0 {
                [180, 120, 60]
            } else {
                [90, 80, 70]
            }
        })
    }

    fn read(bytes: &[u8]) -> Pixels {
        photo::decode(bytes, &Limits::default()).expect("a photo")
    }

    fn mean(pixels: &Pixels, channel: usize) -> f32 {
        let values = pixels.data().iter().skip(channel).step_by(3);
        values.map(|v| f32::from(*v)).sum::<f32>() / (pixels.data().len() / 3) as f32
    }

    #[test]
    fn halves_share_no_pixel() {
        // every column has its own value, so a shared one would show
        let wide = Pixels::from_fn(200, 64, |x, _| [x as u8; 3]);
        let (a, b) = halves(&wide).expect("cuts").expect("is large enough");
        let most = a.data().iter().max().expect("has pixels");
        let least = b.data().iter().min().expect("has pixels");
        assert!(most < least, "{most} {least}");
        assert!(a.width() > 90 && a.height() == 64);
        let (a, _) = halves(&checks(64, 300)).expect("cuts").expect("tall");
        assert_eq!(a.width(), 64);
        for (w, h) in [(1, 1), (31, 500), (60, 60)] {
            assert!(halves(&checks(w, h)).expect("cuts").is_none(), "{w}×{h}");
        }
    }

    #[test]
    fn what_is_photographed_is_not_searched() {
        let pictures = || {
            (0..3u8)
                .map(|i| {
                    let picture =
                        Pixels::from_fn(100, 100, |x, _| [i * 80 + u8::from(x > 49) * 40; 3]);
                    (picture, i.to_string())
                })
                .collect::<Vec<_>>()
        };
        let tones = |pixels: &Pixels| {
            let mut tones = pixels.data().to_vec();
            tones.dedup();
            tones
        };
        let views = divide(pictures(), Part::OtherViews { without: 1 }).expect("divides");
        let kept: Vec<_> = views.kept.iter().map(|(_, view)| view.as_str()).collect();
        assert_eq!(kept, ["0", "2"]);
        assert!(tones(&views.away.expect("photographed")).contains(&80));
        let cut = divide(pictures(), Part::Halves { of: 2 }).expect("divides");
        assert_eq!(cut.kept.len(), 3);
        assert!(cut.kept.iter().all(|(p, _)| p.width() < 50));
        assert_eq!(tones(&cut.away.expect("photographed")), [200]);
        let whole = divide(pictures(), Part::Whole).expect("divides");
        assert!(whole.away.is_none() && whole.kept.len() == 3);
    }

    #[test]
    fn photos_of_any_changes_are_pictures_and_repeat_themselves() {
        for seed in 0..40 {
            let surface = checks(60 + seed as u32 * 7, 80);
            let take = || {
                let mut dice = Dice::about(seed, "photo");
                let changes = Changes::draw(&mut dice);
                photo_of(&surface, &changes, &mut dice).expect("encodes")
            };
            let bytes = take();
            assert_eq!(bytes, take());
            let picture = read(&bytes);
            assert!(picture.width() >= LEAST && picture.width() == picture.height());
        }
    }

    #[test]
    fn light_and_white_balance_do_what_they_say() {
        let surface = checks(128, 128);
        let take = |changes: Changes| {
            read(&photo_of(&surface, &changes, &mut Dice::about(3, "x")).expect("encodes"))
        };
        let plain = take(Changes::NONE);
        let dark = take(Changes {
            exposure: -1.0,
            ..Changes::NONE
        });
        assert!(mean(&dark, 1) < mean(&plain, 1) - 15.0);
        let warm = take(Changes {
            warmth: 0.3,
            ..Changes::NONE
        });
        assert!(mean(&warm, 0) > mean(&plain, 0) + 3.0);
        assert!(mean(&warm, 2) < mean(&plain, 2) - 1.0);
    }

    #[test]
    fn what_was_changed_is_told() {
        assert_eq!(Changes::NONE.made(), [false; 5]);
        let turned = Changes {
            turn: 4.0,
            quality: 40,
            ..Changes::NONE
        };
        assert_eq!(turned.made(), [false, false, true, false, true]);
        let mut dice = Dice::about(1, "often");
        let made = (0..1000)
            .filter(|_| Changes::draw(&mut dice).made()[2])
            .count();
        assert!((550..650).contains(&made), "{made}");
    }

    #[test]
    fn a_thumbnail_is_small() {
        let address = thumbnail(&checks(640, 640), 96).expect("encodes");
        assert!(address.starts_with("data:image/jpeg;base64,") && address.len() < 8_000);
    }
}
