//! Why a mission request does not go on, in words of the domain.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::access::Refusal;
use crate::database::DatabaseError;
use crate::model::{AreaId, CountKey, Hold, MissionState, OrganizationId, PersonId, RuleId};
use crate::record::RecordError;
use crate::trips::TripsError;
use crate::web::Fault;

/// Why a use case has no answer.
#[derive(Debug, thiserror::Error)]
pub enum MissionError {
    /// Not there, or not for the caller to know of.
    #[error("nothing that the caller may see")]
    Hidden,
    /// The body asks for what cannot be: every defect.
    #[error("the body has {} defects", .0.len())]
    Invalid(Vec<Fault>),
    /// No role of the caller permits it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An area is beyond the caller's appointment.
    #[error("area {0} is beyond the caller's appointment")]
    NotForArea(AreaId),
    /// A rule of authority refuses.
    #[error("{} refuses", .0.0)]
    Barred(RuleId),
    /// Somebody has said it already.
    #[error("the request is {}", .state.as_str())]
    Over {
        /// The state it is in.
        state: MissionState,
        /// Who spoke.
        by: Option<PersonId>,
        /// When.
        at: Option<Timestamp>,
    },
    /// Consents are missing.
    #[error("{} consents are missing", .0.len())]
    ConsentsMissing(Vec<OrganizationId>),
    /// Its last day is past.
    #[error("the window ended on {0}")]
    WindowOver(Date),
    /// The request is in another version.
    #[error("the request is in another version")]
    OtherVersion(i32),
    /// The key stands for another body.
    #[error("the idempotency key was used for another body")]
    KeyReused,
    /// Another holds one of its clearances.
    #[error("another holds a clearance")]
    Held(Vec<Hold>),
    /// No place is left on some nights.
    #[error("no place is left on {} nights", .0.len())]
    CeilingFull(Vec<(AreaId, Date, CountKey)>),
    /// Appointments are too old to decide by.
    #[error("the appointments are too old to decide by")]
    AuthorityStale,
    /// What is decided with kept changing.
    #[error("what is decided with kept changing")]
    Unsettled,
    /// Trips could not be decided again.
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
