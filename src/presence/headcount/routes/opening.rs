//! Opening and closing.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};

use super::{form, named};
use crate::access::act;
use crate::model::{Claim, PersonId};
use crate::presence::headcount::{HeadcountView, Headcounts, Kept};
use crate::web::{Caller, IdempotencyKey, Kind, LargeJsonBody, Problem, ProblemBody, note};

const ROUTE: &str = "/v1/headcounts";

/// Opens a headcount over areas, or over the areas that a polygon touches, and freezes who is
/// expected there now: each person once, by the best estimate. Only security staff whose
/// appointments cover every area may; others are told which are beyond them.
#[utoipa::path(
    tag = "presence",
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters")),
    request_body = form::HeadcountBody,
    responses((status = 201, body = HeadcountView, headers(("Location" = String))))
)]
#[post("/v1/headcounts")]
pub(super) async fn open_headcount(
    request: HttpRequest,
    caller: Caller,
    headcounts: Data<Headcounts>,
    key: IdempotencyKey,
    LargeJsonBody(body): LargeJsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::OpenHeadcounts>()?;
    let by = person(pass.principal().person())?;
    let wish = form::wish(&body, &headcounts.world.load())?;
    let claim = Claim::of(pass.principal().identity, "POST", ROUTE, &key.0, &body);
    let kept = headcounts.open(&pass, (&wish, by), &claim).await?;
    let mut answer = HttpResponse::Created();
    answer.insert_header(("location", format!("{ROUTE}/{}", kept.headcount_id)));
    note(&request, "headcount_id", kept.headcount_id.to_string());
    Ok(told(answer, kept))
}

/// Closes a headcount: it takes no more responses, and whoever follows it is told. The contract has
/// `closed` among its states; this is how it comes there. Only security staff whose appointments
/// cover every area may.
#[utoipa::path(
    tag = "presence",
    params(
        ("headcount_id" = uuid::Uuid, Path, description = "Its id"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    responses(
        (status = 200, body = HeadcountView),
        (status = 409, body = ProblemBody, description = "`HEADCOUNT_CLOSED`"),
    )
)]
#[post("/v1/headcounts/{headcount_id}/close")]
pub(super) async fn close_headcount(
    request: HttpRequest,
    caller: Caller,
    headcounts: Data<Headcounts>,
    path: Path<String>,
    key: IdempotencyKey,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::OpenHeadcounts>()?;
    let (id, by) = (named(&path)?, person(pass.principal().person())?);
    let route = format!("{ROUTE}/{id}/close");
    let claim = Claim::of(pass.principal().identity, "POST", &route, &key.0, b"");
    note(&request, "headcount_id", id.to_string());
    let kept = headcounts.close(&pass, (id, by), &claim).await?;
    Ok(told(HttpResponse::Ok(), kept))
}

/// A machine accounts for nobody.
pub(super) fn person(person: Option<PersonId>) -> Result<PersonId, Problem> {
    person.ok_or_else(|| Problem::new(Kind::Forbidden).detail("only a person may"))
}

fn told(mut answer: actix_web::HttpResponseBuilder, kept: Kept) -> HttpResponse {
    if kept.is_replayed {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    answer.content_type("application/json").body(kept.body)
}
