//! Free text from a model, made fit to stand on a page: plain words, no addresses, a few lines.

/// Schemes that make a word an address or worse.
const SCHEMES: [&str; 8] = [
    "http:",
    "https:",
    "ftp:",
    "mailto:",
    "javascript:",
    "data:",
    "file:",
    "tel:",
];

/// At most `limit` characters of plain text: markup, control and invisible characters and whatever
/// looks like an address are gone, white space is folded, and a cut is made between words.
pub(super) fn plain(text: &str, limit: usize) -> String {
    // What comes after many times the limit is not worth looking at.
    let text: String = text.chars().take(limit.saturating_mul(8)).collect();
    let text: String = without_tags(&text)
        .chars()
        .filter_map(|c| match c {
            c if c.is_whitespace() || c.is_control() => Some(' '),
            c if is_invisible(c) => None,
            // Marks of Markdown and HTML.
            '<' | '>' | '`' | '*' | '_' | '#' | '|' | '[' | ']' | '{' | '}' | '\\' | '~' => {
                Some(' ')
            }
            c => Some(c),
        })
        .collect();
    let mut out = String::new();
    let mut length = 0;
    for word in text.split(' ').filter(|w| !w.is_empty() && !is_address(w)) {
        let letters = word.chars().count();
        if length + letters + 1 > limit {
            if out.is_empty() {
                out.extend(word.chars().take(limit));
            }
            break;
        }
        if !out.is_empty() {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += letters;
    }
    out
}

/// `<b>` and the like; a lone `<` stays, to be dropped as a mark.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let is_tag = from[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        match from.find('>') {
            Some(end) if is_tag => {
                out.push(' ');
                rest = &from[end + 1..];
            }
            _ => {
                out.push(' ');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Zero-width characters, marks of writing direction, soft hyphens, tags and private use.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{10ffff}'
    )
}

/// `https://…`, `www.…`, `shop.example`, `someone@…`, `10.0.0.1/…`
fn is_address(word: &str) -> bool {
    let word = word.to_lowercase();
    if word.contains("://")
        || word.contains('@')
        || word.contains("www.")
        || SCHEMES.iter().any(|scheme| word.contains(scheme))
    {
        return true;
    }
    let host = word.trim_matches(|c: char| !c.is_alphanumeric());
    let host = host.split(['/', '?', ':']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let named = labels.len() >= 2
        && labels.iter().all(|l| !l.is_empty())
        && labels
            .last()
            .is_some_and(|last| last.chars().count() >= 2 && last.chars().all(char::is_alphabetic));
    let numbered = labels.len() == 4
        && labels
            .iter()
            .all(|l| !l.is_empty() && l.chars().all(|c| c.is_ascii_digit()));
    named || numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_addresses_go() {
        for (given, kept) in [
            (
                "Honed marble, 1.5 mm joints.",
                "Honed marble, 1.5 mm joints.",
            ),
            ("Buy at https://evil.example/x now", "Buy at now"),
            ("see WWW.EVIL.EXAMPLE, or evil.shop.", "see or"),
            ("mail me@evil.example please", "mail please"),
            ("go to 10.0.0.1/admin today", "go to today"),
            ("javascript:alert(1) oak", "oak"),
            ("[click](https://evil.example)", "click"),
            (
                "<b>bold</b> <script>alert(1)</script> oak",
                "bold alert(1) oak",
            ),
            ("a < b and c > d", "a b and c d"),
            ("**oak** `x` # head", "oak x head"),
            (
                "one\u{0}two\nthree\u{202e}four\u{200b}five",
                "one two threefourfive",
            ),
            ("oak, e.g. planks", "oak, e.g. planks"),
        ] {
            assert_eq!(plain(given, 200), kept, "{given}");
        }
    }

    #[test]
    fn cuts_between_words() {
        assert_eq!(plain("brushed oak plank", 12), "brushed oak");
        assert_eq!(plain(&"x".repeat(50), 10), "x".repeat(10));
        assert_eq!(plain("", 10), "");
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_what_goes_out_is_plain_and_short(text in "\\PC{0,300}|.{0,300}", limit in 1usize..200) {
            let out = plain(&text, limit);
            proptest::prop_assert!(out.chars().count() <= limit);
            proptest::prop_assert!(!out.chars().any(|c| c.is_control() || "<>`[]".contains(c)));
            proptest::prop_assert_eq!(plain(&out, limit), out.clone());
        }
    }
}
