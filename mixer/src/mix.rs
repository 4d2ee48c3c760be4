//! The colours that are being put together, and their shares.

use std::cell::RefCell;

use browser::js;
use material::{Lab, Palette, hex, parse_hex, whole_shares};
use web_sys::Element;

use crate::paint::paint;

/// One colour of the mix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// `#rrggbb`.
    pub code: String,
    /// Per cent.
    pub share: u8,
    /// The pixel of the photo it was picked at: corrected light changes it.
    pub at: Option<(usize, usize)>,
}

/// Up to five colours; their shares make 100.
#[derive(Debug, Default)]
pub struct Mix {
    /// The form; there once the page is awake.
    pub form: Option<Element>,
    /// The colours.
    pub picks: Vec<Pick>,
    /// What went wrong, in a sentence.
    pub error: Option<String>,
}

thread_local! {
    static MIX: RefCell<Mix> = RefCell::default();
}

/// Changes the mix, then shows it. What went wrong before is forgotten.
pub fn change<T>(how: impl FnOnce(&mut Mix) -> T) -> T {
    MIX.with_borrow_mut(|mix| {
        mix.error = None;
        let out = how(mix);
        paint(mix);
        out
    })
}

/// Starts with what the form holds, unless nobody has touched it.
pub fn begin_with(form: Element) {
    let fields = |selector: &str| -> Vec<String> {
        js::call(&form, "querySelectorAll", [selector.into()])
            .map(|list| {
                js::items(&list)
                    .filter_map(|field| js::text(&field, "value"))
                    .collect()
            })
            .unwrap_or_default()
    };
    let mut picks = Vec::new();
    if !form.has_attribute("data-fresh") {
        let codes = fields(".mix-colour input");
        for (code, share) in codes.into_iter().zip(fields(".mix-share input")) {
            match share.parse() {
                Ok(share) if share > 0 => picks.push(Pick {
                    code,
                    share,
                    at: None,
                }),
                _ => {}
            }
        }
    }
    change(|mix| {
        mix.form = Some(form);
        mix.picks = picks;
        // the browser may have kept what was typed before a reload
        mix.even_out();
    });
}

impl Mix {
    /// The shares in their order.
    pub fn shares(&self) -> Vec<u8> {
        self.picks.iter().map(|pick| pick.share).collect()
    }

    /// Gives every colour its share.
    pub fn set_shares(&mut self, shares: Vec<u8>) {
        for (pick, share) in self.picks.iter_mut().zip(shares) {
            pick.share = share;
        }
    }

    fn even_out(&mut self) {
        let weights: Vec<f32> = self.picks.iter().map(|p| f32::from(p.share)).collect();
        self.set_shares(whole_shares(&weights));
    }

    /// Adds a colour with as much as each of the others has on average. One that is there already stays.
    pub fn add(&mut self, code: &str, at: Option<(usize, usize)>) {
        if self.picks.iter().any(|pick| pick.code == code) {
            self.error = Some("This colour is there already.".to_owned());
        } else if self.picks.len() >= Palette::MOST {
            self.error =
                Some("Five colours are what fits. Take one off to add another.".to_owned());
        } else {
            let n = self.picks.len();
            self.picks.push(Pick {
                code: code.to_owned(),
                share: 100usize.checked_div(n).unwrap_or(100) as u8,
                at,
            });
            self.even_out();
        }
    }

    /// Takes a colour off; the others share what it had.
    pub fn remove(&mut self, at: usize) {
        if at < self.picks.len() {
            self.picks.remove(at);
            self.even_out();
        }
    }

    /// Starts anew with these colours, the first five of them by weight.
    pub fn replace(&mut self, colours: impl Iterator<Item = (Lab, f32)>) {
        let colours: Vec<_> = colours.take(Palette::MOST).collect();
        if let Ok(palette) = Palette::of(&colours) {
            self.picks = palette
                .parts()
                .iter()
                .map(|part| Pick {
                    code: part.code().to_owned(),
                    share: part.share(),
                    at: None,
                })
                .collect();
        }
    }

    /// Gives a row another colour.
    pub fn recolour(&mut self, at: usize, code: &str) {
        if let (Some(pick), Ok(lab)) = (self.picks.get_mut(at), parse_hex(code)) {
            pick.code = hex(lab);
            pick.at = None;
        }
    }

    /// The palette as an address holds it; none without colours. Two rows may have come to the same colour:
    /// they are one.
    pub fn address(&self) -> Option<String> {
        let parts: Vec<String> = self
            .picks
            .iter()
            .map(|pick| {
                [
                    pick.code.trim_start_matches('#'),
                    ":",
                    &pick.share.to_string(),
                ]
                .concat()
            })
            .collect();
        Palette::parse(&parts.join(",")).ok().map(|p| p.to_string())
    }
}

/// A colour as `#rrggbb`.
pub fn code_of(rgb: [u8; 3]) -> String {
    let mut out = String::from("#");
    for byte in rgb {
        for digit in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_and_go_and_make_a_hundred() {
        let mut mix = Mix::default();
        assert_eq!(mix.address(), None);
        for code in ["#c8b59a", "#4a3b2a", "#ffffff", "#000000", "#112233"] {
            mix.add(code, None);
            assert_eq!(mix.shares().iter().map(|s| u32::from(*s)).sum::<u32>(), 100);
        }
        assert_eq!(mix.shares(), [20; 5]);
        mix.add("#abcdef", None);
        assert!(
            mix.error
                .as_deref()
                .is_some_and(|e| e.starts_with("Five colours"))
        );
        mix.error = None;
        mix.remove(4);
        mix.add("#c8b59a", None);
        assert!(mix.error.is_some(), "twice the same");
        assert_eq!(mix.shares(), [25; 4]);
        mix.remove(9);
        assert_eq!(mix.picks.len(), 4);
    }

    #[test]
    fn codes_have_two_digits_a_channel() {
        assert_eq!(code_of([0, 10, 255]), "#000aff");
    }

    #[test]
    fn a_field_of_colour_changes_its_row_and_forgets_the_photo() {
        let mut mix = Mix::default();
        mix.add("#c8b59a", Some((3, 4)));
        mix.recolour(0, "#4A3B2A");
        assert_eq!(mix.address().as_deref(), Some("4a3b2a:100"));
        assert_eq!(mix.picks[0].at, None);
        mix.recolour(0, "nonsense");
        mix.recolour(7, "#000000");
        assert_eq!(mix.address().as_deref(), Some("4a3b2a:100"));
    }
}
