//! The shipped world, read and put in order: the same value feeds the database and the tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;

use super::aliases::aliases_of;
use super::copy::CopyText;
use super::folder::DataFolder;
use super::map::{self, AreaRow};
use super::tables::Tables;
use super::zones::{AreaZone, Beacon, zones_of};
use super::{FirstStanding, ImportError, Standing};
use crate::atlas::{
    Airport, AreaEntry, AreaGround, AreaIndex, AreaNames, AreaState, Atlas, AtlasParts, City,
    FenceLayer, Mosaic, Places, Placing, Shape, Surroundings, placed_in_country,
};
use crate::model::{AreaId, AreaPolicy, LonLat, Zone};

/// The shipped world.
#[derive(Debug)]
pub struct WorldData {
    /// Names the files it was read from.
    pub checksum: String,
    /// The tables.
    pub tables: Tables,
    /// Areas, in order of id.
    pub areas: Vec<AreaRow>,
    /// Their shapes, in the same order.
    pub shapes: Vec<Shape>,
    /// The index over the shapes; a handle is the position of its area.
    pub mosaic: Arc<Mosaic>,
    /// The zones of their days, in the same order.
    pub zones: Vec<AreaZone>,
    /// Where each airport of the tables was put, in their order.
    pub airports: Vec<Placing>,
    /// Where each city of the tables was put, in their order.
    pub cities: Vec<Placing>,
    /// Current ISO 3166-2 codes with the areas they mean.
    pub aliases: BTreeMap<CompactString, Vec<AreaIndex>>,
}

/// The map while places are put into it.
struct Map<'a> {
    areas: &'a [AreaRow],
    mosaic: &'a Mosaic,
}

impl Surroundings for Map<'_> {
    fn mosaic(&self) -> &Mosaic {
        self.mosaic
    }

    fn country(&self, area: AreaIndex) -> Option<&str> {
        self.areas.get(area)?.iso2.as_deref()
    }
}

impl WorldData {
    /// Reads a data folder. Takes seconds: shapes are indexed and every place is put into its area.
    pub fn read(folder: &DataFolder) -> Result<Self, ImportError> {
        let checksum = folder.checksum()?;
        let tables = Tables::read(folder)?;
        let (areas, shapes): (Vec<_>, Vec<_>) =
            map::read(folder)?.into_iter().map(|area| (area.row, area.shape)).unzip();
        let mosaic = Mosaic::build((0..).zip(&shapes))?;
        let map = Map { areas: &areas, mosaic: &mosaic };
        let airports = tables
            .airports
            .iter()
            .map(|row| {
                Ok(placed_in_country(&map, LonLat::new(row.lon, row.lat)?, &row.iso_country))
            })
            .collect::<Result<Vec<_>, ImportError>>()?;
        let cities = tables
            .cities
            .iter()
            .map(|row| Ok(placed_in_country(&map, LonLat::new(row.lon, row.lat)?, &row.iso2)))
            .collect::<Result<Vec<_>, ImportError>>()?;
        let labels = areas
            .iter()
            .map(|row| Ok((row.iso2.clone(), LonLat::new(row.lon, row.lat)?)))
            .collect::<Result<Vec<_>, ImportError>>()?;
        let zones = zones_of(&labels, &beacons(&tables, &airports, &cities)?)?;
        let aliases = aliases_of(&areas, &tables.subdivisions);
        let mosaic = Arc::new(mosaic);
        Ok(Self { checksum, tables, areas, shapes, mosaic, zones, airports, cities, aliases })
    }

    /// Areas as the atlas holds them.
    pub fn grounds(&self) -> Result<Vec<Arc<AreaGround>>, ImportError> {
        let ground = |((row, zone), shape): ((&AreaRow, &AreaZone), &Shape)| {
            let label = LonLat::new(row.lon, row.lat)?;
            Ok(Arc::new(AreaGround {
                area_id: AreaId(row.id.clone()),
                name: row.name.clone(),
                names: AreaNames {
                    en: row.name_en.clone(),
                    fr: row.name_fr.clone(),
                    es: row.name_es.clone(),
                    ru: row.name_ru.clone(),
                    zh: row.name_zh.clone(),
                    ar: row.name_ar.clone(),
                },
                country: row.iso2.clone(),
                iso_3166_2: row.iso_3166_2.clone(),
                kind: row.kind.clone(),
                label,
                vertex: first_vertex(shape).unwrap_or(label),
                area_km2: row.area_km2,
                zone: zone.zone.clone(),
                zone_basis: zone.basis,
            }))
        };
        self.areas.iter().zip(&self.zones).zip(&self.shapes).map(ground).collect()
    }

    /// Airports and cities as the atlas holds them.
    pub fn places(&self) -> Result<Places, ImportError> {
        let mut airports = Vec::with_capacity(self.airports.len());
        for (row, placing) in self.tables.airports.iter().zip(&self.airports) {
            airports.push(Airport {
                ident: row.ident.clone(),
                iata: row.iata.clone(),
                icao: row.icao.clone(),
                name: row.name.clone(),
                kind: row.kind.clone(),
                country: row.iso_country.clone(),
                scheduled: row.scheduled == 1,
                point: LonLat::new(row.lon, row.lat)?,
                zone: zone(row.tz.as_deref())?,
                placing: placing.clone(),
            });
        }
        let mut cities = Vec::with_capacity(self.cities.len());
        for (row, placing) in self.tables.cities.iter().zip(&self.cities) {
            cities.push(City {
                geoname_id: row.geoname_id,
                name: row.name.clone(),
                country: row.iso2.clone(),
                population: row.population,
                point: LonLat::new(row.lon, row.lat)?,
                zone: zone(row.tz.as_deref())?,
                placing: placing.clone(),
            });
        }
        Ok(Places::new(airports, cities))
    }

    /// The atlas that importing into an empty database and loading gives, in version 1.
    pub fn atlas(&self, first: FirstStanding<'_>) -> Result<Atlas, ImportError> {
        const VERSION: i64 = 1;
        let entry = |(row, ground): (&AreaRow, Arc<AreaGround>)| {
            let country = row.iso2.as_ref().and_then(|iso2| self.tables.country(iso2));
            let Standing { security_level, risk_band, status, policies, .. } =
                first(&ground.area_id, country);
            let policy = policies.into_iter().next_back();
            let policy = policy.unwrap_or_else(|| AreaPolicy::standard(1, Timestamp::UNIX_EPOCH));
            let state = AreaState {
                security_level,
                risk_band,
                status,
                unconfirmed_since: None,
                advisory_version: 0,
                advisory_id: None,
                revision: VERSION,
            };
            Arc::new(AreaEntry::new(ground, state, Arc::new(policy)))
        };
        Ok(Atlas::assemble(AtlasParts {
            version: VERSION,
            changed_at: Timestamp::UNIX_EPOCH,
            areas: self.areas.iter().zip(self.grounds()?).map(entry).collect(),
            shapes: Arc::clone(&self.mosaic),
            aliases: Arc::new(self.aliases.clone()),
            places: Arc::new(self.places()?),
            fences: Arc::new(FenceLayer::default()),
        })?)
    }

    pub(super) fn put_shapes(&self, rows: &mut CopyText) {
        for (row, shape) in self.areas.iter().zip(&self.shapes) {
            rows.text(Some(&row.id)).bytes(&shape.to_bytes()).end();
        }
    }
}

/// A vertex of a shape, the same on every machine.
pub(super) fn first_vertex(shape: &Shape) -> Option<LonLat> {
    shape.parts().first().and_then(|part| part.outer.points().first()).copied()
}

fn zone(name: Option<&str>) -> Result<Option<Zone>, ImportError> {
    Ok(name.map(Zone::named).transpose()?)
}

fn beacons<'a>(
    tables: &'a Tables,
    airports: &'a [Placing],
    cities: &'a [Placing],
) -> Result<Vec<Beacon<'a>>, ImportError> {
    let mut beacons = Vec::with_capacity(airports.len() + cities.len());
    for (row, placing) in tables.cities.iter().zip(cities) {
        let Some(zone) = row.tz.as_deref() else { continue };
        let point = LonLat::new(row.lon, row.lat)?;
        let population = Some(row.population);
        beacons.push(Beacon { population, point, country: &row.iso2, zone, placing });
    }
    for (row, placing) in tables.airports.iter().zip(airports) {
        let Some(zone) = row.tz.as_deref() else { continue };
        let point = LonLat::new(row.lon, row.lat)?;
        beacons.push(Beacon { population: None, point, country: &row.iso_country, zone, placing });
    }
    Ok(beacons)
}
