//! Suspensions over time: nothing ends by itself, and nothing becomes positive by itself.

use jiff::SignedDuration;
use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, Stage};

async fn put(
    stage: &Stage,
    who: &Caller,
    status: &str,
    review_at: Option<jiff::Timestamp>,
) -> Value {
    let path = format!("/v1/areas/{NAIROBI}/status");
    let body = json!({"status": status, "reason": "Fighting", "review_at": review_at});
    let request = stage.house.request(who, Method::PUT, &path).header("if-match", "*");
    Answer::read(request.json(&body).send().await.unwrap()).await.expect(200).json()
}

async fn area(stage: &Stage, who: &Caller) -> Value {
    stage.house.running().parts.world.refresh().await.unwrap();
    stage.house.get(who, &format!("/v1/areas/{NAIROBI}")).await.expect(200).json()
}

async fn states(stage: &Stage) -> Vec<String> {
    let client = stage.house.database().connect().await;
    let sql = "SELECT state FROM clearance ORDER BY clearance_id";
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Waits until every clearance has a state.
async fn all_are(stage: &Stage, state: &str) {
    while states(stage).await.iter().any(|one| one != state) {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// Moves the database's clock on and looks; the states of the clearances then.
async fn later(stage: &Stage, hours: i64) -> Vec<String> {
    stage.house.database().move_clock(SignedDuration::from_hours(hours)).await;
    let parts = &stage.house.running().parts;
    parts.clock.refresh(&parts.database).await.unwrap();
    parts.watch.look().await.unwrap();
    states(stage).await
}

/// The steps that were told, with whom.
async fn told(stage: &Stage) -> Vec<(String, Vec<Uuid>)> {
    let client = stage.house.database().connect().await;
    let sql = "SELECT step, persons FROM suspension_notice ORDER BY told_at";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn events(stage: &Stage, kind: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM outbox, json_array_elements(events) AS e WHERE e ->> 'kind' = '{kind}'"
    );
    stage.count(&sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_emergency_is_marked_passed_up_and_ended_by_a_person_alone() {
    let stage = Stage::set(&[]).await;
    let of_kenya = |role| Someone::person().of_countries(role, &["KE"]);
    let csa = stage.house.caller(of_kenya(Role::SecurityAdviser)).await;
    let official = stage.house.caller(of_kenya(Role::DesignatedOfficial)).await;
    let stand_in = of_kenya(Role::DesignatedOfficial).ad_interim();
    let stand_in = stage.house.caller(stand_in).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 2)).await.expect(201);
    let suspended = put(&stage, &csa, "suspended", None).await;
    assert_eq!(suspended["unconfirmed_since"], Value::Null);
    all_are(&stage, "suspended").await;

    assert_eq!(later(&stage, 23).await, ["suspended"]);
    assert_eq!(told(&stage).await, []);
    assert_eq!(later(&stage, 25).await, ["pending_review"], "its review date is a day later");
    later(&stage, 26).await;
    let mut officials = vec![official.id, stand_in.id];
    officials.sort();
    assert_eq!(told(&stage).await, [("official".to_owned(), officials.clone())]);
    later(&stage, 28).await;
    assert_eq!(told(&stage).await[1], ("centre".to_owned(), officials));
    later(&stage, 24 * 10).await;
    assert_eq!(told(&stage).await.len(), 2, "each once");
    for kind in ["area.suspension_unconfirmed", "area.centre_informed"] {
        assert_eq!(events(&stage, kind).await, 1, "{kind}");
    }
    // tokens do not last so long
    let official = stage.house.caller(of_kenya(Role::DesignatedOfficial)).await;
    let stands = area(&stage, &official).await;
    assert_eq!(stands["status"], "suspended", "nothing ends by itself");
    assert!(stands["unconfirmed_since"].is_string(), "{stands}");

    let confirmed = put(&stage, &official, "suspended", None).await;
    assert_eq!(
        (&confirmed["status"], &confirmed["unconfirmed_since"]),
        (&json!("suspended"), &Value::Null)
    );
    later(&stage, 24 * 13).await;
    assert_eq!(told(&stage).await.len(), 2, "an official's word is a word");
    let official = stage.house.caller(of_kenya(Role::DesignatedOfficial)).await;
    put(&stage, &official, "open", None).await;
    let positive = "SELECT count(*) FROM ledger_entry WHERE to_state IN ('cleared', 'approved') \
                    AND entry > 1";
    // what went back to a person waits for a person, also in the open area
    let settled = "SELECT count(*) FROM redecision WHERE settled_at IS NULL";
    while stage.count(settled).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(stage.count(positive).await, 0);
    assert_eq!(states(&stage).await, ["pending_review"]);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_date_hands_what_was_frozen_to_a_person() {
    let stage = Stage::set(&[]).await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    for ahead in [20, 30, 40] {
        let traveller = stage.person("unicef").await;
        stage.submit(&traveller, &stage.to_nairobi(&traveller, ahead, 2)).await.expect(201);
    }
    let review = stage.house.now() + SignedDuration::from_hours(72);
    put(&stage, &official, "suspended", Some(review)).await;
    all_are(&stage, "suspended").await;
    assert_eq!(later(&stage, 71).await, ["suspended"; 3]);
    assert_eq!(later(&stage, 73).await, ["pending_review"; 3]);
    // tokens do not last so long
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    let stands = area(&stage, &official).await;
    assert_eq!(stands["status"], "suspended", "reaching it reopens nothing");
    let queue = stage.house.get(&official, "/v1/approvals").await.expect(200).json();
    let waiting = queue["items"].as_array().unwrap();
    assert_eq!(waiting.len(), 3, "{queue}");
    for item in waiting {
        let path = format!("/v1/clearances/{}/history", item["clearance_id"].as_str().unwrap());
        let history = stage.house.get(&official, &path).await.expect(200).json();
        let last = history["items"].as_array().unwrap().last().unwrap();
        assert_eq!(last["reasons"], json!(["AREA_SUSPENDED"]), "{last}");
        assert_eq!(last["rules"], json!(["R-401"]), "{last}");
    }
    stage.house.close().await;
}
