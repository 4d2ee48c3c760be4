//! Pictures that show no material: portraits, screens and noise, drawn from a seed.

/// A picture as rows of sRGB.
pub struct Drawn {
    pub side: u32,
    pub rgb: Vec<[u8; 3]>,
}

/// Small and the same everywhere (xorshift, Marsaglia 2003).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// 0 to 1.
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    pub fn between(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.unit()
    }

    fn colour(&mut self, from: f32, to: f32) -> [f32; 3] {
        [0; 3].map(|_| self.between(from, to))
    }
}

const SIDE: u32 = 400;

struct Canvas(Vec<[f32; 3]>);

impl Canvas {
    fn plain(colour: [f32; 3]) -> Self {
        Self(vec![colour; (SIDE * SIDE) as usize])
    }

    fn paint(&mut self, mut colour: impl FnMut(f32, f32) -> Option<[f32; 3]>) {
        for y in 0..SIDE {
            for x in 0..SIDE {
                let at = (y * SIDE + x) as usize;
                if let Some(c) = colour(x as f32, y as f32) {
                    self.0[at] = c;
                }
            }
        }
    }

    fn rect(&mut self, x: f32, y: f32, w: f32, h: f32, colour: [f32; 3]) {
        let (x, y) = (x.max(0.0) as u32, y.max(0.0) as u32);
        for row in y..(y + h as u32).min(SIDE) {
            for column in x..(x + w as u32).min(SIDE) {
                self.0[(row * SIDE + column) as usize] = colour;
            }
        }
    }

    fn ellipse(&mut self, x: f32, y: f32, w: f32, h: f32, colour: [f32; 3], shade: f32) {
        self.paint(|px, py| {
            let (u, v) = ((px - x) / w, (py - y) / h);
            let r = u * u + v * v;
            // Lit from the upper left, darker towards the edge.
            let light = 1.0 - shade * (0.6 * r + 0.25 * (u + v));
            (r <= 1.0).then(|| colour.map(|c| c * light))
        });
    }

    fn done(self, dice: &mut Dice, grain: f32) -> Drawn {
        let rgb = self.0.into_iter().map(|pixel| {
            let noise = (dice.unit() + dice.unit() - 1.0) * grain;
            pixel.map(|c| (c + noise).clamp(0.0, 255.0) as u8)
        });
        Drawn {
            side: SIDE,
            rgb: rgb.collect(),
        }
    }
}

/// Somebody in front of something: gradients, and ellipses in the colours of skin and hair.
pub fn portrait(seed: u64) -> Drawn {
    let dice = &mut Dice::new(seed + 1);
    let (top, bottom) = (dice.colour(60.0, 240.0), dice.colour(40.0, 220.0));
    let mut canvas = Canvas::plain(top);
    canvas.paint(|_, y| {
        let t = y / SIDE as f32;
        Some([0, 1, 2].map(|i| top[i] * (1.0 - t) + bottom[i] * t))
    });
    let tone = dice.between(0.35, 1.0);
    let skin = [235.0 * tone, 190.0 * tone, 165.0 * tone];
    let hair_tone = dice.between(0.1, 0.8);
    let hair = [150.0 * hair_tone, 115.0 * hair_tone, 80.0 * hair_tone];
    let shirt = dice.colour(20.0, 235.0);
    let (x, y) = (dice.between(160.0, 240.0), dice.between(150.0, 200.0));
    let w = dice.between(70.0, 110.0);
    let h = w * dice.between(1.2, 1.45);
    canvas.ellipse(x, 430.0, w * 2.1, 180.0, shirt, 0.3);
    canvas.rect(
        x - w * 0.35,
        y + h * 0.5,
        w * 0.7,
        h * 0.8,
        skin.map(|c| c * 0.85),
    );
    canvas.ellipse(x, y - h * 0.2, w * 1.12, h * 1.02, hair, 0.5);
    canvas.ellipse(x, y + h * 0.08, w, h * 0.93, skin, 0.35);
    for side in [-1.0, 1.0] {
        let eye = x + side * w * 0.4;
        canvas.ellipse(eye, y - h * 0.08, w * 0.17, h * 0.06, [235.0; 3], 0.1);
        canvas.ellipse(
            eye,
            y - h * 0.08,
            w * 0.07,
            h * 0.05,
            [40.0, 35.0, 30.0],
            0.0,
        );
        canvas.ellipse(eye, y - h * 0.22, w * 0.2, h * 0.025, hair, 0.0);
    }
    let mouth = skin.map(|c| c * 0.6);
    canvas.ellipse(x, y + h * 0.52, w * 0.3, h * 0.05, mouth, 0.0);
    canvas.ellipse(
        x,
        y + h * 0.22,
        w * 0.1,
        h * 0.1,
        skin.map(|c| c * 0.9),
        0.3,
    );
    canvas.done(dice, 6.0)
}

/// A screen with bars, cards, buttons and lines of something like text.
pub fn screen(seed: u64) -> Drawn {
    let dice = &mut Dice::new(seed + 1_000);
    let dark = dice.unit() < 0.35;
    let (ground, ink) = if dark {
        (dice.between(15.0, 45.0), dice.between(190.0, 240.0))
    } else {
        (dice.between(235.0, 255.0), dice.between(20.0, 90.0))
    };
    let accent = dice.colour(30.0, 230.0);
    let mut canvas = Canvas::plain([ground; 3]);
    let bar = dice.between(24.0, 46.0);
    let head = if dice.unit() < 0.5 {
        accent
    } else {
        [ground * 0.9 + 8.0; 3]
    };
    canvas.rect(0.0, 0.0, SIDE as f32, bar, head);
    let aside = if dice.unit() < 0.6 {
        dice.between(70.0, 130.0)
    } else {
        0.0
    };
    canvas.rect(0.0, bar, aside, SIDE as f32, [ground * 0.94 + 4.0; 3]);
    let mut line = bar + 14.0;
    while line < SIDE as f32 - 10.0 && aside > 0.0 {
        let end = dice.between(aside * 0.5, aside - 12.0);
        text(&mut canvas, dice, 8.0, line, end, 7.0, ink);
        line += dice.between(16.0, 26.0);
    }
    let mut y = bar + 12.0;
    while y < SIDE as f32 - 20.0 {
        let x = aside + 14.0;
        let right = SIDE as f32 - 14.0;
        match (dice.unit() * 5.0) as u32 {
            0 => {
                let h = dice.between(50.0, 100.0);
                let (a, b) = (dice.colour(20.0, 235.0), dice.colour(20.0, 235.0));
                for step in 0..h as u32 {
                    let t = step as f32 / h;
                    let mixed = [0, 1, 2].map(|i| a[i] * (1.0 - t) + b[i] * t);
                    canvas.rect(x, y + step as f32, (right - x) * 0.6, 1.0, mixed);
                }
                y += h + 12.0;
            }
            1 => {
                canvas.rect(x, y, 70.0, 22.0, accent);
                text(&mut canvas, dice, x + 8.0, y + 8.0, x + 60.0, 7.0, 245.0);
                y += 34.0;
            }
            2 => {
                text(&mut canvas, dice, x, y, right * 0.8, 14.0, ink);
                y += 26.0;
            }
            _ => {
                for _ in 0..(2.0 + dice.unit() * 5.0) as u32 {
                    let end = dice.between(x + (right - x) * 0.6, right);
                    text(&mut canvas, dice, x, y, end, 7.0, ink);
                    y += 12.0;
                }
                y += 10.0;
            }
        }
    }
    canvas.done(dice, 0.0)
}

/// A line of words made of letters made of strokes.
fn text(canvas: &mut Canvas, dice: &mut Dice, x: f32, y: f32, end: f32, size: f32, ink: f32) {
    let mut at = x;
    while at + size * 0.7 < end {
        if dice.unit() < 0.18 {
            at += size * 0.5;
            continue;
        }
        let stroke = (size / 7.0).max(1.0);
        for part in 0..4u32 {
            if dice.unit() < 0.6 {
                let (dx, dy) = ((part % 2) as f32, (part / 2) as f32);
                canvas.rect(
                    at + dx * size * 0.35,
                    y + dy * size * 0.4,
                    stroke,
                    size * 0.5,
                    [ink; 3],
                );
                canvas.rect(at, y + dy * size * 0.45, size * 0.4, stroke, [ink; 3]);
            }
        }
        at += size * 0.65;
    }
}

/// Noise: grey or coloured, even or in extremes, in pixels or in blocks.
pub fn noise(seed: u64) -> Drawn {
    let dice = &mut Dice::new(seed + 2_000);
    let block = [1, 1, 1, 2, 3][(seed % 5) as usize];
    let coloured = seed.is_multiple_of(2);
    let extreme = seed.is_multiple_of(3);
    let across = SIDE.div_ceil(block);
    let mut value = || {
        let v = dice.unit();
        if extreme {
            f32::from(v > 0.5) * 255.0
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
