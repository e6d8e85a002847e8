//! Into which area a place belongs (fine-print.md, "Places"): the geometric half, which no change
//! of policy touches.

use super::places::{AreaIndex, Candidates, Placing};
use crate::model::{LonLat, PlaceDoubt};

/// A place of a country takes its nearest area from so far at most.
const OWN_COUNTRY_KM: f64 = 50.0;
/// A bare point takes its nearest area from so far at most.
const ANY_COUNTRY_KM: f64 = 5.0;
/// Where a person is asked, the official is looked for in growing circles.
const GUESS_KM: [f64; 4] = [100.0, 250.0, 500.0, 1000.0];

/// What placing asks of the map.
pub trait Surroundings {
    /// Areas whose shapes cover a point, boundary included, in order of id.
    fn covering(&self, point: LonLat) -> Vec<AreaIndex>;
    /// Areas within so many kilometres, with the distance.
    fn near(&self, point: LonLat, km: f64) -> Vec<(AreaIndex, f64)>;
    /// ISO 3166-1 alpha-2 of an area's country.
    fn country(&self, area: AreaIndex) -> Option<&str>;
}

/// Places an airport or a city of a known country: a covering area counts only if it is of that
/// country; else the nearest area of that country within 50 km; else a person decides.
pub fn of_country(map: &impl Surroundings, point: LonLat, country: &str) -> Placing {
    let covering = map.covering(point);
    let own: Vec<_> =
        covering.iter().copied().filter(|&area| map.country(area) == Some(country)).collect();
    if let Some(own) = Candidates::of(&own) {
        return Placing::Covered(own);
    }
    let uncertain = |doubt| Placing::Uncertain {
        doubt,
        guess: guess(map, point, Some(country)).or_else(|| covering.first().copied()),
    };
    if covering.iter().any(|&area| map.country(area).is_none()) {
        return uncertain(PlaceDoubt::NoCountry);
    }
    let near = map.near(point, OWN_COUNTRY_KM);
    match nearest(near.into_iter().filter(|&(area, _)| map.country(area) == Some(country))) {
        Some((areas, km)) => Placing::Nearest { areas, km, covered_by: Candidates::of(&covering) },
        None => uncertain(PlaceDoubt::NoOwnAreaNear),
    }
}

/// Places a bare point: what covers it, else the nearest area of any country within 5 km, else a
/// person decides. An area of no country is no certainty either.
pub fn of_point(map: &impl Surroundings, point: LonLat) -> Placing {
    let placing =
        Candidates::of(&map.covering(point)).map(Placing::Covered).or_else(|| {
            nearest(map.near(point, ANY_COUNTRY_KM).into_iter())
                .map(|(areas, km)| Placing::Nearest { areas, km, covered_by: None })
        });
    placing.unwrap_or_else(|| Placing::Uncertain {
        doubt: PlaceDoubt::NoAreaNear,
        guess: guess(map, point, None),
    })
}

/// The nearest area, preferably of a country, whose official may be asked.
fn guess(map: &impl Surroundings, point: LonLat, country: Option<&str>) -> Option<AreaIndex> {
    let closest = |of: Option<&str>| {
        GUESS_KM.iter().find_map(|&km| {
            let near = map.near(point, km).into_iter();
            nearest(near.filter(|&(area, _)| of.is_none() || map.country(area) == of))
        })
    };
    let (areas, _) = country.and_then(|own| closest(Some(own))).or_else(|| closest(None))?;
    areas.as_slice().first().copied()
}

/// The areas at the least distance: several where they meet at the nearest point.
fn nearest(near: impl Iterator<Item = (AreaIndex, f64)>) -> Option<(Candidates, f64)> {
    let mut best = f64::INFINITY;
    let mut areas = Vec::new();
    for (area, km) in near {
        if km < best {
            best = km;
            areas.clear();
        }
        if km <= best {
            areas.push(area);
        }
    }
    areas.sort_unstable();
    Some((Candidates::of(&areas)?, (best * 10.0).round() / 10.0))
}
