//! Recommend, approve, deny, return, escalate.

use serde_json::json;
use uuid::Uuid;

use super::bench::Bench;
use crate::harness::Someone;
use crate::trips::stage::{NAIROBI, Standing};
use safeconduct::access::Role;

#[tokio::test]
async fn a_yes_carries_its_conditions_capacity_and_words() {
    let bench = Bench::set().await;
    let traveller = bench.stage.person("unicef").await;
    let id = bench.waiting_of(&traveller, 20).await;
    let yes = json!({
        "text_for_traveller": "Stay at the hotel after dark.",
        "restricted_text": "Source asks for discretion.",
        "conditions": [
            {"code": "BRIEFING_ON_ARRIVAL", "due_at": "2030-01-01T10:00:00Z",
             "evidence": "signed sheet"},
            {"code": "OTHER", "text": "An escort on the airport road", "owner": "area_office"},
        ],
    });
    let done = bench.act(&bench.asc, &id, "approve", &yes).await.expect(200);
    let decision = done.json();
    assert_eq!(decision["state"], "approved");
    assert_eq!(decision["capacity"], "policy:1");
    assert_eq!(decision["by"], json!(bench.asc.id));
    assert_eq!(done.header("etag"), "\"v2\"");
    assert_eq!(decision["obligations"][0]["owner"], "traveller");
    assert_eq!(decision["obligations"][1]["owner"], "area_office");
    let kept = "SELECT count(*) FROM obligation WHERE entry = 2 AND text IS NOT NULL OR evidence IS NOT NULL";
    assert_eq!(bench.stage.count(kept).await, 2);

    assert_eq!(bench.clearance(&traveller, &id).await["state"], "approved");
    let move_of = async |who| bench.history(who, &id).await[1].clone();
    let seen = move_of(&traveller).await;
    assert_eq!(seen["capacity"], "policy:1");
    assert_eq!(seen["text_for_traveller"], "Stay at the hotel after dark.");
    assert_eq!(seen["restricted_text"], json!(null), "not for the traveller");
    assert_eq!(seen["seen"], json!(null));
    let seen = move_of(&bench.csa).await;
    assert_eq!(seen["restricted_text"], json!(null), "not for the adviser either");
    assert_eq!(seen["seen"]["policy_version"], 1);
    assert_eq!(seen["seen"]["certificates"][0]["course"], "BSAFE");
    let seen = move_of(&bench.official).await;
    assert_eq!(seen["restricted_text"], "Source asks for discretion.");
    // no row that outlives the words holds any of them
    for table in ["ledger_entry", "outbox", "clearance", "trip"] {
        let query = format!(
            "SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%discretion%' \
             OR t::text LIKE '%after dark%'"
        );
        assert_eq!(bench.stage.count(&query).await, 0, "{table}");
    }
    let log = bench.stage.house.close().await;
    let told = log.lines().iter().any(|line| line.to_string().contains("discretion"));
    assert!(!told, "the log tells a restricted text");
}

#[tokio::test]
async fn erased_words_leave_the_chain_whole() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    bench.does(&bench.asc, &id, "deny").await.expect(200);
    let client = bench.stage.house.database().connect().await;
    let erase = "UPDATE evidence SET body = NULL, salt = NULL, erased_at = sc_now()";
    client.execute(erase, &[]).await.unwrap();
    let moved = bench.history(&bench.official, &id).await[1].clone();
    assert_eq!(moved["evidence"], "erased");
    assert_eq!(moved["text_for_traveller"], json!(null));
    assert_eq!(moved["reasons"], json!(["SECURITY_ADVICE"]));
    bench.stage.house.close().await;
}

#[tokio::test]
async fn two_steps_are_two_persons() {
    let bench = Bench::set_with(&[Standing {
        policy: |policy| policy.two_step = true,
        ..Standing::at_level(NAIROBI, 4)
    }])
    .await;
    let id = bench.waiting(20).await;
    let early = bench.does(&bench.asc, &id, "approve").await.expect(409).json();
    assert_eq!(early["code"], "TWO_STEP");
    let against = json!({"advice": "unfavourable", "restricted_text": "Too many at once."});
    let advised = bench.act(&bench.csa, &id, "recommend", &against).await.expect(200).json();
    assert_eq!(advised["state"], "recommended");
    assert_eq!(advised["reason_codes"], json!(["SECURITY_ADVICE"]));
    // advice binds nobody, and is kept
    bench.does(&bench.asc, &id, "approve").await.expect(200);
    let history = bench.history(&bench.official, &id).await;
    assert_eq!(history[1]["advice"], "unfavourable");
    assert_eq!(history[1]["restricted_text"], "Too many at once.");
    assert_eq!(history[2]["seen"]["recommended_by"], json!(bench.csa.id));
    bench.stage.house.close().await;
}

#[tokio::test]
async fn a_decision_on_another_version_is_refused_and_none_is_needed() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    let stale = bench.act_on(&bench.asc, &id, "deny", "\"v7\"").await.expect(412);
    assert_eq!(stale.header("etag"), "\"v1\"");
    bench.act_on(&bench.asc, &id, "escalate", "\"v1\"").await.expect(200);
    bench.act_on(&bench.official, &id, "approve", "*").await.expect(200);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    let path = format!("/v1/approvals/{id}/approve");
    let house = &bench.stage.house;
    house.post(&bench.asc, &path, &json!({})).await.expect(400);
    let first = house.post_once(&bench.asc, &path, "k", &json!({})).await.expect(200);
    let again = house.post_once(&bench.asc, &path, "k", &json!({})).await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    let other = json!({"reason_codes": ["OTHER"]});
    house.post_once(&bench.asc, &path, "k", &other).await.expect(422);
    let late = house.post_once(&bench.asc, &path, "l", &json!({})).await.expect(409).json();
    assert_eq!(late["code"], "ALREADY_DECIDED");
    assert_eq!((&late["by"], &late["state"]), (&json!(bench.asc.id), &json!("approved")));
    assert_eq!(late["at"], first.json()["at"]);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn every_defect_of_a_decision_is_told() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    for (deed, missing) in [
        ("deny", vec!["/reason_codes", "/text_for_traveller"]),
        ("return", vec!["/reason_codes"]),
        ("escalate", vec!["/reason_codes"]),
        ("recommend", vec!["/advice"]),
    ] {
        let told = bench.act(&bench.asc, &id, deed, &json!({})).await.expect(422).faults();
        let told: Vec<_> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(told, missing, "{deed}");
    }
    let body = json!({
        "reason_codes": ["NO_SUCH"], "advice": "favourable",
        "conditions": [{"code": "NO_SUCH"}, {"code": "OTHER", "due_at": "tomorrow"}],
    });
    let told = bench.act(&bench.asc, &id, "approve", &body).await.expect(422).faults();
    let told: Vec<_> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        told,
        [
            "/reason_codes/0",
            "/conditions/0/code",
            "/conditions/1/text",
            "/conditions/1/due_at",
            "/advice"
        ]
    );
    bench.stage.house.close().await;
}

#[tokio::test]
async fn nobody_is_let_into_an_area_that_was_suspended_meanwhile() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    bench.stage.change(&Standing { status: "suspended", ..Standing::at_level(NAIROBI, 4) }).await;
    let refused = bench.does(&bench.asc, &id, "approve").await.expect(409).json();
    assert_eq!(refused["code"], "AREA_SUSPENDED");
    bench.does(&bench.asc, &id, "deny").await.expect(200);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn the_answer_to_an_erp_is_no_until_somebody_says_yes() {
    let bench = Bench::set().await;
    let traveller = bench.stage.person("unicef").await;
    let focal = Someone::person().of_organization(Role::TravelFocalPoint, "unicef");
    let focal = bench.stage.house.caller(focal).await;
    let id = bench.waiting_of(&traveller, 20).await;
    let on = bench.stage.day(21);
    let path = format!("/v1/clearance-status?person={}&on={on}&area={NAIROBI}", traveller.id);
    let asked = async || bench.stage.house.get(&focal, &path).await.expect(200).json();
    assert_eq!(asked().await["answer"], "negative");
    bench.does(&bench.asc, &id, "approve").await.expect(200);
    assert_eq!(asked().await["answer"], "positive");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn one_call_shows_everything_around_an_item() {
    let bench = Bench::set_with(&[Standing {
        policy: |policy| {
            policy.two_step = true;
            policy.ceilings.total = Some(40);
        },
        ..Standing::at_level(NAIROBI, 4)
    }])
    .await;
    let traveller = bench.stage.person("unicef").await;
    let before = bench.waiting_of(&traveller, 40).await;
    let id = bench.waiting_of(&traveller, 20).await;
    bench.does(&bench.csa, &id, "recommend").await.expect(200);
    let path = format!("/v1/approvals/{id}/context");
    let context = bench.stage.house.get(&bench.asc, &path).await.expect(200).json();
    assert_eq!(context["item"]["clearance_id"], json!(id));
    assert_eq!(context["item"]["family_name"], "Tester");
    assert_eq!(context["certificates"][0]["course"], "BSAFE");
    assert_eq!(context["traveller"]["contacts"][0]["kind"], "mobile");
    assert_eq!(context["other_clearances"][0]["clearance_id"], json!(before));
    assert_eq!(context["nights"][0]["ceiling"], 40);
    assert_eq!(context["nights"].as_array().unwrap().len(), 2);
    assert_eq!(context["history"][1]["advice"], "favourable");
    assert_eq!(context["clearance"]["outcomes"][0]["reason"], "AREA_MANUAL");
    bench.stage.house.get(&bench.other_asc, &path).await.expect(404);
    bench.stage.house.get(&traveller, &path).await.expect(404);
    let nobody = format!("/v1/approvals/{}/context", Uuid::now_v7());
    bench.stage.house.get(&bench.asc, &nobody).await.expect(404);
    bench.stage.house.close().await;
}
