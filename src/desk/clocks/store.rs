//! The statements of the clocks.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::audience::{Held, People};
use crate::database::{
    BEGIN, COMMIT, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::model::{
    AreaId, ClearanceId, ClearanceState, Clock, OrganizationId, PersonId, Role, TripId,
};
use crate::record::AREA_EVENT;

const LEASE: Statement = statement!("desk/clocks_lease");
const WINDOWS_DONE: Statement = statement!("desk/clocks_windows_done");
const DUE: Statement = statement!("desk/clocks_due");
const SET: Statement = statement!("desk/clocks_set");
const NEXT: Statement = statement!("desk/clocks_next");
const PEOPLE: Statement = statement!("desk/clocks_people");
const ARRIVALS: Statement = statement!("desk/clocks_arrivals");
const WINDOWS: Statement = statement!("desk/clocks_windows");
const CONSENTS: Statement = statement!("desk/clocks_consents");
const REMIND: Statement = statement!("desk/clocks_remind");
const FIGURES: Statement = statement!("desk/clocks_figures");
const OBLIGATIONS: Statement = statement!("desk/clocks_obligations");

/// A clearance with its trip, as far as the clocks tell of it.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) clearance_id: ClearanceId,
    pub(super) area_id: Option<AreaId>,
    pub(super) person_id: PersonId,
    pub(super) state: ClearanceState,
    pub(super) trip_id: TripId,
    pub(super) trip_version: i32,
    pub(super) organization: OrganizationId,
    pub(super) personal: bool,
    pub(super) requester_id: Option<PersonId>,
    /// The database's time.
    pub(super) now: Timestamp,
}

/// What waits and is to be looked at.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) subject: Subject,
    pub(super) entry: i32,
    pub(super) decider: Option<Role>,
    pub(super) since: Timestamp,
    pub(super) departs_at: Timestamp,
    pub(super) valid_to: Option<Timestamp>,
    pub(super) rang: BTreeSet<(Clock, i32)>,
}

/// A positive stay of whose arrival nobody said anything.
#[derive(Debug, Clone)]
pub(super) struct Overdue {
    pub(super) subject: Subject,
    /// So late that nobody comes any more.
    pub(super) over: bool,
    /// The clock rang over it.
    pub(super) rang: bool,
}

/// A clearance whose window has ended.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    pub(super) clearance_id: ClearanceId,
    pub(super) trip_id: TripId,
    pub(super) state: ClearanceState,
    pub(super) arrived: bool,
    pub(super) now: Timestamp,
}

/// When a clearance is to be looked at next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) clearance_id: ClearanceId,
    pub(super) entry: i32,
    pub(super) next_at: Timestamp,
    pub(super) departs_at: Timestamp,
}

/// A queue in figures.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    /// The area; none for headquarters.
    pub(super) area_id: Option<AreaId>,
    pub(super) items: i64,
    pub(super) oldest_seconds: f64,
    pub(super) departs_in_seconds: Option<f64>,
    pub(super) overdue: i64,
}

/// The lease of whoever minds the clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lease {
    /// Up to when every window that ended is closed.
    pub(super) windows_until: Timestamp,
    /// The database's time.
    pub(super) now: Timestamp,
}

/// Takes or renews the lease; none where another replica has it.
pub(super) async fn lease(
    database: &Database,
    holder: Uuid,
) -> Result<Option<Lease>, DatabaseError> {
    let row = database.writer().await?.maybe(&LEASE, &[&holder]).await?;
    let read = |row: Row| {
        Ok(Lease { windows_until: row.try_get("windows_until")?, now: row.try_get("now")? })
    };
    row.map(read).transpose()
}

/// Notes up to when every window that ended is closed.
pub(super) async fn windows_done(
    database: &Database,
    holder: Uuid,
    until: Timestamp,
) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&WINDOWS_DONE, &[&holder, &until]).await?;
    Ok(())
}

/// A page of what waits and is to be looked at.
pub(super) async fn due(database: &Database, limit: i64) -> Result<Vec<Waiting>, DatabaseError> {
    database.reader().await?.rows(&DUE, &[&limit]).await?.iter().map(waiting).collect()
}

/// Sets when clearances are looked at next; how many were set.
pub(super) async fn set(database: &Database, looks: &[Look]) -> Result<u64, DatabaseError> {
    if looks.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = looks.iter().map(|look| look.clearance_id.0).collect();
    let entries: Vec<i32> = looks.iter().map(|look| look.entry).collect();
    let next: Vec<Timestamp> = looks.iter().map(|look| look.next_at).collect();
    let departs: Vec<Timestamp> = looks.iter().map(|look| look.departs_at).collect();
    database.writer().await?.execute(&SET, &[&ids, &entries, &next, &departs]).await
}

/// Seconds until something is to be looked at; none where nothing waits.
pub(super) async fn next(database: &Database) -> Result<Option<f64>, DatabaseError> {
    Ok(database.reader().await?.one(&NEXT, &[]).await?.try_get("seconds")?)
}

/// Who is in charge of areas, and who speaks for organizations, now.
pub(super) async fn people(
    database: &Database,
    subjects: impl Iterator<Item = &Subject>,
) -> Result<People, DatabaseError> {
    let (mut areas, mut organizations) = (BTreeSet::new(), BTreeSet::new());
    for subject in subjects {
        areas.extend(subject.area_id.as_ref().map(AreaId::as_str));
        organizations.insert(subject.organization.as_str());
    }
    let (areas, organizations): (Vec<&str>, Vec<&str>) =
        (areas.into_iter().collect(), organizations.into_iter().collect());
    let mut people = People::default();
    for row in database.reader().await?.rows(&PEOPLE, &[&areas, &organizations]).await? {
        let held = match row.try_get("role")? {
            "area_security_coordinator" => Held::Coordinator,
            "security_adviser" => Held::Adviser,
            "designated_official" => Held::Official,
            "usg" => Held::Usg,
            "delegate" => Held::Delegate,
            _ => Held::FocalPoint,
        };
        let area: Option<&str> = row.try_get("area_id")?;
        let organization: Option<&str> = row.try_get("organization_id")?;
        let over = area.or(organization).unwrap_or_default();
        people.add(held, over, PersonId(row.try_get("person_id")?));
    }
    Ok(people)
}

/// A page of stays whose arrival should have been confirmed.
pub(super) async fn overdue(
    database: &Database,
    after: Timestamp,
    [rings, over]: [i32; 2],
    limit: i64,
) -> Result<Vec<Overdue>, DatabaseError> {
    let mut connection = database.reader().await?;
    let rows = connection.rows(&ARRIVALS, &[&after, &rings, &over, &limit]).await?;
    let read = |row: &Row| {
        let (over, rang) = (row.try_get("nobody_comes")?, row.try_get("rang")?);
        Ok(Overdue { subject: subject(row)?, over, rang })
    };
    rows.iter().map(read).collect()
}

/// A page of clearances whose window has ended.
pub(super) async fn ended(
    database: &Database,
    after: Timestamp,
    limit: i64,
) -> Result<Vec<Ended>, DatabaseError> {
    let rows = database.reader().await?.rows(&WINDOWS, &[&after, &limit]).await?;
    let read = |row: &Row| {
        Ok(Ended {
            clearance_id: ClearanceId(row.try_get("clearance_id")?),
            trip_id: TripId(row.try_get("trip_id")?),
            state: state(row)?,
            arrived: row.try_get("arrived")?,
            now: row.try_get("now")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Every queue in figures.
pub(super) async fn figures(database: &Database) -> Result<Vec<Figures>, DatabaseError> {
    let rows = database.reader().await?.rows(&FIGURES, &[]).await?;
    let read = |row: &Row| {
        let area: Option<&str> = row.try_get("queue_area_id")?;
        Ok(Figures {
            area_id: area.map(AreaId::from),
            items: row.try_get("items")?,
            oldest_seconds: row.try_get("oldest_seconds")?,
            departs_in_seconds: row.try_get("departs_in_seconds")?,
            overdue: row.try_get("overdue")?,
        })
    };
    rows.iter().map(read).collect()
}

/// A head of an organization who has not answered a mission request.
#[derive(Debug, Clone)]
pub(super) struct SilentHead {
    pub(super) mscr_id: Uuid,
    pub(super) areas: Vec<AreaId>,
    pub(super) organization: OrganizationId,
    /// Days that it has waited.
    round: i32,
    persons: Vec<Uuid>,
    /// The database's time.
    pub(super) now: Timestamp,
}

/// Heads who were not reminded of the day that has passed.
pub(super) async fn silent_heads(database: &Database) -> Result<Vec<SilentHead>, DatabaseError> {
    let rows = database.reader().await?.rows(&CONSENTS, &[]).await?;
    let read = |row: &Row| {
        let areas: Vec<&str> = row.try_get("area_ids")?;
        Ok(SilentHead {
            mscr_id: row.try_get("mscr_id")?,
            areas: areas.into_iter().map(AreaId::from).collect(),
            organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
            round: row.try_get("round")?,
            persons: row.try_get("persons")?,
            now: row.try_get("now")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Notes a reminder with the event that tells of it; false where another replica has.
pub(super) async fn remind(
    database: &Database,
    silent: &SilentHead,
    told: &str,
) -> Result<bool, DatabaseError> {
    let SilentHead { mscr_id, organization, round, persons, now, .. } = silent;
    let organization = organization.as_str();
    let parameters: [&(dyn crate::database::ToSql + Sync); 5] =
        [mscr_id, &organization, round, now, persons];
    let mut connection = database.writer().await?;
    let answers = connection.group(&[step(&BEGIN, &[]), step(&REMIND, &parameters)]).await?;
    if answers.last().is_none_or(Vec::is_empty) {
        connection.group(&[step(&ROLLBACK, &[])]).await?;
        return Ok(false);
    }
    connection.group(&[step(&AREA_EVENT, &[now, &told]), step(&COMMIT, &[])]).await?;
    Ok(true)
}

/// How many obligations are owed past their time.
pub(super) async fn obligations_overdue(database: &Database) -> Result<i64, DatabaseError> {
    Ok(database.reader().await?.one(&OBLIGATIONS, &[]).await?.try_get("overdue")?)
}

fn waiting(row: &Row) -> Result<Waiting, DatabaseError> {
    let decider: Option<&str> = row.try_get("decider_role")?;
    let rang: Vec<&str> = row.try_get("rang")?;
    Ok(Waiting {
        subject: subject(row)?,
        entry: row.try_get("entry")?,
        decider: decider.and_then(|name| Role::ALL.into_iter().find(|role| role.as_str() == name)),
        since: row.try_get("moved_at")?,
        departs_at: row.try_get("starts_at")?,
        valid_to: row.try_get("valid_to")?,
        rang: rang.into_iter().filter_map(bell).collect(),
    })
}

/// A clock and its round, as `reminder:3`.
fn bell(text: &str) -> Option<(Clock, i32)> {
    let (clock, round) = text.split_once(':')?;
    Some((Clock::named(clock)?, round.parse().ok()?))
}

fn subject(row: &Row) -> Result<Subject, DatabaseError> {
    let area: Option<&str> = row.try_get("area_id")?;
    let requester: Option<Uuid> = row.try_get("requester_id")?;
    Ok(Subject {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        area_id: area.map(AreaId::from),
        person_id: PersonId(row.try_get("person_id")?),
        state: state(row)?,
        trip_id: TripId(row.try_get("trip_id")?),
        trip_version: row.try_get("version")?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
        requester_id: requester.map(PersonId),
        now: row.try_get("now")?,
    })
}

/// A state that this program does not know has no move.
fn state(row: &Row) -> Result<ClearanceState, DatabaseError> {
    let name: &str = row.try_get("state")?;
    Ok(ClearanceState::named(name).unwrap_or(ClearanceState::Submitted))
}
