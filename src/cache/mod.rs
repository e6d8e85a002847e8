//! Redis: connection and health; values kept in the process; no domain rule.
//!
//! Redis may vanish at any moment: no answer changes, only its speed.

mod snapshot;

use std::fmt;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};

pub use self::snapshot::Snapshot;
use crate::config;

const PATIENCE: Duration = Duration::from_millis(250);

/// The shared cache, if one is configured.
#[derive(Clone)]
pub struct Cache {
    connection: Option<ConnectionManager>,
}

/// The cache's address cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the address of redis cannot be used")]
pub struct CacheError(#[from] redis::RedisError);

impl Cache {
    /// Prepares the connection; it is made, and made again, in the background.
    pub fn open(config: &config::Redis) -> Result<Self, CacheError> {
        if config.url.is_empty() {
            return Ok(Self { connection: None });
        }
        let client = redis::Client::open(config.url.reveal())?;
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let connection = ConnectionManager::new_lazy_with_config(client, settings)?;
        Ok(Self { connection: Some(connection) })
    }

    /// Whether a cache is configured at all.
    pub fn is_configured(&self) -> bool {
        self.connection.is_some()
    }

    /// Whether it answers now.
    pub async fn is_up(&self) -> bool {
        let Some(mut connection) = self.connection.clone() else {
            return false;
        };
        let ping = redis::cmd("PING");
        let answer = ping.query_async::<String>(&mut connection);
        matches!(tokio::time::timeout(PATIENCE, answer).await, Ok(Ok(_)))
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("configured", &self.is_configured()).finish()
    }
}
