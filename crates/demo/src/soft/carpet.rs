//! Carpets and rugs: tufted floors, flat weaves, patterned rugs.

use super::draft::Draft;
use super::tufted::{Plan, Top, Tufted};
use super::weave::{Cloth, Dye, Yarn};
use crate::Piece;
use crate::card::Card;
use crate::field::{floor, gradient, hash2, unit, value, wave};
use crate::makers::UNDERFOOT;
use crate::shade::hex;

fn card(name: &str, kind: &str, about: &str, price: &str) -> Card {
    Card::new(name, UNDERFOOT, kind)
        .about(about)
        .finish("matt")
        .texture("pile")
        .price(price)
}

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    floors(&mut out);
    flat(&mut out);
    rugs(&mut out);
    out
}

fn floors(out: &mut Vec<Piece>) {
    for (n, (name, a, b)) in [
        ("Gangway Loop Graphite", "#3f4246", "#54585d"),
        ("Gangway Loop Sandbank", "#a8977d", "#bcab90"),
        ("Gangway Loop Fjord", "#3d5563", "#587180"),
    ]
    .into_iter()
    .enumerate()
    {
        out.push(
            card(
                name,
                "carpet/loop-pile",
                "Dense low loop in solution-dyed polyamide for offices; sold as tiles.",
                "38",
            )
            .pattern("plain")
            .uses("floor contract")
            .size("500x500x6.5")
            .fire("Bfl-s1")
            .recycled(74)
            .certificates("Cradle to Cradle, EPD")
            .piece(
                Tufted::plain(2600 + n as u32, Top::Loop, (3.2, 3.0), 3.5, [a, b]),
                92.0,
            ),
        );
    }
    let fleck = Tufted::planned(
        2610,
        Top::Loop,
        (5.6, 5.2),
        7.0,
        &[
            ["#d8ccb6", "#c9bba2"],
            ["#8d7459", "#7a6248"],
            ["#5e4c3b", "#4e3f30"],
        ],
        Box::new(|x, y| {
            let d = unit(hash2(2611, floor(x / 2.0), floor(y / 2.0)));
            if d < 0.82 {
                0
            } else if d < 0.94 {
                1
            } else {
                2
            }
        }),
    );
    out.push(
        card(
            "Tangier Berber Fleck",
            "carpet/loop-pile",
            "Chunky Berber loop in undyed wools: cream with flecks of two browns.",
            "72",
        )
        .pattern("speckled")
        .uses("floor residential")
        .size("4000")
        .fire("Cfl-s1")
        .piece(fleck, 150.0),
    );
    for (n, (name, a, b)) in [
        ("Hush Saxony Pearl", "#cfc8bb", "#dcd6ca"),
        ("Hush Saxony Moss", "#66694a", "#7a7d5d"),
        ("Hush Saxony Plum", "#533141", "#6a4455"),
    ]
    .into_iter()
    .enumerate()
    {
        out.push(
            card(
                name,
                "carpet/cut-pile",
                "Heat-set cut pile, 14 mm; footprints stay until the next brush.",
                "54",
            )
            .pattern("plain")
            .uses("floor residential")
            .size("4000")
            .fire("Cfl-s1")
            .piece(
                Tufted::plain(2620 + n as u32 * 3, Top::Cut, (3.4, 3.2), 14.0, [a, b]),
                110.0,
            ),
        );
    }
    let steps: Plan = Box::new(|x, y| {
        // Interlocking squares drawn by the loop against the cut.
        let (u, v) = (x / 64.0, y / 64.0);
        let (i, j) = (floor(u), floor(v));
        let (fu, fv) = ((u - i as f32 - 0.5).abs(), (v - j as f32 - 0.5).abs());
        let ring = fu.max(fv);
        usize::from((ring < 0.46 && ring > 0.34) || (ring < 0.2 && ring > 0.08))
    });
    out.push(
        card(
            "Quadrant Cut and Loop Dove",
            "carpet/loop-pile",
            "Squares in cut pile stand above a ground of loops: one colour, two lights.",
            "66",
        )
        .pattern("geometric")
        .scale(64.0)
        .uses("floor contract residential")
        .size("4000")
        .fire("Bfl-s1")
        .piece(
            Tufted::planned(
                2630,
                Top::LoopAndCut,
                (3.0, 2.9),
                6.0,
                &[["#8c8a85", "#9b9993"], ["#a3a19b", "#b4b2ac"]],
                steps,
            ),
            230.0,
        ),
    );
    let waves: Plan = Box::new(|x, y| {
        let bend = wave(y / 120.0) * 16.0;
        let at = (x + bend) / 34.0;
        usize::from(at - floor(at) as f32 > 0.5)
    });
    out.push(
        card(
            "Dune Cut and Loop Camel",
            "carpet/cut-pile",
            "Waves of cut pile run between bands of loops.",
            "66",
        )
        .pattern("striped")
        .scale(34.0)
        .uses("floor residential")
        .size("4000")
        .piece(
            Tufted::planned(
                2633,
                Top::LoopAndCut,
                (3.0, 2.9),
                6.0,
                &[["#a58360", "#b4926e"], ["#b18e69", "#c4a27d"]],
                waves,
            ),
            200.0,
        ),
    );
}

fn flat(out: &mut Vec<Piece>) {
    for (n, (name, warp, weft)) in [
        (
            "Agave Sisal Bouclé Natural",
            "#b39a6d",
            ["#c9ab80", "#ab8a60"],
        ),
        ("Agave Sisal Bouclé Bark", "#4c4033", ["#7a6750", "#5f4f3d"]),
    ]
    .into_iter()
    .enumerate()
    {
        let dye = Dye::blend(hex(weft[0]).saturate(0.85), hex(weft[1]).saturate(0.85));
        let cloth = Cloth {
            seed: 2700 + n as u32,
            draft: Draft::plain(),
            figure: None,
            sett: (2.0, 3.6),
            warp: (
                Yarn {
                    cover: 0.5,
                    ..Yarn::flax()
                },
                vec![Dye::solid(hex(warp).saturate(0.85))],
            ),
            weft: (
                Yarn {
                    cover: 1.04,
                    slub: (0.26, 6.0),
                    ply: (0.16, 4.2),
                    fibre: 0.5,
                    uneven: 0.12,
                    gloss: 0.06,
                    flecks: (0.0, &[]),
                },
                vec![dye],
            ),
            wander: 0.8,
            fuzz: 0.2,
        };
        out.push(
            card(
                name,
                "carpet",
                "Sisal spun thick and woven over a stiff warp; hard-wearing, not for bare knees.",
                "49",
            )
            .texture("woven")
            .pattern("plain")
            .scale(10.0)
            .uses("floor residential contract")
            .size("4000")
            .fire("Efl")
            .origin("Tanzania")
            .piece(cloth.woven(), 105.0),
        );
    }
    let dye = |a: &str, b: &str| Dye::blend(hex(a).saturate(0.85), hex(b).saturate(0.85));
    let band = |n: usize, d: Dye| std::iter::repeat_n(d, n);
    let (cream, madder, ink, gold) = (
        dye("#ddd0b5", "#cbbd9f"),
        dye("#8c3b2e", "#a04c3c"),
        dye("#2d3c4d", "#3c4d60"),
        dye("#c08f3e", "#d0a356"),
    );
    let order: Vec<Dye> = band(22, cream)
        .chain(band(4, ink))
        .chain(band(12, madder))
        .chain(band(3, gold))
        .chain(band(12, madder))
        .chain(band(4, ink))
        .chain(band(22, cream))
        .chain(band(2, gold))
        .chain(band(8, ink))
        .chain(band(2, gold))
        .collect();
    let kilim = Cloth {
        seed: 2710,
        draft: Draft::plain(),
        figure: None,
        sett: (2.6, 6.5),
        warp: (
            Yarn {
                cover: 0.4,
                ..Yarn::smooth()
            },
            vec![cream],
        ),
        weft: (
            Yarn {
                cover: 1.04,
                uneven: 0.12,
                ..Yarn::woollen()
            },
            order,
        ),
        wander: 0.9,
        fuzz: 0.3,
    };
    out.push(
        card(
            "Anadolu Striped Kilim",
            "carpet/rug",
            "Weft-faced flat weave in hand-spun wool; the dye lots vary and show as soft bars.",
            "165",
        )
        .texture("woven")
        .pattern("striped")
        .scale(140.0)
        .uses("floor wall residential")
        .size("1700x2400x4")
        .origin("Türkiye")
        .piece(kilim.woven(), 220.0),
    );
}

fn rugs(out: &mut Vec<Piece>) {
    // Beni: a hand-knotted lattice that never quite closes.
    let lattice: Plan = Box::new(|x, y| {
        let (sx, sy) = (
            gradient(2801, x / 160.0, y / 160.0) * 26.0,
            gradient(2802, x / 160.0, y / 160.0) * 22.0,
        );
        let (p, q) = (
            (x + sx) / 210.0 + (y + sy) / 290.0,
            (x + sx) / 210.0 - (y + sy) / 290.0,
        );
        let near = |a: f32| (a - floor(a + 0.5) as f32).abs();
        usize::from(near(p).min(near(q)) < 0.026)
    });
    out.push(
        card(
            "Imlil Diamond Rug",
            "carpet/rug",
            "Hand-knotted in undyed wool: brown lozenges on cream, no two the same size.",
            "420",
        )
        .pattern("geometric")
        .scale(210.0)
        .uses("floor residential")
        .size("2000x3000x22")
        .origin("Morocco")
        .piece(
            Tufted::planned(
                2800,
                Top::Cut,
                (6.4, 5.4),
                22.0,
                &[["#ddd2bd", "#cdbfa6"], ["#46372b", "#5b4838"]],
                lattice,
            ),
            480.0,
        ),
    );
    let medallion: Plan = Box::new(|x, y| {
        // Stepped, as knots on a grid must be: a field of gul medallions with hooked borders.
        let (kx, ky) = (floor(x / 5.0) as f32 * 5.0, floor(y / 5.0) as f32 * 5.0);
        let (u, v) = (kx / 170.0, ky / 130.0);
        let (i, j) = (floor(u), floor(v));
        let (fu, fv) = (
            (u - i as f32 - 0.5).abs() * 2.0,
            (v - j as f32 - 0.5).abs() * 2.0,
        );
        let gul = fu * 0.66 + fv * 0.56;
        let oct = gul.max(fu * 0.92).max(fv * 0.86);
        let quarter = ((u - i as f32) < 0.5) == ((v - j as f32) < 0.5);
        if oct < 0.16 {
            3
        } else if oct < 0.30 {
            1
        } else if oct < 0.58 {
            if fu < 0.06 || fv < 0.07 {
                1
            } else if quarter {
                2
            } else {
                4
            }
        } else if oct < 0.66 {
            3
        } else if oct < 0.74 {
            1
        } else if fu + fv > 1.80 {
            3
        } else if fu + fv > 1.70 || (fu > 0.93 && fv < 0.10) || (fv > 0.93 && fu < 0.08) {
            2
        } else {
            0
        }
    });
    out.push(
        card(
            "Merv Gul Rug",
            "carpet/rug",
            "Knotted rug with rows of octagonal guls in madder, ink and ivory.",
            "680",
        )
        .pattern("geometric")
        .scale(170.0)
        .uses("floor wall residential")
        .size("1700x2400x9")
        .piece(
            Tufted::planned(
                2810,
                Top::Cut,
                (2.5, 2.5),
                9.0,
                &[
                    ["#7c2f28", "#8d3b32"],
                    ["#24303f", "#2f3c4d"],
                    ["#a44b35", "#b35a43"],
                    ["#dccfb3", "#cdbf9f"],
                    ["#3f5550", "#4c645e"],
                ],
                medallion,
            ),
            420.0,
        ),
    );
    let board: Plan = Box::new(|x, y| {
        let wobble = (value(2821, x / 40.0, y / 40.0) - 0.5) * 10.0;
        ((floor((x + wobble) / 120.0) + floor((y - wobble) / 120.0)) & 1) as usize
    });
    out.push(
        card(
            "Damier Shag Checkerboard",
            "carpet/rug",
            "Shaggy checkerboard in soft wool, tobacco against milk.",
            "310",
        )
        .pattern("checked")
        .scale(240.0)
        .uses("floor residential")
        .size("1600x2300x28")
        .piece(
            Tufted::planned(
                2820,
                Top::Cut,
                (6.0, 5.6),
                26.0,
                &[["#e0d8c8", "#d0c6b2"], ["#8a5a3a", "#a06d4a"]],
                board,
            ),
            460.0,
        ),
    );
    let arches: Plan = Box::new(|x, y| {
        let (u, v) = (x / 150.0, y / 150.0);
        let (i, j) = (floor(u), floor(v));
        let turned = hash2(2831, i, j) >> 9 & 1 == 1;
        let (mut fu, mut fv) = (u - i as f32, v - j as f32);
        if turned {
            (fu, fv) = (1.0 - fu, 1.0 - fv);
        }
        let r = (fu * fu + fv * fv).sqrt();
        if r > 1.0 {
            0
        } else {
            1 + (r * 4.0) as usize % 3
        }
    });
    out.push(
        card(
            "Arcade Tufted Rug",
            "carpet/rug",
            "Quarter rings in four colours, tufted by hand gun; every other tile is turned.",
            "240",
        )
        .pattern("geometric")
        .scale(150.0)
        .uses("floor wall residential contract")
        .size("2000x2000x14")
        .piece(
            Tufted::planned(
                2830,
                Top::Cut,
                (3.2, 3.2),
                14.0,
                &[
                    ["#ddd3c0", "#d0c4ae"],
                    ["#b8643f", "#c67450"],
                    ["#2f4a50", "#3c5a60"],
                    ["#cf9f8c", "#dcb09e"],
                ],
                arches,
            ),
            430.0,
        ),
    );
}
