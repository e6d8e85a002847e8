//! Evidence lies in parts by the month in which it was written; what is past its time goes with its part.
//!
//! The parts of the months to come are made ahead by every replica that finds one missing. Erasing is a
//! command of the operator (`safeconduct erase-evidence`): how long facts are kept is a deployment's
//! decision (domain.md, Q-13), and nothing is erased unless somebody asks for it. The ledger stays, and its
//! chain verifies without the evidence; the history of a clearance then says `erased`.

use std::fmt;

use jiff::Timestamp;

use super::statements::{EVIDENCE_ERASE, EVIDENCE_MONTHS, EVIDENCE_PAST};
use crate::database::{Database, DatabaseError};

/// A part of the evidence of which some is past its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEvidence {
    /// The part: `evidence_2026_11`, or `evidence_before` for what was written before there were parts.
    pub part: String,
    /// Decisions whose evidence goes.
    pub goes: i64,
    /// Decisions whose evidence stays: their trips ended later, or have no end.
    pub stays: i64,
    /// Trips that ended before this are past their time.
    ended_before: Timestamp,
}

impl fmt::Display for PastEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part, goes, stays, .. } = self;
        write!(f, "{part:<20} {goes:>12} past their time {stays:>12} stay")
    }
}

/// Makes the parts of this month and the two after it where they are missing.
pub(super) async fn make_months(database: &Database) -> Result<(), DatabaseError> {
    let made: i32 = database.writer().await?.one(&EVIDENCE_MONTHS, &[]).await?.try_get("made")?;
    if made > 0 {
        tracing::info!(made, "parts for the evidence of months to come");
    }
    Ok(())
}

/// The parts of which something is past its time: evidence of trips that ended so many months ago, in
/// months of evidence that are themselves so long over. Oldest first; reads them whole.
pub async fn past_evidence(
    database: &Database,
    months: u16,
) -> Result<Vec<PastEvidence>, DatabaseError> {
    let rows = database.writer().await?.rows(&EVIDENCE_PAST, &[&i32::from(months)]).await?;
    let part = |row: &tokio_postgres::Row| {
        Ok(PastEvidence {
            part: row.try_get("part")?,
            goes: row.try_get("goes")?,
            stays: row.try_get("stays")?,
            ended_before: row.try_get("ended_before")?,
        })
    };
    rows.iter().map(part).collect()
}

/// Erases what of a part is past its time, in a transaction of its own. Whoever reads or writes evidence
/// waits only while the part is exchanged for what stays of it; where that lock is not to be had in time,
/// nothing is erased.
pub async fn erase_evidence(database: &Database, past: &PastEvidence) -> Result<(), DatabaseError> {
    let PastEvidence { part, ended_before, .. } = past;
    database.writer().await?.rows(&EVIDENCE_ERASE, &[part, ended_before]).await?;
    Ok(())
}
