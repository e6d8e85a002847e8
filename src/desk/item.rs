//! An item of a queue, and what authority asks of it.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use super::desker::Desker;
use super::error::DeskError;
use super::{Desk, routing};
use crate::access::{Asked, Barred, Deed, Denial, Matter, Mission, Parties, Used, power};
use crate::atlas::Atlas;
use crate::model::{
    AreaId, Category, ClearanceId, ClearanceState, Course, Mover, OrganizationId, Outcome,
    PersonId, Role, StatusKind, TripId,
};
use crate::trips::{Shown, Whose};

/// A clearance with everything that says who may do what to it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a row, each for itself")]
pub(super) struct Item {
    pub(super) clearance_id: ClearanceId,
    pub(super) trip_id: TripId,
    pub(super) trip_version: i32,
    pub(super) reference: String,
    pub(super) person_id: PersonId,
    pub(super) family_name: Option<String>,
    pub(super) given_names: Option<String>,
    pub(super) category: Category,
    pub(super) sponsor: Option<PersonId>,
    pub(super) senior_official: bool,
    /// Revision of the traveller's facts.
    pub(super) person_revision: i64,
    pub(super) organization: OrganizationId,
    pub(super) personal: bool,
    pub(super) purpose: String,
    pub(super) pc_grade: Option<String>,
    pub(super) departs_at: Timestamp,
    pub(super) area_id: Option<AreaId>,
    pub(super) kind: String,
    pub(super) state: ClearanceState,
    pub(super) arrive: Date,
    pub(super) depart: Option<Date>,
    pub(super) nights: u32,
    pub(super) security_level: Option<i16>,
    pub(super) policy_version: i32,
    pub(super) advisory_version: i32,
    pub(super) due_by: Option<Timestamp>,
    pub(super) urgent_at: Option<f64>,
    pub(super) late: bool,
    pub(super) two_step: bool,
    pub(super) decider: Option<Role>,
    pub(super) submitted_at: Timestamp,
    pub(super) moved_at: Timestamp,
    pub(super) moved_by: Option<PersonId>,
    /// Moves so far: its version.
    pub(super) entries: i32,
    /// The decision as the API shows it; none once erased.
    pub(super) answer: Option<Value>,
    pub(super) parties: Parties,
    pub(super) recommended_by: Option<PersonId>,
    pub(super) denial: Option<Denied>,
    /// It was appealed against before.
    pub(super) appealed: bool,
    /// One of the appeals was headquarters'.
    pub(super) appealed_at_headquarters: bool,
    pub(super) waived: Vec<Course>,
    /// Roles that the clocks have brought it to (c.9).
    pub(super) reached: BTreeSet<Role>,
    pub(super) lease: Option<Lease>,
    /// The database's time of the reading.
    pub(super) now: Timestamp,
}

/// The newest no.
#[derive(Debug, Clone, Copy)]
pub(super) struct Denied {
    pub(super) said: Denial,
    /// `denied` or `revoked`.
    pub(super) state: ClearanceState,
}

/// Who holds an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) holder: PersonId,
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
}

/// The states that wait in a queue.
pub(super) const QUEUED: [ClearanceState; 4] = [
    ClearanceState::PendingReview,
    ClearanceState::Recommended,
    ClearanceState::Escalated,
    ClearanceState::UnderAppeal,
];

impl Item {
    /// Whose matter it is.
    pub(super) fn whose(&self) -> Whose<'_> {
        Whose {
            person: self.person_id,
            sponsor: self.sponsor,
            organization: &self.organization,
            personal: self.personal,
        }
    }

    /// What somebody may see of it; none where nothing.
    pub(super) fn shown(&self, desker: &Desker, atlas: &Atlas) -> Option<Shown> {
        desker.shown(self.whose(), self.area_id.as_ref(), atlas)
    }

    /// Whether somebody else holds it.
    pub(super) fn held_from(&self, person: PersonId) -> Option<Lease> {
        self.lease.filter(|lease| lease.holder != person)
    }

    /// The state a deed leads to; none where the state machine has no such move (fine-print.md,
    /// "State machine"). A dismissed appeal leaves the no that it was against.
    pub(super) fn after(&self, deed: Deed) -> Option<ClearanceState> {
        use ClearanceState as S;
        let appeal = self.state == S::UnderAppeal;
        let to = match deed {
            Deed::Recommend => S::Recommended,
            Deed::Approve | Deed::Overbook | Deed::AllowAppeal => S::Approved,
            Deed::Deny => S::Denied,
            Deed::Return => S::Returned,
            Deed::Escalate => S::Escalated,
            Deed::DismissAppeal => self.denial.map_or(S::Denied, |denial| denial.state),
            // waives, and moves nothing
            Deed::Waive => return QUEUED.contains(&self.state).then_some(self.state),
            // takes back a yes that is given, or frozen; a no that is appealed against stays one
            Deed::Revoke => {
                let given = !appeal && self.state.may_become(S::Revoked, Mover::Person);
                return given.then_some(S::Revoked);
            }
        };
        let hears = matches!(deed, Deed::AllowAppeal | Deed::DismissAppeal);
        let queued = QUEUED.contains(&self.state);
        (queued && appeal == hears && self.state.may_become(to, Mover::Person)).then_some(to)
    }

    /// Courses that a rule missed and nobody has waived.
    pub(super) fn missing_courses(&self) -> Vec<Course> {
        let outcomes = self.answer.as_ref().and_then(|answer| answer.get("outcomes"));
        let outcomes = outcomes.and_then(Value::as_array).into_iter().flatten();
        let mut missing: Vec<Course> = outcomes
            .filter(|outcome| {
                let reason = outcome.get("reason").and_then(Value::as_str);
                matches!(reason, Some("TRAINING_SSAFE_MISSING" | "TRAINING_OTHER_MISSING"))
            })
            .map(|outcome| {
                let named = outcome.pointer("/facts/course").and_then(Value::as_str);
                named.map_or(Course::SSAFE, |code| Course(code.into()))
            })
            .filter(|course| !self.waived.contains(course))
            .collect();
        missing.sort();
        missing.dedup();
        missing
    }

    /// What of the item itself is against a deed, whoever does it.
    pub(super) fn stands_in_the_way(&self, deed: Deed, atlas: &Atlas) -> Option<DeskError> {
        let missing = self.missing_courses();
        if deed == Deed::Waive {
            return missing.is_empty().then_some(DeskError::NothingToWaive);
        }
        if !deed.is_positive() {
            return None;
        }
        if !missing.is_empty() {
            return Some(DeskError::CourseMissing(missing));
        }
        let area = self.area_id.as_ref().and_then(|id| atlas.area(id))?;
        let status = area.state.status.kind;
        (status != StatusKind::Open).then_some(DeskError::AreaNotOpen(status))
    }
}

impl Desk {
    /// An item as authority sees it, in the world as it is.
    pub(super) fn matter(&self, item: &Item, atlas: &Atlas) -> Matter {
        let area = item.area_id.as_ref().and_then(|id| atlas.area(id));
        let country = area.and_then(|area| area.country()).map(CompactString::from);
        let authority = self.parts.identity.authority();
        let posted = item.area_id.as_ref().map(|id| authority.posted(id, country.as_deref()));
        let outcome = item.answer.as_ref().and_then(|answer| answer.get("outcome"));
        let is_mission = outcome.and_then(Value::as_str) == Some(Outcome::Mscr.as_str());
        Matter {
            area_id: item.area_id.clone(),
            country,
            band: area.and_then(|area| area.state.risk_band),
            decider: routing::decider(item, atlas),
            policy_version: area.map_or(item.policy_version, |area| area.policy.version),
            reached: item.reached.clone(),
            two_step: item.two_step,
            recommended_by: item.recommended_by,
            mission: if is_mission { Mission::Open } else { Mission::None },
            category: item.category,
            nights: item.nights,
            senior_official: item.senior_official,
            parties: item.parties.clone(),
            posted: posted.unwrap_or_default(),
            denial: item.denial.map(|denial| denial.said),
        }
    }

    /// What somebody hears of an item out of their sight. To whom its area was delegated for a time
    /// that is not now, the rule says so; for everybody else it is not there.
    pub(super) fn unseen(
        &self,
        desker: &Desker,
        item: &Item,
        asked: impl Into<Asked>,
        atlas: &Atlas,
    ) -> DeskError {
        if !desker.was_lent(item.area_id.as_ref(), item.now, atlas) {
            return DeskError::Hidden;
        }
        self.power(desker, item, asked, atlas).err().map_or(DeskError::Hidden, DeskError::Barred)
    }

    /// By which power somebody does a deed to an item, or the rule that refuses.
    pub(super) fn power(
        &self,
        desker: &Desker,
        item: &Item,
        asked: impl Into<Asked>,
        atlas: &Atlas,
    ) -> Result<Used, Barred> {
        power(desker.principal(), &self.matter(item, atlas), asked, item.now)
    }

    /// What somebody may do to an item now: nothing while another holds it.
    pub(super) fn actions(&self, desker: &Desker, item: &Item, atlas: &Atlas) -> Vec<Deed> {
        let Some(person) = desker.person() else { return Vec::new() };
        if item.held_from(person).is_some() {
            return Vec::new();
        }
        let matter = self.matter(item, atlas);
        let may = |deed: &Deed| {
            item.after(*deed).is_some()
                && power(desker.principal(), &matter, *deed, item.now).is_ok()
                && item.stands_in_the_way(*deed, atlas).is_none()
        };
        Deed::ALL.into_iter().filter(may).collect()
    }
}
