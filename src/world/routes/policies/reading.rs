//! Reading the keys of a policy over one that is there, every defect with its pointer.

use std::ops::RangeInclusive;

use compact_str::CompactString;
use serde::de::DeserializeOwned;

use crate::model::{
    AreaPolicy, ArrivalRule, BriefingRule, Category, ClearanceMode, Course, CourseRule,
    EscalationHours, LevelRow, LevelTable, ModeOverride, OrganizationId, Role,
};
use crate::web::{Field, Object};
use crate::world::routes::ceilings_set::{ceilings, organization};

/// Entries of a list at most.
const MOST: usize = 100;
/// Houses on a list at most.
const MOST_HOUSES: usize = 1_000;
/// A year of hours.
const YEAR: RangeInclusive<i64> = 0..=8_784;
/// A month of hours.
const MONTH: RangeInclusive<i64> = 0..=744;
/// Hours within which something is done.
const WITHIN: RangeInclusive<i64> = 1..=744;
/// Levels of the level table.
const LEVELS: usize = 6;
/// What R-308 knows.
const EQUIPMENT: [&str; 3] = ["ppe", "radio", "tracker"];
/// Roles that may be given the word.
const DECIDERS: [Role; 4] =
    [Role::AreaSecurityCoordinator, Role::SecurityAdviser, Role::DesignatedOfficial, Role::Usg];

/// Reads every key that is given over a policy.
pub(super) fn read(object: &mut Object<'_>, policy: &mut AreaPolicy) {
    modes(object, policy);
    times(object, policy);
    asked_of_people(object, policy);
    asked_in_the_area(object, policy);
    decided_by(object, policy);
}

fn modes(object: &mut Object<'_>, policy: &mut AreaPolicy) {
    set(&mut policy.clearance_mode, object.field("clearance_mode").choice());
    set(&mut policy.mode_overrides, entries(&object.field("mode_overrides"), MOST, exception));
    set(&mut policy.late_handling, object.field("late_handling").choice());
    set(&mut policy.movement_rule, object.field("movement_rule").choice());
    set(&mut policy.internal_movement, object.field("internal_movement").choice());
    set(&mut policy.lodging_rule, object.field("lodging_rule").choice());
    set(&mut policy.two_step, object.field("two_step").boolean());
    set(&mut policy.return_control, object.field("return_control").boolean());
    set(&mut policy.near_departures_stand, object.field("near_departures_stand").boolean());
    set(&mut policy.family_allowed, object.field("family_allowed").boolean());
}

fn times(object: &mut Object<'_>, policy: &mut AreaPolicy) {
    set(&mut policy.lead_time_hours_manual, whole(&object.field("lead_time_hours_manual"), YEAR));
    set(&mut policy.lead_time_hours_auto, whole(&object.field("lead_time_hours_auto"), YEAR));
    set(&mut policy.early_grace_hours, whole(&object.field("early_grace_hours"), MONTH));
    set(&mut policy.late_grace_hours, whole(&object.field("late_grace_hours"), MONTH));
    set(&mut policy.max_advance_days, whole(&object.field("max_advance_days"), 1..=3_660));
    set(&mut policy.max_stay_days, whole(&object.field("max_stay_days"), 1..=3_660));
    set(&mut policy.transit_max_hours, whole(&object.field("transit_max_hours"), 0..=240));
    set(&mut policy.route_gap_max_km, whole(&object.field("route_gap_max_km"), 1..=20_000));
    let quota = |field: &Field<'_>| whole(field, 0..=1_000_000);
    set_or_none(object, "auto_quota_per_day", &mut policy.auto_quota_per_day, quota);
    let hours = |field: &Field<'_>| whole(field, WITHIN);
    set_or_none(object, "lodging_tba_hours", &mut policy.lodging_tba_hours, hours);
    set(&mut policy.escalation_hours, escalation(&object.field("escalation_hours")));
}

fn asked_of_people(object: &mut Object<'_>, policy: &mut AreaPolicy) {
    set(&mut policy.pc_required, object.field("pc_required").boolean());
    set_or_none(object, "lowest_pc", &mut policy.lowest_pc, choice);
    set(&mut policy.training_required, entries(&object.field("training_required"), MOST, course));
    set(&mut policy.medical_required, object.field("medical_required").boolean());
    let names = |field: &Field<'_>| field.text(1..=64).map(CompactString::new);
    set(&mut policy.required_fields, listed(&object.field("required_fields"), MOST, names));
    let known = |field: &Field<'_>| {
        let name = field.text(1..=64)?;
        if !EQUIPMENT.contains(&name) {
            field.fault("CHOICE", format!("must be one of {}", EQUIPMENT.join(", ")));
        }
        Some(CompactString::new(name))
    };
    set(&mut policy.equipment, listed(&object.field("equipment"), EQUIPMENT.len(), known));
}

fn asked_in_the_area(object: &mut Object<'_>, policy: &mut AreaPolicy) {
    set_or_none(object, "briefing", &mut policy.briefing, briefing);
    set_or_none(object, "arrival", &mut policy.arrival, arrival);
    if let Some(mut given) = object.field("ceilings").object() {
        policy.ceilings = ceilings(&mut given);
        given.finish();
    }
    let house = |field: &Field<'_>| field.text(1..=200).map(CompactString::new);
    set(
        &mut policy.approved_lodging,
        listed(&object.field("approved_lodging"), MOST_HOUSES, house),
    );
}

fn decided_by(object: &mut Object<'_>, policy: &mut AreaPolicy) {
    set(&mut policy.overbook_allowed_by, decider(&object.field("overbook_allowed_by")));
    let chain = object.field("approver_chain");
    let roles = listed(&chain, DECIDERS.len(), decider);
    if let Some(roles) = &roles
        && roles.iter().enumerate().any(|(at, role)| roles.iter().take(at).any(|one| one == role))
    {
        chain.fault("REPEATED", "names a role more than once");
    }
    set(&mut policy.approver_chain, roles);
    set(&mut policy.level_table, level_table(&object.field("level_table")));
}

/// Takes a value that was given and could be read.
fn set<T>(slot: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *slot = value;
    }
}

/// The same for a key whose null means none.
fn set_or_none<T>(
    object: &mut Object<'_>,
    name: &'static str,
    slot: &mut Option<T>,
    read: impl FnOnce(&Field<'_>) -> Option<T>,
) {
    let field = object.field(name);
    if object.has(name) {
        *slot = read(&field);
    }
}

fn whole<T: TryFrom<i64>>(field: &Field<'_>, range: RangeInclusive<i64>) -> Option<T> {
    T::try_from(field.integer(range)?).ok()
}

fn listed<T>(
    field: &Field<'_>,
    most: usize,
    read: impl Fn(&Field<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    field.list(0..=most).map(|entries| entries.iter().filter_map(read).collect())
}

/// A list of objects, each of which knows its fields.
fn entries<T>(
    field: &Field<'_>,
    most: usize,
    read: impl Fn(&mut Object<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    listed(field, most, |entry| {
        let mut object = entry.object()?;
        let value = read(&mut object);
        object.finish();
        value
    })
}

fn choice<T: DeserializeOwned>(field: &Field<'_>) -> Option<T> {
    field.choice()
}

fn choices<T: DeserializeOwned>(field: &Field<'_>) -> Vec<T> {
    listed(field, MOST, choice).unwrap_or_default()
}

fn decider(field: &Field<'_>) -> Option<Role> {
    let role: Role = field.choice()?;
    if !DECIDERS.contains(&role) {
        field.fault("CHOICE", "is no role that decides");
    }
    Some(role)
}

fn exception(object: &mut Object<'_>) -> Option<ModeOverride> {
    let named = |field: &Field<'_>| {
        let id = field.text(1..=32).and_then(organization);
        if id.is_none() && field.value().is_some_and(serde_json::Value::is_string) {
            field.fault("FORMAT", "is no organization's code");
        }
        id
    };
    let organizations: Vec<OrganizationId> =
        listed(&object.field("organizations"), MOST, named).unwrap_or_default();
    let categories: Vec<Category> = choices(&object.field("categories"));
    let pc_grades = choices(&object.field("pc_grades"));
    let purposes = choices(&object.field("purposes"));
    let transport_modes = choices(&object.field("transport_modes"));
    let min_nights: Option<u16> = whole(&object.field("min_nights"), 0..=3_660);
    let most = object.field("max_nights");
    let max_nights: Option<u16> = whole(&most, 0..=3_660);
    if min_nights.zip(max_nights).is_some_and(|(min, max)| max < min) {
        most.fault("RANGE", "must not be below min_nights");
    }
    let mode = object.field("mode").required().choice()?;
    Some(ModeOverride {
        categories,
        organizations,
        pc_grades,
        purposes,
        transport_modes,
        min_nights,
        max_nights,
        mode,
    })
}

fn course(object: &mut Object<'_>) -> Option<CourseRule> {
    let categories = choices(&object.field("categories"));
    let min_stay_nights = whole(&object.field("min_stay_nights"), 0..=3_660).unwrap_or(0);
    let course = code(&object.field("course").required())?;
    Some(CourseRule { course, categories, min_stay_nights })
}

fn code(field: &Field<'_>) -> Option<Course> {
    field.text(1..=40).map(|code| Course(CompactString::new(code)))
}

/// A rule by its name: made of its hours, where it asks for some.
type Timed<T> = (&'static str, fn(u16) -> T, bool);

/// The rule of a kind, with its hours where it asks for some.
fn timed<T>(field: &Field<'_>, kinds: &[Timed<T>]) -> Option<T> {
    let mut object = field.object()?;
    let named = object.field("kind").required();
    let hours = object.field("hours");
    object.finish();
    let kind = named.text(1..=40)?;
    let Some((_, rule, has_hours)) = kinds.iter().find(|(name, ..)| *name == kind) else {
        named.fault("CHOICE", "is not one of the names that are known here");
        return None;
    };
    if *has_hours {
        return whole(&hours.required(), WITHIN).map(rule);
    }
    if hours.is_present() {
        hours.fault("CONTRADICTION", "this rule has no hours");
    }
    Some(rule(0))
}

fn briefing(field: &Field<'_>) -> Option<BriefingRule> {
    timed(
        field,
        &[
            ("none", |_| BriefingRule::None, false),
            ("advise", |_| BriefingRule::Advise, false),
            ("within", BriefingRule::Within, true),
            ("before_leaving_airport", |_| BriefingRule::BeforeLeavingAirport, false),
        ],
    )
}

fn arrival(field: &Field<'_>) -> Option<ArrivalRule> {
    timed(
        field,
        &[
            ("none", |_| ArrivalRule::None, false),
            ("confirm_within", ArrivalRule::ConfirmWithin, true),
            ("register_within", ArrivalRule::RegisterWithin, true),
        ],
    )
}

fn escalation(field: &Field<'_>) -> Option<EscalationHours> {
    let mut object = field.object()?;
    let [adviser, official, centre] = ["adviser", "official", "centre"]
        .map(|name| whole::<u32>(&object.field(name).required(), YEAR));
    object.finish();
    let hours = EscalationHours { adviser: adviser?, official: official?, centre: centre? };
    if hours.adviser < hours.official || hours.official < hours.centre {
        field.fault("CONTRADICTION", "the hours must fall: adviser, official, centre");
    }
    Some(hours)
}

/// Six rows, none milder than the one before it: a higher level never asks for less of a person's
/// word.
fn level_table(field: &Field<'_>) -> Option<LevelTable> {
    let rows = entries(field, LEVELS, level_row)?;
    if field.list(0..=LEVELS).is_some_and(|given| given.len() != LEVELS) {
        field.fault("LENGTH", format!("must have {LEVELS} entries, one a level"));
    }
    let milder = rows.iter().zip(rows.iter().skip(1)).any(|(row, next)| next.mode < row.mode);
    if milder {
        field.fault("CONTRADICTION", "a higher level has a milder mode than a lower one");
    }
    Some(LevelTable(rows))
}

fn level_row(object: &mut Object<'_>) -> Option<LevelRow> {
    let mode = object.field("mode").required();
    let chosen: Option<ClearanceMode> = mode.choice();
    if chosen == Some(ClearanceMode::ByLevel) {
        mode.fault("CHOICE", "a level's row cannot look at itself");
    }
    let decider = decider(&object.field("decider").required());
    let notify_officer = object.field("notify_officer").boolean().unwrap_or(false);
    let two_step = object.field("two_step").boolean().unwrap_or(false);
    let confirm_arrival_hours = whole(&object.field("confirm_arrival_hours"), WITHIN);
    let briefing_hours = whole(&object.field("briefing_hours"), WITHIN);
    let lowest_pc = object.field("lowest_pc").choice();
    let courses = listed(&object.field("courses"), MOST, code).unwrap_or_default();
    Some(LevelRow {
        mode: chosen?,
        decider: decider?,
        notify_officer,
        two_step,
        confirm_arrival_hours,
        briefing_hours,
        lowest_pc,
        courses,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::PcGrade;
    use crate::web::Faults;

    type Told = Vec<(String, &'static str)>;

    fn over(base: &AreaPolicy, body: &Value) -> Result<AreaPolicy, Told> {
        let faults = Faults::new();
        let mut policy = base.clone();
        let mut object = Object::body(body, &faults).unwrap();
        read(&mut object, &mut policy);
        object.finish();
        let told: Told =
            faults.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        if told.is_empty() { Ok(policy) } else { Err(told) }
    }

    fn standard() -> AreaPolicy {
        AreaPolicy::standard(1, Timestamp::UNIX_EPOCH)
    }

    /// A policy in which every key differs from the standard.
    const OTHER: &str = r#"{
            "clearance_mode": "manual",
            "mode_overrides": [{"categories": ["consultant"], "organizations": ["unicef"],
                "pc_grades": ["PC1"], "purposes": ["duty_travel"],
                "transport_modes": ["road_own"], "min_nights": 1, "max_nights": 3,
                "mode": "auto"}],
            "lead_time_hours_manual": 240, "lead_time_hours_auto": 24, "late_handling": "refuse",
            "pc_required": true, "lowest_pc": "PC2",
            "training_required": [{"course": "SSAFE", "categories": [], "min_stay_nights": 2}],
            "medical_required": true, "briefing": {"kind": "within", "hours": 12},
            "ceilings": {"total": 5, "by_organization": {"unicef": 2}, "by_category": {},
                "count_day_visits": true},
            "overbook_allowed_by": "usg", "lodging_rule": "approved_only",
            "approved_lodging": ["Park Side"], "lodging_tba_hours": null,
            "movement_rule": "convoy_only", "arrival": {"kind": "register_within", "hours": 6},
            "family_allowed": false, "required_fields": ["host_contact"],
            "equipment": ["ppe", "radio"], "two_step": true, "auto_quota_per_day": 9,
            "early_grace_hours": 12, "late_grace_hours": 6, "max_advance_days": 90,
            "max_stay_days": 30, "internal_movement": "notify", "return_control": true,
            "near_departures_stand": false,
            "transit_max_hours": 6, "route_gap_max_km": 50,
            "approver_chain": ["security_adviser", "designated_official"],
            "escalation_hours": {"adviser": 96, "official": 72, "centre": 48},
            "level_table": [
                {"mode": "auto", "decider": "area_security_coordinator"},
                {"mode": "auto", "decider": "area_security_coordinator", "notify_officer": true},
                {"mode": "manual", "decider": "area_security_coordinator",
                    "confirm_arrival_hours": 12, "briefing_hours": 12, "courses": ["SSAFE"]},
                {"mode": "manual", "decider": "security_adviser"},
                {"mode": "manual", "decider": "designated_official", "two_step": true,
                    "lowest_pc": "PC2"},
                {"mode": "mscr_only", "decider": "usg", "lowest_pc": "PC1"}]
    }"#;

    fn other() -> Value {
        serde_json::from_str(OTHER).unwrap()
    }

    #[test]
    fn every_key_of_the_policy_is_read() {
        let policy = over(&standard(), &other()).unwrap();
        let (from, to) =
            (serde_json::to_value(standard()).unwrap(), serde_json::to_value(&policy).unwrap());
        let given = other();
        for (name, value) in to.as_object().unwrap() {
            if ["version", "effective_from", "demonstration"].contains(&name.as_str()) {
                continue;
            }
            assert_ne!(from[name], *value, "{name} was not read");
            if name != "level_table" {
                assert_eq!(given[name], *value, "{name}");
            }
        }
        // what is written is read back, whole
        assert_eq!(over(&standard(), &only_keys(&to)).unwrap(), policy);
    }

    fn only_keys(policy: &Value) -> Value {
        let mut keys = policy.clone();
        for own in ["version", "effective_from", "demonstration"] {
            keys.as_object_mut().unwrap().remove(own);
        }
        keys
    }

    #[test]
    fn what_is_left_out_stays_and_null_is_none_where_there_can_be_none() {
        let base = over(&standard(), &other()).unwrap();
        let changed = over(&base, &json!({"lowest_pc": null, "briefing": null})).unwrap();
        assert_eq!((changed.lowest_pc, changed.briefing), (None, None));
        let expected = AreaPolicy { lowest_pc: Some(PcGrade::Pc2), ..changed };
        assert_eq!(AreaPolicy { briefing: base.briefing, ..expected }, base);
        assert_eq!(over(&base, &json!({})).unwrap(), base);
    }

    #[test]
    fn every_defect_is_told_at_its_place() {
        let body = json!({
            "clearance_mode": "by_mood", "lead_time_hours_manual": -1, "briefing": {"kind": "within"},
            "arrival": {"kind": "none", "hours": 3}, "equipment": ["kite"],
            "mode_overrides": [{"mode": "auto", "min_nights": 3, "max_nights": 1, "colour": 1}, {}],
            "training_required": [{"course": "SSAFE", "categories": ["pirate"]}],
            "approver_chain": ["warden", "usg", "usg"],
            "escalation_hours": {"adviser": 1, "official": 2, "centre": 3},
            "level_table": [{"mode": "by_level", "decider": "usg"},
                {"mode": "auto", "decider": "usg"}],
            "ceilings": {"total": -1}, "mood": "calm",
        });
        let told = over(&standard(), &body).unwrap_err();
        let expected = [
            ("/clearance_mode", "CHOICE"),
            ("/mode_overrides/0/max_nights", "RANGE"),
            ("/mode_overrides/0/colour", "UNKNOWN_FIELD"),
            ("/mode_overrides/1/mode", "REQUIRED"),
            ("/lead_time_hours_manual", "RANGE"),
            ("/escalation_hours", "CONTRADICTION"),
            ("/training_required/0/categories/0", "CHOICE"),
            ("/equipment/0", "CHOICE"),
            ("/briefing/hours", "REQUIRED"),
            ("/arrival/hours", "CONTRADICTION"),
            ("/ceilings/total", "RANGE"),
            ("/approver_chain/0", "CHOICE"),
            ("/approver_chain", "REPEATED"),
            ("/level_table/0/mode", "CHOICE"),
            ("/level_table", "LENGTH"),
            ("/mood", "UNKNOWN_FIELD"),
        ];
        let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code));
        let missing: Vec<_> = expected.iter().filter(|one| !told.contains(one)).collect();
        assert!(missing.is_empty(), "missing {missing:?} in {told:?}");
    }

    #[test]
    fn a_higher_level_is_not_milder() {
        let row = |mode: &str| json!({"mode": mode, "decider": "usg"});
        let table = |modes: [&str; 6]| json!({"level_table": modes.map(row)});
        let milder = table(["auto", "auto", "manual", "auto", "manual", "mscr_only"]);
        let told = over(&standard(), &milder).unwrap_err();
        assert_eq!(told, [("/level_table".to_owned(), "CONTRADICTION")]);
        assert!(over(&standard(), &table(["auto"; 6])).is_ok());
    }
}
