//! Live clearances that were decided again, written in sets: the same locks, comparisons, entries,
//! events and counts as for one record, in a few statements for a thousand of them.
//!
//! A set is one transaction of two round trips. The first takes the locks and compares what the
//! decisions saw; the second writes the trips under which nothing has changed. A clearance that
//! somebody else moved meanwhile is left as it is.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::columns::{Columns as _, Parameters, array};
use super::entry::event_id;
use super::error::RecordError;
use super::moves::{MoveColumns, MoveRow, NamedColumns, target};
use super::statements::{LOCK_TRIPS, MOVES, SWEEP_JUDGE, SWEEP_LOCK, SWEEP_STANDS};
use super::{RecordSettings, Recorder};
use crate::database::{BEGIN, COMMIT, Connection, DatabaseError, ROLLBACK, Row, ToSql, step};
use crate::model::{
    AreaId, Capacity, ClearanceId, EventKind, MoveTo, PersonId, Queued, Swept, Weighed,
    WeighedClearance,
};

/// The world and the rules by which a set was decided.
type DecidedBy = (i64, &'static str);

impl Recorder {
    /// Writes live clearances that were decided again, as part of a batch, in sets that lock no
    /// more people than one transaction may. An error leaves the sets before it written; whoever
    /// repeats the batch finds them so.
    pub async fn sweep(
        &self,
        batch: Uuid,
        weighed: &[Weighed],
        by: DecidedBy,
    ) -> Result<Swept, RecordError> {
        let mut all = Swept::default();
        for set in sets(weighed, self.settings()) {
            let swept = self.sweep_set(batch, set, by).await.map_err(RecordError::of)?;
            all.moved.extend(swept.moved);
            all.stale.extend(swept.stale);
            all.areas.extend(swept.areas);
        }
        Ok(all)
    }

    async fn sweep_set(
        &self,
        batch: Uuid,
        set: &[Weighed],
        (world_version, ruleset): DecidedBy,
    ) -> Result<Swept, DatabaseError> {
        let mut connection = self.database().writer().await?;
        let judged = judge(&mut connection, set).await?;
        let accepted: Vec<&Weighed> = set.iter().filter(|trip| !judged.refuses(trip)).collect();
        let stale = set.iter().filter(|trip| judged.refuses(trip)).map(|trip| trip.trip_id);
        let mut swept = Swept { stale: stale.collect(), ..Swept::default() };
        swept.areas = judged.areas.into_iter().collect();
        let Some(now) = judged.now.filter(|_| !accepted.is_empty()) else {
            connection.group(&[step(&ROLLBACK, &[])]).await?;
            return Ok(swept);
        };
        let by = Batch { batch, now, world_version, ruleset };
        let (moving, moves) = by.moves(&accepted);
        let stands = Stands::of(&accepted, now);
        let named = NamedColumns::default();
        let (mut move_all, mut stand_all) = (moves.parameters(), stands.parameters());
        move_all.extend(named.parameters());
        let seen: [&(dyn ToSql + Sync); 3] = [&world_version, &batch, &now];
        stand_all.extend(seen);
        let mut steps = Vec::with_capacity(3);
        if !moving.is_empty() {
            steps.push(step(&MOVES, &move_all));
        }
        if !stands.clearances.is_empty() {
            steps.push(step(&SWEEP_STANDS, &stand_all));
        }
        steps.push(step(&COMMIT, &[]));
        let answers = connection.group(&steps).await?;
        if stands.tell {
            self.written().notify_one();
        }
        if !moving.is_empty() {
            let lost = lost(answers.first().map_or(&[], Vec::as_slice))?;
            swept.moved = moving.into_iter().filter(|one| !lost.contains(one)).collect();
            self.written().notify_one();
        }
        Ok(swept)
    }
}

/// Sets that lock no more people than a batch may; a trip with more goes alone.
fn sets<'w>(
    weighed: &'w [Weighed],
    settings: &RecordSettings,
) -> impl Iterator<Item = &'w [Weighed]> + use<'w> {
    let (mut left, most) = (weighed, settings.ids);
    std::iter::from_fn(move || {
        let mut people = 0;
        let mut count = 0;
        for trip in left {
            people += trip.seen.people.len().max(1);
            if count > 0 && people > most {
                break;
            }
            count += 1;
        }
        let (set, later) = left.split_at_checked(count).filter(|(set, _)| !set.is_empty())?;
        left = later;
        Some(set)
    })
}

/// What is true under the locks.
#[derive(Default)]
struct Judged {
    now: Option<Timestamp>,
    areas: BTreeSet<AreaId>,
    people: BTreeSet<PersonId>,
}

impl Judged {
    fn refuses(&self, trip: &Weighed) -> bool {
        trip.seen.areas.iter().any(|(area, _)| self.areas.contains(area))
            || trip.seen.people.iter().any(|(person, _)| self.people.contains(person))
    }
}

/// Takes the locks of a set and compares; the transaction is left open.
async fn judge(connection: &mut Connection, set: &[Weighed]) -> Result<Judged, DatabaseError> {
    let areas: BTreeSet<&(AreaId, i64)> = set.iter().flat_map(|trip| &trip.seen.areas).collect();
    let people: BTreeSet<&(PersonId, i64)> =
        set.iter().flat_map(|trip| &trip.seen.people).collect();
    let (area_ids, area_revisions): (Vec<&str>, Vec<i64>) =
        areas.into_iter().map(|(area, revision)| (area.as_str(), *revision)).unzip();
    let (person_ids, person_revisions): (Vec<Uuid>, Vec<i64>) =
        people.into_iter().map(|(person, revision)| (person.0, *revision)).unzip();
    let trips: Vec<Uuid> = set.iter().map(|trip| trip.trip_id.0).collect();
    let mut answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&SWEEP_LOCK, &[&person_ids]),
            step(&LOCK_TRIPS, &[&trips]),
            step(&SWEEP_JUDGE, &[&area_ids, &area_revisions, &person_ids, &person_revisions]),
        ])
        .await?;
    let mut judged = Judged::default();
    for row in answers.pop().unwrap_or_default() {
        let area: Option<&str> = row.try_get("area_id")?;
        let person: Option<Uuid> = row.try_get("person_id")?;
        judged.now = judged.now.or(row.try_get("now")?);
        judged.areas.extend(area.map(AreaId::from));
        judged.people.extend(person.map(PersonId));
    }
    Ok(judged)
}

/// Moves that came too late.
fn lost(rows: &[Row]) -> Result<BTreeSet<ClearanceId>, DatabaseError> {
    rows.iter().map(|row| Ok(ClearanceId(row.try_get("clearance_id")?))).collect()
}

/// What every move of a set has in common.
struct Batch {
    batch: Uuid,
    now: Timestamp,
    world_version: i64,
    ruleset: &'static str,
}

impl Batch {
    /// The moves of a set, and which clearances they are of.
    fn moves<'w>(&self, set: &[&'w Weighed]) -> (Vec<ClearanceId>, MoveColumns<'w>) {
        let (mut moving, mut columns) = (Vec::new(), MoveColumns::default());
        for one in set.iter().flat_map(|trip| &trip.clearances) {
            if let Some(to) = one.became.moves() {
                moving.push(one.clearance_id);
                columns.push(self.row(one, to));
            }
        }
        (moving, columns)
    }

    fn row<'w>(&self, one: &'w WeighedClearance, to: MoveTo) -> MoveRow<'w> {
        let queued: Option<&Queued> = one.queued.as_ref();
        let queue = queued.and_then(|queued| queued.decider.queue.as_ref());
        MoveRow {
            n: 0,
            clearance_id: one.clearance_id.0,
            states: one.state.as_str().to_owned(),
            to_state: target(to),
            rules: array(one.rules.iter().map(|rule| rule.0)),
            reasons: array(one.reasons.iter().map(|reason| reason.as_str())),
            urgent_at: queued.map(|queued| queued.urgent_at),
            revision: one.revision,
            event_id: event_id(self.now),
            at: self.now,
            capacity: Capacity::Rules.name(),
            person_id: None,
            world_version: self.world_version,
            ruleset_version: self.ruleset,
            evidence_id: None,
            digest: None,
            decider_role: queued.map(|queued| queued.decider.role.as_str()),
            queue_area_id: queue.map(AreaId::as_str),
            due_by: queued.and_then(|queued| queued.due_by),
            two_step: queued.and_then(|queued| queued.two_step),
            redecision_id: Some(self.batch),
            became: Some(one.became.as_str()),
        }
    }
}

/// Clearances that stand, as columns: the first parameters of `sweep_stands.sql`.
#[derive(Default)]
struct Stands<'w> {
    clearances: Vec<Uuid>,
    states: Vec<&'static str>,
    revisions: Vec<Option<i64>>,
    became: Vec<&'static str>,
    organizations: Vec<&'w str>,
    kinds: Vec<Option<&'static str>>,
    events: Vec<Option<Uuid>>,
    reasons: Vec<Option<String>>,
    /// Somebody is told something.
    tell: bool,
}

impl<'w> Stands<'w> {
    fn of(set: &[&'w Weighed], now: Timestamp) -> Self {
        let mut stands = Self::default();
        for trip in set {
            for one in trip.clearances.iter().filter(|one| one.became.moves().is_none()) {
                stands.clearances.push(one.clearance_id.0);
                stands.states.push(one.state.as_str());
                stands.revisions.push(one.revision);
                stands.became.push(one.became.as_str());
                stands.organizations.push(trip.organization.as_str());
                let kind = one.became.tells();
                let reasons = || array(one.reasons.iter().map(|reason| reason.as_str()));
                stands.kinds.push(kind.map(EventKind::as_str));
                stands.events.push(kind.map(|_told| event_id(now)));
                stands.reasons.push(kind.map(|_told| reasons()));
                stands.tell |= kind.is_some();
            }
        }
        stands
    }

    fn parameters(&self) -> Parameters<'_> {
        vec![
            &self.clearances,
            &self.states,
            &self.revisions,
            &self.became,
            &self.organizations,
            &self.kinds,
            &self.events,
            &self.reasons,
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{OrganizationId, Seen, TripId};

    fn trip(people: usize) -> Weighed {
        let person = |_| (PersonId(Uuid::new_v4()), 1);
        Weighed {
            trip_id: TripId(Uuid::new_v4()),
            organization: OrganizationId::from("unicef"),
            seen: Seen { people: (0..people).map(person).collect(), ..Seen::default() },
            clearances: Vec::new(),
        }
    }

    #[test]
    fn no_set_locks_more_people_than_it_may() {
        let settings = RecordSettings {
            queue: 1,
            batch: 1,
            ids: 3,
            writers: 1,
            beside: 1,
            patience: Duration::ZERO,
        };
        let weighed = [1, 1, 1, 1, 9, 2, 1].map(trip);
        let sizes: Vec<usize> = sets(&weighed, &settings).map(<[_]>::len).collect();
        assert_eq!(sizes, [3, 1, 1, 2]);
        assert_eq!(sets(&[], &settings).count(), 0);
    }
}
