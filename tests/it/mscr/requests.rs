//! Opening, reading, and what is refused.

use safeconduct::access::Role;
use serde_json::json;
use uuid::Uuid;

use super::scene::Scene;
use crate::harness::{Answer, Someone};
use crate::trips::stage::{NAIROBI, NAKURU};

#[tokio::test]
async fn every_defect_of_a_request_is_told() {
    let scene = Scene::at("very_high").await;
    let person = scene.stage.person("unicef").await;
    let broken = json!({
        "mission_ref": "", "conops": "x", "pc1_record": "y", "people": [person.id, "no id"],
        "areas": [NAIROBI], "places": [{"airport": "NBO", "city": 1}], "stray": 1,
        "window": {"from": "2030-01-05", "to": "2030-01-04"},
    });
    let told = scene.post(&scene.csa, "/v1/mscr", &broken).await.expect(422).faults();
    let expected = [
        ("/mission_ref", "LENGTH"),
        ("/srm_ref", "REQUIRED"),
        ("/people/1", "FORMAT"),
        ("/places/0", "PLACE"),
        ("/window/to", "DAYS_REVERSED"),
        ("/stray", "UNKNOWN_FIELD"),
    ];
    assert_eq!(told, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));

    let mut unknown = scene.request(&[&person]);
    unknown["people"] = json!([person.id, Uuid::now_v7(), person.id]);
    unknown["areas"] = json!(["XXX-1"]);
    let told = scene.post(&scene.csa, "/v1/mscr", &unknown).await.expect(422).faults();
    let expected =
        [("/areas/0", "PLACE_UNKNOWN"), ("/people/1", "PERSON_UNKNOWN"), ("/people/2", "REPEATED")];
    assert_eq!(told, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    assert_eq!(scene.stage.count("SELECT count(*) FROM mscr").await, 0);
    scene.stage.house.close().await;
}

#[tokio::test]
async fn who_may_open_which_request() {
    let scene = Scene::at("very_high").await;
    let (own, other) = (scene.stage.person("unicef").await, scene.stage.person("undp").await);
    let focal = Someone::person().of_organization(Role::TravelFocalPoint, "unicef");
    let focal = scene.stage.house.caller(focal).await;
    let body = scene.request(&[&own]);
    scene.post(&focal, "/v1/mscr", &body).await.expect(201);
    scene.post(&scene.official, "/v1/mscr", &body).await.expect(201);
    scene.post(&own, "/v1/mscr", &body).await.expect(403);
    scene.post(&scene.usg, "/v1/mscr", &body).await.expect(403);
    let beyond = scene.post(&focal, "/v1/mscr", &scene.request(&[&own, &other])).await.expect(422);
    assert_eq!(beyond.faults(), [("/people/1".to_owned(), "PERSON_UNKNOWN".to_owned())]);
    let mut elsewhere = body.clone();
    elsewhere["areas"] = json!([NAIROBI]);
    elsewhere["places"] = json!([{"lon": -74.08, "lat": 4.61}]);
    let refused = scene.post(&scene.csa, "/v1/mscr", &elsewhere).await.expect(403).json();
    assert_eq!(refused["code"], "NOT_FOR_AREA");
    scene.post(&focal, "/v1/mscr", &elsewhere).await.expect(201);
    scene.stage.house.close().await;
}

#[tokio::test]
async fn a_request_is_seen_by_those_it_concerns() {
    let scene = Scene::at("very_high").await;
    let (one, two) = (scene.stage.person("unicef").await, scene.stage.person("undp").await);
    let id = scene.opened(&[&one, &two]).await;
    let only = scene.opened(&[&two]).await;
    let elsewhere = Someone::person().of_countries(Role::DesignatedOfficial, &["CO"]);
    let elsewhere = scene.stage.house.caller(elsewhere).await;
    let stranger = scene.stage.person("unicef").await;
    let hidden = [(&elsewhere, &id), (&scene.heads[0], &only), (&one, &only), (&stranger, &id)];
    for (who, path) in hidden {
        scene.stage.house.get(who, &format!("/v1/mscr/{path}")).await.expect(404);
    }
    // whoever is named sees the request, and of the people named themselves
    let own = scene.stage.house.get(&one, &format!("/v1/mscr/{id}")).await.expect(200).json();
    assert_eq!(own["people"], json!([{"person_id": one.id, "organization": "unicef"}]));
    assert_eq!(own["people_count"], 2);
    let theirs = scene.stage.house.get(&one, "/v1/mscr").await.expect(200).json();
    assert_eq!(theirs["items"].as_array().unwrap().len(), 1, "{theirs}");
    let body = json!({"organization": "unicef", "decision": "accept"});
    scene.step(&elsewhere, &id, "recommend", &json!({})).await.expect(404);
    scene.step(&scene.heads[0], &only, "consent", &body).await.expect(404);
    scene.step(&scene.heads[0], "none", "consent", &body).await.expect(404);

    let read = scene.stage.house.get(&scene.heads[0], &format!("/v1/mscr/{id}")).await.expect(200);
    assert_eq!(read.json()["people_count"], 2);
    assert_eq!(read.json()["people"], json!([{"person_id": one.id, "organization": "unicef"}]));
    let same =
        scene.stage.house.request(&scene.heads[0], reqwest::Method::GET, &format!("/v1/mscr/{id}"));
    let same = same.header("if-none-match", read.header("etag")).send().await.unwrap();
    assert_eq!(Answer::read(same).await.status, 304);

    let page = scene.stage.house.get(&scene.usg, "/v1/mscr?limit=1").await.expect(200).json();
    assert_eq!(page["items"][0]["mscr_id"], json!(only), "newest first");
    let next = page["next_cursor"].as_str().unwrap();
    let path = format!("/v1/mscr?limit=1&cursor={next}");
    let page = scene.stage.house.get(&scene.usg, &path).await.expect(200).json();
    assert_eq!((&page["items"][0]["mscr_id"], &page["next_cursor"]), (&json!(id), &json!(null)));
    let own = scene.stage.house.get(&scene.heads[0], "/v1/mscr").await.expect(200).json();
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    scene.stage.house.close().await;
}

#[tokio::test]
async fn steps_are_for_those_appointed_to_them() {
    let scene = Scene::at("very_high").await;
    let traveller = scene.stage.person("unicef").await;
    let mut wide = scene.request(&[&traveller]);
    wide["areas"] = json!([NAIROBI, NAKURU]);
    let opened = scene.post(&scene.csa, "/v1/mscr", &wide).await.expect(201).json();
    let id = opened["mscr_id"].as_str().unwrap();
    let of_one = Someone::person().of_areas(Role::DesignatedOfficial, &[NAIROBI]);
    let of_one = scene.stage.house.caller(of_one).await;
    let refused = scene.step(&of_one, id, "recommend", &json!({})).await.expect(403).json();
    assert_eq!(refused["rule"], "R-801", "not every area is theirs");
    let accept = json!({"organization": "unicef", "decision": "accept"});
    scene.step(&scene.official, id, "consent", &accept).await.expect(404);
    scene.step(&scene.heads[0], id, "decide", &json!({"decision": "grant"})).await.expect(404);
    let stray = json!({"organization": "undp", "decision": "accept"});
    let faults = scene.step(&scene.heads[0], id, "consent", &stray).await.expect(422).faults();
    assert_eq!(faults, [("/organization".to_owned(), "NOT_PARTICIPATING".to_owned())]);
    let mute = json!({"organization": "unicef", "decision": "refuse"});
    let faults = scene.step(&scene.heads[0], id, "consent", &mute).await.expect(422).faults();
    assert_eq!(faults, [("/reason_codes".to_owned(), "REQUIRED".to_owned())]);

    // an appointment that ended since the last look at them
    let client = scene.stage.house.database().connect().await;
    let end = "UPDATE appointment SET valid_to = sc_now() WHERE person_id = $1";
    client.execute(end, &[&scene.heads[0].id]).await.unwrap();
    let gone = scene.consent(id, 0, "accept").await;
    assert!([403, 404].contains(&gone.status), "{}", gone.text);
    assert_eq!(scene.read(id).await["version"], 1);
    scene.stage.house.close().await;
}

#[tokio::test]
async fn a_key_gets_its_answer_again_and_another_version_none() {
    let scene = Scene::at("very_high").await;
    let traveller = scene.stage.person("unicef").await;
    let body = scene.request(&[&traveller]);
    let house = &scene.stage.house;
    let first = house.post_once(&scene.csa, "/v1/mscr", "k", &body).await.expect(201);
    let again = house.post_once(&scene.csa, "/v1/mscr", "k", &body).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &first.text));
    let mut other = body.clone();
    other["srm_ref"] = json!("another");
    house.post_once(&scene.csa, "/v1/mscr", "k", &other).await.expect(422);
    house.post(&scene.csa, "/v1/mscr", &body).await.expect(400);
    let id = first.json()["mscr_id"].as_str().unwrap().to_owned();
    assert_eq!(first.header("location"), format!("/v1/mscr/{id}"));

    let advice = json!({"recommendation": "unfavourable", "reason_codes": ["SECURITY_ADVICE"]});
    let stale = scene.step_if(&scene.official, (&id, "recommend"), "\"v9\"", &advice).await;
    assert_eq!(stale.expect(412).header("etag"), "\"v1\"");
    let path = format!("/v1/mscr/{id}/recommend");
    let done = house.post_once(&scene.official, &path, "r", &advice).await.expect(200);
    assert_eq!(done.header("etag"), "\"v2\"");
    let again = house.post_once(&scene.official, &path, "r", &advice).await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &done.text));

    let accept = json!({"organization": "unicef", "decision": "accept"});
    let consented = scene.step_if(&scene.heads[0], (&id, "consent"), "\"v2\"", &accept).await;
    consented.expect(200);
    let granted = scene.grant(&id).await.expect(200).json();
    assert_eq!(granted["recommendation"]["decision"], "unfavourable", "kept, and does not bind");
    scene.stage.house.close().await;
}
