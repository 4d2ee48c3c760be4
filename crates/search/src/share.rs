//! Sharing: a frozen copy of what one sees, under an address that lasts.

use bytes::Bytes;
use catalog::ImageSize;
use material::{Band, Origin, Results, ShareInfo, Token, View};
use time::{OffsetDateTime, format_description::well_known::Iso8601};

use crate::{
    Error, Veneer,
    ask::{blocking, token},
    collage,
};

impl Veneer {
    /// Freezes a view of a search, or of the library where there is none, and says under which name.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a search that never was or has aged out.
    pub async fn share(&self, id: Option<&Token>, view: &View) -> Result<Token, Error> {
        let mut results = match id {
            Some(id) => self.results(id, view).await?,
            None => self.library(view).await?,
        };
        // What is frozen waits for nothing.
        results.awaiting = false;
        let mut pictures = Vec::new();
        for hit in results.hits.iter().take(5) {
            if let Some(swatch) = hit.material.swatches.first()
                && let Ok(bytes) = self
                    .inner
                    .catalog
                    .image(&swatch.id, ImageSize::Medium)
                    .await
            {
                pictures.push(bytes);
            }
        }
        let palette = results
            .look
            .as_ref()
            .map(|look| look.palette.clone())
            .or_else(|| Some(results.hits.first()?.material.colours.clone()))
            .unwrap_or_default();
        let drawn = blocking(move || collage::draw(&pictures, &palette)).await?;
        let info = ShareInfo {
            slug: token()?,
            made: today(),
            title: title(&results),
            results,
        };
        self.inner
            .catalog
            .save_share(&info, drawn.map(Bytes::from))
            .await?;
        Ok(info.slug)
    }

    /// A share with its frozen results.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn shared(&self, slug: &Token) -> Result<ShareInfo, Error> {
        self.inner
            .catalog
            .share(slug)
            .await?
            .ok_or(Error::NotFound("There is no share at this address."))
    }

    /// The preview picture of a share, 1200 × 630 JPEG.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn preview(&self, slug: &Token) -> Result<Bytes, Error> {
        self.inner
            .catalog
            .share_image(slug)
            .await?
            .ok_or(Error::NotFound("There is no picture at this address."))
    }
}

fn today() -> String {
    OffsetDateTime::now_utc()
        .date()
        .format(&Iso8601::DATE)
        .unwrap_or_default()
}

/// “Honed marble, veined; 48 materials, 3 close”.
fn title(results: &Results) -> String {
    let subject = match (&results.origin, &results.analysis) {
        (Origin::Swatch { name, .. }, _) => format!("Like {name}"),
        (_, Some(analysis)) => analysis
            .sentence
            .split(';')
            .next()
            .unwrap_or_default()
            .trim_end_matches('.')
            .to_owned(),
        (_, None) => results
            .view
            .text
            .as_ref()
            .map(|text| format!("“{text}”"))
            .or_else(|| {
                let parts = results.view.palette.as_ref()?.parts().iter();
                let names: Vec<_> = parts.map(|part| material::trade_name(part.lab())).collect();
                Some(format!("In {}", names.join(", ")))
            })
            .unwrap_or_else(|| "Materials".to_owned()),
    };
    let close: u32 = results
        .bands
        .iter()
        .filter(|b| b.band == Band::Strong)
        .map(|b| b.count)
        .sum();
    let materials = match results.total {
        1 => "1 material".to_owned(),
        n => format!("{n} materials"),
    };
    if close > 0 {
        format!("{subject}: {materials}, {close} close")
    } else {
        format!("{subject}: {materials}")
    }
}
