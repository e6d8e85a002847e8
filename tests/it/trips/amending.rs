//! A trip changes after submission: each line of the table of changes (domain.md b.4) over HTTP.

use reqwest::Method;
use safeconduct::access::Role;
use safeconduct::model::{AreaPolicy, LodgingRule, MovementRule};
use serde_json::{Value, json};

use super::stage::{NAIROBI, NAKURU, Stage, Standing};
use crate::harness::{Answer, Caller, Someone};

/// A patch with its own key.
pub(super) async fn amend(stage: &Stage, caller: &Caller, trip: &Value, patch: &Value) -> Answer {
    let key = uuid::Uuid::new_v4().to_string();
    amend_once(stage, caller, trip, (&key, "*"), patch).await
}

pub(super) async fn amend_once(
    stage: &Stage,
    caller: &Caller,
    trip: &Value,
    (key, etag): (&str, &str),
    patch: &Value,
) -> Answer {
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    let request = stage.house.request(caller, Method::PATCH, &path);
    let request = request.header("idempotency-key", key).header("if-match", etag);
    let request = request.header("content-type", "application/merge-patch+json");
    Answer::read(request.body(patch.to_string()).send().await.unwrap()).await
}

/// A member of each clearance, in the order of the answer.
pub(super) fn column(answer: &Value, name: &str) -> Vec<String> {
    let clearances = answer["clearances"].as_array().unwrap();
    clearances.iter().map(|one| one[name].as_str().unwrap_or("null").to_owned()).collect()
}

/// What became of a clearance, with the lines of the table that spoke.
pub(super) fn became(answer: &Value, clearance: &Value) -> (String, Vec<String>) {
    let changes = answer["changes"].as_array().unwrap();
    let own = changes.iter().find(|one| one["clearance_id"] == *clearance);
    let own = own.unwrap_or_else(|| panic!("nothing became of {clearance}: {answer:#}"));
    let rules =
        own["rules"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap().to_owned());
    (own["became"].as_str().unwrap().to_owned(), rules.collect())
}

pub(super) fn word(answer: &Value, clearance: &Value) -> String {
    became(answer, clearance).0
}

/// A person approves a clearance, as far as the record is concerned.
pub(super) async fn approve(stage: &Stage, clearance: &Value) {
    let client = stage.house.database().connect().await;
    let id: uuid::Uuid = clearance.as_str().unwrap().parse().unwrap();
    let update = "UPDATE clearance SET state = 'approved' WHERE clearance_id = $1";
    assert_eq!(client.execute(update, &[&id]).await.unwrap(), 1);
}

pub(super) async fn state(stage: &Stage, clearance: &Value) -> String {
    let client = stage.house.database().connect().await;
    let id: uuid::Uuid = clearance.as_str().unwrap().parse().unwrap();
    let select = "SELECT state FROM clearance WHERE clearance_id = $1";
    client.query_one(select, &[&id]).await.unwrap().get(0)
}

fn nakuru_by_hand() -> [Standing<'static>; 1] {
    [Standing::at_level(NAKURU, 4)]
}

/// The segments of the documentation's trip with a time of one of them changed.
fn moved(body: &Value, changes: &[(usize, &str, String)]) -> Value {
    let mut segments = body["segments"].clone();
    for (segment, member, value) in changes {
        segments[*segment][*member] = json!(value);
    }
    json!({"segments": segments})
}

#[tokio::test]
async fn acceptance_08_a_flight_shifted_two_hours_stands() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 5);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let clearance = &trip["clearances"][0]["clearance_id"];
    approve(&stage, clearance).await;

    let later =
        [(0, "departs_at", stage.at(20, "10:30")), (0, "arrives_at", stage.at(20, "12:45"))];
    let answer = amend(&stage, &traveller, &trip, &moved(&body, &later)).await.expect(200);
    let amended = answer.json();
    assert_eq!(amended["version"], 2);
    assert_eq!(column(&amended, "state"), ["approved"]);
    assert_eq!(amended["clearances"][0]["clearance_id"], *clearance);
    assert_eq!(became(&amended, clearance), ("adjusted".to_owned(), vec!["B-403".to_owned()]));
    let from = amended["clearances"][0]["valid_from"].as_str().unwrap();
    assert_eq!(from, stage.at(19, "12:45"), "the window follows: a day before arrival");
    let stored = stage.house.get(&traveller, &path(&trip)).await.expect(200);
    assert_eq!(stored.header("etag"), answer.header("etag"));
    assert_eq!(stored.json()["clearances"], amended["clearances"], "told as stored");
    stage.house.close().await;
}

fn path(trip: &Value) -> String {
    format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap())
}

#[tokio::test]
async fn acceptance_08_an_arrival_three_days_earlier_decides_only_that_stay_again() {
    let stage = Stage::set(&nakuru_by_hand()).await;
    let traveller = stage.person("unicef").await;
    let body = stage.example(&traveller, 20);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let ids: Vec<Value> = (0..3).map(|at| trip["clearances"][at]["clearance_id"].clone()).collect();
    approve(&stage, &ids[1]).await;

    let earlier =
        [(0, "departs_at", stage.at(17, "08:30")), (0, "arrives_at", stage.at(17, "10:45"))];
    let amended =
        amend(&stage, &traveller, &trip, &moved(&body, &earlier)).await.expect(200).json();
    assert_eq!(word(&amended, &ids[0]), "replaced");
    assert_eq!(became(&amended, &ids[0]).1, ["B-404"]);
    assert_eq!(
        (word(&amended, &ids[1]), word(&amended, &ids[2])),
        ("untouched".into(), "untouched".into())
    );
    assert_eq!(column(&amended, "state"), ["cleared", "approved", "pending_review"]);
    assert_eq!(amended["clearances"][1]["clearance_id"], ids[1]);
    assert_ne!(amended["clearances"][0]["clearance_id"], ids[0], "a new decision has a new id");
    assert_eq!(amended["clearances"][0]["nights"], 5);
    assert_eq!(state(&stage, &ids[0]).await, "superseded");

    let history = format!("/v1/clearances/{}/history", ids[0].as_str().unwrap());
    let history = stage.house.get(&traveller, &history).await.expect(200).json();
    let last = history["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["from"], &last["to"]), (&json!("cleared"), &json!("superseded")));
    assert_eq!(
        (&last["capacity"], &last["person_id"]),
        (&json!("requester"), &json!(traveller.id))
    );
    assert_eq!(last["rules"], json!(["B-404", "B-400"]));
    stage.house.close().await;
}

#[tokio::test]
async fn flight_number_and_telephone_are_told_not_decided() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 5);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let clearance = &trip["clearances"][0]["clearance_id"];
    approve(&stage, clearance).await;
    let mut lodging = body["lodging"].clone();
    lodging[0]["phone"] = json!("+254 1");
    let mut patch = moved(&body, &[(0, "flight_no", "ET310".to_owned())]);
    patch["lodging"] = lodging;
    let amended = amend(&stage, &traveller, &trip, &patch).await.expect(200).json();
    assert_eq!(became(&amended, clearance), ("adjusted".to_owned(), vec!["B-401".to_owned()]));
    assert_eq!(column(&amended, "state"), ["approved"]);
    assert_eq!(amended["clearances"][0]["valid_from"], trip["clearances"][0]["valid_from"]);

    // the area's officer is told of it
    let officer = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
    let officer = stage.house.caller(officer).await;
    let kinds = loop {
        let feed =
            stage.house.get(&officer, "/v1/events?after=0&limit=200").await.expect(200).json();
        let items = feed["items"].as_array().or_else(|| feed["events"].as_array()).unwrap().clone();
        let kinds: Vec<String> = items.iter().map(ToString::to_string).collect();
        if kinds.iter().any(|one| one.contains("clearance.adjusted")) {
            break kinds;
        }
        tokio::task::yield_now().await;
    };
    assert!(kinds.iter().any(|one| one.contains("trip.amended")), "{kinds:?}");
    stage.house.close().await;
}

#[tokio::test]
async fn another_hotel_matters_where_a_person_decides_and_off_the_list() {
    let off_list = |policy: &mut AreaPolicy| {
        policy.lodging_rule = LodgingRule::AdviseList;
        policy.approved_lodging = vec!["Lake View".into()];
    };
    let stage = Stage::set(&[Standing { policy: off_list, ..Standing::at_level(NAKURU, 1) }]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.example(&traveller, 20);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    assert_eq!(column(&trip, "state"), ["cleared", "cleared", "cleared"]);
    let ids: Vec<Value> = (0..3).map(|at| trip["clearances"][at]["clearance_id"].clone()).collect();
    let hotel = |area: usize, name: &str| {
        let mut lodging = body["lodging"].clone();
        lodging[area]["name"] = json!(name);
        json!({"lodging": lodging})
    };
    let nairobi = amend(&stage, &traveller, &trip, &hotel(0, "Hill Side")).await.expect(200).json();
    assert_eq!(became(&nairobi, &ids[0]), ("adjusted".to_owned(), vec!["B-402".to_owned()]));
    assert_eq!(word(&nairobi, &ids[1]), "untouched");
    let nakuru = amend(&stage, &traveller, &trip, &hotel(1, "Unlisted")).await.expect(200).json();
    assert_eq!(became(&nakuru, &ids[1]), ("replaced".to_owned(), vec!["B-402".to_owned()]));
    assert_eq!(
        column(&nakuru, "state"),
        ["cleared", "cleared", "cleared"],
        "by rule, with a warning"
    );
    assert_eq!(state(&stage, &ids[1]).await, "superseded");
    stage.house.close().await;

    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 3);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let clearance = &trip["clearances"][0]["clearance_id"];
    approve(&stage, clearance).await;
    let mut lodging = body["lodging"].clone();
    lodging[0]["name"] = json!("Hill Side");
    let patch = json!({"lodging": lodging});
    let amended = amend(&stage, &traveller, &trip, &patch).await.expect(200).json();
    assert_eq!(became(&amended, clearance), ("stands_in".to_owned(), vec!["B-402".to_owned()]));
    assert_eq!(column(&amended, "state"), ["approved", "pending_review"]);
    stage.house.close().await;
}

#[tokio::test]
async fn the_grace_is_used_once() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 5);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let clearance = &trip["clearances"][0]["clearance_id"];
    approve(&stage, clearance).await;
    let arriving = |days: i32| {
        moved(
            &body,
            &[
                (0, "departs_at", stage.at(days, "08:45")),
                (0, "arrives_at", stage.at(days, "11:00")),
            ],
        )
    };
    let day_earlier = amend(&stage, &traveller, &trip, &arriving(19)).await.expect(200).json();
    assert_eq!(word(&day_earlier, clearance), "adjusted", "23 h 45 min");
    assert_eq!(
        day_earlier["clearances"][0]["valid_from"], trip["clearances"][0]["valid_from"],
        "the window that was decided does not open further"
    );
    let again = amend(&stage, &traveller, &trip, &arriving(18)).await.expect(200).json();
    assert_eq!(word(&again, clearance), "stands_in", "a second day is beyond what was decided");
    stage.house.close().await;
}

#[tokio::test]
async fn later_arrival_and_later_departure_within_the_grace_stand() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 5);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let clearance = &trip["clearances"][0]["clearance_id"];
    approve(&stage, clearance).await;
    let three_later = [
        (0, "departs_at", stage.at(23, "08:30")),
        (0, "arrives_at", stage.at(23, "10:45")),
        (1, "departs_at", stage.at(27, "09:00")),
        (1, "arrives_at", stage.at(27, "11:10")),
    ];
    let amended = amend(&stage, &traveller, &trip, &moved(&body, &three_later)).await.expect(200);
    assert_eq!(
        word(&amended.json(), clearance),
        "adjusted",
        "any later arrival, 48 h later departure"
    );
    let beyond =
        [(1, "departs_at", stage.at(27, "09:30")), (1, "arrives_at", stage.at(27, "11:40"))];
    let amended = amend(&stage, &traveller, &trip, &moved(&body, &beyond)).await.expect(200);
    assert_eq!(word(&amended.json(), clearance), "stands_in", "half an hour beyond the grace");
    stage.house.close().await;
}

#[tokio::test]
async fn a_stay_that_goes_is_withdrawn_and_one_that_comes_is_decided() {
    let stage = Stage::set(&nakuru_by_hand()).await;
    let traveller = stage.person("unicef").await;
    let body = stage.example(&traveller, 20);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let ids: Vec<Value> = (0..3).map(|at| trip["clearances"][at]["clearance_id"].clone()).collect();
    let mut to_mombasa = body["segments"].clone();
    for (segment, end) in [(1, "to"), (2, "from")] {
        to_mombasa[segment][end] = json!({"airport": "MBA"});
        to_mombasa[segment]["mode"] = json!("air_commercial");
        to_mombasa[segment].as_object_mut().unwrap().remove("route_points");
    }
    let mut lodging = body["lodging"].clone();
    lodging[1] = json!({"area_id": "KEN-3192", "kind": "hotel", "name": "Sea Side"});
    lodging.as_array_mut().unwrap().truncate(1);
    let patch = json!({"segments": to_mombasa, "lodging": lodging});
    let amended = amend(&stage, &traveller, &trip, &patch).await.expect(200).json();
    assert_eq!(word(&amended, &ids[1]), "withdrawn", "{amended:#}");
    assert_eq!(state(&stage, &ids[1]).await, "cancelled");
    assert_ne!(word(&amended, &ids[0]), "replaced", "Nairobi before it keeps its decision");
    assert_eq!(state(&stage, &ids[0]).await, "cleared");
    let new =
        amended["changes"].as_array().unwrap().iter().filter(|one| one["became"] == "decided");
    assert!(new.count() >= 1, "{amended:#}");
    stage.house.close().await;
}

#[tokio::test]
async fn purpose_and_grade_concern_every_stay() {
    let stage = Stage::set(&nakuru_by_hand()).await;
    for (member, value) in [("pc_grade", "PC1"), ("purpose", "training")] {
        let traveller = stage.person("unicef").await;
        let body = stage.example(&traveller, 20);
        let trip = stage.submit(&traveller, &body).await.expect(201).json();
        let mut patch = json!({});
        patch[member] = json!(value);
        let amended = amend(&stage, &traveller, &trip, &patch).await.expect(200).json();
        for clearance in trip["clearances"].as_array().unwrap() {
            let (word, rules) = became(&amended, &clearance["clearance_id"]);
            assert_eq!(
                (word.as_str(), &rules[..]),
                ("replaced", &["B-407".to_owned()][..]),
                "{member}"
            );
        }
    }
    stage.house.close().await;
}

#[tokio::test]
async fn the_means_of_travel_matter_where_the_area_controls_roads() {
    let controls = |policy: &mut AreaPolicy| policy.movement_rule = MovementRule::Notify;
    let stage = Stage::set(&[Standing { policy: controls, ..Standing::at_level(NAKURU, 1) }]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.example(&traveller, 20);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let ids: Vec<Value> = (0..3).map(|at| trip["clearances"][at]["clearance_id"].clone()).collect();
    let patch = moved(&body, &[(1, "mode", "rail".to_owned())]);
    let amended = amend(&stage, &traveller, &trip, &patch).await.expect(200).json();
    assert_eq!(became(&amended, &ids[1]), ("replaced".to_owned(), vec!["B-408".to_owned()]));
    assert_eq!(became(&amended, &ids[0]), ("adjusted".to_owned(), vec!["B-408".to_owned()]));
    assert_eq!(word(&amended, &ids[2]), "untouched");
    stage.house.close().await;
}

#[tokio::test]
async fn what_was_sent_back_is_answered_by_an_amendment() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let mut body = stage.example(&traveller, 20);
    let lodging = body["lodging"].take();
    body["lodging"] = json!([lodging[0]]);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    assert_eq!(column(&trip, "state"), ["cleared", "returned", "cleared"]);
    assert_eq!(trip["state"], "action_needed");
    let returned = &trip["clearances"][1]["clearance_id"];
    let amended =
        amend(&stage, &traveller, &trip, &json!({"lodging": lodging})).await.expect(200).json();
    assert_eq!(word(&amended, returned), "replaced");
    assert!(became(&amended, returned).1.contains(&"B-411".to_owned()));
    assert_eq!(column(&amended, "state"), ["cleared", "cleared", "cleared"]);
    assert_eq!(
        (amended["state"].as_str(), state(&stage, returned).await.as_str()),
        (Some("go"), "superseded")
    );
    stage.house.close().await;
}
