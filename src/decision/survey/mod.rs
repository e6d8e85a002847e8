//! The survey: what ground an itinerary covers, in one version of the world. Everything the
//! decision reads of the map is found here, once for all travellers; `decide` never sees the map.
//!
//! | file | finds |
//! | --- | --- |
//! | `stays` | stays between segments: transits left out, cut at borders, merged (R-107, R-112) |
//! | `around` | what lies around the points of a stay: margins, fences, lodging |
//! | `way` | what segments touch: passages, fences on the way (R-113, R-409) |
//! | `unknown` | ways that are not known (R-114) |
//! | `standing` | whether a fence stands at a time |

mod around;
mod ground;
mod standing;
mod stays;
mod unknown;
mod way;

use jiff::Timestamp;

use self::ground::Ground;
use super::SurveySettings;
use crate::atlas::Atlas;
use crate::model::{
    Itinerary, LonLat, Place, PlaceDoubt, Resolution, ResolvedPlace, Terrain, Zone,
};

/// Both ends of a segment, looked up.
type Ends = (ResolvedPlace, ResolvedPlace);

/// The ground an itinerary covers. The itinerary is sound: its places are known to the atlas and
/// its times are in order; a place that the atlas does not know is uncertain and has no area.
pub fn survey(itinerary: &Itinerary, atlas: &Atlas, settings: &SurveySettings) -> Terrain {
    let places: Vec<Ends> = itinerary
        .segments
        .iter()
        .map(|segment| (resolve(atlas, &segment.from), resolve(atlas, &segment.to)))
        .collect();
    survey_between(itinerary, places, atlas, settings)
}

/// As [`survey`], where both ends of each segment have been looked up in this atlas already.
pub fn survey_between(
    itinerary: &Itinerary,
    places: Vec<(ResolvedPlace, ResolvedPlace)>,
    atlas: &Atlas,
    settings: &SurveySettings,
) -> Terrain {
    let mut ground = Ground::new(atlas);
    let mut stays = stays::derive(itinerary, &places, &mut ground);
    for stay in &mut stays {
        around::look(stay, itinerary, settings, &mut ground);
    }
    let ways = way::follow(itinerary, &places, &mut stays, &mut ground);
    stays.sort_by_key(|stay| stay.arrive_at);
    Terrain {
        world_version: atlas.version(),
        world_stale: settings.world_stale,
        areas: ground.into_areas(),
        stays,
        crossings: ways.crossings,
        unknown_routes: ways.unknown,
        start_area: places.first().and_then(|(from, _)| from.area_id.clone()),
        places,
    }
}

fn resolve(atlas: &Atlas, place: &Place) -> ResolvedPlace {
    atlas.resolve(&place.name).unwrap_or_else(|_unknown| ResolvedPlace {
        point: LonLat::ORIGIN,
        zone: Zone::utc(),
        area_id: None,
        resolved: Resolution::Uncertain { doubt: PlaceDoubt::NoAreaNear },
        airport: None,
    })
}

/// From when to when, both included.
type Span = (Timestamp, Timestamp);
