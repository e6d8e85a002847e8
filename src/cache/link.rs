//! The connection to Redis: RESP3, time-outs, a bound, and a pause after failures.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Cmd, FromRedisValue, IntoConnectionInfo as _, ProtocolVersion, cmd};
use tokio::sync::{Semaphore, oneshot};

use crate::config;
use crate::metrics::Metrics;
use crate::tasks::Tasks;
use crate::telemetry::Stopwatch;

/// Failures in a row after which the cache is left alone.
const ENOUGH: u32 = 3;
/// For how long; then one command may try.
const PAUSE: Duration = Duration::from_secs(1);

/// One multiplexed connection, made anew where it is lost.
pub(super) struct Link {
    connection: ConnectionManager,
    tasks: Tasks,
    prefix: String,
    patience: Duration,
    room: Semaphore,
    failures: AtomicU32,
    /// Since the last try of a cache that is left alone.
    tried: Mutex<Option<Stopwatch>>,
    metrics: Arc<Metrics>,
}

impl Link {
    pub(super) fn open(
        config: &config::Redis,
        tasks: &Tasks,
        metrics: Arc<Metrics>,
    ) -> Result<Self, redis::RedisError> {
        let info = config.url.reveal().into_connection_info()?;
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = redis::Client::open(info.set_redis_settings(settings))?;
        let patience = Duration::from_millis(config.timeout_ms);
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(patience))
            // the pause below stands in for a back-off
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(10))
            .set_max_delay(patience)
            .set_pipeline_buffer_size(config.commands);
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(client, settings)?,
            tasks: tasks.clone(),
            prefix: config.prefix.clone(),
            patience,
            room: Semaphore::new(config.commands),
            failures: AtomicU32::new(0),
            tried: Mutex::default(),
            metrics,
        })
    }

    /// A key of this installation.
    pub(super) fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Asks whether the cache answers, whether it is left alone or not.
    pub(super) async fn ping(&self) -> bool {
        self.send::<String>("ping", &cmd("PING")).await.is_some()
    }

    /// The answer to a command; none where the cache does not give one in time, is left alone, or
    /// has as much to do as it may.
    pub(super) async fn ask<T>(&self, name: &'static str, command: &Cmd) -> Option<T>
    where
        T: FromRedisValue + Send + 'static,
    {
        if self.is_left_alone() {
            self.count(name, "skipped");
            return None;
        }
        let Ok(_room) = self.room.try_acquire() else {
            self.count(name, "crowded");
            return None;
        };
        self.send(name, command).await
    }

    /// A value was not what was written.
    pub(super) fn discarded(&self) {
        self.metrics.cache.discarded.inc();
        tracing::info!("a value of the shared cache is not what was written; it is made anew");
    }

    /// Runs a command where the connection lives, whichever thread asks, so that none ends with it.
    async fn send<T>(&self, name: &'static str, command: &Cmd) -> Option<T>
    where
        T: FromRedisValue + Send + 'static,
    {
        let (mut connection, command) = (self.connection.clone(), command.clone());
        let (answered, answer) = oneshot::channel();
        let asking = self.tasks.drive(async move {
            // Who asked may have lost patience.
            let _unheard = answered.send(command.query_async::<T>(&mut connection).await);
        });
        let outcome = match tokio::time::timeout(self.patience, answer).await {
            Ok(Ok(Ok(value))) => Ok(value),
            // An answer that refuses, such as of a key that holds something else, is an answer.
            Ok(Ok(Err(error))) if !error.is_io_error() && !error.is_timeout() => {
                self.answered();
                self.count(name, "refused");
                return None;
            }
            Ok(Ok(Err(error))) => Err(error.to_string()),
            Ok(Err(_ending)) => Err("the service is ending".to_owned()),
            Err(_elapsed) => {
                asking.abort();
                Err("no answer in time".to_owned())
            }
        };
        match outcome {
            Ok(value) => {
                self.answered();
                self.count(name, "answered");
                Some(value)
            }
            Err(error) => {
                self.failed(&error);
                self.count(name, "failed");
                None
            }
        }
    }

    fn count(&self, command: &str, outcome: &str) {
        self.metrics.cache.commands.with_label_values(&[command, outcome]).inc();
    }

    fn answered(&self) {
        if self.failures.swap(0, Ordering::AcqRel) >= ENOUGH {
            self.metrics.redis_up.set(1);
            tracing::info!("the shared cache answers again");
        }
    }

    fn failed(&self, error: &str) {
        let before = self.failures.fetch_add(1, Ordering::AcqRel);
        *self.tried.lock().unwrap_or_else(PoisonError::into_inner) = Some(Stopwatch::start());
        if before + 1 == ENOUGH {
            self.metrics.redis_up.set(0);
            tracing::warn!(error, "the shared cache does not answer; answers come from elsewhere");
        }
    }

    /// Whether it failed lately and often; whoever comes first after the pause tries it.
    fn is_left_alone(&self) -> bool {
        if self.failures.load(Ordering::Acquire) < ENOUGH {
            return false;
        }
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if tried.as_ref().is_some_and(|watch| watch.elapsed() < PAUSE) {
            return true;
        }
        *tried = Some(Stopwatch::start());
        false
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("failures", &self.failures).finish_non_exhaustive()
    }
}
