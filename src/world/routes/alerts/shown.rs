//! Alerts and proposals as JSON.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::world::alerts::{AlertRow, AlertState, ProposalRow};
use crate::world::preview::Foreseen;

/// What is confirmed of an alert, and otherwise than proposed.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(in crate::world::routes) struct ConfirmBody {
    /// One proposal; without it all that are open.
    #[schema(format = Uuid)]
    proposal_id: Option<String>,
    /// What the fence does: `advise`, `condition` or `manual`.
    effect: Option<String>,
    /// What the fence is.
    kind: Option<String>,
    /// What the fence is called.
    name: Option<String>,
    /// Until when the fence stands.
    #[schema(format = DateTime)]
    valid_until: Option<String>,
    /// For the record.
    reason: Option<String>,
}

/// What is dismissed of an alert.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(in crate::world::routes) struct DismissBody {
    /// One proposal; without it all that are open, or the message itself, if it is in quarantine.
    #[schema(format = Uuid)]
    proposal_id: Option<String>,
    /// For the record.
    reason: String,
}

/// A message as a person has put it right.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(in crate::world::routes) struct ReleaseBody {
    /// The whole message: CAP 1.2, 1.1 or 1.0.
    message: String,
    /// What was put right, and why.
    reason: String,
}

/// A message and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct AlertAnswer {
    /// Its id here.
    #[schema(value_type = String)]
    pub(super) alert_id: Uuid,
    /// `accepted`, `repaired`, `quarantined`, `duplicate`, `no_effect`, `released` or `dismissed`.
    state: String,
    /// What is wrong, odd or was put right: `[{code, detail}]`.
    #[schema(value_type = Vec<Object>)]
    remarks: Value,
    /// Who sent it.
    sender: Option<String>,
    /// The sender's name for it.
    identifier: Option<String>,
    /// When it was sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent: Option<Timestamp>,
    /// `actual`, `exercise`, `system`, `test` or `draft`.
    status: Option<String>,
    /// `alert`, `update`, `cancel`, `ack` or `error`.
    kind: Option<String>,
    /// `public`, `restricted` or `private`.
    scope: Option<String>,
    /// The messages it speaks of: sender, identifier, time.
    references: Vec<String>,
    /// Areas it is about.
    area_ids: Vec<String>,
    /// When the last of it ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// The message it repeats.
    #[schema(value_type = Option<String>)]
    duplicate_of: Option<Uuid>,
    /// The feed it came by.
    #[schema(value_type = Option<String>)]
    feed_id: Option<Uuid>,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// The message in quarantine that it corrects.
    #[schema(value_type = Option<String>)]
    corrects: Option<Uuid>,
    /// Who put it right.
    #[schema(value_type = Option<String>)]
    corrected_by: Option<Uuid>,
    /// What was put right, and why.
    correction: Option<String>,
    /// Who dismissed it from quarantine.
    #[schema(value_type = Option<String>)]
    dismissed_by: Option<Uuid>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    dismissed_at: Option<Timestamp>,
    /// Why.
    dismissal: Option<String>,
    /// Of a message that was released: the one that corrects it.
    #[schema(value_type = Option<String>)]
    released_as: Option<Uuid>,
    /// The message as it came, where something in it has to be put right, or had to be; in lists left
    /// out.
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<String>,
    /// What was understood; in lists left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    message: Option<Value>,
    /// What it proposes; in lists left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposals: Option<Vec<AlertProposalAnswer>>,
}

/// An alert, or with `preview` what confirming would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(in crate::world::routes) enum AlertConfirmed {
    /// The alert as it stands now.
    Alert(Box<AlertAnswer>),
    /// What it would do.
    Foreseen(Box<Foreseen>),
}

/// Alerts, the latest to come first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct AlertList {
    /// The alerts of this page.
    pub(in crate::world::routes) items: Vec<AlertAnswer>,
    /// For the next page; null on the last.
    pub(in crate::world::routes) next_cursor: Option<String>,
}

/// What an alert proposes.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct AlertProposalAnswer {
    /// Its id.
    #[schema(value_type = String)]
    proposal_id: Uuid,
    /// `fence`, `advisory`, or `lift`: that a fence is taken away.
    kind: String,
    /// `open`, `due`, `confirmed`, `applied`, `dismissed`, `withdrawn` or `expired`.
    state: &'static str,
    /// Nothing about the place had to be put right.
    as_received: bool,
    /// Areas it touches.
    area_ids: Vec<String>,
    /// Name of the fence.
    name: String,
    /// What the fence is.
    fence_kind: Option<String>,
    /// What the fence does.
    effect: Option<String>,
    /// `unknown`, `minor`, `moderate`, `severe` or `extreme`.
    severity: String,
    /// From when.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_from: Option<Timestamp>,
    /// Until when.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Timestamp>,
    /// Where: a GeoJSON `MultiPolygon`.
    #[schema(value_type = Option<Object>)]
    geometry: Option<Box<RawValue>>,
    /// The words, by language.
    #[schema(value_type = Vec<Object>)]
    texts: Value,
    /// The fence made of it, or the one to take away.
    #[schema(value_type = Option<String>)]
    fence_id: Option<Uuid>,
    /// When that was taken away again.
    #[schema(value_type = Option<String>, format = DateTime)]
    lifted_at: Option<Timestamp>,
    /// Who decided; null where the service did.
    #[schema(value_type = Option<String>)]
    decided_by: Option<Uuid>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    /// Why.
    reason: Option<String>,
}

impl AlertAnswer {
    /// For lists.
    pub(super) fn brief(row: AlertRow) -> Self {
        Self {
            alert_id: row.alert_id,
            state: row.state,
            remarks: row.remarks,
            sender: row.sender,
            identifier: row.identifier,
            sent: row.sent,
            status: row.status,
            kind: row.kind,
            scope: row.scope,
            references: row.references,
            area_ids: row.area_ids,
            expires_at: row.expires_at,
            duplicate_of: row.duplicate_of,
            feed_id: row.feed_id,
            received_at: row.received_at,
            corrects: row.corrects,
            corrected_by: row.corrected_by,
            correction: row.correction,
            dismissed_by: row.dismissed_by,
            dismissed_at: row.dismissed_at,
            dismissal: row.dismissal,
            released_as: row.released_as,
            received: row.received,
            message: None,
            proposals: None,
        }
    }

    /// Whether it is in quarantine or was dismissed from there.
    pub(super) fn was_quarantined(&self) -> bool {
        AlertState::UNSOUND.into_iter().any(|state| state.as_str() == self.state)
    }

    /// With everything.
    pub(super) fn whole(mut row: AlertRow, proposals: Vec<ProposalRow>) -> Self {
        let message = row.body.take();
        let proposals = proposals.into_iter().map(AlertProposalAnswer::of).collect();
        Self { message, proposals: Some(proposals), ..Self::brief(row) }
    }
}

impl AlertProposalAnswer {
    fn of(row: ProposalRow) -> Self {
        let geometry = row.shape.map(|shape| shape.to_geojson());
        Self {
            proposal_id: row.proposal_id,
            kind: row.kind,
            state: row.state.as_str(),
            as_received: row.as_received,
            area_ids: row.area_ids,
            name: row.name,
            fence_kind: row.fence_kind,
            effect: row.effect,
            severity: row.severity,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            geometry: geometry.and_then(|geometry| RawValue::from_string(geometry).ok()),
            texts: row.texts,
            fence_id: row.fence_id,
            lifted_at: row.lifted_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            reason: row.reason,
        }
    }
}
