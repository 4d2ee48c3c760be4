//! What differs between photos of one material, taken out of its look.
//!
//! The light, the distance and the turn of the camera move a look along some directions more than along others. The
//! directions along which photos of one rendered piece lie most apart are found once, and every look is shortened along
//! them, the more the further apart photos lie there: within-class covariance normalisation (Hatch, Kajarekar and Stolcke
//! 2006) in its leading directions alone, which is nuisance attribute projection (Solomonoff, Campbell and Boardman 2005)
//! with soft weights. No photo takes part; `examples/look_constants.rs` writes the file.

use super::DIMS;

/// How many directions there are.
pub(super) const DIRECTIONS: usize = 64;
/// Bytes of a direction: its step as a little-endian number, then a signed byte for each number of a look.
const RECORD: usize = 4 + DIMS;

/// The directions. Their length says how much is taken: the square of it is the share, 0 to 1.
static FILE: &[u8; DIRECTIONS * RECORD] = include_bytes!("nuisance.bin");

/// Shortens a look along all directions.
pub(super) fn remove(values: &mut [f32]) {
    let mut taken = vec![0.0f32; values.len()];
    for record in FILE.chunks_exact(RECORD) {
        let step = f32::from_le_bytes([record[0], record[1], record[2], record[3]]);
        let direction = || record[4..].iter().map(|byte| f32::from(*byte as i8) * step);
        let along: f32 = direction().zip(values.iter()).map(|(d, v)| d * v).sum();
        for (taken, d) in taken.iter_mut().zip(direction()) {
            *taken += along * d;
        }
    }
    for (value, taken) in values.iter_mut().zip(taken) {
        *value -= taken;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_at_right_angles_and_take_no_more_than_there_is() {
        let directions: Vec<Vec<f32>> = FILE
            .chunks_exact(RECORD)
            .map(|r| {
                let step = f32::from_le_bytes([r[0], r[1], r[2], r[3]]);
                r[4..].iter().map(|b| f32::from(*b as i8) * step).collect()
            })
            .collect();
        for (i, a) in directions.iter().enumerate() {
            for (j, b) in directions.iter().enumerate().skip(i) {
                let dot: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                if i == j {
                    assert!((0.05..1.0).contains(&dot), "{i}: {dot}");
                } else {
                    assert!(dot.abs() < 0.03, "{i} {j}: {dot}");
                }
            }
        }
    }

    #[test]
    fn what_lies_along_a_direction_grows_shorter_and_nothing_grows_longer() {
        let length = |v: &[f32]| v.iter().map(|v| v * v).sum::<f32>().sqrt();
        let mut first: Vec<f32> = FILE[4..RECORD]
            .iter()
            .map(|b| f32::from(*b as i8))
            .collect();
        let before = length(&first);
        remove(&mut first);
        assert!(length(&first) < 0.7 * before);
        for seed in 0..20usize {
            let mut any: Vec<f32> = (0..DIMS)
                .map(|i| ((i * 7919 + seed * 104_729) % 997) as f32 / 498.5 - 1.0)
                .collect();
            let before = length(&any);
            remove(&mut any);
            assert!(length(&any) <= before * 1.001);
        }
    }
}
