//! The next version on the ground of the present world, beside the one on record.

use std::sync::Arc;

use super::super::Trips;
use super::super::acting::Acting;
use super::super::case::{Case, Matter};
use super::super::draft::Draft;
use super::super::error::TripsError;
use super::super::facts;
use super::super::recording::Ids;
use super::super::store::{StandingRow, TripRow};
use super::present::OnRecord;
use crate::access::{Pass, act};
use crate::decision::{Asked, Fates, Holding, Side, decide, fates, seats, survey, survey_between};
use crate::model::{
    Actor, Capacity, ClearanceId, Decision, Facts, FlightSeats, Reference, Terrain, Trip, TripId,
    UrgencyWeights,
};

/// Everything of a next version that counts do not change.
#[derive(Debug)]
pub(super) struct Next {
    pub(super) acting: Acting,
    pub(super) by: Actor,
    pub(super) row: TripRow,
    pub(super) arrived: bool,
    /// Current clearances that have a fate of their own, in the order of the fates.
    pub(super) rows: Vec<StandingRow>,
    /// Clearances that stand in for one of those.
    pub(super) stand_ins: Vec<StandingRow>,
    pub(super) case: Case,
    /// The next version as the rules see it under the clock of the first submission, no place
    /// taken.
    pub(super) judged: Decision,
    pub(super) fates: Fates,
    /// What is now submitted, as JSON text.
    pub(super) body: String,
    pub(super) left_flights: Vec<FlightSeats>,
    pub(super) ids: Ids,
    pub(super) weights: UrgencyWeights,
}

impl Trips {
    /// The next version of a trip: read, put on the ground, compared with the one on record.
    pub(super) async fn next_version(
        &self,
        pass: &Pass<act::AmendTrip>,
        key: &str,
        patch: &[u8],
        permits: &impl Fn(i32) -> bool,
    ) -> Result<Next, TripsError> {
        let on_record = self.on_record(pass, key, patch, permits).await?;
        let acting = Acting::of(pass);
        let case = self.next_case(&acting, &on_record).await?;
        let overlaps = case.overlaps(&acting);
        if !overlaps.is_empty() {
            return Err(TripsError::Invalid(overlaps));
        }
        self.compared(acting, on_record, case)
    }

    /// The body on the ground with facts; every defect at once.
    async fn next_case(&self, acting: &Acting, on_record: &OnRecord) -> Result<Case, TripsError> {
        let atlas = self.atlas();
        let text = serde_json::to_vec(&on_record.body)?;
        let reading = super::super::body::read(&text)?.without_key();
        let mut faults = on_record.faults();
        let requester = on_record.evidence.trip.requester_id;
        let Draft { mut trip, ends, organization } = match Draft::of(reading, requester, &atlas) {
            Ok(draft) => draft,
            Err(mut unsound) => {
                unsound.faults.append(&mut faults);
                let people = unsound.travellers.iter().map(|(_, person)| *person).collect();
                return Err(unsound.refusal(&self.unknown(people, acting).await?));
            }
        };
        let settings = self.survey_settings();
        let terrain = survey_between(&trip.itinerary, ends, &atlas, &settings);
        let mut question = facts::question(&trip, &terrain, acting.scope());
        question.own = Some(on_record.trip.trip_id);
        let answer = self.facts().ask(question.clone()).await?;
        let others = answer.others.clone();
        let named = (&mut trip, organization.as_ref());
        let facts = match facts::settled(named, &terrain, &question, answer) {
            Ok(facts) => facts,
            Err(TripsError::Invalid(more)) => {
                faults.extend(more);
                return Err(TripsError::Invalid(faults));
            }
            Err(other) => return Err(other),
        };
        faults.extend(on_record.family_faults(&facts.people));
        if trip.organization != on_record.trip.organization {
            faults.push(crate::web::Fault {
                pointer: "/organization".to_owned(),
                code: "ORGANIZATION_CHANGED",
                detail: "a trip stays with its organization".to_owned(),
            });
        }
        if !faults.is_empty() {
            return Err(TripsError::Invalid(faults));
        }
        let matter = Matter { trip, terrain, others, atlas, settings };
        Ok(Case { matter: Arc::new(matter), facts })
    }

    /// Both versions in one world, under one clock, and what that means for each clearance.
    fn compared(
        &self,
        acting: Acting,
        on_record: OnRecord,
        case: Case,
    ) -> Result<Next, TripsError> {
        let OnRecord { trip: row, present, evidence, body } = on_record;
        let Matter { trip, terrain, atlas, settings, .. } = &*case.matter;
        let then = row.submitted_at;
        let old_terrain = survey(&evidence.trip.itinerary, atlas, settings);
        let judge = |trip: &Trip, terrain: &Terrain| {
            decide(trip, &facts::under_one_clock(&case.facts, trip, terrain, then), terrain)
        };
        let (before, judged) = (judge(&evidence.trip, &old_terrain), judge(trip, terrain));
        let (stand_ins, rows) = present.standing.into_iter().partition(|one| one.stands_in);
        let rows: Vec<StandingRow> = rows;
        let holdings: Vec<Holding> = rows.iter().map(StandingRow::holding).collect();
        let people = &case.facts.people;
        let fates = fates(&Asked {
            before: Side {
                trip: &evidence.trip,
                terrain: &old_terrain,
                decision: &before,
                people: &evidence.facts.people,
            },
            after: Side { trip, terrain, decision: &judged, people },
            holdings: &holdings,
        });
        let reference: Reference =
            row.reference.parse().map_err(|_malformed| TripsError::Unsettled)?;
        let count = trip.travellers.len() * terrain.stays.len();
        let ids = Ids::again(row.trip_id, reference, count, case.facts.now);
        let left_flights = seats(&evidence.trip, &evidence.facts.people, &old_terrain);
        let by = Actor { capacity: Capacity::Requester, person_id: acting.person() };
        let mut next = Next {
            acting,
            by,
            row,
            arrived: present.arrived,
            rows,
            stand_ins,
            judged,
            fates,
            body: serde_json::to_string(&body)?,
            left_flights,
            ids,
            weights: self.settings().urgency,
            case,
        };
        next.leave_own_counts();
        Ok(next)
    }
}

impl Next {
    pub(super) fn matter(&self) -> &Matter {
        &self.case.matter
    }

    pub(super) const fn trip_id(&self) -> TripId {
        self.row.trip_id
    }

    pub(super) const fn change_no(&self) -> i32 {
        self.row.change_no
    }

    pub(super) const fn facts(&self) -> &Facts {
        &self.case.facts
    }

    /// What stands in for a clearance.
    pub(super) fn stand_ins_of(&self, id: ClearanceId) -> impl Iterator<Item = &StandingRow> {
        self.stand_ins.iter().filter(move |one| one.successor == Some(id))
    }
}
