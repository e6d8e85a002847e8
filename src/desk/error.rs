//! Why the desk does not do what was asked, in words of the domain.

use jiff::Timestamp;
use jiff::civil::Date;

use super::claiming::ClaimError;
use crate::access::{Barred, Deed, Refusal};
use crate::database::DatabaseError;
use crate::model::{
    AreaId, ClearanceState, CountKey, Course, Hold, ObligationOwner, PersonId, RuleId, StatusKind,
};
use crate::record::RecordError;
use crate::trips::TripsError;

/// Why a use case of the desk has no answer.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Not there, or not for the caller to know of.
    #[error("nothing that the caller may see")]
    Hidden,
    /// No role of the caller permits it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A rule of authority refuses.
    #[error(transparent)]
    Barred(#[from] Barred),
    /// The power was there a moment ago, and is not at the database's time.
    #[error("{} refuses at the time of the commit", .rule.0)]
    PowerGone {
        /// The rule.
        rule: RuleId,
    },
    /// An adviser must recommend first.
    #[error("an adviser must recommend first")]
    TwoStep,
    /// Somebody was faster, or the rules were.
    #[error("the item was decided already")]
    Decided {
        /// The state it is in.
        state: ClearanceState,
        /// Who moved it there; none for rules.
        by: Option<PersonId>,
        /// When.
        at: Timestamp,
    },
    /// Another holds the item.
    #[error("another holds the item")]
    Held(Hold),
    /// The lease is not the caller's, or has ended.
    #[error("the caller holds no lease on the item")]
    NotHeld,
    /// The state machine has no such move.
    #[error("nothing leads from {} by {}", .state.as_str(), .deed.as_str())]
    NoSuchMove {
        /// The state it is in.
        state: ClearanceState,
        /// What was asked.
        deed: Deed,
    },
    /// The item is in another version.
    #[error("the item is in another version")]
    OtherVersion(i32),
    /// The key stands for another body.
    #[error("the idempotency key was used for another body")]
    KeyReused,
    /// Courses are missing that nobody has waived.
    #[error("{} courses are missing and not waived", .0.len())]
    CourseMissing(Vec<Course>),
    /// The course is not missing, so there is nothing to waive.
    #[error("there is nothing to waive")]
    NothingToWaive,
    /// Nobody may travel to the area as it stands.
    #[error("the area is {}", .0.as_str())]
    AreaNotOpen(StatusKind),
    /// No place is left on some nights.
    #[error("no place is left on {} nights", .0.len())]
    CeilingFull(Vec<(AreaId, Date, CountKey)>),
    /// Somebody else owes it.
    #[error("this is for the {} or the area's security staff to say", .0.as_str())]
    NotOwner(ObligationOwner),
    /// The approval obliges to nothing any more.
    #[error("the clearance is {}", .0.as_str())]
    ObligesNoMore(ClearanceState),
    /// There was an appeal at that level (R-1202).
    #[error("no appeal is left")]
    NoAppealLeft,
    /// Appointments are too old to decide by.
    #[error("the appointments are too old to decide by")]
    AuthorityStale,
    /// What the decision reads kept changing.
    #[error("what the decision reads kept changing")]
    Unsettled,
    /// No next item was looked for.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// What was read of the trip.
    #[error(transparent)]
    Trips(#[from] TripsError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A value of ours has no JSON form.
    #[error("a value cannot be written as JSON")]
    Encoding(#[from] serde_json::Error),
}
