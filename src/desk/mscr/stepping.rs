//! Steps of a mission request: advice, consents, the decision, and what moves with them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::error::MissionError;
use super::mission::Mission;
use super::store::{self, Concerned};
use super::view::{LeftView, MissionView, MovedView, SteppedView, sees};
use super::{Kept, Missions};
use crate::access::{Appointment, Principal, Scope};
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, Authority, Capacity, Change, Claim, ClearanceId, ClearanceMove, ClearanceState,
    Committed, MissionChange, MissionDecision, MissionDeed, MissionStep, MissionWord, MoveTo,
    PersonId, PlaceCheck, ReasonCode, Record, Role, RuleId, SavedAnswer, Seen,
};
use crate::record::{Saved, saved};
use crate::telemetry::Stopwatch;
use crate::trips::Outlooks;
use crate::web::Fault;

/// Status of the answer.
const DONE: u16 = 200;
/// How long a step is built anew because the request, or the world, changed under it.
const PATIENCE: Duration = Duration::from_secs(2);
/// Very high risk is decided by mission request alone (c.6).
const RULE: RuleId = RuleId("R-604");

/// A step as it is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is said.
    pub word: MissionWord,
    /// Why.
    pub reasons: Vec<ReasonCode>,
    /// The key and its body.
    pub claim: Claim,
}

/// The answer to a step, with what the request's log line tells.
pub type Answered = Kept;

/// What is written of a step.
struct Step {
    change: Change,
    seen: Seen,
    answer: SavedAnswer,
    world_version: i64,
}

/// Somebody who speaks.
struct Speaker<'p> {
    principal: &'p Arc<Principal>,
    person: PersonId,
    scope: &'p Scope,
}

impl Missions {
    /// Takes a step of a request within a scope, in the version that `permits` lets pass; the same
    /// key gets the same answer.
    #[expect(clippy::too_many_arguments, reason = "who, how far, which key, what, which version")]
    pub async fn step(
        &self,
        principal: &Arc<Principal>,
        scope: &Scope,
        key: &str,
        asked: &Asked,
        permits: impl Fn(i32) -> bool,
    ) -> Result<Answered, MissionError> {
        match saved(self.database(), &asked.claim).await? {
            Some(Saved::Same(answer)) => return Ok(Kept { answer, replayed: true }),
            Some(Saved::Other) => return Err(MissionError::KeyReused),
            None => {}
        }
        self.authority_is_fresh()?;
        let person = principal.person().ok_or(MissionError::Barred(RULE))?;
        let speaker = Speaker { principal, person, scope };
        let under_way = Stopwatch::start();
        loop {
            let mission = self.seen(scope, key).await?;
            takes_part(&mission, &asked.word)?;
            if !permits(mission.change_no) {
                return Err(MissionError::OtherVersion(mission.change_no));
            }
            mission.admits(&asked.word)?;
            let Step { change, seen, answer, world_version } =
                self.build(&speaker, &mission, asked).await?;
            let record = Record { seen, claim: Some(asked.claim), change };
            match self.parts.recorder.commit(record).await? {
                Committed::Written { .. } => return Ok(Kept { answer, replayed: false }),
                Committed::Replayed(answer) => return Ok(Kept { answer, replayed: true }),
                Committed::KeyReused => return Err(MissionError::KeyReused),
                Committed::NotAuthorized { rule } => return Err(MissionError::Barred(rule)),
                Committed::Held(holds) => return Err(MissionError::Held(holds)),
                Committed::CeilingFull { nights } => {
                    return Err(MissionError::CeilingFull(nights));
                }
                // the request, one of its clearances or the world moved on: it is read again
                Committed::Stale { areas, .. } => {
                    let left = PATIENCE.checked_sub(under_way.elapsed());
                    let left = left.ok_or(MissionError::Unsettled)?;
                    if !areas.is_empty() {
                        let newer = world_version.saturating_add(1);
                        self.parts.world.wait_for(newer, left).await;
                    }
                }
                Committed::MoveLost(_) if under_way.elapsed() < PATIENCE => {}
                Committed::Overlap(_) | Committed::MoveLost(_) | Committed::ReferenceTaken => {
                    return Err(MissionError::Unsettled);
                }
            }
        }
    }

    async fn build(
        &self,
        speaker: &Speaker<'_>,
        mission: &Mission,
        asked: &Asked,
    ) -> Result<Step, MissionError> {
        let held = speaker.appointment(&asked.word).ok_or(MissionError::Barred(RULE))?;
        let Asked { word, reasons, .. } = asked;
        let actor = Actor { capacity: capacity(held), person_id: Some(speaker.person) };
        let atlas = self.atlas();
        let mut step = Step {
            change: Change::empty(mission.now, actor, atlas.version(), RULESET_VERSION),
            seen: Seen::default(),
            answer: SavedAnswer { status: DONE, headers: Vec::new(), body: bytes::Bytes::new() },
            world_version: atlas.version(),
        };
        let mut concerned = Vec::new();
        let mut left = Vec::new();
        if word.ends() {
            concerned = store::clearances(self.database(), mission.mscr_id).await?;
        }
        if *word == MissionWord::Decide(MissionDecision::Grant) {
            left = self.open_up(mission, &concerned, asked, held, &mut step).await?;
        } else {
            let denied = ClearanceState::Denied;
            step.change.moves = concerned.iter().map(|one| moved(one, denied, reasons)).collect();
        }
        step.change.mission = Some(Box::new(MissionChange {
            mscr_id: mission.mscr_id,
            areas: mission.package.areas.clone(),
            organization: match word {
                MissionWord::Consent(organization, _) => Some(organization.clone()),
                MissionWord::Recommend(_) | MissionWord::Decide(_) => mission.only_organization(),
            },
            deed: MissionDeed::Step(MissionStep {
                change_no: mission.change_no,
                word: word.clone(),
                appointment_id: held.appointment_id,
                reasons: reasons.clone(),
                clearances: word
                    .ends()
                    .then(|| concerned.iter().map(|one| one.clearance_id).collect()),
            }),
        }));
        let next = mission.after(word, speaker.person, reasons);
        step.answer = speaker.answer(&next, &step.change, &concerned, left)?;
        step.change.answer = Some(step.answer.clone());
        Ok(step)
    }

    /// Approves every clearance that nothing else stands against now; answers the others.
    #[expect(clippy::too_many_arguments, reason = "the step that is being built is one of them")]
    async fn open_up(
        &self,
        mission: &Mission,
        concerned: &[Concerned],
        asked: &Asked,
        held: &Appointment,
        step: &mut Step,
    ) -> Result<Vec<LeftView>, MissionError> {
        let clearances: Vec<ClearanceId> = concerned.iter().map(|one| one.clearance_id).collect();
        let outlooks = self.parts.trips.outlook(&clearances).await?;
        let mut left = Vec::new();
        for one in concerned {
            match outlooks.of.get(&one.clearance_id).filter(|outlook| outlook.is_open()) {
                Some(outlook) => step.change.moves.push(ClearanceMove {
                    revision: outlook.revision,
                    places: PlaceCheck::Within,
                    ..moved(one, ClearanceState::Approved, &asked.reasons)
                }),
                None => left.push(stands_against(one.clearance_id, &outlooks)),
            }
        }
        if !step.change.moves.is_empty() {
            step.change.authority = Some(Authority {
                appointment_id: Some(held.appointment_id),
                delegation_id: None,
                areas: mission.package.areas.clone(),
            });
        }
        step.world_version = outlooks.world_version;
        step.change.world_version = outlooks.world_version;
        step.seen = outlooks.seen;
        Ok(left)
    }
}

impl<'p> Speaker<'p> {
    /// The appointment that a word is said by.
    fn appointment(&self, word: &MissionWord) -> Option<&'p Appointment> {
        let fits = |held: &&Appointment| match word {
            MissionWord::Recommend(_) => held.role == Role::DesignatedOfficial,
            MissionWord::Consent(organization, _) => {
                held.role == Role::ExecutiveHead && held.organization.as_ref() == Some(organization)
            }
            MissionWord::Decide(_) => held.role == Role::Usg,
        };
        self.principal.appointments.iter().find(fits)
    }

    /// The answer: the request after the word, and the clearances of people whom the speaker sees.
    fn answer(
        &self,
        next: &Mission,
        change: &Change,
        concerned: &[Concerned],
        left: Vec<LeftView>,
    ) -> Result<SavedAnswer, MissionError> {
        let own = |person: PersonId| {
            let named = next.package.people.iter().find(|(named, _)| *named == person);
            named.is_some_and(|(_, of)| sees(self.scope, person, of))
        };
        let shown: BTreeSet<ClearanceId> =
            concerned.iter().filter(|one| own(one.person_id)).map(|one| one.clearance_id).collect();
        let clearances = change.moves.iter().filter_map(|step| match step.to {
            MoveTo::State(state) if shown.contains(&step.clearance_id) => {
                Some(MovedView { clearance_id: step.clearance_id, state })
            }
            MoveTo::State(_) | MoveTo::Prior => None,
        });
        let view = SteppedView {
            mscr: MissionView::of(next, self.scope),
            clearances: clearances.collect(),
            left,
        };
        Ok(SavedAnswer {
            status: DONE,
            headers: vec![("etag".to_owned(), format!("\"v{}\"", next.change_no))],
            body: serde_json::to_vec(&view)?.into(),
        })
    }
}

/// An organization that answers has people in the request.
fn takes_part(mission: &Mission, word: &MissionWord) -> Result<(), MissionError> {
    let MissionWord::Consent(organization, _) = word else { return Ok(()) };
    if mission.consents.iter().any(|(of, _)| of == organization) {
        return Ok(());
    }
    Err(MissionError::Invalid(vec![Fault {
        pointer: "/organization".to_owned(),
        code: "NOT_PARTICIPATING",
        detail: "nobody of this organization is named".to_owned(),
    }]))
}

fn capacity(held: &Appointment) -> Capacity {
    if held.ad_interim { Capacity::AdInterim } else { Capacity::Own }
}

fn moved(one: &Concerned, to: ClearanceState, reasons: &[ReasonCode]) -> ClearanceMove {
    ClearanceMove {
        rules: vec![RULE],
        reasons: reasons.to_vec(),
        ..ClearanceMove::new(one.clearance_id, one.trip_id, vec![one.state], MoveTo::State(to))
    }
}

fn stands_against(clearance_id: ClearanceId, outlooks: &Outlooks) -> LeftView {
    let outlook = outlooks.of.get(&clearance_id);
    LeftView {
        clearance_id,
        outcome: outlook.and_then(|outlook| outlook.outcome),
        reason_codes: outlook.map(|outlook| outlook.reasons.clone()).unwrap_or_default(),
    }
}
