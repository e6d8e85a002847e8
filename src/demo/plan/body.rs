//! The submit body of a drawn trip.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::journey::{Journey, Leg};
use super::purpose::words;
use crate::demo::chance::Chance;
use crate::model::{AreaId, LodgingKind, PcGrade, PersonId, Purpose, TravellerRole, TripKind};

/// Everything about a trip but its sender.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) kind: TripKind,
    pub(super) purpose: Purpose,
    pub(super) grade: Option<PcGrade>,
    pub(super) justification: bool,
    pub(super) travellers: Vec<(PersonId, TravellerRole)>,
    pub(super) journey: Journey,
    pub(super) private_days: Option<(Date, Date)>,
    pub(super) reference: String,
}

impl Draft {
    /// The body; lodging is drawn here.
    pub(super) fn to_json(&self, chance: &mut Chance) -> Value {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
        put("trip_kind", json!(self.kind));
        put("purpose", json!(self.purpose));
        put("purpose_text", json!(words(self.purpose)));
        if let Some(grade) = self.grade {
            put("pc_grade", json!(grade));
        }
        if self.justification {
            put("justification", json!("The invitation came late"));
        }
        let travellers =
            self.travellers.iter().map(|(id, role)| json!({"person_id": id, "role": role}));
        put("travellers", travellers.collect());
        put("segments", (1..).zip(&self.journey.legs).map(segment).collect());
        put("lodging", Value::Array(self.lodging(chance)));
        if let Some(until) = self.journey.until {
            put("until", json!(until));
        }
        if self.journey.open_ended {
            put("open_ended", json!(true));
        }
        if let Some((from, to)) = self.private_days {
            put("private_days", json!([{"from": from, "to": to}]));
        }
        put("external_refs", json!([{"system": "erp", "id": self.reference}]));
        Value::Object(body)
    }

    /// A house for each area of a stay; a few travellers forget it.
    fn lodging(&self, chance: &mut Chance) -> Vec<Value> {
        if chance.permille(12) {
            return Vec::new();
        }
        let mut known: BTreeSet<&AreaId> = self.journey.start.area.iter().collect();
        let mut houses = Vec::new();
        for rest in &self.journey.rests {
            let Some(area) = rest.area.as_ref().filter(|&area| known.insert(area)) else {
                continue;
            };
            houses.push(house(area, rest.at.into(), chance));
        }
        houses
    }
}

fn house(area: &AreaId, [lon, lat]: [f64; 2], chance: &mut Chance) -> Value {
    const HOUSES: [&str; 6] =
        ["Park Side", "Lake View", "Station House", "Old Garden", "Three Palms", "Harbour Rest"];
    let kinds = [
        (700, LodgingKind::Hotel),
        (120, LodgingKind::Guesthouse),
        (100, LodgingKind::UnCompound),
        (50, LodgingKind::Private),
        (30, LodgingKind::Tba),
    ];
    let kind = chance.weighted(&kinds).unwrap_or(LodgingKind::Hotel);
    let name = chance.pick(&HOUSES).copied().unwrap_or_default();
    let phone = format!("+999{:09}", chance.below(1_000_000_000));
    match kind {
        LodgingKind::Tba => json!({"area_id": area, "kind": kind}),
        LodgingKind::Private | LodgingKind::OwnResidence => {
            json!({"area_id": area, "kind": kind, "address": "12 Mill Lane", "phone": phone})
        }
        LodgingKind::Hotel | LodgingKind::Guesthouse | LodgingKind::UnCompound => {
            let mut house = json!({"area_id": area, "kind": kind, "name": name, "phone": phone});
            if let Some(house) = house.as_object_mut().filter(|_| chance.permille(300)) {
                house.insert("lon".to_owned(), json!(lon));
                house.insert("lat".to_owned(), json!(lat));
            }
            house
        }
    }
}

fn segment((seq, leg): (u16, &Leg)) -> Value {
    let mut segment = json!({
        "seq": seq,
        "mode": leg.mode,
        "from": leg.from.to_json(),
        "to": leg.to.to_json(),
        "departs_at": leg.departs_at,
        "arrives_at": leg.arrives_at,
    });
    if let Some(fields) = segment.as_object_mut() {
        if let Some((carrier, number)) = &leg.flight {
            fields.insert("carrier_code".to_owned(), json!(carrier));
            fields.insert("flight_no".to_owned(), json!(number));
        }
        if leg.airside_transit {
            fields.insert("airside_transit".to_owned(), json!(true));
        }
        if !leg.route_points.is_empty() {
            fields.insert("route_points".to_owned(), json!(leg.route_points));
        }
    }
    segment
}
