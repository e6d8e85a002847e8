//! Redis killed, slow, flushed and filled with rubbish, while people read.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use safeconduct::config::Secret;
use serde_json::Value;

use super::{PATH, advisory, metric, official, put, text};
use crate::harness::{Answer, Caller, House, RedisServer, SlowWay, Someone, environment};

/// Readers that go on until they are told to stop; each answer is the version that is published, or
/// the one before while it is being replaced.
struct Readers<'h> {
    house: &'h House,
    caller: &'h Caller,
    stop: AtomicBool,
    version: AtomicUsize,
    answers: AtomicUsize,
}

impl Readers<'_> {
    async fn read(&self) {
        while !self.stop.load(Ordering::Acquire) {
            let known = self.version.load(Ordering::Acquire);
            let body = self.house.get(self.caller, PATH).await.expect(200).json();
            let version = usize::try_from(body["version"].as_u64().unwrap()).unwrap();
            assert!(version >= known, "version {version} after {known} was answered for");
            assert_eq!(body["headline"], headline(version));
            self.answers.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Publishes the next version, then waits until the readers have had so many answers more.
    async fn next(&self, writer: &Caller, answers: usize) {
        let next = self.version.load(Ordering::Acquire) + 1;
        let body = advisory(&[text("en", "personnel", &headline(next))]);
        let published = put(self.house, writer, "*", &body).await.expect(200).json();
        assert_eq!(published["version"], Value::from(next));
        self.version.store(next, Ordering::Release);
        self.more(answers).await;
    }

    /// Waits until the readers have had so many answers more.
    async fn more(&self, answers: usize) {
        let enough = self.answers.load(Ordering::Acquire) + answers;
        while self.answers.load(Ordering::Acquire) < enough {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn headline(version: usize) -> String {
    format!("This is version {version}")
}

/// Overwrites every key with what nobody here has written; answers how many.
async fn rubbish(server: &RedisServer, round: usize) -> usize {
    let (keys, mut connection) = (server.keys().await, server.connect().await);
    for key in &keys {
        let command = match round % 4 {
            0 => redis::cmd("SET").arg(key).arg("rubbish").clone(),
            1 => redis::cmd("SET").arg(key).arg(vec![0_u8; 100_000]).clone(),
            2 => redis::cmd("SETRANGE").arg(key).arg(40).arg("bent").clone(),
            _ => redis::cmd("RPUSH").arg(key).arg("a list").clone(),
        };
        // in one step, so that no reader writes the text back in between
        let mut overwriting = redis::pipe();
        overwriting.atomic();
        if round % 4 == 3 {
            overwriting.del(key).ignore();
        }
        let _answer: redis::Value =
            overwriting.add_command(command).query_async(&mut connection).await.unwrap();
    }
    keys.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_redis_no_request_fails_and_none_is_wrong() {
    let mut server = RedisServer::start().await;
    let way = SlowWay::to(&server).await;
    let house = House::start_with(|config| {
        config.redis.url = Secret::new(way.url());
        // texts leave the process at once, so that every reader asks Redis
        config.advisories.memory_bytes = 0;
    })
    .await;
    house.expect_alarm("the shared cache does not answer");
    let writer = official(&house).await;
    let caller = house.caller(Someone::person()).await;
    let readers = Readers {
        house: &house,
        caller: &caller,
        stop: AtomicBool::new(false),
        version: AtomicUsize::new(0),
        answers: AtomicUsize::new(0),
    };
    put(&house, &writer, "*", &advisory(&[text("en", "personnel", &headline(1))]))
        .await
        .expect(200);
    readers.version.store(1, Ordering::Release);
    let answers = environment().count(4_000);
    let reading = join_all((0..8).map(|_| readers.read()));
    let troubling = async {
        readers.next(&writer, answers).await;
        assert!(metric(&house, "safeconduct_advisory_reads_total{from=\"redis\"}").await > 0);
        let mut overwritten = 0;
        for round in 0..8 {
            overwritten += rubbish(&server, round).await;
            // the version stands, so its key is read again, rubbish or not
            readers.more(answers).await;
            readers.next(&writer, answers).await;
            let mut connection = server.connect().await;
            let _: () = redis::cmd("FLUSHALL").query_async(&mut connection).await.unwrap();
            readers.next(&writer, answers).await;
        }
        assert!(overwritten > 0, "there was nothing to overwrite");
        way.hold(2_000);
        readers.next(&writer, answers).await;
        readers.next(&writer, answers).await;
        way.hold(0);
        server.kill();
        readers.next(&writer, answers).await;
        let degraded = house.get_bare("/readyz").await.expect(200).json()["degraded"].clone();
        assert!(degraded.as_array().unwrap().contains(&"redis".into()), "{degraded}");
        readers.next(&writer, answers).await;
        server.restart().await;
        while house.get_bare("/readyz").await.expect(200).json()["degraded"]
            != serde_json::json!([])
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        readers.next(&writer, answers).await;
        readers.stop.store(true, Ordering::Release);
    };
    futures_util::join!(reading, troubling);
    for (name, labels) in [
        ("safeconduct_redis_discarded_total", ""),
        ("safeconduct_redis_commands_total", "{command=\"get\",outcome=\"failed\"}"),
        ("safeconduct_redis_commands_total", "{command=\"get\",outcome=\"skipped\"}"),
        ("safeconduct_redis_commands_total", "{command=\"get\",outcome=\"refused\"}"),
    ] {
        assert!(metric(&house, &format!("{name}{labels}")).await > 0, "{name}{labels}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_redis_answers_the_same() {
    let redis = RedisServer::start().await;
    let with = House::start_with(|config| config.redis.url = Secret::new(redis.url())).await;
    let writer = official(&with).await;
    let caller = with.caller(Someone::person()).await;
    put(&with, &writer, "*", &advisory(&[text("en", "personnel", "Quiet")])).await.expect(200);
    let shared = with.get(&caller, PATH).await.expect(200);
    let without = with.replica(|config| config.redis.url = Secret::new(String::new())).await;
    let sent =
        with.client().get(without.url(PATH)).bearer_auth(&caller.token).send().await.unwrap();
    let alone = Answer::read(sent).await.expect(200);
    assert_eq!((&alone.text, alone.header("etag")), (&shared.text, shared.header("etag")));
    without.close().await;
    with.close().await;
}
