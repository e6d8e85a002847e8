//! What segments touch: areas and fences on the ground, fences at the ends of flights, ways that
//! are not known.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::ground::Ground;
use super::standing::{stands, widened};
use super::{Ends, Span, unknown};
use crate::atlas::{Along, AreaEntry, Contact, Path, PathKind};
use crate::model::{
    Fence, FenceContact, FenceContactKind, Itinerary, Resolution, ResolvedPlace, Segment, StayKind,
    TerrainCrossing, TerrainRoute, TerrainStay, Zone,
};

/// What the ways of an itinerary come to, beside what they add to its stays.
#[derive(Default)]
pub(super) struct Ways {
    /// Areas touched on the ground.
    pub(super) crossings: Vec<TerrainCrossing>,
    /// Ways that are not known.
    pub(super) unknown: Vec<TerrainRoute>,
}

/// A segment with its position and ends.
pub(super) struct Leg<'a> {
    /// Position of the segment.
    pub(super) at: usize,
    /// The segment.
    pub(super) segment: &'a Segment,
    /// Where it starts.
    pub(super) from: &'a ResolvedPlace,
    /// Where it ends.
    pub(super) to: &'a ResolvedPlace,
}

/// Follows every segment. Passages are added to the stays, fences met to the stay or passage of
/// the area in which they are met.
pub(super) fn follow(
    itinerary: &Itinerary,
    places: &[Ends],
    stays: &mut Vec<TerrainStay>,
    ground: &mut Ground<'_>,
) -> Ways {
    let mut ways = Ways::default();
    for (at, (segment, (from, to))) in itinerary.segments.iter().zip(places).enumerate() {
        let leg = Leg { at, segment, from, to };
        if segment.mode.is_air() {
            flight(&leg, stays, ground);
        } else {
            on_the_ground(&leg, stays, ground, &mut ways);
        }
    }
    ways
}

/// Fences at the ends of a flight.
fn flight(leg: &Leg<'_>, stays: &mut [TerrainStay], ground: &mut Ground<'_>) {
    let ends = [(leg.from, leg.segment.departs_at), (leg.to, leg.segment.arrives_at)];
    for (place, at) in ends.into_iter().filter(|(place, _)| place.resolved != Resolution::Named) {
        let area = place.area_id.as_ref().and_then(|id| ground.meet_id(id));
        let zone = area.and_then(|at| ground.area(at)).map_or(&place.zone, |area| &area.zone);
        for fence in ground.atlas().fences_at(place.point) {
            if stands(fence, widened((at, at)), zone) {
                lay(stays, leg.at, area, fence, (at, at));
            }
        }
    }
}

fn on_the_ground(
    leg: &Leg<'_>,
    stays: &mut Vec<TerrainStay>,
    ground: &mut Ground<'_>,
    ways: &mut Ways,
) {
    let mut points = Vec::with_capacity(leg.segment.route_points.len() + 2);
    points.push(leg.from.point);
    points.extend_from_slice(&leg.segment.route_points);
    points.push(leg.to.point);
    let Ok(path) = Path::new(&points, PathKind::GreatCircle) else {
        // opposite sides of the earth: no way joins them, a person looks
        ways.unknown.push(TerrainRoute {
            segment: leg.at,
            gap_km: None,
            delicate: true,
            areas: Vec::new(),
        });
        return;
    };
    let along = ground.atlas().along(&path);
    ways.unknown.extend(unknown::way(leg, &points, &along.areas, ground));
    let mut met_in_areas = Vec::new();
    for contact in &along.areas {
        let area = ground.meet(contact.what);
        let span = times(leg.segment, &contact.spans);
        if needs_passage(leg, area, stays, ground) {
            stays.push(passage(leg.at, area, contact.what, span));
        }
        let zone = &contact.what.ground.zone;
        let fences = fences_within(leg.segment, contact, &along, zone);
        for (fence, span) in &fences {
            lay(stays, leg.at, Some(area), fence, *span);
            met_in_areas.push(fence.fence_id);
        }
        ways.crossings.push(TerrainCrossing {
            segment: leg.at,
            area,
            from: span.0,
            until: span.1,
            fences: fences.into_iter().map(|(fence, _)| fence).collect(),
        });
    }
    for contact in &along.fences {
        if met_in_areas.contains(&contact.what.fence_id) {
            continue;
        }
        let times = contact.spans.iter().map(|span| times(leg.segment, &[*span]));
        if let Some(span) = standing(contact.what, times, &leg.from.zone) {
            lay(stays, leg.at, None, contact.what, span);
        }
    }
}

/// An area touched needs a passage, unless the segment starts, ends or lies in a stay there, or
/// starts where the trip begins; the shape that covers a place of another country is that place.
fn needs_passage(
    leg: &Leg<'_>,
    area: usize,
    stays: &[TerrainStay],
    ground: &mut Ground<'_>,
) -> bool {
    let begins_here = leg.at == 0 && {
        let covering = match &leg.from.resolved {
            Resolution::Nearest { covered_by, .. } => covered_by.as_ref(),
            Resolution::Covered | Resolution::Named | Resolution::Uncertain { .. } => None,
        };
        let mut ids = leg.from.area_id.iter().chain(covering);
        ids.any(|id| ground.meet_id(id) == Some(area))
    };
    let stays_here = stays.iter().any(|stay| {
        adjoins(stay, leg.at) && (stay.area == Some(area) || stay.covered_by == Some(area))
    });
    !begins_here && !stays_here
}

/// The segment ends, starts or lies in the stay.
fn adjoins(stay: &TerrainStay, segment: usize) -> bool {
    stay.kind == StayKind::Stay
        && stay.arrives_by <= segment
        && stay.leaves_by.is_none_or(|by| segment <= by)
}

fn passage(segment: usize, area: usize, entry: &AreaEntry, (from, until): Span) -> TerrainStay {
    let zone = &entry.ground.zone;
    TerrainStay {
        kind: StayKind::Passage,
        area: Some(area),
        arrive_at: from,
        depart_at: Some(until),
        arrive: zone.day_of(from),
        depart: Some(zone.day_of(until)),
        nights: 0,
        arrives_by: segment,
        leaves_by: Some(segment),
        points: Vec::new(),
        place: ResolvedPlace {
            point: entry.ground.label,
            zone: zone.clone(),
            area_id: Some(entry.id().clone()),
            resolved: Resolution::Named,
            airport: None,
        },
        covered_by: None,
        near: Vec::new(),
        fences: Vec::new(),
        lodging: None,
        at_start_area: false,
    }
}

/// Lays a fence met upon the stay or passage of the area in which it is met; none there: upon the
/// stay the segment leads to, else the one it leaves.
fn lay(
    stays: &mut [TerrainStay],
    segment: usize,
    area: Option<usize>,
    fence: &Arc<Fence>,
    span: Span,
) {
    let here = |stay: &TerrainStay| {
        area.is_some()
            && stay.area == area
            && (adjoins(stay, segment) || is_passage_of(stay, segment))
    };
    let stay = |stay: &TerrainStay| stay.kind == StayKind::Stay;
    let leads_to = |s: &TerrainStay| stay(s) && s.leaves_by.is_none_or(|by| by > segment);
    let at = stays
        .iter()
        .position(here)
        .or_else(|| stays.iter().position(leads_to))
        .or_else(|| stays.iter().rposition(stay));
    if let Some(stay) = at.and_then(|at| stays.get_mut(at)) {
        stay.fences.push(FenceContact {
            fence: Arc::clone(fence),
            kind: FenceContactKind::Crosses,
            segment: Some(segment),
            from: span.0,
            until: span.1,
        });
    }
}

fn is_passage_of(stay: &TerrainStay, segment: usize) -> bool {
    stay.kind == StayKind::Passage && stay.arrives_by == segment
}

/// Fences met within an area at a time at which they stand, with that time.
fn fences_within(
    segment: &Segment,
    area: &Contact<&AreaEntry>,
    along: &Along<'_>,
    zone: &Zone,
) -> Vec<(Arc<Fence>, Span)> {
    along
        .fences
        .iter()
        .filter_map(|fence| {
            let pieces = fence.spans.iter().flat_map(|&(from, until)| {
                area.spans
                    .iter()
                    .map(move |&(enters, leaves)| (from.max(enters), until.min(leaves)))
            });
            let times =
                pieces.filter(|(from, until)| from <= until).map(|piece| times(segment, &[piece]));
            let span = standing(fence.what, times, zone)?;
            Some((Arc::clone(fence.what), span))
        })
        .collect()
}

/// First and last instant of the spans around which the fence stands; none if around none.
fn standing(fence: &Fence, spans: impl Iterator<Item = Span>, zone: &Zone) -> Option<Span> {
    spans
        .filter(|&span| stands(fence, widened(span), zone))
        .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

/// First and last instant of parts of a way, at even speed, to the second.
fn times(segment: &Segment, parts: &[(f64, f64)]) -> Span {
    let whole = segment.departs_at.duration_until(segment.arrives_at);
    let at = |part: f64| -> Timestamp {
        let seconds = (whole.as_secs_f64() * part).round();
        let gone = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::ZERO);
        segment.departs_at.checked_add(gone).unwrap_or(segment.arrives_at)
    };
    let first = parts.first().map_or(0.0, |(from, _)| *from);
    let last = parts.last().map_or(1.0, |(_, until)| *until);
    (at(first), at(last))
}
