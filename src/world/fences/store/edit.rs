//! What a change of fences writes, whoever makes it: in a transaction that is open under the lock
//! `world`. One change is one version of the world and one batch of clearances to decide again.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Time;
use uuid::Uuid;

use crate::database::{Connection, DatabaseError, Row, Statement, Step, ToSql, statement, step};
use crate::model::{
    AreaId, DailyHours, EventKind, FenceEffect, FenceId, FenceKind, PersonId, Validity,
};
use crate::record::{AREA_EVENTS, area_events};
use crate::world::fences::FenceChanged;

const RAISE: Statement = statement!("world/fence_raise");
const WRITE: Statement = statement!("world/fence_write");
const LIFT: Statement = statement!("world/fence_lift");
const AREAS: Statement = statement!("world/fence_areas");

type Parameter<'p> = &'p (dyn ToSql + Sync);

/// A fence to be written.
#[derive(Debug, Clone, Copy)]
pub(in crate::world) struct FenceRow<'f> {
    pub(in crate::world) fence_id: FenceId,
    pub(in crate::world) kind: FenceKind,
    pub(in crate::world) name: &'f str,
    pub(in crate::world) effect: FenceEffect,
    pub(in crate::world) validity: Validity,
    pub(in crate::world) hours: Option<DailyHours>,
    /// Areas it touches.
    pub(in crate::world) areas: &'f [AreaId],
    /// Its shape as it is kept.
    pub(in crate::world) shape: &'f [u8],
    pub(in crate::world) review_at: Option<Timestamp>,
    pub(in crate::world) emergency: bool,
    pub(in crate::world) note: Option<&'f str>,
}

/// A fence that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct StandingFence {
    pub(in crate::world) fence_id: FenceId,
    /// Areas it touches.
    pub(in crate::world) areas: Vec<AreaId>,
}

/// Those of some fences that stand; to be asked under the lock.
pub(in crate::world) async fn standing(
    connection: &mut Connection,
    fences: &[Uuid],
) -> Result<Vec<StandingFence>, DatabaseError> {
    let rows = connection.rows(&AREAS, &[&fences]).await?;
    let one = |row: &Row| {
        let areas: Vec<&str> = row.try_get("area_ids")?;
        Ok(StandingFence {
            fence_id: FenceId(row.try_get("fence_id")?),
            areas: areas.into_iter().map(AreaId::from).collect(),
        })
    };
    rows.iter().map(one).collect()
}

/// One change of fences.
#[derive(Debug)]
pub(in crate::world) struct FenceEdit<'f> {
    /// A fence drawn, or drawn anew, and the areas that it touched before.
    pub(in crate::world) draws: Option<(FenceRow<'f>, Option<&'f [AreaId]>)>,
    /// Fences that stand and are taken away.
    pub(in crate::world) takes_away: &'f [StandingFence],
    /// Who; none for the program itself.
    pub(in crate::world) by: Option<PersonId>,
    /// The database's time.
    pub(in crate::world) now: Timestamp,
}

/// How a fence drawn stands on record.
#[derive(Debug, Clone, Copy)]
pub(in crate::world) struct FenceStored {
    pub(in crate::world) version: i32,
    pub(in crate::world) created_at: Timestamp,
    pub(in crate::world) changed_at: Timestamp,
}

impl FenceEdit<'_> {
    /// Writes it with its events, and what the caller adds, in one round trip.
    pub(in crate::world) async fn write(
        &self,
        connection: &mut Connection,
        then: &[Step<'_>],
    ) -> Result<(FenceChanged, Option<FenceStored>), DatabaseError> {
        let redecisions = self.redecisions();
        let (areas, ids): (Vec<&str>, Vec<Uuid>) =
            redecisions.iter().map(|(area, id)| (area.as_str(), *id)).unzip();
        let by = self.by.map(|person| person.0);
        let raise: [Parameter<'_>; 3] = [&areas, &ids, &by];
        let gone: Vec<Uuid> = self.takes_away.iter().map(|fence| fence.fence_id.0).collect();
        let lift: [Parameter<'_>; 2] = [&gone, &by];
        let columns = self.draws.as_ref().map(|(row, _before)| Columns::of(row));
        let write = columns.as_ref().map(|columns| columns.parameters(&by));
        let events = self.events();
        let events: Vec<[Parameter<'_>; 3]> = events
            .iter()
            .map(|(many, told)| -> [Parameter<'_>; 3] { [&self.now, many, told] })
            .collect();
        let mut steps = vec![step(&RAISE, &raise), step(&LIFT, &lift)];
        steps.extend(write.iter().map(|write| step(&WRITE, write)));
        steps.extend(events.iter().map(|event| step(&AREA_EVENTS, event)));
        steps.extend_from_slice(then);
        let answers = connection.group(&steps).await?;
        let first = |at: usize, statement: &Statement| {
            let row = answers.get(at).and_then(|rows| rows.first());
            row.ok_or(DatabaseError::Rows { statement: statement.name(), rows: 0 })
        };
        let world_version = first(0, &RAISE)?.try_get("world_version")?;
        let stored = match write {
            Some(_) => Some(stored(first(2, &WRITE)?)?),
            None => None,
        };
        Ok((FenceChanged { world_version, redecisions }, stored))
    }

    /// An id for deciding again what each area holds, in order of area: the first leads.
    fn redecisions(&self) -> Vec<(AreaId, Uuid)> {
        let drawn = self
            .draws
            .iter()
            .flat_map(|(row, before)| row.areas.iter().chain(before.iter().copied().flatten()));
        let gone = self.takes_away.iter().flat_map(|fence| &fence.areas);
        let touched: BTreeSet<&AreaId> = drawn.chain(gone).collect();
        touched.into_iter().map(|area| (area.clone(), Uuid::now_v7())).collect()
    }

    /// One event for each fence.
    fn events(&self) -> Vec<(i32, String)> {
        let mut events = Vec::new();
        if let Some((row, before)) = &self.draws {
            let kind =
                if before.is_some() { EventKind::FenceRedrawn } else { EventKind::FenceDrawn };
            let areas: BTreeSet<&AreaId> =
                row.areas.iter().chain(before.iter().copied().flatten()).collect();
            let areas: Vec<AreaId> = areas.into_iter().cloned().collect();
            events.push(area_events(kind, self.now, &areas, []));
        }
        for fence in self.takes_away {
            events.push(area_events(EventKind::FenceRemoved, self.now, &fence.areas, []));
        }
        events
    }
}

fn stored(row: &Row) -> Result<FenceStored, DatabaseError> {
    Ok(FenceStored {
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        changed_at: row.try_get("changed_at")?,
    })
}

/// A fence in the forms in which its columns are written.
struct Columns<'f> {
    row: &'f FenceRow<'f>,
    kind: &'static str,
    effect: &'static str,
    hours: (Option<Time>, Option<Time>),
    areas: Vec<&'f str>,
}

impl<'f> Columns<'f> {
    fn of(row: &'f FenceRow<'f>) -> Self {
        Self {
            row,
            kind: row.kind.as_str(),
            effect: row.effect.as_str(),
            hours: row.hours.map(|hours| (hours.from, hours.to)).unzip(),
            areas: row.areas.iter().map(AreaId::as_str).collect(),
        }
    }

    #[expect(clippy::ref_option, reason = "a parameter is borrowed as it is written, null or not")]
    fn parameters<'p>(&'p self, by: &'p Option<Uuid>) -> [Parameter<'p>; 14] {
        let Self { row, kind, effect, hours, areas } = self;
        [
            &row.fence_id.0,
            kind,
            &row.name,
            effect,
            &row.validity.from,
            &row.validity.until,
            &hours.0,
            &hours.1,
            areas,
            &row.shape,
            &row.review_at,
            &row.emergency,
            &row.note,
            by,
        ]
    }
}
