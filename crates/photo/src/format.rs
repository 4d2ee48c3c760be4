//! Which kind of file some bytes are, told by their first bytes and never by a name or a content type.

use crate::error::{OtherKind, PhotoError};

/// The kinds of image we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
}

impl Format {
    /// The content type to serve it under.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }

    /// The usual file extension, without a dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }

    /// The name people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
        }
    }
}

/// How far into a file a drawing may announce itself, after comments and declarations.
const TEXT_HEAD_BYTES: usize = 1024;

/// Tells the kind of a file by its magic bytes.
///
/// # Errors
/// [`PhotoError::Empty`], [`PhotoError::OtherKind`] for known kinds we do not take, else [`PhotoError::NotAnImage`].
pub fn sniff(bytes: &[u8]) -> Result<Format, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Ok(Format::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Format::WebP);
    }
    Err(other_kind(bytes).map_or(PhotoError::NotAnImage, PhotoError::OtherKind))
}

fn other_kind(bytes: &[u8]) -> Option<OtherKind> {
    const BY_PREFIX: &[(&[u8], OtherKind)] = &[
        (b"GIF87a", OtherKind::Gif),
        (b"GIF89a", OtherKind::Gif),
        (b"BM", OtherKind::Bmp),
        (b"\0\0\x01\0", OtherKind::Icon),
        (b"%PDF-", OtherKind::Pdf),
        (b"8BPS", OtherKind::Photoshop),
        (b"\xff\x0a", OtherKind::JpegXl),
        (b"\0\0\0\x0cJXL ", OtherKind::JpegXl),
        (b"\0\0\0\x0cjP  ", OtherKind::Jpeg2000),
        (b"\xff\x4f\xff\x51", OtherKind::Jpeg2000),
        (b"FUJIFILMCCD-RAW", OtherKind::Raw),
        (b"IIU\0", OtherKind::Raw),
        (b"IIRO", OtherKind::Raw),
        (b"IIRS", OtherKind::Raw),
        (b"MMOR", OtherKind::Raw),
        (b"\x1a\x45\xdf\xa3", OtherKind::Video),
    ];
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(iso_media(bytes));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"AVI ") {
        return Some(OtherKind::Video);
    }
    if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        return Some(if is_raw_tiff(bytes) {
            OtherKind::Raw
        } else {
            OtherKind::Tiff
        });
    }
    if let Some((_, kind)) = BY_PREFIX
        .iter()
        .find(|(prefix, _)| bytes.starts_with(prefix))
    {
        // two letters are little: text may start with "BM" too, a bitmap has zeros in its reserved field
        return (*kind != OtherKind::Bmp || bytes.get(6..10) == Some(&[0; 4])).then_some(*kind);
    }
    is_svg(bytes).then_some(OtherKind::Svg)
}

/// HEIC, AVIF, Canon raw and video share one container; its "brands" tell them apart.
fn iso_media(bytes: &[u8]) -> OtherKind {
    let declared = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
    let head = &bytes[8..bytes.len().min(declared.clamp(12, 256)).max(8)];
    let brands: Vec<&[u8]> = head.chunks_exact(4).collect();
    let has = |names: &[&[u8]]| brands.iter().any(|b| names.contains(b));
    if has(&[b"avif", b"avis"]) {
        OtherKind::Avif
    } else if has(&[b"crx "]) {
        OtherKind::Raw
    } else if has(&[
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
    ]) {
        OtherKind::Heic
    } else {
        OtherKind::Video
    }
}

/// Most raw files are TIFF inside: Canon's say so, the others carry the DNG version or a maker together with sub-images.
fn is_raw_tiff(bytes: &[u8]) -> bool {
    if bytes.get(8..10) == Some(b"CR") {
        return true;
    }
    let little = bytes.starts_with(b"II");
    let u16_at = |at: usize| -> Option<u16> {
        let b: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little {
            u16::from_le_bytes(b)
        } else {
            u16::from_be_bytes(b)
        })
    };
    let u32_at = |at: usize| -> Option<u32> {
        let b: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little {
            u32::from_le_bytes(b)
        } else {
            u32::from_be_bytes(b)
        })
    };
    let (mut maker, mut sub_images) = (false, false);
    let Some(directory) = u32_at(4).map(|at| at as usize) else {
        return false;
    };
    for entry in 0..usize::from(u16_at(directory).unwrap_or(0)).min(200) {
        match directory.checked_add(2 + entry * 12).and_then(u16_at) {
            Some(0xc612) => return true,
            Some(0x010f) => maker = true,
            Some(0x014a) => sub_images = true,
            _ => {}
        }
    }
    maker && sub_images
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(TEXT_HEAD_BYTES)];
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    head.starts_with(b"<") && head.windows(4).any(|w| w.eq_ignore_ascii_case(b"<svg"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn other(bytes: &[u8]) -> Option<OtherKind> {
        match sniff(bytes) {
            Err(PhotoError::OtherKind(kind)) => Some(kind),
            _ => None,
        }
    }

    #[test]
    fn takes_three_kinds() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0rest"), Ok(Format::Jpeg));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\nrest"), Ok(Format::Png));
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 "), Ok(Format::WebP));
    }

    #[test]
    fn names_what_it_does_not_take() {
        assert_eq!(
            other(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
            Some(OtherKind::Heic)
        );
        assert_eq!(
            other(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"),
            Some(OtherKind::Heic)
        );
        assert_eq!(
            other(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif"),
            Some(OtherKind::Avif)
        );
        assert_eq!(
            other(b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"),
            Some(OtherKind::Raw)
        );
        assert_eq!(
            other(b"\0\0\0\x18ftypisom\0\0\0\0isommp42"),
            Some(OtherKind::Video)
        );
        assert_eq!(other(b"\0\0\0\0ftyp"), Some(OtherKind::Video));
        assert_eq!(other(b"GIF89a"), Some(OtherKind::Gif));
        assert_eq!(other(b"BM\x10\0\0\0\0\0\0\0"), Some(OtherKind::Bmp));
        assert_eq!(other(b"%PDF-1.7"), Some(OtherKind::Pdf));
        assert_eq!(other(b"II*\0\x08\0\0\0\0\0"), Some(OtherKind::Tiff));
        assert_eq!(other(b"II*\0\x10\0\0\0CR\x02\0"), Some(OtherKind::Raw));
        let dng = b"II*\0\x08\0\0\0\x01\0\x12\xc6\x01\0\x04\0\0\0\x01\x04\0\0";
        assert_eq!(other(dng), Some(OtherKind::Raw));
        assert_eq!(
            other(b"\xef\xbb\xbf <?xml version='1.0'?><!-- x --><svg>"),
            Some(OtherKind::Svg)
        );
    }

    #[test]
    fn says_not_an_image() {
        assert_eq!(sniff(b""), Err(PhotoError::Empty));
        assert_eq!(
            sniff(b"BMW is a car, not a bitmap"),
            Err(PhotoError::NotAnImage)
        );
        assert_eq!(sniff(b"<html><body>hello"), Err(PhotoError::NotAnImage));
        assert_eq!(sniff(b"RIFF\0\0\0\0WAVE"), Err(PhotoError::NotAnImage));
    }

    proptest! {
        #[test]
        fn any_bytes_are_told_without_panic(prefix in 0usize..8, tail in proptest::collection::vec(any::<u8>(), 0..80)) {
            let prefixes: [&[u8]; 8] = [b"", b"\0\0\0\x18ftyp", b"\xff\xff\xff\xffftyp", b"II*\0", b"MM\0*", b"RIFF", b"<", b"BM"];
            let mut bytes = prefixes[prefix].to_vec();
            bytes.extend(tail);
            let _ = sniff(&bytes);
        }
    }
}
