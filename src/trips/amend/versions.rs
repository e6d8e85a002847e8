//! Earlier versions of a trip, as their readers see them.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::Trips;
use super::super::error::TripsError;
use super::super::reading::{trace, trip_key};
use super::super::store;
use super::super::view::Reader;
use super::answer::StayChange;
use crate::access::{Pass, act};
use crate::model::PersonId;

/// A version of a trip that was replaced.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionView {
    /// Its number.
    pub version: i32,
    /// World it was decided in.
    pub world_version: i64,
    /// Rules it was decided by.
    pub ruleset_version: String,
    /// When the next one replaced it.
    #[schema(value_type = String, format = "date-time")]
    pub replaced_at: Timestamp,
    /// Who amended; null for a machine, and for readers to whom personal fields are sealed.
    #[schema(value_type = Option<Uuid>)]
    pub replaced_by: Option<PersonId>,
    /// What became of each clearance that the reader may see, and which were new.
    pub changes: Vec<StayChange>,
    /// What was submitted; null to those who may not see all of it, and once it is erased.
    #[schema(value_type = Option<Object>)]
    pub submitted: Option<Value>,
}

impl Trips {
    /// A page of earlier versions, newest first; one more than the limit where there is another
    /// page. Versions tell of the whole trip: who sees only some areas of it sees only what became
    /// of the clearances there.
    pub async fn versions(
        &self,
        pass: &Pass<act::ReadTrips>,
        key: &str,
        before: Option<i32>,
        limit: i64,
    ) -> Result<Vec<VersionView>, TripsError> {
        let key = trip_key(key).ok_or(TripsError::Hidden)?;
        let (trip, _) = store::trip(self.database(), &key).await?.ok_or(TripsError::Hidden)?;
        let all = store::every_clearance(self.database(), trip.trip_id).await?;
        let atlas = self.atlas();
        let reader = Reader { scope: pass.scope(), atlas: &atlas };
        let seen = reader.clearances_of(&trip, &all);
        let whole = reader.sees_trip(&trip);
        if seen.is_empty() && whole.is_none() {
            return Err(TripsError::Hidden);
        }
        trace(pass, "versions", &trip.trip_id.to_string());
        let rows =
            store::versions(self.database(), trip.trip_id, before, limit.saturating_add(1)).await?;
        let sees_all = reader.sees_all(&trip);
        let views = rows.into_iter().map(|row| {
            let changes: Vec<StayChange> = serde_json::from_value(row.changes).unwrap_or_default();
            let of_seen = |one: &StayChange| one.clearance_id.is_some_and(|id| seen.contains(&id));
            VersionView {
                version: row.version,
                world_version: row.world_version,
                ruleset_version: row.ruleset_version,
                replaced_at: row.replaced_at,
                replaced_by: row.replaced_by.filter(|_| whole == Some(true)),
                changes: changes.into_iter().filter(of_seen).collect(),
                submitted: row.body.filter(|_| sees_all),
            }
        });
        Ok(views.collect())
    }
}
