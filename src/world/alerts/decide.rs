//! What becomes of proposals: confirmed or dismissed by a person who may draw there, or done by the
//! service where an official has said so beforehand.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::judge::SuggestedText;
use super::store::{self, Decided, NewlyDrawn, ProposalState, Standing, Telling};
use crate::atlas::{Atlas, DrawnFence, PathError};
use crate::database::{Database, DatabaseError, Trouble};
use crate::metrics::AlertMetrics;
use crate::model::{Fence, FenceEffect, FenceId, FenceKind, PersonId, Validity};
use crate::world::advisories::{AdvisoryError, Language, PublishError, Told, ToldText};

/// What a person wants of a proposal, other than as it stands.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct Wish {
    /// What the fence does: a warning, a condition, or that a person decides.
    pub(in crate::world) effect: Option<FenceEffect>,
    /// What it is.
    pub(in crate::world) kind: Option<FenceKind>,
    /// What it is called.
    pub(in crate::world) name: Option<String>,
    /// Until when.
    pub(in crate::world) until: Option<Timestamp>,
    /// Why, for the record.
    pub(in crate::world) reason: Option<String>,
}

/// Why a proposal is not decided.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum DecideError {
    /// There is no such proposal.
    #[error("there is no such proposal")]
    Unknown,
    /// The person may not draw fences in all of its areas.
    #[error("no appointment in force permits this for all areas of the proposal")]
    NotPermitted,
    /// It is decided, or over.
    #[error("the proposal is {0}")]
    Settled(&'static str),
    /// Its end is past.
    #[error("the proposal has ended")]
    Ended,
    /// The fence it would take away is not the one that it made.
    #[error("somebody has drawn the fence anew: change the fence itself, or take it away")]
    Redrawn,
    /// Its place cannot be read.
    #[error("its place cannot be read")]
    Unreadable,
    /// Its place cannot be drawn.
    #[error(transparent)]
    Border(#[from] PathError),
    /// Its words cannot be written into an advisory.
    #[error(transparent)]
    Advisory(#[from] PublishError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl DecideError {
    /// What the database's failure means, if it was one.
    fn trouble(&self) -> Option<Trouble> {
        let (Self::Database(error)
        | Self::Advisory(
            PublishError::Database(error) | PublishError::Advisory(AdvisoryError::Database(error)),
        )) = self
        else {
            return None;
        };
        Some(error.trouble())
    }

    /// Whether the same may succeed later, with nothing about the proposal changed.
    fn may_pass(&self) -> bool {
        matches!(
            self.trouble(),
            Some(Trouble::Unavailable | Trouble::TimedOut | Trouble::Contended)
        )
    }
}

/// Confirms a proposal; answers the world's new version, if it changed. The same person confirming
/// again changes nothing.
pub(in crate::world) async fn confirm(
    (database, metrics): (&Database, &AlertMetrics),
    atlas: &Atlas,
    proposal_id: Uuid,
    by: PersonId,
    wish: &Wish,
) -> Result<Option<i64>, DecideError> {
    let seen = store::seen(database, proposal_id, Some(by.0)).await?;
    let (seen, standing) = seen.ok_or(DecideError::Unknown)?;
    let decided = match confirmed(&standing, atlas, by, wish) {
        Ok(Some(decided)) => decided,
        other => {
            seen.give_up().await?;
            return other.map(|_nothing| None);
        }
    };
    let (world, _state) = seen.settle(&decided, standing.now).await?;
    metrics.proposal(&standing.kind, "confirmed");
    Ok(world)
}

/// What confirming a proposal would change about the fences; nothing is written.
pub(in crate::world) async fn planned(
    database: &Database,
    atlas: &Atlas,
    proposal_id: Uuid,
    by: PersonId,
    wish: &Wish,
) -> Result<Vec<(FenceId, Option<DrawnFence>)>, DecideError> {
    let seen = store::seen(database, proposal_id, Some(by.0)).await?;
    let (seen, standing) = seen.ok_or(DecideError::Unknown)?;
    let decided = confirmed(&standing, atlas, by, wish);
    seen.give_up().await?;
    let Some(Decided { draws, takes_away, .. }) = decided? else { return Ok(Vec::new()) };
    let mut changes: Vec<_> = takes_away.into_iter().map(|id| (FenceId(id), None)).collect();
    changes.extend(draws.and_then(|drawn| imagined(FenceId(proposal_id), drawn)));
    Ok(changes)
}

/// A fence as the atlas would hold it.
fn imagined(fence_id: FenceId, drawn: NewlyDrawn) -> Option<(FenceId, Option<DrawnFence>)> {
    let fence = Fence {
        fence_id,
        kind: drawn.kind,
        name: drawn.name.into(),
        effect: drawn.effect,
        validity: drawn.validity,
        hours: None,
        areas: drawn.areas.into(),
        version: 1,
    };
    let shape = Arc::new(store::shape(&drawn.shape)?);
    Some((fence_id, Some(DrawnFence { fence: Arc::new(fence), shape })))
}

fn confirmed(
    standing: &Standing,
    atlas: &Atlas,
    by: PersonId,
    wish: &Wish,
) -> Result<Option<Decided>, DecideError> {
    if !permitted(standing, ProposalState::Confirmed, by)? {
        return Ok(None);
    }
    let mut decided = Decided::of(ProposalState::Confirmed, Some(by));
    decided.reason.clone_from(&wish.reason);
    match standing.kind.as_str() {
        "fence" => {
            let drawn = drawn(standing, atlas, wish)?;
            if drawn.validity.until.is_some_and(|until| until <= standing.now) {
                return Err(DecideError::Ended);
            }
            decided.draws = Some(drawn);
            decided.takes_away.clone_from(&standing.replaced);
        }
        "lift" if standing.is_redrawn => return Err(DecideError::Redrawn),
        "lift" => decided.takes_away.extend(standing.fence_id),
        "advisory" => decided.tells = telling(standing, None),
        _ => {}
    }
    Ok(Some(decided))
}

/// What advisories shall say; by an official's power, or as drafts.
fn telling(standing: &Standing, official: Option<Uuid>) -> Option<Telling> {
    let texts: Vec<SuggestedText> = serde_json::from_str(&standing.texts).ok()?;
    let texts: Vec<ToldText> = texts.into_iter().map(told).collect();
    let told = Told {
        texts,
        source: standing.sender.clone(),
        until: standing.until,
        is_public: standing.is_public,
    };
    let is_said = !told.texts.is_empty() && !standing.areas.is_empty();
    is_said.then(|| Telling { areas: standing.areas.clone(), told, official })
}

fn told(text: SuggestedText) -> ToldText {
    let SuggestedText { language, event, headline, description, instruction, area } = text;
    let parts = [description, instruction, Some(area)].into_iter().flatten();
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    ToldText {
        language: Language::named(&language),
        headline: headline.unwrap_or(event),
        body: parts.join("\n\n"),
    }
}

/// Whether there is anything left to do: nothing where the same person has done it before.
fn permitted(
    standing: &Standing,
    wanted: ProposalState,
    by: PersonId,
) -> Result<bool, DecideError> {
    if !standing.entitled {
        return Err(DecideError::NotPermitted);
    }
    if standing.state == wanted && standing.decided_by == Some(by.0) {
        return Ok(false);
    }
    if standing.state != ProposalState::Open {
        return Err(DecideError::Settled(standing.state.as_str()));
    }
    Ok(true)
}

fn drawn(standing: &Standing, atlas: &Atlas, wish: &Wish) -> Result<NewlyDrawn, DecideError> {
    let bytes = standing.shape.clone().unwrap_or_default();
    let shape = store::shape(&bytes).ok_or(DecideError::Unreadable)?;
    let areas = atlas.areas_touched(&shape)?;
    let own = standing.effect.as_deref().and_then(FenceEffect::named);
    let kind = standing.fence_kind.as_deref().and_then(FenceKind::named);
    Ok(NewlyDrawn {
        kind: wish.kind.or(kind).unwrap_or(FenceKind::AdvisoryZone),
        name: wish.name.clone().unwrap_or_else(|| standing.name.clone()),
        effect: wish.effect.or(own).unwrap_or(FenceEffect::Manual),
        validity: Validity { from: standing.from, until: wish.until.or(standing.until) },
        areas,
        shape: bytes,
    })
}

/// Dismisses a proposal, with the reason.
pub(in crate::world) async fn dismiss(
    (database, metrics): (&Database, &AlertMetrics),
    proposal_id: Uuid,
    by: PersonId,
    reason: &str,
) -> Result<(), DecideError> {
    let seen = store::seen(database, proposal_id, Some(by.0)).await?;
    let (seen, standing) = seen.ok_or(DecideError::Unknown)?;
    match permitted(&standing, ProposalState::Dismissed, by) {
        Ok(true) => {}
        other => {
            seen.give_up().await?;
            return other.map(|_done| ());
        }
    }
    let mut decided = Decided::of(ProposalState::Dismissed, Some(by));
    decided.reason = Some(reason.to_owned());
    seen.settle(&decided, standing.now).await?;
    metrics.proposal(&standing.kind, "dismissed");
    Ok(())
}

/// Does what waits for the service itself: draws the fences of feeds that apply, takes away fences
/// that were cancelled. Safe to repeat and to run beside itself. Whether the world changed. What cannot
/// be done keeps nothing behind it waiting.
pub(in crate::world) async fn do_what_is_due(
    (database, metrics): (&Database, &AlertMetrics),
    atlas: &Atlas,
) -> Result<bool, DecideError> {
    store::expire(database).await?;
    let mut changed = false;
    for proposal_id in store::due(database).await? {
        let done = match apply((database, metrics), atlas, proposal_id).await {
            Err(error) if !error.may_pass() => {
                tracing::warn!(%proposal_id, %error, "a proposal is left to a person");
                leave_to_person((database, metrics), proposal_id).await.map(|()| false)
            }
            done => done,
        };
        match done {
            Ok(world) => changed |= world,
            Err(error) if error.trouble() == Some(Trouble::Unavailable) => return Err(error),
            Err(error) => tracing::info!(%proposal_id, %error, "a proposal stays due"),
        }
    }
    Ok(changed)
}

/// Does what one proposal asks for. Whether the world changed.
async fn apply(
    (database, metrics): (&Database, &AlertMetrics),
    atlas: &Atlas,
    proposal_id: Uuid,
) -> Result<bool, DecideError> {
    let seen = store::seen(database, proposal_id, None).await?;
    let Some((seen, standing)) = seen else { return Ok(false) };
    let decided = match due(&standing, atlas) {
        Ok(Some(decided)) => decided,
        other => {
            seen.give_up().await?;
            return other.map(|_done| false);
        }
    };
    let (world, state) = seen.settle(&decided, standing.now).await?;
    if state == ProposalState::Applied {
        metrics.proposal(&standing.kind, "applied");
    }
    Ok(world.is_some())
}

/// Leaves to a person what the service cannot do, unless somebody has decided it meanwhile.
async fn leave_to_person(
    (database, metrics): (&Database, &AlertMetrics),
    proposal_id: Uuid,
) -> Result<(), DecideError> {
    let seen = store::seen(database, proposal_id, None).await?;
    let Some((seen, standing)) = seen else { return Ok(()) };
    if standing.state != ProposalState::Due {
        return Ok(seen.give_up().await?);
    }
    seen.settle(&Decided::of(ProposalState::Open, None), standing.now).await?;
    metrics.proposal(&standing.kind, "unworkable");
    Ok(())
}

/// What is done about a proposal that is due; none where somebody else has done it. A feed that is
/// no longer on the list, or no longer applies, leaves it to a person; and so does a fence that a
/// person has drawn anew since.
fn due(standing: &Standing, atlas: &Atlas) -> Result<Option<Decided>, DecideError> {
    if standing.state != ProposalState::Due {
        return Ok(None);
    }
    let mut decided = Decided::of(ProposalState::Applied, None);
    if standing.kind == "lift" && standing.is_redrawn {
        decided.state = ProposalState::Open;
    } else if standing.kind == "lift" {
        decided.takes_away.extend(standing.fence_id);
    } else if standing.feed_stands && standing.kind == "advisory" {
        decided.tells = telling(standing, standing.official);
    } else if standing.feed_stands {
        decided.draws = Some(drawn(standing, atlas, &Wish::default())?);
        decided.takes_away.clone_from(&standing.replaced);
    } else {
        decided.state = ProposalState::Open;
    }
    Ok(Some(decided))
}
