//! What lies around the points of a stay: the map's margin, fences, the house.

use std::sync::Arc;

use jiff::Timestamp;

use super::ground::Ground;
use super::standing::clipped;
use crate::decision::SurveySettings;
use crate::model::{
    Fence, FenceContact, FenceContactKind, Itinerary, Lodging, NearArea, TerrainStay,
};

/// Completes a stay: lodging and its point, areas within the margin, fences that cover a point or
/// lie in the area while the stay lasts.
pub(super) fn look(
    stay: &mut TerrainStay,
    itinerary: &Itinerary,
    settings: &SurveySettings,
    ground: &mut Ground<'_>,
) {
    stay.lodging = house(stay, &itinerary.lodging, ground);
    let point = stay.lodging.and_then(|at| itinerary.lodging.get(at)).and_then(|house| house.point);
    if let Some(point) = point.filter(|point| !stay.points.contains(point)) {
        stay.points.push(point);
    }
    stay.near = near(stay, settings.near_margin_km, ground);
    stay.fences = fences(stay, ground);
}

/// The house of a stay: of those in its area the one whose first night falls into the stay, else
/// one without a first night.
fn house(stay: &TerrainStay, houses: &[Lodging], ground: &Ground<'_>) -> Option<usize> {
    let area = &ground.area(stay.area?)?.area_id;
    let here = || houses.iter().enumerate().filter(|(_, house)| house.area_id == *area);
    let dated = here().find(|(_, house)| {
        house.from.is_some_and(|first| {
            stay.arrive <= first && stay.depart.is_none_or(|depart| first <= depart)
        })
    });
    dated.or_else(|| here().find(|(_, house)| house.from.is_none())).map(|(at, _)| at)
}

/// Areas within the margin of a point, with the least distance, save the stay's own and the one
/// that covers it.
fn near(stay: &TerrainStay, margin: f64, ground: &mut Ground<'_>) -> Vec<NearArea> {
    let mut near: Vec<NearArea> = Vec::new();
    for &point in &stay.points {
        for (entry, km) in ground.atlas().near(point, margin) {
            let area = ground.meet(entry);
            if Some(area) == stay.area || Some(area) == stay.covered_by {
                continue;
            }
            match near.iter_mut().find(|known| known.area == area) {
                Some(known) => known.km = known.km.min(km),
                None => near.push(NearArea { area, km }),
            }
        }
    }
    near
}

/// Fences that stand while the stay lasts: those that cover a point, then the rest of the area.
fn fences(stay: &TerrainStay, ground: &Ground<'_>) -> Vec<FenceContact> {
    let span = (stay.arrive_at, stay.depart_at.unwrap_or(Timestamp::MAX));
    let stands = |fence: &Fence| fence.validity.meets(span.0, span.1);
    let contact = |fence: &Arc<Fence>, kind| {
        let (from, until) = clipped(fence.validity, span);
        FenceContact { fence: Arc::clone(fence), kind, segment: None, from, until }
    };
    let knows = |contacts: &[FenceContact], fence: &Fence| {
        contacts.iter().any(|contact| contact.fence.fence_id == fence.fence_id)
    };
    let mut contacts: Vec<FenceContact> = Vec::new();
    for &point in &stay.points {
        for fence in ground.atlas().fences_at(point) {
            if stands(fence) && !knows(&contacts, fence) {
                contacts.push(contact(fence, FenceContactKind::Covers));
            }
        }
    }
    if let Some(area) = stay.area.and_then(|at| ground.area(at)) {
        // an area may have thousands, each once: only those that cover a point can be known
        let in_area = ground.atlas().fences_in(&area.area_id);
        let mut rest: Vec<_> =
            in_area.filter(|fence| stands(fence) && !knows(&contacts, fence)).collect();
        rest.dedup_by_key(|fence| fence.fence_id);
        contacts.extend(rest.into_iter().map(|fence| contact(fence, FenceContactKind::InArea)));
    }
    contacts
}
