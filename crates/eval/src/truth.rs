//! What is right: grades that follow from what the library itself says of its materials, so that nobody's taste is in them.

use material::{BasicColour, Category, Finish, Lab, Pattern, Properties, delta_e};
use serde::{Deserialize, Serialize};

/// How far apart (CIEDE2000) the mean colours of two materials may be to count as near: plainly different side by side, the
/// same when named from memory.
pub const NEAR_COLOUR: f32 = 12.0;
/// The least share of a surface for which a colour counts as one of its colours.
const COLOUR_SHARE: f32 = 0.3;

/// What words ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The kind.
    pub kind: Category,
    /// A finish.
    pub finish: Option<Finish>,
    /// A colour by its basic name.
    pub colour: Option<BasicColour>,
    /// A pattern.
    pub pattern: Option<Pattern>,
}

impl Wish {
    /// As a person types it: “matt beige limestone”.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.finish.map(|f| f.to_string()));
        words.extend(self.colour.map(|c| c.to_string()));
        words.extend(self.pattern.map(|p| p.to_string()));
        words.push(self.kind.label().to_lowercase());
        words.join(" ")
    }

    /// How many things beside the kind are asked.
    #[must_use]
    pub fn extras(&self) -> usize {
        usize::from(self.finish.is_some())
            + usize::from(self.colour.is_some())
            + usize::from(self.pattern.is_some())
    }
}

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asked {
    /// This very material.
    Same,
    /// Anything of these properties.
    Properties(Wish),
    /// Something that looks like the photo, of another kind.
    InKind(Category),
}

/// The grade of a material, 0 to 3. `subject` is the material the question comes from, `same` whether it is the very one.
#[must_use]
pub fn grade(asked: &Asked, subject: &Properties, found: &Properties, same: bool) -> u8 {
    match asked {
        Asked::Same if same => 3,
        Asked::Same => kinship(subject, found),
        Asked::Properties(wish) => fulfils(wish, found),
        Asked::InKind(kind) => in_kind(*kind, subject, found),
    }
}

/// 2 for the same kind without a finish that is known to differ, 1 for the same top category in a near colour.
fn kinship(one: &Properties, other: &Properties) -> u8 {
    let (Some(a), Some(b)) = (one.category, other.category) else {
        return 0;
    };
    let differs = matches!((one.finish, other.finish), (Some(x), Some(y)) if x != y);
    if a == b && !differs {
        2
    } else {
        u8::from(a.top() == b.top() && near_in_colour(one, other))
    }
}

/// 3 when all that was asked holds, 2 for the kind and something more, 1 for the kind alone, or all but the kind within
/// its top category.
fn fulfils(wish: &Wish, found: &Properties) -> u8 {
    let extras = usize::from(wish.finish.is_some() && wish.finish == found.finish)
        + usize::from(wish.pattern.is_some() && wish.pattern == found.pattern)
        + usize::from(wish.colour.is_some_and(|c| has_colour(found, c)));
    let all = extras == wish.extras();
    match found.category {
        Some(kind) if is_a(kind, wish.kind) => match extras {
            _ if all => 3,
            0 => 1,
            _ => 2,
        },
        Some(kind) => u8::from(all && extras > 0 && kind.top() == wish.kind.top()),
        None => 0,
    }
}

/// 3 for the kind in a near colour, 2 for the kind in the same pattern, 1 for the kind, or its top category in a near colour.
fn in_kind(kind: Category, subject: &Properties, found: &Properties) -> u8 {
    let Some(is) = found.category else { return 0 };
    let near = near_in_colour(subject, found);
    if is_a(is, kind) {
        let alike = subject.pattern.is_some() && subject.pattern == found.pattern;
        match (near, alike) {
            (true, _) => 3,
            (false, true) => 2,
            (false, false) => 1,
        }
    } else {
        u8::from(near && is.top() == kind.top())
    }
}

/// Whether a kind is another one or stands below it.
pub(crate) fn is_a(kind: Category, other: Category) -> bool {
    kind == other || kind.parent() == Some(other)
}

fn near_in_colour(one: &Properties, other: &Properties) -> bool {
    match (mean_colour(one), mean_colour(other)) {
        (Some(a), Some(b)) => delta_e(a, b) <= NEAR_COLOUR,
        _ => false,
    }
}

/// The mean of all colours by share; none when no colour is known.
fn mean_colour(properties: &Properties) -> Option<Lab> {
    let total: f32 = properties.colours.iter().map(|c| c.share).sum();
    if total <= 0.0 {
        return properties.colours.first().map(|c| c.lab);
    }
    let mean = |of: fn(&Lab) -> f32| {
        properties
            .colours
            .iter()
            .map(|c| of(&c.lab) * c.share)
            .sum::<f32>()
            / total
    };
    Some(Lab::new(mean(|l| l.l), mean(|l| l.a), mean(|l| l.b)))
}

/// Whether a colour covers a good part of the surface.
fn has_colour(properties: &Properties, colour: BasicColour) -> bool {
    let covered: f32 = properties
        .colours
        .iter()
        .filter(|c| BasicColour::of(c.lab) == colour)
        .map(|c| c.share)
        .sum();
    covered >= COLOUR_SHARE
}

/// The basic colour that covers most of a surface.
#[must_use]
pub(crate) fn main_colour(properties: &Properties) -> Option<BasicColour> {
    let colour = |c: &material::Colour| BasicColour::of(c.lab);
    let most = properties
        .colours
        .iter()
        .max_by(|a, b| a.share.total_cmp(&b.share))?;
    has_colour(properties, colour(most)).then(|| colour(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{Colour, Word};

    fn properties(kind: &str, finish: Option<Finish>, lab: [f32; 3]) -> Properties {
        Properties {
            category: Some(Category::parse(kind).expect("a kind")),
            finish,
            colours: vec![Colour::from([lab[0], lab[1], lab[2], 1.0])],
            ..Properties::default()
        }
    }

    const BEIGE: [f32; 3] = [78.0, 3.0, 16.0];
    const BLACK: [f32; 3] = [10.0, 0.0, 0.0];

    #[test]
    fn relatives_of_a_photo_are_graded() {
        let oak = properties("oak", Some(Finish::Oiled), BEIGE);
        let grade = |other: &Properties, same| grade(&Asked::Same, &oak, other, same);
        assert_eq!(grade(&oak, true), 3);
        assert_eq!(grade(&oak, false), 2);
        assert_eq!(grade(&properties("oak", None, BLACK), false), 2);
        assert_eq!(
            grade(&properties("oak", Some(Finish::Matt), BEIGE), false),
            1
        );
        assert_eq!(
            grade(&properties("oak", Some(Finish::Matt), BLACK), false),
            0
        );
        assert_eq!(
            grade(&properties("ash", Some(Finish::Oiled), BEIGE), false),
            1
        );
        assert_eq!(
            grade(&properties("slate", Some(Finish::Oiled), BEIGE), false),
            0
        );
        assert_eq!(grade(&Properties::default(), false), 0);
    }

    #[test]
    fn wishes_are_graded() {
        let wish = Wish {
            kind: Category::parse("limestone").expect("a kind"),
            finish: Some(Finish::Matt),
            colour: Some(BasicColour::of(Lab::new(BEIGE[0], BEIGE[1], BEIGE[2]))),
            pattern: None,
        };
        assert!(wish.words().ends_with("limestone") && wish.words().starts_with("matt"));
        let grade = |found: &Properties| fulfils(&wish, found);
        assert_eq!(
            grade(&properties("limestone", Some(Finish::Matt), BEIGE)),
            3
        );
        assert_eq!(
            grade(&properties("limestone", Some(Finish::Matt), BLACK)),
            2
        );
        assert_eq!(grade(&properties("limestone", None, BLACK)), 1);
        assert_eq!(grade(&properties("marble", Some(Finish::Matt), BEIGE)), 1);
        assert_eq!(grade(&properties("marble", Some(Finish::Matt), BLACK)), 0);
        assert_eq!(grade(&properties("oak", Some(Finish::Matt), BEIGE)), 0);
        assert_eq!(grade(&Properties::default()), 0);
    }

    #[test]
    fn a_child_is_of_its_parents_kind() {
        let wood = Category::parse("wood").expect("a kind");
        let oak = Category::parse("oak").expect("a kind");
        assert!(is_a(oak, wood) && is_a(oak, oak) && !is_a(wood, oak));
    }

    #[test]
    fn this_but_in_another_kind_is_graded() {
        let stone = Properties {
            pattern: Pattern::all().first().copied(),
            ..properties("slate", None, BEIGE)
        };
        let oak = Category::parse("oak").expect("a kind");
        let grade = |found: &Properties| grade(&Asked::InKind(oak), &stone, found, false);
        assert_eq!(grade(&properties("oak", None, BEIGE)), 3);
        assert_eq!(
            grade(&Properties {
                pattern: stone.pattern,
                ..properties("oak", None, BLACK)
            }),
            2
        );
        assert_eq!(grade(&properties("oak", None, BLACK)), 1);
        assert_eq!(grade(&properties("ash", None, BEIGE)), 1);
        assert_eq!(grade(&properties("ash", None, BLACK)), 0);
        assert_eq!(grade(&stone), 0);
    }

    #[test]
    fn the_main_colour_covers_the_most() {
        let mut found = properties("oak", None, BEIGE);
        found.colours = vec![
            Colour::from([10.0, 0.0, 0.0, 0.6]),
            Colour::from([78.0, 3.0, 16.0, 0.4]),
        ];
        assert_eq!(main_colour(&found), Some(BasicColour::Black));
        assert_eq!(main_colour(&Properties::default()), None);
    }
}
