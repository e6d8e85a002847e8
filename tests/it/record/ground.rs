//! Reports of stays and clocks that rang: once, with what follows from them.

use safeconduct::model::{
    Actor, Capacity, ClearanceId, ClearanceState as S, Clock, ClockNotice, Committed, CountKey,
    MoveTo, Record, ReportKind, StayReport, TripId,
};
use safeconduct::record::RecordError;

use super::fixture::{Draft, Setting, Stay, now, person};
use super::moves::{about, clearances, moving, step};

const WITNESS: Actor = Actor { capacity: Capacity::Witness, person_id: None };

fn reported(trip: TripId, clearance: ClearanceId, kind: ReportKind) -> Record {
    let mut record = moving(WITNESS, Vec::new());
    record.change.trip = Some(about(trip, false));
    record.change.reports = vec![StayReport {
        clearance_id: clearance,
        area_id: None,
        kind,
        at: now(),
        by: Some(person(7)),
        place: Some("gate 4".to_owned()),
        while_in: vec![S::Cleared, S::Completed],
    }];
    record
}

fn rang(trip: TripId, clearance: ClearanceId, clock: Clock, round: i32) -> Record {
    let mut record = moving(Actor::RULES, Vec::new());
    record.change.trip = Some(about(trip, false));
    record.change.notices = vec![ClockNotice {
        clearance_id: clearance,
        area_id: None,
        clock,
        round,
        roles: vec!["designated_official"],
        persons: vec![person(7), person(8)],
        while_in: vec![S::PendingReview],
    }];
    record
}

async fn told(setting: &Setting, trip: TripId) -> Vec<String> {
    let sql = "SELECT e ->> 'kind' FROM outbox AS o, json_array_elements(o.events) AS e \
               WHERE o.trip_id = $1 AND o.change_no > 1 ORDER BY o.change_no";
    let rows = setting.client().await.query(sql, &[&trip.0]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arrival_makes_the_trip_travelling_and_a_departure_completes_it() {
    let setting = Setting::start().await;
    let stay = Stay::new(1, 1, 10, 2).counted(vec![CountKey::Total]);
    let limited = super::fixture::limited(stay, 5, 5, None);
    let trip = limited.new_trip.unwrap();
    setting.recorder.commit_limited(limited).await.unwrap();
    let id = clearances(&setting, trip).await[0];
    setting.written(reported(trip, id, ReportKind::Arrived)).await;
    let state = "SELECT count(*) FROM trip WHERE arrived AND state = 'travelling'";
    assert_eq!(setting.number(state).await, 1);
    let mut left = reported(trip, id, ReportKind::Departed);
    left.change.moves = vec![step(trip, id, &[S::Cleared], MoveTo::State(S::Completed))];
    setting.written(left.clone()).await;
    assert_eq!(setting.number("SELECT count(*) FROM trip WHERE state = 'completed'").await, 1);
    assert_eq!(setting.number("SELECT sum(committed) FROM night_count").await, 0);
    // told once, however often it is said
    setting.written(left).await;
    setting.written(reported(trip, id, ReportKind::Arrived)).await;
    let expected = ["stay.arrived", "stay.departed", "clearance.completed"];
    assert_eq!(told(&setting, trip).await, expected);
    let kept = "SELECT count(*) FROM stay_presence WHERE arrived_at = departed_at \
                AND arrived_place = 'gate 4' AND arrived_by IS NOT NULL AND no_show_at IS NULL";
    assert_eq!(setting.number(kept).await, 1);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_rings_once_a_round_and_not_over_what_moved_on() {
    let setting = Setting::start().await;
    let draft = Draft::of([Stay::new(1, 1, 10, 2).state(S::PendingReview)]);
    setting.written(draft.record()).await;
    let (trip, id) = (draft.trip_id, clearances(&setting, draft.trip_id).await[0]);
    for round in [1, 1, 1, 2] {
        setting.written(rang(trip, id, Clock::Reminder, round)).await;
    }
    assert_eq!(told(&setting, trip).await, ["clearance.reminded", "clearance.reminded"]);
    let kept = "SELECT count(*) FROM clock_notice WHERE roles = '{designated_official}' \
                AND cardinality(persons) = 2 AND trip_id IS NOT NULL";
    assert_eq!(setting.number(kept).await, 2);
    let decided = vec![step(trip, id, &[S::PendingReview], MoveTo::State(S::Expired))];
    setting.written(moving(Actor::RULES, decided)).await;
    let late = setting.recorder.commit(rang(trip, id, Clock::Official, 0)).await.unwrap();
    assert!(matches!(late, Committed::MoveLost(_)), "{late:?}");
    assert_eq!(setting.number("SELECT count(*) FROM clock_notice").await, 2);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_waits_has_a_row_for_its_clocks() {
    let setting = Setting::start().await;
    let states = [S::PendingReview, S::Returned, S::Cleared, S::Notified, S::Escalated];
    let stays = (1..=5).zip(states).map(|(n, state)| Stay::new(n, 1, 10, 2).state(state));
    let draft = Draft::of(stays);
    setting.written(draft.record()).await;
    let astray = "SELECT count(*) FROM clearance AS c \
        FULL JOIN clearance_clock AS k USING (clearance_id) \
        WHERE coalesce(c.queue_state IS NOT NULL OR c.state = 'returned', false) \
            IS DISTINCT FROM (k.clearance_id IS NOT NULL) OR k.entry <> c.entries";
    assert_eq!(setting.number("SELECT count(*) FROM clearance_clock").await, 3);
    assert_eq!(setting.number(astray).await, 0);
    let early = "SELECT count(*) FROM clearance_clock AS k INNER JOIN trip AS t \
                 ON t.starts_at = k.departs_at";
    assert_eq!(setting.number(early).await, 3);
    let ids = clearances(&setting, draft.trip_id).await;
    let from: Vec<S> = S::ALL.iter().copied().filter(|s| s.is_undecided()).collect();
    for to in [S::Escalated, S::Expired] {
        for id in &ids {
            let moved = vec![step(draft.trip_id, *id, &from[1..], MoveTo::State(to))];
            // lost where the state has no such move
            let _written_or_not = setting.recorder.commit(moving(Actor::RULES, moved)).await;
            assert_eq!(setting.number(astray).await, 0);
        }
    }
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_without_its_trip_is_refused() {
    let setting = Setting::start().await;
    let draft = Draft::of([Stay::new(1, 1, 10, 2)]);
    setting.written(draft.record()).await;
    let id = clearances(&setting, draft.trip_id).await[0];
    let mut stray = reported(draft.trip_id, id, ReportKind::Arrived);
    stray.change.trip = None;
    let refused = setting.recorder.commit(stray).await;
    assert!(matches!(refused, Err(RecordError::Misuse(_))), "{refused:?}");
    assert_eq!(setting.number("SELECT count(*) FROM stay_presence").await, 0);
    setting.close().await;
}
