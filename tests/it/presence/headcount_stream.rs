//! Following a headcount while it runs.

use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::headcount::{at_home, office, opened, resident, respond, usg};
use crate::harness::Caller;
use crate::relay::reading::{Frame, Reading, frame};
use crate::trips::stage::{NAIROBI, NAKURU, Stage};

/// What a stream shows that does not wait.
async fn shown(stage: &Stage, caller: &Caller, path: &str, after: i64) -> Vec<Frame> {
    let path = format!("{path}/stream?after={after}&wait=false");
    let text = stage.house.get(caller, &path).await.expect(200).text;
    text.split("\n\n").filter_map(frame).collect()
}

fn told(frames: &[Frame]) -> Vec<(i64, &str, &Value)> {
    let answered = frames.iter().filter(|frame| frame.event == "answered");
    answered.map(|one| (one.id, one.data["status"].as_str().unwrap(), &one.data["shown"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_resumes_without_loss_and_ends_with_the_headcount() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let (one, two) = (resident(&stage).await, resident(&stage).await);
    let (_, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let url = stage.house.url(&format!("{path}/stream"));
    let mut live = Reading::of(&url, &usg, None).await;
    assert_eq!(live.next().await.unwrap().event, "ready");
    let say = |caller: &Caller, status: &str| {
        let body = json!({"person_id": caller.id, "status": status});
        let (stage, path, caller) = (&stage, &path, caller.clone());
        async move { respond(stage, &caller, path, &body).await.expect(200) }
    };
    say(&one, "not_safe").await;
    say(&one, "safe").await;
    say(&two, "safe").await;
    let first = live.some(3).await;
    let (yes, is) = (json!(true), "safe");
    assert_eq!(told(&first), [(1, "not_safe", &yes), (2, is, &yes), (3, is, &yes)]);
    assert_eq!(first[2].data["person_id"], two.id.to_string());
    assert_eq!(first[2].data["mix"]["sentence"], "2 expected: 2 safe, 0 not safe, 0 unaccounted");
    drop(live);

    // seen before, and recorded later: told, and not shown
    let earlier = json!({"person_id": one.id, "status": "missing",
        "observed_at": (stage.house.now() - jiff::SignedDuration::from_mins(90)).to_string()});
    respond(&stage, &usg, &path, &earlier).await.expect(200);
    let mut resumed = Reading::of(&url, &usg, Some(2)).await;
    assert_eq!(resumed.next().await.unwrap().event, "ready");
    let next = resumed.some(2).await;
    assert_eq!(told(&next), [(3, is, &yes), (4, "missing", &json!(false))]);
    assert_eq!(next[1].data["mix"]["safe"], 2);
    let whole = shown(&stage, &usg, &path, 0).await;
    assert_eq!(told(&whole).len(), 4);
    assert_eq!(whole.last().unwrap().data["reason"], "complete");
    assert_eq!(whole.last().unwrap().id, 4);

    let key = Uuid::new_v4().to_string();
    let close = format!("{path}/close");
    stage.house.post_once(&usg, &close, &key, &Value::Null).await.expect(200);
    let (rest, last) = resumed.rest().await;
    assert!(rest.is_empty(), "{rest:?}");
    assert_eq!((last.event.as_str(), &last.data["reason"]), ("resume", &json!("closed")));
    let after = shown(&stage, &usg, &path, 3).await;
    assert_eq!((told(&after).len(), &after.last().unwrap().data["reason"]), (1, &json!("closed")));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_follows_those_whom_they_see() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let resident = resident(&stage).await;
    let there = stage.person("wfp").await;
    at_home(&stage, there.id, NAKURU, "staff_international").await;
    let nakuru = office(&stage, Role::AreaSecurityCoordinator, &[NAKURU]).await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI, NAKURU]).await;
    for person in [&resident, &there, &resident] {
        let safe = json!({"person_id": person.id, "status": "safe"});
        respond(&stage, &usg, &path, &safe).await.expect(200);
    }
    let of_nakuru = shown(&stage, &nakuru, &path, 0).await;
    let numbers = |frames: &[Frame]| told(frames).iter().map(|one| one.0).collect::<Vec<_>>();
    assert_eq!(numbers(&of_nakuru), [2]);
    assert_eq!(of_nakuru[1].data["mix"]["expected"], 1);
    // what is not for the caller is passed over for good
    assert_eq!(of_nakuru.last().unwrap().id, 3);
    assert_eq!(numbers(&shown(&stage, &resident, &path, 0).await), [1, 3]);
    assert_eq!(numbers(&shown(&stage, &usg, &path, 1).await), [2, 3]);
    let stranger = stage.person("unicef").await;
    stage.house.get(&stranger, &format!("{path}/stream")).await.expect(404);
    let wrong = stage.house.get(&usg, &format!("{path}/stream?after=-1")).await.expect(422);
    assert_eq!(wrong.faults()[0].0, "?after");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_a_service_that_stops_tells_where_to_resume() {
    let stage = Stage::set(&[]).await;
    let usg = usg(&stage).await;
    let (_, path) = opened(&stage, &usg, &[NAIROBI]).await;
    let url = stage.house.url(&format!("{path}/stream"));
    let mut live = Reading::of(&url, &usg, None).await;
    assert_eq!(live.next().await.unwrap().event, "ready");
    stage.house.running().parts.streams.end();
    let (_, last) = live.rest().await;
    assert_eq!((last.id, &last.data["reason"]), (0, &json!("stopping")));
    let late = stage.house.get(&usg, &format!("{path}/stream")).await;
    late.expect(503);
    stage.house.close().await;
}
