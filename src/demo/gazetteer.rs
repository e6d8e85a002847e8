//! The towns and airports that the demonstration draws from: the shipped files, read as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use compact_str::CompactString;
use flate2::read::GzDecoder;
use serde::Deserialize;

use super::chance::Chance;
use super::distance::{km, within_degrees};
use crate::model::{AreaId, LonLat};

/// A town of 15,000 people or more.
#[derive(Debug, Clone, PartialEq)]
pub struct Town {
    /// `GeoNames` id.
    pub id: u32,
    /// Name.
    pub name: CompactString,
    /// Where.
    pub at: LonLat,
    /// ISO 3166-1 alpha-2.
    pub country: CompactString,
    /// People.
    pub population: u32,
    /// The security area it lies in, once known.
    pub area: Option<AreaId>,
}

/// An airport with scheduled flights.
#[derive(Debug, Clone, PartialEq)]
pub struct Airport {
    /// IATA code.
    pub code: CompactString,
    /// Where.
    pub at: LonLat,
    /// ISO 3166-1 alpha-2.
    pub country: CompactString,
    /// Population of the largest town within 60 km in the same country: how often it is flown to.
    pub draw: u32,
    /// The security area it lies in, once known.
    pub area: Option<AreaId>,
}

/// A scheduled pair of the United States: carrier and two positions in [`Gazetteer::airports`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledPair {
    /// IATA code of the carrier.
    pub carrier: CompactString,
    /// Departure.
    pub from: usize,
    /// Arrival.
    pub to: usize,
}

/// Where people of the demonstration live and travel.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    /// Towns in the order of the file.
    pub towns: Vec<Town>,
    /// Scheduled airports in the order of the file.
    pub airports: Vec<Airport>,
    /// Real pairs: the United States alone (fine print, "Licences").
    pub pairs: Vec<ScheduledPair>,
    /// Countries with a humanitarian response plan.
    pub crisis: BTreeSet<CompactString>,
    airports_of: BTreeMap<CompactString, Vec<usize>>,
    towns_of: BTreeMap<CompactString, Vec<usize>>,
    homes: Vec<usize>,
    home_sums: Vec<u64>,
    airport_sums: Vec<u64>,
}

/// Why the files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GazetteerError {
    /// A file is not there.
    #[error("{0} cannot be read")]
    File(PathBuf, #[source] std::io::Error),
    /// A table is not as expected.
    #[error("a table cannot be read")]
    Table(#[from] csv::Error),
    /// The names of countries are not as expected.
    #[error("the names of countries cannot be read")]
    Countries(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct TownRow {
    geonameid: u32,
    name: CompactString,
    lat: f64,
    lon: f64,
    iso2: CompactString,
    population: u32,
}

#[derive(Deserialize)]
struct AirportRow {
    iata: CompactString,
    lat: f64,
    lon: f64,
    iso_country: CompactString,
    scheduled: u8,
    #[serde(rename = "type")]
    kind: CompactString,
}

#[derive(Deserialize)]
struct PairRow {
    airline_iata: CompactString,
    origin: CompactString,
    destination: CompactString,
}

#[derive(Deserialize)]
struct CountryRow {
    hrp: bool,
}

/// Smallest town that is a duty station.
const HOME_POPULATION: u32 = 100_000;
/// How much likelier a duty station is where a humanitarian response plan stands.
const CRISIS_WEIGHT: u64 = 4;
/// How far an airport's town may be.
const AIRPORT_TOWN_KM: f64 = 60.0;

impl Gazetteer {
    /// Reads the shipped files of a folder.
    pub fn read(folder: &Path) -> Result<Self, GazetteerError> {
        let towns = towns(table(folder, "cities15000.csv.gz")?)?;
        let airports = airports(table(folder, "airports.csv.gz")?, &towns)?;
        let names = opened(folder, "country-names.json.gz")?;
        let countries: BTreeMap<CompactString, CountryRow> = serde_json::from_reader(names)?;
        let crisis = countries.into_iter().filter(|(_, row)| row.hrp).map(|(iso2, _)| iso2);
        let mut pairs = Vec::new();
        let codes: BTreeMap<&str, usize> =
            airports.iter().enumerate().map(|(at, airport)| (airport.code.as_str(), at)).collect();
        for row in table(folder, "routes-us.csv.gz")?.deserialize() {
            let PairRow { airline_iata, origin, destination } = row?;
            if let (Some(&from), Some(&to)) =
                (codes.get(origin.as_str()), codes.get(destination.as_str()))
            {
                pairs.push(ScheduledPair { carrier: airline_iata, from, to });
            }
        }
        Ok(Self::assemble(towns, airports, pairs, crisis.collect()))
    }

    /// Puts the parts together.
    pub fn assemble(
        towns: Vec<Town>,
        airports: Vec<Airport>,
        pairs: Vec<ScheduledPair>,
        crisis: BTreeSet<CompactString>,
    ) -> Self {
        let mut all = Self { towns, airports, pairs, crisis, ..Self::default() };
        for (at, airport) in all.airports.iter().enumerate() {
            all.airports_of.entry(airport.country.clone()).or_default().push(at);
        }
        let (mut home_sum, mut airport_sum) = (0, 0);
        for (at, town) in all.towns.iter().enumerate() {
            all.towns_of.entry(town.country.clone()).or_default().push(at);
            if town.population >= HOME_POPULATION && all.airports_of.contains_key(&town.country) {
                let weight = if all.crisis.contains(&town.country) { CRISIS_WEIGHT } else { 1 };
                home_sum += u64::from(town.population) * weight;
                all.homes.push(at);
                all.home_sums.push(home_sum);
            }
        }
        for airport in &all.airports {
            airport_sum += u64::from(airport.draw);
            all.airport_sums.push(airport_sum);
        }
        all
    }

    /// Every point that needs a security area: towns, then airports.
    pub fn points(&self) -> Vec<LonLat> {
        let towns = self.towns.iter().map(|town| town.at);
        towns.chain(self.airports.iter().map(|airport| airport.at)).collect()
    }

    /// Hands the areas in, in the order of [`Gazetteer::points`].
    pub fn locate(&mut self, areas: impl IntoIterator<Item = Option<AreaId>>) {
        let towns = self.towns.iter_mut().map(|town| &mut town.area);
        let airports = self.airports.iter_mut().map(|airport| &mut airport.area);
        for (place, area) in towns.chain(airports).zip(areas) {
            *place = area;
        }
    }

    /// Hands in the areas of towns by their `GeoNames` id.
    pub fn locate_towns(&mut self, areas: &BTreeMap<u32, AreaId>) {
        for town in &mut self.towns {
            town.area = areas.get(&town.id).cloned();
        }
    }

    /// Positions of a country's airports.
    pub(super) fn airports_of(&self, country: &str) -> &[usize] {
        self.airports_of.get(country).map_or(&[], Vec::as_slice)
    }

    /// Positions of a country's towns.
    pub(super) fn towns_of(&self, country: &str) -> &[usize] {
        self.towns_of.get(country).map_or(&[], Vec::as_slice)
    }

    /// A duty station, by a draw over the people who live there.
    pub(super) fn home(&self, chance: &mut Chance) -> usize {
        self.homes.get(chance.summed(&self.home_sums)).copied().unwrap_or(0)
    }

    /// An airport, by a draw over the size of its town.
    pub(super) fn destination(&self, chance: &mut Chance) -> usize {
        chance.summed(&self.airport_sums)
    }

    /// The largest airport within 250 km of a town in its own country, else the nearest.
    pub(super) fn airport_near(&self, town: &Town) -> Option<usize> {
        let near = self.airports_of(&town.country).iter().filter_map(|&at| {
            let airport = self.airports.get(at)?;
            let away = km(town.at, airport.at);
            let far = away > 250.0;
            Some((far, if far { away } else { -f64::from(airport.draw) }, at))
        });
        near.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).map(|(_, _, at)| at)
    }
}

type Unpacked = BufReader<GzDecoder<File>>;

fn opened(folder: &Path, name: &str) -> Result<Unpacked, GazetteerError> {
    let path = folder.join(name);
    let file = File::open(&path).map_err(|error| GazetteerError::File(path, error))?;
    Ok(BufReader::new(GzDecoder::new(file)))
}

fn table(folder: &Path, name: &str) -> Result<csv::Reader<Unpacked>, GazetteerError> {
    opened(folder, name).map(csv::Reader::from_reader)
}

fn towns(mut table: csv::Reader<Unpacked>) -> Result<Vec<Town>, GazetteerError> {
    let mut towns = Vec::new();
    for row in table.deserialize() {
        let TownRow { geonameid, name, lat, lon, iso2, population } = row?;
        if let Ok(at) = LonLat::new(lon, lat) {
            towns.push(Town { id: geonameid, name, at, country: iso2, population, area: None });
        }
    }
    Ok(towns)
}

fn airports(
    mut table: csv::Reader<Unpacked>,
    towns: &[Town],
) -> Result<Vec<Airport>, GazetteerError> {
    let mut towns_of: BTreeMap<&str, Vec<&Town>> = BTreeMap::new();
    for town in towns {
        towns_of.entry(town.country.as_str()).or_default().push(town);
    }
    let mut airports = Vec::new();
    for row in table.deserialize() {
        let AirportRow { iata, lat, lon, iso_country, scheduled, kind } = row?;
        let Ok(at) = LonLat::new(lon, lat) else { continue };
        if scheduled != 1 || iata.is_empty() || !kind.ends_with("_airport") {
            continue;
        }
        let near = towns_of.get(iso_country.as_str()).into_iter().flatten();
        let draw = near
            .filter(|town| within_degrees(town.at, at, 1.0) && km(town.at, at) < AIRPORT_TOWN_KM)
            .map(|town| town.population)
            .max();
        let draw = draw.unwrap_or(5_000);
        airports.push(Airport { code: iata, at, country: iso_country, draw, area: None });
    }
    Ok(airports)
}
