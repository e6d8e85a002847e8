//! Reading delegations.

use compact_str::CompactString;
use uuid::Uuid;

use crate::access::{Appointment, Delegate, Delegation, DelegationScope, Land, Role, Seat};
use crate::database::{DatabaseError, Row};
use crate::model::{AreaId, Category, PersonId, RiskBand};

/// A row as a delegation; none where it is of a kind that this release does not know, which then
/// permits nothing here.
pub(super) fn delegation(row: &Row) -> Result<Option<Delegation>, DatabaseError> {
    let delegation_id: Uuid = row.try_get("delegation_id")?;
    let (Some(delegate), Some(given_from)) = (delegate(row)?, given_from(row)?) else {
        tracing::warn!(%delegation_id, "a delegation is passed over: it is not understood");
        return Ok(None);
    };
    let nights: Option<i32> = row.try_get("max_stay_nights")?;
    let scope = DelegationScope {
        land: land(row, "area_ids", "countries")?,
        bands: names(row, "risk_bands")?.iter().filter_map(|name| RiskBand::named(name)).collect(),
        categories: categories(&names(row, "categories")?),
        max_nights: nights.map(|nights| u32::try_from(nights).unwrap_or(0)),
    };
    Ok(Some(Delegation {
        delegation_id,
        delegator: PersonId(row.try_get("delegator_id")?),
        given_from,
        delegate,
        scope,
        letter_ref: row.try_get("letter_ref")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        revoked_at: row.try_get("revoked_at")?,
    }))
}

fn delegate(row: &Row) -> Result<Option<Delegate>, DatabaseError> {
    let person: Option<Uuid> = row.try_get("delegate_person_id")?;
    if let Some(person) = person {
        return Ok(Some(Delegate::Person(PersonId(person))));
    }
    let role: Option<&str> = row.try_get("delegate_role")?;
    let area: Option<String> = row.try_get("delegate_area_id")?;
    let country: Option<String> = row.try_get("delegate_country")?;
    let seat = area.map(|area| Seat::Area(AreaId::from(area)));
    let seat = seat.or(country.map(|country| Seat::Country(CompactString::from(country))));
    let role = role.and_then(role_named);
    Ok(role.zip(seat).map(|(role, seat)| Delegate::Post { role, seat }))
}

fn given_from(row: &Row) -> Result<Option<Appointment>, DatabaseError> {
    let Some(role) = role_named(row.try_get("given_role")?) else { return Ok(None) };
    let Land { areas, countries } = land(row, "given_area_ids", "given_countries")?;
    Ok(Some(Appointment {
        appointment_id: row.try_get("given_from")?,
        role,
        areas,
        countries,
        organization: None,
        ad_interim: row.try_get("given_ad_interim")?,
        focal_point: false,
        valid_from: row.try_get("given_valid_from")?,
        valid_to: row.try_get("given_valid_to")?,
    }))
}

/// The role of a name.
pub(super) fn role_named(name: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.as_str() == name)
}

/// Categories by their names. A name that is not known here covers nobody, and must not become
/// "everybody" by being left out.
fn categories(names: &[String]) -> std::collections::BTreeSet<Category> {
    let known = |name: &String| Category::ALL.iter().copied().find(|one| one.as_str() == name);
    let found: std::collections::BTreeSet<_> = names.iter().filter_map(known).collect();
    if found.is_empty() && !names.is_empty() { [Category::ContingentMember].into() } else { found }
}

/// Areas and countries of a row.
pub(super) fn land(row: &Row, areas: &str, countries: &str) -> Result<Land, DatabaseError> {
    Ok(Land {
        areas: names(row, areas)?.into_iter().map(AreaId::from).collect(),
        countries: names(row, countries)?.into_iter().map(CompactString::from).collect(),
    })
}

fn names(row: &Row, column: &str) -> Result<Vec<String>, DatabaseError> {
    Ok(row.try_get(column)?)
}
