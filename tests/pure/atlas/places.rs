//! Every airport and city is accounted for (fine-print.md, "Places").

use std::fmt::Write as _;

use safeconduct::atlas::geometry::distance_km;
use safeconduct::atlas::{Airport, Candidates, Placing};
use safeconduct::model::{AreaId, PlaceDoubt, PlaceName, Resolution};

use super::{atlas, counts, world};

/// Airports that lie inside a neighbour's shape: ident, code, country, area, kilometres, and the
/// area that covers them.
const NEIGHBOURS: &str = include_str!("neighbours.csv");

/// What an airport's placing is called here.
fn kind(placing: &Placing) -> &'static str {
    match placing {
        Placing::Covered(_) => "covered",
        Placing::Nearest { covered_by: None, .. } => "nearest",
        Placing::Nearest { covered_by: Some(_), .. } => "nearest, in a neighbour's shape",
        Placing::Uncertain { doubt: PlaceDoubt::NoOwnAreaNear, .. } => "no own area near",
        Placing::Uncertain { doubt: PlaceDoubt::NoAreaNear, .. } => "no area near",
        Placing::Uncertain { doubt: PlaceDoubt::NoCountry, .. } => "no country",
    }
}

fn only(areas: &Candidates) -> &'static AreaId {
    atlas().areas()[areas.first().unwrap()].id()
}

fn is_inside_a_neighbour(airport: &Airport) -> bool {
    let covering = atlas().at(airport.point);
    !covering.areas.is_empty()
        && covering.areas.iter().all(|area| area.country() != Some(airport.country.as_str()))
}

#[test]
fn every_airport_is_accounted_for() {
    let airports = atlas().places().airports();
    let all = counts(airports.iter().map(|airport| kind(&airport.placing)));
    let scheduled = airports.iter().filter(|airport| airport.scheduled);
    let scheduled = counts(scheduled.map(|airport| kind(&airport.placing)));
    assert_eq!(all.values().sum::<usize>(), 19_841);
    assert_eq!(scheduled.values().sum::<usize>(), 4_352);
    insist(
        &all,
        &[
            ("covered", 18_665),
            ("nearest", 919),
            ("nearest, in a neighbour's shape", 47),
            ("no country", 2),
            ("no own area near", 208),
        ],
    );
    insist(
        &scheduled,
        &[
            ("covered", 3_935),
            ("nearest", 386),
            ("nearest, in a neighbour's shape", 6),
            ("no own area near", 25),
        ],
    );
}

fn insist(found: &std::collections::BTreeMap<&str, usize>, expected: &[(&str, usize)]) {
    assert_eq!(found.iter().map(|(kind, count)| (*kind, *count)).collect::<Vec<_>>(), expected);
}

#[test]
fn every_city_is_accounted_for() {
    let cities = atlas().places().cities();
    assert_eq!(cities.len(), 34_006);
    insist(
        &counts(cities.iter().map(|city| kind(&city.placing))),
        &[
            ("covered", 33_403),
            ("nearest", 526),
            ("nearest, in a neighbour's shape", 73),
            ("no own area near", 4),
        ],
    );
}

#[test]
fn airports_off_every_shape() {
    let off = |airport: &&Airport| atlas().at(airport.point).areas.is_empty();
    let airports = atlas().places().airports();
    assert_eq!(airports.iter().filter(off).count(), 1_119);
    assert_eq!(airports.iter().filter(off).filter(|airport| airport.scheduled).count(), 408);
}

#[test]
fn airports_inside_a_neighbours_shape_belong_to_their_own_country() {
    let mut found = String::from("ident,code,country,placing,area_id,km,covered_by\n");
    for airport in atlas().places().airports() {
        if !is_inside_a_neighbour(airport) {
            continue;
        }
        let place = atlas().resolve(&PlaceName::Airport(airport.ident.clone())).unwrap();
        let (km, covered_by) = match &place.resolved {
            Resolution::Nearest { km, covered_by } => {
                (km.to_string(), covered_by.as_ref().map_or("", |area| area.as_str()))
            }
            Resolution::Covered | Resolution::Named | Resolution::Uncertain { .. } => {
                (String::new(), "")
            }
        };
        let area = place.area_id.as_ref().map_or("", |area| area.as_str());
        let (ident, code, country) = (&airport.ident, airport.code(), &airport.country);
        let placing = kind(&airport.placing).replace(',', ";");
        writeln!(found, "{ident},{code},{country},{placing},{area},{km},{covered_by}").unwrap();
    }
    assert_eq!(found, NEIGHBOURS);
}

#[test]
fn goma_belongs_to_its_own_official() {
    let goma = atlas().resolve(&PlaceName::Airport("GOM".into())).unwrap();
    let area = atlas().area(goma.area_id.as_ref().unwrap()).unwrap();
    assert_eq!(area.country(), Some("CD"));
    let Resolution::Nearest { covered_by: Some(covering), .. } = &goma.resolved else {
        panic!("{goma:?}");
    };
    assert_eq!(atlas().area(covering).unwrap().country(), Some("RW"));
}

#[test]
fn a_code_means_iata_before_icao_before_ident() {
    let places = atlas().places();
    for airport in places.airports() {
        if let Some(iata) = &airport.iata {
            assert_eq!(places.airport(iata).unwrap().iata.as_ref(), Some(iata));
        }
        let icao_is_taken =
            |icao: &str| places.airports().iter().any(|a| a.iata.as_deref() == Some(icao));
        if let Some(icao) =
            airport.icao.as_ref().filter(|icao| icao.len() == 3 && !icao_is_taken(icao))
        {
            assert_eq!(places.airport(icao).unwrap().icao.as_ref(), Some(icao));
        }
    }
    // OurAirports has idents that are other airports' ICAO codes: the ICAO code wins.
    assert_eq!(places.airport("OPGW").unwrap().icao.as_deref(), Some("OPGW"));
    assert_eq!(places.airport("nbo").unwrap().iata.as_deref(), Some("NBO"));
    assert!(places.airport("").is_none());
    assert!(places.airport("NO SUCH").is_none());
}

#[test]
fn well_known_places_off_the_map_take_the_nearest_area() {
    for code in ["HKG", "SIN", "DOH", "KIX", "AKL", "GIG", "DPS", "GOA", "MFM"] {
        let place = atlas().resolve(&PlaceName::Airport(code.into())).unwrap();
        let Resolution::Nearest { km, covered_by: None } = place.resolved else {
            panic!("{code}: {place:?}");
        };
        assert!(km < 10.0, "{code} {km}");
        let area = atlas().area(place.area_id.as_ref().unwrap()).unwrap();
        let airport = atlas().places().airport(code).unwrap();
        assert_eq!(area.country(), Some(airport.country.as_str()), "{code}");
    }
}

#[test]
fn the_nearest_area_is_the_nearest_of_its_country() {
    // By brute force over the vertices, which bounds the distance to an edge from above.
    let shapes = &world().shapes;
    let sample = atlas().places().airports().iter().filter_map(|airport| match &airport.placing {
        Placing::Nearest { areas, km, .. } => Some((airport, only(areas), *km)),
        Placing::Covered(_) | Placing::Uncertain { .. } => None,
    });
    for (airport, chosen, km) in sample.step_by(40) {
        let own = atlas()
            .areas()
            .iter()
            .enumerate()
            .filter(|(_, area)| area.country() == Some(airport.country.as_str()));
        for (at, area) in own {
            let vertices = shapes[at].parts().iter().flat_map(|part| part.outer.points());
            let nearest = vertices
                .map(|vertex| distance_km(airport.point, *vertex))
                .fold(f64::INFINITY, f64::min);
            assert!(
                nearest >= km - 0.051 || area.id() == chosen,
                "{}: {} at {nearest} km is nearer than {chosen} at {km}",
                airport.ident,
                area.id()
            );
        }
    }
}
