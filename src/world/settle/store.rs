//! What is to be decided again.

use jiff::Timestamp;
use uuid::Uuid;

use super::batch::{Batch, Touched};
use crate::database::{Connection, Database, DatabaseError, Row, Statement, ToSql, statement};
use crate::model::{
    AreaId, Became, Cause, ClearanceId, Decider, OrganizationId, PersonId, Role, Tally, TallyKey,
    TripId,
};

const LEASE: Statement = statement!("world/settle_lease");
const RELEASE: Statement = statement!("world/settle_release");
const OPEN: Statement = statement!("world/settle_open");
const LED: Statement = statement!("world/settle_led");
const AREA: Statement = statement!("world/settle_area");
const TOLD: Statement = statement!("world/settle_told");
const PERSON: Statement = statement!("world/settle_person");
const LISTED: Statement = statement!("world/settle_listed");
const FORESEEN: Statement = statement!("world/settle_foreseen");
const REMAINING: Statement = statement!("world/settle_remaining");
const WAITING: Statement = statement!("world/settle_waiting");
const ASKED: Statement = statement!("world/settle_asked");
const TALLY: Statement = statement!("world/settle_tally");
const NEAR: Statement = statement!("world/settle_near");
const ANNOUNCED: Statement = statement!("world/settle_announced");
const DONE: Statement = statement!("world/settle_done");

/// A row that asks for clearances to be decided again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenRow {
    pub(super) redecision_id: Uuid,
    pub(super) leader_id: Option<Uuid>,
    pub(super) area_id: Option<AreaId>,
    pub(super) person_id: Option<PersonId>,
    pub(super) cause: Cause,
    pub(super) world_version: i64,
    pub(super) policy_version: Option<i32>,
    /// Its dry counts are written.
    pub(super) decided: bool,
}

/// Takes or renews the lease; false where another replica has it.
pub(super) async fn lease(database: &Database, holder: Uuid) -> Result<bool, DatabaseError> {
    Ok(database.writer().await?.maybe(&LEASE, &[&holder]).await?.is_some())
}

/// Gives the lease back: whoever is told of the next change first takes it.
pub(super) async fn release(database: &Database, holder: Uuid) -> Result<(), DatabaseError> {
    database.writer().await?.rows(&RELEASE, &[&holder]).await.map(|_| ())
}

/// What is not settled yet, in order.
pub(super) async fn open(database: &Database) -> Result<Vec<OpenRow>, DatabaseError> {
    let rows = database.reader().await?.rows(&OPEN, &[]).await?;
    rows.iter().map(open_row).collect()
}

fn open_row(row: &Row) -> Result<OpenRow, DatabaseError> {
    let area: Option<&str> = row.try_get("area_id")?;
    let person: Option<Uuid> = row.try_get("person_id")?;
    Ok(OpenRow {
        redecision_id: row.try_get("redecision_id")?,
        leader_id: row.try_get("leader_id")?,
        area_id: area.map(AreaId::from),
        person_id: person.map(PersonId),
        // what a later release names is decided again as any change of an area
        cause: Cause::named(row.try_get("cause")?).unwrap_or(Cause::Level),
        world_version: row.try_get("world_version")?,
        policy_version: row.try_get("policy_version")?,
        decided: row.try_get("decided")?,
    })
}

/// Makes rows of one change one batch.
pub(super) async fn led(
    database: &Database,
    leader: Uuid,
    others: &[Uuid],
) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&LED, &[&leader, &others]).await?;
    Ok(())
}

/// The live clearances that a change touches, each with its trip, trips together; those that the
/// batch has looked at are left out.
pub(in crate::world) async fn touched(
    database: &Database,
    touched: Touched<'_>,
    batch: Option<Uuid>,
) -> Result<Vec<(TripId, ClearanceId)>, DatabaseError> {
    match touched {
        Touched::Areas(areas, version) => {
            let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
            list(database, &AREA, &[&areas, &version, &batch]).await
        }
        Touched::Told(areas) => {
            let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
            list(database, &TOLD, &[&areas, &batch]).await
        }
        Touched::Person(person, gone) => list(database, &PERSON, &[&person.0, &gone, &batch]).await,
    }
}

/// Reads a list row by row: as rows of the driver it would take ten times its room.
async fn list(
    database: &Database,
    statement: &Statement,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<(TripId, ClearanceId)>, DatabaseError> {
    let mut connection = database.reader().await?;
    let mut rows = Box::pin(connection.stream(statement, parameters).await?);
    let mut listed = Vec::new();
    while let Some(row) = Connection::next(statement, &mut rows).await? {
        let clearance = ClearanceId(row.try_get("clearance_id")?);
        listed.push((TripId(row.try_get("trip_id")?), clearance));
    }
    Ok(listed)
}

/// Notes that the clearances of a batch are known.
pub(super) async fn listed(
    database: &Database,
    batch: Uuid,
    count: usize,
) -> Result<(), DatabaseError> {
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    database.writer().await?.execute(&LISTED, &[&batch, &count]).await?;
    Ok(())
}

/// Writes the dry counts of a batch; those of an earlier attempt stay.
pub(super) async fn foreseen(
    database: &Database,
    batch: Uuid,
    counts: &str,
    inside: u64,
) -> Result<(), DatabaseError> {
    let inside = i32::try_from(inside).unwrap_or(i32::MAX);
    database.writer().await?.execute(&FORESEEN, &[&batch, &counts, &inside]).await?;
    Ok(())
}

/// A policy that was approved and has yet to come into force, as JSON.
pub(super) async fn announced(
    database: &Database,
    area_id: &AreaId,
    version: i32,
) -> Result<Option<String>, DatabaseError> {
    let mut connection = database.reader().await?;
    let row = connection.maybe(&ANNOUNCED, &[&area_id.as_str(), &version]).await?;
    row.map(|row| Ok(row.try_get("body")?)).transpose()
}

/// How many live positive clearances of areas have not seen a version.
pub(super) async fn remaining(
    database: &Database,
    areas: &[AreaId],
    version: i64,
) -> Result<i64, DatabaseError> {
    let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
    let row = database.reader().await?.one(&REMAINING, &[&areas, &version]).await?;
    Ok(row.try_get("remaining")?)
}

/// Somebody on an area's waiting list, with the place in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) clearance_id: ClearanceId,
    rank: i16,
    submitted_at: Timestamp,
}

/// Clearances of an area that have waited for a person since they were asked for; after one, or
/// from the first.
pub(super) async fn asked(
    database: &Database,
    area_id: &AreaId,
    after: Option<Waiting>,
    limit: i64,
) -> Result<Vec<Waiting>, DatabaseError> {
    let (time, clearance) = after.map_or((Timestamp::UNIX_EPOCH, Uuid::nil()), |last| {
        (last.submitted_at, last.clearance_id.0)
    });
    let mut connection = database.reader().await?;
    let area = area_id.as_str();
    let rows = connection.rows(&ASKED, &[&area, &time, &clearance, &limit]).await?;
    rows.iter().map(waiting).collect()
}

fn waiting(row: &Row) -> Result<Waiting, DatabaseError> {
    Ok(Waiting {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        rank: row.try_get("pc_rank")?,
        submitted_at: row.try_get("submitted_at")?,
    })
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
    row.as_ref().map(waiting).transpose()
}

/// What became of the clearances of a batch so far.
pub(in crate::world) async fn tally(
    database: &Database,
    batch: Uuid,
) -> Result<Tally, DatabaseError> {
    let mut tally = Tally::default();
    for row in database.reader().await?.rows(&TALLY, &[&batch]).await? {
        let became: &str = row.try_get("became")?;
        // the record room writes no other
        let Some(became) = Became::named(became) else { continue };
        let role: Option<&str> = row.try_get("role")?;
        let role = role.and_then(|name| Role::ALL.into_iter().find(|one| one.as_str() == name));
        let queue: Option<&str> = row.try_get("queue_area_id")?;
        let key = TallyKey {
            organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
            became,
            queue: role.map(|role| Decider { role, queue: queue.map(AreaId::from) }),
        };
        let count: i64 = row.try_get("clearances")?;
        tally.0.insert(key, u64::try_from(count).unwrap_or_default());
    }
    Ok(tally)
}

/// Near departures of a batch that stand, after a clearance, by clearance.
pub(in crate::world) async fn near(
    database: &Database,
    batch: Uuid,
    after: Option<ClearanceId>,
    limit: i64,
) -> Result<Vec<ClearanceId>, DatabaseError> {
    let after = after.map_or(Uuid::nil(), |last| last.0);
    let rows = database.reader().await?.rows(&NEAR, &[&batch, &after, &limit]).await?;
    rows.iter().map(|row| Ok(ClearanceId(row.try_get("clearance_id")?))).collect()
}

/// Notes that a batch is settled, with its counts as JSON; none for one that is about places.
pub(super) async fn done(
    database: &Database,
    batch: &Batch,
    counts: Option<&str>,
    [listed, moved, stood]: [i32; 3],
) -> Result<(), DatabaseError> {
    let mut connection = database.writer().await?;
    connection.execute(&DONE, &[&batch.id, &counts, &listed, &moved, &stood]).await?;
    Ok(())
}
