//! The feed over HTTP: in order, by scope, nothing personal to an organization.

use safeconduct::access::Role;
use safeconduct::model::ClearanceState;
use serde_json::Value;

use super::fixture::{Draft, Stay, furnish};
use crate::harness::{Caller, House, Someone};

async fn events(house: &House, caller: &Caller, query: &str) -> (Vec<(i64, Value)>, i64) {
    let body = house.get(caller, &format!("/v1/events{query}")).await.expect(200).json();
    let items = body["items"].as_array().unwrap().iter();
    let items = items.map(|item| (item["seq"].as_i64().unwrap(), item["event"].clone())).collect();
    (items, body["next_after"].as_i64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_subscriber_hears_of_its_own() {
    let house = House::start().await;
    let client = house.database().connect().await;
    furnish(&client, 20, 100).await;
    client.batch_execute("UPDATE area SET iso2 = 'KE' WHERE area_id = 'AAA-2'").await.unwrap();
    let recorder = &house.running().parts.recorder;
    for n in 1..=10 {
        let stays = [Stay::new(n, 1, 10, 2), Stay::new(n, 2, 12, 2)];
        recorder.commit(Draft::of(stays).record()).await.unwrap();
    }
    let private = Stay::new(50, 3, 10, 2).state(ClearanceState::Notified);
    recorder.commit(Draft::of([private]).personal().record()).await.unwrap();
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    while events(&house, &usg, "?limit=200").await.0.len() < 32 {
        tokio::task::yield_now().await;
    }

    let (all, next) = events(&house, &usg, "?limit=200").await;
    let numbers: Vec<i64> = all.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, (1..=32).collect::<Vec<_>>());
    assert_eq!(next, 32);

    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let (own, next) = events(&house, &erp, "?limit=200").await;
    assert_eq!((own.len(), next), (30, 32));
    assert!(own.iter().all(|(_, event)| event["personal"] == false));
    let other = house.caller(Someone::client("two").of_organization(Role::ErpClient, "two")).await;
    assert_eq!(events(&house, &other, "").await, (vec![], 32));

    let asc =
        house.caller(Someone::person().of_areas(Role::AreaSecurityCoordinator, &["AAA-3"])).await;
    let (area, _) = events(&house, &asc, "").await;
    let kinds: Vec<&str> = area.iter().map(|(_, event)| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["trip.submitted", "clearance.notified"]);
    let csa = house.caller(Someone::person().of_countries(Role::SecurityAdviser, &["KE"])).await;
    let (country, _) = events(&house, &csa, "?limit=200").await;
    assert_eq!(country.len(), 20);

    // in pieces, from anywhere
    let mut pieces = Vec::new();
    let mut after = 0;
    while after < 32 {
        let (piece, next) = events(&house, &erp, &format!("?after={after}&limit=7")).await;
        pieces.extend(piece);
        after = next;
    }
    assert_eq!(pieces, own);

    let traveller = house.caller(Someone::person()).await;
    house.get(&traveller, "/v1/events").await.expect(403);
    let wrong = house.get(&erp, "/v1/events?after=-1&limit=500&x=1").await.expect(422);
    assert_eq!(wrong.faults().len(), 3);
    drop(client);
    house.close().await;
}
