//! Everything a batch writes, as the parameters of its statements.

use uuid::Uuid;

use super::amendment::{
    AdjustColumns, AmendedColumns, FlightColumns, LeftColumns, SuccessionColumns, SuccessionRow,
    adjust, amended, flight, left,
};
use super::clearances::{ClearanceColumns, ReadColumns, clearance, reads};
use super::columns::{Columns, Parameters, rows};
use super::entry::Entry;
use super::ground::{FulfilmentColumns, NoticeColumns, ReportColumns, ground, met};
use super::missions::{MissionColumns, StepColumns, mission};
use super::moves::{MoveColumns, NamedColumns, named, step};
use super::places::{ArrivalColumns, PlaceColumns, take};
use super::statements::{
    AMEND_CLEARANCES, AMEND_TRIPS, ARRIVALS, CLAIM, CLEARANCES, EVIDENCE, FLIGHTS, FULFILMENTS,
    LEASES, LEAVE_FLIGHTS, MISSION_STEPS, MISSIONS, MOVES, NOTICES, OBLIGATIONS, OUTBOX, OVERRIDES,
    PLACES, READS, REPORTS, SUCCESSIONS, TRAVELLERS, TRIPS, WAITS, WAIVERS,
};
use super::taking::{OverrideColumns, Permitted, overrides};
use super::trips::{
    EvidenceColumns, OutboxColumns, TravellerColumns, TripColumns, events, evidence, travellers,
    trip,
};
use super::waiting::{WaitColumns, wait};
use super::warrant::{LeaseColumns, ObligationColumns, WaiverColumns, decided};
use crate::database::Statement;
use crate::model::Claim;

rows! {
    /// Keys with their answers: parameters of `claim.sql`.
    ClaimRow<'r> in ClaimColumns {
        n: i32,
        key_hash: &'r [u8],
        fingerprint: &'r [u8],
        trip_id: Option<Uuid>,
        status: i16,
        headers: String,
        body: &'r [u8],
    }
}

/// The rows of a batch.
#[derive(Default)]
pub(super) struct Writing<'r> {
    claims: ClaimColumns<'r>,
    evidence: EvidenceColumns<'r>,
    trips: TripColumns<'r>,
    travellers: TravellerColumns<'r>,
    clearances: ClearanceColumns<'r>,
    reads: ReadColumns<'r>,
    outbox: OutboxColumns<'r>,
    reports: ReportColumns<'r>,
    fulfilments: FulfilmentColumns<'r>,
    notices: NoticeColumns<'r>,
    moves: MoveColumns<'r>,
    named: NamedColumns<'r>,
    missions: MissionColumns<'r>,
    mission_steps: StepColumns<'r>,
    obligations: ObligationColumns<'r>,
    waivers: WaiverColumns<'r>,
    leases: LeaseColumns<'r>,
    places: PlaceColumns<'r>,
    arrivals: ArrivalColumns<'r>,
    overrides: OverrideColumns<'r>,
    waits: WaitColumns<'r>,
    amended: AmendedColumns<'r>,
    adjusts: AdjustColumns<'r>,
    successions: SuccessionColumns<'r>,
    left_flights: LeftColumns<'r>,
    flights: FlightColumns<'r>,
}

impl<'r> Writing<'r> {
    /// Adds what one record writes.
    pub(super) fn add(&mut self, n: i32, claim: Option<&'r Claim>, entry: &'r Entry) {
        let change = &entry.change;
        self.claim(n, claim, entry);
        evidence(n, entry, &mut self.evidence);
        if let Some(about) = &change.trip {
            if let Some(new) = &about.new {
                self.trips.push(trip(n, entry, about, new));
                travellers(n, about, new, &mut self.travellers);
            }
            for new in &about.clearances {
                self.clearances.push(clearance(n, entry, about, new));
                reads(n, new, &mut self.reads);
            }
        }
        events(n, entry, &mut self.outbox);
        ground(n, entry, &mut self.reports, &mut self.notices);
        met(n, entry, &mut self.fulfilments);
        for (one, words) in change.moves.iter().zip(&entry.words) {
            self.moves.push(step(n, entry, one, words.as_ref()));
        }
        decided(n, entry, &mut self.obligations, &mut self.waivers, &mut self.leases);
        mission(n, entry, &mut self.missions, &mut self.mission_steps);
        if let Some(row) = named(n, entry) {
            self.named.push(row);
        }
        self.amend(n, entry);
        if let Some(trip) = &change.trip {
            for seats in &change.flights {
                self.flights.push(flight(n, trip.trip_id.0, seats));
            }
        }
        take(n, entry, &mut self.places, &mut self.arrivals);
        wait(n, entry, &mut self.waits);
    }

    /// Adds what one record permits above a ceiling.
    pub(super) fn permit(&mut self, n: i32, entry: &Entry, permitted: &'r [Permitted]) {
        overrides(n, entry, permitted, &mut self.overrides);
    }

    /// The next version of a trip.
    fn amend(&mut self, n: i32, entry: &'r Entry) {
        let Some(next) = entry.change.amendment.as_deref() else { return };
        let personal = entry.change.trip.as_ref().is_some_and(|trip| trip.personal);
        self.amended.push(amended(n, entry, next));
        super::amendment::travellers(n, next, personal, &mut self.travellers);
        for one in &next.adjusts {
            self.adjusts.push(adjust(n, entry, next, one));
        }
        for (clearance, successor) in &next.successions {
            let (clearance_id, successor_id) = (&clearance.0, &successor.0);
            self.successions.push(SuccessionRow { n, clearance_id, successor_id });
        }
        for seats in &next.left_flights {
            self.left_flights.push(left(n, next.trip_id.0, seats));
        }
    }

    fn claim(&mut self, n: i32, claim: Option<&'r Claim>, entry: &'r Entry) {
        let (Some(claim), Some(answer)) = (claim, &entry.change.answer) else { return };
        self.claims.push(ClaimRow {
            n,
            key_hash: &claim.key_hash,
            fingerprint: &claim.fingerprint,
            trip_id: entry.change.trip.as_ref().map(|trip| trip.trip_id.0),
            status: i16::try_from(answer.status).unwrap_or(0),
            headers: serde_json::to_string(&answer.headers).unwrap_or_else(|_| "[]".to_owned()),
            body: &answer.body,
        });
    }

    /// The statements to send, in order, those without rows left out. Keys come first, as they may
    /// still refuse a record; reports before moves, for the trip's state reads them; counts late, as
    /// everyone takes nights after everything else; waiting lists last, under the locks of the
    /// nights.
    pub(super) fn statements(&self) -> Vec<(&'static Statement, Parameters<'_>)> {
        let tables: [(_, &[&dyn Columns]); 25] = [
            (&CLAIM, &[&self.claims]),
            (&EVIDENCE, &[&self.evidence]),
            (&TRIPS, &[&self.trips]),
            (&AMEND_TRIPS, &[&self.amended]),
            (&TRAVELLERS, &[&self.travellers]),
            (&CLEARANCES, &[&self.clearances]),
            (&READS, &[&self.reads]),
            (&LEAVE_FLIGHTS, &[&self.left_flights]),
            (&FLIGHTS, &[&self.flights]),
            (&SUCCESSIONS, &[&self.successions]),
            (&MISSIONS, &[&self.missions]),
            (&MISSION_STEPS, &[&self.mission_steps]),
            (&OUTBOX, &[&self.outbox]),
            (&REPORTS, &[&self.reports]),
            (&FULFILMENTS, &[&self.fulfilments]),
            (&NOTICES, &[&self.notices]),
            (&MOVES, &[&self.moves, &self.named]),
            (&OBLIGATIONS, &[&self.obligations]),
            (&WAIVERS, &[&self.waivers]),
            (&LEASES, &[&self.leases]),
            (&AMEND_CLEARANCES, &[&self.adjusts]),
            (&PLACES, &[&self.places]),
            (&ARRIVALS, &[&self.arrivals]),
            (&OVERRIDES, &[&self.overrides]),
            (&WAITS, &[&self.waits]),
        ];
        let mut statements = Vec::with_capacity(tables.len());
        for (statement, columns) in tables {
            if columns.iter().any(|columns| !columns.is_empty()) {
                let parameters = columns.iter().flat_map(|columns| columns.parameters()).collect();
                statements.push((statement, parameters));
            }
        }
        statements
    }
}
