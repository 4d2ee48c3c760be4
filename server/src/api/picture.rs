//! A picture as it stands in JSON.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use search::Veneer;

use super::problem::Problem;

/// A small one, for the description: brown stripes.
pub const EXAMPLE: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgAQMAAABJtOi3AAAABlBMVEW+lmSgeEuwNU+oAAAAEUlEQVR42mPkZ2BgYGIYtAQAHfEAT27RQjMAAAAASUVORK5CYII=";

/// A picture as it stands in JSON.
#[derive(Debug)]
pub enum Picture {
    /// Its bytes.
    Bytes(Bytes),
    /// Where it is.
    Address(String),
}

/// Padding is often lost on the way, and nothing depends on it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Picture {
    /// Reads base64, a data URL or an http address.
    ///
    /// # Errors
    /// [`Code::InvalidValue`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let starts = |with: &str| {
            text.get(..with.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(with))
        };
        if starts("http://") || starts("https://") {
            return Ok(Self::Address(text.to_owned()));
        }
        let data = if starts("data:") {
            text.split_once(";base64,")
                .map(|(_, data)| data)
                .ok_or_else(|| {
                    Problem::value("A data URL has to be in base64: data:image/jpeg;base64,…")
                })?
        } else {
            text
        };
        let data: Vec<u8> = data.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        if data.is_empty() {
            return Err(Problem::value("The photo is empty."));
        }
        let bytes = BASE64.decode(data).map_err(|_| {
            Problem::value("A photo is base64, a data URL in base64, or an address with https://.")
        })?;
        Ok(Self::Bytes(bytes.into()))
    }

    /// Its bytes, fetched where it is an address.
    ///
    /// # Errors
    /// Whatever is wrong with the address.
    pub async fn bytes(self, veneer: &Veneer) -> Result<Bytes, Problem> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Address(address) => Ok(veneer.fetched(&address).await?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_in_three_forms() {
        assert!(matches!(Picture::parse(EXAMPLE), Ok(Picture::Bytes(_))));
        let bytes = |text: &str| match Picture::parse(text) {
            Ok(Picture::Bytes(bytes)) => bytes.to_vec(),
            other => panic!("{other:?}"),
        };
        for form in [
            "aGVsbG8=",
            "aGVsbG8",
            " aGVs\nbG8= ",
            "data:image/png;base64,aGVsbG8=",
        ] {
            assert_eq!(bytes(form), b"hello", "{form}");
        }
        assert!(matches!(
            Picture::parse("HTTPS://x/y.jpg"),
            Ok(Picture::Address(_))
        ));
        for bad in [
            "",
            "  ",
            "data:,hello",
            "data:image/png;base64,",
            "not base64!",
            "ftp://x",
            "é",
        ] {
            assert!(Picture::parse(bad).is_err(), "{bad}");
        }
    }
}
