//! What `survey` finds on the way: stays, passages, the policies in force there, fences met.
//! Stored with every decision, so that replay never needs the atlas.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    AreaId, AreaPolicy, AreaStatus, Fence, LonLat, ResolvedPlace, RiskBand, SecurityLevel, Zone,
};

/// The ground an itinerary covers, in one version of the world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terrain {
    /// Version of the world it was read from.
    pub world_version: i64,
    /// The world's data was older than its maximum age: people decide (`WORLD_STALE`).
    pub world_stale: bool,
    /// Every area met, once, in the order in which the survey met them; stays name them by
    /// position.
    pub areas: Vec<TerrainArea>,
    /// Stays and passages, in order of arrival; the same for every traveller.
    pub stays: Vec<TerrainStay>,
    /// Areas and fences touched by ground segments.
    pub crossings: Vec<TerrainCrossing>,
    /// Ground segments whose way is not known.
    pub unknown_routes: Vec<TerrainRoute>,
    /// For each segment, where it starts and ends.
    pub places: Vec<(ResolvedPlace, ResolvedPlace)>,
    /// Area of the first place: the trip's home, which yields no stay at start or end.
    pub start_area: Option<AreaId>,
}

/// An area as it stood in that world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TerrainArea {
    /// Id.
    pub area_id: AreaId,
    /// ISO 3166-1 alpha-2; none for areas that belong to no country.
    pub country: Option<compact_str::CompactString>,
    /// Zone of the area's days.
    pub zone: Zone,
    /// Revision of everything a decision reads of the area (fine-print.md).
    pub revision: i64,
    /// Security level.
    pub security_level: SecurityLevel,
    /// Risk band, or none assessed.
    pub risk_band: Option<RiskBand>,
    /// Open, suspended, closed.
    pub status: AreaStatus,
    /// Version of the policy, kept for ever in its table.
    pub policy_version: i32,
    /// The policy; not stored with the terrain, hydrated by (area, version) for replay.
    #[serde(skip)]
    pub policy: Option<Arc<AreaPolicy>>,
    /// Version of the current advisory; 0 where none was ever published.
    pub advisory_version: i32,
}

/// A stay, or the passage of a ground segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StayKind {
    /// Time spent in an area between segments.
    Stay,
    /// A ground segment touches the area without a stay there.
    Passage,
}

impl StayKind {
    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::Passage => "passage",
        }
    }
}

/// Time in one area. Days are local to the area's zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TerrainStay {
    /// Stay or passage.
    pub kind: StayKind,
    /// Position in [`Terrain::areas`]; none where no area could even be guessed.
    pub area: Option<usize>,
    /// Arrival.
    pub arrive_at: Timestamp,
    /// Departure; none for an open stay without end.
    pub depart_at: Option<Timestamp>,
    /// Local day of arrival.
    pub arrive: Date,
    /// Local day of departure.
    pub depart: Option<Date>,
    /// Nights: local midnights between arrival and departure; 0 for a passage; up to the policy's
    /// longest stay for an open one.
    pub nights: u32,
    /// Position of the segment that arrives.
    pub arrives_by: usize,
    /// Position of the segment that leaves; none for the last stay.
    pub leaves_by: Option<usize>,
    /// Where it arrives and where it leaves: points for fences and margins.
    pub points: Vec<LonLat>,
    /// How the arrival place found its area.
    pub place: ResolvedPlace,
    /// The area whose shape covers an airport of another country (Goma): the stricter of the two
    /// decides. Position in [`Terrain::areas`].
    pub covered_by: Option<usize>,
    /// Areas within the map's error of one of the points.
    pub near: Vec<NearArea>,
    /// Fences that touch the stay.
    pub fences: Vec<FenceContact>,
    /// Position in the itinerary's lodging.
    pub lodging: Option<usize>,
    /// The trip's home area: no clearance stay at its end.
    pub at_start_area: bool,
}

/// An area within the margin of a point of a stay, in which the stay is not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearArea {
    /// Position in [`Terrain::areas`].
    pub area: usize,
    /// Distance in kilometres, one decimal.
    pub km: f64,
}

/// How a fence meets a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FenceContactKind {
    /// Covers a point of the stay while it lasts.
    Covers,
    /// Lies in the stay's area, covers none of its points: a warning.
    InArea,
    /// A ground segment touches it at a time it stands.
    Crosses,
}

/// A fence met. The fence is stored by value: it may be gone when the decision is replayed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FenceContact {
    /// The fence.
    pub fence: Arc<Fence>,
    /// How.
    pub kind: FenceContactKind,
    /// For a crossing, the segment's position.
    pub segment: Option<usize>,
    /// First instant of contact.
    pub from: Timestamp,
    /// Last instant of contact.
    pub until: Timestamp,
}

/// What a ground segment touches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TerrainCrossing {
    /// Position of the segment.
    pub segment: usize,
    /// Position in [`Terrain::areas`].
    pub area: usize,
    /// First contact.
    pub from: Timestamp,
    /// Last contact.
    pub until: Timestamp,
    /// Fences crossed within the area.
    pub fences: Vec<Arc<Fence>>,
}

/// A ground segment whose way is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TerrainRoute {
    /// Position of the segment.
    pub segment: usize,
    /// Longest gap between known points in whole kilometres; none where an end is only an area.
    pub gap_km: Option<u32>,
    /// An area on the straight line has a fence or a mode other than auto: a person decides.
    pub delicate: bool,
    /// Areas on the straight line, which were read for this; positions in [`Terrain::areas`].
    #[serde(default)]
    pub areas: Vec<usize>,
}
