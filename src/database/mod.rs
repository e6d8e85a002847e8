//! PostgreSQL: pools, migrations, statement loading, the read and write lanes' mechanics; no domain
//! rule.
//!
//! Every statement is a file under `sql/queries`, named by a [`Statement`] constant and prepared
//! once per connection. Several statements that belong together travel as one pipelined group
//! ([`Connection::group`]): one round trip. Requests that wait while a query is under way go
//! together in the next ([`Lane`]).

mod clock;
mod connection;
mod error;
mod lane;
mod listen;
mod migrate;
mod pool;
mod startup;
mod statement;

pub use tokio_postgres::types::{Json, ToSql};
pub use tokio_postgres::{Row, RowStream};

pub use self::clock::Clock;
pub use self::connection::{Connection, Step, step};
pub use self::error::{DatabaseError, Trouble};
pub use self::lane::{Lane, LaneSettings, Overloaded, all_failed};
pub use self::listen::listen;
pub use self::migrate::{MIGRATIONS, MigrateError, Migration, migrate, pending};
pub use self::pool::{BY_INDEX, BY_KEY, Database};
pub use self::startup::{StartupFault, is_marked, refuse_unsafe};
pub(crate) use self::statement::statement;
pub use self::statement::{BEGIN, COMMIT, ROLLBACK, Statement};
