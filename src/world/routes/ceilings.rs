//! How an area's nights stand against its ceilings.

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::WorldParts;
use super::areas::named;
use crate::access::{Extent, Scope, act};
use crate::atlas::AreaEntry;
use crate::model::{AreaId, ClearanceId, ClearanceState, OrganizationId, PersonId, Role};
use crate::web::{Caller, ETag, Kind, Listed, Page, Problem, read_query};
use crate::world::ceilings::{
    CeilingsError, ListPlace, NightCeiling, Overridden, Waiting, list, nights, overrides,
};

/// Nights of one answer at most.
const MOST_NIGHTS: i32 = 92;
/// Nights of one answer where the caller does not say, after the first.
const USUAL_NIGHTS: i32 = 30;
/// Overrides of one answer at most, the newest.
const MOST_OVERRIDES: i64 = 200;

/// A night of an area.
#[derive(Debug, Serialize, ToSchema)]
struct NightAnswer {
    /// The night that begins on this local day, or the day of visits within it.
    #[schema(value_type = String, format = Date)]
    night: Date,
    /// No place is left in all.
    full: bool,
    /// One entry each ceiling; for the area's security staff alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Vec<CountAnswer>>,
}

/// A night against one ceiling.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountAnswer {
    /// `total`, `organization` or `category`.
    of: String,
    /// Which organization or category; null for the total.
    key: Option<String>,
    /// Places.
    ceiling: i64,
    /// Taken by visitors.
    committed: i64,
    /// Asked for by visitors who wait for a decision; they bind nobody.
    soft: i64,
    /// Held by residents who are present.
    residents: i64,
    /// Places left.
    free: i64,
    /// People too many; nobody is put out for it.
    over: i64,
    /// Visitors on the waiting list.
    waiting: i64,
}

/// A clearance on the waiting list.
#[derive(Debug, Serialize, ToSchema)]
struct WaitingAnswer {
    /// From 1: the most critical grade first, then who asked first.
    position: i64,
    /// The clearance.
    #[schema(value_type = Uuid)]
    clearance_id: ClearanceId,
    /// Its state.
    state: ClearanceState,
    /// Of its trip.
    #[schema(value_type = String)]
    organization: OrganizationId,
    /// Grade the trip was submitted with.
    pc_grade: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    submitted_at: Timestamp,
    /// Local day of arrival.
    #[schema(value_type = String, format = Date)]
    arrive: Date,
    /// Local day of departure.
    #[schema(value_type = Option<String>, format = Date)]
    depart: Option<Date>,
    /// It waits for nothing but a place, and is cleared by rule when there is one.
    only_ceiling: bool,
    /// Nights on which it finds none now.
    #[schema(value_type = Vec<String>)]
    full_nights: Vec<Date>,
}

/// A clearance permitted above a ceiling.
#[derive(Debug, Serialize, ToSchema)]
struct OverrideAnswer {
    /// The permission.
    override_id: Uuid,
    /// Clearance that may go above.
    #[schema(value_type = Uuid)]
    clearance_id: ClearanceId,
    /// Nights without a place when it was permitted.
    #[schema(value_type = Vec<String>)]
    nights: Vec<Date>,
    /// Policy in force then.
    policy_version: i32,
    /// Why.
    reason: String,
    /// By which power.
    capacity: String,
    /// By whom.
    #[schema(value_type = Uuid)]
    by: PersonId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// An area's nights against its ceilings.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CeilingsAnswer {
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// Version of the policy in force.
    policy_version: i32,
    /// First night of the answer.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last night of the answer.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Same-day visits take the place of their day.
    count_day_visits: bool,
    /// Who may permit a place above a ceiling.
    #[schema(value_type = String)]
    overbook_allowed_by: Role,
    /// Every night, where the area has a ceiling.
    nights: Vec<NightAnswer>,
    /// The waiting list: whole for the area's security staff, else the own organization's part.
    waiting: Listed<WaitingAnswer>,
    /// What was permitted above a ceiling to stays that meet these nights, newest first; for the
    /// area's security staff alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    overrides: Option<Vec<OverrideAnswer>>,
}

/// How much of an area a caller sees.
pub(super) enum Sight {
    /// Everything.
    Whole,
    /// Whether nights are full, and the own part of the waiting list.
    Organization(OrganizationId),
}

/// What a scope shows of an area; nothing where it is out of reach.
pub(super) fn sight(scope: &Scope, area: &AreaEntry) -> Option<Sight> {
    let mut own = None;
    for (extent, _) in scope.extents() {
        match extent {
            Extent::Everywhere => return Some(Sight::Whole),
            Extent::Land { areas, countries } => {
                let in_country = area.country().is_some_and(|iso2| countries.contains(iso2));
                if areas.contains(area.id()) || in_country {
                    return Some(Sight::Whole);
                }
            }
            Extent::Organization(id) => own = Some(Sight::Organization(id.clone())),
            Extent::Own(_) => {}
        }
    }
    own
}

/// An area's nights against its ceilings, with the waiting list. An organization sees whether a
/// night is full and where its own people stand in the list, and never how many anybody has.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("from" = Option<String>, Query, description = "First night; the area's today by default"),
        ("to" = Option<String>, Query, description = "Last night, at most 92 nights in all"),
        ("limit" = Option<u16>, Query, description = "Of the waiting list: 1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the list before"),
    ),
    responses((status = 200, body = CeilingsAnswer))
)]
#[get("/v1/areas/{area_id}/ceilings")]
pub(super) async fn get_ceilings(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadCeilings>()?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    let sight = sight(pass.scope(), area).ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let (days, page) = asked(&request, area.ground.zone.day_of(parts.clock.now()))?;
    let id = area.id();
    let counted = nights(&parts.database, id, days).await?;
    let (own, is_whole) = match &sight {
        Sight::Whole => (None, true),
        Sight::Organization(organization) => (Some(organization), false),
    };
    let waiting = list(&parts.database, id, own, page.after, page.limit + 1).await?;
    let overrides = if is_whole {
        let permitted = overrides(&parts.database, id, days, MOST_OVERRIDES).await?;
        Some(permitted.into_iter().map(OverrideAnswer::from).collect())
    } else {
        None
    };
    let place =
        |last: &Waiting| -> ListPlace { (last.rank, last.submitted_at, last.clearance_id.0) };
    let Listed { items, next_cursor } = Listed::of(waiting, page.limit, place);
    let items = items.into_iter().map(WaitingAnswer::from).collect();
    let tag = ETag::of_version(area.state.revision);
    let answer = CeilingsAnswer {
        area_id: id.clone(),
        policy_version: area.policy.version,
        from: days.0,
        to: days.1,
        count_day_visits: area.policy.ceilings.count_day_visits,
        overbook_allowed_by: area.policy.overbook_allowed_by,
        nights: by_night(counted, is_whole),
        waiting: Listed { items, next_cursor },
        overrides,
    };
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

/// Which nights and which part of the list are asked for.
fn asked(request: &HttpRequest, today: Date) -> Result<((Date, Date), Page<ListPlace>), Problem> {
    read_query(request, |query| {
        let page: Page<ListPlace> = Page::read(query);
        let after = |day: Date, days: i32| day.saturating_add(Span::new().days(days));
        let from = query.field("from").date().unwrap_or(today);
        let last = query.field("to");
        let to = last.date().unwrap_or_else(|| after(from, USUAL_NIGHTS));
        if to < from || to >= after(from, MOST_NIGHTS) {
            last.fault("RANGE", format!("must be from `from` on, {MOST_NIGHTS} nights at most"));
        }
        ((from, to), page)
    })
}

/// The counts of each night together, as far as they may be seen.
fn by_night(counted: Vec<NightCeiling>, is_whole: bool) -> Vec<NightAnswer> {
    let mut nights: Vec<NightAnswer> = Vec::new();
    for one in counted {
        let full = one.of == "total" && one.free() == 0;
        let (night, count) = (one.night, CountAnswer::from(one));
        match nights.last_mut().filter(|last| last.night == night) {
            Some(last) => {
                last.full |= full;
                if let Some(counts) = &mut last.counts {
                    counts.push(count);
                }
            }
            None => {
                nights.push(NightAnswer { night, full, counts: is_whole.then(|| vec![count]) });
            }
        }
    }
    nights
}

impl From<NightCeiling> for CountAnswer {
    fn from(one: NightCeiling) -> Self {
        let (free, over) = (one.free(), one.over());
        let NightCeiling { of, key, ceiling, committed, soft, residents, waiting, .. } = one;
        let key = Some(key).filter(|key| !key.is_empty());
        Self { of, key, ceiling, committed, soft, residents, free, over, waiting }
    }
}

impl From<Waiting> for WaitingAnswer {
    fn from(one: Waiting) -> Self {
        Self {
            position: one.position,
            clearance_id: one.clearance_id,
            state: one.state,
            organization: one.organization,
            pc_grade: (1..=4).contains(&one.rank).then(|| format!("PC{}", one.rank)),
            submitted_at: one.submitted_at,
            arrive: one.arrive,
            depart: one.depart,
            only_ceiling: one.alone,
            full_nights: one.full_nights,
        }
    }
}

impl From<Overridden> for OverrideAnswer {
    fn from(one: Overridden) -> Self {
        let Overridden { override_id, clearance_id, nights, policy_version, .. } = one;
        let Overridden { reason, capacity, by, at, .. } = one;
        Self { override_id, clearance_id, nights, policy_version, reason, capacity, by, at }
    }
}

impl From<CeilingsError> for Problem {
    fn from(error: CeilingsError) -> Self {
        match error {
            CeilingsError::UnknownArea => Self::hidden(),
            CeilingsError::NotPermitted => Self::new(Kind::Forbidden).detail(error.to_string()),
            CeilingsError::Policy(_) => Self::internal(&error),
            CeilingsError::Database(error) => Self::from(error),
        }
    }
}
