//! Several models in order: when one cannot, the next one may.

use std::{
    sync::Arc,
    time::{Duration, Instant as Clock},
};

use futures::future::join_all;
use material::Estimated;
use photo::Pixels;
use tokio::time::Instant;

use super::{
    breaker::{BreakerState, Health},
    describer::{HttpDescriber, Shared, within},
    guard::Resilience,
    ledger::Ledger,
    settings::ProviderSettings,
};
use crate::{Depth, Describe, DescribeError, Described, Describing, Detail, Source, Wish};

/// The models of a configuration in their order, and behind them what needs no network, if there
/// is such.
pub struct Chain {
    /// Never empty.
    members: Vec<HttpDescriber>,
    first: Source,
    last: Option<Arc<dyn Describe>>,
    deadline: Duration,
}

/// What a probe of one model found.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// Which.
    pub source: Source,
    /// How long it took, or what is wrong.
    pub outcome: Result<Duration, DescribeError>,
}

impl Probe {
    /// In plain words, for an operator.
    pub fn sentence(&self) -> String {
        let Source {
            provider, model, ..
        } = &self.source;
        match &self.outcome {
            Ok(took) => format!("{provider}: {model} works ({} ms).", took.as_millis()),
            Err(DescribeError::Gone { .. }) => {
                format!("{provider}: {model} is no longer offered there. Set another model.")
            }
            Err(DescribeError::Refused(_)) => {
                format!("{provider}: the key is refused. Check it, and what it may do.")
            }
            Err(DescribeError::Unreachable(_)) => {
                format!("{provider}: {model} cannot be reached. Check the address and the network.")
            }
            Err(error) => format!("{provider}: {model} does not work. {error}"),
        }
    }
}

/// How one member is doing, for an operator's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberHealth {
    /// Which.
    pub source: Source,
    /// How it is doing.
    pub health: Health,
}

impl Chain {
    /// The chain of a configuration; `None` if it names no vision model.
    ///
    /// # Errors
    /// When the machine's TLS cannot be set up; the text is for the log.
    pub fn new(
        settings: &ProviderSettings,
        ledger: Arc<dyn Ledger>,
        resilience: Resilience,
    ) -> Result<Option<Self>, String> {
        let shared = Shared {
            ledger,
            caps: settings.budget,
            resilience,
            deadline: settings.deadline,
        };
        let mut members = Vec::new();
        for describer in &settings.describers {
            members.extend(HttpDescriber::all(describer, &shared)?);
        }
        let Some(first) = members.first().map(Describe::source) else {
            return Ok(None);
        };
        Ok(Some(Self {
            members,
            first,
            last: None,
            deadline: settings.deadline,
        }))
    }

    /// A chain of one model in this process, which costs nothing.
    #[must_use]
    pub fn local(model: Arc<dyn Describe>, deadline: Duration) -> Self {
        Self {
            members: Vec::new(),
            first: model.source(),
            last: Some(model),
            deadline,
        }
    }

    /// Asks `last` when all others failed: a model in this process, which costs nothing.
    #[must_use]
    pub fn with_last(mut self, last: Arc<dyn Describe>) -> Self {
        self.last = Some(last);
        self
    }

    /// The most that describing one picture can cost, when the first model answers, in millionths of a US dollar; 0
    /// where nobody behind HTTP is asked.
    pub fn at_most(&self, depth: Depth) -> u64 {
        self.members.first().map_or(0, |m| m.at_most(depth))
    }

    /// How every model behind HTTP is doing, in order.
    pub fn health(&self) -> Vec<MemberHealth> {
        self.members
            .iter()
            .map(|member| MemberHealth {
                source: member.source(),
                health: member.health(),
            })
            .collect()
    }

    /// Asks every model behind HTTP about one tiny picture, all at once, whatever its state. A
    /// model that answers again is used again. What it costs comes out of the budget.
    pub async fn probe(&self) -> Vec<Probe> {
        let tiny = Arc::new(Pixels::from_fn(32, 32, |x, y| {
            if (x / 8 + y / 8).is_multiple_of(2) {
                [196, 160, 112]
            } else {
                [120, 84, 52]
            }
        }));
        let deadline = Instant::now() + self.deadline;
        let wish = Wish::default();
        join_all(self.members.iter().map(async |member| {
            let started = Clock::now();
            let tiny = Arc::clone(&tiny);
            let asked = member.describe_by(tiny, Depth::Basic, &wish, deadline, true);
            let outcome = within(deadline, asked).await.map(|_| started.elapsed());
            Probe {
                source: member.source(),
                outcome,
            }
        }))
        .await
    }

    /// Describes a picture within `time`, whatever the providers do.
    ///
    /// # Errors
    /// Of the model that was tried last; that of an open breaker only when there is no other.
    pub async fn describe_within(
        &self,
        picture: Arc<Pixels>,
        depth: Depth,
        time: Duration,
    ) -> Result<Described, DescribeError> {
        self.describe_as(picture, depth, &Wish::default(), time)
            .await
    }

    /// The same with what somebody wishes of it. A model in this process takes no wishes.
    ///
    /// # Errors
    /// As [`Chain::describe_within`].
    pub async fn describe_as(
        &self,
        picture: Arc<Pixels>,
        depth: Depth,
        wish: &Wish,
        time: Duration,
    ) -> Result<Described, DescribeError> {
        let deadline = Instant::now() + time;
        within(deadline, self.in_turn(picture, depth, wish, deadline)).await
    }

    /// Whether some model behind HTTP could read words.
    pub fn can_read_words(&self) -> bool {
        !self.members.is_empty()
    }

    /// What properties somebody means who wrote this, by the first model that answers within `time`: values of
    /// the closed lists alone, the surest first, often none. The text goes out as data.
    ///
    /// # Errors
    /// Of the model that was tried last; that of an open breaker only when there is no other.
    pub async fn read_words(
        &self,
        text: &str,
        time: Duration,
    ) -> Result<Vec<Estimated>, DescribeError> {
        let deadline = Instant::now() + time;
        let asking = async {
            let mut told: Option<DescribeError> = None;
            for (at, member) in self.members.iter().enumerate() {
                let share = share(deadline, self.members.len() - at - 1);
                match member.read_words(text, share).await {
                    Ok(values) => return Ok(values),
                    Err(error) => told = Some(worse(told, error)),
                }
            }
            Err(told.unwrap_or_else(nobody))
        };
        within(deadline, asking).await
    }

    async fn in_turn(
        &self,
        picture: Arc<Pixels>,
        depth: Depth,
        wish: &Wish,
        deadline: Instant,
    ) -> Result<Described, DescribeError> {
        let mut told: Option<DescribeError> = None;
        for (at, member) in self.members.iter().enumerate() {
            let more = self.members.len() - at - 1 + usize::from(self.last.is_some());
            let share = share(deadline, more);
            let asked = member.describe_by(Arc::clone(&picture), depth, wish, share, false);
            match asked.await {
                Ok(described) => return Ok(described),
                Err(error) => told = Some(worse(told, error)),
            }
        }
        if let Some(last) = &self.last {
            match last.describe(picture, depth).await {
                Ok(described) => return Ok(described),
                Err(error) => told = Some(worse(told, error)),
            }
        }
        Err(told.unwrap_or_else(nobody))
    }
}

fn nobody() -> DescribeError {
    DescribeError::Unreachable(Detail::new("no model is set"))
}

/// The time one member may take: all but a moment for the last, which leaves room to say how it
/// failed; else half of what is left, so that a slow one cannot use up the others' time.
fn share(deadline: Instant, more: usize) -> Instant {
    let now = Instant::now();
    let left = deadline.saturating_duration_since(now);
    if more == 0 {
        now + left.saturating_sub((left / 20).min(Duration::from_millis(100)))
    } else {
        now + left / 2
    }
}

/// Of two failures the one that says more: what was tried says more than what was left alone.
fn worse(before: Option<DescribeError>, now: DescribeError) -> DescribeError {
    let silent = |error: &DescribeError| {
        matches!(error, DescribeError::Open(_) | DescribeError::Gone { .. })
    };
    match before {
        Some(before) if silent(&now) && !silent(&before) => before,
        _ => now,
    }
}

impl Describe for Chain {
    /// The first model that is not gone; if all are, the first.
    fn source(&self) -> Source {
        self.members
            .iter()
            .find(|member| member.health().breaker != BreakerState::Gone)
            .map_or_else(|| self.first.clone(), Describe::source)
    }

    fn describe(&self, picture: Arc<Pixels>, depth: Depth) -> Describing<'_> {
        Box::pin(self.describe_within(picture, depth, self.deadline))
    }
}
