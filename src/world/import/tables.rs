//! The rows of the shipped tables, as they stand in the files.

use std::collections::BTreeMap;

use compact_str::CompactString;
use serde::Deserialize;

use super::ImportError;
use super::folder::DataFolder;

/// A text that may be missing: the tables write nothing then.
type Maybe = Option<CompactString>;

/// A country of ISO 3166-1, or XK.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CountryRow {
    /// ISO 3166-1 alpha-2: the key in the file.
    #[serde(skip)]
    pub iso2: CompactString,
    /// ISO 3166-1 alpha-3.
    pub iso3: Maybe,
    /// Code of UN M49.
    pub m49: Maybe,
    /// Names by language.
    pub names: BTreeMap<CompactString, CompactString>,
    /// Region of M49.
    pub region: Maybe,
    /// Subregion of M49.
    pub subregion: Maybe,
    /// Member of the United Nations.
    pub un_member: bool,
    /// Income group.
    pub income: Maybe,
    /// Has a humanitarian response plan.
    pub hrp: bool,
    /// Is in the Global Humanitarian Overview.
    pub gho: bool,
}

/// A country as the map shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TerritoryRow {
    /// Natural Earth's code, with the ISO code of a part that has one.
    pub id: CompactString,
    /// ISO 3166-1 alpha-2.
    pub iso2: Maybe,
    /// ISO 3166-1 alpha-3.
    pub iso3: Maybe,
    /// ISO 3166-1 numeric.
    pub iso_num: Maybe,
    /// Name.
    pub name: CompactString,
    /// Name in English.
    pub name_en: Maybe,
    /// Name in French.
    pub name_fr: Maybe,
    /// Name in Spanish.
    pub name_es: Maybe,
    /// Name in Russian.
    pub name_ru: Maybe,
    /// Name in Chinese.
    pub name_zh: Maybe,
    /// Name in Arabic.
    pub name_ar: Maybe,
    /// The state it belongs to.
    pub sovereign: Maybe,
    /// `Sovereign country`, `Dependency`, …
    #[serde(rename = "type")]
    pub kind: Maybe,
    /// Continent.
    pub continent: Maybe,
    /// How many areas it has.
    pub areas: i32,
}

/// An airport.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AirportRow {
    /// Ident of OurAirports.
    pub ident: CompactString,
    /// IATA code.
    pub iata: Maybe,
    /// ICAO code.
    pub icao: Maybe,
    /// Name.
    pub name: CompactString,
    /// `large_airport`, …
    #[serde(rename = "type")]
    pub kind: CompactString,
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
    /// Height in feet.
    pub elevation_ft: Option<i32>,
    /// ISO 3166-1 alpha-2.
    pub iso_country: CompactString,
    /// ISO 3166-2.
    pub iso_region: Maybe,
    /// The town it serves.
    pub municipality: Maybe,
    /// `1` with scheduled service.
    pub scheduled: u8,
    /// IANA time zone.
    pub tz: Maybe,
}

/// A city.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CityRow {
    /// Id of GeoNames.
    #[serde(rename = "geonameid")]
    pub geoname_id: u32,
    /// Name.
    pub name: CompactString,
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
    /// ISO 3166-1 alpha-2.
    pub iso2: CompactString,
    /// First-level code of GeoNames.
    pub gn_adm1: Maybe,
    /// People.
    pub population: u32,
    /// IANA time zone.
    pub tz: Maybe,
}

/// An airline of OpenFlights.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AirlineRow {
    /// Id of OpenFlights.
    pub openflights_id: i32,
    /// Name.
    pub name: CompactString,
    /// IATA code.
    pub iata: Maybe,
    /// ICAO code.
    pub icao: Maybe,
    /// Callsign.
    pub callsign: Maybe,
    /// Country, in words.
    pub country: Maybe,
    /// `1` where OpenFlights calls it active.
    pub active: u8,
}

/// A code of ISO 3166-2.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SubdivisionRow {
    /// The code.
    pub code: CompactString,
    /// Name.
    pub name: CompactString,
    /// The code above: of a country or a subdivision.
    pub parent: Maybe,
    /// Name in English.
    pub name_en: Maybe,
}

/// Where data comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Who made it.
    pub source: CompactString,
    /// Its licence.
    pub licence: CompactString,
    /// What must be said.
    pub notice: CompactString,
    /// Where it is found.
    pub url: Maybe,
}

/// The tables beside the map of areas.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// Countries of ISO 3166-1.
    pub countries: Vec<CountryRow>,
    /// Countries as the map shows them.
    pub territories: Vec<TerritoryRow>,
    /// Airports.
    pub airports: Vec<AirportRow>,
    /// Cities.
    pub cities: Vec<CityRow>,
    /// Airlines.
    pub airlines: Vec<AirlineRow>,
    /// Codes of ISO 3166-2.
    pub subdivisions: Vec<SubdivisionRow>,
    /// Sources and licences.
    pub attributions: Vec<Attribution>,
}

#[derive(Deserialize)]
struct Features {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: TerritoryRow,
}

impl Tables {
    /// Reads every table of a data folder.
    pub fn read(folder: &DataFolder) -> Result<Self, ImportError> {
        Ok(Self {
            countries: countries(folder)?,
            territories: territories(folder)?,
            airports: folder.table("airports.csv.gz")?,
            cities: folder.table("cities15000.csv.gz")?,
            airlines: folder.table("openflights/airlines.csv")?,
            subdivisions: folder.table("subdivisions.csv.gz")?,
            attributions: attributions(&folder.licenses()?),
        })
    }

    /// The country of an ISO 3166-1 alpha-2 code.
    pub fn country(&self, iso2: &str) -> Option<&CountryRow> {
        let at = self.countries.binary_search_by(|country| country.iso2.as_str().cmp(iso2)).ok()?;
        self.countries.get(at)
    }
}

fn countries(folder: &DataFolder) -> Result<Vec<CountryRow>, ImportError> {
    const FILE: &str = "country-names.json.gz";
    let by_code: BTreeMap<CompactString, CountryRow> = serde_json::from_slice(&folder.bytes(FILE)?)
        .map_err(|source| ImportError::Json { file: FILE, source })?;
    Ok(by_code.into_iter().map(|(iso2, row)| CountryRow { iso2, ..row }).collect())
}

fn territories(folder: &DataFolder) -> Result<Vec<TerritoryRow>, ImportError> {
    const FILE: &str = "countries.geojson.gz";
    let map: Features = serde_json::from_slice(&folder.bytes(FILE)?)
        .map_err(|source| ImportError::Json { file: FILE, source })?;
    Ok(map.features.into_iter().map(|feature| feature.properties).collect())
}

/// Every section of the licences that has a licence line.
fn attributions(text: &str) -> Vec<Attribution> {
    let section = |section: &str| {
        let (source, body) = section.split_once('\n')?;
        let line = |label: &str| {
            body.lines().find_map(|line| line.strip_prefix(label)).map(CompactString::from)
        };
        Some(Attribution {
            source: source.trim().into(),
            licence: line("- Licence: ")?,
            notice: line("- Notice: ").unwrap_or_default(),
            url: line("- Link: "),
        })
    };
    text.split("\n## ").skip(1).filter_map(section).collect()
}
