//! A stored decision beside the same decision made again.

use serde::Serialize;
use serde_json::Value;

use crate::model::Decision;

/// A value that is not the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// JSON pointer (RFC 6901) into the decision.
    pub pointer: String,
    /// As it was stored; null where it was not there.
    pub stored: Value,
    /// As it is decided now; null where it is not there.
    pub decided: Value,
}

/// Everything in which a stored decision and the one made again differ: outcomes, states,
/// findings with their evidence, conditions, routing, windows, places, revisions, crossings.
/// Remedies are advice of their day and no part of the comparison. None means equal.
pub fn differences(stored: &Value, decided: &Decision) -> Vec<Difference> {
    let mut found = Vec::new();
    // a decision holds no map with keys that JSON cannot name
    let decided = serde_json::to_value(decided).unwrap_or_default();
    compare(&mut String::new(), stored, &decided, &mut found);
    found
}

fn compare(pointer: &mut String, stored: &Value, decided: &Value, found: &mut Vec<Difference>) {
    match (stored, decided) {
        (Value::Object(one), Value::Object(other)) => {
            let added = other.keys().filter(|name| !one.contains_key(*name));
            for name in one.keys().chain(added).filter(|name| name.as_str() != "remedies") {
                let length = pointer.len();
                pointer.push('/');
                pointer.push_str(name);
                let (one, other) = (one.get(name), other.get(name));
                compare(pointer, one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null), found);
                pointer.truncate(length);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            for at in 0..one.len().max(other.len()) {
                let length = pointer.len();
                pointer.push('/');
                pointer.push_str(&at.to_string());
                let (one, other) = (one.get(at), other.get(at));
                compare(pointer, one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null), found);
                pointer.truncate(length);
            }
        }
        (one, other) if one == other => {}
        (one, other) => found.push(Difference {
            pointer: pointer.clone(),
            stored: one.clone(),
            decided: other.clone(),
        }),
    }
}
