//! A fence as it is sent: a GeoJSON feature.

use jiff::Timestamp;
use jiff::civil::Time;
use serde_json::Value;
use utoipa::ToSchema;

use super::geometry::{Mended, Read, circle, polygons};
use crate::atlas::RawPolygons;
use crate::model::{DailyHours, Validity};
use crate::web::{Faults, Field, Object, Problem, read_value};
use crate::world::fences::FenceWish;

/// A fence to draw. Members that an answer adds (`id`, `repairs`, `areas`, …) are read over, so that
/// an answer can be changed and sent back.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct FenceBody {
    /// `Feature`.
    r#type: String,
    /// A `Polygon` or `MultiPolygon` of at most 20,000 positions; null where there is a circle.
    #[schema(value_type = Option<Object>)]
    geometry: Option<Value>,
    /// What it is.
    properties: FencePropertiesBody,
}

/// What a fence is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct FencePropertiesBody {
    /// `restricted`, `no_go`, `curfew`, `incident_perimeter`, `convoy_only_road`, `advisory_zone`.
    kind: String,
    /// Name for people.
    name: String,
    /// `advise`, `condition`, `manual`, `mscr`, `deny`.
    effect: String,
    /// From when; always, where it is left out.
    #[schema(format = DateTime)]
    valid_from: Option<String>,
    /// Until when, not included.
    #[schema(format = DateTime)]
    valid_until: Option<String>,
    /// At which hours of the local day; at all, where it is left out.
    hours: Option<HoursBody>,
    /// When a person looks at it again; reaching it lifts nothing.
    #[schema(format = DateTime)]
    review_at: Option<String>,
    /// Words for travellers.
    note: Option<String>,
    /// In the place of a geometry: the fence is drawn around it.
    circle: Option<CircleBody>,
    /// It lies at sea, and is meant so.
    axes_confirmed: Option<bool>,
}

/// Hours of every local day.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct HoursBody {
    /// From, included: `20:00`.
    from: String,
    /// To, not included; over midnight where it is earlier than `from`.
    to: String,
}

/// A circle on the sphere.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct CircleBody {
    /// Longitude and latitude.
    center: [f64; 2],
    /// Metres, at most 500,000.
    radius_m: f64,
}

/// A body that was read.
#[derive(Debug)]
pub(super) struct Wished {
    pub(super) wish: FenceWish,
    pub(super) repairs: Vec<Mended>,
    pub(super) raw: RawPolygons,
    pub(super) axes_confirmed: bool,
}

/// What was sent besides the geometry.
struct Properties {
    wish: Option<Plain>,
    has_circle: bool,
    /// None too where it cannot be read.
    circle: Option<Read>,
    axes_confirmed: bool,
}

/// A wish without its shape.
type Plain = Box<dyn FnOnce(Read) -> (FenceWish, Vec<Mended>, RawPolygons)>;

/// Reads a feature; every defect is told at once.
pub(super) fn read(body: &[u8], now: Timestamp) -> Result<Wished, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let wished = Object::body(&value, &faults).and_then(|object| feature(object, now, &faults));
    faults.settle(wished)
}

fn feature(mut object: Object<'_>, now: Timestamp, faults: &Faults) -> Option<Wished> {
    let kind = object.field("type").required();
    if kind.text(1..=32).is_some_and(|kind| kind != "Feature") {
        kind.fault("CHOICE", "must be Feature");
    }
    for added in ["id", "bbox", "repairs", "world_version", "redecisions"] {
        let _read_over = object.field(added);
    }
    let geometry = object.field("geometry");
    let shape = polygons(&geometry, faults);
    let properties = object.field("properties").required().object();
    object.finish();
    let Properties { wish, has_circle, circle, axes_confirmed } =
        properties.map(|object| self::properties(object, now))?;
    let read = match (geometry.is_present(), has_circle) {
        (true, false) => shape,
        (false, true) => circle,
        (true, true) => {
            geometry.fault("CHOICE", "a fence has a geometry or a circle, not both");
            None
        }
        (false, false) => {
            geometry.fault("REQUIRED", "is needed, or a circle among the properties");
            None
        }
    };
    let (wish, repairs, raw) = wish?(read?);
    Some(Wished { wish, repairs, raw, axes_confirmed })
}

fn properties(mut object: Object<'_>, now: Timestamp) -> Properties {
    for added in
        ["fence_id", "areas", "version", "emergency", "unconfirmed", "created_at", "changed_at"]
    {
        let _read_over = object.field(added);
    }
    let kind = object.field("kind").required().choice();
    let effect = object.field("effect").required().choice();
    let name = object.field("name").required().text(1..=200).map(Into::into);
    let from = object.field("valid_from").timestamp();
    let until = future(&object.field("valid_until"), from.map_or(now, |from| from.max(now)));
    let hours = object.field("hours");
    let hours = hours.is_present().then(|| daily(&hours));
    let review_at = future(&object.field("review_at"), now);
    let note = object.field("note").text(1..=2000).map(str::to_owned);
    let circle = object.field("circle");
    let (has_circle, circle) = (circle.is_present(), self::circle(&circle));
    let axes_confirmed = object.field("axes_confirmed").boolean().unwrap_or(false);
    object.finish();
    let hours = match hours {
        Some(None) => return Properties { wish: None, has_circle, circle, axes_confirmed },
        Some(Some(hours)) => Some(hours),
        None => None,
    };
    let wish = kind.zip(effect).zip(name).map(|((kind, effect), name)| -> Plain {
        Box::new(move |read: Read| {
            let validity = Validity { from, until };
            let shape = read.shape;
            let wish = FenceWish { kind, name, effect, validity, hours, review_at, note, shape };
            (wish, read.repairs, read.raw)
        })
    });
    Properties { wish, has_circle, circle, axes_confirmed }
}

/// An instant after another.
fn future(field: &Field<'_>, after: Timestamp) -> Option<Timestamp> {
    let at = field.timestamp();
    if at.is_some_and(|at| at <= after) {
        field.fault("RANGE", "must be in the future, and after the beginning");
    }
    at
}

/// Hours of the day; none where they cannot be read.
fn daily(field: &Field<'_>) -> Option<DailyHours> {
    let mut object = field.object()?;
    let what = "a time of day, such as 20:00";
    let from: Option<Time> = object.field("from").required().parse(what);
    let to: Option<Time> = object.field("to").required().parse(what);
    object.finish();
    if from.is_some() && from == to {
        field.fault("RANGE", "must begin and end at different times; leave them out for all day");
    }
    from.zip(to).map(|(from, to)| DailyHours { from, to })
}
