//! The zone of an area's days (fine-print.md, "Local days").

use std::collections::BTreeMap;

use safeconduct::atlas::{Placing, ZoneBasis};
use safeconduct::model::{AreaId, Zone};

use super::{atlas, counts, world};

#[test]
fn every_area_has_the_zone_of_most_of_its_people() {
    // Counted again, by names, straight from the tables.
    let mut people: BTreeMap<&AreaId, BTreeMap<&str, u64>> = BTreeMap::new();
    for city in atlas().places().cities() {
        let (Placing::Covered(areas) | Placing::Nearest { areas, .. }) = &city.placing else {
            continue;
        };
        let area = atlas().areas()[areas.first().unwrap()].id();
        let zone = city.zone.as_ref().unwrap().name();
        *people.entry(area).or_default().entry(zone).or_default() += u64::from(city.population);
    }
    let mut inhabited = 0;
    for area in atlas().areas() {
        let Some(zones) = people.get(area.id()) else {
            assert_ne!(area.ground.zone_basis, ZoneBasis::CityPopulation, "{}", area.id());
            continue;
        };
        inhabited += 1;
        assert_eq!(area.ground.zone_basis, ZoneBasis::CityPopulation, "{}", area.id());
        let most = zones.values().max().unwrap();
        assert_eq!(&zones[area.ground.zone.name()], most, "{}", area.id());
    }
    assert!(inhabited > 3_000, "{inhabited}");
}

#[test]
fn how_the_zones_were_found() {
    let found = counts(atlas().areas().iter().map(|area| area.ground.zone_basis));
    let found: Vec<_> = found.into_iter().collect();
    let expected = [
        (ZoneBasis::CityPopulation, 3_463),
        (ZoneBasis::Airports, 279),
        (ZoneBasis::Nearest, 847),
        (ZoneBasis::NearestAbroad, 7),
    ];
    assert_eq!(found, expected);
}

#[test]
fn zones_that_everybody_knows() {
    for (area, zone) in [
        ("KEN-890", "Africa/Nairobi"),
        ("KEN-1196", "Africa/Nairobi"),
        ("AFG-1741", "Asia/Kabul"),
        ("ABW-5150", "America/Aruba"),
    ] {
        assert_eq!(atlas().area(&area.into()).unwrap().ground.zone.name(), zone, "{area}");
    }
}

#[test]
fn every_zone_of_the_tables_is_known_to_the_program() {
    let tables = &world().tables;
    let names = tables.airports.iter().map(|row| row.tz.as_deref());
    let names = names.chain(tables.cities.iter().map(|row| row.tz.as_deref()));
    let names = counts(names.flatten());
    assert!(names.len() > 390, "{}", names.len());
    for name in names.keys() {
        assert_eq!(Zone::named(name).unwrap().name(), *name);
    }
}
