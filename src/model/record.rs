//! What a use case asks the record room to write, and what comes of it (fine-print.md, "One
//! writer"). Values only: the room adds locks, batches and digests.
//!
//! Ledger entries, events of moves and places taken are not listed here: they follow from the
//! clearances and moves, so that none can be forgotten.

use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    Amendment, AreaId, Authority, ClearanceDecision, ClearanceId, ClearanceMove, ClockNotice,
    CountKey, Decision, Event, ExternalRef, FactClass, Facts, FlightSeats, Fulfilment, Hold,
    LostMove, LostMoves, MissionChange, OrganizationId, Overbooking, PersonId, Purpose, Reference,
    RuleId, SecurityLevel, SeenMission, StayReport, Terrain, Traveller, Trip, TripId, TripKind,
    Waiver,
};

/// One unit of writing: all of it becomes durable, or nothing.
#[derive(Debug, Clone)]
pub struct Record {
    /// What it was decided with; compared under locks before anything is written.
    pub seen: Seen,
    /// The idempotency key it claims.
    pub claim: Option<Claim>,
    /// What it writes.
    pub change: Change,
}

/// What the decision read that may have changed since.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// People with the revision of their facts; each is locked.
    pub people: Vec<(PersonId, i64)>,
    /// Every area read with its revision.
    pub areas: Vec<(AreaId, i64)>,
    /// The window in which the travellers may have no other trip.
    pub window: Option<TravelWindow>,
    /// The mission request that the trip names.
    pub mission: Option<SeenMission>,
}

/// Time in which a traveller can be on one trip only. Windows may touch at one instant.
#[derive(Debug, Clone)]
pub struct TravelWindow {
    /// Who travels; each is locked.
    pub travellers: Vec<PersonId>,
    /// First departure.
    pub starts_at: Timestamp,
    /// Last arrival, or the end of a last stay with an end.
    pub ends_at: Timestamp,
    /// A personal trip on record blocks no official one; the traveller is told.
    pub personal: bool,
    /// The trip itself, when it is an amended one.
    pub own: Option<TripId>,
}

/// An idempotency key and the body it stands for (fine-print.md, "Idempotency").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// SHA-256 of principal, method, route and key.
    pub key_hash: [u8; 32],
    /// SHA-256 of the raw body.
    pub fingerprint: [u8; 32],
}

impl Claim {
    /// The claim of a request: who asks, which method and route pattern, the key as sent, and the
    /// body as it came over the wire.
    pub fn of(principal: Uuid, method: &str, route: &str, key: &str, body: &[u8]) -> Self {
        let mut scope = Sha256::new();
        scope.update(principal.as_bytes());
        for part in [method, route, key] {
            // the length keeps ("ab", "c") apart from ("a", "bc")
            scope.update(part.len().to_be_bytes());
            scope.update(part.as_bytes());
        }
        Self { key_hash: scope.finalize().into(), fingerprint: Sha256::digest(body).into() }
    }
}

/// The writing itself.
#[derive(Debug, Clone)]
pub struct Change {
    /// Time of the facts (`sc_now()`).
    pub at: Timestamp,
    /// Who makes it, in which capacity.
    pub actor: Actor,
    /// What a person's capacity rests on; asked again in the commit. None for rules and requesters.
    pub authority: Option<Authority>,
    /// Who decides items of a queue: another's lease on a moved clearance refuses the record. None
    /// looks at no lease (rules, requesters).
    pub holder: Option<PersonId>,
    /// World it was decided in.
    pub world_version: i64,
    /// Rules it was decided by.
    pub ruleset_version: &'static str,
    /// A new trip, or new clearances of one on record.
    pub trip: Option<TripChange>,
    /// The next version of a trip on record, beside `trip`.
    pub amendment: Option<Box<Amendment>>,
    /// People the trip brings onto flights.
    pub flights: Vec<FlightSeats>,
    /// Moves of clearances on record.
    pub moves: Vec<ClearanceMove>,
    /// What it does to a mission request; told by an event of its own.
    pub mission: Option<Box<MissionChange>>,
    /// Courses waived; their trip is the change's.
    pub waivers: Vec<Waiver>,
    /// Clearances permitted to take their places above a ceiling, by whoever may.
    pub overbookings: Vec<Overbooking>,
    /// What happens when a move finds its clearance in another state.
    pub lost: LostMoves,
    /// What the decision was given.
    pub evidence: Option<Evidence>,
    /// What was reported of stays of the trip; each is told by an event.
    pub reports: Vec<StayReport>,
    /// Obligations of the trip's clearances that were met; each is told by an event.
    pub fulfilments: Vec<Fulfilment>,
    /// Clocks that ring over clearances of the trip; each is told by an event.
    pub notices: Vec<ClockNotice>,
    /// Events besides those that follow from the trip, its clearances and moves.
    pub events: Vec<Event>,
    /// The answer kept for repetitions; needed where a key is claimed.
    pub answer: Option<SavedAnswer>,
}

impl Change {
    /// A change that writes nothing yet.
    pub const fn empty(
        at: Timestamp,
        actor: Actor,
        world_version: i64,
        ruleset_version: &'static str,
    ) -> Self {
        Self {
            at,
            actor,
            authority: None,
            holder: None,
            world_version,
            ruleset_version,
            trip: None,
            amendment: None,
            flights: Vec::new(),
            moves: Vec::new(),
            mission: None,
            waivers: Vec::new(),
            overbookings: Vec::new(),
            lost: LostMoves::Refuse,
            evidence: None,
            reports: Vec::new(),
            fulfilments: Vec::new(),
            notices: Vec::new(),
            events: Vec::new(),
            answer: None,
        }
    }
}

/// Who moves a clearance (fine-print.md, "Deciding").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// In which capacity.
    pub capacity: Capacity,
    /// The person; none for rules and machines.
    pub person_id: Option<PersonId>,
}

impl Actor {
    /// The rules.
    pub const RULES: Self = Self { capacity: Capacity::Rules, person_id: None };
}

/// The power a move is made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// By rule.
    Rules,
    /// Traveller, focal point or machine that submitted: may withdraw.
    Requester,
    /// Who reports where the traveller is: arrival, departure, that nobody came.
    Witness,
    /// Own authority (DO, USG).
    Own,
    /// Role named by a version of the area's policy.
    Policy(i32),
    /// A delegation.
    Delegation(Uuid),
    /// Stand-in of the designated official.
    AdInterim,
    /// The security adviser in an emergency, recorded after the fact.
    Emergency,
}

impl Capacity {
    /// As recorded in the ledger: `policy:3`, `delegation:018f…`.
    pub fn name(self) -> String {
        match self {
            Self::Rules => "rules".to_owned(),
            Self::Requester => "requester".to_owned(),
            Self::Witness => "witness".to_owned(),
            Self::Own => "own".to_owned(),
            Self::Policy(version) => format!("policy:{version}"),
            Self::Delegation(id) => format!("delegation:{id}"),
            Self::AdInterim => "ad_interim".to_owned(),
            Self::Emergency => "emergency".to_owned(),
        }
    }
}

/// A trip and the clearances it gains.
#[derive(Debug, Clone)]
pub struct TripChange {
    /// Id.
    pub trip_id: TripId,
    /// Version of what was submitted; 1 for a new trip.
    pub version: i32,
    /// Organization, for the scope of its events.
    pub organization: OrganizationId,
    /// Personal travel: told to no organization.
    pub personal: bool,
    /// The trip's own row; none where it is on record.
    pub new: Option<NewTrip>,
    /// Withdrawn by the requester: `trip.cancelled` is told; the moves of its clearances are given
    /// beside.
    pub withdrawn: bool,
    /// New clearances.
    pub clearances: Vec<NewClearance>,
}

/// The row of a trip submitted for the first time.
#[derive(Debug, Clone)]
pub struct NewTrip {
    /// For people.
    pub reference: Reference,
    /// Kind.
    pub trip_kind: TripKind,
    /// Purpose.
    pub purpose: Purpose,
    /// Who submitted; none for a machine.
    pub requester_id: Option<PersonId>,
    /// First departure.
    pub starts_at: Timestamp,
    /// As in [`TravelWindow`].
    pub ends_at: Timestamp,
    /// The same in local days; none where no place of it is known.
    pub days: Option<TripDays>,
    /// Who travels.
    pub travellers: Vec<Traveller>,
    /// Keys of other systems.
    pub external_refs: Vec<ExternalRef>,
    /// What was submitted, as JSON text.
    pub body: String,
    /// Crossings and warnings of the decision, as JSON text.
    pub notes: String,
}

/// The local days on which a trip starts and ends, each where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TripDays {
    /// Of the first departure.
    pub first: Date,
    /// On which it ends; none for a trip without end.
    pub last: Option<Date>,
}

/// A decision for one traveller and stay, with what the store adds.
#[derive(Debug, Clone)]
pub struct NewClearance {
    /// Id.
    pub clearance_id: ClearanceId,
    /// The decision.
    pub decision: ClearanceDecision,
    /// The decision as the API shows it, all classes of facts included, as JSON text.
    pub answer: String,
    /// Its conditions as the API shows them, as JSON text; none where there are none.
    pub conditions: Option<String>,
    /// Place in the queue; see [`UrgencyWeights::at`].
    pub urgent_at: Option<f64>,
    /// The traveller is a resident elsewhere whose place there is free for these nights once this
    /// is positive.
    pub absence: Option<Absence>,
}

/// A resident's place at home, free while a positive clearance elsewhere lasts.
#[derive(Debug, Clone)]
pub struct Absence {
    /// Area of the duty station.
    pub area_id: AreaId,
    /// Nights away.
    pub nights: Vec<Date>,
    /// Counts the resident is in.
    pub keys: Vec<CountKey>,
}

/// What a decision was given, for replay; erasable (fine-print.md, "Ledger and evidence").
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Id.
    pub evidence_id: Uuid,
    /// The narrowest circle any of it belongs to: I, S or R.
    pub class: FactClass,
    /// Random, destroyed on erasure.
    pub salt: [u8; 32],
    /// Canonical bytes, as digested: the JSON of [`EvidenceBody`].
    pub body: Vec<u8>,
}

/// The content of [`Evidence::body`], as replay reads it.
#[derive(Debug, Deserialize)]
pub struct EvidenceBody {
    /// The trip.
    pub trip: Trip,
    /// The facts.
    pub facts: Facts,
    /// The terrain; policies are hydrated by (area, version).
    pub terrain: Terrain,
    /// The decision as it was, for comparison.
    pub decision: Value,
}

#[derive(Serialize)]
struct EvidenceText<'a> {
    trip: &'a Trip,
    facts: &'a Facts,
    terrain: &'a Terrain,
    decision: &'a Decision,
}

impl Evidence {
    /// The bytes of a decision's evidence. Field order is fixed and maps are sorted, so equal
    /// values give equal bytes.
    pub fn text(
        trip: &Trip,
        facts: &Facts,
        terrain: &Terrain,
        decision: &Decision,
    ) -> Result<Vec<u8>, serde_json::Error> {
        // most take between four and eight kilobytes
        let mut text = Vec::with_capacity(8192);
        serde_json::to_writer(&mut text, &EvidenceText { trip, facts, terrain, decision })?;
        Ok(text)
    }
}

/// An answer as first given, for whoever repeats the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedAnswer {
    /// Status code.
    pub status: u16,
    /// Headers such as `Location` and `ETag`.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Bytes,
}

/// Weights of the queue's order (fine-print.md, "Urgency"); configuration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UrgencyWeights {
    /// Of the departure.
    pub departs: f64,
    /// Of the time of submission.
    pub submitted: f64,
    /// Hours a level is worth.
    pub level_hours: f64,
    /// Hours that a trip marked urgent is put forward.
    pub urgent_hours: f64,
}

impl Default for UrgencyWeights {
    fn default() -> Self {
        Self { departs: 1.0, submitted: 0.25, level_hours: 12.0, urgent_hours: 48.0 }
    }
}

impl UrgencyWeights {
    /// Place in the queue in epoch hours, smallest first; it does not depend on now.
    pub fn at(
        &self,
        departs_at: Timestamp,
        submitted_at: Timestamp,
        level: Option<SecurityLevel>,
        urgent: bool,
    ) -> f64 {
        let hours = |at: Timestamp| at.as_duration().as_secs_f64() / 3600.0;
        let level = level.map_or(0.0, |l| f64::from(l.get()));
        let put_forward = if urgent { self.urgent_hours } else { 0.0 };
        hours(departs_at) * self.departs + hours(submitted_at) * self.submitted
            - level * self.level_hours
            - put_forward
    }
}

/// What came of a record.
#[derive(Debug, Clone)]
pub enum Committed {
    /// Durable.
    Written {
        /// Personal trips on record in the same window: the traveller is told.
        beside: Vec<OtherTrip>,
        /// Moves left out ([`LostMoves::Skip`]).
        skipped: Vec<LostMove>,
    },
    /// The key was used for the same body: the answer given then. Nothing was written.
    Replayed(SavedAnswer),
    /// The key was used for another body. Nothing was written.
    KeyReused,
    /// Something it was decided with has changed: decide again. Nothing was written.
    Stale {
        /// Areas with a newer revision.
        areas: Vec<AreaId>,
        /// People with a newer revision, or gone.
        people: Vec<PersonId>,
    },
    /// A traveller is on another live trip then. Nothing was written.
    Overlap(Vec<OtherTrip>),
    /// A clearance was not in the expected state. Nothing was written.
    MoveLost(Vec<LostMove>),
    /// Another holds a lease on a clearance. Nothing was written.
    Held(Vec<Hold>),
    /// What the capacity rests on is not in force at the database's time, or does not cover an
    /// area. Nothing was written.
    NotAuthorized {
        /// The rule that refuses.
        rule: RuleId,
    },
    /// No place is left on some nights ([`Within`](super::PlaceCheck::Within)). Nothing was written.
    CeilingFull {
        /// Area, night and count without a place, in order.
        nights: Vec<(AreaId, Date, CountKey)>,
    },
    /// The reference is another trip's: draw a new one and build the record again. Nothing was
    /// written.
    ReferenceTaken,
}

/// Another trip of a traveller in the same window. Named only to those who may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherTrip {
    /// Traveller.
    pub person_id: PersonId,
    /// The other trip.
    pub trip_id: TripId,
    /// Its reference.
    pub reference: Reference,
    /// Its organization, for the caller's scope.
    pub organization: OrganizationId,
    /// Personal travel.
    pub personal: bool,
    /// Its window.
    pub starts_at: Timestamp,
    /// End of its window.
    pub ends_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_keeps_its_parts_apart() {
        let who = Uuid::from_u128(7);
        let claim = Claim::of(who, "POST", "/v1/trips", "k1", b"{}");
        assert_eq!(claim, Claim::of(who, "POST", "/v1/trips", "k1", b"{}"));
        let others = [
            Claim::of(Uuid::from_u128(8), "POST", "/v1/trips", "k1", b"{}"),
            Claim::of(who, "POST", "/v1/trip", "sk1", b"{}"),
            Claim::of(who, "POST", "/v1/trips", "k2", b"{}"),
        ];
        assert!(others.iter().all(|other| other.key_hash != claim.key_hash));
        let changed = Claim::of(who, "POST", "/v1/trips", "k1", b"{ }");
        assert_eq!(changed.key_hash, claim.key_hash);
        assert_ne!(changed.fingerprint, claim.fingerprint);
    }

    #[test]
    fn sooner_higher_and_urgent_come_first() {
        let weights = UrgencyWeights::default();
        let day = |d: i64| Timestamp::from_second(d * 86_400).unwrap();
        let level = SecurityLevel::new;
        let base = weights.at(day(30), day(20), level(3), false);
        assert!(weights.at(day(29), day(20), level(3), false) < base);
        assert!(weights.at(day(30), day(20), level(4), false) < base);
        assert!(weights.at(day(30), day(20), level(3), true) < base);
        assert!(weights.at(day(30), day(21), level(3), false) > base);
    }
}
