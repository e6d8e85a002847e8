//! Cedar asked the same questions: may each stay be cleared by rule, and what stands against it?
//!
//! The policy, and what it leaves out, is `cedar/clearance.cedar`. Before anything is timed its answers
//! are compared with ours, stay by stay and rule by rule.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, Response,
    RestrictedExpression,
};
use jiff::civil::Date;
use safeconduct::decision::decide;
use safeconduct::model::{
    AreaPolicy, Category, Certificate, CertificateState, Course, Effect, Facts, LevelTable,
    Outcome, PcGrade, PersonFacts, PersonStatus, ReasonCode, RiskBand, SecurityLevel, StayKind,
    Terrain, TerrainArea, TerrainStay, TravellerRole, Trip,
};
use serde::Serialize;
use serde_json::Value;

use crate::decision::Ours;
use crate::timing::{Figures, Table};

/// Later than every day of a stay.
const NO_END: i64 = 99_991_231;

type Attributes = BTreeMap<&'static str, RestrictedExpression>;

/// A stay as Cedar is asked about it.
struct Question {
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
    context: Vec<(String, RestrictedExpression)>,
}

impl Question {
    fn request(&self) -> Request {
        let context = Context::from_pairs(self.context.iter().cloned()).expect("a context");
        let (principal, action) = (self.principal.clone(), self.action.clone());
        Request::new(principal, action, self.resource.clone(), context, None).expect("a request")
    }
}

pub(crate) fn measure(ours: &[Ours], table: &mut Table) {
    let policies: PolicySet = include_str!("../cedar/clearance.cedar").parse().expect("the policy");
    let modes = part(&policies, "R-402");
    let authorizer = Authorizer::new();
    for ours in ours {
        let what = ours.what;
        let mut held = Held::default();
        for (facts, surveyed) in variants(ours) {
            let entities = entities(&facts, &surveyed);
            let ask = |question: &Question| {
                authorizer.is_authorized(&question.request(), &policies, &entities)
            };
            for (trip, terrain) in &surveyed {
                let said = questions(trip, &facts, terrain).iter().map(ask).collect();
                held.compare(&policies, (trip, &facts, terrain), said);
            }
        }
        held.say(what, table);

        let entities = entities(&ours.facts, &ours.surveyed);
        let ask = |request: &Request| authorizer.is_authorized(request, &policies, &entities);
        let asked = |(trip, terrain): &(Trip, Terrain)| questions(trip, &ours.facts, terrain);
        let questions: Vec<Vec<Question>> = ours.surveyed.iter().map(asked).collect();
        let requests: Vec<Vec<Request>> = questions
            .iter()
            .map(|questions| questions.iter().map(Question::request).collect())
            .collect();
        let three = Figures::of(&requests, |requests| {
            requests.iter().map(|request| weight(&ask(request))).sum()
        });
        let stays: Vec<Request> = requests.iter().flatten().cloned().collect();
        let one = Figures::of(&stays, |request| weight(&ask(request)));
        let mode = Figures::of(&stays, |request| {
            weight(&authorizer.is_authorized(request, &modes, &entities))
        });
        let built = Figures::of(&questions, |questions| {
            questions.iter().map(|question| weight(&ask(&question.request()))).sum()
        });
        table.say(&format!("4  Cedar, measured, one stay of {what}: p50"), one.p50, "ns");
        table.say(&format!("4  Cedar, measured, its mode alone, {what}: p50"), mode.p50, "ns");
        table.say(&format!("4  Cedar, measured, {what}: p50"), three.p50, "ns");
        table.say(&format!("4  Cedar, measured, {what}: p99"), three.p99, "ns");
        table.say(&format!("4  Cedar, measured, {what}: mean"), three.mean, "ns");
        table.say(&format!("4  Cedar, measured, requests built, {what}: p50"), built.p50, "ns");
        let ratio = three.p50 / ours.decide.p50;
        table.at_least(&format!("4  Cedar measured by ours, {what}"), 4.0, ratio, "x");
    }
}

/// What the timing loop may not leave out.
fn weight(response: &Response) -> usize {
    usize::from(response.decision() == Decision::Allow) + response.diagnostics().reason().count()
}

/// The permission and the policies of one rule.
fn part(policies: &PolicySet, rule: &str) -> PolicySet {
    let of =
        policies.policies().filter(|policy| policy.annotation("rule").is_none_or(|of| of == rule));
    PolicySet::from_policies(of.cloned()).expect("a part of it")
}

/// The same trips, and travellers without training, after departure, without a grade, out of service,
/// of the family: so that more rules have something to say. Nothing of the others is timed.
fn variants(ours: &Ours) -> Vec<(Facts, Vec<(Trip, Terrain)>)> {
    let same = || (ours.facts.clone(), ours.surveyed.clone());
    let mut untrained = same();
    untrained.0.people[0].certificates.clear();
    let mut late = same();
    late.0.now = "2026-12-02T00:00:00Z".parse().expect("a time");
    let mut ungraded = same();
    ungraded.1.iter_mut().for_each(|(trip, _)| trip.pc_grade = None);
    let mut gone = same();
    gone.0.people[0].person.status = PersonStatus::Deactivated;
    gone.0.people[0].person.named = false;
    let mut family = same();
    family.0.people[0].person.category = Category::EligibleFamilyMember;
    family.1.iter_mut().for_each(|(trip, _)| trip.travellers[0].role = TravellerRole::Family);
    vec![same(), untrained, late, ungraded, gone, family]
}

/// Cedar's answers held against ours; the first difference stops the program.
#[derive(Default)]
struct Held {
    stays: usize,
    cleared: usize,
    met: BTreeSet<(&'static str, &'static str)>,
}

impl Held {
    fn compare(
        &mut self,
        policies: &PolicySet,
        (trip, facts, terrain): (&Trip, &Facts, &Terrain),
        said: Vec<Response>,
    ) {
        let rules: BTreeSet<&str> =
            policies.policies().filter_map(|policy| policy.annotation("rule")).collect();
        let decision = decide(trip, facts, terrain);
        for ((at, _), response) in stays(terrain).zip(said) {
            let errors: Vec<_> = response.diagnostics().errors().collect();
            assert!(errors.is_empty(), "{errors:?}");
            let ours = decision.clearances.iter().find(|clearance| clearance.stay == at);
            // at home nothing is asked, and what is notified only is not decided
            let Some(ours) = ours.filter(|ours| {
                ours.findings.iter().all(|finding| finding.reason != ReasonCode::Notified)
            }) else {
                continue;
            };
            let outcomes = ours.findings.iter().filter_map(|finding| match finding.effect {
                Effect::Outcome(outcome) => Some((finding.rule.0, outcome)),
                Effect::Warning => None,
            });
            let found: BTreeSet<(&'static str, &'static str)> = outcomes
                .filter(|(rule, outcome)| *outcome > Outcome::Auto && rules.contains(rule))
                .map(|(rule, outcome)| (rule, outcome.as_str()))
                .collect();
            assert_eq!(found, stands_against(policies, &response), "{at} of {trip:?}");
            self.stays += 1;
            self.cleared += usize::from(found.is_empty());
            self.met.extend(found);
        }
    }

    fn say(&self, what: &str, table: &mut Table) {
        let counts =
            [("stays", self.stays), ("cleared", self.cleared), ("rules met", self.met.len())];
        for (of, count) in counts {
            table.say(&format!("   Cedar as ours, {what}: {of}"), count as f64, "");
        }
    }
}

/// Rules and outcomes of the policies that forbid.
fn stands_against<'p>(
    policies: &'p PolicySet,
    response: &Response,
) -> BTreeSet<(&'p str, &'p str)> {
    let annotation = |id, name| policies.annotation(id, name).expect("every rule says so");
    match response.decision() {
        Decision::Allow => BTreeSet::new(),
        Decision::Deny => {
            let reasons = response.diagnostics().reason();
            reasons.map(|id| (annotation(id, "rule"), annotation(id, "outcome"))).collect()
        }
    }
}

/// The stays that the row counts, with their positions.
fn stays(terrain: &Terrain) -> impl Iterator<Item = (usize, &TerrainStay)> {
    let all = terrain.stays.iter().enumerate();
    all.filter(|(_, stay)| stay.kind == StayKind::Stay && !stay.at_start_area)
}

fn questions(trip: &Trip, facts: &Facts, terrain: &Terrain) -> Vec<Question> {
    let of = |(_, stay): (usize, &TerrainStay)| Question {
        principal: uid("Person", &trip.travellers[0].person_id.to_string()),
        action: uid("Action", "clear_by_rule"),
        resource: uid("Area", area_of(terrain, stay).area_id.as_str()),
        context: context(trip, facts, stay),
    };
    stays(terrain).map(of).collect()
}

fn context(trip: &Trip, facts: &Facts, stay: &TerrainStay) -> Vec<(String, RestrictedExpression)> {
    assert!(facts.nights.is_empty() && facts.arrivals.is_empty() && facts.mscr.is_none());
    let segments = &trip.itinerary.segments;
    let until = |at: usize| segments[at].departs_at.as_second() - facts.now.as_second();
    let mut context = Attributes::from([
        ("nights", long(stay.nights)),
        ("arrive", day(stay.arrive)),
        ("last", day(stay.depart.expect("the trips end"))),
        ("ahead_seconds", long(until(0))),
        ("lead_seconds", long(until(stay.arrives_by))),
        ("justified", flag(trip.justification.is_some())),
        ("assignment", flag(trip.purpose.may_be_open_ended())),
        ("as_family", flag(trip.travellers[0].role == TravellerRole::Family)),
        ("mission_request", flag(false)),
    ]);
    context.extend(trip.pc_grade.map(|grade| ("pc_grade", long(rank(grade)))));
    named(context)
}

fn entities(facts: &Facts, surveyed: &[(Trip, Terrain)]) -> Entities {
    let mut found: BTreeMap<String, Entity> = BTreeMap::new();
    let mut add = |uid: EntityUid, attributes: Attributes, parents: Vec<EntityUid>| {
        let parents: HashSet<EntityUid> = parents.into_iter().collect();
        let entity = Entity::new(uid.clone(), named(attributes).into_iter().collect(), parents);
        found.insert(uid.to_string(), entity.expect("an entity"));
    };
    for &category in Category::ALL {
        let groups =
            [("covered", category.is_eligible()), ("counted", category.counts_in_ceiling())];
        let parents = groups.iter().filter(|group| group.1).map(|group| uid("Group", group.0));
        add(uid("Category", category.as_str()), Attributes::new(), parents.collect());
    }
    for level in (1..=6).filter_map(SecurityLevel::new) {
        add(uid("Level", &level.get().to_string()), level_row(level), Vec::new());
    }
    for who in &facts.people {
        let category = uid("Category", who.person.category.as_str());
        add(uid("Person", &who.person.person_id.to_string()), person(who), vec![category]);
    }
    let areas: BTreeMap<&str, &TerrainArea> = surveyed
        .iter()
        .flat_map(|(_, terrain)| &terrain.areas)
        .map(|area| (area.area_id.as_str(), area))
        .collect();
    for (id, known) in areas {
        add(uid("Area", id), area(known), Vec::new());
    }
    Entities::from_entities(found.into_values(), None).expect("entities")
}

fn person(who: &PersonFacts) -> Attributes {
    let person = &who.person;
    let station = person.duty_station_area_id.as_ref().expect("the traveller has one");
    let mut attributes = Attributes::from([
        ("in_service", flag(person.status != PersonStatus::Deactivated)),
        ("named", flag(person.named)),
        ("reachable", flag(person.reachable)),
        ("next_of_kin", flag(person.next_of_kin)),
        ("resident", flag(who.resident)),
        ("station", RestrictedExpression::new_entity_uid(uid("Area", station.as_str()))),
        ("courses", record(courses(&who.certificates))),
    ]);
    attributes.extend(who.medical_valid_to.map(|until| ("medical_to", day(until))));
    attributes
}

/// The one certificate of each course: the traveller of the cases holds no two of one.
fn courses(certificates: &[Certificate]) -> Attributes {
    let held = [("BSAFE", Course::BSAFE), ("SSAFE", Course::SSAFE)];
    let valid = |course: &Course| {
        let mut of = certificates.iter().filter(|held| held.course == *course);
        let one = of.next().filter(|one| one.state != CertificateState::Revoked)?;
        assert!(of.next().is_none() && (one.expires_on.is_some() || *course == Course::BSAFE));
        Some(record(Attributes::from([
            ("from", day(one.completed_on)),
            ("to", one.expires_on.map_or_else(|| long(NO_END), day)),
            ("verified", flag(one.state == CertificateState::Verified)),
        ])))
    };
    held.iter().filter_map(|(name, course)| Some((*name, valid(course)?))).collect()
}

fn level_row(level: SecurityLevel) -> Attributes {
    let table = LevelTable::default();
    let row = table.row(level).expect("six rows");
    assert!(row.courses.iter().all(|course| [Course::BSAFE, Course::SSAFE].contains(course)));
    let mut attributes = Attributes::from([
        ("mode", word(row.mode)),
        ("ssafe", flag(row.courses.contains(&Course::SSAFE))),
    ]);
    attributes.extend(row.lowest_pc.map(|grade| ("lowest_pc", long(rank(grade)))));
    attributes
}

fn area(area: &TerrainArea) -> Attributes {
    let policy: &AreaPolicy = area.policy.as_deref().expect("every area has one");
    let limits = &policy.ceilings;
    assert!(policy.level_table == LevelTable::default() && policy.mode_overrides.is_empty());
    assert!(limits.by_organization.is_empty() && limits.by_category.is_empty());
    let level = uid("Level", &area.security_level.get().to_string());
    let mut attributes = Attributes::from([
        ("status", word(area.status.kind)),
        ("level", RestrictedExpression::new_entity_uid(level)),
        ("band", long(area.risk_band.map_or(0, band))),
        ("mode", word(policy.clearance_mode)),
        ("lead_hours_manual", long(policy.lead_time_hours_manual)),
        ("lead_hours_auto", long(policy.lead_time_hours_auto)),
        ("late", word(policy.late_handling)),
        ("pc_required", flag(policy.pc_required)),
        ("medical", flag(policy.medical_required)),
        ("family", flag(policy.family_allowed)),
        ("max_advance_days", long(policy.max_advance_days)),
        ("max_stay_days", long(policy.max_stay_days)),
        ("day_visits_count", flag(limits.count_day_visits)),
    ]);
    attributes.extend(policy.lowest_pc.map(|grade| ("lowest_pc", long(rank(grade)))));
    attributes.extend(limits.total.map(|most| ("ceiling", long(most))));
    attributes.extend(policy.auto_quota_per_day.map(|most| ("quota", long(most))));
    let mut courses = policy.training_required.iter();
    attributes.extend(courses.next().map(|rule| {
        assert!(rule.course == Course::SSAFE && rule.categories.is_empty());
        ("ssafe_from_nights", long(rule.min_stay_nights))
    }));
    assert!(courses.next().is_none());
    attributes
}

fn area_of<'a>(terrain: &'a Terrain, stay: &TerrainStay) -> &'a TerrainArea {
    &terrain.areas[stay.area.expect("an area")]
}

fn rank(grade: PcGrade) -> i64 {
    match grade {
        PcGrade::Pc1 => 1,
        PcGrade::Pc2 => 2,
        PcGrade::Pc3 => 3,
        PcGrade::Pc4 => 4,
    }
}

fn band(band: RiskBand) -> i64 {
    match band {
        RiskBand::Low => 1,
        RiskBand::Medium => 2,
        RiskBand::High => 3,
        RiskBand::VeryHigh => 4,
        RiskBand::Unacceptable => 5,
    }
}

fn uid(kind: &str, id: &str) -> EntityUid {
    format!("{kind}::{id:?}").parse().expect("an id")
}

fn named(attributes: Attributes) -> Vec<(String, RestrictedExpression)> {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn record(attributes: Attributes) -> RestrictedExpression {
    RestrictedExpression::new_record(named(attributes)).expect("no name twice")
}

fn long(number: impl Into<i64>) -> RestrictedExpression {
    RestrictedExpression::new_long(number.into())
}

fn day(at: Date) -> RestrictedExpression {
    long(i64::from(at.year()) * 10_000 + i64::from(at.month()) * 100 + i64::from(at.day()))
}

fn flag(value: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(value)
}

/// The name of a value, as JSON has it.
fn word(value: impl Serialize) -> RestrictedExpression {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => RestrictedExpression::new_string(name),
        other => panic!("{other:?} is no name"),
    }
}
