//! Opening and reading mission requests.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use uuid::Uuid;

use super::super::{MissionView, Missions};
use super::{answered, form};
use crate::access::act;
use crate::model::Claim;
use crate::web::{Caller, ETag, IdempotencyKey, JsonBody, Listed, Page, Problem, note};

/// Opens a mission security clearance request for named people, areas and days. The organizations
/// whose heads are asked follow from the people.
#[utoipa::path(
    tag = "missions",
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters")),
    request_body = form::MissionBody,
    responses(
        (status = 201, body = MissionView, headers(
            ("Location" = String, description = "where it is read"),
            ("ETag" = String, description = "its version"),
        )),
    )
)]
#[post("/v1/mscr")]
pub(super) async fn submit_mscr(
    caller: Caller,
    missions: Data<Missions>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::OpenMission>()?;
    let wanted = form::wanted(&body)?;
    let claim = Claim::of(pass.principal().identity, "POST", "/v1/mscr", &key.0, &body);
    Ok(answered(missions.open(&pass, wanted, claim).await?))
}

/// Lists mission requests within the caller's reach, newest first.
#[utoipa::path(
    tag = "missions",
    params(
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = Listed<MissionView>))
)]
#[get("/v1/mscr")]
pub(super) async fn list_mscrs(
    request: HttpRequest,
    caller: Caller,
    missions: Data<Missions>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadMissions>()?;
    let page = Page::<Uuid>::only(&request)?;
    let items = missions.list(&pass, page.after, page.limit).await?;
    Ok(HttpResponse::Ok().json(Listed::of(items, page.limit, |last| last.mscr_id)))
}

/// One mission request with everything that was said of it.
#[utoipa::path(
    tag = "missions",
    params(("mscr_id" = Uuid, Path, description = "the request")),
    responses(
        (status = 200, body = MissionView, headers(("ETag" = String, description = "its version"))),
        (status = 304, description = "as the caller has it"),
    )
)]
#[get("/v1/mscr/{mscr_id}")]
pub(super) async fn get_mscr(
    request: HttpRequest,
    caller: Caller,
    missions: Data<Missions>,
    key: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadMissions>()?;
    let view = missions.one(&pass, &key).await?;
    note(&request, "mscr_id", key.as_str());
    let tag = ETag::of_version(view.version);
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header(("etag", tag.as_str())).finish());
    }
    Ok(HttpResponse::Ok().insert_header(("etag", tag.as_str())).json(view))
}
