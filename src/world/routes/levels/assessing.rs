//! Recording and reading threat assessments.

use std::fmt::Write as _;

use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::form::{self, AssessmentIn, AssessmentOut};
use super::{id_of, reaches};
use crate::access::act;
use crate::atlas::AreaEntry;
use crate::model::Claim;
use crate::web::{Caller, IdempotencyKey, JsonBody, Kind, Listed, Page, Problem};
use crate::world::levels::{
    HistoryPlace, NewAssessment, assess, assessment, assessments, may_assess,
};
use crate::world::routes::WorldParts;
use crate::world::routes::areas::named;

const ROUTE: &str = "/v1/areas/{area_id}/assessments";

/// Assessments of an area.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssessmentsOut {
    /// Newest first.
    items: Vec<AssessmentOut>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}

/// Records a structured threat assessment of an area: the five categories with their scores, and
/// what may happen in particular. It proposes a level and a risk band, computed from the scores;
/// nothing changes by it. The adviser of the area, its official, or headquarters assesses.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("Idempotency-Key" = String, Header, description = "One for each assessment"),
    ),
    request_body = AssessmentIn,
    responses(
        (status = 201, body = AssessmentOut),
        (status = 403, body = crate::web::ProblemBody, description = "`NO_OFFICE`"),
    )
)]
#[post("/v1/areas/{area_id}/assessments")]
pub(super) async fn add_assessment(
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ProposeLevel>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let area_id = named(&parts.atlas.load(), &area_id)?.id().clone();
    let now = may_assess(&parts.database, &area_id, by).await?;
    let new = NewAssessment::of(form::read(&body, now)?, by);
    // the key is of one area, whatever name the path has for it
    let route = format!("{ROUTE} {area_id}");
    let claim = Claim::of(pass.principal().identity, "POST", &route, &key.0, &body);
    let (found, is_new) = assess(&parts.database, &area_id, &claim, &new).await?;
    let out = AssessmentOut::of(&area_id, found);
    let mut answer = HttpResponse::Created();
    let place = format!("/v1/areas/{}/assessments/{}", encoded(area_id.as_str()), out.id());
    answer.insert_header((LOCATION, place));
    if !is_new {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    Ok(answer.json(out))
}

/// An area's id in a path.
fn encoded(id: &str) -> String {
    let mut text = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _infallible = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Threat assessments of an area, newest first; for its security staff, headquarters and auditors.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("limit" = Option<u16>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = AssessmentsOut))
)]
#[get("/v1/areas/{area_id}/assessments")]
pub(super) async fn list_assessments(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAssessments>()?;
    let atlas = parts.atlas.load();
    let area = within(&pass, named(&atlas, &area_id)?)?;
    let page = Page::<HistoryPlace>::only(&request)?;
    let found = assessments(&parts.database, area.id(), page.after, page.limit + 1).await?;
    let found = found.into_iter().map(|one| AssessmentOut::of(area.id(), one)).collect();
    let Listed { items, next_cursor } = Listed::of(found, page.limit, AssessmentOut::place);
    Ok(HttpResponse::Ok().json(AssessmentsOut { items, next_cursor }))
}

/// One threat assessment of an area; for its security staff, headquarters and auditors.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("assessment_id" = String, Path, description = "The assessment"),
    ),
    responses((status = 200, body = AssessmentOut))
)]
#[get("/v1/areas/{area_id}/assessments/{assessment_id}")]
pub(super) async fn get_assessment(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAssessments>()?;
    let (area_id, id) = path.into_inner();
    let atlas = parts.atlas.load();
    let area = within(&pass, named(&atlas, &area_id)?)?;
    let found = assessment(&parts.database, area.id(), id_of(&id)?).await?;
    Ok(HttpResponse::Ok().json(AssessmentOut::of(area.id(), found)))
}

/// The area, if the pass reaches it.
fn within<'a>(
    pass: &crate::access::Pass<act::ReadAssessments>,
    area: &'a AreaEntry,
) -> Result<&'a AreaEntry, Problem> {
    if reaches(pass.scope(), area) { Ok(area) } else { Err(Problem::new(Kind::Forbidden)) }
}
