//! Policies to start from (domain.md c.4, "Templates"; B/D).

use serde::{Deserialize, Serialize};

use super::{
    AreaPolicy, ArrivalRule, BriefingRule, ClearanceMode, Course, CourseRule, InternalMovement,
    LevelTable, LodgingRule, MovementRule, PcGrade,
};

/// A policy to start from. It is a posture; the closing itself is the area's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyTemplate {
    /// By rule, BSAFE.
    Open,
    /// By rule; the officer is told, arrival is confirmed. A new country starts here.
    Watched,
    /// A person decides, seven days ahead; briefing within 24 h.
    Controlled,
    /// A person decides; ceilings, SSAFE, criticality, lodging from the list, convoys.
    Restricted,
    /// By mission security clearance request: very high risk.
    Mscr,
    /// As before, and nobody's family; movement inside is cleared too.
    Closed,
}

impl PolicyTemplate {
    /// Every template, from the mildest on.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Watched, Self::Controlled, Self::Restricted, Self::Mscr, Self::Closed];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Watched => "watched",
            Self::Controlled => "controlled",
            Self::Restricted => "restricted",
            Self::Mscr => "mscr",
            Self::Closed => "closed",
        }
    }

    /// The template of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }

    /// Whether it asks for ceilings, which only the area knows.
    pub const fn needs_ceilings(self) -> bool {
        matches!(self, Self::Restricted)
    }

    /// The template for an area: the defaults of c.4 with what the template sets. What belongs to
    /// the place rather than to a posture is kept from the policy in force: ceilings, the list of
    /// lodging, who decides and who is told when.
    pub fn of(self, in_force: &AreaPolicy) -> AreaPolicy {
        let standard = AreaPolicy::standard(in_force.version, in_force.effective_from);
        let mut policy = AreaPolicy {
            demonstration: in_force.demonstration,
            ceilings: in_force.ceilings.clone(),
            overbook_allowed_by: in_force.overbook_allowed_by,
            approved_lodging: in_force.approved_lodging.clone(),
            approver_chain: in_force.approver_chain.clone(),
            escalation_hours: in_force.escalation_hours,
            ..standard
        };
        self.set(&mut policy);
        policy
    }

    fn set(self, policy: &mut AreaPolicy) {
        match self {
            Self::Open => {
                policy.clearance_mode = ClearanceMode::Auto;
                policy.lodging_rule = LodgingRule::Any;
            }
            Self::Watched => {
                policy.clearance_mode = ClearanceMode::Auto;
                policy.arrival = Some(ArrivalRule::ConfirmWithin(24));
                let LevelTable(rows) = &mut policy.level_table;
                for row in rows {
                    row.notify_officer = true;
                }
            }
            Self::Controlled => {
                policy.clearance_mode = ClearanceMode::Manual;
                policy.lead_time_hours_manual = 168;
                policy.briefing = Some(BriefingRule::Within(24));
                policy.arrival = Some(ArrivalRule::ConfirmWithin(24));
            }
            Self::Restricted => {
                Self::Controlled.set(policy);
                policy.training_required = vec![ssafe()];
                policy.pc_required = true;
                policy.lodging_rule = LodgingRule::ApprovedOnly;
                policy.lodging_tba_hours = None;
                policy.movement_rule = MovementRule::ConvoyOnly;
            }
            Self::Mscr => {
                Self::Restricted.set(policy);
                policy.clearance_mode = ClearanceMode::MscrOnly;
                policy.lowest_pc = Some(PcGrade::Pc1);
                policy.two_step = true;
            }
            Self::Closed => {
                Self::Mscr.set(policy);
                policy.family_allowed = false;
                policy.internal_movement = InternalMovement::Clearance;
            }
        }
    }
}

/// The field course, of everybody, for any stay.
fn ssafe() -> CourseRule {
    CourseRule { course: Course::SSAFE, categories: Vec::new(), min_stay_nights: 0 }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::{Ceilings, Role};

    #[test]
    fn a_template_keeps_what_belongs_to_the_place() {
        let mut own = AreaPolicy::standard(7, Timestamp::UNIX_EPOCH);
        own.ceilings = Ceilings { total: Some(40), ..Ceilings::default() };
        own.approved_lodging = vec!["Park Side".into()];
        own.approver_chain = vec![Role::DesignatedOfficial];
        own.max_stay_days = 9;
        own.demonstration = true;
        for template in PolicyTemplate::ALL {
            let made = template.of(&own);
            assert_eq!(made.ceilings, own.ceilings, "{template:?}");
            assert_eq!(made.approved_lodging, own.approved_lodging);
            assert_eq!(made.approver_chain, own.approver_chain);
            assert_eq!((made.version, made.demonstration), (7, true));
            assert_eq!(made.max_stay_days, 180, "the rest is the template's");
            assert_eq!(PolicyTemplate::named(template.as_str()), Some(template));
        }
    }

    #[test]
    fn each_template_is_what_its_words_say() {
        use ClearanceMode::{Auto, Manual, MscrOnly};
        let standard = AreaPolicy::standard(1, Timestamp::UNIX_EPOCH);
        let modes = PolicyTemplate::ALL.map(|template| template.of(&standard).clearance_mode);
        assert_eq!(modes, [Auto, Auto, Manual, Manual, MscrOnly, MscrOnly]);
        let watched = PolicyTemplate::Watched.of(&standard);
        assert!(watched.level_table.0.iter().all(|row| row.notify_officer));
        assert_eq!(watched.arrival, Some(ArrivalRule::ConfirmWithin(24)));
        let restricted = PolicyTemplate::Restricted.of(&standard);
        assert_eq!(restricted.training_required, [ssafe()]);
        assert_eq!(restricted.lodging_rule, LodgingRule::ApprovedOnly);
        assert_eq!(restricted.movement_rule, MovementRule::ConvoyOnly);
        assert!(restricted.pc_required && PolicyTemplate::Restricted.needs_ceilings());
        assert_eq!(PolicyTemplate::Mscr.of(&standard).lowest_pc, Some(PcGrade::Pc1));
        assert!(!PolicyTemplate::Closed.of(&standard).family_allowed);
    }
}
