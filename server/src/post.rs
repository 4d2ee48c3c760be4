//! What people and programs send: a photo to search with, a view to share.

use axum::{
    Json,
    extract::{
        Form, Multipart, State,
        multipart::{Field, MultipartError, MultipartRejection},
        rejection::FormRejection,
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use material::{SearchText, SwatchId, Token, View, Width};
use photo::Crop;
use search::{Begun, Error, Question};
use serde::Deserialize;

use crate::{
    limits::{self, FromGuest},
    respond,
    router::AppState,
};

/// `POST /search`: a multipart form with `photo`, `crop`, `width`, `address`, `swatch`, `q`; see
/// [`search::Question`]. With `add`, the picture joins the page that `search` and `view` name. A form is answered
/// with the address of the results, a program with JSON.
pub async fn search(
    State(state): State<AppState>,
    FromGuest(guest): FromGuest,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let json = respond::wants_json(&headers);
    let form = match form {
        Ok(form) => form,
        Err(rejection) => {
            tracing::debug!(%rejection, "not a form");
            return respond::failure(
                &state,
                json,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "A search is sent as a form with a photo, an address or words.".to_owned(),
            )
            .await;
        }
    };
    let fields = match Fields::read(form).await {
        Ok(fields) => fields,
        Err(Unread::Form(error)) => {
            let (status, sentence) = told(&error);
            return respond::failure(&state, json, status, sentence).await;
        }
        Err(Unread::Value(error)) => return respond::error(&state, json, &error).await,
    };
    let page = fields.page();
    let answered = match fields.question() {
        // Words alone need no search of their own: their address says everything, and is counted there.
        Ok(None) => Ok(None),
        Ok(Some(question)) => {
            let begun = Begun::Picture(page.words());
            let admitted = state.limits.admit(&state.veneer, &guest, begun);
            if let Err(refused) = admitted.await {
                return limits::page(&state, json, refused).await;
            }
            state.veneer.ask(question).await.map(Some)
        }
        Err(error) => Err(error),
    };
    match answered {
        Ok(id) => {
            let url = page.address(id.as_ref());
            if json {
                Json(serde_json::json!({ "id": id, "url": url })).into_response()
            } else {
                Redirect::to(&url).into_response()
            }
        }
        Err(error) => respond::error(&state, json, &error).await,
    }
}

/// What stood in the form.
#[derive(Default)]
struct Fields {
    photo: Option<Bytes>,
    crop: Option<Crop>,
    width: Option<Width>,
    address: Option<String>,
    swatch: Option<SwatchId>,
    text: Option<SearchText>,
    /// Whether the picture is to join a page, and which.
    add: bool,
    search: Option<Token>,
    view: View,
}

/// Where the results of a form are to be seen.
enum Page {
    /// On a page of their own.
    New(Option<SearchText>),
    /// On the page of this search, or of the library, looked at in this way.
    Joined(Option<Token>, Box<View>),
}

impl Page {
    /// The words it is asked with.
    fn words(&self) -> Option<&SearchText> {
        match self {
            Self::New(text) => text.as_ref(),
            Self::Joined(_, view) => view.text.as_ref(),
        }
    }

    /// Its address with what was asked; `None` where that was words alone.
    fn address(&self, asked: Option<&Token>) -> String {
        let (id, view) = match self {
            Self::New(text) => {
                let view = View {
                    text: text.clone(),
                    ..View::default()
                };
                (asked, view)
            }
            Self::Joined(page, view) => (
                page.as_ref(),
                asked.map_or_else(
                    || view.first_page(),
                    |asked| view.with_example(asked, false),
                ),
            ),
        };
        match id {
            Some(id) => format!("/s/{id}{}", view.query()),
            None => format!("/library{}", view.query()),
        }
    }
}

enum Unread {
    Form(MultipartError),
    Value(Error),
}

impl From<MultipartError> for Unread {
    fn from(error: MultipartError) -> Self {
        Self::Form(error)
    }
}

impl<E: Into<Error>> From<Wrong<E>> for Unread {
    fn from(Wrong(error): Wrong<E>) -> Self {
        Self::Value(error.into())
    }
}

/// Keeps errors of values apart from errors of the form.
struct Wrong<E>(E);

/// The most parts a form has.
const MAX_PARTS: usize = 16;

impl Fields {
    async fn read(mut form: Multipart) -> Result<Self, Unread> {
        let mut out = Self::default();
        for _ in 0..MAX_PARTS {
            let Some(field) = form.next_field().await? else {
                break;
            };
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "photo" => {
                    let bytes = field.bytes().await?;
                    // An empty file field is how browsers send “no file chosen”.
                    out.photo = (!bytes.is_empty()).then_some(bytes);
                }
                "crop" => {
                    if let Some(text) = short(field).await? {
                        out.crop = Some(crop(&text).map_err(Wrong)?);
                    }
                }
                "width" => {
                    if let Some(text) = short(field).await? {
                        out.width = Some(Width::parse_cm(&text).map_err(Wrong)?);
                    }
                }
                "address" => out.address = short(field).await?,
                "swatch" => {
                    if let Some(text) = short(field).await? {
                        out.swatch = Some(SwatchId::parse(&text).map_err(Wrong)?);
                    }
                }
                "q" => {
                    if let Some(text) = short(field).await? {
                        out.text = Some(SearchText::parse(&text).map_err(Wrong)?);
                    }
                }
                "add" => out.add = true,
                "search" => {
                    if let Some(text) = short(field).await? {
                        out.search = Some(Token::parse(&text).map_err(Wrong)?);
                    }
                }
                "view" => {
                    if let Some(text) = short(field).await? {
                        let query = text.trim_start_matches('?');
                        out.view = View::parse(query).map_err(Wrong)?;
                    }
                }
                _ => {}
            }
        }
        Ok(out)
    }

    /// Where the results are to be seen. Words that came along take the place of those of the page.
    fn page(&self) -> Page {
        if !self.add {
            return Page::New(self.text.clone());
        }
        let mut view = self.view.clone();
        view.text = self.text.clone().or(view.text);
        Page::Joined(self.search.clone(), Box::new(view))
    }

    /// What is asked; `None` for words alone.
    fn question(self) -> Result<Option<Question>, Error> {
        Ok(Some(match self {
            Self {
                photo: Some(bytes),
                crop,
                width,
                ..
            } => Question::Photo { bytes, crop, width },
            Self {
                swatch: Some(id), ..
            } => Question::Swatch(id),
            Self {
                address: Some(address),
                crop,
                ..
            } => Question::Address { address, crop },
            Self { text: Some(_), .. } => return Ok(None),
            _ => return Err(Error::Nothing),
        }))
    }
}

/// A short text; blank is none. Its length is bounded by the form's own limit, and what it means
/// bounds it further.
async fn short(field: Field<'_>) -> Result<Option<String>, MultipartError> {
    let text = field.text().await?;
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// `x,y,width,height` as fractions of the picture.
fn crop(text: &str) -> Result<Crop, Error> {
    let numbers: Vec<f32> = text
        .split(',')
        .take(5)
        .filter_map(|n| n.trim().parse().ok())
        .collect();
    match numbers[..] {
        [x, y, width, height] => Ok(Crop::new(x, y, width, height)?),
        _ => Err(photo::PhotoError::CropOutside.into()),
    }
}

/// What a form that cannot be read is told.
fn told(error: &MultipartError) -> (StatusCode, String) {
    let status = error.status();
    let sentence = if status == StatusCode::PAYLOAD_TOO_LARGE {
        "That photo is too large to send. Make it smaller, or choose it on a page with JavaScript, which shrinks it for you."
    } else {
        "The form did not arrive complete. Try again."
    };
    (status, sentence.to_owned())
}

/// What `POST /share` takes.
#[derive(Deserialize)]
pub struct ShareForm {
    /// The search, or nothing for the library.
    #[serde(default)]
    search: String,
    /// The query string of the view.
    #[serde(default)]
    view: String,
}

/// `POST /share`: freezes the first page of a view under an address that lasts.
pub async fn share(
    State(state): State<AppState>,
    headers: HeaderMap,
    form: Result<Form<ShareForm>, FormRejection>,
) -> Response {
    let json = respond::wants_json(&headers);
    let made = match form {
        Ok(Form(form)) => freeze(&state, &form).await,
        Err(rejection) => {
            let sentence = "A share is sent as a form with a search and a view.".to_owned();
            return respond::failure(&state, json, rejection.status(), sentence).await;
        }
    };
    match made {
        Ok(slug) => {
            let url = format!("/share/{slug}");
            if json {
                Json(serde_json::json!({ "url": url })).into_response()
            } else {
                Redirect::to(&url).into_response()
            }
        }
        Err(error) => respond::error(&state, json, &error).await,
    }
}

async fn freeze(state: &AppState, form: &ShareForm) -> Result<Token, Error> {
    let view = View::parse(form.view.trim_start_matches('?'))?;
    let id = match form.search.trim() {
        "" => None,
        id => Some(Token::parse(id)?),
    };
    state.veneer.share(id.as_ref(), &view).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crops_are_four_fractions() {
        assert!(crop("0.1, 0.2,0.5,0.5").is_ok());
        for bad in [
            "",
            "0,0,1",
            "0,0,0,0",
            "a,b,c,d",
            "0,0,1,1,1",
            "NaN,0,1,1",
            "0.9,0,0.5,0.5",
        ] {
            assert!(crop(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_picture_joins_the_page_it_was_sent_from() {
        let token = |text| Token::parse(text).expect("a token");
        let fields = Fields {
            add: true,
            search: Some(token("first")),
            view: View::parse("q=oak&page=3").expect("a view"),
            ..Fields::default()
        };
        let second = token("second");
        let address = |fields: &Fields, asked| fields.page().address(asked);
        let joined = address(&fields, Some(&second));
        assert_eq!(joined, "/s/first?q=oak&like=photo%3Asecond");
        assert_eq!(address(&fields, None), "/s/first?q=oak");
        let in_words = Fields {
            search: None,
            text: SearchText::parse("ash").ok(),
            ..fields
        };
        let joined = address(&in_words, Some(&second));
        assert_eq!(joined, "/library?q=ash&like=photo%3Asecond");
        let alone = Fields {
            add: false,
            ..in_words
        };
        assert_eq!(address(&alone, Some(&second)), "/s/second?q=ash");
    }

    #[test]
    fn a_photo_wins_over_everything_and_nothing_is_said_to_be_nothing() {
        let all = Fields {
            photo: Some(Bytes::from_static(b"x")),
            address: Some("https://x".into()),
            ..Fields::default()
        };
        assert!(matches!(all.question(), Ok(Some(Question::Photo { .. }))));
        assert!(matches!(Fields::default().question(), Err(Error::Nothing)));
        let words = Fields {
            text: SearchText::parse("oak").ok(),
            ..Fields::default()
        };
        assert!(matches!(words.question(), Ok(None)));
    }
}
