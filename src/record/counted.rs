//! A batch of the limited lane: locks, counts and comparison in one round trip, then each record in
//! order of arrival with the counts as those before it have left them, and all is written in a
//! second (fine-print.md, "Lanes and locks").

use jiff::civil::Date;
use uuid::Uuid;

use super::columns::{Columns as _, Parameters};
use super::entry::Entry;
use super::error::RecordError;
use super::judge::{Findings, Question, Questions, Verdict};
use super::limited::Limited;
use super::own::OwnPlaces;
use super::places::{Counts, names};
use super::statements::{ENTERING, LOCK_ARRIVALS, LOCK_NIGHTS, OWN_PLACES, TAKINGS};
use super::taking::{AskedColumns, AskedRow, Permitted, Takings, entering};
use super::together::{Failure, Plain, found, group, judging, number, of, opening, settle};
use super::writing::Writing;
use crate::database::{COMMIT, Database, ROLLBACK};
use crate::model::{Claim, ClearanceId, Committed, PersonId, SavedAnswer};

/// A record of the limited lane.
pub(super) enum Counted {
    /// By rule: decided again with the counts.
    Decided(Box<Limited>),
    /// As it is, such as a person's approval: compared with the counts.
    Given(Box<Plain>),
}

impl Counted {
    pub(super) const fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Decided(limited) => limited.claim.as_ref(),
            Self::Given(plain) => plain.claim.as_ref(),
        }
    }

    fn question(&self, again: bool) -> Question<'_> {
        match self {
            Self::Decided(limited) => limited.question(again),
            Self::Given(plain) => plain.question(again),
        }
    }

    /// Clearances whose places may be given back, theirs or of what stands in for them.
    fn own(&self) -> Vec<&ClearanceId> {
        match self {
            Self::Decided(limited) => {
                let moved = limited.expects.iter().map(|(clearance, _)| clearance);
                limited.own.iter().chain(moved).collect()
            }
            Self::Given(plain) => entering(&plain.entry.change).collect(),
        }
    }

    /// Clearances on record that may become positive, with who moves them.
    fn entering(&self) -> (Vec<&ClearanceId>, Option<PersonId>) {
        match self {
            Self::Decided(limited) => {
                (limited.expects.iter().map(|(clearance, _)| clearance).collect(), None)
            }
            Self::Given(plain) => {
                let change = &plain.entry.change;
                (entering(change).collect(), change.actor.person_id)
            }
        }
    }
}

/// Commits records whose writing depends on counts.
pub(super) async fn counted(
    database: &Database,
    batch: &[&Counted],
    again: bool,
) -> Result<Vec<(Committed, Option<SavedAnswer>)>, Failure> {
    let mut questions = Questions::default();
    let mut places = Places::default();
    for (index, one) in batch.iter().enumerate() {
        questions.add(number(index), one.question(again));
        places.add(number(index), one);
    }
    let mut statements = opening(&questions);
    if !places.entering.is_empty() {
        statements.push((&ENTERING, vec![&places.entering]));
    }
    statements.push((&LOCK_NIGHTS, places.nights()));
    statements.push((&LOCK_ARRIVALS, places.arrivals()));
    if !places.asked.is_empty() {
        statements.push((&TAKINGS, places.asked.parameters()));
    }
    if !places.own.is_empty() {
        statements.push((&OWN_PLACES, places.own()));
    }
    judging(&questions, &mut statements);
    let mut connection = database.writer().await?;
    let answers = group(&mut connection, &statements).await?;
    let counts = Counts::read(of(&answers, &LOCK_NIGHTS), of(&answers, &LOCK_ARRIVALS));
    let takings = Takings::read(of(&answers, &TAKINGS));
    let found = found(&answers, batch.len())?;
    let own = OwnPlaces::read(of(&answers, &OWN_PLACES), batch.len())?;
    let decided = counts
        .and_then(|counts| Ok((counts, takings?)))
        .and_then(|(counts, takings)| decide(batch, found, counts, (&takings, &own)));
    let decided = match decided {
        Ok(decided) => decided,
        Err(error) => {
            connection.rows(&ROLLBACK, &[]).await?;
            return Err(Failure::Record(error));
        }
    };
    let claims: Vec<_> = batch.iter().map(|one| one.claim()).collect();
    let mut writing = Writing::default();
    for (index, (one, claim)) in decided.iter().zip(&claims).enumerate() {
        if let Some(entry) = one.entry() {
            writing.add(number(index), *claim, entry);
            writing.permit(number(index), entry, &one.permitted);
        }
    }
    let mut statements = writing.statements();
    statements.push((&COMMIT, Vec::new()));
    let answers = group(&mut connection, &statements).await?;
    drop(writing);
    let (verdicts, kept): (Vec<_>, Vec<_>) = decided
        .into_iter()
        .map(|one| {
            let answer = one.entry().and_then(|entry| entry.change.answer.clone());
            (one.verdict, answer)
        })
        .unzip();
    let results = settle(&mut connection, verdicts, &claims, &answers).await?;
    Ok(results.into_iter().zip(kept).collect())
}

/// One record after its turn.
struct Decided<'b> {
    verdict: Verdict,
    /// What is written, if it was made in this turn.
    made: Option<Entry>,
    /// What is written, if it was given.
    given: Option<&'b Entry>,
    permitted: Vec<Permitted>,
}

impl Decided<'_> {
    fn entry(&self) -> Option<&Entry> {
        self.made.as_ref().or(self.given)
    }
}

/// Gives each accepted record its turn.
fn decide<'b>(
    batch: &[&'b Counted],
    found: Vec<Findings>,
    mut counts: Counts,
    (takings, own): (&Takings, &[OwnPlaces]),
) -> Result<Vec<Decided<'b>>, RecordError> {
    let mut decided = Vec::with_capacity(batch.len());
    for (index, ((one, found), own)) in batch.iter().zip(found).zip(own).enumerate() {
        let mut turn = Decided {
            verdict: found.verdict(one.claim()),
            made: None,
            given: None,
            permitted: Vec::new(),
        };
        if matches!(turn.verdict, Verdict::Accepted(_)) {
            match one {
                Counted::Decided(limited) => turn.made = Some(made(limited, &counts, own)?),
                Counted::Given(plain) => turn.given = Some(&plain.entry),
            }
            if let Some(entry) = turn.entry() {
                match takings.admit(index, &entry.change, &mut counts, own) {
                    Ok(permitted) => {
                        counts.take(&entry.change, own);
                        turn.permitted = permitted;
                    }
                    Err(refused) => {
                        turn.verdict = Verdict::Refused(refused);
                        (turn.made, turn.given) = (None, None);
                    }
                }
            }
        }
        decided.push(turn);
    }
    Ok(decided)
}

/// A decision made again with the counts of its turn.
fn made(limited: &Limited, counts: &Counts, own: &OwnPlaces) -> Result<Entry, RecordError> {
    let (nights, arrivals) = counts.of(&limited.limits, own);
    let entry = Entry::new((limited.decide)(&nights, &arrivals))?;
    if limited.claim.is_some() != entry.change.answer.is_some() {
        return Err(RecordError::Misuse("a key and an answer come together"));
    }
    Ok(entry)
}

/// Nights and days to lock, and clearances whose nights are to be locked.
#[derive(Default)]
struct Places<'r> {
    areas: Vec<&'r str>,
    nights: Vec<Date>,
    kinds: Vec<&'r str>,
    keys: Vec<&'r str>,
    arrival_areas: Vec<&'r str>,
    days: Vec<Date>,
    entering: Vec<Uuid>,
    asked: AskedColumns<'r>,
    own_numbers: Vec<i32>,
    own: Vec<&'r Uuid>,
}

impl<'r> Places<'r> {
    fn add(&mut self, n: i32, one: &'r Counted) {
        if let Counted::Decided(limited) = one {
            for (area_id, night, key) in &limited.limits.nights {
                let (kind, key) = names(key);
                self.areas.push(area_id.as_str());
                self.nights.push(*night);
                self.kinds.push(kind);
                self.keys.push(key);
            }
            for (area_id, day) in &limited.limits.arrivals {
                self.arrival_areas.push(area_id.as_str());
                self.days.push(*day);
            }
        }
        for clearance in one.own() {
            self.own_numbers.push(n);
            self.own.push(&clearance.0);
        }
        let (clearances, person) = one.entering();
        for clearance in clearances {
            self.entering.push(clearance.0);
            let person_id = person.map(|person| person.0);
            self.asked.push(AskedRow { n, clearance_id: &clearance.0, person_id });
        }
    }

    fn nights(&self) -> Parameters<'_> {
        vec![&self.areas, &self.nights, &self.kinds, &self.keys, &self.entering]
    }

    fn arrivals(&self) -> Parameters<'_> {
        vec![&self.arrival_areas, &self.days]
    }

    fn own(&self) -> Parameters<'_> {
        vec![&self.own_numbers, &self.own]
    }
}
