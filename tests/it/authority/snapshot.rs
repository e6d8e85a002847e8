//! What a principal carries, and who is posted where.

use jiff::SignedDuration;
use jiff::civil::Time;
use safeconduct::access::{DelegationState, Extent, Role, act, admit};
use safeconduct::model::WorkingTime;
use safeconduct::web::Authenticator as _;
use uuid::Uuid;

use crate::harness::{House, Lent, Someone};

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_carries_what_was_given_and_reaches_its_land_while_it_lasts() {
    let house = House::start().await;
    let official = house.caller(Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]));
    let official = official.await;
    let delegate = house.caller(Someone::person()).await;
    let lent =
        Lent { by: &official, to: &delegate, areas: &["KEN-890"], bands: &["low"], hours: -1..1 };
    let id = house.lend(lent.clone()).await;
    let ended = house.lend(Lent { hours: -24..-1, ..lent }).await;
    let identity = &house.running().parts.identity;
    let principal = identity.verify(&delegate.token).await.unwrap();
    let state = |id: Uuid| {
        let given = principal.delegations.iter().find(|one| one.delegation_id == id).unwrap();
        given.state(house.now())
    };
    assert_eq!((state(id), state(ended)), (DelegationState::InForce, DelegationState::Expired));
    let decides = admit::<act::Decide>(&principal).unwrap();
    let land = decides.scope().extents().iter().any(|(extent, sight)| {
        matches!(extent, Extent::Land { areas, .. } if areas.contains(&"KEN-890".into()))
            && !sight.restricted
    });
    assert!(land, "{:?}", decides.scope());
    assert_eq!(admit::<act::ReadTrips>(&principal).unwrap().scope().arrays().areas, ["KEN-890"]);
    assert!(admit::<act::SuspendArea>(&principal).is_err(), "nothing else is opened");

    house.database().move_clock(SignedDuration::from_hours(2)).await;
    identity.authority().refresh().await.unwrap();
    let later = identity.verify(&delegate.token).await;
    // the token ends with its hour; the land is gone with the delegation
    assert!(later.is_err() || admit::<act::Decide>(&later.unwrap()).is_err());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_delegation_is_heard_of_with_the_next_version() {
    let house = House::start().await;
    let official = house.caller(Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]));
    let official = official.await;
    let delegate = house.caller(Someone::person()).await;
    let lent =
        Lent { by: &official, to: &delegate, areas: &["KEN-890"], bands: &["low"], hours: -1..1 };
    let id = house.lend(lent).await;
    let identity = &house.running().parts.identity;
    let before = identity.authority().version();
    let client = house.database().connect().await;
    let revoke = "UPDATE delegation SET revoked_at = sc_now(), revoked_by = delegator_id";
    client.execute(revoke, &[]).await.unwrap();
    identity.authority().refresh().await.unwrap();
    assert!(identity.authority().version() > before);
    let principal = identity.verify(&delegate.token).await.unwrap();
    assert_eq!(principal.delegations[0].delegation_id, id);
    assert_eq!(principal.delegations[0].state(house.now()), DelegationState::Revoked);
    // it comes as far as the desk, which tells of the end, and reaches nothing
    assert!(admit::<act::Decide>(&principal).unwrap().scope().extents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_posted_where_and_when_an_area_works() {
    let house = House::start().await;
    let coordinator = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["KEN-890"]);
    house.caller(coordinator).await;
    let focal_point =
        Someone::person().of_countries(Role::SecurityAdviser, &["UG"]).focal_point_in_it();
    house.caller(focal_point).await;
    let authority = house.running().parts.identity.authority();
    let nakuru = authority.posted(&"KEN-890".into(), Some("KE"));
    assert!(nakuru.coordinator && !nakuru.adviser && !nakuru.ad_hoc_official);
    assert!(!authority.posted(&"UGA-3300".into(), Some("UG")).adviser, "a focal point is none");
    assert!(authority.is_fresh());

    assert_eq!(authority.working_time(&"KEN-890".into(), Some("KE")), WorkingTime::default());
    let day = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let client = house.database().connect().await;
    let week = "INSERT INTO working_week (country, week_days, opens, closes) \
                VALUES ('KE', '{7,1,2,3,4}', '07:30', '15:00')";
    client.execute(week, &[]).await.unwrap();
    let holiday = "INSERT INTO holiday (area_id, day, name) VALUES ('KEN-890', $1, 'Fair')";
    client.execute(holiday, &[&day]).await.unwrap();
    authority.refresh().await.unwrap();
    let works = authority.working_time(&"KEN-890".into(), Some("KE"));
    assert_eq!(works.week_days, [1, 2, 3, 4, 7].into());
    assert_eq!(works.opens, Time::constant(7, 30, 0, 0));
    assert_eq!(works.holidays, [day].into());
    assert!(authority.working_time(&"KEN-1196".into(), Some("KE")).holidays.is_empty());
    house.close().await;
}
