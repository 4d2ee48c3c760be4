//! Files as they come: every orientation, colour type, limit and way of being broken.

use image::{ExtendedColorType, ImageEncoder};
use photo::{Format, Limits, OtherKind, PhotoError, Pixels, StatusHint, decode, sniff};
use proptest::prelude::*;

fn jpeg(pixels: &Pixels) -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 95)
        .write_image(
            pixels.data(),
            pixels.width(),
            pixels.height(),
            ExtendedColorType::Rgb8,
        )
        .expect("encodes");
    out
}

fn png(data: &[u8], width: u32, height: u32, colour: ExtendedColorType) -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::png::PngEncoder::new(&mut out)
        .write_image(data, width, height, colour)
        .expect("encodes");
    out
}

fn webp(pixels: &Pixels) -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::webp::WebPEncoder::new_lossless(&mut out)
        .write_image(
            pixels.data(),
            pixels.width(),
            pixels.height(),
            ExtendedColorType::Rgb8,
        )
        .expect("encodes");
    out
}

/// Corners: red top left, green top right, blue bottom left, white bottom right; 32 wide, 16 high.
fn corners() -> Pixels {
    Pixels::from_fn(32, 16, |x, y| match (x < 16, y < 8) {
        (true, true) => [255, 0, 0],
        (false, true) => [0, 255, 0],
        (true, false) => [0, 0, 255],
        (false, false) => [255, 255, 255],
    })
}

/// Puts an EXIF segment with this orientation right after the start of a JPEG.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff = [
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(),
        &[orientation, 0, 0, 0],
        &[0; 4],
    ]
    .concat();
    let length = (2 + 6 + tiff.len()) as u16;
    [
        &jpeg[..2],
        &[0xff, 0xe1],
        &length.to_be_bytes(),
        b"Exif\0\0",
        &tiff,
        &jpeg[2..],
    ]
    .concat()
}

fn pixel(pixels: &Pixels, x: u32, y: u32) -> [u8; 3] {
    let at = ((y * pixels.width() + x) * 3) as usize;
    [0, 1, 2].map(|k| pixels.data()[at + k])
}

fn name(rgb: [u8; 3]) -> char {
    match rgb.map(|v| v > 127) {
        [true, false, false] => 'r',
        [false, true, false] => 'g',
        [false, false, true] => 'b',
        [true, true, true] => 'w',
        _ => '?',
    }
}

#[test]
fn every_exif_orientation_comes_out_upright() {
    let plain = jpeg(&corners());
    // top left, top right, bottom left, bottom right after turning upright
    let expected = [
        "rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb",
    ];
    for (value, corners) in (1u8..).zip(expected) {
        let upright =
            decode(&with_orientation(&plain, value), &Limits::default()).expect("decodes");
        let (w, h) = (upright.width(), upright.height());
        assert_eq!(
            (w, h),
            if value < 5 { (32, 16) } else { (16, 32) },
            "orientation {value}"
        );
        let seen: String = [(2, 2), (w - 3, 2), (2, h - 3), (w - 3, h - 3)]
            .map(|(x, y)| name(pixel(&upright, x, y)))
            .iter()
            .collect();
        assert_eq!(seen, corners, "orientation {value}");
    }
    let odd =
        decode(&with_orientation(&plain, 77), &Limits::default()).expect("a wrong tag is ignored");
    assert_eq!(odd.width(), 32);
}

#[test]
fn every_format_and_colour_type() {
    let limits = Limits::default();
    assert_eq!(decode(&webp(&corners()), &limits), Ok(corners()));
    assert_eq!(
        decode(
            &png(corners().data(), 32, 16, ExtendedColorType::Rgb8),
            &limits
        ),
        Ok(corners())
    );
    let grey = decode(
        &png(&[0, 100, 200, 255], 2, 2, ExtendedColorType::L8),
        &limits,
    )
    .expect("decodes");
    assert_eq!(grey.data()[3..6], [100; 3]);
    let deep: Vec<u8> = [0u16, 65535, 32768]
        .iter()
        .flat_map(|v| v.to_ne_bytes())
        .collect();
    let deep = decode(&png(&deep, 1, 1, ExtendedColorType::Rgb16), &limits).expect("decodes");
    assert_eq!(deep.data(), [0, 255, 128]);
    let clear = decode(
        &png(
            &[10, 20, 30, 0, 10, 20, 30, 255, 0, 0, 0, 128],
            3,
            1,
            ExtendedColorType::Rgba8,
        ),
        &limits,
    )
    .expect("decodes");
    assert_eq!(clear.data(), [255, 255, 255, 10, 20, 30, 127, 127, 127]);
}

#[test]
fn a_truncated_file_is_an_error_wherever_it_ends() {
    let noisy = Pixels::from_fn(96, 96, |x, y| {
        let v = x
            .wrapping_mul(2_654_435_761)
            .wrapping_add(y.wrapping_mul(974_711))
            >> 24;
        [v as u8, (v ^ x) as u8, (v ^ y) as u8]
    });
    for (file, kind) in [
        (with_orientation(&jpeg(&noisy), 6), Format::Jpeg),
        (
            png(noisy.data(), 96, 96, ExtendedColorType::Rgb8),
            Format::Png,
        ),
        (webp(&noisy), Format::WebP),
    ] {
        assert_eq!(sniff(&file), Ok(kind));
        assert!(decode(&file, &Limits::default()).is_ok(), "{kind:?}");
        for percent in [3, 20, 50, 80, 95] {
            let part = &file[..file.len() * percent / 100];
            let error = decode(part, &Limits::default()).expect_err("too short");
            assert!(
                matches!(error.status_hint(), StatusHint::Damaged),
                "{kind:?} at {percent} %: {error:?}"
            );
        }
    }
}

/// A PNG whose header promises these sides, over no more data than a few bytes.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = png(&[0; 3], 1, 1, ExtendedColorType::Rgb8);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&file[12..29]);
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    file
}

/// The checksum of PNG chunks (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn decompression_bombs_are_told_by_their_header() {
    let limits = Limits::default();
    let error = decode(&bomb(30_000, 30_000), &limits).expect_err("a bomb");
    assert_eq!(
        error,
        PhotoError::TooManyPixels {
            pixels: 900_000_000,
            max_pixels: 40_000_000
        }
    );
    assert_eq!(
        error.to_string(),
        "This one is 900 megapixels; 40 is what fits."
    );
    assert_eq!(
        decode(&bomb(30_000, 2), &limits),
        Err(PhotoError::TooLong {
            side: 30_000,
            max_side: 20_000
        })
    );

    let mut file = jpeg(&corners());
    let frame = file
        .windows(2)
        .position(|w| w == [0xff, 0xc0])
        .expect("a frame header");
    file[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert!(matches!(
        decode(&file, &limits),
        Err(PhotoError::TooManyPixels { .. })
    ));
}

#[test]
fn limits_and_kinds() {
    let file = jpeg(&corners());
    let tight = Limits {
        max_bytes: 10,
        ..Limits::default()
    };
    assert_eq!(
        decode(&file, &tight),
        Err(PhotoError::TooManyBytes {
            bytes: file.len() as u64,
            max_bytes: 10
        })
    );
    assert_eq!(decode(b"", &Limits::default()), Err(PhotoError::Empty));
    assert_eq!(
        decode(b"hello", &Limits::default()),
        Err(PhotoError::NotAnImage)
    );
    let heic =
        decode(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", &Limits::default()).expect_err("not taken");
    assert_eq!(heic, PhotoError::OtherKind(OtherKind::Heic));
    assert!(
        heic.to_string().contains("Most compatible")
            && heic.status_hint() == StatusHint::Unsupported
    );
}

#[test]
fn a_four_ink_jpeg_keeps_its_colours() {
    // left half magenta and yellow at full (red), right half cyan
    let pixels = decode(include_bytes!("four_inks.jpg"), &Limits::default()).expect("decodes");
    let (left, right) = (pixel(&pixels, 3, 8), pixel(&pixels, 12, 8));
    assert!(left[0] > 200 && left[1] < 60 && left[2] < 60, "{left:?}");
    assert!(
        right[0] < 60 && right[1] > 100 && right[2] > 100,
        "{right:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn damaged_bytes_never_panic(kind in 0usize..3, at in any::<prop::sample::Index>(), value: u8, second in any::<prop::sample::Index>(), cut in 0usize..40) {
        let mut file = match kind {
            0 => jpeg(&corners()),
            1 => png(corners().data(), 32, 16, ExtendedColorType::Rgb8),
            _ => webp(&corners()),
        };
        let (i, j) = (at.index(file.len()), second.index(file.len()));
        file[i] = value;
        file[j] = value.wrapping_mul(31);
        file.truncate(file.len() - cut.min(file.len() / 2));
        let limits = Limits { max_pixels: 1_000_000, ..Limits::default() };
        let _ = decode(&file, &limits);
    }
}
