//! Outbox to feed: numbers committed events, and tells them: as feed, as live streams, to webhooks.
//!
//! Rows of the outbox commit in no public order. One relay at a time gives them consecutive
//! numbers; readers go by those alone, so that nobody misses an event that committed late. The
//! relay is woken when something was written here, and also polls, for what others wrote. Whoever
//! waits for numbered events is told by the database, and also polls.

mod event;
mod feed;
mod numbering;
mod routes;
mod store;
mod stream;
mod webhook;

use std::sync::Arc;

use tokio::sync::{Notify, watch};

pub use self::feed::Feed;
pub use self::numbering::number;
pub use self::routes::{Api, configure};
pub use self::stream::{StreamError, StreamParts, Streams};
pub use self::webhook::{Deliverer, NoRandomness, WebhookError, Webhooks};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config::Config;
use crate::database::{Clock, Database, DatabaseError, listen};
use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::tasks::Tasks;
use crate::web::OpenStreams;

/// What the room stands on.
#[derive(Debug)]
pub struct RelayParts {
    /// PostgreSQL.
    pub database: Database,
    /// Who may receive what.
    pub identity: Arc<Identity>,
    /// The database's time.
    pub clock: Arc<Clock>,
    /// The countries of areas.
    pub atlas: Arc<Snapshot<Atlas>>,
    /// Wakes the numbering.
    pub written: Arc<Notify>,
    /// The streams open in this process.
    pub open: Arc<OpenStreams>,
    /// Metrics.
    pub metrics: Arc<Metrics>,
}

/// Why nobody can be told.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The way to endpoints cannot be made.
    #[error(transparent)]
    Webhooks(#[from] WebhookError),
}

/// Everything that tells of events.
#[derive(Debug, Clone)]
pub struct Relay {
    /// The feed.
    pub feed: Feed,
    /// Live streams.
    pub streams: Arc<Streams>,
    /// Webhooks.
    pub webhooks: Arc<Webhooks>,
    /// Changes when something was numbered.
    pub news: watch::Receiver<u64>,
}

impl RelayParts {
    /// Starts the numbering, the reader of the streams and, unless another replica does it, the
    /// deliverer of webhooks.
    pub async fn start(self, config: &Arc<Config>, tasks: &Tasks) -> Result<Relay, RelayError> {
        let Self { database, identity, clock, atlas, written, open, metrics } = self;
        number(database.clone(), written, tasks, Arc::clone(&metrics));
        let (teller, news) = watch::channel(0);
        tasks.spawn("news of the feed", hear(Arc::clone(config), teller, tasks.clone()));
        let streams = Streams::open(StreamParts {
            database: database.clone(),
            identity: Arc::clone(&identity),
            atlas,
            open,
            config: config.streams,
            metrics: Arc::clone(&metrics),
        });
        let streams = Arc::new(streams.await?);
        let following = Arc::clone(&streams).follow(news.clone(), tasks.stopping());
        tasks.spawn("reader of the feed", following);
        let holding = hear_of_leases(Arc::clone(config), Arc::clone(&streams), tasks.clone());
        tasks.spawn("leases of the desk", holding);
        let webhooks = Webhooks::new(&database, identity, clock, config.webhooks, metrics)?;
        let webhooks = Arc::new(webhooks);
        let endpoints = config.webhooks.endpoints;
        if endpoints > 0 {
            let deliverer = Deliverer::new(Arc::clone(&webhooks), endpoints, news.clone());
            tasks.spawn("deliveries", deliverer.run(tasks.stopping()));
        }
        tasks.spawn("survey of webhooks", webhook::survey(Arc::clone(&webhooks), tasks.stopping()));
        Ok(Relay { feed: Feed::new(database), streams, webhooks, news })
    }
}

/// Hears of newly numbered events until the service stops.
async fn hear(config: Arc<Config>, teller: watch::Sender<u64>, tasks: Tasks) {
    let heard = |_nothing: &str| teller.send_modify(|count| *count = count.wrapping_add(1));
    listen(&config.database, &store::LISTEN, heard, tasks.stopping()).await;
}

/// Hears of leases that begin and end until the service stops.
async fn hear_of_leases(config: Arc<Config>, streams: Arc<Streams>, tasks: Tasks) {
    let heard = |lease: &str| streams.hand_on_lease(lease);
    listen(&config.database, &store::LISTEN_LEASES, heard, tasks.stopping()).await;
}
