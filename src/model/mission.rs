//! Mission security clearance requests (domain.md b.6): the values that are written of one.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AreaId, ClearanceId, EventKind, OrganizationId, PersonId, ReasonCode};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// The name in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The value of a name.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// How far a request has come.
    MissionState {
        /// Nobody has spoken but the one who opened it.
        Open = "open",
        /// The official has spoken; consents are missing.
        Recommended = "recommended",
        /// Every organization accepts the risk for its people.
        Consented = "consented",
        /// Headquarters said yes.
        Granted = "granted",
        /// Somebody said no: over.
        Refused = "refused",
    }
}

impl MissionState {
    /// Nobody may take a step any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Granted | Self::Refused)
    }
}

words! {
    /// The official's advice; a negative one does not bind.
    MissionAdvice {
        /// For it.
        Favourable = "favourable",
        /// Against it.
        Unfavourable = "unfavourable",
    }
}

words! {
    /// What the head of an organization says to the risk for its people.
    MissionConsent {
        /// Yes.
        Accept = "accept",
        /// No: the request is over.
        Refuse = "refuse",
    }
}

words! {
    /// What headquarters decides.
    MissionDecision {
        /// Yes.
        Grant = "grant",
        /// No: the request is over.
        Refuse = "refuse",
    }
}

/// Whom, where and when a request is about: what is consented to. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissionPackage {
    /// Named people with the organization each goes for, sorted by person.
    pub people: Vec<(PersonId, OrganizationId)>,
    /// Areas, sorted.
    pub areas: Vec<AreaId>,
    /// First local day.
    pub from: Date,
    /// Last local day.
    pub to: Date,
}

impl MissionPackage {
    /// SHA-256 over its parts, each with its length: kept with every consent.
    pub fn hash(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let mut part = |bytes: &[u8]| {
            digest.update(bytes.len().to_be_bytes());
            digest.update(bytes);
        };
        part(&self.people.len().to_be_bytes());
        for (person, organization) in &self.people {
            part(person.0.as_bytes());
            part(organization.as_str().as_bytes());
        }
        for area in &self.areas {
            part(area.as_str().as_bytes());
        }
        part(self.from.to_string().as_bytes());
        part(self.to.to_string().as_bytes());
        digest.finalize().into()
    }
}

/// What a change does to a mission request.
#[derive(Debug, Clone)]
pub struct MissionChange {
    /// The request.
    pub mscr_id: Uuid,
    /// Areas of the request, for the scope of its event.
    pub areas: Vec<AreaId>,
    /// Organization its event is about; none where it is about several.
    pub organization: Option<OrganizationId>,
    /// What is done.
    pub deed: MissionDeed,
}

/// A deed.
#[derive(Debug, Clone)]
pub enum MissionDeed {
    /// It is opened.
    Open(Box<NewMission>),
    /// Somebody takes a step of one on record.
    Step(MissionStep),
}

/// A new request.
#[derive(Debug, Clone)]
pub struct NewMission {
    /// The mission, by its own papers.
    pub mission_ref: String,
    /// The risk assessment made for it.
    pub srm_ref: String,
    /// The concept of operations.
    pub conops: String,
    /// The record by which the activity was rated PC1.
    pub pc1_record: String,
    /// Whom, where and when.
    pub package: MissionPackage,
}

/// A step of a request on record, with everything that is compared under its lock.
#[derive(Debug, Clone)]
pub struct MissionStep {
    /// Version it was read in; another leaves the change out ([`Committed::Stale`]).
    ///
    /// [`Committed::Stale`]: super::Committed::Stale
    pub change_no: i32,
    /// What is said.
    pub word: MissionWord,
    /// The appointment it is said by; asked again at the database's time.
    pub appointment_id: Uuid,
    /// Why.
    pub reasons: Vec<ReasonCode>,
    /// Every clearance the request speaks of, sorted, where the step ends it: another set leaves
    /// the change out.
    pub clearances: Option<Vec<ClearanceId>>,
}

/// What is said in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissionWord {
    /// The official advises.
    Recommend(MissionAdvice),
    /// The head of an organization answers for its people.
    Consent(OrganizationId, MissionConsent),
    /// Headquarters decides.
    Decide(MissionDecision),
}

impl MissionWord {
    /// The step's name in SQL.
    pub const fn step(&self) -> &'static str {
        match self {
            Self::Recommend(_) => "recommend",
            Self::Consent(..) => "consent",
            Self::Decide(_) => "decide",
        }
    }

    /// The word's name in SQL.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Recommend(advice) => advice.as_str(),
            Self::Consent(_, consent) => consent.as_str(),
            Self::Decide(decision) => decision.as_str(),
        }
    }

    /// Whether the request is over with it.
    pub const fn ends(&self) -> bool {
        self.refuses() || matches!(self, Self::Decide(MissionDecision::Grant))
    }

    /// Whether it is a no.
    pub const fn refuses(&self) -> bool {
        matches!(
            self,
            Self::Consent(_, MissionConsent::Refuse) | Self::Decide(MissionDecision::Refuse)
        )
    }

    /// What is told of it.
    pub const fn event(&self) -> EventKind {
        match self {
            Self::Recommend(_) => EventKind::MscrRecommended,
            Self::Consent(_, MissionConsent::Accept) => EventKind::MscrConsented,
            Self::Decide(MissionDecision::Grant) => EventKind::MscrGranted,
            Self::Consent(_, MissionConsent::Refuse) | Self::Decide(MissionDecision::Refuse) => {
                EventKind::MscrRefused
            }
        }
    }
}

/// A request as a decision read it: whether it still lived. Compared under its lock, so that a
/// refusal and a trip that counts on the request never miss each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenMission {
    /// The request that the trip names.
    pub mscr_id: Uuid,
    /// There is one, and nobody had refused it.
    pub live: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_package_is_in_its_hash() {
        let package = MissionPackage {
            people: vec![(PersonId(Uuid::from_u128(1)), OrganizationId::from("a"))],
            areas: vec![AreaId::from("KEN-1")],
            from: Date::constant(2030, 1, 1),
            to: Date::constant(2030, 1, 5),
        };
        let mut others = vec![package.clone(); 4];
        others[0].people.push((PersonId(Uuid::from_u128(2)), OrganizationId::from("a")));
        others[1].people[0].1 = OrganizationId::from("b");
        others[2].areas = vec![AreaId::from("KEN-2")];
        others[3].to = Date::constant(2030, 1, 6);
        assert_eq!(package.hash(), package.hash());
        assert!(others.iter().all(|other| other.hash() != package.hash()));
    }
}
