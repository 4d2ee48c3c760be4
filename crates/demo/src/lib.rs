//! The demo library: fictional materials, painted from physical rules, so that a first start has something to search.
//!
//! [`library`] says what there is, [`render`] paints one view of a piece. Both are deterministic: the same bytes on every
//! machine and every run. A piece is a [`Painter`], a function over the surface in millimetres, so every grain, joint and
//! thread has its true size, and a [`View`] says where, how near, how turned and in what light it is photographed.

pub mod card;
pub mod field;
pub mod lay;
pub mod makers;
pub mod shade;
pub mod shots;

mod camera;
mod hard;
mod soft;

pub use camera::{Picture, View, picture};

use std::sync::Arc;

use shade::Rgb;

/// The surface at one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Its own colour, in linear light.
    pub colour: Rgb,
    /// Height above the mean surface in mm; the camera takes the relief from the differences.
    pub height: f32,
    /// 0 matt … 1 like a mirror.
    pub gloss: f32,
    /// 0 anything else, 1 bare metal: it mirrors the room in its own colour.
    pub metal: f32,
}

impl Sample {
    /// A point of anything but metal.
    #[must_use]
    #[inline(always)]
    pub fn new(colour: Rgb, height: f32, gloss: f32) -> Self {
        Self {
            colour,
            height,
            gloss,
            metal: 0.0,
        }
    }

    /// A point of bare metal.
    #[must_use]
    #[inline(always)]
    pub fn metal(colour: Rgb, height: f32, gloss: f32) -> Self {
        Self {
            colour,
            height,
            gloss,
            metal: 1.0,
        }
    }
}

/// A surface without end, asked point by point. Any closure from (x mm, y mm) to a [`Sample`] is one.
pub trait Painter: Send + Sync {
    /// The surface at (`x_mm`, `y_mm`); x to the right, y down.
    fn sample(&self, x_mm: f32, y_mm: f32) -> Sample;
}

impl<F: Fn(f32, f32) -> Sample + Send + Sync> Painter for F {
    fn sample(&self, x_mm: f32, y_mm: f32) -> Sample {
        self(x_mm, y_mm)
    }
}

/// One material of the demo library with all it takes to photograph it.
#[derive(Clone)]
pub struct Piece {
    /// Its name, maker, properties and specs.
    pub material: material::NewMaterial,
    /// The photographs to take; at least two.
    pub views: Vec<View>,
    /// The surface.
    pub painter: Arc<dyn Painter>,
    /// How many millimetres of the surface the face view shows from edge to edge.
    pub mm_across: f32,
}

/// The whole demo library, always the same pieces in the same order.
#[must_use]
pub fn library() -> Vec<Piece> {
    let mut pieces = hard::pieces();
    pieces.extend(soft::pieces());
    pieces
}

/// Paints one view of a piece as a square of `side` × `side` pixels. A view that does not exist shows the last one.
#[must_use]
pub fn render(piece: &Piece, view: usize, side: u32) -> Picture {
    let view = piece
        .views
        .get(view)
        .or(piece.views.last())
        .copied()
        .unwrap_or_else(View::face);
    picture(piece.painter.as_ref(), &view, piece.mm_across, side)
}
