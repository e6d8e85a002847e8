//! A trip with everything a decision reads, decided; and what is told of it.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, json};

use super::acting::Acting;
use super::answer::{FindingAnswer, GateAnswer, TripAnswer};
use crate::atlas::Atlas;
use crate::decision::{SurveySettings, decide, organization_gates, remedies};
use crate::model::{
    AreaId, Decision, FactClass, Facts, NightCount, OtherTrip, Outcome, ReasonCode, Remedy,
    SeenMission, Terrain, Trip, TripKind,
};
use crate::web::Fault;

/// Arrivals by rule counted on a local day.
type ArrivalCount = (AreaId, Date, u32);

/// What a decision is made from, besides facts.
#[derive(Debug)]
pub(super) struct Matter {
    /// The trip.
    pub(super) trip: Trip,
    /// The ground it covers.
    pub(super) terrain: Terrain,
    /// Other live trips of the travellers in the same window.
    pub(super) others: Vec<OtherTrip>,
    /// The world of the terrain.
    pub(super) atlas: Arc<Atlas>,
    /// How the terrain was surveyed.
    pub(super) settings: SurveySettings,
}

/// What a decision is made from.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// All that counts do not change.
    pub(super) matter: Arc<Matter>,
    /// What the store knows.
    pub(super) facts: Facts,
}

/// A case with its decision.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    /// The case.
    pub(super) case: Case,
    /// The decision, as replay will make it again.
    pub(super) decision: Decision,
    /// For each clearance, the smallest changes that would give a better outcome.
    pub(super) remedies: Vec<Vec<Remedy>>,
}

impl Case {
    /// Decides, and looks for what would give a better outcome.
    pub(super) fn decide(self) -> Decided {
        let decision = decide(&self.matter.trip, &self.facts, &self.matter.terrain);
        let remedies = self.remedies(&decision);
        Decided { case: self, decision, remedies }
    }

    fn remedies(&self, decision: &Decision) -> Vec<Vec<Remedy>> {
        let Matter { trip, terrain, atlas, settings, .. } = &*self.matter;
        remedies((trip, &self.facts, terrain), atlas, settings, decision)
    }

    /// The mission request that the trip names, as it was read.
    pub(super) fn seen_mission(&self) -> Option<SeenMission> {
        let live = self.facts.mscr.is_some();
        self.matter.trip.mscr_id.map(|mscr_id| SeenMission { mscr_id, live })
    }

    /// Other trips that stand in the way: a personal one never blocks an official one.
    pub(super) fn overlaps(&self, acting: &Acting) -> Vec<Fault> {
        let personal = self.matter.trip.trip_kind == TripKind::Personal;
        let blocking = self.matter.others.iter().filter(|other| personal || !other.personal);
        overlap_faults(&blocking.collect::<Vec<_>>(), acting)
    }
}

impl Decided {
    /// The same case decided with counts as they are under their locks.
    pub(super) fn again(&self, nights: &[NightCount], arrivals: &[ArrivalCount]) -> Self {
        let mut case = self.case.clone();
        for new in nights {
            let place = |old: &&mut NightCount| {
                old.area_id == new.area_id && old.night == new.night && old.key == new.key
            };
            match case.facts.nights.iter_mut().find(place) {
                Some(old) => *old = new.clone(),
                None => case.facts.nights.push(new.clone()),
            }
        }
        for (area, day, count) in arrivals {
            let place = |old: &&mut ArrivalCount| old.0 == *area && old.1 == *day;
            match case.facts.arrivals.iter_mut().find(place) {
                Some(old) => old.2 = *count,
                None => case.facts.arrivals.push((area.clone(), *day, *count)),
            }
        }
        let decision = decide(&case.matter.trip, &case.facts, &case.matter.terrain);
        let outcomes = |of: &Decision| -> Vec<Outcome> {
            of.clearances.iter().map(|clearance| clearance.outcome).collect()
        };
        // almost always the counts alone have moved: nothing that a remedy could say has
        let remedies = if outcomes(&decision) == outcomes(&self.decision) {
            self.remedies.clone()
        } else {
            case.remedies(&decision)
        };
        Self { case, decision, remedies }
    }

    /// The whole answer, every class of fact included, without the ids that the store gives.
    pub(super) fn answer(&self, acting: &Acting) -> TripAnswer {
        let mut answer = TripAnswer::of(&self.decision, &self.remedies, &self.case.matter.terrain);
        let Matter { trip, terrain, .. } = &*self.case.matter;
        let gates = organization_gates(trip, &self.case.facts, terrain);
        answer.organization_gates = gates.iter().map(GateAnswer::of).collect();
        answer.warnings.extend(self.case.matter.others.iter().map(|other| beside(other, acting)));
        answer
    }
}

/// One fault for each other trip, which is named to those who may see it.
pub(super) fn overlap_faults(others: &[&OtherTrip], acting: &Acting) -> Vec<Fault> {
    others
        .iter()
        .map(|other| Fault {
            pointer: "/segments".to_owned(),
            code: ReasonCode::ItineraryOverlap.as_str(),
            detail: format!("a traveller is on {} {}", name(other, acting), days(other)),
        })
        .collect()
}

fn name(other: &OtherTrip, acting: &Acting) -> String {
    if acting.sees(other) { format!("trip {}", other.reference) } else { "another trip".to_owned() }
}

fn days(other: &OtherTrip) -> String {
    let day = |at| jiff::tz::Offset::UTC.to_datetime(at).date();
    let (from, to) = (day(other.starts_at), day(other.ends_at));
    if other.ends_at == jiff::Timestamp::MAX {
        format!("from {from} without end")
    } else {
        format!("from {from} to {to}")
    }
}

/// A personal trip beside an official one: the traveller is told.
fn beside(other: &OtherTrip, acting: &Acting) -> FindingAnswer {
    let mut facts = Map::new();
    facts.insert("days".to_owned(), json!(days(other)));
    if acting.sees(other) {
        facts.insert("reference".to_owned(), json!(other.reference));
    }
    FindingAnswer {
        rule: "R-202".into(),
        outcome: None,
        reason: ReasonCode::ItineraryOverlap,
        facts: Some(facts),
    }
}

/// The circle of whoever brings a trip: the personnel concerned.
pub(super) const BRINGS: FactClass = FactClass::I;
