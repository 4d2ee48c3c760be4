//! Fabrics that are more than threads in a grid: bouclé, chenille, velvet, corduroy, felt.

use std::sync::LazyLock;

use super::draft::Draft;
use super::grain::grain;
use super::tile::{Dice, Patch};
use super::weave::{Cloth, Dye, Yarn};
use crate::card::Card;
use crate::field::{fbm, floor, gradient, lerp, smoothstep, value};
use crate::makers::{LINDQVARN, MORROW};
use crate::shade::{Rgb, hex, mix};
use crate::{Piece, Sample};

/// Loops of a bouclé yarn: a thick, loosely plied strand that curls on itself.
static LOOPS: LazyLock<Patch> = LazyLock::new(|| {
    let mut dice = Dice::new(311);
    let mut patch = Patch::new(512, 48.0);
    for n in 0..800 {
        let z = 0.1 + 2.3 * n as f32 / 800.0;
        let (x, y, heading) = (dice.next() * 48.0, dice.next() * 48.0, dice.next());
        let around = dice.within(0.35, 0.85) * if dice.next() < 0.5 { -1.0 } else { 1.0 };
        // Length over turn is the loop's girth: loops of about 2 to 4 mm across.
        let length = dice.within(6.5, 12.0) * around.abs();
        let (radius, tone) = (dice.within(0.42, 0.66), dice.within(-0.35, 0.35));
        patch.curl(x, y, heading, length, around, [z, 0.7], radius, tone, 1.1);
    }
    patch
});

/// Matted fibres of a felt: fine, long, in every direction.
static FELT: LazyLock<Patch> = LazyLock::new(|| {
    let mut dice = Dice::new(313);
    let mut patch = Patch::new(512, 30.0);
    for n in 0..9000 {
        let z = 0.02 + 0.28 * n as f32 / 9000.0;
        let (x, y, heading) = (dice.next() * 30.0, dice.next() * 30.0, dice.next());
        let (length, bend) = (dice.within(1.5, 5.0), dice.within(-0.35, 0.35));
        let (radius, tone) = (dice.within(0.05, 0.085), dice.within(-0.9, 0.9));
        patch.curl(x, y, heading, length, bend, [z, 0.03], radius, tone, 0.0);
    }
    patch
});

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    boucles(&mut out);
    chenilles(&mut out);
    velvets(&mut out);
    felts(&mut out);
    out
}

fn boucles(out: &mut Vec<Piece>) {
    for (n, (name, a, b)) in [
        ("Molnet Bouclé Ivory", "#e8e1d2", "#d6ccb8"),
        ("Molnet Bouclé Greige", "#b3a592", "#9d8f7d"),
        ("Molnet Bouclé Rust", "#a65c38", "#8f4b2d"),
        ("Molnet Bouclé Pepper", "#3c3c40", "#c9c5bc"),
        ("Molnet Bouclé Lichen", "#8f9675", "#b4b896"),
    ]
    .into_iter()
    .enumerate()
    {
        let (a, b) = (hex(a).saturate(0.85), hex(b).saturate(0.85));
        let shift = n as f32 * 17.3;
        let painter = move |x: f32, y: f32| {
            let lie = LOOPS.piled(x + shift, y - shift);
            let g = grain().at(x * 5.0, y * 5.0);
            // Which of the two yarns a loop is of goes by its tone.
            let yarn = mix(a, b, smoothstep(-0.02, 0.08, lie.tone + 0.1));
            let deep = smoothstep(0.9, 3.3, lie.height);
            Sample::new(
                yarn.times(lerp(0.34, 1.10, deep))
                    .shift(lie.tone * 0.34 + (g - 0.5) * 0.16),
                lie.height * 0.8,
                0.0,
            )
        };
        let card = Card::new(name, LINDQVARN, "fabric/boucle")
            .about("Looped wool-mix yarn on a knitted back: a soft, irregular surface that hides seams.")
            .finish("matt")
            .texture("pile")
            .pattern(if n == 3 { "mottled" } else { "plain" })
            .uses("upholstery furniture residential contract")
            .size("1400")
            .price("96")
            .spec("Composition", "62 % wool, 28 % cotton, 10 % polyamide");
        let card = if n < 3 {
            card.spec("Martindale", "40,000 cycles")
        } else {
            card
        };
        out.push(card.piece(painter, 62.0));
    }
}

fn chenilles(out: &mut Vec<Piece>) {
    for (n, (name, a, b)) in [
        ("Larven Chenille Ochre", "#b3843c", "#cfa561"),
        ("Larven Chenille Petrol", "#2c545c", "#467880"),
        ("Larven Chenille Oatmeal", "#c3b49b", "#dacdb7"),
    ]
    .into_iter()
    .enumerate()
    {
        let dye = Dye::blend(hex(a).saturate(0.85), hex(b).saturate(0.85));
        let cloth = Cloth {
            seed: 1700 + n as u32,
            draft: Draft::plain(),
            figure: None,
            sett: (3.4, 4.6),
            warp: (
                Yarn {
                    cover: 0.35,
                    ..Yarn::smooth()
                },
                vec![dye],
            ),
            weft: (Yarn::chenille(), vec![dye]),
            wander: 0.9,
            fuzz: 0.45,
        };
        out.push(
            Card::new(name, LINDQVARN, "fabric/cotton")
                .about(
                    "Chenille with a short cut pile around every weft; light runs along the rows.",
                )
                .finish("satin")
                .texture("pile")
                .pattern("plain")
                .uses("upholstery residential")
                .size("1400")
                .price("64")
                .spec("Martindale", "25,000 cycles")
                .piece(cloth.woven(), 66.0),
        );
    }
}

/// Velvet: the eye sees the tips of the pile or looks between them, depending on how it leans.
fn velvet(seed: u32, colour: Rgb, crush: f32) -> impl Fn(f32, f32) -> Sample {
    let (deep, sheen) = (colour.times(0.34), colour.shift(0.34).saturate(0.86));
    move |x, y| {
        let g = grain();
        let wide = fbm(seed, x / 55.0, y / 38.0, 3);
        let hand = gradient(
            seed + 3,
            x / (19.0 / crush) + wide * crush * 1.6,
            y / (26.0 / crush) - wide * crush * 1.2,
        );
        let lean = if crush > 1.0 {
            wide * 0.6 + hand * 1.5
        } else {
            (wide * 1.1 + hand * 0.5) * crush
        };
        let tips = g.at(x * 7.0, y * 5.0) * 0.6 + g.at(x * 13.0 + 7.0, y * 11.0) * 0.4 - 0.5;
        let rows = g.line(5, y * 3.1) - 0.5;
        // A hand draws streaks, not clouds: the lean breaks up along the stroke.
        let streak = (g.at(x * 0.16 + wide * 3.0, y * 0.9) - 0.5) * 0.35
            + (g.at(x * 0.5, y * 1.9 + wide * 4.0) - 0.5) * 0.22;
        let t = smoothstep(
            -1.35,
            1.25,
            lean * 0.85 + streak * crush + tips * 0.9 + rows * 0.16,
        );
        let colour = if t < 0.5 {
            mix(deep, colour, t * 2.0)
        } else {
            mix(colour, sheen, t * 2.0 - 1.0)
        };
        Sample::new(colour, lean * 0.5 + tips * 0.03, 0.0)
    }
}

fn velvets(out: &mut Vec<Piece>) {
    for (n, (name, colour, crush)) in [
        ("Salong Velvet Emerald", "#1f5a48", 0.8),
        ("Salong Velvet Midnight", "#23305a", 0.8),
        ("Salong Velvet Blush", "#c79a8f", 0.7),
        ("Salong Velvet Mustard", "#b8862f", 0.75),
        ("Salong Velvet Mulberry", "#6a2744", 0.8),
        ("Kross Crushed Velvet Silver", "#a5a29c", 1.9),
    ]
    .into_iter()
    .enumerate()
    {
        let crushed = crush > 1.0;
        let about = if crushed {
            "Velvet pressed while damp so the pile lies every way; it glints like folded foil."
        } else {
            "Cotton velvet with a dense 2 mm pile; it darkens where a hand has stroked it."
        };
        let card = Card::new(name, LINDQVARN, "fabric/velvet")
            .about(about)
            .finish("satin")
            .texture("pile")
            .pattern(if crushed { "mottled" } else { "plain" })
            .uses("upholstery curtain residential contract")
            .size("1380")
            .price(if crushed { "72" } else { "68" });
        let card = if n % 2 == 0 {
            card.spec("Martindale", "50,000 cycles").fire("C-s2,d0")
        } else {
            card.spec("Martindale", "50,000 cycles")
        };
        out.push(card.piece(
            velvet(1800 + n as u32 * 11, hex(colour).saturate(0.9), crush),
            if crushed { 150.0 } else { 120.0 },
        ));
    }
    for (n, (name, colour, wale)) in [
        ("Manskär Corduroy Tobacco", "#8a5f3a", 2.3_f32),
        ("Manskär Corduroy Bottle", "#2f4a3c", 2.3),
        ("Jumbo Cord Cream", "#d8cbb2", 6.0),
    ]
    .into_iter()
    .enumerate()
    {
        let colour = hex(colour).saturate(0.9);
        let painter = move |x: f32, y: f32| {
            let g = grain();
            let n = n as i32;
            let x = x + (g.line(n, y * 0.05) - 0.5) * 0.5 + (g.at(x * 0.4, y * 0.9) - 0.5) * 0.18;
            let at = x / wale;
            let u = (at - floor(at) as f32 - 0.5) * 2.0;
            let tips = g.at(x * 6.0, y * 4.5) * 0.6 + g.at(x * 13.0, y * 10.0) * 0.4 - 0.5;
            let dome = (1.0 - u * u * 0.96).max(0.0).sqrt();
            // The pile of each wale parts here and there.
            let part = (g.at(at * 2.0 + 9.0, y * 0.35) - 0.5) * 0.5;
            let worn = value(1860, x / 40.0, y / 40.0) - 0.5;
            let shade = lerp(0.28, 1.05, smoothstep(0.15, 0.95, dome));
            let slant = u * part;
            Sample::new(
                colour
                    .times(shade)
                    .shift(tips * 0.3 + slant * 0.35 + worn * 0.08),
                dome * wale * 0.26 + tips * 0.05,
                0.0,
            )
        };
        out.push(
            Card::new(name, MORROW, "fabric/cotton")
                .about("Cotton corduroy; the wales are cut from the weft and stand up straight.")
                .finish("matt")
                .texture("ribbed")
                .pattern("striped")
                .scale(wale)
                .uses("upholstery furniture residential")
                .size("1400")
                .price("52")
                .spec("Martindale", "40,000 cycles")
                .piece(painter, if wale > 4.0 { 110.0 } else { 64.0 }),
        );
    }
}

fn felts(out: &mut Vec<Piece>) {
    for (n, (name, colours, about)) in [
        (
            "Filtverk Felt Granite",
            ["#5b5d60", "#8c8e90", "#3c3d40"],
            "Heathered needle felt of pure wool, 3 mm, used on walls and as inlay.",
        ),
        (
            "Filtverk Felt Marigold",
            ["#c8892c", "#d79f47", "#b57722"],
            "Dyed wool felt, 3 mm; it can be cut without a hem.",
        ),
        (
            "Filtverk Felt Spruce",
            ["#33493f", "#4a6156", "#24362e"],
            "Dyed wool felt, 3 mm; it can be cut without a hem.",
        ),
        (
            "Akustik Board Pebble",
            ["#b9b5ac", "#d2cec6", "#95918a"],
            "Pressed felt board from drink bottles, 9 mm; it swallows speech.",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let c = colours.map(|c| hex(c).saturate(0.9));
        let seed = 1900 + n as u32;
        let painter = move |x: f32, y: f32| {
            let lie = FELT.piled(x, y);
            let g = grain();
            let fine = g.at(x * 8.0 + 3.0, y * 8.0) - 0.5;
            let cloud = fbm(seed, x / 9.0, y / 9.0, 3) * 0.5;
            let colour = mix(
                c[0],
                if lie.tone > 0.0 { c[1] } else { c[2] },
                lie.tone.abs() * 1.1,
            );
            Sample::new(
                colour.shift(cloud * 0.12 + fine * 0.12),
                lie.height * 0.55 + cloud * 0.15,
                0.0,
            )
        };
        let board = n == 3;
        let card = Card::new(name, MORROW, if board { "fabric" } else { "fabric/wool" })
            .about(about)
            .finish("matt")
            .texture("smooth")
            .pattern(if n == 0 || board { "mottled" } else { "plain" })
            .uses(if board {
                "wall ceiling contract"
            } else {
                "wall furniture upholstery"
            });
        let card = if board {
            card.size("1200x2400x9")
                .price("41")
                .fire("B-s1,d0")
                .recycled(60)
        } else {
            card.size("1800").price("57").origin("Germany")
        };
        out.push(card.piece(painter, 56.0));
    }
}
