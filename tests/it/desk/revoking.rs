//! Taking a yes back.

use serde_json::json;

use super::bench::Bench;
use crate::trips::stage::{NAIROBI, NAKURU, Standing};

#[tokio::test]
async fn the_official_and_headquarters_take_a_yes_back_and_nobody_else() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    bench.does(&bench.asc, &id, "approve").await.expect(200);
    for who in [&bench.asc, &bench.csa] {
        let told = bench.does(who, &id, "revoke").await.expect(403).json();
        assert_eq!(told["rule"], "R-801", "{told}");
        assert!(told["detail"].as_str().unwrap().contains("official alone"), "{told}");
    }
    bench.does(&bench.other_asc, &id, "revoke").await.expect(404);
    let bare = json!({"reason_codes": ["SECURITY_ADVICE"]});
    let told = bench.act(&bench.official, &id, "revoke", &bare).await.expect(422).json();
    assert_eq!(told["errors"][0]["pointer"], "/text_for_traveller", "{told}");
    let done = bench.does(&bench.official, &id, "revoke").await.expect(200).json();
    assert_eq!((&done["state"], &done["capacity"]), (&json!("revoked"), &json!("own")));
    let late = bench.does(&bench.usg, &id, "revoke").await.expect(409).json();
    assert_eq!(
        (&late["code"], &late["by"]),
        (&json!("ALREADY_DECIDED"), &json!(bench.official.id))
    );

    let other = bench.waiting(30).await;
    let early = bench.does(&bench.usg, &other, "revoke").await.expect(409).json();
    assert_eq!(early["code"], "MOVE_NOT_ALLOWED");
    bench.does(&bench.asc, &other, "approve").await.expect(200);
    bench.does(&bench.usg, &other, "revoke").await.expect(200);
    let last = bench.history(&bench.official, &other).await.pop().unwrap();
    assert_eq!(last["reasons"], json!(["SECURITY_ADVICE"]));
    assert_eq!(last["text_for_traveller"], "Not before the elections.");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn a_yes_of_the_rules_is_taken_back_with_its_places() {
    let bench = Bench::set_with(&[
        Standing {
            policy: |policy| policy.ceilings.total = Some(10),
            ..Standing::at_level(NAIROBI, 1)
        },
        Standing::at_level(NAKURU, 4),
    ])
    .await;
    let traveller = bench.stage.person("unicef").await;
    let body = bench.stage.to_nairobi(&traveller, 20, 2);
    let trip = bench.stage.submit(&traveller, &body).await.expect(201).json();
    let clearance = &trip["clearances"][0];
    assert_eq!(clearance["state"], "cleared");
    let taken = "SELECT coalesce(sum(committed), 0)::bigint FROM night_count";
    assert_eq!(bench.stage.count(taken).await, 2);
    let id = clearance["clearance_id"].as_str().unwrap();
    bench.does(&bench.official, id, "revoke").await.expect(200);
    assert_eq!(bench.stage.count(taken).await, 0);
    let trip = trip["trip_id"].as_str().unwrap();
    let view = bench.stage.house.get(&traveller, &format!("/v1/trips/{trip}")).await;
    assert_eq!(view.expect(200).json()["state"], "no_go");
    bench.stage.house.close().await;
}
