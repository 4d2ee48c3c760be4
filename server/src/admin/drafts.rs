//! Uploads that are looked at before they are imported. Looking takes as long as reading every file, so it is done
//! beside the requests that ask how far it is. It is known to this process alone: another one looks again.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use search::{DryRun, ImportRequest, Progress, Reading, Step, UploadId, UploadPath, Veneer};
use vision::Depth;

/// How an upload is to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Choices {
    /// The file that is its table.
    pub table: Option<String>,
    /// How its columns are read.
    pub reading: Reading,
    /// How much vision models are asked.
    pub depth: Option<Depth>,
}

/// How far looking is.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    pub done: AtomicU64,
    pub total: AtomicU64,
}

/// An upload that is looked at, or was.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub choices: Choices,
    pub looked: Arc<Looked>,
    /// What would come of it, or why nothing can; `None` while it is looked at.
    pub outcome: Option<Result<Arc<DryRun>, String>>,
    /// Later ones replace earlier ones, and what those find is of no use.
    number: u64,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drafts {
    all: Arc<Mutex<HashMap<UploadId, Draft>>>,
    numbers: Arc<AtomicU64>,
}

/// So many are remembered; the oldest go.
const MOST: usize = 100;

impl Drafts {
    fn locked<T>(&self, act: impl FnOnce(&mut HashMap<UploadId, Draft>) -> T) -> T {
        act(&mut self.all.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The upload as it was last looked at.
    pub fn get(&self, id: &UploadId) -> Option<Draft> {
        self.locked(|all| all.get(id).cloned())
    }

    /// Forgets one.
    pub fn forget(&self, id: &UploadId) {
        self.locked(|all| all.remove(id));
    }

    /// Begins to look at an upload, read in this way.
    pub fn look(&self, veneer: Veneer, id: UploadId, choices: Choices) {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let looked = Arc::new(Looked::default());
        let draft = Draft {
            choices: choices.clone(),
            looked: Arc::clone(&looked),
            outcome: None,
            number,
        };
        self.locked(|all| {
            if all.len() >= MOST
                && let Some(oldest) = all
                    .iter()
                    .min_by_key(|(_, draft)| draft.number)
                    .map(|(id, _)| id.clone())
            {
                all.remove(&oldest);
            }
            all.insert(id.clone(), draft);
        });
        let drafts = self.clone();
        tokio::spawn(async move {
            let progress: Progress = Arc::new(move |step| match step {
                Step::Total(total) => looked.total.store(total, Ordering::Relaxed),
                Step::Done(_) => {
                    looked.done.fetch_add(1, Ordering::Relaxed);
                }
            });
            let outcome = look(&veneer, &id, &choices, progress).await;
            drafts.locked(|all| {
                if let Some(draft) = all.get_mut(&id).filter(|draft| draft.number == number) {
                    draft.outcome = Some(outcome.map(Arc::new));
                }
            });
        });
    }
}

async fn look(
    veneer: &Veneer,
    id: &UploadId,
    choices: &Choices,
    progress: Progress,
) -> Result<DryRun, String> {
    let request = request(veneer, id, choices).await?;
    let reading = Reading {
        // Kept when the import starts.
        save_as: None,
        ..choices.reading.clone()
    };
    let planned = veneer.plan_import(&request, &reading, progress).await;
    planned.map_err(|error| error.to_string())
}

/// The import that an upload is, read in this way.
pub(crate) async fn request(
    veneer: &Veneer,
    id: &UploadId,
    choices: &Choices,
) -> Result<ImportRequest, String> {
    let table = choices.table.as_deref().map(UploadPath::parse).transpose();
    let table = table.map_err(|error| error.to_string())?;
    let request = veneer.upload_request(id, table.as_ref()).await;
    let request = request.map_err(|error| error.to_string())?;
    Ok(ImportRequest {
        analyse: choices.depth,
        ..request
    })
}
