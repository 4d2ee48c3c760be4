//! Whether a form was sent from a page of ours.

use axum::http::{HeaderMap, header};

/// Whether a browser says that a request that changes something comes from this site. A program that says nothing
/// of where it comes from has no cookies of somebody else's either; what it lacks is the form's token.
///
/// `public` is the address of the site.
pub(crate) fn is_ours(headers: &HeaderMap, public: &str, must_say: bool) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site")
        && site != "same-origin"
    {
        return false;
    }
    match text(header::ORIGIN.as_str()) {
        Some(origin) => {
            let host = text(header::HOST.as_str());
            let here = host.is_some_and(|host| {
                let plain = origin.strip_prefix("http://");
                plain.or_else(|| origin.strip_prefix("https://")) == Some(host)
            });
            here || origin == site_of(public)
        }
        None => !must_say || text("sec-fetch-site").is_some(),
    }
}

/// Scheme, host and port of an address.
fn site_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/');
    end.map_or(address, |end| &address[..host + end])
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn from(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let name = header::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn only_pages_of_this_site_send_forms() {
        let ours = |pairs: &[_], must| is_ours(&from(pairs), "https://veneer.example/room", must);
        let host = ("host", "10.0.0.7:3000");
        assert!(ours(&[host, ("origin", "http://10.0.0.7:3000")], true));
        assert!(ours(&[host, ("origin", "https://veneer.example")], true));
        assert!(ours(&[host, ("sec-fetch-site", "same-origin")], true));
        assert!(ours(&[host], false));
        for (foreign, must) in [
            (vec![host, ("origin", "https://evil.example")], false),
            (vec![host, ("origin", "null")], false),
            (vec![host, ("origin", "https://veneer.example.evil")], false),
            (vec![host, ("sec-fetch-site", "cross-site")], false),
            (vec![host, ("sec-fetch-site", "same-site")], false),
            (vec![host, ("sec-fetch-site", "none")], false),
            (vec![host], true),
        ] {
            assert!(!ours(&foreign, must), "{foreign:?}");
        }
    }
}
