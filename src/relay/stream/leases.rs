//! Leases at the desk as streams tell of them: who holds what, while it happens. They have no place
//! in the feed: what is held now is read from the desk, and a stream that comes again begins there.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::Deserialize;

use super::Streams;
use crate::model::AreaId;

/// A lease that began, was prolonged, or ended.
#[derive(Debug)]
pub(super) struct LeaseTold {
    /// The area of the queue; none for headquarters'.
    pub(super) area: Option<AreaId>,
    /// `held`, `released`, or `missed`: something may have happened that nobody heard.
    pub(super) change: &'static str,
    /// As JSON.
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
struct Message {
    change: String,
    area_id: Option<AreaId>,
}

impl LeaseTold {
    /// Whoever watches should read anew what is held.
    pub(super) fn missed() -> Self {
        Self { area: None, change: "missed", text: "{}".to_owned() }
    }

    /// A message of the database; none where it cannot be read.
    fn read(message: &str) -> Option<Self> {
        let Message { change, area_id } = serde_json::from_str(message).ok()?;
        let change = if change == "held" { "held" } else { "released" };
        Some(Self { area: area_id, change, text: message.replace(['\n', '\r'], " ") })
    }

    /// It says that something was missed, to everybody.
    pub(super) fn is_for_all(&self) -> bool {
        self.change == "missed"
    }
}

impl Streams {
    /// Hands a message on to every stream; an empty one says that listening has begun, and something
    /// may have been missed unless it is the first time.
    pub(in crate::relay) fn hand_on_lease(&self, message: &str) {
        let told = if message.is_empty() {
            let listened_before = self.hears_leases.swap(true, Ordering::AcqRel);
            listened_before.then(LeaseTold::missed)
        } else {
            LeaseTold::read(message)
        };
        if let Some(told) = told {
            // An error says that nobody listens.
            let _unheard = self.leases.send(Arc::new(told));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_told() {
        assert!(LeaseTold::read("{}").is_none());
        let text = r#"{"change": "held", "area_id": null, "holder": "x"}"#;
        let told = LeaseTold::read(text).unwrap();
        assert_eq!((told.change, told.area, told.text.as_str()), ("held", None, text));
    }
}
