//! The loaded world as a whole.

use actix_web::http::header::ETAG;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{WorldParts, may_read};
use crate::web::{Caller, ETag, Problem};

/// Said wherever levels and policies are invented.
const DEMONSTRATION: &str = "Levels, bands, policies and statuses are invented for demonstration: \
                             they say nothing about any real place.";
/// Said wherever boundaries are shown.
const BOUNDARIES: &str = "Boundaries are a de facto view; they and the names used imply no opinion \
                          on the legal status of any territory.";

/// Where data comes from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttributionAnswer {
    /// Who made it.
    source: String,
    /// Its licence.
    licence: String,
    /// What must be said.
    notice: String,
    /// Where it is found.
    url: Option<String>,
}

/// How many of each.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorldCounts {
    /// Members and observers.
    countries: i64,
    /// Other territories with a code of their own.
    territories: i64,
    /// Security areas.
    areas: usize,
    /// Airports.
    airports: usize,
    /// Airports with scheduled service.
    scheduled_airports: usize,
    /// Cities.
    cities: usize,
    /// ISO 3166-2 codes.
    subdivisions: i64,
    /// Airlines.
    airlines: i64,
    /// Fences on record.
    fences: usize,
}

/// The loaded world.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorldAnswer {
    /// Its version.
    world_version: i64,
    /// When it became so.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
    /// Seconds since it was last known to be current.
    age_seconds: f64,
    /// Older than it may be: people decide.
    stale: bool,
    /// How many of each.
    counts: WorldCounts,
    /// Levels and policies are invented.
    demonstration: bool,
    /// What must be said of the world shown.
    notices: Vec<&'static str>,
    /// Sources and licences.
    attributions: Vec<AttributionAnswer>,
}

/// The loaded version of the world, its time, counts and sources.
#[utoipa::path(
    tag = "world",
    responses((status = 200, body = WorldAnswer), (status = 304, description = "As you know it"))
)]
#[get("/v1/world")]
pub(super) async fn get_world(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let (atlas, facts) = (parts.atlas.load(), parts.loader.facts());
    let stale = parts.atlas.is_stale();
    let tag = ETag::of_version(format_args!("{}{}", atlas.version(), if stale { "s" } else { "" }));
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag.as_str())).finish());
    }
    let airports = atlas.places().airports();
    let answer = WorldAnswer {
        world_version: atlas.version(),
        changed_at: atlas.changed_at(),
        age_seconds: parts.atlas.age().as_secs_f64(),
        stale,
        counts: WorldCounts {
            countries: facts.countries,
            territories: facts.territories,
            areas: atlas.areas().len(),
            airports: airports.len(),
            scheduled_airports: airports.iter().filter(|airport| airport.scheduled).count(),
            cities: atlas.places().cities().len(),
            subdivisions: facts.subdivisions,
            airlines: facts.airlines,
            fences: atlas.parts().fences.len(),
        },
        demonstration: facts.demonstration,
        notices: if facts.demonstration {
            vec![DEMONSTRATION, BOUNDARIES]
        } else {
            vec![BOUNDARIES]
        },
        attributions: facts.attributions.iter().map(attribution).collect(),
    };
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

type Told = (String, String, String, Option<String>);

fn attribution((source, licence, notice, url): &Told) -> AttributionAnswer {
    AttributionAnswer {
        source: source.clone(),
        licence: licence.clone(),
        notice: notice.clone(),
        url: url.clone(),
    }
}
