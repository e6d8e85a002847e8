//! Items of queues.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{Denial, Parties, Tie};
use crate::database::{Connection, Database, DatabaseError, Row, Statement, statement, step};
use crate::desk::desker::Queues;
use crate::desk::item::{Denied, Item, Lease};
use crate::desk::queue::Place;
use crate::model::{
    AreaId, Category, ClearanceId, ClearanceState, Course, OrganizationId, PersonId, Role, TripId,
};

const QUEUE: Statement = statement!("desk/queue");
const COUNTS: Statement = statement!("desk/counts");
const ITEMS: Statement = statement!("desk/items");
const SEEN: Statement = statement!("desk/seen");

/// Queues, states and person that are looked for.
pub(in crate::desk) struct Asked<'q> {
    pub(in crate::desk) queues: &'q Queues,
    pub(in crate::desk) states: &'q [ClearanceState],
    pub(in crate::desk) person: Option<PersonId>,
}

impl Asked<'_> {
    fn states(&self) -> Vec<&str> {
        self.states.iter().map(|state| state.as_str()).collect()
    }
}

/// A page of the queue in its order.
pub(in crate::desk) async fn queue(
    database: &Database,
    asked: &Asked<'_>,
    after: Place,
    limit: i64,
) -> Result<Vec<Item>, DatabaseError> {
    let Queues { areas, headquarters } = asked.queues;
    let (states, person) = (asked.states(), asked.person.map(|person| person.0));
    let (urgent_at, id) = after.parts();
    let mut connection = database.reader().await?;
    let rows = connection
        .rows(&QUEUE, &[areas, headquarters, &states, &person, &urgent_at, &id, &limit])
        .await?;
    let ids =
        rows.iter().map(|row| row.try_get("clearance_id")).collect::<Result<Vec<Uuid>, _>>()?;
    connection.rows(&ITEMS, &[&ids]).await?.iter().map(item).collect()
}

/// How many wait in a state.
pub(in crate::desk) struct Counted {
    pub(in crate::desk) state: ClearanceState,
    pub(in crate::desk) items: i64,
    /// When the oldest was submitted.
    pub(in crate::desk) oldest: Timestamp,
    /// Its age in seconds.
    pub(in crate::desk) age: i64,
}

/// How many wait, by state, and since when the oldest.
pub(in crate::desk) async fn counts(
    database: &Database,
    asked: &Asked<'_>,
) -> Result<Vec<Counted>, DatabaseError> {
    let Queues { areas, headquarters } = asked.queues;
    let (states, person) = (asked.states(), asked.person.map(|person| person.0));
    let parameters: [&(dyn crate::database::ToSql + Sync); 4] =
        [areas, headquarters, &states, &person];
    let rows = database.reader().await?.rows(&COUNTS, &parameters).await?;
    rows.iter().map(counted).collect()
}

fn counted(row: &Row) -> Result<Counted, DatabaseError> {
    let (oldest, now): (Timestamp, Timestamp) = (row.try_get("oldest")?, row.try_get("now")?);
    Ok(Counted {
        state: state(row, "state")?,
        items: row.try_get("items")?,
        oldest,
        age: now.duration_since(oldest).as_secs(),
    })
}

/// Items in the order asked; unknown ones are left out.
pub(in crate::desk) async fn found(
    database: &Database,
    ids: &[ClearanceId],
) -> Result<Vec<Item>, DatabaseError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let mut connection = database.reader().await?;
    connection.rows(&ITEMS, &[&ids]).await?.iter().map(item).collect()
}

/// Items with what is kept of a decision beside its words, in the order asked; unknown ones are
/// left out.
pub(in crate::desk) async fn items(
    database: &Database,
    ids: &[ClearanceId],
) -> Result<Vec<(Item, Value)>, DatabaseError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let mut connection: Connection = database.reader().await?;
    let mut answers =
        connection.group(&[step(&ITEMS, &[&ids]), step(&SEEN, &[&ids])]).await?.into_iter();
    let rows = answers.next().unwrap_or_default();
    let mut facts = BTreeMap::new();
    for row in &answers.next().unwrap_or_default() {
        let certificates: Value = row.try_get("certificates")?;
        let places: Value = row.try_get("places")?;
        let seen = json!({"certificates": certificates, "places": places});
        facts.insert(row.try_get::<_, Uuid>("clearance_id")?, seen);
    }
    rows.iter()
        .map(|row| {
            let item = item(row)?;
            let seen = facts.get(&item.clearance_id.0).cloned().unwrap_or_default();
            Ok((item, seen))
        })
        .collect()
}

fn item(row: &Row) -> Result<Item, DatabaseError> {
    let now: Timestamp = row.try_get("now")?;
    Ok(Item {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        trip_id: TripId(row.try_get("trip_id")?),
        trip_version: row.try_get("trip_version")?,
        reference: row.try_get("reference")?,
        person_id: PersonId(row.try_get("person_id")?),
        family_name: row.try_get("family_name")?,
        given_names: row.try_get("given_names")?,
        category: category(row)?,
        sponsor: person(row, "sponsor_person_id")?,
        senior_official: row.try_get("senior_official")?,
        person_revision: row.try_get("revision")?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
        purpose: row.try_get("purpose")?,
        pc_grade: row.try_get("pc_grade")?,
        departs_at: row.try_get("starts_at")?,
        area_id: area(row, "area_id")?,
        kind: row.try_get("kind")?,
        state: state(row, "state")?,
        arrive: row.try_get("arrive")?,
        depart: row.try_get("depart")?,
        nights: u32::try_from(row.try_get::<_, i32>("nights")?).unwrap_or_default(),
        security_level: row.try_get("security_level")?,
        policy_version: row.try_get("policy_version")?,
        advisory_version: row.try_get("advisory_version")?,
        due_by: row.try_get("due_by")?,
        urgent_at: row.try_get("urgent_at")?,
        late: row.try_get("late")?,
        two_step: row.try_get("two_step")?,
        decider: role(row)?,
        submitted_at: row.try_get("submitted_at")?,
        moved_at: row.try_get("moved_at")?,
        moved_by: person(row, "moved_by")?,
        entries: row.try_get("entries")?,
        answer: row.try_get("answer")?,
        parties: parties(row)?,
        recommended_by: person(row, "recommended_by")?,
        denial: denial(row)?,
        appealed: row.try_get("appealed")?,
        appealed_at_headquarters: row.try_get("at_headquarters")?,
        waived: waived(row)?,
        reached: reached(row)?,
        lease: lease(row)?,
        now,
    })
}

fn person(row: &Row, column: &str) -> Result<Option<PersonId>, DatabaseError> {
    Ok(row.try_get::<_, Option<Uuid>>(column)?.map(PersonId))
}

fn area(row: &Row, column: &str) -> Result<Option<AreaId>, DatabaseError> {
    Ok(row.try_get::<_, Option<&str>>(column)?.map(AreaId::from))
}

fn role(row: &Row) -> Result<Option<Role>, DatabaseError> {
    let name: Option<&str> = row.try_get("decider_role")?;
    Ok(name.and_then(|name| Role::ALL.into_iter().find(|role| role.as_str() == name)))
}

/// A category by its name. The column's check holds the names equal to the program's; were one
/// unknown, no delegation that names categories covers it.
fn category(row: &Row) -> Result<Category, DatabaseError> {
    let name: &str = row.try_get("category")?;
    let found = Category::ALL.iter().copied().find(|category| category.as_str() == name);
    Ok(found.unwrap_or(Category::AreaStaff))
}

/// A state by its name; one that permits nothing where it is unknown.
pub(in crate::desk) fn state(row: &Row, column: &str) -> Result<ClearanceState, DatabaseError> {
    let name: &str = row.try_get(column)?;
    Ok(ClearanceState::named(name).unwrap_or(ClearanceState::Suspended))
}

fn parties(row: &Row) -> Result<Parties, DatabaseError> {
    let persons: Option<Vec<Uuid>> = row.try_get("persons")?;
    let ties: Option<Vec<String>> = row.try_get("ties")?;
    let pairs = persons.unwrap_or_default().into_iter().zip(ties.unwrap_or_default());
    // a tie of a release after this one is a tie all the same
    Ok(pairs
        .map(|(person, tie)| (PersonId(person), Tie::named(&tie).unwrap_or(Tie::Family)))
        .collect())
}

fn denial(row: &Row) -> Result<Option<Denied>, DatabaseError> {
    let Some(capacity) = row.try_get::<_, Option<&str>>("denied_as")? else { return Ok(None) };
    let by_official = matches!(capacity, "own" | "ad_interim");
    let said = Denial { by: person(row, "denied_by")?, by_official };
    Ok(Some(Denied { said, state: state(row, "denied_to")? }))
}

fn waived(row: &Row) -> Result<Vec<Course>, DatabaseError> {
    let courses: Vec<String> = row.try_get("waived")?;
    Ok(courses.into_iter().map(|course| Course(course.into())).collect())
}

fn reached(row: &Row) -> Result<BTreeSet<Role>, DatabaseError> {
    let names: Vec<String> = row.try_get("reached")?;
    Ok(Role::ALL.into_iter().filter(|role| names.iter().any(|n| n == role.as_str())).collect())
}

fn lease(row: &Row) -> Result<Option<Lease>, DatabaseError> {
    let Some(holder) = person(row, "holder_id")? else { return Ok(None) };
    let (since, until) = (row.try_get("claimed_at")?, row.try_get("leased_until")?);
    Ok(Some(Lease { holder, since, until }))
}
