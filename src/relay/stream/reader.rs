//! The one reader of the feed in a process.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::{Piece, Streams};
use crate::database::DatabaseError;
use crate::relay::event::Told;
use crate::relay::store;
use crate::tasks::Stopping;

/// Between two looks when nobody tells of something new.
const EVERY: Duration = Duration::from_secs(1);
/// Commits in one piece.
const ROWS: i64 = 100;
/// Events in one piece at most.
const EVENTS: usize = 200;

impl Streams {
    /// Follows the feed until the service stops; `news` changes when something was numbered.
    pub(in crate::relay) async fn follow(
        self: Arc<Self>,
        mut news: watch::Receiver<u64>,
        mut stopping: Stopping,
    ) {
        let mut position = self.head;
        loop {
            if let Err(error) = self.read(&mut position).await {
                tracing::info!(%error, "the feed could not be read for the streams; trying later");
            }
            tokio::select! {
                () = stopping.wait() => return,
                Ok(()) = news.changed() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Hands on everything after the position. While nobody listens the position moves to the end
    /// of the feed without reading it.
    async fn read(&self, position: &mut i64) -> Result<(), DatabaseError> {
        let database = &self.parts.database;
        if self.pieces.receiver_count() == 0 {
            let head = store::head(database).await?;
            // Somebody who came meanwhile has not read as far as that yet, and must not miss it.
            if self.pieces.receiver_count() == 0 {
                *position = head;
            }
        }
        while self.pieces.receiver_count() > 0 {
            let events = store::whole(database, *position, ROWS).await?;
            let Some((last, _)) = events.last() else { break };
            *position = *last;
            self.hand_on(events);
        }
        self.parts.metrics.relay.stream_position.set(*position);
        Ok(())
    }

    fn hand_on(&self, events: Vec<(i64, String)>) {
        let read = |(seq, text): (i64, String)| {
            let told: Told = serde_json::from_str(&text).ok()?;
            Some((seq, told, text))
        };
        let mut events = events.into_iter().filter_map(read).peekable();
        while events.peek().is_some() {
            let events: Vec<_> = events.by_ref().take(EVENTS).collect();
            // An error says that the last listener has gone.
            let _unheard = self.pieces.send(Arc::new(Piece { events }));
        }
    }
}
