//! Colour and light: linear colours, the way to sRGB, and how a surface answers a lamp.

use std::sync::LazyLock;

use crate::field::{lerp, smoothstep};

/// A colour in linear light with the primaries of sRGB; 1 is paper white, more is a highlight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rgb(pub [f32; 3]);

impl Rgb {
    /// The same colour, brighter or darker by a factor.
    #[must_use]
    #[inline(always)]
    pub fn times(self, k: f32) -> Self {
        let [r, g, b] = self.0;
        Self([r * k, g * k, b * k])
    }

    /// Two colours multiplied, as a glaze or coloured light does.
    #[must_use]
    #[inline(always)]
    pub fn tint(self, by: Self) -> Self {
        Self([
            self.0[0] * by.0[0],
            self.0[1] * by.0[1],
            self.0[2] * by.0[2],
        ])
    }

    /// Two lights added.
    #[must_use]
    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        Self([
            self.0[0] + other.0[0],
            self.0[1] + other.0[1],
            self.0[2] + other.0[2],
        ])
    }

    /// Relative luminance Y.
    #[must_use]
    #[inline(always)]
    pub fn luminance(self) -> f32 {
        0.2126 * self.0[0] + 0.7152 * self.0[1] + 0.0722 * self.0[2]
    }

    /// Brighter (`by` > 0) or darker by roughly equal steps to the eye: 0.1 is a clearly visible step.
    #[must_use]
    #[inline(always)]
    pub fn shift(self, by: f32) -> Self {
        // Luminance goes about with the square of lightness in the middle of the scale.
        let k = (1.0 + by).max(0.0);
        self.times(k * k)
    }

    /// Stronger (`k` > 1) or paler (`k` < 1) around its own grey.
    #[must_use]
    #[inline(always)]
    pub fn saturate(self, k: f32) -> Self {
        let y = self.luminance();
        Self(self.0.map(|c| (y + (c - y) * k).max(0.0)))
    }

    /// Warmer (`by` > 0, towards amber) or cooler, luminance about the same; ±0.1 is a visible step.
    #[must_use]
    #[inline(always)]
    pub fn warm(self, by: f32) -> Self {
        let [r, g, b] = self.0;
        Self([r * (1.0 + by), g * (1.0 + by * 0.05), b * (1.0 - by)])
    }
}

/// A colour from its web notation, `#rrggbb`.
///
/// # Panics
/// When the text is not a `#` and six hexadecimal digits. Colours are written in this crate's source, never read from outside.
#[must_use]
pub fn hex(text: &str) -> Rgb {
    let digits = text
        .strip_prefix('#')
        .filter(|d| d.len() == 6 && d.is_ascii());
    let channel = |at: usize| {
        digits
            .and_then(|d| u8::from_str_radix(&d[at..at + 2], 16).ok())
            .map(|v| TABLES.linear[usize::from(v)])
    };
    match (channel(0), channel(2), channel(4)) {
        (Some(r), Some(g), Some(b)) => Rgb([r, g, b]),
        _ => panic!("a colour is written #rrggbb, not {text}"),
    }
}

/// From `a` (at `t` = 0) to `b` (at `t` = 1), in linear light; `t` is held between 0 and 1.
#[must_use]
#[inline(always)]
pub fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    let t = t.clamp(0.0, 1.0);
    Rgb([
        lerp(a.0[0], b.0[0], t),
        lerp(a.0[1], b.0[1], t),
        lerp(a.0[2], b.0[2], t),
    ])
}

/// A colour along a row of stops placed evenly from 0 to 1.
#[must_use]
#[inline]
pub fn ramp(stops: &[Rgb], t: f32) -> Rgb {
    let last = stops.len() - 1;
    let at = t.clamp(0.0, 1.0) * last as f32;
    let i = (at as usize).min(last.saturating_sub(1));
    mix(stops[i], stops[(i + 1).min(last)], at - i as f32)
}

struct Tables {
    /// Linear light of each 8-bit sRGB value.
    linear: [f32; 256],
    /// sRGB value, 0 to 255, over the square root of linear light (which spends its steps where the eye does).
    encoded: [f32; ENCODE_STEPS + 2],
}

const ENCODE_STEPS: usize = 2048;

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut linear = [0.0; 256];
    for (v, slot) in linear.iter_mut().enumerate() {
        let c = v as f64 / 255.0;
        *slot = if c <= 0.04045 {
            c / 12.92
        } else {
            whole_power(root((c + 0.055) / 1.055, 5), 12)
        } as f32;
    }
    let mut encoded = [0.0; ENCODE_STEPS + 2];
    for (i, slot) in encoded.iter_mut().enumerate() {
        let s = i as f64 / ENCODE_STEPS as f64;
        let l = s * s;
        let c = if l <= 0.003_130_8 {
            l * 12.92
        } else {
            1.055 * whole_power(root(l, 12), 5) - 0.055
        };
        *slot = (c * 255.0) as f32;
    }
    Tables { linear, encoded }
});

fn whole_power(x: f64, n: u32) -> f64 {
    (0..n).fold(1.0, |p, _| p * x)
}

/// The n-th root by Newton's method: only exact operations, so the tables are the same on every machine.
fn root(x: f64, n: u32) -> f64 {
    let mut r = 1.0_f64.max(x);
    for _ in 0..200 {
        r -= (r - x / whole_power(r, n - 1)) / f64::from(n);
    }
    r
}

/// To 8-bit sRGB. `dither`, −0.5 to 0.5, is added before rounding and keeps slow gradients free of bands.
/// Light above 0.8 is rolled off softly instead of clipped, as film and cameras do.
#[must_use]
#[inline]
pub fn to_srgb8(colour: Rgb, dither: f32) -> [u8; 3] {
    let table = &TABLES.encoded;
    let [r, g, b] = colour.0;
    [
        encode(table, r, dither),
        encode(table, g, dither),
        encode(table, b, dither),
    ]
}

#[inline(always)]
fn encode(table: &[f32; ENCODE_STEPS + 2], light: f32, dither: f32) -> u8 {
    let c = if light > 0.8 {
        0.8 + 0.2 * (light - 0.8) / (light - 0.6)
    } else {
        light.max(0.0)
    };
    let at = c.sqrt() * ENCODE_STEPS as f32;
    let i = (at as i32 as usize).min(ENCODE_STEPS);
    (lerp(table[i], table[i + 1], at - i as f32) + dither + 0.5) as u8
}

/// A lamp and the room around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Towards the lamp; x to the right, y down the picture, z out of it. Unit length (see [`Light::from`]).
    pub direction: [f32; 3],
    /// How much of the light on a flat surface comes from everywhere, 0 to 1; little of it makes relief stand out.
    pub ambient: f32,
    /// Colour and strength of all light; white at 1 leaves a flat matt surface its own colour.
    pub colour: Rgb,
    /// How much light falls off from the lit corner to the far one, 0 to 1.
    pub falloff: f32,
    /// Half way between the lamp and the camera above: where a highlight stands.
    half: [f32; 3],
}

impl Light {
    /// A lamp in direction (x, y, z), any length.
    #[must_use]
    pub fn from(x: f32, y: f32, z: f32, ambient: f32, colour: Rgb, falloff: f32) -> Self {
        let direction = unit_length([x, y, z]);
        let half = unit_length([direction[0], direction[1], direction[2] + 1.0]);
        Self {
            direction,
            ambient,
            colour,
            falloff,
            half,
        }
    }

    /// North light of a studio: from the upper left, soft, white.
    #[must_use]
    pub fn studio() -> Self {
        Self::from(-0.62, -0.70, 1.05, 0.42, Rgb([1.0, 1.0, 1.0]), 0.10)
    }

    /// Low sun across the surface: relief stands out.
    #[must_use]
    pub fn raking() -> Self {
        Self::from(-1.0, -0.35, 0.62, 0.34, Rgb([1.0, 0.985, 0.96]), 0.16)
    }

    /// A warm lamp in the evening, dimmer.
    #[must_use]
    pub fn evening() -> Self {
        Self::from(0.8, -0.55, 0.85, 0.36, Rgb([0.93, 0.83, 0.69]), 0.22)
    }

    /// Cool light of an overcast day, slightly dim.
    #[must_use]
    pub fn overcast() -> Self {
        Self::from(0.25, -0.6, 1.3, 0.6, Rgb([0.76, 0.80, 0.87]), 0.06)
    }
}

/// A vector scaled to length 1.
#[must_use]
#[inline(always)]
pub fn unit_length(v: [f32; 3]) -> [f32; 3] {
    let k = 1.0 / (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
    [v[0] * k, v[1] * k, v[2] * k]
}

/// The normal of a height field at (x, y); `eps` is the step in mm over which the slope is taken.
pub fn relief(height: &dyn Fn(f32, f32) -> f32, x: f32, y: f32, eps: f32) -> [f32; 3] {
    let gx = (height(x + eps, y) - height(x - eps, y)) / (2.0 * eps);
    let gy = (height(x, y + eps) - height(x, y - eps)) / (2.0 * eps);
    unit_length([-gx, -gy, 1.0])
}

#[inline(always)]
fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// What reaches the eye from a surface that is not metal: diffuse light (a flat surface keeps its colour) and a highlight that
/// grows narrower and stronger with `gloss`, 0 (matt) to 1 (mirror-like).
#[must_use]
#[inline]
pub fn lit(base: Rgb, normal: [f32; 3], light: &Light, gloss: f32) -> Rgb {
    let facing = dot(normal, light.direction).max(0.0) / light.direction[2];
    let diffuse = light.ambient + (1.0 - light.ambient) * facing;
    let mut out = base.times(diffuse);
    if gloss > 0.02 {
        let shine = highlight(dot(normal, light.half).max(0.0), gloss) * gloss;
        // The sheen of the room: surfaces tilted towards the upper edge mirror a bright window, the others a dim wall.
        let room = smoothstep(-0.35, 0.55, -normal[1] - 0.5 * normal[0]) - 0.28;
        let sheen = 0.055 * gloss * (shine * 7.0 + room);
        out = out.plus(Rgb([sheen, sheen, sheen]));
    }
    out.tint(light.colour)
}

/// A Blinn highlight with the exponent 8 … 256 by repeated squaring: between powers it is mixed, so gloss has no steps.
#[inline(always)]
fn highlight(cosine: f32, gloss: f32) -> f32 {
    let p8 = {
        let c2 = cosine * cosine;
        let c4 = c2 * c2;
        c4 * c4
    };
    let p32 = p8 * p8 * p8 * p8;
    let p128 = p32 * p32 * p32 * p32;
    if gloss < 0.5 {
        lerp(p8, p32, gloss * 2.0)
    } else {
        lerp(p32, p128, gloss * 2.0 - 1.0) * (0.5 + gloss)
    }
}

/// What reaches the eye from bare metal: no diffuse light, the room mirrored in the metal's own colour and blurred by its
/// roughness (`gloss` 1 = polished).
#[must_use]
#[inline]
pub fn lit_metal(base: Rgb, normal: [f32; 3], light: &Light, gloss: f32) -> Rgb {
    // The room as seen in the metal: bright above, a darker band at eye height, a paler floor; rough metal sees it blurred.
    let up = -normal[1] * 1.4 - normal[0] * 0.8;
    let width = lerp(0.9, 0.32, gloss);
    let sky = smoothstep(-0.1 - width * 0.3, 0.25 + width, up);
    let floor = smoothstep(0.15, 0.2 + width, -up);
    let room = 0.74 + 0.55 * sky - 0.34 * floor;
    let shine = highlight(dot(normal, light.half).max(0.0), gloss) * lerp(0.55, 0.9, gloss);
    let facing = dot(normal, light.direction).max(0.0) / light.direction[2];
    let body = lerp(0.75, 1.0, facing.min(1.3));
    let reflected = base.times(room * body);
    // Highlights on metal keep most of its colour.
    let spark = mix(base, Rgb([1.0, 1.0, 1.0]), 0.35).times(shine);
    reflected.plus(spark).tint(light.colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_there_and_back_is_the_same() {
        for v in 0..=200_u8 {
            let text = format!("#{v:02x}{v:02x}{v:02x}");
            let c = hex(&text);
            if c.0[0] <= 0.8 {
                assert_eq!(to_srgb8(c, 0.0), [v; 3]);
            }
        }
        assert!((hex("#808080").0[0] - 0.215_86).abs() < 1e-4);
    }

    #[test]
    fn a_flat_matt_surface_keeps_its_colour() {
        let base = hex("#a07850");
        let out = lit(base, [0.0, 0.0, 1.0], &Light::studio(), 0.0);
        for (a, b) in out.0.iter().zip(base.0) {
            assert!((a - b).abs() < 1e-4);
        }
    }

    #[test]
    fn a_slope_towards_the_lamp_is_brighter() {
        let base = hex("#a07850");
        let light = Light::studio();
        let towards = relief(&|x, y| -0.3 * x - 0.3 * y, 0.0, 0.0, 0.1);
        let away = relief(&|x, y| 0.3 * x + 0.3 * y, 0.0, 0.0, 0.1);
        assert!(
            towards[0] > 0.0,
            "a height that falls to the right faces right"
        );
        assert!(
            lit(base, away, &light, 0.0).luminance() > lit(base, towards, &light, 0.0).luminance()
        );
    }
}
