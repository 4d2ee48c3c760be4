//! Keeping the shelf up with the table.

use std::sync::Arc;

use futures::TryStreamExt;
use material::{Facet, Word};
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::columns::{Column, PRICE, SIZE, Sql, column};
use crate::shelf::{Entry, Shelf};
use crate::{Catalog, CatalogError};

tokio::task_local! {
    /// The number that was read first in [`Catalog::asking_once`].
    static ASKED: std::sync::OnceLock<i64>;
}

/// The shelf as searches see it, and who brings it up to date.
#[derive(Debug, Default)]
pub(crate) struct Shelves {
    now: std::sync::RwLock<Arc<Shelf>>,
    /// Held by the one who loads.
    loading: tokio::sync::Mutex<()>,
}

impl Shelves {
    fn now(&self) -> Arc<Shelf> {
        match self.now.read() {
            Ok(shelf) => Arc::clone(&shelf),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    fn set(&self, shelf: Shelf) {
        let shelf = Arc::new(shelf);
        match self.now.write() {
            Ok(mut now) => *now = shelf,
            Err(poisoned) => *poisoned.into_inner() = shelf,
        }
    }
}

impl Catalog {
    /// The shelf with every change in it that was committed before.
    pub(crate) async fn shelf(&self) -> Result<Arc<Shelf>, CatalogError> {
        let version = self.version().await?;
        let shelf = self.inner.shelves.now();
        if shelf.version >= version {
            return Ok(shelf);
        }
        let _loading = self.inner.shelves.loading.lock().await;
        let shelf = self.inner.shelves.now();
        if shelf.version >= version {
            return Ok(shelf);
        }
        let (version, whole_since) = self.versions().await?;
        let anew = shelf.version < whole_since || shelf.version == 0;
        let mut next = if anew {
            Shelf::new()
        } else {
            Shelf::clone(&shelf)
        };
        let since = next.version;
        next.version = version;
        let changed = self.load(&mut next, since).await?;
        self.sketch(&mut next, &changed).await?;
        self.inner.shelves.set(next);
        Ok(self.inner.shelves.now())
    }

    /// The number of the last change of the library: of its materials, or of what scores mean in it.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn version(&self) -> Result<i64, CatalogError> {
        if let Ok(Some(asked)) = ASKED.try_with(|asked| asked.get().copied()) {
            return Ok(asked);
        }
        let version = self.versions().await?.0;
        // Outside of `asking_once` there is nothing to keep it in.
        let _ = ASKED.try_with(|asked| asked.set(version));
        Ok(version)
    }

    /// Reads the number of the last change once for everything that `reading` asks: an answer is of one
    /// moment, and a round trip to the database is a good part of its time. For reading alone; what is
    /// written meanwhile is not seen.
    pub async fn asking_once<T>(&self, reading: impl Future<Output = T>) -> T {
        ASKED.scope(std::sync::OnceLock::new(), reading).await
    }

    /// That, and the number of the last change that took something away.
    async fn versions(&self) -> Result<(i64, i64), CatalogError> {
        Ok(sqlx::query_as("SELECT version, whole_since FROM library")
            .fetch_one(self.pool())
            .await?)
    }

    /// Reads what changed after `since`, everything for 0. Rows of changes after the shelf's version may be
    /// among it; they come again with their own. Says which materials it read.
    async fn load(&self, shelf: &mut Shelf, since: i64) -> Result<Vec<u32>, CatalogError> {
        let mut sql = Sql::new("SELECT m.id");
        for &facet in Facet::all() {
            let (Column::One(name) | Column::Many(name)) = column(facet);
            sql.push(format_args!(", m.{name}"));
        }
        sql.push(format_args!(
            ", m.{PRICE}, m.{SIZE}, (SELECT count(*) FROM swatches s WHERE s.material_id = m.id)::int,
             tsvector_to_array(m.words)
             FROM materials m"
        ));
        if since > 0 {
            sql.push(" WHERE m.changed > ").push_bind(since);
        } else {
            // In this order sets of bits grow at their end.
            sql.push(" ORDER BY m.id");
        }
        let mut changed = Vec::new();
        let mut lexicon = Arc::unwrap_or_clone(std::mem::take(&mut shelf.lexicon));
        let mut again: Vec<(u32, Vec<String>)> = Vec::new();
        let stems = Facet::all().len() + 4;
        let mut rows = sql.build().fetch(self.pool());
        while let Some(row) = rows.try_next().await? {
            let id: i64 = row.try_get(0)?;
            // Numbers are given out one by one from 1, one for each time a material is written.
            let id = u32::try_from(id).map_err(|_| {
                tracing::error!(id, "the number of a material is too large");
                CatalogError::Internal
            })?;
            shelf.put(id, &entry(&row)?);
            changed.push(id);
            let words: Vec<String> = row.try_get(stems)?;
            if since > 0 {
                again.push((id, words));
            } else {
                lexicon.add(id, words);
            }
        }
        if !again.is_empty() {
            lexicon.forget(&again.iter().map(|(id, _)| *id).collect());
            for (id, words) in again {
                lexicon.add(id, words);
            }
        }
        shelf.lexicon = Arc::new(lexicon);
        Ok(changed)
    }
}

fn entry(row: &PgRow) -> Result<Entry, CatalogError> {
    let facets = Facet::all();
    let mut values = Vec::with_capacity(facets.len());
    for (place, &facet) in facets.iter().enumerate() {
        values.push(match column(facet) {
            Column::One(_) => {
                let value: Option<String> = row.try_get(place + 1)?;
                value.into_iter().collect()
            }
            Column::Many(_) => row.try_get::<Vec<String>, _>(place + 1)?,
        });
    }
    let next = facets.len() + 1;
    Ok(Entry {
        values,
        price: row.try_get(next)?,
        size: row.try_get(next + 1)?,
        swatches: row.try_get::<i32, _>(next + 2)?.unsigned_abs(),
    })
}
