//! Every stored decision made again by one command.

use std::collections::BTreeSet;

use indicatif::ProgressBar;
use safeconduct::app::commands;
use safeconduct::trips::Replayed;

use super::stage::{NAKURU, Stage, Standing};

async fn replayed(stage: &Stage) -> Replayed {
    commands::replay(&stage.house.database().config(), &ProgressBar::hidden()).await.unwrap()
}

#[tokio::test]
async fn the_command_decides_again_what_is_stored_and_tells_what_differs() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    assert_eq!(replayed(&stage).await, Replayed::default());
    for _ in 0..3 {
        let traveller = stage.person("unicef").await;
        stage.submit(&traveller, &stage.example(&traveller, 20)).await.expect(201);
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 60, 2)).await.expect(201);
    }
    let all = replayed(&stage).await;
    assert_eq!(all, Replayed { equal: 6, ..Replayed::default() });

    // an outcome that was not decided, a version of rules that is not running, a body that is none
    let client = stage.house.database().connect().await;
    let spoilt = client
        .query(
            "UPDATE evidence AS e SET body = CASE n.n
                 WHEN 1 THEN convert_to(replace(convert_from(e.body, 'UTF8'),
                     '\"outcome\":\"auto\"', '\"outcome\":\"notify\"'), 'UTF8')
                 WHEN 2 THEN convert_to(regexp_replace(convert_from(e.body, 'UTF8'),
                     '\"ruleset_version\":\"[^\"]+\"', '\"ruleset_version\":\"1\"'), 'UTF8')
                 WHEN 3 THEN '{\"trip\":'
                 WHEN 4 THEN '{\"words\":\"of a person\"}'
             END
             FROM (SELECT evidence_id, row_number() OVER (ORDER BY evidence_id) AS n
                   FROM evidence) AS n
             WHERE n.evidence_id = e.evidence_id AND n.n <= 4
             RETURNING e.evidence_id, n.n",
            &[],
        )
        .await
        .unwrap();
    let found = replayed(&stage).await;
    assert_eq!(
        (found.equal, found.unequal, found.other_rules, found.passed_over, found.unread),
        (2, 1, 1, 1, 1),
        "{found}"
    );
    let told = found.named.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>();
    let wrong = spoilt.iter().filter(|row| matches!(row.get::<_, i64>("n"), 1 | 3));
    assert_eq!(told, wrong.map(|row| row.get("evidence_id")).collect());
    let pointers = found.named.iter().flat_map(|(_, pointers)| pointers);
    assert!(pointers.into_iter().any(|at| at == "/clearances/0/outcome"), "{found}");
    stage.house.close().await;
}
