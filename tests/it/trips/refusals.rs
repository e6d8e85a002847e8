//! What stops a body from being a trip: told at once, at its place, and nothing is stored.

use serde_json::{Value, json};

use super::stage::{NAIROBI, Stage};
use crate::harness::Caller;

struct Case {
    name: &'static str,
    spoil: fn(&mut Value),
    faults: &'static [(&'static str, &'static str)],
}

const CASES: &[Case] = &[
    Case {
        name: "unknown airport",
        spoil: |body| body["segments"][0]["from"] = json!({"airport": "QQQ"}),
        faults: &[("/segments/0/from/airport", "PLACE_UNKNOWN")],
    },
    Case {
        name: "unknown city",
        spoil: |body| body["segments"][1]["from"] = json!({"city": 1}),
        faults: &[("/segments/1/from/city", "PLACE_UNKNOWN")],
    },
    Case {
        name: "unknown area",
        spoil: |body| body["lodging"][0]["area_id"] = json!("KEN-0"),
        faults: &[("/lodging/0/area_id", "PLACE_UNKNOWN")],
    },
    Case {
        name: "latitude of 91 degrees",
        spoil: |body| body["segments"][1]["to"] = json!({"lon": 36.07, "lat": 91}),
        faults: &[("/segments/1/to/lat", "COORDINATES_IMPOSSIBLE")],
    },
    Case {
        name: "NaN",
        spoil: |body| body["segments"][1]["to"] = json!({"lon": "NaN", "lat": -0.3}),
        faults: &[("/segments/1/to/lon", "COORDINATES_IMPOSSIBLE")],
    },
    Case {
        name: "arrival before departure",
        spoil: |body| {
            let departs = body["segments"][0]["departs_at"].clone();
            body["segments"][0]["departs_at"] = body["segments"][0]["arrives_at"].clone();
            body["segments"][0]["arrives_at"] = departs;
        },
        faults: &[("/segments/0/arrives_at", "ARRIVAL_NOT_AFTER_DEPARTURE")],
    },
    Case {
        name: "gap",
        spoil: |body| body["segments"][1]["from"] = json!({"airport": "MBA"}),
        faults: &[("/segments/1/from", "ITINERARY_GAP")],
    },
    Case {
        name: "no end",
        spoil: |body| body["segments"][3]["to"] = json!({"airport": "LHR"}),
        faults: &[("/until", "ITINERARY_OPEN")],
    },
    Case {
        name: "numbers out of order",
        spoil: |body| body["segments"][1]["seq"] = json!(1),
        faults: &[("/segments/1/seq", "SEQ_OUT_OF_ORDER")],
    },
    Case {
        name: "kind against purpose",
        spoil: |body| body["trip_kind"] = json!("personal"),
        faults: &[("/purpose", "KIND_CONTRADICTS_PURPOSE")],
    },
    Case {
        name: "unknown person",
        spoil: |body| {
            body["travellers"][0]["person_id"] = json!("018f0000-0000-7000-8000-00000000dead");
        },
        faults: &[("/travellers/0/person_id", "PERSON_UNKNOWN")],
    },
    Case {
        name: "the same person twice",
        spoil: |body| {
            let one = body["travellers"][0].clone();
            body["travellers"].as_array_mut().unwrap().push(one);
        },
        faults: &[("/travellers/1/person_id", "TRAVELLER_REPEATED")],
    },
    Case {
        name: "a stranger's organization",
        spoil: |body| body["organization"] = json!("nobody"),
        faults: &[("/organization", "ORGANIZATION_UNKNOWN")],
    },
    Case {
        name: "a key in a body of its own",
        spoil: |body| body["idempotency_key"] = json!("k"),
        faults: &[("/idempotency_key", "UNKNOWN_FIELD")],
    },
    Case {
        name: "time without offset",
        spoil: |body| body["segments"][0]["departs_at"] = json!("2026-12-01T08:30:00"),
        faults: &[("/segments/0/departs_at", "TIME_OFFSET_MISSING")],
    },
    Case {
        name: "everything at once",
        spoil: |body| {
            body["colour"] = json!("red");
            body["segments"][0]["mode"] = json!("rocket");
            body["segments"][0]["to"] = json!({"airport": "QQQ"});
            body["segments"][3]["arrives_at"] = body["segments"][3]["departs_at"].clone();
            body["lodging"][1]["area_id"] = json!("KEN-0");
            body["travellers"][0]["person_id"] = json!("018f0000-0000-7000-8000-00000000dead");
        },
        faults: &[
            ("/colour", "UNKNOWN_FIELD"),
            ("/lodging/1/area_id", "PLACE_UNKNOWN"),
            ("/segments/0/mode", "CHOICE"),
            ("/segments/0/to/airport", "PLACE_UNKNOWN"),
            ("/segments/3/arrives_at", "ARRIVAL_NOT_AFTER_DEPARTURE"),
            ("/travellers/0/person_id", "PERSON_UNKNOWN"),
        ],
    },
];

#[tokio::test]
async fn each_defect_is_named_at_its_place() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    for Case { name, spoil, faults } in CASES {
        let mut body = stage.example(&traveller, 20);
        spoil(&mut body);
        let mut wanted: Vec<_> =
            faults.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
        wanted.sort();
        for path in ["/v1/trips/check", "/v1/trips"] {
            let answer = stage.house.post_once(&traveller, path, "bad", &body).await;
            assert_eq!(answer.status, 422, "{name} at {path}: {}", answer.text);
            let mut found = answer.expect(422).faults();
            found.sort();
            assert_eq!(found, wanted, "{name} at {path}");
        }
    }
    for table in ["trip", "clearance", "evidence", "idempotency_key", "outbox"] {
        assert_eq!(stage.count(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    stage.house.close().await;
}

#[tokio::test]
async fn an_alias_of_several_areas_is_refused_with_their_ids() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let client = stage.house.database().connect().await;
    let row = client
        .query_one(
            "SELECT alias, array_agg(area_id ORDER BY area_id) FROM area_alias \
             GROUP BY alias HAVING count(*) > 1 ORDER BY alias LIMIT 1",
            &[],
        )
        .await
        .unwrap();
    let (alias, areas): (String, Vec<String>) = (row.get(0), row.get(1));
    let mut body = stage.example(&traveller, 20);
    body["lodging"][0]["area_id"] = json!(alias);
    let refused = stage.submit(&traveller, &body).await.expect(422);
    assert_eq!(refused.faults(), [("/lodging/0/area_id".to_owned(), "AREA_AMBIGUOUS".to_owned())]);
    let detail = refused.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(areas.iter().all(|area| detail.contains(area)), "{detail} lacks one of {areas:?}");
    stage.house.close().await;
}

#[tokio::test]
async fn what_is_no_body_is_told_by_its_status() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let send = async |text: String, kind: &str| {
        let request = stage.house.request(&traveller, reqwest::Method::POST, "/v1/trips");
        let request = request.header("idempotency-key", "k").header("content-type", kind);
        crate::harness::Answer::read(request.body(text).send().await.unwrap()).await
    };
    for text in ["", "{", "{\"lat\": NaN}", "[1e999]"] {
        send(text.to_owned(), "application/json").await.expect(400);
    }
    send("{}".to_owned(), "text/plain").await.expect(415);
    send(format!("\"{}\"", "x".repeat(300_000)), "application/json").await.expect(413);
    let no_key = stage.house.post(&traveller, "/v1/trips", &json!({})).await.expect(400);
    assert_eq!(no_key.json()["code"], "IDEMPOTENCY_KEY_MISSING");
    stage.house.close().await;
}

#[tokio::test]
async fn another_live_trip_of_the_same_days_is_an_overlap() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let first = stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 4)).await.expect(201);
    let reference = first.json()["reference"].as_str().unwrap().to_owned();
    let second = stage.submit(&traveller, &stage.to_nairobi(&traveller, 22, 4)).await.expect(422);
    assert_eq!(second.faults(), [("/segments".to_owned(), "ITINERARY_OVERLAP".to_owned())]);
    assert!(second.text.contains(&reference), "named to those who may see it: {}", second.text);
    // the same days of somebody else, and later days of the same person, are no overlap
    let other = stage.person("unicef").await;
    stage.submit(&other, &stage.to_nairobi(&other, 22, 4)).await.expect(201);
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 30, 2)).await.expect(201);
    stage.house.close().await;
}

#[tokio::test]
async fn a_personal_trip_never_blocks_an_official_one() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let mut personal = stage.to_nairobi(&traveller, 20, 4);
    personal["trip_kind"] = json!("personal");
    personal["purpose"] = json!("private");
    let personal = stage.submit(&traveller, &personal).await.expect(201).json();
    assert_eq!(personal["clearances"][0]["state"], "notified");
    let official = stage.to_nairobi(&traveller, 20, 4);
    let erp = stage.erp("unicef").await;
    let official = stage.submit(&erp, &official).await.expect(201).json();
    let reference = personal["reference"].as_str().unwrap();
    assert_eq!(official["warnings"][0]["reason"], "ITINERARY_OVERLAP", "the traveller is told");
    assert!(!official.to_string().contains(reference), "and the organization learns nothing more");
    stage.house.close().await;
}

#[tokio::test]
async fn nobody_acts_for_strangers() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let stranger = stage.person("wfp").await;
    let erp = stage.erp("unicef").await;
    let other_erp = stage.erp("wfp").await;
    let body = stage.to_nairobi(&traveller, 20, 2);
    let unknown = [("/travellers/0/person_id".to_owned(), "PERSON_UNKNOWN".to_owned())];
    for caller in [&stranger, &other_erp] {
        assert_eq!(stage.submit(caller, &body).await.expect(422).faults(), unknown);
    }
    let mut personal = body.clone();
    personal["trip_kind"] = json!("personal");
    personal["purpose"] = json!("private");
    let refused = stage.submit(&erp, &personal).await.expect(403);
    assert_eq!(refused.json()["code"], "NOT_FOR_TRAVELLER");
    stage.submit(&erp, &body).await.expect(201);
    let child = stage.dependant(&traveller, "unicef").await;
    let with_child = |caller: &Caller| {
        let mut body = stage.to_nairobi(caller, 40, 2);
        let travellers = body["travellers"].as_array_mut().unwrap();
        travellers.push(json!({"person_id": child, "role": "family"}));
        body
    };
    let trip = stage.submit(&traveller, &with_child(&traveller)).await.expect(201).json();
    assert_eq!(trip["clearances"].as_array().unwrap().len(), 2);
    assert!(trip["clearances"].as_array().unwrap().iter().all(|one| one["area_id"] == NAIROBI));
    stage.house.close().await;
}
