//! What is not wanted: “without veins or knots”, “not shiny”, “vein-free”, “no dark wood”.

use std::ops::Range;

use super::{
    Value,
    compound::is_of_phrase,
    scan::{Item, Role},
};

/// Words that were not understood may stand between “no” and what it denies, up to this many.
const UNREAD_BETWEEN: usize = 2;

/// Marks what is not wanted.
pub(super) fn mark(items: &mut [Item]) {
    for i in 0..items.len() {
        match items[i].role {
            Role::Not { through_and } => after(items, i, through_and),
            Role::Free => before(items, i),
            _ => {}
        }
    }
}

/// Denies the first noun phrase after a “no”, and those joined to it by “or” (and “and”, where the
/// word carries on: “without veins and knots”).
fn after(items: &mut [Item], not: usize, through_and: bool) {
    let mut i = not + 1;
    let mut unread = 0;
    loop {
        // To the next phrase.
        while let Some(item) = items.get(i) {
            match item.role {
                Role::Skip | Role::Stop | Role::Link => {}
                Role::Unread if unread < UNREAD_BETWEEN => unread += 1,
                Role::Value(_) => break,
                _ => return,
            }
            if item.after_dash {
                return;
            }
            i += 1;
        }
        if i >= items.len() {
            return;
        }
        let start = i;
        while i < items.len()
            && (i == start || !items[i].after_dash)
            && (is_of_phrase(&items[i].role) || i == start)
        {
            i += 1;
        }
        deny(items, start..i);
        let goes_on = match items.get(i).map(|item| (&item.role, item.after_dash)) {
            Some((Role::Or, false)) => true,
            Some((Role::And, false)) => through_and,
            _ => false,
        };
        if !goes_on {
            return;
        }
        // After “or” the phrase has to follow at once.
        (i, unread) = (i + 1, UNREAD_BETWEEN);
    }
}

/// “Knot-free”: denies the value before.
fn before(items: &mut [Item], free: usize) {
    if let Some(i) = free.checked_sub(1)
        && matches!(items[i].role, Role::Value(_))
    {
        items[i].negated = true;
    }
}

/// Denies a noun phrase: what describes, when something does (“no dark wood” leaves wood open), else
/// the kind itself. What is left open is not asked for either.
fn deny(items: &mut [Item], phrase: Range<usize>) {
    let describes = |value: &Value| {
        matches!(
            value,
            Value::Finish(_)
                | Value::Texture(_)
                | Value::Pattern(_)
                | Value::Colour(_)
                | Value::Lightness(_)
                | Value::LooksLike(_)
        )
    };
    let kind = |value: &Value| matches!(value, Value::Category(_));
    let holds = |test: &dyn Fn(&Value) -> bool| {
        items[phrase.clone()]
            .iter()
            .any(|item| matches!(&item.role, Role::Value(value) if test(value)))
    };
    let denied: &dyn Fn(&Value) -> bool = if holds(&describes) {
        &describes
    } else if holds(&kind) {
        &kind
    } else {
        &|_| true
    };
    for item in &mut items[phrase] {
        match &item.role {
            Role::Value(value) if denied(value) => item.negated = !item.negated,
            Role::Value(_) => item.role = Role::Skip,
            _ => {}
        }
    }
}
