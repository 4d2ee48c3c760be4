//! Fired clay with and without glaze: porcelain, wall tile, zellige, terracotta, mosaic.

use super::laid::{Joint, bed, inside, laid};
use crate::field::{fbm, gradient, lerp, rand01, smoothstep, value, wave};
use crate::lay::{Lay, Unit, hexagon};
use crate::shade::{Rgb, hex, mix};
use crate::{Painter, Sample};

/// A wall tile under a coloured glaze: rippled, darker where the glaze pools, paler on the edges.
pub fn glazed(
    seed: u32,
    lay: Lay,
    glaze: &str,
    grout: &str,
    ripple_mm: f32,
    spread: f32,
) -> impl Painter + use<> {
    let glaze = hex(glaze);
    let joint = Joint {
        bevel: 2.2,
        round: 1.2,
        depth: 0.7,
        ..Joint::new(2.0, hex(grout))
    };
    laid(seed, lay, joint, move |unit: &Unit, x, y| {
        let pool = fbm(seed ^ unit.id, x / 42.0, y / 42.0, 3);
        let wide = gradient(seed ^ unit.id ^ 1, x / 26.0, y / 26.0);
        let edge = unit.edge() - 1.0;
        let thin = 1.0 - smoothstep(0.0, 3.2, edge + pool * 1.2);
        let mut colour = glaze
            .shift((unit.luck(0) - 0.5) * 0.34 * spread + pool * 0.11 * spread)
            .warm((unit.luck(1) - 0.5) * 0.10 * spread);
        colour = mix(colour, colour.shift(0.28).saturate(0.75), thin * 0.5);
        let speck = smoothstep(0.975, 0.99, value(seed ^ 2, x * 0.9, y * 0.9));
        colour = colour.times(1.0 - 0.3 * speck * spread);
        let tilt = (unit.luck(2) - 0.5) * 0.012 * (unit.u - unit.length * 0.5)
            + (unit.luck(3) - 0.5) * 0.012 * (unit.v - unit.width * 0.5);
        Sample::new(
            colour,
            wide * ripple_mm + pool * ripple_mm * 0.6 + tilt,
            0.9,
        )
    })
}

/// Zellige: hand-cut squares, no two of one tone or in one plane, with pits and chipped edges.
pub fn zellige(seed: u32, side_mm: f32, tones: &[&str], spread: f32) -> impl Painter + use<> {
    let tones: Vec<Rgb> = tones.iter().map(|c| hex(c)).collect();
    let joint = Joint {
        depth: 0.7,
        round: 0.8,
        ragged: 0.55,
        bevel: 1.6,
        ..Joint::new(1.4, hex("#c9c2b4"))
    };
    let clay = hex("#c79a76");
    laid(
        seed,
        Lay::Stack {
            length: side_mm,
            width: side_mm,
        },
        joint,
        move |unit: &Unit, x, y| {
            let own = seed ^ unit.id;
            let pool = fbm(own, x / 34.0, y / 34.0, 4);
            let pick = tones[(unit.luck(0) * tones.len() as f32) as usize % tones.len()];
            let mut colour = pick.shift((unit.luck(1) - 0.5) * 0.42 * spread + pool * 0.15);
            let crest = gradient(own ^ 1, x / 19.0, y / 19.0);
            let tilt = (unit.luck(2) - 0.5) * 0.055 * (unit.u - unit.length * 0.5)
                + (unit.luck(3) - 0.5) * 0.055 * (unit.v - unit.width * 0.5);
            let mut height = crest * 0.13 + pool * 0.10 + tilt;
            let mut gloss = 0.92;
            // The glaze runs thin along the arris and is chipped away here and there.
            let edge = unit.edge() - 0.7;
            let bite = edge + gradient(own ^ 2, x / 4.0, y / 4.0) * 1.3 - 0.3;
            let bare = 1.0 - smoothstep(-0.25, 0.2, bite);
            let thin = 1.0 - smoothstep(0.0, 4.0, edge + pool * 2.0);
            colour = mix(colour, colour.shift(0.3).saturate(0.8), thin * 0.4);
            colour = mix(colour, clay, bare * 0.75);
            gloss *= 1.0 - bare;
            let pit = smoothstep(0.93, 0.965, value(own ^ 3, x * 0.42, y * 0.42));
            colour = mix(colour, clay.times(0.5), pit * 0.65);
            height -= pit * 0.3 + bare * 0.3;
            Sample::new(colour, height, gloss)
        },
    )
}

/// Unglazed, hand-pressed terracotta.
pub fn terracotta(seed: u32, lay: Lay, tones: &[&str], grout: &str) -> impl Painter + use<> {
    let tones: Vec<Rgb> = tones.iter().map(|c| hex(c)).collect();
    let joint = Joint {
        depth: 1.6,
        round: 3.0,
        ragged: 0.5,
        bevel: 3.0,
        ..Joint::new(7.0, hex(grout))
    };
    laid(seed, lay, joint, move |unit: &Unit, x, y| {
        clay_face(seed, unit.id, &tones, x, y)
    })
}

#[inline]
fn clay_face(seed: u32, id: u32, tones: &[Rgb], x: f32, y: f32) -> Sample {
    let own = seed ^ id;
    let cloud = fbm(own, x / 75.0, y / 75.0, 4);
    let a = tones[(rand01(id, 0, 9) * tones.len() as f32) as usize % tones.len()];
    let b = tones[(rand01(id, 1, 9) * tones.len() as f32) as usize % tones.len()];
    let mut colour = mix(a, b, 0.5 + cloud * 0.9).shift((rand01(id, 2, 9) - 0.5) * 0.16);
    let sand = value(own ^ 1, x * 1.2, y * 1.2) - 0.5;
    let lime = smoothstep(0.95, 0.98, value(own ^ 2, x * 0.5, y * 0.5));
    colour = mix(
        colour.shift(sand * 0.07),
        Rgb([0.75, 0.66, 0.55]),
        lime * 0.5,
    );
    let pit = smoothstep(0.94, 0.97, value(own ^ 3, x * 0.33, y * 0.33));
    colour = colour.times(1.0 - pit * 0.4);
    Sample::new(colour, cloud * 0.35 + sand * 0.03 - pit * 0.5, 0.06)
}

/// Hexagons of clay, 150 to 250 mm.
pub fn terracotta_hexagons(
    seed: u32,
    pitch: f32,
    tones: &[&str],
    grout: &str,
) -> impl Painter + use<> {
    let tones: Vec<Rgb> = tones.iter().map(|c| hex(c)).collect();
    let joint = Joint {
        depth: 1.6,
        ragged: 0.5,
        bevel: 3.0,
        ..Joint::new(6.0, hex(grout))
    };
    move |x: f32, y: f32| {
        let h = hexagon(seed, pitch, x, y);
        let edge = inside(seed, &joint, h.edge, x, y);
        bed(
            || clay_face(seed, h.id, &tones, x, y),
            edge,
            seed,
            &joint,
            x,
            y,
        )
    }
}

/// The shape of a mosaic chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chip {
    /// Six sides.
    Hexagon,
    /// A coin.
    Penny,
}

/// Porcelain mosaic on a honeycomb; every `flower` (if given) is a rosette in the accent colour.
pub fn mosaic(
    seed: u32,
    chip: Chip,
    pitch: f32,
    field: &str,
    accent: Option<&str>,
    grout: &str,
    gloss: f32,
) -> impl Painter + use<> {
    let field = hex(field);
    let accent = accent.map(hex);
    let joint = Joint {
        depth: 0.6,
        bevel: 1.4,
        ..Joint::new(1.8, hex(grout))
    };
    move |x: f32, y: f32| {
        let h = hexagon(seed, pitch, x, y);
        let edge = match chip {
            Chip::Hexagon => h.edge,
            Chip::Penny => pitch * 0.5 - (h.dx * h.dx + h.dy * h.dy).sqrt(),
        };
        let edge = inside(seed, &joint, edge, x, y);
        bed(
            || {
                let mut colour = field.shift((rand01(h.id, 0, 0) - 0.5) * 0.09);
                if let Some(accent) = accent
                    && rosette(h.at)
                {
                    colour = accent.shift((rand01(h.id, 1, 0) - 0.5) * 0.14);
                }
                let tilt = (rand01(h.id, 2, 0) - 0.5) * 0.025 * h.dx
                    + (rand01(h.id, 3, 0) - 0.5) * 0.025 * h.dy;
                let dust = value(seed ^ 5, x * 1.7, y * 1.7) - 0.5;
                Sample::new(colour.shift(dust * 0.02), tilt, gloss)
            },
            edge,
            seed,
            &joint,
            x,
            y,
        )
    }
}

/// Whether a place of the honeycomb belongs to a six-petalled flower; flowers stand eight columns and six rows apart.
#[inline]
fn rosette((column, row): (i32, i32)) -> bool {
    let down = row.div_euclid(6);
    let c = (column + if down & 1 == 0 { 0 } else { 8 }).rem_euclid(16);
    let r = row.rem_euclid(6);
    // Middle at (8, 3): its neighbours are two columns away in the row, one column away in the rows beside it.
    let (dc, dr) = ((c - 9).abs(), (r - 3).abs());
    (dr == 0 && dc == 2) || (dr == 1 && dc == 1)
}

/// Large porcelain: through-coloured body with a fine grain.
pub fn porcelain(
    seed: u32,
    lay: Lay,
    tone: &str,
    grout: &str,
    gloss: f32,
    mottle: f32,
) -> impl Painter + use<> {
    let tone = hex(tone);
    let joint = Joint {
        depth: 0.4,
        bevel: 0.5,
        ..Joint::new(2.0, hex(grout))
    };
    laid(seed, lay, joint, move |unit: &Unit, x, y| {
        let cloud = fbm(seed ^ unit.id, x / 130.0, y / 130.0, 5);
        let fine = fbm(seed ^ unit.id ^ 1, x / 11.0, y / 11.0, 3);
        let grain = value(seed ^ 2, x * 1.1, y * 1.1) - 0.5;
        let colour = tone.shift(
            cloud * 0.16 * mottle
                + fine * 0.07 * mottle
                + grain * 0.035
                + (unit.luck(0) - 0.5) * 0.03,
        );
        Sample::new(colour, (fine * 0.02 + grain * 0.012) * (1.0 - gloss), gloss)
    })
}

/// Two colours of porcelain in turn, corner to corner.
pub fn chequer(seed: u32, side_mm: f32, pair: [&str; 2], gloss: f32) -> impl Painter + use<> {
    let pair = pair.map(hex);
    let joint = Joint {
        depth: 0.4,
        bevel: 0.6,
        ..Joint::new(1.6, hex("#8d8a85"))
    };
    let lay = Lay::Stack {
        length: side_mm,
        width: side_mm,
    };
    laid(seed, lay, joint, move |unit: &Unit, x, y| {
        let (i, j) = (
            crate::field::floor(x / side_mm),
            crate::field::floor(y / side_mm),
        );
        let cloud = fbm(seed ^ unit.id, x / 60.0, y / 60.0, 4);
        let line = 1.0
            - smoothstep(
                0.0,
                0.06,
                gradient(seed ^ unit.id, x / 90.0 + cloud * 0.5, y / 70.0).abs(),
            );
        let base = pair[((i + j) & 1) as usize];
        let colour = base.shift(cloud * 0.09 + (unit.luck(0) - 0.5) * 0.05);
        Sample::new(
            mix(colour, pair[((i + j + 1) & 1) as usize], line * 0.14),
            0.0,
            gloss,
        )
    })
}

/// What is drawn on a cement tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motif {
    /// An eight-pointed star with quarter stars in the corners.
    Star,
    /// Quarter circles that join into waves over several tiles.
    Arc,
    /// A six-petalled leaf cross.
    Leaf,
}

/// Hydraulic cement tile: pigment pressed into the face, three colours, slightly worn.
pub fn cement_tile(seed: u32, motif: Motif, colours: [&str; 3]) -> impl Painter + use<> {
    let colours = colours.map(hex);
    let side = 200.0;
    let joint = Joint {
        depth: 0.3,
        bevel: 0.4,
        ..Joint::new(1.6, hex("#b5aea2"))
    };
    laid(
        seed,
        Lay::Stack {
            length: side,
            width: side,
        },
        joint,
        move |unit: &Unit, x, y| {
            let wobble = gradient(seed ^ 8, x / 12.0, y / 12.0) * 0.004;
            let (mut a, b) = (unit.u / side - 0.5 + wobble, unit.v / side - 0.5 + wobble);
            let which = match motif {
                Motif::Star => {
                    let star = |p: f32, q: f32, r: f32| {
                        let (p, q) = (p.abs(), q.abs());
                        p.max(q).min((p + q) * core::f32::consts::FRAC_1_SQRT_2) - r
                    };
                    let middle = star(a, b, 0.27);
                    let inner = star(a, b, 0.15);
                    let corner = star(a.abs() - 0.5, b.abs() - 0.5, 0.16);
                    if inner < 0.0 {
                        2
                    } else if middle < 0.0 {
                        1
                    } else if corner < 0.0 {
                        2
                    } else {
                        0
                    }
                }
                Motif::Arc => {
                    if unit.id & 1 == 0 {
                        a = -a;
                    }
                    let d = |p: f32, q: f32| ((p + 0.5) * (p + 0.5) + (q + 0.5) * (q + 0.5)).sqrt();
                    let near = d(a, b).min(d(-a, -b));
                    let ring = (near - 0.5).abs();
                    if ring < 0.085 {
                        1
                    } else if ring < 0.125 {
                        2
                    } else {
                        0
                    }
                }
                Motif::Leaf => {
                    let (p, q) = (a.abs().max(b.abs()), a.abs().min(b.abs()));
                    // A petal is what two circles share; four lie on the diagonals, four on the axes.
                    let petal = |cx: f32, cy: f32, r: f32| {
                        r - ((p - cx) * (p - cx) + (q - cy) * (q - cy)).sqrt()
                    };
                    let axis = petal(0.22, 0.19, 0.27).min(petal(0.22, -0.19, 0.27));
                    let diagonal = petal(0.40, 0.10, 0.27).min(petal(0.10, 0.40, 0.27));
                    if p < 0.055 {
                        2
                    } else if axis > 0.0 {
                        1
                    } else if diagonal > 0.0 {
                        2
                    } else {
                        0
                    }
                }
            };
            let wear = fbm(seed ^ 9, x / 30.0, y / 30.0, 4);
            let dust = value(seed ^ 10, x * 0.9, y * 0.9) - 0.5;
            let colour =
                colours[which].shift(wear * 0.10 + dust * 0.05 + (unit.luck(5) - 0.5) * 0.06);
            let colour = mix(
                colour,
                Rgb([0.62, 0.58, 0.52]),
                0.05 + 0.10 * smoothstep(0.2, 0.8, wear),
            );
            Sample::new(colour, dust * 0.02, 0.10)
        },
    )
}

/// Fluted tile: half-round flutes under a glaze that gathers in the grooves.
pub fn fluted(seed: u32, glaze: &str, flute_mm: f32) -> impl Painter + use<> {
    let glaze = hex(glaze);
    let joint = Joint {
        depth: 0.8,
        bevel: 1.0,
        round: 0.8,
        ..Joint::new(2.0, hex("#d5d0c6"))
    };
    laid(
        seed,
        Lay::Stack {
            length: 150.0,
            width: 300.0,
        },
        joint,
        move |unit: &Unit, x, y| {
            let t = wave(unit.u / flute_mm - 0.25);
            let pool = fbm(seed ^ unit.id, x / 30.0, y / 80.0, 3);
            let deep = smoothstep(0.1, -1.0, t);
            let colour = glaze.shift(
                pool * 0.07 + (unit.luck(0) - 0.5) * 0.10 - deep * 0.16
                    + smoothstep(0.5, 1.0, t) * 0.05,
            );
            Sample::new(
                colour,
                t * flute_mm * 0.15 + pool * 0.06,
                lerp(0.6, 0.9, 1.0 - deep),
            )
        },
    )
}
