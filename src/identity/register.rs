//! The register of appointments and delegations: who records, confirms, gives and takes back
//! (fine-print.md, "Appointments, imports, certificates"; domain.md c.8).

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

use super::gate::Identity;
use super::store::register as store;
use crate::access::{Appointment, Principal, Role, Scope};
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, Claim, OrganizationId, PersonId};

/// Why something was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum RegisterError {
    /// Not there, or not in the caller's sight.
    #[error("no such entry in sight")]
    Hidden,
    /// Seen, but another's to change.
    #[error("{0}")]
    NotEntitled(&'static str),
    /// Over, taken back or confirmed already.
    #[error("{0}")]
    Settled(&'static str),
    /// The key stands for another body.
    #[error("the key stands for another body")]
    KeyReused,
    /// The appointment that the delegation would be given from has just ended, or a role that may
    /// not be held beside was recorded meanwhile.
    #[error("{0}")]
    Overtaken(&'static str),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Over what a role is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Areas and countries.
    Land,
    /// An organization.
    Organization,
    /// Everything.
    World,
}

/// Over what a role is held; none where nobody is appointed to it.
pub(super) const fn over(role: Role) -> Option<Over> {
    match role {
        Role::Traveller => None,
        Role::AreaSecurityCoordinator
        | Role::SecurityAdviser
        | Role::DesignatedOfficial
        | Role::Warden => Some(Over::Land),
        Role::TravelFocalPoint | Role::ErpClient | Role::ExecutiveHead | Role::AirFocalPoint => {
            Some(Over::Organization)
        }
        Role::Usg
        | Role::Auditor
        | Role::Administrator
        | Role::LearningSystem
        | Role::AlertFeed => Some(Over::World),
    }
}

/// Held by machines; every other role by persons.
pub(super) const fn is_of_machines(role: Role) -> bool {
    matches!(role, Role::ErpClient | Role::LearningSystem | Role::AlertFeed)
}

/// Roles that may not be held beside a role: an administrator decides nothing.
pub(super) fn apart_from(role: Role) -> &'static [Role] {
    const DECIDING: [Role; 5] = [
        Role::AreaSecurityCoordinator,
        Role::SecurityAdviser,
        Role::DesignatedOfficial,
        Role::Usg,
        Role::ExecutiveHead,
    ];
    if role == Role::Administrator {
        &DECIDING
    } else if DECIDING.contains(&role) {
        &[Role::Administrator]
    } else {
        &[]
    }
}

/// An appointment to be recorded.
#[derive(Debug)]
pub(super) struct NewAppointment {
    pub(super) person: Option<Uuid>,
    pub(super) client: Option<Uuid>,
    pub(super) role: Role,
    pub(super) areas: Vec<String>,
    pub(super) countries: Vec<String>,
    pub(super) organization: Option<String>,
    pub(super) ad_interim: bool,
    pub(super) focal_point: bool,
    pub(super) letter_ref: String,
    pub(super) valid_from: Timestamp,
    pub(super) valid_to: Timestamp,
}

/// A delegation to be given.
#[derive(Debug)]
pub(super) struct NewDelegation {
    pub(super) given_from: Uuid,
    pub(super) person: Option<Uuid>,
    pub(super) role: Option<Role>,
    pub(super) seat_area: Option<String>,
    pub(super) seat_country: Option<String>,
    pub(super) areas: Vec<String>,
    pub(super) countries: Vec<String>,
    pub(super) bands: Vec<&'static str>,
    pub(super) categories: Vec<&'static str>,
    pub(super) max_nights: Option<i32>,
    pub(super) letter_ref: String,
    pub(super) valid_from: Timestamp,
    pub(super) valid_to: Timestamp,
}

/// What is on record of the people, organizations and places that a body names.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) now: Timestamp,
    pub(super) person: bool,
    pub(super) client: bool,
    pub(super) organization: bool,
    pub(super) countries: Vec<String>,
    /// Roles that the person holds or will hold.
    pub(super) roles: Vec<Role>,
    /// Areas with their countries.
    pub(super) places: Places,
}

/// Areas with their countries.
pub(super) type Places = BTreeMap<AreaId, Option<String>>;

/// A row of the register of appointments.
#[derive(Debug, Clone)]
pub(super) struct RegisteredAppointment {
    pub(super) appointment: Appointment,
    pub(super) person: Option<Uuid>,
    pub(super) client: Option<Uuid>,
    pub(super) letter_ref: String,
    pub(super) recorded_by: Option<Uuid>,
    pub(super) recorded_at: Timestamp,
    pub(super) confirmed_by: Option<Uuid>,
    pub(super) confirmed_at: Option<Timestamp>,
    pub(super) revoked_by: Option<Uuid>,
    pub(super) revoked_at: Option<Timestamp>,
    pub(super) state: String,
}

/// A row of the register of delegations.
#[derive(Debug, Clone)]
pub(super) struct RegisteredDelegation {
    pub(super) delegation_id: Uuid,
    pub(super) delegator: Uuid,
    pub(super) given_from: Uuid,
    pub(super) person: Option<Uuid>,
    pub(super) role: Option<String>,
    pub(super) seat_area: Option<String>,
    pub(super) seat_country: Option<String>,
    pub(super) areas: Vec<String>,
    pub(super) countries: Vec<String>,
    pub(super) bands: Vec<String>,
    pub(super) categories: Vec<String>,
    pub(super) max_nights: Option<i32>,
    pub(super) letter_ref: String,
    pub(super) granted_at: Timestamp,
    pub(super) valid_from: Timestamp,
    pub(super) valid_to: Timestamp,
    pub(super) revoked_by: Option<Uuid>,
    pub(super) revoked_at: Option<Timestamp>,
    pub(super) state: String,
}

/// Whether a second person is entitled to confirm an appointment (c.8): headquarters an official
/// and an adviser, the official a coordinator, focal point or warden of its land, the head of an
/// organization who acts for it, another head the under-secretary-general. Headquarters stands in
/// where there is no official or head. Never for oneself, nor what oneself recorded.
fn is_entitled(
    principal: &Principal,
    of: &RegisteredAppointment,
    places: &Places,
    now: Timestamp,
) -> bool {
    let held = &of.appointment;
    let holds = |role: Role, fits: &dyn Fn(&Appointment) -> bool| {
        let mut own = principal.appointments.iter().filter(|own| own.role == role);
        own.any(|own| own.is_in_force(now) && fits(own))
    };
    let usg = || holds(Role::Usg, &|_| true);
    let of_official =
        matches!(held.role, Role::AreaSecurityCoordinator | Role::Warden) || held.focal_point;
    let of_head =
        matches!(held.role, Role::TravelFocalPoint | Role::ErpClient | Role::AirFocalPoint);
    if held.role == Role::Usg {
        holds(Role::ExecutiveHead, &|_| true)
    } else if of_official {
        holds(Role::DesignatedOfficial, &|own| reaches(own, held, places)) || usg()
    } else if of_head {
        holds(Role::ExecutiveHead, &|own| own.organization == held.organization) || usg()
    } else {
        usg()
    }
}

/// Whether an official's appointment covers all that another is over.
fn reaches(own: &Appointment, held: &Appointment, places: &Places) -> bool {
    let covers = |area: &AreaId| {
        let country = places.get(area).and_then(|country| country.as_deref());
        own.covers(area, country)
    };
    held.areas.iter().all(covers) && held.countries.is_subset(&own.countries)
}

/// The register over a database.
#[derive(Debug, Clone)]
pub struct Register {
    database: Database,
    identity: Arc<Identity>,
}

impl Register {
    /// The register of a service.
    pub const fn new(database: Database, identity: Arc<Identity>) -> Self {
        Self { database, identity }
    }

    /// The database, for reading.
    pub(super) const fn database(&self) -> &Database {
        &self.database
    }

    /// What is on record of what a body names.
    pub(super) async fn known(
        &self,
        person: Option<Uuid>,
        client: Option<Uuid>,
        organization: Option<&str>,
        (areas, countries): (&[String], &[String]),
    ) -> Result<Known, RegisterError> {
        let named = (person, client, organization);
        Ok(store::known(&self.database, named, areas, countries).await?)
    }

    /// Records an appointment; the same key and body again finds it.
    pub(super) async fn record(
        &self,
        claim: Claim,
        new: &NewAppointment,
        by: PersonId,
    ) -> Result<(RegisteredAppointment, bool), RegisterError> {
        let id = id_of(&claim);
        let written = store::insert_appointment(&self.database, (id, &claim), new, by.0).await?;
        let found = store::fingerprint_of_appointment(&self.database, id).await?;
        let found = found.ok_or(RegisterError::Overtaken(
            "an administrator holds no deciding role, and one was recorded meanwhile",
        ))?;
        if found.1 != claim.fingerprint {
            return Err(RegisterError::KeyReused);
        }
        Ok((found.0, written))
    }

    /// Confirms an appointment as the second person.
    pub(super) async fn confirm(
        &self,
        id: Uuid,
        principal: &Principal,
        scope: &Scope,
    ) -> Result<RegisteredAppointment, RegisterError> {
        let (by, found, entitled) = self.judged(id, principal, scope).await?;
        if !entitled || found.recorded_by == Some(by.0) {
            return Err(RegisterError::NotEntitled(
                "a second person, entitled by the kind of appointment, confirms it",
            ));
        }
        if found.confirmed_by == Some(by.0) {
            return Ok(found);
        }
        if !store::confirm_appointment(&self.database, id, by.0).await? {
            return Err(RegisterError::Settled("it does not wait for a confirmation"));
        }
        self.hear().await;
        store::appointment(&self.database, id, &Scope::service("confirmed"))
            .await?
            .ok_or(RegisterError::Hidden)
    }

    /// Ends an appointment: an administrator, or whoever may confirm it.
    pub(super) async fn dismiss(
        &self,
        id: Uuid,
        principal: &Principal,
        scope: &Scope,
    ) -> Result<(), RegisterError> {
        let (by, found, entitled) = self.judged(id, principal, scope).await?;
        let own = found.person == Some(by.0);
        if own || !(entitled || principal.holds(Role::Administrator)) {
            return Err(RegisterError::NotEntitled(
                "an administrator or who may confirm it ends an appointment, and not their own",
            ));
        }
        if found.revoked_at.is_some() {
            return Ok(());
        }
        if !store::revoke_appointment(&self.database, id, by.0).await? {
            return Err(RegisterError::Settled("it is over"));
        }
        self.hear().await;
        Ok(())
    }

    async fn judged(
        &self,
        id: Uuid,
        principal: &Principal,
        scope: &Scope,
    ) -> Result<(PersonId, RegisteredAppointment, bool), RegisterError> {
        let by = principal.person().ok_or(RegisterError::Hidden)?;
        let found = store::appointment(&self.database, id, scope).await?;
        let found = found.ok_or(RegisterError::Hidden)?;
        let areas: Vec<String> =
            found.appointment.areas.iter().map(|area| area.as_str().to_owned()).collect();
        let places = store::places(&self.database, &areas).await?;
        let now = self.identity.now();
        let entitled = found.person != Some(by.0) && is_entitled(principal, &found, &places, now);
        Ok((by, found, entitled))
    }

    /// Gives a delegation; the same key and body again finds it.
    pub(super) async fn delegate(
        &self,
        claim: Claim,
        new: &NewDelegation,
        by: PersonId,
    ) -> Result<(RegisteredDelegation, bool), RegisterError> {
        let id = id_of(&claim);
        let written = store::insert_delegation(&self.database, (id, &claim), new, by.0).await?;
        let found = store::fingerprint_of_delegation(&self.database, id).await?;
        let found = found.ok_or(RegisterError::Overtaken(
            "R-803: the appointment it would be given from is no longer in force",
        ))?;
        if found.1 != claim.fingerprint {
            return Err(RegisterError::KeyReused);
        }
        if written {
            self.hear().await;
        }
        Ok((found.0, written))
    }

    /// Takes a delegation back: who gave it, or an administrator.
    pub(super) async fn take_back(
        &self,
        id: Uuid,
        principal: &Principal,
        scope: &Scope,
    ) -> Result<(), RegisterError> {
        let by = principal.person().ok_or(RegisterError::Hidden)?;
        let found = store::delegation(&self.database, id, scope).await?;
        let found = found.ok_or(RegisterError::Hidden)?;
        if found.delegator != by.0 && !principal.holds(Role::Administrator) {
            return Err(RegisterError::NotEntitled(
                "R-803: who gave a delegation takes it back, or an administrator",
            ));
        }
        if found.revoked_at.is_some() {
            return Ok(());
        }
        if !store::revoke_delegation(&self.database, id, by.0).await? {
            return Err(RegisterError::Settled("it is over"));
        }
        self.hear().await;
        Ok(())
    }

    /// This replica hears at once of what it wrote; the others with their next look.
    pub(super) async fn hear(&self) {
        if let Err(error) = self.identity.authority().refresh().await {
            tracing::debug!(%error, "the register is written, and heard of later");
        }
    }
}

/// The id that a caller's key stands for: who repeats a request finds what the first one made.
fn id_of(claim: &Claim) -> Uuid {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(claim.key_hash) {
        *to = from;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The organization of a text.
pub(super) fn organization(id: Option<String>) -> Option<OrganizationId> {
    id.map(OrganizationId::from)
}
