//! The queue: order, filters, pages, counts, what may be done.

use serde_json::json;

use super::bench::{Bench, ids};
use crate::trips::stage::{NAIROBI, NAKURU, Standing};

#[tokio::test]
async fn the_most_urgent_comes_first_and_pages_stand_still() {
    let bench = Bench::set().await;
    let mut expected = Vec::new();
    for ahead in [31, 24, 45, 20, 28] {
        expected.push((ahead, bench.waiting(ahead).await));
    }
    expected.sort();
    let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();
    let whole = bench.queue(&bench.asc, "").await;
    assert_eq!(ids(&whole), expected);
    assert_eq!(whole["next_cursor"], json!(null));
    assert_eq!(whole["counts"], json!([{"state": "pending_review", "items": 5}]));
    assert!(whole["oldest_age_seconds"].as_i64().unwrap() >= 0, "{whole}");

    let first = bench.queue(&bench.asc, "?limit=2").await;
    assert_eq!(ids(&first), expected[..2]);
    // what is decided meanwhile moves no page
    bench.does(&bench.asc, &expected[0], "approve").await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = bench.queue(&bench.asc, &format!("?limit=2&cursor={cursor}")).await;
    assert_eq!(ids(&second), expected[2..4]);
    let cursor = second["next_cursor"].as_str().unwrap();
    let third = bench.queue(&bench.asc, &format!("?limit=2&cursor={cursor}")).await;
    assert_eq!(ids(&third), expected[4..]);
    assert_eq!(third["next_cursor"], json!(null));
    bench.stage.house.close().await;
}

#[tokio::test]
async fn a_queue_is_filtered_by_area_state_and_person() {
    let bench = Bench::set().await;
    let traveller = bench.stage.person("unicef").await;
    let body = bench.stage.example(&traveller, 20);
    let trip = bench.stage.submit(&traveller, &body).await.expect(201).json();
    let in_nakuru = trip["clearances"].as_array().unwrap();
    let in_nakuru = in_nakuru.iter().find(|one| one["area_id"] == NAKURU).unwrap();
    let in_nakuru = in_nakuru["clearance_id"].as_str().unwrap();
    let other = bench.waiting(40).await;

    let all = bench.queue(&bench.csa, "?can=any").await;
    assert_eq!(ids(&all).len(), 4, "three stays of one trip, and the other: {all}");
    let nakuru = bench.queue(&bench.csa, &format!("?can=any&area={NAKURU}")).await;
    assert_eq!(ids(&nakuru), [in_nakuru]);
    let of_person = bench.queue(&bench.csa, &format!("?can=any&person={}", traveller.id)).await;
    assert_eq!(ids(&of_person).len(), 3);
    bench.does(&bench.asc, &other, "escalate").await.expect(200);
    let escalated = bench.queue(&bench.csa, "?can=any&state=escalated").await;
    assert_eq!(ids(&escalated), [other.as_str()]);
    assert!(ids(&bench.queue(&bench.asc, &format!("?area={NAKURU}")).await).is_empty());
    let house = &bench.stage.house;
    house.get(&bench.asc, "/v1/approvals?state=denied").await.expect(422);
    house.get(&bench.asc, "/v1/approvals?can=all").await.expect(422);
    house.get(&traveller, "/v1/approvals").await.expect(403);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn each_item_tells_what_the_caller_may_do() {
    let bench = Bench::set_with(&[Standing {
        policy: |policy| policy.two_step = true,
        ..Standing::at_level(NAIROBI, 4)
    }])
    .await;
    let id = bench.waiting(20).await;
    let actions = |items: serde_json::Value| items["items"][0]["actions"].clone();
    assert_eq!(
        actions(bench.queue(&bench.asc, "").await),
        json!(["deny", "return", "escalate"]),
        "no yes before an adviser has spoken"
    );
    assert_eq!(actions(bench.queue(&bench.csa, "").await), json!(["recommend"]));
    assert!(ids(&bench.queue(&bench.other_asc, "?can=any").await).is_empty());

    bench.does(&bench.csa, &id, "recommend").await.expect(200);
    let after = bench.queue(&bench.asc, "").await;
    assert_eq!(after["items"][0]["recommended_by"], json!(bench.csa.id));
    assert_eq!(actions(after), json!(["approve", "deny", "return", "escalate"]));
    assert!(ids(&bench.queue(&bench.csa, "").await).is_empty(), "nothing is left to advise");

    bench.lease(&bench.asc, &id, "claim").await.expect(200);
    assert!(ids(&bench.queue(&bench.official, "").await).is_empty(), "another holds it");
    let any = bench.queue(&bench.official, "?can=any").await;
    assert_eq!(any["items"][0]["holder"]["person_id"], json!(bench.asc.id));
    assert_eq!(any["items"][0]["actions"], json!([]));
    bench.stage.house.close().await;
}

#[tokio::test]
async fn what_is_passed_up_is_shown_to_the_next() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    bench.does(&bench.asc, &id, "escalate").await.expect(200);
    let item = bench.queue(&bench.official, "").await["items"][0].clone();
    assert_eq!(item["state"], "escalated");
    assert_eq!(item["decider"], "designated_official");
    let taken = bench.claim_next(&bench.official, 1).await;
    assert_eq!(taken[0]["item"]["clearance_id"], json!(id));
    // the coordinator passed it on: it is no longer the coordinator's to decide
    let refused = bench.does(&bench.asc, &id, "approve").await.expect(403).json();
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("NOT_AUTHORIZED"), &json!("R-802")));
    bench.does(&bench.official, &id, "approve").await.expect(200);
    bench.stage.house.close().await;
}
