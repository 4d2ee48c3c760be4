//! What a provider's refusal means. The forms of OpenAI, Groq, Together AI, Hugging Face, Ollama,
//! llama.cpp and vLLM differ; what has to be told apart is the same.

use std::time::{Duration, SystemTime};

use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use serde_json::Value;

use super::secret::{Secret, detail};
use crate::{DescribeError, Detail, Usage};

/// A part of the request that some servers do not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Complaint {
    /// `response_format`.
    Format,
    /// `max_tokens`, where newer models want `max_completion_tokens`.
    MaxTokens,
    /// `temperature`, where only the default will do.
    Temperature,
    /// `reasoning_effort`.
    Reasoning,
    /// A system message beside a picture.
    System,
}

/// What the provider may have charged for an attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charge {
    /// Nothing: it said no, or was not reached.
    Nothing,
    /// Nobody knows; all that was set aside counts.
    Unknown,
    /// What it says.
    Used(Usage),
}

/// A failed attempt.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: DescribeError,
    /// Whether the same request may succeed a moment later.
    pub(super) again: bool,
    /// The least time before that, where the provider says.
    pub(super) wait: Option<Duration>,
    pub(super) charge: Charge,
    /// What to leave out of the request, if that is it.
    pub(super) complaint: Option<Complaint>,
    /// Our own budget or limit stood in the way; the provider was not asked.
    pub(super) ours: bool,
}

impl Failure {
    /// A failure that another attempt would not mend.
    pub(super) fn lasting(error: DescribeError, charge: Charge) -> Self {
        Self {
            error,
            again: false,
            wait: None,
            charge,
            complaint: None,
            ours: false,
        }
    }

    /// What we ourselves do not allow now.
    pub(super) fn ours(error: DescribeError) -> Self {
        Self {
            ours: true,
            ..Self::lasting(error, Charge::Nothing)
        }
    }

    /// A failure that may pass.
    pub(super) fn passing(error: DescribeError, charge: Charge) -> Self {
        Self {
            again: true,
            ..Self::lasting(error, charge)
        }
    }
}

/// The most patience a server may ask for; longer is cut.
const MOST_PATIENCE: Duration = Duration::from_secs(60 * 60);

/// `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => {
            Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(MOST_PATIENCE)
        }
        Ok(_) => return None,
        Err(_) => httpdate::parse_http_date(value)
            .ok()?
            .duration_since(now)
            .unwrap_or_default(),
    };
    Some(wait.min(MOST_PATIENCE))
}

/// What an answer that is no success says, from `{"error": {…}}`, `{"error": "…"}` or plain text.
struct Said {
    /// Lower case, with the parameter's name.
    message: String,
    code: String,
    parameter: String,
}

impl Said {
    fn read(body: &str) -> Self {
        let value: Value = serde_json::from_str(body).unwrap_or(Value::Null);
        let error = value.get("error").unwrap_or(&value);
        let text = |key: &str| {
            let found = error.get(key).and_then(Value::as_str).unwrap_or_default();
            found.to_lowercase()
        };
        let message = match error.as_str() {
            Some(plain) => plain.to_lowercase(),
            None if error.get("message").is_some() => text("message"),
            None => body.to_lowercase(),
        };
        Self {
            message,
            code: text("code"),
            parameter: text("param"),
        }
    }

    fn says(&self, any: &[&str]) -> bool {
        any.iter()
            .any(|part| self.message.contains(part) || self.parameter.contains(part))
    }

    fn model_is_gone(&self, status: StatusCode) -> bool {
        const CODES: [&str; 6] = [
            "model_not_found",
            "model_not_available",
            "model_not_supported",
            "model_decommissioned",
            "model_deprecated",
            "invalid_model",
        ];
        CODES.contains(&self.code.as_str())
            || status == StatusCode::GONE
            || (status == StatusCode::NOT_FOUND && self.message.contains("model"))
    }

    fn complaint(&self) -> Option<Complaint> {
        let found = if self.says(&["max_tokens", "max_completion_tokens"]) {
            Complaint::MaxTokens
        } else if self.says(&["temperature"]) {
            Complaint::Temperature
        } else if self.says(&["reasoning"]) {
            Complaint::Reasoning
        } else if self.says(&[
            "response_format",
            "response format",
            "json_schema",
            "json schema",
            "json_object",
            "json mode",
            "structured output",
            "grammar",
            "guided",
        ]) {
            Complaint::Format
        } else if self.says(&[
            "system message",
            "system role",
            "system prompt",
            "role 'system'",
        ]) {
            Complaint::System
        } else {
            return None;
        };
        Some(found)
    }
}

/// What a status that is no success means. `body` is what came with it, as far as it was read.
pub(super) fn refusal(
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    model: &str,
    key: Option<&Secret>,
) -> Failure {
    let said = Said::read(body);
    let detail = detail(&format!("{} {}", status.as_u16(), body), key);
    let wait = retry_after(headers, SystemTime::now());
    let lasting = |error| Failure::lasting(error, Charge::Nothing);
    let passing = |error| Failure {
        wait,
        ..Failure::passing(error, Charge::Nothing)
    };
    if said.model_is_gone(status) {
        return lasting(DescribeError::Gone {
            model: model.to_owned(),
            detail,
        });
    }
    match status.as_u16() {
        401 | 403 => lasting(DescribeError::Refused(detail)),
        402 => lasting(DescribeError::Budget(detail)),
        429 if said.code == "insufficient_quota" => lasting(DescribeError::Budget(detail)),
        429 => passing(DescribeError::RateLimited {
            retry_after: wait,
            detail,
        }),
        408 => passing(DescribeError::TimedOut(detail)),
        503 | 529 => passing(DescribeError::Overloaded(detail)),
        500..=599 => passing(DescribeError::Unreachable(detail)),
        // A redirect is not followed: the key would go with it.
        300..=399 | 404 | 405 => lasting(DescribeError::Unreachable(detail)),
        // The model was made to write JSON and did not manage to.
        400 | 422 if said.code == "json_validate_failed" => passing(DescribeError::Invalid(detail)),
        400 | 422 => Failure {
            complaint: said.complaint(),
            ..lasting(DescribeError::Invalid(detail))
        },
        _ => lasting(DescribeError::Invalid(detail)),
    }
}

/// What goes wrong below HTTP. The client's errors may name the address, which stays out.
pub(super) fn transport(error: reqwest::Error, key: Option<&Secret>) -> Failure {
    let mut text = String::new();
    let error = error.without_url();
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(cause) = source {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    let detail: Detail = detail(&text, key);
    let charge = if error.is_connect() || error.is_builder() {
        Charge::Nothing
    } else {
        Charge::Unknown
    };
    let told = if error.is_timeout() {
        DescribeError::TimedOut(detail)
    } else {
        DescribeError::Unreachable(detail)
    };
    Failure {
        again: !error.is_builder(),
        ..Failure::passing(told, charge)
    }
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
