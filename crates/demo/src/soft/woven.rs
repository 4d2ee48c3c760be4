//! Woven fabrics of flax, cotton and silk.

use super::draft::Draft;
use super::ornament::damask;
use super::weave::{Cloth, Dye, Yarn};
use crate::Piece;
use crate::card::Card;
use crate::makers::{LINDQVARN, MORROW};
use crate::shade::hex;

/// A yarn of one colour whose fibres vary around it a little, as dyed natural fibre does.
pub fn dyed(colour: &str) -> Dye {
    // Shade between threads deepens a colour; the yarn itself is a little paler than the cloth looks.
    let c = hex(colour).saturate(0.8);
    Dye::blend(c, c.shift(0.10).warm(0.02))
}

/// Undyed or heathered: two colours of fibre.
pub fn heather(a: &str, b: &str) -> Dye {
    Dye::blend(hex(a).saturate(0.8), hex(b).saturate(0.8))
}

/// `count` threads of each colour in turn.
pub fn bands(order: &[(usize, Dye)]) -> Vec<Dye> {
    order
        .iter()
        .flat_map(|&(count, dye)| std::iter::repeat_n(dye, count))
        .collect()
}

fn linen(seed: u32, sett: (f32, f32), warp: Dye, weft: Dye) -> Cloth {
    Cloth {
        seed,
        draft: Draft::plain(),
        figure: None,
        sett,
        warp: (Yarn::flax(), vec![warp]),
        weft: (
            Yarn {
                slub: (0.42, 11.0),
                ..Yarn::flax()
            },
            vec![weft],
        ),
        wander: 0.5,
        fuzz: 0.0,
    }
}

pub fn cotton(seed: u32, draft: Draft, sett: (f32, f32), warp: Vec<Dye>, weft: Vec<Dye>) -> Cloth {
    Cloth {
        seed,
        draft,
        figure: None,
        sett,
        warp: (Yarn::smooth(), warp),
        weft: (Yarn::smooth(), weft),
        wander: 0.25,
        fuzz: 0.0,
    }
}

fn linen_card(name: &str, about: &str, price: &str) -> Card {
    Card::new(name, LINDQVARN, "fabric/linen")
        .about(about)
        .finish("matt")
        .texture("woven")
        .uses("curtain upholstery residential")
        .size("1400")
        .price(price)
}

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    linens(&mut out);
    cottons(&mut out);
    jacquards(&mut out);
    out
}

fn linens(out: &mut Vec<Piece>) {
    let about = "Plain-woven washed linen with the slubs left in; it creases and is meant to.";
    for (n, (name, warp, weft)) in [
        (
            "Strandlin Natural",
            heather("#b7a88d", "#93836a"),
            heather("#bfb196", "#9d8d73"),
        ),
        ("Strandlin Chalk", dyed("#dcd8cc"), dyed("#e2dfd4")),
        (
            "Strandlin Sage",
            dyed("#8d9a7e"),
            heather("#97a487", "#7d8b70"),
        ),
        (
            "Strandlin Ink",
            dyed("#2c3648"),
            heather("#354158", "#252d3e"),
        ),
        (
            "Strandlin Brick",
            dyed("#9b543f"),
            heather("#a8604a", "#8a4936"),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let card = linen_card(name, about, "46")
            .pattern("plain")
            .spec("Martindale", "20,000 cycles")
            .fire("E")
            .origin("Lithuania");
        let card = if n == 0 {
            card.certificates("Masters of Linen")
        } else {
            card.spec("Light fastness", "5 (ISO 105-B02)")
        };
        out.push(card.piece(
            linen(1100 + n as u32, (13.0, 12.0), warp, weft).woven(),
            58.0,
        ));
    }
    out.push(
        linen_card(
            "Fjordväv Two-Tone",
            "A heavier linen with a dark warp and a pale weft, so the colour shifts as it falls.",
            "58",
        )
        .pattern("plain")
        .spec("Martindale", "28,000 cycles")
        .piece(
            linen(
                1110,
                (10.0, 9.0),
                dyed("#5d6b73"),
                heather("#cfc8b8", "#b9b09c"),
            )
            .woven(),
            64.0,
        ),
    );
    let stripe = bands(&[
        (34, dyed("#dcd6c6")),
        (5, dyed("#41516b")),
        (3, dyed("#dcd6c6")),
        (5, dyed("#41516b")),
    ]);
    out.push(
        linen_card(
            "Bolster Stripe Blue",
            "Ticking on a linen ground: two narrow blue stripes every 34 threads.",
            "49",
        )
        .pattern("striped")
        .scale(36.0)
        .spec("Martindale", "22,000 cycles")
        .piece(
            Cloth {
                warp: (Yarn::flax(), stripe),
                ..linen(1112, (13.0, 12.0), dyed("#dcd6c6"), dyed("#d7d0bf"))
            }
            .woven(),
            120.0,
        ),
    );
    out.push(
        linen_card(
            "Sackcloth Oat",
            "Open basket weave of thick flax, two ends and two picks worked as one.",
            "39",
        )
        .pattern("basket")
        .scale(4.6)
        .piece(
            Cloth {
                draft: Draft::basket(2),
                ..linen(
                    1113,
                    (8.6, 8.6),
                    heather("#c2ae8a", "#9c875f"),
                    heather("#cbb892", "#a8946c"),
                )
            }
            .woven(),
            62.0,
        ),
    );
}

fn cottons(out: &mut Vec<Piece>) {
    let card = |name: &str, about: &str, price: &str| {
        Card::new(name, LINDQVARN, "fabric/cotton")
            .about(about)
            .finish("matt")
            .texture("woven")
            .size("1500")
            .price(price)
    };
    let denim = |seed, a: &str, b: &str| {
        let mut cloth = cotton(
            seed,
            Draft::warp_twill(),
            (14.0, 11.0),
            vec![heather(a, b)],
            vec![dyed("#d9d5c8")],
        );
        cloth.warp.0.slub = (0.22, 14.0);
        cloth.warp.0.uneven = 0.14;
        cloth.warp.0.cover = 1.06;
        cloth.weft.0.cover = 0.8;
        cloth.warp.0.fibre = 0.3;
        cloth
    };
    out.push(
        card(
            "Verft Denim Raw",
            "Unwashed indigo warp over an undyed weft; it will fade where it is sat on.",
            "31",
        )
        .pattern("plain")
        .uses("upholstery residential")
        .spec("Martindale", "35,000 cycles")
        .piece(denim(1500, "#232f4a", "#3b4c6e").woven(), 50.0),
    );
    out.push(
        card(
            "Verft Denim Washed",
            "The same denim after a long wash: paler, softer, the weft showing.",
            "34",
        )
        .pattern("plain")
        .uses("upholstery residential")
        .spec("Martindale", "30,000 cycles")
        .piece(denim(1501, "#5d7393", "#8b9db6").woven(), 50.0),
    );
    let mut canvas = cotton(
        1502,
        Draft::plain(),
        (10.0, 10.0),
        vec![dyed("#d3cdbd")],
        vec![dyed("#d8d2c2")],
    );
    canvas.warp.0.slub = (0.14, 7.0);
    out.push(
        card(
            "Segelduk Canvas Ecru",
            "Tightly woven duck for awnings, slings and slipcovers.",
            "22",
        )
        .pattern("plain")
        .uses("upholstery outdoor")
        .spec("Martindale", "40,000 cycles")
        .piece(canvas.woven(), 50.0),
    );
    let awning = bands(&[(44, dyed("#e2dccd")), (44, dyed("#4c6a5c"))]);
    out.push(
        card(
            "Veranda Stripe Green",
            "Even block stripes of 44 threads; the selvedge is the same on both sides.",
            "29",
        )
        .pattern("striped")
        .scale(88.0)
        .uses("outdoor upholstery curtain")
        .spec("Light fastness", "7 (ISO 105-B02)")
        .piece(
            cotton(
                1503,
                Draft::plain(),
                (10.0, 10.0),
                awning,
                vec![dyed("#dcd6c6")],
            )
            .woven(),
            190.0,
        ),
    );
    let multi = bands(&[
        (18, dyed("#c9b79c")),
        (6, dyed("#8d3f33")),
        (10, dyed("#d9a441")),
        (3, dyed("#2f4858")),
        (14, dyed("#c9b79c")),
        (8, dyed("#5a7d7c")),
        (2, dyed("#2f4858")),
    ]);
    out.push(
        card(
            "Marktag Stripe Multi",
            "Seven-band market stripe, weft-ribbed, in madder, mustard, petrol and sand.",
            "36",
        )
        .pattern("striped")
        .scale(76.0)
        .uses("upholstery furniture residential")
        .piece(
            cotton(
                1504,
                Draft::plain(),
                (8.0, 11.0),
                multi,
                vec![dyed("#a8977e")],
            )
            .woven(),
            150.0,
        ),
    );
    let mut poplin = cotton(
        1505,
        Draft::basket(2),
        (13.0, 13.0),
        vec![dyed("#b97a62")],
        vec![dyed("#c2866e")],
    );
    poplin.warp.0.gloss = 0.08;
    out.push(
        card(
            "Panama Rosehip",
            "Two-and-two panama in combed cotton, even and firm, with a dry hand.",
            "27",
        )
        .pattern("basket")
        .scale(3.1)
        .uses("upholstery curtain contract")
        .fire("C-s2,d0")
        .piece(poplin.woven(), 46.0),
    );
}

fn jacquards(out: &mut Vec<Piece>) {
    for (n, (name, warp, weft, about)) in [
        ("Palais Jacquard Ivory", "#e3dac6", "#cdbd9f", "Silk and linen damask: warp satin for the ground, weft satin for the figure, one colour in two lights."),
        ("Palais Jacquard Bordeaux", "#6b1f2b", "#a5544f", "The same damask in wine red with a brighter weft."),
        ("Palais Jacquard Verdigris", "#3c6660", "#b8b48c", "Verdigris ground, figure in old gold."),
    ]
    .into_iter()
    .enumerate()
    {
        let motif = damask(46.0);
        let cloth = Cloth {
            seed: 1600 + n as u32,
            draft: Draft::satin(5, 2),
            figure: Some((Draft::sateen(5, 2), Box::new(move |x, y| motif.at(x, y).is_some_and(|s| s.ink == 0)))),
            sett: (17.0, 14.0),
            warp: (Yarn::silk(), vec![dyed(warp)]),
            weft: (Yarn { slub: (0.16, 9.0), gloss: 0.16, ..Yarn::silk() }, vec![dyed(weft)]),
            wander: 0.3,
            fuzz: 0.0,
        };
        out.push(
            Card::new(name, MORROW, "fabric/jacquard")
                .about(about)
                .finish("satin")
                .texture("woven")
                .pattern("damask")
                .scale(80.0)
                .uses("curtain upholstery residential")
                .size("1380")
                .price("134")
                .spec("Martindale", "18,000 cycles")
                .piece(cloth.woven(), 100.0),
        );
    }
}
