//! Arrival, briefing, departure, and that nobody came.

use jiff::{SignedDuration, Timestamp};
use safeconduct::access::Role;
use safeconduct::model::{AreaPolicy, ArrivalRule};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, NAKURU, Stage, Standing};

/// A ceiling, so that places can be counted.
fn counted(policy: &mut AreaPolicy) {
    policy.ceilings.total = Some(100);
    policy.arrival = Some(ArrivalRule::ConfirmWithin(24));
}

pub(super) async fn stage() -> Stage {
    Stage::set(&[Standing { policy: counted, ..Standing::at_level(NAIROBI, 1) }]).await
}

/// Reports with a key that nobody used.
pub(super) async fn report(
    stage: &Stage,
    caller: &Caller,
    clearance: &str,
    what: &str,
    body: &Value,
) -> Answer {
    let path = format!("/v1/stays/{clearance}/{what}");
    stage.house.post_once(caller, &path, &Uuid::new_v4().to_string(), body).await
}

/// A clearance for two nights in Nairobi, so many days ahead.
pub(super) async fn cleared(stage: &Stage, traveller: &Caller, ahead: i32) -> String {
    let trip = stage.submit(traveller, &stage.to_nairobi(traveller, ahead, 2)).await.expect(201);
    let clearance = &trip.json()["clearances"][0];
    assert_eq!(clearance["state"], "cleared", "{clearance}");
    clearance["clearance_id"].as_str().unwrap().to_owned()
}

/// Moves the database's clock to so many hours after the planned arrival of a trip so many days
/// ahead, and gives the caller a token of that time.
pub(super) async fn arrive_plus(
    stage: &Stage,
    callers: &mut [&mut Caller],
    ahead: i32,
    hours: i64,
) {
    let planned: Timestamp = stage.at(ahead, "10:45").parse().unwrap();
    to(stage, callers, planned + SignedDuration::from_hours(hours)).await;
}

/// Moves the database's clock to an instant.
#[expect(clippy::disallowed_methods, reason = "the offset is from the machine's own time")]
pub(super) async fn to(stage: &Stage, callers: &mut [&mut Caller], at: Timestamp) {
    let house = &stage.house;
    house.database().move_clock(at.duration_since(Timestamp::now())).await;
    house.running().parts.clock.refresh(&house.running().parts.database).await.unwrap();
    for caller in callers {
        let claims = house.issuer().claims(&caller.subject, house.now());
        caller.token = house.issuer().key().sign(&claims);
    }
}

fn states(answer: &Answer) -> (String, Vec<bool>) {
    let body = answer.json();
    let kinds = ["arrived_at", "briefed_at", "departed_at", "no_show_at"];
    let known = kinds.map(|kind| !body[kind].is_null()).to_vec();
    (body["state"].as_str().unwrap().to_owned(), known)
}

async fn committed(stage: &Stage) -> i64 {
    stage.count("SELECT coalesce(sum(committed), 0)::bigint FROM night_count").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stay_from_its_arrival_to_its_end() {
    let stage = stage().await;
    let mut traveller = stage.person("unicef").await;
    let clearance = cleared(&stage, &traveller, 10).await;
    assert_eq!(committed(&stage).await, 2);
    // nobody is there ten days early
    let early = report(&stage, &traveller, &clearance, "arrive", &json!({})).await.expect(409);
    assert_eq!(early.json()["code"], "OUT_OF_WINDOW");
    arrive_plus(&stage, &mut [&mut traveller], 10, 1).await;
    let here = json!({"place": "Park Side"});
    let arrived = report(&stage, &traveller, &clearance, "arrive", &here).await.expect(200);
    assert_eq!(states(&arrived), ("cleared".to_owned(), vec![true, false, false, false]));
    let travelling = "SELECT count(*) FROM trip WHERE state = 'travelling'";
    assert_eq!(stage.count(travelling).await, 1);
    // said again it is the same
    let again = report(&stage, &traveller, &clearance, "arrive", &json!({})).await.expect(200);
    assert_eq!(again.json(), arrived.json());
    let briefed = report(&stage, &traveller, &clearance, "briefed", &json!({})).await.expect(200);
    assert_eq!(states(&briefed).1, [true, true, false, false]);
    let nobody = report(&stage, &traveller, &clearance, "no-show", &json!({})).await.expect(409);
    assert_eq!(nobody.json()["code"], "ALREADY_ARRIVED");
    arrive_plus(&stage, &mut [&mut traveller], 10, 30).await;
    let left = report(&stage, &traveller, &clearance, "depart", &json!({})).await.expect(200);
    assert_eq!(states(&left), ("completed".to_owned(), vec![true, true, true, false]));
    assert_eq!(committed(&stage).await, 0);
    assert_eq!(stage.count("SELECT count(*) FROM trip WHERE state = 'completed'").await, 1);
    let told = "SELECT count(*) FROM outbox, json_array_elements(events) AS e \
                WHERE e ->> 'kind' IN ('stay.arrived', 'stay.briefed', 'stay.departed')";
    assert_eq!(stage.count(told).await, 3);
    // where somebody is stands in no event and no ledger entry
    let astray = "SELECT count(*) FROM outbox WHERE events::text LIKE '%Park Side%'";
    assert_eq!(stage.count(astray).await, 0);
    let witness = "SELECT count(*) FROM ledger_entry WHERE capacity = 'witness' \
                   AND to_state = 'completed' AND person_id IS NOT NULL";
    assert_eq!(stage.count(witness).await, 1);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_come_gives_the_place_back_after_a_day() {
    let stage = stage().await;
    let mut traveller = stage.person("unicef").await;
    let mut coordinator = stage
        .house
        .caller(Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]))
        .await;
    let clearance = cleared(&stage, &traveller, 10).await;
    let both = &mut [&mut traveller, &mut coordinator];
    arrive_plus(&stage, both, 10, 20).await;
    let early = report(&stage, &coordinator, &clearance, "no-show", &json!({})).await.expect(409);
    assert_eq!(early.json()["code"], "TOO_EARLY");
    assert!(early.json()["not_before"].is_string());
    assert_eq!(committed(&stage).await, 2);
    arrive_plus(&stage, &mut [&mut traveller, &mut coordinator], 10, 25).await;
    let missed = report(&stage, &coordinator, &clearance, "no-show", &json!({})).await.expect(200);
    assert_eq!(states(&missed), ("expired".to_owned(), vec![false, false, false, true]));
    assert_eq!(committed(&stage).await, 0);
    let late = report(&stage, &traveller, &clearance, "arrive", &json!({})).await.expect(409);
    assert_eq!(late.json()["code"], "STAY_OVER");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_expected_without_a_clearance() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let mut traveller = stage.person("unicef").await;
    let trip = stage.submit(&traveller, &stage.to_nairobi(&traveller, 10, 2)).await.expect(201);
    let clearance = trip.json()["clearances"][0]["clearance_id"].as_str().unwrap().to_owned();
    arrive_plus(&stage, &mut [&mut traveller], 10, 1).await;
    for what in ["arrive", "depart", "briefed"] {
        let refused = report(&stage, &traveller, &clearance, what, &json!({})).await.expect(409);
        assert_eq!(refused.json()["code"], "NOT_POSITIVE", "{what}");
        assert_eq!(refused.json()["state"], "pending_review");
    }
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_for_those_concerned_and_well_formed() {
    let stage = stage().await;
    let mut traveller = stage.person("unicef").await;
    let clearance = cleared(&stage, &traveller, 10).await;
    let elsewhere = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAKURU]);
    let other_focal = Someone::person().of_organization(Role::TravelFocalPoint, "wfp");
    let mut strangers = [
        stage.person("unicef").await,
        stage.house.caller(elsewhere).await,
        stage.house.caller(other_focal).await,
        stage.erp("unicef").await,
    ];
    let warden = Someone::person().of_areas(Role::Warden, &[NAIROBI]);
    let mut warden = stage.house.caller(warden).await;
    let focal = Someone::person().of_organization(Role::TravelFocalPoint, "unicef");
    let mut focal = stage.house.caller(focal).await;
    arrive_plus(&stage, &mut strangers.iter_mut().collect::<Vec<_>>(), 10, 1).await;
    arrive_plus(&stage, &mut [&mut traveller, &mut warden, &mut focal], 10, 1).await;
    for stranger in &strangers {
        report(&stage, stranger, &clearance, "arrive", &json!({})).await.expect(404);
    }
    let path = format!("/v1/stays/{clearance}/arrive");
    let keyless = stage.house.post(&traveller, &path, &json!({})).await.expect(400);
    assert_eq!(keyless.json()["code"], "IDEMPOTENCY_KEY_MISSING");
    let body = json!({"at": "yesterday", "place": "", "mood": "fine"});
    let faulty = report(&stage, &traveller, &clearance, "arrive", &body).await.expect(422);
    let told: Vec<String> = faulty.faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(told, ["/at", "/place", "/mood"]);
    let tomorrow = json!({"at": stage.at(11, "12:00")});
    let ahead = report(&stage, &traveller, &clearance, "arrive", &tomorrow).await.expect(422);
    assert_eq!(ahead.faults(), [("/at".to_owned(), "FUTURE".to_owned())]);
    report(&stage, &warden, &clearance, "arrive", &json!({})).await.expect(200);
    let before = json!({"at": stage.at(10, "08:00")});
    let refused = report(&stage, &focal, &clearance, "depart", &before).await.expect(409);
    assert_eq!(refused.json()["code"], "BEFORE_ARRIVAL");
    report(&stage, &focal, &clearance, "briefed", &json!({})).await.expect(200);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gets_the_same_answer() {
    let stage = stage().await;
    let mut traveller = stage.person("unicef").await;
    let clearance = cleared(&stage, &traveller, 10).await;
    arrive_plus(&stage, &mut [&mut traveller], 10, 1).await;
    let path = format!("/v1/stays/{clearance}/depart");
    let first = stage.house.post_once(&traveller, &path, "once", &json!({})).await.expect(200);
    let again = stage.house.post_once(&traveller, &path, "once", &json!({})).await.expect(200);
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let other = json!({"place": "elsewhere"});
    let reused = stage.house.post_once(&traveller, &path, "once", &other).await.expect(422);
    assert_eq!(reused.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    stage.house.close().await;
}

/// whatever is reported by whomever at once, the counts equal a recount.
#[tokio::test(flavor = "multi_thread")]
async fn counts_after_departures_and_no_shows_equal_a_recount() {
    let stage = stage().await;
    let mut travellers = Vec::new();
    for _ in 0..12 {
        let traveller = stage.person("unicef").await;
        let clearance = cleared(&stage, &traveller, 10).await;
        travellers.push((traveller, clearance));
    }
    assert_eq!(committed(&stage).await, 24);
    let callers = &mut travellers.iter_mut().map(|(caller, _)| caller).collect::<Vec<_>>();
    arrive_plus(&stage, callers, 10, 25).await;
    let words = ["arrive", "depart", "no-show"];
    let empty = json!({});
    let reports = travellers.iter().enumerate().flat_map(|(n, (traveller, clearance))| {
        let spoken = words.iter().cycle().skip(n).take(1 + n % 3);
        spoken.map(|word| report(&stage, traveller, clearance, word, &empty))
    });
    for answer in futures_util::future::join_all(reports).await {
        assert!(matches!(answer.status, 200 | 409), "{}", answer.text);
    }
    let positive = stage
        .count("SELECT coalesce(sum(cardinality(place_nights)), 0)::bigint FROM clearance WHERE state = 'cleared'")
        .await;
    assert_eq!(committed(&stage).await, positive);
    let over = "SELECT count(*) FROM clearance WHERE state IN ('completed', 'expired')";
    assert!(stage.count(over).await >= 8);
    let both = "SELECT count(*) FROM stay_presence WHERE arrived_at IS NOT NULL \
                AND no_show_at IS NOT NULL";
    assert_eq!(stage.count(both).await, 0);
    stage.house.close().await;
}
