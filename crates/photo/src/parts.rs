//! Whether the parts of a picture are alike, and whether neighbours in it know of each other: one surface, several
//! things, or noise.

use crate::filters::{Plane, mean_and_deviation};

/// The picture is cut into so many parts a side to see whether they are alike.
const PARTS: usize = 4;
/// Added before ratios of amounts in L are taken, so that two that are next to nothing are alike.
const NEXT_TO_NOTHING: f32 = 0.3;

/// Unevenness and grain: the standard deviation, over the parts of the picture, of the logarithm of the mean step
/// between neighbours in a row, and the mean step in units of the mean standard deviation within a part.
pub(crate) fn parts(plane: &Plane) -> (f32, f32) {
    let (mut steps, mut spreads) = (Vec::new(), Vec::new());
    for part in 0..PARTS * PARTS {
        let cut = |side: usize, at: usize| at * side / PARTS..(at + 1) * side / PARTS;
        let columns = cut(plane.width, part % PARTS);
        let (mut values, mut step) = (Vec::new(), 0.0);
        for y in cut(plane.height, part / PARTS) {
            let row = &plane.data[y * plane.width..][columns.clone()];
            values.extend_from_slice(row);
            step += row.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f32>();
        }
        steps.push(step / values.len().max(1) as f32);
        spreads.push(mean_and_deviation(&values).1);
    }
    let logs: Vec<f32> = steps.iter().map(|s| (s + NEXT_TO_NOTHING).ln()).collect();
    let sum = |of: &[f32]| of.iter().sum::<f32>();
    let grain = sum(&steps) / (sum(&spreads) + NEXT_TO_NOTHING * (PARTS * PARTS) as f32);
    (mean_and_deviation(&logs).1, grain)
}

#[cfg(test)]
mod tests {
    use crate::{Pixels, surface};

    /// Numbers without order, from where they stand.
    fn scatter(x: u32, y: u32) -> u8 {
        let mixed =
            (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35);
        ((mixed ^ mixed >> 15).wrapping_mul(0x27d4_eb2f) >> 24) as u8
    }

    #[test]
    fn noise_is_grain_and_even() {
        let s = surface(&Pixels::from_fn(400, 400, |x, y| [scatter(x, y); 3]));
        assert!(
            s.grain > 0.82 && s.unevenness < 0.035,
            "{} {}",
            s.grain,
            s.unevenness
        );
    }

    #[test]
    fn waves_are_even_and_have_little_grain() {
        let s = surface(&Pixels::from_fn(400, 400, |x, y| {
            let wave = (x as f32 * 0.11).sin() + (y as f32 * 0.13).sin();
            [(128.0 + 40.0 * wave) as u8; 3]
        }));
        assert!(
            s.grain < 0.5 && s.unevenness < 0.33,
            "{} {}",
            s.grain,
            s.unevenness
        );
    }

    #[test]
    fn two_things_are_uneven() {
        let s = surface(&Pixels::from_fn(400, 400, |x, y| {
            [if x < 200 { scatter(x, y) } else { 90 }; 3]
        }));
        assert!(s.unevenness > 0.33, "{}", s.unevenness);
    }

    #[test]
    fn a_plain_picture_is_neither() {
        let s = surface(&Pixels::from_fn(300, 200, |_, _| [120; 3]));
        assert_eq!((s.grain, s.unevenness), (0.0, 0.0));
        let small = surface(&Pixels::from_fn(17, 16, |x, y| [scatter(x, y); 3]));
        assert!(small.grain.is_finite() && small.unevenness.is_finite());
    }
}
