//! The room's endpoints.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, post};
use jiff::Timestamp;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

use super::arrivals::{ArrivalFilter, ArrivalPlace};
use super::{
    Arrival, GroupLeader, Inside, LeaderContact, Presence, PresenceError, Report, StayView, Taken,
};
use crate::access::act;
use crate::model::{Claim, ClearanceId, ReportKind};
use crate::web::{
    Caller, Fault, Faults, IdempotencyKey, JsonBody, Kind, Listed, Object, Page, Problem,
    ProblemBody, note, read_query, read_value, saved_answer, wing,
};

/// Longest words about a place.
const LONGEST_PLACE: usize = 200;
/// Longest flight.
const LONGEST_FLIGHT: usize = 20;

/// The operations of this room.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(
        confirm_arrival,
        confirm_briefing,
        confirm_departure,
        report_no_show,
        list_inside,
        list_arrivals,
    ),
    components(schemas(
        StayView,
        Inside,
        Arrival,
        GroupLeader,
        LeaderContact,
        ReportBody,
        BriefReportBody
    ))
)]
pub struct Api;

/// Puts the room's routes into a worker; they find [`Presence`] as data.
pub fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(confirm_arrival)
            .service(confirm_briefing)
            .service(confirm_departure)
            .service(report_no_show)
            .service(list_inside)
            .service(list_arrivals);
    });
}

/// A report, all of it optional.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
struct ReportBody {
    /// When; now where it is missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// Where, in words: up to 200 characters, kept for security alone.
    place: Option<String>,
}

/// A report without a place.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
struct BriefReportBody {
    /// When; now where it is missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// Who asks for what, as far as every report has it.
struct Asked {
    request: HttpRequest,
    caller: Caller,
    key: IdempotencyKey,
    body: JsonBody,
}

/// Confirms that the traveller is there. The trip is `travelling` from then on.
#[utoipa::path(
    tag = "presence",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance of the stay"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = ReportBody,
    responses(
        (status = 200, body = StayView),
        (status = 409, body = ProblemBody, description = "`NOT_POSITIVE`, `STAY_OVER`, `OUT_OF_WINDOW`"),
    )
)]
#[post("/v1/stays/{clearance_id}/arrive")]
async fn confirm_arrival(
    request: HttpRequest,
    caller: Caller,
    presence: Data<Presence>,
    path: Path<String>,
    (key, body): (IdempotencyKey, JsonBody),
) -> Result<HttpResponse, Problem> {
    let asked = Asked { request, caller, key, body };
    reported(&presence, asked, &path, ReportKind::Arrived).await
}

/// Records that the traveller was briefed.
#[utoipa::path(
    tag = "presence",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance of the stay"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = BriefReportBody,
    responses(
        (status = 200, body = StayView),
        (status = 409, body = ProblemBody, description = "`NOT_POSITIVE`, `STAY_OVER`, `OUT_OF_WINDOW`"),
    )
)]
#[post("/v1/stays/{clearance_id}/briefed")]
async fn confirm_briefing(
    request: HttpRequest,
    caller: Caller,
    presence: Data<Presence>,
    path: Path<String>,
    (key, body): (IdempotencyKey, JsonBody),
) -> Result<HttpResponse, Problem> {
    let asked = Asked { request, caller, key, body };
    reported(&presence, asked, &path, ReportKind::Briefed).await
}

/// Confirms that the traveller has left: the clearance is complete and its places are free.
#[utoipa::path(
    tag = "presence",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance of the stay"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = ReportBody,
    responses(
        (status = 200, body = StayView),
        (status = 409, body = ProblemBody, description = "`NOT_POSITIVE`, `STAY_OVER`, `OUT_OF_WINDOW`, `BEFORE_ARRIVAL`"),
    )
)]
#[post("/v1/stays/{clearance_id}/depart")]
async fn confirm_departure(
    request: HttpRequest,
    caller: Caller,
    presence: Data<Presence>,
    path: Path<String>,
    (key, body): (IdempotencyKey, JsonBody),
) -> Result<HttpResponse, Problem> {
    let asked = Asked { request, caller, key, body };
    reported(&presence, asked, &path, ReportKind::Departed).await
}

/// Says that nobody came, from 24 hours after the planned arrival on: the clearance ends and its
/// places are free.
#[utoipa::path(
    tag = "presence",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance of the stay"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = BriefReportBody,
    responses(
        (status = 200, body = StayView),
        (status = 409, body = ProblemBody, description = "`NOT_POSITIVE`, `STAY_OVER`, `TOO_EARLY`, `ALREADY_ARRIVED`"),
    )
)]
#[post("/v1/stays/{clearance_id}/no-show")]
async fn report_no_show(
    request: HttpRequest,
    caller: Caller,
    presence: Data<Presence>,
    path: Path<String>,
    (key, body): (IdempotencyKey, JsonBody),
) -> Result<HttpResponse, Problem> {
    let asked = Asked { request, caller, key, body };
    reported(&presence, asked, &path, ReportKind::NoShow).await
}

async fn reported(
    presence: &Presence,
    asked: Asked,
    path: &str,
    kind: ReportKind,
) -> Result<HttpResponse, Problem> {
    let pass = asked.caller.admit_to_id::<act::ConfirmPresence>()?;
    let clearance_id: ClearanceId = path.parse().map_err(|_no_id| Problem::hidden())?;
    let report = read(&asked.body.0, clearance_id, kind)?;
    let route = format!("/v1/stays/{clearance_id}/{}", kind.as_str());
    let identity = pass.principal().identity;
    let claim = Claim::of(identity, "POST", &route, &asked.key.0, &asked.body.0);
    note(&asked.request, "clearance_id", clearance_id.to_string());
    let Taken { answer, replayed } = presence.report(&pass, &report, claim).await?;
    let mut response = saved_answer(answer.status, answer.body.to_vec());
    if !replayed {
        response.headers_mut().remove("idempotent-replayed");
    }
    Ok(response)
}

fn read(body: &[u8], clearance_id: ClearanceId, kind: ReportKind) -> Result<Report, Problem> {
    let value: Value = read_value(body)?;
    let faults = Faults::new();
    let report = Object::body(&value, &faults).map(|mut object| {
        let at = object.field("at").timestamp();
        let has_place = matches!(kind, ReportKind::Arrived | ReportKind::Departed);
        let place = has_place.then(|| object.field("place").text(1..=LONGEST_PLACE)).flatten();
        let place = place.map(str::to_owned);
        object.finish();
        Report { clearance_id, kind, at, place }
    });
    faults.settle(report)
}

/// Who is inside an area: the arrival is confirmed, or the stay has begun, and no departure or
/// no-show is recorded.
#[utoipa::path(
    tag = "presence",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded: `KAS%2B00%3F`"),
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = Listed<Inside>))
)]
#[get("/v1/areas/{area_id}/inside")]
async fn list_inside(
    request: HttpRequest,
    caller: Caller,
    presence: Data<Presence>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadPresence>()?;
    let page = Page::<ClearanceId>::only(&request)?;
    let area_id = presence.area_in_sight(&pass, &path)?;
    note(&request, "area_id", area_id.as_str());
    let items = presence.inside(&area_id, page.after, page.limit).await?;
    Ok(HttpResponse::Ok().json(Listed::of(items, page.limit, |last| last.clearance_id)))
}

/// Who is to arrive in an area, by time and flight: whom to meet, whom to brief, and who leads the
/// group. Who still waits for a decision is listed with that state.
#[utoipa::path(
    tag = "presence",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded: `KAS%2B00%3F`"),
        ("from" = Option<String>, Query, description = "First local day; the area's today by default"),
        ("to" = Option<String>, Query, description = "Last local day; seven days by default"),
        ("flight" = Option<String>, Query, description = "One flight, as travellers wrote it: `ET308`"),
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = Listed<Arrival>))
)]
#[get("/v1/areas/{area_id}/arrivals")]
async fn list_arrivals(
    request: HttpRequest,
    caller: Caller,
    presence: Data<Presence>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadPresence>()?;
    let (filter, page) = read_query(&request, |query| {
        let page: Page<ArrivalPlace> = Page::read(query);
        let (from, last) = (query.field("from").date(), query.field("to"));
        let to = last.date();
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            last.fault("RANGE", "must not be before `from`");
        }
        let flight = query.field("flight").text(1..=LONGEST_FLIGHT).map(str::to_owned);
        (ArrivalFilter { from, to, flight }, page)
    })?;
    let (area_id, items) =
        presence.arrivals(&pass, &path, &filter, (page.after, page.limit)).await?;
    note(&request, "area_id", area_id.as_str());
    Ok(HttpResponse::Ok().json(Listed::of(items, page.limit, Arrival::place)))
}

impl From<PresenceError> for Problem {
    fn from(error: PresenceError) -> Self {
        let conflict = |code| Self::new(Kind::Conflict).code(code);
        match error {
            PresenceError::Hidden => Self::hidden(),
            PresenceError::OtherLand => {
                Self::new(Kind::Forbidden).detail("no role of yours covers this area")
            }
            PresenceError::NotPositive(state) => conflict("NOT_POSITIVE")
                .detail("nobody is expected by a clearance in this state")
                .with("state", state.as_str()),
            PresenceError::Over(state) => {
                conflict("STAY_OVER").detail("the stay is over").with("state", state.as_str())
            }
            PresenceError::OutOfWindow { from, to } => conflict("OUT_OF_WINDOW")
                .detail("the time lies outside the window of the clearance")
                .with("valid_from", from.to_string())
                .with("valid_to", to.map(|to| to.to_string())),
            PresenceError::TooEarly { not_before } => conflict("TOO_EARLY")
                .detail("nobody is missed before 24 hours after the planned arrival")
                .with("not_before", not_before.to_string()),
            PresenceError::Arrived => {
                conflict("ALREADY_ARRIVED").detail("the arrival is confirmed")
            }
            PresenceError::BeforeArrival => {
                conflict("BEFORE_ARRIVAL").detail("the departure lies before the arrival")
            }
            PresenceError::Future => Self::invalid(vec![Fault {
                pointer: "/at".to_owned(),
                code: "FUTURE",
                detail: "has not happened yet".to_owned(),
            }]),
            PresenceError::KeyReused => Self::new(Kind::Unprocessable)
                .code("IDEMPOTENCY_KEY_REUSED")
                .detail("the key stands for another body"),
            PresenceError::Unsettled => Self::new(Kind::Unavailable)
                .detail("the clearance keeps moving; repeat with the same key"),
            PresenceError::Database(error) => error.into(),
            PresenceError::Record(error) => error.into(),
            PresenceError::Encoding(error) => Self::internal(&error),
        }
    }
}
