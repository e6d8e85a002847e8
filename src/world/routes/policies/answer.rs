//! A version of a policy, as it is answered.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::keys::PolicyKeys;
use crate::model::{AreaId, PersonId, PolicyTemplate, Role};
use crate::web::Problem;
use crate::world::policies::{Difference, Hand, PoliciesError, Version, differences};

/// A version of an area's policy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VersionOut {
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// Number of the version, rising; drafts count too.
    pub(super) version: i32,
    /// `draft`, `scheduled`, `in_force`, `replaced`, `overtaken` (another version came into force
    /// first) or `withdrawn`.
    state: &'static str,
    /// From when it holds, or shall hold; null for a draft that holds from its approval.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_from: Option<Timestamp>,
    /// When it is to be looked at again.
    #[schema(value_type = Option<String>, format = DateTime)]
    review_at: Option<Timestamp>,
    /// What it started from, where that was a template.
    #[schema(value_type = Option<String>)]
    template: Option<PolicyTemplate>,
    /// Why.
    change_note: Option<String>,
    /// The meeting of the security management team that spoke of it.
    smt_minutes_ref: Option<String>,
    /// Who drafted it; null for what was imported.
    drafted: Option<HandOut>,
    /// Who approved it; null for what waits or was imported.
    approved: Option<HandOut>,
    /// The version it is compared with; null for the first.
    based_on: Option<i32>,
    /// What differs from that version.
    differences: Vec<DifferenceOut>,
    /// Invented for demonstration.
    demonstration: bool,
}

/// Who did something to a version.
#[derive(Debug, Serialize, ToSchema)]
struct HandOut {
    /// The person.
    #[schema(value_type = String)]
    person_id: PersonId,
    /// In which office; null where it was not noted.
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// One value that differs.
#[derive(Debug, Serialize, ToSchema)]
struct DifferenceOut {
    /// JSON pointer into the policy.
    pointer: String,
    /// Before; null where there was nothing.
    #[schema(value_type = Option<Object>)]
    from: Option<Value>,
    /// After; null where there is nothing any more.
    #[schema(value_type = Option<Object>)]
    to: Option<Value>,
}

/// A version of an area's policy with every key.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PolicyOut {
    #[serde(flatten)]
    #[schema(inline)]
    pub(super) about: VersionOut,
    #[serde(flatten)]
    #[schema(value_type = PolicyKeys, inline)]
    keys: Map<String, Value>,
}

impl VersionOut {
    pub(super) fn of(area_id: &AreaId, version: &Version) -> Result<Self, Problem> {
        let unread = |error: serde_json::Error| PoliciesError::Policy(error.to_string());
        let found = match &version.base {
            Some(base) => differences(base, &version.policy).map_err(unread)?,
            None => Vec::new(),
        };
        let difference =
            |one: Difference| DifferenceOut { pointer: one.pointer, from: one.from, to: one.to };
        Ok(Self {
            area_id: area_id.clone(),
            version: version.policy.version,
            state: version.state.as_str(),
            effective_from: version.effective_from,
            review_at: version.review_at,
            template: version.template,
            change_note: version.change_note.clone(),
            smt_minutes_ref: version.smt_minutes_ref.clone(),
            drafted: version.recorded.map(HandOut::from),
            approved: version.approved.map(HandOut::from),
            based_on: version.base.as_ref().map(|base| base.version),
            differences: found.into_iter().map(difference).collect(),
            demonstration: version.policy.demonstration,
        })
    }
}

impl PolicyOut {
    pub(super) fn of(area_id: &AreaId, version: &Version) -> Result<Self, Problem> {
        let about = VersionOut::of(area_id, version)?;
        let keys = serde_json::to_value(&version.policy);
        let keys = keys.map_err(|error| Problem::internal(&error))?;
        let Value::Object(mut keys) = keys else {
            return Err(PoliciesError::Policy("a policy is an object".to_owned()).into());
        };
        for told in ["version", "effective_from", "demonstration"] {
            keys.remove(told);
        }
        Ok(Self { about, keys })
    }
}

impl From<Hand> for HandOut {
    fn from(Hand { by, office, at }: Hand) -> Self {
        Self { person_id: by, role: office, at }
    }
}
