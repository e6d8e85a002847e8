//! What mission requests read. The record room writes them.

use jiff::Timestamp;
use uuid::Uuid;

use super::mission::{Mission, Said};
use crate::access::{Scope, ScopeArrays};
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{
    AreaId, ClearanceId, ClearanceState, MissionAdvice, MissionConsent, MissionDecision,
    MissionPackage, MissionState, OrganizationId, PersonId, ReasonCode, TripId,
};

const FIND: Statement = statement!("desk/mscr_find");
const CLEARANCES: Statement = statement!("desk/mscr_clearances");
const PEOPLE: Statement = statement!("desk/mscr_people");
const NOW: Statement = statement!("desk/mscr_now");

/// A clearance that a request speaks of.
#[derive(Debug, Clone)]
pub(super) struct Concerned {
    pub(super) clearance_id: ClearanceId,
    pub(super) trip_id: TripId,
    pub(super) person_id: PersonId,
    pub(super) state: ClearanceState,
}

/// Requests within a scope, newest first: one of them, or a page.
pub(super) async fn find(
    database: &Database,
    one: Option<Uuid>,
    scope: &Scope,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Mission>, DatabaseError> {
    let ScopeArrays { everywhere, persons, organizations, areas, countries } = scope.arrays();
    let mut connection = database.reader().await?;
    let parameters: [&(dyn crate::database::ToSql + Sync); 8] =
        [&one, &everywhere, &organizations, &areas, &countries, &before, &limit, &persons];
    let rows = connection.rows(&FIND, &parameters).await?;
    rows.iter().map(mission).collect()
}

/// The clearances that a request speaks of, by id.
pub(super) async fn clearances(
    database: &Database,
    mscr_id: Uuid,
) -> Result<Vec<Concerned>, DatabaseError> {
    let rows = database.reader().await?.rows(&CLEARANCES, &[&mscr_id]).await?;
    let concerned = |row: &Row| {
        Ok(Concerned {
            clearance_id: ClearanceId(row.try_get("clearance_id")?),
            trip_id: TripId(row.try_get("trip_id")?),
            person_id: PersonId(row.try_get("person_id")?),
            // the statement answers undecided ones alone
            state: ClearanceState::named(row.try_get("state")?)
                .unwrap_or(ClearanceState::Escalated),
        })
    };
    rows.iter().map(concerned).collect()
}

/// People who may be named, with their organizations, by person.
pub(super) async fn people(
    database: &Database,
    ids: &[PersonId],
) -> Result<Vec<(PersonId, OrganizationId)>, DatabaseError> {
    let ids: Vec<Uuid> = ids.iter().map(|person| person.0).collect();
    let rows = database.reader().await?.rows(&PEOPLE, &[&ids]).await?;
    let named = |row: &Row| -> Result<_, DatabaseError> {
        let of = OrganizationId::from(row.try_get::<_, &str>("organization_id")?);
        Ok((PersonId(row.try_get("person_id")?), of))
    };
    let mut people: Vec<_> = rows.iter().map(named).collect::<Result<_, _>>()?;
    people.sort();
    Ok(people)
}

/// The database's time.
pub(super) async fn now(database: &Database) -> Result<Timestamp, DatabaseError> {
    Ok(database.reader().await?.one(&NOW, &[]).await?.try_get("now")?)
}

fn mission(row: &Row) -> Result<Mission, DatabaseError> {
    let people: Vec<Uuid> = row.try_get("people")?;
    let organizations: Vec<&str> = row.try_get("organizations")?;
    let areas: Vec<&str> = row.try_get("area_ids")?;
    let people = people.into_iter().map(PersonId);
    let organizations = organizations.into_iter().map(OrganizationId::from);
    Ok(Mission {
        mscr_id: row.try_get("mscr_id")?,
        change_no: row.try_get("change_no")?,
        // a state of a release after this one is over here
        state: MissionState::named(row.try_get("state")?).unwrap_or(MissionState::Refused),
        mission_ref: row.try_get("mission_ref")?,
        srm_ref: row.try_get("srm_ref")?,
        conops: row.try_get("conops")?,
        pc1_record: row.try_get("pc1_record")?,
        package: MissionPackage {
            people: people.zip(organizations).collect(),
            areas: areas.into_iter().map(AreaId::from).collect(),
            from: row.try_get("window_from")?,
            to: row.try_get("window_to")?,
        },
        package_hash: row.try_get("package_hash")?,
        opened_by: row.try_get::<_, Option<Uuid>>("opened_by")?.map(PersonId),
        opened_at: row.try_get("opened_at")?,
        advice: advice(row)?,
        consents: consents(row)?,
        decision: decision(row)?,
        now: row.try_get("now")?,
    })
}

fn advice(row: &Row) -> Result<Option<Said<MissionAdvice>>, DatabaseError> {
    let word: Option<&str> = row.try_get("recommendation")?;
    let (by, at) = (row.try_get("recommended_by")?, row.try_get("recommended_at")?);
    let reasons: Vec<&str> = row.try_get("recommendation_reasons")?;
    Ok(said(word.and_then(MissionAdvice::named), by, at, reasons))
}

fn decision(row: &Row) -> Result<Option<Said<MissionDecision>>, DatabaseError> {
    let word: Option<&str> = row.try_get("decision")?;
    let (by, at) = (row.try_get("decided_by")?, row.try_get("decided_at")?);
    let reasons: Vec<&str> = row.try_get("decision_reasons")?;
    Ok(said(word.and_then(MissionDecision::named), by, at, reasons))
}

type Consents = Vec<(OrganizationId, Option<Said<MissionConsent>>)>;

fn consents(row: &Row) -> Result<Consents, DatabaseError> {
    let organizations: Vec<&str> = row.try_get("consent_organizations")?;
    let words: Vec<Option<&str>> = row.try_get("consent_words")?;
    let by: Vec<Option<Uuid>> = row.try_get("consent_by")?;
    let at: Vec<Option<Timestamp>> = row.try_get("consent_at")?;
    let reasons: Vec<&str> = row.try_get("consent_reasons")?;
    let spoken = words.into_iter().zip(by).zip(at).zip(reasons);
    let consents = organizations.into_iter().zip(spoken);
    Ok(consents
        .map(|(organization, (((word, by), at), reasons))| {
            let word = word.and_then(MissionConsent::named);
            (OrganizationId::from(organization), said(word, by, at, reasons.split(',')))
        })
        .collect())
}

fn said<W>(
    word: Option<W>,
    by: Option<Uuid>,
    at: Option<Timestamp>,
    reasons: impl IntoIterator<Item: AsRef<str>>,
) -> Option<Said<W>> {
    let known = |name: &str| ReasonCode::ALL.iter().copied().find(|code| code.as_str() == name);
    Some(Said {
        word: word?,
        by: PersonId(by?),
        at: at?,
        reasons: reasons.into_iter().filter_map(|name| known(name.as_ref())).collect(),
    })
}
