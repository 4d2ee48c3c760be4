//! Retrieval measures over labelled photos, shared by the test and the example `look_eval`.
#![allow(dead_code, reason = "the test and the example each use their own part")]

use photo::{Limits, Pixels};
use std::collections::BTreeMap;
use std::path::Path;

/// One labelled picture.
pub struct Picture {
    pub file: String,
    pub class: String,
    pub instance: String,
    pub pixels: Pixels,
}

/// All of them.
pub struct Shelf {
    pub pictures: Vec<Picture>,
}

/// Shares 0..1 over those who could ask.
pub struct Report {
    /// R@1, R@5, R@10 for another view of the same material.
    pub instance: [f64; 3],
    /// R@1, R@5, R@10 for another material of the same class.
    pub class: [f64; 3],
    pub mean_average_precision: f64,
    /// How many asked per task.
    pub asked: (usize, usize),
    classes: BTreeMap<String, (usize, usize)>,
    /// (who asked, rank of its other view from 1, who came first).
    pub misses: Vec<(String, usize, String)>,
}

impl Report {
    /// "brick 0.80 (15), …"
    pub fn by_class(&self) -> String {
        let one = |(class, (hits, count)): (&String, &(usize, usize))| {
            format!("{class} {:.2} ({count})", *hits as f64 / *count as f64)
        };
        self.classes.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

impl Shelf {
    /// Reads `manifest.csv` and every picture it names.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let manifest = folder.join("manifest.csv");
        let text = std::fs::read_to_string(&manifest).map_err(|e| {
            format!("The labelled photos are needed: cannot read {} ({e}). Set VENEER_SHARED to the folder that holds `materials`.", manifest.display())
        })?;
        let mut lines = text.lines();
        let head = fields(lines.next().unwrap_or_default());
        let column = |name: &str| {
            head.iter()
                .position(|h| h == name)
                .ok_or(format!("manifest.csv has no column {name}"))
        };
        let (file, class, instance) = (
            column("file")?,
            column("material_class")?,
            column("instance")?,
        );
        let mut pictures = Vec::new();
        for line in lines.filter(|l| !l.is_empty()) {
            let row = fields(line);
            let cell = |i: usize| {
                row.get(i)
                    .cloned()
                    .ok_or(format!("manifest.csv: short line {line}"))
            };
            let file = cell(file)?;
            let bytes = std::fs::read(folder.join(&file))
                .map_err(|e| format!("cannot read {file}: {e}"))?;
            let pixels =
                photo::decode(&bytes, &Limits::default()).map_err(|e| format!("{file}: {e}"))?;
            pictures.push(Picture {
                file,
                class: cell(class)?,
                instance: cell(instance)?,
                pixels,
            });
        }
        Ok(Self { pictures })
    }

    /// Ranks everything against everything by a similarity.
    pub fn report(&self, similarity: impl Fn(usize, usize) -> f32) -> Report {
        let all = 0..self.pictures.len();
        let (mut instance, mut class, mut precision) = ([0usize; 3], [0usize; 3], 0.0);
        let mut asked = (0, 0);
        let mut classes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut misses = Vec::new();
        for i in all.clone() {
            let me = &self.pictures[i];
            let mut order: Vec<(f32, usize)> = all
                .clone()
                .filter(|j| *j != i)
                .map(|j| (similarity(i, j), j))
                .collect();
            order.sort_by(|p, q| q.0.total_cmp(&p.0).then(p.1.cmp(&q.1)));
            let ranked: Vec<&Picture> = order.iter().map(|(_, j)| &self.pictures[*j]).collect();
            if let Some(rank) = ranked.iter().position(|p| p.instance == me.instance) {
                asked.0 += 1;
                count(&mut instance, rank);
                if rank > 0 {
                    misses.push((me.file.clone(), rank + 1, ranked[0].file.clone()));
                }
            }
            let hits: Vec<usize> = ranked
                .iter()
                .filter(|p| p.instance != me.instance)
                .enumerate()
                .filter(|(_, p)| p.class == me.class)
                .map(|(rank, _)| rank)
                .collect();
            if let Some(first) = hits.first() {
                asked.1 += 1;
                count(&mut class, *first);
                let sum: f64 = hits
                    .iter()
                    .enumerate()
                    .map(|(n, rank)| (n + 1) as f64 / (rank + 1) as f64)
                    .sum();
                precision += sum / hits.len() as f64;
                let entry = classes.entry(me.class.clone()).or_default();
                entry.0 += usize::from(*first == 0);
                entry.1 += 1;
            }
        }
        Report {
            instance: instance.map(|n| n as f64 / asked.0.max(1) as f64),
            class: class.map(|n| n as f64 / asked.1.max(1) as f64),
            mean_average_precision: precision / asked.1.max(1) as f64,
            asked,
            classes,
            misses,
        }
    }

    /// Similarities of all pairs, by how they are related.
    pub fn pairs(&self, similarity: impl Fn(usize, usize) -> f32) -> [(&'static str, Vec<f32>); 3] {
        let mut groups = [
            ("unrelated", Vec::new()),
            ("same class", Vec::new()),
            ("same instance", Vec::new()),
        ];
        for (i, p) in self.pictures.iter().enumerate() {
            for (j, q) in self.pictures.iter().enumerate().take(i) {
                let group = if p.instance == q.instance {
                    2
                } else {
                    usize::from(p.class == q.class)
                };
                groups[group].1.push(similarity(i, j));
            }
        }
        groups
    }
}

fn count(hits: &mut [usize; 3], rank: usize) {
    for (hit, within) in hits.iter_mut().zip([1, 5, 10]) {
        *hit += usize::from(rank < within);
    }
}

/// Mean, standard deviation and the 5th, 50th and 95th of 100.
pub struct Spread {
    pub mean: f32,
    pub deviation: f32,
    pub low: f32,
    pub middle: f32,
    pub high: f32,
}

impl Spread {
    pub fn of(mut values: Vec<f32>) -> Self {
        values.sort_by(f32::total_cmp);
        let count = values.len() as f32;
        let mean = values.iter().sum::<f32>() / count;
        let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count).sqrt();
        let at = |share: f32| values[((count - 1.0) * share) as usize];
        Self {
            mean,
            deviation,
            low: at(0.05),
            middle: at(0.5),
            high: at(0.95),
        }
    }
}

/// Splits a line of CSV, quotes honoured.
fn fields(line: &str) -> Vec<String> {
    let (mut out, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    out.push(cell);
    out
}

pub fn dot(p: &[f32], q: &[f32]) -> f32 {
    p.iter().zip(q).map(|(p, q)| p * q).sum()
}

/// What a look has to beat: CIELAB histogram 8×8×8 and uniform rotation-invariant LBP at radii 1, 2, 4, square-rooted.
pub fn baseline(pixels: &Pixels) -> Vec<f32> {
    use palette::{IntoColor, Srgb};
    let (w, h) = (pixels.width() as usize, pixels.height() as usize);
    let labs: Vec<photo::Lab> = pixels
        .data()
        .chunks_exact(3)
        .map(|p| {
            Srgb::new(p[0], p[1], p[2])
                .into_format::<f32>()
                .into_color()
        })
        .collect();
    let mut bins = vec![0.0f32; 512];
    for lab in &labs {
        let cell =
            |v: f32, low: f32, high: f32| ((v - low) / (high - low) * 8.0).clamp(0.0, 7.0) as usize;
        bins[cell(lab.l, 0.0, 100.0) * 64
            + cell(lab.a, -80.0, 80.0) * 8
            + cell(lab.b, -80.0, 80.0)] += 1.0 / labs.len() as f32;
    }
    for radius in [1usize, 2, 4] {
        let mut counts = [0.0f32; 10];
        for y in radius..h.saturating_sub(radius) {
            for x in radius..w.saturating_sub(radius) {
                let bits = (0..8).fold(0u8, |bits, k| {
                    let (s, c) = (std::f32::consts::TAU * k as f32 / 8.0).sin_cos();
                    let (fx, fy) = (x as f32 + radius as f32 * c, y as f32 - radius as f32 * s);
                    let (x0, y0) = ((fx + 1e-4).floor(), (fy + 1e-4).floor());
                    let (px, py) = ((fx - x0).max(0.0), (fy - y0).max(0.0));
                    let at = |x: f32, y: f32| {
                        labs[(y as usize).min(h - 1) * w + (x as usize).min(w - 1)].l
                    };
                    let value = (at(x0, y0) * (1.0 - px) + at(x0 + 1.0, y0) * px) * (1.0 - py)
                        + (at(x0, y0 + 1.0) * (1.0 - px) + at(x0 + 1.0, y0 + 1.0) * px) * py;
                    bits | u8::from(value >= labs[y * w + x].l - 1e-3) << k
                });
                let changes = (bits ^ bits.rotate_right(1)).count_ones();
                counts[if changes <= 2 {
                    bits.count_ones() as usize
                } else {
                    9
                }] += 1.0;
            }
        }
        let total: f32 = counts.iter().sum();
        bins.extend(counts.map(|c| c / total.max(1.0)));
    }
    bins.iter_mut().for_each(|v| *v = v.sqrt());
    let length = dot(&bins, &bins).sqrt();
    bins.iter().map(|v| v / length).collect()
}
