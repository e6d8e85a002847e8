//! Powers that come with an office: official, headquarters, adviser, the role of the policy.

use super::{Barred, Question, Tried, Used, Why};
use crate::access::{Appointment, Deed, Denial, Matter, Mission};
use crate::model::{Capacity, PersonId, RiskBand, Role};

impl Question<'_> {
    /// Appointments in a role, in force.
    fn held(&self, role: Role) -> impl Iterator<Item = &Appointment> {
        let now = self.now;
        self.principal
            .appointments
            .iter()
            .filter(move |held| held.role == role && held.is_in_force(now))
    }

    /// The appointment in a role that reaches the matter; why none does.
    fn reaching(
        &self,
        role: Role,
        fits: impl Fn(&Appointment) -> bool,
    ) -> Result<&Appointment, Barred> {
        let mut nearest = Barred::new(rule_of(role), Why::NoPower);
        for held in self.held(role).filter(|held| fits(held)) {
            match &self.matter.area_id {
                Some(area) if held.covers(area, self.matter.country.as_deref()) => return Ok(held),
                Some(_) => nearest = Barred::new(rule_of(role), Why::OtherArea(role)),
                None => nearest = Barred::new(rule_of(role), Why::Headquarters),
            }
        }
        Err(nearest)
    }
}

const fn rule_of(role: Role) -> &'static str {
    if matches!(role, Role::DesignatedOfficial | Role::Usg) { "R-801" } else { "R-802" }
}

/// R-801 (A/B): a clearance is the designated official's of its country, or the ad hoc official's
/// of its area; R-806 (A): while one stands in, in that capacity.
pub(super) fn official(question: &Question<'_>, interim: bool) -> Tried {
    let Question { matter, asked, .. } = question;
    let held = owner(question, interim)?;
    let headquarters = matter.decider == Some(Role::Usg) && matter.mission == Mission::None;
    let (deed, is_mission) = (asked.deed, matter.mission != Mission::None);
    if deed == Deed::Recommend && !is_mission {
        return Err(Barred::new("R-805", Why::NotNamed(Role::SecurityAdviser)));
    }
    if deed.is_positive() && is_mission {
        return Err(Barred::new("R-604", Why::Consents));
    }
    if deed.is_positive() && headquarters {
        return Err(Barred::new("R-802", Why::NotNamed(Role::Usg)));
    }
    if matches!(deed, Deed::AllowAppeal | Deed::DismissAppeal) {
        hears(question, matter.denial, false)?;
    }
    let capacity = if interim { Capacity::AdInterim } else { Capacity::Own };
    Ok(Used::of(capacity, Some(held.appointment_id)))
}

/// The official's appointment over the matter. Where the area has an official of its own, the
/// country's has no word in it.
fn owner<'q>(question: &'q Question<'_>, interim: bool) -> Result<&'q Appointment, Barred> {
    let role = Role::DesignatedOfficial;
    let Matter { area_id, posted, .. } = question.matter;
    let of_area = |held: &Appointment| area_id.as_ref().is_some_and(|id| held.areas.contains(id));
    let fits = |held: &Appointment| !posted.ad_hoc_official || of_area(held);
    question.reaching(role, |held| held.ad_interim == interim && fits(held)).map_err(|barred| {
        let of_country = question.reaching(role, |held| held.ad_interim == interim);
        of_country.map_or(barred, |_| Barred::new("R-801", Why::AdHocOfficial))
    })
}

/// The under-secretary-general: missions, appeals, overruling (fine-print.md, "Who may call what").
pub(super) fn usg(question: &Question<'_>) -> Tried {
    let held = question.held(Role::Usg).next();
    let held = held.ok_or(Barred::new("R-801", Why::NoPower))?;
    match question.asked.deed {
        Deed::Recommend => {
            return Err(Barred::new("R-805", Why::NotNamed(Role::SecurityAdviser)));
        }
        Deed::AllowAppeal | Deed::DismissAppeal => hears(question, question.matter.denial, true)?,
        Deed::Approve
        | Deed::Deny
        | Deed::Return
        | Deed::Escalate
        | Deed::Waive
        | Deed::Overbook
        | Deed::Revoke => {}
    }
    let capacity = if held.ad_interim { Capacity::AdInterim } else { Capacity::Own };
    Ok(Used::of(capacity, Some(held.appointment_id)))
}

/// R-1202 (A/D): the official hears an appeal, headquarters one from the official's own no, and
/// nobody one from their own.
fn hears(question: &Question<'_>, denial: Option<Denial>, usg: bool) -> Result<(), Barred> {
    let own: Option<PersonId> = denial.and_then(|denial| denial.by);
    if own.is_some() && own == question.principal.person() {
        Err(Barred::new("R-1202", Why::OwnDenial))
    } else if !usg && denial.is_some_and(|denial| denial.by_official) {
        Err(Barred::new("R-1202", Why::AppealToUsg))
    } else {
        Ok(())
    }
}

/// R-805 (A/B): the adviser recommends; where none is posted, the country's focal point.
pub(super) fn advise(question: &Question<'_>) -> Tried {
    if question.asked.deed != Deed::Recommend {
        return Err(Barred::new("R-802", Why::NoPower));
    }
    let held = adviser(question)?;
    Ok(Used::of(Capacity::Policy(question.matter.policy_version), Some(held.appointment_id)))
}

/// The adviser of the matter's area, or the focal point where no adviser is posted.
fn adviser<'q>(question: &'q Question<'_>) -> Result<&'q Appointment, Barred> {
    let role = Role::SecurityAdviser;
    question.reaching(role, |held| !held.focal_point).or_else(|none| {
        let held =
            question.reaching(role, |held| held.focal_point).map_err(|b| none.or_nearer(b))?;
        if question.matter.posted.adviser {
            return Err(Barred::new("R-802", Why::AdviserPosted));
        }
        Ok(held)
    })
}

/// R-802 (A): the role that the policy names; the adviser where no coordinator is, the focal point
/// where no adviser is; and whom the clocks have brought it to (c.9). High risk is not theirs.
pub(super) fn policy(question: &Question<'_>) -> Tried {
    let Question { matter, asked, .. } = question;
    let coordinator = question.reaching(Role::AreaSecurityCoordinator, |_| true);
    let of_role =
        [(Role::AreaSecurityCoordinator, coordinator), (Role::SecurityAdviser, adviser(question))];
    let mut nearest = Barred::new("R-802", Why::NoPower);
    for (role, held) in of_role {
        match held {
            Err(barred) => nearest = nearest.or_nearer(barred),
            Ok(_) if !asked.deed.is_delegable() => {
                nearest = nearest
                    .or_nearer(Barred::new(rule_for(asked.deed), Why::OfficialOnly(asked.deed)));
            }
            Ok(_) if matter.band.is_some_and(|band| band >= RiskBand::High) => {
                nearest = nearest.or_nearer(Barred::new("R-803", Why::HighBand));
            }
            Ok(held) if named(matter, role) => {
                let capacity = Capacity::Policy(matter.policy_version);
                return Ok(Used::of(capacity, Some(held.appointment_id)));
            }
            Ok(_) => {
                let named = matter.decider.unwrap_or(Role::DesignatedOfficial);
                nearest = nearest.or_nearer(Barred::new("R-802", Why::NotNamed(named)));
            }
        }
    }
    Err(nearest)
}

fn named(matter: &Matter, role: Role) -> bool {
    let stands_for_coordinator = role == Role::SecurityAdviser
        && matter.decider == Some(Role::AreaSecurityCoordinator)
        && !matter.posted.coordinator;
    matter.decider == Some(role) || matter.reached.contains(&role) || stands_for_coordinator
}

/// The rule that keeps a deed for the official.
const fn rule_for(deed: Deed) -> &'static str {
    match deed {
        Deed::Waive => "R-303",
        Deed::Overbook => "R-506",
        Deed::AllowAppeal | Deed::DismissAppeal => "R-1202",
        Deed::Revoke => "R-801",
        Deed::Recommend | Deed::Approve | Deed::Deny | Deed::Return | Deed::Escalate => "R-805",
    }
}

/// R-807 (A/D): in an emergency the security adviser acts, and the record follows.
pub(super) fn emergency(question: &Question<'_>) -> Tried {
    let Question { matter, asked, .. } = question;
    let above = matter.band.is_some_and(|band| band > RiskBand::High) && asked.deed.is_positive();
    if !asked.emergency || !asked.deed.is_delegable() || above || matter.mission != Mission::None {
        return Err(Barred::new("R-807", Why::NoPower));
    }
    let held = question.reaching(Role::SecurityAdviser, |held| !held.focal_point)?;
    Ok(Used::of(Capacity::Emergency, Some(held.appointment_id)))
}
