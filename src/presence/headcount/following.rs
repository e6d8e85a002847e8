//! Following a headcount as it runs: its responses as server-sent events, with the figures as they
//! stand.
//!
//! Responses are numbered under the lock of their headcount, so that a reader who goes by the number
//! misses none, at whichever replica. The database tells every replica that some headcount has
//! changed; each stream then reads what is new to it, several responses at once where they come
//! quickly, and shows those whom its caller sees. A stream also looks at every sign of life, so that
//! a message that is lost costs seconds and no event.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;
use uuid::Uuid;

use super::error::HeadcountError;
use super::reach::Reach;
use super::store;
use super::view::HeadcountMix;
use crate::access::{Principal, act, admit};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config;
use crate::database::{Clock, Database};
use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::model::{HeadcountId, HeadcountStatus, PersonId};
use crate::telemetry::Stopwatch;
use crate::web::{Resume, Sse};

/// Responses looked through at once.
const SOME: i64 = 200;
/// Between two looks while responses keep coming: figures are counted no more often than this.
const REST: Duration = Duration::from_millis(200);

/// What the streams stand on.
#[derive(Debug)]
pub(super) struct FollowingParts {
    pub(super) database: Database,
    pub(super) identity: Arc<Identity>,
    pub(super) clock: Arc<Clock>,
    pub(super) world: Arc<Snapshot<Atlas>>,
    pub(super) config: config::Streams,
    pub(super) metrics: Arc<Metrics>,
}

/// All streams of headcounts in this process.
#[derive(Debug)]
pub(super) struct Following {
    parts: FollowingParts,
    /// Changes when some headcount has.
    news: watch::Sender<u64>,
    ending: watch::Sender<bool>,
    open: AtomicUsize,
}

/// Counts a stream out again, however it ends.
#[derive(Debug)]
struct Place(Arc<Following>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
        self.0.parts.metrics.relay.streams.dec();
    }
}

impl Following {
    pub(super) fn new(parts: FollowingParts) -> Self {
        let (news, ending) = (watch::Sender::new(0), watch::Sender::new(false));
        Self { parts, news, ending, open: AtomicUsize::new(0) }
    }

    /// Some headcount has changed.
    pub(super) fn tell(&self) {
        self.news.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Ends every stream with a last event that tells where to resume; new ones are refused.
    pub(super) fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Begins a stream of a headcount for a caller.
    pub(super) async fn begin(
        self: &Arc<Self>,
        principal: &Arc<Principal>,
        id: HeadcountId,
        from: Resume,
    ) -> Result<impl Stream<Item = Bytes> + use<>, HeadcountError> {
        let sight = Sight::of(principal, &self.parts).ok_or(HeadcountError::Hidden)?;
        let found = store::found(&self.parts.database, &sight.reach, id).await?;
        let head = found.ok_or(HeadcountError::Hidden)?.changes;
        let place = self.place()?;
        let after = from.after.map_or(head, |after| after.min(head));
        let stream = Follower {
            news: self.news.subscribe(),
            ending: self.ending.subscribe(),
            place,
            sight,
            id,
            since: Stopwatch::start(),
            after,
            waits: from.waits,
            has_ended: false,
            ready: VecDeque::from([Sse::ready(after)]),
        };
        Ok(stream.run())
    }

    fn place(self: &Arc<Self>) -> Result<Place, HeadcountError> {
        let before = self.open.fetch_add(1, Ordering::AcqRel);
        self.parts.metrics.relay.streams.inc();
        let place = Place(Arc::clone(self));
        if before >= self.parts.config.most || *self.ending.borrow() {
            return Err(HeadcountError::Full);
        }
        Ok(place)
    }
}

/// What a stream may show, asked again whenever appointments change or one of the caller's ends.
#[derive(Debug)]
struct Sight {
    identity: Uuid,
    /// Of the appointments it was made from.
    version: i64,
    until: Timestamp,
    reach: Reach,
}

impl Sight {
    /// As the request has it; looked up again at once, for the request may have waited.
    fn of(principal: &Principal, parts: &FollowingParts) -> Option<Self> {
        let principal = Arc::new(principal.clone());
        Self::at(&principal, parts, (i64::MIN, Timestamp::MIN))
    }

    fn at(
        principal: &Arc<Principal>,
        parts: &FollowingParts,
        (version, now): (i64, Timestamp),
    ) -> Option<Self> {
        let pass = admit::<act::ReadHeadcounts>(principal).ok()?;
        let ends = principal.appointments.iter().map(|held| held.valid_to);
        Some(Self {
            identity: principal.identity,
            version,
            until: ends.filter(|end| *end > now).min().unwrap_or(Timestamp::MAX),
            reach: Reach::of(pass.scope(), &parts.world.load()),
        })
    }

    fn is_old(&self, parts: &FollowingParts) -> bool {
        parts.identity.authority().version() != self.version || self.until <= parts.clock.now()
    }

    async fn renewed(&self, parts: &FollowingParts) -> Result<Option<Self>, HeadcountError> {
        let authority = parts.identity.authority();
        // Taken first, so that a change in between makes this too old rather than too new.
        let version = authority.version();
        let principal = authority.principal_of(self.identity).await?;
        let now = parts.clock.now();
        Ok(principal.and_then(|principal| Self::at(&principal, parts, (version, now))))
    }
}

/// Why a stream ends: the reason in its last event, and the metric's label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It has shown what there is, and was not asked to wait.
    Complete,
    /// The headcount is closed, and everything was shown.
    Closed,
    /// The service stops.
    Stopping,
    /// It has lasted as long as one may.
    LongEnough,
    /// The caller sees the headcount no more.
    NotPermitted,
    /// The database cannot be asked.
    Unavailable,
}

impl End {
    const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Closed => "closed",
            Self::Stopping => "stopping",
            Self::LongEnough => "long_enough",
            Self::NotPermitted => "not_permitted",
            Self::Unavailable => "unavailable",
        }
    }
}

/// A response as it is told.
#[derive(Debug, Serialize)]
struct Shown<'s> {
    change: i64,
    person_id: PersonId,
    status: HeadcountStatus,
    observed_at: Timestamp,
    shown: bool,
    /// As the figures stand when it is told.
    mix: &'s HeadcountMix,
}

/// A stream.
#[derive(Debug)]
struct Follower {
    place: Place,
    sight: Sight,
    id: HeadcountId,
    news: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
    since: Stopwatch,
    /// Everything up to this number was shown or is not for the caller.
    after: i64,
    waits: bool,
    has_ended: bool,
    ready: VecDeque<Bytes>,
}

impl Follower {
    /// Its text, event by event.
    fn run(self) -> impl Stream<Item = Bytes> + use<> {
        unfold(self, |mut stream| async move {
            loop {
                if let Some(text) = stream.ready.pop_front() {
                    return Some((text, stream));
                }
                if stream.has_ended {
                    return None;
                }
                if let Err(end) = stream.go_on().await {
                    stream.end(end);
                }
            }
        })
    }

    fn parts(&self) -> &FollowingParts {
        &self.place.0.parts
    }

    fn end(&mut self, end: End) {
        self.has_ended = true;
        self.parts().metrics.relay.streams_ended.with_label_values(&[end.name()]).inc();
        self.ready.push_back(Sse::last(self.after, end.name()));
    }

    /// One step: what is new, or waiting for it.
    async fn go_on(&mut self) -> Result<(), End> {
        if *self.ending.borrow() {
            return Err(End::Stopping);
        }
        if self.since.elapsed() > Duration::from_secs(self.parts().config.longest_seconds) {
            return Err(End::LongEnough);
        }
        if self.sight.is_old(self.parts()) {
            let renewed = self.sight.renewed(self.parts()).await;
            self.sight = renewed.map_err(|_failed| End::Unavailable)?.ok_or(End::NotPermitted)?;
        }
        // seen before looking, so that what comes meanwhile is looked for again
        self.news.mark_unchanged();
        if self.look().await? || !self.ready.is_empty() {
            return Ok(());
        }
        if !self.waits {
            return Err(End::Complete);
        }
        self.wait().await
    }

    /// Looks for what is new; whether there may be more.
    async fn look(&mut self) -> Result<bool, End> {
        let unavailable = |_failed| End::Unavailable;
        let mut connection = self.parts().database.reader().await.map_err(unavailable)?;
        let (reach, after) = (&self.sight.reach, self.after);
        let found = store::changes(&mut connection, reach, self.id, (after, SOME)).await;
        let found = found.map_err(unavailable)?.ok_or(End::NotPermitted)?;
        if !found.told.is_empty() {
            let counts = store::counts(&mut connection, reach, self.id).await;
            let mix = HeadcountMix::of(&counts.map_err(unavailable)?);
            for told in &found.told {
                let shown = Shown {
                    change: told.change,
                    person_id: told.person_id,
                    status: told.status,
                    observed_at: told.observed_at,
                    shown: told.shown,
                    mix: &mix,
                };
                let data = serde_json::to_string(&shown).map_err(|_defect| End::Unavailable)?;
                self.ready.push_back(Sse::event(told.change, "answered", &data));
            }
        }
        let moved = found.upto > self.after;
        self.after = found.upto;
        if found.closed_at.is_some() {
            return Err(End::Closed);
        }
        Ok(moved)
    }

    /// Waits for news, and gives a sign of life meanwhile.
    async fn wait(&mut self) -> Result<(), End> {
        let pause = Duration::from_secs(self.parts().config.heartbeat_seconds);
        let after = self.after;
        tokio::select! {
            biased;
            _gone_either_way = self.ending.wait_for(|ending| *ending) => Err(End::Stopping),
            changed = self.news.changed() => {
                changed.map_err(|_gone| End::Stopping)?;
                tokio::time::sleep(REST).await;
                Ok(())
            }
            () = tokio::time::sleep(pause) => {
                self.ready.push_back(Sse::heartbeat(after));
                Ok(())
            }
        }
    }
}
