//! Where the traveller sleeps.

use crate::decision::case::{Case, hours_after};
use crate::decision::findings::Findings;
use crate::decision::registry::Rule;
use crate::model::{
    ConditionCode, Fact, FactClass, Lodging, LodgingKind, LodgingRule, Outcome, ReasonCode,
};

/// R-203's declaration.
pub(in crate::decision) const R_203: Rule = Rule::new(
    "R-203",
    "D",
    "Every stay with a night has lodging",
    &[("area_id", FactClass::P), ("missing", FactClass::I)],
);

/// R-203 (D): a stay with nights has lodging; a private house has an address; "to be advised" is
/// a condition with a deadline where the area accepts it. A stay without an area cannot name one.
pub(in crate::decision) fn given(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), true) = (case.area, case.stay.nights > 0) else { return };
    let missing = match case.lodging() {
        None => "lodging",
        Some(lodging) => match lodging.kind {
            LodgingKind::Hotel | LodgingKind::Guesthouse | LodgingKind::UnCompound => return,
            LodgingKind::Private | LodgingKind::OwnResidence => {
                if has_address(lodging) {
                    return;
                }
                "address"
            }
            LodgingKind::Tba => match case.policy.map(|policy| policy.lodging_tba_hours) {
                None => return,
                Some(Some(hours)) => {
                    let due = hours_after(case.stay.arrive_at, hours);
                    out.ask(&R_203, ConditionCode::AdviseLodging, Some(due), None);
                    return;
                }
                Some(None) => "lodging",
            },
        },
    };
    out.add(&R_203, Outcome::Return, ReasonCode::LodgingMissing, || {
        vec![("area_id", Fact::Area(area.area_id.clone())), ("missing", Fact::Name(missing))]
    });
}

fn has_address(lodging: &Lodging) -> bool {
    let address = lodging.address.as_ref();
    address.is_some_and(|address| !address.reveal().trim().is_empty()) || lodging.point.is_some()
}

/// R-405's declaration.
pub(in crate::decision) const R_405: Rule = Rule::new(
    "R-405",
    "B",
    "Lodging fits the area's rule",
    &[("area_id", FactClass::P), ("lodging_kind", FactClass::I), ("lodging_rule", FactClass::P)],
);

/// R-405 (B): where the area lists its houses, one off the list is warned of or goes to a person;
/// where it takes compounds only, anything else goes to a person. A house not yet known is off
/// the list.
pub(in crate::decision) fn approved(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), Some(policy), Some(lodging)) = (case.area, case.policy, case.lodging()) else {
        return;
    };
    if case.stay.nights == 0 {
        return;
    }
    let listed = || {
        lodging.name.as_ref().is_some_and(|name| {
            policy.approved_lodging.iter().any(|house| same_name(house, name.reveal()))
        })
    };
    let (fits, rule) = match policy.lodging_rule {
        LodgingRule::Any => return,
        LodgingRule::AdviseList => (
            policy.approved_lodging.is_empty() || lodging.kind == LodgingKind::Tba || listed(),
            "advise_list",
        ),
        LodgingRule::ApprovedOnly => (listed(), "approved_only"),
        LodgingRule::UnCompoundOnly => {
            (lodging.kind == LodgingKind::UnCompound, "un_compound_only")
        }
    };
    if fits {
        return;
    }
    let evidence = || {
        vec![
            ("area_id", Fact::Area(area.area_id.clone())),
            ("lodging_kind", Fact::Name(lodging.kind.as_str())),
            ("lodging_rule", Fact::Name(rule)),
        ]
    };
    if policy.lodging_rule == LodgingRule::AdviseList {
        out.warn(&R_405, ReasonCode::LodgingNotApproved, evidence);
    } else {
        out.add(&R_405, Outcome::Manual, ReasonCode::LodgingNotApproved, evidence);
    }
}

/// Equal names, whatever the case of their letters and the space around them.
fn same_name(one: &str, other: &str) -> bool {
    let other = other.trim().chars().flat_map(char::to_lowercase);
    one.trim().chars().flat_map(char::to_lowercase).eq(other)
}
