//! Into which area a place belongs (fine-print.md, "Places"): the geometric half, which no change
//! of policy touches.

use super::geometry::{Handle, Mosaic};
use super::places::{AreaIndex, Candidates, Placing};
use crate::model::{LonLat, PlaceDoubt};

/// A place of a country takes its nearest area from so far at most.
const OWN_COUNTRY_KM: f64 = 50.0;
/// A bare point takes its nearest area from so far at most.
const ANY_COUNTRY_KM: f64 = 5.0;
/// Where a person is asked, the official is looked for within so far.
const GUESS_KM: f64 = 1000.0;
/// Areas that meet at the nearest point are equally near but for rounding.
const SAME_KM: f64 = 1e-6;

/// What placing asks of the map.
pub trait Surroundings {
    /// The shapes; a handle is the position of its area.
    fn mosaic(&self) -> &Mosaic;
    /// ISO 3166-1 alpha-2 of an area's country.
    fn country(&self, area: AreaIndex) -> Option<&str>;
}

/// Places an airport or a city of a known country: a covering area counts only if it is of that
/// country; else the nearest area of that country within 50 km; else a person decides.
pub fn placed_in_country(map: &impl Surroundings, point: LonLat, country: &str) -> Placing {
    let covering = covering(map, point);
    let is_own = |area: AreaIndex| map.country(area) == Some(country);
    let own: Vec<_> = covering.iter().copied().filter(|&area| is_own(area)).collect();
    if let Some(own) = Candidates::of(&own) {
        return Placing::Covered(own);
    }
    let uncertain = |doubt| {
        let guess = nearest(map, point, GUESS_KM, is_own)
            .map(|(areas, _)| areas)
            .or_else(|| Candidates::of(&covering))
            .or_else(|| nearest(map, point, GUESS_KM, |_| true).map(|(areas, _)| areas));
        Placing::Uncertain { doubt, guess: guess.and_then(|areas| areas.first()) }
    };
    if covering.iter().any(|&area| map.country(area).is_none()) {
        return uncertain(PlaceDoubt::NoCountry);
    }
    match nearest(map, point, OWN_COUNTRY_KM, is_own) {
        Some((areas, km)) => Placing::Nearest { areas, km, covered_by: Candidates::of(&covering) },
        None => uncertain(PlaceDoubt::NoOwnAreaNear),
    }
}

/// Places a bare point: what covers it, else the nearest area of any country within 5 km, else a
/// person decides.
pub(super) fn placed(map: &impl Surroundings, point: LonLat) -> Placing {
    if let Some(areas) = Candidates::of(&covering(map, point)) {
        return Placing::Covered(areas);
    }
    if let Some((areas, km)) = nearest(map, point, ANY_COUNTRY_KM, |_| true) {
        return Placing::Nearest { areas, km, covered_by: None };
    }
    let guess = nearest(map, point, GUESS_KM, |_| true).and_then(|(areas, _)| areas.first());
    Placing::Uncertain { doubt: PlaceDoubt::NoAreaNear, guess }
}

fn covering(map: &impl Surroundings, point: LonLat) -> Vec<AreaIndex> {
    map.mosaic().at(point).iter().map(index).collect()
}

/// The nearest areas that pass, several where they meet at the nearest point, with the distance in
/// kilometres to one decimal.
fn nearest(
    map: &impl Surroundings,
    point: LonLat,
    most_km: f64,
    passes: impl Fn(AreaIndex) -> bool,
) -> Option<(Candidates, f64)> {
    let (_, km) = map.mosaic().nearest(point, most_km, |handle| passes(index(handle)))?;
    let near = map.mosaic().within(point, km + SAME_KM).into_iter();
    let areas: Vec<_> =
        near.map(|(handle, _)| index(handle)).filter(|&area| passes(area)).collect();
    Some((Candidates::of(&areas)?, tenths(km)))
}

/// A distance to one decimal.
pub(super) fn tenths(km: f64) -> f64 {
    (km * 10.0).round() / 10.0
}

/// The position of an area from its handle.
pub(super) fn index(handle: Handle) -> AreaIndex {
    AreaIndex::try_from(handle).unwrap_or(AreaIndex::MAX)
}
