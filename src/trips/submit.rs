//! Check and submit: read the body, decide, write. Each of the three is a value of its own, and a
//! check is a submission that ends before the third.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::civil::Date;

use super::Trips;
use super::acting::Acting;
use super::answer::TripAnswer;
use super::body::{self, Reading};
use super::case::{BRINGS, Case, Decided, Matter, overlap_faults};
use super::draft::Draft;
use super::error::TripsError;
use super::facts;
use super::recording::{Ids, Submission, seen};
use crate::decision::{RULESET_VERSION, survey_between};
use crate::metrics::{Metrics, Stage};
use crate::model::{
    Actor, AreaId, Change, Claim, ClearanceState, Committed, Decision, NightCount, PersonId,
    Record, SavedAnswer, Seen,
};
use crate::record::{Limited, Limits, Saved, is_limited, saved};
use crate::telemetry::Stopwatch;

/// How long a decision may be made anew because the world or a traveller changed under it
/// (fine-print.md, "World changes and commits in flight").
const PATIENCE: Duration = Duration::from_secs(2);

/// What a submission came to.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The answer, as it is kept for repetitions.
    pub answer: SavedAnswer,
    /// It was given before.
    pub replayed: bool,
    /// For the request's log line; none for an answer given before.
    pub summary: Option<Summary>,
}

/// Ids and codes of a decision, for the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The trip; none for a check.
    pub trip_id: Option<String>,
    /// Outcomes, in the order of the clearances.
    pub outcomes: Vec<&'static str>,
    /// World it was decided in.
    pub world_version: i64,
}

impl Trips {
    /// Decides a body and stores nothing.
    pub async fn check(
        &self,
        acting: &Acting,
        bytes: &[u8],
    ) -> Result<(TripAnswer, Summary), TripsError> {
        let decided = self.decide(acting, body::read(bytes)?.without_key()).await?;
        let mut answer = decided.answer(acting);
        answer.narrow(BRINGS);
        Ok((answer, Summary::of(&decided, None)))
    }

    /// Decides a body and makes the decision durable; the same key and body always get the same
    /// answer.
    pub async fn submit(
        &self,
        acting: &Acting,
        bytes: &[u8],
        claim: Claim,
    ) -> Result<Submitted, TripsError> {
        self.submit_reading(acting, body::read(bytes)?.without_key(), bytes, claim).await
    }

    /// As [`Trips::submit`], for a body that may carry its own key.
    pub(super) async fn submit_body(
        &self,
        acting: &Acting,
        bytes: &[u8],
        claim: Claim,
    ) -> Result<Submitted, TripsError> {
        self.submit_reading(acting, body::read(bytes)?, bytes, claim).await
    }

    async fn submit_reading(
        &self,
        acting: &Acting,
        reading: Reading,
        bytes: &[u8],
        claim: Claim,
    ) -> Result<Submitted, TripsError> {
        let under_way = Stopwatch::start();
        loop {
            let decided = match self.decide(acting, reading.clone()).await {
                Ok(decided) => decided,
                Err(refusal) => return self.given_before(&claim, refusal).await,
            };
            let submission = Submission {
                acting: acting.clone(),
                ids: Ids::new(&decided),
                body: String::from_utf8_lossy(bytes).into_owned(),
                weights: self.settings().urgency,
            };
            let world_version = decided.decision.world_version;
            match self.write(submission, decided, claim).await? {
                (Committed::Written { .. }, written) => return Ok(written.into()),
                (Committed::Replayed(answer), _) => return Ok(Submitted::again(answer)),
                (Committed::KeyReused, _) => return Err(TripsError::KeyReused),
                (Committed::Overlap(others), _) => {
                    return Err(TripsError::Invalid(overlap_faults(
                        &others.iter().collect::<Vec<_>>(),
                        acting,
                    )));
                }
                (Committed::Stale { areas, .. }, _) => {
                    let left = PATIENCE.checked_sub(under_way.elapsed());
                    let left = left.ok_or(TripsError::Unsettled)?;
                    if !areas.is_empty() {
                        self.newer_world(world_version, left).await?;
                    }
                }
                (Committed::ReferenceTaken, _) => {}
                (
                    Committed::MoveLost(_)
                    | Committed::Held(_)
                    | Committed::NotAuthorized { .. }
                    | Committed::CeilingFull { .. },
                    _,
                ) => return Err(TripsError::Unsettled),
            }
        }
    }

    /// Hands a submission to the record. One that takes places under a ceiling by rule is decided
    /// again there, with the counts under their locks.
    async fn write(
        &self,
        submission: Submission,
        decided: Decided,
        claim: Claim,
    ) -> Result<(Committed, Written), TripsError> {
        let watch = Stopwatch::start();
        let seen = seen(&decided);
        let recorder = self.recorder();
        let (committed, written) = if is_limited(&decided.decision) {
            let (limited, written) = limited(submission, decided, seen, claim);
            let committed = recorder.commit_limited(limited).await?;
            (committed, written.take().unwrap_or_default())
        } else {
            let change = submission.change(&decided)?;
            let written = Written::of(&decided, &change);
            let record = Record { seen, claim: Some(claim), change };
            (recorder.commit(record).await?, written)
        };
        let metrics = &self.metrics().decisions;
        metrics.stage(Stage::Commit, watch.elapsed());
        if matches!(committed, Committed::Written { .. }) {
            written.count(self.metrics());
        }
        Ok((committed, written))
    }

    /// From a body to a decision: survey, one read, decide.
    async fn decide(&self, acting: &Acting, reading: Reading) -> Result<Decided, TripsError> {
        let atlas = self.atlas();
        let draft = Draft::of(reading, acting.person(), &atlas);
        let Draft { mut trip, ends, organization } = match draft {
            Ok(draft) => draft,
            Err(unsound) => {
                let people = unsound.travellers.iter().map(|(_, person)| *person).collect();
                return Err(unsound.refusal(&self.unknown(people, acting).await?));
            }
        };
        let metrics = &self.metrics().decisions;
        let settings = self.survey_settings();
        let watch = Stopwatch::start();
        let terrain = survey_between(&trip.itinerary, ends, &atlas, &settings);
        metrics.stage(Stage::Survey, watch.elapsed());
        let question = facts::question(&trip, &terrain, acting.scope());
        let watch = Stopwatch::start();
        let mut answer = self.facts().ask(question.clone()).await?;
        metrics.stage(Stage::Facts, watch.elapsed());
        let others = std::mem::take(&mut answer.others);
        let named = (&mut trip, organization.as_ref());
        let facts = facts::settled(named, &terrain, &question, answer)?;
        let matter = Matter { trip, terrain, others, atlas, settings };
        let case = Case { matter: Arc::new(matter), facts };
        let overlaps = case.overlaps(acting);
        if !overlaps.is_empty() {
            return Err(TripsError::Invalid(overlaps));
        }
        let watch = Stopwatch::start();
        let decided = case.decide();
        metrics.stage(Stage::Decide, watch.elapsed());
        Ok(decided)
    }

    /// Of these people, those whom the caller may not act for, or who do not exist.
    pub(super) async fn unknown(
        &self,
        people: Vec<PersonId>,
        acting: &Acting,
    ) -> Result<Vec<PersonId>, TripsError> {
        if people.is_empty() {
            return Ok(people);
        }
        let question = facts::people_question(people, acting.scope());
        let answer = self.facts().ask(question.clone()).await?;
        let pairs = question.people.into_iter().zip(answer.people);
        Ok(pairs.filter(|(_, known)| known.is_none()).map(|(person, _)| person).collect())
    }

    /// A refusal, unless the key stands for an answer given before: the world may have moved on,
    /// the answer has not.
    async fn given_before(
        &self,
        claim: &Claim,
        refusal: TripsError,
    ) -> Result<Submitted, TripsError> {
        match saved(self.database(), claim).await? {
            Some(Saved::Same(answer)) => Ok(Submitted::again(answer)),
            Some(Saved::Other) => Err(TripsError::KeyReused),
            None => Err(refusal),
        }
    }
}

impl Submitted {
    pub(super) const fn again(answer: SavedAnswer) -> Self {
        Self { answer, replayed: true, summary: None }
    }
}

/// What is told and counted of a submission once it is durable.
#[derive(Debug, Clone, Default)]
struct Written {
    answer: Option<SavedAnswer>,
    summary: Summary,
    reasons: Vec<&'static str>,
    /// Of each clearance that the rules decided, whether it was late.
    decided: Vec<bool>,
}

impl Written {
    fn of(decided: &Decided, change: &Change) -> Self {
        let trip_id = change.trip.as_ref().map(|trip| trip.trip_id.to_string());
        let clearances = &decided.decision.clearances;
        let findings = clearances.iter().flat_map(|clearance| &clearance.findings);
        Self {
            answer: change.answer.clone(),
            summary: Summary::of(decided, trip_id),
            reasons: findings.map(|finding| finding.reason.as_str()).collect(),
            decided: clearances
                .iter()
                .filter(|one| is_decided(one.state))
                .map(|one| one.late)
                .collect(),
        }
    }

    fn count(&self, metrics: &Metrics) {
        for late in &self.decided {
            metrics.queues.decided_by_rules(*late);
        }
        let metrics = &metrics.decisions;
        for outcome in &self.summary.outcomes {
            metrics.outcomes.with_label_values(&[outcome]).inc();
        }
        for reason in &self.reasons {
            metrics.reasons.with_label_values(&[reason]).inc();
        }
    }
}

impl From<Written> for Submitted {
    fn from(written: Written) -> Self {
        let answer = written.answer.unwrap_or(SavedAnswer {
            status: super::CREATED,
            headers: Vec::new(),
            body: Bytes::new(),
        });
        Self { answer, replayed: false, summary: Some(written.summary) }
    }
}

/// By the rules alone: neither waiting for somebody nor merely on record.
const fn is_decided(state: ClearanceState) -> bool {
    matches!(state, ClearanceState::Cleared | ClearanceState::Denied)
}

/// The last thing that was written; set by the decision under locks, read after the commit.
#[derive(Debug, Clone, Default)]
struct LastWritten(Arc<Mutex<Option<Written>>>);

impl LastWritten {
    fn put(&self, written: Written) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
    }

    fn take(&self) -> Option<Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn limited(
    submission: Submission,
    decided: Decided,
    seen: Seen,
    claim: Claim,
) -> (Limited, LastWritten) {
    let last = LastWritten::default();
    let noted = last.clone();
    let limits = Limits::of(&decided.decision);
    let new_trip = Some(submission.ids.trip_id);
    let decide = move |nights: &[NightCount], arrivals: &[(AreaId, Date, u32)]| {
        let again = decided.again(nights, arrivals);
        let Decision { decided_at, world_version, .. } = again.decision;
        // values of ours always have JSON; were it otherwise, a change of nothing is refused
        let change = submission.change(&again).unwrap_or_else(|_impossible| {
            Change::empty(decided_at, Actor::RULES, world_version, RULESET_VERSION)
        });
        noted.put(Written::of(&again, &change));
        change
    };
    let limited = Limited {
        seen,
        claim: Some(claim),
        limits,
        new_trip,
        trips: Vec::new(),
        amends: None,
        own: Vec::new(),
        expects: Vec::new(),
        decision: None,
        decide: Box::new(decide),
    };
    (limited, last)
}

impl Summary {
    fn of(decided: &Decided, trip_id: Option<String>) -> Self {
        Self {
            trip_id,
            outcomes: decided.decision.clearances.iter().map(|one| one.outcome.as_str()).collect(),
            world_version: decided.decision.world_version,
        }
    }
}
