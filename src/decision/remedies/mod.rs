//! Remedies: the smallest changes that would give a better outcome, each verified by deciding
//! again (fine-print.md, "Remedies").
//!
//! The catalogue, in order: obtain a course, add what is missing, lodge as the area asks, go some
//! days later, leave the stay out. Single changes first, then pairs. Never purpose, kind,
//! category, person, grade, transit or mode. Counts are those of now: no place is promised.

mod candidates;
mod change;
mod compare;

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use self::change::Change;
use super::decide::{Verdict, verdicts};
use super::{SurveySettings, itinerary_faults, survey_between};
use crate::atlas::Atlas;
use crate::model::{
    ClearanceDecision, Decision, Effect, Facts, Outcome, Remedy, StayKind, Terrain, Trip,
};

/// Most remedies of a clearance.
const MOST: usize = 3;
/// Most decisions made to find remedies, for all clearances together.
const TRIALS: usize = 64;

/// Everything that is needed to try a change.
struct Bench<'a> {
    trip: &'a Trip,
    facts: &'a Facts,
    terrain: &'a Terrain,
    atlas: &'a Atlas,
    settings: &'a SurveySettings,
    decision: &'a Decision,
    trials: usize,
    /// What was tried: many travellers and passages have the same changes to make.
    tried: Vec<(Vec<Change>, Option<Trial>)>,
}

/// A trip changed and decided again.
struct Trial {
    verdicts: Vec<Verdict>,
    /// The ground, where it is another one.
    moved: Option<Terrain>,
}

/// Remedies for each clearance of a decision, beside its clearances: none for those that are
/// automatic or better, at most three for others.
pub fn remedies(
    (trip, facts, terrain): (&Trip, &Facts, &Terrain),
    atlas: &Atlas,
    settings: &SurveySettings,
    decision: &Decision,
) -> Vec<Vec<Remedy>> {
    let (trials, tried) = (TRIALS, Vec::new());
    let mut bench = Bench { trip, facts, terrain, atlas, settings, decision, trials, tried };
    let mut found: Vec<Vec<Remedy>> = vec![Vec::new(); decision.clearances.len()];
    let mut candidates: Vec<Vec<Change>> = Vec::with_capacity(found.len());
    for (at, clearance) in decision.clearances.iter().enumerate() {
        candidates.push(if clearance.outcome > Outcome::Auto {
            candidates::of(trip, facts, terrain, clearance)
        } else {
            Vec::new()
        });
        let (Some(found), Some(changes)) = (found.get_mut(at), candidates.get(at)) else {
            continue;
        };
        singles(&mut bench, at, changes, found);
    }
    for (at, (changes, found)) in candidates.iter().zip(&mut found).enumerate() {
        pairs(&mut bench, at, changes, found);
    }
    found
}

/// Single changes in the order of the catalogue. Of several that are alike but for their size
/// the smallest is enough.
fn singles(bench: &mut Bench<'_>, at: usize, changes: &[Change], found: &mut Vec<Remedy>) {
    let mut enough: Option<&Change> = None;
    for change in changes {
        if found.len() >= MOST {
            return;
        }
        if enough.is_some_and(|before| before.is_smaller_kin_of(change)) {
            continue;
        }
        if let Some(remedy) = bench.try_out(at, &[change]) {
            found.push(remedy);
            enough = Some(change);
        }
    }
}

/// Pairs that give a better outcome than anything found before.
fn pairs(bench: &mut Bench<'_>, at: usize, changes: &[Change], found: &mut Vec<Remedy>) {
    for (position, first) in changes.iter().enumerate() {
        for second in changes.iter().skip(position + 1) {
            if found.len() >= MOST {
                return;
            }
            if first.is_smaller_kin_of(second) {
                continue;
            }
            let best = found.iter().map(|remedy| remedy.leads_to).min();
            if best.is_some_and(|best| best <= Outcome::Auto) {
                return;
            }
            let better = bench
                .try_out(at, &[first, second])
                .filter(|remedy| best.is_none_or(|best| remedy.leads_to < best));
            found.extend(better);
        }
    }
}

impl Bench<'_> {
    /// Applies the changes one after the other and decides again. A remedy only if the clearance
    /// comes out better, no other comes out worse, and the itinerary is still sound.
    fn try_out(&mut self, at: usize, changes: &[&Change]) -> Option<Remedy> {
        let decision = self.decision;
        let clearance = decision.clearances.get(at)?;
        self.trials = self.trials.checked_sub(1)?;
        if stands_against(clearance, changes) {
            return None;
        }
        let known =
            self.tried.iter().position(|(tried, _)| tried.iter().eq(changes.iter().copied()));
        let known = known.unwrap_or_else(|| {
            let trial = self.trial(changes);
            self.tried.push((changes.iter().copied().cloned().collect(), trial));
            self.tried.len() - 1
        });
        let (_, trial) = self.tried.get(known)?;
        let Trial { verdicts, moved } = trial.as_ref()?;
        let terrain = moved.as_ref().unwrap_or(self.terrain);
        let leads_to = compare::leads_to(decision, at, verdicts, terrain)?;
        (leads_to < clearance.outcome).then(|| self.told(changes, leads_to))
    }

    /// The trip with these changes, decided; none where its itinerary is no longer sound.
    fn trial(&self, changes: &[&Change]) -> Option<Trial> {
        let (mut trip, mut facts) = (Cow::Borrowed(self.trip), Cow::Borrowed(self.facts));
        for change in changes {
            change.apply(&mut trip, &mut facts);
        }
        let moved = if changes.iter().any(|change| change.moves()) {
            let left = |at: &usize| !changes.iter().any(|change| change.leaves_out(*at));
            let places = (0..).zip(&self.terrain.places).filter(|(at, _)| left(at));
            let places = places.map(|(_, ends)| ends.clone()).collect();
            let moved = survey_between(&trip.itinerary, places, self.atlas, self.settings);
            let ends = moved.places.iter().map(|(from, to)| (Some(from), Some(to)));
            let sound =
                itinerary_faults(&trip, &ends.collect::<Vec<_>>(), &facts.people).is_empty();
            Some(sound.then_some(moved)?)
        } else {
            None
        };
        let verdicts = verdicts(&trip, &facts, moved.as_ref().unwrap_or(self.terrain));
        Some(Trial { verdicts, moved })
    }

    /// The changes in words and as a patch: of the few that help alone.
    fn told(&self, changes: &[&Change], leads_to: Outcome) -> Remedy {
        let (mut trip, mut facts) = (Cow::Borrowed(self.trip), Cow::Borrowed(self.facts));
        let (mut answer, mut patch) = (Map::new(), Vec::new());
        let mut words = Vec::with_capacity(changes.len());
        for (nth, change) in (1..).zip(changes) {
            match change.obtained() {
                Some(obtained) => add_obtained(&mut answer, obtained),
                None => patch.extend(change.patch(&trip)),
            }
            words.push(change.words());
            if nth < changes.len() {
                change.apply(&mut trip, &mut facts);
            }
        }
        if !patch.is_empty() {
            answer.insert("patch".to_owned(), Value::Array(patch));
        }
        Remedy { text: words.join(" "), change: Value::Object(answer), leads_to }
    }
}

/// What makes a stay no better than it is says so after the changes too: none of them is read by
/// its rule. Passages come and go with what is asked of them; they are tried.
fn stands_against(clearance: &ClearanceDecision, changes: &[&Change]) -> bool {
    clearance.kind == StayKind::Stay
        && clearance.findings.iter().any(|finding| {
            finding.effect == Effect::Outcome(clearance.outcome)
                && !changes.iter().any(|change| change.touches(finding.rule))
        })
}

/// One course is an object; the second makes them a list.
fn add_obtained(answer: &mut Map<String, Value>, obtained: Value) {
    let all = match answer.remove("obtain") {
        None => obtained,
        Some(Value::Array(mut known)) => {
            known.push(obtained);
            Value::Array(known)
        }
        Some(known) => json!([known, obtained]),
    };
    answer.insert("obtain".to_owned(), all);
}
