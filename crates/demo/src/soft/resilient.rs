//! Cork, rubber and linoleum.

use super::grain::grain;
use crate::card::Card;
use crate::field::{
    fbm, floor, fract, gradient, hash2, lerp, rand01, ridge, smoothstep, unit, value, worley,
    worley_jitter,
};
use crate::makers::SUBER;
use crate::shade::{Rgb, hex, mix, ramp};
use crate::{Piece, Sample};

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    corks(&mut out);
    rubbers(&mut out);
    linos(&mut out);
    out
}

/// Granules of bark pressed into a block: each a polygon with its own shade, some with dark bark at one side.
fn granules(seed: u32, stops: [Rgb; 4], size: f32, dark: f32) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let g = grain();
        let (wx, wy) = (
            x + (g.at(x * 0.5, y * 0.5) - 0.5) * 1.4,
            y + (g.at(x * 0.5 + 70.0, y * 0.5) - 0.5) * 1.4,
        );
        let big = worley(seed, wx / size, wy / (size * 0.82));
        let small = worley(seed + 1, wx / (size * 0.38), wy / (size * 0.38));
        // A third of the places are filled with finer granules.
        let fine = unit(big.id) < 0.34;
        let (cell, scale) = if fine { (small, 0.5_f32) } else { (big, 1.0) };
        let own = unit(cell.id.wrapping_mul(0x9e37_79b9));
        let lean = cell.dx * (unit(cell.id.wrapping_mul(7)) - 0.5)
            + cell.dy * (unit(cell.id.wrapping_mul(13)) - 0.5);
        let bark = if unit(cell.id.wrapping_mul(29)) < dark {
            smoothstep(0.05, 0.25, lean * 2.0)
        } else {
            0.0
        };
        let joint = smoothstep(0.10, 0.0, (cell.f2 - cell.f1) * scale) * 0.55;
        let pores = smoothstep(0.70, 0.86, g.at(x * 1.6 + own * 90.0, y * 3.0)) * 0.35;
        let cells = g.at(x * 6.0, y * 6.0) - 0.5;
        let colour = ramp(&stops[..3], own * 0.8 + cells * 0.25);
        let colour = mix(colour, stops[3], (bark + joint + pores).min(0.9));
        Sample::new(
            colour.shift(cells * 0.10 + lean * 0.12),
            -joint * 0.12 - pores * 0.10 + cells * 0.03,
            0.07,
        )
    }
}

fn corks(out: &mut Vec<Piece>) {
    let card = |name: &str, about: &str, price: &str| {
        Card::new(name, SUBER, "cork")
            .about(about)
            .texture("pitted")
            .uses("floor wall residential contract")
            .price(price)
            .origin("Portugal")
    };
    for (n, (name, stops, size, dark, finish, about)) in [
        (
            "Sobreiro Cork Natural",
            ["#a9743f", "#bd8a52", "#cd9f68", "#54341b"],
            6.0,
            0.3,
            "oiled",
            "Agglomerate of bark granules from the bottle-stopper trade, oiled.",
        ),
        (
            "Sobreiro Cork Smoked",
            ["#3b281b", "#4e3725", "#634731", "#1a110b"],
            6.0,
            0.3,
            "oiled",
            "The same granules, steamed until they darken to the core.",
        ),
        (
            "Sobreiro Cork White Wash",
            ["#c9bda9", "#d5cbb9", "#ded6c7", "#9b8569"],
            6.0,
            0.25,
            "lacquered",
            "Granules under a white glaze; the bark still reads.",
        ),
        (
            "Sobreiro Cork Coarse",
            ["#96622f", "#b98349", "#cf9f66", "#3d2412"],
            13.0,
            0.55,
            "raw",
            "Coarse granules with their bark on, for walls and ceilings.",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let c = card(name, about, ["42", "46", "48", "35"][n])
            .finish(finish)
            .pattern("speckled")
            .scale(size)
            .size("300x600x6");
        let c = if n < 3 {
            c.fire("Efl").slip("r10").certificates("FSC")
        } else {
            c
        };
        out.push(c.piece(
            granules(2900 + n as u32 * 7, stops.map(hex), size, dark),
            if n == 3 { 200.0 } else { 130.0 },
        ));
    }
    let striped = move |x: f32, y: f32| {
        let g = grain();
        // Slices of a glued stack of thin bark sheets.
        let row_at = y / 4.2 + (g.at(x * 0.02, y * 0.03) - 0.5) * 0.7;
        let row = floor(row_at);
        let v = row_at - row as f32;
        let start = rand01(2951, row, 0) * 500.0;
        let streak = g.at(x * 0.09 + start, row as f32 * 7.3) * 0.6
            + g.at(x * 0.5 + start, v * 3.0 + row as f32 * 5.0) * 0.4;
        let lens = smoothstep(
            0.80,
            0.92,
            g.at(x * 0.33 + start, v * 1.6 + row as f32 * 3.0),
        );
        let cells = g.at(x * 4.0, y * 6.0) - 0.5;
        let colour = ramp(
            &["#8c5b30", "#b5824c", "#d0a36c"].map(hex),
            streak * 0.9 + rand01(2952, row, 0) * 0.25 - 0.1,
        );
        let seam = smoothstep(0.07, 0.0, v.min(1.0 - v));
        Sample::new(
            mix(colour, hex_dark(), (lens * 0.75 + seam * 0.4).min(0.85)).shift(cells * 0.10),
            -lens * 0.15 - seam * 0.06 + cells * 0.02,
            0.08,
        )
    };
    out.push(
        card(
            "Sobreiro Cork Strata",
            "Veneer cut across a stack of bark sheets: fine bars with dark lenticels.",
            "58",
        )
        .finish("satin")
        .pattern("striped")
        .scale(4.2)
        .size("300x900x4")
        .piece(striped, 110.0),
    );
}

/// The dark of bark.
fn hex_dark() -> Rgb {
    Rgb([0.067, 0.033, 0.014])
}

/// Crumbs in a binder: `share` of them coloured.
fn crumbs(
    seed: u32,
    ground: Rgb,
    flecks: Vec<Rgb>,
    share: f32,
    size: f32,
) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let g = grain();
        let (wx, wy) = (
            x + (g.at(x * 1.1, y * 1.1) - 0.5) * size * 0.5,
            y + (g.at(x * 1.1 + 50.0, y * 1.1) - 0.5) * size * 0.5,
        );
        let cell = worley(seed, wx / size, wy / size);
        let fleck = unit(cell.id) < share;
        let edge = smoothstep(0.0, 0.16, cell.f2 - cell.f1);
        let bit = g.at(x * 5.0, y * 5.0) - 0.5;
        let own = unit(cell.id.wrapping_mul(0x85eb_ca6b)) - 0.5;
        let colour = if fleck {
            flecks[(cell.id >> 3) as usize % flecks.len()].shift(own * 0.22)
        } else {
            ground.shift(own * 0.14)
        };
        Sample::new(
            colour.times(lerp(0.55, 1.0, edge)).shift(bit * 0.14),
            edge * 0.13 * size + bit * 0.05,
            0.05,
        )
    }
}

fn rubbers(out: &mut Vec<Piece>) {
    let card = |name: &str, about: &str, price: &str| {
        Card::new(name, SUBER, "rubber/rubber")
            .about(about)
            .finish("matt")
            .uses("floor contract")
            .price(price)
            .fire("Bfl-s1")
    };
    for (name, colour) in [
        ("Pavé Rubber Plain Graphite", "#3c3e41"),
        ("Pavé Rubber Plain Sky", "#7f9cae"),
    ] {
        let colour = hex(colour);
        let painter = move |x: f32, y: f32| {
            let g = grain();
            // Pressed between plates with a fine hammered grain.
            let cell = worley(3001, x / 2.3, y / 2.3);
            let dent = cell.f1 * cell.f1 * 0.22;
            let dust = g.at(x * 4.0, y * 4.0) - 0.5;
            let flow = value(3002, x / 30.0, y / 30.0) - 0.5;
            Sample::new(
                colour.shift(dust * 0.06 + flow * 0.04),
                -dent + dust * 0.01,
                0.14,
            )
        };
        out.push(
            card(
                name,
                "Calendered rubber with a fine hammered face; quiet underfoot.",
                "44",
            )
            .texture("smooth")
            .pattern("plain")
            .size("1000x1000x3")
            .slip("r9")
            .piece(painter, 70.0),
        );
    }
    for (name, colour) in [
        ("Pavé Rubber Stud Black", "#262628"),
        ("Pavé Rubber Stud Signal Red", "#a13a2f"),
        ("Pavé Rubber Stud Moss", "#5b6346"),
    ] {
        let colour = hex(colour);
        let painter = move |x: f32, y: f32| {
            let g = grain();
            let (p, q) = (x / 34.0, y / 34.0);
            let (i, j) = (floor(p), floor(q));
            let (dx, dy) = ((p - i as f32 - 0.5) * 34.0, (q - j as f32 - 0.5) * 34.0);
            let r = (dx * dx + dy * dy).sqrt();
            let rise = smoothstep(13.6, 11.9, r);
            let foot = smoothstep(16.4, 13.4, r) * (1.0 - rise);
            let dust = g.at(x * 3.0, y * 3.0) * 0.6 + g.at(x * 7.0, y * 7.0) * 0.4 - 0.5;
            let wear = value(3011, x / 22.0, y / 22.0) - 0.5;
            // Soles polish the tops.
            let top = smoothstep(11.8, 11.0, r);
            Sample::new(
                colour.shift(dust * 0.07 + wear * 0.05 - foot * 0.14 + top * 0.03),
                rise * 1.1 + dust * 0.015,
                0.22 + top * 0.2,
            )
        };
        out.push(
            card(
                name,
                "Round-stud rubber: 24 mm studs every 34 mm, half a millimetre proud.",
                "52",
            )
            .texture("ribbed")
            .pattern("geometric")
            .scale(34.0)
            .size("500x500x4")
            .slip("r10")
            .piece(painter, 190.0),
        );
    }
    let rest = ["#6f8594", "#b9b4a6", "#4f6b58"].map(hex).to_vec();
    out.push(
        card(
            "Retread Speckle Harbour",
            "Crumb from lorry tyres bound with a fifth of coloured EPDM.",
            "29",
        )
        .texture("rough")
        .pattern("speckled")
        .uses("floor contract outdoor")
        .size("1250")
        .recycled(88)
        .slip("r11")
        .piece(crumbs(3020, hex("#262627"), rest, 0.2, 2.2), 74.0),
    );
    let warm = ["#b6573a", "#d5a154", "#d9cdb8"].map(hex).to_vec();
    out.push(
        card(
            "Retread Speckle Ember",
            "The same tyre crumb with terracotta, ochre and sand.",
            "29",
        )
        .texture("rough")
        .pattern("speckled")
        .uses("floor contract outdoor")
        .size("1250")
        .recycled(86)
        .slip("r11")
        .piece(crumbs(3024, hex("#2a2728"), warm, 0.34, 2.2), 74.0),
    );
}

/// Linoleum: coloured granulate rolled out in one direction, so colours stretch into marbling.
fn marbled(seed: u32, stops: [Rgb; 4], strength: f32) -> impl Fn(f32, f32) -> Sample {
    move |x, y| {
        let g = grain();
        let a = fbm(seed, x / 38.0, y / 90.0, 3);
        let b = fbm(seed + 1, x / 7.0 + a * 2.0, y / 24.0 + a * 1.4, 4);
        let vein = ridge(
            seed + 2,
            x / 26.0 + a * 1.2 + b * 0.4,
            y / 60.0 - a * 0.8,
            3,
        );
        let crumb = g.at(x * 1.1, y * 0.8) * 0.5 + g.at(x * 3.4, y * 2.6) * 0.5 - 0.5;
        let t = 0.5 + (b * 0.62 + a * 0.35) * strength + crumb * 0.45;
        let colour = ramp(&stops[..3], t);
        let colour = mix(
            colour,
            stops[3],
            smoothstep(0.66, 1.0, vein + crumb * 0.35) * 0.42 * strength,
        );
        Sample::new(colour.shift(crumb * 0.06), crumb * 0.03, 0.16)
    }
}

fn linos(out: &mut Vec<Piece>) {
    let card = |name: &str, about: &str, price: &str| {
        Card::new(name, SUBER, "rubber/linoleum")
            .about(about)
            .finish("satin")
            .texture("smooth")
            .uses("floor furniture contract residential")
            .size("2000")
            .price(price)
            .fire("Cfl-s1")
            .slip("r9")
    };
    for (n, (name, stops)) in [
        (
            "Oxlin Marbled Eucalyptus",
            ["#6f8577", "#8fa292", "#b3c0ae", "#d3d9c8"],
        ),
        (
            "Oxlin Marbled Rosso",
            ["#7d2f24", "#9c4532", "#b76349", "#d9a687"],
        ),
        (
            "Oxlin Marbled Concrete",
            ["#84827c", "#9c9a93", "#b2b0a8", "#cbc9c1"],
        ),
        (
            "Oxlin Marbled Midnight",
            ["#1f2b3d", "#2c3b52", "#42536c", "#7d8ea4"],
        ),
        (
            "Oxlin Marbled Honey",
            ["#b98a3e", "#cfa45a", "#dfbf80", "#f0dcae"],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let c = card(name, "Linseed oil, wood flour and jute, marbled in the calender; it yellows in the dark and clears in the sun.", "31").pattern("veined").certificates("EPD");
        let c = if n == 1 {
            c
        } else {
            c.spec("Light fastness", "6 (ISO 105-B02)")
        };
        out.push(c.piece(marbled(3100 + n as u32 * 9, stops.map(hex), 1.0), 260.0));
    }
    for (name, colour) in [
        ("Oxlin Uni Charcoal", "#3b3b3c"),
        ("Oxlin Uni Clay", "#b08a72"),
    ] {
        let colour = hex(colour);
        let painter = move |x: f32, y: f32| {
            let g = grain();
            let crumb = g.at(x * 2.2, y * 1.8) * 0.5 + g.at(x * 5.0, y * 5.0) * 0.5 - 0.5;
            let flow = fbm(3151, x / 60.0, y / 90.0, 2);
            let spot = {
                let (i, j) = (floor(x / 5.0), floor(y / 5.0));
                let h = hash2(3152, i, j);
                let (dx, dy) = (
                    fract(x / 5.0) - 0.2 - 0.6 * unit(h),
                    fract(y / 5.0) - 0.2 - 0.6 * unit(h.wrapping_mul(77)),
                );
                smoothstep(0.012, 0.004, dx * dx + dy * dy) * if h & 3 == 0 { 1.0 } else { 0.0 }
            };
            Sample::new(
                colour.shift(crumb * 0.07 + flow * 0.05 + spot * 0.10),
                crumb * 0.02,
                0.14,
            )
        };
        out.push(card(name, "Furniture linoleum in one colour with a trace of cork dust; takes a pencil mark and loses it again.", "36").finish("matt").pattern("plain").uses("furniture worktop wall").piece(painter, 120.0));
    }
    let stria = ["#6d6a62", "#8a867c", "#a7a296"].map(hex);
    let striated = move |x: f32, y: f32| {
        let g = grain();
        let bend = gradient(3161, x / 50.0, y / 160.0) * 3.0;
        let t =
            g.at((x + bend) * 0.35, y * 0.018) * 0.5 + g.at((x + bend) * 1.3 + 9.0, y * 0.05) * 0.5;
        let cell = worley_jitter(3162, x / 1.2, y / 4.0, 1.0);
        let crumb = g.at(x * 3.0, y * 2.0) - 0.5;
        let fleck = if cell.id & 31 == 0 {
            smoothstep(0.4, 0.2, cell.f1) * 0.12
        } else {
            0.0
        };
        Sample::new(
            ramp(&stria, (t - 0.5) * 1.6 + 0.5).shift(crumb * 0.07 + fleck),
            crumb * 0.02,
            0.15,
        )
    };
    out.push(
        card(
            "Oxlin Striato Driftwood",
            "Linoleum drawn out into long streaks along the roll.",
            "33",
        )
        .pattern("striped")
        .scale(3.0)
        .piece(striated, 180.0),
    );
}
