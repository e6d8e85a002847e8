//! Whether a draft may be approved, and from when it is in force.

use jiff::Timestamp;
use uuid::Uuid;

use super::PoliciesError;
use crate::model::{AreaPolicy, PersonId, Role};

/// A word that brings a draft into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world) struct Approval {
    /// Which version.
    pub(in crate::world) version: i32,
    /// From when; none: as the draft wishes, or at once.
    pub(in crate::world) effective_from: Option<Timestamp>,
    /// Who.
    pub(in crate::world) by: PersonId,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::world) struct Approved {
    /// The world's new version; none where nothing changed yet.
    pub(in crate::world) version: Option<i64>,
    /// What decides live clearances again, or warns of what is to come; none where there is neither.
    pub(in crate::world) redecision: Option<Uuid>,
}

/// A version beside the one in force, and who asks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Waiting {
    pub(super) revision: i64,
    /// As it is stored: `draft`, `scheduled`, `applied`, `overtaken` or `withdrawn`.
    pub(super) state: String,
    pub(super) based_on: Option<i32>,
    pub(super) wished_from: Option<Timestamp>,
    pub(super) draft: AreaPolicy,
    pub(super) in_force: AreaPolicy,
    pub(super) now: Timestamp,
    pub(super) office: Option<Role>,
}

/// What follows from an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It was approved already.
    Nothing,
    /// In force at once, by an office.
    Now(Timestamp, Role),
    /// In force from a time, by an office.
    At(Timestamp, Role),
}

impl Waiting {
    /// The office of whoever approves (c.4: the official; headquarters may too).
    fn approver(&self) -> Result<Role, PoliciesError> {
        match self.office {
            Some(office @ (Role::Usg | Role::DesignatedOfficial)) => Ok(office),
            Some(Role::SecurityAdviser) => Err(PoliciesError::OnlyProposes),
            Some(_) | None => Err(PoliciesError::NoOffice),
        }
    }

    /// Whether it may be taken back.
    pub(super) fn may_go(&self) -> Result<(), PoliciesError> {
        self.approver()?;
        match self.state.as_str() {
            "draft" | "scheduled" | "withdrawn" => Ok(()),
            "applied" => Err(PoliciesError::InForce),
            _ => Err(PoliciesError::Overtaken(self.in_force.version)),
        }
    }
}

impl Approval {
    /// What follows as the version stands.
    pub(super) fn judge(&self, waiting: &Waiting) -> Result<Step, PoliciesError> {
        let office = waiting.approver()?;
        match waiting.state.as_str() {
            "draft" => {}
            "scheduled" => return Ok(Step::Nothing),
            "applied" if waiting.in_force.version == self.version => return Ok(Step::Nothing),
            "withdrawn" => return Err(PoliciesError::Withdrawn),
            _ => return Err(PoliciesError::Overtaken(waiting.in_force.version)),
        }
        if waiting.based_on != Some(waiting.in_force.version) {
            return Err(PoliciesError::Overtaken(waiting.in_force.version));
        }
        if self.effective_from.is_some_and(|from| from <= waiting.now) {
            return Err(PoliciesError::Past);
        }
        // what the draft wished for may have passed while it waited: then it is at once
        let wished = waiting.wished_from.filter(|from| *from > waiting.now);
        Ok(match self.effective_from.or(wished) {
            Some(from) => Step::At(from, office),
            None => Step::Now(waiting.now, office),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn waiting(state: &str) -> Waiting {
        Waiting {
            revision: 1,
            state: state.to_owned(),
            based_on: Some(3),
            wished_from: None,
            draft: AreaPolicy::standard(4, NOW),
            in_force: AreaPolicy::standard(3, NOW),
            now: NOW,
            office: Some(Role::DesignatedOfficial),
        }
    }

    fn approval(effective_from: Option<Timestamp>) -> Approval {
        Approval { version: 4, effective_from, by: PersonId(Uuid::nil()) }
    }

    #[test]
    fn a_draft_is_in_force_at_once_or_from_its_time() {
        let office = Role::DesignatedOfficial;
        let (soon, later) = (NOW + HOUR, NOW + HOUR * 2);
        let judge = |wished_from, given| {
            let waiting = Waiting { wished_from, ..waiting("draft") };
            approval(given).judge(&waiting).unwrap()
        };
        assert_eq!(judge(None, None), Step::Now(NOW, office));
        assert_eq!(judge(Some(soon), None), Step::At(soon, office));
        assert_eq!(judge(Some(soon), Some(later)), Step::At(later, office));
        assert_eq!(judge(Some(NOW - HOUR), None), Step::Now(NOW, office));
        let past = approval(Some(NOW)).judge(&waiting("draft"));
        assert!(matches!(past, Err(PoliciesError::Past)));
    }

    #[test]
    fn only_what_waits_on_the_policy_in_force_is_approved() {
        let judge = |waiting: Waiting| approval(None).judge(&waiting);
        assert!(matches!(judge(waiting("scheduled")), Ok(Step::Nothing)));
        let stood = Waiting { in_force: AreaPolicy::standard(4, NOW), ..waiting("applied") };
        assert!(matches!(judge(stood), Ok(Step::Nothing)));
        for state in ["applied", "overtaken"] {
            assert!(matches!(judge(waiting(state)), Err(PoliciesError::Overtaken(3))), "{state}");
        }
        assert!(matches!(judge(waiting("withdrawn")), Err(PoliciesError::Withdrawn)));
        let older = Waiting { based_on: Some(2), ..waiting("draft") };
        assert!(matches!(judge(older), Err(PoliciesError::Overtaken(3))));
        let adviser = Waiting { office: Some(Role::SecurityAdviser), ..waiting("draft") };
        assert!(matches!(judge(adviser), Err(PoliciesError::OnlyProposes)));
        let nobody = Waiting { office: None, ..waiting("draft") };
        assert!(matches!(judge(nobody), Err(PoliciesError::NoOffice)));
    }

    #[test]
    fn what_was_in_force_is_not_taken_back() {
        assert!(waiting("draft").may_go().is_ok());
        assert!(waiting("scheduled").may_go().is_ok());
        assert!(matches!(waiting("applied").may_go(), Err(PoliciesError::InForce)));
    }
}
