//! Why a record was not written, or may not have been.

use crate::database::{DatabaseError, Overloaded, Trouble};
use crate::web::{Kind, Problem};

/// Nothing was written, except where a variant says otherwise.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordError {
    /// A lock was held for too long, or too much waits: come again.
    #[error("the record is busy")]
    Busy(#[source] Option<DatabaseError>),
    /// The lane took nothing.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database cannot be reached.
    #[error("the record's database is not reached")]
    Unavailable(#[source] DatabaseError),
    /// The connection was lost while the commit was under way, and the database did not come back
    /// in time to be asked. **It may have been written.** Repeating the request with its key is
    /// answered rightly either way.
    #[error("it is not known whether the record was written")]
    Unknown(#[source] DatabaseError),
    /// The use case asked for what may not be: a defect of the program.
    #[error("the record was refused: {0}")]
    Misuse(&'static str),
    /// A value could not be written as JSON: a defect of the program.
    #[error("a value of the record has no JSON")]
    Json,
    /// A statement failed: a defect, or a state of the database nobody foresaw.
    #[error("the record could not be written")]
    Database(#[source] DatabaseError),
}

impl RecordError {
    /// Of a commit that was surely rolled back, or never begun.
    pub(super) fn of(error: DatabaseError) -> Self {
        match error.trouble() {
            Trouble::Contended | Trouble::TimedOut => Self::Busy(Some(error)),
            Trouble::Unavailable => Self::Unavailable(error),
            Trouble::Constraint(_) | Trouble::Defect => Self::Database(error),
        }
    }

    /// Whether the same request may succeed later: 503 rather than 500.
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Busy(_) | Self::Overloaded(_) | Self::Unavailable(_) | Self::Unknown(_) => true,
            Self::Misuse(_) | Self::Json | Self::Database(_) => false,
        }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        let kind = if error.is_passing() { Kind::Unavailable } else { Kind::Internal };
        Self::new(kind).because(&error)
    }
}

/// Whether a failed group may have been committed all the same: no answer came, or the server died
/// while it answered.
pub(super) fn may_be_committed(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::Silent { .. } => true,
        DatabaseError::Statement { source, .. } => match source.as_db_error() {
            Some(answer) => answer.severity() != "ERROR",
            None => error.trouble() == Trouble::Unavailable,
        },
        DatabaseError::Pool(_)
        | DatabaseError::Address(_)
        | DatabaseError::Column(_)
        | DatabaseError::Rows { .. } => false,
    }
}
