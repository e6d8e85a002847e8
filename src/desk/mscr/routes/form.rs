//! Bodies, read field by field so that every defect is told at once.

use std::ops::RangeInclusive;

use compact_str::CompactString;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::super::Wanted;
use crate::model::{
    AreaId, LonLat, MissionAdvice, MissionConsent, MissionDecision, MissionWord, OrganizationId,
    PlaceName, ReasonCode,
};
use crate::web::{Faults, Field, Object, Problem, read_value};

/// Characters of a reference.
const REFERENCE: RangeInclusive<usize> = 1..=200;
/// Characters of the concept of operations.
const CONOPS: RangeInclusive<usize> = 1..=20_000;

/// A mission security clearance request.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct MissionBody {
    /// The mission, by its own papers.
    mission_ref: String,
    /// The risk assessment made for it.
    srm_ref: String,
    /// The concept of operations, or where it is kept.
    conops: String,
    /// The record by which the activity was rated PC1.
    pc1_record: String,
    /// `person_id` of everybody named, 1 to 200.
    people: Vec<uuid::Uuid>,
    /// Ids of areas, or codes that mean one area each. Areas or places are needed.
    areas: Option<Vec<String>>,
    /// Places, each `{airport}`, `{city}`, `{lon, lat}` or `{area_id}`: their areas are meant.
    #[schema(value_type = Option<Vec<Object>>)]
    places: Option<Vec<serde_json::Value>>,
    /// Local days it is for.
    window: WindowBody,
}

/// Local days, both included.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct WindowBody {
    /// The first.
    #[schema(format = Date)]
    from: String,
    /// The last.
    #[schema(format = Date)]
    to: String,
}

/// The official's advice.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct RecommendBody {
    /// `favourable` where it is left out; a negative advice does not bind.
    recommendation: Option<MissionAdvice>,
    /// Why; needed where it is unfavourable.
    reason_codes: Option<Vec<String>>,
}

/// The answer of an organization's head for its people.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct ConsentBody {
    /// The organization.
    organization: String,
    /// Whether the risk is accepted.
    decision: MissionConsent,
    /// Why; needed for a refusal.
    reason_codes: Option<Vec<String>>,
}

/// Headquarters' word.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct DecideBody {
    /// Whether the mission may go.
    decision: MissionDecision,
    /// Why; needed for a refusal.
    reason_codes: Option<Vec<String>>,
}

/// A word with its reasons.
pub(super) type Spoken = (MissionWord, Vec<ReasonCode>);

/// The request of a body.
pub(super) fn wanted(body: &[u8]) -> Result<Wanted, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let mut text = |name, length| object.field(name).required().text(length).map(str::to_owned);
        let mission_ref = text("mission_ref", REFERENCE);
        let srm_ref = text("srm_ref", REFERENCE);
        let conops = text("conops", CONOPS);
        let pc1_record = text("pc1_record", REFERENCE);
        let people = object.field("people").required().list(1..=200);
        let people = people.map(|people| {
            people.iter().filter_map(|one| one.parse("a person_id")).collect::<Vec<_>>()
        });
        let places = places(&mut object, &faults);
        let window = object.field("window").required().object().and_then(|mut window| {
            let from = window.field("from").required().date();
            let last = window.field("to").required();
            let to = last.date();
            if from > to && to.is_some() {
                last.fault("DAYS_REVERSED", "the last day is before the first");
            }
            window.finish();
            from.zip(to)
        });
        object.finish();
        let (from, to) = window?;
        Some(Wanted {
            mission_ref: mission_ref?,
            srm_ref: srm_ref?,
            conops: conops?,
            pc1_record: pc1_record?,
            people: people?,
            places,
            from,
            to,
        })
    });
    faults.settle(read)
}

fn places(object: &mut Object<'_>, faults: &Faults) -> Vec<(String, PlaceName)> {
    let (areas, named) = (object.field("areas"), object.field("places"));
    if !areas.is_present() && !named.is_present() {
        faults.add(object.at("areas"), "REQUIRED", "areas or places are needed");
    }
    let areas = areas.list(1..=50).unwrap_or_default();
    let areas = areas.iter().filter_map(|area| {
        let name = PlaceName::Area(AreaId::from(area.text(1..=50)?));
        Some((area.pointer().to_owned(), name))
    });
    let named = named.list(1..=50).unwrap_or_default();
    let named = named.iter().filter_map(|one| Some((one.pointer().to_owned(), place(one)?)));
    areas.chain(named).collect()
}

/// One of the four ways to name a place.
fn place(field: &Field<'_>) -> Option<PlaceName> {
    let mut object = field.object()?;
    let airport = object.field("airport").text(1..=10).map(CompactString::from);
    let city = object.field("city").integer(1..=i64::from(u32::MAX));
    let area = object.field("area_id").text(1..=50).map(AreaId::from);
    let lon = object.field("lon").number(-180.0..=180.0);
    let lat = object.field("lat").number(-90.0..=90.0);
    object.finish();
    let point = lon.zip(lat).and_then(|(lon, lat)| LonLat::new(lon, lat).ok());
    let ways = [
        airport.map(PlaceName::Airport),
        city.and_then(|id| u32::try_from(id).ok()).map(PlaceName::City),
        area.map(PlaceName::Area),
        point.map(PlaceName::Point),
    ];
    let mut ways = ways.into_iter().flatten();
    if let (Some(only), None) = (ways.next(), ways.next()) {
        Some(only)
    } else {
        field.fault("PLACE", "must be one of airport, city, area_id, or lon with lat");
        None
    }
}

/// The official's advice of a body.
pub(super) fn recommendation(body: &[u8]) -> Result<Spoken, Problem> {
    spoken(body, |object| {
        let field = object.field("recommendation");
        let advice =
            if field.is_present() { field.choice() } else { Some(MissionAdvice::Favourable) };
        let advice = advice?;
        Some((MissionWord::Recommend(advice), advice == MissionAdvice::Unfavourable))
    })
}

/// The consent of a body.
pub(super) fn consent(body: &[u8]) -> Result<Spoken, Problem> {
    spoken(body, |object| {
        let organization = object.field("organization").required();
        let organization = organization.text(1..=50).map(OrganizationId::from);
        let consent: MissionConsent = chosen(object, "decision")?;
        let word = MissionWord::Consent(organization?, consent);
        Some((word, consent == MissionConsent::Refuse))
    })
}

/// Headquarters' word of a body.
pub(super) fn decision(body: &[u8]) -> Result<Spoken, Problem> {
    spoken(body, |object| {
        let decision: MissionDecision = chosen(object, "decision")?;
        Some((MissionWord::Decide(decision), decision == MissionDecision::Refuse))
    })
}

fn chosen<T: DeserializeOwned>(object: &mut Object<'_>, name: &'static str) -> Option<T> {
    object.field(name).required().choice()
}

/// A word with its reasons, which a negative one needs.
fn spoken(
    body: &[u8],
    word: impl FnOnce(&mut Object<'_>) -> Option<(MissionWord, bool)>,
) -> Result<Spoken, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let word = word(&mut object);
        let field = object.field("reason_codes");
        let needed = matches!(word, Some((_, true)));
        let field = if needed { field.required() } else { field };
        let reasons = field.list(usize::from(needed)..=20).unwrap_or_default();
        let reasons: Vec<ReasonCode> = reasons.iter().filter_map(Field::choice).collect();
        object.finish();
        Some((word?.0, reasons))
    });
    faults.settle(read)
}
