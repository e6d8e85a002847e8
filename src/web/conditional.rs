//! Conditional requests: `ETag`, `If-None-Match`, `If-Match`.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};

use super::problem::{Kind, Problem};

/// A strong entity tag, such as `"v12"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// The tag of a version.
    pub fn of_version(version: impl fmt::Display) -> Self {
        Self(format!("\"v{version}\""))
    }

    /// The tag of one of several representations of a version: `"v12.fr"`. A write that names it in
    /// `If-Match` means the version, whichever representation was read.
    pub fn of_representation(version: impl fmt::Display, which: impl fmt::Display) -> Self {
        Self(format!("\"v{version}.{which}\""))
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the caller has this version already; then the answer is 304.
    pub fn is_known_to(&self, request: &HttpRequest) -> bool {
        listed(request.headers(), IF_NONE_MATCH)
            .is_some_and(|list| list.any || list.tags.iter().any(|tag| weak(tag) == weak(&self.0)))
    }
}

/// The versions that a write may change. Missing is 428.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Listed);

/// [`IfMatch`] where it may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaybeIfMatch(pub Option<IfMatch>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    any: bool,
    tags: Vec<String>,
}

impl IfMatch {
    /// Refuses a write on another version: 412.
    pub fn permit(&self, current: &ETag) -> Result<(), Problem> {
        let current_version = version(&current.0);
        if self.0.any || self.0.tags.iter().any(|tag| version(tag) == current_version) {
            return Ok(());
        }
        Err(Problem::new(Kind::PreconditionFailed).header("etag", current.as_str()))
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let listed = listed(request.headers(), IF_MATCH).map(Self);
        ready(listed.ok_or_else(|| Problem::new(Kind::PreconditionRequired)))
    }
}

impl FromRequest for MaybeIfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(listed(request.headers(), IF_MATCH).map(IfMatch))))
    }
}

fn listed(headers: &HeaderMap, name: HeaderName) -> Option<Listed> {
    let mut tags = Vec::new();
    for value in headers.get_all(name) {
        tags.extend(value.to_str().unwrap_or_default().split(',').map(|tag| tag.trim().to_owned()));
    }
    (!tags.is_empty()).then(|| Listed { any: tags.iter().any(|tag| tag == "*"), tags })
}

/// What stands before the dot of a tag: its version, whichever representation it is of. A weak tag
/// permits no write (RFC 9110, 13.1.1): its version is no other's.
fn version(tag: &str) -> &str {
    tag.split_once('.').map_or_else(|| tag.trim_end_matches('"'), |(version, _)| version)
}

/// `If-None-Match` compares weakly (RFC 9110, 13.1.2).
fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(given: &str, current: &ETag) -> bool {
        let tags = given.split(',').map(|tag| tag.trim().to_owned()).collect::<Vec<_>>();
        IfMatch(Listed { any: given == "*", tags }).permit(current).is_ok()
    }

    #[test]
    fn a_write_names_a_version_by_any_of_its_representations() {
        let current = ETag::of_version(12);
        for tag in ["\"v12\"", "\"v12.fr-1f\"", "\"v11\", \"v12.x\"", "*"] {
            assert!(permits(tag, &current), "{tag}");
            assert!(permits(tag, &ETag::of_representation(12, "en")), "{tag}");
        }
        for tag in
            ["\"v1\"", "\"v122\"", "\"v1.2\"", "W/\"v12\"", "W/\"v12.fr\"", "v12", "\"\"", ""]
        {
            assert!(!permits(tag, &current), "{tag}");
        }
    }
}
