//! Each webhook is told what its owner may see at the time of delivery, and nothing else.

use std::collections::BTreeSet;

use safeconduct::access::Role;
use serde_json::json;

use super::outbox::{Batch, numbered};
use super::receiver::{Receiver, Reply, eager};
use crate::harness::{House, Someone, TestDatabase};
use crate::record::fixture::furnish;

fn seqs(receiver: &Receiver) -> BTreeSet<i64> {
    receiver.taken().into_iter().map(|message| message.seq).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organization_and_personal_travel_are_never_told() {
    let house = House::start_on(TestDatabase::create().await, eager).await;
    let client = house.database().connect().await;
    furnish(&client, 5, 1).await;
    client.batch_execute("UPDATE area SET iso2 = 'KE' WHERE area_id = 'AAA-2'").await.unwrap();
    let owners = [
        Someone::client("org").of_organization(Role::ErpClient, "org"),
        Someone::client("two").of_organization(Role::ErpClient, "two"),
        Someone::person().of_areas(Role::AreaSecurityCoordinator, &["AAA-3"]),
        Someone::person().of_countries(Role::SecurityAdviser, &["KE"]),
        Someone::person().holding(Role::Usg),
    ];
    let mut receivers = Vec::new();
    for owner in owners {
        let caller = house.caller(owner).await;
        let receiver = Receiver::start();
        receiver.register(&house, &caller, json!({})).await;
        receivers.push(receiver);
    }
    let narrow = Receiver::start();
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    narrow.register(&house, &erp, json!({"kinds": ["clearance.denied"]})).await;

    let one = Batch::of(1);
    one.write(&client).await; // 1: org, AAA-1
    Batch { first_trip: 2, organization: "two", area: "AAA-2", ..one }.write(&client).await; // 2
    Batch { first_trip: 3, area: "AAA-3", personal: true, ..one }.write(&client).await; // 3
    let both = Batch { first_trip: 4, area: "AAA-3", kind: "clearance.denied", ..one };
    both.write(&client).await; // 4
    assert_eq!(numbered(&client).await, 4);
    let expected: [&[i64]; 5] = [&[1, 4], &[2], &[3, 4], &[2], &[1, 2, 3, 4]];
    for (receiver, expected) in receivers.iter().zip(expected) {
        receiver.has_taken(expected.len()).await;
    }
    narrow.has_taken(1).await;
    // every position has passed everything, so what was not told will not be
    let past = "SELECT count(*) FROM webhook WHERE position < 4 OR EXISTS (
                    SELECT 1 FROM webhook_delivery AS d WHERE d.state = 'waiting')";
    while client.query_one(past, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::task::yield_now().await;
    }
    for (receiver, expected) in receivers.iter().zip(expected) {
        assert_eq!(seqs(receiver), expected.iter().copied().collect());
    }
    assert_eq!(seqs(&narrow), BTreeSet::from([4]));
    house.close().await;
    for receiver in receivers {
        receiver.stop().await;
    }
    narrow.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_withheld_once_its_owner_may_not_see_it() {
    let house = House::start_on(TestDatabase::create().await, eager).await;
    let client = house.database().connect().await;
    furnish(&client, 5, 1).await;
    let role = Role::AreaSecurityCoordinator;
    let two = Someone::person().of_areas(role, &["AAA-1"]).of_areas(role, &["AAA-3"]);
    let asc = house.caller(two).await;
    let receiver = Receiver::start();
    let webhook = receiver.register(&house, &asc, json!({})).await;
    let path = format!("/v1/webhooks/{}", webhook["webhook_id"].as_str().unwrap());
    receiver.behave(|_| Reply::Status(503));
    Batch { area: "AAA-3", ..Batch::of(1) }.write(&client).await;
    receiver.heard(1).await;

    let end = "UPDATE appointment SET revoked_at = sc_now() WHERE person_id = $1 AND area_ids = $2";
    client.execute(end, &[&asc.id, &vec!["AAA-3"]]).await.unwrap();
    house.running().parts.identity.authority().refresh().await.unwrap();
    let first = "00000000-0000-0000-0000-000000000001";
    receiver.behave(move |envelope| {
        Reply::Status(if envelope["data"]["trip_id"] == first { 503 } else { 204 })
    });
    Batch { first_trip: 2, ..Batch::of(1) }.write(&client).await;
    receiver.has_taken(1).await;
    let stands = |state: &str| format!("{path}/deliveries?state={state}");
    loop {
        let withheld = house.get(&asc, &stands("withheld")).await.expect(200).json();
        if withheld["items"][0]["seq"] == 1 {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(seqs(&receiver), BTreeSet::from([2]));

    // and with nothing left to see the webhook is disabled
    client.execute(end, &[&asc.id, &vec!["AAA-1"]]).await.unwrap();
    house.running().parts.identity.authority().refresh().await.unwrap();
    house.get(&asc, &path).await.expect(404);
    Batch { first_trip: 3, ..Batch::of(1) }.write(&client).await;
    let reason = "SELECT coalesce(disabled_reason, '') FROM webhook";
    while client.query_one(reason, &[]).await.unwrap().get::<_, String>(0) != "not_permitted" {
        tokio::task::yield_now().await;
    }
    assert_eq!(seqs(&receiver), BTreeSet::from([2]));
    house.close().await;
    receiver.stop().await;
}
