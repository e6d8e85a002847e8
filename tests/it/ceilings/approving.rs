//! A person's approval under a ceiling: within it, or above it by whoever may.

use futures_util::future::join_all;
use safeconduct::model::{
    Actor, Capacity, ClearanceState as S, Committed, CountKey, MoveTo, OrganizationId, Overbooking,
    PlaceCheck, RuleId,
};
use uuid::Uuid;

use super::{DECIDER, appoint, approve, ceilings, decision, recount, waiting};
use crate::record::fixture::{Draft, Setting, Stay, area, day, limited, person};
use crate::record::moves::{clearances, moving, step};

const APPROVED: &str = "SELECT count(*) FROM clearance WHERE state = 'approved'";
const OVERRIDES: &str = "SELECT count(*) FROM ceiling_override";

fn keyed(person: u32, from: i32, nights: i32) -> Stay {
    Stay::new(person, 1, from, nights).counted(vec![CountKey::Total])
}

/// Fills a night with so many who are cleared by rule.
async fn fill(setting: &Setting, night: i32, places: u32) {
    let stays = (1..=places).map(|n| limited(keyed(n, night, 1), places, u32::MAX, None));
    let commits = stays.map(|limited| setting.recorder.commit_limited(limited));
    for result in join_all(commits).await {
        assert!(matches!(result, Ok(Committed::Written { .. })), "{result:?}");
    }
    let taken = "SELECT max(committed)::bigint FROM night_count";
    assert_eq!(setting.number(taken).await, i64::from(places));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_approvals_for_the_last_place_one_passes_and_one_is_told_the_night() {
    let setting = Setting::start().await;
    ceilings(&setting, r#"{"total": 100}"#).await;
    fill(&setting, 12, 99).await;
    for round in 0..20 {
        let (a, b) = (
            waiting(&setting, keyed(200 + round, 11, 3)).await,
            waiting(&setting, keyed(300 + round, 12, 1)).await,
        );
        let (one, two) =
            tokio::join!(approve(&setting, DECIDER, a), approve(&setting, DECIDER + 1, b));
        let (winner, refused) = match (one, two) {
            (Committed::Written { .. }, refused) => (a, refused),
            (refused, Committed::Written { .. }) => (b, refused),
            other => panic!("{other:?}"),
        };
        let Committed::CeilingFull { nights } = refused else { panic!("{refused:?}") };
        assert_eq!(nights, [(area(1), day(12), CountKey::Total)]);
        assert_eq!(setting.number(APPROVED).await, 1);
        recount(&setting.client().await).await;
        let cancelled = decision(DECIDER, winner, S::Cancelled, PlaceCheck::None);
        setting.written(cancelled).await;
    }
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_and_submissions_at_once_never_take_one_place_twice() {
    let setting = Setting::start().await;
    ceilings(&setting, r#"{"total": 10, "by_organization": {"org": 10}}"#).await;
    let keys = || vec![CountKey::Total, CountKey::Organization(OrganizationId::from("org"))];
    let mut items = Vec::new();
    for n in 0..30 {
        items.push(waiting(&setting, Stay::new(100 + n, 1, 12, 2).counted(keys())).await);
    }
    let approvals = items.iter().map(|item| approve(&setting, DECIDER, *item));
    let submissions = (1..=30).map(|n| {
        let stay = Stay::new(n, 1, 11, 3).counted(keys());
        setting.recorder.commit_limited(limited(stay, 10, u32::MAX, None))
    });
    let (approvals, submissions) = tokio::join!(join_all(approvals), join_all(submissions));
    assert!(submissions.iter().all(|one| matches!(one, Ok(Committed::Written { .. }))));
    let passed = approvals.iter().filter(|one| matches!(one, Committed::Written { .. })).count();
    let full = approvals.iter().filter(|one| matches!(one, Committed::CeilingFull { .. })).count();
    assert_eq!(passed + full, 30);
    let positive = "SELECT count(*) FROM clearance WHERE state IN ('cleared', 'approved')";
    assert_eq!(setting.number(positive).await, 10);
    recount(&setting.client().await).await;
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn above_the_ceiling_only_by_whom_the_policy_allows_and_on_record() {
    let setting = Setting::start().await;
    ceilings(&setting, r#"{"total": 1}"#).await;
    fill(&setting, 12, 1).await;
    let item = waiting(&setting, keyed(2, 11, 3)).await;
    let above = || PlaceCheck::Override { reason: "a surgeon is needed".to_owned() };
    appoint(&setting, DECIDER, "area_security_coordinator").await;
    let refused = setting.recorder.commit(decision(DECIDER, item, S::Approved, above())).await;
    let refused = refused.unwrap();
    assert!(matches!(refused, Committed::NotAuthorized { rule: RuleId("R-506") }), "{refused:?}");
    assert_eq!(setting.number(OVERRIDES).await, 0);

    appoint(&setting, DECIDER + 1, "designated_official").await;
    setting.written(decision(DECIDER + 1, item, S::Approved, above())).await;
    let client = setting.client().await;
    let row = client
        .query_one(
            "SELECT clearance_id, nights, reason, capacity, person_id FROM ceiling_override",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, Uuid>("clearance_id"), item.1.0);
    assert_eq!(row.get::<_, Vec<jiff::civil::Date>>("nights"), [day(12)]);
    assert_eq!(row.get::<_, &str>("reason"), "a surgeon is needed");
    assert_eq!(row.get::<_, &str>("capacity"), "own");
    assert_eq!(row.get::<_, Uuid>("person_id"), person(DECIDER + 1).0);
    assert_eq!(setting.number("SELECT max(committed)::bigint FROM night_count").await, 2);
    recount(&client).await;

    // where there is room, nothing is overridden
    let free = waiting(&setting, keyed(3, 40, 1)).await;
    setting.written(decision(DECIDER + 1, free, S::Approved, above())).await;
    assert_eq!(setting.number(OVERRIDES).await, 1);
    drop(client);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_permitted_ahead_is_approved_by_whoever_decides() {
    let setting = Setting::start().await;
    ceilings(&setting, r#"{"total": 1}"#).await;
    fill(&setting, 12, 1).await;
    let item = waiting(&setting, keyed(2, 12, 1)).await;
    let permit = |who: u32| {
        let actor = Actor { capacity: Capacity::Own, person_id: Some(person(who)) };
        let mut record = moving(actor, Vec::new());
        record.change.overbookings = vec![Overbooking {
            override_id: Uuid::now_v7(),
            clearance_id: item.1,
            trip_id: item.0,
            reason: "the minister asks".to_owned(),
        }];
        setting.recorder.commit(record)
    };
    let refused = permit(DECIDER + 1).await.unwrap();
    assert!(
        matches!(refused, Committed::NotAuthorized { .. }),
        "nobody's appointment: {refused:?}"
    );
    assert!(matches!(approve(&setting, DECIDER, item).await, Committed::CeilingFull { .. }));
    appoint(&setting, DECIDER + 1, "designated_official").await;
    // an official who travels on the trip permits nothing for it
    appoint(&setting, 2, "designated_official").await;
    assert!(matches!(permit(2).await.unwrap(), Committed::NotAuthorized { .. }));
    assert!(matches!(permit(DECIDER + 1).await.unwrap(), Committed::Written { .. }));
    assert!(matches!(approve(&setting, DECIDER, item).await, Committed::Written { .. }));
    assert_eq!(setting.number(OVERRIDES).await, 1);
    // it waits for nothing any more
    let late = permit(DECIDER + 1).await.unwrap();
    assert!(matches!(late, Committed::MoveLost(_)), "{late:?}");
    setting.close().await;
}

/// A policy may name another role.
#[tokio::test(flavor = "multi_thread")]
async fn the_policy_says_whose_the_power_is() {
    let setting = Setting::start().await;
    let sql = r#"UPDATE area_policy SET body =
        '{"ceilings": {"total": 0}, "overbook_allowed_by": "security_adviser"}'"#;
    setting.client().await.execute(sql, &[]).await.unwrap();
    appoint(&setting, DECIDER, "designated_official").await;
    appoint(&setting, DECIDER + 1, "security_adviser").await;
    let item = waiting(&setting, keyed(2, 12, 1)).await;
    let above = || PlaceCheck::Override { reason: "x".to_owned() };
    let refused = setting.recorder.commit(decision(DECIDER, item, S::Approved, above())).await;
    assert!(matches!(refused, Ok(Committed::NotAuthorized { .. })), "{refused:?}");
    setting.written(decision(DECIDER + 1, item, S::Approved, above())).await;
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_refused_by_rule_takes_a_place_on_appeal() {
    let setting = Setting::start().await;
    ceilings(&setting, r#"{"total": 1}"#).await;
    fill(&setting, 12, 1).await;
    // refused by rule: it asked for no place
    let draft = Draft::of([Stay::new(500, 1, 12, 1).state(S::Denied)]);
    setting.written(draft.record()).await;
    let item = (draft.trip_id, clearances(&setting, draft.trip_id).await[0]);
    setting.written(decision(DECIDER, item, S::UnderAppeal, PlaceCheck::None)).await;
    let refused = approve(&setting, DECIDER, item).await;
    assert!(matches!(refused, Committed::CeilingFull { .. }), "{refused:?}");
    let client = setting.client().await;
    recount(&client).await;
    ceilings(&setting, r#"{"total": 2}"#).await;
    assert!(matches!(approve(&setting, DECIDER, item).await, Committed::Written { .. }));
    assert_eq!(setting.number("SELECT max(committed)::bigint FROM night_count").await, 2);
    recount(&client).await;
    drop(client);
    setting.close().await;
}

/// A suspended clearance keeps its place, so nobody can take it meanwhile, and it comes back.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_comes_back_to_the_own_place() {
    let setting = Setting::start().await;
    ceilings(&setting, r#"{"total": 1}"#).await;
    let first = waiting(&setting, keyed(1, 12, 1)).await;
    let second = waiting(&setting, keyed(2, 12, 1)).await;
    assert!(matches!(approve(&setting, DECIDER, first).await, Committed::Written { .. }));
    let suspend = step(first.0, first.1, &[S::Approved], MoveTo::State(S::Suspended));
    setting.written(moving(Actor::RULES, vec![suspend])).await;
    assert!(matches!(approve(&setting, DECIDER, second).await, Committed::CeilingFull { .. }));
    let back = step(first.0, first.1, &[S::Suspended], MoveTo::Prior);
    setting.written(moving(Actor::RULES, vec![back])).await;
    assert_eq!(setting.number("SELECT max(committed)::bigint FROM night_count").await, 1);
    recount(&setting.client().await).await;
    setting.close().await;
}

/// Two travellers of one trip for one place: the approval of both is one decision, and is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_counted_with_itself() {
    let setting = Setting::start().await;
    ceilings(&setting, r#"{"total": 1}"#).await;
    let both = [keyed(1, 12, 1), keyed(2, 12, 1)].map(|stay| stay.state(S::PendingReview));
    let draft = Draft::of(both);
    setting.written(draft.record()).await;
    let ids = clearances(&setting, draft.trip_id).await;
    let to = MoveTo::State(S::Approved);
    let steps = ids.iter().map(|id| step(draft.trip_id, *id, &[S::PendingReview], to));
    let actor = Actor { capacity: Capacity::Own, person_id: Some(person(DECIDER)) };
    let record = moving(actor, steps.collect());
    let refused = setting.recorder.commit(record).await.unwrap();
    assert!(matches!(refused, Committed::CeilingFull { .. }), "{refused:?}");
    assert!(matches!(
        approve(&setting, DECIDER, (draft.trip_id, ids[0])).await,
        Committed::Written { .. }
    ));
    setting.close().await;
}
