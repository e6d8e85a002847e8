//! What a change of the world would do, before it is made (domain.md c.11: dry counts first).
//!
//! The next world is built beside the loaded one, as the loader would build it; the clearances that
//! the change touches are listed and decided again as the loop that settles changes would, and
//! nothing is written. Made then, exactly that happens if nothing else moved.

mod foreseen;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use self::foreseen::{Counts, Foreseen, OrganizationCounts, QueueLoad};
pub(in crate::world) use self::foreseen::{LISTED, Outcome};
use super::routes::WorldParts;
use super::settle::{Touched, together, touched};
use crate::atlas::{AreaEntry, AreaState, Atlas, AtlasFault, BuildError, DrawnFence};
use crate::database::DatabaseError;
use crate::model::{AreaId, AreaPolicy, Became, Cause, ClearanceId, FenceId};
use crate::trips::TripsError;

/// Clearances decided again at once.
const TOGETHER: usize = 2_000;

/// A change that is thought of.
#[derive(Debug, Clone)]
pub enum Edit {
    /// An area stands otherwise: level, band, status, or another policy. The revision is of no
    /// account.
    Area {
        /// Which.
        area_id: AreaId,
        /// How it would stand.
        state: AreaState,
        /// The policy that would be in force.
        policy: Arc<AreaPolicy>,
    },
    /// Fences drawn, changed, or taken away where there is no drawing.
    Fences(Vec<(FenceId, Option<DrawnFence>)>),
}

/// Why nothing can be foreseen.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// There is no such area.
    #[error("there is no such area")]
    UnknownArea,
    /// The fences cannot be indexed.
    #[error(transparent)]
    Fences(#[from] BuildError),
    /// The world would not fit together.
    #[error(transparent)]
    Atlas(#[from] AtlasFault),
    /// The live clearances cannot be listed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A live clearance cannot be decided again.
    #[error(transparent)]
    Trips(#[from] TripsError),
}

/// What an edit would do to live clearances: the answer to `?preview=true`.
pub async fn foresee(
    parts: &WorldParts,
    edit: &Edit,
    cause: Cause,
) -> Result<Foreseen, PreviewError> {
    let (atlas, areas) = imagined(&parts.atlas.load(), edit)?;
    let atlas = Arc::new(atlas);
    let listed = touched(&parts.database, Touched::Areas(&areas, i64::MAX), None).await?;
    let mut outcome = Outcome::default();
    for some in together(&listed, TOGETHER) {
        let clearances: Vec<ClearanceId> = some.iter().map(|(_, one)| *one).collect();
        for weighed in parts.trips.weigh(&atlas, &clearances, cause).await? {
            weighed.count(&mut outcome.tally);
            outcome.near.extend(weighed.of(Became::Near));
        }
    }
    Ok(Foreseen::of(cause, &areas, &outcome))
}

/// The world as it is, with an area under a policy that is to come. Nothing else changes: what is
/// decided in it has seen the world that there is.
pub(in crate::world) fn under_policy(
    now: &Atlas,
    area_id: &AreaId,
    policy: AreaPolicy,
) -> Result<Atlas, AtlasFault> {
    let mut parts = now.parts().clone();
    if let Some(slot) = now.position(area_id).and_then(|at| parts.areas.get_mut(at)) {
        let (ground, state) = (Arc::clone(&slot.ground), slot.state.clone());
        *slot = Arc::new(AreaEntry::new(ground, state, Arc::new(policy)));
    }
    Atlas::assemble(parts)
}

/// The world as it would be, and the areas that the edit touches, in order.
fn imagined(now: &Atlas, edit: &Edit) -> Result<(Atlas, Vec<AreaId>), PreviewError> {
    let mut parts = now.parts().clone();
    parts.version = parts.version.saturating_add(1);
    let mut touched = BTreeSet::new();
    match edit {
        Edit::Area { area_id, state, policy } => {
            touched.insert(area_id.clone());
            let slot = now.position(area_id).and_then(|at| parts.areas.get_mut(at));
            let slot = slot.ok_or(PreviewError::UnknownArea)?;
            let state = AreaState { revision: parts.version, ..state.clone() };
            *slot = Arc::new(AreaEntry::new(Arc::clone(&slot.ground), state, Arc::clone(policy)));
        }
        Edit::Fences(changes) => {
            for (id, next) in changes {
                let before = parts.fences.fence(*id);
                for one in before.into_iter().chain(next.as_ref()) {
                    touched.extend(one.fence.areas.iter().cloned());
                }
            }
            parts.fences = Arc::new(parts.fences.changed(changes.iter().cloned())?);
        }
    }
    Ok((Atlas::assemble(parts)?, touched.into_iter().collect()))
}
