//! What lies at points and along a line (api.md, "What at and along answer").

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{WorldParts, may_read};
use crate::atlas::{Atlas, Contact, Covering, Path, PathKind};
use crate::model::{AreaId, FenceId, LonLat, TransportMode, Zone};
use crate::web::{Caller, Faults, Field, LargeJsonBody, Object, Parameters, Problem, read_json};

/// Most points of one question.
const MOST_POINTS: usize = 10_000;
/// Most vertices of one line.
const MOST_VERTICES: usize = 20_000;

/// Points to ask about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AtBody {
    /// Longitude and latitude in degrees; at most 10,000.
    points: Vec<[f64; 2]>,
    /// Only fences that stand at this instant; without it, all of them.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// What covers one point.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AtResult {
    /// The area that decides; null off every shape.
    #[schema(value_type = Option<String>)]
    area_id: Option<AreaId>,
    /// Every area that covers the point, its boundary included, by id.
    #[schema(value_type = Vec<String>)]
    areas: Vec<AreaId>,
    /// Every fence that covers the point, its boundary included, by id.
    #[schema(value_type = Vec<String>)]
    fences: Vec<FenceId>,
}

/// What covers points.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AtAnswer {
    /// Version of the world.
    world_version: i64,
    /// In the order of the points.
    results: Vec<AtResult>,
}

/// What covers one point, with the world it was asked of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PointAnswer {
    /// Version of the world.
    world_version: i64,
    #[serde(flatten)]
    result: AtResult,
}

/// How the vertices of a line are joined.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Joining {
    /// On the sphere, refined to steps of at most 25 km.
    #[default]
    GreatCircle,
    /// Straight in longitude and latitude.
    Straight,
}

/// A line to ask about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlongBody {
    /// Longitude and latitude of each vertex; at most 20,000.
    line: Vec<[f64; 2]>,
    /// Means of transport; the answer is the same for all.
    #[serde(default, rename = "mode")]
    #[schema(value_type = Option<String>)]
    _mode: Option<TransportMode>,
    /// How the vertices are joined.
    #[serde(default)]
    path: Joining,
}

/// What a line touches.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlongAnswer {
    /// Version of the world.
    world_version: i64,
    /// Areas in order of first contact.
    #[schema(value_type = Vec<String>)]
    areas: Vec<AreaId>,
    /// Fences in order of first contact.
    #[schema(value_type = Vec<String>)]
    fences: Vec<FenceId>,
    /// The areas by id.
    #[schema(value_type = Vec<String>)]
    areas_sorted: Vec<AreaId>,
}

/// Which areas and fences cover a point.
#[utoipa::path(
    tag = "world",
    params(
        ("lon" = f64, Query, description = "Longitude in degrees"),
        ("lat" = f64, Query, description = "Latitude in degrees"),
        ("at" = Option<String>, Query, description = "Only fences that stand at this instant"),
    ),
    responses((status = 200, body = PointAnswer))
)]
#[get("/v1/areas/at")]
pub(super) async fn get_areas_at(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let parameters = Parameters::of(&request)?;
    let faults = Faults::new();
    let mut object = parameters.read(&faults);
    let lon = degrees(&object.field("lon").required(), 180.0);
    let lat = degrees(&object.field("lat").required(), 90.0);
    let at = object.field("at").timestamp();
    object.finish();
    let point = lon.zip(lat).and_then(|(lon, lat)| LonLat::new(lon, lat).ok());
    let point = faults.settle(point)?;
    let atlas = parts.atlas.load();
    let answer =
        PointAnswer { world_version: atlas.version(), result: result(&atlas.at(point), at) };
    Ok(HttpResponse::Ok().json(answer))
}

/// Degrees of a query, as far as they go.
pub(super) fn degrees(field: &Field<'_>, most: f64) -> Option<f64> {
    let text = field.value()?.as_str()?;
    let degrees = text.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    if degrees.is_none() {
        field.fault("COORDINATES_IMPOSSIBLE", format!("must be a number within ±{most}"));
    }
    degrees
}

/// Which areas and fences cover each of up to 10,000 points.
#[utoipa::path(
    tag = "world",
    request_body = AtBody,
    responses((status = 200, body = AtAnswer))
)]
#[post("/v1/areas/at")]
pub(super) async fn post_areas_at(
    caller: Caller,
    parts: Data<WorldParts>,
    LargeJsonBody(body): LargeJsonBody,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let AtBody { points, at } = read_json(&body, |value, faults| {
        explain(value, faults, |object| {
            explain_points(&object.field("points"), 0, MOST_POINTS);
            object.field("at").timestamp();
        });
    })?;
    let points = on_earth("/points", &points, 0, MOST_POINTS)?;
    let atlas = parts.atlas.load();
    let results = points.into_iter().map(|point| result(&atlas.at(point), at)).collect();
    Ok(HttpResponse::Ok().json(AtAnswer { world_version: atlas.version(), results }))
}

/// Which areas and fences a line touches, in order of first contact.
#[utoipa::path(
    tag = "world",
    request_body = AlongBody,
    responses((status = 200, body = AlongAnswer))
)]
#[post("/v1/areas/along")]
pub(super) async fn post_areas_along(
    caller: Caller,
    parts: Data<WorldParts>,
    LargeJsonBody(body): LargeJsonBody,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    // What carries the traveller is checked and changes nothing: this answer is geometry alone.
    let AlongBody { line, path, .. } = read_json(&body, |value, faults| {
        explain(value, faults, |object| {
            explain_points(&object.field("line"), 1, MOST_VERTICES);
            object.field("mode").choice::<TransportMode>();
            object.field("path").choice::<Joining>();
        });
    })?;
    let line = on_earth("/line", &line, 1, MOST_VERTICES)?;
    let kind = match path {
        Joining::GreatCircle => PathKind::GreatCircle,
        Joining::Straight => PathKind::Straight,
    };
    let path = Path::new(&line, kind).map_err(|error| {
        let faults = Faults::new();
        faults.add("/line", "LINE", error.to_string());
        Problem::invalid(faults.into_vec())
    })?;
    let atlas = parts.atlas.load();
    Ok(HttpResponse::Ok().json(along(&atlas, &path)))
}

fn along(atlas: &Atlas, path: &Path) -> AlongAnswer {
    let touched = atlas.along(path);
    let areas: Vec<AreaId> =
        touched.areas.iter().map(|Contact { what, .. }| what.id().clone()).collect();
    let fences = touched.fences.iter().map(|Contact { what, .. }| what.fence_id).collect();
    let mut areas_sorted = areas.clone();
    areas_sorted.sort_unstable();
    AlongAnswer { world_version: atlas.version(), areas, fences, areas_sorted }
}

fn result(covering: &Covering<'_>, at: Option<Timestamp>) -> AtResult {
    let deciding = covering.deciding();
    let utc = Zone::utc();
    let zone = deciding.map_or(&utc, |area| &area.ground.zone);
    let fences = covering.fences.iter();
    AtResult {
        area_id: deciding.map(|area| area.id().clone()),
        areas: covering.areas.iter().map(|area| area.id().clone()).collect(),
        fences: fences
            .filter(|fence| at.is_none_or(|at| fence.stands_at(at, zone)))
            .map(|fence| fence.fence_id)
            .collect(),
    }
}

/// The points, or every one that is not on the earth with its pointer.
fn on_earth(
    pointer: &str,
    points: &[[f64; 2]],
    least: usize,
    most: usize,
) -> Result<Vec<LonLat>, Problem> {
    let faults = Faults::new();
    if !(least..=most).contains(&points.len()) {
        faults.add(pointer, "LENGTH", format!("must have {least} to {most} entries"));
        return faults.settle(None);
    }
    let read = |(index, &[lon, lat]): (usize, &[f64; 2])| {
        let point = LonLat::new(lon, lat).ok();
        if point.is_none() {
            impossible(&faults, format!("{pointer}/{index}"));
        }
        point
    };
    let read: Vec<Option<LonLat>> = points.iter().enumerate().map(read).collect();
    faults.settle(read.into_iter().collect())
}

fn impossible(faults: &Faults, pointer: String) {
    let detail = "must be [longitude, latitude] within ±180 and ±90 degrees";
    faults.add(pointer, "COORDINATES_IMPOSSIBLE", detail);
}

fn explain(value: &Value, faults: &Faults, read: impl FnOnce(&mut Object<'_>)) {
    if let Some(mut object) = Object::body(value, faults) {
        read(&mut object);
        object.finish();
    }
}

fn explain_points(field: &Field<'_>, least: usize, most: usize) {
    for entry in field.clone().required().list(least..=most).unwrap_or_default() {
        let point = entry.value().cloned().map(serde_json::from_value::<LonLat>);
        if !matches!(point, Some(Ok(_))) {
            let detail = "must be [longitude, latitude] within ±180 and ±90 degrees";
            entry.fault("COORDINATES_IMPOSSIBLE", detail);
        }
    }
}
