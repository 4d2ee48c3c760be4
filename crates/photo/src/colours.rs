//! The palette: few colours, by area, that still show small accents.

use crate::colour::{Lab, LabPlanes};
use crate::pixels::{Pixels, shrink};
use std::collections::BTreeMap;

/// One colour of a palette.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaletteColour {
    /// The mean colour of the area.
    pub lab: Lab,
    /// Share of the picture's area, 0..1; the shares of a palette sum to 1.
    pub share: f32,
}

/// Working size: large enough that an accent of 1 % is still hundreds of pixels.
const SIDE: u32 = 192;
/// Most colours in a palette.
const MOST: usize = 8;
/// As many colours as an ordinary picture keeps even where two are close.
const FEWEST: usize = 5;
/// Colours nearer than this (ΔE76) are one colour to the eye, however few there are.
const SAME: f32 = 2.0;
/// Above [`FEWEST`], colours nearer than this are merged too.
const CLOSE: f32 = 6.0;
/// Smaller areas are specks of noise, not accents.
const LEAST_SHARE: f32 = 0.003;

/// The palette of a picture: up to 8 colours (5 or more unless it is truly uniform), largest area first. Deterministic.
///
/// Bins of 4 CIELAB units, then weighted k-means (Lloyd) whose seeds are taken one after another where √area × distance²
/// to the seeds so far is largest: the distance lets an accent of 1 % win over one more shade of the ground.
#[must_use]
pub fn palette(pixels: &Pixels) -> Vec<PaletteColour> {
    palette_of(&LabPlanes::of(&shrink(pixels, SIDE)))
}

/// The palette of a picture that somebody else has made small already: at most about 200 pixels a side, or it
/// takes long.
#[must_use]
pub fn palette_of_small(pixels: &Pixels) -> Vec<PaletteColour> {
    palette_of(&LabPlanes::of(pixels))
}

/// The palette of an already shrunk picture.
pub(crate) fn palette_of(planes: &LabPlanes) -> Vec<PaletteColour> {
    let bins = bins(planes);
    let mut seeds = seeds(&bins);
    let mut clusters = Vec::new();
    for _ in 0..6 {
        clusters = assign(&bins, &seeds);
        seeds = clusters.iter().map(|c| c.lab).collect();
    }
    merge(&mut clusters);
    let total: f32 = clusters.iter().map(|c| c.share).sum();
    for cluster in &mut clusters {
        cluster.share /= total;
    }
    clusters.sort_by(|p, q| {
        q.share
            .total_cmp(&p.share)
            .then(p.lab.l.total_cmp(&q.lab.l))
    });
    clusters
}

/// Mean colour and share of each occupied cell of a 4-unit CIELAB grid, in a fixed order.
fn bins(planes: &LabPlanes) -> Vec<PaletteColour> {
    let mut grid: BTreeMap<(i16, i16, i16), [f64; 4]> = BTreeMap::new();
    for i in 0..planes.len() {
        let (l, a, b) = (planes.l[i], planes.a[i], planes.b[i]);
        let cell = |v: f32| (v / 4.0).round() as i16;
        let sums = grid.entry((cell(l), cell(a), cell(b))).or_default();
        for (sum, value) in sums.iter_mut().zip([l, a, b, 1.0]) {
            *sum += f64::from(value);
        }
    }
    let count = planes.len() as f64;
    grid.into_values()
        .map(|[l, a, b, n]| PaletteColour {
            lab: Lab::new((l / n) as f32, (a / n) as f32, (b / n) as f32),
            share: (n / count) as f32,
        })
        .collect()
}

fn squared(p: Lab, q: Lab) -> f32 {
    (p.l - q.l).powi(2) + (p.a - q.a).powi(2) + (p.b - q.b).powi(2)
}

fn seeds(bins: &[PaletteColour]) -> Vec<Lab> {
    let heaviest = bins
        .iter()
        .max_by(|p, q| p.share.total_cmp(&q.share))
        .map(|bin| bin.lab);
    let mut seeds: Vec<Lab> = heaviest.into_iter().collect();
    let mut nearest: Vec<f32> = vec![f32::INFINITY; bins.len()];
    while let Some(last) = seeds.last().copied() {
        for (distance, bin) in nearest.iter_mut().zip(bins) {
            *distance = distance.min(squared(bin.lab, last));
        }
        let next = bins
            .iter()
            .zip(&nearest)
            .map(|(bin, d)| (bin.share.sqrt() * d, bin.lab))
            .max_by(|p, q| p.0.total_cmp(&q.0));
        match next {
            Some((gain, lab)) if gain > 0.0 && seeds.len() < MOST => seeds.push(lab),
            _ => break,
        }
    }
    seeds
}

/// One step of Lloyd: every bin to its nearest seed; seeds that got nothing fall away.
fn assign(bins: &[PaletteColour], seeds: &[Lab]) -> Vec<PaletteColour> {
    let mut sums = vec![[0.0f64; 4]; seeds.len()];
    for bin in bins {
        let nearest = (0..seeds.len())
            .min_by(|i, j| squared(bin.lab, seeds[*i]).total_cmp(&squared(bin.lab, seeds[*j])));
        if let Some(sum) = nearest.map(|i| &mut sums[i]) {
            let weight = f64::from(bin.share);
            for (s, v) in sum.iter_mut().zip([bin.lab.l, bin.lab.a, bin.lab.b, 1.0]) {
                *s += weight * f64::from(v);
            }
        }
    }
    sums.into_iter()
        .filter(|s| s[3] > 0.0)
        .map(|[l, a, b, w]| PaletteColour {
            lab: Lab::new((l / w) as f32, (a / w) as f32, (b / w) as f32),
            share: w as f32,
        })
        .collect()
}

/// Joins what the eye takes for one colour, and specks with their nearest neighbour.
fn merge(clusters: &mut Vec<PaletteColour>) {
    while clusters.len() > 1 {
        let mut best: Option<(f32, usize, usize)> = None;
        for i in 0..clusters.len() {
            for j in 0..i {
                let distance = squared(clusters[i].lab, clusters[j].lab).sqrt();
                let speck = clusters[i].share.min(clusters[j].share) < LEAST_SHARE;
                let limit = if clusters.len() > FEWEST { CLOSE } else { SAME };
                if (speck || distance < limit) && best.is_none_or(|(d, ..)| distance < d) {
                    best = Some((distance, i, j));
                }
            }
        }
        let Some((_, i, j)) = best else { return };
        let (p, q) = (clusters[i], clusters[j]);
        let share = p.share + q.share;
        clusters[j] = PaletteColour {
            lab: (p.lab * p.share + q.lab * q.share) / share,
            share,
        };
        clusters.remove(i);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palette::{IntoColor, Srgb};

    fn lab(rgb: [u8; 3]) -> Lab {
        Srgb::new(rgb[0], rgb[1], rgb[2])
            .into_format::<f32>()
            .into_color()
    }

    #[test]
    fn a_plain_picture_has_one_colour() {
        let colours = palette(&Pixels::from_fn(300, 200, |_, _| [120, 80, 40]));
        assert_eq!(colours.len(), 1);
        assert!((colours[0].share - 1.0).abs() < 1e-6);
        assert!(squared(colours[0].lab, lab([120, 80, 40])) < 0.1);
    }

    #[test]
    fn an_accent_of_one_percent_survives() {
        // grey noise of many shades, with a red dot of 1 %
        let mut state = 7u32;
        let picture = Pixels::from_fn(400, 400, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if x < 40 && y < 40 {
                [200, 20, 30]
            } else {
                [(60 + (state >> 25)) as u8; 3]
            }
        });
        let colours = palette(&picture);
        assert!((5..=8).contains(&colours.len()), "{colours:?}");
        let red = colours
            .iter()
            .find(|c| squared(c.lab, lab([200, 20, 30])) < 100.0)
            .expect("the accent is there");
        assert!((0.006..0.014).contains(&red.share), "{red:?}");
    }

    #[test]
    fn sorted_shares_of_stripes() {
        let picture = Pixels::from_fn(200, 50, |x, _| match x {
            0..120 => [240, 240, 230],
            120..180 => [30, 60, 140],
            _ => [210, 160, 30],
        });
        let colours = palette(&picture);
        let shares: Vec<f32> = colours.iter().map(|c| c.share).collect();
        assert!(shares.is_sorted_by(|p, q| p >= q));
        assert!(
            (shares[0] - 0.6).abs() < 0.03
                && (shares[1] - 0.3).abs() < 0.03
                && (shares[2] - 0.1).abs() < 0.03,
            "{colours:?}"
        );
    }
}
