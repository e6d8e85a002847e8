//! Giving, listing and taking back delegations.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::form::{Named, Places, Writing, id, names, one_of, texts};
use super::{claim, id_of, person};
use crate::access::{Appointment, DelegationState, Role, act};
use crate::identity::Register;
use crate::identity::register::{Known, NewDelegation, RegisteredDelegation};
use crate::identity::store::register::{self as store, After, DelegationFilter};
use crate::model::{AreaId, Category, PersonId, RiskBand};
use crate::web::{
    Caller, Faults, Field, IdempotencyKey, JsonBody, Kind, Listed, Object, Page, Problem,
    ProblemBody, read_query, read_value,
};

/// Nights of the longest stay that a delegation may name.
const MOST_NIGHTS: i64 = 3660;

/// A delegation as it is given.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct DelegationIn {
    /// A named person, or whoever holds a post.
    delegate: DelegateShown,
    /// Areas it is for.
    area_ids: Option<Vec<String>>,
    /// Countries it is for, ISO 3166-1 alpha-2.
    countries: Option<Vec<String>>,
    /// Bands of risk: `low`, `medium`, `high`; high to a security adviser alone.
    risk_bands: Vec<String>,
    /// Categories of travellers; all where it is left out.
    categories: Option<Vec<String>>,
    /// Longest stay; any where it is left out.
    max_stay_nights: Option<u32>,
    /// The letter.
    letter_ref: String,
    /// First instant in force; now where it is left out.
    #[schema(format = DateTime)]
    valid_from: Option<String>,
    /// First instant no longer in force; not after the giver's appointment.
    #[schema(format = DateTime)]
    valid_to: String,
}

/// To whom a delegation is given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DelegateShown {
    /// A person.
    #[schema(value_type = Option<String>)]
    person_id: Option<Uuid>,
    /// A post: `area_security_coordinator` or `security_adviser`.
    role: Option<String>,
    /// The post's area.
    area_id: Option<String>,
    /// The post's country.
    country: Option<String>,
}

/// A delegation on record.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DelegationOut {
    /// Id, which decisions name.
    #[schema(value_type = String)]
    delegation_id: Uuid,
    /// `granted`, `in_force`, `expired` or `revoked`.
    state: String,
    /// Who gave it and stays accountable.
    #[schema(value_type = String)]
    delegator_id: Uuid,
    /// The appointment it was given from, which it does not outlive.
    #[schema(value_type = String)]
    given_from: Uuid,
    /// Who may use it.
    delegate: DelegateShown,
    /// Areas.
    area_ids: Vec<String>,
    /// Countries.
    countries: Vec<String>,
    /// Bands of risk.
    risk_bands: Vec<String>,
    /// Categories; empty means all.
    categories: Vec<String>,
    /// Longest stay.
    max_stay_nights: Option<i32>,
    /// The letter.
    letter_ref: String,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    granted_at: Timestamp,
    /// First instant in force.
    #[schema(value_type = String, format = DateTime)]
    valid_from: Timestamp,
    /// First instant no longer in force.
    #[schema(value_type = String, format = DateTime)]
    valid_to: Timestamp,
    /// Who took it back.
    #[schema(value_type = Option<String>)]
    revoked_by: Option<Uuid>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

/// A page of delegations.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DelegationsOut {
    /// Newest first.
    items: Vec<DelegationOut>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}

impl DelegationOut {
    fn of(of: RegisteredDelegation) -> Self {
        Self {
            delegation_id: of.delegation_id,
            state: of.state,
            delegator_id: of.delegator,
            given_from: of.given_from,
            delegate: DelegateShown {
                person_id: of.person,
                role: of.role,
                area_id: of.seat_area,
                country: of.seat_country,
            },
            area_ids: of.areas,
            countries: of.countries,
            risk_bands: of.bands,
            categories: of.categories,
            max_stay_nights: of.max_nights,
            letter_ref: of.letter_ref,
            granted_at: of.granted_at,
            valid_from: of.valid_from,
            valid_to: of.valid_to,
            revoked_by: of.revoked_by,
            revoked_at: of.revoked_at,
        }
    }
}

/// Delegations in sight, newest first: given by or to the caller, of the land, or all.
#[utoipa::path(
    tag = "authority",
    params(
        ("area" = Option<String>, Query, description = "for one area, or its country"),
        ("state" = Option<String>, Query, description = "one state"),
        ("delegator" = Option<String>, Query, description = "given by one person"),
        ("delegate" = Option<String>, Query, description = "given to one person by name"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "where the page before ended"),
    ),
    responses((status = 200, body = DelegationsOut))
)]
#[get("/v1/delegations")]
pub(super) async fn list_delegations(
    request: HttpRequest,
    caller: Caller,
    register: Data<Register>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadDelegations>()?;
    let (filter, page) = read_query(&request, |query| {
        let page: Page<After> = Page::read(query);
        let filter = DelegationFilter {
            area: query.field("area").text(1..=64).map(str::to_owned),
            state: one_of(
                &query.field("state"),
                &DelegationState::ALL.map(DelegationState::as_str),
            ),
            delegator: id(&query.field("delegator")),
            delegate: id(&query.field("delegate")),
        };
        (filter, page)
    })?;
    let window = (page.after, page.limit.saturating_add(1));
    let found = store::delegations(register.database(), pass.scope(), &filter, window).await?;
    let found = found.into_iter().map(DelegationOut::of).collect();
    let Listed { items, next_cursor } =
        Listed::of(found, page.limit, |last: &DelegationOut| (last.granted_at, last.delegation_id));
    Ok(HttpResponse::Ok().json(DelegationsOut { items, next_cursor }))
}

/// Gives power in writing to a named person or a post: areas × bands × categories × length × dates,
/// within the giver's own. It is not passed on, ends with the giver's appointment, and reaches high
/// risk for a security adviser alone, very high risk for nobody.
#[utoipa::path(
    tag = "authority",
    params(("Idempotency-Key" = String, Header, description = "one for each delegation")),
    request_body = DelegationIn,
    responses(
        (status = 201, body = DelegationOut),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/delegations")]
pub(super) async fn add_delegation(
    caller: Caller,
    register: Data<Register>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::GrantDelegations>()?;
    let by = person(&caller)?;
    let own: Vec<&Appointment> = pass
        .capacities()
        .filter(|held| held.role == Role::DesignatedOfficial && !held.ad_interim)
        .collect();
    if own.is_empty() {
        return Err(Problem::new(Kind::Forbidden)
            .code("NOT_ENTITLED")
            .detail("R-803: the designated official delegates, not who stands in"));
    }
    let value = read_value(&body)?;
    let faults = Faults::new();
    let mut new = None;
    if let Some(object) = Object::body(&value, &faults) {
        let draft = Draft::read(object, &faults);
        let places = (draft.every_area(), draft.every_country());
        let known = register.known(draft.person, None, None, (&places.0, &places.1)).await?;
        new = draft.checked(by, &own, &known, &faults);
    }
    let new = faults.settle(new)?;
    let claim = claim(&caller, "/v1/delegations", &key, &body);
    let (found, is_new) = register.delegate(claim, &new, by).await?;
    let mut answer = HttpResponse::Created();
    if !is_new {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    Ok(answer.json(DelegationOut::of(found)))
}

/// Takes a delegation back: who gave it, or an administrator. Taking it back again changes nothing.
#[utoipa::path(
    tag = "authority",
    params(("delegation_id" = String, Path, description = "the delegation")),
    responses(
        (status = 204, description = "It is taken back"),
        (status = 409, body = ProblemBody)
    )
)]
#[delete("/v1/delegations/{delegation_id}")]
pub(super) async fn cancel_delegation(
    path: Path<String>,
    caller: Caller,
    register: Data<Register>,
) -> Result<HttpResponse, Problem> {
    let seen = caller.admit_to_id::<act::ReadDelegations>()?;
    let id = id_of(&path)?;
    register.take_back(id, seen.principal(), seen.scope()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A body as far as it could be read.
struct Draft {
    person: Option<Uuid>,
    role: Option<Role>,
    seat_area: Option<String>,
    seat_country: Option<String>,
    places: Places,
    bands: Vec<(RiskBand, String)>,
    categories: Vec<&'static str>,
    max_nights: Option<i64>,
    writing: Writing,
}

impl Draft {
    fn read(mut object: Object<'_>, faults: &Faults) -> Self {
        let mut delegate = object.field("delegate").required().object();
        let named = |name| delegate.as_mut().map(|delegate| delegate.field(name));
        let [person, role, area, country] = ["person_id", "role", "area_id", "country"].map(named);
        let draft = Self {
            person: person.as_ref().and_then(id),
            role: role.as_ref().and_then(Field::choice),
            seat_area: area.and_then(|field| field.text(1..=64).map(str::to_owned)),
            seat_country: country.and_then(|field| field.text(2..=2).map(str::to_owned)),
            places: Places::read(&mut object),
            bands: bands(&object.field("risk_bands").required(), faults),
            categories: categories(&names(&object.field("categories"), 1..=64), faults),
            max_nights: object.field("max_stay_nights").integer(0..=MOST_NIGHTS),
            writing: Writing::read(&mut object),
        };
        if let Some(delegate) = delegate {
            delegate.finish();
        }
        object.finish();
        draft
    }

    fn every_area(&self) -> Vec<String> {
        let seat = self.seat_area.iter().cloned();
        texts(&self.places.areas).into_iter().chain(seat).collect()
    }

    fn every_country(&self) -> Vec<String> {
        let seat = self.seat_country.iter().cloned();
        texts(&self.places.countries).into_iter().chain(seat).collect()
    }

    fn checked(
        self,
        by: PersonId,
        own: &[&Appointment],
        known: &Known,
        faults: &Faults,
    ) -> Option<NewDelegation> {
        self.check_delegate(by, known, faults);
        self.places.check(known, faults);
        if self.places.is_empty() {
            faults.add("/area_ids", "REQUIRED", "areas or countries");
        }
        self.check_bands(known, faults);
        let widest = own.iter().min_by_key(|own| self.beyond(own, known).count())?;
        for beyond in self.beyond(widest, known) {
            let detail = "R-803: lies outside the giver's own appointment";
            faults.add(&beyond.pointer, "ABOVE_OWN_POWER", detail);
        }
        let valid_from = self.writing.begins(known.now, Some(widest.valid_to), faults);
        Some(NewDelegation {
            given_from: widest.appointment_id,
            person: self.person,
            role: self.role,
            areas: texts(&self.places.areas),
            countries: texts(&self.places.countries),
            bands: self.bands.iter().map(|(band, _)| band.as_str()).collect(),
            categories: self.categories,
            max_nights: self.max_nights.and_then(|nights| i32::try_from(nights).ok()),
            seat_area: self.seat_area,
            seat_country: self.seat_country,
            letter_ref: self.writing.letter_ref?,
            valid_from,
            valid_to: self.writing.valid_to?,
        })
    }

    /// Places that an appointment of the giver does not cover; what is unknown is told elsewhere.
    fn beyond<'d>(
        &'d self,
        own: &'d Appointment,
        known: &'d Known,
    ) -> impl Iterator<Item = &'d Named> {
        let areas = self.places.areas.iter().filter(|area| {
            let id = AreaId::from(area.text.as_str());
            let country = known.places.get(&id);
            country.is_some_and(|country| !own.covers(&id, country.as_deref()))
        });
        let countries = self.places.countries.iter().filter(|country| {
            known.countries.contains(&country.text)
                && !own.countries.iter().any(|iso2| *iso2 == country.text)
        });
        areas.chain(countries)
    }

    fn check_delegate(&self, by: PersonId, known: &Known, faults: &Faults) {
        let add = |pointer: &str, code, detail: &str| faults.add(pointer, code, detail);
        let seats =
            usize::from(self.seat_area.is_some()) + usize::from(self.seat_country.is_some());
        match (self.person, self.role) {
            (Some(person), None) if person == by.0 => {
                add("/delegate/person_id", "TO_ONESELF", "nobody delegates to themselves");
            }
            (Some(_), None) if !known.person => {
                add("/delegate/person_id", "PERSON_UNKNOWN", "there is no such person in service");
            }
            (Some(_), None) if known.roles.contains(&Role::Administrator) => {
                add(
                    "/delegate/person_id",
                    "ADMINISTRATOR_DECIDES",
                    "an administrator holds no deciding role",
                );
            }
            (Some(_), None) if seats == 0 => {}
            (None, Some(role)) if seats == 1 => {
                if !matches!(role, Role::AreaSecurityCoordinator | Role::SecurityAdviser) {
                    add("/delegate/role", "CHOICE", "a coordinator's or an adviser's post");
                }
            }
            _ => add("/delegate", "ONE_DELEGATE", "name a person, or a role and where it is held"),
        }
        if let Some(area) = &self.seat_area
            && !known.places.contains_key(&AreaId::from(area.as_str()))
        {
            add("/delegate/area_id", "AREA_UNKNOWN", "there is no such area");
        }
        if let Some(country) = &self.seat_country
            && !known.countries.contains(country)
        {
            add("/delegate/country", "COUNTRY_UNKNOWN", "there is no such country");
        }
    }

    /// High risk goes to a security adviser, very high risk to nobody.
    fn check_bands(&self, known: &Known, faults: &Faults) {
        let is_adviser = self.role == Some(Role::SecurityAdviser)
            || known.roles.contains(&Role::SecurityAdviser);
        for (band, pointer) in &self.bands {
            if *band > RiskBand::High {
                faults.add(pointer, "NOT_DELEGABLE", "R-803: very high risk is never delegated");
            } else if *band == RiskBand::High && !is_adviser {
                let detail = "R-803: high risk is delegated to a security adviser alone";
                faults.add(pointer, "NOT_DELEGABLE", detail);
            }
        }
    }
}

fn bands(field: &Field<'_>, faults: &Faults) -> Vec<(RiskBand, String)> {
    if field.value().and_then(Value::as_array).is_some_and(Vec::is_empty) {
        field.fault("LENGTH", "must name low, medium or high");
    }
    let known = names(field, 1..=32).into_iter().filter_map(|name| {
        let band = RiskBand::named(&name.text);
        if band.is_none() {
            faults.add(&name.pointer, "CHOICE", "is no band of risk");
        }
        band.map(|band| (band, name.pointer))
    });
    known.collect()
}

fn categories(named: &[Named], faults: &Faults) -> Vec<&'static str> {
    let known = named.iter().filter_map(|name| {
        let found = Category::ALL.iter().find(|known| known.as_str() == name.text);
        if found.is_none() {
            faults.add(&name.pointer, "CHOICE", "is no category");
        }
        found.map(|found| found.as_str())
    });
    known.collect()
}
