//! The questions that were answered worst, as pictures for the page.

use catalog::ImageSize;
use eval::{Changes, Outcome, Picture, Plan, Task, Worst};
use material::SwatchId;
use photo::Limits;
use search::Veneer;

use super::{
    ask::Asked,
    hold::{Found, Photos},
};

/// Questions of a kind that are shown.
const SHOWN: usize = 5;
/// Longest side of a picture, in pixels.
const SIDE: u32 = 112;

/// The worst of every kind.
pub async fn worst(
    source: &Veneer,
    searched: &Veneer,
    found: &[Found],
    plan: &Plan,
    photos: &Photos,
    asked: &Asked,
) -> anyhow::Result<Vec<Worst>> {
    let mut out = Vec::new();
    for task in Task::ALL {
        let mut numbers: Vec<usize> = (0..plan.questions.len())
            .filter(|n| {
                plan.questions[*n].task == task && place(&asked.outcomes[*n]).is_none_or(|p| p > 1)
            })
            .collect();
        // Nowhere before late before soon; the gain decides between equals.
        numbers.sort_by(|a, b| {
            let key = |n: &usize| {
                let outcome = &asked.outcomes[*n];
                (
                    place(outcome).unwrap_or(u32::MAX),
                    outcome.scores.first().map_or(0.0, |s| s.ndcg),
                )
            };
            let (a, b) = (key(a), key(b));
            b.0.cmp(&a.0).then(a.1.total_cmp(&b.1))
        });
        for number in numbers.into_iter().take(SHOWN) {
            let question = &plan.questions[number];
            let outcome = &asked.outcomes[number];
            let photo = match photos.get(&number) {
                Some(bytes) => Some(Picture {
                    data: small(bytes)?,
                    caption: "asked".to_owned(),
                }),
                None => None,
            };
            let subject = found.get(question.subject);
            let right = match subject {
                Some(one) if question.text.is_none() => {
                    let swatch = one.pictures.first().map(|p| p.id.clone());
                    let name = one.specimen.material.name.to_string();
                    Some(picture(source, swatch, name).await?)
                }
                _ => None,
            };
            let mut came = Vec::new();
            for (swatch, name) in &asked.shown[number] {
                came.push(picture(searched, swatch.clone(), name.clone()).await?);
            }
            let name = subject.map_or_else(String::new, |s| s.specimen.material.name.to_string());
            out.push(Worst {
                question: sentence(outcome, &name),
                photo,
                right,
                came,
            });
        }
    }
    Ok(out)
}

fn place(outcome: &Outcome) -> Option<u32> {
    outcome.scores.first()?.first
}

/// “Photo, other part, of Carrara honed (light, turn): right at place 31.”
fn sentence(outcome: &Outcome, name: &str) -> String {
    let what = match &outcome.text {
        Some(text) if outcome.task == Task::Words => format!("“{text}”"),
        Some(text) => format!("photo of {name}, “{text}”"),
        None => format!("{}, of {name}", outcome.task.label()),
    };
    let made: Vec<&str> = outcome.changes.map_or_else(Vec::new, |changes| {
        let names = Changes::NAMES.iter().zip(changes.made());
        names.filter(|(_, made)| *made).map(|(n, _)| *n).collect()
    });
    let changed = if made.is_empty() {
        String::new()
    } else {
        format!(" (changed: {})", made.join(", "))
    };
    match place(outcome) {
        Some(place) => format!("{what}{changed}: right at place {place}"),
        None => format!("{what}{changed}: nothing right among the first 48"),
    }
}

async fn picture(
    library: &Veneer,
    swatch: Option<SwatchId>,
    caption: String,
) -> anyhow::Result<Picture> {
    let data = match swatch {
        Some(id) => small(&library.picture(&id, ImageSize::Small).await?)?,
        None => String::new(),
    };
    Ok(Picture { data, caption })
}

fn small(bytes: &[u8]) -> anyhow::Result<String> {
    let pixels = photo::decode(bytes, &Limits::default())?;
    Ok(eval::thumbnail(&pixels, SIDE)?)
}
