//! What can be filtered by, in memory: for every value the set of materials that have it. Counting is then
//! the intersection of sets of bits, which takes a millisecond or two for a million materials; the same
//! counts by the database take seconds there.

use std::collections::HashMap;
use std::sync::Arc;

use material::{Category, Choice, Facet, Filters, Properties, Range, Word};
use roaring::RoaringBitmap;

use crate::columns::known_values;
use crate::lexicon::Lexicon;
use crate::sketch::Sketches;
use crate::{MaterialId, ModelId};

/// The values of one facet.
#[derive(Debug, Clone, Default)]
struct Values {
    known: HashMap<String, RoaringBitmap>,
    unknown: RoaringBitmap,
}

impl Values {
    fn add(&mut self, id: u32, value: &str) {
        if let Some(set) = self.known.get_mut(value) {
            set.insert(id);
        } else {
            self.known
                .insert(value.to_owned(), RoaringBitmap::from_iter([id]));
        }
    }

    fn remove(&mut self, id: u32) {
        self.unknown.remove(id);
        self.known.retain(|_, set| {
            set.remove(id);
            !set.is_empty()
        });
    }
}

/// One material as the shelf keeps it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    /// The values of every facet, in the order of [`Facet::all`]; none is not known.
    pub values: Vec<Vec<String>>,
    /// Hundredths.
    pub price: Option<i64>,
    /// The longer side in mm.
    pub size: Option<f32>,
    /// How many pictures it has.
    pub swatches: u32,
}

/// A range and the column it is of, as numbers that compare alike.
type Column = Vec<Option<f64>>;

/// The materials, by what can be filtered by. Numbers of materials are those of the database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    /// The last change that is in here.
    pub version: i64,
    all: RoaringBitmap,
    facets: Vec<Values>,
    prices: Column,
    sizes: Column,
    swatches: Vec<u32>,
    /// The change each came in with; 0 for those that are not there.
    changed: Vec<i64>,
    pictures: u64,
    /// Which have which words.
    pub lexicon: Arc<Lexicon>,
    /// Of the embeddings of the model in use and of the palettes, where there is more than is compared
    /// anyway.
    pub looks: Option<(ModelId, Arc<Sketches>)>,
    pub palettes: Option<Arc<Sketches>>,
}

/// The sets that filters choose, one for each facet or range something was chosen of.
struct Chosen(Vec<(usize, RoaringBitmap)>);

impl Shelf {
    pub fn new() -> Self {
        Self {
            facets: vec![Values::default(); Facet::all().len()],
            ..Self::default()
        }
    }

    /// Puts a material in, or in again, with a change of the present version.
    pub fn put(&mut self, id: u32, entry: &Entry) {
        if !self.all.insert(id) {
            for facet in &mut self.facets {
                facet.remove(id);
            }
        }
        for (facet, values) in self.facets.iter_mut().zip(&entry.values) {
            if values.is_empty() {
                facet.unknown.insert(id);
            }
            for value in values {
                facet.add(id, value);
            }
        }
        let place = id as usize;
        if self.prices.len() <= place {
            self.prices.resize(place + 1, None);
            self.sizes.resize(place + 1, None);
            self.swatches.resize(place + 1, 0);
            self.changed.resize(place + 1, 0);
        }
        // Prices are below 2^53 by far.
        self.prices[place] = entry.price.map(|cents| cents as f64);
        self.sizes[place] = entry.size.map(f64::from);
        self.pictures -= u64::from(self.swatches[place]);
        self.pictures += u64::from(entry.swatches);
        self.swatches[place] = entry.swatches;
        self.changed[place] = self.version;
    }

    /// The last change that a material may have taken part in; `None` for one that is not there.
    pub fn changed(&self, id: i64) -> Option<i64> {
        let place = usize::try_from(id).ok()?;
        self.changed.get(place).copied().filter(|at| *at > 0)
    }

    /// How many materials there are.
    pub fn materials(&self) -> u32 {
        self.all.len() as u32
    }

    /// So many of them, those that came first.
    pub fn first(&self, most: usize) -> Vec<MaterialId> {
        let ids = self.all.iter().take(most);
        ids.map(|id| MaterialId(i64::from(id))).collect()
    }

    /// How many pictures of them.
    pub fn pictures(&self) -> u64 {
        self.pictures
    }

    /// The first materials of a category that have pictures, and how many do.
    pub fn pictured(&self, category: Category, most: usize) -> (Vec<u32>, u32) {
        let choice = Choice::Known(category.as_str().to_owned());
        let set = self.having(Facet::Category, &[choice]);
        let has = |id: &u32| self.swatches.get(*id as usize).is_some_and(|n| *n > 0);
        let count = set.iter().filter(has).count() as u32;
        (set.iter().filter(has).take(most).collect(), count)
    }

    /// Those that pass all filters.
    pub fn survivors(&self, filters: &Filters) -> RoaringBitmap {
        self.but(&self.chosen(filters), None)
    }

    fn chosen(&self, filters: &Filters) -> Chosen {
        let mut sets = Vec::new();
        for (bit, &facet) in Facet::all().iter().enumerate() {
            let choices = filters.chosen(facet);
            if !choices.is_empty() {
                sets.push((bit, self.having(facet, choices)));
            }
        }
        let (price, size) = range_places();
        for (bit, column, range) in [
            (price, &self.prices, filters.price),
            (size, &self.sizes, filters.size),
        ] {
            if !range.is_open() {
                sets.push((bit, self.within(column, range)));
            }
        }
        Chosen(sets)
    }

    /// Those that pass every filter but one.
    fn but(&self, chosen: &Chosen, except: Option<usize>) -> RoaringBitmap {
        let mut sets = chosen.0.iter().filter(|(bit, _)| Some(*bit) != except);
        let Some((_, first)) = sets.next() else {
            return self.all.clone();
        };
        sets.fold(first.clone(), |all, (_, set)| all & set)
    }

    /// Those that have one of the values.
    fn having(&self, facet: Facet, choices: &[Choice]) -> RoaringBitmap {
        let Some(values) = place_of(facet).and_then(|place| self.facets.get(place)) else {
            return RoaringBitmap::new();
        };
        let mut set = RoaringBitmap::new();
        for value in known_values(facet, choices) {
            if let Some(having) = values.known.get(&value) {
                set |= having;
            }
        }
        if choices.contains(&Choice::Unknown) {
            set |= &values.unknown;
        }
        set
    }

    fn within(&self, column: &Column, range: Range) -> RoaringBitmap {
        let open = range.min.is_none() && range.max.is_none();
        let fits = |value: Option<f64>| match value {
            None => range.unknown,
            Some(_) if open => !range.unknown,
            Some(value) => {
                range.min.is_none_or(|min| value >= min as f64)
                    && range.max.is_none_or(|max| value <= max as f64)
            }
        };
        self.all
            .iter()
            .filter(|id| fits(column.get(*id as usize).copied().flatten()))
            .collect()
    }

    /// Counts every value among those that pass the other filters.
    pub fn counts(&self, filters: &Filters) -> Counted {
        let chosen = self.chosen(filters);
        let passing = self.but(&chosen, None);
        // Most facets have nothing chosen, and share one set.
        let others = |bit: usize| {
            let is_chosen = chosen.0.iter().any(|(of, _)| *of == bit);
            is_chosen.then(|| self.but(&chosen, Some(bit)))
        };
        let everything = chosen.0.is_empty();
        let facets = self
            .facets
            .iter()
            .enumerate()
            .map(|(bit, values)| {
                let own = others(bit);
                let base = own.as_ref().unwrap_or(&passing);
                let count = |set: &RoaringBitmap| match everything {
                    true => set.len() as u32,
                    false => set.intersection_len(base) as u32,
                };
                let mut counts: Vec<(Option<String>, u32)> = values
                    .known
                    .iter()
                    .map(|(value, set)| (Some(value.clone()), count(set)))
                    .collect();
                counts.push((None, count(&values.unknown)));
                counts.retain(|(_, count)| *count > 0);
                counts
            })
            .collect();
        let missing = |bit: usize, column: &Column| {
            let own = others(bit);
            let base = own.as_ref().unwrap_or(&passing);
            let is_missing = |id: &u32| column.get(*id as usize).copied().flatten().is_none();
            base.iter().filter(is_missing).count() as u32
        };
        let (price, size) = range_places();
        Counted {
            facets,
            total: passing.len() as u32,
            without_price: missing(price, &self.prices),
            without_size: missing(size, &self.sizes),
        }
    }

    /// Those that agree most with known properties, at most so many: the kind counts most, a related kind
    /// half. Empty when nothing is known to agree with.
    pub fn agreeing(&self, wanted: &Properties, among: &RoaringBitmap, most: usize) -> Vec<u32> {
        let mut terms: Vec<(RoaringBitmap, u32)> = Vec::new();
        let known = |value: &str| [Choice::Known(value.to_owned())];
        if let Some(kind) = wanted.category {
            let own = place_of(Facet::Category)
                .and_then(|place| self.facets.get(place)?.known.get(kind.as_str()));
            terms.push((own.cloned().unwrap_or_default(), 2));
            let top: Category = kind.top();
            terms.push((self.having(Facet::Category, &known(top.as_str())), 2));
        }
        let words = [
            (Facet::Finish, wanted.finish.map(Word::as_str)),
            (Facet::Pattern, wanted.pattern.map(Word::as_str)),
            (Facet::Texture, wanted.texture.map(Word::as_str)),
        ];
        for (facet, value) in words {
            terms.extend(value.map(|value| (self.having(facet, &known(value)), 1)));
        }
        if terms.is_empty() {
            return Vec::new();
        }
        // Every choice of terms, those that weigh most first; of equal weight the lower number first.
        let mut choices: Vec<(u32, u32)> = (0..1_u32 << terms.len())
            .map(|choice| {
                let weighs = terms.iter().enumerate();
                let weighs = weighs.filter(|(bit, _)| choice >> bit & 1 == 1);
                (weighs.map(|(_, (_, weight))| weight).sum(), choice)
            })
            .collect();
        choices.sort_unstable_by(|a, b| b.cmp(a));
        let mut taken = RoaringBitmap::new();
        let mut out = Vec::new();
        for alike in choices.chunk_by(|a, b| a.0 == b.0) {
            let mut group = RoaringBitmap::new();
            for (_, choice) in alike {
                let sets = terms.iter().enumerate();
                let sets = sets.filter(|(bit, _)| choice >> bit & 1 == 1);
                group |= sets.fold(among.clone(), |all, (_, (set, _))| all & set);
            }
            group -= &taken;
            out.extend(group.iter().take(most - out.len()));
            if out.len() >= most {
                break;
            }
            taken |= group;
        }
        out
    }
}

/// What [`Shelf::counts`] found.
pub(crate) struct Counted {
    /// By facet, in the order of [`Facet::all`]; `None` is not known.
    pub facets: Vec<Vec<(Option<String>, u32)>>,
    pub total: u32,
    pub without_price: u32,
    pub without_size: u32,
}

fn place_of(facet: Facet) -> Option<usize> {
    Facet::all().iter().position(|f| *f == facet)
}

fn range_places() -> (usize, usize) {
    let facets = Facet::all().len();
    (facets, facets + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf() -> Shelf {
        let mut shelf = Shelf::new();
        let place = |facet| place_of(facet).expect("a facet has a place");
        for id in 1..=6_u32 {
            let mut values = vec![Vec::new(); Facet::all().len()];
            let kind = if id <= 3 { "wood/oak" } else { "wood" };
            values[place(Facet::Category)] = vec![kind.to_owned()];
            values[place(Facet::Finish)] = (id % 2 == 0)
                .then(|| "matt".to_owned())
                .into_iter()
                .collect();
            let entry = Entry {
                values,
                price: (id > 2).then_some(i64::from(id) * 100),
                size: None,
                swatches: 2,
            };
            shelf.put(id, &entry);
        }
        shelf
    }

    fn matt() -> Properties {
        Properties {
            category: Category::parse("wood/oak").ok(),
            finish: material::Finish::parse("matt").ok(),
            ..Properties::default()
        }
    }

    #[test]
    fn a_material_put_in_again_leaves_nothing_behind() {
        let mut shelf = shelf();
        let bare = Entry {
            values: vec![Vec::new(); Facet::all().len()],
            ..Entry::default()
        };
        for id in 1..=6 {
            shelf.put(id, &bare);
        }
        let counted = shelf.counts(&Filters::default());
        assert_eq!((counted.total, counted.without_price), (6, 6));
        assert_eq!(shelf.pictures(), 0);
        for values in counted.facets {
            assert_eq!(values, [(None, 6)]);
        }
    }

    #[test]
    fn who_agrees_most_comes_first() {
        let shelf = shelf();
        let all = shelf.survivors(&Filters::default());
        // Matt oak; oak; matt wood; wood.
        assert_eq!(shelf.agreeing(&matt(), &all, 10), [2, 1, 3, 4, 6, 5]);
        assert_eq!(shelf.agreeing(&matt(), &all, 2), [2, 1]);
        assert!(shelf.agreeing(&Properties::default(), &all, 2).is_empty());
    }

    #[test]
    fn ends_of_a_range_count_and_unknown_is_a_value() {
        let shelf = shelf();
        let with = |min, max, unknown| {
            let mut filters = Filters::default();
            filters.price = Range { min, max, unknown };
            shelf.survivors(&filters).iter().collect::<Vec<_>>()
        };
        assert_eq!(with(Some(300), Some(400), false), [3, 4]);
        assert_eq!(with(Some(500), None, true), [1, 2, 5, 6]);
        assert_eq!(with(None, None, true), [1, 2]);
    }
}
