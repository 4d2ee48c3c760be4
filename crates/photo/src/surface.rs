//! Measured facts about a surface, in units that can be put into words: "6 ΔE warmer", "veins twice as wide".

use crate::colour::{Lab, LabPlanes};
use crate::correlation::Correlation;
use crate::filters::{Plane, mean_and_deviation};
use crate::parts::parts;
use crate::pixels::{Pixels, shrink};

/// What was measured on a picture of a surface. Fractions of the width are of the *picture's* width: only pictures of
/// the same framing (or known size) compare in absolute terms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Mean colour.
    pub mean: Lab,
    /// Light reflectance value as the picture shows it: mean luminance Y, 0..100. A photo knows nothing of its exposure,
    /// so this is an estimate.
    pub lrv: f32,
    /// Standard deviation of lightness, 0..50.
    pub contrast: f32,
    /// Mean CIELAB chroma: 0 is grey, above 30 is vivid.
    pub chroma: f32,
    /// How far colours (a, b) stray from their mean: root mean square in CIELAB units. 0 is one hue throughout.
    pub variety: f32,
    /// The repeat, if the surface has a regular one.
    pub pattern: Option<Pattern>,
    /// How regular the surface repeats, 0..1, also where it is too little to name a repeat.
    pub regularity: f32,
    /// Direction along which the structure runs (grain, ribs, veins) in degrees, 0 = level, 90 = upright, counting
    /// anticlockwise, 0..180; meaningful where `anisotropy` is.
    pub orientation: f32,
    /// How strongly one direction prevails, 0..1: coherence of the structure tensor.
    pub anisotropy: f32,
    /// Characteristic size of features as a fraction of the width, 0..1; 0 for a plain picture.
    pub coarseness: f32,
    /// Share of the area covered by thin lines that stand out from their surroundings (veins, joints, cracks), 0..1.
    pub veins: f32,
    /// Share of the area covered by round spots that stand out (speckles, chips, knots), 0..1.
    pub speckle: f32,
    /// How unlike the parts of the picture are in how much goes on in them: 0 for one surface throughout; above
    /// a third it is hardly one surface.
    pub unevenness: f32,
    /// How much of the lightness changes from one pixel to the next: 0 for smooth transitions, about 1 where
    /// neighbours know nothing of each other.
    pub grain: f32,
}

/// A regular repeat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pattern {
    /// Distance from one repeat to the next, as a fraction of the width.
    pub period: f32,
    /// Direction of that step in degrees, 0 = level, 90 = upright, 0..180 anticlockwise.
    pub angle: f32,
}

/// Working size: with [`REACH`] it fills a Fourier transform of 256 exactly.
const SIDE: u32 = 160;
/// Longest repeat looked for, in pixels of the working size: beyond that too little of the picture overlaps itself.
const REACH: usize = 94;
/// Contrast (standard deviation of L) below which lightness is noise and structure is not looked for.
const PLAIN: f32 = 0.4;
/// Regularity from which a repeat is named.
const REGULAR: f32 = 0.25;

/// Measures a surface.
#[must_use]
pub fn surface(pixels: &Pixels) -> Surface {
    let planes = LabPlanes::of(&shrink(pixels, SIDE));
    let count = planes.len() as f32;
    let (mean_l, contrast) = mean_and_deviation(&planes.l);
    let (mean_a, spread_a) = mean_and_deviation(&planes.a);
    let (mean_b, spread_b) = mean_and_deviation(&planes.b);
    let chroma: f32 = planes
        .a
        .iter()
        .zip(&planes.b)
        .map(|(a, b)| a.hypot(*b))
        .sum();
    let mut surface = Surface {
        mean: Lab::new(mean_l, mean_a, mean_b),
        lrv: planes.mean_y * 100.0,
        contrast,
        chroma: chroma / count,
        variety: spread_a.hypot(spread_b),
        pattern: None,
        regularity: 0.0,
        orientation: 0.0,
        anisotropy: 0.0,
        coarseness: 0.0,
        veins: 0.0,
        speckle: 0.0,
        unevenness: 0.0,
        grain: 0.0,
    };
    if contrast < PLAIN || planes.width.min(planes.height) < 16 {
        return surface;
    }
    let plane = Plane {
        width: planes.width,
        height: planes.height,
        data: planes.l,
    };
    let width = plane.width as f32;
    (surface.unevenness, surface.grain) = parts(&plane);
    (surface.orientation, surface.anisotropy) = structure_tensor(&plane);
    (surface.veins, surface.speckle) = lines_and_spots(&plane);
    let reach = |side: usize| side * 3 / 5;
    let correlation = Correlation::of(&plane, reach(plane.width.max(plane.height)).min(REACH));
    surface.coarseness = (feature_size(&correlation) / width).min(1.0);
    if let Some((dx, dy, regularity)) = repeat(&correlation) {
        surface.regularity = regularity;
        if regularity >= REGULAR {
            surface.pattern = Some(Pattern {
                period: dx.hypot(dy) / width,
                angle: degrees(-dy, dx),
            });
        }
    }
    surface
}

/// Direction of a vector as 0..180 degrees; y counts upwards.
fn degrees(y: f32, x: f32) -> f32 {
    let angle = y.atan2(x).to_degrees().rem_euclid(180.0);
    if angle >= 179.999 { 0.0 } else { angle }
}

/// Main direction and coherence from the structure tensor summed over the picture (Bigün & Granlund, 1987).
fn structure_tensor(plane: &Plane) -> (f32, f32) {
    let (w, h) = (plane.width, plane.height);
    let (mut xx, mut yy, mut xy) = (0.0f64, 0.0f64, 0.0f64);
    for y in 1..h - 1 {
        for x in 1..w - 1 {
            let at = |dx: usize, dy: usize| plane.data[(y + dy - 1) * w + x + dx - 1];
            // Scharr's operator: the most rotation-true of the 3×3 gradients
            let gx =
                3.0 * (at(2, 0) + at(2, 2) - at(0, 0) - at(0, 2)) + 10.0 * (at(2, 1) - at(0, 1));
            let gy =
                3.0 * (at(0, 2) + at(2, 2) - at(0, 0) - at(2, 0)) + 10.0 * (at(1, 2) - at(1, 0));
            xx += f64::from(gx * gx);
            yy += f64::from(gy * gy);
            xy += f64::from(gx * gy);
        }
    }
    let total = xx + yy;
    if total <= 0.0 {
        return (0.0, 0.0);
    }
    let coherence = ((xx - yy).powi(2) + 4.0 * xy * xy).sqrt() / total;
    // the gradient's main direction; structure runs across it, and rows count downwards
    let across = 0.5 * (2.0 * xy).atan2(xx - yy) as f32;
    (
        degrees(
            -(across + std::f32::consts::FRAC_PI_2).sin(),
            (across + std::f32::consts::FRAC_PI_2).cos(),
        ),
        coherence as f32,
    )
}

/// Shares of the area that are ridge-like and spot-like by the eigenvalues of the Hessian (Lindeberg, 1998), counted only
/// where the curvature is both far above what is usual in the picture and not small against its strongest: noise has
/// little of the first, the halo around a spot fails the second.
fn lines_and_spots(plane: &Plane) -> (f32, f32) {
    let (w, h) = (plane.width, plane.height);
    let soft = plane.blur().blur().data;
    let mut curvature = Vec::with_capacity(soft.len());
    for y in 2..h - 2 {
        for x in 2..w - 2 {
            let at = |dx: usize, dy: usize| soft[(y + dy - 2) * w + x + dx - 2];
            let centre = 2.0 * at(2, 2);
            let (xx, yy) = (at(0, 2) + at(4, 2) - centre, at(2, 0) + at(2, 4) - centre);
            let xy = (at(0, 0) + at(4, 4) - at(4, 0) - at(0, 4)) / 4.0;
            let (half, root) = (
                (xx + yy) / 2.0,
                (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt(),
            );
            let (p, q) = (half + root, half - root);
            curvature.push(if p.abs() >= q.abs() { (p, q) } else { (q, p) });
        }
    }
    let mut sizes: Vec<f32> = curvature.iter().map(|(p, _)| p.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let part = |share: f32| sizes[((sizes.len() - 1) as f32 * share) as usize];
    let threshold = (part(0.5) * 3.0).max(part(0.99) * 0.6).max(1.0);
    let (mut lines, mut spots) = (0u32, 0u32);
    for (p, q) in &curvature {
        if p.abs() > threshold {
            let ratio = q / p;
            lines += u32::from(ratio.abs() < 0.25);
            spots += u32::from(ratio > 0.4);
        }
    }
    let count = curvature.len() as f32;
    (lines as f32 / count, spots as f32 / count)
}

/// Twice the lag at which the correlation, averaged over directions, has fallen to a half: the width of a feature.
fn feature_size(correlation: &Correlation) -> f32 {
    let limit = correlation.reach.0.min(correlation.reach.1);
    let ring = |radius: f32| {
        let one = |k: i32| {
            let angle = std::f32::consts::PI * k as f32 / 16.0;
            correlation.sample(radius * angle.cos(), radius * angle.sin())
        };
        (0..16).map(one).sum::<f32>() / 16.0
    };
    let mut before = 1.0;
    for radius in 1..=limit {
        let value = ring(radius as f32);
        if value < 0.5 {
            return 2.0 * (radius as f32 - 1.0 + (before - 0.5) / (before - value).max(1e-6));
        }
        before = value;
    }
    2.0 * limit as f32
}

/// A local maximum of the correlation away from no shift.
struct Peak {
    dx: f32,
    dy: f32,
    /// The correlation there.
    value: f32,
    /// How far it stands above the dip on the way to it.
    height: f32,
}

/// The repeat (dx, dy, regularity 0..1): the nearest of the peaks that are about as high as the highest, which alone
/// would often be the second repeat. Regularity is how far the best peak stands out.
fn repeat(correlation: &Correlation) -> Option<(f32, f32, f32)> {
    let (rx, ry) = (correlation.reach.0 as isize, correlation.reach.1 as isize);
    let mut peaks: Vec<Peak> = Vec::new();
    for dy in 0..ry {
        for dx in 1 - rx..rx {
            let value = correlation.at(dx, dy);
            if dy == 0 && dx <= 0 || dx * dx + dy * dy < 9 || value < 0.05 {
                continue;
            }
            if (-1..=1).all(|j| (-1..=1).all(|i| correlation.at(dx + i, dy + j) <= value)) {
                let height = (value - dip(correlation, dx, dy).max(0.0)).clamp(0.0, 1.0);
                peaks.push(Peak {
                    dx: dx as f32,
                    dy: dy as f32,
                    value,
                    height,
                });
            }
        }
    }
    let highest = peaks.iter().map(|p| p.value).fold(0.0, f32::max);
    let regularity = peaks.iter().map(|p| p.height).fold(0.0, f32::max);
    peaks
        .iter()
        .filter(|p| p.value >= 0.8 * highest && p.height >= 0.3 * regularity)
        .min_by(|p, q| p.dx.hypot(p.dy).total_cmp(&q.dx.hypot(q.dy)))
        .map(|p| (p.dx, p.dy, regularity))
}

/// The lowest correlation on the straight way from no shift to this one.
fn dip(correlation: &Correlation, dx: isize, dy: isize) -> f32 {
    let steps = dx.abs().max(dy.abs());
    let at = |i: isize| {
        correlation.sample(
            dx as f32 * i as f32 / steps as f32,
            dy as f32 * i as f32 / steps as f32,
        )
    };
    (1..steps).map(at).fold(1.0, f32::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(v: f32) -> [u8; 3] {
        [v.clamp(0.0, 255.0) as u8; 3]
    }

    #[test]
    fn plain_white() {
        let s = surface(&Pixels::from_fn(300, 200, |_, _| [255; 3]));
        assert!((s.lrv - 100.0).abs() < 0.1 && (s.mean.l - 100.0).abs() < 0.1);
        assert!(s.contrast < 0.01 && s.chroma < 0.1 && s.pattern.is_none() && s.veins == 0.0);
    }

    #[test]
    fn mid_grey_reflects_a_fifth() {
        let s = surface(&Pixels::from_fn(64, 64, |_, _| [119; 3]));
        assert!((s.lrv - 18.4).abs() < 0.5, "{}", s.lrv);
    }

    #[test]
    fn stripes_have_period_and_direction() {
        // upright stripes, 16 across the width
        let s = surface(&Pixels::from_fn(640, 480, |x, _| {
            grey(128.0 + 60.0 * (x as f32 / 40.0 * std::f32::consts::TAU).sin())
        }));
        let pattern = s.pattern.expect("regular");
        assert!((pattern.period - 1.0 / 16.0).abs() < 0.004, "{pattern:?}");
        assert!(
            (s.orientation - 90.0).abs() < 2.0 && s.anisotropy > 0.95 && s.regularity > 0.8,
            "{s:?}"
        );
    }

    #[test]
    fn slanted_stripes_lean_the_right_way() {
        // constant along x + y: on screen they run from bottom left to top right
        let s = surface(&Pixels::from_fn(400, 400, |x, y| {
            grey(128.0 + 60.0 * ((x + y) as f32 / 15.0).sin())
        }));
        assert!((s.orientation - 45.0).abs() < 3.0, "{s:?}");
    }

    #[test]
    fn tiles_repeat_both_ways_and_noise_does_not() {
        let tiles = surface(&Pixels::from_fn(400, 400, |x, y| {
            if x % 50 < 4 || y % 50 < 4 {
                [60; 3]
            } else {
                [200; 3]
            }
        }));
        assert!((tiles.pattern.expect("regular").period - 0.125).abs() < 0.01);
        assert!(tiles.veins > 0.05 && tiles.anisotropy < 0.2, "{tiles:?}");
        let mut state = 1u32;
        let noise = surface(&Pixels::from_fn(400, 400, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [(state >> 24) as u8; 3]
        }));
        assert!(
            noise.pattern.is_none() && noise.regularity < 0.2,
            "{noise:?}"
        );
        assert!(noise.coarseness < tiles.coarseness);
        assert!(noise.veins < 0.05 && noise.speckle < 0.05, "{noise:?}");
    }

    #[test]
    fn spots_are_speckle_not_veins() {
        let s = surface(&Pixels::from_fn(384, 384, |x, y| {
            let (cx, cy) = (
                x / 32 * 32 + 8 + (x / 32 * 7 + y / 32 * 5) % 16,
                y / 32 * 32 + 8 + (x / 32 * 3 + y / 32 * 11) % 16,
            );
            let d = (x as f32 - cx as f32).hypot(y as f32 - cy as f32);
            if d < 4.0 { [40; 3] } else { [210; 3] }
        }));
        assert!(s.speckle > 0.01 && s.speckle > 1.5 * s.veins, "{s:?}");
    }
}
