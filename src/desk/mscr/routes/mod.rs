//! The endpoints of mission requests.

mod form;
mod requests;
mod steps;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::ServiceConfig;
use serde_json::json;
use utoipa::OpenApi;

use super::{
    ConsentView, Kept, LeftView, MissionError, MissionView, MovedView, NamedView, SaidView,
    SteppedView, WindowView,
};
use crate::web::{Kind, Problem, saved_answer, wing};

/// The operations on mission requests.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(
        requests::submit_mscr,
        requests::list_mscrs,
        requests::get_mscr,
        steps::recommend_mscr,
        steps::consent_mscr,
        steps::decide_mscr,
    ),
    components(schemas(
        MissionView,
        NamedView,
        WindowView,
        SaidView,
        ConsentView,
        SteppedView,
        MovedView,
        LeftView,
        form::MissionBody,
        form::WindowBody,
        form::RecommendBody,
        form::ConsentBody,
        form::DecideBody,
    ))
)]
pub struct Api;

/// Puts the routes into a worker; they find [`Missions`](super::Missions) as data.
pub fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(requests::submit_mscr)
            .service(requests::list_mscrs)
            .service(requests::get_mscr)
            .service(steps::recommend_mscr)
            .service(steps::consent_mscr)
            .service(steps::decide_mscr);
    });
}

/// An answer that is kept for repetitions, given for the first time or again.
fn answered(kept: Kept) -> HttpResponse {
    let Kept { answer, replayed } = kept;
    let mut response = saved_answer(answer.status, answer.body.to_vec());
    let headers = response.headers_mut();
    if !replayed {
        headers.remove("idempotent-replayed");
    }
    for (name, value) in &answer.headers {
        let name = HeaderName::try_from(name.as_str());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value.as_str())) {
            headers.insert(name, value);
        }
    }
    response
}

impl From<MissionError> for Problem {
    fn from(error: MissionError) -> Self {
        let detail = error.to_string();
        match error {
            MissionError::Hidden => Self::hidden(),
            MissionError::Invalid(faults) => Self::invalid(faults),
            MissionError::Refused(refusal) => refusal.into(),
            MissionError::NotForArea(_) => {
                Self::new(Kind::Forbidden).code("NOT_FOR_AREA").detail(detail)
            }
            MissionError::Barred(rule) => Self::new(Kind::Forbidden)
                .code("NOT_AUTHORIZED")
                .detail(barred(rule.0))
                .with("rule", rule.0),
            MissionError::Over { state, by, at } => Self::new(Kind::Conflict)
                .code("ALREADY_DECIDED")
                .detail("this was said already")
                .with("state", state.as_str())
                .with("by", json!(by))
                .with("at", json!(at)),
            MissionError::ConsentsMissing(organizations) => Self::new(Kind::Conflict)
                .code("CONSENTS_MISSING")
                .detail("every organization must have accepted the risk for its people")
                .with("organizations", json!(organizations)),
            MissionError::WindowOver(_) => {
                Self::new(Kind::Conflict).code("WINDOW_OVER").detail(detail)
            }
            MissionError::OtherVersion(version) => {
                Self::new(Kind::PreconditionFailed).header("etag", format!("\"v{version}\""))
            }
            MissionError::KeyReused => Self::new(Kind::Unprocessable)
                .code("IDEMPOTENCY_KEY_REUSED")
                .detail("the key stands for another body"),
            MissionError::Held(holds) => {
                let first = holds.first();
                Self::new(Kind::Conflict)
                    .code("HELD")
                    .detail("another holds a clearance of the request")
                    .with("by", json!(first.map(|hold| hold.by)))
                    .with("at", json!(first.map(|hold| hold.at)))
            }
            MissionError::CeilingFull(nights) => {
                let nights =
                    nights.iter().map(|(area, night, _)| json!({"area_id": area, "night": night}));
                Self::new(Kind::Conflict)
                    .code("CEILING_FULL")
                    .detail("no place is left")
                    .with("nights", nights.collect::<Vec<_>>())
            }
            MissionError::AuthorityStale | MissionError::Unsettled => {
                Self::new(Kind::Unavailable).detail(detail)
            }
            MissionError::Trips(error) => error.into(),
            MissionError::Database(error) => error.into(),
            MissionError::Record(error) => {
                let kind = if error.is_passing() { Kind::Unavailable } else { Kind::Internal };
                Self::new(kind).because(&error)
            }
            MissionError::Encoding(error) => Self::internal(&error),
        }
    }
}

/// The rule that refuses, in words.
fn barred(rule: &str) -> String {
    let why = match rule {
        "R-804" => "nobody speaks for themselves or their family",
        "R-801" => "the appointment does not cover every area of the request",
        _ => "no appointment in force permits this",
    };
    format!("{rule}: {why}")
}
