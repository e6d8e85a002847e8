//! Acceptance tests of the field that the desk answers for (domain.md, appendix 3).

use safeconduct::access::Role;
use serde_json::json;

use super::bench::Bench;
use super::refusals::{delegated, the_officials_own};
use crate::harness::Someone;
use crate::trips::stage::{NAIROBI, NAKURU, Standing};

/// 1. Two-area trip, one automatic, one manual: the first clears at once, the second waits, the ERP
/// answer is "no" with both shown.
#[tokio::test]
async fn acceptance_01_one_area_clears_at_once_and_the_other_waits() {
    let bench = Bench::set_with(&[Standing::at_level(NAKURU, 4)]).await;
    let traveller = bench.stage.person("unicef").await;
    let erp = bench.stage.erp("unicef").await;
    let body = bench.stage.example(&traveller, 20);
    let trip = bench.stage.submit(&erp, &body).await.expect(201).json();
    let state_in = |area: &str| {
        let clearances = trip["clearances"].as_array().unwrap();
        clearances.iter().find(|one| one["area_id"] == area).unwrap()["state"].clone()
    };
    assert_eq!((state_in(NAIROBI), state_in(NAKURU)), (json!("cleared"), json!("pending_review")));
    assert_eq!(trip["state"], "in_progress");

    let on = bench.stage.day(20);
    let path = format!("/v1/clearance-status?person={}&on={on}", traveller.id);
    let ask = async || bench.stage.house.get(&erp, &path).await.expect(200).json();
    let answer = ask().await;
    assert_eq!(answer["answer"], "negative");
    let shown = answer["trips"][0]["clearances"].as_array().unwrap().clone();
    let states: Vec<_> = shown.iter().map(|one| (&one["area_id"], &one["state"])).collect();
    assert!(states.contains(&(&json!(NAIROBI), &json!("cleared"))), "{states:?}");
    assert!(states.contains(&(&json!(NAKURU), &json!("pending_review"))), "{states:?}");

    // persons say yes to what waits, the way back included, and the answer is yes
    for one in shown.iter().filter(|one| one["state"] == "pending_review") {
        let who = if one["area_id"] == NAKURU { &bench.other_asc } else { &bench.asc };
        bench.does(who, one["clearance_id"].as_str().unwrap(), "approve").await.expect(200);
    }
    let answer = ask().await;
    assert_eq!(answer["answer"], "positive", "{answer}");
    bench.stage.house.close().await;
}

/// 6. ASC approves under a delegation that ended yesterday: refused; approves own trip: refused.
#[tokio::test]
async fn acceptance_06_an_ended_delegation_and_the_own_trip_are_refused() {
    let bench = the_officials_own().await;
    let id = bench.waiting(20).await;
    let ended = delegated(&bench, &bench.asc, NAIROBI, (-48, -24)).await;
    let body = json!({"delegation_id": ended});
    let refused = bench.act(&bench.asc, &id, "approve", &body).await.expect(403).json();
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("NOT_AUTHORIZED"), &json!("R-803")));

    // even with power over the area, the own trip is for somebody else
    let running = delegated(&bench, &bench.asc, NAIROBI, (-24, 24)).await;
    bench.stage.write_person(bench.asc.id, "unicef", None).await;
    let own = bench.waiting_of(&bench.asc, 30).await;
    let body = json!({"delegation_id": running});
    let refused = bench.act(&bench.asc, &own, "approve", &body).await.expect(403).json();
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("NOT_AUTHORIZED"), &json!("R-804")));
    for one in [&id, &own] {
        let state = bench.clearance(&bench.official, one).await["state"].clone();
        assert_eq!(state, "pending_review", "nothing was positive without a power");
    }
    let erp = Someone::client("unicef").of_organization(Role::ErpClient, "unicef");
    let erp = bench.stage.house.caller(erp).await;
    bench.does(&erp, &id, "approve").await.expect(404);
    bench.stage.house.close().await;
}
