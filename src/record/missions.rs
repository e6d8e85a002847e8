//! Mission security clearance requests as columns: new ones, steps of those on record, and what is
//! compared before either is written.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::columns::{Columns as _, Parameters, array, array_of, rows};
use super::entry::{Entry, actor_id, event_id};
use super::error::RecordError;
use crate::model::{
    AreaId, Change, Event, EventKind, MissionChange, MissionDeed, MissionWord, NewMission,
    OrganizationId, Seen,
};

rows! {
    /// New requests: parameters of `missions.sql`.
    MissionRow<'r> in MissionColumns {
        n: i32,
        mscr_id: Uuid,
        mission_ref: &'r str,
        srm_ref: &'r str,
        conops: &'r str,
        pc1_record: &'r str,
        area_ids: String,
        window_from: Date,
        window_to: Date,
        package_hash: Vec<u8>,
        opened_by: Option<Uuid>,
        at: Timestamp,
        people: String,
        organizations: String,
    }
}

rows! {
    /// Steps: parameters of `mission_steps.sql`.
    StepRow<'r> in StepColumns {
        n: i32,
        mscr_id: Uuid,
        step: &'r str,
        word: &'r str,
        organization_id: Option<&'r str>,
        person_id: Option<Uuid>,
        appointment_id: Uuid,
        at: Timestamp,
        reasons: String,
    }
}

rows! {
    /// Requests as they were read: parameters of `judge_missions.sql`.
    ReadRow<'r> in ReadColumns {
        n: i32,
        mscr_id: Uuid,
        live: Option<bool>,
        change_no: Option<i32>,
        step: Option<&'r str>,
        person_id: Option<Uuid>,
        appointment_id: Option<Uuid>,
        organization_id: Option<&'r str>,
        clearances: Option<String>,
    }
}

/// What a batch asks of mission requests before it is written.
#[derive(Default)]
pub(super) struct Missions<'r> {
    read: ReadColumns<'r>,
    /// Requests to lock.
    pub(super) lock: Vec<Uuid>,
}

impl<'r> Missions<'r> {
    /// Adds what one record has read of a request, and the step it takes.
    pub(super) fn add(&mut self, n: i32, seen: &Seen, change: Option<&'r Change>) {
        if let Some(mission) = seen.mission {
            self.lock.push(mission.mscr_id);
            self.read.push(ReadRow {
                n,
                mscr_id: mission.mscr_id,
                live: Some(mission.live),
                change_no: None,
                step: None,
                person_id: None,
                appointment_id: None,
                organization_id: None,
                clearances: None,
            });
        }
        let Some((mission, change)) = change.and_then(|c| Some((c.mission.as_deref()?, c))) else {
            return;
        };
        let MissionDeed::Step(step) = &mission.deed else { return };
        self.lock.push(mission.mscr_id);
        self.read.push(ReadRow {
            n,
            mscr_id: mission.mscr_id,
            live: None,
            change_no: Some(step.change_no),
            step: Some(step.word.step()),
            person_id: actor_id(change.actor),
            appointment_id: Some(step.appointment_id),
            organization_id: organization(&step.word),
            clearances: step.clearances.as_ref().map(array_of),
        });
    }

    /// The parameters of `judge_missions.sql`; none where nothing is asked.
    pub(super) fn parameters(&self) -> Option<Parameters<'_>> {
        (!self.read.is_empty()).then(|| self.read.parameters())
    }
}

/// The request that a record touches: records that touch the same one go one after the other.
pub(super) fn touched<'r>(
    seen: &'r Seen,
    change: Option<&'r Change>,
) -> impl Iterator<Item = Uuid> {
    let own = change.and_then(|change| change.mission.as_deref());
    seen.mission.map(|mission| mission.mscr_id).into_iter().chain(own.map(|own| own.mscr_id))
}

fn organization(word: &MissionWord) -> Option<&str> {
    match word {
        MissionWord::Consent(organization, _) => Some(organization.as_str()),
        MissionWord::Recommend(_) | MissionWord::Decide(_) => None,
    }
}

/// What a change writes of a request.
pub(super) fn mission<'r>(
    n: i32,
    entry: &'r Entry,
    new: &mut MissionColumns<'r>,
    steps: &mut StepColumns<'r>,
) {
    let change = &entry.change;
    let Some(mission) = change.mission.as_deref() else { return };
    match &mission.deed {
        MissionDeed::Open(opened) => new.push(opening(n, mission.mscr_id, change, opened)),
        MissionDeed::Step(step) => steps.push(StepRow {
            n,
            mscr_id: mission.mscr_id,
            step: step.word.step(),
            word: step.word.word(),
            organization_id: organization(&step.word),
            person_id: actor_id(change.actor),
            appointment_id: step.appointment_id,
            at: change.at,
            reasons: array(step.reasons.iter().map(|reason| reason.as_str())),
        }),
    }
}

fn opening<'r>(n: i32, mscr_id: Uuid, change: &Change, opened: &'r NewMission) -> MissionRow<'r> {
    let package = &opened.package;
    MissionRow {
        n,
        mscr_id,
        mission_ref: &opened.mission_ref,
        srm_ref: &opened.srm_ref,
        conops: &opened.conops,
        pc1_record: &opened.pc1_record,
        area_ids: array(package.areas.iter().map(AreaId::as_str)),
        window_from: package.from,
        window_to: package.to,
        package_hash: package.hash().to_vec(),
        opened_by: actor_id(change.actor),
        at: change.at,
        people: array_of(package.people.iter().map(|(person, _)| person)),
        organizations: array(package.people.iter().map(|(_, of)| of.as_str())),
    }
}

/// The event of a change to a request, as a JSON array of one: ids and codes, as every event.
pub(super) fn told(change: &Change) -> Result<Option<String>, RecordError> {
    let Some(mission) = change.mission.as_deref() else { return Ok(None) };
    let MissionChange { mscr_id, areas, organization, deed } = mission;
    let (kind, reasons) = match deed {
        MissionDeed::Open(_) => (EventKind::MscrOpened, Vec::new()),
        MissionDeed::Step(step) => (step.word.event(), step.reasons.clone()),
    };
    let about = (*mscr_id, areas.as_slice());
    let mut event = event(kind, about, organization.as_ref(), change.at);
    event.reasons = reasons;
    Ok(Some(text(event, *mscr_id).ok_or(RecordError::Json)?))
}

/// An event about a mission request that nobody's step makes, as
/// [`AREA_EVENT`](super::AREA_EVENT) takes it: the request with its areas, the organization it
/// concerns, and when.
pub fn mission_event(
    kind: EventKind,
    about: (Uuid, &[AreaId]),
    organization: Option<&OrganizationId>,
    at: Timestamp,
) -> String {
    // An event has no value that JSON cannot hold; were there one, the database would refuse the
    // empty text, and nothing would be written.
    text(event(kind, about, organization, at), about.0).unwrap_or_default()
}

fn event(
    kind: EventKind,
    (_, areas): (Uuid, &[AreaId]),
    organization: Option<&OrganizationId>,
    at: Timestamp,
) -> Event {
    Event {
        event_id: event_id(at),
        kind,
        at,
        trip_id: None,
        trip_version: 0,
        clearance_id: None,
        areas: areas.to_vec(),
        organization: organization.cloned(),
        personal: false,
        reasons: Vec::new(),
    }
}

/// The event with the id of its request, as a JSON array of one.
fn text(event: Event, mscr_id: Uuid) -> Option<String> {
    let mut event = serde_json::to_value(event).ok()?;
    if let Value::Object(members) = &mut event {
        members.insert("mscr_id".to_owned(), json!(mscr_id));
    }
    Some(Value::Array(vec![event]).to_string())
}
