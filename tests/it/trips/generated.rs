//! Random trips: a check says what submitting does, a remedy leads where it says, and what was
//! stored decides again to the same.

use std::collections::BTreeSet;

use fastrand::Rng;
use futures_util::future::join_all;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::remedies::try_out;
use super::stage::{BETWEEN, NAIROBI, NAKURU, Stage, Standing};
use super::submitting::without_ids;
use crate::harness::{Caller, Someone, environment};

/// Trips of one traveller, eight days apart so that none overlaps another.
const TRIPS_EACH: usize = 25;
/// Travellers at the same time, so that the whole count comes to an end.
const SIDE_BY_SIDE: usize = 8;

#[derive(Default)]
struct Seen {
    outcomes: BTreeSet<String>,
    remedies: usize,
    replays: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn check_equals_submit_remedies_hold_and_replay_is_equal() {
    let stage = Stage::set(&[
        Standing::at_level(NAKURU, 3),
        Standing::at_level(BETWEEN, 4),
        Standing {
            policy: |policy| policy.required_fields = vec!["vehicle".into()],
            ..Standing::at_level(NAIROBI, 5)
        },
    ])
    .await;
    let reader = stage.house.caller(Someone::person().holding(Role::Usg)).await;
    let rounds = environment().count(100_000) / SIDE_BY_SIDE;
    let lanes = (0_u64..).take(SIDE_BY_SIDE).map(|lane| try_trips(&stage, &reader, lane, rounds));
    let mut seen = Seen::default();
    for mut lane in join_all(lanes).await {
        seen.outcomes.append(&mut lane.outcomes);
        seen.remedies += lane.remedies;
        seen.replays += lane.replays;
    }
    assert!(seen.outcomes.len() >= 4, "the generator is one-sided: {:?}", seen.outcomes);
    assert!(seen.remedies > 0 && seen.replays > seen.remedies / 10, "nothing was tried");
    stage.house.close().await;
}

/// Tries trips one after the other, each traveller's own. A lane has flights of its own: how many
/// others are on a flight is said, and must not change between a check and its submission.
async fn try_trips(stage: &Stage, reader: &Caller, lane: u64, rounds: usize) -> Seen {
    let (mut seen, mut rng) = (Seen::default(), Rng::with_seed(7 + lane));
    let mut traveller = stage.person("unicef").await;
    for round in 0..rounds {
        if round % TRIPS_EACH == 0 {
            traveller = stage.person("unicef").await;
        }
        let ahead = 10 + i32::try_from(round % TRIPS_EACH).unwrap() * 8;
        let mut body = generated(stage, &traveller, &mut rng, ahead);
        for flight in body.pointer_mut("/segments").and_then(Value::as_array_mut).unwrap() {
            if let Some(number) = flight.get_mut("flight_no") {
                *number = json!(format!("{}{lane}", number.as_str().unwrap()));
            }
        }
        try_trip(stage, (&traveller, reader), &body, &mut seen).await;
    }
    seen
}

async fn try_trip(
    stage: &Stage,
    (traveller, reader): (&Caller, &Caller),
    body: &Value,
    seen: &mut Seen,
) {
    let checked = stage.house.post(traveller, "/v1/trips/check", body).await;
    if checked.status == 200 {
        let before = checked.json();
        for clearance in before["clearances"].as_array().unwrap() {
            for remedy in clearance["remedies"].as_array().unwrap() {
                try_out(stage, traveller, body, (&before, clearance, remedy)).await;
                seen.remedies += 1;
            }
        }
    }
    let submitted = stage.submit(traveller, body).await;
    if submitted.status != 201 {
        assert_eq!(checked.status, submitted.status, "{body}");
        assert_eq!(checked.faults(), submitted.faults(), "{body}");
        seen.outcomes.insert("refused".to_owned());
        return;
    }
    let (checked, submitted) = (checked.expect(200).json(), submitted.json());
    for clearance in submitted["clearances"].as_array().unwrap() {
        seen.outcomes.insert(clearance["outcome"].as_str().unwrap().to_owned());
        let id = clearance["clearance_id"].as_str().unwrap();
        let replay = stage.house.get(reader, &format!("/v1/clearances/{id}/replay")).await;
        assert_eq!(replay.expect(200).json()["equal"], true, "{id} of {body}");
        seen.replays += 1;
    }
    assert_eq!(without_ids(checked), without_ids(submitted), "{body}");
}

fn generated(stage: &Stage, traveller: &Caller, rng: &mut Rng, ahead: i32) -> Value {
    let mut body = if rng.bool() {
        stage.example(traveller, ahead)
    } else {
        stage.to_nairobi(traveller, ahead, 2)
    };
    if rng.bool() {
        body["fields"] = json!({"vehicle": "KAA 001A"});
    }
    match rng.u8(0..7) {
        0 => body["lodging"] = json!([]),
        1 => body["purpose"] = json!("meeting"),
        2 => {
            body["trip_kind"] = json!("personal");
            body["purpose"] = json!("private");
        }
        3 => body["segments"][0]["to"] = json!({"airport": "ZZZ"}),
        4 => body["pc_grade"] = json!("PC4"),
        5 => body["justification"] = json!("asked for today"),
        _ => {}
    }
    body
}
