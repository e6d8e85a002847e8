//! A trip changes after submission (domain.md b.4): a merge patch on what was submitted makes the
//! next version; only the stays that the change touches are decided again.
//!
//! | file | does |
//! | --- | --- |
//! | `merge` | the patch on the body |
//! | `present` | the version on record, and whether the caller may change it |
//! | `next` | the next version on the ground of the present world: both sides under one clock |
//! | `plan` | which clearances stand, by the counts; what is decided again |
//! | `writing` | what is written of a plan |
//! | `answer` | what the caller is told |
//! | `versions` | reading earlier versions |
//!
//! **Standing in.** A positive clearance whose stay is decided again keeps its state while its
//! successor waits for a person, and names it; it is superseded in the statement that decides the
//! successor. Its places stay binding meanwhile and the successor's are soft, so no place is counted
//! twice; when the successor is decided, what stands in for it is not in its way. The status
//! question takes the one that stands in for its successor, within its own window.

mod answer;
mod merge;
mod next;
mod plan;
mod present;
mod versions;
mod writing;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use self::answer::{AmendedAnswer, Became, StayChange};
use self::next::Next;
use self::plan::Plan;
pub use self::versions::VersionView;
use super::Trips;
use super::acting::Acting;
use super::case::overlap_faults;
use super::error::TripsError;
use super::submit::{Submitted, Summary};
use crate::access::{Pass, act};
use crate::decision::RULESET_VERSION;
use crate::model::{Actor, AreaId, Change, Claim, Committed, NightCount, Record, SavedAnswer};
use crate::record::{Limited, Saved, saved};
use crate::telemetry::Stopwatch;

/// How long a version may be decided anew because something changed under it.
const PATIENCE: Duration = Duration::from_secs(2);

impl Trips {
    /// Decides the next version of a trip and stores nothing.
    pub async fn preview_amendment(
        &self,
        pass: &Pass<act::AmendTrip>,
        key: &str,
        patch: &[u8],
        permits: impl Fn(i32) -> bool,
    ) -> Result<AmendedAnswer, TripsError> {
        let next = self.next_version(pass, key, patch, &permits).await?;
        Ok(next.answer(&next.plan(None), false))
    }

    /// Writes the next version of a trip that `permits` lets pass; the same key gets the same
    /// answer.
    #[expect(clippy::too_many_arguments, reason = "who, which key, what, which version")]
    pub async fn amend(
        &self,
        pass: &Pass<act::AmendTrip>,
        key: &str,
        patch: &[u8],
        claim: Claim,
        permits: impl Fn(i32) -> bool,
    ) -> Result<Submitted, TripsError> {
        match saved(self.database(), &claim).await? {
            Some(Saved::Same(answer)) => return Ok(Submitted::again(answer)),
            Some(Saved::Other) => return Err(TripsError::KeyReused),
            None => {}
        }
        let under_way = Stopwatch::start();
        loop {
            let next = Arc::new(self.next_version(pass, key, patch, &permits).await?);
            let world_version = next.matter().terrain.world_version;
            match self.write_version(&next, claim).await? {
                (Committed::Written { .. }, answer, summary) => {
                    return Ok(Submitted { answer, replayed: false, summary: Some(summary) });
                }
                (Committed::Replayed(answer), ..) => return Ok(Submitted::again(answer)),
                (Committed::KeyReused, ..) => return Err(TripsError::KeyReused),
                (Committed::Overlap(others), ..) => {
                    let others: Vec<_> = others.iter().collect();
                    let faults = overlap_faults(&others, &Acting::of(pass));
                    return Err(TripsError::Invalid(faults));
                }
                (Committed::Stale { areas, .. }, ..) => {
                    let left = PATIENCE.checked_sub(under_way.elapsed());
                    let left = left.ok_or(TripsError::Unsettled)?;
                    if !areas.is_empty() {
                        self.newer_world(world_version, left).await?;
                    }
                }
                (
                    Committed::MoveLost(_)
                    | Committed::Held(_)
                    | Committed::NotAuthorized { .. }
                    | Committed::CeilingFull { .. }
                    | Committed::ReferenceTaken,
                    ..,
                ) => return Err(TripsError::Unsettled),
            }
        }
    }

    /// Hands a version to the record: with the counts under their locks where places are given
    /// back or taken.
    async fn write_version(
        &self,
        next: &Arc<Next>,
        claim: Claim,
    ) -> Result<(Committed, SavedAnswer, Summary), TripsError> {
        let plan = next.plan(None);
        let seen = next.seen(&plan);
        let limits = next.limits(&plan);
        let change = next.change(&plan)?;
        let answer = change.answer.clone().unwrap_or(SavedAnswer {
            status: super::DONE,
            headers: Vec::new(),
            body: bytes::Bytes::new(),
        });
        let summary = next.summary(&plan);
        if limits.nights.is_empty() && limits.arrivals.is_empty() {
            let record = Record { seen, claim: Some(claim), change };
            return Ok((self.recorder().commit(record).await?, answer, summary));
        }
        let last = LastPlan::default();
        let (noted, again) = (last.clone(), Arc::clone(next));
        let decide = move |nights: &[NightCount], arrivals: &[(AreaId, _, u32)]| {
            let plan = again.plan(Some((nights, arrivals)));
            // values of ours always have JSON; were it otherwise, a change of nothing is refused
            let change = again.change(&plan).unwrap_or_else(|_impossible| {
                let (at, world) =
                    (plan.decided.decision.decided_at, plan.decided.decision.world_version);
                Change::empty(at, Actor::RULES, world, RULESET_VERSION)
            });
            noted.put(change.answer.clone(), plan);
            change
        };
        let limited = Limited {
            seen,
            claim: Some(claim),
            limits,
            new_trip: None,
            trips: vec![next.trip_id()],
            amends: Some((next.trip_id(), next.change_no())),
            own: next.own(),
            expects: Vec::new(),
            decision: None,
            decide: Box::new(decide),
        };
        let committed = self.recorder().commit_limited(limited).await?;
        Ok(match last.take() {
            Some((Some(answer), plan)) => (committed, answer, next.summary(&plan)),
            _ => (committed, answer, summary),
        })
    }
}

type Noted = Option<(Option<SavedAnswer>, Plan)>;

/// The last plan that was made; set under the locks, read after the commit.
#[derive(Debug, Clone, Default)]
struct LastPlan(Arc<Mutex<Noted>>);

impl LastPlan {
    fn put(&self, answer: Option<SavedAnswer>, plan: Plan) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((answer, plan));
    }

    fn take(&self) -> Noted {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
