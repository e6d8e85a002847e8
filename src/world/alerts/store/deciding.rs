//! Decides on proposals, each in one transaction under the lock `world`.

use jiff::Timestamp;
use uuid::Uuid;

use super::reading::ProposalState;
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, ToSql, statement, step,
};
use crate::model::{AreaId, FenceEffect, FenceId, FenceKind, PersonId, Validity};
use crate::world::advisories::{PublishError, Told, draft_folded, publish_folded};
use crate::world::fences::{FenceEdit, FenceRow, standing};
use crate::world::store::locked_row;

const READ: Statement = statement!("world/alert_proposal_read");
const DECIDE: Statement = statement!("world/alert_decide");
const LIFTED: Statement = statement!("world/alert_lifted");

type Parameter<'p> = &'p (dyn ToSql + Sync);

/// A proposal under the lock `world`.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "answers of one row, each to its own question")]
pub(in crate::world::alerts) struct Standing {
    pub(in crate::world::alerts) kind: String,
    pub(in crate::world::alerts) state: ProposalState,
    pub(in crate::world::alerts) areas: Vec<AreaId>,
    pub(in crate::world::alerts) shape: Option<Vec<u8>>,
    pub(in crate::world::alerts) name: String,
    pub(in crate::world::alerts) fence_kind: Option<String>,
    pub(in crate::world::alerts) effect: Option<String>,
    pub(in crate::world::alerts) from: Option<Timestamp>,
    pub(in crate::world::alerts) until: Option<Timestamp>,
    pub(in crate::world::alerts) fence_id: Option<Uuid>,
    pub(in crate::world::alerts) decided_by: Option<Uuid>,
    pub(in crate::world::alerts) now: Timestamp,
    pub(in crate::world::alerts) feed_stands: bool,
    pub(in crate::world::alerts) entitled: bool,
    /// Standing fences of the messages that it takes the place of, as the service drew them.
    pub(in crate::world::alerts) replaced: Vec<Uuid>,
    /// Somebody has drawn the fence that is to be taken away anew: it is theirs.
    pub(in crate::world::alerts) is_redrawn: bool,
    /// The words, by language: JSON.
    pub(in crate::world::alerts) texts: String,
    /// Who sent the message.
    pub(in crate::world::alerts) sender: Option<String>,
    /// It is for everybody.
    pub(in crate::world::alerts) is_public: bool,
    /// Who put its feed on the list.
    pub(in crate::world::alerts) official: Option<Uuid>,
}

/// A fence to be drawn.
#[derive(Debug)]
pub(in crate::world::alerts) struct NewlyDrawn {
    pub(in crate::world::alerts) kind: FenceKind,
    pub(in crate::world::alerts) name: String,
    pub(in crate::world::alerts) effect: FenceEffect,
    pub(in crate::world::alerts) validity: Validity,
    pub(in crate::world::alerts) areas: Vec<AreaId>,
    pub(in crate::world::alerts) shape: Vec<u8>,
}

/// What is done about a proposal.
#[derive(Debug)]
pub(in crate::world::alerts) struct Decided {
    pub(in crate::world::alerts) state: ProposalState,
    pub(in crate::world::alerts) by: Option<Uuid>,
    pub(in crate::world::alerts) reason: Option<String>,
    pub(in crate::world::alerts) draws: Option<NewlyDrawn>,
    pub(in crate::world::alerts) takes_away: Vec<Uuid>,
    /// What advisories of areas say from now on.
    pub(in crate::world::alerts) tells: Option<Telling>,
}

impl Decided {
    /// A state that a person gives a proposal, or the service; nothing is drawn, taken away or told.
    pub(in crate::world::alerts) fn of(state: ProposalState, by: Option<PersonId>) -> Self {
        let by = by.map(|person| person.0);
        Self { state, by, reason: None, draws: None, takes_away: Vec::new(), tells: None }
    }
}

/// Words for the advisories of areas.
#[derive(Debug)]
pub(in crate::world::alerts) struct Telling {
    pub(in crate::world::alerts) areas: Vec<AreaId>,
    pub(in crate::world::alerts) told: Told,
    /// By whose power they are published; a person who confirms them makes drafts.
    pub(in crate::world::alerts) official: Option<Uuid>,
}

/// A proposal and the transaction in which it is decided.
#[derive(Debug)]
pub(in crate::world::alerts) struct Seen {
    connection: Connection,
    proposal_id: Uuid,
}

/// Opens the decision on a proposal; none where there is no such proposal.
pub(in crate::world::alerts) async fn seen(
    database: &Database,
    proposal_id: Uuid,
    person: Option<Uuid>,
) -> Result<Option<(Seen, Standing)>, DatabaseError> {
    let mut connection = database.writer().await?;
    let read: [Parameter<'_>; 2] = [&proposal_id, &person];
    let row = locked_row(&mut connection, step(&READ, &read)).await?;
    let seen = Seen { connection, proposal_id };
    if let Some(standing) = row.as_ref().map(as_it_stands).transpose()? {
        Ok(Some((seen, standing)))
    } else {
        seen.give_up().await?;
        Ok(None)
    }
}

fn as_it_stands(row: &Row) -> Result<Standing, DatabaseError> {
    let areas: Vec<&str> = row.try_get("area_ids")?;
    Ok(Standing {
        areas: areas.into_iter().map(AreaId::from).collect(),
        texts: row.try_get("texts")?,
        sender: row.try_get("sender")?,
        is_public: row.try_get("is_public")?,
        official: row.try_get("official")?,
        kind: row.try_get("kind")?,
        state: ProposalState::named(row.try_get("state")?),
        shape: row.try_get("shape")?,
        name: row.try_get("name")?,
        fence_kind: row.try_get("fence_kind")?,
        effect: row.try_get("effect")?,
        from: row.try_get("valid_from")?,
        until: row.try_get("valid_until")?,
        fence_id: row.try_get("fence_id")?,
        decided_by: row.try_get("decided_by")?,
        now: row.try_get("now")?,
        feed_stands: row.try_get("feed_stands")?,
        entitled: row.try_get("entitled")?,
        replaced: row.try_get("replaced")?,
        is_redrawn: row.try_get("is_redrawn")?,
    })
}

impl Seen {
    /// Leaves everything as it was.
    pub(in crate::world::alerts) async fn give_up(mut self) -> Result<(), DatabaseError> {
        self.connection.group(&[step(&ROLLBACK, &[])]).await?;
        Ok(())
    }

    /// Draws, takes away, has advisories tell, and notes the decision; answers the world's version,
    /// if it changed, and where the proposal stands now: where the official may publish no more, it
    /// is left to a person.
    pub(in crate::world::alerts) async fn settle(
        mut self,
        decided: &Decided,
        now: Timestamp,
    ) -> Result<(Option<i64>, ProposalState), PublishError> {
        let mut state = decided.state;
        let mut world = None;
        if let Some(Telling { areas, told, official }) = &decided.tells {
            match (official, decided.by) {
                (Some(official), _) => {
                    let power = (*official, now);
                    world = publish_folded(&mut self.connection, areas, told, power).await?;
                    if world.is_none() {
                        state = ProposalState::Open;
                    }
                }
                (None, Some(by)) => draft_folded(&mut self.connection, areas, told, by).await?,
                (None, None) => {}
            }
        }
        let changed = self.write(decided, state, now).await?;
        Ok((world.max(changed), state))
    }

    async fn write(
        mut self,
        decided: &Decided,
        state: ProposalState,
        now: Timestamp,
    ) -> Result<Option<i64>, DatabaseError> {
        let id = self.proposal_id;
        let drawn = decided.draws.as_ref();
        let fence_id = drawn.map(|_| id);
        let (state, effect) = (state.as_str(), drawn.map(|fence| fence.effect.as_str()));
        let until = drawn.and_then(|fence| fence.validity.until);
        let decide: [Parameter<'_>; 7] =
            [&id, &state, &fence_id, &decided.by, &decided.reason, &effect, &until];
        let lifted: [Parameter<'_>; 1] = [&decided.takes_away];
        let notes = [step(&DECIDE, &decide), step(&LIFTED, &lifted), step(&COMMIT, &[])];
        // whoever took one of them away meanwhile has told of it
        let standing = standing(&mut self.connection, &decided.takes_away).await?;
        if drawn.is_none() && standing.is_empty() {
            self.connection.group(&notes).await?;
            return Ok(None);
        }
        let edit = FenceEdit {
            draws: drawn.map(|drawn| (drawn.row(FenceId(id)), None)),
            takes_away: &standing,
            by: decided.by.map(PersonId),
            now,
        };
        let (changed, _stored) = edit.write(&mut self.connection, &notes).await?;
        Ok(Some(changed.world_version))
    }
}

impl NewlyDrawn {
    fn row(&self, fence_id: FenceId) -> FenceRow<'_> {
        FenceRow {
            fence_id,
            kind: self.kind,
            name: &self.name,
            effect: self.effect,
            validity: self.validity,
            hours: None,
            areas: &self.areas,
            shape: &self.shape,
            review_at: None,
            emergency: false,
            note: None,
        }
    }
}
