//! `safeconduct demo cast`: marks the database, writes the cast and a population.

use indicatif::ProgressBar;

use super::gazetteer::Gazetteer;
use super::{cast, population, store};
use crate::database::{Database, DatabaseError, is_marked};

/// What a database of the demonstration is marked with.
const MARKER: &str = "demonstration";
/// People written in one transaction.
const CHUNK: u64 = 5_000;

/// What was added; what was there already does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staged {
    /// Of the cast.
    pub cast: usize,
    /// Of the generated population.
    pub people: usize,
}

/// Why the stage was not set.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// Duty stations are areas, and there is none.
    #[error("people need duty stations: import the world first")]
    NoWorld,
    /// Somebody's real people are there.
    #[error("the database holds people and is no demonstration: nothing was written")]
    InUse,
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Marks an empty database as a demonstration and writes organizations, the cast with its
/// appointments, and `people` generated people. Run again, it adds only what is missing. The bar
/// advances by one for each generated person.
pub async fn set_stage(
    database: &Database,
    mut gazetteer: Gazetteer,
    people: u64,
    issuer: &str,
    bar: &ProgressBar,
) -> Result<Staged, StageError> {
    let areas = store::town_areas(database).await?;
    if people > 0 && areas.is_empty() {
        return Err(StageError::NoWorld);
    }
    gazetteer.locate_towns(&areas);
    store::mark(database).await?;
    if !is_marked(database, MARKER).await? {
        return Err(StageError::InUse);
    }
    store::write_offices(database, issuer).await?;
    let cast = store::add_people(database, &cast::people(), issuer).await?;
    let mut added = 0;
    let mut from = 0;
    bar.set_length(people);
    while from < people {
        let to = people.min(from + CHUNK);
        let members: Vec<_> = (from..to).map(|at| population::member(at, &gazetteer)).collect();
        added += store::add_people(database, &members, issuer).await?;
        from = to;
        bar.set_position(to);
    }
    Ok(Staged { cast, people: added })
}
