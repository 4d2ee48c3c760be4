//! What an order depends on, as plain numbers: small on the way, and read by a browser in one step.

use material::{Leg, LegScores};
use rank::{Candidate, Kin};

/// In place of what is not known; all that is known is 0 or more.
const NONE: f32 = -1.0;
/// Numbers beside the scores: three kinds of kin, the maker, two halves of the sketch.
const MARKS: usize = 6;

/// Scores, leg by leg.
pub fn scores(of: &LegScores) -> [f32; Leg::ALL.len()] {
    Leg::ALL.map(|leg| of.of(leg).map_or(NONE, |score| score.max(0.0)))
}

/// Reads scores back.
pub fn read_scores(numbers: &[f32]) -> LegScores {
    let mut out = LegScores::default();
    for (leg, number) in Leg::ALL.into_iter().zip(numbers) {
        *out.slot(leg) = Some(*number).filter(|n| *n >= 0.0);
    }
    out
}

/// Everything else a candidate's place depends on.
pub fn marks(of: &Candidate) -> [i64; MARKS] {
    let number = |n: Option<u32>| n.map_or(-1, i64::from);
    let sketch = |half: usize| number(of.sketch.map(|sketch| sketch[half]));
    [
        number(of.kin.file),
        number(of.kin.picture),
        number(of.kin.look),
        number(of.maker),
        sketch(0),
        sketch(1),
    ]
}

/// Candidates from their ids, scores and marks, one after another. What is missing at the end is left out.
pub fn read(ids: &[f64], scores: &[f32], marks: &[f64]) -> Vec<Candidate> {
    let scores = scores.chunks_exact(Leg::ALL.len());
    let marks = marks.chunks_exact(MARKS);
    ids.iter()
        .zip(scores)
        .zip(marks)
        .map(|((id, scores), marks)| {
            let number = |at: usize| Some(marks[at]).filter(|n| *n >= 0.0).map(|n| n as u32);
            Candidate {
                id: *id as i64,
                scores: read_scores(scores),
                kin: Kin {
                    file: number(0),
                    picture: number(1),
                    look: number(2),
                },
                maker: number(3),
                sketch: number(4).zip(number(5)).map(|(a, b)| [a, b]),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rank::{Settings, fuse};

    /// There and back as a browser does it: through text, and with every number as it reads numbers.
    fn travelled(candidates: &[Candidate]) -> Vec<Candidate> {
        let ids: Vec<i64> = candidates.iter().map(|c| c.id).collect();
        let numbers: Vec<f32> = candidates.iter().flat_map(|c| scores(&c.scores)).collect();
        let others: Vec<i64> = candidates.iter().flat_map(marks).collect();
        let text = |value: serde_json::Result<String>| value.expect("numbers are text");
        let read_back = |text: String| -> Vec<f64> {
            serde_json::from_str(&text).expect("the text is numbers")
        };
        let numbers = read_back(text(serde_json::to_string(&numbers)));
        read(
            &read_back(text(serde_json::to_string(&ids))),
            &numbers.iter().map(|n| *n as f32).collect::<Vec<_>>(),
            &read_back(text(serde_json::to_string(&others))),
        )
    }

    fn candidate() -> impl Strategy<Value = Candidate> {
        let score = || prop::option::of(0.0f32..1.5);
        let number = || prop::option::weighted(0.2, any::<u32>());
        (
            prop::collection::vec(score(), Leg::ALL.len()),
            prop::collection::vec(number(), 4),
            prop::option::of(any::<[u32; 2]>()),
        )
            .prop_map(|(values, numbers, sketch)| {
                let mut scores = LegScores::default();
                for (leg, value) in Leg::ALL.into_iter().zip(values) {
                    *scores.slot(leg) = value;
                }
                Candidate {
                    id: 0,
                    scores,
                    kin: Kin {
                        file: numbers[0],
                        picture: numbers[1],
                        look: numbers[2],
                    },
                    maker: numbers[3],
                    sketch,
                }
            })
    }

    proptest! {
        #[test]
        fn nothing_is_lost_on_the_way_and_the_order_is_the_same(
            mut candidates in prop::collection::vec(candidate(), 0..60),
        ) {
            for (id, candidate) in candidates.iter_mut().enumerate() {
                candidate.id = (1 << 40) + id as i64;
            }
            let arrived = travelled(&candidates);
            prop_assert_eq!(&arrived, &candidates);
            let settings = Settings::default();
            prop_assert_eq!(fuse(&arrived, &settings), fuse(&candidates, &settings));
        }
    }

    #[test]
    fn what_is_no_number_is_not_known() {
        let broken = Candidate {
            scores: LegScores {
                look: Some(f32::NAN),
                colour: Some(f32::INFINITY),
                kind: Some(0.5),
                ..LegScores::default()
            },
            ..Candidate::default()
        };
        let arrived = travelled(&[broken]);
        assert_eq!(arrived[0].scores.look, None);
        assert_eq!(arrived[0].scores.colour, None);
        assert_eq!(arrived[0].scores.kind, Some(0.5));
        assert!(read(&[1.0], &[0.5], &[]).is_empty(), "cut off on the way");
    }
}
