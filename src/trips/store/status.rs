//! What the status questions read, through lanes: questions that wait go together.

use futures_util::future::try_join_all;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::super::answer::ConditionAnswer;
use super::FactsError;
use super::read::state;
use crate::config;
use crate::database::{
    Connection, Database, DatabaseError, Json, Lane, LaneSettings, Row, Statement, all_failed,
    statement,
};
use crate::metrics::Metrics;
use crate::model::{
    AreaId, ClearanceId, ClearanceState, OrganizationId, PersonId, TripDays, TripId,
};
use crate::tasks::Tasks;

const STATUS: Statement = statement!("trips/status");
const STATUS_STAFF: Statement = statement!("trips/status_staff");

/// Questions of one request that still travel with those of others.
const FEW: usize = 32;
/// Of more, so many are one query: the next is under way while the answers of one are read.
const PIECE: usize = 250;

/// Whom a question names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::trips) enum PersonKey {
    /// By id.
    Id(PersonId),
    /// By the staff number in an organization.
    StaffNumber(OrganizationId, String),
}

/// Whom, and on which day.
#[derive(Debug, Clone)]
pub(in crate::trips) struct StatusQuestion {
    /// Whom.
    pub(in crate::trips) person: PersonKey,
    /// On which local day.
    pub(in crate::trips) on: Date,
}

/// A person with the official trips around a day.
#[derive(Debug, Clone)]
pub(in crate::trips) struct StatusRows {
    /// The person.
    pub(in crate::trips) person_id: PersonId,
    /// The person's sponsor.
    pub(in crate::trips) sponsor: Option<PersonId>,
    /// The person's organization.
    pub(in crate::trips) organization: OrganizationId,
    /// Trips with clearances of the person.
    pub(in crate::trips) trips: Vec<StatusTrip>,
}

/// One official trip.
#[derive(Debug, Clone)]
pub(in crate::trips) struct StatusTrip {
    pub(in crate::trips) trip_id: TripId,
    pub(in crate::trips) reference: String,
    /// It was cancelled as a whole.
    pub(in crate::trips) is_cancelled: bool,
    /// Its local days; none where they are not known.
    pub(in crate::trips) days: Option<TripDays>,
    pub(in crate::trips) clearances: Vec<StatusClearance>,
}

/// One clearance of it.
#[derive(Debug, Clone)]
pub(in crate::trips) struct StatusClearance {
    pub(in crate::trips) clearance_id: ClearanceId,
    pub(in crate::trips) area_id: Option<AreaId>,
    pub(in crate::trips) state: ClearanceState,
    pub(in crate::trips) arrive: Date,
    pub(in crate::trips) depart: Option<Date>,
    pub(in crate::trips) arrive_at: Timestamp,
    pub(in crate::trips) depart_at: Option<Timestamp>,
    /// The clearance it stands in for until that one is decided.
    pub(in crate::trips) successor: Option<ClearanceId>,
    pub(in crate::trips) valid_from: Timestamp,
    pub(in crate::trips) valid_to: Option<Timestamp>,
    /// What the traveller owes.
    pub(in crate::trips) conditions: Vec<ConditionAnswer>,
}

type Asking = Lane<Vec<StatusQuestion>, Vec<Option<StatusRows>>, FactsError>;

/// The lanes of status questions: one for those that come one by one, which one query at a time
/// answers, so that as many as can go together; and one for those that come by the hundred, which are
/// queries of their own, so that nobody waits behind a sweep.
#[derive(Debug, Clone)]
pub(in crate::trips) struct Statuses {
    few: Asking,
    many: Asking,
}

impl Statuses {
    /// Starts the lanes.
    pub(in crate::trips) fn start(
        database: &Database,
        config: &config::Database,
        tasks: &Tasks,
        metrics: &Metrics,
    ) -> Self {
        let start = |settings| {
            let database = database.clone();
            Lane::start(settings, tasks, metrics, move |asked| {
                let database = database.clone();
                async move { all_answers(&database, asked).await }
            })
        };
        let few = LaneSettings { workers: 1, ..LaneSettings::reading("status", config) };
        let many =
            LaneSettings { batch: 1, ..LaneSettings::reading("status by the hundred", config) };
        Self { few: start(few), many: start(many) }
    }

    /// Asks; answers in the order of the questions, none for a person of whom nothing is known, or
    /// who was named by id and has no trip.
    pub(in crate::trips) async fn ask(
        &self,
        questions: Vec<StatusQuestion>,
    ) -> Result<Vec<Option<StatusRows>>, FactsError> {
        if questions.len() <= FEW {
            return self.few.ask(questions).await;
        }
        let pieces = questions.chunks(PIECE).map(|piece| self.many.ask(piece.to_vec()));
        Ok(try_join_all(pieces).await?.into_iter().flatten().collect())
    }
}

async fn all_answers(
    database: &Database,
    asked: Vec<Vec<StatusQuestion>>,
) -> Vec<Result<Vec<Option<StatusRows>>, FactsError>> {
    let flat: Vec<&StatusQuestion> = asked.iter().flatten().collect();
    match answers(database, &flat).await {
        Ok(answers) => {
            let mut answers = answers.into_iter();
            asked.iter().map(|one| Ok(answers.by_ref().take(one.len()).collect())).collect()
        }
        Err(error) => all_failed(asked.len(), &FactsError::from(error)),
    }
}

async fn answers(
    database: &Database,
    questions: &[&StatusQuestion],
) -> Result<Vec<Option<StatusRows>>, DatabaseError> {
    let mut connection = database.lane().await?;
    let mut found = vec![None; questions.len()];
    if questions.iter().any(|one| matches!(one.person, PersonKey::StaffNumber(..))) {
        find_staff(&mut connection, questions, &mut found).await?;
    }
    let people = questions.iter().zip(&found).map(|(question, known)| match &question.person {
        PersonKey::Id(id) => Some(id.0),
        PersonKey::StaffNumber(..) => known.as_ref().map(|known| known.person_id.0),
    });
    let people: Vec<Option<Uuid>> = people.collect();
    let days: Vec<Date> = questions.iter().map(|question| question.on).collect();
    for row in &connection.rows(&STATUS, &[&people, &days]).await? {
        if let Some(slot) = slot_of(row, &mut found)? {
            gather(slot, row)?;
        }
    }
    for known in found.iter_mut().flatten() {
        known.trips.sort_unstable_by_key(|trip| trip.trip_id);
        for trip in &mut known.trips {
            trip.clearances.sort_unstable_by_key(|one| (one.arrive_at, one.clearance_id));
        }
    }
    Ok(found)
}

/// Puts those whom staff numbers name into their places.
async fn find_staff(
    connection: &mut Connection,
    questions: &[&StatusQuestion],
    found: &mut [Option<StatusRows>],
) -> Result<(), DatabaseError> {
    let named = questions.iter().map(|question| match &question.person {
        PersonKey::Id(_) => (None, None),
        PersonKey::StaffNumber(organization, staff_no) => {
            (Some(organization.as_str()), Some(staff_no.as_str()))
        }
    });
    let (organizations, staff): (Vec<_>, Vec<_>) = named.unzip();
    for row in &connection.rows(&STATUS_STAFF, &[&organizations, &staff]).await? {
        if let Some(slot) = slot_of(row, found)? {
            *slot = Some(person(row)?);
        }
    }
    Ok(())
}

/// The place of a row's question; they are numbered from one.
fn slot_of<'f>(
    row: &Row,
    found: &'f mut [Option<StatusRows>],
) -> Result<Option<&'f mut Option<StatusRows>>, DatabaseError> {
    let number: i64 = row.try_get("number")?;
    Ok(usize::try_from(number.saturating_sub(1)).ok().and_then(|place| found.get_mut(place)))
}

fn person(row: &Row) -> Result<StatusRows, DatabaseError> {
    Ok(StatusRows {
        person_id: PersonId(row.try_get("person_id")?),
        sponsor: row.try_get::<_, Option<Uuid>>("sponsor_person_id")?.map(PersonId),
        organization: OrganizationId::from(row.try_get::<_, &str>("person_organization_id")?),
        trips: Vec::new(),
    })
}

fn gather(slot: &mut Option<StatusRows>, row: &Row) -> Result<(), DatabaseError> {
    let known = match slot {
        Some(known) => known,
        None => slot.insert(person(row)?),
    };
    let trip_id = TripId(row.try_get("trip_id")?);
    let place = known.trips.iter().position(|trip| trip.trip_id == trip_id);
    if place.is_none() {
        known.trips.push(trip(trip_id, row)?);
    }
    let place = place.unwrap_or(known.trips.len().saturating_sub(1));
    if let (Some(trip), Some(clearance)) = (known.trips.get_mut(place), clearance(row)?) {
        trip.clearances.push(clearance);
    }
    Ok(())
}

fn trip(trip_id: TripId, row: &Row) -> Result<StatusTrip, DatabaseError> {
    Ok(StatusTrip {
        trip_id,
        reference: row.try_get("reference")?,
        is_cancelled: row.try_get("cancelled")?,
        days: match row.try_get("first_day")? {
            Some(first) => Some(TripDays { first, last: row.try_get("last_day")? }),
            None => None,
        },
        clearances: Vec::new(),
    })
}

fn clearance(row: &Row) -> Result<Option<StatusClearance>, DatabaseError> {
    let Some(clearance_id) = row.try_get::<_, Option<Uuid>>("clearance_id")? else {
        return Ok(None);
    };
    Ok(Some(StatusClearance {
        clearance_id: ClearanceId(clearance_id),
        area_id: row.try_get::<_, Option<&str>>("area_id")?.map(AreaId::from),
        state: state(row, "state")?,
        arrive: row.try_get("arrive")?,
        depart: row.try_get("depart")?,
        arrive_at: row.try_get("arrive_at")?,
        depart_at: row.try_get("depart_at")?,
        successor: row.try_get::<_, Option<Uuid>>("successor_id")?.map(ClearanceId),
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        conditions: row
            .try_get::<_, Option<Json<Vec<ConditionAnswer>>>>("conditions")?
            .map(|Json(owed)| owed)
            .unwrap_or_default(),
    }))
}
