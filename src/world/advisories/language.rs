//! The languages of advisories, and which of them a reader gets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::atlas::AreaGround;

/// The six official languages.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub(in crate::world) enum Language {
    /// English.
    En,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Arabic.
    Ar,
    /// Russian.
    Ru,
    /// Chinese.
    Zh,
}

impl Language {
    /// Every language.
    pub(in crate::world) const ALL: [Self; 6] =
        [Self::En, Self::Fr, Self::Es, Self::Ar, Self::Ru, Self::Zh];

    /// The tag (BCP 47), also in JSON and SQL.
    pub(in crate::world) const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Ar => "ar",
            Self::Ru => "ru",
            Self::Zh => "zh",
        }
    }

    /// The language of a tag, whatever follows it: `zh-Hans` is `zh`.
    pub(in crate::world) fn named(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(primary))
    }

    /// The name of an area in this language; as the source writes it where there is none.
    pub(in crate::world) fn name_of(self, ground: &AreaGround) -> &str {
        let names = &ground.names;
        let own = match self {
            Self::En => &names.en,
            Self::Fr => &names.fr,
            Self::Es => &names.es,
            Self::Ar => &names.ar,
            Self::Ru => &names.ru,
            Self::Zh => &names.zh,
        };
        own.as_ref().unwrap_or(&ground.name)
    }
}

/// The languages that an `Accept-Language` asks for (RFC 9110, 12.5.4), the dearest first. What is
/// none of ours is left out, and so is what the reader does not want.
pub(in crate::world) fn wanted(headers: &[&str]) -> Vec<Language> {
    let mut wanted: Vec<(f32, Language)> = Vec::new();
    for range in headers.iter().flat_map(|value| value.split(',')) {
        let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
        let Some(language) = Language::named(tag.trim()) else { continue };
        let weight = rest.split(';').find_map(|part| part.trim().strip_prefix("q="));
        let weight = weight.map_or(1.0, |text| text.trim().parse().unwrap_or(0.0));
        let is_known = wanted.iter().any(|(_, known)| *known == language);
        if weight > 0.0 && !is_known {
            wanted.push((weight, language));
        }
    }
    // stable: of two as dear, the one named first
    wanted.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    wanted.into_iter().map(|(_, language)| language).collect()
}

/// The first wanted language that there is, else the default.
pub(in crate::world) fn chosen(
    wanted: &[Language],
    there: &[Language],
    default: Language,
) -> Language {
    wanted.iter().copied().find(|one| there.contains(one)).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dearest_comes_first_and_strangers_are_left_out() {
        use Language::{Ar, En, Es, Fr, Zh};
        for (header, expected) in [
            ("", vec![]),
            ("fr", vec![Fr]),
            ("de, en;q=0.3, zh-Hans-CN;q=0.9", vec![Zh, En]),
            ("es;q=0, ar;q=1.0,fr;q=x", vec![Ar]),
            ("FR-ca;q=0.5, fr;q=0.9, es;q=0.5, *", vec![Fr, Es]),
            ("en;q=NaN, es", vec![Es]),
        ] {
            assert_eq!(wanted(&[header]), expected, "{header}");
        }
    }

    #[test]
    fn what_is_not_there_falls_back() {
        use Language::{En, Es, Fr};
        assert_eq!(chosen(&[Es, Fr], &[Fr, En], En), Fr);
        assert_eq!(chosen(&[Es], &[Fr, En], En), En);
        assert_eq!(chosen(&[], &[Fr, En], Fr), Fr);
    }
}
