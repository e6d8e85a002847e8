//! Why a headcount is not opened, read, answered or closed.

use std::sync::Arc;

use crate::database::{DatabaseError, Overloaded};
use crate::identity::AuthorityError;
use crate::model::AreaId;

/// What was asked of a headcount and is not done. Cheap to clone, as one failed batch answers many.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HeadcountError {
    /// Not there, or not for the caller to know of.
    #[error("no headcount that the caller may see")]
    Hidden,
    /// Areas that no appointment of the caller covers.
    #[error("no appointment of the caller covers every area")]
    OtherLand(Vec<AreaId>),
    /// It takes no more responses.
    #[error("the headcount is closed")]
    Closed,
    /// The key stands for another body.
    #[error("the idempotency key was used for another body")]
    KeyReused,
    /// As many streams are open as may be, or the service stops.
    #[error("no more streams can be opened here now")]
    Full,
    /// The store could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Too many responses wait.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The caller's appointments cannot be read.
    #[error("the caller's appointments cannot be read")]
    Authority(#[source] Arc<AuthorityError>),
    /// A line of a list cannot be written.
    #[error("a list cannot be written")]
    Unlisted,
    /// A value of ours has no JSON form, or what was kept is none.
    #[error("a value cannot be written or read as JSON")]
    Encoding(#[source] Arc<serde_json::Error>),
}

impl From<serde_json::Error> for HeadcountError {
    fn from(error: serde_json::Error) -> Self {
        Self::Encoding(Arc::new(error))
    }
}

impl From<AuthorityError> for HeadcountError {
    fn from(error: AuthorityError) -> Self {
        Self::Authority(Arc::new(error))
    }
}
