//! The development issuer: a key in a file of this machine, and tokens for the cast.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::Serialize;

use crate::config::DEVELOPMENT_ISSUER;

/// The demonstration's people and machines, as tokens name them.
pub const CAST: [&str; 22] = [
    "traveller",
    "traveller2",
    "focal",
    "asc",
    "asc2",
    "csa",
    "do",
    "doai",
    "adhoc",
    "csfp",
    "partner",
    "usg",
    "erp",
    "erp2",
    "auditor",
    "admin",
    "exec",
    "exec2",
    "air",
    "warden",
    "learning",
    "alerts",
];

const LIFETIME: SignedDuration = SignedDuration::from_hours(12);

/// Why the development key cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum DevelopmentError {
    /// The file cannot be written or read.
    #[error("the development key file {path}")]
    File {
        /// Which.
        path: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Others than its owner may read it.
    #[error("the development key file {0} may be read by others than its owner")]
    Open(String),
    /// What it holds is not a key.
    #[error("the development key file does not hold a key")]
    NotAKey,
    /// The machine has no randomness.
    #[error("no key can be made")]
    NoRandomness,
    /// Nobody of the cast has that name.
    #[error("nobody of the cast is called {0}")]
    NotInTheCast(String),
    /// The token cannot be signed.
    #[error("the token cannot be signed")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

/// The development issuer's Ed25519 key: a file with 64 hexadecimal digits, the key's seed.
pub struct DevelopmentKey {
    seed: [u8; 32],
}

/// What stands before the seed of an Ed25519 key in PKCS #8 (RFC 8410).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

#[derive(Serialize)]
struct Issued<'c> {
    iss: &'c str,
    sub: &'c str,
    aud: &'c str,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl DevelopmentKey {
    /// Makes a key and writes it to a new file that its owner alone may read.
    pub fn create(path: &Path) -> Result<Self, DevelopmentError> {
        let mut seed = [0; 32];
        SystemRandom::new()
            .fill(&mut seed)
            .map_err(|_unspecified| DevelopmentError::NoRandomness)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|source| at(path, source))?;
        let digits: Vec<String> = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(file, "{}", digits.concat()).map_err(|source| at(path, source))?;
        Ok(Self { seed })
    }

    /// Reads a key, refusing a file that others may read.
    pub fn read(path: &Path) -> Result<Self, DevelopmentError> {
        let mut file =
            OpenOptions::new().read(true).open(path).map_err(|source| at(path, source))?;
        let mode = file.metadata().map_err(|source| at(path, source))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(DevelopmentError::Open(path.display().to_string()));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|source| at(path, source))?;
        seed(text.trim()).map(|seed| Self { seed }).ok_or(DevelopmentError::NotAKey)
    }

    /// The public half, for checking.
    pub fn verifying(&self) -> Result<DecodingKey, DevelopmentError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&self.seed)
            .map_err(|_rejected| DevelopmentError::NotAKey)?;
        let x = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(DecodingKey::from_ed_components(&x)?)
    }

    /// A token of a member of the cast, valid for twelve hours.
    pub fn token(
        &self,
        name: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<String, DevelopmentError> {
        if !CAST.contains(&name) {
            return Err(DevelopmentError::NotInTheCast(name.to_owned()));
        }
        self.token_for(name, audience, now)
    }

    /// A token of any subject: the demonstration's population and its organizations' machines.
    pub fn token_for(
        &self,
        subject: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<String, DevelopmentError> {
        let seconds = now.as_second();
        let claims = Issued {
            iss: DEVELOPMENT_ISSUER,
            sub: subject,
            aud: audience,
            iat: seconds,
            nbf: seconds,
            exp: seconds.saturating_add(LIFETIME.as_secs()),
        };
        let key = EncodingKey::from_ed_der(&[PKCS8.as_slice(), &self.seed].concat());
        Ok(encode(&Header::new(Algorithm::EdDSA), &claims, &key)?)
    }
}

fn seed(digits: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = pairs.iter().map(|pair| byte(pair.as_slice())).collect();
    bytes?.try_into().ok()
}

impl std::fmt::Debug for DevelopmentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DevelopmentKey([secret])")
    }
}

fn at(path: &Path, source: io::Error) -> DevelopmentError {
    DevelopmentError::File { path: path.display().to_string(), source }
}
