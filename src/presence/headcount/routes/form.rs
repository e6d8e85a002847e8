//! Bodies of headcounts as they are read.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::atlas::{Atlas, RawPolygons, Shape, receive};
use crate::model::{AreaId, HeadcountStatus, PersonId};
use crate::presence::headcount::Wish;
use crate::presence::headcount::judging::Said;
use crate::web::{Faults, Field, Object, Problem, read_value};

/// Areas of one headcount at most.
const MOST_AREAS: usize = 200;
/// Positions of what is drawn at most.
const MOST_POSITIONS: usize = 20_000;
/// Responses in one request at most.
const MOST_RESPONSES: usize = 1000;
/// Longest reason.
const LONGEST_REASON: usize = 500;
/// Longest way in which something came.
const LONGEST_CHANNEL: usize = 40;
/// Longest note.
const LONGEST_NOTE: usize = 1000;

/// A headcount to open: over areas, or over a polygon.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct HeadcountBody {
    /// 1 to 200 areas.
    areas: Option<Vec<String>>,
    /// In their place: a GeoJSON `Polygon` or `MultiPolygon` of at most 20,000 positions, each a
    /// longitude and a latitude. Everybody in an area that it touches is counted: where exactly
    /// people are within one is not known.
    #[schema(value_type = Option<Object>)]
    polygon: Option<Value>,
    /// Why: up to 500 characters, shown to everybody who is counted.
    reason: String,
}

/// What is known of a person.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct ResponseBody {
    /// About whom. Security staff and wardens may name somebody who was not expected.
    person_id: Uuid,
    /// Anything but `unaccounted`. Of themselves and their dependants people say `safe`, `not_safe` or
    /// `confirmed_elsewhere`.
    status: HeadcountStatus,
    /// When it was seen to be so; now where it is missing. Not in the future, and at most 12 hours
    /// before the headcount was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    observed_at: Option<Timestamp>,
    /// By which way it came, such as `radio`: up to 40 characters.
    channel: Option<String>,
    /// Words for security staff: up to 1,000 characters.
    note: Option<String>,
    /// Where the person is. Of somebody who was not expected: an area of the headcount, needed where
    /// it has several.
    area_id: Option<String>,
}

/// What is known of many.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct ResponsesBody {
    /// 1 to 1,000; each stands for itself.
    responses: Vec<ResponseBody>,
}

/// A response as it was read, or what is wrong with it.
pub(super) type Line = Result<Said, Problem>;

/// What came in.
#[derive(Debug)]
pub(super) enum Sent {
    /// One, in words of its own.
    One(Said),
    /// A list, each for itself.
    Many(Vec<Line>),
}

/// Reads what is to be opened, every defect at once.
pub(super) fn wish(body: &[u8], atlas: &Atlas) -> Result<Wish, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let (areas, polygon) = (object.field("areas"), object.field("polygon"));
        let ground = match (areas.is_present(), polygon.is_present()) {
            (true, true) => {
                polygon.fault("CONTRADICTION", "stands in the place of `areas`");
                None
            }
            (false, true) => touched(&polygon, atlas, &faults).map(|areas| (areas, Some(polygon))),
            _ => listed(&areas.required(), atlas).map(|areas| (areas, None)),
        };
        let reason = object.field("reason").required().text(1..=LONGEST_REASON);
        object.finish();
        let (areas, polygon) = ground?;
        let polygon = polygon.and_then(|field| field.value().cloned());
        Some(Wish { areas, polygon, reason: reason?.to_owned() })
    });
    faults.settle(read)
}

fn listed(field: &Field<'_>, atlas: &Atlas) -> Option<Vec<AreaId>> {
    let found: Vec<Option<AreaId>> =
        field.list(1..=MOST_AREAS)?.iter().map(|name| area(name, atlas)).collect();
    let found: Option<BTreeSet<AreaId>> = found.into_iter().collect();
    Some(found?.into_iter().collect())
}

fn area(field: &Field<'_>, atlas: &Atlas) -> Option<AreaId> {
    let found = atlas.area_named(field.text(1..=100)?);
    if found.is_err() {
        field.fault("AREA_UNKNOWN", "there is no such area, or several");
    }
    Some(found.ok()?.id().clone())
}

/// The areas that what was drawn touches.
fn touched(field: &Field<'_>, atlas: &Atlas, faults: &Faults) -> Option<Vec<AreaId>> {
    let shape = shape(field, faults)?;
    let areas = match atlas.areas_touched(&shape) {
        Ok(areas) => areas,
        Err(error) => {
            field.fault("INVALID", error.to_string());
            return None;
        }
    };
    if areas.is_empty() || areas.len() > MOST_AREAS {
        field.fault("RANGE", format!("touches {} areas; 1 to {MOST_AREAS} can be", areas.len()));
        return None;
    }
    Some(areas)
}

fn shape(field: &Field<'_>, faults: &Faults) -> Option<Shape> {
    let mut object = field.object()?;
    let kind = object.field("type").required();
    let (name, coordinates) = (kind.text(1..=32), object.field("coordinates").required());
    object.finish();
    let polygons: RawPolygons = match name? {
        "Polygon" => vec![coordinates.read()?],
        "MultiPolygon" => coordinates.read()?,
        _ => {
            kind.fault("CHOICE", "must be Polygon or MultiPolygon: others have no inside");
            return None;
        }
    };
    match receive(&polygons, MOST_POSITIONS) {
        Ok(received) => Some(received.shape),
        Err(defects) => {
            for defect in &defects {
                faults.add(coordinates.pointer(), defect.kind.code(), defect.kind.text());
            }
            None
        }
    }
}

/// Reads one response or a list of them. What is wrong with one of a list is its own problem; what
/// is wrong with the body or with a single response is told at once.
pub(super) fn sent(body: &[u8], atlas: &Atlas) -> Result<Sent, Problem> {
    let value = read_value(body)?;
    if value.get("responses").is_none() {
        return line(&value, atlas).map(Sent::One);
    }
    let faults = Faults::new();
    let entries = Object::body(&value, &faults).map(|mut object| {
        let entries = object.field("responses").list(1..=MOST_RESPONSES).unwrap_or_default();
        object.finish();
        entries.iter().filter_map(Field::value).map(|value| line(value, atlas)).collect()
    });
    faults.settle(entries).map(Sent::Many)
}

fn line(value: &Value, atlas: &Atlas) -> Line {
    let faults = Faults::new();
    let read = Object::body(value, &faults).and_then(|mut object| {
        let person: Option<Uuid> = object.field("person_id").required().parse("a person_id");
        let field = object.field("status").required();
        let status: Option<HeadcountStatus> = field.choice();
        if status == Some(HeadcountStatus::Unaccounted) {
            field.fault("CHOICE", "is where nobody has answered; an answer cannot be taken back");
        }
        let observed_at = object.field("observed_at").timestamp();
        let channel = object.field("channel").text(1..=LONGEST_CHANNEL).map(str::to_owned);
        let note = object.field("note").text(1..=LONGEST_NOTE).map(str::to_owned);
        let named = object.field("area_id");
        let area_id = if named.is_present() { area(&named, atlas) } else { None };
        object.finish();
        let (person_id, status) = (PersonId(person?), status?);
        Some(Said { person_id, status, observed_at, channel, note, area_id })
    });
    faults.settle(read)
}
