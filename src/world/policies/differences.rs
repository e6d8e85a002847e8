//! How two versions of a policy differ (d.9 `diff_from_previous`), generated from their values.

use serde_json::Value;

use crate::model::AreaPolicy;

/// What every version has of its own.
const OWN: [&str; 3] = ["version", "effective_from", "demonstration"];

/// One value that differs.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::world) struct Difference {
    /// JSON pointer into the policy.
    pub(in crate::world) pointer: String,
    /// Before; none where there was nothing.
    pub(in crate::world) from: Option<Value>,
    /// After; none where there is nothing any more.
    pub(in crate::world) to: Option<Value>,
}

/// Every difference, in order of the pointers. Lists of one length are compared entry by entry,
/// others as a whole.
pub(in crate::world) fn differences(
    from: &AreaPolicy,
    to: &AreaPolicy,
) -> Result<Vec<Difference>, serde_json::Error> {
    let (from, to) = (serde_json::to_value(from)?, serde_json::to_value(to)?);
    let mut found = Vec::new();
    compare(String::new(), Some(&from), Some(&to), &mut found);
    found.retain(|one| !OWN.iter().any(|own| one.pointer.strip_prefix('/') == Some(*own)));
    Ok(found)
}

fn compare(pointer: String, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<Difference>) {
    match (from, to) {
        (Some(Value::Object(from)), Some(Value::Object(to))) => {
            let added = to.keys().filter(|name| !from.contains_key(*name));
            let mut names: Vec<&String> = from.keys().chain(added).collect();
            names.sort();
            for name in names {
                let part = name.replace('~', "~0").replace('/', "~1");
                compare(format!("{pointer}/{part}"), from.get(name), to.get(name), found);
            }
        }
        (Some(Value::Array(from)), Some(Value::Array(to))) if from.len() == to.len() => {
            for (index, (from, to)) in from.iter().zip(to).enumerate() {
                compare(format!("{pointer}/{index}"), Some(from), Some(to), found);
            }
        }
        _ if from == to => {}
        _ => found.push(Difference { pointer, from: from.cloned(), to: to.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::model::{ClearanceMode, LodgingRule, Role};

    #[test]
    fn what_differs_is_named_and_nothing_else() {
        let from = AreaPolicy::standard(1, Timestamp::UNIX_EPOCH);
        assert_eq!(differences(&from, &from).unwrap(), []);
        let mut to = AreaPolicy::standard(2, Timestamp::from_second(9).unwrap());
        assert_eq!(differences(&from, &to).unwrap(), [], "a version's own differ always");
        to.clearance_mode = ClearanceMode::Manual;
        to.lodging_rule = LodgingRule::ApprovedOnly;
        to.approved_lodging = vec!["Park Side".into()];
        to.ceilings.by_organization.insert("unicef".into(), 3);
        to.level_table.0[3].decider = Role::DesignatedOfficial;
        let one = |pointer: &str, from: Option<Value>, to: Option<Value>| Difference {
            pointer: pointer.to_owned(),
            from,
            to,
        };
        assert_eq!(
            differences(&from, &to).unwrap(),
            [
                one("/approved_lodging", Some(json!([])), Some(json!(["Park Side"]))),
                one("/ceilings/by_organization/unicef", None, Some(json!(3))),
                one("/clearance_mode", Some(json!("by_level")), Some(json!("manual"))),
                one(
                    "/level_table/3/decider",
                    Some(json!("area_security_coordinator")),
                    Some(json!("designated_official"))
                ),
                one("/lodging_rule", Some(json!("advise_list")), Some(json!("approved_only"))),
            ]
        );
    }
}
