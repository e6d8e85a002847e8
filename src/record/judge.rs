//! What a record was decided with against what is true under the locks.

use jiff::Timestamp;
use uuid::Uuid;

use super::columns::{Columns, Parameters, rows};
use super::ground::{ToldColumns, ToldRow};
use super::missions::Missions;
use super::moves;
use super::warrant::{Warrant, Warrants, hold, refusing};
use crate::database::{DatabaseError, Row};
use crate::model::{
    AreaId, Change, Claim, ClearanceId, ClearanceState, Committed, Hold, LostMove, OrganizationId,
    OtherTrip, PersonId, Reference, RuleId, SavedAnswer, Seen, TripId,
};

rows! {
    /// The records of a batch with their keys.
    AskedRow<'r> in AskedColumns {
        n: i32,
        key_hash: Option<&'r [u8]>,
    }
}

rows! {
    /// New trips that may have been written already.
    DoubtRow<'r> in DoubtColumns {
        n: i32,
        trip_id: &'r Uuid,
    }
}

rows! {
    /// Areas as they were seen.
    AreaRow<'r> in AreaColumns {
        n: i32,
        area_id: &'r str,
        revision: i64,
    }
}

rows! {
    /// People as they were seen.
    PersonRow<'r> in PersonColumns {
        n: i32,
        person_id: &'r Uuid,
        revision: i64,
    }
}

rows! {
    /// Windows that must be free of other trips.
    WindowRow<'r> in WindowColumns {
        n: i32,
        person_id: &'r Uuid,
        starts_at: Timestamp,
        ends_at: Timestamp,
        personal: bool,
        own: Option<Uuid>,
    }
}

rows! {
    /// States that clearances must be in.
    ExpectRow<'r> in ExpectColumns {
        n: i32,
        clearance_id: &'r Uuid,
        states: String,
    }
}

rows! {
    /// Trips that must not have been changed since they were read: parameters of
    /// `judge_versions.sql`.
    VersionRow<'r> in VersionColumns {
        n: i32,
        trip_id: &'r Uuid,
        change_no: i32,
    }
}

/// The questions of a batch: the parameters of `judge.sql` and of the locks before it.
#[derive(Default)]
pub(super) struct Questions<'r> {
    asked: AskedColumns<'r>,
    doubts: DoubtColumns<'r>,
    areas: AreaColumns<'r>,
    people: PersonColumns<'r>,
    windows: WindowColumns<'r>,
    expects: ExpectColumns<'r>,
    told: ToldColumns<'r>,
    versions: VersionColumns<'r>,
    /// Whom to lock.
    pub(super) lock_people: Vec<Uuid>,
    /// Which trips to lock.
    pub(super) lock_trips: Vec<Uuid>,
    /// What people's decisions rest on.
    pub(super) warrants: Warrants<'r>,
    /// Mission requests as they were read.
    pub(super) missions: Missions<'r>,
}

/// What one record asks.
pub(super) struct Question<'r> {
    pub(super) seen: &'r Seen,
    pub(super) claim: Option<&'r Claim>,
    /// The new trip, where an earlier attempt may have written it.
    pub(super) doubt: Option<&'r TripId>,
    /// Clearances and the states they must be in.
    pub(super) expects: Vec<(&'r ClearanceId, &'r [ClearanceState])>,
    /// Reports and clocks that are written once: clearance, name, round.
    pub(super) told: Vec<(&'r ClearanceId, &'static str, i32)>,
    /// Trips on record that will be touched.
    pub(super) trips: Vec<TripId>,
    /// What a person's decision rests on; none for rules and requesters.
    pub(super) warrant: Option<Warrant<'r>>,
    /// The trip it amends, with its changes as they were read.
    pub(super) amends: Option<(&'r TripId, i32)>,
    /// The change, where it may be a step of a mission request.
    pub(super) change: Option<&'r Change>,
}

impl<'r> Questions<'r> {
    /// Adds the questions of a record.
    pub(super) fn add(&mut self, n: i32, question: Question<'r>) {
        let key_hash = question.claim.map(|claim| claim.key_hash.as_slice());
        self.asked.push(AskedRow { n, key_hash });
        if let Some(trip) = question.doubt {
            self.doubts.push(DoubtRow { n, trip_id: &trip.0 });
        }
        for (area_id, revision) in &question.seen.areas {
            let area_id = area_id.as_str();
            self.areas.push(AreaRow { n, area_id, revision: *revision });
        }
        for (person, revision) in &question.seen.people {
            self.people.push(PersonRow { n, person_id: &person.0, revision: *revision });
            self.lock_people.push(person.0);
        }
        if let Some(window) = &question.seen.window {
            for traveller in &window.travellers {
                self.windows.push(WindowRow {
                    n,
                    person_id: &traveller.0,
                    starts_at: window.starts_at,
                    ends_at: window.ends_at,
                    personal: window.personal,
                    own: window.own.map(|trip| trip.0),
                });
                self.lock_people.push(traveller.0);
            }
        }
        for (clearance, states) in question.expects {
            let states = moves::joined(states);
            self.expects.push(ExpectRow { n, clearance_id: &clearance.0, states });
        }
        for (clearance, what, round) in question.told {
            self.told.push(ToldRow { n, clearance_id: &clearance.0, what, round });
        }
        if let Some((trip, change_no)) = question.amends {
            self.versions.push(VersionRow { n, trip_id: &trip.0, change_no });
        }
        self.lock_trips.extend(question.trips.iter().map(|trip| trip.0));
        self.missions.add(n, question.seen, question.change);
        if let Some(warrant) = question.warrant {
            self.warrants.add(n, warrant);
        }
    }

    /// The parameters of `judge_versions.sql`; none where nothing is amended.
    pub(super) fn versions(&self) -> Option<Parameters<'_>> {
        (!self.versions.is_empty()).then(|| self.versions.parameters())
    }

    /// The parameters of `judge.sql`.
    pub(super) fn parameters(&self) -> Parameters<'_> {
        let all: [&dyn Columns; 7] = [
            &self.asked,
            &self.doubts,
            &self.areas,
            &self.people,
            &self.windows,
            &self.expects,
            &self.told,
        ];
        all.iter().flat_map(|columns| columns.parameters()).collect()
    }
}

/// What was found about one record.
#[derive(Default)]
pub(super) struct Findings {
    taken: Option<(Vec<u8>, SavedAnswer)>,
    written: bool,
    areas: Vec<AreaId>,
    people: Vec<PersonId>,
    overlaps: Vec<OtherTrip>,
    beside: Vec<OtherTrip>,
    lost: Vec<LostMove>,
    powerless: Option<RuleId>,
    /// A mission request is no longer as it was read.
    moved_on: bool,
    held: Vec<Hold>,
    /// The trip it amends has been changed since it was read.
    outdated: bool,
}

/// Whether a record may be written.
pub(super) enum Verdict {
    /// Yes; personal trips in the same window are named.
    Accepted(Vec<OtherTrip>),
    /// An earlier attempt has written it.
    Written,
    /// No.
    Refused(Committed),
}

impl Findings {
    /// A key that was used comes before everything: the trip it made would be in its own way.
    pub(super) fn verdict(self, claim: Option<&Claim>) -> Verdict {
        if let (Some((fingerprint, answer)), Some(claim)) = (self.taken, claim) {
            return Verdict::Refused(repeated(&fingerprint, answer, claim));
        }
        if self.written {
            Verdict::Written
        } else if let Some(rule) = self.powerless {
            Verdict::Refused(Committed::NotAuthorized { rule })
        } else if !self.lost.is_empty() {
            Verdict::Refused(Committed::MoveLost(self.lost))
        } else if !self.held.is_empty() {
            Verdict::Refused(Committed::Held(self.held))
        } else if !self.overlaps.is_empty() {
            Verdict::Refused(Committed::Overlap(self.overlaps))
        } else if self.areas.is_empty()
            && self.people.is_empty()
            && !self.outdated
            && !self.moved_on
        {
            Verdict::Accepted(self.beside)
        } else {
            Verdict::Refused(Committed::Stale { areas: self.areas, people: self.people })
        }
    }
}

/// The saved answer, if it is for the same body.
pub(super) fn repeated(fingerprint: &[u8], answer: SavedAnswer, claim: &Claim) -> Committed {
    if fingerprint == claim.fingerprint {
        Committed::Replayed(answer)
    } else {
        Committed::KeyReused
    }
}

/// Reads the answers of `judge.sql` and `warrant.sql` for a batch of so many records.
pub(super) fn findings(judged: [&[Row]; 3], count: usize) -> Result<Vec<Findings>, DatabaseError> {
    let mut all: Vec<Findings> = std::iter::repeat_with(Findings::default).take(count).collect();
    for row in judged.into_iter().flatten() {
        let n: Option<i32> = row.try_get("n")?;
        let found = n.and_then(|n| usize::try_from(n).ok()).and_then(|n| all.get_mut(n));
        let Some(found) = found else { continue };
        match row.try_get("verdict")? {
            "taken" => found.taken = Some((row.try_get("fingerprint")?, answer(row)?)),
            "written" => found.written = true,
            "area" => found.areas.push(AreaId::from(row.try_get::<_, &str>("area_id")?)),
            "person" => found.people.push(PersonId(row.try_get("person_id")?)),
            "overlap" => found.overlaps.extend(other_trip(row)?),
            "beside" => found.beside.extend(other_trip(row)?),
            "powerless" => found.powerless = Some(refusing(row.try_get("state")?)),
            "mission" => found.moved_on = true,
            "held" => found.held.push(hold(row)?),
            "moved" => found.lost.push(lost_move(row, "clearance_id", "person_id", "at")?),
            _ => found.lost.push(lost_move(row, "id", "person_id", "starts_at")?),
        }
    }
    Ok(all)
}

/// Reads the answer of `judge_versions.sql` into the findings.
pub(super) fn outdated(rows: &[Row], all: &mut [Findings]) -> Result<(), DatabaseError> {
    for row in rows {
        let n: Option<i32> = row.try_get("n")?;
        if let Some(found) = n.and_then(|n| usize::try_from(n).ok()).and_then(|n| all.get_mut(n)) {
            found.outdated = true;
        }
    }
    Ok(())
}

/// An answer kept under a key.
pub(super) fn answer(row: &Row) -> Result<SavedAnswer, DatabaseError> {
    let status: i16 = row.try_get("status")?;
    let headers: &str = row.try_get("headers")?;
    let body: &[u8] = row.try_get("body")?;
    Ok(SavedAnswer {
        status: u16::try_from(status).unwrap_or(0),
        // written by this room alone, always an array of pairs
        headers: serde_json::from_str(headers).unwrap_or_default(),
        body: bytes::Bytes::copy_from_slice(body),
    })
}

fn other_trip(row: &Row) -> Result<Option<OtherTrip>, DatabaseError> {
    let reference: &str = row.try_get("reference")?;
    let Ok(reference) = reference.parse::<Reference>() else { return Ok(None) };
    Ok(Some(OtherTrip {
        person_id: PersonId(row.try_get("person_id")?),
        trip_id: TripId(row.try_get("id")?),
        reference,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
        starts_at: row.try_get("starts_at")?,
        ends_at: row.try_get("ends_at")?,
    }))
}

/// A move that came too late, from the columns that hold its parts.
pub(super) fn lost_move(
    row: &Row,
    clearance: &str,
    by: &str,
    at: &str,
) -> Result<LostMove, DatabaseError> {
    let state: Option<&str> = row.try_get("state")?;
    let by: Option<Uuid> = row.try_get(by)?;
    Ok(LostMove {
        clearance_id: ClearanceId(row.try_get(clearance)?),
        state: state.and_then(|name| ClearanceState::named(name).ok()),
        by: by.map(PersonId),
        at: row.try_get(at)?,
    })
}
