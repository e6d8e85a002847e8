//! Writes messages and what they propose, each message in one transaction.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::atlas::Shape;
use crate::database::{
    BEGIN, COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, ToSql, statement,
    step,
};
use crate::model::{AreaId, FenceEffect, PersonId};
use crate::world::alerts::cap::{CapAlert, Identity, Remark};
use crate::world::alerts::intake::{Correction, Written};
use crate::world::alerts::judge::{AlertState, Suggestion};

const LOCK: Statement = statement!("world/alert_lock");
const KNOWN: Statement = statement!("world/alert_known");
const WAITING: Statement = statement!("world/alert_waiting");
const INSERT: Statement = statement!("world/alert_insert");
const PROPOSE: Statement = statement!("world/alert_propose");
const WITHDRAW: Statement = statement!("world/alert_withdraw");
const LIFT: Statement = statement!("world/alert_lift");
const STATE: Statement = statement!("world/alert_state");
const RELEASE: Statement = statement!("world/alert_release");
const DISMISS: Statement = statement!("world/alert_dismiss");
const FOUND: Statement = statement!("world/alert_found");
const DUE: Statement = statement!("world/alert_due");
const EXPIRE: Statement = statement!("world/alert_expire");
const LEASE: Statement = statement!("world/alert_lease");

type Parameter<'p> = &'p (dyn ToSql + Sync);

/// A message that is on record.
#[derive(Debug, Clone)]
pub(in crate::world::alerts) struct Known {
    pub(in crate::world::alerts) alert_id: Uuid,
    pub(in crate::world::alerts) key: String,
    pub(in crate::world::alerts) digest: Vec<u8>,
}

/// A message on record that speaks of one that had not come.
#[derive(Debug, Clone)]
pub(in crate::world::alerts) struct Waiting {
    pub(in crate::world::alerts) alert_id: Uuid,
    pub(in crate::world::alerts) is_cancel: bool,
}

/// Where a message stands, under the lock of taking in.
#[derive(Debug, Clone)]
pub(in crate::world::alerts) struct OnRecord {
    /// What became of it.
    pub(in crate::world::alerts) state: String,
    /// Areas it is about, as far as it could be read.
    pub(in crate::world::alerts) areas: Vec<AreaId>,
    /// Who dismissed it.
    pub(in crate::world::alerts) dismissed_by: Option<PersonId>,
}

impl OnRecord {
    /// Whether it is in a state.
    pub(in crate::world::alerts) fn is(&self, state: AlertState) -> bool {
        self.state == state.as_str()
    }
}

/// A message to be written.
#[derive(Debug, Clone)]
pub(in crate::world::alerts) struct NewAlert {
    pub(in crate::world::alerts) alert_id: Uuid,
    pub(in crate::world::alerts) state: AlertState,
    pub(in crate::world::alerts) remarks: Vec<Remark>,
    pub(in crate::world::alerts) identity: Option<Identity>,
    pub(in crate::world::alerts) references: Vec<String>,
    pub(in crate::world::alerts) waits: bool,
    pub(in crate::world::alerts) body: Option<CapAlert>,
    pub(in crate::world::alerts) areas: Vec<AreaId>,
    pub(in crate::world::alerts) expires_at: Option<Timestamp>,
    pub(in crate::world::alerts) duplicate_of: Option<Uuid>,
    pub(in crate::world::alerts) feed: Option<Uuid>,
    pub(in crate::world::alerts) identity_id: Option<Uuid>,
    pub(in crate::world::alerts) digest: [u8; 32],
    pub(in crate::world::alerts) raw: Option<Vec<u8>>,
    pub(in crate::world::alerts) corrects: Option<Correction>,
}

/// A proposal to be written.
#[derive(Debug, Clone)]
pub(in crate::world::alerts) struct NewProposal {
    pub(in crate::world::alerts) proposal_id: Uuid,
    pub(in crate::world::alerts) number: i32,
    pub(in crate::world::alerts) kind: &'static str,
    pub(in crate::world::alerts) state: &'static str,
    as_received: bool,
    areas: Vec<String>,
    shape: Option<Vec<u8>>,
    name: String,
    fence_kind: Option<&'static str>,
    effect: Option<&'static str>,
    severity: &'static str,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    texts: Value,
}

impl NewProposal {
    /// What people are told.
    pub(in crate::world::alerts) fn advisory(
        number: i32,
        state: &'static str,
        of: &Suggestion,
    ) -> Self {
        Self {
            proposal_id: Uuid::now_v7(),
            number,
            kind: "advisory",
            state,
            as_received: of.as_received,
            areas: of.areas.iter().map(|area| area.as_str().to_owned()).collect(),
            shape: None,
            name: of.name.clone(),
            fence_kind: None,
            effect: None,
            severity: of.severity.as_str(),
            from: of.from,
            until: of.until,
            texts: serde_json::to_value(&of.texts).unwrap_or_default(),
        }
    }

    /// A fence, where there is something to draw.
    pub(in crate::world::alerts) fn fence(
        number: i32,
        state: &'static str,
        of: &Suggestion,
        effect: FenceEffect,
    ) -> Option<Self> {
        Some(Self {
            proposal_id: Uuid::now_v7(),
            kind: "fence",
            state,
            shape: Some(of.shape.as_ref()?.to_bytes()),
            fence_kind: Some(of.kind.as_str()),
            effect: Some(effect.as_str()),
            ..Self::advisory(number, state, of)
        })
    }
}

/// A message being taken in: nobody else takes one in meanwhile.
#[derive(Debug)]
pub(in crate::world::alerts) struct Intake {
    connection: Connection,
    now: Timestamp,
}

impl Intake {
    pub(in crate::world::alerts) async fn begin(
        database: &Database,
    ) -> Result<Self, DatabaseError> {
        let mut connection = database.writer().await?;
        let answers = connection.group(&[step(&BEGIN, &[]), step(&LOCK, &[])]).await?;
        let row = answers.get(1).and_then(|rows| rows.first());
        let row = row.ok_or(DatabaseError::Rows { statement: LOCK.name(), rows: 0 })?;
        Ok(Self { now: row.try_get("now")?, connection })
    }

    /// The database's time.
    pub(in crate::world::alerts) const fn now(&self) -> Timestamp {
        self.now
    }

    /// What is on record of a message, of those it speaks of, and of those that speak of it. The
    /// first key is its own.
    pub(in crate::world::alerts) async fn others(
        &mut self,
        keys: &[String],
        sender: &str,
    ) -> Result<(Vec<Known>, Vec<Waiting>), DatabaseError> {
        let Some(own) = keys.first() else { return Ok((Vec::new(), Vec::new())) };
        let known: [Parameter<'_>; 1] = [&keys];
        let waiting: [Parameter<'_>; 2] = [own, &sender];
        let answers =
            self.connection.group(&[step(&KNOWN, &known), step(&WAITING, &waiting)]).await?;
        let rows = |at: usize| answers.get(at).map(Vec::as_slice).unwrap_or_default().iter();
        let known = rows(0).map(|row| {
            Ok(Known {
                alert_id: row.try_get("alert_id")?,
                key: row.try_get("key")?,
                digest: row.try_get("digest")?,
            })
        });
        let waiting = rows(1).map(|row| {
            let kind: &str = row.try_get("kind")?;
            Ok(Waiting { alert_id: row.try_get("alert_id")?, is_cancel: kind == "cancel" })
        });
        Ok((
            known.collect::<Result<_, DatabaseError>>()?,
            waiting.collect::<Result<_, DatabaseError>>()?,
        ))
    }

    /// Where a message stands; none where there is no such message.
    pub(in crate::world::alerts) async fn on_record(
        &mut self,
        alert_id: Uuid,
    ) -> Result<Option<OnRecord>, DatabaseError> {
        let row = self.connection.maybe(&STATE, &[&alert_id]).await?;
        let read = |row: Row| {
            let areas: Vec<&str> = row.try_get("area_ids")?;
            Ok(OnRecord {
                state: row.try_get("state")?,
                areas: areas.into_iter().map(AreaId::from).collect(),
                dismissed_by: row.try_get::<_, Option<Uuid>>("dismissed_by")?.map(PersonId),
            })
        };
        row.map(read).transpose()
    }

    /// Dismisses a message and ends.
    pub(in crate::world::alerts) async fn dismiss(
        mut self,
        alert_id: Uuid,
        by: PersonId,
        reason: &str,
    ) -> Result<(), DatabaseError> {
        let dismissed: [Parameter<'_>; 3] = [&alert_id, &by.0, &reason];
        self.connection.group(&[step(&DISMISS, &dismissed), step(&COMMIT, &[])]).await?;
        Ok(())
    }

    /// Leaves everything as it was.
    pub(in crate::world::alerts) async fn give_up(mut self) -> Result<(), DatabaseError> {
        self.connection.group(&[step(&ROLLBACK, &[])]).await?;
        Ok(())
    }

    /// Writes everything that follows and ends.
    pub(in crate::world::alerts) async fn write(
        mut self,
        written: Written,
    ) -> Result<(), DatabaseError> {
        let Written { alert, proposals, withdrawn, lifted, lifting_feeds, found } = written;
        let fields = AlertFields::of(&alert);
        let insert = fields.parameters(&alert);
        let proposing: Vec<[Parameter<'_>; 15]> =
            proposals.iter().map(|one| propose(&alert.alert_id, one)).collect();
        let withdraw: [Parameter<'_>; 1] = [&withdrawn];
        let lift: [Parameter<'_>; 3] = [&alert.alert_id, &lifted, &lifting_feeds];
        let found: [Parameter<'_>; 1] = [&found];
        let corrected: [Parameter<'_>; 1] = [&fields.corrects];
        let release = fields.corrects.map(|_| step(&RELEASE, &corrected));
        let mut steps: Vec<_> = release.into_iter().chain([step(&INSERT, &insert)]).collect();
        steps.extend(proposing.iter().map(|one| step(&PROPOSE, one)));
        steps.push(step(&WITHDRAW, &withdraw));
        steps.push(step(&LIFT, &lift));
        steps.push(step(&FOUND, &found));
        steps.push(step(&COMMIT, &[]));
        self.connection.group(&steps).await?;
        Ok(())
    }
}

/// What of an alert is written in another form than it is kept in.
struct AlertFields<'a> {
    state: &'static str,
    remarks: Value,
    key: Option<String>,
    body: Option<Value>,
    areas: Vec<String>,
    status: Option<&'static str>,
    kind: Option<&'static str>,
    scope: Option<&'static str>,
    sender: Option<String>,
    identifier: Option<String>,
    sent: Option<Timestamp>,
    digest: Vec<u8>,
    corrects: Option<Uuid>,
    corrected_by: Option<Uuid>,
    correction: Option<&'a str>,
}

impl<'a> AlertFields<'a> {
    fn of(alert: &'a NewAlert) -> Self {
        let corrects = alert.corrects.as_ref();
        let identity = alert.identity.as_ref();
        let body = alert.body.as_ref();
        Self {
            state: alert.state.as_str(),
            remarks: serde_json::to_value(&alert.remarks).unwrap_or_default(),
            key: identity.map(Identity::key),
            body: body.and_then(|body| serde_json::to_value(body).ok()),
            areas: alert.areas.iter().map(|area| area.as_str().to_owned()).collect(),
            status: body.map(|body| body.status.as_str()),
            kind: body.map(|body| body.kind.as_str()),
            scope: body.map(|body| body.scope.as_str()),
            sender: identity.map(|identity| identity.sender.clone()),
            identifier: identity.map(|identity| identity.identifier.clone()),
            sent: identity.map(|identity| identity.sent),
            digest: alert.digest.to_vec(),
            corrects: corrects.map(|correction| correction.alert_id),
            corrected_by: corrects.map(|correction| correction.by.0),
            correction: corrects.map(|correction| correction.reason.as_str()),
        }
    }

    fn parameters<'p>(&'p self, alert: &'p NewAlert) -> [Parameter<'p>; 23] {
        [
            &alert.alert_id,
            &self.state,
            &self.remarks,
            &self.sender,
            &self.identifier,
            &self.sent,
            &self.key,
            &self.status,
            &self.kind,
            &self.scope,
            &alert.references,
            &alert.waits,
            &self.body,
            &self.areas,
            &alert.expires_at,
            &alert.duplicate_of,
            &alert.feed,
            &alert.identity_id,
            &self.digest,
            &alert.raw,
            &self.corrects,
            &self.corrected_by,
            &self.correction,
        ]
    }
}

fn propose<'p>(alert_id: &'p Uuid, one: &'p NewProposal) -> [Parameter<'p>; 15] {
    [
        &one.proposal_id,
        alert_id,
        &one.number,
        &one.kind,
        &one.state,
        &one.as_received,
        &one.areas,
        &one.shape,
        &one.name,
        &one.fence_kind,
        &one.effect,
        &one.severity,
        &one.from,
        &one.until,
        &one.texts,
    ]
}

/// Proposals that wait for the service itself.
pub(in crate::world::alerts) async fn due(database: &Database) -> Result<Vec<Uuid>, DatabaseError> {
    let rows = database.reader().await?.rows(&DUE, &[]).await?;
    rows.iter().map(|row| Ok(row.try_get("proposal_id")?)).collect()
}

/// Notes proposals that ended before anybody decided.
pub(in crate::world::alerts) async fn expire(database: &Database) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&EXPIRE, &[]).await?;
    Ok(())
}

/// Takes or renews the lease of who works through what is due; false where another has it.
pub(in crate::world::alerts) async fn lease(
    database: &Database,
    holder: Uuid,
) -> Result<bool, DatabaseError> {
    Ok(database.writer().await?.maybe(&LEASE, &[&holder]).await?.is_some())
}

/// The bytes of a shape, as they are kept.
pub(in crate::world::alerts) fn shape(bytes: &[u8]) -> Option<Shape> {
    Shape::from_bytes(bytes).ok()
}
