//! `?preview=true`: what a change of the world would do, and nothing done.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, Stage};

async fn put(stage: &Stage, caller: &Caller, path: &str, body: &Value) -> Answer {
    let path = format!("/v1/areas/{NAIROBI}/{path}");
    let request = stage.house.request(caller, Method::PUT, &path);
    let request = request.header("if-match", "*").json(body);
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_is_foreseen_and_nothing_is_done() {
    let stage = Stage::set(&[]).await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    for (organization, ahead) in [("unicef", 20), ("wfp", 3)] {
        let traveller = stage.person(organization).await;
        stage.submit(&traveller, &stage.to_nairobi(&traveller, ahead, 2)).await.expect(201);
    }
    let suspend = json!({"status": "suspended", "reason": "fighting"});
    let said = put(&stage, &official, "status?preview=true", &suspend).await.expect(200).json();
    assert_eq!((&said["cause"], &said["areas"]), (&json!("suspended"), &json!([NAIROBI])));
    assert_eq!(
        (&said["listed"], &said["moved"], &said["organizations"]),
        (&2.into(), &2.into(), &2.into())
    );
    assert_eq!(said["clearances"]["suspended"], 2);
    assert_eq!(said["by_organization"][0]["organization"], "unicef");
    assert_eq!(said["offers"], json!(["headcount"]));
    assert_eq!(stage.count("SELECT count(*) FROM clearance WHERE state = 'cleared'").await, 2);
    assert_eq!(stage.count("SELECT count(*) FROM redecision").await, 0);
    assert_eq!(stage.count("SELECT version FROM world_state").await, 1);

    // the same checks as without it
    let nobody = stage.house.caller(Someone::person()).await;
    put(&stage, &nobody, "status?preview=true", &suspend).await.expect(403);
    put(&stage, &official, "status?preview=perhaps", &suspend).await.expect(422);
    let open = json!({"status": "open"});
    let said = put(&stage, &official, "status?preview=true", &open).await.expect(200).json();
    assert_eq!((&said["listed"], &said["moved"]), (&0.into(), &0.into()), "it is open already");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lower_ceilings_move_nobody() {
    let stage = Stage::set(&[]).await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 2)).await.expect(201);
    let none = json!({"total": 0});
    let said = put(&stage, &official, "ceilings?preview=true", &none).await.expect(200).json();
    assert_eq!((&said["listed"], &said["moved"]), (&1.into(), &0.into()));
    assert_eq!(said["clearances"]["stands"], 1);
    assert_eq!(stage.count("SELECT version FROM world_state").await, 1);
    stage.house.close().await;
}
