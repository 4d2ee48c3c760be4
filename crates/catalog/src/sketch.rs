//! Sketches of vectors in memory: the signs of their numbers about a centre, 64 bytes for 512 of them. Embeddings
//! have them, and palettes.
//!
//! Which of a hundred thousand pictures could be near is settled by their sketches within milliseconds, whatever
//! the filters let through; the database then compares the few hundred that could. First the signs that
//! differ are counted (the angle between two vectors shows in them: Charikar 2002, “Similarity Estimation
//! Techniques from Rounding Algorithms”); of the nearest by that count the numbers of the question are
//! weighed against the signs of the row, which tells nearly as much as the row's own numbers (asymmetric
//! distances: Gordo et al. 2014, “Asymmetric Distances for Binary Embeddings”).

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

/// Materials of which the sketches lie together. A change writes as many anew.
const SPAN: u32 = 1_024;
/// How many of the nearest by count are weighed for every one that is wanted, and at least.
const WEIGHED: usize = 16;
const LEAST_WEIGHED: usize = 2_000;

/// The sketches of some materials that follow each other.
#[derive(Debug, Default)]
struct Chunk {
    /// Where each material's sketches begin, in words, and where the last one's end.
    starts: Vec<u32>,
    bits: Vec<u64>,
}

impl Chunk {
    fn of(&self, place: u32) -> &[u64] {
        let at = |place: u32| self.starts.get(place as usize).map(|at| *at as usize);
        let range = at(place).zip(at(place + 1));
        range.map_or(&[], |(from, to)| &self.bits[from..to])
    }

    /// The same with some materials' sketches put in place of theirs.
    fn with(&self, changes: &BTreeMap<u32, Vec<u64>>) -> Self {
        let mut next = Self::default();
        for place in 0..SPAN {
            next.starts.push(next.bits.len() as u32);
            let bits = changes.get(&place).map(Vec::as_slice);
            next.bits.extend(bits.unwrap_or_else(|| self.of(place)));
        }
        next.starts.push(next.bits.len() as u32);
        next
    }
}

/// One vector or several of every material, as sketches.
#[derive(Debug, Clone)]
pub(crate) struct Sketches {
    /// Words of 64 signs in a sketch.
    words: usize,
    /// What is taken from every vector before its signs count.
    centre: Arc<[f32]>,
    /// How large each number then is on average, whatever its sign.
    weights: Arc<[f32]>,
    /// By material; clones share them.
    chunks: Vec<Arc<Chunk>>,
    rows: u64,
}

impl Sketches {
    /// `weights` say how large each number is on average about the `centre`, whatever its sign; both are as
    /// long as the vectors.
    pub fn new(centre: Vec<f32>, weights: Vec<f32>) -> Self {
        Self {
            centre: centre.into(),
            words: weights.len().div_ceil(64),
            weights: weights.into(),
            chunks: Vec::new(),
            rows: 0,
        }
    }

    /// What is taken from every vector before its signs count.
    pub fn centre(&self) -> &[f32] {
        &self.centre
    }

    /// How many sketches there are.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Puts all sketches of some materials in place of those they had. Each is what PostgreSQL makes of
    /// `bit_send(binary_quantize(…))` without its length: the first number's sign is the highest bit.
    pub fn put(&mut self, materials: impl IntoIterator<Item = (u32, Vec<Vec<u8>>)>) {
        let mut changes: BTreeMap<u32, BTreeMap<u32, Vec<u64>>> = BTreeMap::new();
        for (id, sketches) in materials {
            let mut bits = Vec::with_capacity(sketches.len() * self.words);
            for sketch in sketches {
                bits.extend(words(&sketch, self.words));
            }
            changes
                .entry(id / SPAN)
                .or_default()
                .insert(id % SPAN, bits);
        }
        for (chunk, changes) in changes {
            let place = chunk as usize;
            if self.chunks.len() <= place {
                self.chunks.resize_with(place + 1, Arc::default);
            }
            let next = self.chunks[place].with(&changes);
            let count = |chunk: &Chunk| (chunk.bits.len() / self.words.max(1)) as u64;
            self.rows = self.rows - count(&self.chunks[place]) + count(&next);
            self.chunks[place] = Arc::new(next);
        }
    }

    fn of(&self, id: u32) -> &[u64] {
        let chunk = self.chunks.get((id / SPAN) as usize);
        chunk.map_or(&[], |chunk| chunk.of(id % SPAN))
    }

    /// The materials of `among` that are likely to be nearest to a vector, likeliest first, at most `most`.
    /// Each by its nearest picture; those without one are left out.
    pub fn nearest(&self, among: &RoaringBitmap, vector: &[f32], most: usize) -> Vec<u32> {
        if self.words == 0 || most == 0 || vector.len() != self.weights.len() {
            return Vec::new();
        }
        let centred = vector.iter().zip(self.centre.iter());
        let vector: Vec<f32> = centred.map(|(number, centre)| number - centre).collect();
        let signs = words(&signs(&vector), self.words);
        let mut counted: Vec<(u32, u32)> = Vec::with_capacity(among.len() as usize);
        let mut having = vec![0_usize; self.words * 64 + 1];
        for id in among {
            let rows = self.of(id).chunks_exact(self.words);
            if let Some(least) = rows.map(|row| differing(row, &signs)).min() {
                having[least as usize] += 1;
                counted.push((least, id));
            }
        }
        let weighed = (most * WEIGHED).max(LEAST_WEIGHED);
        let mut sum = 0;
        let limit = having.iter().position(|count| {
            sum += count;
            sum >= weighed
        });
        if let Some(limit) = limit {
            counted.retain(|(differ, _)| *differ as usize <= limit);
        }
        let table = self.table(&vector);
        let mut found: Vec<(f32, u32)> = counted
            .into_iter()
            .filter_map(|(_, id)| {
                let rows = self.of(id).chunks_exact(self.words);
                let best = rows.map(|row| weigh(row, &table)).max_by(f32::total_cmp)?;
                Some((best, id))
            })
            .collect();
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if found.len() > most {
            found.select_nth_unstable_by(most, order);
            found.truncate(most);
        }
        found.sort_unstable_by(order);
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// For every byte of a sketch and every value of it, what its eight signs say for the vector.
    fn table(&self, vector: &[f32]) -> Vec<[f32; 256]> {
        let mut parts: Vec<f32> = vector
            .iter()
            .zip(self.weights.iter())
            .map(|(number, weight)| number * weight)
            .collect();
        parts.resize(self.words * 64, 0.0);
        parts
            .chunks_exact(8)
            .map(|eight| {
                std::array::from_fn(|value| {
                    let part = |(bit, part): (usize, &f32)| match value << bit & 0x80 {
                        0 => -part,
                        _ => *part,
                    };
                    eight.iter().enumerate().map(part).sum()
                })
            })
            .collect()
    }
}

/// How many signs differ.
fn differing(a: &[u64], b: &[u64]) -> u32 {
    let count =
        |a: &[u64], b: &[u64]| -> u32 { a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum() };
    // Of a length that is known while compiling several words are counted at once.
    match (a.first_chunk::<8>(), b.first_chunk::<8>()) {
        (Some(a8), Some(b8)) if a.len() == 8 => count(a8, b8),
        _ => count(a, b),
    }
}

fn weigh(row: &[u64], table: &[[f32; 256]]) -> f32 {
    // Eight sums beside each other, as processors add.
    let mut sums = [0.0; 8];
    for (word, tables) in row.iter().zip(table.chunks_exact(8)) {
        for (sum, (byte, values)) in sums
            .iter_mut()
            .zip(word.to_be_bytes().into_iter().zip(tables))
        {
            *sum += values[usize::from(byte)];
        }
    }
    sums.iter().sum()
}

/// The signs of numbers as PostgreSQL packs them.
pub(crate) fn signs(vector: &[f32]) -> Vec<u8> {
    vector
        .chunks(8)
        .map(|eight| {
            let bits = eight.iter().enumerate();
            bits.fold(0, |byte, (bit, number)| {
                byte | (u8::from(*number > 0.0) << (7 - bit))
            })
        })
        .collect()
}

/// Bytes as words, the first byte highest; what is missing is 0.
fn words(bytes: &[u8], count: usize) -> Vec<u64> {
    let mut out: Vec<u64> = bytes
        .chunks(8)
        .map(|eight| {
            let mut word = [0; 8];
            word[..eight.len()].copy_from_slice(eight);
            u64::from_be_bytes(word)
        })
        .collect();
    out.resize(count, 0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIMS: usize = 100;

    fn vectors(seed: u64, count: usize) -> Vec<Vec<f32>> {
        let mut rng = seed;
        let mut next = || {
            rng = rng
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (rng >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        };
        let vector = |_| (0..DIMS).map(|_| next()).collect::<Vec<f32>>();
        let mut all: Vec<Vec<f32>> = (0..count).map(vector).collect();
        for vector in &mut all {
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            vector.iter_mut().for_each(|x| *x /= length);
        }
        all
    }

    /// Two pictures for each material.
    fn sketches(all: &[Vec<f32>]) -> Sketches {
        let mut sketches = Sketches::new(vec![0.0; DIMS], vec![1.0; DIMS]);
        sketches.put(all.chunks(2).enumerate().map(|(i, two)| {
            let id = i as u32 + 1;
            (id, two.iter().map(|vector| signs(vector)).collect())
        }));
        sketches
    }

    fn dot(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn the_nearest_are_among_the_likeliest() {
        let all = vectors(3, 20_000);
        let sketches = sketches(&all);
        assert_eq!(sketches.rows(), 20_000);
        // Every third material passes.
        let among: RoaringBitmap = (1..=10_000).filter(|id| id % 3 == 0).collect();
        let (mut hits, mut all_hits) = (0, 0);
        for question in vectors(4, 20) {
            // Near to one of them, as photos are.
            let like = &all[(hits * 7 + 500) % 10_000];
            let mixed: Vec<f32> = question
                .iter()
                .zip(like)
                .map(|(q, l)| 0.7 * q + l)
                .collect();
            let found = sketches.nearest(&among, &mixed, 300);
            assert_eq!(found.len(), 300);
            assert!(found.iter().all(|id| among.contains(*id)));
            let look = |id: &u32| {
                let first = (*id as usize - 1) * 2;
                dot(&all[first], &mixed).max(dot(&all[first + 1], &mixed))
            };
            let mut exact: Vec<u32> = among.iter().collect();
            exact.sort_by(|a, b| look(b).total_cmp(&look(a)));
            hits += exact[..10].iter().filter(|id| found.contains(id)).count();
            all_hits += 10;
        }
        assert!(hits * 100 >= all_hits * 95, "{hits} of {all_hits}");
    }

    #[test]
    fn a_material_put_in_again_leaves_nothing_behind() {
        let all = vectors(5, 8);
        let mut sketches = sketches(&all);
        let everything: RoaringBitmap = (0..5_000).collect();
        assert_eq!(sketches.nearest(&everything, &all[2], 1), [2]);
        sketches.put([(2, Vec::new()), (4_000, vec![signs(&all[2])])]);
        assert_eq!(sketches.nearest(&everything, &all[2], 1), [4_000]);
        assert_eq!(sketches.nearest(&everything, &all[2], 10).len(), 4);
        assert_eq!(sketches.rows(), 7);
        let none = RoaringBitmap::from_iter([2, 700]);
        assert!(sketches.nearest(&none, &all[2], 10).is_empty());
    }

    #[test]
    fn a_vector_of_another_length_finds_nothing() {
        let sketches = sketches(&vectors(6, 8));
        let everything: RoaringBitmap = (0..10).collect();
        assert!(sketches.nearest(&everything, &[1.0; 99], 3).is_empty());
        assert!(sketches.nearest(&everything, &[], 3).is_empty());
        assert!(sketches.nearest(&everything, &[1.0; DIMS], 0).is_empty());
        let found = sketches.nearest(&everything, &[f32::NAN; DIMS], 3);
        assert!(found.len() <= 3);
    }

    #[test]
    fn vectors_of_one_sign_are_told_apart_about_their_centre() {
        let lift = |vector: &Vec<f32>| vector.iter().map(|x| x + 2.0).collect::<Vec<f32>>();
        let all: Vec<Vec<f32>> = vectors(9, 50).iter().map(lift).collect();
        let about = |centre: f32| {
            let mut sketches = Sketches::new(vec![centre; DIMS], vec![1.0; DIMS]);
            sketches.put(all.iter().enumerate().map(|(i, vector)| {
                let moved: Vec<f32> = vector.iter().map(|x| x - centre).collect();
                (i as u32, vec![signs(&moved)])
            }));
            let everything: RoaringBitmap = (0..50).collect();
            let first = |i: usize| sketches.nearest(&everything, &all[i], 1)[0] as usize;
            (0..50).filter(|i| first(*i) == *i).count()
        };
        assert_eq!(about(2.0), 50);
        assert!(about(0.0) < 5);
    }

    #[test]
    fn signs_are_packed_as_the_database_packs_them() {
        let mut vector = vec![-1.0; 10];
        (vector[0], vector[3], vector[9]) = (0.5, 1e-9, 2.0);
        vector[4] = 0.0;
        assert_eq!(signs(&vector), [0b1001_0000, 0b0100_0000]);
        assert_eq!(words(&signs(&vector), 1), [0x9040 << 48]);
    }
}
