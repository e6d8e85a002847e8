//! Amending a trip, and its earlier versions.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, patch};

use super::super::{AmendedAnswer, Trips, VersionView};
use super::answered;
use crate::access::act;
use crate::model::Claim;
use crate::web::{
    Caller, ETag, IdempotencyKey, IfMatch, JsonBody, Listed, Page, Problem, ProblemBody, read_query,
};

/// Amends a trip by a JSON merge patch (RFC 7396) on what was submitted: the next version. Only the
/// stays that the change touches are decided again; a stay it does not touch keeps its clearance.
/// A clearance that was positive holds for travel within its window until the new decision on its
/// stay. Who travels is no change: that is a new trip, save family that joins. `preview=true` decides
/// and stores nothing.
#[utoipa::path(
    tag = "trips",
    params(
        ("trip_id" = String, Path, description = "id or reference"),
        ("preview" = Option<bool>, Query, description = "decide, store nothing; needs no key"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = String, Header, description = "the version that is amended"),
    ),
    request_body(
        description = "members of the submit body; null takes one out, a list stands for the whole list",
        content(
            (Object = "application/merge-patch+json"),
            (Object = "application/json"),
        )
    ),
    responses(
        (status = 200, body = AmendedAnswer, headers(
            ("ETag" = String, description = "its version"),
            ("Idempotent-Replayed" = String, description = "true where it was given before"),
        )),
        (status = 409, body = ProblemBody),
        (status = 410, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "every defect at once"),
    )
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[patch("/v1/trips/{trip_id}")]
pub(super) async fn amend_trip(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    key: Path<String>,
    (idempotency, if_match): (Result<IdempotencyKey, Problem>, IfMatch),
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::AmendTrip>()?;
    let permits = |version: i32| if_match.permit(&ETag::of_version(version)).is_ok();
    if is_preview(&request)? {
        let answer = trips.preview_amendment(&pass, &key, &body.0, permits).await?;
        return Ok(HttpResponse::Ok().json(answer));
    }
    let route = format!("/v1/trips/{}", key.as_str());
    let claim = Claim::of(pass.principal().identity, "PATCH", &route, &idempotency?.0, &body.0);
    let amended = trips.amend(&pass, &key, &body.0, claim, permits).await?;
    if let Some(summary) = &amended.summary {
        super::submission::log(&request, summary);
    }
    Ok(answered(amended))
}

fn is_preview(request: &HttpRequest) -> Result<bool, Problem> {
    read_query(request, |query| query.field("preview").parse("true or false").unwrap_or_default())
}

/// Lists the versions of a trip that were replaced, newest first, each with what became of its
/// clearances.
#[utoipa::path(
    tag = "trips",
    params(
        ("trip_id" = String, Path, description = "id or reference"),
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = Listed<VersionView>))
)]
#[get("/v1/trips/{trip_id}/versions")]
pub(super) async fn list_trip_versions(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    key: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadTrips>()?;
    let page = Page::<i32>::only(&request)?;
    let items = trips.versions(&pass, &key, page.after, page.limit).await?;
    Ok(HttpResponse::Ok().json(Listed::of(items, page.limit, |last| last.version)))
}
