//! What is to be decided again.

use jiff::Timestamp;
use uuid::Uuid;

use super::Redecision;
use crate::database::{Connection, Database, DatabaseError, Row, Statement};
use crate::model::{AreaId, Cause, ClearanceId, PersonId, TripId};

macro_rules! own {
    ($name:literal) => {
        Statement::new(
            concat!("world/", $name),
            include_str!(concat!("../../../sql/queries/world/", $name, ".sql")),
        )
    };
}

const LEASE: Statement = own!("settle_lease");
const OPEN: Statement = own!("settle_open");
const AREA: Statement = own!("settle_area");
const PERSON: Statement = own!("settle_person");
const REMAINING: Statement = own!("settle_remaining");
const WAITING: Statement = own!("settle_waiting");
const DONE: Statement = own!("settle_done");

/// Which clearances a change touches.
#[derive(Debug, Clone, Copy)]
pub(in crate::world) enum Touched<'t> {
    /// Those in areas, or decided with a look at them, that have not seen this version.
    Areas(&'t [AreaId], i64),
    /// Those of a person; of one who was deactivated also what is undecided.
    Person(PersonId, bool),
}

/// Takes or renews the lease; false where another replica has it.
pub(super) async fn lease(database: &Database, holder: Uuid) -> Result<bool, DatabaseError> {
    Ok(database.writer().await?.maybe(&LEASE, &[&holder]).await?.is_some())
}

/// What is not settled yet, in order.
pub(super) async fn open(database: &Database) -> Result<Vec<Redecision>, DatabaseError> {
    let rows = database.reader().await?.rows(&OPEN, &[]).await?;
    rows.iter().map(redecision).collect()
}

/// The live clearances that a change touches, each with its trip, trips together.
pub(in crate::world) async fn touched(
    database: &Database,
    touched: Touched<'_>,
) -> Result<Vec<(TripId, ClearanceId)>, DatabaseError> {
    let mut connection: Connection = database.reader().await?;
    let rows = match touched {
        Touched::Areas(areas, version) => {
            let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
            connection.rows(&AREA, &[&areas, &version]).await?
        }
        Touched::Person(person, gone) => connection.rows(&PERSON, &[&person.0, &gone]).await?,
    };
    rows.iter().map(listed).collect()
}

/// How many live positive clearances have not seen the change.
pub(super) async fn remaining(
    database: &Database,
    change: &Redecision,
) -> Result<i64, DatabaseError> {
    let Some(area) = &change.area_id else { return Ok(0) };
    let parameters: [&(dyn crate::database::ToSql + Sync); 2] =
        [&area.as_str(), &change.world_version];
    let row = database.reader().await?.one(&REMAINING, &parameters).await?;
    Ok(row.try_get("remaining")?)
}

/// Somebody on an area's waiting list, with the place in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) clearance_id: ClearanceId,
    rank: i16,
    submitted_at: Timestamp,
}

/// The next on the list of an area for whom a place is free; after somebody, or the first.
pub(super) async fn next_waiting(
    database: &Database,
    area_id: &AreaId,
    after: Option<Waiting>,
) -> Result<Option<Waiting>, DatabaseError> {
    let (rank, time, clearance) = after.map_or((0, Timestamp::UNIX_EPOCH, Uuid::nil()), |last| {
        (last.rank, last.submitted_at, last.clearance_id.0)
    });
    let mut connection = database.reader().await?;
    let area = area_id.as_str();
    let row = connection.maybe(&WAITING, &[&area, &rank, &time, &clearance]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Waiting {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        rank: row.try_get("pc_rank")?,
        submitted_at: row.try_get("submitted_at")?,
    }))
}

/// Notes that a change is settled.
pub(super) async fn done(
    database: &Database,
    change: &Redecision,
    [listed, moved, stood]: [i32; 3],
) -> Result<(), DatabaseError> {
    let mut connection = database.writer().await?;
    connection.execute(&DONE, &[&change.redecision_id, &listed, &moved, &stood]).await?;
    Ok(())
}

fn redecision(row: &Row) -> Result<Redecision, DatabaseError> {
    let area: Option<&str> = row.try_get("area_id")?;
    let person: Option<Uuid> = row.try_get("person_id")?;
    Ok(Redecision {
        redecision_id: row.try_get("redecision_id")?,
        area_id: area.map(AreaId::from),
        person_id: person.map(PersonId),
        // what a later release names is decided again as any change of an area
        cause: Cause::named(row.try_get("cause")?).unwrap_or(Cause::Level),
        world_version: row.try_get("world_version")?,
    })
}

fn listed(row: &Row) -> Result<(TripId, ClearanceId), DatabaseError> {
    Ok((TripId(row.try_get("trip_id")?), ClearanceId(row.try_get("clearance_id")?)))
}
