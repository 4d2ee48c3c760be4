//! What can go wrong, said in plain words.

use std::path::PathBuf;

/// Why the library did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The database does not answer; trying again later may help.
    #[error("The library is not reachable at the moment. Please try again in a minute.")]
    Unavailable,
    /// What was to be kept found no room.
    #[error("The disk of the library is full.")]
    DiskFull,
    /// There is none of that name.
    #[error("There is no such {what} in the library.")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// It would contradict what is there.
    #[error("{0}")]
    Conflict(Conflict),
    /// What was handed over cannot be stored.
    #[error("{0}")]
    Unfit(String),
    /// A model does not know every swatch yet.
    #[error(
        "This model has not looked at the whole library yet: pictures still missing: {missing}."
    )]
    NotCovered {
        /// Swatches without an embedding by it.
        missing: u64,
    },
    /// Anything else; the detail is in the log.
    #[error("Something went wrong in the library. The details are in the log.")]
    Internal,
}

/// What contradicts what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Two materials of one key.
    #[error("Another material has this key already.")]
    Key,
    /// Two materials of one address.
    #[error("Another material has this address already.")]
    Slug,
    /// A model of this name with other dimensions.
    #[error("The library knows this model with another number of dimensions.")]
    Model,
    /// A model that is in use cannot go.
    #[error("Searches are made with this model. Put another one to use before it is deleted.")]
    ModelInUse,
    /// A search or share of this name.
    #[error("This address is taken already.")]
    Token,
    /// Two keys that work of one name.
    #[error("Another key that works has this name.")]
    KeyName,
    /// It is not what somebody believed it to be.
    #[error("Somebody else changed this meanwhile. Look at it anew.")]
    Changed,
    /// What it refers to is gone.
    #[error("What this belongs to is not in the library any more.")]
    Gone,
    /// An action on a job that does not fit where it stands.
    #[error("This cannot be done to a job in this state.")]
    JobState,
    /// A worker writes under a claim that is not his any more.
    #[error("This job was stopped, or somebody else works on it now.")]
    ClaimLost,
    /// Any other rule of the schema.
    #[error("This contradicts what is in the library.")]
    Other,
}

impl From<sqlx::Error> for CatalogError {
    /// Logs the detail, once, and keeps what a person can use.
    fn from(error: sqlx::Error) -> Self {
        let known = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable,
            sqlx::Error::Database(e) => match e.constraint() {
                Some("materials_key_unique") => Self::Conflict(Conflict::Key),
                Some("materials_slug_unique") => Self::Conflict(Conflict::Slug),
                Some("models_name_unique") => Self::Conflict(Conflict::Model),
                Some("api_keys_name") => Self::Conflict(Conflict::KeyName),
                Some("searches_pkey" | "shares_pkey") => Self::Conflict(Conflict::Token),
                _ if e.is_foreign_key_violation() => Self::Conflict(Conflict::Gone),
                Some(_) => Self::Conflict(Conflict::Other),
                // 53100: disk full, 53: out of resources, 57P: shutting down, 57014: took too long.
                None => match e.code().as_deref() {
                    Some("53100") => Self::DiskFull,
                    Some(c) if c.starts_with("53") || c.starts_with("57") => Self::Unavailable,
                    _ => Self::Internal,
                },
            },
            _ => Self::Internal,
        };
        match &known {
            Self::Conflict(_) => tracing::info!(%error, "the library refused a change"),
            _ => tracing::error!(%error, "the library could not answer"),
        }
        known
    }
}

impl From<object_store::Error> for CatalogError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            return Self::NotFound { what: "picture" };
        }
        tracing::error!(%error, "the image store could not answer");
        if is_full(&error) {
            return Self::DiskFull;
        }
        Self::Unavailable
    }
}

/// Whether a full disk is behind it.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind;
    let kind = error
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind);
    matches!(
        kind,
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    ) || error.source().is_some_and(is_full)
}

/// Why the library does not open.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Nobody answers there.
    #[error(
        "The database at {place} cannot be reached: {reason}. Check that the server runs and that DATABASE_URL names it rightly."
    )]
    Unreachable {
        /// Host, port and database, without the password.
        place: String,
        /// The system's words.
        reason: String,
    },
    /// The server does not let us in.
    #[error(
        "The database at {place} refuses the user or the password. Check both in DATABASE_URL."
    )]
    WrongPassword {
        /// Host, port and database, without the password.
        place: String,
    },
    /// No such database on that server.
    #[error("There is no database at {place}. Create it first, for example with `createdb`.")]
    NoDatabase {
        /// Host, port and database, without the password.
        place: String,
    },
    /// The address cannot be read.
    #[error(
        "DATABASE_URL is not a PostgreSQL address. It looks like postgres://user:password@host:5432/veneer."
    )]
    BadAddress,
    /// No pgvector, and no right to create it.
    #[error(
        "The database at {place} has no pgvector. Install it on the server, then, as a superuser, run CREATE EXTENSION vector in this database."
    )]
    ExtensionMissing {
        /// Host, port and database, without the password.
        place: String,
    },
    /// pgvector is too old.
    #[error(
        "The database has pgvector {found}; Veneer needs {needed} or newer. After updating it on the server run ALTER EXTENSION vector UPDATE."
    )]
    ExtensionTooOld {
        /// What is there.
        found: String,
        /// What is needed.
        needed: &'static str,
    },
    /// PostgreSQL is too old.
    #[error("The server is PostgreSQL {found}; Veneer needs {needed} or newer.")]
    ServerTooOld {
        /// What is there.
        found: String,
        /// What is needed.
        needed: u32,
    },
    /// Another process uses the folder.
    #[error(
        "The data folder {} is in use by another Veneer. Stop that one, or choose another folder with --data.", path.display()
    )]
    FolderLocked {
        /// The folder.
        path: PathBuf,
    },
    /// No room left.
    #[error("The disk that holds {} is full. Make room and start again.", path.display())]
    DiskFull {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be written.
    #[error("The data folder {} cannot be written: {reason}. Choose another with --data.", path.display())]
    FolderUnwritable {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The tables could not be brought up to date.
    #[error("The tables of the library could not be brought up to date: {0}.")]
    Migration(String),
    /// The PostgreSQL inside this process did not start.
    #[error("The database inside Veneer did not start: {0}.")]
    Engine(String),
    /// The image store's settings make no sense.
    #[error("The image store cannot be used: {0}.")]
    ImageStore(String),
    /// Built without an engine and told of no server.
    #[error(
        "This Veneer was built without a database inside. Name a PostgreSQL server in DATABASE_URL."
    )]
    NoEngine,
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_store_that_does_not_answer() {
        let told = |kind| {
            // As deep as the store wraps what the system says.
            let inner = object_store::Error::Generic {
                store: "LocalFileSystem",
                source: Box::new(Error::from(kind)),
            };
            CatalogError::from(object_store::Error::Generic {
                store: "LocalFileSystem",
                source: Box::new(inner),
            })
        };
        assert_eq!(told(ErrorKind::StorageFull), CatalogError::DiskFull);
        assert_eq!(told(ErrorKind::QuotaExceeded), CatalogError::DiskFull);
        assert_eq!(told(ErrorKind::TimedOut), CatalogError::Unavailable);
    }
}
