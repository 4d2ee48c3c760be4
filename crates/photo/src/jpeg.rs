//! JPEGs that are kept as they came: the same compressed picture, without what was written beside it.

use std::io::Cursor;

use image::{ImageDecoder, codecs::jpeg::JpegDecoder, metadata::Orientation};

use crate::format::{Format, sniff};

/// The same picture, to the bit, without metadata: where and when it was taken, by whom, with what, previews, colour
/// profiles (which [`crate::decode`] does not apply either), comments, and whatever stands behind its end.
///
/// `None` for what would look different then or not everywhere the same: other formats, a picture that is turned by its
/// metadata, other than one or three components of 8 bits, rare kinds of compression, a file that is not whole. Segments
/// and markers are those of ITU-T T.81, annex B.
#[must_use]
pub fn jpeg_without_metadata(bytes: &[u8]) -> Option<Vec<u8>> {
    if !matches!(sniff(bytes), Ok(Format::Jpeg)) || !is_upright(bytes) {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len());
    out.extend([0xff, 0xd8]);
    let (mut at, mut framed, mut scanned) = (2, false, false);
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        // Any number of fill bytes, then the code of the marker.
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = *bytes.get(at)?;
        at += 1;
        if marker == 0xd9 {
            out.extend([0xff, 0xd9]);
            return scanned.then_some(out);
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        let segment = bytes.get(at..at + length)?;
        let part = Part::of(marker, segment)?;
        if part != Part::Beside {
            out.extend([0xff, marker]);
            out.extend(segment);
        }
        at += length;
        match part {
            Part::Frame => framed = true,
            Part::Scan if !framed => return None,
            Part::Scan => {
                scanned = true;
                let data = bytes.get(at..)?;
                let end = end_of_scan(data)?;
                out.extend(data.get(..end)?);
                at += end;
            }
            Part::Tables | Part::Beside => {}
        }
    }
}

/// What a segment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Size and components.
    Frame,
    /// The head of compressed data, which comes behind it.
    Scan,
    /// What decoding needs.
    Tables,
    /// What it does not need.
    Beside,
}

impl Part {
    /// `segment` begins with its length, of two bytes. `None` for what is not known here.
    fn of(marker: u8, segment: &[u8]) -> Option<Self> {
        let says = |name: &[u8]| segment.get(2..).is_some_and(|rest| rest.starts_with(name));
        Some(match marker {
            // Baseline, extended and progressive, with Huffman codes.
            0xc0..=0xc2 => {
                let (bits, components) = (*segment.get(2)?, *segment.get(7)?);
                if bits != 8 || !matches!(components, 1 | 3) {
                    return None;
                }
                Self::Frame
            }
            0xda => Self::Scan,
            // Huffman codes, quantisation, restart intervals.
            0xc4 | 0xdb | 0xdd => Self::Tables,
            // What the components mean. One with a preview in it is longer.
            0xe0 if says(b"JFIF\0") && segment.len() == 16 => Self::Tables,
            0xee if says(b"Adobe") => Self::Tables,
            0xe0..=0xef | 0xfe => Self::Beside,
            _ => return None,
        })
    }
}

fn is_upright(bytes: &[u8]) -> bool {
    let decoder = JpegDecoder::new(Cursor::new(bytes));
    decoder.is_ok_and(|mut decoder| matches!(decoder.orientation(), Ok(Orientation::NoTransforms)))
}

/// Where the marker behind compressed data is: stuffed zeros and restart markers belong to the data.
fn end_of_scan(data: &[u8]) -> Option<usize> {
    data.windows(2)
        .position(|two| two[0] == 0xff && !matches!(two[1], 0x00 | 0xd0..=0xd7))
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};
    use proptest::prelude::*;

    use super::*;
    use crate::{Limits, decode};

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let pixels: Vec<u8> = (0..width * height * 3)
            .map(|n| (n * 7 % 251) as u8)
            .collect();
        let mut out = Vec::new();
        JpegEncoder::new_with_quality(&mut out, 90)
            .encode(&pixels, width, height, ExtendedColorType::Rgb8)
            .expect("a small picture");
        out
    }

    /// `APPn` and comments right behind the start.
    fn with(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut out = jpeg[..2].to_vec();
        for (marker, data) in segments {
            out.extend([0xff, *marker]);
            out.extend((data.len() as u16 + 2).to_be_bytes());
            out.extend(*data);
        }
        out.extend(&jpeg[2..]);
        out
    }

    /// An EXIF segment that says nothing but how the picture is to be turned.
    fn turned(how: u8) -> Vec<u8> {
        let mut out = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        out.extend([how, 0, 0, 0, 0, 0, 0]);
        out
    }

    #[test]
    fn what_a_camera_wrote_beside_the_picture_goes_and_the_picture_stays() {
        let plain = jpeg(40, 30);
        let mut told = with(
            &plain,
            &[
                (0xe1, &turned(1)),
                (
                    0xe1,
                    b"http://ns.adobe.com/xap/1.0/\0<gps>52.52,13.40</gps>",
                ),
                (0xe2, b"ICC_PROFILE\0\x01\x01profile"),
                (0xed, b"Photoshop 3.0\0author"),
                (0xfe, b"taken at home"),
            ],
        );
        told.extend(b"a second picture behind the end");
        let clean = jpeg_without_metadata(&told).expect("an ordinary JPEG");
        assert_eq!(clean, plain);
        assert_eq!(jpeg_without_metadata(&plain), Some(plain));
    }

    #[test]
    fn what_would_look_different_is_left_to_others() {
        let plain = jpeg(40, 30);
        assert!(jpeg_without_metadata(&with(&plain, &[(0xe1, &turned(6))])).is_none());
        assert!(jpeg_without_metadata(b"RIFF....WEBPVP8 ").is_none());
        assert!(jpeg_without_metadata(&plain[..plain.len() - 2]).is_none());
        assert!(jpeg_without_metadata(&[]).is_none());
        let frame = plain.windows(2).position(|two| two == [0xff, 0xc0]);
        let frame = frame.expect("a baseline frame");
        for (place, value) in [(1, 0xc9), (4, 12), (9, 4)] {
            let mut other = plain.clone();
            other[frame + place] = value;
            assert!(jpeg_without_metadata(&other).is_none(), "{place}");
        }
    }

    proptest! {
        #[test]
        fn whatever_bytes_come_nothing_breaks(at in 0usize..900, value: u8, end in 0usize..900) {
            let mut bytes = jpeg(24, 16);
            let length = bytes.len();
            bytes[at % length] = value;
            bytes.truncate(length - end % 40);
            if let Some(clean) = jpeg_without_metadata(&bytes) {
                let limits = Limits::default();
                let (was, is) = (decode(&bytes, &limits), decode(&clean, &limits));
                prop_assert_eq!(was.ok().map(|p| p.data().to_vec()), is.ok().map(|p| p.data().to_vec()));
                prop_assert_eq!(jpeg_without_metadata(&clean), Some(clean));
            }
        }
    }
}
