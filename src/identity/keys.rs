//! The issuer's published keys: discovered, cached, read again when they rotate.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Client;
use rustls::crypto::ring;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use crate::config;
use crate::telemetry::Stopwatch;

const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST_ANSWER: usize = 256 * 1024;

/// Why the issuer's keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The HTTPS client cannot be made.
    #[error("the HTTPS client cannot be made")]
    Client(#[source] reqwest::Error),
    /// The issuer does not answer as it should.
    #[error("the issuer cannot be asked")]
    Issuer(#[source] reqwest::Error),
    /// The answer is too large or not what was asked for.
    #[error("the issuer's answer cannot be read: {0}")]
    Answer(String),
    /// The discovery document is another issuer's.
    #[error("the discovery document names another issuer")]
    OtherIssuer,
    /// The keys are somewhere that cannot be trusted.
    #[error("the issuer's keys are not behind https")]
    Unsafe,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// A set of keys by id and algorithm.
#[derive(Default)]
struct Set {
    keys: Vec<(Option<String>, Algorithm, DecodingKey)>,
    /// To see whether a newly read set differs.
    source: String,
}

/// The keys that are trusted, and where they come from.
pub struct IssuerKeys {
    set: ArcSwap<Set>,
    /// Raised with every change of the set, so that what was verified with the old one is forgotten.
    generation: AtomicU64,
    origin: Option<Origin>,
    /// Held while reading: whoever comes meanwhile waits for that reading instead of another.
    last_reading: Mutex<Option<Stopwatch>>,
}

struct Origin {
    client: Client,
    issuer: String,
    algorithms: Vec<String>,
    min_interval: Duration,
    is_test: bool,
}

impl IssuerKeys {
    /// Keys of an issuer, to be read with [`IssuerKeys::refresh`].
    pub fn of_issuer(config: &config::Identity, is_test: bool) -> Result<Self, KeysError> {
        // Another part of the process may have installed one already: the same.
        let _installed_before = ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(KeysError::Client)?;
        let origin = Origin {
            client,
            issuer: config.issuer.clone(),
            algorithms: config.algorithms.clone(),
            min_interval: Duration::from_secs(config.jwks_min_interval_seconds),
            is_test,
        };
        Ok(Self::new(Set::default(), Some(origin)))
    }

    /// The one key of the development issuer.
    pub fn of_development(key: DecodingKey) -> Self {
        let keys = vec![(None, Algorithm::EdDSA, key)];
        Self::new(Set { keys, source: String::new() }, None)
    }

    fn new(set: Set, origin: Option<Origin>) -> Self {
        Self {
            set: ArcSwap::from_pointee(set),
            generation: AtomicU64::new(1),
            origin,
            last_reading: Mutex::new(None),
        }
    }

    /// Rises whenever the set changes.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Whether there is any key at all.
    pub fn is_empty(&self) -> bool {
        self.set.load().keys.is_empty()
    }

    /// The key of an id for an algorithm. A token without an id takes the only key there is.
    pub fn find(&self, kid: Option<&str>, algorithm: &str) -> Option<(Algorithm, DecodingKey)> {
        let set = self.set.load();
        let mut fitting = set.keys.iter().filter(|(id, known, _)| {
            name(*known) == algorithm && (kid.is_none() || id.is_none() || id.as_deref() == kid)
        });
        let (_, known, key) = fitting.next()?;
        fitting.next().is_none().then(|| (*known, key.clone()))
    }

    /// Reads the keys again because one is unknown, at most once in the configured interval, and
    /// once for all who ask at the same time.
    pub async fn refresh_for_unknown(&self) -> Result<(), KeysError> {
        let Some(origin) = &self.origin else { return Ok(()) };
        let before = self.generation();
        let mut last = self.last_reading.lock().await;
        let lately = last.is_some_and(|reading| reading.elapsed() < origin.min_interval);
        if self.generation() != before || lately {
            return Ok(());
        }
        *last = Some(Stopwatch::start());
        let read = self.read(origin).await;
        drop(last);
        read
    }

    /// Reads the keys again because they have grown old.
    pub async fn refresh(&self) -> Result<(), KeysError> {
        let Some(origin) = &self.origin else { return Ok(()) };
        let mut last = self.last_reading.lock().await;
        *last = Some(Stopwatch::start());
        let read = self.read(origin).await;
        drop(last);
        read
    }

    async fn read(&self, origin: &Origin) -> Result<(), KeysError> {
        let base = origin.issuer.trim_end_matches('/');
        let discovery: Discovery =
            origin.get(&format!("{base}/.well-known/openid-configuration")).await?;
        if discovery.issuer != origin.issuer {
            return Err(KeysError::OtherIssuer);
        }
        if !discovery.jwks_uri.starts_with("https://") && !origin.is_test {
            return Err(KeysError::Unsafe);
        }
        let published: JwkSet = origin.get(&discovery.jwks_uri).await?;
        let source = serde_json::to_string(&published).unwrap_or_default();
        if self.set.load().source != source {
            let keys = usable(&published, &origin.algorithms);
            tracing::info!(keys = keys.len(), "the issuer's keys have changed");
            self.set.store(Arc::new(Set { keys, source }));
            self.generation.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }
}

impl Origin {
    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, KeysError> {
        let answer = self.client.get(url).send().await.map_err(KeysError::Issuer)?;
        let mut answer = answer.error_for_status().map_err(KeysError::Issuer)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(KeysError::Issuer)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(KeysError::Answer("too large".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|error| KeysError::Answer(error.to_string()))
    }
}

/// The keys for signing, each with the pinned algorithms that it can be for.
fn usable(published: &JwkSet, pinned: &[String]) -> Vec<(Option<String>, Algorithm, DecodingKey)> {
    let mut keys = Vec::new();
    for jwk in &published.keys {
        let for_signing =
            jwk.common.public_key_use.as_ref().is_none_or(|u| *u == PublicKeyUse::Signature);
        let Ok(key) = DecodingKey::from_jwk(jwk) else { continue };
        for algorithm in algorithms(jwk) {
            if for_signing && pinned.iter().any(|pin| pin == name(algorithm)) {
                keys.push((jwk.common.key_id.clone(), algorithm, key.clone()));
            }
        }
    }
    keys
}

fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
    let by_type: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => {
            &[Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256]
        }
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => &[Algorithm::ES256],
            EllipticCurve::P384 => &[Algorithm::ES384],
            EllipticCurve::P521 | EllipticCurve::Ed25519 => &[],
        },
        AlgorithmParameters::OctetKeyPair(_) => &[Algorithm::EdDSA],
        // A shared secret has no place in a published set.
        AlgorithmParameters::OctetKey(_) => &[],
    };
    let stated = jwk.common.key_algorithm.map(|algorithm| algorithm.to_string());
    by_type
        .iter()
        .copied()
        .filter(|algorithm| stated.as_deref().is_none_or(|stated| stated == name(*algorithm)))
        .collect()
}

const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::HS256 => "HS256",
        Algorithm::HS384 => "HS384",
        Algorithm::HS512 => "HS512",
        Algorithm::ES256 => "ES256",
        Algorithm::ES384 => "ES384",
        Algorithm::RS256 => "RS256",
        Algorithm::RS384 => "RS384",
        Algorithm::RS512 => "RS512",
        Algorithm::PS256 => "PS256",
        Algorithm::PS384 => "PS384",
        Algorithm::PS512 => "PS512",
        Algorithm::EdDSA => "EdDSA",
    }
}

impl fmt::Debug for IssuerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerKeys")
            .field("generation", &self.generation())
            .field("keys", &self.set.load().keys.len())
            .finish_non_exhaustive()
    }
}
