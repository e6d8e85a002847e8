//! The desk's errors as callers are told them.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::desk::{ClaimError, DeskError};
use crate::model::{AreaId, CountKey, StatusKind};
use crate::web::{Kind, Problem};

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match conflict(&error) {
            Some((code, more)) => {
                let problem = Self::new(Kind::Conflict).code(code).detail(error.to_string());
                more.into_iter().fold(problem, |problem, (name, value)| problem.with(name, value))
            }
            None => other(error),
        }
    }
}

/// Members beside those of every problem.
type More = Vec<(&'static str, Value)>;

/// Code and members of what the state of the item refuses; none for everything else.
fn conflict(error: &DeskError) -> Option<(&'static str, More)> {
    Some(match error {
        DeskError::TwoStep => ("TWO_STEP", vec![("rule", json!("R-805"))]),
        DeskError::Decided { state, by, at } => {
            ("ALREADY_DECIDED", vec![("state", json!(state)), ("by", json!(by)), ("at", json!(at))])
        }
        DeskError::Held(hold) => (
            "HELD",
            vec![("by", json!(hold.by)), ("at", json!(hold.at)), ("until", json!(hold.until))],
        ),
        DeskError::NotHeld => ("NOT_HELD", More::new()),
        DeskError::NoSuchMove { state, .. } => ("MOVE_NOT_ALLOWED", vec![("state", json!(state))]),
        DeskError::CourseMissing(courses) => {
            ("COURSE_MISSING", vec![("rule", json!("R-303")), ("courses", json!(courses))])
        }
        DeskError::NothingToWaive => ("NOTHING_TO_WAIVE", More::new()),
        DeskError::AreaNotOpen(StatusKind::Closed) => ("AREA_CLOSED", More::new()),
        DeskError::AreaNotOpen(_) => ("AREA_SUSPENDED", More::new()),
        DeskError::CeilingFull(nights) => ("CEILING_FULL", vec![("nights", full(nights))]),
        DeskError::NoAppealLeft => ("NO_APPEAL_LEFT", vec![("rule", json!("R-1202"))]),
        DeskError::ObligesNoMore(state) => ("OBLIGES_NO_MORE", vec![("state", json!(state))]),
        DeskError::Hidden
        | DeskError::Refused(_)
        | DeskError::Barred(_)
        | DeskError::PowerGone { .. }
        | DeskError::NotOwner(_)
        | DeskError::OtherVersion(_)
        | DeskError::KeyReused
        | DeskError::AuthorityStale
        | DeskError::Unsettled
        | DeskError::Claim(_)
        | DeskError::Trips(_)
        | DeskError::Database(_)
        | DeskError::Record(_)
        | DeskError::Encoding(_) => return None,
    })
}

fn other(error: DeskError) -> Problem {
    match error {
        DeskError::Hidden => Problem::hidden(),
        DeskError::Refused(refusal) => refusal.into(),
        DeskError::Barred(barred) => Problem::new(Kind::Forbidden)
            .code("NOT_AUTHORIZED")
            .detail(barred.explain())
            .with("rule", barred.rule.0),
        DeskError::PowerGone { rule } => Problem::new(Kind::Forbidden)
            .code("NOT_AUTHORIZED")
            .detail("the power was not in force when the decision was to be written")
            .with("rule", rule.0),
        DeskError::NotOwner(_) => {
            Problem::new(Kind::Forbidden).code("NOT_OWNER").detail(error.to_string())
        }
        DeskError::OtherVersion(version) => {
            Problem::new(Kind::PreconditionFailed).header("etag", format!("\"v{version}\""))
        }
        DeskError::KeyReused => Problem::new(Kind::Unprocessable)
            .code("IDEMPOTENCY_KEY_REUSED")
            .detail("the key stands for another body"),
        DeskError::AuthorityStale => Problem::new(Kind::Unavailable).code("AUTHORITY_STALE"),
        DeskError::Unsettled => Problem::new(Kind::Unavailable)
            .code("WORLD_MOVING")
            .detail("what the decision reads keeps changing; repeat with the same key"),
        DeskError::Claim(ClaimError::Overloaded(overloaded)) => overloaded.into(),
        DeskError::Trips(error) => error.into(),
        DeskError::Claim(ClaimError::Database(error)) | DeskError::Database(error) => error.into(),
        DeskError::Record(error) => error.into(),
        DeskError::Encoding(_)
        | DeskError::TwoStep
        | DeskError::Decided { .. }
        | DeskError::Held(_)
        | DeskError::NotHeld
        | DeskError::NoSuchMove { .. }
        | DeskError::CourseMissing(_)
        | DeskError::NothingToWaive
        | DeskError::AreaNotOpen(_)
        | DeskError::CeilingFull(_)
        | DeskError::ObligesNoMore(_)
        | DeskError::NoAppealLeft => Problem::internal(&error),
    }
}

fn full(nights: &[(AreaId, Date, CountKey)]) -> Value {
    let night = |(area, night, key): &(AreaId, Date, CountKey)| {
        let count = match key {
            CountKey::Total => "total".to_owned(),
            CountKey::Organization(id) => format!("organization:{id}"),
            CountKey::Category(category) => format!("category:{}", category.as_str()),
        };
        json!({"area_id": area, "night": night, "count": count})
    };
    nights.iter().map(night).collect()
}
