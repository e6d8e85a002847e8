//! One connection, held by one task at a time.

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use deadpool_postgres::Object;
use futures_util::future::{MaybeDone, maybe_done};
use futures_util::{TryStreamExt as _, future::poll_fn};
use tokio_postgres::types::ToSql;
use tokio_postgres::{CopyInSink, Row, RowStream};

use super::error::{DatabaseError, Trouble};
use super::pool::Checkout;
use super::statement::{BEGIN, COMMIT, ROLLBACK, Statement};

/// A parameter list, as the driver takes it.
type Parameters<'p> = &'p [&'p (dyn ToSql + Sync)];

/// A statement of a group, with its parameters.
#[derive(Debug, Clone, Copy)]
pub struct Step<'p> {
    statement: &'p Statement,
    parameters: Parameters<'p>,
}

/// A step of [`Connection::group`].
pub const fn step<'p>(statement: &'p Statement, parameters: Parameters<'p>) -> Step<'p> {
    Step { statement, parameters }
}

/// A connection from a pool. Dropped in the middle of a query or of a transaction, it is closed
/// rather than given back, and its query cancelled: nobody inherits a stranger's transaction.
#[derive(Debug)]
pub struct Connection {
    object: Option<Object>,
    checkout: Checkout,
    patience: Duration,
    /// A query is under way.
    busy: bool,
    /// A transaction was opened and not ended.
    open: bool,
}

impl Connection {
    pub(super) fn new(object: Object, checkout: Checkout, patience: Duration) -> Self {
        Self { object: Some(object), checkout, patience, busy: false, open: false }
    }

    /// The rows of one statement.
    pub async fn rows(
        &mut self,
        statement: &Statement,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, DatabaseError> {
        let mut answers = self.group(&[step(statement, parameters)]).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// The one row of a statement that always answers one.
    pub async fn one(
        &mut self,
        statement: &Statement,
        parameters: Parameters<'_>,
    ) -> Result<Row, DatabaseError> {
        let mut rows = self.rows(statement, parameters).await?;
        match (rows.pop(), rows.len()) {
            (Some(row), 0) => Ok(row),
            (last, more) => Err(DatabaseError::Rows {
                statement: statement.name(),
                rows: more + usize::from(last.is_some()),
            }),
        }
    }

    /// The row of a statement that answers one or none.
    pub async fn maybe(
        &mut self,
        statement: &Statement,
        parameters: Parameters<'_>,
    ) -> Result<Option<Row>, DatabaseError> {
        Ok(self.rows(statement, parameters).await?.pop())
    }

    /// Runs a statement and counts the rows it changed.
    pub async fn execute(
        &mut self,
        statement: &Statement,
        parameters: Parameters<'_>,
    ) -> Result<u64, DatabaseError> {
        let name = statement.name();
        let prepared = self.prepared(statement).await?;
        self.patiently(name, async |client| client.execute(&prepared, parameters).await).await
    }

    /// Statements in order, sent together: one round trip once they are prepared. A group that
    /// writes starts with [`BEGIN`] and ends with [`COMMIT`]; a failing step makes the server undo
    /// all of it. A group may also leave a transaction open for the next group.
    ///
    /// Answers the rows of every step, or the error of the first that failed.
    pub async fn group(&mut self, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, DatabaseError> {
        let mut prepared = Vec::with_capacity(steps.len());
        for step in steps {
            prepared.push(self.prepared(step.statement).await?);
        }
        let names: Vec<_> = steps.iter().map(|step| step.statement.name()).collect();
        let opens = names.contains(&BEGIN.name());
        let ends = names.contains(&COMMIT.name()) || names.contains(&ROLLBACK.name());
        self.open |= opens;
        let first = names.first().copied().unwrap_or_default();
        let answers = self
            .patiently(first, async |client| {
                // The driver sends at the first poll, so polling in order sends in order.
                let mut queries: Vec<Pin<Box<_>>> = prepared
                    .iter()
                    .zip(steps)
                    .map(|(statement, step)| {
                        Box::pin(maybe_done(client.query(statement, step.parameters)))
                    })
                    .collect();
                Ok(in_order(&mut queries).await)
            })
            .await?;
        if ends {
            // Also after a failure: COMMIT of a failed transaction undoes it.
            self.open = false;
        }
        let mut rows = Vec::with_capacity(steps.len());
        for (answer, name) in answers.into_iter().zip(names) {
            rows.push(answer.map_err(|source| self.failed(name, source))?);
        }
        Ok(rows)
    }

    /// The rows of a large answer as they come. The connection is the stream's until it is read.
    pub async fn stream(
        &mut self,
        statement: &Statement,
        parameters: Parameters<'_>,
    ) -> Result<RowStream, DatabaseError> {
        let prepared = self.prepared(statement).await?;
        let parameters = parameters.iter().copied();
        self.patiently(statement.name(), async |client| {
            client.query_raw(&prepared, parameters).await
        })
        .await
    }

    /// Reads a stream of [`Connection::stream`] row by row.
    pub async fn next(
        statement: &Statement,
        stream: &mut Pin<Box<RowStream>>,
    ) -> Result<Option<Row>, DatabaseError> {
        stream.try_next().await.map_err(|source| DatabaseError::statement(statement.name(), source))
    }

    /// Starts a `COPY … FROM STDIN`.
    pub async fn copy_in(
        &mut self,
        statement: &Statement,
    ) -> Result<CopyInSink<Bytes>, DatabaseError> {
        let prepared = self.prepared(statement).await?;
        self.patiently(statement.name(), async |client| client.copy_in(&prepared).await).await
    }

    async fn prepared(
        &mut self,
        statement: &Statement,
    ) -> Result<tokio_postgres::Statement, DatabaseError> {
        self.patiently(statement.name(), async |client| {
            client.prepare_cached(statement.text()).await
        })
        .await
    }

    /// Runs a query and closes the connection if no answer comes in time.
    async fn patiently<A>(
        &mut self,
        name: &'static str,
        query: impl AsyncFnOnce(&Object) -> Result<A, tokio_postgres::Error>,
    ) -> Result<A, DatabaseError> {
        let Some(object) = &self.object else {
            return Err(DatabaseError::Silent { statement: name });
        };
        self.busy = true;
        let answer = tokio::time::timeout(self.patience, query(object)).await;
        match answer {
            Ok(answer) => {
                self.busy = false;
                answer.map_err(|source| self.failed(name, source))
            }
            Err(_elapsed) => {
                self.checkout.count(&Trouble::TimedOut);
                self.give_up();
                Err(DatabaseError::Silent { statement: name })
            }
        }
    }

    /// After a failure that is the server's or the network's, the connection is not given back: it
    /// may be closing, and whoever took it next would be told so.
    fn failed(&mut self, name: &'static str, source: tokio_postgres::Error) -> DatabaseError {
        let error = DatabaseError::statement(name, source);
        let trouble = error.trouble();
        self.checkout.count(&trouble);
        if trouble == Trouble::Unavailable {
            drop(self.object.take().map(Object::take));
        }
        error
    }

    fn give_up(&mut self) {
        if let Some(object) = self.object.take() {
            self.checkout.cancel();
            drop(Object::take(object));
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.busy || self.open {
            self.give_up();
        }
    }
}

/// Polls every query once in order, then waits for all.
async fn in_order<F: Future>(queries: &mut [Pin<Box<MaybeDone<F>>>]) -> Vec<F::Output> {
    poll_fn(|context| {
        let mut waiting = false;
        for query in &mut *queries {
            waiting |= query.as_mut().poll(context).is_pending();
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    queries.iter_mut().filter_map(|query| query.as_mut().take_output()).collect()
}
