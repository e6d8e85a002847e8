//! Opening a mission request.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::{NoContext, Uuid};

use super::error::MissionError;
use super::mission::Mission;
use super::store;
use super::view::MissionView;
use super::{Kept, Missions};
use crate::access::{Pass, Scope, act};
use crate::atlas::{Atlas, PlaceFault};
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, AreaId, Capacity, Change, Claim, Committed, MissionChange, MissionDeed, MissionPackage,
    MissionState, NewMission, OrganizationId, PersonId, PlaceName, Record, SavedAnswer, Seen,
};
use crate::record::{Saved, saved};
use crate::web::Fault;

/// Status of the answer.
const CREATED: u16 = 201;

/// A request as it is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The mission, by its own papers.
    pub mission_ref: String,
    /// The risk assessment made for it.
    pub srm_ref: String,
    /// The concept of operations.
    pub conops: String,
    /// The record by which the activity was rated PC1.
    pub pc1_record: String,
    /// Whom it names.
    pub people: Vec<PersonId>,
    /// Areas and places, each with the pointer that a fault of it is told at.
    pub places: Vec<(String, PlaceName)>,
    /// First local day.
    pub from: Date,
    /// Last local day.
    pub to: Date,
}

impl Missions {
    /// Opens a request; the same key gets the same answer. A focal point names people of the own
    /// organization, security staff anybody, for areas of their own.
    pub async fn open(
        &self,
        pass: &Pass<act::OpenMission>,
        wanted: Wanted,
        claim: Claim,
    ) -> Result<Kept, MissionError> {
        match saved(self.database(), &claim).await? {
            Some(Saved::Same(answer)) => return Ok(Kept { answer, replayed: true }),
            Some(Saved::Other) => return Err(MissionError::KeyReused),
            None => {}
        }
        let atlas = self.atlas();
        let mut faults = Vec::new();
        let areas = areas(&wanted.places, &atlas, &mut faults);
        let people = self.named(pass.scope(), &wanted.people, &mut faults).await?;
        let now = store::now(self.database()).await?;
        let today = jiff::tz::TimeZone::UTC.to_datetime(now).date();
        if wanted.to < today {
            faults.push(fault("/window/to", "RANGE", "the window is over"));
        }
        if !faults.is_empty() {
            return Err(MissionError::Invalid(faults));
        }
        within(pass.scope(), &areas, &atlas)?;
        let package = MissionPackage { people, areas, from: wanted.from, to: wanted.to };
        let person = pass.principal().person();
        let mission = opened(&wanted, package, person, now);
        let view = MissionView::of(&mission, &Scope::service("the one who opens it knows it"));
        let answer = SavedAnswer {
            status: CREATED,
            headers: vec![
                ("location".to_owned(), format!("/v1/mscr/{}", mission.mscr_id)),
                ("etag".to_owned(), format!("\"v{}\"", mission.change_no)),
            ],
            body: serde_json::to_vec(&view)?.into(),
        };
        let actor = Actor { capacity: Capacity::Requester, person_id: person };
        let mut change = Change::empty(now, actor, atlas.version(), RULESET_VERSION);
        change.mission = Some(Box::new(MissionChange {
            mscr_id: mission.mscr_id,
            areas: mission.package.areas.clone(),
            organization: mission.only_organization(),
            deed: MissionDeed::Open(Box::new(NewMission {
                mission_ref: wanted.mission_ref,
                srm_ref: wanted.srm_ref,
                conops: wanted.conops,
                pc1_record: wanted.pc1_record,
                package: mission.package,
            })),
        }));
        change.answer = Some(answer.clone());
        let record = Record { seen: Seen::default(), claim: Some(claim), change };
        match self.parts.recorder.commit(record).await? {
            Committed::Written { .. } => Ok(Kept { answer, replayed: false }),
            Committed::Replayed(answer) => Ok(Kept { answer, replayed: true }),
            Committed::KeyReused => Err(MissionError::KeyReused),
            Committed::Stale { .. }
            | Committed::Overlap(_)
            | Committed::MoveLost(_)
            | Committed::Held(_)
            | Committed::NotAuthorized { .. }
            | Committed::CeilingFull { .. }
            | Committed::ReferenceTaken => Err(MissionError::Unsettled),
        }
    }

    /// The people with their organizations; each that is not known, or beyond the caller's
    /// organization, is a fault with one code.
    async fn named(
        &self,
        scope: &Scope,
        wanted: &[PersonId],
        faults: &mut Vec<Fault>,
    ) -> Result<Vec<(PersonId, OrganizationId)>, MissionError> {
        let known = store::people(self.database(), wanted).await?;
        let mut seen = BTreeSet::new();
        for (index, person) in wanted.iter().enumerate() {
            let own = known.iter().find(|(id, _)| id == person);
            if own.is_none_or(|(_, of)| !super::view::sees(scope, *person, of)) {
                let at = format!("/people/{index}");
                faults.push(fault(&at, "PERSON_UNKNOWN", "no such person within your reach"));
            }
            if !seen.insert(person) {
                faults.push(fault(&format!("/people/{index}"), "REPEATED", "is named twice"));
            }
        }
        Ok(known)
    }
}

fn fault(pointer: &str, code: &'static str, detail: &str) -> Fault {
    Fault { pointer: pointer.to_owned(), code, detail: detail.to_owned() }
}

/// The areas of places, sorted, each once.
fn areas(places: &[(String, PlaceName)], atlas: &Atlas, faults: &mut Vec<Fault>) -> Vec<AreaId> {
    let mut areas = BTreeSet::new();
    for (pointer, name) in places {
        match atlas.resolve(name) {
            Ok(place) => match place.area_id {
                Some(area) => drop(areas.insert(area)),
                None => faults.push(fault(pointer, "PLACE_UNCERTAIN", "no area is near")),
            },
            Err(PlaceFault::Unknown) => {
                faults.push(fault(pointer, "PLACE_UNKNOWN", "no such place is known"));
            }
            Err(PlaceFault::Ambiguous(several)) => {
                let ids: Vec<&str> = several.iter().map(AreaId::as_str).collect();
                let detail = format!("the code fits several areas: {}", ids.join(", "));
                faults.push(fault(pointer, "AREA_AMBIGUOUS", &detail));
            }
        }
    }
    areas.into_iter().collect()
}

/// Security staff open requests for areas of their own; an organization for any.
fn within(scope: &Scope, areas: &[AreaId], atlas: &Atlas) -> Result<(), MissionError> {
    let arrays = scope.arrays();
    if arrays.everywhere || !arrays.organizations.is_empty() {
        return Ok(());
    }
    let own = |area: &&AreaId| {
        let country = atlas.area(area).and_then(|area| area.country());
        arrays.areas.iter().any(|own| own == area.as_str())
            || country.is_some_and(|iso2| arrays.countries.iter().any(|own| own == iso2))
    };
    match areas.iter().find(|area| !own(area)) {
        Some(beyond) => Err(MissionError::NotForArea(beyond.clone())),
        None => Ok(()),
    }
}

fn opened(
    wanted: &Wanted,
    package: MissionPackage,
    opened_by: Option<PersonId>,
    now: Timestamp,
) -> Mission {
    let asked: BTreeSet<&OrganizationId> = package.people.iter().map(|(_, of)| of).collect();
    Mission {
        mscr_id: id(now),
        change_no: 1,
        state: MissionState::Open,
        mission_ref: wanted.mission_ref.clone(),
        srm_ref: wanted.srm_ref.clone(),
        conops: wanted.conops.clone(),
        pc1_record: wanted.pc1_record.clone(),
        package_hash: package.hash().to_vec(),
        opened_by,
        opened_at: now,
        advice: None,
        consents: asked.into_iter().map(|of| (of.clone(), None)).collect(),
        decision: None,
        package,
        now,
    }
}

/// A `UUIDv7` of the database's time.
fn id(at: Timestamp) -> Uuid {
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}
