//! What words mean beside each other: “oak look tile”, “light beige”, “slate grey”, “marble tile”.
//!
//! A noun phrase is a run of items with nothing between them but words that carry nothing. Its last
//! kind is its head, as in English compounds.

use super::{
    ColourWish, Value,
    lex::{Gap, Token},
    lexicon::Meaning,
    scan::{Item, Role},
    shade::{Named, Shade},
};
use crate::{Category, Lab, Pattern};

/// Gives every open item its role.
pub(super) fn resolve(items: &mut Vec<Item>, tokens: &[Token]) {
    looks(items, tokens);
    drop_weak(items);
    for run in runs(items) {
        let run = &mut items[run];
        solid(run);
        colours(run);
        heads(run);
        shades(run);
    }
    made_of(items);
    merge(items);
    for item in items {
        item.role = match &item.role {
            Role::Open(Meaning::Kind(category, _) | Meaning::Tile(category)) => {
                Role::Value(Value::Category(*category))
            }
            Role::Open(Meaning::Colour(colour) | Meaning::Tint(colour)) => {
                Role::Value(Value::Colour(wish(*colour, &[])))
            }
            Role::Open(Meaning::Shade(_)) => Role::Unread,
            Role::Open(_) => Role::Skip,
            _ => continue,
        };
    }
}

fn is_kind(role: &Role) -> bool {
    matches!(role, Role::Open(Meaning::Kind(..) | Meaning::Tile(_)))
}

fn category(role: &Role) -> Option<Category> {
    match role {
        Role::Open(Meaning::Kind(category, _) | Meaning::Tile(category)) => Some(*category),
        _ => None,
    }
}

/// Whether an item may stand inside a noun phrase. Amounts and classes may not.
pub(super) fn is_of_phrase(role: &Role) -> bool {
    match role {
        Role::Open(_) | Role::Skip => true,
        Role::Value(value) => matches!(
            value,
            Value::Category(_)
                | Value::LooksLike(_)
                | Value::Finish(_)
                | Value::Texture(_)
                | Value::Pattern(_)
                | Value::Colour(_)
                | Value::Lightness(_)
                | Value::Application(_)
        ),
        _ => false,
    }
}

/// The noun phrases.
pub(super) fn runs(items: &[Item]) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let mut start = None;
    for (i, item) in items.iter().enumerate() {
        if start.is_some_and(|_| item.after_dash || !is_of_phrase(&item.role))
            && let Some(start) = start.take()
        {
            out.push(start..i);
        }
        if start.is_none() && is_of_phrase(&item.role) {
            start = Some(i);
        }
    }
    out.extend(start.map(|start| start..items.len()));
    out
}

/// “oak look”, “marble effect”, “faux marble”, “concrete-like”. The marker joins the kind's item.
fn looks(items: &mut [Item], tokens: &[Token]) {
    for i in 0..items.len() {
        match items[i].role {
            Role::Open(Meaning::LookAfter) => look_before(items, i),
            Role::Open(Meaning::LookBefore) => look_after(items, i),
            Role::Stop if tokens[items[i].tokens.start].word() == Some("like") => {
                if tokens[items[i].tokens.start].gap == Gap::Hyphen {
                    look_before(items, i);
                } else {
                    look_after(items, i);
                }
            }
            _ => {}
        }
    }
}

fn look_before(items: &mut [Item], marker: usize) {
    if let Some(before) = marker.checked_sub(1)
        && let Some(kind) = category(&items[before].role)
        && !items[marker].after_dash
    {
        items[before].role = Role::Value(Value::LooksLike(kind));
        items[before].tokens.end = items[marker].tokens.end;
        items[marker].role = Role::Skip;
    }
}

fn look_after(items: &mut [Item], marker: usize) {
    let kind = items[marker + 1..]
        .iter_mut()
        .take(4)
        .take_while(|item| !item.after_dash && is_of_phrase(&item.role))
        .find(|item| is_kind(&item.role));
    if let Some(item) = kind
        && let Some(kind) = category(&item.role)
    {
        item.role = Role::Value(Value::LooksLike(kind));
        items[marker].role = Role::Skip;
    }
}

/// Words that say too little alone are left over unless something stands beside them.
fn drop_weak(items: &mut [Item]) {
    let says = |item: &Item| !matches!(item.role, Role::Skip | Role::Stop | Role::Break);
    if items.iter().filter(|item| says(item)).count() == 1 {
        return;
    }
    for run in runs(items) {
        let run = &mut items[run];
        if !run.iter().any(|item| !item.weak && item.role != Role::Skip) {
            for item in run.iter_mut().filter(|item| item.weak) {
                item.role = Role::Unread;
            }
        }
    }
}

/// “Solid oak” is oak through and through, not oak without a pattern.
fn solid(run: &mut [Item]) {
    for i in 1..run.len() {
        let massive = category(&run[i].role).is_some_and(|c| {
            matches!(
                c.top().as_str(),
                "wood" | "stone" | "metal" | "engineered-stone"
            )
        });
        if massive
            && run[i - 1].weak
            && run[i - 1].role == Role::Value(Value::Pattern(Pattern::Plain))
        {
            run[i - 1].role = Role::Unread;
        }
    }
}

/// Kinds that are printed or coloured to look like others.
const IMITATING: &[&str] = &["paper", "plastic", "paint", "rubber"];

/// Several kinds in one phrase.
fn heads(run: &mut [Item]) {
    let kinds: Vec<usize> = (0..run.len()).filter(|&i| is_kind(&run[i].role)).collect();
    let Some((&head, others)) = kinds.split_last() else {
        return;
    };
    for &other in others {
        let (Some(h), Some(o)) = (category(&run[head].role), category(&run[other].role)) else {
            continue;
        };
        let named = match run[other].role {
            Role::Open(Meaning::Kind(_, named)) => named,
            _ => None,
        };
        if h.is_within(o) {
            run[other].role = Role::Skip;
        } else if o.is_within(h) {
            // The finer one stands for both: “oak wood”.
            run.swap_roles(other, head);
            run[other].role = Role::Skip;
        } else if let Role::Open(Meaning::Tile(_)) = run[head].role {
            if o.top().as_str() == "wood" {
                run[other].role = Role::Value(Value::LooksLike(o));
            } else {
                run[head].role = Role::Skip;
            }
        } else if IMITATING.contains(&h.top().as_str()) && o.top() != h.top() {
            run[other].role = Role::Value(Value::LooksLike(o));
        } else if let Some(named) = named.filter(|_| o.top() != h.top()) {
            run[other].role = Role::Open(Meaning::Colour(named));
        }
    }
}

trait SwapRoles {
    fn swap_roles(&mut self, a: usize, b: usize);
}

impl SwapRoles for [Item] {
    fn swap_roles(&mut self, a: usize, b: usize) {
        let (first, second) = (self[a].clone(), self[b].clone());
        (self[a].role, self[a].certainty) = (second.role, second.certainty);
        (self[b].role, self[b].certainty) = (first.role, first.certainty);
    }
}

/// “Tiles of slate”, “mosaic in glass”: the shape gives way to what it is made of.
fn made_of(items: &mut [Item]) {
    for i in 1..items.len().saturating_sub(1) {
        if items[i].role == Role::Link
            && matches!(items[i - 1].role, Role::Open(Meaning::Tile(_)))
            && items[i + 1..]
                .iter()
                .take_while(|item| is_of_phrase(&item.role))
                .any(|item| matches!(item.role, Role::Open(Meaning::Kind(..))))
        {
            items[i - 1].role = Role::Skip;
        }
    }
}

/// “Slate grey”, “olive green”, “terracotta coloured”, “greenish grey”.
fn colours(run: &mut [Item]) {
    for i in 0..run.len().saturating_sub(1) {
        let next = run[i + 1].role.clone();
        let term = match next {
            Role::Open(Meaning::Colour(colour)) if colour.is_term => Some(colour.basic),
            _ => None,
        };
        let named = match run[i].role {
            Role::Open(Meaning::Kind(_, named)) => named,
            Role::Open(Meaning::Colour(named)) if !named.is_term => Some(named),
            Role::Open(Meaning::Colour(named)) if next == Role::Open(Meaning::Coloured) => {
                Some(named)
            }
            _ => None,
        };
        if let (Role::Open(Meaning::Tint(tint)), Role::Open(Meaning::Colour(colour))) =
            (&run[i].role, &next)
        {
            let mixed = Named {
                lab: mix(colour.lab, tint.lab, 0.3),
                ..*colour
            };
            absorb(run, i, Meaning::Colour(mixed));
        } else if let (Some(named), Some(basic)) = (named, term) {
            // “Oak grey” has no colour of its own and stays oak; “slate grey” is one colour.
            let merged = Named {
                basic,
                is_term: false,
                ..named
            };
            absorb(run, i, Meaning::Colour(merged));
        } else if let (Some(named), Role::Open(Meaning::Coloured)) = (named, &next) {
            absorb(run, i, Meaning::Colour(named));
        }
    }
}

/// Item `i` joins the one after it, which takes the meaning.
fn absorb(run: &mut [Item], i: usize, meaning: Meaning) {
    run[i + 1].tokens.start = run[i].tokens.start;
    run[i + 1].certainty = run[i + 1].certainty.max(run[i].certainty);
    run[i + 1].role = Role::Open(meaning);
    run[i + 1].weak = false;
    run[i].role = Role::Skip;
}

fn mix(a: Lab, b: Lab, share: f32) -> Lab {
    let between = |a: f32, b: f32| a + (b - a) * share;
    Lab::new(between(a.l, b.l), between(a.a, b.a), between(a.b, b.b))
}

/// “Light beige” shifts the colour; “light oak” and “dark colours” ask for a lightness.
fn shades(run: &mut [Item]) {
    let mut pending: Vec<usize> = Vec::new();
    for i in 0..run.len() {
        match run[i].role.clone() {
            Role::Open(Meaning::Shade(_)) => pending.push(i),
            Role::Open(Meaning::Colour(colour) | Meaning::Tint(colour)) => {
                let shades: Vec<Shade> = pending
                    .iter()
                    .filter_map(|&p| shade(&run[p].role))
                    .collect();
                let first = pending.first().copied();
                for p in pending.drain(..) {
                    run[p].role = Role::Skip;
                }
                if let Some(first) = first
                    && run[first..i].iter().all(|item| item.role == Role::Skip)
                {
                    run[i].tokens.start = run[first].tokens.start;
                }
                run[i].role = Role::Value(Value::Colour(wish(colour, &shades)));
            }
            role if is_kind(&role)
                || matches!(
                    role,
                    Role::Open(Meaning::Coloured) | Role::Value(Value::LooksLike(_))
                ) =>
            {
                pending.drain(..).for_each(|p| lighten(&mut run[p]));
            }
            _ => {}
        }
    }
    // “Oak, light” and “light matt floor”: of the whole. A shade with nothing beside it says nothing.
    if run
        .iter()
        .any(|item| matches!(item.role, Role::Value(_)) || is_kind(&item.role))
    {
        pending.into_iter().for_each(|p| lighten(&mut run[p]));
    }
}

fn shade(role: &Role) -> Option<Shade> {
    match role {
        Role::Open(Meaning::Shade(shade)) => Some(*shade),
        _ => None,
    }
}

fn lighten(item: &mut Item) {
    if let Some(lightness) = shade(&item.role).and_then(Shade::lightness) {
        item.role = Role::Value(Value::Lightness(lightness));
    }
}

fn wish(colour: Named, shades: &[Shade]) -> ColourWish {
    let mut out = ColourWish {
        basic: colour.basic,
        lab: colour.lab,
        lightness: None,
    };
    for shade in shades {
        let (lab, lightness) = shade.apply(out.lab);
        out.lab = lab;
        out.lightness = lightness.or(out.lightness);
    }
    out
}

/// Drops items whose tokens have joined another.
fn merge(items: &mut Vec<Item>) {
    let taken: Vec<std::ops::Range<usize>> = items
        .iter()
        .filter(|item| item.role != Role::Skip)
        .map(|item| item.tokens.clone())
        .collect();
    items.retain(|item| {
        item.role != Role::Skip
            || !taken
                .iter()
                .any(|t| t.start <= item.tokens.start && item.tokens.end <= t.end)
    });
}
