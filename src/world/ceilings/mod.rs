//! Ceilings of areas (domain.md c.5): setting them, and how the nights stand against them.

mod store;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

pub(in crate::world) use self::store::{list, nights, overrides, permissible};
use crate::database::{Database, DatabaseError};
use crate::model::{
    AreaId, AreaPolicy, Ceilings, ClearanceId, ClearanceState, OrganizationId, PersonId, Role,
    TripId,
};
use crate::world::policies::PoliciesError;

/// A wish to set an area's ceilings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeilingsChange {
    /// All of them: what is not named is not limited.
    pub ceilings: Ceilings,
    /// Why, kept with the version of the policy.
    pub note: Option<String>,
    /// Who.
    pub by: PersonId,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeilingsSet {
    /// The world's new version; none where the ceilings were these already.
    pub version: Option<i64>,
    /// Version of the policy in force.
    pub policy_version: i32,
    /// What decides live clearances again; none where nothing changed.
    pub redecision: Option<Uuid>,
    /// Nights with more people than places: nobody is put out.
    pub over: Vec<NightCeiling>,
}

/// Why ceilings are not set.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CeilingsError {
    /// There is no such area.
    #[error("there is no such area")]
    UnknownArea,
    /// No appointment in force permits it for this area.
    #[error("no appointment in force permits this for the area")]
    NotPermitted,
    /// The policy in force cannot be read.
    #[error("the policy in force cannot be read: {0}")]
    Policy(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A night against one ceiling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NightCeiling {
    /// The night that begins on this local day.
    pub night: Date,
    /// `total`, `organization` or `category`.
    pub of: String,
    /// Which organization or category; empty for the total.
    pub key: String,
    /// Places.
    pub ceiling: i64,
    /// Taken by visitors.
    pub committed: i64,
    /// Asked for by visitors who wait for a decision: shown, binding nobody.
    pub soft: i64,
    /// Held by residents present.
    pub residents: i64,
    /// Visitors on the waiting list.
    pub waiting: i64,
}

impl NightCeiling {
    /// Places left.
    pub const fn free(&self) -> i64 {
        let left = self.ceiling - self.committed - self.residents;
        if left > 0 { left } else { 0 }
    }

    /// People too many.
    pub const fn over(&self) -> i64 {
        let over = self.committed + self.residents - self.ceiling;
        if over > 0 { over } else { 0 }
    }
}

/// Somebody on a waiting list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Waiting {
    /// From 1.
    pub(in crate::world) position: i64,
    pub(in crate::world) clearance_id: ClearanceId,
    /// 1 the most critical grade, 5 none.
    pub(in crate::world) rank: i16,
    pub(in crate::world) submitted_at: Timestamp,
    /// Waits for nothing else: cleared by rule when there is a place.
    pub(in crate::world) alone: bool,
    pub(in crate::world) state: ClearanceState,
    pub(in crate::world) arrive: Date,
    pub(in crate::world) depart: Option<Date>,
    pub(in crate::world) organization: OrganizationId,
    pub(in crate::world) full_nights: Vec<Date>,
}

/// Where a page of a waiting list begins: after this rank, time and clearance.
pub(in crate::world) type ListPlace = (i16, Timestamp, Uuid);

/// What was permitted above a ceiling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Overridden {
    pub(in crate::world) override_id: Uuid,
    pub(in crate::world) clearance_id: ClearanceId,
    /// Nights without a place when it was permitted.
    pub(in crate::world) nights: Vec<Date>,
    pub(in crate::world) policy_version: i32,
    pub(in crate::world) reason: String,
    pub(in crate::world) capacity: String,
    pub(in crate::world) by: PersonId,
    pub(in crate::world) at: Timestamp,
}

/// A clearance for which a place above the ceiling may be permitted, and by which power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world) struct Permissible {
    pub(in crate::world) trip_id: TripId,
    pub(in crate::world) policy_version: i32,
    pub(in crate::world) now: Timestamp,
    /// The appointment that the policy asks for, with its role and whether it is held in place of
    /// another; none where the caller has none.
    pub(in crate::world) power: Option<(Uuid, Role, bool)>,
}

/// Roles that set ceilings.
const ROLES: [Role; 2] = [Role::DesignatedOfficial, Role::Usg];

/// Sets the ceilings of an area as a new version of its policy, in one transaction under the lock
/// `world`, and counts everybody's places anew. `permit` sees the area's revision first. Ceilings
/// that are as they were change nothing.
pub async fn set_ceilings<E: From<CeilingsError>>(
    database: &Database,
    area_id: &AreaId,
    change: &CeilingsChange,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<CeilingsSet, E> {
    store::set(database, area_id, change, permit).await
}

/// The policy that would be in force, with the same checks as [`set_ceilings`] and nothing written;
/// none where the ceilings are these already.
pub async fn plan_ceilings<E: From<CeilingsError>>(
    database: &Database,
    area_id: &AreaId,
    change: &CeilingsChange,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Option<AreaPolicy>, E> {
    store::plan(database, area_id, change, permit).await
}

impl From<PoliciesError> for CeilingsError {
    fn from(error: PoliciesError) -> Self {
        match error {
            PoliciesError::Unknown => Self::UnknownArea,
            PoliciesError::NoOffice | PoliciesError::OnlyProposes => Self::NotPermitted,
            PoliciesError::Database(error) => Self::Database(error),
            other @ (PoliciesError::Overtaken(_)
            | PoliciesError::Withdrawn
            | PoliciesError::InForce
            | PoliciesError::Past
            | PoliciesError::Policy(_)) => Self::Policy(other.to_string()),
        }
    }
}

/// A policy with other ceilings, as a version from a time; none where they are the same.
fn next(
    policy: &AreaPolicy,
    ceilings: &Ceilings,
    (version, now): (i32, Timestamp),
) -> Option<AreaPolicy> {
    (policy.ceilings != *ceilings).then(|| AreaPolicy {
        version,
        effective_from: now,
        ceilings: ceilings.clone(),
        ..policy.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ceilings_change_and_the_version_rises() {
        let policy = AreaPolicy::standard(3, Timestamp::UNIX_EPOCH);
        let ceilings = Ceilings { total: Some(7), ..Ceilings::default() };
        let now = Timestamp::from_second(1).unwrap();
        let changed = next(&policy, &ceilings, (5, now)).unwrap();
        let expected = AreaPolicy { version: 5, effective_from: now, ceilings, ..policy.clone() };
        assert_eq!(changed, expected);
        assert_eq!(next(&policy, &Ceilings::default(), (5, now)), None);
    }

    #[test]
    fn places_left_and_people_too_many() {
        let night = |committed, residents| NightCeiling {
            night: Date::constant(2030, 1, 1),
            of: "total".to_owned(),
            key: String::new(),
            ceiling: 5,
            committed,
            soft: 9,
            residents,
            waiting: 0,
        };
        assert_eq!((night(2, 1).free(), night(2, 1).over()), (2, 0));
        assert_eq!((night(3, 2).free(), night(3, 2).over()), (0, 0));
        assert_eq!((night(4, 4).free(), night(4, 4).over()), (0, 3));
    }
}
