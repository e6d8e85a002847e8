//! Recording, confirming, listing and ending appointments.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::form::{Named, Places, Writing, id, texts};
use super::{claim, id_of, person};
use crate::access::{Role, act};
use crate::identity::Register;
use crate::identity::register::{
    Known, NewAppointment, Over, RegisteredAppointment, apart_from, is_of_machines, over,
};
use crate::identity::store::register::{self as store, After, AppointmentFilter};
use crate::model::PersonId;
use crate::web::{
    Caller, Faults, IdempotencyKey, JsonBody, Listed, Object, Page, Problem, ProblemBody,
    read_query, read_value,
};

/// States of an appointment.
const STATES: [&str; 5] = ["recorded", "granted", "in_force", "expired", "revoked"];

/// An appointment as it is recorded: of a person, or of a machine.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct AppointmentIn {
    /// The person appointed.
    person_id: Option<String>,
    /// The machine appointed.
    client_id: Option<String>,
    /// The role (`designated_official`, …).
    role: String,
    /// Areas it is held over.
    area_ids: Option<Vec<String>>,
    /// Countries it is held over, ISO 3166-1 alpha-2.
    countries: Option<Vec<String>>,
    /// The organization it is held in.
    organization_id: Option<String>,
    /// Held in the place of another.
    ad_interim: Option<bool>,
    /// The adviser's role, held by a country security focal point.
    focal_point: Option<bool>,
    /// The letter.
    letter_ref: String,
    /// First instant in force; now where it is left out.
    #[schema(format = DateTime)]
    valid_from: Option<String>,
    /// First instant no longer in force.
    #[schema(format = DateTime)]
    valid_to: String,
}

/// An appointment on record.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppointmentOut {
    /// Id, which decisions name.
    #[schema(value_type = String)]
    appointment_id: Uuid,
    /// `recorded` (waits for a second person), `granted`, `in_force`, `expired` or `revoked`.
    state: String,
    /// The person appointed.
    #[schema(value_type = Option<String>)]
    person_id: Option<Uuid>,
    /// The machine appointed.
    #[schema(value_type = Option<String>)]
    client_id: Option<Uuid>,
    /// The role.
    role: &'static str,
    /// Areas.
    area_ids: Vec<String>,
    /// Countries.
    countries: Vec<String>,
    /// Organization.
    organization_id: Option<String>,
    /// Held in the place of another.
    ad_interim: bool,
    /// Held by a country security focal point.
    focal_point: bool,
    /// The letter.
    letter_ref: String,
    /// Who recorded it.
    #[schema(value_type = Option<String>)]
    recorded_by: Option<Uuid>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// The second person.
    #[schema(value_type = Option<String>)]
    confirmed_by: Option<Uuid>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    confirmed_at: Option<Timestamp>,
    /// First instant in force.
    #[schema(value_type = String, format = DateTime)]
    valid_from: Timestamp,
    /// First instant no longer in force.
    #[schema(value_type = String, format = DateTime)]
    valid_to: Timestamp,
    /// Who ended it.
    #[schema(value_type = Option<String>)]
    revoked_by: Option<Uuid>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

/// A page of appointments.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppointmentsOut {
    /// Newest first.
    items: Vec<AppointmentOut>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}

impl AppointmentOut {
    fn of(of: RegisteredAppointment) -> Self {
        let held = of.appointment;
        Self {
            appointment_id: held.appointment_id,
            state: of.state,
            person_id: of.person,
            client_id: of.client,
            role: held.role.as_str(),
            area_ids: held.areas.iter().map(|area| area.as_str().to_owned()).collect(),
            countries: held.countries.iter().map(|iso2| iso2.as_str().to_owned()).collect(),
            organization_id: held.organization.map(|id| id.as_str().to_owned()),
            ad_interim: held.ad_interim,
            focal_point: held.focal_point,
            letter_ref: of.letter_ref,
            recorded_by: of.recorded_by,
            recorded_at: of.recorded_at,
            confirmed_by: of.confirmed_by,
            confirmed_at: of.confirmed_at,
            valid_from: held.valid_from,
            valid_to: held.valid_to,
            revoked_by: of.revoked_by,
            revoked_at: of.revoked_at,
        }
    }
}

/// Appointments in sight, newest first: one's own, those of the land, of the organization, or all.
#[utoipa::path(
    tag = "authority",
    params(
        ("role" = Option<String>, Query, description = "one role"),
        ("person" = Option<String>, Query, description = "one person"),
        ("area" = Option<String>, Query, description = "over one area, or its country"),
        ("state" = Option<String>, Query, description = "one state"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "where the page before ended"),
    ),
    responses((status = 200, body = AppointmentsOut))
)]
#[get("/v1/appointments")]
pub(super) async fn list_appointments(
    request: HttpRequest,
    caller: Caller,
    register: Data<Register>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAppointments>()?;
    let (filter, page) = read_query(&request, |query| {
        let page: Page<After> = Page::read(query);
        let filter = AppointmentFilter {
            role: query.field("role").choice(),
            person: id(&query.field("person")),
            area: query.field("area").text(1..=64).map(str::to_owned),
            state: super::form::one_of(&query.field("state"), &STATES),
        };
        (filter, page)
    })?;
    let window = (page.after, page.limit.saturating_add(1));
    let found = store::appointments(register.database(), pass.scope(), &filter, window).await?;
    let found = found.into_iter().map(AppointmentOut::of).collect();
    let Listed { items, next_cursor } = Listed::of(found, page.limit, |last: &AppointmentOut| {
        (last.recorded_at, last.appointment_id)
    });
    Ok(HttpResponse::Ok().json(AppointmentsOut { items, next_cursor }))
}

/// Records an appointment with its letter. It is in force once a second person has confirmed it:
/// headquarters an official or adviser, the official a coordinator, focal point or warden, the head
/// of an organization who acts for it. Nobody records their own, and an administrator holds no
/// deciding role.
#[utoipa::path(
    tag = "authority",
    params(("Idempotency-Key" = String, Header, description = "one for each appointment")),
    request_body = AppointmentIn,
    responses(
        (status = 201, body = AppointmentOut),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/appointments")]
pub(super) async fn add_appointment(
    caller: Caller,
    register: Data<Register>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    caller.admit::<act::RecordAppointments>()?;
    let by = person(&caller)?;
    let value = read_value(&body)?;
    let faults = Faults::new();
    let mut new = None;
    if let Some(object) = Object::body(&value, &faults) {
        let draft = Draft::read(object);
        let places = (texts(&draft.places.areas), texts(&draft.places.countries));
        let named = (draft.person, draft.client, draft.organization.as_deref());
        let known = register.known(named.0, named.1, named.2, (&places.0, &places.1)).await?;
        new = draft.checked(by, &known, &faults);
    }
    let new = faults.settle(new)?;
    let claim = claim(&caller, "/v1/appointments", &key, &body);
    let (found, is_new) = register.record(claim, &new, by).await?;
    let mut answer = HttpResponse::Created();
    if !is_new {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    Ok(answer.json(AppointmentOut::of(found)))
}

/// Confirms an appointment that somebody else recorded. Confirming it again changes nothing.
#[utoipa::path(
    tag = "authority",
    params(("appointment_id" = String, Path, description = "the appointment")),
    responses(
        (status = 200, body = AppointmentOut),
        (status = 409, body = ProblemBody)
    )
)]
#[post("/v1/appointments/{appointment_id}/confirm")]
pub(super) async fn confirm_appointment(
    path: Path<String>,
    caller: Caller,
    register: Data<Register>,
) -> Result<HttpResponse, Problem> {
    let seen = caller.admit_to_id::<act::ReadAppointments>()?;
    let id = id_of(&path)?;
    let found = register.confirm(id, seen.principal(), seen.scope()).await?;
    Ok(HttpResponse::Ok().json(AppointmentOut::of(found)))
}

/// Ends an appointment: an administrator, or whoever may confirm it; nobody their own. Ending it
/// again changes nothing.
#[utoipa::path(
    tag = "authority",
    params(("appointment_id" = String, Path, description = "the appointment")),
    responses(
        (status = 204, description = "It is over"),
        (status = 409, body = ProblemBody)
    )
)]
#[delete("/v1/appointments/{appointment_id}")]
pub(super) async fn cancel_appointment(
    path: Path<String>,
    caller: Caller,
    register: Data<Register>,
) -> Result<HttpResponse, Problem> {
    let seen = caller.admit_to_id::<act::ReadAppointments>()?;
    let id = id_of(&path)?;
    register.dismiss(id, seen.principal(), seen.scope()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A body as far as it could be read.
struct Draft {
    person: Option<Uuid>,
    client: Option<Uuid>,
    role: Option<Role>,
    places: Places,
    organization: Option<String>,
    ad_interim: bool,
    focal_point: bool,
    writing: Writing,
}

impl Draft {
    fn read(mut object: Object<'_>) -> Self {
        let draft = Self {
            person: id(&object.field("person_id")),
            client: id(&object.field("client_id")),
            role: object.field("role").required().choice(),
            places: Places::read(&mut object),
            organization: object.field("organization_id").text(1..=32).map(str::to_owned),
            ad_interim: object.field("ad_interim").boolean().unwrap_or(false),
            focal_point: object.field("focal_point").boolean().unwrap_or(false),
            writing: Writing::read(&mut object),
        };
        object.finish();
        draft
    }

    fn checked(self, by: PersonId, known: &Known, faults: &Faults) -> Option<NewAppointment> {
        self.check_holder(by, known, faults);
        self.places.check(known, faults);
        if self.organization.is_some() && !known.organization {
            faults.add("/organization_id", "ORGANIZATION_UNKNOWN", "there is no such organization");
        }
        if let Some(role) = self.role {
            self.check_role(role, known, faults);
        }
        let valid_from = self.writing.begins(known.now, None, faults);
        Some(NewAppointment {
            person: self.person,
            client: self.client,
            role: self.role?,
            areas: texts(&self.places.areas),
            countries: texts(&self.places.countries),
            organization: self.organization,
            ad_interim: self.ad_interim,
            focal_point: self.focal_point,
            letter_ref: self.writing.letter_ref?,
            valid_from,
            valid_to: self.writing.valid_to?,
        })
    }

    fn check_holder(&self, by: PersonId, known: &Known, faults: &Faults) {
        match (self.person, self.client) {
            (Some(person), None) if person == by.0 => {
                faults.add("/person_id", "OWN_APPOINTMENT", "nobody records their own");
            }
            (Some(_), None) if !known.person => {
                faults.add("/person_id", "PERSON_UNKNOWN", "there is no such person in service");
            }
            (None, Some(_)) if !known.client => {
                faults.add("/client_id", "CLIENT_UNKNOWN", "there is no such machine");
            }
            (Some(_), None) | (None, Some(_)) => {}
            _ => faults.add("", "ONE_HOLDER", "name a person or a machine"),
        }
    }

    fn check_role(&self, role: Role, known: &Known, faults: &Faults) {
        let add = |pointer: &str, code, detail: &str| faults.add(pointer, code, detail);
        if is_of_machines(role) && self.person.is_some() {
            add("/role", "ROLE_OF_MACHINES", "is held by machines alone");
        } else if !is_of_machines(role) && self.client.is_some() {
            add("/role", "ROLE_OF_PERSONS", "is held by persons alone");
        }
        if apart_from(role).iter().any(|other| known.roles.contains(other)) {
            let detail = "an administrator holds no deciding role";
            add("/role", "ADMINISTRATOR_DECIDES", detail);
        }
        let (land, organization) = (!self.places.is_empty(), self.organization.is_some());
        match over(role) {
            None => add("/role", "CHOICE", "everyone is a traveller without being appointed"),
            Some(Over::Land) if !land => add("/area_ids", "REQUIRED", "areas or countries"),
            Some(Over::Organization) if !organization => {
                add("/organization_id", "REQUIRED", "is needed");
            }
            Some(_) => {}
        }
        if land && over(role) != Some(Over::Land) {
            add("/area_ids", "NOT_OF_ROLE", "the role is not held over areas or countries");
        }
        if organization && over(role) != Some(Over::Organization) {
            add("/organization_id", "NOT_OF_ROLE", "the role is not held in an organization");
        }
        if self.focal_point && (role != Role::SecurityAdviser || !self.is_of_countries()) {
            let detail = "a focal point holds the adviser's role over countries";
            add("/focal_point", "NOT_OF_ROLE", detail);
        }
    }

    const fn is_of_countries(&self) -> bool {
        let Places { areas, countries } = &self.places;
        let areas: &Vec<Named> = areas;
        areas.is_empty() && !countries.is_empty()
    }
}
