//! The embedder: a model folder, a runtime and two towers that start when they are first needed.

use std::{path::Path, sync::Arc};

use photo::Pixels;
use rayon::prelude::*;
use tokio::sync::OnceCell;

use super::{
    ClipError, ClipFolder, Engine, Places, Precision, Runtime,
    network::{Network, Row},
    tokenise::Tokeniser,
    tower::{Queue, Tower},
};
use crate::{Answer, Embed, Embedding, Model, VisionError, compute};

/// How a model runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which of its files.
    pub precision: Precision,
    /// What runs it.
    pub engine: Engine,
    /// Where ONNX Runtime is looked for.
    pub places: Places,
    /// Cores for one run of a tower; 0 for all.
    pub threads: usize,
    /// Pictures or texts that are run together at most.
    pub batch: usize,
    /// Pictures, and texts, that may wait before the next is turned away.
    pub queue: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            precision: Precision::default(),
            engine: Engine::default(),
            places: Places::default(),
            threads: 0,
            batch: 16,
            queue: 64,
        }
    }
}

/// The text tower and what goes with it.
struct Words {
    tower: Tower,
    tokeniser: Tokeniser,
    length: usize,
}

/// A CLIP model: pictures and words as vectors of one space.
pub struct ClipEmbedder {
    folder: Arc<ClipFolder>,
    model: Model,
    runtime: Runtime,
    precision: Precision,
    threads: usize,
    pictures: Queue,
    words: Queue,
    visual: OnceCell<Tower>,
    textual: OnceCell<Words>,
}

impl ClipEmbedder {
    /// Takes a model folder and finds a runtime for it. Towers are loaded when they are first
    /// needed, or by [`Self::warm_up`].
    ///
    /// # Errors
    /// A network of this precision is missing, or there is no runtime.
    pub fn new(folder: ClipFolder, settings: Settings) -> Result<Self, ClipError> {
        let precision = settings.precision;
        folder.visual(precision)?;
        if folder.has_words() {
            folder.textual(precision)?;
        }
        let runtime = Runtime::find(settings.engine, &settings.places)?;
        let threads = match settings.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        Ok(Self {
            model: folder.model(precision),
            folder: Arc::new(folder),
            runtime,
            precision,
            threads,
            pictures: Queue::new(settings.queue, settings.batch),
            words: Queue::new(settings.queue, settings.batch),
            visual: OnceCell::new(),
            textual: OnceCell::new(),
        })
    }

    /// Opens the model in a folder.
    ///
    /// # Errors
    /// As [`ClipFolder::open`] and [`Self::new`].
    pub fn open(folder: &Path, settings: Settings) -> Result<Self, ClipError> {
        Self::new(ClipFolder::open(folder)?, settings)
    }

    /// The model's folder.
    #[must_use]
    pub fn folder(&self) -> &ClipFolder {
        &self.folder
    }

    /// What runs it.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Loads both towers and runs them once, so that the first question does not wait for that.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub async fn warm_up(&self) -> Result<(), ClipError> {
        self.check().await.map(drop)
    }

    /// Vectors of pictures, in order.
    ///
    /// # Errors
    /// [`ClipError::Overloaded`] when the queue is full, else what is wrong with the model.
    pub async fn pictures(&self, pictures: Vec<Arc<Pixels>>) -> Result<Vec<Embedding>, ClipError> {
        // Chunks come one after another, so that the places of one are enough for all.
        let _places = self.pictures.enter(pictures.len())?;
        let mut vectors = Vec::with_capacity(pictures.len());
        for chunk in pictures.chunks(self.pictures.batch()) {
            let tower = self.visual().await?;
            let folder = self.folder.clone();
            let chunk = chunk.to_vec();
            let rows = compute(move || prepare(&folder, &chunk))
                .await
                .map_err(|e| ClipError::Failed(e.to_string()))?;
            vectors.extend(tower.run(rows).await?);
        }
        Ok(vectors)
    }

    /// The vector of words; nothing if the model knows no words.
    ///
    /// # Errors
    /// [`ClipError::Overloaded`] when the queue is full, else what is wrong with the model.
    pub async fn words(&self, words: &str) -> Result<Option<Embedding>, ClipError> {
        if !self.folder.has_words() {
            return Ok(None);
        }
        let _place = self.words.enter(1)?;
        let Words {
            tower, tokeniser, ..
        } = self.textual().await?;
        let row = tokeniser.encode(words).map_err(ClipError::Failed)?;
        let vectors = tower.run(vec![row]).await?;
        Ok(vectors.into_iter().next())
    }

    /// Tokens of a text, once the text tower is loaded.
    pub(crate) fn length(&self) -> Option<usize> {
        self.textual.get().map(|words| words.length)
    }

    async fn visual(&self) -> Result<&Tower, ClipError> {
        let start = || async {
            let (folder, runtime) = (self.folder.clone(), self.runtime.clone());
            let (precision, threads) = (self.precision, self.threads);
            let open = move || {
                let file = folder.visual(precision)?;
                let backend = runtime.open(&file, threads)?;
                let dims = folder.model(precision).dims as usize;
                let network = Network::image(&file, backend, folder.preprocess().size(), dims)?;
                Ok((network, ()))
            };
            let tower = Tower::start("clip-visual", self.pictures.batch(), open).await?;
            Ok(tower.0)
        };
        self.visual.get_or_try_init(start).await
    }

    async fn textual(&self) -> Result<&Words, ClipError> {
        let start = || async {
            let (folder, runtime) = (self.folder.clone(), self.runtime.clone());
            let (precision, threads) = (self.precision, self.threads);
            let open = move || {
                let no_words = || ClipError::Failed("it knows no words".to_owned());
                let settings = folder.text().ok_or_else(no_words)?;
                let tokenizer = Tokeniser::read(settings)?;
                let file = folder.textual(precision)?;
                let backend = runtime.open(&file, threads)?;
                let length = settings
                    .context_length
                    .or_else(|| Tokeniser::length(&tokenizer));
                let dims = folder.model(precision).dims as usize;
                let network = Network::text(&file, backend, length, dims)?;
                let length = network.row().iter().product();
                let tokeniser = Tokeniser::new(tokenizer, settings, length)?;
                Ok((network, (tokeniser, length)))
            };
            let (tower, (tokeniser, length)) =
                Tower::start("clip-textual", self.words.batch(), open).await?;
            Ok(Words {
                tower,
                tokeniser,
                length,
            })
        };
        self.textual.get_or_try_init(start).await
    }

    fn vision_error(&self, error: ClipError) -> VisionError {
        match error {
            ClipError::Overloaded => VisionError::Overloaded,
            other => VisionError::Failed {
                model: self.model.name.clone(),
                detail: other.to_string(),
            },
        }
    }
}

/// Pictures as rows, on as many cores as there are pictures.
fn prepare(folder: &ClipFolder, pictures: &[Arc<Pixels>]) -> Vec<Row> {
    let row = |picture: &Arc<Pixels>| Row::Picture(folder.preprocess().tensor(picture));
    match pictures {
        [one] => vec![row(one)],
        many => many.par_iter().map(row).collect(),
    }
}

impl Embed for ClipEmbedder {
    fn model(&self) -> &Model {
        &self.model
    }

    fn embed(&self, pictures: Vec<Arc<Pixels>>) -> Answer<'_, Vec<Embedding>> {
        Box::pin(async move {
            self.pictures(pictures)
                .await
                .map_err(|e| self.vision_error(e))
        })
    }

    fn embed_words(&self, words: String) -> Option<Answer<'_, Embedding>> {
        if !self.folder.has_words() {
            return None;
        }
        Some(Box::pin(async move {
            let none = || ClipError::Failed("it gave no vector".to_owned());
            self.words(&words)
                .await
                .and_then(|vector| vector.ok_or_else(none))
                .map_err(|e| self.vision_error(e))
        }))
    }
}
