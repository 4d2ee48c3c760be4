//! Texts and what they are read as.

use super::*;
use crate::{Choice, Facet, Field, Filters, Finish, Properties, Range, Word};

/// A value in a short notation of these tests.
fn shown(value: &Value) -> String {
    let ends = |b: &Bounds| {
        let end = |v: Option<i64>| v.map(|v| v.to_string()).unwrap_or_default();
        let tilde = if b.strict { "" } else { "~" };
        format!("{tilde}{}..{}", end(b.min), end(b.max))
    };
    match value {
        Value::Category(c) => c.as_str().to_owned(),
        Value::LooksLike(c) => format!("like {c}", c = c.as_str()),
        Value::Finish(f) => f.as_str().to_owned(),
        Value::Texture(t) => t.as_str().to_owned(),
        Value::Pattern(p) => p.as_str().to_owned(),
        Value::Colour(c) => {
            let light = match c.lightness {
                Some(l) if l.min > 0.0 && l.max < 100.0 => "mid ",
                Some(l) if l.min > 0.0 => "light ",
                Some(_) => "dark ",
                None => "",
            };
            format!("{light}{}", c.basic.as_str())
        }
        Value::Lightness(l) if l.max >= 100.0 => "LIGHT".to_owned(),
        Value::Lightness(l) if l.min <= 0.0 => "DARK".to_owned(),
        Value::Lightness(_) => "MID".to_owned(),
        Value::Application(a) => format!("for {}", a.as_str()),
        Value::Fire(f) => f.to_string(),
        Value::Slip(s) => s.label().to_owned(),
        Value::Price {
            cents,
            currency,
            unit,
        } => format!(
            "{}{}{}",
            currency.map_or("", |c| c.as_str()),
            ends(cents),
            unit.map(|u| format!("/{}", u.as_str())).unwrap_or_default()
        ),
        Value::Length { side, mm } => format!("{side:?} {}", ends(mm)),
        Value::Size(size) => size.to_string(),
    }
}

/// `wanted; …`, then `- unwanted; …`, then `| words left over`.
fn told(text: &str) -> String {
    let reading = read(text);
    let list = |found: &[Found]| {
        let all: Vec<String> = found.iter().map(|f| shown(&f.value)).collect();
        all.join("; ")
    };
    let mut out = list(&reading.wanted);
    if !reading.unwanted.is_empty() {
        out.push_str(&format!(" - {}", list(&reading.unwanted)));
    }
    if !reading.rest.is_empty() {
        let words: Vec<&str> = reading.rest.iter().map(|w| w.text.as_str()).collect();
        out.push_str(&format!(" | {}", words.join(" ")));
    }
    out.trim().to_owned()
}

fn check(table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter(|(text, expected)| told(text) != *expected)
        .map(|(text, expected)| {
            format!("{text:?}\n  read     {}\n  expected {expected}", told(text))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn plain_words() {
    check(&[
        ("oak", "wood/oak"),
        ("Matte BLACK tiles", "matt; black; ceramic"),
        ("gray aluminum", "grey; metal/aluminium"),
        ("bush hammered granite", "bush-hammered; stone/granite"),
        ("bushhammered granite", "bush-hammered; stone/granite"),
        ("semigloss paint", "semi-gloss; paint"),
        ("basket weave rattan", "basket; fibre/wicker"),
        ("Bouclé sofa", "fabric/boucle; for upholstery"),
        ("floral wall coverings", "floral; paper/wallpaper"),
        (
            "striped linen curtains",
            "striped; fabric/linen; for curtain",
        ),
        ("off-white zellige", "white; ceramic/zellige"),
        ("stainless steel worktop", "metal/stainless; for worktop"),
        ("cobblestones", "ground/paving"),
        ("subway tile", "ceramic/glazed-tile"),
        ("", ""),
        ("the of and", ""),
        ("quiet luxury", "| quiet luxury"),
    ]);
}

#[test]
fn the_whole_wish_of_a_designer() {
    check(&[(
        "waterproof matt light-beige tile for a patio under 60 €/m²",
        "for wet-room; matt; light beige; ceramic; for outdoor; EUR..6000/m2",
    )]);
    let text = "waterproof matt light-beige tile for a patio under 60 €/m²";
    let reading = read(text);
    let spans: Vec<&str> = reading
        .wanted
        .iter()
        .map(|f| &text[f.span.clone()])
        .collect();
    assert_eq!(
        spans,
        [
            "waterproof",
            "matt",
            "light-beige",
            "tile",
            "patio",
            "under 60 €/m²"
        ]
    );
    assert_eq!(reading.wanted[1].certainty, Certainty::Exact);
    assert_eq!(reading.wanted[0].certainty, Certainty::Synonym);
}

#[test]
fn what_only_looks_like_it() {
    check(&[
        ("oak look tile", "like wood/oak; ceramic"),
        (
            "marble effect porcelain",
            "like stone/marble; ceramic/porcelain",
        ),
        ("wood-effect tiles", "like wood; ceramic"),
        ("faux marble", "like stone/marble"),
        ("faux leather", "leather/vegan"),
        ("concrete-like laminate", "like concrete; plastic"),
        (
            "something that looks like travertine",
            "like stone/travertine",
        ),
        ("marble wallpaper", "like stone/marble; paper/wallpaper"),
        ("wood tile", "like wood; ceramic"),
        ("oak floor tile", "like wood/oak; for floor; ceramic"),
        ("oak vinyl", "like wood/oak; plastic"),
        ("brass finish", "like metal/brass"),
    ]);
}

#[test]
fn kinds_beside_kinds() {
    check(&[
        ("marble tile", "stone/marble"),
        ("tiles of slate", "stone/slate"),
        ("marble floor tiles", "stone/marble; for floor"),
        ("cement tile", "concrete/cement-tile"),
        ("oak wood", "wood/oak"),
        ("wooden oak floor", "wood/oak; for floor"),
        ("wool carpet", "fabric/wool; carpet"),
        ("carpet tiles", "carpet"),
        ("roof tile", "brick/roof-tile"),
        ("terracotta tile", "ceramic/terracotta"),
        ("glass mosaic", "glass; ceramic/mosaic"),
        ("solid oak", "wood/oak | solid"),
        ("solid blue fabric", "plain; blue; fabric"),
        ("oak, walnut or ash", "wood/oak; wood/walnut; wood/ash"),
        ("tile or wood", "ceramic; wood"),
    ]);
    let (carpet, _) = read("wool carpet").wishes();
    assert_eq!(carpet.category.map(Category::as_str), Some("carpet"));
}

#[test]
fn colours_and_how_light_they_are() {
    check(&[
        (
            "light oak herringbone floor",
            "LIGHT; wood/oak; herringbone; for floor",
        ),
        (
            "dark green velvet curtain",
            "dark green; fabric/velvet; for curtain",
        ),
        ("terracotta velvet", "brown; fabric/velvet"),
        ("terracotta", "ceramic/terracotta"),
        ("slate grey paint", "grey; paint"),
        ("slate", "stone/slate"),
        ("navy blue wool", "blue; fabric/wool"),
        ("olive green", "green"),
        ("bottle green leather", "green; leather"),
        ("duck egg", "blue"),
        ("honey oak", "yellow; wood/oak"),
        ("greenish grey", "grey"),
        ("pale pink", "light pink"),
        (
            "black and white checked fabric",
            "black; white; checked; fabric",
        ),
        (
            "white marble with grey veins",
            "white; stone/marble; grey; veined",
        ),
        ("light matt floor", "LIGHT; matt; for floor"),
        ("dark colours", "DARK"),
        ("brass coloured metal", "yellow; metal"),
        ("oak grey", "wood/oak; grey"),
        ("warm grey", "grey"),
        ("warm oak", "wood/oak | warm"),
        ("light switch", "| light switch"),
    ]);
    let lab = |text: &str| match read(text).wanted[0].value {
        Value::Colour(wish) => wish.lab,
        ref other => panic!("{text}: {other:?}"),
    };
    assert!(lab("light beige").l > lab("beige").l + 3.0);
    assert!(lab("dark green").l < lab("green").l - 10.0);
    assert!(lab("warm grey").b > lab("grey").b && lab("cool grey").b < lab("grey").b);
    assert!(lab("greenish grey").a < lab("grey").a);
    assert_eq!(BasicColour::of(lab("dark green")), BasicColour::Green);
}

#[test]
fn slips_of_the_finger() {
    check(&[
        ("terazzo", "engineered-stone/terrazzo"),
        ("travertin", "stone/travertine"),
        ("herringbon parket", "herringbone | parket"),
        ("stainles steel", "metal/stainless"),
        ("brushd brass", "brushed; metal/brass"),
        ("mable", "| mable"),
        ("a plate on a table", "| plate table"),
        ("trick or treat", "| trick treat"),
    ]);
    assert_eq!(read("terazzo").wanted[0].certainty, Certainty::Typo);
    assert_eq!(read("marbles").wanted[0].certainty, Certainty::Exact);
}

#[test]
fn what_is_not_wanted() {
    check(&[
        ("stone without veins", "stone - veined"),
        ("no gloss", "- gloss"),
        ("oak, not shiny", "wood/oak - gloss"),
        ("not too shiny", "- gloss"),
        ("non-slip tile", "R10; ceramic"),
        (
            "marble without visible veins or speckles",
            "stone/marble - veined; speckled",
        ),
        (
            "wood without veins and knots, matt",
            "wood; matt - veined; knotted",
        ),
        ("not grey and not brown", "- grey; brown"),
        ("not shiny and beige", "beige - gloss"),
        ("knot-free pine", "wood/pine - knotted"),
        ("veinless marble", "stone/marble - veined"),
        ("free of knots", "- knotted"),
        ("no dark wood", "- DARK"),
        ("tile but no glossy tiles", "ceramic - gloss"),
        ("anything but beige", "- beige"),
        ("velvet instead of leather", "fabric/velvet - leather"),
        ("no pattern", "plain"),
        ("not R9", "- R9"),
        ("non-combustible cladding", "A2; for facade"),
        ("not for floors", "- for floor"),
        ("non reflective", "matt"),
        ("no, I want oak", "wood/oak"),
        ("w/o veins", "- veined"),
    ]);
}

#[test]
fn prices() {
    check(&[
        ("under 60", "..6000"),
        ("tile under 60", "ceramic; ..6000"),
        ("between 20 and 40 €", "EUR2000..4000"),
        ("max 30 €/m2", "EUR..3000/m2"),
        ("max. 30 €/m2", "EUR..3000/m2"),
        ("€20-40 per sqm", "EUR2000..4000/m2"),
        ("20 – 40 € per square metre", "EUR2000..4000/m2"),
        ("from 20 to 40 euros", "EUR2000..4000"),
        ("at least £1,200", "GBP120000.."),
        ("not more than 48,50 €", "EUR..4850"),
        ("no more than 1.200 € a piece", "EUR..120000/piece"),
        ("about 50 €", "EUR~4500..5500"),
        ("30 € or less", "EUR..3000"),
        ("< 25 CHF/m", "CHF..2500/m"),
        ("under $5 per sq ft", "USD..5382/m2"),
        ("over 100 years old", "| over 100 years old"),
        ("under the stairs", "for floor"),
        ("60", "| 60"),
        ("12345678901 €", "| 12345678901"),
    ]);
}

#[test]
fn lengths_and_formats() {
    check(&[
        ("60x60 cm", "600 × 600 mm"),
        ("600×600", "600 × 600 mm"),
        ("60 x 120", "600 × 1200 mm"),
        ("20 cm x 1.2 m x 14 mm", "200 × 1200 × 14 mm"),
        ("12x24 in", "304.8 × 609.6 mm"),
        ("about 20 mm thick", "Thickness ~18..22"),
        ("20mm porcelain", "Thickness ~18..22; ceramic/porcelain"),
        ("at least 2 cm thick", "Thickness 20.."),
        ("thickness 20-30 mm", "Thickness 20..30"),
        ("not thicker than 10 mm", "Thickness ..10"),
        ("tiles up to 60 cm", "ceramic; Longest ..600"),
        ("140 cm wide", "Width ~1260..1540"),
        ("planks longer than 2 m", "Longest 2000.. | planks"),
        ("2 mm joint", "| 2 mm joint"),
        ("60 in oak", "wood/oak | 60"),
        ("0x0 cm", "| 0 x 0 cm"),
        ("999999 km", "| 999999 km"),
    ]);
}

#[test]
fn classes_and_ratings() {
    check(&[
        ("R10", "R10"),
        ("r 11 tile", "R11; ceramic"),
        ("min. R10", "R10"),
        ("R11 or better", "R11"),
        ("R14", "| R14"),
        ("class B", "B"),
        ("fire class B", "B"),
        ("Euroclass A2-s1,d0", "A2-s1,d0"),
        ("Bfl-s1", "Bfl-s1"),
        ("Bfl-s1, matt", "Bfl-s1; matt"),
        ("carpet Cfl s1", "carpet; Cfl-s1"),
        ("reaction to fire class C", "C"),
        ("barefoot class B", "| barefoot class B"),
        ("ASTM E84 class B", "| ASTM E84 class B"),
        ("flame retardant curtain", "C; for curtain"),
        ("plan B", "| plan B"),
    ]);
}

#[test]
fn captions() {
    check(&[
        ("a close up of a wooden floor", "wood; for floor"),
        ("a black and white photo of a brick wall", "brick; for wall"),
        (
            "a white marble texture with grey veins",
            "white; stone/marble; grey; veined",
        ),
        ("a piece of blue fabric", "blue; fabric"),
        ("a painting of a man", "| painting man"),
        ("brown leather on a white background", "brown; leather"),
        ("a flat in london", "| flat london"),
    ]);
}

#[test]
fn conditions_are_what_was_put_as_one() {
    let filters = |text: &str| read(text).conditions();
    let price = filters("light oak under 60 €/m² and at least 30 €").price;
    assert_eq!(
        price,
        Range {
            min: Some(3000),
            max: Some(6000),
            unknown: false
        }
    );
    assert_eq!(filters("tiles from 30 to 60 cm").size.max, Some(600));
    for soft in [
        "oak about 60 €",
        "60x60 cm",
        "matt grey oak floor",
        "non-slip",
        "20 mm thick",
    ] {
        assert!(filters(soft).is_empty(), "{soft}");
    }
    let known = |f: &Filters, facet| {
        let all: Vec<String> = f
            .chosen(facet)
            .iter()
            .map(|c| c.as_str().to_owned())
            .collect();
        all
    };
    assert_eq!(
        known(&filters("R11 tile"), Facet::Slip),
        ["r11", "r12", "r13"]
    );
    let fire = known(&filters("class B"), Facet::Fire);
    for class in ["A1", "A2-s1,d0", "B-s3,d2", "B"] {
        assert!(fire.contains(&class.to_owned()), "{class}");
    }
    assert!(!fire.iter().any(|c| c.starts_with('C') || c.contains("fl")));
    let strict = known(&filters("B-s1,d0"), Facet::Fire);
    assert!(strict.contains(&"A2-s1,d0".to_owned()) && strict.contains(&"A1".to_owned()));
    assert!(!strict.contains(&"A2-s2,d0".to_owned()) && !strict.contains(&"B".to_owned()));
    // The longest list fits into a facet.
    assert!(known(&filters("fire class F floor"), Facet::Fire).len() > 60);

    let dull = filters("no gloss");
    for finish in Finish::all() {
        let stays = dull.has(Facet::Finish, &Choice::Known(finish.as_str().to_owned()));
        assert_eq!(stays, finish.gloss() < Finish::Gloss.gloss(), "{finish}");
    }
    assert!(dull.has(Facet::Finish, &Choice::Unknown));
    let no_wood = filters("no wood");
    assert!(!no_wood.has(Facet::Category, &Choice::Known("wood".into())));
    assert!(no_wood.has(Facet::Category, &Choice::Known("stone".into())));
    assert!(filters("no oak").is_empty());
}

#[test]
fn wishes_are_as_sure_as_the_words() {
    let (wish, sure) =
        read("terazzo, matte, light beige and grey, 60x60 cm, about 40 €, R10").wishes();
    assert_eq!(
        wish.category.map(Category::as_str),
        Some("engineered-stone/terrazzo")
    );
    assert_eq!(wish.finish, Some(Finish::Matt));
    assert_eq!(wish.colours.len(), 2);
    assert_eq!(wish.colours[0].share, 0.5);
    assert_eq!(wish.size.map(|s| s.longest_mm()), Some(600.0));
    assert_eq!(wish.price.map(|p| p.cents), Some(4000));
    assert_eq!(wish.slip, Some(SlipRating::R10));
    assert_eq!(sure[&Field::Category], Certainty::Typo.confidence());
    assert_eq!(sure[&Field::Finish], Certainty::Synonym.confidence());
    assert_eq!(sure[&Field::Colours], Certainty::Exact.confidence());
    assert_eq!(read("oak look tile for my kitchen").words(), "kitchen oak");
}

#[test]
fn a_value_holds_fails_or_is_not_known() {
    let properties = Properties {
        category: Category::parse("oak").ok(),
        slip: Some(SlipRating::R11),
        ..Properties::default()
    };
    let holds = |text: &str| read(text).wanted[0].value.holds(&properties);
    assert_eq!(holds("wood"), Some(true));
    assert_eq!(holds("marble"), Some(false));
    assert_eq!(holds("matt"), None);
    assert_eq!(holds("R10"), Some(true));
    assert_eq!(holds("R12"), Some(false));
    assert_eq!(holds("under 20 €"), None);
}

#[test]
fn a_text_without_end_is_cut() {
    let long = "oak ".repeat(10_000);
    let reading = read(&long);
    assert!(reading.cut);
    assert_eq!(reading.wanted.len(), 1);
    assert!(!read("oak").cut);
}

/// Words that the reading turns on, for texts that are neither noise nor sensible.
const PIECES: &[&str] = &[
    "oak", "tile", "light", "not", "no", "without", "and", "or", "look", "faux", "60", "x", "€",
    "/m²", "class", "B", "fl", "-", "s1", ",", "R", "10", "free", "grey", "slate", "greenish",
    "under", "between", "mm", "thick", "in", "of", "like", "–", "solid", "velvet", "coloured",
    "1,200", "\"", "a2",
];

proptest::proptest! {
    #[test]
    fn no_text_panics_and_every_span_is_its_own(text in proptest::string::string_regex("(?s).{0,300}").expect("a pattern")) {
        sound(&text)?;
    }

    #[test]
    fn no_order_of_words_panics(picks in proptest::collection::vec((0..PIECES.len(), 0..3usize), 0..25)) {
        let text: String = picks.iter().map(|(i, gap)| format!("{}{}", PIECES[*i], ["", " ", "-"][*gap])).collect();
        sound(&text)?;
    }
}

fn sound(text: &str) -> Result<(), proptest::test_runner::TestCaseError> {
    let reading = read(text);
    let spans = reading
        .wanted
        .iter()
        .chain(&reading.unwanted)
        .map(|f| &f.span);
    for span in spans.chain(reading.rest.iter().map(|l| &l.span)) {
        proptest::prop_assert!(span.start < span.end && text.get(span.clone()).is_some());
    }
    let _ = (reading.conditions(), reading.wishes(), reading.words());
    Ok(())
}
