//! Areas over HTTP.

use reqwest::Method;
use reqwest::header::{ACCEPT, IF_NONE_MATCH};
use safeconduct::model::SecurityLevel;
use serde_json::Value;

use crate::harness::{Answer, House, Someone};

/// As a client writes an id into an address: every byte but letters and digits in percent form.
fn encoded(id: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    id.bytes().map(byte).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_area_is_read_by_its_address() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let atlas = house.running().parts.world.snapshot().load();
    assert_eq!(encoded("KAS+00?"), "KAS%2B00%3F");
    assert_eq!(atlas.areas().len(), 4_596);
    for area in atlas.areas() {
        let answer =
            house.get(&caller, &format!("/v1/areas/{}", encoded(area.id().as_str()))).await;
        let body = answer.expect(200).json();
        assert_eq!(body["area_id"], area.id().as_str());
        assert_eq!(body["security_level"], area.state.security_level.get());
        assert_eq!(body["demonstration"], true);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_is_told_whole() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let body = house.get(&caller, "/v1/areas/KEN-890").await.expect(200).json();
    for (field, value) in [
        ("name", Value::from("Rift Valley")),
        ("country", "KE".into()),
        ("time_zone", "Africa/Nairobi".into()),
        ("security_level", 4.into()),
        ("risk_band", Value::Null),
        ("status", "open".into()),
        ("clearance_mode", "manual".into()),
        ("policy_version", 3.into()),
        ("advisory_version", 0.into()),
        ("demonstration", true.into()),
    ] {
        assert_eq!(body[field], value, "{field}");
    }
    assert!(body["names"]["zh"].is_string());
    let alias = house.get(&caller, "/v1/areas/AF-BDG").await.expect(200).json();
    assert_eq!(alias["area_id"], "AFG-1741");
    let ambiguous = house.get(&caller, "/v1/areas/BA-BIH").await.expect(422).json();
    assert_eq!(ambiguous["errors"][0]["code"], "AREA_AMBIGUOUS");
    assert!(ambiguous["errors"][0]["detail"].as_str().unwrap().contains("BIH-"));
    house.get(&caller, "/v1/areas/NO-SUCH-AREA").await.expect(404);
    // A plus is a plus, never a space.
    house.get(&caller, "/v1/areas/KAS+00%3F").await.expect(200);
    house.get(&caller, "/v1/areas/KAS%2000%3F").await.expect(404);
    house.get_bare("/v1/areas/KEN-890").await.expect(401);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shape_is_the_shape_as_shipped() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let ask = async |accept: &str| {
        let request = house.request(&caller, Method::GET, "/v1/areas/KEN-1196");
        Answer::read(request.header(ACCEPT, accept).send().await.unwrap()).await
    };
    let feature = ask("application/geo+json").await.expect(200);
    let json: Value = serde_json::from_str(&feature.text).unwrap();
    assert_eq!((&json["type"], &json["id"]), (&"Feature".into(), &"KEN-1196".into()));
    assert_eq!(json["geometry"]["type"], "MultiPolygon");
    let ring = json["geometry"]["coordinates"][0][0].as_array().unwrap();
    assert!(ring.len() > 10);
    assert_eq!(ring.first(), ring.last());
    let both = ask("application/json;q=0.5, application/geo+json;q=0.4").await.expect(200).json();
    assert_eq!(both["area_id"], "KEN-1196");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_sent_again() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    for path in ["/v1/areas/KEN-890", "/v1/areas?country=KE", "/v1/world"] {
        let first = house.request(&caller, Method::GET, path).send().await.unwrap();
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        let again = house.request(&caller, Method::GET, path).header(IF_NONE_MATCH, &tag);
        assert_eq!(again.send().await.unwrap().status().as_u16(), 304, "{path}");
        let other = house.request(&caller, Method::GET, path).header(IF_NONE_MATCH, "\"v0\"");
        assert_eq!(other.send().await.unwrap().status().as_u16(), 200, "{path}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_paged_and_filtered() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let atlas = house.running().parts.world.snapshot().load();
    let mut found = Vec::new();
    let mut path = "/v1/areas?limit=200".to_owned();
    loop {
        let page = house.get(&caller, &path).await.expect(200).json();
        for item in page["items"].as_array().unwrap() {
            found.push(item["area_id"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/areas?limit=200&cursor={cursor}");
    }
    let ids: Vec<&str> = atlas.areas().iter().map(|area| area.id().as_str()).collect();
    assert_eq!(found, ids);

    let page =
        house.get(&caller, "/v1/areas?country=ke&level=4&status=open").await.expect(200).json();
    let items = page["items"].as_array().unwrap();
    assert!(!items.is_empty());
    for item in items {
        assert_eq!((&item["country"], &item["security_level"]), (&"KE".into(), &4.into()));
    }
    let level = SecurityLevel::new(6).unwrap();
    let extreme = atlas.areas().iter().filter(|area| area.state.security_level == level).count();
    let page = house.get(&caller, "/v1/areas?level=6&limit=200").await.expect(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), extreme);
    let refused = house.get(&caller, "/v1/areas?level=7&status=gone&x=1").await.expect(422).json();
    let pointers: Vec<&str> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["?level", "?status", "?x"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_world_tells_what_it_is_and_where_it_comes_from() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let world = house.get(&caller, "/v1/world").await.expect(200).json();
    assert_eq!(world["world_version"], 1);
    assert_eq!((&world["demonstration"], &world["stale"]), (&true.into(), &false.into()));
    let counts = &world["counts"];
    for (what, count) in [
        ("countries", 250),
        ("territories", 262),
        ("areas", 4_596),
        ("airports", 19_841),
        ("scheduled_airports", 4_352),
        ("cities", 34_006),
        ("subdivisions", 5_070),
        ("airlines", 6_136),
        ("fences", 0),
    ] {
        assert_eq!(counts[what], count, "{what}");
    }
    let sources: Vec<&str> = world["attributions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attribution| attribution["source"].as_str().unwrap())
        .collect();
    for source in
        ["Natural Earth", "OurAirports", "GeoNames", "OpenFlights", "Unicode CLDR", "OCHA"]
    {
        assert!(sources.contains(&source), "{source}");
    }
    let text = world["notices"].to_string();
    assert!(text.contains("invented") && text.contains("de facto"), "{text}");
    house.close().await;
}
