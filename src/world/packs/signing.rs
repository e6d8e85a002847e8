//! Signing packs: JSON Web Signatures with Ed25519 (RFC 7515, RFC 8037), which phones verify
//! without asking anybody.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{PackError, store};
use crate::database::Database;

/// What packs are signed with.
#[derive(Debug)]
pub(in crate::world) struct PackKey {
    name: String,
    pair: Ed25519KeyPair,
}

impl PackKey {
    /// The key on record; made where there is none. Whichever replica comes first makes it for all.
    pub(super) async fn on_record(database: &Database) -> Result<Self, PackError> {
        if let Some((name, pkcs8)) = store::key(database).await? {
            return Self::read(name, &pkcs8);
        }
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        let made = made.map_err(|_no_random| PackError::Key)?;
        let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).map_err(|_broken| PackError::Key)?;
        store::keep_key(database, &thumbprint(&pair), made.as_ref()).await?;
        let (name, pkcs8) = store::key(database).await?.ok_or(PackError::Key)?;
        Self::read(name, &pkcs8)
    }

    fn read(name: String, pkcs8: &[u8]) -> Result<Self, PackError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_broken| PackError::Key)?;
        Ok(Self { name, pair })
    }

    /// The compact form of a signed payload.
    pub(super) fn sign(&self, payload: &[u8]) -> String {
        let header = json!({"alg": "EdDSA", "typ": "safeconduct-pack+jws", "kid": self.name});
        let mut signed = URL_SAFE_NO_PAD.encode(header.to_string());
        signed.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut signed);
        let signature = self.pair.sign(signed.as_bytes());
        signed.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut signed);
        signed
    }

    /// The public half, as a JSON Web Key (RFC 8037).
    pub(in crate::world) fn public(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref());
        let kid = &self.name;
        json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x})
    }
}

/// The key's name: the SHA-256 of its public half (RFC 7638).
fn thumbprint(pair: &Ed25519KeyPair) -> String {
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let canonical = format!("{{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"{x}\"}}");
    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical.as_bytes()))
}
