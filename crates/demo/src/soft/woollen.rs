//! Woven wool: twill, herringbone, houndstooth, tartan, tweed.

use super::draft::Draft;
use super::weave::{Cloth, Dye, Yarn};
use super::woven::{bands, cotton, dyed, heather};
use crate::Piece;
use crate::card::Card;
use crate::makers::{LINDQVARN, MORROW};
use crate::shade::Rgb;

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
    twills(&mut out);
    herringbones(&mut out);
    checks(&mut out);
    out
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
        let card = wool_card(name, "plain", about, "78")
            .spec("Martindale", "60,000 cycles")
            .fire("C-s2,d0");
        let cloth = wool(
            1200 + n as u32,
            Draft::twill(),
            (11.0, 10.0),
            vec![heather(a, b)],
            vec![heather(a, a)],
        );
        out.push(card.piece(cloth.woven(), 56.0));
    }
    let flannel = wool(
        1210,
        Draft::twill(),
        (15.0, 14.0),
        vec![heather("#6a6c70", "#a3a4a6")],
        vec![heather("#5b5d62", "#8f9194")],
    );
    out.push(
        wool_card(
            "Greymere Flannel",
            "plain",
            "Mid-grey flannel, raised on both sides; the weave just shows through the nap.",
            "84",
        )
        .spec("Martindale", "50,000 cycles")
        .fire("C-s2,d0")
        .piece(
            Cloth {
                fuzz: 0.85,
                ..flannel
            }
            .woven(),
            54.0,
        ),
    );
    let diamond = wool(
        1212,
        Draft::diamond(10),
        (9.0, 9.0),
        vec![heather("#d3c6ae", "#b9a98d")],
        vec![heather("#54483f", "#6b5d51")],
    );
    out.push(
        wool_card(
            "Goose-Eye Walnut",
            "geometric",
            "Point twill in two natural wools: small concentric diamonds, as on old blankets.",
            "92",
        )
        .scale(22.0)
        .spec("Martindale", "40,000 cycles")
        .piece(diamond.woven(), 90.0),
    );
}

fn herringbones(out: &mut Vec<Piece>) {
    for (n, (name, light, dark, price)) in [
        (
            "Fellside Herringbone Grey",
            ("#b9b6b0", "#a3a09a"),
            ("#3d3e42", "#55565b"),
            "88",
        ),
        (
            "Fellside Herringbone Bracken",
            ("#c7a27a", "#ae8a62"),
            ("#4c3526", "#634834"),
            "88",
        ),
        (
            "Fellside Herringbone Moss",
            ("#b6b391", "#9d9a77"),
            ("#3f4632", "#535b43"),
            "88",
        ),
        (
            "Fellside Herringbone Cream",
            ("#e3dccb", "#d3cab5"),
            ("#b5a78d", "#a1937a"),
            "94",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let cloth = wool(
            1300 + n as u32,
            Draft::herringbone(14),
            (9.0, 9.0),
            vec![heather(light.0, light.1)],
            vec![heather(dark.0, dark.1)],
        );
        let card = wool_card(
            name,
            "herringbone",
            "Herringbone tweed with a pale warp and a dark weft, fourteen ends to the turn.",
            price,
        )
        .scale(31.0)
        .spec("Martindale", "45,000 cycles")
        .spec("Light fastness", "6 (ISO 105-B02)");
        out.push(card.piece(cloth.woven(), 92.0));
    }
    static DONEGAL: [Rgb; 4] = [
        Rgb([0.62, 0.30, 0.06]),
        Rgb([0.72, 0.66, 0.52]),
        Rgb([0.06, 0.13, 0.22]),
        Rgb([0.38, 0.05, 0.04]),
    ];
    let tweed = |seed, a: &str, b: &str| {
        let mut cloth = wool(
            seed,
            Draft::twill(),
            (8.0, 8.0),
            vec![heather(a, b)],
            vec![heather(b, a)],
        );
        cloth.warp.0.flecks = (0.09, &DONEGAL);
        cloth.weft.0.flecks = (0.12, &DONEGAL);
        cloth.warp.0.slub = (0.26, 5.0);
        cloth.weft.0.slub = (0.3, 5.0);
        cloth
    };
    for (seed, name, a, b) in [
        (1310, "Donnagh Tweed Peat", "#4b4038", "#6a5b4e"),
        (1311, "Donnagh Tweed Harbour", "#4a5660", "#74818a"),
    ] {
        out.push(
            wool_card(
                name,
                "speckled",
                "Flecked tweed: knops of rust, cream, blue and red are spun into the yarn.",
                "97",
            )
            .spec("Martindale", "35,000 cycles")
            .piece(tweed(seed, a, b).woven(), 68.0),
        );
    }
}

fn checks(out: &mut Vec<Piece>) {
    for (n, (name, light, dark, about)) in [
        (
            "Penrose Houndstooth Black",
            "#e4dfd3",
            "#26262a",
            "Four dark, four light, both ways, on a 2/2 twill: houndstooth as the loom gives it.",
        ),
        (
            "Penrose Houndstooth Tobacco",
            "#d9c8a8",
            "#5b4130",
            "The same tooth in tobacco and cream.",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let order = bands(&[(4, dyed(dark)), (4, dyed(light))]);
        let cloth = wool(
            1400 + n as u32,
            Draft::twill(),
            (8.0, 8.0),
            order.clone(),
            order,
        );
        let card = wool_card(name, "checked", about, "86")
            .scale(10.0)
            .spec("Martindale", "45,000 cycles");
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
        wool_card(
            "Glen Arrick Check",
            "checked",
            "A glen check with a rust overcheck, woven fine enough for a tailored chair.",
            "102",
        )
        .scale(58.0)
        .fire("C-s2,d0")
        .piece(
            wool(1410, Draft::twill(), (13.0, 13.0), glen.clone(), glen).woven(),
            140.0,
        ),
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
        wool_card(
            "Strath Innes Tartan",
            "checked",
            "Green and blue tartan with a thin yellow line, the same sett in warp and weft.",
            "79",
        )
        .scale(78.0)
        .spec("Martindale", "40,000 cycles")
        .piece(
            wool(1411, Draft::twill(), (12.0, 12.0), tartan.clone(), tartan).woven(),
            150.0,
        ),
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
