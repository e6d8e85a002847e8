//! Trips, clearances, moves and evidence as they stand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::NOW;
use crate::database::{Connection, Database, DatabaseError, Row, Statement, statement, step};
use crate::model::{
    AreaId, AreaPolicy, ClearanceId, ClearanceState, OrganizationId, Outcome, PersonId, StayKind,
    TripId,
};

const TRIP: Statement = statement!("trips/trip");
const TRIPS: Statement = statement!("trips/trips");
const LIST_OWN: Statement = statement!("trips/list_own");
const LIST_ORGANIZATION: Statement = statement!("trips/list_organization");
const LIST_LAND: Statement = statement!("trips/list_land");
const LIST_ALL: Statement = statement!("trips/list_all");
const CLEARANCES: Statement = statement!("trips/clearances");
const CLEARANCE: Statement = statement!("trips/clearance");
const HISTORY: Statement = statement!("trips/history");
const EVIDENCE: Statement = statement!("trips/evidence");
const POLICIES: Statement = statement!("trips/policies");

/// A trip on record.
#[derive(Debug, Clone)]
pub(in crate::trips) struct TripRow {
    pub(in crate::trips) trip_id: TripId,
    pub(in crate::trips) reference: String,
    pub(in crate::trips) version: i32,
    pub(in crate::trips) change_no: i32,
    pub(in crate::trips) trip_kind: String,
    pub(in crate::trips) purpose: String,
    pub(in crate::trips) organization: OrganizationId,
    pub(in crate::trips) requester_id: Option<PersonId>,
    pub(in crate::trips) personal: bool,
    pub(in crate::trips) state: String,
    pub(in crate::trips) submitted_at: Timestamp,
    pub(in crate::trips) world_version: i64,
    pub(in crate::trips) ruleset_version: String,
    /// Travellers with their sponsors.
    pub(in crate::trips) travellers: Vec<(PersonId, Option<PersonId>)>,
    pub(in crate::trips) body: Option<Value>,
    pub(in crate::trips) notes: Option<Value>,
}

/// A current clearance on record.
#[derive(Debug, Clone)]
pub(in crate::trips) struct ClearanceRow {
    pub(in crate::trips) clearance_id: ClearanceId,
    pub(in crate::trips) trip_id: TripId,
    pub(in crate::trips) person_id: PersonId,
    pub(in crate::trips) area_id: Option<AreaId>,
    pub(in crate::trips) kind: StayKind,
    pub(in crate::trips) outcome: Outcome,
    pub(in crate::trips) nights: u32,
    pub(in crate::trips) policy_version: i32,
    pub(in crate::trips) advisory_version: i32,
    pub(in crate::trips) state: ClearanceState,
    pub(in crate::trips) arrive: Date,
    pub(in crate::trips) depart: Option<Date>,
    pub(in crate::trips) valid_from: Timestamp,
    pub(in crate::trips) valid_to: Option<Timestamp>,
    /// Ledger entries so far: its version.
    pub(in crate::trips) entries: i32,
    pub(in crate::trips) moved_at: Timestamp,
    /// The decision as the API shows it; none once erased.
    pub(in crate::trips) answer: Option<Value>,
}

/// A clearance with what decides who may see it.
#[derive(Debug, Clone)]
pub(in crate::trips) struct OneClearance {
    pub(in crate::trips) clearance: ClearanceRow,
    pub(in crate::trips) reference: String,
    pub(in crate::trips) organization: OrganizationId,
    pub(in crate::trips) personal: bool,
    pub(in crate::trips) sponsor: Option<PersonId>,
    pub(in crate::trips) evidence_id: Option<Uuid>,
    pub(in crate::trips) ruleset_version: String,
    pub(in crate::trips) world_version: i64,
    pub(in crate::trips) stay_no: i32,
}

/// A move on record.
#[derive(Debug, Clone)]
pub(in crate::trips) struct MoveRow {
    pub(in crate::trips) entry: i32,
    pub(in crate::trips) at: Timestamp,
    pub(in crate::trips) from_state: String,
    pub(in crate::trips) to_state: String,
    pub(in crate::trips) capacity: String,
    pub(in crate::trips) person_id: Option<PersonId>,
    pub(in crate::trips) rules: Vec<String>,
    pub(in crate::trips) reasons: Vec<String>,
    pub(in crate::trips) world_version: i64,
    pub(in crate::trips) policy_version: i32,
    pub(in crate::trips) advisory_version: i32,
    pub(in crate::trips) ruleset_version: String,
    pub(in crate::trips) evidence_id: Option<Uuid>,
    /// The batch that decided it again.
    pub(in crate::trips) redecision_id: Option<Uuid>,
    /// The evidence; none where the move had none, or it is erased.
    pub(in crate::trips) evidence: Option<Vec<u8>>,
    pub(in crate::trips) erased: bool,
}

/// Which trip.
#[derive(Debug, Clone)]
pub(in crate::trips) enum TripKey {
    /// By id.
    Id(TripId),
    /// By the reference that people use.
    Reference(String),
}

/// A page of a list, with the filters of the caller.
#[derive(Debug, Clone, Default)]
pub(in crate::trips) struct ListQuestion {
    /// Everyone's.
    pub(in crate::trips) everywhere: bool,
    /// Of these people and their dependants.
    pub(in crate::trips) persons: Vec<Uuid>,
    /// Official ones of these organizations.
    pub(in crate::trips) organizations: Vec<String>,
    /// With a stay in these areas.
    pub(in crate::trips) areas: Vec<String>,
    /// Older than this one.
    pub(in crate::trips) before: Option<Uuid>,
    /// At most so many.
    pub(in crate::trips) limit: i64,
    pub(in crate::trips) traveller: Option<Uuid>,
    pub(in crate::trips) state: Option<String>,
    pub(in crate::trips) area: Option<String>,
    pub(in crate::trips) departs_from: Option<Timestamp>,
    pub(in crate::trips) departs_to: Option<Timestamp>,
}

/// The database's time.
pub(in crate::trips) async fn now(database: &Database) -> Result<Timestamp, DatabaseError> {
    Ok(database.reader().await?.one(&NOW, &[]).await?.try_get("now")?)
}

/// A trip with its current clearances.
pub(in crate::trips) async fn trip(
    database: &Database,
    key: &TripKey,
) -> Result<Option<(TripRow, Vec<ClearanceRow>)>, DatabaseError> {
    let (id, reference) = match key {
        TripKey::Id(id) => (Some(id.0), None),
        TripKey::Reference(reference) => (None, Some(reference.as_str())),
    };
    let mut connection = database.reader().await?;
    if let Some(id) = id {
        // by id, both questions go together
        let ids = [id];
        let mut answers = connection
            .group(&[step(&TRIP, &[&Some(id), &reference]), step(&CLEARANCES, &[&ids.as_slice()])])
            .await?
            .into_iter();
        let found = answers.next().unwrap_or_default();
        let clearances = answers.next().unwrap_or_default();
        let Some(row) = found.first() else { return Ok(None) };
        return Ok(Some((trip_row(row)?, clearance_rows(&clearances)?)));
    }
    let Some(row) = connection.maybe(&TRIP, &[&id, &reference]).await? else { return Ok(None) };
    let trip = trip_row(&row)?;
    let clearances = clearances(&mut connection, &[trip.trip_id.0]).await?;
    Ok(Some((trip, clearances)))
}

/// A page of trips, newest first, each with its current clearances; one more than the limit says
/// that there is another page.
pub(in crate::trips) async fn list(
    database: &Database,
    question: &ListQuestion,
) -> Result<Vec<(TripRow, Vec<ClearanceRow>)>, DatabaseError> {
    let mut connection = database.reader().await?;
    let ids = page(&mut connection, question).await?;
    let mut answers =
        connection.group(&[step(&TRIPS, &[&ids]), step(&CLEARANCES, &[&ids])]).await?.into_iter();
    let trips = answers.next().unwrap_or_default();
    let mut clearances: BTreeMap<TripId, Vec<ClearanceRow>> = BTreeMap::new();
    for row in clearance_rows(&answers.next().unwrap_or_default())? {
        clearances.entry(row.trip_id).or_default().push(row);
    }
    trips
        .iter()
        .map(|row| {
            let trip = trip_row(row)?;
            let own = clearances.remove(&trip.trip_id).unwrap_or_default();
            Ok((trip, own))
        })
        .collect()
}

async fn page(
    connection: &mut Connection,
    question: &ListQuestion,
) -> Result<Vec<Uuid>, DatabaseError> {
    let ListQuestion { everywhere, persons, organizations, areas, .. } = question;
    let sources: [(bool, &Statement, &(dyn crate::database::ToSql + Sync)); 4] = [
        (*everywhere, &LIST_ALL, everywhere),
        (!persons.is_empty(), &LIST_OWN, persons),
        (!organizations.is_empty(), &LIST_ORGANIZATION, organizations),
        (!areas.is_empty(), &LIST_LAND, areas),
    ];
    let parameters = sources.map(|(_, _, whose)| -> [&(dyn crate::database::ToSql + Sync); 8] {
        [
            whose,
            &question.before,
            &question.limit,
            &question.traveller,
            &question.state,
            &question.area,
            &question.departs_from,
            &question.departs_to,
        ]
    });
    let steps: Vec<_> = sources
        .iter()
        .zip(&parameters)
        .filter(|((wanted, ..), _)| *wanted)
        .map(|((_, statement, _), parameters)| step(statement, parameters))
        .collect();
    let mut ids = Vec::new();
    for row in connection.group(&steps).await?.iter().flatten() {
        ids.push(row.try_get::<_, Uuid>("trip_id")?);
    }
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    ids.truncate(usize::try_from(question.limit).unwrap_or_default());
    Ok(ids)
}

async fn clearances(
    connection: &mut Connection,
    trips: &[Uuid],
) -> Result<Vec<ClearanceRow>, DatabaseError> {
    clearance_rows(&connection.rows(&CLEARANCES, &[&trips]).await?)
}

/// One clearance.
pub(in crate::trips) async fn clearance(
    database: &Database,
    id: ClearanceId,
) -> Result<Option<OneClearance>, DatabaseError> {
    let row = database.reader().await?.maybe(&CLEARANCE, &[&id.0]).await?;
    row.as_ref().map(one_clearance).transpose()
}

/// Every move of a clearance, oldest first.
pub(in crate::trips) async fn history(
    database: &Database,
    id: ClearanceId,
) -> Result<Vec<MoveRow>, DatabaseError> {
    database.reader().await?.rows(&HISTORY, &[&id.0]).await?.iter().map(move_row).collect()
}

/// The evidence of a decision; none where it is erased.
pub(in crate::trips) async fn evidence(
    database: &Database,
    id: Uuid,
) -> Result<Option<Vec<u8>>, DatabaseError> {
    let row = database.reader().await?.maybe(&EVIDENCE, &[&id]).await?;
    Ok(row.map(|row| row.try_get("body")).transpose()?.flatten())
}

/// Policies by area and version; one that cannot be read is left out.
pub(in crate::trips) async fn policies(
    database: &Database,
    wanted: &[(AreaId, i32)],
) -> Result<BTreeMap<(AreaId, i32), AreaPolicy>, DatabaseError> {
    let areas: Vec<&str> = wanted.iter().map(|(area, _)| area.as_str()).collect();
    let versions: Vec<i32> = wanted.iter().map(|(_, version)| *version).collect();
    let mut policies = BTreeMap::new();
    for row in &database.reader().await?.rows(&POLICIES, &[&areas, &versions]).await? {
        policies.extend(policy(row)?);
    }
    Ok(policies)
}

/// A policy, by area and version.
type VersionedPolicy = ((AreaId, i32), AreaPolicy);

/// A policy with its area and version; none where it cannot be read.
pub(super) fn policy(row: &Row) -> Result<Option<VersionedPolicy>, DatabaseError> {
    let body: Value = row.try_get("body")?;
    let area = AreaId::from(row.try_get::<_, &str>("area_id")?);
    let key = (area, row.try_get("version")?);
    Ok(serde_json::from_value(body).ok().map(|policy| (key, policy)))
}

fn trip_row(row: &Row) -> Result<TripRow, DatabaseError> {
    let travellers: Vec<Uuid> = row.try_get("travellers")?;
    let sponsors: Vec<Option<Uuid>> = row.try_get("sponsors")?;
    let travellers = travellers
        .into_iter()
        .zip(sponsors)
        .map(|(person, sponsor)| (PersonId(person), sponsor.map(PersonId)));
    Ok(TripRow {
        trip_id: TripId(row.try_get("trip_id")?),
        reference: row.try_get("reference")?,
        version: row.try_get("version")?,
        change_no: row.try_get("change_no")?,
        trip_kind: row.try_get("trip_kind")?,
        purpose: row.try_get("purpose")?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        requester_id: row.try_get::<_, Option<Uuid>>("requester_id")?.map(PersonId),
        personal: row.try_get("personal")?,
        state: row.try_get("state")?,
        submitted_at: row.try_get("submitted_at")?,
        world_version: row.try_get("world_version")?,
        ruleset_version: row.try_get("ruleset_version")?,
        travellers: travellers.collect(),
        body: row.try_get("body")?,
        notes: row.try_get("notes")?,
    })
}

fn clearance_rows(rows: &[Row]) -> Result<Vec<ClearanceRow>, DatabaseError> {
    rows.iter().map(clearance_row).collect()
}

pub(super) fn clearance_row(row: &Row) -> Result<ClearanceRow, DatabaseError> {
    Ok(ClearanceRow {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        trip_id: TripId(row.try_get("trip_id")?),
        person_id: PersonId(row.try_get("person_id")?),
        area_id: row.try_get::<_, Option<&str>>("area_id")?.map(AreaId::from),
        kind: if row.try_get::<_, &str>("kind")? == "passage" {
            StayKind::Passage
        } else {
            StayKind::Stay
        },
        outcome: outcome(row)?,
        nights: u32::try_from(row.try_get::<_, i32>("nights")?).unwrap_or_default(),
        policy_version: row.try_get("policy_version")?,
        advisory_version: row.try_get("advisory_version")?,
        state: state(row, "state")?,
        arrive: row.try_get("arrive")?,
        depart: row.try_get("depart")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        entries: row.try_get("entries")?,
        moved_at: row.try_get("moved_at")?,
        answer: row.try_get("answer")?,
    })
}

/// A state by its name. The column's check holds the names equal to the program's; were one
/// unknown, the cautious reading is a state that permits nothing.
pub(super) fn state(row: &Row, column: &str) -> Result<ClearanceState, DatabaseError> {
    let name: &str = row.try_get(column)?;
    Ok(ClearanceState::named(name).unwrap_or(ClearanceState::Suspended))
}

/// An outcome by its name; the cautious one where it is unknown.
fn outcome(row: &Row) -> Result<Outcome, DatabaseError> {
    let name: &str = row.try_get("outcome")?;
    let found = Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == name);
    Ok(found.unwrap_or(Outcome::BlockClosed))
}

fn one_clearance(row: &Row) -> Result<OneClearance, DatabaseError> {
    Ok(OneClearance {
        clearance: clearance_row(row)?,
        reference: row.try_get("reference")?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
        sponsor: row.try_get::<_, Option<Uuid>>("sponsor_person_id")?.map(PersonId),
        evidence_id: row.try_get("evidence_id")?,
        ruleset_version: row.try_get("ruleset_version")?,
        world_version: row.try_get("world_version")?,
        stay_no: row.try_get("stay_no")?,
    })
}

fn move_row(row: &Row) -> Result<MoveRow, DatabaseError> {
    Ok(MoveRow {
        entry: row.try_get("entry")?,
        at: row.try_get("at")?,
        from_state: row.try_get("from_state")?,
        to_state: row.try_get("to_state")?,
        capacity: row.try_get("capacity")?,
        person_id: row.try_get::<_, Option<Uuid>>("person_id")?.map(PersonId),
        rules: row.try_get("rules")?,
        reasons: row.try_get("reasons")?,
        world_version: row.try_get("world_version")?,
        policy_version: row.try_get("policy_version")?,
        advisory_version: row.try_get("advisory_version")?,
        ruleset_version: row.try_get("ruleset_version")?,
        evidence_id: row.try_get("evidence_id")?,
        redecision_id: row.try_get("redecision_id")?,
        evidence: row.try_get("body")?,
        erased: row.try_get("erased")?,
    })
}
