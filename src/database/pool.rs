//! The pools for reading and writing, and what is running in them.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Connect, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_postgres::{CancelToken, Client, NoTls};

use super::connection::Connection;
use super::error::{DatabaseError, Trouble};
use super::statement::PING;
use crate::config;
use crate::metrics::Metrics;
use crate::tasks::Tasks;

/// Plans are kept for the life of a connection: one made while a table was nearly empty must not read
/// it from end to end when it has grown. So an index is taken wherever one fits, and a page, which is
/// in memory where much is asked of it, costs little beside the lines on it: otherwise the whole of a
/// page would be read for one line. What the first adds to an estimate would call for compiling such
/// a plan, every time it runs.
pub const BY_INDEX: [(&str, &str); 4] = [
    ("enable_seqscan", "off"),
    ("seq_page_cost", "0.1"),
    ("random_page_cost", "0.1"),
    ("jit", "off"),
];
/// Where each thing is looked up by its key and nothing is compared with a whole table, besides: no
/// plan that walks one to join it, and none that keeps what was found in case it is asked again.
pub const BY_KEY: [(&str, &str); 3] =
    [("enable_hashjoin", "off"), ("enable_mergejoin", "off"), ("enable_memoize", "off")];
/// Workers of lanes whose number is not configured: one of facts, one of single status questions.
const LANES_OF_ONE: usize = 2;

/// Beyond the server's own limits, before a silent connection is given up.
const GRACE: Duration = Duration::from_secs(2);

/// PostgreSQL, as the rooms use it.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    read: Pool,
    lanes: Pool,
    write: Pool,
    running: Arc<Running>,
    patience: Duration,
    metrics: Arc<Metrics>,
}

/// Queries under way, so that a stop can cancel them in the server: dropping a future does not.
pub(super) struct Running {
    next: AtomicU64,
    tokens: Mutex<BTreeMap<u64, CancelToken>>,
    tasks: Tasks,
    metrics: Arc<Metrics>,
}

/// A connection's entry among the running ones; removed when it is dropped.
pub(super) struct Checkout {
    running: Arc<Running>,
    id: u64,
}

impl Checkout {
    fn new(running: &Arc<Running>, token: CancelToken) -> Self {
        let id = running.next.fetch_add(1, Ordering::Relaxed);
        running.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(id, token);
        Self { running: Arc::clone(running), id }
    }

    /// Counts a statement that failed.
    pub(super) fn count(&self, trouble: &Trouble) {
        self.running.metrics.database.trouble.with_label_values(&[trouble.name()]).inc();
    }

    /// Asks the server to stop what this connection runs.
    pub(super) fn cancel(&self) {
        let tokens = self.running.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = tokens.get(&self.id).cloned() {
            drop(tokens);
            self.running.tasks.spawn_short("cancel query", cancelled(token));
        }
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        self.running.tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

impl fmt::Debug for Checkout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Checkout").field(&self.id).finish()
    }
}

async fn cancelled(token: CancelToken) {
    if let Err(error) = token.cancel_query(NoTls).await {
        tracing::info!(%error, "a query could not be cancelled");
    }
}

/// Opens connections on the runtime of [`Tasks`], socket and all, so that none ends with the thread
/// that asked.
struct Opening {
    tasks: Tasks,
}

type Opened = Result<(Client, JoinHandle<()>), tokio_postgres::Error>;

impl Connect for Opening {
    fn connect(
        &self,
        settings: &tokio_postgres::Config,
    ) -> Pin<Box<dyn Future<Output = Opened> + Send + '_>> {
        let settings = settings.clone();
        Box::pin(async move {
            let (opened, opening) = oneshot::channel();
            let driver = self.tasks.drive(async move {
                match settings.connect(NoTls).await {
                    Ok((client, connection)) => {
                        // Who asked may have gone; then nobody needs it.
                        if opened.send(Ok(client)).is_err() {
                            return;
                        }
                        if let Err(error) = connection.await {
                            tracing::info!(%error, "a connection to the database ended");
                        }
                    }
                    Err(error) => {
                        let _unheard = opened.send(Err(error));
                    }
                }
            });
            match opening.await {
                Ok(client) => Ok((client?, driver)),
                // The runtime is ending, and with it everybody who waits.
                Err(_dropped) => std::future::pending().await,
            }
        })
    }
}

impl Database {
    /// Builds the pools; connections are made when they are first needed.
    pub fn open(
        config: &config::Database,
        tasks: &Tasks,
        metrics: Arc<Metrics>,
    ) -> Result<Self, DatabaseError> {
        let running = Running {
            next: AtomicU64::new(0),
            tokens: Mutex::new(BTreeMap::new()),
            tasks: tasks.clone(),
            metrics: Arc::clone(&metrics),
        };
        let inner = Inner {
            read: pool(config, ("read", &[]), config.read_connections, tasks)?,
            lanes: pool(config, ("lanes", &BY_KEY), config.read_workers + LANES_OF_ONE, tasks)?,
            write: pool(config, ("write", &[]), config.write_connections, tasks)?,
            running: Arc::new(running),
            patience: Duration::from_millis(config.statement_timeout_ms) + GRACE,
            metrics,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A connection for reading.
    pub async fn reader(&self) -> Result<Connection, DatabaseError> {
        self.connection(&self.inner.read).await
    }

    /// A connection for a batch of a reading lane.
    pub async fn lane(&self) -> Result<Connection, DatabaseError> {
        self.connection(&self.inner.lanes).await
    }

    /// A connection for writing.
    pub async fn writer(&self) -> Result<Connection, DatabaseError> {
        self.connection(&self.inner.write).await
    }

    async fn connection(&self, pool: &Pool) -> Result<Connection, DatabaseError> {
        let object = pool.get().await.inspect_err(|_| self.count_unavailable())?;
        let checkout = Checkout::new(&self.inner.running, object.cancel_token());
        Ok(Connection::new(object, checkout, self.inner.patience))
    }

    fn count_unavailable(&self) {
        self.inner.metrics.database.trouble.with_label_values(&["unavailable"]).inc();
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        self.reader().await?.rows(&PING, &[]).await.map(|_| ())
    }

    /// Brings the gauges of the pools up to date, before metrics are rendered.
    pub fn observe(&self) {
        let metrics = &self.inner.metrics.database;
        let Inner { read, lanes, write, .. } = &*self.inner;
        for (name, pool) in [("read", read), ("lanes", lanes), ("write", write)] {
            let status = pool.status();
            metrics
                .connections
                .with_label_values(&[name])
                .set(status.size.try_into().unwrap_or(i64::MAX));
            metrics
                .waiting
                .with_label_values(&[name])
                .set(status.waiting.try_into().unwrap_or(i64::MAX));
        }
    }

    /// Cancels in the server whatever still runs, at the deadline of a stop; returns how many.
    pub async fn cancel_running(&self) -> usize {
        let tokens: Vec<_> = {
            let tokens = self.inner.running.tokens.lock().unwrap_or_else(PoisonError::into_inner);
            tokens.values().cloned().collect()
        };
        let count = tokens.len();
        for token in tokens {
            cancelled(token).await;
        }
        count
    }

    /// Closes the pools; whoever asks from now on is told that there is no connection.
    pub fn close(&self) {
        self.inner.read.close();
        self.inner.lanes.close();
        self.inner.write.close();
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("read", &self.inner.read.status())
            .field("lanes", &self.inner.lanes.status())
            .field("write", &self.inner.write.status())
            .finish_non_exhaustive()
    }
}

fn pool(
    config: &config::Database,
    (name, more): (&str, &[(&str, &str)]),
    size: usize,
    tasks: &Tasks,
) -> Result<Pool, DatabaseError> {
    let planning = BY_INDEX.iter().chain(more).map(|(name, value)| format!(" -c {name}={value}"));
    let planning = planning.collect::<Vec<_>>().concat();
    let settings = settings(config, &format!("safeconduct {name}"), &planning)?;
    let manager = Manager::from_connect(
        settings,
        Opening { tasks: tasks.clone() },
        ManagerConfig { recycling_method: RecyclingMethod::Fast },
    );
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(Duration::from_millis(config.wait_timeout_ms)))
        .create_timeout(Some(Duration::from_millis(config.create_timeout_ms)))
        .recycle_timeout(Some(Duration::from_millis(config.recycle_timeout_ms)))
        .build()
        // The builder fails only without a runtime, which is given above.
        .map_err(|_no_runtime| DatabaseError::Silent { statement: "pool" })
}

/// The connection string with the limits of the configuration, and how statements are planned.
pub(super) fn settings(
    config: &config::Database,
    application: &str,
    planning: &str,
) -> Result<tokio_postgres::Config, DatabaseError> {
    let mut settings: tokio_postgres::Config =
        config.url.reveal().parse().map_err(|error| DatabaseError::Address(Arc::new(error)))?;
    let given = settings.get_options().unwrap_or_default().to_owned();
    let statement = config.statement_timeout_ms;
    let lock = config.lock_timeout_ms;
    settings
        .application_name(application)
        .connect_timeout(Duration::from_millis(config.create_timeout_ms))
        .keepalives_idle(Duration::from_secs(30))
        .tcp_user_timeout(Duration::from_millis(statement) + GRACE)
        .options(format!(
            "{given} -c statement_timeout={statement} -c lock_timeout={lock} \
             -c idle_in_transaction_session_timeout={statement} -c timezone=UTC{planning}"
        ));
    Ok(settings)
}
