//! A submission: all of its rows, or none; refused for itself, not for its neighbours.

use futures_util::future::join_all;
use hmac::{Hmac, Mac as _};
use safeconduct::model::{ClearanceState, Committed, CountKey, Reference};
use safeconduct::record::RecordError;
use sha2::Sha256;

use super::fixture::{Draft, Setting, Stay, area, day, noon, person};
use crate::harness::spawn;

#[tokio::test(flavor = "multi_thread")]
async fn a_trip_is_written_whole() {
    let setting = Setting::start().await;
    let stays =
        [Stay::new(1, 1, 10, 2), Stay::new(1, 2, 12, 3).state(ClearanceState::PendingReview)];
    let draft = Draft::of(stays).key("k", "{}");
    setting.written(draft.record()).await;
    for (table, rows) in [
        ("trip", 1),
        ("trip_traveller", 1),
        ("clearance", 2),
        ("ledger_entry", 2),
        ("evidence", 1),
        ("outbox", 1),
        ("idempotency_key", 1),
    ] {
        assert_eq!(setting.number(&format!("SELECT count(*) FROM {table}")).await, rows, "{table}");
    }
    let client = setting.client().await;
    let row = client.query_one("SELECT state, change_no, travellers FROM trip", &[]).await.unwrap();
    assert_eq!(row.get::<_, &str>("state"), "in_progress");
    assert_eq!(row.get::<_, i32>("change_no"), 1);
    assert_eq!(row.get::<_, Vec<uuid::Uuid>>("travellers"), [person(1).0]);
    let entry = "SELECT from_state, to_state, capacity, rules, reasons, digest FROM ledger_entry
        WHERE to_state = 'pending_review'";
    let row = client.query_one(entry, &[]).await.unwrap();
    assert_eq!(row.get::<_, &str>("from_state"), "submitted");
    assert_eq!(row.get::<_, &str>("capacity"), "rules");
    assert_eq!(row.get::<_, Vec<String>>("rules"), ["R-402"]);
    assert_eq!(row.get::<_, Vec<String>>("reasons"), ["AREA_MANUAL"]);
    let mut mac = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
    mac.update(&[b'x'; 100]);
    let digest: Vec<u8> = mac.finalize().into_bytes().to_vec();
    assert_eq!(row.get::<_, Vec<u8>>("digest"), digest);
    let events = setting.number("SELECT event_count::bigint FROM outbox").await;
    assert_eq!(events, 3);
    let kinds = client
        .query_one("SELECT (SELECT array_agg(e ->> 'kind') FROM json_array_elements(events) AS e) FROM outbox", &[])
        .await
        .unwrap();
    assert_eq!(
        kinds.get::<_, Vec<String>>(0),
        ["trip.submitted", "clearance.cleared", "clearance.pending_review"]
    );
    let covers = setting
        .number("SELECT count(*) FROM trip_traveller WHERE covers_from < starts_at AND covers_until > ends_at AND live")
        .await;
    assert_eq!(covers, 1);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_many_travellers_is_one_commit() {
    let setting = Setting::start().await;
    let stays = (1..=200).map(|n| Stay::new(n, n % 20, 10, 2));
    setting.written(Draft::of(stays).record()).await;
    assert_eq!(setting.number("SELECT count(*) FROM clearance").await, 200);
    assert_eq!(setting.number("SELECT count(*) FROM trip_traveller").await, 200);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_traveller_is_on_one_trip_at_a_time() {
    let setting = Setting::start().await;
    let first = Draft::of([Stay::new(1, 1, 10, 5), Stay::new(2, 1, 10, 5)]);
    let record = first.record();
    let reference = record.change.trip.as_ref().unwrap().new.as_ref().unwrap().reference.clone();
    setting.written(record).await;

    let second = Draft::of([Stay::new(2, 3, 14, 5), Stay::new(3, 3, 14, 5)]);
    let result = setting.recorder.commit(second.record()).await.unwrap();
    let Committed::Overlap(others) = result else { panic!("{result:?}") };
    assert_eq!(others.len(), 1);
    assert_eq!((others[0].person_id, &others[0].reference), (person(2), &reference));
    assert_eq!(others[0].trip_id, first.trip_id);

    let after = Draft::of([Stay::new(2, 3, 16, 5)]);
    setting.written(after.record()).await;
    assert_eq!(setting.number("SELECT count(*) FROM trip").await, 2);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_may_touch_at_one_instant() {
    let setting = Setting::start().await;
    setting.written(Draft::of([Stay::new(1, 1, 10, 5)]).record()).await;
    let mut touching = Draft::of([Stay::new(1, 2, 15, 5)]).record();
    let window = touching.seen.window.as_mut().unwrap();
    window.starts_at = noon(day(15)) + jiff::SignedDuration::from_hours(2);
    setting.written(touching).await;
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_trip_blocks_no_official_one() {
    let setting = Setting::start().await;
    let private = Draft::of([Stay::new(1, 1, 10, 5).state(ClearanceState::Notified)]).personal();
    setting.written(private.record()).await;
    let official = Draft::of([Stay::new(1, 2, 12, 5)]);
    let result = setting.recorder.commit(official.record()).await.unwrap();
    let Committed::Written { beside, .. } = result else { panic!("{result:?}") };
    assert_eq!(beside.len(), 1);
    assert!(beside[0].personal);
    let again = Draft::of([Stay::new(1, 3, 11, 1).state(ClearanceState::Notified)]).personal();
    let result = setting.recorder.commit(again.record()).await.unwrap();
    assert!(matches!(result, Committed::Overlap(_)), "{result:?}");
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_on_a_world_that_has_changed() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    let draft = Draft::of([Stay::new(1, 1, 10, 2), Stay::new(1, 2, 12, 2)]);
    client
        .batch_execute("UPDATE area_state SET revision = 2 WHERE area_id = 'AAA-2'")
        .await
        .unwrap();
    let result = setting.recorder.commit(draft.record()).await.unwrap();
    let Committed::Stale { areas, people } = result else { panic!("{result:?}") };
    assert_eq!((areas, people), (vec![area(2)], vec![]));

    let draft = Draft::of([Stay::new(1, 1, 10, 2)]);
    client.batch_execute("UPDATE person SET revision = 9").await.unwrap();
    let result = setting.recorder.commit(draft.record()).await.unwrap();
    let Committed::Stale { areas, people } = result else { panic!("{result:?}") };
    assert_eq!((areas, people), (vec![], vec![person(1)]));
    assert_eq!(setting.number("SELECT count(*) FROM trip").await, 0);
    assert_eq!(setting.number("SELECT count(*) FROM outbox").await, 0);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_world_waits_for_commits_and_is_seen_by_the_next() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    client
        .batch_execute("BEGIN; SELECT lock_world_exclusive(); UPDATE area_state SET revision = 2")
        .await
        .unwrap();
    let draft = Draft::of([Stay::new(1, 1, 10, 2)]);
    let recorder = setting.recorder.clone();
    let record = draft.record();
    let waiting = spawn(async move { recorder.commit(record).await });
    // the commit waits for the lock: its backend is seen waiting
    let watch = setting.client().await;
    let waits = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'advisory'";
    while watch.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(!waiting.is_finished(), "it ended without waiting: {:?}", waiting.await);
        tokio::task::yield_now().await;
    }
    client.batch_execute("COMMIT").await.unwrap();
    let result = waiting.await.unwrap().unwrap();
    assert!(matches!(result, Committed::Stale { .. }), "{result:?}");
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_record_never_hurts_its_neighbours() {
    let setting = Setting::start().await;
    // a first batch occupies the lane so that the others go together
    let mut records = Vec::new();
    for n in 1..=40 {
        let mut record = Draft::of([Stay::new(n, 1, 10, 2)]).record();
        let trip = record.change.trip.as_mut().unwrap();
        if n % 10 == 0 {
            // a zero byte is no text for PostgreSQL: the statement of the whole batch fails
            trip.clearances[0].answer = "{\"a\":\"\0\"}".to_owned();
        }
        records.push(record);
    }
    let results = join_all(records.into_iter().map(|record| setting.recorder.commit(record))).await;
    for (n, result) in (1..).zip(&results) {
        match result {
            Ok(Committed::Written { .. }) => assert_ne!(n % 10, 0, "{n}"),
            Err(RecordError::Database(_)) => assert_eq!(n % 10, 0, "{n}"),
            other => panic!("{n}: {other:?}"),
        }
    }
    assert_eq!(setting.number("SELECT count(*) FROM trip").await, 36);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_reference_is_told() {
    let setting = Setting::start().await;
    let mut records = vec![
        Draft::of([Stay::new(1, 1, 10, 2)]).record(),
        Draft::of([Stay::new(2, 1, 10, 2)]).record(),
    ];
    for record in &mut records {
        let trip = record.change.trip.as_mut().unwrap();
        trip.new.as_mut().unwrap().reference = Reference::from_number(4711);
    }
    let results = join_all(records.into_iter().map(|record| setting.recorder.commit(record))).await;
    let written = results.iter().filter(|r| matches!(r, Ok(Committed::Written { .. }))).count();
    let taken = results.iter().filter(|r| matches!(r, Ok(Committed::ReferenceTaken))).count();
    assert_eq!((written, taken), (1, 1), "{results:?}");
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_by_rule_are_refused_outside_the_limited_lane() {
    let setting = Setting::start().await;
    let draft = Draft::of([Stay::new(1, 1, 10, 2).counted(vec![CountKey::Total])]);
    let result = setting.recorder.commit(draft.record()).await;
    assert!(matches!(result, Err(RecordError::Misuse(_))), "{result:?}");
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_lock_is_an_error_that_passes() {
    let setting = Setting::start_with(|config| config.database.lock_timeout_ms = 200).await;
    let client = setting.client().await;
    let lock = format!("BEGIN; SELECT lock_people(ARRAY['{}']::uuid[])", person(1));
    client.batch_execute(&lock).await.unwrap();
    let blocked = Draft::of([Stay::new(1, 1, 10, 2)]);
    let free = Draft::of([Stay::new(2, 1, 10, 2)]);
    let results =
        join_all([blocked.record(), free.record()].map(|r| setting.recorder.commit(r))).await;
    let [Err(error), Ok(Committed::Written { .. })] = results.as_slice() else {
        panic!("{results:?}")
    };
    assert!(matches!(error, RecordError::Busy(_)) && error.is_passing(), "{error:?}");
    client.batch_execute("ROLLBACK").await.unwrap();
    setting.written(blocked.record()).await;
    setting.close().await;
}
