//! Many trips in one request.

use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, post};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::super::body::TripBody;
use super::super::submit::Submitted;
use super::super::{Acting, TripAnswer, Trips};
use crate::access::act;
use crate::web::{
    Caller, Line, LinesBody, Problem, ProblemBody, RequestId, answer_lines, lines, note,
};

/// Lines that are being decided at once; never more than a thousand wait for an answer.
const UNANSWERED: usize = 256;

/// The answer to one line.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchLine {
    /// Number of the line, from 1.
    line: u64,
    /// What the status of a request of its own would be.
    status: u16,
    /// The trip, where it was submitted.
    #[schema(value_type = Option<TripAnswer>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    trip: Option<Box<RawValue>>,
    /// The answer was given before, to the same key and line.
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<bool>,
    /// Why not, otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Submits trips, one JSON object a line; the answers come one a line, in the same order, as they
/// are ready. Each line stands alone, with its own `idempotency_key` or, without one, the
/// organization and the first of `external_refs` as its key.
#[utoipa::path(
    tag = "trips",
    request_body(content = TripBody, content_type = "application/x-ndjson"),
    responses((status = 200, body = BatchLine, content_type = "application/x-ndjson"))
)]
#[post("/v1/trips/batch")]
pub(super) async fn submit_batch(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    body: LinesBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::SubmitTrip>()?;
    let acting = Acting::of(&pass);
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.to_string());
    note(&request, "lines", lines(&body.0).count());
    let answers = futures_util::stream::iter(lines(&body.0)).map(move |line| {
        let (trips, acting, request_id) = (trips.clone(), acting.clone(), request_id.clone());
        async move { answer(&trips, &acting, request_id.as_deref(), line).await }
    });
    Ok(answer_lines(answers.buffered(UNANSWERED)))
}

async fn answer(trips: &Trips, acting: &Acting, request_id: Option<&str>, line: Line) -> BatchLine {
    let number = line.number;
    match trips.submit_line(acting, &line.text).await {
        Ok(Submitted { answer, replayed, .. }) => BatchLine {
            line: number,
            status: answer.status,
            trip: raw(&answer.body),
            replayed: replayed.then_some(true),
            problem: None,
        },
        Err(error) => {
            let problem = Problem::from(error);
            if let Some(cause) = problem.cause() {
                tracing::warn!(line = number, cause, "a line of a batch has no answer");
            }
            let body = problem.body(request_id);
            BatchLine {
                line: number,
                status: body.status,
                trip: None,
                replayed: None,
                problem: Some(body),
            }
        }
    }
}

fn raw(body: &[u8]) -> Option<Box<RawValue>> {
    serde_json::from_slice(body).ok()
}
