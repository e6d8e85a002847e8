//! Acceptance tests of the field about what is known before and remembered after (domain.md,
//! appendix 3).

use safeconduct::access::Role;
use safeconduct::model::{Course, CourseRule};
use serde_json::json;

use super::bench::Bench;
use crate::harness::Someone;
use crate::trips::stage::{NAIROBI, Stage, Standing};

const YEAR_MINUTES: i64 = 365 * 24 * 60;

/// 5. SSAFE expires on day 5 of a 10-day stay in a SSAFE area: caught before submission.
#[tokio::test]
async fn acceptance_05_a_certificate_that_ends_during_the_stay_is_caught_before_submission() {
    let stage = Stage::set(&[Standing {
        policy: |policy| {
            policy.training_required = vec![CourseRule {
                course: Course::SSAFE,
                categories: Vec::new(),
                min_stay_nights: 0,
            }];
        },
        ..Standing::at_level(NAIROBI, 1)
    }])
    .await;
    let traveller = stage.person("unicef").await;
    let insert = "INSERT INTO certificate (certificate_id, person_id, course, completed_on, \
                  expires_on, evidence_kind, state, verified_by, verified_at) \
                  VALUES (gen_random_uuid(), $1, 'SSAFE', '2025-01-01', $2, 'lms_feed', \
                  'verified', gen_random_uuid(), now())";
    let client = stage.house.database().connect().await;
    client.execute(insert, &[&traveller.id, &stage.day(25)]).await.unwrap();
    let check = async |nights| {
        let body = stage.to_nairobi(&traveller, 20, nights);
        let answer = stage.house.post(&traveller, "/v1/trips/check", &body).await;
        answer.expect(200).json()["clearances"][0].clone()
    };
    let caught = check(10).await;
    assert_ne!(caught["outcome"], "auto");
    let outcomes = caught["outcomes"].as_array().unwrap();
    let found = outcomes.iter().find(|one| one["reason"] == "CERT_EXPIRES_DURING_STAY");
    assert_eq!(found.unwrap()["facts"]["course"], "SSAFE", "{caught}");
    // a stay that ends before it does is no matter
    assert_eq!(check(3).await["outcome"], "auto");
    assert_eq!(stage.count("SELECT count(*) FROM trip").await, 0);
    stage.house.close().await;
}

/// 10. Investigator asks a year later why person X was cleared for area Y: the log names rule set,
/// policy version, facts, people and capacities, without gaps.
#[tokio::test]
async fn acceptance_10_a_year_later_the_log_says_why() {
    let bench = Bench::set().await;
    let traveller = bench.stage.person("unicef").await;
    let id = bench.waiting_of(&traveller, 20).await;
    bench.does(&bench.asc, &id, "approve").await.expect(200);
    bench.wait_minutes(YEAR_MINUTES).await;
    let auditor = bench.stage.house.caller(Someone::person().holding(Role::Auditor)).await;

    let moves = bench.history(&auditor, &id).await;
    assert!(moves.len() >= 2, "{moves:?}");
    let mut state = json!("submitted");
    for (position, one) in (1..).zip(&moves) {
        assert_eq!((&one["entry"], &one["from"]), (&json!(position), &state), "a gap: {moves:?}");
        state = one["to"].clone();
        assert!(!one["ruleset_version"].as_str().unwrap().is_empty());
        assert_eq!(one["policy_version"], 1);
        assert!(!one["capacity"].as_str().unwrap().is_empty());
    }
    assert_eq!(moves[0]["capacity"], "rules");
    assert!(!moves[0]["facts_seen"].as_array().unwrap().is_empty(), "{}", moves[0]);
    assert_eq!(moves[1]["to"], "approved");
    assert_eq!(moves[1]["capacity"], "policy:1");
    assert_eq!(moves[1]["person_id"], json!(bench.asc.id));
    assert_eq!(moves[1]["seen"]["certificates"][0]["course"], "BSAFE");
    let replay = format!("/v1/clearances/{id}/replay");
    let replay = bench.stage.house.get(&auditor, &replay).await.expect(200).json();
    assert_eq!(replay["equal"], true);
    bench.stage.house.close().await;
}
