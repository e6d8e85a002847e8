//! Packs for phones: an area with its exact border, how it stands and the fences over it, signed, to
//! be asked where there is no network; and what changed since an older one.
//!
//! A pack is a JSON document, and what changed is a JSON Merge Patch (RFC 7396) that makes of the
//! older pack the newer one. Both travel as the payload of a JSON Web Signature.

mod grid;
mod signing;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;
use tokio::task::{JoinError, spawn_blocking};
use utoipa::ToSchema;

use self::grid::PackShape;
pub(in crate::world) use self::signing::PackKey;
use super::LoadError;
use super::store::shape;
use crate::atlas::{AreaEntry, Atlas, DrawnFence, Shape};
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, FenceId};

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum PackError {
    /// The shape cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// What packs are signed with cannot be used.
    #[error("the key that packs are signed with cannot be used")]
    Key,
    /// A pack of ours has no JSON form.
    #[error("the pack has no JSON form")]
    Encoding(#[from] serde_json::Error),
    /// Making was given up: the service stops, or there is a defect.
    #[error("the pack was not made to its end")]
    GivenUp(#[from] JoinError),
}

/// Makes packs. Clones share the key.
#[derive(Debug, Clone, Default)]
pub struct Packs {
    key: Arc<OnceCell<PackKey>>,
}

/// A fence of a pack.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::world) struct PackFence {
    /// Name for people.
    name: String,
    /// What it is.
    kind: &'static str,
    /// What contact does.
    effect: &'static str,
    /// When it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    /// At which local hours of the area it stands: `[from, to]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<[String; 2]>,
    /// Where.
    shape: PackShape,
}

/// How the area of a pack stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::world) struct PackStanding {
    /// Security level, 1 to 6.
    security_level: u8,
    /// `open`, `suspended` or `closed`.
    status: &'static str,
    /// Version of its policy.
    policy_version: i32,
    /// How clearance is given: the strictest that may be said without asking.
    clearance_mode: Value,
    /// Version of its advisory; 0 for none.
    advisory_version: i32,
    /// Rises with every change on which decisions depend.
    revision: i64,
}

/// An area to be asked without a network.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::world) struct Pack {
    /// Which area.
    area_id: String,
    /// Its name.
    name: String,
    /// Zone of its days.
    time_zone: String,
    /// The world's version: what `since` takes.
    world_version: i64,
    /// How it stands.
    standing: PackStanding,
    /// Its exact border.
    shape: PackShape,
    /// Fences that touch it, by id.
    #[schema(value_type = Object)]
    fences: BTreeMap<String, PackFence>,
}

/// What a request gets: the compact form of a signature over a pack or a patch.
#[derive(Debug)]
pub(in crate::world) struct SignedPack(pub(in crate::world) String);

impl Packs {
    /// The pack of an area; none where there is no such area.
    pub(in crate::world) async fn whole(
        &self,
        database: &Database,
        atlas: &Arc<Atlas>,
        area_id: &AreaId,
    ) -> Result<Option<SignedPack>, PackError> {
        let Some(own) = shape(database, area_id).await? else { return Ok(None) };
        let (world, area_id) = (Arc::clone(atlas), area_id.clone());
        let made =
            spawn_blocking(move || world.area(&area_id).map(|area| pack(&world, area, &own)));
        let Some(pack) = made.await? else { return Ok(None) };
        let payload = json!({"type": "pack", "pack": pack?});
        Ok(Some(self.signed(database, &payload).await?))
    }

    /// What makes the pack of an older world that of this one; none where only a whole one does.
    pub(in crate::world) async fn since(
        &self,
        database: &Database,
        atlas: &Arc<Atlas>,
        area_id: &AreaId,
        since: i64,
    ) -> Result<Option<SignedPack>, PackError> {
        let changed = store::fences_changed(database, area_id, since).await?;
        let Some(changed) = changed.filter(|_| since <= atlas.version()) else { return Ok(None) };
        let (world, area) = (Arc::clone(atlas), area_id.clone());
        let made =
            spawn_blocking(move || world.area(&area).map(|area| patch(&world, area, changed)));
        let Some(patch) = made.await? else { return Ok(None) };
        let payload =
            json!({"type": "patch", "area_id": area_id.as_str(), "since": since, "patch": patch?});
        Ok(Some(self.signed(database, &payload).await?))
    }

    /// What packs are signed with.
    pub(in crate::world) async fn key(&self, database: &Database) -> Result<&PackKey, PackError> {
        self.key.get_or_try_init(|| PackKey::on_record(database)).await
    }

    async fn signed(&self, database: &Database, payload: &Value) -> Result<SignedPack, PackError> {
        let key = self.key(database).await?;
        Ok(SignedPack(key.sign(payload.to_string().as_bytes())))
    }
}

fn pack(atlas: &Atlas, area: &AreaEntry, own: &Shape) -> Result<Value, PackError> {
    let drawn = drawn(atlas, area);
    Ok(serde_json::to_value(Pack {
        area_id: area.id().to_string(),
        name: area.ground.name.to_string(),
        time_zone: area.ground.zone.name().to_owned(),
        world_version: atlas.version(),
        standing: standing(area)?,
        shape: PackShape::of(own),
        fences: drawn.iter().map(|(id, one)| (id.to_string(), fence(one))).collect(),
    })?)
}

/// What makes of an older pack that of this world, given the fences that changed since: null takes
/// one away.
fn patch(atlas: &Atlas, area: &AreaEntry, changed: Vec<FenceId>) -> Result<Value, PackError> {
    let drawn = drawn(atlas, area);
    let mut fences = Map::new();
    for id in changed {
        let mut one = drawn.get(&id).map(|one| serde_json::to_value(fence(one))).transpose()?;
        if let Some(Value::Object(fence)) = &mut one {
            for optional in ["valid_from", "valid_until", "hours"] {
                fence.entry(optional).or_insert(Value::Null);
            }
        }
        fences.insert(id.to_string(), one.unwrap_or(Value::Null));
    }
    let (version, standing) = (atlas.version(), standing(area)?);
    Ok(json!({"world_version": version, "standing": standing, "fences": fences}))
}

fn standing(area: &AreaEntry) -> Result<PackStanding, PackError> {
    let state = &area.state;
    Ok(PackStanding {
        security_level: state.security_level.get(),
        status: state.status.kind.as_str(),
        policy_version: area.policy.version,
        clearance_mode: serde_json::to_value(area.policy.clearance_mode)?,
        advisory_version: state.advisory_version,
        revision: state.revision,
    })
}

/// Fences that touch an area, by id.
fn drawn<'a>(atlas: &'a Atlas, area: &AreaEntry) -> BTreeMap<FenceId, &'a DrawnFence> {
    let layer = &atlas.parts().fences;
    let own = atlas.fences_in(area.id()).filter_map(|fence| layer.fence(fence.fence_id));
    own.map(|drawn| (drawn.fence.fence_id, drawn)).collect()
}

fn fence(drawn: &DrawnFence) -> PackFence {
    let fence = &drawn.fence;
    PackFence {
        name: fence.name.to_string(),
        kind: fence.kind.as_str(),
        effect: fence.effect.as_str(),
        valid_from: fence.validity.from.map(|at| at.to_string()),
        valid_until: fence.validity.until.map(|at| at.to_string()),
        hours: fence.hours.map(|hours| [hours.from.to_string(), hours.to.to_string()]),
        shape: PackShape::of(&drawn.shape),
    }
}
