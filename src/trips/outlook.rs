//! What would be decided now of clearances on record that wait for a person's word: before somebody
//! says yes, the rules are asked once more.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Trips;
use super::error::TripsError;
use super::store::live_clearances;
use crate::model::{AreaId, ClearanceId, Outcome, PersonId, ReasonCode, Seen};

/// A clearance as it would be decided now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// Revision of its area; none where the area is gone.
    pub revision: Option<i64>,
    /// The strictest outcome; none where the evidence is erased or the stay is gone.
    pub outcome: Option<Outcome>,
    /// Reasons of that outcome.
    pub reasons: Vec<ReasonCode>,
}

impl Outlook {
    /// Nothing but a person's word is missing for a yes.
    pub fn is_open(&self) -> bool {
        match self.outcome {
            Some(Outcome::Mscr | Outcome::Manual | Outcome::Auto | Outcome::Notify) => true,
            Some(Outcome::None | Outcome::Return | Outcome::DenyHard | Outcome::BlockClosed)
            | None => false,
        }
    }
}

/// The outlook of clearances, with everything it was read from.
#[derive(Debug, Clone)]
pub struct Outlooks {
    /// The database's time.
    pub now: Timestamp,
    /// World it was decided in.
    pub world_version: i64,
    /// Revisions to compare when something is written by it.
    pub seen: Seen,
    /// By clearance.
    pub of: BTreeMap<ClearanceId, Outlook>,
}

impl Trips {
    /// The outlook of clearances; of those that are no longer live there is none.
    pub async fn outlook(&self, clearances: &[ClearanceId]) -> Result<Outlooks, TripsError> {
        let live = live_clearances(self.database(), clearances).await?;
        let mut now = super::store::now(self.database()).await?;
        let mut world_version = self.atlas().version();
        let mut people: BTreeMap<PersonId, i64> = BTreeMap::new();
        let mut ground: BTreeMap<AreaId, i64> = BTreeMap::new();
        let mut of = BTreeMap::new();
        for trip in &live {
            let again = self.again(trip).await?;
            now = again.now;
            world_version = again.atlas.version();
            people.extend(again.seen.people.iter().copied());
            ground.extend(again.seen.areas.iter().cloned());
            for clearance in &trip.clearances {
                let decision = again.of(clearance);
                let area = again.atlas.area(&clearance.area_id);
                let outlook = Outlook {
                    revision: area.map(|area| area.state.revision),
                    outcome: decision.map(|decision| decision.outcome),
                    reasons: decision.map(super::redecide::deciding_reasons).unwrap_or_default(),
                };
                of.insert(clearance.clearance_id, outlook);
            }
        }
        let seen = Seen {
            people: people.into_iter().collect(),
            areas: ground.into_iter().collect(),
            ..Seen::default()
        };
        Ok(Outlooks { now, world_version, seen, of })
    }
}
