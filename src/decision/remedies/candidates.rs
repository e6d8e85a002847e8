//! Which changes might help: read from the findings, in the order of the catalogue.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

use super::change::Change;
use crate::model::{
    AreaPolicy, ClearanceDecision, Course, Effect, Fact, Facts, Finding, LodgingKind, LodgingRule,
    Outcome, ReasonCode, StayKind, Terrain, TerrainStay, Trip,
};

/// A stay is moved by at most so many days.
const MOST_DAYS: i32 = 14;
/// A way is planned, not timed.
const AROUND: SignedDuration = SignedDuration::from_hours(1);

/// What is known of the stay whose remedies are looked for.
struct Search<'a> {
    trip: &'a Trip,
    facts: &'a Facts,
    terrain: &'a Terrain,
    clearance: &'a ClearanceDecision,
    stay: &'a TerrainStay,
    policy: &'a AreaPolicy,
}

/// Changes worth trying for a clearance, in the order of the catalogue; shifts by rising days.
pub(super) fn of(
    trip: &Trip,
    facts: &Facts,
    terrain: &Terrain,
    clearance: &ClearanceDecision,
) -> Vec<Change> {
    let stay = terrain.stays.get(clearance.stay);
    let area = stay.and_then(|stay| terrain.areas.get(stay.area?));
    let policy = area.and_then(|area| area.policy.as_deref());
    let (Some(stay), Some(policy)) = (stay, policy) else { return Vec::new() };
    let search = Search { trip, facts, terrain, clearance, stay, policy };
    let mut changes = search.courses();
    changes.extend(search.missing());
    changes.extend(search.lodging());
    changes.extend(search.shifts());
    changes.extend(search.drop());
    changes
}

impl<'a> Search<'a> {
    /// Findings that stand in the way.
    fn against(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        self.clearance.findings.iter().filter(
            |finding| matches!(finding.effect, Effect::Outcome(outcome) if outcome > Outcome::Auto),
        )
    }

    fn has(&self, reasons: &[ReasonCode]) -> bool {
        self.against().any(|finding| reasons.contains(&finding.reason))
    }

    fn courses(&self) -> Vec<Change> {
        let asked = [
            ReasonCode::TrainingBsafeMissing,
            ReasonCode::TrainingSsafeMissing,
            ReasonCode::TrainingOtherMissing,
            ReasonCode::CertExpiresDuringStay,
            ReasonCode::CertUnverified,
        ];
        let today = self.stay.place.zone.day_of(self.facts.now);
        let findings = self.against().filter(|finding| asked.contains(&finding.reason));
        findings
            .filter_map(|finding| {
                let Some(Fact::Text(course)) = fact(finding, "course") else { return None };
                let Some(Fact::Day(through)) = fact(finding, "valid_through") else { return None };
                Some(Change::Obtain {
                    person: self.clearance.person_id,
                    course: Course(course.clone()),
                    on: today.min(self.stay.arrive),
                    through: *through,
                })
            })
            .collect()
    }

    /// Fields of the policy all at once, words of justification, an address.
    fn missing(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        let fields: Vec<CompactString> = self
            .against()
            .filter(|finding| finding.reason == ReasonCode::FieldMissing)
            .filter_map(|finding| match fact(finding, "field") {
                Some(Fact::Text(field)) if field.as_str() != "pc_grade" => Some(field.clone()),
                _ => None,
            })
            .collect();
        if !fields.is_empty() {
            changes.push(Change::Supply { fields });
        }
        if self.has(&[ReasonCode::Late]) {
            changes.push(Change::Justify);
        }
        if self.has(&[ReasonCode::LodgingMissing]) {
            changes.extend(self.stay.lodging.map(|at| Change::Address { at }));
            if self.stay.lodging.is_none() && self.policy.lodging_tba_hours.is_some() {
                changes.push(self.house(LodgingKind::Tba, None));
            }
        }
        changes
    }

    /// A house of the list, a compound, or any hotel, as the area asks.
    fn lodging(&self) -> Option<Change> {
        if !self.has(&[ReasonCode::LodgingMissing, ReasonCode::LodgingNotApproved]) {
            return None;
        }
        let listed = self.policy.approved_lodging.first().cloned();
        let (kind, name) = match self.policy.lodging_rule {
            LodgingRule::UnCompoundOnly => (LodgingKind::UnCompound, listed),
            LodgingRule::ApprovedOnly => (LodgingKind::Hotel, Some(listed?)),
            LodgingRule::Any | LodgingRule::AdviseList => (LodgingKind::Hotel, listed),
        };
        Some(self.house(kind, name))
    }

    fn house(&self, kind: LodgingKind, name: Option<CompactString>) -> Change {
        let area_id = self.clearance.area_id.clone();
        Change::Lodge { at: self.stay.lodging, area_id, kind, name }
    }

    /// Days after which the lead time is met, a fence has ended, or other nights are counted.
    fn shifts(&self) -> Vec<Change> {
        let mut days = BTreeSet::new();
        let segment = self.trip.itinerary.segments.get(self.stay.arrives_by);
        let late = [ReasonCode::Late, ReasonCode::LeadTime, ReasonCode::Retroactive];
        if let Some(segment) = segment.filter(|_| self.has(&late)) {
            for lead in [self.policy.lead_time_hours_auto, self.policy.lead_time_hours_manual] {
                let lead = SignedDuration::from_hours(i64::from(lead)).max(AROUND);
                let earliest = self.facts.now.checked_add(lead).unwrap_or(Timestamp::MAX);
                days.insert(whole_days(segment.departs_at, earliest));
            }
        }
        let fences = [ReasonCode::FenceDeny, ReasonCode::FenceMscr, ReasonCode::FenceManual];
        if self.has(&fences) {
            for contact in &self.stay.fences {
                let end = contact.fence.validity.until.map(|until| {
                    let until = until.checked_add(AROUND).unwrap_or(Timestamp::MAX);
                    whole_days(contact.from, until)
                });
                days.extend(end);
            }
        }
        let full = [ReasonCode::CeilingFull, ReasonCode::OrgQuotaFull, ReasonCode::QuotaDay];
        if self.has(&full) {
            days.extend((1..=MOST_DAYS).filter(|&by| self.is_counted(by)));
        }
        let from = self.stay.arrives_by;
        let possible = days.into_iter().filter(|by| (1..=MOST_DAYS).contains(by));
        let since = self.stay.arrive;
        possible.map(|by| Change::Shift { from, since, days: by }).collect()
    }

    /// Counts of the day so many days later were handed in.
    fn is_counted(&self, by: i32) -> bool {
        let day = super::change::later(self.stay.arrive, by);
        let area = self.clearance.area_id.as_ref();
        let nights = self.facts.nights.iter();
        let mut arrivals = self.facts.arrivals.iter();
        nights.filter(|count| Some(&count.area_id) == area).any(|count| count.night == day)
            || arrivals.any(|(known, on, _)| Some(known) == area && *on == day)
    }

    /// Leaves out the stay, or the stay to which the passage leads, where the ways around it meet.
    fn drop(&self) -> Option<Change> {
        let left_out = match self.stay.kind {
            StayKind::Stay => Some(self.stay),
            StayKind::Passage => self.terrain.stays.iter().find(|stay| {
                let segment = self.stay.arrives_by;
                stay.kind == StayKind::Stay
                    && (stay.arrives_by == segment || stay.leaves_by == Some(segment))
                    && !stay.at_start_area
            }),
        }?;
        let (first, last) = (left_out.arrives_by, left_out.leaves_by?);
        let segments = &self.trip.itinerary.segments;
        let meets = {
            let (from, _) = self.terrain.places.get(first)?;
            let (_, to) = self.terrain.places.get(last)?;
            from.area_id.is_some() && from.area_id == to.area_id
        };
        let some_remain = last - first + 1 < segments.len();
        let airside = segments.get(last + 1).is_some_and(|next| next.airside_transit);
        (meets && some_remain && !airside).then_some(Change::Drop { first, last })
    }
}

fn fact<'f>(finding: &'f Finding, name: &str) -> Option<&'f Fact> {
    finding.facts.iter().find(|(known, _)| *known == name).map(|(_, fact)| fact)
}

/// Whole days, rounded up, from one instant until another is reached.
fn whole_days(from: Timestamp, until: Timestamp) -> i32 {
    const DAY: i64 = 24 * 60 * 60;
    let seconds = from.duration_until(until).as_secs();
    let days = if seconds <= 0 { 0 } else { (seconds + DAY - 1) / DAY };
    i32::try_from(days).unwrap_or(i32::MAX)
}
