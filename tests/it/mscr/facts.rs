//! What a mission request says to decisions.

use safeconduct::model::{Cause, ClearanceId};
use serde_json::json;
use uuid::Uuid;

use super::scene::Scene;

#[tokio::test]
async fn a_closed_area_opens_to_a_mission_that_names_person_area_and_window() {
    let scene = Scene::at("").await;
    scene.risk("", "closed").await;
    let (named, other) = (scene.stage.person("unicef").await, scene.stage.person("unicef").await);
    let id = scene.opened(&[&named]).await;
    let none = Uuid::now_v7().to_string();
    for (who, mscr) in [(&named, None), (&named, Some(none.as_str())), (&other, Some(id.as_str()))]
    {
        let body = scene.trip(who, Some("PC1"), mscr);
        let checked =
            scene.stage.house.post(who, "/v1/trips/check", &body).await.expect(200).json();
        assert_eq!(checked["clearances"][0]["outcome"], "block_closed", "{mscr:?}");
    }
    let mut outside = scene.stage.to_nairobi(&named, 39, 2);
    outside["mscr_id"] = json!(id);
    let checked =
        scene.stage.house.post(&named, "/v1/trips/check", &outside).await.expect(200).json();
    assert_eq!(checked["clearances"][0]["outcome"], "block_closed", "a day beyond the window");

    let clearance = scene.submitted(&named, Some("PC1"), Some(&id)).await;
    assert_eq!((&clearance["state"], &clearance["outcome"]), (&json!("escalated"), &json!("mscr")));
    scene.consent(&id, 0, "refuse").await.expect(200);
    assert_eq!(scene.state(&clearance).await, "denied");
    let body = scene.trip(&other, Some("PC1"), Some(&id));
    let late = scene.stage.house.post(&other, "/v1/trips/check", &body);
    assert_eq!(late.await.expect(200).json()["clearances"][0]["outcome"], "block_closed");
    scene.stage.house.close().await;
}

#[tokio::test]
async fn unacceptable_risk_stays_closed_to_missions_too() {
    let scene = Scene::at("very_high").await;
    let traveller = scene.stage.person("unicef").await;
    let id = scene.opened(&[&traveller]).await;
    let clearance = scene.submitted(&traveller, Some("PC1"), Some(&id)).await;
    scene.consent(&id, 0, "accept").await.expect(200);
    scene.risk("unacceptable", "open").await;
    let granted = scene.grant(&id).await.expect(200).json();
    assert_eq!(granted["clearances"], json!([]));
    assert_eq!(granted["left"][0]["outcome"], "block_closed");
    assert_eq!(granted["left"][0]["reason_codes"], json!(["RISK_UNACCEPTABLE"]));
    assert_eq!(scene.state(&clearance).await, "escalated", "a yes does not outrun the world");
    scene.stage.house.close().await;
}

#[tokio::test]
async fn what_a_granted_mission_approved_stands_when_the_area_closes() {
    let scene = Scene::at("very_high").await;
    let (named, other) = (scene.stage.person("unicef").await, scene.stage.person("unicef").await);
    let id = scene.opened(&[&named]).await;
    let trip = scene.stage.submit(&named, &scene.trip(&named, Some("PC1"), Some(&id))).await;
    let trip = trip.expect(201).json();
    scene.consent(&id, 0, "accept").await.expect(200);
    scene.grant(&id).await.expect(200);
    let clearance = &trip["clearances"][0];
    assert_eq!(scene.state(clearance).await, "approved");

    scene.risk("very_high", "closed").await;
    let own = [ClearanceId(clearance["clearance_id"].as_str().unwrap().parse().unwrap())];
    let trips = &scene.stage.house.running().parts.trips;
    let done = trips.redecide(Uuid::now_v7(), &own, Cause::Level).await.unwrap();
    assert_eq!((done.standing, done.suspended), (1, 0), "closed to all but missions");
    scene.risk("very_high", "suspended").await;
    let done = trips.redecide(Uuid::now_v7(), &own, Cause::Level).await.unwrap();
    assert_eq!((done.standing, done.suspended), (0, 1), "a suspension stops missions too");

    let after = scene.submitted(&other, Some("PC1"), Some(&id)).await;
    assert_eq!(after["outcome"], "mscr", "the area waits for a mission that names this person");
    let mission = format!(
        "SELECT count(*) FROM clearance WHERE clearance_mission(clearance_id) = 'open' \
         AND person_id = '{}'",
        other.id
    );
    assert_eq!(scene.stage.count(&mission).await, 1);
    scene.stage.house.close().await;
}
