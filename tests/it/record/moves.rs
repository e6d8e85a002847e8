//! Moves of clearances on record, and what follows from them.

use futures_util::future::join_all;
use safeconduct::model::{
    Actor, Authority, Capacity, Change, ClearanceId, ClearanceMove, ClearanceState as S, Committed,
    CountKey, Event, EventKind, LostMoves, MoveTo, OrganizationId, Record, Seen, TripChange,
    TripId,
};
use safeconduct::record::RecordError;
use uuid::Uuid;

use super::fixture::{Draft, RULES, Setting, Stay, now, person};

pub(crate) const REQUESTER: Actor = Actor { capacity: Capacity::Requester, person_id: None };

/// The clearances of a trip in the order of their stays.
pub(crate) async fn clearances(setting: &Setting, trip: TripId) -> Vec<ClearanceId> {
    let sql = "SELECT clearance_id FROM clearance WHERE trip_id = $1 ORDER BY arrive";
    let rows = setting.client().await.query(sql, &[&trip.0]).await.unwrap();
    rows.iter().map(|row| ClearanceId(row.get(0))).collect()
}

pub(crate) fn step(trip: TripId, clearance: ClearanceId, from: &[S], to: MoveTo) -> ClearanceMove {
    ClearanceMove::new(clearance, trip, from.to_vec(), to)
}

pub(crate) fn moving(actor: Actor, moves: Vec<ClearanceMove>) -> Record {
    let mut change = Change::empty(now(), actor, 1, RULES);
    change.moves = moves;
    if actor.capacity == Capacity::Own {
        // everybody here is appointed to everything, under their own id
        let appointment_id = actor.person_id.map(|person| person.0);
        change.authority = Some(Authority { appointment_id, delegation_id: None, areas: vec![] });
    }
    Record { seen: Seen::default(), claim: None, change }
}

pub(crate) fn about(trip: TripId, withdrawn: bool) -> TripChange {
    TripChange {
        trip_id: trip,
        version: 1,
        organization: OrganizationId::from("org"),
        personal: false,
        new: None,
        withdrawn,
        clearances: Vec::new(),
    }
}

async fn state_of(setting: &Setting, trip: TripId) -> (String, i32) {
    let sql = "SELECT state, change_no FROM trip WHERE trip_id = $1";
    let row = setting.client().await.query_one(sql, &[&trip.0]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_trip_gives_everything_back() {
    let setting = Setting::start().await;
    let soft = Stay::new(1, 1, 10, 2).state(S::PendingReview).counted(vec![CountKey::Total]);
    let draft = Draft::of([soft, Stay::new(1, 2, 12, 2)]);
    setting.written(draft.record()).await;
    assert_eq!(setting.number("SELECT sum(soft) FROM night_count").await, 2);

    let trip = draft.trip_id;
    let from = [S::PendingReview, S::Cleared];
    let steps = clearances(&setting, trip).await.into_iter();
    let steps = steps.map(|id| step(trip, id, &from, MoveTo::State(S::Cancelled))).collect();
    let mut record = moving(REQUESTER, steps);
    record.change.trip = Some(about(trip, true));
    setting.written(record).await;

    assert_eq!(state_of(&setting, trip).await, ("cancelled".to_owned(), 2));
    assert_eq!(setting.number("SELECT sum(soft) + sum(committed) FROM night_count").await, 0);
    assert_eq!(setting.number("SELECT count(*) FROM trip_traveller WHERE live").await, 0);
    assert_eq!(setting.number("SELECT count(*) FROM ledger_entry WHERE entry = 2").await, 2);
    let told = "SELECT (SELECT array_agg(e ->> 'kind') FROM json_array_elements(events) AS e)
        FROM outbox WHERE change_no = 2";
    let told: Vec<String> = setting.client().await.query_one(told, &[]).await.unwrap().get(0);
    assert_eq!(told, ["trip.cancelled", "clearance.cancelled", "clearance.cancelled"]);
    // an event built by the statement reads as one built by the program
    let event = "SELECT events -> 1 FROM outbox WHERE change_no = 2";
    let event: serde_json::Value =
        setting.client().await.query_one(event, &[]).await.unwrap().get(0);
    let event: Event = serde_json::from_value(event).unwrap();
    assert_eq!((event.kind, event.trip_id), (EventKind::ClearanceCancelled, Some(trip)));
    assert_eq!(event.organization, Some(OrganizationId::from("org")));
    assert_eq!(event.at, now());

    // and the traveller is free for another
    setting.written(Draft::of([Stay::new(1, 3, 11, 2)]).record()).await;
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trip_without_clearances_can_be_withdrawn() {
    let setting = Setting::start().await;
    let mut record = Draft::of([Stay::new(1, 1, 10, 2)]).record();
    let trip = record.change.trip.as_mut().unwrap();
    trip.clearances.clear();
    let trip_id = trip.trip_id;
    setting.written(record).await;
    assert_eq!(state_of(&setting, trip_id).await, ("go".to_owned(), 1));
    let mut record = moving(REQUESTER, Vec::new());
    record.change.trip = Some(about(trip_id, true));
    setting.written(record).await;
    assert_eq!(state_of(&setting, trip_id).await, ("cancelled".to_owned(), 2));
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_at_once_one_wins_and_the_other_is_told_by_whom() {
    let setting = Setting::start().await;
    for round in 1..=20 {
        let draft = Draft::of([Stay::new(round, 1, 10, 2).state(S::PendingReview)]);
        setting.written(draft.record()).await;
        let id = clearances(&setting, draft.trip_id).await[0];
        let decide = |n: u32, to: S| {
            let actor = Actor { capacity: Capacity::Own, person_id: Some(person(n)) };
            let steps = vec![step(draft.trip_id, id, &[S::PendingReview], MoveTo::State(to))];
            setting.recorder.commit(moving(actor, steps))
        };
        let (yes, no) = tokio::join!(decide(901, S::Approved), decide(902, S::Denied));
        let (winner, lost) = match (yes.unwrap(), no.unwrap()) {
            (Committed::Written { .. }, Committed::MoveLost(lost)) => (S::Approved, lost),
            (Committed::MoveLost(lost), Committed::Written { .. }) => (S::Denied, lost),
            other => panic!("{other:?}"),
        };
        let by = if winner == S::Approved { 901 } else { 902 };
        assert_eq!(lost[0].state, Some(winner));
        assert_eq!((lost[0].by, lost[0].at), (Some(person(by)), Some(now())));
    }
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_suspended_and_come_back_as_they_were() {
    let setting = Setting::start().await;
    let keyed = |n: u32| Stay::new(n, 1, 12, 1).counted(vec![CountKey::Total]);
    let mut trips = Vec::new();
    for n in 1..=100 {
        let limited = super::fixture::limited(keyed(n), 50, u32::MAX, None);
        trips.push(limited.new_trip.unwrap());
        setting.recorder.commit_limited(limited).await.unwrap();
    }
    let mut steps = Vec::new();
    for trip in &trips {
        let id = clearances(&setting, *trip).await[0];
        steps.push(step(*trip, id, &[S::Cleared, S::Approved], MoveTo::State(S::Suspended)));
    }
    let mut record = moving(Actor::RULES, steps.clone());
    record.change.lost = LostMoves::Skip;
    let result = setting.recorder.commit(record).await.unwrap();
    let Committed::Written { skipped, .. } = result else { panic!("{result:?}") };
    assert_eq!(skipped.len(), 50);
    assert!(skipped.iter().all(|lost| lost.state == Some(S::PendingReview)));
    let suspended =
        "SELECT count(*) FROM clearance WHERE state = 'suspended' AND prior_state = 'cleared'";
    assert_eq!(setting.number(suspended).await, 50);
    // the places stay taken: lifting the suspension must not overfill the night
    assert_eq!(setting.number("SELECT committed::bigint FROM night_count").await, 50);

    let back = steps.iter().map(|one| ClearanceMove {
        from: vec![S::Suspended],
        to: MoveTo::Prior,
        revision: Some(7),
        ..one.clone()
    });
    let mut record = moving(Actor::RULES, back.collect());
    record.change.lost = LostMoves::Skip;
    setting.written(record).await;
    let back = "SELECT count(*) FROM clearance
        WHERE state = 'cleared' AND prior_state IS NULL AND revision = 7 AND entries = 3";
    assert_eq!(setting.number(back).await, 50);
    let told = "SELECT count(*) FROM outbox WHERE events::text LIKE '%clearance.reinstated%'";
    assert_eq!(setting.number(told).await, 50);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_with_one_lost_move_writes_nothing() {
    let setting = Setting::start().await;
    let draft = Draft::of([Stay::new(1, 1, 10, 2), Stay::new(1, 2, 12, 2).state(S::Denied)]);
    setting.written(draft.record()).await;
    let steps = clearances(&setting, draft.trip_id).await.into_iter();
    let steps = steps.map(|id| step(draft.trip_id, id, &[S::Cleared], MoveTo::State(S::Cancelled)));
    let result = setting.recorder.commit(moving(REQUESTER, steps.collect())).await.unwrap();
    assert!(matches!(&result, Committed::MoveLost(lost) if lost.len() == 1), "{result:?}");
    assert_eq!(setting.number("SELECT count(*) FROM clearance WHERE state = 'cleared'").await, 1);
    assert_eq!(state_of(&setting, draft.trip_id).await.1, 1);
    let stranger = step(
        draft.trip_id,
        ClearanceId(Uuid::now_v7()),
        &[S::Cleared],
        MoveTo::State(S::Cancelled),
    );
    let result = setting.recorder.commit(moving(REQUESTER, vec![stranger])).await.unwrap();
    assert!(matches!(&result, Committed::MoveLost(lost) if lost[0].state.is_none()), "{result:?}");
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_rules_make_a_clearance_cleared() {
    let setting = Setting::start().await;
    let trip = TripId(Uuid::now_v7());
    let actor = Actor { capacity: Capacity::Own, person_id: Some(person(1)) };
    for (actor, from, to) in [
        (actor, S::PendingReview, MoveTo::State(S::Cleared)),
        (actor, S::Suspended, MoveTo::Prior),
        (Actor::RULES, S::Denied, MoveTo::State(S::Approved)),
        (Actor::RULES, S::Cancelled, MoveTo::State(S::Cleared)),
    ] {
        let steps = vec![step(trip, ClearanceId(Uuid::now_v7()), &[from], to)];
        let result = setting.recorder.commit(moving(actor, steps)).await;
        assert!(matches!(result, Err(RecordError::Misuse(_))), "{from:?} {to:?}: {result:?}");
    }
    setting.close().await;
}

/// Amending and deciding again: old clearances are superseded in the record that writes the new.
#[tokio::test(flavor = "multi_thread")]
async fn a_stay_decided_again_supersedes_in_one_commit() {
    let setting = Setting::start().await;
    let draft = Draft::of([Stay::new(1, 1, 10, 2), Stay::new(1, 2, 12, 2)]);
    setting.written(draft.record()).await;
    let ids = clearances(&setting, draft.trip_id).await;
    let again = Draft::of([Stay::new(1, 2, 12, 2).state(S::PendingReview)]);
    let mut record = again.record();
    record.seen.window = None;
    let mut trip = record.change.trip.take().unwrap();
    trip.trip_id = draft.trip_id;
    trip.new = None;
    record.change.trip = Some(trip);
    record.change.moves =
        vec![step(draft.trip_id, ids[1], &[S::Cleared], MoveTo::State(S::Superseded))];
    setting.written(record).await;
    assert_eq!(state_of(&setting, draft.trip_id).await, ("in_progress".to_owned(), 2));
    assert_eq!(setting.number("SELECT count(*) FROM clearance").await, 3);
    let told = "SELECT (SELECT array_agg(e ->> 'kind') FROM json_array_elements(events) AS e)
        FROM outbox WHERE change_no = 2";
    let told: Vec<String> = setting.client().await.query_one(told, &[]).await.unwrap().get(0);
    assert_eq!(told, ["clearance.pending_review", "clearance.superseded"]);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moves_of_one_trip_by_many_keep_its_state_true() {
    let setting = Setting::start().await;
    let stays = (1..=30).map(|n| Stay::new(n, n % 7, 10, 2).state(S::PendingReview));
    let draft = Draft::of(stays);
    setting.written(draft.record()).await;
    let actor = Actor { capacity: Capacity::Own, person_id: Some(person(900)) };
    let ids = clearances(&setting, draft.trip_id).await;
    let commits = ids.iter().map(|&id| {
        let steps = vec![step(draft.trip_id, id, &[S::PendingReview], MoveTo::State(S::Approved))];
        setting.recorder.commit(moving(actor, steps))
    });
    for result in join_all(commits).await {
        assert!(matches!(result, Ok(Committed::Written { .. })), "{result:?}");
    }
    assert_eq!(state_of(&setting, draft.trip_id).await, ("go".to_owned(), 31));
    setting.close().await;
}
