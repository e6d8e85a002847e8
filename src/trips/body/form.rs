//! The slow path: a body that could not be read is walked beside its declared form, and every
//! defect is named at its JSON pointer. The leaves are judged by the very types of the fast path,
//! so that the two cannot disagree.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::pointer::{Pointer, fault};
use crate::web::Fault;

/// The declared form of a part of a body.
pub(super) enum Form {
    /// One value, judged by its type.
    Leaf {
        /// Whether the type reads it.
        reads: fn(&Value) -> bool,
        /// What to say when it does not.
        says: fn(&Value) -> (&'static str, String),
    },
    /// Members by name, and a last word on the whole once its members are sound.
    Object {
        /// The members.
        members: &'static [Member],
        /// Whether the whole is sound.
        whole: fn(&Value) -> Option<(&'static str, &'static str)>,
    },
    /// Members of any name.
    Named(&'static Self),
    /// Several of one form.
    List {
        /// Each.
        of: &'static Self,
        /// At least.
        least: usize,
        /// At most.
        most: usize,
    },
}

/// A member of an object.
pub(super) struct Member {
    /// Its name.
    pub(super) name: &'static str,
    /// It may be left out, or be null.
    pub(super) optional: bool,
    /// Its form.
    pub(super) form: &'static Form,
}

/// Whether a type reads a value.
pub(super) fn reads<T: DeserializeOwned>(value: &Value) -> bool {
    T::deserialize(value).is_ok()
}

/// Every defect of a value against a form.
pub(super) fn defects(form: &Form, value: &Value) -> Vec<Fault> {
    let mut found = Vec::new();
    walk(form, value, &Pointer::Root, &mut found);
    found
}

/// As [`defects`], and never empty: for a value that the fast path has refused.
pub(super) fn faults(form: &Form, value: &Value) -> Vec<Fault> {
    let mut found = defects(form, value);
    if found.is_empty() {
        // what a tree of values cannot show: the same member twice
        found.push(fault(&Pointer::Root, "INVALID", "a field occurs more than once in its object"));
    }
    found
}

fn walk(form: &Form, value: &Value, at: &Pointer<'_>, found: &mut Vec<Fault>) {
    match form {
        Form::Leaf { reads, says } => {
            if !reads(value) {
                let (code, detail) = says(value);
                found.push(fault(at, code, detail));
            }
        }
        Form::Object { members, whole } => {
            let Some(map) = value.as_object() else {
                return found.push(wrong_type(at, "an object", value));
            };
            let before = found.len();
            object(members, map, at, found);
            if found.len() == before
                && let Some((code, detail)) = whole(value)
            {
                found.push(fault(at, code, detail));
            }
        }
        Form::Named(of) => match value.as_object() {
            Some(map) => named(of, map, at, found),
            None => found.push(wrong_type(at, "an object", value)),
        },
        Form::List { of, least, most } => match value.as_array() {
            Some(items) => list(of, items, (*least, *most), at, found),
            None => found.push(wrong_type(at, "a list", value)),
        },
    }
}

fn object(members: &[Member], map: &Map<String, Value>, at: &Pointer<'_>, found: &mut Vec<Fault>) {
    for member in members {
        let here = at.member(member.name);
        match map.get(member.name) {
            None | Some(Value::Null) if member.optional => {}
            None => found.push(fault(&here, "REQUIRED", "this field is required")),
            Some(value) => walk(member.form, value, &here, found),
        }
    }
    for name in map.keys().filter(|name| members.iter().all(|m| m.name != name.as_str())) {
        found.push(fault(&at.member(name), "UNKNOWN_FIELD", "no field of this name"));
    }
}

fn named(of: &Form, map: &Map<String, Value>, at: &Pointer<'_>, found: &mut Vec<Fault>) {
    for (name, value) in map {
        let here = at.member(name);
        if reads::<super::Label>(&Value::String(name.clone())) {
            walk(of, value, &here, found);
        } else {
            found.push(fault(&here, "FORMAT", "a name of at most 200 letters"));
        }
    }
}

fn list(
    of: &Form,
    items: &[Value],
    (least, most): (usize, usize),
    at: &Pointer<'_>,
    found: &mut Vec<Fault>,
) {
    if items.len() < least {
        found.push(fault(at, "LENGTH", format!("at least {least} here")));
    }
    if items.len() > most {
        found.push(fault(at, "LENGTH", format!("at most {most} here")));
    }
    // past the cap nobody reads: a fault for each would make the answer as large as the body
    for (index, item) in items.iter().take(most).enumerate() {
        walk(of, item, &at.item(index), found);
    }
}

fn wrong_type(at: &Pointer<'_>, wanted: &str, got: &Value) -> Fault {
    fault(at, "TYPE", format!("{wanted} is wanted here, not {}", kind(got)))
}

/// What a value is, in words.
pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
