//! Reading back: trips, clearances, their history, and the decision made again.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Trips;
use super::error::TripsError;
use super::store::{self, ListQuestion, OneClearance, TripKey};
use super::view::{ClearanceView, HistoryView, Reader, TripItem, TripView};
use crate::access::{Act, Pass, act};
use crate::decision::{RULESET_VERSION, decide, differences};
use crate::model::{AreaId, ClearanceId, EvidenceBody, TripId};

/// Most differences that a replay names.
const MOST_DIFFERENCES: usize = 100;

/// What a caller looks for in a list.
#[derive(Debug, Clone, Default)]
pub struct TripFilter {
    /// Who travels.
    pub traveller: Option<Uuid>,
    /// State of the trip.
    pub state: Option<String>,
    /// An area with a clearance of the trip.
    pub area: Option<AreaId>,
    /// First departure not before.
    pub departs_from: Option<jiff::Timestamp>,
    /// First departure before.
    pub departs_to: Option<jiff::Timestamp>,
}

/// A decision made again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReplayView {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// `kept` or `erased`; what is erased cannot be decided again.
    pub evidence: &'static str,
    /// The answer is the same; null where the rules have another version, or nothing is left.
    pub equal: Option<bool>,
    /// Rules it was decided by.
    pub stored_ruleset: String,
    /// Rules that are running.
    pub running_ruleset: &'static str,
    /// Where the answers differ, as JSON pointers into the decision.
    pub differences: Vec<String>,
}

impl Trips {
    /// One trip, as far as the caller may see it.
    pub async fn trip(
        &self,
        pass: &Pass<act::ReadTrips>,
        key: &str,
    ) -> Result<TripView, TripsError> {
        let key = trip_key(key).ok_or(TripsError::Hidden)?;
        let (trip, rows) = store::trip(self.database(), &key).await?.ok_or(TripsError::Hidden)?;
        let atlas = self.atlas();
        let reader = Reader { scope: pass.scope(), atlas: &atlas };
        let view = reader.trip(&trip, &rows).ok_or(TripsError::Hidden)?;
        trace(pass, "trip", &trip.trip_id.to_string());
        Ok(view)
    }

    /// A page of trips, newest first; one more than the limit where there is another page.
    pub async fn list(
        &self,
        pass: &Pass<act::ReadTrips>,
        filter: &TripFilter,
        before: Option<TripId>,
        limit: i64,
    ) -> Result<Vec<TripItem>, TripsError> {
        let atlas = self.atlas();
        let arrays = pass.scope().arrays();
        let lands: BTreeSet<&str> = arrays.areas.iter().map(String::as_str).collect();
        let in_land = |area: &crate::atlas::AreaEntry| {
            lands.contains(area.id().as_str())
                || area.country().is_some_and(|iso2| arrays.countries.iter().any(|c| c == iso2))
        };
        // An area filter must not tell of stays elsewhere: within a land it picks from the land.
        let areas = atlas.areas().iter().filter(|area| in_land(area));
        let areas =
            areas.map(|area| area.id()).filter(|id| filter.area.as_ref().is_none_or(|f| f == *id));
        let question = ListQuestion {
            everywhere: arrays.everywhere,
            persons: arrays.persons.clone(),
            organizations: arrays.organizations.clone(),
            areas: areas.map(|id| id.as_str().to_owned()).collect(),
            before: before.map(|id| id.0),
            limit: limit.saturating_add(1),
            traveller: filter.traveller,
            state: filter.state.clone(),
            area: filter.area.as_ref().map(|id| id.as_str().to_owned()),
            departs_from: filter.departs_from,
            departs_to: filter.departs_to,
        };
        let found = store::list(self.database(), &question).await?;
        let reader = Reader { scope: pass.scope(), atlas: &atlas };
        trace(pass, "trips", "list");
        Ok(found.iter().filter_map(|(trip, rows)| reader.item(trip, rows)).collect())
    }

    /// One clearance, as far as the caller may see it.
    pub async fn clearance(
        &self,
        pass: &Pass<act::ReadTrips>,
        id: ClearanceId,
    ) -> Result<ClearanceView, TripsError> {
        let one = self.one_clearance(id).await?;
        let owed = store::obligations(self.database(), id, None).await?;
        let atlas = self.atlas();
        let reader = Reader { scope: pass.scope(), atlas: &atlas };
        let view = reader.clearance(&one, owed).ok_or(TripsError::Hidden)?;
        trace(pass, "clearance", &id.to_string());
        Ok(view)
    }

    /// Every move of a clearance, oldest first.
    pub async fn history(
        &self,
        pass: &Pass<act::ReadTrips>,
        id: ClearanceId,
    ) -> Result<HistoryView, TripsError> {
        let one = self.one_clearance(id).await?;
        let atlas = self.atlas();
        let reader = Reader { scope: pass.scope(), atlas: &atlas };
        if reader.of_one(&one).is_none() {
            return Err(TripsError::Hidden);
        }
        let moves = store::history(self.database(), id).await?;
        trace(pass, "history", &id.to_string());
        let items = moves.iter().filter_map(|row| reader.moved(&one, row)).collect();
        Ok(HistoryView { clearance_id: id, items })
    }

    /// Decides again from the stored facts and compares. Where other rules are running, nothing is
    /// claimed and the differences are told.
    pub async fn replay(
        &self,
        pass: &Pass<act::Replay>,
        id: ClearanceId,
    ) -> Result<ReplayView, TripsError> {
        let one = self.one_clearance(id).await?;
        let atlas = self.atlas();
        let reader = Reader { scope: pass.scope(), atlas: &atlas };
        if reader.of_one(&one).is_none() {
            return Err(TripsError::Hidden);
        }
        let mut view = ReplayView {
            clearance_id: id,
            evidence: "erased",
            equal: None,
            stored_ruleset: one.ruleset_version.clone(),
            running_ruleset: RULESET_VERSION,
            differences: Vec::new(),
        };
        let Some(body) = self.evidence_of(&one).await? else { return Ok(view) };
        view.evidence = "kept";
        view.differences = self.differences(&body).await?;
        view.equal =
            (view.stored_ruleset == RULESET_VERSION).then_some(view.differences.is_empty());
        trace(pass, "replay", &id.to_string());
        Ok(view)
    }

    async fn differences(&self, evidence: &[u8]) -> Result<Vec<String>, TripsError> {
        let EvidenceBody { trip, facts, mut terrain, decision } = serde_json::from_slice(evidence)?;
        let wanted: Vec<(AreaId, i32)> =
            terrain.areas.iter().map(|area| (area.area_id.clone(), area.policy_version)).collect();
        let mut policies = store::policies(self.database(), &wanted).await?;
        for area in &mut terrain.areas {
            let key = (area.area_id.clone(), area.policy_version);
            area.policy = policies.remove(&key).map(Arc::new);
        }
        let found = differences(&decision, &decide(&trip, &facts, &terrain));
        Ok(found.into_iter().take(MOST_DIFFERENCES).map(|one| one.pointer).collect())
    }

    async fn one_clearance(&self, id: ClearanceId) -> Result<OneClearance, TripsError> {
        store::clearance(self.database(), id).await?.ok_or(TripsError::Hidden)
    }

    async fn evidence_of(&self, one: &OneClearance) -> Result<Option<Vec<u8>>, TripsError> {
        let Some(evidence_id) = one.evidence_id else { return Ok(None) };
        Ok(store::evidence(self.database(), evidence_id).await?)
    }
}

/// Leaves a trace of a reading where the reader's role asks for one.
pub(super) fn trace<A: Act>(pass: &Pass<A>, what: &str, id: &str) {
    if pass.scope().extents().iter().any(|(_, sight)| sight.logged) {
        let caller = pass.principal().identity.to_string();
        tracing::info!(caller, what, id, "read by a role whose reading is logged");
    }
}

/// A trip by its id or by its reference.
pub(super) fn trip_key(text: &str) -> Option<TripKey> {
    if let Ok(id) = text.parse::<TripId>() {
        return Some(TripKey::Id(id));
    }
    let reference: crate::model::Reference = text.parse().ok()?;
    Some(TripKey::Reference(reference.as_str().to_owned()))
}
