//! `authority_refusal`: what every statement that records a person's decision asks, on the
//! database's clock.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use safeconduct::access::Role;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::harness::{Caller, House, Lent, Someone};
use crate::trips::stage::Stage;

struct Asked {
    person: Uuid,
    appointment: Option<Uuid>,
    delegation: Option<Uuid>,
    area: Option<&'static str>,
    trip: Option<Uuid>,
}

async fn refusal(client: &Client, asked: &Asked) -> Option<String> {
    let Asked { person, appointment, delegation, area, trip } = asked;
    let question = "SELECT authority_refusal($1, $2, $3, $4, $5), \
                    authority_in_force($1, $2, $3, $4, $5)";
    let row = client.query_one(question, &[person, appointment, delegation, area, trip]).await;
    let row = row.unwrap();
    let refusal: Option<String> = row.get(0);
    assert_eq!(refusal.is_none(), row.get::<_, bool>(1));
    refusal
}

async fn appointment_of(client: &Client, person: Uuid) -> Uuid {
    let question = "SELECT appointment_id FROM appointment WHERE person_id = $1";
    client.query_one(question, &[&person]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_holds_in_its_land_and_time_and_for_its_holder() {
    let house = House::start().await;
    let official = house.caller(Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]));
    let official = official.await.id;
    let interim = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]).ad_interim();
    let interim = house.caller(interim).await.id;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await.id;
    let client = house.database().connect().await;
    let by = async |person: Uuid, of: Uuid, area| {
        let appointment = Some(appointment_of(&client, of).await);
        let asked = Asked { person, appointment, delegation: None, area, trip: None };
        refusal(&client, &asked).await
    };
    assert_eq!(by(official, official, Some("KEN-890")).await, None);
    assert_eq!(by(official, official, Some("UGA-3300")).await.as_deref(), Some("R-801"));
    assert_eq!(by(official, official, None).await.as_deref(), Some("R-801"));
    assert_eq!(by(interim, official, Some("KEN-890")).await.as_deref(), Some("R-801"));
    assert_eq!(by(interim, interim, Some("UGA-3300")).await.as_deref(), Some("R-806"));
    assert_eq!(by(usg, usg, Some("UGA-3300")).await, None);
    assert_eq!(by(usg, usg, None).await, None);
    let nothing =
        Asked { person: usg, appointment: None, delegation: None, area: None, trip: None };
    assert_eq!(refusal(&client, &nothing).await.as_deref(), Some("R-802"));

    let revoke = "UPDATE appointment SET revoked_at = sc_now() WHERE person_id = $1";
    client.execute(revoke, &[&usg]).await.unwrap();
    assert_eq!(by(usg, usg, None).await.as_deref(), Some("R-801"));
    house.database().move_clock(SignedDuration::from_hours(24 * 400)).await;
    assert_eq!(by(official, official, Some("KEN-890")).await.as_deref(), Some("R-801"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_ends_with_its_date_its_revocation_and_its_givers_office() {
    let house = House::start().await;
    let official = house.caller(Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]));
    let (official, delegate) = (official.await, house.caller(Someone::person()).await);
    let lent = Lent {
        by: &official,
        to: &delegate,
        areas: &["KEN-890", "UGA-3300"],
        bands: &["low"],
        hours: -1..1,
    };
    let good = house.lend(lent.clone()).await;
    let ended = house.lend(Lent { hours: -48..-24, ..lent }).await;
    let client = house.database().connect().await;
    let by = async |person: Uuid, delegation: Uuid, area: &'static str| {
        let delegation = Some(delegation);
        let asked = Asked { person, appointment: None, delegation, area: Some(area), trip: None };
        refusal(&client, &asked).await
    };
    let barred = Some("R-803".to_owned());
    assert_eq!(by(delegate.id, good, "KEN-890").await, None);
    assert_eq!(by(official.id, good, "KEN-890").await, barred, "it is the delegate's");
    assert_eq!(by(delegate.id, good, "KEN-1196").await, barred, "another area");
    assert_eq!(by(delegate.id, good, "UGA-3300").await, barred, "beyond the giver's land");
    assert_eq!(by(delegate.id, ended, "KEN-890").await, barred, "ended yesterday");
    let leave = "UPDATE appointment SET revoked_at = sc_now() WHERE person_id = $1";
    client.execute(leave, &[&official.id]).await.unwrap();
    assert_eq!(by(delegate.id, good, "KEN-890").await, barred, "the giver is gone");
    house.close().await;
}

/// What the statement says to an official who decides of a trip to Nakuru.
async fn of_official(client: &Client, who: &Caller, trip: Uuid) -> Option<String> {
    let asked = Asked {
        person: who.id,
        appointment: Some(appointment_of(client, who.id).await),
        delegation: None,
        area: Some("KEN-890"),
        trip: Some(trip),
    };
    refusal(client, &asked).await
}

/// who is a party to a trip decides nothing of it, whatever power they name.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_for_themselves_or_their_family() {
    let stage = Stage::set(&[]).await;
    let house = &stage.house;
    let client = house.database().connect().await;
    // a couple with a child; the sponsor is in office
    let enter = async |sponsor: Option<Uuid>, relation: Option<&str>| {
        let id = Uuid::now_v7();
        stage.write_person(id, "unicef", sponsor).await;
        let relate = "UPDATE person SET relation = $2 WHERE person_id = $1";
        client.execute(relate, &[&id, &relation]).await.unwrap();
        let role = Role::DesignatedOfficial;
        house.caller(Someone::known(id).of_countries(role, &["KE"])).await
    };
    let sponsor = enter(None, None).await;
    let spouse = enter(Some(sponsor.id), Some("spouse")).await;
    let child = enter(Some(sponsor.id), Some("child")).await;
    let stranger = enter(None, None).await;
    let focal = house.caller(Someone::person().of_organization(Role::TravelFocalPoint, "unicef"));
    let focal = focal.await;
    let trip = async |who: &Caller, ahead: i32, by: &Caller| -> Uuid {
        let trip = stage.submit(by, &stage.to_nairobi(who, ahead, 2)).await.expect(201).json();
        trip["trip_id"].as_str().unwrap().parse().unwrap()
    };
    let parties = async |trip: Uuid| -> BTreeSet<(Uuid, String)> {
        let sql = "SELECT person_id, tie FROM trip_parties($1)";
        let rows = client.query(sql, &[&trip]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    let named = |list: &[(&Caller, &str)]| -> BTreeSet<(Uuid, String)> {
        list.iter().map(|(who, tie)| (who.id, (*tie).to_owned())).collect()
    };
    let of_sponsor = trip(&sponsor, 20, &focal).await;
    assert_eq!(
        parties(of_sponsor).await,
        named(&[
            (&sponsor, "traveller"),
            (&focal, "requester"),
            (&spouse, "spouse"),
            (&child, "dependant"),
        ])
    );
    let mut home = stage.to_nairobi(&child, 40, 2);
    home["trip_kind"] = "personal".into();
    home["purpose"] = "private".into();
    let of_child = stage.submit(&sponsor, &home).await.expect(201).json();
    let of_child: Uuid = of_child["trip_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(
        parties(of_child).await,
        named(&[
            (&child, "traveller"),
            (&sponsor, "requester"),
            (&sponsor, "sponsor"),
            (&spouse, "family"),
        ])
    );
    for (who, trip, barred) in [
        (&sponsor, of_sponsor, true),
        (&spouse, of_sponsor, true),
        (&child, of_sponsor, true),
        (&stranger, of_sponsor, false),
        (&sponsor, of_child, true),
        (&spouse, of_child, true),
        (&stranger, of_child, false),
    ] {
        let expected = barred.then(|| "R-804".to_owned());
        assert_eq!(of_official(&client, who, trip).await, expected, "{}", who.id);
    }
    stage.house.close().await;
}
