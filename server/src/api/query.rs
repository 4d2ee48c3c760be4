//! The query string of a list: how it is looked at, where it goes on, how much of it.

use std::collections::HashMap;

use material::{PAGE_SIZE, Token, View};
use search::{Begun, Veneer};
use url::form_urlencoded;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use super::{
    parameters::{CURSOR, FACETS, LIMIT, MAY_BE_EMPTY, PARAMETERS, may_be, most},
    problem::{Code, Problem},
    results::{Next, Results},
};
use crate::access::Access;

/// What a list is asked for.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// How it is looked at; its page is left alone.
    pub view: View,
    /// Where to start, as a cursor says.
    cursor: Option<String>,
    /// The most hits of one part.
    pub limit: u32,
    /// Whether the counts of the filters come too.
    pub facets: bool,
}

impl ListQuery {
    /// The same view from its first page.
    pub fn of(view: View, limit: Option<u32>, facets: bool) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(PAGE_SIZE);
        if !(1..=PAGE_SIZE).contains(&limit) {
            return Err(Problem::value(format!(
                "“{limit}” is not a limit: write a whole number from 1 to {PAGE_SIZE}."
            )));
        }
        Ok(Self {
            view,
            cursor: None,
            limit,
            facets,
        })
    }

    /// Reads a query string.
    ///
    /// # Errors
    /// A [`Problem`] about the first parameter that is unknown or has a value that is none.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let (mut cursor, mut limit, mut facets) = (None, None, false);
        let mut view = form_urlencoded::Serializer::new(String::new());
        if query.len() > View::MAX_QUERY {
            View::parse(query)?;
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let known = PARAMETERS.iter().find(|known| known.name == key);
            if let Some(known) = known {
                let count = counts.entry(&known.name).or_default();
                *count += 1;
                check(known, *count, &value)?;
            }
            match key.as_ref() {
                CURSOR => cursor = Some(value.into_owned()).filter(|cursor| !cursor.is_empty()),
                LIMIT => limit = Some(number(&value)?),
                FACETS => facets = flag(&value)?,
                key if known.is_some() => {
                    view.append_pair(key, &value);
                }
                key => {
                    let key: String = key.chars().take(40).collect();
                    return Err(Problem::new(
                        Code::UnknownParameter,
                        format!("There is no parameter called “{key}”."),
                    ));
                }
            }
        }
        let mut out = Self::of(View::parse(&view.finish())?, limit, facets)?;
        out.cursor = cursor;
        Ok(out)
    }

    /// Counts the words of this list as a search that begins, unless the guest searched with them of late.
    ///
    /// # Errors
    /// [`Code::RateLimited`].
    pub async fn admit(&self, veneer: &Veneer, access: &Access) -> Result<(), Problem> {
        match &self.view.text {
            None => Ok(()),
            Some(words) => {
                let admitted = access.admit(veneer, Begun::Words(words));
                admitted.await.map_err(Problem::refused)
            }
        }
    }

    /// The part of a list that was asked for: of a search, or of the library where there is none.
    ///
    /// # Errors
    /// For a cursor of another list, and whatever the search says.
    pub async fn answer(&self, veneer: &Veneer, id: Option<&Token>) -> Result<Results, Problem> {
        let from = self.start(id)?;
        let limit = self.limit as usize;
        let mut results = page(veneer, id, &self.view, from / PAGE_SIZE).await?;
        let skip = (from % PAGE_SIZE) as usize;
        results.hits.drain(..skip.min(results.hits.len()));
        let next_page = from / PAGE_SIZE + 1;
        if results.hits.len() < limit && next_page < results.pages() {
            let more = page(veneer, id, &self.view, next_page).await?;
            results.hits.extend(more.hits);
        }
        results.hits.truncate(limit);
        let to = from.saturating_add(results.hits.len() as u32);
        let places = results.total.saturating_sub(results.folded);
        let next = (to > from && to < places).then(|| self.next(id, to));
        Ok(Results::of(results, self.facets, next))
    }

    /// Where to start.
    fn start(&self, id: Option<&Token>) -> Result<u32, Problem> {
        let Some(cursor) = &self.cursor else {
            return Ok(0);
        };
        cursor
            .split_once('-')
            .and_then(|(from, of)| Some((from.parse::<u32>().ok()?, of)))
            .filter(|(from, of)| {
                *from <= View::MAX_PAGE * PAGE_SIZE && *of == self.fingerprint(id)
            })
            .map(|(from, _)| from)
            .ok_or_else(|| {
                Problem::new(
                    Code::InvalidCursor,
                    "This cursor belongs to another list, or is cut off. Leave it out to start anew.",
                )
            })
    }

    /// Ties a cursor to its list.
    fn fingerprint(&self, id: Option<&Token>) -> String {
        let id = id.map_or("", Token::as_str);
        let list = format!("{id}{}", self.view.first_page().query());
        blake3::hash(list.as_bytes()).to_hex()[..8].to_owned()
    }

    fn next(&self, id: Option<&Token>, from: u32) -> Next {
        let cursor = format!("{from}-{}", self.fingerprint(id));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.view.first_page().pairs());
        if self.limit != PAGE_SIZE {
            query.append_pair(LIMIT, &self.limit.to_string());
        }
        if self.facets {
            query.append_pair(FACETS, "true");
        }
        query.append_pair(CURSOR, &cursor);
        let list = match id {
            Some(id) => format!("/api/v1/search/{id}"),
            None => "/api/v1/materials".to_owned(),
        };
        Next {
            cursor,
            address: format!("{list}?{}", query.finish()),
        }
    }
}

async fn page(
    veneer: &Veneer,
    id: Option<&Token>,
    view: &View,
    page: u32,
) -> Result<material::Results, search::Error> {
    let view = View {
        page,
        ..view.clone()
    };
    match id {
        Some(id) => veneer.results(id, &view).await,
        None => veneer.library(&view).await,
    }
}

/// Pages pass over values that are empty, and say nothing of the same value given often; programs are told.
fn check(known: &Parameter, count: usize, value: &str) -> Result<(), Problem> {
    let name = &known.name;
    if value.trim().is_empty() && !MAY_BE_EMPTY.contains(&name.as_str()) {
        return Err(Problem::value(format!("The parameter “{name}” is empty.")));
    }
    if !may_be(known, value) {
        let value: String = value.chars().take(40).collect();
        return Err(Problem::value(format!(
            "“{value}” is no value of the parameter “{name}”."
        )));
    }
    match most(known) {
        Some(most) if count > most => Err(Problem::value(format!(
            "There are too many of “{name}”: {most} is what fits."
        ))),
        _ => Ok(()),
    }
}

fn number(value: &str) -> Result<u32, Problem> {
    value.parse().map_err(|_| {
        let value: String = value.chars().take(40).collect();
        Problem::value(format!(
            "“{value}” is not a limit: write a whole number from 1 to {PAGE_SIZE}."
        ))
    })
}

fn flag(value: &str) -> Result<bool, Problem> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::value("Counts are asked for with facets=true.")),
    }
}

impl IntoParams for ListQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        PARAMETERS.clone()
    }
}
#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "what cannot be read has failed the test"
    )]

    use super::*;
    use material::Example;

    #[test]
    fn every_parameter_of_a_view_is_described_and_no_other_is_taken() {
        let swatch = "a".repeat(64);
        let all = format!(
            "q=oak&like={swatch}&unlike={}:40&palette=c8b59a:60&category=wood&colour=red&finish=matt&pattern=plain&texture=smooth&application=floor&maker=X&fire=A1&slip=R10&price_min=1&price_max=2.5&price=unknown&size_min=1&size_max=2&size=unknown&w_look=1&w_colour=1&w_texture=1&w_pattern=1&w_scale=1&w_finish=1&w_kind=1&w_words=1&fusion=ranks&diverse=0&declined=finish",
            "b".repeat(64)
        );
        let query = ListQuery::parse(&format!("{all}&limit=7&facets=true")).unwrap();
        assert_eq!((query.limit, query.facets), (7, true));
        let named: std::collections::HashSet<&str> =
            query.view.pairs().into_iter().map(|(key, _)| key).collect();
        for known in PARAMETERS.iter() {
            let own = [CURSOR, LIMIT, FACETS].contains(&known.name.as_str());
            assert!(own || named.contains(known.name.as_str()), "{}", known.name);
        }
        let many = "&unlike=".to_owned() + &swatch;
        assert!(ListQuery::parse(&many.repeat(Example::MAX)).is_ok());
        assert!(ListQuery::parse(&many.repeat(Example::MAX + 1)).is_err());
        for bad in [
            "finsh=matt",
            "page=2",
            "limit=0",
            "limit=49",
            "limit=x",
            "facets=yes",
            "q=%00",
            "finish=",
            "limit=",
            "price_min=%20",
            "size=AAA",
            "price=known",
        ] {
            assert!(ListQuery::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cursor_belongs_to_its_list() {
        let list = ListQuery::parse("q=oak&limit=5").unwrap();
        let id = Token::parse("abc").unwrap();
        let next = list.next(None, 5);
        assert!(
            next.address
                .starts_with("/api/v1/materials?q=oak&limit=5&cursor=5-")
        );
        let query = next.address.split_once('?').unwrap().1;
        let again = ListQuery::parse(query).unwrap();
        assert_eq!(again.start(None).unwrap(), 5);
        assert!(again.start(Some(&id)).is_err(), "of another search");
        for bad in ["5", "-", "5-", "x-00000000", "4294967295-00000000"] {
            let other = ListQuery::parse(&format!("q=oak&cursor={bad}")).unwrap();
            assert!(other.start(None).is_err(), "{bad}");
        }
        let other = ListQuery::parse(&format!("q=elm&cursor={}", next.cursor)).unwrap();
        assert!(other.start(None).is_err(), "of other words");
    }
}
