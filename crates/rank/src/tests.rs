//! Tests of the order as a whole.

use material::{Band, Fusion, Leg, LegScores, Likeness, Weights};
use proptest::{collection::vec, option, prelude::*};

use crate::{Candidate, Kin, Ranked, Settings, fuse, sketch};

fn candidate(id: i64, look: Option<f32>, words: Option<f32>) -> Candidate {
    Candidate {
        id,
        scores: LegScores {
            look,
            words,
            ..LegScores::default()
        },
        ..Candidate::default()
    }
}

fn plain(weights: Weights) -> Settings {
    Settings {
        weights,
        diversity: 0.0,
        ..Settings::default()
    }
}

fn ids(candidates: &[Candidate], settings: &Settings) -> Vec<i64> {
    fuse(candidates, settings)
        .iter()
        .map(|r| candidates[r.index].id)
        .collect()
}

#[test]
fn the_weights_decide_between_legs() {
    let candidates = [
        candidate(1, Some(0.9), Some(0.5)),
        candidate(2, Some(0.5), Some(0.9)),
        candidate(3, Some(0.1), Some(0.1)),
    ];
    let weigh = |look, words| {
        plain(Weights {
            look,
            words,
            ..Weights::NONE
        })
    };
    assert_eq!(ids(&candidates, &weigh(100, 10)), [1, 2, 3]);
    assert_eq!(ids(&candidates, &weigh(10, 100)), [2, 1, 3]);
    assert_eq!(ids(&candidates, &weigh(0, 100)), [2, 1, 3]);
}

#[test]
fn what_is_guessed_does_not_outvote_what_is_seen() {
    let guess = |id, look, kind| {
        let mut c = candidate(id, Some(look), None);
        c.scores.kind = Some(kind);
        c
    };
    let mut candidates = vec![guess(1, 0.99, 0.8), guess(2, 0.9, 1.0)];
    candidates.extend((3..20).map(|id| guess(id, 0.85, 0.95)));
    let weights = Weights {
        look: 100,
        kind: 60,
        ..Weights::NONE
    };
    let first = |kind| {
        let sureness = LegScores {
            kind,
            ..LegScores::default()
        };
        let settings = Settings {
            sureness,
            ..plain(weights)
        };
        ids(&candidates, &settings)[0]
    };
    assert_eq!(first(Some(0.0)), 1);
    assert_eq!(first(Some(1.0)), 2);
    assert_eq!(first(None), 2);
}

#[test]
fn ranks_do_not_hear_how_far_apart_two_are_and_the_distribution_does() {
    let candidates = [
        candidate(1, Some(0.70), Some(0.40)),
        candidate(2, Some(0.45), Some(0.41)),
        candidate(3, Some(0.44), Some(0.42)),
    ];
    let by = |fusion| {
        let even = Weights {
            look: 50,
            words: 50,
            ..Weights::NONE
        };
        let ranked = fuse(
            &candidates,
            &Settings {
                fusion,
                ..plain(even)
            },
        );
        let of = |id| {
            ranked
                .iter()
                .find(|r| candidates[r.index].id == id)
                .map_or(0.0, |r| r.score)
        };
        (of(1), of(3))
    };
    let (first, third) = by(Fusion::Scores);
    assert!(first > third + 0.1);
    let (first, third) = by(Fusion::Ranks);
    assert!((first - third).abs() < 1e-6);
    let (first, third) = by(Fusion::Distribution);
    assert!((first - third).abs() > 0.01 && first > 0.0 && third < 1.0);
}

#[test]
fn unknown_stands_between_good_and_bad() {
    let candidates = [
        candidate(1, Some(0.6), Some(0.0)),
        candidate(2, Some(0.6), None),
        candidate(3, Some(0.6), Some(1.0)),
    ];
    for fusion in Fusion::ALL {
        let settings = Settings {
            fusion,
            ..plain(Weights::default())
        };
        assert_eq!(ids(&candidates, &settings), [3, 2, 1], "{fusion:?}");
    }
}

#[test]
fn not_a_number_counts_as_not_known() {
    let candidates = [
        candidate(1, Some(f32::NAN), Some(0.2)),
        candidate(2, Some(f32::INFINITY), Some(0.4)),
        candidate(3, None, Some(0.3)),
    ];
    for fusion in Fusion::ALL {
        let settings = Settings {
            fusion,
            ..Settings::default()
        };
        assert_eq!(ids(&candidates, &settings), [2, 3, 1], "{fusion:?}");
    }
}

#[test]
fn where_no_leg_has_a_say_all_are_weak_and_stand_by_id() {
    let scored: Vec<_> = [5, 3, 9, 1]
        .into_iter()
        .map(|id| candidate(id, Some(0.9), None))
        .collect();
    let blank: Vec<_> = scored.iter().map(|c| candidate(c.id, None, None)).collect();
    for (candidates, weights) in [(&scored, Weights::NONE), (&blank, Weights::default())] {
        let ranked = fuse(candidates, &plain(weights));
        assert!(
            ranked
                .iter()
                .all(|r| r.band == Band::Weak && r.score == 0.0)
        );
        assert_eq!(ids(candidates, &plain(weights)), [1, 3, 5, 9]);
    }
}

#[test]
fn bands_never_mix_and_close_to_nothing_is_weak() {
    let candidates: Vec<_> = (0..40)
        .map(|i| {
            candidate(
                i,
                Some((i * 7 % 40) as f32 / 40.0),
                Some((i * 11 % 40) as f32 / 40.0),
            )
        })
        .collect();
    let mut settings = Settings {
        fusion: Fusion::Ranks,
        ..Settings::default()
    };
    let ranked = fuse(&candidates, &settings);
    assert!(ranked.iter().map(|r| r.band).is_sorted());
    assert!(ranked.iter().any(|r| r.band == Band::Strong));
    settings.nothing_close = true;
    let ranked = fuse(&candidates, &settings);
    assert!(ranked.iter().all(|r| r.band == Band::Weak));
    // Who orders by words alone does not ask for looks.
    settings.weights = Weights::only(Leg::Words);
    let ranked = fuse(&candidates, &settings);
    assert_eq!(ranked[0].band, Band::Strong);
}

#[test]
fn beside_something_really_close_half_as_close_is_no_relative() {
    let far = candidate(2, Some(0.45), None);
    let bands = |best| {
        fuse(
            &[candidate(1, Some(best), None), far],
            &plain(Weights::default()),
        )
        .iter()
        .map(|r| r.band)
        .collect::<Vec<_>>()
    };
    assert_eq!(bands(1.0), [Band::Strong, Band::Weak]);
    assert_eq!(bands(0.5), [Band::Related, Band::Related]);
}

#[test]
fn doubles_stand_under_the_nearest_with_their_likeness() {
    let kin = |id, look, kin| Candidate {
        kin,
        ..candidate(id, Some(look), None)
    };
    let candidates = [
        kin(
            1,
            0.5,
            Kin {
                file: Some(1),
                ..Kin::default()
            },
        ),
        kin(
            2,
            0.9,
            Kin {
                file: Some(1),
                picture: Some(4),
                look: Some(7),
            },
        ),
        kin(
            3,
            0.8,
            Kin {
                picture: Some(4),
                ..Kin::default()
            },
        ),
        kin(
            4,
            0.7,
            Kin {
                look: Some(7),
                ..Kin::default()
            },
        ),
        kin(5, 0.6, Kin::default()),
        kin(6, 0.6, Kin::default()),
    ];
    let ranked = fuse(&candidates, &plain(Weights::default()));
    let places: Vec<i64> = ranked.iter().map(|r| candidates[r.index].id).collect();
    assert_eq!(places, [2, 5, 6]);
    assert_eq!(
        ranked[0].also,
        [
            (2, Likeness::Picture),
            (3, Likeness::Look),
            (0, Likeness::File)
        ]
    );
}

/// `count` nearly identical swatches of one maker, each a little nearer than any of the others.
fn flood(count: i64) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = (0..count)
        .map(|i| Candidate {
            maker: Some(1),
            sketch: Some([0, (i % 2) as u32]),
            ..candidate(i, Some(0.95 - 0.0005 * i as f32), None)
        })
        .collect();
    out.extend((0..count).map(|i| Candidate {
        maker: Some(2 + i as u32),
        sketch: Some([u32::MAX, (i as u32).wrapping_mul(2_654_435_761)]),
        ..candidate(count + i, Some(0.90 - 0.0005 * i as f32), None)
    }));
    out
}

#[test]
fn one_maker_does_not_fill_the_page() {
    let candidates = flood(60);
    let of_one = |settings: &Settings| {
        ids(&candidates, settings)
            .into_iter()
            .take(48)
            .filter(|id| *id < 60)
            .count()
    };
    assert_eq!(of_one(&plain(Weights::default())), 48);
    let spread = of_one(&Settings::default());
    assert!((1..=24).contains(&spread), "{spread}");
    assert_eq!(ids(&candidates, &Settings::default())[0], 0);
}

#[test]
fn ten_thousand_equals_keep_the_order_of_their_rows() {
    let candidates: Vec<_> = (0..10_000i64)
        .rev()
        .map(|id| Candidate {
            sketch: Some([7, 7]),
            maker: Some(1),
            ..candidate(id, Some(0.5), Some(0.5))
        })
        .collect();
    for fusion in Fusion::ALL {
        let settings = Settings {
            fusion,
            ..Settings::default()
        };
        assert!(ids(&candidates, &settings).is_sorted(), "{fusion:?}");
    }
}

#[test]
fn nothing_and_one_are_ranked() {
    assert!(fuse(&[], &Settings::default()).is_empty());
    assert_eq!(ids(&[candidate(3, None, None)], &Settings::default()), [3]);
}

#[test]
fn a_sketch_tells_near_from_far() {
    let of = |shift: f32| {
        let sign = |i: usize| u8::from((i as f32 * 0.7 + shift).sin() > 0.0);
        let signs: Vec<u8> = (0..64)
            .map(|byte| (0..8).fold(0, |bits, i| bits << 1 | sign(byte * 8 + i)))
            .collect();
        sketch(&signs)
    };
    let differ = |a: Option<[u32; 2]>, b: Option<[u32; 2]>| {
        let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
        (a[0] ^ b[0]).count_ones() + (a[1] ^ b[1]).count_ones()
    };
    assert_eq!(of(0.0), of(0.0));
    assert!(differ(of(0.0), of(0.1)) < 8);
    assert!(differ(of(0.0), of(1.5)) > 20);
    assert_eq!(sketch(&[]), None);
    assert!(sketch(&[1]).is_some());
}

#[test]
fn settings_and_candidates_travel() {
    let candidate = Candidate {
        maker: Some(3),
        sketch: Some([1, u32::MAX]),
        kin: Kin {
            look: Some(2),
            ..Kin::default()
        },
        ..candidate(9, Some(0.1), Some(f32::NAN))
    };
    let text = serde_json::to_string(&candidate).unwrap_or_default();
    let back: Candidate = serde_json::from_str(&text).unwrap_or_default();
    assert_eq!((back.id, back.kin, back.maker), (9, candidate.kin, Some(3)));
    // What is not a number does not come through, and was not counted before either.
    assert_eq!((back.scores.look, back.scores.words), (Some(0.1), None));
    let settings: Settings = serde_json::from_str("{}").unwrap_or_default();
    assert_eq!(settings, Settings::default());
}

fn any_candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let score = || option::of(prop_oneof![4 => 0.0f32..1.2, 1 => Just(f32::NAN)]);
    let key = || option::weighted(0.3, 0u32..6);
    let one = (
        (score(), score(), score(), score()),
        (key(), key(), key()),
        (option::of(0u32..4), option::of(any::<[u32; 2]>())),
    );
    vec(one, 0..60).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(i, ((look, colour, kind, words), kin, (maker, sketch)))| {
                let (file, picture, same) = kin;
                Candidate {
                    id: i as i64 * 3,
                    scores: LegScores {
                        look,
                        colour,
                        kind,
                        words,
                        ..LegScores::default()
                    },
                    kin: Kin {
                        file,
                        picture,
                        look: same,
                    },
                    maker,
                    sketch,
                }
            })
            .collect()
    })
}

fn any_settings() -> impl Strategy<Value = Settings> {
    (
        (0u8..=100, 0u8..=100, 0u8..=100, 0u8..=100),
        0usize..3,
        prop_oneof![Just(0.0f32), Just(f32::NAN), 0.0f32..2.0],
        option::of(0.0f32..1.0),
        any::<bool>(),
    )
        .prop_map(
            |((look, colour, kind, words), fusion, diversity, sure, far)| Settings {
                weights: Weights {
                    look,
                    colour,
                    kind,
                    words,
                    ..Weights::NONE
                },
                fusion: Fusion::ALL[fusion],
                diversity,
                sureness: LegScores {
                    kind: sure,
                    ..LegScores::default()
                },
                nothing_close: far,
            },
        )
}

/// A place by ids.
/// A place by its row: the band, and the rows under it.
type Placed = (i64, Band, Vec<(i64, Likeness)>);

fn by_id(candidates: &[Candidate], ranked: &[Ranked]) -> Vec<Placed> {
    ranked
        .iter()
        .map(|r| {
            let also = r.also.iter();
            let also = also.map(|(i, l)| (candidates[*i].id, *l)).collect();
            (candidates[r.index].id, r.band, also)
        })
        .collect()
}

proptest! {
    #[test]
    fn every_candidate_comes_back_once(candidates in any_candidates(), settings in any_settings()) {
        let ranked = fuse(&candidates, &settings);
        let mut seen: Vec<usize> = ranked
            .iter()
            .flat_map(|r| std::iter::once(r.index).chain(r.also.iter().map(|(i, _)| *i)))
            .collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..candidates.len()).collect::<Vec<_>>());
        prop_assert!(ranked.iter().map(|r| r.band).is_sorted());
        prop_assert!(ranked.iter().all(|r| r.score.is_finite() && r.closeness.is_finite()));
    }

    #[test]
    fn the_order_does_not_depend_on_the_order_given(
        candidates in any_candidates(), settings in any_settings(), turn in 0usize..60,
    ) {
        // Sums of the distribution depend on their order in the last bit; its ties may fall either way.
        prop_assume!(settings.fusion != Fusion::Distribution);
        let mut turned = candidates.clone();
        turned.rotate_left(turn % candidates.len().max(1));
        prop_assert_eq!(
            by_id(&candidates, &fuse(&candidates, &settings)),
            by_id(&turned, &fuse(&turned, &settings))
        );
    }

    #[test]
    fn what_is_nearer_on_every_leg_stands_before(candidates in any_candidates(), settings in any_settings()) {
        let settings = Settings { diversity: 0.0, fusion: Fusion::Scores, ..settings };
        let ranked = fuse(&candidates, &settings);
        for pair in ranked.windows(2) {
            prop_assert!(pair[0].band < pair[1].band || pair[0].score >= pair[1].score);
        }
    }
}
