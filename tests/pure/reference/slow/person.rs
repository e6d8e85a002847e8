//! Who travels: eligibility, contacts, courses, health, family.

use jiff::ToSpan as _;
use jiff::civil::Date;
use safeconduct::model::{
    Category, Certificate, CertificateState, Course, Outcome, PersonStatus, TerrainArea,
    TravellerRole,
};

use super::{Against, View, policy_of};

impl<'a> View<'a> {
    pub(super) fn person(&self, all: &mut Against) {
        let Some(who) = self.who else { return };
        let person = &who.person;
        if !person.category.is_eligible() || person.status == PersonStatus::Deactivated {
            all.push(("NOT_ELIGIBLE", Outcome::DenyHard, true));
        }
        let family =
            matches!(person.category, Category::EligibleFamilyMember | Category::AccompanyingOther);
        if family && person.sponsor_person_id.is_none() {
            all.push(("INCOMPLETE", Outcome::Manual, false));
        }
        if !self.is_stay() {
            return;
        }
        if !person.named {
            all.push(("INCOMPLETE", Outcome::Return, false));
        }
        if !person.reachable || !person.next_of_kin {
            all.push(("CONTACT_MISSING", Outcome::Return, false));
        }
        match self.holding(&Course::BSAFE) {
            Holding::Good | Holding::Typed => {}
            Holding::Ends => all.push(("CERT_EXPIRES_DURING_STAY", Outcome::Return, false)),
            Holding::None => all.push(("TRAINING_BSAFE_MISSING", Outcome::Return, false)),
        }
        self.courses(self.area, true, all);
        self.medical_and_family(self.area, all);
    }

    pub(super) fn medical_and_family(&self, area: Option<&'a TerrainArea>, all: &mut Against) {
        let Some(policy) = policy_of(area) else { return };
        if let Some(who) = self.who
            && policy.medical_required
            && who.medical_valid_to.is_none_or(|day| day < self.last())
        {
            all.push(("MEDICAL_MISSING", Outcome::Return, false));
        }
        let family = self.traveller.role == TravellerRole::Family
            || self.who.is_some_and(|w| w.person.category == Category::EligibleFamilyMember);
        if family && !policy.family_allowed {
            all.push(("NON_FAMILY_AREA", Outcome::DenyHard, false));
        }
    }

    /// courses of the policy; the level's row has its own.
    pub(super) fn courses(
        &self,
        area: Option<&'a TerrainArea>,
        policy_too: bool,
        all: &mut Against,
    ) {
        let (Some(policy), Some(who)) = (policy_of(area), self.who) else { return };
        for rule in policy.training_required.iter().filter(|_| policy_too) {
            let asked = rule.course != Course::BSAFE
                && self.stay.nights >= u32::from(rule.min_stay_nights)
                && (rule.categories.is_empty() || rule.categories.contains(&who.person.category));
            if asked {
                self.course(&rule.course, all);
            }
        }
    }

    pub(super) fn course(&self, course: &Course, all: &mut Against) {
        let code = match self.holding(course) {
            Holding::Good => return,
            Holding::Typed => "CERT_UNVERIFIED",
            Holding::Ends => "CERT_EXPIRES_DURING_STAY",
            Holding::None if *course == Course::SSAFE => "TRAINING_SSAFE_MISSING",
            Holding::None => "TRAINING_OTHER_MISSING",
        };
        all.push((code, Outcome::Manual, false));
    }

    pub(super) fn holding(&self, course: &Course) -> Holding {
        let certificates = self.who.map_or(&[][..], |w| &w.certificates);
        let mut best = Holding::None;
        for held in certificates {
            if held.course != *course
                || held.state == CertificateState::Revoked
                || held.completed_on > self.stay.arrive
            {
                continue;
            }
            let until = expiry(held);
            let this = if until.is_some_and(|day| day < self.stay.arrive) {
                Holding::None
            } else if until.is_some_and(|day| day < self.last()) {
                Holding::Ends
            } else if held.state == CertificateState::Verified {
                Holding::Good
            } else {
                Holding::Typed
            };
            best = best.max(this);
        }
        best
    }
}

/// How a course is held, worst first.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) enum Holding {
    None,
    Ends,
    Typed,
    Good,
}

impl Holding {
    pub(super) fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }
}

/// Last day of a certificate: as it says; three years for the courses that expire.
fn expiry(held: &Certificate) -> Option<Date> {
    let expires = [Course::SSAFE, Course::BSITF, Course::ASITF].contains(&held.course);
    held.expires_on.or_else(|| expires.then(|| held.completed_on + 3.years()))
}
