//! A body on the ground of one world, before the store is asked anything.

use serde_json::Value;

use super::body::{Reading, TripBody};
use super::error::TripsError;
use super::sound;
use crate::atlas::Atlas;
use crate::model::{OrganizationId, PersonId, ResolvedPlace, Trip};
use crate::web::Fault;

/// A trip whose itinerary holds together as far as the map can tell.
#[derive(Debug)]
pub(super) struct Draft {
    /// The trip; its organization is settled once the travellers are known.
    pub(super) trip: Trip,
    /// Where its segments start and end.
    pub(super) ends: Vec<(ResolvedPlace, ResolvedPlace)>,
    /// The organization the body names.
    pub(super) organization: Option<OrganizationId>,
}

/// What kept a body from becoming a draft, and the travellers that could be read all the same:
/// they are looked up before the caller is told, so that everything is told at once.
#[derive(Debug)]
pub(super) struct Unsound {
    /// The defects so far.
    pub(super) faults: Vec<Fault>,
    /// Travellers with their position in the body.
    pub(super) travellers: Vec<(usize, PersonId)>,
}

impl Draft {
    /// Puts a body on the ground of a world.
    pub(super) fn of(
        reading: Reading,
        requester: Option<PersonId>,
        atlas: &Atlas,
    ) -> Result<Self, Unsound> {
        match reading {
            Reading::Sound(body) => Self::of_body(*body, requester, atlas),
            Reading::Unsound(faults, value) => Err(Unsound::of_value(faults, &value, atlas)),
        }
    }

    fn of_body(
        body: TripBody,
        requester: Option<PersonId>,
        atlas: &Atlas,
    ) -> Result<Self, Unsound> {
        let (mut trip, organization) = body.into_trip(requester);
        let (ends, mut faults) = sound::look_up(&mut trip, atlas);
        faults.extend(sound::plain_faults(&trip, &ends));
        if faults.is_empty() {
            // a place that is not known is a fault
            let ends = ends.into_iter().filter_map(|(from, to)| Some((from?, to?))).collect();
            return Ok(Self { trip, ends, organization });
        }
        let travellers = trip.travellers.iter().map(|one| one.person_id).enumerate();
        Err(Unsound { faults, travellers: travellers.collect() })
    }
}

impl Unsound {
    fn of_value(mut faults: Vec<Fault>, value: &Value, atlas: &Atlas) -> Self {
        let travellers = sound::salvage(value, atlas, &mut faults);
        Self { faults, travellers }
    }

    /// The refusal, with the travellers that turned out to be unknown.
    pub(super) fn refusal(mut self, unknown: &[PersonId]) -> TripsError {
        let positions = self.travellers.iter().filter(|(_, person)| unknown.contains(person));
        self.faults.extend(sound::unknown_people(positions.map(|(index, _)| *index)));
        TripsError::Invalid(self.faults)
    }
}
