//! Reading JSON with every defect told at once, each with its pointer.
//!
//! A typed body is first read the fast way; only where that fails is it read again here, to tell
//! what is wrong. Small bodies and query strings are read here alone.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::{Fault, Problem};

/// More defects than anybody reads; the rest is not told.
const MOST: usize = 200;

/// The defects found so far.
#[derive(Debug, Default)]
pub struct Faults {
    found: RefCell<Vec<Fault>>,
}

impl Faults {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a defect.
    pub fn add(&self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        let mut found = self.found.borrow_mut();
        if found.len() < MOST {
            found.push(Fault { pointer: pointer.into(), code, detail: detail.into() });
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Fault> {
        self.found.into_inner()
    }

    /// A value if nothing is wrong, otherwise 422 with everything that is. A value that is missing
    /// without a defect is one defect of the reader.
    pub fn settle<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            _ => {
                if self.is_empty() {
                    self.add("", "INVALID", "cannot be read");
                }
                Err(Problem::invalid(self.into_vec()))
            }
        }
    }
}

/// A JSON object (or query string) that is being read. [`Object::finish`] refuses what was not
/// asked for.
#[derive(Debug)]
pub struct Object<'v> {
    map: &'v Map<String, Value>,
    pointer: String,
    faults: &'v Faults,
    seen: BTreeSet<&'static str>,
    is_query: bool,
}

/// One field: present, or not.
#[derive(Debug, Clone)]
pub struct Field<'v> {
    value: Option<&'v Value>,
    pointer: String,
    faults: &'v Faults,
    is_query: bool,
}

impl<'v> Object<'v> {
    /// The whole body as an object.
    pub fn body(value: &'v Value, faults: &'v Faults) -> Option<Self> {
        Field { value: Some(value), pointer: String::new(), faults, is_query: false }.object()
    }

    pub(super) fn query(map: &'v Map<String, Value>, faults: &'v Faults) -> Self {
        Self { map, pointer: "?".to_owned(), faults, seen: BTreeSet::new(), is_query: true }
    }

    /// A field by its name; `null` counts as absent.
    pub fn field(&mut self, name: &'static str) -> Field<'v> {
        self.seen.insert(name);
        Field {
            value: self.map.get(name).filter(|value| !value.is_null()),
            pointer: self.at(name),
            faults: self.faults,
            is_query: self.is_query,
        }
    }

    /// Whether a field is there at all, `null` included.
    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// The pointer of a field.
    pub fn at(&self, name: &str) -> String {
        let name = name.replace('~', "~0").replace('/', "~1");
        if self.is_query { format!("?{name}") } else { format!("{}/{name}", self.pointer) }
    }

    /// The pointer of the object itself.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Refuses every field that was not asked for.
    pub fn finish(self) {
        for name in self.map.keys() {
            if !self.seen.contains(name.as_str()) {
                self.faults.add(self.at(name), "UNKNOWN_FIELD", "is not known");
            }
        }
    }
}

impl<'v> Field<'v> {
    /// Makes its absence a defect.
    #[must_use]
    pub fn required(self) -> Self {
        if self.value.is_none() {
            self.fault("REQUIRED", "is needed");
        }
        self
    }

    /// Whether it is there.
    pub const fn is_present(&self) -> bool {
        self.value.is_some()
    }

    /// The value as it stands.
    pub const fn value(&self) -> Option<&'v Value> {
        self.value
    }

    /// Its pointer.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Notes a defect of this field.
    pub fn fault(&self, code: &'static str, detail: impl Into<String>) {
        self.faults.add(self.pointer.as_str(), code, detail);
    }

    /// A text whose length in characters lies in a range.
    pub fn text(&self, length: RangeInclusive<usize>) -> Option<&'v str> {
        let text = self.typed("a text", Value::as_str)?;
        if length.contains(&text.chars().count()) {
            return Some(text);
        }
        self.fault(
            "LENGTH",
            format!("must have {} to {} characters", length.start(), length.end()),
        );
        None
    }

    /// A whole number in a range.
    pub fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let read = |value: &Value| self.worded(value).or_else(|| value.as_i64());
        let number = self.typed("a whole number", read)?;
        if range.contains(&number) {
            return Some(number);
        }
        self.fault("RANGE", format!("must be between {} and {}", range.start(), range.end()));
        None
    }

    /// A finite number in a range.
    pub fn number(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let read = |value: &Value| self.worded(value).or_else(|| value.as_f64());
        let number = self.typed("a number", read)?;
        if range.contains(&number) {
            return Some(number);
        }
        self.fault("RANGE", format!("must be between {} and {}", range.start(), range.end()));
        None
    }

    /// True or false.
    pub fn boolean(&self) -> Option<bool> {
        let read = |value: &Value| self.worded(value).or_else(|| value.as_bool());
        self.typed("true or false", read)
    }

    /// A text that a type can be read from, such as an id.
    pub fn parse<T: FromStr>(&self, what: &str) -> Option<T> {
        let text = self.typed("a text", Value::as_str)?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.fault("FORMAT", format!("must be {what}"));
        }
        parsed
    }

    /// An instant, RFC 3339 with its offset.
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.parse("a time with its offset, such as 2026-12-01T08:30:00+03:00")
    }

    /// A day, `YYYY-MM-DD`.
    pub fn date(&self) -> Option<Date> {
        let text = self.typed("a text", Value::as_str)?;
        // jiff would also read a date out of a longer text
        let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
        if date.is_none() {
            self.fault("FORMAT", "must be a day, such as 2026-12-01");
        }
        date
    }

    /// One of a set of names, by the type's own serde.
    pub fn choice<T: DeserializeOwned>(&self) -> Option<T> {
        let text = self.typed("a text", |value| value.is_string().then_some(value))?;
        let chosen = T::deserialize(text).ok();
        if chosen.is_none() {
            self.fault("CHOICE", "is not one of the names that are known here");
        }
        chosen
    }

    /// Any type that serde reads whole; its own message is told.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T>
    where
        serde_json::Error: Display,
    {
        match T::deserialize(self.value?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault("INVALID", error.to_string());
                None
            }
        }
    }

    /// An object.
    pub fn object(&self) -> Option<Object<'v>> {
        let map = self.typed("an object", Value::as_object)?;
        Some(Object {
            map,
            pointer: self.pointer.clone(),
            faults: self.faults,
            seen: BTreeSet::new(),
            is_query: false,
        })
    }

    /// A list whose length lies in a range, each entry with its pointer.
    pub fn list(&self, length: RangeInclusive<usize>) -> Option<Vec<Self>> {
        let entries = self.typed("a list", Value::as_array)?;
        if !length.contains(&entries.len()) {
            let (least, most) = length.into_inner();
            self.fault("LENGTH", format!("must have {least} to {most} entries"));
            return None;
        }
        let entry = |(index, value)| Field {
            value: Some(value),
            pointer: format!("{}/{index}", self.pointer),
            faults: self.faults,
            is_query: false,
        };
        Some(entries.iter().enumerate().map(entry).collect())
    }

    /// In a query string every value is a text.
    fn worded<T: FromStr>(&self, value: &Value) -> Option<T> {
        self.is_query.then(|| value.as_str()?.parse().ok())?
    }

    fn typed<T>(&self, what: &str, read: impl FnOnce(&'v Value) -> Option<T>) -> Option<T> {
        let typed = read(self.value?);
        if typed.is_none() {
            self.fault("TYPE", format!("must be {what}"));
        }
        typed
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_is_told_with_its_pointer() {
        let body = json!({"a": 1, "list": [{"n": "x"}, {"n": 7, "z~/": 0}], "stray": null});
        let faults = Faults::new();
        let mut object = Object::body(&body, &faults).unwrap();
        object.field("a").text(1..=3);
        object.field("b").required().text(1..=3);
        for entry in object.field("list").list(1..=5).unwrap() {
            let mut inner = entry.object().unwrap();
            inner.field("n").integer(0..=5);
            inner.finish();
        }
        object.finish();
        let told: Vec<_> =
            faults.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        let expected = [
            ("/a", "TYPE"),
            ("/b", "REQUIRED"),
            ("/list/0/n", "TYPE"),
            ("/list/1/n", "RANGE"),
            ("/list/1/z~0~1", "UNKNOWN_FIELD"),
            ("/stray", "UNKNOWN_FIELD"),
        ];
        assert_eq!(told, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn a_day_is_ten_characters() {
        let body = json!({"good": "2026-12-01", "long": "2026-12-01T00:00:00Z"});
        let faults = Faults::new();
        let mut object = Object::body(&body, &faults).unwrap();
        assert!(object.field("good").date().is_some());
        assert!(object.field("long").date().is_none());
    }
}
