//! The smallest parts of a body: each type refuses by itself what must not come in, so that a
//! body which could be read has no faults of form left.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::{AreaId, LonLat, Place, PlaceName};

/// Text of at most `MAX` letters without NUL, which PostgreSQL cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "CompactString", into = "CompactString")]
pub struct Text<const MAX: usize>(CompactString);

/// A code or a name of a thing.
pub type Label = Text<200>;
/// Words of a person.
pub type Words = Text<4000>;

impl<const MAX: usize> Text<MAX> {
    /// The text itself.
    pub fn into_inner(self) -> CompactString {
        self.0
    }
}

impl<const MAX: usize> TryFrom<CompactString> for Text<MAX> {
    type Error = &'static str;

    fn try_from(text: CompactString) -> Result<Self, Self::Error> {
        let fits = text.len() <= MAX || text.chars().count() <= MAX;
        if fits && !text.contains('\0') { Ok(Self(text)) } else { Err("too long, or holds NUL") }
    }
}

impl<const MAX: usize> From<Text<MAX>> for CompactString {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

/// Between `MIN` and `MAX` things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "Vec<T>",
    into = "Vec<T>",
    bound(deserialize = "T: Deserialize<'de>", serialize = "T: Clone + Serialize")
)]
pub struct Listed<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> Listed<T, MIN, MAX> {
    /// The things.
    pub fn into_inner(self) -> Vec<T> {
        self.0
    }

    /// The things, borrowed.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> TryFrom<Vec<T>> for Listed<T, MIN, MAX> {
    type Error = &'static str;

    fn try_from(things: Vec<T>) -> Result<Self, Self::Error> {
        if (MIN..=MAX).contains(&things.len()) { Ok(Self(things)) } else { Err("too few or many") }
    }
}

impl<T, const MIN: usize, const MAX: usize> From<Listed<T, MIN, MAX>> for Vec<T> {
    fn from(list: Listed<T, MIN, MAX>) -> Self {
        list.0
    }
}

/// The years a trip may lie in: what PostgreSQL and the calendar arithmetic of the rules hold
/// with room to spare. Whether a day is too far ahead is for the rules.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2190;

/// An instant, written with its offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Timestamp", into = "Timestamp")]
pub struct Instant(pub(super) Timestamp);

impl TryFrom<Timestamp> for Instant {
    type Error = &'static str;

    fn try_from(at: Timestamp) -> Result<Self, Self::Error> {
        let year = jiff::tz::Offset::UTC.to_datetime(at).year();
        if YEARS.contains(&year) { Ok(Self(at)) } else { Err("no such year for a trip") }
    }
}

impl From<Instant> for Timestamp {
    fn from(at: Instant) -> Self {
        at.0
    }
}

/// A local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Date", into = "Date")]
pub struct Day(pub(super) Date);

impl TryFrom<Date> for Day {
    type Error = &'static str;

    fn try_from(day: Date) -> Result<Self, Self::Error> {
        if YEARS.contains(&day.year()) { Ok(Self(day)) } else { Err("no such year for a trip") }
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

/// A longitude or latitude, up to `MOST` degrees to either side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Degrees<const MOST: u16>(f64);

impl<const MOST: u16> TryFrom<f64> for Degrees<MOST> {
    type Error = &'static str;

    fn try_from(degrees: f64) -> Result<Self, Self::Error> {
        let most = f64::from(MOST);
        if (-most..=most).contains(&degrees) { Ok(Self(degrees)) } else { Err("off the globe") }
    }
}

impl<const MOST: u16> From<Degrees<MOST>> for f64 {
    fn from(degrees: Degrees<MOST>) -> Self {
        degrees.0
    }
}

/// A point given as two members, `lon` and `lat`; `None` where one of them is missing.
pub(super) fn point(lon: Option<Degrees<180>>, lat: Option<Degrees<90>>) -> Option<LonLat> {
    LonLat::new(lon?.0, lat?.0).ok()
}

/// A place in its four ways, of which exactly one is used; `place` is a label for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PlaceParts", into = "PlaceParts")]
pub struct PlaceIn(pub(super) Place);

impl PlaceIn {
    /// The place.
    pub fn into_inner(self) -> Place {
        self.0
    }
}

/// `{airport}`, `{city}`, `{lon, lat}` or `{area_id}`, with `place` as a label.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceParts {
    /// IATA code, else ICAO code or ident.
    #[schema(value_type = Option<String>, example = "NBO")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    airport: Option<Label>,
    /// `GeoNames` id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    city: Option<u32>,
    /// Longitude in degrees, WGS 84.
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lon: Option<Degrees<180>>,
    /// Latitude in degrees, WGS 84.
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lat: Option<Degrees<90>>,
    /// A security area, or a current ISO 3166-2 code that fits one area.
    #[schema(value_type = Option<String>, example = "KEN-890")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    area_id: Option<Label>,
    /// A label for people.
    #[schema(value_type = Option<String>, example = "Nakuru")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Label>,
}

/// Not exactly one way to name a place.
pub(super) const PLACE_FORM: &str =
    "a place is one of {airport}, {city}, {lon, lat} or {area_id}, and not several of them";

impl TryFrom<PlaceParts> for PlaceIn {
    type Error = &'static str;

    fn try_from(parts: PlaceParts) -> Result<Self, Self::Error> {
        let name = match (parts.airport, parts.city, parts.lon, parts.lat, parts.area_id) {
            (Some(code), None, None, None, None) => PlaceName::Airport(code.into_inner()),
            (None, Some(id), None, None, None) => PlaceName::City(id),
            (None, None, lon @ Some(_), lat @ Some(_), None) => {
                PlaceName::Point(point(lon, lat).ok_or(PLACE_FORM)?)
            }
            (None, None, None, None, Some(id)) => PlaceName::Area(AreaId(id.into_inner())),
            _ => return Err(PLACE_FORM),
        };
        Ok(Self(Place { name, label: parts.place.map(Text::into_inner) }))
    }
}

impl From<PlaceIn> for PlaceParts {
    fn from(PlaceIn(place): PlaceIn) -> Self {
        let label = place.label.map(Text);
        let parts = Self { place: label, ..Self::default() };
        match place.name {
            PlaceName::Airport(code) => Self { airport: Some(Text(code)), ..parts },
            PlaceName::City(id) => Self { city: Some(id), ..parts },
            PlaceName::Point(at) => {
                Self { lon: Some(Degrees(at.lon())), lat: Some(Degrees(at.lat())), ..parts }
            }
            PlaceName::Area(AreaId(id)) => Self { area_id: Some(Text(id)), ..parts },
        }
    }
}
