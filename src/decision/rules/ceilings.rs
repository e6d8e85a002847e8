//! Places under ceilings (R-410, R-501..R-503). Residents present come counted in the
//! facts; that two last places never go to one is the commit's matter.

use jiff::civil::Date;

use crate::decision::case::{Case, days_after};
use crate::decision::demand::Demand;
use crate::decision::findings::Findings;
use crate::decision::registry::Rule;
use crate::model::{CountKey, Fact, FactClass, Outcome, ReasonCode};

/// R-410's declaration.
pub(in crate::decision) const R_410: Rule = Rule::new(
    "R-410",
    "D",
    "More arrivals by rule in a day than the area's quota go to a person",
    &[
        ("area_id", FactClass::P),
        ("day", FactClass::I),
        ("auto_quota_per_day", FactClass::S),
        ("missing", FactClass::I),
    ],
);

/// R-410 (D): where the day's quota of arrivals by rule is used up, a person decides; where the
/// count is not known, too.
pub(in crate::decision) fn daily_quota(case: &Case<'_>, out: &mut Findings) {
    let (Some(area), Some(quota)) = (case.area, quota(case)) else { return };
    let day = case.stay.arrive;
    let Some(arrived) = case.tally.arrived(&area.area_id, day) else {
        out.add(&R_410, Outcome::Manual, ReasonCode::RuleError, || {
            vec![("missing", Fact::Name("arrivals")), ("day", Fact::Day(day))]
        });
        return;
    };
    if arrived >= quota {
        out.add(&R_410, Outcome::Manual, ReasonCode::QuotaDay, || {
            vec![
                ("area_id", Fact::Area(area.area_id.clone())),
                ("day", Fact::Day(day)),
                ("auto_quota_per_day", Fact::Number(i64::from(quota))),
            ]
        });
    }
}

/// The area's quota of arrivals by rule, where the stay counts as one.
pub(in crate::decision) fn quota(case: &Case<'_>) -> Option<u32> {
    case.policy.filter(|_| case.is_stay())?.auto_quota_per_day
}

/// R-501's declaration.
pub(in crate::decision) const R_501: Rule =
    Rule::new("R-501", "C", "A visitor takes a place on each night, or on the day", &[]);

/// R-501 (C): the nights and counts in which a visitor takes a place: every night of the stay, or
/// the day itself where same-day visits count; in all, for the organization, for the category,
/// as far as the area limits them. Residents and categories that do not count take none.
pub(in crate::decision) fn demand(case: &Case<'_>) -> Demand {
    let Some((policy, who)) = case.policy.zip(case.who) else { return Demand::default() };
    let ceilings = &policy.ceilings;
    let counts = who.person.category.counts_in_ceiling() && !case.is_resident();
    if ceilings.is_unlimited() || !counts {
        return Demand::default();
    }
    let (organization, category) = (&who.person.organization, who.person.category);
    let mut keys = Vec::with_capacity(3);
    keys.extend(ceilings.total.map(|limit| (CountKey::Total, limit)));
    keys.extend(
        ceilings
            .by_organization
            .get(organization)
            .map(|&limit| (CountKey::Organization(organization.clone()), limit)),
    );
    keys.extend(
        ceilings.by_category.get(&category).map(|&limit| (CountKey::Category(category), limit)),
    );
    let nights: Vec<Date> = match case.stay.nights {
        _ if keys.is_empty() => Vec::new(),
        0 if ceilings.count_day_visits => vec![case.stay.arrive],
        nights => (0..nights).map(|night| days_after(case.stay.arrive, night)).collect(),
    };
    Demand { nights, keys }
}

/// R-502's declaration.
pub(in crate::decision) const R_502: Rule =
    Rule::new("R-502", "C", "A cleared stay takes its places, a waiting one reserves them", &[]);

/// R-502 (C): a stay that is cleared takes its places, one that waits for a person reserves them
/// softly; nothing else holds a place.
pub(in crate::decision) const fn holds_places(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Auto | Outcome::Manual | Outcome::Mscr)
}

/// R-503's declaration.
pub(in crate::decision) const R_503: Rule = Rule::new(
    "R-503",
    "C",
    "Where no place is left on a night, a person decides",
    &[
        ("area_id", FactClass::P),
        ("of", FactClass::I),
        ("nights", FactClass::I),
        ("ceiling", FactClass::S),
        ("organization_nights", FactClass::S),
        ("organization_ceiling", FactClass::S),
        ("missing", FactClass::I),
    ],
);

/// R-503 (C): every night is compared with every ceiling; the first full night decides, all full
/// ones are named. A count that was not handed in goes to a person.
pub(in crate::decision) fn free_places(case: &Case<'_>, out: &mut Findings) {
    let Some(area) = case.area else { return };
    for (key, limit) in &case.demand.keys {
        let taken = |night: Date| case.tally.taken(&area.area_id, night, key);
        let nights = || case.demand.nights.iter().copied();
        if let Some(unknown) = nights().find(|&night| taken(night).is_none()) {
            out.add(&R_503, Outcome::Manual, ReasonCode::RuleError, || {
                vec![("missing", Fact::Name("counts")), ("nights", Fact::Days(vec![unknown]))]
            });
            continue;
        }
        if !nights().any(|night| taken(night).is_some_and(|taken| taken >= *limit)) {
            continue;
        }
        let full = nights().filter(|&night| taken(night).is_some_and(|taken| taken >= *limit));
        let (reason, of, nights_name, limit_name) = match key {
            CountKey::Total => (ReasonCode::CeilingFull, "total", "nights", "ceiling"),
            CountKey::Organization(_) => (
                ReasonCode::OrgQuotaFull,
                "organization",
                "organization_nights",
                "organization_ceiling",
            ),
            CountKey::Category(_) => (ReasonCode::OrgQuotaFull, "category", "nights", "ceiling"),
        };
        out.add(&R_503, Outcome::Manual, reason, || {
            vec![
                ("area_id", Fact::Area(area.area_id.clone())),
                ("of", Fact::Name(of)),
                (nights_name, Fact::Days(full.collect())),
                (limit_name, Fact::Number(i64::from(*limit))),
            ]
        });
    }
}
