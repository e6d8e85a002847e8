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
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

use super::error::HeadcountError;
use super::reach::Reach;
use super::store;
use super::view::HeadcountMix;
use crate::access::{Principal, act, admit};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::database::Database;
use crate::identity::{Identity, Standing};
use crate::model::{HeadcountId, HeadcountStatus, PersonId};
use crate::web::{OpenStreams, Resume, Sse, StreamEnd, Telling};

/// Responses looked through at once.
const SOME: i64 = 200;
/// Between two looks while responses keep coming: figures are counted no more often than this.
const REST: Duration = Duration::from_millis(200);

/// What the streams stand on.
#[derive(Debug)]
pub(super) struct FollowingParts {
    pub(super) database: Database,
    pub(super) identity: Arc<Identity>,
    pub(super) world: Arc<Snapshot<Atlas>>,
    /// Those open in this process.
    pub(super) open: Arc<OpenStreams>,
    /// Between two signs of life.
    pub(super) heartbeat: Duration,
}

/// All streams of headcounts in this process.
#[derive(Debug)]
pub(super) struct Following {
    parts: FollowingParts,
    /// Changes when some headcount has.
    news: watch::Sender<u64>,
}

impl Following {
    pub(super) fn new(parts: FollowingParts) -> Self {
        Self { parts, news: watch::Sender::new(0) }
    }

    /// Some headcount has changed.
    pub(super) fn tell(&self) {
        self.news.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Begins a stream of a headcount for a caller.
    pub(super) async fn begin(
        self: &Arc<Self>,
        principal: &Arc<Principal>,
        id: HeadcountId,
        from: Resume,
    ) -> Result<impl Stream<Item = Bytes> + use<>, HeadcountError> {
        let sight = Sight::of(principal, Standing::of(principal), &self.parts);
        let sight = sight.ok_or(HeadcountError::Hidden)?;
        let found = store::found(&self.parts.database, &sight.reach, id).await?;
        let head = found.ok_or(HeadcountError::Hidden)?.changes;
        let place = self.parts.open.place().ok_or(HeadcountError::Full)?;
        let (news, waits) = (self.news.subscribe(), from.waits);
        let after = from.after.map_or(head, |after| after.min(head));
        Ok(place.run(Follower { following: Arc::clone(self), sight, id, news, after, waits }))
    }
}

/// What a stream may show, asked again whenever appointments change or one of the caller's ends.
#[derive(Debug)]
struct Sight {
    standing: Standing,
    reach: Reach,
}

impl Sight {
    /// What a caller sees; none where headcounts are not for them.
    fn of(principal: &Arc<Principal>, standing: Standing, parts: &FollowingParts) -> Option<Self> {
        let pass = admit::<act::ReadHeadcounts>(principal).ok()?;
        Some(Self { standing, reach: Reach::of(pass.scope(), &parts.world.load()) })
    }

    async fn renewed(&self, parts: &FollowingParts) -> Result<Option<Self>, HeadcountError> {
        let renewed = self.standing.renewed(parts.identity.authority()).await?;
        Ok(renewed.and_then(|(principal, standing)| Self::of(&principal, standing, parts)))
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
    following: Arc<Following>,
    sight: Sight,
    id: HeadcountId,
    news: watch::Receiver<u64>,
    /// Everything up to this number was shown or is not for the caller.
    after: i64,
    waits: bool,
}

impl Telling for Follower {
    fn after(&self) -> i64 {
        self.after
    }

    async fn step(&mut self, words: &mut VecDeque<Bytes>) -> Result<(), StreamEnd> {
        if self.sight.standing.is_old(self.parts().identity.authority()) {
            let renewed = self.sight.renewed(self.parts()).await;
            let renewed = renewed.map_err(|_failed| StreamEnd::Unavailable)?;
            self.sight = renewed.ok_or(StreamEnd::NotPermitted)?;
        }
        // seen before looking, so that what comes meanwhile is looked for again
        self.news.mark_unchanged();
        if self.look(words).await? || !words.is_empty() {
            return Ok(());
        }
        if !self.waits {
            return Err(StreamEnd::Complete);
        }
        self.wait(words).await
    }
}

impl Follower {
    fn parts(&self) -> &FollowingParts {
        &self.following.parts
    }

    /// Looks for what is new; whether there may be more.
    async fn look(&mut self, words: &mut VecDeque<Bytes>) -> Result<bool, StreamEnd> {
        let unavailable = |_failed| StreamEnd::Unavailable;
        let mut connection = self.parts().database.reader().await.map_err(unavailable)?;
        let (reach, after) = (&self.sight.reach, self.after);
        let found = store::changes(&mut connection, reach, self.id, (after, SOME)).await;
        let found = found.map_err(unavailable)?.ok_or(StreamEnd::NotPermitted)?;
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
                let data =
                    serde_json::to_string(&shown).map_err(|_defect| StreamEnd::Unavailable)?;
                words.push_back(Sse::event(told.change, "answered", &data));
            }
        }
        let moved = found.upto > self.after;
        self.after = found.upto;
        if found.closed_at.is_some() {
            return Err(StreamEnd::Closed);
        }
        Ok(moved)
    }

    /// Waits for news, and gives a sign of life meanwhile.
    async fn wait(&mut self, words: &mut VecDeque<Bytes>) -> Result<(), StreamEnd> {
        let heartbeat = self.parts().heartbeat;
        tokio::select! {
            biased;
            changed = self.news.changed() => {
                changed.map_err(|_gone| StreamEnd::Stopping)?;
                tokio::time::sleep(REST).await;
            }
            () = tokio::time::sleep(heartbeat) => words.push_back(Sse::heartbeat(self.after)),
        }
        Ok(())
    }
}
