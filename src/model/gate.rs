//! What waits for the word of the traveller's organization, not of security: told on
//! the trip and as a condition of the clearances, never an outcome.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Flight, RuleId};

/// More people than this on one flight go to the organization's central director, whatever lower
/// limit the organization has set for itself (F-079, the scale of UNDP).
pub const CENTRAL_DIRECTOR_ABOVE: u32 = 30;

/// Who in the organization says yes to a flight, by the size of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateKeeper {
    /// The traveller's air travel focal point.
    AirFocalPoint,
    /// Whom the organization has named for groups above its own limit.
    Organization,
    /// The organization's central director.
    CentralDirector,
}

/// A gate on one flight of a trip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationGate {
    ///
    pub rule: RuleId,
    /// The segment's `seq`.
    pub segment: u16,
    /// The flight, where it has a number.
    pub flight: Option<Flight>,
    /// People of the organization on it, over all live trips; none where numbers do not matter.
    pub people: Option<u32>,
    /// Most that the organization lets fly together without its word.
    pub limit: Option<u32>,
    /// Who says yes.
    pub keeper: GateKeeper,
}
