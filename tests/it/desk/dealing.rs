//! Claims that come together: dealt out in order, whoever asks and wherever.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join_all;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::bench::Bench;
use super::crowd::fill;
use crate::harness::{Answer, Caller, Someone, spawn};
use crate::trips::stage::{NAIROBI, Standing};

/// Nairobi alone, with so many items, most urgent first.
async fn nairobi(count: usize) -> (Arc<Bench>, Vec<Uuid>) {
    let bench = Bench::set_with(&[Standing::at_level(NAIROBI, 4)]).await;
    let items = fill(&bench, count).await;
    (Arc::new(bench), items)
}

/// So many coordinators of Nairobi.
async fn coordinators(bench: &Bench, count: usize) -> Vec<Caller> {
    let mut callers = Vec::new();
    for _ in 0..count {
        let someone = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
        callers.push(bench.stage.house.caller(someone).await);
    }
    callers
}

async fn close(bench: Arc<Bench>) {
    Arc::into_inner(bench).unwrap().stage.house.close().await;
}

fn ids(taken: &[Value]) -> Vec<Uuid> {
    let id = |lease: &Value| lease["item"]["clearance_id"].as_str().unwrap().parse().unwrap();
    taken.iter().map(id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_ask_at_once_share_the_most_urgent() {
    let (bench, items) = nairobi(200).await;
    let callers = coordinators(&bench, 40).await;
    let asking = callers.into_iter().zip([1, 2, 3].into_iter().cycle()).map(|(caller, limit)| {
        let bench = Arc::clone(&bench);
        spawn(async move { (limit, ids(&bench.claim_next(&caller, limit).await)) })
    });
    let answers: Vec<(i64, Vec<Uuid>)> =
        join_all(asking).await.into_iter().map(Result::unwrap).collect();
    let place = |id: &Uuid| items.iter().position(|item| item == id).unwrap();
    for (limit, taken) in &answers {
        assert_eq!(i64::try_from(taken.len()).unwrap(), *limit);
        assert!(taken.is_sorted_by_key(place), "most urgent first");
    }
    let taken: BTreeSet<Uuid> = answers.iter().flat_map(|(_, taken)| taken).copied().collect();
    let count = answers.iter().map(|(_, taken)| taken.len()).sum();
    assert_eq!(taken, items[..count].iter().copied().collect(), "the most urgent, each once");
    close(bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_behind_many_of_ones_own_trips_is_found() {
    let (bench, items) = nairobi(100).await;
    let client = bench.stage.house.database().connect().await;
    let own = "UPDATE clearance SET person_id = $1 WHERE clearance_id = ANY($2)";
    client.execute(own, &[&bench.asc.id, &&items[..90]]).await.unwrap();
    assert_eq!(ids(&bench.claim_next(&bench.asc, 2).await), items[90..92]);
    let (rest, whole) = (bench.claim_next(&bench.asc, 50).await, &items[92..]);
    assert_eq!(ids(&rest), whole);
    assert!(bench.claim_next(&bench.asc, 1).await.is_empty(), "the others are their own");
    close(bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_deal_out_every_item_once() {
    const ITEMS: usize = 600;
    let (bench, items) = nairobi(ITEMS).await;
    let other = bench.stage.house.replica(|_config| {}).await;
    let callers = coordinators(&bench, 30).await;
    other.running.parts.identity.authority().refresh().await.unwrap();
    let urls = [bench.stage.house.url(""), other.url("")];
    let working = callers.into_iter().zip(urls.into_iter().cycle()).map(|(caller, url)| {
        let bench = Arc::clone(&bench);
        spawn(async move {
            let mut all = Vec::new();
            loop {
                let request =
                    bench.stage.house.client().post(format!("{url}/v1/approvals/claim-next"));
                let request = request.bearer_auth(&caller.token).json(&json!({"limit": 2}));
                let answer = request.send().await.unwrap();
                let answer = Answer::read(answer).await.expect(200).json();
                let taken = ids(answer["items"].as_array().unwrap());
                if taken.is_empty() {
                    return all;
                }
                all.extend(taken);
            }
        })
    });
    let taken: Vec<Uuid> = join_all(working).await.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(taken.len(), ITEMS, "nothing is left, nothing came twice");
    let taken: BTreeSet<Uuid> = taken.into_iter().collect();
    assert_eq!(taken, items.into_iter().collect());
    other.close().await;
    close(bench).await;
}
