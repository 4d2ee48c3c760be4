//! Bytes to upright pixels, with every limit checked on the header before anything is unpacked.

use crate::error::PhotoError;
use crate::format::{Format, sniff};
use crate::pixels::Pixels;
use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::{DynamicImage, ImageDecoder, ImageError};
use std::io::Cursor;

/// What a photo may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes.
    pub max_bytes: u64,
    /// Width × height.
    pub max_pixels: u64,
    /// The longer side in pixels.
    pub max_side: u32,
}

impl Default for Limits {
    /// 25 MB, 40 megapixels, 20,000 pixels.
    fn default() -> Self {
        Self {
            max_bytes: 25_000_000,
            max_pixels: 40_000_000,
            max_side: 20_000,
        }
    }
}

/// Decodes a JPEG, PNG or WebP to upright 8-bit sRGB: EXIF orientation applied, transparency laid on white, 16 bits and
/// grey brought to 8-bit colour, the first frame of an animation. Colour profiles are not applied.
///
/// # Errors
/// What [`sniff`] says; [`PhotoError::TooManyBytes`], [`PhotoError::TooManyPixels`] and [`PhotoError::TooLong`] from the
/// header alone, before any pixel is unpacked; [`PhotoError::Damaged`] also when a JPEG merely ends too early;
/// [`PhotoError::RareEncoding`] for what the decoder does not know.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Pixels, PhotoError> {
    if bytes.len() as u64 > limits.max_bytes {
        return Err(PhotoError::TooManyBytes {
            bytes: bytes.len() as u64,
            max_bytes: limits.max_bytes,
        });
    }
    let format = sniff(bytes)?;
    let fail = |error: ImageError| plain(format, &error);
    let reader = Cursor::new(bytes);
    match format {
        Format::Jpeg => {
            let decoder = JpegDecoder::new(reader).map_err(fail)?;
            check(&decoder, limits)?;
            // the decoder fills what is missing with grey, so completeness is checked here
            if !jpeg_is_complete(bytes) {
                return Err(PhotoError::Damaged(format.name()));
            }
            upright(decoder, format)
        }
        Format::Png => {
            // metadata chunks are compressed too: they may not unpack to more than the pixels themselves
            let mut memory = image::Limits::no_limits();
            memory.max_alloc = Some(limits.max_pixels.saturating_mul(8).max(1 << 20));
            let decoder = PngDecoder::with_limits(reader, memory).map_err(fail)?;
            check(&decoder, limits)?;
            upright(decoder, format)
        }
        Format::WebP => {
            let decoder = WebPDecoder::new(reader).map_err(fail)?;
            check(&decoder, limits)?;
            upright(decoder, format)
        }
    }
}

fn check(decoder: &impl ImageDecoder, limits: &Limits) -> Result<(), PhotoError> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(PhotoError::NoPixels);
    }
    if pixels > limits.max_pixels {
        return Err(PhotoError::TooManyPixels {
            pixels,
            max_pixels: limits.max_pixels,
        });
    }
    if width.max(height) > limits.max_side {
        return Err(PhotoError::TooLong {
            side: width.max(height),
            max_side: limits.max_side,
        });
    }
    Ok(())
}

fn upright(mut decoder: impl ImageDecoder, format: Format) -> Result<Pixels, PhotoError> {
    // a broken orientation tag is no reason to refuse the picture
    let orientation = decoder
        .orientation()
        .unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| plain(format, &error))?;
    image.apply_orientation(orientation);
    let rgb = if image.color().has_alpha() {
        on_white(&image)
    } else {
        image.into_rgb8()
    };
    let (width, height) = rgb.dimensions();
    Pixels::new(width, height, rgb.into_raw())
}

/// Lays a transparent picture on white paper.
fn on_white(image: &DynamicImage) -> image::RgbImage {
    let rgba = image.to_rgba8();
    let mut rgb = image::RgbImage::new(rgba.width(), rgba.height());
    for (to, from) in rgb.pixels_mut().zip(rgba.pixels()) {
        let [r, g, b, alpha] = from.0;
        to.0 = [r, g, b].map(|v| {
            let (v, alpha) = (u32::from(v), u32::from(alpha));
            ((v * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        });
    }
    rgb
}

fn plain(format: Format, error: &ImageError) -> PhotoError {
    match error {
        ImageError::Unsupported(_) => PhotoError::RareEncoding(format.name()),
        _ => PhotoError::Damaged(format.name()),
    }
}

/// Whether a JPEG's segments run through at least one scan to the end-of-image marker (ITU-T T.81, annex B).
fn jpeg_is_complete(bytes: &[u8]) -> bool {
    let mut at = 2; // after the start-of-image marker, which `sniff` has seen
    let mut scanned = false;
    loop {
        // to the next marker: any number of fill bytes, then its code
        while bytes.get(at).is_some_and(|b| *b != 0xff) {
            at += 1;
        }
        while bytes.get(at) == Some(&0xff) {
            at += 1;
        }
        let Some(marker) = bytes.get(at) else {
            return false;
        };
        at += 1;
        match marker {
            0xd9 => return scanned,
            // stuffed zero, restart markers and TEM stand alone
            0x00 | 0x01 | 0xd0..=0xd8 => continue,
            0xda => scanned = true,
            _ => {}
        }
        let Some(&[high, low]) = bytes.get(at..at + 2) else {
            return false;
        };
        at += usize::from(u16::from_be_bytes([high, low])).max(2);
    }
}
