//! A small world of areas and people, and trips drawn on it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use safeconduct::config::Config;
use safeconduct::database::Database;
use safeconduct::metrics::Metrics;
use safeconduct::model::{
    Actor, AreaId, Change, Claim, ClearanceDecision, ClearanceId, ClearanceState, Committed,
    CountKey, Effect, Evidence, FactClass, Finding, NewClearance, NewTrip, NightCount,
    OrganizationId, Outcome, PersonId, Purpose, ReasonCode, Record, Reference, RuleId, SavedAnswer,
    SecurityLevel, Seen, StayKind, TravelWindow, Traveller, TravellerRole, TripChange, TripId,
    TripKind,
};
use safeconduct::record::{Limited, Limits, RecordSettings, Recorder};
use safeconduct::tasks::Tasks;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::harness::TestDatabase;

pub(crate) const RULES: &str = "test.1";

/// Recorder and database of one test.
pub(crate) struct Setting {
    pub(crate) made: TestDatabase,
    pub(crate) database: Database,
    pub(crate) recorder: Recorder,
    pub(crate) tasks: Tasks,
    pub(crate) metrics: Arc<Metrics>,
}

impl Setting {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_config| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let made = TestDatabase::create().await;
        furnish(&made.connect().await, 20, 1000).await;
        Self::start_on(made, change)
    }

    pub(crate) fn start_on(made: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = made.config();
        change(&mut config);
        let (tasks, metrics) = (Tasks::new(), Arc::new(Metrics::new().unwrap()));
        let database = Database::open(&config.database, &tasks, Arc::clone(&metrics)).unwrap();
        let settings = RecordSettings::of(&config.database);
        let recorder = Recorder::start(&database, settings, &tasks, &metrics);
        Self { made, database, recorder, tasks, metrics }
    }

    pub(crate) async fn client(&self) -> Client {
        self.made.connect().await
    }

    /// One number that a statement answers.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.client().await.query_one(sql, &[]).await.unwrap().get(0)
    }

    pub(crate) async fn written(&self, record: Record) {
        let result = self.recorder.commit(record).await.unwrap();
        assert!(matches!(result, Committed::Written { .. }), "{result:?}");
    }

    pub(crate) async fn close(self) {
        let aborted = self.tasks.stop(Duration::from_secs(5)).await;
        assert!(aborted.is_empty(), "tasks did not end: {aborted:?}");
        self.database.close();
        self.made.drop_now().await;
    }
}

/// Areas `AAA-0` …, each at revision 1, and people of one organization.
pub(crate) async fn furnish(client: &Client, areas: i32, people: i32) {
    let sql = format!(
        "INSERT INTO area (area_id, name, name_generated, territory, iso_3166_2_status, lon, lat,
             vertex_lon, vertex_lat,
             area_km2, time_zone, time_zone_basis)
         SELECT 'AAA-' || n, 'area', false, 'AAA', 'none', 0, 0, 0, 0, 1, 'UTC', 'set'
         FROM generate_series(0, {areas} - 1) AS n;
         INSERT INTO area_policy (area_id, version, body, demonstration, effective_from)
         SELECT area_id, 1, '{{}}', true, sc_now() FROM area WHERE area_id LIKE 'AAA-%';
         INSERT INTO area_state (area_id, security_level, policy_version, demonstration, revision)
         SELECT area_id, 3, 1, true, 1 FROM area WHERE area_id LIKE 'AAA-%';
         INSERT INTO organization (organization_id, name) VALUES ('org', 'Organization');
         INSERT INTO person (person_id, organization_id, category, recruitment)
         SELECT lpad(to_hex(n), 32, '0')::uuid, 'org', 'staff_international', 'international'
         FROM generate_series(1, {people}) AS n;
         INSERT INTO appointment (appointment_id, person_id, role, letter_ref, confirmed_by,
             confirmed_at, valid_from, valid_to)
         SELECT person_id, person_id, 'usg', 'test', gen_random_uuid(), sc_now(), '2000-01-01',
             '2100-01-01'
         FROM person;"
    );
    client.batch_execute(&sql).await.unwrap();
}

pub(crate) fn person(n: u32) -> PersonId {
    PersonId(Uuid::from_u128(u128::from(n)))
}

pub(crate) fn area(n: u32) -> AreaId {
    AreaId::from(format!("AAA-{n}"))
}

/// A day of the tests' year, counted from its first.
pub(crate) fn day(n: i32) -> Date {
    Date::constant(2030, 1, 1).checked_add(n.days()).unwrap()
}

pub(crate) fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).in_tz("UTC").unwrap().timestamp()
}

/// Now, as the tests' facts have it.
pub(crate) fn now() -> Timestamp {
    noon(Date::constant(2029, 12, 1))
}

/// One stay to be.
#[derive(Debug, Clone)]
pub(crate) struct Stay {
    pub(crate) person: u32,
    pub(crate) area: u32,
    pub(crate) from: i32,
    pub(crate) nights: i32,
    pub(crate) state: ClearanceState,
    pub(crate) keys: Vec<CountKey>,
    pub(crate) counts_arrival: bool,
}

impl Stay {
    pub(crate) fn new(person: u32, area: u32, from: i32, nights: i32) -> Self {
        let state = ClearanceState::Cleared;
        Self { person, area, from, nights, state, keys: Vec::new(), counts_arrival: false }
    }

    pub(crate) fn state(mut self, state: ClearanceState) -> Self {
        self.state = state;
        self
    }

    pub(crate) fn counted(mut self, keys: Vec<CountKey>) -> Self {
        self.keys = keys;
        self
    }

    pub(crate) fn decision(&self) -> ClearanceDecision {
        let (arrive, depart) = (day(self.from), day(self.from + self.nights));
        // the outcome that leads to the state; a person's states follow from `manual`
        let outcome = Outcome::ALL
            .into_iter()
            .find(|outcome| ClearanceState::first(*outcome) == Some(self.state))
            .unwrap_or(Outcome::Manual);
        let counts = !self.keys.is_empty();
        ClearanceDecision {
            person_id: person(self.person),
            area_id: Some(area(self.area)),
            kind: StayKind::Stay,
            stay: 0,
            arrive,
            depart: Some(depart),
            arrive_at: noon(arrive),
            depart_at: Some(noon(depart)),
            nights: u32::try_from(self.nights).unwrap(),
            outcome,
            state: self.state,
            security_level: SecurityLevel::new(3),
            risk_band: None,
            policy_version: 1,
            advisory_version: 0,
            revisions: vec![(area(self.area), 1)],
            findings: vec![Finding {
                rule: RuleId("R-402"),
                effect: Effect::Outcome(outcome),
                reason: ReasonCode::AreaManual,
                facts: Vec::new(),
            }],
            conditions: Vec::new(),
            decider: None,
            due_by: None,
            valid_from: noon(arrive) - SignedDuration::from_hours(24),
            valid_to: Some(noon(depart) + SignedDuration::from_hours(48)),
            late: false,
            two_step: false,
            places: if counts {
                // a visit within a day takes the place of its day
                (0..self.nights.max(1)).map(|n| day(self.from + n)).collect()
            } else {
                vec![]
            },
            place_keys: self.keys.clone(),
            counts_arrival: self.counts_arrival,
            remedies: Vec::new(),
        }
    }
}

/// A trip of these stays; the window holds them all.
pub(crate) struct Draft {
    pub(crate) trip_id: TripId,
    pub(crate) stays: Vec<Stay>,
    pub(crate) personal: bool,
    pub(crate) claim: Option<Claim>,
    pub(crate) evidence: usize,
}

impl Draft {
    pub(crate) fn of(stays: impl IntoIterator<Item = Stay>) -> Self {
        Self {
            trip_id: TripId(Uuid::now_v7()),
            stays: stays.into_iter().collect(),
            personal: false,
            claim: None,
            evidence: 100,
        }
    }

    pub(crate) fn key(mut self, key: &str, body: &str) -> Self {
        self.claim = Some(Claim::of(Uuid::from_u128(1), "POST", "/v1/trips", key, body.as_bytes()));
        self
    }

    pub(crate) fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    fn window(&self) -> TravelWindow {
        let mut travellers: Vec<PersonId> = self.stays.iter().map(|s| person(s.person)).collect();
        travellers.sort();
        travellers.dedup();
        let first = self.stays.iter().map(|stay| stay.from).min().unwrap();
        let last = self.stays.iter().map(|stay| stay.from + stay.nights).max().unwrap();
        TravelWindow {
            travellers,
            starts_at: noon(day(first)) - SignedDuration::from_hours(2),
            ends_at: noon(day(last)) + SignedDuration::from_hours(2),
            personal: self.personal,
            own: None,
        }
    }

    pub(crate) fn seen(&self) -> Seen {
        let window = self.window();
        let mut areas: Vec<_> = self.stays.iter().map(|stay| (area(stay.area), 1)).collect();
        areas.sort();
        areas.dedup();
        let people = window.travellers.iter().map(|person| (*person, 1)).collect();
        Seen { people, areas, window: Some(window), mission: None }
    }

    pub(crate) fn change(&self) -> Change {
        let window = self.window();
        let mut change = Change::empty(now(), Actor::RULES, 1, RULES);
        let new_clearance = |stay: &Stay| NewClearance {
            clearance_id: ClearanceId(Uuid::now_v7()),
            decision: stay.decision(),
            answer: "{\"state\":\"x\"}".to_owned(),
            conditions: None,
            urgent_at: stay.state.is_undecided().then_some(100.0),
            absence: None,
        };
        change.trip = Some(TripChange {
            trip_id: self.trip_id,
            version: 1,
            organization: OrganizationId::from("org"),
            personal: self.personal,
            new: Some(NewTrip {
                reference: Reference::from_number(fastrand::u64(..)),
                trip_kind: if self.personal { TripKind::Personal } else { TripKind::Official },
                purpose: Purpose::DutyTravel,
                requester_id: None,
                starts_at: window.starts_at,
                ends_at: window.ends_at,
                days: None,
                travellers: window
                    .travellers
                    .iter()
                    .map(|person| Traveller { person_id: *person, role: TravellerRole::Member })
                    .collect(),
                external_refs: Vec::new(),
                body: "{\"trip_kind\":\"official\"}".to_owned(),
                notes: "{}".to_owned(),
            }),
            withdrawn: false,
            clearances: self.stays.iter().map(new_clearance).collect(),
        });
        change.evidence = Some(Evidence {
            evidence_id: Uuid::now_v7(),
            class: FactClass::I,
            salt: [7; 32],
            body: vec![b'x'; self.evidence],
        });
        change.answer = self.claim.map(|_| SavedAnswer {
            status: 201,
            headers: vec![("location".to_owned(), format!("/v1/trips/{}", self.trip_id))],
            body: Bytes::from(format!("{{\"trip_id\":\"{}\"}}", self.trip_id)),
        });
        change
    }

    pub(crate) fn record(&self) -> Record {
        Record { seen: self.seen(), claim: self.claim, change: self.change() }
    }
}

/// A stand-in for the decision: cleared while every count is below its ceiling.
pub(crate) fn limited(stay: Stay, ceiling: u32, quota: u32, key: Option<&str>) -> Limited {
    let mut draft = Draft::of([stay]);
    if let Some(key) = key {
        draft = draft.key(key, "{}");
    }
    let limits = limits(&draft);
    let (seen, claim, new_trip) = (draft.seen(), draft.claim, Some(draft.trip_id));
    let decide = move |nights: &[NightCount], arrivals: &[(AreaId, Date, u32)]| {
        let full = nights.iter().any(|night| night.committed + night.residents >= ceiling)
            || arrivals.iter().any(|(_, _, count)| *count >= quota);
        let mut stay = draft.stays[0].clone();
        if full {
            stay.state = ClearanceState::PendingReview;
        }
        let decided = Draft { stays: vec![stay], ..Draft::of([]) };
        Draft { trip_id: draft.trip_id, claim: draft.claim, ..decided }.change()
    };
    Limited {
        seen,
        claim,
        limits,
        new_trip,
        trips: Vec::new(),
        amends: None,
        own: Vec::new(),
        expects: Vec::new(),
        decision: None,
        decide: Box::new(decide),
    }
}

fn limits(draft: &Draft) -> Limits {
    let mut limits = Limits::default();
    for stay in &draft.stays {
        let decision = stay.decision();
        for night in &decision.places {
            for key in &decision.place_keys {
                limits.nights.insert((area(stay.area), *night, key.clone()));
            }
        }
        if stay.counts_arrival {
            limits.arrivals.insert((area(stay.area), decision.arrive));
        }
    }
    limits
}
