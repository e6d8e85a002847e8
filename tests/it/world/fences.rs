//! Fences over the areas, drawn by the program itself.

use safeconduct::atlas::geometry::Shape;
use safeconduct::atlas::rectangle;
use safeconduct::model::{AreaId, DailyHours, FenceEffect, FenceId, FenceKind, Validity};
use safeconduct::world::{FenceError, NewFence, draw_fence, remove_fence};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{House, Someone};

fn curfew(edges: [f64; 4]) -> NewFence {
    let time = |hour| jiff::civil::time(hour, 0, 0, 0);
    NewFence {
        fence_id: FenceId(Uuid::now_v7()),
        kind: FenceKind::Curfew,
        name: "Night".into(),
        effect: FenceEffect::Manual,
        validity: Validity { from: Some("2026-12-01T00:00:00Z".parse().unwrap()), until: None },
        hours: Some(DailyHours { from: time(20), to: time(6) }),
        shape: rectangle(edges).unwrap(),
        by: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fence_is_seen_where_and_when_it_stands_until_it_is_taken_away() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let parts = &house.running().parts;
    let world = parts.world.snapshot();
    // From Nairobi over the border of Central into the Rift Valley.
    let fence = curfew([36.5, -1.3, 36.9, -0.9]);
    let id = fence.fence_id.to_string();
    let version = draw_fence(&parts.database, &world.load(), &fence).await.unwrap();
    assert!(world.wait_for(version, std::time::Duration::from_secs(30)).await);

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

    let gone = remove_fence(&parts.database, fence.fence_id, None).await.unwrap().unwrap();
    assert!(world.wait_for(gone, std::time::Duration::from_secs(30)).await);
    assert_eq!(at(None).await, [false, false, false]);
    assert_eq!(remove_fence(&parts.database, fence.fence_id, None).await.unwrap(), None);
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
async fn a_fence_without_a_clear_inside_is_refused() {
    let house = House::start().await;
    let parts = &house.running().parts;
    let bow = r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}"#;
    let shape = Shape::from_geojson(bow).unwrap();
    let fence = NewFence { shape, ..curfew([0.0, 0.0, 1.0, 1.0]) };
    let atlas = parts.world.snapshot().load();
    let refused = draw_fence(&parts.database, &atlas, &fence).await;
    assert!(matches!(refused, Err(FenceError::Shape(_))), "{refused:?}");
    house.close().await;
}
