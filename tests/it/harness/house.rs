//! The whole service, with everything it stands on.

use std::sync::Mutex;

use reqwest::{Client, Method};
use rustls::crypto::ring;
use safeconduct::app::{AppError, Running, start};
use safeconduct::config::Config;
use safeconduct::telemetry::Telemetry;
use serde_json::Value;
use tracing::instrument::WithSubscriber as _;

use super::answer::Answer;
use super::caller::Caller;
use super::database::{TestDatabase, config};
use super::issuer::TestIssuer;
use super::log::Captured;

/// A running service of the test's own.
pub(crate) struct House {
    database: TestDatabase,
    issuer: TestIssuer,
    running: Running,
    telemetry: Telemetry,
    log: Captured,
    expected: Mutex<Vec<String>>,
    client: Client,
}

impl House {
    /// The service as the tests usually want it: in the shipped world.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_config| {}).await
    }

    /// The service with a changed configuration.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(TestDatabase::create_with_world().await, change).await
    }

    /// The service on a database that the test has prepared.
    pub(crate) async fn start_on(database: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        let (started, house) = Self::try_start(database, change).await;
        let (issuer, telemetry, log, database) = house;
        Self {
            running: started.unwrap(),
            database,
            issuer,
            telemetry,
            log,
            expected: Mutex::default(),
            client: client(),
        }
    }

    /// Starts the service and tells why it does not.
    pub(crate) async fn try_start(
        database: TestDatabase,
        change: impl FnOnce(&mut Config),
    ) -> (Result<Running, AppError>, (TestIssuer, Telemetry, Captured, TestDatabase)) {
        let issuer = TestIssuer::start();
        let mut config = config(&database.url(), &issuer.url);
        change(&mut config);
        let log = Captured::default();
        let telemetry = Telemetry::start(&config.log, log.clone());
        let started = start(config, &telemetry).with_subscriber(telemetry.dispatch()).await;
        (started, (issuer, telemetry, log, database))
    }

    /// The database behind it.
    pub(crate) fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// The issuer it trusts.
    pub(crate) fn issuer(&self) -> &TestIssuer {
        &self.issuer
    }

    /// The service itself.
    pub(crate) fn running(&self) -> &Running {
        &self.running
    }

    /// Its address.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.address)
    }

    /// A bare client.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// A request as somebody.
    pub(crate) fn request(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
    ) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(path)).bearer_auth(&caller.token)
    }

    /// GET as somebody.
    pub(crate) async fn get(&self, caller: &Caller, path: &str) -> Answer {
        Answer::read(self.request(caller, Method::GET, path).send().await.unwrap()).await
    }

    /// GET as nobody.
    pub(crate) async fn get_bare(&self, path: &str) -> Answer {
        Answer::read(self.client.get(self.url(path)).send().await.unwrap()).await
    }

    /// GET with any token.
    pub(crate) async fn get_with(&self, token: &str, path: &str) -> Answer {
        let request = self.client.get(self.url(path)).bearer_auth(token);
        Answer::read(request.send().await.unwrap()).await
    }

    /// POST of a JSON body as somebody.
    pub(crate) async fn post(&self, caller: &Caller, path: &str, body: &Value) -> Answer {
        let request = self.request(caller, Method::POST, path).json(body);
        Answer::read(request.send().await.unwrap()).await
    }

    /// POST of a JSON body with an idempotency key.
    pub(crate) async fn post_once(
        &self,
        caller: &Caller,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Answer {
        let request = self.request(caller, Method::POST, path).header("idempotency-key", key);
        Answer::read(request.json(body).send().await.unwrap()).await
    }

    /// Names a word of a warning or error that this test provokes.
    pub(crate) fn expect_alarm(&self, word: &str) {
        self.expected.lock().unwrap().push(word.to_owned());
    }

    /// The alarms of a test that takes the database away: every loop tells of it.
    pub(crate) fn expect_a_lost_database(&self) {
        for alarm in [
            "could not be recycled",
            "events were not numbered",
            "could not be decided again",
            "the world could not be refreshed",
            "what is due could not be brought into effect",
            "ended fences could not be looked for",
            "suspensions could not be watched",
            "the clocks could not be minded",
        ] {
            self.expect_alarm(alarm);
        }
    }

    /// Stops the service, reads its log for alarms, and drops the database. Returns the log.
    pub(crate) async fn close(self) -> Captured {
        let aborted = self.running.stop().await;
        assert!(aborted.is_empty(), "tasks did not end: {aborted:?}");
        self.telemetry.finish();
        self.log.assert_calm(&self.expected.lock().unwrap());
        self.issuer.stop().await;
        self.database.drop_now().await;
        self.log
    }

    /// Takes the house apart for a test of stopping itself.
    pub(crate) fn into_parts(self) -> (Running, Telemetry, Captured, TestIssuer, TestDatabase) {
        (self.running, self.telemetry, self.log, self.issuer, self.database)
    }
}

fn client() -> Client {
    // The service installs the same provider; whoever comes first.
    let _installed_before = ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}
