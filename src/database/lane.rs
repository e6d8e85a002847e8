//! Lanes: requests that wait while a query is under way go together in the next.
//!
//! No timer and no added delay: an idle lane takes a request at once and alone; the busier it is,
//! the more travel together. The queue is bounded, and a request too many is refused before any
//! work is done.

use std::fmt;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};

use crate::config;
use crate::metrics::Metrics;
use crate::tasks::Tasks;

/// A lane did not take the request, or died with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Overloaded {
    /// As many requests wait as may.
    #[error("lane {0} is full")]
    Full(&'static str),
    /// The service stops.
    #[error("lane {0} has stopped")]
    Stopped(&'static str),
}

/// How a lane works.
#[derive(Debug, Clone, Copy)]
pub struct LaneSettings {
    /// For metrics and errors.
    pub name: &'static str,
    /// Requests that may wait.
    pub queue: usize,
    /// Requests that travel together at most.
    pub batch: usize,
    /// Queries under way at once.
    pub workers: usize,
}

impl LaneSettings {
    /// A read lane as configured.
    pub fn reading(name: &'static str, config: &config::Database) -> Self {
        let config::Database { lane_queue, lane_batch, read_workers, .. } = *config;
        Self { name, queue: lane_queue, batch: lane_batch, workers: read_workers }
    }
}

struct Waiting<Q, R> {
    question: Q,
    reply: oneshot::Sender<R>,
}

/// Where to put a question; cloned freely.
pub struct Lane<Q, A, E> {
    name: &'static str,
    queue: mpsc::Sender<Waiting<Q, Result<A, E>>>,
    full: prometheus::IntCounter,
}

impl<Q, A, E> Lane<Q, A, E>
where
    Q: Send + 'static,
    A: Send + 'static,
    E: From<Overloaded> + Send + 'static,
{
    /// Starts the workers. `work` answers a batch in its order, one result for each question.
    pub fn start<W, F>(settings: LaneSettings, tasks: &Tasks, metrics: &Metrics, work: W) -> Self
    where
        W: Fn(Vec<Q>) -> F + Send + Sync + 'static,
        F: Future<Output = Vec<Result<A, E>>> + Send + 'static,
    {
        let LaneSettings { name, queue, batch, workers } = settings;
        let (sender, receiver) = mpsc::channel(queue);
        let receiver = Arc::new(Mutex::new(receiver));
        let work = Arc::new(work);
        let sizes = metrics.database.batch_size.with_label_values(&[name]);
        for _ in 0..workers {
            let (receiver, work, sizes) = (Arc::clone(&receiver), Arc::clone(&work), sizes.clone());
            let mut stopping = tasks.lanes_stopping();
            tasks.spawn_lane(name, async move {
                loop {
                    let mut taken = Vec::new();
                    // Workers take turns at the queue; the one that has a batch leaves it.
                    let waiting =
                        async { receiver.lock().await.recv_many(&mut taken, batch).await };
                    tokio::select! {
                        biased;
                        count = waiting => if count == 0 { return },
                        () = stopping.wait() => return,
                    }
                    // Who asked may have gone; then nobody needs the answer.
                    taken.retain(|waiting: &Waiting<_, _>| !waiting.reply.is_closed());
                    if taken.is_empty() {
                        continue;
                    }
                    sizes.observe(f64::from(u32::try_from(taken.len()).unwrap_or(u32::MAX)));
                    answer(taken, &*work).await;
                }
            });
        }
        let full = metrics.database.lane_full.with_label_values(&[name]);
        Self { name, queue: sender, full }
    }

    /// Puts a question and waits for its answer. Dropping the future withdraws a question that
    /// still waits; one under way is finished, and its answer dropped.
    pub async fn ask(&self, question: Q) -> Result<A, E> {
        let (reply, answer) = oneshot::channel();
        match self.queue.try_send(Waiting { question, reply }) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.full.inc();
                return Err(Overloaded::Full(self.name).into());
            }
            Err(mpsc::error::TrySendError::Closed(_)) => {
                return Err(Overloaded::Stopped(self.name).into());
            }
        }
        match answer.await {
            Ok(answer) => answer,
            Err(_dropped) => Err(Overloaded::Stopped(self.name).into()),
        }
    }
}

async fn answer<Q, A, E, F>(taken: Vec<Waiting<Q, Result<A, E>>>, work: &impl Fn(Vec<Q>) -> F)
where
    F: Future<Output = Vec<Result<A, E>>>,
{
    let (questions, replies): (Vec<_>, Vec<_>) =
        taken.into_iter().map(|Waiting { question, reply }| (question, reply)).unzip();
    for (reply, answer) in replies.into_iter().zip(work(questions).await) {
        // Who asked may have gone meanwhile.
        let _unheard = reply.send(answer);
    }
}

/// The answers of a batch whose one query failed.
pub fn all_failed<A, E: Clone>(count: usize, error: &E) -> Vec<Result<A, E>> {
    std::iter::repeat_with(|| Err(error.clone())).take(count).collect()
}

impl<Q, A, E> Clone for Lane<Q, A, E> {
    fn clone(&self) -> Self {
        Self { name: self.name, queue: self.queue.clone(), full: self.full.clone() }
    }
}

impl<Q, A, E> fmt::Debug for Lane<Q, A, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("name", &self.name).finish_non_exhaustive()
    }
}
