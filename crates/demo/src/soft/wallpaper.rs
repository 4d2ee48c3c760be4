//! Wallpaper: grasscloth, drawn repeats, geometry.

use super::grain::grain;
use super::motif::{Motif, Stroke};
use super::ornament::{damask, garden, herbarium};
use crate::card::Card;
use crate::field::{floor, fract, rand01, smoothstep, value, wave};
use crate::makers::LUNAIRE;
use crate::shade::{Rgb, hex, mix};
use crate::{Piece, Sample};

/// The tooth of a printed paper: soft, barely there.
#[inline(always)]
pub fn tooth(x: f32, y: f32) -> f32 {
    let g = grain();
    g.at(x * 1.7, y * 1.7) * 0.6 + g.at(x * 3.9, y * 3.9) * 0.4 - 0.5
}

/// The card of a wallpaper roll.
pub fn wallpaper(name: &str, pattern: &str, about: &str, price: &str) -> Card {
    Card::new(name, LUNAIRE, "paper/wallpaper")
        .about(about)
        .finish("matt")
        .texture("smooth")
        .pattern(pattern)
        .uses("wall residential")
        .size("530x10050")
        .price(price)
}

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    grasses(&mut out);
    drawn(&mut out);
    geometric(&mut out);
    out
}

/// Grasses laid side by side and held by fine threads on a painted paper.
fn grasscloth(seed: i32, ground: Rgb, grass: [Rgb; 3], thick: f32) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let g = grain();
        let warp = x / 7.5 + (g.line(seed, y * 0.02) - 0.5) * 0.25;
        let y2 = y + (g.line(seed + 1, x * 0.016 + y * 0.004) - 0.5) * 2.2;
        let row = floor(y2 / thick);
        let own = g.dice(row, seed);
        let start = own * 211.0;
        let width = 0.30
            + 0.26 * g.line(row + seed, x * 0.035 + start)
            + 0.08 * (g.line(row + 9, x * 0.4 + start) - 0.5);
        let off =
            (y2 / thick - row as f32 - 0.5) - (g.line(row + 3, x * 0.03 - start) - 0.5) * 0.34;
        let across = off / width;
        let end = fract(x / 420.0 + own);
        let knot = smoothstep(0.004, 0.0, (end - 0.5).abs());
        let lay = 1.0 - across * across;
        let streak = g.at(x * 0.35 + start, across * 2.5 + start) - 0.5;
        let stitch = smoothstep(0.035, 0.012, (fract(warp) - 0.5).abs());
        if lay > 0.0 {
            let blade = mix(
                mix(grass[0], grass[1], own * 1.3),
                grass[2],
                smoothstep(0.62, 0.8, g.dice(row + 50, seed)),
            );
            let dome = lay.sqrt();
            let colour =
                blade.shift(streak * 0.3 + (dome - 0.7) * 0.3 - stitch * 0.22 + knot * 0.1);
            Sample::new(
                colour,
                dome * 0.22 * thick * (1.0 - 0.5 * stitch) + knot * 0.3,
                0.10 * dome,
            )
        } else {
            Sample::new(ground.shift(streak * 0.1 - 0.16), 0.0, 0.0)
        }
    }
}

fn grasses(out: &mut Vec<Piece>) {
    for (seed, name, ground, grass) in [
        (
            21,
            "Herbage Grasscloth Straw",
            "#b7985f",
            ["#cdb27d", "#bd9d63", "#9a7a45"],
        ),
        (
            24,
            "Herbage Grasscloth Indigo",
            "#20304a",
            ["#41567a", "#33466a", "#5b6f8e"],
        ),
        (
            27,
            "Herbage Grasscloth Smoke",
            "#77736a",
            ["#a7a297", "#98938a", "#827c71"],
        ),
    ] {
        out.push(
            wallpaper(
                name,
                "striped",
                "Hand-laid grasses on painted paper; seams show and are part of it.",
                "54",
            )
            .texture("woven")
            .scale(2.0)
            .size("910x7300")
            .spec("Light fastness", "4 (ISO 105-B02)")
            .piece(grasscloth(seed, hex(ground), grass.map(hex), 1.5), 110.0),
        );
    }
}

/// A drawing printed on paper: a colour for each shape, given where the point lies on it.
fn printed(
    motif: Motif,
    ground: Rgb,
    ink: impl Fn(Stroke, f32, f32) -> Rgb + Send + Sync,
) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let t = tooth(x, y);
        // Ink lies a hair unevenly along every edge.
        let (px, py) = (x + t * 0.12, y - t * 0.12);
        match motif.at(px, py) {
            Some(stroke) => Sample::new(ink(stroke, x, y).shift(t * 0.05), t * 0.05 + 0.02, 0.02),
            None => Sample::new(ground.shift(t * 0.05), t * 0.05, 0.0),
        }
    }
}

fn drawn(out: &mut Vec<Piece>) {
    for (n, (name, ground, inks)) in [
        (
            "Jardin d’Hiver Night",
            "#1f2d33",
            [
                "#5c6b4a", "#4e6b4f", "#d59a8b", "#e6bfae", "#e2b65a", "#c9b48a",
            ],
        ),
        (
            "Jardin d’Hiver Porcelain",
            "#e9e3d6",
            [
                "#8d9573", "#7f9271", "#b5604d", "#cf8a73", "#d9a441", "#7d8fa6",
            ],
        ),
        (
            "Jardin d’Hiver Rose",
            "#d9b7a9",
            [
                "#7c7757", "#6f7a58", "#8f3b3e", "#b3605c", "#e3c27a", "#f0e2d0",
            ],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let inks = inks.map(hex);
        let paint = move |s: Stroke, x: f32, y: f32| {
            let base = inks[usize::from(s.ink)];
            let own = rand01(s.id, 3, 4) - 0.5;
            let brush = (value(77, s.along * 5.0 + s.id as f32, s.across * 7.0) - 0.5) * 0.14
                + (value(78, x / 3.0, y / 3.0) - 0.5) * 0.08;
            let tone = match s.ink {
                // Leaves: one half in shade, a pale midrib and veins.
                1 => {
                    let rib = smoothstep(0.10, 0.03, s.across.abs()) * 0.28;
                    let vein =
                        smoothstep(0.75, 0.95, wave(s.along * 7.0 - s.across.abs() * 1.6)) * 0.10;
                    rib + vein + if s.across < 0.0 { -0.12 } else { 0.03 }
                }
                2 | 3 | 5 => {
                    (s.along - 0.6) * 0.38
                        - smoothstep(0.2, 0.0, s.across.abs()) * (1.0 - s.along) * 0.25
                }
                4 => smoothstep(0.0, 0.9, s.across.abs()) * -0.25,
                _ => 0.0,
            };
            base.shift(tone + brush + own * 0.16)
        };
        out.push(
            wallpaper(
                name,
                "floral",
                "Block-printed garden of open flowers and leafing branches, six colours.",
                "68",
            )
            .scale(420.0)
            .certificates("FSC")
            .piece(
                printed(garden(601 + n as u32, 420.0), hex(ground), paint),
                560.0,
            ),
        );
    }
    for (name, ground, ink, gloss) in [
        ("Palazzo Damask Sage", "#a9b09a", "#c3c9b4", 0.0),
        (
            "Palazzo Damask Gold on Aubergine",
            "#3b2430",
            "#a9884e",
            0.4,
        ),
        ("Palazzo Damask Pearl", "#dcd7cc", "#c9c2b4", 0.25),
    ] {
        let (ground, ink) = (hex(ground), hex(ink));
        let motif = damask(170.0);
        let painter = move |x: f32, y: f32| {
            let t = tooth(x, y);
            let figure = motif
                .at(x + t * 0.1, y - t * 0.1)
                .is_some_and(|s| s.ink == 0);
            let rub = value(640, x / 45.0, y / 45.0) - 0.5;
            if figure {
                Sample::new(ink.shift(t * 0.06 + rub * 0.06), 0.10 + t * 0.05, gloss)
            } else {
                Sample::new(ground.shift(t * 0.06), t * 0.06, gloss * 0.15)
            }
        };
        out.push(
            wallpaper(
                name,
                "damask",
                "Half-drop damask, surface printed so that the figure stands up a little.",
                "61",
            )
            .finish(if gloss > 0.3 { "satin" } else { "matt" })
            .scale(297.0)
            .piece(painter, 470.0),
        );
    }
    for (name, ground, ink) in [
        ("Herbier Toile Indigo", "#e8e2d2", "#33466b"),
        ("Herbier Toile Sepia", "#e4d9c1", "#6d4a32"),
    ] {
        let (ground, dark) = (hex(ground), hex(ink));
        let line = move |s: Stroke, _x: f32, _y: f32| {
            // Engraved: an outline, a midrib, and hatching that grows denser on the shaded side.
            let edge = smoothstep(0.70, 0.86, s.across.abs());
            let rib = smoothstep(0.14, 0.06, s.across.abs());
            let hatch = wave(s.along * 17.0 + s.across.abs() * 2.4);
            let shade = if s.across < 0.0 {
                smoothstep(0.1, 0.5, hatch)
            } else {
                smoothstep(0.75, 0.95, hatch) * 0.8
            };
            match s.ink {
                0 => dark,
                1 => mix(ground, dark, edge.max(rib).max(shade * 0.9)),
                _ => mix(
                    ground,
                    dark,
                    edge.max(smoothstep(0.2, 0.7, wave(s.along * 3.0)) * 0.7),
                ),
            }
        };
        out.push(
            wallpaper(
                name,
                "floral",
                "Ferns and seed heads as an engraver would cut them, one colour on cream.",
                "57",
            )
            .scale(300.0)
            .certificates("FSC")
            .piece(printed(herbarium(650, 300.0), ground, line), 420.0),
        );
    }
}

/// Fans in rows, each rising behind the two below.
fn fans(size: f32, ground: Rgb, line: Rgb, gold: f32) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let t = tooth(x, y);
        let rise = size * 0.5;
        let mut out = Sample::new(ground.shift(t * 0.05), t * 0.04, 0.0);
        let base = floor(y / rise);
        // The lowest fan that reaches here lies in front: rows further down cover those above.
        for row in (base..=base + 2).rev() {
            let shift = if row & 1 == 0 { 0.0 } else { 0.5 };
            let column = floor(x / size + shift);
            let (cx, cy) = (
                (column as f32 + 0.5 - shift) * size,
                (row as f32 + 0.0) * rise + rise * 0.0 + rise,
            );
            let (dx, dy) = ((x - cx) / (size * 0.5), (y - cy) / (size * 0.5));
            let r2 = dx * dx + dy * dy;
            if r2 < 1.0 && dy <= 0.02 {
                let r = r2.sqrt();
                let rings = smoothstep(0.024, 0.010, (r - 0.975).abs())
                    .max(smoothstep(0.014, 0.006, (r - 0.90).abs()))
                    .max(smoothstep(0.016, 0.008, (r - 0.30).abs()));
                // Ribs of the fan: 12 rays, found without an arc tangent by folding the half circle.
                let mut ray = 0.0_f32;
                for k in 0..=12 {
                    let (c, s) = (wave(k as f32 / 24.0 + 0.25), wave(k as f32 / 24.0));
                    let away = (dx * s - -dy * c).abs();
                    if dx * c - dy * s > 0.0 {
                        ray = ray.max(smoothstep(0.014, 0.006, away));
                    }
                }
                let ray = if r > 0.30 && r < 0.90 { ray } else { 0.0 };
                let petal = if r < 0.30 {
                    smoothstep(0.2, 0.16, r) * 0.8
                } else {
                    0.0
                };
                let ink = rings.max(ray).max(petal);
                let field = ground.shift(t * 0.05 + (r - 0.6) * 0.10);
                out = Sample::new(
                    mix(field, line.shift(t * 0.1), ink),
                    t * 0.04 + ink * 0.05,
                    ink * gold,
                );
                break;
            }
        }
        out
    }
}

fn geometric(out: &mut Vec<Piece>) {
    for (name, ground, line, gold) in [
        ("Éventail Deco Peacock", "#17484d", "#c9a765", 0.5),
        ("Éventail Deco Noir", "#222224", "#c2a878", 0.5),
        ("Éventail Deco Blush", "#d8b3a5", "#f1e6d6", 0.0),
    ] {
        out.push(
            wallpaper(
                name,
                "geometric",
                "Overlapping fans in the manner of 1925, ribs drawn in one line.",
                "72",
            )
            .finish(if gold > 0.0 { "satin" } else { "matt" })
            .scale(64.0)
            .piece(fans(64.0, hex(ground), hex(line), gold), 270.0),
        );
    }
    for (name, colours, order) in [
        (
            "Rayure Regency Blue",
            ["#dfe0dc", "#8fa3b5", "#4a5f78"],
            [
                (0, 30.0_f32),
                (1, 22.0),
                (0, 4.0),
                (2, 3.0),
                (0, 4.0),
                (1, 22.0),
            ],
        ),
        (
            "Rayure Pyjama Olive",
            ["#e4dec9", "#7b7a4d", "#b5ab7f"],
            [(0, 26.0), (1, 4.0), (0, 6.0), (2, 2.0), (0, 6.0), (1, 4.0)],
        ),
        (
            "Rayure Cabana Coral",
            ["#f0e6d8", "#c96f57", "#e3b7a1"],
            [(0, 38.0), (1, 38.0), (0, 3.0), (1, 2.0), (0, 3.0), (2, 1.5)],
        ),
    ] {
        let colours = colours.map(hex);
        let period: f32 = order.iter().map(|o| o.1).sum();
        let painter = move |x: f32, y: f32| {
            let t = tooth(x, y);
            let mut at = fract((x + t * 0.2) / period) * period;
            let mut colour = colours[0];
            for (c, w) in order {
                if at < w {
                    colour = colours[c];
                    break;
                }
                at -= w;
            }
            // A brush-drawn stripe: faint bristle marks along it.
            let bristle = (grain().at(x * 1.4, y * 0.02) - 0.5) * 0.07;
            Sample::new(colour.shift(t * 0.05 + bristle), t * 0.05, 0.0)
        };
        out.push(
            wallpaper(
                name,
                "striped",
                "Brush-drawn stripes; up close the bristles show.",
                "44",
            )
            .scale(period)
            .certificates("FSC")
            .piece(painter, 300.0),
        );
    }
    let (ground, line) = (hex("#e3dfd3"), hex("#5f7467"));
    let hexes = move |x: f32, y: f32| {
        let t = tooth(x, y);
        let (u, v) = (x / 38.0, y / 38.0);
        // Distance to the border of the nearest of two offset lattices of hexagons.
        let fold = |a: f32, b: f32| {
            let (p, q) = (
                a - floor(a + 0.5) as f32,
                b - 1.732_050_8 * floor(b / 1.732_050_8 + 0.5) as f32,
            );
            (p * p + q * q, p.abs(), q.abs())
        };
        let (one, two) = (fold(u, v), fold(u + 0.5, v + 0.866_025_4));
        let (_, p, q) = if one.0 < two.0 { one } else { two };
        let edge = 0.5 - p.max(p * 0.5 + q * 0.866_025_4);
        let ink = smoothstep(0.030, 0.018, edge)
            .max(smoothstep(0.014, 0.006, (edge - 0.10).abs()))
            .max(smoothstep(0.35, 0.37, edge) * 0.85);
        Sample::new(
            mix(ground, line, ink).shift(t * 0.05),
            t * 0.04 - ink * 0.02,
            0.0,
        )
    };
    out.push(
        wallpaper(
            "Ruche Hexagon Sage",
            "hexagon",
            "Double-lined hexagons with a solid heart.",
            "39",
        )
        .scale(38.0)
        .piece(hexes, 210.0),
    );
}
