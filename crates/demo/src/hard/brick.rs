//! Bricks in their bonds, roof tiles, paving and loose ground.

use super::laid::{Joint, laid};
use crate::Piece;
use crate::card::Card;
use crate::field::{fbm, floor, gradient, lerp, rand01, smoothstep, value, value1, worley_jitter};
use crate::lay::{Lay, Unit};
use crate::makers::{AMMERLUND, GRAYSTOKE, NORDKAI};
use crate::shade::{Rgb, hex, mix};
use crate::{Painter, Sample};

fn tones(list: &[&str]) -> Vec<Rgb> {
    list.iter().map(|c| hex(c)).collect()
}

/// How the face of a brick was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    /// Pushed through a die: sharp edges, fine vertical drag marks.
    Wirecut,
    /// Thrown into a sanded mould: creases, soft edges.
    Handmade,
    /// Fired hard until it glassed over.
    Clinker,
    /// Painted or slurried over.
    Slurried,
}

fn brick(
    seed: u32,
    lay: Lay,
    joint_mm: f32,
    mortar: &str,
    face: Face,
    palette: &[&str],
) -> impl Painter + use<> {
    let palette = tones(palette);
    let ragged = match face {
        Face::Wirecut => 0.5,
        Face::Handmade | Face::Slurried => 1.7,
        Face::Clinker => 0.9,
    };
    let joint = Joint {
        depth: 2.2,
        round: if ragged > 1.0 { 4.0 } else { 1.5 },
        ragged,
        bevel: 2.5,
        ..Joint::new(joint_mm, hex(mortar))
    };
    laid(seed, lay, joint, move |unit: &Unit, x, y| {
        let own = seed ^ unit.id;
        let n = palette.len();
        let a = palette[(unit.luck(0) * n as f32) as usize % n];
        let b = palette[(unit.luck(1) * n as f32) as usize % n];
        let cloud = fbm(own, x / 55.0, y / 40.0, 4);
        let fine = fbm(own ^ 1, x / 8.0, y / 8.0, 3);
        let sand = value(seed ^ 2, x * 1.1, y * 1.1) - 0.5;
        let mut colour = mix(a, b, smoothstep(-0.4, 0.9, cloud))
            .shift((unit.luck(2) - 0.5) * 0.18 + fine * 0.09 + sand * 0.09);
        // Ends were nearer to the fire.
        let end = 1.0 - smoothstep(0.0, 26.0, unit.u.min(unit.length - unit.u) + cloud * 16.0);
        let mut height = fine * 0.35 + sand * 0.2 + cloud * 0.4 + (unit.luck(3) - 0.5) * 0.9;
        let mut gloss = 0.02;
        match face {
            Face::Wirecut => {
                let drag = value1(own ^ 3, unit.u * 0.9) - 0.5;
                height += drag * 0.22;
                colour = colour.times(1.0 - end * 0.12);
            }
            Face::Handmade => {
                // Creases run along the brick where the clay folded in the mould.
                let fold = gradient(own ^ 4, x / 48.0, y / 9.0 + cloud * 0.8).abs();
                let crease = (1.0 - smoothstep(0.0, 0.10, fold))
                    * smoothstep(0.35, 0.7, value(own ^ 5, x / 30.0, y / 16.0));
                height -= crease * 1.3;
                colour = colour.times(1.0 - crease * 0.35 - end * 0.10);
                let sanded = smoothstep(0.25, 0.8, fbm(own ^ 6, x / 26.0, y / 26.0, 3));
                colour = mix(colour, Rgb([0.62, 0.50, 0.37]), sanded * 0.20);
            }
            Face::Clinker => {
                let burnt = smoothstep(0.0, 0.9, cloud + end * 0.9 + (unit.luck(4) - 0.55) * 1.3);
                colour = mix(colour, Rgb([0.030, 0.024, 0.026]), burnt * 0.75);
                gloss = 0.30 * burnt + 0.05;
                height += fine * 0.3;
            }
            Face::Slurried => {
                let worn = smoothstep(
                    0.18,
                    0.62,
                    fbm(own ^ 7, x / 30.0, y / 22.0, 4) + (unit.luck(4) - 0.5) * 0.4,
                );
                colour = mix(
                    Rgb([0.80, 0.77, 0.71]).shift(sand * 0.08 + fine * 0.05),
                    colour,
                    worn * 0.85,
                );
            }
        }
        let pit = smoothstep(0.93, 0.97, value(own ^ 8, x * 0.5, y * 0.5));
        Sample::new(colour.times(1.0 - pit * 0.35), height - pit * 0.7, gloss)
    })
}

/// Plain roof tiles in double lap: rounded lower ends, each course shading the one below.
fn roof(
    seed: u32,
    palette: &[&str],
    width: f32,
    course: f32,
    round: f32,
    gloss: f32,
) -> impl Painter + use<> {
    let palette = tones(palette);
    move |x: f32, y: f32| {
        // The course whose lower end lies here: a tile hangs over the next course by its rounded tip.
        let base = floor(y / course);
        let mut hit = (base, 0.0, 0.0, 0);
        for up in 0..2 {
            let j = base - up;
            let shifted = x + if j & 1 == 0 { 0.0 } else { width * 0.5 };
            let i = floor(shifted / width);
            let a = shifted - (i as f32 + 0.5) * width;
            let b = y - j as f32 * course;
            let reach = a.abs() / (width * 0.5);
            let tip = course + round * ((1.0 - reach * reach).max(0.0).sqrt() - 0.25);
            if b < tip && a.abs() < width * 0.5 - 0.8 {
                hit = (j, a, tip - b, i);
                if up == 1 {
                    break;
                }
            }
        }
        let (j, a, to_tip, i) = hit;
        let id = crate::field::hash2(seed, i, j);
        let n = palette.len();
        let pick = palette[(rand01(id, 0, 0) * n as f32) as usize % n];
        let cloud = fbm(id, x / 60.0, y / 60.0, 4);
        let fine = value(seed ^ 1, x * 0.9, y * 0.9) - 0.5;
        let mut colour = pick.shift(cloud * 0.13 + fine * 0.07 + (rand01(id, 1, 0) - 0.5) * 0.16);
        // In the shade of the course above.
        let under = smoothstep(course * 1.02, course * 0.80, to_tip);
        colour = colour.times(lerp(0.55, 1.0, under));
        let gap = 1.0 - smoothstep(0.6, 1.8, width * 0.5 - a.abs());
        colour = colour.times(1.0 - gap * 0.7);
        let height = -to_tip * 0.06 - gap * 1.5 + cloud * 0.3 - a * a / (width * width) * 8.0
            + (rand01(id, 2, 0) - 0.5);
        Sample::new(colour, height, gloss)
    }
}

/// Stone setts or pebbles: rounded blocks in a sandy joint.
fn setts(seed: u32, lay: Lay, palette: &[&str], joint: &str) -> impl Painter + use<> {
    let palette = tones(palette);
    let joint = Joint {
        depth: 6.0,
        round: 12.0,
        ragged: 3.0,
        bevel: 12.0,
        ..Joint::new(9.0, hex(joint))
    };
    laid(seed, lay, joint, move |unit: &Unit, x, y| {
        let own = seed ^ unit.id;
        let n = palette.len();
        let pick = palette[(unit.luck(0) * n as f32) as usize % n];
        let rough = fbm(own, x / 34.0, y / 34.0, 5);
        let grain = value(seed ^ 1, x * 0.8, y * 0.8) - 0.5;
        let colour = pick.shift((unit.luck(1) - 0.5) * 0.2 + rough * 0.12 + grain * 0.16);
        Sample::new(colour, rough * 2.2 + grain * 0.3, 0.06)
    })
}

/// Loose stones in several sizes, one lying on the other.
fn gravel(seed: u32, stone_mm: f32, palette: &[&str], roundness: f32) -> impl Painter + use<> {
    let palette = tones(palette);
    move |x: f32, y: f32| {
        let mut best = Sample::new(palette[0].times(0.12), -stone_mm * 0.5, 0.0);
        for (k, size) in [(0_u32, 1.0_f32), (1, 0.8), (2, 0.55)] {
            let e = stone_mm * size;
            let s = seed.wrapping_add(k * 131);
            let bend = gradient(s, x / e * 1.3, y / e * 1.3) * 0.10 * (1.5 - roundness);
            let cell = worley_jitter(s, x / e + bend + k as f32 * 0.37, y / e - bend, 0.7);
            let radius = lerp(0.44, 0.66, rand01(cell.id, 0, 0));
            // Ovals, each turned its own way; broken stone has a flat top and steep sides.
            let (c, d) = crate::field::turn(cell.dx, cell.dy, rand01(cell.id, 5, 0));
            let r2 = (c * c + d * d * lerp(1.1, 2.0, rand01(cell.id, 1, 0))) / (radius * radius);
            if r2 >= 1.0 {
                continue;
            }
            let dome = (1.0 - r2).sqrt();
            let dome = lerp(dome.min(0.62) * 1.3, dome, roundness);
            let height = e * (dome * 0.42 + (rand01(cell.id, 2, 0) - 0.5) * 0.35)
                - k as f32 * 0.05 * stone_mm;
            if height > best.height {
                let n = palette.len();
                let pick = palette[(rand01(cell.id, 3, 0) * n as f32) as usize % n];
                let mottle = fbm(cell.id, x / e * 2.0, y / e * 2.0, 3);
                let grain = value(s, x * 1.1, y * 1.1) - 0.5;
                let shade = smoothstep(0.0, 0.55, 1.0 - r2);
                let colour = pick
                    .shift((rand01(cell.id, 4, 0) - 0.5) * 0.24 + mottle * 0.12 + grain * 0.06)
                    .times(lerp(0.45, 1.0, shade));
                best = Sample::new(colour, height + mottle * e * 0.03, 0.08);
            }
        }
        best
    }
}

/// Asphalt: crushed stone in bitumen, the tops worn bare.
fn asphalt(seed: u32, worn: f32) -> impl Painter {
    move |x: f32, y: f32| {
        let cell = worley_jitter(seed, x / 6.5, y / 6.5, 1.0);
        let small = worley_jitter(seed ^ 1, x / 2.6, y / 2.6, 1.0);
        let patch = fbm(seed ^ 2, x / 160.0, y / 160.0, 3);
        let stone = smoothstep(0.62, 0.25, cell.f1) * rand01(cell.id, 0, 0);
        let grit = smoothstep(0.55, 0.2, small.f1) * rand01(small.id, 0, 0);
        let bare = (stone * 0.8 + grit * 0.5) * worn * (1.0 + patch);
        let tar = Rgb([0.030, 0.030, 0.033]).shift(patch * 0.25);
        let grey = lerp(0.10, 0.34, rand01(cell.id, 1, 0));
        let rock = Rgb([grey * 1.02, grey, grey * 0.96]);
        Sample::new(
            mix(tar, rock, bare.clamp(0.0, 0.9)),
            stone * 1.1 + grit * 0.5 - smoothstep(0.1, 0.0, small.f2 - small.f1) * 0.3,
            0.10,
        )
    }
}

const RUNNING: Lay = Lay::Running {
    length: 225.0,
    width: 75.0,
    shift: 0.5,
};
const STACK: Lay = Lay::Stack {
    length: 225.0,
    width: 75.0,
};
const FLEMISH: Lay = Lay::Flemish {
    length: 225.0,
    width: 75.0,
};
const ROMAN: Lay = Lay::Running {
    length: 500.0,
    width: 48.0,
    shift: 0.37,
};
const PAVE: Lay = Lay::Herringbone {
    width: 104.0,
    ratio: 2,
};

fn card(name: &str) -> Card {
    Card::new(name, AMMERLUND, "brick/facing-brick")
        .texture("rough")
        .finish("raw")
        .uses("wall facade outdoor")
        .size("215x65x102")
        .joint(10.0)
        .fire("A1")
}

/// All bricks, roof tiles and ground.
pub fn pieces() -> Vec<Piece> {
    vec![
        card("Ammerlund red, handmade").pattern("running-bond").scale(225.0).price("64").origin("Germany").spec("Frost resistance", "F2")
            .about("Thrown into sanded moulds: creased faces, brick-red to plum.")
            .piece(brick(501, RUNNING, 10.0, "#b3aca0", Face::Handmade, &["#9c4a34", "#ab5a40", "#8a3d2e", "#b86b4c", "#7d3a35"]), 900.0),
        card("Ammerlund red, Flemish bond").pattern("basket").scale(338.0).price("66").origin("Germany")
            .about("The same brick, header and stretcher in turn. The pattern is filed under basket for want of a word.")
            .piece(brick(502, FLEMISH, 10.0, "#c9c2b4", Face::Handmade, &["#9c4a34", "#ab5a40", "#8a3d2e", "#b86b4c"]), 900.0),
        card("Sandwall buff, wirecut").pattern("running-bond").scale(225.0).price("48").origin("Netherlands")
            .about("Pale yellow, crisp, cheap to lay.")
            .piece(brick(503, RUNNING, 10.0, "#bdb6a8", Face::Wirecut, &["#cdb182", "#d9c093", "#c2a374", "#dfcaa2"]), 900.0),
        card("Sandwall buff, stack bond").pattern("stack-bond").scale(225.0).price("49").origin("Netherlands")
            .about("Joint over joint, for walls that carry nothing but themselves.")
            .piece(brick(504, STACK, 8.0, "#ded7c9", Face::Wirecut, &["#cdb182", "#d9c093", "#c2a374"]), 900.0),
        card("Harbour clinker").pattern("running-bond").scale(225.0).price("72").origin("Germany").finish("semi-gloss").spec("Frost resistance", "F2")
            .about("Fired until it vitrified: blue-black with copper shimmer.")
            .piece(brick(505, RUNNING, 10.0, "#77736d", Face::Clinker, &["#6b3a2e", "#7d4836", "#55332e", "#8f5a3f"]), 900.0),
        card("Lungo brick, graphite").pattern("running-bond").scale(500.0).size("490x38x102").price("118").origin("Denmark")
            .about("Half a metre long and under four centimetres high; the wall becomes a line drawing.")
            .piece(brick(506, ROMAN, 9.0, "#4b4a48", Face::Handmade, &["#3f3f40", "#4d4c4b", "#343436", "#5a5652"]), 900.0),
        card("Lungo brick, dune").pattern("running-bond").scale(500.0).size("490x38x102").price("112").origin("Denmark")
            .about("The long format in grey-beige.")
            .piece(brick(507, ROMAN, 9.0, "#b8b0a2", Face::Handmade, &["#b5a68f", "#c4b7a0", "#a39581", "#cfc4b0"]), 900.0),
        card("Loft brick, whitewashed").pattern("running-bond").scale(225.0).price("58").uses("residential").finish("matt")
            .about("Old bricks under a worn slurry of lime. Indoors only.").recycled(85).origin("Belgium")
            .piece(brick(508, RUNNING, 10.0, "#cfc9bd", Face::Slurried, &["#9c4a34", "#ab5a40", "#8a3d2e"]), 900.0),
        Card::new("Canal paver, herringbone", AMMERLUND, "brick").texture("rough").finish("tumbled").pattern("herringbone").scale(147.0)
            .about("Clay pavers on edge, tumbled; for paths one can hear.").uses("floor outdoor").size("200x100x52").joint(4.0).price("46").slip("r13").fire("A1fl").origin("Netherlands")
            .piece(brick(509, PAVE, 4.0, "#8b8274", Face::Clinker, &["#8d4f3a", "#a1604a", "#7a4436", "#94644c"]), 800.0),
        Card::new("Biberschwanz roof tile, natural red", AMMERLUND, "brick/roof-tile").texture("rough").finish("raw").pattern("running-bond").scale(180.0)
            .about("Beaver-tail tiles in double lap. Weathering takes the orange out of them in a decade.").uses("outdoor").size("180x380x14").price("38").origin("Germany").spec("Frost resistance", "EN 1304 level 1")
            .piece(roof(510, &["#b5603c", "#c27048", "#a85436", "#b96a4a"], 180.0, 150.0, 46.0, 0.04), 900.0),
        Card::new("Biberschwanz roof tile, engobed slate", AMMERLUND, "brick/roof-tile").texture("smooth").finish("satin").pattern("running-bond").scale(180.0)
            .about("The same tile under a slate-grey engobe.").uses("outdoor").size("180x380x14").price("44").origin("Germany")
            .piece(roof(511, &["#45484d", "#3c3f44", "#50545a"], 180.0, 150.0, 46.0, 0.3), 900.0),
        Card::new("Granite setts, grey mix", GRAYSTOKE, "ground/paving").texture("rough").finish("raw").pattern("running-bond").scale(120.0)
            .about("Split on all sides. Heels and bicycles disagree with them.").uses("outdoor floor").size("100x100x80").joint(9.0).price("69").slip("r13").fire("A1fl").origin("Portugal")
            .piece(setts(512, Lay::Running { length: 118.0, width: 106.0, shift: 0.43 }, &["#8d8f90", "#a3a3a1", "#787a7d", "#9a958d"], "#6d675d"), 900.0),
        Card::new("Concrete paver, ash", NORDKAI, "ground/paving").texture("rough").finish("bush-hammered").pattern("running-bond").scale(300.0)
            .about("Face-mix pavers with a fine, blasted top.").uses("outdoor floor").size("300x200x80").joint(4.0).price("29").slip("r12").recycled(40).origin("Germany")
            .piece(setts(513, Lay::Running { length: 304.0, width: 204.0, shift: 0.5 }, &["#9a9a97", "#a8a7a3", "#8d8d8b"], "#5f5b54"), 1100.0),
        Card::new("Crushed basalt gravel", GRAYSTOKE, "ground/gravel").texture("rough").finish("raw").pattern("speckled").scale(14.0)
            .about("Sharp-edged, 8/16, blue-black when wet.").uses("outdoor").price_per("4.20", "m2").origin("Germany")
            .piece(gravel(514, 15.0, &["#55585b", "#6a6c6d", "#45484c", "#7a7974"], 0.2), 260.0),
        Card::new("River pebbles, mixed", GRAYSTOKE, "ground/gravel").texture("smooth").finish("raw").pattern("speckled").scale(30.0)
            .about("Round 16/32 from a river bed, cream, grey and rust.").uses("outdoor").price("9.80").origin("Italy")
            .piece(gravel(515, 34.0, &["#b5aa98", "#cfc6b6", "#8d8a84", "#a88266", "#e0d9cb", "#6f7173"], 1.0), 420.0),
        Card::new("Stone mastic asphalt", NORDKAI, "ground/asphalt").texture("rough").finish("raw").pattern("speckled").scale(8.0)
            .about("Road surface, SMA 8, two years old.").uses("outdoor").price("24").recycled(30)
            .piece(asphalt(516, 0.75), 300.0),
    ]
}
