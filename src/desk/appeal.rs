//! Appeals (c.12): the traveller's organization asks the official, and headquarters after an
//! official's own no. While it is heard the answer is no (R-1203).

use super::error::DeskError;
use super::item::Item;
use super::view::{AnsweredItem, DecisionView};
use super::wish::Wish;
use super::{Desk, routing, store};
use crate::access::{Pass, act};
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, Capacity, Change, Claim, ClearanceId, ClearanceMove, ClearanceState, Committed, MoveTo,
    Mover, Record, RuleId, Seen,
};
use crate::trips::shown;

impl Desk {
    /// Opens an appeal against a no, by the traveller's organization; the same key gets the same
    /// answer.
    pub async fn appeal(
        &self,
        pass: &Pass<act::Appeal>,
        id: ClearanceId,
        wish: &Wish,
        claim: Claim,
    ) -> Result<AnsweredItem, DeskError> {
        if let Some(before) = self.given_before(&[claim]).await?.pop().flatten() {
            return before;
        }
        let (item, _) =
            store::items(self.database(), &[id]).await?.pop().ok_or(DeskError::Hidden)?;
        let atlas = self.atlas();
        shown(pass.scope(), item.whose(), item.area_id.as_ref(), &atlas)
            .ok_or(DeskError::Hidden)?;
        let mut change = self.appealing(pass, &item, wish)?;
        let answered = DecisionView::appealed(&item, &change).answer()?;
        change.answer = Some(answered.answer.clone());
        let record = Record { seen: Seen::default(), claim: Some(claim), change };
        match self.recorder().commit(record).await? {
            Committed::Written { .. } => Ok(answered),
            Committed::Replayed(answer) => Ok(AnsweredItem { answer, replayed: true }),
            Committed::KeyReused => Err(DeskError::KeyReused),
            Committed::MoveLost(lost) => Err(super::deciding::faster(&lost)),
            Committed::Stale { .. }
            | Committed::Overlap(_)
            | Committed::Held(_)
            | Committed::NotAuthorized { .. }
            | Committed::CeilingFull { .. }
            | Committed::ReferenceTaken => Err(DeskError::Unsettled),
        }
    }

    fn appealing(
        &self,
        pass: &Pass<act::Appeal>,
        item: &Item,
        wish: &Wish,
    ) -> Result<Change, DeskError> {
        let to = ClearanceState::UnderAppeal;
        if !item.state.may_become(to, Mover::Person) {
            return Err(DeskError::Decided {
                state: item.state,
                by: item.moved_by,
                at: item.moved_at,
            });
        }
        let denial = item.denial.map(|denial| denial.said);
        let (decider, due_by) = routing::hearing(item, denial).ok_or(DeskError::NoAppealLeft)?;
        let atlas = self.atlas();
        let actor = Actor { capacity: Capacity::Requester, person_id: pass.principal().person() };
        let mut change = Change::empty(item.now, actor, atlas.version(), RULESET_VERSION);
        let from = vec![item.state];
        change.moves = vec![ClearanceMove {
            rules: vec![RuleId("R-1202"), RuleId("R-1203")],
            reasons: wish.reasons.clone(),
            urgent_at: Some(routing::urgent_at(item, &atlas, self.settings().urgency)),
            decider: Some(decider),
            due_by: Some(due_by),
            texts: wish.texts(serde_json::json!({"advisory_version": item.advisory_version})),
            ..ClearanceMove::new(item.clearance_id, item.trip_id, from, MoveTo::State(to))
        }];
        Ok(change)
    }
}
