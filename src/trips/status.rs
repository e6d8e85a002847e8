//! The first question of every ERP: may this person travel on this day (fine-print.md,
//! "clearance-status")?

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::Trips;
use super::answer::{ConditionAnswer, local};
use super::error::TripsError;
use super::sight::{Whose, shown};
use super::store::{PersonKey, StatusClearance, StatusQuestion, StatusRows, StatusTrip};
use crate::access::{Pass, Scope, act};
use crate::atlas::Atlas;
use crate::model::{AreaId, ClearanceId, ClearanceState, OrganizationId, PersonId};

/// A question.
#[derive(Debug, Clone)]
pub struct StatusAsked {
    /// A `person_id`, or `staff_no:<organization>:<value>`.
    pub person: String,
    /// A local day.
    pub on: Date,
    /// The area, where one is asked about; else the whole trip.
    pub area: Option<AreaId>,
}

/// Its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusAnswer {
    /// The person as asked.
    pub person: String,
    /// The person's id; null where the caller may not know of the person.
    #[schema(value_type = Option<Uuid>)]
    pub person_id: Option<PersonId>,
    /// The day.
    #[schema(value_type = String, format = "date")]
    pub on: Date,
    /// `positive`, `negative` or `none`.
    pub answer: StatusWord,
    /// The official trips it was read from.
    pub trips: Vec<StatusTripAnswer>,
}

/// The answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusWord {
    /// Everything that is needed is cleared or approved.
    Positive,
    /// Something that is needed is not.
    Negative,
    /// Nothing to say.
    None,
}

/// A trip of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusTripAnswer {
    /// What the traveller carries.
    pub reference: String,
    /// Its clearances, as far as they were asked about.
    pub clearances: Vec<StatusClearanceAnswer>,
}

/// A clearance of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusClearanceAnswer {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Where.
    #[schema(value_type = Option<String>)]
    pub area_id: Option<AreaId>,
    /// State.
    pub state: ClearanceState,
    /// Start of the window, in the area's time.
    pub valid_from: String,
    /// End of the window; null for an open stay.
    pub valid_to: Option<String>,
    /// What the traveller owes.
    pub conditions: Vec<ConditionAnswer>,
}

impl Trips {
    /// Answers questions in their order.
    pub async fn status(
        &self,
        pass: &Pass<act::AskStatus>,
        asked: Vec<StatusAsked>,
    ) -> Result<Vec<StatusAnswer>, TripsError> {
        let questions =
            asked.iter().map(|one| StatusQuestion { person: person_key(&one.person), on: one.on });
        let rows = self.statuses().ask(questions.collect()).await?;
        let atlas = self.atlas();
        let view = View { scope: pass.scope(), atlas: &atlas };
        Ok(asked.into_iter().zip(rows).map(|(one, rows)| view.answer(one, rows)).collect())
    }
}

/// Whom a text names; a text of no known form names nobody.
fn person_key(text: &str) -> PersonKey {
    if let Ok(id) = text.parse() {
        return PersonKey::Id(id);
    }
    let staff = text.strip_prefix("staff_no:").and_then(|rest| rest.split_once(':'));
    let (organization, number) = staff.unwrap_or_default();
    PersonKey::StaffNumber(OrganizationId::from(organization), number.to_owned())
}

/// Whether a text names a person in one of the two ways.
pub(super) fn names_person(text: &str) -> bool {
    text.parse::<PersonId>().is_ok()
        || text
            .strip_prefix("staff_no:")
            .and_then(|rest| rest.split_once(':'))
            .is_some_and(|(organization, number)| !organization.is_empty() && !number.is_empty())
}

struct View<'v> {
    scope: &'v Scope,
    atlas: &'v Atlas,
}

impl View<'_> {
    fn answer(&self, asked: StatusAsked, rows: Option<StatusRows>) -> StatusAnswer {
        let StatusAsked { person, on, area } = asked;
        let seen = rows.map(|rows| self.visible(rows));
        let person_id = seen
            .as_ref()
            .filter(|seen| seen.is_known)
            .map(|seen| seen.person_id)
            .or_else(|| person.parse().ok());
        let trips = seen.map(|seen| seen.trips).unwrap_or_default();
        let found: Vec<StatusTrip> = trips
            .into_iter()
            .filter_map(|trip| match &area {
                Some(area) => self.in_area(trip, area, on),
                None => on_day(trip, on),
            })
            .collect();
        let answer = match &area {
            Some(_) => word_of_area(&found),
            None => word_of_trips(&found),
        };
        let trips = if answer == StatusWord::None { Vec::new() } else { found };
        let trips = trips.into_iter().map(|trip| self.told(trip)).collect();
        StatusAnswer { person, person_id, on, answer, trips }
    }

    /// What the caller may see: everything of a person within reach; else clearances in the areas
    /// the caller watches, and nothing that would tell of the person elsewhere.
    fn visible(&self, rows: StatusRows) -> Seen {
        let StatusRows { person_id, sponsor, organization, mut trips } = rows;
        let whose =
            Whose { person: person_id, sponsor, organization: &organization, personal: false };
        let is_known = shown(self.scope, whose, None, self.atlas).is_some();
        if !is_known {
            for trip in &mut trips {
                trip.clearances.retain(|one| {
                    shown(self.scope, whose, one.area_id.as_ref(), self.atlas).is_some()
                });
            }
            trips.retain(|trip| !trip.clearances.is_empty());
        }
        Seen { person_id, is_known: is_known || !trips.is_empty(), trips }
    }

    /// The clearances of an area whose window holds a day: those whose stay holds it, where there
    /// are any, for the grace of one stay may reach into the next.
    fn in_area(&self, mut trip: StatusTrip, area: &AreaId, on: Date) -> Option<StatusTrip> {
        let zone = self.atlas.area(area).map(|area| &area.ground.zone);
        trip.clearances.retain(|one| {
            let day = |at| zone.map(|zone| zone.day_of(at));
            one.area_id.as_ref() == Some(area)
                && counts(one.state)
                && day(one.valid_from).is_some_and(|first| first <= on)
                && one.valid_to.is_none_or(|to| day(to).is_some_and(|last| on <= last))
        });
        leave_successors(&mut trip, |_, _| true);
        let holds = |one: &StatusClearance| {
            one.arrive <= on && one.depart.is_none_or(|depart| on <= depart)
        };
        if trip.clearances.iter().any(holds) {
            trip.clearances.retain(holds);
        }
        (!trip.clearances.is_empty()).then_some(trip)
    }

    fn told(&self, trip: StatusTrip) -> StatusTripAnswer {
        let clearances = trip.clearances.into_iter().map(|one| {
            let area = one.area_id.as_ref().and_then(|id| self.atlas.area(id));
            let zone = area.map(|area| &area.ground.zone);
            StatusClearanceAnswer {
                clearance_id: one.clearance_id,
                state: one.state,
                valid_from: local(one.valid_from, zone),
                valid_to: one.valid_to.map(|at| local(at, zone)),
                conditions: one.conditions,
                area_id: one.area_id,
            }
        });
        StatusTripAnswer { reference: trip.reference, clearances: clearances.collect() }
    }
}

/// A person as far as the caller may see.
struct Seen {
    person_id: PersonId,
    is_known: bool,
    trips: Vec<StatusTrip>,
}

/// While a positive clearance stands in for a successor that waits for its decision, it answers for
/// the stay as far as its own window reaches (domain.md b.4): for a day in an area where the window
/// holds the day, for a whole trip where it `covers` the stay as it is planned now.
fn leave_successors(
    trip: &mut StatusTrip,
    covers: impl Fn(&StatusClearance, &StatusClearance) -> bool,
) {
    let mut answered = Vec::new();
    for holds in trip.clearances.iter().filter(|one| one.state.is_positive()) {
        let mut waiting = trip.clearances.iter();
        let waits = waiting.find(|one| Some(one.clearance_id) == holds.successor);
        let waits =
            waits.filter(|one| one.state.is_undecided() || one.state == ClearanceState::Returned);
        answered.extend(waits.filter(|waits| covers(holds, waits)).map(|one| one.clearance_id));
    }
    trip.clearances.retain(|one| !answered.contains(&one.clearance_id));
}

/// A clearance that says something about a day: not withdrawn, and not a mere notification.
const fn counts(state: ClearanceState) -> bool {
    !matches!(
        state,
        ClearanceState::Cancelled | ClearanceState::Superseded | ClearanceState::Notified
    )
}

/// A trip with a segment or stay on a day, by the local days on which it starts and ends; where
/// those are not known, by its stays.
fn on_day(mut trip: StatusTrip, on: Date) -> Option<StatusTrip> {
    leave_successors(&mut trip, |holds, waits| {
        holds.valid_from <= waits.arrive_at
            && holds.valid_to.is_none_or(|to| waits.depart_at.is_some_and(|depart| depart <= to))
    });
    let holds = match trip.days {
        Some(days) => days.first <= on && days.last.is_none_or(|last| on <= last),
        None => trip
            .clearances
            .iter()
            .any(|one| one.arrive <= on && one.depart.is_none_or(|depart| on <= depart)),
    };
    let only_told =
        !trip.clearances.is_empty() && trip.clearances.iter().all(|one| !counts(one.state));
    (holds && !trip.is_cancelled && !only_told).then_some(trip)
}

/// A clearance of the area: positive while it is, and after it was used.
fn word_of_area(trips: &[StatusTrip]) -> StatusWord {
    let mut states = trips.iter().flat_map(|trip| &trip.clearances).map(|one| one.state).peekable();
    if states.peek().is_none() {
        return StatusWord::None;
    }
    word(states.all(|state| state.is_positive() || state == ClearanceState::Completed))
}

/// The trips of the day: positive only if every clearance of them that is not completed, cancelled
/// or superseded is cleared or approved. Notifications say nothing.
fn word_of_trips(trips: &[StatusTrip]) -> StatusWord {
    if trips.is_empty() {
        return StatusWord::None;
    }
    let mut states = trips.iter().flat_map(|trip| &trip.clearances).map(|one| one.state);
    word(
        states.all(|state| {
            !counts(state) || state == ClearanceState::Completed || state.is_positive()
        }),
    )
}

const fn word(positive: bool) -> StatusWord {
    if positive { StatusWord::Positive } else { StatusWord::Negative }
}
