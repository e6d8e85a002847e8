//! The decision: every traveller, every stay, every rule; the strictest word wins (c.0).

use super::RULESET_VERSION;
use super::burden;
use super::case::{Burden, Case, Matter, days_after};
use super::clearance;
use super::demand::{Demand, Tally};
use super::findings::{Findings, Stance};
use super::flights;
use super::rules::applicability::{self, Requirement};
use super::rules::{PASSAGE, STAY, ceilings};
use crate::model::{
    ClearanceDecision, Crossing, Decision, Effect, Facts, Finding, Outcome, PersonFacts,
    StandingStay, StayKind, Terrain, TerrainStay, Traveller, Trip,
};

/// Decides a trip: the same inputs give the same decision, for ever. `facts.now` is its clock.
pub fn decide(trip: &Trip, facts: &Facts, terrain: &Terrain) -> Decision {
    let matter = Matter { trip, facts, terrain, company: flights::company(trip, facts) };
    let mut tally = Tally::new(facts);
    let mut decision = Decision {
        ruleset_version: RULESET_VERSION,
        world_version: terrain.world_version,
        decided_at: facts.now,
        clearances: Vec::with_capacity(trip.travellers.len() * terrain.stays.len()),
        crossings: Vec::new(),
        warnings: Vec::new(),
    };
    let mut bare = vec![false; terrain.stays.len()];
    for (at, traveller) in trip.travellers.iter().enumerate() {
        let who = facts
            .people
            .get(at)
            .filter(|known| known.person.person_id == traveller.person_id)
            .or_else(|| facts.people.iter().find(|p| p.person.person_id == traveller.person_id));
        decide_for(&matter, (traveller, who), &mut tally, &mut decision, &mut bare);
    }
    decision.crossings = crossings(&matter, &bare);
    decision
}

/// Decides for one traveller: first what each stay asks for, since what is met where nothing is
/// asked for falls to a neighbouring stay; then each stay.
fn decide_for<'a>(
    matter: &'a Matter<'a>,
    (traveller, who): (&'a Traveller, Option<&'a PersonFacts>),
    tally: &mut Tally<'a>,
    decision: &mut Decision,
    bare: &mut [bool],
) {
    let (nothing, no_burden) = (Demand::default(), Burden::default());
    let stays = &matter.terrain.stays;
    let needs: Vec<Requirement> = stays
        .iter()
        .map(|stay| {
            let case = case(matter, (traveller, who), stay, (&no_burden, &nothing, tally));
            applicability::requirement(&case)
        })
        .collect();
    let (burdens, homeless) = burden::distribute(matter, &needs);
    for warning in homeless {
        note(&mut decision.warnings, warning);
    }
    let parts = stays.iter().zip(&needs).zip(&burdens).zip(bare);
    for (at, (((stay, &need), burden), bare)) in parts.enumerate() {
        if let Some(standing) = standing(matter, traveller, at) {
            *bare |= !standing.has_clearance;
            continue;
        }
        let asked = case(matter, (traveller, who), stay, (burden, &nothing, tally));
        let demand = ceilings::demand(&asked);
        let decided = decide_stay(&Case { demand: &demand, tally, ..asked }, at, need);
        match decided {
            Decided::Clearance(clearance) => {
                take_places(tally, &clearance, &demand);
                decision.clearances.push(*clearance);
            }
            Decided::Bare(warnings) => {
                *bare = true;
                for warning in warnings {
                    note(&mut decision.warnings, warning);
                }
            }
        }
    }
}

/// A stay that an amendment leaves standing is not decided again (c.0: "keep; continue").
fn standing<'a>(
    matter: &Matter<'a>,
    traveller: &Traveller,
    stay: usize,
) -> Option<&'a StandingStay> {
    let mut standing = matter.facts.standing.iter();
    standing.find(|one| one.person_id == traveller.person_id && one.stay == stay)
}

/// What comes of a stay.
enum Decided {
    /// A clearance of its own.
    Clearance(Box<ClearanceDecision>),
    /// Nothing to decide: at home, or a passage on which nothing stands in the way. Its warnings
    /// belong to the trip.
    Bare(Vec<Finding>),
}

fn decide_stay(case: &Case<'_>, at: usize, need: Requirement) -> Decided {
    let stance = match need {
        Requirement::Nothing => return Decided::Bare(Vec::new()),
        Requirement::Notification { stance, .. } => stance,
        Requirement::Clearance => Stance::Decide,
    };
    let mut out = Findings::new(stance);
    for say in if case.is_stay() { STAY } else { PASSAGE } {
        say(case, &mut out);
    }
    if let Requirement::Notification { rule, .. } = need {
        applicability::notified(rule, case, &mut out);
        clearance::into_rule_order(&mut out.findings);
    }
    if out.strictest <= Outcome::Notify {
        // what is only on record owes nothing
        out.conditions.clear();
    }
    let in_the_way = out.strictest.max(out.held_back);
    if !case.is_stay() && in_the_way <= Outcome::Auto && out.conditions.is_empty() {
        out.findings.retain(|finding| finding.effect == Effect::Warning);
        return Decided::Bare(out.findings);
    }
    Decided::Clearance(Box::new(clearance::assemble(case, at, out)))
}

/// A stay cleared by rule takes its places before the next traveller is decided.
fn take_places(tally: &mut Tally<'_>, clearance: &ClearanceDecision, demand: &Demand) {
    if let (Outcome::Auto, Some(area)) = (clearance.outcome, &clearance.area_id) {
        tally.take(area, demand);
        if clearance.counts_arrival {
            tally.arrive(area, clearance.arrive);
        }
    }
}

fn case<'a, 'c>(
    matter: &'c Matter<'a>,
    (traveller, who): (&'c Traveller, Option<&'c PersonFacts>),
    stay: &'c TerrainStay,
    (burden, demand, tally): (&'c Burden<'c>, &'c Demand, &'c Tally<'c>),
) -> Case<'c>
where
    'a: 'c,
{
    let area = stay.area.and_then(|at| matter.terrain.areas.get(at));
    let bare = Case {
        matter,
        traveller,
        who,
        stay,
        area,
        policy: None,
        row: None,
        mode: None,
        last: stay.depart.unwrap_or_else(|| days_after(stay.arrive, stay.nights)),
        burden,
        demand,
        tally,
    };
    bare.within(area)
}

/// Areas crossed in which some traveller needs no clearance, in the order of the way.
fn crossings(matter: &Matter<'_>, bare: &[bool]) -> Vec<Crossing> {
    let terrain = matter.terrain;
    let passages: Vec<(usize, usize)> = terrain
        .stays
        .iter()
        .zip(bare)
        .filter(|(stay, bare)| stay.kind == StayKind::Passage && **bare)
        .filter_map(|(stay, _)| Some((stay.arrives_by, stay.area?)))
        .collect();
    let crossed = terrain
        .crossings
        .iter()
        .filter(|crossing| passages.contains(&(crossing.segment, crossing.area)));
    crossed
        .filter_map(|crossing| {
            Some(Crossing {
                segment: matter.trip.itinerary.segments.get(crossing.segment)?.seq,
                area_id: terrain.areas.get(crossing.area)?.area_id.clone(),
                fences: crossing.fences.iter().map(|fence| fence.fence_id).collect(),
            })
        })
        .collect()
}

/// Adds a warning of the trip, once.
fn note(warnings: &mut Vec<Finding>, warning: Finding) {
    if !warnings.contains(&warning) {
        warnings.push(warning);
    }
}
