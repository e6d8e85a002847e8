//! May this person travel on this day?

use safeconduct::access::Role;
use serde_json::{Value, json};

use super::amending::amend;
use super::stage::{BETWEEN, NAIROBI, NAKURU, Stage, Standing};
use super::withdrawing::cancel;
use crate::harness::{Caller, Someone};

async fn ask(stage: &Stage, caller: &Caller, person: &str, on: i32, area: Option<&str>) -> Value {
    let area = area.map(|area| format!("&area={area}")).unwrap_or_default();
    let path = format!("/v1/clearance-status?person={person}&on={}{area}", stage.day(on));
    stage.house.get(caller, &path).await.expect(200).json()
}

#[tokio::test]
async fn the_whole_trip_counts_and_each_area_for_itself() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    let traveller = stage.person("unicef").await;
    let erp = stage.erp("unicef").await;
    let trip = stage.submit(&traveller, &stage.example(&traveller, 20)).await.expect(201).json();
    let person = traveller.id.to_string();
    for (on, area, wanted) in [
        (19, None, "none"),
        (20, None, "negative"),
        (22, None, "negative"),
        (25, None, "negative"),
        (26, None, "none"),
        (20, Some(NAIROBI), "positive"),
        (22, Some(NAKURU), "negative"),
        (25, Some(NAIROBI), "negative"),
        (40, Some(NAIROBI), "none"),
        (20, Some(BETWEEN), "none"),
    ] {
        let answer = ask(&stage, &erp, &person, on, area).await;
        assert_eq!(answer["answer"], wanted, "on {on} in {area:?}: {answer}");
    }
    let whole = ask(&stage, &erp, &person, 22, None).await;
    assert_eq!(whole["trips"][0]["reference"], trip["reference"]);
    assert_eq!(whole["trips"][0]["clearances"].as_array().unwrap().len(), 3);
    let staff = format!("staff_no:unicef:{}", traveller.id.simple());
    let by_number = ask(&stage, &erp, &staff, 22, None).await;
    assert_eq!(
        (&by_number["person_id"], &by_number["answer"]),
        (&json!(person), &json!("negative"))
    );
    stage.house.close().await;
}

#[tokio::test]
async fn a_trip_that_is_all_cleared_is_positive() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.example(&traveller, 20)).await.expect(201);
    let person = traveller.id.to_string();
    for (on, wanted) in [(19, "none"), (20, "positive"), (23, "positive"), (25, "positive")] {
        let answer = ask(&stage, &traveller, &person, on, None).await;
        assert_eq!(answer["answer"], wanted, "{answer}");
    }
    let answer = ask(&stage, &traveller, &person, 23, Some(NAKURU)).await;
    let told = &answer["trips"][0]["clearances"][0];
    assert!(told["valid_from"].as_str().unwrap().ends_with("+03:00"), "{told}");
    stage.house.close().await;
}

#[tokio::test]
async fn who_is_out_of_reach_has_no_trip() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.example(&traveller, 20)).await.expect(201);
    let stranger = stage.person("wfp").await;
    let other_erp = stage.erp("wfp").await;
    let person = traveller.id.to_string();
    let staff = format!("staff_no:unicef:{}", traveller.id.simple());
    for caller in [&stranger, &other_erp] {
        for (whom, unknown) in
            [(&person, uuid::Uuid::now_v7().to_string()), (&staff, "staff_no:unicef:0".to_owned())]
        {
            let mut known = ask(&stage, caller, whom, 22, None).await;
            let mut nobody = ask(&stage, caller, &unknown, 22, None).await;
            assert_eq!(known["answer"], "none");
            for answer in [&mut known, &mut nobody] {
                answer["person"] = Value::Null;
                if answer["person_id"].is_string() {
                    answer["person_id"] = json!("as asked");
                }
            }
            assert_eq!(known, nobody, "nothing tells the two apart");
        }
    }
    // an officer of one area hears of that area alone
    let officer = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAKURU]);
    let officer = stage.house.caller(officer).await;
    assert_eq!(ask(&stage, &officer, &person, 22, Some(NAKURU)).await["answer"], "positive");
    assert_eq!(ask(&stage, &officer, &person, 20, Some(NAIROBI)).await["answer"], "none");
    stage.house.close().await;
}

#[tokio::test]
async fn whose_a_traveller_is_follows_the_person() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.example(&traveller, 20)).await.expect(201);
    let person = traveller.id.to_string();
    stage.person("wfp").await;
    let (before, after) = (stage.erp("unicef").await, stage.erp("wfp").await);
    assert_eq!(ask(&stage, &before, &person, 22, None).await["answer"], "positive");
    assert_eq!(ask(&stage, &after, &person, 22, None).await["answer"], "none");
    let client = stage.house.database().connect().await;
    let moves = "UPDATE person SET organization_id = 'wfp' WHERE person_id = $1";
    client.execute(moves, &[&traveller.id]).await.unwrap();
    drop(client);
    assert_eq!(ask(&stage, &before, &person, 22, None).await["answer"], "none");
    assert_eq!(ask(&stage, &after, &person, 22, None).await["answer"], "positive");
    stage.house.close().await;
}

/// The answers about the days 20 to 26 from now.
async fn week(stage: &Stage, caller: &Caller) -> Vec<Value> {
    let mut answers = Vec::new();
    for on in 20..=26 {
        answers.push(ask(stage, caller, &caller.id.to_string(), on, None).await);
    }
    answers
}

fn words(answers: &[Value]) -> Vec<&str> {
    answers.iter().map(|answer| answer["answer"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_amended_trip_answers_for_its_new_days_and_a_withdrawn_one_for_none() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let short = stage.to_nairobi(&traveller, 20, 3);
    let trip = stage.submit(&traveller, &short).await.expect(201).json();
    let (yes, no) = ("positive", "none");
    assert_eq!(words(&week(&stage, &traveller).await), [yes, yes, yes, yes, no, no, no]);
    let long = stage.to_nairobi(&traveller, 20, 5);
    let patch = json!({"segments": long["segments"], "lodging": long["lodging"]});
    amend(&stage, &traveller, &trip, &patch).await.expect(200);
    let answers = week(&stage, &traveller).await;
    assert_eq!(words(&answers), [yes, yes, yes, yes, yes, yes, no]);
    assert_eq!(answers[5]["trips"][0]["reference"], trip["reference"]);
    cancel(&stage, &traveller, trip["trip_id"].as_str().unwrap(), "c", "*").await.expect(200);
    assert_eq!(words(&week(&stage, &traveller).await), [no; 7]);
    stage.house.close().await;
}

#[tokio::test]
async fn travellers_that_the_release_before_wrote_are_answered_for_alike() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 3)).await.expect(201);
    let answers = week(&stage, &traveller).await;
    let columns = "person_id, covers_until, trip_id, covers_from, starts_at, ends_at, role, \
                   personal, live, organization_id, sponsor_person_id";
    let again = format!(
        "WITH gone AS (DELETE FROM trip_traveller RETURNING {columns}) \
         INSERT INTO trip_traveller ({columns}) \
         SELECT g.person_id, g.covers_until + interval '1 s', g.trip_id, g.covers_from, g.starts_at, \
             g.ends_at, g.role, g.personal, g.live, g.organization_id, g.sponsor_person_id \
         FROM gone AS g"
    );
    let client = stage.house.database().connect().await;
    assert_eq!(client.execute(&again, &[]).await.unwrap(), 1);
    drop(client);
    assert_eq!(week(&stage, &traveller).await, answers);
    stage.house.close().await;
}

#[tokio::test]
async fn personal_travel_is_never_told() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let mut body = stage.to_nairobi(&traveller, 20, 3);
    body["trip_kind"] = json!("personal");
    body["purpose"] = json!("private");
    stage.submit(&traveller, &body).await.expect(201);
    let person = traveller.id.to_string();
    assert_eq!(ask(&stage, &traveller, &person, 21, None).await["answer"], "none");
    assert_eq!(ask(&stage, &traveller, &person, 21, Some(NAIROBI)).await["answer"], "none");
    stage.house.close().await;
}

#[tokio::test]
async fn a_thousand_pairs_are_answered_in_order() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let erp = stage.erp("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 3)).await.expect(201);
    let pair = |on: i32| json!({"person": traveller.id, "on": stage.day(on)});
    let pairs: Vec<Value> = (0..1000).map(|round| pair(15 + round % 10)).collect();
    let query = json!({"pairs": pairs});
    let answer = stage.house.post(&erp, "/v1/clearance-status/query", &query).await;
    let results = answer.expect(200).json()["results"].as_array().unwrap().clone();
    assert_eq!(results.len(), 1000);
    for (round, result) in (0..).zip(&results) {
        let on = 15 + round % 10;
        let wanted = if (20..=23).contains(&on) { "positive" } else { "none" };
        assert_eq!((&result["on"], &result["answer"]), (&json!(stage.day(on)), &json!(wanted)));
    }
    let query =
        json!({"pairs": [{"person": "me"}, {"on": "today", "person": traveller.id, "x": 1}]});
    let mut faults =
        stage.house.post(&erp, "/v1/clearance-status/query", &query).await.expect(422).faults();
    faults.sort();
    let wanted = [
        ("/pairs/0/on", "REQUIRED"),
        ("/pairs/0/person", "FORMAT"),
        ("/pairs/1/on", "FORMAT"),
        ("/pairs/1/x", "UNKNOWN_FIELD"),
    ];
    assert_eq!(faults, wanted.map(|(at, code)| (at.to_owned(), code.to_owned())));
    let missing = stage.house.get(&erp, "/v1/clearance-status?person=x").await.expect(422);
    assert!(missing.faults().contains(&("?on".to_owned(), "REQUIRED".to_owned())));
    stage.house.close().await;
}
