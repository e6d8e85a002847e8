//! On arrival and on the road.

use crate::decision::case::{Case, hours_after};
use crate::decision::findings::Findings;
use crate::decision::registry::Rule;
use crate::model::{
    AreaPolicy, ArrivalRule, BriefingRule, ConditionCode, Fact, FactClass, LevelRow, MovementRule,
    Outcome, ReasonCode, TransportMode,
};

/// Hours for briefing and for confirming arrival where a person decides by the area's mode and
/// neither policy nor level says more (c.4).
const WHERE_A_PERSON_DECIDES: u16 = 24;

/// R-305's declaration.
pub(in crate::decision) const R_305: Rule =
    Rule::new("R-305", "A/B", "A briefing is due on arrival", &[("area_id", FactClass::P)]);

/// R-305 (A/B): the briefing the policy asks for, else that of the level's row, else 24 hours
/// where a person decides by the area's mode.
pub(in crate::decision) fn briefing(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), Some(policy)) = (case.area, case.policy) else { return };
    match briefing_rule(policy, case.row, case.is_manual_by_mode()) {
        BriefingRule::None => {}
        BriefingRule::Advise => out.warn(&R_305, ReasonCode::BriefingPending, || {
            vec![("area_id", Fact::Area(area.area_id.clone()))]
        }),
        BriefingRule::Within(hours) => {
            let due = hours_after(case.stay.arrive_at, hours);
            out.ask(&R_305, ConditionCode::BriefingOnArrival, Some(due), None);
        }
        BriefingRule::BeforeLeavingAirport => {
            out.ask(&R_305, ConditionCode::BriefingBeforeLeavingAirport, None, None);
        }
    }
}

/// The briefing rule in force where a person decides by the area's mode, or does not.
pub(in crate::decision) fn briefing_rule(
    policy: &AreaPolicy,
    row: Option<&LevelRow>,
    is_manual: bool,
) -> BriefingRule {
    policy.briefing.unwrap_or_else(|| {
        let of_level = row.and_then(|row| row.briefing_hours);
        let hours = of_level.or(is_manual.then_some(WHERE_A_PERSON_DECIDES));
        hours.map_or(BriefingRule::None, BriefingRule::Within)
    })
}

/// R-406's declaration.
pub(in crate::decision) const R_406: Rule = Rule::new(
    "R-406",
    "B",
    "Movement as the area's rule has it",
    &[
        ("area_id", FactClass::P),
        ("segment", FactClass::I),
        ("mode", FactClass::I),
        ("movement_rule", FactClass::P),
    ],
);

/// R-406 (B): telling the office and moving in convoy are conditions; a way on the ground that
/// needs a person's word, or that is no convoy where only convoys go, is a person's matter.
pub(in crate::decision) fn on_the_road(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), Some(policy)) = (case.area, case.policy) else { return };
    let (convoy_passes, rule) = match policy.movement_rule {
        MovementRule::Free => return,
        MovementRule::Notify => {
            out.ask(&R_406, ConditionCode::NotifyMovement, None, None);
            return;
        }
        MovementRule::Clearance => (false, "clearance"),
        MovementRule::ConvoyOnly => {
            out.ask(&R_406, ConditionCode::ConvoyOnly, None, None);
            (true, "convoy_only")
        }
    };
    let ground = case.segments().iter().filter(|segment| {
        let convoy = convoy_passes && segment.mode == TransportMode::RoadUnConvoy;
        !segment.mode.is_air() && !convoy
    });
    for segment in ground {
        out.add(&R_406, Outcome::Manual, ReasonCode::MovementRestricted, || {
            vec![
                ("area_id", Fact::Area(area.area_id.clone())),
                ("segment", Fact::Number(i64::from(segment.seq))),
                ("mode", Fact::Name(segment.mode.as_str())),
                ("movement_rule", Fact::Name(rule)),
            ]
        });
    }
}

/// The arrival rule in force where a person decides by the area's mode, or does not.
pub(in crate::decision) fn arrival_rule(
    policy: &AreaPolicy,
    row: Option<&LevelRow>,
    is_manual: bool,
) -> ArrivalRule {
    policy.arrival.unwrap_or_else(|| {
        let of_level = row.and_then(|row| row.confirm_arrival_hours);
        let hours = of_level.or(is_manual.then_some(WHERE_A_PERSON_DECIDES));
        hours.map_or(ArrivalRule::None, ArrivalRule::ConfirmWithin)
    })
}

/// R-407's declaration.
pub(in crate::decision) const R_407: Rule =
    Rule::new("R-407", "B", "Arrival is confirmed or registered", &[]);

/// R-407 (B): the arrival rule of the policy, else that of the level's row, else confirmation
/// within 24 hours where a person decides by the area's mode.
pub(in crate::decision) fn arrival(case: &Case<'_>, out: &mut Findings) {
    let Some(policy) = case.policy else { return };
    let rule = arrival_rule(policy, case.row, case.is_manual_by_mode());
    let (code, hours) = match rule {
        ArrivalRule::None => return,
        ArrivalRule::ConfirmWithin(hours) => (ConditionCode::ConfirmArrival, hours),
        ArrivalRule::RegisterWithin(hours) => (ConditionCode::RegisterArrival, hours),
    };
    out.ask(&R_407, code, Some(hours_after(case.stay.arrive_at, hours)), None);
}
