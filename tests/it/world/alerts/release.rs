//! Out of quarantine, by somebody who puts right what was wrong.

use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{Message, NAKURU, Scene, of_kind, remarks};
use crate::harness::{Answer, Caller, Someone};

/// A ring that crosses itself: nobody can say what it encloses.
const CROSSING: &str = "-0.35,36.00 -0.20,36.15 -0.35,36.15 -0.20,36.00 -0.35,36.00";

fn crossing(of: &Message) -> Message {
    Message { area: format!("<polygon>{CROSSING}</polygon>"), ..of.clone() }
}

async fn release(scene: &Scene, caller: &Caller, alert: &Value, xml: &str) -> Answer {
    release_once(scene, caller, alert, xml, &Uuid::new_v4().to_string()).await
}

async fn release_once(
    scene: &Scene,
    caller: &Caller,
    alert: &Value,
    xml: &str,
    key: &str,
) -> Answer {
    let path = format!("/v1/alerts/{}/release", alert["alert_id"].as_str().unwrap());
    let body = json!({"message": xml, "reason": "the second corner was the third"});
    scene.house.post_once(caller, &path, key, &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_right_stands_in_the_place_of_what_came() {
    let scene = Scene::set().await;
    scene.list_feed(json!({"apply_from": "severe"})).await;
    let sound = Message::about(&scene.house, "one");
    let broken = scene.send(&scene.feed, &crossing(&sound)).await;
    assert_eq!(
        (&broken["state"], remarks(&broken)),
        (&"quarantined".into(), vec!["GEOMETRY_CROSSING"])
    );
    let seen = scene.alert(&broken).await;
    assert_eq!(seen["received"], crossing(&sound).xml(), "what there is to put right");

    let released = release_once(&scene, &scene.adviser, &broken, &sound.xml(), "k").await;
    let location = released.header("location").to_owned();
    let released = released.expect(201).json();
    assert_eq!(location, format!("/v1/alerts/{}", released["alert_id"].as_str().unwrap()));
    assert_eq!(
        (&released["state"], &released["corrects"], &released["corrected_by"]),
        (&"accepted".into(), &broken["alert_id"], &json!(scene.adviser.id))
    );
    assert_eq!(released["correction"], "the second corner was the third");
    assert_eq!(released["area_ids"], json!([NAKURU]));
    let fence = of_kind(&released, "fence")[0];
    assert_eq!(fence["state"], "open", "the feed applies by itself, a person's hand does not");
    assert!(scene.fences().await.is_empty());

    // the one that came is kept as it came, and waits for nobody any more
    let before = scene.alert(&broken).await;
    assert_eq!(
        (&before["state"], &before["released_as"], remarks(&before)),
        (&"released".into(), &released["alert_id"], vec!["GEOMETRY_CROSSING"])
    );
    assert_eq!(before["received"], seen["received"]);
    let list = scene.house.get(&scene.official, "/v1/alerts?state=quarantined").await;
    assert_eq!(list.expect(200).json()["items"], json!([]));

    let again = release_once(&scene, &scene.adviser, &broken, &sound.xml(), "k").await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.expect(201).json(), released);
    let late = release(&scene, &scene.official, &broken, &sound.xml()).await.expect(409).json();
    assert_eq!(late["code"], "NOT_QUARANTINED");
    let repeated = scene.send(&scene.feed, &crossing(&sound)).await;
    assert_eq!(
        (&repeated["state"], &repeated["duplicate_of"]),
        (&"duplicate".into(), &released["alert_id"])
    );
    scene.decide(&scene.official, &released, "confirm", &json!({})).await.expect(200);
    assert_eq!(scene.fences().await.len(), 1);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_wrong_is_told_and_nothing_is_written() {
    let scene = Scene::set().await;
    let sound = Message::about(&scene.house, "one");
    let broken = scene.send(&scene.feed, &crossing(&sound)).await;
    let second = Message::about(&scene.house, "two");
    let other = scene.send(&scene.feed, &second).await;
    for (xml, code) in [
        (crossing(&sound).xml(), "GEOMETRY_CROSSING"),
        ("<alert".to_owned(), "NOT_XML"),
        (second.xml(), "DUPLICATE"),
    ] {
        let refused = release(&scene, &scene.official, &broken, &xml).await.expect(422).faults();
        assert_eq!(refused, [("/message".to_owned(), code.to_owned())]);
    }
    let path = format!("/v1/alerts/{}/release", broken["alert_id"].as_str().unwrap());
    let nothing = scene.house.post_once(&scene.official, &path, "n", &json!({})).await;
    let told: Vec<String> = nothing.expect(422).faults().into_iter().map(|(at, _)| at).collect();
    assert_eq!(told, ["/message", "/reason"]);
    let refused = release(&scene, &scene.official, &other, &sound.xml()).await.expect(409).json();
    assert_eq!(refused["code"], "NOT_QUARANTINED");
    assert_eq!(scene.alert(&broken).await["state"], "quarantined");
    assert_eq!(scene.count("SELECT count(*) FROM alert").await, 2);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_draw_where_it_is_about_releases_and_nobody_else() {
    let scene = Scene::set().await;
    let sound = Message::about(&scene.house, "one");
    let broken = scene.send(&scene.feed, &crossing(&sound)).await;
    let traveller = scene.house.caller(Someone::person()).await;
    let auditor = scene.house.caller(Someone::person().holding(Role::Auditor)).await;
    let abroad = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    let abroad = scene.house.caller(abroad).await;
    for (caller, status) in [(&traveller, 404), (&scene.feed, 404), (&auditor, 403), (&abroad, 403)]
    {
        release(&scene, caller, &broken, &sound.xml()).await.expect(status);
    }
    let unknown = json!({"alert_id": Uuid::new_v4()});
    release(&scene, &scene.official, &unknown, &sound.xml()).await.expect(404);
    assert_eq!(scene.alert(&broken).await["state"], "quarantined");
    let own = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAKURU]);
    let own = scene.house.caller(own).await;
    release(&scene, &own, &broken, &sound.xml()).await.expect(201);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_message_stands_where_it_would_have_stood() {
    let scene = Scene::set().await;
    // its cancellation came meanwhile
    let over = Message::about(&scene.house, "over");
    let broken = scene.send(&scene.feed, &crossing(&over)).await;
    scene.send(&scene.feed, &over.then("Cancel", "over-b")).await;
    let released = release(&scene, &scene.official, &broken, &over.xml()).await.expect(201).json();
    assert!(remarks(&released).contains(&"SUPERSEDED"), "{released}");
    assert_eq!(of_kind(&released, "fence")[0]["state"], "withdrawn");

    // a cancellation that named its message wrongly: what it takes away is for a person to say
    let first = Message::about(&scene.house, "one");
    let made = scene.send(&scene.feed, &first).await;
    scene.decide(&scene.official, &made, "confirm", &json!({})).await.expect(200);
    let cancel = first.then("Cancel", "one-b");
    let mistyped = cancel.xml().replace(",one,", ",won,");
    let waits = scene.send_raw(&scene.feed, mistyped).await.expect(201).json();
    assert_eq!(
        (&waits["state"], remarks(&waits)),
        (&"quarantined".into(), vec!["REFERENCE_MISSING"])
    );
    let found = release(&scene, &scene.official, &waits, &cancel.xml()).await.expect(201).json();
    assert_eq!((&found["state"], remarks(&found).len()), (&"accepted".into(), 0));
    assert_eq!(of_kind(&found, "lift")[0]["state"], "open");
    assert_eq!(scene.fences().await.len(), 1);
    scene.decide(&scene.official, &found, "confirm", &json!({})).await.expect(200);
    assert!(scene.fences().await.is_empty());

    // the message that the mistyped one spoke of comes: nothing waits for it any more
    let late = scene.send(&scene.feed, &Message { identifier: "won".to_owned(), ..first }).await;
    assert_eq!((&late["state"], remarks(&late).len()), (&"accepted".into(), 0));
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_worth_putting_right_is_dismissed_with_the_reason() {
    let scene = Scene::set().await;
    let sound = Message::about(&scene.house, "one");
    let broken = scene.send(&scene.feed, &crossing(&sound)).await;
    let reason = json!({"reason": "the sender withdrew it by telephone"});
    let unsaid = scene.decide(&scene.official, &broken, "dismiss", &json!({})).await.expect(422);
    assert_eq!(unsaid.faults()[0].0, "/reason");
    let auditor = scene.house.caller(Someone::person().holding(Role::Auditor)).await;
    scene.decide(&auditor, &broken, "dismiss", &reason).await.expect(403);
    let one = json!({"reason": "no such proposal", "proposal_id": Uuid::new_v4()});
    scene.decide(&scene.official, &broken, "dismiss", &one).await.expect(404);
    assert_eq!(scene.alert(&broken).await["state"], "quarantined");

    let done = scene.decide(&scene.official, &broken, "dismiss", &reason).await.expect(200).json();
    assert_eq!(
        (&done["state"], &done["dismissed_by"], &done["dismissal"]),
        (&"dismissed".into(), &json!(scene.official.id), &reason["reason"])
    );
    assert_eq!(done["received"], crossing(&sound).xml(), "kept as it came");
    assert_eq!(remarks(&done), ["GEOMETRY_CROSSING"]);
    for (state, waiting) in [("quarantined", 0), ("dismissed", 1)] {
        let path = format!("/v1/alerts?state={state}");
        let list = scene.house.get(&scene.official, &path).await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), waiting, "{state}");
    }
    let again = scene.decide(&scene.official, &broken, "dismiss", &reason).await;
    assert_eq!(again.expect(200).json(), done, "saying so again changes nothing");
    let late = scene.decide(&scene.adviser, &broken, "dismiss", &reason).await.expect(409).json();
    assert_eq!(late["code"], "NOT_QUARANTINED");
    let repeated = scene.send(&scene.feed, &crossing(&sound)).await;
    assert_eq!(
        (&repeated["state"], &repeated["duplicate_of"]),
        (&"duplicate".into(), &broken["alert_id"])
    );

    // on second thoughts
    let released = release(&scene, &scene.adviser, &broken, &sound.xml()).await.expect(201).json();
    assert_eq!(of_kind(&released, "fence")[0]["state"], "open");
    let before = scene.alert(&broken).await;
    assert_eq!(
        (&before["state"], &before["released_as"], &before["dismissed_by"]),
        (&"released".into(), &released["alert_id"], &done["dismissed_by"])
    );
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_about_other_areas_is_not_dismissed() {
    let scene = Scene::set().await;
    let sound = Message::about(&scene.house, "one");
    let broken = scene.send(&scene.feed, &crossing(&sound)).await;
    let there = "UPDATE alert SET area_ids = ARRAY[$2] WHERE alert_id = $1";
    let id: Uuid = broken["alert_id"].as_str().unwrap().parse().unwrap();
    scene.house.database().connect().await.execute(there, &[&id, &NAKURU]).await.unwrap();
    let abroad = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    let abroad = scene.house.caller(abroad).await;
    let reason = json!({"reason": "not ours"});
    scene.decide(&abroad, &broken, "dismiss", &reason).await.expect(403);
    assert_eq!(scene.alert(&broken).await["state"], "quarantined");
    scene.decide(&scene.official, &broken, "dismiss", &reason).await.expect(200);
    scene.house.close().await;
}
