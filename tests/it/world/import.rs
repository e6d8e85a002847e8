//! `safeconduct import world`.

use std::path::Path;

use indicatif::ProgressBar;
use safeconduct::app::commands::import_world;
use safeconduct::demo::levels::SEED;
use tokio_postgres::Client;

use crate::harness::TestDatabase;

/// Every table that an import fills, as checksums of its rows.
async fn sums(client: &Client) -> Vec<(String, String)> {
    let mut sums = Vec::new();
    for table in [
        "country",
        "territory",
        "area",
        "area_shape",
        "area_alias",
        "subdivision",
        "area_policy",
        "area_state",
        "airport",
        "city",
        "openflights_airline",
        "attribution",
        "world_state",
        "world_image",
    ] {
        let text =
            if table == "area_policy" { "to_jsonb(t) - 'recorded_at'" } else { "to_jsonb(t)" };
        let sum = format!(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(row, '' ORDER BY row)), '') \
             FROM (SELECT md5(({text})::text) AS row FROM {table} AS t) AS rows"
        );
        let sum: String = client.query_one(&sum, &[]).await.unwrap().get(0);
        sums.push((table.to_owned(), sum));
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_changes_nothing() {
    let database = TestDatabase::create_with_world().await;
    let client = database.connect().await;
    let before = sums(&client).await;
    let counts: Vec<&str> = before.iter().map(|(_, sum)| sum.split(' ').next().unwrap()).collect();
    assert_eq!(
        counts,
        [
            "250", "262", "4596", "4596", "4685", "5070", "6405", "4596", "19841", "34006", "6136",
            "7", "1", "1"
        ]
    );
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let bar = ProgressBar::hidden();
    let told = import_world(&database.config(), &data, SEED, &bar).await.unwrap();
    assert!(told.contains("nothing was written"), "{told}");
    assert_eq!(sums(&client).await, before);

    // As if the files had changed: all is written again, and what officials have set stays.
    let set = "UPDATE area_state SET status = 'suspended' WHERE area_id = 'KEN-890'";
    client.execute(set, &[]).await.unwrap();
    client.execute("UPDATE world_state SET data_checksum = 'other'", &[]).await.unwrap();
    import_world(&database.config(), &data, SEED, &bar).await.unwrap();
    let after = sums(&client).await;
    for ((table, sum), (_, known)) in after.iter().zip(&before) {
        if !["area_state", "world_state"].contains(&table.as_str()) {
            assert_eq!(sum, known, "{table}");
        }
    }
    let stands = "SELECT status, revision FROM area_state WHERE area_id = 'KEN-890'";
    let row = client.query_one(stands, &[]).await.unwrap();
    assert_eq!((row.get::<_, &str>(0), row.get::<_, i64>(1)), ("suspended", 2));
    drop(client);
    database.drop_now().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_without_data_is_told_by_name() {
    let database = TestDatabase::create().await;
    let folder = Path::new("no/such/folder");
    let bar = ProgressBar::hidden();
    let refused = import_world(&database.config(), folder, SEED, &bar).await.unwrap_err();
    assert!(refused.to_string().contains("no/such/folder/airports.csv.gz"), "{refused}");
    database.drop_now().await;
}
