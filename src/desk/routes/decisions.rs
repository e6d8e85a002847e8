//! Decisions on single items.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};

use super::super::view::DecisionView;
use super::form::{self, ApproveIn, ReasonsIn, RecommendIn, WaiveIn};
use super::{answered, desker_for_id, id};
use crate::access::Deed;
use crate::desk::{Desk, Question};
use crate::model::Claim;
use crate::web::{
    Caller, ETag, IdempotencyKey, JsonBody, MaybeIfMatch, Problem, ProblemBody, note,
};

/// A request to decide one item.
struct Asked {
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    path: Path<String>,
    key: IdempotencyKey,
    if_match: MaybeIfMatch,
    body: JsonBody,
}

impl Asked {
    async fn decide(self, deed: Deed) -> Result<HttpResponse, Problem> {
        let Self { request, caller, desk, path, key, if_match, body } = self;
        let desker = desker_for_id(&caller)?;
        let clearance_id = id(&path)?;
        let wish = form::read(&body.0, deed)?;
        let route = format!("/v1/approvals/{clearance_id}/{}", deed.as_str());
        let claim = Claim::of(desker.principal().identity, "POST", &route, &key.0, &body.0);
        let permits = |version: i32| {
            let tag = ETag::of_version(version);
            if_match.0.as_ref().is_none_or(|if_match| if_match.permit(&tag).is_ok())
        };
        note(&request, "clearance_id", path.as_str());
        note(&request, "deed", wish.deed.as_str());
        let question = Question { wish: &wish, claim, permits: &permits };
        Ok(answered(desk.decide(&desker, clearance_id, question).await?))
    }
}

/// Advises the one who decides; the advice binds nobody, and is kept.
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the item"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "the version that is decided; optional"),
    ),
    request_body = RecommendIn,
    responses(
        (status = 200, body = DecisionView, headers(("ETag" = String, description = "moves so far"))),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/recommend")]
pub(super) async fn recommend_clearance(
    (request, caller): (HttpRequest, Caller),
    desk: Data<Desk>,
    path: Path<String>,
    (key, if_match): (IdempotencyKey, MaybeIfMatch),
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    Asked { request, caller, desk, path, key, if_match, body }.decide(Deed::Recommend).await
}

/// Says yes, with conditions as obligations where there are any.
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the item"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "the version that is decided; optional"),
    ),
    request_body = ApproveIn,
    responses(
        (status = 200, body = DecisionView, headers(("ETag" = String, description = "moves so far"))),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/approve")]
pub(super) async fn approve_clearance(
    (request, caller): (HttpRequest, Caller),
    desk: Data<Desk>,
    path: Path<String>,
    (key, if_match): (IdempotencyKey, MaybeIfMatch),
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    Asked { request, caller, desk, path, key, if_match, body }.decide(Deed::Approve).await
}

/// Says no, with reasons by code and words for the traveller.
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the item"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "the version that is decided; optional"),
    ),
    request_body = ReasonsIn,
    responses(
        (status = 200, body = DecisionView, headers(("ETag" = String, description = "moves so far"))),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/deny")]
pub(super) async fn deny_clearance(
    (request, caller): (HttpRequest, Caller),
    desk: Data<Desk>,
    path: Path<String>,
    (key, if_match): (IdempotencyKey, MaybeIfMatch),
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    Asked { request, caller, desk, path, key, if_match, body }.decide(Deed::Deny).await
}

/// Sends an item back to its requester.
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the item"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "the version that is decided; optional"),
    ),
    request_body = ReasonsIn,
    responses(
        (status = 200, body = DecisionView, headers(("ETag" = String, description = "moves so far"))),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/return")]
pub(super) async fn return_clearance(
    (request, caller): (HttpRequest, Caller),
    desk: Data<Desk>,
    path: Path<String>,
    (key, if_match): (IdempotencyKey, MaybeIfMatch),
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    Asked { request, caller, desk, path, key, if_match, body }.decide(Deed::Return).await
}

/// Passes an item up to the next of the area's chain.
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the item"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "the version that is decided; optional"),
    ),
    request_body = ReasonsIn,
    responses(
        (status = 200, body = DecisionView, headers(("ETag" = String, description = "moves so far"))),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/escalate")]
pub(super) async fn escalate_clearance(
    (request, caller): (HttpRequest, Caller),
    desk: Data<Desk>,
    path: Path<String>,
    (key, if_match): (IdempotencyKey, MaybeIfMatch),
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    Asked { request, caller, desk, path, key, if_match, body }.decide(Deed::Escalate).await
}

/// Waives a missing course for this stay.
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the item"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "the version that is decided; optional"),
    ),
    request_body = WaiveIn,
    responses(
        (status = 200, body = DecisionView, headers(("ETag" = String, description = "moves so far"))),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/waive")]
pub(super) async fn waive_course(
    (request, caller): (HttpRequest, Caller),
    desk: Data<Desk>,
    path: Path<String>,
    (key, if_match): (IdempotencyKey, MaybeIfMatch),
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    Asked { request, caller, desk, path, key, if_match, body }.decide(Deed::Waive).await
}

/// Takes back a yes for good: `cleared`, `approved` or `suspended` becomes `revoked`. For the
/// designated official and headquarters; the places are free again, and an appeal is open.
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "the version that is revoked; optional"),
    ),
    request_body = ReasonsIn,
    responses(
        (status = 200, body = DecisionView, headers(("ETag" = String, description = "moves so far"))),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/revoke")]
pub(super) async fn revoke_clearance(
    (request, caller): (HttpRequest, Caller),
    desk: Data<Desk>,
    path: Path<String>,
    (key, if_match): (IdempotencyKey, MaybeIfMatch),
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    Asked { request, caller, desk, path, key, if_match, body }.decide(Deed::Revoke).await
}
