//! What becomes of responses, seen from the headcount and the people as they stand under its lock.
//! Pure.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reach::Reach;
use crate::model::{AreaId, Claim, HeadcountId, HeadcountSource, HeadcountStatus, PersonId};

/// By how much an observer's clock may be ahead.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// How long before a headcount was opened an observation still speaks to it: the age up to which
/// a report is the best there is (domain.md c.14).
const FRESH: SignedDuration = SignedDuration::from_hours(12);

/// What somebody says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) person_id: PersonId,
    pub(super) status: HeadcountStatus,
    /// When it was seen; none means now.
    pub(super) observed_at: Option<Timestamp>,
    pub(super) channel: Option<String>,
    pub(super) note: Option<String>,
    pub(super) area_id: Option<AreaId>,
}

/// Responses of one request.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) headcount_id: HeadcountId,
    pub(super) by: PersonId,
    pub(super) reach: Reach,
    pub(super) said: Vec<Said>,
    pub(super) claim: Claim,
}

/// A headcount as responses find it.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    pub(super) area_ids: Vec<AreaId>,
    pub(super) as_of: Timestamp,
    pub(super) is_closed: bool,
    pub(super) changes: i64,
    pub(super) now: Timestamp,
}

/// A person as responses find them.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// Known to the service at all.
    pub(super) is_known: bool,
    pub(super) sponsor: Option<PersonId>,
    /// The area of the entry; none where the person was not expected.
    pub(super) area_id: Option<AreaId>,
    pub(super) status: HeadcountStatus,
    pub(super) observed_at: Option<Timestamp>,
}

/// Why a response is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Refusal {
    /// No headcount, or nobody in it, that the caller may see.
    Hidden,
    /// The headcount takes no more responses.
    Closed,
    /// A status that nobody says of themselves or their dependants.
    NotForOneself,
    /// Has not happened yet.
    Future,
    /// Too long before the headcount.
    TooOld,
    /// Nobody of that id.
    PersonUnknown,
    /// Somebody who was not expected: in which of the areas?
    AreaNeeded,
    /// Not an area of the headcount that the caller looks after.
    AreaBeyond,
}

/// A response that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeadcountTaken {
    /// About whom.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Its number in the headcount.
    pub change: i64,
    /// What was said.
    pub status: HeadcountStatus,
    /// When it was seen to be so.
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Whether it is what the headcount shows now; otherwise a later observation is.
    pub shown: bool,
    /// The person was not expected, and was added.
    pub added: bool,
}

/// What became of a response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Taken(HeadcountTaken),
    Refused(Refusal),
}

/// What a batch writes.
#[derive(Debug, Default)]
pub(super) struct Writing<'a> {
    /// People who were not expected, with their area.
    pub(super) added: Vec<Addition>,
    /// Responses in the order of their numbers.
    pub(super) responses: Vec<(HeadcountId, PersonId, &'a Said, HeadcountTaken)>,
}

/// Somebody who was not expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Addition {
    pub(super) headcount_id: HeadcountId,
    pub(super) person_id: PersonId,
    pub(super) area_id: AreaId,
    pub(super) source: HeadcountSource,
    pub(super) source_at: Timestamp,
}

/// Headcounts and people as they stand, while responses come one after the other.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) headcounts: BTreeMap<HeadcountId, Ground>,
    pub(super) people: BTreeMap<(HeadcountId, PersonId), Standing>,
}

impl Round {
    /// Judges the responses of one request in their order, and notes what is written of them.
    pub(super) fn take<'a>(&mut self, asked: &'a Asked, writing: &mut Writing<'a>) -> Vec<Outcome> {
        let one = |said: &'a Said| match self.judge(asked, said) {
            Ok((taken, addition)) => {
                writing.added.extend(addition);
                writing.responses.push((asked.headcount_id, asked.by, said, taken.clone()));
                Outcome::Taken(taken)
            }
            Err(refusal) => Outcome::Refused(refusal),
        };
        asked.said.iter().map(one).collect()
    }

    fn judge(
        &mut self,
        asked: &Asked,
        said: &Said,
    ) -> Result<(HeadcountTaken, Option<Addition>), Refusal> {
        let id = asked.headcount_id;
        let ground = self.headcounts.get_mut(&id).ok_or(Refusal::Hidden)?;
        let standing = self.people.get_mut(&(id, said.person_id)).ok_or(Refusal::Hidden)?;
        may_speak(asked, said, ground, standing)?;
        let observed_at = observed(ground, said)?;
        let addition = match &standing.area_id {
            Some(_) => None,
            None => Some(addition(asked, said, ground, (standing.is_known, observed_at))?),
        };
        if let Some(addition) = &addition {
            standing.area_id = Some(addition.area_id.clone());
        }
        ground.changes += 1;
        // the latest observation is shown; of two at one instant, the one recorded last
        let shown = standing.observed_at.is_none_or(|before| observed_at >= before);
        if shown {
            (standing.status, standing.observed_at) = (said.status, Some(observed_at));
        }
        let taken = HeadcountTaken {
            person_id: said.person_id,
            change: ground.changes,
            status: said.status,
            observed_at,
            recorded_at: ground.now,
            shown,
            added: addition.is_some(),
        };
        Ok((taken, addition))
    }
}

/// Security staff and wardens speak for everybody in their areas, people for themselves and their
/// dependants; a headcount in which the caller sees nobody is not there.
fn may_speak(
    asked: &Asked,
    said: &Said,
    ground: &Ground,
    standing: &Standing,
) -> Result<(), Refusal> {
    let reach = &asked.reach;
    let by_land = match &standing.area_id {
        Some(area) => reach.covers(area),
        None => ground.area_ids.iter().any(|area| reach.covers(area)),
    };
    let listed = standing.area_id.is_some();
    let speaks = by_land || (listed && reach.is_own(said.person_id, standing.sponsor));
    if !speaks {
        return Err(Refusal::Hidden);
    }
    if ground.is_closed {
        return Err(Refusal::Closed);
    }
    if !by_land && !said.status.is_for_oneself() {
        return Err(Refusal::NotForOneself);
    }
    Ok(())
}

fn observed(ground: &Ground, said: &Said) -> Result<Timestamp, Refusal> {
    let observed_at = said.observed_at.unwrap_or(ground.now);
    if observed_at > ground.now.saturating_add(TOLERANCE).unwrap_or(ground.now) {
        return Err(Refusal::Future);
    }
    if observed_at < ground.as_of.saturating_sub(FRESH).unwrap_or(Timestamp::MIN) {
        return Err(Refusal::TooOld);
    }
    Ok(observed_at)
}

/// Somebody who was not expected is added to one of the headcount's areas that the caller looks
/// after; where there is only one, it need not be said.
fn addition(
    asked: &Asked,
    said: &Said,
    ground: &Ground,
    (is_known, observed_at): (bool, Timestamp),
) -> Result<Addition, Refusal> {
    if !is_known {
        return Err(Refusal::PersonUnknown);
    }
    let mut own = ground.area_ids.iter().filter(|area| asked.reach.covers(area));
    let area_id = match &said.area_id {
        Some(area) => own.find(|one| *one == area).ok_or(Refusal::AreaBeyond)?,
        None => match (own.next(), own.next()) {
            (Some(only), None) => only,
            _ => return Err(Refusal::AreaNeeded),
        },
    };
    Ok(Addition {
        headcount_id: asked.headcount_id,
        person_id: said.person_id,
        area_id: area_id.clone(),
        source: HeadcountSource::Warden,
        source_at: observed_at,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const AREA: &str = "KEN-890";

    fn id() -> HeadcountId {
        HeadcountId(Uuid::from_u128(1))
    }

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn hours(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    /// Opened at hour 100 over two areas, looked at at hour 101. Persons 1 and 2, a dependant of 1,
    /// are expected in the first, 3 is known, and 4 is nobody.
    fn round() -> Round {
        let ground = Ground {
            area_ids: vec![AreaId::from(AREA), AreaId::from("KEN-1196")],
            as_of: hours(100),
            is_closed: false,
            changes: 7,
            now: hours(101),
        };
        let standing = |n, sponsor: Option<u128>| Standing {
            is_known: n != 4,
            sponsor: sponsor.map(person),
            area_id: (n < 3).then(|| AreaId::from(AREA)),
            status: HeadcountStatus::Unaccounted,
            observed_at: None,
        };
        let people = [(1, None), (2, Some(1)), (3, None), (4, None)];
        let people = people.map(|(n, sponsor)| ((id(), person(n)), standing(n, sponsor)));
        Round { headcounts: BTreeMap::from([(id(), ground)]), people: BTreeMap::from(people) }
    }

    fn said(n: u128, status: HeadcountStatus, at: Option<i64>) -> Said {
        Said {
            person_id: person(n),
            status,
            observed_at: at.map(hours),
            channel: None,
            note: None,
            area_id: None,
        }
    }

    fn asked(reach: Reach, said: Vec<Said>) -> Asked {
        let claim = Claim::of(Uuid::nil(), "POST", "/", "key", b"");
        Asked { headcount_id: id(), by: person(1), reach, said, claim }
    }

    fn own() -> Reach {
        Reach { persons: vec![person(1).0], ..Reach::default() }
    }

    fn land() -> Reach {
        Reach { areas: vec![AREA.to_owned()], ..Reach::default() }
    }

    fn refusals(reach: Reach, said: Vec<Said>) -> Vec<Option<Refusal>> {
        let asked = asked(reach, said);
        let outcomes = round().take(&asked, &mut Writing::default());
        let refusal = |outcome: &Outcome| match outcome {
            Outcome::Taken(_) => None,
            Outcome::Refused(refusal) => Some(*refusal),
        };
        outcomes.iter().map(refusal).collect()
    }

    #[test]
    fn people_speak_for_themselves_and_their_dependants_and_nobody_else() {
        use HeadcountStatus as S;
        let said = vec![
            said(1, S::Safe, None),
            said(2, S::NotSafe, None),
            said(2, S::Deceased, None),
            said(3, S::Safe, None),
        ];
        let expected = [None, None, Some(Refusal::NotForOneself), Some(Refusal::Hidden)];
        assert_eq!(refusals(own(), said), expected);
    }

    #[test]
    fn the_latest_observation_is_shown_and_of_equals_the_one_recorded_last() {
        use HeadcountStatus as S;
        let asked = asked(
            land(),
            vec![
                said(1, S::Safe, Some(101)),
                said(1, S::Missing, Some(100)),
                said(1, S::Injured, Some(101)),
            ],
        );
        let (mut round, mut writing) = (round(), Writing::default());
        round.take(&asked, &mut writing);
        let shown: Vec<_> =
            writing.responses.iter().map(|(.., taken)| (taken.change, taken.shown)).collect();
        assert_eq!(shown, [(8, true), (9, false), (10, true)]);
        assert_eq!(round.people[&(id(), person(1))].status, S::Injured);
    }

    #[test]
    fn an_observation_is_of_this_headcount_and_has_happened() {
        use HeadcountStatus as S;
        let at = |hour| vec![said(1, S::Safe, Some(hour))];
        assert_eq!(refusals(land(), at(88)), [None]);
        assert_eq!(refusals(land(), at(87)), [Some(Refusal::TooOld)]);
        assert_eq!(refusals(land(), at(102)), [Some(Refusal::Future)]);
    }

    #[test]
    fn whoever_was_not_expected_is_added_where_the_caller_looks_after_people() {
        use HeadcountStatus as S;
        let everywhere = Reach { everywhere: true, ..Reach::default() };
        let guest = said(3, S::Safe, None);
        assert_eq!(refusals(everywhere, vec![guest.clone()]), [Some(Refusal::AreaNeeded)]);
        let beyond = Said { area_id: Some(AreaId::from("KEN-1196")), ..guest.clone() };
        assert_eq!(refusals(land(), vec![beyond]), [Some(Refusal::AreaBeyond)]);
        let nobody = said(4, S::Safe, None);
        assert_eq!(refusals(land(), vec![nobody]), [Some(Refusal::PersonUnknown)]);

        // twice in one request: added once
        let asked = asked(land(), vec![guest.clone(), guest]);
        let mut writing = Writing::default();
        round().take(&asked, &mut writing);
        let [addition] = writing.added.as_slice() else { panic!("{:?}", writing.added) };
        assert_eq!(addition.area_id.as_str(), AREA);
        assert_eq!(addition.source, HeadcountSource::Warden);
        let added: Vec<_> = writing.responses.iter().map(|(.., taken)| taken.added).collect();
        assert_eq!(added, [true, false]);
    }

    #[test]
    fn a_closed_headcount_takes_nothing_and_tells_only_those_who_see_it() {
        use HeadcountStatus as S;
        let mut closed = round();
        closed.headcounts.get_mut(&id()).unwrap().is_closed = true;
        let take = |round: &mut Round, reach| {
            let asked = asked(reach, vec![said(1, S::Safe, None)]);
            round.take(&asked, &mut Writing::default())
        };
        assert_eq!(take(&mut closed, own()), [Outcome::Refused(Refusal::Closed)]);
        let stranger = Reach { persons: vec![person(3).0], ..Reach::default() };
        assert_eq!(take(&mut closed, stranger), [Outcome::Refused(Refusal::Hidden)]);
    }
}
