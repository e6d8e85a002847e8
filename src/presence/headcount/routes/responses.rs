//! Responses to a headcount, one or many.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::opening::person;
use super::{form, named};
use crate::access::act;
use crate::model::Claim;
use crate::presence::headcount::judging::{Asked, Outcome, Refusal, Said};
use crate::presence::headcount::{HeadcountTaken, Headcounts, Reach};
use crate::web::{Caller, Fault, IdempotencyKey, Kind, LargeJsonBody, Problem, ProblemBody, note};

/// What became of one response of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResponseResult {
    /// About whom; null where that could not be read.
    person_id: Option<Uuid>,
    /// The status that its own request would have had.
    status: u16,
    /// The response, where it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<HeadcountTaken>,
    /// Why not, where it was not.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// What became of each, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResponseResults {
    /// One a response.
    results: Vec<ResponseResult>,
}

/// Says what is known of a person, or of up to 1,000 (`{"responses": […]}`, each for itself). People
/// answer for themselves and their dependants, wardens and security staff for everybody in their
/// areas, also for somebody who was not expected. Every response is kept; the latest observation is
/// shown.
#[utoipa::path(
    tag = "presence",
    params(
        ("headcount_id" = uuid::Uuid, Path, description = "Its id"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body(
        content((form::ResponseBody = "application/json"), (form::ResponsesBody = "application/json"))
    ),
    responses(
        (status = 200, description = "The response; of a list, `ResponseResults`",
            body = HeadcountTaken),
        (status = 409, body = ProblemBody, description = "`HEADCOUNT_CLOSED`"),
    )
)]
#[post("/v1/headcounts/{headcount_id}/responses")]
pub(super) async fn answer_headcount(
    request: HttpRequest,
    caller: Caller,
    headcounts: Data<Headcounts>,
    path: Path<String>,
    (key, body): (IdempotencyKey, LargeJsonBody),
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::AnswerHeadcounts>()?;
    let (id, by) = (named(&path)?, person(pass.principal().person())?);
    let (atlas, LargeJsonBody(body)) = (headcounts.world.load(), body);
    let sent = form::sent(&body, &atlas)?;
    let route = format!("/v1/headcounts/{id}/responses");
    let claim = Claim::of(pass.principal().identity, "POST", &route, &key.0, &body);
    let reach = Reach::of(pass.scope(), &atlas);
    let asked = |said| Asked { headcount_id: id, by, reach, said, claim };
    note(&request, "headcount_id", id.to_string());
    match sent {
        form::Sent::One(said) => {
            let (mut outcomes, is_replayed) = done(&headcounts, asked(vec![said])).await?;
            let outcome = outcomes.pop().unwrap_or(Outcome::Refused(Refusal::Hidden));
            Ok(answered(&taken(outcome)?, is_replayed))
        }
        form::Sent::Many(lines) => {
            note(&request, "responses", lines.len());
            let said: Vec<Said> =
                lines.iter().filter_map(|line| line.as_ref().ok().cloned()).collect();
            // with nothing that could be read there is nothing to ask
            let (outcomes, is_replayed) = if said.is_empty() {
                (Vec::new(), false)
            } else {
                done(&headcounts, asked(said)).await?
            };
            Ok(answered(&results(lines, outcomes), is_replayed))
        }
    }
}

/// What became of responses, and whether it was answered before.
async fn done(headcounts: &Headcounts, asked: Asked) -> Result<(Vec<Outcome>, bool), Problem> {
    let kept = headcounts.respond(asked).await?;
    let outcomes = serde_json::from_slice(&kept.body).map_err(|error| Problem::internal(&error))?;
    Ok((outcomes, kept.is_replayed))
}

fn answered(body: &impl Serialize, is_replayed: bool) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if is_replayed {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    answer.json(body)
}

fn results(lines: Vec<form::Line>, outcomes: Vec<Outcome>) -> ResponseResults {
    let mut outcomes = outcomes.into_iter();
    let one = |line: form::Line| match line {
        Ok(said) => {
            let outcome = outcomes.next().unwrap_or(Outcome::Refused(Refusal::Hidden));
            result(Some(said.person_id.0), taken(outcome))
        }
        Err(problem) => result(None, Err(problem)),
    };
    ResponseResults { results: lines.into_iter().map(one).collect() }
}

fn result(person_id: Option<Uuid>, taken: Result<HeadcountTaken, Problem>) -> ResponseResult {
    const DONE: u16 = 200;
    match taken {
        Ok(response) => {
            ResponseResult { person_id, status: DONE, response: Some(response), problem: None }
        }
        Err(problem) => {
            let problem = problem.body(None);
            ResponseResult {
                person_id,
                status: problem.status,
                response: None,
                problem: Some(problem),
            }
        }
    }
}

fn taken(outcome: Outcome) -> Result<HeadcountTaken, Problem> {
    match outcome {
        Outcome::Taken(taken) => Ok(taken),
        Outcome::Refused(refusal) => Err(refusal.into()),
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let fault = |pointer: &str, code, detail: &str| {
            let (pointer, detail) = (pointer.to_owned(), detail.to_owned());
            Self::invalid(vec![Fault { pointer, code, detail }])
        };
        match refusal {
            Refusal::Hidden => Self::hidden(),
            Refusal::Closed => Self::new(Kind::Conflict)
                .code("HEADCOUNT_CLOSED")
                .detail("the headcount takes no more responses"),
            Refusal::NotForOneself => Self::new(Kind::Forbidden).detail(
                "of yourself and your dependants you say safe, not_safe or confirmed_elsewhere",
            ),
            Refusal::Future => fault("/observed_at", "FUTURE", "has not happened yet"),
            Refusal::TooOld => fault(
                "/observed_at",
                "TOO_OLD",
                "was more than 12 hours before the headcount was opened",
            ),
            Refusal::PersonUnknown => {
                fault("/person_id", "PERSON_UNKNOWN", "nobody is known by this id")
            }
            Refusal::AreaNeeded => fault(
                "/area_id",
                "REQUIRED",
                "was not expected: say in which area of the headcount",
            ),
            Refusal::AreaBeyond => fault(
                "/area_id",
                "AREA_BEYOND",
                "is not an area of the headcount that you look after",
            ),
        }
    }
}
