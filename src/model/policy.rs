//! An area's policy: everything a Designated Official can set (domain.md c.4), and the level
//! table (domain.md, "Default policy by level"). Thresholds are fields here, never literals.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Category, Course, OrganizationId, PcGrade, Purpose, RiskBand, SecurityLevel, TransportMode,
};

/// Roles of the system (fine-print.md, "Who may call what").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everyone, for themselves.
    Traveller,
    /// Enters trips for others of the organization.
    TravelFocalPoint,
    /// An organization's machine.
    ErpClient,
    /// Manages the clearance system of an area (F-061, A).
    AreaSecurityCoordinator,
    /// Chief security adviser, adviser or deputy.
    SecurityAdviser,
    /// Answerable for security in a country or area (F-062, A).
    DesignatedOfficial,
    /// The under-secretary-general.
    Usg,
    /// Reads, logged.
    Auditor,
    /// Technical; personal fields sealed; no decisions.
    Administrator,
    /// Head of an organization.
    ExecutiveHead,
    /// Air travel focal point.
    AirFocalPoint,
    /// Warden of a zone.
    Warden,
    /// Feeds verified certificates.
    LearningSystem,
    /// Feeds alerts.
    AlertFeed,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 14] = [
        Self::Traveller,
        Self::TravelFocalPoint,
        Self::ErpClient,
        Self::AreaSecurityCoordinator,
        Self::SecurityAdviser,
        Self::DesignatedOfficial,
        Self::Usg,
        Self::Auditor,
        Self::Administrator,
        Self::ExecutiveHead,
        Self::AirFocalPoint,
        Self::Warden,
        Self::LearningSystem,
        Self::AlertFeed,
    ];

    /// The name in JSON, SQL and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traveller => "traveller",
            Self::TravelFocalPoint => "travel_focal_point",
            Self::ErpClient => "erp_client",
            Self::AreaSecurityCoordinator => "area_security_coordinator",
            Self::SecurityAdviser => "security_adviser",
            Self::DesignatedOfficial => "designated_official",
            Self::Usg => "usg",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::ExecutiveHead => "executive_head",
            Self::AirFocalPoint => "air_focal_point",
            Self::Warden => "warden",
            Self::LearningSystem => "learning_system",
            Self::AlertFeed => "alert_feed",
        }
    }
}

/// How an area treats requests (c.4 `clearance_mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearanceMode {
    /// As the row of the level table says.
    ByLevel,
    /// Recorded only.
    NotifyOnly,
    /// Cleared by rule.
    Auto,
    /// A person decides.
    Manual,
    /// By mission security clearance request.
    MscrOnly,
}

/// What happens to late requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateHandling {
    /// Accepted and flagged.
    AcceptFlagged,
    /// Needs words of justification, else returned.
    RequireJustification,
    /// Denied by rule.
    Refuse,
}

/// Lodging rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LodgingRule {
    /// Anywhere.
    Any,
    /// The list is advice: off it, a warning.
    AdviseList,
    /// The list only: off it, a person decides.
    ApprovedOnly,
    /// Compounds of the organization only.
    UnCompoundOnly,
}

/// Movement rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementRule {
    /// Free.
    Free,
    /// Tell the area's office: a condition.
    Notify,
    /// Road movement needs a person's word.
    Clearance,
    /// Road movement in convoy only; other road legs go to a person.
    ConvoyOnly,
}

/// Briefing rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "hours")]
pub enum BriefingRule {
    /// None.
    None,
    /// Advised.
    Advise,
    /// Within so many hours after arrival.
    Within(u16),
    /// Before leaving the airport.
    BeforeLeavingAirport,
}

/// Arrival rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "hours")]
pub enum ArrivalRule {
    /// None.
    None,
    /// Confirm arrival within so many hours.
    ConfirmWithin(u16),
    /// Register with the office within so many hours.
    RegisterWithin(u16),
}

/// Whether moving inside the resident's own area is a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InternalMovement {
    /// No.
    None,
    /// On record.
    Notify,
    /// A clearance.
    Clearance,
}

/// A course the area asks for (R-301..R-304).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseRule {
    /// Which course.
    pub course: Course,
    /// Of which categories; empty means all.
    pub categories: Vec<Category>,
    /// From how many nights on.
    pub min_stay_nights: u16,
}

/// An exception to the area's mode: the first that matches wins. Empty lists and `None`
/// match everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeOverride {
    /// Person categories.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Organizations.
    #[serde(default)]
    pub organizations: Vec<OrganizationId>,
    /// Criticality grades.
    #[serde(default)]
    pub pc_grades: Vec<PcGrade>,
    /// Purposes.
    #[serde(default)]
    pub purposes: Vec<Purpose>,
    /// Means of arriving.
    #[serde(default)]
    pub transport_modes: Vec<TransportMode>,
    /// Stays of at least so many nights.
    #[serde(default)]
    pub min_nights: Option<u16>,
    /// Stays of at most so many nights.
    #[serde(default)]
    pub max_nights: Option<u16>,
    /// The mode then.
    pub mode: ClearanceMode,
}

/// Most people an area may hold on a night (c.5).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ceilings {
    /// In all.
    #[serde(default)]
    pub total: Option<u32>,
    /// By organization.
    #[serde(default)]
    pub by_organization: BTreeMap<OrganizationId, u32>,
    /// By category.
    #[serde(default)]
    pub by_category: BTreeMap<Category, u32>,
    /// Same-day visits take the place of their day.
    #[serde(default)]
    pub count_day_visits: bool,
}

impl Ceilings {
    /// No limit of any kind.
    pub fn is_unlimited(&self) -> bool {
        self.total.is_none() && self.by_organization.is_empty() && self.by_category.is_empty()
    }
}

/// Hours before departure at which an undecided request is brought to others (c.4
/// `escalation_hours`, c.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EscalationHours {
    /// To the adviser and the agency's focal point.
    pub adviser: u32,
    /// To the designated official and the stand-in.
    pub official: u32,
    /// To the Communications Centre.
    pub centre: u32,
}

impl Default for EscalationHours {
    fn default() -> Self {
        Self { adviser: 72, official: 48, centre: 24 }
    }
}

#[expect(clippy::struct_excessive_bools, reason = "switches that an official sets one by one")]
/// An area's policy in one version. Level, band and status of the area stand beside it
/// ([`TerrainArea`](super::TerrainArea)), for they change on their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaPolicy {
    /// Version, rising by one per area.
    pub version: i32,
    /// Invented for demonstration: shown wherever the policy shows.
    pub demonstration: bool,
    /// From when.
    pub effective_from: Timestamp,
    /// Mode.
    pub clearance_mode: ClearanceMode,
    /// Exceptions, first match wins.
    pub mode_overrides: Vec<ModeOverride>,
    /// Hours before departure for a manual request; 168 by default (F-051, F-052).
    pub lead_time_hours_manual: u32,
    /// Hours before departure for an automatic one.
    pub lead_time_hours_auto: u32,
    /// Late requests.
    pub late_handling: LateHandling,
    /// A criticality grade is asked for.
    pub pc_required: bool,
    /// The least critical grade admitted; `None`: what the band admits.
    pub lowest_pc: Option<PcGrade>,
    /// Courses.
    pub training_required: Vec<CourseRule>,
    /// Medical clearance asked for.
    pub medical_required: bool,
    /// Briefing; `None`: advised, or 24 h where a person decides.
    pub briefing: Option<BriefingRule>,
    /// Ceilings.
    pub ceilings: Ceilings,
    /// Who may let a clearance take a place above a ceiling.
    #[serde(default = "overbook_allowed_by")]
    pub overbook_allowed_by: Role,
    /// Lodging rule.
    pub lodging_rule: LodgingRule,
    /// Houses on the list, by name (case is ignored).
    pub approved_lodging: Vec<CompactString>,
    /// Lodging may be advised later, within so many hours after arrival; `None`: no.
    pub lodging_tba_hours: Option<u16>,
    /// Movement.
    pub movement_rule: MovementRule,
    /// Arrival; `None`: confirm within 24 h where a person decides or the level row says so.
    pub arrival: Option<ArrivalRule>,
    /// Family may come.
    pub family_allowed: bool,
    /// Fields the area adds.
    pub required_fields: Vec<CompactString>,
    /// Equipment conditions: `ppe`, `radio`, `tracker`.
    pub equipment: Vec<CompactString>,
    /// Two steps whatever the level.
    pub two_step: bool,
    /// More arrivals by rule in a local day than this go to a person.
    pub auto_quota_per_day: Option<u32>,
    /// Hours a clearance holds before arrival.
    pub early_grace_hours: u32,
    /// Hours it holds after departure.
    pub late_grace_hours: u32,
    /// Days ahead a trip may start.
    pub max_advance_days: u32,
    /// Longest stay in days.
    pub max_stay_days: u32,
    /// Moving inside one's own area.
    pub internal_movement: InternalMovement,
    /// Going home is a stay too, used after an evacuation.
    pub return_control: bool,
    /// Stays that are nearer than the lead time of a person's decision stand when the rules begin to
    /// ask for one (c.11).
    #[serde(default = "near_departures_stand")]
    pub near_departures_stand: bool,
    /// Longest airside transit in hours.
    pub transit_max_hours: u32,
    /// Longest known gap of a ground route in kilometres.
    pub route_gap_max_km: u32,
    /// Who decides, first to last; empty: the row of the level.
    pub approver_chain: Vec<Role>,
    /// When an undecided request is brought to others.
    #[serde(default)]
    pub escalation_hours: EscalationHours,
    /// The level table the policy reads; the default one unless the official set rows.
    #[serde(default)]
    pub level_table: LevelTable,
}

/// The default of c.11; also that of policies written before it could be set.
const fn near_departures_stand() -> bool {
    true
}

/// The default of c.4; also that of policies written before it could be set.
const fn overbook_allowed_by() -> Role {
    Role::DesignatedOfficial
}

/// One row of the level table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelRow {
    /// Mode.
    pub mode: ClearanceMode,
    /// Who decides where a person must.
    pub decider: Role,
    /// The area's officer is told.
    pub notify_officer: bool,
    /// Adviser recommends, decider decides.
    pub two_step: bool,
    /// Arrival to be confirmed within so many hours.
    pub confirm_arrival_hours: Option<u16>,
    /// Briefing within so many hours.
    pub briefing_hours: Option<u16>,
    /// Least critical grade admitted.
    pub lowest_pc: Option<PcGrade>,
    /// Courses beside BSAFE.
    pub courses: Vec<Course>,
}

/// What each level means (domain.md, "Default policy by level"; D, as data).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelTable(pub Vec<LevelRow>);

impl LevelTable {
    /// The row of a level; the last row stands for every level beyond the table.
    pub fn row(&self, level: SecurityLevel) -> Option<&LevelRow> {
        self.0.get(usize::from(level.get()) - 1).or_else(|| self.0.last())
    }
}

impl Default for LevelTable {
    fn default() -> Self {
        let auto = LevelRow {
            mode: ClearanceMode::Auto,
            decider: Role::AreaSecurityCoordinator,
            notify_officer: false,
            two_step: false,
            confirm_arrival_hours: None,
            briefing_hours: None,
            lowest_pc: None,
            courses: Vec::new(),
        };
        let moderate =
            LevelRow { notify_officer: true, confirm_arrival_hours: Some(24), ..auto.clone() };
        let substantial = LevelRow {
            mode: ClearanceMode::Manual,
            confirm_arrival_hours: Some(24),
            briefing_hours: Some(24),
            ..auto.clone()
        };
        let high = LevelRow {
            decider: Role::DesignatedOfficial,
            two_step: true,
            lowest_pc: Some(PcGrade::Pc2),
            courses: vec![Course::SSAFE],
            ..substantial
        };
        let extreme = LevelRow {
            mode: ClearanceMode::MscrOnly,
            decider: Role::Usg,
            lowest_pc: Some(PcGrade::Pc1),
            ..high.clone()
        };
        Self(vec![auto.clone(), auto, moderate, substantial, high, extreme])
    }
}

impl AreaPolicy {
    /// The defaults of domain.md c.4, in a given version.
    pub fn standard(version: i32, effective_from: Timestamp) -> Self {
        Self {
            version,
            demonstration: false,
            effective_from,
            clearance_mode: ClearanceMode::ByLevel,
            mode_overrides: Vec::new(),
            lead_time_hours_manual: 168,
            lead_time_hours_auto: 0,
            late_handling: LateHandling::RequireJustification,
            pc_required: false,
            lowest_pc: None,
            training_required: Vec::new(),
            medical_required: false,
            briefing: None,
            ceilings: Ceilings::default(),
            overbook_allowed_by: overbook_allowed_by(),
            lodging_rule: LodgingRule::AdviseList,
            approved_lodging: Vec::new(),
            lodging_tba_hours: Some(24),
            movement_rule: MovementRule::Free,
            arrival: None,
            family_allowed: true,
            required_fields: Vec::new(),
            equipment: Vec::new(),
            two_step: false,
            auto_quota_per_day: None,
            early_grace_hours: 24,
            late_grace_hours: 48,
            max_advance_days: 365,
            max_stay_days: 180,
            internal_movement: InternalMovement::None,
            return_control: false,
            near_departures_stand: true,
            transit_max_hours: 24,
            route_gap_max_km: 100,
            approver_chain: Vec::new(),
            escalation_hours: EscalationHours::default(),
            level_table: LevelTable::default(),
        }
    }

    /// Whether a band asks for a criticality grade by itself (c.4 `pc_required`, R-601).
    pub fn asks_for_grade(&self, band: RiskBand) -> bool {
        self.pc_required || band >= RiskBand::High
    }
}
