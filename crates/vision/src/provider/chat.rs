//! The chat-completions format of OpenAI, which everybody else speaks too, with a picture as a
//! data address; and the parts of it that not everybody takes.
//!
//! The client is `reqwest` and a few lines of JSON rather than the crate `async-openai`: that reads
//! answers of any size, logs what a server says in an error (keys that it echoes included), and
//! its types refuse what the other servers leave out.

use serde_json::{Map, Value, json};

use super::failure::Complaint;
use crate::Usage;

/// How an answer's form is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonMode {
    /// By a schema the server holds the model to.
    Schema,
    /// By a promise that it is JSON.
    Object,
    /// In words only.
    Text,
}

impl JsonMode {
    /// Reads `schema`, `object` or `text`.
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            "schema" => Some(Self::Schema),
            "object" => Some(Self::Object),
            "text" => Some(Self::Text),
            _ => None,
        }
    }
}

/// What a server takes, as far as it is known; it learns from refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) json: JsonMode,
    /// Together AI reads the schema beside `json_schema`, not inside it.
    pub(super) schema_beside: bool,
    pub(super) newer_max_tokens: bool,
    pub(super) temperature: bool,
    pub(super) reasoning: bool,
    pub(super) system: bool,
}

impl Dialect {
    /// Leaves out what was complained about; `false` if there is nothing left to leave out. Each
    /// step goes one way, so learning ends.
    pub(super) fn learn(&mut self, complaint: Complaint) -> bool {
        let before = *self;
        match complaint {
            Complaint::Format => {
                self.json = match self.json {
                    JsonMode::Schema => JsonMode::Object,
                    JsonMode::Object | JsonMode::Text => JsonMode::Text,
                }
            }
            Complaint::MaxTokens => self.newer_max_tokens = true,
            Complaint::Temperature => self.temperature = false,
            Complaint::Reasoning => self.reasoning = false,
            Complaint::System => self.system = false,
        }
        *self != before
    }
}

/// A question, about a picture or without one.
pub(super) struct Question<'a> {
    pub(super) model: &'a str,
    /// The role and the rules.
    pub(super) system: &'static str,
    /// What is asked.
    pub(super) text: String,
    /// The picture as a data address.
    pub(super) picture: Option<&'a str>,
    /// The answer's form.
    pub(super) schema: Value,
    pub(super) temperature: f32,
    pub(super) max_tokens: u32,
    pub(super) reasoning_effort: Option<&'a str>,
}

impl Question<'_> {
    /// The request's body.
    pub(super) fn body(&self, dialect: Dialect) -> Value {
        let text = if dialect.system {
            self.text.clone()
        } else {
            format!("{}\n\n{}", self.system, self.text)
        };
        let mut messages = Vec::new();
        if dialect.system {
            messages.push(json!({"role": "system", "content": self.system}));
        }
        let content = match self.picture {
            Some(picture) => json!([
                {"type": "text", "text": text},
                {"type": "image_url", "image_url": {"url": picture}},
            ]),
            None => json!(text),
        };
        messages.push(json!({"role": "user", "content": content}));
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(self.model));
        body.insert("messages".to_owned(), json!(messages));
        body.insert("stream".to_owned(), json!(false));
        let limit = if dialect.newer_max_tokens {
            "max_completion_tokens"
        } else {
            "max_tokens"
        };
        body.insert(limit.to_owned(), json!(self.max_tokens));
        if dialect.temperature {
            // Through text, so that 0.1 does not become 0.10000000149011612.
            let temperature: f64 = self.temperature.to_string().parse().unwrap_or(0.1);
            body.insert("temperature".to_owned(), json!(temperature));
        }
        if let Some(effort) = self.reasoning_effort.filter(|_| dialect.reasoning) {
            body.insert("reasoning_effort".to_owned(), json!(effort));
        }
        if let Some(format) = self.format(dialect) {
            body.insert("response_format".to_owned(), format);
        }
        Value::Object(body)
    }

    fn format(&self, dialect: Dialect) -> Option<Value> {
        match dialect.json {
            JsonMode::Text => None,
            JsonMode::Object => Some(json!({"type": "json_object"})),
            JsonMode::Schema if dialect.schema_beside => Some(json!({
                "type": "json_schema",
                "schema": self.schema,
            })),
            JsonMode::Schema => Some(json!({
                "type": "json_schema",
                "json_schema": {
                    "name": "material",
                    "strict": true,
                    "schema": self.schema,
                },
            })),
        }
    }
}

/// What came back.
#[derive(Debug, PartialEq)]
pub(super) struct Completion {
    /// What was said, or why nothing was.
    pub(super) text: Result<String, String>,
    pub(super) usage: Option<Usage>,
}

/// Reads the body of a success.
pub(super) fn completion(body: &Value) -> Completion {
    let usage = body.get("usage").and_then(|usage| {
        Some(Usage {
            input: usage.get("prompt_tokens")?.as_u64()?,
            output: usage.get("completion_tokens")?.as_u64()?,
        })
    });
    let choice = &body["choices"][0];
    let message = &choice["message"];
    let content = match &message["content"] {
        Value::String(text) => text.clone(),
        // Some servers answer in parts.
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        _ => String::new(),
    };
    let text = if !content.trim().is_empty() {
        Ok(content)
    } else if message["refusal"].is_string() {
        Err("It declined to answer.".to_owned())
    } else if choice["finish_reason"] == "length" {
        Err("It ended before there was an answer; keep it short.".to_owned())
    } else {
        Err("It was empty.".to_owned())
    };
    Completion { text, usage }
}

#[cfg(test)]
mod tests {
    use super::{super::prompt, *};
    use crate::Depth;

    const DIALECT: Dialect = Dialect {
        json: JsonMode::Schema,
        schema_beside: false,
        newer_max_tokens: false,
        temperature: true,
        reasoning: true,
        system: true,
    };

    fn body(dialect: Dialect) -> Value {
        question(Some("data:image/jpeg;base64,AA==")).body(dialect)
    }

    fn question(picture: Option<&str>) -> Question<'_> {
        Question {
            model: "m",
            system: prompt::SYSTEM,
            text: prompt::question(Depth::Basic, None, None),
            picture,
            schema: prompt::schema(Depth::Basic),
            temperature: 0.1,
            max_tokens: 512,
            reasoning_effort: Some("none"),
        }
    }

    #[test]
    fn without_a_picture_the_question_is_a_text() {
        let body = question(None).body(DIALECT);
        assert!(body["messages"][1]["content"].is_string());
        assert!(!body.to_string().contains("image_url"));
    }

    #[test]
    fn the_picture_travels_as_a_data_address_beside_the_question() {
        let body = body(DIALECT);
        assert_eq!(body["messages"][0]["role"], "system");
        let content = &body["messages"][1]["content"];
        assert_eq!(
            content[1]["image_url"]["url"],
            "data:image/jpeg;base64,AA=="
        );
        assert_eq!(body["temperature"], json!(0.1));
        assert_eq!(body["max_tokens"], 512);
        assert_eq!(body["response_format"]["json_schema"]["strict"], true);
    }

    #[test]
    fn learning_leaves_out_one_thing_at_a_time_and_ends() {
        let mut dialect = DIALECT;
        assert!(dialect.learn(Complaint::Format));
        assert_eq!(body(dialect)["response_format"]["type"], "json_object");
        assert!(dialect.learn(Complaint::Format));
        assert!(body(dialect).get("response_format").is_none());
        assert!(!dialect.learn(Complaint::Format));
        for complaint in [
            Complaint::MaxTokens,
            Complaint::Temperature,
            Complaint::Reasoning,
            Complaint::System,
        ] {
            assert!(dialect.learn(complaint));
            assert!(!dialect.learn(complaint));
        }
        let body = body(dialect);
        assert_eq!(body["max_completion_tokens"], 512);
        for gone in ["max_tokens", "temperature", "reasoning_effort"] {
            assert!(body.get(gone).is_none(), "{gone}");
        }
        let said = &body["messages"][0]["content"][0]["text"];
        assert!(
            said.as_str()
                .is_some_and(|text| text.starts_with(prompt::SYSTEM))
        );
    }

    #[test]
    fn together_reads_the_schema_beside() {
        let body = body(Dialect {
            schema_beside: true,
            ..DIALECT
        });
        assert_eq!(body["response_format"]["schema"]["type"], "object");
    }

    #[test]
    fn completions_of_every_form_are_read() {
        let text = |message: Value, reason: &str| {
            completion(&json!({"choices": [{"message": message, "finish_reason": reason}]})).text
        };
        assert_eq!(
            text(json!({"content": "oak"}), "stop"),
            Ok("oak".to_owned())
        );
        let parts = json!({"content": [{"type": "text", "text": "o"}, {"text": "ak"}]});
        assert_eq!(text(parts, "stop"), Ok("oak".to_owned()));
        assert!(text(json!({"content": null, "refusal": "no"}), "stop").is_err());
        assert!(
            text(json!({"content": "", "reasoning": "hm"}), "length")
                .is_err_and(|problem| problem.contains("short"))
        );
        assert!(completion(&json!({"foo": 1})).text.is_err());
        assert!(completion(&json!([])).text.is_err());
        let usage = json!({"usage": {"prompt_tokens": 7, "completion_tokens": 3}});
        assert_eq!(
            completion(&usage).usage,
            Some(Usage {
                input: 7,
                output: 3
            })
        );
        assert_eq!(
            completion(&json!({"usage": {"prompt_tokens": -7}})).usage,
            None
        );
    }
}
