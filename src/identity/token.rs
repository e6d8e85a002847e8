//! Tokens: their parts, their signature, their claims.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use crate::config;
use crate::web::AuthFault;

/// Longer ones are nobody's.
const LONGEST: usize = 16 * 1024;

/// A token's header, as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Header {
    /// The algorithm's name, still as text: `none` and the unknown are refused by the pinned list.
    pub(super) alg: String,
    /// The key's id.
    pub(super) kid: Option<String>,
    typ: Option<String>,
    /// Extensions that must be understood: none is.
    crit: Option<Vec<String>>,
}

/// A token's claims, as far as they matter.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Claims {
    iss: String,
    /// Who, in the issuer's words.
    pub(super) sub: String,
    aud: Audience,
    exp: f64,
    nbf: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Reads a token's header, refusing what no key could make good.
pub(super) fn header(token: &str, config: &config::Identity) -> Result<Header, AuthFault> {
    if token.len() > LONGEST {
        return Err(AuthFault::Malformed);
    }
    let (first, _) = token.split_once('.').ok_or(AuthFault::Malformed)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(first).map_err(|_not_base64| AuthFault::Malformed)?;
    let header: Header =
        serde_json::from_slice(&bytes).map_err(|_not_json| AuthFault::Malformed)?;
    if header.crit.is_some() {
        return Err(AuthFault::Malformed);
    }
    if !config.algorithms.contains(&header.alg) {
        return Err(AuthFault::Forged);
    }
    let known_type =
        |typ: &String| config.types.iter().any(|known| known.eq_ignore_ascii_case(typ));
    if header.typ.as_ref().is_some_and(|typ| !known_type(typ)) {
        return Err(AuthFault::WrongType);
    }
    Ok(header)
}

/// Checks the signature with one key for one algorithm, and reads the claims. Their values are
/// checked by [`Claims::check`], each time.
pub(super) fn verify(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> Result<Claims, AuthFault> {
    let mut validation = Validation::new(algorithm);
    // Our own checks use the database's time, and look at the claims of remembered tokens too.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    match decode::<Claims>(token, key, &validation) {
        Ok(read) => Ok(read.claims),
        Err(error) if matches!(error.kind(), ErrorKind::Json(_)) => Err(AuthFault::Malformed),
        Err(_untrusted) => Err(AuthFault::Forged),
    }
}

impl Claims {
    /// Issuer, audience and time, with the configured leeway.
    pub(super) fn check(&self, config: &config::Identity, now: Timestamp) -> Result<(), AuthFault> {
        if self.iss != config.trusted_issuer() {
            return Err(AuthFault::WrongIssuer);
        }
        let named = match &self.aud {
            Audience::One(audience) => *audience == config.audience,
            Audience::Many(audiences) => audiences.contains(&config.audience),
        };
        if !named {
            return Err(AuthFault::WrongAudience);
        }
        let now = now.as_duration().as_secs_f64();
        let leeway = jiff::SignedDuration::from_secs(config.leeway_seconds).as_secs_f64();
        let expired = self.exp + leeway <= now;
        let early = self.nbf.is_some_and(|from| now < from - leeway);
        if expired || early { Err(AuthFault::OutsideItsTime) } else { Ok(()) }
    }
}
