//! Out of the file, into an empty library.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use material::SwatchId;
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::sync::mpsc::{Receiver, channel};

use super::archive::{MANIFEST, Sent, manifest, read, verify};
use super::{BackupError, BackupProgress, BackupReport, FORMAT, Manifest, columns};
use crate::engine::{migrate_now, newest_migration};
use crate::{Catalog, ImageSize, Settings};

/// Brings a backup into an empty library. The file is read whole and compared with its checksums before anything is
/// touched; tables are made as they were when it was written, filled in one transaction that ends when the pictures
/// are there too, and brought up to date then.
///
/// # Errors
/// [`BackupError`]. Rows are all there or none; pictures that were written stay, and nobody names them.
pub async fn restore(
    settings: Settings,
    file: &Path,
    progress: BackupProgress<'_>,
) -> Result<BackupReport, BackupError> {
    let path = file.to_owned();
    let (manifest, bytes) = blocking(file, move || {
        let manifest = manifest(&path)?;
        Ok((manifest, verify(&path)?))
    })
    .await?;
    let manifest: Manifest =
        serde_json::from_slice(&manifest).map_err(|_| BackupError::NotOne(file.to_owned()))?;
    if manifest.format > FORMAT || manifest.migration > newest_migration() {
        return Err(BackupError::Newer(manifest.veneer));
    }
    let catalog = Catalog::open_as_of(settings, Some(manifest.migration)).await?;
    let done = catalog.fill(file, &manifest, progress).await;
    catalog.close().await;
    Ok(BackupReport { bytes, ..done? })
}

async fn blocking<T: Send + 'static>(
    file: &Path,
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| BackupError::File {
            path: file.to_owned(),
            what: "read",
            reason: error.to_string(),
        })?
}

/// A rule between two tables that is taken away while rows come in, whatever their order.
struct Rule {
    table: String,
    name: String,
    definition: String,
}

impl Catalog {
    async fn fill(
        &self,
        file: &Path,
        manifest: &Manifest,
        progress: BackupProgress<'_>,
    ) -> Result<BackupReport, BackupError> {
        let mut tx = self.pool().begin().await?;
        sqlx::query("SET LOCAL statement_timeout = 0")
            .execute(&mut *tx)
            .await?;
        check_empty(&mut tx, manifest).await?;
        let known = known(&mut tx, manifest).await?;
        let rules = open_up(&mut tx, &known).await?;
        let (to, from) = channel(8);
        let path = file.to_owned();
        let reading = blocking(file, move || read(&path, &to));
        // Both at once: the thread reads as fast as rows and pictures are taken.
        let (was_read, taken) = tokio::join!(reading, self.take(from, &mut tx, &known, progress));
        let report = taken?;
        was_read?;
        close_up(&mut tx, &known, &rules).await?;
        tx.commit().await?;
        let mut connection = self.pool().acquire().await?;
        sqlx::query("SET statement_timeout = 0")
            .execute(&mut *connection)
            .await?;
        migrate_now(&mut connection, None).await?;
        sqlx::query("RESET statement_timeout")
            .execute(&mut *connection)
            .await?;
        Ok(report)
    }

    async fn take(
        &self,
        mut from: Receiver<Sent>,
        connection: &mut PgConnection,
        known: &BTreeMap<String, Table>,
        progress: BackupProgress<'_>,
    ) -> Result<BackupReport, BackupError> {
        let mut report = BackupReport::default();
        let mut pictures = BTreeSet::new();
        while let Some(Sent::Entry(name, bytes)) = from.recv().await {
            let stranger = || BackupError::Damaged(format!("{name} is not known here"));
            if name == MANIFEST {
                continue;
            }
            if let Some(rest) = name.strip_prefix("tables/") {
                let (table, _) = rest.split_once('/').ok_or_else(stranger)?;
                let into = known.get(table).ok_or_else(stranger)?;
                let rows = into.insert(connection, &bytes).await?;
                let sum = report.rows.entry(table.to_owned()).or_default();
                *sum += rows;
                progress(table, *sum);
            } else {
                let (id, size) = picture(&name).ok_or_else(stranger)?;
                self.put_image(&id, size, bytes.into()).await?;
                pictures.insert(id);
                report.images = pictures.len() as u64;
                progress("images", report.images);
            }
        }
        for table in known.keys() {
            report.rows.entry(table.clone()).or_default();
        }
        Ok(report)
    }
}

/// `images/<id>.<size>.webp`.
fn picture(name: &str) -> Option<(SwatchId, ImageSize)> {
    let name = name.strip_prefix("images/")?.strip_suffix(".webp")?;
    let (id, size) = name.split_once('.')?;
    Some((SwatchId::parse(id).ok()?, ImageSize::parse(size)?))
}

async fn check_empty(
    connection: &mut PgConnection,
    manifest: &Manifest,
) -> Result<(), BackupError> {
    let (materials, shares, at): (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM materials), (SELECT count(*) FROM shares),
                (SELECT max(version) FROM _sqlx_migrations)",
    )
    .fetch_one(connection)
    .await?;
    if materials + shares > 0 {
        return Err(BackupError::NotEmpty { materials, shares });
    }
    if at > manifest.migration {
        return Err(BackupError::Ahead);
    }
    Ok(())
}

/// A table that rows go into.
struct Table {
    /// Quoted where it has to be.
    name: String,
    /// The columns that the backup has, quoted, with commas.
    columns: String,
}

impl Table {
    /// Lines of JSON; says how many there were.
    async fn insert(
        &self,
        connection: &mut PgConnection,
        lines: &[u8],
    ) -> Result<u64, BackupError> {
        let text = std::str::from_utf8(lines)
            .map_err(|_| BackupError::Damaged(format!("rows of {} are no text", self.name)))?;
        let all: Vec<&str> = text.lines().collect();
        let statement = format!(
            "INSERT INTO {0} ({1}) OVERRIDING SYSTEM VALUE
             SELECT {1} FROM json_populate_recordset(NULL::{0}, $1::json)",
            self.name, self.columns
        );
        let done = sqlx::query(AssertSqlSafe(statement))
            .bind(format!("[{}]", all.join(",")))
            .execute(connection)
            .await?;
        if done.rows_affected() != all.len() as u64 {
            return Err(BackupError::Damaged(format!(
                "rows of {} are missing",
                self.name
            )));
        }
        Ok(done.rows_affected())
    }
}

/// The tables of the backup, as they are here. A table or a column that is not here would be lost.
async fn known(
    connection: &mut PgConnection,
    manifest: &Manifest,
) -> Result<BTreeMap<String, Table>, BackupError> {
    let here = columns(connection).await?;
    let mut known = BTreeMap::new();
    for (table, names) in &manifest.tables {
        let mut columns = Vec::new();
        let mut name = None;
        for of in names {
            let found = here
                .iter()
                .find(|column| column.names.0 == *table && column.names.1 == *of)
                .ok_or_else(|| BackupError::Damaged(format!("{table}.{of} is not known here")))?;
            name = Some(found.table.clone());
            columns.push(found.column.clone());
        }
        if let Some(name) = name {
            let columns = columns.join(", ");
            known.insert(table.clone(), Table { name, columns });
        }
    }
    Ok(known)
}

/// Empties the tables of what a migration or a first start put there, and takes rules and triggers away that rows in
/// any order would break.
async fn open_up(
    connection: &mut PgConnection,
    known: &BTreeMap<String, Table>,
) -> Result<Vec<Rule>, BackupError> {
    let rules: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT quote_ident(c.relname), quote_ident(r.conname), pg_get_constraintdef(r.oid)
         FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid
         WHERE r.contype = 'f' AND r.conparentid = 0 AND c.relnamespace = current_schema()::regnamespace
         ORDER BY 1, 2",
    )
    .fetch_all(&mut *connection)
    .await?;
    let rules: Vec<Rule> = rules
        .into_iter()
        .map(|(table, name, definition)| Rule {
            table,
            name,
            definition,
        })
        .collect();
    for Rule { table, name, .. } in &rules {
        run(
            connection,
            format!("ALTER TABLE {table} DROP CONSTRAINT {name}"),
        )
        .await?;
    }
    for Table { name, .. } in known.values() {
        run(
            connection,
            format!("ALTER TABLE {name} DISABLE TRIGGER USER"),
        )
        .await?;
        run(connection, format!("DELETE FROM {name}")).await?;
    }
    Ok(rules)
}

/// Puts rules and triggers back, which checks every row, and has numbers go on after the largest.
async fn close_up(
    connection: &mut PgConnection,
    known: &BTreeMap<String, Table>,
    rules: &[Rule],
) -> Result<(), BackupError> {
    for Rule {
        table,
        name,
        definition,
    } in rules
    {
        run(
            connection,
            format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"),
        )
        .await?;
    }
    for Table { name, .. } in known.values() {
        run(
            connection,
            format!("ALTER TABLE {name} ENABLE TRIGGER USER"),
        )
        .await?;
    }
    let numbered: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT quote_ident(c.relname), quote_ident(a.attname), s.sequence
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid,
              LATERAL (SELECT pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence) s
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
           AND a.attnum > 0 AND NOT a.attisdropped AND s.sequence IS NOT NULL",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (table, column, sequence) in numbered {
        let statement = format!(
            "SELECT setval($1::regclass, greatest(max({column}), 1), max({column}) IS NOT NULL) FROM {table}"
        );
        sqlx::query(AssertSqlSafe(statement))
            .bind(sequence)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<(), BackupError> {
    sqlx::query(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_taken_for_pictures() {
        let id = "0".repeat(64);
        assert!(picture(&format!("images/{id}.640.webp")).is_some());
        for bad in [
            format!("images/{id}.641.webp"),
            format!("images/../{id}.640.webp"),
            format!("images/{id}.640.png"),
            "images/x.640.webp".to_owned(),
            format!("{id}.640.webp"),
        ] {
            assert!(picture(&bad).is_none(), "{bad}");
        }
    }
}
