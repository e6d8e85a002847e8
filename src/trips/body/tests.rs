//! The fast path and the slow path agree; every bad body is named at its place.

use fastrand::Rng;
use serde_json::{Value, json};

use super::form::defects;
use super::{Reading, TripBody, fields, read};

/// The body of the documentation (api.md).
fn example() -> Value {
    json!({
        "trip_kind": "official", "purpose": "duty_travel", "purpose_text": "Field monitoring",
        "pc_grade": "PC2",
        "travellers": [{"person_id": "018f0000-0000-7000-8000-000000000001"}],
        "segments": [
            {"seq": 1, "mode": "air_commercial", "carrier_code": "ET", "flight_no": "ET308",
             "from": {"airport": "ADD"}, "to": {"airport": "NBO"},
             "departs_at": "2026-12-01T08:30:00+03:00", "arrives_at": "2026-12-01T10:45:00+03:00"},
            {"seq": 2, "mode": "road_own",
             "from": {"city": 184_745}, "to": {"lon": 36.07, "lat": -0.30, "place": "Nakuru"},
             "route_points": [[36.65, -0.95]], "airside_transit": false,
             "departs_at": "2026-12-03T07:00:00+03:00", "arrives_at": "2026-12-03T11:00:00+03:00"}
        ],
        "until": "2026-12-09",
        "lodging": [{"area_id": "KEN-890", "kind": "hotel", "name": "Lake View", "lon": 36.07,
                     "lat": -0.29, "phone": "+254…", "from": "2026-12-03"}],
        "private_days": [{"from": "2026-12-05", "to": "2026-12-06"}],
        "external_refs": [{"system": "umoja", "id": "TR-991"}],
        "mscr_id": null, "open_ended": false, "organization": "unicef",
        "fields": {"host_permit_no": "KE/1"}
    })
}

fn accepted(body: &Value) -> bool {
    serde_json::from_value::<TripBody>(body.clone()).is_ok()
}

fn named(body: &Value) -> Vec<(String, String)> {
    match read(body.to_string().as_bytes()).unwrap() {
        Reading::Sound(_) => Vec::new(),
        Reading::Unsound(faults, _) => {
            faults.into_iter().map(|f| (f.pointer, f.code.to_owned())).collect()
        }
    }
}

#[test]
fn example_is_sound_and_reads_back() {
    let body = example();
    assert_eq!(named(&body), []);
    let read: TripBody = serde_json::from_value(body).unwrap();
    let again: TripBody = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
    assert_eq!(read, again);
}

#[test]
fn each_defect_has_its_pointer_and_code() {
    let cases: &[(&str, Value, &str, &str)] = &[
        ("/trip_kind", json!("business"), "/trip_kind", "CHOICE"),
        ("/purpose", json!(7), "/purpose", "CHOICE"),
        ("/pc_grade", json!("PC9"), "/pc_grade", "CHOICE"),
        ("/purpose_text", json!(4), "/purpose_text", "TYPE"),
        ("/purpose_text", json!("a\u{0}b"), "/purpose_text", "FORMAT"),
        ("/organization", json!("x".repeat(201)), "/organization", "FORMAT"),
        ("/travellers", json!([]), "/travellers", "LENGTH"),
        ("/travellers", json!({}), "/travellers", "TYPE"),
        ("/travellers/0/person_id", json!("me"), "/travellers/0/person_id", "FORMAT"),
        ("/travellers/0", json!({}), "/travellers/0/person_id", "REQUIRED"),
        ("/segments", json!(vec![json!({}); 61]), "/segments", "LENGTH"),
        ("/segments/0/seq", json!(-1), "/segments/0/seq", "TYPE"),
        ("/segments/0/mode", json!("rocket"), "/segments/0/mode", "CHOICE"),
        ("/segments/0/from", json!({}), "/segments/0/from", "PLACE_FORM"),
        ("/segments/0/from", json!({"lon": 3.0}), "/segments/0/from", "PLACE_FORM"),
        (
            "/segments/0/to",
            json!({"airport": "NBO", "area_id": "KEN-890"}),
            "/segments/0/to",
            "PLACE_FORM",
        ),
        ("/segments/0/to", json!({"port": "MBA"}), "/segments/0/to/port", "UNKNOWN_FIELD"),
        ("/segments/0/to", json!({"city": "NBO"}), "/segments/0/to/city", "TYPE"),
        ("/segments/1/to/lat", json!(91), "/segments/1/to/lat", "COORDINATES_IMPOSSIBLE"),
        ("/segments/1/to/lon", json!("NaN"), "/segments/1/to/lon", "COORDINATES_IMPOSSIBLE"),
        (
            "/segments/1/route_points/0",
            json!([36.65, -90.01]),
            "/segments/1/route_points/0",
            "COORDINATES_IMPOSSIBLE",
        ),
        (
            "/segments/1/route_points",
            json!(vec![[1.0, 2.0]; 501]),
            "/segments/1/route_points",
            "LENGTH",
        ),
        (
            "/segments/0/departs_at",
            json!("2026-12-01T08:30:00"),
            "/segments/0/departs_at",
            "TIME_OFFSET_MISSING",
        ),
        ("/segments/0/arrives_at", json!("soon"), "/segments/0/arrives_at", "FORMAT"),
        (
            "/segments/0/arrives_at",
            json!("9026-12-01T08:30:00Z"),
            "/segments/0/arrives_at",
            "FORMAT",
        ),
        ("/until", json!("2026-02-30"), "/until", "FORMAT"),
        ("/open_ended", json!("yes"), "/open_ended", "TYPE"),
        ("/mscr_id", json!("7"), "/mscr_id", "FORMAT"),
        ("/fields", json!({"vehicle": 3}), "/fields/vehicle", "TYPE"),
        ("/lodging/0/kind", json!("tent"), "/lodging/0/kind", "CHOICE"),
        ("/external_refs/0", json!({"system": "x"}), "/external_refs/0/id", "REQUIRED"),
    ];
    for (at, value, pointer, code) in cases {
        let mut body = example();
        *body.pointer_mut(at).unwrap() = value.clone();
        let found = named(&body);
        let wanted = ((*pointer).to_owned(), (*code).to_owned());
        assert!(found.contains(&wanted), "{at} = {value}: {found:?}");
    }
}

#[test]
fn all_defects_at_once() {
    let mut body = example();
    body["purpose"] = json!("tourism");
    body["segments"][0]["from"]["airprt"] = json!("ADD");
    body["segments"][1]["to"]["lat"] = json!(-91);
    body["colour/of~car"] = json!("red");
    body.as_object_mut().unwrap().remove("travellers");
    let mut found: Vec<String> = named(&body).into_iter().map(|(pointer, _)| pointer).collect();
    found.sort();
    assert_eq!(
        found,
        [
            "/colour~1of~0car",
            "/purpose",
            "/segments/0/from/airprt",
            "/segments/1/to/lat",
            "/travellers"
        ]
    );
}

#[test]
fn a_field_given_twice_is_refused() {
    let text = example().to_string().replacen('{', "{\"purpose\": \"meeting\", ", 1);
    let Ok(Reading::Unsound(faults, _)) = read(text.as_bytes()) else { panic!("was read") };
    assert_eq!(faults.iter().map(|f| f.code).collect::<Vec<_>>(), ["INVALID"]);
}

#[test]
fn no_json_is_told_apart() {
    for text in ["", "{", "{\"a\": NaN}", "{} {}", "\u{feff}{}", "[1e999]"] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
    assert!(matches!(read(b"[]"), Ok(Reading::Unsound(..))));
}

/// Whatever is done to a body, the fast path takes it exactly when the slow path finds nothing.
#[test]
fn fast_and_slow_path_agree() {
    let mut rng = Rng::with_seed(41);
    let mut refused = 0_u32;
    for round in 0..4_000 {
        let mut body = example();
        for _ in 0..rng.usize(0..3) {
            damage(&mut body, &mut rng);
        }
        let found = defects(&fields::TRIP, &body);
        assert_eq!(accepted(&body), found.is_empty(), "round {round}: {found:?} in {body}");
        refused += u32::from(!found.is_empty());
    }
    assert!((1_000..3_500).contains(&refused), "the generator is one-sided: {refused}");
}

fn damage(value: &mut Value, rng: &mut Rng) {
    match value {
        Value::Object(map) if !map.is_empty() && rng.u8(..) > 30 => match rng.u8(0..12) {
            0 => {
                map.insert("extra".to_owned(), json!(1));
            }
            1 => {
                let name = map.keys().nth(rng.usize(..map.len())).unwrap().clone();
                map.remove(&name);
            }
            _ => {
                let at = rng.usize(..map.len());
                damage(map.values_mut().nth(at).unwrap(), rng);
            }
        },
        Value::Array(items) if !items.is_empty() && rng.u8(..) > 30 => {
            let at = rng.usize(..items.len());
            damage(&mut items[at], rng);
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => *value = odd_value(rng),
    }
}

fn odd_value(rng: &mut Rng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(90),
        json!(""),
        json!("x"),
        json!("official"),
        json!("NaN"),
        json!([]),
        json!([1, 2]),
        json!([200, 2]),
        json!({}),
        json!({"airport": "NBO"}),
        json!("2026-12-01"),
        json!("2026-12-01T08:30:00Z"),
        json!("2026-12-01T08:30:00"),
        json!("y".repeat(201)),
        json!("018f0000-0000-7000-8000-000000000001"),
        json!(70_000),
        json!("PC1"),
    ];
    values[rng.usize(..values.len())].clone()
}
