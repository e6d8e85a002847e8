//! Statements: a name for the log, and the text of a file.

/// One SQL file. A store names its statements as constants:
///
/// ```ignore
/// const FIND: Statement = statement!("trips/find");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    name: &'static str,
    text: &'static str,
}

impl Statement {
    /// A statement called `room/file`, with the file's text.
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }

    /// `room/file`, for errors and metrics.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The SQL.
    pub const fn text(&self) -> &'static str {
        self.text
    }
}

/// The statement of a file, by room and name: `statement!("trips/find")`. Stores alone use it.
macro_rules! statement {
    ($name:literal) => {
        $crate::database::Statement::new(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/queries/", $name, ".sql")),
        )
    };
}

pub(crate) use statement;

/// Opens a transaction; the first step of a group that writes.
pub const BEGIN: Statement = statement!("database/begin");
/// Makes a transaction durable; the last step of a group that writes.
pub const COMMIT: Statement = statement!("database/commit");
/// Gives a transaction up.
pub const ROLLBACK: Statement = statement!("database/rollback");

pub(super) const PING: Statement = statement!("database/ping");
pub(super) const NOW: Statement = statement!("database/now");
pub(super) const DURABILITY: Statement = statement!("database/durability");
pub(super) const CLOCK_STANDS: Statement = statement!("database/clock_stands");
pub(super) const MARKER: Statement = statement!("database/marker");
pub(super) const MIGRATION_LOCK: Statement = statement!("database/migration_lock");
pub(super) const MIGRATION_TABLE: Statement = statement!("database/migration_table");
pub(super) const MIGRATIONS_APPLIED: Statement = statement!("database/migrations_applied");
pub(super) const MIGRATION_RECORD: Statement = statement!("database/migration_record");
