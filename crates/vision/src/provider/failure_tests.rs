use super::*;
use reqwest::header::HeaderValue;

fn read(status: u16, body: &str) -> Failure {
    let status = StatusCode::from_u16(status).expect("a status");
    refusal(status, &HeaderMap::new(), body, "llama", None)
}

#[test]
fn a_model_that_is_gone_is_known_in_every_form() {
    for (status, body) in [
        (
            404,
            r#"{"error":{"message":"The model `x` does not exist or you do not have access to it.","type":"invalid_request_error","code":"model_not_found"}}"#,
        ),
        (
            400,
            r#"{"error":{"message":"The model `x` has been decommissioned and is no longer supported.","type":"invalid_request_error","code":"model_decommissioned"}}"#,
        ),
        (
            400,
            r#"{"id":"o","error":{"message":"Unable to access non-serverless model x.","type":"invalid_request_error","param":null,"code":"model_not_available"}}"#,
        ),
        (
            404,
            r#"{"error":{"message":"model \"x\" not found, try pulling it first","type":"api_error","param":null,"code":null}}"#,
        ),
        (404, r#"{"error":"model 'x' not found"}"#),
        (
            404,
            r#"{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}"#,
        ),
        (
            400,
            r#"{"error":{"message":"The requested model 'x' is not supported by any provider you have enabled.","code":"model_not_supported"}}"#,
        ),
        (410, "The requested model is deprecated"),
    ] {
        let failure = read(status, body);
        assert!(
            matches!(&failure.error, DescribeError::Gone { model, .. } if model == "llama"),
            "{body}"
        );
        assert!(
            !failure.again && failure.charge == Charge::Nothing,
            "{body}"
        );
    }
}

#[test]
fn a_wrong_address_is_not_a_model_that_is_gone() {
    let failure = read(404, "404 page not found");
    assert!(matches!(failure.error, DescribeError::Unreachable(_)));
    assert!(!failure.again);
}

#[test]
fn every_status_has_its_meaning() {
    for (status, body, kind, again) in [
        (401, "", "refused", false),
        (403, "", "refused", false),
        (402, "", "budget", false),
        (429, "", "rate-limited", true),
        (
            429,
            r#"{"error":{"code":"insufficient_quota"}}"#,
            "budget",
            false,
        ),
        (408, "", "timed-out", true),
        (500, "", "unreachable", true),
        (502, "", "unreachable", true),
        (503, "", "overloaded", true),
        (529, "", "overloaded", true),
        (307, "", "unreachable", false),
        (413, "", "invalid", false),
        (400, "", "invalid", false),
        (
            400,
            r#"{"error":{"code":"json_validate_failed"}}"#,
            "invalid",
            true,
        ),
    ] {
        let failure = read(status, body);
        assert_eq!(
            (failure.error.kind(), failure.again),
            (kind, again),
            "{status} {body}"
        );
    }
}

#[test]
fn complaints_name_what_to_leave_out() {
    for (message, param, complaint) in [
        (
            "This model does not support response format `json_schema`.",
            "",
            Complaint::Format,
        ),
        ("failed to parse grammar", "", Complaint::Format),
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "max_tokens",
            Complaint::MaxTokens,
        ),
        (
            "Unsupported value: 'temperature' does not support 0.1 with this model.",
            "temperature",
            Complaint::Temperature,
        ),
        (
            "`reasoning_effort` is not supported with this model",
            "",
            Complaint::Reasoning,
        ),
        (
            "prompting with images is incompatible with system messages",
            "",
            Complaint::System,
        ),
    ] {
        let body = serde_json::json!({"error": {"message": message, "param": param}}).to_string();
        assert_eq!(read(400, &body).complaint, Some(complaint), "{message}");
    }
    assert_eq!(read(400, "image too large").complaint, None);
}

#[test]
fn patience_is_read_in_seconds_and_as_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
    let ask = |value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(value).expect("a header"));
        retry_after(&headers, now)
    };
    assert_eq!(ask("7"), Some(Duration::from_secs(7)));
    assert_eq!(ask("0.5"), Some(Duration::from_millis(500)));
    assert_eq!(ask("-3"), Some(Duration::ZERO));
    assert_eq!(ask("1e300"), Some(MOST_PATIENCE));
    assert_eq!(ask("NaN"), None);
    assert_eq!(ask("soon"), None);
    assert_eq!(
        ask("Sun, 06 Nov 1994 08:49:37 GMT"),
        Some(Duration::from_secs(7))
    );
    assert_eq!(ask("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
}
