//! From the desk to the results: what is sent, and what stays in this tab.

use browser::{
    Store,
    js::{self, call},
    send::{Answer, Failed, Form, Sending},
    shrink::Shrunk,
};
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::{
    super::preview,
    crop::Rectangle,
    desk::{self, Stage, change, fail, is_current, look, rest, to_stage},
    regions,
};

/// Where the photo of the latest search waits, so that it can be cropped on the results page.
const LAST: &str = "veneer:last";

/// Searches with the photo, else with the address, else with the words alone; `adds` lets it join the search of
/// this page. Asked while a photo is being prepared, it begins when that is done.
pub fn begin(adds: bool) {
    change(|desk| desk.adds = adds);
    again();
}

/// The same as it was asked last.
pub fn again() {
    if desk::is_working() {
        return change(|desk| desk.asked = true);
    }
    let turn = desk::begin();
    let [address, words] = ["address", "q"].map(field);
    let (photo, crop) = look(|desk| (desk.photo.clone(), desk.crop));
    if photo.is_none() && address.is_empty() && words.is_empty() {
        return fail(
            "Choose a photo, paste an image address, or type what you are looking for.".to_owned(),
            false,
        );
    }
    // typed in centimetres, sent in them too
    let width = field("width").parse::<f64>().ok();
    let areas: Vec<Rectangle> = look(|desk| desk.regions.iter().copied().chain(crop).collect());
    let part = crop.map_or(1.0, |crop| crop.width);
    let crop = crop.and_then(Rectangle::crop);
    to_stage(match (&photo, crop) {
        (Some(_), Some(_)) => Stage::Shrinking,
        (Some(_), None) => Stage::Sending(0),
        (None, _) => Stage::Comparing,
    });
    spawn_local(async move {
        if let (Some(photo), true) = (&photo, areas.len() > 1) {
            let outcome = regions::send(turn, photo.clone(), areas, &words, width).await;
            return arrive(turn, outcome);
        }
        let sent = match (photo, crop) {
            // From the file once more: what is inside the rectangle deserves all its pixels.
            (Some(photo), Some(crop)) => photo.original.shrink(Some(crop)).await.map(Some),
            (Some(photo), None) => Ok(Some(photo.shrunk)),
            (None, _) => Ok(None),
        };
        if !is_current(turn) {
            return;
        }
        let outcome = match sent {
            Ok(sent) => post(turn, sent, &address, &words, width.map(|w| w * part)).await,
            Err(error) => return fail(error.to_string(), false),
        };
        arrive(turn, outcome.map(|answer| answer.url));
    });
}

/// Goes to the results, or says why there are none.
fn arrive(turn: u32, outcome: Result<String, Failed>) {
    if !is_current(turn) {
        return;
    }
    change(|desk| desk.sending = None);
    match outcome {
        Ok(url) => {
            let location = js::get(&browser::window(), "location");
            let _ = call(&location, "assign", [url.into()]);
        }
        Err(Failed::Stopped) => rest(),
        Err(Failed::Sentence(sentence)) => fail(sentence, true),
    }
}

/// Posts one search, leaves copies of the photo in this tab, and gives the answer. `width` is that of what the
/// picture shows, in centimetres.
///
/// # Errors
/// [`Failed`], also when something else was begun meanwhile.
pub async fn post(
    turn: u32,
    photo: Option<Shrunk>,
    address: &str,
    words: &str,
    width: Option<f64>,
) -> Result<Answer, Failed> {
    if !is_current(turn) {
        return Err(Failed::Stopped);
    }
    let refused = |_| Failed::Sentence("This browser does not let the page send a form.".into());
    let form = Form::parts().map_err(refused)?;
    if let Some(photo) = &photo {
        form.add_file("photo", &photo.file, "photo.jpg");
        to_stage(Stage::Sending(0));
    } else if !address.is_empty() {
        form.add("address", address);
    }
    if !words.is_empty() {
        form.add("q", words);
    }
    if let Some(width) = width {
        form.add("width", &width.to_string());
    }
    let adds = look(|desk| desk.adds);
    if adds {
        for name in ["add", "search", "view"] {
            form.add(name, &field(name));
        }
    }
    let has_photo = photo.is_some();
    let sending = Sending::start("/search", &form, move |percent| {
        if has_photo && is_current(turn) {
            to_stage(if percent < 100 {
                Stage::Sending(percent)
            } else {
                Stage::Comparing
            });
        }
    })
    .map_err(refused)?;
    change(|desk| desk.sending = Some(sending.clone()));
    // The server is at work already: time for the copies that the results page shows.
    let copies = match &photo {
        Some(photo) => Some((
            photo.thumbnail().await,
            browser::data_url(&photo.file).await,
        )),
        None => None,
    };
    let answer = sending.answer().await?;
    if let (Some((small, whole)), Some(id)) = (copies, &answer.id) {
        Store::Session.write(&preview::key(id), small.ok().as_deref());
        // the photo of the page stays the one to crop
        if !adds {
            let last = whole.ok().map(|whole| [id, "\n", &whole].concat());
            Store::Session.write(LAST, last.as_deref());
        }
    }
    Ok(answer)
}

/// The photo of the results on this page, if this tab sent it last.
pub fn kept() -> Option<JsValue> {
    let kept = Store::Session.read(LAST)?;
    let (id, photo) = kept.split_once('\n')?;
    let location = js::get(&browser::window(), "location");
    let path = js::text(&location, "pathname")?;
    if path.strip_prefix("/s/")? != id {
        return None;
    }
    browser::file_of(photo).ok()
}

/// What stands in a field of the form, without space around it.
fn field(name: &str) -> String {
    let field = look(|desk| desk.form.as_ref().map(|form| js::get(form, "elements")))
        .map(|fields| js::get(&fields, name));
    let value = field.and_then(|field| js::text(&field, "value"));
    value.unwrap_or_default().trim().to_owned()
}
