//! Security levels and risk bands (domain.md c.6, d.8, d.10): threat assessments, which propose and
//! change nothing; setting a level from one, now or from a time on; and what held when.

mod assessing;
mod setting;
mod store;

use jiff::Timestamp;
use uuid::Uuid;

pub(in crate::world) use self::assessing::{
    ASSESSORS, Assessment, NewAssessment, assess, assessment, assessments, may_assess,
};
pub(in crate::world) use self::setting::{LevelDefect, LevelRefusal, LevelSet, LevelWish};
use self::setting::{Settled, Standing};
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, Cause, PersonId, RiskBand, Role, SecurityLevel};

/// Why a level is not set, or an assessment not recorded.
#[derive(Debug, Clone, thiserror::Error)]
pub(in crate::world) enum LevelsError {
    /// There is no such area, assessment or setting.
    #[error("there is no such thing here")]
    Unknown,
    /// No office in force permits it for this area.
    #[error(transparent)]
    Refused(#[from] LevelRefusal),
    /// The wish does not fit what is on record.
    #[error("the wish does not fit what is on record")]
    Faulty(Vec<LevelDefect>),
    /// A setting has taken effect, or was overtaken.
    #[error("the setting does not wait any more")]
    Settled,
    /// The key stands for another body.
    #[error("the key was used with another body")]
    KeyReused,
    /// An assessment cannot be read or written.
    #[error("the assessment is not as this program writes it: {0}")]
    Assessment(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What holds, held or will hold in an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Held {
    pub(in crate::world) area_id: AreaId,
    /// None for what stood before anybody set anything.
    pub(in crate::world) setting: Option<SetBy>,
    pub(in crate::world) level: SecurityLevel,
    pub(in crate::world) band: Option<RiskBand>,
    /// From when; none: from time out of mind.
    pub(in crate::world) since: Option<Timestamp>,
    /// The first instant at which it holds no more; none: nothing else is known.
    pub(in crate::world) until: Option<Timestamp>,
    /// It waits for its time.
    pub(in crate::world) is_scheduled: bool,
}

/// Who set a level, and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct SetBy {
    pub(in crate::world) setting_id: Uuid,
    pub(in crate::world) assessment_id: Uuid,
    pub(in crate::world) reason: Option<String>,
    pub(in crate::world) by: PersonId,
    /// In which office.
    pub(in crate::world) office: Role,
    pub(in crate::world) at: Timestamp,
}

/// Where a page of a history begins: after this time and setting, going back.
pub(in crate::world) type HistoryPlace = (Timestamp, Uuid);

/// Sets the level and band of an area from an assessment, in one transaction under the lock
/// `world`: at once, or written down for its time. `permit` sees the area's revision first. A wish
/// that changes nothing at once writes nothing; one that takes effect at once overtakes what was
/// scheduled before it.
pub(in crate::world) async fn set_level<E: From<LevelsError>>(
    database: &Database,
    area_id: &AreaId,
    wish: &LevelWish,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<LevelSet, E> {
    store::set(database, area_id, wish, permit).await
}

/// The level and band that a wish would set, if it may be set; nothing is written.
pub(in crate::world) async fn foresee_level<E: From<LevelsError>>(
    database: &Database,
    area_id: &AreaId,
    wish: &LevelWish,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<(SecurityLevel, Option<RiskBand>), E> {
    store::foresee(database, area_id, wish, permit).await
}

/// What live clearances hear of: a band that rises to high or more from below it is a cause of its
/// own (c.11), as the statement that applies a setting says too.
pub(in crate::world) fn cause(before: Option<RiskBand>, after: Option<RiskBand>) -> Cause {
    let high = Some(RiskBand::High);
    if after >= high && before < high { Cause::Band } else { Cause::Level }
}

/// Takes back a setting that has not taken effect; by whoever may set one.
pub(in crate::world) async fn withdraw_level(
    database: &Database,
    area_id: &AreaId,
    setting_id: Uuid,
    by: PersonId,
) -> Result<(), LevelsError> {
    store::withdraw(database, area_id, setting_id, by).await
}

/// Brings settings into effect whose time has come; answers how many. Any number of replicas may
/// try: the second finds nothing.
pub(in crate::world) async fn apply_due_levels(
    database: &Database,
) -> Result<usize, DatabaseError> {
    store::apply_due(database).await
}

/// What holds in areas at some instant of a span, in order of area and time.
pub(in crate::world) async fn held(
    database: &Database,
    areas: &[AreaId],
    span: (Timestamp, Timestamp),
) -> Result<Vec<Held>, LevelsError> {
    store::held(database, areas, span).await
}

/// What was set in an area and what is scheduled, newest first.
pub(in crate::world) async fn history(
    database: &Database,
    area_id: &AreaId,
    after: Option<HistoryPlace>,
    limit: i64,
) -> Result<Vec<Held>, LevelsError> {
    store::history(database, area_id, after, limit).await
}
