//! The lines of c.9, one by one.

use std::collections::BTreeSet;

use jiff::{Span, Timestamp};
use safeconduct::model::AreaId;
use serde_json::json;
use uuid::Uuid;

use super::{Offices, departure, hours, look};
use crate::trips::stage::{NAIROBI, Stage, Standing};

/// Clocks that rang, with whom they rang for.
async fn rang(stage: &Stage) -> Vec<(String, BTreeSet<Uuid>)> {
    let client = stage.house.database().connect().await;
    let sql = "SELECT clock, persons FROM clock_notice ORDER BY rang_at, clock";
    let rows = client.query(sql, &[]).await.unwrap();
    let persons = |row: &tokio_postgres::Row| row.get::<_, Vec<Uuid>>(1).into_iter().collect();
    rows.iter().map(|row| (row.get(0), persons(row))).collect()
}

async fn state(stage: &Stage) -> String {
    let client = stage.house.database().connect().await;
    client.query_one("SELECT state FROM clearance", &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_reminder_to_the_centre_and_never_to_a_yes() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let offices = Offices::fill(&stage).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 30, 2)).await.expect(201);
    let departs = departure(&stage, 30);
    let submitted = stage.house.now();
    let ids = |callers: &[&crate::harness::Caller]| -> BTreeSet<Uuid> {
        callers.iter().map(|caller| caller.id).collect()
    };
    let officials = ids(&[&offices.official, &offices.stand_in]);

    look(&stage, submitted + hours(23)).await;
    assert_eq!(rang(&stage).await, []);
    look(&stage, departs - hours(73)).await;
    let mut expected =
        vec![("reminder".to_owned(), ids(&[&offices.coordinator, &offices.adviser]))];
    assert_eq!(rang(&stage).await, expected);
    look(&stage, departs - hours(72)).await;
    expected.push(("adviser".to_owned(), ids(&[&offices.adviser, &offices.focal])));
    assert_eq!(rang(&stage).await, expected);
    assert_eq!(state(&stage).await, "pending_review");
    look(&stage, departs - hours(48)).await;
    expected.push(("official".to_owned(), officials.clone()));
    assert_eq!(rang(&stage).await, expected);
    assert_eq!(state(&stage).await, "escalated");
    look(&stage, departs - hours(24)).await;
    expected.push(("centre".to_owned(), officials));
    assert_eq!(rang(&stage).await, expected);
    look(&stage, departs - hours(1)).await;
    assert_eq!(rang(&stage).await, expected);
    look(&stage, departs).await;
    expected.push(("not_cleared".to_owned(), ids(&[&traveller, &offices.focal])));
    // the coordinator's working day after the move to the official may have passed or not
    let told = |list: Vec<(String, BTreeSet<Uuid>)>| -> Vec<_> {
        list.into_iter()
            .enumerate()
            .filter(|(n, (clock, _))| *n == 0 || clock != "reminder")
            .collect()
    };
    let words = |list| told(list).into_iter().map(|(_, one)| one).collect::<Vec<_>>();
    assert_eq!(words(rang(&stage).await), words(expected.clone()));
    assert_eq!(state(&stage).await, "escalated");
    assert!(rang(&stage).await.iter().all(|(_, persons)| !persons.contains(&offices.usg.id)));

    // undecided to the end of its window, and then over
    let valid_to = "SELECT extract(epoch FROM valid_to)::bigint FROM clearance";
    let valid_to = Timestamp::from_second(stage.count(valid_to).await).unwrap();
    look(&stage, valid_to - hours(1)).await;
    assert_eq!(state(&stage).await, "escalated");
    look(&stage, valid_to + hours(1)).await;
    assert_eq!(state(&stage).await, "expired");
    let positive = "SELECT count(*) FROM ledger_entry WHERE to_state IN ('cleared', 'approved') \
                    OR capacity <> 'rules'";
    assert_eq!(stage.count(positive).await, 0);
    let told = "SELECT count(*) FROM outbox, json_array_elements(events) AS e WHERE e ->> 'kind' \
                IN ('clearance.adviser_informed', 'clearance.official_informed', \
                'clearance.centre_informed', 'clearance.not_cleared')";
    assert_eq!(stage.count(told).await, 4);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_working_day_is_the_areas_and_holidays_do_not_count() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let _offices = Offices::fill(&stage).await;
    let traveller = stage.person("unicef").await;
    let client = stage.house.database().connect().await;
    for ahead in 0..10 {
        let day = stage.day(ahead);
        let insert = "INSERT INTO holiday (country, day, name) VALUES ('KE', $1, 'Feast')";
        client.execute(insert, &[&day]).await.unwrap();
    }
    let authority = stage.house.running().parts.identity.authority();
    authority.refresh().await.unwrap();
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 60, 2)).await.expect(201);
    let since = "SELECT ceil(extract(epoch FROM moved_at))::bigint FROM clearance";
    let since = Timestamp::from_second(stage.count(since).await).unwrap();
    let atlas = stage.house.running().parts.world.snapshot().load();
    let zone = &atlas.area(&AreaId::from(NAIROBI)).unwrap().ground.zone;
    let working = authority.working_time(&AreaId::from(NAIROBI), Some("KE"));
    let due = working.after(zone, since, hours(24)).unwrap();
    let tenth = stage.day(10).in_tz("UTC").unwrap().timestamp();
    assert!(due > tenth, "{due}: holidays count");
    look(&stage, due - hours(1)).await;
    assert_eq!(rang(&stage).await, []);
    look(&stage, due + hours(1)).await;
    let names: Vec<String> = rang(&stage).await.into_iter().map(|(clock, _)| clock).collect();
    assert_eq!(names, ["reminder"]);
    // once a move, however often it is looked at
    look(&stage, due + hours(400)).await;
    assert_eq!(rang(&stage).await.len(), 1);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_back_is_told_and_ends_after_fourteen_days() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let client = stage.house.database().connect().await;
    client.execute("DELETE FROM emergency_contact", &[]).await.unwrap();
    let mut body = stage.to_nairobi(&traveller, 40, 2);
    body["lodging"] = json!([]);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    assert_eq!(trip["clearances"][0]["state"], "returned", "{trip}");
    let since = stage.house.now();
    look(&stage, since + hours(12 * 24)).await;
    assert_eq!(rang(&stage).await, []);
    look(&stage, since + hours(13 * 24 + 1)).await;
    assert_eq!(rang(&stage).await[0].0, "not_cleared");
    assert_eq!(state(&stage).await, "returned");
    look(&stage, since + hours(14 * 24 + 1)).await;
    assert_eq!(state(&stage).await, "expired");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_official_is_posted_headquarters_is_told() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let usg = crate::harness::Someone::person().holding(safeconduct::access::Role::Usg);
    let usg = stage.house.caller(usg).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 30, 2)).await.expect(201);
    look(&stage, departure(&stage, 30) - hours(24)).await;
    for (clock, persons) in rang(&stage).await {
        assert_eq!(persons, [usg.id].into(), "{clock}");
    }
    assert_eq!(rang(&stage).await.len(), 4);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_of_the_queues_are_told() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    for ahead in [20, 30] {
        let traveller = stage.person("unicef").await;
        stage.submit(&traveller, &stage.to_nairobi(&traveller, ahead, 2)).await.expect(201);
    }
    let day = Span::new().hours(26);
    look(&stage, stage.house.now() + day).await;
    let metrics = stage.house.get_bare("/metrics").await.expect(200).text;
    let line = |name: &str| {
        let found = metrics.lines().find(|line| line.starts_with(name));
        found.unwrap_or_else(|| panic!("{name}\n{metrics}")).rsplit(' ').next().unwrap().to_owned()
    };
    let area = format!("{{area=\"{NAIROBI}\"}}");
    assert_eq!(line(&format!("safeconduct_queue_items{area}")), "2");
    let oldest: f64 = line(&format!("safeconduct_queue_oldest_seconds{area}")).parse().unwrap();
    assert!(oldest >= 93_600.0, "{oldest}");
    let departs: f64 = line("safeconduct_queue_next_departure_seconds").parse().unwrap();
    assert!((17.0..20.0).contains(&(departs / 86_400.0)), "{departs}");
    assert_eq!(line("safeconduct_queue_overdue"), "0");
    stage.house.close().await;
}
