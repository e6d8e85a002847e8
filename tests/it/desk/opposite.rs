//! Two opposite decisions on one item at one instant, with seeded schedules: one wins, and the loser
//! is told by whom and when.

use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use uuid::Uuid;

use super::bench::{Bench, least};
use super::crowd::fill;
use crate::harness::{Answer, Caller, environment};
use crate::trips::stage::{NAIROBI, Standing};

const WHOLE: usize = 10_000;
const SEED: u64 = 7301;

/// One side of a round: after so many turns of the runtime and so many microseconds.
#[derive(Debug, Clone, Copy)]
struct Start {
    turns: u8,
    micros: u64,
}

impl Start {
    fn drawn(rng: &mut Rng) -> Self {
        Self { turns: rng.u8(..4), micros: if rng.bool() { 0 } else { rng.u64(..3000) } }
    }

    async fn wait(self) {
        for _ in 0..self.turns {
            tokio::task::yield_now().await;
        }
        if self.micros > 0 {
            tokio::time::sleep(Duration::from_micros(self.micros)).await;
        }
    }
}

async fn decide(bench: &Bench, who: &Caller, id: Uuid, deed: &str, start: Start) -> Answer {
    start.wait().await;
    bench.act(who, &id.to_string(), deed, &least(deed)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_opposite_decisions_at_one_instant_exactly_one_wins() {
    let bench = Bench::set_with(&[Standing::at_level(NAIROBI, 4)]).await;
    let rounds = environment().count(WHOLE);
    let items = fill(&bench, rounds).await;
    let mut rng = Rng::with_seed(SEED);
    let mut wins = [0; 2];
    for id in items {
        let starts = [Start::drawn(&mut rng), Start::drawn(&mut rng)];
        let deeds = if rng.bool() { ["approve", "deny"] } else { ["deny", "approve"] };
        // somebody may hold it, or nobody
        let held = rng.u8(..4) == 0;
        if held {
            bench.lease(&bench.asc, &id.to_string(), "claim").await.expect(200);
        }
        let who = [&bench.asc, &bench.official];
        let answers = tokio::join!(
            decide(&bench, who[0], id, deeds[0], starts[0]),
            decide(&bench, who[1], id, deeds[1], starts[1]),
        );
        let answers = [answers.0, answers.1];
        let winner = usize::from(answers[1].status == 200);
        assert!(!held || winner == 0, "who holds it decides it");
        wins[winner] += 1;
        let [won, lost] = if winner == 0 { [0, 1] } else { [1, 0] };
        let yes = answers[won].clone().expect(200).json();
        let no = answers[lost].clone().expect(409).json();
        let code = no["code"].as_str().unwrap();
        assert!(code == "ALREADY_DECIDED" || (held && code == "HELD"), "{no}");
        assert_eq!(no["by"], json!(who[won].id), "seed {SEED}: {no}");
        if code == "ALREADY_DECIDED" {
            assert_eq!((&no["at"], &no["state"]), (&yes["at"], &yes["state"]));
        }
    }
    let decided = "SELECT count(*) FROM ledger_entry WHERE entry > 1 AND person_id IS NOT NULL";
    assert_eq!(bench.stage.count(decided).await, i64::try_from(rounds).unwrap());
    let twice = "SELECT count(*) FROM clearance WHERE entries <> 2";
    assert_eq!(bench.stage.count(twice).await, 0);
    assert!(wins.iter().all(|wins| *wins > 0), "both sides won at times: {wins:?}");
    bench.stage.house.close().await;
}
