//! Ceilings in the database: reading how the nights stand, and setting them in one transaction.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    CeilingsChange, CeilingsError, CeilingsSet, ListPlace, NightCeiling, Overridden, Permissible,
    ROLES, Waiting, next,
};
use crate::database::{
    BEGIN, COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, step,
};
use crate::model::{
    AreaId, AreaPolicy, ClearanceId, ClearanceState, OrganizationId, PersonId, Role, TripId,
};
use crate::record::RECOUNT;
use crate::world::policy_body;

macro_rules! own {
    ($name:literal) => {
        Statement::new(
            concat!("world/", $name),
            include_str!(concat!("../../../sql/queries/world/", $name, ".sql")),
        )
    };
}

const LOCK: Statement = own!("import_lock");
const READ: Statement = own!("ceilings_read");
const WRITE: Statement = own!("ceilings_write");
const OVER: Statement = own!("ceilings_over");
const NIGHTS: Statement = own!("ceilings_nights");
const WAITING: Statement = own!("ceilings_waiting");
const OVERRIDES: Statement = own!("ceilings_overrides");
const CLEARANCE: Statement = own!("ceilings_clearance");

/// An area's policy as it stands under the lock.
struct Standing {
    revision: i64,
    policy: AreaPolicy,
    now: Timestamp,
    is_permitted: bool,
}

/// Sets the ceilings of an area. `permit` sees the area's revision before anything is written.
pub(super) async fn set<E: From<CeilingsError>>(
    database: &Database,
    area_id: &AreaId,
    change: &CeilingsChange,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<CeilingsSet, E> {
    let failed = |error: DatabaseError| E::from(CeilingsError::from(error));
    let mut connection = database.writer().await.map_err(failed)?;
    let verdict = judged(&mut connection, area_id, change, permit).await?;
    let area = area_id.as_str();
    let written = match verdict {
        Ok(Standing { policy, now, .. }) => write(&mut connection, area, change, policy, now).await,
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
    let mut connection = database.writer().await.map_err(failed)?;
    let verdict = judged(&mut connection, area_id, change, permit).await?;
    connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
    let Standing { policy, now, .. } = verdict?;
    Ok(next(policy, &change.ceilings, now))
}

/// An area as it stands under the lock, where the change is permitted; the transaction is left
/// open.
async fn judged<E: From<CeilingsError>>(
    connection: &mut Connection,
    area_id: &AreaId,
    change: &CeilingsChange,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Result<Standing, E>, E> {
    let failed = |error: DatabaseError| E::from(CeilingsError::from(error));
    let (area, person) = (area_id.as_str(), change.by.0);
    let roles = ROLES.map(Role::as_str);
    let mut answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&LOCK, &[]),
            step(&READ, &[&area, &person, &roles.as_slice()]),
        ])
        .await
        .map_err(failed)?;
    let row = answers.pop().and_then(|mut rows| rows.pop());
    Ok(match row.as_ref().map(standing) {
        None => Err(E::from(CeilingsError::UnknownArea)),
        Some(standing) => standing.map_err(E::from).and_then(|standing| {
            permit(standing.revision)?;
            if standing.is_permitted {
                Ok(standing)
            } else {
                Err(CeilingsError::NotPermitted.into())
            }
        }),
    })
}

/// Writes what differs, and tells which nights are over.
async fn write<E: From<CeilingsError>>(
    connection: &mut Connection,
    area: &str,
    change: &CeilingsChange,
    policy: AreaPolicy,
    now: Timestamp,
) -> Result<CeilingsSet, E> {
    let failed = |error: DatabaseError| E::from(CeilingsError::from(error));
    let version = policy.version;
    let Some(next) = next(policy, &change.ceilings, now) else {
        let answers = connection.group(&[step(&OVER, &[&area]), step(&COMMIT, &[])]).await;
        let answers = answers.map_err(failed)?;
        let over = night_rows(answers.first()).map_err(failed)?;
        return Ok(CeilingsSet { version: None, policy_version: version, redecision: None, over });
    };
    let body = policy_body(&next).map_err(|error| CeilingsError::Policy(error.to_string()))?;
    let (redecision, note, by) = (Uuid::now_v7(), change.note.as_deref(), change.by.0);
    let answers = connection
        .group(&[
            step(&WRITE, &[&area, &next.version, &body, &now, &note, &by, &redecision]),
            step(&RECOUNT, &[&area]),
            step(&OVER, &[&area]),
            step(&COMMIT, &[]),
        ])
        .await
        .map_err(failed)?;
    let row = answers.first().and_then(|rows| rows.first());
    let version = row.map(|row| row.try_get("version")).transpose();
    Ok(CeilingsSet {
        version: version.map_err(|error| failed(error.into()))?,
        policy_version: next.version,
        redecision: Some(redecision),
        over: night_rows(answers.get(2)).map_err(failed)?,
    })
}

fn standing(row: &Row) -> Result<Standing, CeilingsError> {
    let read = |row: &Row| -> Result<_, DatabaseError> {
        let appointment: Option<Uuid> = row.try_get("appointment_id")?;
        let policy: String = row.try_get("policy")?;
        Ok((row.try_get("revision")?, policy, row.try_get("now")?, appointment.is_some()))
    };
    let (revision, policy, now, is_permitted) = read(row)?;
    let policy = serde_json::from_str(&policy);
    let policy = policy.map_err(|error| CeilingsError::Policy(error.to_string()))?;
    Ok(Standing { revision, policy, now, is_permitted })
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
