//! The statements of this room. Leases are its own table; everything else it only reads.

mod context;
mod items;
mod leases;

use jiff::Timestamp;

use crate::database::{Database, DatabaseError, Statement, statement};

pub(super) use self::context::{OtherRow, context};
pub(super) use self::items::{Asked, counts, found, items, queue};
pub(super) use self::leases::{
    Free, HeldPlace, claim, claim_dealt, claimable, held, release, renew,
};

const NOW: Statement = statement!("desk/now");

/// The database's time.
pub(super) async fn now(database: &Database) -> Result<Timestamp, DatabaseError> {
    Ok(database.reader().await?.one(&NOW, &[]).await?.try_get("now")?)
}
