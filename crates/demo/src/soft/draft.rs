//! Drafts: which thread lies on top where, as a loom is set up to weave it.

use super::grain::cycle;

/// Longer floats than this do not occur; it also ends the search in a column that never interlaces.
const LONGEST_FLOAT: usize = 24;

/// The thread on top at one crossing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// The warp thread lies on top.
    pub warp: bool,
    /// Crossings of the same float before this one.
    pub before: u8,
    /// Crossings of the whole float.
    pub length: u8,
}

/// A repeat of the weave.
pub struct Draft {
    ends: usize,
    picks: usize,
    inverse: (f32, f32),
    crossings: Vec<Crossing>,
}

impl Draft {
    /// A draft from its rule: is the warp up at (end, pick)?
    pub fn new(ends: usize, picks: usize, up: impl Fn(usize, usize) -> bool) -> Self {
        let mut crossings = Vec::with_capacity(ends * picks);
        for j in 0..picks {
            for i in 0..ends {
                let warp = up(i, j);
                // Warp floats run along the picks, weft floats along the ends.
                let same = |step: usize| {
                    if warp {
                        up(i, (j + step) % picks)
                    } else {
                        !up((i + step) % ends, j)
                    }
                };
                let period = if warp { picks } else { ends };
                let after = (1..LONGEST_FLOAT).take_while(|&s| same(s)).count();
                let before = (1..LONGEST_FLOAT)
                    .take_while(|&s| same(period * LONGEST_FLOAT - s))
                    .count();
                crossings.push(Crossing {
                    warp,
                    before: before as u8,
                    length: (before + 1 + after) as u8,
                });
            }
        }
        Self {
            ends,
            picks,
            inverse: (1.0 / ends as f32, 1.0 / picks as f32),
            crossings,
        }
    }

    /// A draft as a loom is set up: the shaft each end is threaded on, for each treadle the shafts it lifts (bit n is shaft
    /// n), and the treadle of each pick.
    pub fn loom(threading: &[u8], tie_up: &[u8], treadling: &[u8]) -> Self {
        Self::new(threading.len(), treadling.len(), |i, j| {
            tie_up[usize::from(treadling[j])] >> threading[i] & 1 == 1
        })
    }

    /// One over, one under.
    pub fn plain() -> Self {
        Self::loom(&[0, 1], &[0b01, 0b10], &[0, 1])
    }

    /// 2/2 twill: over two, under two, one further each pick.
    pub fn twill() -> Self {
        Self::loom(&[0, 1, 2, 3], &TWILL, &[0, 1, 2, 3])
    }

    /// 3/1 twill, warp-faced: denim, gabardine.
    pub fn warp_twill() -> Self {
        Self::loom(
            &[0, 1, 2, 3],
            &[0b0111, 0b1110, 0b1101, 0b1011],
            &[0, 1, 2, 3],
        )
    }

    /// Broken 2/2 twill: `half` ends rising, `half` falling, with the clean cut between that makes a herringbone.
    pub fn herringbone(half: usize) -> Self {
        let rising = (0..half).map(|i| (i % 4) as u8);
        // The falling half starts two shafts on, so each end at the cut is the opposite of its neighbour.
        let falling = (0..half).map(|i| ((half + 1 + 4 * half - i) % 4) as u8);
        let threading: Vec<u8> = rising.chain(falling).collect();
        Self::loom(&threading, &TWILL, &[0, 1, 2, 3])
    }

    /// Point twill in both directions: concentric diamonds, `half` ends from point to point.
    pub fn diamond(half: usize) -> Self {
        let point: Vec<u8> = (0..half)
            .chain((1..=half).rev())
            .map(|i| (i % 4) as u8)
            .collect();
        Self::loom(&point, &TWILL, &point)
    }

    /// `n` ends and picks woven as one.
    pub fn basket(n: usize) -> Self {
        Self::new(2 * n, 2 * n, |i, j| (i / n + j / n).is_multiple_of(2))
    }

    /// Satin over `n` ends with a step of `step`: the warp on top but for one crossing in `n`.
    pub fn satin(n: usize, step: usize) -> Self {
        Self::new(n, n, |i, j| (j * step) % n != i)
    }

    /// The other side of [`Draft::satin`]: the weft on top.
    pub fn sateen(n: usize, step: usize) -> Self {
        Self::new(n, n, |i, j| (j * step) % n == i)
    }

    /// The crossing of an end and a pick, counted without end in both directions.
    #[inline(always)]
    pub fn at(&self, i: i32, j: i32) -> Crossing {
        let (i, j) = (
            cycle(i, self.ends as i32, self.inverse.0),
            cycle(j, self.picks as i32, self.inverse.1),
        );
        self.crossings[j * self.ends + i]
    }
}

/// The four treadles of a balanced twill.
const TWILL: [u8; 4] = [0b0011, 0b0110, 0b1100, 0b1001];

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(draft: &Draft) -> Vec<u8> {
        draft.crossings.iter().map(|c| c.length).collect()
    }

    #[test]
    fn floats_have_the_length_of_their_weave() {
        assert!(floats(&Draft::plain()).iter().all(|&l| l == 1));
        assert!(floats(&Draft::twill()).iter().all(|&l| l == 2));
        let satin = Draft::satin(5, 2);
        for c in &satin.crossings {
            assert_eq!(c.length, if c.warp { 4 } else { 1 });
        }
        assert!(floats(&Draft::basket(3)).iter().all(|&l| l == 3));
    }

    #[test]
    fn a_float_counts_up_from_its_start() {
        let twill = Draft::twill();
        for j in 0..4 {
            for i in 0..4 {
                let c = twill.at(i, j);
                let last = if c.warp {
                    twill.at(i, j - 1)
                } else {
                    twill.at(i - 1, j)
                };
                if last.warp == c.warp {
                    assert_eq!(c.before, last.before + 1);
                } else {
                    assert_eq!(c.before, 0);
                }
            }
        }
    }

    #[test]
    fn a_herringbone_turns_with_a_clean_cut() {
        let half = 14;
        let draft = Draft::herringbone(half as usize);
        for j in 0..4 {
            assert_ne!(
                draft.at(half - 1, j).warp,
                draft.at(half, j).warp,
                "at the cut, pick {j}"
            );
            assert_eq!(
                draft.at(1, j).warp,
                draft.at(2, j + 1).warp,
                "the first half rises"
            );
            assert_eq!(
                draft.at(half + 2, j).warp,
                draft.at(half + 1, j + 1).warp,
                "the second half falls"
            );
        }
    }

    #[test]
    fn a_satin_is_mostly_warp_and_its_sateen_mostly_weft() {
        let up = |d: &Draft| d.crossings.iter().filter(|c| c.warp).count();
        assert_eq!(up(&Draft::satin(5, 2)), 20);
        assert_eq!(up(&Draft::sateen(5, 2)), 5);
    }
}
