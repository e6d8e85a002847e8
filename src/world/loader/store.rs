//! Reads the world out of PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Time;
use uuid::Uuid;

use super::LoadError;
use crate::atlas::{
    Airport, AreaGround, AreaIndex, AreaNames, AreaState, Candidates, City, Placing, Shape,
    ZoneBasis,
};
use crate::database::{
    BEGIN, COMMIT, Connection, Database, DatabaseError, Row, Statement, statement, step,
};
use crate::model::{
    AreaId, AreaPolicy, AreaStatus, DailyHours, Fence, FenceEffect, FenceId, FenceKind, LonLat,
    PlaceDoubt, RiskBand, SecurityLevel, StatusKind, Validity, Zone,
};

pub(super) const LISTEN: Statement = statement!("world/listen");
const CONSISTENTLY: Statement = statement!("world/read_consistently");
const VERSION: Statement = statement!("world/version");
const AREAS: Statement = statement!("world/load_areas");
const CHANGED_AREAS: Statement = statement!("world/load_changed_areas");
const ALIASES: Statement = statement!("world/load_aliases");
const AIRPORTS: Statement = statement!("world/load_airports");
const CITIES: Statement = statement!("world/load_cities");
const FENCES: Statement = statement!("world/load_fences");
const IMAGE: Statement = statement!("world/load_image");
const SHAPES: Statement = statement!("world/load_shapes");
const COUNTS: Statement = statement!("world/load_counts");
const ATTRIBUTIONS: Statement = statement!("world/load_attributions");

/// The version of the world in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VersionRow {
    pub(super) version: i64,
    pub(super) changed_at: Timestamp,
    /// Names the imported data; none before the first import.
    pub(super) data: Option<String>,
}

/// An area's state with its policy.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) area_id: AreaId,
    pub(super) state: AreaState,
    pub(super) policy: Arc<AreaPolicy>,
}

/// A fence that is new, changed or gone.
#[derive(Debug)]
pub(super) struct FenceRow {
    pub(super) fence: Arc<Fence>,
    /// None where it was taken away.
    pub(super) shape: Option<Arc<Shape>>,
}

/// Everything, as of one moment.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) version: VersionRow,
    pub(super) areas: Vec<(Arc<AreaGround>, Standing)>,
    pub(super) aliases: BTreeMap<CompactString, Vec<AreaIndex>>,
    pub(super) airports: Vec<Airport>,
    pub(super) cities: Vec<City>,
    pub(super) fences: Vec<FenceRow>,
    /// The prepared index, with the checksum of the data it was made of.
    pub(super) image: Option<(String, Vec<u8>)>,
}

/// What changed since a version, as of one moment.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) version: VersionRow,
    pub(super) areas: Vec<Standing>,
    pub(super) fences: Vec<FenceRow>,
}

/// What `GET /v1/world` tells beside the atlas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldFacts {
    /// Countries of ISO 3166-1.
    pub countries: i64,
    /// Countries as the map shows them.
    pub territories: i64,
    /// Codes of ISO 3166-2.
    pub subdivisions: i64,
    /// Airlines of OpenFlights.
    pub airlines: i64,
    /// Levels and policies are invented.
    pub demonstration: bool,
    /// Sources: name, licence, notice, address.
    pub attributions: Vec<(String, String, String, Option<String>)>,
}

pub(super) async fn version(database: &Database) -> Result<VersionRow, LoadError> {
    version_of(&database.reader().await?.one(&VERSION, &[]).await?)
}

pub(super) async fn whole(database: &Database) -> Result<Whole, LoadError> {
    let mut connection = database.reader().await?;
    let mut answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&CONSISTENTLY, &[]),
            step(&VERSION, &[]),
            step(&AREAS, &[]),
            step(&ALIASES, &[]),
            step(&AIRPORTS, &[]),
            step(&CITIES, &[]),
            step(&FENCES, &[&0_i64]),
            step(&IMAGE, &[&"areas"]),
            step(&COMMIT, &[]),
        ])
        .await?
        .into_iter()
        .skip(2);
    let mut next = || answers.next().unwrap_or_default();
    let version = version_of(next().first().ok_or(LoadError::Unversioned)?)?;
    let areas = next()
        .iter()
        .map(|row| Ok((Arc::new(ground(row)?), standing(row)?)))
        .collect::<Result<Vec<_>, LoadError>>()?;
    let ids: BTreeMap<&str, AreaIndex> =
        areas.iter().enumerate().map(|(at, (ground, _))| (ground.area_id.as_str(), at)).collect();
    let index = |id: &str| ids.get(id).copied().ok_or_else(|| LoadError::Stranger(id.into()));
    let mut aliases: BTreeMap<CompactString, Vec<AreaIndex>> = BTreeMap::new();
    for row in &next() {
        let alias = CompactString::from(row.try_get::<_, &str>("alias")?);
        aliases.entry(alias).or_default().push(index(row.try_get("area_id")?)?);
    }
    let airports = next().iter().map(|row| airport(row, &index)).collect::<Result<_, _>>()?;
    let cities = next().iter().map(|row| city(row, &index)).collect::<Result<_, _>>()?;
    let fences = next().iter().map(fence).collect::<Result<_, _>>()?;
    let image = match next().first() {
        Some(row) => Some((row.try_get("data_checksum")?, row.try_get("body")?)),
        None => None,
    };
    Ok(Whole { version, areas, aliases, airports, cities, fences, image })
}

pub(super) async fn changes(database: &Database, since: i64) -> Result<Changes, LoadError> {
    let mut connection = database.reader().await?;
    let answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&CONSISTENTLY, &[]),
            step(&VERSION, &[]),
            step(&CHANGED_AREAS, &[&since]),
            step(&FENCES, &[&since]),
            step(&COMMIT, &[]),
        ])
        .await?;
    let [_, _, versions, areas, fences, ..] = answers.as_slice() else {
        return Err(LoadError::Unversioned);
    };
    Ok(Changes {
        version: version_of(versions.first().ok_or(LoadError::Unversioned)?)?,
        areas: areas.iter().map(standing).collect::<Result<_, _>>()?,
        fences: fences.iter().map(fence).collect::<Result<_, _>>()?,
    })
}

/// The shapes of all areas, in order of id.
pub(super) async fn shapes(database: &Database) -> Result<Vec<Shape>, LoadError> {
    let rows = database.reader().await?.rows(&SHAPES, &[]).await?;
    rows.iter().map(|row| Ok(Shape::from_bytes(row.try_get("shape")?)?)).collect()
}

/// What `GET /v1/world` tells beside the atlas.
pub(super) async fn facts(database: &Database) -> Result<WorldFacts, LoadError> {
    let mut connection: Connection = database.reader().await?;
    let counts = connection.one(&COUNTS, &[]).await?;
    let attribution = |row: &Row| {
        Ok((
            row.try_get("source")?,
            row.try_get("licence")?,
            row.try_get("notice")?,
            row.try_get("url")?,
        ))
    };
    let rows = connection.rows(&ATTRIBUTIONS, &[]).await?;
    Ok(WorldFacts {
        countries: counts.try_get("countries")?,
        territories: counts.try_get("territories")?,
        subdivisions: counts.try_get("subdivisions")?,
        airlines: counts.try_get("airlines")?,
        demonstration: counts.try_get("demonstration")?,
        attributions: rows.iter().map(attribution).collect::<Result<_, LoadError>>()?,
    })
}

fn version_of(row: &Row) -> Result<VersionRow, LoadError> {
    Ok(VersionRow {
        version: row.try_get("version")?,
        changed_at: row.try_get("changed_at")?,
        data: row.try_get("data_checksum")?,
    })
}

fn text(row: &Row, column: &str) -> Result<Option<CompactString>, LoadError> {
    Ok(row.try_get::<_, Option<&str>>(column)?.map(CompactString::from))
}

fn needed(row: &Row, column: &str) -> Result<CompactString, LoadError> {
    Ok(CompactString::from(row.try_get::<_, &str>(column)?))
}

fn point(row: &Row, lon: &str, lat: &str) -> Result<LonLat, LoadError> {
    Ok(LonLat::new(row.try_get(lon)?, row.try_get(lat)?)?)
}

/// A name that the schema permits and this program does not know.
fn known<T>(value: Option<T>, what: &'static str) -> Result<T, LoadError> {
    value.ok_or(LoadError::Name(what))
}

fn ground(row: &Row) -> Result<AreaGround, LoadError> {
    let basis: &str = row.try_get("time_zone_basis")?;
    let basis = ZoneBasis::ALL.into_iter().find(|known| known.as_str() == basis);
    Ok(AreaGround {
        area_id: AreaId(needed(row, "area_id")?),
        name: needed(row, "name")?,
        names: AreaNames {
            en: text(row, "name_en")?,
            fr: text(row, "name_fr")?,
            es: text(row, "name_es")?,
            ru: text(row, "name_ru")?,
            zh: text(row, "name_zh")?,
            ar: text(row, "name_ar")?,
        },
        country: text(row, "iso2")?,
        iso_3166_2: text(row, "iso_3166_2")?,
        kind: text(row, "kind")?,
        label: point(row, "lon", "lat")?,
        vertex: point(row, "vertex_lon", "vertex_lat")?,
        area_km2: row.try_get("area_km2")?,
        zone: Zone::named(row.try_get("time_zone")?)?,
        zone_basis: known(basis, "time_zone_basis")?,
    })
}

fn standing(row: &Row) -> Result<Standing, LoadError> {
    let area_id = AreaId(needed(row, "area_id")?);
    let level: i16 = row.try_get("security_level")?;
    let band: Option<&str> = row.try_get("risk_band")?;
    let policy: AreaPolicy = serde_json::from_str(row.try_get("policy")?)
        .map_err(|source| LoadError::Policy { area_id: area_id.clone(), source })?;
    Ok(Standing {
        area_id,
        state: AreaState {
            security_level: known(SecurityLevel::try_from(level).ok(), "security_level")?,
            risk_band: band.map(|name| known(RiskBand::named(name), "risk_band")).transpose()?,
            status: AreaStatus {
                kind: known(StatusKind::named(row.try_get("status")?), "status")?,
                since: row.try_get("status_since")?,
                review_at: row.try_get("review_at")?,
                reason: text(row, "status_reason")?,
            },
            unconfirmed_since: row.try_get("unconfirmed_since")?,
            advisory_version: row.try_get("advisory_version")?,
            advisory_id: row.try_get("advisory_id")?,
            revision: row.try_get("revision")?,
        },
        policy: Arc::new(policy),
    })
}

fn placing(
    row: &Row,
    index: &impl Fn(&str) -> Result<AreaIndex, LoadError>,
) -> Result<Placing, LoadError> {
    let areas = |column: &str| {
        let ids: Vec<&str> = row.try_get(column)?;
        ids.into_iter().map(index).collect::<Result<Vec<_>, LoadError>>()
    };
    let placed = areas("placed_areas")?;
    let certain = || known(Candidates::of(&placed), "placed_areas");
    match row.try_get("placed")? {
        "covered" => Ok(Placing::Covered(certain()?)),
        "nearest" => Ok(Placing::Nearest {
            areas: certain()?,
            km: row.try_get("km")?,
            covered_by: Candidates::of(&areas("covered_by")?),
        }),
        _ => Ok(Placing::Uncertain {
            doubt: known(PlaceDoubt::named(row.try_get("doubt")?), "doubt")?,
            guess: placed.first().copied(),
        }),
    }
}

fn own_zone(row: &Row) -> Result<Option<Zone>, LoadError> {
    Ok(row.try_get::<_, Option<&str>>("time_zone")?.map(Zone::named).transpose()?)
}

fn airport(
    row: &Row,
    index: &impl Fn(&str) -> Result<AreaIndex, LoadError>,
) -> Result<Airport, LoadError> {
    Ok(Airport {
        ident: needed(row, "ident")?,
        iata: text(row, "iata")?,
        icao: text(row, "icao")?,
        name: needed(row, "name")?,
        kind: needed(row, "kind")?,
        country: needed(row, "iso_country")?,
        scheduled: row.try_get("scheduled")?,
        point: point(row, "lon", "lat")?,
        zone: own_zone(row)?,
        placing: placing(row, index)?,
    })
}

fn city(
    row: &Row,
    index: &impl Fn(&str) -> Result<AreaIndex, LoadError>,
) -> Result<City, LoadError> {
    let number = |column: &str| {
        let value: i32 = row.try_get(column)?;
        known(u32::try_from(value).ok(), "geoname_id or population")
    };
    Ok(City {
        geoname_id: number("geoname_id")?,
        name: needed(row, "name")?,
        country: needed(row, "iso2")?,
        population: number("population")?,
        point: point(row, "lon", "lat")?,
        zone: own_zone(row)?,
        placing: placing(row, index)?,
    })
}

fn fence(row: &Row) -> Result<FenceRow, LoadError> {
    let hours: (Option<Time>, Option<Time>) =
        (row.try_get("hours_from")?, row.try_get("hours_to")?);
    let areas: Vec<&str> = row.try_get("area_ids")?;
    let fence = Fence {
        fence_id: FenceId(row.try_get::<_, Uuid>("fence_id")?),
        kind: known(FenceKind::named(row.try_get("kind")?), "fence kind")?,
        name: needed(row, "name")?,
        effect: known(FenceEffect::named(row.try_get("effect")?), "fence effect")?,
        validity: Validity { from: row.try_get("valid_from")?, until: row.try_get("valid_until")? },
        hours: hours.0.zip(hours.1).map(|(from, to)| DailyHours { from, to }),
        areas: areas.into_iter().map(AreaId::from).collect(),
        version: row.try_get("version")?,
    };
    let removed: bool = row.try_get("removed")?;
    let shape = if removed { None } else { Some(Shape::from_bytes(row.try_get("shape")?)?) };
    Ok(FenceRow { fence: Arc::new(fence), shape: shape.map(Arc::new) })
}

impl From<tokio_postgres::Error> for LoadError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(DatabaseError::from(error))
    }
}
