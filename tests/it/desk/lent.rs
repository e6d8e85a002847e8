//! A delegation by name suffices: its holder needs no post, and hears of its end by name.

use safeconduct::access::Role;
use serde_json::json;

use super::bench::{Bench, ids};
use super::refusals::delegated;
use crate::harness::Someone;
use crate::trips::stage::NAIROBI;

#[tokio::test]
async fn whoever_was_lent_power_by_name_works_without_a_post() {
    let bench = Bench::set().await;
    let plain = bench.stage.person("unicef").await;
    bench.stage.house.get(&plain, "/v1/approvals").await.expect(403);
    let (first, second) = (bench.waiting(20).await, bench.waiting(30).await);
    bench.does(&plain, &first, "approve").await.expect(404);
    let lent = delegated(&bench, &plain, NAIROBI, (-24, 24)).await;
    let queue = bench.queue(&plain, "?limit=50").await;
    assert_eq!(ids(&queue), [first.as_str(), second.as_str()]);
    let taken = bench.claim_next(&plain, 1).await;
    assert_eq!(taken[0]["item"]["clearance_id"], json!(first));
    let done = bench.does(&plain, &first, "approve").await.expect(200).json();
    assert_eq!(done["capacity"], json!(format!("delegation:{lent}")));
    assert_eq!(bench.clearance(&plain, &second).await["area_id"], NAIROBI);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn what_a_delegate_passes_up_is_not_offered_to_them_again() {
    let bench = Bench::set().await;
    let plain = bench.stage.person("unicef").await;
    delegated(&bench, &plain, NAIROBI, (-24, 24)).await;
    let id = bench.waiting(20).await;
    assert_eq!(bench.claim_next(&plain, 5).await.len(), 1);
    bench.does(&plain, &id, "escalate").await.expect(200);
    assert_eq!(bench.clearance(&plain, &id).await["state"], "escalated");
    assert!(bench.claim_next(&plain, 5).await.is_empty(), "it came back to who passed it up");
    bench.does(&bench.official, &id, "approve").await.expect(200);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn the_end_is_told_by_its_rule_though_the_area_is_out_of_sight() {
    let bench = Bench::set().await;
    let plain = bench.stage.person("unicef").await;
    let id = bench.waiting(20).await;
    delegated(&bench, &plain, NAIROBI, (-48, -24)).await;
    for answer in [
        bench.does(&plain, &id, "approve").await,
        bench.does(&plain, &id, "deny").await,
        bench.lease(&plain, &id, "claim").await,
    ] {
        let told = answer.expect(403).json();
        assert_eq!((&told["code"], &told["rule"]), (&json!("NOT_AUTHORIZED"), &json!("R-803")));
        assert!(told["detail"].as_str().unwrap().contains("ended at"), "{told}");
    }
    assert_eq!(bench.queue(&plain, "").await["items"], json!([]));
    assert!(bench.claim_next(&plain, 5).await.is_empty());
    bench.stage.house.get(&plain, "/v1/approvals/stream?wait=false").await.expect(403);
    // what it was never for stays out of sight
    let nakuru = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["UGA-3300"]);
    let nakuru = bench.stage.house.caller(nakuru).await;
    bench.does(&nakuru, &id, "approve").await.expect(404);
    bench.stage.house.close().await;
}
