//! From a message to a fence and back.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{Message, NAKURU, Scene, of_kind, remarks};
use super::words::counted;
use crate::world::drawing::change;

/// Waits until the loop has done what a query counts.
async fn until(scene: &Scene, query: &str, count: i64) {
    for _ in 0..600 {
        if scene.count(query).await == count {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{query} is not {count}");
}

fn states(alert: &Value, kind: &str) -> Vec<String> {
    let proposals = of_kind(alert, kind).into_iter();
    proposals.map(|one| one["state"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_makes_the_proposed_fence() {
    let scene = Scene::set().await;
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "flood-1")).await;
    assert_eq!(
        (states(&alert, "fence"), states(&alert, "advisory")),
        (vec!["open".into()], vec!["open".into()])
    );
    assert!(scene.fences().await.is_empty(), "a feed that is on no list has no effect");
    let fence = of_kind(&alert, "fence")[0].clone();
    assert_eq!(
        (&fence["effect"], &fence["fence_kind"]),
        (&"manual".into(), &"advisory_zone".into())
    );

    let body =
        json!({"proposal_id": fence["proposal_id"], "effect": "condition", "name": "Flood plain"});
    let asked = scene.decide(&scene.adviser, &alert, "confirm?preview=true", &body).await;
    assert_eq!(asked.expect(200).json()["areas"], json!([NAKURU]), "nothing is written");
    assert!(scene.fences().await.is_empty());
    let done = scene.decide(&scene.adviser, &alert, "confirm", &body).await.expect(200).json();
    assert_eq!(
        (states(&done, "fence"), states(&done, "advisory")),
        (vec!["confirmed".into()], vec!["open".into()])
    );
    assert_eq!(scene.fences().await, [("Flood plain".into(), "condition".into())]);
    assert_eq!(of_kind(&done, "fence")[0]["decided_by"], json!(scene.adviser.id));
    let asked = "SELECT count(*) FROM redecision WHERE cause = 'fence' AND area_id = 'KEN-890'";
    assert_eq!(scene.count(asked).await, 1);
    assert_eq!(scene.told("fence.drawn").await, 1);
    let revision = "SELECT revision FROM area_state WHERE area_id = 'KEN-890'";
    assert_eq!(scene.count(revision).await, scene.count("SELECT version FROM world_state").await);

    // the same person again changes nothing, another one is told; the rest is confirmed without a name
    scene.decide(&scene.adviser, &alert, "confirm", &body).await.expect(200);
    let lost = scene.decide(&scene.official, &alert, "confirm", &body).await.expect(409).json();
    assert_eq!(lost["code"], "ALREADY_DECIDED");
    let done =
        scene.decide(&scene.official, &alert, "confirm", &json!({})).await.expect(200).json();
    assert_eq!(states(&done, "advisory"), ["confirmed"]);
    scene.decide(&scene.official, &alert, "confirm", &json!({})).await.expect(409);
    assert_eq!(scene.fences().await.len(), 1);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dismissed_stays_so_with_its_reason() {
    let scene = Scene::set().await;
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "flood-1")).await;
    scene.decide(&scene.official, &alert, "dismiss", &json!({})).await.expect(422);
    let body = json!({"reason": "the river is elsewhere"});
    let done = scene.decide(&scene.official, &alert, "dismiss", &body).await.expect(200).json();
    assert_eq!(states(&done, "fence"), ["dismissed"]);
    assert_eq!(of_kind(&done, "fence")[0]["reason"], "the river is elsewhere");
    scene.decide(&scene.official, &alert, "confirm", &json!({})).await.expect(409);
    assert!(scene.fences().await.is_empty());
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_feed_applies_by_itself_what_is_sound_and_severe_enough() {
    let scene = Scene::set().await;
    scene.list_feed(json!({"apply_from": "severe", "apply_effect": "condition"})).await;
    let about = |identifier| Message::about(&scene.house, identifier);
    let alert = scene.send(&scene.feed, &about("severe")).await;
    assert_eq!(
        (states(&alert, "fence"), states(&alert, "advisory")),
        (vec!["applied".into()], vec!["applied".into()])
    );
    assert_eq!(scene.fences().await, [("Floods near Nakuru".into(), "condition".into())]);
    assert_eq!(of_kind(&alert, "fence")[0]["decided_by"], Value::Null);

    let open = |alert: &Value| assert_eq!(states(alert, "fence"), ["open"], "{alert}");
    open(&scene.send(&scene.feed, &Message { severity: "Moderate", ..about("mild") }).await);
    open(&scene.send(&scene.feed, &Message { expires: None, ..about("endless") }).await);
    let (unclosed, _) = super::scene::NAKURU_RING.rsplit_once(' ').unwrap();
    let unclosed = format!("<polygon>{unclosed}</polygon>");
    open(&scene.send(&scene.feed, &Message { area: unclosed, ..about("repaired") }).await);
    let abroad = "<polygon>1.0,33.5 1.0,35.5 2.0,35.5 2.0,33.5 1.0,33.5</polygon>";
    let abroad = Message { area: abroad.to_owned(), ..about("half-abroad") };
    open(&scene.send(&scene.feed, &abroad).await);
    // a person who passes a message on is no feed
    open(&scene.send(&scene.adviser, &about("passed-on")).await);
    let exercise = scene.send(&scene.feed, &Message { status: "Exercise", ..about("drill") }).await;
    assert_eq!((&exercise["state"], remarks(&exercise)), (&"no_effect".into(), vec!["NOT_ACTUAL"]));
    let late = scene.house.now() - SignedDuration::from_secs(60);
    let late = scene.send(&scene.feed, &Message { expires: Some(late), ..about("late") }).await;
    assert_eq!((&late["state"], remarks(&late)), (&"no_effect".into(), vec!["EXPIRED"]));
    assert_eq!(scene.fences().await.len(), 1);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_takes_away_the_fence_its_message_made_and_no_other() {
    let scene = Scene::set().await;
    scene.list_feed(json!({"apply_from": "severe"})).await;
    let first = Message::about(&scene.house, "one");
    scene.send(&scene.feed, &first).await;
    scene.send(&scene.feed, &Message::about(&scene.house, "two")).await;
    assert_eq!(scene.fences().await.len(), 2);
    let gone = scene.send(&scene.feed, &first.then("Cancel", "one-over")).await;
    assert_eq!(
        (&gone["state"], states(&gone, "lift")),
        (&"accepted".into(), vec!["applied".into()])
    );
    assert_eq!((scene.fences().await.len(), scene.told("fence.removed").await), (1, 1));
    let lifted =
        "SELECT count(*) FROM alert_proposal WHERE kind = 'fence' AND lifted_at IS NOT NULL";
    assert_eq!(scene.count(lifted).await, 1);

    // another sender, and one that came another way, take nothing away by themselves
    let second = Message::about(&scene.house, "three");
    scene.send(&scene.feed, &second).await;
    let mut foreign = second.then("Cancel", "three-over");
    foreign.sender = "somebody@else.example";
    let foreign = scene.send(&scene.feed, &foreign).await;
    assert_eq!(foreign["state"], "quarantined");
    assert!(remarks(&foreign).contains(&"REFERENCE_FOREIGN"), "{foreign}");
    let passed = scene.send(&scene.adviser, &second.then("Cancel", "three-gone")).await;
    assert_eq!(states(&passed, "lift"), ["open"]);
    assert_eq!(scene.fences().await.len(), 2);
    scene.decide(&scene.official, &passed, "confirm", &json!({})).await.expect(200);
    assert_eq!(scene.fences().await.len(), 1);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fence_that_somebody_drew_anew_is_theirs_and_no_cancellation_lifts_it() {
    let scene = Scene::set().await;
    scene.list_feed(json!({"apply_from": "severe"})).await;
    let first = Message::about(&scene.house, "one");
    let made = scene.send(&scene.feed, &first).await;
    assert_eq!((scene.told("fence.drawn").await, scene.fences().await.len()), (1, 1));
    let fence = json!({"id": of_kind(&made, "fence")[0]["fence_id"]});
    let path = format!("/v1/fences/{}", fence["id"].as_str().unwrap());
    let mut body = scene.house.get(&scene.official, &path).await.expect(200).json();
    body["properties"]["effect"] = json!("deny");
    let put = (&scene.official, Method::PUT);
    change(&scene.house, put, &fence, Some("*"), Some(&body)).await.expect(200);

    let over = scene.send(&scene.feed, &first.then("Cancel", "one-over")).await;
    assert_eq!(states(&over, "lift"), ["open"], "left to a person");
    let refused = scene.decide(&scene.official, &over, "confirm", &json!({})).await.expect(409);
    assert_eq!(refused.json()["code"], "FENCE_REDRAWN");
    assert_eq!(scene.fences().await, [("Floods near Nakuru".into(), "deny".into())]);
    // whoever may takes it away there, and then nothing is left to lift
    let delete = (&scene.official, Method::DELETE);
    change(&scene.house, delete, &fence, Some("*"), None).await.expect(204);
    scene.decide(&scene.official, &over, "confirm", &json!({})).await.expect(200);
    assert_eq!(scene.told("fence.removed").await, 1);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_takes_the_place_when_its_own_fence_is_drawn() {
    let scene = Scene::set().await;
    scene.list_feed(json!({"apply_from": "severe"})).await;
    let first = Message::about(&scene.house, "one");
    scene.send(&scene.feed, &first).await;
    let update = first.then("Update", "one-b");
    let milder = Message { severity: "Moderate", ..update.clone() };
    let milder = scene.send(&scene.feed, &milder).await;
    assert_eq!(states(&milder, "fence"), ["open"]);
    assert_eq!(scene.fences().await.len(), 1, "what stands, stands until a person says so");
    let worse = Message { identifier: "one-c".to_owned(), ..update };
    let worse = Message { severity: "Extreme", ..worse };
    let worse = scene.send(&scene.feed, &worse).await;
    assert_eq!(states(&worse, "fence"), ["applied"]);
    assert_eq!(scene.fences().await, [("Floods near Nakuru".into(), "manual".into())]);
    let done =
        scene.decide(&scene.official, &milder, "confirm", &json!({})).await.expect(200).json();
    assert_eq!(states(&done, "fence"), ["confirmed"]);
    // the first one's is gone already; the worse one was no message of which the milder spoke
    assert_eq!(scene.fences().await.len(), 2);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_may_come_in_any_order() {
    let scene = Scene::set().await;
    scene.list_feed(json!({"apply_from": "severe"})).await;
    let first = Message::about(&scene.house, "one");
    let cancel = scene.send(&scene.feed, &first.then("Cancel", "one-over")).await;
    assert_eq!(
        (&cancel["state"], remarks(&cancel)),
        (&"quarantined".into(), vec!["REFERENCE_MISSING"])
    );
    let late = scene.send(&scene.feed, &first).await;
    assert_eq!(states(&late, "fence"), ["withdrawn"]);
    assert!(remarks(&late).contains(&"SUPERSEDED"), "{late}");
    assert!(scene.fences().await.is_empty());
    let cancel = scene.alert(&cancel).await;
    assert_eq!((&cancel["state"], remarks(&cancel).len()), (&"accepted".into(), 0));

    // an update of what never came is a warning all the same; a person looks at it
    let update = Message::about(&scene.house, "unheard").then("Update", "unheard-b");
    let update = scene.send(&scene.feed, &update).await;
    assert_eq!(
        (&update["state"], remarks(&update)),
        (&"accepted".into(), vec!["REFERENCE_MISSING"])
    );
    assert_eq!(states(&update, "fence"), ["open"]);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_undecided_expires_and_a_fence_ends_with_its_alert() {
    let scene = Scene::set_with(|config| config.alerts.poll_ms = 50).await;
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "one")).await;
    let fence = json!({"proposal_id": of_kind(&alert, "fence")[0]["proposal_id"]});
    scene.decide(&scene.official, &alert, "confirm", &fence).await.expect(200);
    let ends = "SELECT count(*) FROM fence WHERE valid_until > sc_now()";
    assert_eq!(scene.count(ends).await, 1);
    scene.house.database().move_clock(SignedDuration::from_hours(25)).await;
    until(&scene, "SELECT count(*) FROM alert_proposal WHERE state = 'expired'", 1).await;
    assert_eq!(scene.count(ends).await, 0);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_due_at_a_crash_is_done_by_the_loop() {
    let scene = Scene::set_with(|config| config.alerts.poll_ms = 50).await;
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "one")).await;
    scene.list_feed(json!({"apply_from": "severe"})).await;
    let client = scene.house.database().connect().await;
    let due = "UPDATE alert SET feed_id = (SELECT feed_id FROM alert_feed); \
               UPDATE alert_proposal SET state = 'due' WHERE kind = 'fence'";
    client.batch_execute(due).await.unwrap();
    until(&scene, "SELECT count(*) FROM fence WHERE removed_at IS NULL", 1).await;
    assert_eq!(states(&scene.alert(&alert).await, "fence"), ["applied"]);
    assert_eq!(alert["area_ids"], json!([NAKURU]));
    drop(client);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_keeps_nothing_behind_it_waiting() {
    let scene = Scene::set_with(|config| config.alerts.poll_ms = 50).await;
    for identifier in ["one", "two"] {
        scene.send(&scene.feed, &Message::about(&scene.house, identifier)).await;
    }
    scene.list_feed(json!({"apply_from": "severe"})).await;
    let client = scene.house.database().connect().await;
    // the first in the loop's order has no place that could be drawn; both fall due at once
    let due = "UPDATE alert SET feed_id = (SELECT feed_id FROM alert_feed); \
               UPDATE alert_proposal SET state = 'due' WHERE kind = 'fence'; \
               UPDATE alert_proposal SET shape = '\\x00' WHERE proposal_id = ( \
                   SELECT proposal_id FROM alert_proposal WHERE kind = 'fence' \
                   ORDER BY proposal_id LIMIT 1)";
    client.batch_execute(due).await.unwrap();
    until(&scene, "SELECT count(*) FROM fence WHERE removed_at IS NULL", 1).await;
    let states = "SELECT state FROM alert_proposal WHERE kind = 'fence' ORDER BY proposal_id";
    let states = client.query(states, &[]).await.unwrap();
    let states: Vec<&str> = states.iter().map(|row| row.get(0)).collect();
    assert_eq!(states, ["open", "applied"], "what cannot be done is left to a person");
    let left = "safeconduct_alert_proposals_total{became=\"unworkable\",kind=\"fence\"} 1";
    assert!(counted(&scene, left).await);
    scene.house.expect_alarm("a proposal is left to a person");
    drop(client);
    scene.house.close().await;
}
