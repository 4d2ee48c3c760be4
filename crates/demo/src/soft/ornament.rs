//! The drawings of the house: a damask, a garden, a herbarium.

use super::motif::{Motif, Outline, Pen};

/// The classic damask: a crowned palmette with scrolls, half drop, so that each figure stands between two others.
/// `width` mm wide and 1.75 times as high.
pub fn damask(width: f32) -> Motif {
    let mut pen = Pen::new(41);
    let k = width / 0.66;
    let c = 0.5 * width;
    // The right half of the figure, then its mirror.
    for (n, spread) in [0.02_f32, 0.085, 0.15, 0.215].into_iter().enumerate() {
        let length = (0.36 - 0.045 * n as f32) * k;
        pen.put(
            (c + 0.005 * k, 0.72 * k),
            -0.25 + spread,
            length,
            0.042 * k,
            0.10,
            Outline::Petal,
            0,
        );
    }
    // Below the waist a smaller fan hangs down, and a leafed stem sweeps out and up to carry the crown of the next figure.
    for (n, spread) in [0.03_f32, 0.10, 0.165].into_iter().enumerate() {
        let length = (0.27 - 0.055 * n as f32) * k;
        pen.put(
            (c + 0.005 * k, 0.80 * k),
            0.25 - spread,
            length,
            0.036 * k,
            -0.10,
            Outline::Petal,
            0,
        );
    }
    let sweep = pen.stem((c, 0.77 * k), 0.02, 0.34 * k, -0.30, 0.013 * k, 0);
    for (n, &(at, towards)) in sweep.iter().enumerate().skip(5).step_by(3) {
        let side = if n % 2 == 0 { 0.13 } else { -0.13 };
        pen.put(
            at,
            towards + side,
            0.11 * k,
            0.024 * k,
            side * 0.7,
            Outline::Leaf,
            0,
        );
    }
    if let Some(&(tip, towards)) = sweep.last() {
        pen.put(tip, towards, 0.07 * k, 0.02 * k, 0.0, Outline::Leaf, 0);
    }
    let crown = pen.stem((c, 0.36 * k), -0.19, 0.34 * k, 0.42, 0.014 * k, 0);
    for &(at, towards) in crown.iter().skip(2).step_by(3) {
        pen.put(
            at,
            towards - 0.12,
            0.12 * k,
            0.025 * k,
            -0.12,
            Outline::Leaf,
            0,
        );
    }
    pen.mirror(c);
    pen.put(
        (c, 0.74 * k),
        -0.25,
        0.42 * k,
        0.045 * k,
        0.0,
        Outline::Leaf,
        0,
    );
    pen.put(
        (c, 0.28 * k),
        -0.25,
        0.16 * k,
        0.035 * k,
        0.0,
        Outline::Petal,
        0,
    );
    pen.put(
        (c, 0.80 * k),
        0.25,
        0.30 * k,
        0.030 * k,
        0.0,
        Outline::Petal,
        0,
    );
    // A band ties the two fans.
    pen.put(
        (c - 0.07 * k, 0.765 * k),
        0.0,
        0.14 * k,
        0.020 * k,
        0.0,
        Outline::Round,
        0,
    );
    for n in 0..3 {
        pen.dot(
            (c, (1.16 + 0.05 * n as f32) * k),
            (0.018 - 0.004 * n as f32) * k,
            0,
        );
    }
    // Seams opened in the ground's colour: between the petals, and under the band.
    for turn_out in [-0.10, -0.035, 0.035, 0.10] {
        pen.put(
            (c, 0.69 * k),
            -0.25 + turn_out,
            0.24 * k,
            0.006 * k,
            turn_out,
            Outline::Leaf,
            1,
        );
    }
    pen.put(
        (c - 0.05 * k, 0.80 * k),
        0.0,
        0.10 * k,
        0.005 * k,
        0.0,
        Outline::Leaf,
        1,
    );
    Motif::new(width, 1.75 * width, true, &pen.shapes)
}

/// A rambling garden of flowers, buds and branches; inks 0 stem, 1 leaf, 2–4 flower, 5 bud.
pub fn garden(seed: u32, width: f32) -> Motif {
    let mut pen = Pen::new(seed);
    let k = width;
    let reach = width * 1.2;
    let spots = [(0.22, 0.25), (0.70, 0.55), (0.30, 0.92), (0.80, 1.18)];
    for (n, (x, y)) in spots.into_iter().enumerate() {
        let at = (x * k, y * k);
        let lean = n as f32 * 0.27;
        for b in 0..3 {
            let heading = lean + b as f32 / 3.0;
            let bend = if b % 2 == 0 { 0.16 } else { -0.2 };
            let tip = pen.branch(at, heading, 0.30 * reach, bend, 0.135 * reach, (0, 1));
            if b != 1 {
                pen.flower(tip, 0.062 * k, 5, (5, 5, 4));
            }
        }
        for b in 0..5 {
            let heading = lean + 0.1 + b as f32 / 5.0;
            pen.put(at, heading, 0.24 * k, 0.05 * k, 0.1, Outline::Leaf, 1);
        }
        pen.flower(
            at,
            if n % 2 == 0 { 0.165 * k } else { 0.135 * k },
            7,
            (2, 3, 4),
        );
    }
    for (x, y, heading) in [
        (0.48, 0.02, 0.1),
        (0.98, 0.86, 0.55),
        (0.05, 0.60, 0.9),
        (0.52, 1.28, 0.35),
    ] {
        let tip = pen.branch((x * k, y * k), heading, 0.17 * k, 0.2, 0.085 * k, (0, 1));
        pen.flower(tip, 0.048 * k, 6, (3, 2, 4));
    }
    Motif::new(k, 1.4 * k, true, &pen.shapes)
}

/// Fern and seed heads for an engraved botanical; ink 0 line work, 1 leaf, 2 seed head.
pub fn herbarium(seed: u32, width: f32) -> Motif {
    let mut pen = Pen::new(seed);
    let k = width * 1.16;
    for (x, y, bend, leaf) in [(0.22, 1.14, 0.08, 0.24), (0.64, 0.60, -0.1, 0.22)] {
        let tip = pen.branch(
            (x * k, y * k),
            -0.27 - bend * 0.5,
            0.78 * k,
            bend,
            leaf * k,
            (0, 1),
        );
        pen.dot(tip, 0.02 * k, 2);
    }
    for (x, y, bend) in [(0.62, 1.16, 0.14), (0.20, 0.58, -0.16)] {
        for spread in [-0.09, 0.0, 0.09] {
            let path = pen.stem(
                (x * k, y * k),
                -0.25 + spread,
                (0.44 - spread.abs()) * k,
                bend + spread,
                0.006 * k,
                0,
            );
            if let Some(&(tip, _)) = path.last() {
                for n in 0..9 {
                    pen.put(
                        tip,
                        n as f32 / 9.0,
                        0.055 * k,
                        0.011 * k,
                        0.0,
                        Outline::Petal,
                        2,
                    );
                }
            }
        }
        pen.put(
            (x * k, y * k),
            -0.1,
            0.2 * k,
            0.03 * k,
            0.12,
            Outline::Leaf,
            1,
        );
        pen.put(
            (x * k, y * k),
            -0.4,
            0.2 * k,
            0.03 * k,
            -0.12,
            Outline::Leaf,
            1,
        );
    }
    for (x, y, heading) in [
        (0.46, 0.30, -0.3),
        (0.95, 0.95, -0.18),
        (0.02, 0.12, -0.22),
        (0.50, 0.98, -0.28),
    ] {
        pen.branch((x * k, y * k), heading, 0.2 * k, 0.12, 0.07 * k, (0, 1));
    }
    Motif::new(width, 1.36 * width, false, &pen.shapes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_drop_repeats_by_a_column_and_half_a_row() {
        let motif = damask(100.0);
        let mut drawn = 0;
        for i in 0..60 {
            for j in 0..60 {
                let (x, y) = (i as f32 * 1.7 + 0.31, j as f32 * 3.4 + 0.27);
                let here = motif.at(x, y).map(|s| s.ink);
                drawn += usize::from(here.is_some());
                assert_eq!(
                    here,
                    motif.at(x + 200.0, y).map(|s| s.ink),
                    "two columns on at {x}, {y}"
                );
                assert_eq!(
                    here,
                    motif.at(x + 100.0, y + 87.5).map(|s| s.ink),
                    "one column on, half a row down at {x}, {y}"
                );
            }
        }
        assert!(
            (700..2600).contains(&drawn),
            "figure and ground both show: {drawn} of 3600"
        );
    }

    #[test]
    fn a_damask_is_symmetric() {
        let motif = damask(100.0);
        let same = (0..50)
            .flat_map(|i| (0..80).map(move |j| (i as f32 + 0.37, j as f32 * 2.6 + 0.2)))
            .filter(|&(x, y)| {
                motif.at(x, y).map(|s| s.ink) == motif.at(100.0 - x, y).map(|s| s.ink)
            })
            .count();
        assert!(same >= 3980, "{same} of 4000 points equal their mirror");
    }
}
