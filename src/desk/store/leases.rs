//! Leases: the room's own table.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::items::state;
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::desk::desker::{Queues, Station};
use crate::desk::item::Lease;
use crate::desk::view::HeldItem;
use crate::model::{AreaId, ClearanceId, PersonId, TripId};

const CLAIMABLE: Statement = statement!("desk/claimable");
const CLAIM_DEALT: Statement = statement!("desk/claim_dealt");
const CLAIM: Statement = statement!("desk/claim");
const RENEW: Statement = statement!("desk/renew");
const RELEASE: Statement = statement!("desk/release");
const HELD: Statement = statement!("desk/held");

/// An item that is free, as whoever deals out has to know it.
#[derive(Debug, Clone, Copy)]
pub(in crate::desk) struct Free {
    pub(in crate::desk) id: ClearanceId,
    /// Its moves when it was looked at.
    pub(in crate::desk) entries: i32,
    pub(in crate::desk) urgent_at: f64,
    pub(in crate::desk) traveller: PersonId,
    /// Who passed it up to where it waits now.
    pub(in crate::desk) passed_up_by: Option<PersonId>,
}

/// The most urgent items that are free at each of these stations, so many at most.
pub(in crate::desk) async fn claimable(
    database: &Database,
    asked: &[(&Station, i64)],
) -> Result<Vec<Vec<Free>>, DatabaseError> {
    let areas: Vec<Option<&str>> = asked.iter().map(|(at, _)| at.area.as_deref()).collect();
    let posts = |post: usize| -> Vec<bool> {
        asked.iter().map(|(at, _)| at.posts.get(post).copied().unwrap_or_default()).collect()
    };
    let [official, coordinator, adviser, delegate] = [0, 1, 2, 3].map(posts);
    let looked_at: Vec<i64> = asked.iter().map(|(_, looked_at)| *looked_at).collect();
    let mut connection = database.reader().await?;
    let rows = connection
        .rows(&CLAIMABLE, &[&areas, &official, &coordinator, &adviser, &delegate, &looked_at])
        .await?;
    let mut found = vec![Vec::new(); asked.len()];
    for row in &rows {
        // counted from one
        let station = usize::try_from(row.try_get::<_, i64>("station")?).unwrap_or_default();
        let station = station.checked_sub(1).and_then(|place| found.get_mut(place));
        if let Some(station) = station {
            station.push(free(row)?);
        }
    }
    Ok(found)
}

fn free(row: &Row) -> Result<Free, DatabaseError> {
    Ok(Free {
        id: ClearanceId(row.try_get("clearance_id")?),
        entries: row.try_get("entries")?,
        urgent_at: row.try_get("urgent_at")?,
        traveller: PersonId(row.try_get("person_id")?),
        passed_up_by: row.try_get::<_, Option<Uuid>>("passed_up_by")?.map(PersonId),
    })
}

/// Takes leases on items for those they were dealt to; those that others did not get first.
pub(in crate::desk) async fn claim_dealt(
    database: &Database,
    dealt: &[(Free, PersonId)],
    seconds: u32,
) -> Result<BTreeMap<ClearanceId, Lease>, DatabaseError> {
    let items: Vec<Uuid> = dealt.iter().map(|(item, _)| item.id.0).collect();
    let entries: Vec<i32> = dealt.iter().map(|(item, _)| item.entries).collect();
    let holders: Vec<Uuid> = dealt.iter().map(|(_, holder)| holder.0).collect();
    let mut connection = database.writer().await?;
    let rows =
        connection.rows(&CLAIM_DEALT, &[&items, &entries, &holders, &f64::from(seconds)]).await?;
    let taken = |row: &Row| {
        let holder = PersonId(row.try_get("holder_id")?);
        Ok((ClearanceId(row.try_get("clearance_id")?), lease(row, holder)?))
    };
    rows.iter().map(taken).collect()
}

/// Takes or prolongs a lease; none where another has it, or nobody needs to.
pub(in crate::desk) async fn claim(
    database: &Database,
    id: ClearanceId,
    person: PersonId,
    seconds: u32,
) -> Result<Option<Lease>, DatabaseError> {
    let mut connection = database.writer().await?;
    let row = connection.maybe(&CLAIM, &[&id.0, &person.0, &f64::from(seconds)]).await?;
    row.as_ref().map(|row| lease(row, person)).transpose()
}

/// Prolongs a lease that has not ended; none where there is none.
pub(in crate::desk) async fn renew(
    database: &Database,
    id: ClearanceId,
    person: PersonId,
    seconds: u32,
) -> Result<Option<Lease>, DatabaseError> {
    let mut connection = database.writer().await?;
    let row = connection.maybe(&RENEW, &[&id.0, &person.0, &f64::from(seconds)]).await?;
    row.as_ref().map(|row| lease(row, person)).transpose()
}

/// Ends leases before their time.
pub(in crate::desk) async fn release(
    database: &Database,
    ids: &[Uuid],
    person: PersonId,
) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&RELEASE, &[&ids, &person.0]).await?;
    Ok(())
}

/// Where a page of the live view ended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct HeldPlace {
    pub(in crate::desk) claimed_at: Timestamp,
    pub(in crate::desk) clearance_id: ClearanceId,
}

impl HeldPlace {
    /// The place of an item.
    pub(in crate::desk) const fn of(item: &HeldItem) -> Self {
        Self { claimed_at: item.since, clearance_id: item.clearance_id }
    }
}

/// Who holds what, the lease taken first on top.
pub(in crate::desk) async fn held(
    database: &Database,
    queues: &Queues,
    holder: Option<PersonId>,
    after: Option<HeldPlace>,
    limit: i64,
) -> Result<Vec<HeldItem>, DatabaseError> {
    let Queues { areas, headquarters } = queues;
    let holder = holder.map(|holder| holder.0);
    let (at, id) = after.map_or((Timestamp::UNIX_EPOCH, Uuid::nil()), |place| {
        (place.claimed_at, place.clearance_id.0)
    });
    let mut connection = database.reader().await?;
    let rows = connection.rows(&HELD, &[areas, headquarters, &holder, &at, &id, &limit]).await?;
    rows.iter().map(held_item).collect()
}

fn held_item(row: &Row) -> Result<HeldItem, DatabaseError> {
    Ok(HeldItem {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        trip_id: TripId(row.try_get("trip_id")?),
        area_id: row.try_get::<_, Option<&str>>("area_id")?.map(AreaId::from),
        state: state(row, "state")?,
        holder: PersonId(row.try_get("holder_id")?),
        since: row.try_get("claimed_at")?,
        until: row.try_get("leased_until")?,
    })
}

fn lease(row: &Row, holder: PersonId) -> Result<Lease, DatabaseError> {
    Ok(Lease { holder, since: row.try_get("claimed_at")?, until: row.try_get("leased_until")? })
}
