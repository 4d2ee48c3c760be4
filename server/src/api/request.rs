//! What a program sends to search with: JSON, or a form with the photo as a file.

use axum::extract::Request;
use bytes::Bytes;
use material::{Example, Fusion, Leg, SwatchId, View, Weights, Width};
use photo::Crop;
use search::Question;
use serde::Deserialize;
use url::form_urlencoded;
use utoipa::{
    ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

use super::{
    filters::FilterRequest,
    form,
    picture::{EXAMPLE, Picture},
    problem::Problem,
    query::ListQuery,
    words::{self, present},
};

/// A search. What it starts from is a photo, a swatch, words or colours; words and colours also refine a
/// photo or a swatch.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// A JPEG, PNG or WebP in base64, as a data URL (`data:image/jpeg;base64,…`), or its address
    /// (`https://…`).
    #[schema(min_length = 1, example = json!(EXAMPLE))]
    photo: Option<String>,
    /// The part of the photo that counts: x, y, width, height as fractions of it, from its top left.
    #[schema(min_items = 4, max_items = 4)]
    crop: Option<Vec<f32>>,
    /// How many centimetres the photo shows from its left to its right edge.
    width_cm: Option<f32>,
    /// A swatch of the library: “more like this”.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    swatch: Option<String>,
    /// Words that are looked for.
    #[schema(max_length = 300)]
    text: Option<String>,
    /// Up to five colours with their shares: `c8b59a:60,4a3b2a:40`. Names work too.
    #[schema(max_length = 400)]
    palette: Option<String>,
    /// Swatches and photos to be more like, each `{id}` or `photo:{search}`, with a weight of 1 to 100 behind a colon
    /// where it is not 100.
    #[schema(max_items = 8)]
    #[serde(default)]
    like: Vec<String>,
    /// Swatches and photos to be less like.
    #[schema(max_items = 8)]
    #[serde(default)]
    unlike: Vec<String>,
    /// How much each way of being alike counts.
    #[schema(schema_with = weights, required = false)]
    #[serde(default)]
    weights: std::collections::BTreeMap<Way, u8>,
    /// How the ways of being alike become one order.
    #[schema(schema_with = words::fusion, required = false)]
    #[serde(default, deserialize_with = "present")]
    fusion: Option<Fusion>,
    /// Whether what is nearly the same makes way for something else.
    diverse: Option<bool>,
    /// What may come back.
    #[serde(default)]
    filters: FilterRequest,
    /// The most hits of the answer.
    #[schema(minimum = 1, maximum = 48)]
    limit: Option<u32>,
    /// Whether the counts of the filters come too.
    #[serde(default)]
    facets: bool,
}

/// A way of being alike, by the name it has now; [`Leg`] also reads earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Way(Leg);

impl TryFrom<String> for Way {
    type Error = String;
    fn try_from(name: String) -> Result<Self, String> {
        Leg::ALL
            .into_iter()
            .find(|leg| words::leg_name(*leg) == name)
            .map(Self)
            .ok_or_else(|| format!("there is no weight called “{name}”"))
    }
}

fn weights() -> RefOr<Schema> {
    let weight = || {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .maximum(Some(100))
            .build()
    };
    let mut all = ObjectBuilder::new();
    let mut defaults = Weights::default();
    for leg in Leg::ALL {
        let mut weight = weight();
        weight.default = Some((*defaults.slot(leg)).into());
        all = all.property(words::leg_name(leg), weight);
    }
    all = all.additional_properties(Some(
        utoipa::openapi::schema::AdditionalProperties::<Schema>::FreeForm(false),
    ));
    RefOr::T(all.build().into())
}

/// What was asked: where it starts, where it starts anywhere, and how it is looked at.
#[derive(Debug)]
pub struct Asked {
    /// `None` for words and colours alone.
    pub question: Option<Question>,
    /// The part that is answered at once.
    pub list: ListQuery,
}

impl Asked {
    /// Reads a request of either form.
    ///
    /// # Errors
    /// A [`Problem`] about the body or the first value that is none.
    pub async fn read(request: Request) -> Result<Self, Problem> {
        let (photo, body) = form::either::<SearchRequest>(request).await?;
        body.asked(photo)
    }
}

impl SearchRequest {
    fn asked(self, file: Option<Bytes>) -> Result<Asked, Problem> {
        let view = View::parse(&self.query()?)?;
        let crop = match self.crop.as_deref() {
            None => None,
            Some(&[x, y, width, height]) => Some(Crop::new(x, y, width, height)?),
            Some(_) => return Err(photo::PhotoError::CropOutside.into()),
        };
        let width = self
            .width_cm
            .map(|cm| Width::parse_cm(&cm.to_string()))
            .transpose()?;
        let photo = match (file, self.photo.as_deref()) {
            (Some(_), Some(_)) => {
                return Err(Problem::value(
                    "There are two photos: one as a file, one in the request.",
                ));
            }
            (Some(bytes), None) => Some(Picture::Bytes(bytes)),
            (None, photo) => photo.map(Picture::parse).transpose()?,
        };
        if photo.is_some() && self.swatch.is_some() {
            return Err(Problem::value(
                "A search starts from a photo or from a swatch, not from both.",
            ));
        }
        let question = match photo {
            Some(Picture::Bytes(bytes)) => Some(Question::Photo { bytes, crop, width }),
            Some(Picture::Address(address)) => Some(Question::Address { address, crop }),
            None => match &self.swatch {
                Some(id) => Some(Question::Swatch(SwatchId::parse(id)?)),
                None => None,
            },
        };
        let asks = view.text.is_some() || view.palette.is_some() || !view.examples.is_empty();
        if question.is_none() && !asks {
            return Err(search::Error::Nothing.into());
        }
        Ok(Asked {
            question,
            list: ListQuery::of(view, self.limit, self.facets)?,
        })
    }

    /// The same view as a query string, so that its rules have one home.
    fn query(&self) -> Result<String, Problem> {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if let Some(text) = &self.text {
            out.append_pair("q", text);
        }
        if let Some(palette) = &self.palette {
            out.append_pair("palette", palette);
        }
        for (key, examples) in [("like", &self.like), ("unlike", &self.unlike)] {
            if examples.len() > Example::MAX {
                return Err(Problem::value(format!(
                    "There are too many examples: {} of a kind is what fits.",
                    Example::MAX
                )));
            }
            for example in examples {
                if example.trim().is_empty() {
                    return Err(Problem::value("An example is empty."));
                }
                out.append_pair(key, example);
            }
        }
        for (Way(leg), weight) in &self.weights {
            out.append_pair(leg.weight_key(), &weight.to_string());
        }
        if let Some(fusion) = self.fusion {
            out.append_pair("fusion", fusion.as_str());
        }
        if let Some(diverse) = self.diverse {
            out.append_pair("diverse", if diverse { "1" } else { "0" });
        }
        self.filters.append(&mut out)?;
        Ok(out.finish())
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "what cannot be read has failed the test"
    )]

    use super::*;

    fn asked(json: &str) -> Result<Asked, Problem> {
        serde_json::from_str::<SearchRequest>(json)
            .unwrap()
            .asked(None)
    }

    #[test]
    fn what_is_asked_reads_as_a_view() {
        let asked = asked(
            r#"{"text":"light oak","palette":"c8b59a:60,4a3b2a:40","weights":{"look":60},
                "fusion":"ranks","diverse":false,"limit":5,"facets":true,
                "filters":{"category":["wood"],"finish":["unknown"],"price":{"max":60.5,"unknown":true},"size":{"min":300}}}"#,
        )
        .unwrap();
        assert!(asked.question.is_none());
        assert_eq!(
            asked.list.view.query(),
            "?q=light+oak&palette=c8b59a%3A60%2C4a3b2a%3A40&category=wood&finish=unknown&price_max=60.50&price=unknown&size_min=300&w_look=60&fusion=ranks&diverse=0"
        );
        assert_eq!((asked.list.limit, asked.list.facets), (5, true));
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            "{}",
            r#"{"text":" "}"#,
            r#"{"photo":"aGk","swatch":"00"}"#,
            r#"{"photo":"aGk","crop":[0,0,1]}"#,
            r#"{"photo":"aGk","crop":[0,0,2,1]}"#,
            r#"{"photo":"aGk","width_cm":-1}"#,
            r#"{"text":"oak","limit":0}"#,
            r#"{"text":"oak","like":["x"]}"#,
            r#"{"text":"oak","like":[""]}"#,
            r#"{"text":"oak","weights":{"look":101}}"#,
            r#"{"text":"oak","filters":{"finish":["magic"]}}"#,
            r#"{"text":"oak","filters":{"finish":[""]}}"#,
            r#"{"text":"oak","filters":{"price":{"min":-1}}}"#,
            r#"{"text":"oak","filters":{"size":{"min":1.5}}}"#,
        ] {
            assert!(asked(bad).is_err(), "{bad}");
        }
        for bad in [
            r#"{"txt":"oak"}"#,
            r#"{"weights":{"visual":1}}"#,
            r#"{"filters":{"page":[]}}"#,
        ] {
            assert!(serde_json::from_str::<SearchRequest>(bad).is_err(), "{bad}");
        }
    }
}
