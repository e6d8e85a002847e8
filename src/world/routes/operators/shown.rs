//! Operators, advice and permissions as JSON.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::OperatorStanding;
use crate::world::operators::{Advice, Authorization, Flying};

/// Advice as its organization writes it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(in crate::world::routes) struct OperatorBody {
    /// `suitable`, `conditional`, `not_recommended` or `unknown`.
    status: String,
    /// The last day; after it the operator is unknown again.
    #[schema(format = Date)]
    valid_to: Option<String>,
    /// Whose air operator certificate it holds: ISO 3166-1 alpha-2.
    aoc_state: Option<String>,
    /// What it rests on: `icao_audit`, `iosa`, `bars` or `own`.
    basis: Option<String>,
    /// For focal points and security staff.
    note: Option<String>,
}

/// A permission to use an operator.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(in crate::world::routes) struct OperatorAuthorizationBody {
    /// `ad_hoc`, for one trip, or `blanket`, for everybody of the organization.
    kind: String,
    /// The trip of an ad hoc permission.
    #[schema(format = Uuid)]
    trip_id: Option<String>,
    /// The first day; today where it is left out.
    #[schema(format = Date)]
    valid_from: Option<String>,
    /// The last day.
    #[schema(format = Date)]
    until: String,
    /// Why.
    reason: String,
}

/// An operator and what is said of it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct OperatorAnswer {
    /// ICAO or IATA code.
    pub(super) code: String,
    /// From a directory, for display alone.
    pub(super) name: Option<String>,
    /// What the caller's organization says, or all of them to security staff; empty where nobody does:
    /// then it is unknown.
    pub(super) advice: Vec<OperatorAdviceAnswer>,
    /// After a change: live trips of the organization that fly with it, the next 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trips: Option<Vec<OperatorTripAnswer>>,
}

/// What one organization says of an operator.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct OperatorAdviceAnswer {
    /// Which organization.
    organization_id: String,
    /// `suitable`, `conditional`, `not_recommended` or `unknown`: as it is today.
    status: String,
    /// It was said of days that are over.
    lapsed: bool,
    /// The last day.
    #[schema(value_type = Option<String>, format = "date")]
    valid_to: Option<Date>,
    /// Whose air operator certificate it holds.
    aoc_state: Option<String>,
    /// What it rests on.
    basis: Option<String>,
    /// For focal points and security staff.
    note: Option<String>,
    /// Raised by every change.
    revision: i32,
    /// Who said so.
    #[schema(value_type = String)]
    changed_by: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
}

/// A live trip that flies with an operator.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct OperatorTripAnswer {
    /// Whose people fly.
    organization_id: String,
    /// The trip.
    #[schema(value_type = String)]
    trip_id: Uuid,
    /// Its reference for people.
    reference: String,
    /// Carrier and number.
    flight: String,
    /// Local day on which it leaves.
    #[schema(value_type = String, format = "date")]
    day: Date,
    /// How many.
    people: i32,
    /// The organization has permitted it.
    authorized: bool,
}

/// Live trips, by day.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct OperatorTripList {
    /// The trips of this page.
    pub(super) items: Vec<OperatorTripAnswer>,
    /// For the next page; null on the last.
    pub(super) next_cursor: Option<String>,
}

/// A permission on record.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct OperatorAuthorizationAnswer {
    /// Its id.
    #[schema(value_type = String)]
    authorization_id: Uuid,
    /// Whose.
    organization_id: String,
    /// `ad_hoc` or `blanket`.
    kind: String,
    /// The trip of an ad hoc permission.
    #[schema(value_type = Option<String>)]
    trip_id: Option<Uuid>,
    /// The first day.
    #[schema(value_type = String, format = "date")]
    valid_from: Date,
    /// The last day.
    #[schema(value_type = String, format = "date")]
    until: Date,
    /// Why.
    reason: String,
    /// Who gave it.
    #[schema(value_type = String)]
    given_by: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    given_at: Timestamp,
}

/// Permissions, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct OperatorAuthorizationList {
    /// The permissions of this page.
    pub(super) items: Vec<OperatorAuthorizationAnswer>,
    /// For the next page; null on the last.
    pub(super) next_cursor: Option<String>,
}

impl OperatorAdviceAnswer {
    pub(super) fn of(advice: Advice) -> Self {
        let unknown = OperatorStanding::Unknown.as_str();
        Self {
            organization_id: advice.organization,
            status: if advice.lapsed { unknown.to_owned() } else { advice.standing },
            lapsed: advice.lapsed,
            valid_to: advice.valid_to,
            aoc_state: advice.aoc_state,
            basis: advice.basis,
            note: advice.note,
            revision: advice.revision,
            changed_by: advice.changed_by,
            changed_at: advice.changed_at,
        }
    }
}

impl OperatorTripAnswer {
    pub(super) fn of(flying: Flying) -> Self {
        Self {
            organization_id: flying.organization,
            trip_id: flying.trip_id,
            reference: flying.reference,
            flight: flying.flight,
            day: flying.day,
            people: flying.people,
            authorized: flying.authorized,
        }
    }
}

impl OperatorAuthorizationAnswer {
    pub(super) fn of(given: Authorization) -> Self {
        Self {
            authorization_id: given.authorization_id,
            organization_id: given.organization,
            kind: given.kind,
            trip_id: given.trip_id,
            valid_from: given.valid_from,
            until: given.valid_to,
            reason: given.reason,
            given_by: given.given_by,
            given_at: given.given_at,
        }
    }
}
