//! Evidence lies by months, and what is past its time goes with its month.

use std::fmt::Write as _;

use indicatif::ProgressBar;
use jiff::SignedDuration;
use safeconduct::app::commands;
use safeconduct::model::Role;
use safeconduct::record::PastEvidence;
use safeconduct::trips::Replayed;
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::fixture::Setting;
use crate::harness::{Caller, Someone};
use crate::trips::stage::{NAKURU, Stage, Standing};

/// Long after every trip of these tests, in hours: thirty months.
const MUCH_LATER: SignedDuration = SignedDuration::from_hours(24 * 913);

/// Writes evidence whose id is made so many months from now, and says in which part it lies.
async fn written_in(client: &Client, months: i32) -> String {
    let write = "INSERT INTO evidence (evidence_id, class, salt, body)
                 SELECT evidence_id_at(sc_now() + make_interval(months => $1)), 'I', '', ''
                 RETURNING tableoid::regclass::text";
    client.query_one(write, &[&months]).await.unwrap().get(0)
}

async fn month(client: &Client, months: i32) -> String {
    let name = "SELECT to_char(
                    (sc_now() + make_interval(months => $1)) AT TIME ZONE 'UTC', '\"evidence_\"YYYY_MM'
                )";
    client.query_one(name, &[&months]).await.unwrap().get(0)
}

#[tokio::test]
async fn evidence_lies_in_the_part_of_its_month() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    assert_eq!(written_in(&client, 0).await, "evidence_before", "what came before the parts");
    assert_eq!(written_in(&client, 1).await, month(&client, 1).await, "made ahead");
    assert_eq!(written_in(&client, 9).await, "evidence_rest", "nothing waits for a month");
    assert_eq!(setting.number("SELECT evidence_months()::bigint").await, 0);

    setting.made.move_clock(SignedDuration::from_hours(24 * 274)).await;
    assert_eq!(setting.number("SELECT evidence_months()::bigint").await, 3);
    assert_eq!(setting.number("SELECT evidence_months()::bigint").await, 0, "they are there");
    assert_eq!(setting.number("SELECT count(*) FROM evidence_rest").await, 0, "taken over");
    assert_eq!(setting.number("SELECT count(*) FROM evidence").await, 3);
    assert_eq!(written_in(&client, 0).await, month(&client, 0).await);
    drop(client);
    setting.close().await;
}

/// What is past its time long after every trip, as the command tells it.
async fn past(stage: &Stage) -> Vec<PastEvidence> {
    let database = stage.house.database();
    database.move_clock(MUCH_LATER).await;
    let past = commands::past_evidence(&database.config(), 18).await.unwrap();
    database.move_clock(SignedDuration::ZERO).await;
    past
}

fn told(past: &[PastEvidence]) -> Vec<(&str, i64, i64)> {
    past.iter().map(|part| (part.part.as_str(), part.goes, part.stays)).collect()
}

async fn evidence_of(stage: &Stage, reader: &Caller, trip: &Value) -> String {
    let mut said = String::new();
    for clearance in trip["clearances"].as_array().unwrap() {
        let id = clearance["clearance_id"].as_str().unwrap();
        let history = stage.house.get(reader, &format!("/v1/clearances/{id}/history")).await;
        write!(said, "{} ", history.expect(200).json()["items"][0]["evidence"]).unwrap();
    }
    said
}

#[tokio::test]
async fn what_is_past_its_time_goes_and_the_rest_stays() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    let usg = stage.house.caller(Someone::person().holding(Role::Usg)).await;
    let (over, unended) = (stage.person("unicef").await, stage.person("unicef").await);
    let over = stage.submit(&over, &stage.to_nairobi(&over, 20, 2)).await.expect(201).json();
    let body = stage.to_nairobi(&unended, 20, 2);
    let unended = stage.submit(&unended, &body).await.expect(201).json();
    let client = stage.house.database().connect().await;
    let id = unended["trip_id"].as_str().unwrap();
    let open =
        format!("UPDATE trip_traveller SET covers_until = 'infinity' WHERE trip_id = '{id}'");
    assert_eq!(client.execute(&open, &[]).await.unwrap(), 1);

    let going = past(&stage).await;
    assert_eq!(told(&going), [("evidence_before", 1, 1)]);
    assert_eq!(evidence_of(&stage, &usg, &over).await, "\"kept\" ", "told, and not erased");

    let config = stage.house.database().config();
    commands::erase_evidence(&config, &going, &ProgressBar::hidden()).await.unwrap();
    assert_eq!(evidence_of(&stage, &usg, &over).await, "\"erased\" ");
    assert_eq!(evidence_of(&stage, &usg, &unended).await, "\"kept\" ", "its trip has no end");
    assert_eq!(told(&past(&stage).await), [], "once");

    let clearance = over["clearances"][0]["clearance_id"].as_str().unwrap();
    let replay = stage.house.get(&usg, &format!("/v1/clearances/{clearance}/replay")).await;
    let replay = replay.expect(200).json();
    assert_eq!((&replay["evidence"], &replay["equal"]), (&json!("erased"), &Value::Null));
    let next = stage.person("unicef").await;
    stage.submit(&next, &stage.to_nairobi(&next, 20, 2)).await.expect(201);
    let all = commands::replay(&config, &ProgressBar::hidden()).await.unwrap();
    assert_eq!(all, Replayed { equal: 2, ..Replayed::default() }, "what stays is as it was");
    stage.house.close().await;
}
