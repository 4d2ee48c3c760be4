//! Models that are known to work, and what to expect of each.

/// A published model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// Short name, which is also its folder's.
    pub name: &'static str,
    /// Architecture: decides tokenizer and preprocessing.
    pub family: Family,
    /// Length of its vectors.
    pub dims: u32,
    /// Width and height of the pictures it sees, in pixels.
    pub input_px: u32,
    /// Both towers as they are published, in megabytes (f32).
    pub size_mb: u32,
    /// Licence of the weights (SPDX).
    pub licence: &'static str,
    /// How well words find pictures: mean of recall@1, @5 and @10 over the English captions of
    /// Crossmodal-3600, in percent, as published in immich's documentation.
    pub recall: f32,
    /// The one to take where nothing speaks for another.
    pub recommended: bool,
}

/// How a model was trained, as far as it decides how to ask it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Centre-cropped pictures, byte-pair tokens of English, 77 of them.
    Clip,
    /// Squashed pictures, sentence-piece tokens of many languages, 64 of them.
    SigLip2,
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Clip => "CLIP",
            Self::SigLip2 => "SigLIP 2",
        })
    }
}

/// Sizes follow from the parameter counts of open_clip's model profile, four bytes each.
const KNOWN: [Known; 4] = [
    Known {
        name: "ViT-B-32__laion2b-s34b-b79k",
        family: Family::Clip,
        dims: 512,
        input_px: 224,
        size_mb: 605,
        licence: "MIT",
        recall: 68.78,
        recommended: true,
    },
    Known {
        name: "ViT-B-32__openai",
        family: Family::Clip,
        dims: 512,
        input_px: 224,
        size_mb: 605,
        licence: "MIT",
        recall: 59.37,
        recommended: false,
    },
    Known {
        name: "ViT-B-32-SigLIP2-256__webli",
        family: Family::SigLip2,
        dims: 768,
        input_px: 256,
        size_mb: 1_507,
        licence: "Apache-2.0",
        recall: 73.15,
        recommended: false,
    },
    Known {
        name: "ViT-B-16-SigLIP2__webli",
        family: Family::SigLip2,
        dims: 768,
        input_px: 224,
        size_mb: 1_501,
        licence: "Apache-2.0",
        recall: 75.19,
        recommended: false,
    },
];

/// The known models, the recommended one first.
pub fn catalogue() -> &'static [Known] {
    &KNOWN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::ModelName;

    #[test]
    fn one_is_recommended_and_stands_first() {
        let recommended: Vec<_> = catalogue().iter().filter(|k| k.recommended).collect();
        assert_eq!(recommended.len(), 1);
        assert_eq!(recommended[0].name, catalogue()[0].name);
    }

    #[test]
    fn every_name_can_be_pulled() {
        for known in catalogue() {
            let name = ModelName::parse(known.name).expect("a name");
            assert_eq!(name.folder(), known.name);
            assert!((0.0..100.0).contains(&known.recall) && known.dims > 0 && known.size_mb > 0);
        }
    }
}
