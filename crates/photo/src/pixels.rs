//! The picture itself, and the two things done to it before anything is measured: cropping and shrinking.

use crate::error::PhotoError;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use std::borrow::Cow;

/// An upright picture: 8-bit sRGB, three bytes a pixel, rows from the top. Never empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    width: u32,
    height: u32,
    data: Vec<u8>,
}

impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pixels({}×{})", self.width, self.height)
    }
}

impl Pixels {
    /// Takes `width × height × 3` bytes, red green blue, rows from the top.
    ///
    /// # Errors
    /// [`PhotoError::NoPixels`] if a side is zero, [`PhotoError::WrongLength`] if the data does not fit the sides.
    pub fn new(width: u32, height: u32, data: Vec<u8>) -> Result<Self, PhotoError> {
        if width == 0 || height == 0 {
            return Err(PhotoError::NoPixels);
        }
        let expected = (u64::from(width) * u64::from(height)).saturating_mul(3);
        if expected != data.len() as u64 {
            return Err(PhotoError::WrongLength {
                expected,
                found: data.len() as u64,
            });
        }
        Ok(Self {
            width,
            height,
            data,
        })
    }

    /// Builds a picture by asking for the colour of every pixel; sides of zero become one.
    #[must_use]
    pub fn from_fn(width: u32, height: u32, mut colour: impl FnMut(u32, u32) -> [u8; 3]) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let data = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| colour(x, y))
            .collect();
        Self {
            width,
            height,
            data,
        }
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// `width × height × 3` bytes, rows from the top.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The bytes, without copying.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }
}

/// A rectangle as fractions of the picture's sides, origin top left. Has an area and lies inside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crop {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl Crop {
    /// How far outside a rectangle may reach by rounding before it is an error.
    const SLACK: f32 = 1e-3;

    /// Parses a rectangle; one that reaches past an edge by a rounding error is trimmed.
    ///
    /// # Errors
    /// [`PhotoError::EmptyCrop`] without an area, [`PhotoError::CropOutside`] if it is not inside or not a number.
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Result<Self, PhotoError> {
        if ![x, y, width, height].iter().all(|v| v.is_finite()) {
            return Err(PhotoError::CropOutside);
        }
        if width <= 0.0 || height <= 0.0 {
            return Err(PhotoError::EmptyCrop);
        }
        let inside =
            |start: f32, length: f32| start >= -Self::SLACK && start + length <= 1.0 + Self::SLACK;
        if !inside(x, width) || !inside(y, height) {
            return Err(PhotoError::CropOutside);
        }
        let (x, y) = (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0));
        let (width, height) = (width.min(1.0 - x), height.min(1.0 - y));
        if width <= 0.0 || height <= 0.0 {
            return Err(PhotoError::EmptyCrop);
        }
        Ok(Self {
            x,
            y,
            width,
            height,
        })
    }

    /// Left edge, 0..1.
    #[must_use]
    pub fn x(&self) -> f32 {
        self.x
    }

    /// Top edge, 0..1.
    #[must_use]
    pub fn y(&self) -> f32 {
        self.y
    }

    /// Width, 0..1.
    #[must_use]
    pub fn width(&self) -> f32 {
        self.width
    }

    /// Height, 0..1.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.height
    }
}

/// Cuts the rectangle out, to whole pixels.
///
/// # Errors
/// [`PhotoError::EmptyCrop`] if not even one pixel of this picture lies in it.
pub fn crop(pixels: &Pixels, area: &Crop) -> Result<Pixels, PhotoError> {
    let span = |start: f32, length: f32, side: u32| {
        let at = |fraction: f64| {
            (fraction * f64::from(side))
                .round()
                .clamp(0.0, f64::from(side)) as usize
        };
        at(f64::from(start))..at(f64::from(start) + f64::from(length))
    };
    let columns = span(area.x, area.width, pixels.width);
    let rows = span(area.y, area.height, pixels.height);
    if columns.is_empty() || rows.is_empty() {
        return Err(PhotoError::EmptyCrop);
    }
    let stride = pixels.width as usize * 3;
    let (width, height) = (columns.len() as u32, rows.len() as u32);
    let data = rows
        .flat_map(|row| {
            &pixels.data[row * stride + columns.start * 3..row * stride + columns.end * 3]
        })
        .copied()
        .collect();
    Ok(Pixels {
        width,
        height,
        data,
    })
}

/// Shrinks so that the longer side is at most `long_side` pixels (at least 1); never enlarges.
///
/// Catmull-Rom over the whole footprint of each target pixel, so fine patterns average instead of aliasing.
#[must_use]
pub fn shrink(pixels: &Pixels, long_side: u32) -> Cow<'_, Pixels> {
    let long = pixels.width.max(pixels.height);
    let target = long_side.max(1);
    if long <= target {
        return Cow::Borrowed(pixels);
    }
    let scaled = |side: u32| {
        ((u64::from(side) * u64::from(target) + u64::from(long) / 2) / u64::from(long)).max(1)
            as u32
    };
    Cow::Owned(resize(
        pixels,
        scaled(pixels.width),
        scaled(pixels.height),
        FilterType::CatmullRom,
    ))
}

/// The same of a picture that is not needed any more: what is small enough is not copied.
#[must_use]
pub fn shrunk(pixels: Pixels, long_side: u32) -> Pixels {
    match shrink(&pixels, long_side) {
        Cow::Owned(small) => small,
        Cow::Borrowed(_) => pixels,
    }
}

/// Resamples to exactly these sides, which must not be zero.
pub(crate) fn resize(pixels: &Pixels, width: u32, height: u32, filter: FilterType) -> Pixels {
    let mut data = vec![0; width as usize * height as usize * 3];
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .use_alpha(false);
    // Neither can fail: `Pixels` holds exactly width × height × 3 bytes and no side is zero.
    if let (Ok(source), Ok(mut target)) = (
        TypedImageRef::<U8x3>::from_buffer(pixels.width, pixels.height, &pixels.data),
        TypedImage::<U8x3>::from_buffer(width, height, &mut data),
    ) {
        let _ = Resizer::new().resize_typed(&source, &mut target, &options);
    }
    Pixels {
        width,
        height,
        data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_picture_without_pixels() {
        assert_eq!(Pixels::new(0, 4, vec![]), Err(PhotoError::NoPixels));
        assert_eq!(
            Pixels::new(2, 1, vec![0; 5]),
            Err(PhotoError::WrongLength {
                expected: 6,
                found: 5
            })
        );
        assert!(Pixels::new(u32::MAX, u32::MAX, vec![0; 3]).is_err());
    }

    #[test]
    fn crop_takes_the_right_pixels() {
        let picture = Pixels::from_fn(4, 4, |x, y| [x as u8, y as u8, 0]);
        let area = Crop::new(0.5, 0.25, 0.5, 0.5).expect("inside");
        let cut = crop(&picture, &area).expect("has pixels");
        assert_eq!((cut.width(), cut.height()), (2, 2));
        assert_eq!(cut.data(), &[2, 1, 0, 3, 1, 0, 2, 2, 0, 3, 2, 0]);
    }

    #[test]
    fn crops_that_make_no_sense() {
        assert_eq!(Crop::new(0.1, 0.1, 0.0, 0.5), Err(PhotoError::EmptyCrop));
        assert_eq!(Crop::new(0.1, 0.1, -0.2, 0.5), Err(PhotoError::EmptyCrop));
        assert_eq!(Crop::new(0.6, 0.0, 0.5, 1.0), Err(PhotoError::CropOutside));
        assert_eq!(
            Crop::new(f32::NAN, 0.0, 0.5, 1.0),
            Err(PhotoError::CropOutside)
        );
        assert!(Crop::new(0.0, 0.0, 1.0005, 1.0).is_ok());
        let tiny = Crop::new(0.5, 0.5, 0.01, 0.01).expect("inside");
        assert_eq!(
            crop(&Pixels::from_fn(8, 8, |_, _| [0; 3]), &tiny),
            Err(PhotoError::EmptyCrop)
        );
    }

    #[test]
    fn shrink_keeps_shape_and_mean() {
        let picture = Pixels::from_fn(400, 100, |x, _| if x % 2 == 0 { [0; 3] } else { [200; 3] });
        let small = shrink(&picture, 100);
        assert_eq!((small.width(), small.height()), (100, 25));
        let mean =
            small.data().iter().map(|v| f64::from(*v)).sum::<f64>() / small.data().len() as f64;
        assert!((mean - 100.0).abs() < 2.0, "{mean}");
        assert_eq!(shrink(&small, 500), small);
    }

    proptest! {
        #[test]
        fn shrink_and_crop_never_panic(w in 1u32..70, h in 1u32..70, side in 0u32..80, x in -0.1f32..1.1, y in -0.1f32..1.1, cw in -0.1f32..1.1, ch in -0.1f32..1.1) {
            let picture = Pixels::from_fn(w, h, |x, y| [x as u8, y as u8, 7]);
            let small = shrink(&picture, side);
            prop_assert!(small.width().max(small.height()) <= side.max(1).max(1));
            if let Ok(area) = Crop::new(x, y, cw, ch)
                && let Ok(cut) = crop(&picture, &area) {
                prop_assert!(cut.width() >= 1 && cut.width() <= w && cut.height() >= 1 && cut.height() <= h);
            }
        }
    }
}
