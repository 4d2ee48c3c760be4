//! Leather: full grain, aniline, suede, vegan.

use super::grain::grain;
use crate::card::Card;
use crate::field::{
    Cell, fbm, floor, fract, gradient, lerp, smoothstep, value, worley, worley_jitter,
};
use crate::makers::HIDEBROOK;
use crate::shade::{Rgb, hex, mix};
use crate::{Piece, Sample};

/// A hide that kept its grain.
#[derive(Clone, Copy)]
struct Hide {
    seed: u32,
    colour: Rgb,
    /// What shows in the creases.
    crease: Rgb,
    /// Mean size of a pebble in mm.
    pebble: f32,
    /// Depth of the creases, 0 to 1.
    depth: f32,
    /// How much the colour varies, 0 to 1: high when the dye is transparent.
    cloud: f32,
    gloss: f32,
    /// Evenness of the pebbles: 1 natural, lower for a pressed grain.
    jitter: f32,
}

/// Creases between pebbles: 0 on a pebble, 1 in the crease.
#[inline(always)]
fn crease(cell: &Cell, width: f32) -> f32 {
    smoothstep(width, 0.0, cell.f2 - cell.f1)
}

fn hide(h: Hide) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let g = grain();
        let wide = fbm(h.seed, x / 60.0, y / 60.0, 3);
        // Belly and back: pebbles grow and stretch across the hide.
        let fray = (g.at(x * 1.5, y * 1.5) - 0.5) * 0.45 * h.jitter;
        let (wx, wy) = (
            x + gradient(h.seed + 1, x / 5.0, y / 5.0) * 0.9 + fray,
            y + gradient(h.seed + 2, x / 5.0, y / 5.0) * 0.9 - fray,
        );
        let size = h.pebble * lerp(1.25, 1.0, h.jitter * 0.5);
        let cell = worley_jitter(h.seed + 3, wx / size, wy / (size * 0.86), h.jitter);
        let small = worley(h.seed + 4, wx / (size * 0.42), wy / (size * 0.36));
        let strength = h.depth * (0.75 + 0.6 * wide * h.jitter);
        let deep = crease(&cell, 0.20);
        let fine = crease(&small, 0.3) * 0.4 * h.jitter;
        // Hair pores sit in the creases of a natural grain, in small groups.
        let pore =
            smoothstep(0.88, 0.97, g.at(x * 3.1, y * 3.1)) * h.jitter * smoothstep(-0.1, 0.3, wide);
        let dark = (deep + fine + pore * 0.5).min(1.0) * strength;
        let tone = wide * 0.22 * h.cloud
            + (value(h.seed + 9, x / 6.0, y / 6.0) - 0.5) * 0.12 * h.cloud
            + (g.at(x * 6.0, y * 6.0) - 0.5) * 0.05;
        let each = ((cell.id & 255) as f32 / 255.0 - 0.5) * 0.08;
        let colour = mix(
            h.colour.shift(tone + each - cell.f1 * cell.f1 * 0.12),
            h.crease,
            dark * 0.5,
        );
        let height = (1.0 - deep) * 0.07 * h.depth * size
            - fine * 0.05 * size
            - cell.f1 * cell.f1 * 0.24 * h.depth * size;
        Sample::new(colour, height + wide * 0.3, h.gloss * (1.0 - dark * 0.7))
    }
}

/// Aniline: nearly smooth, transparent colour, with the marks of a life.
fn aniline(seed: u32, colour: Rgb, dark: Rgb) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let g = grain();
        let wide = fbm(seed, x / 45.0, y / 45.0, 4);
        let (wx, wy) = (
            x + gradient(seed + 1, x / 4.0, y / 4.0) * 0.7,
            y + gradient(seed + 2, x / 4.0, y / 4.0) * 0.7,
        );
        let cell = worley(seed + 3, wx / 0.8, wy / 0.7);
        let deep = crease(&cell, 0.22);
        // Neck folds: long soft wrinkles that fade in and out.
        let fold = gradient(
            seed + 5,
            x / 70.0 + wide * 0.4,
            y / 9.0 + gradient(seed + 6, x / 30.0, y / 40.0) * 1.6,
        );
        let wrinkle = smoothstep(0.10, 0.0, fold.abs())
            * smoothstep(0.0, 0.4, value(seed + 7, x / 50.0, y / 50.0) - 0.45);
        // A scratch here and there: a thin line on a bent path, one to a hand's breadth.
        let path = (y / 90.0 + gradient(seed + 8, x / 60.0, 3.0) * 0.25 + x / 210.0) * 1.0;
        let scratch = smoothstep(0.006, 0.0, (fract(path) - 0.5).abs())
            * smoothstep(
                0.55,
                0.75,
                value(seed + 11, x / 25.0, floor(path) as f32 * 5.0),
            );
        let tone = wide * 0.26
            + (g.at(x * 1.1, y * 1.1) - 0.5) * 0.05
            + (g.at(x * 5.0, y * 5.0) - 0.5) * 0.05;
        let colour = mix(colour.shift(tone), dark, deep * 0.22 + wrinkle * 0.42);
        let colour = mix(colour, colour.shift(0.25), scratch * 0.7);
        Sample::new(
            colour,
            wide * 0.6 - deep * 0.03 - wrinkle * 0.18 - scratch * 0.05,
            0.32 - deep * 0.1,
        )
    }
}

/// Suede: a nap of split fibres that hands have stroked.
fn suede(seed: u32, colour: Rgb) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let g = grain();
        let stroke = fbm(seed, x / 34.0 + y / 90.0, y / 22.0, 3)
            + 0.45 * gradient(seed + 1, x / 9.0, y / 7.0);
        let flow = stroke * 1.5;
        let nap = g.at(x * 3.4 + y * 1.1, y * 1.7 + flow) * 0.45
            + g.at(x * 1.3 + 31.0, y * 0.8 - flow) * 0.2
            + g.at(x * 6.5 - y * 1.6, y * 4.2) * 0.35
            - 0.5;
        let t = stroke * 0.30 + nap * 0.95;
        Sample::new(
            colour.shift(t * 0.36).saturate(1.0 - t * 0.16),
            nap * 0.10 + stroke * 0.15,
            0.0,
        )
    }
}

/// Strips of leather woven one over one on the diagonal.
fn strips(seed: u32, colour: Rgb, width: f32) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let g = grain();
        let (p, q) = (
            (x + y) * 0.707_106_77 / width,
            (x - y) * 0.707_106_77 / width,
        );
        let (i, j) = (floor(p), floor(q));
        let (fp, fq) = (p - i as f32 - 0.5, q - j as f32 - 0.5);
        let over = (i + j) & 1 == 0;
        let (across, along, own) = if over { (fp, fq, i) } else { (fq, fp, j + 91) };
        let edge = smoothstep(0.5, 0.44, across.abs());
        let bow = 1.0 - along * along * 3.2;
        let worn = fbm(seed, x / 30.0, y / 30.0, 2);
        let grainy = g.at(x * 4.0, y * 4.0) - 0.5;
        let tone = (g.dice(own, 4) - 0.5) * 0.14 + worn * 0.12 + grainy * 0.08;
        let shade = lerp(0.22, 1.0, edge) * lerp(0.62, 1.0, smoothstep(-0.1, 0.7, bow));
        Sample::new(
            colour.shift(tone).times(shade),
            bow * width * 0.13 - (1.0 - edge) * 0.4 - across * across * 0.8 + grainy * 0.02,
            0.35 * edge,
        )
    }
}

fn card(name: &str, kind: &str, about: &str, price: &str) -> Card {
    Card::new(name, HIDEBROOK, kind)
        .about(about)
        .price(price)
        .uses("upholstery furniture contract residential")
}

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    let grainy = |seed, colour: &str, dark: &str, pebble, depth, gloss| Hide {
        seed,
        colour: hex(colour),
        crease: hex(dark),
        pebble,
        depth,
        cloud: 0.7,
        gloss,
        jitter: 1.0,
    };
    for (n, (name, colour, dark, pebble, depth, gloss)) in [
        (
            "Tannlund Full Grain Cognac",
            "#a4592a",
            "#4e2510",
            1.25,
            0.8,
            0.36,
        ),
        (
            "Tannlund Full Grain Espresso",
            "#3f2a20",
            "#170d08",
            1.25,
            0.85,
            0.4,
        ),
        (
            "Tannlund Full Grain Black",
            "#242325",
            "#0a0a0b",
            1.55,
            0.95,
            0.45,
        ),
        (
            "Tannlund Full Grain Bone",
            "#d5c8b1",
            "#94846c",
            1.1,
            0.7,
            0.28,
        ),
        (
            "Tannlund Full Grain Olive",
            "#5b5a38",
            "#27270f",
            1.4,
            0.8,
            0.33,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let c = card(
            name,
            "leather/full-grain",
            "Drum-dyed bull hide, 1.4 mm, with its grain uncorrected; no two hides match.",
            "148",
        )
        .finish("satin")
        .texture("grained")
        .pattern("plain")
        .size("2000x2400x1.4")
        .origin("Denmark");
        let c = if n < 3 {
            c.spec("Martindale", "50,000 cycles")
                .certificates("Leather Working Group")
        } else {
            c
        };
        out.push(c.piece(
            hide(grainy(
                2100 + n as u32 * 20,
                colour,
                dark,
                pebble,
                depth,
                gloss,
            )),
            56.0,
        ));
    }
    for (n, (name, colour, dark)) in [
        ("Vaquette Aniline Saddle", "#b77844", "#6b3c1b"),
        ("Vaquette Aniline Oxblood", "#6a2622", "#2f0d0c"),
    ]
    .into_iter()
    .enumerate()
    {
        out.push(
            card(name, "leather/full-grain", "Vegetable-tanned aniline with a waxed face: folds, scratches and pores stay visible.", "186")
                .finish("oiled")
                .texture("smooth")
                .pattern("mottled")
                .size("1800x2200x1.6")
                .spec("Light fastness", "3 (ISO 105-B02)")
                .piece(aniline(2210 + n as u32 * 30, hex(colour), hex(dark)), 150.0),
        );
    }
    for (n, (name, colour)) in [
        ("Rågård Suede Sand", "#b99a74"),
        ("Rågård Suede Petrol", "#35525a"),
        ("Rågård Suede Chestnut", "#6e4127"),
    ]
    .into_iter()
    .enumerate()
    {
        out.push(
            card(
                name,
                "leather/suede",
                "Goat split with a short, lively nap.",
                "118",
            )
            .finish("raw")
            .texture("pile")
            .pattern("mottled")
            .size("900x1200x1")
            .piece(suede(2300 + n as u32 * 9, hex(colour).saturate(0.9)), 70.0),
        );
    }
    for (n, (name, colour, dark, gloss)) in [
        ("Feigenblatt Vegan Taupe", "#8d7d70", "#574b42", 0.3),
        ("Feigenblatt Vegan Ink", "#2a3244", "#10141f", 0.38),
    ]
    .into_iter()
    .enumerate()
    {
        let pressed = Hide {
            cloud: 0.15,
            jitter: 0.62,
            ..grainy(2400 + n as u32 * 9, colour, dark, 1.3, 0.75, gloss)
        };
        out.push(
            card(
                name,
                "leather/vegan",
                "Plant-based coating on recycled polyester with a pressed, even grain.",
                "46",
            )
            .finish("embossed")
            .texture("grained")
            .pattern("plain")
            .size("1370")
            .spec("Martindale", "100,000 cycles")
            .recycled(42)
            .piece(hide(pressed), 46.0),
        );
    }
    for (name, colour, width, seed) in [
        ("Fletta Woven Leather Caramel", "#a9683a", 13.0, 2501),
        ("Fletta Woven Leather Noir", "#2b292a", 13.0, 2502),
    ] {
        out.push(
            card(
                name,
                "leather",
                "Strips of calf woven one over one on the diagonal, backed with cotton.",
                "290",
            )
            .finish("satin")
            .texture("woven")
            .pattern("basket")
            .scale(26.0)
            .piece(strips(seed, hex(colour), width), 130.0),
        );
    }
    out
}
