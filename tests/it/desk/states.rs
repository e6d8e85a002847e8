//! Every move of the state machine that the desk makes, and none besides.

use std::collections::BTreeSet;

use safeconduct::model::{ClearanceState as S, Mover};
use serde_json::json;
use uuid::Uuid;

use super::bench::{Bench, least};
use crate::harness::{Answer, Someone};
use safeconduct::access::Role;

/// What leads where, by the words of the fine print.
const DEEDS: [(&str, S, &[S]); 6] = [
    ("recommend", S::Recommended, &[S::PendingReview, S::Escalated]),
    ("approve", S::Approved, &[S::PendingReview, S::Recommended, S::Escalated]),
    ("deny", S::Denied, &[S::PendingReview, S::Recommended, S::Escalated]),
    ("return", S::Returned, &[S::PendingReview, S::Recommended, S::Escalated]),
    ("escalate", S::Escalated, &[S::PendingReview, S::Recommended]),
    ("revoke", S::Revoked, &[S::Cleared, S::Approved, S::Suspended]),
];

/// Puts a clearance into a state, as if it had come there.
async fn put(bench: &Bench, id: &str, state: S) {
    let client = bench.stage.house.database().connect().await;
    let id: Uuid = id.parse().unwrap();
    client
        .execute(
            "UPDATE clearance SET state = $2, prior_state = \
             CASE WHEN $2 = 'suspended' THEN 'approved' END, entries = entries + 1 \
             WHERE clearance_id = $1",
            &[&id, &state.as_str()],
        )
        .await
        .unwrap();
    client
        .execute(
            "INSERT INTO ledger_entry SELECT clearance_id, entry + 1, trip_id, at, to_state, $2, \
             'rules', NULL, '{}', '{}', world_version, policy_version, advisory_version, \
             ruleset_version FROM ledger_entry WHERE clearance_id = $1 ORDER BY entry DESC LIMIT 1",
            &[&id, &state.as_str()],
        )
        .await
        .unwrap();
}

async fn state_of(bench: &Bench, id: &str) -> String {
    let client = bench.stage.house.database().connect().await;
    let id: Uuid = id.parse().unwrap();
    let sql = "SELECT state FROM clearance WHERE clearance_id = $1";
    client.query_one(sql, &[&id]).await.unwrap().get(0)
}

#[tokio::test]
async fn the_desk_makes_every_move_it_may_and_no_other() {
    let bench = Bench::set().await;
    let mut made = BTreeSet::new();
    for &from in S::ALL.iter().filter(|state| **state != S::Submitted) {
        for (deed, to, expected) in DEEDS {
            let id = bench.waiting(20).await;
            put(&bench, &id, from).await;
            let who = if deed == "recommend" { &bench.csa } else { &bench.official };
            let answer = bench.does(who, &id, deed).await;
            let may = expected.contains(&from);
            if may {
                assert_eq!(answer.expect(200).json()["state"], to.as_str());
                assert!(from.may_become(to, Mover::Person), "{from:?} {to:?}");
                made.insert((from, to));
            } else {
                let refused = answer.expect(409).json();
                assert_eq!(state_of(&bench, &id).await, from.as_str(), "{deed} from {from:?}");
                let queued = [S::PendingReview, S::Recommended, S::Escalated, S::UnderAppeal]
                    .contains(&from);
                let code = if queued { "MOVE_NOT_ALLOWED" } else { "ALREADY_DECIDED" };
                assert_eq!(refused["code"], code, "{deed} from {from:?}");
                assert_eq!(refused["state"], from.as_str());
            }
        }
    }
    assert_eq!(made.len(), 16);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn appeals_make_every_move_they_may_and_no_other() {
    let bench = Bench::set().await;
    let focal = Someone::person().of_organization(Role::TravelFocalPoint, "unicef");
    let focal = bench.stage.house.caller(focal).await;
    let post = async |who, path: String, body| -> Answer {
        bench.stage.house.post_once(who, &path, &Uuid::new_v4().to_string(), &body).await
    };
    for &from in S::ALL.iter().filter(|state| **state != S::Submitted) {
        let id = bench.waiting(20).await;
        put(&bench, &id, from).await;
        let path = format!("/v1/clearances/{id}/appeal");
        let opened = post(&focal, path, json!({"text_for_traveller": "Needed."})).await;
        let may = matches!(from, S::Denied | S::Revoked);
        if may {
            assert_eq!(opened.expect(200).json()["state"], "under_appeal");
            let path = format!("/v1/clearances/{id}/appeal/decide");
            let mut dismiss = least("deny");
            dismiss["decision"] = json!("dismiss");
            let stays = post(&bench.official, path, dismiss).await.expect(200).json();
            assert_eq!(stays["state"], from.as_str(), "the no that it was against");
        } else {
            opened.expect(409);
            let path = format!("/v1/clearances/{id}/appeal/decide");
            let heard = post(&bench.official, path, json!({"decision": "allow"})).await;
            if from == S::UnderAppeal {
                assert_eq!(heard.expect(200).json()["state"], "approved");
            } else {
                heard.expect(409);
            }
        }
    }
    bench.stage.house.close().await;
}

/// What a requester and a witness do from each state: withdraw, report a departure, report that
/// nobody came.
#[tokio::test]
async fn requesters_and_witnesses_make_every_move_they_may_and_no_other() {
    use S::{
        Approved, Cleared, Escalated, Notified, PendingReview, Recommended, Returned, Suspended,
        UnderAppeal,
    };
    let bench = Bench::set().await;
    let withdrawn = [
        PendingReview,
        Recommended,
        Escalated,
        Returned,
        Cleared,
        Approved,
        Suspended,
        UnderAppeal,
        Notified,
    ];
    let there = [Notified, Cleared, Approved, Suspended];
    let deeds: [(&str, S, &[S]); 3] = [
        ("cancel", S::Cancelled, &withdrawn),
        ("depart", S::Completed, &there),
        ("no-show", S::Expired, &there),
    ];
    let client = bench.stage.house.database().connect().await;
    for &from in S::ALL.iter().filter(|state| **state != S::Submitted) {
        for (deed, to, expected) in deeds {
            let traveller = bench.stage.person("unicef").await;
            let id = bench.waiting_of(&traveller, 20).await;
            let begun = format!(
                "UPDATE clearance SET arrive_at = sc_now() - interval '30 hours', \
                 valid_from = sc_now() - interval '54 hours' WHERE clearance_id = '{id}' \
                 RETURNING trip_id"
            );
            let trip: Uuid = client.query_one(&begun, &[]).await.unwrap().get(0);
            put(&bench, &id, from).await;
            let path = match deed {
                "cancel" => format!("/v1/trips/{trip}/cancel"),
                _ => format!("/v1/stays/{id}/{deed}"),
            };
            let request = bench.stage.house.request(&traveller, reqwest::Method::POST, &path);
            let request = request.header("idempotency-key", Uuid::new_v4().to_string());
            let request = request.header("if-match", "*").json(&json!({}));
            let answer = Answer::read(request.send().await.unwrap()).await;
            if expected.contains(&from) {
                answer.expect(200);
                assert_eq!(state_of(&bench, &id).await, to.as_str(), "{deed} from {from:?}");
                assert!(from.may_become(to, Mover::Person), "{from:?} {to:?}");
            } else {
                // a trip that has nothing but what was replaced is withdrawn; what was replaced stays
                let replaced = from == S::Superseded && deed == "cancel";
                answer.expect(if replaced { 200 } else { 409 });
                assert_eq!(state_of(&bench, &id).await, from.as_str(), "{deed} from {from:?}");
            }
        }
    }
    bench.stage.house.close().await;
}
