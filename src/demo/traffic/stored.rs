//! Accounting: every trip that was acknowledged is there with the clearances of its answer, and
//! nothing else is.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream::iter;
use indicatif::ProgressBar;
use serde::Serialize;
use uuid::Uuid;

use super::answer::Accepted;
use super::client::Client;
use super::{Sent, Traffic, TrafficError};
use crate::demo::plan::{Expect, PlannedTrip, Sender};
use crate::demo::store;

/// What the accounting found.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Accounted {
    /// Trips asked for again over HTTP.
    pub(super) read: u64,
    /// Those that came back with other clearances, or not at all.
    pub(super) differing: u64,
    /// Trips found in the database, where one was named.
    pub(super) stored: Option<u64>,
    /// Trips of the day's keys in the database that no answer had acknowledged.
    pub(super) unacknowledged: Option<u64>,
    /// The first differences.
    pub(super) told: Vec<String>,
}

impl Accounted {
    /// Everything is there, and nothing else.
    pub(super) fn is_whole(&self) -> bool {
        self.differing == 0 && self.unacknowledged.unwrap_or(0) == 0
    }

    fn differs(&mut self, text: String) {
        self.differing += 1;
        if self.told.len() < 5 {
            self.told.push(text);
        }
    }
}

/// Reads every acknowledged trip again as its sender, and counts in the database where one is
/// named. `references` is how the day's references begin.
pub(super) async fn account(
    client: &Client<'_>,
    traffic: &Traffic<'_>,
    (planned, references): (&[PlannedTrip], &str),
    sent: &[Sent],
    bar: &ProgressBar,
) -> Result<Accounted, TrafficError> {
    let acknowledged: Vec<(Sender, &Accepted)> = sent
        .iter()
        .filter_map(|sent| {
            let trip = planned.get(sent.position)?;
            let accepted = sent.answer.trip()?;
            (trip.expect == Expect::Accepted).then_some((trip.sender, accepted))
        })
        .collect();
    let mut accounted = Accounted::default();
    bar.inc_length(u64::try_from(acknowledged.len()).unwrap_or(0));
    let reading = acknowledged.iter().map(|&(sender, trip)| async move {
        let answer = client.read(sender, trip.trip_id).await;
        bar.inc(1);
        (trip, answer)
    });
    let mut reading = iter(reading).buffer_unordered(traffic.concurrency.max(1));
    while let Some((trip, answer)) = reading.next().await {
        accounted.read += 1;
        if answer.trip().map(clearances) != Some(clearances(trip)) {
            accounted.differs(format!("trip {}: {}", trip.trip_id, answer.words()));
        }
    }
    if let Some(database) = traffic.database {
        let trips: BTreeMap<Uuid, usize> =
            acknowledged.iter().map(|(_, trip)| (trip.trip_id, trip.clearances.len())).collect();
        count(database, references, &trips, &mut accounted).await?;
    }
    Ok(accounted)
}

fn clearances(trip: &Accepted) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = trip.clearances.iter().map(|of| of.clearance_id).collect();
    ids.sort();
    ids
}

async fn count(
    database: &crate::database::Database,
    references: &str,
    acknowledged: &BTreeMap<Uuid, usize>,
    accounted: &mut Accounted,
) -> Result<(), TrafficError> {
    let stored = store::stored_trips(database, references).await?;
    for (trip, expected) in acknowledged {
        let found = stored.get(trip).copied();
        if found != Some(*expected) {
            accounted.differs(format!("trip {trip}: {expected} clearances, stored {found:?}"));
        }
    }
    let known = stored.keys().filter(|trip| acknowledged.contains_key(*trip)).count();
    accounted.stored = u64::try_from(known).ok();
    accounted.unacknowledged = u64::try_from(stored.len() - known).ok();
    Ok(())
}
