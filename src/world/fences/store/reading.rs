//! Reads fences on record.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Time;
use uuid::Uuid;

use crate::atlas::Shape;
use crate::database::{Database, Row, Statement, statement};
use crate::model::{AreaId, DailyHours, Fence, FenceEffect, FenceId, FenceKind, Validity};
use crate::world::LoadError;

const LIST: Statement = statement!("world/fence_list");

/// Which fences are asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct FenceFilter {
    /// That touch an area.
    pub(in crate::world) area: Option<AreaId>,
    /// Of a kind.
    pub(in crate::world) kind: Option<FenceKind>,
    /// With an effect.
    pub(in crate::world) effect: Option<FenceEffect>,
    /// That stand at an instant, by the hours of an area they touch.
    pub(in crate::world) at: Option<Timestamp>,
    /// One alone.
    pub(in crate::world) fence_id: Option<FenceId>,
}

/// A fence on record.
#[derive(Debug, Clone)]
pub(in crate::world) struct FenceOnRecord {
    /// The fence.
    pub(in crate::world) fence: Fence,
    /// Where; none where it was not asked for.
    pub(in crate::world) shape: Option<Shape>,
    /// When a person looks at it again.
    pub(in crate::world) review_at: Option<Timestamp>,
    /// Drawn by the area's own staff, until an official confirms it.
    pub(in crate::world) emergency: bool,
    /// An emergency that should have been looked at by now.
    pub(in crate::world) is_unconfirmed: bool,
    /// Words for colleagues.
    pub(in crate::world) note: Option<String>,
    /// When it was drawn first.
    pub(in crate::world) created_at: Timestamp,
    /// When it was changed last.
    pub(in crate::world) changed_at: Option<Timestamp>,
}

/// Fences on record in order of id, with the world's version.
pub(in crate::world) async fn fences_on_record(
    database: &Database,
    filter: &FenceFilter,
    (after, limit): (Option<FenceId>, i64),
    with_shapes: bool,
) -> Result<(i64, Vec<FenceOnRecord>), LoadError> {
    let FenceFilter { area, kind, effect, at, fence_id } = filter;
    let rows = database
        .reader()
        .await?
        .rows(
            &LIST,
            &[
                &after.map(|id| id.0),
                &area.as_ref().map(AreaId::as_str),
                &kind.map(FenceKind::as_str),
                &effect.map(FenceEffect::as_str),
                at,
                &fence_id.map(|id| id.0),
                &with_shapes,
                &limit,
            ],
        )
        .await?;
    let first = rows.first().ok_or(LoadError::Unversioned)?;
    let version = first.try_get("world_version")?;
    let found = rows.iter().filter_map(|row| fence(row).transpose());
    Ok((version, found.collect::<Result<_, _>>()?))
}

/// None where the row brings the world's version alone.
fn fence(row: &Row) -> Result<Option<FenceOnRecord>, LoadError> {
    let Some(id) = row.try_get::<_, Option<Uuid>>("fence_id")? else { return Ok(None) };
    let hours: (Option<Time>, Option<Time>) =
        (row.try_get("hours_from")?, row.try_get("hours_to")?);
    let areas: Vec<&str> = row.try_get("area_ids")?;
    let areas: Arc<[AreaId]> = areas.into_iter().map(AreaId::from).collect();
    let shape: Option<&[u8]> = row.try_get("shape")?;
    let kind = FenceKind::named(row.try_get("kind")?);
    let effect = FenceEffect::named(row.try_get("effect")?);
    Ok(Some(FenceOnRecord {
        fence: Fence {
            fence_id: FenceId(id),
            kind: kind.ok_or(LoadError::Name("fence kind"))?,
            name: CompactString::from(row.try_get::<_, &str>("name")?),
            effect: effect.ok_or(LoadError::Name("fence effect"))?,
            validity: Validity {
                from: row.try_get("valid_from")?,
                until: row.try_get("valid_until")?,
            },
            hours: hours.0.zip(hours.1).map(|(from, to)| DailyHours { from, to }),
            areas,
            version: row.try_get("version")?,
        },
        shape: shape.map(Shape::from_bytes).transpose()?,
        review_at: row.try_get("review_at")?,
        emergency: row.try_get("emergency")?,
        is_unconfirmed: row.try_get::<_, Option<bool>>("is_unconfirmed")?.unwrap_or(false),
        note: row.try_get("note")?,
        created_at: row.try_get("created_at")?,
        changed_at: row.try_get("changed_at")?,
    }))
}
