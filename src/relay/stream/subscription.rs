//! One stream, from the number it begins after to its last event.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use super::leases::LeaseTold;
use super::sight::Sight;
use super::{Piece, Place, StreamError, StreamParts, frame};
use crate::relay::event::Told;
use crate::relay::store;
use crate::telemetry::Stopwatch;
use crate::web::{Resume, Sse};

/// Events of one question to the database.
const SOME: i64 = 200;

/// Why a stream ends: the reason in its last event, and the metric's label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It has shown what there is, and was not asked to wait.
    Complete,
    /// It fell behind by more than is kept.
    SlowReader,
    /// The service stops.
    Stopping,
    /// It has lasted as long as one may.
    LongEnough,
    /// The caller has no queues any more.
    NotPermitted,
    /// The database cannot be asked.
    Unavailable,
}

impl End {
    const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::SlowReader => "slow_reader",
            Self::Stopping => "stopping",
            Self::LongEnough => "long_enough",
            Self::NotPermitted => "not_permitted",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Where its events come from.
#[derive(Debug)]
enum Source {
    /// The database, until nothing is missing.
    Missed,
    /// The database once more: what was numbered since is also in the pieces.
    Joining(broadcast::Receiver<Arc<Piece>>),
    /// The pieces of the reader.
    Live(broadcast::Receiver<Arc<Piece>>),
    /// Nothing comes any more.
    Ended,
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
    place: Place,
    sight: Sight,
    ending: watch::Receiver<bool>,
    leases: broadcast::Receiver<Arc<LeaseTold>>,
    since: Stopwatch,
    /// Everything up to this number was shown or is not for the caller.
    after: i64,
    waits: bool,
    source: Source,
    ready: VecDeque<Bytes>,
}

impl Subscription {
    /// A stream that begins after a number, or at the end of the feed.
    pub(super) async fn begin(
        place: Place,
        sight: Sight,
        from: Resume,
    ) -> Result<Self, StreamError> {
        let head = store::head(&place.0.parts.database).await?;
        let after = from.after.map_or(head, |after| after.min(head));
        Ok(Self {
            sight,
            ending: place.0.ending.subscribe(),
            leases: place.0.leases.subscribe(),
            since: Stopwatch::start(),
            after,
            waits: from.waits,
            source: Source::Missed,
            ready: VecDeque::from([Sse::ready(after)]),
            place,
        })
    }

    /// Its text, event by event.
    pub(super) fn run(self) -> impl Stream<Item = Bytes> + use<> {
        unfold(self, |mut stream| async move {
            loop {
                if let Some(text) = stream.ready.pop_front() {
                    return Some((text, stream));
                }
                if let Err(end) = stream.go_on().await {
                    stream.end(end);
                }
                if stream.ready.is_empty() && matches!(stream.source, Source::Ended) {
                    return None;
                }
            }
        })
    }

    fn parts(&self) -> &StreamParts {
        &self.place.0.parts
    }

    fn end(&mut self, end: End) {
        if matches!(self.source, Source::Ended) {
            return;
        }
        self.source = Source::Ended;
        self.parts().metrics.relay.streams_ended.with_label_values(&[end.name()]).inc();
        self.ready.push_back(Sse::last(self.after, end.name()));
    }

    /// One step: something to show, or nearer to it.
    async fn go_on(&mut self) -> Result<(), End> {
        if *self.ending.borrow() {
            return Err(End::Stopping);
        }
        let longest = Duration::from_secs(self.parts().config.longest_seconds);
        if self.since.elapsed() > longest {
            return Err(End::LongEnough);
        }
        if self.sight.is_old(self.parts()) {
            self.look_again().await?;
        }
        match std::mem::replace(&mut self.source, Source::Ended) {
            Source::Missed => {
                let more = self.read_missed().await;
                self.source = Source::Missed;
                if !more? {
                    self.source = Source::Joining(self.place.0.pieces.subscribe());
                }
            }
            Source::Joining(pieces) => {
                let more = self.read_missed().await;
                self.source = Source::Joining(pieces);
                if !more? {
                    self.join()?;
                }
            }
            Source::Live(mut pieces) => {
                let heard = self.listen(&mut pieces).await;
                self.source = Source::Live(pieces);
                heard?;
            }
            Source::Ended => {}
        }
        Ok(())
    }

    async fn look_again(&mut self) -> Result<(), End> {
        let renewed = self.sight.renewed(self.parts()).await;
        let renewed = renewed.map_err(|_failed| End::Unavailable)?;
        self.sight = renewed.ok_or(End::NotPermitted)?;
        Ok(())
    }

    /// Reads a piece from the database; false where there was nothing more.
    async fn read_missed(&mut self) -> Result<bool, End> {
        let database = &self.parts().database;
        let piece = store::after(database, self.after, SOME, &self.sight.scope).await;
        let piece = piece.map_err(|_failed| End::Unavailable)?;
        for (seq, event) in piece.events {
            let told: Option<Told> = serde_json::from_str(event.get()).ok();
            if let Some(told) = told {
                self.show(seq, &told, event.get());
            }
        }
        let moved = piece.next_after > self.after;
        self.after = piece.next_after;
        Ok(moved)
    }

    /// From now on the pieces have everything.
    fn join(&mut self) -> Result<(), End> {
        if !self.waits {
            return Err(End::Complete);
        }
        if let Source::Joining(pieces) = std::mem::replace(&mut self.source, Source::Ended) {
            self.source = Source::Live(pieces);
        }
        Ok(())
    }

    /// Waits for a piece, and gives a sign of life meanwhile.
    async fn listen(&mut self, pieces: &mut broadcast::Receiver<Arc<Piece>>) -> Result<(), End> {
        let pause = Duration::from_secs(self.parts().config.heartbeat_seconds);
        let heard = tokio::select! {
            biased;
            () = ended(&mut self.ending) => return Err(End::Stopping),
            piece = pieces.recv() => Heard::Piece(piece),
            lease = self.leases.recv() => Heard::Lease(lease),
            () = tokio::time::sleep(pause) => Heard::Nothing,
        };
        match heard {
            Heard::Piece(Ok(piece)) => self.take(&piece).await,
            Heard::Piece(Err(RecvError::Lagged(_))) => Err(End::SlowReader),
            Heard::Lease(Ok(lease)) => {
                self.tell(&lease);
                Ok(())
            }
            Heard::Lease(Err(RecvError::Lagged(_))) => {
                self.tell(&LeaseTold::missed());
                Ok(())
            }
            Heard::Piece(Err(RecvError::Closed)) | Heard::Lease(Err(RecvError::Closed)) => {
                Err(End::Stopping)
            }
            Heard::Nothing => {
                self.look_again().await?;
                self.ready.push_back(Sse::heartbeat(self.after));
                Ok(())
            }
        }
    }

    /// A lease in one of the caller's queues.
    fn tell(&mut self, lease: &LeaseTold) {
        let atlas = self.parts().atlas.load();
        if lease.is_for_all() || self.sight.watches(lease.area.as_ref(), &atlas) {
            self.ready.push_back(frame::lease(lease.change, &lease.text));
        }
    }

    async fn take(&mut self, piece: &Piece) -> Result<(), End> {
        // An appointment may have ended while this one waited for the piece.
        if self.sight.is_old(self.parts()) {
            self.look_again().await?;
        }
        let atlas = self.parts().atlas.load();
        for (seq, told, text) in &piece.events {
            if *seq > self.after {
                if self.sight.shows(told, &atlas) {
                    self.show(*seq, told, text);
                }
                self.after = *seq;
            }
        }
        Ok(())
    }

    fn show(&mut self, seq: i64, told: &Told, text: &str) {
        if let Some(change) = frame::change(&told.kind) {
            self.ready.push_back(frame::event(seq, change, text));
        }
    }
}

/// Returns when every stream is to end.
async fn ended(ending: &mut watch::Receiver<bool>) {
    // An error says that the service is gone, which is a stop too.
    let _stopping_either_way = ending.wait_for(|ending| *ending).await;
}
