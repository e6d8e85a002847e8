//! Reading wishes, every defect at its pointer.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Deed;
use crate::desk::{Wish, WishedObligation};
use crate::model::{ConditionCode, Course, ObligationOwner, ReasonCode};
use crate::web::{Faults, Field, Object, Problem, read_value};

/// Letters of a text.
const WORDS: RangeInclusive<usize> = 1..=4000;
/// Reasons of one decision.
const REASONS: usize = 20;
/// Conditions of one approval.
const CONDITIONS: usize = 50;

/// Reasons and words: deny, return, escalate, revoke, appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct ReasonsIn {
    /// Why, by code; at least one.
    reason_codes: Vec<String>,
    /// For everybody concerned; needed to deny and to revoke (R-1201).
    text_for_traveller: Option<String>,
    /// For the chain alone.
    restricted_text: Option<String>,
    /// The delegation to be used, and no other power.
    delegation_id: Option<Uuid>,
    /// In an emergency.
    emergency: Option<bool>,
}

/// An adviser's word.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct RecommendIn {
    /// `favourable` or `unfavourable`; it binds nobody and is kept.
    advice: String,
    /// Why, by code.
    reason_codes: Option<Vec<String>>,
    /// For everybody concerned.
    text_for_traveller: Option<String>,
    /// For the chain alone.
    restricted_text: Option<String>,
}

/// A yes.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct ApproveIn {
    /// Why, by code.
    reason_codes: Option<Vec<String>>,
    /// For everybody concerned.
    text_for_traveller: Option<String>,
    /// For the chain alone.
    restricted_text: Option<String>,
    /// What it obliges to.
    conditions: Option<Vec<ConditionIn>>,
    /// Above the ceiling.
    override_ceiling: Option<OverrideIn>,
    /// The delegation to be used, and no other power.
    delegation_id: Option<Uuid>,
    /// In an emergency.
    emergency: Option<bool>,
}

/// A condition of a yes.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct ConditionIn {
    /// `BRIEFING_ON_ARRIVAL`, `OTHER`, …
    code: String,
    /// In words; needed for `OTHER`.
    text: Option<String>,
    /// Who owes it: `traveller` where it is left out.
    owner: Option<ObligationOwner>,
    /// By when.
    #[schema(value_type = Option<String>, format = "date-time")]
    due_at: Option<String>,
    /// What will prove it.
    evidence: Option<String>,
}

/// A yes above the ceiling.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct OverrideIn {
    /// Why; shown in reports.
    reason: String,
}

/// A waived course.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct WaiveIn {
    /// Which; may be left out where one alone is missing.
    course: Option<String>,
    /// Why, by code.
    reason_codes: Option<Vec<String>>,
    /// For everybody concerned.
    text_for_traveller: Option<String>,
    /// For the chain alone.
    restricted_text: Option<String>,
}

/// What came of an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct AppealDecisionIn {
    /// `allow` or `dismiss`.
    decision: String,
    /// Why, by code; needed to dismiss.
    reason_codes: Option<Vec<String>>,
    /// For everybody concerned; needed to dismiss.
    text_for_traveller: Option<String>,
    /// For the chain alone.
    restricted_text: Option<String>,
    /// What a yes obliges to.
    conditions: Option<Vec<ConditionIn>>,
}

/// A wish from a body: 422 with every defect.
pub(super) fn read(body: &[u8], deed: Deed) -> Result<Wish, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let wish = Object::body(&value, &faults).map(|mut object| {
        let wish = wish(&mut object, deed);
        object.finish();
        wish
    });
    faults.settle(wish)
}

/// What came of an appeal, from a body.
pub(super) fn read_appeal(body: &[u8]) -> Result<Wish, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let wish = Object::body(&value, &faults).map(|mut object| {
        let field = object.field("decision").required();
        let word = field.text(1..=20);
        if word.is_some_and(|word| !matches!(word, "allow" | "dismiss")) {
            field.fault("CHOICE", "must be allow or dismiss");
        }
        let allows = word == Some("allow");
        let deed = if allows { Deed::AllowAppeal } else { Deed::DismissAppeal };
        let wish = wish(&mut object, deed);
        object.finish();
        wish
    });
    faults.settle(wish)
}

/// The fields of a wish. Which are needed and which are known depends on the deed.
pub(super) fn wish(object: &mut Object<'_>, deed: Deed) -> Wish {
    let refuses = matches!(deed, Deed::Deny | Deed::DismissAppeal | Deed::Revoke);
    let explains = refuses || matches!(deed, Deed::Return | Deed::Escalate);
    let mut wish = Wish { reasons: reasons(object, explains), ..Wish::plain(deed) };
    let words = object.field("text_for_traveller");
    let words = if refuses { words.required() } else { words };
    wish.text_for_traveller = words.text(WORDS).map(str::to_owned);
    wish.restricted_text = object.field("restricted_text").text(WORDS).map(str::to_owned);
    match deed {
        Deed::Recommend => wish.advice = object.field("advice").required().choice(),
        Deed::Waive => {
            let course = object.field("course").text(1..=32);
            wish.course = course.map(|code| Course(code.into()));
        }
        Deed::Approve | Deed::Overbook | Deed::AllowAppeal => yes(object, &mut wish),
        Deed::Deny | Deed::Return | Deed::Escalate | Deed::DismissAppeal | Deed::Revoke => {}
    }
    wish.delegation_id = object.field("delegation_id").parse("a delegation_id");
    wish.emergency = object.field("emergency").boolean().unwrap_or_default();
    wish
}

/// Reasons of an appeal, by the organization.
pub(super) fn read_reasons(body: &[u8]) -> Result<Wish, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let wish = Object::body(&value, &faults).map(|mut object| {
        // heard or dismissed later: only the words matter here
        let mut wish = Wish::plain(Deed::AllowAppeal);
        wish.reasons = reasons(&mut object, false);
        let words = object.field("text_for_traveller");
        wish.text_for_traveller = words.text(WORDS).map(str::to_owned);
        wish.restricted_text = object.field("restricted_text").text(WORDS).map(str::to_owned);
        object.finish();
        wish
    });
    faults.settle(wish)
}

fn yes(object: &mut Object<'_>, wish: &mut Wish) {
    let conditions = object.field("conditions").list(0..=CONDITIONS).unwrap_or_default();
    wish.obligations = conditions.iter().filter_map(condition).collect();
    if wish.deed == Deed::AllowAppeal {
        return;
    }
    if let Some(mut above) = object.field("override_ceiling").object() {
        let reason = above.field("reason").required().text(WORDS).map(str::to_owned);
        above.finish();
        if reason.is_some() {
            wish.deed = Deed::Overbook;
            wish.above_ceiling = reason;
        }
    }
}

fn reasons(object: &mut Object<'_>, needed: bool) -> Vec<ReasonCode> {
    let field = object.field("reason_codes");
    let field = if needed { field.required() } else { field };
    let least = usize::from(needed);
    let entries = field.list(least..=REASONS).unwrap_or_default();
    let mut reasons: Vec<ReasonCode> = entries.iter().filter_map(Field::choice).collect();
    reasons.dedup();
    reasons
}

fn condition(entry: &Field<'_>) -> Option<WishedObligation> {
    let mut object = entry.object()?;
    let code = code(&object.field("code").required());
    let other = code == Some(ConditionCode::Other);
    let text = object.field("text");
    let text = if other { text.required() } else { text };
    let text = text.text(WORDS).map(str::to_owned);
    let owner: Option<ObligationOwner> = object.field("owner").choice();
    let due_at: Option<Timestamp> = object.field("due_at").timestamp();
    let evidence = object.field("evidence").text(WORDS).map(str::to_owned);
    object.finish();
    let owner = owner.unwrap_or(ObligationOwner::Traveller);
    Some(WishedObligation { code: code?, text, owner, due_at, evidence })
}

fn code(field: &Field<'_>) -> Option<ConditionCode> {
    let name = field.value().and_then(Value::as_str)?;
    let found = ConditionCode::ALL.iter().copied().find(|code| code.as_str() == name);
    if found.is_none() {
        field.fault("CHOICE", "is not one of the names that are known here");
    }
    found
}
