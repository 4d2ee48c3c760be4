//! Home and the page of one material.

use material::{
    Analysis, Difference, Hit, Home, Likeness, LookFacts, MaterialPage, Name, Origin, Slug,
    SwatchId, SwatchRef, Token, View,
};

use crate::{Error, Veneer, agree::Wanted, reason, subject::Subject};

/// Photos to try on the home page.
const EXAMPLES: u32 = 6;
/// Relatives on the page of a material.
const RELATIVES: usize = 8;

/// A swatch, what it belongs to, and what was measured in it.
#[derive(Debug, Clone, PartialEq)]
pub struct SwatchPage {
    /// The picture.
    pub swatch: SwatchRef,
    /// Its material.
    pub material: Slug,
    /// Its material's name.
    pub name: Name,
    /// What was measured.
    pub look: Option<LookFacts>,
}

impl Veneer {
    /// One swatch.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn swatch(&self, id: &SwatchId) -> Result<SwatchPage, Error> {
        let found = self.inner.catalog.swatch(id, None).await?;
        let found = found.ok_or(Error::NotFound(
            "That swatch is not in the library (any more).",
        ))?;
        Ok(SwatchPage {
            look: found.stored.facts,
            swatch: found.stored.swatch,
            material: found.slug,
            name: found.name,
        })
    }

    /// What the photo of a search shows, in words; nothing for a search that started from a swatch.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a search that never was or has aged out.
    pub async fn analysis(&self, id: &Token) -> Result<Option<Analysis>, Error> {
        Ok(self.subject(id).await?.analysis)
    }

    /// What the home page shows.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn home(&self) -> Result<Home, Error> {
        Ok(self.inner.catalog.home(EXAMPLES).await?)
    }

    /// Everything about one material, with its nearest relatives and where they differ.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn material(&self, slug: &Slug) -> Result<MaterialPage, Error> {
        let catalog = &self.inner.catalog;
        let stored = catalog.material(slug).await?.ok_or(Error::NotFound(
            "This material is not in the library (any more).",
        ))?;
        let card = stored.card();
        let relatives = self.relatives(&stored, &card).await?;
        Ok(MaterialPage {
            card,
            description: stored.material.description,
            properties: stored.material.properties,
            relatives,
        })
    }

    async fn relatives(
        &self,
        stored: &catalog::Stored,
        card: &material::MaterialCard,
    ) -> Result<Vec<(Hit, Vec<Difference>)>, Error> {
        let catalog = &self.inner.catalog;
        let Some(swatch) = card.swatches.first() else {
            return Ok(Vec::new());
        };
        let model = self.inner.models.in_use().id();
        let Some(found) = catalog.swatch(&swatch.id, Some(model)).await? else {
            return Ok(Vec::new());
        };
        let subject = Subject {
            origin: Origin::Swatch {
                material: card.slug.clone(),
                name: card.name.clone(),
                swatch: swatch.clone(),
            },
            embedding: found.embedding.map(|vector| (model, vector)),
            look: found.stored.facts,
            wanted: Wanted::known(stored.material.properties.clone()),
            ..Subject::default()
        };
        let near = self.answer(subject, &View::default()).await?;
        let near: Vec<Hit> = near
            .hits
            .into_iter()
            .flat_map(|hit| without(hit, &card.slug))
            .take(RELATIVES)
            .collect();
        let mut out = Vec::with_capacity(near.len());
        for hit in near {
            let Some(other) = catalog.material(&hit.material.slug).await? else {
                continue;
            };
            let differences =
                reason::differences(&stored.material.properties, &other.material.properties);
            out.push((hit, differences));
        }
        Ok(out)
    }
}

/// A hit without a material: itself where it is another, what stood under it where it is that one.
fn without(mut hit: Hit, slug: &Slug) -> Vec<Hit> {
    hit.also.retain(|double| double.material.slug != *slug);
    if hit.material.slug != *slug {
        return vec![hit];
    }
    let doubles = hit.also.into_iter().map(|double| Hit {
        material: double.material,
        band: hit.band,
        summary: match double.likeness {
            Likeness::File | Likeness::Picture => "the same picture".to_owned(),
            Likeness::Look => "looks the same".to_owned(),
        },
        reasons: Vec::new(),
        scores: hit.scores,
        score: hit.score,
        also: Vec::new(),
    });
    doubles.collect()
}
