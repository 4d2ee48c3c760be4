//! The captioner: a model folder, a runtime, a queue.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use photo::Pixels;
use tokio::sync::Semaphore;

use super::{
    CaptionError, CaptionFolder, Generation,
    network::{Decoder, Vision},
    search::{Frame, Stop, search},
    seen,
    words::{Vocabulary, Word},
};
use crate::{
    Depth, Describe, Described, Describing, Source,
    clip::{Engine, Places, Precision, Runtime},
    compute,
};

/// Changes whenever a caption is asked for or read in another way.
const PROMPT_VERSION: &str = "caption-1";

/// How a captioner runs.
#[derive(Debug, Clone)]
pub struct CaptionSettings {
    /// The name under which it stands beside its analyses.
    pub provider: String,
    /// Which of the folder's networks.
    pub precision: Precision,
    /// What runs them.
    pub engine: Engine,
    /// Where ONNX Runtime is looked for.
    pub places: Places,
    /// Cores for one picture; 0 for all.
    pub threads: usize,
    /// Pictures that may wait before the next is turned away. They are captioned one after another.
    pub queue: usize,
    /// Words that every caption begins with, such as “a photo of”; empty for none.
    pub prompt: String,
    /// How to search, in place of the folder's `generation_config.json`.
    pub generation: Option<Generation>,
}

impl Default for CaptionSettings {
    fn default() -> Self {
        Self {
            provider: "blip".to_owned(),
            precision: Precision::default(),
            engine: Engine::default(),
            places: Places::default(),
            threads: 0,
            queue: 8,
            prompt: String::new(),
            generation: None,
        }
    }
}

/// A caption.
#[derive(Debug, Clone, PartialEq)]
pub struct Caption {
    /// In the model's words.
    pub text: String,
    /// Its words, in order.
    pub words: Vec<Word>,
    /// The model's tokens, the first one and the prompt's included.
    pub ids: Vec<u32>,
}

/// Says in a sentence what a picture shows.
pub struct Captioner {
    inner: Arc<Inner>,
    source: Source,
    /// Places for pictures that wait or are being captioned.
    queue: Semaphore,
    /// One picture at a time; the others wait without holding a thread.
    running: Semaphore,
}

struct Inner {
    folder: CaptionFolder,
    generation: Generation,
    precision: Precision,
    runtime: Runtime,
    threads: usize,
    prompt: String,
    /// Loaded when first needed. Whoever holds it has the cores to itself.
    model: Mutex<Option<Model>>,
}

struct Model {
    vision: Vision,
    decoder: Decoder,
    vocabulary: Vocabulary,
    prompt: Vec<u32>,
}

impl Captioner {
    /// Takes a model folder and finds a runtime for it. The networks are loaded with the first picture.
    ///
    /// # Errors
    /// A network of this precision is missing, the settings make no sense, or there is no runtime.
    pub fn new(folder: CaptionFolder, settings: CaptionSettings) -> Result<Self, CaptionError> {
        let precision = settings.precision;
        folder.vision(precision)?;
        folder.decoder(precision)?;
        let generation = settings
            .generation
            .unwrap_or_else(|| folder.generation.clone());
        generation.check().map_err(CaptionError::Failed)?;
        let runtime = Runtime::find(settings.engine, &settings.places)?;
        let threads = match settings.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let source = Source {
            provider: settings.provider,
            model: match precision {
                Precision::F32 => folder.name().to_owned(),
                Precision::Int8 => format!("{}/int8", folder.name()),
            },
            prompt_version: PROMPT_VERSION.to_owned(),
        };
        Ok(Self {
            inner: Arc::new(Inner {
                folder,
                generation,
                precision,
                runtime,
                threads,
                prompt: settings.prompt,
                model: Mutex::new(None),
            }),
            source,
            queue: Semaphore::new(settings.queue.clamp(1, Semaphore::MAX_PERMITS)),
            running: Semaphore::new(1),
        })
    }

    /// Opens the model in a folder.
    ///
    /// # Errors
    /// As [`CaptionFolder::open`] and [`Self::new`].
    pub fn open(folder: &Path, settings: CaptionSettings) -> Result<Self, CaptionError> {
        Self::new(CaptionFolder::open(folder)?, settings)
    }

    /// Captions one picture, searching as the settings say, or greedily. Whoever drops the future
    /// frees the cores before the next word.
    ///
    /// # Errors
    /// [`CaptionError::Overloaded`] when the queue is full, else what is wrong with the model.
    pub async fn caption(
        &self,
        picture: Arc<Pixels>,
        greedy: bool,
    ) -> Result<Caption, CaptionError> {
        let _place = self
            .queue
            .try_acquire()
            .map_err(|_| CaptionError::Overloaded)?;
        let failed = |detail: String| CaptionError::Failed(detail);
        let _core = self
            .running
            .acquire()
            .await
            .map_err(|e| failed(e.to_string()))?;
        let given_up = GivenUp::default();
        let inner = self.inner.clone();
        let flag = given_up.0.clone();
        compute(move || inner.caption(&picture, greedy, &flag))
            .await
            .map_err(|e| failed(e.to_string()))?
    }

    /// Loads the networks and captions a grey picture, so that the first one does not wait for that.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub async fn warm_up(&self) -> Result<(), CaptionError> {
        let grey = Pixels::from_fn(64, 64, |_, _| [128; 3]);
        self.caption(Arc::new(grey), true).await.map(drop)
    }
}

/// Set when nobody waits any more.
#[derive(Default)]
struct GivenUp(Arc<AtomicBool>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Inner {
    fn caption(
        &self,
        picture: &Pixels,
        greedy: bool,
        given_up: &AtomicBool,
    ) -> Result<Caption, CaptionError> {
        let pixels = self.folder.preprocess().tensor(picture);
        // A panic in there left no half-made state behind: the model only runs.
        let mut model = self
            .model
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let gone = || given_up.load(Ordering::Relaxed);
        if gone() {
            return Err(nobody());
        }
        let model = match &mut *model {
            Some(model) => model,
            none => none.insert(self.load()?),
        };
        let seen = model.vision.look(pixels).map_err(CaptionError::Failed)?;
        let mut generation = self.generation.clone();
        if greedy {
            generation.beams = 1;
        }
        let tokens = self.folder.tokens;
        let frame = Frame {
            generation: &generation,
            end: tokens.sep_token_id,
            longest: generation.longest(model.prompt.len(), tokens.max_position_embeddings),
        };
        let decoder = &mut model.decoder;
        let mut next = |ids: &[u32]| {
            if gone() {
                return Err(Stop::GivenUp);
            }
            decoder.next(ids, &seen).map_err(Stop::Failed)
        };
        let found = search(&model.prompt, &frame, &mut next).map_err(|stop| match stop {
            Stop::GivenUp => nobody(),
            Stop::Failed(detail) => CaptionError::Failed(detail),
        })?;
        let (text, words) = model.vocabulary.say(&found, model.prompt.len());
        Ok(Caption {
            text,
            words,
            ids: found.ids,
        })
    }

    fn load(&self) -> Result<Model, CaptionError> {
        let vocabulary = Vocabulary::read(&self.folder)?;
        let prompt = vocabulary
            .prompt(&self.prompt)
            .map_err(CaptionError::Failed)?;
        let open = |file: &Path| self.runtime.open(file, self.threads);
        let vision = self.folder.vision(self.precision)?;
        let decoder = self.folder.decoder(self.precision)?;
        Ok(Model {
            vision: Vision::new(&vision, open(&vision)?, self.folder.preprocess().size())?,
            decoder: Decoder::new(&decoder, open(&decoder)?, self.folder.tokens.vocab_size)?,
            vocabulary,
            prompt,
        })
    }
}

fn nobody() -> CaptionError {
    CaptionError::Failed("nobody waits for it any more".to_owned())
}

impl Describe for Captioner {
    fn source(&self) -> Source {
        self.source.clone()
    }

    /// [`Depth::Basic`] searches greedily, which takes the least time.
    fn describe(&self, picture: Arc<Pixels>, depth: Depth) -> Describing<'_> {
        Box::pin(async move {
            let caption = self.caption(picture, depth == Depth::Basic).await?;
            let (analysis, other) = seen::analysis(&caption, &self.source.model, depth);
            Ok(Described {
                analysis,
                other,
                source: self.source.clone(),
                usage: None,
            })
        })
    }
}
