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
    AreaId, Crossing, Decision, Effect, Facts, Finding, Outcome, PersonFacts, PersonId,
    StandingStay, StayKind, Terrain, TerrainStay, Traveller, Trip,
};

/// Decides a trip: the same inputs give the same decision, for ever. `facts.now` is its clock.
pub fn decide(trip: &Trip, facts: &Facts, terrain: &Terrain) -> Decision {
    let matter = Matter { trip, facts, terrain, company: flights::company(trip, facts) };
    let decision = Decision {
        ruleset_version: RULESET_VERSION,
        world_version: terrain.world_version,
        decided_at: facts.now,
        clearances: Vec::with_capacity(trip.travellers.len() * terrain.stays.len()),
        crossings: Vec::new(),
        warnings: Vec::new(),
    };
    let mut minutes = Minutes { decision, bare: vec![false; terrain.stays.len()] };
    each_stay(&matter, &mut minutes);
    let Minutes { mut decision, bare } = minutes;
    decision.crossings = crossings(&matter, &bare);
    decision
}

/// What a trip would be decided to, stay by stay, without reasons: the outcomes of [`decide`]. For
/// those who try many changes and keep few.
pub(super) fn verdicts(trip: &Trip, facts: &Facts, terrain: &Terrain) -> Vec<Verdict> {
    let matter = Matter { trip, facts, terrain, company: flights::company(trip, facts) };
    let mut verdicts = Vec::with_capacity(trip.travellers.len() * terrain.stays.len());
    each_stay(&matter, &mut verdicts);
    verdicts
}

/// A clearance's outcome, and whose and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Who.
    pub(super) person_id: PersonId,
    /// Where.
    pub(super) area_id: Option<AreaId>,
    /// Stay or passage.
    pub(super) kind: StayKind,
    /// The strictest of what the rules say.
    pub(super) outcome: Outcome,
}

/// Who takes down what is decided.
trait Taking {
    /// Reasons and conditions are taken down; otherwise outcomes alone.
    const WORDS: bool;
    /// A clearance of its own.
    fn clearance(&mut self, case: &Case<'_>, at: usize, out: Findings);
    /// Nothing to decide on a stay.
    fn bare(&mut self, at: usize);
    /// A warning of the trip.
    fn warning(&mut self, warning: Finding);
}

/// A whole decision.
struct Minutes {
    decision: Decision,
    /// Stays of which somebody has no clearance.
    bare: Vec<bool>,
}

impl Taking for Minutes {
    const WORDS: bool = true;

    fn clearance(&mut self, case: &Case<'_>, at: usize, out: Findings) {
        self.decision.clearances.push(clearance::assemble(case, at, out));
    }

    fn bare(&mut self, at: usize) {
        if let Some(bare) = self.bare.get_mut(at) {
            *bare = true;
        }
    }

    fn warning(&mut self, warning: Finding) {
        note(&mut self.decision.warnings, warning);
    }
}

impl Taking for Vec<Verdict> {
    const WORDS: bool = false;

    fn clearance(&mut self, case: &Case<'_>, _at: usize, out: Findings) {
        self.push(Verdict {
            person_id: case.traveller.person_id,
            area_id: case.area.map(|area| area.area_id.clone()),
            kind: case.stay.kind,
            outcome: out.strictest,
        });
    }

    fn bare(&mut self, _at: usize) {}

    fn warning(&mut self, _warning: Finding) {}
}

fn each_stay<T: Taking>(matter: &Matter<'_>, taking: &mut T) {
    let mut tally = Tally::new(matter.facts);
    let people = &matter.facts.people;
    for (at, traveller) in matter.trip.travellers.iter().enumerate() {
        let who = people
            .get(at)
            .filter(|known| known.person.person_id == traveller.person_id)
            .or_else(|| people.iter().find(|p| p.person.person_id == traveller.person_id));
        decide_for(matter, (traveller, who), &mut tally, taking);
    }
}

/// Decides for one traveller: first what each stay asks for, since what is met where nothing is
/// asked for falls to a neighbouring stay; then each stay.
fn decide_for<'a, T: Taking>(
    matter: &'a Matter<'a>,
    (traveller, who): (&'a Traveller, Option<&'a PersonFacts>),
    tally: &mut Tally<'a>,
    taking: &mut T,
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
        taking.warning(warning);
    }
    let parts = stays.iter().zip(&needs).zip(&burdens);
    for (at, ((stay, &need), burden)) in parts.enumerate() {
        if let Some(standing) = standing(matter, traveller, at) {
            if !standing.has_clearance {
                taking.bare(at);
            }
            continue;
        }
        if need == Requirement::Nothing {
            taking.bare(at);
            continue;
        }
        let asked = case(matter, (traveller, who), stay, (burden, &nothing, tally));
        let demand = ceilings::demand(&asked);
        let cleared = decide_stay(&Case { demand: &demand, tally, ..asked }, at, need, taking);
        let area = stay.area.and_then(|at| matter.terrain.areas.get(at));
        if let (Some(Cleared { counts_arrival }), Some(area)) = (cleared, area) {
            // it takes its places before the next traveller is decided
            tally.take(&area.area_id, &demand);
            if counts_arrival {
                tally.arrive(&area.area_id, stay.arrive);
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

/// A stay is cleared by rule.
struct Cleared {
    /// Its area counts arrivals.
    counts_arrival: bool,
}

/// Decides a stay that asks for something.
fn decide_stay<T: Taking>(
    case: &Case<'_>,
    at: usize,
    need: Requirement,
    taking: &mut T,
) -> Option<Cleared> {
    let stance = match need {
        Requirement::Notification { stance, .. } => stance,
        Requirement::Nothing | Requirement::Clearance => Stance::Decide,
    };
    let mut out = if T::WORDS { Findings::new(stance) } else { Findings::probe(stance) };
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
        out.owes = false;
    }
    let in_the_way = out.strictest.max(out.held_back);
    if !case.is_stay() && in_the_way <= Outcome::Auto && !out.owes {
        // a passage on which nothing stands in the way: its warnings belong to the trip
        taking.bare(at);
        let warnings = out.findings.into_iter().filter(|found| found.effect == Effect::Warning);
        warnings.for_each(|warning| taking.warning(warning));
        return None;
    }
    let cleared = (out.strictest == Outcome::Auto)
        .then(|| Cleared { counts_arrival: ceilings::quota(case).is_some() });
    taking.clearance(case, at, out);
    cleared
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
