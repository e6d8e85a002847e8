//! The authenticator: token in, principal out.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::authority::{Authority, AuthorityError};
use super::development::{DevelopmentError, DevelopmentKey};
use super::keys::{IssuerKeys, KeysError};
use super::token::{Claims, header, verify};
use crate::config::{self, IdentityMode};
use crate::database::{Clock, Database, DatabaseError, is_marked};
use crate::tasks::Tasks;
use crate::telemetry::Stopwatch;
use crate::web::{AuthFault, Authenticated, Authenticator};

/// The marker that permits development mode.
const DEMONSTRATION: &str = "demonstration";
/// How soon the issuer is asked again after it did not answer.
const RETRY: Duration = Duration::from_secs(5);

/// Why nobody could be let in.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The appointments cannot be read.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The issuer's keys cannot be asked for.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The development key cannot be used.
    #[error(transparent)]
    Development(#[from] DevelopmentError),
    /// The database cannot be asked.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Development mode on a database that is not a demonstration.
    #[error("development mode runs on databases made by `safeconduct demo` alone")]
    NotADemonstration,
}

/// A token whose signature was found good.
struct Verified {
    claims: Arc<Claims>,
    generation: u64,
    since: Stopwatch,
}

/// Checks tokens and knows who may act as what.
pub struct Identity {
    config: config::Identity,
    keys: IssuerKeys,
    authority: Authority,
    clock: Arc<Clock>,
    /// By SHA-256 of the token: that the signature is good, and nothing else.
    tokens: RwLock<BTreeMap<[u8; 32], Verified>>,
}

impl Identity {
    /// Loads appointments and keys, and keeps both current. An issuer that does not answer is
    /// asked again in the background; until then nobody is let in.
    pub async fn start(
        config: &config::Config,
        database: &Database,
        clock: Arc<Clock>,
        tasks: &Tasks,
    ) -> Result<Arc<Self>, IdentityError> {
        let keys = match config.identity.mode {
            IdentityMode::Oidc => IssuerKeys::of_issuer(&config.identity, config.test_mode)?,
            IdentityMode::Development => {
                if !is_marked(database, DEMONSTRATION).await? {
                    return Err(IdentityError::NotADemonstration);
                }
                let path = Path::new(&config.identity.development_key_file);
                IssuerKeys::of_development(DevelopmentKey::read(path)?.verifying()?)
            }
        };
        if let Err(error) = keys.refresh().await {
            tracing::info!(%error, "the issuer's keys cannot be read yet");
        }
        let authority = Authority::load(
            database,
            Arc::clone(&clock),
            Duration::from_secs(config.identity.max_age_seconds),
        )
        .await?;
        let identity = Arc::new(Self {
            config: config.identity.clone(),
            keys,
            authority,
            clock,
            tokens: RwLock::new(BTreeMap::new()),
        });
        tasks.spawn("appointments", Arc::clone(&identity).keep_authority(tasks.clone()));
        tasks.spawn("issuer keys", Arc::clone(&identity).keep_keys(tasks.clone()));
        Ok(identity)
    }

    /// Appointments, delegations, calendars.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The database's time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the appointments are too old to decide by.
    pub fn is_stale(&self) -> bool {
        !self.authority.is_fresh()
    }

    /// Whether there is a key to check tokens with.
    pub fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    async fn keep_authority(self: Arc<Self>, tasks: Tasks) {
        let mut stopping = tasks.stopping();
        let pause = Duration::from_millis(self.config.poll_ms);
        let mut was_stale = false;
        while stopping.rest(pause).await {
            if let Err(error) = self.authority.refresh().await {
                tracing::debug!(%error, "the appointments cannot be looked at");
            }
            let is_stale = self.is_stale();
            if is_stale && !was_stale {
                tracing::warn!("the appointments are stale");
            }
            was_stale = is_stale;
        }
    }

    async fn keep_keys(self: Arc<Self>, tasks: Tasks) {
        let mut stopping = tasks.stopping();
        let usual = Duration::from_secs(self.config.jwks_refresh_seconds);
        let mut pause = if self.has_keys() { usual } else { RETRY };
        while stopping.rest(pause).await {
            pause = match self.keys.refresh().await {
                Ok(()) => usual,
                Err(error) => {
                    tracing::warn!(%error, "the issuer's keys cannot be read; the old ones stay");
                    RETRY
                }
            };
        }
    }

    fn remembered(&self, token: &str) -> Option<Result<Arc<Claims>, AuthFault>> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        let lifetime = Duration::from_secs(self.config.token_cache_seconds);
        let stands = |verified: &&Verified| {
            verified.since.elapsed() < lifetime && verified.generation == self.keys.generation()
        };
        let claims =
            tokens.get(&digest).filter(stands).map(|verified| Arc::clone(&verified.claims));
        drop(tokens);
        let claims = claims?;
        Some(claims.check(&self.config, self.clock.now()).map(|()| claims))
    }

    fn remember(&self, token: &str, claims: &Arc<Claims>, generation: u64) {
        let claims = Arc::clone(claims);
        let verified = Verified { claims, generation, since: Stopwatch::start() };
        let mut tokens = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= self.config.token_cache_entries {
            let newest = self.keys.generation();
            let age = Duration::from_secs(self.config.token_cache_seconds);
            tokens.retain(|_, old| old.generation == newest && old.since.elapsed() < age);
        }
        if tokens.len() >= self.config.token_cache_entries {
            tokens.clear();
        }
        tokens.insert(Sha256::digest(token).into(), verified);
    }

    /// The signature, with keys read again where the key is unknown.
    async fn signed(&self, token: &str) -> Result<Arc<Claims>, AuthFault> {
        let header = header(token, &self.config)?;
        let kid = header.kid.as_deref();
        let mut found = self.keys.find(kid, &header.alg);
        if found.is_none() {
            if let Err(error) = self.keys.refresh_for_unknown().await {
                tracing::info!(%error, "the issuer's keys cannot be read");
            }
            found = self.keys.find(kid, &header.alg);
        }
        // Before the check: a change of the keys while it runs makes the result too old.
        let generation = self.keys.generation();
        let Some((algorithm, key)) = found else {
            return Err(if self.has_keys() { AuthFault::Forged } else { AuthFault::Unavailable });
        };
        let claims = Arc::new(verify(token, &key, algorithm)?);
        self.remember(token, &claims, generation);
        Ok(claims)
    }

    async fn checked(&self, token: &str) -> Authenticated {
        let claims = match self.remembered(token) {
            Some(claims) => claims?,
            None => self.signed(token).await?,
        };
        claims.check(&self.config, self.clock.now())?;
        match self.authority.principal(self.config.trusted_issuer(), &claims.sub).await {
            Ok(Some(principal)) => Ok(principal),
            Ok(None) => Err(AuthFault::UnknownSubject),
            Err(error) => {
                tracing::info!(%error, "a subject cannot be looked up");
                Err(AuthFault::Unavailable)
            }
        }
    }
}

impl Authenticator for Identity {
    fn recall(&self, token: &str) -> Option<Authenticated> {
        match self.remembered(token)? {
            Ok(claims) => self.authority.recall(&claims.sub).map(Ok),
            Err(fault) => Some(Err(fault)),
        }
    }

    fn verify<'t>(
        &'t self,
        token: &'t str,
    ) -> Pin<Box<dyn Future<Output = Authenticated> + Send + 't>> {
        Box::pin(self.checked(token))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("keys", &self.keys)
            .field("authority", &self.authority)
            .finish_non_exhaustive()
    }
}
