//! The atlas out of the database.

use std::path::Path;
use std::sync::Arc;

use safeconduct::atlas::Atlas;
use safeconduct::config::Atlas as Settings;
use safeconduct::database::Database;
use safeconduct::demo::levels::{CountryFlags, SEED, standing};
use safeconduct::metrics::Metrics;
use safeconduct::tasks::Tasks;
use safeconduct::world::{DataFolder, Loader, WorldData};

use crate::harness::TestDatabase;

async fn open(database: &TestDatabase) -> Loader {
    let metrics = Arc::new(Metrics::new().unwrap());
    let pool = Database::open(&database.config().database, &Tasks::new(), Arc::clone(&metrics));
    let settings = Settings { poll_ms: 1000, max_age_seconds: 300, near_margin_km: 2.0 };
    Loader::open(&pool.unwrap(), &settings, metrics).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_atlas_of_the_database_is_the_atlas_of_the_files() {
    let database = TestDatabase::create_with_world().await;
    let loader = open(&database).await;
    let kept = loader.snapshot().load();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let data = WorldData::read(&DataFolder::new(data)).unwrap();
    let first = |area: &_, country: Option<&_>| standing(CountryFlags::of(country), area, SEED);
    let read: Atlas = data.atlas(&first).unwrap();
    assert_eq!(kept.version(), read.version());
    assert_eq!(kept.areas().len(), read.areas().len());
    for (kept, read) in kept.areas().iter().zip(read.areas()) {
        assert_eq!(kept, read);
    }
    assert_eq!(kept.parts().aliases, read.parts().aliases);
    assert_eq!(kept.parts().shapes, read.parts().shapes);
    for (kept, read) in kept.places().airports().iter().zip(read.places().airports()) {
        assert_eq!(kept, read);
    }
    assert!(kept.places() == read.places());
    database.drop_now().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_without_its_prepared_index_is_built_and_the_same() {
    let database = TestDatabase::create_with_world().await;
    let prepared = open(&database).await.snapshot().load();
    let client = database.connect().await;
    client.execute("UPDATE world_image SET body = substr(body, 1, 1000)", &[]).await.unwrap();
    let built = open(&database).await.snapshot().load();
    assert!(built.parts().shapes == prepared.parts().shapes);
    drop(client);
    database.drop_now().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_takes_over_what_changed_and_shares_the_rest() {
    let database = TestDatabase::create_with_world().await;
    let loader = open(&database).await;
    let snapshot = loader.snapshot();
    let before = snapshot.load();
    loader.refresh().await.unwrap();
    assert!(Arc::ptr_eq(&before, &snapshot.load()), "nothing changed");

    let client = database.connect().await;
    client
        .batch_execute(
            "UPDATE world_state SET version = 2; \
             UPDATE area_state SET status = 'closed', revision = 2 WHERE area_id = 'KEN-890'",
        )
        .await
        .unwrap();
    loader.refresh().await.unwrap();
    let after = snapshot.load();
    assert_eq!((after.version(), snapshot.version()), (2, 2));
    assert!(Arc::ptr_eq(&before.parts().shapes, &after.parts().shapes));
    assert!(Arc::ptr_eq(&before.parts().places, &after.parts().places));
    let changed: Vec<&str> = before
        .areas()
        .iter()
        .zip(after.areas())
        .filter(|(before, after)| !Arc::ptr_eq(before, after))
        .map(|(_, after)| after.id().as_str())
        .collect();
    assert_eq!(changed, ["KEN-890"]);

    client.batch_execute("ALTER TABLE world_state RENAME TO away").await.unwrap();
    assert!(loader.refresh().await.is_err());
    assert!(Arc::ptr_eq(&after, &snapshot.load()), "a failed refresh keeps the old world");
    drop(client);
    database.drop_now().await;
}
