//! What a decision reads of a person stands in the person's row, whatever wrote it and however.

use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use super::super::harness::TestDatabase;
use super::add_person;

/// What the row keeps, beside what the rows that hang on it say.
async fn kept(client: &Client, person: Uuid) -> Value {
    let select = "SELECT p.reachable, p.next_of_kin, p.certificates, \
            EXISTS (SELECT FROM person_contact AS c WHERE c.person_id = $1), \
            EXISTS (SELECT FROM emergency_contact AS e WHERE e.person_id = $1), \
            coalesce((SELECT json_agg(json_build_array(course, completed_on, expires_on, state) \
                ORDER BY course, completed_on) FROM certificate WHERE person_id = $1), '[]') \
        FROM person AS p WHERE p.person_id = $1";
    let row = client.query_one(select, &[&person]).await.unwrap();
    let truth = |at: usize| row.get::<_, bool>(at);
    assert_eq!((truth(0), truth(1)), (truth(3), truth(4)));
    assert_eq!(row.get::<_, Value>(2), row.get::<_, Value>(5));
    json!([truth(0), truth(1), row.get::<_, Value>(2)])
}

#[tokio::test]
async fn the_row_of_a_person_follows_everything_that_hangs_on_it() {
    let database = TestDatabase::create().await;
    let client = database.connect().await;
    client
        .batch_execute("INSERT INTO organization (organization_id, name) VALUES ('alpha', 'Alpha')")
        .await
        .unwrap();
    let (person, other) = (Uuid::now_v7(), Uuid::now_v7());
    add_person(&client, person, "alpha", "A-1").await;
    add_person(&client, other, "alpha", "A-2").await;
    assert_eq!(kept(&client, person).await, json!([true, true, []]));

    let insert = "INSERT INTO certificate (certificate_id, person_id, course, completed_on, \
            expires_on, evidence_kind, state) \
        SELECT gen_random_uuid(), p.person_id, c.course, c.day, c.day + 365, 'typed', 'claimed' \
        FROM person AS p CROSS JOIN (VALUES ('SSAFE', date '2026-03-01'), \
            ('BSAFE', date '2026-01-01')) AS c (course, day) \
        ON CONFLICT (person_id, course, completed_on) DO UPDATE SET expires_on = NULL";
    client.execute(insert, &[]).await.unwrap();
    let both = json!([
        ["BSAFE", "2026-01-01", "2027-01-01", "claimed"],
        ["SSAFE", "2026-03-01", "2027-03-01", "claimed"],
    ]);
    assert_eq!(kept(&client, person).await, json!([true, true, both]));
    // given again: the same statement changes rows instead of adding them
    client.execute(insert, &[]).await.unwrap();
    assert_eq!(kept(&client, other).await[2][0], json!(["BSAFE", "2026-01-01", null, "claimed"]));

    client
        .batch_execute("DELETE FROM certificate WHERE course = 'SSAFE'; DELETE FROM person_contact")
        .await
        .unwrap();
    client.execute("DELETE FROM emergency_contact WHERE person_id = $1", &[&other]).await.unwrap();
    let left = json!([["BSAFE", "2026-01-01", null, "claimed"]]);
    assert_eq!(kept(&client, person).await, json!([false, true, left]));
    assert_eq!(kept(&client, other).await, json!([false, false, left]));
}
