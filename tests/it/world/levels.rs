//! Threat assessments and security levels over HTTP: who proposes, who sets, what held when.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, House, Someone};

const AREA: &str = "/v1/areas/KEN-890";
/// In Nakuru, of KEN-890.
const POINT: &str = "lon=36.07&lat=-0.30";

/// The five categories, crime as it is said.
pub(super) fn threats(crime: [u8; 3]) -> Value {
    let deliberate = |category: &str, [intent, capability, inhibiting_context]: [u8; 3]| {
        json!({"category": category, "intent": intent, "capability": capability,
            "inhibiting_context": inhibiting_context})
    };
    json!([
        deliberate("armed_conflict", [1, 1, 1]), deliberate("terrorism", [1, 1, 1]),
        deliberate("crime", crime), deliberate("civil_unrest", [1, 1, 1]),
        {"category": "hazards", "score": 1, "description": "floods in April"},
    ])
}

/// An assessment that comes to a level by crime.
pub(crate) fn assessment(crime: [u8; 3]) -> Value {
    json!({"situational_analysis": "gangs on the road", "general_threats": threats(crime)})
}

/// The same with one event of so much risk after measures.
fn with_risk(crime: [u8; 3], likelihood: &str, impact: &str) -> Value {
    let mut body = assessment(crime);
    body["specific_events"] = json!([{"description": "ambush", "likelihood": "very_likely",
        "impact": "critical", "measures": ["convoy"], "likelihood_with_measures": likelihood,
        "impact_with_measures": impact, "decision": "control"}]);
    body
}

/// Scores that come to level 2, 3, 4, 5 and 6.
pub(super) const LEVELS: [(u8, [u8; 3]); 5] =
    [(2, [2, 2, 2]), (3, [2, 3, 2]), (4, [3, 3, 3]), (5, [4, 4, 4]), (6, [5, 5, 5])];

/// Records an assessment and answers its id.
pub(super) async fn assessed(house: &House, caller: &Caller, body: &Value) -> String {
    let key = uuid::Uuid::new_v4().to_string();
    let answer = house.post_once(caller, &format!("{AREA}/assessments"), &key, body).await;
    answer.expect(201).json()["assessment_id"].as_str().unwrap().to_owned()
}

pub(super) async fn set(house: &House, caller: &Caller, tag: &str, body: &Value) -> Answer {
    let request = house.request(caller, Method::PUT, &format!("{AREA}/security-level"));
    Answer::read(request.header("if-match", tag).json(body).send().await.unwrap()).await
}

pub(super) struct Offices {
    pub(super) adviser: Caller,
    pub(super) official: Caller,
    pub(super) usg: Caller,
}

pub(super) async fn offices(house: &House) -> Offices {
    let of = |role| Someone::person().of_countries(role, &["KE"]);
    Offices {
        adviser: house.caller(of(Role::SecurityAdviser)).await,
        official: house.caller(of(Role::DesignatedOfficial)).await,
        usg: house.caller(Someone::person().holding(Role::Usg)).await,
    }
}

/// The code of a refusal.
#[track_caller]
pub(super) fn code(answer: Answer, status: u16) -> String {
    answer.expect(status).json()["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assessment_proposes_and_changes_nothing() {
    let house = House::start().await;
    let Offices { adviser, official, .. } = offices(&house).await;
    let before = house.get(&adviser, AREA).await.expect(200);
    let body = with_risk([4, 4, 4], "unlikely", "severe");
    let path = format!("{AREA}/assessments");
    let answer = house.post_once(&adviser, &path, "one", &body).await.expect(201);
    let made = answer.json();
    let proposes = json!({"security_level": 5, "level_name": "high", "risk_band": "medium"});
    assert_eq!(made["proposes"], proposes);
    assert_eq!(made["general_threats"][2]["level"], 5);
    let event = &made["specific_events"][0];
    assert_eq!(
        (&event["risk_without_measures"], &event["risk_with_measures"]),
        (&json!("unacceptable"), &json!("medium")),
        "the value of the measures is seen"
    );
    assert_eq!(made["prepared_by"]["role"], "security_adviser");
    let after = house.get(&adviser, AREA).await.expect(200);
    assert_eq!(before.text, after.text, "nothing changes by proposing");

    // found at its place, once, and only once for one key
    let place = answer.header("location").to_owned();
    assert_eq!(house.get(&official, &place).await.expect(200).json(), made);
    let again = house.post_once(&adviser, &path, "one", &body).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let other = house.post_once(&adviser, &path, "one", &assessment([1, 1, 1])).await;
    assert_eq!(code(other, 422), "IDEMPOTENCY_KEY_REUSED");
    let newer = assessed(&house, &official, &assessment([1, 1, 1])).await;
    let page = house.get(&adviser, &format!("{path}?limit=1")).await.expect(200).json();
    assert_eq!(page["items"][0]["assessment_id"], newer);
    let cursor = page["next_cursor"].as_str().unwrap();
    let path = format!("{path}?limit=1&cursor={cursor}");
    let page = house.get(&adviser, &path).await.expect(200).json();
    assert_eq!((&page["items"][0], &page["next_cursor"]), (&made, &Value::Null));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_assess_and_who_may_read() {
    let house = House::start().await;
    let path = format!("{AREA}/assessments");
    let role = Role::SecurityAdviser;
    let elsewhere = house.caller(Someone::person().of_countries(role, &["UG"])).await;
    let focal = Someone::person().of_countries(role, &["KE"]).focal_point_in_it();
    let focal = house.caller(focal).await;
    let coordinator = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["KEN-890"]);
    let coordinator = house.caller(coordinator).await;
    let traveller = house.caller(Someone::person()).await;
    for caller in [&elsewhere, &focal, &coordinator, &traveller] {
        house.post_once(caller, &path, "x", &assessment([2, 2, 2])).await.expect(403);
    }
    house.get(&coordinator, &path).await.expect(200);
    house.get(&elsewhere, &path).await.expect(403);
    house.get(&traveller, &path).await.expect(403);

    let Offices { adviser, .. } = offices(&house).await;
    let told = house.post_once(&adviser, &path, "x", &json!({"general_threats": []})).await;
    let told = told.expect(422).faults();
    let needed = ("/general_threats".to_owned(), "REQUIRED".to_owned());
    assert_eq!(told.iter().filter(|one| **one == needed).count(), 5, "{told:?}");
    assert!(told.contains(&("/situational_analysis".to_owned(), "REQUIRED".to_owned())));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_is_set_from_an_assessment_by_who_may() {
    let house = House::start().await;
    let Offices { adviser, official, usg } = offices(&house).await;
    let tag = house.get(&official, AREA).await.expect(200).header("etag").to_owned();
    let [high, extreme] =
        [assessment(LEVELS[3].1), assessment(LEVELS[4].1)].map(|body| (body, adviser.clone()));
    let high = assessed(&house, &high.1, &high.0).await;
    let wish = json!({"security_level": 5, "assessment_id": high});
    assert_eq!(code(set(&house, &adviser, "*", &wish).await, 403), "ONLY_PROPOSES");
    let role = Role::DesignatedOfficial;
    let elsewhere = house.caller(Someone::person().of_countries(role, &["UG"])).await;
    assert_eq!(code(set(&house, &elsewhere, "*", &wish).await, 403), "NO_OFFICE");

    let answer = set(&house, &official, &tag, &wish).await.expect(200);
    let body = answer.json();
    assert_eq!((&body["security_level"], &body["scheduled"]), (&json!(5), &json!(false)));
    assert!(body["redecision_id"].is_string() && body["setting_id"].is_string(), "{body}");
    assert_eq!(house.get(&official, AREA).await.expect(200).header("etag"), answer.header("etag"));
    set(&house, &official, &tag, &wish).await.expect(412);
    let again = set(&house, &official, "*", &wish).await.expect(200).json();
    assert_eq!((&again["setting_id"], &again["redecision_id"]), (&Value::Null, &Value::Null));

    // another level than the one assessed needs a reason, and 6 needs headquarters
    let lower = json!({"security_level": 3, "assessment_id": high});
    let told = set(&house, &official, "*", &lower).await.expect(422).faults();
    assert_eq!(told, [("/reason".to_owned(), "REQUIRED".to_owned())]);
    let extreme = assessed(&house, &extreme.1, &extreme.0).await;
    let wish = json!({"security_level": 6, "assessment_id": extreme});
    assert_eq!(code(set(&house, &official, "*", &wish).await, 403), "LEVEL_FOR_HEADQUARTERS");
    set(&house, &usg, "*", &wish).await.expect(200);
    let down = json!({"security_level": 5, "assessment_id": extreme, "reason": "calmer"});
    assert_eq!(code(set(&house, &official, "*", &down).await, 403), "LEVEL_FOR_HEADQUARTERS");
    // what was assessed before the level in force is no ground for another
    let old = json!({"security_level": 5, "assessment_id": high});
    let told = set(&house, &usg, "*", &old).await.expect(422).faults();
    assert_eq!(told, [("/assessment_id".to_owned(), "OLDER".to_owned())]);
    let strange = json!({"security_level": 7, "assessment_id": uuid::Uuid::nil(), "mood": 1});
    let told = set(&house, &usg, "*", &strange).await.expect(422).faults();
    let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(told, [pair("/security_level", "RANGE"), pair("/mood", "UNKNOWN_FIELD")]);

    let client = house.database().connect().await;
    let kinds = "SELECT array_agg(e ->> 'kind' ORDER BY outbox_id) FROM outbox, \
                 json_array_elements(events) AS e";
    let kinds: Vec<String> = client.query_one(kinds, &[]).await.unwrap().get(0);
    assert_eq!(kinds, ["area.level_changed", "area.level_changed"]);
    let causes = "SELECT array_agg(cause ORDER BY world_version) FROM redecision";
    let causes: Vec<String> = client.query_one(causes, &[]).await.unwrap().get(0);
    assert_eq!(causes, ["level", "level"]);
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn risk_above_high_is_not_lowered_by_an_official() {
    let house = House::start().await;
    let Offices { official, usg, .. } = offices(&house).await;
    let client = house.database().connect().await;
    client
        .execute("UPDATE area_state SET risk_band = NULL WHERE area_id = 'KEN-890'", &[])
        .await
        .unwrap();
    let grave = with_risk(LEVELS[2].1, "likely", "critical");
    let grave = assessed(&house, &official, &grave).await;
    let wish = |id: &str| json!({"security_level": 4, "assessment_id": id});
    // nobody sets less than was assessed
    let mut less = wish(&grave);
    less["risk_band"] = json!("high");
    let told = set(&house, &official, "*", &less).await.expect(422).faults();
    assert_eq!(told, [("/risk_band".to_owned(), "RANGE".to_owned())]);
    let body = set(&house, &official, "*", &wish(&grave)).await.expect(200).json();
    assert_eq!(body["risk_band"], "very_high", "what was assessed, without being asked");
    // raised by the official, lowered by headquarters alone, from events that were assessed
    let calmer = with_risk(LEVELS[2].1, "unlikely", "minor");
    let calmer = assessed(&house, &official, &calmer).await;
    let refused = set(&house, &official, "*", &wish(&calmer)).await;
    assert_eq!(code(refused, 403), "RISK_FOR_HEADQUARTERS");
    let silent = assessed(&house, &official, &assessment(LEVELS[2].1)).await;
    let mut lower = wish(&silent);
    lower["risk_band"] = json!("low");
    let told = set(&house, &usg, "*", &lower).await.expect(422).faults();
    assert_eq!(told, [("/risk_band".to_owned(), "NOT_ASSESSED".to_owned())]);
    let body = set(&house, &usg, "*", &wish(&calmer)).await.expect(200).json();
    assert_eq!(body["risk_band"], "low");
    let causes = "SELECT array_agg(cause ORDER BY world_version) FROM redecision";
    let causes: Vec<String> = client.query_one(causes, &[]).await.unwrap().get(0);
    assert_eq!(causes, ["band", "level"], "a band that rises across high is its own cause");
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_tells_what_held_when() {
    let house = House::start().await;
    let Offices { adviser, official, .. } = offices(&house).await;
    let traveller = house.caller(Someone::person()).await;
    let path = format!("{AREA}/security-level");
    let first = house.get(&traveller, &path).await.expect(200).json();
    let stood = first["security_level"].clone();
    assert_eq!(first["held"][0]["from"], Value::Null, "nobody has set anything");
    assert_eq!(first["history"], json!({"items": [], "next_cursor": null}));

    let client = house.database().connect().await;
    let mut times = Vec::new();
    let other = LEVELS.iter().filter(|(level, _)| json!(level) != stood && *level < 6);
    let two: Vec<(u8, [u8; 3])> = other.copied().take(2).collect();
    for (level, scores) in &two {
        let id = assessed(&house, &adviser, &assessment(*scores)).await;
        let wish = json!({"security_level": level, "assessment_id": id, "reason": "as assessed"});
        set(&house, &official, "*", &wish).await.expect(200);
        let now: jiff::Timestamp = client.query_one("SELECT sc_now()", &[]).await.unwrap().get(0);
        times.push(now);
    }
    let at = async |path: String| house.get(&traveller, &path).await.expect(200).json();
    let before = at(format!("{path}?at=2020-01-01T00:00:00Z")).await;
    assert_eq!(before["security_level"], stood, "what stood before anybody set anything");
    let between = at(format!("{path}?at={}", times[0])).await;
    assert_eq!(between["security_level"], two[0].0);
    let now = at(path.clone()).await;
    assert_eq!(now["security_level"], two[1].0);
    assert_eq!(now["history"]["items"].as_array().unwrap().len(), 2);
    assert_eq!(now["history"]["items"][0]["set"], Value::Null, "for security staff alone");
    let page = at(format!("{path}?limit=1")).await;
    assert_eq!(page["history"]["items"][0]["security_level"], two[1].0);
    let cursor = page["history"]["next_cursor"].as_str().unwrap().to_owned();
    let page = at(format!("{path}?limit=1&cursor={cursor}")).await;
    assert_eq!(page["history"]["items"][0]["security_level"], two[0].0);
    assert_eq!(page["history"]["next_cursor"], Value::Null);
    let staff = house.get(&official, &path).await.expect(200).json();
    assert_eq!(staff["history"]["items"][0]["set"]["reason"], "as assessed");
    assert_eq!(staff["history"]["items"][0]["set"]["by"]["role"], "designated_official");

    // by point: the same, and nothing at sea; on a day, all that held on it
    let there = at(format!("/v1/security-levels?{POINT}&at={}", times[0])).await;
    assert_eq!(
        (&there["area_id"], &there["areas"][0]["area_id"]),
        (&json!("KEN-890"), &json!("KEN-890"))
    );
    assert_eq!(there["areas"][0]["security_level"], two[0].0);
    let sea = at("/v1/security-levels?lon=-30&lat=0".to_owned()).await;
    assert_eq!((&sea["area_id"], &sea["areas"]), (&Value::Null, &json!([])));
    let today = jiff::tz::TimeZone::get("Africa/Nairobi").unwrap().to_datetime(times[1]).date();
    let day = at(format!("{path}?on={today}")).await;
    assert_eq!(day["held"].as_array().unwrap().len(), 3, "{day}");
    let highest = [stood.as_u64().unwrap(), two[0].0.into(), two[1].0.into()];
    assert_eq!(day["security_level"], *highest.iter().max().unwrap());
    let told = house.get(&traveller, &format!("{path}?on={today}&at={}", times[0])).await;
    assert_eq!(told.expect(422).faults(), [("?on".to_owned(), "CONTRADICTION".to_owned())]);
    drop(client);
    house.close().await;
}
