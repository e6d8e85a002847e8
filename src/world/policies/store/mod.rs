//! Versions of policies in the database. A version that comes into force does so through [`adopt`]
//! or [`bring_into_force`] alone.

mod approving;
mod reading;

use jiff::Timestamp;
use uuid::Uuid;

pub(in crate::world::policies) use self::approving::{apply_due, approve, foresee, withdraw};
pub(in crate::world::policies) use self::reading::{reviews, versions};
use super::{DRAFTERS, Draft, PoliciesError, differences};
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::model::{AreaId, AreaPolicy, EventKind, PersonId, PolicyTemplate, Role};
use crate::record::{AREA_EVENT, RECOUNT, area_event};
use crate::world::policy_body;
use crate::world::store::locked_row;
use crate::world::store::office;

const READ: Statement = statement!("world/policy_read");
const INSERT: Statement = statement!("world/policy_insert");
const APPLY: Statement = statement!("world/policy_apply");
const APPROVE: Statement = statement!("world/policy_approve");

/// An area's policy as it stands, and who asks.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::world) struct Standing {
    pub(in crate::world) revision: i64,
    pub(in crate::world) policy: AreaPolicy,
    pub(in crate::world) now: Timestamp,
    /// The office in which the one who asks acts.
    pub(in crate::world) office: Option<Role>,
    /// The number of the version to write.
    pub(in crate::world) next_version: i32,
}

/// A transaction under the lock `world`, with how the area stands.
pub(in crate::world) struct Writing {
    pub(in crate::world) connection: Connection,
    /// None where there is no such area.
    pub(in crate::world) standing: Option<Standing>,
}

/// A version to be written.
#[derive(Debug, Clone, Copy)]
pub(in crate::world) struct NewVersion<'v> {
    pub(in crate::world) area_id: &'v AreaId,
    /// Whole, with its number and time.
    pub(in crate::world) policy: &'v AreaPolicy,
    pub(in crate::world) note: Option<&'v str>,
    pub(in crate::world) by: PersonId,
    pub(in crate::world) office: Role,
}

/// What a version comes into force in the place of, by whose word, and when.
#[derive(Debug, Clone, Copy)]
struct Coming<'c> {
    area_id: &'c AreaId,
    before: &'c AreaPolicy,
    next: &'c AreaPolicy,
    by: PersonId,
    now: Timestamp,
}

/// Begins a change of a policy: takes the lock `world` and reads how the area stands and in which
/// of some offices a person acts.
pub(in crate::world) async fn standing(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
    offices: &[Role],
) -> Result<Writing, PoliciesError> {
    let offices: Vec<&str> = offices.iter().map(|role| role.as_str()).collect();
    let mut connection = database.writer().await?;
    let row =
        locked_row(&mut connection, step(&READ, &[&area_id.as_str(), &by.0, &offices])).await?;
    let standing = row.as_ref().map(read_standing).transpose()?;
    Ok(Writing { connection, standing })
}

impl Writing {
    /// Leaves everything as it is.
    pub(in crate::world) async fn leave(mut self) -> Result<(), DatabaseError> {
        self.connection.group(&[step(&ROLLBACK, &[])]).await?;
        Ok(())
    }
}

fn read_standing(row: &Row) -> Result<Standing, PoliciesError> {
    let read = |row: &Row| -> Result<_, DatabaseError> {
        let policy: String = row.try_get("policy")?;
        Ok((row.try_get("revision")?, policy, row.try_get("now")?, row.try_get("next_version")?))
    };
    let (revision, policy, now, next_version) = read(row)?;
    let policy = parsed(&policy)?;
    Ok(Standing { revision, policy, now, office: office(row)?, next_version })
}

/// A stored policy.
fn parsed(body: &str) -> Result<AreaPolicy, PoliciesError> {
    serde_json::from_str(body).map_err(|error| PoliciesError::Policy(error.to_string()))
}

fn written(policy: &AreaPolicy) -> Result<String, PoliciesError> {
    policy_body(policy).map_err(|error| PoliciesError::Policy(error.to_string()))
}

/// Saves a draft.
pub(in crate::world::policies) async fn save_draft<E: From<PoliciesError>>(
    database: &Database,
    area_id: &AreaId,
    draft: &Draft,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Option<i32>, E> {
    let mut writing = standing(database, area_id, draft.by, &DRAFTERS).await?;
    let saved = match &writing.standing {
        None => Err(PoliciesError::Unknown.into()),
        Some(standing) => match permit(standing.revision) {
            Ok(()) => {
                insert(&mut writing.connection, area_id, draft, standing).await.map_err(E::from)
            }
            Err(refused) => Err(refused),
        },
    };
    if !matches!(saved, Ok(Some(_))) {
        writing.leave().await.map_err(PoliciesError::from)?;
    }
    saved
}

async fn insert(
    connection: &mut Connection,
    area_id: &AreaId,
    draft: &Draft,
    standing: &Standing,
) -> Result<Option<i32>, PoliciesError> {
    let office = standing.office.ok_or(PoliciesError::NoOffice)?;
    if standing.policy.version != draft.based_on {
        return Err(PoliciesError::Overtaken(standing.policy.version));
    }
    if draft.effective_from.is_some_and(|from| from <= standing.now) {
        return Err(PoliciesError::Past);
    }
    let unread = |error: serde_json::Error| PoliciesError::Policy(error.to_string());
    let found = differences(&standing.policy, &draft.policy).map_err(unread)?;
    if found.is_empty() && draft.review_at.is_none() {
        return Ok(None);
    }
    let version = standing.next_version;
    let from = draft.effective_from.unwrap_or(standing.now);
    let policy = AreaPolicy { version, effective_from: from, ..draft.policy.clone() };
    let (body, area) = (written(&policy)?, area_id.as_str());
    let (office, template) = (office.as_str(), draft.template.map(PolicyTemplate::as_str));
    let (note, minutes) = (&draft.change_note, &draft.smt_minutes_ref);
    let insert: [&(dyn crate::database::ToSql + Sync); 11] = [
        &area,
        &version,
        &body,
        &from,
        note,
        &draft.by.0,
        &office,
        &template,
        &draft.review_at,
        minutes,
        &draft.effective_from,
    ];
    connection.group(&[step(&INSERT, &insert), step(&COMMIT, &[])]).await?;
    Ok(Some(version))
}

/// Writes a version that is in force at once, in a transaction that holds the lock `world`.
/// Answers the world's new version and the redecision. The caller commits.
pub(in crate::world) async fn adopt(
    connection: &mut Connection,
    new: NewVersion<'_>,
    before: &AreaPolicy,
    now: Timestamp,
) -> Result<(i64, Uuid), PoliciesError> {
    let NewVersion { area_id, policy, note, by, office } = new;
    let (area, body, office) = (area_id.as_str(), written(policy)?, office.as_str());
    let (none, never) = (None::<&str>, None::<Timestamp>);
    let from = policy.effective_from;
    connection
        .group(&[
            step(
                &INSERT,
                &[
                    &area,
                    &policy.version,
                    &body,
                    &from,
                    &note,
                    &by.0,
                    &office,
                    &none,
                    &never,
                    &none,
                    &never,
                ],
            ),
            step(&APPROVE, &[&area, &policy.version, &body, &from, &by.0, &office]),
        ])
        .await?;
    Ok(bring_into_force(connection, Coming { area_id, before, next: policy, by, now }).await?)
}

/// Brings a version that is on record into force, in a transaction that holds the lock `world`:
/// what live clearances must hear of, the event, and the places counted anew where the ceilings
/// differ. The caller commits.
async fn bring_into_force(
    connection: &mut Connection,
    coming: Coming<'_>,
) -> Result<(i64, Uuid), DatabaseError> {
    let Coming { area_id, before, next, by, now } = coming;
    let (area, redecision) = (area_id.as_str(), Uuid::now_v7());
    let told = area_event(EventKind::AreaPolicyChanged, area_id, now);
    let apply: [&(dyn crate::database::ToSql + Sync); 4] =
        [&area, &next.version, &redecision, &by.0];
    let event: [&(dyn crate::database::ToSql + Sync); 2] = [&now, &told];
    let recount: [&(dyn crate::database::ToSql + Sync); 1] = [&area];
    let mut steps = vec![step(&APPLY, &apply), step(&AREA_EVENT, &event)];
    if before.ceilings != next.ceilings {
        steps.push(step(&RECOUNT, &recount));
    }
    let answers = connection.group(&steps).await?;
    let row = answers.first().and_then(|rows| rows.first());
    let version = row.map(|row| row.try_get("version")).transpose()?;
    Ok((version.unwrap_or_default(), redecision))
}

/// The policy in force, if somebody may draft another.
pub(in crate::world::policies) async fn to_draft(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
) -> Result<AreaPolicy, PoliciesError> {
    let offices = DRAFTERS.map(Role::as_str);
    let mut connection = database.reader().await?;
    let row = connection
        .maybe(&READ, &[&area_id.as_str(), &by.0, &offices.as_slice()])
        .await?
        .ok_or(PoliciesError::Unknown)?;
    let standing = read_standing(&row)?;
    standing.office.ok_or(PoliciesError::NoOffice)?;
    Ok(standing.policy)
}
