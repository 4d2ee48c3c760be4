//! The ways of being alike: their scores, their weights, and how they become one order.

use serde::{Deserialize, Serialize};

/// One way of being alike, which a designer can weigh.
///
/// The aliases read answers that were frozen under earlier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Leg {
    /// Nearness of embeddings: everything one sees at once.
    #[serde(alias = "visual")]
    Look,
    /// Palette distance.
    #[serde(alias = "colours")]
    Colour,
    /// How lively, lined, spotted the surface is, and what it would feel like.
    Texture,
    /// What repeats, how regularly, and whether it has a direction.
    Pattern,
    /// How large what one sees on it is.
    Scale,
    /// Gloss, and the process that made it.
    Finish,
    /// What it is.
    #[serde(alias = "properties")]
    Kind,
    /// The words typed.
    Words,
}

impl Leg {
    /// Every leg.
    pub const ALL: [Self; 8] = [
        Self::Look,
        Self::Colour,
        Self::Texture,
        Self::Pattern,
        Self::Scale,
        Self::Finish,
        Self::Kind,
        Self::Words,
    ];

    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Look => "Look",
            Self::Colour => "Colour",
            Self::Texture => "Texture",
            Self::Pattern => "Pattern",
            Self::Scale => "Scale",
            Self::Finish => "Finish",
            Self::Kind => "Kind",
            Self::Words => "Words",
        }
    }

    /// Its weight's name in addresses.
    pub fn weight_key(self) -> &'static str {
        match self {
            Self::Look => "w_look",
            Self::Colour => "w_colour",
            Self::Texture => "w_texture",
            Self::Pattern => "w_pattern",
            Self::Scale => "w_scale",
            Self::Finish => "w_finish",
            Self::Kind => "w_kind",
            Self::Words => "w_words",
        }
    }

    /// Reads a weight's name, also as it stood in earlier addresses.
    pub fn of_weight_key(key: &str) -> Option<Self> {
        match key {
            "w_visual" => Some(Self::Look),
            "w_colours" => Some(Self::Colour),
            "w_properties" => Some(Self::Kind),
            _ => Self::ALL.into_iter().find(|leg| leg.weight_key() == key),
        }
    }
}

/// The agreement of every leg, 0 to 1; `None` where the search or the material has nothing to compare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LegScores {
    /// Calibrated look.
    #[serde(alias = "visual", skip_serializing_if = "Option::is_none")]
    pub look: Option<f32>,
    /// Palette.
    #[serde(alias = "colours", skip_serializing_if = "Option::is_none")]
    pub colour: Option<f32>,
    /// Texture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub texture: Option<f32>,
    /// Pattern.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<f32>,
    /// Scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f32>,
    /// Finish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish: Option<f32>,
    /// Kind.
    #[serde(alias = "properties", skip_serializing_if = "Option::is_none")]
    pub kind: Option<f32>,
    /// Words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<f32>,
}

impl LegScores {
    /// The agreement of one leg. What is not a finite number is none.
    pub fn of(&self, leg: Leg) -> Option<f32> {
        match leg {
            Leg::Look => self.look,
            Leg::Colour => self.colour,
            Leg::Texture => self.texture,
            Leg::Pattern => self.pattern,
            Leg::Scale => self.scale,
            Leg::Finish => self.finish,
            Leg::Kind => self.kind,
            Leg::Words => self.words,
        }
        .filter(|score| score.is_finite())
    }

    /// Where the agreement of one leg stands.
    pub fn slot(&mut self, leg: Leg) -> &mut Option<f32> {
        match leg {
            Leg::Look => &mut self.look,
            Leg::Colour => &mut self.colour,
            Leg::Texture => &mut self.texture,
            Leg::Pattern => &mut self.pattern,
            Leg::Scale => &mut self.scale,
            Leg::Finish => &mut self.finish,
            Leg::Kind => &mut self.kind,
            Leg::Words => &mut self.words,
        }
    }
}

/// How much each leg counts, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// The look of the picture.
    #[serde(alias = "visual")]
    pub look: u8,
    /// The palette.
    #[serde(alias = "colours")]
    pub colour: u8,
    /// Liveliness, lines, spots; what it would feel like.
    pub texture: u8,
    /// What repeats.
    pub pattern: u8,
    /// How large it is.
    pub scale: u8,
    /// Gloss.
    pub finish: u8,
    /// What it is.
    #[serde(alias = "properties")]
    pub kind: u8,
    /// The words typed.
    pub words: u8,
}

/// Chosen by `veneer eval`; `DESIGN.md` says against what.
impl Default for Weights {
    fn default() -> Self {
        Self {
            look: 100,
            colour: 20,
            texture: 8,
            pattern: 12,
            scale: 5,
            finish: 8,
            kind: 60,
            words: 80,
        }
    }
}

impl Weights {
    /// Nothing counts.
    pub const NONE: Self = Self {
        look: 0,
        colour: 0,
        texture: 0,
        pattern: 0,
        scale: 0,
        finish: 0,
        kind: 0,
        words: 0,
    };

    /// One leg and nothing else.
    #[must_use]
    pub fn only(leg: Leg) -> Self {
        let mut weights = Self::NONE;
        *weights.slot(leg) = 100;
        weights
    }

    /// The weight of a leg, 0 to 1.
    pub fn of(mut self, leg: Leg) -> f32 {
        f32::from((*self.slot(leg)).min(100)) / 100.0
    }

    /// Where the weight of a leg stands.
    pub fn slot(&mut self, leg: Leg) -> &mut u8 {
        match leg {
            Leg::Look => &mut self.look,
            Leg::Colour => &mut self.colour,
            Leg::Texture => &mut self.texture,
            Leg::Pattern => &mut self.pattern,
            Leg::Scale => &mut self.scale,
            Leg::Finish => &mut self.finish,
            Leg::Kind => &mut self.kind,
            Leg::Words => &mut self.words,
        }
    }
}

/// How the legs become one order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fusion {
    /// The weighted mean of their calibrated scores.
    #[default]
    Scores,
    /// Weighted reciprocal ranks: deaf to how far one hit is from the next.
    Ranks,
    /// The weighted mean of scores stretched to where those of this search lie.
    Distribution,
}

impl Fusion {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Scores, Self::Ranks, Self::Distribution];

    /// As it stands in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scores => "scores",
            Self::Ranks => "ranks",
            Self::Distribution => "distribution",
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "what cannot be read has failed the test"
    )]

    use super::*;

    #[test]
    fn scores_frozen_under_earlier_names_are_read() {
        let old = r#"{"visual":0.5,"properties":0.25,"words":null,"colours":0.75}"#;
        let scores: LegScores = serde_json::from_str(old).unwrap();
        assert_eq!(
            (scores.look, scores.kind, scores.words, scores.colour),
            (Some(0.5), Some(0.25), None, Some(0.75))
        );
        for (name, leg) in [
            ("visual", Leg::Look),
            ("properties", Leg::Kind),
            ("colours", Leg::Colour),
        ] {
            let read: Leg = serde_json::from_str(&format!("\"{name}\"")).unwrap();
            assert_eq!(read, leg);
        }
    }

    #[test]
    fn every_leg_has_a_slot_of_its_own_and_nan_is_none() {
        let mut scores = LegScores::default();
        for (i, leg) in Leg::ALL.into_iter().enumerate() {
            assert_eq!(scores.of(leg), None);
            *scores.slot(leg) = Some(i as f32);
        }
        for (i, leg) in Leg::ALL.into_iter().enumerate() {
            assert_eq!(scores.of(leg), Some(i as f32));
            assert_eq!(Leg::of_weight_key(leg.weight_key()), Some(leg));
        }
        for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            scores.look = Some(broken);
            assert_eq!(scores.of(Leg::Look), None);
        }
    }
}
