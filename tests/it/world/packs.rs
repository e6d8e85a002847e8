//! Packs for phones, read as a phone reads them: signatures, exact answers, and what changed.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use ring::signature::{ED25519, UnparsedPublicKey};
use safeconduct::access::Role;
use safeconduct::model::LonLat;
use serde_json::{Value, json};

use super::drawing::{change, draw, fence, square};
use crate::harness::{Answer, Caller, House, Someone, environment};

/// A town, inland, islands on both sides of the antimeridian, and two with holes.
const AREAS: [&str; 5] = ["KEN-1196", "KEN-890", "FJI-2619", "PHL-2559", "BMU-5140"];

/// What a phone does with a pack's shape.
struct Reader<'p>(&'p Value);

impl Reader<'_> {
    fn number(&self, name: &str) -> f64 {
        self.0[name].as_f64().unwrap()
    }

    /// Whether a point is inside, borders included.
    fn covers(&self, [lon, lat]: [f64; 2]) -> bool {
        let twins = if lon.abs() >= 180.0 { vec![lon, -lon] } else { vec![lon] };
        twins.into_iter().any(|lon| self.covers_here([lon, lat]))
    }

    fn covers_here(&self, point: [f64; 2]) -> bool {
        let cell = |at: f64, from: &str, size: &str| {
            ((at - self.number(from)) / self.number(size)).floor()
        };
        let rows = self.0["rows"].as_array().unwrap();
        let many = f64::from(u16::try_from(rows.len()).unwrap());
        let column = cell(point[0], "west", "cell_width");
        let row = cell(point[1], "south", "cell_height");
        if column < 0.0 || row < 0.0 || column > many || row > many {
            return false;
        }
        // the last row and column hold their outer edge too
        let column = column.min(many - 1.0);
        let row = rows.iter().zip(0_u16..).take_while(|(_, at)| f64::from(*at) <= row).last();
        let row = row.unwrap().0;
        let within = |runs: &Value| {
            let runs = runs.as_array().unwrap().iter();
            runs.map(|run| (run[0].as_f64().unwrap(), run[1].as_f64().unwrap()))
                .any(|(first, last)| (first..=last).contains(&column))
        };
        within(&row["inside"]) || (within(&row["border"]) && self.exactly(row, point))
    }

    fn exactly(&self, row: &Value, point: [f64; 2]) -> bool {
        let mut odd = BTreeMap::new();
        for run in row["edges"].as_array().unwrap() {
            let whole = |at: usize| usize::try_from(run[at].as_u64().unwrap()).unwrap();
            let [ring, first, last] = [0, 1, 2].map(whole);
            let ring = &self.0["rings"][ring];
            let inside: &mut bool = odd.entry(ring["part"].as_u64().unwrap()).or_default();
            for at in first..last {
                let end =
                    |at: usize| [0, 1].map(|number| ring["points"][at][number].as_f64().unwrap());
                let (one, other) = (end(at), end(at + 1));
                let side = side(one, other, point);
                let spans = |number: usize| {
                    let (low, high) =
                        (one[number].min(other[number]), one[number].max(other[number]));
                    (low..=high).contains(&point[number])
                };
                if side == 0.0 && spans(0) && spans(1) {
                    return true;
                }
                if (one[1] > point[1]) != (other[1] > point[1]) {
                    // upward edges have a point to their west on their left
                    *inside ^= if other[1] > one[1] { side > 0.0 } else { side < 0.0 };
                }
            }
        }
        odd.into_values().any(|inside| inside)
    }
}

/// On which side of a line a point is, exactly.
fn side(one: [f64; 2], other: [f64; 2], point: [f64; 2]) -> f64 {
    let coordinate = |[x, y]: [f64; 2]| robust::Coord { x, y };
    robust::orient2d(coordinate(one), coordinate(other), coordinate(point))
}

async fn get(house: &House, caller: &Caller, path: &str) -> Answer {
    house.get(caller, path).await.expect(200)
}

/// The payload of a pack whose signature holds by the served key.
async fn read(house: &House, caller: &Caller, area: &str, since: Option<i64>) -> Value {
    let since = since.map_or_else(String::new, |since| format!("?since={since}"));
    let answer = get(house, caller, &format!("/v1/packs/{area}{since}")).await;
    assert_eq!(answer.header("content-type"), "application/jose");
    let keys = get(house, caller, "/v1/packs/keys").await.json();
    let key = &keys["keys"][0];
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (signed, signature) = answer.text.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!((&header["alg"], &header["kid"]), (&"EdDSA".into(), &key["kid"]));
    let public = UnparsedPublicKey::new(&ED25519, decoded(key["x"].as_str().unwrap()));
    public.verify(signed.as_bytes(), &decoded(signature)).unwrap();
    let mut spoilt = signed.as_bytes().to_vec();
    *spoilt.last_mut().unwrap() ^= 1;
    assert!(public.verify(&spoilt, &decoded(signature)).is_err());
    serde_json::from_slice(&decoded(payload)).unwrap()
}

async fn whole(house: &House, caller: &Caller, area: &str) -> Value {
    let mut payload = read(house, caller, area, None).await;
    assert_eq!(payload["type"], "pack");
    payload["pack"].take()
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in patch {
        if value.is_null() {
            target.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut target[name], value);
        }
    }
}

/// Points to ask about: anywhere in and around, on the border, and a hair beside it.
fn points(shape: &Value, many: usize) -> Vec<[f64; 2]> {
    let mut dice = fastrand::Rng::with_seed(7);
    let number = |name: &str| shape[name].as_f64().unwrap();
    let mut found = Vec::new();
    for _ in 0..many {
        let at = |from: &str, size: &str, dice: &mut fastrand::Rng| {
            number(from) + number(size) * (dice.f64() * 70.0 - 3.0)
        };
        found.push([at("west", "cell_width", &mut dice), at("south", "cell_height", &mut dice)]);
    }
    for ring in shape["rings"].as_array().unwrap() {
        let ends = ring["points"].as_array().unwrap();
        let positions: Vec<[f64; 2]> =
            ends.iter().map(|at| [0, 1].map(|number| at[number].as_f64().unwrap())).collect();
        for pair in positions.windows(2) {
            if dice.usize(..positions.len()) > many {
                continue;
            }
            let [[x, y], [u, v]] = [pair[0], pair[1]];
            let middle = [f64::midpoint(x, u), f64::midpoint(y, v)];
            found.extend([pair[0], middle, [middle[0].next_up(), middle[1].next_down()]]);
        }
    }
    found.retain(|[lon, lat]| lon.abs() <= 180.0 && lat.abs() <= 90.0);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_answers_exactly_as_the_atlas() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let atlas = house.running().parts.world.snapshot().load();
    let many = environment().count(20_000);
    for name in AREAS {
        let area = atlas.area(&name.into()).map(|area| area.id().clone());
        let Some(area) = area else { panic!("{name} is no area") };
        let pack = whole(&house, &caller, name).await;
        let reader = Reader(&pack["shape"]);
        let (mut inside, mut outside) = (0, 0);
        for [lon, lat] in points(&pack["shape"], many) {
            let point = LonLat::new(lon, lat).unwrap();
            let there = atlas.at(point).areas.iter().any(|one| one.id() == &area);
            assert_eq!(reader.covers([lon, lat]), there, "{name}: {lon}, {lat}");
            if there { inside += 1 } else { outside += 1 }
        }
        assert!(inside > 10 && outside > 10, "{name}: {inside} in, {outside} out");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_makes_the_newer_pack_of_an_older_one() {
    let house = House::start().await;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    let caller = house.caller(Someone::person()).await;
    let area = "KEN-1196";
    let mut kept =
        draw(&house, &usg, &fence(&square(36.8, -1.3), "manual")).await.expect(201).json();
    let moved =
        draw(&house, &usg, &fence(&square(36.81, -1.31), "advise")).await.expect(201).json();
    let gone = draw(&house, &usg, &fence(&square(36.82, -1.3), "deny")).await.expect(201).json();
    let mut old = whole(&house, &caller, area).await;
    assert_eq!(old["fences"].as_object().unwrap().len(), 3);
    let since = old["world_version"].as_i64().unwrap();

    // one drawn anew, one moved elsewhere, one taken away, one new, and a level
    let mut again = fence(&square(36.8, -1.3), "condition");
    again["properties"]["valid_until"] = json!("2099-01-01T00:00:00Z");
    kept = change(&house, (&usg, Method::PUT), &kept, Some("*"), Some(&again))
        .await
        .expect(200)
        .json();
    let there = fence(&square(36.0, -0.3), "advise");
    change(&house, (&usg, Method::PUT), &moved, Some("*"), Some(&there)).await.expect(200);
    change(&house, (&usg, Method::DELETE), &gone, Some("*"), None).await.expect(204);
    draw(&house, &usg, &fence(&square(36.83, -1.28), "manual")).await.expect(201);
    let suspended = json!({"status": "suspended", "reason": "floods"});
    let request = house.request(&usg, Method::PUT, &format!("/v1/areas/{area}/status"));
    let request = request.header("if-match", "*").json(&suspended);
    Answer::read(request.send().await.unwrap()).await.expect(200);

    let new = whole(&house, &caller, area).await;
    assert_eq!(new["standing"]["status"], "suspended");
    assert_eq!(new["fences"].as_object().unwrap().len(), 2);
    let id = kept["id"].as_str().unwrap();
    assert_eq!(new["fences"][id]["effect"], "condition");
    let payload = read(&house, &caller, area, Some(since)).await;
    assert_eq!((&payload["type"], &payload["since"]), (&"patch".into(), &json!(since)));
    merge(&mut old, &payload["patch"]);
    assert_eq!(old, new);
    // nothing new is nothing but the version, and a world yet to come is told as a whole
    let now = new["world_version"].as_i64().unwrap();
    let nothing = read(&house, &caller, area, Some(now)).await;
    assert_eq!(nothing["patch"]["fences"], json!({}));
    assert_eq!(read(&house, &caller, area, Some(now + 1)).await["type"], "pack");
    assert_eq!(read(&house, &caller, area, Some(0)).await["type"], "pack", "other data since");

    let path = format!("/v1/packs/{area}");
    let tag = get(&house, &caller, &path).await.header("etag").to_owned();
    let known = house.request(&caller, Method::GET, &path).header("if-none-match", &tag);
    assert_eq!(known.send().await.unwrap().status(), 304);
    house.get(&caller, "/v1/packs/NOWHERE").await.expect(404);
    house.get(&caller, &format!("{path}?since=x")).await.expect(422);
    house.close().await;
}
