//! The stage of the demonstration: the cast, a population, and no real database touched.

use std::collections::{BTreeMap, BTreeSet};

use indicatif::ProgressBar;
use safeconduct::config::DEVELOPMENT_ISSUER;
use safeconduct::database::{Database, is_marked};
use safeconduct::demo::{Airport, Gazetteer, StageError, Staged, Town, set_stage};
use safeconduct::model::{AreaId, LonLat};
use tokio_postgres::Client;

use super::harness::{House, TestDatabase};

/// A country of two towns.
fn gazetteer() -> Gazetteer {
    let at = LonLat::new(36.8, -1.3).unwrap();
    let town = |id, name: &str, population| Town {
        id,
        name: name.into(),
        at,
        country: "KE".into(),
        population,
        area: None,
    };
    let towns = vec![town(1, "Great", 3_000_000), town(2, "Small", 1_000_000)];
    let airport =
        Airport { code: "AAA".into(), at, country: "KE".into(), draw: 3_000_000, area: None };
    Gazetteer::assemble(towns, vec![airport], vec![], BTreeSet::new())
}

/// A service without the shipped world: the towns are the test's own.
async fn empty_house() -> House {
    House::start_on(TestDatabase::create().await, |_config| {}).await
}

async fn add_towns(client: &Client) {
    for (id, name, area) in [(1, "Great", "KEN-1196"), (2, "Small", "KEN-890")] {
        let insert = "INSERT INTO city (geoname_id, name, lon, lat, iso2, population, placed, \
                      placed_areas, covered_by) \
                      VALUES ($1, $2, 36.8, -1.3, 'KE', 1000000, 'covered', ARRAY[$3::text], '{}')";
        client.execute(insert, &[&id, &name, &area]).await.unwrap();
    }
}

async fn stage(database: &Database, people: u64) -> Result<Staged, StageError> {
    set_stage(database, gazetteer(), people, DEVELOPMENT_ISSUER, &ProgressBar::hidden()).await
}

async fn count(client: &Client, select: &str) -> i64 {
    client.query_one(select, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn the_stage_is_set_once() {
    let house = empty_house().await;
    let database = house.running().parts.database.clone();
    let client = house.database().connect().await;
    let refused = stage(&database, 10).await;
    assert!(matches!(refused, Err(StageError::NoWorld)), "{refused:?}");
    add_towns(&client).await;
    let first = stage(&database, 400).await.unwrap();
    assert_eq!((first.cast, first.people), (23, 400));
    assert!(is_marked(&database, "demonstration").await.unwrap());
    let again = stage(&database, 400).await.unwrap();
    assert_eq!((again.cast, again.people), (0, 0));
    let more = stage(&database, 450).await.unwrap();
    assert_eq!((more.cast, more.people), (0, 50));
    let resident = count(&client, "SELECT count(*) FROM person WHERE resident").await;
    let counted = "SELECT sum(residents)::bigint FROM resident_count WHERE key_kind = $1";
    for kind in ["total", "organization", "category"] {
        let counted: i64 = client.query_one(counted, &[&kind]).await.unwrap().get(0);
        assert_eq!(counted, resident, "by {kind}");
    }
    let orphans =
        "SELECT count(*) FROM person WHERE relation IS NOT NULL AND sponsor_person_id IS NULL";
    assert_eq!(count(&client, orphans).await, 0);
    let alone = "SELECT count(*) FROM appointment WHERE confirmed_by IS NULL";
    assert_eq!(count(&client, alone).await, 0);
    house.close().await;
}

#[tokio::test]
async fn people_live_where_people_live_and_most_are_trained() {
    let house = empty_house().await;
    let database = house.running().parts.database.clone();
    let client = house.database().connect().await;
    add_towns(&client).await;
    stage(&database, 2_000).await.unwrap();
    let rows = client
        .query("SELECT duty_station_area_id, count(*) FROM person GROUP BY 1", &[])
        .await
        .unwrap();
    let homes: BTreeMap<String, i64> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(homes["KEN-1196"] > 2 * homes["KEN-890"], "{homes:?}");
    let held = |course: &str| {
        format!(
            "SELECT count(*) * 1000 / (SELECT count(*) FROM person WHERE sponsor_person_id IS NULL) \
             FROM certificate AS c JOIN person AS p USING (person_id) \
             WHERE c.course = '{course}' AND p.sponsor_person_id IS NULL"
        )
    };
    let (bsafe, ssafe) =
        (count(&client, &held("BSAFE")).await, count(&client, &held("SSAFE")).await);
    assert!((955..985).contains(&bsafe), "{bsafe} of 1,000 hold BSAFE");
    assert!((100..300).contains(&ssafe), "{ssafe} of 1,000 hold SSAFE");
    house.close().await;
}

#[tokio::test]
async fn a_database_in_use_is_left_alone() {
    let house = empty_house().await;
    let database = house.running().parts.database.clone();
    let client = house.database().connect().await;
    add_towns(&client).await;
    client
        .batch_execute(
            "INSERT INTO organization (organization_id, name) VALUES ('real', 'real'); \
             INSERT INTO person (person_id, organization_id, category, recruitment) \
             VALUES (gen_random_uuid(), 'real', 'consultant', 'local')",
        )
        .await
        .unwrap();
    let refused = stage(&database, 10).await;
    assert!(matches!(refused, Err(StageError::InUse)), "{refused:?}");
    assert_eq!(count(&client, "SELECT count(*) FROM organization").await, 1);
    assert_eq!(count(&client, "SELECT count(*) FROM person").await, 1);
    assert!(!is_marked(&database, "demonstration").await.unwrap());
    house.close().await;
}

#[test]
fn areas_are_handed_in_by_town() {
    let mut gazetteer = gazetteer();
    gazetteer.locate_towns(&BTreeMap::from([(2, AreaId::from("KEN-890"))]));
    let areas: Vec<Option<AreaId>> = gazetteer.towns.iter().map(|town| town.area.clone()).collect();
    assert_eq!(areas, [None, Some(AreaId::from("KEN-890"))]);
}
