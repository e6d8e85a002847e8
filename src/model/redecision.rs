//! Deciding live clearances again after a change (domain.md c.11): what changed, what becomes of
//! each, and how many of each kind there are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AreaId, ClearanceId, ClearanceState, Decider, EventKind, MoveTo, OrganizationId, ReasonCode,
    RuleId, Seen, TripId,
};

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What changed, as the row of a re-decision names it.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Cause {
            $($(#[$doc])* $name,)*
        }

        impl Cause {
            /// Every cause.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The cause of a name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|cause| cause.as_str() == name)
            }
        }
    };
}

causes! {
    /// An area was suspended.
    Suspended = "suspended",
    /// An area was closed.
    Closed = "closed",
    /// A person opened an area again: what its suspension froze comes back as it was.
    Reopened = "reopened",
    /// An area has a new policy: mode, courses, ceilings.
    Policy = "policy",
    /// An area has another security level or risk band.
    Level = "level",
    /// An area's risk band rose to high or more from below it: also what a person approved is
    /// looked at again, and near departures are no exception.
    Band = "band",
    /// A fence was drawn, changed or taken away.
    Fence = "fence",
    /// What is known of a person changed.
    Person = "person",
    /// A person's certificates changed.
    Certificate = "certificate",
    /// A person was deactivated (R-1004).
    Deactivated = "deactivated",
    /// A policy was approved that takes effect later: whoever will lack a course is warned.
    Announced = "announced",
    /// An area's advisory was published again: whoever has a live stay there is told.
    Advisory = "advisory",
    /// A place under a ceiling was given back.
    Place = "place",
}

macro_rules! fates {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What becomes of a live clearance that is decided again.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Became {
            $($(#[$doc])* $name,)*
        }

        impl Became {
            /// Everything that can become of one.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What a name stands for.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|became| became.as_str() == name)
            }
        }
    };
}

fates! {
    /// Frozen.
    Suspended = "suspended",
    /// Handed to a person.
    PendingReview = "pending_review",
    /// Positive again as it was before it was frozen.
    Reinstated = "reinstated",
    /// A person has its successor already, for which it only stood in.
    Superseded = "superseded",
    /// Withdrawn with its traveller.
    Cancelled = "cancelled",
    /// Stands, though the rules now ask for a person: the departure is near.
    Near = "near",
    /// Stands: the traveller is there, or should be.
    Inside = "inside",
    /// Stands, and is warned: a policy that comes into force before the stay asks for a course.
    Warned = "warned",
    /// Stands, and is told that the area's advisory is another.
    Informed = "informed",
    /// Stands.
    Stands = "stands",
}

impl Became {
    /// The move it takes; none where it stands.
    pub const fn moves(self) -> Option<MoveTo> {
        use ClearanceState as S;
        match self {
            Self::Suspended => Some(MoveTo::State(S::Suspended)),
            Self::PendingReview => Some(MoveTo::State(S::PendingReview)),
            Self::Reinstated => Some(MoveTo::Prior),
            Self::Superseded => Some(MoveTo::State(S::Superseded)),
            Self::Cancelled => Some(MoveTo::State(S::Cancelled)),
            Self::Near | Self::Inside | Self::Warned | Self::Informed | Self::Stands => None,
        }
    }

    /// What is told of one that stands; none where nothing is.
    pub const fn tells(self) -> Option<EventKind> {
        match self {
            Self::Warned => Some(EventKind::ClearanceWarned),
            Self::Informed => Some(EventKind::ClearanceInformed),
            Self::Suspended
            | Self::PendingReview
            | Self::Reinstated
            | Self::Superseded
            | Self::Cancelled
            | Self::Near
            | Self::Inside
            | Self::Stands => None,
        }
    }
}

/// What clearances are counted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TallyKey {
    /// Whose.
    pub organization: OrganizationId,
    /// What became of them.
    pub became: Became,
    /// Whose queue they enter.
    pub queue: Option<Decider>,
}

/// How many clearances of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally(pub BTreeMap<TallyKey, u64>);

impl Cause {
    /// Whether it only tells people something: the world they are decided in has not changed.
    pub const fn only_tells(self) -> bool {
        matches!(self, Self::Announced | Self::Advisory)
    }
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, key: TallyKey) {
        *self.0.entry(key).or_default() += 1;
    }

    /// How many of one kind, whosever they are.
    pub fn of(&self, became: Became) -> u64 {
        self.0.iter().filter(|(key, _)| key.became == became).map(|(_, count)| count).sum()
    }

    /// How many in all.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

/// The live clearances of one trip, decided again and not written.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// The trip.
    pub trip_id: TripId,
    /// Whose.
    pub organization: OrganizationId,
    /// What it was decided with; compared under locks before anything is written.
    pub seen: Seen,
    /// Its clearances.
    pub clearances: Vec<WeighedClearance>,
}

/// A live clearance, and what becomes of it.
#[derive(Debug, Clone)]
pub struct WeighedClearance {
    /// Which.
    pub clearance_id: ClearanceId,
    /// The state it was found in; in any other it is somebody else's.
    pub state: ClearanceState,
    /// What becomes of it.
    pub became: Became,
    /// Revision of its area that the decision saw; none where the area is gone.
    pub revision: Option<i64>,
    /// Rules that move it.
    pub rules: Vec<RuleId>,
    /// Reasons.
    pub reasons: Vec<ReasonCode>,
    /// The queue it enters.
    pub queued: Option<Queued>,
}

/// The place in a queue of what is handed to a person.
#[derive(Debug, Clone)]
pub struct Queued {
    /// Whose word is needed.
    pub decider: Decider,
    /// See [`UrgencyWeights::at`](super::UrgencyWeights::at).
    pub urgent_at: f64,
    /// By when; none leaves it.
    pub due_by: Option<Timestamp>,
    /// In two steps; none leaves it.
    pub two_step: Option<bool>,
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
    pub fn of(&self, became: Became) -> impl Iterator<Item = ClearanceId> + '_ {
        let own = self.clearances.iter().filter(move |one| one.became == became);
        own.map(|one| one.clearance_id)
    }
}

/// What came of writing what was weighed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Clearances that moved.
    pub moved: Vec<ClearanceId>,
    /// Trips of which nothing was written: what they were decided with has changed.
    pub stale: Vec<TripId>,
    /// Areas with a newer revision.
    pub areas: Vec<AreaId>,
}
