//! Terrazzo and engineered quartz: chips in a binder, ground flat.

use crate::Piece;
use crate::card::Card;
use crate::field::{fbm, gradient, gradient2, lerp, rand01, smoothstep, value, worley_jitter};
use crate::makers::MINUTA;
use crate::shade::{Rgb, hex, mix, ramp};
use crate::{Painter, Sample};

/// One size of chips.
#[derive(Debug, Clone)]
struct Chips {
    /// Distance between chips in mm.
    every_mm: f32,
    /// Share of the places that hold one.
    share: f32,
    /// How far a chip fills its place, 0 to 1.
    fill: f32,
    /// Their colours.
    colours: Vec<Rgb>,
}

/// Chips of several sizes in cement or resin.
#[derive(Debug, Clone)]
struct Terrazzo {
    seed: u32,
    binder: Rgb,
    /// Large before small.
    chips: Vec<Chips>,
    gloss: f32,
}

impl Painter for Terrazzo {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        for (k, chips) in self.chips.iter().enumerate() {
            let seed = s.wrapping_add(97 * (k as u32 + 1));
            let e = chips.every_mm;
            // Broken stone: straight sides with small bites out of them.
            let bite = gradient2(seed, x / e * 2.7, y / e * 2.7);
            let cell = worley_jitter(seed ^ 2, x / e + bite.0 * 0.07, y / e + bite.1 * 0.07, 0.95);
            if rand01(cell.id, 0, 0) >= chips.share {
                continue;
            }
            let size = lerp(0.45, 1.0, rand01(cell.id, 1, 0)) * chips.fill;
            let side = (cell.f2 - cell.f1) - (1.0 - size) * 0.75;
            // Cut off what would reach too far from the middle, at a slant of its own.
            let slant =
                (rand01(cell.id, 5, 0) - 0.5) * cell.dx + (rand01(cell.id, 6, 0) - 0.5) * cell.dy;
            let inner = (0.62 * size + slant * 0.7 - cell.f1).min(side * 0.8) * e;
            let t = smoothstep(-0.10, 0.10, inner);
            if t <= 0.0 {
                continue;
            }
            let own = chips.colours[(rand01(cell.id, 2, 0) * chips.colours.len() as f32) as usize
                % chips.colours.len()];
            let (a, b) = (x / (e * 0.55), y / (e * 0.55));
            let vein = fbm(cell.id, a * 0.8, b * 0.8, 3);
            let mut colour = own.shift((rand01(cell.id, 3, 0) - 0.5) * 0.18 + vein * 0.11);
            if rand01(cell.id, 4, 0) < 0.3 {
                let line = 1.0 - smoothstep(0.0, 0.05, gradient(cell.id ^ 7, a, b).abs());
                colour = mix(colour, own.shift(0.3), line * 0.5);
            }
            // A thin dark line where the chip meets the binder.
            let rim = 1.0 - smoothstep(0.0, 0.35, inner);
            colour = colour.times(1.0 - 0.12 * rim);
            let colour = if t < 1.0 {
                mix(self.ground(x, y), colour, t)
            } else {
                colour
            };
            return Sample::new(colour, 0.0, self.gloss);
        }
        Sample::new(self.ground(x, y), 0.0, self.gloss * 0.9)
    }
}

impl Terrazzo {
    #[inline]
    fn ground(&self, x: f32, y: f32) -> Rgb {
        let s = self.seed;
        let dust = value(s ^ 0xd, x * 1.4, y * 1.4);
        let cloud = fbm(s ^ 0xe, x / 80.0, y / 80.0, 3);
        let pore = smoothstep(0.965, 0.985, value(s ^ 0xf, x * 0.8, y * 0.8));
        self.binder
            .shift((dust - 0.5) * 0.07 + cloud * 0.04)
            .times(1.0 - 0.4 * pore)
    }
}

fn colours(list: &[&str]) -> Vec<Rgb> {
    list.iter().map(|c| hex(c)).collect()
}

fn classic(seed: u32, binder: &str, chips: &[&str], largest_mm: f32, gloss: f32) -> Terrazzo {
    let c = colours(chips);
    let layer = |every_mm: f32, share: f32, fill: f32| Chips {
        every_mm,
        share,
        fill,
        colours: c.clone(),
    };
    Terrazzo {
        seed,
        binder: hex(binder),
        chips: vec![
            layer(largest_mm, 0.62, 0.95),
            layer(largest_mm * 0.5, 0.6, 0.95),
            layer(largest_mm * 0.24, 0.6, 0.95),
            layer(largest_mm * 0.11, 0.5, 0.9),
        ],
        gloss,
    }
}

/// Engineered quartz: quartz sand in resin, with clouds or with drawn veins.
fn quartz(seed: u32, ground: [&str; 3], sparkle: f32, vein: Option<&str>) -> impl Painter + use<> {
    let ground = colours(&ground);
    let vein = vein.map(hex);
    move |x: f32, y: f32| {
        let cell = worley_jitter(seed, x / 1.9, y / 1.9, 1.0);
        let tone = rand01(cell.id, 0, 0);
        let cloud = fbm(seed ^ 1, x / 160.0, y / 160.0, 4);
        let mut colour = ramp(&ground, 0.5 + (tone - 0.5) * 0.5 + cloud * 0.35);
        if rand01(cell.id, 1, 0) < 0.05 * sparkle {
            colour = mix(colour, Rgb([0.95, 0.96, 0.97]), 0.55);
        } else if rand01(cell.id, 1, 0) > 1.0 - 0.04 * sparkle {
            colour = colour.times(0.35);
        }
        if let Some(vein) = vein {
            let bend = fbm(seed ^ 2, x / 260.0, y / 260.0, 4);
            let course = gradient(
                seed ^ 3,
                (x * 0.35 + y * 0.2) / 170.0 + bend,
                (y * 0.94 - x * 0.5) / 190.0 + bend * 0.6,
            );
            let there = value(seed ^ 4, x / 150.0, y / 150.0);
            let line = (1.0 - smoothstep(0.0, 0.028, course.abs())) * 0.7
                + (1.0 - smoothstep(0.0, 0.16, course.abs())) * 0.3;
            colour = mix(colour, vein, line * smoothstep(0.3, 0.65, there) * 0.75);
        }
        Sample::new(colour, 0.0, 0.7)
    }
}

fn card(name: &str, size_mm: f32) -> Card {
    Card::new(name, MINUTA, "engineered-stone/terrazzo")
        .texture("smooth")
        .pattern("speckled")
        .scale(size_mm)
        .uses("floor wall worktop contract")
        .size("600x600x20")
        .joint(2.0)
        .fire("A1fl")
}

/// All terrazzo and quartz.
pub fn pieces() -> Vec<Piece> {
    let palladian = Terrazzo {
        seed: 308,
        binder: hex("#8d8a84"),
        chips: vec![
            Chips {
                every_mm: 130.0,
                share: 0.92,
                fill: 1.12,
                colours: colours(&["#d9d2c5", "#6b7a70", "#b98d74", "#e9e5dc", "#494c4e"]),
            },
            Chips {
                every_mm: 30.0,
                share: 0.6,
                fill: 0.9,
                colours: colours(&["#d9d2c5", "#b98d74", "#494c4e"]),
            },
            Chips {
                every_mm: 11.0,
                share: 0.5,
                fill: 0.9,
                colours: colours(&["#cfc7b8", "#77746e"]),
            },
        ],
        gloss: 0.55,
    };
    let quartz_card = |name: &str| {
        Card::new(name, MINUTA, "engineered-stone/quartz")
            .texture("smooth")
            .finish("polished")
            .uses("worktop wall furniture")
            .size("1400x3050x20")
            .fire("A2-s1,d0")
    };
    vec![
        card("Corte terrazzo, bianco", 16.0).finish("polished")
            .about("White cement with Carrara-coloured, grey and a few honey chips. The quiet classic.").price("96").slip("r9").origin("Italy")
            .piece(classic(301, "#e6e3dc", &["#f4f2ee", "#c9c7c2", "#9a9a98", "#c9a877", "#6d6e6f"], 17.0, 0.6), 240.0),
        card("Corte terrazzo, bianco, fine", 6.0).finish("honed")
            .about("The same mix sieved to 6 mm: from two metres a plain pale grey.").price("92").slip("r10").origin("Italy")
            .piece(classic(302, "#e2dfd8", &["#f4f2ee", "#c9c7c2", "#9a9a98", "#c9a877", "#6d6e6f"], 7.0, 0.2), 170.0),
        card("Corte terrazzo, nero", 18.0).finish("polished")
            .about("Black cement, white and smoke chips.").price("104").slip("r9").origin("Italy")
            .piece(classic(303, "#26272a", &["#ece9e3", "#9fa0a0", "#55585b", "#d6d1c6"], 18.0, 0.7), 240.0),
        card("Corte terrazzo, verde", 16.0).finish("polished")
            .about("Sage cement with forest, mint and cream chips.").price("108").slip("r9").origin("Italy")
            .piece(classic(304, "#a9b7a4", &["#3d5b4a", "#6f8f79", "#e9e4d4", "#d9dfd2", "#24382e"], 17.0, 0.6), 240.0),
        card("Gelato terrazzo, rosa", 22.0).finish("polished")
            .about("Blush binder with red, cream and plum chips; cheerful at breakfast.").price("112").slip("r9").origin("Italy")
            .piece(classic(305, "#e6c3b5", &["#a8483d", "#f3ebe0", "#7d4a52", "#d98d74", "#cfb9a8"], 23.0, 0.6), 260.0),
        card("Gelato terrazzo, pistacchio", 22.0).finish("honed")
            .about("Off-white with large pistachio, ochre and ink chips, honed for bare feet.").price("112").slip("r10").uses("wet-room").origin("Italy")
            .piece(classic(306, "#eeeade", &["#a3b587", "#d3a64e", "#2f4358", "#c9d3b5", "#b5704c"], 24.0, 0.2), 260.0),
        card("Lido terrazzo, blu", 18.0).finish("polished")
            .about("Deep blue cement with shell and sky chips.").price("118").origin("Italy")
            .piece(classic(307, "#2c4a69", &["#e9e4da", "#8fb0c6", "#5c7f9c", "#17293d", "#c9b28d"], 19.0, 0.65), 240.0),
        card("Palladiana terrazzo", 130.0).finish("honed")
            .about("Hand-broken slabs laid like crazy paving and ground with the binder between them.").size("1200x1200x30").slip("r10").origin("Italy")
            .piece(palladian, 560.0),
        card("Remix terrazzo, brick and glass", 14.0).finish("honed")
            .about("Chips of demolition brick, bottle glass and porcelain in grey cement.").recycled(78).certificates("EPD, Cradle to Cradle Silver").price("88").slip("r10").origin("Netherlands")
            .piece(classic(309, "#9d9c98", &["#a8553e", "#c47a5c", "#54795c", "#e9e6df", "#3c5a49", "#d8cfc0"], 15.0, 0.2), 220.0),
        quartz_card("Salina quartz, snow").pattern("plain").price("186")
            .about("Fine white quartz with a little mirror grain. Hot pans leave marks in the resin.").origin("Spain")
            .piece(quartz(311, ["#dcdcda", "#ebebe8", "#f4f4f1"], 0.5, None), 220.0),
        quartz_card("Salina quartz, starlight").pattern("speckled").price("204").scale(2.0)
            .about("Charcoal with glinting grains.").origin("Spain")
            .piece(quartz(312, ["#1f2124", "#2b2d31", "#3c3f44"], 1.6, None), 180.0),
        quartz_card("Salina quartz, statue").pattern("veined").price("265").scale(180.0)
            .about("White with grey veins drawn through the resin; calmer than marble and without its stains.").origin("Spain")
            .piece(quartz(313, ["#e6e5e1", "#f0efec", "#f6f5f2"], 0.0, Some("#8d9092")), 700.0),
    ]
}
