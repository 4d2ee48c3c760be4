//! Papers, and wallcoverings that live from relief instead of print.

use std::sync::LazyLock;

use super::grain::grain;
use super::tile::{Dice, Patch};
use super::wallpaper::{tooth, wallpaper};
use crate::card::Card;
use crate::field::{fbm, fract, gradient, lerp, smoothstep, value, wave};
use crate::makers::LUNAIRE;
use crate::shade::{Rgb, hex, mix};
use crate::{Piece, Sample};

/// Fibres of a paper: short and flat for kraft, long for washi.
fn fibres(seed: u32, count: usize, length: (f32, f32), radius: (f32, f32)) -> Patch {
    let mut dice = Dice::new(seed);
    let mut patch = Patch::new(512, 60.0);
    for _ in 0..count {
        let (x, y, heading) = (dice.next() * 60.0, dice.next() * 60.0, dice.next());
        let (length, bend) = (dice.within(length.0, length.1), dice.within(-0.3, 0.3));
        let (radius, tone) = (dice.within(radius.0, radius.1), dice.within(-1.0, 1.0));
        patch.curl(x, y, heading, length, bend, [0.05, 0.02], radius, tone, 0.0);
    }
    patch
}

static KRAFT: LazyLock<Patch> = LazyLock::new(|| fibres(611, 2600, (1.0, 4.5), (0.08, 0.13)));

static WASHI: LazyLock<Patch> = LazyLock::new(|| fibres(613, 260, (12.0, 34.0), (0.10, 0.24)));

/// All of them.
pub fn pieces() -> Vec<Piece> {
    let mut out = Vec::new();
    papers(&mut out);
    out
}

fn papers(out: &mut Vec<Piece>) {
    let paper = |name: &str, about: &str| {
        Card::new(name, LUNAIRE, "paper/paper")
            .about(about)
            .finish("raw")
            .uses("wall furniture")
    };
    let kraft = |base: &str| {
        let base = hex(base);
        move |x: f32, y: f32| {
            let lie = KRAFT.piled(x, y);
            let cloud = fbm(661, x / 7.0, y / 5.0, 3);
            let cover = (lie.height * 9.0).min(1.0);
            let wire = wave(y / 0.9 + cloud * 0.2) * 0.012;
            Sample::new(
                base.shift(cover * lie.tone * 0.10 + cloud * 0.07 + tooth(x, y) * 0.06 + wire),
                lie.height * 0.12 + cloud * 0.03,
                0.03,
            )
        }
    };
    out.push(
        paper(
            "Kraft Sheet Natural",
            "Unbleached kraft, 240 g, with its fibres and the marks of the wire.",
        )
        .texture("smooth")
        .pattern("plain")
        .price("3.20")
        .certificates("FSC")
        .piece(kraft("#b08d62"), 90.0),
    );
    out.push(
        paper("Kraft Sheet Graphite", "Kraft dyed in the mass, 240 g.")
            .texture("smooth")
            .pattern("plain")
            .price("3.90")
            .recycled(80)
            .piece(kraft("#47474a"), 90.0),
    );
    let washi = |x: f32, y: f32| {
        let lie = WASHI.piled(x, y);
        let cloud = fbm(671, x / 12.0, y / 12.0, 3);
        let cover = (lie.height * 7.0).min(1.0);
        let base = hex_washi();
        Sample::new(
            base.shift(
                cloud * 0.06 + cover * (0.05 + 0.10 * lie.tone) + tooth(x * 0.8, y * 0.8) * 0.05,
            ),
            lie.height * 0.35 + cloud * 0.04,
            0.0,
        )
    };
    out.push(
        paper(
            "Washi Unryu",
            "Mulberry paper with long fibres laid like clouds; light comes through.",
        )
        .texture("smooth")
        .pattern("mottled")
        .uses("wall ceiling furniture")
        .price("18.50")
        .origin("Japan")
        .piece(washi, 120.0),
    );
    // Ink floated on a bath, combed with a stylus, lifted with the sheet.
    let stops = [
        "#233447", "#d9cfb8", "#8e3d33", "#d9cfb8", "#3e6470", "#c9a45a",
    ]
    .map(hex);
    let marbled = move |x: f32, y: f32| {
        let t = tooth(x, y);
        let a = fbm(681, x / 70.0, y / 70.0, 2);
        let comb = wave(x / 26.0 + a * 0.25) * 11.0;
        let b = gradient(682, x / 40.0 + a, (y + comb) / 34.0);
        let at = fract((y + comb + b * 15.0 + a * 40.0) / 64.0) * 6.0;
        let i = at as usize % 6;
        let colour = mix(
            stops[i],
            stops[(i + 1) % 6],
            smoothstep(0.90, 1.0, at - at as usize as f32),
        );
        let film = (value(683, x / 1.3, y / 1.3) - 0.5) * 0.06;
        Sample::new(colour.shift(film + t * 0.05), t * 0.04, 0.05)
    };
    out.push(
        paper(
            "Marbled Sheet Combed",
            "Combed marbling by hand, one sheet at a time, for linings and box fronts.",
        )
        .texture("smooth")
        .pattern("veined")
        .scale(26.0)
        .finish("matt")
        .price("64")
        .piece(marbled, 210.0),
    );
    let plaster_white = hex("#e0ddd5");
    let embossed = move |x: f32, y: f32| {
        let a = fbm(691, x / 9.0, y / 9.0, 2);
        let swirl = gradient(692, x / 6.0 + a * 1.4, y / 6.0 - a * 1.1);
        let crumb = smoothstep(-0.05, 0.25, swirl) * 0.35 + tooth(x, y) * 0.08;
        Sample::new(
            plaster_white.shift((crumb - 0.2) * 0.06),
            crumb * lerp(1.0, 1.4, a),
            0.0,
        )
    };
    out.push(
        wallpaper(
            "Raufaser Crumb White",
            "plain",
            "Paintable wallpaper with a crumbed relief; price before paint.",
            "6.40",
        )
        .texture("rough")
        .uses("wall ceiling residential contract")
        .fire("B-s1,d0")
        .piece(embossed, 120.0),
    );
    let linen_paper = hex("#b9c0bd");
    let effect = move |x: f32, y: f32| {
        let g = grain();
        let a = g.at(x * 1.9, y * 0.11) + g.at(x * 0.1 + 60.0, y * 1.9) - 1.0;
        let b = g.at(x * 4.0, y * 0.3 + 9.0) + g.at(x * 0.3, y * 4.0 + 7.0) - 1.0;
        Sample::new(
            linen_paper.shift(a * 0.13 + b * 0.07),
            a * 0.12 + b * 0.05,
            0.03,
        )
    };
    out.push(
        wallpaper(
            "Toilé Plain Mist",
            "plain",
            "Non-woven wallcovering printed and pressed to look like cloth.",
            "27",
        )
        .texture("woven")
        .uses("wall contract")
        .fire("B-s2,d0")
        .piece(effect, 90.0),
    );
}

/// The colour of mulberry fibre.
fn hex_washi() -> Rgb {
    Rgb([0.79, 0.74, 0.62])
}
