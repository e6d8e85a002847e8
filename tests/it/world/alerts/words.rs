//! What an alert tells travellers, on its way into advisories.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{Message, NAKURU, Scene, of_kind};
use crate::harness::Answer;

const PATH: &str = "/v1/advisories/KEN-890";

async fn publish(scene: &Scene, body: &Value) -> Answer {
    let request = scene.house.request(&scene.official, Method::PUT, PATH).header("if-match", "*");
    Answer::read(request.json(body).send().await.unwrap()).await
}

async fn read(scene: &Scene) -> Value {
    scene.house.get(&scene.official, PATH).await.expect(200).json()
}

/// What is read once the loaded world knows of a version.
async fn read_version(scene: &Scene, version: i64) -> Value {
    for _ in 0..600 {
        let shown = read(scene).await;
        if shown["version"].as_i64() >= Some(version) {
            return shown;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("version {version} is not shown");
}

/// The line of a metric.
pub(super) async fn counted(scene: &Scene, line: &str) -> bool {
    let metrics = scene.house.get_bare("/metrics").await.expect(200).text;
    metrics.lines().any(|one| one == line)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_confirms_goes_before_what_stands_as_a_draft() {
    let scene = Scene::set().await;
    let text = json!({
        "language": "en", "classification": "personnel", "headline": "Quiet",
        "lodging": "Park Side",
    });
    publish(&scene, &json!({"change_summary": "new", "texts": [text]})).await.expect(200);
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "flood-1")).await;
    let words = json!({"proposal_id": of_kind(&alert, "advisory")[0]["proposal_id"]});
    scene.decide(&scene.adviser, &alert, "confirm?preview=true", &words).await.expect(200);
    let draft = format!("{PATH}/draft");
    scene.house.get(&scene.official, &draft).await.expect(404);
    scene.decide(&scene.adviser, &alert, "confirm", &words).await.expect(200);

    let made = scene.house.get(&scene.official, &draft).await.expect(200).json();
    assert_eq!((&made["based_on"], &made["saved_by"]), (&1.into(), &json!(scene.adviser.id)));
    let text = &made["texts"][0];
    assert_eq!(text["headline"], "Floods near Nakuru");
    assert_eq!(text["lodging"], "Park Side");
    let summary = text["summary"].as_str().unwrap();
    assert!(summary.starts_with("Nakuru\n\n(warnings@met.example.ke, "), "{summary}");
    assert!(summary.ends_with("\n\nQuiet"), "{summary}");
    assert_eq!(read(&scene).await["headline"], "Quiet", "nobody is told before it is published");

    // a second one goes before the first, and somebody publishes both
    let second = scene.send(&scene.feed, &Message::about(&scene.house, "flood-2")).await;
    let words = json!({"proposal_id": of_kind(&second, "advisory")[0]["proposal_id"]});
    scene.decide(&scene.official, &second, "confirm", &words).await.expect(200);
    publish(&scene, &json!({"publish_draft": true})).await.expect(200);
    let shown = read_version(&scene, 2).await;
    assert_eq!((&shown["version"], &shown["headline"]), (&2.into(), &"Floods near Nakuru".into()));
    assert!(shown["summary"].as_str().unwrap().ends_with("\n\nQuiet"));
    let came = "safeconduct_alerts_total{feed=\"none\",state=\"accepted\"} 2";
    let done = "safeconduct_alert_proposals_total{became=\"confirmed\",kind=\"advisory\"} 2";
    assert!(counted(&scene, came).await && counted(&scene, done).await);
    scene.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_applies_publishes_by_the_power_of_its_official() {
    let scene = Scene::set().await;
    let feed = scene.list_feed(json!({"apply_from": "severe"})).await;
    // somebody works on a draft; it is theirs
    let text = json!({"language": "en", "classification": "public", "headline": "Market day"});
    let draft = json!({"draft": true, "change_summary": "new", "texts": [text]});
    publish(&scene, &draft).await.expect(202);
    let alert = scene.send(&scene.feed, &Message::about(&scene.house, "flood-1")).await;
    assert_eq!(of_kind(&alert, "advisory")[0]["state"], "applied");
    let shown = read_version(&scene, 1).await;
    assert_eq!((&shown["version"], &shown["headline"]), (&1.into(), &"Floods near Nakuru".into()));
    let by = "SELECT count(*) FROM advisory AS a INNER JOIN appointment AS p USING \
              (appointment_id) WHERE a.published_by = p.person_id AND p.revoked_at IS NULL";
    assert_eq!((scene.count(by).await, scene.told("advisory.published").await), (1, 1));
    let kept = scene.house.get(&scene.official, &format!("{PATH}/draft")).await.expect(200).json();
    assert_eq!(kept["texts"][0]["headline"], "Market day");
    let feed = feed["feed_id"].as_str().unwrap();
    let came = format!("safeconduct_alerts_total{{feed=\"{feed}\",state=\"accepted\"}} 1");
    let done = "safeconduct_alert_proposals_total{became=\"applied\",kind=\"advisory\"} 1";
    assert!(counted(&scene, &came).await && counted(&scene, done).await);

    // who holds no office any more publishes nothing; a person is asked
    let ends = "UPDATE appointment SET valid_to = sc_now() WHERE role = 'designated_official'";
    scene.house.database().connect().await.batch_execute(ends).await.unwrap();
    let mut later = Message::about(&scene.house, "flood-2");
    later.sent += SignedDuration::from_secs(60);
    let later = scene.send(&scene.feed, &later).await;
    assert_eq!(of_kind(&later, "advisory")[0]["state"], "open");
    let versions = format!("SELECT count(*) FROM advisory WHERE area_id = '{NAKURU}'");
    assert_eq!(scene.count(&versions).await, 1);
    scene.house.close().await;
}
