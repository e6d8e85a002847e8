//! The decision once more, written separately and slowly from the words of the design: no order
//! of rules, no evidence, no thought of speed. It answers what must not differ: outcome, state,
//! what was said against the stay, who decides, the window, places.
#![expect(clippy::wildcard_enum_match_arm, reason = "slow and short: only what matters is named")]

mod area;
mod counts;
mod journey;
mod person;

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use safeconduct::model::{
    AreaPolicy, ClearanceMode, ClearanceState, CountKey, Facts, Gap, InternalMovement, LevelRow,
    Outcome, PersonFacts, PersonId, Resolution, RiskBand, Role, StatusKind, StayKind, Terrain,
    TerrainArea, TerrainStay, Traveller, Trip, TripKind,
};

use super::worlds::Case;

/// What the reference says of one traveller and stay.
#[derive(Debug, PartialEq)]
pub(crate) struct Word {
    pub(crate) person: PersonId,
    pub(crate) stay: usize,
    pub(crate) outcome: Outcome,
    pub(crate) state: ClearanceState,
    /// Codes of everything that weighs `manual` or more.
    pub(crate) against: BTreeSet<(&'static str, Outcome)>,
    pub(crate) decider: Option<Role>,
    pub(crate) two_step: bool,
    pub(crate) late: bool,
    pub(crate) valid: (Timestamp, Option<Timestamp>),
    pub(crate) places: Vec<Date>,
    pub(crate) place_keys: BTreeSet<CountKey>,
    pub(crate) counts_arrival: bool,
}

/// Places and arrivals that clearances of this decision have taken already.
#[derive(Default)]
struct Taken {
    places: Vec<(usize, Date, CountKey)>,
    arrivals: Vec<(usize, Date)>,
}

/// Decides a case.
pub(crate) fn decide(case: &Case) -> Vec<Word> {
    let mut words = Vec::new();
    let mut taken = Taken::default();
    for traveller in &case.trip.travellers {
        for at in 0..case.terrain.stays.len() {
            let view = View::new(case, traveller, at);
            if let Some(word) = view.word(&taken) {
                if word.outcome == Outcome::Auto {
                    let area = view.stay.area.unwrap();
                    for &night in &word.places {
                        for key in &word.place_keys {
                            taken.places.push((area, night, key.clone()));
                        }
                    }
                    if word.counts_arrival {
                        taken.arrivals.push((area, view.stay.arrive));
                    }
                }
                words.push(word);
            }
        }
    }
    words
}

/// How strictly findings weigh.
#[derive(Clone, Copy, PartialEq)]
enum Weight {
    Full,
    /// The area takes notifications only.
    AreaNotified,
    /// The travel is notified.
    TravelNotified,
}

struct View<'a> {
    trip: &'a Trip,
    facts: &'a Facts,
    terrain: &'a Terrain,
    traveller: &'a Traveller,
    who: Option<&'a PersonFacts>,
    at: usize,
    stay: &'a TerrainStay,
    area: Option<&'a TerrainArea>,
}

type Against = Vec<(&'static str, Outcome, bool)>;

impl<'a> View<'a> {
    fn new(case: &'a Case, traveller: &'a Traveller, at: usize) -> Self {
        let stay = &case.terrain.stays[at];
        View {
            trip: &case.trip,
            facts: &case.facts,
            terrain: &case.terrain,
            traveller,
            who: case.facts.people.iter().find(|p| p.person.person_id == traveller.person_id),
            at,
            stay,
            area: stay.area.map(|a| &case.terrain.areas[a]),
        }
    }

    fn is_stay(&self) -> bool {
        self.stay.kind == StayKind::Stay
    }

    fn last(&self) -> Date {
        self.stay.depart.unwrap_or(self.stay.arrive + i64::from(self.stay.nights).days())
    }

    ///
    fn mode(&self, area: Option<&'a TerrainArea>) -> Option<ClearanceMode> {
        let policy = policy_of(area)?;
        let mut mode = policy.clearance_mode;
        for rule in &policy.mode_overrides {
            let person = self.who.map(|w| &w.person);
            let fits = (rule.categories.is_empty()
                || person.is_some_and(|p| rule.categories.contains(&p.category)))
                && (rule.organizations.is_empty()
                    || person.is_some_and(|p| rule.organizations.contains(&p.organization)))
                && (rule.pc_grades.is_empty()
                    || self.trip.pc_grade.is_some_and(|g| rule.pc_grades.contains(&g)))
                && (rule.purposes.is_empty() || rule.purposes.contains(&self.trip.purpose))
                && (rule.transport_modes.is_empty()
                    || rule
                        .transport_modes
                        .contains(&self.trip.itinerary.segments[self.stay.arrives_by].mode))
                && rule.min_nights.is_none_or(|n| self.stay.nights >= u32::from(n))
                && rule.max_nights.is_none_or(|n| self.stay.nights <= u32::from(n));
            if fits {
                mode = rule.mode;
                break;
            }
        }
        if mode == ClearanceMode::ByLevel {
            mode = row_of(area).map_or(ClearanceMode::Manual, |row| row.mode);
        }
        Some(mode)
    }

    /// nothing is asked at home; `None` means that.
    fn weight(&self) -> Option<Weight> {
        let lives_in = |a: &TerrainArea| match self.who {
            Some(who) => who.person.duty_station_area_id.as_ref() == Some(&a.area_id),
            None => self.stay.at_start_area,
        };
        let home = self.area.is_some_and(lives_in);
        let (mut goes_about, mut inside_notified) = (false, false);
        if home {
            let area = self.area.unwrap();
            let from = &self.terrain.places[self.stay.arrives_by].0;
            let within = from.area_id.as_ref() == Some(&area.area_id);
            let goes_on = self.stay.leaves_by.is_some();
            if within && goes_on && self.is_stay() {
                match policy_of(self.area).map(|p| p.internal_movement) {
                    Some(InternalMovement::None) => return None,
                    Some(InternalMovement::Notify) => inside_notified = true,
                    Some(InternalMovement::Clearance) | None => {}
                }
                goes_about = true;
            }
            let controlled = policy_of(self.area).is_none_or(|p| p.return_control);
            if !goes_about && (within || (area.status.kind == StatusKind::Open && !controlled)) {
                return None;
            }
        } else if self.stay.at_start_area {
            return None;
        }
        let leave_only = self.trip.trip_kind == TripKind::OfficialWithLeave
            && self.stay.depart.is_some_and(|depart| {
                days(self.stay.arrive, depart)
                    .all(|day| self.trip.private_days.iter().any(|r| r.contains(day)))
            });
        let switched_off = self.facts.organization.organization == self.trip.organization
            && self.facts.organization.entitlement_notify_only
            && self.trip.purpose.is_entitlement()
            && !self.facts.gaps.iter().any(|g| matches!(g, Gap::Organization(_)));
        if self.trip.trip_kind == TripKind::Personal || leave_only || switched_off {
            return Some(Weight::TravelNotified);
        }
        if inside_notified || self.mode(self.area) == Some(ClearanceMode::NotifyOnly) {
            return Some(Weight::AreaNotified);
        }
        Some(Weight::Full)
    }

    fn word(&self, taken: &Taken) -> Option<Word> {
        let weight = self.weight()?;
        let mut all: Against = Vec::new();
        self.knowledge(&mut all);
        self.person(&mut all);
        self.area_rules(self.area, &mut all);
        self.journey(&mut all);
        let (places, place_keys) = self.demand();
        self.counts(taken, &places, &place_keys, &mut all);

        let conditions = self.passage_conditions();
        let mut against = BTreeSet::new();
        let mut outcome = match weight {
            Weight::Full => Outcome::None,
            Weight::AreaNotified | Weight::TravelNotified => Outcome::Notify,
        };
        if weight == Weight::Full && self.mode(self.area) == Some(ClearanceMode::Auto) {
            outcome = Outcome::Auto;
        }
        for &(code, what, binding) in &all {
            let counts = match weight {
                Weight::Full => true,
                Weight::AreaNotified => binding,
                Weight::TravelNotified => false,
            };
            if counts {
                if what >= Outcome::Manual {
                    against.insert((code, what));
                }
                outcome = outcome.max(what);
            }
        }
        let free = all.is_empty() && (!conditions || outcome <= Outcome::Notify);
        if !self.is_stay() && free {
            return None;
        }
        Some(self.assemble(outcome, against, (places, place_keys)))
    }

    fn assemble(
        &self,
        outcome: Outcome,
        against: BTreeSet<(&'static str, Outcome)>,
        (places, place_keys): (Vec<Date>, BTreeSet<CountKey>),
    ) -> Word {
        let policy = policy_of(self.area);
        let decider = self.decider(outcome, &against);
        let hour = SignedDuration::from_hours;
        let (early, late) =
            policy.map_or((0, 0), |p| (p.early_grace_hours.into(), p.late_grace_hours.into()));
        let asked = outcome > Outcome::Notify;
        let holds = matches!(outcome, Outcome::Auto | Outcome::Manual | Outcome::Mscr);
        let high = self.area.and_then(|a| a.risk_band).is_some_and(|b| b >= RiskBand::High);
        Word {
            person: self.traveller.person_id,
            stay: self.at,
            outcome,
            state: ClearanceState::first(outcome).unwrap(),
            against,
            two_step: decider.is_some()
                && (high
                    || policy.is_some_and(|p| p.two_step)
                    || row_of(self.area).is_some_and(|r| r.two_step)),
            decider,
            late: asked && (self.departed() || self.late()),
            valid: (
                self.stay.arrive_at - hour(early),
                self.stay.depart_at.map(|at| at + hour(late)),
            ),
            places: if holds { places.clone() } else { Vec::new() },
            place_keys: if holds && !places.is_empty() { place_keys } else { BTreeSet::new() },
            counts_arrival: asked
                && self.is_stay()
                && policy.is_some_and(|p| p.auto_quota_per_day.is_some()),
        }
    }

    fn decider(&self, outcome: Outcome, against: &BTreeSet<(&str, Outcome)>) -> Option<Role> {
        match outcome {
            Outcome::Mscr => Some(Role::Usg),
            Outcome::Manual => {
                let Some(area) = self.area else { return Some(Role::Usg) };
                if area.risk_band.is_some_and(|b| b >= RiskBand::High)
                    || against.iter().any(|(code, _)| *code == "TRAINING_SSAFE_MISSING")
                {
                    return Some(Role::DesignatedOfficial);
                }
                let chain = policy_of(self.area).and_then(|p| p.approver_chain.first().copied());
                let level = row_of(self.area).map(|r| r.decider);
                Some(chain.or(level).unwrap_or(Role::DesignatedOfficial))
            }
            _ => None,
        }
    }

    /// What is not known goes to a person (R-001..R-005).
    fn knowledge(&self, all: &mut Against) {
        self.missing(self.area, all);
        if self.terrain.world_stale {
            all.push(("WORLD_STALE", Outcome::Manual, true));
        }
        if !self.is_stay() {
            return;
        }
        let unsure = |p: &safeconduct::model::ResolvedPlace| {
            matches!(p.resolved, Resolution::Uncertain { .. })
        };
        let left = self.stay.leaves_by.map(|s| &self.terrain.places[s].0);
        let left = left.filter(|p| p.area_id == self.stay.place.area_id);
        if self.area.is_none() || unsure(&self.stay.place) || left.is_some_and(unsure) {
            all.push(("PLACE_UNCERTAIN", Outcome::Manual, true));
        }
        let own = self.outcome_in(self.area, self.weight() == Some(Weight::AreaNotified));
        for near in &self.stay.near {
            let area = &self.terrain.areas[near.area];
            let grave = area.status.kind != StatusKind::Open || area.security_level.get() >= 5;
            if grave && self.outcome_in(Some(area), false) > own {
                all.push(("NEAR_STRICTER_AREA", Outcome::Manual, false));
            }
        }
        if let Some(other) = self.stay.covered_by {
            let there = self.outcome_in(Some(&self.terrain.areas[other]), false);
            if there > own {
                all.push(("NEAR_STRICTER_AREA", there, true));
            }
        }
    }

    fn missing(&self, area: Option<&'a TerrainArea>, all: &mut Against) {
        let unread = self.facts.gaps.iter().any(|gap| match gap {
            Gap::Person(id) => *id == self.traveller.person_id,
            Gap::Counts(id) => area.is_some_and(|a| a.area_id == *id),
            Gap::Organization(_) | Gap::Other(_) => true,
        });
        let no_policy = area.is_some() && policy_of(area).is_none();
        let other_rules = self.facts.organization.organization != self.trip.organization;
        if unread || no_policy || other_rules || self.who.is_none() {
            all.push(("RULE_ERROR", Outcome::Manual, true));
        }
    }

    /// What another area's own rules would come to: nothing that was booked.
    fn outcome_in(&self, area: Option<&'a TerrainArea>, notified: bool) -> Outcome {
        let mut all = Against::new();
        self.missing(area, &mut all);
        self.courses(area, true, &mut all);
        self.medical_and_family(area, &mut all);
        self.area_rules(area, &mut all);
        let mode = self.mode(area);
        let notified = notified || mode == Some(ClearanceMode::NotifyOnly);
        let by_rule = match mode {
            Some(ClearanceMode::Auto) if !notified => Outcome::Auto,
            _ => Outcome::None,
        };
        let counted = all.iter().filter(|(.., binding)| *binding || !notified);
        counted.map(|(_, outcome, _)| *outcome).fold(by_rule, Outcome::max)
    }
}

fn row_of(area: Option<&TerrainArea>) -> Option<&LevelRow> {
    policy_of(area)?.level_table.row(area?.security_level)
}

fn policy_of(area: Option<&TerrainArea>) -> Option<&AreaPolicy> {
    area?.policy.as_deref()
}

fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    (0..).map(move |n: i64| from + n.days()).take_while(move |day| *day <= to)
}

/// Stays of the cases lie after the predecessors' cut-over: R-302 never speaks in them, which a
/// case of its own covers.
pub(crate) const AFTER_CUT_OVER: Date = date(2019, 7, 1);
