//! Pictures that show no material, drawn by chance: what a library has nothing like, and should say so of.

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use photo::Pixels;
use serde::{Deserialize, Serialize};

use crate::{
    Dice, PhotographError,
    canvas::{Canvas, SIDE, blend},
    photograph::jpeg,
};

/// A sort of picture that shows no material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stranger {
    /// Somebody in front of something.
    Portrait,
    /// A screen with windows, cards and buttons.
    Screen,
    /// A page full of text.
    Text,
    /// Noise in pixels or in blocks.
    Noise,
    /// One colour that passes into another.
    Gradient,
}

impl Stranger {
    /// Every sort, in the order of reports.
    pub const ALL: [Self; 5] = [
        Self::Portrait,
        Self::Screen,
        Self::Text,
        Self::Noise,
        Self::Gradient,
    ];

    /// As reports call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Portrait => "portraits",
            Self::Screen => "screens",
            Self::Text => "pages of text",
            Self::Noise => "noise",
            Self::Gradient => "gradients",
        }
    }

    /// One of the sort, as a file: what cameras make as JPEG, what machines make as PNG. The same seed and number
    /// draw the same.
    ///
    /// # Errors
    /// [`PhotographError::Write`] when the encoder fails.
    pub fn file(self, seed: u64, number: u32) -> Result<Vec<u8>, PhotographError> {
        let dice = &mut Dice::about(seed, &format!("{} {number}", self.label()));
        let drawn = match self {
            Self::Portrait => portrait(dice),
            Self::Screen => screen(dice),
            Self::Text => page(dice),
            Self::Noise => noise(dice),
            Self::Gradient => gradient(dice),
        };
        match self {
            Self::Portrait => jpeg(&drawn, 70 + dice.below(25) as u8),
            _ => png(&drawn),
        }
    }
}

fn png(pixels: &Pixels) -> Result<Vec<u8>, PhotographError> {
    let mut out = Vec::new();
    PngEncoder::new(&mut out)
        .write_image(
            pixels.data(),
            pixels.width(),
            pixels.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(|e| PhotographError::Write(e.to_string()))?;
    Ok(out)
}

fn colour(dice: &mut Dice, from: f32, to: f32) -> [f32; 3] {
    [0; 3].map(|_| dice.between(from, to))
}

/// Gradients, and ellipses in the colours of skin and hair.
fn portrait(dice: &mut Dice) -> Pixels {
    let (top, bottom) = (colour(dice, 60.0, 240.0), colour(dice, 40.0, 220.0));
    let mut canvas = Canvas::plain(top);
    canvas.paint(|_, y| Some(blend(top, bottom, y / SIDE as f32)));
    let tone = dice.between(0.35, 1.0);
    let skin = [235.0 * tone, 190.0 * tone, 165.0 * tone];
    let hair_tone = dice.between(0.1, 0.8);
    let hair = [150.0 * hair_tone, 115.0 * hair_tone, 80.0 * hair_tone];
    let shirt = colour(dice, 20.0, 235.0);
    let (x, y) = (dice.between(160.0, 240.0), dice.between(150.0, 200.0));
    let w = dice.between(70.0, 110.0);
    let h = w * dice.between(1.2, 1.45);
    let dark = |by: f32| skin.map(|c| c * by);
    canvas.ellipse((x, 430.0), (w * 2.1, 180.0), shirt, 0.3);
    canvas.rect((x - w * 0.35, y + h * 0.5), (w * 0.7, h * 0.8), dark(0.85));
    canvas.ellipse((x, y - h * 0.2), (w * 1.12, h * 1.02), hair, 0.5);
    canvas.ellipse((x, y + h * 0.08), (w, h * 0.93), skin, 0.35);
    for side in [-1.0, 1.0] {
        let eye = x + side * w * 0.4;
        let iris = [40.0, 35.0, 30.0];
        canvas.ellipse((eye, y - h * 0.08), (w * 0.17, h * 0.06), [235.0; 3], 0.1);
        canvas.ellipse((eye, y - h * 0.08), (w * 0.07, h * 0.05), iris, 0.0);
        canvas.ellipse((eye, y - h * 0.22), (w * 0.2, h * 0.025), hair, 0.0);
    }
    canvas.ellipse((x, y + h * 0.52), (w * 0.3, h * 0.05), dark(0.6), 0.0);
    canvas.ellipse((x, y + h * 0.22), (w * 0.1, h * 0.1), dark(0.9), 0.3);
    canvas.done(dice, 6.0)
}

/// Bars, cards, buttons and lines of something like text.
fn screen(dice: &mut Dice) -> Pixels {
    let edge = SIDE as f32;
    let (ground, ink) = ground_and_ink(dice);
    let accent = colour(dice, 30.0, 230.0);
    let mut canvas = Canvas::plain([ground; 3]);
    let bar = dice.between(24.0, 46.0);
    let head = if dice.chance(0.5) {
        accent
    } else {
        [ground * 0.9 + 8.0; 3]
    };
    canvas.rect((0.0, 0.0), (edge, bar), head);
    let aside = if dice.chance(0.6) {
        dice.between(70.0, 130.0)
    } else {
        0.0
    };
    canvas.rect((0.0, bar), (aside, edge), [ground * 0.94 + 4.0; 3]);
    let mut line = bar + 14.0;
    while line < edge - 10.0 && aside > 0.0 {
        let end = dice.between(aside * 0.5, aside - 12.0);
        words(&mut canvas, dice, (8.0, line), end, 7.0, ink);
        line += dice.between(16.0, 26.0);
    }
    let (x, right) = (aside + 14.0, edge - 14.0);
    let mut y = bar + 12.0;
    while y < edge - 20.0 {
        match dice.below(5) {
            0 => {
                let high = dice.between(50.0, 100.0);
                let (a, b) = (colour(dice, 20.0, 235.0), colour(dice, 20.0, 235.0));
                for step in 0..high as u32 {
                    let mixed = blend(a, b, step as f32 / high);
                    canvas.rect((x, y + step as f32), ((right - x) * 0.6, 1.0), mixed);
                }
                y += high + 12.0;
            }
            1 => {
                canvas.rect((x, y), (70.0, 22.0), accent);
                words(&mut canvas, dice, (x + 8.0, y + 8.0), x + 60.0, 7.0, 245.0);
                y += 34.0;
            }
            2 => {
                words(&mut canvas, dice, (x, y), right * 0.8, 14.0, ink);
                y += 26.0;
            }
            _ => {
                for _ in 0..2 + dice.below(5) {
                    let end = dice.between(x + (right - x) * 0.6, right);
                    words(&mut canvas, dice, (x, y), end, 7.0, ink);
                    y += 12.0;
                }
                y += 10.0;
            }
        }
    }
    canvas.done(dice, 0.0)
}

fn ground_and_ink(dice: &mut Dice) -> (f32, f32) {
    if dice.chance(0.35) {
        (dice.between(15.0, 45.0), dice.between(190.0, 240.0))
    } else {
        (dice.between(235.0, 255.0), dice.between(20.0, 90.0))
    }
}

/// A margin, perhaps a heading, and paragraphs of one size to the foot of the page.
fn page(dice: &mut Dice) -> Pixels {
    let edge = SIDE as f32;
    let (ground, ink) = ground_and_ink(dice);
    let mut canvas = Canvas::plain([ground; 3]);
    let margin = dice.between(8.0, 40.0);
    let size = dice.between(6.0, 13.0);
    let leading = size * dice.between(1.4, 1.9);
    let mut y = margin;
    if dice.chance(0.5) {
        let end = dice.between(edge * 0.4, edge - margin);
        words(&mut canvas, dice, (margin, y), end, size * 1.8, ink);
        y += size * 3.2;
    }
    while y < edge - margin {
        let lines = 3 + dice.below(9);
        for line in 0..lines {
            let right = edge - margin;
            let end = if line + 1 == lines {
                dice.between(margin + size * 4.0, right)
            } else {
                right - dice.between(0.0, size * 2.0)
            };
            words(&mut canvas, dice, (margin, y), end, size, ink);
            y += leading;
            if y > edge - margin {
                break;
            }
        }
        y += leading * dice.between(0.2, 0.9);
    }
    canvas.done(dice, 0.0)
}

/// A line of words made of letters made of strokes.
fn words(canvas: &mut Canvas, dice: &mut Dice, from: (f32, f32), end: f32, size: f32, ink: f32) {
    let (mut at, y) = from;
    let stroke = (size / 7.0).max(1.0);
    while at + size * 0.7 < end {
        if dice.chance(0.18) {
            at += size * 0.5;
            continue;
        }
        for part in 0..4u32 {
            if dice.chance(0.6) {
                let (right, down) = ((part % 2) as f32, (part / 2) as f32);
                let upright = (at + right * size * 0.35, y + down * size * 0.4);
                canvas.rect(upright, (stroke, size * 0.5), [ink; 3]);
                canvas.rect((at, y + down * size * 0.45), (size * 0.4, stroke), [ink; 3]);
            }
        }
        at += size * 0.65;
    }
}

/// Grey or coloured, even or in extremes, in pixels or in blocks.
fn noise(dice: &mut Dice) -> Pixels {
    let block = [1, 1, 1, 2, 3][dice.below(5)];
    let (coloured, extreme) = (dice.chance(0.5), dice.chance(0.3));
    let across = SIDE.div_ceil(block);
    let mut value = || {
        let v = dice.unit();
        if extreme {
            f32::from(u8::from(v > 0.5)) * 255.0
        } else {
            v * 255.0
        }
    };
    let cells: Vec<[f32; 3]> = (0..across * across)
        .map(|_| {
            if coloured {
                [value(), value(), value()]
            } else {
                [value(); 3]
            }
        })
        .collect();
    let mut canvas = Canvas::plain([0.0; 3]);
    canvas.paint(|x, y| {
        let at = (y as u32 / block) * across + x as u32 / block;
        cells.get(at as usize).copied()
    });
    canvas.done(dice, 0.0)
}

/// One colour that passes into a plainly different one, along a line or around a point, as a background does.
fn gradient(dice: &mut Dice) -> Pixels {
    let a = colour(dice, 0.0, 255.0);
    let lift = dice.between(70.0, 160.0);
    // Away from whichever end is nearer, so that the two always differ plainly.
    let b = a.map(|c| if c > 127.0 { c - lift } else { c + lift });
    let edge = SIDE as f32;
    let turn = dice.between(0.0, std::f32::consts::TAU);
    let (sin, cos) = turn.sin_cos();
    let centre = (dice.between(0.0, edge), dice.between(0.0, edge));
    let round = dice.chance(0.4);
    let mut canvas = Canvas::plain(a);
    canvas.paint(|x, y| {
        let t = if round {
            (x - centre.0).hypot(y - centre.1) / edge
        } else {
            0.5 + ((x / edge - 0.5) * cos + (y / edge - 0.5) * sin) / std::f32::consts::SQRT_2
        };
        Some(blend(a, b, t.clamp(0.0, 1.0)))
    });
    canvas.done(dice, 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use photo::{Limits, surface};

    fn drawn(sort: Stranger, number: u32) -> Pixels {
        let file = sort.file(1, number).expect("encodes");
        photo::decode(&file, &Limits::default()).expect("a picture")
    }

    #[test]
    fn the_same_seed_draws_the_same_and_each_number_another() {
        for sort in Stranger::ALL {
            let of = |seed, number| sort.file(seed, number).expect("encodes");
            assert_eq!(of(1, 0), of(1, 0), "{sort:?}");
            assert_ne!(of(1, 0), of(1, 1), "{sort:?}");
            assert_ne!(of(1, 0), of(2, 0), "{sort:?}");
        }
    }

    #[test]
    fn each_sort_is_what_it_says() {
        for number in 0..12 {
            let measured = |sort| surface(&drawn(sort, number));
            assert!(measured(Stranger::Portrait).contrast > 3.0);
            assert!(measured(Stranger::Screen).unevenness > 0.2);
            assert!(measured(Stranger::Text).contrast > 5.0);
            assert!(measured(Stranger::Noise).grain > 0.5);
            let gradient = measured(Stranger::Gradient);
            assert!(gradient.grain < 0.3, "{gradient:?}");
        }
    }
}
