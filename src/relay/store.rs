//! The statements of this room.

use serde_json::value::RawValue;

use crate::access::Scope;
use crate::database::{BEGIN, COMMIT, Database, DatabaseError, Statement, step};

macro_rules! own {
    ($name:literal) => {
        Statement::new(
            concat!("relay/", $name),
            include_str!(concat!("../../sql/queries/relay/", $name, ".sql")),
        )
    };
}

const LOCK: Statement = own!("lock");
const NUMBER: Statement = own!("number");
const WAITING: Statement = own!("waiting");
const FEED: Statement = own!("feed");

/// Numbers some committed rows; returns how many.
pub(super) async fn number(database: &Database) -> Result<usize, DatabaseError> {
    let mut connection = database.writer().await?;
    let group = [step(&BEGIN, &[]), step(&LOCK, &[]), step(&NUMBER, &[]), step(&COMMIT, &[])];
    let answers = connection.group(&group).await?;
    Ok(answers.get(2).map_or(0, Vec::len))
}

/// How many committed rows have no number yet.
pub(super) async fn waiting(database: &Database) -> Result<i64, DatabaseError> {
    Ok(database.reader().await?.one(&WAITING, &[]).await?.try_get("waiting")?)
}

/// The feed, for reading.
#[derive(Debug, Clone)]
pub struct Feed {
    database: Database,
}

/// A piece of the feed.
#[derive(Debug)]
pub(super) struct Piece {
    /// Number and JSON of each event in scope.
    pub(super) events: Vec<(i64, Box<RawValue>)>,
    /// Where to go on.
    pub(super) next_after: i64,
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
        let scope = scope.arrays();
        let mut connection = self.database.reader().await?;
        let rows = connection
            .rows(
                &FEED,
                &[
                    &after,
                    &limit,
                    &scope.everywhere,
                    &scope.organizations,
                    &scope.areas,
                    &scope.countries,
                ],
            )
            .await?;
        let (mut events, mut looked) = (Vec::new(), None);
        for row in &rows {
            let seq: Option<i64> = row.try_get("seq")?;
            let text: Option<&str> = row.try_get("event")?;
            let event = text.and_then(|text| RawValue::from_string(text.to_owned()).ok());
            match (seq, event) {
                (Some(seq), Some(event)) => events.push((seq, event)),
                (seq, _) => looked = seq,
            }
        }
        let is_full = i64::try_from(events.len()).is_ok_and(|count| count >= limit);
        let last = events.last().map(|(seq, _)| *seq);
        let next_after = if is_full { last } else { looked }.unwrap_or(after);
        Ok(Piece { events, next_after })
    }
}
