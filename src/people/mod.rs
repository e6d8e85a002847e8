//! Who travels: profiles, certificates, dependants, imports, the question of training.
//!
//! A profile has classes (domain.md d.1): an organization sees what all personnel concerned may
//! know, security staff of the land how to reach a person too, the person everything; for auditors
//! and administrators the personal fields are null. Whoever may not see a person cannot tell that
//! they exist.
//!
//! Every change happens under the person's lock and raises the person's revision, which a decision
//! in flight compares; where live trips may be concerned it leaves a row for the loop that decides
//! again (fine-print.md, "World changes and commits in flight").

mod certificates;
mod import;
mod profile;
mod reading;
mod routes;
mod store;

use bytes::Bytes;
use jiff::Timestamp;
use uuid::Uuid;

use crate::access::{Pass, Scope, act};
use crate::database::{Database, DatabaseError};
use crate::decision::RULESET_VERSION;
use crate::model::{Actor, Change, Claim, Course, PersonId, Record, Role, SavedAnswer, Seen};
use crate::record::{RecordError, Recorder};

pub use certificates::{CertificateReport, Evidence, Reporter, StoredCertificate};
pub use profile::{
    Contact, ContactKind, EmergencyContact, Hand, Profile, Residence, SeenProfile, View,
};
pub use routes::{Api, configure};

/// The people of one database.
#[derive(Debug, Clone)]
pub struct People {
    database: Database,
    recorder: Recorder,
}

/// Why something about a person was not done.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The person is not there, or not for the caller to know of.
    #[error("no such person in sight")]
    Hidden,
    /// Somebody else changed the person in between.
    #[error("the person was changed in between")]
    Stale,
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl People {
    /// The room over a database.
    pub const fn new(database: Database, recorder: Recorder) -> Self {
        Self { database, recorder }
    }

    /// Keeps the answer of an import under its key, for repetitions.
    async fn keep_answer(
        &self,
        claim: Claim,
        now: Timestamp,
        body: Bytes,
    ) -> Result<(), PeopleError> {
        let answer = SavedAnswer { status: 200, headers: Vec::new(), body };
        let change =
            Change { answer: Some(answer), ..Change::empty(now, Actor::RULES, 0, RULESET_VERSION) };
        let record = Record { seen: Seen::default(), claim: Some(claim), change };
        self.recorder.commit(record).await?;
        Ok(())
    }

    /// A person in sight of a scope.
    async fn profile(&self, person: PersonId, scope: &Scope) -> Result<SeenProfile, PeopleError> {
        let seen = store::load_profile(&self.database, person, scope).await?;
        seen.ok_or(PeopleError::Hidden)
    }

    /// A person whose profile the pass permits to write, and with which hand.
    async fn writable(
        &self,
        person: PersonId,
        pass: &Pass<act::WritePeople>,
    ) -> Result<(SeenProfile, Hand), PeopleError> {
        let seen = self.profile(person, pass.scope()).await?;
        let hand = Hand::of(pass.scope(), &seen.as_seen(), pass.principal().is_client());
        hand.map(|hand| (seen, hand)).ok_or(PeopleError::Hidden)
    }

    /// Puts a profile in the place of the one that was read; answers the new revision.
    async fn replace(
        &self,
        before: &SeenProfile,
        after: &Profile,
        by: Uuid,
    ) -> Result<i64, PeopleError> {
        let written = store::write_profile(&self.database, before, after, by).await?;
        written.ok_or(PeopleError::Stale)
    }

    async fn certificates(&self, of: PersonId) -> Result<Vec<StoredCertificate>, PeopleError> {
        Ok(store::load_certificates(&self.database, of).await?)
    }

    /// Writes certificates as of a revision; answers the new one. With `whole`, claims that are not
    /// among them are taken back.
    async fn report(
        &self,
        (person, revision): (PersonId, i64),
        reports: &[CertificateReport],
        whole: bool,
        by: Uuid,
    ) -> Result<i64, PeopleError> {
        let written =
            store::write_certificates(&self.database, (person, revision), reports, whole, by);
        written.await?.ok_or(PeopleError::Stale)
    }
}

/// Which course a question means: its code, in capitals.
fn course_named(text: &str) -> Option<Course> {
    let fits = (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    fits.then(|| Course(text.to_ascii_uppercase().into()))
}

/// In which part a principal with a pass to verify reports certificates.
fn reporter(pass: &Pass<act::VerifyCertificates>) -> Reporter {
    if pass.principal().holds(Role::LearningSystem) {
        Reporter::LearningSystem
    } else {
        Reporter::Officer
    }
}
