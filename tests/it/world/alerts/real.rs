//! Real messages of several services, and broken ones.

use jiff::Timestamp;
use safeconduct::access::Land;
use safeconduct::world::{AlertState, Judged, country_of, judge, read_alert};

use super::scene::{Message, NAKURU, NAKURU_RING, Scene, of_kind, remarks};

macro_rules! message {
    ($name:literal) => {
        include_bytes!(concat!("messages/", $name, ".xml")).as_slice()
    };
}

fn codes(judged: &Judged) -> Vec<&'static str> {
    judged.remarks.iter().map(|remark| remark.code.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_messages_are_understood_at_their_time() {
    let scene = Scene::set().await;
    let world = scene.house.running().parts.world.snapshot();
    let atlas = world.load();
    let judged = |bytes: &[u8], land: &[&str], now: &str| {
        let reading = read_alert(bytes);
        assert!(reading.identity.is_some(), "{:?}", reading.faults);
        let countries = land.iter().map(|iso2| (*iso2).into()).collect();
        let land = Land { countries, ..Land::default() };
        let now: Timestamp = now.parse().unwrap();
        judge(&reading, &atlas, &land, now)
    };
    let touches = |judged: &Judged, iso2: &str| {
        let mut areas = judged.areas.iter();
        areas.any(|area| atlas.area(area).unwrap().country() == Some(iso2))
    };

    let storm = judged(message!("oasis12_thunderstorm"), &["US"], "2003-06-17T22:00:00Z");
    assert_eq!((storm.state, codes(&storm).as_slice()), (AlertState::Accepted, [].as_slice()));
    assert!(storm.suggestions[0].shape.is_some() && storm.suggestions[0].as_received);
    assert_eq!(storm.suggestions[0].effect.as_str(), "manual", "it is severe");
    assert!(touches(&storm, "US"));

    let orange = judged(message!("oasis12_homeland"), &["US"], "2003-04-03T00:00:00Z");
    assert_eq!(codes(&orange), ["NO_GEOMETRY", "NO_EXPIRY"]);
    assert!(orange.suggestions[0].shape.is_none());

    let quake = judged(message!("oasis12_earthquake"), &["US"], "2003-06-12T04:00:00Z");
    assert_eq!(codes(&quake), ["POINT_ONLY", "NO_EXPIRY", "PAST"]);
    assert!(touches(&quake, "US"), "the point tells the area");
    let first = judged(message!("oasis10_earthquake"), &["US"], "2003-06-12T04:00:00Z");
    assert_eq!(codes(&first), ["POINT_ONLY", "NO_EXPIRY", "PAST"]);

    let amber = judged(message!("oasis12_amber"), &["US"], "2003-06-12T06:00:00Z");
    let languages = |judged: &Judged| -> Vec<String> {
        judged.suggestions[0].texts.iter().map(|text| text.language.clone()).collect()
    };
    assert_eq!(
        (amber.suggestions.len(), languages(&amber)),
        (1, vec!["en-US".into(), "es-US".into()])
    );

    let wind = judged(message!("iceland_wind"), &["IS"], "2021-09-12T00:00:00Z");
    assert_eq!(wind.suggestions.len(), 1, "one place in two languages");
    assert_eq!(languages(&wind), ["is-IS", "en-US"]);
    assert_eq!(wind.suggestions[0].name, "Southeast gales");
    assert!(touches(&wind, "IS") && codes(&wind).is_empty(), "{:?}", wind.remarks);

    let cyclone = judged(message!("mexico_cyclone"), &["MX"], "2018-10-20T13:00:00Z");
    assert!(touches(&cyclone, "MX") && cyclone.suggestions[0].shape.is_some());
    let dam = judged(message!("taiwan_reservoir"), &["TW"], "2014-05-14T12:30:00Z");
    assert_eq!(codes(&dam), ["NO_GEOMETRY"]);
    let thunder = judged(message!("australia_thunderstorm"), &["AU"], "2019-01-16T04:00:00Z");
    assert!(touches(&thunder, "AU"), "the code AU-NSW tells the area");
    let snow = judged(message!("usa_blizzard11"), &["US"], "2021-12-27T17:00:00Z");
    assert_eq!(codes(&snow), ["NO_GEOMETRY"], "an empty polygon is none");

    let test = judged(message!("philippines_test"), &["PH"], "2014-11-03T12:00:00Z");
    assert_eq!((test.state, codes(&test)), (AlertState::NoEffect, vec!["NOT_ACTUAL"]));
    let over = judged(message!("usa_tsunami_over"), &["US"], "2013-01-05T11:00:00Z");
    assert_eq!((over.state, codes(&over)), (AlertState::NoEffect, vec!["EXPIRED"]));

    let country = |sender: &str| country_of(sender, &atlas).map(String::from);
    assert_eq!(country("CAP.Message@bom.gov.au").as_deref(), Some("AU"));
    assert_eq!(country("alerts@metoffice.gov.uk").as_deref(), Some("GB"));
    assert_eq!(country("IMO-Icelandic_Met_Office"), None);
    assert_eq!(country("w-nws.webmaster@noaa.gov"), None);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_messages_come_in_over_http_and_none_vanishes() {
    let scene = Scene::set().await;
    let messages = [
        (message!("oasis12_homeland"), "accepted"),
        (message!("oasis12_thunderstorm"), "no_effect"),
        (message!("oasis12_earthquake"), "accepted"),
        (message!("oasis12_amber"), "accepted"),
        (message!("oasis10_earthquake"), "accepted"),
        (message!("iceland_wind"), "no_effect"),
        (message!("taiwan_reservoir"), "no_effect"),
        (message!("philippines_test"), "no_effect"),
        (message!("mexico_cyclone"), "no_effect"),
        (message!("australia_thunderstorm"), "no_effect"),
        (message!("usa_tsunami_over"), "no_effect"),
        (message!("usa_blizzard11"), "no_effect"),
    ];
    for (bytes, state) in messages {
        let answer = scene.send_raw(&scene.feed, bytes).await.expect(201);
        let alert = answer.json();
        assert_eq!(alert["state"], state, "{alert}");
        assert!(alert["message"].is_object());
        let path = answer.header("location").to_owned();
        scene.house.get(&scene.official, &path).await.expect(200);
    }
    let listed = scene.house.get(&scene.official, "/v1/alerts?limit=200").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), messages.len());
    let whole = "SELECT count(*) FROM alert WHERE length(raw) > 0";
    assert_eq!(scene.count(whole).await, 12, "the bytes are kept");

    // the same again is a duplicate, without its bytes; with other content, with them
    let again = scene.send_raw(&scene.feed, messages[0].0).await.expect(201).json();
    assert_eq!(again["state"], "duplicate");
    assert!(remarks(&again).contains(&"DUPLICATE"), "{again}");
    assert!(again["duplicate_of"].is_string());
    assert_eq!(scene.count(whole).await, 12);
    let mut other = messages[0].0.to_vec();
    other.extend(b"<!-- -->");
    let other = scene.send_raw(&scene.feed, other).await.expect(201).json();
    assert_eq!(other["state"], "duplicate");
    assert_eq!(scene.count(whole).await, 13);
    assert!(scene.fences().await.is_empty());
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_serves_that_is_no_message_is_kept_with_the_reason() {
    let scene = Scene::set().await;
    for (bytes, reason) in
        [(message!("usa_heat_index"), "NOT_CAP"), (message!("mangled_homeland"), "NOT_XML")]
    {
        let alert = scene.send_raw(&scene.feed, bytes).await.expect(201).json();
        assert_eq!((&alert["state"], remarks(&alert)), (&"quarantined".into(), vec![reason]));
    }
    assert_eq!(scene.count("SELECT count(*) FROM alert WHERE length(raw) > 0").await, 2);
    scene.house.close().await;
}

/// What becomes of a message whose place is written in some way.
async fn placed(scene: &Scene, identifier: &str, area: &str) -> serde_json::Value {
    let message = Message { area: area.to_owned(), ..Message::about(&scene.house, identifier) };
    scene.send(&scene.adviser, &message).await
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_places_are_repaired_or_quarantined_with_the_reason() {
    let scene = Scene::set().await;
    let ring = |ring: &str| format!("<polygon>{ring}</polygon>");
    let sound = placed(&scene, "sound", &ring(NAKURU_RING)).await;
    let drawn = |alert: &serde_json::Value| of_kind(alert, "fence")[0]["geometry"].clone();
    assert_eq!((&sound["state"], remarks(&sound).len()), (&"accepted".into(), 0), "{sound}");
    assert_eq!(sound["area_ids"], serde_json::json!([NAKURU]));

    let (open, _) = NAKURU_RING.rsplit_once(' ').unwrap();
    let unclosed = placed(&scene, "unclosed", &ring(open)).await;
    assert_eq!((&unclosed["state"], remarks(&unclosed)), (&"repaired".into(), vec!["RING_CLOSED"]));
    assert_eq!(drawn(&unclosed), drawn(&sound));

    // by the land: the other way round it lies in the Arabian desert of another country
    let swapped = |text: &str| -> String {
        let pair = |pair: &str| {
            let (lat, lon) = pair.split_once(',').unwrap();
            format!("{lon},{lat}")
        };
        text.split(' ').map(pair).collect::<Vec<_>>().join(" ")
    };
    let by_land = placed(&scene, "by-land", &ring(&swapped(NAKURU_RING))).await;
    assert_eq!((&by_land["state"], remarks(&by_land)), (&"repaired".into(), vec!["AXES_SWAPPED"]));
    assert_eq!(drawn(&by_land), drawn(&sound));
    assert_eq!(of_kind(&by_land, "fence")[0]["as_received"], false);

    // by the numbers: no latitude is 120
    let far = placed(&scene, "by-numbers", &ring("121,14 121.5,14 121.5,14.5 121,14")).await;
    assert_eq!(far["state"], "repaired");
    assert!(remarks(&far).contains(&"AXES_SWAPPED"), "{far}");

    let crossing = "-0.35,36.00 -0.20,36.15 -0.35,36.15 -0.20,36.00 -0.35,36.00";
    let crossing = placed(&scene, "crossing", &ring(crossing)).await;
    assert_eq!(crossing["state"], "quarantined");
    assert_eq!(remarks(&crossing), ["GEOMETRY_CROSSING"]);
    let told = crossing["remarks"][0]["detail"].as_str().unwrap();
    assert!(told.contains("36.07") && told.contains("-0.27"), "the place: {told}");

    for (identifier, area, code) in [
        ("words", ring("somewhere near the lake"), "GEOMETRY_INVALID"),
        ("nan", ring("NaN,36 -0.3,36.1 -0.2,36"), "GEOMETRY_INVALID"),
        ("nowhere", ring("95,200 96,200 96,201 95,200"), "GEOMETRY_INVALID"),
        ("two", ring("-0.35,36.00 -0.20,36.15"), "GEOMETRY_INVALID"),
        ("wide", "<circle>-0.3,36.07 9000</circle>".to_owned(), "GEOMETRY_INVALID"),
        ("negative", "<circle>-0.3,36.07 -5</circle>".to_owned(), "GEOMETRY_INVALID"),
    ] {
        let alert = placed(&scene, identifier, &area).await;
        assert_eq!((&alert["state"], remarks(&alert)[0]), (&"quarantined".into(), code), "{alert}");
        assert!(alert["proposals"].as_array().unwrap().is_empty());
    }
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_becomes_a_ring_around_it() {
    let scene = Scene::set().await;
    let alert = placed(&scene, "circle", "<circle>-0.28,36.07 12.5</circle>").await;
    assert_eq!(alert["state"], "accepted", "{alert}");
    let geometry = &of_kind(&alert, "fence")[0]["geometry"];
    let ring = geometry["coordinates"][0][0].as_array().unwrap();
    let middle = safeconduct::model::LonLat::new(36.07, -0.28).unwrap();
    for pair in ring.windows(2) {
        let at =
            |point: &serde_json::Value| (point[0].as_f64().unwrap(), point[1].as_f64().unwrap());
        let ((a, b), (c, d)) = (at(&pair[0]), at(&pair[1]));
        for part in [0.0, 0.25, 0.5, 0.75] {
            let (lon, lat) = (a + (c - a) * part, b + (d - b) * part);
            let point = safeconduct::model::LonLat::new(lon, lat).unwrap();
            let km = safeconduct::atlas::distance_km(middle, point);
            assert!((12.5..12.7).contains(&km), "{km}");
        }
    }
    scene.house.close().await;
}
