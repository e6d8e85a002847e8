//! A place of a journey, as the submit body names it.

use serde_json::{Value, json};

use crate::demo::gazetteer::{Airport, Town};
use crate::model::{AreaId, LonLat};

/// How the body names the place.
#[derive(Debug, Clone, PartialEq)]
enum Name {
    Airport(String),
    City(u32),
    Point(String),
}

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    name: Name,
    pub(super) at: LonLat,
    pub(super) area: Option<AreaId>,
}

impl Spot {
    pub(super) fn airport(airport: &Airport) -> Self {
        Self {
            name: Name::Airport(airport.code.to_string()),
            at: airport.at,
            area: airport.area.clone(),
        }
    }

    pub(super) fn town(town: &Town) -> Self {
        Self { name: Name::City(town.id), at: town.at, area: town.area.clone() }
    }

    /// The town by its coordinates, as somebody with a map would give it.
    pub(super) fn point(town: &Town) -> Self {
        Self { name: Name::Point(town.name.to_string()), at: town.at, area: town.area.clone() }
    }

    pub(super) fn to_json(&self) -> Value {
        match &self.name {
            Name::Airport(code) => json!({"airport": code}),
            Name::City(id) => json!({"city": id}),
            Name::Point(label) => {
                json!({"lon": self.at.lon(), "lat": self.at.lat(), "place": label})
            }
        }
    }
}
