//! A mission request as it stands, and what a word does to it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::error::MissionError;
use crate::model::{
    MissionAdvice, MissionConsent, MissionDecision, MissionPackage, MissionState, MissionWord,
    OrganizationId, PersonId, ReasonCode,
};

/// A request on record.
#[derive(Debug, Clone)]
pub(super) struct Mission {
    pub(super) mscr_id: Uuid,
    pub(super) change_no: i32,
    pub(super) state: MissionState,
    pub(super) mission_ref: String,
    pub(super) srm_ref: String,
    pub(super) conops: String,
    pub(super) pc1_record: String,
    pub(super) package: MissionPackage,
    pub(super) package_hash: Vec<u8>,
    pub(super) opened_by: Option<PersonId>,
    pub(super) opened_at: Timestamp,
    pub(super) advice: Option<Said<MissionAdvice>>,
    /// One for each participating organization, sorted by it.
    pub(super) consents: Vec<(OrganizationId, Option<Said<MissionConsent>>)>,
    pub(super) decision: Option<Said<MissionDecision>>,
    /// The database's time when it was read.
    pub(super) now: Timestamp,
}

/// A word with its speaker.
#[derive(Debug, Clone)]
pub(super) struct Said<W> {
    pub(super) word: W,
    pub(super) by: PersonId,
    pub(super) at: Timestamp,
    pub(super) reasons: Vec<ReasonCode>,
}

impl Mission {
    /// The organization that events are about; none where several take part.
    pub(super) fn only_organization(&self) -> Option<OrganizationId> {
        match self.consents.as_slice() {
            [(only, _)] => Some(only.clone()),
            _ => None,
        }
    }

    /// Whether a word may be said now.
    pub(super) fn admits(&self, word: &MissionWord) -> Result<(), MissionError> {
        if self.state.is_over() {
            return Err(self.over());
        }
        let today = TimeZone::UTC.to_datetime(self.now).date();
        if self.package.to < today && !word.refuses() {
            return Err(MissionError::WindowOver(self.package.to));
        }
        match word {
            MissionWord::Recommend(_) => self.advice.as_ref().map_or(Ok(()), |s| self.said(s)),
            MissionWord::Consent(organization, _) => {
                let own = self.consents.iter().find(|(of, _)| of == organization);
                own.and_then(|(_, said)| said.as_ref()).map_or(Ok(()), |said| self.said(said))
            }
            MissionWord::Decide(MissionDecision::Refuse) => Ok(()),
            MissionWord::Decide(MissionDecision::Grant) => {
                let silent = self.consents.iter().filter(|(_, said)| said.is_none());
                let silent: Vec<_> = silent.map(|(of, _)| of.clone()).collect();
                if silent.is_empty() { Ok(()) } else { Err(MissionError::ConsentsMissing(silent)) }
            }
        }
    }

    /// Who ended it, and when.
    fn over(&self) -> MissionError {
        let state = self.state;
        if let Some(said) = &self.decision {
            return MissionError::Over { state, by: Some(said.by), at: Some(said.at) };
        }
        let answered = self.consents.iter().filter_map(|(_, said)| said.as_ref());
        let no = answered.into_iter().find(|said| said.word == MissionConsent::Refuse);
        MissionError::Over { state, by: no.map(|said| said.by), at: no.map(|said| said.at) }
    }

    fn said<W>(&self, said: &Said<W>) -> Result<(), MissionError> {
        Err(MissionError::Over { state: self.state, by: Some(said.by), at: Some(said.at) })
    }

    /// The request after a word that it admits.
    pub(super) fn after(&self, word: &MissionWord, by: PersonId, reasons: &[ReasonCode]) -> Self {
        let (at, reasons) = (self.now, reasons.to_vec());
        let mut next = Self { change_no: self.change_no + 1, ..self.clone() };
        match word {
            MissionWord::Recommend(word) => {
                next.advice = Some(Said { word: *word, by, at, reasons });
                if self.state == MissionState::Open {
                    next.state = MissionState::Recommended;
                }
            }
            MissionWord::Consent(organization, word) => {
                let own = next.consents.iter_mut().find(|(of, _)| of == organization);
                if let Some((_, said)) = own {
                    *said = Some(Said { word: *word, by, at, reasons });
                }
                if *word == MissionConsent::Refuse {
                    next.state = MissionState::Refused;
                } else if next.consents.iter().all(|(_, said)| said.is_some()) {
                    next.state = MissionState::Consented;
                }
            }
            MissionWord::Decide(word) => {
                next.decision = Some(Said { word: *word, by, at, reasons });
                next.state = match word {
                    MissionDecision::Grant => MissionState::Granted,
                    MissionDecision::Refuse => MissionState::Refused,
                };
            }
        }
        next
    }
}
