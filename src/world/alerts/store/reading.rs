//! Reads alerts, proposals and the feeds on the list.

use compact_str::CompactString;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::access::{Land, ScopeArrays};
use crate::atlas::Shape;
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{AreaId, FenceEffect};
use crate::world::alerts::cap::{Severity, text_of};
use crate::world::alerts::intake::{applied_effect, severity};

const SOURCES: Statement = statement!("world/alert_sources");
const LIST: Statement = statement!("world/alert_list");
const PROPOSALS: Statement = statement!("world/alert_proposals");
const REPEATED: Statement = statement!("world/alert_repeated");

/// A feed on the list by which a message came.
#[derive(Debug, Clone)]
pub(in crate::world::alerts) struct Source {
    pub(in crate::world::alerts) feed_id: Uuid,
    pub(in crate::world::alerts) land: Land,
    pub(in crate::world::alerts) senders: Vec<String>,
    /// From which severity it has effects without a person.
    pub(in crate::world::alerts) apply_from: Option<Severity>,
    pub(in crate::world::alerts) effect: FenceEffect,
}

/// The feeds of a machine, or those that are fetched from where a feed is.
pub(in crate::world::alerts) async fn sources(
    database: &Database,
    client: Option<Uuid>,
    feed: Option<Uuid>,
) -> Result<Vec<Source>, DatabaseError> {
    let rows = database.reader().await?.rows(&SOURCES, &[&client, &feed]).await?;
    rows.iter().map(source).collect()
}

fn source(row: &Row) -> Result<Source, DatabaseError> {
    let (areas, countries): (Vec<&str>, Vec<&str>) =
        (row.try_get("area_ids")?, row.try_get("countries")?);
    let apply_from: Option<&str> = row.try_get("apply_from")?;
    Ok(Source {
        feed_id: row.try_get("feed_id")?,
        land: Land {
            areas: areas.into_iter().map(AreaId::from).collect(),
            countries: countries.into_iter().map(CompactString::from).collect(),
        },
        senders: row.try_get("senders")?,
        apply_from: apply_from.map(severity),
        effect: applied_effect(row.try_get("apply_effect")?),
    })
}

/// Which alerts are asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct ListQuestion {
    /// The land whose alerts are seen even if they are not public.
    pub(in crate::world) sight: ScopeArrays,
    /// The identity that asks: what it sent, it sees.
    pub(in crate::world) identity: Uuid,
    /// What became of them.
    pub(in crate::world) state: Option<&'static str>,
    /// An area they are about.
    pub(in crate::world) area: Option<String>,
    /// Those that came before this position.
    pub(in crate::world) before: Option<i64>,
    /// How many.
    pub(in crate::world) limit: i64,
    /// One alone.
    pub(in crate::world) alert_id: Option<Uuid>,
}

/// An alert as it is kept.
#[derive(Debug, Clone)]
pub(in crate::world) struct AlertRow {
    /// Id.
    pub(in crate::world) alert_id: Uuid,
    /// Order of arrival.
    pub(in crate::world) position: i64,
    /// What became of it.
    pub(in crate::world) state: String,
    /// What is wrong or odd: `[{code, detail}]`.
    pub(in crate::world) remarks: Value,
    /// Who sent it.
    pub(in crate::world) sender: Option<String>,
    /// The sender's name for it.
    pub(in crate::world) identifier: Option<String>,
    /// When it was sent.
    pub(in crate::world) sent: Option<Timestamp>,
    /// `actual`, `exercise`, …
    pub(in crate::world) status: Option<String>,
    /// `alert`, `update`, `cancel`, …
    pub(in crate::world) kind: Option<String>,
    /// `public`, `restricted`, `private`.
    pub(in crate::world) scope: Option<String>,
    /// The messages it speaks of.
    pub(in crate::world) references: Vec<String>,
    /// What was understood.
    pub(in crate::world) body: Option<Value>,
    /// Areas it is about.
    pub(in crate::world) area_ids: Vec<String>,
    /// When the last of it ends.
    pub(in crate::world) expires_at: Option<Timestamp>,
    /// The message it repeats.
    pub(in crate::world) duplicate_of: Option<Uuid>,
    /// The feed it came by.
    pub(in crate::world) feed_id: Option<Uuid>,
    /// When it came.
    pub(in crate::world) received_at: Timestamp,
    /// The message in quarantine that it corrects.
    pub(in crate::world) corrects: Option<Uuid>,
    /// Who put it right.
    pub(in crate::world) corrected_by: Option<Uuid>,
    /// What was put right, and why.
    pub(in crate::world) correction: Option<String>,
    /// Who dismissed it from quarantine.
    pub(in crate::world) dismissed_by: Option<Uuid>,
    /// When.
    pub(in crate::world) dismissed_at: Option<Timestamp>,
    /// Why.
    pub(in crate::world) dismissal: Option<String>,
    /// The message that corrects it.
    pub(in crate::world) released_as: Option<Uuid>,
    /// What came, of one alone that is or was in quarantine.
    pub(in crate::world) received: Option<String>,
}

/// Alerts in sight, the latest to come first.
pub(in crate::world) async fn list(
    database: &Database,
    asked: &ListQuestion,
) -> Result<Vec<AlertRow>, DatabaseError> {
    let ScopeArrays { everywhere, areas, countries, .. } = &asked.sight;
    let mut connection = database.reader().await?;
    let rows = connection
        .rows(
            &LIST,
            &[
                everywhere,
                areas,
                countries,
                &asked.state,
                &asked.area,
                &asked.before,
                &asked.limit,
                &asked.alert_id,
                &asked.identity,
            ],
        )
        .await?;
    rows.iter().map(alert).collect()
}

/// Bytes as text, whatever they are.
fn readable(raw: &[u8]) -> String {
    text_of(raw).unwrap_or_else(|_no_text| String::from_utf8_lossy(raw)).into_owned()
}

fn alert(row: &Row) -> Result<AlertRow, DatabaseError> {
    let raw: Option<&[u8]> = row.try_get("raw")?;
    Ok(AlertRow {
        alert_id: row.try_get("alert_id")?,
        position: row.try_get("position")?,
        state: row.try_get("state")?,
        remarks: row.try_get("remarks")?,
        sender: row.try_get("sender")?,
        identifier: row.try_get("identifier")?,
        sent: row.try_get("sent")?,
        status: row.try_get("status")?,
        kind: row.try_get("kind")?,
        scope: row.try_get("scope")?,
        references: row.try_get("reference_keys")?,
        body: row.try_get("body")?,
        area_ids: row.try_get("area_ids")?,
        expires_at: row.try_get("expires_at")?,
        duplicate_of: row.try_get("duplicate_of")?,
        feed_id: row.try_get("feed_id")?,
        received_at: row.try_get("received_at")?,
        corrects: row.try_get("corrects")?,
        corrected_by: row.try_get("corrected_by")?,
        correction: row.try_get("correction")?,
        dismissed_by: row.try_get("dismissed_by")?,
        dismissed_at: row.try_get("dismissed_at")?,
        dismissal: row.try_get("dismissal")?,
        released_as: row.try_get("released_as")?,
        received: raw.map(readable),
    })
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world) enum ProposalState {
    /// A person decides.
    Open,
    /// The service does it.
    Due,
    /// A person said yes.
    Confirmed,
    /// The service did it.
    Applied,
    /// A person said no.
    Dismissed,
    /// A later message took its place.
    Withdrawn,
    /// It ended before anybody decided.
    Expired,
}

impl ProposalState {
    /// Every state.
    pub(in crate::world) const ALL: [Self; 7] = [
        Self::Open,
        Self::Due,
        Self::Confirmed,
        Self::Applied,
        Self::Dismissed,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// The name in JSON and SQL.
    pub(in crate::world) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Due => "due",
            Self::Confirmed => "confirmed",
            Self::Applied => "applied",
            Self::Dismissed => "dismissed",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// The state of a name; what is not known is decided already.
    pub(in crate::world::alerts) fn named(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == name);
        known.unwrap_or(Self::Withdrawn)
    }
}

/// A proposal as it is kept.
#[derive(Debug, Clone)]
pub(in crate::world) struct ProposalRow {
    /// Id.
    pub(in crate::world) proposal_id: Uuid,
    /// `fence`, `advisory` or `lift`.
    pub(in crate::world) kind: String,
    /// Where it stands.
    pub(in crate::world) state: ProposalState,
    /// Nothing about the place was put right.
    pub(in crate::world) as_received: bool,
    /// Areas it touches.
    pub(in crate::world) area_ids: Vec<String>,
    /// Where.
    pub(in crate::world) shape: Option<Shape>,
    /// Name of the fence.
    pub(in crate::world) name: String,
    /// Kind of the fence.
    pub(in crate::world) fence_kind: Option<String>,
    /// What the fence does.
    pub(in crate::world) effect: Option<String>,
    /// How bad.
    pub(in crate::world) severity: String,
    /// From when.
    pub(in crate::world) valid_from: Option<Timestamp>,
    /// Until when.
    pub(in crate::world) valid_until: Option<Timestamp>,
    /// The words, by language.
    pub(in crate::world) texts: Value,
    /// The fence made of it, or the one to take away.
    pub(in crate::world) fence_id: Option<Uuid>,
    /// When that was taken away again.
    pub(in crate::world) lifted_at: Option<Timestamp>,
    /// Who decided.
    pub(in crate::world) decided_by: Option<Uuid>,
    /// When.
    pub(in crate::world) decided_at: Option<Timestamp>,
    /// Why.
    pub(in crate::world) reason: Option<String>,
}

/// What alerts propose, in order.
pub(in crate::world) async fn proposals(
    database: &Database,
    alerts: &[Uuid],
) -> Result<Vec<ProposalRow>, DatabaseError> {
    let rows = database.reader().await?.rows(&PROPOSALS, &[&alerts]).await?;
    rows.iter().map(proposal).collect()
}

fn proposal(row: &Row) -> Result<ProposalRow, DatabaseError> {
    let shape: Option<&[u8]> = row.try_get("shape")?;
    Ok(ProposalRow {
        proposal_id: row.try_get("proposal_id")?,
        kind: row.try_get("kind")?,
        state: ProposalState::named(row.try_get("state")?),
        as_received: row.try_get("as_received")?,
        area_ids: row.try_get("area_ids")?,
        shape: shape.and_then(|bytes| Shape::from_bytes(bytes).ok()),
        name: row.try_get("name")?,
        fence_kind: row.try_get("fence_kind")?,
        effect: row.try_get("effect")?,
        severity: row.try_get("severity")?,
        valid_from: row.try_get("valid_from")?,
        valid_until: row.try_get("valid_until")?,
        texts: row.try_get("texts")?,
        fence_id: row.try_get("fence_id")?,
        lifted_at: row.try_get("lifted_at")?,
        decided_by: row.try_get("decided_by")?,
        decided_at: row.try_get("decided_at")?,
        reason: row.try_get("reason")?,
    })
}

/// SHA-256 of what a request has sent before under an id; none where nothing was.
pub(in crate::world) async fn repeated(
    database: &Database,
    alert_id: Uuid,
) -> Result<Option<Vec<u8>>, DatabaseError> {
    let row = database.reader().await?.maybe(&REPEATED, &[&alert_id]).await?;
    Ok(row.map(|row| row.try_get("digest")).transpose()?)
}
