//! What level held when: of an area, and at a point.

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ByOut, LevelOut, reaches};
use crate::access::act;
use crate::atlas::AreaEntry;
use crate::model::{AreaId, LonLat, RiskBand, SecurityLevel, Zone};
use crate::web::{Caller, ETag, Faults, Listed, Object, Page, Parameters, Problem, read_query};
use crate::world::levels::{Held, HistoryPlace, SetBy, held, history};
use crate::world::routes::areas::named;
use crate::world::routes::geometry::degrees;
use crate::world::routes::{WorldParts, may_read};

/// The least span of time that the database knows.
const INSTANT: SignedDuration = SignedDuration::from_micros(1);

/// A level with the time it holds.
#[derive(Debug, Serialize, ToSchema)]
struct HeldOut {
    #[serde(flatten)]
    #[schema(inline)]
    level: LevelOut,
    /// From when; null for what stood before anybody set anything.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// The first instant at which it holds no more; null where nothing else is set.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Waits for its time.
    scheduled: bool,
    /// The setting; null for what stood before anybody set anything.
    #[schema(value_type = Option<String>)]
    setting_id: Option<Uuid>,
    /// Who set it from what; for the area's security staff alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<SetOut>,
}

/// Who set a level, and from what.
#[derive(Debug, Serialize, ToSchema)]
struct SetOut {
    /// The assessment it was set from.
    #[schema(value_type = String)]
    assessment_id: Uuid,
    /// Why.
    reason: Option<String>,
    /// By whom.
    by: ByOut,
    /// When it was written down.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl HeldOut {
    fn of(held: Held, is_staff: bool) -> Self {
        let Held { setting, level, band, since, until, is_scheduled, .. } = held;
        let setting_id = setting.as_ref().map(|set| set.setting_id);
        let set = setting.filter(|_| is_staff).map(|set| {
            let SetBy { assessment_id, reason, by, office, at, .. } = set;
            SetOut { assessment_id, reason, by: ByOut { person_id: by, role: office }, at }
        });
        let level = LevelOut::of(level, band);
        Self { level, from: since, until, scheduled: is_scheduled, setting_id, set }
    }
}

/// The level of an area at a time, and what was set when.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LevelAnswer {
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// The highest level and band of the time asked for.
    #[serde(flatten)]
    #[schema(inline)]
    level: LevelOut,
    /// What holds in the time asked for: one, or several on a day on which it changes.
    held: Vec<HeldOut>,
    /// Everything that was set and is scheduled, newest first.
    history: Listed<HeldOut>,
}

/// The level of an area that covers a point.
#[derive(Debug, Serialize, ToSchema)]
struct AreaLevelOut {
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// The highest level and band of the time asked for.
    #[serde(flatten)]
    #[schema(inline)]
    level: LevelOut,
    /// What holds in the time asked for.
    held: Vec<HeldOut>,
}

/// Levels at a point.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PointLevels {
    /// Version of the world.
    world_version: i64,
    /// The area that decides there; null off every shape.
    #[schema(value_type = Option<String>)]
    area_id: Option<AreaId>,
    /// Every area that covers the point, by id.
    areas: Vec<AreaLevelOut>,
}

/// A time that is asked about.
#[derive(Debug, Clone, Copy)]
enum When {
    Now,
    At(Timestamp),
    On(jiff::civil::Date),
}

impl When {
    fn read(query: &mut Object<'_>) -> Self {
        let (at, on) = (query.field("at"), query.field("on"));
        if at.is_present() && on.is_present() {
            on.fault("CONTRADICTION", "either an instant or a day");
        }
        match (at.timestamp(), on.date()) {
            (Some(at), _) => Self::At(at),
            (None, Some(day)) => Self::On(day),
            (None, None) => Self::Now,
        }
    }

    /// First instant and end of the time, on the days of a zone.
    fn span(self, zone: &Zone, now: Timestamp) -> (Timestamp, Timestamp) {
        let of = |at: Timestamp| (at, at.checked_add(INSTANT).unwrap_or(at));
        match self {
            Self::Now => of(now),
            Self::At(at) => of(at),
            Self::On(day) => (zone.start_of(day), zone.end_of(day)),
        }
    }
}

/// The level and risk band of an area: now, at an instant (`at`), or on one of its local days
/// (`on`, the highest of the day), with everything that was set and is scheduled.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("at" = Option<String>, Query, description = "An instant; now by default"),
        ("on" = Option<String>, Query, description = "A local day of the area instead"),
        ("limit" = Option<u16>, Query, description = "Of the history: 1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the history before"),
    ),
    responses((status = 200, body = LevelAnswer))
)]
#[get("/v1/areas/{area_id}/security-level")]
pub(super) async fn get_security_level(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let (when, page) = read_query(&request, |query| {
        let when = When::read(query);
        let page: Page<HistoryPlace> = Page::read(query);
        (when, page)
    })?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    let (id, is_staff) = (area.id(), is_staff(&caller, area));
    let span = when.span(&area.ground.zone, parts.clock.now());
    let now = held(&parts.database, std::slice::from_ref(id), span).await?;
    let past = history(&parts.database, id, page.after, page.limit + 1).await?;
    let place = |last: &Held| {
        last.since.zip(last.setting.as_ref()).map(|(since, set)| (since, set.setting_id))
    };
    let Listed { items, next_cursor } = Listed::of(past, page.limit, place);
    let items = items.into_iter().map(|one| HeldOut::of(one, is_staff)).collect();
    let answer = LevelAnswer {
        area_id: id.clone(),
        level: highest(&now),
        held: now.into_iter().map(|one| HeldOut::of(one, is_staff)).collect(),
        history: Listed { items, next_cursor },
    };
    let tag = ETag::of_version(area.state.revision);
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

/// The levels at a point: of every area that covers it, now, at an instant (`at`), or on a local
/// day of the deciding area (`on`).
#[utoipa::path(
    tag = "world",
    params(
        ("lon" = f64, Query, description = "Longitude in degrees"),
        ("lat" = f64, Query, description = "Latitude in degrees"),
        ("at" = Option<String>, Query, description = "An instant; now by default"),
        ("on" = Option<String>, Query, description = "A local day instead"),
    ),
    responses((status = 200, body = PointLevels))
)]
#[get("/v1/security-levels")]
pub(super) async fn get_security_levels(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let parameters = Parameters::of(&request)?;
    let faults = Faults::new();
    let mut query = parameters.read(&faults);
    let lon = degrees(&query.field("lon").required(), 180.0);
    let lat = degrees(&query.field("lat").required(), 90.0);
    let when = When::read(&mut query);
    query.finish();
    let point = lon.zip(lat).and_then(|(lon, lat)| LonLat::new(lon, lat).ok());
    let point = faults.settle(point)?;
    let atlas = parts.atlas.load();
    let covering = atlas.at(point);
    let deciding = covering.deciding();
    let utc = Zone::utc();
    let zone = deciding.map_or(&utc, |area| &area.ground.zone);
    let ids: Vec<AreaId> = covering.areas.iter().map(|area| area.id().clone()).collect();
    let found = held(&parts.database, &ids, when.span(zone, parts.clock.now())).await?;
    let of_area = |area: &&AreaEntry| {
        let own: Vec<Held> =
            found.iter().filter(|one| one.area_id == *area.id()).cloned().collect();
        let (level, is_staff) = (highest(&own), is_staff(&caller, area));
        let held = own.into_iter().map(|one| HeldOut::of(one, is_staff)).collect();
        AreaLevelOut { area_id: area.id().clone(), level, held }
    };
    let answer = PointLevels {
        world_version: atlas.version(),
        area_id: deciding.map(|area| area.id().clone()),
        areas: covering.areas.iter().map(of_area).collect(),
    };
    Ok(HttpResponse::Ok().json(answer))
}

/// The highest level and band; the highest of all where nothing is known, which cannot be.
fn highest(held: &[Held]) -> LevelOut {
    let level = held.iter().map(|one| one.level).max().unwrap_or(SecurityLevel::EXTREME);
    let band: Option<RiskBand> = held.iter().filter_map(|one| one.band).max();
    LevelOut::of(level, band)
}

/// Security staff of the area, headquarters, an auditor.
fn is_staff(caller: &Caller, area: &AreaEntry) -> bool {
    let pass = caller.admit::<act::ReadAssessments>();
    pass.is_ok_and(|pass| reaches(pass.scope(), area))
}
