//! The office of the day: areas, an official, coordinators, and one delegation.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::DeskDay;
use super::client::{Client, items, text};
use crate::demo::cast;
use crate::demo::chance::Chance;
use crate::demo::gazetteer::Gazetteer;
use crate::demo::population::{self, Outline};
use crate::demo::traffic::TrafficError;
use crate::model::PersonId;

/// How long the day's appointments hold.
const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The second coordinator of an area, counted from the first.
const NEIGHBOUR: usize = 7;
/// Areas that the absent have to themselves.
const LONELY: usize = 2;

/// Somebody with a token.
#[derive(Debug, Clone)]
pub(super) struct Officer {
    pub(super) subject: String,
    pub(super) person: PersonId,
    /// Positions of the areas they coordinate.
    pub(super) areas: Vec<usize>,
    pub(super) absent: bool,
}

/// Who works where.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) areas: Vec<String>,
    pub(super) official: Officer,
    pub(super) coordinators: Vec<Officer>,
    /// Decides what the official passes up, of the cast.
    pub(super) headquarters: Officer,
    /// The first coordinator's power over the first lonely area.
    pub(super) delegation: Delegation,
    /// The service's time when the day began.
    pub(super) now: Timestamp,
}

/// Power for a while.
#[derive(Debug, Clone, Default)]
pub(super) struct Delegation {
    pub(super) id: String,
    /// Position of the area.
    pub(super) area: usize,
    pub(super) ends: Timestamp,
}

impl Office {
    /// Looks for areas and appoints the day's people: the administrator records, the one who is
    /// entitled confirms.
    pub(super) async fn open(
        day: &DeskDay<'_>,
        client: &Client<'_>,
        gazetteer: &Gazetteer,
    ) -> Result<Self, TrafficError> {
        let now = client.server_time().await?;
        let areas = areas(day, client).await?;
        let mut people =
            (0..day.people).rev().map(|index| (index, population::outline(index, gazetteer)));
        let mut officers = people.by_ref().filter(|(_, of)| is_officer(of)).map(|(index, of)| {
            let subject = population::subject(index);
            Officer { subject, person: of.person_id, areas: Vec::new(), absent: false }
        });
        let nobody = || TrafficError::Strange(day.url.clone(), 0, "a population without officers");
        let mut official = officers.next().ok_or_else(nobody)?;
        let mut coordinators: Vec<Officer> = officers.take(day.coordinators).collect();
        share(&mut coordinators, areas.len(), day.absent);
        official.areas = (0..areas.len()).collect();
        let headquarters = Officer {
            subject: "usg".to_owned(),
            person: cast::id_of("usg"),
            areas: Vec::new(),
            absent: false,
        };
        let delegation = Delegation::default();
        let mut office = Self { areas, official, coordinators, headquarters, delegation, now };
        office.appoint(client, &office.official, "designated_official", "usg").await?;
        for coordinator in &office.coordinators {
            let confirmed_by = office.official.subject.as_str();
            office.appoint(client, coordinator, "area_security_coordinator", confirmed_by).await?;
        }
        office.delegation.area = office.areas.len().saturating_sub(LONELY);
        Ok(office)
    }

    async fn appoint(
        &self,
        client: &Client<'_>,
        officer: &Officer,
        role: &str,
        confirmed_by: &str,
    ) -> Result<(), TrafficError> {
        let body = json!({
            "person_id": officer.person, "role": role, "area_ids": self.names(&officer.areas),
            "letter_ref": format!("DEMO/DESK/{}", officer.subject),
            "valid_to": self.now.saturating_add(MONTH).unwrap_or(Timestamp::MAX),
        });
        let key = format!("appoint-{}", officer.subject);
        let recorded = client.post("admin", "/v1/appointments", &key, &body).await?;
        let recorded = client.expect(recorded, 201, "POST /v1/appointments")?;
        let path = format!("/v1/appointments/{}/confirm", text(&recorded, "appointment_id"));
        // the official's own appointment reaches every replica a moment after it is confirmed
        let mut confirmed = (0, Value::Null);
        for _ in 0..30 {
            confirmed =
                client.post(confirmed_by, &path, &format!("confirm-{key}"), &json!({})).await?;
            if (200..300).contains(&confirmed.0) {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        client.expect(confirmed, 200, "POST /v1/appointments/{id}/confirm").map(|_| ())
    }

    /// The official gives the first coordinator the first lonely area, until noon.
    pub(super) async fn delegate(
        &self,
        day: &DeskDay<'_>,
        client: &Client<'_>,
    ) -> Result<Delegation, TrafficError> {
        let ends = client.server_time().await?.saturating_add(SignedDuration::from_secs(day.noon));
        let ends = ends.unwrap_or(Timestamp::MAX);
        let area = self.delegation.area;
        let body = json!({
            "delegate": {"person_id": self.coordinators.first().map(|first| first.person)},
            "area_ids": self.names(&[area]), "risk_bands": ["low", "medium"],
            "letter_ref": "DEMO/DESK/NOON", "valid_to": ends,
        });
        let given = client.post(&self.official.subject, "/v1/delegations", "noon", &body).await?;
        let given = client.expect(given, 201, "POST /v1/delegations")?;
        Ok(Delegation { id: text(&given, "delegation_id").to_owned(), area, ends })
    }

    pub(super) fn names(&self, positions: &[usize]) -> Vec<&str> {
        positions.iter().filter_map(|at| self.areas.get(*at).map(String::as_str)).collect()
    }
}

/// Somebody of the population who logs in and has the standing.
fn is_officer(of: &Outline) -> bool {
    use crate::model::Category::{StaffInternational, StaffLocal};
    of.active && of.sponsor.is_none() && matches!(of.category, StaffInternational | StaffLocal)
}

/// Two coordinators an area; the last areas are left to those who are absent today.
fn share(coordinators: &mut [Officer], areas: usize, absent: usize) {
    let present = coordinators.len().saturating_sub(absent);
    let shared = areas.saturating_sub(LONELY);
    for (at, coordinator) in coordinators.iter_mut().enumerate() {
        coordinator.absent = at >= present;
        coordinator.areas = if coordinator.absent {
            (shared..areas).collect()
        } else {
            let own = |area: &usize| {
                let first = area.checked_rem(present).unwrap_or(0);
                let second = (area + NEIGHBOUR).checked_rem(present).unwrap_or(0);
                first == at || second == at
            };
            (0..shared).filter(own).collect()
        };
    }
}

/// Open areas in which a coordinator decides, drawn from the seed.
async fn areas(day: &DeskDay<'_>, client: &Client<'_>) -> Result<Vec<String>, TrafficError> {
    let mut found: Vec<String> = Vec::new();
    let mut path = "/v1/areas?level=4&status=open&limit=200".to_owned();
    loop {
        let page = client.expect(client.get("usg", &path).await?, 200, "GET /v1/areas")?;
        let fitting = items(&page, "items").iter().filter(|area| {
            let low = matches!(text(area, "risk_band"), "" | "low" | "medium");
            low && text(area, "clearance_mode") == "manual" && !text(area, "country").is_empty()
        });
        found.extend(fitting.map(|area| text(area, "area_id").to_owned()));
        let next = text(&page, "next_cursor");
        if next.is_empty() {
            break;
        }
        path = format!("/v1/areas?level=4&status=open&limit=200&cursor={next}");
    }
    let mut chance = Chance::of(day.seed, "areas", 0);
    let mut drawn = Vec::with_capacity(day.areas);
    while drawn.len() < day.areas && !found.is_empty() {
        let bound = u64::try_from(found.len()).unwrap_or(1);
        drawn.push(found.swap_remove(usize::try_from(chance.below(bound)).unwrap_or(0)));
    }
    Ok(drawn)
}
