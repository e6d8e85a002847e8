//! When an area works.

use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, put};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::act;
use crate::identity::Register;
use crate::identity::calendar::Week;
use crate::identity::keeping::{AreaCalendar, Holiday, Times};
use crate::model::PersonId;
use crate::web::{
    Caller, ETag, Faults, Field, IfMatch, JsonBody, Object, Problem, ProblemBody, note, read_value,
};

/// Holidays of an area at most: some years ahead.
const MOST_HOLIDAYS: usize = 500;

/// The calendar an area shall have of its own.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct CalendarIn {
    /// The working week; null for that of the country, or the usual one.
    week: Option<WeekShown>,
    /// Days on which nobody works, beside those of the country.
    holidays: Vec<HolidayShown>,
}

/// A working week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WeekShown {
    /// Days of the week, 1 is Monday.
    days: Vec<i8>,
    /// When a working day begins, local time: `08:00`.
    opens: String,
    /// When it ends. At or before `opens` is on the next day; equal means around the clock.
    closes: String,
}

/// A day on which nobody works.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HolidayShown {
    /// The local day.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// What it is called.
    name: String,
}

/// When an area works.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalendarOut {
    /// The area.
    area_id: String,
    /// Changes so far: the `ETag`.
    version: i32,
    /// Who changed it last.
    #[schema(value_type = Option<String>, format = Uuid)]
    changed_by: Option<PersonId>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    changed_at: Option<Timestamp>,
    /// The area's own week; null where it is the country's, or the usual one.
    week: Option<WeekShown>,
    /// The area's own holidays, in order.
    holidays: Vec<HolidayShown>,
    /// The week that the clocks count in.
    week_in_force: WeekShown,
    /// The days that they leave out: the area's and the country's, in order.
    #[schema(value_type = Vec<String>)]
    holidays_in_force: Vec<Date>,
}

impl WeekShown {
    fn of(days: &BTreeSet<i8>, opens: Time, closes: Time) -> Self {
        let hour = |time: Time| time.strftime("%H:%M").to_string();
        Self { days: days.iter().copied().collect(), opens: hour(opens), closes: hour(closes) }
    }
}

impl CalendarOut {
    fn of(calendar: &AreaCalendar) -> Self {
        let Times { week, holidays } = &calendar.own;
        let now = calendar.in_force();
        let shown = |one: &Holiday| HolidayShown { day: one.day, name: one.name.clone() };
        Self {
            area_id: calendar.area_id.as_str().to_owned(),
            version: calendar.version,
            changed_by: calendar.changed.map(|(by, _)| by),
            changed_at: calendar.changed.map(|(_, at)| at),
            week: week.as_ref().map(|week| WeekShown::of(&week.days, week.opens, week.closes)),
            holidays: holidays.iter().map(shown).collect(),
            week_in_force: WeekShown::of(&now.week_days, now.opens, now.closes),
            holidays_in_force: now.holidays.into_iter().collect(),
        }
    }
}

/// When an area works: its own week and holidays, and what the clocks count in.
#[utoipa::path(
    tag = "world",
    params(("area_id" = String, Path, description = "The id, percent-encoded")),
    responses(
        (status = 200, body = CalendarOut, headers(("ETag" = String, description = "changes so far"))),
        (status = 304, description = "as the caller has it"),
    )
)]
#[get("/v1/areas/{area_id}/calendar")]
pub(super) async fn get_calendar(
    request: HttpRequest,
    caller: Caller,
    register: Data<Register>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let _anyone = caller.admit::<act::ReadWorld>()?;
    let calendar = register.calendar(&area_id).await?;
    let tag = ETag::of_version(calendar.version);
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header(("etag", tag.as_str())).finish());
    }
    let answer = CalendarOut::of(&calendar);
    Ok(HttpResponse::Ok().insert_header(("etag", tag.as_str())).json(answer))
}

/// Replaces an area's own working week and holidays: its security adviser, its official, or
/// headquarters. What waits is looked at again within the hour.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("If-Match" = String, Header, description = "The calendar's `ETag`, `\"v0\"` for the first, or `*`"),
    ),
    request_body = CalendarIn,
    responses(
        (status = 200, body = CalendarOut, headers(("ETag" = String, description = "changes so far"))),
        (status = 409, body = ProblemBody),
    )
)]
#[put("/v1/areas/{area_id}/calendar")]
pub(super) async fn put_calendar(
    (request, caller): (HttpRequest, Caller),
    register: Data<Register>,
    area_id: Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::KeepCalendar>()?;
    let times = read(&body)?;
    note(&request, "area_id", area_id.as_str());
    let permit = |version: i32| if_match.permit(&ETag::of_version(version));
    let kept = register.keep_calendar::<Problem>(&pass, &area_id, &times, permit).await?;
    let tag = ETag::of_version(kept.version);
    Ok(HttpResponse::Ok().insert_header(("etag", tag.as_str())).json(CalendarOut::of(&kept)))
}

fn read(body: &[u8]) -> Result<Times, Problem> {
    let value: Value = read_value(body)?;
    let faults = Faults::new();
    let times = Object::body(&value, &faults).map(|mut object| {
        let week = object.field("week").object().and_then(week);
        let entries = object.field("holidays").required().list(0..=MOST_HOLIDAYS);
        let mut days = BTreeSet::new();
        let holidays = entries.unwrap_or_default();
        let holidays = holidays.iter().filter_map(|entry| holiday(entry, &mut days)).collect();
        object.finish();
        Times { week, holidays }
    });
    faults.settle(times)
}

fn week(mut object: Object<'_>) -> Option<Week> {
    let field = object.field("days").required();
    let entries = field.list(1..=7).unwrap_or_default();
    let days = entries.iter().filter_map(|entry| entry.integer(1..=7));
    let days: BTreeSet<i8> = days.filter_map(|day| i8::try_from(day).ok()).collect();
    let opens = hour(&object.field("opens").required());
    let closes = hour(&object.field("closes").required());
    object.finish();
    Some(Week { days, opens: opens?, closes: closes? })
}

fn hour(field: &Field<'_>) -> Option<Time> {
    let text = field.text(5..=5)?;
    let time = Time::strptime("%H:%M", text).ok();
    if time.is_none() {
        field.fault("FORMAT", "must be a time such as 08:00");
    }
    time
}

fn holiday(entry: &Field<'_>, days: &mut BTreeSet<Date>) -> Option<Holiday> {
    let mut object = entry.object()?;
    let field = object.field("day").required();
    let day = field.date();
    if day.is_some_and(|day| !days.insert(day)) {
        field.fault("REPEATED", "is named twice");
    }
    let name = object.field("name").required().text(1..=200).map(str::to_owned);
    object.finish();
    Some(Holiday { day: day?, name: name? })
}
