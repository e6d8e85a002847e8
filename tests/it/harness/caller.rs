//! Callers of any kind: a subject of the test's issuer, with appointments in the database.

use jiff::{SignedDuration, Timestamp};
use safeconduct::access::Role;
use uuid::Uuid;

use super::house::House;

/// Who a caller shall be.
#[derive(Debug, Clone)]
pub(crate) struct Someone {
    id: Uuid,
    client_of: Option<String>,
    given: Vec<Given>,
}

#[derive(Debug, Clone)]
struct Given {
    role: Role,
    areas: Vec<String>,
    countries: Vec<String>,
    organization: Option<String>,
    ad_interim: bool,
    focal_point: bool,
}

/// A caller with a token.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The person or client behind it.
    pub(crate) id: Uuid,
    /// The row of issuer and subject.
    pub(crate) identity: Uuid,
    /// The subject of its tokens.
    pub(crate) subject: String,
    /// A token good for an hour.
    pub(crate) token: String,
}

impl Given {
    fn of(role: Role) -> Self {
        Self {
            role,
            areas: vec![],
            countries: vec![],
            organization: None,
            ad_interim: false,
            focal_point: false,
        }
    }
}

impl Someone {
    /// A new person, traveller for themselves.
    pub(crate) fn person() -> Self {
        Self::known(Uuid::now_v7())
    }

    /// A person whose id the test has chosen, because there is a row of it.
    pub(crate) fn known(id: Uuid) -> Self {
        Self { id, client_of: None, given: Vec::new() }
    }

    /// A machine of an organization.
    pub(crate) fn client(organization: &str) -> Self {
        Self { client_of: Some(organization.to_owned()), ..Self::person() }
    }

    /// With a role everywhere.
    pub(crate) fn holding(self, role: Role) -> Self {
        self.with(Given::of(role))
    }

    /// With a role in areas.
    pub(crate) fn of_areas(self, role: Role, areas: &[&str]) -> Self {
        let areas = areas.iter().map(|&area| area.to_owned()).collect();
        self.with(Given { areas, ..Given::of(role) })
    }

    /// With a role in countries.
    pub(crate) fn of_countries(self, role: Role, countries: &[&str]) -> Self {
        let countries = countries.iter().map(|&iso2| iso2.to_owned()).collect();
        self.with(Given { countries, ..Given::of(role) })
    }

    /// With a role in an organization.
    pub(crate) fn of_organization(self, role: Role, organization: &str) -> Self {
        let organization = Some(organization.to_owned());
        self.with(Given { organization, ..Given::of(role) })
    }

    /// The role named last is held in the place of another.
    pub(crate) fn ad_interim(mut self) -> Self {
        self.given.last_mut().unwrap().ad_interim = true;
        self
    }

    /// The adviser's role named last is held by a country security focal point.
    pub(crate) fn focal_point_in_it(mut self) -> Self {
        self.given.last_mut().unwrap().focal_point = true;
        self
    }

    fn with(mut self, given: Given) -> Self {
        self.given.push(given);
        self
    }
}

impl House {
    /// Writes someone into the database, with appointments in force, and gives a token.
    pub(crate) async fn caller(&self, someone: Someone) -> Caller {
        let client = self.database().connect().await;
        let subject = format!("subject-{}", someone.id);
        let identity = Uuid::now_v7();
        let is_client = someone.client_of.is_some();
        let person = (!is_client).then_some(someone.id);
        let machine = is_client.then_some(someone.id);
        if let Some(organization) = &someone.client_of {
            let insert = "INSERT INTO client (client_id, name, organization_id) VALUES ($1, 'a machine', $2)";
            client.execute(insert, &[&someone.id, organization]).await.unwrap();
        }
        let insert = "INSERT INTO person_identity (identity_id, issuer, subject, person_id, client_id) \
                      VALUES ($1, $2, $3, $4, $5)";
        let issuer = &self.issuer().url;
        client.execute(insert, &[&identity, issuer, &subject, &person, &machine]).await.unwrap();
        let now = self.now();
        for given in &someone.given {
            let insert = "INSERT INTO appointment (appointment_id, person_id, client_id, role, area_ids, \
                          countries, organization_id, letter_ref, recorded_by, confirmed_by, \
                          confirmed_at, valid_from, valid_to, ad_interim, focal_point) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, 'test', $8, $9, $10, $10, $11, $12, \
                          $13)";
            let (from, to) =
                (now - SignedDuration::from_hours(1), now + SignedDuration::from_hours(24 * 365));
            client
                .execute(
                    insert,
                    &[
                        &Uuid::now_v7(),
                        &person,
                        &machine,
                        &given.role.as_str(),
                        &given.areas,
                        &given.countries,
                        &given.organization,
                        &Uuid::now_v7(),
                        &Uuid::now_v7(),
                        &from,
                        &to,
                        &given.ad_interim,
                        &given.focal_point,
                    ],
                )
                .await
                .unwrap();
        }
        self.running().parts.identity.authority().refresh().await.unwrap();
        let token = self.issuer().key().sign(&self.issuer().claims(&subject, now));
        Caller { id: someone.id, identity, subject, token }
    }

    /// The service's idea of the time.
    pub(crate) fn now(&self) -> Timestamp {
        self.running().parts.clock.now()
    }
}
