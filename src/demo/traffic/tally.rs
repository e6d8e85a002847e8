//! Counting answers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use super::answer::{Answer, Reason};
use crate::demo::plan::{Expect, PlannedTrip};

/// Answers that were not expected, of which the first are told in full.
const TOLD: usize = 12;

/// The day's counts.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Tally {
    /// Requests by kind of trip.
    pub(super) kinds: BTreeMap<&'static str, u64>,
    /// Answers by status.
    pub(super) statuses: BTreeMap<u16, u64>,
    /// Wrong requests by what is wrong with them: refused as they must be, and not.
    pub(super) wrong: BTreeMap<&'static str, (u64, u64)>,
    /// Clearances by outcome.
    pub(super) outcomes: BTreeMap<String, u64>,
    /// Reasons of outcomes.
    pub(super) reasons: BTreeMap<String, u64>,
    /// Reasons of warnings.
    pub(super) warnings: BTreeMap<String, u64>,
    /// Trips whose every clearance was decided by rule.
    pub(super) automatic: u64,
    /// Trips accepted, those answered again from before included.
    pub(super) accepted: u64,
    /// Accepted before, in an earlier run of the same day.
    pub(super) replayed: u64,
    /// Sound trips of people who travel already, from an earlier run of another day.
    pub(super) travelling: u64,
    /// Clearances.
    pub(super) clearances: u64,
    /// People on accepted trips.
    pub(super) travellers: u64,
    /// Answers of 500 and above, or none.
    pub(super) failed: u64,
    /// Answers that were not expected.
    pub(super) unexpected: u64,
    /// The first of them.
    pub(super) told: Vec<String>,
    /// Latencies of everything that was answered.
    #[serde(skip)]
    pub(super) latencies: Vec<Duration>,
}

impl Tally {
    /// Counts an answer; `first` is the trip that a repeated request must answer again.
    pub(super) fn add(
        &mut self,
        trip: &PlannedTrip,
        took: Duration,
        answer: &Answer,
        first: Option<Uuid>,
    ) {
        *self.kinds.entry(trip.label).or_default() += 1;
        *self.statuses.entry(answer.status).or_default() += 1;
        self.latencies.push(took);
        self.failed += u64::from(answer.status == 0 || answer.status >= 500);
        let as_expected = match trip.expect {
            Expect::Accepted => self.accept(trip, answer),
            Expect::Repeated(_) => {
                // The first may itself have been refused, for people who travel already.
                let again = answer.trip().map(|trip| trip.trip_id);
                again == first && (again.is_none() || answer.replayed)
            }
            Expect::Refused(wrong) => {
                let refused = answer.status == wrong.status()
                    && wrong.code().is_none_or(|code| answer.names(code));
                let counts = self.wrong.entry(wrong.label()).or_default();
                let count = if refused { &mut counts.0 } else { &mut counts.1 };
                *count += 1;
                refused
            }
        };
        if !as_expected {
            self.unexpected += 1;
            if self.told.len() < TOLD {
                self.told.push(format!("{} {:?}: {}", trip.label, trip.expect, answer.words()));
            }
        }
    }

    fn accept(&mut self, trip: &PlannedTrip, answer: &Answer) -> bool {
        let Some(accepted) = answer.trip().filter(|_| answer.status == 201) else {
            let travelling = answer.names_only("ITINERARY_OVERLAP");
            self.travelling += u64::from(travelling);
            return travelling;
        };
        self.accepted += 1;
        self.replayed += u64::from(answer.replayed);
        self.travellers += u64::try_from(trip.travellers).unwrap_or(0);
        let by_rule = |outcome: &str| matches!(outcome, "auto" | "notify" | "none");
        let automatic = accepted.clearances.iter().all(|of| by_rule(&of.outcome));
        self.automatic += u64::from(automatic);
        for clearance in &accepted.clearances {
            self.clearances += 1;
            *self.outcomes.entry(clearance.outcome.clone()).or_default() += 1;
            for (said, counts) in [
                (&clearance.outcomes, &mut self.reasons),
                (&clearance.warnings, &mut self.warnings),
            ] {
                for Reason { reason } in said {
                    *counts.entry(reason.clone()).or_default() += 1;
                }
            }
        }
        true
    }
}
