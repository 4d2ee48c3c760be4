//! Materials and swatches.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use catalog::ImageSize;
use material::{Slug, SwatchId};
use search::Error;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answered,
    material_types::{Colour, MaterialDetail, Swatch},
    problem::{Problem, ProblemBody},
    query::ListQuery,
    results::Results,
};
use crate::{access::Access, router::AppState, statics::FOREVER};

/// Materials, by filters or words
///
/// Without words in the order of the library, else best first, with reasons.
#[utoipa::path(
    get, path = "/materials", tag = "library", operation_id = "list_materials",
    params(ListQuery),
    responses(
        (status = 200, body = Results),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn materials(
    State(state): State<AppState>,
    access: Access,
    RawQuery(query): RawQuery,
) -> Answered<Results> {
    let list = ListQuery::parse(&query.unwrap_or_default())?;
    list.admit(&state.veneer, &access).await?;
    Ok(Json(list.answer(&state.veneer, None).await?))
}

/// One material
#[utoipa::path(
    get, path = "/materials/{slug}", tag = "library", operation_id = "get_material",
    params(("slug" = String, Path, description = "Its address: lower-case letters, digits and dashes.")),
    responses(
        (status = 200, body = MaterialDetail),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn material(
    State(state): State<AppState>,
    Path(slug): Path<String>,
) -> Answered<MaterialDetail> {
    // What does not have the form cannot exist either.
    let slug = Slug::parse(&slug).map_err(|_| Error::NotFound("There is no such material."))?;
    Ok(Json(state.veneer.material(&slug).await?.into()))
}

/// A picture of the library, and what was measured in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SwatchDetail {
    /// The picture.
    swatch: Swatch,
    /// The address of its material.
    material: String,
    /// Its material's name.
    name: String,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    look: Option<Look>,
}

/// What can be measured in a picture without knowing what it shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Look {
    /// Up to 8 colours with shares.
    palette: Vec<Colour>,
    /// Light reflectance value, 0 to 100.
    lrv: f32,
    /// Standard deviation of lightness, in L units.
    contrast: f32,
    /// Period of the pattern as a fraction of the width, when it is regular.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<f32>,
    /// 0 (none) to 1 (a grid).
    regularity: f32,
    /// Direction of the grain in degrees from the horizontal, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<f32>,
    /// Size of a typical feature as a fraction of the width.
    coarseness: f32,
}

impl From<material::LookFacts> for Look {
    fn from(look: material::LookFacts) -> Self {
        Self {
            palette: look.palette.into_iter().map(Into::into).collect(),
            lrv: look.lrv,
            contrast: look.contrast,
            period: look.period,
            regularity: look.regularity,
            direction: look.direction,
            coarseness: look.coarseness,
        }
    }
}

/// One swatch
#[utoipa::path(
    get, path = "/swatches/{id}", tag = "library", operation_id = "get_swatch",
    params(("id" = String, Path, description = "The content hash of its picture: 64 hexadecimal digits.")),
    responses(
        (status = 200, body = SwatchDetail),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn swatch(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Answered<SwatchDetail> {
    let id = SwatchId::parse(&id).map_err(|_| Error::NotFound("There is no such swatch."))?;
    let found = state.veneer.swatch(&id).await?;
    Ok(Json(SwatchDetail {
        swatch: found.swatch.into(),
        material: found.material.into(),
        name: found.name.into(),
        look: found.look.map(Into::into),
    }))
}

/// The picture of a swatch
///
/// At most 320 or 640 pixels on its longer side (WebP), or as large as it is kept (WebP or JPEG). It never changes.
#[utoipa::path(
    get, path = "/swatches/{id}/pictures/{size}", tag = "library", operation_id = "get_picture",
    params(
        ("id" = String, Path, description = "The content hash of the picture: 64 hexadecimal digits."),
        ("size" = String, Path, description = "`320`, `640` or `full`."),
    ),
    responses(
        (status = 200, description = "The picture.", content(
            (inline(super::words::FileBody) = "image/webp"),
            (inline(super::words::FileBody) = "image/jpeg"),
        )),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn picture(
    State(state): State<AppState>,
    Path((id, size)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (Ok(id), Some(size)) = (SwatchId::parse(&id), ImageSize::parse(&size)) else {
        return Err(Error::NotFound("There is no such picture.").into());
    };
    let bytes = state.veneer.picture(&id, size).await?;
    let headers = [
        (header::CONTENT_TYPE, search::content_type(&bytes)),
        (header::CACHE_CONTROL, FOREVER),
    ];
    Ok((headers, bytes).into_response())
}
