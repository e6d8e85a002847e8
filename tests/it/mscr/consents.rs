//! Consents and decisions, and what moves with them.

use serde_json::json;
use uuid::Uuid;

use super::scene::{ORGANIZATIONS, Scene, head};
use crate::harness::environment;
use crate::trips::stage::{NAIROBI, Standing};

/// Appendix 3, number 7: high band without PC; PC3 in a high band; PC1 in very high: return, hard
/// denial, MSCR with executive-head and USG consents.
#[tokio::test]
async fn acceptance_07_high_band_asks_for_grades_and_very_high_for_a_mission() {
    let scene = Scene::at("high").await;
    let traveller = scene.stage.person("unicef").await;
    let returned = scene.submitted(&traveller, None, None).await;
    assert_eq!((&returned["state"], &returned["outcome"]), (&json!("returned"), &json!("return")));
    assert!(returned["outcomes"].to_string().contains("PC_MISSING"), "{returned}");

    let other = scene.stage.person("unicef").await;
    let denied = scene.submitted(&other, Some("PC3"), None).await;
    assert_eq!((&denied["state"], &denied["outcome"]), (&json!("denied"), &json!("deny_hard")));
    assert!(denied["outcomes"].to_string().contains("PC_INSUFFICIENT"), "{denied}");

    scene.risk("very_high", "open").await;
    let critical = scene.stage.person("undp").await;
    let companion = scene.stage.person("unicef").await;
    let first = scene.submitted(&critical, Some("PC1"), None).await;
    assert_eq!((&first["state"], &first["outcome"]), (&json!("escalated"), &json!("mscr")));
    let id = scene.opened(&[&critical, &companion]).await;
    let second = scene.submitted(&companion, Some("PC1"), Some(&id)).await;
    assert_eq!(second["state"], "escalated");

    scene.step(&scene.official, &id, "recommend", &json!({})).await.expect(200);
    for of in 0..ORGANIZATIONS.len() {
        scene.consent(&id, of, "accept").await.expect(200);
        assert_eq!(scene.state(&first).await, "escalated", "nobody has decided yet");
    }
    let granted = scene.grant(&id).await.expect(200).json();
    assert_eq!((&granted["state"], &granted["left"]), (&json!("granted"), &json!([])));
    for clearance in [&first, &second] {
        assert_eq!(scene.state(clearance).await, "approved");
        let path =
            format!("/v1/clearances/{}/history", clearance["clearance_id"].as_str().unwrap());
        let history = scene.stage.house.get(&scene.usg, &path).await.expect(200).json();
        let last = history["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["to"], &last["capacity"]), (&json!("approved"), &json!("own")), "{last}");
    }
    let read = scene.read(&id).await;
    assert_eq!(read["recommendation"]["decision"], "favourable");
    assert!(
        read["consents"].as_array().unwrap().iter().all(|one| one["said"]["decision"] == "accept")
    );
    let hashes = "SELECT count(*) FROM mscr_consent AS c JOIN mscr AS m USING (mscr_id) \
                  WHERE c.package_hash = m.package_hash";
    assert_eq!(scene.stage.count(hashes).await, 2, "what they consented to is on record");
    scene.stage.house.close().await;
}

#[tokio::test]
async fn the_first_refusal_ends_it_and_denies_its_clearances() {
    let scene = Scene::at("very_high").await;
    let (one, two) = (scene.stage.person("unicef").await, scene.stage.person("undp").await);
    let bystander = scene.stage.person("undp").await;
    let id = scene.opened(&[&one, &two]).await;
    let own = [
        scene.submitted(&one, Some("PC1"), Some(&id)).await,
        scene.submitted(&two, Some("PC1"), None).await,
    ];
    let not_named = scene.submitted(&bystander, Some("PC1"), Some(&id)).await;
    scene.consent(&id, 0, "accept").await.expect(200);
    let refused = scene.consent(&id, 1, "refuse").await.expect(200).json();
    assert_eq!(refused["state"], "refused");
    for clearance in &own {
        assert_eq!(scene.state(clearance).await, "denied");
    }
    assert_eq!(scene.state(&not_named).await, "escalated", "the request never spoke of it");
    let late = scene.grant(&id).await.expect(409).json();
    assert_eq!((&late["code"], &late["state"]), (&json!("ALREADY_DECIDED"), &json!("refused")));
    assert_eq!(late["by"], json!(scene.heads[1].id));
    scene.step(&scene.official, &id, "recommend", &json!({})).await.expect(409);

    let told = "SELECT count(*) FROM outbox AS o, json_array_elements(o.events) AS e \
                WHERE e ->> 'kind' LIKE 'mscr.%' AND e ->> 'mscr_id' IS NOT NULL";
    assert_eq!(scene.stage.count(told).await, 3, "opened, consented, refused");
    let denials = "SELECT count(*) FROM ledger_entry WHERE to_state = 'denied' \
                   AND capacity = 'own' AND reasons = '{SECURITY_ADVICE}' AND rules = '{R-604}'";
    assert_eq!(scene.stage.count(denials).await, 2);
    scene.stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_organizations_consent_at_the_same_instant() {
    let scene = Scene::at("very_high").await;
    let (one, two) = (scene.stage.person("unicef").await, scene.stage.person("undp").await);
    for _ in 0..environment().count(500) {
        let id = scene.opened(&[&one, &two]).await;
        let (first, second) =
            tokio::join!(scene.consent(&id, 0, "accept"), scene.consent(&id, 1, "accept"));
        let versions: Vec<i64> = [first.expect(200), second.expect(200)]
            .iter()
            .map(|answer| answer.json()["version"].as_i64().unwrap())
            .collect();
        assert_eq!(versions.iter().sum::<i64>(), 5, "one after the other: {versions:?}");
        let read = scene.read(&id).await;
        assert_eq!((&read["state"], &read["version"]), (&json!("consented"), &json!(3)));
    }
    scene.stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_and_a_grant_at_the_same_instant_never_both_count() {
    let scene = Scene::at("very_high").await;
    for _ in 0..environment().count(300) {
        let traveller = scene.stage.person("unicef").await;
        let id = scene.opened(&[&traveller]).await;
        let clearance = scene.submitted(&traveller, Some("PC1"), Some(&id)).await;
        scene.consent(&id, 0, "accept").await.expect(200);
        let refuse = json!({"decision": "refuse", "reason_codes": ["OTHER"]});
        let (yes, no) =
            tokio::join!(scene.grant(&id), scene.step(&scene.usg, &id, "decide", &refuse));
        let (state, expected) = match (yes.status, no.status) {
            (200, 409) => ("approved", "granted"),
            (409, 200) => ("denied", "refused"),
            both => panic!("{both:?}"),
        };
        assert_eq!(scene.state(&clearance).await, state);
        assert_eq!(scene.read(&id).await["state"], expected);
    }
    scene.stage.house.close().await;
}

#[tokio::test]
async fn nobody_decides_before_every_consent() {
    let scene = Scene::at("very_high").await;
    let (one, two) = (scene.stage.person("unicef").await, scene.stage.person("undp").await);
    let id = scene.opened(&[&one, &two]).await;
    let clearance = scene.submitted(&one, Some("PC1"), Some(&id)).await;
    let early = scene.grant(&id).await.expect(409).json();
    assert_eq!(early["code"], "CONSENTS_MISSING");
    assert_eq!(early["organizations"], json!(["undp", "unicef"]));
    scene.consent(&id, 0, "accept").await.expect(200);
    let early = scene.grant(&id).await.expect(409).json();
    assert_eq!(early["organizations"], json!(["undp"]));
    assert_eq!(scene.state(&clearance).await, "escalated");
    let again = scene.consent(&id, 0, "refuse").await.expect(409).json();
    assert_eq!(
        (&again["code"], &again["by"]),
        (&json!("ALREADY_DECIDED"), &json!(scene.heads[0].id))
    );
    scene.stage.house.close().await;
}

#[tokio::test]
async fn nobody_speaks_for_themselves_or_their_family() {
    let scene = Scene::at("very_high").await;
    let id = Uuid::now_v7();
    scene.stage.write_person(id, "unicef", None).await;
    let traveller = head(&scene.stage, id, 0).await;
    let dependant = scene.stage.dependant(&traveller, "unicef").await;
    let family = head(&scene.stage, dependant, 0).await;
    let id = scene.opened(&[&traveller]).await;
    let clearance = scene.submitted(&traveller, Some("PC1"), Some(&id)).await;
    let accept = json!({"organization": "unicef", "decision": "accept"});
    for barred in [&traveller, &family] {
        let refused = scene.step(barred, &id, "consent", &accept).await.expect(403).json();
        assert_eq!(
            (&refused["code"], &refused["rule"]),
            (&json!("NOT_AUTHORIZED"), &json!("R-804"))
        );
    }
    assert_eq!(scene.read(&id).await["version"], 1, "nothing was written");
    scene.consent(&id, 0, "accept").await.expect(200);
    assert_eq!(scene.state(&clearance).await, "escalated");
    scene.stage.house.close().await;
}

#[tokio::test]
async fn a_grant_takes_no_place_that_is_not_there() {
    let scene = Scene::at("very_high").await;
    let limited = Standing {
        policy: |policy| policy.ceilings.total = Some(1),
        ..Standing::at_level(NAIROBI, 1)
    };
    scene.stage.change(&limited).await;
    let (one, two) = (scene.stage.person("unicef").await, scene.stage.person("undp").await);
    let id = scene.opened(&[&one, &two]).await;
    let own = [
        scene.submitted(&one, Some("PC1"), Some(&id)).await,
        scene.submitted(&two, Some("PC1"), Some(&id)).await,
    ];
    for of in 0..ORGANIZATIONS.len() {
        scene.consent(&id, of, "accept").await.expect(200);
    }
    let full = scene.grant(&id).await.expect(409).json();
    assert_eq!(full["code"], "CEILING_FULL", "{full}");
    for clearance in &own {
        assert_eq!(scene.state(clearance).await, "escalated", "all of it, or nothing");
    }
    assert_eq!(scene.read(&id).await["state"], "consented");
    let taken = "SELECT coalesce(sum(committed), 0)::bigint FROM night_count";
    assert_eq!(scene.stage.count(taken).await, 0);
    scene
        .stage
        .change(&Standing {
            policy: |policy| policy.ceilings.total = Some(2),
            ..Standing::at_level(NAIROBI, 1)
        })
        .await;
    scene.grant(&id).await.expect(200);
    assert_eq!(scene.stage.count(taken).await, 4, "two people, two nights");
    scene.stage.house.close().await;
}

/// The head of an organization is silent: reminded each day, and silence is no consent.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_head_is_reminded_each_day_and_consents_to_nothing() {
    let scene = Scene::at("very_high").await;
    let (one, two) = (scene.stage.person("unicef").await, scene.stage.person("undp").await);
    let id = scene.opened(&[&one, &two]).await;
    scene.consent(&id, 0, "accept").await.expect(200);
    let later = async |hours: i64| -> Vec<(String, i32, Vec<Uuid>)> {
        let by = jiff::SignedDuration::from_hours(hours);
        scene.stage.house.database().move_clock(by).await;
        scene.stage.house.running().parts.clocks.round().await.unwrap();
        let client = scene.stage.house.database().connect().await;
        let sql = "SELECT organization_id, round, persons FROM consent_reminder ORDER BY told_at";
        let rows = client.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
    };
    assert_eq!(later(23).await, []);
    let first = ("undp".to_owned(), 1, vec![scene.heads[1].id]);
    assert_eq!(later(25).await, std::slice::from_ref(&first));
    assert_eq!(later(30).await, std::slice::from_ref(&first), "once a day");
    assert_eq!(later(49).await, [first, ("undp".to_owned(), 2, vec![scene.heads[1].id])]);
    let told = format!(
        "SELECT count(*) FROM outbox, json_array_elements(events) AS e \
         WHERE e ->> 'kind' = 'mscr.reminded' AND e ->> 'mscr_id' = '{id}' \
         AND e ->> 'organization' = 'undp'"
    );
    assert_eq!(scene.stage.count(&told).await, 2);
    let state = "SELECT count(*) FROM mscr WHERE state = 'open'";
    assert_eq!(scene.stage.count(state).await, 1, "silence is no consent");
    scene.stage.house.close().await;
}
