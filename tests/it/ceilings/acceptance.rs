//! Acceptance test of the field that ceilings answer for (domain.md, appendix 3).

use futures_util::future::join_all;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::recount;
use super::waiting::{first_state, stage};
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, Stage, Standing};

async fn approve(stage: &Stage, who: &Caller, trip: &Value) -> Answer {
    let id = trip["clearances"][0]["clearance_id"].as_str().unwrap();
    let path = format!("/v1/approvals/{id}/approve");
    stage.house.post_once(who, &path, id, &json!({})).await
}

async fn submit_all(stage: &Stage, count: usize) -> Vec<Value> {
    let mut travellers = Vec::new();
    for _ in 0..count {
        travellers.push(stage.person("unicef").await);
    }
    let bodies: Vec<Value> = travellers.iter().map(|one| stage.to_nairobi(one, 20, 2)).collect();
    let requests = travellers.iter().zip(&bodies).map(|(one, body)| stage.submit(one, body));
    join_all(requests).await.into_iter().map(|answer| answer.expect(201).json()).collect()
}

/// 4. Ceiling 100, 99 approved, two approvals at once: one passes, one is told why.
#[tokio::test(flavor = "multi_thread")]
async fn acceptance_04_two_approvals_at_once_for_the_last_place() {
    let stage = stage(|policy| policy.ceilings.total = Some(100)).await;
    let inside = submit_all(&stage, 99).await;
    assert!(inside.iter().all(|trip| first_state(trip) == "cleared"));
    // from here on a person decides
    stage
        .change(&Standing {
            policy: |policy| policy.ceilings.total = Some(100),
            ..Standing::at_level(NAIROBI, 4)
        })
        .await;
    let two = submit_all(&stage, 2).await;
    assert!(two.iter().all(|trip| first_state(trip) == "pending_review"));
    let mut deciders = Vec::new();
    for _ in 0..2 {
        let of = Role::AreaSecurityCoordinator;
        let someone = Someone::person().of_areas(of, &[NAIROBI]);
        deciders.push(stage.house.caller(someone).await);
    }
    let (one, other) = tokio::join!(
        approve(&stage, &deciders[0], &two[0]),
        approve(&stage, &deciders[1], &two[1])
    );
    let (passed, refused) = if one.status == 200 { (one, other) } else { (other, one) };
    passed.expect(200);
    let told = refused.expect(409).json();
    assert_eq!(told["code"], "CEILING_FULL");
    let nights = told["nights"].to_string();
    for night in [stage.day(20), stage.day(21)] {
        assert!(nights.contains(&night.to_string()), "{told}");
    }
    assert_eq!(stage.count("SELECT max(committed)::bigint FROM night_count").await, 100);
    assert_eq!(stage.count("SELECT count(*) FROM clearance WHERE state = 'approved'").await, 1);
    recount(&stage.house.database().connect().await).await;
    stage.house.close().await;
}
