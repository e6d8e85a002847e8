//! Leases: the room's own table.

use std::iter;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::items::state;
use crate::database::{
    BEGIN, COMMIT, Database, DatabaseError, Row, Statement, Step, ToSql, statement, step,
};
use crate::desk::desker::{Queues, Stations};
use crate::desk::item::Lease;
use crate::desk::view::HeldItem;
use crate::model::{AreaId, ClearanceId, PersonId, TripId};

const CLAIM_NEXT: Statement = statement!("desk/claim_next");
const CLAIM: Statement = statement!("desk/claim");
const RENEW: Statement = statement!("desk/renew");
const RELEASE: Statement = statement!("desk/release");
const HELD: Statement = statement!("desk/held");

/// Who looks for how many items.
pub(in crate::desk) struct Next<'n> {
    pub(in crate::desk) stations: &'n Stations,
    pub(in crate::desk) person: PersonId,
    pub(in crate::desk) seconds: u32,
    pub(in crate::desk) limit: i64,
    /// How many more are looked at: others may be taking the first.
    pub(in crate::desk) beyond: i64,
    /// Items that are not for them.
    pub(in crate::desk) without: &'n [Uuid],
}

impl<'n> Next<'n> {
    fn parameters(&'n self, seconds: &'n f64) -> [Parameter<'n>; 11] {
        let Stations { areas, official, coordinator, adviser, delegate, headquarters } =
            self.stations;
        [
            areas,
            official,
            coordinator,
            adviser,
            delegate,
            headquarters,
            &self.person.0,
            seconds,
            &self.limit,
            &self.without,
            &self.beyond,
        ]
    }
}

type Parameter<'p> = &'p (dyn ToSql + Sync);

/// Leases that one was given, most urgent first, and how many items were in sight.
pub(in crate::desk) type Leased = (Vec<(ClearanceId, Lease)>, i64);

/// Takes leases on the next items of several, one after another in one transaction: all are given,
/// or none.
pub(in crate::desk) async fn claim_next(
    database: &Database,
    asked: &[Next<'_>],
) -> Result<Vec<Leased>, DatabaseError> {
    let seconds: Vec<f64> = asked.iter().map(|next| f64::from(next.seconds)).collect();
    let parameters: Vec<[Parameter<'_>; 11]> =
        asked.iter().zip(&seconds).map(|(next, seconds)| next.parameters(seconds)).collect();
    let claims = parameters.iter().map(|parameters| step(&CLAIM_NEXT, parameters));
    let steps: Vec<Step<'_>> =
        iter::once(step(&BEGIN, &[])).chain(claims).chain([step(&COMMIT, &[])]).collect();
    let answers = database.writer().await?.group(&steps).await?;
    // what BEGIN answers comes first
    asked.iter().zip(answers.iter().skip(1)).map(|(next, rows)| leased(next, rows)).collect()
}

fn leased(next: &Next<'_>, rows: &[Row]) -> Result<Leased, DatabaseError> {
    let (mut taken, mut in_sight) = (Vec::new(), 0);
    for row in rows {
        in_sight = row.try_get("in_sight")?;
        if let Some(id) = row.try_get::<_, Option<Uuid>>("clearance_id")? {
            taken.push((ClearanceId(id), lease(row, next.person)?));
        }
    }
    Ok((taken, in_sight))
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
