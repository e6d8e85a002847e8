//! The version on record, and what an amendment may not change of it.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_json::Value;

use super::super::Trips;
use super::super::body::{Pointer, fault};
use super::super::error::TripsError;
use super::super::reading::trip_key;
use super::super::store::{self, Present, TripRow};
use super::merge::merged;
use crate::access::{Pass, act};
use crate::decision::AMENDMENT_RULES;
use crate::model::{EvidenceBody, PersonId, TripKind, TripState};
use crate::web::Fault;

/// A trip on record that the caller may change.
#[derive(Debug)]
pub(super) struct OnRecord {
    pub(super) trip: TripRow,
    pub(super) present: Present,
    /// Trip and facts of the decision of its present version.
    pub(super) evidence: EvidenceBody,
    /// What was submitted, with the patch applied.
    pub(super) body: Value,
}

impl Trips {
    /// Reads a trip for its next version: there, within reach, in a version the caller has seen,
    /// not over, not erased.
    pub(super) async fn on_record(
        &self,
        pass: &Pass<act::AmendTrip>,
        key: &str,
        patch: &[u8],
        permits: &impl Fn(i32) -> bool,
    ) -> Result<OnRecord, TripsError> {
        let key = trip_key(key).ok_or(TripsError::Hidden)?;
        let (trip, _) = store::trip(self.database(), &key).await?.ok_or(TripsError::Hidden)?;
        self.may_change(pass, &trip)?;
        if !permits(trip.change_no) {
            return Err(TripsError::OtherVersion(trip.change_no));
        }
        if [TripState::Cancelled, TripState::Completed]
            .iter()
            .any(|over| trip.state == over.as_str())
        {
            return Err(TripsError::Over);
        }
        let patch: Value =
            serde_json::from_slice(patch).map_err(|error| TripsError::NotJson(error.into()))?;
        let present = store::present(self.database(), trip.trip_id).await?;
        let (Some(mut body), Some(evidence)) = (trip.body.clone(), present.evidence.as_deref())
        else {
            return Err(TripsError::Erased);
        };
        if let Some(members) = body.as_object_mut() {
            // the key of a line of a batch is no part of the trip
            members.remove("idempotency_key");
        }
        let evidence = serde_json::from_slice(evidence)?;
        Ok(OnRecord { body: merged(body, &patch), trip, present, evidence })
    }
}

impl OnRecord {
    /// What the next version may not change: who travels, save family that joins; private travel
    /// into official or back.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let root = Pointer::Root;
        let mut faults = self.traveller_faults();
        let kind = self.body.get("trip_kind").and_then(|kind| TripKind::deserialize(kind).ok());
        if kind.is_some_and(|kind| (kind == TripKind::Personal) != self.trip.personal) {
            faults.push(fault(
                &root.member("trip_kind"),
                "TRIP_KIND_CHANGED",
                "private and official travel are different trips: withdraw this one and submit anew",
            ));
        }
        faults
    }

    fn traveller_faults(&self) -> Vec<Fault> {
        let root = Pointer::Root;
        let at = root.member("travellers");
        let known: BTreeSet<PersonId> = self.trip.travellers.iter().map(|(id, _)| *id).collect();
        let travellers = self.body.get("travellers").and_then(Value::as_array);
        let Some(travellers) = travellers else { return Vec::new() };
        let ids: Vec<Option<PersonId>> = travellers
            .iter()
            .map(|one| PersonId::deserialize(one.get("person_id")?).ok())
            .collect();
        let mut faults = Vec::new();
        for (index, (one, id)) in travellers.iter().zip(&ids).enumerate() {
            let joins = one.get("role").and_then(Value::as_str) == Some("family");
            if id.is_some_and(|id| !known.contains(&id)) && !joins {
                let item = at.item(index);
                faults.push(fault(&item.member("person_id"), "TRAVELLER_CHANGED", refusal()));
            }
        }
        let named: BTreeSet<PersonId> = ids.iter().copied().flatten().collect();
        if ids.iter().all(Option::is_some) && !known.is_subset(&named) {
            faults.push(fault(&at, "TRAVELLER_CHANGED", refusal()));
        }
        faults
    }

    /// Family that joins must be of somebody on the trip.
    pub(super) fn family_faults(&self, people: &[crate::model::PersonFacts]) -> Vec<Fault> {
        let root = Pointer::Root;
        let at = root.member("travellers");
        let known: BTreeSet<PersonId> = self.trip.travellers.iter().map(|(id, _)| *id).collect();
        let strangers = people.iter().enumerate().filter(|(_, one)| {
            let sponsor = one.person.sponsor_person_id;
            !known.contains(&one.person.person_id)
                && sponsor.is_none_or(|sponsor| !known.contains(&sponsor))
        });
        strangers
            .map(|(index, _)| {
                let item = at.item(index);
                fault(&item.member("person_id"), "TRAVELLER_CHANGED", "no family of a traveller")
            })
            .collect()
    }
}

/// The words of the table's line.
fn refusal() -> &'static str {
    let line = AMENDMENT_RULES.iter().find(|rule| rule.id.0 == "B-406");
    line.map_or("a different traveller is a new trip", |line| line.title)
}
