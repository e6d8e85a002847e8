//! Check and submit.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use serde_json::Value;

use super::super::body::TripBody;
use super::super::submit::Summary;
use super::super::{Acting, TripAnswer, Trips};
use super::answered;
use crate::access::act;
use crate::model::Claim;
use crate::web::{Caller, IdempotencyKey, JsonBody, Problem, ProblemBody, note};

/// Decides a trip and stores nothing: the full answer that a submission would get now.
#[utoipa::path(
    tag = "trips",
    request_body = TripBody,
    responses(
        (status = 200, body = TripAnswer),
        (status = 422, body = ProblemBody, description = "every defect at once"),
    )
)]
#[post("/v1/trips/check")]
pub(super) async fn check_trip(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::CheckTrip>()?;
    let (answer, summary) = trips.check(&Acting::of(&pass), &body.0).await?;
    log(&request, &summary);
    Ok(HttpResponse::Ok().json(answer))
}

/// Submits a trip: every stay of every traveller gets its own decision, and what was decided is
/// durable before it is answered. The same key and body always get the same answer.
#[utoipa::path(
    tag = "trips",
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters")),
    request_body = TripBody,
    responses(
        (status = 201, body = TripAnswer, headers(
            ("Location" = String, description = "the trip"),
            ("ETag" = String, description = "its version"),
            ("Idempotent-Replayed" = String, description = "true where it was given before"),
        )),
        (status = 422, body = ProblemBody, description = "every defect at once"),
    )
)]
#[post("/v1/trips")]
pub(super) async fn submit_trip(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::SubmitTrip>()?;
    let claim = Claim::of(pass.principal().identity, "POST", "/v1/trips", &key.0, &body.0);
    let submitted = trips.submit(&Acting::of(&pass), &body.0, claim).await?;
    if let Some(summary) = &submitted.summary {
        log(&request, summary);
    }
    Ok(answered(submitted))
}

/// Ids and codes for the request's log line.
pub(super) fn log(request: &HttpRequest, summary: &Summary) {
    if let Some(trip_id) = &summary.trip_id {
        note(request, "trip_id", trip_id.as_str());
    }
    let outcomes: Vec<Value> = summary.outcomes.iter().copied().map(Value::from).collect();
    note(request, "outcomes", outcomes);
    note(request, "world_version", summary.world_version);
}
