//! When nothing is close.
//!
//! How near the nearest looks does not settle it alone: a face is as near to some leather as a real photo is to
//! the rendered sample of the same kind. What the photo itself is like decides how near is near enough.

use material::{LegScores, LookFacts};

use crate::{score::Judged, subject::Subject};

/// Parts more unlike than this are hardly one surface, and more unlike than that certainly none. Real photos of one
/// surface that are over the first seldom come near the second; portraits and screens mostly are beyond it.
const IN_PIECES: f32 = 0.33;
const PIECES_FOR_SURE: f32 = 0.45;
/// How near is near enough for one surface, and for what certainly is none.
const NEAR_A_SURFACE: f32 = 0.36;
const NEAR_PIECES: f32 = 0.58;
/// Noise changes from pixel to pixel at least so much, and is at most so uneven.
const NOISY: f32 = 0.82;
const NOISE_IS_EVEN: f32 = 0.035;

/// Nothing is to be seen but one thing as large as a good part of the picture, and it differs plainly in lightness (L)
/// or in hue: light that falls off, a sky, a backdrop. A plain surface in usual light differs less.
const PASSING_SIZE: f32 = 0.4;
const PASSING_CONTRAST: f32 = 5.0;
const PASSING_VARIETY: f32 = 5.0;
/// Letters are fine and plainly darker or lighter than their ground, and lines of them end where they like.
const LETTER_SIZE: f32 = 0.02;
const LETTER_CONTRAST: f32 = 7.0;
const LETTERS_ARE_UNEVEN: f32 = 0.13;

/// What a photo seems to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Surface,
    /// Several things, or one that is no surface.
    Pieces,
    Noise,
    /// A colour that passes into another.
    Passing,
    Writing,
}

impl Shows {
    fn of(photo: &LookFacts) -> Self {
        let (unevenness, grain) = (photo.unevenness.unwrap_or(0.0), photo.grain.unwrap_or(0.0));
        let variety = photo.variety.unwrap_or(0.0);
        let differs = photo.contrast > PASSING_CONTRAST || variety > PASSING_VARIETY;
        if grain > NOISY && unevenness < NOISE_IS_EVEN {
            Self::Noise
        } else if photo.coarseness > PASSING_SIZE && differs {
            Self::Passing
        } else if photo.coarseness > 0.0
            && photo.coarseness < LETTER_SIZE
            && photo.contrast > LETTER_CONTRAST
            && unevenness > LETTERS_ARE_UNEVEN
        {
            Self::Writing
        } else if unevenness > IN_PIECES {
            Self::Pieces
        } else {
            Self::Surface
        }
    }

    /// How near the nearest has to look (0 as unrelated pictures do, 1 as two of one material do) for anything to
    /// be close.
    fn near_enough(self, photo: &LookFacts) -> f32 {
        match self {
            Self::Surface => NEAR_A_SURFACE,
            Self::Pieces => {
                let beyond = photo.unevenness.unwrap_or(0.0) - IN_PIECES;
                let sure = (beyond / (PIECES_FOR_SURE - IN_PIECES)).clamp(0.0, 1.0);
                NEAR_A_SURFACE + sure * (NEAR_PIECES - NEAR_A_SURFACE)
            }
            Self::Writing => 0.75,
            // Plain surfaces in hard light are that near to each other.
            Self::Passing => 0.8,
            // Fine speckles, felts and plain weaves come near to noise; it has to be one of them.
            Self::Noise => 1.0,
        }
    }
}

/// Whether nothing looks close to the photo, given how near each candidate looks. Only a photo as it came can
/// be told so: what was led elsewhere by examples asks for something of its own.
pub(crate) fn nothing_close(subject: &Subject, looks: impl Iterator<Item = f32>) -> bool {
    let Some(photo) = &subject.look else {
        return false;
    };
    if subject.embedding.is_none() || !subject.examples.is_empty() {
        return false;
    }
    let Some(nearest) = looks.filter(|look| look.is_finite()).reduce(f32::max) else {
        return false;
    };
    let shows = Shows::of(photo);
    let enough = shows.near_enough(photo);
    tracing::debug!(nearest, enough, ?shows, "how near the nearest looks");
    nearest < enough
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
    match subject.look.as_ref().map(Shows::of) {
        Some(Shows::Noise) => {
            "Nothing here is close to your photo: it shows hardly anything but noise."
        }
        Some(Shows::Passing) => {
            "Nothing here is close to your photo: it shows hardly anything but light passing into shade, or a colour into another."
        }
        Some(Shows::Writing) => {
            "Nothing here is close to your photo. It looks like writing; cut it to a surface."
        }
        Some(Shows::Pieces) => {
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
        // What is a little more uneven than a surface has to be met a little nearer.
        let uneven = photo(0.39, 0.2);
        assert!(!far(&uneven, &[0.5]) && far(&uneven, &[0.44]));
        // A weave that is as fine as noise, but not as even, is no noise.
        assert!(!far(&photo(0.1, 0.97), &[0.6]));
    }

    #[test]
    fn writing_and_gradients_have_to_be_met_by_their_like() {
        let with = |coarseness, contrast, unevenness, variety| Subject {
            look: Some(LookFacts {
                coarseness,
                contrast,
                unevenness: Some(unevenness),
                variety: Some(variety),
                grain: Some(0.3),
                ..LookFacts::default()
            }),
            ..photo(0.1, 0.3)
        };
        let page = with(0.014, 11.0, 0.25, 0.0);
        assert!(far(&page, &[0.7]) && !far(&page, &[0.8]));
        assert!(sentence(&page, &[]).contains("writing"));
        let (sky, shade) = (with(0.6, 2.0, 0.05, 20.0), with(0.6, 8.0, 0.05, 0.5));
        assert!(far(&sky, &[0.7]) && far(&shade, &[0.7]) && !far(&sky, &[0.9]));
        assert!(sentence(&sky, &[]).contains("passing"));
        // A plain surface, a fine weave and a large pattern are what they were.
        for surface in [
            with(0.6, 1.5, 0.05, 1.0),
            with(0.014, 11.0, 0.05, 1.0),
            with(0.2, 20.0, 0.2, 9.0),
            with(0.0, 11.0, 0.2, 0.0),
        ] {
            assert!(!far(&surface, &[0.4]) && far(&surface, &[0.3]));
        }
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
