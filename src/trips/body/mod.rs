//! The submit body (api.md; domain.md d.4-d.6): one typed reading on the fast path. A body that
//! does not pass it goes through [`form`], which names every defect of form at its JSON pointer.

mod fields;
mod form;
mod leaf;
mod pointer;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{
    AreaId, DayRange, ExternalRef, Itinerary, Lodging, LodgingKind, LonLat, OrganizationId,
    PcGrade, PersonId, Purpose, Secret, Segment, TransportMode, Traveller, TravellerRole, Trip,
    TripKind,
};
use crate::web::Fault;

pub use leaf::{Day, Degrees, Instant, Label, Listed, PlaceIn, PlaceParts, Text, Words};
pub(super) use pointer::{Pointer, fault};

/// Most segments of a trip.
pub const MOST_SEGMENTS: usize = 60;
/// Most travellers of a trip.
pub const MOST_TRAVELLERS: usize = 200;
/// Most route points of a segment.
pub const MOST_ROUTE_POINTS: usize = 500;

/// What is submitted, checked and batched. Every field is described in the model's
/// [`Trip`]; unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TripBody {
    /// Official, personal, official with leave.
    pub trip_kind: TripKind,
    /// Why.
    pub purpose: Purpose,
    /// Why, in words.
    #[schema(value_type = Option<String>, max_length = 4000)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose_text: Option<Secret<Words>>,
    /// Why so late, in words.
    #[schema(value_type = Option<String>, max_length = 4000)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Secret<Words>>,
    /// Programme criticality of the activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pc_grade: Option<PcGrade>,
    /// The activity in the country's approved list.
    #[schema(value_type = Option<String>, max_length = 200)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme_activity_id: Option<Label>,
    /// Who travels: 1 to 200.
    #[schema(value_type = Vec<TravellerBody>, min_items = 1, max_items = 200)]
    pub travellers: Listed<TravellerBody, 1, MOST_TRAVELLERS>,
    /// The way, in order of time: 1 to 60.
    #[schema(value_type = Vec<SegmentBody>, min_items = 1, max_items = 60)]
    pub segments: Listed<SegmentBody, 1, MOST_SEGMENTS>,
    /// Last local day of a last stay that no segment ends.
    #[schema(value_type = Option<String>, format = "date")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The last stay has no end (appointment, transfer, repatriation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_ended: Option<bool>,
    /// Where the travellers sleep.
    #[schema(value_type = Option<Vec<LodgingBody>>, max_items = 120)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lodging: Option<Listed<LodgingBody, 0, 120>>,
    /// Days of leave in official travel.
    #[schema(value_type = Option<Vec<PrivateDays>>, max_items = 60)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_days: Option<Listed<PrivateDays, 0, 60>>,
    /// The organization the trip is for; the caller's, or the first traveller's, unless given.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Label>,
    /// Keys of other systems.
    #[schema(value_type = Option<Vec<ExternalRefBody>>, max_items = 20)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_refs: Option<Listed<ExternalRefBody, 0, 20>>,
    /// The mission security clearance request the trip falls under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mscr_id: Option<Uuid>,
    /// What an area's policy asks for besides, by name: `host_permit_no`, `vehicle`,
    /// `tor`, `escort`, … The rules read only which names are given.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeMap<Label, Secret<Words>>>,
    /// In a batch: the line's idempotency key; without it, the organization and the first of
    /// `external_refs` are the key. Refused outside a batch.
    #[schema(value_type = Option<String>, max_length = 200)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<Label>,
}

/// One who travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TravellerBody {
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Part in a group; `member` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<TravellerRole>,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentBody {
    /// Number of the segment, rising.
    pub seq: u16,
    /// Means.
    pub mode: TransportMode,
    /// Where from.
    #[schema(value_type = PlaceParts)]
    pub from: PlaceIn,
    /// Where to.
    #[schema(value_type = PlaceParts)]
    pub to: PlaceIn,
    /// Departure, with offset.
    #[schema(value_type = String, format = "date-time")]
    pub departs_at: Instant,
    /// Arrival, with offset.
    #[schema(value_type = String, format = "date-time")]
    pub arrives_at: Instant,
    /// Airline code.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier_code: Option<Label>,
    /// Flight number.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flight_no: Option<Label>,
    /// The traveller stayed airside before this departure; false unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub airside_transit: Option<bool>,
    /// Points on the way, `[lon, lat]`.
    #[schema(value_type = Option<Vec<[f64; 2]>>, max_items = 500)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_points: Option<Listed<LonLat, 0, MOST_ROUTE_POINTS>>,
}

/// Where a traveller sleeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LodgingBody {
    /// For stays in which area, or its ISO 3166-2 code.
    #[schema(value_type = String)]
    pub area_id: Label,
    /// What kind.
    pub kind: LodgingKind,
    /// Name of the house.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Secret<Label>>,
    /// Address.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Secret<Words>>,
    /// Telephone.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Secret<Label>>,
    /// Longitude of the house; with `lat`.
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<Degrees<180>>,
    /// Latitude of the house; with `lon`.
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<Degrees<90>>,
    /// First night, where an area has several stays.
    #[schema(value_type = Option<String>, format = "date")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
}

/// Days of leave, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateDays {
    /// First day.
    #[schema(value_type = String, format = "date")]
    pub from: Day,
    /// Last day.
    #[schema(value_type = String, format = "date")]
    pub to: Day,
}

/// A key of another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalRefBody {
    /// `umoja`, `quantum`, `sap`, …
    #[schema(value_type = String)]
    pub system: Label,
    /// The key there.
    #[schema(value_type = String)]
    pub id: Label,
}

/// What a body came to.
#[derive(Debug, Clone)]
pub enum Reading {
    /// Sound in form.
    Sound(Box<TripBody>),
    /// JSON, but no trip: the defects of form, and the body for whatever else can be said of it.
    Unsound(Vec<Fault>, Value),
}

/// The bytes are no JSON at all.
#[derive(Debug, thiserror::Error)]
#[error("the body is not JSON: {0}")]
pub struct NotJson(#[source] pub serde_json::Error);

impl From<serde_json::Error> for NotJson {
    fn from(error: serde_json::Error) -> Self {
        Self(error)
    }
}

impl NotJson {
    /// Where reading ended.
    pub fn place(&self) -> String {
        format!("line {}, column {}", self.0.line(), self.0.column())
    }
}

impl Reading {
    /// Refuses a key of its own, which only a line of a batch may carry.
    pub(super) fn without_key(self) -> Self {
        let refused = || {
            let root = Pointer::Root;
            fault(&root.member("idempotency_key"), "UNKNOWN_FIELD", "only a line of a batch has it")
        };
        match self {
            Self::Sound(body) if body.idempotency_key.is_some() => {
                let value = serde_json::to_value(&*body).unwrap_or_default();
                Self::Unsound(vec![refused()], value)
            }
            Self::Unsound(mut faults, value) if value.get("idempotency_key").is_some() => {
                faults.push(refused());
                Self::Unsound(faults, value)
            }
            sound @ Self::Sound(_) => sound,
            unsound @ Self::Unsound(..) => unsound,
        }
    }
}

/// Reads a body: typed first; where that fails, every defect by name.
pub fn read(bytes: &[u8]) -> Result<Reading, NotJson> {
    if let Ok(body) = serde_json::from_slice(bytes) {
        return Ok(Reading::Sound(Box::new(body)));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(NotJson)?;
    let faults = form::faults(&fields::TRIP, &value);
    Ok(Reading::Unsound(faults, value))
}

impl TripBody {
    /// The trip of a body, and the organization that the body names. The trip's own organization
    /// is empty until the travellers are known, and its lodging has areas as they were given.
    pub(super) fn into_trip(self, requester: Option<PersonId>) -> (Trip, Option<OrganizationId>) {
        let named = self.organization.map(|name| OrganizationId(name.into_inner()));
        let travellers = self.travellers.into_inner().into_iter().map(TravellerBody::into_model);
        let trip = Trip {
            trip_kind: self.trip_kind,
            purpose: self.purpose,
            purpose_text: self.purpose_text.map(bare),
            justification: self.justification.map(bare),
            pc_grade: self.pc_grade,
            programme_activity_id: self.programme_activity_id.map(Text::into_inner),
            travellers: travellers.collect(),
            itinerary: Itinerary {
                segments: each(self.segments, SegmentBody::into_model),
                until: self.until.map(|day| day.0),
                open_ended: self.open_ended.unwrap_or_default(),
                lodging: optional(self.lodging, LodgingBody::into_model),
            },
            private_days: optional(self.private_days, |days| DayRange {
                from: days.from.0,
                to: days.to.0,
            }),
            organization: OrganizationId::from(""),
            requester_id: requester,
            external_refs: optional(self.external_refs, |key| ExternalRef {
                system: key.system.into_inner(),
                id: key.id.into_inner(),
            }),
            mscr_id: self.mscr_id,
            supplied_fields: self
                .fields
                .unwrap_or_default()
                .into_keys()
                .map(Text::into_inner)
                .collect(),
        };
        (trip, named)
    }
}

fn bare<const MAX: usize>(secret: Secret<Text<MAX>>) -> Secret<CompactString> {
    Secret::new(secret.into_inner().into_inner())
}

fn each<T, U, const A: usize, const B: usize>(
    list: Listed<T, A, B>,
    model: impl FnMut(T) -> U,
) -> Vec<U> {
    list.into_inner().into_iter().map(model).collect()
}

fn optional<T, U, const A: usize, const B: usize>(
    list: Option<Listed<T, A, B>>,
    model: impl FnMut(T) -> U,
) -> Vec<U> {
    list.map(|list| each(list, model)).unwrap_or_default()
}

impl TravellerBody {
    fn into_model(self) -> Traveller {
        Traveller { person_id: self.person_id, role: self.role.unwrap_or(TravellerRole::Member) }
    }
}

impl SegmentBody {
    pub(super) fn into_model(self) -> Segment {
        Segment {
            seq: self.seq,
            mode: self.mode,
            from: self.from.0,
            to: self.to.0,
            departs_at: self.departs_at.0,
            arrives_at: self.arrives_at.0,
            carrier_code: self.carrier_code.map(Text::into_inner),
            flight_no: self.flight_no.map(Text::into_inner),
            airside_transit: self.airside_transit.unwrap_or_default(),
            route_points: self.route_points.map(Listed::into_inner).unwrap_or_default(),
        }
    }
}

impl LodgingBody {
    fn into_model(self) -> Lodging {
        Lodging {
            area_id: AreaId(self.area_id.into_inner()),
            kind: self.kind,
            name: self.name.map(bare),
            address: self.address.map(bare),
            phone: self.phone.map(bare),
            point: leaf::point(self.lon, self.lat),
            from: self.from.map(|day| day.0),
        }
    }
}
