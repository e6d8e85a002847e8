//! Fences over HTTP: drawn, looked at, drawn anew, taken away.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, House, Someone};

const NAIROBI: &str = "KEN-1196";
const RIFT: &str = "KEN-890";

/// A square of a tenth of a degree in Nairobi.
pub(super) fn square(west: f64, south: f64) -> Value {
    let (east, north) = (west + 0.1, south + 0.1);
    let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
    json!({"type": "Polygon", "coordinates": [ring]})
}

pub(super) fn fence(geometry: &Value, effect: &str) -> Value {
    json!({
        "type": "Feature",
        "geometry": geometry,
        "properties": {"kind": "restricted", "name": "Old quarter", "effect": effect},
    })
}

pub(super) async fn draw(house: &House, caller: &Caller, body: &Value) -> Answer {
    let key = uuid::Uuid::new_v4().to_string();
    house.post_once(caller, "/v1/fences", &key, body).await
}

pub(super) async fn change(
    house: &House,
    (caller, method): (&Caller, Method),
    fence: &Value,
    tag: Option<&str>,
    body: Option<&Value>,
) -> Answer {
    let id = fence["id"].as_str().unwrap();
    let mut request = house.request(caller, method, &format!("/v1/fences/{id}"));
    if let Some(tag) = tag {
        request = request.header("if-match", tag);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    Answer::read(request.send().await.unwrap()).await
}

async fn covering(house: &House, caller: &Caller, lon: f64, lat: f64) -> Value {
    let path = format!("/v1/areas/at?lon={lon}&lat={lat}");
    house.get(caller, &path).await.expect(200).json()["fences"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fence_is_drawn_seen_redrawn_and_taken_away() {
    let house = House::start().await;
    let adviser =
        house.caller(Someone::person().of_countries(Role::SecurityAdviser, &["KE"])).await;
    let anyone = house.caller(Someone::person()).await;
    let mut body = fence(&square(36.8, -1.3), "manual");
    body["properties"]["hours"] = json!({"from": "20:00", "to": "06:00"});
    body["properties"]["valid_until"] = json!("2099-01-01T00:00:00Z");
    let drawn = house.post_once(&adviser, "/v1/fences", "k1", &body).await.expect(201);
    assert_eq!((drawn.header("etag"), drawn.header("content-type")), ("\"v1\"", GEOJSON));
    let made = drawn.json();
    assert_eq!(drawn.header("location"), format!("/v1/fences/{}", made["id"].as_str().unwrap()));
    assert_eq!((&made["world_version"], &made["repairs"]), (&2.into(), &json!([])));
    assert_eq!(made["properties"]["areas"], json!([NAIROBI]));
    assert_eq!(made["redecisions"][0]["area_id"], NAIROBI);
    assert_eq!(made["geometry"]["coordinates"][0], body["geometry"]["coordinates"]);

    let again = house.post_once(&adviser, "/v1/fences", "k1", &body).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &drawn.text));
    let other = house.post_once(&adviser, "/v1/fences", "k1", &json!({})).await;
    assert_eq!(other.expect(422).faults().len(), 2, "refused before the key is looked at");
    let other = fence(&square(36.9, -1.3), "manual");
    let other = house.post_once(&adviser, "/v1/fences", "k1", &other).await.expect(422).json();
    assert_eq!(other["code"], "IDEMPOTENCY_KEY_REUSED");

    let path = format!("/v1/fences/{}", made["id"].as_str().unwrap());
    let read = house.get(&anyone, &path).await.expect(200);
    assert_eq!((read.header("etag"), &read.json()["properties"]), ("\"v1\"", &made["properties"]));
    assert_eq!(covering(&house, &anyone, 36.85, -1.25).await, json!([made["id"]]));

    // an answer can be changed and sent back
    let mut moved = read.json();
    moved["geometry"] = square(36.0, -0.3);
    let put = (&adviser, Method::PUT);
    change(&house, put.clone(), &made, None, Some(&moved)).await.expect(428);
    change(&house, put.clone(), &made, Some("\"v7\""), Some(&moved)).await.expect(412);
    let redrawn = change(&house, put, &made, Some("\"v1\""), Some(&moved)).await.expect(200);
    assert_eq!(redrawn.header("etag"), "\"v2\"");
    let areas: Vec<Value> = redrawn.json()["redecisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["area_id"].clone())
        .collect();
    assert_eq!(areas, [NAIROBI, RIFT], "where it was, and where it is");
    assert_eq!(covering(&house, &anyone, 36.85, -1.25).await, json!([]));
    assert_eq!(covering(&house, &anyone, 36.05, -0.25).await, json!([made["id"]]));

    let delete = (&adviser, Method::DELETE);
    change(&house, delete.clone(), &made, Some("\"v1\""), None).await.expect(412);
    change(&house, delete.clone(), &made, Some("\"v2\""), None).await.expect(204);
    change(&house, delete, &made, Some("*"), None).await.expect(404);
    house.get(&anyone, &path).await.expect(404);
    assert_eq!(covering(&house, &anyone, 36.05, -0.25).await, json!([]));
    house.close().await;
}

const GEOJSON: &str = "application/geo+json";

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_paged_and_filtered() {
    let house = House::start().await;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    let mut ids = Vec::new();
    for (number, effect) in ["manual", "advise", "deny", "advise", "condition"].iter().enumerate() {
        let mut body = fence(&square(36.8, -1.3), effect);
        if number == 1 {
            body["properties"]["hours"] = json!({"from": "22:00", "to": "05:00"});
            body["properties"]["valid_from"] = json!("2026-12-01T00:00:00Z");
        }
        if number == 4 {
            body["geometry"] = square(36.0, -0.3);
            body["properties"]["kind"] = json!("curfew");
        }
        let made = draw(&house, &usg, &body).await.expect(201).json();
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let list = async |query: &str| {
        let page = house.get(&usg, &format!("/v1/fences?{query}")).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        let found: Vec<usize> = items
            .iter()
            .map(|one| ids.iter().position(|id| one["id"] == id.as_str()).unwrap())
            .collect();
        (found, page["next_cursor"].as_str().map(str::to_owned))
    };
    let (first, cursor) = list("limit=3").await;
    assert_eq!(first, [0, 1, 2]);
    let (rest, cursor) = list(&format!("limit=3&cursor={}", cursor.unwrap())).await;
    assert_eq!((rest, cursor), (vec![3, 4], None));
    assert_eq!(list("effect=advise").await.0, [1, 3]);
    assert_eq!(list("area=KEN-890").await.0, [4]);
    assert_eq!(list("kind=curfew&geometry=false").await.0, [4]);
    // 01:00 in Nairobi, noon there, and the night before it stands
    assert_eq!(list("effect=advise&at=2026-12-03T22:00:00Z").await.0, [1, 3]);
    assert_eq!(list("effect=advise&at=2026-12-03T09:00:00Z").await.0, [3]);
    assert_eq!(list("effect=advise&at=2026-11-03T22:00:00Z").await.0, [3]);
    let refused = house.get(&usg, "/v1/fences?area=NOWHERE&kind=x&at=noon&y=1").await.expect(422);
    let pointers: Vec<String> = refused.faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["?area", "?kind", "?at", "?y"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_draws_within_their_own_and_dangers_are_confirmed_by_officials() {
    let house = House::start().await;
    let coordinator =
        Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI, "KEN-1195"]);
    let coordinator = house.caller(coordinator).await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = house.caller(official).await;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    let elsewhere = draw(&house, &coordinator, &fence(&square(36.0, -0.3), "advise")).await;
    let elsewhere = elsewhere.expect(403).json();
    assert_eq!(
        (&elsewhere["code"], &elsewhere["areas"]),
        (&"BEYOND_OWN_AREAS".into(), &json!([RIFT]))
    );
    let nobody = house.caller(Someone::person()).await;
    draw(&house, &nobody, &fence(&square(36.8, -1.3), "advise")).await.expect(403);

    let mut danger = fence(&square(36.8, -1.3), "deny");
    let made = draw(&house, &coordinator, &danger).await.expect(201).json();
    let review: jiff::Timestamp =
        made["properties"]["review_at"].as_str().unwrap().parse().unwrap();
    let left = review.duration_since(house.now());
    assert!(left <= jiff::SignedDuration::from_hours(24) && !left.is_negative(), "{left}");
    assert_eq!(made["properties"]["emergency"], true);

    danger["properties"]["review_at"] = json!("2099-01-01T00:00:00Z");
    let put = |who| (who, Method::PUT);
    let confirmed = change(&house, put(&official), &made, Some("*"), Some(&danger)).await;
    let confirmed = confirmed.expect(200).json();
    assert_eq!(confirmed["properties"]["emergency"], false);
    assert_eq!(confirmed["properties"]["review_at"], "2099-01-01T00:00:00Z");
    let mild = fence(&square(36.8, -1.3), "advise");
    let loosened = change(&house, put(&coordinator), &made, Some("*"), Some(&mild)).await;
    assert_eq!(loosened.expect(403).json()["code"], "FENCE_CONFIRMED");
    let delete = (&coordinator, Method::DELETE);
    change(&house, delete, &made, Some("*"), None).await.expect(403);
    change(&house, (&official, Method::DELETE), &made, Some("*"), None).await.expect(204);

    // the high sea is headquarters'
    let sea = fence(&square(-30.0, -40.0), "advise");
    draw(&house, &official, &sea).await.expect(403);
    let drawn = draw(&house, &usg, &sea).await.expect(201).json();
    assert_eq!(drawn["properties"]["areas"], json!([]));
    house.close().await;
}
