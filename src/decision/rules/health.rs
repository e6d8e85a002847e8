//! Medical clearance, equipment, family.

use crate::decision::case::Case;
use crate::decision::findings::Findings;
use crate::decision::registry::Rule;
use crate::model::{Category, ConditionCode, Fact, FactClass, Outcome, ReasonCode, TravellerRole};

/// R-306's declaration.
pub(in crate::decision) const R_306: Rule = Rule::new(
    "R-306",
    "B",
    "Medical clearance is valid where the area asks for it",
    &[("medical_valid_to", FactClass::R), ("valid_through", FactClass::I)],
);

/// R-306 (B): where the area asks for it, medical clearance is valid on the last day: a yes with
/// a date, never a diagnosis.
pub(in crate::decision) fn medical(case: &Case<'_>, out: &mut Findings) {
    let (Some(policy), Some(who)) = (case.policy, case.who) else { return };
    let valid = who.medical_valid_to.is_some_and(|until| case.last <= until);
    if policy.medical_required && !valid {
        out.add(&R_306, Outcome::Return, ReasonCode::MedicalMissing, || {
            let mut evidence = vec![("valid_through", Fact::Day(case.last))];
            evidence.extend(who.medical_valid_to.map(|day| ("medical_valid_to", Fact::Day(day))));
            evidence
        });
    }
}

/// R-308's declaration.
pub(in crate::decision) const R_308: Rule =
    Rule::new("R-308", "B", "Equipment that the area asks for", &[]);

/// R-308 (B): protective equipment, radio and tracker are conditions; an unknown name is shown as
/// it stands.
pub(in crate::decision) fn equipment(case: &Case<'_>, out: &mut Findings) {
    for item in case.policy.map_or(&[][..], |policy| &policy.equipment) {
        let (code, about) = match item.as_str() {
            "ppe" => (ConditionCode::ProtectiveEquipment, None),
            "radio" => (ConditionCode::Radio, None),
            "tracker" => (ConditionCode::Tracker, None),
            _ => (ConditionCode::ProtectiveEquipment, Some(item)),
        };
        out.ask(&R_308, code, None, about);
    }
}

/// R-310's declaration.
pub(in crate::decision) const R_310: Rule = Rule::new(
    "R-310",
    "D",
    "No family where the area's policy removes it",
    &[("area_id", FactClass::P), ("policy_version", FactClass::P)],
);

/// R-310 (D): a family member is refused in an area whose policy removes family.
pub(in crate::decision) fn family_admitted(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), Some(policy)) = (case.area, case.policy) else { return };
    let family = case.traveller.role == TravellerRole::Family
        || case.who.is_some_and(|who| who.person.category == Category::EligibleFamilyMember);
    if family && !policy.family_allowed {
        out.add(&R_310, Outcome::DenyHard, ReasonCode::NonFamilyArea, || {
            vec![
                ("area_id", Fact::Area(area.area_id.clone())),
                ("policy_version", Fact::Number(i64::from(area.policy_version))),
            ]
        });
    }
}
