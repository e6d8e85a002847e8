//! One security area: what never changes of it, and how it stands now.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{
    AreaId, AreaPolicy, AreaStatus, ClearanceMode, LevelRow, LonLat, RiskBand, SecurityLevel,
    StatusKind, TerrainArea, Zone,
};

/// An area's name in the six official languages; none where the source has none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AreaNames {
    /// English.
    pub en: Option<CompactString>,
    /// French.
    pub fr: Option<CompactString>,
    /// Spanish.
    pub es: Option<CompactString>,
    /// Russian.
    pub ru: Option<CompactString>,
    /// Chinese.
    pub zh: Option<CompactString>,
    /// Arabic.
    pub ar: Option<CompactString>,
}

/// How the zone of an area's days was found (fine-print.md, "Local days").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneBasis {
    /// Where most people of its cities live.
    CityPopulation,
    /// Where most of its airports are.
    Airports,
    /// As the nearest city or airport of the same country.
    Nearest,
    /// As the nearest city or airport of any country: the area's own has none, or there is none.
    NearestAbroad,
    /// Set by hand.
    Set,
}

impl ZoneBasis {
    /// Every basis.
    pub const ALL: [Self; 5] =
        [Self::CityPopulation, Self::Airports, Self::Nearest, Self::NearestAbroad, Self::Set];

    /// The name in SQL and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CityPopulation => "city_population",
            Self::Airports => "airports",
            Self::Nearest => "nearest",
            Self::NearestAbroad => "nearest_abroad",
            Self::Set => "set",
        }
    }
}

/// What never changes of an area while the program runs.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaGround {
    /// Id.
    pub area_id: AreaId,
    /// Name as the source writes it.
    pub name: CompactString,
    /// Names in six languages.
    pub names: AreaNames,
    /// ISO 3166-1 alpha-2 of the country; none for areas that belong to none.
    pub country: Option<CompactString>,
    /// ISO 3166-2 of the source, current or not.
    pub iso_3166_2: Option<CompactString>,
    /// What the source calls such an area: province, district, …
    pub kind: Option<CompactString>,
    /// A point for a label, inside or near the area.
    pub label: LonLat,
    /// A vertex of the shape: whatever covers it touches the area.
    pub vertex: LonLat,
    /// Square kilometres.
    pub area_km2: f64,
    /// Zone of the area's days.
    pub zone: Zone,
    /// How the zone was found.
    pub zone_basis: ZoneBasis,
}

/// How an area stands: every change raises its revision, save that of the advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaState {
    /// Security level.
    pub security_level: SecurityLevel,
    /// Risk band, or none assessed.
    pub risk_band: Option<RiskBand>,
    /// Open, suspended or closed.
    pub status: AreaStatus,
    /// Since when an emergency suspension has lacked an official's word (fine-print.md,
    /// "Suspension, closure and end dates").
    pub unconfirmed_since: Option<Timestamp>,
    /// Version of the current advisory; 0 where none was ever published.
    pub advisory_version: i32,
    /// Which that is: a text, its id and its version never part.
    pub advisory_id: Option<Uuid>,
    /// Version of the world in which anything a decision reads of the area last changed.
    pub revision: i64,
}

/// Strictness of an area on a shared border: closed, suspended, mission request, two steps, a
/// person, the rules, notification (fine-print.md, "Rule ids, outcomes, reason codes"); then the
/// level. Greater is stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Strictness(u8, SecurityLevel);

/// An area in one version of the world.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaEntry {
    /// What never changes.
    pub ground: Arc<AreaGround>,
    /// How it stands.
    pub state: AreaState,
    /// The policy in force.
    pub policy: Arc<AreaPolicy>,
    strictness: Strictness,
}

impl AreaEntry {
    /// An area with its state and policy.
    pub fn new(ground: Arc<AreaGround>, state: AreaState, policy: Arc<AreaPolicy>) -> Self {
        let rank = rank(&state, &policy);
        let strictness = Strictness(rank, state.security_level);
        Self { ground, state, policy, strictness }
    }

    /// The id.
    pub fn id(&self) -> &AreaId {
        &self.ground.area_id
    }

    /// ISO 3166-1 alpha-2 of the country, if it belongs to one.
    pub fn country(&self) -> Option<&str> {
        self.ground.country.as_deref()
    }

    /// How strict the area is, for shared borders.
    pub const fn strictness(&self) -> Strictness {
        self.strictness
    }

    /// The mode in force before exceptions: the policy's, else that of the level's row.
    pub fn mode(&self) -> ClearanceMode {
        mode(&self.state, &self.policy)
    }

    /// The area as a decision keeps it.
    pub fn terrain(&self) -> TerrainArea {
        TerrainArea {
            area_id: self.ground.area_id.clone(),
            country: self.ground.country.clone(),
            zone: self.ground.zone.clone(),
            revision: self.state.revision,
            security_level: self.state.security_level,
            risk_band: self.state.risk_band,
            status: self.state.status.clone(),
            policy_version: self.policy.version,
            policy: Some(Arc::clone(&self.policy)),
            advisory_version: self.state.advisory_version,
        }
    }
}

fn mode(state: &AreaState, policy: &AreaPolicy) -> ClearanceMode {
    match policy.clearance_mode {
        ClearanceMode::ByLevel => policy
            .level_table
            .row(state.security_level)
            // A table without rows says nothing: a person decides.
            .map_or(ClearanceMode::Manual, |row| row.mode),
        named @ (ClearanceMode::NotifyOnly
        | ClearanceMode::Auto
        | ClearanceMode::Manual
        | ClearanceMode::MscrOnly) => named,
    }
}

fn rank(state: &AreaState, policy: &AreaPolicy) -> u8 {
    let row: Option<&LevelRow> = policy.level_table.row(state.security_level);
    let two_step = policy.two_step || row.is_some_and(|row| row.two_step);
    match (state.status.kind, mode(state, policy)) {
        (StatusKind::Closed, _) => 6,
        (StatusKind::Suspended, _) => 5,
        (StatusKind::Open, ClearanceMode::MscrOnly) => 4,
        (StatusKind::Open, ClearanceMode::Manual | ClearanceMode::ByLevel) if two_step => 3,
        (StatusKind::Open, ClearanceMode::Manual | ClearanceMode::ByLevel) => 2,
        (StatusKind::Open, ClearanceMode::Auto) => 1,
        (StatusKind::Open, ClearanceMode::NotifyOnly) => 0,
    }
}
