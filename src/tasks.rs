//! Background tasks: named, told to stop, waited for; one that ends by itself is noticed.
//!
//! A lane that silently died would be a service that accepts and never answers, so the assembly
//! ends the process, with the task's name, when a lasting task ends before it was told to.
//!
//! Lanes stop after everybody else: a loop in the middle of its work still finds the lanes it hands
//! its records to.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tracing::Dispatch;
use tracing::instrument::WithSubscriber as _;

use crate::telemetry::Stopwatch;

/// Starts tasks on the runtime it was made on, whichever thread asks.
#[derive(Clone)]
pub struct Tasks {
    inner: Arc<Inner>,
}

struct Inner {
    runtime: Handle,
    log: Dispatch,
    work: Group,
    lanes: Group,
    ended: mpsc::UnboundedSender<&'static str>,
    ends: tokio::sync::Mutex<mpsc::UnboundedReceiver<&'static str>>,
}

/// Tasks that are told to stop together.
struct Group {
    stop: watch::Sender<bool>,
    running: Mutex<Vec<(&'static str, JoinHandle<()>)>>,
}

impl Group {
    fn new() -> Self {
        Self { stop: watch::Sender::new(false), running: Mutex::new(Vec::new()) }
    }

    fn keep(&self, name: &'static str, handle: JoinHandle<()>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|(_, task)| !task.is_finished());
        running.push((name, handle));
    }

    /// Tells the tasks to stop, waits as long as is left of the patience, and aborts the rest.
    async fn stop(&self, waited: &Stopwatch, patience: Duration) -> Vec<&'static str> {
        self.stop.send_replace(true);
        let running = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *running)
        };
        let mut aborted = Vec::new();
        for (name, mut handle) in running {
            let left = patience.saturating_sub(waited.elapsed());
            if tokio::time::timeout(left, &mut handle).await.is_err() {
                handle.abort();
                aborted.push(name);
            }
        }
        aborted
    }
}

/// Tells a lasting task that the service stops.
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Returns when the service stops.
    pub async fn wait(&mut self) {
        // An error means that `Tasks` is gone, which is a stop too.
        let _stopped_either_way = self.0.wait_for(|stopping| *stopping).await;
    }

    /// Rests between two looks of a loop; false once the service stops.
    pub async fn rest(&mut self, pause: Duration) -> bool {
        tokio::time::timeout(pause, self.wait()).await.is_err()
    }

    /// The same, cut short by whoever wakes the loop.
    pub async fn rest_or(&mut self, pause: Duration, wake: &Notify) -> bool {
        tokio::select! {
            () = wake.notified() => true,
            rested = self.rest(pause) => rested,
        }
    }

    /// Whether the service stops.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }
}

/// Reports a lasting task's end even if it panicked.
struct Watched {
    name: &'static str,
    stop: watch::Receiver<bool>,
    ended: mpsc::UnboundedSender<&'static str>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !*self.stop.borrow() {
            // Nobody listens any more: the service is already down.
            let _unheard = self.ended.send(self.name);
        }
    }
}

impl Tasks {
    /// Tasks on the current runtime, logging where the current thread logs.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn new() -> Self {
        let (ended, ends) = mpsc::unbounded_channel();
        let inner = Inner {
            runtime: Handle::current(),
            log: tracing::dispatcher::get_default(Clone::clone),
            work: Group::new(),
            lanes: Group::new(),
            ended,
            ends: tokio::sync::Mutex::new(ends),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Starts a task that lasts until the service stops.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.start_lasting(&self.inner.work, name, task);
    }

    /// Starts a lane: it lasts until every other task has ended.
    pub fn spawn_lane(&self, name: &'static str, lane: impl Future<Output = ()> + Send + 'static) {
        self.start_lasting(&self.inner.lanes, name, lane);
    }

    /// Starts a task that ends by itself; a stop waits for it too.
    pub fn spawn_short(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.inner.work.keep(name, self.drive(task));
    }

    /// Runs a connection's own work on this runtime; whoever holds the handle ends it.
    pub fn drive(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        self.inner.runtime.spawn(task.with_subscriber(self.inner.log.clone()))
    }

    fn start_lasting(
        &self,
        group: &Group,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        let stop = group.stop.subscribe();
        let watched = Watched { name, stop, ended: self.inner.ended.clone() };
        let handle = self.drive(async move {
            let watched = watched;
            task.await;
            drop(watched);
        });
        group.keep(name, handle);
    }

    /// A signal that a lasting task waits for beside its work.
    pub fn stopping(&self) -> Stopping {
        Stopping(self.inner.work.stop.subscribe())
    }

    /// A signal that a lane waits for beside its work.
    pub fn lanes_stopping(&self) -> Stopping {
        Stopping(self.inner.lanes.stop.subscribe())
    }

    /// Waits for the first lasting task that ends before it was told to, and names it.
    pub async fn first_to_end(&self) -> &'static str {
        let mut ends = self.inner.ends.lock().await;
        ends.recv().await.unwrap_or("tasks")
    }

    /// Tells every task to stop, then every lane; waits, and aborts what is left; returns the
    /// names of those.
    pub async fn stop(&self, patience: Duration) -> Vec<&'static str> {
        let waited = Stopwatch::start();
        let mut aborted = self.inner.work.stop(&waited, patience).await;
        aborted.extend(self.inner.lanes.stop(&waited, patience.saturating_mul(2)).await);
        aborted
    }
}

impl Default for Tasks {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks")
            .field("stopping", &*self.inner.work.stop.borrow())
            .finish_non_exhaustive()
    }
}
