//! Woven fabrics without pile: linen, cotton, wool.

use super::weave::{Cloth, Draft, Dye, Yarn};
use crate::Piece;
use crate::card::Card;
use crate::makers::{LINDQVARN, MORROW};
use crate::shade::{Rgb, hex, mix};

/// A yarn of one colour whose fibres vary around it a little, as dyed natural fibre does.
fn dyed(colour: &str) -> Dye {
    // Shade between threads deepens a colour; the yarn itself is a little paler than the cloth looks.
    let c = hex(colour).saturate(0.8);
    Dye::blend(c, c.shift(0.10).warm(0.02))
}

/// Undyed or heathered: two colours of fibre.
fn heather(a: &str, b: &str) -> Dye {
    Dye::blend(hex(a).saturate(0.8), hex(b).saturate(0.8))
}

/// `count` threads of each colour in turn.
fn bands(order: &[(usize, Dye)]) -> Vec<Dye> {
    order.iter().flat_map(|&(count, dye)| std::iter::repeat_n(dye, count)).collect()
}

fn linen(seed: u32, sett: (f32, f32), warp: Dye, weft: Dye) -> Cloth {
    Cloth {
        seed,
        draft: Draft::plain(),
        figure: None,
        sett,
        warp: (Yarn::flax(), vec![warp]),
        weft: (Yarn { slub: (0.42, 11.0), ..Yarn::flax() }, vec![weft]),
        wander: 0.5,
        fuzz: 0.10,
    }
}

fn wool(seed: u32, draft: Draft, sett: (f32, f32), warp: Vec<Dye>, weft: Vec<Dye>) -> Cloth {
    Cloth {
        seed,
        draft,
        figure: None,
        sett,
        warp: (Yarn::woollen(), warp),
        weft: (Yarn::woollen(), weft),
        wander: 0.35,
        fuzz: 0.30,
    }
}

fn cotton(seed: u32, draft: Draft, sett: (f32, f32), warp: Vec<Dye>, weft: Vec<Dye>) -> Cloth {
    Cloth {
        seed,
        draft,
        figure: None,
        sett,
        warp: (Yarn::smooth(), warp),
        weft: (Yarn::smooth(), weft),
        wander: 0.25,
        fuzz: 0.05,
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

fn wool_card(name: &str, pattern: &str, about: &str, price: &str) -> Card {
    Card::new(name, MORROW, "fabric/wool")
        .about(about)
        .finish("matt")
        .texture("woven")
        .pattern(pattern)
        .uses("upholstery furniture contract residential")
        .size("1400")
        .price(price)
        .origin("Scotland")
}

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    linens(&mut out);
    twills(&mut out);
    herringbones(&mut out);
    checks(&mut out);
    cottons(&mut out);
    out
}

fn linens(out: &mut Vec<Piece>) {
    let about = "Plain-woven washed linen with the slubs left in; it creases and is meant to.";
    for (n, (name, warp, weft)) in [
        ("Strandlin Natural", heather("#b7a88d", "#93836a"), heather("#bfb196", "#9d8d73")),
        ("Strandlin Chalk", dyed("#dcd8cc"), dyed("#e2dfd4")),
        ("Strandlin Sage", dyed("#8d9a7e"), heather("#97a487", "#7d8b70")),
        ("Strandlin Ink", dyed("#2c3648"), heather("#354158", "#252d3e")),
        ("Strandlin Brick", dyed("#9b543f"), heather("#a8604a", "#8a4936")),
    ]
    .into_iter()
    .enumerate()
    {
        let card = linen_card(name, about, "46").pattern("plain").spec("Martindale", "20,000 cycles").fire("E").origin("Lithuania");
        let card = if n == 0 { card.certificates("Masters of Linen") } else { card.spec("Light fastness", "5 (ISO 105-B02)") };
        out.push(card.piece(linen(1100 + n as u32, (13.0, 12.0), warp, weft).woven(), 58.0));
    }
    out.push(
        linen_card("Fjordväv Two-Tone", "A heavier linen with a dark warp and a pale weft, so the colour shifts as it falls.", "58")
            .pattern("plain")
            .spec("Martindale", "28,000 cycles")
            .piece(linen(1110, (10.0, 9.0), dyed("#5d6b73"), heather("#cfc8b8", "#b9b09c")).woven(), 64.0),
    );
    let stripe = bands(&[(34, dyed("#dcd6c6")), (5, dyed("#41516b")), (3, dyed("#dcd6c6")), (5, dyed("#41516b"))]);
    out.push(
        linen_card("Bolster Stripe Blue", "Ticking on a linen ground: two narrow blue stripes every 34 threads.", "49")
            .pattern("striped")
            .scale(36.0)
            .spec("Martindale", "22,000 cycles")
            .piece(Cloth { warp: (Yarn::flax(), stripe), ..linen(1112, (13.0, 12.0), dyed("#dcd6c6"), dyed("#d7d0bf")) }.woven(), 120.0),
    );
    out.push(
        linen_card("Sackcloth Oat", "Open basket weave of thick flax, two ends and two picks worked as one.", "39")
            .pattern("basket")
            .scale(4.6)
            .piece(
                Cloth { draft: Draft::basket(2), ..linen(1113, (8.6, 8.6), heather("#c2ae8a", "#9c875f"), heather("#cbb892", "#a8946c")) }.woven(),
                62.0,
            ),
    );
}

fn twills(out: &mut Vec<Piece>) {
    let about = "2/2 twill of carded wool, piece-dyed, lightly milled; the diagonal stays clear.";
    for (n, (name, a, b)) in [
        ("Hollin Twill Anthracite", "#33353a", "#4d5056"),
        ("Hollin Twill Camel", "#a9825a", "#c09b73"),
        ("Hollin Twill Forest", "#34463b", "#4b6051"),
        ("Hollin Twill Oxblood", "#5e2429", "#7b383b"),
    ]
    .into_iter()
    .enumerate()
    {
        let card = wool_card(name, "plain", about, "78").spec("Martindale", "60,000 cycles").fire("C-s2,d0");
        let cloth = wool(1200 + n as u32, Draft::twill(), (11.0, 10.0), vec![heather(a, b)], vec![heather(a, a)]);
        out.push(card.piece(cloth.woven(), 56.0));
    }
    let flannel = wool(1210, Draft::twill(), (15.0, 14.0), vec![heather("#6a6c70", "#a3a4a6")], vec![heather("#5b5d62", "#8f9194")]);
    out.push(
        wool_card("Greymere Flannel", "plain", "Mid-grey flannel, raised on both sides; the weave just shows through the nap.", "84")
            .spec("Martindale", "50,000 cycles")
            .fire("C-s2,d0")
            .piece(Cloth { fuzz: 0.85, ..flannel }.woven(), 54.0),
    );
    let diamond = wool(1212, Draft::diamond(10), (9.0, 9.0), vec![heather("#d3c6ae", "#b9a98d")], vec![heather("#54483f", "#6b5d51")]);
    out.push(
        wool_card("Goose-Eye Walnut", "geometric", "Point twill in two natural wools: small concentric diamonds, as on old blankets.", "92")
            .scale(22.0)
            .spec("Martindale", "40,000 cycles")
            .piece(diamond.woven(), 90.0),
    );
}

fn herringbones(out: &mut Vec<Piece>) {
    for (n, (name, light, dark, price)) in [
        ("Fellside Herringbone Grey", ("#b9b6b0", "#a3a09a"), ("#3d3e42", "#55565b"), "88"),
        ("Fellside Herringbone Bracken", ("#c7a27a", "#ae8a62"), ("#4c3526", "#634834"), "88"),
        ("Fellside Herringbone Moss", ("#b6b391", "#9d9a77"), ("#3f4632", "#535b43"), "88"),
        ("Fellside Herringbone Cream", ("#e3dccb", "#d3cab5"), ("#b5a78d", "#a1937a"), "94"),
    ]
    .into_iter()
    .enumerate()
    {
        let cloth = wool(1300 + n as u32, Draft::herringbone(14), (9.0, 9.0), vec![heather(light.0, light.1)], vec![heather(dark.0, dark.1)]);
        let card = wool_card(name, "herringbone", "Herringbone tweed with a pale warp and a dark weft, fourteen ends to the turn.", price)
            .scale(31.0)
            .spec("Martindale", "45,000 cycles")
            .spec("Light fastness", "6 (ISO 105-B02)");
        out.push(card.piece(cloth.woven(), 92.0));
    }
    static DONEGAL: [Rgb; 4] = [Rgb([0.62, 0.30, 0.06]), Rgb([0.72, 0.66, 0.52]), Rgb([0.06, 0.13, 0.22]), Rgb([0.38, 0.05, 0.04])];
    let tweed = |seed, a: &str, b: &str| {
        let mut cloth = wool(seed, Draft::twill(), (8.0, 8.0), vec![heather(a, b)], vec![heather(b, a)]);
        cloth.warp.0.flecks = (0.09, &DONEGAL);
        cloth.weft.0.flecks = (0.12, &DONEGAL);
        cloth.warp.0.slub = (0.26, 5.0);
        cloth.weft.0.slub = (0.3, 5.0);
        cloth
    };
    for (seed, name, a, b) in [(1310, "Donnagh Tweed Peat", "#4b4038", "#6a5b4e"), (1311, "Donnagh Tweed Harbour", "#4a5660", "#74818a")] {
        out.push(
            wool_card(name, "speckled", "Flecked tweed: knops of rust, cream, blue and red are spun into the yarn.", "97")
                .spec("Martindale", "35,000 cycles")
                .piece(tweed(seed, a, b).woven(), 68.0),
        );
    }
}

fn checks(out: &mut Vec<Piece>) {
    for (n, (name, light, dark, about)) in [
        ("Penrose Houndstooth Black", "#e4dfd3", "#26262a", "Four dark, four light, both ways, on a 2/2 twill: houndstooth as the loom gives it."),
        ("Penrose Houndstooth Tobacco", "#d9c8a8", "#5b4130", "The same tooth in tobacco and cream."),
    ]
    .into_iter()
    .enumerate()
    {
        let order = bands(&[(4, dyed(dark)), (4, dyed(light))]);
        let cloth = wool(1400 + n as u32, Draft::twill(), (8.0, 8.0), order.clone(), order);
        let card = wool_card(name, "checked", about, "86").scale(10.0).spec("Martindale", "45,000 cycles");
        out.push(card.piece(cloth.woven(), 84.0));
    }
    let glen = {
        let (l, d) = (heather("#cfcac0", "#bbb6ab"), heather("#47484c", "#5a5b60"));
        let mut order = Vec::new();
        for _ in 0..5 {
            order.extend(bands(&[(4, d), (4, l)]));
        }
        for _ in 0..9 {
            order.extend(bands(&[(2, d), (2, l)]));
        }
        for at in [39, 40, 75] {
            order[at] = dyed("#8a4b3a");
        }
        order
    };
    out.push(
        wool_card("Glen Arrick Check", "checked", "A glen check with a rust overcheck, woven fine enough for a tailored chair.", "102")
            .scale(58.0)
            .fire("C-s2,d0")
            .piece(wool(1410, Draft::twill(), (13.0, 13.0), glen.clone(), glen).woven(), 140.0),
    );
    let tartan = bands(&[
        (22, dyed("#24382f")),
        (3, dyed("#16191d")),
        (3, dyed("#24382f")),
        (16, dyed("#22304f")),
        (2, dyed("#c8a44c")),
        (16, dyed("#22304f")),
        (3, dyed("#24382f")),
        (3, dyed("#16191d")),
        (22, dyed("#24382f")),
        (4, dyed("#7c2527")),
    ]);
    out.push(
        wool_card("Strath Innes Tartan", "checked", "Green and blue tartan with a thin yellow line, the same sett in warp and weft.", "79")
            .scale(78.0)
            .spec("Martindale", "40,000 cycles")
            .piece(wool(1411, Draft::twill(), (12.0, 12.0), tartan.clone(), tartan).woven(), 150.0),
    );
    let gingham = bands(&[(12, dyed("#e6e3da")), (12, dyed("#71889c"))]);
    out.push(
        Card::new("Kök Gingham Dusk", LINDQVARN, "fabric/cotton")
            .about("Gingham in half-bleached cotton: the mixed squares are truly white threads over blue ones.")
            .finish("matt")
            .texture("woven")
            .pattern("checked")
            .scale(16.0)
            .uses("curtain residential")
            .size("1500")
            .price("24")
            .piece(cotton(1412, Draft::plain(), (15.0, 15.0), gingham.clone(), gingham).woven(), 72.0),
    );
}

fn cottons(out: &mut Vec<Piece>) {
    let card = |name: &str, about: &str, price: &str| {
        Card::new(name, LINDQVARN, "fabric/cotton").about(about).finish("matt").texture("woven").size("1500").price(price)
    };
    let denim = |seed, a: &str, b: &str| {
        let mut cloth = cotton(seed, Draft::warp_twill(), (14.0, 11.0), vec![heather(a, b)], vec![dyed("#d9d5c8")]);
        cloth.warp.0.slub = (0.22, 14.0);
        cloth.warp.0.uneven = 0.14;
        cloth.warp.0.cover = 1.06;
        cloth.weft.0.cover = 0.8;
        cloth.warp.0.fibre = 0.3;
        cloth
    };
    out.push(
        card("Verft Denim Raw", "Unwashed indigo warp over an undyed weft; it will fade where it is sat on.", "31")
            .pattern("plain")
            .uses("upholstery residential")
            .spec("Martindale", "35,000 cycles")
            .piece(denim(1500, "#232f4a", "#3b4c6e").woven(), 50.0),
    );
    out.push(
        card("Verft Denim Washed", "The same denim after a long wash: paler, softer, the weft showing.", "34")
            .pattern("plain")
            .uses("upholstery residential")
            .spec("Martindale", "30,000 cycles")
            .piece(denim(1501, "#5d7393", "#8b9db6").woven(), 50.0),
    );
    let mut canvas = cotton(1502, Draft::plain(), (10.0, 10.0), vec![dyed("#d3cdbd")], vec![dyed("#d8d2c2")]);
    canvas.warp.0.slub = (0.14, 7.0);
    out.push(
        card("Segelduk Canvas Ecru", "Tightly woven duck for awnings, slings and slipcovers.", "22")
            .pattern("plain")
            .uses("upholstery outdoor")
            .spec("Martindale", "40,000 cycles")
            .piece(canvas.woven(), 50.0),
    );
    let awning = bands(&[(44, dyed("#e2dccd")), (44, dyed("#4c6a5c"))]);
    out.push(
        card("Veranda Stripe Green", "Even block stripes of 44 threads; the selvedge is the same on both sides.", "29")
            .pattern("striped")
            .scale(88.0)
            .uses("outdoor upholstery curtain")
            .spec("Light fastness", "7 (ISO 105-B02)")
            .piece(cotton(1503, Draft::plain(), (10.0, 10.0), awning, vec![dyed("#dcd6c6")]).woven(), 190.0),
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
        card("Marktag Stripe Multi", "Seven-band market stripe, weft-ribbed, in madder, mustard, petrol and sand.", "36")
            .pattern("striped")
            .scale(76.0)
            .uses("upholstery furniture residential")
            .piece(cotton(1504, Draft::plain(), (8.0, 11.0), multi, vec![dyed("#a8977e")]).woven(), 150.0),
    );
    let mut poplin = cotton(1505, Draft::basket(2), (13.0, 13.0), vec![dyed("#b97a62")], vec![dyed("#c2866e")]);
    poplin.warp.0.gloss = 0.08;
    out.push(
        card("Panama Rosehip", "Two-and-two panama in combed cotton, even and firm, with a dry hand.", "27")
            .pattern("basket")
            .scale(3.1)
            .uses("upholstery curtain contract")
            .fire("C-s2,d0")
            .piece(poplin.woven(), 46.0),
    );
}
