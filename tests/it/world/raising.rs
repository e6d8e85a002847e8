//! A level or policy that asks for more, and the live clearances under it.

use std::time::Duration;

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::levels::assessment;
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, Stage};

async fn send(stage: &Stage, caller: &Caller, method: Method, path: &str, body: &Value) -> Answer {
    let path = format!("/v1/areas/{NAIROBI}/{path}");
    let key = uuid::Uuid::new_v4().to_string();
    let request = stage.house.request(caller, method, &path).json(body);
    let request = request.header("if-match", "*").header("idempotency-key", key);
    Answer::read(request.send().await.unwrap()).await
}

async fn official(stage: &Stage) -> Caller {
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    stage.house.caller(official).await
}

/// Two who are cleared: one who leaves soon, one who leaves in a month.
async fn cleared(stage: &Stage) {
    for ahead in [3, 30] {
        let traveller = stage.person("unicef").await;
        let trip = stage.to_nairobi(&traveller, ahead, 2);
        let trip = stage.submit(&traveller, &trip).await.expect(201).json();
        assert_eq!(trip["clearances"][0]["state"], "cleared");
    }
}

async fn settled(stage: &Stage) {
    while stage.count("SELECT count(*) FROM redecision WHERE settled_at IS NULL").await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn states(stage: &Stage) -> Vec<(String, i64)> {
    let client = stage.house.database().connect().await;
    let query = "SELECT state, count(*) FROM clearance GROUP BY state ORDER BY state";
    let rows = client.query(query, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn of(states: [(&str, i64); 2]) -> Vec<(String, i64)> {
    states.map(|(state, count)| (state.to_owned(), count)).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_raised_sends_the_far_ones_to_a_person_as_was_foreseen() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    cleared(&stage).await;
    let found = assessment([3, 3, 3]);
    let found = send(&stage, &official, Method::POST, "assessments", &found).await.expect(201);
    let wish = json!({"security_level": 4, "assessment_id": found.json()["assessment_id"]});
    let path = "security-level?preview=true";
    let said = send(&stage, &official, Method::PUT, path, &wish).await.expect(200).json();
    assert_eq!((&said["cause"], &said["listed"]), (&json!("level"), &json!(2)));
    let counts = &said["clearances"];
    assert_eq!((&counts["pending_review"], &counts["near"]), (&json!(1), &json!(1)));
    assert_eq!(stage.count("SELECT count(*) FROM level_setting").await, 0, "nothing is written");
    assert_eq!(states(&stage).await, [("cleared".to_owned(), 2)]);

    let set = send(&stage, &official, Method::PUT, "security-level", &wish).await.expect(200);
    assert!(set.json()["redecision_id"].is_string());
    settled(&stage).await;
    assert_eq!(states(&stage).await, of([("cleared", 1), ("pending_review", 1)]));
    let said = send(&stage, &official, Method::PUT, path, &wish).await.expect(200).json();
    assert_eq!((&said["listed"], &said["moved"]), (&json!(0), &json!(0)), "it stands so already");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stricter_policy_does_the_same_once_it_is_approved() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    cleared(&stage).await;
    let wish = json!({"template": "controlled"});
    let path = "policy?preview=true";
    let said = send(&stage, &official, Method::PUT, path, &wish).await.expect(200).json();
    assert_eq!(
        (&said["cause"], &said["clearances"]["pending_review"]),
        (&json!("policy"), &json!(1))
    );
    let saved = send(&stage, &official, Method::PUT, "policy", &wish).await.expect(201).json();
    assert_eq!(states(&stage).await, [("cleared".to_owned(), 2)], "a draft changes nothing");
    let path = format!("policy/{}/approve", saved["version"]);
    let preview = format!("{path}?preview=true");
    let again = send(&stage, &official, Method::POST, &preview, &json!({})).await.expect(200);
    assert_eq!(again.json(), said, "the same, asked of the draft");
    send(&stage, &official, Method::POST, &path, &json!({})).await.expect(200);
    settled(&stage).await;
    assert_eq!(states(&stage).await, of([("cleared", 1), ("pending_review", 1)]));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ceilings_in_a_policy_count_the_places_anew() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    cleared(&stage).await;
    assert_eq!(stage.count("SELECT count(*) FROM night_count WHERE committed > 0").await, 0);
    let wish = json!({"ceilings": {"total": 10}});
    let saved = send(&stage, &official, Method::PUT, "policy", &wish).await.expect(201).json();
    let path = format!("policy/{}/approve", saved["version"]);
    send(&stage, &official, Method::POST, &path, &json!({})).await.expect(200);
    settled(&stage).await;
    let nights = "SELECT sum(committed) FROM night_count WHERE key_kind = 'total'";
    assert_eq!(stage.count(nights).await, 4, "two stays of two nights");
    let client = stage.house.database().connect().await;
    crate::ceilings::recount(&client).await;
    drop(client);
    stage.house.close().await;
}
