//! Which materials are worth scoring.

use std::collections::HashMap;
use std::sync::Arc;

use material::{Colour, Filters, Properties};
use pgvector::Vector;
use roaring::RoaringBitmap;
use sqlx::{Executor, Postgres};

use crate::columns::Sql;
use crate::fold::WordsQuery;
use crate::models::embedding;
use crate::nearest::Path;
use crate::score::Near;
use crate::shelf::Shelf;
use crate::{Catalog, CatalogError, MaterialId, ModelId};

/// What to look for among the materials that pass the filters.
#[derive(Debug, Clone, Copy)]
pub struct CandidateQuery<'a> {
    /// What may come back.
    pub filters: &'a Filters,
    /// The look, in the numbers of a model.
    pub model: Option<(ModelId, &'a [f32])>,
    /// The words.
    pub words: Option<&'a WordsQuery>,
    /// Colours with shares.
    pub palette: Option<&'a [Colour]>,
    /// Properties to agree with; those not known are passed over.
    pub properties: Option<&'a Properties>,
    /// How many each leg brings.
    pub depth: u32,
}

impl CandidateQuery<'_> {
    /// Whether there is anything beside words to be near to.
    fn is_seen(&self) -> bool {
        self.model.is_some() || self.palette.is_some() || self.properties.is_some()
    }
}

/// The union of what the legs brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidates {
    /// By number; the order says nothing.
    pub ids: Vec<MaterialId>,
    /// How many pass the filters.
    pub total: u32,
    /// How the visual leg was walked.
    pub path: Path,
    /// How well those that were looked for by words have them, and all that have any.
    pub(crate) worded: Option<Worded>,
    /// Whether nothing that words alone found was left out.
    has_all: bool,
    /// What the model says of those it was asked about on the way.
    pub(crate) near: HashMap<MaterialId, Near>,
}

impl Candidates {
    /// Whether everything that has one of the words is among them, so that nothing else needs to be asked
    /// for it.
    pub fn is_all_of_the_words(&self) -> bool {
        self.has_all
    }
}

impl Catalog {
    /// The most that one leg brings.
    pub const MAX_DEPTH: u32 = 2_000;
    /// The most that sketches or the index bring for the look. The ten nearest of all have been among so many
    /// in every measurement.
    pub const BY_INDEX: u32 = 250;

    /// How many materials pass the filters.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn filtered_count(&self, filters: &Filters) -> Result<u32, CatalogError> {
        Ok(self.shelf().await?.survivors(filters).len() as u32)
    }

    /// Fetches what is worth scoring: all that pass the filters when they are few, else the best of
    /// every leg that was asked for. Where the look is asked of sketches or the index, it brings at most
    /// [`Self::BY_INDEX`] and the other legs a quarter as many: the library is large, every candidate costs
    /// time, and what is nearest in look counts most. Apart from that min(depth, matches) come back at any selectivity. Where words are all there is,
    /// only what has one of them is worth it, and where nothing is asked, nothing: [`tail`](Self::tail)
    /// gives the others.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`], [`CatalogError::Unfit`] for an embedding that is none.
    #[tracing::instrument(skip_all)]
    pub async fn candidates(&self, query: &CandidateQuery<'_>) -> Result<Candidates, CatalogError> {
        let depth = query.depth.clamp(1, Self::MAX_DEPTH);
        let shelf = self.shelf().await?;
        let among = Among::new(Arc::clone(&shelf), query.filters);
        let mut found = Candidates {
            ids: Vec::new(),
            total: among.len(),
            path: Path::Exact,
            worded: None,
            has_all: false,
            near: HashMap::new(),
        };
        if !query.is_seen() {
            // Words alone name what has them, nothing asked names nothing: the rest needs no score, and
            // follows in the order of the library.
            if let Some(words) = query.words {
                let few = match among.library <= self.inner.exact_below {
                    true => depth,
                    false => depth.min(Self::BY_INDEX),
                };
                let worded = self.by_words(&among, words, few).await?;
                found.ids = worded.best(few);
                found.ids.sort_unstable();
                found.has_all = found.ids.len() < few as usize;
                found.worded = Some(worded);
            }
            return Ok(found);
        }
        if among.len() <= depth {
            found.ids = ids(among.set.iter());
            return Ok(found);
        }
        let mut all = Vec::new();
        let (mut least, mut each) = (depth, depth);
        if let Some((model, vector)) = query.model {
            let vector = embedding(vector)?;
            let nearest = self.nearest(&among, model, &vector, depth).await?;
            (all, found.path, found.near) = (nearest.ids, nearest.path, nearest.near);
            if found.path != Path::Exact {
                least = depth.min(Self::BY_INDEX);
                each = least.div_ceil(4);
            }
        }
        if let Some(words) = query.words {
            let worded = self.by_words(&among, words, each).await?;
            all.extend(worded.best(each));
            found.worded = Some(worded);
        }
        if let Some(grid) = query.palette.and_then(grid) {
            all.extend(self.by_colours(&among, &grid, each).await?);
        }
        if let Some(properties) = query.properties {
            let agreeing = shelf.agreeing(properties, &among.set, each as usize);
            all.extend(ids(agreeing));
        }
        all.sort_unstable();
        all.dedup();
        // A leg brings less than was promised when materials lack what it looks at, and nothing at
        // all when nothing was asked: the first by number fill up.
        let lacking = (least as usize).saturating_sub(all.len());
        if lacking > 0 {
            let have: RoaringBitmap = all.iter().map(|id| id.0 as u32).collect();
            all.extend(ids((&among.set - &have).iter().take(lacking)));
            all.sort_unstable();
        }
        found.ids = all;
        Ok(found)
    }

    /// What follows after the candidates: all others that pass the filters. Where a model is named and
    /// they are few enough to compare them all, by look and then by number; else by number. Walking all
    /// pages gives every one once.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`], [`CatalogError::Unfit`] for an embedding that is none.
    pub async fn tail(
        &self,
        filters: &Filters,
        model: Option<(ModelId, &[f32])>,
        exclude: &[MaterialId],
        offset: u32,
        limit: u32,
    ) -> Result<Vec<MaterialId>, CatalogError> {
        let limit = limit.min(Self::MAX_DEPTH);
        let shelf = self.shelf().await?;
        let mut set = shelf.survivors(filters);
        for id in exclude {
            set.remove(id.0 as u32);
        }
        let model = model.filter(|_| set.len() <= u64::from(self.inner.exact_below));
        let Some((model, vector)) = model else {
            return Ok(ids(set.iter().skip(offset as usize).take(limit as usize)));
        };
        let mut sql = Sql::new("SELECT m FROM unnest(");
        sql.push_bind(numbers(&set))
            .push(") m LEFT JOIN embeddings e ON e.material_id = m AND e.model_id = ")
            .push_bind(model.0)
            .push(" GROUP BY m ORDER BY min(e.embedding <=> ")
            .push_bind(embedding(vector)?)
            .push(") NULLS LAST, m OFFSET ")
            .push_bind(i64::from(offset))
            .push(" LIMIT ")
            .push_bind(i64::from(limit));
        fetch_ids(self.pool(), sql).await
    }

    /// Those that have the words, and how well: of very many those that have most of them.
    async fn by_words(
        &self,
        among: &Among<'_>,
        words: &WordsQuery,
        depth: u32,
    ) -> Result<Worded, CatalogError> {
        let lexemes = self.lexemes(words).await?;
        let levels = among.shelf.lexicon.levels(&among.set, words, &lexemes);
        let most = match among.library <= self.inner.exact_below {
            true => usize::MAX,
            false => WORDED * depth as usize,
        };
        let ranked: Vec<MaterialId> = ids(levels.iter().flatten().take(most));
        Ok(Worded {
            ranks: self.words_ranks(&ranked, words).await?,
            having: levels
                .into_iter()
                .fold(RoaringBitmap::new(), |all, level| all | level),
        })
    }
}

/// What words found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Worded {
    /// How well those that were looked at have them.
    pub ranks: HashMap<MaterialId, f32>,
    /// All that have any of them.
    pub having: RoaringBitmap,
}

impl Worded {
    /// Those that have them best, best first.
    fn best(&self, most: u32) -> Vec<MaterialId> {
        let mut found: Vec<(MaterialId, f32)> =
            self.ranks.iter().map(|(id, rank)| (*id, *rank)).collect();
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(most as usize);
        found.into_iter().map(|(id, _)| id).collect()
    }
}

/// What passes the filters.
pub(crate) struct Among<'a> {
    pub filters: &'a Filters,
    pub shelf: Arc<Shelf>,
    pub set: RoaringBitmap,
    /// How many there are without any filter.
    pub library: u32,
    /// Pictures for each material, on average over the library.
    pub pictures: f64,
}

impl<'a> Among<'a> {
    pub fn new(shelf: Arc<Shelf>, filters: &'a Filters) -> Self {
        Self {
            filters,
            set: shelf.survivors(filters),
            library: shelf.materials(),
            pictures: shelf.pictures() as f64 / f64::from(shelf.materials().max(1)),
            shelf,
        }
    }

    pub fn len(&self) -> u32 {
        self.set.len() as u32
    }

    /// Whether everything passes.
    pub fn is_all(&self) -> bool {
        self.filters.is_empty()
    }
}

/// Numbers of the database.
pub(crate) fn numbers(set: &RoaringBitmap) -> Vec<i64> {
    set.iter().map(i64::from).collect()
}

fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<MaterialId> {
    numbers
        .into_iter()
        .map(|n| MaterialId(i64::from(n)))
        .collect()
}

pub(crate) async fn fetch_ids<'c>(
    on: impl Executor<'c, Database = Postgres>,
    mut sql: Sql,
) -> Result<Vec<MaterialId>, CatalogError> {
    let ids: Vec<i64> = sql.build_query_scalar().fetch_all(on).await?;
    Ok(ids.into_iter().map(MaterialId).collect())
}

/// In a large library so many are ranked by how well they have the words for every material that is wanted,
/// those first that have most of them. Where more have as many, some stand for all: it tells little.
const WORDED: usize = 3;

/// How well each of `m` has the words, of those that have any of them.
pub(crate) fn ranks_statement(ids: Vec<i64>, words: &WordsQuery) -> Sql {
    let mut sql = Sql::new("SELECT m.id, ");
    push_coverage(&mut sql, words);
    sql.push(" + ").push(CLOSENESS).push(" FROM materials m, ");
    push_queries(&mut sql, words);
    sql.push(" WHERE m.id = ANY(")
        .push_bind(ids)
        .push(") AND m.words @@ q.every");
    sql
}

/// The words as queries of the full-text search: `q.every` any of them, `q.w0` and so on each. Made once and
/// not for every row, which takes longer than everything else.
fn push_queries(sql: &mut Sql, words: &WordsQuery) {
    sql.push("(SELECT to_tsquery('veneer', ")
        .push_bind(words.any())
        .push(") AS every");
    for (place, word) in words.wanted().iter().enumerate() {
        sql.push(", to_tsquery('veneer', ")
            .push_bind(word.clone())
            .push(format_args!(") AS w{place}"));
    }
    sql.push(" OFFSET 0) q");
}

/// Four fifths of the share of the wanted words that `m` has.
fn push_coverage(sql: &mut Sql, words: &WordsQuery) {
    let wanted = words.wanted().len();
    sql.push("(0.8::real * (0");
    for place in 0..wanted {
        sql.push(format_args!(" + (m.words @@ q.w{place})::int"));
    }
    sql.push(format_args!(")::real / {wanted}::real)"));
}

/// One fifth of how well the words stand in `m`.
const CLOSENESS: &str = "(0.2::real * ts_rank_cd(m.words, q.every, 32))";

/// Colours as a soft histogram: 5 × 5 × 5 points over CIELAB, each share spread over the points near
/// its colour. Two palettes that look alike point the same way. `None` without colours.
pub(crate) fn grid(colours: &[Colour]) -> Option<Vector> {
    const LIGHTNESS: [f32; 5] = [10.0, 30.0, 50.0, 70.0, 90.0];
    const CHROMA: [f32; 5] = [-44.0, -16.0, 0.0, 16.0, 44.0];
    /// One standard deviation; about the distance of neighbouring points.
    const SPREAD: f32 = 14.0;
    let mut bins: HashMap<usize, f32> = HashMap::new();
    for colour in colours {
        let lab = colour.lab;
        let mut near = Vec::with_capacity(125);
        for (i, l) in LIGHTNESS.iter().enumerate() {
            for (j, a) in CHROMA.iter().enumerate() {
                for (k, b) in CHROMA.iter().enumerate() {
                    // Beyond the outermost points all chroma counts alike.
                    let (da, db) = (lab.a.clamp(-50.0, 50.0) - a, lab.b.clamp(-50.0, 50.0) - b);
                    let d2 = (lab.l - l).powi(2) + da * da + db * db;
                    near.push((i * 25 + j * 5 + k, (-d2 / (2.0 * SPREAD * SPREAD)).exp()));
                }
            }
        }
        let sum: f32 = near.iter().map(|(_, w)| w).sum();
        for (bin, weight) in near {
            // The root keeps small accents from vanishing beside the ground colour.
            *bins.entry(bin).or_default() += colour.share.max(0.0).sqrt() * weight / sum.max(1e-9);
        }
    }
    let vector: Vec<f32> = (0..125)
        .map(|i| bins.get(&i).copied().unwrap_or(0.0))
        .collect();
    // The cosine to a vector of zeros is not a number.
    let any = vector.iter().any(|v| *v > 1e-4) && vector.iter().all(|v| v.is_finite());
    any.then(|| Vector::from(vector))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn palette(codes: &[(&str, f32)]) -> Vector {
        let colours: Vec<Colour> = codes
            .iter()
            .map(|(code, share)| Colour {
                lab: material::parse_hex(code).expect("a colour code"),
                share: *share,
            })
            .collect();
        grid(&colours).expect("there are colours")
    }

    fn cosine(a: &Vector, b: &Vector) -> f32 {
        let (a, b) = (a.as_slice(), b.as_slice());
        let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    }

    #[test]
    fn like_palettes_point_the_same_way() {
        let oak = palette(&[("#c9a87c", 0.7), ("#8a5a3b", 0.3)]);
        let honey = palette(&[("#c98f45", 0.8), ("#8a5a3b", 0.2)]);
        let navy = palette(&[("#232f4b", 1.0)]);
        assert!(cosine(&oak, &honey) > cosine(&oak, &navy) + 0.2);
    }

    #[test]
    fn no_colours_make_no_grid() {
        assert!(grid(&[]).is_none());
        let nothing = Colour::from([50.0, 0.0, 0.0, 0.0]);
        assert!(grid(&[nothing]).is_none());
        let broken = Colour::from([f32::NAN, 0.0, 0.0, 1.0]);
        assert!(grid(&[broken]).is_none());
    }
}
