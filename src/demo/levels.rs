//! Security levels, bands and policies for demonstration. Real ones are not public, so every area
//! gets invented ones that say so: derived from two real flags of its country (a UN humanitarian
//! response plan; named in the Global Humanitarian Overview), its id and a seed, and from nothing
//! else. The same input gives the same world on every machine.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::model::{
    AreaId, AreaPolicy, AreaStatus, ArrivalRule, BriefingRule, Ceilings, ClearanceMode, Course,
    CourseRule, LodgingRule, MovementRule, RiskBand, SecurityLevel, StatusKind,
};
use crate::world::{CountryRow, Standing};

/// The seed of the shipped demonstration.
pub const SEED: u64 = 2026;

/// What is known of an area's country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryFlags {
    /// Has a UN humanitarian response plan.
    pub response_plan: bool,
    /// Is in the Global Humanitarian Overview.
    pub humanitarian_overview: bool,
}

impl CountryFlags {
    /// The flags of an imported country; none for areas that belong to none.
    pub fn of(country: Option<&CountryRow>) -> Self {
        Self {
            response_plan: country.is_some_and(|country| country.hrp),
            humanitarian_overview: country.is_some_and(|country| country.gho),
        }
    }
}

/// Areas that the documents speak of: level, and versions of the policy.
const NAMED: [(&str, u8, i32); 3] = [("KEN-890", 4, 3), ("KEN-1195", 2, 1), ("KEN-1196", 2, 1)];

/// A stream of numbers from an area's id and a seed (`SplitMix64` over an FNV hash): written out
/// here, so that no release of a library ever changes the demonstration.
#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    fn of(text: &str, seed: u64) -> Self {
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64 ^ seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// True in so many of a hundred cases.
    fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// The entry of a table of (weight in percent, value).
    fn pick<T: Copy>(&mut self, table: &[(u64, T)], rest: T) -> T {
        let mut roll = self.next() % 100;
        for &(weight, value) in table {
            if roll < weight {
                return value;
            }
            roll -= weight;
        }
        rest
    }
}

/// The invented standing of an area.
pub fn standing(flags: CountryFlags, area_id: &AreaId, seed: u64) -> Standing {
    let mut dice = Dice::of(area_id.as_str(), seed);
    let named = NAMED.iter().find(|(id, ..)| *id == area_id.as_str());
    let level = named.map_or_else(|| level(flags, &mut dice), |&(_, level, _)| level);
    let versions =
        named.map_or_else(|| dice.pick(&[(70, 1), (20, 2)], 3), |&(.., versions)| versions);
    let security_level = SecurityLevel::new(level).unwrap_or(SecurityLevel::MINIMAL);
    let plain = named.is_some();
    let risk_band = if plain { None } else { band(level, &mut dice) };
    let status = if plain { AreaStatus::open() } else { status(level, &mut dice) };
    let last = template(level, plain, &mut dice);
    Standing {
        security_level,
        risk_band,
        status,
        policies: history(&last, versions),
        demonstration: true,
    }
}

fn level(flags: CountryFlags, dice: &mut Dice) -> u8 {
    if flags.response_plan {
        dice.pick(&[(20, 3), (46, 4), (28, 5)], 6)
    } else if flags.humanitarian_overview {
        dice.pick(&[(26, 2), (36, 3)], 4)
    } else {
        dice.pick(&[(58, 1), (37, 2)], 3)
    }
}

fn band(level: u8, dice: &mut Dice) -> Option<RiskBand> {
    match level {
        ..4 => None,
        4 => dice.pick(&[(55, None), (35, Some(RiskBand::Medium))], Some(RiskBand::High)),
        5 => dice.pick(&[(60, Some(RiskBand::High))], Some(RiskBand::Medium)),
        _ => dice.pick(
            &[(70, Some(RiskBand::VeryHigh)), (15, Some(RiskBand::Unacceptable))],
            Some(RiskBand::High),
        ),
    }
}

fn status(level: u8, dice: &mut Dice) -> AreaStatus {
    let kind = match level {
        ..4 => StatusKind::Open,
        4 => dice.pick(&[(98, StatusKind::Open)], StatusKind::Suspended),
        5 => dice.pick(&[(90, StatusKind::Open), (7, StatusKind::Suspended)], StatusKind::Closed),
        _ => dice.pick(&[(60, StatusKind::Open), (25, StatusKind::Closed)], StatusKind::Suspended),
    };
    if kind == StatusKind::Open {
        return AreaStatus::open();
    }
    AreaStatus {
        kind,
        since: Some(day(2026, 11)),
        review_at: Some(day(2027, 3)),
        reason: Some(CompactString::const_new("Demonstration: invented, says nothing real")),
    }
}

/// The templates of domain.md c.4: Open, Watched, Controlled, Restricted, MSCR.
fn template(level: u8, plain: bool, dice: &mut Dice) -> AreaPolicy {
    let base = AreaPolicy { demonstration: true, ..AreaPolicy::standard(1, day(2026, 1)) };
    if plain {
        return base;
    }
    match level {
        1 => open(base, dice),
        3 if dice.chance(8) => controlled(base, dice),
        2 | 3 => watched(base, dice),
        4 => controlled(base, dice),
        5 => restricted(base, dice),
        _ => AreaPolicy { family_allowed: false, pc_required: true, ..restricted(base, dice) },
    }
}

fn open(base: AreaPolicy, dice: &mut Dice) -> AreaPolicy {
    match dice.next() % 100 {
        0..2 => AreaPolicy { clearance_mode: ClearanceMode::NotifyOnly, ..base },
        // A host country that wants a person's word even where nothing threatens.
        2..6 => AreaPolicy { clearance_mode: ClearanceMode::Manual, ..base },
        _ => base,
    }
}

fn watched(base: AreaPolicy, dice: &mut Dice) -> AreaPolicy {
    let clearance_mode = if dice.chance(5) { ClearanceMode::Manual } else { base.clearance_mode };
    let ceilings = if dice.chance(4) { places(dice, 100, 400) } else { Ceilings::default() };
    AreaPolicy {
        clearance_mode,
        ceilings,
        arrival: Some(ArrivalRule::ConfirmWithin(24)),
        auto_quota_per_day: dice.chance(2).then_some(200),
        ..base
    }
}

fn controlled(base: AreaPolicy, dice: &mut Dice) -> AreaPolicy {
    // An official may choose automatic clearance with obligations at level 4.
    let clearance_mode = if dice.chance(12) { ClearanceMode::Auto } else { base.clearance_mode };
    let ceilings = if dice.chance(15) { places(dice, 60, 250) } else { Ceilings::default() };
    AreaPolicy {
        clearance_mode,
        ceilings,
        briefing: Some(BriefingRule::Within(24)),
        lead_time_hours_manual: if dice.chance(20) { 72 } else { 168 },
        training_required: if dice.chance(15) { ssafe(3) } else { Vec::new() },
        movement_rule: if dice.chance(25) { MovementRule::Notify } else { MovementRule::Free },
        ..base
    }
}

fn restricted(base: AreaPolicy, dice: &mut Dice) -> AreaPolicy {
    AreaPolicy {
        ceilings: places(dice, 20, 120),
        briefing: Some(BriefingRule::Within(24)),
        training_required: ssafe(0),
        lodging_rule: LodgingRule::ApprovedOnly,
        approved_lodging: ["UN House", "Green Gate Guest House", "Palm Compound"]
            .map(CompactString::const_new)
            .to_vec(),
        movement_rule: if dice.chance(40) {
            MovementRule::ConvoyOnly
        } else {
            MovementRule::Clearance
        },
        arrival: Some(ArrivalRule::ConfirmWithin(12)),
        family_allowed: dice.chance(30),
        equipment: if dice.chance(50) {
            vec![CompactString::const_new("ppe"), CompactString::const_new("radio")]
        } else {
            Vec::new()
        },
        ..base
    }
}

fn places(dice: &mut Dice, least: u32, most: u32) -> Ceilings {
    let width = u64::from(most - least) + 1;
    let extra = u32::try_from(dice.next() % width).unwrap_or(0);
    Ceilings {
        total: Some(least + extra),
        count_day_visits: dice.chance(30),
        ..Ceilings::default()
    }
}

fn ssafe(min_stay_nights: u16) -> Vec<CourseRule> {
    vec![CourseRule { course: Course::SSAFE, categories: Vec::new(), min_stay_nights }]
}

/// Earlier versions of a policy: the same with a longer lead time, as officials relax it.
fn history(last: &AreaPolicy, versions: i32) -> Vec<AreaPolicy> {
    (1..=versions)
        .map(|version| {
            let before = u32::try_from(versions - version).unwrap_or(0);
            AreaPolicy {
                version,
                effective_from: day(2026, i8::try_from(version).unwrap_or(1)),
                lead_time_hours_manual: last.lead_time_hours_manual + before * 24,
                ..last.clone()
            }
        })
        .collect()
}

fn day(year: i16, month: i8) -> Timestamp {
    date(year, month, 1)
        .at(0, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}
