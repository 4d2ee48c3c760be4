//! Pictures to words: the contract of everything that says what a photo shows.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use material::{Analysis, Field};
use photo::Pixels;

/// Who says it; stands beside every stored analysis.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source {
    /// The provider's name in the configuration, e.g. `together`.
    pub provider: String,
    /// The model that answered, e.g. `meta-llama/Llama-3.2-90B-Vision-Instruct-Turbo`.
    pub model: String,
    /// Changes whenever the question does, so that old and new answers are told apart.
    pub prompt_version: String,
}

/// How much is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Depth {
    /// The kind, its colours and one short sentence, from a small picture.
    Basic,
    /// Finish, texture and pattern as well.
    #[default]
    Detailed,
    /// Uses as well, with a longer text, from a large picture.
    Comprehensive,
}

impl Depth {
    /// Every depth, least first.
    pub const ALL: [Self; 3] = [Self::Basic, Self::Detailed, Self::Comprehensive];

    /// What is asked, in the order of the answer.
    pub fn fields(self) -> &'static [Field] {
        const ALL: [Field; 6] = [
            Field::Category,
            Field::Colours,
            Field::Finish,
            Field::Texture,
            Field::Pattern,
            Field::Applications,
        ];
        match self {
            Self::Basic => &ALL[..2],
            Self::Detailed => &ALL[..5],
            Self::Comprehensive => &ALL,
        }
    }

    /// As it stands in settings and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Detailed => "detailed",
            Self::Comprehensive => "comprehensive",
        }
    }

    /// Reads the form of [`Depth::as_str`], whatever the case.
    pub fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        Self::ALL
            .into_iter()
            .find(|d| d.as_str().eq_ignore_ascii_case(value))
    }
}

/// What somebody wishes of one description beside its depth. None of it changes the rules or the form of the
/// answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wish {
    /// A remark about the photo. It is handed on as data: quoted, behind the question.
    remark: Option<String>,
    /// How freely the model may speak, 0 to 2; what was set where there is none.
    temperature: Option<f32>,
    /// The most tokens of the answer; never more than what was set.
    max_tokens: Option<u32>,
}

impl Wish {
    /// The longest remark in characters.
    pub const LONGEST: usize = 1_000;

    /// A wish; what is out of bounds is brought into them, and a remark loses what cannot be printed.
    pub fn new(remark: Option<&str>, temperature: Option<f32>, max_tokens: Option<u32>) -> Self {
        let clean = |remark: &str| {
            let clean: String = remark
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(Self::LONGEST)
                .collect();
            Some(clean.trim().to_owned()).filter(|remark| !remark.is_empty())
        };
        Self {
            remark: remark.and_then(clean),
            temperature: temperature
                .filter(|t| t.is_finite())
                .map(|t| t.clamp(0.0, 2.0)),
            max_tokens,
        }
    }

    /// Whether nothing is wished: only then an answer may be remembered for others.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The remark.
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// The temperature, or the one that was set.
    pub fn temperature(&self, set: f32) -> f32 {
        self.temperature.unwrap_or(set)
    }

    /// The tokens of an answer that may have so many, at least 64.
    pub fn max_tokens(&self, set: u32) -> u32 {
        self.max_tokens
            .map_or(set, |wished| wished.max(64).min(set))
    }
}

/// Tokens a call used, as the provider counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Of the question, the picture included.
    pub input: u64,
    /// Of the answer.
    pub output: u64,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// What was seen: values of the closed lists with a confidence each, and a sentence. Never an
    /// estimate.
    pub analysis: Analysis,
    /// Words that are in none of the lists, as “finish: silky”. For people to read; no filter sees
    /// them.
    pub other: Vec<String>,
    /// Who really answered, which in a chain may be any of its members.
    pub source: Source,
    /// What it used, where the provider says.
    pub usage: Option<Usage>,
}

/// What the log may know about a failure and people need not: bounded, free of keys.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Detail(String);

impl Detail {
    /// The most characters that are kept.
    pub const LIMIT: usize = 400;

    /// Takes a text that is known to hold no secret: control characters go, and what is too long.
    pub fn new(text: &str) -> Self {
        let clean: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(Self::LIMIT)
            .collect();
        Self(clean)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Detail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::fmt::Display for Detail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why there is no description. Reads as a sentence for people; [`DescribeError::detail`] is for
/// the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescribeError {
    /// The money set aside for vision models is spent, or its book cannot be reached.
    #[error("The budget for looking at photos with a vision model is used up for now.")]
    Budget(Detail),
    /// The provider, or our own limit for it, asks for patience.
    #[error("The vision model is asked too often right now. Try again in a moment.")]
    RateLimited {
        /// When asking again makes sense, where that is known.
        retry_after: Option<Duration>,
        /// For the log.
        detail: Detail,
    },
    /// The provider no longer has the model. It is not asked again.
    #[error("The vision model {model} is no longer offered. Another one has to be set.")]
    Gone {
        /// Which.
        model: String,
        /// For the log.
        detail: Detail,
    },
    /// Nobody answers, or the answer is a server's error.
    #[error("The vision model cannot be reached right now.")]
    Unreachable(Detail),
    /// It takes too long.
    #[error("The vision model took too long to answer.")]
    TimedOut(Detail),
    /// The key is missing, wrong or not allowed to.
    #[error("The vision model refused our key.")]
    Refused(Detail),
    /// It answers, and the answer cannot be used.
    #[error("The vision model gave an answer that cannot be used.")]
    Invalid(Detail),
    /// It failed so often lately that it is left alone for a while.
    #[error("The vision model had trouble lately and is left alone for a moment.")]
    Open(Detail),
    /// Too many photos at a time, here or there.
    #[error("Many people are searching right now. Try again in a moment.")]
    Overloaded(Detail),
}

impl DescribeError {
    /// What the log may know. Holds no key.
    pub fn detail(&self) -> &Detail {
        match self {
            Self::Budget(d)
            | Self::Unreachable(d)
            | Self::TimedOut(d)
            | Self::Refused(d)
            | Self::Invalid(d)
            | Self::Open(d)
            | Self::Overloaded(d)
            | Self::RateLimited { detail: d, .. }
            | Self::Gone { detail: d, .. } => d,
        }
    }

    /// One word, for logs and counters.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Budget(_) => "budget",
            Self::RateLimited { .. } => "rate-limited",
            Self::Gone { .. } => "gone",
            Self::Unreachable(_) => "unreachable",
            Self::TimedOut(_) => "timed-out",
            Self::Refused(_) => "refused",
            Self::Invalid(_) => "invalid",
            Self::Open(_) => "open",
            Self::Overloaded(_) => "overloaded",
        }
    }
}

/// What [`Describe::describe`] gives back.
pub type Describing<'a> =
    Pin<Box<dyn Future<Output = Result<Described, DescribeError>> + Send + 'a>>;

/// Says what a picture shows.
pub trait Describe: Send + Sync {
    /// Who would answer; what really answered stands in [`Described::source`].
    fn source(&self) -> Source;

    /// Looks at one upright picture.
    ///
    /// # Errors
    /// [`DescribeError`], one for each way it goes wrong. Dropping the future gives up at once.
    fn describe(&self, picture: Arc<Pixels>, depth: Depth) -> Describing<'_>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths_read_back() {
        for depth in Depth::ALL {
            assert_eq!(Depth::parse(&depth.as_str().to_uppercase()), Some(depth));
        }
        assert_eq!(Depth::parse("thorough"), None);
    }

    #[test]
    fn wishes_stay_within_what_was_set() {
        let wish = Wish::new(Some(" a\nb\u{7} "), Some(9.0), Some(1_000_000));
        assert_eq!(wish.remark(), Some("a b"));
        assert_eq!((wish.temperature(0.1), wish.max_tokens(512)), (2.0, 512));
        let little = Wish::new(Some(" "), Some(f32::NAN), Some(1));
        assert_eq!((little.remark(), little.temperature(0.1)), (None, 0.1));
        assert_eq!(little.max_tokens(512), 64);
        assert!(Wish::new(Some("\n"), None, None).is_none() && !little.is_none());
        let long = Wish::new(Some(&"x".repeat(5_000)), None, None);
        assert_eq!(long.remark().map(str::len), Some(Wish::LONGEST));
    }

    #[test]
    fn details_are_short_and_printable() {
        let detail = Detail::new(&format!("a\u{1b}[31m\nb{}", "x".repeat(10_000)));
        assert_eq!(detail.as_str().chars().count(), Detail::LIMIT);
        assert!(!detail.as_str().chars().any(char::is_control));
    }
}
