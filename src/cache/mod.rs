//! Redis: connection, health, values with an envelope; values kept in the process; no domain rule.
//!
//! Redis may vanish at any moment: no answer changes, only its speed. So every command has a short
//! time-out, no more than a bounded number are under way, a cache that failed a few times in a row is
//! left alone for a moment, and a value that is not byte for byte what was written is thrown away.

mod bounded;
mod early;
mod envelope;
mod flight;
mod link;
mod snapshot;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use redis::cmd;
use uuid::Uuid;

pub use self::bounded::Bounded;
pub use self::early::{draw, is_due};
pub use self::envelope::Kept;
pub use self::flight::Flights;
use self::link::Link;
pub use self::snapshot::Snapshot;
use crate::config;
use crate::metrics::Metrics;
use crate::tasks::Tasks;

/// The largest value, in bytes; a larger one is not shared.
const LARGEST: usize = 1 << 20;
/// Takes a lock away, if it is still the one that was taken.
const UNLOCK: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then \
                      return redis.call('del', KEYS[1]) end return 0";

/// The shared cache, if one is configured.
#[derive(Clone)]
pub struct Cache {
    link: Option<Arc<Link>>,
}

/// The cache's address cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the address of redis cannot be used")]
pub struct CacheError(#[from] redis::RedisError);

/// What asking for a lock came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Taken; the token gives it back.
    Taken(Uuid),
    /// Another has it.
    Held,
    /// The cache does not answer: nobody can know.
    Unknown,
}

impl Cache {
    /// Prepares the connection; it is made, and made again, in the background.
    pub fn open(
        config: &config::Redis,
        tasks: &Tasks,
        metrics: Arc<Metrics>,
    ) -> Result<Self, CacheError> {
        if config.url.is_empty() {
            return Ok(Self { link: None });
        }
        Ok(Self { link: Some(Arc::new(Link::open(config, tasks, metrics)?)) })
    }

    /// Whether a cache is configured at all.
    pub fn is_configured(&self) -> bool {
        self.link.is_some()
    }

    /// Whether it answers now.
    pub async fn is_up(&self) -> bool {
        match &self.link {
            Some(link) => link.ping().await,
            None => false,
        }
    }

    /// The value of a key; none where there is none, where it is not what was written, and where the
    /// cache does not answer. What was found to be rubbish counts as not there.
    pub async fn get(&self, key: &str, now: Timestamp) -> Option<Kept> {
        let link = self.link.as_ref()?;
        let key = link.key(key);
        let bytes: Option<Vec<u8>> = link.ask("get", cmd("GET").arg(&key)).await?;
        let bytes = bytes?;
        let kept = envelope::open(&key, &bytes, now);
        if kept.is_none() {
            link.discarded();
        }
        kept
    }

    /// Shares a value for a time. `cost` is what making it took, for those who make it anew early.
    pub async fn put(
        &self,
        key: &str,
        body: &[u8],
        (now, lasts): (Timestamp, Duration),
        cost: Duration,
    ) {
        let Some(link) = &self.link else { return };
        let seconds = lasts.as_secs();
        if body.len() > LARGEST || seconds == 0 {
            return;
        }
        let key = link.key(key);
        let value = envelope::seal(&key, body, (now, lasts), cost);
        let set = &mut cmd("SET");
        let _written: Option<()> =
            link.ask("set", set.arg(&key).arg(value).arg("EX").arg(seconds)).await;
    }

    /// Takes a lock that ends by itself.
    pub async fn lock(&self, key: &str, lasts: Duration) -> Lock {
        let Some(link) = &self.link else { return Lock::Unknown };
        let token = Uuid::new_v4();
        let millis = u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX);
        let set = &mut cmd("SET");
        let set = set.arg(link.key(key)).arg(token.as_bytes()).arg("NX").arg("PX").arg(millis);
        match link.ask::<Option<String>>("lock", set).await {
            Some(Some(_ok)) => Lock::Taken(token),
            Some(None) => Lock::Held,
            None => Lock::Unknown,
        }
    }

    /// Gives a lock back.
    pub async fn unlock(&self, key: &str, token: Uuid) {
        let Some(link) = &self.link else { return };
        let eval = &mut cmd("EVAL");
        let eval = eval.arg(UNLOCK).arg(1).arg(link.key(key)).arg(token.as_bytes());
        let _released: Option<i64> = link.ask("unlock", eval).await;
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("configured", &self.is_configured()).finish()
    }
}
