//! The form of a threat assessment, in and out.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ByOut, LevelOut};
use crate::model::{
    AreaId, GeneralThreat, ProgrammeActivity, RiskBand, RiskMatrix, SpecificEvent,
    ThreatAssessment, ThreatCategory, ThreatScale, ThreatScore, ThreatScores,
};
use crate::web::{Faults, Field, Object, Problem, read_value};
use crate::world::levels::Assessment;

/// Characters of a long text at most.
const LONG: usize = 20_000;
/// Characters of a short text at most.
const SHORT: usize = 2_000;
/// Events, activities or measures at most.
const MOST: usize = 100;

/// A threat assessment as it is sent.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct AssessmentIn {
    /// How things stand, in words.
    situational_analysis: String,
    /// What is done in the area.
    programme_assessment: Option<Vec<ActivityIn>>,
    /// Each of `armed_conflict`, `terrorism`, `crime`, `civil_unrest` and `hazards`, once.
    general_threats: Vec<ThreatIn>,
    /// What may happen, in particular; the present risk follows from these.
    specific_events: Option<Vec<RiskEventIn>>,
    /// After it no level is set from this assessment.
    #[schema(format = DateTime)]
    valid_until: Option<String>,
}

/// What an organization does in the area.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
struct ActivityIn {
    /// Whose.
    organization: String,
    /// What.
    activity: String,
    /// Where.
    place: Option<String>,
    /// When and how often.
    period: Option<String>,
    /// By whom.
    people: Option<String>,
}

/// One category: three scores where it is meant by somebody, one for hazards; 1 to 5 each.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
struct ThreatIn {
    /// Which.
    category: String,
    /// 1 not wanted, 5 above all.
    intent: Option<u8>,
    /// 1 nothing to do it with, 5 everything.
    capability: Option<u8>,
    /// 1 held down, 5 nothing inhibits it.
    inhibiting_context: Option<u8>,
    /// Of hazards: 1 slight, 5 grave and at any time.
    score: Option<u8>,
    /// What it rests on.
    description: Option<String>,
}

/// Something that may happen.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
struct RiskEventIn {
    /// What.
    description: String,
    /// `very_unlikely`, `unlikely`, `moderately_likely`, `likely` or `very_likely`.
    likelihood: String,
    /// `negligible`, `minor`, `moderate`, `severe` or `critical`.
    impact: String,
    /// What is done about it.
    measures: Option<Vec<String>>,
    /// With the measures in place; as without them by default. Needs measures.
    likelihood_with_measures: Option<String>,
    /// With the measures in place; as without them by default. Needs measures.
    impact_with_measures: Option<String>,
    /// `accept`, `control`, `avoid` or `transfer`.
    decision: String,
}

/// Reads an assessment, every defect with its pointer.
pub(super) fn read(body: &[u8], now: Timestamp) -> Result<ThreatAssessment, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let mut assessment = None;
    if let Some(mut object) = Object::body(&value, &faults) {
        let analysis = object.field("situational_analysis").required().text(1..=LONG);
        let programme = object.field("programme_assessment").list(0..=MOST).unwrap_or_default();
        let programme = programme.iter().filter_map(activity).collect();
        let general_threats = threats(&object.field("general_threats").required());
        let events = object.field("specific_events").list(0..=MOST).unwrap_or_default();
        let specific_events = events.iter().filter_map(event).collect();
        let until = object.field("valid_until");
        let valid_until = until.timestamp();
        if valid_until.is_some_and(|until| until <= now) {
            until.fault("RANGE", "must be in the future");
        }
        object.finish();
        assessment = analysis.map(|analysis| ThreatAssessment {
            situational_analysis: analysis.to_owned(),
            programme_assessment: programme,
            general_threats,
            specific_events,
            valid_until,
        });
    }
    faults.settle(assessment)
}

fn owned(field: &Field<'_>, most: usize) -> Option<String> {
    field.text(1..=most).map(str::to_owned)
}

fn activity(field: &Field<'_>) -> Option<ProgrammeActivity> {
    let mut object = field.object()?;
    let organization = owned(&object.field("organization").required(), 200);
    let activity = owned(&object.field("activity").required(), SHORT);
    let place = owned(&object.field("place"), SHORT);
    let period = owned(&object.field("period"), SHORT);
    let people = owned(&object.field("people"), SHORT);
    object.finish();
    let (organization, activity) = organization.zip(activity)?;
    Some(ProgrammeActivity { organization, activity, place, period, people })
}

/// All five categories, each once, in the order of documents.
fn threats(field: &Field<'_>) -> Vec<GeneralThreat> {
    let entries = field.list(0..=ThreatCategory::ALL.len() * 2).unwrap_or_default();
    let mut found: Vec<GeneralThreat> = Vec::new();
    let mut named = Vec::new();
    for entry in &entries {
        let Some(mut object) = entry.object() else { continue };
        let category = object.field("category").required();
        let Some(category_named) = category.choice::<ThreatCategory>() else { continue };
        if named.contains(&category_named) {
            category.fault("REPEATED", "is assessed more than once");
        }
        named.push(category_named);
        found.extend(threat(category_named, object));
    }
    if field.is_present() {
        for category in ThreatCategory::ALL.iter().filter(|one| !named.contains(one)) {
            field.fault("REQUIRED", format!("{} is not assessed", category.as_str()));
        }
    }
    found.sort_by_key(|threat| threat.category);
    found
}

fn threat(category: ThreatCategory, mut object: Object<'_>) -> Option<GeneralThreat> {
    let description = owned(&object.field("description"), SHORT);
    let scores = if category.is_deliberate() {
        let intent = score(&object.field("intent"));
        let capability = score(&object.field("capability"));
        let context = score(&object.field("inhibiting_context"));
        intent.zip(capability).zip(context).map(|((intent, capability), inhibiting_context)| {
            ThreatScores::Deliberate { intent, capability, inhibiting_context }
        })
    } else {
        score(&object.field("score")).map(|score| ThreatScores::Hazard { score })
    };
    object.finish();
    scores.map(|scores| GeneralThreat { category, scores, description })
}

fn score(field: &Field<'_>) -> Option<ThreatScore> {
    let number = field.clone().required().integer(1..=5)?;
    ThreatScore::try_from(number).ok()
}

fn event(field: &Field<'_>) -> Option<SpecificEvent> {
    let mut object = field.object()?;
    let description = owned(&object.field("description").required(), SHORT);
    let likelihood = object.field("likelihood").required().choice();
    let impact = object.field("impact").required().choice();
    let measures = object.field("measures").list(0..=MOST).unwrap_or_default();
    let measures: Vec<String> = measures.iter().filter_map(|one| owned(one, SHORT)).collect();
    let (likelier, worse) =
        (object.field("likelihood_with_measures"), object.field("impact_with_measures"));
    let (after_likelihood, after_impact) = (likelier.choice(), worse.choice());
    for (named, after) in
        [(&likelier, after_likelihood.is_some()), (&worse, after_impact.is_some())]
    {
        if after && measures.is_empty() {
            named.fault("CONTRADICTION", "no measure is named that would change it");
        }
    }
    let decision = object.field("decision").required().choice();
    object.finish();
    let (likelihood, impact) = (likelihood?, impact?);
    if after_likelihood.is_some_and(|after| after > likelihood) {
        likelier.fault("CONTRADICTION", "measures make nothing likelier");
    }
    if after_impact.is_some_and(|after| after > impact) {
        worse.fault("CONTRADICTION", "measures make nothing worse");
    }
    Some(SpecificEvent {
        description: description?,
        likelihood,
        impact,
        measures,
        likelihood_with_measures: after_likelihood.unwrap_or(likelihood),
        impact_with_measures: after_impact.unwrap_or(impact),
        decision: decision?,
    })
}

/// A threat assessment on record, with what its scores come to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssessmentOut {
    /// Id, from which a level is set.
    #[schema(value_type = String)]
    assessment_id: Uuid,
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// What it proposes: the level of its highest category, and the highest risk of its events
    /// after measures. Nothing follows from it by itself.
    proposes: LevelOut,
    /// Names the arithmetic it was computed by.
    arithmetic: String,
    /// How things stand.
    situational_analysis: String,
    /// What is done in the area.
    #[schema(value_type = Vec<Object>)]
    programme_assessment: Vec<ProgrammeActivity>,
    /// The five categories.
    general_threats: Vec<ThreatOut>,
    /// What may happen, in particular.
    specific_events: Vec<RiskEventOut>,
    /// After it no level is set from this assessment.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Timestamp>,
    /// By whom.
    prepared_by: ByOut,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    prepared_at: Timestamp,
}

/// One category, with the level that its scores come to.
#[derive(Debug, Serialize, ToSchema)]
struct ThreatOut {
    /// The category with its scores, as they were sent.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    threat: GeneralThreat,
    /// The level of this category alone.
    level: u8,
}

/// An event, with both risks, so that the value of the measures is seen.
#[derive(Debug, Serialize, ToSchema)]
struct RiskEventOut {
    /// The event as it was sent.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    event: SpecificEvent,
    /// If nothing were done.
    #[schema(value_type = String)]
    risk_without_measures: RiskBand,
    /// With the measures in place.
    #[schema(value_type = String)]
    risk_with_measures: RiskBand,
}

impl AssessmentOut {
    pub(super) fn of(area_id: &AreaId, found: Assessment) -> Self {
        let Assessment { assessment_id, body, arithmetic, level, band, by, office, at, .. } = found;
        let (scale, matrix) = (ThreatScale::default(), RiskMatrix::default());
        let threat =
            |threat: GeneralThreat| ThreatOut { level: scale.level(threat.scores).get(), threat };
        let event = |event: SpecificEvent| RiskEventOut {
            risk_without_measures: event.risk_without_measures(&matrix),
            risk_with_measures: event.risk_with_measures(&matrix),
            event,
        };
        Self {
            assessment_id,
            area_id: area_id.clone(),
            proposes: LevelOut::of(level, band),
            arithmetic,
            situational_analysis: body.situational_analysis,
            programme_assessment: body.programme_assessment,
            general_threats: body.general_threats.into_iter().map(threat).collect(),
            specific_events: body.specific_events.into_iter().map(event).collect(),
            valid_until: body.valid_until,
            prepared_by: ByOut { person_id: by, role: office },
            prepared_at: at,
        }
    }

    /// Where the list goes on after it.
    pub(super) const fn place(&self) -> (Timestamp, Uuid) {
        (self.prepared_at, self.assessment_id)
    }

    /// Its own address, as far as the area's.
    pub(super) fn id(&self) -> String {
        self.assessment_id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(body: &Value) -> Vec<(String, &'static str)> {
        let faults = Faults::new();
        let mut object = Object::body(body, &faults).unwrap();
        threats(&object.field("general_threats"));
        for entry in object.field("specific_events").list(0..=9).unwrap_or_default() {
            event(&entry);
        }
        faults.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn each_category_is_assessed_once_and_by_its_own_scores() {
        let body = json!({"general_threats": [
            {"category": "crime", "intent": 2, "capability": 6},
            {"category": "crime", "intent": 2, "capability": 2, "inhibiting_context": 2},
            {"category": "hazards", "intent": 1, "score": 2},
            {"category": "weather"},
        ]});
        let expected = [
            ("/general_threats/0/capability", "RANGE"),
            ("/general_threats/0/inhibiting_context", "REQUIRED"),
            ("/general_threats/1/category", "REPEATED"),
            ("/general_threats/2/intent", "UNKNOWN_FIELD"),
            ("/general_threats/3/category", "CHOICE"),
            ("/general_threats", "REQUIRED"),
            ("/general_threats", "REQUIRED"),
            ("/general_threats", "REQUIRED"),
        ];
        assert_eq!(told(&body), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn measures_only_help_and_only_where_there_are_some() {
        let event = |more: Value| {
            let mut event = json!({"description": "ambush", "likelihood": "likely",
                "impact": "severe", "decision": "control"});
            event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let all: Vec<Value> = ThreatCategory::ALL
                .iter()
                .map(|one| {
                    if one.is_deliberate() {
                        json!({"category": one.as_str(), "intent": 1, "capability": 1,
                            "inhibiting_context": 1})
                    } else {
                        json!({"category": one.as_str(), "score": 1})
                    }
                })
                .collect();
            told(&json!({"general_threats": all, "specific_events": [event]}))
        };
        let after = "likelihood_with_measures";
        assert_eq!(event(json!({})), []);
        assert_eq!(event(json!({"measures": ["convoy"], after: "unlikely"})), []);
        let fault = [(format!("/specific_events/0/{after}"), "CONTRADICTION")];
        assert_eq!(event(json!({after: "unlikely"})), fault);
        assert_eq!(event(json!({"measures": ["x"], after: "very_likely"})), fault);
    }
}
