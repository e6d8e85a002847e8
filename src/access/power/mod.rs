//! Who may do what to which clearance, and in which capacity (domain.md c.6, c.8: R-801..R-808).
//!
//! [`power`] is the whole rule. It tries the powers that a person may have in one order: the own
//! authority of an official, the role that the policy names, a delegation, standing in; the first
//! that holds is used. Where none does, the refusal names the rule that came nearest to saying yes.

mod barred;
mod delegated;
mod offices;

use jiff::Timestamp;

use self::delegated::delegated;
use self::offices::{advise, emergency, official, policy, usg};
use super::matter::{Asked, Deed, Matter, Mission};
use super::principal::Principal;
use crate::model::{Capacity, PersonId, RiskBand};

pub use self::barred::{Barred, Notice, Used, Why};

/// Whether a principal may do a deed to a clearance at an instant, and by which power; else the
/// rule that refuses.
pub fn power(
    principal: &Principal,
    matter: &Matter,
    asked: impl Into<Asked>,
    now: Timestamp,
) -> Result<Used, Barred> {
    let asked = asked.into();
    let person = principal.person().ok_or(Barred::new("R-801", Why::Machine))?;
    impartial(person, matter)?;
    acceptable(matter, asked.deed)?;
    let question = Question { principal, matter, asked, now };
    let used = match asked.delegation_id {
        Some(named) => by_two(person, &question, delegated(&question, Some(named))),
        None => first(person, &question),
    };
    used.map(|used| used.noticed(matter, asked))
}

/// What every power is asked.
struct Question<'q> {
    principal: &'q Principal,
    matter: &'q Matter,
    asked: Asked,
    now: Timestamp,
}

type Tried = Result<Used, Barred>;

/// The powers in their order; of the refusals the nearest.
fn first(person: PersonId, question: &Question<'_>) -> Tried {
    let powers: [fn(&Question<'_>) -> Tried; 7] = [
        |q| official(q, false),
        usg,
        advise,
        policy,
        |q| delegated(q, None),
        |q| official(q, true),
        emergency,
    ];
    let mut nearest = Barred::new("R-802", Why::NoPower);
    for power in powers {
        match by_two(person, question, power(question)) {
            Ok(used) => return Ok(used),
            Err(barred) => nearest = nearest.or_nearer(barred),
        }
    }
    Err(nearest)
}

/// R-804 (B/D): nobody decides for themselves or their family.
fn impartial(person: PersonId, matter: &Matter) -> Result<(), Barred> {
    matter.parties.tie(person).map_or(Ok(()), |tie| Err(Barred::new("R-804", Why::Tied(tie))))
}

/// R-604 (B): nobody accepts an unacceptable risk; a very high one only with every consent.
fn acceptable(matter: &Matter, deed: Deed) -> Result<(), Barred> {
    if !deed.is_positive() {
        return Ok(());
    }
    match (matter.band, matter.mission) {
        (Some(RiskBand::Unacceptable), _) => Err(Barred::new("R-604", Why::Unacceptable)),
        (Some(RiskBand::VeryHigh), Mission::None) | (_, Mission::Open) => {
            Err(Barred::new("R-604", Why::Consents))
        }
        _ => Ok(()),
    }
}

/// R-805 (A/B): in two steps, an adviser has spoken before a yes, and another person says it.
fn by_two(person: PersonId, question: &Question<'_>, tried: Tried) -> Tried {
    let used = tried?;
    two_persons(person, question, used.capacity)?;
    Ok(used)
}

/// An emergency of the official's or the adviser's waits for nobody, and a mission has had
/// its consents.
fn two_persons(
    person: PersonId,
    question: &Question<'_>,
    capacity: Capacity,
) -> Result<(), Barred> {
    let Question { matter, asked, .. } = question;
    let risky = matter.band.is_some_and(|band| band >= RiskBand::High);
    let in_person = matches!(capacity, Capacity::Own | Capacity::AdInterim | Capacity::Emergency);
    let waived = (asked.emergency && in_person) || matter.mission == Mission::Consented;
    if asked.deed != Deed::Approve || waived || !(matter.two_step || risky) {
        return Ok(());
    }
    match matter.recommended_by {
        None => Err(Barred::new("R-805", Why::NoRecommendation)),
        Some(adviser) if adviser == person => Err(Barred::new("R-805", Why::OwnRecommendation)),
        Some(_) => Ok(()),
    }
}
