//! Places under a ceiling: never one too many, never one too few.

use futures_util::future::join_all;
use safeconduct::model::{Absence, Category, Committed, CountKey, OrganizationId};
use safeconduct::record::{RecordError, RecordSettings, Recorder};

use super::fixture::{Draft, Setting, Stay, area, day, limited};

const CLEARED: &str = "SELECT count(*) FROM clearance WHERE state = 'cleared'";
const WAITING: &str = "SELECT count(*) FROM clearance WHERE state = 'pending_review'";

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_for_ten_places_exactly_ten_are_automatic() {
    let setting = Setting::start().await;
    let settings = RecordSettings::of(&setting.made.config().database);
    let other = Recorder::start(&setting.database, settings, &setting.tasks, &setting.metrics);
    let recorders = [&setting.recorder, &other];
    let keys = vec![CountKey::Total, CountKey::Organization(OrganizationId::from("org"))];
    let commits = (1..=200_u32).map(|n| {
        // stays of different lengths share the night of day 12
        let (from, nights) = [(12, 1), (11, 2), (10, 4)][usize::try_from(n % 3).unwrap()];
        let stay = Stay::new(n, 1, from, nights).counted(keys.clone());
        let recorder = recorders[usize::try_from(n % 2).unwrap()];
        recorder.commit_limited(limited(stay, 10, u32::MAX, Some(&format!("k{n}"))))
    });
    for result in join_all(commits).await {
        assert!(matches!(result, Ok(Committed::Written { .. })), "{result:?}");
    }
    assert_eq!(setting.number(CLEARED).await, 10);
    assert_eq!(setting.number(WAITING).await, 190);
    let night = "SELECT committed::bigint FROM night_count
        WHERE area_id = 'AAA-1' AND night = '2030-01-13' AND key_kind = 'total'";
    assert_eq!(setting.number(night).await, 10);
    let soft = "SELECT soft::bigint FROM night_count
        WHERE area_id = 'AAA-1' AND night = '2030-01-13' AND key_kind = 'organization'";
    assert_eq!(setting.number(soft).await, 190);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_record_takes_no_place_from_those_after_it() {
    let setting = Setting::start().await;
    let keys = vec![CountKey::Total];
    // persons 1..=5 send the same trip three times each: ten of fifteen overlap their own
    let commits = (0..15).map(|n| {
        let stay = Stay::new(1 + n % 5, 1, 12, 1).counted(keys.clone());
        setting.recorder.commit_limited(limited(stay, 5, u32::MAX, None))
    });
    let results = join_all(commits).await;
    let written = results.iter().filter(|r| matches!(r, Ok(Committed::Written { .. }))).count();
    assert_eq!(written, 5);
    assert_eq!(setting.number(CLEARED).await, 5);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arrivals_by_rule_in_a_day_are_counted() {
    let setting = Setting::start().await;
    let commits = (1..=40).map(|n| {
        let mut stay = Stay::new(n, 1, 12, 1);
        stay.counts_arrival = true;
        setting.recorder.commit_limited(limited(stay, u32::MAX, 7, None))
    });
    for result in join_all(commits).await {
        assert!(matches!(result, Ok(Committed::Written { .. })), "{result:?}");
    }
    assert_eq!(setting.number(CLEARED).await, 7);
    assert_eq!(setting.number("SELECT arrivals::bigint FROM arrival_count").await, 7);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn residents_present_take_places_and_residents_away_free_them() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    client
        .batch_execute(
            "INSERT INTO resident_count (area_id, key_kind, key, residents)
             VALUES ('AAA-1', 'total', '', 9), ('AAA-1', 'category', 'consultant', 1)",
        )
        .await
        .unwrap();
    let keys = vec![CountKey::Total, CountKey::Category(Category::Consultant)];
    let stay = |n| Stay::new(n, 1, 12, 2).counted(keys.clone());
    for n in 1..=2 {
        setting.recorder.commit_limited(limited(stay(n), 10, u32::MAX, None)).await.unwrap();
    }
    assert_eq!(setting.number(CLEARED).await, 1);

    // a resident goes elsewhere for the second night: one night is free, the other is not
    let away = Draft::of([Stay::new(900, 5, 13, 1)]);
    let mut record = away.record();
    let trip = record.change.trip.as_mut().unwrap();
    trip.clearances[0].absence =
        Some(Absence { area_id: area(1), nights: vec![day(13)], keys: vec![CountKey::Total] });
    setting.written(record).await;
    setting.recorder.commit_limited(limited(stay(3), 10, u32::MAX, None)).await.unwrap();
    assert_eq!(setting.number(CLEARED).await, 2);
    let one_night = Stay::new(4, 1, 13, 1).counted(keys.clone());
    setting.recorder.commit_limited(limited(one_night, 10, u32::MAX, None)).await.unwrap();
    assert_eq!(setting.number(CLEARED).await, 3);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_negative_count_lets_nobody_in() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    client
        .batch_execute(
            "INSERT INTO night_count (area_id, night, key_kind, key, committed)
             VALUES ('AAA-1', '2030-01-13', 'total', '', -1)",
        )
        .await
        .unwrap();
    let stay = Stay::new(1, 1, 12, 1).counted(vec![CountKey::Total]);
    let result = setting.recorder.commit_limited(limited(stay, 10, u32::MAX, None)).await;
    assert!(matches!(result, Err(RecordError::Misuse(_))), "{result:?}");
    assert_eq!(setting.number("SELECT count(*) FROM trip").await, 0);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_in_the_limited_lane_is_one_trip() {
    let setting = Setting::start().await;
    let commits = (0..50).map(|_| {
        let stay = Stay::new(1, 1, 12, 1).counted(vec![CountKey::Total]);
        setting.recorder.commit_limited(limited(stay, 10, u32::MAX, Some("same")))
    });
    let results = join_all(commits).await;
    let written = results.iter().filter(|r| matches!(r, Ok(Committed::Written { .. }))).count();
    let replayed = results.iter().filter(|r| matches!(r, Ok(Committed::Replayed(_)))).count();
    assert_eq!((written, replayed), (1, 49));
    assert_eq!(setting.number("SELECT committed::bigint FROM night_count").await, 1);
    setting.close().await;
}
