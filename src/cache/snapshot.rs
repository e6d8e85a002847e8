//! A large value kept in the process and replaced whole: the loaded world. Readers take one `Arc`
//! and use it to the end; a writer puts the next version in its place.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{Notify, watch};

use crate::telemetry::Stopwatch;

/// A versioned value with its age. One task keeps it; everyone reads it.
pub struct Snapshot<T> {
    value: ArcSwap<T>,
    version: watch::Sender<i64>,
    confirmed: ArcSwap<Stopwatch>,
    max_age: Duration,
    wanted: Notify,
}

impl<T> Snapshot<T> {
    /// A first value, known to be current since the stopwatch was started.
    pub fn new(value: T, version: i64, since: Stopwatch, max_age: Duration) -> Self {
        Self {
            value: ArcSwap::from_pointee(value),
            version: watch::Sender::new(version),
            confirmed: ArcSwap::from_pointee(since),
            max_age,
            wanted: Notify::new(),
        }
    }

    /// The value in use.
    pub fn load(&self) -> Arc<T> {
        self.value.load_full()
    }

    /// Its version.
    pub fn version(&self) -> i64 {
        *self.version.borrow()
    }

    /// Puts a newer value in place; an older one is left out.
    pub fn replace(&self, value: T, version: i64) {
        self.version.send_if_modified(|current| {
            if version <= *current {
                return false;
            }
            self.value.store(Arc::new(value));
            *current = version;
            true
        });
    }

    /// Puts the same value in another form in place, if its version is the one in use.
    pub fn reshape(&self, value: T, version: i64) {
        self.version.send_if_modified(|current| {
            if version == *current {
                self.value.store(Arc::new(value));
            }
            false
        });
    }

    /// Notes that the value was current when the stopwatch was started.
    pub fn confirm(&self, since: Stopwatch) {
        self.confirmed.store(Arc::new(since));
    }

    /// How long ago the value was last known to be current.
    pub fn age(&self) -> Duration {
        self.confirmed.load().elapsed()
    }

    /// Whether it is older than it may be.
    pub fn is_stale(&self) -> bool {
        self.age() > self.max_age
    }

    /// Waits until a version at least as new is in place; false if that takes too long. Whoever
    /// keeps the value is told that somebody waits.
    pub async fn wait_for(&self, version: i64, patience: Duration) -> bool {
        let mut seen = self.version.subscribe();
        if *seen.borrow() < version {
            self.nudge();
        }
        let reached = seen.wait_for(|current| *current >= version);
        matches!(tokio::time::timeout(patience, reached).await, Ok(Ok(_)))
    }

    /// Asks for a look at the source now.
    pub fn nudge(&self) {
        self.wanted.notify_one();
    }

    /// Returns when somebody has asked for a look at the source.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }
}

impl<T> fmt::Debug for Snapshot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("version", &self.version()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_ends_with_the_version_and_not_before() {
        let snapshot = Snapshot::new("one", 1, Stopwatch::start(), Duration::from_mins(1));
        assert!(!snapshot.wait_for(2, Duration::ZERO).await);
        let (reached, ()) = tokio::join!(snapshot.wait_for(2, Duration::from_mins(1)), async {
            snapshot.wanted().await;
            snapshot.replace("two", 2);
        });
        assert!(reached);
        snapshot.replace("older", 1);
        snapshot.reshape("one again", 1);
        assert_eq!((*snapshot.load(), snapshot.version()), ("two", 2));
        snapshot.reshape("2", 2);
        assert_eq!((*snapshot.load(), snapshot.version()), ("2", 2));
        assert!(!snapshot.is_stale());
    }
}
