//! Who may not: each refusal by its rule.

use jiff::SignedDuration;
use safeconduct::access::Role;
use serde_json::json;
use uuid::Uuid;

use super::bench::Bench;
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, NAKURU, Standing};

/// How a delegation runs: from and to, in hours from now.
type Hours = (i64, i64);

/// A delegation of the official's power in an area to somebody, for low and medium risk.
pub(super) async fn delegated(bench: &Bench, to: &Caller, area: &str, hours: Hours) -> Uuid {
    let client = bench.stage.house.database().connect().await;
    let given_from: Uuid = client
        .query_one(
            "SELECT appointment_id FROM appointment WHERE person_id = $1",
            &[&bench.official.id],
        )
        .await
        .unwrap()
        .get(0);
    let id = Uuid::now_v7();
    let now = bench.stage.house.now();
    let at = |hours| now + SignedDuration::from_hours(hours);
    client
        .execute(
            "INSERT INTO delegation (delegation_id, delegator_id, given_from, delegate_person_id, \
             area_ids, risk_bands, letter_ref, valid_from, valid_to) \
             VALUES ($1, $2, $3, $4, ARRAY[$5], '{low,medium}', 'test', $6, $7)",
            &[&id, &bench.official.id, &given_from, &to.id, &area, &at(hours.0), &at(hours.1)],
        )
        .await
        .unwrap();
    client
        .execute(
            "UPDATE appointment SET valid_from = valid_from - interval '30 days' \
             WHERE appointment_id = $1",
            &[&given_from],
        )
        .await
        .unwrap();
    bench.stage.house.running().parts.identity.authority().refresh().await.unwrap();
    id
}

/// Nairobi's official keeps the word to themselves.
pub(super) async fn the_officials_own() -> Bench {
    Bench::set_with(&[
        Standing {
            policy: |policy| policy.approver_chain = vec![Role::DesignatedOfficial],
            ..Standing::at_level(NAIROBI, 4)
        },
        Standing::at_level(NAKURU, 4),
    ])
    .await
}

#[track_caller]
fn refused(answer: Answer, rule: &str, word: &str) {
    let told = answer.expect(403).json();
    assert_eq!((&told["code"], &told["rule"]), (&json!("NOT_AUTHORIZED"), &json!(rule)), "{told}");
    assert!(told["detail"].as_str().unwrap().contains(word), "{told}");
}

/// Gives somebody a row of their own, so that they may travel.
async fn travels(bench: &Bench, who: &Caller) {
    bench.stage.write_person(who.id, "unicef", None).await;
}

#[tokio::test]
async fn a_delegation_that_ended_yesterday_gives_nothing() {
    let bench = the_officials_own().await;
    let id = bench.waiting(20).await;
    let ended = delegated(&bench, &bench.asc, NAIROBI, (-48, -24)).await;
    let body = json!({"delegation_id": ended});
    refused(bench.act(&bench.asc, &id, "approve", &body).await, "R-803", "ended at");
    refused(bench.does(&bench.asc, &id, "approve").await, "R-803", "ended at");
    let running = delegated(&bench, &bench.asc, NAIROBI, (-24, 24)).await;
    let body = json!({"delegation_id": running});
    let done = bench.act(&bench.asc, &id, "approve", &body).await.expect(200).json();
    assert_eq!(done["capacity"], json!(format!("delegation:{running}")));
    bench.stage.house.close().await;
}

#[tokio::test]
async fn a_delegation_that_is_taken_back_while_it_is_used_gives_nothing() {
    let bench = the_officials_own().await;
    let id = bench.waiting(20).await;
    let running = delegated(&bench, &bench.asc, NAIROBI, (-24, 24)).await;
    // the service has not heard of it yet: the commit asks the database
    let client = bench.stage.house.database().connect().await;
    client.batch_execute("ALTER TABLE delegation DISABLE TRIGGER USER").await.unwrap();
    let end = "UPDATE delegation SET valid_to = sc_now() WHERE delegation_id = $1";
    client.execute(end, &[&running]).await.unwrap();
    refused(bench.does(&bench.asc, &id, "approve").await, "R-803", "not in force");
    assert_eq!(bench.clearance(&bench.official, &id).await["state"], "pending_review");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn nobody_decides_their_own_trip() {
    let bench = Bench::set().await;
    travels(&bench, &bench.asc).await;
    let id = bench.waiting_of(&bench.asc, 20).await;
    for deed in ["approve", "deny", "return", "escalate"] {
        refused(bench.does(&bench.asc, &id, deed).await, "R-804", "their own trip");
    }
    assert!(bench.claim_next(&bench.asc, 1).await.is_empty());
    bench.does(&bench.official, &id, "approve").await.expect(200);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn nobody_decides_a_trip_they_asked_for() {
    let bench = Bench::set().await;
    let focal = Someone::person()
        .of_areas(Role::AreaSecurityCoordinator, &[NAIROBI])
        .of_organization(Role::TravelFocalPoint, "unicef");
    let focal = bench.stage.house.caller(focal).await;
    let traveller = bench.stage.person("unicef").await;
    let body = bench.stage.to_nairobi(&traveller, 20, 2);
    let trip = bench.stage.submit(&focal, &body).await.expect(201).json();
    let id = trip["clearances"][0]["clearance_id"].as_str().unwrap();
    refused(bench.does(&focal, id, "approve").await, "R-804", "asked for");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn nobody_decides_their_spouses_trip() {
    let bench = Bench::set().await;
    travels(&bench, &bench.asc).await;
    let spouse = bench.stage.person("unicef").await;
    let client = bench.stage.house.database().connect().await;
    let marry =
        "UPDATE person SET sponsor_person_id = $1, relation = 'spouse' WHERE person_id = $2";
    client.execute(marry, &[&bench.asc.id, &spouse.id]).await.unwrap();
    let id = bench.waiting_of(&spouse, 20).await;
    refused(bench.does(&bench.asc, &id, "approve").await, "R-804", "spouse");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn another_areas_coordinator_decides_nothing_there() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    bench.does(&bench.other_asc, &id, "approve").await.expect(404);
    // who sees the trip for another reason is told by name
    let both = Someone::person()
        .of_areas(Role::AreaSecurityCoordinator, &[NAKURU])
        .of_organization(Role::TravelFocalPoint, "unicef");
    let both = bench.stage.house.caller(both).await;
    refused(bench.does(&both, &id, "approve").await, "R-802", "other areas");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn a_higher_band_is_not_the_coordinators() {
    let bench = Bench::set().await;
    let client = bench.stage.house.database().connect().await;
    let raise = "UPDATE area_state SET risk_band = 'high' WHERE area_id = $1";
    client.execute(raise, &[&NAIROBI]).await.unwrap();
    bench.stage.change(&Standing::at_level(NAIROBI, 4)).await;
    let id = bench.waiting(20).await;
    bench.does(&bench.csa, &id, "recommend").await.expect(200);
    refused(bench.does(&bench.asc, &id, "approve").await, "R-803", "high risk");
    let running = delegated(&bench, &bench.asc, NAIROBI, (-24, 24)).await;
    let body = json!({"delegation_id": running});
    refused(bench.act(&bench.asc, &id, "approve", &body).await, "R-803", "does not reach");
    bench.does(&bench.official, &id, "approve").await.expect(200);
    bench.stage.house.close().await;
}
