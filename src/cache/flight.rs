//! One filler for each key: whoever asks while somebody fills waits for the same answer.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

/// Fillings under way, by key.
pub struct Flights<K: Ord, V> {
    under_way: Mutex<BTreeMap<K, Arc<OnceCell<V>>>>,
}

/// A reader that waits for a filling; the last to leave takes it off the list.
struct Waiting<'f, K: Ord, V> {
    flights: &'f Flights<K, V>,
    key: K,
    cell: Arc<OnceCell<V>>,
}

impl<K: Ord + Clone, V: Clone> Flights<K, V> {
    /// None under way.
    pub const fn new() -> Self {
        Self { under_way: Mutex::new(BTreeMap::new()) }
    }

    /// The answer to a key: one of those who ask together fills, the others wait. If the filler goes
    /// away in the middle, one of the others begins anew. Whatever the filler keeps for those to come
    /// must be kept when it answers, and it looks there first: who comes after it begins a new one.
    pub async fn join<F: Future<Output = V>>(&self, key: &K, fill: impl FnOnce() -> F) -> V {
        let cell = Arc::clone(self.lock().entry(key.clone()).or_default());
        let waiting = Waiting { flights: self, key: key.clone(), cell };
        waiting.cell.get_or_init(fill).await.clone()
    }
}

impl<K: Ord, V> Flights<K, V> {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<K, Arc<OnceCell<V>>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Ord, V> Drop for Waiting<'_, K, V> {
    fn drop(&mut self) {
        let mut under_way = self.flights.lock();
        let own = under_way.get(&self.key).is_some_and(|cell| Arc::ptr_eq(cell, &self.cell));
        // the list's and this one: nobody else waits
        if own && (self.cell.initialized() || Arc::strong_count(&self.cell) == 2) {
            under_way.remove(&self.key);
        }
    }
}

impl<K: Ord + Clone, V: Clone> Default for Flights<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord, V> fmt::Debug for Flights<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights").field("under_way", &self.lock().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::Poll;

    use futures_util::future::join_all;
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn one_fills_for_all_who_ask_together() {
        let (flights, fills) = (Flights::new(), AtomicU32::new(0));
        let ask = || {
            flights.join(&"key", async || {
                tokio::task::yield_now().await;
                fills.fetch_add(1, Ordering::Relaxed)
            })
        };
        let answers = join_all((0..1000).map(|_| ask())).await;
        assert!(answers.iter().all(|answer| *answer == 0));
        assert_eq!(ask().await, 1, "who comes later fills anew");
        assert!(flights.lock().is_empty());
    }

    #[tokio::test]
    async fn a_filler_that_goes_away_is_replaced() {
        let (flights, begun) = (Flights::new(), Notify::new());
        let fill = async || {
            begun.notify_one();
            std::future::pending::<u32>().await
        };
        {
            let mut gone = std::pin::pin!(flights.join(&1, fill));
            tokio::select! {
                _never = &mut gone => panic!("nothing answers"),
                () = begun.notified() => {}
            }
            let other = flights.join(&1, async || 7);
            let mut other = std::pin::pin!(other);
            let waiting = poll_fn(|context| Poll::Ready(other.as_mut().poll(context).is_pending()));
            assert!(waiting.await, "it waits for the first");
        }
        assert!(flights.lock().is_empty(), "nobody waits, nothing is kept");
        assert_eq!(flights.join(&1, async || 7).await, 7);
    }
}
