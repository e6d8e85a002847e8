//! What becomes of one live clearance (domain.md c.11).
//!
//! Whatever the new decision says, rules alone never make anything positive that was not: a
//! clearance is left standing, frozen, handed to a person, or withdrawn with its traveller.

use jiff::SignedDuration;

use super::again::Again;
use crate::model::{
    Became, Cause, ClearanceDecision, ClearanceState, Course, Effect, Fact, Outcome, ReasonCode,
};
use crate::trips::store::LiveClearance;

/// What becomes of a clearance. Whoever has arrived is left untouched; a headcount is the means for
/// them.
pub(super) fn fate(
    clearance: &LiveClearance,
    decision: Option<&ClearanceDecision>,
    again: &Again,
    cause: Cause,
) -> Became {
    use ClearanceState as S;
    let begun = clearance.arrived || clearance.arrive_at <= again.now;
    let granted = again.is_granted(clearance);
    let blocked = decision.is_some_and(|decision| is_blocked(decision, granted));
    // what was frozen stays so while the area is, and for want of a course
    let held = blocked || is_untrained(clearance, decision);
    // a person has the successor of one that stands in already
    let to_a_person = if clearance.stands_in { Became::Superseded } else { Became::PendingReview };
    if cause.only_tells() {
        return told(clearance, decision, again, cause);
    }
    match clearance.state {
        // a danger that is over freezes nobody who waits at its edge for the rest of the stay
        S::Suspended if cause == Cause::Fence && !clearance.arrived && !held => to_a_person,
        S::Cleared | S::Approved | S::Suspended if begun => Became::Inside,
        S::Cleared
        | S::Approved
        | S::Suspended
        | S::PendingReview
        | S::Returned
        | S::Recommended
        | S::Escalated
        | S::UnderAppeal
            if cause == Cause::Deactivated && again.is_gone(clearance.person_id) =>
        {
            Became::Cancelled
        }
        S::Cleared | S::Approved if again.is_undecided() => to_a_person,
        S::Cleared | S::Approved if blocked => Became::Suspended,
        S::Cleared | S::Approved if lacks_training(clearance, decision, cause) => {
            untrained(cause, to_a_person)
        }
        S::Cleared if asks_for_a_person(decision) => {
            let stands = cause != Cause::Band && near_stands(clearance, again);
            if stands { Became::Near } else { to_a_person }
        }
        S::Approved if cause == Cause::Band && asks_for_a_person(decision) => to_a_person,
        S::Suspended if held => Became::Stands,
        S::Suspended => match (cause, clearance.prior) {
            (Cause::Reopened, Some(S::Approved)) => Became::Reinstated,
            (Cause::Reopened, Some(S::Cleared)) if !asks_for_a_person(decision) => {
                Became::Reinstated
            }
            _ => to_a_person,
        },
        // a person has it, or nothing is left to decide: it has seen the newer world, no more
        S::Cleared
        | S::Approved
        | S::Submitted
        | S::Notified
        | S::PendingReview
        | S::Returned
        | S::Recommended
        | S::Escalated
        | S::Denied
        | S::UnderAppeal
        | S::Revoked
        | S::Cancelled
        | S::Superseded
        | S::Expired
        | S::Completed => Became::Stands,
    }
}

/// What the people of a clearance are told that is only looked at: nothing moves.
fn told(
    clearance: &LiveClearance,
    decision: Option<&ClearanceDecision>,
    again: &Again,
    cause: Cause,
) -> Became {
    let positive = matches!(clearance.state, ClearanceState::Cleared | ClearanceState::Approved);
    let area = again.atlas.area(&clearance.area_id);
    // the area stands under the policy that is to come
    let after = area.is_some_and(|area| clearance.arrive_at >= area.policy.effective_from);
    if positive && cause == Cause::Advisory {
        Became::Informed
    } else if positive && after && is_untrained(clearance, decision) {
        Became::Warned
    } else {
        Became::Stands
    }
}

/// Nearer than the lead time of a person's decision: it stands, and is listed, unless the area's
/// policy says otherwise (c.11).
fn near_stands(clearance: &LiveClearance, again: &Again) -> bool {
    let Some(area) = again.atlas.area(&clearance.area_id) else { return false };
    let lead = SignedDuration::from_hours(i64::from(area.policy.lead_time_hours_manual));
    area.policy.near_departures_stand && clearance.arrive_at.duration_since(again.now) < lead
}

/// The area or a fence stands in the way as such, whatever a person would say; save headquarters,
/// where that is what is asked for, and it was `granted`.
fn is_blocked(again: &ClearanceDecision, granted: bool) -> bool {
    let blocks = |reason| {
        matches!(
            reason,
            ReasonCode::AreaSuspended
                | ReasonCode::AreaClosed
                | ReasonCode::FenceDeny
                | ReasonCode::FenceMscr
                | ReasonCode::RiskUnacceptable
        )
    };
    let mut findings = again.findings.iter();
    findings.any(|found| match found.effect {
        Effect::Outcome(Outcome::Mscr) if granted => false,
        Effect::Outcome(_) => blocks(found.reason),
        Effect::Warning => false,
    })
}

/// Whether the rules would hand it to a person now. Its places are its own: a ceiling lowered since
/// moves nobody, not even to none.
fn asks_for_a_person(again: Option<&ClearanceDecision>) -> bool {
    again.is_some_and(|again| {
        let mut findings = again.findings.iter();
        again.outcome > Outcome::Auto
            && findings.any(|found| match found.effect {
                Effect::Outcome(outcome) => outcome > Outcome::Auto && !counts(found.reason),
                Effect::Warning => false,
            })
    })
}

/// A reason that is about how many there are.
const fn counts(reason: ReasonCode) -> bool {
    matches!(reason, ReasonCode::CeilingFull | ReasonCode::OrgQuotaFull | ReasonCode::QuotaDay)
}

/// What was positive lacks a course now that nobody has waived: the area asks for it since this
/// change, or the certificate went with it. Whatever was approved without a course was waived, so
/// every other lack is new.
fn lacks_training(
    clearance: &LiveClearance,
    again: Option<&ClearanceDecision>,
    cause: Cause,
) -> bool {
    matches!(cause, Cause::Policy | Cause::Certificate) && is_untrained(clearance, again)
}

/// A course is missing that nobody has waived.
fn is_untrained(clearance: &LiveClearance, again: Option<&ClearanceDecision>) -> bool {
    again.is_some_and(|again| missing(again).any(|course| !clearance.waives(&course)))
}

/// A policy that takes effect freezes whoever was warned and has not trained (c.11); a certificate
/// that went takes the stay back to a person.
const fn untrained(cause: Cause, to_a_person: Became) -> Became {
    if matches!(cause, Cause::Policy) { Became::Suspended } else { to_a_person }
}

/// Courses without which a person would have to decide.
fn missing(again: &ClearanceDecision) -> impl Iterator<Item = Course> + '_ {
    let lacks = |reason| {
        matches!(
            reason,
            ReasonCode::TrainingBsafeMissing
                | ReasonCode::TrainingSsafeMissing
                | ReasonCode::TrainingOtherMissing
                | ReasonCode::CertExpiresDuringStay
        )
    };
    let findings = again.findings.iter();
    let lacks = findings.filter(move |f| lacks(f.reason) && f.effect != Effect::Warning);
    lacks.map(|found| {
        let named = found.facts.iter().find(|(name, _)| *name == "course");
        let code =
            named.and_then(|(_, fact)| if let Fact::Text(code) = fact { Some(code) } else { None });
        code.map_or(Course::SSAFE, |code| Course(code.clone()))
    })
}
