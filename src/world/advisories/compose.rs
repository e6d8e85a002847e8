//! One copy out of many texts: for a reader's circle, in a reader's language. Pure.
//!
//! Each part is taken from the narrowest circle that the reader belongs to, in the language asked
//! for, else in the default one. The circle goes first: a warning that was written in one language
//! alone is shown in that, rather than left out for a milder text in the reader's own.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::language::Language;
use super::text::{Classification, Contact, Document, Restriction, Text, Threat};

/// The parts of a copy; null or empty where no text says anything.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = AdvisoryParts)]
pub(in crate::world) struct Parts {
    /// One line.
    pub(in crate::world) headline: Option<String>,
    /// The whole in a few sentences.
    pub(in crate::world) summary: Option<String>,
    /// By category: `armed_conflict`, `terrorism`, `crime`, `civil_unrest`, `hazards`.
    #[schema(value_type = Object)]
    pub(in crate::world) threat_summary: BTreeMap<Threat, String>,
    /// Curfews, places nobody goes to.
    pub(in crate::world) restrictions: Vec<Restriction>,
    /// Where to sleep.
    pub(in crate::world) lodging: Option<String>,
    /// How to move.
    pub(in crate::world) transport: Option<String>,
    /// Radio channel, telephones.
    pub(in crate::world) communications: Option<String>,
    /// Health.
    pub(in crate::world) health: Option<String>,
    /// What to do on arrival.
    pub(in crate::world) arrival_instructions: Option<String>,
    /// Whom to turn to.
    pub(in crate::world) contacts: Vec<Contact>,
    /// Parts that are in another language than the copy.
    #[schema(value_type = Object)]
    pub(in crate::world) other_languages: BTreeMap<&'static str, Language>,
}

/// Texts in the order in which a part is looked for in them.
struct Order<'d> {
    texts: Vec<&'d Text>,
    language: Language,
    others: BTreeMap<&'static str, Language>,
}

impl<'d> Order<'d> {
    fn of(document: &'d Document, circle: Classification, language: Language) -> Self {
        let default = document.default_language;
        let seen = |text: &&Text| {
            text.classification <= circle && [language, default].contains(&text.language)
        };
        let mut texts: Vec<&Text> = document.texts.iter().filter(seen).collect();
        texts.sort_by_key(|text| {
            (std::cmp::Reverse(text.classification), text.language != language)
        });
        Self { texts, language, others: BTreeMap::new() }
    }

    /// The first that has something to say on a part.
    fn first<T>(&mut self, part: &'static str, of: impl Fn(&'d Text) -> Option<T>) -> Option<T> {
        let found = self.texts.iter().find_map(|text| Some((of(text)?, text.language)));
        let (value, language) = found?;
        if language != self.language {
            self.others.insert(part, language);
        }
        Some(value)
    }
}

/// The copy for a circle in a language.
pub(in crate::world) fn composed(
    document: &Document,
    circle: Classification,
    language: Language,
) -> Parts {
    let mut order = Order::of(document, circle, language);
    let threats = Threat::ALL.into_iter().filter_map(|threat| {
        let of = |text: &Text| text.threat_summary.contains_key(&threat);
        let text = order.texts.iter().find(|text| of(text))?;
        Some((threat, text.threat_summary.get(&threat)?.clone(), text.language))
    });
    let threats: Vec<_> = threats.collect();
    for (threat, _, own) in &threats {
        if *own != language {
            order.others.insert(threat.as_str(), *own);
        }
    }
    Parts {
        headline: order.first("headline", |text| text.headline.clone()),
        summary: order.first("summary", |text| text.summary.clone()),
        threat_summary: threats.into_iter().map(|(threat, text, _)| (threat, text)).collect(),
        restrictions: order
            .first("restrictions", |text| {
                (!text.restrictions.is_empty()).then(|| text.restrictions.clone())
            })
            .unwrap_or_default(),
        lodging: order.first("lodging", |text| text.lodging.clone()),
        transport: order.first("transport", |text| text.transport.clone()),
        communications: order.first("communications", |text| text.communications.clone()),
        health: order.first("health", |text| text.health.clone()),
        arrival_instructions: order
            .first("arrival_instructions", |text| text.arrival_instructions.clone()),
        contacts: order
            .first("contacts", |text| (!text.contacts.is_empty()).then(|| text.contacts.clone()))
            .unwrap_or_default(),
        other_languages: order.others,
    }
}

/// The languages in which a circle finds something, in their order.
pub(in crate::world) fn languages(texts: &[Text], circle: Classification) -> Vec<Language> {
    let written =
        |language| texts.iter().any(|one| one.language == language && one.classification <= circle);
    Language::ALL.into_iter().filter(|language| written(*language)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn document(texts: Vec<Text>) -> Document {
        Document {
            advisory_id: Uuid::nil(),
            area_id: "AAA-1".into(),
            version: 1,
            supersedes: None,
            superseded_at: None,
            default_language: Language::En,
            change_summary: "new".to_owned(),
            published_at: Timestamp::UNIX_EPOCH,
            published_by: Uuid::nil(),
            texts,
        }
    }

    #[test]
    fn the_narrower_circle_goes_before_the_language() {
        use Classification::{Personnel, Public, Security};
        use Language::{En, Es, Fr};
        let said = |language, classification, headline: &str| Text {
            headline: Some(headline.to_owned()),
            ..Text::empty(language, classification)
        };
        let lodging =
            Text { lodging: Some("Only Park Side".to_owned()), ..Text::empty(En, Security) };
        let document = document(vec![
            said(En, Public, "quiet"),
            said(Fr, Personnel, "calme"),
            said(En, Personnel, "mostly quiet"),
            lodging,
        ]);
        for (circle, language, headline, lodging) in [
            (Public, En, "quiet", None),
            (Public, Fr, "quiet", None),
            (Personnel, Fr, "calme", None),
            (Personnel, Es, "mostly quiet", None),
            (Security, Fr, "calme", Some("Only Park Side")),
        ] {
            let parts = composed(&document, circle, language);
            let said = (parts.headline.as_deref(), parts.lodging.as_deref());
            assert_eq!(said, (Some(headline), lodging), "{circle:?}");
        }
        let parts = composed(&document, Security, Fr);
        assert_eq!(parts.other_languages, BTreeMap::from([("lodging", En)]));
        assert_eq!(languages(&document.texts, Public), [En]);
        assert_eq!(languages(&document.texts, Security), [En, Fr]);
    }

    #[test]
    fn threats_are_taken_one_by_one() {
        let with = |classification, threat, words: &str| Text {
            threat_summary: BTreeMap::from([(threat, words.to_owned())]),
            ..Text::empty(Language::En, classification)
        };
        let document = document(vec![
            with(Classification::Personnel, Threat::Crime, "theft"),
            with(Classification::Security, Threat::Terrorism, "a cell"),
        ]);
        let of = |circle| composed(&document, circle, Language::En).threat_summary;
        assert_eq!(
            of(Classification::Personnel),
            BTreeMap::from([(Threat::Crime, "theft".to_owned())])
        );
        let both = [(Threat::Crime, "theft"), (Threat::Terrorism, "a cell")];
        let both = both.map(|(threat, text)| (threat, text.to_owned())).into();
        assert_eq!(of(Classification::Security), both);
        assert!(of(Classification::Public).is_empty());
    }
}
