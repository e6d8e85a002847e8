//! An advisory as a CAP 1.2 message (OASIS CAP-v1.2, 2010): one `info` a language, with the area and
//! the fences that stop a traveller as its `area`s. Elements stand in the order of the schema. Pure.
//!
//! The message is that of the version: what follows from the policy stands in it as parameters, as
//! it is when the message is asked for.

pub(super) mod xml;

use std::fmt::Write as _;

use jiff::Timestamp;

use self::xml::Xml;
use super::compose::{Parts, composed, languages};
use super::language::Language;
use super::shelf::Material;
use super::text::{Classification, Document};
use crate::atlas::{AreaEntry, Atlas, DrawnFence, Shape};
use crate::decision::{EntryRules, entry_rules};
use crate::model::{ClearanceMode, FenceEffect, StatusKind};

const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
/// Who speaks: no address of an installation is known to its program.
const SENDER: &str = "safeconduct";
const EVENT: &str = "Travel security advisory";
const INVENTED: &str = "Levels, policies and this message are invented for demonstration.";

/// The message of an advisory; none where nothing was published.
pub(in crate::world) fn alert(atlas: &Atlas, material: &Material<'_>) -> Option<String> {
    let document = material.document?;
    let rules = entry_rules(material.area);
    let mut xml = Xml::new();
    xml.within_named("alert", &[("xmlns", NAMESPACE)], |xml| {
        head(xml, document, material.circle, &rules);
        for language in languages_of(document, material.circle) {
            xml.within("info", |xml| {
                let parts = composed(document, material.circle, language);
                info(xml, (document, language), &parts, &rules);
                for (name, value) in parameters(&parts, &rules, material.area) {
                    xml.within("parameter", |xml| {
                        xml.text("valueName", &name);
                        xml.text("value", &value);
                    });
                }
                areas(xml, atlas, material.area, language);
            });
        }
    });
    Some(xml.finish())
}

fn languages_of(document: &Document, circle: Classification) -> Vec<Language> {
    let written = languages(&document.texts, circle);
    if written.is_empty() { vec![document.default_language] } else { written }
}

fn head(xml: &mut Xml, document: &Document, circle: Classification, rules: &EntryRules) {
    xml.text("identifier", &identifier(document, document.version));
    xml.text("sender", SENDER);
    xml.text("sent", &instant(document.published_at));
    xml.text("status", if rules.demonstration { "Exercise" } else { "Actual" });
    let before = document.supersedes.zip(document.superseded_at);
    let kind = match before {
        None => "Alert",
        Some(_) if document.is_withdrawal() => "Cancel",
        Some(_) => "Update",
    };
    xml.text("msgType", kind);
    match circle {
        Classification::Public => xml.text("scope", "Public"),
        Classification::Personnel => {
            xml.text("scope", "Restricted");
            xml.text("restriction", "For personnel and those who plan their travel");
        }
        Classification::Security => {
            xml.text("scope", "Restricted");
            xml.text("restriction", "For security staff of the area");
        }
    }
    if rules.demonstration {
        xml.text("note", INVENTED);
    }
    if let Some((version, at)) = before {
        let identifier = identifier(document, version);
        xml.text("references", &format!("{SENDER},{identifier},{}", instant(at)));
    }
}

/// Without the characters that the standard forbids in it.
fn identifier(document: &Document, version: i32) -> String {
    let area = document.area_id.as_str();
    let area: String = area.chars().filter(|letter| !", <&\t\n".contains(*letter)).collect();
    format!("{SENDER}.{area}.{version}")
}

/// A time as the standard wants it: no fraction, and UTC as `-00:00`.
fn instant(at: Timestamp) -> String {
    format!("{}-00:00", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

fn info(
    xml: &mut Xml,
    (document, language): (&Document, Language),
    parts: &Parts,
    rules: &EntryRules,
) {
    xml.text("language", language.as_str());
    xml.text("category", "Security");
    xml.text("event", EVENT);
    xml.text("responseType", response(rules));
    xml.text("urgency", urgency(rules));
    xml.text("severity", severity(rules));
    let is_shut = rules.status != StatusKind::Open;
    xml.text("certainty", if is_shut { "Observed" } else { "Likely" });
    xml.text("effective", &instant(document.published_at));
    xml.text("senderName", SENDER);
    xml.maybe("headline", parts.headline.as_ref());
    let withdrawn = document.is_withdrawal().then_some("The advisory is withdrawn.");
    xml.maybe("description", withdrawn.or(parts.summary.as_deref()));
    let instruction = [
        &parts.arrival_instructions,
        &parts.lodging,
        &parts.transport,
        &parts.communications,
        &parts.health,
    ];
    let instruction: Vec<&str> = instruction.into_iter().filter_map(Option::as_deref).collect();
    xml.maybe("instruction", Some(instruction.join("\n\n")).filter(|text| !text.is_empty()));
    let contacts: Vec<String> = parts.contacts.iter().map(contact).collect();
    xml.maybe("contact", Some(contacts.join("; ")).filter(|text| !text.is_empty()));
}

fn contact(contact: &super::Contact) -> String {
    let ways = [&contact.role, &contact.phone, &contact.email, &contact.radio];
    let mut line = contact.name.clone();
    for way in ways.into_iter().flatten() {
        let _infallible = write!(line, ", {way}");
    }
    line
}

const fn response(rules: &EntryRules) -> &'static str {
    match (rules.status, rules.clearance_mode) {
        (StatusKind::Suspended | StatusKind::Closed, _) | (_, ClearanceMode::MscrOnly) => "Avoid",
        (StatusKind::Open, ClearanceMode::Manual | ClearanceMode::ByLevel) => "Prepare",
        (StatusKind::Open, ClearanceMode::Auto | ClearanceMode::NotifyOnly) => "Monitor",
    }
}

const fn urgency(rules: &EntryRules) -> &'static str {
    match (rules.status, rules.security_level.get()) {
        (StatusKind::Suspended | StatusKind::Closed, _) => "Immediate",
        (StatusKind::Open, 4..) => "Expected",
        (StatusKind::Open, _) => "Future",
    }
}

const fn severity(rules: &EntryRules) -> &'static str {
    match (rules.status, rules.security_level.get()) {
        (_, 6..) => "Extreme",
        (StatusKind::Suspended | StatusKind::Closed, _) | (_, 4 | 5) => "Severe",
        (StatusKind::Open, 3) => "Moderate",
        (StatusKind::Open, _) => "Minor",
    }
}

/// What has no element of its own: codes, and texts that go by a code.
fn parameters(parts: &Parts, rules: &EntryRules, area: &AreaEntry) -> Vec<(String, String)> {
    let name = |name: &str| name.to_owned();
    let mut parameters = vec![
        (name("security_level"), rules.security_level.get().to_string()),
        (name("area_status"), name(rules.status.as_str())),
        (name("clearance_mode"), code(&rules.clearance_mode)),
        (name("lead_time_hours"), rules.lead_time_hours.to_string()),
        (name("policy_version"), rules.policy_version.to_string()),
        (name("area_revision"), area.state.revision.to_string()),
    ];
    let band = rules.risk_band.map(|band| (name("risk_band"), name(band.as_str())));
    parameters.extend(band);
    for course in &rules.courses {
        parameters.push((name("course"), code(&course.course)));
    }
    for (threat, text) in &parts.threat_summary {
        parameters.push((format!("threat.{}", threat.as_str()), name(text)));
    }
    for restriction in &parts.restrictions {
        let mut words = restriction.r#where.clone();
        if let Some(hours) = restriction.hours {
            let _infallible = write!(words, " ({}-{})", hours.from, hours.to);
        }
        parameters.push((format!("restriction.{}", code(&restriction.kind)), words));
    }
    parameters
}

/// The name of a value in JSON.
fn code(value: &impl serde::Serialize) -> String {
    let name = serde_json::to_value(value).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The area by its codes, and what stands in a traveller's way by its border.
fn areas(xml: &mut Xml, atlas: &Atlas, area: &AreaEntry, language: Language) {
    xml.within("area", |xml| {
        xml.text("areaDesc", language.name_of(&area.ground));
        geocode(xml, "safeconduct:area_id", area.id().as_str());
        if let Some(code) = &area.ground.iso_3166_2 {
            geocode(xml, "ISO 3166-2", code);
        }
    });
    for DrawnFence { fence, shape } in atlas.parts().fences.drawn() {
        let stops =
            matches!(fence.effect, FenceEffect::Manual | FenceEffect::Mscr | FenceEffect::Deny);
        if stops && fence.areas.contains(area.id()) {
            xml.within("area", |xml| {
                let words = (&fence.name, fence.kind.as_str(), fence.effect.as_str());
                xml.text("areaDesc", &format!("{} ({}, {})", words.0, words.1, words.2));
                polygons(xml, shape);
                geocode(xml, "safeconduct:fence_id", &fence.fence_id.to_string());
            });
        }
    }
}

fn geocode(xml: &mut Xml, name: &str, value: &str) {
    xml.within("geocode", |xml| {
        xml.text("valueName", name);
        xml.text("value", value);
    });
}

/// Outer rings alone, for a polygon of the standard has no holes: it is never smaller than the fence.
fn polygons(xml: &mut Xml, shape: &Shape) {
    for part in shape.parts() {
        let mut positions = String::new();
        for point in part.outer.points() {
            let space = if positions.is_empty() { "" } else { " " };
            let _infallible = write!(positions, "{space}{},{}", point.lat(), point.lon());
        }
        xml.text("polygon", &positions);
    }
}
