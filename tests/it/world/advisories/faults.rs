//! What reading costs when a text is cold, and what is shown when it cannot be read.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use safeconduct::config::Secret;
use safeconduct::world::Advisories;

use super::{AREA, PATH, advisory, metric, official, put, read_of_postgresql, text};
use crate::harness::{
    Answer, Caller, Cluster, House, RedisServer, Someone, TestDatabase, environment,
};

/// So many readers at once, all of whom are answered the same.
async fn crowd(house: &House, caller: &Caller, readers: usize, headline: &str) {
    let read = async |_: usize| house.get(caller, PATH).await;
    for answer in join_all((0..readers).map(read)).await {
        assert_eq!(answer.expect(200).json()["headline"], headline);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_readers_of_a_cold_text_are_one_read_of_postgresql() {
    let redis = RedisServer::start().await;
    for url in [String::new(), redis.url()] {
        let house = House::start_with(|config| config.redis.url = Secret::new(url.clone())).await;
        let writer = official(&house).await;
        let caller = house.caller(Someone::person()).await;
        let readers = 1000;
        for round in 1..=3 {
            let headline = format!("Round {round}");
            let body = advisory(&[text("en", "personnel", &headline)]);
            // written beside the service's own answer, which would read it
            publish_quietly(&house, &writer, &body).await;
            let before = read_of_postgresql(&house).await;
            crowd(&house, &caller, readers, &headline).await;
            assert_eq!(read_of_postgresql(&house).await - before, 1, "{url:?}, round {round}");
            crowd(&house, &caller, 10, &headline).await;
            assert_eq!(read_of_postgresql(&house).await - before, 1, "once read, it is known");
        }
        house.close().await;
    }
}

/// Publishes so that no text is in the process: the answer to the publication reads it, so the shelf
/// of another process does the publishing.
async fn publish_quietly(house: &House, writer: &Caller, body: &serde_json::Value) {
    let client = house.database().connect().await;
    let texts = &body["texts"];
    let publish = "WITH v AS (SELECT advisory_version + 1 AS version FROM area_state \
                       WHERE area_id = $1), \
                   w AS (UPDATE world_state SET version = version + 1 RETURNING version), \
                   a AS (INSERT INTO advisory SELECT gen_random_uuid(), $1, v.version, \
                       nullif(v.version - 1, 0), 'en', 'x', $2, $3, $3, $3, sc_now() FROM v \
                       RETURNING advisory_id, version) \
                   UPDATE area_state AS s SET advisory_version = a.version, \
                       advisory_id = a.advisory_id, advisory_changed = w.version \
                   FROM a, w WHERE s.area_id = $1";
    client.execute(publish, &[&AREA, texts, &writer.id]).await.unwrap();
    house.running().parts.world.refresh().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_what_one_of_them_has_read() {
    let redis = RedisServer::start().await;
    let house = House::start_with(|config| {
        config.redis.url = Secret::new(redis.url());
        // a replica that gives up waiting reads by itself, as it should; here none may have to
        config.redis.timeout_ms = 60_000;
        config.advisories.lock_ms = 60_000;
    })
    .await;
    let writer = official(&house).await;
    let caller = house.caller(Someone::person()).await;
    publish_quietly(&house, &writer, &advisory(&[text("en", "personnel", "Quiet")])).await;
    // a second service on the same database and the same Redis
    let other = house.replica(|_config| {}).await;
    let ask = async |address: std::net::SocketAddr| {
        let url = format!("http://{address}{PATH}");
        let sent = house.client().get(url).bearer_auth(&caller.token).send().await.unwrap();
        Answer::read(sent).await.expect(200)
    };
    let both = [house.running().address, other.running.address];
    // each is a connection of its own, at both its ends in this process
    let readers = environment().count(1_000).max(100);
    let answers = join_all((0..readers).map(|n| ask(both[n % 2]))).await;
    let (text, tag) = (&answers[0].text, answers[0].header("etag"));
    assert!(answers.iter().all(|one| one.text == *text && one.header("etag") == tag));
    let here = read_of_postgresql(&house).await;
    let there = other.running.parts.metrics.advisories.database.get();
    assert_eq!(here + there, 1, "one of them read it, {here} and {there}");
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_anew_is_shown_with_its_age() {
    let cluster = Cluster::start();
    let database = TestDatabase::create_with_world_on(&cluster.url()).await;
    let house = House::start_on(database, |config| {
        config.advisories.fresh_seconds = 1;
        config.atlas.max_age_seconds = 3600;
    })
    .await;
    house.expect_a_lost_database();
    house.expect_alarm("an advisory cannot be read");
    let writer = official(&house).await;
    let caller = house.caller(Someone::person()).await;
    put(&house, &writer, "*", &advisory(&[text("en", "personnel", "Quiet")])).await.expect(200);
    let fresh = house.get(&caller, PATH).await.expect(200);
    assert_eq!(fresh.header("age"), "");
    cluster.kill();
    let aged = loop {
        let answer = house.get(&caller, PATH).await.expect(200);
        assert_eq!(answer.json()["headline"], "Quiet");
        if !answer.header("age").is_empty() {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(aged.header("age").parse::<u64>().unwrap() >= 1);
    assert_eq!(aged.header("etag"), fresh.header("etag"));
    let request = house.request(&caller, Method::GET, PATH);
    let request = request.header("if-none-match", fresh.header("etag"));
    assert_eq!(Answer::read(request.send().await.unwrap()).await.status, 304);
    assert!(metric(&house, "safeconduct_advisory_reads_total{from=\"stale\"}").await > 0);
    let degraded = house.get_bare("/readyz").await.json()["degraded"].to_string();
    assert!(degraded.contains("advisories"), "{degraded}");
    cluster.restart();
    while !house.get(&caller, PATH).await.expect(200).header("age").is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    house.close().await;
}

#[test]
fn the_shelf_is_handed_from_thread_to_thread() {
    fn is_shared<T: Send + Sync + Clone>() {}
    is_shared::<Advisories>();
}
