//! A harness that leaves nothing to chance: a database of its own cloned from a migrated template,
//! port 0, an issuer of its own, a clock that can be set, and a log that is read at the end.
//!
//! ```ignore
//! let house = House::start().await;
//! let csa = house.caller(Someone::person().of_countries(Role::SecurityAdviser, &["KE"])).await;
//! let answer = house.get(&csa, "/v1/areas").await;
//! assert_eq!(answer.status, 200);
//! house.close().await;
//! ```

mod answer;
mod caller;
mod cluster;
mod database;
mod delegation;
mod environment;
mod house;
mod issuer;
mod log;
mod redis;
mod replica;

use tokio::task::JoinHandle;

pub(crate) use self::answer::Answer;
pub(crate) use self::caller::{Caller, Someone};
pub(crate) use self::cluster::Cluster;
pub(crate) use self::database::TestDatabase;
pub(crate) use self::delegation::Lent;
pub(crate) use self::environment::environment;
pub(crate) use self::house::House;
pub(crate) use self::issuer::TestKey;
pub(crate) use self::redis::{RedisServer, SlowWay};
pub(crate) use self::replica::Replica;

/// Runs something beside the test.
#[expect(clippy::disallowed_methods, reason = "ends with the test; no shutdown waits for it")]
pub(crate) fn spawn<T: Send + 'static>(
    task: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    tokio::spawn(task)
}
