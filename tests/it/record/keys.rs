//! Idempotency keys: one effect, one answer.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use safeconduct::model::Committed;
use safeconduct::record::{RecordSettings, Recorder};

use super::fixture::{Draft, Setting, Stay};

/// The body of an answer, first or repeated.
fn body(result: &Committed, draft: &Draft) -> Vec<u8> {
    if let Committed::Replayed(answer) = result {
        return answer.body.to_vec();
    }
    assert!(matches!(result, Committed::Written { .. }), "{result:?}");
    draft.change().answer.unwrap().body.to_vec()
}

async fn fifty_times(setting: &Setting, recorders: &[&Recorder]) {
    // each request has been decided by itself and carries a trip of its own
    let drafts: Vec<Draft> =
        (0..50).map(|_| Draft::of([Stay::new(1, 1, 10, 2)]).key("same", "{}")).collect();
    let commits = drafts.iter().zip(recorders.iter().cycle());
    let results = join_all(commits.map(|(draft, recorder)| recorder.commit(draft.record()))).await;
    let bodies: BTreeSet<Vec<u8>> = results
        .iter()
        .zip(&drafts)
        .map(|(result, draft)| body(result.as_ref().unwrap(), draft))
        .collect();
    assert_eq!(bodies.len(), 1);
    let written = results.iter().filter(|r| matches!(r, Ok(Committed::Written { .. }))).count();
    assert_eq!(written, 1);
    assert_eq!(setting.number("SELECT count(*) FROM trip").await, 1);
    assert_eq!(setting.number("SELECT count(*) FROM idempotency_key").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_fifty_times_at_once_is_one_trip_and_fifty_equal_answers() {
    let setting = Setting::start().await;
    fifty_times(&setting, &[&setting.recorder]).await;
    // and once more, long after
    let late = Draft::of([Stay::new(1, 1, 10, 2)]).key("same", "{}");
    let result = setting.recorder.commit(late.record()).await.unwrap();
    let Committed::Replayed(answer) = result else { panic!("{result:?}") };
    assert_eq!(answer.status, 201);
    assert_eq!(answer.headers[0].0, "location");
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_at_two_replicas_is_one_trip() {
    let setting = Setting::start().await;
    let settings = RecordSettings::of(&setting.made.config().database);
    let other = Recorder::start(&setting.database, settings, &setting.tasks, &setting.metrics);
    fifty_times(&setting, &[&setting.recorder, &other]).await;
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_body_under_the_key_is_refused() {
    let setting = Setting::start().await;
    setting.written(Draft::of([Stay::new(1, 1, 10, 2)]).key("k", "{}").record()).await;
    let other = Draft::of([Stay::new(2, 1, 10, 2)]).key("k", "{ }");
    let result = setting.recorder.commit(other.record()).await.unwrap();
    assert!(matches!(result, Committed::KeyReused), "{result:?}");
    assert_eq!(setting.number("SELECT count(*) FROM trip").await, 1);
    setting.close().await;
}

/// Different people, one key, at two replicas: no person's lock is shared, so that the unique index
/// alone makes the second wait.
#[tokio::test(flavor = "multi_thread")]
async fn the_unique_index_makes_a_second_replica_wait() {
    let setting = Setting::start().await;
    let settings = RecordSettings::of(&setting.made.config().database);
    let other = Recorder::start(&setting.database, settings, &setting.tasks, &setting.metrics);
    for round in 0..20 {
        let key = format!("k{round}");
        let one = Draft::of([Stay::new(1 + round, 1, 10, 2)]).key(&key, "{}");
        let two = Draft::of([Stay::new(500 + round, 1, 10, 2)]).key(&key, "{}");
        let (first, second) =
            tokio::join!(setting.recorder.commit(one.record()), other.commit(two.record()));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(body(&first, &one), body(&second, &two), "{first:?} {second:?}");
    }
    assert_eq!(setting.number("SELECT count(*) FROM trip").await, 20);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_is_free_again() {
    let setting = Setting::start().await;
    setting.written(Draft::of([Stay::new(1, 1, 10, 2)]).key("k", "{}").record()).await;
    setting.made.move_clock(jiff::SignedDuration::from_hours(25)).await;
    setting.written(Draft::of([Stay::new(2, 1, 10, 2)]).key("k", "{}").record()).await;
    assert_eq!(setting.number("SELECT count(*) FROM trip").await, 2);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_kept() {
    let setting = Setting::start().await;
    setting.written(Draft::of([Stay::new(1, 1, 10, 2)]).record()).await;
    let refused = Draft::of([Stay::new(1, 1, 11, 2)]).key("k", "{}");
    let result = setting.recorder.commit(refused.record()).await.unwrap();
    assert!(matches!(result, Committed::Overlap(_)), "{result:?}");
    setting.written(Draft::of([Stay::new(2, 1, 11, 2)]).key("k", "{}").record()).await;
    setting.close().await;
}
