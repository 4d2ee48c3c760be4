//! Prints `src/look/constants.rs`: mean and standard deviation of every measurement of a look over rendered textures.
//!
//! `cargo run --release -p photo --example look_constants > /tmp/constants.rs`
//!
//! The textures are drawn at random from what surfaces are made of: cloudy noise with any slope and stretch, veins, stripes,
//! chips, tiles and bricks with joints, over base colours that lean to the warm and muted as materials do. No photo takes part.

use palette::{IntoColor, Srgb};
use photo::{Lab, Pixels, look};
use std::f32::consts::TAU;

/// How many textures; more do not change the third digit that matters.
const TEXTURES: u32 = 1200;

/// A small repeatable random source (splitmix64).
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mix(self.0) >> 40) as f32 / (1u64 << 24) as f32
    }

    fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Even in the logarithm.
    fn log_range(&mut self, low: f32, high: f32) -> f32 {
        self.range(low.ln(), high.ln()).exp()
    }

    fn chance(&mut self, share: f32) -> bool {
        self.unit() < share
    }
}

fn mix(z: u64) -> u64 {
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// A random number 0..1 for a whole place.
fn at(seed: u64, x: i32, y: i32) -> f32 {
    let place = (u64::from(x as u32) << 32 | u64::from(y as u32))
        .wrapping_add(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (mix(mix(place)) >> 40) as f32 / (1u64 << 24) as f32
}

/// Value noise 0..1.
fn noise(seed: u64, x: f32, y: f32) -> f32 {
    let (i, j) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (fx, fy) = (ease(x - i), ease(y - j));
    let (i, j) = (i as i32, j as i32);
    let row = |j: i32| at(seed, i, j) * (1.0 - fx) + at(seed, i + 1, j) * fx;
    row(j) * (1.0 - fy) + row(j + 1) * fy
}

/// Five octaves of it around 0.5.
fn clouds(seed: u64, x: f32, y: f32, gain: f32) -> f32 {
    let (mut sum, mut total, mut weight, mut scale) = (0.0, 0.0, 1.0, 1.0);
    for octave in 0..5 {
        sum += weight * noise(seed + octave, x * scale, y * scale);
        total += weight;
        weight *= gain;
        scale *= 2.0;
    }
    sum / total
}

fn texture(seed: u32) -> Pixels {
    let mut dice = Dice(u64::from(seed) << 20);
    let d = &mut dice;
    let salt = u64::from(seed) * 64;
    let (turn, stretch) = (
        d.range(0.0, TAU),
        if d.chance(0.4) {
            d.log_range(2.0, 16.0)
        } else {
            d.range(1.0, 1.5)
        },
    );
    let turn = if d.chance(0.6) {
        (turn / (TAU / 4.0)).round() * TAU / 4.0
    } else {
        turn
    };
    let (sin, cos) = turn.sin_cos();
    let (scale, gain) = (d.log_range(2.0, 40.0), d.range(0.35, 0.95));
    let veins = if d.chance(0.25) {
        d.log_range(4.0, 40.0)
    } else {
        0.0
    };
    let stripes = if d.chance(0.25) {
        d.log_range(3.0, 50.0)
    } else {
        0.0
    };
    let (warp, stripe_share) = (d.range(0.0, 0.6), d.range(0.2, 1.0));
    let chips = if d.chance(0.2) {
        d.log_range(6.0, 50.0)
    } else {
        0.0
    };
    let tiles = if d.chance(0.3) {
        d.log_range(2.0, 24.0).round()
    } else {
        0.0
    };
    let (aspect, shift) = (
        if d.chance(0.5) {
            1.0
        } else {
            d.range(1.5, 4.0)
        },
        if d.chance(0.5) { 0.5 } else { 0.0 },
    );
    let (joint, tile_tone, joint_tone) = (
        d.log_range(0.01, 0.12),
        d.range(0.0, 0.5),
        d.range(-1.5, 1.5),
    );
    let (contrast, skew) = (d.log_range(4.0, 70.0), d.log_range(0.4, 2.5));
    let grain = d.log_range(0.1, 6.0);
    // muted and warm more often than not
    let chroma = 40.0 * d.unit().powi(2);
    let hue = if d.chance(0.75) {
        d.range(30.0, 100.0)
    } else {
        d.range(0.0, 360.0)
    }
    .to_radians();
    let base = Lab::new(d.range(20.0, 90.0), chroma * hue.cos(), chroma * hue.sin());
    let towards = [d.range(-0.35, 0.35), d.range(-0.35, 0.35)];
    let (own_hue, own_scale) = (
        if d.chance(0.4) {
            d.range(0.0, 25.0)
        } else {
            d.range(0.0, 4.0)
        },
        d.log_range(1.0, 30.0),
    );
    let side = if d.chance(0.5) { 128 } else { 256 };
    Pixels::from_fn(side, side, |px, py| {
        let (u, v) = (px as f32 / side as f32, py as f32 / side as f32);
        let (x, y) = (
            (u * cos + v * sin) * scale,
            (v * cos - u * sin) * scale / stretch,
        );
        let cloud = clouds(salt, x, y, gain);
        let mut value = cloud * 2.0 - 1.0;
        if veins > 0.0 {
            value -=
                (1.0 - (2.0 * clouds(salt + 10, x * 0.5, y * 0.5, 0.5) - 1.0).abs()).powf(veins);
        }
        if stripes > 0.0 {
            let phase = (u * cos + v * sin) * stripes + warp * (cloud - 0.5) * 4.0;
            value = value * (1.0 - stripe_share) + (phase * TAU).sin() * stripe_share;
        }
        if chips > 0.0 {
            let (cx, cy) = (u * chips, v * chips);
            let near = (-1..=1)
                .flat_map(|j| (-1..=1).map(move |i| (i, j)))
                .map(|(i, j)| {
                    let (i, j) = (cx.floor() as i32 + i, cy.floor() as i32 + j);
                    let (dx, dy) = (
                        i as f32 + at(salt + 20, i, j) - cx,
                        j as f32 + at(salt + 21, i, j) - cy,
                    );
                    (
                        dx.hypot(dy) / (0.2 + 0.5 * at(salt + 22, i, j)),
                        at(salt + 23, i, j),
                    )
                });
            if let Some((distance, tone)) = near.min_by(|p, q| p.0.total_cmp(&q.0))
                && distance < 1.0
            {
                value = tone * 2.0 - 1.0;
            }
        }
        if tiles > 0.0 {
            let row = v * tiles;
            let column = u * tiles / aspect + shift * (row.floor() % 2.0);
            let (fx, fy) = (column.fract() * aspect, row.fract());
            value +=
                tile_tone * (2.0 * at(salt + 30, column.floor() as i32, row.floor() as i32) - 1.0);
            if fx < joint || fy < joint {
                value = joint_tone;
            }
        }
        let signed = value.signum() * value.abs().min(2.0).powf(skew);
        let l = base.l
            + contrast * 0.5 * signed
            + grain * 2.0 * (at(salt + 40, px as i32, py as i32) - 0.5);
        let drift =
            [50, 51].map(|s| own_hue * (2.0 * noise(salt + s, u * own_scale, v * own_scale) - 1.0));
        let lab = Lab::new(
            l.clamp(1.0, 99.0),
            base.a + towards[0] * (l - base.l) + drift[0],
            base.b + towards[1] * (l - base.l) + drift[1],
        );
        let rgb: Srgb<f32> = lab.into_color();
        [rgb.red, rgb.green, rgb.blue].map(|c| (c.clamp(0.0, 1.0) * 255.0).round() as u8)
    })
}

fn main() {
    let mut sums = vec![(0.0f64, 0.0f64); look::MEASUREMENTS];
    for seed in 0..TEXTURES {
        for (sum, value) in sums.iter_mut().zip(look::measure(&texture(seed))) {
            sum.0 += f64::from(value);
            sum.1 += f64::from(value).powi(2);
        }
    }
    println!(
        "//! Mean and standard deviation of every measurement over {TEXTURES} rendered textures, written by the example"
    );
    println!(
        "//! `look_constants`. Changing one number makes another model: [`super::MODEL`] must change with it.\n"
    );
    println!(
        "/// (mean, standard deviation) by measurement; of histogram bins only the mean is used."
    );
    println!(
        "#[expect(clippy::approx_constant, reason = \"a measured number may lie near a famous one\")]"
    );
    println!("#[rustfmt::skip]");
    println!("pub(super) const USUAL: [(f32, f32); super::MEASUREMENTS] = [");
    let count = f64::from(TEXTURES);
    for row in sums.chunks(6) {
        let cells = row.iter().map(|(sum, squares)| {
            let mean = sum / count;
            let deviation = (squares / count - mean * mean).max(0.0).sqrt().max(0.01);
            format!("({mean:.4}, {deviation:.4})")
        });
        println!("    {},", cells.collect::<Vec<_>>().join(", "));
    }
    println!("];");
}
