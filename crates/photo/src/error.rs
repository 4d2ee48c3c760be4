//! What can be wrong with a photo, each in a sentence a designer understands.

use thiserror::Error;

/// Kinds of files people send that are not one of [`crate::Format`], recognised so that the answer can be helpful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OtherKind {
    /// HEIC or HEIF, what phones save by default.
    Heic,
    /// AVIF.
    Avif,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// GIF.
    Gif,
    /// TIFF that does not look like a camera's raw file.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// Windows icon.
    Icon,
    /// Scalable vector drawing.
    Svg,
    /// PDF document.
    Pdf,
    /// Photoshop document.
    Photoshop,
    /// A camera's raw file (CR2, CR3, NEF, ARW, DNG, RAF, ORF, RW2).
    Raw,
    /// MP4, QuickTime, Matroska or AVI.
    Video,
}

impl OtherKind {
    /// The whole sentence: what it is and what to do.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Heic => {
                "This is a HEIC photo, which we cannot open. On an iPhone choose 'Most compatible' in the camera settings, or save it as JPEG."
            }
            Self::Avif => {
                "This is an AVIF image, which we cannot open. Save it as JPEG, PNG or WebP."
            }
            Self::JpegXl => {
                "This is a JPEG XL image, which we cannot open. Save it as JPEG, PNG or WebP."
            }
            Self::Jpeg2000 => {
                "This is a JPEG 2000 image, which we cannot open. Save it as JPEG, PNG or WebP."
            }
            Self::Gif => "This is a GIF, which we cannot open. Save it as PNG or JPEG.",
            Self::Tiff => "This is a TIFF image, which we cannot open. Save it as JPEG or PNG.",
            Self::Bmp => "This is a BMP image, which we cannot open. Save it as PNG or JPEG.",
            Self::Icon => "This is an icon file, which we cannot open. Save it as PNG.",
            Self::Svg => "This is an SVG drawing, not a photo. Export it as PNG.",
            Self::Pdf => {
                "This is a PDF document. Save the page or the picture in it as JPEG or PNG."
            }
            Self::Photoshop => "This is a Photoshop document. Export it as JPEG or PNG.",
            Self::Raw => "This is a camera raw file, which we cannot open. Export it as JPEG.",
            Self::Video => "This is a video. Take a still from it and save that as JPEG or PNG.",
        }
    }
}

/// Everything that can be wrong with bytes or pixels handed to this crate.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PhotoError {
    /// No bytes at all.
    #[error("That file is empty.")]
    Empty,
    /// The bytes are not of any image kind we know.
    #[error("That file is not an image.")]
    NotAnImage,
    /// An image (or document) of a kind we know by name but do not take.
    #[error("{}", .0.sentence())]
    OtherKind(OtherKind),
    /// JPEG, PNG or WebP, but stored in a rare way the decoder does not know.
    #[error(
        "This {0} is stored in a rare way we cannot read. Save it again as an ordinary JPEG or PNG."
    )]
    RareEncoding(&'static str),
    /// The file is larger than the limit.
    #[error("This file is {}; {} is what fits.", Megabytes(*.bytes), Megabytes(*.max_bytes))]
    TooManyBytes {
        /// Size of the file in bytes.
        bytes: u64,
        /// The limit in bytes.
        max_bytes: u64,
    },
    /// The picture has more pixels than the limit.
    #[error("This one is {} megapixels; {} is what fits.", megapixels(*.pixels, *.max_pixels), megapixels(*.max_pixels, 0))]
    TooManyPixels {
        /// Width times height, as the header says.
        pixels: u64,
        /// The limit in pixels.
        max_pixels: u64,
    },
    /// One side is longer than the limit.
    #[error("This one is {side} pixels on its longer side; {max_side} is what fits.")]
    TooLong {
        /// The longer side in pixels.
        side: u32,
        /// The limit in pixels.
        max_side: u32,
    },
    /// The file ends too early or its content contradicts itself.
    #[error("This {0} is damaged or was not copied completely. Try to open and save it again.")]
    Damaged(&'static str),
    /// Width or height is zero.
    #[error("A picture needs at least one pixel.")]
    NoPixels,
    /// The length of the pixel data is not width × height × 3.
    #[error("The picture says it has {expected} bytes of pixels, but {found} came.")]
    WrongLength {
        /// width × height × 3.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// The crop has no area, at least on this picture.
    #[error("The crop is empty. Draw a larger rectangle.")]
    EmptyCrop,
    /// The crop lies (partly) outside the picture or is not a number.
    #[error("The crop lies outside the picture.")]
    CropOutside,
    /// A vector that is not a look of this model (wrong length, zero, or not finite).
    #[error("These {found} numbers are not a look descriptor.")]
    NotALook {
        /// How many numbers came.
        found: usize,
    },
}

/// What sort of answer an error deserves; a server makes 415, 413, 422 and 400 of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusHint {
    /// The kind of file is not taken (415).
    Unsupported,
    /// Too many bytes or pixels (413).
    TooLarge,
    /// The right kind, but its content cannot be read (422).
    Damaged,
    /// The request itself makes no sense (400).
    Invalid,
}

impl PhotoError {
    /// What sort of answer this deserves.
    #[must_use]
    pub fn status_hint(&self) -> StatusHint {
        match self {
            Self::NotAnImage | Self::OtherKind(_) | Self::RareEncoding(_) => {
                StatusHint::Unsupported
            }
            Self::TooManyBytes { .. } | Self::TooManyPixels { .. } | Self::TooLong { .. } => {
                StatusHint::TooLarge
            }
            Self::Damaged(_) => StatusHint::Damaged,
            Self::Empty
            | Self::NoPixels
            | Self::WrongLength { .. }
            | Self::EmptyCrop
            | Self::CropOutside
            | Self::NotALook { .. } => StatusHint::Invalid,
        }
    }
}

/// Bytes as people say them.
struct Megabytes(u64);

impl std::fmt::Display for Megabytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // In whole numbers: writing out a fraction takes more code than all else a browser needs of this.
        let tenths = rounded(self.0, 100_000);
        match (tenths / 10, tenths % 10) {
            _ if self.0 < 1_000_000 => write!(f, "{} KB", self.0.div_ceil(1000)),
            (whole, 0) => write!(f, "{whole} MB"),
            (whole, tenth) => write!(f, "{whole}.{tenth} MB"),
        }
    }
}

/// Millions of pixels, with a decimal only where the whole number would read like the limit itself.
fn megapixels(pixels: u64, limit: u64) -> String {
    let whole = rounded(pixels, 1_000_000);
    if pixels > limit && whole <= rounded(limit, 1_000_000) || whole < 1 {
        // rounded up, so that one pixel too many does not read "40 is too many, 40 fits"
        let tenths = pixels.div_ceil(100_000);
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        whole.to_string()
    }
}

/// How many of `unit` that is, to the nearest.
fn rounded(amount: u64, unit: u64) -> u64 {
    amount.saturating_add(unit / 2) / unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_like_speech() {
        let e = PhotoError::TooManyPixels {
            pixels: 48_000_000,
            max_pixels: 40_000_000,
        };
        assert_eq!(e.to_string(), "This one is 48 megapixels; 40 is what fits.");
        let e = PhotoError::TooManyPixels {
            pixels: 40_000_001,
            max_pixels: 40_000_000,
        };
        assert_eq!(
            e.to_string(),
            "This one is 40.1 megapixels; 40 is what fits."
        );
        let e = PhotoError::TooManyBytes {
            bytes: 31_250_000,
            max_bytes: 25_000_000,
        };
        assert_eq!(e.to_string(), "This file is 31.3 MB; 25 MB is what fits.");
    }

    #[test]
    fn every_error_has_the_right_hint() {
        assert_eq!(
            PhotoError::OtherKind(OtherKind::Heic).status_hint(),
            StatusHint::Unsupported
        );
        assert_eq!(
            PhotoError::Damaged("JPEG").status_hint(),
            StatusHint::Damaged
        );
        assert_eq!(
            PhotoError::TooLong {
                side: 2,
                max_side: 1
            }
            .status_hint(),
            StatusHint::TooLarge
        );
        assert_eq!(PhotoError::EmptyCrop.status_hint(), StatusHint::Invalid);
    }
}
