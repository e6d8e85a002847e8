//! Who may amend what, in which version, with which key; and what an amendment may not change.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::amending::{amend, amend_once, became, column, state, word};
use super::stage::{NAIROBI, Stage, Standing};
use crate::harness::{Answer, Someone};

#[tokio::test]
async fn the_same_key_gets_the_same_answer_and_makes_one_version() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let trip =
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 3)).await.expect(201).json();
    let patch = json!({"purpose_text": "Monitoring and training"});
    let once = ("k", "\"v1\"");
    let first = amend_once(&stage, &traveller, &trip, once, &patch).await.expect(200);
    let again = amend_once(&stage, &traveller, &trip, once, &patch).await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), "true", "though v1 is stale by now");
    assert_eq!((&again.text, again.header("etag")), (&first.text, first.header("etag")));
    let other = json!({"purpose_text": "Training"});
    let reused = amend_once(&stage, &traveller, &trip, once, &other).await.expect(422);
    assert_eq!(reused.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(stage.count("SELECT count(*) FROM trip_version").await, 1);
    let at_once = (0..20).map(|_| amend_once(&stage, &traveller, &trip, ("at-once", "*"), &other));
    let answers = futures_util::future::join_all(at_once).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(stage.count("SELECT count(*) FROM trip_version").await, 2);
    stage.house.close().await;
}

#[tokio::test]
async fn of_many_amendments_of_one_version_one_is_written() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let trip =
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 3)).await.expect(201).json();
    let keys: Vec<String> = (0..10).map(|n| format!("k{n}")).collect();
    let patch = json!({"purpose_text": "Training"});
    let at_once =
        keys.iter().map(|key| amend_once(&stage, &traveller, &trip, (key, "\"v1\""), &patch));
    let answers = futures_util::future::join_all(at_once).await;
    let written = answers.iter().filter(|answer| answer.status == 200).count();
    let stale = answers.iter().filter(|answer| answer.status == 412).count();
    assert_eq!((written, stale), (1, 9));
    assert_eq!(stage.count("SELECT version::bigint FROM trip").await, 2);
    // without a version every one is written, one after the other
    let any = keys.iter().map(|key| {
        let key = format!("any {key}").replace(' ', "-");
        async {
            let key = key;
            amend_once(&stage, &traveller, &trip, (&key, "*"), &patch).await
        }
    });
    let answers = futures_util::future::join_all(any).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(stage.count("SELECT version::bigint FROM trip").await, 12);
    stage.house.close().await;
}

#[tokio::test]
async fn a_version_must_be_named_and_a_trip_that_is_over_stays() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let trip =
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 3)).await.expect(201).json();
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    let bare = || stage.house.request(&traveller, Method::PATCH, &path).json(&json!({}));
    let without = Answer::read(bare().header("idempotency-key", "a").send().await.unwrap()).await;
    without.expect(428);
    let keyless = Answer::read(bare().header("if-match", "*").send().await.unwrap()).await;
    assert_eq!(keyless.expect(400).json()["code"], "IDEMPOTENCY_KEY_MISSING");
    let stale =
        amend_once(&stage, &traveller, &trip, ("b", "\"v9\""), &json!({})).await.expect(412);
    assert_eq!(stale.header("etag"), "\"v1\"");
    let text = stage.house.request(&traveller, Method::PATCH, &path).header("if-match", "*");
    let text = text.header("idempotency-key", "c").header("content-type", "text/plain").body("{}");
    Answer::read(text.send().await.unwrap()).await.expect(415);

    let preview = stage.house.request(&traveller, Method::PATCH, &format!("{path}?preview=true"));
    let preview = preview.header("if-match", "\"v1\"").json(&json!({"pc_grade": "PC1"}));
    let preview = Answer::read(preview.send().await.unwrap()).await.expect(200).json();
    assert_eq!(word(&preview, &trip["clearances"][0]["clearance_id"]), "replaced");
    assert_eq!(
        stage.count("SELECT version::bigint FROM trip").await,
        1,
        "a preview stores nothing"
    );

    let cancel = stage.house.request(&traveller, Method::POST, &format!("{path}/cancel"));
    let cancel = cancel.header("idempotency-key", "d").header("if-match", "*");
    assert_eq!(cancel.send().await.unwrap().status(), 200);
    let over = amend(&stage, &traveller, &trip, &json!({})).await.expect(409);
    assert_eq!(over.json()["code"], "TRIP_OVER");
    stage.house.close().await;
}

#[tokio::test]
async fn a_different_traveller_is_a_new_trip_and_every_defect_is_told_at_once() {
    let stage = Stage::set(&[]).await;
    let (traveller, other) = (stage.person("unicef").await, stage.person("unicef").await);
    let erp = stage.erp("unicef").await;
    let trip =
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 3)).await.expect(201).json();
    let patch = json!({
        "travellers": [{"person_id": other.id}],
        "trip_kind": "personal", "pc_grade": "PC9", "colour": "red",
        "lodging": [{"area_id": "NOWHERE-1", "kind": "hotel"}],
    });
    let mut faults = amend(&stage, &erp, &trip, &patch).await.expect(422).faults();
    faults.sort();
    let wanted = [
        ("/colour", "UNKNOWN_FIELD"),
        ("/lodging/0/area_id", "PLACE_UNKNOWN"),
        ("/pc_grade", "CHOICE"),
        ("/travellers", "TRAVELLER_CHANGED"),
        ("/travellers/0/person_id", "TRAVELLER_CHANGED"),
        ("/trip_kind", "TRIP_KIND_CHANGED"),
    ];
    assert_eq!(faults, wanted.map(|(at, code)| (at.to_owned(), code.to_owned())));
    let stranger = json!({"travellers": [{"person_id": traveller.id},
        {"person_id": uuid::Uuid::now_v7(), "role": "family"}]});
    let faults = amend(&stage, &traveller, &trip, &stranger).await.expect(422).faults();
    assert_eq!(faults, [("/travellers/1/person_id".to_owned(), "PERSON_UNKNOWN".to_owned())]);
    assert_eq!(stage.count("SELECT version::bigint FROM trip").await, 1);
    stage.house.close().await;
}

#[tokio::test]
async fn family_that_joins_has_every_stay_decided_again() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let child = stage.dependant(&traveller, "unicef").await;
    let other = stage.person("unicef").await;
    let of_other = stage.dependant(&other, "unicef").await;
    let trip =
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 3)).await.expect(201).json();
    let with = |id: uuid::Uuid| json!({"travellers": [{"person_id": traveller.id}, {"person_id": id, "role": "family"}]});
    let erp = stage.erp("unicef").await;
    let faults = amend(&stage, &erp, &trip, &with(of_other)).await.expect(422).faults();
    assert_eq!(faults, [("/travellers/1/person_id".to_owned(), "TRAVELLER_CHANGED".to_owned())]);
    let amended = amend(&stage, &traveller, &trip, &with(child)).await.expect(200).json();
    let (word, rules) = became(&amended, &trip["clearances"][0]["clearance_id"]);
    assert_eq!((word.as_str(), &rules[..]), ("replaced", &["B-407".to_owned()][..]));
    assert_eq!(column(&amended, "state"), ["cleared", "cleared"]);
    assert_eq!(stage.count("SELECT count(*) FROM trip_traveller").await, 2);
    // the child is on the way then, too
    let alone = stage.to_nairobi(&traveller, 21, 1);
    let mut alone = alone;
    alone["travellers"] = json!([{"person_id": child}]);
    let faults = stage.submit(&erp, &alone).await.expect(422).faults();
    assert_eq!(faults[0].1, "ITINERARY_OVERLAP");
    stage.house.close().await;
}

#[tokio::test]
async fn earlier_versions_are_read_by_whom_they_concern() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let traveller = stage.person("unicef").await;
    let trip =
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 3)).await.expect(201).json();
    let first = &trip["clearances"][0]["clearance_id"];
    for grade in ["PC1", "PC3"] {
        amend(&stage, &traveller, &trip, &json!({"pc_grade": grade})).await.expect(200);
    }
    assert_eq!(state(&stage, first).await, "superseded");
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    assert_eq!(stage.house.get(&traveller, &path).await.expect(200).json()["version"], 3);
    let page =
        stage.house.get(&traveller, &format!("{path}/versions?limit=1")).await.expect(200).json();
    assert_eq!(page["items"][0]["version"], 2);
    assert_eq!(page["items"][0]["submitted"]["pc_grade"], "PC1");
    assert_eq!(page["items"][0]["replaced_by"], json!(traveller.id));
    let next = format!("{path}/versions?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    let page = stage.house.get(&traveller, &next).await.expect(200).json();
    assert_eq!(page["items"][0]["version"], 1);
    let change: &Value = &page["items"][0]["changes"][0];
    assert_eq!((&change["clearance_id"], &change["became"]), (first, &json!("replaced")));

    let officer = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
    let officer = stage.house.caller(officer).await;
    let seen = stage.house.get(&officer, &format!("{path}/versions")).await.expect(200).json();
    assert_eq!(seen["items"][0]["submitted"], Value::Null, "the whole trip is not the officer's");
    assert!(!seen["items"][0]["changes"].as_array().unwrap().is_empty());
    let stranger = stage.person("wfp").await;
    stage.house.get(&stranger, &format!("{path}/versions")).await.expect(404);
    let patch = json!({});
    amend(&stage, &stranger, &trip, &patch).await.expect(404);
    amend(&stage, &officer, &trip, &patch).await.expect(404);
    stage.house.close().await;
}
