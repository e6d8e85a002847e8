//! Recommend, approve, deny, return, escalate, and hear appeals (fine-print.md, "Deciding").

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::desker::Desker;
use super::error::DeskError;
use super::item::{Item, QUEUED};
use super::moving::Moving;
use super::view::{AnsweredItem, DecisionView};
use super::wish::Wish;
use super::{Desk, store, waive};
use crate::access::{Barred, Deed, Used};
use crate::atlas::Atlas;
use crate::model::{Claim, ClearanceId, ClearanceState, Committed, LostMove, Record};
use crate::record::{Saved, all_saved};

/// How often a decision is made again because the world moved on under it.
const ATTEMPTS: usize = 4;
/// How long a newer world is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is asked of one item.
#[derive(Clone, Copy)]
pub struct Question<'q> {
    /// What is to be done.
    pub wish: &'q Wish,
    /// The key it is asked under.
    pub claim: Claim,
    /// Lets the versions pass that the caller has seen.
    pub permits: &'q dyn Fn(i32) -> bool,
}

impl fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("deed", &self.wish.deed).finish_non_exhaustive()
    }
}

/// An item with what is kept of a decision beside its words.
pub(super) type Loaded = (Item, Value);

/// What came of one attempt.
enum Attempt {
    Done(AnsweredItem),
    /// What it was decided with has changed: the world from this version on, or the traveller.
    Moved(Option<i64>),
}

impl Desk {
    /// Does a deed to an item, or hears an appeal; the same key gets the same answer.
    pub async fn decide(
        &self,
        desker: &Desker,
        id: ClearanceId,
        question: Question<'_>,
    ) -> Result<AnsweredItem, DeskError> {
        if let Some(before) = self.given_before(&[question.claim]).await?.pop().flatten() {
            return before;
        }
        let loaded = store::items(self.database(), &[id]).await?.pop().ok_or(DeskError::Hidden)?;
        self.settle(desker, loaded, question).await
    }

    /// What is answered for keys that were used before; none for a new one.
    pub(super) async fn given_before(
        &self,
        claims: &[Claim],
    ) -> Result<Vec<Option<Result<AnsweredItem, DeskError>>>, DeskError> {
        let kept = all_saved(self.database(), claims).await?;
        let answer = |kept| match kept {
            Saved::Same(answer) => Ok(AnsweredItem { answer, replayed: true }),
            Saved::Other => Err(DeskError::KeyReused),
        };
        Ok(kept.into_iter().map(|kept| kept.map(answer)).collect())
    }

    /// Decides an item that was read, again where the world moved on meanwhile.
    pub(super) async fn settle(
        &self,
        desker: &Desker,
        mut loaded: Loaded,
        question: Question<'_>,
    ) -> Result<AnsweredItem, DeskError> {
        self.authority_is_fresh()?;
        for _ in 0..ATTEMPTS {
            match self.attempt(desker, &loaded, question).await? {
                Attempt::Done(answered) => return Ok(answered),
                Attempt::Moved(version) => {
                    if let Some(version) = version {
                        self.newer_world(version, PATIENCE).await?;
                    }
                    let again =
                        store::items(self.database(), &[loaded.0.clearance_id]).await?.pop();
                    loaded = again.ok_or(DeskError::Hidden)?;
                }
            }
        }
        Err(DeskError::Unsettled)
    }

    async fn attempt(
        &self,
        desker: &Desker,
        (item, facts): &Loaded,
        question: Question<'_>,
    ) -> Result<Attempt, DeskError> {
        let atlas = self.atlas();
        let wish = question.wish;
        let used = self.admitted(desker, item, question, &atlas)?;
        let (Some(person), Some(to)) = (desker.person(), item.after(wish.deed)) else {
            return Err(DeskError::NoSuchMove { state: item.state, deed: wish.deed });
        };
        let weights = self.settings().urgency;
        let moving = Moving { item, wish, to, used: &used, person, atlas: &atlas, weights, facts };
        let waives = wish.deed == Deed::Waive;
        let mut change = if waives { waive::change(&moving)? } else { moving.change() };
        let answered = DecisionView::of(&moving, &change).answer()?;
        change.answer = Some(answered.answer.clone());
        let record = Record { seen: moving.seen(), claim: Some(question.claim), change };
        let attempt = self.written(record, answered, &atlas).await?;
        if let Attempt::Done(AnsweredItem { replayed: false, .. }) = attempt {
            self.count(item, to);
        }
        Ok(attempt)
    }

    /// Counts a word that ends the waiting; an advice, a waiver or passing it up does not.
    fn count(&self, item: &Item, to: ClearanceState) {
        use ClearanceState::{Approved, Denied, Returned};
        if matches!(to, Approved | Denied | Returned) {
            let waited = Duration::try_from(item.now.duration_since(item.submitted_at));
            // A clock that went back between the two counts as no waiting.
            self.parts.metrics.queues.decided_by_person(item.late, waited.unwrap_or_default());
        }
    }

    /// Everything that may be against it before it is written, in the order in which a caller
    /// should hear of it.
    fn admitted(
        &self,
        desker: &Desker,
        item: &Item,
        question: Question<'_>,
        atlas: &Atlas,
    ) -> Result<Used, DeskError> {
        let Question { wish, permits, .. } = question;
        item.shown(desker, atlas).ok_or_else(|| self.unseen(desker, item, wish.asked(), atlas))?;
        let used = self.used(desker, item, wish, atlas);
        let used = match used {
            Err(barred) if !barred.is_two_step() => return Err(barred.into()),
            other => other,
        };
        if item.after(wish.deed).is_none() {
            return Err(item.refusal(wish.deed));
        }
        let used = used.map_err(|_two_step| DeskError::TwoStep)?;
        if let Some(lease) = desker.person().and_then(|person| item.held_from(person)) {
            return Err(DeskError::Held(lease.hold(item.clearance_id)));
        }
        if !permits(item.entries) {
            return Err(DeskError::OtherVersion(item.entries));
        }
        item.stands_in_the_way(wish.deed, atlas).map_or(Ok(used), Err)
    }

    /// The power; a yes above a ceiling needs that to say yes, and that to overbook.
    fn used(
        &self,
        desker: &Desker,
        item: &Item,
        wish: &Wish,
        atlas: &Atlas,
    ) -> Result<Used, Barred> {
        let mut asked = wish.asked();
        if asked.deed == Deed::Overbook {
            self.power(desker, item, asked, atlas)?;
            asked.deed = Deed::Approve;
        }
        self.power(desker, item, asked, atlas)
    }

    async fn written(
        &self,
        record: Record,
        answered: AnsweredItem,
        atlas: &Atlas,
    ) -> Result<Attempt, DeskError> {
        match self.recorder().commit(record).await? {
            Committed::Written { .. } => Ok(Attempt::Done(answered)),
            Committed::Replayed(answer) => {
                Ok(Attempt::Done(AnsweredItem { answer, replayed: true }))
            }
            Committed::Stale { areas, .. } => {
                Ok(Attempt::Moved((!areas.is_empty()).then(|| atlas.version())))
            }
            Committed::KeyReused => Err(DeskError::KeyReused),
            Committed::NotAuthorized { rule } => Err(DeskError::PowerGone { rule }),
            Committed::CeilingFull { nights } => Err(DeskError::CeilingFull(nights)),
            Committed::Held(holds) => {
                Err(holds.first().map_or(DeskError::Unsettled, |hold| DeskError::Held(*hold)))
            }
            Committed::MoveLost(lost) => Err(faster(&lost)),
            Committed::Overlap(_) | Committed::ReferenceTaken => Err(DeskError::Unsettled),
        }
    }
}

/// Somebody was faster.
pub(super) fn faster(lost: &[LostMove]) -> DeskError {
    let first = lost.first();
    let known = first.and_then(|lost| Some((lost.state?, lost.by, lost.at?)));
    known.map_or(DeskError::Hidden, |(state, by, at)| DeskError::Decided { state, by, at })
}

impl Item {
    /// Why a deed leads nowhere from where the item is.
    pub(super) fn refusal(&self, deed: Deed) -> DeskError {
        if QUEUED.contains(&self.state) {
            DeskError::NoSuchMove { state: self.state, deed }
        } else {
            DeskError::Decided { state: self.state, by: self.moved_by, at: self.moved_at }
        }
    }
}
