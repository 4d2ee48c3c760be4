//! The whole library in one file, and back: rows and pictures, from either engine to either.
//!
//! The file is a tar archive that a person can open: `veneer-backup.json` says what it is, `tables/` has rows as
//! gzipped lines of JSON, `images/` the pictures, and `checksums.txt` at the end names every entry with its
//! BLAKE3. Rows are JSON because both engines write and read it the same way, whatever the type of a column; the
//! engine inside does not speak COPY. Tables are found by asking the database, so that one which is added later
//! is in the next backup.

mod archive;
mod restore;
mod save;

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{CatalogError, StartError};

pub use restore::restore;

/// The form of the archive.
const FORMAT: u32 = 1;
/// Tables that stay behind: what runs migrations, and who is signed in just now.
const LEFT_OUT: [&str; 2] = ["_sqlx_migrations", "sessions"];

/// What was saved or brought back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupReport {
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Pictures, each in up to three sizes.
    pub images: u64,
    /// Pictures that rows name and that were not there.
    pub missing: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// How far it is: entries, for a bar that knows no end.
pub type BackupProgress<'a> = &'a (dyn Fn(&str, u64) + Send + Sync);

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    /// The version of Veneer that made it.
    veneer: String,
    /// The last migration of the library.
    migration: i64,
    /// When, by the clock of the database.
    made_at: String,
    /// The columns of every table.
    tables: BTreeMap<String, Vec<String>>,
}

/// Why a backup was not made, or not brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The library does not open.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It opened, and then failed.
    #[error(transparent)]
    Use(#[from] CatalogError),
    /// There is a file of that name.
    #[error("{} is there already. Choose another name, or delete it.", .0.display())]
    Exists(PathBuf),
    /// The file cannot be written or read.
    #[error("{} cannot be {what}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// `written` or `read`.
        what: &'static str,
        /// The system's words.
        reason: String,
    },
    /// It is something else.
    #[error("{} is no backup of Veneer.", .0.display())]
    NotOne(PathBuf),
    /// Something in it is not as it was written.
    #[error("The backup is damaged: {0}. Nothing was brought back; use another one.")]
    Damaged(String),
    /// It was made by a newer Veneer.
    #[error("The backup was made by a newer Veneer ({0}). Use that version.")]
    Newer(String),
    /// The library it should go into has been brought further than the backup was.
    #[error(
        "The library there has tables of a newer form than the backup. Restore into an empty folder or database; its tables are then brought up to date."
    )]
    Ahead,
    /// The library it should go into has something in it.
    #[error(
        "There is a library already, with {materials} materials and {shares} shares. Restore into an empty folder or database."
    )]
    NotEmpty {
        /// Materials that are there.
        materials: i64,
        /// Shares that are there.
        shares: i64,
    },
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Use(error.into())
    }
}

/// A column that is written: not one that the database works out.
struct Column {
    /// The table, quoted where it has to be.
    table: String,
    /// Likewise.
    column: String,
    /// As they are.
    names: (String, String),
}

/// The columns of every table of the library, in the order of the tables. What an unlogged table counts is of the
/// moment, and stays behind.
async fn columns(connection: &mut sqlx::PgConnection) -> Result<Vec<Column>, sqlx::Error> {
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT quote_ident(c.relname), quote_ident(a.attname), c.relname::text, a.attname::text
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
           AND c.relname <> ALL ($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
         ORDER BY c.relname, a.attnum",
    )
    .bind(&LEFT_OUT[..])
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(table, column, name, of)| Column {
            table,
            column,
            names: (name, of),
        })
        .collect())
}
