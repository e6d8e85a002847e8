//! Live streams: what happens in the caller's queues, as server-sent events.
//!
//! They follow the numbered feed, so that they work across replicas and `Last-Event-ID` resumes
//! anywhere: one reader in each process hands pieces of the feed to all its streams, and each shows
//! what its caller may see. A stream that comes with a number first reads what it missed from the
//! database. What the pieces are kept in is bounded; a stream that falls further behind is closed
//! with a last event that tells where to resume. Between the events of the feed a stream that waits
//! tells who takes and gives back which item.

mod frame;
mod leases;
mod reader;
mod sight;
mod subscription;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::broadcast;

use self::leases::LeaseTold;
use self::sight::Sight;
use self::subscription::Subscription;
use super::event::Told;
use super::store;
use crate::access::Principal;
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config;
use crate::database::{Database, DatabaseError};
use crate::identity::{AuthorityError, Identity, Standing};
use crate::metrics::Metrics;
use crate::web::{OpenStreams, Resume};

/// Leases kept for streams that are behind; what is beyond is told as missed.
const LEASES: usize = 256;

/// Why a stream cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The caller's appointments cannot be read.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The caller has no queues.
    #[error("no role of the caller has a queue")]
    NotPermitted,
    /// As many are open as may be, or the service stops.
    #[error("no more streams can be opened here now")]
    Full,
}

/// Events of the feed in a row, whoever may see them.
#[derive(Debug)]
struct Piece {
    /// Number, what filters need, and the text as it stands in the feed.
    events: Vec<(i64, Told, String)>,
}

/// What the streams stand on.
#[derive(Debug)]
pub struct StreamParts {
    /// PostgreSQL.
    pub database: Database,
    /// Who may see what.
    pub identity: Arc<Identity>,
    /// The countries of areas.
    pub atlas: Arc<Snapshot<Atlas>>,
    /// Those open in this process.
    pub open: Arc<OpenStreams>,
    /// How they work.
    pub config: config::Streams,
    /// Metrics.
    pub metrics: Arc<Metrics>,
}

/// All streams of this process.
#[derive(Debug)]
pub struct Streams {
    parts: StreamParts,
    /// The end of the feed before any stream began.
    head: i64,
    pieces: broadcast::Sender<Arc<Piece>>,
    leases: broadcast::Sender<Arc<LeaseTold>>,
    /// Listening to leases has begun once.
    hears_leases: AtomicBool,
}

impl Streams {
    /// No streams yet.
    pub async fn open(parts: StreamParts) -> Result<Self, DatabaseError> {
        let head = store::head(&parts.database).await?;
        Ok(Self {
            head,
            pieces: broadcast::Sender::new(parts.config.buffer),
            leases: broadcast::Sender::new(LEASES),
            hears_leases: AtomicBool::new(false),
            parts,
        })
    }

    /// Begins a stream for a caller.
    pub(super) async fn begin(
        self: &Arc<Self>,
        principal: Arc<Principal>,
        from: Resume,
    ) -> Result<impl Stream<Item = Bytes> + use<>, StreamError> {
        let place = self.parts.open.place().ok_or(StreamError::Full)?;
        let sight = Sight::of(&principal, Standing::of(&principal));
        let sight = sight.ok_or(StreamError::NotPermitted)?;
        Ok(place.run(Subscription::begin(Arc::clone(self), sight, from).await?))
    }
}
