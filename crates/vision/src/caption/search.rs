//! Greedy and beam search for the likeliest caption, step by step as Hugging Face's `transformers`
//! (version 5) does them, so that a caption is the one it would give.

use super::generation::{EarlyStopping, Generation};

/// Logits of the next token after some tokens, one number for every token of the vocabulary.
pub(super) type Next<'a> = dyn FnMut(&[u32]) -> Result<Vec<f32>, Stop> + 'a;

/// Why a search ends without a caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nobody waits for it any more.
    GivenUp,
    /// The model failed.
    Failed(String),
}

/// Tokens, the prompt first, and how likely the model found each token after it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tokens {
    pub ids: Vec<u32>,
    /// 0 to 1, one for each token after the prompt.
    pub probabilities: Vec<f32>,
}

/// What stands fixed during a search.
pub(super) struct Frame<'a> {
    pub generation: &'a Generation,
    /// The token that ends a caption.
    pub end: u32,
    /// The most tokens, the prompt included.
    pub longest: usize,
}

/// The score of what has not been scored, as in the original.
const NONE: f32 = -1.0e9;

/// Looks for a caption that begins with `prompt`.
pub(super) fn search(
    prompt: &[u32],
    frame: &Frame<'_>,
    next: &mut Next<'_>,
) -> Result<Tokens, Stop> {
    if prompt.len() >= frame.longest {
        return Err(Stop::Failed(format!(
            "its prompt of {} tokens leaves no room in {}",
            prompt.len(),
            frame.longest
        )));
    }
    if frame.generation.beams == 1 {
        greedy(prompt, frame, next)
    } else {
        beams(prompt, frame, next)
    }
}

fn greedy(prompt: &[u32], frame: &Frame<'_>, next: &mut Next<'_>) -> Result<Tokens, Stop> {
    let mut out = Tokens {
        ids: prompt.to_vec(),
        probabilities: Vec::new(),
    };
    while out.ids.len() < frame.longest {
        let mut scores = next(&out.ids)?;
        let logs = log_softmax(&scores);
        restrain(&mut scores, &out.ids, frame);
        let token = best(&scores).ok_or_else(nothing)?;
        out.ids.push(token as u32);
        out.probabilities.push(logs[token].exp());
        if token as u32 == frame.end {
            break;
        }
    }
    Ok(out)
}

fn best(scores: &[f32]) -> Option<usize> {
    // The first of equals, as PyTorch takes it.
    (0..scores.len()).reduce(|best, i| if scores[i] > scores[best] { i } else { best })
}

fn nothing() -> Stop {
    Stop::Failed("it has no tokens".to_owned())
}

#[derive(Debug, Clone)]
struct Beam {
    tokens: Tokens,
    /// Sum of log probabilities; of a finished one, divided by the length penalty.
    score: f32,
}

/// One more token for a running beam.
struct Step {
    beam: usize,
    token: u32,
    score: f32,
    probability: f32,
}

fn beams(prompt: &[u32], frame: &Frame<'_>, next: &mut Next<'_>) -> Result<Tokens, Stop> {
    let generation = frame.generation;
    let width = generation.beams;
    let mut running = vec![Beam {
        tokens: Tokens {
            ids: prompt.to_vec(),
            probabilities: Vec::new(),
        },
        score: 0.0,
    }];
    let mut finished: Vec<Beam> = Vec::new();
    loop {
        let length = running[0].tokens.ids.len();
        // Twice as many as beams: even if the best all end here, enough are left to go on with.
        let steps = best_steps(&running, width * 2, frame, next)?;
        let ends = |step: &Step| step.token == frame.end || length + 1 >= frame.longest;
        let penalty = ((length + 1 - prompt.len()) as f32).powf(generation.length_penalty);
        for step in steps.iter().take(width).filter(|step| ends(step)) {
            let mut beam = extended(&running, step);
            beam.score /= penalty;
            finished.push(beam);
        }
        finished.sort_by(|a, b| b.score.total_cmp(&a.score));
        finished.truncate(width);
        let all_ended = steps.iter().all(ends);
        let going: Vec<Beam> = steps
            .iter()
            .filter(|step| !ends(step))
            .take(width)
            .map(|step| extended(&running, step))
            .collect();
        let full = finished.len() == width;
        if all_ended
            || going.is_empty()
            || (full && generation.early_stopping == EarlyStopping::Full)
            || !can_improve(&going[0], &finished, prompt.len(), frame)
        {
            break;
        }
        running = going;
    }
    finished
        .into_iter()
        .next()
        .map(|beam| beam.tokens)
        .ok_or_else(nothing)
}

/// Whether the best running beam may still become better than the worst finished one. `transformers`
/// assumes that its score stays as it is at this length, or, with “never”, at the greatest length
/// when long captions are favoured.
fn can_improve(best: &Beam, finished: &[Beam], prompt: usize, frame: &Frame<'_>) -> bool {
    if finished.len() < frame.generation.beams {
        return true;
    }
    let penalty = frame.generation.length_penalty;
    let never = frame.generation.early_stopping == EarlyStopping::Never;
    let length = if never && penalty > 0.0 {
        frame.longest - prompt
    } else {
        best.tokens.ids.len() - prompt
    };
    let possible = best.score / (length as f32).powf(penalty);
    let worst = finished.last().map_or(NONE, |beam| beam.score);
    possible > worst
}

fn extended(running: &[Beam], step: &Step) -> Beam {
    let mut tokens = running[step.beam].tokens.clone();
    tokens.ids.push(step.token);
    tokens.probabilities.push(step.probability);
    Beam {
        tokens,
        score: step.score,
    }
}

/// The best `count` steps of all running beams, best first.
fn best_steps(
    running: &[Beam],
    count: usize,
    frame: &Frame<'_>,
    next: &mut Next<'_>,
) -> Result<Vec<Step>, Stop> {
    let mut steps: Vec<Step> = Vec::new();
    for (index, beam) in running.iter().enumerate() {
        let logs = log_softmax(&next(&beam.tokens.ids)?);
        let mut scores = logs.clone();
        restrain(&mut scores, &beam.tokens.ids, frame);
        let mut order: Vec<usize> = (0..scores.len()).collect();
        let by_score = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]);
        if count < order.len() {
            order.select_nth_unstable_by(count, by_score);
            order.truncate(count);
        }
        steps.extend(order.into_iter().map(|token| Step {
            beam: index,
            token: token as u32,
            score: scores[token] + beam.score,
            probability: logs[token].exp(),
        }));
    }
    steps.sort_by(|a, b| {
        let order = b.score.total_cmp(&a.score);
        order.then(a.beam.cmp(&b.beam)).then(a.token.cmp(&b.token))
    });
    steps.truncate(count);
    if steps.is_empty() {
        return Err(nothing());
    }
    Ok(steps)
}

/// Logarithms of the probabilities that logits stand for.
fn log_softmax(logits: &[f32]) -> Vec<f32> {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|l| (l - max).exp()).sum();
    let log = sum.ln();
    logits.iter().map(|l| l - max - log).collect()
}

/// What the settings forbid or make less likely, in the order of `transformers`: repetition, repeated
/// runs, an end too early. Scores are logits or their logarithms.
fn restrain(scores: &mut [f32], said: &[u32], frame: &Frame<'_>) {
    let generation = frame.generation;
    let penalty = generation.repetition_penalty;
    if penalty != 1.0 {
        let mut once: Vec<u32> = said.to_vec();
        once.sort_unstable();
        once.dedup();
        for token in once {
            if let Some(score) = scores.get_mut(token as usize) {
                *score = if *score < 0.0 {
                    *score * penalty
                } else {
                    *score / penalty
                };
            }
        }
    }
    let run = generation.no_repeat_ngram;
    if run > 0 && said.len() + 1 >= run {
        let tail = &said[said.len() + 1 - run..];
        for window in said.windows(run).filter(|w| w[..run - 1] == *tail) {
            if let Some(score) = scores.get_mut(window[run - 1] as usize) {
                *score = f32::NEG_INFINITY;
            }
        }
    }
    if said.len() < generation.min_length
        && let Some(score) = scores.get_mut(frame.end as usize)
    {
        *score = f32::NEG_INFINITY;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A language of five tokens in which 4 ends: after each token, how much it speaks for the next.
    const LOGITS: [[f32; 5]; 5] = [
        [0.0, 2.0, 1.9, 0.0, -3.0],
        [0.0, 0.1, 0.2, 0.3, -1.0],
        [0.0, 0.0, 0.0, 5.0, 0.0],
        [0.0, 0.0, 0.0, 0.5, 4.0],
        [0.0; 5],
    ];

    fn find(generation: &Generation, longest: usize) -> Tokens {
        let frame = Frame {
            generation,
            end: 4,
            longest,
        };
        let mut next = |ids: &[u32]| Ok(LOGITS[ids[ids.len() - 1] as usize].to_vec());
        search(&[0], &frame, &mut next).expect("finds a caption")
    }

    #[test]
    fn beams_find_what_greed_passes_by() {
        let greedy = find(&Generation::default(), 8);
        assert_eq!(greedy.ids, [0, 1, 3, 4]);
        let wide = Generation {
            beams: 3,
            ..Generation::default()
        };
        let wide = find(&wide, 8);
        assert_eq!(wide.ids, [0, 2, 3, 4]);
        assert_eq!(wide.probabilities.len(), 3);
        let total = |t: &Tokens| t.probabilities.iter().product::<f32>();
        assert!(total(&wide) > total(&greedy));
    }

    #[test]
    fn a_caption_ends_at_the_longest() {
        let generation = Generation {
            min_length: 100,
            ..Generation::default()
        };
        for beams in [1, 4] {
            let found = find(
                &Generation {
                    beams,
                    ..generation.clone()
                },
                6,
            );
            assert_eq!(found.ids.len(), 6);
            assert!(!found.ids.contains(&4));
        }
    }

    #[test]
    fn no_run_is_said_twice() {
        let generation = Generation {
            no_repeat_ngram: 1,
            min_length: 4,
            ..Generation::default()
        };
        let mut ids = find(&generation, 5).ids;
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 5);
    }

    #[test]
    fn failures_and_patience_end_a_search() {
        let generation = Generation::default();
        let frame = Frame {
            generation: &generation,
            end: 4,
            longest: 3,
        };
        let given_up = search(&[0], &frame, &mut |_| Err(Stop::GivenUp));
        assert_eq!(given_up, Err(Stop::GivenUp));
        let empty = search(&[0], &frame, &mut |_| Ok(Vec::new()));
        assert!(matches!(empty, Err(Stop::Failed(_))));
        let crowded = search(&[0, 1, 2], &frame, &mut |_| Ok(vec![0.0; 5]));
        assert!(matches!(crowded, Err(Stop::Failed(_))));
    }

    proptest::proptest! {
        #[test]
        fn any_logits_give_a_caption(
            seed in proptest::collection::vec(-8.0f32..8.0, 7),
            beams in 1usize..5, penalty in -2.0f32..2.0, stop in 0usize..3, longest in 2usize..12,
        ) {
            let stopping = [EarlyStopping::Heuristic, EarlyStopping::Full, EarlyStopping::Never];
            let generation = Generation {
                beams, length_penalty: penalty, early_stopping: stopping[stop], ..Generation::default()
            };
            let frame = Frame { generation: &generation, end: 6, longest };
            let mut next = |ids: &[u32]| {
                let turn = ids.iter().map(|i| *i as usize).sum::<usize>() % 7;
                let mut logits = seed.clone();
                logits.rotate_left(turn);
                Ok(logits)
            };
            let found = search(&[0], &frame, &mut next).expect("finds one");
            proptest::prop_assert!((2..=longest).contains(&found.ids.len()));
            proptest::prop_assert_eq!(found.probabilities.len() + 1, found.ids.len());
            let ended = found.ids.iter().position(|i| *i == 6);
            proptest::prop_assert!(ended.is_none_or(|at| at + 1 == found.ids.len()));
        }
    }
}
