//! What can go wrong with a use case, in words of the domain.

use super::body::NotJson;
use super::store::FactsError;
use crate::access::Refusal;
use crate::database::DatabaseError;
use crate::record::RecordError;
use crate::web::Fault;

/// Why a use case has no answer.
#[derive(Debug, thiserror::Error)]
pub enum TripsError {
    /// The body is no JSON.
    #[error(transparent)]
    NotJson(#[from] NotJson),
    /// The body is no trip that could be decided: every defect.
    #[error("the body has {} defects", .0.len())]
    Invalid(Vec<Fault>),
    /// The caller may not act for a traveller on this kind of trip.
    #[error("the caller may not act for a traveller on such a trip")]
    NotForTraveller,
    /// No role of the caller permits it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Not there, or not for the caller to know of.
    #[error("nothing that the caller may see")]
    Hidden,
    /// A line of a batch without a key.
    #[error("the line has no key")]
    KeyMissing,
    /// The key stands for another body.
    #[error("the idempotency key was used for another body")]
    KeyReused,
    /// The trip is not in the version that the caller changes.
    #[error("the trip is in another version")]
    OtherVersion(i32),
    /// The trip is withdrawn or over.
    #[error("the trip is over")]
    Over,
    /// What was submitted is erased.
    #[error("what was submitted is erased")]
    Erased,
    /// Nothing of the trip can be withdrawn any more.
    #[error("nothing of the trip can be withdrawn")]
    NothingToCancel,
    /// The world or a traveller's facts kept changing, or the newer world did not arrive in time.
    #[error("what the decision read kept changing")]
    Unsettled,
    /// Facts could not be read.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The store could not be read.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The record could not be written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A value of ours has no JSON form.
    #[error("a value cannot be written as JSON")]
    Encoding(#[from] serde_json::Error),
}
