//! A fence as it is told: a GeoJSON feature.

use jiff::Timestamp;
use jiff::civil::Time;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::geometry::Mended;
use crate::atlas::Shape;
use crate::model::{AreaId, DailyHours, FenceEffect, FenceId, FenceKind};
use crate::web::Problem;
use crate::world::fences::{FenceOnRecord, FenceWish, FenceWritten};

/// A fence as a GeoJSON feature.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FeatureAnswer {
    /// `Feature`.
    r#type: &'static str,
    /// Its id.
    #[schema(value_type = String)]
    id: FenceId,
    /// A `MultiPolygon`, cut at ±180°; null where it was not asked for.
    #[schema(value_type = Option<Object>)]
    geometry: Option<Box<RawValue>>,
    /// What it is.
    properties: FenceProperties,
    /// What was put right in what was sent; nothing it encloses was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    repairs: Option<Vec<RepairAnswer>>,
    /// Version of the world since it stands so; told when it was drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    world_version: Option<i64>,
    /// What decides the live clearances of each touched area again.
    #[serde(skip_serializing_if = "Option::is_none")]
    redecisions: Option<Vec<RedecisionAnswer>>,
}

/// What a fence is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FenceProperties {
    /// Its id.
    #[schema(value_type = String)]
    fence_id: FenceId,
    /// `restricted`, `no_go`, `curfew`, `incident_perimeter`, `convoy_only_road`, `advisory_zone`.
    #[schema(value_type = String)]
    kind: FenceKind,
    /// Name for people.
    name: String,
    /// What contact does: `advise`, `condition`, `manual`, `mscr`, `deny`.
    #[schema(value_type = String)]
    effect: FenceEffect,
    /// From when.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_from: Option<Timestamp>,
    /// Until when, not included.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Timestamp>,
    /// At which hours of the local day; null for all.
    hours: Option<HoursAnswer>,
    /// When a person looks at it again; reaching it lifts nothing.
    #[schema(value_type = Option<String>, format = DateTime)]
    review_at: Option<Timestamp>,
    /// Drawn by the area's own security staff; no official has confirmed it.
    emergency: bool,
    /// An emergency that should have been looked at by now. It stands.
    unconfirmed: bool,
    /// Words for travellers.
    note: Option<String>,
    /// Areas it touches, by id.
    #[schema(value_type = Vec<String>)]
    areas: Vec<AreaId>,
    /// Version of the fence.
    version: i32,
    /// When it was drawn first.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was drawn last.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
}

/// Hours of every local day.
#[derive(Debug, Serialize, ToSchema)]
struct HoursAnswer {
    /// From, included.
    #[schema(value_type = String)]
    from: Time,
    /// To, not included; over midnight where it is earlier than `from`.
    #[schema(value_type = String)]
    to: Time,
}

/// Something put right.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RepairAnswer {
    /// `ring_closed`, `point_repeated`, `winding_turned`, `antimeridian_cut`,
    /// `circle_drawn_around`.
    kind: &'static str,
    /// Where in what was sent.
    pointer: String,
    /// Where on the earth: longitude, latitude.
    at: Option<[f64; 2]>,
}

/// An area whose live clearances are decided again.
#[derive(Debug, Serialize, ToSchema)]
struct RedecisionAnswer {
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// What decides again.
    redecision_id: Uuid,
}

/// A page of fences.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FencePage {
    /// Version of the world.
    pub(super) world_version: i64,
    /// The fences of this page, in order of id.
    pub(super) items: Vec<FeatureAnswer>,
    /// For the next page; null on the last.
    pub(super) next_cursor: Option<String>,
}

/// A fence that was just written.
pub(super) struct Told<'t> {
    pub(super) wish: &'t FenceWish,
    pub(super) written: &'t FenceWritten,
    pub(super) repairs: &'t [Mended],
}

impl FeatureAnswer {
    /// A fence on record.
    pub(super) fn of(record: &FenceOnRecord) -> Result<Self, Problem> {
        let fence = &record.fence;
        Ok(Self {
            r#type: "Feature",
            id: fence.fence_id,
            geometry: record.shape.as_ref().map(geometry).transpose()?,
            properties: FenceProperties {
                fence_id: fence.fence_id,
                kind: fence.kind,
                name: fence.name.to_string(),
                effect: fence.effect,
                valid_from: fence.validity.from,
                valid_until: fence.validity.until,
                hours: fence.hours.map(HoursAnswer::of),
                review_at: record.review_at,
                emergency: record.emergency,
                unconfirmed: record.is_unconfirmed,
                note: record.note.clone(),
                areas: fence.areas.to_vec(),
                version: fence.version,
                created_at: record.created_at,
                changed_at: record.changed_at.unwrap_or(record.created_at),
            },
            repairs: None,
            world_version: None,
            redecisions: None,
        })
    }

    /// A fence that was just written, with what was put right and what follows.
    pub(super) fn told(Told { wish, written, repairs }: &Told<'_>) -> Result<Self, Problem> {
        let follows = written.changed.redecisions.iter().cloned();
        let follows = follows.map(|(area_id, id)| RedecisionAnswer { area_id, redecision_id: id });
        let repair = |made: &Mended| RepairAnswer {
            kind: made.kind,
            pointer: made.pointer.clone(),
            at: made.at,
        };
        Ok(Self {
            r#type: "Feature",
            id: written.fence_id,
            geometry: Some(geometry(&wish.shape)?),
            properties: FenceProperties {
                fence_id: written.fence_id,
                kind: wish.kind,
                name: wish.name.to_string(),
                effect: wish.effect,
                valid_from: wish.validity.from,
                valid_until: wish.validity.until,
                hours: wish.hours.map(HoursAnswer::of),
                review_at: written.review_at,
                emergency: written.emergency,
                unconfirmed: false,
                note: wish.note.clone(),
                areas: written.areas.clone(),
                version: written.version,
                created_at: written.created_at,
                changed_at: written.changed_at,
            },
            repairs: Some(repairs.iter().map(repair).collect()),
            world_version: Some(written.changed.world_version),
            redecisions: Some(follows.collect()),
        })
    }

    /// The answer's body.
    pub(super) fn written(&self) -> Result<Vec<u8>, Problem> {
        serde_json::to_vec(self).map_err(|error| Problem::internal(&error))
    }
}

impl HoursAnswer {
    const fn of(DailyHours { from, to }: DailyHours) -> Self {
        Self { from, to }
    }
}

fn geometry(shape: &Shape) -> Result<Box<RawValue>, Problem> {
    RawValue::from_string(shape.to_geojson()).map_err(|error| Problem::internal(&error))
}
