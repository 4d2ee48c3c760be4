//! What a call costs, in whole micro-dollars, always rounded up.

use crate::Usage;

/// Millionths of a US dollar.
pub type MicroUsd = u64;

/// A model's price. Zero throughout for servers of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Price {
    /// A million tokens of question.
    pub input: MicroUsd,
    /// A million tokens of answer.
    pub output: MicroUsd,
    /// Each picture, beside its tokens.
    pub image: MicroUsd,
}

impl Price {
    /// Nothing.
    pub const FREE: Self = Self {
        input: 0,
        output: 0,
        image: 0,
    };

    /// For a paid model whose price nobody stated: dearer than vision models of the kind that is
    /// useful here, so that the budget errs on the safe side.
    pub const ASSUMED: Self = Self {
        input: 5_000_000,
        output: 20_000_000,
        image: 0,
    };

    /// The same for a model that makes vectors of pictures, whichever way it counts.
    pub const ASSUMED_EMBEDDING: Self = Self {
        input: 5_000_000,
        output: 0,
        image: 1_000,
    };

    /// Dollars a million tokens, as price lists have it.
    pub const fn per_million(input: MicroUsd, output: MicroUsd) -> Self {
        Self {
            input,
            output,
            image: 0,
        }
    }

    /// Whether calls cost nothing.
    pub fn is_free(self) -> bool {
        self == Self::FREE
    }

    /// What a call with one picture costs.
    pub fn of(self, usage: Usage) -> MicroUsd {
        let part = |price: MicroUsd, tokens: u64| {
            (u128::from(price) * u128::from(tokens)).div_ceil(1_000_000)
        };
        let total = part(self.input, usage.input)
            + part(self.output, usage.output)
            + u128::from(self.image);
        MicroUsd::try_from(total).unwrap_or(MicroUsd::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_round_up_and_never_overflow() {
        let price = Price {
            input: 1_200_000,
            output: 1_200_000,
            image: 5,
        };
        let usage = Usage {
            input: 1_000,
            output: 1,
        };
        assert_eq!(price.of(usage), 1_200 + 2 + 5);
        assert_eq!(Price::FREE.of(usage), 0);
        let endless = Usage {
            input: u64::MAX,
            output: u64::MAX,
        };
        assert_eq!(price.of(endless), MicroUsd::MAX);
    }
}
