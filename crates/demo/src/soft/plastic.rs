//! Laminate and plastic: plain boards, and sheets pressed from what was thrown away.

use super::grain::grain;
use crate::card::Card;
use crate::field::{fbm, floor, gradient, lerp, smoothstep, unit, value, worley, worley_jitter};
use crate::makers::PLANKTON;
use crate::shade::{Rgb, hex, mix, ramp};
use crate::{Piece, Sample};

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    laminates(&mut out);
    recycled(&mut out);
    out
}

fn laminates(out: &mut Vec<Piece>) {
    let card = |name: &str, about: &str, price: &str| {
        Card::new(name, PLANKTON, "plastic/laminate")
            .about(about)
            .texture("smooth")
            .uses("worktop furniture wall contract residential")
            .size("1300x3050x0.8")
            .price(price)
            .fire("C-s2,d0")
    };
    for (name, colour, finish, gloss) in [
        ("Planum Laminate Bone", "#ded8c9", "matt", 0.08),
        ("Planum Laminate Cobalt", "#2f4c8c", "matt", 0.08),
        ("Planum Laminate Terracotta", "#b4603f", "matt", 0.08),
        ("Planum Laminate Anthracite", "#36383b", "matt", 0.10),
        (
            "Planum Laminate Anthracite High Gloss",
            "#36383b",
            "gloss",
            0.85,
        ),
        ("Planum Laminate Sage", "#9fac97", "satin", 0.25),
    ] {
        let colour = hex(colour);
        let painter = move |x: f32, y: f32| {
            let g = grain();
            // The press plate's fine texture, and orange peel under the gloss.
            let fine = g.at(x * 2.6, y * 2.6) * 0.5 + g.at(x * 6.0, y * 6.0) * 0.5 - 0.5;
            let peel = value(3201, x / 7.0, y / 7.0) - 0.5;
            let dull = 1.0 - gloss;
            Sample::new(
                colour.shift(fine * 0.035 * dull),
                fine * 0.05 * dull * dull + peel * 0.05 * gloss,
                gloss,
            )
        };
        let about = if gloss > 0.5 {
            "High-pressure laminate under a polished plate; shows every fingerprint."
        } else {
            "High-pressure laminate with a soft, fingerprint-shy face."
        };
        out.push(
            card(name, about, if gloss > 0.5 { "34" } else { "28" })
                .finish(finish)
                .pattern("plain")
                .piece(painter, 120.0),
        );
    }
    let (a, b) = (hex("#c9c4b6"), hex("#8f897a"));
    let lines = move |x: f32, y: f32| {
        let g = grain();
        let h = g.at(x * 0.06, y * 2.2) * 0.5 + g.at(x * 0.2 + 40.0, y * 4.4) * 0.5;
        let v = g.at(x * 2.2 + 80.0, y * 0.06) * 0.5 + g.at(x * 4.4, y * 0.2 + 20.0) * 0.5;
        let t = (h + v) * 0.5;
        Sample::new(mix(a, b, smoothstep(0.38, 0.72, t)), t * 0.05, 0.08)
    };
    out.push(
        card(
            "Planum Laminate Crosshatch Linen",
            "Printed and pressed like a coarse cloth, for fronts that get touched.",
            "31",
        )
        .finish("embossed")
        .texture("woven")
        .pattern("plain")
        .piece(lines, 90.0),
    );
    let dots = move |x: f32, y: f32| {
        let g = grain();
        let cell = worley_jitter(3231, x / 3.1, y / 3.1, 1.0);
        let kind = unit(cell.id);
        let size = lerp(0.05, 0.24, unit(cell.id.wrapping_mul(31)));
        let edge = (g.at(x * 2.4, y * 2.4) - 0.5) * 0.10;
        let chip = smoothstep(size + 0.02, size - 0.02, cell.f1 + edge);
        let colour = if kind < 0.45 {
            hex_of(0)
        } else if kind < 0.8 {
            hex_of(1)
        } else {
            hex_of(2)
        };
        Sample::new(mix(hex_of(3), colour, chip), 0.0, 0.12)
    };
    out.push(
        card(
            "Solidum Surface Fleck",
            "Acrylic solid surface, 12 mm, fleck all the way through; joints can be sanded away.",
            "165",
        )
        .finish("satin")
        .pattern("speckled")
        .size("760x3680x12")
        .piece(dots, 70.0),
    );
}

/// The four colours of the solid surface; constant, so no text is read at every point.
#[inline(always)]
fn hex_of(n: usize) -> Rgb {
    [
        Rgb([0.20, 0.19, 0.18]),
        Rgb([0.50, 0.46, 0.40]),
        Rgb([0.88, 0.87, 0.84]),
        Rgb([0.72, 0.70, 0.65]),
    ][n]
}

/// Shredded packaging pressed into a sheet: chips that softened and flowed into each other.
fn shreds(
    seed: u32,
    ground: Rgb,
    chips: Vec<Rgb>,
    size: f32,
    flow: f32,
) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let (fx, fy) = (
            gradient(seed + 1, x / (size * 1.9), y / (size * 1.9)) * size * flow,
            gradient(seed + 2, x / (size * 1.9), y / (size * 1.9)) * size * flow,
        );
        let (wx, wy) = (x + fx, y + fy);
        let mut colour = ground;
        let mut rim = 0.0_f32;
        // Fine, middling and large chips lie over each other.
        for (layer, scale, share) in [(0, 0.34, 0.34), (1, 0.7, 0.36), (2, 1.35, 0.42)] {
            let s = size * scale;
            let turned = layer as f32 * 0.6;
            let cell = worley(
                seed + 5 + layer,
                (wx + wy * turned) / s,
                (wy - wx * turned * 0.7) / (s * 0.6),
            );
            let pick = unit(cell.id);
            if pick < share {
                let inside = smoothstep(
                    0.02,
                    0.05,
                    (cell.f2 - cell.f1) - 0.10 - 0.2 * unit(cell.id.wrapping_mul(11)),
                );
                let chip = chips[(cell.id >> 5) as usize % chips.len()];
                let own = unit(cell.id.wrapping_mul(0x9e37_79b9)) - 0.5;
                let smear = (grain().at(wx / (s * 0.2) + own * 50.0, wy / (s * 0.7)) - 0.5) * 0.09;
                colour = mix(colour, chip.shift(own * 0.14 + smear), inside);
                rim = inside;
            }
        }
        let cloud = value(seed + 30, x / 40.0, y / 40.0) - 0.5;
        Sample::new(
            colour.shift(cloud * 0.03),
            (grain().at(x * 0.5, y * 0.5) - 0.5) * 0.03 * rim,
            0.28,
        )
    }
}

fn recycled(out: &mut Vec<Piece>) {
    let card = |name: &str, about: &str, price: &str, percent: u8| {
        Card::new(name, PLANKTON, "plastic/recycled")
            .about(about)
            .finish("satin")
            .texture("smooth")
            .uses("furniture wall worktop contract")
            .size("1000x1400x12")
            .price(price)
            .recycled(percent)
    };
    for (n, (name, ground, chips, size, about)) in [
        (
            "Flotsam Sheet Coral Reef",
            "#e8dccb",
            vec!["#d56b4f", "#e9a48b", "#2f6f78", "#f1ede2", "#d9b25a"],
            26.0,
            "Pressed from shampoo bottles and caps; every sheet is its own picture.",
        ),
        (
            "Flotsam Sheet Dairy White",
            "#e6e4de",
            vec!["#c8c7c2", "#3c4a63", "#f4f3ee", "#9fb0bb"],
            22.0,
            "Yoghurt pots, washed and pressed; the dark specks were lids.",
        ),
        (
            "Flotsam Sheet Night Market",
            "#1f2023",
            vec!["#e0a53b", "#c5453c", "#3a7a8c", "#e9e3d5", "#6b4a86"],
            20.0,
            "Crates and canisters on a ground of black recyclate.",
        ),
        (
            "Flotsam Sheet Fern",
            "#3f5a46",
            vec!["#6f8f69", "#a9bd94", "#24382d", "#dfe3cf"],
            24.0,
            "Bottle crates in greens, pressed at low heat so chips keep their edges.",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let c = card(name, about, "148", 100)
            .pattern("speckled")
            .scale(size);
        let c = if n == 0 { c.origin("Netherlands") } else { c };
        out.push(c.piece(
            shreds(
                3300 + n as u32 * 41,
                hex(ground),
                chips.into_iter().map(hex).collect(),
                size,
                0.5,
            ),
            260.0,
        ));
    }
    for (name, stops, seed) in [
        (
            "Meltdown Swirl Glacier",
            ["#dfe6e8", "#a9c3cc", "#5f8a9b", "#e9ecea", "#2f5566"],
            3400,
        ),
        (
            "Meltdown Swirl Tortoise",
            ["#2a1a10", "#6e3d17", "#c27a2c", "#3a2213", "#8c531f"],
            3410,
        ),
    ] {
        let stops = stops.map(hex);
        let painter = move |x: f32, y: f32| {
            let a = fbm(seed, x / 90.0, y / 90.0, 3);
            let b = fbm(seed + 1, x / 60.0 + a * 2.4, y / 60.0 - a * 1.9, 3);
            let c = gradient(seed + 2, x / 38.0 + b * 2.6, y / 38.0 + a * 2.2);
            let thread = gradient(seed + 3, x / 14.0 + b * 5.0, y / 14.0 + a * 5.0);
            let t = 0.5 + c * 0.55 + b * 0.35 + thread * 0.10;
            let step = t * 4.0 + thread * 0.2;
            let k = floor(step) as f32;
            // Melts stay apart: a fairly sharp edge between one colour and the next.
            let t = (k + smoothstep(0.25, 0.75, step - k)) / 4.0;
            Sample::new(ramp(&stops, t), c * 0.05, 0.5)
        };
        out.push(
            card(
                name,
                "Polyethylene melted, folded and pressed, so colours run like marbled paper.",
                "172",
                95,
            )
            .finish("gloss")
            .pattern("mottled")
            .piece(painter, 320.0),
        );
    }
}
