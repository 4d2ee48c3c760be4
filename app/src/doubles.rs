//! What is said of materials that are the same to the eye.

use material::Likeness;

/// How one is the same as the material it stands under.
pub fn how(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::File => "the same picture",
        Likeness::Picture => "the same picture, saved again",
        Likeness::Look => "looks the same",
    }
}

/// “3 makers have this look”, “2 more with this picture”.
pub fn line(also: &[Likeness]) -> String {
    let looks = also.iter().filter(|l| **l == Likeness::Look).count();
    let more = also.len().to_string();
    if looks == also.len() {
        // Within a look every maker stands once.
        [
            (also.len() + 1).to_string().as_str(),
            " makers have this look",
        ]
        .concat()
    } else if looks == 0 {
        [more.as_str(), " more with this picture"].concat()
    } else {
        [more.as_str(), " more that look the same"].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::line;
    use material::Likeness::{File, Look, Picture};

    #[test]
    fn the_line_says_how_they_are_the_same() {
        assert_eq!(line(&[Look, Look]), "3 makers have this look");
        assert_eq!(line(&[File, Picture]), "2 more with this picture");
        assert_eq!(line(&[Look, File]), "2 more that look the same");
    }
}
