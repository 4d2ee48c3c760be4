//! Units with joints between them: what tiles, bricks and setts share.

use crate::field::{fbm, gradient, smoothstep, value};
use crate::lay::{Lay, Unit};
use crate::shade::Rgb;
use crate::{Painter, Sample};

/// The joint between units.
#[derive(Debug, Clone, Copy)]
pub struct Joint {
    /// Its width in mm.
    pub mm: f32,
    /// Its colour.
    pub colour: Rgb,
    /// How far it lies below the face, in mm.
    pub depth: f32,
    /// Radius of the units' corners in mm.
    pub round: f32,
    /// How uneven the edges are, in mm.
    pub ragged: f32,
    /// Over how many mm the face bends down towards the joint.
    pub bevel: f32,
}

impl Joint {
    /// A plain joint with crisp edges.
    #[must_use]
    pub fn new(mm: f32, colour: Rgb) -> Self {
        Self {
            mm,
            colour,
            depth: 0.6,
            round: 0.4,
            ragged: 0.0,
            bevel: 0.8,
        }
    }
}

/// The sand and cement of a joint at (x, y), without its depth.
#[inline]
pub fn mortar(seed: u32, joint: &Joint, x: f32, y: f32) -> Sample {
    let sand = value(seed ^ 0x901, x * 1.3, y * 1.3) - 0.5;
    let cloud = fbm(seed ^ 0x902, x / 45.0, y / 45.0, 3);
    let colour = joint.colour.shift(sand * 0.16 + cloud * 0.07);
    Sample::new(
        colour,
        -joint.depth + sand * 0.12 * joint.depth.min(2.0),
        0.0,
    )
}

/// How far inside its face a point lies, in mm: below zero it is in the joint.
#[inline]
pub fn inside(seed: u32, joint: &Joint, unit_edge: f32, x: f32, y: f32) -> f32 {
    let mut edge = unit_edge - joint.mm * 0.5;
    if joint.ragged > 0.0 && edge < joint.ragged * 3.0 {
        edge += joint.ragged
            * (gradient(seed ^ 0x903, x / 14.0, y / 14.0)
                + 0.5 * gradient(seed ^ 0x904, x / 4.3, y / 4.3));
    }
    edge
}

/// Blends a unit's face into the joint around it; `edge` as from [`inside`].
#[inline]
pub fn bed(
    face: impl FnOnce() -> Sample,
    edge: f32,
    seed: u32,
    joint: &Joint,
    x: f32,
    y: f32,
) -> Sample {
    const BLUR: f32 = 0.12;
    if edge <= -BLUR {
        let mut s = mortar(seed, joint, x, y);
        // The face shades the joint beside it.
        s.colour = s
            .colour
            .times(1.0 - 0.35 * smoothstep(-1.2, 0.0, edge) * joint.depth.min(1.0));
        return s;
    }
    let mut s = face();
    if edge < joint.bevel {
        let t = 1.0 - edge.max(0.0) / joint.bevel;
        s.height -= t * t * joint.bevel.min(joint.depth) * 0.5;
    }
    if edge < BLUR {
        let m = mortar(seed, joint, x, y);
        let t = smoothstep(-BLUR, BLUR, edge);
        s.colour = crate::shade::mix(m.colour, s.colour, t);
        s.height = m.height + (s.height - m.height) * t;
        s.gloss *= t;
        s.metal *= t;
    }
    s
}

/// A surface of units in a bond. `body` paints a unit's face and gets the unit and the point of the surface.
pub fn laid(
    seed: u32,
    lay: Lay,
    joint: Joint,
    body: impl Fn(&Unit, f32, f32) -> Sample + Send + Sync,
) -> impl Painter {
    move |x: f32, y: f32| {
        let unit = lay.at(seed, x, y);
        let edge = inside(
            seed,
            &joint,
            unit.rounded_edge(joint.round + joint.mm * 0.5),
            x,
            y,
        );
        bed(|| body(&unit, x, y), edge, seed, &joint, x, y)
    }
}
