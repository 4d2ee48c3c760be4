//! What programs send, and how they read what comes back.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read has failed the test"
)]

use reqwest::{Response, header::CONTENT_TYPE};
use serde_json::Value;

use super::Site;

const PROBLEM: &str = "application/problem+json";

/// `POST` with a body in JSON.
pub async fn post(site: &Site, path: &str, body: &Value) -> Response {
    let request = site.client.post(format!("{}{path}", site.base));
    request.json(body).send().await.unwrap()
}

/// The answer of a request that works.
pub async fn fine(response: Response, status: u16) -> Value {
    let found = response.status().as_u16();
    let text = response.text().await.unwrap();
    assert_eq!(found, status, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Checks the form of a problem, and its code.
pub async fn problem(response: Response, status: u16, code: &str) -> Value {
    let kind = response.headers().get(CONTENT_TYPE).cloned();
    let found = response.status().as_u16();
    let text = response.text().await.unwrap();
    assert_eq!(found, status, "{text}");
    assert_eq!(kind.unwrap(), PROBLEM, "{text}");
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["code"], code, "{text}");
    assert_eq!(problem["type"], format!("urn:veneer:problem:{code}"));
    assert_eq!(problem["status"], status);
    assert!(!problem["title"].as_str().unwrap().is_empty());
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    problem
}

/// Bytes as programs send them.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number = (u32::from(three[0]) << 16)
            | (u32::from(*three.get(1).unwrap_or(&0)) << 8)
            | u32::from(*three.get(2).unwrap_or(&0));
        for at in 0..4 {
            out.push(if at > three.len() {
                '='
            } else {
                char::from(ALPHABET[(number >> (18 - 6 * at)) as usize & 63])
            });
        }
    }
    out
}
