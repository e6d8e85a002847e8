//! Statements: a name for the log, and the text of a file.

/// One SQL file. A store names its statements as constants:
///
/// ```ignore
/// const FIND: Statement = Statement::new("trips/find", include_str!("../../sql/queries/trips/find.sql"));
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

macro_rules! own {
    ($name:literal) => {
        Statement::new(
            concat!("database/", $name),
            include_str!(concat!("../../sql/queries/database/", $name, ".sql")),
        )
    };
}

/// Opens a transaction; the first step of a group that writes.
pub const BEGIN: Statement = own!("begin");
/// Makes a transaction durable; the last step of a group that writes.
pub const COMMIT: Statement = own!("commit");
/// Gives a transaction up.
pub const ROLLBACK: Statement = own!("rollback");

pub(super) const PING: Statement = own!("ping");
pub(super) const NOW: Statement = own!("now");
pub(super) const DURABILITY: Statement = own!("durability");
pub(super) const CLOCK_BODY: Statement = own!("clock_body");
pub(super) const MARKER: Statement = own!("marker");
pub(super) const MIGRATION_LOCK: Statement = own!("migration_lock");
pub(super) const MIGRATION_TABLE: Statement = own!("migration_table");
pub(super) const MIGRATIONS_APPLIED: Statement = own!("migrations_applied");
pub(super) const MIGRATION_RECORD: Statement = own!("migration_record");
