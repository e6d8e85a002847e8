//! The map as vector tiles: areas with their levels and statuses, fences over them. Made from the
//! loaded world, kept in the process while it stands, and made anew when the world has moved on.

mod kept;
mod layer;
mod mercator;
mod protobuf;
mod rings;
mod store;

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::{JoinError, spawn_blocking};

use self::kept::Kept;
use self::layer::{Layer, Value};
pub(in crate::world) use self::mercator::Tile;
use self::protobuf::Message;
use self::rings::OnTheMap;
use crate::atlas::{AreaEntry, Atlas, DrawnFence, Mosaic};
use crate::database::Database;
use crate::model::LonLat;
use crate::world::LoadError;

/// So many tiles are made at once: the threads that answer have other work.
const AT_ONCE: usize = 2;
/// Bytes of tiles that are kept.
const KEPT: usize = 32 << 20;
/// Fences of a tile at most, the strictest first.
const MOST_FENCES: usize = 5_000;

/// Makes and keeps tiles.
#[derive(Debug)]
pub struct Tiles {
    kept: Kept,
    making: Semaphore,
    borders: Mutex<Option<Borders>>,
}

/// The shapes of the areas on the map, in order of id: the same as long as the index is the same.
#[derive(Debug, Clone)]
struct Borders {
    of: Arc<Mosaic>,
    shapes: Arc<Vec<OnTheMap>>,
}

/// Why a tile is not made.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum TileError {
    /// The shapes cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Making was given up: the service stops, or there is a defect.
    #[error("the tile was not made to its end")]
    GivenUp(#[from] JoinError),
}

impl Default for Tiles {
    fn default() -> Self {
        Self { kept: Kept::new(KEPT), making: Semaphore::new(AT_ONCE), borders: Mutex::default() }
    }
}

impl Tiles {
    /// A tile of a world.
    pub(in crate::world) async fn tile(
        &self,
        database: &Database,
        atlas: &Arc<Atlas>,
        tile: Tile,
    ) -> Result<Bytes, TileError> {
        if let Some(kept) = self.kept.get(tile, atlas.version()) {
            return Ok(kept);
        }
        // the semaphore is never closed
        let _turn = self.making.acquire().await.ok();
        if let Some(kept) = self.kept.get(tile, atlas.version()) {
            return Ok(kept);
        }
        let borders = self.borders(database, atlas).await?;
        let world = Arc::clone(atlas);
        let made = spawn_blocking(move || Bytes::from(made(&world, &borders, tile))).await?;
        self.kept.put(tile, atlas.version(), made.clone());
        Ok(made)
    }

    /// The shapes of the areas, read once as long as no other world is imported.
    async fn borders(
        &self,
        database: &Database,
        atlas: &Atlas,
    ) -> Result<Arc<Vec<OnTheMap>>, TileError> {
        let index = &atlas.parts().shapes;
        let mut held = self.borders.lock().await;
        if let Some(borders) = held.as_ref().filter(|held| Arc::ptr_eq(&held.of, index)) {
            return Ok(Arc::clone(&borders.shapes));
        }
        let shapes = store::shapes(database).await?;
        let laid = spawn_blocking(move || shapes.iter().map(OnTheMap::of).collect::<Vec<_>>());
        let borders = Borders { of: Arc::clone(index), shapes: Arc::new(laid.await?) };
        let shapes = Arc::clone(&borders.shapes);
        *held = Some(borders);
        drop(held);
        Ok(shapes)
    }
}

/// A tile as it goes over the wire.
fn made(atlas: &Atlas, borders: &[OnTheMap], tile: Tile) -> Vec<u8> {
    let mut message = Message::default();
    let mut areas = Layer::new("areas");
    for (area, shape) in atlas.areas().iter().zip(borders) {
        areas.polygon(&shape.cut(tile), told_of_area(area));
    }
    areas.write(&mut message);
    let mut fences = Layer::new("fences");
    for drawn in shown(atlas, tile) {
        let shape = OnTheMap::of(&drawn.shape);
        let cut = shape.cut(tile);
        let rings = if cut.is_empty() { shape.marks(tile) } else { cut };
        fences.polygon(&rings, told_of_fence(drawn));
    }
    fences.write(&mut message);
    message.into_bytes()
}

/// The fences of a tile, the strictest first, then by id.
fn shown(atlas: &Atlas, tile: Tile) -> Vec<&DrawnFence> {
    let [low, high] = tile.corners().map(|[lon, lat]| LonLat::new(lon, lat).ok());
    let Some((low, high)) = low.zip(high) else { return Vec::new() };
    let mut found = atlas.parts().fences.meeting(low, high);
    found.sort_by(|one, other| {
        let by_id = one.fence.fence_id.cmp(&other.fence.fence_id);
        other.fence.effect.cmp(&one.fence.effect).then(by_id)
    });
    found.truncate(MOST_FENCES);
    found
}

fn told_of_area(area: &AreaEntry) -> impl Iterator<Item = (&'static str, Value)> {
    let (ground, state) = (&area.ground, &area.state);
    let country = area.country().map(|iso2| ("country", Value::Text(iso2.to_owned())));
    [
        ("area_id", Value::Text(ground.area_id.to_string())),
        ("name", Value::Text(ground.name.to_string())),
        ("level", Value::Number(state.security_level.get().into())),
        ("status", Value::Text(state.status.kind.as_str().to_owned())),
    ]
    .into_iter()
    .chain(country)
}

fn told_of_fence(drawn: &DrawnFence) -> impl Iterator<Item = (&'static str, Value)> {
    let fence = &drawn.fence;
    let from = fence.validity.from.map(|at| ("valid_from", Value::Text(at.to_string())));
    let until = fence.validity.until.map(|at| ("valid_until", Value::Text(at.to_string())));
    [
        ("fence_id", Value::Text(fence.fence_id.to_string())),
        ("name", Value::Text(fence.name.to_string())),
        ("kind", Value::Text(fence.kind.as_str().to_owned())),
        ("effect", Value::Text(fence.effect.as_str().to_owned())),
    ]
    .into_iter()
    .chain(from)
    .chain(until)
}
