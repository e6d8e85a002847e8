//! The keys of a policy, as the document describes them. They are read one by one.

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// Every key of a policy (what an official can set in one place). In a draft, a key that is left
/// out stays as it is in the template or in the policy in force.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read and written field by field")]
pub(super) struct PolicyKeys {
    /// `by_level`, `notify_only`, `auto`, `manual` or `mscr_only`.
    clearance_mode: Option<String>,
    /// Exceptions: the first that matches wins. What an exception leaves out matches everything.
    mode_overrides: Option<Vec<ModeOverrideKeys>>,
    /// Hours before departure for a request that a person decides.
    lead_time_hours_manual: Option<u32>,
    /// Hours before departure for one that the rules decide.
    lead_time_hours_auto: Option<u32>,
    /// `accept_flagged`, `require_justification` or `refuse`.
    late_handling: Option<String>,
    /// A criticality grade is asked for.
    pc_required: Option<bool>,
    /// The least critical grade admitted; null: what the risk band admits.
    lowest_pc: Option<String>,
    /// Courses.
    training_required: Option<Vec<CourseRuleKeys>>,
    /// Medical clearance is asked for.
    medical_required: Option<bool>,
    /// `kind` `none`, `advise`, `within` (with `hours`) or `before_leaving_airport`; null: advised,
    /// or within 24 hours where a person decides.
    briefing: Option<TimedRuleKeys>,
    /// Most people on a night; replaced as a whole.
    ceilings: Option<CeilingKeys>,
    /// Role that may permit a place above a ceiling.
    overbook_allowed_by: Option<String>,
    /// `any`, `advise_list`, `approved_only` or `un_compound_only`.
    lodging_rule: Option<String>,
    /// Houses on the list, by name.
    approved_lodging: Option<Vec<String>>,
    /// Lodging may be named so many hours after arrival; null: it may not.
    lodging_tba_hours: Option<u16>,
    /// `free`, `notify`, `clearance` or `convoy_only`.
    movement_rule: Option<String>,
    /// `kind` `none`, `confirm_within` or `register_within`, with `hours`; null: confirmed within
    /// 24 hours where a person decides.
    arrival: Option<TimedRuleKeys>,
    /// Family may come.
    family_allowed: Option<bool>,
    /// Fields the area adds to a request.
    required_fields: Option<Vec<String>>,
    /// `ppe`, `radio` and `tracker`, as conditions.
    equipment: Option<Vec<String>>,
    /// An adviser recommends before anybody approves, whatever the level.
    two_step: Option<bool>,
    /// More arrivals by rule than this in a day go to a person; null: no limit.
    auto_quota_per_day: Option<u32>,
    /// Hours a clearance holds before arrival.
    early_grace_hours: Option<u32>,
    /// Hours it holds after departure.
    late_grace_hours: Option<u32>,
    /// Days ahead that a trip may start.
    max_advance_days: Option<u32>,
    /// Longest stay in days.
    max_stay_days: Option<u32>,
    /// Moving inside one's own area: `none`, `notify` or `clearance`.
    internal_movement: Option<String>,
    /// Going home is a stay too; after an evacuation.
    return_control: Option<bool>,
    /// Near departures stand when the rules begin to ask for a person; true by default.
    near_departures_stand: Option<bool>,
    /// Longest airside transit in hours.
    transit_max_hours: Option<u32>,
    /// Longest gap of a ground route in kilometres.
    route_gap_max_km: Option<u32>,
    /// Roles that decide, first to last; empty: as the level says.
    approver_chain: Option<Vec<String>>,
    /// Hours before departure at which what waits is brought to others, falling.
    escalation_hours: Option<EscalationKeys>,
    /// What each level means here: six rows, from level 1 on, none milder than the one before.
    level_table: Option<Vec<LevelRowKeys>>,
}

/// An exception to the mode.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read and written field by field")]
struct ModeOverrideKeys {
    /// Categories of person.
    categories: Option<Vec<String>>,
    /// Organizations.
    organizations: Option<Vec<String>>,
    /// Criticality grades.
    pc_grades: Option<Vec<String>>,
    /// Purposes.
    purposes: Option<Vec<String>>,
    /// Means of arriving.
    transport_modes: Option<Vec<String>>,
    /// Stays of at least so many nights.
    min_nights: Option<u16>,
    /// Stays of at most so many nights.
    max_nights: Option<u16>,
    /// The mode then.
    mode: String,
}

/// A course that the area asks for.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read and written field by field")]
struct CourseRuleKeys {
    /// Code of the course.
    course: String,
    /// Of which categories; all by default.
    categories: Option<Vec<String>>,
    /// From how many nights on.
    min_stay_nights: Option<u16>,
}

/// A rule with a number of hours.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read and written field by field")]
struct TimedRuleKeys {
    /// Which rule.
    kind: String,
    /// Its hours, where it has some.
    hours: Option<u16>,
}

/// Most people on a night; what is left out is not limited.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read and written field by field")]
struct CeilingKeys {
    /// In all.
    total: Option<u32>,
    /// By organization.
    by_organization: Option<BTreeMap<String, u32>>,
    /// By category of person.
    by_category: Option<BTreeMap<String, u32>>,
    /// Same-day visits take the place of their day.
    count_day_visits: Option<bool>,
}

/// Hours before departure.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read and written field by field")]
struct EscalationKeys {
    /// To the adviser and the focal point.
    adviser: u32,
    /// To the official and the stand-in.
    official: u32,
    /// To the Communications Centre.
    centre: u32,
}

/// What a level means.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read and written field by field")]
struct LevelRowKeys {
    /// `notify_only`, `auto`, `manual` or `mscr_only`.
    mode: String,
    /// Who decides where a person must.
    decider: String,
    /// The area's officer is told.
    notify_officer: Option<bool>,
    /// An adviser recommends first.
    two_step: Option<bool>,
    /// Arrival is confirmed within so many hours.
    confirm_arrival_hours: Option<u16>,
    /// Briefing within so many hours.
    briefing_hours: Option<u16>,
    /// The least critical grade admitted.
    lowest_pc: Option<String>,
    /// Courses besides the basic one.
    courses: Option<Vec<String>>,
}
