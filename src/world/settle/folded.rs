//! What was weighed, kept small until it is written.
//!
//! Everything is counted before anything moves, so all of a batch is held at once: hundreds of
//! thousands of outcomes that differ in little more than their ids. What the trips of a set have in
//! common is kept once.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{
    AreaId, Became, ClearanceId, ClearanceState, Decider, OrganizationId, PersonId, Queued,
    ReasonCode, RuleId, Seen, TripId, Weighed, WeighedClearance,
};

/// Areas with the revisions that decisions saw.
type SeenAreas = Arc<Vec<(AreaId, i64)>>;
/// Rules and reasons that move a clearance.
type Why = Arc<(Vec<RuleId>, Vec<ReasonCode>)>;

/// One set of outcomes. Trips come in order, and take their people and clearances, these their
/// places in queues, from the front of what is left.
#[derive(Debug, Default)]
pub(super) struct Folded {
    trips: Vec<FoldedTrip>,
    people: Vec<(PersonId, i64)>,
    clearances: Vec<FoldedClearance>,
    queued: Vec<FoldedQueued>,
}

#[derive(Debug)]
struct FoldedTrip {
    trip_id: TripId,
    organization: OrganizationId,
    areas: SeenAreas,
    people: usize,
    clearances: usize,
}

#[derive(Debug)]
struct FoldedClearance {
    clearance_id: ClearanceId,
    state: ClearanceState,
    became: Became,
    revision: Option<i64>,
    why: Why,
    is_queued: bool,
}

#[derive(Debug)]
struct FoldedQueued {
    decider: Arc<Decider>,
    urgent_at: f64,
    due_by: Option<Timestamp>,
    two_step: Option<bool>,
}

impl Folded {
    /// Folds a set.
    pub(super) fn of(weighed: Vec<Weighed>) -> Self {
        let (mut areas, mut reasons, mut deciders) = (Known::new(), Known::new(), Known::new());
        let mut folded = Self::default();
        folded.trips.reserve_exact(weighed.len());
        folded.people.reserve(weighed.len());
        folded.clearances.reserve(weighed.len());
        for Weighed { trip_id, organization, seen, clearances } in weighed {
            // a trip on record is compared with neither a window nor a mission
            let Seen { people, areas: seen_areas, window: _, mission: _ } = seen;
            folded.trips.push(FoldedTrip {
                trip_id,
                organization,
                areas: areas.shared(seen_areas),
                people: people.len(),
                clearances: clearances.len(),
            });
            folded.people.extend(people);
            for one in clearances {
                folded.clearances.push(FoldedClearance {
                    clearance_id: one.clearance_id,
                    state: one.state,
                    became: one.became,
                    revision: one.revision,
                    why: reasons.shared((one.rules, one.reasons)),
                    is_queued: one.queued.is_some(),
                });
                folded.queued.extend(one.queued.map(|queued| FoldedQueued {
                    decider: deciders.shared(queued.decider),
                    urgent_at: queued.urgent_at,
                    due_by: queued.due_by,
                    two_step: queued.two_step,
                }));
            }
        }
        folded.queued.shrink_to_fit();
        folded
    }

    /// The set as it was.
    pub(super) fn open(self) -> Vec<Weighed> {
        let mut people = self.people.into_iter();
        let mut queued = self.queued.into_iter();
        let mut clearances = self.clearances.into_iter().map(|one| WeighedClearance {
            clearance_id: one.clearance_id,
            state: one.state,
            became: one.became,
            revision: one.revision,
            rules: one.why.0.clone(),
            reasons: one.why.1.clone(),
            queued: one.is_queued.then(|| queued.next()).flatten().map(FoldedQueued::open),
        });
        let trips = self.trips.into_iter().map(|trip| Weighed {
            trip_id: trip.trip_id,
            organization: trip.organization,
            seen: Seen {
                people: people.by_ref().take(trip.people).collect(),
                areas: trip.areas.to_vec(),
                ..Seen::default()
            },
            clearances: clearances.by_ref().take(trip.clearances).collect(),
        });
        trips.collect()
    }
}

impl FoldedQueued {
    fn open(self) -> Queued {
        let Self { decider, urgent_at, due_by, two_step } = self;
        Queued { decider: Decider::clone(&decider), urgent_at, due_by, two_step }
    }
}

/// Values met before, each kept once.
struct Known<T>(BTreeSet<Arc<T>>);

impl<T: Ord> Known<T> {
    const fn new() -> Self {
        Self(BTreeSet::new())
    }

    fn shared(&mut self, value: T) -> Arc<T> {
        if let Some(known) = self.0.get(&value) {
            return Arc::clone(known);
        }
        let value = Arc::new(value);
        self.0.insert(Arc::clone(&value));
        value
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::Role;

    fn clearance(id: u128, became: Became) -> WeighedClearance {
        let moves = became.moves().is_some();
        WeighedClearance {
            clearance_id: ClearanceId(Uuid::from_u128(id)),
            state: ClearanceState::Cleared,
            became,
            revision: moves.then_some(7),
            rules: if moves { vec![RuleId("R-401")] } else { Vec::new() },
            reasons: if moves { vec![ReasonCode::AreaSuspended] } else { Vec::new() },
            queued: (became == Became::PendingReview).then(|| Queued {
                decider: Decider {
                    role: Role::DesignatedOfficial,
                    queue: Some(AreaId::from("KEN-1196")),
                },
                urgent_at: 0.5 + f64::from(u32::try_from(id).unwrap()),
                due_by: Some(Timestamp::UNIX_EPOCH),
                two_step: Some(id.is_multiple_of(2)),
            }),
        }
    }

    fn trip(id: u128, people: u128, clearances: Vec<WeighedClearance>) -> Weighed {
        let person = |n| (PersonId(Uuid::from_u128(id * 100 + n)), 3);
        Weighed {
            trip_id: TripId(Uuid::from_u128(id)),
            organization: OrganizationId::from(if id.is_multiple_of(2) { "unicef" } else { "wfp" }),
            seen: Seen {
                people: (0..people).map(person).collect(),
                areas: vec![(AreaId::from("KEN-1196"), 7 + i64::from(id > 2))],
                ..Seen::default()
            },
            clearances,
        }
    }

    #[test]
    fn a_set_comes_out_as_it_went_in() {
        let set = vec![
            trip(1, 1, vec![clearance(11, Became::Suspended)]),
            trip(2, 2, vec![clearance(21, Became::PendingReview), clearance(22, Became::Stands)]),
            trip(3, 0, Vec::new()),
            trip(4, 1, vec![clearance(41, Became::Near), clearance(42, Became::PendingReview)]),
        ];
        let before = format!("{set:?}");
        let folded = Folded::of(set);
        assert_eq!(folded.queued.len(), 2);
        assert_eq!(format!("{:?}", folded.open()), before);
    }

    #[test]
    fn what_trips_have_in_common_is_kept_once() {
        let folded = Folded::of(vec![
            trip(1, 1, vec![clearance(1, Became::Suspended)]),
            trip(2, 1, vec![clearance(2, Became::Suspended)]),
        ]);
        assert!(Arc::ptr_eq(&folded.trips[0].areas, &folded.trips[1].areas));
        assert!(Arc::ptr_eq(&folded.clearances[0].why, &folded.clearances[1].why));
    }
}
