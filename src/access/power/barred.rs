//! The answer: the power used, or the rule that refuses; each in words.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::super::matter::{Asked, Deed, Matter, Tie};
use crate::model::{Capacity, Category, RiskBand, Role, RuleId};

/// By which power a deed is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// As it is recorded.
    pub capacity: Capacity,
    /// The appointment that carries it; checked again in SQL when the decision is written.
    pub appointment_id: Option<Uuid>,
    /// The delegation that carries it; checked again likewise.
    pub delegation_id: Option<Uuid>,
    /// Who has to be told, and what has to follow.
    pub notices: Vec<Notice>,
}

impl Used {
    pub(super) const fn of(capacity: Capacity, appointment_id: Option<Uuid>) -> Self {
        Self { capacity, appointment_id, delegation_id: None, notices: Vec::new() }
    }

    pub(super) fn noticed(mut self, matter: &Matter, asked: Asked) -> Self {
        if asked.emergency {
            self.notices.push(Notice::AfterTheFact);
        }
        let positive = asked.deed.is_positive();
        if positive && matter.senior_official {
            self.notices.extend([Notice::ProtectionCoordination, Notice::RiskAssessment]);
        }
        let by_official = matches!(self.capacity, Capacity::Own | Capacity::AdInterim);
        if positive && !by_official && matter.band == Some(RiskBand::Medium) {
            self.notices.push(Notice::OfficialInformed);
        }
        self
    }
}

/// What goes with a power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// The record is completed within 24 hours.
    AfterTheFact,
    /// The protection coordination desk is told.
    ProtectionCoordination,
    /// A personal risk assessment belongs to the approval.
    RiskAssessment,
    /// The designated official is told of a medium risk taken (c.6).
    OfficialInformed,
}

impl Notice {
    /// The rule that asks for it.
    pub const fn rule(self) -> RuleId {
        match self {
            Self::AfterTheFact => RuleId("R-807"),
            Self::ProtectionCoordination | Self::RiskAssessment => RuleId("R-808"),
            Self::OfficialInformed => RuleId("R-801"),
        }
    }

    /// Stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AfterTheFact => "RECORD_WITHIN_24_HOURS",
            Self::ProtectionCoordination => "TELL_PROTECTION_COORDINATION",
            Self::RiskAssessment => "PERSONAL_RISK_ASSESSMENT",
            Self::OfficialInformed => "TELL_OFFICIAL",
        }
    }
}

/// A refusal by a rule of authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {why}", .rule.0)]
pub struct Barred {
    /// The rule.
    pub rule: RuleId,
    /// In particular.
    pub why: Why,
}

/// Why a rule refuses. `Display` is for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Machines decide nothing.
    Machine,
    /// Nothing in writing gives any power here.
    NoPower,
    /// The office is of another area.
    OtherArea(Role),
    /// It is for headquarters.
    Headquarters,
    /// The policy names another role.
    NotNamed(Role),
    /// An adviser is posted, so the focal point does not act.
    AdviserPosted,
    /// The area has an official of its own.
    AdHocOfficial,
    /// The official's alone.
    OfficialOnly(Deed),
    /// No such delegation, or not the caller's.
    DelegationUnknown,
    /// Not for delegates.
    DelegationDeed(Deed),
    /// Given for other areas.
    DelegationArea,
    /// Given for other risk.
    DelegationBand(RiskBand),
    /// High risk, and the delegate is no security adviser.
    HighBand,
    /// Given for other categories.
    DelegationCategory(Category),
    /// Given for shorter stays.
    DelegationNights(u32),
    /// Given by somebody who could not give it.
    PassedOn,
    /// Not begun.
    DelegationNotYet(Timestamp),
    /// Over.
    DelegationExpired(Timestamp),
    /// The appointment it was given from is over.
    DelegatorGone,
    /// Taken back.
    DelegationRevoked(Timestamp),
    /// Who gave it has no power here either.
    DelegatorBarred(Box<Self>),
    /// The appeal is for headquarters.
    AppealToUsg,
    /// The one who said no does not hear the appeal.
    OwnDenial,
    /// What the person is to the trip.
    Tied(Tie),
    /// The risk is unacceptable.
    Unacceptable,
    /// The consents of the mission are missing, or it is for headquarters.
    Consents,
    /// No adviser has spoken.
    NoRecommendation,
    /// The one who recommended does not decide.
    OwnRecommendation,
}

impl Barred {
    pub(super) const fn new(rule: &'static str, why: Why) -> Self {
        Self { rule: RuleId(rule), why }
    }

    /// A sentence for the caller, the rule named.
    pub fn explain(&self) -> String {
        self.to_string()
    }

    /// Two steps were not kept: to a caller that is a state of the item, not a lack of power.
    pub const fn is_two_step(&self) -> bool {
        matches!(self.why, Why::NoRecommendation)
    }

    pub(super) fn or_nearer(self, other: Self) -> Self {
        if other.why.nearness() > self.why.nearness() { other } else { self }
    }
}

impl Why {
    /// How near it came to a yes; of several refusals the nearest is told.
    const fn nearness(&self) -> u8 {
        match self {
            Self::Machine | Self::NoPower => 0,
            Self::OtherArea(_) => 1,
            Self::NotNamed(_) | Self::AdviserPosted | Self::OfficialOnly(_) => 3,
            Self::Headquarters | Self::DelegationUnknown | Self::DelegationArea => 2,
            Self::DelegationDeed(_) | Self::HighBand => 4,
            Self::DelegationBand(_) => 5,
            Self::DelegationCategory(_) | Self::DelegationNights(_) => 6,
            Self::PassedOn | Self::DelegatorGone | Self::DelegationNotYet(_) => 7,
            Self::DelegationExpired(_) | Self::DelegationRevoked(_) => 8,
            Self::DelegatorBarred(_) | Self::AdHocOfficial => 9,
            Self::AppealToUsg | Self::OwnDenial => 10,
            Self::Tied(_) | Self::Unacceptable | Self::Consents => 11,
            Self::NoRecommendation | Self::OwnRecommendation => 12,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::OtherArea(role) => {
                return write!(f, "the appointment as {} is for other areas", role.as_str());
            }
            Self::NotNamed(role) => {
                return write!(f, "the policy leaves this to the {}", role.as_str());
            }
            Self::OfficialOnly(deed) => {
                let deed = deed.as_str();
                return write!(f, "to {deed} is for the designated official alone");
            }
            Self::DelegationDeed(deed) => {
                return write!(f, "to {} is not delegated", deed.as_str());
            }
            Self::DelegationBand(band) => {
                return write!(f, "the delegation does not reach risk {}", band.as_str());
            }
            Self::DelegationCategory(category) => {
                return write!(f, "the delegation leaves out {}", category.as_str());
            }
            Self::DelegationNights(most) => {
                return write!(f, "the delegation ends at stays of {most} nights");
            }
            Self::DelegationNotYet(at) => return write!(f, "the delegation begins at {at}"),
            Self::DelegationExpired(at) => return write!(f, "the delegation ended at {at}"),
            Self::DelegationRevoked(at) => {
                return write!(f, "the delegation was taken back at {at}");
            }
            Self::DelegatorBarred(why) => {
                return write!(f, "who gave the delegation may not do it either: {why}");
            }
            Self::Tied(tie) => return f.write_str(tied(*tie)),
            Self::Machine
            | Self::NoPower
            | Self::Headquarters
            | Self::AdviserPosted
            | Self::AdHocOfficial
            | Self::DelegationUnknown
            | Self::DelegationArea
            | Self::HighBand
            | Self::PassedOn
            | Self::DelegatorGone
            | Self::AppealToUsg
            | Self::OwnDenial
            | Self::Unacceptable
            | Self::Consents
            | Self::NoRecommendation
            | Self::OwnRecommendation => self.plain(),
        };
        f.write_str(text)
    }
}

impl Why {
    /// The sentences without a value.
    const fn plain(&self) -> &'static str {
        match self {
            Self::Machine => "only a person decides",
            Self::Headquarters => "this is for headquarters to decide",
            Self::AdviserPosted => "a focal point acts only where no adviser is posted",
            Self::AdHocOfficial => "the area has a designated official of its own",
            Self::DelegationUnknown => "no such delegation was given to the caller",
            Self::DelegationArea => "the delegation is for other areas",
            Self::HighBand => "high risk is for the designated official, or a delegated adviser",
            Self::PassedOn => "a delegation is not passed on",
            Self::DelegatorGone => "the appointment the delegation was given from is over",
            Self::AppealToUsg => "an appeal from the official's own no goes to headquarters",
            Self::OwnDenial => "nobody hears an appeal from their own no",
            Self::Unacceptable => "nobody accepts an unacceptable risk",
            Self::Consents => "this needs a mission's consents and the under-secretary-general",
            Self::NoRecommendation => "an adviser must recommend first",
            Self::OwnRecommendation => "the one who recommended does not decide",
            Self::NoPower
            | Self::OtherArea(_)
            | Self::NotNamed(_)
            | Self::OfficialOnly(_)
            | Self::DelegationDeed(_)
            | Self::DelegationBand(_)
            | Self::DelegationCategory(_)
            | Self::DelegationNights(_)
            | Self::DelegationNotYet(_)
            | Self::DelegationExpired(_)
            | Self::DelegationRevoked(_)
            | Self::DelegatorBarred(_)
            | Self::Tied(_) => "nothing in writing gives this power here",
        }
    }
}

const fn tied(tie: Tie) -> &'static str {
    match tie {
        Tie::Traveller => "nobody decides their own trip",
        Tie::Requester => "nobody decides a trip they asked for",
        Tie::Spouse => "nobody decides a trip of their spouse",
        Tie::Sponsor => "nobody decides a trip of their dependant",
        Tie::Dependant => "nobody decides a trip of the one they depend on",
        Tie::Family => "nobody decides a trip of their family",
    }
}
