//! Live clearances decided again and not written: what foreseeing and doing share.

use std::sync::Arc;

use super::again::Again;
use super::fate::fate;
use crate::access::Scope;
use crate::atlas::Atlas;
use crate::decision::SurveySettings;
use crate::metrics::Stage;
use crate::model::{
    Became, Cause, ClearanceDecision, ClearanceId, Decider, Effect, Finding, Outcome, Queued,
    ReasonCode, Role, RuleId, Trip, UrgencyWeights, Weighed, WeighedClearance,
};
use crate::telemetry::Stopwatch;
use crate::trips::error::TripsError;
use crate::trips::facts;
use crate::trips::store::{self, FactAnswer, FactQuestion, LiveClearance, LiveTrip};
use crate::trips::{Trips, TripsSettings};

impl Trips {
    /// Decides live clearances again, in a world that may only be thought of. Nothing is written.
    /// Two round trips, whatever their number.
    pub async fn weigh(
        &self,
        atlas: &Arc<Atlas>,
        clearances: &[ClearanceId],
        cause: Cause,
    ) -> Result<Vec<Weighed>, TripsError> {
        let (watch, metrics) = (Stopwatch::start(), &self.metrics().decisions);
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
        // sets and previews come several at once: the lanes' few connections are not for them
        let mut connection = self.database().reader().await?;
        let answers = store::answers(&mut connection, &asked).await?;
        drop(connection);
        metrics.again(Stage::Facts, watch.elapsed());
        let bench = Bench {
            atlas: Arc::clone(atlas),
            survey: self.survey_settings(),
            settings: *self.settings(),
            cause,
        };
        let (weighed, took) = aside(move || {
            let watch = Stopwatch::start();
            let cases = read.into_iter().zip(answers);
            let weighed = cases
                .map(|((trip, live), answer)| bench.weighed(&live, trip.as_ref(), answer))
                .collect();
            (weighed, watch.elapsed())
        })
        .await?;
        metrics.again(Stage::Decide, took);
        Ok(weighed)
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
        None if became == Became::Warned => why(decision),
        None => (Vec::new(), Vec::new()),
    };
    let level = decision.and_then(|decision| decision.security_level);
    let queued = (became == Became::PendingReview).then(|| Queued {
        decider: decider(clearance, decision),
        urgent_at: weights.at(again.departs_at, clearance.submitted_at, level, false),
        due_by: decision.and_then(|decision| decision.due_by),
        two_step: decision.filter(|one| one.decider.is_some()).map(|one| one.two_step),
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
    // what speaks for it moves nothing
    let against = |found: &&Finding| match found.effect {
        Effect::Outcome(outcome) => outcome > Outcome::Auto,
        Effect::Warning => false,
    };
    let decided = findings.filter(against);
    decided.map(|found| (found.rule, found.reason)).unzip()
}
