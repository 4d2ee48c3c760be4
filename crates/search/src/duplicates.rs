//! Materials that may be one: the same file, the same picture saved again, or the same look.

use catalog::{Entry, MaterialId, NewSwatch, Stored, Verdict};
use futures::future::BoxFuture;
use material::{Likeness, Name, Properties};

use crate::{Error, Veneer, ask::blocking, kin};

/// Two materials that may be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicate {
    /// The one that is older.
    pub one: MaterialId,
    /// Its key and name.
    pub one_is: (Name, Name),
    /// The other.
    pub other: MaterialId,
    /// Its key and name.
    pub other_is: (Name, Name),
    /// In what they are alike.
    pub likeness: Likeness,
    /// What was said of them: `None` waits to be looked at.
    pub verdict: Option<Verdict>,
}

/// Materials that are compared with each other, the oldest ones. Every pair is: ten times as many would take a hundred
/// times as long.
const COMPARED: usize = 30_000;
/// Materials that are read in one statement.
const CHUNK: u32 = 500;

impl Veneer {
    /// Pairs that may be one, by the rules by which results stand under their like; those that were decided are
    /// among them with `decided`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn duplicates(&self, decided: bool) -> BoxFuture<'_, Result<Vec<Duplicate>, Error>> {
        Box::pin(async move {
            let turn = self.inner.comparing.acquire().await;
            let _turn = turn.map_err(Error::internal)?;
            let catalog = &self.inner.catalog;
            let model = self.inner.models.in_use();
            // Only the signs are wanted, and they are there with any question.
            let mut any = vec![0.0; model.row.dims as usize];
            if let Some(first) = any.first_mut() {
                *first = 1.0;
            }
            let mut rows = Vec::new();
            let mut after = 0;
            while rows.len() < COMPARED {
                let stored = catalog.materials_after(after, CHUNK).await?;
                let Some(last) = stored.last() else { break };
                after = last.id.0;
                let ids: Vec<MaterialId> = stored.iter().map(|s| s.id).collect();
                let scored = catalog.score_data(&ids, Some((model.id(), &any)), None);
                rows.extend(scored.await?);
            }
            let verdicts = catalog.verdicts().await?;
            blocking(move || {
                let refs: Vec<_> = rows.iter().collect();
                let kin = kin::kin(&refs);
                let mut out = Vec::new();
                for (place, own) in kin.iter().enumerate() {
                    // Every group gathers around its first.
                    let leaders = [own.file, own.picture, own.look].into_iter().flatten();
                    let mut leaders: Vec<usize> =
                        leaders.map(|l| l as usize).filter(|l| *l < place).collect();
                    leaders.sort_unstable();
                    leaders.dedup();
                    for leader in leaders {
                        let (one, other) = (rows[leader].id(), rows[place].id());
                        let pair = (one.min(other), one.max(other));
                        let verdict = verdicts.get(&pair).copied();
                        let Some(likeness) = own.likeness(&kin[leader]) else {
                            continue;
                        };
                        if verdict.is_some() && !decided {
                            continue;
                        }
                        let named = |at: usize| {
                            let material = rows[at].material();
                            (material.key.clone(), material.name.clone())
                        };
                        out.push(Duplicate {
                            one,
                            one_is: named(leader),
                            other,
                            other_is: named(place),
                            likeness,
                            verdict,
                        });
                    }
                }
                out
            })
            .await
        })
    }

    /// Says of two materials that they are two, or alternatives.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn decide_duplicate<'a>(
        &'a self,
        one: &'a Name,
        other: &'a Name,
        verdict: Verdict,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let [a, b] = self.both(one, other).await?;
            self.inner.catalog.decide(a.id, b.id, verdict).await?;
            let detail = format!("{one} and {other}: {}", verdict.as_str());
            self.noted("duplicates", &detail).await;
            Ok(())
        })
    }

    /// Makes one material of two: what is known of `kept` stays, what it leaves open is taken from `gone`, it has
    /// the pictures of both, and `gone` goes.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn merge_duplicate<'a>(
        &'a self,
        kept: &'a Name,
        gone: &'a Name,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let [one, other] = self.both(kept, gone).await?;
            let (kept_id, gone_id) = (one.id, other.id);
            let whole = merged(one, other);
            self.inner.catalog.merge(kept_id, gone_id, &whole).await?;
            let detail = format!("{gone} merged into {kept}");
            self.noted("duplicates", &detail).await;
            Ok(())
        })
    }

    async fn both(&self, one: &Name, other: &Name) -> Result<[Stored; 2], Error> {
        let missing = || Error::NotFound("There is no material of one of these keys.");
        if one == other {
            return Err(missing());
        }
        let keys = [one.clone(), other.clone()];
        let mut found = self.inner.catalog.materials_of(&keys).await?;
        // In the order that was asked for.
        found.sort_by_key(|s| s.material.key != *one);
        <[Stored; 2]>::try_from(found).map_err(|_| missing())
    }
}

fn merged(kept: Stored, gone: Stored) -> Entry {
    let mut material = kept.material;
    let other = gone.material;
    if material.description.as_str().is_empty() {
        material.description = other.description;
    }
    material.maker = material.maker.or(other.maker);
    let (own, new): (&mut Properties, Properties) = (&mut material.properties, other.properties);
    let before = own.clone();
    own.category = own.category.or(new.category);
    own.finish = own.finish.or(new.finish);
    own.texture = own.texture.or(new.texture);
    own.pattern = own.pattern.or(new.pattern);
    own.pattern_scale_mm = own.pattern_scale_mm.or(new.pattern_scale_mm);
    own.size = own.size.or(new.size);
    own.price = own.price.take().or(new.price);
    own.fire = own.fire.take().or(new.fire);
    own.slip = own.slip.or(new.slip);
    if own.colours.is_empty() {
        own.colours = new.colours;
    }
    if own.applications.is_empty() {
        own.applications = new.applications;
    }
    for spec in new.specs {
        let known = own.specs.iter().any(|s| s.name == spec.name);
        if !known && own.specs.len() < Properties::MAX_SPECS {
            own.specs.push(spec);
        }
    }
    // A value keeps where it comes from.
    for (field, source) in new.sources {
        if !crate::import::is_known(&before, field) {
            own.sources.entry(field).or_insert(source);
        }
    }
    let mut swatches: Vec<NewSwatch> = Vec::new();
    for one in kept.swatches.into_iter().chain(gone.swatches) {
        let there = swatches.iter().any(|s| s.id == one.swatch.id);
        if !there && swatches.len() < catalog::Catalog::MAX_SWATCHES {
            swatches.push(crate::import::as_new(&one));
        }
    }
    Entry { material, swatches }
}
