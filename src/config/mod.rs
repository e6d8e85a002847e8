//! One struct from defaults, file and environment; validated at start.
//!
//! Reading the configuration opens nothing: [`Config::load`] takes the file's text and the
//! environment as arguments, so that every fault of it can be tested without either.

mod check;
mod load;
mod secret;

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;

pub use self::load::{ConfigFault, ConfigFaults, DEFAULT_TEXT};
pub use self::secret::Secret;

/// The issuer's name of development tokens. Production configuration refuses it.
pub const DEVELOPMENT_ISSUER: &str = "urn:safeconduct:development";

/// Everything that can be configured. Each field is explained in `config/default.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Permits what only databases of the tests may have.
    pub test_mode: bool,
    /// The HTTP server.
    pub server: Server,
    /// PostgreSQL.
    pub database: Database,
    /// Redis.
    pub redis: Redis,
    /// Who may issue tokens.
    pub identity: Identity,
    /// Rates.
    pub limits: Limits,
    /// The loaded world.
    pub atlas: Atlas,
    /// Deadlines.
    pub clocks: Clocks,
    /// The order of the approval queues.
    pub queue: Queue,
    /// The approval desk.
    pub desk: Desk,
    /// Deliveries to webhooks.
    pub webhooks: Webhooks,
    /// Feeds of alerts.
    pub alerts: Alerts,
    /// Live streams.
    pub streams: Streams,
    /// Copies of advisories.
    pub advisories: Advisories,
    /// The log.
    pub log: Log,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The address to listen on.
    pub address: IpAddr,
    /// The port of the API; 0 takes a free one.
    pub port: u16,
    /// The port for the scraper; 0 takes a free one.
    pub metrics_port: u16,
    /// Serving threads; 0 takes one for each core.
    pub workers: usize,
    /// Largest ordinary body in bytes.
    pub body_bytes: usize,
    /// Largest batch body in bytes.
    pub batch_body_bytes: usize,
    /// Milliseconds after which a request is answered 503.
    pub request_timeout_ms: u64,
    /// Milliseconds after which a body that has not arrived is answered 408.
    pub body_timeout_ms: u64,
    /// Seconds that a connection may rest between two requests.
    pub keep_alive_seconds: u64,
    /// Requests in work at once.
    pub max_in_flight: usize,
    /// Milliseconds between readiness off and the end of accepting.
    pub drain_notice_ms: u64,
    /// Seconds that requests in flight may take at shutdown.
    pub drain_seconds: u64,
}

/// `[database]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Connection string.
    pub url: Secret,
    /// Connections for reading.
    pub read_connections: usize,
    /// Connections for writing.
    pub write_connections: usize,
    /// Milliseconds to wait for a free connection.
    pub wait_timeout_ms: u64,
    /// Milliseconds to wait for a new connection.
    pub create_timeout_ms: u64,
    /// Milliseconds to wait for the check of a used connection.
    pub recycle_timeout_ms: u64,
    /// The server's limit for one statement, in milliseconds.
    pub statement_timeout_ms: u64,
    /// The server's limit for one lock, in milliseconds.
    pub lock_timeout_ms: u64,
    /// Requests that may wait in one lane.
    pub lane_queue: usize,
    /// Requests that travel together at most.
    pub lane_batch: usize,
    /// Concurrent queries of one read lane; the lanes have as many connections, and two more.
    pub read_workers: usize,
}

/// `[redis]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// Connection string; empty for none.
    pub url: Secret,
    /// What every key begins with.
    pub prefix: String,
    /// Milliseconds that connecting, and one command, may take.
    pub timeout_ms: u64,
    /// Commands under way at once; one more does without.
    pub commands: usize,
}

/// `[advisories]`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advisories {
    /// Bytes of texts, and as many of answers, kept in the process.
    pub memory_bytes: usize,
    /// Seconds for which a text in the process is good.
    pub fresh_seconds: u64,
    /// Seconds for which a text is shared.
    pub shared_seconds: u64,
    /// Milliseconds for which a replica waits for another that reads the same text.
    pub lock_ms: u64,
}

/// How tokens are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdentityMode {
    /// An issuer on the network, with discovery and published keys.
    Oidc,
    /// The development issuer, whose key is a file on this machine.
    Development,
}

/// `[identity]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Which issuer is trusted.
    pub mode: IdentityMode,
    /// The issuer's URL as its tokens name it.
    pub issuer: String,
    /// The audience that tokens must name.
    pub audience: String,
    /// Accepted signature algorithms, by their JWA names.
    pub algorithms: Vec<String>,
    /// Accepted `typ` header values.
    pub types: Vec<String>,
    /// Seconds after which the issuer's keys are read again.
    pub jwks_refresh_seconds: u64,
    /// Seconds between two readings because of an unknown key id.
    pub jwks_min_interval_seconds: u64,
    /// Seconds by which the issuer's clock may differ.
    pub leeway_seconds: i64,
    /// Seconds for which a verified signature is remembered.
    pub token_cache_seconds: u64,
    /// Verified signatures remembered at most.
    pub token_cache_entries: usize,
    /// Milliseconds between two looks at the appointments' version.
    pub poll_ms: u64,
    /// Seconds past which the appointments are stale.
    pub max_age_seconds: u64,
    /// Path of the development issuer's key.
    pub development_key_file: String,
}

impl Identity {
    /// The issuer whose tokens are accepted: in development mode the built-in name.
    pub fn trusted_issuer(&self) -> &str {
        match self.mode {
            IdentityMode::Oidc => &self.issuer,
            IdentityMode::Development => DEVELOPMENT_ISSUER,
        }
    }
}

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests a second for a person.
    pub person_per_second: u32,
    /// Requests at once after a pause, for a person.
    pub person_burst: u32,
    /// Requests a second for a machine client.
    pub client_per_second: u32,
    /// Requests at once after a pause, for a machine client.
    pub client_burst: u32,
    /// Failed authentications from one address within the window.
    pub failed_auth_count: u32,
    /// The window in seconds.
    pub failed_auth_window_seconds: u64,
}

/// `[atlas]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Atlas {
    /// Milliseconds between two looks at the world's version.
    pub poll_ms: u64,
    /// Seconds past which decisions go to people.
    pub max_age_seconds: u64,
    /// Kilometres from a border within which the map's own error counts: a stricter area beyond it
    /// is told of.
    pub near_margin_km: f64,
}

/// `[queue]`: weights of the time by which queues are ordered, the smallest first.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Of the departure.
    pub departs_weight: f64,
    /// Of the submission.
    pub submitted_weight: f64,
    /// Hours that each security level puts forward.
    pub level_hours: f64,
    /// Hours that an urgent trip is put forward.
    pub urgent_hours: f64,
}

/// `[clocks]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// Milliseconds between two looks at deadlines at most.
    pub poll_ms: u64,
}

/// `[desk]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// Seconds for which whoever takes an item holds it.
    pub lease_seconds: u32,
}

/// `[webhooks]`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// Endpoints delivered to at once; 0: none.
    pub endpoints: usize,
    /// Requests to one endpoint at once.
    pub together: usize,
    /// Milliseconds that one request may take.
    pub timeout_ms: u64,
    /// Milliseconds up to which the first repetition waits.
    pub first_retry_ms: u64,
    /// Seconds up to which a repetition waits at most.
    pub longest_retry_seconds: u64,
    /// Tries of one event.
    pub tries: u32,
    /// Seconds of failing after which an endpoint is disabled.
    pub disable_after_seconds: u32,
    /// Seconds for which an old secret signs too.
    pub rotation_grace_seconds: u32,
    /// Permits endpoints on this machine.
    pub allow_loopback: bool,
}

/// `[alerts]`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// Milliseconds between two looks at what is due; 0: it is left to other replicas.
    pub poll_ms: u64,
    /// Seconds between two fetches of one feed.
    pub feed_seconds: u32,
    /// Milliseconds that one request may take.
    pub timeout_ms: u64,
    /// Largest answer in bytes.
    pub largest_bytes: usize,
    /// New entries read of one feed in one round.
    pub entries: usize,
    /// Permits feeds on this machine.
    pub allow_loopback: bool,
}

/// `[streams]`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Streams {
    /// Streams open at once.
    pub most: usize,
    /// Pieces of the feed by which a stream may fall behind.
    pub buffer: usize,
    /// Seconds between two signs of life.
    pub heartbeat_seconds: u64,
    /// Seconds that one stream may last.
    pub longest_seconds: u64,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For reading at a terminal.
    Text,
}

/// The least important lines that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Defects.
    Error,
    /// What an operator should look at.
    Warn,
    /// One line a request, and the life of the service.
    Info,
    /// For finding a fault.
    Debug,
    /// Everything.
    Trace,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The least important lines that are written.
    pub level: LogLevel,
    /// How they are written.
    pub format: LogFormat,
}

impl Config {
    /// Reads the defaults, then the file's text, then the environment's `SAFECONDUCT__…` variables,
    /// and checks the result. All faults are told together.
    pub fn load(
        file: Option<&str>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigFaults> {
        let config = load::merged(file, environment).and_then(load::typed)?;
        check::check(&config)?;
        Ok(config)
    }

    /// The effective values as TOML, secrets masked.
    pub fn describe(
        file: Option<&str>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<String, ConfigFaults> {
        load::merged(file, environment).map(load::masked)
    }
}

/// The environment of this process: read here and nowhere else, and handed to [`Config::load`].
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

impl Server {
    /// Limit for one request.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}
