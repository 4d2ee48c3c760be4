//! What the first bytes of a picture say, read before any pixel is unpacked.

use std::ops::Range;

/// Enough of a file for the size to be among it: metadata and colour profile stand before it.
pub const HEAD_BYTES: f64 = 262_144.0;

/// Size and orientation as a file's header gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Pixels across as stored, before the picture is turned upright.
    pub width: u32,
    /// Pixels down as stored.
    pub height: u32,
    /// What only JPEG has.
    pub jpeg: Option<Jpeg>,
}

/// The parts of a JPEG's header that matter for scaling while it is decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jpeg {
    /// EXIF orientation, 1 (as stored) to 8.
    pub orientation: u8,
    /// Where the EXIF segment lies in the file.
    pub exif: Option<Range<u32>>,
}

/// Reads the header of a JPEG, PNG or WebP; nothing for other kinds or when it is cut off.
pub fn read(bytes: &[u8]) -> Option<Header> {
    let (width, height, jpeg) = if bytes.starts_with(&[0xff, 0xd8]) {
        jpeg(bytes)?
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (be32(bytes, 16)?, be32(bytes, 20)?, None)
    } else if bytes.starts_with(b"RIFF") {
        let (width, height) = webp(bytes)?;
        (width, height, None)
    } else {
        return None;
    };
    (width > 0 && height > 0).then_some(Header {
        width,
        height,
        jpeg,
    })
}

/// Walks the segments up to the frame header (ITU T.81, B.2).
fn jpeg(bytes: &[u8]) -> Option<(u32, u32, Option<Jpeg>)> {
    let mut found = Jpeg {
        orientation: 1,
        exif: None,
    };
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        if marker == 0xff {
            // fill byte
            at += 1;
            continue;
        }
        let length = be16(bytes, at + 2)? as usize;
        match marker {
            // start of frame, whichever coding; C4, C8 and CC are tables
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let (height, width) = (be16(bytes, at + 5)?, be16(bytes, at + 7)?);
                return Some((width, height, Some(found)));
            }
            // entropy-coded data or the end before any frame
            0xda | 0xd9 => return None,
            0xe1 if found.exif.is_none() => {
                let end = at + 2 + length;
                if let Some(tiff) = bytes
                    .get(at + 4..end)
                    .and_then(|segment| segment.strip_prefix(b"Exif\0\0"))
                {
                    found.orientation = orientation(tiff).unwrap_or(1);
                    found.exif = Some(at as u32..end as u32);
                }
            }
            _ => {}
        }
        at += 2 + length.max(2);
    }
}

/// Tag 0x0112 of the first directory (EXIF 2.3, 4.6).
fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let pair = tiff.get(at..at.checked_add(2)?)?;
        Some(if little {
            u16::from_le_bytes([pair[0], pair[1]])
        } else {
            u16::from_be_bytes([pair[0], pair[1]])
        })
    };
    let (low, high) = if little { (4, 6) } else { (6, 4) };
    let directory = usize::from(short(high)?) << 16 | usize::from(short(low)?);
    for entry in 0..usize::from(short(directory)?) {
        let at = directory.checked_add(2 + 12 * entry)?;
        if short(at)? == 0x0112 {
            return u8::try_from(short(at + 8)?)
                .ok()
                .filter(|o| (1..=8).contains(o));
        }
    }
    None
}

/// The three layouts of a WebP file (RFC 9649, 2.5 to 2.7).
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let le = |at: usize, count: usize| {
        let slice = bytes.get(at..at + count)?;
        Some(
            slice
                .iter()
                .rev()
                .fold(0u32, |sum, b| sum << 8 | u32::from(*b)),
        )
    };
    match bytes.get(8..16)? {
        b"WEBPVP8X" => Some((le(24, 3)? + 1, le(27, 3)? + 1)),
        b"WEBPVP8L" => {
            let packed = le(21, 4)?;
            Some(((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1))
        }
        b"WEBPVP8 " => Some((le(26, 2)? & 0x3fff, le(28, 2)? & 0x3fff)),
        _ => None,
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at + 2)?;
    Some(u32::from(pair[0]) << 8 | u32::from(pair[1]))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(be16(bytes, at)? << 16 | be16(bytes, at + 2)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_exif(exif: &[u8]) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8, 0xff, 0xe1];
        file.extend(((exif.len() + 8) as u16).to_be_bytes());
        file.extend(b"Exif\0\0");
        file.extend(exif);
        // a table, a fill byte, then a progressive frame of 4000 × 3000
        file.extend([0xff, 0xdb, 0, 3, 9, 0xff, 0xff, 0xc2, 0, 11, 8]);
        file.extend(3000u16.to_be_bytes());
        file.extend(4000u16.to_be_bytes());
        file
    }

    const LITTLE: &[u8] = &[
        b'I', b'I', 42, 0, 8, 0, 0, 0, 2, 0, // two entries
        0x0f, 0x01, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, // maker
        0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, // orientation 6
    ];
    const BIG: &[u8] = &[
        b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, //
        0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0,
    ];

    #[test]
    fn a_jpeg_tells_its_size_and_which_way_is_up() {
        for (exif, expected) in [(LITTLE, 6), (BIG, 8), (b"II*\0".as_slice(), 1)] {
            let file = with_exif(exif);
            assert_eq!(
                read(&file),
                Some(Header {
                    width: 4000,
                    height: 3000,
                    jpeg: Some(Jpeg {
                        orientation: expected,
                        exif: Some(2..(12 + exif.len()) as u32),
                    }),
                })
            );
        }
    }

    #[test]
    fn png_and_webp_tell_their_size() {
        let size = |bytes: &[u8]| read(bytes).map(|h| (h.width, h.height));
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend(30_000u32.to_be_bytes());
        png.extend(20_000u32.to_be_bytes());
        assert_eq!(size(&png), Some((30_000, 20_000)));
        assert_eq!(
            size(b"RIFF....WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x04\0\xbf\x03\0"),
            Some((1280, 960))
        );
        // 14 bits of width - 1, then 14 bits of height - 1
        assert_eq!(
            size(b"RIFF....WEBPVP8L\x05\0\0\0\x2f\xff\xc4\xef\0"),
            Some((1280, 960))
        );
        assert_eq!(
            size(b"RIFF....WEBPVP8 \x05\0\0\0\0\0\0\x9d\x01\x2a\x00\x05\xc0\x03"),
            Some((1280, 960))
        );
    }

    #[test]
    fn whatever_is_cut_off_or_foreign_says_nothing() {
        let whole = with_exif(LITTLE);
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]), None, "cut at {end}");
        }
        for foreign in [
            b"".as_slice(),
            b"plain words",
            b"\xff\xd8\xff\xe0\0\0\xff\xda\0\x02",
            b"RIFF....AVI ",
        ] {
            assert_eq!(read(foreign), None);
        }
    }
}
