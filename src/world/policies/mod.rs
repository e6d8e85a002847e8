//! Policies of areas (domain.md c.4, d.9): drafts, their approval, what is in force from when, and
//! how versions differ. Whoever changes a policy writes a new version through here, ceilings
//! included.

mod approving;
mod differences;
mod store;

use jiff::Timestamp;

pub(in crate::world) use self::approving::{Approval, Approved};
pub(in crate::world) use self::differences::{Difference, differences};
pub(in crate::world) use self::store::{NewVersion, Standing, Writing, adopt, standing};
use crate::access::ScopeArrays;
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, AreaPolicy, PersonId, PolicyTemplate, Role};

/// Who drafts policies.
pub(in crate::world) const DRAFTERS: [Role; 3] =
    [Role::Usg, Role::DesignatedOfficial, Role::SecurityAdviser];

/// Why a policy is not drafted, approved or read.
#[derive(Debug, Clone, thiserror::Error)]
pub(in crate::world) enum PoliciesError {
    /// There is no such area, or no such version.
    #[error("there is no such thing here")]
    Unknown,
    /// No office in force permits it for this area.
    #[error("no appointment in force permits this for the area")]
    NoOffice,
    /// An adviser drafts.
    #[error("a security adviser drafts a policy; the official approves it")]
    OnlyProposes,
    /// The policy in force is not the one it was based on, or the version does not wait any more.
    #[error("version {0} is in force by now: look at it, and save the draft again")]
    Overtaken(i32),
    /// The version was taken back.
    #[error("the version was taken back")]
    Withdrawn,
    /// The version is in force, or was.
    #[error("the version has been in force")]
    InForce,
    /// The time is past.
    #[error("the time is past")]
    Past,
    /// A policy cannot be read or written.
    #[error("the policy is not as this program writes it: {0}")]
    Policy(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A policy as somebody wishes it, to be approved.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::world) struct Draft {
    /// Every key; version and time are given when it is written.
    pub(in crate::world) policy: AreaPolicy,
    /// The version in force on which it was based.
    pub(in crate::world) based_on: i32,
    /// What it started from, where that was a template.
    pub(in crate::world) template: Option<PolicyTemplate>,
    /// From when; none: from its approval.
    pub(in crate::world) effective_from: Option<Timestamp>,
    /// When it is to be looked at again; none: as the policy in force.
    pub(in crate::world) review_at: Option<Timestamp>,
    /// Why.
    pub(in crate::world) change_note: Option<String>,
    /// The meeting of the security management team that spoke of it.
    pub(in crate::world) smt_minutes_ref: Option<String>,
    /// Who.
    pub(in crate::world) by: PersonId,
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::world) enum VersionState {
    /// Waits for approval.
    Draft,
    /// Approved, waits for its time.
    Scheduled,
    /// In force.
    InForce,
    /// Was in force.
    Replaced,
    /// Another version came into force first.
    Overtaken,
    /// Taken back.
    Withdrawn,
}

impl VersionState {
    const ALL: [Self; 6] = [
        Self::Draft,
        Self::Scheduled,
        Self::InForce,
        Self::Replaced,
        Self::Overtaken,
        Self::Withdrawn,
    ];

    /// The name in JSON and SQL.
    pub(in crate::world) const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::InForce => "in_force",
            Self::Replaced => "replaced",
            Self::Overtaken => "overtaken",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Who did something to a version, in which office, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world) struct Hand {
    pub(in crate::world) by: PersonId,
    /// None for what was written before offices were noted.
    pub(in crate::world) office: Option<Role>,
    pub(in crate::world) at: Timestamp,
}

/// A version of a policy, with what it differs from.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::world) struct Version {
    pub(in crate::world) state: VersionState,
    pub(in crate::world) policy: AreaPolicy,
    /// The version it was based on, and that policy; none for the first.
    pub(in crate::world) base: Option<AreaPolicy>,
    /// From when it holds, or shall hold; none for a draft that holds from its approval.
    pub(in crate::world) effective_from: Option<Timestamp>,
    pub(in crate::world) template: Option<PolicyTemplate>,
    pub(in crate::world) review_at: Option<Timestamp>,
    pub(in crate::world) change_note: Option<String>,
    pub(in crate::world) smt_minutes_ref: Option<String>,
    /// Who wrote it; nobody for what was imported.
    pub(in crate::world) recorded: Option<Hand>,
    pub(in crate::world) approved: Option<Hand>,
}

/// A policy whose review comes up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Review {
    pub(in crate::world) area_id: AreaId,
    pub(in crate::world) name: String,
    pub(in crate::world) country: Option<String>,
    pub(in crate::world) version: i32,
    pub(in crate::world) clearance_mode: String,
    pub(in crate::world) review_at: Timestamp,
    /// The date has gone by.
    pub(in crate::world) is_past: bool,
}

/// Saves a draft. `permit` sees the area's revision first. Answers its version; none where it would
/// be the policy in force again, with nothing new beside it.
pub(in crate::world) async fn save_draft<E: From<PoliciesError>>(
    database: &Database,
    area_id: &AreaId,
    draft: &Draft,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Option<i32>, E> {
    store::save_draft(database, area_id, draft, permit).await
}

/// Approves a draft: in force at once, or from its time. `permit` sees the area's revision first.
/// Approving again changes nothing.
pub(in crate::world) async fn approve<E: From<PoliciesError>>(
    database: &Database,
    area_id: &AreaId,
    approval: &Approval,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Approved, E> {
    store::approve(database, area_id, approval, permit).await
}

/// The policy that an approval would bring into force, if it may; nothing is written.
pub(in crate::world) async fn foresee_approval<E: From<PoliciesError>>(
    database: &Database,
    area_id: &AreaId,
    approval: &Approval,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<AreaPolicy, E> {
    store::foresee(database, area_id, approval, permit).await
}

/// Takes back a version that is not in force; by whoever may approve one.
pub(in crate::world) async fn withdraw(
    database: &Database,
    area_id: &AreaId,
    version: i32,
    by: PersonId,
) -> Result<(), PoliciesError> {
    store::withdraw(database, area_id, version, by).await
}

/// Brings approved policies into force whose time has come; answers how many. Any number of
/// replicas may try: the second finds nothing.
pub(in crate::world) async fn apply_due_policies(
    database: &Database,
) -> Result<usize, PoliciesError> {
    store::apply_due(database).await
}

/// The policy in force of an area, for a draft to start from, and whether somebody may draft one.
pub(in crate::world) async fn to_draft(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
) -> Result<AreaPolicy, PoliciesError> {
    store::to_draft(database, area_id, by).await
}

/// Versions of an area's policy, newest first, before a version; or one.
pub(in crate::world) async fn versions(
    database: &Database,
    area_id: &AreaId,
    (one, before): (Option<i32>, Option<i32>),
    limit: i64,
) -> Result<Vec<Version>, PoliciesError> {
    store::versions(database, area_id, (one, before), limit).await
}

/// Policies in force in a scope whose review date comes before a time; after a date and area.
pub(in crate::world) async fn reviews(
    database: &Database,
    before: Timestamp,
    scope: &ScopeArrays,
    after: Option<(Timestamp, String)>,
    limit: i64,
) -> Result<Vec<Review>, DatabaseError> {
    store::reviews(database, before, scope, after, limit).await
}
