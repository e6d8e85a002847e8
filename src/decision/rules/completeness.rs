//! What a request must carry (R-201..R-206, c.2): everything that is missing at once.

use crate::decision::case::{Case, hours_after};
use crate::decision::findings::Findings;
use crate::decision::registry::Rule;
use crate::decision::rules::applicability;
use crate::model::{Fact, FactClass, Outcome, ReasonCode};

/// R-201's declaration.
pub(in crate::decision) const R_201: Rule = Rule::new(
    "R-201",
    "D",
    "Name, a contact reachable abroad and a next of kin are on record",
    &[("missing", FactClass::I)],
);

/// R-201 (D): name, reachable contact and next-of-kin contact are on record. Organization,
/// category and purpose cannot be absent here: they are types.
pub(in crate::decision) fn personal_data(case: &Case<'_>, out: &mut Findings) {
    let Some(who) = case.who else { return };
    let asked = [
        (who.person.named, ReasonCode::Incomplete, "name"),
        (who.person.reachable, ReasonCode::ContactMissing, "contact"),
        (who.person.next_of_kin, ReasonCode::ContactMissing, "next_of_kin"),
    ];
    for (present, reason, what) in asked {
        if !present {
            out.add(&R_201, Outcome::Return, reason, || vec![("missing", Fact::Name(what))]);
        }
    }
}

/// R-205's declaration.
pub(in crate::decision) const R_205: Rule = Rule::new(
    "R-205",
    "D",
    "Fields that the area's policy adds",
    &[("field", FactClass::P), ("area_id", FactClass::P)],
);

/// R-205 (D): every field that the area's policy adds has been supplied.
pub(in crate::decision) fn added_fields(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), Some(policy)) = (case.area, case.policy) else { return };
    let trip = case.trip();
    for field in &policy.required_fields {
        let known = match field.as_str() {
            "pc_grade" => trip.pc_grade.is_some(),
            "purpose_text" => trip.purpose_text.is_some(),
            "justification" => trip.justification.is_some(),
            _ => false,
        };
        if known || trip.supplied_fields.contains(field) {
            continue;
        }
        out.add(&R_205, Outcome::Return, ReasonCode::FieldMissing, || {
            vec![
                ("field", Fact::Text(field.clone())),
                ("area_id", Fact::Area(area.area_id.clone())),
            ]
        });
    }
}

/// R-206's declaration.
pub(in crate::decision) const R_206: Rule = Rule::new(
    "R-206",
    "D",
    "Not too far ahead, not too long",
    &[
        ("max_advance_days", FactClass::P),
        ("departs_at", FactClass::I),
        ("max_stay_days", FactClass::P),
        ("nights", FactClass::I),
    ],
);

/// R-206 (D): the trip starts within the area's advance limit; the stay is no longer than its
/// limit, unless it is an assignment.
pub(in crate::decision) fn window(case: &Case<'_>, out: &mut Findings) {
    let Some(policy) = case.policy else { return };
    let limit = hours_after(case.now(), i64::from(policy.max_advance_days) * 24);
    let start = case.trip().itinerary.segments.first().map(|segment| segment.departs_at);
    if let Some(start) = start.filter(|start| *start > limit) {
        out.add(&R_206, Outcome::Return, ReasonCode::TooFarAhead, || {
            vec![
                ("max_advance_days", Fact::Number(i64::from(policy.max_advance_days))),
                ("departs_at", Fact::Instant(start)),
            ]
        });
    }
    if case.stay.nights > policy.max_stay_days && !applicability::assignment(case) {
        out.add(&R_206, Outcome::Return, ReasonCode::StayTooLong, || {
            vec![
                ("max_stay_days", Fact::Number(i64::from(policy.max_stay_days))),
                ("nights", Fact::Number(i64::from(case.stay.nights))),
            ]
        });
    }
}
