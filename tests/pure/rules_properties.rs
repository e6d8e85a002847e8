//! What holds for every case, however it is changed: drawn from a seed.

use std::sync::Arc;

use fastrand::Rng;
use safeconduct::decision::differences;
use safeconduct::model::{
    ClearanceDecision, FenceContact, Gap, Outcome, PersonFacts, SecurityLevel, StayKind, Terrain,
    TripKind,
};

use crate::rules_case::{Inputs, all_cases};

const SEED: u64 = 20_261_101;

fn clearance_of<'a>(
    all: &'a [ClearanceDecision],
    like: &ClearanceDecision,
) -> Option<&'a ClearanceDecision> {
    all.iter().find(|one| one.person_id == like.person_id && one.stay == like.stay)
}

/// Every clearance is at least as strict as before. One that vanished was milder than any.
fn none_milder(name: &str, what: &str, before: &Inputs, after: &Inputs) {
    let (before, after) = (before.decide(), after.decide());
    for one in &before.clearances {
        let now = clearance_of(&after.clearances, one).map_or(Outcome::None, |now| now.outcome);
        assert!(now >= one.outcome, "{name}, {what}: {:?} became {now:?}", one.outcome);
    }
}

fn policies(terrain: &mut Terrain, change: impl Fn(&mut safeconduct::model::AreaPolicy)) {
    for area in &mut terrain.areas {
        area.policy = area.policy.as_deref().cloned().map(|mut policy| {
            change(&mut policy);
            Arc::new(policy)
        });
    }
}

#[test]
fn a_higher_level_never_gives_a_milder_outcome() {
    for (name, case) in all_cases() {
        let inputs = case.inputs();
        for at in 0..inputs.terrain.areas.len() {
            let mut steeper = inputs.clone();
            let level = inputs.terrain.areas[at].security_level.get();
            for next in level + 1..=6 {
                let before = steeper.clone();
                steeper.terrain.areas[at].security_level = SecurityLevel::new(next).unwrap();
                none_milder(&name, &format!("area {at} at level {next}"), &before, &steeper);
            }
        }
    }
}

#[test]
fn an_added_fence_never_gives_a_milder_outcome() {
    let cases = all_cases();
    let with_fences = cases.iter().map(|(_, case)| case.inputs());
    let stays = with_fences.flat_map(|inputs| inputs.terrain.stays);
    let contacts: Vec<FenceContact> = stays.flat_map(|stay| stay.fences).collect();
    let mut rng = Rng::with_seed(SEED);
    for (name, case) in &cases {
        let inputs = case.inputs();
        for _ in 0..20 {
            let mut fenced = inputs.clone();
            let at = rng.usize(..fenced.terrain.stays.len());
            let mut contact = contacts[rng.usize(..contacts.len())].clone();
            contact.segment = Some(rng.usize(..fenced.trip.itinerary.segments.len()));
            fenced.terrain.stays[at].fences.push(contact);
            none_milder(name, "a fence more", &inputs, &fenced);
        }
    }
}

#[test]
fn a_stricter_switch_never_gives_a_milder_outcome() {
    type Switch = fn(&mut safeconduct::model::AreaPolicy);
    let switches: &[(&str, Switch)] = &[
        ("medical", |policy| policy.medical_required = true),
        ("grade", |policy| policy.pc_required = true),
        ("no family", |policy| policy.family_allowed = false),
        ("no tba", |policy| policy.lodging_tba_hours = None),
        ("field", |policy| policy.required_fields.push("tor".into())),
        ("quota", |policy| policy.auto_quota_per_day = Some(0)),
        ("ceiling", |policy| policy.ceilings.total = Some(0)),
        ("short stays", |policy| policy.max_stay_days = 0),
    ];
    for (name, case) in all_cases() {
        let inputs = case.inputs();
        for (what, switch) in switches {
            let mut stricter = inputs.clone();
            policies(&mut stricter.terrain, switch);
            none_milder(&name, what, &inputs, &stricter);
        }
    }
}

/// Private travel is on record whatever is missing; all other travel goes to a person at least.
#[test]
fn a_missing_fact_never_lets_anybody_pass() {
    type Hole = fn(&mut Inputs);
    let holes: &[(&str, Hole)] = &[
        ("a person", |inputs| {
            inputs.facts.people.pop();
        }),
        ("counts", |inputs| inputs.facts.nights.clear()),
        ("arrivals", |inputs| inputs.facts.arrivals.clear()),
        ("something", |inputs| inputs.facts.gaps.push(Gap::Other("x".into()))),
        ("policies", |inputs| {
            for area in &mut inputs.terrain.areas {
                area.policy = None;
            }
        }),
    ];
    for (name, case) in all_cases() {
        let inputs = case.inputs();
        if inputs.trip.trip_kind != TripKind::Official {
            continue;
        }
        let before = inputs.decide();
        for (what, hole) in holes {
            let mut without = inputs.clone();
            hole(&mut without);
            let after = without.decide();
            for one in &before.clearances {
                let now = clearance_of(&after.clearances, one);
                let now = now.map_or(Outcome::None, |now| now.outcome);
                let milder = now < one.outcome && now <= Outcome::Auto;
                assert!(!milder, "{name} without {what}: {:?} became {now:?}", one.outcome);
            }
        }
        let blind = {
            let mut blind = inputs.clone();
            blind.facts.gaps.push(Gap::Other("x".into()));
            blind.decide()
        };
        let cleared = blind.clearances.iter().find(|one| one.outcome == Outcome::Auto);
        assert_eq!(cleared.map(|one| &one.findings), None, "{name}");
    }
}

#[test]
fn equal_inputs_give_equal_decisions_and_replay_says_so() {
    for (name, case) in all_cases() {
        let (one, other) = (case.inputs().decide(), case.inputs().decide());
        assert_eq!(one, other, "{name}");
        let stored = serde_json::to_value(&one).unwrap();
        assert_eq!(differences(&stored, &other), [], "{name}");
    }
}

#[test]
fn replay_names_what_differs() {
    let case = all_cases().into_iter().find(|(name, _)| name == "R-301/missing").unwrap().1;
    let decision = case.inputs().decide();
    let mut stored = serde_json::to_value(&decision).unwrap();
    stored["clearances"][0]["outcome"] = "auto".into();
    stored["clearances"][0]["findings"].as_array_mut().unwrap().remove(1);
    stored["clearances"][0]["remedies"] = serde_json::json!(["advice of its day"]);
    let found = differences(&stored, &decision);
    let pointers: Vec<_> = found.iter().map(|one| one.pointer.as_str()).collect();
    assert_eq!(pointers, ["/clearances/0/findings/1", "/clearances/0/outcome"]);
    assert_eq!(found[1].decided, "return");
}

/// A stored decision replays from its stored inputs: terrain and facts survive JSON; policies come
/// from their table.
#[test]
fn inputs_survive_storage() {
    for (name, case) in all_cases() {
        let inputs = case.inputs();
        let mut terrain: Terrain =
            serde_json::from_value(serde_json::to_value(&inputs.terrain).unwrap()).unwrap();
        for (area, known) in terrain.areas.iter_mut().zip(&inputs.terrain.areas) {
            area.policy.clone_from(&known.policy);
        }
        let facts = serde_json::from_value(serde_json::to_value(&inputs.facts).unwrap()).unwrap();
        let trip = serde_json::from_value(serde_json::to_value(&inputs.trip).unwrap()).unwrap();
        let again = Inputs { trip, facts, terrain };
        assert_eq!(again.decide(), inputs.decide(), "{name}");
    }
}

#[test]
fn travellers_do_not_depend_on_one_another_but_for_places() {
    let mut rng = Rng::with_seed(SEED);
    for (name, case) in all_cases() {
        let inputs = case.inputs();
        if inputs.trip.travellers.len() < 2 || !inputs.facts.nights.is_empty() {
            continue;
        }
        let quota = inputs.terrain.areas.iter().filter_map(|area| area.policy.as_ref());
        if quota.into_iter().any(|policy| policy.auto_quota_per_day.is_some()) {
            continue;
        }
        let mut shuffled = inputs.clone();
        rng.shuffle(&mut shuffled.trip.travellers);
        rng.shuffle(&mut shuffled.facts.people);
        let (one, other) = (inputs.decide(), shuffled.decide());
        for clearance in &one.clearances {
            assert_eq!(Some(clearance), clearance_of(&other.clearances, clearance), "{name}");
        }
        let known: &[PersonFacts] = &inputs.facts.people;
        assert_eq!(known.len(), shuffled.facts.people.len());
    }
}

#[test]
fn a_passage_holds_no_nights_and_owes_nothing_on_arrival() {
    let mut seen = 0;
    for (name, case) in all_cases() {
        let passages = case.inputs().decide().clearances;
        for passage in passages.into_iter().filter(|one| one.kind == StayKind::Passage) {
            seen += 1;
            assert_eq!(passage.nights, 0, "{name}");
            let asked = passage.conditions.iter().map(|condition| condition.rule.0);
            assert!(asked.into_iter().all(|rule| !["R-203", "R-305", "R-407"].contains(&rule)));
        }
    }
    assert!(seen > 0);
}
