//! The facts of a decision, in one round trip: questions that wait while a read is under way go
//! together in the next, as arrays.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::NOW;
use super::advice::{OPERATORS, advised};
use crate::access::{Scope, Subject};
use crate::config;
use crate::database::{
    Connection, Database, DatabaseError, Json, Lane, LaneSettings, Overloaded, Row, Statement,
    all_failed, statement, step,
};
use crate::metrics::Metrics;
use crate::model::{
    AreaId, Category, Certificate, CertificateState, CountKey, Course, Flight, FlightCount,
    MscrFacts, NightCount, OperatorFacts, OperatorUse, OrganizationId, OrganizationRules,
    OtherTrip, Person, PersonFacts, PersonId, PersonStatus, Recruitment, Reference, TripId,
};
use crate::tasks::Tasks;

const PEOPLE: Statement = statement!("trips/fact_people");
const NIGHTS: Statement = statement!("trips/fact_nights");
const ARRIVALS: Statement = statement!("trips/fact_arrivals");
const OVERLAPS: Statement = statement!("trips/fact_overlaps");
const FLIGHTS: Statement = statement!("trips/fact_flights");
const MISSIONS: Statement = statement!("trips/fact_missions");

/// What one decision asks.
#[derive(Debug, Clone)]
pub(in crate::trips) struct FactQuestion {
    /// The travellers.
    pub(in crate::trips) people: Vec<PersonId>,
    /// For whom the caller may act; anyone else is unknown to it.
    pub(in crate::trips) scope: Scope,
    /// Counts of places.
    pub(in crate::trips) nights: Vec<NightQuestion>,
    /// Days whose arrivals by rule are counted.
    pub(in crate::trips) arrivals: Vec<(AreaId, Date)>,
    /// Other trips of the travellers in this window are looked for; none where the write looks.
    pub(in crate::trips) window: Option<(Timestamp, Timestamp)>,
    /// Flights whose people are counted.
    pub(in crate::trips) flights: Vec<Flight>,
    /// Operators on whom the organization may have an opinion.
    pub(in crate::trips) operators: Vec<OperatorUse>,
    /// The trip itself, where it is on record: it is not in its own way.
    pub(in crate::trips) own: Option<TripId>,
    /// The mission request that the trip names.
    pub(in crate::trips) mission: Option<Uuid>,
}

/// One count of places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::trips) struct NightQuestion {
    /// Area.
    pub(in crate::trips) area_id: AreaId,
    /// Night.
    pub(in crate::trips) night: Date,
    /// Of whom.
    pub(in crate::trips) key: CountKey,
}

/// What the store knows of it.
#[derive(Debug, Clone)]
pub(in crate::trips) struct FactAnswer {
    /// The database's time.
    pub(in crate::trips) now: Timestamp,
    /// The travellers in the order of the question; none for one the caller may not act for.
    pub(in crate::trips) people: Vec<Option<KnownPerson>>,
    /// Counts of places.
    pub(in crate::trips) nights: Vec<NightCount>,
    /// Counts of arrivals.
    pub(in crate::trips) arrivals: Vec<(AreaId, Date, u32)>,
    /// Other live trips in the window.
    pub(in crate::trips) others: Vec<OtherTrip>,
    /// People on flights by other live trips, by organization.
    pub(in crate::trips) flights: Vec<(OrganizationId, FlightCount)>,
    /// What organizations say of operators.
    pub(in crate::trips) operators: Vec<(OrganizationId, OperatorFacts)>,
    /// The mission request, where nobody has refused it.
    pub(in crate::trips) mission: Option<MscrFacts>,
}

/// A traveller with the rules of the own organization.
#[derive(Debug, Clone)]
pub(in crate::trips) struct KnownPerson {
    /// The person.
    pub(in crate::trips) facts: PersonFacts,
    /// The organization's rules.
    pub(in crate::trips) rules: OrganizationRules,
    /// The sponsor is no longer in service.
    pub(in crate::trips) sponsor_gone: bool,
}

/// Facts could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FactsError {
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Too many wait.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
}

/// The lane of fact questions.
#[derive(Debug, Clone)]
pub(in crate::trips) struct Facts(Lane<FactQuestion, FactAnswer, FactsError>);

impl Facts {
    /// Starts the lane.
    pub(in crate::trips) fn start(
        database: &Database,
        config: &config::Database,
        tasks: &Tasks,
        metrics: &Metrics,
    ) -> Self {
        // one query at a time: a second beside it would halve both, and a query has a fixed price
        let settings = LaneSettings { workers: 1, ..LaneSettings::reading("facts", config) };
        let database = database.clone();
        Self(Lane::start(settings, tasks, metrics, move |questions| {
            let database = database.clone();
            async move {
                let found = async { answers(&mut database.lane().await?, &questions).await };
                match found.await {
                    Ok(answers) => answers.into_iter().map(Ok).collect(),
                    Err(error) => all_failed(questions.len(), &FactsError::from(error)),
                }
            }
        }))
    }

    /// Asks.
    pub(in crate::trips) async fn ask(
        &self,
        question: FactQuestion,
    ) -> Result<FactAnswer, FactsError> {
        self.0.ask(question).await
    }
}

/// What the store knows of questions, each in its order: one round trip for all of them.
pub(in crate::trips) async fn answers(
    connection: &mut Connection,
    questions: &[FactQuestion],
) -> Result<Vec<FactAnswer>, DatabaseError> {
    let asked = Asked::of(questions);
    let nights: [&(dyn crate::database::ToSql + Sync); 4] =
        [&asked.night_areas, &asked.nights, &asked.night_kinds, &asked.night_keys];
    let arrivals: [&(dyn crate::database::ToSql + Sync); 2] =
        [&asked.arrival_areas, &asked.arrival_days];
    let windows: [&(dyn crate::database::ToSql + Sync); 4] =
        [&asked.window_numbers, &asked.window_people, &asked.window_starts, &asked.window_ends];
    let people: [&(dyn crate::database::ToSql + Sync); 1] = [&asked.people];
    let flights: [&(dyn crate::database::ToSql + Sync); 4] =
        [&asked.flight_numbers, &asked.flights, &asked.flight_days, &asked.flight_trips];
    let operators: [&(dyn crate::database::ToSql + Sync); 4] =
        [&asked.operator_numbers, &asked.operators, &asked.operator_days, &asked.operator_trips];
    let missions: [&(dyn crate::database::ToSql + Sync); 1] = [&asked.missions];
    let mut steps = vec![step(&NOW, &[]), step(&PEOPLE, &people)];
    // what nobody asks costs nothing
    let wanted = [
        (!asked.nights.is_empty(), step(&NIGHTS, &nights)),
        (!asked.arrival_days.is_empty(), step(&ARRIVALS, &arrivals)),
        (!asked.window_people.is_empty(), step(&OVERLAPS, &windows)),
        (!asked.flights.is_empty(), step(&FLIGHTS, &flights)),
        (!asked.operators.is_empty(), step(&OPERATORS, &operators)),
        (!asked.missions.is_empty(), step(&MISSIONS, &missions)),
    ];
    steps.extend(wanted.iter().filter(|(wanted, _)| *wanted).map(|(_, step)| *step));
    let mut rows = connection.group(&steps).await?.into_iter();
    let mut next = |wanted: bool| wanted.then(|| rows.next()).flatten().unwrap_or_default();
    let now = next(true).first().map(|row| row.try_get("now")).transpose()?;
    let [
        nights_wanted,
        arrivals_wanted,
        windows_wanted,
        flights_wanted,
        operators_wanted,
        missions_wanted,
    ] = wanted.map(|(wanted, _)| wanted);
    let known = Known {
        now: now.unwrap_or(Timestamp::MIN),
        people: keyed(&next(true), |row| Ok((row.try_get("person_id")?, person(row)?)))?,
        nights: keyed(&next(nights_wanted), night)?,
        arrivals: keyed(&next(arrivals_wanted), arrival)?,
        others: next(windows_wanted).iter().map(other).collect::<Result<_, _>>()?,
        flights: next(flights_wanted).iter().map(aboard).collect::<Result<_, _>>()?,
        operators: next(operators_wanted).iter().map(advised).collect::<Result<_, _>>()?,
        missions: keyed(&next(missions_wanted), mission)?,
    };
    Ok(known.answers(questions))
}

/// The questions of a batch as arrays, each thing once.
#[derive(Default)]
struct Asked {
    people: Vec<Uuid>,
    night_areas: Vec<String>,
    nights: Vec<Date>,
    night_kinds: Vec<&'static str>,
    night_keys: Vec<String>,
    arrival_areas: Vec<String>,
    arrival_days: Vec<Date>,
    window_numbers: Vec<i32>,
    window_people: Vec<Uuid>,
    window_starts: Vec<Timestamp>,
    window_ends: Vec<Timestamp>,
    flight_numbers: Vec<i32>,
    flights: Vec<String>,
    flight_days: Vec<Date>,
    flight_trips: Vec<Option<Uuid>>,
    operator_numbers: Vec<i32>,
    operators: Vec<String>,
    operator_days: Vec<Date>,
    operator_trips: Vec<Option<Uuid>>,
    missions: Vec<Uuid>,
}

impl Asked {
    fn of(questions: &[FactQuestion]) -> Self {
        let people: BTreeSet<Uuid> =
            questions.iter().flat_map(|q| q.people.iter().map(|person| person.0)).collect();
        let nights: BTreeSet<&NightQuestion> = questions.iter().flat_map(|q| &q.nights).collect();
        let arrivals: BTreeSet<&(AreaId, Date)> =
            questions.iter().flat_map(|q| &q.arrivals).collect();
        let mut asked = Self { people: people.into_iter().collect(), ..Self::default() };
        asked.missions = questions.iter().filter_map(|question| question.mission).collect();
        for question in nights {
            let (kind, key) = key_parts(&question.key);
            asked.night_areas.push(question.area_id.as_str().to_owned());
            asked.nights.push(question.night);
            asked.night_kinds.push(kind);
            asked.night_keys.push(key);
        }
        for (area, day) in arrivals {
            asked.arrival_areas.push(area.as_str().to_owned());
            asked.arrival_days.push(*day);
        }
        for (number, question) in (0_i32..).zip(questions) {
            for flight in &question.flights {
                asked.flight_numbers.push(number);
                asked.flights.push(flight.number.to_string());
                asked.flight_days.push(flight.day);
                asked.flight_trips.push(question.own.map(|trip| trip.0));
            }
            for operator in &question.operators {
                asked.operator_numbers.push(number);
                asked.operators.push(operator.code.to_string());
                asked.operator_days.push(operator.day);
                asked.operator_trips.push(question.own.map(|trip| trip.0));
            }
            if let Some((from, until)) = question.window {
                for person in &question.people {
                    asked.window_numbers.push(number);
                    asked.window_people.push(person.0);
                    asked.window_starts.push(from);
                    asked.window_ends.push(until);
                }
            }
        }
        asked
    }
}

/// What a batch of questions brought.
struct Known {
    now: Timestamp,
    people: BTreeMap<Uuid, KnownPerson>,
    nights: BTreeMap<NightQuestion, (u32, u32)>,
    arrivals: BTreeMap<(AreaId, Date), u32>,
    others: Vec<(i32, OtherTrip)>,
    flights: Vec<(i32, (OrganizationId, FlightCount))>,
    operators: Vec<(i32, (OrganizationId, OperatorFacts))>,
    missions: BTreeMap<Uuid, MscrFacts>,
}

impl Known {
    fn answers(&self, questions: &[FactQuestion]) -> Vec<FactAnswer> {
        (0_i32..).zip(questions).map(|(number, question)| self.answer(number, question)).collect()
    }

    fn answer(&self, number: i32, question: &FactQuestion) -> FactAnswer {
        let within = |known: &&KnownPerson| is_within(&question.scope, &known.facts.person);
        FactAnswer {
            now: self.now,
            people: question
                .people
                .iter()
                .map(|id| self.people.get(&id.0).filter(within).cloned())
                .collect(),
            nights: question.nights.iter().filter_map(|night| self.night(night)).collect(),
            arrivals: question
                .arrivals
                .iter()
                .map(|(area, day)| {
                    let key = (area.clone(), *day);
                    let arrivals = self.arrivals.get(&key).copied().unwrap_or_default();
                    (key.0, key.1, arrivals)
                })
                .collect(),
            others: self
                .others
                .iter()
                .filter(|(of, other)| *of == number && Some(other.trip_id) != question.own)
                .map(|(_, other)| other.clone())
                .collect(),
            flights: self
                .flights
                .iter()
                .filter(|(of, _)| *of == number)
                .map(|(_, count)| count.clone())
                .collect(),
            operators: self
                .operators
                .iter()
                .filter(|(of, _)| *of == number)
                .map(|(_, told)| told.clone())
                .collect(),
            mission: question.mission.and_then(|id| self.missions.get(&id).cloned()),
        }
    }

    fn night(&self, question: &NightQuestion) -> Option<NightCount> {
        let (committed, residents) = *self.nights.get(question)?;
        let NightQuestion { area_id, night, key } = question.clone();
        Some(NightCount { area_id, night, key, committed, residents })
    }
}

fn is_within(scope: &Scope, person: &Person) -> bool {
    scope
        .sight(&Subject {
            person: person.person_id,
            sponsor: person.sponsor_person_id,
            organization: &person.organization,
            official: true,
            area: None,
            country: None,
        })
        .is_some()
}

fn keyed<K: Ord, V>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<(K, V), DatabaseError>,
) -> Result<BTreeMap<K, V>, DatabaseError> {
    rows.iter().map(read).collect()
}

/// A count's key as the tables write it.
pub(super) fn key_parts(key: &CountKey) -> (&'static str, String) {
    match key {
        CountKey::Total => ("total", String::new()),
        CountKey::Organization(id) => ("organization", id.as_str().to_owned()),
        CountKey::Category(category) => ("category", category.as_str().to_owned()),
    }
}

/// A key as a clearance keeps it: `organization:unicef`.
pub(super) fn named_key(text: &str) -> Option<CountKey> {
    text.split_once(':').map(|(kind, key)| key_of(kind, key))
}

fn key_of(kind: &str, key: &str) -> CountKey {
    match kind {
        "organization" => CountKey::Organization(OrganizationId::from(key)),
        "category" => {
            named(Category::ALL, Category::as_str, key).map_or(CountKey::Total, CountKey::Category)
        }
        _ => CountKey::Total,
    }
}

fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, wanted: &str) -> Option<T> {
    all.iter().copied().find(|one| name(*one) == wanted)
}

fn night(row: &Row) -> Result<(NightQuestion, (u32, u32)), DatabaseError> {
    let question = NightQuestion {
        area_id: AreaId::from(row.try_get::<_, &str>("area_id")?),
        night: row.try_get("night")?,
        key: key_of(row.try_get("key_kind")?, row.try_get("key")?),
    };
    Ok((question, (count(row, "committed")?, count(row, "residents")?)))
}

fn arrival(row: &Row) -> Result<((AreaId, Date), u32), DatabaseError> {
    let area = AreaId::from(row.try_get::<_, &str>("area_id")?);
    Ok(((area, row.try_get("day")?), count(row, "arrivals")?))
}

fn mission(row: &Row) -> Result<(Uuid, MscrFacts), DatabaseError> {
    let (mscr_id, people): (Uuid, Vec<Uuid>) = (row.try_get("mscr_id")?, row.try_get("people")?);
    let areas: Vec<&str> = row.try_get("area_ids")?;
    let facts = MscrFacts {
        mscr_id,
        people: people.into_iter().map(PersonId).collect(),
        areas: areas.into_iter().map(AreaId::from).collect(),
        from: row.try_get("window_from")?,
        to: row.try_get("window_to")?,
        granted: row.try_get("granted")?,
    };
    Ok((mscr_id, facts))
}

fn count(row: &Row, column: &str) -> Result<u32, DatabaseError> {
    Ok(u32::try_from(row.try_get::<_, i32>(column)?).unwrap_or_default())
}

fn other(row: &Row) -> Result<(i32, OtherTrip), DatabaseError> {
    let ends_at: Option<Timestamp> = row.try_get("ends_at")?;
    let other = OtherTrip {
        person_id: PersonId(row.try_get("person_id")?),
        trip_id: TripId(row.try_get("trip_id")?),
        reference: row
            .try_get::<_, &str>("reference")?
            .parse()
            .unwrap_or_else(|_malformed| Reference::from_number(0)),
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
        starts_at: row.try_get("starts_at")?,
        ends_at: ends_at.unwrap_or(Timestamp::MAX),
    };
    Ok((row.try_get("question")?, other))
}

fn aboard(row: &Row) -> Result<(i32, (OrganizationId, FlightCount)), DatabaseError> {
    let flight =
        Flight { number: row.try_get::<_, &str>("flight")?.into(), day: row.try_get("day")? };
    let organization = OrganizationId::from(row.try_get::<_, &str>("organization_id")?);
    let people = count(row, "people")?;
    Ok((row.try_get("question")?, (organization, FlightCount { flight, people })))
}

fn person(row: &Row) -> Result<KnownPerson, DatabaseError> {
    let organization = OrganizationId::from(row.try_get::<_, &str>("organization_id")?);
    let category: &str = row.try_get("category")?;
    let person = Person {
        person_id: PersonId(row.try_get("person_id")?),
        organization: organization.clone(),
        // The column's check holds the two lists equal; what it let through is outside the system.
        category: named(Category::ALL, Category::as_str, category).unwrap_or(Category::AreaStaff),
        recruitment: named(Recruitment::ALL, Recruitment::as_str, row.try_get("recruitment")?)
            .unwrap_or(Recruitment::International),
        status: named(PersonStatus::ALL, PersonStatus::as_str, row.try_get("status")?)
            .unwrap_or(PersonStatus::Deactivated),
        duty_station_area_id: row
            .try_get::<_, Option<&str>>("duty_station_area_id")?
            .map(AreaId::from),
        sponsor_person_id: row.try_get::<_, Option<Uuid>>("sponsor_person_id")?.map(PersonId),
        reachable: row.try_get("reachable")?,
        next_of_kin: row.try_get("next_of_kin")?,
        named: row.try_get("named")?,
        senior_official: row.try_get("senior_official")?,
    };
    let facts = PersonFacts {
        person,
        revision: row.try_get("revision")?,
        certificates: certificates(row)?,
        medical_valid_to: row.try_get("medical_valid_to")?,
        resident: row.try_get("resident")?,
    };
    let most: i32 = row.try_get("flight_concentration_max")?;
    let rules = OrganizationRules {
        organization,
        entitlement_notify_only: row.try_get("entitlement_notify_only")?,
        flight_concentration_max: u32::try_from(most).unwrap_or_default(),
    };
    Ok(KnownPerson { facts, rules, sponsor_gone: row.try_get("sponsor_gone")? })
}

/// As the row keeps them: course, completed on, expires on, state.
type KeptCertificate<'r> = (&'r str, Date, Option<Date>, &'r str);

fn certificates(row: &Row) -> Result<Vec<Certificate>, DatabaseError> {
    let kept: Json<Vec<KeptCertificate<'_>>> = row.try_get("certificates")?;
    Ok(kept
        .0
        .into_iter()
        .map(|(course, completed_on, expires_on, state)| Certificate {
            course: Course(course.into()),
            completed_on,
            expires_on,
            state: named(CertificateState::ALL, CertificateState::as_str, state)
                .unwrap_or(CertificateState::Revoked),
        })
        .collect())
}
