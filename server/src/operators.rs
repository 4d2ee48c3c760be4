//! `veneer admin`: who looks after the library.

use clap::{Args, Subcommand};
use search::{Operator, Veneer};

use crate::{
    audit,
    config::{LibrarySettings, public_url},
};

/// Arguments of `veneer admin`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print a link under which somebody chooses a name and a password, once, within a day: a further operator, or
    /// one who forgot the password
    Link(Link),
    /// Show the operators
    List(All),
    /// Take an operator out, who is signed out by that
    Remove(One),
}

#[derive(Debug, Args)]
struct Link {
    /// Where people reach the site
    #[arg(long, env = "VENEER_PUBLIC_URL", value_parser = public_url, default_value = "http://127.0.0.1:3000")]
    public_url: String,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

#[derive(Debug, Args)]
struct All {
    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

#[derive(Debug, Args)]
struct One {
    /// The operator's name
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
        What::Link(link) => &link.library,
        What::List(all) => &all.library,
        What::Remove(one) => &one.library,
    };
    let veneer = Veneer::open(library.for_search()?).await?;
    let done = with(&veneer, &arguments.what).await;
    veneer.close().await;
    print!("{}", done?);
    Ok(())
}

async fn with(veneer: &Veneer, what: &What) -> anyhow::Result<String> {
    match what {
        What::Link(link) => {
            let printed = welcome(&link.public_url, &veneer.new_operator_link().await?);
            audit::note(veneer, "operator", "a link for an operator was printed").await;
            eprintln!("It works once, for a day.");
            Ok(format!("{printed}\n"))
        }
        What::List(_) => Ok(table(&veneer.operators().await?)),
        What::Remove(one) => {
            veneer.remove_operator(&one.name).await?;
            audit::note(veneer, "operator", &format!("{} was taken out", one.name)).await;
            Ok(format!("{} is no operator any more.\n", one.name))
        }
    }
}

/// The address under which somebody becomes an operator.
pub(crate) fn welcome(public_url: &str, link: &str) -> String {
    format!("{}/admin/welcome/{link}", public_url.trim_end_matches('/'))
}

/// The operators as text.
fn table(operators: &[Operator]) -> String {
    if operators.is_empty() {
        return "There are no operators. `veneer admin link` prints a link for the first.\n"
            .to_owned();
    }
    let mut out = String::new();
    for one in operators {
        let last = one
            .last_sign_in
            .map_or_else(|| "never".to_owned(), |at| at.date().to_string());
        out.push_str(&format!(
            "{}  since {}, last signed in {last}\n",
            one.name,
            one.created_at.date()
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stands_under_the_site() {
        let at = welcome("https://veneer.example/room/", "abc");
        assert_eq!(at, "https://veneer.example/room/admin/welcome/abc");
        assert!(table(&[]).contains("veneer admin link"));
    }
}
