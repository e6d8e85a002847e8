//! Headcounts: who is expected, who may open, see and close one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::reports::{arrive_plus, cleared, report};
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, NAKURU, Stage, Standing};

/// An area in which nobody of these tests sets foot.
pub(super) const ELSEWHERE: &str = "UGA-3300";

/// A person of headquarters.
pub(super) async fn usg(stage: &Stage) -> Caller {
    stage.house.caller(Someone::person().holding(Role::Usg)).await
}

/// Somebody with a role in areas.
pub(super) async fn office(stage: &Stage, role: Role, areas: &[&str]) -> Caller {
    stage.house.caller(Someone::person().of_areas(role, areas)).await
}

/// Gives somebody a duty station.
pub(super) async fn at_home(stage: &Stage, person: Uuid, area: &str, category: &str) {
    let client = stage.house.database().connect().await;
    let recruitment = if category == "staff_local" { "local" } else { "international" };
    let update = "UPDATE person SET duty_station_area_id = $2, category = $3, recruitment = $4 \
                  WHERE person_id = $1";
    client.execute(update, &[&person, &area, &category, &recruitment]).await.unwrap();
}

/// A local member of personnel whose duty station is Nairobi.
pub(super) async fn resident(stage: &Stage) -> Caller {
    let caller = stage.person("unicef").await;
    at_home(stage, caller.id, NAIROBI, "staff_local").await;
    caller
}

/// Opens a headcount with a key that nobody used.
pub(super) async fn opening(stage: &Stage, caller: &Caller, areas: &[&str]) -> Answer {
    let body = json!({"areas": areas, "reason": "Shots near the airport"});
    let key = Uuid::new_v4().to_string();
    stage.house.post_once(caller, "/v1/headcounts", &key, &body).await
}

/// Its id and path.
pub(super) async fn opened(stage: &Stage, caller: &Caller, areas: &[&str]) -> (String, String) {
    let opened = opening(stage, caller, areas).await.expect(201);
    let id = opened.json()["headcount_id"].as_str().unwrap().to_owned();
    assert_eq!(opened.header("location"), format!("/v1/headcounts/{id}"));
    let path = format!("/v1/headcounts/{id}");
    (id, path)
}

/// Says something of somebody with a key that nobody used.
pub(super) async fn respond(stage: &Stage, caller: &Caller, path: &str, body: &Value) -> Answer {
    let key = Uuid::new_v4().to_string();
    stage.house.post_once(caller, &format!("{path}/responses"), &key, body).await
}

/// Closes it with a key that nobody used.
async fn closing(stage: &Stage, caller: &Caller, path: &str) -> Answer {
    let key = Uuid::new_v4().to_string();
    stage.house.post_once(caller, &format!("{path}/close"), &key, &json!({})).await
}

/// Everybody whom a caller sees in it, over pages of two, by person.
pub(super) async fn entries(stage: &Stage, caller: &Caller, path: &str) -> BTreeMap<String, Value> {
    let first = format!("{path}?limit=2");
    let mut page = stage.house.get(caller, &first).await.expect(200).json();
    let mut items = page["items"].as_array().unwrap().clone();
    while let Some(cursor) = page["next_cursor"].as_str() {
        assert_eq!(page["items"].as_array().unwrap().len(), 2, "{page}");
        let next = format!("{first}&cursor={cursor}");
        page = stage.house.get(caller, &next).await.expect(200).json();
        items.extend(page["items"].as_array().unwrap().clone());
    }
    let count = items.len();
    let person = |entry: Value| (entry["person_id"].as_str().unwrap().to_owned(), entry);
    let entries: BTreeMap<String, Value> = items.into_iter().map(person).collect();
    assert_eq!(entries.len(), count, "everybody once");
    entries
}

fn ids(entries: &BTreeMap<String, Value>) -> Vec<String> {
    entries.keys().cloned().collect()
}

fn sorted(people: &[&Caller]) -> Vec<String> {
    let mut ids: Vec<String> = people.iter().map(|caller| caller.id.to_string()).collect();
    ids.sort_unstable();
    ids
}

/// A road trip from Nairobi to Nakuru and back two days later.
fn to_nakuru(stage: &Stage, traveller: &Caller, ahead: i32) -> Value {
    let mut body = stage.example(traveller, ahead);
    let legs = body["segments"].as_array_mut().unwrap();
    *legs = legs.drain(1..3).collect();
    let times = [(0, "07:00", "11:00"), (2, "13:00", "17:00")];
    for (n, (days, departs, arrives)) in times.into_iter().enumerate() {
        legs[n]["seq"] = json!(n + 1);
        legs[n]["departs_at"] = json!(stage.at(ahead + days, departs));
        legs[n]["arrives_at"] = json!(stage.at(ahead + days, arrives));
    }
    body["lodging"].as_array_mut().unwrap().remove(0);
    body
}

/// Registers private leave in Nakuru.
async fn on_private_leave(stage: &Stage, traveller: &Caller, ahead: i32) {
    let mut leave = to_nakuru(stage, traveller, ahead);
    leave["trip_kind"] = json!("personal");
    leave["purpose"] = json!("private");
    let leave = stage.submit(traveller, &leave).await.expect(201).json();
    assert_eq!(leave["clearances"][0]["state"], "notified", "{leave}");
}

/// Why somebody is counted, how that is known, and where: the column in which they stand.
fn column(there: &BTreeMap<String, Value>, id: Uuid) -> String {
    let entry = &there[&id.to_string()];
    let text = |name: &str| entry[name].as_str().unwrap();
    let left_behind = if entry["left_behind"] == true { ", left behind" } else { "" };
    let (basis, source, area) = (text("basis"), text("source"), text("area_id"));
    format!("{basis} by {source} in {area}{left_behind}")
}

/// Acceptance case 9 of the domain, and who stands in the other columns.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_stands_in_the_right_column() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    let mut usg = usg(&stage).await;
    let on_leave = resident(&stage).await;
    on_private_leave(&stage, &on_leave, 10).await;
    // cleared, and nobody saw them arrive
    let never_seen = stage.person("unicef").await;
    let unseen = cleared(&stage, &never_seen, 10).await;
    // local staff with family
    let local = resident(&stage).await;
    let child = stage.dependant(&local, "unicef").await;
    // left behind by somebody who serves elsewhere now
    let gone = stage.person("wfp").await;
    at_home(&stage, gone.id, ELSEWHERE, "staff_international").await;
    let left = stage.dependant(&gone, "wfp").await;
    at_home(&stage, left, NAIROBI, "eligible_family_member").await;
    // arrived, and then the clearance was revoked; undecided, and the day has passed
    let mut revoked = stage.person("unicef").await;
    let stays_on = cleared(&stage, &revoked, 10).await;
    let undecided = stage.person("unicef").await;
    let waits = to_nakuru(&stage, &undecided, 10);
    let waits = stage.submit(&undecided, &waits).await.expect(201).json();
    assert_eq!(waits["clearances"][0]["state"], "pending_review", "{waits}");
    // at home, and nobody any more
    let former = resident(&stage).await;
    let client = stage.house.database().connect().await;
    let deactivate = "UPDATE person SET status = 'deactivated' WHERE person_id = $1";
    client.execute(deactivate, &[&former.id]).await.unwrap();
    let silent = "DELETE FROM person_contact WHERE person_id = $1";
    client.execute(silent, &[&never_seen.id]).await.unwrap();
    let guest = stage.person("wfp").await;

    arrive_plus(&stage, &mut [&mut usg, &mut revoked], 10, 3).await;
    report(&stage, &revoked, &stays_on, "arrive", &json!({})).await.expect(200);
    let revoke =
        format!("UPDATE clearance SET state = 'revoked' WHERE clearance_id = '{stays_on}'");
    client.batch_execute(&revoke).await.unwrap();
    let (_, path) = opened(&stage, &usg, &[NAIROBI, NAKURU]).await;
    let warden = office(&stage, Role::Warden, &[NAIROBI]).await;
    let seen = json!({"person_id": guest.id, "status": "safe", "channel": "radio"});
    respond(&stage, &warden, &path, &seen).await.expect(200);

    let there = entries(&stage, &usg, &path).await;
    let at = |id: Uuid| column(&there, id);
    assert_eq!(at(on_leave.id), format!("visitor by itinerary in {NAKURU}"));
    assert_eq!(at(never_seen.id), format!("visitor by itinerary in {NAIROBI}"));
    assert_eq!(at(local.id), format!("resident by residence_list in {NAIROBI}"));
    assert_eq!(at(child), format!("dependant by residence_list in {NAIROBI}"));
    assert_eq!(at(left), format!("dependant by residence_list in {NAIROBI}, left behind"));
    assert_eq!(at(guest.id), format!("observed by warden in {NAIROBI}"));
    assert_eq!(at(revoked.id), format!("observed by self_report in {NAIROBI}"));
    assert_eq!(at(undecided.id), format!("possible by undecided_itinerary in {NAKURU}"));
    assert_eq!(there.len(), 8, "{there:?}");
    assert_eq!(there[&never_seen.id.to_string()]["clearance_id"], json!(unseen));
    for (id, entry) in &there {
        let unplanned = [guest.id, revoked.id].iter().any(|one| one.to_string() == *id);
        assert_eq!(entry["unplanned"], unplanned, "{entry}");
        assert_eq!(entry["has_phone"], *id != never_seen.id.to_string(), "{entry}");
    }
    let page = stage.house.get(&usg, &path).await.expect(200).json();
    let sentence = "8 expected: 1 safe, 0 not safe, 7 unaccounted; 1 of these has no phone";
    assert_eq!((&page["state"], &page["mix"]["sentence"]), (&json!("running"), &json!(sentence)));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_away_is_not_expected_at_home_and_who_should_have_left_is_marked() {
    let stage = Stage::set(&[]).await;
    let mut usg = usg(&stage).await;
    let (on_leave, local) = (resident(&stage).await, resident(&stage).await);
    on_private_leave(&stage, &on_leave, 10).await;
    let spouse = stage.dependant(&on_leave, "unicef").await;
    let visitor = stage.person("unicef").await;
    cleared(&stage, &visitor, 10).await;
    arrive_plus(&stage, &mut [&mut usg], 10, 3).await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let there = entries(&stage, &usg, &path).await;
    assert!(!there.contains_key(&on_leave.id.to_string()), "{there:?}");
    let left = format!("dependant by residence_list in {NAIROBI}, left behind");
    assert_eq!(column(&there, spouse), left);
    assert_eq!(column(&there, local.id), format!("resident by residence_list in {NAIROBI}"));
    assert_eq!(there[&visitor.id.to_string()]["overstays"], false);

    // a day after the stays nobody has said that the visitor left
    arrive_plus(&stage, &mut [&mut usg], 10, 24 * 3).await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI, NAKURU]).await;
    let there = entries(&stage, &usg, &path).await;
    assert_eq!(there[&visitor.id.to_string()]["overstays"], true);
    assert_eq!(column(&there, on_leave.id), format!("resident by residence_list in {NAIROBI}"));
    // and after three more, nobody expects it any more
    arrive_plus(&stage, &mut [&mut usg], 10, 24 * 6).await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let there = entries(&stage, &usg, &path).await;
    assert!(!there.contains_key(&visitor.id.to_string()), "{there:?}");
    assert_eq!(there.len(), 3);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_covers_every_area_opens_and_closes() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let (resident, there) = (resident(&stage).await, stage.person("wfp").await);
    at_home(&stage, there.id, NAKURU, "staff_international").await;
    let nakuru = office(&stage, Role::AreaSecurityCoordinator, &[NAKURU]).await;
    let beyond = opening(&stage, &nakuru, &[NAIROBI, NAKURU]).await.expect(403).json();
    assert_eq!(beyond["areas"], json!([NAIROBI]));
    let warden = office(&stage, Role::Warden, &[NAIROBI, NAKURU]).await;
    for nobody in [&resident, &warden] {
        opening(&stage, nobody, &[NAIROBI]).await.expect(403);
    }
    opening(&stage, &nakuru, &[NAKURU]).await.expect(201);
    let country = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(country).await;
    let (id, both) = opened(&stage, &official, &[NAIROBI, NAKURU, NAIROBI]).await;
    let (_, nairobi) = opened(&stage, &usg, &[NAIROBI]).await;

    // each sees the people of their own land
    let own = entries(&stage, &nakuru, &both).await;
    assert_eq!(ids(&own), sorted(&[&there]));
    let page = stage.house.get(&nakuru, &both).await.expect(200).json();
    assert_eq!(
        (&page["mix"]["expected"], &page["area_ids"]),
        (&json!(1), &json!([NAIROBI, NAKURU]))
    );
    assert_eq!(ids(&entries(&stage, &warden, &both).await), sorted(&[&resident, &there]));
    assert_eq!(ids(&entries(&stage, &official, &both).await), sorted(&[&resident, &there]));
    closing(&stage, &nakuru, &both).await.expect(403);
    for path in [nairobi.clone(), format!("{nairobi}/stream"), "/v1/headcounts/x".to_owned()] {
        stage.house.get(&nakuru, &path).await.expect(404);
    }
    closing(&stage, &nakuru, &nairobi).await.expect(404);
    closing(&stage, &resident, &nairobi).await.expect(404);
    let answer = json!({"person_id": resident.id, "status": "safe"});
    respond(&stage, &nakuru, &nairobi, &answer).await.expect(404);
    let of_nairobi = respond(&stage, &nakuru, &both, &answer).await;
    of_nairobi.expect(404);

    // nobody but security and those who are counted knows of it
    let stranger = stage.person("unicef").await;
    for path in [&both, &nairobi] {
        stage.house.get(&stranger, path).await.expect(404);
    }
    let list = |caller: &Caller, query: &str| {
        let (house, path) = (&stage.house, format!("/v1/headcounts{query}"));
        let caller = caller.clone();
        async move {
            let page = house.get(&caller, &path).await.expect(200).json();
            let items = page["items"].as_array().unwrap();
            let id = |one: &Value| one["headcount_id"].as_str().unwrap().to_owned();
            items.iter().map(id).collect::<Vec<_>>()
        }
    };
    assert!(list(&stranger, "").await.is_empty());
    assert_eq!(list(&resident, "").await.len(), 2);
    assert_eq!(list(&usg, "").await.len(), 3);
    assert_eq!(list(&nakuru, "?state=open").await.len(), 2);
    assert!(list(&usg, "?state=closed").await.is_empty());
    closing(&stage, &official, &both).await.expect(200);
    assert_eq!(list(&nakuru, "?state=closed").await, [id]);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_drawn_is_kept_and_every_area_it_touches_is_counted() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let resident = resident(&stage).await;
    let square = |west: f64, south: f64| {
        let (east, north) = (west + 0.02, south + 0.02);
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        json!({"type": "Polygon", "coordinates": [ring]})
    };
    let post = |body: Value| {
        let (house, usg, key) = (&stage.house, &usg, Uuid::new_v4().to_string());
        async move { house.post_once(usg, "/v1/headcounts", &key, &body).await }
    };
    let drawn = square(36.81, -1.29);
    let body = json!({"polygon": drawn, "reason": "Shots near the market"});
    let opened = post(body).await.expect(201).json();
    assert_eq!((&opened["polygon"], &opened["area_ids"]), (&drawn, &json!([NAIROBI])));
    let path = format!("/v1/headcounts/{}", opened["headcount_id"].as_str().unwrap());
    let page = stage.house.get(&usg, &path).await.expect(200).json();
    assert_eq!(page["polygon"], drawn);
    assert_eq!(page["items"][0]["person_id"], resident.id.to_string());

    let at_sea = post(json!({"polygon": square(-30.0, -30.0), "reason": "x"})).await.expect(422);
    assert_eq!(at_sea.faults(), [("/polygon".to_owned(), "RANGE".to_owned())]);
    let bow = json!({"type": "Polygon", "coordinates": [[[36.0, -1.0], [36.2, -1.2], [36.2, -1.0],
        [36.0, -1.2], [36.0, -1.0]]]});
    let crossed = post(json!({"polygon": bow, "reason": "x"})).await.expect(422);
    assert_eq!(crossed.faults()[0].0, "/polygon/coordinates");
    let all = post(json!({"areas": ["NOWHERE", NAIROBI, 7], "stray": 1})).await.expect(422);
    let found: Vec<(String, String)> = all.faults();
    let expected = [
        ("/areas/0", "AREA_UNKNOWN"),
        ("/areas/2", "TYPE"),
        ("/reason", "REQUIRED"),
        ("/stray", "UNKNOWN_FIELD"),
    ];
    assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let neither = post(json!({"reason": "x"})).await.expect(422);
    assert_eq!(neither.faults(), [("/areas".to_owned(), "REQUIRED".to_owned())]);
    let both = json!({"areas": [NAIROBI], "polygon": drawn, "reason": "x"});
    let both = post(both).await.expect(422);
    assert_eq!(both.faults(), [("/polygon".to_owned(), "CONTRADICTION".to_owned())]);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_when_it_opens_and_closes_and_nothing_of_anybody() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let resident = resident(&stage).await;
    let (id, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let hurt = json!({"person_id": resident.id, "status": "injured", "note": "a broken arm"});
    respond(&stage, &usg, &path, &hurt).await.expect(200);
    let key = Uuid::new_v4().to_string();
    let close = format!("{path}/close");
    let again = stage.house.post_once(&usg, &close, &key, &Value::Null).await.expect(200);
    assert_eq!(again.json()["state"], "closed");
    assert_eq!(again.json()["mix"]["injured"], 1);
    let replayed = stage.house.post_once(&usg, &close, &key, &Value::Null).await.expect(200);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    assert_eq!(replayed.text, again.text);
    let twice = closing(&stage, &usg, &path).await.expect(409).json();
    assert_eq!(twice["code"], "HEADCOUNT_CLOSED");
    let late = json!({"person_id": resident.id, "status": "safe"});
    let late = respond(&stage, &resident, &path, &late).await.expect(409).json();
    assert_eq!(late["code"], "HEADCOUNT_CLOSED");

    let client = stage.house.database().connect().await;
    let rows = client
        .query(
            "SELECT e.event::text FROM outbox AS o \
             CROSS JOIN LATERAL json_array_elements(o.events) AS e (event) \
             WHERE e.event ->> 'kind' LIKE 'headcount.%' ORDER BY o.outbox_id",
            &[],
        )
        .await
        .unwrap();
    let events: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let kinds = ["headcount.opened", "headcount.closed"];
    assert_eq!(events.len(), 2);
    for (event, kind) in events.iter().zip(kinds) {
        let told: Value = serde_json::from_str(event).unwrap();
        assert_eq!((&told["kind"], &told["headcount_id"]), (&json!(kind), &json!(id)));
        assert_eq!((&told["areas"], &told["organization"]), (&json!([NAIROBI]), &Value::Null));
        for secret in [resident.id.to_string().as_str(), "injured", "arm", "Shots", "Tester"] {
            assert!(!event.contains(secret), "{event}");
        }
    }
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_has_it_already_is_told_so() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let resident = resident(&stage).await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let first = stage.house.get(&usg, &path).await.expect(200);
    assert_eq!(first.json()["state"], "open");
    let again = |tag: String| {
        let request = stage.house.request(&usg, reqwest::Method::GET, &path);
        async move { Answer::read(request.header("if-none-match", tag).send().await.unwrap()).await }
    };
    again(first.header("etag").to_owned()).await.expect(304);
    let safe = json!({"person_id": resident.id, "status": "safe"});
    respond(&stage, &resident, &path, &safe).await.expect(200);
    let changed = again(first.header("etag").to_owned()).await.expect(200);
    assert_eq!(changed.json()["state"], "running");
    closing(&stage, &usg, &path).await.expect(200);
    let closed = again(changed.header("etag").to_owned()).await.expect(200);
    assert_eq!(closed.json()["state"], "closed");
    let as_of: Timestamp = closed.json()["as_of"].as_str().unwrap().parse().unwrap();
    let closed_at: Timestamp = closed.json()["closed_at"].as_str().unwrap().parse().unwrap();
    assert!(as_of < closed_at);
    stage.house.close().await;
}
