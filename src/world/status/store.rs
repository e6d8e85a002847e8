//! Changes an area's status in one short transaction.

pub(super) mod watch;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Change, Changed, Permitted, StatusError};
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, ROLLBACK, Statement, statement, step,
};
use crate::model::{AreaId, AreaStatus, Role, StatusKind};
use crate::record::{AREA_EVENT, area_event};
use crate::world::store::locked_row;

/// No submission commits between the change and its announcement to those that come after.
const READ: Statement = statement!("world/status_read");
const WRITE: Statement = statement!("world/status_write");

/// An area's status as it stands under the lock.
struct Standing {
    status: StatusKind,
    /// Suspended by security staff, and not confirmed.
    emergency: bool,
    revision: i64,
    role: Option<Role>,
    now: Timestamp,
}

/// Changes the status of an area. `permit` sees the area's revision before anything is written.
pub(super) async fn change<E: From<StatusError>>(
    database: &Database,
    area_id: &AreaId,
    change: &Change,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Changed, E> {
    let failed = |error: DatabaseError| E::from(StatusError::from(error));
    let mut connection = database.writer().await.map_err(failed)?;
    let verdict = judged(&mut connection, area_id, change, permit).await?;
    let Ok(Some((Permitted { review_at, emergency }, now))) = verdict else {
        connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
        return verdict.map(|_nothing| Changed { version: None, redecision: None });
    };
    let (area, person) = (area_id.as_str(), change.by.0);
    let redecision = Uuid::now_v7();
    let (status, cause) = (change.status.as_str(), change.cause().as_str());
    let reason = change.reason.as_deref();
    let told = area_event(change.event(), area_id, now);
    let answers = connection
        .group(&[
            step(
                &WRITE,
                &[&area, &status, &review_at, &reason, &emergency, &redecision, &cause, &person],
            ),
            step(&AREA_EVENT, &[&now, &told]),
            step(&COMMIT, &[]),
        ])
        .await
        .map_err(failed)?;
    let row = answers.first().and_then(|rows| rows.first());
    let version = row.map(|row| row.try_get("version")).transpose();
    let version = version.map_err(|error| failed(error.into()))?;
    Ok(Changed { version, redecision: Some(redecision) })
}

/// What the status would be, as judged under the lock; nothing is written.
pub(super) async fn plan<E: From<StatusError>>(
    database: &Database,
    area_id: &AreaId,
    change: &Change,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Option<AreaStatus>, E> {
    let failed = |error: DatabaseError| E::from(StatusError::from(error));
    let mut connection = database.writer().await.map_err(failed)?;
    let verdict = judged(&mut connection, area_id, change, permit).await?;
    connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
    Ok(verdict?.map(|(permitted, now)| AreaStatus {
        kind: change.status,
        since: Some(now),
        review_at: permitted.review_at,
        reason: change.reason.as_deref().map(Into::into),
    }))
}

/// What a change may write, seen from the area as it stands under the lock, and the time; the
/// transaction is left open.
async fn judged<E: From<StatusError>>(
    connection: &mut Connection,
    area_id: &AreaId,
    change: &Change,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Result<Option<(Permitted, Timestamp)>, E>, E> {
    let failed = |error: DatabaseError| E::from(StatusError::from(error));
    let roles: Vec<&str> = change.roles().iter().map(|role| role.as_str()).collect();
    let (area, person) = (area_id.as_str(), change.by.0);
    let row = locked_row(connection, step(&READ, &[&area, &person, &roles])).await;
    let row = row.map_err(failed)?;
    let standing = row.as_ref().map(standing).transpose().map_err(failed)?;
    Ok(standing.ok_or_else(|| E::from(StatusError::UnknownArea)).and_then(|standing| {
        permit(standing.revision)?;
        let stands = (standing.status, standing.emergency);
        let permitted = change.judge(stands, standing.role, standing.now)?;
        Ok(permitted.map(|permitted| (permitted, standing.now)))
    }))
}

fn standing(row: &crate::database::Row) -> Result<Standing, DatabaseError> {
    let role: Option<&str> = row.try_get("role")?;
    Ok(Standing {
        // An unknown status is none that could be left alone: it is changed.
        status: StatusKind::named(row.try_get("status")?).unwrap_or(StatusKind::Closed),
        emergency: row.try_get("emergency")?,
        revision: row.try_get("revision")?,
        now: row.try_get("now")?,
        role: role.and_then(|name| Role::ALL.into_iter().find(|role| role.as_str() == name)),
    })
}
