//! Photos of pieces as anybody might take them, for fitting numbers to: many of each piece, no two alike.

use crate::{Picture, Piece, View, picture, shade::Light};

/// The longest side of a photo, in pixels.
pub const SIDE: u32 = 288;

fn mix(z: u64) -> u64 {
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// A number from 0 to 1 for a piece, a shot and a use.
fn unit(piece: usize, shot: usize, what: u64) -> f32 {
    let seed = (piece as u64) << 32 | (shot as u64) << 8 | what;
    (mix(mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15))) >> 40) as f32 / (1u64 << 24) as f32
}

/// One photo of a piece: from a random place, distance and turn, in one of four lights, at 128, 192 or [`SIDE`] pixels, with
/// another exposure, white balance, contrast, saturation and noise each time. `number` is the place of the piece in
/// [`library`](crate::library): the same number and shot give the same photo.
#[must_use]
pub fn shoot(piece: &Piece, number: usize, shot: usize) -> Picture {
    let dice = |what| unit(number, shot, what);
    let lights = [
        Light::studio(),
        Light::raking(),
        Light::evening(),
        Light::overcast(),
    ];
    let view = View {
        label: "",
        zoom: (dice(0) * 1.6 - 0.8).exp2(),
        turn: if dice(1) < 0.5 {
            dice(2)
        } else {
            (dice(2) - 0.5) * 0.08
        },
        at: ((dice(3) - 0.5) * 20_000.0, (dice(4) - 0.5) * 20_000.0),
        light: lights[(dice(5) * 3.999) as usize],
    };
    let side = [128, 192, SIDE][(dice(9) * 2.999) as usize];
    let mut picture = picture(piece.painter.as_ref(), &view, piece.mm_across, side);
    let exposure = (dice(6) - 0.5) * 0.8;
    let warmth = (dice(7) - 0.5) * 0.3;
    let tint = (dice(8) - 0.5) * 0.1;
    let gain = [
        (exposure + warmth).exp2(),
        (exposure + tint).exp2(),
        (exposure - warmth).exp2(),
    ];
    let gamma = ((dice(10) - 0.5) * 0.8).exp2();
    let saturation = 0.6 + 0.6 * dice(11);
    let noise = dice(12).powi(2) * 16.0;
    let mut grain = (number as u64) << 20 | shot as u64;
    for p in picture.rgb.chunks_exact_mut(3) {
        let c: [f32; 3] = std::array::from_fn(|i| {
            255.0
                * (f32::from(p[i]) * gain[i] / 255.0)
                    .clamp(0.0, 1.0)
                    .powf(gamma)
        });
        let grey = (c[0] + 2.0 * c[1] + c[2]) / 4.0;
        grain = mix(grain.wrapping_add(0x9e37_79b9_7f4a_7c15));
        let n = ((grain >> 40) as f32 / (1u64 << 24) as f32 - 0.5) * noise;
        for (out, v) in p.iter_mut().zip(c) {
            *out = (grey + (v - grey) * saturation + n)
                .round()
                .clamp(0.0, 255.0) as u8;
        }
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shots_repeat_themselves_and_differ_from_each_other() {
        let pieces = crate::library();
        let piece = pieces.first().expect("the library has pieces");
        let photo = |shot| shoot(piece, 0, shot).rgb;
        assert_eq!(photo(1), photo(1));
        assert_ne!(photo(1), photo(2));
    }
}
