//! Policies over HTTP: drafts, their approval, the one in force, the history, and reviews.

mod answer;
mod approving;
mod drafting;
mod keys;
mod lists;
mod reading;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use crate::access::{Pass, act};
use crate::atlas::AreaEntry;
use crate::web::{Kind, Problem, wing};
use crate::world::policies::PoliciesError;

/// The operations on policies.
#[derive(Debug, OpenApi)]
#[openapi(paths(
    lists::get_policy,
    lists::list_policy_versions,
    lists::get_policy_version,
    lists::list_policies,
    drafting::put_policy,
    approving::approve_policy_version,
    approving::cancel_policy_version,
))]
pub struct Api;

/// The routes on policies.
pub(super) fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(lists::get_policy)
            .service(lists::list_policy_versions)
            .service(lists::get_policy_version)
            .service(lists::list_policies)
            .service(drafting::put_policy)
            .service(approving::approve_policy_version)
            .service(approving::cancel_policy_version);
    });
}

/// The area, if a pass reaches it.
fn within<'a>(
    pass: &Pass<act::ReadAssessments>,
    area: &'a AreaEntry,
) -> Result<&'a AreaEntry, Problem> {
    match super::ceilings::sight(pass.scope(), area) {
        Some(super::ceilings::Sight::Whole) => Ok(area),
        Some(super::ceilings::Sight::Organization(_)) | None => Err(Problem::new(Kind::Forbidden)),
    }
}

/// A version's number in a path; what is none names nothing.
fn number(path: &str) -> Result<i32, Problem> {
    path.parse().map_err(|_none| Problem::hidden())
}

impl From<PoliciesError> for Problem {
    fn from(error: PoliciesError) -> Self {
        let detail = error.to_string();
        match error {
            PoliciesError::Unknown => Self::hidden(),
            PoliciesError::NoOffice => Self::new(Kind::Forbidden).code("NO_OFFICE").detail(detail),
            PoliciesError::OnlyProposes => {
                Self::new(Kind::Forbidden).code("ONLY_PROPOSES").detail(detail)
            }
            PoliciesError::Overtaken(_) => {
                Self::new(Kind::Conflict).code("OVERTAKEN").detail(detail)
            }
            PoliciesError::Withdrawn => Self::new(Kind::Conflict).code("WITHDRAWN").detail(detail),
            PoliciesError::InForce => Self::new(Kind::Conflict).code("IN_FORCE").detail(detail),
            PoliciesError::Past => Self::invalid(vec![crate::web::Fault {
                pointer: "/effective_from".to_owned(),
                code: "RANGE",
                detail: "must be in the future".to_owned(),
            }]),
            other @ PoliciesError::Policy(_) => Self::internal(&other),
            PoliciesError::Database(error) => Self::from(error),
        }
    }
}
