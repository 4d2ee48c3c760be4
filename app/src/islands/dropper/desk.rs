//! What a photo goes through between a person's hands and the results.

use std::cell::RefCell;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Blob, FormData, HtmlInputElement, Url};

use super::{super::preview, crop::Rectangle};
use crate::browser::{
    self,
    send::{Answer, Body, Failed, Sending},
    shrink::{Original, Shrunk},
};

/// Where the photo of the latest search waits, so that it can be cropped on the results page.
const LAST: &str = "veneer:last";

/// How far a photo has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for something to search with.
    Idle,
    /// Looking into the file.
    Reading,
    /// Decoding and encoding.
    Shrinking,
    /// The photo is there and can be cropped.
    Ready,
    /// On its way; percent of it that has left.
    Sending(u8),
    /// All of it is there, or only an address or words were sent; the server works.
    Comparing,
}

impl Stage {
    /// Whether there is something to cancel.
    pub fn is_work(self) -> bool {
        !matches!(self, Self::Idle | Self::Ready)
    }

    /// For styles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Reading => "reading",
            Self::Shrinking => "shrinking",
            Self::Ready => "ready",
            Self::Sending(_) => "sending",
            Self::Comparing => "comparing",
        }
    }
}

/// The photo as the page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// A `blob:` address.
    pub address: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Bytes of the file as it came.
    pub before: f64,
    /// Bytes that will be sent.
    pub after: f64,
}

/// What belongs to the browser and cannot stand in a signal: a page has one dropper and one thread.
#[derive(Default)]
struct Hands {
    photo: Option<(Original, Shrunk)>,
    sending: Option<Sending>,
}

thread_local! {
    static HANDS: RefCell<Hands> = RefCell::default();
}

fn hands<T>(act: impl FnOnce(&mut Hands) -> T) -> T {
    HANDS.with_borrow_mut(act)
}

/// The state that the page shows, and everything that changes it.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    /// Whether JavaScript has taken over.
    pub alive: RwSignal<bool>,
    /// How far the photo has come.
    pub stage: RwSignal<Stage>,
    /// What went wrong, in a sentence.
    pub error: RwSignal<Option<String>>,
    /// Whether sending the same once more could help.
    pub again: RwSignal<bool>,
    /// The photo.
    pub shown: RwSignal<Option<Shown>>,
    /// The part of it to search with.
    pub crop: RwSignal<Option<Rectangle>>,
    /// Whether this tab still has the photo of the results on this page.
    pub kept: RwSignal<bool>,
    /// Counts what was begun: an answer to something older is dropped.
    turn: RwSignal<u32>,
}

impl Desk {
    /// An empty desk.
    pub fn new() -> Self {
        Self {
            alive: RwSignal::new(false),
            stage: RwSignal::new(Stage::Idle),
            error: RwSignal::new(None),
            again: RwSignal::new(false),
            shown: RwSignal::new(None),
            crop: RwSignal::new(None),
            kept: RwSignal::new(false),
            turn: RwSignal::new(0),
        }
    }

    fn begin(self) -> u32 {
        if let Some(sending) = hands(|h| h.sending.take()) {
            sending.stop();
        }
        self.error.set(None);
        self.again.set(false);
        self.turn.update(|turn| *turn += 1);
        self.turn.get_untracked()
    }

    fn is_current(self, turn: u32) -> bool {
        self.turn.get_untracked() == turn
    }

    fn fail(self, sentence: String, again: bool) {
        self.stage.set(if self.shown.with_untracked(Option::is_some) {
            Stage::Ready
        } else {
            Stage::Idle
        });
        self.again.set(again);
        self.error.set(Some(sentence));
    }

    /// Takes a photo in place of the one before. `crop` opens the rectangle at once.
    pub fn take(self, file: Blob, crop: Option<Rectangle>) {
        let turn = self.begin();
        self.drop_photo();
        self.unfold();
        self.stage.set(Stage::Reading);
        spawn_local(async move {
            let taken = async {
                let original = Original::read(file).await?;
                if self.is_current(turn) {
                    self.stage.set(Stage::Shrinking);
                }
                let shrunk = original.shrink(None).await?;
                Ok::<_, photo::PhotoError>((original, shrunk))
            }
            .await;
            if !self.is_current(turn) {
                return;
            }
            match taken {
                Ok((original, shrunk)) => {
                    self.shown.set(Some(Shown {
                        address: Url::create_object_url_with_blob(&shrunk.blob).unwrap_or_default(),
                        width: shrunk.width,
                        height: shrunk.height,
                        before: original.bytes(),
                        after: shrunk.blob.size(),
                    }));
                    hands(|h| h.photo = Some((original, shrunk)));
                    self.crop.set(crop);
                    self.stage.set(Stage::Ready);
                    focus_soon(if crop.is_some() { ".crop-box" } else { ".drop-go" });
                }
                Err(error) => self.fail(error.to_string(), false),
            }
        });
    }

    /// Puts the photo away.
    pub fn clear(self) {
        self.begin();
        self.drop_photo();
        self.stage.set(Stage::Idle);
    }

    fn drop_photo(self) {
        hands(|h| h.photo = None);
        self.crop.set(None);
        if let Some(shown) = self.shown.get_untracked() {
            self.shown.set(None);
            let _ = Url::revoke_object_url(&shown.address);
        }
    }

    /// Stops whatever is going on; the photo stays if it was there already.
    pub fn cancel(self) {
        self.begin();
        self.rest();
        focus_soon(if self.shown.with_untracked(Option::is_some) {
            ".drop-go"
        } else {
            ".drop-file"
        });
    }

    /// Back to waiting, with or without a photo.
    pub fn rest(self) {
        self.stage.set(if self.shown.with_untracked(Option::is_some) {
            Stage::Ready
        } else {
            Stage::Idle
        });
    }

    /// Searches with the photo, else with the address, else with the words alone.
    pub fn search(self, address: &str, words: &str) {
        let turn = self.begin();
        let photo = hands(|h| h.photo.clone());
        let (address, words) = (address.trim().to_owned(), words.trim().to_owned());
        if photo.is_none() && address.is_empty() && words.is_empty() {
            self.fail(
                "Choose a photo, paste an image address, or type what you are looking for."
                    .to_owned(),
                false,
            );
            return;
        }
        let crop = self.crop.get_untracked().and_then(Rectangle::crop);
        self.stage.set(match (&photo, crop) {
            (Some(_), Some(_)) => Stage::Shrinking,
            (Some(_), None) => Stage::Sending(0),
            (None, _) => Stage::Comparing,
        });
        spawn_local(async move {
            let sent = match (photo, crop) {
                // From the file once more: what is inside the rectangle deserves all its pixels.
                (Some((original, _)), Some(crop)) => original.shrink(Some(crop)).await.map(Some),
                (Some((_, whole)), None) => Ok(Some(whole)),
                (None, _) => Ok(None),
            };
            if !self.is_current(turn) {
                return;
            }
            let sent = match sent {
                Ok(sent) => sent,
                Err(error) => return self.fail(error.to_string(), false),
            };
            let outcome = self.send(sent.as_ref(), &address, &words).await;
            if !self.is_current(turn) {
                return;
            }
            hands(|h| h.sending = None);
            match outcome {
                Ok(answer) => {
                    let _ = browser::window().location().assign(&answer.url);
                }
                Err(Failed::Stopped) => self.rest(),
                Err(Failed::Sentence(sentence)) => self.fail(sentence, true),
            }
        });
    }

    async fn send(
        self,
        photo: Option<&Shrunk>,
        address: &str,
        words: &str,
    ) -> Result<Answer, Failed> {
        let refused = |_| Failed::Sentence("This browser does not let the page send a form.".into());
        let form = FormData::new().map_err(refused)?;
        let mut fields = vec![("q", words)];
        if let Some(photo) = photo {
            form.append_with_blob_and_filename("photo", &photo.blob, "photo.jpg")
                .map_err(refused)?;
            self.stage.set(Stage::Sending(0));
        } else {
            fields.push(("address", address));
        }
        for (name, value) in fields {
            if !value.is_empty() {
                form.append_with_str(name, value).map_err(refused)?;
            }
        }
        let sending = Sending::new("/search")?;
        hands(|h| h.sending = Some(sending.clone()));
        let turn = self.turn.get_untracked();
        let has_photo = photo.is_some();
        let answer = sending.send(Body::Parts(&form), move |percent| {
            if has_photo && self.is_current(turn) {
                self.stage.set(match percent {
                    100 => Stage::Comparing,
                    _ => Stage::Sending(percent),
                });
            }
        });
        // The server is at work already: time for the copy that the results page shows.
        let copies = match photo {
            Some(photo) => Some((photo.thumbnail().await, browser::data_url(&photo.blob).await)),
            None => None,
        };
        let answer = answer.await?;
        if let (Some((small, whole)), Some(id)) = (copies, &answer.id) {
            keep(id, small, whole);
        }
        Ok(answer)
    }

    /// Finds out whether this page shows the results of the photo that this tab sent last.
    pub fn look_for_kept(self) {
        self.kept.set(kept().is_some());
    }

    /// Opens the crop: on the photo that is there, else on the one these results came from.
    pub fn open_crop(self) {
        if self.shown.with_untracked(Option::is_some) {
            if self.crop.with_untracked(Option::is_none) {
                self.crop.set(Some(Rectangle::FIRST));
            }
            self.unfold();
            focus_soon(".crop-box");
        } else if let Some(photo) = kept() {
            self.take(photo, Some(Rectangle::FIRST));
        }
    }

    /// Opens the group the dropper may be folded into.
    fn unfold(self) {
        let group = browser::find(".drop").and_then(|drop| drop.closest("details").ok().flatten());
        if let Some(group) = group {
            let _ = group.set_attribute("open", "");
        }
    }
}

/// Gives the focus to what is about to appear, unless somebody is typing.
fn focus_soon(selector: &'static str) {
    browser::later(0, move || {
        let typing = browser::document()
            .active_element()
            .and_then(|active| active.dyn_into::<HtmlInputElement>().ok())
            .is_some_and(|field| matches!(field.type_().as_str(), "text" | "search" | "url"));
        if !typing && let Some(element) = browser::find(selector) {
            browser::focus(&element);
        }
    });
}

/// Leaves copies in this tab: a small one for each search, the whole one for the latest.
fn keep(id: &str, small: Option<String>, whole: Option<String>) {
    let Some(store) = browser::session() else {
        return;
    };
    // A full store is no reason to stop: the page does without.
    if let Some(small) = small {
        let _ = store.set_item(&preview::key(id), &small);
    }
    if let Some(whole) = whole {
        let _ = store.set_item(LAST, &[id, "\n", &whole].concat());
    }
}

fn kept() -> Option<Blob> {
    let kept = browser::session()?.get_item(LAST).ok()??;
    let (id, photo) = kept.split_once('\n')?;
    let path = browser::window().location().pathname().ok()?;
    (path.strip_prefix("/s/")? == id).then(|| browser::blob_of(photo))?
}
