//! An event as this room reads it: what filters and envelopes need. Whatever else a later release
//! puts into an event passes through untouched.

use serde::Deserialize;
use uuid::Uuid;

use crate::model::AreaId;

/// What is read of an event's JSON.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Told {
    /// The same at every delivery.
    pub(super) event_id: Uuid,
    /// What happened.
    pub(super) kind: String,
    /// When, RFC 3339.
    pub(super) at: String,
    /// Trip, where it is about one.
    pub(super) trip_id: Option<Uuid>,
    /// Clearance, where it is about one.
    pub(super) clearance_id: Option<Uuid>,
    /// Areas it concerns.
    pub(super) areas: Vec<AreaId>,
    /// Organization it concerns.
    pub(super) organization: Option<String>,
    /// About personal travel.
    pub(super) personal: bool,
}
