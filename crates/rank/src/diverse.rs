//! Spreading what is nearly the same.

use crate::{Candidate, Ranked};

/// Of 64 signs, in how many two may differ and still be nearly the same. Two
/// views of one material differ in 8 at the median, unrelated pictures in 23 and hardly ever in fewer than 9.
const NEAR: f32 = 10.0;
/// How much of a repetition it is when another maker repeats: less, since one may want to choose.
const OTHER_MAKER: f32 = 0.5;
/// Places that are filled this way; nobody compares what comes after them side by side.
const PLACES: usize = 192;

/// Maximal marginal relevance (Carbonell and Goldstein 1998): each place goes to whatever is best after
/// taking off how nearly it repeats what stands already. `diversity` is 1 − λ, 0 to 1.
///
/// `ranked` is one band in its order; the first stays the first.
pub(crate) fn spread(ranked: &mut [Ranked], candidates: &[Candidate], diversity: f32) {
    if diversity.is_nan() || diversity <= 0.0 || ranked.len() < 3 {
        return;
    }
    let diversity = diversity.min(1.0);
    let mut repeats = vec![0.0f32; ranked.len()];
    for place in 1..ranked.len().min(PLACES) {
        let last = &candidates[ranked[place - 1].index];
        let mut best = place;
        let mut best_value = f32::NEG_INFINITY;
        for at in place..ranked.len() {
            let repeat = repetition(last, &candidates[ranked[at].index]);
            repeats[at] = repeats[at].max(repeat);
            let value = (1.0 - diversity) * ranked[at].score - diversity * repeats[at];
            // The earlier wins a tie, so that equals keep their order.
            if value > best_value {
                best = at;
                best_value = value;
            }
        }
        // Moves one forward and keeps the order of the others.
        ranked[place..=best].rotate_right(1);
        repeats[place..=best].rotate_right(1);
    }
}

/// How nearly one repeats the other, 0 to 1.
fn repetition(a: &Candidate, b: &Candidate) -> f32 {
    let (Some(x), Some(y)) = (a.sketch, b.sketch) else {
        return 0.0;
    };
    let differ = (x[0] ^ y[0]).count_ones() + (x[1] ^ y[1]).count_ones();
    let near = (1.0 - differ as f32 / NEAR).max(0.0);
    let same_maker = a.maker.is_some() && a.maker == b.maker;
    if same_maker { near } else { near * OTHER_MAKER }
}
