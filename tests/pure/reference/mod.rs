//! `decide` against a slow reference written separately: equal on every random trip.

mod slow;
mod worlds;

use std::collections::BTreeSet;
use std::env;

use safeconduct::decision;
use safeconduct::model::{ClearanceDecision, Effect, Outcome};

use self::slow::Word;

/// The whole count with `./dev test --full`, a hundredth of it otherwise.
#[expect(clippy::disallowed_methods, reason = "the size of a test run is no configuration")]
fn cases() -> u64 {
    if env::var("SAFECONDUCT_TEST_FULL").is_ok_and(|full| full == "1") { 100_000 } else { 1_000 }
}

fn word(decided: &ClearanceDecision) -> Word {
    let against: BTreeSet<_> = decided
        .findings
        .iter()
        .filter_map(|finding| match finding.effect {
            Effect::Outcome(outcome) if outcome >= Outcome::Manual => {
                Some((finding.reason.as_str(), outcome))
            }
            Effect::Outcome(_) | Effect::Warning => None,
        })
        .collect();
    Word {
        person: decided.person_id,
        stay: decided.stay,
        outcome: decided.outcome,
        state: decided.state,
        against,
        decider: decided.decider.as_ref().map(|decider| decider.role),
        two_step: decided.two_step,
        late: decided.late,
        valid: (decided.valid_from, decided.valid_to),
        places: decided.places.clone(),
        place_keys: decided.place_keys.iter().cloned().collect(),
        counts_arrival: decided.counts_arrival,
    }
}

#[test]
fn decide_equals_the_slow_reference() {
    let mut outcomes = BTreeSet::new();
    for seed in 0..cases() {
        let case = worlds::case(seed);
        assert!(case.terrain.stays.iter().all(|stay| stay.arrive >= slow::AFTER_CUT_OVER));
        let decided: Vec<Word> = decision::decide(&case.trip, &case.facts, &case.terrain)
            .clearances
            .iter()
            .map(word)
            .collect();
        let expected = slow::decide(&case);
        outcomes.extend(expected.iter().map(|word| word.outcome));
        assert_eq!(decided, expected, "seed {seed}: decided, then the reference");
    }
    // every outcome of the lattice but `none`, which makes no clearance
    assert_eq!(outcomes.len(), Outcome::ALL.len() - 1, "the cases reach too little: {outcomes:?}");
}
