//! A month in which nobody decides anything.

use super::{Offices, departure, hours, look};
use crate::harness::environment;
use crate::trips::stage::{NAIROBI, NAKURU, Stage, Standing};

/// Undecided within a day of departure, and not passed up to somebody who was told.
const OWNERLESS: &str = "
    SELECT count(*)
    FROM clearance AS c
    INNER JOIN trip AS t USING (trip_id)
    WHERE c.state IN ('pending_review', 'recommended', 'escalated', 'under_appeal')
        AND t.starts_at - interval '24 hours' <= sc_now()
        AND (
            c.state <> 'escalated'
            OR NOT EXISTS (
                SELECT 1 FROM clock_notice AS n
                WHERE n.clearance_id = c.clearance_id AND n.clock = 'official'
                    AND cardinality(n.persons) > 0
            )
            OR NOT EXISTS (
                SELECT 1 FROM clock_notice AS n
                WHERE n.clearance_id = c.clearance_id AND n.clock = 'centre'
                    AND 'communications_centre' = ANY(n.roles) AND cardinality(n.persons) > 0
            )
        )";

/// Positive in an area where only a person may say yes.
const SILENT_YES: &str = "
    SELECT count(*) FROM ledger_entry AS e INNER JOIN clearance AS c USING (clearance_id)
    WHERE e.to_state IN ('cleared', 'approved') AND c.outcome IN ('manual', 'mscr', 'return')";

/// Over before the traveller was told, or told twice.
const UNTOLD: &str = "
    SELECT count(*)
    FROM ledger_entry AS e
    WHERE e.to_state = 'expired' AND e.from_state <> 'cleared' AND 1 <> (
        SELECT count(*) FROM clock_notice AS n
        WHERE n.clearance_id = e.clearance_id AND n.clock = 'not_cleared' AND n.rang_at <= e.at
    )";

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_absent_approvers_brings_no_silent_yes_and_nothing_without_an_owner() {
    let standings = [Standing::at_level(NAIROBI, 4), Standing::at_level(NAKURU, 5)];
    let stage = Stage::set(&standings).await;
    let _absent = Offices::fill(&stage).await;
    // enough of them that every clock rings over many at once, also where counts are small
    let count = environment().count(1400).max(100);
    let (mut undecided, first, last) = (0, 4, 32);
    for n in 0..count {
        let ahead =
            first + i32::try_from(n).unwrap() * (last - first) / i32::try_from(count).unwrap();
        let traveller = stage.person("unicef").await;
        let body = if n % 3 == 0 {
            stage.example(&traveller, ahead)
        } else {
            stage.to_nairobi(&traveller, ahead, 2)
        };
        let trip = stage.submit(&traveller, &body).await.expect(201).json();
        let clearances = trip["clearances"].as_array().unwrap();
        undecided += clearances.iter().filter(|one| one["state"] == "pending_review").count();
    }
    assert!(undecided > count / 2, "{undecided} of {count} wait for a person");
    let begin = stage.house.now();
    let end = departure(&stage, last + 12);
    let mut now = begin;
    while now < end {
        look(&stage, now).await;
        assert_eq!(stage.count(OWNERLESS).await, 0, "at {now}");
        assert_eq!(stage.count(SILENT_YES).await, 0, "at {now}");
        now += hours(6);
    }
    let open = "SELECT count(*) FROM clearance WHERE queue_state IS NOT NULL OR state = 'returned'";
    assert_eq!(stage.count(open).await, 0);
    assert_eq!(stage.count("SELECT count(*) FROM clearance_clock").await, 0);
    assert_eq!(stage.count(UNTOLD).await, 0);
    let by_people = "SELECT count(*) FROM ledger_entry WHERE person_id IS NOT NULL AND entry > 1";
    assert_eq!(stage.count(by_people).await, 0);
    stage.house.close().await;
}
