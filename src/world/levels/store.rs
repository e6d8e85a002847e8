//! Assessments and levels in the database.

use jiff::Timestamp;
use uuid::Uuid;

use super::setting::{ASKED, Assessed};
use super::{
    ASSESSORS, Assessment, Held, HistoryPlace, LevelSet, LevelWish, LevelsError, NewAssessment,
    SetBy, Settled, Standing,
};
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::model::{AreaId, Claim, EventKind, PersonId, RiskBand, Role, SecurityLevel};
use crate::record::{AREA_EVENT, area_event};
use crate::world::store::locked_row;
use crate::world::store::office;

const OFFICE: Statement = statement!("world/assessment_office");
const ASSESS: Statement = statement!("world/assessment_insert");
const ASSESSMENT: Statement = statement!("world/assessment_one");
const ASSESSMENTS: Statement = statement!("world/assessment_list");
const READ: Statement = statement!("world/level_read");
const INSERT: Statement = statement!("world/level_insert");
const APPLY: Statement = statement!("world/level_apply");
const OVERTAKE: Statement = statement!("world/level_overtake");
const DUE: Statement = statement!("world/level_due");
const TAKE: Statement = statement!("world/level_take");
const ONE: Statement = statement!("world/level_one");
const WITHDRAW: Statement = statement!("world/level_withdraw");
const HELD: Statement = statement!("world/level_held");
const HISTORY: Statement = statement!("world/level_history");

/// The office in which somebody assesses an area, and the database's time.
pub(super) async fn assessing_office(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
) -> Result<(Option<Role>, Timestamp), LevelsError> {
    let offices = ASSESSORS.map(Role::as_str);
    let mut connection = database.reader().await?;
    let row = connection
        .maybe(&OFFICE, &[&area_id.as_str(), &by.0, &offices.as_slice()])
        .await?
        .ok_or(LevelsError::Unknown)?;
    Ok((office(&row)?, row.try_get("now").map_err(DatabaseError::from)?))
}

/// Records an assessment; says whether it is new.
pub(super) async fn assess(
    database: &Database,
    area_id: &AreaId,
    (id, claim): (Uuid, &Claim),
    new: &NewAssessment,
) -> Result<bool, LevelsError> {
    let body = serde_json::to_string(&new.body)
        .map_err(|error| LevelsError::Assessment(error.to_string()))?;
    let offices = ASSESSORS.map(Role::as_str);
    let mut connection = database.writer().await?;
    let row = connection
        .maybe(
            &ASSESS,
            &[
                &id,
                &claim.fingerprint.as_slice(),
                &area_id.as_str(),
                &body,
                &NewAssessment::arithmetic(),
                &i16::from(new.level),
                &new.band.map(RiskBand::as_str),
                &new.body.valid_until,
                &new.by.0,
                &offices.as_slice(),
            ],
        )
        .await?;
    Ok(row.is_some())
}

/// One assessment of an area.
pub(super) async fn assessment(
    database: &Database,
    area_id: &AreaId,
    id: Uuid,
) -> Result<Option<Assessment>, LevelsError> {
    let mut connection = database.reader().await?;
    let row = connection.maybe(&ASSESSMENT, &[&area_id.as_str(), &id]).await?;
    row.as_ref().map(assessed).transpose()
}

/// Assessments of an area, newest first.
pub(super) async fn assessments(
    database: &Database,
    area_id: &AreaId,
    after: Option<HistoryPlace>,
    limit: i64,
) -> Result<Vec<Assessment>, LevelsError> {
    let (time, id) = after.unzip();
    let mut connection = database.reader().await?;
    let rows = connection.rows(&ASSESSMENTS, &[&area_id.as_str(), &time, &id, &limit]).await?;
    rows.iter().map(assessed).collect()
}

fn assessed(row: &Row) -> Result<Assessment, LevelsError> {
    let read = |row: &Row| -> Result<_, DatabaseError> {
        let (id, by): (Uuid, Uuid) = (row.try_get("assessment_id")?, row.try_get("prepared_by")?);
        let text: String = row.try_get("body")?;
        let (fingerprint, at) = (row.try_get("fingerprint")?, row.try_get("prepared_at")?);
        Ok((id, by, text, fingerprint, at, row.try_get("arithmetic")?))
    };
    let (assessment_id, by, body, fingerprint, at, arithmetic) = read(row)?;
    let unread = |error: serde_json::Error| LevelsError::Assessment(error.to_string());
    Ok(Assessment {
        assessment_id,
        fingerprint,
        body: serde_json::from_str(&body).map_err(unread)?,
        arithmetic,
        level: level(row, "security_level")?,
        band: band(row, "risk_band")?,
        by: PersonId(by),
        office: named(row, "prepared_as")?,
        at,
    })
}

/// Sets a level now, or writes it down for its time.
pub(super) async fn set<E: From<LevelsError>>(
    database: &Database,
    area_id: &AreaId,
    wish: &LevelWish,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<LevelSet, E> {
    let failed = |error: DatabaseError| E::from(LevelsError::from(error));
    let mut connection = database.writer().await.map_err(failed)?;
    let offices = ASKED.map(Role::as_str);
    let parameters = (area_id.as_str(), wish.by.0, offices.as_slice(), wish.assessment_id);
    let row = locked_row(
        &mut connection,
        step(&READ, &[&parameters.0, &parameters.1, &parameters.2, &parameters.3]),
    )
    .await
    .map_err(failed)?;
    let verdict = judged(row.as_ref(), wish, permit);
    let written = match verdict {
        Ok((Settled { is_same: true, .. }, _)) => Ok(None),
        Ok((settled, now)) => {
            write(&mut connection, area_id, wish, (settled, now)).await.map(Some).map_err(E::from)
        }
        Err(refused) => Err(refused),
    };
    if !matches!(written, Ok(Some(_))) {
        connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
    }
    Ok(written?.unwrap_or_default())
}

/// The level and band that would be set.
pub(super) async fn foresee<E: From<LevelsError>>(
    database: &Database,
    area_id: &AreaId,
    wish: &LevelWish,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<(SecurityLevel, Option<RiskBand>), E> {
    let failed = |error: DatabaseError| E::from(LevelsError::from(error));
    let offices = ASKED.map(Role::as_str);
    let mut connection = database.reader().await.map_err(failed)?;
    let row = connection
        .maybe(&READ, &[&area_id.as_str(), &wish.by.0, &offices.as_slice(), &wish.assessment_id])
        .await
        .map_err(failed)?;
    let (settled, _) = judged(row.as_ref(), wish, permit)?;
    Ok((wish.level, settled.band))
}

fn judged<E: From<LevelsError>>(
    row: Option<&Row>,
    wish: &LevelWish,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<(Settled, Timestamp), E> {
    let standing = standing(row.ok_or_else(|| E::from(LevelsError::Unknown))?)?;
    permit(standing.revision)?;
    Ok((wish.judge(&standing)?, standing.now))
}

fn standing(row: &Row) -> Result<Standing, LevelsError> {
    let read = |row: &Row| -> Result<_, DatabaseError> {
        let assessed: Option<(i16, Timestamp)> = row
            .try_get::<_, Option<i16>>("assessed_level")?
            .zip(row.try_get::<_, Option<Timestamp>>("prepared_at")?);
        let revision = row.try_get("revision")?;
        let (now, based_on_at) = (row.try_get("now")?, row.try_get("based_on_at")?);
        Ok((revision, now, based_on_at, assessed, row.try_get("valid_until")?))
    };
    let (revision, now, based_on_at, found, valid_until) = read(row)?;
    let assessed = match found {
        Some((_, prepared_at)) => Some(Assessed {
            level: level(row, "assessed_level")?,
            band: band(row, "assessed_band")?,
            valid_until,
            prepared_at,
        }),
        None => None,
    };
    Ok(Standing {
        level: level(row, "security_level")?,
        band: band(row, "risk_band")?,
        revision,
        office: office(row)?,
        now,
        assessed,
        based_on_at,
    })
}

async fn write(
    connection: &mut Connection,
    area_id: &AreaId,
    wish: &LevelWish,
    (settled, now): (Settled, Timestamp),
) -> Result<LevelSet, LevelsError> {
    let setting_id = Uuid::now_v7();
    let (area, level, band) = (area_id.as_str(), i16::from(wish.level), settled.band);
    let (band, office) = (band.map(RiskBand::as_str), settled.office.as_str());
    let from = wish.effective_from.unwrap_or(now);
    let insert: [&(dyn crate::database::ToSql + Sync); 9] = [
        &setting_id,
        &area,
        &level,
        &band,
        &wish.assessment_id,
        &wish.reason,
        &wish.by.0,
        &office,
        &from,
    ];
    if wish.effective_from.is_some() {
        connection.group(&[step(&INSERT, &insert), step(&COMMIT, &[])]).await?;
        return Ok(LevelSet { setting_id: Some(setting_id), ..LevelSet::default() });
    }
    let (redecision, told) =
        (Uuid::now_v7(), area_event(EventKind::AreaLevelChanged, area_id, now));
    let answers = connection
        .group(&[
            step(&INSERT, &insert),
            step(&APPLY, &[&setting_id, &redecision]),
            step(&OVERTAKE, &[&area, &setting_id]),
            step(&AREA_EVENT, &[&now, &told]),
            step(&COMMIT, &[]),
        ])
        .await?;
    // insert, apply, overtake, event, commit
    let version = answers.get(1).and_then(|rows| rows.first()).map(|row| row.try_get("version"));
    let overtaken = answers.get(2).into_iter().flatten().map(|row| row.try_get("setting_id"));
    Ok(LevelSet {
        setting_id: Some(setting_id),
        version: version.transpose().map_err(DatabaseError::from)?,
        redecision: Some(redecision),
        overtaken: overtaken.collect::<Result<_, _>>().map_err(DatabaseError::from)?,
    })
}

/// Takes back a setting that waits.
pub(super) async fn withdraw(
    database: &Database,
    area_id: &AreaId,
    setting_id: Uuid,
    by: PersonId,
) -> Result<(), LevelsError> {
    let mut connection = database.writer().await?;
    let (area, offices) = (area_id.as_str(), ASKED.map(Role::as_str));
    let row =
        locked_row(&mut connection, step(&ONE, &[&area, &setting_id, &by.0, &offices.as_slice()]))
            .await?;
    let verdict = match row.as_ref().map(office).transpose()? {
        None => Err(LevelsError::Unknown),
        Some(Some(Role::Usg | Role::DesignatedOfficial)) => Ok(()),
        Some(Some(_)) => Err(super::LevelRefusal::OnlyProposes.into()),
        Some(None) => Err(super::LevelRefusal::NoOffice.into()),
    };
    if verdict.is_err() {
        connection.group(&[step(&ROLLBACK, &[])]).await?;
        return verdict;
    }
    let answers =
        connection.group(&[step(&WITHDRAW, &[&area, &setting_id]), step(&COMMIT, &[])]).await?;
    let is_done = answers.first().is_some_and(|rows| !rows.is_empty());
    if is_done { Ok(()) } else { Err(LevelsError::Settled) }
}

/// Brings settings into effect whose time has come, each in a transaction of its own.
pub(super) async fn apply_due(database: &Database) -> Result<usize, DatabaseError> {
    let due = database.reader().await?.rows(&DUE, &[]).await?;
    let mut applied = 0;
    for row in due {
        let (setting, area): (Uuid, &str) = (row.try_get("setting_id")?, row.try_get("area_id")?);
        applied += usize::from(take(database, setting, &AreaId::from(area)).await?);
    }
    Ok(applied)
}

/// Brings one setting into effect, unless another replica was faster or somebody took it back.
async fn take(database: &Database, setting: Uuid, area_id: &AreaId) -> Result<bool, DatabaseError> {
    let mut connection = database.writer().await?;
    let Some(row) = locked_row(&mut connection, step(&TAKE, &[&setting])).await? else {
        connection.group(&[step(&ROLLBACK, &[])]).await?;
        return Ok(false);
    };
    let now: Timestamp = row.try_get("now")?;
    let told = area_event(EventKind::AreaLevelChanged, area_id, now);
    connection
        .group(&[
            step(&APPLY, &[&setting, &Uuid::now_v7()]),
            step(&AREA_EVENT, &[&now, &told]),
            step(&COMMIT, &[]),
        ])
        .await?;
    Ok(true)
}

/// What holds in areas at some instant of a span.
pub(super) async fn held(
    database: &Database,
    areas: &[AreaId],
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Held>, LevelsError> {
    let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
    let rows = database.reader().await?.rows(&HELD, &[&areas, &from, &to]).await?;
    rows.iter().map(one_held).collect()
}

/// What was set in an area, newest first.
pub(super) async fn history(
    database: &Database,
    area_id: &AreaId,
    after: Option<HistoryPlace>,
    limit: i64,
) -> Result<Vec<Held>, LevelsError> {
    let (since, id) = after.unzip();
    let mut connection = database.reader().await?;
    let rows = connection.rows(&HISTORY, &[&area_id.as_str(), &since, &id, &limit]).await?;
    rows.iter().map(one_held).collect()
}

fn one_held(row: &Row) -> Result<Held, LevelsError> {
    let read = |row: &Row| -> Result<_, DatabaseError> {
        let setting: Option<Uuid> = row.try_get("setting_id")?;
        let area: &str = row.try_get("area_id")?;
        let state: &str = row.try_get("state")?;
        let span = (row.try_get("since")?, row.try_get("until")?);
        Ok((setting, AreaId::from(area), state == "scheduled", span))
    };
    let (setting, area_id, is_scheduled, (since, until)) = read(row)?;
    let setting = setting.map(|setting_id| set_by(row, setting_id)).transpose()?;
    Ok(Held {
        area_id,
        setting,
        level: level(row, "security_level")?,
        band: band(row, "risk_band")?,
        since,
        until,
        is_scheduled,
    })
}

fn set_by(row: &Row, setting_id: Uuid) -> Result<SetBy, LevelsError> {
    let read = |row: &Row| -> Result<_, DatabaseError> {
        let by: Uuid = row.try_get("set_by")?;
        Ok((row.try_get("assessment_id")?, row.try_get("reason")?, by, row.try_get("set_at")?))
    };
    let (assessment_id, reason, by, at) = read(row)?;
    let office = named(row, "set_as")?;
    Ok(SetBy { setting_id, assessment_id, reason, by: PersonId(by), office, at })
}

fn level(row: &Row, column: &str) -> Result<SecurityLevel, LevelsError> {
    let level: i16 = row.try_get(column).map_err(DatabaseError::from)?;
    SecurityLevel::try_from(level).map_err(|why| LevelsError::Assessment(why.to_owned()))
}

fn band(row: &Row, column: &str) -> Result<Option<RiskBand>, LevelsError> {
    let band: Option<&str> = row.try_get(column).map_err(DatabaseError::from)?;
    Ok(band.and_then(RiskBand::named))
}

fn named(row: &Row, column: &str) -> Result<Role, LevelsError> {
    let name: &str = row.try_get(column).map_err(DatabaseError::from)?;
    let known = Role::ALL.into_iter().find(|role| role.as_str() == name);
    known.ok_or_else(|| LevelsError::Assessment(format!("{name} is no office")))
}
