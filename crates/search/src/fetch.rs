//! Pictures from an address that a guest typed.
//!
//! The server must not become a door into the network it stands in. Only `http` and `https` are
//! followed; every address a name resolves to is checked at the moment of connecting, so that a
//! name that changes its answer between check and use gains nothing; addresses written as numbers
//! are checked apart, because they are never resolved; redirects are followed by hand, a few, each
//! checked anew; no proxy of the environment is used; time and bytes are bounded.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not `http(s)://…`.
    #[error("That is not an address of an image. It should start with http:// or https://.")]
    NotAnAddress,
    /// It leads into a private network.
    #[error("That address is not on the public internet, so we do not open it.")]
    Private,
    /// Nobody answers.
    #[error("That address cannot be reached.")]
    Unreachable,
    /// It answers too slowly.
    #[error("That address took too long to answer.")]
    TooSlow,
    /// It answers with an error.
    #[error("That address answered with an error ({0}) instead of an image.")]
    Status(u16),
    /// Redirects without end.
    #[error("That address keeps pointing elsewhere.")]
    TooManyRedirects,
    /// More than is taken.
    #[error("The image at that address is larger than {limit_mb} MB, which is what fits.")]
    TooLarge {
        /// Megabytes taken.
        limit_mb: u64,
    },
}

/// Redirects that are followed.
const REDIRECTS: usize = 3;
/// The longest address.
const MAX_ADDRESS: usize = 2_000;

/// Fetches pictures within bounds.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    allow: Allow,
    max_bytes: u64,
}

/// Which addresses may be connected to.
type Allow = fn(IpAddr) -> bool;

impl Fetcher {
    /// `allow_private` is for libraries whose pictures stand on the house's own network; it lets
    /// guests reach that network through the server and is off unless someone asks for it.
    ///
    /// # Errors
    /// When the TLS of the machine cannot be set up; the text is for the log.
    pub fn new(allow_private: bool, max_bytes: u64, timeout: Duration) -> Result<Self, String> {
        Self::with(
            if allow_private { |_| true } else { is_public },
            max_bytes,
            timeout,
        )
    }

    fn with(allow: Allow, max_bytes: u64, timeout: Duration) -> Result<Self, String> {
        // Another part of the process may have chosen the provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .dns_resolver(Arc::new(CheckedResolver { allow }))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(timeout / 2)
            .timeout(timeout)
            .user_agent(concat!("Veneer/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Self {
            client,
            allow,
            max_bytes,
        })
    }

    /// The bytes behind an address. What they are is found out by decoding them, not by what the
    /// other side calls them.
    ///
    /// # Errors
    /// [`FetchError`], one for each way it goes wrong.
    pub async fn fetch(&self, address: &str) -> Result<Bytes, FetchError> {
        let address = address.trim();
        if address.len() > MAX_ADDRESS {
            return Err(FetchError::NotAnAddress);
        }
        let mut url = Url::parse(address).map_err(|_| FetchError::NotAnAddress)?;
        for _ in 0..=REDIRECTS {
            self.check(&url)?;
            let response = self.client.get(url.clone()).send().await.map_err(told)?;
            let status = response.status();
            if status.is_redirection() {
                let target = response
                    .headers()
                    .get(reqwest::header::LOCATION)
                    .and_then(|l| l.to_str().ok())
                    .ok_or(FetchError::Status(status.as_u16()))?;
                url = url.join(target).map_err(|_| FetchError::NotAnAddress)?;
                continue;
            }
            if !status.is_success() {
                return Err(FetchError::Status(status.as_u16()));
            }
            return self.body(response).await;
        }
        Err(FetchError::TooManyRedirects)
    }

    fn check(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::NotAnAddress);
        }
        let literal = match url.host() {
            None => return Err(FetchError::NotAnAddress),
            Some(url::Host::Domain(_)) => return Ok(()),
            Some(url::Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(url::Host::Ipv6(ip)) => IpAddr::V6(ip),
        };
        if (self.allow)(literal) {
            Ok(())
        } else {
            Err(FetchError::Private)
        }
    }

    async fn body(&self, response: reqwest::Response) -> Result<Bytes, FetchError> {
        let too_large = FetchError::TooLarge {
            limit_mb: self.max_bytes / 1_000_000,
        };
        if response
            .content_length()
            .is_some_and(|n| n > self.max_bytes)
        {
            return Err(too_large);
        }
        // The stated length may be missing or wrong: count what comes.
        let mut out = BytesMut::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(told)?;
            if out.len() as u64 + chunk.len() as u64 > self.max_bytes {
                return Err(too_large);
            }
            out.extend_from_slice(&chunk);
        }
        Ok(out.freeze())
    }
}

/// A plain reading of what the HTTP client says.
fn told(error: reqwest::Error) -> FetchError {
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(cause) = source {
        if cause.is::<OnlyPrivate>() {
            return FetchError::Private;
        }
        source = cause.source();
    }
    if error.is_timeout() {
        FetchError::TooSlow
    } else {
        FetchError::Unreachable
    }
}

/// A name that leads nowhere public.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no public address")]
struct OnlyPrivate;

/// Resolves names and keeps only addresses that may be connected to. The connection is made to
/// exactly these, so there is no second look-up to lie in.
struct CheckedResolver {
    allow: Allow,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow = self.allow;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let open: Vec<SocketAddr> = found.iter().copied().filter(|a| allow(a.ip())).collect();
            if open.is_empty() && !found.is_empty() {
                return Err(OnlyPrivate.into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is on the public internet: not loopback, private, link-local, shared,
/// reserved, documentation, multicast, nor an IPv6 form that carries such an IPv4 address.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let carried = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        // IPv4-mapped and IPv4-compatible.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => {
            carried(high, low) && !ip.is_loopback() && !ip.is_unspecified()
        }
        // NAT64, and its local-use form, which is never public.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => carried(high, low),
        [0x64, 0xff9b, 1, ..] => false,
        // 6to4.
        [0x2002, high, low, ..] => carried(high, low),
        // Teredo, benchmarking, ORCHID, documentation and other special purposes of 2001::/23.
        [0x2001, second, ..] if second < 0x200 => false,
        [0x2001, 0xdb8, ..] | [0x3fff, ..] => false,
        // Global unicast is 2000::/3; all else (fc00::/7, fe80::/10, ff00::/8 …) is not.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    #[test]
    fn private_addresses_in_every_disguise_are_refused() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::7f00:1",
        ] {
            let parsed: IpAddr = ip.parse().expect("a literal");
            assert!(!is_public(parsed), "{ip}");
        }
        for ip in [
            "1.1.1.1",
            "93.184.216.34",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            let parsed: IpAddr = ip.parse().expect("a literal");
            assert!(is_public(parsed), "{ip}");
        }
    }

    fn fetcher() -> Fetcher {
        Fetcher::new(false, 1_000, Duration::from_secs(2)).expect("a client")
    }

    #[tokio::test]
    async fn numbers_names_and_odd_spellings_of_this_machine_are_refused() {
        for address in [
            "http://127.0.0.1:1/",
            "http://localhost:1/",
            "http://[::1]:1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://[::ffff:127.0.0.1]/",
            "http://0/",
        ] {
            assert_eq!(
                fetcher().fetch(address).await,
                Err(FetchError::Private),
                "{address}"
            );
        }
    }

    #[tokio::test]
    async fn only_the_web_is_an_address() {
        for address in [
            "",
            "oak",
            "file:///etc/passwd",
            "ftp://x/y",
            "gopher://x",
            "javascript:alert(1)",
            "http://",
        ] {
            assert_eq!(
                fetcher().fetch(address).await,
                Err(FetchError::NotAnAddress),
                "{address}"
            );
        }
        let long = format!("https://example.org/{}", "x".repeat(3_000));
        assert_eq!(fetcher().fetch(&long).await, Err(FetchError::NotAnAddress));
    }

    /// A site on this machine that answers by path.
    async fn site() -> SocketAddr {
        use axum::{
            http::{StatusCode, header},
            response::{IntoResponse, Redirect},
            routing::get,
        };
        let app = axum::Router::new()
            .route("/picture", get(|| async { "pixels" }))
            .route("/large", get(|| async { "x".repeat(5_000) }))
            .route(
                "/endless",
                get(|| async {
                    let chunks = stream::iter(std::iter::repeat_with(|| {
                        Ok::<_, std::convert::Infallible>(Bytes::from_static(&[0; 512]))
                    }));
                    axum::body::Body::from_stream(chunks)
                }),
            )
            .route(
                "/slow",
                get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }),
            )
            .route("/gone", get(|| async { StatusCode::GONE }))
            .route("/here", get(|| async { Redirect::to("/picture") }))
            .route("/loop", get(|| async { Redirect::to("/loop") }))
            .route(
                "/inside",
                get(|| async { Redirect::to("http://127.0.0.2:1/") }),
            )
            .route(
                "/file",
                get(|| async {
                    (
                        StatusCode::FOUND,
                        [(header::LOCATION, "file:///etc/passwd")],
                    )
                        .into_response()
                }),
            );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(axum::serve(listener, app).into_future());
        address
    }

    #[tokio::test]
    async fn every_bound_holds_on_the_way() {
        // To this test 127.0.0.1 is the public internet and every other address is private.
        let fetcher = Fetcher::with(
            |ip| ip == IpAddr::V4(Ipv4Addr::LOCALHOST),
            1_000,
            Duration::from_secs(2),
        )
        .expect("a client");
        let site = site().await;
        let ask = |path: &'static str| {
            let fetcher = fetcher.clone();
            async move { fetcher.fetch(&format!("http://{site}{path}")).await }
        };
        assert_eq!(ask("/picture").await, Ok(Bytes::from_static(b"pixels")));
        assert_eq!(ask("/here").await, Ok(Bytes::from_static(b"pixels")));
        assert_eq!(
            ask("/large").await,
            Err(FetchError::TooLarge { limit_mb: 0 })
        );
        assert_eq!(
            ask("/endless").await,
            Err(FetchError::TooLarge { limit_mb: 0 })
        );
        assert_eq!(ask("/slow").await, Err(FetchError::TooSlow));
        assert_eq!(ask("/gone").await, Err(FetchError::Status(410)));
        assert_eq!(ask("/loop").await, Err(FetchError::TooManyRedirects));
        assert_eq!(ask("/inside").await, Err(FetchError::Private));
        assert_eq!(ask("/file").await, Err(FetchError::NotAnAddress));
        assert_eq!(
            fetcher.fetch("http://127.0.0.1:1/").await,
            Err(FetchError::Unreachable)
        );
    }
}
