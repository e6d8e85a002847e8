//! Waiving a missing course.

use serde_json::json;

use super::bench::Bench;
use crate::trips::stage::{NAIROBI, Standing};
use safeconduct::model::{Course, CourseRule};

fn asks_for_ssafe(policy: &mut safeconduct::model::AreaPolicy) {
    policy.training_required =
        vec![CourseRule { course: Course::SSAFE, categories: Vec::new(), min_stay_nights: 0 }];
}

#[tokio::test]
async fn the_official_waives_a_missing_course_and_the_coordinator_decides() {
    let bench =
        Bench::set_with(&[Standing { policy: asks_for_ssafe, ..Standing::at_level(NAIROBI, 4) }])
            .await;
    let id = bench.waiting(20).await;
    let item = bench.queue(&bench.official, "").await["items"][0].clone();
    assert_eq!(item["missing_courses"], json!(["SSAFE"]));
    assert_eq!(item["decider"], "designated_official");
    let refused = bench.does(&bench.official, &id, "approve").await.expect(409).json();
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("COURSE_MISSING"), &json!("R-303")));
    let refused = bench.does(&bench.asc, &id, "waive").await.expect(403).json();
    assert_eq!(refused["rule"], "R-303");

    let words = json!({"course": "SSAFE", "restricted_text": "No place before May."});
    let waived = bench.act(&bench.official, &id, "waive", &words).await.expect(200).json();
    assert_eq!((&waived["state"], &waived["version"]), (&json!("pending_review"), &json!(1)));
    assert_eq!(waived["waived"], json!(["SSAFE"]));
    let again = bench.act(&bench.official, &id, "waive", &words).await.expect(409).json();
    assert_eq!(again["code"], "NOTHING_TO_WAIVE");
    let told = "SELECT count(*) FROM outbox WHERE events::text LIKE '%clearance.course_waived%'";
    assert_eq!(bench.stage.count(told).await, 1);

    let item = bench.queue(&bench.asc, "").await["items"][0].clone();
    assert_eq!(item["decider"], "area_security_coordinator");
    bench.does(&bench.asc, &id, "approve").await.expect(200);
    let history = bench.history(&bench.official, &id).await;
    assert_eq!(history[1]["seen"]["waived"], json!(["SSAFE"]));
    assert!(history[1]["rules"].as_array().unwrap().contains(&json!("R-303")));
    bench.stage.house.close().await;
}
