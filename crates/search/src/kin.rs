//! Which candidates are the same to the eye: the same file, the same picture saved again, or the look of
//! another maker's product. They stand under each other and not beside each other.

use std::{collections::HashMap, hash::Hash};

use catalog::Scored;
use foldhash::fast::RandomState;
use material::{Colour, LookFacts, SwatchId};
use rank::Kin;

use crate::colours;

/// In how many of 64 bits the perceptual hashes of one picture, saved twice, may differ.
const SAVED_AGAIN: u32 = 8;
/// The share of signs of their embeddings in which they may. Other pictures whose hashes agree differ in 0.13 and more
/// (but for plain ones, which their colours tell apart).
const SAVED_LOOK: f32 = 0.12;
/// The palettes of one picture, saved twice, lie no further apart (ΔE2000). Plain pictures have one hash and one look,
/// so all that tells them apart is their colour; of lively ones a palette is drawn a little differently each time.
const SAVED_COLOURS: f32 = 2.5;
const SAVED_COLOURS_LIVELY: f32 = 4.0;
/// From this contrast (standard deviation of L) on a picture is lively.
const LIVELY: f32 = 3.0;
/// What was measured in one picture, saved twice, differs at most by these factors: fine patterns leave the
/// perceptual hash next to nothing to go by.
const SAVED_CONTRAST: f32 = 1.2;
const SAVED_SIZE: f32 = 1.08;
/// The share of signs of their embeddings in which two pictures may differ and still show what looks the
/// same. Two finishes of one granite, which are not, come as near as 0.10.
const SAME_LOOK: f32 = 0.08;
/// And how far their palettes may lie apart (ΔE2000).
const SAME_COLOURS: f32 = 4.0;

/// What a candidate is told apart by.
struct Trait<'a> {
    file: &'a SwatchId,
    phash: u64,
    /// Words of 64; every pair is compared.
    signs: Vec<u64>,
    palette: &'a [Colour],
    /// Kinds and makers as numbers, for the same reason.
    kind: Option<u32>,
    maker: Option<u32>,
    facts: Option<&'a LookFacts>,
}

impl<'a> Trait<'a> {
    fn of(row: &'a Scored, kind: Option<u32>, maker: Option<u32>) -> Option<Self> {
        let first = row.swatch()?;
        let word = |eight: &[u8]| {
            let mut word = [0; 8];
            word[..eight.len()].copy_from_slice(eight);
            u64::from_le_bytes(word)
        };
        Some(Self {
            file: &first.swatch.id,
            phash: first.phash,
            signs: row.signs.chunks(8).map(word).collect(),
            palette: &first.palette,
            kind,
            maker,
            facts: first.facts.as_ref(),
        })
    }

    fn is_same_picture(&self, other: &Self) -> bool {
        (self.phash ^ other.phash).count_ones() <= SAVED_AGAIN
            && self.signs_agree(other, SAVED_LOOK).unwrap_or(true)
            && self.measures_as(other)
            && self.is_near_in_colour(other, self.saved_colours(other))
    }

    /// How far apart the palettes of one picture may lie.
    fn saved_colours(&self, other: &Self) -> f32 {
        let is_lively = |one: &Self| one.facts.is_some_and(|facts| facts.contrast >= LIVELY);
        if is_lively(self) && is_lively(other) {
            SAVED_COLOURS_LIVELY
        } else {
            SAVED_COLOURS
        }
    }

    /// Whether contrast and size are those of one picture; what was not measured does not speak against it.
    fn measures_as(&self, other: &Self) -> bool {
        let Some((a, b)) = self.facts.zip(other.facts) else {
            return true;
        };
        let within = |a: f32, b: f32, factor: f32| a <= b * factor && b <= a * factor;
        let same_size = match (a.period, b.period) {
            (Some(a), Some(b)) => within(a, b, SAVED_SIZE),
            (None, None) => true,
            // Next to the least regularity that is named, one may be named and the other not.
            _ => (a.regularity - b.regularity).abs() < 0.1,
        };
        // A unit of L more or less is what saving does to a plain picture.
        same_size && within(a.contrast + 1.0, b.contrast + 1.0, SAVED_CONTRAST)
    }

    /// Alike, of one kind, and by another maker: one maker's two are two because he says so.
    fn is_same_look(&self, other: &Self) -> bool {
        self.maker != other.maker
            && self.kind == other.kind
            && self.kind.is_some()
            && self.maker.is_some()
            && other.maker.is_some()
            && self.signs_agree(other, SAME_LOOK) == Some(true)
            && self.is_near_in_colour(other, SAME_COLOURS)
    }

    fn is_near_in_colour(&self, other: &Self, limit: f32) -> bool {
        colours::distance(self.palette, other.palette).is_some_and(|d| d <= limit)
    }

    /// Whether the embeddings differ in no larger share of their signs; `None` where one has none.
    fn signs_agree(&self, other: &Self, share: f32) -> Option<bool> {
        if self.signs.is_empty() || self.signs.len() != other.signs.len() {
            return None;
        }
        let most = (share * (self.signs.len() * 64) as f32) as u32;
        let mut differ = 0;
        // Every pair is compared, and most differ enough after a word or two.
        for (a, b) in self.signs.iter().zip(&other.signs) {
            differ += (a ^ b).count_ones();
            if differ > most {
                return Some(false);
            }
        }
        Some(true)
    }
}

/// What every row is the same as. Each group gathers around its first row, so that nothing is the same as
/// something by way of a third; the rows have to come in one order for one set.
pub(crate) fn kin(rows: &[&Scored]) -> Vec<Kin> {
    let kinds = numbered(rows.iter().map(|row| row.material().properties.category));
    let traits: Vec<Option<Trait<'_>>> = rows
        .iter()
        .zip(kinds.into_iter().zip(makers(rows)))
        .map(|(row, (kind, maker))| Trait::of(row, kind, maker))
        .collect();
    let mut out = vec![Kin::default(); rows.len()];
    let mut files: HashMap<&SwatchId, usize, RandomState> = HashMap::default();
    for (i, one) in traits.iter().enumerate() {
        let Some(one) = one else { continue };
        match files.get(one.file) {
            Some(&first) => {
                out[first].file = Some(first as u32);
                out[i].file = Some(first as u32);
            }
            None => {
                files.insert(one.file, i);
            }
        }
    }
    gather(
        &traits,
        &mut out,
        |kin| &mut kin.picture,
        |_, a, b| a.is_same_picture(b),
    );
    // A group holds each maker once.
    gather(
        &traits,
        &mut out,
        |kin| &mut kin.look,
        |members, a, b| a.is_same_look(b) && members.iter().all(|m| m.maker != b.maker),
    );
    out
}

/// Groups rows around the first of each that has no group yet.
fn gather<'a>(
    traits: &[Option<Trait<'a>>],
    out: &mut [Kin],
    slot: impl Fn(&mut Kin) -> &mut Option<u32>,
    same: impl Fn(&[&Trait<'a>], &Trait<'a>, &Trait<'a>) -> bool,
) {
    for (i, leader) in traits.iter().enumerate() {
        let Some(leader) = leader else { continue };
        if slot(&mut out[i]).is_some() {
            continue;
        }
        let mut members = vec![leader];
        for (j, other) in traits.iter().enumerate().skip(i + 1) {
            if let Some(other) = other
                && slot(&mut out[j]).is_none()
                && same(&members, leader, other)
            {
                *slot(&mut out[j]) = Some(i as u32);
                members.push(other);
            }
        }
        if members.len() > 1 {
            *slot(&mut out[i]) = Some(i as u32);
        }
    }
}

/// A number for every maker, by name.
pub(crate) fn makers(rows: &[&Scored]) -> Vec<Option<u32>> {
    numbered(rows.iter().map(|row| row.material().maker.as_ref()))
}

/// The same number for the same thing, in the order in which they come first.
fn numbered<T: Eq + Hash>(things: impl Iterator<Item = Option<T>>) -> Vec<Option<u32>> {
    let mut known: HashMap<T, u32, RandomState> = HashMap::default();
    things
        .map(|thing| {
            let next = known.len() as u32;
            Some(*known.entry(thing?).or_insert(next))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use catalog::{MaterialId, Stored, StoredSwatch, SwatchRow};
    use material::{Category, Description, Lab, Name, NewMaterial, Properties, Slug, SwatchRef};

    /// A material with one picture, of the colour `l`, whose embedding starts with `signs`.
    fn row(id: i64, maker: &str, file: char, phash: u64, l: f32, signs: u8) -> Scored {
        let colour = Colour {
            lab: Lab::new(l, 2.0, 8.0),
            share: 1.0,
        };
        let swatch = SwatchRef {
            id: SwatchId::parse(&file.to_string().repeat(64)).expect("64 digits"),
            width: 640,
            height: 640,
            ground: "#888888".to_owned(),
            view: "face".to_owned(),
        };
        let mut all = vec![0u8; 16];
        all[0] = signs;
        let stored = Stored {
            id: MaterialId(id),
            material: NewMaterial {
                key: Name::parse(&format!("K{id}")).expect("a key"),
                slug: Slug::parse(&format!("m-{id}")).expect("a slug"),
                name: Name::parse("Something").expect("a name"),
                maker: Name::parse(maker).ok(),
                description: Description::parse("").expect("may be empty"),
                properties: Properties {
                    category: Category::parse("oak").ok(),
                    ..Properties::default()
                },
            },
            swatches: vec![StoredSwatch {
                row: SwatchRow(id),
                swatch,
                phash,
                palette: vec![colour],
                facts: None,
            }],
        };
        Scored {
            stored: Arc::new(stored),
            nearest: 0,
            cosine: Some(0.5),
            signs: all,
            words_rank: None,
        }
    }

    fn kin_of(rows: &[Scored]) -> Vec<Kin> {
        kin(&rows.iter().collect::<Vec<_>>())
    }

    /// To write into what others may read.
    fn own(row: &mut Scored) -> &mut Stored {
        Arc::get_mut(&mut row.stored).expect("nobody else has it")
    }

    #[test]
    fn fine_patterns_that_hash_alike_are_told_apart_by_their_measures() {
        let mut rows = [row(1, "A", '1', 0, 60.0, 0), row(2, "A", '2', 0, 60.0, 0)];
        let with = |period, contrast| LookFacts {
            period,
            contrast,
            ..LookFacts::default()
        };
        let mut same = |a: &LookFacts, b: &LookFacts| {
            for (row, facts) in rows.iter_mut().zip([a, b]) {
                own(row).swatches[0].facts = Some(facts.clone());
            }
            let kin = kin_of(&rows);
            kin[0].likeness(&kin[1]).is_some()
        };
        let fine = with(Some(0.030), 20.0);
        assert!(same(&fine, &with(Some(0.031), 19.0)));
        assert!(!same(&fine, &with(Some(0.034), 20.0)));
        assert!(!same(&fine, &with(Some(0.030), 12.0)));
        assert!(same(&with(None, 0.2), &with(None, 0.3)));
    }

    #[test]
    fn plain_pictures_are_told_apart_by_less_colour_than_lively_ones() {
        let mut rows = [row(1, "A", '1', 0, 60.0, 0), row(2, "A", '2', 0, 63.7, 0)];
        let mut same = |contrast| {
            for row in &mut rows {
                own(row).swatches[0].facts = Some(LookFacts {
                    contrast,
                    ..LookFacts::default()
                });
            }
            let kin = kin_of(&rows);
            kin[0].likeness(&kin[1]).is_some()
        };
        assert!(same(9.0));
        assert!(!same(1.0));
    }

    #[test]
    fn three_sorts_of_the_same_are_told_apart() {
        let rows = [
            row(1, "A", '1', 0, 60.0, 0),
            row(2, "A", '1', 0, 60.0, 0),
            row(3, "A", '2', 0b111, 60.5, 0b1),
            row(4, "B", '3', u64::MAX, 61.0, 0b11),
            row(5, "C", '4', !0 >> 30, 61.0, 0b111),
            row(6, "A", '5', 0xf0f0_f0f0, 60.0, 0b1),
        ];
        let all = kin_of(&rows);
        let to = |i: usize| all[0].likeness(&all[i]);
        use material::Likeness as L;
        assert_eq!(to(1), Some(L::File));
        assert_eq!(to(2), Some(L::Picture));
        // Two other makers have the look, each once.
        assert_eq!(to(3), Some(L::Look));
        assert_eq!(to(4), Some(L::Look));
        // The same maker's own other product is another.
        assert_eq!(to(5), None);
    }

    #[test]
    fn plain_pictures_of_other_colours_are_other_pictures() {
        let rows = [row(1, "A", '1', 0, 20.0, 0), row(2, "A", '2', 0, 80.0, 0)];
        assert!(kin_of(&rows).iter().all(|k| *k == Kin::default()));
    }

    #[test]
    fn looks_count_only_within_a_kind_and_between_makers_that_are_known() {
        let mut rows = [
            row(1, "A", '1', 0, 60.0, 0),
            row(2, "B", '2', u64::MAX, 60.0, 0),
        ];
        assert!(kin_of(&rows)[0].look.is_some());
        own(&mut rows[1]).material.properties.category = Category::parse("marble").ok();
        assert!(kin_of(&rows)[0].look.is_none());
        own(&mut rows[1]).material.properties.category = Category::parse("oak").ok();
        own(&mut rows[1]).material.maker = None;
        assert!(kin_of(&rows)[0].look.is_none());
        // Nothing is said of looks without embeddings.
        own(&mut rows[1]).material.maker = Name::parse("B").ok();
        rows[1].signs.clear();
        assert!(kin_of(&rows)[0].look.is_none());
    }

    #[test]
    fn rows_without_pictures_are_the_same_as_nothing() {
        let mut rows = [row(1, "A", '1', 0, 60.0, 0), row(2, "A", '1', 0, 60.0, 0)];
        own(&mut rows[0]).swatches.clear();
        assert!(kin_of(&rows).iter().all(|k| *k == Kin::default()));
        assert!(kin_of(&[]).is_empty());
    }

    #[test]
    fn makers_are_numbered_by_name() {
        let mut rows = [
            row(1, "A", '1', 0, 60.0, 0),
            row(2, "B", '2', 0, 60.0, 0),
            row(3, "A", '3', 0, 60.0, 0),
            row(4, "B", '4', 0, 60.0, 0),
        ];
        own(&mut rows[3]).material.maker = None;
        let numbers = makers(&rows.iter().collect::<Vec<_>>());
        assert_eq!(numbers, [Some(0), Some(1), Some(0), None]);
    }
}
