//! The picture a shared link shows of itself: the top swatches, edge to edge, 1200 × 630.

use image::{RgbImage, codecs::jpeg::JpegEncoder, imageops};
use material::{Colour, hex};

/// What link previews ask for.
pub const WIDTH: u32 = 1200;
/// What link previews ask for.
pub const HEIGHT: u32 = 630;
/// The line between swatches, in pixels.
const GAP: u32 = 6;
/// Height of the palette strip, in pixels.
const STRIP: u32 = 44;
/// The ground: paper, as the pages have it.
const GROUND: image::Rgb<u8> = image::Rgb([246, 245, 243]);

/// Places for up to five swatches: one large, four small beside it; fewer fill the width.
fn places(count: usize) -> Vec<(u32, u32, u32, u32)> {
    let (w, h) = (WIDTH, HEIGHT - STRIP - GAP);
    let half = (w - GAP) / 2;
    let quarter = (half - GAP) / 2;
    let row = (h - GAP) / 2;
    let right = half + GAP;
    match count {
        0 => vec![],
        1 => vec![(0, 0, w, h)],
        2 => vec![(0, 0, half, h), (right, 0, w - right, h)],
        3 | 4 => {
            let mut out = vec![(0, 0, half, h)];
            if count == 3 {
                out.push((right, 0, w - right, row));
                out.push((right, row + GAP, w - right, h - row - GAP));
            } else {
                out.push((right, 0, quarter, row));
                out.push((right + quarter + GAP, 0, w - right - quarter - GAP, row));
                out.push((right, row + GAP, w - right, h - row - GAP));
            }
            out
        }
        _ => vec![
            (0, 0, half, h),
            (right, 0, quarter, row),
            (right + quarter + GAP, 0, w - right - quarter - GAP, row),
            (right, row + GAP, quarter, h - row - GAP),
            (
                right + quarter + GAP,
                row + GAP,
                w - right - quarter - GAP,
                h - row - GAP,
            ),
        ],
    }
}

/// Draws it as JPEG. Pictures that do not decode are left out; with none at all the palette fills
/// the whole.
pub fn draw(pictures: &[bytes::Bytes], palette: &[Colour]) -> Option<Vec<u8>> {
    let mut canvas = RgbImage::from_pixel(WIDTH, HEIGHT, GROUND);
    let decoded: Vec<RgbImage> = pictures
        .iter()
        .filter_map(|bytes| Some(image::load_from_memory(bytes).ok()?.into_rgb8()))
        .take(5)
        .collect();
    for ((x, y, w, h), picture) in places(decoded.len()).into_iter().zip(&decoded) {
        imageops::replace(&mut canvas, &cover(picture, w, h), x.into(), y.into());
    }
    let top = if decoded.is_empty() {
        0
    } else {
        HEIGHT - STRIP
    };
    strip(&mut canvas, palette, top);
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 86)
        .encode_image(&canvas)
        .ok()?;
    Some(out)
}

/// The middle of a picture, scaled to fill a box: cropped, never stretched.
fn cover(picture: &RgbImage, w: u32, h: u32) -> RgbImage {
    let scale = (w as f32 / picture.width() as f32).max(h as f32 / picture.height() as f32);
    let cut_w = ((w as f32 / scale).round() as u32).clamp(1, picture.width());
    let cut_h = ((h as f32 / scale).round() as u32).clamp(1, picture.height());
    let x = (picture.width() - cut_w) / 2;
    let y = (picture.height() - cut_h) / 2;
    let cut = imageops::crop_imm(picture, x, y, cut_w, cut_h).to_image();
    imageops::resize(&cut, w, h, imageops::FilterType::CatmullRom)
}

/// The palette from `top` to the lower edge, each colour as wide as its share.
fn strip(canvas: &mut RgbImage, palette: &[Colour], top: u32) {
    let total: f32 = palette.iter().map(|c| c.share.max(0.0)).sum();
    if total <= 0.0 {
        return;
    }
    let mut reached = 0.0;
    for colour in palette {
        let from = (reached / total * WIDTH as f32).round() as u32;
        reached += colour.share.max(0.0);
        let to = ((reached / total * WIDTH as f32).round() as u32).min(WIDTH);
        let code = hex(colour.lab);
        let channel = |i: usize| u8::from_str_radix(&code[i..i + 2], 16).unwrap_or(128);
        let pixel = image::Rgb([channel(1), channel(3), channel(5)]);
        for y in top..HEIGHT {
            for x in from..to {
                canvas.put_pixel(x, y, pixel);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::Lab;

    fn red() -> bytes::Bytes {
        let mut out = Vec::new();
        JpegEncoder::new(&mut out)
            .encode_image(&RgbImage::from_pixel(90, 40, image::Rgb([200, 30, 30])))
            .expect("a plain picture encodes");
        out.into()
    }

    #[test]
    fn any_number_of_swatches_fills_the_preview() {
        let palette = [Colour {
            lab: Lab::new(50.0, 0.0, 0.0),
            share: 1.0,
        }];
        for count in 0..8 {
            let bytes = draw(&vec![red(); count], &palette).expect("a preview");
            let picture = image::load_from_memory(&bytes).expect("a JPEG").into_rgb8();
            assert_eq!(picture.dimensions(), (WIDTH, HEIGHT));
            let middle = picture.get_pixel(200, 200).0;
            if count > 0 {
                assert!(middle[0] > 170 && middle[1] < 70, "{middle:?}");
            } else {
                assert!(middle[0].abs_diff(middle[2]) < 6, "{middle:?}");
            }
        }
    }

    #[test]
    fn places_stay_inside_and_apart() {
        for count in 0..=5 {
            let places = places(count);
            assert_eq!(places.len(), count);
            for (i, a) in places.iter().enumerate() {
                assert!(a.0 + a.2 <= WIDTH && a.1 + a.3 <= HEIGHT - STRIP);
                for b in &places[i + 1..] {
                    let apart = a.0 + a.2 <= b.0
                        || b.0 + b.2 <= a.0
                        || a.1 + a.3 <= b.1
                        || b.1 + b.3 <= a.1;
                    assert!(apart, "{a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn a_damaged_picture_is_left_out() {
        assert!(draw(&[bytes::Bytes::from_static(b"not a picture"), red()], &[]).is_some());
    }
}
