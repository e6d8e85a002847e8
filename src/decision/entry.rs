//! What the policy in force means for whoever wants to go to an area: the part of an advisory that
//! nobody writes (R-1702). It stands beside the rules and asks the same functions, so that it cannot
//! contradict what is decided.

use compact_str::CompactString;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::criticality::admitted_by;
use super::rules::movement::{arrival_rule, briefing_rule};
use crate::atlas::AreaEntry;
use crate::model::{
    AreaPolicy, ArrivalRule, BriefingRule, Category, ClearanceMode, Course, InternalMovement,
    LateHandling, LevelRow, LodgingRule, ModeOverride, MovementRule, PcGrade, RiskBand, Role,
    SecurityLevel, StatusKind,
};

/// How one gets into an area, as its policy, level, band and status stand. Every field is what a
/// request meets that no exception takes out.
#[expect(clippy::struct_excessive_bools, reason = "what a traveller is told, one by one")]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EntryRules {
    /// Version of the policy in force.
    pub policy_version: i32,
    /// Since when it is in force.
    #[schema(value_type = String, format = DateTime)]
    pub in_force_from: Timestamp,
    /// Level and policy are invented for demonstration.
    pub demonstration: bool,
    /// `open`, `suspended` or `closed`; in the latter two the mode is of no use.
    #[schema(value_type = String)]
    pub status: StatusKind,
    /// Words for travellers on the status.
    #[schema(value_type = Option<String>)]
    pub status_reason: Option<CompactString>,
    /// 1 minimal to 6 extreme.
    #[schema(value_type = u8)]
    pub security_level: SecurityLevel,
    /// Present security risk, where one is assessed.
    #[schema(value_type = Option<String>)]
    pub risk_band: Option<RiskBand>,
    /// `notify_only`, `auto`, `manual` or `mscr_only`.
    #[schema(value_type = String)]
    pub clearance_mode: ClearanceMode,
    /// Where a person decides: in which role.
    #[schema(value_type = Option<String>)]
    pub decided_by: Option<Role>,
    /// An adviser recommends before the decision.
    pub two_step: bool,
    /// Exceptions to the mode that name no organization, the first that fits counts.
    #[schema(value_type = Vec<Object>)]
    pub exceptions: Vec<ModeOverride>,
    /// Hours before departure by which to ask.
    pub lead_time_hours: u32,
    /// What happens to later requests.
    #[schema(value_type = String)]
    pub late_handling: LateHandling,
    /// Days ahead a trip may start.
    pub max_advance_days: u32,
    /// Longest stay in days.
    pub max_stay_days: u32,
    /// Courses that are needed, BSAFE first.
    pub courses: Vec<EntryCourse>,
    /// A criticality grade is asked for.
    pub pc_required: bool,
    /// Least critical grade admitted.
    #[schema(value_type = Option<String>)]
    pub lowest_pc: Option<PcGrade>,
    /// Medical clearance is needed.
    pub medical_required: bool,
    /// Briefing on arrival.
    #[schema(value_type = Object)]
    pub briefing: BriefingRule,
    /// Confirming or registering the arrival.
    #[schema(value_type = Object)]
    pub arrival: ArrivalRule,
    /// Where to sleep.
    #[schema(value_type = String)]
    pub lodging_rule: LodgingRule,
    /// Houses on the list.
    #[schema(value_type = Vec<String>)]
    pub approved_lodging: Vec<CompactString>,
    /// Moving by road.
    #[schema(value_type = String)]
    pub movement_rule: MovementRule,
    /// Whether moving inside one's own area is a stay.
    #[schema(value_type = String)]
    pub internal_movement: InternalMovement,
    /// Family may come.
    pub family_allowed: bool,
    /// Fields the area adds to a request.
    #[schema(value_type = Vec<String>)]
    pub required_fields: Vec<CompactString>,
    /// Equipment to carry.
    #[schema(value_type = Vec<String>)]
    pub equipment: Vec<CompactString>,
    /// The number of people on a night is limited.
    pub ceilings: bool,
}

/// A course that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntryCourse {
    /// Which.
    #[schema(value_type = String)]
    pub course: Course,
    /// Of which categories of people; empty: of all.
    #[schema(value_type = Vec<String>)]
    pub categories: Vec<Category>,
    /// On stays of so many nights and more.
    pub min_stay_nights: u16,
}

/// The rules of entry of an area as it stands.
pub fn entry_rules(area: &AreaEntry) -> EntryRules {
    let (state, policy) = (&area.state, area.policy.as_ref());
    let row = policy.level_table.row(state.security_level);
    let mode = area.mode();
    let is_manual = matches!(mode, ClearanceMode::Manual | ClearanceMode::MscrOnly);
    let is_high = state.risk_band.is_some_and(|band| band >= RiskBand::High);
    EntryRules {
        policy_version: policy.version,
        in_force_from: policy.effective_from,
        demonstration: policy.demonstration,
        status: state.status.kind,
        status_reason: state.status.reason.clone(),
        security_level: state.security_level,
        risk_band: state.risk_band,
        clearance_mode: mode,
        decided_by: decider(mode, policy, row, is_high),
        two_step: is_high || policy.two_step || row.is_some_and(|row| row.two_step),
        exceptions: exceptions(policy),
        lead_time_hours: if is_manual {
            policy.lead_time_hours_manual
        } else {
            policy.lead_time_hours_auto
        },
        late_handling: policy.late_handling,
        max_advance_days: policy.max_advance_days,
        max_stay_days: policy.max_stay_days,
        courses: courses(policy, row),
        pc_required: state.risk_band.is_some_and(|band| policy.asks_for_grade(band))
            || policy.pc_required
            || policy.lowest_pc.is_some()
            || row.is_some_and(|row| row.lowest_pc.is_some()),
        lowest_pc: [
            state.risk_band.and_then(admitted_by),
            policy.lowest_pc,
            row.and_then(|row| row.lowest_pc),
        ]
        .into_iter()
        .flatten()
        .min(),
        medical_required: policy.medical_required,
        briefing: briefing_rule(policy, row, is_manual),
        arrival: arrival_rule(policy, row, is_manual),
        lodging_rule: policy.lodging_rule,
        approved_lodging: policy.approved_lodging.clone(),
        movement_rule: policy.movement_rule,
        internal_movement: policy.internal_movement,
        family_allowed: policy.family_allowed,
        required_fields: policy.required_fields.clone(),
        equipment: policy.equipment.clone(),
        ceilings: !policy.ceilings.is_unlimited(),
    }
}

impl EntryRules {
    /// Without what helps nobody but those who come: houses, equipment, exceptions (R-1704).
    #[must_use]
    pub fn for_the_public(self) -> Self {
        Self {
            exceptions: Vec::new(),
            approved_lodging: Vec::new(),
            equipment: Vec::new(),
            required_fields: Vec::new(),
            ..self
        }
    }
}

fn decider(
    mode: ClearanceMode,
    policy: &AreaPolicy,
    row: Option<&LevelRow>,
    is_high: bool,
) -> Option<Role> {
    match mode {
        ClearanceMode::NotifyOnly | ClearanceMode::Auto => None,
        ClearanceMode::MscrOnly => Some(Role::Usg),
        ClearanceMode::Manual | ClearanceMode::ByLevel if is_high => Some(Role::DesignatedOfficial),
        ClearanceMode::Manual | ClearanceMode::ByLevel => {
            let of_chain = policy.approver_chain.first().copied();
            of_chain.or(row.map(|row| row.decider)).or(Some(Role::DesignatedOfficial))
        }
    }
}

fn exceptions(policy: &AreaPolicy) -> Vec<ModeOverride> {
    let open = policy.mode_overrides.iter().filter(|one| one.organizations.is_empty());
    open.cloned().collect()
}

fn courses(policy: &AreaPolicy, row: Option<&LevelRow>) -> Vec<EntryCourse> {
    let of_all = |course: &Course| EntryCourse {
        course: course.clone(),
        categories: Vec::new(),
        min_stay_nights: 0,
    };
    let of_level = row.map_or(&[][..], |row| &row.courses).iter().map(of_all);
    let of_policy = policy.training_required.iter().map(|rule| EntryCourse {
        course: rule.course.clone(),
        categories: rule.categories.clone(),
        min_stay_nights: rule.min_stay_nights,
    });
    let mut courses = vec![of_all(&Course::BSAFE)];
    for course in of_level.chain(of_policy) {
        // What is asked of all leaves nothing to ask of some.
        if !courses.iter().any(|known| *known == course || *known == of_all(&course.course)) {
            courses.push(course);
        }
    }
    courses
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::atlas::{AreaBox, AreaState, AtlasParts};
    use crate::model::CourseRule;

    fn area(level: u8, change: impl FnOnce(&mut AreaPolicy, &mut AreaState)) -> AreaEntry {
        let level = SecurityLevel::new(level).unwrap();
        let own = AreaBox::new("AAA-1", Some("AA"), [0.0, 0.0, 1.0, 1.0], level);
        let parts = AtlasParts::of_boxes(1, std::slice::from_ref(&own)).unwrap();
        let ground = Arc::clone(&parts.areas[0].ground);
        let (mut policy, mut state) = (own.policy, parts.areas[0].state.clone());
        change(&mut policy, &mut state);
        AreaEntry::new(ground, state, policy.into())
    }

    #[test]
    fn it_says_what_the_level_and_the_policy_ask() {
        let low = entry_rules(&area(2, |_, _| {}));
        assert_eq!((low.clearance_mode, low.decided_by), (ClearanceMode::Auto, None));
        assert_eq!((low.lead_time_hours, low.briefing), (0, BriefingRule::None));
        let high = entry_rules(&area(5, |_, _| {}));
        assert_eq!(high.clearance_mode, ClearanceMode::Manual);
        assert_eq!(high.decided_by, Some(Role::DesignatedOfficial));
        assert_eq!((high.lead_time_hours, high.two_step), (168, true));
        assert_eq!((high.briefing, high.lowest_pc), (BriefingRule::Within(24), Some(PcGrade::Pc2)));
        let courses: Vec<_> = high.courses.iter().map(|one| &one.course).collect();
        assert_eq!(courses, [&Course::BSAFE, &Course::SSAFE]);
        let very_high =
            entry_rules(&area(5, |_, state| state.risk_band = Some(RiskBand::VeryHigh)));
        assert_eq!(very_high.lowest_pc, Some(PcGrade::Pc1), "the stricter of band and level");
    }

    #[test]
    fn what_names_organizations_or_is_for_those_who_come_is_left_out() {
        let told = entry_rules(&area(5, |policy, _| {
            let exception = ModeOverride {
                categories: Vec::new(),
                organizations: Vec::new(),
                pc_grades: Vec::new(),
                purposes: Vec::new(),
                transport_modes: Vec::new(),
                min_nights: None,
                max_nights: Some(1),
                mode: ClearanceMode::Auto,
            };
            let named = ModeOverride { organizations: vec!["unicef".into()], ..exception.clone() };
            policy.mode_overrides = vec![named, exception];
            policy.approved_lodging = vec!["Park Side".into()];
            let course = |nights| CourseRule {
                course: Course::SSAFE,
                categories: Vec::new(),
                min_stay_nights: nights,
            };
            policy.training_required = vec![course(5)];
        }));
        assert_eq!((told.exceptions.len(), told.courses.len()), (1, 2));
        let public = told.for_the_public();
        assert!(public.exceptions.is_empty() && public.approved_lodging.is_empty());
    }
}
