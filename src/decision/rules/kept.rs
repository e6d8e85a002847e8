//! Rules that are kept where things are written and decided by people, not in the decision itself:
//! declared here, so that every rule that a ledger entry or a refusal names has a title. They say
//! nothing of a stay.

use crate::decision::registry::Rule;

/// R-504 (C): residents take places unless they are away by a positive clearance; kept with the
/// counts, in the commit.
pub(in crate::decision) const R_504: Rule =
    Rule::new("R-504", "C", "A resident's place is free while the resident is away", &[]);

/// R-505 (C): of two who take the last place at one instant one gets it; kept under the locks of
/// the nights.
pub(in crate::decision) const R_505: Rule =
    Rule::new("R-505", "C", "The last place is taken once", &[]);

/// R-506 (C): above a ceiling only by who may, with a reason that is shown in reports.
pub(in crate::decision) const R_506: Rule =
    Rule::new("R-506", "C", "Above a ceiling only by who may, and with a reason", &[]);

/// R-507 (C): lowering a ceiling takes nobody's place; who is above is listed for the official.
pub(in crate::decision) const R_507: Rule =
    Rule::new("R-507", "C", "Lowering a ceiling lists who is above it and revokes nothing", &[]);

/// R-508 (C): a place given back goes to the first of the waiting list whom the rules clear.
pub(in crate::decision) const R_508: Rule =
    Rule::new("R-508", "C", "A place given back goes to the first who waits", &[]);

/// R-803 (A): power in writing, scoped and dated, not passed on, never above the giver's own.
pub(in crate::decision) const R_803: Rule =
    Rule::new("R-803", "A", "A delegation is written, scoped, dated and not passed on", &[]);

/// R-804 (B/D): nobody decides for themselves or their family.
pub(in crate::decision) const R_804: Rule =
    Rule::new("R-804", "B/D", "Nobody decides for themselves or their family", &[]);

/// R-806 (A): while the official is absent the one who stands in; both silent, the clocks.
pub(in crate::decision) const R_806: Rule =
    Rule::new("R-806", "A", "Somebody stands in for an absent official", &[]);

/// R-807 (A/D): in an emergency the official or adviser acts, and the record follows in a day.
pub(in crate::decision) const R_807: Rule =
    Rule::new("R-807", "A/D", "An emergency waits for nobody, and the record follows", &[]);

/// R-808 (A): the protection desk is told of a senior official's travel.
pub(in crate::decision) const R_808: Rule =
    Rule::new("R-808", "A", "A senior official's travel is told to the protection desk", &[]);

/// R-1005 (D): whoever does not arrive and is not heard of is missed, and then expected no more.
pub(in crate::decision) const R_1005: Rule =
    Rule::new("R-1005", "D", "Whoever is not heard of a day after arrival is missed", &[]);

/// R-1201 (D): a no, and the taking back of a yes, carry a reason and words for the traveller.
pub(in crate::decision) const R_1201: Rule =
    Rule::new("R-1201", "D", "A no has a reason, and words that the traveller may read", &[]);

/// R-1202 (A/D): the organization appeals, once at each level.
pub(in crate::decision) const R_1202: Rule =
    Rule::new("R-1202", "A/D", "The organization appeals, once at each level", &[]);

/// R-1203 (D): while an appeal is heard the answer is no.
pub(in crate::decision) const R_1203: Rule =
    Rule::new("R-1203", "D", "While an appeal is heard the answer is no", &[]);

/// Those declared here, in order.
pub(in crate::decision) const KEPT_ELSEWHERE: [&str; 14] = [
    "R-504", "R-505", "R-506", "R-507", "R-508", "R-803", "R-804", "R-806", "R-807", "R-808",
    "R-1005", "R-1201", "R-1202", "R-1203",
];
