//! What lies at points and along lines, over HTTP.

use safeconduct::model::LonLat;
use serde_json::{Value, json};

use crate::harness::{House, Someone};

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn points_are_answered_in_their_order() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    // Nairobi, the Rift Valley, the ocean, the airport of Goma (in Rwanda's shape), both edges.
    let points = json!([
        [36.82, -1.29],
        [36.07, -0.3],
        [-30, 0],
        [29.238, -1.67],
        [180, -16.7],
        [-180, -16.7]
    ]);
    let body = json!({"points": points, "at": "2026-12-01T10:00:00Z"});
    let answer = house.post(&caller, "/v1/areas/at", &body).await.expect(200).json();
    assert_eq!(answer["world_version"], 1);
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    assert_eq!(results[0], json!({"area_id": "KEN-1196", "areas": ["KEN-1196"], "fences": []}));
    assert_eq!(results[1]["area_id"], "KEN-890");
    assert_eq!(results[2], json!({"area_id": null, "areas": [], "fences": []}));
    assert!(results[3]["area_id"].as_str().unwrap().starts_with("RWA-"));
    assert_eq!(results[4], results[5], "±180° is one meridian");

    let one = house.get(&caller, "/v1/areas/at?lon=36.82&lat=-1.29").await.expect(200).json();
    assert_eq!(one["area_id"], "KEN-1196");
    assert_eq!(one["world_version"], 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_that_of_the_atlas() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let atlas = house.running().parts.world.snapshot().load();
    let points: Vec<LonLat> =
        atlas.places().airports().iter().take(10_000).map(|airport| airport.point).collect();
    let body = json!({"points": points});
    let answer = house.post(&caller, "/v1/areas/at", &body).await.expect(200).json();
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 10_000);
    for (point, result) in points.iter().zip(results) {
        let covering = atlas.at(*point);
        let areas: Vec<&str> = covering.areas.iter().map(|area| area.id().as_str()).collect();
        assert_eq!(result["areas"], json!(areas));
        assert_eq!(result["area_id"], json!(covering.deciding().map(|area| area.id().as_str())));
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_points_are_refused_each_with_its_pointer() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let post = async |body: Value| house.post(&caller, "/v1/areas/at", &body).await;
    let body = json!({"points": [[0, 91], [1, 1], [-181, 0]]});
    let impossible = "COORDINATES_IMPOSSIBLE";
    assert_eq!(
        post(body).await.expect(422).faults(),
        pairs(&[("/points/0", impossible), ("/points/2", impossible)])
    );
    let body = json!({"points": [["NaN", 1], [1], [2, 2, 2], null], "at": "noon", "x": 1});
    assert_eq!(
        post(body).await.expect(422).faults(),
        pairs(&[
            ("/points/0", impossible),
            ("/points/1", impossible),
            ("/points/2", impossible),
            ("/points/3", impossible),
            ("/at", "FORMAT"),
            ("/x", "UNKNOWN_FIELD"),
        ])
    );
    let body = json!({"points": vec![[0, 0]; 10_001]});
    assert_eq!(post(body).await.expect(422).faults(), pairs(&[("/points", "LENGTH")]));
    let body = json!({});
    assert_eq!(post(body).await.expect(422).faults(), pairs(&[("/points", "REQUIRED")]));
    let query = house.get(&caller, "/v1/areas/at?lon=NaN&lat=91").await.expect(422);
    assert_eq!(query.faults(), pairs(&[("?lon", impossible), ("?lat", impossible)]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_answered_in_order_of_contact() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let post = async |body: Value| house.post(&caller, "/v1/areas/along", &body).await;
    // Nairobi to Nakuru by way of the escarpment.
    let line = json!([[36.82, -1.29], [36.65, -0.95], [36.07, -0.3]]);
    let body = json!({"line": line, "mode": "road_own", "path": "straight"});
    let answer = post(body).await.expect(200).json();
    assert_eq!(answer["areas"], json!(["KEN-1196", "KEN-1195", "KEN-890"]));
    assert_eq!(answer["areas_sorted"], json!(["KEN-1195", "KEN-1196", "KEN-890"]));
    assert_eq!((&answer["fences"], &answer["world_version"]), (&json!([]), &json!(1)));
    let back = json!({"line": [[36.07, -0.3], [36.65, -0.95], [36.82, -1.29]]});
    let back = post(back).await.expect(200).json();
    assert_eq!(back["areas"], json!(["KEN-890", "KEN-1195", "KEN-1196"]));
    let point = json!({"line": [[36.82, -1.29], [36.82, -1.29]]});
    assert_eq!(post(point).await.expect(200).json()["areas"], json!(["KEN-1196"]));
    // Over the antimeridian the short way: from Fiji to Fiji, not round the earth.
    let fiji = json!({"line": [[179.4, -16.6], [-179.9, -16.8]], "path": "straight"});
    let fiji = post(fiji).await.expect(200).json();
    assert!(fiji["areas"].as_array().unwrap().len() < 4, "{fiji}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_lines_are_refused() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let post = async |body: Value| house.post(&caller, "/v1/areas/along", &body).await;
    let body = json!({"line": [[0, 0], [0, -91]], "mode": "broom", "path": "crooked"});
    assert_eq!(
        post(body).await.expect(422).faults(),
        pairs(&[("/line/1", "COORDINATES_IMPOSSIBLE"), ("/mode", "CHOICE"), ("/path", "CHOICE")])
    );
    let opposite = json!({"line": [[0, 0], [180, 0]]});
    assert_eq!(post(opposite).await.expect(422).faults(), pairs(&[("/line", "LINE")]));
    let long = json!({"line": vec![[0, 0]; 20_001]});
    assert_eq!(post(long).await.expect(422).faults(), pairs(&[("/line", "LENGTH")]));
    let empty = json!({"line": []});
    assert_eq!(post(empty).await.expect(422).faults(), pairs(&[("/line", "LENGTH")]));
    house.close().await;
}
