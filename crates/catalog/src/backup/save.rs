//! Into the file.

use std::collections::BTreeMap;
use std::path::Path;

use futures::{StreamExt, TryStreamExt, stream};
use material::SwatchId;
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::sync::mpsc::{Sender, channel};

use super::archive::{MANIFEST, Sent, write};
use super::{BackupError, BackupProgress, BackupReport, FORMAT, Manifest, columns};
use crate::row::swatch_id;
use crate::{Catalog, CatalogError, ImageSize};

/// Rows that are read at once, and bytes of rows in an entry.
const ROWS: u32 = 100;
const ENTRY: usize = 1 << 20;
/// Pictures that are read at the same time.
const AT_ONCE: usize = 4;

impl Catalog {
    /// Writes the whole library into a file: every row as of one moment, and the pictures that rows name. Others
    /// read and write meanwhile. The file has the library's keys for hashing in it: keep it as you keep the
    /// library.
    ///
    /// # Errors
    /// [`BackupError`]; what was begun of the file is removed.
    pub async fn back_up(
        &self,
        file: &Path,
        progress: BackupProgress<'_>,
    ) -> Result<BackupReport, BackupError> {
        let (to, from) = channel(8);
        let path = file.to_owned();
        let writing = tokio::task::spawn_blocking(move || write(&path, from));
        let saved = self.save(to, progress).await;
        let written = writing.await.map_err(|error| BackupError::File {
            path: file.to_owned(),
            what: "written",
            reason: error.to_string(),
        })?;
        match (saved, written) {
            // The library failed: that the file was cut off follows from it.
            (Err(Some(error)), _) | (_, Err(error)) => Err(error),
            (Err(None), Ok(_)) => Err(BackupError::Damaged("it was cut off".into())),
            (Ok(report), Ok(bytes)) => Ok(BackupReport { bytes, ..report }),
        }
    }

    /// Sends everything; `Err(None)` when nobody takes it any more.
    async fn save(
        &self,
        to: Sender<Sent>,
        progress: BackupProgress<'_>,
    ) -> Result<BackupReport, Option<BackupError>> {
        let some = |error: sqlx::Error| Some(BackupError::from(error));
        // All tables are read as they are at one moment.
        let mut tx = self
            .pool()
            .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await
            .map_err(some)?;
        sqlx::query("SET LOCAL statement_timeout = 0")
            .execute(&mut *tx)
            .await
            .map_err(some)?;
        let (manifest, tables) = manifest(&mut tx).await.map_err(some)?;
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| Some(BackupError::Damaged(error.to_string())))?;
        send(&to, MANIFEST.to_owned(), text).await?;
        let mut report = BackupReport::default();
        for (name, table) in tables {
            let rows = save_table(&mut tx, &to, (&name, &table), progress).await?;
            report.rows.insert(name, rows);
        }
        let pictures: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT DISTINCT content_hash FROM swatches")
                .fetch_all(&mut *tx)
                .await
                .map_err(some)?;
        tx.commit().await.map_err(some)?;
        self.save_images(&to, &pictures, &mut report, progress)
            .await?;
        to.send(Sent::End).await.map_err(|_| None)?;
        Ok(report)
    }

    async fn save_images(
        &self,
        to: &Sender<Sent>,
        pictures: &[Vec<u8>],
        report: &mut BackupReport,
        progress: BackupProgress<'_>,
    ) -> Result<(), Option<BackupError>> {
        let mut reading = stream::iter(pictures)
            .map(|hash| self.sizes(hash))
            .buffered(AT_ONCE);
        while let Some((id, sizes)) = reading
            .try_next()
            .await
            .map_err(|error| Some(error.into()))?
        {
            if sizes.len() < ImageSize::ALL.len() {
                tracing::warn!(picture = %id, "a picture is not there in every size");
                report.missing += 1;
            }
            report.images += u64::from(!sizes.is_empty());
            for (size, bytes) in sizes {
                let name = format!("images/{id}.{}.webp", size.as_str());
                send(to, name, bytes).await?;
            }
            progress("images", report.images);
        }
        Ok(())
    }

    /// A picture in all the sizes there are.
    async fn sizes(
        &self,
        hash: &[u8],
    ) -> Result<(SwatchId, Vec<(ImageSize, Vec<u8>)>), CatalogError> {
        let id = swatch_id(hash)?;
        let mut sizes = Vec::new();
        for size in ImageSize::ALL {
            match self.image(&id, size).await {
                Ok(bytes) => sizes.push((size, bytes.to_vec())),
                Err(CatalogError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((id, sizes))
    }
}

async fn send(to: &Sender<Sent>, name: String, bytes: Vec<u8>) -> Result<(), Option<BackupError>> {
    to.send(Sent::Entry(name, bytes)).await.map_err(|_| None)
}

/// What there is to save: the manifest, and the tables by name with how they are quoted.
async fn manifest(
    connection: &mut PgConnection,
) -> Result<(Manifest, BTreeMap<String, String>), sqlx::Error> {
    let (migration, made_at): (i64, String) =
        sqlx::query_as("SELECT max(version), now()::text FROM _sqlx_migrations WHERE success")
            .fetch_one(&mut *connection)
            .await?;
    let mut manifest = Manifest {
        format: FORMAT,
        veneer: env!("CARGO_PKG_VERSION").to_owned(),
        migration,
        made_at,
        tables: BTreeMap::new(),
    };
    let mut tables = BTreeMap::new();
    for column in columns(connection).await? {
        let (table, name) = column.names;
        manifest.tables.entry(table.clone()).or_default().push(name);
        tables.insert(table, column.table);
    }
    Ok((manifest, tables))
}

/// Sends the rows of a table, a line of JSON each; says how many.
async fn save_table(
    connection: &mut PgConnection,
    to: &Sender<Sent>,
    (name, table): (&str, &str),
    progress: BackupProgress<'_>,
) -> Result<u64, Option<BackupError>> {
    let some = |error: sqlx::Error| Some(BackupError::from(error));
    // A cursor, because the engine inside has all rows of an answer in its memory at once.
    let declare =
        format!("DECLARE saved NO SCROLL CURSOR FOR SELECT row_to_json(t)::text FROM {table} t");
    sqlx::query(AssertSqlSafe(declare))
        .execute(&mut *connection)
        .await
        .map_err(some)?;
    let fetch = format!("FETCH {ROWS} FROM saved");
    let (mut lines, mut rows, mut entry) = (Vec::new(), 0, 0);
    loop {
        let batch: Vec<String> = sqlx::query_scalar(AssertSqlSafe(fetch.clone()))
            .fetch_all(&mut *connection)
            .await
            .map_err(some)?;
        let is_last = batch.is_empty();
        for line in batch {
            lines.extend_from_slice(line.as_bytes());
            lines.push(b'\n');
            rows += 1;
        }
        if lines.len() >= ENTRY || (is_last && !lines.is_empty()) {
            let name = format!("tables/{name}/{entry:06}.jsonl.gz");
            send(to, name, std::mem::take(&mut lines)).await?;
            entry += 1;
            progress(table, rows);
        }
        if is_last {
            break;
        }
    }
    sqlx::query("CLOSE saved")
        .execute(&mut *connection)
        .await
        .map_err(some)?;
    Ok(rows)
}
