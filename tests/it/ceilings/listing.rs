//! Ceilings over HTTP: how the nights stand, setting them, and what is permitted above.

use reqwest::Method;
use safeconduct::access::Role;
use safeconduct::model::AreaPolicy;
use serde_json::{Value, json};
use uuid::Uuid;

use super::recount;
use super::waiting::{cancel, first_state, settle_in, settled, stage, state, submit};
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, Stage};

const PATH: &str = "/v1/areas/KEN-1196/ceilings";

async fn official(stage: &Stage) -> Caller {
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    stage.house.caller(official).await
}

async fn put(stage: &Stage, caller: &Caller, tag: &str, body: &Value) -> Answer {
    let request = stage.house.request(caller, Method::PUT, PATH).json(body);
    Answer::read(request.header("if-match", tag).send().await.unwrap()).await
}

/// The ceilings of Nairobi on the nights of the trips.
async fn read(stage: &Stage, caller: &Caller) -> Value {
    let path = format!("{PATH}?from={}&to={}", stage.day(19), stage.day(22));
    stage.house.get(caller, &path).await.expect(200).json()
}

fn clearance(trip: &Value) -> &str {
    trip["clearances"][0]["clearance_id"].as_str().unwrap()
}

async fn permit(stage: &Stage, caller: &Caller, clearance: &str) -> Answer {
    let body = json!({"clearance_id": clearance, "reason": "a surgeon is needed"});
    let path = format!("{PATH}/override");
    stage.house.post_once(caller, &path, "permit", &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nights_stand_against_the_ceilings_as_they_are() {
    let stage = stage(|policy: &mut AreaPolicy| {
        policy.ceilings.total = Some(2);
        policy.ceilings.by_organization.insert("unicef".into(), 2);
        policy.ceilings.by_organization.insert("wfp".into(), 5);
    })
    .await;
    let resident = stage.person("unicef").await;
    settle_in(&stage.house.database().connect().await, resident.id).await;
    let inside = submit(&stage, None, 2).await;
    assert_eq!(first_state(&inside.1), "cleared");
    let second = submit(&stage, Some("PC3"), 1).await;
    let first = submit(&stage, Some("PC2"), 1).await;

    let official = official(&stage).await;
    let answer = read(&stage, &official).await;
    let night = |day: i32| {
        let nights = answer["nights"].as_array().unwrap();
        nights.iter().find(|one| one["night"] == stage.day(day).to_string()).unwrap().clone()
    };
    assert_eq!(answer["nights"].as_array().unwrap().len(), 4);
    let total = |of: &str, key: Value, ceiling: i32, counts: [i32; 6]| {
        let [committed, soft, residents, free, over, waiting] = counts;
        json!({"of": of, "key": key, "ceiling": ceiling, "committed": committed, "soft": soft,
            "residents": residents, "free": free, "over": over, "waiting": waiting})
    };
    let full = json!({"night": stage.day(20).to_string(), "full": true, "counts": [
        total("total", Value::Null, 2, [1, 2, 1, 0, 0, 2]),
        total("organization", json!("unicef"), 2, [1, 2, 1, 0, 0, 2]),
        total("organization", json!("wfp"), 5, [0, 0, 0, 5, 0, 0]),
    ]});
    assert_eq!(night(20), full);
    assert_eq!(night(19)["counts"][0], total("total", Value::Null, 2, [0, 0, 1, 1, 0, 0]));
    assert_eq!(night(19)["full"], false);

    let list = &answer["waiting"]["items"];
    let row = |at: usize| (&list[at]["position"], &list[at]["clearance_id"], &list[at]["pc_grade"]);
    assert_eq!(row(0), (&json!(1), &json!(clearance(&first.1)), &json!("PC2")));
    assert_eq!(row(1), (&json!(2), &json!(clearance(&second.1)), &json!("PC3")));
    assert_eq!(list[0]["only_ceiling"], true);
    assert_eq!(list[0]["full_nights"], json!([stage.day(20).to_string()]));

    // an organization sees whether a night is full and its own people's place in the list
    let theirs = Someone::person().of_organization(Role::TravelFocalPoint, "unicef");
    let theirs = read(&stage, &stage.house.caller(theirs).await).await;
    assert_eq!(theirs["nights"][1], json!({"night": stage.day(20).to_string(), "full": true}));
    assert_eq!(theirs["waiting"]["items"].as_array().unwrap().len(), 2);
    assert_eq!(theirs.get("overrides"), None);
    let others = Someone::person().of_organization(Role::TravelFocalPoint, "wfp");
    let others = read(&stage, &stage.house.caller(others).await).await;
    assert_eq!(others["waiting"]["items"], json!([]));
    assert!(!others.to_string().contains("ceiling\":"), "{others}");

    // page by page
    let path = format!("{PATH}?from={}&limit=1", stage.day(20));
    let page = stage.house.get(&official, &path).await.expect(200).json();
    assert_eq!(page["waiting"]["items"][0]["position"], 1);
    let cursor = page["waiting"]["next_cursor"].as_str().unwrap();
    let page = stage.house.get(&official, &format!("{path}&cursor={cursor}")).await.expect(200);
    let page = page.json();
    assert_eq!(page["waiting"]["items"][0]["position"], 2);
    assert_eq!(page["waiting"]["next_cursor"], Value::Null);

    let far = format!("{PATH}?from={}&to={}", stage.day(0), stage.day(92));
    let told = stage.house.get(&official, &far).await.expect(422).faults();
    assert_eq!(told, [("?to".to_owned(), "RANGE".to_owned())]);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lowering_puts_nobody_out_and_lists_the_nights() {
    let stage = stage(|policy| policy.ceilings.total = Some(3)).await;
    let mut inside = Vec::new();
    for _ in 0..3 {
        inside.push(submit(&stage, None, 2).await);
    }
    let official = official(&stage).await;
    let before = stage.house.get(&official, PATH).await.expect(200).header("etag").to_owned();
    let lower = json!({"total": 1, "note": "a compound was closed"});
    let answer = put(&stage, &official, &before, &lower).await.expect(200);
    let body = answer.json();
    assert_eq!(body["policy_version"], 2);
    let over: Vec<(Value, Value, Value)> = body["over"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["night"].clone(), one["committed"].clone(), one["over"].clone()))
        .collect();
    let night = |day: i32| (json!(stage.day(day).to_string()), json!(3), json!(2));
    assert_eq!(over, [night(20), night(21)]);
    put(&stage, &official, &before, &lower).await.expect(412);
    let again = put(&stage, &official, "*", &lower).await.expect(200).json();
    assert_eq!((&again["redecision_id"], &again["policy_version"]), (&Value::Null, &json!(2)));
    assert_eq!(again["over"], body["over"], "the list can be asked for again");
    settled(&stage).await;
    for one in &inside {
        assert_eq!(state(&stage, one).await, "cleared", "nobody is put out (R-507)");
    }
    // and no place is given away while the night is over
    let waiting = submit(&stage, None, 2).await;
    cancel(&stage, &inside[0]).await;
    cancel(&stage, &inside[1]).await;
    settled(&stage).await;
    assert_eq!(state(&stage, &waiting).await, "pending_review");
    // the whole policy but the ceilings is what it was
    let same = "SELECT count(*) FROM area_policy AS a JOIN area_policy AS b USING (area_id) \
        WHERE a.area_id = 'KEN-1196' AND a.version = 1 AND b.version = 2 \
            AND a.body - '{ceilings,version,effective_from}'::text[] \
                = b.body - '{ceilings,version,effective_from}'::text[] \
            AND b.change_note = 'a compound was closed'";
    assert_eq!(stage.count(same).await, 1);
    // raising lets in whoever waits
    put(&stage, &official, "*", &json!({"total": 2})).await.expect(200);
    settled(&stage).await;
    assert_eq!(state(&stage, &waiting).await, "cleared");
    recount(&stage.house.database().connect().await).await;
    stage.house.close().await;
}

/// An area that had no ceiling gets one: whoever is cleared already is counted from then on.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_ceiling_counts_who_is_there() {
    let stage = stage(|_policy| {}).await;
    let resident = stage.person("unicef").await;
    let client = stage.house.database().connect().await;
    settle_in(&client, resident.id).await;
    let inside = submit(&stage, None, 2).await;
    assert_eq!(stage.count("SELECT count(*) FROM night_count").await, 0, "nothing is counted");
    let mut away = stage.to_nairobi(&resident, 19, 4);
    for (leg, from, to) in [(0, "NBO", "EBB"), (1, "EBB", "NBO")] {
        away["segments"][leg]["from"] = json!({"airport": from});
        away["segments"][leg]["to"] = json!({"airport": to});
    }
    away["lodging"] = json!([{"area_id": "UGA-3091", "kind": "tba"}]);
    let away = stage.submit(&resident, &away).await.expect(201).json();
    assert_eq!(first_state(&away), "cleared");

    let official = official(&stage).await;
    let limits = json!({"total": 2, "by_category": {"staff_international": 9}});
    put(&stage, &official, "*", &limits).await.expect(200);
    recount(&client).await;
    let counted = "SELECT count(*) FROM night_count WHERE area_id = 'KEN-1196' \
        AND key_kind = 'total' AND committed = 1 AND away = 1";
    assert_eq!(stage.count(counted).await, 2, "the visitor's two nights, with the resident away");
    assert_eq!(first_state(&submit(&stage, None, 2).await.1), "cleared");
    assert_eq!(first_state(&submit(&stage, None, 2).await.1), "pending_review");
    cancel(&stage, &inside).await;
    settled(&stage).await;
    cancel(&stage, &(resident, away)).await;
    recount(&client).await;
    drop(client);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_permitted_above_is_on_record_and_shown() {
    let stage = stage(|policy| policy.ceilings.total = Some(1)).await;
    let _inside = submit(&stage, None, 2).await;
    let waiting = submit(&stage, None, 2).await;
    let id = clearance(&waiting.1);
    let coordinator = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
    let coordinator = stage.house.caller(coordinator).await;
    let refused = permit(&stage, &coordinator, id).await.expect(403).json();
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("NOT_AUTHORIZED"), &json!("R-506")));
    let elsewhere = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    permit(&stage, &stage.house.caller(elsewhere).await, id).await.expect(403);
    let official = official(&stage).await;
    permit(&stage, &official, &Uuid::now_v7().to_string()).await.expect(404);
    let permitted = permit(&stage, &official, id).await.expect(201);
    let again = permit(&stage, &official, id).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(permitted.json(), again.json());
    let answer = read(&stage, &official).await;
    let shown = &answer["overrides"][0];
    assert_eq!(shown["override_id"], permitted.json()["override_id"]);
    assert_eq!(shown["clearance_id"], json!(id));
    assert_eq!(shown["reason"], "a surgeon is needed");
    assert_eq!(shown["by"], json!(official.id));
    assert_eq!(shown["capacity"], "own");
    assert_eq!(shown["nights"], json!([stage.day(20).to_string(), stage.day(21).to_string()]));
    // an appointment that ended a moment ago permits nothing
    let other = submit(&stage, None, 2).await;
    let client = stage.house.database().connect().await;
    let revoke = "UPDATE appointment SET revoked_at = sc_now() WHERE person_id = $1";
    client.execute(revoke, &[&official.id]).await.unwrap();
    let body = json!({"clearance_id": clearance(&other.1), "reason": "x"});
    let path = format!("{PATH}/override");
    stage.house.post_once(&official, &path, "late", &body).await.expect(403);
    drop(client);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_set_ceilings_is_refused_and_defects_are_told() {
    let stage = stage(|_policy| {}).await;
    let coordinator = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
    let coordinator = stage.house.caller(coordinator).await;
    put(&stage, &coordinator, "*", &json!({"total": 1})).await.expect(403);
    let elsewhere = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    let elsewhere = stage.house.caller(elsewhere).await;
    put(&stage, &elsewhere, "*", &json!({"total": 1})).await.expect(403);
    let official = official(&stage).await;
    let request = stage.house.request(&official, Method::PUT, PATH).json(&json!({"total": 1}));
    Answer::read(request.send().await.unwrap()).await.expect(428);
    let body = json!({"total": -1, "by_organization": {"UNICEF!": 1, "wfp": -2},
        "by_category": {"robots": 1}, "count_day_visits": "yes", "mode": "auto"});
    let told = put(&stage, &official, "*", &body).await.expect(422).faults();
    let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(
        told,
        [
            pair("/total", "RANGE"),
            pair("/by_organization", "CHOICE"),
            pair("/by_organization", "RANGE"),
            pair("/by_category", "CHOICE"),
            pair("/count_day_visits", "TYPE"),
            pair("/mode", "UNKNOWN_FIELD"),
        ]
    );
    assert_eq!(stage.count("SELECT version FROM world_state").await, 1, "nothing was written");
    let traveller = stage.person("unicef").await;
    stage.house.get(&traveller, PATH).await.expect(403);
    stage.house.close().await;
}
