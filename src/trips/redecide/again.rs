//! A trip on record as it would be decided now, or in a world that is only thought of. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::atlas::Atlas;
use crate::decision::{SurveySettings, decide, survey};
use crate::model::{
    AreaId, ClearanceDecision, Decision, FenceContact, MscrFacts, PersonId, PersonStatus, Seen,
    Trip,
};
use crate::trips::facts;
use crate::trips::store::{FactAnswer, KnownPerson, LiveClearance, LiveTrip};

/// A trip on record as it would be decided now.
pub(in crate::trips) struct Again {
    pub(in crate::trips) atlas: Arc<Atlas>,
    /// The database's time.
    pub(in crate::trips) now: Timestamp,
    /// First departure.
    pub(super) departs_at: Timestamp,
    pub(in crate::trips) seen: Seen,
    /// The mission request of the trip, where headquarters has granted it.
    mission: Option<MscrFacts>,
    /// Travellers who are no longer in service, or whose sponsors are not.
    gone: Vec<PersonId>,
    /// By the time at which a decision was asked for. None where the evidence is erased.
    decisions: BTreeMap<Timestamp, Decision>,
}

impl Again {
    /// Without evidence there is no decision: people look after what was positive.
    pub(super) fn undecided(atlas: &Arc<Atlas>, live: &LiveTrip, now: Timestamp) -> Self {
        let seen = Seen { areas: own_areas(live, atlas).into_iter().collect(), ..Seen::default() };
        Self {
            atlas: Arc::clone(atlas),
            now,
            departs_at: now,
            seen,
            mission: None,
            gone: Vec::new(),
            decisions: BTreeMap::new(),
        }
    }

    /// The decisions of a trip, with the facts as they are.
    pub(super) fn decided(
        atlas: &Arc<Atlas>,
        settings: &SurveySettings,
        (live, trip): (&LiveTrip, &Trip),
        answer: FactAnswer,
    ) -> Self {
        let mut terrain = survey(&trip.itinerary, atlas, settings);
        let mut areas = own_areas(live, atlas);
        areas.extend(terrain.areas.iter().map(|area| (area.area_id.clone(), area.revision)));
        let now = answer.now;
        // what has come to its end is in nobody's way any more
        let stands = |contact: &FenceContact| {
            let until = contact.fence.validity.until;
            until.is_none_or(|until| now < until)
        };
        terrain.stays.iter_mut().for_each(|stay| stay.fences.retain(stands));
        let gone = answer.people.iter().flatten().filter(|known| has_gone(known));
        let gone = gone.map(|known| known.facts.person.person_id).collect();
        let mut facts = facts::again(trip, &terrain, answer, now);
        let people = facts.people.iter().map(|one| (one.person.person_id, one.revision));
        let seen = Seen {
            people: people.collect(),
            areas: areas.into_iter().collect(),
            ..Seen::default()
        };
        let mut decisions = BTreeMap::new();
        for clearance in &live.clearances {
            // an amendment has not reset the clock of what it left standing
            facts.now = clearance.submitted_at;
            let decision = || decide(trip, &facts, &terrain);
            decisions.entry(clearance.submitted_at).or_insert_with(decision);
        }
        Self {
            atlas: Arc::clone(atlas),
            now,
            departs_at: trip.itinerary.segments.first().map_or(now, |leg| leg.departs_at),
            seen,
            mission: facts.mscr.filter(|mission| mission.granted),
            gone,
            decisions,
        }
    }

    /// The decision for the same person and area on overlapping days: the same stay.
    pub(in crate::trips) fn of(&self, clearance: &LiveClearance) -> Option<&ClearanceDecision> {
        let decision = self.decisions.get(&clearance.submitted_at)?;
        decision.clearances.iter().find(|again| {
            again.person_id == clearance.person_id
                && again.area_id.as_ref() == Some(&clearance.area_id)
                && again.arrive <= clearance.depart.unwrap_or(Date::MAX)
                && clearance.arrive <= again.depart.unwrap_or(Date::MAX)
        })
    }

    /// A granted mission request names the clearance: what asks for one blocks it no more.
    pub(super) fn is_granted(&self, clearance: &LiveClearance) -> bool {
        let LiveClearance { person_id, area_id, arrive, depart, .. } = clearance;
        let last = depart.unwrap_or(Date::MAX);
        self.mission.as_ref().is_some_and(|own| own.names(*person_id, area_id, *arrive, last))
    }

    /// Whether a traveller is no longer in service, or the sponsor is not.
    pub(super) fn is_gone(&self, person: PersonId) -> bool {
        self.gone.contains(&person)
    }

    /// Nothing can be decided: the evidence is erased.
    pub(super) fn is_undecided(&self) -> bool {
        self.decisions.is_empty()
    }
}

/// A clearance lapses with the service of its traveller, and of a dependant's sponsor (R-1004).
fn has_gone(known: &KnownPerson) -> bool {
    known.sponsor_gone || known.facts.person.status == PersonStatus::Deactivated
}

/// The areas of the clearances with their revisions.
fn own_areas(live: &LiveTrip, atlas: &Atlas) -> BTreeMap<AreaId, i64> {
    let own = live.clearances.iter().filter_map(|one| atlas.area(&one.area_id));
    own.map(|area| (area.id().clone(), area.state.revision)).collect()
}
