//! Why a report is not taken.

use jiff::Timestamp;

use crate::database::DatabaseError;
use crate::model::ClearanceState;
use crate::record::RecordError;

/// A report that is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PresenceError {
    /// Not there, or not for the caller to know of.
    #[error("nothing that the caller may see")]
    Hidden,
    /// An area of somebody else.
    #[error("no appointment of the caller covers the area")]
    OtherLand,
    /// Neither positive nor on record: nobody is expected by this clearance.
    #[error("the clearance is {}", .0.as_str())]
    NotPositive(ClearanceState),
    /// The stay is over.
    #[error("the stay is over: {}", .0.as_str())]
    Over(ClearanceState),
    /// Outside the window of the clearance (R-1001).
    #[error("outside the window of the clearance")]
    OutOfWindow {
        /// First instant.
        from: Timestamp,
        /// Last instant; none for an open stay.
        to: Option<Timestamp>,
    },
    /// A no-show before 24 hours after the planned arrival.
    #[error("too early to say that nobody came")]
    TooEarly {
        /// From when it can be said.
        not_before: Timestamp,
    },
    /// A no-show of somebody whose arrival is confirmed.
    #[error("the arrival is confirmed")]
    Arrived,
    /// A departure before the arrival.
    #[error("before the arrival")]
    BeforeArrival,
    /// Something that is yet to happen.
    #[error("in the future")]
    Future,
    /// The key stands for another body.
    #[error("the idempotency key was used for another body")]
    KeyReused,
    /// The clearance kept moving.
    #[error("the clearance keeps moving")]
    Unsettled,
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
