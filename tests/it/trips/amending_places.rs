//! A clearance that stands in for its successor: what the status question says meanwhile, whose place
//! it is, and how it ends. And groups.

use safeconduct::model::{
    Actor, Capacity, Change, ClearanceId, ClearanceMove, ClearanceState, Committed, MoveTo, Record,
    Seen, TripId,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::amending::{amend, approve, column, state, word};
use super::stage::{NAIROBI, Stage, Standing};
use crate::harness::Caller;

fn id(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

/// Somebody decides a clearance that waits, as far as the record is concerned.
async fn decide(stage: &Stage, trip: &Value, clearance: &Value, to: ClearanceState) -> Committed {
    let (trip, clearance) = (TripId(id(&trip["trip_id"])), ClearanceId(id(clearance)));
    let actor = Actor { capacity: Capacity::Requester, person_id: None };
    let mut change = Change::empty(stage.house.now(), actor, 1, "test");
    let from = vec![ClearanceState::PendingReview];
    change.moves = vec![ClearanceMove::new(clearance, trip, from, MoveTo::State(to))];
    let record = Record { seen: Seen::default(), claim: None, change };
    stage.house.running().parts.recorder.commit(record).await.unwrap()
}

async fn status(stage: &Stage, caller: &Caller, on: i32, area: Option<&str>) -> String {
    let area = area.map(|area| format!("&area={area}")).unwrap_or_default();
    let path = format!("/v1/clearance-status?person={}&on={}{area}", caller.id, stage.day(on));
    let answer = stage.house.get(caller, &path).await.expect(200).json();
    answer["answer"].as_str().unwrap().to_owned()
}

fn days(stage: &Stage, body: &Value, arrive: i32, depart: i32) -> Value {
    let mut segments = body["segments"].clone();
    for (segment, day, from, to) in [(0, arrive, "08:30", "10:45"), (1, depart, "09:00", "11:10")] {
        segments[segment]["departs_at"] = json!(stage.at(day, from));
        segments[segment]["arrives_at"] = json!(stage.at(day, to));
    }
    json!({"segments": segments})
}

/// The conditions of which the status question tells.
async fn owed(stage: &Stage, caller: &Caller) -> Value {
    let path = format!("/v1/clearance-status?person={}&on={}", caller.id, stage.day(21));
    let answer = stage.house.get(caller, &path).await.expect(200).json();
    answer["trips"][0]["clearances"][0]["conditions"].clone()
}

#[tokio::test]
async fn the_old_clearance_answers_for_travel_in_its_window_until_the_new_decision() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 5);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let old = trip["clearances"][0]["clearance_id"].clone();
    approve(&stage, &old).await;
    let amended =
        amend(&stage, &traveller, &trip, &days(&stage, &body, 17, 25)).await.expect(200).json();
    assert_eq!(
        (word(&amended, &old).as_str(), &amended["state"]),
        ("stands_in", &json!("in_progress"))
    );
    assert_eq!(column(&amended, "state"), ["pending_review", "approved"]);
    let new = amended["clearances"][0]["clearance_id"].clone();
    for (on, area, wanted) in [
        (17, Some(NAIROBI), "negative"),
        (19, Some(NAIROBI), "positive"),
        (21, Some(NAIROBI), "positive"),
        (26, Some(NAIROBI), "positive"),
        (17, None, "negative"),
        (21, None, "negative"),
    ] {
        assert_eq!(status(&stage, &traveller, on, area).await, wanted, "on {on} in {area:?}");
    }
    let decided = decide(&stage, &trip, &new, ClearanceState::Denied).await;
    assert!(matches!(decided, Committed::Written { .. }), "{decided:?}");
    assert_eq!(state(&stage, &old).await, "superseded", "in the statement that decided");
    assert_eq!(status(&stage, &traveller, 21, Some(NAIROBI)).await, "negative");
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    assert_eq!(stage.house.get(&traveller, &path).await.expect(200).json()["state"], "no_go");
    stage.house.close().await;
}

#[tokio::test]
async fn a_change_without_other_days_leaves_the_whole_trip_positive_until_it_is_decided() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 5);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let old = trip["clearances"][0]["clearance_id"].clone();
    approve(&stage, &old).await;
    let amended =
        amend(&stage, &traveller, &trip, &json!({"pc_grade": "PC1"})).await.expect(200).json();
    assert_eq!(column(&amended, "state").len(), 2);
    assert_eq!(status(&stage, &traveller, 20, None).await, "positive");
    // a third version: the second waits no longer, the first stands in for the third
    let third =
        amend(&stage, &traveller, &trip, &json!({"pc_grade": "PC3"})).await.expect(200).json();
    let mut states = column(&third, "state");
    states.sort();
    assert_eq!(states, ["approved", "pending_review"]);
    assert_eq!(status(&stage, &traveller, 20, None).await, "positive");
    let waits = third["clearances"].as_array().unwrap();
    let new = waits.iter().find(|one| one["state"] == "pending_review").unwrap();
    decide(&stage, &trip, &new["clearance_id"], ClearanceState::Approved).await;
    assert_eq!(state(&stage, &old).await, "superseded");
    assert_eq!(status(&stage, &traveller, 20, None).await, "positive");
    stage.house.close().await;
}

const NIGHTS: &str = "SELECT count(*) FROM night_count AS n FULL JOIN (\
    SELECT area_id, night, split_part(k, ':', 1) AS kind, split_part(k, ':', 2) AS key, \
        count(*) FILTER (WHERE place_hold(state) = 'binding') AS committed, \
        count(*) FILTER (WHERE place_hold(state) = 'soft') AS soft \
    FROM clearance, unnest(place_nights) AS night, unnest(place_keys) AS k GROUP BY 1, 2, 3, 4\
    ) AS h ON h.area_id = n.area_id AND h.night = n.night AND h.kind = n.key_kind AND h.key = n.key \
    WHERE coalesce(n.committed, 0) <> coalesce(h.committed, 0) \
        OR coalesce(n.soft, 0) <> coalesce(h.soft, 0)";

#[tokio::test]
async fn the_own_place_is_not_in_the_own_way() {
    let stage = Stage::set(&[Standing {
        policy: |policy| policy.ceilings.total = Some(1),
        ..Standing::at_level(NAIROBI, 1)
    }])
    .await;
    let (first, second) = (stage.person("unicef").await, stage.person("unicef").await);
    let body = stage.to_nairobi(&first, 20, 3);
    let trip = stage.submit(&first, &body).await.expect(201).json();
    assert_eq!(column(&trip, "state"), ["cleared"]);
    // decided again on nights that are all its own, and one more
    let amended =
        amend(&stage, &first, &trip, &json!({"pc_grade": "PC1"})).await.expect(200).json();
    assert_eq!(column(&amended, "state"), ["cleared"], "{amended:#}");
    let longer =
        amend(&stage, &first, &trip, &days(&stage, &body, 20, 28)).await.expect(200).json();
    assert_eq!(column(&longer, "state"), ["cleared"]);
    assert_eq!(stage.count(NIGHTS).await, 0);
    assert_eq!(stage.count("SELECT sum(committed)::bigint FROM night_count").await, 8);

    let theirs = stage.to_nairobi(&second, 29, 3);
    let waits = stage.submit(&second, &theirs).await.expect(201).json();
    assert_eq!(column(&waits, "state"), ["cleared"]);
    // within the grace, but the night is another's
    let into = amend(&stage, &first, &trip, &days(&stage, &body, 20, 30)).await.expect(200).json();
    let mut states = column(&into, "state");
    states.sort();
    assert_eq!(states, ["cleared", "pending_review"], "{into:#}");
    assert_eq!(stage.count(NIGHTS).await, 0);
    let new = into["clearances"].as_array().unwrap();
    let new = new.iter().find(|one| one["state"] == "pending_review").unwrap();
    let full = decide(&stage, &trip, &new["clearance_id"], ClearanceState::Approved).await;
    assert!(matches!(full, Committed::CeilingFull { ref nights } if nights.len() == 1), "{full:?}");
    // the other goes: its own eight nights are not in the way of the ten
    let cancel = format!("/v1/trips/{}/cancel", waits["trip_id"].as_str().unwrap());
    let cancel = stage.house.request(&second, reqwest::Method::POST, &cancel);
    let cancel =
        cancel.header("idempotency-key", "c").header("if-match", "*").send().await.unwrap();
    assert_eq!(cancel.status(), 200);
    let done = loop {
        let now = state(&stage, &new["clearance_id"]).await;
        if now != "pending_review" {
            break now;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(done, "cleared", "R-508: the place given back goes to who waited for nothing else");
    assert_eq!(stage.count(NIGHTS).await, 0);
    assert_eq!(stage.count("SELECT sum(committed)::bigint FROM night_count").await, 10);
    stage.house.close().await;
}

#[tokio::test]
async fn one_denied_traveller_does_not_hold_the_group() {
    let stage = Stage::set(&[]).await;
    let mut group = Vec::new();
    for _ in 0..4 {
        group.push(stage.person("unicef").await);
    }
    let client = stage.house.database().connect().await;
    for (member, set) in [(1, "category = 'area_staff'"), (2, "family_name = NULL")] {
        let update =
            format!("UPDATE person SET {set}, revision = revision + 1 WHERE person_id = $1");
        client.execute(&update, &[&group[member].id]).await.unwrap();
    }
    let erp = stage.erp("unicef").await;
    let mut body = stage.to_nairobi(&group[0], 20, 3);
    let role = |n: usize| if n == 0 { "leader" } else { "member" };
    let people =
        group.iter().enumerate().map(|(n, one)| json!({"person_id": one.id, "role": role(n)}));
    body["travellers"] = people.collect();
    let trip = stage.submit(&erp, &body).await.expect(201).json();
    assert_eq!(column(&trip, "state"), ["cleared", "denied", "returned", "cleared"]);
    for (member, wanted) in [(0, "positive"), (1, "negative"), (2, "negative"), (3, "positive")] {
        assert_eq!(status(&stage, &group[member], 21, None).await, wanted, "member {member}");
    }
    // an amendment answers the one who was sent back, and leaves the others as they are
    client
        .execute(
            "UPDATE person SET family_name = 'Found', revision = revision + 1 WHERE person_id = $1",
            &[&group[2].id],
        )
        .await
        .unwrap();
    let amended = amend(&stage, &erp, &trip, &json!({})).await.expect(200).json();
    assert_eq!(column(&amended, "state"), ["cleared", "denied", "cleared", "cleared"]);
    for member in [0, 1, 3] {
        assert_eq!(word(&amended, &trip["clearances"][member]["clearance_id"]), "untouched");
    }
    stage.house.close().await;
}

#[tokio::test]
async fn people_of_an_organization_are_counted_on_a_flight_over_all_trips() {
    let stage = Stage::set(&[]).await;
    let mut group = Vec::new();
    for _ in 0..5 {
        group.push(stage.person("unicef").await);
    }
    let client = stage.house.database().connect().await;
    let limit =
        "UPDATE organization SET flight_concentration_max = 2 WHERE organization_id = 'unicef'";
    client.execute(limit, &[]).await.unwrap();
    let gates = |trip: &Value| trip["organization_gates"].as_array().unwrap().clone();
    let mut trips = Vec::new();
    for one in &group[..2] {
        let trip = stage.submit(one, &stage.to_nairobi(one, 20, 3)).await.expect(201).json();
        assert!(gates(&trip).is_empty(), "{trip:#}");
        trips.push(trip);
    }
    let other = stage.person("wfp").await;
    let theirs = stage.submit(&other, &stage.to_nairobi(&other, 20, 3)).await.expect(201).json();
    assert!(gates(&theirs).is_empty(), "another organization's people are its own matter");

    let third =
        stage.submit(&group[2], &stage.to_nairobi(&group[2], 20, 3)).await.expect(201).json();
    let told = gates(&third);
    assert_eq!(told[0]["rule"], "R-703");
    assert_eq!(told[0]["flight"], "ET308");
    assert_eq!((&told[0]["people"], &told[0]["limit"]), (&json!(3), &json!(2)));
    assert_eq!(told[0]["keeper"], "organization");
    assert_eq!(column(&third, "state"), ["cleared"], "never an outcome");
    let conditions = third["clearances"][0]["conditions"].to_string();
    assert!(conditions.contains("ORGANIZATION_GATE"), "{conditions}");
    assert_eq!(owed(&stage, &group[2]).await, third["clearances"][0]["conditions"]);
    let path = format!("/v1/trips/{}", third["trip_id"].as_str().unwrap());
    let stored = stage.house.get(&group[2], &path).await.expect(200).json();
    assert_eq!(gates(&stored), told);

    // one leaves the flight by an amendment, one by withdrawing: there is room again
    let mut segments = stage.to_nairobi(&group[0], 20, 3)["segments"].clone();
    segments[0]["flight_no"] = json!("ET318");
    let moved =
        amend(&stage, &group[0], &trips[0], &json!({"segments": segments})).await.expect(200);
    assert!(gates(&moved.json()).is_empty());
    let room =
        stage.submit(&group[3], &stage.to_nairobi(&group[3], 20, 3)).await.expect(201).json();
    assert_eq!(gates(&room)[0]["people"], json!(3), "two others still, and this one");
    let cancel = format!("/v1/trips/{}/cancel", trips[1]["trip_id"].as_str().unwrap());
    let cancel = stage.house.request(&group[1], reqwest::Method::POST, &cancel);
    let cancel =
        cancel.header("idempotency-key", "c").header("if-match", "*").send().await.unwrap();
    assert_eq!(cancel.status(), 200);
    assert!(owed(&stage, &group[3]).await.to_string().contains("ORGANIZATION_GATE"));
    let again = amend(&stage, &group[3], &room, &json!({})).await.expect(200).json();
    assert!(gates(&again).is_empty(), "{again:#}");
    assert_eq!(owed(&stage, &group[3]).await, again["clearances"][0]["conditions"]);
    stage.house.close().await;
}
