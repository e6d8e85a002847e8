//! What is written of headcounts, each request in one transaction with its key and its event.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::reading::counts;
use crate::database::{
    BEGIN, COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, Step, ToSql,
    statement, step,
};
use crate::model::{
    AreaId, Claim, EventKind, HeadcountId, HeadcountStatus, OrganizationId, PersonId,
};
use crate::presence::headcount::error::HeadcountError;
use crate::presence::headcount::judging::{Asked, Ground, Outcome, Round, Standing, Writing};
use crate::presence::headcount::reach::Reach;
use crate::presence::headcount::view::{Headcount, HeadcountCount};
use crate::record::{AREA_EVENTS, headcount_event};

const TAKE: Statement = statement!("presence/headcount_begin");
const KEPT: Statement = statement!("presence/headcount_kept");
const KEEP: Statement = statement!("presence/headcount_keep");
const OPEN: Statement = statement!("presence/headcount_open");
const FREEZE: Statement = statement!("presence/headcount_freeze");
const LOCK: Statement = statement!("presence/headcount_lock");
const GROUND: Statement = statement!("presence/headcount_ground");
const LOOK: Statement = statement!("presence/headcount_look");
const ADD: Statement = statement!("presence/headcount_add");
const RESPOND: Statement = statement!("presence/headcount_respond");
const SHOW: Statement = statement!("presence/headcount_show");
const CHANGED: Statement = statement!("presence/headcount_changed");
const CLOSE: Statement = statement!("presence/headcount_close");

type Parameter<'p> = &'p (dyn ToSql + Sync);

/// A headcount to be opened.
#[derive(Debug)]
pub(in crate::presence::headcount) struct Opening<'o> {
    pub(in crate::presence::headcount) headcount_id: HeadcountId,
    pub(in crate::presence::headcount) area_ids: &'o [AreaId],
    /// GeoJSON, where it was drawn.
    pub(in crate::presence::headcount) polygon: Option<&'o str>,
    pub(in crate::presence::headcount) reason: &'o str,
    pub(in crate::presence::headcount) by: PersonId,
    pub(in crate::presence::headcount) claim: &'o Claim,
}

/// A headcount to be closed.
#[derive(Debug)]
pub(in crate::presence::headcount) struct Closing<'c> {
    pub(in crate::presence::headcount) headcount: &'c Headcount,
    pub(in crate::presence::headcount) reach: &'c Reach,
    pub(in crate::presence::headcount) by: PersonId,
    pub(in crate::presence::headcount) claim: &'c Claim,
}

/// What is kept of a request.
#[derive(Debug, Clone)]
pub(in crate::presence::headcount) struct Kept {
    pub(in crate::presence::headcount) headcount_id: HeadcountId,
    pub(in crate::presence::headcount) body: Vec<u8>,
    /// It was answered so before.
    pub(in crate::presence::headcount) is_replayed: bool,
}

/// Opens a headcount and freezes who is expected. `tell` makes of the time and the figures the answer
/// that is kept with the key.
pub(in crate::presence::headcount) async fn open(
    database: &Database,
    opening: &Opening<'_>,
    tell: impl FnOnce(Timestamp, Vec<HeadcountCount>) -> Result<Vec<u8>, HeadcountError>,
) -> Result<Kept, HeadcountError> {
    let Opening { headcount_id, area_ids, polygon, reason, by, claim } = opening;
    let mut connection = database.writer().await?;
    let (now, kept) = begin(&mut connection, claim, *headcount_id).await?;
    let Some(now) = now else { return undone(&mut connection, kept).await };
    let names: Vec<&str> = area_ids.iter().map(AreaId::as_str).collect();
    let (many, told) = headcount_event(EventKind::HeadcountOpened, *headcount_id, area_ids, now);
    let head: [Parameter<'_>; 6] = [&headcount_id.0, &names, polygon, reason, &now, &by.0];
    let freeze: [Parameter<'_>; 3] = [&headcount_id.0, &now, &names];
    let event: [Parameter<'_>; 3] = [&now, &many, &told];
    let group = [step(&OPEN, &head), step(&FREEZE, &freeze), step(&AREA_EVENTS, &event)];
    connection.group(&group).await?;
    let everybody = Reach { everywhere: true, ..Reach::default() };
    let figures = counts(&mut connection, &everybody, *headcount_id).await?;
    end(&mut connection, claim, *headcount_id, (now, tell(now, figures)?)).await
}

/// Closes a headcount. `tell` makes of the time and the figures in sight the answer that is kept.
pub(in crate::presence::headcount) async fn close(
    database: &Database,
    closing: &Closing<'_>,
    tell: impl FnOnce(Timestamp, i64, Vec<HeadcountCount>) -> Result<Vec<u8>, HeadcountError>,
) -> Result<Kept, HeadcountError> {
    let Closing { headcount, reach, by, claim } = closing;
    let id = headcount.headcount_id;
    let mut connection = database.writer().await?;
    let (now, kept) = begin(&mut connection, claim, id).await?;
    let Some(now) = now else { return undone(&mut connection, kept).await };
    let ids = vec![id.0];
    let locked = connection.group(&[step(&LOCK, &[&ids]), step(&GROUND, &[&ids])]).await?;
    let ground = locked.get(1).map_or(Ok(BTreeMap::new()), |rows| grounds(rows))?;
    let ground = ground.get(&id).filter(|ground| !ground.is_closed);
    let Some(Ground { changes, .. }) = ground else {
        return undone(&mut connection, Err(HeadcountError::Closed)).await;
    };
    let (many, told) = headcount_event(EventKind::HeadcountClosed, id, &headcount.area_ids, now);
    let ending: [Parameter<'_>; 3] = [&id.0, &now, &by.0];
    let event: [Parameter<'_>; 3] = [&now, &many, &told];
    connection.group(&[step(&CLOSE, &ending), step(&AREA_EVENTS, &event)]).await?;
    let figures = counts(&mut connection, reach, id).await?;
    end(&mut connection, claim, id, (now, tell(now, *changes, figures)?)).await
}

/// Begins a transaction and takes the key, waiting for another request that holds it; answers the
/// time, or what was answered before.
async fn begin(
    connection: &mut Connection,
    claim: &Claim,
    id: HeadcountId,
) -> Result<(Option<Timestamp>, Result<Kept, HeadcountError>), HeadcountError> {
    let (key, fingerprint) = (claim.key_hash.as_slice(), claim.fingerprint.as_slice());
    let (keys, take): (_, [Parameter<'_>; 3]) = (vec![key], [&key, &fingerprint, &id.0]);
    let look: [Parameter<'_>; 1] = [&keys];
    let group = [step(&BEGIN, &[]), step(&TAKE, &take), step(&KEPT, &look)];
    let answers = connection.group(&group).await?;
    let taken = answers.get(1).and_then(|rows| rows.first());
    let now = taken.map(|row| row.try_get("now")).transpose().map_err(DatabaseError::from)?;
    let kept = answers.get(2).map_or(Ok(BTreeMap::new()), |rows| kept(rows))?;
    let before = kept.get(key).ok_or(HeadcountError::KeyReused);
    Ok((now, before.and_then(|before| before.answer_to(claim))))
}

async fn undone(
    connection: &mut Connection,
    kept: Result<Kept, HeadcountError>,
) -> Result<Kept, HeadcountError> {
    connection.group(&[step(&ROLLBACK, &[])]).await?;
    kept
}

async fn end(
    connection: &mut Connection,
    claim: &Claim,
    headcount_id: HeadcountId,
    (now, body): (Timestamp, Vec<u8>),
) -> Result<Kept, HeadcountError> {
    let keys = vec![claim.key_hash.as_slice()];
    let fingerprints = vec![claim.fingerprint.as_slice()];
    let (ids, bodies) = (vec![headcount_id.0], vec![body.as_slice()]);
    let keep: [Parameter<'_>; 5] = [&keys, &fingerprints, &ids, &bodies, &now];
    connection.group(&[step(&KEEP, &keep), step(&COMMIT, &[])]).await?;
    Ok(Kept { headcount_id, body, is_replayed: false })
}

/// What was answered under a key.
#[derive(Debug, Clone)]
struct Before {
    fingerprint: Vec<u8>,
    headcount_id: HeadcountId,
    body: Vec<u8>,
}

impl Before {
    fn answer_to(&self, claim: &Claim) -> Result<Kept, HeadcountError> {
        if self.fingerprint != claim.fingerprint {
            return Err(HeadcountError::KeyReused);
        }
        let Self { headcount_id, body, .. } = self;
        Ok(Kept { headcount_id: *headcount_id, body: body.clone(), is_replayed: true })
    }
}

fn kept(rows: &[Row]) -> Result<BTreeMap<Vec<u8>, Before>, DatabaseError> {
    let one = |row: &Row| {
        let before = Before {
            fingerprint: row.try_get("fingerprint")?,
            headcount_id: HeadcountId(row.try_get("headcount_id")?),
            body: row.try_get("body")?,
        };
        Ok((row.try_get("key_hash")?, before))
    };
    rows.iter().map(one).collect()
}

fn grounds(rows: &[Row]) -> Result<BTreeMap<HeadcountId, Ground>, DatabaseError> {
    let one = |row: &Row| {
        let areas: Vec<&str> = row.try_get("area_ids")?;
        let closed_at: Option<Timestamp> = row.try_get("closed_at")?;
        let ground = Ground {
            area_ids: areas.into_iter().map(AreaId::from).collect(),
            as_of: row.try_get("as_of")?,
            is_closed: closed_at.is_some(),
            changes: row.try_get("changes")?,
            now: row.try_get("now")?,
        };
        Ok((HeadcountId(row.try_get("headcount_id")?), ground))
    };
    rows.iter().map(one).collect()
}

fn standings(rows: &[Row]) -> Result<BTreeMap<(HeadcountId, PersonId), Standing>, DatabaseError> {
    let one = |row: &Row| {
        let (area, organization, status): (Option<&str>, Option<&str>, Option<&str>) =
            (row.try_get("area_id")?, row.try_get("organization_id")?, row.try_get("status")?);
        let sponsor: Option<Uuid> = row.try_get("sponsor_person_id")?;
        let standing = Standing {
            is_known: organization.map(OrganizationId::from).is_some(),
            sponsor: sponsor.map(PersonId),
            area_id: area.map(AreaId::from),
            status: status.and_then(HeadcountStatus::named).unwrap_or(HeadcountStatus::Unaccounted),
            observed_at: row.try_get("observed_at")?,
        };
        let id = HeadcountId(row.try_get("headcount_id")?);
        Ok(((id, PersonId(row.try_get("person_id")?)), standing))
    };
    rows.iter().map(one).collect()
}

/// Takes the responses of requests that waited together, in one transaction; what became of each, in
/// their order. Two round trips, whatever they hold: everybody is looked up by key.
pub(in crate::presence::headcount) async fn respond(
    database: &Database,
    asked: &[Asked],
) -> Result<Vec<Result<Kept, HeadcountError>>, HeadcountError> {
    let ids: BTreeSet<Uuid> = asked.iter().map(|one| one.headcount_id.0).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let keys: Vec<&[u8]> = asked.iter().map(|one| one.claim.key_hash.as_slice()).collect();
    let named = asked.iter().flat_map(|one| one.said.iter().map(move |said| (one, said)));
    let (of, people): (Vec<Uuid>, Vec<Uuid>) =
        named.map(|(one, said)| (one.headcount_id.0, said.person_id.0)).unzip();
    let mut connection = database.writer().await?;
    let (under, named): ([Parameter<'_>; 1], [Parameter<'_>; 2]) = ([&ids], [&of, &people]);
    let kept_under: [Parameter<'_>; 1] = [&keys];
    let group = [
        step(&BEGIN, &[]),
        step(&LOCK, &under),
        step(&GROUND, &under),
        step(&KEPT, &kept_under),
        step(&LOOK, &named),
    ];
    let answers = connection.group(&group).await?;
    let rows = |at: usize| answers.get(at).map(Vec::as_slice).unwrap_or_default();
    let mut round = Round { headcounts: grounds(rows(2))?, people: standings(rows(4))? };
    let mut before = kept(rows(3))?;
    let mut writing = Writing::default();
    let mut keeping = Keeping::default();
    let mut done = Vec::with_capacity(asked.len());
    for one in asked {
        if let Some(before) = before.get(one.claim.key_hash.as_slice()) {
            done.push(before.answer_to(&one.claim));
            continue;
        }
        let outcomes = round.take(one, &mut writing);
        let body = serde_json::to_vec(&outcomes)?;
        if outcomes.iter().any(|outcome| matches!(outcome, Outcome::Taken(_))) {
            // the same key again in this batch shares the answer
            let fingerprint = one.claim.fingerprint.to_vec();
            let headcount_id = one.headcount_id;
            let kept = Before { fingerprint, headcount_id, body: body.clone() };
            before.insert(one.claim.key_hash.to_vec(), kept);
            keeping.push(&one.claim, headcount_id, body.clone());
        }
        done.push(Ok(Kept { headcount_id: one.headcount_id, body, is_replayed: false }));
    }
    write(&mut connection, &round, &writing, &keeping).await?;
    Ok(done)
}

/// Answers to be kept.
#[derive(Debug, Default)]
struct Keeping {
    keys: Vec<Vec<u8>>,
    fingerprints: Vec<Vec<u8>>,
    ids: Vec<Uuid>,
    bodies: Vec<Vec<u8>>,
}

impl Keeping {
    fn push(&mut self, claim: &Claim, id: HeadcountId, body: Vec<u8>) {
        self.keys.push(claim.key_hash.to_vec());
        self.fingerprints.push(claim.fingerprint.to_vec());
        self.ids.push(id.0);
        self.bodies.push(body);
    }
}

/// Writes what was taken and ends the transaction.
async fn write(
    connection: &mut Connection,
    round: &Round,
    writing: &Writing<'_>,
    keeping: &Keeping,
) -> Result<(), HeadcountError> {
    let first = writing.responses.first();
    let Some(now) = first.map(|response| response.3.recorded_at) else {
        connection.group(&[step(&ROLLBACK, &[])]).await?;
        return Ok(());
    };
    let added = Added::of(writing);
    let added: [Parameter<'_>; 5] =
        [&added.ids, &added.people, &added.areas, &added.sources, &added.since];
    let responses = Responses::of(writing);
    let Responses { ids, changes, people, statuses, observed, by, shown, channels, notes, areas } =
        &responses;
    let respond: [Parameter<'_>; 11] =
        [ids, changes, people, statuses, observed, &now, by, shown, channels, notes, areas];
    let shows = Shows::of(writing);
    let show: [Parameter<'_>; 5] =
        [&shows.ids, &shows.people, &shows.statuses, &shows.observed, &shows.changes];
    let touched: BTreeSet<HeadcountId> = writing.responses.iter().map(|one| one.0).collect();
    let far = |id: &HeadcountId| Some((id.0, round.headcounts.get(id)?.changes));
    let (touched, far): (Vec<Uuid>, Vec<i64>) = touched.iter().filter_map(far).unzip();
    let Keeping { keys, fingerprints, ids: kept_of, bodies } = keeping;
    let changed: [Parameter<'_>; 2] = [&touched, &far];
    let keep: [Parameter<'_>; 5] = [keys, fingerprints, kept_of, bodies, &now];
    let mut steps: Vec<Step<'_>> = Vec::new();
    if !writing.added.is_empty() {
        steps.push(step(&ADD, &added));
    }
    steps.extend([
        step(&RESPOND, &respond),
        step(&SHOW, &show),
        step(&CHANGED, &changed),
        step(&KEEP, &keep),
        step(&COMMIT, &[]),
    ]);
    connection.group(&steps).await?;
    Ok(())
}

/// People to be added, as columns.
#[derive(Debug, Default)]
struct Added<'w> {
    ids: Vec<Uuid>,
    people: Vec<Uuid>,
    areas: Vec<&'w str>,
    sources: Vec<&'static str>,
    since: Vec<Timestamp>,
}

impl<'w> Added<'w> {
    fn of(writing: &'w Writing<'_>) -> Self {
        let mut columns = Self::default();
        for one in &writing.added {
            columns.ids.push(one.headcount_id.0);
            columns.people.push(one.person_id.0);
            columns.areas.push(one.area_id.as_str());
            columns.sources.push(one.source.as_str());
            columns.since.push(one.source_at);
        }
        columns
    }
}

/// Responses, as columns.
#[derive(Debug, Default)]
struct Responses<'w> {
    ids: Vec<Uuid>,
    changes: Vec<i64>,
    people: Vec<Uuid>,
    statuses: Vec<&'static str>,
    observed: Vec<Timestamp>,
    by: Vec<Uuid>,
    shown: Vec<bool>,
    channels: Vec<Option<&'w str>>,
    notes: Vec<Option<&'w str>>,
    areas: Vec<Option<&'w str>>,
}

impl<'w> Responses<'w> {
    fn of(writing: &'w Writing<'_>) -> Self {
        let mut columns = Self::default();
        for (id, by, said, taken) in &writing.responses {
            columns.ids.push(id.0);
            columns.changes.push(taken.change);
            columns.people.push(taken.person_id.0);
            columns.statuses.push(taken.status.as_str());
            columns.observed.push(taken.observed_at);
            columns.by.push(by.0);
            columns.shown.push(taken.shown);
            columns.channels.push(said.channel.as_deref());
            columns.notes.push(said.note.as_deref());
            columns.areas.push(said.area_id.as_ref().map(AreaId::as_str));
        }
        columns
    }
}

/// What is shown of each person in the end, as columns.
#[derive(Debug, Default)]
struct Shows {
    ids: Vec<Uuid>,
    people: Vec<Uuid>,
    statuses: Vec<&'static str>,
    observed: Vec<Timestamp>,
    changes: Vec<i64>,
}

impl Shows {
    fn of(writing: &Writing<'_>) -> Self {
        let shown = writing.responses.iter().filter(|(.., taken)| taken.shown);
        // a later response of the batch takes the place of an earlier one
        let last: BTreeMap<_, _> =
            shown.map(|(id, _, _, taken)| ((*id, taken.person_id), taken)).collect();
        let mut columns = Self::default();
        for ((id, person), taken) in last {
            columns.ids.push(id.0);
            columns.people.push(person.0);
            columns.statuses.push(taken.status.as_str());
            columns.observed.push(taken.observed_at);
            columns.changes.push(taken.change);
        }
        columns
    }
}
