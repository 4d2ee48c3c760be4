//! From pixels to everything the library keeps of a picture.

use bytes::Bytes;
use catalog::ImageSize;
use material::{Colour, LookFacts, SwatchId, hex};
use photo::Pixels;

/// Quality of the kept WebP pictures, 0–100: at 84 the grain of wood and cloth survives.
const QUALITY: f32 = 84.0;
/// Effort of the encoder for the full size, 0–6. At 2 it takes half the time of the usual 4 for a few per cent more
/// bytes.
const FULL_EFFORT: i32 = 2;
/// The same for the smaller ones. At 0 they take two thirds of the time of 2 for four per cent more bytes.
const EFFORT: i32 = 0;

/// A JPEG that is heavier is encoded anew; at a quality of 95 it has about three.
const MOST_BITS_A_PIXEL: u64 = 4;

/// A picture made ready for the library.
pub struct Prepared {
    /// Its name, from its content.
    pub id: SwatchId,
    /// Every size as WebP, the full one perhaps as it came.
    pub sizes: Vec<(ImageSize, Bytes)>,
    /// Pixels across of the full size.
    pub width: u32,
    /// Pixels down of the full size.
    pub height: u32,
    /// Its mean colour, `#rrggbb`.
    pub ground: String,
    /// Perceptual hash.
    pub phash: u64,
    /// What was measured.
    pub facts: LookFacts,
}

/// The long side of each kept size.
fn long_side(size: ImageSize) -> u32 {
    match size {
        ImageSize::Small => 320,
        ImageSize::Medium => 640,
        ImageSize::Full => 1280,
    }
}

/// A JPEG that need not be encoded anew to be kept in full: no larger than that, of a usual weight, and of it only
/// the picture. So it loses nothing, and most of the time that a picture takes is saved.
pub fn as_it_came(bytes: &[u8], pixels: &Pixels) -> Option<Bytes> {
    let (width, height) = (pixels.width(), pixels.height());
    let bits = bytes.len() as u64 * 8;
    let fits = width.max(height) <= long_side(ImageSize::Full)
        && bits <= MOST_BITS_A_PIXEL * u64::from(width) * u64::from(height);
    let kept = fits
        .then(|| photo::jpeg_without_metadata(bytes))
        .flatten()?;
    Some(kept.into())
}

/// The content type under which a kept picture is served.
pub fn content_type(bytes: &[u8]) -> &'static str {
    photo::sniff(bytes).map_or("application/octet-stream", photo::Format::mime)
}

/// The name of a picture by its content.
pub fn swatch_id(content: [u8; 32]) -> Option<SwatchId> {
    use std::fmt::Write;
    let mut text = String::with_capacity(64);
    for byte in content {
        write!(text, "{byte:02x}").ok()?;
    }
    SwatchId::parse(&text).ok()
}

/// The content hash behind a name; the inverse of [`swatch_id`].
#[cfg(test)]
fn content(id: &SwatchId) -> Option<Vec<u8>> {
    (0..id.as_str().len() / 2)
        .map(|i| u8::from_str_radix(id.as_str().get(i * 2..i * 2 + 2)?, 16).ok())
        .collect()
}

/// Measures a picture and encodes its sizes; `kept` takes the place of the full one. Takes tens of milliseconds: call
/// it off the async threads. `None` when the encoder refuses the picture, which it does past 16383 pixels a side.
pub fn prepare(pixels: &Pixels, content: [u8; 32], kept: Option<&Bytes>) -> Option<Prepared> {
    let full = photo::shrink(pixels, long_side(ImageSize::Full));
    let medium = photo::shrink(&full, long_side(ImageSize::Medium));
    // Of the next larger one: a quarter of the pixels to go through.
    let small = photo::shrink(&medium, long_side(ImageSize::Small));
    let mut sizes: Vec<(ImageSize, Bytes)> = Vec::new();
    let mut last: Option<(u32, u32, Bytes)> = None;
    for size in ImageSize::ALL {
        let (scaled, effort) = match size {
            ImageSize::Small => (&small, EFFORT),
            ImageSize::Medium => (&medium, EFFORT),
            ImageSize::Full => (&full, FULL_EFFORT),
        };
        if let (Some(kept), ImageSize::Full) = (kept, size) {
            sizes.push((size, kept.clone()));
            continue;
        }
        // A small original gives the same picture more than once: encode it once.
        let bytes = match &last {
            Some((w, h, bytes)) if (*w, *h) == (scaled.width(), scaled.height()) => bytes.clone(),
            _ => webp(scaled, effort)?,
        };
        last = Some((scaled.width(), scaled.height(), bytes.clone()));
        sizes.push((size, bytes));
    }
    let surface = photo::surface(&full);
    Some(Prepared {
        id: swatch_id(content)?,
        sizes,
        width: full.width(),
        height: full.height(),
        ground: hex(surface.mean),
        phash: photo::perceptual_hash(&full),
        facts: facts(&full, &surface),
    })
}

/// What can be measured in a picture, in the trade's words.
pub fn measure(pixels: &Pixels) -> LookFacts {
    facts(pixels, &photo::surface(pixels))
}

fn facts(pixels: &Pixels, surface: &photo::Surface) -> LookFacts {
    LookFacts {
        palette: photo::palette(pixels)
            .into_iter()
            .take(material::Properties::MAX_COLOURS)
            .map(|c| Colour {
                lab: c.lab,
                share: c.share,
            })
            .collect(),
        lrv: surface.lrv,
        contrast: surface.contrast,
        period: surface.pattern.map(|p| p.period),
        regularity: surface.regularity,
        direction: (surface.anisotropy >= 0.3).then_some(surface.orientation),
        coarseness: surface.coarseness,
        anisotropy: Some(surface.anisotropy),
        veins: Some(surface.veins),
        speckle: Some(surface.speckle),
        variety: Some(surface.variety),
        unevenness: Some(surface.unevenness),
        grain: Some(surface.grain),
        width_mm: None,
    }
}

fn webp(pixels: &Pixels, effort: i32) -> Option<Bytes> {
    let encoder = webp::Encoder::from_rgb(pixels.data(), pixels.width(), pixels.height());
    let mut config = webp::WebPConfig::new().ok()?;
    config.quality = QUALITY;
    config.method = effort;
    let memory = encoder.encode_advanced(&config).ok()?;
    Some(Bytes::copy_from_slice(&memory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_kept_in_three_sizes_and_never_enlarged() {
        let pixels = Pixels::from_fn(800, 400, |x, y| [(x % 256) as u8, (y % 256) as u8, 90]);
        let prepared = prepare(&pixels, [7; 32], None).expect("a plain picture");
        let sides: Vec<u32> = prepared
            .sizes
            .iter()
            .map(|(_, bytes)| image::load_from_memory(bytes).expect("a WebP").width())
            .collect();
        assert_eq!(sides, [320, 640, 800]);
        assert_eq!((prepared.width, prepared.height), (800, 400));
        assert_eq!(content(&prepared.id), Some(vec![7; 32]));
        let shares: f32 = prepared.facts.palette.iter().map(|c| c.share).sum();
        assert!((shares - 1.0).abs() < 0.05);
    }
}
