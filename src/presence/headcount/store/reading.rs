//! What is read of headcounts.

use jiff::Timestamp;
use uuid::Uuid;

use crate::database::{
    Connection, Database, DatabaseError, Row, Statement, ToSql, statement, step,
};
use crate::model::{
    AreaId, ClearanceId, HeadcountBasis, HeadcountId, HeadcountSource, HeadcountStatus,
    OrganizationId, PersonId,
};
use crate::presence::headcount::error::HeadcountError;
use crate::presence::headcount::reach::Reach;
use crate::presence::headcount::view::{Headcount, HeadcountCount, HeadcountEntry, HeadcountState};

const HEADCOUNT: Statement = statement!("presence/headcount");
const LIST: Statement = statement!("presence/headcount_list");
const COUNTS: Statement = statement!("presence/headcount_counts");
const ENTRIES: Statement = statement!("presence/headcount_entries");
const OWN: Statement = statement!("presence/headcount_own");
const CHANGES: Statement = statement!("presence/headcount_changes");

/// Hears of headcounts that change.
pub(in crate::presence::headcount) const LISTEN: Statement =
    statement!("presence/headcount_listen");

type Parameter<'p> = &'p (dyn ToSql + Sync);

/// A response as whoever follows a headcount is told of it.
#[derive(Debug, Clone)]
pub(in crate::presence::headcount) struct Told {
    pub(in crate::presence::headcount) change: i64,
    pub(in crate::presence::headcount) person_id: PersonId,
    pub(in crate::presence::headcount) status: HeadcountStatus,
    pub(in crate::presence::headcount) observed_at: Timestamp,
    /// It was the latest observation when it came.
    pub(in crate::presence::headcount) shown: bool,
}

/// A piece of what happened in a headcount.
#[derive(Debug)]
pub(in crate::presence::headcount) struct Followed {
    pub(in crate::presence::headcount) told: Vec<Told>,
    /// Where to go on.
    pub(in crate::presence::headcount) upto: i64,
    /// Nothing comes after this any more.
    pub(in crate::presence::headcount) closed_at: Option<Timestamp>,
}

/// A headcount in sight.
pub(in crate::presence::headcount) async fn found(
    database: &Database,
    reach: &Reach,
    id: HeadcountId,
) -> Result<Option<Headcount>, HeadcountError> {
    let Reach { everywhere, areas, persons } = reach;
    let mut connection = database.reader().await?;
    let row = connection.maybe(&HEADCOUNT, &[&id.0, everywhere, areas, persons]).await?;
    row.as_ref().map(headcount_of).transpose()
}

/// Headcounts in sight before one, newest first.
pub(in crate::presence::headcount) async fn listed(
    database: &Database,
    reach: &Reach,
    (before, state): (Option<HeadcountId>, Option<HeadcountState>),
    limit: i64,
) -> Result<Vec<Headcount>, HeadcountError> {
    let Reach { everywhere, areas, persons } = reach;
    let (before, state) = (before.map(|id| id.0), state.map(HeadcountState::as_str));
    let mut connection = database.reader().await?;
    let asked: [Parameter<'_>; 6] = [&before, &state, everywhere, areas, persons, &limit];
    connection.rows(&LIST, &asked).await?.iter().map(headcount_of).collect()
}

/// The figures of those in sight.
pub(in crate::presence::headcount) async fn counts(
    connection: &mut Connection,
    reach: &Reach,
    id: HeadcountId,
) -> Result<Vec<HeadcountCount>, DatabaseError> {
    let Reach { everywhere, areas, persons } = reach;
    let rows = connection.rows(&COUNTS, &[&id.0, everywhere, areas, persons]).await?;
    rows.iter().map(count_of).collect()
}

/// The figures of those in sight, and a page of them after a person.
pub(in crate::presence::headcount) async fn page(
    database: &Database,
    reach: &Reach,
    id: HeadcountId,
    (status, after, limit): (Option<HeadcountStatus>, Option<PersonId>, i64),
) -> Result<(Vec<HeadcountCount>, Vec<HeadcountEntry>), HeadcountError> {
    let Reach { everywhere, areas, persons } = reach;
    let status = status.map(HeadcountStatus::as_str);
    let after = after.map_or(Uuid::nil(), |person| person.0);
    let mut connection = database.reader().await?;
    let figures: [Parameter<'_>; 4] = [&id.0, everywhere, areas, persons];
    let people: [Parameter<'_>; 7] = [&id.0, everywhere, areas, persons, &status, &after, &limit];
    let group = [step(&COUNTS, &figures), step(&ENTRIES, &people)];
    let mut answers = connection.group(&group).await?.into_iter();
    let (counts, entries) =
        (answers.next().unwrap_or_default(), answers.next().unwrap_or_default());
    let counts: Result<_, DatabaseError> = counts.iter().map(count_of).collect();
    Ok((counts?, entries.iter().map(entry_of).collect::<Result<_, _>>()?))
}

/// Persons and their dependants in a headcount.
pub(in crate::presence::headcount) async fn own(
    database: &Database,
    persons: &[Uuid],
    id: HeadcountId,
) -> Result<Vec<HeadcountEntry>, HeadcountError> {
    let rows = database.reader().await?.rows(&OWN, &[&id.0, &persons]).await?;
    rows.iter().map(entry_of).collect()
}

/// What happened to those in sight after a number; so many responses are looked through at most.
/// None where there is no such headcount.
pub(in crate::presence::headcount) async fn changes(
    connection: &mut Connection,
    reach: &Reach,
    id: HeadcountId,
    (after, limit): (i64, i64),
) -> Result<Option<Followed>, DatabaseError> {
    let Reach { everywhere, areas, persons } = reach;
    let rows =
        connection.rows(&CHANGES, &[&id.0, &after, everywhere, areas, persons, &limit]).await?;
    let (mut told, mut end) = (Vec::new(), None);
    for row in &rows {
        let change: i64 = row.try_get("change")?;
        let person: Option<Uuid> = row.try_get("person_id")?;
        match person {
            Some(person) => told.push(Told {
                change,
                person_id: PersonId(person),
                status: status(row)?,
                observed_at: row.try_get("observed_at")?,
                shown: row.try_get("shown")?,
            }),
            None => end = Some((change, row.try_get("closed_at")?)),
        }
    }
    Ok(end.map(|(upto, closed_at)| Followed { told, upto, closed_at }))
}

pub(super) fn headcount_of(row: &Row) -> Result<Headcount, HeadcountError> {
    let read = || -> Result<_, DatabaseError> {
        let (areas, polygon): (Vec<&str>, Option<&str>) =
            (row.try_get("area_ids")?, row.try_get("polygon")?);
        let closed_by: Option<Uuid> = row.try_get("closed_by")?;
        let (changes, closed_at): (i64, Option<Timestamp>) =
            (row.try_get("changes")?, row.try_get("closed_at")?);
        let headcount = Headcount {
            headcount_id: HeadcountId(row.try_get("headcount_id")?),
            state: Headcount::state_of(changes, closed_at.is_some()),
            reason: row.try_get("reason")?,
            area_ids: areas.into_iter().map(AreaId::from).collect(),
            polygon: None,
            as_of: row.try_get("as_of")?,
            opened_by: PersonId(row.try_get("opened_by")?),
            closed_at,
            closed_by: closed_by.map(PersonId),
            changes,
        };
        Ok((headcount, polygon))
    };
    let (headcount, polygon) = read()?;
    Ok(Headcount { polygon: polygon.map(serde_json::from_str).transpose()?, ..headcount })
}

/// A word that this program does not know tells of nobody.
pub(super) fn status(row: &Row) -> Result<HeadcountStatus, DatabaseError> {
    let name: &str = row.try_get("status")?;
    Ok(HeadcountStatus::named(name).unwrap_or(HeadcountStatus::Unaccounted))
}

pub(super) fn basis(row: &Row) -> Result<HeadcountBasis, DatabaseError> {
    let name: &str = row.try_get("basis")?;
    Ok(HeadcountBasis::named(name).unwrap_or(HeadcountBasis::Possible))
}

pub(super) fn source(row: &Row) -> Result<HeadcountSource, DatabaseError> {
    let name: &str = row.try_get("source")?;
    Ok(HeadcountSource::named(name).unwrap_or(HeadcountSource::UndecidedItinerary))
}

fn count_of(row: &Row) -> Result<HeadcountCount, DatabaseError> {
    Ok(HeadcountCount {
        status: status(row)?,
        basis: basis(row)?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        people: row.try_get("people")?,
        without_phone: row.try_get("without_phone")?,
    })
}

fn entry_of(row: &Row) -> Result<HeadcountEntry, HeadcountError> {
    let read = || -> Result<_, DatabaseError> {
        let (clearance, sponsor): (Option<Uuid>, Option<Uuid>) =
            (row.try_get("clearance_id")?, row.try_get("sponsor_person_id")?);
        let (basis, responses): (_, Option<&str>) = (basis(row)?, row.try_get("responses")?);
        let entry = HeadcountEntry {
            person_id: PersonId(row.try_get("person_id")?),
            area_id: AreaId::from(row.try_get::<_, &str>("area_id")?),
            basis,
            source: source(row)?,
            source_at: row.try_get("source_at")?,
            clearance_id: clearance.map(ClearanceId),
            overstays: row.try_get("overstays")?,
            left_behind: row.try_get("left_behind")?,
            unplanned: basis == HeadcountBasis::Observed,
            organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
            sponsor_person_id: sponsor.map(PersonId),
            has_phone: row.try_get("has_phone")?,
            status: status(row)?,
            observed_at: row.try_get("observed_at")?,
            responses: Vec::new(),
        };
        Ok((entry, responses))
    };
    let (entry, responses) = read()?;
    let responses = responses.map(serde_json::from_str).transpose()?.unwrap_or_default();
    Ok(HeadcountEntry { responses, ..entry })
}
