//! What operators ask: can this process answer, how are the providers, what was spent.

use std::time::Duration;

use eyes::eyes;
use vision::provider::{BreakerState, MemberHealth};

use crate::{Error, Veneer, ask::within};

/// Nobody who asks how things are waits longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether this process can answer, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Which database.
    pub engine: String,
    /// What stands in the way, in a sentence; `None` when nothing does.
    pub trouble: Option<String>,
    /// The model that answers.
    pub model: String,
    /// The model that the library is searched with, where this process cannot use it and another one stands in.
    pub stands_in_for: Option<String>,
}

impl Veneer {
    /// Whether a search would be answered now: the database answers, what is counted is in memory. It takes two
    /// seconds at most.
    pub async fn readiness(&self) -> Readiness {
        let inner = &self.inner;
        let model = self.model_in_use();
        let asking = async {
            inner.catalog.ready().await?;
            let wanted = inner.catalog.model_in_use().await?;
            Ok::<_, Error>(wanted.map(|row| row.name))
        };
        let (trouble, wanted) = match within(PATIENCE, asking).await {
            Ok(Ok(wanted)) => (None, wanted),
            Ok(Err(_)) => (Some("The database does not answer.".to_owned()), None),
            Err(_) => (
                Some("The database did not answer within two seconds.".to_owned()),
                None,
            ),
        };
        Readiness {
            engine: self.engine(),
            trouble,
            stands_in_for: wanted.filter(|wanted| *wanted != model),
            model,
        }
    }

    /// Reads what is told at the moment it is asked for: rows, money, breakers, coverage, jobs, connections. Where
    /// the database does not answer in two seconds, what was told before stands.
    pub async fn observe(&self) {
        let inner = &self.inner;
        let asking = async {
            let catalog = &inner.catalog;
            let counts = catalog.counts().await?;
            eyes().library(counts.materials, counts.swatches);
            let spent = catalog.spent(None).await?;
            let caps = inner.budget;
            eyes().money([spent.day, spent.month], [caps.day, caps.month]);
            for standing in self.model_standings().await? {
                let share = standing.have as f64 / (standing.all as f64).max(1.0);
                eyes().coverage(&standing.name, share);
            }
            let watched = catalog.watched().await?;
            eyes().connections(watched.used, watched.idle);
            eyes().jobs(&watched.jobs);
            Ok::<_, Error>(())
        };
        if !matches!(within(PATIENCE, asking).await, Ok(Ok(()))) {
            tracing::warn!("the library could not be asked for its numbers");
        }
        let breakers: Vec<_> = self
            .provider_health()
            .into_iter()
            .map(|member| {
                let state = state(member.health.breaker);
                (member.source.provider, member.source.model, state)
            })
            .collect();
        eyes().breakers(&breakers);
    }

    /// Whether the Redis that caches are shared through answers; `None` where there is none.
    pub async fn shared_cache_answers(&self) -> Option<bool> {
        self.inner.caches.shared_answers().await
    }

    /// How every vision model behind HTTP is doing in this process.
    pub fn provider_health(&self) -> Vec<MemberHealth> {
        let describers = self.inner.describers.as_ref();
        describers.map_or_else(Vec::new, |d| d.chain().health())
    }
}

fn state(breaker: BreakerState) -> &'static str {
    match breaker {
        BreakerState::Closed => "closed",
        BreakerState::Open(_) => "open",
        BreakerState::HalfOpen => "half-open",
        BreakerState::Gone => "gone",
    }
}
