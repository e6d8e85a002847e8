//! One stream, from the number it begins after to its last event.

use std::collections::VecDeque;
use std::mem::replace;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::leases::LeaseTold;
use super::sight::Sight;
use super::{Piece, StreamError, StreamParts, Streams, frame};
use crate::relay::event::Told;
use crate::relay::store;
use crate::web::{Resume, Sse, StreamEnd, Telling};

/// Events of one question to the database.
const SOME: i64 = 200;

/// What is told next.
type Words = VecDeque<Bytes>;

/// Where its events come from.
#[derive(Debug)]
enum Source {
    /// The database, until nothing is missing.
    Missed,
    /// The database once more: what was numbered since is also in the pieces.
    Joining(broadcast::Receiver<Arc<Piece>>),
    /// The pieces of the reader.
    Live(broadcast::Receiver<Arc<Piece>>),
}

/// What a stream that waits may hear.
enum Heard {
    Piece(Result<Arc<Piece>, RecvError>),
    Lease(Result<Arc<LeaseTold>, RecvError>),
    /// Nothing for a while.
    Nothing,
}

/// A stream.
#[derive(Debug)]
pub(super) struct Subscription {
    streams: Arc<Streams>,
    sight: Sight,
    leases: broadcast::Receiver<Arc<LeaseTold>>,
    /// Everything up to this number was shown or is not for the caller.
    after: i64,
    waits: bool,
    source: Source,
}

impl Telling for Subscription {
    fn after(&self) -> i64 {
        self.after
    }

    async fn step(&mut self, words: &mut Words) -> Result<(), StreamEnd> {
        if self.sight.is_old(self.parts()) {
            self.look_again().await?;
        }
        if matches!(self.source, Source::Live(_)) {
            return self.listen(words).await;
        }
        if self.read_missed(words).await? {
            return Ok(());
        }
        if let Source::Joining(_) = &self.source
            && !self.waits
        {
            return Err(StreamEnd::Complete);
        }
        self.source = match replace(&mut self.source, Source::Missed) {
            Source::Missed => Source::Joining(self.streams.pieces.subscribe()),
            Source::Joining(pieces) | Source::Live(pieces) => Source::Live(pieces),
        };
        Ok(())
    }
}

impl Subscription {
    /// A stream that begins after a number, or at the end of the feed.
    pub(super) async fn begin(
        streams: Arc<Streams>,
        sight: Sight,
        from: Resume,
    ) -> Result<Self, StreamError> {
        let head = store::head(&streams.parts.database).await?;
        let after = from.after.map_or(head, |after| after.min(head));
        let (leases, source) = (streams.leases.subscribe(), Source::Missed);
        Ok(Self { streams, sight, leases, after, waits: from.waits, source })
    }

    fn parts(&self) -> &StreamParts {
        &self.streams.parts
    }

    async fn look_again(&mut self) -> Result<(), StreamEnd> {
        let renewed = self.sight.renewed(self.parts()).await;
        let renewed = renewed.map_err(|_failed| StreamEnd::Unavailable)?;
        self.sight = renewed.ok_or(StreamEnd::NotPermitted)?;
        Ok(())
    }

    /// Reads a piece from the database; false where there was nothing more.
    async fn read_missed(&mut self, words: &mut Words) -> Result<bool, StreamEnd> {
        let database = &self.parts().database;
        let piece = store::after(database, self.after, SOME, &self.sight.scope).await;
        let piece = piece.map_err(|_failed| StreamEnd::Unavailable)?;
        for (seq, event) in piece.events {
            let told: Option<Told> = serde_json::from_str(event.get()).ok();
            if let Some(told) = told {
                show(seq, &told, event.get(), words);
            }
        }
        let moved = piece.next_after > self.after;
        self.after = piece.next_after;
        Ok(moved)
    }

    /// Waits for a piece, and gives a sign of life meanwhile.
    async fn listen(&mut self, words: &mut Words) -> Result<(), StreamEnd> {
        let pause = Duration::from_secs(self.parts().config.heartbeat_seconds);
        let Source::Live(pieces) = &mut self.source else { return Ok(()) };
        let heard = tokio::select! {
            biased;
            piece = pieces.recv() => Heard::Piece(piece),
            lease = self.leases.recv() => Heard::Lease(lease),
            () = tokio::time::sleep(pause) => Heard::Nothing,
        };
        match heard {
            Heard::Piece(Ok(piece)) => self.take(&piece, words).await,
            Heard::Piece(Err(RecvError::Lagged(_))) => Err(StreamEnd::SlowReader),
            Heard::Lease(Ok(lease)) => {
                self.tell(&lease, words);
                Ok(())
            }
            Heard::Lease(Err(RecvError::Lagged(_))) => {
                self.tell(&LeaseTold::missed(), words);
                Ok(())
            }
            Heard::Piece(Err(RecvError::Closed)) | Heard::Lease(Err(RecvError::Closed)) => {
                Err(StreamEnd::Stopping)
            }
            Heard::Nothing => {
                self.look_again().await?;
                words.push_back(Sse::heartbeat(self.after));
                Ok(())
            }
        }
    }

    /// A lease in one of the caller's queues.
    fn tell(&self, lease: &LeaseTold, words: &mut Words) {
        let atlas = self.parts().atlas.load();
        if lease.is_for_all() || self.sight.watches(lease.area.as_ref(), &atlas) {
            words.push_back(frame::lease(lease.change, &lease.text));
        }
    }

    async fn take(&mut self, piece: &Piece, words: &mut Words) -> Result<(), StreamEnd> {
        // An appointment may have ended while this one waited for the piece.
        if self.sight.is_old(self.parts()) {
            self.look_again().await?;
        }
        let atlas = self.parts().atlas.load();
        for (seq, told, text) in &piece.events {
            if *seq > self.after {
                if self.sight.shows(told, &atlas) {
                    show(*seq, told, text, words);
                }
                self.after = *seq;
            }
        }
        Ok(())
    }
}

fn show(seq: i64, told: &Told, text: &str, words: &mut Words) {
    if let Some(change) = frame::change(&told.kind) {
        words.push_back(frame::event(seq, change, text));
    }
}
