//! Remedies: the smallest changes that would give a better outcome, each verified by deciding
//! again (fine-print.md, "Remedies").
//!
//! The catalogue, in order: obtain a course, add what is missing, lodge as the area asks, go some
//! days later, leave the stay out. Single changes first, then pairs. Never purpose, kind,
//! category, person, grade, transit or mode. Counts are those of now: no place is promised.

mod candidates;
mod change;
mod compare;

use serde_json::{Map, Value, json};

use self::change::Change;
use super::{SurveySettings, decide, itinerary_faults, survey};
use crate::atlas::Atlas;
use crate::model::{Decision, Facts, Outcome, Remedy, Terrain, Trip};

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
}

/// Remedies for each clearance of a decision, beside its clearances: none for those that are
/// automatic or better, at most three for others.
pub fn remedies(
    (trip, facts, terrain): (&Trip, &Facts, &Terrain),
    atlas: &Atlas,
    settings: &SurveySettings,
    decision: &Decision,
) -> Vec<Vec<Remedy>> {
    let mut bench = Bench { trip, facts, terrain, atlas, settings, decision, trials: TRIALS };
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
        let clearance = self.decision.clearances.get(at)?;
        self.trials = self.trials.checked_sub(1)?;
        let (mut trip, mut facts) = (self.trip.clone(), self.facts.clone());
        for change in changes {
            change.apply(&mut trip, &mut facts);
        }
        let moved;
        let terrain = if changes.iter().any(|change| change.moves()) {
            moved = survey(&trip.itinerary, self.atlas, self.settings);
            let ends = moved.places.iter().map(|(from, to)| (Some(from.clone()), Some(to.clone())));
            let sound =
                itinerary_faults(&trip, &ends.collect::<Vec<_>>(), &facts.people).is_empty();
            if !sound {
                return None;
            }
            &moved
        } else {
            self.terrain
        };
        let trial = decide(&trip, &facts, terrain);
        let leads_to = compare::leads_to(self.decision, at, &trial, terrain)?;
        (leads_to < clearance.outcome).then(|| self.told(changes, leads_to))
    }

    /// The changes in words and as a patch: of the few that help alone.
    fn told(&self, changes: &[&Change], leads_to: Outcome) -> Remedy {
        let (mut trip, mut facts) = (self.trip.clone(), self.facts.clone());
        let (mut answer, mut patch) = (Map::new(), Vec::new());
        let mut words = Vec::with_capacity(changes.len());
        for change in changes {
            match change.obtained() {
                Some(obtained) => add_obtained(&mut answer, obtained),
                None => patch.extend(change.patch(&trip)),
            }
            words.push(change.words());
            change.apply(&mut trip, &mut facts);
        }
        if !patch.is_empty() {
            answer.insert("patch".to_owned(), Value::Array(patch));
        }
        Remedy { text: words.join(" "), change: Value::Object(answer), leads_to }
    }
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
