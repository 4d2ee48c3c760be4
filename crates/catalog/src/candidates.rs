//! Which materials are worth scoring.

use std::collections::HashMap;

use material::{Colour, Filters, Properties};
use pgvector::Vector;
use sqlx::{Executor, Postgres};

use crate::filter_sql::{Sql, push_filters};
use crate::fold::WordsQuery;
use crate::models::embedding;
use crate::nearest::Path;
use crate::{Catalog, CatalogError, MaterialId, ModelId};

/// What to look for among the materials that pass the filters.
#[derive(Debug, Clone, Copy)]
pub struct CandidateQuery<'a> {
    /// What may come back.
    pub filters: &'a Filters,
    /// How many pass them, where that is known; counted where not.
    pub total: Option<u32>,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// By number; the order says nothing.
    pub ids: Vec<MaterialId>,
    /// How many pass the filters.
    pub total: u32,
    /// How the visual leg was walked.
    pub path: Path,
}

impl Catalog {
    /// The most that one leg brings.
    pub const MAX_DEPTH: u32 = 2_000;

    /// How many materials pass the filters.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn filtered_count(&self, filters: &Filters) -> Result<u32, CatalogError> {
        let mut sql = Sql::new("SELECT count(*) FROM materials m WHERE ");
        push_filters(&mut sql, filters);
        let count: i64 = sql.build_query_scalar().fetch_one(self.pool()).await?;
        Ok(count as u32)
    }

    /// Fetches what is worth scoring: all that pass the filters when they are few, else the best of
    /// every leg that was asked for. min(depth, matches) come back at any selectivity. Where words are
    /// all there is, only what has one of them is worth it, and where nothing is asked, nothing:
    /// [`tail`](Self::tail) gives the others.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`], [`CatalogError::Unfit`] for an embedding that is none.
    pub async fn candidates(&self, query: &CandidateQuery<'_>) -> Result<Candidates, CatalogError> {
        let depth = query.depth.clamp(1, Self::MAX_DEPTH);
        let total = match query.total {
            Some(total) => total,
            None => self.filtered_count(query.filters).await?,
        };
        let mut found = Candidates {
            ids: Vec::new(),
            total,
            path: Path::Exact,
        };
        if !query.is_seen() {
            // Words alone name what has them, nothing asked names nothing: the rest needs no score, and
            // follows in the order of the library.
            if let Some(words) = query.words {
                let words = words_statement(query.filters, words, depth);
                found.ids = fetch_ids(self.pool(), words).await?;
                found.ids.sort_unstable();
            }
            return Ok(found);
        }
        if total <= depth {
            found.ids = self.first(query.filters, depth).await?;
            return Ok(found);
        }
        let mut ids = Vec::new();
        if let Some((model, vector)) = query.model {
            let vector = embedding(vector)?;
            let nearest = self.nearest(query.filters, model, &vector, depth, total);
            (ids, found.path) = nearest.await?;
        }
        if let Some(words) = query.words {
            ids.extend(fetch_ids(self.pool(), words_statement(query.filters, words, depth)).await?);
        }
        if let Some(grid) = query.palette.and_then(grid) {
            ids.extend(fetch_ids(self.pool(), colour_statement(query.filters, grid, depth)).await?);
        }
        if let Some(properties) = query.properties
            && let Some(sql) = properties_statement(query.filters, properties, depth)
        {
            ids.extend(fetch_ids(self.pool(), sql).await?);
        }
        ids.sort_unstable();
        ids.dedup();
        if ids.len() < depth as usize {
            // A leg brings less than was promised when materials lack what it looks at, and nothing at
            // all when nothing was asked: the first by number fill up.
            for id in self.first(query.filters, depth).await? {
                if ids.len() >= depth as usize {
                    break;
                }
                if let Err(place) = ids.binary_search(&id) {
                    ids.insert(place, id);
                }
            }
        }
        found.ids = ids;
        Ok(found)
    }

    /// The first survivors, by number.
    async fn first(&self, filters: &Filters, limit: u32) -> Result<Vec<MaterialId>, CatalogError> {
        let mut sql = Sql::new("SELECT m.id FROM materials m WHERE ");
        push_filters(&mut sql, filters);
        sql.push(" ORDER BY m.id LIMIT ")
            .push_bind(i64::from(limit));
        fetch_ids(self.pool(), sql).await
    }

    /// What follows after the candidates: all others that pass the filters, by look where a model is
    /// named and the material has an embedding, then by number. Walking all pages gives every one once.
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
        let exclude: Vec<i64> = exclude.iter().map(|id| id.0).collect();
        let mut sql = Sql::new("SELECT m.id FROM materials m");
        if let Some((model, vector)) = model {
            sql.push(" LEFT JOIN (SELECT e.material_id, min(e.embedding <=> ")
                .push_bind(embedding(vector)?)
                .push(") AS distance FROM embeddings e WHERE e.model_id = ")
                .push_bind(model.0)
                .push(" GROUP BY e.material_id) d ON d.material_id = m.id");
        }
        sql.push(" WHERE ");
        push_filters(&mut sql, filters);
        sql.push(" AND NOT EXISTS (SELECT 1 FROM unnest(")
            .push_bind(exclude)
            .push(") x WHERE x = m.id) ORDER BY ");
        if model.is_some() {
            sql.push("d.distance NULLS LAST, ");
        }
        sql.push("m.id OFFSET ")
            .push_bind(i64::from(offset))
            .push(" LIMIT ")
            .push_bind(i64::from(limit.min(Self::MAX_DEPTH)));
        fetch_ids(self.pool(), sql).await
    }
}

pub(crate) async fn fetch_ids<'c>(
    on: impl Executor<'c, Database = Postgres>,
    mut sql: Sql,
) -> Result<Vec<MaterialId>, CatalogError> {
    let ids: Vec<i64> = sql.build_query_scalar().fetch_all(on).await?;
    Ok(ids.into_iter().map(MaterialId).collect())
}

fn words_statement(filters: &Filters, words: &WordsQuery, depth: u32) -> Sql {
    let mut sql = Sql::new("SELECT m.id FROM materials m, to_tsquery('veneer', ");
    sql.push_bind(words.any())
        .push(") q WHERE m.words @@ q AND ");
    push_filters(&mut sql, filters);
    sql.push(" ORDER BY ");
    push_coverage(&mut sql, words);
    sql.push(" DESC, ts_rank_cd(m.words, q, 32) DESC, m.id LIMIT ")
        .push_bind(i64::from(depth));
    sql
}

/// The share of the wanted words that a material has, 0 to 1.
pub(crate) fn push_coverage(sql: &mut Sql, words: &WordsQuery) {
    sql.push("(SELECT avg((m.words @@ to_tsquery('veneer', w))::int)::real FROM unnest(")
        .push_bind(words.wanted().to_vec())
        .push("::text[]) w)");
}

fn colour_statement(filters: &Filters, grid: Vector, depth: u32) -> Sql {
    let mut sql = Sql::new("SELECT m.id FROM materials m WHERE m.colour_grid IS NOT NULL AND ");
    push_filters(&mut sql, filters);
    sql.push(" ORDER BY m.colour_grid <=> ")
        .push_bind(grid)
        .push(", m.id LIMIT ")
        .push_bind(i64::from(depth));
    sql
}

/// Counts agreements, the kind most, a related kind half; `None` when nothing is known to agree with.
fn properties_statement(filters: &Filters, wanted: &Properties, depth: u32) -> Option<Sql> {
    use material::Word;
    let mut terms: Vec<(&str, String, f32)> = Vec::new();
    if let Some(kind) = wanted.category {
        terms.push(("m.category = ", kind.as_str().to_owned(), 2.0));
        let top = kind.top().as_str().to_owned();
        terms.push(("split_part(m.category, '/', 1) = ", top, 2.0));
    }
    let words = [
        ("m.finish = ", wanted.finish.map(Word::as_str)),
        ("m.pattern = ", wanted.pattern.map(Word::as_str)),
        ("m.texture = ", wanted.texture.map(Word::as_str)),
    ];
    for (left, value) in words {
        terms.extend(value.map(|v| (left, v.to_owned(), 1.0)));
    }
    if terms.is_empty() {
        return None;
    }
    let mut sql = Sql::new("SELECT m.id FROM materials m WHERE ");
    push_filters(&mut sql, filters);
    sql.push(" ORDER BY 0");
    for (left, value, weight) in terms {
        sql.push(format_args!(" + CASE WHEN {left}"))
            .push_bind(value)
            .push(format_args!(" THEN {weight:?} ELSE 0 END"));
    }
    sql.push(" DESC, m.id LIMIT ").push_bind(i64::from(depth));
    Some(sql)
}

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
