//! Setting the ceilings of an area.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, put};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::areas::named;
use super::ceilings::CountAnswer;
use super::{PATIENCE, WorldParts};
use crate::access::act;
use crate::model::{AreaId, AreaPolicy, Category, Cause, Ceilings, OrganizationId, PersonId};
use crate::web::{
    Caller, ETag, Faults, Field, IfMatch, JsonBody, Kind, Object, Preview, Problem, read_value,
};
use crate::world::ceilings::{CeilingsChange, CeilingsSet, plan_ceilings, set_ceilings};
use crate::world::preview::{Edit, Foreseen, foresee};

/// The largest ceiling.
const MOST_PLACES: i64 = 1_000_000;
/// Organizations or categories with a ceiling of their own at most.
const MOST_KEYS: usize = 200;

/// Ceilings as they were set, and the nights with people too many.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CeilingsSetAnswer {
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// Version of the policy in force.
    policy_version: i32,
    /// What decides live clearances again; null where the ceilings were these already.
    redecision_id: Option<Uuid>,
    /// Nights with more people than places; nobody loses a clearance.
    over: Vec<OverAnswer>,
}

/// Ceilings as they were set, or what they would do.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the answer, which is one of the two")]
enum CeilingsChangeAnswer {
    Set(CeilingsSetAnswer),
    Foreseen(Foreseen),
}

/// A night with people too many.
#[derive(Debug, Serialize, ToSchema)]
struct OverAnswer {
    /// The night that begins on this local day.
    #[schema(value_type = String, format = Date)]
    night: Date,
    #[serde(flatten)]
    #[schema(inline)]
    count: CountAnswer,
}

/// All ceilings of an area; what is left out is not limited.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct CeilingsBody {
    /// Places in all, for each night.
    total: Option<u32>,
    /// Places by organization.
    by_organization: Option<BTreeMap<String, u32>>,
    /// Places by category of person.
    by_category: Option<BTreeMap<String, u32>>,
    /// Same-day visits take the place of their day; false by default.
    count_day_visits: Option<bool>,
    /// Why.
    note: Option<String>,
}

/// Sets all ceilings of an area as a new version of its policy; everything else of it stays. Nobody
/// loses a clearance: nights with people too many are listed. The area's official sets them.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("If-Match" = String, Header, description = "The area's `ETag`, or `*`"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do"),
    ),
    request_body = CeilingsBody,
    responses((status = 200, body = CeilingsChangeAnswer))
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[put("/v1/areas/{area_id}/ceilings")]
pub(super) async fn put_ceilings(
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
    if_match: IfMatch,
    Preview(preview): Preview,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::SetLevel>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let change = wish(&body, by)?;
    let area_id = named(&parts.atlas.load(), &area_id)?.id().clone();
    let permit = |revision: i64| if_match.permit(&ETag::of_version(revision));
    if preview {
        let policy = plan_ceilings::<Problem>(&parts.database, &area_id, &change, permit).await?;
        return foreseen(&parts, &area_id, policy).await;
    }
    let set = set_ceilings::<Problem>(&parts.database, &area_id, &change, permit).await?;
    let CeilingsSet { version, policy_version, redecision, over } = set;
    if let Some(version) = version {
        parts.changed();
        let _reached = parts.atlas.wait_for(version, PATIENCE).await;
    }
    let atlas = parts.atlas.load();
    let revision = atlas.area(&area_id).map(|area| area.state.revision);
    let tag = ETag::of_version(version.or(revision).unwrap_or_default());
    let over = over.into_iter().map(|one| OverAnswer { night: one.night, count: one.into() });
    let answer = CeilingsSetAnswer {
        area_id,
        policy_version,
        redecision_id: redecision,
        over: over.collect(),
    };
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

/// What other ceilings would do to live clearances: nobody loses one.
async fn foreseen(
    parts: &WorldParts,
    area_id: &AreaId,
    policy: Option<AreaPolicy>,
) -> Result<HttpResponse, Problem> {
    let Some(policy) = policy else {
        return Ok(HttpResponse::Ok().json(Foreseen::nothing(Cause::Policy, area_id)));
    };
    let atlas = parts.atlas.load();
    let area = atlas.area(area_id).ok_or_else(Problem::hidden)?;
    let (area_id, state) = (area_id.clone(), area.state.clone());
    let edit = Edit::Area { area_id, state, policy: Arc::new(policy) };
    Ok(HttpResponse::Ok().json(foresee(parts, &edit, Cause::Policy).await?))
}

/// The wish of a body.
fn wish(body: &[u8], by: PersonId) -> Result<CeilingsChange, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let mut change = None;
    if let Some(mut object) = Object::body(&value, &faults) {
        let ceilings = ceilings(&mut object);
        let note = object.field("note").text(1..=2000).map(str::to_owned);
        object.finish();
        change = Some(CeilingsChange { ceilings, note, by });
    }
    faults.settle(change)
}

/// All ceilings of an object: what is not named is not limited.
pub(super) fn ceilings(object: &mut Object<'_>) -> Ceilings {
    Ceilings {
        total: object.field("total").integer(0..=MOST_PLACES).map(places),
        by_organization: keyed(&object.field("by_organization"), organization),
        by_category: keyed(&object.field("by_category"), category),
        count_day_visits: object.field("count_day_visits").boolean().unwrap_or(false),
    }
}

fn places(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// An organization's id, if it has the form of one.
pub(super) fn organization(name: &str) -> Option<OrganizationId> {
    let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let sound = (1..=32).contains(&name.len())
        && name.bytes().all(|letter| plain(letter) || letter == b'-')
        && name.bytes().next().is_some_and(plain);
    sound.then(|| OrganizationId::from(name))
}

fn category(name: &str) -> Option<Category> {
    Category::ALL.iter().copied().find(|known| known.as_str() == name)
}

/// Ceilings by name, each entry with its own defect.
fn keyed<K: Ord>(field: &Field<'_>, read: impl Fn(&str) -> Option<K>) -> BTreeMap<K, u32> {
    let mut ceilings = BTreeMap::new();
    let Some(value) = field.value() else { return ceilings };
    let entries = value.as_object().filter(|entries| entries.len() <= MOST_KEYS);
    let Some(entries) = entries else {
        field.fault("TYPE", format!("must be an object of {MOST_KEYS} entries at most"));
        return ceilings;
    };
    for (name, value) in entries {
        let number = value.as_i64().filter(|number| (0..=MOST_PLACES).contains(number));
        match (read(name), number) {
            (Some(key), Some(number)) => {
                ceilings.insert(key, places(number));
            }
            (None, _) => field.fault("CHOICE", format!("{name:?} is not known here")),
            (_, None) => {
                field.fault("RANGE", format!("{name:?} must be between 0 and {MOST_PLACES}"));
            }
        }
    }
    ceilings
}
