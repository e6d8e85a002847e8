//! Fences over the areas: where and when they stand, what one change over several areas brings, and
//! what becomes of those that are long past.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::Method;
use safeconduct::access::Role;
use safeconduct::atlas::rectangle;
use safeconduct::model::AreaId;
use safeconduct::world::FenceEnds;
use serde_json::{Value, json};

use super::drawing::{change, draw, fence};
use super::redecisions::settled;
use crate::harness::{Caller, House, Someone};
use crate::trips::stage::{BETWEEN, NAIROBI, NAKURU, Stage};

fn rectangle_of([west, south, east, north]: [f64; 4]) -> Value {
    let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
    json!({"type": "Polygon", "coordinates": [ring]})
}

async fn usg(house: &House) -> Caller {
    house.caller(Someone::person().holding(Role::Usg)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fence_is_seen_where_and_when_it_stands_until_it_is_taken_away() {
    let house = House::start().await;
    let (caller, usg) = (house.caller(Someone::person()).await, usg(&house).await);
    let world = house.running().parts.world.snapshot();
    // From Nairobi over the border of Central into the Rift Valley.
    let mut night = fence(&rectangle_of([36.5, -1.3, 36.9, -0.9]), "manual");
    night["properties"]["kind"] = json!("curfew");
    night["properties"]["hours"] = json!({"from": "20:00", "to": "06:00"});
    night["properties"]["valid_from"] = json!("2026-12-01T00:00:00Z");
    let made = draw(&house, &usg, &night).await.expect(201).json();
    let (id, version) = (&made["id"], made["world_version"].as_i64().unwrap());

    let touched: Vec<_> = world.load().fences().flat_map(|fence| fence.areas.to_vec()).collect();
    let touched: Vec<&str> = touched.iter().map(AreaId::as_str).collect();
    assert_eq!(touched, ["KEN-1195", "KEN-1196", "KEN-890"]);
    for area in &touched {
        let tag = house.get(&caller, &format!("/v1/areas/{area}")).await.expect(200);
        assert_eq!(tag.json()["revision"], version, "{area}");
    }
    let at = async |at: Option<&str>| {
        let mut body = json!({"points": [[36.82, -1.29], [36.5, -1.0], [30, 0]]});
        if let Some(at) = at {
            body["at"] = at.into();
        }
        let answer = house.post(&caller, "/v1/areas/at", &body).await.expect(200).json();
        let results = answer["results"].as_array().unwrap();
        results.iter().map(|one| one["fences"] == json!([id])).collect::<Vec<_>>()
    };
    assert_eq!(at(None).await, [true, true, false], "its border is inside");
    // 22:00 in Nairobi; noon there; and the night before it stands.
    assert_eq!(at(Some("2026-12-05T19:00:00Z")).await, [true, true, false]);
    assert_eq!(at(Some("2026-12-05T09:00:00Z")).await, [false, false, false]);
    assert_eq!(at(Some("2026-11-30T19:00:00Z")).await, [false, false, false]);
    let line = json!({"line": [[36.0, -1.0], [37.5, -1.0]], "path": "straight"});
    let along = house.post(&caller, "/v1/areas/along", &line).await.expect(200).json();
    assert_eq!(along["fences"], json!([id]));

    change(&house, (&usg, Method::DELETE), &made, Some("*"), None).await.expect(204);
    assert_eq!(at(None).await, [false, false, false]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fence_around_whole_areas_touches_them_all() {
    let house = House::start().await;
    let atlas = house.running().parts.world.snapshot().load();
    let around_kenya = rectangle([33.0, -5.5, 42.5, 6.0]).unwrap();
    let touched = atlas.areas_touched(&around_kenya).unwrap();
    let own = atlas.areas().iter().filter(|area| area.country() == Some("KE"));
    for area in own {
        assert!(touched.contains(area.id()), "{}", area.id());
    }
    assert!(touched.is_sorted());
    assert!(!touched.contains(&"AFG-1741".into()));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_change_over_several_areas_is_one_batch_and_tells_each_clearance_once() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage.house).await;
    for (organization, ahead) in [("unicef", 20), ("wfp", 30)] {
        let traveller = stage.person(organization).await;
        stage.submit(&traveller, &stage.example(&traveller, ahead)).await.expect(201);
    }
    let clearances = stage.count("SELECT count(*) FROM clearance").await;
    assert_eq!(clearances, 6, "Nairobi, Nakuru, Nairobi, of two");
    // over both areas and the one between
    let danger = fence(&rectangle_of([35.9, -1.5, 37.1, 0.0]), "deny");
    let made = draw(&stage.house, &usg, &danger).await.expect(201).json();
    let asked = made["redecisions"].as_array().unwrap();
    let areas: Vec<&str> = asked.iter().map(|one| one["area_id"].as_str().unwrap()).collect();
    for area in [BETWEEN, NAIROBI, NAKURU] {
        assert!(areas.contains(&area), "{area}: {areas:?}");
    }
    let batch = settled(&stage, &usg, &asked[0]["redecision_id"]).await;
    assert_eq!(batch["areas"], json!(areas));
    assert_eq!((&batch["listed"], &batch["done"]), (&json!(clearances), &json!(clearances)));
    assert_eq!(batch["applied"], batch["foreseen"]);
    assert_eq!(batch["applied"]["clearances"]["suspended"], json!(clearances));
    // whichever of its rows is asked for, and in the list it is one
    for one in asked {
        assert_eq!(settled(&stage, &usg, &one["redecision_id"]).await, batch);
    }
    let list = stage.house.get(&usg, "/v1/redecisions").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let told = "SELECT count(*) FROM outbox AS o CROSS JOIN LATERAL \
                json_array_elements(o.events) AS e (event) \
                WHERE e.event ->> 'kind' = 'clearance.suspended'";
    let of_different = "SELECT count(DISTINCT e.event ->> 'clearance_id') FROM outbox AS o \
                        CROSS JOIN LATERAL json_array_elements(o.events) AS e (event) \
                        WHERE e.event ->> 'kind' = 'clearance.suspended'";
    let counts = (stage.count(told).await, stage.count(of_different).await);
    assert_eq!(counts, (clearances, clearances));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_long_past_leaves_the_loaded_world_unless_a_live_stay_began_before_its_end() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage.house).await;
    let mut body = fence(&rectangle_of([36.8, -1.3, 36.9, -1.2]), "manual");
    body["properties"]["valid_until"] = json!(stage.at(2, "12:00"));
    draw(&stage.house, &usg, &body).await.expect(201);
    let parts = &stage.house.running().parts;
    let settle = Arc::clone(&parts.settle);
    let ends = FenceEnds::new(parts.database.clone(), settle, Duration::from_secs(1));
    assert_eq!(ends.forget().await.unwrap(), None, "it stands");

    // somebody has been there since before its end, without one
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 4)).await.expect(201);
    let stay = "UPDATE clearance SET arrive_at = sc_now(), state = 'cleared', valid_to = NULL";
    let client = stage.house.database().connect().await;
    client.batch_execute(stay).await.unwrap();
    stage.house.database().move_clock(SignedDuration::from_hours(24 * 60)).await;
    let forgotten = "SELECT count(*) FROM fence WHERE forgotten_at IS NOT NULL";
    let swept = "SELECT count(*) FROM fence_sweep WHERE swept_at > '-infinity'";
    while stage.count(swept).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(ends.forget().await.unwrap(), None, "nobody looks twice in an hour");
    assert_eq!(stage.count(forgotten).await, 0);
    assert_eq!(parts.world.snapshot().load().fences().count(), 1);

    let over = "UPDATE clearance SET state = 'completed'; UPDATE fence_sweep SET swept_at = \
                sc_now() - interval '61 minutes'";
    client.batch_execute(over).await.unwrap();
    while parts.world.snapshot().load().fences().count() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(stage.count(forgotten).await, 1);
    stage.house.close().await;
}
