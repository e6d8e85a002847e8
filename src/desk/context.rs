//! One screen in one call: everything a decider looks at before deciding.

use serde_json::Value;

use super::desker::Desker;
use super::error::DeskError;
use super::item::Item;
use super::view::{ContextView, NightView, OtherClearance, TravellerView};
use super::{Desk, store};
use crate::access::{Pass, act};
use crate::atlas::Atlas;
use crate::model::{AreaPolicy, Category, ClearanceId, CountKey, FactClass, OrganizationId};
use crate::trips::{AdvisoryAnswer, Trips, Whose};

impl Desk {
    /// An item with what stands around it, as far as the caller may see it.
    pub async fn context(
        &self,
        desker: &Desker,
        reads: &Pass<act::ReadTrips>,
        trips: &Trips,
        id: ClearanceId,
    ) -> Result<ContextView, DeskError> {
        let found = store::items(self.database(), &[id]).await?.pop();
        let (item, facts) = found.ok_or(DeskError::Hidden)?;
        let atlas = self.atlas();
        let shown = item.shown(desker, &atlas).ok_or(DeskError::Hidden)?;
        let around = store::context(self.database(), item.person_id, id).await?;
        let clearance = trips.clearance(reads, id).await?;
        let history = trips.history(reads, id).await?.items;
        let secures = shown.class >= FactClass::S && shown.sight.personal;
        let contacts = if secures { around.person.contacts } else { Value::Array(Vec::new()) };
        let policy = item.area_id.as_ref().and_then(|area| atlas.area(area)).map(|a| &a.policy);
        Ok(ContextView {
            clearance,
            traveller: TravellerView {
                functional_title: around.person.functional_title,
                duty_station_area_id: around.person.duty_station,
                status: around.person.status,
                senior_official: item.senior_official,
                languages: around.person.languages,
                contacts,
            },
            certificates: around.certificates,
            other_clearances: others(&item, around.others, desker, &atlas),
            nights: policy.map(|policy| nights(&facts, policy)).unwrap_or_default(),
            history,
            advisories: advisories(&item, &atlas),
            item: self.queue_item(desker, &item, shown, &atlas),
        })
    }
}

/// Those that the reader may see: what goes on elsewhere is not for everybody.
fn others(
    item: &Item,
    rows: Vec<store::OtherRow>,
    desker: &Desker,
    atlas: &Atlas,
) -> Vec<OtherClearance> {
    let seen = rows.into_iter().filter(|row| {
        let whose = Whose {
            person: item.person_id,
            sponsor: item.sponsor,
            organization: &row.organization,
            personal: row.personal,
        };
        desker.shown(whose, row.area_id.as_ref(), atlas).is_some()
    });
    seen.map(|row| OtherClearance {
        clearance_id: row.clearance_id,
        trip_id: row.trip_id,
        reference: row.reference,
        area_id: row.area_id,
        state: row.state,
        arrive: row.arrive,
        depart: row.depart,
        moved_at: row.moved_at,
        moved_by: row.moved_by,
    })
    .collect()
}

fn nights(facts: &Value, policy: &AreaPolicy) -> Vec<NightView> {
    let places = facts.get("places").and_then(Value::as_array).into_iter().flatten();
    places
        .filter_map(|place| {
            let text = |name| place.get(name).and_then(Value::as_str).map(str::to_owned);
            let number = |name| place.get(name).and_then(Value::as_i64).unwrap_or_default();
            let count = text("count")?;
            Some(NightView {
                night: text("night")?,
                ceiling: key(&count).and_then(|key| ceiling(policy, &key)),
                committed: number("committed"),
                residents: number("residents"),
                count,
            })
        })
        .collect()
}

fn ceiling(policy: &AreaPolicy, key: &CountKey) -> Option<u32> {
    match key {
        CountKey::Total => policy.ceilings.total,
        CountKey::Organization(id) => policy.ceilings.by_organization.get(id).copied(),
        CountKey::Category(category) => policy.ceilings.by_category.get(category).copied(),
    }
}

/// A count by its name in the database: `organization:unicef`.
fn key(name: &str) -> Option<CountKey> {
    let (kind, key) = name.split_once(':')?;
    match kind {
        "total" => Some(CountKey::Total),
        "organization" => Some(CountKey::Organization(OrganizationId::from(key))),
        "category" => {
            let category = Category::ALL.iter().copied().find(|known| known.as_str() == key);
            category.map(CountKey::Category)
        }
        _ => None,
    }
}

fn advisories(item: &Item, atlas: &Atlas) -> Vec<AdvisoryAnswer> {
    let area = item.area_id.as_ref().and_then(|id| atlas.area(id));
    let head = area.filter(|area| area.state.advisory_version > 0).map(|area| AdvisoryAnswer {
        area_id: area.id().clone(),
        version: area.state.advisory_version,
    });
    head.into_iter().collect()
}
