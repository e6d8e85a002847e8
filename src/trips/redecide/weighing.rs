//! Live clearances decided again and not written: what foreseeing and doing share.

use std::sync::Arc;

use jiff::Timestamp;

use super::again::Again;
use super::fate::fate;
use crate::access::Scope;
use crate::atlas::Atlas;
use crate::decision::SurveySettings;
use crate::model::{
    Became, Cause, ClearanceDecision, ClearanceId, ClearanceMove, ClearanceState, Decider, Effect,
    OrganizationId, ReasonCode, Restamp, Role, RuleId, Seen, Tally, TallyKey, Trip, TripId,
    UrgencyWeights,
};
use crate::trips::error::TripsError;
use crate::trips::facts;
use crate::trips::store::{self, FactAnswer, FactQuestion, LiveClearance, LiveTrip};
use crate::trips::{Trips, TripsSettings};

/// The live clearances of one trip, decided again.
#[derive(Debug, Clone)]
pub struct Weighed {
    pub(super) trip_id: TripId,
    organization: OrganizationId,
    pub(super) seen: Seen,
    /// The database's time.
    pub(super) now: Timestamp,
    /// Of the world it was decided in.
    pub(super) world_version: i64,
    pub(super) clearances: Vec<WeighedClearance>,
}

/// A live clearance, and what becomes of it.
#[derive(Debug, Clone)]
pub(super) struct WeighedClearance {
    pub(super) clearance_id: ClearanceId,
    pub(super) state: ClearanceState,
    pub(super) became: Became,
    /// Revision of its area that the decision saw; none where the area is gone.
    pub(super) revision: Option<i64>,
    pub(super) rules: Vec<RuleId>,
    pub(super) reasons: Vec<ReasonCode>,
    pub(super) queued: Option<Queued>,
}

/// The place in a queue of what is handed to a person.
#[derive(Debug, Clone)]
pub(super) struct Queued {
    pub(super) decider: Decider,
    pub(super) urgent_at: f64,
    pub(super) due_by: Option<Timestamp>,
}

impl Weighed {
    /// Counts its clearances.
    pub fn count(&self, tally: &mut Tally) {
        for clearance in &self.clearances {
            tally.add(TallyKey {
                organization: self.organization.clone(),
                became: clearance.became,
                queue: clearance.queued.as_ref().map(|queued| queued.decider.clone()),
            });
        }
    }

    /// Clearances of which something became.
    pub fn of(&self, became: Became) -> impl Iterator<Item = ClearanceId> {
        let own = self.clearances.iter().filter(move |one| one.became == became);
        own.map(|one| one.clearance_id)
    }
}

impl WeighedClearance {
    /// The move it takes; none where it stands.
    pub(super) fn moved(&self, trip_id: TripId) -> Option<ClearanceMove> {
        let to = self.became.moves()?;
        let queued = self.queued.as_ref();
        Some(ClearanceMove {
            rules: self.rules.clone(),
            reasons: self.reasons.clone(),
            urgent_at: queued.map(|queued| queued.urgent_at),
            decider: queued.map(|queued| queued.decider.clone()),
            due_by: queued.and_then(|queued| queued.due_by),
            revision: self.revision,
            ..ClearanceMove::new(self.clearance_id, trip_id, vec![self.state], to)
        })
    }

    /// What is noted of one that stands.
    pub(super) fn restamp(&self) -> Option<Restamp> {
        let revision = self.revision.filter(|_| self.became.moves().is_none())?;
        Some(Restamp { clearance_id: self.clearance_id, revision })
    }
}

impl Trips {
    /// Decides live clearances again, in a world that may only be thought of. Nothing is written.
    /// Two round trips, whatever their number.
    pub async fn weigh(
        &self,
        atlas: &Arc<Atlas>,
        clearances: &[ClearanceId],
        cause: Cause,
    ) -> Result<Vec<Weighed>, TripsError> {
        let live = store::live_clearances(self.database(), clearances).await?;
        let read = aside(move || {
            let read = |live: LiveTrip| Ok((live.trip()?, live));
            live.into_iter().map(read).collect::<Result<Vec<_>, TripsError>>()
        });
        let read = read.await??;
        let scope = Scope::service("decide again");
        let asked = read.iter().map(|(trip, _)| match trip {
            Some(trip) => facts::question_again(trip, &scope),
            None => facts::people_question(Vec::new(), &scope),
        });
        let asked: Vec<FactQuestion> = asked.collect();
        let answers = store::answers(self.database(), &asked).await?;
        let bench = Bench {
            atlas: Arc::clone(atlas),
            survey: self.survey_settings(),
            settings: *self.settings(),
            cause,
        };
        aside(move || {
            let cases = read.into_iter().zip(answers);
            cases
                .map(|((trip, live), answer)| bench.weighed(&live, trip.as_ref(), answer))
                .collect()
        })
        .await
    }

    /// A trip as it would be decided now.
    pub(in crate::trips) async fn again(&self, live: &LiveTrip) -> Result<Again, TripsError> {
        let atlas = self.atlas();
        let Some(trip) = live.trip()? else {
            let now = store::now(self.database()).await?;
            return Ok(Again::undecided(&atlas, live, now));
        };
        let scope = Scope::service("decide again");
        let answer = self.facts().ask(facts::question_again(&trip, &scope)).await?;
        Ok(Again::decided(&atlas, &self.survey_settings(), (live, &trip), answer))
    }
}

/// Runs what takes long beside the threads that answer requests.
async fn aside<A: Send + 'static>(
    work: impl FnOnce() -> A + Send + 'static,
) -> Result<A, TripsError> {
    tokio::task::spawn_blocking(work).await.map_err(|_stopped| TripsError::Unsettled)
}

/// What every trip of a batch is decided with.
struct Bench {
    atlas: Arc<Atlas>,
    survey: SurveySettings,
    settings: TripsSettings,
    cause: Cause,
}

impl Bench {
    fn weighed(&self, live: &LiveTrip, trip: Option<&Trip>, answer: FactAnswer) -> Weighed {
        let again = match trip {
            Some(trip) => Again::decided(&self.atlas, &self.survey, (live, trip), answer),
            None => Again::undecided(&self.atlas, live, answer.now),
        };
        let own = live.clearances.iter();
        let own = own.map(|one| weighed(one, &again, self.cause, &self.settings.urgency));
        Weighed {
            trip_id: live.trip_id,
            organization: live.organization.clone(),
            now: again.now,
            world_version: self.atlas.version(),
            clearances: own.collect(),
            seen: again.seen,
        }
    }
}

fn weighed(
    clearance: &LiveClearance,
    again: &Again,
    cause: Cause,
    weights: &UrgencyWeights,
) -> WeighedClearance {
    let decision = again.of(clearance);
    let became = fate(clearance, decision, again, cause);
    let (rules, reasons) = match became.moves() {
        Some(_) => why(decision),
        None => (Vec::new(), Vec::new()),
    };
    let level = decision.and_then(|decision| decision.security_level);
    let queued = (became == Became::PendingReview).then(|| Queued {
        decider: decider(clearance, decision),
        urgent_at: weights.at(again.departs_at, clearance.submitted_at, level, false),
        due_by: decision.and_then(|decision| decision.due_by),
    });
    let area = again.atlas.area(&clearance.area_id);
    WeighedClearance {
        clearance_id: clearance.clearance_id,
        state: clearance.state,
        became,
        revision: area.map(|area| area.state.revision),
        rules,
        reasons,
        queued,
    }
}

/// Whose word is needed: as the rules say; where they name nobody, for they would have refused or
/// sent back, the area's official.
fn decider(clearance: &LiveClearance, decision: Option<&ClearanceDecision>) -> Decider {
    let named = decision.and_then(|decision| decision.decider.clone());
    named.unwrap_or_else(|| Decider {
        role: Role::DesignatedOfficial,
        queue: Some(clearance.area_id.clone()),
    })
}

fn why(again: Option<&ClearanceDecision>) -> (Vec<RuleId>, Vec<ReasonCode>) {
    let findings = again.into_iter().flat_map(|again| &again.findings);
    let decided = findings.filter(|found| matches!(found.effect, Effect::Outcome(_)));
    decided.map(|found| (found.rule, found.reason)).unzip()
}
