//! Knitted fabric: columns of loops, each a pair of legs, and cables that cross.

use super::grain::grain;
use crate::card::Card;
use crate::field::{floor, fract, hash2, lerp, smoothstep, unit, wave};
use crate::makers::MORROW;
use crate::shade::{Rgb, hex, mix};
use crate::{Painter, Piece, Sample};

/// What the columns do.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stitch {
    /// Every loop to the front.
    Stocking,
    /// This many columns to the front, as many to the back.
    Rib(i32),
    /// Ropes of two bundles that cross, with purl ground between.
    Cable,
}

struct Knit {
    seed: u32,
    stitch: Stitch,
    /// Width of one column of loops in mm.
    wale: f32,
    /// Height of one row in mm.
    course: f32,
    colours: [Rgb; 2],
    fuzz: f32,
}

/// A point of a strand: height 0 to 1, tone, or nothing.
type Hit = (f32, f32);

impl Knit {
    /// The front of a loop in its column: `u` 0 to 1 across, `v` rows down.
    #[inline(always)]
    fn front(&self, u: f32, v: f32, wale: i32) -> Hit {
        let g = grain();
        let mirrored = u - 0.5;
        let side = if mirrored < 0.0 { 0 } else { 1 };
        let a = mirrored.abs();
        let mut best: Hit = (-1.0, 0.0);
        let base = floor(v);
        for row in [base - 1, base, base + 1] {
            // A leg leans outwards as it rises: a V, each lying in the mouth of the one below.
            let t = v - (row as f32 + 0.5);
            let axis = 0.27 - t * 0.24;
            let (p, q) = ((a - axis) / 0.25, t / 0.92);
            let d2 = p * p + q * q * q * q;
            if d2 < 1.0 {
                let own = hash2(self.seed, wale * 2 + side, row);
                let dome = (1.0 - p * p).max(0.0).sqrt() * (1.0 - q * q * q * q).sqrt();
                // The lower end lies under the next loop.
                let h = dome + q * -0.22;
                if h > best.0 {
                    let ply = wave(t * 1.5 + p * if side == 0 { 0.42 } else { -0.42 } + unit(own));
                    let fibre = g.at(p * 3.0 + unit(own) * 200.0, t * 5.0 + 31.0 * unit(own)) - 0.5;
                    best = (
                        h,
                        ply * 0.13 + fibre * 0.3 + (unit(own.wrapping_mul(77)) - 0.5) * 0.12
                            - (1.0 - dome) * 0.22,
                    );
                }
            }
        }
        best
    }

    /// The back of a loop: a row of bumps.
    #[inline(always)]
    fn back(&self, u: f32, v: f32, wale: i32) -> Hit {
        let row = floor(v);
        let arch = (u - 0.5) * (u - 0.5) * 1.5;
        let q = (v - row as f32 - 0.5 - arch + 0.18) / 0.45;
        let own = hash2(self.seed ^ 99, wale, row);
        let dome = (1.0 - q * q).max(0.0).sqrt();
        let fibre = grain().at(u * 6.0 + unit(own) * 200.0, q * 3.0) - 0.5;
        (dome * 0.75 - 0.55, fibre * 0.3 - (1.0 - dome) * 0.35 - 0.12)
    }
}

impl Painter for Knit {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let g = grain();
        let row = self.seed as i32;
        let x = x + (g.line(row, y / 14.0 + x / 90.0) - 0.5) * self.wale * 0.35;
        let y = y + (g.line(row + 1, x / 12.0 - y / 80.0) - 0.5) * self.course * 0.5;
        let (u, v) = (x / self.wale, y / self.course);
        let column = floor(u);
        let ((height, tone), lift) = match self.stitch {
            Stitch::Stocking => (self.front(u - column as f32, v, column), 0.0),
            Stitch::Rib(n) => {
                let in_pair = u - (2 * n) as f32 * floor(u / (2 * n) as f32) as f32;
                let bulge = (1.0 - (in_pair / n as f32 - 0.5).abs() * 2.0).max(0.0);
                if in_pair < n as f32 {
                    (
                        self.front(u - column as f32, v, column),
                        0.9 * (bulge * (2.0 - bulge)),
                    )
                } else {
                    (self.back(u - column as f32, v, column), 0.0)
                }
            }
            Stitch::Cable => self.cable(u, v),
        };
        let open = smoothstep(-0.6, 0.9, height);
        let blend = g.at(x * 3.0, y * 3.0);
        let mut colour = mix(self.colours[0], self.colours[1], blend)
            .times(lerp(0.22, 1.04, open))
            .shift(tone + (lift - 0.6) * 0.10 * f32::from(u8::from(lift > 0.0)));
        let fluff = g.at(x * 7.0, y * 7.0) - 0.5;
        colour = colour.shift(fluff * self.fuzz);
        Sample::new(
            colour,
            (height.max(-0.9) * 0.36 + lift * 0.75) * self.wale + fluff * 0.03,
            0.0,
        )
    }
}

impl Knit {
    /// A repeat of 12 columns: a rope of two bundles, three columns wide each, between purl columns.
    #[inline(always)]
    fn cable(&self, u: f32, v: f32) -> (Hit, f32) {
        const REPEAT: f32 = 11.0;
        const ROWS: f32 = 16.0;
        let panel = floor(u / REPEAT);
        let in_panel = u - panel as f32 * REPEAT;
        let centre = 4.5;
        let mirror = if panel & 1 == 0 { 1.0 } else { -1.0 };
        let phase = v / ROWS;
        let mut best: (Hit, f32) = (self.back(fract(u), v, floor(u)), 0.0);
        let mut top = best.0.0 * 0.36;
        for bundle in 0..2 {
            let turn = phase + 0.5 * bundle as f32;
            let (s, c) = (wave(turn), wave(turn + 0.25));
            let axis = centre + mirror * 1.55 * s;
            let p = (in_panel - axis) / 1.75;
            if p.abs() < 1.0 {
                let dome = (1.0 - p * p).sqrt();
                let lift = 0.75 * dome + 0.45 * c;
                let across = (p + 1.0) * 1.5;
                let wale = floor(across);
                // Rows tilt with the bundle's slope.
                let hit = self.front(
                    across - wale as f32,
                    v - p * mirror * c * 0.75,
                    wale + bundle * 7 + panel * 17,
                );
                let z = hit.0 * 0.36 + lift * 0.75;
                if z > top {
                    top = z;
                    best = ((hit.0, hit.1 - (1.0 - dome) * 0.3 - (1.0 - c) * 0.05), lift);
                }
            }
        }
        // A single knit column edges the purl ground.
        if in_panel > REPEAT - 1.5 && in_panel < REPEAT - 0.5 {
            best = (self.front(in_panel - REPEAT + 1.5, v, panel * 5 + 3), 0.35);
        }
        best
    }
}

/// Name, stitch, width of a column and height of a row in mm, colours, fuzz, mm shown, description, price.
type Entry = (
    &'static str,
    Stitch,
    f32,
    f32,
    [&'static str; 2],
    f32,
    f32,
    &'static str,
    &'static str,
);

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let list: [Entry; 6] = [
        (
            "Trålar Cable Knit Cream",
            Stitch::Cable,
            4.6,
            3.7,
            ["#ddd2bb", "#e9e0cc"],
            0.1,
            175.0,
            "Fisherman's cable in undyed wool, the ropes mirrored in pairs.",
            "112",
        ),
        (
            "Trålar Cable Knit Slate",
            Stitch::Cable,
            4.6,
            3.7,
            ["#565e68", "#6d7680"],
            0.1,
            175.0,
            "The same cable, dyed slate blue in the fleece.",
            "112",
        ),
        (
            "Grovstick Jersey Oat",
            Stitch::Stocking,
            5.6,
            4.4,
            ["#bfae93", "#d3c4ab"],
            0.14,
            105.0,
            "Chunky stocking stitch for throws and floor cushions.",
            "74",
        ),
        (
            "Finstick Jersey Terracotta",
            Stitch::Stocking,
            2.2,
            1.7,
            ["#a8593f", "#b96c50"],
            0.06,
            46.0,
            "Fine-gauge knitted upholstery that stretches over curves.",
            "69",
        ),
        (
            "Finstick Jersey Fog",
            Stitch::Stocking,
            2.2,
            1.7,
            ["#9aa0a3", "#b4b9bb"],
            0.06,
            46.0,
            "Fine-gauge knitted upholstery that stretches over curves.",
            "69",
        ),
        (
            "Ribbstick Moss",
            Stitch::Rib(2),
            3.4,
            2.7,
            ["#6b7154", "#838a6b"],
            0.1,
            92.0,
            "Two-and-two rib, springy across, for poufs and cushion sides.",
            "71",
        ),
    ];
    list.into_iter()
        .enumerate()
        .map(
            |(n, (name, stitch, wale, course, colours, fuzz, across, about, price))| {
                let colours = colours.map(|c| hex(c).saturate(0.85));
                let card = Card::new(name, MORROW, "fabric/knit")
                    .about(about)
                    .finish("matt")
                    .uses("upholstery furniture residential")
                    .size("1500")
                    .price(price);
                let card = match stitch {
                    Stitch::Cable => card.texture("knotted").pattern("geometric").scale(50.0),
                    Stitch::Rib(_) => card.texture("ribbed").pattern("striped").scale(13.6),
                    Stitch::Stocking => card.texture("woven").pattern("plain").scale(wale),
                };
                let card = if n % 2 == 1 {
                    card.spec("Martindale", "30,000 cycles")
                } else {
                    card.origin("Norway")
                };
                card.piece(
                    Knit {
                        seed: 2000 + n as u32 * 13,
                        stitch,
                        wale,
                        course,
                        colours,
                        fuzz,
                    },
                    across,
                )
            },
        )
        .collect()
}
