//! `veneer keys`: keys for programs.

use anyhow::bail;
use catalog::Pace;
use clap::{Args, Subcommand, ValueEnum};
use material::Name;
use search::{KeyInfo, Scope, Veneer};

use crate::config::LibrarySettings;

/// How often a key may begin searches and change things in a minute, unless something else is said.
pub(crate) const PER_MINUTE: u32 = 600;

/// Arguments of `veneer keys`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a key and print it, this once; the library keeps its hash alone
    New(New),
    /// Show all keys, what they may and when they were used last
    List(All),
    /// Let a key work no more, in every process at once
    Revoke(One),
}

/// What a key may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Allowed {
    /// Read the library and shares
    Read,
    /// Begin searches, have photos analysed, share
    Search,
    /// Change the library
    Write,
    /// Everything, keys among it
    Admin,
}

impl From<Allowed> for Scope {
    fn from(allowed: Allowed) -> Self {
        match allowed {
            Allowed::Read => Self::Read,
            Allowed::Search => Self::Search,
            Allowed::Write => Self::Write,
            Allowed::Admin => Self::Admin,
        }
    }
}

#[derive(Debug, Args)]
struct New {
    /// What people call it
    name: String,

    /// What it may
    #[arg(long = "scope", value_delimiter = ',', default_values = ["read", "search"])]
    scopes: Vec<Allowed>,

    /// Searches and changes in any minute; 0 for any number
    #[arg(long, default_value_t = PER_MINUTE, value_parser = count())]
    per_minute: u32,

    /// Searches and changes in any hour; 0 for any number
    #[arg(long, default_value_t = 0, value_parser = count())]
    per_hour: u32,

    /// Searches and changes at once; 0 for as many as the minute and the hour let
    #[arg(long, default_value_t = 0, value_parser = count())]
    burst: u32,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

fn count() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(0..=i64::from(Pace::MOST))
}

#[derive(Debug, Args)]
struct All {
    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

#[derive(Debug, Args)]
struct One {
    /// The key's name
    name: String,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// Does what was asked.
///
/// # Errors
/// A sentence about the name, or about the library.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let library = match &arguments.what {
        What::New(new) => &new.library,
        What::List(all) => &all.library,
        What::Revoke(one) => &one.library,
    };
    let veneer = Veneer::open(library.for_search()?).await?;
    let done = with(&veneer, &arguments.what).await;
    veneer.close().await;
    print!("{}", done?);
    Ok(())
}

async fn with(veneer: &Veneer, what: &What) -> anyhow::Result<String> {
    match what {
        What::New(new) => {
            let name = Name::parse(&new.name)?;
            let scopes: Vec<Scope> = new.scopes.iter().map(|scope| (*scope).into()).collect();
            if scopes.is_empty() {
                bail!("a key that may nothing is of no use: name a --scope");
            }
            let pace = Pace {
                minute: new.per_minute,
                hour: new.per_hour,
                burst: new.burst,
            };
            let (key, _) = veneer.new_key(&name, &scopes, pace).await?;
            eprintln!("This is the key. It is not told again.");
            Ok(format!("{key}\n"))
        }
        What::List(_) => Ok(table(&veneer.keys().await?)),
        What::Revoke(one) => {
            veneer.revoke_key(&one.name).await?;
            Ok(format!("{} works no more.\n", one.name))
        }
    }
}

/// The keys as text.
fn table(keys: &[KeyInfo]) -> String {
    if keys.is_empty() {
        return "There are no keys. `veneer keys new NAME` makes one.\n".to_owned();
    }
    let mut out = String::new();
    for key in keys {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let used = key.used.as_deref().unwrap_or("never");
        let state = match &key.revoked {
            Some(day) => format!("revoked {day}"),
            None => format!("last used {used}"),
        };
        out.push_str(&format!(
            "{}  {}  made {}, {state}\n",
            key.name,
            scopes.join(","),
            key.made
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_shown_without_themselves() {
        assert!(table(&[]).contains("veneer keys new"));
        let key = KeyInfo {
            id: 1,
            name: "shop".to_owned(),
            scopes: vec![Scope::Read, Scope::Write],
            pace: Pace {
                minute: PER_MINUTE,
                hour: 0,
                burst: 0,
            },
            made: "2026-11-21".to_owned(),
            used: None,
            revoked: None,
        };
        let gone = KeyInfo {
            revoked: Some("2026-11-22".to_owned()),
            ..key.clone()
        };
        assert_eq!(
            table(&[key, gone]),
            "shop  read,write  made 2026-11-21, last used never\nshop  read,write  made 2026-11-21, revoked 2026-11-22\n"
        );
    }
}
