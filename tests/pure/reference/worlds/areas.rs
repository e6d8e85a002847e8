//! Random areas and policies.

use std::sync::Arc;

use fastrand::Rng;
use safeconduct::model::{
    AreaPolicy, AreaStatus, ArrivalRule, BriefingRule, Category, Ceilings, ClearanceMode, Course,
    CourseRule, InternalMovement, LateHandling, LodgingRule, ModeOverride, MovementRule, PcGrade,
    Purpose, RiskBand, Role, SecurityLevel, StatusKind, TerrainArea, TransportMode, Zone,
};

use super::{area_id, maybe, one_in, organization, pick};

pub(super) fn area(rng: &mut Rng, index: usize) -> TerrainArea {
    let policy_version = rng.i32(1..5);
    let level = pick(rng, &[1, 1, 2, 2, 3, 3, 4, 5, 6]);
    TerrainArea {
        area_id: area_id(index),
        country: Some(["AA", "BB", "CC", "DD"][index].into()),
        zone: Zone::named(pick(
            rng,
            &["Africa/Nairobi", "America/Bogota", "Asia/Kathmandu", "Pacific/Apia"],
        ))
        .unwrap(),
        revision: rng.i64(1..100),
        security_level: SecurityLevel::new(level).unwrap(),
        risk_band: maybe(rng, 3, |rng| {
            pick(
                rng,
                &[
                    RiskBand::Low,
                    RiskBand::Medium,
                    RiskBand::Medium,
                    RiskBand::High,
                    RiskBand::VeryHigh,
                    RiskBand::Unacceptable,
                ],
            )
        }),
        status: AreaStatus {
            kind: pick(
                rng,
                &[
                    StatusKind::Open,
                    StatusKind::Open,
                    StatusKind::Open,
                    StatusKind::Open,
                    StatusKind::Open,
                    StatusKind::Suspended,
                    StatusKind::Closed,
                ],
            ),
            ..AreaStatus::open()
        },
        policy_version,
        policy: if one_in(rng, 40) { None } else { Some(Arc::new(policy(rng, policy_version))) },
        advisory_version: rng.i32(0..3),
    }
}

#[expect(clippy::too_many_lines, reason = "one line for each thing that a policy can say")]
fn policy(rng: &mut Rng, version: i32) -> AreaPolicy {
    let base = AreaPolicy::standard(version, "2026-01-01T00:00:00Z".parse().unwrap());
    if one_in(rng, 4) {
        return base;
    }
    AreaPolicy {
        clearance_mode: pick(
            rng,
            &[
                ClearanceMode::ByLevel,
                ClearanceMode::ByLevel,
                ClearanceMode::Auto,
                ClearanceMode::Auto,
                ClearanceMode::Manual,
                ClearanceMode::MscrOnly,
                ClearanceMode::NotifyOnly,
            ],
        ),
        mode_overrides: (0..rng.usize(0..3)).map(|_| mode_override(rng)).collect(),
        lead_time_hours_manual: pick(rng, &[0, 72, 168, 240]),
        lead_time_hours_auto: pick(rng, &[0, 0, 24, 96]),
        late_handling: pick(
            rng,
            &[
                LateHandling::AcceptFlagged,
                LateHandling::RequireJustification,
                LateHandling::Refuse,
            ],
        ),
        pc_required: one_in(rng, 6),
        lowest_pc: maybe(rng, 4, |rng| pick(rng, PcGrade::ALL)),
        training_required: (0..rng.usize(0..3)).map(|_| course_rule(rng)).collect(),
        medical_required: one_in(rng, 6),
        briefing: maybe(rng, 2, |rng| {
            pick(
                rng,
                &[
                    BriefingRule::None,
                    BriefingRule::Advise,
                    BriefingRule::Within(12),
                    BriefingRule::BeforeLeavingAirport,
                ],
            )
        }),
        ceilings: ceilings(rng),
        lodging_rule: pick(
            rng,
            &[
                LodgingRule::Any,
                LodgingRule::AdviseList,
                LodgingRule::ApprovedOnly,
                LodgingRule::UnCompoundOnly,
            ],
        ),
        approved_lodging: if rng.bool() { vec!["Park Side".into()] } else { Vec::new() },
        lodging_tba_hours: pick(rng, &[None, Some(24), Some(48)]),
        movement_rule: pick(
            rng,
            &[
                MovementRule::Free,
                MovementRule::Free,
                MovementRule::Notify,
                MovementRule::Clearance,
                MovementRule::ConvoyOnly,
            ],
        ),
        arrival: maybe(rng, 2, |rng| {
            pick(
                rng,
                &[
                    ArrivalRule::None,
                    ArrivalRule::ConfirmWithin(6),
                    ArrivalRule::RegisterWithin(48),
                ],
            )
        }),
        family_allowed: !one_in(rng, 4),
        required_fields: if one_in(rng, 5) { vec!["host_permit_no".into()] } else { Vec::new() },
        equipment: if one_in(rng, 4) {
            vec![pick(rng, &["ppe".into(), "radio".into(), "tracker".into()])]
        } else {
            Vec::new()
        },
        two_step: one_in(rng, 5),
        auto_quota_per_day: maybe(rng, 5, |rng| rng.u32(0..4)),
        max_advance_days: pick(rng, &[365, 365, 20]),
        max_stay_days: pick(rng, &[180, 180, 5]),
        internal_movement: pick(
            rng,
            &[InternalMovement::None, InternalMovement::Notify, InternalMovement::Clearance],
        ),
        return_control: one_in(rng, 4),
        near_departures_stand: true,
        approver_chain: if one_in(rng, 3) {
            vec![Role::SecurityAdviser, Role::DesignatedOfficial]
        } else {
            Vec::new()
        },
        ..base
    }
}

fn mode_override(rng: &mut Rng) -> ModeOverride {
    ModeOverride {
        categories: maybe(rng, 3, |rng| vec![pick(rng, Category::ALL)]).unwrap_or_default(),
        organizations: maybe(rng, 3, |rng| vec![organization(rng)]).unwrap_or_default(),
        pc_grades: maybe(rng, 4, |rng| vec![pick(rng, PcGrade::ALL)]).unwrap_or_default(),
        purposes: maybe(rng, 4, |rng| vec![pick(rng, Purpose::ALL)]).unwrap_or_default(),
        transport_modes: maybe(rng, 4, |rng| vec![pick(rng, TransportMode::ALL)])
            .unwrap_or_default(),
        min_nights: maybe(rng, 4, |rng| rng.u16(0..6)),
        max_nights: maybe(rng, 4, |rng| rng.u16(0..6)),
        mode: pick(
            rng,
            &[
                ClearanceMode::Auto,
                ClearanceMode::Manual,
                ClearanceMode::ByLevel,
                ClearanceMode::NotifyOnly,
                ClearanceMode::MscrOnly,
            ],
        ),
    }
}

fn course_rule(rng: &mut Rng) -> CourseRule {
    CourseRule {
        course: pick(rng, &[Course::BSAFE, Course::SSAFE, Course::SSAFE, Course("ETB".into())]),
        categories: maybe(rng, 3, |rng| vec![pick(rng, Category::ALL)]).unwrap_or_default(),
        min_stay_nights: pick(rng, &[0, 0, 2, 4]),
    }
}

fn ceilings(rng: &mut Rng) -> Ceilings {
    if !one_in(rng, 3) {
        return Ceilings::default();
    }
    Ceilings {
        total: maybe(rng, 2, |rng| rng.u32(0..12)),
        by_organization: maybe(rng, 2, |rng| (organization(rng), rng.u32(0..6)))
            .into_iter()
            .collect(),
        by_category: maybe(rng, 3, |rng| (pick(rng, Category::ALL), rng.u32(0..6)))
            .into_iter()
            .collect(),
        count_day_visits: rng.bool(),
    }
}
