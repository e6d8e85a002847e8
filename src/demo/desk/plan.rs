//! What follows from the seed alone: who travels where, and what is said to it.

use jiff::{Span, Timestamp};
use serde_json::{Value, json};

use crate::demo::chance::Chance;
use crate::model::PersonId;

/// What is said to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    Approve,
    Deny,
    Return,
    Escalate,
}

impl Word {
    /// What a coordinator says to a request.
    pub(super) fn of_coordinator(seed: u64, request: u64) -> Self {
        let words =
            [(780, Self::Approve), (70, Self::Deny), (50, Self::Return), (100, Self::Escalate)];
        Chance::of(seed, "coordinator", request).weighted(&words).unwrap_or(Self::Escalate)
    }

    /// What the official says to a request: nobody is left to pass it up to.
    pub(super) fn of_official(seed: u64, request: u64) -> Self {
        let words = [(850, Self::Approve), (150, Self::Deny)];
        Chance::of(seed, "official", request).weighted(&words).unwrap_or(Self::Deny)
    }

    /// The last part of its path.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Return => "return",
            Self::Escalate => "escalate",
        }
    }

    /// Its body.
    pub(super) fn body(self, delegation: Option<&str>) -> Value {
        let mut body = match self {
            Self::Approve => json!({"reason_codes": ["SECURITY_ADVICE"]}),
            Self::Deny => json!({
                "reason_codes": ["SECURITY_ADVICE"],
                "text_for_traveller": "Not now; the area's office can say more",
            }),
            Self::Return | Self::Escalate => json!({"reason_codes": ["OTHER"]}),
        };
        if let (Some(delegation), Some(members)) = (delegation, body.as_object_mut()) {
            members.insert("delegation_id".to_owned(), json!(delegation));
        }
        body
    }
}

/// The submit body of a trip to an area: there by air from Geneva, some nights, and back.
pub(super) fn trip(seed: u64, request: u64, person: PersonId, area: &str, now: Timestamp) -> Value {
    let mut chance = Chance::of(seed, "request", request);
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let ahead = i64::from(chance.between(12, 60));
    let there = today.saturating_add(Span::new().days(ahead));
    let back = there.saturating_add(Span::new().days(i64::from(chance.between(2, 9))));
    let geneva = json!({"airport": "GVA"});
    json!({
        "trip_kind": "official", "purpose": "duty_travel", "purpose_text": "Field monitoring",
        "pc_grade": "PC2",
        "travellers": [{"person_id": person}],
        "segments": [
            {"seq": 1, "mode": "air_un", "from": geneva, "to": {"area_id": area},
             "departs_at": format!("{there}T06:00:00Z"), "arrives_at": format!("{there}T16:00:00Z")},
            {"seq": 2, "mode": "air_un", "from": {"area_id": area}, "to": geneva,
             "departs_at": format!("{back}T06:00:00Z"), "arrives_at": format!("{back}T16:00:00Z")},
        ],
        "lodging": [{"area_id": area, "kind": "un_compound", "name": "UN House"}],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_says_the_same() {
        let words = |seed| (0..200).map(|n| Word::of_coordinator(seed, n)).collect::<Vec<_>>();
        assert_eq!(words(1), words(1));
        assert_ne!(words(1), words(2));
        assert!(words(1).contains(&Word::Escalate) && words(1).contains(&Word::Approve));
        assert!((0..200).all(|n| Word::of_official(1, n) != Word::Escalate));
    }
}
