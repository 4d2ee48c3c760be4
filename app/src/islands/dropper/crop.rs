//! The rectangle a person draws on the preview. Fractions of the picture throughout, origin top left.

/// Where on a rectangle a pointer took hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grip {
    /// Outside: a new rectangle starts here.
    New {
        /// Where, across.
        x: f64,
        /// Where, down.
        y: f64,
    },
    /// Inside: the whole moves; this far from its corner it was taken.
    Move {
        /// Across.
        x: f64,
        /// Down.
        y: f64,
    },
    /// Edges that follow the pointer; at a corner two of them.
    Edges {
        /// -1 left, 1 right, 0 neither.
        across: i8,
        /// -1 top, 1 bottom, 0 neither.
        down: i8,
    },
}

/// A rectangle inside the picture, never smaller than [`Rectangle::LEAST`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rectangle {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rectangle {
    /// Less than this shows no material any more.
    pub const LEAST: f64 = 0.05;
    /// One press of an arrow.
    pub const STEP: f64 = 0.02;
    /// What opens first: most of the picture, so that its edges are seen and within reach.
    pub const FIRST: Self = Self {
        x: 0.15,
        y: 0.15,
        width: 0.7,
        height: 0.7,
    };

    /// The rectangle between two corners, brought inside.
    fn between(ax: f64, ay: f64, bx: f64, by: f64) -> Self {
        let (ax, ay, bx, by) = (inside(ax), inside(ay), inside(bx), inside(by));
        let width = (ax - bx).abs().max(Self::LEAST);
        let height = (ay - by).abs().max(Self::LEAST);
        Self {
            x: ax.min(bx).min(1.0 - width),
            y: ay.min(by).min(1.0 - height),
            width,
            height,
        }
    }

    /// The same size somewhere else, as far as the picture goes.
    fn moved_to(self, x: f64, y: f64) -> Self {
        Self {
            x: x.clamp(0.0, 1.0 - self.width),
            y: y.clamp(0.0, 1.0 - self.height),
            ..self
        }
    }

    /// What a pointer at `x`, `y` takes hold of; `reach` is how near an edge counts, across and down.
    pub fn grip(this: Option<Self>, x: f64, y: f64, reach: (f64, f64)) -> Grip {
        let Some(r) = this else {
            return Grip::New { x, y };
        };
        let edge = |at: f64, start: f64, length: f64, reach: f64| {
            // on a small rectangle the inside stays free for moving
            let reach_in = reach.min(length / 3.0);
            if (start - reach..=start + reach_in).contains(&at) {
                Some(-1)
            } else if (start + length - reach_in..=start + length + reach).contains(&at) {
                Some(1)
            } else {
                (start..=start + length).contains(&at).then_some(0)
            }
        };
        match (
            edge(x, r.x, r.width, reach.0),
            edge(y, r.y, r.height, reach.1),
        ) {
            (Some(0), Some(0)) => Grip::Move {
                x: x - r.x,
                y: y - r.y,
            },
            (Some(across), Some(down)) => Grip::Edges { across, down },
            _ => Grip::New { x, y },
        }
    }

    /// The rectangle after the pointer that holds `grip` has come to `x`, `y`.
    pub fn drag(this: Option<Self>, grip: Grip, x: f64, y: f64) -> Self {
        let r = this.unwrap_or(Self::FIRST);
        match grip {
            Grip::New { x: from, y: top } => Self::between(from, top, x, y),
            Grip::Move { x: held, y: below } => r.moved_to(x - held, y - below),
            Grip::Edges { across, down } => {
                let (left, right) = pull(r.x, r.x + r.width, across, x);
                let (top, bottom) = pull(r.y, r.y + r.height, down, y);
                Self::between(left, top, right, bottom)
            }
        }
    }

    /// The rectangle after an arrow key: moved, or with `resize` its right or lower edge moved.
    pub fn arrow(self, key: &str, resize: bool) -> Option<Self> {
        let (dx, dy) = match key {
            "ArrowLeft" => (-Self::STEP, 0.0),
            "ArrowRight" => (Self::STEP, 0.0),
            "ArrowUp" => (0.0, -Self::STEP),
            "ArrowDown" => (0.0, Self::STEP),
            _ => return None,
        };
        Some(if resize {
            Self {
                width: (self.width + dx).clamp(Self::LEAST, 1.0 - self.x),
                height: (self.height + dy).clamp(Self::LEAST, 1.0 - self.y),
                ..self
            }
        } else {
            self.moved_to(self.x + dx, self.y + dy)
        })
    }

    /// In words, for those who do not see it.
    pub fn spoken(self) -> String {
        format!(
            "{} % wide, {} % high, {} % from the left, {} % from the top",
            percent(self.width),
            percent(self.height),
            percent(self.x),
            percent(self.y)
        )
    }

    /// For the photo, which checks it once more.
    pub fn crop(self) -> Option<photo::Crop> {
        photo::Crop::new(
            self.x as f32,
            self.y as f32,
            self.width as f32,
            self.height as f32,
        )
        .ok()
    }
}

/// Moves one of two edges to `to`, never past the other.
fn pull(low: f64, high: f64, which: i8, to: f64) -> (f64, f64) {
    match which {
        -1 => (to.min(high - Rectangle::LEAST), high),
        1 => (low, to.max(low + Rectangle::LEAST)),
        _ => (low, high),
    }
}

fn inside(value: f64) -> f64 {
    value.clamp(0.0, 1.0)
}

/// Whole percent.
pub fn percent(fraction: f64) -> u32 {
    (fraction * 100.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REACH: (f64, f64) = (0.03, 0.03);
    const BOX: Rectangle = Rectangle {
        x: 0.2,
        y: 0.2,
        width: 0.4,
        height: 0.4,
    };

    fn close(a: Rectangle, b: Rectangle) {
        for (a, b) in [
            (a.x, b.x),
            (a.y, b.y),
            (a.width, b.width),
            (a.height, b.height),
        ] {
            assert!((a - b).abs() < 1e-9, "{a} is not {b}");
        }
    }

    #[test]
    fn the_pointer_takes_hold_of_what_lies_under_it() {
        let grip = |x, y| Rectangle::grip(Some(BOX), x, y, REACH);
        assert_eq!(
            grip(0.21, 0.19),
            Grip::Edges {
                across: -1,
                down: -1
            }
        );
        assert_eq!(grip(0.6, 0.4), Grip::Edges { across: 1, down: 0 });
        assert!(matches!(grip(0.4, 0.4), Grip::Move { .. }));
        assert!(matches!(grip(0.9, 0.9), Grip::New { .. }));
        assert!(matches!(grip(0.9, 0.6), Grip::New { .. }));
        assert!(matches!(
            Rectangle::grip(None, 0.4, 0.4, REACH),
            Grip::New { .. }
        ));
    }

    #[test]
    fn dragging_draws_moves_and_pulls() {
        let drag = |grip, x, y| Rectangle::drag(Some(BOX), grip, x, y);
        let at = |x, y, width, height| Rectangle {
            x,
            y,
            width,
            height,
        };
        close(
            drag(Grip::New { x: 0.9, y: 0.1 }, 0.5, 0.5),
            at(0.5, 0.1, 0.4, 0.4),
        );
        close(
            drag(Grip::Move { x: 0.1, y: 0.1 }, 0.4, 2.0),
            at(0.3, 0.6, 0.4, 0.4),
        );
        close(
            drag(
                Grip::Edges {
                    across: -1,
                    down: 0,
                },
                0.1,
                0.9,
            ),
            at(0.1, 0.2, 0.5, 0.4),
        );
        // an edge stops before it passes the other
        close(
            drag(Grip::Edges { across: 1, down: 0 }, 0.0, 0.0),
            at(0.2, 0.2, Rectangle::LEAST, 0.4),
        );
    }

    #[test]
    fn arrows_move_and_with_shift_resize() {
        let at = BOX.arrow("ArrowRight", false);
        assert_eq!(at.map(|r| percent(r.x)), Some(22));
        let at = BOX.arrow("ArrowUp", true);
        assert_eq!(at.map(|r| percent(r.height)), Some(38));
        assert_eq!(BOX.arrow("a", false), None);
        assert_eq!(
            BOX.spoken(),
            "40 % wide, 40 % high, 20 % from the left, 20 % from the top"
        );
    }

    proptest! {
        #[test]
        fn whatever_is_done_it_stays_inside(
            moves in prop::collection::vec((-0.5f64..1.5, -0.5f64..1.5, 0usize..4, any::<bool>()), 1..40),
        ) {
            let keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
            let mut now = None;
            for (x, y, key, resize) in moves {
                let grip = Rectangle::grip(now, inside(x), inside(y), REACH);
                let dragged = Rectangle::drag(now, grip, y, x);
                for r in [dragged, dragged.arrow(keys[key], resize).unwrap_or(dragged)] {
                    prop_assert!(r.width >= Rectangle::LEAST - 1e-9 && r.height >= Rectangle::LEAST - 1e-9);
                    prop_assert!(r.x >= -1e-9 && r.y >= -1e-9);
                    prop_assert!(r.x + r.width <= 1.0 + 1e-9 && r.y + r.height <= 1.0 + 1e-9);
                    prop_assert!(r.crop().is_some());
                    now = Some(r);
                }
            }
        }
    }
}
