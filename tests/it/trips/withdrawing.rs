//! Withdrawing a trip.

use reqwest::Method;
use safeconduct::access::Role;

use super::stage::{NAIROBI, Stage, Standing};
use crate::harness::{Answer, Caller, Someone};

pub(super) async fn cancel(
    stage: &Stage,
    caller: &Caller,
    trip: &str,
    key: &str,
    etag: &str,
) -> Answer {
    let path = format!("/v1/trips/{trip}/cancel");
    let request = stage.house.request(caller, Method::POST, &path).header("idempotency-key", key);
    Answer::read(request.header("if-match", etag).send().await.unwrap()).await
}

#[tokio::test]
async fn a_withdrawn_trip_gives_its_places_back() {
    let stage = Stage::set(&[Standing {
        policy: |policy| policy.ceilings.total = Some(1),
        ..Standing::at_level(NAIROBI, 1)
    }])
    .await;
    let (first, second) = (stage.person("unicef").await, stage.person("unicef").await);
    let trip = stage.submit(&first, &stage.to_nairobi(&first, 20, 2)).await.expect(201).json();
    assert_eq!(trip["clearances"][0]["state"], "cleared");
    let waits = stage.submit(&second, &stage.to_nairobi(&second, 20, 2)).await.expect(201).json();
    assert_eq!(waits["clearances"][0]["state"], "pending_review");

    let id = trip["trip_id"].as_str().unwrap();
    let bare = stage.house.request(&first, Method::POST, &format!("/v1/trips/{id}/cancel"));
    let bare = bare.header("idempotency-key", "c").send().await.unwrap();
    assert_eq!(bare.status(), 428);
    cancel(&stage, &first, id, "c", "\"v7\"").await.expect(412);
    cancel(&stage, &second, id, "c", "\"v1\"").await.expect(404);
    let done = cancel(&stage, &first, id, "c", "\"v1\"").await.expect(200);
    assert_eq!(done.json()["state"], "cancelled");
    assert_eq!(done.json()["clearances"][0]["state"], "cancelled");
    let again = cancel(&stage, &first, id, "c", "\"v1\"").await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &done.text));
    let stored = stage.house.get(&first, &format!("/v1/trips/{id}")).await.expect(200);
    assert_eq!(stored.header("etag"), done.header("etag"), "the tag of the answer is the trip's");
    assert_eq!(stored.json()["state"], "cancelled");
    cancel(&stage, &first, id, "d", stored.header("etag")).await.expect(409);

    let third = stage.person("unicef").await;
    let fits = stage.submit(&third, &stage.to_nairobi(&third, 20, 2)).await.expect(201).json();
    assert_eq!(fits["clearances"][0]["state"], "cleared", "the place is free again");
    stage.house.close().await;
}

#[tokio::test]
async fn a_withdrawn_trip_blocks_no_other() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 2);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let erp = stage.erp("unicef").await;
    let reference = trip["reference"].as_str().unwrap();
    cancel(&stage, &erp, reference, "c", "*").await.expect(200);
    stage.submit(&traveller, &body).await.expect(201);
    stage.house.close().await;
}

#[tokio::test]
async fn who_only_sees_a_trip_cannot_withdraw_it() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 2);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let officer = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
    let officer = stage.house.caller(officer).await;
    let id = trip["trip_id"].as_str().unwrap();
    stage.house.get(&officer, &format!("/v1/trips/{id}")).await.expect(200);
    cancel(&stage, &officer, id, "c", "\"v1\"").await.expect(404);
    stage.house.close().await;
}
