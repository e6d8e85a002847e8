//! Owner, chain, stand-in, two steps, emergency, headquarters, appeals, family.

use safeconduct::access::{
    Appointment, Asked, Deed, Denial, Matter, Mission, Notice, Posted, Tie, Why,
};
use safeconduct::model::{Capacity, RiskBand, Role};
use uuid::Uuid;

use super::*;

const OWN: Result<Capacity, String> = Ok(Capacity::Own);
const POLICY: Result<Capacity, String> = Ok(Capacity::Policy(3));
const NOTHING: &str = "nothing in writing gives this power here";

fn at(band: RiskBand) -> Matter {
    let two_step = band >= RiskBand::High;
    let decider = if two_step { Role::DesignatedOfficial } else { Role::AreaSecurityCoordinator };
    let recommended_by = two_step.then(|| person(ADVISER));
    Matter { band: Some(band), decider: Some(decider), two_step, recommended_by, ..matter() }
}

#[test]
fn r_801_the_official_of_the_country_owns_it() {
    assert_eq!(approves(&official(), &matter()), OWN);
    assert_eq!(approves(&official(), &at(RiskBand::High)), OWN);
    let elsewhere = who(OFFICIAL, &[office(Role::DesignatedOfficial, &["UG"])]);
    let other = "the appointment as designated_official is for other areas";
    assert_eq!(approves(&elsewhere, &matter()), refused("R-801", other));
    let none = Matter { area_id: None, country: None, ..matter() };
    let headquarters = "this is for headquarters to decide";
    assert_eq!(approves(&official(), &none), refused("R-801", headquarters));
}

#[test]
fn r_801_an_area_may_have_an_official_of_its_own() {
    let posted = Posted { ad_hoc_official: true, ..matter().posted };
    let special = Matter { posted, ..matter() };
    let ad_hoc = who(20, &[office(Role::DesignatedOfficial, &[NAKURU])]);
    assert_eq!(approves(&ad_hoc, &special), OWN);
    let own = "the area has a designated official of its own";
    assert_eq!(approves(&official(), &special), refused("R-801", own));
    let both = who(
        21,
        &[office(Role::DesignatedOfficial, &["KE"]), office(Role::DesignatedOfficial, &[NAKURU])],
    );
    assert_eq!(approves(&both, &special), OWN);
}

#[test]
fn r_802_the_role_that_the_policy_names() {
    assert_eq!(approves(&coordinator(), &matter()), POLICY);
    let elsewhere = who(COORDINATOR, &[office(Role::AreaSecurityCoordinator, &[NAIROBI])]);
    let other = "the appointment as area_security_coordinator is for other areas";
    assert_eq!(approves(&elsewhere, &matter()), refused("R-802", other));
    let left = "the policy leaves this to the designated_official";
    assert_eq!(approves(&coordinator(), &for_official()), refused("R-802", left));
    let left = "the policy leaves this to the area_security_coordinator";
    assert_eq!(approves(&adviser(), &matter()), refused("R-802", left));
    assert_eq!(approves(&who(30, &[]), &matter()), refused("R-802", NOTHING));
    for role in [Role::Warden, Role::Administrator, Role::Auditor, Role::ExecutiveHead] {
        let stranger = who(30, &[office(role, &["KE", NAKURU])]);
        assert_eq!(approves(&stranger, &matter()), refused("R-802", NOTHING), "{role:?}");
    }
}

#[test]
fn r_802_the_next_of_the_chain_where_a_post_is_empty() {
    let focal_point = Appointment { focal_point: true, ..office(Role::SecurityAdviser, &["KE"]) };
    let focal_point = who(31, &[focal_point]);
    let posted = |coordinator, adviser| Matter {
        posted: Posted { coordinator, adviser, ad_hoc_official: false },
        ..matter()
    };
    assert_eq!(approves(&adviser(), &posted(false, true)), POLICY);
    let there = "a focal point acts only where no adviser is posted";
    assert_eq!(approves(&focal_point, &posted(false, true)), refused("R-802", there));
    assert_eq!(approves(&focal_point, &posted(false, false)), POLICY);
    let left = "the policy leaves this to the area_security_coordinator";
    assert_eq!(approves(&focal_point, &posted(true, false)), refused("R-802", left));
}

#[test]
fn c_9_whom_the_clocks_have_reached_may_decide() {
    let reached = Matter { reached: [Role::SecurityAdviser].into(), ..matter() };
    assert_eq!(approves(&adviser(), &reached), POLICY);
    let high = Matter { reached: [Role::SecurityAdviser].into(), ..at(RiskBand::High) };
    let alone = "high risk is for the designated official, or a delegated adviser";
    assert_eq!(approves(&adviser(), &high), refused("R-803", alone));
}

#[test]
fn r_804_nobody_decides_for_themselves_or_their_family() {
    let refusals = [
        (Tie::Traveller, "nobody decides their own trip"),
        (Tie::Requester, "nobody decides a trip they asked for"),
        (Tie::Spouse, "nobody decides a trip of their spouse"),
        (Tie::Sponsor, "nobody decides a trip of their dependant"),
        (Tie::Dependant, "nobody decides a trip of the one they depend on"),
        (Tie::Family, "nobody decides a trip of their family"),
    ];
    let usg = who(OFFICIAL, &[office(Role::Usg, &[])]);
    for (tie, why) in refusals {
        let tied = Matter { parties: [(person(OFFICIAL), tie)].into_iter().collect(), ..matter() };
        for principal in [official(), usg.clone()] {
            for deed in Deed::ALL {
                let barred = ask(&principal, &tied, deed).unwrap_err();
                assert_eq!(barred.explain(), format!("R-804: {why}"), "{deed:?}");
            }
        }
        assert_eq!(approves(&coordinator(), &tied), POLICY, "others may");
    }
}

#[test]
fn r_805_an_adviser_speaks_first_and_another_decides() {
    let silent = Matter { recommended_by: None, ..at(RiskBand::High) };
    let barred = ask(&official(), &silent, Deed::Approve).unwrap_err();
    assert_eq!((barred.rule.0, barred.is_two_step()), ("R-805", true));
    for deed in [Deed::Deny, Deed::Return, Deed::Escalate] {
        assert_eq!(told(ask(&official(), &silent, deed)), OWN, "{deed:?} waits for nobody");
    }
    let own = Matter { recommended_by: Some(person(OFFICIAL)), ..at(RiskBand::High) };
    let alone = "the one who recommended does not decide";
    assert_eq!(approves(&official(), &own), refused("R-805", alone));
    let by_policy = Matter { two_step: true, ..matter() };
    assert!(ask(&coordinator(), &by_policy, Deed::Approve).unwrap_err().is_two_step());
    // the band alone asks for two steps, whatever the item says
    let forgotten = Matter { two_step: false, ..silent };
    assert!(ask(&official(), &forgotten, Deed::Approve).unwrap_err().is_two_step());
}

#[test]
fn r_805_only_an_adviser_recommends() {
    let recommends = |principal| told(ask(&principal, &matter(), Deed::Recommend));
    assert_eq!(recommends(adviser()), POLICY);
    let theirs = "the policy leaves this to the security_adviser";
    assert_eq!(recommends(official()), refused("R-805", theirs));
    assert!(recommends(coordinator()).is_err());
    let mission = Matter { mission: Mission::Open, ..matter() };
    assert_eq!(told(ask(&official(), &mission, Deed::Recommend)), OWN);
}

#[test]
fn r_806_who_stands_in_acts_in_that_capacity() {
    let office = office(Role::DesignatedOfficial, &["KE"]);
    let stand_in = who(22, &[Appointment { ad_interim: true, ..office.clone() }]);
    assert_eq!(approves(&stand_in, &at(RiskBand::High)), Ok(Capacity::AdInterim));
    let later = Appointment { ad_interim: true, valid_from: in_hours(1), ..office };
    assert_eq!(approves(&who(22, &[later]), &matter()), refused("R-802", NOTHING));
}

#[test]
fn r_807_in_an_emergency_official_and_adviser_act_at_once() {
    let asked = Asked { emergency: true, ..Asked::from(Deed::Approve) };
    let silent = Matter { recommended_by: None, ..at(RiskBand::High) };
    let used = ask(&official(), &silent, asked).unwrap();
    assert_eq!((used.capacity, used.notices), (Capacity::Own, vec![Notice::AfterTheFact]));
    let used = ask(&adviser(), &silent, asked).unwrap();
    assert_eq!((used.capacity, used.notices), (Capacity::Emergency, vec![Notice::AfterTheFact]));
    assert!(ask(&coordinator(), &silent, asked).is_err());
    let worse = Matter { band: Some(RiskBand::VeryHigh), ..silent };
    assert_eq!(ask(&adviser(), &worse, asked).unwrap_err().rule.0, "R-604");
}

#[test]
fn r_808_a_senior_officials_travel_is_told_and_assessed() {
    let senior = Matter { senior_official: true, ..matter() };
    let used = ask(&official(), &senior, Deed::Approve).unwrap();
    assert_eq!(used.notices, [Notice::ProtectionCoordination, Notice::RiskAssessment]);
    assert!(used.notices.iter().all(|notice| notice.rule().0 == "R-808"));
    assert!(ask(&official(), &senior, Deed::Deny).unwrap().notices.is_empty());
}

#[test]
fn c_6_a_medium_risk_is_told_to_the_official() {
    let used = ask(&coordinator(), &matter(), Deed::Approve).unwrap();
    assert_eq!(used.notices, [Notice::OfficialInformed]);
    assert!(ask(&official(), &matter(), Deed::Approve).unwrap().notices.is_empty());
}

#[test]
fn r_604_very_high_risk_takes_every_consent_and_headquarters() {
    let usg = who(40, &[office(Role::Usg, &[])]);
    let mission = |band, mission| Matter { decider: Some(Role::Usg), mission, ..at(band) };
    let consents = "this needs a mission's consents and the under-secretary-general";
    for open in [mission(RiskBand::VeryHigh, Mission::None), mission(RiskBand::Low, Mission::Open)]
    {
        for principal in [&official(), &usg] {
            assert_eq!(approves(principal, &open), refused("R-604", consents));
        }
        assert_eq!(told(ask(&official(), &open, Deed::Deny)), OWN, "a no needs no consent");
    }
    let consented = mission(RiskBand::VeryHigh, Mission::Consented);
    assert_eq!(approves(&usg, &consented), OWN);
    assert_eq!(approves(&official(), &consented), refused("R-604", consents));
    let nobody = mission(RiskBand::Unacceptable, Mission::Consented);
    let why = "nobody accepts an unacceptable risk";
    assert_eq!(approves(&usg, &nobody), refused("R-604", why));
}

#[test]
fn headquarters_overrules_and_decides_what_has_no_area() {
    let usg = who(40, &[office(Role::Usg, &[])]);
    let nowhere = Matter { area_id: None, country: None, decider: Some(Role::Usg), ..matter() };
    assert_eq!(approves(&usg, &matter()), OWN);
    assert_eq!(approves(&usg, &nowhere), OWN);
    assert!(approves(&official(), &nowhere).is_err());
}

#[test]
fn some_deeds_are_the_officials_alone() {
    let rules = [(Deed::Waive, "R-303"), (Deed::Overbook, "R-506"), (Deed::AllowAppeal, "R-1202")];
    for (deed, rule) in rules {
        assert_eq!(told(ask(&official(), &matter(), deed)), OWN, "{deed:?}");
        let barred = ask(&coordinator(), &matter(), deed).unwrap_err();
        assert_eq!((barred.rule.0, barred.why), (rule, Why::OfficialOnly(deed)));
        let barred = ask(&given(coordinator(), delegation()), &matter(), deed).unwrap_err();
        assert_eq!((barred.rule.0, barred.why), ("R-803", Why::DelegationDeed(deed)));
    }
}

#[test]
fn r_1202_an_appeal_is_heard_by_somebody_else() {
    let usg = who(40, &[office(Role::Usg, &[])]);
    let denied = |by: u128, by_official| Matter {
        denial: Some(Denial { by: Some(person(by)), by_official }),
        ..matter()
    };
    for deed in [Deed::AllowAppeal, Deed::DismissAppeal] {
        let hears = |principal: &_, matter: &_| told(ask(principal, matter, deed));
        assert_eq!(hears(&official(), &denied(COORDINATOR, false)), OWN);
        let up = "an appeal from the official's own no goes to headquarters";
        assert_eq!(hears(&official(), &denied(99, true)), refused("R-1202", up));
        let own = "nobody hears an appeal from their own no";
        assert_eq!(hears(&official(), &denied(OFFICIAL, true)), refused("R-1202", own));
        assert_eq!(hears(&usg, &denied(OFFICIAL, true)), OWN);
        assert_eq!(hears(&usg, &denied(40, true)), refused("R-1202", own));
    }
}

#[test]
fn machines_decide_nothing() {
    let mut machine = official();
    machine.holder = Holder::Client(Uuid::nil());
    assert_eq!(approves(&machine, &matter()), refused("R-801", "only a person decides"));
}
