//! Airports and cities: where they are, and into which area each was put at import.

use compact_str::CompactString;

use super::names::Names;
use crate::model::{LonLat, PlaceDoubt, Zone};

/// Position of an area in [`Atlas::areas`](super::Atlas::areas).
pub type AreaIndex = usize;

/// Areas of which one decides: almost always a single one, several on a shared border.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidates {
    /// One area.
    One(AreaIndex),
    /// Areas that share the border on which the place lies, in order of id.
    Shared(Box<[AreaIndex]>),
}

impl Candidates {
    /// Candidates of a list in order of id; none of an empty one.
    pub fn of(areas: &[AreaIndex]) -> Option<Self> {
        match areas {
            [] => None,
            [one] => Some(Self::One(*one)),
            several => Some(Self::Shared(several.into())),
        }
    }

    /// The first in order of id.
    pub fn first(&self) -> Option<AreaIndex> {
        self.as_slice().first().copied()
    }

    /// The positions.
    pub fn as_slice(&self) -> &[AreaIndex] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Shared(several) => several,
        }
    }
}

/// How a place was put into an area (fine-print.md, "Places"). Geometry only: which of several
/// candidates decides depends on their policies and is found when it is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Placing {
    /// Shapes of the place's own country cover it.
    Covered(Candidates),
    /// Off every fitting shape: the nearest area.
    Nearest {
        /// The nearest.
        areas: Candidates,
        /// Distance in kilometres, one decimal.
        km: f64,
        /// Areas of other countries whose shapes cover the place.
        covered_by: Option<Candidates>,
    },
    /// A person decides.
    Uncertain {
        /// Why.
        doubt: PlaceDoubt,
        /// An area whose official may be asked.
        guess: Option<AreaIndex>,
    },
}

impl Placing {
    fn refers_within(&self, areas: usize) -> bool {
        let known =
            |candidates: &Candidates| candidates.as_slice().iter().all(|&area| area < areas);
        match self {
            Self::Covered(candidates) => known(candidates),
            Self::Nearest { areas: candidates, covered_by, .. } => {
                known(candidates) && covered_by.as_ref().is_none_or(known)
            }
            Self::Uncertain { guess, .. } => guess.is_none_or(|area| area < areas),
        }
    }
}

/// An airport.
#[derive(Debug, Clone, PartialEq)]
pub struct Airport {
    /// Ident of OurAirports: unique.
    pub ident: CompactString,
    /// IATA code.
    pub iata: Option<CompactString>,
    /// ICAO code.
    pub icao: Option<CompactString>,
    /// Name.
    pub name: CompactString,
    /// `large_airport`, `heliport`, …
    pub kind: CompactString,
    /// ISO 3166-1 alpha-2 of its country.
    pub country: CompactString,
    /// Has scheduled service.
    pub scheduled: bool,
    /// Where.
    pub point: LonLat,
    /// Its own zone; none: that of its area.
    pub zone: Option<Zone>,
    /// Its area.
    pub placing: Placing,
}

impl Airport {
    /// IATA code, else ICAO code, else ident: how people call it.
    pub fn code(&self) -> &CompactString {
        self.iata.as_ref().or(self.icao.as_ref()).unwrap_or(&self.ident)
    }
}

/// A city.
#[derive(Debug, Clone, PartialEq)]
pub struct City {
    /// Id of GeoNames.
    pub geoname_id: u32,
    /// Name.
    pub name: CompactString,
    /// ISO 3166-1 alpha-2 of its country.
    pub country: CompactString,
    /// People who live there.
    pub population: u32,
    /// Where.
    pub point: LonLat,
    /// Its own zone; none: that of its area.
    pub zone: Option<Zone>,
    /// Its area.
    pub placing: Placing,
}

/// All airports and cities, to be found by code and id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    /// By ident.
    airports: Vec<Airport>,
    /// Every code with what it stands for, in order; an IATA code comes before an ICAO code, an
    /// ICAO code before an ident.
    codes: Vec<(CompactString, u8, usize)>,
    /// Of the codes.
    names: Names,
    /// By GeoNames id.
    cities: Vec<City>,
}

impl Places {
    /// Sorts airports and cities for the search.
    pub fn new(mut airports: Vec<Airport>, mut cities: Vec<City>) -> Self {
        airports.sort_unstable_by(|a, b| a.ident.cmp(&b.ident));
        cities.sort_unstable_by_key(|city| city.geoname_id);
        let mut codes = Vec::with_capacity(airports.len() * 2);
        for (position, airport) in airports.iter().enumerate() {
            let named = [airport.iata.as_ref(), airport.icao.as_ref(), Some(&airport.ident)];
            for (order, code) in (0_u8..).zip(named) {
                codes.extend(code.map(|code| (code.clone(), order, position)));
            }
        }
        codes.sort_unstable();
        // The first meaning of a code is the one that counts.
        codes.dedup_by(|next, first| next.0 == first.0);
        let names = Names::of(codes.iter().map(|(code, ..)| code.as_str()));
        Self { airports, codes, names, cities }
    }

    /// The airport of an IATA code, else ICAO code, else ident; small letters are accepted.
    pub fn airport(&self, code: &str) -> Option<&Airport> {
        let upper;
        let code = if code.bytes().any(|byte| byte.is_ascii_lowercase()) {
            upper = code.to_ascii_uppercase();
            upper.as_str()
        } else {
            code
        };
        let at = self.names.find(code, |place| Some(self.codes.get(place)?.0.as_str()))?;
        let &(.., position) = self.codes.get(at)?;
        self.airports.get(position)
    }

    /// The city of a GeoNames id.
    pub fn city(&self, geoname_id: u32) -> Option<&City> {
        let at = self.cities.binary_search_by_key(&geoname_id, |city| city.geoname_id).ok()?;
        self.cities.get(at)
    }

    /// Every airport, by ident.
    pub fn airports(&self) -> &[Airport] {
        &self.airports
    }

    /// Every city, by GeoNames id.
    pub fn cities(&self) -> &[City] {
        &self.cities
    }

    /// Whether every place refers to one of so many areas.
    pub(super) fn refers_within(&self, areas: usize) -> bool {
        let airports = self.airports.iter().map(|airport| &airport.placing);
        let cities = self.cities.iter().map(|city| &city.placing);
        airports.chain(cities).all(|placing| placing.refers_within(areas))
    }
}
