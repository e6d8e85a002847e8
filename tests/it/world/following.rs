//! Replicas on one database follow each other's changes.

use std::time::Duration;

use reqwest::Method;
use safeconduct::access::Role;
use safeconduct::atlas::{Atlas, rectangle};
use safeconduct::cache::Snapshot;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, House, Replica, Someone, environment, spawn};

/// A test that waits longer has failed.
const PATIENCE: Duration = Duration::from_mins(1);

async fn status(house: &House, caller: &Caller, status: &str) -> i64 {
    let body = json!({"status": status, "reason": "Floods"});
    let request = house.request(caller, Method::PUT, "/v1/areas/KEN-890/status");
    let request = request.header("if-match", "*").json(&body);
    let answer = Answer::read(request.send().await.unwrap()).await.expect(200).json();
    answer["revision"].as_i64().unwrap()
}

/// What another replica answers about the area.
async fn told(house: &House, other: &Replica, caller: &Caller) -> Value {
    let url = other.url("/v1/areas/KEN-890");
    let request = house.client().get(url).bearer_auth(&caller.token);
    Answer::read(request.send().await.unwrap()).await.expect(200).json()
}

/// Flips an area on one replica, and looks at the other each time.
async fn flip(house: &House, other: &Replica, times: usize) {
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    for turn in 0..times {
        let wanted = if turn % 2 == 0 { "suspended" } else { "open" };
        let version = status(house, &usg, wanted).await;
        assert!(
            other.running.parts.world.snapshot().wait_for(version, PATIENCE).await,
            "turn {turn}"
        );
        let seen = told(house, other, &usg).await;
        assert_eq!((&seen["status"], &seen["revision"]), (&wanted.into(), &version.into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_on_one_replica_shows_in_the_answers_of_the_other() {
    let house = House::start().await;
    let other = house.replica(|_config| {}).await;
    flip(&house, &other, environment().count(1_000)).await;
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_channel_cut_the_other_follows_by_polling() {
    let house = House::start().await;
    let other = house.replica(|config| config.atlas.poll_ms = 50).await;
    // whoever listens is thrown out, again and again
    let client = house.database().connect().await;
    let cutting = spawn(async move {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE application_name = 'safeconduct listen' AND datname = current_database()";
        loop {
            client.execute(cut, &[]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    flip(&house, &other, environment().count(1_000)).await;
    cutting.abort();
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_cannot_follow_says_so() {
    let house = House::start_with(|config| {
        config.atlas.max_age_seconds = 1;
        config.atlas.poll_ms = 50;
    })
    .await;
    house.expect_alarm("could not be refreshed");
    house.expect_alarm("world_state");
    let degraded = async || {
        let ready = house.get_bare("/readyz").await.json();
        (ready["ready"] == true, ready["degraded"].to_string().contains("world_age"))
    };
    assert_eq!(degraded().await, (true, false));
    let client = house.database().connect().await;
    let away = "ALTER TABLE world_state RENAME TO world_state_away";
    client.batch_execute(away).await.unwrap();
    while degraded().await != (true, true) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let back = "ALTER TABLE world_state_away RENAME TO world_state";
    client.batch_execute(back).await.unwrap();
    while degraded().await != (true, false) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_fences_are_laid_into_a_new_base_and_stay_what_they_are() {
    let house = House::start_with(|config| config.atlas.poll_ms = 20).await;
    let world = house.running().parts.world.snapshot();
    let client = house.database().connect().await;
    // as if drawn one after the other: more than lie over a base
    let shape = rectangle([36.8, -1.3, 36.9, -1.2]).unwrap().to_bytes();
    let insert = "WITH raised AS ( \
                      UPDATE world_state SET version = version + 1 RETURNING version \
                  ) \
                  INSERT INTO fence (fence_id, kind, name, effect, area_ids, shape, world_version) \
                  SELECT gen_random_uuid(), 'restricted', 'One of many', 'advise', \
                      '{KEN-1196}', $1, r.version \
                  FROM raised AS r CROSS JOIN generate_series(1, 600) AS n";
    client.execute(insert, &[&shape]).await.unwrap();
    let wants_merging = |world: &Snapshot<Atlas>| {
        let atlas = world.load();
        let fences = &atlas.parts().fences;
        (fences.len(), fences.wants_merging())
    };
    while wants_merging(&world) != (600, false) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(world.version(), 2, "the same world in another form");
    let caller = house.caller(Someone::person()).await;
    let there = house.get(&caller, "/v1/areas/at?lon=36.85&lat=-1.25").await.expect(200).json();
    assert_eq!(there["fences"].as_array().unwrap().len(), 600);
    house.close().await;
}
