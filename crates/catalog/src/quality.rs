//! What the library lacks, and how much room it takes: for whoever looks after it.

use std::time::{Duration, Instant};

use futures::StreamExt;
use sqlx::Row;

use crate::columns::Sql;
use crate::{Catalog, CatalogError, MaterialId, Reply};

/// What a material may want for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lack {
    /// Nobody said what kind it is.
    Category,
    /// No finish.
    Finish,
    /// No pattern.
    Pattern,
    /// No use.
    Application,
    /// No size.
    Size,
    /// No price.
    Price,
    /// No fire class.
    Fire,
    /// No slip rating, where people walk on it.
    Slip,
    /// No picture of [`Lack::TINY`] pixels on its longer side.
    Picture,
    /// Something was worked out with a confidence under [`Lack::DOUBTFUL`].
    Doubt,
}

impl Lack {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Category,
        Self::Finish,
        Self::Pattern,
        Self::Application,
        Self::Size,
        Self::Price,
        Self::Fire,
        Self::Slip,
        Self::Picture,
        Self::Doubt,
    ];
    /// Pixels of the longer side; smaller pictures are tiny: they are unsharp on a material's page.
    pub const TINY: i32 = 512;
    /// Estimates below are doubtful.
    pub const DOUBTFUL: f64 = 0.6;

    /// As it stands in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Finish => "finish",
            Self::Pattern => "pattern",
            Self::Application => "application",
            Self::Size => "size",
            Self::Price => "price",
            Self::Fire => "fire",
            Self::Slip => "slip",
            Self::Picture => "picture",
            Self::Doubt => "doubt",
        }
    }

    /// Reads that form; `None` for any other.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lack| lack.as_str() == value)
    }

    /// The condition, of `materials m`.
    fn condition(self) -> &'static str {
        match self {
            Self::Category => "m.category IS NULL",
            Self::Finish => "m.finish IS NULL",
            Self::Pattern => "m.pattern IS NULL",
            Self::Application => "cardinality(m.applications) = 0",
            Self::Size => "m.width_mm IS NULL",
            Self::Price => "m.price_cents IS NULL",
            Self::Fire => "m.fire IS NULL",
            Self::Slip => "m.slip IS NULL AND m.applications && ARRAY['floor', 'pool']",
            Self::Picture => {
                "NOT EXISTS (SELECT FROM swatches s WHERE s.material_id = m.id AND greatest(s.width, s.height) >= 512)"
            }
            Self::Doubt => {
                "EXISTS (SELECT FROM jsonb_each(m.sources) o WHERE o.value->>'from' = 'estimate' AND (o.value->>'confidence')::float8 < 0.6)"
            }
        }
    }
}

/// The materials of one kind, and what they want for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindQuality {
    /// The top of the category's path; `None` for those without one.
    pub kind: Option<String>,
    /// How many there are.
    pub materials: u64,
    /// How many want for each of [`Lack::ALL`], in that order.
    pub lacking: [u64; Lack::ALL.len()],
}

/// A material that wants for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LackingRow {
    /// Its number.
    pub id: MaterialId,
    /// The librarian's own key.
    pub key: String,
    /// Its address.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// Its category's path.
    pub category: Option<String>,
}

/// How much room something takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSize {
    /// The table.
    pub name: String,
    /// With its indexes and what lies outside of the rows.
    pub bytes: u64,
    /// About how many rows it has; `None` until the database has counted.
    pub rows: Option<u64>,
}

/// How much room the pictures take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImagesSize {
    /// Files, three for a picture.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether all of them were counted in the time there was.
    pub complete: bool,
}

/// Kind of a category's path.
const KIND: &str = "split_part(m.category, '/', 1)";

impl Catalog {
    /// What the materials of every kind want for.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn quality(&self) -> Reply<'_, Vec<KindQuality>> {
        Box::pin(async move {
            let mut sql = Sql::new("SELECT ");
            sql.push(KIND).push(" AS kind, count(*) AS materials");
            for lack in Lack::ALL {
                sql.push(", count(*) FILTER (WHERE ")
                    .push(lack.condition())
                    .push(")");
            }
            sql.push(" FROM materials m GROUP BY 1 ORDER BY 1 NULLS LAST");
            let rows = sql.build().fetch_all(self.pool()).await?;
            rows.iter()
                .map(|row| {
                    let mut lacking = [0; Lack::ALL.len()];
                    for (place, count) in lacking.iter_mut().enumerate() {
                        *count = row.try_get::<i64, _>(place + 2)? as u64;
                    }
                    Ok(KindQuality {
                        kind: row.try_get("kind")?,
                        materials: row.try_get::<i64, _>("materials")? as u64,
                        lacking,
                    })
                })
                .collect()
        })
    }

    /// Materials that want for something, those after `after` alone, at most `limit` (at most 500). With `kind`
    /// those of one kind alone; the empty one is none.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn lacking<'a>(
        &'a self,
        lack: Lack,
        kind: Option<&'a str>,
        after: MaterialId,
        limit: u32,
    ) -> Reply<'a, Vec<LackingRow>> {
        Box::pin(async move {
            let mut sql =
                Sql::new("SELECT m.id, m.key, m.slug, m.name, m.category FROM materials m WHERE ");
            sql.push(lack.condition())
                .push(" AND m.id > ")
                .push_bind(after.0);
            match kind {
                None => {}
                Some("") => {
                    sql.push(" AND m.category IS NULL");
                }
                Some(kind) => {
                    sql.push(" AND ").push(KIND).push(" = ").push_bind(kind);
                }
            }
            sql.push(" ORDER BY m.id LIMIT ")
                .push_bind(i64::from(limit.clamp(1, 500)));
            let rows = sql.build().fetch_all(self.pool()).await?;
            rows.iter()
                .map(|row| {
                    Ok(LackingRow {
                        id: MaterialId(row.try_get("id")?),
                        key: row.try_get("key")?,
                        slug: row.try_get("slug")?,
                        name: row.try_get("name")?,
                        category: row.try_get("category")?,
                    })
                })
                .collect()
        })
    }

    /// How much room the tables take, the largest first.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn table_sizes(&self) -> Reply<'_, Vec<TableSize>> {
        Box::pin(async move {
            let rows = sqlx::query(
                "SELECT c.relname::text AS name, pg_total_relation_size(c.oid) AS bytes, c.reltuples::float8 AS rows
                 FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
                 ORDER BY 2 DESC, 1 LIMIT 200",
            )
            .fetch_all(self.pool())
            .await?;
            rows.iter()
                .map(|row| {
                    let rows: f64 = row.try_get("rows")?;
                    Ok(TableSize {
                        name: row.try_get("name")?,
                        bytes: row.try_get::<i64, _>("bytes")?.max(0) as u64,
                        rows: (rows >= 0.0).then_some(rows as u64),
                    })
                })
                .collect()
        })
    }

    /// How much room the pictures take, counted for as long as `patience`.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`] when the store does not answer.
    pub fn images_size(&self, patience: Duration) -> Reply<'_, ImagesSize> {
        Box::pin(async move {
            let until = Instant::now() + patience;
            let mut size = ImagesSize::default();
            let mut files = self.images().0.list(None);
            while let Some(file) = files.next().await {
                let file = file.map_err(CatalogError::from)?;
                size.files += 1;
                size.bytes += file.size;
                if Instant::now() > until {
                    return Ok(size);
                }
            }
            size.complete = true;
            Ok(size)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_limits_stand_in_the_conditions() {
        for lack in Lack::ALL {
            assert_eq!(Lack::parse(lack.as_str()), Some(lack));
        }
        assert_eq!(Lack::parse("mood"), None);
        assert!(Lack::Picture.condition().contains(&Lack::TINY.to_string()));
        assert!(
            Lack::Doubt
                .condition()
                .contains(&Lack::DOUBTFUL.to_string())
        );
    }
}
