//! Starting, being ready, stopping.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::{Client, Method};
use safeconduct::app::{AppError, openapi};
use safeconduct::config::Secret;
use safeconduct::database::StartupFault;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::harness::{Answer, House, Someone, TestDatabase, environment, spawn};

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_service_is_ready_on_both_ports() {
    let house = House::start().await;
    let ready = house.get_bare("/readyz").await.expect(200).json();
    assert_eq!((&ready["ready"], &ready["degraded"]), (&true.into(), &serde_json::json!([])));
    let scraper = house.running().metrics_address;
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = house.client().get(format!("http://{scraper}{path}")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
    }
    let metrics = house.get_bare("/metrics").await.expect(200).text;
    let counted =
        "safeconduct_http_requests_total{method=\"GET\",route=\"/readyz\",status=\"2xx\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_answers_is_no_defect() {
    let redis = environment().redis;
    let house = House::start_with(|config| config.redis.url = Secret::new(redis)).await;
    let ready = house.get_bare("/readyz").await.expect(200).json();
    assert_eq!(ready["degraded"], serde_json::json!([]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_is_away_degrades_and_no_more() {
    let house = House::start_with(|config| {
        config.redis.url = Secret::new("redis://127.0.0.1:9/");
    })
    .await;
    let ready = house.get_bare("/readyz").await.expect(200).json();
    assert_eq!(ready["degraded"], serde_json::json!(["redis"]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_refuses_a_cluster_that_forgets() {
    let database = TestDatabase::create().await;
    let (started, _kept) = House::try_start(database, |config| {
        config.test_mode = false;
        config.identity.issuer = "https://issuer.example".to_owned();
    })
    .await;
    assert!(matches!(started, Err(AppError::Startup(StartupFault::NotDurable("fsync")))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_refuses_a_clock_that_was_moved() {
    let database = TestDatabase::create_durable().await;
    database.move_clock(jiff::SignedDuration::from_secs(1)).await;
    let (started, _kept) = House::try_start(database, |config| {
        config.test_mode = false;
        config.identity.issuer = "https://issuer.example".to_owned();
    })
    .await;
    assert!(matches!(started, Err(AppError::Startup(StartupFault::ClockMoved))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_refuses_a_schema_that_is_behind() {
    let (started, _kept) = House::try_start(TestDatabase::create_empty().await, |_| {}).await;
    assert!(matches!(started, Err(AppError::Startup(StartupFault::Behind(_)))));
}

/// A request that waits in the database for its caller's identity.
async fn held(house: &House) -> (tokio_postgres::Client, JoinHandle<Answer>) {
    let caller = house.caller(Someone::person()).await;
    let gate = house.database().connect().await;
    gate.batch_execute("BEGIN; LOCK TABLE person_identity IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let request = house.request(&caller, Method::GET, "/v1/nowhere");
    let answer = spawn(async move { Answer::read(request.send().await.unwrap()).await });
    while house.running().parts.metrics.http.in_flight.get() < 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (gate, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_turns_readiness_off_and_lets_requests_finish() {
    let house = House::start_with(|config| config.server.drain_notice_ms = 500).await;
    let (gate, answer) = held(&house).await;
    let ready = house.url("/readyz");
    let draining = Arc::clone(&house.running().parts.draining);
    let (running, telemetry, log, issuer, database) = house.into_parts();
    let stopping = spawn(running.stop());
    while !draining.load(Ordering::Acquire) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let unready = Client::new().get(ready).send().await.unwrap();
    assert_eq!(unready.status().as_u16(), 503);
    let unready: Value = unready.json().await.unwrap();
    assert_eq!(unready["missing"], serde_json::json!(["stopping"]));
    gate.batch_execute("COMMIT").await.unwrap();
    answer.await.unwrap().expect(404);
    assert_eq!(stopping.await.unwrap(), Vec::<&str>::new());
    telemetry.finish();
    log.assert_calm(&[]);
    issuer.stop().await;
    database.drop_now().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_still_runs_at_the_deadline_is_cancelled_in_the_database() {
    let house = House::start_with(|config| config.server.drain_seconds = 1).await;
    let (gate, answer) = held(&house).await;
    let (running, telemetry, log, issuer, database) = house.into_parts();
    running.stop().await;
    answer.await.unwrap().expect(503);
    telemetry.finish();
    log.assert_calm(&["still in work".to_owned()]);
    gate.batch_execute("COMMIT").await.unwrap();
    issuer.stop().await;
    database.drop_now().await;
}

/// Asks over a connection whether the service lives, and gives the first line of the answer; none where the
/// service has closed it.
async fn alive_over(connection: &mut TcpStream) -> Option<String> {
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    connection.write_all(request.as_bytes()).await.ok()?;
    let mut answer = vec![0; 4096];
    let read = connection.read(&mut answer).await.ok().filter(|read| *read > 0)?;
    let text = String::from_utf8_lossy(&answer[..read]).into_owned();
    text.lines().next().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_rests_as_long_as_is_set_and_holds_no_stop_up() {
    let brief = House::start_with(|config| config.server.keep_alive_seconds = 1).await;
    let lasting = House::start().await;
    let open = async |house: &House| TcpStream::connect(house.running().address).await.unwrap();
    let (mut one, mut other) = (open(&brief).await, open(&lasting).await);
    let ok = Some("HTTP/1.1 200 OK".to_owned());
    assert_eq!(
        (alive_over(&mut one).await, alive_over(&mut other).await),
        (ok.clone(), ok.clone())
    );
    // longer than the five seconds of the web server's own default
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!((alive_over(&mut one).await, alive_over(&mut other).await), (None, ok));
    // the drain would log that requests were still in work, which a calm log has not
    lasting.close().await;
    brief.close().await;
}

/// Every `#[get("…")]` and its like in the sources, as `GET /path`.
fn routes_in_the_sources(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            routes_in_the_sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            for line in fs::read_to_string(&path).unwrap().lines() {
                for verb in ["get", "post", "put", "patch", "delete"] {
                    if let Some(rest) = line.trim().strip_prefix(&format!("#[{verb}(\"")) {
                        let path = rest.split('"').next().unwrap();
                        found.insert(format!("{} {path}", verb.to_uppercase()));
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_and_the_routes_are_equal_in_both_directions() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut documented = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            documented.insert(format!("{} {path}", method.to_uppercase()));
            let id = operation["operationId"].as_str().unwrap();
            assert!(id.contains('_'), "{id} is not <verb>_<noun>");
            assert!(operation["responses"].is_object(), "{id} names no answers");
        }
    }
    let mut written = BTreeSet::new();
    routes_in_the_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut written);
    assert_eq!(documented, written, "documented / written");

    // and the program really takes each of them: an unknown route is 404 without an id in it
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    for route in &documented {
        let (method, path) = route.split_once(' ').unwrap();
        if path.contains('{') {
            continue;
        }
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = house.request(&caller, method, path).send().await.unwrap();
        assert!(![404, 405].contains(&answer.status().as_u16()), "{route}: {}", answer.status());
    }
    house.close().await;
}
