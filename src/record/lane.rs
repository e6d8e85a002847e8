//! The lane of a kind of record: natural batching, with nothing in one batch that could be in the
//! way of its neighbours or of a batch under way.
//!
//! Records that wait while a commit is under way go together in the next one: an idle lane takes a
//! record at once. A batch by itself costs the database as much as a dozen records do. So another
//! begins beside one under way only when it is large, or when that one has taken long; and a busy
//! lane gives those whom a batch has just answered a moment to come back.
//!
//! Two records that touch the same person, trip or key never travel together: the later one waits.
//! A record whose key is being written by another gets that one's answer.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use prometheus::Histogram;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::error::RecordError;
use super::together::Done;
use crate::database::Overloaded;
use crate::model::{Claim, Committed, SavedAnswer};
use crate::telemetry::Stopwatch;

/// A batch that has taken so long waits for something: others need not wait for it.
const LONG: Duration = Duration::from_millis(40);
/// How long a busy lane waits for as many as its last batch had, and half as many again.
const MOMENT: Duration = Duration::from_millis(2);
/// A lane is busy whose last batch had so many.
const BUSY: usize = 8;

/// What a record touches: nobody else touches it meanwhile.
#[derive(Debug, Default)]
pub(super) struct Touches {
    /// People and trips.
    pub(super) ids: Vec<Uuid>,
    pub(super) claim: Option<Claim>,
}

pub(super) struct Job<W> {
    pub(super) work: W,
    pub(super) touches: Touches,
    pub(super) reply: oneshot::Sender<Result<Committed, RecordError>>,
}

/// Bounds of a batch, and how many are under way at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) records: usize,
    pub(super) ids: usize,
    pub(super) writers: usize,
    /// So many must wait for a batch that begins beside another.
    pub(super) beside: usize,
}

/// A batch being committed: one result for each record, in its order.
pub(super) type Running = Pin<Box<dyn Future<Output = Vec<Done>> + Send>>;

/// Commits a batch.
pub(super) type Run<W> = Box<dyn Fn(Vec<W>) -> Running + Send + Sync>;

/// Who waits for whom.
#[derive(Default)]
struct Busy {
    ids: BTreeSet<Uuid>,
    keys: BTreeSet<[u8; 32]>,
}

impl Busy {
    fn meets(&self, touches: &Touches) -> bool {
        touches.claim.is_some_and(|claim| self.keys.contains(&claim.key_hash))
            || touches.ids.iter().any(|id| self.ids.contains(id))
    }

    fn add(&mut self, touches: &Touches) {
        self.ids.extend(&touches.ids);
        self.keys.extend(touches.claim.map(|claim| claim.key_hash));
    }

    fn remove(&mut self, touches: &Touches) {
        for id in &touches.ids {
            self.ids.remove(id);
        }
        if let Some(claim) = touches.claim {
            self.keys.remove(&claim.key_hash);
        }
    }
}

type Replies = Vec<(Touches, oneshot::Sender<Result<Committed, RecordError>>)>;
type Batch = Pin<Box<dyn Future<Output = (Replies, Vec<Done>)> + Send>>;

/// One lane's work.
pub(super) struct Lane<W> {
    jobs: mpsc::Receiver<Job<W>>,
    run: Run<W>,
    bounds: Bounds,
    sizes: Histogram,
    waiting: VecDeque<Job<W>>,
    busy: Busy,
    under_way: FuturesUnordered<Batch>,
    /// Since the last batch began.
    begun: Stopwatch,
    /// Since the last batch ended, and how many it had.
    ended: (Stopwatch, usize),
}

impl<W: Send + 'static> Lane<W> {
    pub(super) fn new(
        jobs: mpsc::Receiver<Job<W>>,
        run: Run<W>,
        bounds: Bounds,
        sizes: Histogram,
    ) -> Self {
        Self {
            jobs,
            run,
            bounds,
            sizes,
            waiting: VecDeque::new(),
            busy: Busy::default(),
            under_way: FuturesUnordered::new(),
            begun: Stopwatch::start(),
            ended: (Stopwatch::start(), 0),
        }
    }

    /// Works until `stop` comes and everything that waits is done.
    pub(super) async fn work(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut stopping = false;
        loop {
            let patience = self.start();
            if stopping && self.under_way.is_empty() && self.waiting.is_empty() {
                return;
            }
            let room = self.bounds.records.saturating_mul(8).saturating_sub(self.waiting.len());
            let mut came = Vec::new();
            tokio::select! {
                Some((replies, done)) = self.under_way.next(), if !self.under_way.is_empty() => {
                    self.settle(replies, done);
                }
                count = self.jobs.recv_many(&mut came, room), if room > 0 && !stopping => {
                    self.waiting.extend(came);
                    stopping = count == 0;
                }
                () = tokio::time::sleep(patience), if !patience.is_zero() => {}
                () = &mut stop, if !stopping => {
                    stopping = true;
                    self.jobs.close();
                    while let Ok(job) = self.jobs.try_recv() {
                        self.waiting.push_back(job);
                    }
                }
            }
        }
    }

    /// How long those who wait are still held back for the sake of a larger batch; nothing where
    /// they may go.
    fn patience(&self) -> Duration {
        let waiting = self.waiting.len();
        if waiting == 0 {
            return Duration::ZERO;
        }
        if !self.under_way.is_empty() {
            let small = waiting < self.bounds.beside;
            return if small { LONG.saturating_sub(self.begun.elapsed()) } else { Duration::ZERO };
        }
        let (ended, last) = &self.ended;
        let enough = (last + last / 2).min(self.bounds.beside / 2);
        if *last < BUSY || waiting >= enough {
            return Duration::ZERO;
        }
        MOMENT.saturating_sub(ended.elapsed())
    }

    /// Starts batches while a writer is free and something may go; answers how long those are held
    /// back who could.
    fn start(&mut self) -> Duration {
        while self.under_way.len() < self.bounds.writers {
            let patience = self.patience();
            if !patience.is_zero() {
                return patience;
            }
            let batch = self.take();
            if batch.is_empty() {
                break;
            }
            self.sizes.observe(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
            let mut replies = Vec::with_capacity(batch.len());
            let mut works = Vec::with_capacity(batch.len());
            for Job { work, touches, reply } in batch {
                replies.push((touches, reply));
                works.push(work);
            }
            let done = (self.run)(works);
            self.begun = Stopwatch::start();
            self.under_way.push(Box::pin(async move { (replies, done.await) }));
        }
        Duration::ZERO
    }

    /// The next batch: in order of arrival, without those that meet another; what waits for
    /// somebody holds back whoever waits for it.
    fn take(&mut self) -> Vec<Job<W>> {
        let mut batch = Vec::new();
        let mut ids = 0;
        let mut held_back = Busy::default();
        let mut left = VecDeque::new();
        while let Some(job) = self.waiting.pop_front() {
            // Who asked may have gone; then nobody needs it.
            if job.reply.is_closed() {
                continue;
            }
            let full = batch.len() >= self.bounds.records
                || (!batch.is_empty() && ids + job.touches.ids.len() > self.bounds.ids);
            if full {
                left.push_back(job);
                left.append(&mut self.waiting);
                break;
            }
            if self.busy.meets(&job.touches) || held_back.meets(&job.touches) {
                held_back.add(&job.touches);
                left.push_back(job);
            } else {
                self.busy.add(&job.touches);
                ids += job.touches.ids.len();
                batch.push(job);
            }
        }
        self.waiting = left;
        batch
    }

    /// Answers a batch, and those who wait with the same key.
    fn settle(&mut self, replies: Replies, done: Vec<Done>) {
        self.ended = (Stopwatch::start(), replies.len());
        let mut answered = BTreeMap::new();
        for ((touches, reply), Done { result, answer }) in replies.into_iter().zip(done) {
            self.busy.remove(&touches);
            if let Some(claim) = touches.claim {
                let answer = match &result {
                    Ok(Committed::Written { .. }) => answer,
                    Ok(Committed::Replayed(answer)) => Some(answer.clone()),
                    _ => None,
                };
                answered.extend(answer.map(|answer| (claim.key_hash, (claim, answer))));
            }
            // Who asked may have gone meanwhile.
            let _unheard = reply.send(result);
        }
        if !answered.is_empty() {
            self.repeat(&answered);
        }
    }

    fn repeat(&mut self, answered: &BTreeMap<[u8; 32], (Claim, SavedAnswer)>) {
        for job in std::mem::take(&mut self.waiting) {
            let same = job.touches.claim.and_then(|own| Some((own, answered.get(&own.key_hash)?)));
            match same {
                None => self.waiting.push_back(job),
                Some((own, (claim, answer))) => {
                    let result = if own.fingerprint == claim.fingerprint {
                        Committed::Replayed(answer.clone())
                    } else {
                        Committed::KeyReused
                    };
                    let _unheard = job.reply.send(Ok(result));
                }
            }
        }
    }
}

/// Puts a job into a lane's queue and waits for its result.
pub(super) async fn ask<W>(
    queue: &mpsc::Sender<Job<W>>,
    name: &'static str,
    work: W,
    touches: Touches,
) -> Result<Committed, RecordError> {
    let (reply, result) = oneshot::channel();
    match queue.try_send(Job { work, touches, reply }) {
        Ok(()) => {}
        Err(mpsc::error::TrySendError::Full(_)) => return Err(Overloaded::Full(name).into()),
        Err(mpsc::error::TrySendError::Closed(_)) => return Err(Overloaded::Stopped(name).into()),
    }
    result.await.unwrap_or_else(|_dropped| Err(Overloaded::Stopped(name).into()))
}
