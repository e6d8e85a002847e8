//! What the area itself says.

use safeconduct::model::{ClearanceMode, Outcome, PcGrade, RiskBand, StatusKind, TerrainArea};

use super::{Against, View, policy_of, row_of};

impl<'a> View<'a> {
    /// What the area itself says: status, mode, level, risk (R-401..R-404, R-601..R-604).
    pub(super) fn area_rules(&self, area: Option<&'a TerrainArea>, all: &mut Against) {
        let Some(ground) = area else { return };
        match ground.status.kind {
            StatusKind::Open => {}
            StatusKind::Suspended => all.push(("AREA_SUSPENDED", Outcome::Manual, true)),
            StatusKind::Closed if self.mscr_names(ground) => {
                all.push(("AREA_CLOSED", Outcome::Mscr, true));
            }
            StatusKind::Closed => all.push(("AREA_CLOSED", Outcome::BlockClosed, true)),
        }
        match self.mode(area) {
            Some(ClearanceMode::Manual) => all.push(("AREA_MANUAL", Outcome::Manual, false)),
            Some(ClearanceMode::MscrOnly) => all.push(("AREA_MSCR", Outcome::Mscr, false)),
            _ => {}
        }
        let policy = policy_of(area);
        let row = row_of(area);
        let band = ground.risk_band;
        let by_band = match band {
            Some(RiskBand::High) => Some(PcGrade::Pc2),
            Some(RiskBand::VeryHigh) => Some(PcGrade::Pc1),
            _ => None,
        };
        let asked = band.is_some_and(|b| b >= RiskBand::High)
            || policy.is_some_and(|p| p.pc_required || p.lowest_pc.is_some());
        let of_row = row.and_then(|r| r.lowest_pc);
        let lowest =
            [by_band, policy.and_then(|p| p.lowest_pc), of_row].into_iter().flatten().min();
        match self.trip.pc_grade {
            None if asked || of_row.is_some() => all.push(("PC_MISSING", Outcome::Return, false)),
            Some(grade) if lowest.is_some_and(|l| grade > l) => {
                all.push(("PC_INSUFFICIENT", Outcome::DenyHard, false));
            }
            _ => {}
        }
        match band {
            Some(RiskBand::VeryHigh) => all.push(("AREA_MSCR", Outcome::Mscr, true)),
            Some(RiskBand::Unacceptable) => {
                all.push(("RISK_UNACCEPTABLE", Outcome::BlockClosed, true));
            }
            _ => {}
        }
        if self.who.is_some() {
            for course in row.map_or(&[][..], |r| &r.courses) {
                self.course(course, all);
            }
        }
    }

    pub(super) fn mscr_names(&self, area: &TerrainArea) -> bool {
        self.facts.mscr.as_ref().is_some_and(|mscr| {
            self.trip.mscr_id == Some(mscr.mscr_id)
                && mscr.people.contains(&self.traveller.person_id)
                && mscr.areas.contains(&area.area_id)
                && mscr.from <= self.stay.arrive
                && self.last() <= mscr.to
        })
    }
}
