//! Random amendments on a real database: a stay that no change touches never loses its decision, and
//! everything that is counted equals a recount.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};

use super::amending::amend;
use super::stage::{NAIROBI, NAKURU, Stage, Standing};
use crate::harness::{Caller, environment};
use crate::record::recount::everything_recounts;

/// A trip with its traveller, as the test changes it.
struct Travel {
    traveller: Caller,
    trip: Value,
    /// What is submitted now.
    body: Value,
    /// Days from today of the first departure.
    ahead: i32,
}

/// A change, and the stays of the documentation's trip (Nairobi, Nakuru, Nairobi) that it touches.
fn change(stage: &Stage, rng: &mut Rng, travel: &mut Travel) -> (Value, Vec<usize>) {
    let days = |first: i32, rng: &mut Rng, spread: i32| first + rng.i32(-spread..=spread);
    match rng.u8(..7) {
        0 => {
            let day = days(travel.ahead, rng, 3).min(travel.ahead + 1);
            travel.body["segments"][0]["departs_at"] = json!(stage.at(day, "08:30"));
            travel.body["segments"][0]["arrives_at"] = json!(stage.at(day, "10:45"));
            (json!({"segments": travel.body["segments"]}), vec![0])
        }
        1 => {
            let day = days(travel.ahead + 6, rng, 3).max(travel.ahead + 5);
            travel.body["segments"][3]["departs_at"] = json!(stage.at(day, "09:00"));
            travel.body["segments"][3]["arrives_at"] = json!(stage.at(day, "11:10"));
            (json!({"segments": travel.body["segments"]}), vec![2])
        }
        2 => {
            travel.body["lodging"][1]["name"] = json!(format!("House {}", rng.u8(..)));
            (json!({"lodging": travel.body["lodging"]}), vec![1])
        }
        3 => {
            travel.body["segments"][0]["flight_no"] = json!(format!("ET{}", rng.u16(100..999)));
            (json!({"segments": travel.body["segments"]}), vec![])
        }
        4 => {
            let grade = ["PC1", "PC2", "PC3"][rng.usize(..3)];
            travel.body["pc_grade"] = json!(grade);
            (json!({"pc_grade": grade}), vec![0, 1, 2])
        }
        5 => {
            travel.body["purpose_text"] = json!(format!("Monitoring {}", rng.u8(..)));
            (json!({"purpose_text": travel.body["purpose_text"]}), vec![])
        }
        _ => {
            travel.body["lodging"][0]["phone"] = json!(format!("+254 {}", rng.u16(..)));
            (json!({"lodging": travel.body["lodging"]}), vec![])
        }
    }
}

/// The decision that answers for each of the three stays: the newest of its area and turn.
fn newest(answer: &Value) -> BTreeMap<usize, (String, String)> {
    let clearances = answer["clearances"].as_array().unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let mut found = BTreeMap::new();
    let nakuru = clearances.iter().find(|one| one["area_id"] == NAKURU).unwrap();
    for one in clearances {
        let place = match (one["area_id"] == NAKURU, &one["arrive"]) {
            (true, _) => 1,
            (false, arrive) if arrive.as_str() < nakuru["arrive"].as_str() => 0,
            (false, _) => 2,
        };
        let told = (text(one, "clearance_id"), text(one, "state"));
        let slot = found.entry(place).or_insert_with(|| told.clone());
        if told.0 > slot.0 {
            *slot = told;
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_stay_never_loses_its_decision_and_counts_equal_a_recount() {
    let stage = Stage::set(&[
        Standing {
            policy: |policy| {
                policy.ceilings.total = Some(3);
                policy.auto_quota_per_day = Some(3);
            },
            ..Standing::at_level(NAIROBI, 1)
        },
        Standing {
            policy: |policy| policy.ceilings.total = Some(4),
            ..Standing::at_level(NAKURU, 4)
        },
    ])
    .await;
    let mut rng = Rng::with_seed(11);
    let mut travels = Vec::new();
    for n in 0..6 {
        let traveller = stage.person("unicef").await;
        let ahead = 20 + n % 3;
        let body = stage.example(&traveller, ahead);
        let trip = stage.submit(&traveller, &body).await.expect(201).json();
        travels.push(Travel { traveller, trip, body, ahead });
    }
    let client = stage.house.database().connect().await;
    for round in 0..environment().count(6_000) {
        let travel = &mut travels[rng.usize(..6)];
        let path = format!("/v1/trips/{}", travel.trip["trip_id"].as_str().unwrap());
        let before = stage.house.get(&travel.traveller, &path).await.expect(200).json();
        let (patch, touched) = change(&stage, &mut rng, travel);
        let answer =
            amend(&stage, &travel.traveller, &travel.trip, &patch).await.expect(200).json();
        let (old, new) = (newest(&before), newest(&answer));
        for stay in (0..3).filter(|stay| !touched.contains(stay)) {
            // one that waits for a place alone may have been given it meanwhile
            let given = old[&stay].1 == "pending_review" && new[&stay].1 == "cleared";
            let same = old[&stay].0 == new[&stay].0 && (old[&stay].1 == new[&stay].1 || given);
            assert!(same, "round {round}, stay {stay}: {old:?}, {new:?} by {patch}\n{answer:#}");
        }
        let stored = stage.house.get(&travel.traveller, &path).await.expect(200).json();
        assert_eq!(newest(&stored).keys().count(), 3, "round {round}");
        if round % 20 == 0 {
            everything_recounts(&client).await;
        }
    }
    everything_recounts(&client).await;
    let over = "SELECT count(*) FROM night_count WHERE area_id = 'KEN-1196' AND committed > 3";
    assert_eq!(stage.count(over).await, 0, "no ceiling is exceeded by rule");
    drop(client);
    stage.house.close().await;
}
