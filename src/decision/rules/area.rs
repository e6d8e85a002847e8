//! What the area says: status, mode, the extras of its level.

use crate::decision::case::Case;
use crate::decision::findings::{Evidence, Findings};
use crate::decision::registry::Rule;
use crate::decision::rules::{criticality, training};
use crate::model::{
    ClearanceMode, Fact, FactClass, ModeOverride, Outcome, PcGrade, ReasonCode, StatusKind,
    TerrainArea,
};

/// R-401's declaration.
pub(in crate::decision) const R_401: Rule = Rule::new(
    "R-401",
    "A/D",
    "A suspended area parks requests, a closed one takes mission requests only",
    &[
        ("area_id", FactClass::P),
        ("since", FactClass::P),
        ("review_at", FactClass::P),
        ("mscr", FactClass::I),
    ],
);

/// R-401 (A/D): a suspended area parks the request with a person; a closed one refuses it, unless
/// an open mission security clearance request names person, area and window.
pub(in crate::decision) fn status(case: &Case<'_>, out: &mut Findings) {
    let Some(area) = case.area else { return };
    let evidence = || {
        let mut evidence = vec![("area_id", Fact::Area(area.area_id.clone()))];
        evidence.extend(area.status.since.map(|at| ("since", Fact::Instant(at))));
        evidence.extend(area.status.review_at.map(|at| ("review_at", Fact::Instant(at))));
        evidence
    };
    match area.status.kind {
        StatusKind::Open => {}
        StatusKind::Suspended => {
            out.add_binding(&R_401, Outcome::Manual, ReasonCode::AreaSuspended, evidence);
        }
        StatusKind::Closed if criticality::under_mission_request(case) => {
            out.add_binding(&R_401, Outcome::Mscr, ReasonCode::AreaClosed, || {
                let mut evidence = evidence();
                evidence.push(("mscr", Fact::Flag(true)));
                evidence
            });
        }
        StatusKind::Closed => {
            out.add_binding(&R_401, Outcome::BlockClosed, ReasonCode::AreaClosed, evidence);
        }
    }
}

/// R-402's declaration.
pub(in crate::decision) const R_402: Rule = Rule::new(
    "R-402",
    "C",
    "The area's mode: by rule, by a person, by mission request, by notification",
    &[
        ("area_id", FactClass::P),
        ("security_level", FactClass::P),
        ("policy_version", FactClass::P),
        ("trip_kind", FactClass::I),
        ("purpose", FactClass::I),
    ],
);

/// R-402 (C): the first exception that matches, else the policy's mode, else the level's row.
pub(in crate::decision) fn admission(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), Some(mode)) = (case.area, case.mode) else { return };
    let (outcome, reason) = match mode {
        ClearanceMode::Auto => (Outcome::Auto, ReasonCode::AreaAuto),
        ClearanceMode::Manual | ClearanceMode::ByLevel => (Outcome::Manual, ReasonCode::AreaManual),
        ClearanceMode::MscrOnly => (Outcome::Mscr, ReasonCode::AreaMscr),
        // said already, by the requirement
        ClearanceMode::NotifyOnly => return,
    };
    out.add(&R_402, outcome, reason, || area_evidence(area));
}

/// The area, its level and its policy's version.
pub(in crate::decision) fn area_evidence(area: &TerrainArea) -> Evidence {
    vec![
        ("area_id", Fact::Area(area.area_id.clone())),
        ("security_level", Fact::Number(i64::from(area.security_level.get()))),
        ("policy_version", Fact::Number(i64::from(area.policy_version))),
    ]
}

/// The mode that applies; none without a policy. A level table without rows leaves it to a
/// person.
pub(in crate::decision) fn mode(case: &Case<'_>) -> Option<ClearanceMode> {
    let policy = case.policy?;
    let exception = policy.mode_overrides.iter().find(|exception| matches(case, exception));
    let named = exception.map_or(policy.clearance_mode, |exception| exception.mode);
    let by_level = || case.row.map_or(ClearanceMode::Manual, |row| row.mode);
    Some(match if named == ClearanceMode::ByLevel { by_level() } else { named } {
        // a row that points to itself says nothing
        ClearanceMode::ByLevel => ClearanceMode::Manual,
        mode @ (ClearanceMode::NotifyOnly
        | ClearanceMode::Auto
        | ClearanceMode::Manual
        | ClearanceMode::MscrOnly) => mode,
    })
}

/// An exception matches where each of its lists is empty or holds the value; an unknown traveller
/// is on no list.
fn matches(case: &Case<'_>, exception: &ModeOverride) -> bool {
    fn holds<T: PartialEq>(list: &[T], value: Option<&T>) -> bool {
        list.is_empty() || value.is_some_and(|value| list.contains(value))
    }
    let (trip, person) = (case.trip(), case.who.map(|who| &who.person));
    let arriving = case.arriving().map(|segment| &segment.mode);
    let nights = case.stay.nights;
    holds(&exception.categories, person.map(|person| &person.category))
        && holds(&exception.organizations, person.map(|person| &person.organization))
        && holds(&exception.pc_grades, trip.pc_grade.as_ref())
        && holds(&exception.purposes, Some(&trip.purpose))
        && holds(&exception.transport_modes, arriving)
        && exception.min_nights.is_none_or(|least| u32::from(least) <= nights)
        && exception.max_nights.is_none_or(|most| nights <= u32::from(most))
}

/// R-404's declaration.
pub(in crate::decision) const R_404: Rule = Rule::new(
    "R-404",
    "D",
    "What the area's level adds: grades, courses, two steps",
    &[
        ("area_id", FactClass::P),
        ("security_level", FactClass::P),
        ("policy_version", FactClass::P),
        ("pc_grade", FactClass::I),
        ("lowest_pc", FactClass::P),
        ("course", FactClass::I),
        ("valid_through", FactClass::I),
        ("expires_on", FactClass::I),
    ],
);

/// R-404 (D): the row of the area's level asks for grades as, for courses as
/// R-303; its two steps are R-805's matter. The row's extras hold whatever the mode.
pub(in crate::decision) fn level_extras(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), Some(row)) = (case.area, case.row) else { return };
    if let Some(lowest) = row.lowest_pc {
        let evidence = |grade: Option<PcGrade>| {
            let mut evidence = area_evidence(area);
            evidence.extend(grade.map(|grade| ("pc_grade", Fact::Name(grade.as_str()))));
            evidence.push(("lowest_pc", Fact::Name(lowest.as_str())));
            evidence
        };
        match case.trip().pc_grade {
            None => {
                out.add(&R_404, Outcome::Return, ReasonCode::PcMissing, || evidence(None));
            }
            Some(grade) if grade > lowest => {
                out.add(&R_404, Outcome::DenyHard, ReasonCode::PcInsufficient, || {
                    evidence(Some(grade))
                });
            }
            Some(_) => {}
        }
    }
    training::level_courses(case, out, &R_404);
}
