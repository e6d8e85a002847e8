//! in writing, in scope, in time, not passed on, never above the delegator's power.

use safeconduct::access::{
    Appointment, Deed, Delegate, Delegation, Matter, Posted, Seat, Tie, Why,
};
use safeconduct::model::{Capacity, Category, RiskBand, Role};
use uuid::Uuid;

use super::*;

const USED: Result<Capacity, String> = Ok(Capacity::Delegation(Uuid::from_u128(200)));

/// What approving comes to for the coordinator, with a delegation, of what is the official's.
fn by(delegation: Delegation, matter: &Matter) -> Result<Capacity, String> {
    approves(&given(coordinator(), delegation), matter)
}

#[test]
fn what_is_given_in_writing_may_be_used() {
    assert_eq!(by(delegation(), &for_official()), USED);
    let principal = given(coordinator(), delegation());
    let answer = ask(&principal, &for_official(), Deed::Deny).unwrap();
    assert_eq!(answer.delegation_id, Some(Uuid::from_u128(200)));
    assert_eq!(answer.appointment_id, None, "a person named needs no post");
}

#[test]
fn one_that_ended_yesterday_is_refused_by_name() {
    let ended = Delegation { valid_to: in_hours(-24), ..delegation() };
    let why = "the delegation ended at 2026-11-21T09:00:00Z";
    assert_eq!(by(ended.clone(), &for_official()), refused("R-803", why));
    let principal = given(coordinator(), ended.clone());
    let answer = ask(&principal, &for_official(), named(&ended, Deed::Approve));
    assert_eq!(told(answer), refused("R-803", why));
}

#[test]
fn it_holds_in_its_time_alone() {
    let begins = Delegation { valid_from: in_hours(2), ..delegation() };
    let why = "the delegation begins at 2026-11-22T11:00:00Z";
    assert_eq!(by(begins, &for_official()), refused("R-803", why));
    let back = Delegation { revoked_at: Some(in_hours(-1)), ..delegation() };
    let why = "the delegation was taken back at 2026-11-22T08:00:00Z";
    assert_eq!(by(back, &for_official()), refused("R-803", why));
    let gone = Appointment { valid_to: in_hours(-1), ..delegation().given_from };
    let gone = Delegation { given_from: gone, ..delegation() };
    let why = "the appointment the delegation was given from is over";
    assert_eq!(by(gone, &for_official()), refused("R-803", why));
    // the first instant is in, the last is out
    let just = Delegation { valid_from: now(), valid_to: in_hours(1), ..delegation() };
    assert_eq!(by(just, &for_official()), USED);
    let over = Delegation { valid_to: now(), ..delegation() };
    assert!(by(over, &for_official()).is_err());
}

#[test]
fn own_trip_and_spouses_trip_are_refused_whatever_was_given() {
    let refusals = [
        (Tie::Traveller, "nobody decides their own trip"),
        (Tie::Spouse, "nobody decides a trip of their spouse"),
    ];
    for (tie, why) in refusals {
        let parties = [(person(COORDINATOR), tie)].into_iter().collect();
        let tied = Matter { parties, ..for_official() };
        assert_eq!(by(delegation(), &tied), refused("R-804", why));
        let principal = given(coordinator(), delegation());
        let answer = ask(&principal, &tied, named(&delegation(), Deed::Approve));
        assert_eq!(told(answer), refused("R-804", why));
    }
}

#[test]
fn another_area_is_refused() {
    let nairobi = Matter { area_id: Some(NAIROBI.into()), ..for_official() };
    let principal = given(who(COORDINATOR, &[]), delegation());
    let why = "the delegation is for other areas";
    assert_eq!(approves(&principal, &nairobi), refused("R-803", why));
    let answer = ask(&principal, &nairobi, named(&delegation(), Deed::Approve));
    assert_eq!(told(answer), refused("R-803", why));
}

#[test]
fn a_higher_band_is_refused() {
    let banded =
        |band| Matter { band: Some(band), recommended_by: Some(person(ADVISER)), ..for_official() };
    let only_low = |mut delegation: Delegation| {
        delegation.scope.bands = [RiskBand::Low].into();
        delegation
    };
    let why = "the delegation does not reach risk medium";
    assert_eq!(by(only_low(delegation()), &banded(RiskBand::Medium)), refused("R-803", why));
    let why = "the delegation does not reach risk high";
    assert_eq!(by(delegation(), &banded(RiskBand::High)), refused("R-803", why));
    // not even in writing
    let mut high = delegation();
    high.scope.bands = RiskBand::ALL.into();
    let why = "high risk is for the designated official, or a delegated adviser";
    assert_eq!(by(high.clone(), &banded(RiskBand::High)), refused("R-803", why));
    let very = Matter { mission: Mission::Consented, ..banded(RiskBand::VeryHigh) };
    let why = "the delegation does not reach risk very_high";
    assert_eq!(by(high, &very), refused("R-803", why));
    let unknown = Matter { band: None, ..for_official() };
    assert_eq!(by(only_low(delegation()), &unknown), USED, "no band counts as low");
}

#[test]
fn high_risk_may_be_given_to_the_adviser_who_then_does_not_recommend_it() {
    let to_adviser = Delegation {
        delegate: Delegate::Post { role: Role::SecurityAdviser, seat: Seat::Country("KE".into()) },
        scope: DelegationScope { bands: [RiskBand::High].into(), ..delegation().scope },
        ..delegation()
    };
    let principal = given(adviser(), to_adviser.clone());
    let high = |by: u128| Matter {
        band: Some(RiskBand::High),
        recommended_by: Some(person(by)),
        ..for_official()
    };
    let answer = ask(&principal, &high(50), Deed::Approve).unwrap();
    assert_eq!(answer.appointment_id, Some(id_of(Role::SecurityAdviser)), "the post is checked");
    assert_eq!(Ok(answer.capacity), USED);
    let why = "the one who recommended does not decide";
    assert_eq!(approves(&principal, &high(ADVISER)), refused("R-805", why));
    // the focal point of a country is no adviser
    let focal_point = Appointment { focal_point: true, ..office(Role::SecurityAdviser, &["KE"]) };
    let posted = Posted { adviser: false, ..matter().posted };
    let unadvised = Matter { posted, ..high(50) };
    let principal = given(who(60, &[focal_point]), to_adviser);
    assert_eq!(ask(&principal, &unadvised, Deed::Approve).unwrap_err().why, Why::HighBand);
}

#[test]
fn categories_and_nights_are_limits() {
    let mut narrow = delegation();
    narrow.scope.categories = [Category::Consultant].into();
    let why = "the delegation leaves out staff_international";
    assert_eq!(by(narrow.clone(), &for_official()), refused("R-803", why));
    let consultant = Matter { category: Category::Consultant, ..for_official() };
    assert_eq!(by(narrow, &consultant), USED);
    let longest = Matter { nights: 21, ..for_official() };
    assert_eq!(by(delegation(), &longest), USED);
    let longer = Matter { nights: 22, ..for_official() };
    let why = "the delegation ends at stays of 21 nights";
    assert_eq!(by(delegation(), &longer), refused("R-803", why));
}

#[test]
fn a_post_is_whoever_holds_it() {
    let post = Delegation {
        delegate: Delegate::Post {
            role: Role::AreaSecurityCoordinator,
            seat: Seat::Area(NAKURU.into()),
        },
        ..delegation()
    };
    assert_eq!(by(post.clone(), &for_official()), USED);
    let elsewhere = who(70, &[office(Role::AreaSecurityCoordinator, &[NAIROBI])]);
    let answer = ask(&given(elsewhere, post.clone()), &for_official(), named(&post, Deed::Approve));
    let why = "no such delegation was given to the caller";
    assert_eq!(told(answer), refused("R-803", why));
}

#[test]
fn it_is_not_passed_on_nor_given_from_another_office() {
    let coordinators = Delegation {
        given_from: office(Role::AreaSecurityCoordinator, &[NAKURU]),
        delegator: person(COORDINATOR),
        delegate: Delegate::Person(person(80)),
        ..delegation()
    };
    let principal = given(who(80, &[]), coordinators);
    let why = "a delegation is not passed on";
    assert_eq!(approves(&principal, &matter()), refused("R-803", why));
    let office = office(Role::DesignatedOfficial, &["KE"]);
    let stand_in = Appointment { ad_interim: true, ..office };
    let from_stand_in = Delegation { given_from: stand_in, ..delegation() };
    assert_eq!(by(from_stand_in, &for_official()), refused("R-803", why));
}

#[test]
fn it_is_never_above_the_delegators_power() {
    // the official's own trip is not decided in the official's name
    let parties = [(person(OFFICIAL), Tie::Traveller)].into_iter().collect();
    let officials = Matter { parties, ..for_official() };
    let why = "who gave the delegation may not do it either: nobody decides their own trip";
    assert_eq!(by(delegation(), &officials), refused("R-804", why));
    // nor what belongs to an official of the area
    let posted = Posted { ad_hoc_official: true, ..matter().posted };
    let special = Matter { posted, ..for_official() };
    let why = "who gave the delegation may not do it either: \
               the area has a designated official of its own";
    assert_eq!(by(delegation(), &special), refused("R-801", why));
    // nor what lies outside the official's land, whatever the letter says
    let mut wide = delegation();
    wide.scope.land = land(&["UG", "KE"]);
    let uganda =
        Matter { area_id: Some("UGA-3300".into()), country: Some("UG".into()), ..for_official() };
    let why = "the delegation is for other areas";
    let principal = given(who(COORDINATOR, &[]), wide);
    assert_eq!(approves(&principal, &uganda), refused("R-803", why));
}

#[test]
fn own_before_policy_before_delegation_before_stand_in() {
    let stand_in = Appointment { ad_interim: true, ..office(Role::DesignatedOfficial, &["KE"]) };
    let mut all = given(coordinator(), delegation());
    all.appointments.extend([stand_in, office(Role::DesignatedOfficial, &[NAKURU])]);
    assert_eq!(approves(&all, &matter()), Ok(Capacity::Own));
    all.appointments.pop();
    assert_eq!(approves(&all, &matter()), Ok(Capacity::Policy(3)));
    assert_eq!(approves(&all, &for_official()), USED);
    all.delegations.clear();
    assert_eq!(approves(&all, &for_official()), Ok(Capacity::AdInterim));
}

#[test]
fn what_is_named_is_used_or_refused() {
    let principal = given(coordinator(), delegation());
    let answer = ask(&principal, &matter(), named(&delegation(), Deed::Approve));
    assert_eq!(told(answer), USED, "although the policy names the coordinator");
    let ended = Delegation { valid_to: in_hours(-1), ..delegation() };
    let principal = given(coordinator(), ended.clone());
    assert!(ask(&principal, &matter(), named(&ended, Deed::Approve)).is_err());
    let unknown = Asked { delegation_id: Some(Uuid::nil()), ..Asked::from(Deed::Approve) };
    let barred = ask(&official(), &matter(), unknown).unwrap_err();
    assert_eq!((barred.rule.0, barred.why), ("R-803", Why::DelegationUnknown));
}
