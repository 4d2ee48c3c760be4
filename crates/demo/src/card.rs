//! The card a librarian would write for a material: short to write here, complete in the library.
//!
//! Words come from the closed lists of the trade and are checked as they are read; a misspelt one stops the first test.

use std::sync::Arc;

use material::{
    Application, Category, Currency, Description, Finish, FireClass, Name, NewMaterial, Pattern,
    Price, PriceUnit, Properties, Size, SlipRating, Slug, Spec, Texture, Word,
};

use crate::{Painter, Piece, View};

/// The day all demo prices were named.
const PRICE_DATE: &str = "2026-10-01";

/// A card that is being written.
#[derive(Debug, Clone)]
pub struct Card(NewMaterial);

/// Reads one of this crate's own constants; a wrong one is a mistake in the source.
fn own<T, E: std::fmt::Display>(read: Result<T, E>, what: &str) -> T {
    read.unwrap_or_else(|e| panic!("demo library, {what}: {e}"))
}

impl Card {
    /// Begins a card. `category` is a path such as `wood/oak`.
    ///
    /// # Panics
    /// This and every other step panics on a word that is in none of the closed lists: cards are source, not input.
    #[must_use]
    pub fn new(name: &str, maker: &str, category: &str) -> Self {
        let slug = own(Slug::from_text(name), name);
        let initials: String = maker
            .split_whitespace()
            .filter_map(|w| w.chars().next())
            .filter(|c| c.is_alphabetic())
            .collect();
        let key = format!("{initials}-{}", slug.as_str());
        Self(NewMaterial {
            key: own(Name::parse(&key), name),
            slug,
            name: own(Name::parse(name), name),
            maker: Some(own(Name::parse(maker), name)),
            description: own(Description::parse(""), name),
            properties: Properties {
                category: Some(own(Category::parse(category), name)),
                ..Properties::default()
            },
        })
    }

    fn with(mut self, change: impl FnOnce(&mut Properties)) -> Self {
        change(&mut self.0.properties);
        self
    }

    /// One or two honest sentences.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        self.0.description = own(Description::parse(text), text);
        self
    }

    /// The finish, e.g. `honed`.
    #[must_use]
    pub fn finish(self, word: &str) -> Self {
        self.with(|p| p.finish = Some(own(Finish::parse(word), word)))
    }

    /// The texture, e.g. `grained`.
    #[must_use]
    pub fn texture(self, word: &str) -> Self {
        self.with(|p| p.texture = Some(own(Texture::parse(word), word)))
    }

    /// The pattern, e.g. `herringbone`.
    #[must_use]
    pub fn pattern(self, word: &str) -> Self {
        self.with(|p| p.pattern = Some(own(Pattern::parse(word), word)))
    }

    /// The period of the pattern in mm.
    #[must_use]
    pub fn scale(self, mm: f32) -> Self {
        self.with(|p| p.pattern_scale_mm = Some(mm))
    }

    /// Where it may be used: words with spaces between, e.g. `floor wet-room`.
    #[must_use]
    pub fn uses(self, words: &str) -> Self {
        self.with(|p| {
            for word in words.split_whitespace() {
                let word = own(Application::parse(word), word);
                if !p.applications.contains(&word) {
                    p.applications.push(word);
                }
            }
        })
    }

    /// The size it is sold in, in mm: `180x2200x14`, or the width of a roll.
    #[must_use]
    pub fn size(self, text: &str) -> Self {
        self.with(|p| p.size = Some(own(Size::parse(text), text)))
    }

    /// The recommended joint in mm; give the size first.
    #[must_use]
    pub fn joint(self, mm: f32) -> Self {
        self.with(|p| {
            if let Some(size) = p.size.as_mut() {
                size.joint_mm = Some(mm);
            }
        })
    }

    /// The price in euro per m².
    #[must_use]
    pub fn price(self, amount: &str) -> Self {
        self.price_per(amount, "m2")
    }

    /// The price in euro per another unit: `m`, `piece`, `l`.
    #[must_use]
    pub fn price_per(self, amount: &str, unit: &str) -> Self {
        self.with(|p| {
            p.price = Some(Price {
                cents: own(Price::parse_cents(amount), amount),
                currency: Currency::Eur,
                unit: own(PriceUnit::parse(unit), unit),
                date: Some(PRICE_DATE.to_owned()),
            });
        })
    }

    /// Reaction to fire after EN 13501-1, e.g. `Bfl-s1`.
    #[must_use]
    pub fn fire(self, class: &str) -> Self {
        self.with(|p| p.fire = Some(own(FireClass::parse(class), class)))
    }

    /// Slip resistance by the ramp test, e.g. `r10`.
    #[must_use]
    pub fn slip(self, rating: &str) -> Self {
        self.with(|p| p.slip = Some(own(SlipRating::parse(rating), rating)))
    }

    /// A measure or certificate without a field of its own.
    #[must_use]
    pub fn spec(self, name: &str, value: &str) -> Self {
        self.with(|p| {
            p.specs.push(Spec {
                name: own(Name::parse(name), name),
                value: own(Name::parse(value), value),
            })
        })
    }

    /// The country it comes from.
    #[must_use]
    pub fn origin(self, country: &str) -> Self {
        self.spec("Origin", country)
    }

    /// Certificates, named and set apart by commas.
    #[must_use]
    pub fn certificates(self, names: &str) -> Self {
        self.spec("Certificates", names)
    }

    /// Recycled content in percent of weight.
    #[must_use]
    pub fn recycled(self, percent: u8) -> Self {
        self.spec("Recycled content", &format!("{percent} %"))
    }

    /// Adds the surface: the card becomes a piece with a face view, a close-up and now and then a third view.
    /// `mm_across` is the width the face view shows.
    #[must_use]
    pub fn piece(self, painter: impl Painter + 'static, mm_across: f32) -> Piece {
        // Which second view a piece gets is drawn from its name, so that the library is not all alike.
        let luck = self
            .0
            .slug
            .as_str()
            .bytes()
            .fold(7_u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b)));
        let views = match luck % 5 {
            0 | 1 => vec![View::face(), View::close_up()],
            2 => vec![View::face(), View::evening()],
            3 => vec![View::face(), View::overcast()],
            _ => vec![View::face(), View::close_up(), View::evening()],
        };
        Piece {
            material: self.0,
            views,
            painter: Arc::new(painter),
            mm_across,
        }
    }
}
