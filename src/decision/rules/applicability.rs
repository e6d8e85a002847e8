//! Who needs what, and for which travel (R-101..R-111, c.1).

use crate::decision::case::{Case, days_after};
use crate::decision::findings::{Findings, Stance};
use crate::decision::registry::Rule;
use crate::model::{
    Category, ClearanceMode, Fact, FactClass, Gap, InternalMovement, Outcome, PersonStatus,
    ReasonCode, StatusKind, TripKind,
};

/// What a stay asks for, before its area's rules are read (c.0 `requirement`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::decision) enum Requirement {
    /// Nothing: the traveller is at home.
    Nothing,
    /// To be on record.
    Notification {
        /// The rule that says so.
        rule: &'static Rule,
        /// What else still counts.
        stance: Stance,
    },
    /// A decision.
    Clearance,
}

/// What a stay asks for: home first, then private travel, leave and entitlement, then the area's
/// word on moving inside it and its mode; official travel needs a decision.
pub(in crate::decision) fn requirement(case: &Case<'_>) -> Requirement {
    if at_home(case) {
        return Requirement::Nothing;
    }
    personal(case)
        .or_else(|| leave(case))
        .or_else(|| entitlement(case))
        .or_else(|| internal_movement(case))
        .or_else(|| notify_only(case))
        .unwrap_or_else(|| official(case))
}

/// The finding of a stay that is only notified.
pub(in crate::decision) fn notified(rule: &Rule, case: &Case<'_>, out: &mut Findings) {
    out.add(rule, Outcome::Notify, ReasonCode::Notified, || {
        vec![
            ("trip_kind", Fact::Name(case.trip().trip_kind.as_str())),
            ("purpose", Fact::Name(case.trip().purpose.as_str())),
        ]
    });
}

/// R-101's declaration.
pub(in crate::decision) const R_101: Rule = Rule::new(
    "R-101",
    "A/B",
    "The traveller's category is covered by the system",
    &[("category", FactClass::I), ("person_status", FactClass::S)],
);

/// R-101 (A/B): a category outside the system is refused, and so is a person no longer in
/// service (R-1004).
pub(in crate::decision) fn eligible(case: &Case<'_>, out: &mut Findings) {
    let Some(who) = case.who else { return };
    let in_service = who.person.status != PersonStatus::Deactivated;
    if who.person.category.is_eligible() && in_service {
        return;
    }
    out.add_binding(&R_101, Outcome::DenyHard, ReasonCode::NotEligible, || {
        let mut evidence = vec![("category", Fact::Name(who.person.category.as_str()))];
        if !in_service {
            evidence.push(("person_status", Fact::Name("deactivated")));
        }
        evidence
    });
}

/// R-102's declaration.
pub(in crate::decision) const R_102: Rule =
    Rule::new("R-102", "B", "Official travel needs a clearance for every stay", &[]);

/// R-102 (B): official travel needs a clearance for every stay.
const fn official(_case: &Case<'_>) -> Requirement {
    Requirement::Clearance
}

const NOTICE: &[(&str, FactClass)] = &[("trip_kind", FactClass::I), ("purpose", FactClass::I)];

/// R-103's declaration.
pub(in crate::decision) const R_103: Rule =
    Rule::new("R-103", "B/D", "Personal travel is notified", NOTICE);

/// R-103 (B/D): personal travel is notified everywhere; what stands against it is a warning.
fn personal(case: &Case<'_>) -> Option<Requirement> {
    (case.trip().trip_kind == TripKind::Personal)
        .then_some(Requirement::Notification { rule: &R_103, stance: Stance::NotifyKind })
}

/// R-104's declaration.
pub(in crate::decision) const R_104: Rule =
    Rule::new("R-104", "D", "A stay of leave alone is personal", NOTICE);

/// R-104 (D): in official travel with leave, a stay all of whose days are leave is personal. A
/// stay without end has days that are not.
fn leave(case: &Case<'_>) -> Option<Requirement> {
    let trip = case.trip();
    let until = case.stay.depart.filter(|_| trip.trip_kind == TripKind::OfficialWithLeave)?;
    let mut day = case.stay.arrive;
    while day <= until {
        let leave = trip.private_days.iter().find(|leave| leave.contains(day))?;
        day = days_after(leave.to, 1);
    }
    Some(Requirement::Notification { rule: &R_104, stance: Stance::NotifyKind })
}

/// R-105's declaration.
pub(in crate::decision) const R_105: Rule = Rule::new(
    "R-105",
    "C/D",
    "Entitlement travel is notified where the organization says so",
    NOTICE,
);

/// R-105 (C/D): entitlement travel needs a clearance, unless its organization has switched it to
/// notification. A switch that could not be read is off.
fn entitlement(case: &Case<'_>) -> Option<Requirement> {
    let rules = &case.facts().organization;
    let known = rules.organization == case.trip().organization
        && !case.facts().gaps.iter().any(|gap| matches!(gap, Gap::Organization(_)));
    (known && rules.entitlement_notify_only && case.trip().purpose.is_entitlement())
        .then_some(Requirement::Notification { rule: &R_105, stance: Stance::NotifyKind })
}

/// R-106's declaration.
pub(in crate::decision) const R_106: Rule = Rule::new(
    "R-106",
    "C/D",
    "Family on official travel has a clearance of its own, linked to a member of personnel",
    &[("missing", FactClass::I), ("category", FactClass::I)],
);

/// R-106 (C/D): a family member on official travel is decided on their own and must be linked to
/// the member of personnel they belong to; a missing link goes to a person.
pub(in crate::decision) fn family_linked(case: &Case<'_>, out: &mut Findings) {
    let Some(who) = case.who else { return };
    let family =
        matches!(who.person.category, Category::EligibleFamilyMember | Category::AccompanyingOther);
    if family && who.person.sponsor_person_id.is_none() {
        out.add(&R_106, Outcome::Manual, ReasonCode::Incomplete, || {
            vec![
                ("missing", Fact::Name("sponsor")),
                ("category", Fact::Name(who.person.category.as_str())),
            ]
        });
    }
}

/// R-108's declaration.
pub(in crate::decision) const R_108: Rule = Rule::new(
    "R-108",
    "D",
    "Moving inside the area of one's own duty station asks for what its policy says",
    NOTICE,
);

/// R-108 (D): a resident who moves inside the area of the duty station is put on record where the
/// area's policy says so; without such a word it is nothing ([`at_home`]) or a stay as any other.
fn internal_movement(case: &Case<'_>) -> Option<Requirement> {
    let notified = case.policy?.internal_movement == InternalMovement::Notify;
    (notified && moves_inside_own_station(case))
        .then_some(Requirement::Notification { rule: &R_108, stance: Stance::NotifyArea })
}

/// The traveller goes about inside the area of the duty station: the stay begins and goes on there.
fn moves_inside_own_station(case: &Case<'_>) -> bool {
    lives_here(case) && sets_out_inside(case) && case.stay.leaves_by.is_some() && case.is_stay()
}

/// The area is that of the traveller's duty station. A traveller who could not be read is taken
/// to live where the trip begins, so that what the area asks of residents is asked.
fn lives_here(case: &Case<'_>) -> bool {
    case.who.map_or(case.stay.at_start_area, |who| case.is_own_station(who))
}

fn sets_out_inside(case: &Case<'_>) -> bool {
    let from = case.matter.terrain.places.get(case.stay.arrives_by).map(|(from, _)| from);
    from.zip(case.area).is_some_and(|(from, area)| from.area_id.as_ref() == Some(&area.area_id))
}

/// R-110's declaration.
pub(in crate::decision) const R_110: Rule =
    Rule::new("R-110", "D", "A first arrival at a new duty station may stay without end", &[]);

/// R-110 (D): an appointment, transfer or repatriation may stay longer than visitors may.
pub(in crate::decision) const fn assignment(case: &Case<'_>) -> bool {
    case.matter.trip.purpose.may_be_open_ended()
}

/// R-111's declaration.
pub(in crate::decision) const R_111: Rule = Rule::new(
    "R-111",
    "D",
    "Going back to one's own duty station is no stay, unless it is suspended, closed or controlled",
    &[],
);

/// R-111 (D): at home nothing is asked: neither where the trip began and ends, nor at the duty
/// station, unless that is suspended, closed or controls returns. Moving inside it is R-108's
/// matter: nothing, unless the policy says otherwise.
fn at_home(case: &Case<'_>) -> bool {
    let Some(area) = case.area.filter(|_| lives_here(case)) else {
        return case.stay.at_start_area;
    };
    if moves_inside_own_station(case) {
        let rule = case.policy.map(|policy| policy.internal_movement);
        return rule == Some(InternalMovement::None);
    }
    let open = area.status.kind == StatusKind::Open;
    let controlled = case.policy.is_none_or(|policy| policy.return_control);
    sets_out_inside(case) || (open && !controlled)
}

/// An area of notifications: its status, its band and what is unknown still count.
fn notify_only(case: &Case<'_>) -> Option<Requirement> {
    (case.mode == Some(ClearanceMode::NotifyOnly)).then_some(Requirement::Notification {
        rule: &super::area::R_402,
        stance: Stance::NotifyArea,
    })
}
