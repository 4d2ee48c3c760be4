//! From ranked lists to measures.

use std::collections::HashMap;

use crate::{Outcome, Question, Scores, Specimen};

/// What a leg answered to a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Addresses of materials, best first.
    pub slugs: Vec<String>,
    /// Whether the leg had anything to judge by.
    pub told: bool,
    /// Whether it was said that nothing is close.
    pub far: bool,
}

/// Holds the answers of every leg against what was right. Materials nobody knows of are wrong.
#[must_use]
pub fn judge(question: &Question, specimens: &[Specimen], legs: &[Answered]) -> Outcome {
    let mut all = [0u32; 4];
    let mut grades: HashMap<&str, u8> = HashMap::with_capacity(specimens.len());
    for (index, specimen) in specimens.iter().enumerate() {
        let grade = question.grade(specimens, index);
        all[usize::from(grade.min(3))] += 1;
        grades.insert(specimen.material.slug.as_str(), grade);
    }
    let scores = legs
        .iter()
        .map(|leg| {
            let list: Vec<u8> = leg
                .slugs
                .iter()
                .map(|slug| grades.get(slug.as_str()).copied().unwrap_or(0))
                .collect();
            Scores::of(&list, all, leg.told)
        })
        .collect();
    let subject = specimens.get(question.subject);
    Outcome {
        id: question.id.clone(),
        task: question.task,
        subject: subject.map_or_else(String::new, |s| s.material.slug.to_string()),
        category: subject
            .and_then(|s| s.material.properties.category)
            .map_or_else(|| "not known".to_owned(), |c| c.top().label().to_owned()),
        text: question.text.as_ref().map(|t| t.as_str().to_owned()),
        changes: question.changes,
        right: all[3],
        relevant: all[2] + all[3],
        far: legs.first().is_some_and(|together| together.far),
        scores,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Plan, Task, plan::tests::library};

    #[test]
    fn answers_are_held_against_the_truth() {
        let specimens = library(30);
        let plan = Plan::draw(&specimens, 1, 5).expect("large enough");
        let question = plan
            .questions
            .iter()
            .find(|q| q.task == Task::Crop)
            .expect("asked");
        let own = specimens[question.subject].material.slug.to_string();
        let answered = |slugs: &[&str]| Answered {
            slugs: slugs.iter().map(|s| (*s).to_owned()).collect(),
            told: true,
            far: false,
        };
        let legs = [
            answered(&[&own]),
            answered(&["nobody", &own]),
            Answered::default(),
        ];
        let outcome = judge(question, &specimens, &legs);
        let places: Vec<_> = outcome.scores.iter().map(|s| s.first).collect();
        assert_eq!(places, [Some(1), Some(2), None]);
        assert_eq!(outcome.right, 1);
        assert!(outcome.relevant > 1);
        assert!(!outcome.scores[2].told);
    }
}
