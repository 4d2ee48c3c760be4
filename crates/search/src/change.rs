//! Changing the library one material at a time, by its key.

use std::sync::Arc;

use bytes::Bytes;
use catalog::{Catalog, Entry, Expected, NewSwatch, Stored, StoredSwatch, Version};
use futures::future::BoxFuture;
use material::{Description, Name, NewMaterial, Properties, Slug, SwatchId, SwatchRef, Token};

use crate::{
    Error, Veneer,
    ask::{blocking, within},
    import,
    ingest::{Arrival, ArrivedPicture, first_palette},
    jobs::Pace,
    picture::{as_it_came, swatch_id},
};

/// All that is to be known of a material, as somebody writes it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name.
    pub name: Name,
    /// Who makes it.
    pub maker: Option<Name>,
    /// One or two sentences.
    pub description: Description,
    /// What is known; without colours, those of its first picture are taken.
    pub properties: Properties,
}

/// A picture of a material, as somebody writes it.
#[derive(Debug, Clone)]
pub enum DraftPicture {
    /// A new one: JPEG, PNG or WebP, and what it shows.
    New(Bytes, String),
    /// One that the material has already.
    Kept(SwatchId),
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Its address.
    pub slug: Slug,
    /// Whether the key was new.
    pub created: bool,
    /// What it is now.
    pub version: Version,
    /// Its pictures.
    pub swatches: Vec<SwatchRef>,
}

/// A material by its key.
#[derive(Debug, Clone)]
pub struct Record {
    /// All that is known.
    pub material: NewMaterial,
    /// Its pictures.
    pub swatches: Vec<SwatchRef>,
    /// What it is.
    pub version: Version,
}

const UNKNOWN: Error = Error::NotFound("There is no material with this key.");
const NO_PICTURE: Error =
    Error::Unfit("A material needs a picture: without one nobody can find it.");
/// How often a change is tried again that somebody else's came before.
const TRIES: usize = 5;

/// What the library keeps of a picture, on its way back in. Its vectors stay where they are.
fn kept(swatch: &StoredSwatch) -> NewSwatch {
    NewSwatch {
        id: swatch.swatch.id.clone(),
        view: swatch.swatch.view.clone(),
        width: swatch.swatch.width,
        height: swatch.swatch.height,
        ground: swatch.swatch.ground.clone(),
        phash: swatch.phash,
        palette: swatch.palette.clone(),
        facts: swatch.facts.clone(),
        embeddings: Vec::new(),
    }
}

fn shown(swatch: &NewSwatch) -> SwatchRef {
    SwatchRef {
        id: swatch.id.clone(),
        width: swatch.width,
        height: swatch.height,
        ground: swatch.ground.clone(),
        view: swatch.view.clone(),
    }
}

impl Veneer {
    /// A material by its key.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn record<'a>(&'a self, key: &'a Name) -> BoxFuture<'a, Result<Record, Error>> {
        Box::pin(async move {
            let (stored, version) = self.inner.catalog.by_key(key).await?.ok_or(UNKNOWN)?;
            Ok(Record {
                swatches: stored.swatches.iter().map(|s| s.swatch.clone()).collect(),
                material: stored.material,
                version,
            })
        })
    }

    /// Writes a material whole. Without `pictures` it keeps those it has; a new one needs at least one.
    ///
    /// # Errors
    /// [`Error::Changed`] when it is not what is expected, [`Error::Photo`], [`Error::Unfit`], [`Error::NotFound`]
    /// for a picture to keep that it does not have.
    pub fn write_material<'a>(
        &'a self,
        key: &'a Name,
        draft: Draft,
        pictures: Option<Vec<DraftPicture>>,
        expected: Expected,
    ) -> BoxFuture<'a, Result<Written, Error>> {
        Box::pin(async move {
            let known = self.inner.catalog.by_key(key).await?;
            // What is kept was read outside of the transaction: it has to be the same inside.
            let keeps = match &pictures {
                None => true,
                Some(all) => all.iter().any(|p| matches!(p, DraftPicture::Kept(_))),
            };
            let expected = match (&known, expected) {
                (Some((_, version)), Expected::Anything | Expected::Something) if keeps => {
                    Expected::Versions(vec![*version])
                }
                (Some((_, version)), Expected::Versions(all)) if keeps => {
                    if !all.contains(version) {
                        return Err(Error::Changed);
                    }
                    Expected::Versions(vec![*version])
                }
                (None, Expected::Anything) => Expected::Nothing,
                (_, expected) => expected,
            };
            let known = known.map(|(stored, _)| stored);
            let swatches = match pictures {
                None => known
                    .iter()
                    .flat_map(|s| s.swatches.iter().map(kept))
                    .collect(),
                Some(all) => self.pictures(key, known.as_ref(), all).await?,
            };
            let material = NewMaterial {
                slug: import::slug(&draft.name, key)?,
                key: key.clone(),
                name: draft.name,
                maker: draft.maker,
                description: draft.description,
                properties: draft.properties,
            };
            self.put(material, swatches, &expected).await
        })
    }

    /// Adds a picture to a material; false beside it when it has this one already.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Changed`], [`Error::Photo`], [`Error::Unfit`].
    pub fn add_picture<'a>(
        &'a self,
        key: &'a Name,
        photo: Bytes,
        view: String,
        expected: Expected,
    ) -> BoxFuture<'a, Result<(SwatchRef, Version, bool), Error>> {
        Box::pin(async move {
            let photo = vec![DraftPicture::New(photo, view)];
            let mut new = self.pictures(key, None, photo).await?;
            let new = new.pop().ok_or(Error::Internal)?;
            let id = new.id.clone();
            let (written, before) = self
                .revise(key, expected, move |swatches| {
                    match swatches.iter_mut().find(|swatch| swatch.id == new.id) {
                        Some(known) => known.view.clone_from(&new.view),
                        None => swatches.push(new.clone()),
                    }
                    Ok(())
                })
                .await?;
            let swatch = written.swatches.into_iter().find(|swatch| swatch.id == id);
            let swatch = swatch.ok_or(Error::Internal)?;
            Ok((swatch, written.version, !before.contains(&id)))
        })
    }

    /// Takes a picture away from a material.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Changed`], [`Error::Unfit`] for the last one.
    pub fn remove_picture<'a>(
        &'a self,
        key: &'a Name,
        id: &'a SwatchId,
        expected: Expected,
    ) -> BoxFuture<'a, Result<Version, Error>> {
        Box::pin(async move {
            let remove = |swatches: &mut Vec<NewSwatch>| {
                let before = swatches.len();
                swatches.retain(|swatch| swatch.id != *id);
                if swatches.len() == before {
                    return Err(Error::NotFound("This material has no such picture."));
                }
                if swatches.is_empty() {
                    return Err(Error::Unfit(
                        "A material keeps one picture at least. Delete the material instead.",
                    ));
                }
                Ok(())
            };
            let (written, _) = self.revise(key, expected, remove).await?;
            Ok(written.version)
        })
    }

    /// Deletes a material.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Changed`].
    pub fn delete_material<'a>(
        &'a self,
        key: &'a Name,
        expected: Expected,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            if self.inner.catalog.delete_material(key, &expected).await? {
                return Ok(());
            }
            Err(UNKNOWN)
        })
    }

    /// Deletes a share.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_share<'a>(&'a self, slug: &'a Token) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            if self.inner.catalog.delete_share(slug).await? {
                return Ok(());
            }
            Err(Error::NotFound("There is no share at this address."))
        })
    }

    /// Changes the pictures of a material; gives those it had as well. Where nothing certain is expected, a change
    /// that came in between is no reason to fail.
    async fn revise(
        &self,
        key: &Name,
        expected: Expected,
        change: impl Fn(&mut Vec<NewSwatch>) -> Result<(), Error> + Send,
    ) -> Result<(Written, Vec<SwatchId>), Error> {
        for _ in 0..TRIES {
            let known = self.inner.catalog.by_key(key).await?;
            let (
                Stored {
                    material, swatches, ..
                },
                version,
            ) = known.ok_or(UNKNOWN)?;
            let fits = match &expected {
                Expected::Anything | Expected::Something => true,
                Expected::Nothing => false,
                Expected::Versions(all) => all.contains(&version),
            };
            if !fits {
                return Err(Error::Changed);
            }
            let before = swatches.iter().map(|s| s.swatch.id.clone()).collect();
            let mut swatches: Vec<NewSwatch> = swatches.iter().map(kept).collect();
            change(&mut swatches)?;
            let now = Expected::Versions(vec![version]);
            match self.put(material, swatches, &now).await {
                Err(Error::Changed) => {}
                done => return Ok((done?, before)),
            }
        }
        Err(Error::Changed)
    }

    async fn put(
        &self,
        mut material: NewMaterial,
        swatches: Vec<NewSwatch>,
        expected: &Expected,
    ) -> Result<Written, Error> {
        if swatches.is_empty() {
            return Err(NO_PICTURE);
        }
        if swatches.len() > Catalog::MAX_SWATCHES {
            return Err(Error::Unfit("A material has 50 pictures at most."));
        }
        if material.properties.colours.is_empty() {
            material.properties.colours = first_palette(&swatches);
        }
        let entry = Entry { material, swatches };
        let catalog = &self.inner.catalog;
        let (upserted, version) = catalog.upsert_expecting(&entry, expected).await?;
        // A library that grows picture by picture is looked at anew as often as it has doubled.
        let count = catalog.counts().await?.materials;
        if upserted.created && count >= 32 && count.is_power_of_two() {
            self.calibrate().await?;
        }
        Ok(Written {
            slug: upserted.slug,
            created: upserted.created,
            version,
            swatches: entry.swatches.iter().map(shown).collect(),
        })
    }

    /// Measures, embeds and keeps new pictures, and takes the kept ones along, in their order.
    async fn pictures(
        &self,
        key: &Name,
        known: Option<&Stored>,
        pictures: Vec<DraftPicture>,
    ) -> Result<Vec<NewSwatch>, Error> {
        if pictures.len() > Catalog::MAX_SWATCHES {
            return Err(Error::Unfit("A material has 50 pictures at most."));
        }
        let (mut places, mut arriving) = (Vec::new(), Vec::new());
        for picture in pictures {
            match picture {
                DraftPicture::Kept(id) => {
                    let mut all = known.iter().flat_map(|stored| &stored.swatches);
                    let found = all.find(|swatch| swatch.swatch.id == id);
                    let found =
                        found.ok_or(Error::NotFound("This material has no such picture."))?;
                    places.push(Place::Kept(Box::new(kept(found))));
                }
                DraftPicture::New(bytes, view) => {
                    let picture = self.decoded(bytes, view).await?;
                    let id = swatch_id(picture.content).ok_or(Error::Internal)?;
                    places.push(Place::New(id));
                    arriving.push(picture);
                }
            }
        }
        let mut made = match arriving.is_empty() {
            true => Vec::new(),
            false => self.new_swatches(key, arriving).await?,
        };
        let mut out: Vec<NewSwatch> = Vec::with_capacity(places.len());
        for place in places {
            let swatch = match place {
                Place::Kept(swatch) => *swatch,
                Place::New(id) => {
                    let at = made.iter().position(|swatch| swatch.id == id);
                    // The same picture twice is one picture.
                    let Some(at) = at else { continue };
                    made.swap_remove(at)
                }
            };
            if !out.iter().any(|other| other.id == swatch.id) {
                out.push(swatch);
            }
        }
        Ok(out)
    }

    async fn decoded(&self, bytes: Bytes, view: String) -> Result<ArrivedPicture, Error> {
        let limits = self.inner.limits;
        let decoded = blocking(move || {
            let pixels = photo::decode(&bytes, &limits)?;
            Ok::<_, Error>(ArrivedPicture {
                as_kept: as_it_came(&bytes, &pixels),
                pixels: Arc::new(photo::shrunk(pixels, 1280)),
                content: photo::content_hash(&bytes),
                view,
            })
        });
        within(self.inner.deadlines.validation, decoded).await??
    }

    async fn new_swatches(
        &self,
        key: &Name,
        pictures: Vec<ArrivedPicture>,
    ) -> Result<Vec<NewSwatch>, Error> {
        let count = pictures.len();
        let arrival = Arrival {
            material: NewMaterial {
                slug: import::slug(key, key)?,
                name: key.clone(),
                key: key.clone(),
                maker: None,
                description: Description::parse("")?,
                properties: Properties::default(),
            },
            pictures,
        };
        let (batch, prepared, vectors) = self.measured(vec![arrival], Pace::Full).await?;
        let (entries, _) = self
            .kept_and_composed(batch, prepared, vectors, vec![None])
            .await?;
        let entry = entries.into_iter().next().ok_or(Error::Internal)?;
        if entry.swatches.len() < count {
            return Err(Error::internal("a picture could not be encoded"));
        }
        Ok(entry.swatches)
    }
}

/// Where a picture of a draft comes from.
enum Place {
    Kept(Box<NewSwatch>),
    New(SwatchId),
}
