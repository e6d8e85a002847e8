//! People who are told of what changes nothing yet: a course that a policy will ask for, another
//! advisory (domain.md c.11).

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::due::in_minutes;
use super::policies::{approve, draft};
use super::redecisions::settled;
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAKURU, Stage};

/// The official, of a stage whose policies name their own versions.
async fn official(stage: &Stage) -> Caller {
    stage.number_policies().await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    stage.house.caller(official).await
}

/// A trip's clearance in Nakuru.
async fn in_nakuru(stage: &Stage, ahead: i32) -> String {
    let traveller = stage.person("unicef").await;
    let body = stage.example(&traveller, ahead);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let all = trip["clearances"].as_array().unwrap();
    let own = all.iter().find(|one| one["area_id"] == NAKURU).unwrap();
    own["clearance_id"].as_str().unwrap().to_owned()
}

/// Events of a kind as they were written: clearance, reasons, organization.
async fn told(stage: &Stage, kind: &str) -> Vec<(String, String, String)> {
    let events = "SELECT e ->> 'clearance_id', e ->> 'reasons', e ->> 'organization' \
                  FROM outbox AS o CROSS JOIN LATERAL json_array_elements(o.events) AS e \
                  WHERE e ->> 'kind' = $1 ORDER BY o.outbox_id";
    let client = stage.house.database().connect().await;
    let rows = client.query(events, &[&kind]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

async fn state(stage: &Stage, by: &Caller, clearance: &str) -> Value {
    let path = format!("/v1/clearances/{clearance}");
    stage.house.get(by, &path).await.expect(200).json()["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_that_will_be_asked_for_is_warned_of_and_then_asked_for() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    let (soon, later) = (in_nakuru(&stage, 10).await, in_nakuru(&stage, 40).await);
    let from = in_minutes(&stage.house, 20 * 24 * 60).await;
    let wish = json!({"training_required": [{"course": "SSAFE"}], "effective_from": from});
    let version = draft(&stage.house, &official, &wish).await;
    let approved = approve(&stage.house, &official, version, &json!({})).await.expect(200).json();
    assert_eq!(approved["state"], "scheduled");
    let batch = settled(&stage, &official, &approved["redecision_id"]).await;
    assert_eq!(batch["cause"], "announced");
    let counts = &batch["applied"]["clearances"];
    assert_eq!((&batch["applied"]["moved"], &counts["warned"]), (&0.into(), &1.into()));
    assert_eq!(batch["foreseen"], batch["applied"]);
    let warned = told(&stage, "clearance.warned").await;
    let reasons = r#"["TRAINING_SSAFE_MISSING"]"#;
    assert_eq!(warned, [(later.clone(), reasons.to_owned(), "unicef".to_owned())]);
    for clearance in [&soon, &later] {
        assert_eq!(state(&stage, &official, clearance).await, "cleared");
    }

    // its time comes, and who was warned has not trained
    let client = stage.house.database().connect().await;
    let now = "UPDATE area_policy SET effective_from = sc_now() WHERE state = 'scheduled'";
    client.batch_execute(now).await.unwrap();
    drop(client);
    while state(&stage, &official, &later).await != "suspended" {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_taken_back_warns_nobody() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    in_nakuru(&stage, 40).await;
    // nobody decides again until it is taken back
    let client = stage.house.database().connect().await;
    let lease = "UPDATE settling SET holder = gen_random_uuid(), leased_until = 'infinity'";
    client.batch_execute(lease).await.unwrap();
    let from = in_minutes(&stage.house, 20 * 24 * 60).await;
    let wish = json!({"training_required": [{"course": "SSAFE"}], "effective_from": from});
    let version = draft(&stage.house, &official, &wish).await;
    let approved = approve(&stage.house, &official, version, &json!({})).await.expect(200).json();
    let path = format!("/v1/areas/{NAKURU}/policy/{version}");
    let request = stage.house.request(&official, Method::DELETE, &path);
    Answer::read(request.send().await.unwrap()).await.expect(204);
    client.batch_execute("UPDATE settling SET leased_until = '-infinity'").await.unwrap();
    drop(client);
    let batch = settled(&stage, &official, &approved["redecision_id"]).await;
    assert_eq!(batch["applied"]["listed"], 0);
    assert_eq!(told(&stage, "clearance.warned").await, []);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_decided_again_gives_the_lease_back() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    in_nakuru(&stage, 40).await;
    let client = stage.house.database().connect().await;
    let free = "SELECT holder IS NULL AND leased_until = '-infinity' FROM settling";
    let wish = json!({"training_required": [{"course": "SSAFE"}]});
    let version = draft(&stage.house, &official, &wish).await;
    let approved = approve(&stage.house, &official, version, &json!({})).await.expect(200).json();
    settled(&stage, &official, &approved["redecision_id"]).await;
    // long before it would end
    let mut is_free = false;
    for _ in 0..1000 {
        is_free = client.query_one(free, &[]).await.unwrap().get(0);
        if is_free {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(is_free);
    drop(client);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_live_stay_is_told_of_another_advisory() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    let own = in_nakuru(&stage, 20).await;
    let traveller = stage.person("wfp").await;
    let elsewhere = stage.to_nairobi(&traveller, 20, 2);
    stage.submit(&traveller, &elsewhere).await.expect(201);
    let path = format!("/v1/advisories/{NAKURU}");
    let publish = async |headline: &str| {
        let texts = json!([{"language": "en", "classification": "personnel",
            "headline": headline}]);
        let body = json!({"change_summary": "The road is closed", "texts": texts});
        let request = stage.house.request(&official, Method::PUT, &path);
        let request = request.header("if-match", "*").json(&body);
        Answer::read(request.send().await.unwrap()).await.expect(200);
    };
    for (round, headline) in (1..).zip(["Quiet", "Flooded"]) {
        publish(headline).await;
        while told(&stage, "clearance.informed").await.len() < round {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
    let one = (own.clone(), "[]".to_owned(), "unicef".to_owned());
    assert_eq!(told(&stage, "clearance.informed").await, [one.clone(), one]);
    assert_eq!(state(&stage, &official, &own).await, "cleared");
    assert_eq!(stage.count("SELECT count(*) FROM ledger_entry WHERE entry > 1").await, 0);
    stage.house.close().await;
}
