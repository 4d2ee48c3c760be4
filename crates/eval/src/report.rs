//! What an evaluation leaves behind: every question with its scores, so that means, intervals and comparisons can be
//! made from it later.

use std::{io::Read, path::Path};

use serde::{Deserialize, Serialize};

use crate::{Changes, Scores, Stranger, Task};

/// The form of the file. Another form has another name.
pub const FORMAT: &str = "veneer-eval-1";
/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// What was searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// Where it came from, for people.
    pub name: String,
    /// Materials.
    pub materials: u32,
    /// Pictures that were searched, after what was held back.
    pub pictures: u32,
    /// A fingerprint of what is known of the materials: reports of different libraries are not compared.
    pub digest: String,
}

/// One question and how every leg answered it, in the order of [`Report::legs`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The same question has the same name in every report.
    pub id: String,
    /// What kind.
    pub task: Task,
    /// Address of the material it comes from.
    pub subject: String,
    /// Its top category, as shown to people.
    pub category: String,
    /// What was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How the photo differs from the swatch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// Right answers in the library.
    pub right: u32,
    /// Relevant answers in the library, the right ones included.
    pub relevant: u32,
    /// Whether it was said that nothing is close, which is wrong of a question that has an answer.
    #[serde(default)]
    pub far: bool,
    /// By leg.
    pub scores: Vec<Scores>,
}

/// What was said of a picture that shows nothing the library has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrangerOutcome {
    /// What sort of picture was drawn; none for one of a folder that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Stranger>,
    /// Which: a number, or the name of a file.
    pub name: String,
    /// Whether it was said that nothing is close.
    pub far: bool,
}

/// What came through one filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilterOutcome {
    /// Share of the library that was aimed at.
    pub aimed: f64,
    /// The filter as an address has it.
    pub filter: String,
    /// Materials that pass, counted outside the database.
    pub exist: u32,
    /// Rows that could have come back: those, up to as many as pages were turned.
    pub expected: u32,
    /// Different rows that came back and pass.
    pub returned: u32,
    /// Rows that came back and do not pass, or came twice.
    pub wrong: u32,
    /// Place of the material that was photographed.
    pub first: Option<u32>,
}

/// How much of what comparing every row finds the quicker ways find too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexOutcome {
    /// Photos asked with every row compared, and again without.
    pub questions: u32,
    /// The quicker ways that answered, each of its own.
    #[serde(default)]
    pub ways: Vec<Way>,
}

/// One quicker way to what is nearest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// As timings call it: `sketch` or `index`.
    pub path: String,
    /// Photos it answered.
    pub answered: u32,
    /// Mean share of the exact first ten that it has among its first ten.
    pub recall_at_10: f64,
}

/// How long a stage took, in milliseconds. Not part of what two runs have to agree on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// What was done.
    pub name: String,
    /// How often it was measured.
    pub count: u32,
    /// Median.
    pub p50_ms: f64,
    /// 95 of 100 were faster.
    pub p95_ms: f64,
    /// 99 of 100 were faster.
    pub p99_ms: f64,
}

impl Stage {
    /// Takes the percentiles of times in milliseconds; `None` of nothing.
    #[must_use]
    pub fn of(name: &str, mut ms: Vec<f64>) -> Option<Self> {
        ms.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let index = (ms.len().saturating_sub(1) as f64 * share).round() as usize;
            ms.get(index).copied()
        };
        Some(Self {
            name: name.to_owned(),
            count: ms.len() as u32,
            p50_ms: at(0.50)?,
            p95_ms: at(0.95)?,
            p99_ms: at(0.99)?,
        })
    }
}

/// A whole evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: String,
    /// The seed of its questions.
    pub seed: u64,
    /// Questions of each kind that were wanted.
    pub each: u32,
    /// What was searched.
    pub library: Library,
    /// The model that looked.
    pub model: String,
    /// How the legs were weighed, as the address has it; empty for the defaults.
    pub view: String,
    /// What ranked: all legs together first, then each alone.
    pub legs: Vec<String>,
    /// Every question.
    pub outcomes: Vec<Outcome>,
    /// Pictures without an answer.
    #[serde(default)]
    pub strangers: Vec<StrangerOutcome>,
    /// Every filter.
    pub filters: Vec<FilterOutcome>,
    /// The index, where the database has one and was asked both ways.
    #[serde(default)]
    pub index: Option<IndexOutcome>,
    /// Which database searched.
    pub engine: String,
    /// The machine that the times are of.
    pub machine: String,
    /// Times by stage.
    pub stages: Vec<Stage>,
}

/// Why a report cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file does not open or does not write.
    #[error("{path} cannot be read or written: {reason}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Larger than any report.
    #[error("{path} is too large to be a report of an evaluation: more than {} MB", LARGEST >> 20)]
    TooLarge {
        /// Which.
        path: String,
    },
    /// Something else than a report.
    #[error("{path} is not a report of `veneer eval`: {reason}")]
    NotOne {
        /// Which.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// [`ReportError`] in a sentence.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let name = path.display().to_string();
        let file = |e: std::io::Error| ReportError::File {
            path: name.clone(),
            reason: e.to_string(),
        };
        let mut text = String::new();
        let opened = std::fs::File::open(path).map_err(file)?;
        let read = opened.take(LARGEST + 1).read_to_string(&mut text);
        match read {
            Ok(_) if text.len() as u64 > LARGEST => Err(ReportError::TooLarge { path: name }),
            Ok(_) => {
                Self::parse(&text).map_err(|reason| ReportError::NotOne { path: name, reason })
            }
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                Err(ReportError::NotOne {
                    path: name,
                    reason: "it is no text".to_owned(),
                })
            }
            Err(error) => Err(file(error)),
        }
    }

    /// Reads the text of a report; what is wrong with it in a few words.
    ///
    /// # Errors
    /// What is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            format: Option<String>,
        }
        let head: Head = serde_json::from_str(text).map_err(|e| format!("it is no JSON ({e})"))?;
        match head.format.as_deref() {
            Some(FORMAT) => {}
            Some(other) => {
                let other: String = other.chars().take(40).collect();
                return Err(format!("its format is “{other}”; {FORMAT} is what is read"));
            }
            None => return Err("it does not say what format it has".to_owned()),
        }
        let report: Self =
            serde_json::from_str(text).map_err(|e| format!("it is damaged ({e})"))?;
        let legs = report.legs.len();
        let whole = legs > 0
            && report.outcomes.iter().all(|o| {
                o.scores.len() == legs
                    && o.scores.iter().all(|s| {
                        s.first != Some(0)
                            && [s.precision, s.ndcg]
                                .iter()
                                .all(|v| (-1e-9..=1.0 + 1e-9).contains(v))
                    })
            });
        if whole {
            Ok(report)
        } else {
            Err("it is damaged (a score is missing or is none)".to_owned())
        }
    }

    /// Writes the report, with its summary for those who read it by other means.
    ///
    /// # Errors
    /// [`ReportError::File`].
    pub fn write(&self, path: &Path) -> Result<(), ReportError> {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            report: &'a Report,
            summary: crate::Summary,
        }
        let failed = |reason: String| ReportError::File {
            path: path.display().to_string(),
            reason,
        };
        let whole = Whole {
            report: self,
            summary: crate::Summary::of(self),
        };
        let text = serde_json::to_string_pretty(&whole).map_err(|e| failed(e.to_string()))?;
        std::fs::write(path, text + "\n").map_err(|e| failed(e.to_string()))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A report of photo questions whose right answers stand at the given places, in one leg.
    pub(crate) fn report(places: &[Option<u32>]) -> Report {
        let outcomes = places
            .iter()
            .enumerate()
            .map(|(i, first)| {
                let worth = first.map_or(0.0, |place| 1.0 / f64::from(place));
                Outcome {
                    id: format!("photo/{i}"),
                    task: Task::Crop,
                    subject: format!("piece-{i}"),
                    category: if i % 2 == 0 { "Wood" } else { "Stone" }.to_owned(),
                    text: None,
                    changes: Some(Changes::NONE),
                    right: 1,
                    relevant: 2,
                    far: false,
                    scores: vec![Scores {
                        first: *first,
                        precision: worth,
                        ndcg: worth,
                        told: true,
                    }],
                }
            })
            .collect();
        Report {
            format: FORMAT.to_owned(),
            seed: 1,
            each: places.len() as u32,
            library: Library {
                name: "a library".to_owned(),
                materials: 100,
                pictures: 150,
                digest: "d1".to_owned(),
            },
            model: "veneer-look-1".to_owned(),
            view: String::new(),
            legs: vec!["all legs".to_owned()],
            outcomes,
            strangers: Vec::new(),
            filters: Vec::new(),
            index: None,
            engine: "an engine".to_owned(),
            machine: "a machine".to_owned(),
            stages: Vec::new(),
        }
    }

    #[test]
    fn a_report_reads_back() {
        let folder = std::env::temp_dir().join(format!("veneer-eval-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("report.json");
        let report = report(&[Some(1), None, Some(7)]);
        report.write(&file).expect("writes");
        let again = Report::read(&file).expect("reads");
        std::fs::remove_dir_all(&folder).expect("cleans up");
        assert_eq!(again, report);
        assert!(matches!(Report::read(&file), Err(ReportError::File { .. })));
    }

    #[test]
    fn bad_files_are_refused_in_words() {
        let good = serde_json::to_string(&report(&[Some(1)])).expect("writes");
        for (text, part) in [
            ("".to_owned(), "no JSON"),
            ("[1, 2]".to_owned(), "no JSON"),
            ("{}".to_owned(), "what format"),
            ("{\"format\":\"other-9\"}".to_owned(), "other-9"),
            (format!("{{\"format\":\"{FORMAT}\"}}"), "damaged"),
            (good.replace("\"first\":1", "\"first\":0"), "damaged"),
            (good.replace("\"ndcg\":1.0", "\"ndcg\":7.5"), "damaged"),
            (
                good.replace("[\"all legs\"]", "[\"all legs\",\"look\"]"),
                "damaged",
            ),
            (good[..good.len() / 2].to_owned(), "no JSON"),
        ] {
            let told = Report::parse(&text).expect_err("is refused");
            assert!(told.contains(part), "{told}");
        }
        assert!(Report::parse(&good).is_ok());
    }

    #[test]
    fn percentiles_by_hand() {
        let stage = Stage::of("x", (1..=101).map(f64::from).rev().collect()).expect("has times");
        assert_eq!(
            (stage.p50_ms, stage.p95_ms, stage.p99_ms),
            (51.0, 96.0, 100.0)
        );
        assert!(Stage::of("x", Vec::new()).is_none());
    }
}
