//! Tests that a security professional would try first (domain.md, appendix 3).

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::policies::{approve, draft};
use super::redecisions::settled;
use crate::harness::{Answer, Someone};
use crate::trips::stage::{NAIROBI, NAKURU, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn acceptance_02_from_automatic_to_manual_near_departures_stand() {
    let stage = Stage::set(&[]).await;
    stage.number_policies().await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    let traveller = stage.person("unicef").await;
    let in_nakuru = async |ahead: i32| {
        let body = stage.example(&traveller, ahead);
        let trip = stage.submit(&traveller, &body).await.expect(201).json();
        let all = trip["clearances"].as_array().unwrap();
        let own = all.iter().find(|one| one["area_id"] == NAKURU).unwrap();
        own["clearance_id"].clone()
    };
    let state = async |id: &Value| {
        let path = format!("/v1/clearances/{}", id.as_str().unwrap());
        stage.house.get(&official, &path).await.expect(200).json()["state"].clone()
    };
    let advisory = format!("/v1/advisories/{NAKURU}");
    let mode = async || {
        let text = stage.house.get(&traveller, &advisory).await.expect(200).json();
        text["entry_and_clearance"]["clearance_mode"].clone()
    };
    let (near, far) = (in_nakuru(2).await, in_nakuru(40).await);
    assert_eq!((state(&near).await, state(&far).await), ("cleared".into(), "cleared".into()));
    assert_eq!(mode().await, "auto");

    let version = draft(&stage.house, &official, &json!({"clearance_mode": "manual"})).await;
    let approved = approve(&stage.house, &official, version, &json!({})).await.expect(200).json();
    let batch = settled(&stage, &official, &approved["redecision_id"]).await;

    // near departures stand and are listed; who is further away waits again
    assert_eq!(
        (state(&near).await, state(&far).await),
        ("cleared".into(), "pending_review".into())
    );
    let listed = batch["applied"]["near_departures"].as_array().unwrap();
    assert!(listed.contains(&near) && !listed.contains(&far), "{listed:?}");
    let path = format!("/v1/redecisions/{}/near", batch["redecision_id"].as_str().unwrap());
    let list = stage.house.get(&official, &path).await.expect(200).json();
    let items = list["items"].as_array().unwrap();
    assert!(items.iter().any(|one| one["clearance_id"] == near), "{list}");
    // new requests wait, and the text of the advisory has changed by itself
    let next = in_nakuru(60).await;
    assert_eq!(state(&next).await, "pending_review");
    assert_eq!(mode().await, "manual");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acceptance_03_a_suspended_area_freezes_future_travel_and_leaves_people_inside() {
    let stage = Stage::set(&[]).await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    let (there, coming) = (stage.person("unicef").await, stage.person("unicef").await);
    let erp = stage.erp("unicef").await;
    let first = stage.submit(&there, &stage.to_nairobi(&there, 2, 9)).await.expect(201).json();
    let second = stage.submit(&coming, &stage.to_nairobi(&coming, 20, 3)).await.expect(201).json();
    let ids = [&first, &second].map(|trip| trip["clearances"][0]["clearance_id"].clone());
    // one of them is there by now
    let begun = format!(
        "UPDATE clearance SET arrive_at = sc_now() - interval '30 hours', \
         valid_from = sc_now() - interval '54 hours', valid_to = sc_now() + interval '4 days' \
         WHERE clearance_id = '{}'",
        ids[0].as_str().unwrap()
    );
    stage.house.database().connect().await.batch_execute(&begun).await.unwrap();
    let arrive = format!("/v1/stays/{}/arrive", ids[0].as_str().unwrap());
    let key = uuid::Uuid::new_v4().to_string();
    stage.house.post_once(&there, &arrive, &key, &json!({})).await.expect(200);

    let path = format!("/v1/areas/{NAIROBI}/status");
    let suspend = json!({"status": "suspended", "reason": "fighting in town"});
    let request = stage.house.request(&official, Method::PUT, &path).header("if-match", "*");
    let answer = Answer::read(request.json(&suspend).send().await.unwrap()).await;
    let answer = answer.expect(200).json();
    let batch = settled(&stage, &official, &answer["redecision_id"]).await;
    let applied = &batch["applied"];
    assert_eq!((&applied["listed"], &applied["moved"]), (&2.into(), &1.into()));
    assert_eq!(applied["clearances"]["inside"], 1);
    assert_eq!(applied["offers"], json!(["headcount"]));

    // future travel is frozen, and the organization's machine is answered no
    let state = async |id: &Value| {
        let path = format!("/v1/clearances/{}", id.as_str().unwrap());
        stage.house.get(&official, &path).await.expect(200).json()["state"].clone()
    };
    assert_eq!(
        (state(&ids[0]).await, state(&ids[1]).await),
        ("cleared".into(), "suspended".into())
    );
    let status =
        format!("/v1/clearance-status?person={}&on={}&area={NAIROBI}", coming.id, stage.day(21));
    assert_eq!(stage.house.get(&erp, &status).await.expect(200).json()["answer"], "negative");

    // traveller's organization is told, with the reason
    let told = loop {
        let feed = stage.house.get(&erp, "/v1/events?after=0&limit=200").await.expect(200).json();
        let events = feed["items"].as_array().unwrap().clone();
        let frozen = events.into_iter().find(|one| {
            let event = one.get("event").unwrap_or(one);
            event["kind"] == "clearance.suspended"
        });
        if let Some(frozen) = frozen {
            break frozen;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    let event = told.get("event").unwrap_or(&told);
    assert_eq!(
        (&event["clearance_id"], &event["redecision_id"]),
        (&ids[1], &batch["redecision_id"])
    );
    assert_eq!(event["reasons"], json!(["AREA_SUSPENDED"]));

    // people inside are listed where the batch says
    let inside = applied["inside"][0].as_str().unwrap();
    let list = stage.house.get(&official, inside).await.expect(200).json();
    let people: Vec<_> = list["items"].as_array().unwrap().iter().collect();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0]["person_id"], json!(there.id));
    stage.house.close().await;
}
