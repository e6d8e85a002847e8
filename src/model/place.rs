//! What a traveller calls a place, and what it turned out to be.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{AreaId, LonLat, Zone};

/// One of the four ways to name a place (api.md).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceName {
    /// IATA code, else ICAO code or ident, as given.
    Airport(CompactString),
    /// `GeoNames` id.
    City(u32),
    /// A point.
    Point(LonLat),
    /// A security area; or, as given, a current ISO 3166-2 code.
    Area(AreaId),
}

/// A place as submitted: what names it, and a label for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// What names it.
    pub name: PlaceName,
    /// A label, such as "Nakuru".
    pub label: Option<CompactString>,
}

/// How a place was put into its area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Resolution {
    /// The area's shape covers the point.
    Covered,
    /// The area was named.
    Named,
    /// Off every fitting shape: the nearest area (fine-print.md, "Places").
    Nearest {
        /// Distance to the area in kilometres, one decimal.
        km: f64,
        /// The area of another country whose shape covers the point (Goma in Rwanda's).
        #[serde(skip_serializing_if = "Option::is_none", default)]
        covered_by: Option<AreaId>,
    },
    /// No area for certain: a person decides (`PLACE_UNCERTAIN`).
    Uncertain {
        /// Why.
        doubt: PlaceDoubt,
    },
}

#[expect(clippy::enum_variant_names, reason = "each names what is absent")]
/// Why a place has no area for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceDoubt {
    /// No area of the airport's own country within 50 km.
    NoOwnAreaNear,
    /// No area of any country within 5 km of the point.
    NoAreaNear,
    /// The only area there belongs to no country of ISO 3166.
    NoCountry,
}

impl PlaceDoubt {
    /// Every doubt.
    pub const ALL: [Self; 3] = [Self::NoOwnAreaNear, Self::NoAreaNear, Self::NoCountry];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoOwnAreaNear => "no_own_area_near",
            Self::NoAreaNear => "no_area_near",
            Self::NoCountry => "no_country",
        }
    }

    /// The doubt of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// One point, one time zone and one area. An uncertain place still has an area when any could be
/// guessed, so that a person's queue can be found; `None` only far from every shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResolvedPlace {
    /// The point; an area named as such is represented by its label point.
    pub point: LonLat,
    /// Time zone at the place.
    pub zone: Zone,
    /// The area that decides.
    pub area_id: Option<AreaId>,
    /// How the area was found.
    pub resolved: Resolution,
    /// The IATA code, ICAO code or ident of the airport, when the place is one.
    pub airport: Option<CompactString>,
}
