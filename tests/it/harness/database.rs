//! A database for each test, cloned from a migrated template.

use std::fmt::Write as _;
use std::path::Path;

use indicatif::ProgressBar;
use safeconduct::app::commands::import_world;
use safeconduct::atlas::{Mosaic, Shape};
use safeconduct::config::Config;
use safeconduct::database::{MIGRATIONS, migrate};
use safeconduct::demo::levels::SEED;
use safeconduct::tasks::Tasks;
use safeconduct::world::DataFolder;
use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::environment::environment;

/// Only one test at a time makes a template.
const TEMPLATE_LOCK: i64 = 7_301_900;

/// A database that is dropped when the test ends, however it ends.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    cluster: String,
    name: String,
    is_dropped: bool,
}

impl TestDatabase {
    /// A migrated database on the fast cluster.
    pub(crate) async fn create() -> Self {
        Self::create_on(&environment().postgres).await
    }

    /// A migrated database with the shipped world in it, on the fast cluster.
    pub(crate) async fn create_with_world() -> Self {
        Self::create_with_world_on(&environment().postgres).await
    }

    /// A migrated database with the shipped world in it, on a cluster given by its connection words.
    pub(crate) async fn create_with_world_on(cluster: &str) -> Self {
        let template = template_with_world(cluster).await;
        Self::copy_of(cluster, &template).await
    }

    /// A migrated database on the cluster where what is acknowledged is durable.
    pub(crate) async fn create_durable() -> Self {
        Self::create_on(&environment().durable).await
    }

    /// A migrated database on a cluster, given by its connection words.
    pub(crate) async fn create_on(cluster: &str) -> Self {
        let template = template(cluster).await;
        Self::copy_of(cluster, &template).await
    }

    /// An empty database on the fast cluster.
    pub(crate) async fn create_empty() -> Self {
        Self::copy_of(&environment().postgres, "template0").await
    }

    async fn copy_of(cluster: &str, template: &str) -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        let client = connect(cluster, "postgres").await;
        // The copy of files ends with a checkpoint, which is free only where nothing is flushed.
        let is_fast = cluster == environment().postgres;
        let strategy = if is_fast { "FILE_COPY" } else { "WAL_LOG" };
        client
            .batch_execute(&format!(
                "CREATE DATABASE {name} TEMPLATE {template} STRATEGY {strategy}"
            ))
            .await
            .unwrap();
        Self { cluster: cluster.to_owned(), name, is_dropped: false }
    }

    /// Its connection words.
    pub(crate) fn url(&self) -> String {
        format!("{} dbname={}", self.cluster, self.name)
    }

    /// A configuration that uses it, in test mode, with an issuer that is never asked.
    pub(crate) fn config(&self) -> Config {
        config(&self.url(), "http://127.0.0.1:9")
    }

    /// A connection of the test's own.
    pub(crate) async fn connect(&self) -> Client {
        connect(&self.cluster, &self.name).await
    }

    /// Stops the database's clock at an instant.
    pub(crate) async fn freeze_clock(&self, at: jiff::Timestamp) {
        self.replace_clock(&format!("SELECT timestamptz '{at}'")).await;
    }

    /// Moves the database's clock; it goes on from there.
    pub(crate) async fn move_clock(&self, by: jiff::SignedDuration) {
        let seconds = by.as_secs_f64();
        self.replace_clock(&format!("SELECT clock_timestamp() + {seconds} * interval '1 second'"))
            .await;
    }

    async fn replace_clock(&self, body: &str) {
        let client = self.connect().await;
        client
            .batch_execute(&format!(
                "CREATE OR REPLACE FUNCTION sc_now() RETURNS timestamptz \
                 LANGUAGE sql VOLATILE PARALLEL SAFE AS $${body}$$"
            ))
            .await
            .unwrap();
    }

    /// Drops it.
    pub(crate) async fn drop_now(mut self) {
        self.is_dropped = true;
        drop_database(&self.cluster, &self.name).await;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.is_dropped {
            return;
        }
        // A test that failed: on a thread of its own, as its runtime may be ending.
        let (cluster, name) = (self.cluster.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(drop_database(&cluster, &name));
        });
        let _failed_already = dropping.join();
    }
}

async fn drop_database(cluster: &str, name: &str) {
    let client = connect(cluster, "postgres").await;
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
}

/// The configuration of the tests for a database and an issuer. Nobody is held back: how often a
/// test asks depends on the machine, and the tests of the limits set their own.
pub(crate) fn config(url: &str, issuer: &str) -> Config {
    let settings = [
        ("TEST_MODE", "true"),
        ("SERVER__PORT", "0"),
        ("SERVER__METRICS_PORT", "0"),
        ("SERVER__WORKERS", "2"),
        ("DATABASE__URL", url),
        ("DATABASE__READ_CONNECTIONS", "4"),
        ("IDENTITY__ISSUER", issuer),
        ("IDENTITY__JWKS_MIN_INTERVAL_SECONDS", "0"),
        ("LOG__LEVEL", "info"),
        ("LIMITS__PERSON_PER_SECOND", "1000000"),
        ("LIMITS__PERSON_BURST", "1000000"),
        ("LIMITS__CLIENT_PER_SECOND", "1000000"),
        ("LIMITS__CLIENT_BURST", "1000000"),
    ];
    let environment =
        settings.map(|(name, value)| (format!("SAFECONDUCT__{name}"), value.to_owned()));
    Config::load(None, environment).unwrap()
}

async fn connect(cluster: &str, name: &str) -> Client {
    let (client, connection) =
        tokio_postgres::connect(&format!("{cluster} dbname={name}"), NoTls).await.unwrap();
    super::spawn(async move {
        let _ended_with_the_test = connection.await;
    });
    client
}

/// The name of the template for the migrations as they stand; whoever comes first makes it.
async fn template(cluster: &str) -> String {
    let name = format!("template_{}", short(&migrations()));
    made(cluster, &name, "template1", async |url| {
        let tasks = Tasks::new();
        migrate(&config(url, "http://127.0.0.1:9").database, MIGRATIONS, &tasks).await.unwrap();
        tasks.stop(std::time::Duration::from_secs(5)).await;
    })
    .await;
    name
}

/// The name of the template that has the shipped world too.
async fn template_with_world(cluster: &str) -> String {
    let empty = template(cluster).await;
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let checksum = DataFolder::new(&data).checksum().unwrap();
    // the prepared index is part of it: another form of it is another template
    let form = Sha256::digest(Mosaic::build::<Shape>([]).unwrap().to_bytes());
    let name = format!("{empty}_{}_{}", checksum.get(..16).unwrap(), short(&form));
    made(cluster, &name, &empty, async |url| {
        let config = config(url, "http://127.0.0.1:9");
        import_world(&config, &data, SEED, &ProgressBar::hidden()).await.unwrap();
    })
    .await;
    name
}

/// Makes a template from another unless it is there; only one test at a time does.
async fn made(cluster: &str, name: &str, from: &str, fill: impl AsyncFnOnce(&str)) {
    let client = connect(cluster, "postgres").await;
    client.execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).await.unwrap();
    let known = "SELECT 1 FROM pg_database WHERE datname = $1";
    if client.query_opt(known, &[&name]).await.unwrap().is_none() {
        let making = format!("{name}_making");
        let drop = format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)");
        client.batch_execute(&drop).await.unwrap();
        let create = format!("CREATE DATABASE {making} TEMPLATE {from}");
        client.batch_execute(&create).await.unwrap();
        fill(&format!("{cluster} dbname={making}")).await;
        let rename = format!("ALTER DATABASE {making} RENAME TO {name}");
        client.batch_execute(&rename).await.unwrap();
    }
}

fn migrations() -> Vec<u8> {
    let mut digest = Sha256::new();
    for migration in MIGRATIONS {
        digest.update(migration.number.to_be_bytes());
        digest.update(migration.checksum());
    }
    digest.finalize().to_vec()
}

fn short(digest: &[u8]) -> String {
    digest.iter().take(8).fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
