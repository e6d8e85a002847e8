//! Leases: taken, held, prolonged, given back, ended by time.

use serde_json::json;

use super::bench::{Bench, ids};

#[tokio::test]
async fn the_next_item_is_the_most_urgent_that_nobody_holds() {
    let bench = Bench::set().await;
    let (late, soon, later) =
        (bench.waiting(40).await, bench.waiting(20).await, bench.waiting(50).await);
    let first = bench.claim_next(&bench.asc, 1).await;
    assert_eq!(first[0]["item"]["clearance_id"], json!(soon));
    assert_eq!(first[0]["item"]["holder"]["person_id"], json!(bench.asc.id));
    let next = bench.claim_next(&bench.asc, 10).await;
    let next: Vec<_> = next.iter().map(|lease| lease["item"]["clearance_id"].clone()).collect();
    assert_eq!(next, [json!(late), json!(later)]);
    assert!(bench.claim_next(&bench.asc, 1).await.is_empty(), "nothing is left");

    let held = bench.stage.house.get(&bench.csa, "/v1/approvals/held?limit=2").await;
    let held = held.expect(200).json();
    assert_eq!(ids(&held).len(), 2);
    assert_eq!(held["items"][0]["holder"], json!(bench.asc.id));
    let cursor = held["next_cursor"].as_str().unwrap();
    let path = format!("/v1/approvals/held?limit=2&cursor={cursor}");
    let rest = bench.stage.house.get(&bench.csa, &path).await.expect(200).json();
    assert_eq!((ids(&rest).len(), &rest["next_cursor"]), (1, &json!(null)));
    bench.stage.house.close().await;
}

#[tokio::test]
async fn what_one_holds_no_other_takes_or_decides() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    let lease = bench.lease(&bench.asc, &id, "claim").await.expect(200).json();
    for refused in [
        bench.lease(&bench.official, &id, "claim").await,
        bench.does(&bench.official, &id, "approve").await,
        bench.does(&bench.official, &id, "deny").await,
    ] {
        let refused = refused.expect(409).json();
        assert_eq!(refused["code"], "HELD");
        assert_eq!(refused["by"], json!(bench.asc.id));
        assert_eq!(refused["at"], lease["claimed_at"]);
        assert_eq!(refused["until"], lease["leased_until"]);
    }
    bench.lease(&bench.official, &id, "renew").await.expect(409);
    bench.lease(&bench.official, &id, "release").await.expect(204);
    let again = bench.lease(&bench.asc, &id, "claim").await.expect(200).json();
    assert_eq!(again["claimed_at"], lease["claimed_at"], "one's own is prolonged");

    bench.lease(&bench.asc, &id, "release").await.expect(204);
    bench.does(&bench.official, &id, "approve").await.expect(200);
    bench.lease(&bench.asc, &id, "claim").await.expect(409);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn a_lease_ends_by_the_databases_clock() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    bench.lease(&bench.asc, &id, "claim").await.expect(200);
    bench.wait_minutes(9).await;
    bench.lease(&bench.official, &id, "claim").await.expect(409);
    bench.lease(&bench.asc, &id, "renew").await.expect(200);
    bench.wait_minutes(18).await;
    bench.lease(&bench.official, &id, "claim").await.expect(409);
    bench.wait_minutes(20).await;
    let held = bench.stage.house.get(&bench.csa, "/v1/approvals/held").await.expect(200).json();
    assert!(ids(&held).is_empty(), "{held}");
    let late = bench.lease(&bench.asc, &id, "renew").await.expect(409).json();
    assert_eq!(late["code"], "NOT_HELD");
    let taken = bench.lease(&bench.official, &id, "claim").await.expect(200).json();
    assert_eq!(taken["item"]["holder"]["person_id"], json!(bench.official.id));
    let refused = bench.does(&bench.asc, &id, "approve").await.expect(409).json();
    assert_eq!(refused["code"], "HELD");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn a_move_ends_the_lease_whoever_made_it() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    bench.lease(&bench.asc, &id, "claim").await.expect(200);
    bench.does(&bench.asc, &id, "escalate").await.expect(200);
    let item = bench.queue(&bench.official, "?can=any").await["items"][0].clone();
    assert_eq!(item["holder"], json!(null));
    bench.does(&bench.official, &id, "approve").await.expect(200);
    assert_eq!(bench.stage.count("SELECT count(*) FROM desk_lease").await, 0);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn nobody_takes_what_they_may_not_decide() {
    let bench = Bench::set().await;
    let own = bench.waiting_of(&bench.stage.person("unicef").await, 20).await;
    // an adviser may advise, once
    bench.does(&bench.csa, &own, "recommend").await.expect(200);
    let refused = bench.lease(&bench.csa, &own, "claim").await.expect(403).json();
    assert_eq!(refused["code"], "NOT_AUTHORIZED");
    bench.lease(&bench.other_asc, &own, "claim").await.expect(404);
    assert!(bench.claim_next(&bench.other_asc, 5).await.is_empty());
    bench.stage.house.close().await;
}
