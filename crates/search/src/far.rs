//! When nothing is close.
//!
//! How near the nearest looks does not settle it alone: a face is as near to some leather as a real photo is to
//! the rendered sample of the same kind. What the photo itself is like decides how near is near enough.

use material::{LegScores, LookFacts};

use crate::{score::Judged, subject::Subject};

/// Parts more unlike than this are hardly one surface.
const IN_PIECES: f32 = 0.33;
/// Noise changes from pixel to pixel at least so much, and is at most so uneven.
const NOISY: f32 = 0.82;
const NOISE_IS_EVEN: f32 = 0.035;

/// How near the nearest has to look (0 as unrelated pictures do, 1 as two of one material do) for anything to
/// be close.
fn near_enough(photo: &LookFacts) -> f32 {
    let (unevenness, grain) = (photo.unevenness.unwrap_or(0.0), photo.grain.unwrap_or(0.0));
    if grain > NOISY && unevenness < NOISE_IS_EVEN {
        // Fine speckles, felts and plain weaves come near to noise; it has to be one of them.
        1.0
    } else if unevenness > IN_PIECES {
        0.56
    } else {
        0.36
    }
}

/// Whether nothing looks close to the photo, given how near each candidate looks. Only a photo as it came can
/// be told so: what was led elsewhere by examples asks for something of its own.
pub(crate) fn nothing_close(subject: &Subject, looks: impl Iterator<Item = f32>) -> bool {
    let Some(photo) = &subject.look else {
        return false;
    };
    let nearest = looks.filter(|look| look.is_finite()).reduce(f32::max);
    subject.embedding.is_some()
        && subject.examples.is_empty()
        && nearest.is_some_and(|nearest| nearest < near_enough(photo))
}

/// What is missing, in a sentence: “The colours are here, the surface is not.”
pub(crate) fn sentence(subject: &Subject, judged: &[Judged]) -> String {
    let best_of = |leg: fn(&LegScores) -> Option<f32>| {
        judged
            .iter()
            .filter_map(|one| leg(&one.scores))
            .fold(0.0f32, f32::max)
    };
    if !subject.is_seen() {
        return "No material has these words. These come nearest.".to_owned();
    }
    if subject.embedding.is_none() && subject.look.is_none() {
        let sentence = "No material has these colours in about these shares. These come nearest.";
        return sentence.to_owned();
    }
    if !subject.other_looks.is_empty() {
        return "Nothing here is close to all of these pictures. These come nearest to them together.".to_owned();
    }
    let colour = best_of(|s| s.colour);
    let look = best_of(|s| s.look);
    let noise = |photo: &LookFacts| near_enough(photo) >= 1.0;
    let pieces = |photo: &LookFacts| photo.unevenness.is_some_and(|u| u > IN_PIECES);
    match &subject.look {
        Some(photo) if noise(photo) => {
            "Nothing here is close to your photo: it shows hardly anything but noise."
        }
        Some(photo) if pieces(photo) => {
            "Nothing here is close to your photo. It shows more than one surface; cut it to one of them."
        }
        _ if colour >= 0.7 && look < 0.5 => {
            "Nothing here is close to your photo. The colours are here, the surface is not."
        }
        _ if look >= 0.5 && colour < 0.5 => {
            "Nothing here is close to your photo. Surfaces like it are here, not in these colours."
        }
        _ => "Nothing here is close to your photo. These are the least far away.",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{ExampleCard, Origin};

    fn photo(unevenness: f32, grain: f32) -> Subject {
        Subject {
            origin: Origin::Photo,
            embedding: Some((catalog::ModelId(1), vec![1.0])),
            look: Some(LookFacts {
                unevenness: Some(unevenness),
                grain: Some(grain),
                ..LookFacts::default()
            }),
            ..Subject::default()
        }
    }

    fn far(subject: &Subject, looks: &[f32]) -> bool {
        nothing_close(subject, looks.iter().copied())
    }

    #[test]
    fn what_the_photo_is_like_decides_how_near_is_near_enough() {
        let (one, pieces, noise) = (photo(0.1, 0.4), photo(0.6, 0.2), photo(0.02, 0.97));
        assert!(!far(&one, &[0.1, 0.4]) && far(&one, &[0.1, 0.3]));
        assert!(!far(&pieces, &[0.6]) && far(&pieces, &[0.5]));
        assert!(!far(&noise, &[1.1]) && far(&noise, &[0.9]));
        // A weave that is as fine as noise, but not as even, is no noise.
        assert!(!far(&photo(0.1, 0.97), &[0.6]));
    }

    #[test]
    fn nothing_to_compare_with_is_not_nothing_close() {
        let one = photo(0.1, 0.4);
        assert!(!far(&one, &[]) && !far(&one, &[f32::NAN]));
        assert!(!far(&Subject::default(), &[0.0]));
        let mut unmeasured = photo(0.0, 0.0);
        unmeasured.look = Some(LookFacts::default());
        assert!(!far(&unmeasured, &[0.5]));
        let vectorless = Subject {
            embedding: None,
            ..photo(0.1, 0.4)
        };
        assert!(!far(&vectorless, &[0.1]));
    }

    #[test]
    fn what_is_led_by_examples_is_not_judged_by_the_photo() {
        let mut led = photo(0.1, 0.4);
        assert!(far(&led, &[0.1]));
        led.examples.push(example());
        assert!(!far(&led, &[0.1]));
    }

    #[test]
    fn of_several_pictures_it_is_said_of_all() {
        let mut led = photo(0.6, 0.2);
        led.other_looks.push((0.5, LookFacts::default()));
        assert!(sentence(&led, &[]).contains("all of these pictures"));
    }

    fn example() -> ExampleCard {
        let id = "a".repeat(64);
        ExampleCard {
            example: material::Example::parse(&id, false).expect("an example"),
            shown: material::ExampleShown::Photo {
                palette: Vec::new(),
            },
        }
    }
}
