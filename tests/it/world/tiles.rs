//! The map as vector tiles, read as a client reads them.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::IF_NONE_MATCH;
use safeconduct::access::Role;

use super::drawing::{draw, fence, square};
use crate::harness::{Caller, House, Someone};

/// Fields of a message: number, and what it holds.
enum Held<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (&byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Held<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let held = match key & 7 {
            0 => Held::Number(varint(&mut bytes)),
            2 => {
                let length = usize::try_from(varint(&mut bytes)).unwrap();
                let (own, rest) = bytes.split_at(length);
                bytes = rest;
                Held::Bytes(own)
            }
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, held));
    }
    fields
}

fn all<'b>(fields: &[(u64, Held<'b>)], wanted: u64) -> Vec<&'b [u8]> {
    let own = fields.iter().filter(|(number, _)| *number == wanted);
    own.filter_map(|(_, held)| match held {
        Held::Bytes(bytes) => Some(*bytes),
        Held::Number(_) => None,
    })
    .collect()
}

fn numbers(mut bytes: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        numbers.push(varint(&mut bytes));
    }
    numbers
}

type Rings = Vec<Vec<(i64, i64)>>;

/// What a feature tells, and its rings.
struct Feature {
    told: BTreeMap<String, String>,
    rings: Rings,
}

impl Feature {
    fn covers(&self, x: i64, y: i64) -> bool {
        let mut inside = false;
        for ring in &self.rings {
            for (place, &(ax, ay)) in ring.iter().enumerate() {
                let (bx, by) = ring[(place + 1) % ring.len()];
                if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
                    inside = !inside;
                }
            }
        }
        inside
    }
}

fn rings(commands: &[u64]) -> Rings {
    let (mut rings, mut ring): (Rings, Vec<_>) = (Vec::new(), Vec::new());
    let (mut x, mut y, mut at) = (0, 0, 0);
    let step = |value: u64| i64::try_from(value >> 1).unwrap() ^ -i64::try_from(value & 1).unwrap();
    while at < commands.len() {
        let (id, count) = (commands[at] & 7, commands[at] >> 3);
        at += 1;
        if id == 7 {
            rings.push(std::mem::take(&mut ring));
            continue;
        }
        for _ in 0..count {
            (x, y) = (x + step(commands[at]), y + step(commands[at + 1]));
            at += 2;
            ring.push((x, y));
        }
    }
    rings
}

/// The features of a layer.
fn layer(tile: &[u8], name: &str) -> Vec<Feature> {
    let tile = fields(tile);
    let Some(layer) =
        all(&tile, 3).into_iter().map(fields).find(|layer| all(layer, 1) == [name.as_bytes()])
    else {
        return Vec::new();
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let keys: Vec<String> = all(&layer, 3).into_iter().map(text).collect();
    let value = |bytes| match fields(bytes).pop().unwrap() {
        (1, Held::Bytes(bytes)) => text(bytes),
        (5, Held::Number(number)) => number.to_string(),
        (other, _) => panic!("value {other}"),
    };
    let values: Vec<String> = all(&layer, 4).into_iter().map(value).collect();
    let feature = |bytes| {
        let feature = fields(bytes);
        let tags = numbers(all(&feature, 2)[0]);
        let entry = |tag: &[u64]| {
            let index = |place: u64| usize::try_from(place).unwrap();
            (keys[index(tag[0])].clone(), values[index(tag[1])].clone())
        };
        let told = tags.chunks(2).map(entry).collect();
        Feature { told, rings: rings(&numbers(all(&feature, 4)[0])) }
    };
    all(&layer, 2).into_iter().map(feature).collect()
}

async fn tile(house: &House, caller: &Caller, path: &str) -> (String, Vec<u8>) {
    let request = house.request(caller, Method::GET, &format!("/v1/tiles/{path}.mvt"));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert_eq!(kind, "application/vnd.mapbox-vector-tile");
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    (tag, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_shows_areas_with_level_and_status_and_fences_over_them() {
    let house = House::start().await;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    // level 10: 616 is the column of Nairobi, 515 its row; 36.85, -1.25 is in it
    let path = "10/616/515";
    let (first, bytes) = tile(&house, &usg, path).await;
    let areas = layer(&bytes, "areas");
    let nairobi = areas.iter().find(|one| one.told["area_id"] == "KEN-1196").unwrap();
    assert_eq!(nairobi.told["country"], "KE");
    assert_eq!(nairobi.told["status"], "open");
    let seen = house.get(&usg, "/v1/areas/KEN-1196").await.json();
    assert_eq!(nairobi.told["level"], seen["security_level"].to_string());
    // (36.85 + 180) / 360 * 1024 - 616 = 0.8178 of the tile, and 0.5557 downwards
    let (x, y) = (3350, 2276);
    let there: Vec<&str> = areas
        .iter()
        .filter(|one| one.covers(x, y))
        .map(|one| one.told["area_id"].as_str())
        .collect();
    assert_eq!(there, ["KEN-1196"]);
    assert!(layer(&bytes, "fences").is_empty());

    let made = draw(&house, &usg, &fence(&square(36.8, -1.3), "deny")).await.expect(201).json();
    let (second, bytes) = tile(&house, &usg, path).await;
    assert_ne!(first, second);
    let fences = layer(&bytes, "fences");
    assert_eq!(fences.len(), 1);
    assert_eq!(fences[0].told["fence_id"], made["id"].as_str().unwrap());
    assert_eq!((fences[0].told["effect"].as_str(), fences[0].covers(x, y)), ("deny", true));
    // too small for the whole map, and not lost on it
    let (_, bytes) = tile(&house, &usg, "0/0/0").await;
    assert_eq!(layer(&bytes, "fences").len(), 1);
    let areas = layer(&bytes, "areas").len();
    assert!((1_000..=4_596).contains(&areas), "{areas}");
    // nothing of it on the other side of the earth
    let (_, bytes) = tile(&house, &usg, "10/100/515").await;
    assert!(layer(&bytes, "fences").is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_is_sent_once_and_there_are_no_others() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let (tag, bytes) = tile(&house, &caller, "3/4/4").await;
    let known = house.request(&caller, Method::GET, "/v1/tiles/3/4/4.mvt");
    let known = known.header(IF_NONE_MATCH, &tag).send().await.unwrap();
    assert_eq!(known.status().as_u16(), 304);
    assert_eq!(tile(&house, &caller, "3/4/4").await.1, bytes, "as it was kept");
    for path in ["15/0/0", "3/8/0", "3/0/8", "x/0/0", "3/-1/0", "3/0/0x"] {
        house.get(&caller, &format!("/v1/tiles/{path}.mvt")).await.expect(404);
    }
    house.get_bare("/v1/tiles/3/4/4.mvt").await.expect(401);
    house.close().await;
}
