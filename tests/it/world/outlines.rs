//! Geometries over HTTP: repaired, with what was repaired; refused, with where.

use safeconduct::access::Role;
use serde_json::{Value, json};

use super::drawing::{draw, fence, square};
use crate::harness::{Caller, House, Someone};

async fn house() -> (House, Caller) {
    let house = House::start().await;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    (house, usg)
}

fn polygon(rings: &Value) -> Value {
    json!({"type": "Polygon", "coordinates": rings})
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_put_right_is_and_is_told() {
    let (house, usg) = house().await;
    // open, clockwise, a position twice
    let ring = json!([[36.8, -1.3], [36.8, -1.2], [36.9, -1.2], [36.9, -1.2], [36.9, -1.3]]);
    let made = draw(&house, &usg, &fence(&polygon(&json!([ring])), "advise")).await;
    let made = made.expect(201).json();
    let repairs: Vec<(&str, &str)> = made["repairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["kind"].as_str().unwrap(), one["pointer"].as_str().unwrap()))
        .collect();
    assert_eq!(
        repairs,
        [
            ("point_repeated", "/geometry/coordinates/0/3"),
            ("ring_closed", "/geometry/coordinates/0/4"),
            ("winding_turned", "/geometry/coordinates/0"),
        ]
    );
    assert_eq!(made["repairs"][1]["at"], json!([36.9, -1.3]));
    let ring = made["geometry"]["coordinates"][0][0].as_array().unwrap();
    assert_eq!((ring.len(), &ring[0]), (5, &ring[4]));

    // over the antimeridian, at Fiji
    let fiji = polygon(&json!([[[179.5, -17], [-179.5, -17], [-179.5, -16], [179.5, -17]]]));
    let made = draw(&house, &usg, &fence(&fiji, "advise")).await.expect(201).json();
    assert_eq!(made["repairs"][0]["kind"], "antimeridian_cut");
    assert_eq!(made["repairs"][0]["at"], json!([180.0, -17.0]));
    assert_eq!(made["geometry"]["coordinates"].as_array().unwrap().len(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_is_drawn_around() {
    let (house, usg) = house().await;
    let mut body = fence(&Value::Null, "deny");
    body["properties"]["circle"] = json!({"center": [36.82, -1.29], "radius_m": 5000});
    let made = draw(&house, &usg, &body).await.expect(201).json();
    assert_eq!(made["repairs"][0]["kind"], "circle_drawn_around");
    // 4.99 km north of the middle
    let path = "/v1/areas/at?lon=36.82&lat=-1.2451";
    let there = house.get(&usg, path).await.expect(200).json();
    assert_eq!(there["fences"], json!([made["id"]]));
    body["geometry"] = square(36.8, -1.3);
    let both = draw(&house, &usg, &body).await.expect(422).faults();
    assert_eq!(both, [("/geometry".to_owned(), "CHOICE".to_owned())]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unclear_is_refused_with_its_place_on_the_earth() {
    let (house, usg) = house().await;
    let refused = async |geometry: Value| {
        let answer = draw(&house, &usg, &fence(&geometry, "deny")).await.expect(422).json();
        let fault = answer["errors"][0].clone();
        let text = |name: &str| fault[name].as_str().unwrap().to_owned();
        (text("pointer"), text("code"), text("detail"))
    };
    let bow = [[36.8, -1.4], [36.9, -1.2], [36.9, -1.4], [36.8, -1.2], [36.8, -1.4]];
    let (pointer, code, detail) = refused(polygon(&json!([bow]))).await;
    assert_eq!((pointer.as_str(), code.as_str()), ("/geometry/coordinates/0/0", "EDGES_MEET"));
    assert!(detail.contains("longitude 36.85, latitude -1.3"), "{detail}");
    assert!(detail.contains("/geometry/coordinates/0/2"), "{detail}");
    let many =
        json!({"type": "MultiPolygon", "coordinates": [square(36.8, -1.3)["coordinates"], [bow]]});
    assert_eq!(refused(many).await.0, "/geometry/coordinates/1/0/0");

    let suva = polygon(&json!([[[-18.1, 178.4], [-18.2, 178.4], [-18.2, 178.5], [-18.1, 178.4]]]));
    assert_eq!(refused(suva).await.1, "AXES_SWAPPED");
    let hole = json!([[36.8, -1.3], [36.9, -1.3], [36.9, -1.2], [36.8, -1.3]]);
    let outside = json!([[30, 0], [31, 0], [31, 1], [30, 0]]);
    let (pointer, code, _) = refused(polygon(&json!([hole, outside]))).await;
    assert_eq!((pointer.as_str(), code.as_str()), ("/geometry/coordinates/1", "HOLE_OUTSIDE"));
    let pole = json!([[0, 80], [120, 80], [-120, 80], [0, 80]]);
    assert_eq!(refused(polygon(&json!([pole]))).await.1, "RING_AROUND_POLE");
    let typed = polygon(&json!([[[36.8, -1.3], [36.9], "x"]]));
    assert_eq!(refused(typed).await.0, "/geometry/coordinates/0/1");
    let long: Vec<[f64; 2]> = (0..20_001).map(|step| [f64::from(step) / 1e6, 0.0]).collect();
    assert_eq!(refused(polygon(&json!([long]))).await.1, "TOO_MANY_POSITIONS");
    let line = json!({"type": "LineString", "coordinates": [[0, 0], [1, 1]]});
    assert_eq!(refused(line).await.0, "/geometry/type");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nairobi_in_the_mediterranean_was_written_the_wrong_way_round() {
    let (house, usg) = house().await;
    let ring = [[-1.3, 36.8], [-1.2, 36.8], [-1.2, 36.9], [-1.3, 36.9], [-1.3, 36.8]];
    let mut body = fence(&polygon(&json!([ring])), "deny");
    let answer = draw(&house, &usg, &body).await.expect(422);
    assert_eq!(answer.faults(), [("/geometry".to_owned(), "AXES_SUSPECT".to_owned())]);
    assert!(answer.text.contains("KEN-1196"), "{}", answer.text);
    body["properties"]["axes_confirmed"] = json!(true);
    draw(&house, &usg, &body).await.expect(201);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_defect_of_a_body_is_told_at_once() {
    let (house, usg) = house().await;
    let body = json!({
        "type": "Thing", "geometry": square(36.8, -1.3), "stray": 1,
        "properties": {
            "kind": "wall", "effect": "deny", "valid_until": "2020-01-01T00:00:00Z",
            "review_at": "soon", "hours": {"from": "20:00", "to": "20:00"}, "colour": "red",
        },
    });
    let told = draw(&house, &usg, &body).await.expect(422).faults();
    let mut pointers: Vec<&str> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/properties/colour",
            "/properties/hours",
            "/properties/kind",
            "/properties/name",
            "/properties/review_at",
            "/properties/valid_until",
            "/stray",
            "/type",
        ]
    );
    house.close().await;
}
