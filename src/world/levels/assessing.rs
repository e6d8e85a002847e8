//! Threat assessments on record.

use jiff::Timestamp;
use uuid::{Builder, Uuid};

use super::{LevelRefusal, LevelsError, store};
use crate::database::Database;
use crate::model::{
    AreaId, Claim, PersonId, RiskBand, RiskMatrix, Role, SecurityLevel, THREAT_ARITHMETIC,
    ThreatAssessment, ThreatScale,
};

/// Who assesses: officials, and advisers that are no focal points (R-802: those act for an adviser
/// without the professional assessment).
pub(in crate::world) const ASSESSORS: [Role; 3] =
    [Role::Usg, Role::DesignatedOfficial, Role::SecurityAdviser];

/// An assessment to be recorded, with what it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct NewAssessment {
    pub(super) body: ThreatAssessment,
    pub(super) level: SecurityLevel,
    pub(super) band: Option<RiskBand>,
    pub(super) by: PersonId,
}

impl NewAssessment {
    /// Computed by the arithmetic and the matrix in force.
    pub(in crate::world) fn of(body: ThreatAssessment, by: PersonId) -> Self {
        let level = body.level(&ThreatScale::default());
        let band = body.band(&RiskMatrix::default());
        Self { body, level, band, by }
    }

    /// Names the arithmetic.
    pub(super) const fn arithmetic() -> &'static str {
        THREAT_ARITHMETIC
    }
}

/// An assessment on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Assessment {
    pub(in crate::world) assessment_id: Uuid,
    pub(super) fingerprint: Vec<u8>,
    pub(in crate::world) body: ThreatAssessment,
    pub(in crate::world) arithmetic: String,
    /// What its scores came to.
    pub(in crate::world) level: SecurityLevel,
    /// What its events came to, after measures.
    pub(in crate::world) band: Option<RiskBand>,
    pub(in crate::world) by: PersonId,
    /// In which office.
    pub(in crate::world) office: Role,
    pub(in crate::world) at: Timestamp,
}

/// Whether somebody assesses an area, and the database's time.
pub(in crate::world) async fn may_assess(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
) -> Result<Timestamp, LevelsError> {
    let (office, now) = store::assessing_office(database, area_id, by).await?;
    office.map(|_held| now).ok_or(LevelsError::Refused(LevelRefusal::NoAssessor))
}

/// Records an assessment; the same key and body again finds it. Says whether it is new.
pub(in crate::world) async fn assess(
    database: &Database,
    area_id: &AreaId,
    claim: &Claim,
    new: &NewAssessment,
) -> Result<(Assessment, bool), LevelsError> {
    let id = id_of(claim);
    let is_new = store::assess(database, area_id, (id, claim), new).await?;
    // neither new nor there: the office ended between the look and the writing
    let found = store::assessment(database, area_id, id).await?;
    let found = found.ok_or(LevelsError::Refused(LevelRefusal::NoAssessor))?;
    if found.fingerprint != claim.fingerprint {
        return Err(LevelsError::KeyReused);
    }
    Ok((found, is_new))
}

/// One assessment of an area.
pub(in crate::world) async fn assessment(
    database: &Database,
    area_id: &AreaId,
    id: Uuid,
) -> Result<Assessment, LevelsError> {
    store::assessment(database, area_id, id).await?.ok_or(LevelsError::Unknown)
}

/// Assessments of an area, newest first; after a time and id, going back.
pub(in crate::world) async fn assessments(
    database: &Database,
    area_id: &AreaId,
    after: Option<super::HistoryPlace>,
    limit: i64,
) -> Result<Vec<Assessment>, LevelsError> {
    store::assessments(database, area_id, after, limit).await
}

/// The id follows from the caller's key, so that the same request writes one row.
fn id_of(claim: &Claim) -> Uuid {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(claim.key_hash) {
        *to = from;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}
