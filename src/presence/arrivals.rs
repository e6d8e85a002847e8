//! Who is about to arrive in an area, flight by flight (domain.md b.7).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Presence, PresenceError, store};
use crate::access::{Pass, act};
use crate::model::{AreaId, ClearanceId, ClearanceState, OrganizationId, PersonId, TripId};

/// Where a page of arrivals ended: arrival, flight, clearance.
pub(super) type ArrivalPlace = (Timestamp, String, Uuid);

/// Which arrivals are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct ArrivalFilter {
    /// First local day; none means the area's today.
    pub(super) from: Option<Date>,
    /// Last local day; none means a week.
    pub(super) to: Option<Date>,
    /// One flight, as travellers wrote it: `ET308`.
    pub(super) flight: Option<String>,
}

/// Somebody who is to arrive. Whoever may not come (denied, revoked, cancelled, expired) is not
/// listed; whoever still waits for a decision is, with that state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Arrival {
    /// The clearance of the stay.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// On which trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// The trip as people name it.
    pub reference: String,
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Part in the group: `leader`, `member` or `family`.
    pub role: String,
    /// Whose organization.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// State of the clearance.
    pub state: ClearanceState,
    /// Local day of arrival.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// When the stay begins by its plan.
    #[schema(value_type = String, format = DateTime)]
    pub arrive_at: Timestamp,
    /// The flight that brings them; null where they come otherwise.
    pub flight: Option<String>,
    /// When the arrival was confirmed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub arrived_at: Option<Timestamp>,
    /// When it was said that nobody came.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub no_show_at: Option<Timestamp>,
    /// Who leads the group; null where nobody was named.
    pub leader: Option<GroupLeader>,
}

/// Who leads a group, and how to reach them, best first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GroupLeader {
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// How to reach them.
    pub contacts: Vec<LeaderContact>,
}

/// One way to reach a leader.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LeaderContact {
    /// `mobile`, `satellite`, `radio_call_sign`, `email` or `messenger`.
    pub kind: String,
    /// Number, sign or address.
    pub value: String,
}

impl Presence {
    /// Who is to arrive in an area that the caller may look into, by time and flight; one more than
    /// the limit where there is another page.
    pub(super) async fn arrivals(
        &self,
        pass: &Pass<act::ReadPresence>,
        area: &str,
        filter: &ArrivalFilter,
        (after, limit): (Option<ArrivalPlace>, i64),
    ) -> Result<(AreaId, Vec<Arrival>), PresenceError> {
        let id = self.area_in_sight(pass, area)?;
        let zone = self.world.load().area(&id).map(|area| area.ground.zone.clone());
        let zone = zone.ok_or(PresenceError::Hidden)?;
        let place = (after, limit.saturating_add(1));
        let found = store::arrivals(&self.database, (&id, zone.name()), filter, place).await?;
        Ok((id, found))
    }
}

impl Arrival {
    /// Where a page ends that ends with this one.
    pub(super) fn place(&self) -> ArrivalPlace {
        (self.arrive_at, self.flight.clone().unwrap_or_default(), self.clearance_id.0)
    }
}
