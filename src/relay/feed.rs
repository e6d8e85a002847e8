//! The feed, for reading.

use super::store::{self, Piece};
use crate::access::Scope;
use crate::database::{Database, DatabaseError};

/// The feed, for reading.
#[derive(Debug, Clone)]
pub struct Feed {
    database: Database,
}

impl Feed {
    /// The feed of a database.
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Events after a number, as far as the scope reaches.
    pub(super) async fn after(
        &self,
        after: i64,
        limit: i64,
        scope: &Scope,
    ) -> Result<Piece, DatabaseError> {
        store::after(&self.database, after, limit, scope).await
    }
}
