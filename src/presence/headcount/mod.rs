//! Headcounts: who should be in some areas at an instant, and what is heard of each of them
//! (domain.md b.8, c.14).
//!
//! Opening one freezes who is expected, each person once by the best estimate there is: residents,
//! visitors, families, those seen without a positive stay, and those who may have come all the same.
//! From then on responses come in: people for themselves and their dependants, wardens and security
//! staff for everybody in their areas, also of somebody whom nobody expected. Every response is
//! kept; of several about one person the latest observation is shown, and of two at one instant the
//! one recorded last. Nothing is counted up while thousands answer: figures are counted when they are
//! read, over those whom the reader may see.

mod error;
mod following;
mod judging;
mod reach;
mod routes;
mod sheet;
mod store;
mod view;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

pub use self::error::HeadcountError;
use self::following::{Following, FollowingParts};
use self::judging::Asked;
pub use self::judging::HeadcountTaken;
use self::reach::Reach;
pub use self::routes::{Api, configure};
use self::sheet::Sheet;
use self::store::{Closing, Kept, Opening};
pub use self::view::{
    Headcount, HeadcountCount, HeadcountEntry, HeadcountMix, HeadcountPage, HeadcountResponse,
    HeadcountState, HeadcountView,
};
use crate::access::{Act, Pass, act};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config::Config;
use crate::database::{Database, Lane, LaneSettings, all_failed, listen};
use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::model::{AreaId, Claim, HeadcountId, HeadcountStatus, PersonId};
use crate::record::Recorder;
use crate::tasks::Tasks;
use crate::web::{OpenStreams, Resume};

/// What headcounts stand on.
#[derive(Debug)]
pub struct HeadcountParts<'p> {
    /// The configuration in force.
    pub config: &'p Arc<Config>,
    /// PostgreSQL.
    pub database: &'p Database,
    /// Who may see what.
    pub identity: &'p Arc<Identity>,
    /// The streams open in this process.
    pub open: &'p Arc<OpenStreams>,
    /// Areas and their countries.
    pub world: Arc<Snapshot<Atlas>>,
    /// Wakes whoever numbers events.
    pub recorder: &'p Recorder,
    /// Background tasks.
    pub tasks: &'p Tasks,
    /// Metrics.
    pub metrics: &'p Arc<Metrics>,
}

/// The use cases of headcounts; cloned freely.
#[derive(Debug, Clone)]
pub struct Headcounts {
    database: Database,
    world: Arc<Snapshot<Atlas>>,
    /// Wakes whoever numbers events.
    written: Arc<Notify>,
    responses: Lane<Asked, Kept, HeadcountError>,
    following: Arc<Following>,
}

/// A headcount as somebody wishes it.
#[derive(Debug, Clone)]
struct Wish {
    areas: Vec<AreaId>,
    /// What was drawn, as GeoJSON.
    polygon: Option<Value>,
    reason: String,
}

/// Which people of a headcount are asked for.
#[derive(Debug, Clone, Copy)]
struct EntryFilter {
    status: Option<HeadcountStatus>,
    after: Option<PersonId>,
    limit: i64,
}

impl Headcounts {
    /// Starts the lane of responses, and listens for headcounts that change.
    pub fn start(parts: HeadcountParts<'_>) -> Self {
        let HeadcountParts { config, database, identity, open, world, recorder, tasks, metrics } =
            parts;
        let following = Arc::new(Following::new(FollowingParts {
            database: database.clone(),
            identity: Arc::clone(identity),
            world: Arc::clone(&world),
            open: Arc::clone(open),
            heartbeat: Duration::from_secs(config.streams.heartbeat_seconds),
        }));
        tasks.spawn(
            "news of headcounts",
            hear(Arc::clone(config), Arc::clone(&following), tasks.clone()),
        );
        // Responses to one headcount wait for each other in any case: together they wait once.
        let settings =
            LaneSettings { workers: 1, ..LaneSettings::reading("headcounts", &config.database) };
        let answering = database.clone();
        let responses = Lane::start(settings, tasks, metrics, move |asked: Vec<Asked>| {
            let database = answering.clone();
            async move {
                match store::respond(&database, &asked).await {
                    Ok(done) => done,
                    Err(error) => all_failed(asked.len(), &error),
                }
            }
        });
        let written = recorder.written();
        Self { database: database.clone(), world, written, responses, following }
    }

    fn reach<A: Act>(&self, pass: &Pass<A>) -> Reach {
        Reach::of(pass.scope(), &self.world.load())
    }

    /// Opens a headcount over areas that the caller's appointments cover, every one of them.
    async fn open(
        &self,
        pass: &Pass<act::OpenHeadcounts>,
        (wish, by): (&Wish, PersonId),
        claim: &Claim,
    ) -> Result<Kept, HeadcountError> {
        let reach = self.reach(pass);
        beyond(&reach, &wish.areas)?;
        let headcount_id = HeadcountId(Uuid::now_v7());
        let polygon = wish.polygon.as_ref().map(Value::to_string);
        let opening = Opening {
            headcount_id,
            area_ids: &wish.areas,
            polygon: polygon.as_deref(),
            reason: &wish.reason,
            by,
            claim,
        };
        let opened = store::open(&self.database, &opening, |as_of, counts| {
            let headcount = Headcount {
                headcount_id,
                state: HeadcountState::Open,
                reason: wish.reason.clone(),
                area_ids: wish.areas.clone(),
                polygon: wish.polygon.clone(),
                as_of,
                opened_by: by,
                closed_at: None,
                closed_by: None,
                changes: 0,
            };
            Ok(serde_json::to_vec(&seen(headcount, counts))?)
        });
        let opened = opened.await?;
        self.written.notify_one();
        Ok(opened)
    }

    /// Closes a headcount all of whose areas the caller's appointments cover.
    async fn close(
        &self,
        pass: &Pass<act::OpenHeadcounts>,
        (id, by): (HeadcountId, PersonId),
        claim: &Claim,
    ) -> Result<Kept, HeadcountError> {
        let reach = self.reach(pass);
        let found = store::found(&self.database, &reach, id).await?;
        let headcount = found.ok_or(HeadcountError::Hidden)?;
        beyond(&reach, &headcount.area_ids)?;
        let closing = Closing { headcount: &headcount, reach: &reach, by, claim };
        let closed = store::close(&self.database, &closing, |at, changes, counts| {
            let state = HeadcountState::Closed;
            let (closed_at, closed_by) = (Some(at), Some(by));
            let headcount = headcount.clone();
            let headcount = Headcount { state, closed_at, closed_by, changes, ..headcount };
            Ok(serde_json::to_vec(&seen(headcount, counts))?)
        });
        let closed = closed.await?;
        self.written.notify_one();
        Ok(closed)
    }

    /// Takes responses; what became of each is in the body that is kept.
    async fn respond(&self, asked: Asked) -> Result<Kept, HeadcountError> {
        self.responses.ask(asked).await
    }

    /// A headcount in sight.
    async fn found(
        &self,
        pass: &Pass<act::ReadHeadcounts>,
        id: HeadcountId,
    ) -> Result<(Headcount, Reach), HeadcountError> {
        let reach = self.reach(pass);
        let found = store::found(&self.database, &reach, id).await?;
        Ok((found.ok_or(HeadcountError::Hidden)?, reach))
    }

    /// A headcount with its figures and people, one more than the limit where there is another page.
    async fn read(
        &self,
        (headcount, reach): (Headcount, Reach),
        EntryFilter { status, after, limit }: EntryFilter,
    ) -> Result<(HeadcountView, Vec<HeadcountEntry>), HeadcountError> {
        let id = headcount.headcount_id;
        let limit = limit.saturating_add(1);
        if reach.has_land() {
            let asked = (status, after, limit);
            let (counts, entries) = store::page(&self.database, &reach, id, asked).await?;
            return Ok((seen(headcount, counts), entries));
        }
        // a traveller's are few, and each is looked up by key
        let entries = store::own(&self.database, &reach.persons, id).await?;
        let counts = HeadcountEntry::counts(&entries);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let asked_for = |entry: &HeadcountEntry| {
            status.is_none_or(|status| entry.status == status)
                && after.is_none_or(|after| entry.person_id > after)
        };
        let entries = entries.into_iter().filter(asked_for).take(limit);
        let entries = entries.map(|entry| entry.without_notes_of_others(&reach.persons));
        Ok((seen(headcount, counts), entries.collect()))
    }

    /// Headcounts in sight before one, newest first; one more than the limit where there is another
    /// page.
    async fn list(
        &self,
        pass: &Pass<act::ReadHeadcounts>,
        which: (Option<HeadcountId>, Option<HeadcountState>),
        limit: i64,
    ) -> Result<Vec<Headcount>, HeadcountError> {
        let reach = self.reach(pass);
        store::listed(&self.database, &reach, which, limit.saturating_add(1)).await
    }

    /// The people in sight as a list for paper: of one area or of all, and of one status or of any.
    async fn list_for_paper(
        &self,
        pass: &Pass<act::ReadHeadcounts>,
        id: HeadcountId,
        (area, status): (Option<&AreaId>, Option<HeadcountStatus>),
    ) -> Result<impl Stream<Item = Result<Bytes, HeadcountError>> + use<>, HeadcountError> {
        let (_headcount, reach) = self.found(pass, id).await?;
        let (database, world) = (self.database.clone(), self.world.load());
        Sheet { database, world, id, reach, status }.lines(area).await
    }

    /// Follows a headcount in sight.
    async fn follow(
        &self,
        pass: &Pass<act::ReadHeadcounts>,
        id: HeadcountId,
        from: Resume,
    ) -> Result<impl Stream<Item = Bytes> + use<>, HeadcountError> {
        self.following.begin(pass.principal(), id, from).await
    }
}

/// Refuses areas that are not in sight.
fn beyond(reach: &Reach, areas: &[AreaId]) -> Result<(), HeadcountError> {
    let beyond: Vec<AreaId> = areas.iter().filter(|area| !reach.covers(area)).cloned().collect();
    if beyond.is_empty() { Ok(()) } else { Err(HeadcountError::OtherLand(beyond)) }
}

fn seen(headcount: Headcount, counts: Vec<HeadcountCount>) -> HeadcountView {
    HeadcountView { headcount, mix: HeadcountMix::of(&counts), counts }
}

/// Hears of headcounts that change until the service stops.
async fn hear(config: Arc<Config>, following: Arc<Following>, tasks: Tasks) {
    let heard = |_nothing: &str| following.tell();
    listen(&config.database, &store::LISTEN, heard, tasks.stopping()).await;
}
