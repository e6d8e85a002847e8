//! Responses to a headcount: whose word is taken, which is shown, how requests repeat.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::headcount::{at_home, entries, office, opened, resident, respond, usg};
use crate::harness::{Caller, spawn};
use crate::trips::stage::{NAIROBI, NAKURU, Stage};

fn minutes_ago(now: Timestamp, minutes: i64) -> String {
    (now - SignedDuration::from_mins(minutes)).to_string()
}

fn statuses(entry: &Value) -> Vec<&str> {
    let responses = entry["responses"].as_array().unwrap();
    responses.iter().map(|one| one["status"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_are_kept_and_the_latest_observation_is_shown() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let resident = resident(&stage).await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let now = stage.house.now();
    let said = |status: &str, minutes: i64| {
        json!({"person_id": resident.id, "status": status, "channel": "radio",
               "observed_at": minutes_ago(now, minutes)})
    };
    let mut shown = Vec::new();
    // the networks come back in another order than things were seen
    for (status, minutes) in [("missing", 30), ("injured", 10), ("safe", 50), ("not_safe", 10)] {
        let taken = respond(&stage, &usg, &path, &said(status, minutes)).await.expect(200);
        shown.push((taken.json()["change"].clone(), taken.json()["shown"].clone()));
    }
    let expected = [(1, true), (2, true), (3, false), (4, true)];
    assert_eq!(shown, expected.map(|(change, shown)| (json!(change), json!(shown))));
    let entry = &entries(&stage, &usg, &path).await[&resident.id.to_string()];
    // of two at one instant the one recorded last
    assert_eq!(entry["status"], "not_safe");
    assert_eq!(statuses(entry), ["not_safe", "injured", "missing", "safe"]);
    assert_eq!(entry["responses"][0]["recorded_by"], usg.id.to_string());
    let with = |status: &str| format!("{path}?status={status}");
    let page = stage.house.get(&usg, &with("not_safe")).await.expect(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!((&page["mix"]["not_safe"], &page["mix"]["unaccounted"]), (&json!(1), &json!(0)));
    let page = stage.house.get(&usg, &with("injured")).await.expect(200).json();
    assert_eq!(page["items"], json!([]));

    let fault = |minutes: i64| {
        let body = said("safe", minutes);
        let (stage, usg, path) = (&stage, &usg, &path);
        async move { respond(stage, usg, path, &body).await.expect(422).faults() }
    };
    let of = |code: &str| [("/observed_at".to_owned(), code.to_owned())];
    assert_eq!(fault(-10).await, of("FUTURE"));
    assert_eq!(fault(13 * 60).await, of("TOO_OLD"));
    let all = json!({"status": "unaccounted", "observed_at": "today", "stray": 1});
    let all = respond(&stage, &usg, &path, &all).await.expect(422).faults();
    let expected = [
        ("/person_id", "REQUIRED"),
        ("/status", "CHOICE"),
        ("/observed_at", "FORMAT"),
        ("/stray", "UNKNOWN_FIELD"),
    ];
    assert_eq!(all, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_answer_for_themselves_and_their_family() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let (parent, other) = (resident(&stage).await, resident(&stage).await);
    let child = stage.dependant(&parent, "unicef").await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let own = json!({"person_id": parent.id, "status": "safe", "note": "at the gate"});
    respond(&stage, &parent, &path, &own).await.expect(200);
    let of_child = json!({"person_id": child, "status": "not_safe"});
    respond(&stage, &parent, &path, &of_child).await.expect(200);
    // what needs somebody who can be asked how they know
    let dead = json!({"person_id": child, "status": "deceased"});
    respond(&stage, &parent, &path, &dead).await.expect(403);
    // another's word is not taken, nor is it said that the other is counted
    let of_other = json!({"person_id": other.id, "status": "safe"});
    let hidden = respond(&stage, &parent, &path, &of_other).await.expect(404).json();
    let nobody = json!({"person_id": Uuid::now_v7(), "status": "safe"});
    let unknown = respond(&stage, &parent, &path, &nobody).await.expect(404).json();
    assert_eq!((&hidden["detail"], &hidden["code"]), (&unknown["detail"], &unknown["code"]));
    let stranger = stage.person("unicef").await;
    let himself = json!({"person_id": stranger.id, "status": "safe"});
    respond(&stage, &stranger, &path, &himself).await.expect(404);
    stage.house.get(&stranger, &path).await.expect(404);

    // security staff note something; the family sees its own words and not theirs
    let noted = json!({"person_id": parent.id, "status": "safe", "note": "seen by the guard"});
    respond(&stage, &usg, &path, &noted).await.expect(200);
    let seen = entries(&stage, &parent, &path).await;
    let keys: Vec<&String> = seen.keys().collect();
    let mut expected = [parent.id.to_string(), child.to_string()];
    expected.sort_unstable();
    assert_eq!(keys, expected.iter().collect::<Vec<_>>());
    let notes: Vec<&Value> = seen[&parent.id.to_string()]["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|response| &response["note"])
        .collect();
    assert_eq!(notes, [&Value::Null, &json!("at the gate")]);
    let page = stage.house.get(&parent, &path).await.expect(200).json();
    assert_eq!((&page["mix"]["expected"], &page["mix"]["not_safe"]), (&json!(2), &json!(1)));
    let page = stage.house.get(&parent, &format!("{path}?status=safe")).await.expect(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let all = stage.house.get(&usg, &path).await.expect(200).json();
    assert_eq!((&all["mix"]["expected"], &all["mix"]["unaccounted"]), (&json!(3), &json!(1)));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_response_of_a_list_stands_for_itself() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let (one, two) = (resident(&stage).await, resident(&stage).await);
    let there = stage.person("wfp").await;
    at_home(&stage, there.id, NAKURU, "staff_international").await;
    let guest = stage.person("wfp").await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI, NAKURU]).await;
    let warden = office(&stage, Role::Warden, &[NAIROBI]).await;
    let responses = json!({"responses": [
        {"person_id": one.id, "status": "safe"},
        {"person_id": two.id, "status": "abducted", "channel": "radio", "note": "seen taken"},
        {"person_id": there.id, "status": "safe"},
        {"person_id": guest.id, "status": "not_safe"},
        {"person_id": guest.id, "status": "safe", "area_id": NAKURU},
        {"person_id": Uuid::now_v7(), "status": "safe"},
        {"person_id": "x", "status": "fine"},
    ]});
    let key = Uuid::new_v4().to_string();
    let route = format!("{path}/responses");
    let first = stage.house.post_once(&warden, &route, &key, &responses).await.expect(200);
    let told: Vec<Value> = first.json()["results"].as_array().unwrap().clone();
    let statuses: Vec<u64> = told.iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 200, 404, 200, 200, 422, 422], "{told:?}");
    assert_eq!(told[3]["response"]["added"], true);
    // known by now, and named again: where it was seen is no matter of whose area it is
    assert_eq!(
        (&told[4]["response"]["added"], &told[4]["response"]["shown"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(told[5]["problem"]["errors"][0]["code"], "PERSON_UNKNOWN");
    let wrong = told[6]["problem"]["errors"].as_array().unwrap();
    let wrong: Vec<&str> = wrong.iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
    assert_eq!(wrong, ["/person_id", "/status"]);
    // the same again, and nothing new of it
    let again = stage.house.post_once(&warden, &route, &key, &responses).await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    let page = stage.house.get(&usg, &path).await.expect(200).json();
    assert_eq!((&page["changes"], &page["mix"]["abducted"]), (&json!(4), &json!(1)));

    // a guest needs an area where there are several that one looks after
    let everywhere = json!({"person_id": stage.person("wfp").await.id, "status": "safe"});
    let needed = respond(&stage, &usg, &path, &everywhere).await.expect(422).faults();
    assert_eq!(needed, [("/area_id".to_owned(), "REQUIRED".to_owned())]);
    let mut beyond = everywhere.clone();
    beyond["area_id"] = json!(NAKURU);
    let beyond = respond(&stage, &warden, &path, &beyond).await.expect(422).faults();
    assert_eq!(beyond, [("/area_id".to_owned(), "AREA_BEYOND".to_owned())]);
    for list in [json!({"responses": []}), json!({"responses": [], "stray": 1}), json!([])] {
        respond(&stage, &usg, &path, &list).await.expect(422);
    }
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_answered_alike_and_another_body_refused() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let resident = resident(&stage).await;
    let body = json!({"areas": [NAIROBI], "reason": "An exercise"});
    let first = stage.house.post_once(&usg, "/v1/headcounts", "k", &body).await.expect(201);
    let again = stage.house.post_once(&usg, "/v1/headcounts", "k", &body).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    assert_eq!(again.header("location"), first.header("location"));
    let other = json!({"areas": [NAIROBI], "reason": "Another"});
    let other = stage.house.post_once(&usg, "/v1/headcounts", "k", &other).await.expect(422);
    assert_eq!(other.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(stage.count("SELECT count(*) FROM headcount").await, 1);
    stage.house.post(&usg, "/v1/headcounts", &body).await.expect(400);

    let path = first.header("location").to_owned();
    let route = format!("{path}/responses");
    let safe = json!({"person_id": resident.id, "status": "safe"});
    let sending = (0..8).map(|_| stage.house.post_once(&resident, &route, "r", &safe));
    let answers = futures_util::future::join_all(sending).await;
    let told: BTreeSet<&str> = answers.iter().map(|answer| answer.text.as_str()).collect();
    assert!(answers.iter().all(|answer| answer.status == 200), "{told:?}");
    assert_eq!(told.len(), 1, "{told:?}");
    let replayed =
        |answer: &&crate::harness::Answer| !answer.header("idempotent-replayed").is_empty();
    assert_eq!(answers.iter().filter(replayed).count(), 7);
    assert_eq!(stage.count("SELECT count(*) FROM headcount_response").await, 1);
    let hurt = json!({"person_id": resident.id, "status": "not_safe"});
    let hurt = stage.house.post_once(&resident, &route, "r", &hurt).await.expect(422);
    assert_eq!(hurt.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    // a refusal is not kept: the same key may come again when it is right
    let dead = json!({"person_id": resident.id, "status": "deceased"});
    stage.house.post_once(&resident, &route, "again", &dead).await.expect(403);
    stage.house.post_once(&resident, &route, "again", &safe).await.expect(200);
    stage.house.close().await;
}

/// The crowd of a crisis, small: nobody's answer is lost, and each has a number of its own.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_answers_at_once_is_accounted_for() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let mut crowd: Vec<Caller> = Vec::new();
    for _ in 0..40 {
        crowd.push(resident(&stage).await);
    }
    let (_, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let sending: Vec<_> = crowd
        .iter()
        .map(|one| {
            let route = format!("{path}/responses");
            let request = stage.house.request(one, reqwest::Method::POST, &route);
            let body = json!({"person_id": one.id, "status": "safe"});
            let request = request.header("idempotency-key", one.id.to_string()).json(&body);
            spawn(async move { request.send().await.unwrap().status().as_u16() })
        })
        .collect();
    for answer in sending {
        assert_eq!(answer.await.unwrap(), 200);
    }
    let page = stage.house.get(&usg, &path).await.expect(200).json();
    let sentence = "40 expected: 40 safe, 0 not safe, 0 unaccounted";
    assert_eq!((&page["mix"]["sentence"], &page["changes"]), (&json!(sentence), &json!(40)));
    let numbers = "SELECT count(DISTINCT change) FROM headcount_response WHERE change <= 40";
    assert_eq!(stage.count(numbers).await, 40);
    stage.house.close().await;
}
