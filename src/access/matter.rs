//! What a person wants to do to which clearance, as far as authority depends on it.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use uuid::Uuid;

use crate::model::{AreaId, Category, PersonId, RiskBand, Role};

/// What a person does to a clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// Advise the one who decides.
    Recommend,
    /// Say yes.
    Approve,
    /// Say no.
    Deny,
    /// Send back to the requester.
    Return,
    /// Pass up.
    Escalate,
    /// Waive a missing course.
    Waive,
    /// Say yes over a ceiling, with a reason.
    Overbook,
    /// Say yes after a no (R-1202).
    AllowAppeal,
    /// Stay with a no (R-1202).
    DismissAppeal,
    /// Take a yes back for good (R-1201).
    Revoke,
}

impl Deed {
    /// Every deed.
    pub const ALL: [Self; 10] = [
        Self::Recommend,
        Self::Approve,
        Self::Deny,
        Self::Return,
        Self::Escalate,
        Self::Waive,
        Self::Overbook,
        Self::AllowAppeal,
        Self::DismissAppeal,
        Self::Revoke,
    ];

    /// As a verb in sentences and in `actions[]`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recommend => "recommend",
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Return => "return",
            Self::Escalate => "escalate",
            Self::Waive => "waive",
            Self::Overbook => "overbook",
            Self::AllowAppeal => "allow_appeal",
            Self::DismissAppeal => "dismiss_appeal",
            Self::Revoke => "revoke",
        }
    }

    /// Whether it makes travel possible.
    pub const fn is_positive(self) -> bool {
        matches!(self, Self::Approve | Self::Overbook | Self::AllowAppeal)
    }

    /// Whether a role that the policy names, or a delegate, may do it; the rest is the designated
    /// official's own.
    pub const fn is_delegable(self) -> bool {
        matches!(self, Self::Approve | Self::Deny | Self::Return | Self::Escalate)
    }
}

/// A deed as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// What.
    pub deed: Deed,
    /// The delegation that the caller names: it is used or refused, nothing else is tried.
    pub delegation_id: Option<Uuid>,
    /// In an emergency: the second person is not waited for; the record follows.
    pub emergency: bool,
}

impl From<Deed> for Asked {
    fn from(deed: Deed) -> Self {
        Self { deed, delegation_id: None, emergency: false }
    }
}

/// What somebody is to the trip whose clearance is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// Travels.
    Traveller,
    /// Asked for it.
    Requester,
    /// Husband or wife of a traveller.
    Spouse,
    /// A traveller is their dependant.
    Sponsor,
    /// A traveller's dependant.
    Dependant,
    /// A dependant of the same member of personnel as a traveller.
    Family,
}

impl Tie {
    /// Every tie.
    pub const ALL: [Self; 6] = [
        Self::Traveller,
        Self::Requester,
        Self::Spouse,
        Self::Sponsor,
        Self::Dependant,
        Self::Family,
    ];

    /// The name in SQL (`trip_parties`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traveller => "traveller",
            Self::Requester => "requester",
            Self::Spouse => "spouse",
            Self::Sponsor => "sponsor",
            Self::Dependant => "dependant",
            Self::Family => "family",
        }
    }

    /// The tie of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// Everyone who may not decide because of what they are to the trip; of several ties the nearest,
/// the first in the order of [`Tie`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties(BTreeMap<PersonId, Tie>);

impl Parties {
    /// What a person is to the trip.
    pub fn tie(&self, person: PersonId) -> Option<Tie> {
        self.0.get(&person).copied()
    }
}

impl FromIterator<(PersonId, Tie)> for Parties {
    fn from_iter<I: IntoIterator<Item = (PersonId, Tie)>>(ties: I) -> Self {
        let mut nearest = BTreeMap::new();
        for (person, tie) in ties {
            let known = nearest.entry(person).or_insert(tie);
            *known = tie.min(*known);
        }
        Self(nearest)
    }
}

/// Which posts over an area somebody holds now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Posted {
    /// An area security coordinator.
    pub coordinator: bool,
    /// A security adviser; a country security focal point is none.
    pub adviser: bool,
    /// A designated official of this area beside the country's: the ad hoc DO.
    pub ad_hoc_official: bool,
}

/// What a mission security clearance request says of it (b.6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mission {
    /// It needs none.
    #[default]
    None,
    /// It needs one, and not every consent is given.
    Open,
    /// Every consent is given.
    Consented,
}

/// A no that is appealed against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denial {
    /// Who said it; none for the rules.
    pub by: Option<PersonId>,
    /// By own authority or in the place of the official: headquarters hears the appeal.
    pub by_official: bool,
}

/// A clearance, as far as the question who may decide it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// The area of the stay; none belongs to headquarters.
    pub area_id: Option<AreaId>,
    /// That area's country, ISO 3166-1 alpha-2.
    pub country: Option<CompactString>,
    /// That area's present risk.
    pub band: Option<RiskBand>,
    /// The role that the policy in force names; none leaves it to the official.
    pub decider: Option<Role>,
    /// Version of that policy.
    pub policy_version: i32,
    /// Roles that the clocks have brought it to beside (c.9).
    pub reached: BTreeSet<Role>,
    /// Policy or level ask for two steps; high risk does by itself.
    pub two_step: bool,
    /// Whose recommendation is on record.
    pub recommended_by: Option<PersonId>,
    /// Whether it is a mission's.
    pub mission: Mission,
    /// Category of the traveller.
    pub category: Category,
    /// Nights of the stay.
    pub nights: u32,
    /// The traveller is a senior official.
    pub senior_official: bool,
    /// Who may not decide it.
    pub parties: Parties,
    /// Who is posted there.
    pub posted: Posted,
    /// The no that is appealed against.
    pub denial: Option<Denial>,
}
