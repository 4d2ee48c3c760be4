//! Limits for people: who a request comes from, and whether they may begin another search.
//!
//! What counts is beginning a search: a photo, an address, a swatch, or words that this guest did not search
//! with of late. Filtering and paging one is free.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use catalog::Pace;
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use material::View;
use search::{Begun, Error, Guest, Veneer};

use crate::{respond, router::AppState};

/// Limits for people.
#[derive(Debug, Clone, Args)]
pub struct LimitSettings {
    /// Searches that one address may begin in a minute; 0 for any number
    #[arg(long, env = "VENEER_SEARCHES_PER_MINUTE", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=i64::from(Pace::MOST)))]
    pub searches_per_minute: u32,

    /// Searches that one address may begin in an hour; 0 for any number
    #[arg(long, env = "VENEER_SEARCHES_PER_HOUR", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=i64::from(Pace::MOST)))]
    pub searches_per_hour: u32,

    /// Searches that one address may begin at once; 0 for as many as the minute and the hour let
    #[arg(long, env = "VENEER_SEARCH_BURST", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=i64::from(Pace::MOST)))]
    pub search_burst: u32,

    /// Proxies in front of Veneer, as addresses or networks (10.0.0.0/8,::1): what they say of whom they speak
    /// for is believed, and nobody else
    #[arg(long, env = "VENEER_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// The header in which those proxies say it. They have to set or extend it: another one that a guest sends
    /// along is not looked at
    #[arg(long, env = "VENEER_PROXY_HEADER", value_enum, default_value_t = ProxyHeader::XForwardedFor)]
    pub proxy_header: ProxyHeader,
}

/// How a proxy says whom it speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProxyHeader {
    /// `X-Forwarded-For: 192.0.2.1, 10.0.0.1`
    XForwardedFor,
    /// `Forwarded: for=192.0.2.1, for="[2001:db8::1]:443"` (RFC 7239)
    Forwarded,
}

impl LimitSettings {
    /// Nobody is ever refused: for measurements.
    pub fn none() -> Self {
        Self {
            searches_per_minute: 0,
            searches_per_hour: 0,
            search_burst: 0,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::XForwardedFor,
        }
    }
}

/// An address or a network.
fn network(value: &str) -> Result<IpNet, String> {
    let value = value.trim();
    value
        .parse::<IpNet>()
        .or_else(|_| value.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "it should be an address or a network, such as 10.0.0.0/8".to_owned())
}

/// Who may search how often.
#[derive(Debug, Clone)]
pub struct Limits {
    pace: Pace,
    trusted: Vec<IpNet>,
    header: ProxyHeader,
}

/// Somebody has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl Wait {
    /// Whole seconds, at least one.
    pub fn seconds(self) -> u64 {
        self.0.as_millis().div_ceil(1000).max(1) as u64
    }

    /// For people.
    pub fn sentence(self) -> String {
        let wait = match self.seconds() {
            1 => "a second".to_owned(),
            seconds @ ..=90 => format!("{seconds} seconds"),
            seconds => format!("{} minutes", seconds.div_ceil(60)),
        };
        format!(
            "That were many searches in a short while. The next one can begin in {wait}; what you have found stays where it is."
        )
    }

    /// The header that tells it.
    pub fn header(self) -> HeaderValue {
        self.seconds().into()
    }
}

/// Why a search does not begin.
#[derive(Debug)]
pub enum Refused {
    /// It is too much.
    Wait(Wait),
    /// It could not be looked up.
    Error(Error),
}

/// Counts a search that somebody begins, at a pace of their own.
///
/// # Errors
/// [`Refused`].
pub async fn admit(
    veneer: &Veneer,
    guest: &Guest,
    begun: Begun<'_>,
    pace: &Pace,
) -> Result<(), Refused> {
    if pace.is_open() {
        return Ok(());
    }
    match veneer.admit(guest, begun, pace).await {
        Ok(None) => Ok(()),
        Ok(Some(wait)) => Err(Refused::Wait(Wait(wait))),
        Err(error) => Err(Refused::Error(error)),
    }
}

impl Limits {
    /// The limits that were set.
    pub fn new(settings: &LimitSettings) -> Self {
        Self {
            pace: Pace {
                minute: settings.searches_per_minute,
                hour: settings.searches_per_hour,
                burst: settings.search_burst,
            },
            trusted: settings.trusted_proxies.clone(),
            header: settings.proxy_header,
        }
    }

    /// Counts a search that a guest begins.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn admit(
        &self,
        veneer: &Veneer,
        guest: &Guest,
        begun: Begun<'_>,
    ) -> Result<(), Refused> {
        admit(veneer, guest, begun, &self.pace).await
    }

    /// How often people without a key may search.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// Whether this is a proxy of ours.
    pub fn is_trusted(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|net| net.contains(&address))
    }

    /// Who a request comes from: the nearest address that is no proxy of ours. What a guest writes into the
    /// header stands left of what our proxies add, and is not reached.
    fn guest(&self, peer: IpAddr, headers: &HeaderMap) -> Guest {
        let mut nearest = peer;
        if self.is_trusted(peer) {
            let said = match self.header {
                ProxyHeader::XForwardedFor => said(headers, "x-forwarded-for", whole),
                ProxyHeader::Forwarded => said(headers, "forwarded", forwarded_for),
            };
            for address in said.iter().rev() {
                // What cannot be read hides whatever is behind it.
                let Some(address) = address else {
                    break;
                };
                nearest = *address;
                if !self.is_trusted(nearest) {
                    break;
                }
            }
        }
        Guest::Address(nearest)
    }
}

/// The addresses of all headers of a name, in order.
fn said(
    headers: &HeaderMap,
    name: &str,
    read: impl Fn(&str) -> Option<&str>,
) -> Vec<Option<IpAddr>> {
    headers
        .get_all(name)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(|element| address(read(element.trim())?))
        .collect()
}

/// An element of `X-Forwarded-For` is nothing but an address.
fn whole(element: &str) -> Option<&str> {
    Some(element)
}

/// The value of `for=` in an element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for")
            .then(|| value.trim_matches('"'))
    })
}

/// An address with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|at| at.ip()))
}

/// Who a request comes from.
pub struct FromGuest(pub Guest);

impl FromRequestParts<AppState> for FromGuest {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self(from_guest(parts, state)))
    }
}

/// The address that a request comes from.
pub fn from_guest(parts: &Parts, state: &AppState) -> Guest {
    // Without a connection, as in a measurement, everybody is one guest.
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    state.limits.guest(peer, &parts.headers)
}

/// Counts the words of a list. Lists without words are free, and so are words that are no words: the page says
/// what is wrong with them.
pub async fn pages(
    State(state): State<AppState>,
    FromGuest(guest): FromGuest,
    request: Request,
    next: Next,
) -> Response {
    let uri = request.uri();
    let lists = ["/library", "/s/"]
        .iter()
        .any(|at| uri.path().starts_with(at));
    let query = uri.query().filter(|_| lists);
    let words = query.and_then(|query| View::parse(query).ok()?.text);
    if let Some(words) = words
        && let Err(refused) = state
            .limits
            .admit(&state.veneer, &guest, Begun::Words(&words))
            .await
    {
        let json = respond::wants_json(request.headers());
        return page(&state, json, refused).await;
    }
    next.run(request).await
}

/// A refusal in the form the caller asked for.
pub async fn page(state: &AppState, json: bool, refused: Refused) -> Response {
    let wait = match refused {
        Refused::Wait(wait) => wait,
        Refused::Error(error) => return respond::error(state, json, &error).await,
    };
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = respond::failure(state, json, status, wait.sentence()).await;
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, wait.header());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "what cannot be read has failed the test"
    )]

    use super::*;

    fn limits(trusted: &[&str], header: ProxyHeader) -> Limits {
        Limits {
            pace: Pace {
                minute: 0,
                hour: 0,
                burst: 0,
            },
            trusted: trusted.iter().map(|net| network(net).unwrap()).collect(),
            header,
        }
    }

    fn guest(limits: &Limits, peer: &str, name: &'static str, values: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        match limits.guest(peer.parse().unwrap(), &headers) {
            Guest::Address(address) => address.to_string(),
            Guest::Key(id) => panic!("no key was sent, but {id} was found"),
        }
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        let limits = limits(&["10.0.0.0/8", "::1"], ProxyHeader::XForwardedFor);
        let of = |peer, values: &[&str]| guest(&limits, peer, "x-forwarded-for", values);
        assert_eq!(
            of("192.0.2.9", &["198.51.100.1"]),
            "192.0.2.9",
            "a guest who lies"
        );
        assert_eq!(of("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(of("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(of("::1", &["2001:db8::1"]), "2001:db8::1");
        // what a guest sent stands left of what the proxy added
        assert_eq!(
            of("10.0.0.1", &["203.0.113.7, 198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(
            of("10.0.0.1", &["203.0.113.7", "198.51.100.1, 10.2.3.4"]),
            "198.51.100.1"
        );
        assert_eq!(
            of("10.0.0.1", &["203.0.113.7, unknown, 10.2.3.4"]),
            "10.2.3.4"
        );
        assert_eq!(of("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(of("10.0.0.1", &["10.0.0.2"]), "10.0.0.2");
        for nothing in [&[][..], &[""], &["x"], &[","]] {
            assert_eq!(of("10.0.0.1", nothing), "10.0.0.1");
        }
    }

    #[test]
    fn the_header_is_the_one_that_was_set() {
        let limits = limits(&["10.0.0.0/8"], ProxyHeader::Forwarded);
        let of = |values: &[&str]| guest(&limits, "10.0.0.1", "forwarded", values);
        assert_eq!(
            of(&["for=203.0.113.7, for=198.51.100.1;proto=https"]),
            "198.51.100.1"
        );
        assert_eq!(
            of(&["proto=https; For=\"[2001:db8::1]:4711\""]),
            "2001:db8::1"
        );
        assert_eq!(of(&["for=_hidden"]), "10.0.0.1");
        let other = guest(&limits, "10.0.0.1", "x-forwarded-for", &["198.51.100.1"]);
        assert_eq!(other, "10.0.0.1", "anybody can send the other header");
    }

    #[test]
    fn networks_are_read_and_nonsense_is_not() {
        for good in ["10.0.0.0/8", "192.0.2.1", " ::1 ", "fd00::/8"] {
            assert!(network(good).is_ok(), "{good}");
        }
        for bad in ["", "proxy", "10.0.0.0/33", "10.0.0"] {
            assert!(network(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn waiting_is_told_in_whole_seconds_and_minutes() {
        let of = |ms| Wait(Duration::from_millis(ms));
        assert_eq!((of(1).seconds(), of(5_001).seconds()), (1, 6));
        assert!(of(1).sentence().contains("in a second"));
        assert!(of(5_001).sentence().contains("in 6 seconds"));
        assert!(of(3_000_000).sentence().contains("in 50 minutes"));
    }
}
