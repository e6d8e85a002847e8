//! What was shown of an advisory, and when it was read (R-1703).

mod store;

use jiff::Timestamp;

pub(in crate::world) use self::store::stay;
use super::Language;
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, Claim, ClearanceId, OrganizationId, PersonId};

/// A reading on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Read {
    /// The version that was shown.
    pub(in crate::world) version: i32,
    /// In which language.
    pub(in crate::world) language: String,
    /// When.
    pub(in crate::world) read_at: Timestamp,
    /// Who says so.
    pub(in crate::world) read_by: PersonId,
}

/// The stay of a clearance, as far as its advisory goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Stay {
    pub(in crate::world) organization: OrganizationId,
    pub(in crate::world) personal: bool,
    pub(in crate::world) person_id: PersonId,
    pub(in crate::world) sponsor: Option<PersonId>,
    pub(in crate::world) area_id: Option<AreaId>,
    /// The version that the decision saw.
    pub(in crate::world) decided_with: i32,
    /// The newest that was read.
    pub(in crate::world) read: Option<Read>,
}

/// A report that a version was read for a clearance.
#[derive(Debug, Clone)]
pub(in crate::world) struct Reading {
    /// For which clearance.
    pub(in crate::world) clearance_id: ClearanceId,
    /// Its area.
    pub(in crate::world) area_id: AreaId,
    /// The version that was shown.
    pub(in crate::world) version: i32,
    /// In which language.
    pub(in crate::world) language: Language,
    /// Who reports it.
    pub(in crate::world) by: PersonId,
    /// The idempotency key with the body it stands for.
    pub(in crate::world) claim: Claim,
}

/// What recording a reading came to.
enum Recorded {
    /// There is no such version, or somebody wrote the same beside: a second look tells.
    Nothing,
    /// The key stands for another body.
    OtherBody,
    /// On record, and whether it was before.
    Read(Read, bool),
}

/// Why a reading is not recorded.
#[derive(Debug, Clone, thiserror::Error)]
pub(in crate::world) enum ReadingError {
    /// No such version was published.
    #[error("no such version was published")]
    NoVersion,
    /// The key stands for another body.
    #[error("the idempotency key was used for another body")]
    KeyReused,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Records a reading; the first of a version stands. Answers what is on record, and whether it was
/// before.
pub(in crate::world) async fn read(
    database: &Database,
    reading: &Reading,
) -> Result<(Read, bool), ReadingError> {
    // The second look is for a reading that was written beside the first.
    for _ in 0..2 {
        match store::record(database, reading).await? {
            Recorded::Nothing => {}
            Recorded::OtherBody => return Err(ReadingError::KeyReused),
            Recorded::Read(read, was_known) => return Ok((read, was_known)),
        }
    }
    Err(ReadingError::NoVersion)
}
