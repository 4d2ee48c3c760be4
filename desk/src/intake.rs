//! Files on their way in: three at a time, each tried again when the connection is lost.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use browser::js;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use crate::{
    gather::{self, Found},
    sending::{Failed, Sending},
};

/// Files on their way at the same time.
const AT_ONCE: usize = 3;
/// Times a file is tried.
const TRIES: u32 = 3;
/// Before it is tried again, in milliseconds.
const PAUSE: u32 = 1_000;

/// An upload that is under way.
struct Upload {
    token: String,
    /// `/admin/import/…`, once the server has said so.
    url: RefCell<Option<String>>,
    waiting: RefCell<VecDeque<Found>>,
    failed: RefCell<Vec<(Found, String)>>,
    under_way: RefCell<Vec<Sending>>,
    busy: Cell<usize>,
    /// Bytes that have arrived whole, of all.
    arrived: Cell<f64>,
    all: Cell<f64>,
    files: Cell<usize>,
    /// Bytes of the files that are on their way.
    moving: RefCell<Vec<Rc<Cell<f64>>>>,
    stopped: Cell<bool>,
}

/// Takes over from the form.
pub fn wake(form: Element) {
    let token = form.get_attribute("data-token").unwrap_or_default();
    for (selector, shown) in [
        (".desk-folder", true),
        (".desk-hint", true),
        (".desk-without", false),
        (".desk-send", false),
    ] {
        if let Some(part) = browser::find(selector) {
            browser::show(&part, shown);
        }
    }
    let of = token.clone();
    browser::listen(&form, "change", move |event| {
        let found = gather::of_input(&js::get(&event, "target"));
        begin(&of, found);
    });
    browser::listen(&form, "submit", |event| event.prevent_default());
    let body: Element = browser::find("body").unwrap_or(form.clone());
    let shade = form.clone();
    browser::listen(&body, "dragover", move |event| {
        event.prevent_default();
        browser::attribute(&shade, "data-over", Some(""));
    });
    let shade = form.clone();
    browser::listen(&body, "dragleave", move |_| {
        browser::attribute(&shade, "data-over", None);
    });
    browser::listen(&body, "drop", move |event| {
        event.prevent_default();
        browser::attribute(&form, "data-over", None);
        let (entries, of) = (gather::entries(&event), token.clone());
        spawn_local(async move {
            begin(&of, gather::below(entries).await);
        });
    });
    if let Some(form) = browser::find(".desk-intake") {
        browser::attribute(&form, "data-awake", Some(""));
    }
}

/// Begins an upload of these files; another one that is under way goes on alone.
fn begin(token: &str, found: Vec<Found>) {
    let shown = browser::find(".desk-sending").is_some_and(|part| !part.has_attribute("hidden"));
    if found.is_empty() || shown {
        return;
    }
    let size = |one: &Found| js::number(&one.file, "size");
    let upload = Rc::new(Upload {
        token: token.to_owned(),
        url: RefCell::default(),
        all: Cell::new(found.iter().map(size).sum()),
        files: Cell::new(found.len()),
        waiting: RefCell::new(found.into()),
        failed: RefCell::default(),
        under_way: RefCell::default(),
        busy: Cell::new(0),
        arrived: Cell::new(0.0),
        moving: RefCell::default(),
        stopped: Cell::new(false),
    });
    for (selector, shown) in [
        (".desk-intake", false),
        (".desk-addresses", false),
        (".desk-sending", true),
    ] {
        if let Some(part) = browser::find(selector) {
            browser::show(&part, shown);
        }
    }
    buttons(&upload);
    upload.tell();
    spawn_local(open(upload));
}

fn on(selector: &str, act: impl Fn() + 'static) {
    if let Some(button) = browser::find(selector) {
        browser::listen(&button, "click", move |_| act());
    }
}

fn buttons(upload: &Rc<Upload>) {
    let own = Rc::clone(upload);
    on(".desk-cancel", move || own.cancel());
    let own = Rc::clone(upload);
    on(".desk-go-on", move || own.finish());
    let own = Rc::clone(upload);
    on(".desk-retry", move || {
        let again: Vec<Found> = own.failed.take().into_iter().map(|(f, _)| f).collect();
        own.waiting.borrow_mut().extend(again);
        own.list();
        if own.url.borrow().is_none() {
            spawn_local(open(Rc::clone(&own)));
        } else {
            fill(&own);
        }
    });
}

/// Asks for an upload, then sends.
async fn open(upload: Rc<Upload>) {
    let asked = Sending::start(
        "POST",
        "/admin/import/uploads",
        &upload.token,
        &JsValue::NULL,
        |_| {},
    );
    let answer = match asked {
        Ok(sending) => sending.answer().await,
        Err(_) => Err(Failed::Refused(
            "This browser cannot send files.".to_owned(),
        )),
    };
    match answer {
        Ok(body) => {
            *upload.url.borrow_mut() = js::text(&body, "url");
            fill(&upload);
        }
        Err(Failed::Lost(why) | Failed::Refused(why)) => {
            let waiting = upload.waiting.take();
            let failed = waiting.into_iter().map(|found| (found, why.clone()));
            upload.failed.borrow_mut().extend(failed);
            upload.list();
        }
    }
}

/// Sends as many as may be on their way; goes on when none are left.
fn fill(upload: &Rc<Upload>) {
    while upload.busy.get() < AT_ONCE && !upload.stopped.get() {
        let Some(found) = upload.waiting.borrow_mut().pop_front() else {
            break;
        };
        upload.busy.set(upload.busy.get() + 1);
        let own = Rc::clone(upload);
        spawn_local(async move {
            let sent = own.send(&found).await;
            own.busy.set(own.busy.get() - 1);
            match sent {
                Ok(()) => {
                    let size = js::number(&found.file, "size");
                    own.arrived.set(own.arrived.get() + size);
                }
                Err(why) => own.failed.borrow_mut().push((found, why)),
            }
            own.tell();
            fill(&own);
        });
    }
    let over = upload.busy.get() == 0 && upload.waiting.borrow().is_empty();
    if over && !upload.stopped.get() {
        if upload.failed.borrow().is_empty() {
            upload.finish();
        } else {
            upload.list();
        }
    }
}

impl Upload {
    /// Sends a file, a few times if need be.
    async fn send(self: &Rc<Self>, found: &Found) -> Result<(), String> {
        let url = self.url.borrow().clone().unwrap_or_default();
        let path = js_sys::encode_uri_component(&found.path);
        let address = format!("{url}/file?path={path}");
        let mut tries = 0;
        loop {
            tries += 1;
            let moved = Rc::new(Cell::new(0.0));
            self.moving.borrow_mut().push(Rc::clone(&moved));
            let (own, here) = (Rc::clone(self), Rc::clone(&moved));
            let started = Sending::start("PUT", &address, &self.token, &found.file, move |bytes| {
                here.set(bytes);
                own.tell();
            });
            let answer = match started {
                Ok(sending) => {
                    self.under_way.borrow_mut().push(sending.clone());
                    let answer = sending.clone().answer().await;
                    self.under_way.borrow_mut().retain(|one| !one.is(&sending));
                    answer
                }
                Err(_) => Err(Failed::Refused("It cannot be read any more.".to_owned())),
            };
            self.moving
                .borrow_mut()
                .retain(|one| !Rc::ptr_eq(one, &moved));
            match answer {
                Ok(_) => return Ok(()),
                Err(Failed::Lost(_)) if tries < TRIES && !self.stopped.get() => {
                    let pause = js_sys::Promise::new(&mut |resolve, _| {
                        browser::later(PAUSE * tries, move || {
                            let _ = resolve.call0(&JsValue::NULL);
                        });
                    });
                    let _ = js::wait(Ok(pause.into())).await;
                }
                Err(Failed::Lost(why) | Failed::Refused(why)) => return Err(why),
            }
        }
    }

    /// Shows how far it is.
    fn tell(&self) {
        let moving: f64 = self.moving.borrow().iter().map(|one| one.get()).sum();
        let share = 100.0 * (self.arrived.get() + moving) / self.all.get().max(1.0);
        if let Some(bar) = browser::find(".desk-bar") {
            js::set(&bar, "value", share.min(100.0));
        }
        let left = self.waiting.borrow().len() + self.busy.get();
        let sent = self.files.get() - left.min(self.files.get());
        if let Some(line) = browser::find(".desk-sending .desk-line") {
            let (share, megabytes) = (share as u32, (self.all.get() / 1e6).ceil() as u32);
            let text = format!(
                "{sent} of {} files, {share} % of {megabytes} MB",
                self.files.get()
            );
            line.set_text_content(Some(&text));
        }
    }

    /// Names what was not taken, and offers what can be done about it.
    fn list(&self) {
        let failed = self.failed.borrow();
        for (selector, shown) in [
            (".desk-retry", !failed.is_empty()),
            (
                ".desk-go-on",
                !failed.is_empty() && failed.len() < self.files.get(),
            ),
        ] {
            if let Some(button) = browser::find(selector) {
                browser::show(&button, shown);
            }
        }
        let Some(list) = browser::find(".desk-failed") else {
            return;
        };
        list.set_text_content(None);
        for (found, why) in failed.iter().take(20) {
            if let Ok(item) = js::call(&browser::document(), "createElement", ["li".into()]) {
                js::set(&item, "textContent", format!("{}: {why}", found.path));
                let _ = js::call(&list, "append", [item]);
            }
        }
        if !failed.is_empty() {
            browser::say(&format!("{} files were not taken.", failed.len()));
        }
    }

    /// Goes to what would come of it.
    fn finish(&self) {
        if let Some(url) = self.url.borrow().as_deref() {
            crate::go(url);
        }
    }

    /// Stops everything, and has the server forget what arrived.
    fn cancel(&self) {
        self.stopped.set(true);
        self.waiting.borrow_mut().clear();
        let under_way = self.under_way.take();
        for one in &under_way {
            one.stop();
        }
        let (url, token) = (self.url.borrow().clone(), self.token.clone());
        spawn_local(async move {
            if let Some(url) = url {
                let address = format!("{url}/drop");
                if let Ok(sending) =
                    Sending::start("POST", &address, &token, &JsValue::NULL, |_| {})
                {
                    let _ = sending.answer().await;
                }
            }
            crate::reload();
        });
    }
}
