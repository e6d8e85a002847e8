//! Appeals against a no (c.12).

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};

use super::super::view::DecisionView;
use super::form::{self, AppealDecisionIn, ReasonsIn};
use super::{answered, desker_for_id, id};
use crate::access::act;
use crate::desk::{Desk, Question};
use crate::model::Claim;
use crate::web::{Caller, IdempotencyKey, JsonBody, Problem, ProblemBody, note};

/// Appeals against a no, in the name of the traveller's organization (R-1202).
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = ReasonsIn,
    responses(
        (status = 200, body = DecisionView),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/clearances/{clearance_id}/appeal")]
pub(super) async fn appeal_clearance(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    path: Path<String>,
    (key, body): (IdempotencyKey, JsonBody),
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::Appeal>()?;
    let clearance_id = id(&path)?;
    let wish = form::read_reasons(&body.0)?;
    let route = format!("/v1/clearances/{clearance_id}/appeal");
    let claim = Claim::of(pass.principal().identity, "POST", &route, &key.0, &body.0);
    note(&request, "clearance_id", path.as_str());
    Ok(answered(desk.appeal(&pass, clearance_id, &wish, claim).await?))
}

/// Hears an appeal: allows it, or leaves the no.
#[utoipa::path(
    tag = "approvals",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = AppealDecisionIn,
    responses(
        (status = 200, body = DecisionView),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/clearances/{clearance_id}/appeal/decide")]
pub(super) async fn decide_appeal(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    path: Path<String>,
    (key, body): (IdempotencyKey, JsonBody),
) -> Result<HttpResponse, Problem> {
    let desker = desker_for_id(&caller)?;
    let clearance_id = id(&path)?;
    let wish = form::read_appeal(&body.0)?;
    let route = format!("/v1/clearances/{clearance_id}/appeal/decide");
    let claim = Claim::of(desker.principal().identity, "POST", &route, &key.0, &body.0);
    note(&request, "clearance_id", path.as_str());
    let question = Question { wish: &wish, claim, permits: &|_any| true };
    Ok(answered(desk.decide(&desker, clearance_id, question).await?))
}
