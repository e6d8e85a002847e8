//! The next version of a trip on record, as a use case asks for it (domain.md b.4): what is put
//! aside, what stands with which adjustment, what stands in for what.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Absence, Actor, ClearanceId, CountKey, OrganizationId, PersonId, Purpose, RuleId, Traveller,
    TripDays, TripId, TripKind,
};

/// Writes version n + 1 of a trip. Its new clearances, moves and events are the change's own.
#[derive(Debug, Clone)]
pub struct Amendment {
    /// Which.
    pub trip_id: TripId,
    /// For people; every version has the same.
    pub reference: String,
    /// Changes of the trip as it was read; at any other number nothing is written
    /// ([`Committed::Stale`](super::Committed::Stale)).
    pub change_no: i32,
    /// Who amends: named by the moves and adjustments. The new decisions are the rules'.
    pub by: Actor,
    /// Kind of the trip.
    pub trip_kind: TripKind,
    /// Purpose.
    pub purpose: Purpose,
    /// First departure.
    pub starts_at: Timestamp,
    /// End of the trip; the end of time for one without.
    pub ends_at: Timestamp,
    /// The same in local days; none where no place of it is known.
    pub days: Option<TripDays>,
    /// Who travels, each with the hull of the trip and of the windows of their clearances.
    pub travellers: Vec<(Traveller, Hull)>,
    /// Keys of other systems, as JSON text.
    pub external_refs: Option<String>,
    /// What is now submitted, as JSON text.
    pub body: String,
    /// Crossings, warnings and gates of the decision, as JSON text.
    pub notes: String,
    /// What became of each clearance, as JSON text: ids, rules and words.
    pub changes: String,
    /// Clearances that stand, and how.
    pub adjusts: Vec<Adjustment>,
    /// Clearances that stand in for successors not decided yet, each with its successor.
    pub successions: Vec<(ClearanceId, ClearanceId)>,
    /// Flights of the version before.
    pub left_flights: Vec<FlightSeats>,
}

/// From when to when somebody's trip or its clearances reach; none for no end.
pub type Hull = (Timestamp, Option<Timestamp>);

/// A clearance that stands in the next version of its trip. Every column is given as it shall be.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// Which.
    pub clearance_id: ClearanceId,
    /// Local day of arrival.
    pub arrive: Date,
    /// Local day of departure.
    pub depart: Option<Date>,
    /// Arrival.
    pub arrive_at: Timestamp,
    /// Departure.
    pub depart_at: Option<Timestamp>,
    /// Nights.
    pub nights: u32,
    /// Its window.
    pub window: Hull,
    /// The window that was decided, which no adjustment leaves; none while it is the same.
    pub granted: Option<Hull>,
    /// By when a person should decide.
    pub due_by: Option<Timestamp>,
    /// Place in the queue; none leaves it.
    pub urgent_at: Option<f64>,
    /// Nights it takes a place on.
    pub places: Vec<Date>,
    /// Counts it takes it in.
    pub place_keys: Vec<CountKey>,
    /// An arrival by rule of its day.
    pub counts_arrival: bool,
    /// A resident's place at home.
    pub absence: Option<Absence>,
    /// The decision as the API shows it, as JSON text.
    pub answer: String,
    /// Its conditions as the API shows them, as JSON text; none where there are none.
    pub conditions: Option<String>,
    /// Lines of the table of changes that spoke.
    pub rules: Vec<RuleId>,
}

/// People of one organization on one flight by one trip.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlightSeats {
    /// Whose people.
    pub organization: OrganizationId,
    /// Which flight.
    pub flight: Flight,
    /// How many.
    pub people: u32,
}

/// A flight: carrier and number in one, as `ET308`, and the local day it leaves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flight {
    /// Carrier and number, capitals without space.
    pub number: compact_str::CompactString,
    /// Local day of departure.
    pub day: Date,
}

/// People of the trip's organization on a flight by other live trips.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlightCount {
    /// Which flight.
    pub flight: Flight,
    /// How many.
    pub people: u32,
}

/// A stay that stands when its trip is decided again: the decision leaves it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingStay {
    /// Whose.
    pub person_id: PersonId,
    /// Position in the terrain's stays.
    pub stay: usize,
    /// It has a clearance; else nothing was asked of it.
    pub has_clearance: bool,
}
