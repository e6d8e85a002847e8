//! What can go wrong with PostgreSQL, and what it means to a caller.

use std::error::Error;
use std::io;
use std::sync::Arc;

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

/// A statement that did not do its work. Cheap to clone, as one failed query answers many callers.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DatabaseError {
    /// The connection string cannot be read.
    #[error("the connection string of the database cannot be read")]
    Address(#[source] Arc<tokio_postgres::Error>),
    /// No connection within the time-outs.
    #[error("no connection to the database")]
    Pool(#[source] Arc<PoolError>),
    /// The server refused a statement, or the connection broke under it.
    #[error("statement {statement}")]
    Statement {
        /// `room/file`.
        statement: &'static str,
        /// What the driver says.
        #[source]
        source: Arc<tokio_postgres::Error>,
    },
    /// No answer within the time that the server itself would have needed to give up.
    #[error("statement {statement} had no answer in time")]
    Silent {
        /// `room/file`.
        statement: &'static str,
    },
    /// A column is not what the program expects: statement and program do not belong together.
    #[error("a column of the answer")]
    Column(#[source] Arc<tokio_postgres::Error>),
    /// A row that must be there is not.
    #[error("statement {statement} answered {rows} rows instead of one")]
    Rows {
        /// `room/file`.
        statement: &'static str,
        /// How many came.
        rows: usize,
    },
}

/// What a failure means to whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The database cannot be reached or has no room: come again.
    Unavailable,
    /// It took too long and was given up.
    TimedOut,
    /// Another transaction held a lock for too long, or won a conflict: come again.
    Contended,
    /// A constraint refused the row; its name says which rule of the domain that is.
    Constraint(String),
    /// The program is wrong.
    Defect,
}

impl Trouble {
    /// The metric's label.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Contended => "contended",
            Self::Constraint(_) => "constraint",
            Self::Defect => "defect",
        }
    }
}

impl DatabaseError {
    pub(super) fn statement(statement: &'static str, source: tokio_postgres::Error) -> Self {
        Self::Statement { statement, source: Arc::new(source) }
    }

    /// What the failure means.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Pool(_) => Trouble::Unavailable,
            Self::Silent { .. } => Trouble::TimedOut,
            Self::Statement { source, .. } => of_driver(source),
            Self::Address(_) | Self::Column(_) | Self::Rows { .. } => Trouble::Defect,
        }
    }

    /// The constraint that refused a row, if one did.
    pub fn constraint(&self) -> Option<String> {
        match self.trouble() {
            Trouble::Constraint(name) => Some(name),
            Trouble::Unavailable | Trouble::TimedOut | Trouble::Contended | Trouble::Defect => None,
        }
    }
}

fn of_driver(error: &tokio_postgres::Error) -> Trouble {
    let Some(answer) = error.as_db_error() else {
        // Not the server's word: the connection broke, or a parameter has the wrong type.
        let broken = error.is_closed() || error.source().is_some_and(<dyn Error>::is::<io::Error>);
        return if broken { Trouble::Unavailable } else { Trouble::Defect };
    };
    let code = answer.code();
    if *code == SqlState::QUERY_CANCELED {
        return Trouble::TimedOut;
    }
    if [
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
    ]
    .contains(code)
    {
        return Trouble::Contended;
    }
    match code.code().get(..2) {
        // connection, resources, operator intervention, a server that became a standby
        Some("08" | "53" | "57" | "25") => Trouble::Unavailable,
        Some("23") => Trouble::Constraint(answer.constraint().unwrap_or_default().to_owned()),
        _ => Trouble::Defect,
    }
}

impl From<PoolError> for DatabaseError {
    fn from(error: PoolError) -> Self {
        Self::Pool(Arc::new(error))
    }
}

/// For `row.try_get(…)?` alone; statements carry their name.
impl From<tokio_postgres::Error> for DatabaseError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Column(Arc::new(error))
    }
}
