//! Numbering and reading the feed.

use serde_json::value::RawValue;

use crate::access::Scope;
use crate::database::{BEGIN, COMMIT, Database, DatabaseError, Statement, ToSql, statement, step};

const LOCK: Statement = statement!("relay/lock");
const NUMBER: Statement = statement!("relay/number");
const WAITING: Statement = statement!("relay/waiting");
const FEED: Statement = statement!("relay/feed");
const HEAD: Statement = statement!("relay/head");
const WHOLE: Statement = statement!("relay/whole");

/// Hears of newly numbered events.
pub(in crate::relay) const LISTEN: Statement = statement!("relay/listen");
pub(in crate::relay) const LISTEN_LEASES: Statement = statement!("relay/listen_leases");

/// A piece of the feed.
#[derive(Debug)]
pub(in crate::relay) struct Piece {
    /// Number and JSON of each event in scope.
    pub(in crate::relay) events: Vec<(i64, Box<RawValue>)>,
    /// Where to go on.
    pub(in crate::relay) next_after: i64,
}

/// Numbers committed rows, so many at most; returns how many.
pub(in crate::relay) async fn number(
    database: &Database,
    at_most: i64,
) -> Result<i64, DatabaseError> {
    let mut connection = database.writer().await?;
    let asked: [&(dyn ToSql + Sync); 1] = [&at_most];
    let group = [step(&BEGIN, &[]), step(&LOCK, &[]), step(&NUMBER, &asked), step(&COMMIT, &[])];
    let answers = connection.group(&group).await?;
    let row = answers.get(2).and_then(|rows| rows.first());
    Ok(row.map(|row| row.try_get("numbered")).transpose()?.unwrap_or(0))
}

/// How many committed rows have no number yet.
pub(in crate::relay) async fn waiting(database: &Database) -> Result<i64, DatabaseError> {
    Ok(database.reader().await?.one(&WAITING, &[]).await?.try_get("waiting")?)
}

/// The number of the last event.
pub(in crate::relay) async fn head(database: &Database) -> Result<i64, DatabaseError> {
    Ok(database.reader().await?.one(&HEAD, &[]).await?.try_get("last_seq")?)
}

/// Events after a number with theirs, whoever may see them; those of `rows` commits at most.
pub(in crate::relay) async fn whole(
    database: &Database,
    after: i64,
    rows: i64,
) -> Result<Vec<(i64, String)>, DatabaseError> {
    let rows = database.reader().await?.rows(&WHOLE, &[&after, &rows]).await?;
    rows.iter().map(|row| Ok((row.try_get("seq")?, row.try_get("event")?))).collect()
}

/// Events after a number, as far as the scope reaches.
pub(in crate::relay) async fn after(
    database: &Database,
    after: i64,
    limit: i64,
    scope: &Scope,
) -> Result<Piece, DatabaseError> {
    let scope = scope.arrays();
    let mut connection = database.reader().await?;
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
