//! The camera: from a surface in millimetres to a square picture, with light, relief and clean edges.

use crate::field::{hash2, smoothstep, turn, unit};
use crate::shade::{Light, Rgb, lit, lit_metal, mix, to_srgb8, unit_length};
use crate::{Painter, Sample};

/// A square picture in sRGB, three bytes a pixel, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width × height × 3` bytes.
    pub rgb: Vec<u8>,
}

/// How a piece is photographed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// What one calls it: "face", "close-up", "evening light".
    pub label: &'static str,
    /// How much nearer than the face view; 2 shows half the width.
    pub zoom: f32,
    /// Turned by this many full circles.
    pub turn: f32,
    /// Where the middle of the picture lies, in mm on the surface.
    pub at: (f32, f32),
    /// The light it is seen in.
    pub light: Light,
}

impl View {
    /// Straight on, in studio light, as the piece lies.
    #[must_use]
    pub fn face() -> Self {
        Self {
            label: "face",
            zoom: 1.0,
            turn: 0.0,
            at: (0.0, 0.0),
            light: Light::studio(),
        }
    }

    /// Another spot, 1.7 times nearer, in light that rakes across.
    #[must_use]
    pub fn close_up() -> Self {
        Self {
            label: "close-up",
            zoom: 1.7,
            turn: 0.008,
            at: (3170.0, 1430.0),
            light: Light::raking(),
        }
    }

    /// Another spot in warm, dimmer light, a little nearer.
    #[must_use]
    pub fn evening() -> Self {
        Self {
            label: "evening light",
            zoom: 1.25,
            turn: -0.012,
            at: (-2390.0, 4110.0),
            light: Light::evening(),
        }
    }

    /// Another spot on an overcast day, a little further off.
    #[must_use]
    pub fn overcast() -> Self {
        Self {
            label: "overcast daylight",
            zoom: 0.85,
            turn: 0.005,
            at: (5210.0, -2870.0),
            light: Light::overcast(),
        }
    }
}

/// Above this difference of neighbours (in square-rooted light) a pixel takes a little of them, as a lens would make it.
const SOFT_EDGE: f32 = 0.06;
/// Above this one it is sampled again at two other places.
const HARD_EDGE: f32 = 0.15;

/// Photographs a surface. `mm_across` is the width the view shows at zoom 1.
///
/// Three rows at a time: a row is sampled, the one before it gets its edges softened, the one before that is lit (relief and
/// edges look at both neighbours). So the work stays in the processor's cache whatever the size of the picture.
#[must_use]
pub fn picture<P: Painter + ?Sized>(
    painter: &P,
    view: &View,
    mm_across: f32,
    side: u32,
) -> Picture {
    let side = side.clamp(1, 4096);
    let n = side as usize;
    let mm = mm_across / view.zoom / side as f32;
    let half = side as f32 * 0.5;
    let (ax, ay) = turn(mm, 0.0, view.turn);
    let take = |px: f32, py: f32| {
        let (u, v) = (px - half, py - half);
        painter.sample(view.at.0 + u * ax - v * ay, view.at.1 + u * ay + v * ax)
    };

    // A rim of one pixel all around, for the relief at the border.
    let wide = n + 2;
    let mut raw: [Row; 3] = Default::default();
    let mut soft: [Vec<Sample>; 3] = Default::default();
    let mut rgb = Vec::with_capacity(n * n * 3);
    // Heights count by the shade they cause: a step of one pixel's width is a cliff.
    let rise = 0.06 / mm;
    for j in 0..wide + 2 {
        if j < wide {
            let row = &mut raw[j % 3];
            row.samples.clear();
            row.samples
                .extend((0..wide).map(|i| take(i as f32 - 0.5, j as f32 - 0.5)));
            row.keys.clear();
            row.keys.extend(
                row.samples
                    .iter()
                    .map(|s| [s.colour.luminance().max(0.0).sqrt(), s.height * rise]),
            );
        }
        if (1..=wide).contains(&j) {
            let k = j - 1;
            let out = &mut soft[k % 3];
            out.clear();
            out.extend_from_slice(&raw[k % 3].samples);
            if k > 0 && k < wide - 1 {
                soften(
                    &raw[(k - 1) % 3],
                    &raw[k % 3],
                    &raw[(k + 1) % 3],
                    out,
                    |i, u, v| take(i as f32 - 0.5 + u, k as f32 - 0.5 + v),
                );
            }
        }
        if (3..=wide).contains(&j) {
            let k = j - 2;
            expose(
                &soft[(k - 1) % 3],
                &soft[k % 3],
                &soft[(k + 1) % 3],
                &view.light,
                mm,
                k,
                &mut rgb,
            );
        }
    }
    Picture {
        width: side,
        height: side,
        rgb,
    }
}

/// One row of samples, and of each what edges are told by: square-rooted light, and height by the shade it causes.
#[derive(Default)]
struct Row {
    samples: Vec<Sample>,
    keys: Vec<[f32; 2]>,
}

/// Lights row `j` (counted from 1) and writes its pixels.
fn expose(
    above: &[Sample],
    row: &[Sample],
    below: &[Sample],
    light: &Light,
    mm: f32,
    j: usize,
    rgb: &mut Vec<u8>,
) {
    let n = row.len() - 2;
    let per_pixel = 1.0 / n as f32;
    let slope = 0.5 / mm;
    for i in 1..=n {
        let s = row[i];
        let gx = (row[i + 1].height - row[i - 1].height) * slope;
        let gy = (below[i].height - above[i].height) * slope;
        // In the picture's own axes, because the lamp stands beside the camera, not beside the slab.
        let normal = unit_length([-gx, -gy, 1.0]);
        let (x, y) = (i as f32 * per_pixel, j as f32 * per_pixel);
        let mut out = shade(&s, normal, light);
        if s.gloss > 0.15 {
            let glare = window(x + normal[0] * 1.6, y + normal[1] * 1.6, s.gloss);
            out = out.plus(light.colour.times(glare));
        }
        out = out.times(fall(light, x - 0.5, y - 0.5, s.gloss));
        let h = hash2(0x51ed, i as i32, j as i32);
        // The difference of two uniform numbers: a triangular dither, free of noise modulation.
        let dither = (unit(h) - unit(h.wrapping_mul(0x9e37_79b9))) * 0.5;
        rgb.extend_from_slice(&to_srgb8(out, dither));
    }
}

#[inline]
fn shade(s: &Sample, normal: [f32; 3], light: &Light) -> Rgb {
    if s.metal <= 0.0 {
        lit(s.colour, normal, light, s.gloss)
    } else if s.metal >= 0.999 {
        lit_metal(s.colour, normal, light, s.gloss)
    } else {
        mix(
            lit(s.colour, normal, light, s.gloss),
            lit_metal(s.colour, normal, light, s.gloss),
            s.metal,
        )
    }
}

/// Light falls off away from the lamp, and a glossy surface mirrors it more on the near side.
#[inline]
fn fall(light: &Light, x: f32, y: f32, gloss: f32) -> f32 {
    let near = x * light.direction[0] + y * light.direction[1];
    1.0 + near * light.falloff * (1.0 + gloss)
}

/// What a surface mirrors of a tall window beside the camera, at (x, y) of the picture from 0 to 1. A polished face shows
/// its edges softly, a satin one only its glow.
#[inline]
fn window(x: f32, y: f32, gloss: f32) -> f32 {
    let blur = 0.62 - 0.40 * gloss;
    let across = smoothstep(-0.05 - blur, -0.05 + blur, x)
        * smoothstep(0.42 + blur, 0.42 - blur, x + y * 0.22);
    let down = smoothstep(0.86 + blur, 0.86 - blur, y);
    across * down * gloss * gloss * 0.055
}

/// Where neighbours differ, edges are softened: by the neighbours alone where the step is small, by two more samples inside
/// the pixel where it is large. `out` holds a copy of `row`; `take` samples near pixel `i` of it.
fn soften(
    above: &Row,
    row: &Row,
    below: &Row,
    out: &mut [Sample],
    take: impl Fn(usize, f32, f32) -> Sample,
) {
    for i in 1..out.len() - 1 {
        let [light, height] = row.keys[i];
        let near = [
            row.keys[i + 1],
            row.keys[i - 1],
            above.keys[i],
            below.keys[i],
        ];
        let step = near.iter().fold(0.0_f32, |most, [l, h]| {
            most.max((light - l).abs()).max((height - h).abs())
        });
        if step < SOFT_EDGE {
            continue;
        }
        let mut middle = row.samples[i];
        if step > HARD_EDGE {
            let (a, b) = (take(i, 0.31, -0.22), take(i, -0.27, 0.30));
            middle = sum(&[(1.0 / 3.0, &middle), (1.0 / 3.0, &a), (1.0 / 3.0, &b)]);
        }
        let (e, w) = (&row.samples[i + 1], &row.samples[i - 1]);
        out[i] = sum(&[
            (0.64, &middle),
            (0.09, e),
            (0.09, w),
            (0.09, &above.samples[i]),
            (0.09, &below.samples[i]),
        ]);
    }
}

/// A weighted sum of samples; the weights add up to one.
#[inline]
fn sum(parts: &[(f32, &Sample)]) -> Sample {
    let mut out = Sample {
        colour: Rgb([0.0; 3]),
        height: 0.0,
        gloss: 0.0,
        metal: 0.0,
    };
    for (weight, s) in parts {
        out.colour = out.colour.plus(s.colour.times(*weight));
        out.height += weight * s.height;
        out.gloss += weight * s.gloss;
        out.metal += weight * s.metal;
    }
    out
}
