//! Who may send, see, confirm; keys; the list of feeds.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::scene::{Message, Scene, of_kind};
use crate::harness::{Answer, Someone};

#[tokio::test(flavor = "multi_thread")]
async fn who_may_draw_there_confirms_and_nobody_else() {
    let scene = Scene::set().await;
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "one")).await;
    let nothing = json!({});
    let confirm = |caller| scene.decide(caller, &alert, "confirm", &nothing);
    let traveller = scene.house.caller(Someone::person()).await;
    confirm(&traveller).await.expect(404);
    confirm(&scene.feed).await.expect(404);
    let auditor = scene.house.caller(Someone::person().holding(Role::Auditor)).await;
    confirm(&auditor).await.expect(403);
    let abroad = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    let abroad = scene.house.caller(abroad).await;
    confirm(&abroad).await.expect(403);
    let next = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["KEN-1196"]);
    let next = scene.house.caller(next).await;
    confirm(&next).await.expect(403);

    // an appointment that was revoked a moment ago is none, whatever the snapshot says
    let client = scene.house.database().connect().await;
    let revoke = "UPDATE appointment SET revoked_at = sc_now() WHERE role = 'security_adviser'";
    client.execute(revoke, &[]).await.unwrap();
    let refused = confirm(&scene.adviser).await.status;
    assert!([403, 404].contains(&refused), "{refused}");
    assert!(scene.fences().await.is_empty());
    let own = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["KEN-890"]);
    let own = scene.house.caller(own).await;
    confirm(&own).await.expect(200);
    assert_eq!(scene.fences().await.len(), 1);
    drop(client);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_milder_effects_are_confirmed_and_every_defect_is_told() {
    let scene = Scene::set().await;
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "one")).await;
    let body =
        json!({"effect": "deny", "valid_until": "2001-01-01T00:00:00Z", "kind": "moat", "x": 1});
    let answer = scene.decide(&scene.official, &alert, "confirm", &body).await.expect(422);
    let told: Vec<String> = answer.faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(told, ["/effect", "/valid_until", "/kind", "/x"]);
    let stranger = json!({"proposal_id": uuid::Uuid::new_v4()});
    scene.decide(&scene.official, &alert, "confirm", &stranger).await.expect(404);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stands_for_one_message() {
    let scene = Scene::set().await;
    let send = |key: &'static str, xml: String, kind: &'static str| {
        let request = scene.house.request(&scene.feed, Method::POST, "/v1/alerts");
        let request = request.header("idempotency-key", key).header("content-type", kind).body(xml);
        async move { Answer::read(request.send().await.unwrap()).await }
    };
    let message = Message::about(&scene.house, "one");
    let first = send("k", message.xml(), "application/xml").await.expect(201);
    let again = send("k", message.xml(), "text/xml; charset=utf-8").await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.json(), again.json());
    let other = Message::about(&scene.house, "two");
    let reused = send("k", other.xml(), "application/xml").await.expect(422).json();
    assert_eq!(reused["code"], "IDEMPOTENCY_KEY_REUSED");
    send("l", message.xml(), "application/json").await.expect(415);
    assert_eq!(scene.count("SELECT count(*) FROM alert").await, 1);
    let traveller = scene.house.caller(Someone::person()).await;
    scene.send_raw(&traveller, message.xml()).await.expect(403);
    scene.house.get(&scene.feed, "/v1/alerts").await.expect(403);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_public_is_seen_where_it_is_about() {
    let scene = Scene::set().await;
    let xml = Message::about(&scene.house, "one").xml().replace("Public", "Restricted");
    let alert = scene.send_raw(&scene.feed, xml).await.expect(201).json();
    let path = format!("/v1/alerts/{}", alert["alert_id"].as_str().unwrap());
    let of = |role, iso2| scene.house.caller(Someone::person().of_countries(role, &[iso2]));
    let abroad = of(Role::SecurityAdviser, "UG").await;
    scene.house.get(&abroad, &path).await.expect(404);
    let list = scene.house.get(&abroad, "/v1/alerts").await.expect(200).json();
    assert_eq!(list["items"], json!([]));
    scene.house.get(&scene.adviser, &path).await.expect(200);
    let usg = scene.house.caller(Someone::person().holding(Role::Usg)).await;
    scene.house.get(&usg, &path).await.expect(200);
    let area = scene.house.get(&usg, "/v1/alerts?area=KEN-890").await.expect(200).json();
    assert_eq!(area["items"].as_array().unwrap().len(), 1);
    assert!(area["items"][0].get("message").is_none());
    let none = scene.house.get(&usg, "/v1/alerts?area=KEN-1196").await.expect(200).json();
    assert_eq!(none["items"], json!([]));
    scene.house.get(&usg, "/v1/alerts?state=eaten").await.expect(422);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_official_keeps_the_list_of_the_own_land() {
    let scene = Scene::set().await;
    let house = &scene.house;
    let post = |caller, key: &'static str, body: Value| async move {
        house.post_once(caller, "/v1/alert-feeds", key, &body).await
    };
    let body =
        json!({"name": "KMD", "url": "https://feeds.example.org/cap.atom", "countries": ["ke"]});
    let made = post(&scene.official, "a", body.clone()).await.expect(201);
    let tag = made.header("etag").to_owned();
    let again = post(&scene.official, "a", body.clone()).await.expect(201);
    assert_eq!((again.json(), again.header("idempotent-replayed")), (made.json(), "true"));
    post(
        &scene.official,
        "a",
        json!({"name": "x", "url": "https://a.example/", "countries": ["KE"]}),
    )
    .await
    .expect(422);
    post(&scene.adviser, "b", body.clone()).await.expect(403);
    let abroad =
        json!({"name": "x", "url": "https://feeds.example.org/", "countries": ["KE", "UG"]});
    post(&scene.official, "c", abroad).await.expect(403);
    let wrong = json!({
        "name": "", "url": "http://10.0.0.1/", "client_id": scene.feed.id, "apply_from": "unknown",
        "apply_effect": "deny",
    });
    let told = post(&scene.official, "d", wrong).await.expect(422).faults();
    let told: Vec<&str> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(told, ["/name", "/url", "/client_id", "/countries", "/apply_from", "/apply_effect"]);
    let client = json!({"name": "x", "client_id": uuid::Uuid::new_v4(), "countries": ["KE"]});
    post(&scene.official, "e", client).await.expect(422);

    let listed = scene.house.get(&scene.official, "/v1/alert-feeds").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["countries"], json!(["KE"]));
    let abroad = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    let abroad = scene.house.caller(abroad).await;
    let theirs = scene.house.get(&abroad, "/v1/alert-feeds").await.expect(200).json();
    assert_eq!(theirs["items"], json!([]));
    let path = format!("/v1/alert-feeds/{}", made.json()["feed_id"].as_str().unwrap());
    let delete = |caller, tag: Option<&str>| {
        let request = scene.house.request(caller, Method::DELETE, &path);
        let request = tag.iter().fold(request, |request, tag| request.header("if-match", *tag));
        async move { Answer::read(request.send().await.unwrap()).await }
    };
    delete(&abroad, Some("*")).await.expect(404);
    delete(&scene.official, None).await.expect(428);
    delete(&scene.official, Some("\"v1\"")).await.expect(412);
    delete(&scene.official, Some(&tag)).await.expect(204);
    delete(&scene.official, Some(&tag)).await.expect(404);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_off_the_list_leaves_things_to_people() {
    let scene = Scene::set().await;
    let feed = scene.list_feed(json!({"apply_from": "minor", "senders": ["else@where"]})).await;
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "one")).await;
    assert_eq!(of_kind(&alert, "fence")[0]["state"], "open", "it is not the feed's sender");
    assert_eq!(alert["feed_id"], feed["feed_id"]);
    let path = format!("/v1/alert-feeds/{}", feed["feed_id"].as_str().unwrap());
    let gone = scene.house.request(&scene.official, Method::DELETE, &path).header("if-match", "*");
    Answer::read(gone.send().await.unwrap()).await.expect(204);
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "two")).await;
    assert_eq!(
        (&alert["feed_id"], &of_kind(&alert, "fence")[0]["state"]),
        (&Value::Null, &"open".into())
    );
    scene.house.close().await;
}
