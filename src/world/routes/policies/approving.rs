//! Approving a draft, and taking one back.

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, post};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::PolicyOut;
use super::drafting::foreseen;
use super::number;
use crate::access::act;
use crate::model::PersonId;
use crate::web::{
    Caller, ETag, Faults, JsonBody, Kind, MaybeIfMatch, Object, Preview, Problem, read_value,
};
use crate::world::policies::{Approval, Approved, approve, foresee_approval, versions, withdraw};
use crate::world::preview::Foreseen;
use crate::world::routes::areas::named;
use crate::world::routes::{PATIENCE, WorldParts};

/// From when a draft is in force.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct ApprovalBody {
    /// From when; as the draft says, or at once, by default.
    #[schema(format = DateTime)]
    effective_from: Option<String>,
}

/// The version as it was approved.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApprovedOut {
    #[serde(flatten)]
    policy: PolicyOut,
    /// What decides the area's live clearances again, or warns of a course that will be asked for;
    /// null where there is neither.
    #[schema(value_type = Option<String>)]
    redecision_id: Option<Uuid>,
}

/// The version as it was approved, or what it would do.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the answer, which is one of the two")]
enum ApprovalAnswer {
    Approved(ApprovedOut),
    Foreseen(Foreseen),
}

/// Approves a draft of an area's policy: it is in force at once, or from its time. The area's
/// official approves, or headquarters. A draft that was based on another version than the one in
/// force is overtaken and has to be saved again. Approving again changes nothing.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("version" = i32, Path, description = "The draft's version"),
        ("If-Match" = Option<String>, Header, description = "The area's `ETag`, or `*`"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do, at once"),
    ),
    request_body = ApprovalBody,
    responses(
        (status = 200, body = ApprovalAnswer),
        (status = 403, body = crate::web::ProblemBody, description = "`ONLY_PROPOSES` or \
            `NO_OFFICE`"),
        (status = 409, body = crate::web::ProblemBody, description = "`OVERTAKEN` or `WITHDRAWN`"),
    )
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[post("/v1/areas/{area_id}/policy/{version}/approve")]
pub(super) async fn approve_policy_version(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<(String, String)>,
    MaybeIfMatch(if_match): MaybeIfMatch,
    Preview(preview): Preview,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ProposeLevel>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let (area_id, version) = path.into_inner();
    let area_id = named(&parts.atlas.load(), &area_id)?.id().clone();
    let approval = wish(&body, number(&version)?, by)?;
    let permit = |revision: i64| {
        if_match.as_ref().map_or(Ok(()), |tag| tag.permit(&ETag::of_version(revision)))
    };
    if preview {
        let database = &parts.database;
        let policy = foresee_approval::<Problem>(database, &area_id, &approval, permit).await?;
        return foreseen(&parts, &area_id, policy).await;
    }
    let Approved { version, redecision } =
        approve::<Problem>(&parts.database, &area_id, &approval, permit).await?;
    if redecision.is_some() {
        parts.changed();
    }
    if let Some(version) = version {
        let _reached = parts.atlas.wait_for(version, PATIENCE).await;
    }
    let wanted = (Some(approval.version), None);
    let found = versions(&parts.database, &area_id, wanted, 1).await?;
    let policy = PolicyOut::of(&area_id, found.first().ok_or_else(Problem::hidden)?)?;
    let revision = parts.atlas.load().area(&area_id).map(|area| area.state.revision);
    let tag = ETag::of_version(revision.unwrap_or_default());
    let answer = ApprovedOut { policy, redecision_id: redecision };
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

/// Takes back a draft, or an approved version whose time has not come. Whoever approves may.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("version" = i32, Path, description = "The version"),
    ),
    responses(
        (status = 204, description = "It will not be in force"),
        (status = 409, body = crate::web::ProblemBody, description = "`IN_FORCE` or `OVERTAKEN`"),
    )
)]
#[delete("/v1/areas/{area_id}/policy/{version}")]
pub(super) async fn cancel_policy_version(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ProposeLevel>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let (area_id, version) = path.into_inner();
    let area_id = named(&parts.atlas.load(), &area_id)?.id().clone();
    withdraw(&parts.database, &area_id, number(&version)?, by).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The approval of a body.
fn wish(body: &[u8], version: i32, by: PersonId) -> Result<Approval, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let mut approval = None;
    if let Some(mut object) = Object::body(&value, &faults) {
        let effective_from: Option<Timestamp> = object.field("effective_from").timestamp();
        object.finish();
        approval = Some(Approval { version, effective_from, by });
    }
    faults.settle(approval)
}
