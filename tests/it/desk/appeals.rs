//! Appeals: by whom, to whom, once a level (R-1201..R-1203).

use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::bench::{Bench, ids};
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::NAIROBI;

async fn appeal(bench: &Bench, who: &Caller, id: &str) -> Answer {
    let path = format!("/v1/clearances/{id}/appeal");
    let body =
        json!({"reason_codes": ["OTHER"], "text_for_traveller": "The mission depends on it."});
    bench.stage.house.post_once(who, &path, &Uuid::new_v4().to_string(), &body).await
}

async fn hear(bench: &Bench, who: &Caller, id: &str, body: &Value) -> Answer {
    let path = format!("/v1/clearances/{id}/appeal/decide");
    bench.stage.house.post_once(who, &path, &Uuid::new_v4().to_string(), body).await
}

fn dismiss() -> Value {
    json!({
        "decision": "dismiss", "reason_codes": ["SECURITY_ADVICE"],
        "text_for_traveller": "Nothing has changed.",
    })
}

async fn focal(bench: &Bench, organization: &str) -> Caller {
    let focal = Someone::person().of_organization(Role::TravelFocalPoint, organization);
    bench.stage.house.caller(focal).await
}

#[tokio::test]
async fn an_appeal_goes_to_the_official_and_then_to_headquarters() {
    let bench = Bench::set().await;
    let (ours, others) = (focal(&bench, "unicef").await, focal(&bench, "wfp").await);
    let traveller = bench.stage.person("unicef").await;
    let id = bench.waiting_of(&traveller, 20).await;
    appeal(&bench, &ours, &id).await.expect(409);
    bench.does(&bench.asc, &id, "deny").await.expect(200);
    appeal(&bench, &traveller, &id).await.expect(404);
    appeal(&bench, &others, &id).await.expect(404);
    let opened = appeal(&bench, &ours, &id).await.expect(200).json();
    assert_eq!(opened["state"], "under_appeal");
    // while it is heard the answer is no
    let on = bench.stage.day(21);
    let path = format!("/v1/clearance-status?person={}&on={on}&area={NAIROBI}", traveller.id);
    let answer = bench.stage.house.get(&ours, &path).await.expect(200).json();
    assert_eq!(answer["answer"], "negative");

    let item = bench.queue(&bench.official, "?state=under_appeal").await["items"][0].clone();
    assert_eq!(item["clearance_id"], json!(id));
    assert_eq!(item["actions"], json!(["allow_appeal", "dismiss_appeal"]));
    let refused = hear(&bench, &bench.asc, &id, &dismiss()).await.expect(403).json();
    assert_eq!(refused["rule"], "R-1202");
    bench.does(&bench.official, &id, "approve").await.expect(409);
    hear(&bench, &bench.official, &id, &dismiss()).await.expect(200);
    assert_eq!(bench.clearance(&ours, &id).await["state"], "denied");

    let second = appeal(&bench, &ours, &id).await.expect(200).json();
    assert_eq!(second["state"], "under_appeal");
    assert!(ids(&bench.queue(&bench.official, "?state=under_appeal").await).is_empty());
    let refused = hear(&bench, &bench.official, &id, &dismiss()).await.expect(403).json();
    assert_eq!(refused["rule"], "R-1202");
    let item = bench.queue(&bench.usg, "?state=under_appeal").await["items"][0].clone();
    assert_eq!((&item["clearance_id"], &item["decider"]), (&json!(id), &json!("usg")));
    hear(&bench, &bench.usg, &id, &dismiss()).await.expect(200);
    let spent = appeal(&bench, &ours, &id).await.expect(409).json();
    assert_eq!(spent["code"], "NO_APPEAL_LEFT");
    bench.stage.house.close().await;
}

#[tokio::test]
async fn an_appeal_against_the_officials_own_no_is_headquarters() {
    let bench = Bench::set().await;
    let ours = focal(&bench, "unicef").await;
    let id = bench.waiting(20).await;
    bench.does(&bench.official, &id, "deny").await.expect(200);
    appeal(&bench, &ours, &id).await.expect(200);
    let allow = json!({"decision": "allow", "conditions": [{"code": "RADIO"}]});
    hear(&bench, &bench.official, &id, &allow).await.expect(403);
    let allowed = hear(&bench, &bench.usg, &id, &allow).await.expect(200).json();
    assert_eq!((&allowed["state"], &allowed["capacity"]), (&json!("approved"), &json!("own")));
    assert_eq!(allowed["obligations"][0]["code"], "RADIO");
    bench.stage.house.close().await;
}
