//! Where people are, as far as somebody said so: arrival, briefing, departure, that nobody came
//! (domain.md b.3 steps 10-12, R-502), who is inside an area, who is about to arrive, and headcounts.
//!
//! A report is written once, with its event and what follows from it: an arrival makes the trip
//! `travelling`, a departure completes the clearance, a no-show ends it, and both give its places
//! back. The first report of each kind stands; a second one gets the same answer.

mod arrivals;
mod course;
mod error;
mod headcount;
mod routes;
mod store;

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

pub use self::arrivals::{Arrival, GroupLeader, LeaderContact};
use self::course::{Course, course};
pub use self::error::PresenceError;
pub use self::headcount::{
    Api as HeadcountApi, Headcount, HeadcountCount, HeadcountEntry, HeadcountError, HeadcountMix,
    HeadcountPage, HeadcountParts, HeadcountResponse, HeadcountState, HeadcountTaken,
    HeadcountView, Headcounts, configure as configure_headcounts,
};
pub use self::routes::{Api, configure};
use self::store::Stay;
use crate::access::{Pass, Subject, act};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::database::Database;
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, AreaId, Capacity, Change, Claim, ClearanceId, ClearanceMove, ClearanceState, Committed,
    MoveTo, OrganizationId, PersonId, Record, ReportKind, RuleId, SavedAnswer, Seen, StayReport,
    TripChange, TripId,
};
use crate::record::{Recorder, Saved, saved};

/// How often a report is judged again because the clearance moved under it.
const ATTEMPTS: u32 = 5;
/// The rule by which a report gives places back.
const R_502: RuleId = RuleId("R-502");

/// The use cases of presence; cloned freely.
#[derive(Debug, Clone)]
pub struct Presence {
    database: Database,
    world: Arc<Snapshot<Atlas>>,
    recorder: Recorder,
}

/// A report as it comes in.
#[derive(Debug, Clone)]
pub struct Report {
    /// About which stay.
    pub clearance_id: ClearanceId,
    /// What.
    pub kind: ReportKind,
    /// When; none means now.
    pub at: Option<Timestamp>,
    /// Where, in words.
    pub place: Option<String>,
}

/// A stay as it is reported.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StayView {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Its state.
    pub state: ClearanceState,
    /// When the traveller arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub arrived_at: Option<Timestamp>,
    /// When the traveller was briefed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub briefed_at: Option<Timestamp>,
    /// When the traveller left.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub departed_at: Option<Timestamp>,
    /// When it was said that nobody came.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub no_show_at: Option<Timestamp>,
}

/// Somebody inside an area: an arrival is confirmed, or the stay has begun, and no departure or
/// no-show is recorded (fine-print.md, "Further calls").
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Inside {
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// By which clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// On which trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// Whose organization.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// State of the clearance.
    pub state: ClearanceState,
    /// When the arrival was confirmed; null where the stay has begun and nobody said anything.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub arrived_at: Option<Timestamp>,
    /// When the stay began by its plan.
    #[schema(value_type = String, format = DateTime)]
    pub arrive_at: Timestamp,
    /// When it ends by its plan; null for an open one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub depart_at: Option<Timestamp>,
    /// Should have left, and nobody confirmed it; shown for 72 hours (domain.md c.14).
    pub overstays: bool,
}

/// A report that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// What the caller is answered.
    pub answer: SavedAnswer,
    /// It was answered so before.
    pub replayed: bool,
}

impl Presence {
    /// The room over a database.
    pub const fn new(database: Database, world: Arc<Snapshot<Atlas>>, recorder: Recorder) -> Self {
        Self { database, world, recorder }
    }

    /// Takes a report. The same key gets the same answer; another report of the same kind is
    /// answered with what is on record and changes nothing.
    pub async fn report(
        &self,
        pass: &Pass<act::ConfirmPresence>,
        report: &Report,
        claim: Claim,
    ) -> Result<Taken, PresenceError> {
        match saved(&self.database, &claim).await? {
            Some(Saved::Same(answer)) => return Ok(Taken { answer, replayed: true }),
            Some(Saved::Other) => return Err(PresenceError::KeyReused),
            None => {}
        }
        for _ in 0..ATTEMPTS {
            let stay = self.in_sight(pass, report.clearance_id).await?;
            let at = report.at.unwrap_or(stay.now);
            let Course::Report { while_in, to } = course(&stay, report.kind, at)? else {
                return Ok(Taken { answer: answer(&stay.view())?, replayed: false });
            };
            let answer = answer(&stay.view_after(report.kind, at, to))?;
            let mut change = self.change(pass, &stay, report, at);
            for told in &mut change.reports {
                told.while_in.clone_from(&while_in);
            }
            change.moves = to.map(|to| step(&stay, while_in, to)).into_iter().collect();
            change.answer = Some(answer.clone());
            let record = Record { seen: Seen::default(), claim: Some(claim), change };
            match self.recorder.commit(record).await? {
                Committed::Written { .. } => return Ok(Taken { answer, replayed: false }),
                Committed::Replayed(answer) => return Ok(Taken { answer, replayed: true }),
                Committed::KeyReused => return Err(PresenceError::KeyReused),
                // somebody moved the clearance in between: judged again as it is now
                Committed::MoveLost(_) => {}
                Committed::Stale { .. }
                | Committed::Overlap(_)
                | Committed::Held(_)
                | Committed::NotAuthorized { .. }
                | Committed::CeilingFull { .. }
                | Committed::ReferenceTaken => return Err(PresenceError::Unsettled),
            }
        }
        Err(PresenceError::Unsettled)
    }

    /// People inside an area, by clearance; one more than the limit where there is another page.
    pub async fn inside(
        &self,
        area_id: &AreaId,
        after: Option<ClearanceId>,
        limit: i64,
    ) -> Result<Vec<Inside>, PresenceError> {
        Ok(store::inside(&self.database, area_id, after, limit.saturating_add(1)).await?)
    }

    /// The id of an area that a caller may look into. Areas are no secret: another's is refused.
    pub(in crate::presence) fn area_in_sight(
        &self,
        pass: &Pass<act::ReadPresence>,
        name: &str,
    ) -> Result<AreaId, PresenceError> {
        let atlas = self.world.load();
        let area = atlas.area_named(name).map_err(|_unknown| PresenceError::Hidden)?;
        let arrays = pass.scope().arrays();
        let id = area.id().as_str();
        let seen = arrays.everywhere
            || arrays.areas.iter().any(|one| one == id)
            || area.country().is_some_and(|iso2| arrays.countries.iter().any(|one| one == iso2));
        seen.then(|| area.id().clone()).ok_or(PresenceError::OtherLand)
    }

    /// A stay for whose traveller or area the caller may speak.
    async fn in_sight(
        &self,
        pass: &Pass<act::ConfirmPresence>,
        id: ClearanceId,
    ) -> Result<Stay, PresenceError> {
        let stay = store::stay(&self.database, id).await?.ok_or(PresenceError::Hidden)?;
        let atlas = self.world.load();
        let area = stay.area_id.as_ref().and_then(|id| atlas.area(id));
        let subject = Subject {
            person: stay.person_id,
            sponsor: stay.sponsor,
            organization: &stay.organization,
            official: !stay.personal,
            area: stay.area_id.as_ref(),
            country: area.and_then(|area| area.country()),
        };
        pass.scope().sight(&subject).ok_or(PresenceError::Hidden)?;
        Ok(stay)
    }

    /// What is written of a report, without what it moves.
    fn change(
        &self,
        pass: &Pass<act::ConfirmPresence>,
        stay: &Stay,
        report: &Report,
        at: Timestamp,
    ) -> Change {
        let by = pass.principal().person();
        let actor = Actor { capacity: Capacity::Witness, person_id: by };
        let version = self.world.load().version();
        let mut change = Change::empty(stay.now, actor, version, RULESET_VERSION);
        change.trip = Some(TripChange {
            trip_id: stay.trip_id,
            version: stay.trip_version,
            organization: stay.organization.clone(),
            personal: stay.personal,
            new: None,
            withdrawn: false,
            clearances: Vec::new(),
        });
        change.reports = vec![StayReport {
            clearance_id: stay.clearance_id,
            area_id: stay.area_id.clone(),
            kind: report.kind,
            at,
            by,
            place: report.place.clone(),
            while_in: Vec::new(),
        }];
        change
    }
}

fn step(stay: &Stay, from: Vec<ClearanceState>, to: ClearanceState) -> ClearanceMove {
    let to = MoveTo::State(to);
    let step = ClearanceMove::new(stay.clearance_id, stay.trip_id, from, to);
    ClearanceMove { rules: vec![R_502], ..step }
}

fn answer(view: &StayView) -> Result<SavedAnswer, serde_json::Error> {
    const DONE: u16 = 200;
    let body = serde_json::to_vec(view)?.into();
    Ok(SavedAnswer { status: DONE, headers: Vec::new(), body })
}

impl Stay {
    fn view(&self) -> StayView {
        StayView {
            clearance_id: self.clearance_id,
            state: self.state,
            arrived_at: self.arrived_at,
            briefed_at: self.briefed_at,
            departed_at: self.departed_at,
            no_show_at: self.no_show_at,
        }
    }

    fn view_after(&self, kind: ReportKind, at: Timestamp, to: Option<ClearanceState>) -> StayView {
        let mut view = self.view();
        view.state = to.unwrap_or(self.state);
        match kind {
            ReportKind::Arrived => view.arrived_at = Some(at),
            ReportKind::Briefed => view.briefed_at = Some(at),
            ReportKind::Departed => view.departed_at = Some(at),
            ReportKind::NoShow => view.no_show_at = Some(at),
        }
        view
    }
}
