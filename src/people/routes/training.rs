//! The second question of every ERP (domain.md d.20): is somebody trained?

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::form::course;
use crate::access::{Scope, act};
use crate::model::{CertificateState, OrganizationId};
use crate::people::People;
use crate::people::store::{Held, PersonName, TrainingQuestion, training};
use crate::web::{Caller, Faults, Field, LargeJsonBody, Object, Parameters, Problem, read_value};

/// Most questions of one query.
const MOST: usize = 1_000;

/// Whether a course is held on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TrainingOut {
    /// Null where the person is unknown or out of sight.
    person_id: Option<Uuid>,
    /// The course that was asked about.
    course: String,
    /// The day that was asked about.
    #[schema(value_type = String, format = "date")]
    on: Date,
    /// `held` or `not_held`.
    answer: &'static str,
    /// Confirmed by a learning system or security staff.
    verified: bool,
    /// Day of completion.
    #[schema(value_type = Option<String>, format = "date")]
    completed_on: Option<Date>,
    /// Last day it holds; null where it does not expire.
    #[schema(value_type = Option<String>, format = "date")]
    expires_on: Option<Date>,
}

/// Up to 1,000 questions.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct TrainingQuery {
    /// Each `{person, course, on?}`.
    #[schema(value_type = Vec<Object>, max_items = 1000)]
    questions: Vec<serde_json::Value>,
}

/// Answers in the order of the questions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TrainingAnswers {
    /// One each.
    answers: Vec<TrainingOut>,
}

/// Whether a person holds a course on a day; today unless given.
#[utoipa::path(
    tag = "people",
    params(
        ("person" = String, Query, description = "An id, or `staff_no:<organization>:<value>`"),
        ("course" = String, Query, description = "Such as `BSAFE`"),
        ("on" = Option<String>, Query, description = "A day")
    ),
    responses((status = 200, body = TrainingOut))
)]
#[get("/v1/training-status")]
pub(super) async fn get_training_status(
    request: HttpRequest,
    caller: Caller,
    people: Data<People>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::AskStatus>()?;
    let today = today(&people).await?;
    let parameters = Parameters::of(&request)?;
    let faults = Faults::new();
    let question = question(parameters.read(&faults), today);
    let question = faults.settle(question)?;
    let mut answers = ask(&people, vec![question], pass.scope()).await?;
    answers.pop().map(|answer| HttpResponse::Ok().json(answer)).ok_or_else(Problem::hidden)
}

/// The same for up to 1,000 pairs.
#[utoipa::path(
    tag = "people",
    request_body = TrainingQuery,
    responses((status = 200, body = TrainingAnswers))
)]
#[post("/v1/training-status/query")]
pub(super) async fn query_training_status(
    caller: Caller,
    people: Data<People>,
    body: LargeJsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::AskStatus>()?;
    let today = today(&people).await?;
    let value = read_value(&body.0)?;
    let faults = Faults::new();
    let questions = Object::body(&value, &faults).and_then(|mut object| {
        let entries = object.field("questions").required().list(0..=MOST);
        object.finish();
        let read = |entry: &Field<'_>| question(entry.object()?, today);
        entries.map(|entries| entries.iter().filter_map(read).collect())
    });
    let questions = faults.settle(questions)?;
    let answers = ask(&people, questions, pass.scope()).await?;
    Ok(HttpResponse::Ok().json(TrainingAnswers { answers }))
}

async fn today(people: &People) -> Result<Date, Problem> {
    let clock = crate::database::Clock::read(&people.database).await?;
    Ok(clock.now().to_zoned(TimeZone::UTC).date())
}

fn question(mut object: Object<'_>, today: Date) -> Option<TrainingQuestion> {
    let person = person(&object.field("person").required());
    let course = course(&object.field("course").required());
    let on = object.field("on");
    let day = if on.is_present() { on.date() } else { Some(today) };
    object.finish();
    Some(TrainingQuestion { person: person?, course: course?, day: day? })
}

/// `<id>` or `staff_no:<organization>:<value>`.
fn person(field: &Field<'_>) -> Option<PersonName> {
    let text = field.text(1..=200)?;
    let staff = text.strip_prefix("staff_no:").and_then(|rest| rest.split_once(':'));
    let named = match staff {
        Some((of, number)) => Some(PersonName::Staff(OrganizationId::from(of), number.to_owned())),
        None => text.parse().ok().map(PersonName::Id),
    };
    if named.is_none() {
        field.fault("FORMAT", "must be an id or staff_no:<organization>:<value>");
    }
    named
}

async fn ask(
    people: &People,
    questions: Vec<TrainingQuestion>,
    scope: &Scope,
) -> Result<Vec<TrainingOut>, Problem> {
    let held = training(&people.database, &questions, scope).await?;
    Ok(questions.iter().zip(held).map(|(question, held)| out(question, held)).collect())
}

fn out(question: &TrainingQuestion, held: Option<Held>) -> TrainingOut {
    let person_id = held.as_ref().map(|held| held.person_id.0);
    let certificate = held.and_then(|held| held.certificate);
    TrainingOut {
        person_id,
        course: question.course.as_str().to_owned(),
        on: question.day,
        answer: if certificate.is_some() { "held" } else { "not_held" },
        verified: certificate.is_some_and(|(_, _, state)| state == CertificateState::Verified),
        completed_on: certificate.map(|(on, _, _)| on),
        expires_on: certificate.and_then(|(_, last, _)| last),
    }
}
