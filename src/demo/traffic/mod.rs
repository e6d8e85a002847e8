//! `safeconduct traffic`: sends a drawn day over HTTP, and accounts for every answer.

mod answer;
mod client;
mod lines;
mod places;
mod report;
mod stored;
mod tally;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::iter;
use indicatif::ProgressBar;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::gazetteer::Gazetteer;
use super::plan::{Expect, PlannedTrip, World, day, reference};
use crate::database::{Database, DatabaseError};
use crate::identity::{DevelopmentError, DevelopmentKey};
use crate::telemetry::Stopwatch;

use answer::Answer;
use client::Client;
use tally::Tally;

pub use lines::{Line, lines};
pub use report::Report;

/// What is sent, and where to.
pub struct Traffic<'t> {
    /// Base address of the service.
    pub url: String,
    /// The development issuer's key.
    pub key: &'t DevelopmentKey,
    /// Audience of the tokens.
    pub audience: String,
    /// How many requests.
    pub trips: usize,
    /// The day's seed.
    pub seed: u64,
    /// Size of the generated population.
    pub people: u64,
    /// Requests at once.
    pub concurrency: usize,
    /// Counts what is stored there besides asking the service.
    pub database: Option<&'t Database>,
}

impl fmt::Debug for Traffic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traffic").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Why a day could not be driven at all.
#[derive(Debug, thiserror::Error)]
pub enum TrafficError {
    /// The service does not answer, or not as it should.
    #[error("the service at {0}")]
    Service(String, #[source] reqwest::Error),
    /// The service answers with something else.
    #[error("the service at {0} answers {1} to {2}")]
    Strange(String, u16, &'static str),
    /// Tokens cannot be signed.
    #[error(transparent)]
    Key(#[from] DevelopmentError),
    /// The database to be counted.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A request with its answer.
struct Sent {
    position: usize,
    took: Duration,
    answer: Answer,
}

/// Drives the day: first what stands alone, then what refers to it, then the accounting. The bar
/// advances by one for each request and each check.
pub async fn drive(
    traffic: &Traffic<'_>,
    gazetteer: &mut Gazetteer,
    bar: &ProgressBar,
) -> Result<Report, TrafficError> {
    let client = Client::new(traffic)?;
    let now = client.server_time().await?;
    gazetteer.locate(places::areas(&client, &gazetteer.points()).await?);
    let today = now.to_zoned(TimeZone::UTC).date();
    let planned =
        day(traffic.seed, traffic.trips, &World { gazetteer, people: traffic.people, today });
    let positions = 0..planned.len();
    let (following, first): (Vec<usize>, Vec<usize>) =
        positions.partition(|&at| planned.get(at).is_some_and(PlannedTrip::follows));
    bar.set_length(u64::try_from(planned.len()).unwrap_or(u64::MAX));
    let watch = Stopwatch::start();
    let mut sent = send(&client, &planned, &first, traffic.concurrency, bar).await;
    sent.extend(send(&client, &planned, &following, traffic.concurrency, bar).await);
    let seconds = watch.seconds();
    let mut tally = Tally::default();
    let first_answers: BTreeMap<usize, Uuid> = (sent.iter())
        .filter_map(|sent| Some((sent.position, sent.answer.trip()?.trip_id)))
        .collect();
    for sent in &sent {
        if let Some(trip) = planned.get(sent.position) {
            let of = match trip.expect {
                Expect::Repeated(first) => first_answers.get(&first).copied(),
                Expect::Accepted | Expect::Refused(_) => None,
            };
            tally.add(trip, sent.took, &sent.answer, of);
        }
    }
    let accounted =
        stored::account(&client, traffic, (&planned, &reference(traffic.seed, today)), &sent, bar)
            .await?;
    bar.finish_and_clear();
    Ok(Report::new(traffic, tally, accounted, seconds))
}

async fn send(
    client: &Client<'_>,
    planned: &[PlannedTrip],
    positions: &[usize],
    concurrency: usize,
    bar: &ProgressBar,
) -> Vec<Sent> {
    let requests = positions.iter().filter_map(|&at| Some((at, planned.get(at)?)));
    let sending = requests.map(|(position, trip)| async move {
        let (took, answer) = client.submit(trip).await;
        bar.inc(1);
        Sent { position, took, answer }
    });
    iter(sending).buffer_unordered(concurrency.max(1)).collect().await
}
