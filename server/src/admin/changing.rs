//! A change of the model that is under way in this process, and what came of the last one.

use std::sync::{Arc, Mutex, PoisonError};

use search::{Progress, Step, SwitchError, Switched, Veneer};

use crate::models;

#[derive(Debug, Default)]
struct State {
    /// The model it is changed to, and vectors that are made of those that are wanted.
    to: Option<(String, u64, u64)>,
    told: Vec<String>,
}

/// One change at a time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changing(Arc<Mutex<State>>);

/// What is changed to.
pub(crate) enum To {
    /// The model of that name.
    Model(String),
    /// The one before.
    Previous,
}

impl Changing {
    fn locked<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is under way, in a sentence.
    pub fn now(&self) -> Option<String> {
        self.locked(|state| {
            let (to, done, all) = state.to.as_ref()?;
            Some(format!(
                "Changing to {to}: {done} of {all} swatches embedded. Searches go on with the present model."
            ))
        })
    }

    /// What came of what was done last.
    pub fn told(&self) -> Vec<String> {
        self.locked(|state| state.told.clone())
    }

    /// Says what came of something.
    pub fn tell(&self, told: String) {
        self.locked(|state| state.told = vec![told]);
    }

    /// Begins a change; false while another one is under way.
    pub fn begin(&self, veneer: Veneer, who: String, to: To) -> bool {
        let name = match &to {
            To::Model(name) => name.clone(),
            To::Previous => "the model before".to_owned(),
        };
        let free = self.locked(|state| {
            let free = state.to.is_none();
            if free {
                state.to = Some((name, 0, 0));
                state.told.clear();
            }
            free
        });
        if free {
            let changing = self.clone();
            tokio::spawn(async move {
                let told = changing.run(&veneer, &who, to).await;
                changing.locked(|state| {
                    state.to = None;
                    state.told = vec![told];
                });
            });
        }
        free
    }

    async fn run(&self, veneer: &Veneer, who: &str, to: To) -> String {
        let own = self.clone();
        let progress: Progress = Arc::new(move |step| {
            own.locked(|state| {
                if let Some((_, done, all)) = &mut state.to {
                    match step {
                        Step::Total(total) => (*done, *all) = (0, total),
                        Step::Done(_) => *done += 1,
                    }
                }
            });
        });
        let done: Result<Switched, SwitchError> = match to {
            To::Model(name) => veneer.use_model(&name, progress).await,
            To::Previous => veneer.use_previous_model(progress).await,
        };
        match done {
            Ok(done) => {
                veneer
                    .note_change(who, "model", &models::changed(&done))
                    .await;
                models::told(&done)
            }
            Err(error) => format!("The model stays as it is. {error}"),
        }
    }
}
