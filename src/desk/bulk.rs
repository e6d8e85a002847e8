//! Up to 200 decisions at once, each for itself.

use futures_util::future::join_all;

use super::deciding::Question;
use super::desker::Desker;
use super::error::DeskError;
use super::view::AnsweredItem;
use super::wish::Wish;
use super::{Desk, store};
use crate::model::{Claim, ClearanceId};

/// One of many.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) clearance_id: ClearanceId,
    pub(super) wish: Wish,
    pub(super) claim: Claim,
    /// The version the caller has seen; none takes any.
    pub(super) version: Option<i32>,
}

impl Desk {
    /// Decides many items, one result each, in their order. One that is refused harms no other.
    pub(super) async fn decide_many(
        &self,
        desker: &Desker,
        entries: &[Entry],
    ) -> Result<Vec<Result<AnsweredItem, DeskError>>, DeskError> {
        let claims: Vec<Claim> = entries.iter().map(|entry| entry.claim).collect();
        let before = self.given_before(&claims).await?;
        let ids: Vec<ClearanceId> = entries.iter().map(|entry| entry.clearance_id).collect();
        let loaded = store::items(self.database(), &ids).await?;
        let decided = entries.iter().zip(before).map(async |(entry, before)| {
            if let Some(before) = before {
                return before;
            }
            let known = loaded.iter().find(|(item, _)| item.clearance_id == entry.clearance_id);
            let loaded = known.cloned().ok_or(DeskError::Hidden)?;
            let Entry { wish, claim, version, .. } = entry;
            let permits = |now: i32| version.is_none_or(|seen| seen == now);
            let question = Question { wish, claim: *claim, permits: &permits };
            self.settle(desker, loaded, question).await
        });
        Ok(join_all(decided).await)
    }
}
