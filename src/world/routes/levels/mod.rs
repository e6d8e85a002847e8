//! Security levels over HTTP: threat assessments, setting a level, what held when.

mod assessing;
mod form;
mod history;
mod setting;

use actix_web::web::ServiceConfig;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::atlas::AreaEntry;
use crate::model::{PersonId, RiskBand, Role, SecurityLevel};
use crate::web::{Kind, Problem, wing};
use crate::world::levels::{LevelDefect, LevelsError};

/// The operations on levels.
#[derive(Debug, OpenApi)]
#[openapi(paths(
    assessing::add_assessment,
    assessing::list_assessments,
    assessing::get_assessment,
    setting::put_security_level,
    setting::cancel_level_setting,
    history::get_security_level,
    history::get_security_levels,
))]
pub struct Api;

/// The routes on levels.
pub(super) fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(assessing::add_assessment)
            .service(assessing::list_assessments)
            .service(assessing::get_assessment)
            .service(setting::put_security_level)
            .service(setting::cancel_level_setting)
            .service(history::get_security_level)
            .service(history::get_security_levels);
    });
}

/// A level and a band, with the level's name.
#[derive(Debug, Serialize, ToSchema)]
struct LevelOut {
    /// 1 minimal to 6 extreme.
    #[schema(value_type = u8)]
    security_level: SecurityLevel,
    /// What the level is called.
    level_name: &'static str,
    /// Present security risk, where one is assessed.
    #[schema(value_type = Option<String>)]
    risk_band: Option<RiskBand>,
}

impl LevelOut {
    const fn of(security_level: SecurityLevel, risk_band: Option<RiskBand>) -> Self {
        Self { security_level, level_name: security_level.name(), risk_band }
    }
}

/// Who did something, and in which office.
#[derive(Debug, Serialize, ToSchema)]
struct ByOut {
    /// The person.
    #[schema(value_type = String)]
    person_id: PersonId,
    /// In which office.
    #[schema(value_type = String)]
    role: Role,
}

/// An id of a path; what is none names nothing.
fn id_of(path: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(path).map_err(|_none| Problem::hidden())
}

/// Whether a scope reaches an area whole.
fn reaches(scope: &crate::access::Scope, area: &AreaEntry) -> bool {
    matches!(super::ceilings::sight(scope, area), Some(super::ceilings::Sight::Whole))
}

impl From<LevelsError> for Problem {
    fn from(error: LevelsError) -> Self {
        let detail = error.to_string();
        match error {
            LevelsError::Unknown => Self::hidden(),
            LevelsError::Refused(why) => {
                Self::new(Kind::Forbidden).code(why.code()).detail(why.to_string())
            }
            LevelsError::Faulty(defects) => Self::invalid(defects.into_iter().map(fault).collect()),
            LevelsError::Settled => Self::new(Kind::Conflict).code("NOT_SCHEDULED").detail(detail),
            LevelsError::KeyReused => {
                Self::new(Kind::Unprocessable).code("IDEMPOTENCY_KEY_REUSED").detail(detail)
            }
            other @ LevelsError::Assessment(_) => Self::internal(&other),
            LevelsError::Database(error) => Self::from(error),
        }
    }
}

fn fault(defect: LevelDefect) -> crate::web::Fault {
    let (pointer, code, detail) = match defect {
        LevelDefect::AssessmentUnknown => {
            ("/assessment_id", "UNKNOWN", "is no assessment of this area".to_owned())
        }
        LevelDefect::AssessmentExpired => {
            ("/assessment_id", "EXPIRED", "is not valid any more".to_owned())
        }
        LevelDefect::AssessmentOlder => (
            "/assessment_id",
            "OLDER",
            "is older than the one from which the level in force was set".to_owned(),
        ),
        LevelDefect::ReasonMissing(assessed) => {
            let level = assessed.get();
            ("/reason", "REQUIRED", format!("is needed: the assessment comes to level {level}"))
        }
        LevelDefect::BandBelow(assessed) => {
            let band = assessed.as_str();
            ("/risk_band", "RANGE", format!("is below what the assessment found: {band}"))
        }
        LevelDefect::BandNotAssessed => (
            "/risk_band",
            "NOT_ASSESSED",
            "is lowered by an assessment of specific events only".to_owned(),
        ),
        LevelDefect::Past => ("/effective_from", "RANGE", "must be in the future".to_owned()),
    };
    crate::web::Fault { pointer: pointer.to_owned(), code, detail }
}
