//! Levels and policies that are set for a later time: the tests move the clock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::levels::{LEVELS, Offices, assessed, assessment, code, offices, set};
use super::policies::{approve, draft};
use crate::harness::{Answer, Caller, House};

const AREA: &str = "/v1/areas/KEN-890";

/// Waits until the area's answer has what is said of it.
async fn reaches(house: &House, caller: &Caller, key: &str, value: &Value) {
    while house.get(caller, AREA).await.expect(200).json()[key] != *value {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A time from now, by the database. Callers' tokens are good for an hour.
pub(super) async fn in_minutes(house: &House, minutes: i64) -> Timestamp {
    let client = house.database().connect().await;
    let now: Timestamp = client.query_one("SELECT sc_now()", &[]).await.unwrap().get(0);
    now + SignedDuration::from_mins(minutes)
}

async fn delete(house: &House, caller: &Caller, path: &str) -> Answer {
    Answer::read(house.request(caller, Method::DELETE, path).send().await.unwrap()).await
}

/// Schedules a level, from an assessment that comes to it; answers the setting.
async fn scheduled(house: &House, by: &Offices, level: usize, minutes: i64) -> String {
    let (level, scores) = LEVELS[level];
    let id = assessed(house, &by.adviser, &assessment(scores)).await;
    let wish = json!({"security_level": level, "assessment_id": id,
        "effective_from": in_minutes(house, minutes).await});
    let body = set(house, &by.official, "*", &wish).await.expect(200).json();
    assert_eq!((&body["scheduled"], &body["redecision_id"]), (&json!(true), &Value::Null));
    body["setting_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_takes_effect_when_its_time_comes() {
    let house = House::start().await;
    let by = offices(&house).await;
    let before = house.get(&by.official, AREA).await.expect(200).json();
    scheduled(&house, &by, 3, 10).await;
    assert_eq!(house.get(&by.official, AREA).await.expect(200).json(), before);
    // it is known beforehand, and asked about at its time
    let path = format!("{AREA}/security-level");
    let known = house.get(&by.official, &path).await.expect(200).json();
    let item = &known["history"]["items"][0];
    assert_eq!((&item["scheduled"], &item["security_level"]), (&json!(true), &json!(5)));
    let later = format!("{path}?at={}", in_minutes(&house, 20).await);
    assert_eq!(house.get(&by.official, &later).await.expect(200).json()["security_level"], 5);

    house.database().move_clock(SignedDuration::from_mins(11)).await;
    reaches(&house, &by.official, "security_level", &json!(5)).await;
    let client = house.database().connect().await;
    let row = client
        .query_one(
            "SELECT l.state, l.world_version = s.revision, l.applied_at >= l.effective_from, \
                 (SELECT count(*) FROM redecision WHERE cause = 'level'), \
                 (SELECT count(*) FROM outbox WHERE events::text LIKE '%area.level_changed%') \
             FROM level_setting AS l JOIN area_state AS s USING (area_id)",
            &[],
        )
        .await
        .unwrap();
    let (state, applied): (&str, (bool, bool)) = (row.get(0), (row.get(1), row.get(2)));
    assert_eq!((state, applied), ("applied", (true, true)));
    assert_eq!((row.get::<_, i64>(3), row.get::<_, i64>(4)), (1, 1), "once, whoever was first");
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_set_at_once_overtakes_what_was_scheduled() {
    let house = House::start().await;
    let by = offices(&house).await;
    let lowering = scheduled(&house, &by, 0, 10).await;
    let taken_back = scheduled(&house, &by, 1, 20).await;
    let path = format!("{AREA}/security-level/{taken_back}");
    assert_eq!(code(delete(&house, &by.adviser, &path).await, 403), "ONLY_PROPOSES");
    delete(&house, &by.official, &path).await.expect(204);
    assert_eq!(code(delete(&house, &by.official, &path).await, 409), "NOT_SCHEDULED");

    let (level, scores) = LEVELS[3];
    let id = assessed(&house, &by.adviser, &assessment(scores)).await;
    let wish = json!({"security_level": level, "assessment_id": id});
    let body = set(&house, &by.official, "*", &wish).await.expect(200).json();
    assert_eq!(body["overtaken"], json!([lowering]), "a raise is not undone by last week's plan");
    house.database().move_clock(SignedDuration::from_mins(30)).await;
    // another level that is due is the sign that the loop has looked
    let other = json!({"security_level": 4, "assessment_id": id, "reason": "a step down",
        "effective_from": in_minutes(&house, 10).await});
    let other = set(&house, &by.official, "*", &other).await.expect(200).json();
    assert_eq!(other["security_level"], level, "{other}");
    house.database().move_clock(SignedDuration::from_mins(45)).await;
    reaches(&house, &by.official, "security_level", &json!(4)).await;
    let client = house.database().connect().await;
    let states = "SELECT array_agg(state ORDER BY state) FROM level_setting";
    let states: Vec<String> = client.query_one(states, &[]).await.unwrap().get(0);
    assert_eq!(states, ["applied", "applied", "overtaken", "withdrawn"]);
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_in_force_when_its_time_comes() {
    let house = House::start().await;
    let by = offices(&house).await;
    let wish =
        json!({"clearance_mode": "mscr_only", "effective_from": in_minutes(&house, 10).await});
    let version = draft(&house, &by.adviser, &wish).await;
    let body = approve(&house, &by.official, version, &json!({})).await.expect(200).json();
    assert_eq!((&body["state"], &body["redecision_id"]), (&json!("scheduled"), &Value::Null));
    let before = house.get(&by.official, AREA).await.expect(200).json();
    assert_ne!(before["clearance_mode"], "mscr_only");
    house.database().move_clock(SignedDuration::from_mins(11)).await;
    reaches(&house, &by.official, "policy_version", &json!(version)).await;
    let after = house.get(&by.official, &format!("{AREA}/policy")).await.expect(200).json();
    assert_eq!(
        (&after["state"], &after["clearance_mode"]),
        (&json!("in_force"), &json!("mscr_only"))
    );
    let client = house.database().connect().await;
    let told = "SELECT count(*) FROM outbox WHERE events::text LIKE '%area.policy_changed%'";
    assert_eq!(client.query_one(told, &[]).await.unwrap().get::<_, i64>(0), 1);
    drop(client);
    house.close().await;
}
