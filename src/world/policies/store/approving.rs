//! Approving, taking back, and bringing into force what was approved for a time.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Coming, bring_into_force, parsed, written};
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::model::{AreaId, AreaPolicy, PersonId, Role};
use crate::world::policies::approving::{Approval, Approved, Step, Waiting};
use crate::world::policies::{DRAFTERS, PoliciesError};
use crate::world::store::locked_row;
use crate::world::store::office;

const APPROVE: Statement = statement!("world/policy_approve");
const ANNOUNCE: Statement = statement!("world/policy_announce");
const VERSION: Statement = statement!("world/policy_version");
const DUE: Statement = statement!("world/policy_due");
const TAKE: Statement = statement!("world/policy_take");
const WITHDRAW: Statement = statement!("world/policy_withdraw");

/// Approves a draft.
pub(in crate::world::policies) async fn approve<E: From<PoliciesError>>(
    database: &Database,
    area_id: &AreaId,
    approval: &Approval,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Approved, E> {
    let failed = |error: DatabaseError| E::from(PoliciesError::from(error));
    let (mut connection, waiting) =
        locked(database, area_id, approval.version, approval.by).await?;
    let outcome = match &waiting {
        None => Err(PoliciesError::Unknown.into()),
        Some(waiting) => match permit(waiting.revision) {
            Ok(()) => write(&mut connection, area_id, approval, waiting).await.map_err(E::from),
            Err(refused) => Err(refused),
        },
    };
    if !matches!(outcome, Ok(Some(_))) {
        connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
    }
    Ok(outcome?.unwrap_or_default())
}

/// The policy that an approval would bring into force.
pub(in crate::world::policies) async fn foresee<E: From<PoliciesError>>(
    database: &Database,
    area_id: &AreaId,
    approval: &Approval,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<AreaPolicy, E> {
    let offices = DRAFTERS.map(Role::as_str);
    let mut connection = database.reader().await.map_err(PoliciesError::from)?;
    let row = connection
        .maybe(
            &VERSION,
            &[&area_id.as_str(), &approval.version, &approval.by.0, &offices.as_slice()],
        )
        .await
        .map_err(PoliciesError::from)?
        .ok_or(PoliciesError::Unknown)?;
    let waiting = waiting(&row)?;
    permit(waiting.revision)?;
    let from = match approval.judge(&waiting)? {
        Step::Nothing => waiting.now,
        Step::At(from, _) | Step::Now(from, _) => from,
    };
    Ok(AreaPolicy { effective_from: from, ..waiting.draft })
}

/// Begins a transaction under the lock `world`, and reads a version in it.
async fn locked(
    database: &Database,
    area_id: &AreaId,
    version: i32,
    by: PersonId,
) -> Result<(Connection, Option<Waiting>), PoliciesError> {
    let offices = DRAFTERS.map(Role::as_str);
    let mut connection = database.writer().await?;
    let row = locked_row(
        &mut connection,
        step(&VERSION, &[&area_id.as_str(), &version, &by.0, &offices.as_slice()]),
    )
    .await?;
    let found = row.as_ref().map(waiting).transpose()?;
    Ok((connection, found))
}

fn waiting(row: &Row) -> Result<Waiting, PoliciesError> {
    let texts = |row: &Row| -> Result<(String, String), DatabaseError> {
        Ok((row.try_get("body")?, row.try_get("policy")?))
    };
    let (body, policy) = texts(row)?;
    let read = |row: &Row| -> Result<_, DatabaseError> {
        let state: String = row.try_get("state")?;
        let times: (Option<Timestamp>, Timestamp) =
            (row.try_get("wished_from")?, row.try_get("now")?);
        Ok((row.try_get("revision")?, state, row.try_get("based_on")?, times))
    };
    let (revision, state, based_on, (wished_from, now)) = read(row)?;
    Ok(Waiting {
        revision,
        state,
        based_on,
        wished_from,
        draft: parsed(&body)?,
        in_force: parsed(&policy)?,
        now,
        office: office(row)?,
    })
}

/// Writes what follows from an approval; none where nothing does.
async fn write(
    connection: &mut Connection,
    area_id: &AreaId,
    approval: &Approval,
    waiting: &Waiting,
) -> Result<Option<Approved>, PoliciesError> {
    let (from, office, is_now) = match approval.judge(waiting)? {
        Step::Nothing => return Ok(None),
        Step::At(from, office) => (from, office, false),
        Step::Now(from, office) => (from, office, true),
    };
    let next = AreaPolicy { effective_from: from, ..waiting.draft.clone() };
    let (area, body, office) = (area_id.as_str(), written(&next)?, office.as_str());
    let approve: [&(dyn crate::database::ToSql + Sync); 6] =
        [&area, &approval.version, &body, &from, &approval.by.0, &office];
    if !is_now {
        let announced = Uuid::now_v7();
        let announce: [&(dyn crate::database::ToSql + Sync); 4] =
            [&announced, &area, &approval.version, &approval.by.0];
        let mut steps = vec![step(&APPROVE, &approve)];
        // whoever will lack a course has the time until then
        let asks_more = next.training_required != waiting.in_force.training_required
            || next.level_table != waiting.in_force.level_table;
        if asks_more {
            steps.push(step(&ANNOUNCE, &announce));
        }
        steps.push(step(&COMMIT, &[]));
        connection.group(&steps).await?;
        let redecision = asks_more.then_some(announced);
        return Ok(Some(Approved { version: None, redecision }));
    }
    connection.group(&[step(&APPROVE, &approve)]).await?;
    let before = &waiting.in_force;
    let coming = Coming { area_id, before, next: &next, by: approval.by, now: waiting.now };
    let (version, redecision) = bring_into_force(connection, coming).await?;
    connection.group(&[step(&COMMIT, &[])]).await?;
    Ok(Some(Approved { version: Some(version), redecision: Some(redecision) }))
}

/// Takes back a version that waits.
pub(in crate::world::policies) async fn withdraw(
    database: &Database,
    area_id: &AreaId,
    version: i32,
    by: PersonId,
) -> Result<(), PoliciesError> {
    let (mut connection, waiting) = locked(database, area_id, version, by).await?;
    let verdict = waiting.ok_or(PoliciesError::Unknown).and_then(|found| found.may_go());
    if verdict.is_err() {
        connection.group(&[step(&ROLLBACK, &[])]).await?;
        return verdict;
    }
    let area = area_id.as_str();
    connection.group(&[step(&WITHDRAW, &[&area, &version]), step(&COMMIT, &[])]).await?;
    Ok(())
}

/// Brings into force what was approved and whose time has come, each in its own transaction.
pub(in crate::world::policies) async fn apply_due(
    database: &Database,
) -> Result<usize, PoliciesError> {
    let due = database.reader().await?.rows(&DUE, &[]).await?;
    let mut applied = 0;
    for row in due {
        let read = |row: &Row| -> Result<(AreaId, i32), DatabaseError> {
            Ok((AreaId::from(row.try_get::<_, &str>("area_id")?), row.try_get("version")?))
        };
        let (area_id, version) = read(&row)?;
        applied += usize::from(take(database, &area_id, version).await?);
    }
    Ok(applied)
}

/// Brings one version into force, unless another replica was faster or somebody took it back.
async fn take(database: &Database, area_id: &AreaId, version: i32) -> Result<bool, PoliciesError> {
    let mut connection = database.writer().await?;
    let Some(row) =
        locked_row(&mut connection, step(&TAKE, &[&area_id.as_str(), &version])).await?
    else {
        connection.group(&[step(&ROLLBACK, &[])]).await?;
        return Ok(false);
    };
    let read = |row: &Row| -> Result<_, DatabaseError> {
        let texts: (String, String) = (row.try_get("body")?, row.try_get("policy")?);
        let by: Option<Uuid> = row.try_get("approved_by")?;
        Ok((texts, by.unwrap_or_default(), row.try_get("now")?))
    };
    let ((body, policy), by, now) = read(&row)?;
    let (next, before) = (parsed(&body)?, parsed(&policy)?);
    let coming = Coming { area_id, before: &before, next: &next, by: PersonId(by), now };
    bring_into_force(&mut connection, coming).await?;
    connection.group(&[step(&COMMIT, &[])]).await?;
    Ok(true)
}
