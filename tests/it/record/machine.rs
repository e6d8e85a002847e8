//! The whole state machine against the words of the fine print: every move of it is made, by
//! everybody who may, and every other is refused.

use std::collections::BTreeSet;

use safeconduct::model::{
    Actor, Capacity, ClearanceId, ClearanceState as S, Committed, MoveTo, Mover, TripId,
};
use safeconduct::record::RecordError;
use tokio_postgres::Client;
use uuid::Uuid;

use super::fixture::{Draft, Setting, Stay, person};
use super::moves::{clearances, moving, step};

/// fine-print.md, "State machine". `suspended` goes back to the state it had, which is one of the
/// positive ones.
const WORDS: &str = "
submitted: notified cleared pending_review returned denied escalated
pending_review: cleared recommended approved denied returned escalated superseded cancelled expired
recommended: approved denied returned pending_review superseded cancelled expired escalated
escalated: approved denied returned pending_review superseded cancelled expired recommended
returned: superseded cancelled expired
cleared: pending_review suspended revoked superseded cancelled expired completed
approved: pending_review suspended revoked superseded cancelled expired completed
suspended: cleared approved pending_review revoked superseded cancelled expired completed
denied: under_appeal superseded
revoked: under_appeal superseded
under_appeal: approved denied revoked cancelled expired
notified: superseded cancelled expired completed
";

fn machine() -> BTreeSet<(S, S)> {
    let lines = WORDS.lines().filter_map(|line| line.split_once(": "));
    let moves = lines.flat_map(|(from, to)| {
        let from = S::named(from).unwrap();
        to.split(' ').map(move |to| (from, S::named(to).unwrap()))
    });
    moves.collect()
}

/// Puts a clearance into a state, as if it had come there.
async fn put(client: &Client, id: ClearanceId, state: S) {
    let update = "UPDATE clearance SET state = $2, prior_state = \
                  CASE WHEN $2 = 'suspended' THEN 'approved' END WHERE clearance_id = $1";
    assert_eq!(client.execute(update, &[&id.0, &state.as_str()]).await.unwrap(), 1);
}

async fn state_of(client: &Client, id: ClearanceId) -> String {
    let sql = "SELECT state FROM clearance WHERE clearance_id = $1";
    client.query_one(sql, &[&id.0]).await.unwrap().get(0)
}

#[test]
fn the_program_knows_the_machine_of_the_fine_print() {
    let machine = machine();
    for &from in S::ALL {
        for &to in S::ALL {
            let may = machine.contains(&(from, to));
            assert_eq!(from.may_become(to, Mover::Rules), may, "{from:?} to {to:?}");
            let by_person = may && to != S::Cleared;
            assert_eq!(from.may_become(to, Mover::Person), by_person, "{from:?} to {to:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_move_of_the_machine_is_made_and_every_other_refused() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    let somebody = Actor { capacity: Capacity::Own, person_id: Some(person(901)) };
    let (machine, mut made, mut refused) = (machine(), 0_u32, 0_u32);
    for &from in S::ALL.iter().filter(|from| **from != S::Submitted) {
        for &to in S::ALL {
            for actor in [Actor::RULES, somebody] {
                let by_rules = actor == Actor::RULES;
                let target = MoveTo::State(to);
                if !machine.contains(&(from, to)) || (to == S::Cleared && !by_rules) {
                    let (trip, id) = (TripId(Uuid::now_v7()), ClearanceId(Uuid::now_v7()));
                    let asked = moving(actor, vec![step(trip, id, &[from], target)]);
                    let result = setting.recorder.commit(asked).await;
                    assert!(matches!(result, Err(RecordError::Misuse(_))), "{from:?} to {to:?}");
                    refused += 1;
                    continue;
                }
                made += 1;
                let draft = Draft::of([Stay::new(made, 1, 10, 2).state(S::PendingReview)]);
                setting.written(draft.record()).await;
                let id = clearances(&setting, draft.trip_id).await[0];
                put(&client, id, from).await;
                let again = || moving(actor, vec![step(draft.trip_id, id, &[from], target)]);
                setting.written(again()).await;
                assert_eq!(state_of(&client, id).await, to.as_str(), "{from:?} to {to:?}");
                // whoever comes second finds it elsewhere, which is a 409 to a caller
                let late = setting.recorder.commit(again()).await.unwrap();
                let Committed::MoveLost(lost) = late else {
                    panic!("{from:?} to {to:?}: {late:?}")
                };
                assert_eq!(lost[0].state, Some(to));
            }
        }
    }
    // of fifteen states with sixteen targets, by rules and by people
    assert_eq!((made, made + refused), (124, 480));
    setting.close().await;
}
