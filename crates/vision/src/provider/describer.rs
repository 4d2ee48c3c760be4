//! One model of one provider.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use material::{Analysis, Estimated};
use photo::Pixels;
use tokio::{sync::OnceCell, time::Instant};

use super::{
    answer::{self, Reading},
    breaker::Health,
    chat::{Dialect, Question, completion},
    failure::{Charge, Failure},
    guard::{Ask, Brought, Guard, Means, Resilience},
    ledger::{Caps, Ledger},
    limits::Limits,
    picture,
    preset::{ModelSettings, Preset},
    prompt,
    secret::detail,
    settings::DescriberSettings,
    wire::{Body, Wire},
    words,
};
use crate::{Depth, Describe, DescribeError, Described, Describing, Detail, Source, Usage, Wish};

/// Tries of one analysis, the first included.
const TRIES: usize = 3;

/// A vision model behind HTTP.
pub struct HttpDescriber {
    source: Source,
    settings: DescriberSettings,
    model: ModelSettings,
    wire: Wire,
    guard: Guard,
    /// Words have a breaker of their own: their short patience says nothing of how the model looks at pictures.
    words: Guard,
    /// What the server takes; learnt from its refusals.
    dialect: Mutex<Dialect>,
    deadline: Duration,
}

/// What the describers of one configuration share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) caps: Caps,
    pub(super) resilience: Resilience,
    pub(super) deadline: Duration,
}

impl HttpDescriber {
    /// One describer a model; they share the provider's limits.
    ///
    /// # Errors
    /// When the machine's TLS cannot be set up; the text is for the log.
    pub(super) fn all(settings: &DescriberSettings, shared: &Shared) -> Result<Vec<Self>, String> {
        let limits = Arc::new(Limits::new(settings.endpoint.rates));
        settings
            .models
            .iter()
            .map(|model| Self::new(settings, model, &limits, shared))
            .collect()
    }

    fn new(
        settings: &DescriberSettings,
        model: &ModelSettings,
        limits: &Arc<Limits>,
        shared: &Shared,
    ) -> Result<Self, String> {
        let endpoint = &settings.endpoint;
        let mut url = endpoint.base_url.clone();
        url.path_segments_mut()
            .map_err(|()| "the address cannot have a path".to_owned())?
            .pop_if_empty()
            .extend(["chat", "completions"]);
        let means = |kind| Means {
            kind,
            limits: Arc::clone(limits),
            ledger: Arc::clone(&shared.ledger),
            caps: shared.caps,
            price: model.price,
            timeout: endpoint.timeout,
            resilience: shared.resilience,
        };
        Ok(Self {
            source: Source {
                provider: endpoint.name.clone(),
                model: model.id.clone(),
                prompt_version: prompt::VERSION.to_owned(),
            },
            wire: Wire::new(url, endpoint.key.clone(), model.id.clone())?,
            guard: Guard::new(endpoint.name.clone(), model.id.clone(), means("analysis")),
            words: Guard::new(endpoint.name.clone(), model.id.clone(), means("words")),
            dialect: Mutex::new(Dialect {
                json: settings.json,
                schema_beside: settings.preset == Preset::Together,
                newer_max_tokens: false,
                temperature: true,
                reasoning: true,
                system: true,
            }),
            settings: settings.clone(),
            model: model.clone(),
            deadline: shared.deadline,
        })
    }

    /// How it is doing.
    pub fn health(&self) -> Health {
        self.guard.health()
    }

    /// The most one picture can cost.
    pub(super) fn at_most(&self, depth: Depth) -> u64 {
        self.guard.price_of(self.most(depth))
    }

    fn most(&self, depth: Depth) -> Usage {
        Usage {
            input: prompt::tokens(depth, None) + u64::from(self.model.image_tokens),
            output: u64::from(self.settings.max_tokens),
        }
    }

    /// Reads what somebody wrote and is done, one way or the other, by the deadline. It is asked once.
    pub(super) async fn read_words(
        &self,
        text: &str,
        deadline: Instant,
    ) -> Result<Vec<Estimated>, DescribeError> {
        let question = words::question(text);
        let ask = Ask {
            tries: 1,
            at_most: Usage {
                input: words::tokens(&question),
                output: u64::from(words::MAX_TOKENS),
            },
            deadline,
            probe: false,
        };
        let problem: Mutex<Option<String>> = Mutex::new(None);
        let attempt = |deadline: Instant| {
            let (problem, text) = (&problem, question.clone());
            async move {
                let question = Question {
                    model: &self.model.id,
                    system: words::SYSTEM,
                    text,
                    picture: None,
                    schema: words::schema(),
                    temperature: self.settings.temperature,
                    max_tokens: words::MAX_TOKENS,
                    reasoning_effort: self.settings.reasoning_effort.as_deref(),
                };
                self.attempt(&question, answer::read_values, problem, deadline)
                    .await
            }
        };
        Ok(self.words.call(ask, attempt).await?.value)
    }

    /// Looks at a picture and is done, one way or the other, by the deadline.
    pub(super) async fn describe_by(
        &self,
        picture: Arc<Pixels>,
        depth: Depth,
        wish: &Wish,
        deadline: Instant,
        probe: bool,
    ) -> Result<Described, DescribeError> {
        let look = prompt::look(depth);
        let most = wish.max_tokens(self.settings.max_tokens);
        let max_tokens = (most / 4)
            .saturating_mul(look.quarters)
            .clamp(64, most.max(64));
        // Encoded once, and only if a call goes out at all.
        let encoded: OnceCell<String> = OnceCell::new();
        let problem: Mutex<Option<String>> = Mutex::new(None);
        let ask = Ask {
            tries: TRIES,
            at_most: Usage {
                input: prompt::tokens(depth, wish.remark()) + u64::from(self.model.image_tokens),
                output: u64::from(most),
            },
            deadline,
            probe,
        };
        let attempt = |deadline: Instant| {
            let (encoded, problem, picture) = (&encoded, &problem, &picture);
            async move {
                let url = encoded
                    .get_or_try_init(async || {
                        let jpeg = picture::jpeg(Arc::clone(picture), look.long_side).await?;
                        Ok(picture::data_url(&jpeg))
                    })
                    .await
                    .map_err(|error| Failure::lasting(error, Charge::Nothing))?;
                let told = lock(problem).clone();
                let question = Question {
                    model: &self.model.id,
                    system: prompt::SYSTEM,
                    text: prompt::question(depth, wish.remark(), told.as_deref()),
                    picture: Some(url),
                    schema: prompt::schema(depth),
                    temperature: wish.temperature(self.settings.temperature),
                    // The second answer may be as long as is allowed at all.
                    max_tokens: if told.is_some() { most } else { max_tokens },
                    reasoning_effort: self.settings.reasoning_effort.as_deref(),
                };
                let read = |text: &str| answer::read(text, depth);
                self.attempt(&question, read, problem, deadline).await
            }
        };
        let brought = self.guard.call(ask, attempt).await?;
        Ok(self.described(brought))
    }

    /// One question and its answer; asked anew in another way where the server wants that.
    pub(super) async fn attempt<T>(
        &self,
        question: &Question<'_>,
        read: impl Fn(&str) -> Result<T, String>,
        problem: &Mutex<Option<String>>,
        deadline: Instant,
    ) -> Result<Brought<T>, Failure> {
        let body = loop {
            let dialect = *lock(&self.dialect);
            let failure = match self
                .wire
                .post(Body::Json(question.body(dialect)), deadline)
                .await
            {
                Ok(body) => break body,
                Err(failure) => failure,
            };
            let learnt = failure
                .complaint
                .is_some_and(|complaint| self.learn(dialect, complaint));
            if !learnt {
                return Err(failure);
            }
        };
        let answer = completion(&body);
        let read = match answer.text {
            Ok(text) => read(&text).map_err(|p| (p, text)),
            Err(problem) => Err((problem, body.to_string())),
        };
        read.map(|value| Brought {
            value,
            usage: answer.usage,
        })
        .map_err(|(wrong, said)| {
            // Asked for once more, told what was wrong; then it counts as failed.
            let first = lock(problem).replace(wrong.clone()).is_none();
            Failure {
                again: first,
                ..Failure::lasting(
                    DescribeError::Invalid(detail(
                        &format!("{wrong} It said: {said}"),
                        self.wire.key(),
                    )),
                    answer.usage.map_or(Charge::Unknown, Charge::Used),
                )
            }
        })
    }

    /// Changes the dialect after a refusal; `false` if there is nothing to change. Where another
    /// call has changed it meanwhile, asking anew is enough.
    fn learn(&self, used: Dialect, complaint: super::failure::Complaint) -> bool {
        let mut dialect = lock(&self.dialect);
        if *dialect != used {
            return true;
        }
        let learnt = dialect.learn(complaint);
        if learnt {
            tracing::info!(
                provider = %self.source.provider, model = %self.source.model, ?complaint,
                "the server does not take a part of the request; leaving it out from now on"
            );
        }
        learnt
    }

    fn described(&self, brought: Brought<Reading>) -> Described {
        let Reading {
            values,
            sentence,
            other,
        } = brought.value;
        Described {
            analysis: Analysis {
                model: format!("{}/{}", self.source.provider, self.source.model),
                estimate: false,
                values,
                sentence,
                note: None,
            },
            other,
            source: self.source.clone(),
            usage: brought.usage,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Describe for HttpDescriber {
    fn source(&self) -> Source {
        self.source.clone()
    }

    fn describe(&self, picture: Arc<Pixels>, depth: Depth) -> Describing<'_> {
        let deadline = Instant::now() + self.deadline;
        Box::pin(within(deadline, async move {
            let wish = Wish::default();
            self.describe_by(picture, depth, &wish, deadline, false)
                .await
        }))
    }
}

/// Gives up at the deadline, whatever else happens.
pub(super) async fn within<T>(
    deadline: Instant,
    describing: impl Future<Output = Result<T, DescribeError>>,
) -> Result<T, DescribeError> {
    tokio::time::timeout_at(deadline, describing)
        .await
        .unwrap_or_else(|_| {
            Err(DescribeError::TimedOut(Detail::new(
                "no answer within the time given",
            )))
        })
}
