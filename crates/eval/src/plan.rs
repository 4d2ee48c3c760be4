//! Which questions are asked of a library, and what of it is held back so that their answers are honest.

use std::collections::HashSet;

use material::{BasicColour, Category, NewMaterial, Properties, SearchText};

use crate::{
    Changes, Dice,
    truth::{self, Asked, Wish},
};

/// A material of the library that is evaluated.
#[derive(Debug, Clone)]
pub struct Specimen {
    /// All that is known of it.
    pub material: NewMaterial,
    /// Width and height of its pictures, in pixels.
    pub pictures: Vec<(u32, u32)>,
}

/// A fingerprint of a library: what questions and answers are made from. Colours are left out, they are measured and may
/// differ in the last digit from machine to machine.
#[must_use]
pub fn digest(specimens: &[Specimen]) -> String {
    let mut hasher = blake3::Hasher::new();
    for specimen in specimens {
        let material = &specimen.material;
        let properties = Properties {
            colours: Vec::new(),
            ..material.properties.clone()
        };
        // The words end with a byte that is in none of them.
        hasher.update(material.slug.as_str().as_bytes());
        hasher.update(&[0xff]);
        hasher.update(format!("{properties:?} {:?}", specimen.pictures).as_bytes());
        hasher.update(&[0xff]);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// What of a material's pictures the searched library gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of them; nothing is photographed.
    Whole,
    /// The first half of each; photos are taken of the second half of one.
    Halves {
        /// Which picture is photographed.
        of: usize,
    },
    /// All but one; photos are taken of that one.
    OtherViews {
        /// Which picture is left out.
        without: usize,
    },
}

/// What kind of question is asked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// A photo of a place beside the one the library knows.
    Crop,
    /// A photo of a view that the library does not have.
    View,
    /// Words made from properties.
    Words,
    /// A photo, and words for another kind.
    Both,
}

impl Task {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Crop, Self::View, Self::Words, Self::Both];

    /// As reports call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Crop => "photo, other part",
            Self::View => "photo, other view",
            Self::Words => "words",
            Self::Both => "photo and words",
        }
    }

    /// Whether a photo is part of the question.
    #[must_use]
    pub fn is_seen(self) -> bool {
        self != Self::Words
    }
}

/// A question with a known answer.
#[derive(Debug, Clone)]
pub struct Question {
    /// The same question has the same name in every run.
    pub id: String,
    /// What kind.
    pub task: Task,
    /// Index of the material it comes from.
    pub subject: usize,
    /// What is typed.
    pub text: Option<SearchText>,
    /// What is right.
    pub asked: Asked,
    /// How the photo differs from the swatch.
    pub changes: Option<Changes>,
}

impl Question {
    /// Chance for taking its photo.
    #[must_use]
    pub fn dice(&self, seed: u64) -> Dice {
        Dice::about(seed, &format!("place {}", self.id))
    }

    /// The grade of a material, 0 to 3.
    #[must_use]
    pub fn grade(&self, specimens: &[Specimen], found: usize) -> u8 {
        let properties = |i: usize| specimens.get(i).map(|s| &s.material.properties);
        match (properties(self.subject), properties(found)) {
            (Some(subject), Some(other)) => {
                truth::grade(&self.asked, subject, other, self.subject == found)
            }
            _ => 0,
        }
    }
}

/// Why a library cannot be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Too few materials to tell good from bad.
    #[error("This library has {0} materials; at least {LEAST} are needed to ask anything.")]
    TooSmall(usize),
}

/// The fewest materials that are evaluated.
const LEAST: usize = 5;
/// The least side of a picture that is cut into halves, in pixels.
const LEAST_SIDE: u32 = 32;
/// The least long side.
const LEAST_LONG_SIDE: u32 = 80;

/// Questions about a library, and what it has to hold back.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is kept of each material.
    pub parts: Vec<Part>,
    /// What is asked, by kind.
    pub questions: Vec<Question>,
}

impl Plan {
    /// Draws up to `each` questions of each kind. The same materials and seed give the same plan.
    ///
    /// # Errors
    /// [`PlanError::TooSmall`].
    pub fn draw(specimens: &[Specimen], seed: u64, each: usize) -> Result<Self, PlanError> {
        if specimens.len() < LEAST {
            return Err(PlanError::TooSmall(specimens.len()));
        }
        let parts = parts(specimens, seed);
        let mut questions = Vec::new();
        for task in Task::ALL {
            let mut dice = Dice::about(seed, &format!("order {}", task.label()));
            let mut order: Vec<usize> = (0..specimens.len()).collect();
            dice.shuffle(&mut order);
            let mut typed = HashSet::new();
            let mut drawn = Vec::new();
            for subject in order {
                if drawn.len() >= each {
                    break;
                }
                drawn.extend(question(task, subject, specimens, &parts, seed, &mut typed));
            }
            // In the order of the library: which come first is no matter, and reports read better.
            drawn.sort_by(|a: &Question, b| a.id.cmp(&b.id));
            questions.extend(drawn);
        }
        Ok(Self { parts, questions })
    }
}

/// Materials with several views are asked about in both ways, half each.
fn parts(specimens: &[Specimen], seed: u64) -> Vec<Part> {
    let mut dice = Dice::about(seed, "parts");
    let mut order: Vec<usize> = (0..specimens.len()).collect();
    dice.shuffle(&mut order);
    let mut out = vec![Part::Whole; specimens.len()];
    let mut other_views = false;
    for index in order {
        let pictures = &specimens[index].pictures;
        let picture = dice.below(pictures.len());
        let large = |(w, h): &(u32, u32)| *w.min(h) >= LEAST_SIDE && *w.max(h) >= LEAST_LONG_SIDE;
        if pictures.len() > 1 {
            other_views = !other_views;
        }
        out[index] = if pictures.len() > 1 && other_views {
            Part::OtherViews { without: picture }
        } else if !pictures.is_empty() && pictures.iter().all(large) {
            Part::Halves { of: picture }
        } else {
            Part::Whole
        };
    }
    out
}

fn question(
    task: Task,
    subject: usize,
    specimens: &[Specimen],
    parts: &[Part],
    seed: u64,
    typed: &mut HashSet<String>,
) -> Option<Question> {
    let material = &specimens[subject].material;
    let part = parts[subject];
    let id = format!("{}/{}", task.label(), material.slug);
    let mut dice = Dice::about(seed, &id);
    let (asked, words) = match task {
        Task::Crop if matches!(part, Part::Halves { .. }) => (Asked::Same, None),
        Task::View if matches!(part, Part::OtherViews { .. }) => (Asked::Same, None),
        Task::Crop | Task::View => return None,
        Task::Words => {
            let wish = wish(&material.properties, &mut dice)?;
            let words = wish.words();
            if !typed.insert(words.clone()) {
                return None;
            }
            (Asked::Properties(wish), Some(words))
        }
        Task::Both if part == Part::Whole => return None,
        Task::Both => {
            let kind = another_kind(subject, specimens, &mut dice)?;
            let words = format!("but in {}", kind.label().to_lowercase());
            (Asked::InKind(kind), Some(words))
        }
    };
    let text = match words {
        Some(words) => Some(SearchText::parse(&words).ok()?),
        None => None,
    };
    let changes = task.is_seen().then(|| Changes::draw(&mut dice));
    Some(Question {
        id,
        task,
        subject,
        text,
        asked,
        changes,
    })
}

/// Some of what is known of a material, as somebody who looks for it would say it.
fn wish(properties: &Properties, dice: &mut Dice) -> Option<Wish> {
    let kind = properties.category?;
    let finish = properties.finish.filter(|_| dice.chance(0.7));
    let colour: Option<BasicColour> = truth::main_colour(properties).filter(|_| dice.chance(0.7));
    let pattern = properties
        .pattern
        .filter(|p| *p != material::Pattern::Plain && dice.chance(0.5));
    let wish = Wish {
        kind,
        finish,
        colour,
        pattern,
    };
    (wish.extras() > 0).then_some(wish)
}

/// Another kind of which there is something in the colour of a material.
fn another_kind(subject: usize, specimens: &[Specimen], dice: &mut Dice) -> Option<Category> {
    let own = &specimens[subject].material.properties;
    let top = own.category?.top();
    let mut kinds: Vec<Category> = specimens
        .iter()
        .filter_map(|s| {
            let found = &s.material.properties;
            let kind = found.category.filter(|k| k.top() != top)?;
            (truth::grade(&Asked::InKind(kind), own, found, false) == 3).then_some(kind)
        })
        .collect();
    kinds.sort();
    kinds.dedup();
    (!kinds.is_empty()).then(|| kinds[dice.below(kinds.len())])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use material::{Colour, Description, Finish, Name, Slug};

    /// A library of boards and tiles in many colours.
    pub(crate) fn library(count: usize) -> Vec<Specimen> {
        let kinds = ["oak", "ash", "marble", "limestone", "velvet", "brass"];
        let finishes = [Some(Finish::Matt), Some(Finish::Polished), None];
        (0..count)
            .map(|i| {
                let tone = 20.0 + (i * 37 % 70) as f32;
                let properties = Properties {
                    category: Category::parse(kinds[i % kinds.len()]).ok(),
                    finish: finishes[i % finishes.len()],
                    colours: vec![Colour::from([tone, (i % 5) as f32 * 8.0, 12.0, 1.0])],
                    ..Properties::default()
                };
                let name = format!("Piece {i}");
                Specimen {
                    material: NewMaterial {
                        key: Name::parse(&name).expect("a name"),
                        slug: Slug::parse(&format!("piece-{i}")).expect("a slug"),
                        name: Name::parse(&name).expect("a name"),
                        maker: Name::parse(if i % 2 == 0 { "North" } else { "South" }).ok(),
                        description: Description::parse("").expect("a description"),
                        properties,
                    },
                    pictures: vec![(200, 200); 1 + i % 2],
                }
            })
            .collect()
    }

    #[test]
    fn the_same_seed_draws_the_same_questions() {
        let specimens = library(60);
        let told = |seed| {
            Plan::draw(&specimens, seed, 20)
                .expect("large enough")
                .questions
                .iter()
                .map(|q| format!("{} {:?} {:?}", q.id, q.text, q.changes))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(1), told(1));
        assert_ne!(told(1), told(2));
    }

    #[test]
    fn another_library_has_another_fingerprint() {
        let one = library(9);
        let mut other = library(9);
        assert_eq!(digest(&one), digest(&other));
        other[3].material.properties.finish = Some(Finish::Mirror);
        assert_ne!(digest(&one), digest(&other));
        assert_ne!(digest(&one), digest(&one[..8]));
    }

    #[test]
    fn every_kind_is_asked_and_every_question_has_an_answer() {
        let specimens = library(60);
        let plan = Plan::draw(&specimens, 1, 12).expect("large enough");
        for task in Task::ALL {
            let asked: Vec<_> = plan.questions.iter().filter(|q| q.task == task).collect();
            assert!((5..=12).contains(&asked.len()), "{task:?} {}", asked.len());
            for question in asked {
                let right = (0..60).any(|i| question.grade(&specimens, i) == 3);
                assert!(right, "{}", question.id);
                assert_eq!(question.changes.is_some(), task.is_seen());
                assert_eq!(
                    question.text.is_some(),
                    matches!(task, Task::Words | Task::Both)
                );
            }
        }
    }

    #[test]
    fn photos_come_from_what_is_held_back() {
        let specimens = library(60);
        let plan = Plan::draw(&specimens, 1, 100).expect("large enough");
        for question in &plan.questions {
            match (question.task, plan.parts[question.subject]) {
                (Task::Crop, Part::Halves { .. }) | (Task::Words, _) => {}
                (Task::View, Part::OtherViews { without }) => {
                    assert!(specimens[question.subject].pictures.len() > 1 && without < 2);
                }
                (Task::Both, part) => assert_ne!(part, Part::Whole),
                (task, part) => panic!("{task:?} of {part:?}"),
            }
        }
    }

    #[test]
    fn small_pictures_and_bare_materials_are_left_whole() {
        let mut specimens = library(6);
        specimens[0].pictures = vec![(40, 40)];
        specimens[2].pictures = Vec::new();
        specimens[4].material.properties = Properties::default();
        let plan = Plan::draw(&specimens, 1, 100).expect("large enough");
        assert_eq!(plan.parts[0], Part::Whole);
        assert_eq!(plan.parts[2], Part::Whole);
        let about = |i: usize, task| {
            plan.questions
                .iter()
                .any(|q| q.subject == i && q.task == task)
        };
        assert!(!about(0, Task::Crop) && !about(4, Task::Words) && about(4, Task::Crop));
        assert!(matches!(
            Plan::draw(&specimens[..3], 1, 9),
            Err(PlanError::TooSmall(3))
        ));
    }
}
