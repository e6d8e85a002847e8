//! Power by delegation: never more than its delegator has, and not passed on.

use uuid::Uuid;

use super::{Barred, Question, Tried, Used, Why, impartial, official, two_persons};
use crate::access::{Appointment, Delegation, DelegationState, Holder, Land, Principal};
use crate::model::{Capacity, RiskBand, Role};

const RULE: &str = "R-803";

/// The delegation that is named, or the first that fits.
pub(super) fn delegated(question: &Question<'_>, named: Option<Uuid>) -> Tried {
    let mut nearest = match named {
        Some(_) => Barred::new(RULE, Why::DelegationUnknown),
        None => Barred::new(RULE, Why::NoPower),
    };
    let given = question.principal.delegations.iter().filter(|given| {
        named.is_none_or(|id| id == given.delegation_id)
            && given.names(question.principal, question.now)
    });
    for delegation in given {
        match by(question, delegation) {
            Ok(used) => return Ok(used),
            // what is named is answered for, whatever else was near
            Err(barred) if named.is_some() => return Err(barred),
            Err(barred) => nearest = nearest.or_nearer(barred),
        }
    }
    Err(nearest)
}

fn by(question: &Question<'_>, delegation: &Delegation) -> Tried {
    let adviser = in_scope(question, delegation)?;
    in_time(question, delegation)?;
    not_above(question, delegation)?;
    let post = delegation.post_held(question.principal, question.now);
    Ok(Used {
        delegation_id: Some(delegation.delegation_id),
        ..Used::of(
            Capacity::Delegation(delegation.delegation_id),
            post.or(adviser).map(|held| held.appointment_id),
        )
    })
}

/// Areas × bands × categories × nights. Answers the adviser's appointment where high risk asks for
/// one.
fn in_scope<'q>(
    question: &'q Question<'_>,
    delegation: &Delegation,
) -> Result<Option<&'q Appointment>, Barred> {
    let (matter, scope) = (question.matter, &delegation.scope);
    let refuse = |why| Err(Barred::new(RULE, why));
    let Some(area) = &matter.area_id else { return refuse(Why::DelegationArea) };
    let country = matter.country.as_deref();
    if !scope.land.covers(area, country) || !delegation.given_from.covers(area, country) {
        return refuse(Why::DelegationArea);
    }
    if !question.asked.deed.is_delegable() {
        return refuse(Why::DelegationDeed(question.asked.deed));
    }
    let band = matter.band.unwrap_or(RiskBand::Low);
    if band > RiskBand::High || !scope.bands.contains(&band) {
        return refuse(Why::DelegationBand(band));
    }
    let adviser = question.principal.appointments.iter().find(|held| {
        held.role == Role::SecurityAdviser
            && !held.focal_point
            && held.is_in_force(question.now)
            && held.covers(area, country)
    });
    if band == RiskBand::High && adviser.is_none() {
        return refuse(Why::HighBand);
    }
    if !scope.categories.is_empty() && !scope.categories.contains(&matter.category) {
        return refuse(Why::DelegationCategory(matter.category));
    }
    match scope.max_nights {
        Some(most) if matter.nights > most => refuse(Why::DelegationNights(most)),
        _ => Ok(adviser.filter(|_| band == RiskBand::High)),
    }
}

fn in_time(question: &Question<'_>, delegation: &Delegation) -> Result<(), Barred> {
    let why = match delegation.state(question.now) {
        DelegationState::InForce => return Ok(()),
        DelegationState::Granted => Why::DelegationNotYet(delegation.valid_from),
        DelegationState::Revoked => {
            Why::DelegationRevoked(delegation.revoked_at.unwrap_or(question.now))
        }
        DelegationState::Expired if delegation.valid_to <= question.now => {
            Why::DelegationExpired(delegation.valid_to)
        }
        DelegationState::Expired => Why::DelegatorGone,
    };
    Err(Barred::new(RULE, why))
}

/// What the delegator could not do by own authority, nobody does in the delegator's name.
fn not_above(question: &Question<'_>, delegation: &Delegation) -> Result<(), Barred> {
    let given_from = &delegation.given_from;
    if given_from.role != Role::DesignatedOfficial || given_from.ad_interim {
        return Err(Barred::new(RULE, Why::PassedOn));
    }
    let delegator = Principal {
        identity: Uuid::nil(),
        holder: Holder::Person(delegation.delegator),
        organization: None,
        appointments: vec![given_from.clone()],
        delegations: Vec::new(),
        delegated: Land::default(),
    };
    let theirs = Question { principal: &delegator, ..*question };
    impartial(delegation.delegator, question.matter)
        .and_then(|()| official(&theirs, false))
        .and_then(|used| two_persons(delegation.delegator, &theirs, used.capacity))
        .map_err(|barred| {
            // that a step is missing is the same for everyone
            if barred.is_two_step() {
                return barred;
            }
            Barred { why: Why::DelegatorBarred(Box::new(barred.why)), rule: barred.rule }
        })
}
