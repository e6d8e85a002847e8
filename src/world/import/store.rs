//! Writes an imported world, in one transaction.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use compact_str::CompactString;
use futures_util::SinkExt as _;
use indicatif::ProgressBar;

use super::copy::CopyText;
use super::rows::{put_policies, put_state};
use super::{CountryRow, ImportError, Standing, WorldData};
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, Statement, ToSql, statement, step,
};
use crate::model::AreaId;
use crate::world::store::locked_row;

const KNOWN: Statement = statement!("world/import_known");
const RAISE: Statement = statement!("world/import_raise");
const STAGE_AREA: Statement = statement!("world/import_stage_area");
const COPY_AREA: Statement = statement!("world/import_copy_area");
const MERGE_AREA: Statement = statement!("world/import_merge_area");
const STAGE_POLICY: Statement = statement!("world/import_stage_policy");
const COPY_POLICY: Statement = statement!("world/import_copy_policy");
const MERGE_POLICY: Statement = statement!("world/import_merge_policy");
const STAGE_STATE: Statement = statement!("world/import_stage_state");
const COPY_STATE: Statement = statement!("world/import_copy_state");
const MERGE_STATE: Statement = statement!("world/import_merge_state");
const TOUCH_STATES: Statement = statement!("world/import_touch_states");
const CLEAR_SHAPE: Statement = statement!("world/import_clear_area_shape");
const COPY_SHAPE: Statement = statement!("world/import_copy_area_shape");
const IMAGE: Statement = statement!("world/import_image");

/// A table that is cleared and filled again.
type Filled = (&'static str, Statement, Statement, fn(&WorldData, &mut CopyText));

const FILLED: [Filled; 8] = [
    (
        "countries",
        statement!("world/import_clear_country"),
        statement!("world/import_copy_country"),
        WorldData::put_countries,
    ),
    (
        "territories",
        statement!("world/import_clear_territory"),
        statement!("world/import_copy_territory"),
        WorldData::put_territories,
    ),
    (
        "codes of areas",
        statement!("world/import_clear_area_alias"),
        statement!("world/import_copy_area_alias"),
        WorldData::put_aliases,
    ),
    (
        "subdivision names",
        statement!("world/import_clear_subdivision"),
        statement!("world/import_copy_subdivision"),
        WorldData::put_subdivisions,
    ),
    (
        "airports",
        statement!("world/import_clear_airport"),
        statement!("world/import_copy_airport"),
        WorldData::put_airports,
    ),
    (
        "cities",
        statement!("world/import_clear_city"),
        statement!("world/import_copy_city"),
        WorldData::put_cities,
    ),
    (
        "airlines",
        statement!("world/import_clear_openflights_airline"),
        statement!("world/import_copy_openflights_airline"),
        WorldData::put_airlines,
    ),
    (
        "attributions",
        statement!("world/import_clear_attribution"),
        statement!("world/import_copy_attribution"),
        WorldData::put_attributions,
    ),
];

/// Bytes sent at once.
const CHUNK: usize = 1 << 20;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// This very data was there already; nothing was written.
    Already,
    /// The world has a new version; rows by what they are.
    Written {
        /// Version of the world.
        version: i64,
        /// Counts in order of writing.
        counts: Vec<(&'static str, u64)>,
    },
}

/// How the areas of a first import stand: by id and country.
pub type FirstStanding<'f> = &'f (dyn Fn(&AreaId, Option<&CountryRow>) -> Standing + Sync);

/// Whether data of this checksum is what was imported last.
pub async fn is_imported(database: &Database, checksum: &str) -> Result<bool, ImportError> {
    let known = database.reader().await?.one(&KNOWN, &[]).await?;
    let known: Option<&str> = known.try_get("data_checksum").map_err(DatabaseError::from)?;
    Ok(known == Some(checksum))
}

/// Writes the world in one transaction under the lock `world`; `first` gives areas that stand
/// nowhere yet their state and policies. The bar moves once a table.
pub async fn write(
    database: &Database,
    data: &WorldData,
    first: FirstStanding<'_>,
    bar: &ProgressBar,
) -> Result<Imported, ImportError> {
    bar.set_length(13);
    let mut connection = database.writer().await?;
    let known = locked_row(&mut connection, step(&KNOWN, &[])).await?;
    let known = known.as_ref().map(|row| row.try_get::<_, Option<&str>>("data_checksum"));
    let known = known.transpose().map_err(DatabaseError::from)?.flatten().map(CompactString::from);
    if known.as_deref() == Some(data.checksum.as_str()) {
        connection.group(&[step(&COMMIT, &[])]).await?;
        return Ok(Imported::Already);
    }
    let raised = connection.one(&RAISE, &[&data.checksum]).await?;
    let version: i64 = raised.try_get("version").map_err(DatabaseError::from)?;
    let mut import = Import { connection, bar, counts: Vec::new() };
    import.areas(data).await?;
    for (what, clear, copy, put) in &FILLED {
        import.run(clear, &[]).await?;
        let mut rows = CopyText::default();
        put(data, &mut rows);
        import.copy(what, copy, &mut rows).await?;
    }
    import.standings(data, first, version).await?;
    import.run(&TOUCH_STATES, &[&version]).await?;
    import.run(&IMAGE, &[&"areas", &data.checksum, &data.mosaic.to_bytes()]).await?;
    let Import { mut connection, counts, .. } = import;
    connection.group(&[step(&COMMIT, &[])]).await?;
    Ok(Imported::Written { version, counts })
}

/// A transaction under way.
struct Import<'b> {
    connection: Connection,
    bar: &'b ProgressBar,
    counts: Vec<(&'static str, u64)>,
}

impl Import<'_> {
    async fn areas(&mut self, data: &WorldData) -> Result<(), ImportError> {
        self.run(&STAGE_AREA, &[]).await?;
        let mut rows = CopyText::default();
        data.put_areas(&mut rows);
        self.copy("areas", &COPY_AREA, &mut rows).await?;
        self.run(&MERGE_AREA, &[]).await?;
        self.run(&CLEAR_SHAPE, &[]).await?;
        data.put_shapes(&mut rows);
        self.copy("shapes", &COPY_SHAPE, &mut rows).await
    }

    async fn standings(
        &mut self,
        data: &WorldData,
        first: FirstStanding<'_>,
        version: i64,
    ) -> Result<(), ImportError> {
        let (mut policies, mut states) = (CopyText::default(), CopyText::default());
        for row in &data.areas {
            let country = row.iso2.as_ref().and_then(|iso2| data.tables.country(iso2));
            let standing = first(&AreaId(row.id.clone()), country);
            put_policies(&row.id, &standing, &mut policies)?;
            put_state(&row.id, &standing, version, &mut states);
        }
        self.run(&STAGE_POLICY, &[]).await?;
        self.copy("policies", &COPY_POLICY, &mut policies).await?;
        self.run(&MERGE_POLICY, &[]).await?;
        self.run(&STAGE_STATE, &[]).await?;
        self.copy("standings", &COPY_STATE, &mut states).await?;
        self.run(&MERGE_STATE, &[]).await
    }

    async fn run(
        &mut self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<(), ImportError> {
        self.connection.execute(statement, parameters).await?;
        Ok(())
    }

    async fn copy(
        &mut self,
        what: &'static str,
        statement: &Statement,
        rows: &mut CopyText,
    ) -> Result<(), ImportError> {
        let failed = |source| DatabaseError::Statement {
            statement: statement.name(),
            source: Arc::new(source),
        };
        let mut sink = pin!(self.connection.copy_in(statement).await?);
        let text = Bytes::from(rows.take());
        for start in (0..text.len()).step_by(CHUNK) {
            let end = text.len().min(start + CHUNK);
            sink.send(text.slice(start..end)).await.map_err(failed)?;
        }
        let count = sink.finish().await.map_err(failed)?;
        self.counts.push((what, count));
        self.bar.set_message(what);
        self.bar.inc(1);
        Ok(())
    }
}
