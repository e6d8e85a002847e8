//! Why people travel, by the shape of the journey.

use super::way::Way;
use crate::demo::chance::Chance;
use crate::model::{PcGrade, Purpose, TripKind};

const AT_WORK: [(u32, Purpose); 3] =
    [(430, Purpose::DutyTravel), (200, Purpose::Meeting), (120, Purpose::Training)];

const FAR_AWAY: [(u32, Purpose); 12] = [
    (430, Purpose::DutyTravel),
    (200, Purpose::Meeting),
    (120, Purpose::Training),
    (100, Purpose::FieldMission),
    (40, Purpose::HomeLeave),
    (40, Purpose::RestAndRecuperation),
    (25, Purpose::FamilyVisit),
    (20, Purpose::Surge),
    (10, Purpose::Interview),
    (6, Purpose::EducationGrant),
    (5, Purpose::MedicalEvacuation),
    (2, Purpose::SecurityEvacuation),
];

const IN_THE_FIELD: [(u32, Purpose); 3] =
    [(700, Purpose::FieldMission), (200, Purpose::DutyTravel), (100, Purpose::Meeting)];

const TO_STAY: [(u32, Purpose); 3] =
    [(600, Purpose::Transfer), (300, Purpose::Appointment), (100, Purpose::Repatriation)];

/// Official, personal or with leave: some 15 of 100 trips are personal.
pub(super) fn kind(way: Way, chance: &mut Chance) -> TripKind {
    let personal = match way {
        Way::Assignment | Way::SpecialFlight => 0,
        Way::FlightAndRoad => 100,
        Way::Return
        | Way::Transit
        | Way::Road
        | Way::TwoStops
        | Way::Until
        | Way::Rail
        | Way::Sea
        | Way::OnFoot
        | Way::Mixed => 180,
    };
    let returns = matches!(way, Way::Return | Way::Transit | Way::TwoStops);
    if chance.permille(personal) {
        TripKind::Personal
    } else if returns && chance.permille(60) {
        TripKind::OfficialWithLeave
    } else {
        TripKind::Official
    }
}

/// A purpose that fits the kind and the way.
pub(super) fn purpose(kind: TripKind, way: Way, chance: &mut Chance) -> Purpose {
    let table: &[(u32, Purpose)] = match (kind, way) {
        (TripKind::Personal, _) => &[(1, Purpose::Private)],
        (TripKind::Official | TripKind::OfficialWithLeave, Way::Assignment) => &TO_STAY,
        (TripKind::OfficialWithLeave, _) => &AT_WORK,
        (_, Way::Return | Way::Transit | Way::TwoStops | Way::Until) => &FAR_AWAY,
        (TripKind::Official, _) => &IN_THE_FIELD,
    };
    chance.weighted(table).unwrap_or(Purpose::DutyTravel)
}

/// Words for a purpose, as somebody in a hurry writes them.
pub(super) const fn words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Appointment => "First day at the duty station",
        Purpose::Transfer => "Moves to the new duty station",
        Purpose::Repatriation => "Returns at the end of the contract",
        Purpose::DutyTravel => "Visits the office",
        Purpose::Meeting => "Coordination meeting",
        Purpose::Training => "Course",
        Purpose::FieldMission => "Field monitoring",
        Purpose::HomeLeave => "Home leave",
        Purpose::EducationGrant => "School term",
        Purpose::FamilyVisit => "Visits the family",
        Purpose::RestAndRecuperation => "Rest and recuperation",
        Purpose::MedicalEvacuation => "Medical travel",
        Purpose::SecurityEvacuation => "Leaves until it is safe to return",
        Purpose::Interview => "Interview",
        Purpose::Surge => "Reinforces the office",
        Purpose::Private => "On holiday",
    }
}

/// The grade of what is done there: often given where it is asked for.
pub(super) fn grade(in_crisis: bool, chance: &mut Chance) -> Option<PcGrade> {
    let given = chance.permille(if in_crisis { 850 } else { 200 });
    let grades = [(8, PcGrade::Pc1), (37, PcGrade::Pc2), (35, PcGrade::Pc3), (20, PcGrade::Pc4)];
    if given { chance.weighted(&grades) } else { None }
}
