//! Policies over HTTP: drafts, templates, approval, history with differences, reviews.

use jiff::SignedDuration;
use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::due::in_minutes;
use super::levels::{Offices, code, offices};
use crate::harness::{Answer, Caller, House, Someone};

const AREA: &str = "/v1/areas/KEN-890";

pub(super) async fn put(house: &House, caller: &Caller, tag: &str, body: &Value) -> Answer {
    let request = house.request(caller, Method::PUT, &format!("{AREA}/policy")).json(body);
    Answer::read(request.header("if-match", tag).send().await.unwrap()).await
}

/// Saves a draft and answers its version.
pub(super) async fn draft(house: &House, caller: &Caller, body: &Value) -> i64 {
    put(house, caller, "*", body).await.expect(201).json()["version"].as_i64().unwrap()
}

pub(super) async fn approve(house: &House, caller: &Caller, version: i64, body: &Value) -> Answer {
    let path = format!("{AREA}/policy/{version}/approve");
    house.post(caller, &path, body).await
}

fn pointers(version: &Value) -> Vec<&str> {
    let differences = version["differences"].as_array().unwrap();
    differences.iter().map(|one| one["pointer"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adviser_drafts_and_the_official_approves() {
    let house = House::start().await;
    let Offices { adviser, official, .. } = offices(&house).await;
    let path = format!("{AREA}/policy");
    let before = house.get(&official, &path).await.expect(200);
    let tag = before.header("etag").to_owned();
    let in_force = before.json();
    assert_eq!(in_force["state"], "in_force");
    let was = in_force["version"].as_i64().unwrap();

    let wish = json!({"movement_rule": "clearance", "max_stay_days": 21,
        "change_note": "roads", "smt_minutes_ref": "SMT 2026/3"});
    let saved = put(&house, &adviser, &tag, &wish).await.expect(201).json();
    let version = saved["version"].as_i64().unwrap();
    assert_eq!((version, &saved["state"]), (was + 1, &json!("draft")));
    assert_eq!(pointers(&saved), ["/max_stay_days", "/movement_rule"]);
    assert_eq!(saved["differences"][0]["to"], 21);
    assert_eq!(saved["drafted"]["role"], "security_adviser");
    assert_eq!(saved["lodging_rule"], in_force["lodging_rule"], "what is left out stays");
    assert_eq!(house.get(&official, &path).await.expect(200).json(), in_force);

    assert_eq!(code(approve(&house, &adviser, version, &json!({})).await, 403), "ONLY_PROPOSES");
    approve(&house, &official, version + 7, &json!({})).await.expect(404);
    let approved = approve(&house, &official, version, &json!({})).await.expect(200);
    let body = approved.json();
    assert_eq!((&body["state"], &body["version"]), (&json!("in_force"), &json!(version)));
    assert!(body["redecision_id"].is_string());
    assert_eq!(body["approved"]["role"], "designated_official");
    let now = house.get(&official, &path).await.expect(200);
    assert_eq!(
        (&now.json()["max_stay_days"], now.header("etag")),
        (&json!(21), approved.header("etag"))
    );
    let area = house.get(&adviser, AREA).await.expect(200).json();
    assert_eq!(area["policy_version"], version);
    // once more changes nothing; the tag of before is stale; the same keys are the policy in force
    let again = approve(&house, &official, version, &json!({})).await.expect(200).json();
    assert_eq!((&again["redecision_id"], &again["state"]), (&Value::Null, &json!("in_force")));
    put(&house, &adviser, &tag, &wish).await.expect(412);
    let same = put(&house, &adviser, "*", &wish).await.expect(200).json();
    assert_eq!((&same["version"], &same["state"]), (&json!(version), &json!("in_force")));
    let client = house.database().connect().await;
    let told = "SELECT count(*) FROM outbox WHERE events::text LIKE '%area.policy_changed%'";
    assert_eq!(client.query_one(told, &[]).await.unwrap().get::<_, i64>(0), 1);
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_on_another_version_is_overtaken() {
    let house = House::start().await;
    let Offices { adviser, official, .. } = offices(&house).await;
    let first = draft(&house, &adviser, &json!({"max_stay_days": 20})).await;
    let second = draft(&house, &adviser, &json!({"max_stay_days": 10})).await;
    let third = draft(&house, &adviser, &json!({"max_stay_days": 5})).await;
    assert_eq!((second, third), (first + 1, first + 2));
    let path = format!("{AREA}/policy/{third}");
    let delete = async |caller: &Caller| {
        Answer::read(house.request(caller, Method::DELETE, &path).send().await.unwrap()).await
    };
    delete(&adviser).await.expect(403);
    delete(&official).await.expect(204);
    assert_eq!(code(approve(&house, &official, third, &json!({})).await, 409), "WITHDRAWN");
    approve(&house, &official, first, &json!({})).await.expect(200);
    assert_eq!(code(approve(&house, &official, second, &json!({})).await, 409), "OVERTAKEN");

    // ceilings are a version like any other: what was approved for later is overtaken by them
    let later = house.now() + SignedDuration::from_hours(24);
    let fourth =
        draft(&house, &adviser, &json!({"max_stay_days": 7, "effective_from": later})).await;
    approve(&house, &official, fourth, &json!({})).await.expect(200);
    let request = house.request(&official, Method::PUT, &format!("{AREA}/ceilings"));
    let request = request.header("if-match", "*").json(&json!({"total": 40, "note": "compound"}));
    let set = Answer::read(request.send().await.unwrap()).await.expect(200).json();
    assert_eq!(set["policy_version"], fourth + 1);

    let path = format!("{AREA}/policy/versions");
    let all = house.get(&official, &path).await.expect(200).json();
    let states: Vec<(i64, &str)> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["version"].as_i64().unwrap(), one["state"].as_str().unwrap()))
        .take(5)
        .collect();
    let expected = [
        (fourth + 1, "in_force"),
        (fourth, "overtaken"),
        (third, "withdrawn"),
        (second, "overtaken"),
        (first, "replaced"),
    ];
    assert_eq!(states, expected);
    assert_eq!(pointers(&all["items"][0]), ["/ceilings/total"]);
    assert_eq!(all["items"][0]["change_note"], "compound");
    assert_eq!(all["items"][0]["based_on"], first);
    let page = house.get(&official, &format!("{path}?limit=2")).await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = house.get(&official, &format!("{path}?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(page.json()["items"][0]["version"], third);
    let one = house.get(&official, &format!("{path}/{second}")).await.expect(200).json();
    assert_eq!((&one["state"], &one["max_stay_days"]), (&json!("overtaken"), &json!(10)));
    house.get(&official, &format!("{path}/999")).await.expect(404);
    house.get(&official, &format!("{path}/x")).await.expect(404);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_a_start_and_the_keys_go_over_it() {
    let house = House::start().await;
    let Offices { official, .. } = offices(&house).await;
    let wish = |template: &str, more: Value| {
        let mut body = json!({"template": template});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let modes = [
        ("open", "auto"),
        ("watched", "auto"),
        ("controlled", "manual"),
        ("mscr", "mscr_only"),
        ("closed", "mscr_only"),
    ];
    for (template, mode) in modes {
        let saved =
            put(&house, &official, "*", &wish(template, json!({}))).await.expect(201).json();
        assert_eq!(
            (&saved["clearance_mode"], &saved["template"]),
            (&json!(mode), &json!(template))
        );
    }
    let restricted =
        put(&house, &official, "*", &wish("restricted", json!({"ceilings": {}}))).await;
    assert_eq!(restricted.expect(422).faults(), [("/ceilings".to_owned(), "REQUIRED".to_owned())]);
    let keys = json!({"ceilings": {"total": 30}, "lead_time_hours_manual": 240, "briefing": null});
    let saved = put(&house, &official, "*", &wish("restricted", keys)).await.expect(201).json();
    assert_eq!(saved["training_required"][0]["course"], "SSAFE");
    assert_eq!((&saved["lead_time_hours_manual"], &saved["briefing"]), (&json!(240), &Value::Null));
    assert_eq!(saved["ceilings"]["total"], 30);

    let body = json!({"template": "cosy", "lead_time_hours_auto": "soon", "review_at":
        "2001-01-01T00:00:00Z", "ceilings": {"total": -1}, "arrival": {"kind": "whenever"},
        "nonsense": 1});
    let told = put(&house, &official, "*", &body).await.expect(422).faults();
    let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    let expected = [
        pair("/template", "CHOICE"),
        pair("/review_at", "RANGE"),
        pair("/lead_time_hours_auto", "TYPE"),
        pair("/arrival/kind", "CHOICE"),
        pair("/ceilings/total", "RANGE"),
        pair("/nonsense", "UNKNOWN_FIELD"),
    ];
    assert_eq!(told, expected, "every defect at once");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_draft_and_who_may_read() {
    let house = House::start().await;
    let wish = json!({"max_stay_days": 20});
    let role = Role::DesignatedOfficial;
    let elsewhere = house.caller(Someone::person().of_countries(role, &["UG"])).await;
    assert_eq!(code(put(&house, &elsewhere, "*", &wish).await, 403), "NO_OFFICE");
    let coordinator = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["KEN-890"]);
    let coordinator = house.caller(coordinator).await;
    put(&house, &coordinator, "*", &wish).await.expect(403);
    let traveller = house.caller(Someone::person()).await;
    put(&house, &traveller, "*", &wish).await.expect(403);
    for path in ["policy", "policy/versions", "policy/versions/1"] {
        let path = format!("{AREA}/{path}");
        house.get(&coordinator, &path).await.expect(200);
        house.get(&elsewhere, &path).await.expect(403);
        house.get(&traveller, &path).await.expect(403);
    }
    let Offices { adviser, .. } = offices(&house).await;
    let request = house.request(&adviser, Method::PUT, &format!("{AREA}/policy")).json(&wish);
    Answer::read(request.send().await.unwrap()).await.expect(428);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_that_is_overdue_is_listed_where_it_is_seen() {
    let house = House::start().await;
    let Offices { adviser, official, .. } = offices(&house).await;
    let elsewhere = Someone::person().of_countries(Role::SecurityAdviser, &["UG"]);
    let elsewhere = house.caller(elsewhere).await;
    let review = in_minutes(&house, 10).await;
    // looked at, and nothing to change but the date
    let version = draft(&house, &adviser, &json!({"review_at": review})).await;
    approve(&house, &official, version, &json!({})).await.expect(200);
    let due = async |caller: &Caller, query: &str| {
        let path = format!("/v1/policies{query}");
        house.get(caller, &path).await.expect(200).json()["items"].clone()
    };
    assert_eq!(due(&adviser, "").await, json!([]));
    let ahead = format!("?review_before={}", in_minutes(&house, 20).await);
    let items = due(&adviser, &ahead).await;
    assert_eq!(
        (&items[0]["area_id"], &items[0]["policy_version"], &items[0]["overdue"]),
        (&json!("KEN-890"), &json!(version), &json!(false))
    );
    assert_eq!(due(&elsewhere, &ahead).await, json!([]));
    house.database().move_clock(SignedDuration::from_mins(11)).await;
    let late = format!("?review_before={}", in_minutes(&house, 0).await);
    assert_eq!(due(&adviser, &late).await[0]["overdue"], true);
    // a version that is drawn up for its ceilings keeps the date
    let request = house.request(&official, Method::PUT, &format!("{AREA}/ceilings"));
    let request = request.header("if-match", "*").json(&json!({"total": 40}));
    Answer::read(request.send().await.unwrap()).await.expect(200);
    assert_eq!(due(&adviser, &late).await[0]["policy_version"], version + 1);
    house.close().await;
}
