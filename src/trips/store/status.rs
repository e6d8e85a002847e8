//! What the status questions read, through a lane: questions that wait go together.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::super::answer::ConditionAnswer;
use super::FactsError;
use super::read::state;
use crate::config;
use crate::database::{
    Database, DatabaseError, Json, Lane, LaneSettings, Row, Statement, all_failed, statement,
};
use crate::metrics::Metrics;
use crate::model::{AreaId, ClearanceId, ClearanceState, OrganizationId, PersonId, TripId};
use crate::tasks::Tasks;

const STATUS: Statement = statement!("trips/status");

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
    /// State of the trip.
    pub(in crate::trips) state: String,
    /// The local days on which it starts and ends; none where they are erased.
    pub(in crate::trips) days: Option<StatusDays>,
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

/// The local days of a trip: what is read of its notes.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(in crate::trips) struct StatusDays {
    /// Of the first departure.
    pub(in crate::trips) first_day: Date,
    /// On which it ends; none for a trip without end.
    pub(in crate::trips) last_day: Option<Date>,
}

/// What is read of the answer that a clearance keeps.
#[derive(Deserialize)]
struct Owed {
    #[serde(default)]
    conditions: Vec<ConditionAnswer>,
}

/// The lane of status questions.
#[derive(Debug, Clone)]
pub(in crate::trips) struct Statuses(
    Lane<Vec<StatusQuestion>, Vec<Option<StatusRows>>, FactsError>,
);

impl Statuses {
    /// Starts the lane.
    pub(in crate::trips) fn start(
        database: &Database,
        config: &config::Database,
        tasks: &Tasks,
        metrics: &Metrics,
    ) -> Self {
        let settings = LaneSettings::reading("status", config);
        let database = database.clone();
        Self(Lane::start(settings, tasks, metrics, move |asked: Vec<Vec<StatusQuestion>>| {
            let database = database.clone();
            async move {
                let flat: Vec<&StatusQuestion> = asked.iter().flatten().collect();
                match answers(&database, &flat).await {
                    Ok(answers) => {
                        let mut answers = answers.into_iter();
                        asked
                            .iter()
                            .map(|one| Ok(answers.by_ref().take(one.len()).collect()))
                            .collect()
                    }
                    Err(error) => all_failed(asked.len(), &FactsError::from(error)),
                }
            }
        }))
    }

    /// Asks; answers in the order of the questions, none for a person that is unknown.
    pub(in crate::trips) async fn ask(
        &self,
        questions: Vec<StatusQuestion>,
    ) -> Result<Vec<Option<StatusRows>>, FactsError> {
        self.0.ask(questions).await
    }
}

async fn answers(
    database: &Database,
    questions: &[&StatusQuestion],
) -> Result<Vec<Option<StatusRows>>, DatabaseError> {
    let mut numbers = Vec::new();
    let mut people: Vec<Option<Uuid>> = Vec::new();
    let mut organizations: Vec<Option<&str>> = Vec::new();
    let mut staff: Vec<Option<&str>> = Vec::new();
    let mut days = Vec::new();
    for (number, question) in (0_i32..).zip(questions) {
        numbers.push(number);
        days.push(question.on);
        let (person, organization, staff_no) = match &question.person {
            PersonKey::Id(id) => (Some(id.0), None, None),
            PersonKey::StaffNumber(organization, staff_no) => {
                (None, Some(organization.as_str()), Some(staff_no.as_str()))
            }
        };
        people.push(person);
        organizations.push(organization);
        staff.push(staff_no);
    }
    let rows = database
        .reader()
        .await?
        .rows(&STATUS, &[&numbers, &people, &organizations, &staff, &days])
        .await?;
    let mut found: Vec<Option<StatusRows>> = vec![None; questions.len()];
    for row in &rows {
        let number: i32 = row.try_get("question")?;
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(slot) = found.get_mut(index) {
            gather(slot, row)?;
        }
    }
    Ok(found)
}

fn gather(slot: &mut Option<StatusRows>, row: &Row) -> Result<(), DatabaseError> {
    let known = match slot {
        Some(known) => known,
        None => slot.insert(StatusRows {
            person_id: PersonId(row.try_get("person_id")?),
            sponsor: row.try_get::<_, Option<Uuid>>("sponsor_person_id")?.map(PersonId),
            organization: OrganizationId::from(row.try_get::<_, &str>("person_organization_id")?),
            trips: Vec::new(),
        }),
    };
    let Some(trip_id) = row.try_get::<_, Option<Uuid>>("trip_id")?.map(TripId) else {
        return Ok(());
    };
    if known.trips.last().is_none_or(|trip| trip.trip_id != trip_id) {
        known.trips.push(StatusTrip {
            trip_id,
            reference: row.try_get("reference")?,
            state: row.try_get("trip_state")?,
            days: row.try_get::<_, Option<Json<StatusDays>>>("notes")?.map(|Json(days)| days),
            clearances: Vec::new(),
        });
    }
    let Some(clearance_id) = row.try_get::<_, Option<Uuid>>("clearance_id")?.map(ClearanceId)
    else {
        return Ok(());
    };
    let clearance = StatusClearance {
        clearance_id,
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
            .try_get::<_, Option<Json<Owed>>>("answer")?
            .map(|Json(owed)| owed.conditions)
            .unwrap_or_default(),
    };
    if let Some(trip) = known.trips.last_mut() {
        trip.clearances.push(clearance);
    }
    Ok(())
}
