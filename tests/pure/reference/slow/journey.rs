//! What depends on the way: time, lodging, movement, fences.

use jiff::SignedDuration;
use safeconduct::model::{
    AreaPolicy, ClearanceMode, FenceContact, FenceContactKind, FenceEffect, LateHandling,
    LodgingKind, LodgingRule, MovementRule, Outcome, StayKind, TransportMode,
};

use super::{Against, View, policy_of};

impl<'a> View<'a> {
    /// What depends on the way: time, lodging, movement, fences.
    pub(super) fn journey(&self, all: &mut Against) {
        if self.departed() {
            all.push(("RETROACTIVE", Outcome::Manual, false));
        }
        self.movement(all);
        self.fences(all);
        if !self.is_stay() {
            return;
        }
        let Some(policy) = policy_of(self.area) else {
            self.lodging(None, all);
            self.routes(all);
            return;
        };
        self.lodging(Some(policy), all);
        self.routes(all);
        for field in &policy.required_fields {
            if !self.trip.supplied_fields.contains(field) {
                all.push(("FIELD_MISSING", Outcome::Return, false));
            }
        }
        let start = self.trip.itinerary.segments[0].departs_at;
        let ahead = SignedDuration::from_hours(i64::from(policy.max_advance_days) * 24);
        if start > self.facts.now + ahead {
            all.push(("TOO_FAR_AHEAD", Outcome::Return, false));
        }
        if self.stay.nights > policy.max_stay_days && !self.trip.purpose.may_be_open_ended() {
            all.push(("STAY_TOO_LONG", Outcome::Return, false));
        }
        if self.late() {
            match policy.late_handling {
                LateHandling::Refuse => all.push(("LEAD_TIME", Outcome::DenyHard, false)),
                LateHandling::RequireJustification if self.trip.justification.is_none() => {
                    all.push(("LATE", Outcome::Return, false));
                }
                _ => {}
            }
        }
    }

    pub(super) fn departed(&self) -> bool {
        self.trip.itinerary.segments[self.stay.arrives_by].departs_at <= self.facts.now
    }

    pub(super) fn late(&self) -> bool {
        let lead = policy_of(self.area).map_or(0, |p| match self.mode(self.area) {
            Some(ClearanceMode::Manual | ClearanceMode::MscrOnly) => p.lead_time_hours_manual,
            _ => p.lead_time_hours_auto,
        });
        let departs = self.trip.itinerary.segments[self.stay.arrives_by].departs_at;
        self.is_stay()
            && !self.departed()
            && self.facts.now > departs - SignedDuration::from_hours(lead.into())
    }

    pub(super) fn lodging(&self, policy: Option<&AreaPolicy>, all: &mut Against) {
        if self.area.is_none() || self.stay.nights == 0 {
            return;
        }
        let house = self.stay.lodging.map(|i| &self.trip.itinerary.lodging[i]);
        let given = house.is_some_and(|house| match house.kind {
            LodgingKind::Hotel | LodgingKind::Guesthouse | LodgingKind::UnCompound => true,
            LodgingKind::Private | LodgingKind::OwnResidence => house.address.is_some(),
            LodgingKind::Tba => policy.is_none_or(|p| p.lodging_tba_hours.is_some()),
        });
        if !given {
            all.push(("LODGING_MISSING", Outcome::Return, false));
        }
        let (Some(house), Some(policy)) = (house, policy) else { return };
        let listed = house.name.as_ref().is_some_and(|name| {
            let name = name.reveal().to_lowercase();
            policy.approved_lodging.iter().any(|l| l.to_lowercase() == name)
        });
        let refused = match policy.lodging_rule {
            LodgingRule::Any | LodgingRule::AdviseList => false,
            LodgingRule::ApprovedOnly => !listed,
            LodgingRule::UnCompoundOnly => house.kind != LodgingKind::UnCompound,
        };
        if refused {
            all.push(("LODGING_NOT_APPROVED", Outcome::Manual, false));
        }
    }

    pub(super) fn movement(&self, all: &mut Against) {
        let Some(policy) = policy_of(self.area) else { return };
        let segments = &self.trip.itinerary.segments;
        let last = self.stay.leaves_by.unwrap_or(segments.len() - 1);
        for segment in &segments[self.stay.arrives_by..=last] {
            let ground = !segment.mode.is_air();
            let stopped = match policy.movement_rule {
                MovementRule::Free | MovementRule::Notify => false,
                MovementRule::Clearance => ground,
                MovementRule::ConvoyOnly => ground && segment.mode != TransportMode::RoadUnConvoy,
            };
            if stopped {
                all.push(("MOVEMENT_RESTRICTED", Outcome::Manual, false));
            }
        }
    }

    /// Movement and fence conditions make a passage a clearance of its own.
    pub(super) fn passage_conditions(&self) -> bool {
        let movement = policy_of(self.area).is_some_and(|p| {
            matches!(p.movement_rule, MovementRule::Notify | MovementRule::ConvoyOnly)
        });
        let fence = self.contacts().iter().any(|c| {
            c.kind == FenceContactKind::Crosses && c.fence.effect == FenceEffect::Condition
        });
        movement || fence
    }

    /// The stay's own contacts, and those of stays at which this traveller is asked nothing.
    pub(super) fn contacts(&self) -> Vec<&'a FenceContact> {
        let mut contacts: Vec<&FenceContact> = self.stay.fences.iter().collect();
        for (at, other) in self.terrain.stays.iter().enumerate() {
            if self.asks(at) {
                continue;
            }
            contacts.extend(other.fences.iter().filter(|c| {
                c.kind == FenceContactKind::Crosses
                    && self.bearer(c.segment.unwrap()) == Some(self.at)
            }));
        }
        contacts
    }

    pub(super) fn asks(&self, at: usize) -> bool {
        let stay = &self.terrain.stays[at];
        let area = stay.area.map(|a| &self.terrain.areas[a]);
        View { at, stay, area, ..*self }.weight().is_some()
    }

    /// The stay that bears what a segment meets: the one it leads to, else the one it leaves,
    /// else the next that is asked anything, else the last.
    pub(super) fn bearer(&self, segment: usize) -> Option<usize> {
        let stays: Vec<usize> = (0..self.terrain.stays.len())
            .filter(|&at| self.terrain.stays[at].kind == StayKind::Stay)
            .collect();
        let is_after =
            |at: usize| self.terrain.stays[at].leaves_by.is_none_or(|leaves| leaves > segment);
        let after: Vec<usize> = stays.iter().copied().filter(|&at| is_after(at)).collect();
        let before: Vec<usize> = stays.iter().copied().filter(|&at| !is_after(at)).collect();
        let first = after.first().into_iter().chain(before.last()).copied();
        let rest = after.iter().chain(before.iter().rev()).copied();
        first.chain(rest).find(|&at| self.asks(at))
    }

    pub(super) fn routes(&self, all: &mut Against) {
        for route in &self.terrain.unknown_routes {
            if route.delicate && self.bearer(route.segment) == Some(self.at) {
                all.push(("ROUTE_UNKNOWN", Outcome::Manual, false));
            }
        }
    }

    pub(super) fn fences(&self, all: &mut Against) {
        for contact in self.contacts() {
            let acts = match contact.kind {
                FenceContactKind::InArea => false,
                FenceContactKind::Covers => self.is_stay() && contact.fence.hours.is_none(),
                FenceContactKind::Crosses => true,
            };
            match contact.fence.effect {
                FenceEffect::Deny if acts => all.push(("FENCE_DENY", Outcome::DenyHard, false)),
                FenceEffect::Mscr if acts => all.push(("FENCE_MSCR", Outcome::Mscr, false)),
                FenceEffect::Manual if acts => all.push(("FENCE_MANUAL", Outcome::Manual, false)),
                _ => {}
            }
        }
    }
}
