//! Ceilings in the database: reading how the nights stand, and setting them in one transaction.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    CeilingsChange, CeilingsError, CeilingsSet, ListPlace, NightCeiling, Overridden, Permissible,
    ROLES, Waiting, next,
};
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::model::{
    AreaId, AreaPolicy, ClearanceId, ClearanceState, OrganizationId, PersonId, Role, TripId,
};
use crate::world::policies::{NewVersion, Standing, Writing, adopt, standing};

const OVER: Statement = statement!("world/ceilings_over");
const NIGHTS: Statement = statement!("world/ceilings_nights");
const WAITING: Statement = statement!("world/ceilings_waiting");
const OVERRIDES: Statement = statement!("world/ceilings_overrides");
const CLEARANCE: Statement = statement!("world/ceilings_clearance");

/// Sets the ceilings of an area. `permit` sees the area's revision before anything is written.
pub(super) async fn set<E: From<CeilingsError>>(
    database: &Database,
    area_id: &AreaId,
    change: &CeilingsChange,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<CeilingsSet, E> {
    let failed = |error: DatabaseError| E::from(CeilingsError::from(error));
    let (mut connection, verdict) = judged(database, area_id, change, permit).await?;
    let written = match verdict {
        Ok((standing, office)) => {
            let written = write(&mut connection, area_id, change, (standing, office)).await;
            written.map_err(E::from)
        }
        Err(refused) => Err(refused),
    };
    if written.is_err() {
        connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
    }
    written
}

/// The policy that would be in force, as judged under the lock; nothing is written.
pub(super) async fn plan<E: From<CeilingsError>>(
    database: &Database,
    area_id: &AreaId,
    change: &CeilingsChange,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Option<AreaPolicy>, E> {
    let failed = |error: DatabaseError| E::from(CeilingsError::from(error));
    let (mut connection, verdict) = judged(database, area_id, change, permit).await?;
    connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
    let (Standing { policy, now, next_version, .. }, _) = verdict?;
    Ok(next(&policy, &change.ceilings, (next_version, now)))
}

/// A transaction under the lock, left open, and what may be written in it.
type Judged<E> = (Connection, Result<(Standing, Role), E>);

/// An area as it stands under the lock, where the change is permitted, and in which office.
async fn judged<E: From<CeilingsError>>(
    database: &Database,
    area_id: &AreaId,
    change: &CeilingsChange,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Judged<E>, E> {
    let Writing { connection, standing } =
        standing(database, area_id, change.by, &ROLES).await.map_err(CeilingsError::from)?;
    let verdict = match standing {
        None => Err(E::from(CeilingsError::UnknownArea)),
        Some(standing) => permit(standing.revision).and_then(|()| match standing.office {
            Some(office) => Ok((standing, office)),
            None => Err(CeilingsError::NotPermitted.into()),
        }),
    };
    Ok((connection, verdict))
}

/// Writes what differs, and tells which nights are over.
async fn write(
    connection: &mut Connection,
    area_id: &AreaId,
    change: &CeilingsChange,
    (standing, office): (Standing, Role),
) -> Result<CeilingsSet, CeilingsError> {
    let Standing { policy, now, next_version, .. } = standing;
    let area = area_id.as_str();
    let parameters: [&(dyn crate::database::ToSql + Sync); 1] = [&area];
    let last = [step(&OVER, &parameters), step(&COMMIT, &[])];
    let Some(next) = next(&policy, &change.ceilings, (next_version, now)) else {
        let answers = connection.group(&last).await?;
        let over = night_rows(answers.first())?;
        let policy_version = policy.version;
        return Ok(CeilingsSet { version: None, policy_version, redecision: None, over });
    };
    let (note, by) = (change.note.as_deref(), change.by);
    let version = NewVersion { area_id, policy: &next, note, by, office };
    let (version, redecision) = adopt(connection, version, &policy, now).await?;
    let answers = connection.group(&last).await?;
    Ok(CeilingsSet {
        version: Some(version),
        policy_version: next.version,
        redecision: Some(redecision),
        over: night_rows(answers.first())?,
    })
}

fn night_rows(rows: Option<&Vec<Row>>) -> Result<Vec<NightCeiling>, DatabaseError> {
    rows.into_iter().flatten().map(|row| night(row, false)).collect()
}

/// The nights of an area against its ceilings.
pub(in crate::world) async fn nights(
    database: &Database,
    area_id: &AreaId,
    (from, to): (Date, Date),
) -> Result<Vec<NightCeiling>, DatabaseError> {
    let rows = database.reader().await?.rows(&NIGHTS, &[&area_id.as_str(), &from, &to]).await?;
    rows.iter().map(|row| night(row, true)).collect()
}

fn night(row: &Row, whole: bool) -> Result<NightCeiling, DatabaseError> {
    let committed: i32 = row.try_get("committed")?;
    let residents: i32 = row.try_get("residents")?;
    let soft: i32 = if whole { row.try_get("soft")? } else { 0 };
    Ok(NightCeiling {
        night: row.try_get("night")?,
        of: row.try_get("key_kind")?,
        key: row.try_get("key")?,
        ceiling: row.try_get("ceiling")?,
        committed: committed.into(),
        soft: soft.into(),
        residents: residents.into(),
        waiting: if whole { row.try_get("waiting")? } else { 0 },
    })
}

/// A part of the waiting list of an area: of one organization alone, or of all.
pub(in crate::world) async fn list(
    database: &Database,
    area_id: &AreaId,
    organization: Option<&OrganizationId>,
    after: Option<ListPlace>,
    limit: i64,
) -> Result<Vec<Waiting>, DatabaseError> {
    let (rank, time, clearance) = after.unwrap_or((0, Timestamp::UNIX_EPOCH, Uuid::nil()));
    let organization = organization.map(OrganizationId::as_str);
    let mut connection = database.reader().await?;
    let area = area_id.as_str();
    let rows = connection
        .rows(&WAITING, &[&area, &organization, &rank, &time, &clearance, &limit])
        .await?;
    rows.iter().map(waiting).collect()
}

fn waiting(row: &Row) -> Result<Waiting, DatabaseError> {
    let state = ClearanceState::named(row.try_get("state")?);
    Ok(Waiting {
        position: row.try_get("position")?,
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        rank: row.try_get("pc_rank")?,
        submitted_at: row.try_get("submitted_at")?,
        alone: row.try_get("alone")?,
        state: state.unwrap_or(ClearanceState::PendingReview),
        arrive: row.try_get("arrive")?,
        depart: row.try_get("depart")?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        full_nights: row.try_get("full_nights")?,
    })
}

/// What was permitted above the ceilings of an area, newest first.
pub(in crate::world) async fn overrides(
    database: &Database,
    area_id: &AreaId,
    (from, to): (Date, Date),
    limit: i64,
) -> Result<Vec<Overridden>, DatabaseError> {
    let mut connection = database.reader().await?;
    let rows = connection.rows(&OVERRIDES, &[&area_id.as_str(), &from, &to, &limit]).await?;
    let one = |row: &Row| {
        Ok(Overridden {
            override_id: row.try_get("override_id")?,
            clearance_id: ClearanceId(row.try_get("clearance_id")?),
            nights: row.try_get("nights")?,
            policy_version: row.try_get("policy_version")?,
            reason: row.try_get("reason")?,
            capacity: row.try_get("capacity")?,
            by: PersonId(row.try_get("person_id")?),
            at: row.try_get("at")?,
        })
    };
    rows.iter().map(one).collect()
}

/// A clearance of an area, for a permission above its ceiling; none where it is not of the area.
pub(in crate::world) async fn permissible(
    database: &Database,
    area_id: &AreaId,
    clearance: ClearanceId,
    by: PersonId,
) -> Result<Option<Permissible>, DatabaseError> {
    let mut connection = database.reader().await?;
    let row = connection.maybe(&CLEARANCE, &[&area_id.as_str(), &clearance.0, &by.0]).await?;
    let Some(row) = row else { return Ok(None) };
    let appointment: Option<Uuid> = row.try_get("appointment_id")?;
    let role: Option<&str> = row.try_get("role")?;
    let role = role.and_then(|name| Role::ALL.into_iter().find(|role| role.as_str() == name));
    let ad_interim: Option<bool> = row.try_get("ad_interim")?;
    let power = appointment.zip(role).map(|(id, role)| (id, role, ad_interim.unwrap_or(false)));
    Ok(Some(Permissible {
        trip_id: TripId(row.try_get("trip_id")?),
        policy_version: row.try_get("policy_version")?,
        now: row.try_get("now")?,
        power,
    }))
}
