//! Conditions of an approval as obligations: owner, time, evidence.

use jiff::SignedDuration;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::bench::Bench;
use crate::harness::{Answer, Caller, Someone};

/// An approval that obliges everybody to something; the traveller and the clearance.
async fn obliged(bench: &Bench) -> (Caller, String) {
    let traveller = bench.stage.person("unicef").await;
    let id = bench.waiting_of(&traveller, 20).await;
    let soon = bench.stage.house.now() + SignedDuration::from_hours(2);
    let conditions = json!([
        {"code": "BRIEFING_ON_ARRIVAL", "due_at": soon},
        {"code": "OTHER", "text": "A satellite phone", "owner": "organization",
         "evidence": "its number", "due_at": soon},
        {"code": "CONFIRM_ARRIVAL"},
        {"code": "OTHER", "text": "An escort", "owner": "area_office"},
    ]);
    bench.act(&bench.asc, &id, "approve", &json!({"conditions": conditions})).await.expect(200);
    (traveller, id)
}

async fn owed(bench: &Bench, who: &Caller, id: &str) -> Vec<Value> {
    bench.clearance(who, id).await["obligations"].as_array().unwrap().clone()
}

async fn fulfil(bench: &Bench, who: &Caller, id: &str, number: i32, words: &str) -> Answer {
    let path = format!("/v1/clearances/{id}/obligations/{number}/fulfil");
    let key = Uuid::new_v4().to_string();
    bench.stage.house.post_once(who, &path, &key, &json!({"evidence": words})).await
}

#[tokio::test]
async fn who_owes_it_or_looks_after_security_says_that_it_was_done() {
    let bench = Bench::set().await;
    let (traveller, id) = obliged(&bench).await;
    let focal = Someone::person().of_organization(Role::TravelFocalPoint, "unicef");
    let focal = bench.stage.house.caller(focal).await;
    let list = owed(&bench, &traveller, &id).await;
    let words: Vec<_> =
        list.iter().map(|one| (one["number"].clone(), one["owner"].clone())).collect();
    let owners = ["traveller", "organization", "traveller", "area_office"];
    let expected: Vec<_> = (1..).zip(owners).map(|(n, of)| (json!(n), json!(of))).collect();
    assert_eq!(words, expected);
    assert_eq!(list[1]["text"], "A satellite phone");
    assert_eq!(list[1]["evidence"], "its number");
    let context = format!("/v1/approvals/{id}/context");
    let context = bench.stage.house.get(&bench.asc, &context).await.expect(200).json();
    assert_eq!(context["clearance"]["obligations"], json!(list));

    let refused = fulfil(&bench, &traveller, &id, 2, "mine").await.expect(403).json();
    assert_eq!(refused["code"], "NOT_OWNER");
    fulfil(&bench, &focal, &id, 1, "theirs").await.expect(403);
    fulfil(&bench, &bench.other_asc, &id, 1, "elsewhere").await.expect(404);
    fulfil(&bench, &focal, &id, 5, "nothing").await.expect(404);
    fulfil(&bench, &focal, &id, 2, "").await.expect(422);
    let done = fulfil(&bench, &focal, &id, 2, "+8816 000").await.expect(200).json();
    assert_eq!((&done["proof"], &done["done_by"]), (&json!("+8816 000"), &json!(focal.id)));
    let again = fulfil(&bench, &bench.asc, &id, 2, "another").await.expect(200).json();
    assert_eq!(again["proof"], "+8816 000", "the first word stands");
    fulfil(&bench, &bench.asc, &id, 4, "Convoy 7").await.expect(200);
    let list = owed(&bench, &traveller, &id).await;
    let done: Vec<bool> = list.iter().map(|one| !one["done_at"].is_null()).collect();
    assert_eq!(done, [false, true, false, true]);
    let told = "SELECT count(*) FROM outbox, json_array_elements(events) AS e \
                WHERE e ->> 'kind' = 'clearance.obligation_met'";
    assert_eq!(bench.stage.count(told).await, 2);
    let words = "SELECT count(*) FROM outbox WHERE events::text LIKE '%8816%'";
    assert_eq!(bench.stage.count(words).await, 0, "no words in an event");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn reports_meet_the_obligations_that_they_speak_of() {
    let bench = Bench::set().await;
    let (traveller, id) = obliged(&bench).await;
    let client = bench.stage.house.database().connect().await;
    let begin = format!(
        "UPDATE clearance SET arrive_at = sc_now(), valid_from = sc_now() - interval '1 day' \
         WHERE clearance_id = '{id}'"
    );
    client.batch_execute(&begin).await.unwrap();
    for (report, met) in [("briefed", 0), ("arrive", 2)] {
        assert_eq!(owed(&bench, &traveller, &id).await[met]["done_at"], Value::Null);
        let (path, key) = (format!("/v1/stays/{id}/{report}"), Uuid::new_v4().to_string());
        bench.stage.house.post_once(&bench.asc, &path, &key, &json!({})).await.expect(200);
        let list = owed(&bench, &traveller, &id).await;
        assert_eq!(list[met]["done_by"], json!(bench.asc.id), "{report}");
    }
    bench.stage.house.close().await;
}

#[tokio::test]
async fn what_is_overdue_is_counted_and_a_new_approval_obliges_anew() {
    let bench = Bench::set().await;
    let (_, id) = obliged(&bench).await;
    let overdue = async || -> String {
        bench.stage.house.running().parts.clocks.round().await.unwrap();
        let metrics = bench.stage.house.get_bare("/metrics").await.expect(200).text;
        let line = metrics.lines().find(|line| line.starts_with("safeconduct_obligations_overdue"));
        line.unwrap().rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(overdue().await, "0");
    bench.wait_minutes(130).await;
    assert_eq!(overdue().await, "2");
    // back to a person, and approved with less: only the newest approval obliges
    let client = bench.stage.house.database().connect().await;
    let again = format!(
        "UPDATE clearance SET state = 'pending_review', entries = entries + 1 \
         WHERE clearance_id = '{id}'; \
         INSERT INTO ledger_entry SELECT clearance_id, entry + 1, trip_id, at, to_state, \
         'pending_review', 'rules', NULL, '{{}}', '{{}}', world_version, policy_version, \
         advisory_version, ruleset_version FROM ledger_entry WHERE clearance_id = '{id}' \
         ORDER BY entry DESC LIMIT 1"
    );
    client.batch_execute(&again).await.unwrap();
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = bench.stage.house.caller(official).await;
    let body = json!({"conditions": [{"code": "CONFIRM_ARRIVAL"}]});
    bench.act(&official, &id, "approve", &body).await.expect(200);
    let list = owed(&bench, &official, &id).await;
    assert_eq!((list.len(), &list[0]["number"]), (1, &json!(5)));
    assert_eq!(overdue().await, "0");
    fulfil(&bench, &official, &id, 2, "of the first approval").await.expect(404);
    bench.does(&official, &id, "revoke").await.expect(200);
    let over = fulfil(&bench, &official, &id, 5, "too late").await.expect(409).json();
    assert_eq!(over["code"], "OBLIGES_NO_MORE");
    bench.stage.house.close().await;
}
