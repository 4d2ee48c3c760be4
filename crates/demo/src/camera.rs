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
        Self { label: "face", zoom: 1.0, turn: 0.0, at: (0.0, 0.0), light: Light::studio() }
    }

    /// Another spot, 1.7 times nearer, in light that rakes across.
    #[must_use]
    pub fn close_up() -> Self {
        Self { label: "close-up", zoom: 1.7, turn: 0.008, at: (3170.0, 1430.0), light: Light::raking() }
    }

    /// Another spot in warm, dimmer light, a little nearer.
    #[must_use]
    pub fn evening() -> Self {
        Self { label: "evening light", zoom: 1.25, turn: -0.012, at: (-2390.0, 4110.0), light: Light::evening() }
    }

    /// Another spot on an overcast day, a little further off.
    #[must_use]
    pub fn overcast() -> Self {
        Self { label: "overcast daylight", zoom: 0.85, turn: 0.005, at: (5210.0, -2870.0), light: Light::overcast() }
    }
}

/// Above this difference of neighbours (in square-rooted light) a pixel is sampled three times more.
const EDGE: f32 = 0.065;

/// Photographs a surface. `mm_across` is the width the view shows at zoom 1.
#[must_use]
pub fn picture<P: Painter + ?Sized>(painter: &P, view: &View, mm_across: f32, side: u32) -> Picture {
    let side = side.clamp(1, 4096);
    let n = side as usize;
    let mm = mm_across / view.zoom / side as f32;
    let half = side as f32 * 0.5;
    let (ax, ay) = turn(mm, 0.0, view.turn);
    let place = |px: f32, py: f32| {
        let (u, v) = (px - half, py - half);
        (view.at.0 + u * ax - v * ay, view.at.1 + u * ay + v * ax)
    };
    let take = |px: f32, py: f32| {
        let (x, y) = place(px, py);
        painter.sample(x, y)
    };

    // One sample a pixel, with a rim of one pixel for the relief at the border.
    let wide = n + 2;
    let mut samples = Vec::with_capacity(wide * wide);
    for j in 0..wide {
        for i in 0..wide {
            samples.push(take(i as f32 - 0.5, j as f32 - 0.5));
        }
    }
    let soft = soften_edges(&samples, wide, mm, &take);
    let heights = &soft;

    let mut rgb = Vec::with_capacity(n * n * 3);
    for j in 1..=n {
        for i in 1..=n {
            let at = j * wide + i;
            let s = heights[at];
            let gx = (heights[at + 1].height - heights[at - 1].height) / (2.0 * mm);
            let gy = (heights[at + wide].height - heights[at - wide].height) / (2.0 * mm);
            // In the picture's own axes, because the lamp stands beside the camera, not beside the slab.
            let normal = unit_length([-gx, -gy, 1.0]);
            let mut out = shade(&s, normal, &view.light);
            if s.gloss > 0.05 {
                let glare = window(i as f32 / n as f32 + normal[0] * 1.6, j as f32 / n as f32 + normal[1] * 1.6, s.gloss);
                out = out.plus(view.light.colour.times(glare));
            }
            out = out.times(fall(&view.light, i as f32 / n as f32 - 0.5, j as f32 / n as f32 - 0.5, s.gloss));
            let h = hash2(0x51ed, i as i32, j as i32);
            // The difference of two uniform numbers: a triangular dither, free of noise modulation.
            let dither = (unit(h) - unit(h.wrapping_mul(0x9e37_79b9))) * 0.5;
            rgb.extend_from_slice(&to_srgb8(out, dither));
        }
    }
    Picture { width: side, height: side, rgb }
}

#[inline]
fn shade(s: &Sample, normal: [f32; 3], light: &Light) -> Rgb {
    if s.metal <= 0.0 {
        lit(s.colour, normal, light, s.gloss)
    } else if s.metal >= 1.0 {
        lit_metal(s.colour, normal, light, s.gloss)
    } else {
        mix(lit(s.colour, normal, light, s.gloss), lit_metal(s.colour, normal, light, s.gloss), s.metal)
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
    let across = smoothstep(-0.05 - blur, -0.05 + blur, x) * smoothstep(0.42 + blur, 0.42 - blur, x + y * 0.22);
    let down = smoothstep(0.86 + blur, 0.86 - blur, y);
    across * down * gloss * gloss * 0.055
}

/// Where neighbours differ strongly, the pixel becomes the mean of four samples inside it.
fn soften_edges(samples: &[Sample], wide: usize, mm: f32, take: &dyn Fn(f32, f32) -> Sample) -> Vec<Sample> {
    let key: Vec<f32> = samples.iter().map(|s| s.colour.luminance().max(0.0).sqrt()).collect();
    let mut out = samples.to_vec();
    // Heights count by the shade they cause: a step of one pixel's width is a cliff.
    let rise = 0.12 / mm;
    for j in 1..wide - 1 {
        for i in 1..wide - 1 {
            let at = j * wide + i;
            let differs = |other: usize| {
                (key[at] - key[other]).abs() > EDGE
                    || (samples[at].height - samples[other].height).abs() * rise > EDGE * 2.0
            };
            if differs(at + 1) || differs(at - 1) || differs(at + wide) || differs(at - wide) {
                let (px, py) = (i as f32 - 0.5, j as f32 - 0.5);
                let mut sum = samples[at];
                // With the middle, four points at four different x and four different y.
                for (u, v) in [(-0.15, -0.37), (0.37, 0.04), (-0.29, 0.29)] {
                    let s = take(px + u, py + v);
                    sum.colour = sum.colour.plus(s.colour);
                    sum.height += s.height;
                    sum.gloss += s.gloss;
                    sum.metal += s.metal;
                }
                out[at] = Sample {
                    colour: sum.colour.times(0.25),
                    height: sum.height * 0.25,
                    gloss: sum.gloss * 0.25,
                    metal: sum.metal * 0.25,
                };
            }
        }
    }
    out
}
