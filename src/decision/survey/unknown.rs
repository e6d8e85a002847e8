//! Ways that are not known.

use jiff::Timestamp;

use super::Span;
use super::ground::Ground;
use super::way::Leg;
use crate::atlas::{AreaEntry, Contact, distance_km};
use crate::model::{AreaPolicy, ClearanceMode, LonLat, Resolution, StatusKind, TerrainRoute};

/// R-114 (D): a way with a longer gap between known points than the areas it touches allow, or
/// with an end known only as an area.
pub(super) fn way(
    leg: &Leg<'_>,
    points: &[LonLat],
    areas: &[Contact<&AreaEntry>],
    ground: &mut Ground<'_>,
) -> Option<TerrainRoute> {
    let vague = [leg.from, leg.to].iter().any(|end| end.resolved == Resolution::Named);
    let gaps =
        points.iter().zip(points.iter().skip(1)).map(|(&one, &other)| distance_km(one, other));
    let gap = gaps.fold(0.0, f64::max);
    let limits = areas.iter().map(|area| area.what.policy.route_gap_max_km);
    let limit = limits
        .min()
        .unwrap_or_else(|| AreaPolicy::standard(0, Timestamp::UNIX_EPOCH).route_gap_max_km);
    if !vague && gap <= f64::from(limit) {
        return None;
    }
    let span = (leg.segment.departs_at, leg.segment.arrives_at);
    Some(TerrainRoute {
        segment: leg.at,
        gap_km: (!vague).then(|| whole_km(gap)),
        delicate: areas.iter().any(|area| is_delicate(area.what, span, ground)),
        areas: areas.iter().map(|area| ground.meet(area.what)).collect(),
    })
}

/// Not open, not automatic for everybody, or with a fence while the way is travelled.
fn is_delicate(area: &AreaEntry, (from, until): Span, ground: &Ground<'_>) -> bool {
    let exceptions = &area.policy.mode_overrides;
    area.state.status.kind != StatusKind::Open
        || area.mode() != ClearanceMode::Auto
        || exceptions.iter().any(|exception| exception.mode != ClearanceMode::Auto)
        || ground.atlas().fences_in(area.id()).any(|fence| fence.validity.meets(from, until))
}

/// Whole kilometres, rounded up.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a distance on earth is positive and far below the limit; `as` saturates"
)]
fn whole_km(km: f64) -> u32 {
    km.ceil() as u32
}
