//! Areas: the list, one area, its shape.

use std::str::FromStr as _;

use actix_web::http::header::{ACCEPT, ETAG, VARY};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{WorldParts, may_read};
use crate::atlas::{AreaEntry, AreaNames, Atlas, PlaceFault, ZoneBasis};
use crate::model::{AreaId, ClearanceMode, LonLat, RiskBand, SecurityLevel, StatusKind};
use crate::web::{Caller, ETag, Fault, Kind, Listed, Page, Problem, read_query};
use crate::world::store;

const GEOJSON: &str = "application/geo+json";

/// An area and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AreaAnswer {
    /// Id: opaque, percent-encoded in addresses.
    #[schema(value_type = String, example = "KEN-890")]
    area_id: AreaId,
    /// Name as the source writes it.
    name: String,
    /// Names in the six official languages.
    #[schema(value_type = Object)]
    names: AreaNames,
    /// ISO 3166-1 alpha-2; null for areas that belong to no country.
    country: Option<String>,
    /// ISO 3166-2 of the source.
    iso_3166_2: Option<String>,
    /// Province, district, …
    kind: Option<String>,
    /// A point for a label: longitude, latitude.
    #[schema(value_type = [f64; 2])]
    label: LonLat,
    /// Square kilometres.
    area_km2: f64,
    /// Zone of the area's days.
    time_zone: String,
    /// How the zone was found.
    #[schema(value_type = String)]
    time_zone_basis: ZoneBasis,
    /// 1 minimal to 6 extreme.
    #[schema(value_type = u8)]
    security_level: SecurityLevel,
    /// Present security risk, where one is assessed.
    #[schema(value_type = Option<String>)]
    risk_band: Option<RiskBand>,
    /// `open`, `suspended` or `closed`.
    #[schema(value_type = String)]
    status: StatusKind,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    status_since: Option<Timestamp>,
    /// When a person looks at it again; reaching it reopens nothing.
    #[schema(value_type = Option<String>, format = DateTime)]
    review_at: Option<Timestamp>,
    /// Words for travellers.
    status_reason: Option<String>,
    /// Since when an emergency suspension has lacked an official's word: it stays until a person
    /// ends it.
    #[schema(value_type = Option<String>, format = DateTime)]
    unconfirmed_since: Option<Timestamp>,
    /// The mode in force before exceptions.
    #[schema(value_type = String)]
    clearance_mode: ClearanceMode,
    /// Version of the policy in force.
    policy_version: i32,
    /// Version of the current advisory; 0 where none was published.
    advisory_version: i32,
    /// Version of the world that last touched the area.
    revision: i64,
    /// Level and policy are invented for demonstration.
    demonstration: bool,
}

impl AreaAnswer {
    pub(super) fn of(area: &AreaEntry) -> Self {
        let (ground, state, policy) = (&area.ground, &area.state, &area.policy);
        let owned =
            |text: &Option<compact_str::CompactString>| text.as_ref().map(ToString::to_string);
        Self {
            area_id: ground.area_id.clone(),
            name: ground.name.to_string(),
            names: ground.names.clone(),
            country: owned(&ground.country),
            iso_3166_2: owned(&ground.iso_3166_2),
            kind: owned(&ground.kind),
            label: ground.label,
            area_km2: ground.area_km2,
            time_zone: ground.zone.name().to_owned(),
            time_zone_basis: ground.zone_basis,
            security_level: state.security_level,
            risk_band: state.risk_band,
            status: state.status.kind,
            status_since: state.status.since,
            review_at: state.status.review_at,
            status_reason: owned(&state.status.reason),
            unconfirmed_since: state.unconfirmed_since,
            clearance_mode: area.mode(),
            policy_version: policy.version,
            advisory_version: state.advisory_version,
            revision: state.revision,
            demonstration: policy.demonstration,
        }
    }
}

/// Areas in order of id.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AreaList {
    /// Version of the world.
    world_version: i64,
    /// The areas of this page.
    items: Vec<AreaAnswer>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}

/// Which areas are asked for.
#[derive(Debug, Default)]
struct Filter {
    country: Option<String>,
    level: Option<SecurityLevel>,
    status: Option<StatusKind>,
}

impl Filter {
    fn passes(&self, area: &AreaEntry) -> bool {
        self.country.as_deref().is_none_or(|country| area.country() == Some(country))
            && self.level.is_none_or(|level| area.state.security_level == level)
            && self.status.is_none_or(|status| area.state.status.kind == status)
    }
}

/// Areas with level, band, status and the versions in force, in order of id.
#[utoipa::path(
    tag = "world",
    params(
        ("country" = Option<String>, Query, description = "ISO 3166-1 alpha-2"),
        ("level" = Option<u8>, Query, description = "Security level, 1 to 6"),
        ("status" = Option<String>, Query, description = "`open`, `suspended` or `closed`"),
        ("limit" = Option<u16>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = AreaList), (status = 304, description = "As you know it"))
)]
#[get("/v1/areas")]
pub(super) async fn get_areas(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let (page, filter) = read_query(&request, |query| {
        let page: Page<AreaId> = Page::read(query);
        let filter = Filter {
            country: query.field("country").text(2..=2).map(str::to_ascii_uppercase),
            level: query
                .field("level")
                .integer(1..=6)
                .and_then(|level| u8::try_from(level).ok())
                .and_then(SecurityLevel::new),
            status: query.field("status").choice(),
        };
        (page, filter)
    })?;
    let atlas = parts.atlas.load();
    let tag = ETag::of_version(atlas.version());
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag.as_str())).finish());
    }
    let Listed { items, next_cursor } = page_of(&atlas, &page, &filter);
    let answer = AreaList { world_version: atlas.version(), items, next_cursor };
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

fn page_of(atlas: &Atlas, page: &Page<AreaId>, filter: &Filter) -> Listed<AreaAnswer> {
    let after = |area: &AreaEntry| page.after.as_ref().is_none_or(|after| area.id() > after);
    let one_more = usize::try_from(page.limit).unwrap_or(0) + 1;
    let items = atlas
        .areas()
        .iter()
        .filter(|area| after(area) && filter.passes(area))
        .take(one_more)
        .map(|area| AreaAnswer::of(area))
        .collect();
    Listed::of(items, page.limit, |last| last.area_id.clone())
}

/// One area; with `Accept: application/geo+json` its shape. A current ISO 3166-2 code that means
/// one area is accepted as its id.
#[utoipa::path(
    tag = "world",
    params(("area_id" = String, Path, description = "The id, percent-encoded: `KAS%2B00%3F`")),
    responses(
        (status = 200, description = "The area", content(
            (AreaAnswer = "application/json"),
            (Object = "application/geo+json"),
        )),
        (status = 304, description = "As you know it"),
        (status = 422, body = crate::web::ProblemBody, description = "`AREA_AMBIGUOUS`"),
    )
)]
#[get("/v1/areas/{area_id}")]
pub(super) async fn get_area(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    let wants_shape = prefers(&request, GEOJSON);
    let tag = if wants_shape { shape_tag(area) } else { tag(area) };
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag.as_str())).finish());
    }
    let mut answer = HttpResponse::Ok();
    answer.insert_header((ETAG, tag.as_str())).insert_header((VARY, "accept"));
    if !wants_shape {
        return Ok(answer.json(AreaAnswer::of(area)));
    }
    let shape = store::shape(&parts.database, area.id()).await?.ok_or_else(Problem::hidden)?;
    Ok(answer.content_type(GEOJSON).body(feature(area, &shape.to_geojson())?))
}

/// The tag of an area: its revision, and the advisory that it names without a change of its own.
pub(super) fn tag(area: &AreaEntry) -> ETag {
    match area.state.advisory_version {
        0 => ETag::of_version(area.state.revision),
        advisory => ETag::of_representation(area.state.revision, format_args!("a{advisory}")),
    }
}

fn shape_tag(area: &AreaEntry) -> ETag {
    let advisory = area.state.advisory_version;
    ETag::of_representation(area.state.revision, format_args!("shape-a{advisory}"))
}

/// The area of an id or a code, or the problem.
pub(super) fn named<'a>(atlas: &'a Atlas, name: &str) -> Result<&'a AreaEntry, Problem> {
    atlas.area_named(name).map_err(|fault| match fault {
        PlaceFault::Unknown => Problem::hidden(),
        PlaceFault::Ambiguous(areas) => {
            let ids: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
            let detail = format!("the code fits several areas: {}", ids.join(", "));
            Problem::invalid(vec![Fault {
                pointer: "/area_id".to_owned(),
                code: "AREA_AMBIGUOUS",
                detail,
            }])
        }
    })
}

/// A GeoJSON feature of the area.
fn feature(area: &AreaEntry, geometry: &str) -> Result<String, Problem> {
    #[derive(Serialize)]
    struct Feature<'a> {
        r#type: &'static str,
        id: &'a AreaId,
        properties: AreaAnswer,
        geometry: &'a RawValue,
    }
    let written = serde_json::from_str::<&RawValue>(geometry).and_then(|geometry| {
        let properties = AreaAnswer::of(area);
        serde_json::to_string(&Feature { r#type: "Feature", id: area.id(), properties, geometry })
    });
    written.map_err(|error| Problem::new(Kind::Internal).because(&error))
}

/// Whether the caller would rather have another form than JSON: it is named with a weight not below
/// that of JSON.
pub(super) fn prefers(request: &HttpRequest, form: &str) -> bool {
    let (mut wanted, mut json) = (0.0_f32, 0.0_f32);
    let headers = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    for range in headers.flat_map(|value| value.split(',')) {
        let (name, rest) = range.split_once(';').unwrap_or((range, ""));
        let weight = rest.split(';').find_map(|part| part.trim().strip_prefix("q="));
        let weight = weight.map_or(1.0, |text| f32::from_str(text.trim()).unwrap_or(0.0));
        match name.trim() {
            name if name == form => wanted = wanted.max(weight),
            "application/json" => json = json.max(weight),
            _ => {}
        }
    }
    wanted > 0.0 && wanted >= json
}
