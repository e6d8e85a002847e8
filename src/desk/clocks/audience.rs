//! Whom a clock is for (c.9): roles, and who holds them now. Pure.
//!
//! Nobody is told to decide a trip that is their own, and while anybody who may decide is
//! in force a matter never lacks an owner: where an office is empty, the next above it is named.

use std::collections::{BTreeMap, BTreeSet};

use super::store::Subject;
use crate::model::{Clock, PersonId, Role};

/// What somebody holds over an area, an organization, or everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    Coordinator,
    Adviser,
    Official,
    Usg,
    /// Named in a delegation.
    Delegate,
    /// Speaks for an organization.
    FocalPoint,
}

impl Held {
    /// Who decides, from the area up.
    const LADDER: [Self; 4] = [Self::Coordinator, Self::Adviser, Self::Official, Self::Usg];

    const fn name(self) -> &'static str {
        match self {
            Self::Coordinator => Role::AreaSecurityCoordinator.as_str(),
            Self::Adviser => Role::SecurityAdviser.as_str(),
            Self::Official => Role::DesignatedOfficial.as_str(),
            Self::Usg => Role::Usg.as_str(),
            Self::Delegate => "delegate",
            Self::FocalPoint => Role::TravelFocalPoint.as_str(),
        }
    }

    fn of(role: Option<Role>) -> Self {
        let named = role.map(Role::as_str);
        let step = Self::LADDER.into_iter().find(|held| Some(held.name()) == named);
        step.unwrap_or(Self::Official)
    }
}

/// Who holds what, in force now.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    held: BTreeMap<(Held, String), BTreeSet<PersonId>>,
}

impl People {
    /// Adds a holder; `over` is an area, an organization, or empty.
    pub(super) fn add(&mut self, held: Held, over: &str, person: PersonId) {
        self.held.entry((held, over.to_owned())).or_default().insert(person);
    }

    /// Who holds a role over a clearance, without those who are party to its trip.
    fn over(&self, subject: &Subject, held: Held) -> Vec<PersonId> {
        let over = match held {
            Held::Usg => "",
            Held::FocalPoint => subject.organization.as_str(),
            Held::Coordinator | Held::Adviser | Held::Official | Held::Delegate => {
                subject.area_id.as_ref().map_or("", |area| area.as_str())
            }
        };
        let found = self.held.get(&(held, over.to_owned())).into_iter().flatten().copied();
        let party = |person: &PersonId| {
            *person == subject.person_id || Some(*person) == subject.requester_id
        };
        found.filter(|person| held == Held::FocalPoint || !party(person)).collect()
    }

    /// The first from a step of the ladder up that somebody holds.
    fn first_from(&self, subject: &Subject, from: Held) -> Option<Held> {
        let above = Held::LADDER.into_iter().filter(|held| *held >= from);
        above.into_iter().find(|held| !self.over(subject, *held).is_empty())
    }
}

/// Whom a clock is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Audience {
    /// Roles by name.
    pub(super) roles: Vec<&'static str>,
    /// Who holds them now.
    pub(super) persons: Vec<PersonId>,
}

impl Audience {
    fn add(&mut self, role: &'static str, persons: impl IntoIterator<Item = PersonId>) {
        if !self.roles.contains(&role) {
            self.roles.push(role);
        }
        for person in persons {
            if !self.persons.contains(&person) {
                self.persons.push(person);
            }
        }
    }

    fn add_held(&mut self, people: &People, subject: &Subject, held: Held) {
        self.add(held.name(), people.over(subject, held));
    }

    /// An office, and where nobody holds it the first above it that somebody does.
    fn add_office(&mut self, people: &People, subject: &Subject, office: Held) {
        self.add_held(people, subject, office);
        if let Some(held) = people.first_from(subject, office).filter(|held| *held != office) {
            self.add_held(people, subject, held);
        }
    }

    /// Personal travel is told to no organization.
    fn add_focal_point(&mut self, people: &People, subject: &Subject) {
        if !subject.personal {
            self.add_held(people, subject, Held::FocalPoint);
        }
    }

    fn add_travellers(&mut self, subject: &Subject) {
        self.add(Role::Traveller.as_str(), [subject.person_id]);
        self.add("requester", subject.requester_id);
    }
}

/// Whom a clock over a clearance is for; `decider` is the role that the policy names.
pub(super) fn audience(
    clock: Clock,
    subject: &Subject,
    decider: Option<Role>,
    people: &People,
) -> Audience {
    let mut audience = Audience::default();
    let decider = Held::of(decider);
    let official = decider.max(Held::Official);
    match clock {
        Clock::Reminder => {
            audience.add_held(people, subject, decider);
            let above = Held::LADDER.into_iter().find(|held| *held > decider);
            if let Some(alternate) = above.and_then(|above| people.first_from(subject, above)) {
                audience.add_held(people, subject, alternate);
            }
            audience.add_held(people, subject, Held::Delegate);
        }
        Clock::Adviser => {
            audience.add_office(people, subject, Held::Adviser.max(decider));
            audience.add_focal_point(people, subject);
        }
        Clock::Official => audience.add_office(people, subject, official),
        Clock::Centre => {
            audience.add("communications_centre", []);
            audience.add_office(people, subject, official);
        }
        Clock::NotCleared => {
            audience.add_travellers(subject);
            audience.add_focal_point(people, subject);
        }
        Clock::OverdueArrival => {
            audience.add_office(people, subject, Held::Coordinator);
            audience.add_held(people, subject, Held::Adviser);
            audience.add_travellers(subject);
            audience.add_focal_point(people, subject);
        }
    }
    audience
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::model::{AreaId, ClearanceId, ClearanceState, OrganizationId, TripId};

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn subject() -> Subject {
        Subject {
            clearance_id: ClearanceId(Uuid::nil()),
            area_id: Some(AreaId::from("KEN-1")),
            person_id: person(1),
            state: ClearanceState::PendingReview,
            trip_id: TripId(Uuid::nil()),
            trip_version: 1,
            organization: OrganizationId::from("unicef"),
            personal: false,
            requester_id: Some(person(2)),
            now: Timestamp::UNIX_EPOCH,
        }
    }

    fn held(list: &[(Held, &str, u128)]) -> People {
        let mut people = People::default();
        for (held, over, n) in list {
            people.add(*held, over, person(*n));
        }
        people
    }

    #[test]
    fn an_empty_office_is_filled_from_above() {
        let people = held(&[(Held::Official, "KEN-1", 8), (Held::Usg, "", 9)]);
        let coordinator = Some(Role::AreaSecurityCoordinator);
        let told = audience(Clock::Adviser, &subject(), coordinator, &people);
        assert!(told.roles.contains(&"security_adviser") && told.persons == [person(8)]);
        let people = held(&[(Held::Usg, "", 9)]);
        for clock in [Clock::Reminder, Clock::Adviser, Clock::Official, Clock::Centre] {
            let told = audience(clock, &subject(), coordinator, &people);
            assert_eq!(told.persons, [person(9)], "{clock:?}");
        }
    }

    #[test]
    fn nobody_is_named_for_their_own_trip() {
        let list = [
            (Held::Coordinator, "KEN-1", 1),
            (Held::Official, "KEN-1", 2),
            (Held::Usg, "", 9),
            (Held::FocalPoint, "unicef", 2),
        ];
        let told = audience(Clock::Official, &subject(), None, &held(&list));
        assert_eq!(told.persons, [person(9)]);
        let told = audience(Clock::NotCleared, &subject(), None, &held(&list));
        assert_eq!(told.persons, [person(1), person(2)]);
    }

    #[test]
    fn a_reminder_shows_the_alternate_and_personal_travel_no_organization() {
        let list = [
            (Held::Coordinator, "KEN-1", 6),
            (Held::Adviser, "KEN-1", 7),
            (Held::Official, "KEN-1", 8),
            (Held::Delegate, "KEN-1", 5),
            (Held::FocalPoint, "unicef", 4),
        ];
        let coordinator = Some(Role::AreaSecurityCoordinator);
        let told = audience(Clock::Reminder, &subject(), coordinator, &held(&list));
        assert_eq!(told.persons, [person(6), person(7), person(5)]);
        let personal = Subject { personal: true, ..subject() };
        let told = audience(Clock::Adviser, &personal, coordinator, &held(&list));
        assert_eq!(told.persons, [person(7)]);
    }
}
