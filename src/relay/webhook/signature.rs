//! Standard Webhooks signatures: symmetric, HMAC-SHA256 over id, time and body.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac as _};
use ring::rand::{SecureRandom as _, SystemRandom};
use sha2::Sha256;

/// The version of this scheme.
const VERSION: &str = "v1";
/// What a shown secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes of a secret.
const LENGTH: usize = 32;

/// There is no randomness to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no randomness for a secret")]
pub struct NoRandomness;

/// A new secret.
pub(super) fn secret() -> Result<Vec<u8>, NoRandomness> {
    let mut secret = vec![0; LENGTH];
    SystemRandom::new().fill(&mut secret).map_err(|_unspecified| NoRandomness)?;
    Ok(secret)
}

/// A secret as its owner is shown it, once.
pub(in crate::relay) fn shown(secret: &[u8]) -> String {
    format!("{PREFIX}{}", BASE64_STANDARD.encode(secret))
}

/// The header `webhook-signature`: one signature for each secret that is in force.
pub(super) fn signatures(secrets: &[Vec<u8>], id: &str, second: i64, body: &[u8]) -> String {
    let mut header = String::new();
    for secret in secrets {
        // An HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { continue };
        mac.update(format!("{id}.{second}.").as_bytes());
        mac.update(body);
        let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        let space = if header.is_empty() { "" } else { " " };
        let _infallible = write!(header, "{space}{VERSION},{signature}");
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn the_published_example_is_signed_alike() {
        let secret = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signatures(
            std::slice::from_ref(&secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = signatures(&[secret, vec![7; LENGTH]], "a", 1, b"{}");
        assert_eq!(both.split(' ').filter(|one| one.starts_with("v1,")).count(), 2);
    }

    #[test]
    fn secrets_differ_and_are_shown_in_the_usual_form() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert_ne!(one, other);
        assert!(shown(&one).starts_with("whsec_"));
    }
}
