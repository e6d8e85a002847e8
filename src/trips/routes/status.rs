//! The first question of every ERP, one at a time and by the thousand.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::status::names_person;
use super::super::{StatusAnswer, StatusAsked, Trips};
use crate::access::act;
use crate::model::AreaId;
use crate::web::{Caller, Faults, LargeJsonBody, Object, Parameters, Problem, read_value};

/// Most pairs of one question.
const MOST_PAIRS: usize = 1000;

/// One pair.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusPair {
    /// A `person_id`, or `staff_no:<organization>:<value>`.
    #[expect(dead_code, reason = "described here, read by the reader of faults")]
    person: String,
    /// A local day.
    #[schema(format = "date")]
    #[expect(dead_code, reason = "described here, read by the reader of faults")]
    on: String,
    /// The area, where one is asked about; else the whole trip.
    #[expect(dead_code, reason = "described here, read by the reader of faults")]
    area: Option<String>,
}

/// Many questions.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct StatusQuery {
    /// 1 to 1,000.
    #[schema(min_items = 1, max_items = 1000)]
    #[expect(dead_code, reason = "described here, read by the reader of faults")]
    pairs: Vec<StatusPair>,
}

/// Their answers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusResults {
    /// In the order of the pairs.
    results: Vec<StatusAnswer>,
}

/// Whether a person may travel on a day: `positive`, `negative` or `none`. A person beyond the
/// caller's reach is answered as one who has no trip.
#[utoipa::path(
    tag = "status",
    params(
        ("person" = String, Query, description = "person_id or staff_no:<organization>:<value>"),
        ("on" = String, Query, description = "local day, YYYY-MM-DD"),
        ("area" = Option<String>, Query, description = "an area; else the whole trip"),
    ),
    responses((status = 200, body = StatusAnswer))
)]
#[get("/v1/clearance-status")]
pub(super) async fn get_clearance_status(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::AskStatus>()?;
    let parameters = Parameters::of(&request)?;
    let faults = Faults::new();
    let asked = pair(parameters.read(&faults), &trips);
    let asked = faults.settle(asked)?;
    let mut answers = trips.status(&pass, vec![asked]).await?;
    let answer = answers.pop().ok_or_else(Problem::hidden)?;
    Ok(HttpResponse::Ok().json(answer))
}

/// The same for up to 1,000 pairs.
#[utoipa::path(
    tag = "status",
    request_body = StatusQuery,
    responses((status = 200, body = StatusResults))
)]
#[post("/v1/clearance-status/query")]
pub(super) async fn query_clearance_status(
    caller: Caller,
    trips: Data<Trips>,
    body: LargeJsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::AskStatus>()?;
    let value = read_value(&body.0)?;
    let faults = Faults::new();
    let asked = Object::body(&value, &faults).and_then(|mut object| {
        let pairs = object.field("pairs").required().list(1..=MOST_PAIRS);
        object.finish();
        let pairs = pairs.into_iter().flatten().map(|entry| pair(entry.object()?, &trips));
        pairs.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()
    });
    let asked = faults.settle(asked)?;
    let results = trips.status(&pass, asked).await?;
    Ok(HttpResponse::Ok().json(StatusResults { results }))
}

fn pair(mut object: Object<'_>, trips: &Trips) -> Option<StatusAsked> {
    let field = object.field("person").required();
    let person = field.text(1..=300);
    if person.is_some_and(|person| !names_person(person)) {
        field.fault("FORMAT", "must be a person_id or staff_no:<organization>:<value>");
    }
    let on = object.field("on").required().date();
    let field = object.field("area");
    let area = field.text(1..=200).map(AreaId::from);
    let area = area.map(|name| {
        trips
            .area_named(&name)
            .inspect_err(|missing| field.fault(missing.0, missing.1.as_str()))
            .ok()
    });
    object.finish();
    let (person, on) = (person?.to_owned(), on?);
    match area {
        Some(named) => Some(StatusAsked { person, on, area: Some(named?) }),
        None => Some(StatusAsked { person, on, area: None }),
    }
}
