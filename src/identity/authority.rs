//! Appointments as one versioned, immutable value; principals made from it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;

use super::store::{self, Held, Known};
use crate::access::{Holder, Principal};
use crate::database::{Clock, Database, DatabaseError};
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
}

/// A principal as it was made, and how long it stands.
struct Made {
    principal: Arc<Principal>,
    version: i64,
    /// The next instant at which one of its appointments begins or ends.
    until: Timestamp,
}

/// Who may act as what. Loaded whole, replaced whole when the version in the database has moved.
pub struct Authority {
    database: Database,
    clock: Arc<Clock>,
    snapshot: ArcSwap<Snapshot>,
    confirmed: ArcSwap<Stopwatch>,
    principals: RwLock<BTreeMap<String, Made>>,
}

impl Authority {
    /// Loads the appointments for the first time.
    pub async fn load(database: &Database, clock: Arc<Clock>) -> Result<Self, AuthorityError> {
        let store::Reading { version, now, held } = store::appointments(database).await?;
        clock.correct(now);
        Ok(Self {
            database: database.clone(),
            clock,
            snapshot: ArcSwap::from_pointee(Snapshot { version, held }),
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
            let store::Reading { version, held, .. } = store::appointments(&self.database).await?;
            self.snapshot.store(Arc::new(Snapshot { version, held }));
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
}

fn make(known: Known, snapshot: &Snapshot, now: Timestamp) -> Made {
    let id = match known.holder {
        Holder::Person(person) => person.0,
        Holder::Client(client) => client,
    };
    let held = snapshot.held.get(&id).map(Vec::as_slice).unwrap_or_default();
    let until = held
        .iter()
        .flat_map(|appointment| [appointment.valid_from, appointment.valid_to])
        .filter(|boundary| *boundary > now)
        .min()
        .unwrap_or(Timestamp::MAX);
    let appointments: Vec<_> =
        held.iter().filter(|appointment| appointment.is_in_force(now)).cloned().collect();
    let organization = known
        .organization
        .or_else(|| appointments.iter().find_map(|held| held.organization.clone()));
    let principal = Principal {
        identity: known.identity,
        holder: known.holder,
        organization,
        appointments,
        delegations: Vec::new(),
    };
    Made { principal: Arc::new(principal), version: snapshot.version, until }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("version", &self.version())
            .field("age", &self.age())
            .finish_non_exhaustive()
    }
}
