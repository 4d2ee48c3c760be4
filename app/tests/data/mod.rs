//! Pages' data, made up: a small library that knows some things and not others.

use material::{
    Analysis, Band, BandCount, Category, Choice, Colour, Description, Difference, Estimated, Facet,
    FacetCounts, FacetValue, Field, Finish, Hit, LegScores, LookFacts, MaterialCard, MaterialPage,
    Name, Origin, Pattern, Price, Properties, Reason, Results, ShareInfo, Slug, Source, SwatchId,
    SwatchRef, Timing, Token, View, parse_hex,
};

/// A name that would be markup if nobody watched.
pub const NASTY: &str = "</title><script>alert(1)</script> \"Oak\" & 'ash'";

pub fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

pub fn token(text: &str) -> Token {
    Token::parse(text).expect("a token")
}

pub fn view(query: &str) -> View {
    View::parse(query).expect("a query string")
}

fn colour(code: &str, share: f32) -> Colour {
    Colour {
        lab: parse_hex(code).expect("a colour code"),
        share,
    }
}

pub fn swatch(number: usize, view: &str) -> SwatchRef {
    SwatchRef {
        id: SwatchId::parse(&format!("{number:x}{}", view.len())).expect("a swatch id"),
        width: 900,
        height: 900,
        ground: "#c8b89a".to_owned(),
        view: view.to_owned(),
    }
}

pub fn card(number: usize, called: &str) -> MaterialCard {
    MaterialCard {
        slug: Slug::parse(&format!("material-{number}")).expect("a slug"),
        name: name(called),
        maker: number.is_multiple_of(2).then(|| name("Nordhave & Søn")),
        category: Category::parse("marble").ok(),
        finish: Some(Finish::Honed),
        pattern: Some(Pattern::Veined),
        texture: None,
        price: number.is_multiple_of(3).then_some(Price {
            cents: 4850,
            currency: material::Currency::Eur,
            unit: material::PriceUnit::SquareMetre,
            date: None,
        }),
        colours: vec![colour("#e3dac6", 0.9), colour("#8d7f71", 0.1)],
        swatches: vec![swatch(number, "face"), swatch(number, "close-up")],
    }
}

pub fn hit(number: usize, band: Band, called: &str) -> Hit {
    Hit {
        material: card(number, called),
        band,
        summary: "same honed marble, 6 ΔE warmer".to_owned(),
        reasons: vec![Reason {
            leg: material::Leg::Colour,
            text: "6 ΔE warmer".to_owned(),
            agreement: 0.7,
        }],
        scores: LegScores::default(),
        score: 1.0,
        also: Vec::new(),
    }
}

/// `total` hits, of which the first `strong` are close and the rest far, seen through `view`.
pub fn results(total: u32, strong: u32, view: View) -> Results {
    let start = view.page * material::PAGE_SIZE;
    let hits = (start..total.min(start + material::PAGE_SIZE))
        .map(|i| {
            let band = if i < strong { Band::Strong } else { Band::Weak };
            hit(i as usize, band, &format!("Marble {i}"))
        })
        .collect();
    let value = |facet: Facet, word: &str, count| {
        let choice = facet.choice(word).expect("a value of the facet");
        FacetValue {
            chosen: view.filters.has(facet, &choice),
            label: match &choice {
                Choice::Known(value) => facet.label_of(value),
                Choice::Unknown => "unknown".to_owned(),
            },
            choice,
            count,
        }
    };
    let facets = vec![
        FacetCounts {
            facet: Facet::Category,
            values: vec![
                value(Facet::Category, "stone", 42),
                value(Facet::Category, "marble", 12),
                value(Facet::Category, "cork", 4),
            ],
        },
        FacetCounts {
            facet: Facet::Finish,
            values: vec![
                value(Facet::Finish, "honed", 30),
                value(Facet::Finish, "unknown", 7),
            ],
        },
    ];
    let estimated = |field, word: &str, confidence| Estimated {
        field,
        value: word.to_owned(),
        label: word.to_owned(),
        confidence,
    };
    Results {
        id: Some(token("abc")),
        origin: Origin::Photo,
        examples: Vec::new(),
        suggested: Vec::new(),
        gone: 0,
        look: Some(LookFacts {
            palette: vec![colour("#e3dac6", 0.996), colour("#a8322d", 0.004)],
            lrv: 61.0,
            contrast: 8.0,
            regularity: 0.1,
            coarseness: 0.02,
            ..LookFacts::default()
        }),
        analysis: Some(Analysis {
            model: "look".to_owned(),
            estimate: true,
            values: vec![
                estimated(Field::Finish, "honed", 0.9),
                estimated(Field::Category, "stone/marble", 0.3),
                estimated(Field::Size, "600 × 600", 0.5),
            ],
            sentence: "A light honed marble.".to_owned(),
            note: None,
        }),
        awaiting: false,
        hits,
        total,
        folded: 0,
        library: 400,
        bands: vec![
            BandCount {
                band: Band::Strong,
                count: strong.min(total),
                folded: 0,
            },
            BandCount {
                band: Band::Weak,
                count: total.saturating_sub(strong),
                folded: 0,
            },
        ],
        nothing_close: None,
        facets,
        without_price: 31,
        without_size: 0,
        timing: Timing {
            path: "exact".to_owned(),
            total_us: 12_300,
            ..Timing::default()
        },
        view,
    }
}

/// The library without a question.
pub fn library(total: u32, view: View) -> Results {
    let asked = view.text.is_some() || view.palette.is_some();
    let all = results(total, 0, view);
    Results {
        id: None,
        origin: Origin::Library,
        examples: Vec::new(),
        suggested: Vec::new(),
        gone: 0,
        look: None,
        analysis: None,
        bands: all.bands.clone().into_iter().filter(|_| asked).collect(),
        ..all
    }
}

pub fn material_page() -> MaterialPage {
    let mut properties = Properties {
        category: Category::parse("marble").ok(),
        finish: Some(Finish::Honed),
        ..Properties::default()
    };
    properties
        .sources
        .insert(Field::Finish, Source::Estimate { confidence: 0.6 });
    MaterialPage {
        card: card(7, "Cream marble"),
        description: Description::parse("Cut across the bed.").expect("a description"),
        properties,
        relatives: vec![(
            hit(8, Band::Related, "Cream marble, polished"),
            vec![Difference {
                label: "Finish".to_owned(),
                here: "honed".to_owned(),
                there: "polished".to_owned(),
            }],
        )],
    }
}

pub fn share(title: &str) -> ShareInfo {
    ShareInfo {
        slug: token("x7Jq2"),
        made: "2026-11-05".to_owned(),
        title: title.to_owned(),
        results: results(48, 3, view("finish=honed&price_max=90")),
    }
}
