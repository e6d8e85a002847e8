//! Appointments, delegations and calendars as one versioned, immutable value; principals made from
//! it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use uuid::Uuid;

use super::calendar::Calendar;
use super::posts::Posts;
use super::store::{self, Held, Known, Reading};
use crate::access::{
    Appointment, Delegate, Delegation, DelegationState, Holder, Land, Posted, Principal,
};
use crate::database::{Clock, Database, DatabaseError};
use crate::model::{AreaId, WorkingTime};
use crate::telemetry::Stopwatch;

/// Principals remembered at most; beyond, all are made anew.
const MOST_PRINCIPALS: usize = 20_000;

/// The appointments cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the appointments cannot be read")]
pub struct AuthorityError(#[from] DatabaseError);

struct Snapshot {
    version: i64,
    held: Held,
    posts: Posts,
    /// By the person named.
    to_persons: BTreeMap<Uuid, Vec<Delegation>>,
    to_posts: Vec<Delegation>,
    calendar: Calendar,
}

impl Snapshot {
    fn of(reading: Reading) -> Self {
        let Reading { version, held, delegations, calendar, .. } = reading;
        let posts = Posts::of(&held.values().flatten().collect::<Vec<_>>());
        let (mut to_persons, mut to_posts) = (BTreeMap::<_, Vec<_>>::new(), Vec::new());
        for given in delegations {
            match given.delegate {
                Delegate::Person(person) => to_persons.entry(person.0).or_default().push(given),
                Delegate::Post { .. } => to_posts.push(given),
            }
        }
        Self { version, held, posts, to_persons, to_posts, calendar }
    }
}

/// A principal as it was made, and how long it stands.
pub(super) struct Made {
    pub(super) principal: Arc<Principal>,
    pub(super) version: i64,
    /// The next instant at which one of its appointments or delegations begins or ends.
    pub(super) until: Timestamp,
}

/// Who may act as what. Loaded whole, replaced whole when the version in the database has moved.
pub struct Authority {
    database: Database,
    clock: Arc<Clock>,
    max_age: Duration,
    snapshot: ArcSwap<Snapshot>,
    confirmed: ArcSwap<Stopwatch>,
    principals: RwLock<BTreeMap<String, Made>>,
}

impl Authority {
    /// Loads it for the first time. Past `max_age` without news it is stale.
    pub async fn load(
        database: &Database,
        clock: Arc<Clock>,
        max_age: Duration,
    ) -> Result<Self, AuthorityError> {
        let reading = store::authority(database).await?;
        clock.correct(reading.now);
        Ok(Self {
            database: database.clone(),
            clock,
            max_age,
            snapshot: ArcSwap::from_pointee(Snapshot::of(reading)),
            confirmed: ArcSwap::from_pointee(Stopwatch::start()),
            principals: RwLock::new(BTreeMap::new()),
        })
    }

    /// Looks whether the version has moved, and loads if it has. A failure keeps the old value.
    pub async fn refresh(&self) -> Result<(), AuthorityError> {
        let watch = Stopwatch::start();
        let (version, now) = store::version(&self.database).await?;
        self.clock.correct(now);
        if version != self.snapshot.load().version {
            let reading = store::authority(&self.database).await?;
            self.snapshot.store(Arc::new(Snapshot::of(reading)));
            self.principals.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
        self.confirmed.store(Arc::new(watch));
        Ok(())
    }

    /// The version in use.
    pub fn version(&self) -> i64 {
        self.snapshot.load().version
    }

    /// How long ago the value was last known to be the newest.
    pub fn age(&self) -> Duration {
        self.confirmed.load().elapsed()
    }

    /// Whether it is young enough to decide by; where it is not, writes of the desk answer 503
    /// (fine-print.md, "Authority").
    pub fn is_fresh(&self) -> bool {
        self.age() <= self.max_age
    }

    /// Which posts over an area of a country (ISO 3166-1 alpha-2) somebody holds now.
    pub fn posted(&self, area: &AreaId, country: Option<&str>) -> Posted {
        self.snapshot.load().posts.over(area, country, self.clock.now())
    }

    /// When an area of a country works; the usual week where nothing else is on record.
    pub fn working_time(&self, area: &AreaId, country: Option<&str>) -> WorkingTime {
        self.snapshot.load().calendar.of(area, country)
    }

    /// The principal of a subject, if it was asked for lately and still stands.
    pub(super) fn recall(&self, subject: &str) -> Option<Arc<Principal>> {
        let version = self.version();
        let principals = self.principals.read().unwrap_or_else(PoisonError::into_inner);
        let made = principals.get(subject).filter(|made| made.version == version);
        let found = made.map(|made| (Arc::clone(&made.principal), made.until));
        drop(principals);
        let (principal, until) = found?;
        (self.clock.now() < until).then_some(principal)
    }

    /// The principal of a subject; none where the subject is unknown here.
    pub(super) async fn principal(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Arc<Principal>>, AuthorityError> {
        // Taken before the question, so that a change in between makes the answer too old.
        let snapshot = self.snapshot.load_full();
        let Some(known) = store::find(&self.database, issuer, subject).await? else {
            return Ok(None);
        };
        let made = make(known, &snapshot, self.clock.now());
        let principal = Arc::clone(&made.principal);
        let mut principals = self.principals.write().unwrap_or_else(PoisonError::into_inner);
        if principals.len() >= MOST_PRINCIPALS {
            principals.clear();
        }
        principals.insert(subject.to_owned(), made);
        drop(principals);
        Ok(Some(principal))
    }

    /// The principal of a row of issuer and subject, as it stands now: for what goes on after its
    /// request, such as a webhook. None where the row is gone or disabled.
    pub async fn principal_of(
        &self,
        identity: Uuid,
    ) -> Result<Option<Arc<Principal>>, AuthorityError> {
        Ok(self.made(identity).await?.map(|made| made.principal))
    }

    /// The same, with how long it stands.
    pub(super) async fn made(&self, identity: Uuid) -> Result<Option<Made>, AuthorityError> {
        // Taken before the question, so that a change in between makes the answer too old.
        let snapshot = self.snapshot.load_full();
        let known = store::find_by_id(&self.database, identity).await?;
        Ok(known.map(|known| make(known, &snapshot, self.clock.now())))
    }

    /// The database's time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

fn make(known: Known, snapshot: &Snapshot, now: Timestamp) -> Made {
    let id = match known.holder {
        Holder::Person(person) => person.0,
        Holder::Client(client) => client,
    };
    let held = snapshot.held.get(&id).map(Vec::as_slice).unwrap_or_default();
    let appointments: Vec<_> =
        held.iter().filter(|appointment| appointment.is_in_force(now)).cloned().collect();
    let organization = known
        .organization
        .or_else(|| appointments.iter().find_map(|held| held.organization.clone()));
    let mut principal = Principal {
        identity: known.identity,
        holder: known.holder,
        organization,
        appointments,
        delegations: snapshot.to_persons.get(&id).cloned().unwrap_or_default(),
        delegated: Land::default(),
    };
    let of_post = snapshot.to_posts.iter().filter(|given| given.names(&principal, now));
    let of_post: Vec<_> = of_post.cloned().collect();
    principal.delegations.extend(of_post);
    for given in &principal.delegations {
        if given.state(now) == DelegationState::InForce {
            let Land { areas, countries } = &given.scope.land;
            principal.delegated.areas.extend(areas.iter().cloned());
            principal.delegated.countries.extend(countries.iter().cloned());
        }
    }
    let until = boundaries(held, &principal.delegations).filter(|boundary| *boundary > now).min();
    let until = until.unwrap_or(Timestamp::MAX);
    Made { principal: Arc::new(principal), version: snapshot.version, until }
}

/// Instants at which what a principal may do changes.
fn boundaries<'a>(
    held: &'a [Appointment],
    delegations: &'a [Delegation],
) -> impl Iterator<Item = Timestamp> + 'a {
    let held = held.iter().flat_map(|held| [held.valid_from, held.valid_to]);
    held.chain(delegations.iter().flat_map(|given| [given.valid_from, given.ends_at()]))
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("version", &self.version())
            .field("age", &self.age())
            .finish_non_exhaustive()
    }
}
