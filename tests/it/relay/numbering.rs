//! Numbering at the end of a service: nothing is left behind, and nothing is an alarm that is none.

use reqwest::Method;

use super::outbox::Batch;
use crate::harness::{Answer, House, Someone, TestDatabase, spawn};

#[tokio::test(flavor = "multi_thread")]
async fn a_numbering_that_is_cancelled_at_the_end_of_a_drain_is_no_alarm() {
    let house = House::start_with(|config| config.server.drain_seconds = 1).await;
    let caller = house.caller(Someone::person()).await;
    // a request and the numbering both wait in the database when the drain is over
    let gate = house.database().connect().await;
    gate.batch_execute(
        "BEGIN; SELECT lock_relay(); LOCK TABLE person_identity IN ACCESS EXCLUSIVE MODE",
    )
    .await
    .unwrap();
    let request = house.request(&caller, Method::GET, "/v1/nowhere");
    let answer = spawn(async move { Answer::read(request.send().await.unwrap()).await });
    let watch = house.database().connect().await;
    // one of each: other loops may wait for the table too
    let waiting = "SELECT count(DISTINCT wait_event) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock' \
                       AND wait_event IN ('advisory', 'relation')";
    while watch.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let (running, telemetry, log, issuer, database) = house.into_parts();
    let stopping = spawn(running.stop());
    answer.await.unwrap().expect(503);
    // the way is opened when the numbering has been cancelled: else it would still get through
    let is_cancelled =
        || log.lines().iter().any(|line| line.to_string().contains("events were not numbered"));
    while !is_cancelled() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    gate.batch_execute("COMMIT").await.unwrap();
    assert_eq!(stopping.await.unwrap(), Vec::<&str>::new());
    telemetry.finish();
    log.assert_calm(&["still in work".to_owned()]);
    issuer.stop().await;
    database.drop_now().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_last_is_numbered_before_the_service_ends() {
    let house = House::start_on(TestDatabase::create().await, |_config| {}).await;
    let client = house.database().connect().await;
    let (running, telemetry, log, issuer, database) = house.into_parts();
    // written by somebody who wakes nobody, at the last moment
    let stopping = spawn(async move {
        Batch::of(3).write(&client).await;
        running.stop().await;
        client.query_one("SELECT last_seq FROM feed_head", &[]).await.unwrap().get::<_, i64>(0)
    });
    assert_eq!(stopping.await.unwrap(), 3);
    telemetry.finish();
    log.assert_calm(&[]);
    issuer.stop().await;
    database.drop_now().await;
}
