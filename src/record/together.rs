//! A batch in one transaction.

use super::columns::Parameters;
use super::entry::Entry;
use super::error::RecordError;
use super::ground;
use super::judge::{
    Findings, Question, Questions, Verdict, answer, findings, lost_move, outdated, repeated,
};
use super::moves::trips;
use super::statements::{
    ANSWERS, JUDGE, JUDGE_MISSIONS, JUDGE_VERSIONS, LOCK, LOCK_CLEARANCES, LOCK_MISSIONS,
    LOCK_TRIPS, WARRANT,
};
use super::taking::{WAITING, enters};
use super::warrant::Warrant;
use super::writing::Writing;
use crate::database::{BEGIN, COMMIT, Connection, Database, DatabaseError, Row, Statement, step};
use crate::model::{Claim, Committed, LostMoves, Record, SavedAnswer, Seen};

/// A record ready for the plain lane.
pub(super) struct Plain {
    pub(super) seen: Seen,
    pub(super) claim: Option<Claim>,
    pub(super) entry: Entry,
}

/// What came of one record, and the answer kept for it.
pub(super) struct Done {
    pub(super) result: Result<Committed, RecordError>,
    pub(super) answer: Option<SavedAnswer>,
}

/// A batch failed as a whole.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// A statement, or the connection.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A record that should never have been made.
    #[error(transparent)]
    Record(RecordError),
}

/// Rows of each statement that was sent.
pub(super) type Answers = Vec<(&'static str, Vec<Row>)>;

pub(super) async fn group(
    connection: &mut Connection,
    statements: &[(&'static Statement, Parameters<'_>)],
) -> Result<Answers, DatabaseError> {
    let steps: Vec<_> =
        statements.iter().map(|(statement, parameters)| step(statement, parameters)).collect();
    let rows = connection.group(&steps).await?;
    Ok(statements.iter().map(|(statement, _)| statement.name()).zip(rows).collect())
}

pub(super) fn of<'a>(answers: &'a Answers, statement: &Statement) -> &'a [Row] {
    let found = answers.iter().find(|(name, _)| *name == statement.name());
    found.map_or(&[], |(_, rows)| rows)
}

pub(super) fn number(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

impl Plain {
    /// Makes a record ready.
    pub(super) fn new(record: Record) -> Result<Self, RecordError> {
        let Record { seen, claim, change } = record;
        if claim.is_some() != change.answer.is_some() {
            return Err(RecordError::Misuse("a key and an answer come together"));
        }
        let entry = Entry::new(change)?;
        if entry.takes_limited_places() {
            return Err(RecordError::Misuse("places are taken by rule in the limited lane alone"));
        }
        Ok(Self { seen, claim, entry })
    }

    /// Whether it takes places of clearances on record, which only the limited lane may do.
    pub(super) fn takes_places(&self) -> bool {
        let change = &self.entry.change;
        change.moves.iter().any(enters) || !change.overbookings.is_empty()
    }

    /// What it asks before it may be written.
    pub(super) fn question(&self, again: bool) -> Question<'_> {
        let change = &self.entry.change;
        let new = change.trip.as_ref().filter(|trip| trip.new.is_some());
        let strict = change.lost == LostMoves::Refuse;
        let moves = change.moves.iter().filter(|_| strict);
        let moves = moves.map(|step| (&step.clearance_id, step.from.as_slice()));
        let waivers = change.waivers.iter().map(|one| (&one.clearance_id, one.from.as_slice()));
        let above = change.overbookings.iter().map(|one| (&one.clearance_id, WAITING));
        Question {
            seen: &self.seen,
            claim: self.claim.as_ref(),
            doubt: new.filter(|_| again).map(|trip| &trip.trip_id),
            expects: moves.chain(waivers).chain(above).chain(ground::expected(change)).collect(),
            told: ground::told(change).collect(),
            trips: trips(&self.entry).collect(),
            warrant: Warrant::of(change),
            amends: change.amendment.as_ref().map(|next| (&next.trip_id, next.change_no)),
            change: Some(change),
        }
    }
}

/// Commits plain records together: one round trip. `again` says that an earlier attempt may have
/// been committed.
pub(super) async fn plain(
    database: &Database,
    batch: &[&Plain],
    again: bool,
) -> Result<Vec<Committed>, Failure> {
    let mut questions = Questions::default();
    let mut writing = Writing::default();
    for (index, one) in batch.iter().enumerate() {
        questions.add(number(index), one.question(again));
        writing.add(number(index), one.claim.as_ref(), &one.entry);
    }
    let mut statements = opening(&questions);
    judging(&questions, &mut statements);
    statements.extend(writing.statements());
    statements.push((&COMMIT, Vec::new()));
    let mut connection = database.writer().await?;
    let answers = group(&mut connection, &statements).await?;
    let claims: Vec<_> = batch.iter().map(|one| one.claim.as_ref()).collect();
    let found = found(&answers, batch.len())?;
    let verdicts: Vec<_> =
        found.into_iter().zip(&claims).map(|(found, claim)| found.verdict(*claim)).collect();
    settle(&mut connection, verdicts, &claims, &answers).await
}

/// What was found about each record of a batch.
pub(super) fn found(answers: &Answers, count: usize) -> Result<Vec<Findings>, DatabaseError> {
    let judged = [&JUDGE, &WARRANT, &JUDGE_MISSIONS].map(|statement| of(answers, statement));
    let mut found = findings(judged, count)?;
    outdated(of(answers, &JUDGE_VERSIONS), &mut found)?;
    Ok(found)
}

pub(super) fn opening<'q>(
    questions: &'q Questions<'_>,
) -> Vec<(&'static Statement, Parameters<'q>)> {
    let mut statements: Vec<(_, Parameters<'_>)> = vec![(&BEGIN, Vec::new())];
    statements.push((&LOCK, vec![&questions.lock_people]));
    if !questions.lock_trips.is_empty() {
        statements.push((&LOCK_TRIPS, vec![&questions.lock_trips]));
    }
    if !questions.missions.lock.is_empty() {
        statements.push((&LOCK_MISSIONS, vec![&questions.missions.lock]));
    }
    if !questions.warrants.lock.is_empty() {
        statements.push((&LOCK_CLEARANCES, vec![&questions.warrants.lock]));
    }
    statements
}

/// Comparison with what was seen; where people decide, also with what their decisions rest on.
pub(super) fn judging<'q>(
    questions: &'q Questions<'_>,
    statements: &mut Vec<(&'static Statement, Parameters<'q>)>,
) {
    statements.push((&JUDGE, questions.parameters()));
    if !questions.warrants.is_empty() {
        statements.push((&WARRANT, questions.warrants.parameters()));
    }
    statements.extend(questions.versions().map(|versions| (&JUDGE_VERSIONS, versions)));
    let missions = questions.missions.parameters();
    statements.extend(missions.map(|missions| (&JUDGE_MISSIONS, missions)));
}

/// Turns verdicts into results after the commit, with what keys and moves answered.
pub(super) async fn settle(
    connection: &mut Connection,
    verdicts: Vec<Verdict>,
    claims: &[Option<&Claim>],
    answers: &Answers,
) -> Result<Vec<Committed>, Failure> {
    let mut results: Vec<Committed> = verdicts
        .into_iter()
        .map(|verdict| match verdict {
            Verdict::Accepted(beside) => Committed::Written { beside, skipped: Vec::new() },
            Verdict::Written => Committed::Written { beside: Vec::new(), skipped: Vec::new() },
            Verdict::Refused(result) => result,
        })
        .collect();
    for row in of(answers, &super::statements::MOVES) {
        let lost = lost_move(row, "clearance_id", "moved_by", "moved_at")?;
        if let Some(Committed::Written { skipped, .. }) = at(&mut results, row)? {
            skipped.push(lost);
        }
    }
    let mut late = Vec::new();
    for row in of(answers, &super::statements::CLAIM) {
        let n: Option<i32> = row.try_get("n").map_err(DatabaseError::from)?;
        late.extend(n.and_then(|n| usize::try_from(n).ok()));
    }
    if !late.is_empty() {
        repeat(connection, &late, claims, &mut results).await?;
    }
    Ok(results)
}

fn at<'a>(
    results: &'a mut [Committed],
    row: &Row,
) -> Result<Option<&'a mut Committed>, DatabaseError> {
    let n: Option<i32> = row.try_get("n")?;
    Ok(n.and_then(|n| usize::try_from(n).ok()).and_then(|n| results.get_mut(n)))
}

/// Answers records whose key another transaction took while they waited for it.
async fn repeat(
    connection: &mut Connection,
    late: &[usize],
    claims: &[Option<&Claim>],
    results: &mut [Committed],
) -> Result<(), Failure> {
    let mine = |index: &usize| claims.get(*index).copied().flatten();
    let keys: Vec<&[u8]> =
        late.iter().filter_map(mine).map(|claim| claim.key_hash.as_slice()).collect();
    let rows = connection.rows(&ANSWERS, &[&keys]).await?;
    for index in late {
        let (Some(claim), Some(result)) = (mine(index), results.get_mut(*index)) else { continue };
        // The other's row is committed: `ON CONFLICT` waited for it. It may have been purged.
        *result = Committed::Stale { areas: Vec::new(), people: Vec::new() };
        for row in &rows {
            let key: &[u8] = row.try_get("key_hash").map_err(DatabaseError::from)?;
            if key == claim.key_hash {
                let fingerprint: &[u8] = row.try_get("fingerprint").map_err(DatabaseError::from)?;
                *result = repeated(fingerprint, answer(row)?, claim);
            }
        }
    }
    Ok(())
}
