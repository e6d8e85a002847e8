//! Who is inside an area.

use safeconduct::access::Role;
use serde_json::{Value, json};

use super::reports::{arrive_plus, cleared, report, stage};
use crate::harness::{Caller, Someone};
use crate::trips::stage::{NAIROBI, NAKURU, Stage};

async fn inside(stage: &Stage, caller: &Caller) -> Vec<Value> {
    let path = format!("/v1/areas/{NAIROBI}/inside?limit=1");
    let mut page = stage.house.get(caller, &path).await.expect(200).json();
    let mut items = page["items"].as_array().unwrap().clone();
    while let Some(cursor) = page["next_cursor"].as_str() {
        let next = format!("{path}&cursor={cursor}");
        page = stage.house.get(caller, &next).await.expect(200).json();
        items.extend(page["items"].as_array().unwrap().clone());
    }
    items
}

fn people(items: &[Value]) -> Vec<&str> {
    let mut people: Vec<&str> =
        items.iter().map(|one| one["person_id"].as_str().unwrap()).collect();
    people.sort_unstable();
    people
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_is_who_arrived_or_whose_stay_has_begun_and_who_has_not_left() {
    let stage = stage().await;
    let office = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
    let mut office = stage.house.caller(office).await;
    let mut cast = Vec::new();
    for ahead in [10, 10, 10, 11] {
        let traveller = stage.person("unicef").await;
        let clearance = cleared(&stage, &traveller, ahead).await;
        cast.push((traveller, clearance));
    }
    assert!(inside(&stage, &office).await.is_empty());

    let mut callers: Vec<&mut Caller> = cast.iter_mut().map(|(caller, _)| caller).collect();
    callers.push(&mut office);
    arrive_plus(&stage, &mut callers, 10, 1).await;
    let ids: Vec<String> = cast.iter().map(|(caller, _)| caller.id.to_string()).collect();
    let empty = json!({});
    // the first says so, the second is expected, the third has left again, the fourth came early
    report(&stage, &cast[0].0, &cast[0].1, "arrive", &empty).await.expect(200);
    report(&stage, &cast[2].0, &cast[2].1, "depart", &empty).await.expect(200);
    report(&stage, &cast[3].0, &cast[3].1, "arrive", &empty).await.expect(200);
    let there = inside(&stage, &office).await;
    let mut expected = vec![ids[0].as_str(), &ids[1], &ids[3]];
    expected.sort_unstable();
    assert_eq!(people(&there), expected);
    for one in &there {
        let confirmed = one["person_id"] != ids[1];
        assert_eq!(one["arrived_at"].is_string(), confirmed, "{one}");
        assert_eq!(one["overstays"], false);
    }

    // two days after the stays, who never said a word is gone, and who arrived should have left
    let mut callers: Vec<&mut Caller> = cast.iter_mut().map(|(caller, _)| caller).collect();
    callers.push(&mut office);
    arrive_plus(&stage, &mut callers, 10, 24 * 4 + 12).await;
    let there = inside(&stage, &office).await;
    let mut expected = vec![ids[0].as_str(), &ids[3]];
    expected.sort_unstable();
    assert_eq!(people(&there), expected);
    assert!(there.iter().all(|one| one["overstays"] == true), "{there:?}");

    let elsewhere = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAKURU]);
    let elsewhere = stage.house.caller(elsewhere).await;
    let path = format!("/v1/areas/{NAIROBI}/inside");
    stage.house.get(&elsewhere, &path).await.expect(403);
    stage.house.get(&office, "/v1/areas/NOWHERE/inside").await.expect(404);
    stage.house.close().await;
}
