//! What strangers are painted on.

use photo::Pixels;

use crate::Dice;

/// Side of a canvas, in pixels.
pub(crate) const SIDE: u32 = 400;

/// Rows of sRGB, 0 to 255.
pub(crate) struct Canvas(Vec<[f32; 3]>);

/// A colour between two, `part` of the way.
pub(crate) fn blend(a: [f32; 3], b: [f32; 3], part: f32) -> [f32; 3] {
    [0, 1, 2].map(|i| a[i] * (1.0 - part) + b[i] * part)
}

impl Canvas {
    pub fn plain(colour: [f32; 3]) -> Self {
        Self(vec![colour; (SIDE * SIDE) as usize])
    }

    /// Asks for the colour of every place; `None` leaves it.
    pub fn paint(&mut self, mut colour: impl FnMut(f32, f32) -> Option<[f32; 3]>) {
        for (at, pixel) in self.0.iter_mut().enumerate() {
            let (x, y) = (at as u32 % SIDE, at as u32 / SIDE);
            if let Some(c) = colour(x as f32, y as f32) {
                *pixel = c;
            }
        }
    }

    pub fn rect(&mut self, (x, y): (f32, f32), (w, h): (f32, f32), colour: [f32; 3]) {
        let (x, y) = (x.max(0.0) as u32, y.max(0.0) as u32);
        for row in y..(y + h as u32).min(SIDE) {
            for column in x..(x + w as u32).min(SIDE) {
                self.0[(row * SIDE + column) as usize] = colour;
            }
        }
    }

    /// Lit from the upper left, darker towards the edge.
    pub fn ellipse(&mut self, at: (f32, f32), half: (f32, f32), colour: [f32; 3], shade: f32) {
        self.paint(|x, y| {
            let (u, v) = ((x - at.0) / half.0, (y - at.1) / half.1);
            let r = u * u + v * v;
            let light = 1.0 - shade * (0.6 * r + 0.25 * (u + v));
            (r <= 1.0).then(|| colour.map(|c| c * light))
        });
    }

    /// The picture, with the noise of a camera.
    pub fn done(self, dice: &mut Dice, grain: f32) -> Pixels {
        let bytes: Vec<[u8; 3]> = self
            .0
            .into_iter()
            .map(|pixel| {
                let noise = (dice.unit() + dice.unit() - 1.0) * grain;
                pixel.map(|c| (c + noise).clamp(0.0, 255.0) as u8)
            })
            .collect();
        Pixels::from_fn(SIDE, SIDE, |x, y| bytes[(y * SIDE + x) as usize])
    }
}
