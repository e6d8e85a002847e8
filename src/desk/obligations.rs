//! Meeting what an approval obliges to: whoever owes it says what proves it, or security staff of
//! the area does.

use serde::Serialize;

use super::deciding::faster;
use super::error::DeskError;
use super::item::Item;
use super::view::AnsweredItem;
use super::{Desk, store};
use crate::access::{Extent, Pass, Scope, Subject, act};
use crate::atlas::Atlas;
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, Capacity, Change, Claim, ClearanceId, ClearanceState, Committed, Fulfilment,
    ObligationOwner, Record, SavedAnswer, Seen, TripChange,
};
use crate::trips::{obligations, shown};

/// States in which an approval still obliges: also afterwards, for a report may be owed.
const OBLIGES: [ClearanceState; 3] =
    [ClearanceState::Approved, ClearanceState::Suspended, ClearanceState::Completed];
/// Status of the answer.
const DONE: u16 = 200;

/// What somebody says of which obligation.
#[derive(Debug)]
pub(super) struct Said<'s> {
    pub(super) clearance_id: ClearanceId,
    /// Its number among those of the clearance.
    pub(super) number: i32,
    /// What proves it.
    pub(super) proof: &'s str,
}

impl Desk {
    /// Notes that an obligation was met. The first word stands: another one is answered with what
    /// is on record.
    pub(super) async fn fulfil(
        &self,
        pass: &Pass<act::FulfilObligation>,
        said: &Said<'_>,
        claim: Claim,
    ) -> Result<AnsweredItem, DeskError> {
        if let Some(before) = self.given_before(&[claim]).await?.pop().flatten() {
            return before;
        }
        let id = said.clearance_id;
        let (item, _) =
            store::items(self.database(), &[id]).await?.pop().ok_or(DeskError::Hidden)?;
        let atlas = self.atlas();
        shown(pass.scope(), item.whose(), item.area_id.as_ref(), &atlas)
            .ok_or(DeskError::Hidden)?;
        let owed = obligations(self.database(), id, Some(said.number)).await?.pop();
        let mut owed = owed.ok_or(DeskError::Hidden)?;
        if !may_speak(pass.scope(), &item, owed.owner, &atlas) {
            return Err(DeskError::NotOwner(owed.owner));
        }
        if owed.done_at.is_some() {
            return answer(&owed);
        }
        if !OBLIGES.contains(&item.state) {
            return Err(DeskError::ObligesNoMore(item.state));
        }
        owed.done_at = Some(item.now);
        owed.done_by = pass.principal().person();
        owed.proof = Some(said.proof.to_owned());
        owed.overdue = false;
        let answered = answer(&owed)?;
        let actor = Actor { capacity: Capacity::Witness, person_id: owed.done_by };
        let mut change = Change::empty(item.now, actor, atlas.version(), RULESET_VERSION);
        change.trip = Some(about(&item));
        change.fulfilments = vec![Fulfilment {
            clearance_id: id,
            area_id: item.area_id.clone(),
            number: said.number,
            proof: said.proof.to_owned(),
            while_in: vec![item.state],
        }];
        change.answer = Some(answered.answer.clone());
        let record = Record { seen: Seen::default(), claim: Some(claim), change };
        match self.recorder().commit(record).await? {
            Committed::Written { .. } => Ok(answered),
            Committed::Replayed(answer) => Ok(AnsweredItem { answer, replayed: true }),
            Committed::KeyReused => Err(DeskError::KeyReused),
            Committed::MoveLost(lost) => Err(faster(&lost)),
            Committed::Stale { .. }
            | Committed::Overlap(_)
            | Committed::Held(_)
            | Committed::NotAuthorized { .. }
            | Committed::CeilingFull { .. }
            | Committed::ReferenceTaken => Err(DeskError::Unsettled),
        }
    }
}

/// The trip of an item, for its lock and its events.
fn about(item: &Item) -> TripChange {
    TripChange {
        trip_id: item.trip_id,
        version: item.trip_version,
        organization: item.organization.clone(),
        personal: item.personal,
        new: None,
        withdrawn: false,
        clearances: Vec::new(),
    }
}

/// Whether a caller owes it, or looks after security where it is owed.
fn may_speak(scope: &Scope, item: &Item, owner: ObligationOwner, atlas: &Atlas) -> bool {
    let speaks = |extent: &Extent| match extent {
        Extent::Everywhere | Extent::Land { .. } => true,
        Extent::Own(_) => owner == ObligationOwner::Traveller,
        Extent::Organization(_) => owner == ObligationOwner::Organization,
    };
    let held = scope.extents().iter().filter(|(extent, _)| speaks(extent)).cloned();
    let area = item.area_id.as_ref();
    let subject = Subject {
        person: item.person_id,
        sponsor: item.sponsor,
        organization: &item.organization,
        official: !item.personal,
        area,
        country: area.and_then(|id| atlas.area(id)).and_then(|area| area.country()),
    };
    Scope::new(scope.why(), held.collect()).sight(&subject).is_some()
}

fn answer<T: Serialize>(view: &T) -> Result<AnsweredItem, DeskError> {
    let body = serde_json::to_vec(view)?.into();
    let answer = SavedAnswer { status: DONE, headers: Vec::new(), body };
    Ok(AnsweredItem { answer, replayed: false })
}
