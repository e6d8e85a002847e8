//! What an alert says, folded into an advisory: it goes before what stands, in every text, and takes
//! nothing away. Pure, save for [`store`].

mod store;

use jiff::Timestamp;

pub(in crate::world) use self::store::{draft_folded, publish_folded};
use super::language::Language;
use super::text::{Classification, Content, LONGEST_LINE, LONGEST_TEXT, Text};

/// What an alert says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Told {
    /// In each of its languages; the first stands in where a language is missing.
    pub(in crate::world) texts: Vec<ToldText>,
    /// Who sent it.
    pub(in crate::world) source: Option<String>,
    /// Until when it holds.
    pub(in crate::world) until: Option<Timestamp>,
    /// It is for everybody.
    pub(in crate::world) is_public: bool,
}

/// The same in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct ToldText {
    /// None where it is not one in which advisories are written.
    pub(in crate::world) language: Option<Language>,
    /// In a line.
    pub(in crate::world) headline: String,
    /// What happens and what to do, and where.
    pub(in crate::world) body: String,
}

impl Told {
    /// What is said in a language; else in English, else in the first one.
    fn in_language(&self, language: Language) -> Option<&ToldText> {
        let of = |wanted| self.texts.iter().find(|text| text.language == Some(wanted));
        of(language).or_else(|| of(Language::En)).or_else(|| self.texts.first())
    }

    /// The content with what is told before everything else.
    pub(super) fn folded(&self, base: Option<Content>) -> Content {
        let mut content = base.unwrap_or_else(|| Content {
            default_language: self.main_language(),
            change_summary: String::new(),
            texts: Vec::new(),
        });
        let first = self.in_language(content.default_language);
        let headline = first.map_or("", |text| text.headline.as_str());
        let source = self.source.as_deref().unwrap_or_default();
        content.change_summary = cut(&format!("{headline} ({source})"), LONGEST_TEXT);
        for text in &mut content.texts {
            if let Some(said) = self.in_language(text.language) {
                self.put(said, text);
            }
        }
        let circle =
            if self.is_public { Classification::Public } else { Classification::Personnel };
        let mut missing: Vec<(Language, &ToldText)> =
            self.texts.iter().filter_map(|said| Some((said.language?, said))).collect();
        if missing.is_empty() {
            missing.extend(self.texts.first().map(|said| (content.default_language, said)));
        }
        for (language, said) in missing {
            if content.texts.iter().all(|text| text.language != language) {
                let mut text = Text::empty(language, circle);
                self.put(said, &mut text);
                content.texts.push(text);
            }
        }
        content
    }

    /// The first language in which advisories are written.
    fn main_language(&self) -> Language {
        self.texts.iter().find_map(|text| text.language).unwrap_or(Language::En)
    }

    fn put(&self, said: &ToldText, text: &mut Text) {
        let until = self.until.map(|until| until.to_string());
        let marks: Vec<&str> =
            [self.source.as_deref(), until.as_deref()].into_iter().flatten().collect();
        let marks = format!("({})", marks.join(", "));
        let parts = [
            Some(said.body.clone()),
            Some(marks).filter(|marks| marks.len() > 2),
            text.headline.take(),
            text.summary.take(),
        ];
        let parts: Vec<String> =
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        text.headline = Some(cut(&said.headline, LONGEST_LINE));
        text.summary = Some(cut(&parts.join("\n\n"), LONGEST_TEXT));
    }
}

/// A text no longer than so many characters.
fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(texts: &[(Option<Language>, &str)]) -> Told {
        let text = |(language, headline): &(Option<Language>, &str)| ToldText {
            language: *language,
            headline: (*headline).to_owned(),
            body: format!("{headline}: stay inside"),
        };
        Told {
            texts: texts.iter().map(text).collect(),
            source: Some("met@example.org".to_owned()),
            until: Some(Timestamp::UNIX_EPOCH),
            is_public: true,
        }
    }

    #[test]
    fn it_goes_before_what_stands_in_every_text_and_takes_nothing_away() {
        use Language::{En, Es, Fr};
        let said = told(&[(Some(En), "Flood"), (Some(Fr), "Crue")]);
        let mut personnel = Text::empty(En, Classification::Personnel);
        personnel.headline = Some("Quiet".to_owned());
        personnel.summary = Some("Theft at night.".to_owned());
        personnel.lodging = Some("Park Side".to_owned());
        let spanish = Text::empty(Es, Classification::Personnel);
        let base = Content {
            default_language: En,
            change_summary: "old".to_owned(),
            texts: vec![personnel, spanish],
        };
        let content = said.folded(Some(base));
        let [english, spanish, french] = content.texts.as_slice() else { panic!("{content:?}") };
        assert_eq!(english.headline.as_deref(), Some("Flood"));
        let summary = "Flood: stay inside\n\n(met@example.org, 1970-01-01T00:00:00Z)\n\nQuiet\n\n\
                       Theft at night.";
        assert_eq!(english.summary.as_deref(), Some(summary));
        assert_eq!(english.lodging.as_deref(), Some("Park Side"));
        assert_eq!(spanish.headline.as_deref(), Some("Flood"), "better than nothing");
        assert_eq!((french.language, french.headline.as_deref()), (Fr, Some("Crue")));
        assert_eq!(french.classification, Classification::Public);
        assert_eq!(content.change_summary, "Flood (met@example.org)");
    }

    #[test]
    fn an_area_without_an_advisory_gets_one_even_from_a_foreign_tongue() {
        let content = told(&[(None, "Cheia")]).folded(None);
        assert_eq!(content.default_language, Language::En);
        assert_eq!(content.texts.len(), 1);
        assert_eq!(content.texts[0].headline.as_deref(), Some("Cheia"));
        let content = told(&[(None, "Cheia"), (Some(Language::Fr), "Crue")]).folded(None);
        assert_eq!(content.default_language, Language::Fr);
        assert_eq!(content.texts.len(), 1);
        assert_eq!(content.texts[0].headline.as_deref(), Some("Crue"));
        let long = "x".repeat(10_000);
        let content = told(&[(Some(Language::En), &long)]).folded(None);
        assert_eq!(content.texts[0].headline.as_ref().unwrap().len(), LONGEST_LINE);
        assert_eq!(content.texts[0].summary.as_ref().unwrap().len(), LONGEST_TEXT);
    }
}
