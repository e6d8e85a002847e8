//! Drawing a journey: where it leads, how long it lasts.

use jiff::Timestamp;

use super::journey::Journey;
use super::spot::Spot;
use super::way::Way;
use crate::demo::chance::Chance;
use crate::demo::distance::{km, within_degrees};
use crate::demo::gazetteer::{Airport, Gazetteer, Town};
use crate::model::{LonLat, TransportMode};

/// Airports where planes are changed.
const HUBS: [&str; 14] = [
    "ADD", "NBO", "IST", "DXB", "FRA", "CDG", "AMS", "JNB", "BKK", "PTY", "MIA", "CAI", "CMN",
    "DEL",
];

/// Draws journeys for people of one town.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draw<'g> {
    pub(super) gazetteer: &'g Gazetteer,
    pub(super) home: &'g Town,
    pub(super) airport: &'g Airport,
    pub(super) begins: Timestamp,
}

impl Draw<'_> {
    /// A journey of a shape; a shape that the land does not offer becomes a return flight.
    pub(super) fn journey(&self, way: Way, chance: &mut Chance) -> (Way, Journey) {
        let drawn = match way {
            Way::Return => None,
            Way::Transit => self.transit(chance),
            Way::FlightAndRoad => self.flight_and_road(chance),
            Way::Road => self.ground(self.road(&self.home.country, chance), (60.0, 400.0), chance),
            Way::TwoStops => Some(self.two_stops(chance)),
            Way::Until => Some(self.one_way(Some(chance.between(5, 40)), chance)),
            Way::Assignment => Some(self.one_way(None, chance)),
            Way::SpecialFlight => self.special_flight(chance),
            Way::Rail => self.ground(TransportMode::Rail, (60.0, 600.0), chance),
            Way::Sea => self.ground(TransportMode::Sea, (20.0, 250.0), chance),
            Way::OnFoot => self.ground(TransportMode::Foot, (3.0, 30.0), chance),
            Way::Mixed => self.ground(TransportMode::Mixed, (40.0, 300.0), chance),
        };
        drawn.map_or_else(|| (Way::Return, self.return_flight(chance)), |journey| (way, journey))
    }

    fn at_airport(&self) -> Journey {
        Journey::begin(Spot::airport(self.airport), self.begins)
    }

    fn return_flight(&self, chance: &mut Chance) -> Journey {
        let mut journey = self.at_airport();
        journey.go(TransportMode::AirCommercial, self.destination(chance), chance);
        journey.rest(nights(chance), chance);
        journey.return_home(TransportMode::AirCommercial, chance);
        journey
    }

    fn transit(&self, chance: &mut Chance) -> Option<Journey> {
        let to = self.destination(chance);
        let hubs = self.gazetteer.airports.iter().filter(|airport| {
            HUBS.contains(&airport.code.as_str())
                && km(airport.at, self.airport.at) > 300.0
                && km(airport.at, to.at) > 300.0
        });
        let detour = |hub: &&Airport| km(self.airport.at, hub.at) + km(hub.at, to.at);
        let hub = Spot::airport(hubs.min_by(|a, b| detour(a).total_cmp(&detour(b)))?);
        let mut journey = self.at_airport();
        journey.go(TransportMode::AirCommercial, hub.clone(), chance);
        journey.change_planes(TransportMode::AirCommercial, to, chance);
        journey.rest(nights(chance), chance);
        journey.go(TransportMode::AirCommercial, hub, chance);
        let home = journey.start.clone();
        journey.change_planes(TransportMode::AirCommercial, home, chance);
        Some(journey)
    }

    fn flight_and_road(&self, chance: &mut Chance) -> Option<Journey> {
        let arrival = self.destination_airport(chance);
        let town = self.town_near(arrival.at, &arrival.country, (40.0, 350.0), chance)?;
        let mode = self.road(&arrival.country, chance);
        let mut journey = self.at_airport();
        journey.go(TransportMode::AirCommercial, Spot::airport(arrival), chance);
        journey.rest(chance.between(1, 3), chance);
        journey.go(mode, spot(town, chance), chance);
        journey.rest(chance.between(1, 6), chance);
        journey.go(mode, Spot::airport(arrival), chance);
        journey.rest(chance.between(0, 1), chance);
        journey.return_home(TransportMode::AirCommercial, chance);
        Some(journey)
    }

    fn ground(
        &self,
        mode: TransportMode,
        reach_km: (f64, f64),
        chance: &mut Chance,
    ) -> Option<Journey> {
        let town = self.town_near(self.home.at, &self.home.country, reach_km, chance)?;
        let mut journey = Journey::begin(Spot::town(self.home), self.begins);
        journey.go(mode, spot(town, chance), chance);
        journey.rest(chance.between(0, 5), chance);
        journey.return_home(mode, chance);
        Some(journey)
    }

    fn two_stops(&self, chance: &mut Chance) -> Journey {
        let mut journey = self.at_airport();
        let first = self.destination_airport(chance);
        let mut second = self.destination_airport(chance);
        if second.code == first.code {
            second = self.destination_airport(chance);
        }
        for stop in [first, second] {
            journey.go(TransportMode::AirCommercial, Spot::airport(stop), chance);
            journey.rest(chance.between(1, 6), chance);
        }
        journey.return_home(TransportMode::AirCommercial, chance);
        journey
    }

    fn one_way(&self, nights: Option<u32>, chance: &mut Chance) -> Journey {
        let mut journey = self.at_airport();
        journey.go(TransportMode::AirCommercial, self.destination(chance), chance);
        journey.remain(nights, chance);
        journey
    }

    /// Inside a country with a response plan, by the organization's own or a chartered plane.
    fn special_flight(&self, chance: &mut Chance) -> Option<Journey> {
        let country = self.gazetteer.crisis.get(&self.home.country)?;
        let fields: Vec<&Airport> = (self.gazetteer.airports_of(country).iter())
            .filter_map(|&at| self.gazetteer.airports.get(at))
            .filter(|airport| km(airport.at, self.airport.at) > 80.0)
            .collect();
        let field = chance.pick(&fields).copied()?;
        let own = chance.permille(750);
        let mode = if own { TransportMode::AirUn } else { TransportMode::AirCharter };
        let mut journey = self.at_airport();
        journey.go(mode, Spot::airport(field), chance);
        journey.rest(chance.between(1, 10), chance);
        journey.return_home(mode, chance);
        Some(journey)
    }

    fn destination(&self, chance: &mut Chance) -> Spot {
        Spot::airport(self.destination_airport(chance))
    }

    /// By the size of its town and by distance; inside the United States along a real pair.
    fn destination_airport(&self, chance: &mut Chance) -> &Airport {
        if self.home.country == "US" && chance.permille(600) {
            let from_here: Vec<usize> = (self.gazetteer.pairs.iter())
                .filter(|pair| self.is_home(pair.from))
                .map(|pair| pair.to)
                .collect();
            let to = chance.pick(&from_here).and_then(|&to| self.gazetteer.airports.get(to));
            if let Some(airport) = to {
                return airport;
            }
        }
        let mut last = self.airport;
        for _ in 0..16 {
            let at = self.gazetteer.destination(chance);
            let Some(airport) = self.gazetteer.airports.get(at) else { continue };
            let away = km(airport.at, self.airport.at);
            let keep = match away {
                ..150.0 => continue,
                150.0..2_000.0 => 900,
                2_000.0..5_000.0 => 450,
                5_000.0..9_000.0 => 250,
                _ => 120,
            };
            last = airport;
            if chance.permille(keep) {
                break;
            }
        }
        last
    }

    fn is_home(&self, at: usize) -> bool {
        self.gazetteer.airports.get(at).is_some_and(|airport| airport.code == self.airport.code)
    }

    fn road(&self, country: &str, chance: &mut Chance) -> TransportMode {
        let convoy = self.gazetteer.crisis.contains(country) && chance.permille(550);
        if convoy { TransportMode::RoadUnConvoy } else { TransportMode::RoadOwn }
    }

    fn town_near(
        &self,
        from: LonLat,
        country: &str,
        (least, most): (f64, f64),
        chance: &mut Chance,
    ) -> Option<&Town> {
        let towns: Vec<&Town> = (self.gazetteer.towns_of(country).iter())
            .filter_map(|&at| self.gazetteer.towns.get(at))
            .filter(|town| within_degrees(town.at, from, most / 110.0))
            .filter(|town| (least..most).contains(&km(town.at, from)))
            .collect();
        chance.pick(&towns).copied()
    }
}

/// A town as most name it, or by its coordinates.
fn spot(town: &Town, chance: &mut Chance) -> Spot {
    if chance.permille(400) { Spot::point(town) } else { Spot::town(town) }
}

fn nights(chance: &mut Chance) -> u32 {
    match chance.below(10) {
        0..=5 => chance.between(1, 5),
        6..=8 => chance.between(6, 14),
        _ => chance.between(15, 60),
    }
}
