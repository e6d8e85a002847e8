//! Whether a level may be set as it is wished (domain.md c.4, c.6).

use jiff::Timestamp;
use uuid::Uuid;

use super::LevelsError;
use crate::model::{PersonId, RiskBand, Role, SecurityLevel};

/// Who sets levels, and who is told that an adviser proposes.
pub(super) const ASKED: [Role; 3] = [Role::Usg, Role::DesignatedOfficial, Role::SecurityAdviser];
/// The highest risk that an official accepts in person (c.6).
const OFFICIALS_RISK: RiskBand = RiskBand::High;

/// A wish to set an area's level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct LevelWish {
    /// The level.
    pub(in crate::world) level: SecurityLevel,
    /// The band; none: that of the assessment, or what stands where it has none.
    pub(in crate::world) band: Option<RiskBand>,
    /// What it is set from.
    pub(in crate::world) assessment_id: Uuid,
    /// Why, in words; needed where the level is not the one assessed.
    pub(in crate::world) reason: Option<String>,
    /// From when; none: at once.
    pub(in crate::world) effective_from: Option<Timestamp>,
    /// Who.
    pub(in crate::world) by: PersonId,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::world) struct LevelSet {
    /// The setting; none where the area stood so already.
    pub(in crate::world) setting_id: Option<Uuid>,
    /// The world's new version; none where nothing changed yet.
    pub(in crate::world) version: Option<i64>,
    /// What decides live clearances again; none where nothing changed yet.
    pub(in crate::world) redecision: Option<Uuid>,
    /// Settings that were scheduled and take no effect any more.
    pub(in crate::world) overtaken: Vec<Uuid>,
}

/// Who may not, and why. `Display` is for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::world) enum LevelRefusal {
    /// No office over the area.
    #[error("no appointment in force permits this for the area")]
    NoOffice,
    /// Advisers and officials assess; a focal point acts without it.
    #[error("an assessment is for the security adviser or the designated official of the area")]
    NoAssessor,
    /// An adviser proposes.
    #[error("a security adviser proposes a level by an assessment; the official sets it")]
    OnlyProposes,
    /// Level 6 is headquarters' to set and to lift.
    #[error("level 6 is for headquarters to set and to lift")]
    HeadquartersLevel,
    /// A risk above what an official accepts is not lowered by one.
    #[error("risk above high is for headquarters to lower, from a new assessment")]
    HeadquartersBand,
}

impl LevelRefusal {
    /// Stable code.
    pub(in crate::world) const fn code(self) -> &'static str {
        match self {
            Self::NoOffice | Self::NoAssessor => "NO_OFFICE",
            Self::OnlyProposes => "ONLY_PROPOSES",
            Self::HeadquartersLevel => "LEVEL_FOR_HEADQUARTERS",
            Self::HeadquartersBand => "RISK_FOR_HEADQUARTERS",
        }
    }
}

/// How a wish does not fit what is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world) enum LevelDefect {
    /// No such assessment of this area.
    AssessmentUnknown,
    /// The assessment is no longer valid.
    AssessmentExpired,
    /// A newer one stands behind the level in force.
    AssessmentOlder,
    /// The level is not the one assessed, and nobody says why.
    ReasonMissing(SecurityLevel),
    /// The assessment found more risk.
    BandBelow(RiskBand),
    /// Risk is lowered by an assessment of its events only.
    BandNotAssessed,
    /// The time is past.
    Past,
}

/// How an area stands, and what the wish names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) level: SecurityLevel,
    pub(super) band: Option<RiskBand>,
    pub(super) revision: i64,
    pub(super) office: Option<Role>,
    pub(super) now: Timestamp,
    pub(super) assessed: Option<Assessed>,
    /// When the assessment was made from which the level in force was set.
    pub(super) based_on_at: Option<Timestamp>,
}

/// The assessment that a wish names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assessed {
    pub(super) level: SecurityLevel,
    pub(super) band: Option<RiskBand>,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) prepared_at: Timestamp,
}

/// A wish that may be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) band: Option<RiskBand>,
    pub(super) office: Role,
    /// Nothing would be other than it is.
    pub(super) is_same: bool,
}

impl LevelWish {
    /// Whether the wish may be followed as the area stands. Who may comes first, then every defect.
    pub(super) fn judge(&self, standing: &Standing) -> Result<Settled, LevelsError> {
        let assessed_band = standing.assessed.as_ref().and_then(|found| found.band);
        let band = self.band.or(assessed_band).or(standing.band);
        let lowers = band < standing.band;
        let office = self.permitted(standing, lowers)?;
        let mut defects = self.defects(standing);
        if lowers && assessed_band.is_none() && standing.assessed.is_some() {
            defects.push(LevelDefect::BandNotAssessed);
        }
        if !defects.is_empty() {
            return Err(LevelsError::Faulty(defects));
        }
        let is_same =
            self.effective_from.is_none() && (self.level, band) == (standing.level, standing.band);
        Ok(Settled { band, office, is_same })
    }

    fn permitted(&self, standing: &Standing, lowers: bool) -> Result<Role, LevelRefusal> {
        let extreme = SecurityLevel::EXTREME;
        let of_headquarters = (self.level == extreme) != (standing.level == extreme);
        let above = standing.band > Some(OFFICIALS_RISK);
        match standing.office {
            Some(Role::Usg) => Ok(Role::Usg),
            Some(Role::DesignatedOfficial) if of_headquarters => {
                Err(LevelRefusal::HeadquartersLevel)
            }
            Some(Role::DesignatedOfficial) if above && lowers => {
                Err(LevelRefusal::HeadquartersBand)
            }
            Some(Role::DesignatedOfficial) => Ok(Role::DesignatedOfficial),
            Some(Role::SecurityAdviser) => Err(LevelRefusal::OnlyProposes),
            Some(_) | None => Err(LevelRefusal::NoOffice),
        }
    }

    fn defects(&self, standing: &Standing) -> Vec<LevelDefect> {
        let mut defects = Vec::new();
        if let Some(found) = &standing.assessed {
            if found.valid_until.is_some_and(|until| until <= standing.now) {
                defects.push(LevelDefect::AssessmentExpired);
            }
            if standing.based_on_at.is_some_and(|basis| found.prepared_at < basis) {
                defects.push(LevelDefect::AssessmentOlder);
            }
            if found.level != self.level && self.reason.is_none() {
                defects.push(LevelDefect::ReasonMissing(found.level));
            }
            if let (Some(wished), Some(assessed)) = (self.band, found.band)
                && wished < assessed
            {
                defects.push(LevelDefect::BandBelow(assessed));
            }
        } else {
            defects.push(LevelDefect::AssessmentUnknown);
        }
        if self.effective_from.is_some_and(|from| from <= standing.now) {
            defects.push(LevelDefect::Past);
        }
        defects
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn level(level: u8) -> SecurityLevel {
        SecurityLevel::new(level).unwrap()
    }

    fn standing(now: u8, office: Role) -> Standing {
        Standing {
            level: level(now),
            band: None,
            revision: 1,
            office: Some(office),
            now: Timestamp::UNIX_EPOCH,
            assessed: Some(Assessed {
                level: level(4),
                band: None,
                valid_until: None,
                prepared_at: Timestamp::UNIX_EPOCH - HOUR,
            }),
            based_on_at: None,
        }
    }

    fn wish(to: u8) -> LevelWish {
        LevelWish {
            level: level(to),
            band: None,
            assessment_id: Uuid::nil(),
            reason: Some("why".to_owned()),
            effective_from: None,
            by: PersonId(Uuid::nil()),
        }
    }

    fn refused(standing: &Standing, wish: &LevelWish) -> Option<LevelRefusal> {
        let Err(LevelsError::Refused(why)) = wish.judge(standing) else { return None };
        Some(why)
    }

    fn defects(standing: &Standing, wish: &LevelWish) -> Vec<LevelDefect> {
        let Err(LevelsError::Faulty(defects)) = wish.judge(standing) else { return Vec::new() };
        defects
    }

    #[test]
    fn who_sets_which_level() {
        use LevelRefusal::{HeadquartersLevel, NoOffice, OnlyProposes};
        let table = [
            (Role::Usg, 2, 6, None),
            (Role::Usg, 6, 1, None),
            (Role::DesignatedOfficial, 2, 5, None),
            (Role::DesignatedOfficial, 5, 1, None),
            (Role::DesignatedOfficial, 2, 6, Some(HeadquartersLevel)),
            (Role::DesignatedOfficial, 6, 5, Some(HeadquartersLevel)),
            (Role::DesignatedOfficial, 6, 6, None),
            (Role::SecurityAdviser, 2, 3, Some(OnlyProposes)),
            (Role::AreaSecurityCoordinator, 2, 3, Some(NoOffice)),
        ];
        for (office, from, to, expected) in table {
            assert_eq!(refused(&standing(from, office), &wish(to)), expected, "{office:?} {to}");
        }
        let nobody = Standing { office: None, ..standing(2, Role::Usg) };
        assert_eq!(refused(&nobody, &wish(3)), Some(NoOffice));
    }

    #[test]
    fn risk_above_high_is_not_lowered_by_an_official() {
        use RiskBand::{High, Low, Medium, Unacceptable, VeryHigh};
        let found = |band| Some(Assessed { band, ..standing(1, Role::Usg).assessed.unwrap() });
        let at = |office, band, assessed| Standing {
            band: Some(band),
            assessed: found(assessed),
            ..standing(3, office)
        };
        let official = Role::DesignatedOfficial;
        for band in [VeryHigh, Unacceptable] {
            let stands = at(official, band, Some(Medium));
            assert_eq!(refused(&stands, &wish(3)), Some(LevelRefusal::HeadquartersBand));
            let stands = at(Role::Usg, band, Some(Medium));
            assert_eq!(wish(3).judge(&stands).unwrap().band, Some(Medium));
        }
        // up to high it is the official's, but not below what was assessed
        assert_eq!(wish(3).judge(&at(official, High, Some(Low))).unwrap().band, Some(Low));
        let low = LevelWish { band: Some(Low), ..wish(3) };
        let stands = at(official, High, Some(Medium));
        assert_eq!(defects(&stands, &low), [LevelDefect::BandBelow(Medium)]);
        // raising is anybody's who sets levels
        let worse = LevelWish { band: Some(Unacceptable), ..wish(3) };
        assert_eq!(worse.judge(&at(official, High, None)).unwrap().band, Some(Unacceptable));
        // what was not assessed stays, and is not lowered
        assert_eq!(wish(3).judge(&at(Role::Usg, VeryHigh, None)).unwrap().band, Some(VeryHigh));
        let stands = at(Role::Usg, VeryHigh, None);
        assert_eq!(defects(&stands, &low), [LevelDefect::BandNotAssessed]);
    }

    #[test]
    fn every_defect_is_found() {
        let official = Role::DesignatedOfficial;
        let silent = LevelWish { reason: None, ..wish(3) };
        let stands = standing(2, official);
        assert_eq!(defects(&stands, &silent), [LevelDefect::ReasonMissing(level(4))]);
        assert!(LevelWish { reason: None, ..wish(4) }.judge(&stands).is_ok());
        let old = Standing {
            based_on_at: Some(stands.now),
            assessed: stands
                .assessed
                .clone()
                .map(|found| Assessed { valid_until: Some(stands.now), ..found }),
            ..stands
        };
        let past = LevelWish { effective_from: Some(stands.now), ..silent };
        assert_eq!(
            defects(&old, &past),
            [
                LevelDefect::AssessmentExpired,
                LevelDefect::AssessmentOlder,
                LevelDefect::ReasonMissing(level(4)),
                LevelDefect::Past,
            ]
        );
        let none = Standing { assessed: None, ..stands };
        assert_eq!(defects(&none, &wish(3)), [LevelDefect::AssessmentUnknown]);
    }

    #[test]
    fn what_stands_so_already_changes_nothing_at_once() {
        let stands = standing(3, Role::Usg);
        assert!(wish(3).judge(&stands).unwrap().is_same);
        assert!(!wish(2).judge(&stands).unwrap().is_same);
        let later = LevelWish { effective_from: Some(stands.now + HOUR), ..wish(3) };
        assert!(!later.judge(&stands).unwrap().is_same, "what stands then is not known now");
    }
}
