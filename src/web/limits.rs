//! Rates: of known callers, and of failed authentications from one address.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::header::HeaderValue;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use crate::access::Principal;
use crate::config;
use crate::telemetry::Stopwatch;

/// Addresses remembered for failures at most; beyond, the oldest windows are dropped.
const MOST_ADDRESSES: usize = 50_000;

type Keyed =
    RateLimiter<Uuid, DefaultKeyedStateStore<Uuid>, DefaultClock, StateInformationMiddleware>;

/// The rates of one kind of caller.
struct Rates {
    limiter: Keyed,
    clock: DefaultClock,
    /// `RateLimit-Policy`
    policy: HeaderValue,
    name: &'static str,
}

/// What a rate says to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowance {
    /// `RateLimit-Policy`
    pub(super) policy: HeaderValue,
    /// `RateLimit`
    pub(super) state: String,
    /// Seconds to wait, if the request is one too many.
    pub(super) wait: Option<u64>,
}

impl Rates {
    fn new(name: &'static str, per_second: u32, burst: u32) -> Self {
        let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self {
            limiter: RateLimiter::keyed(quota).with_middleware(),
            clock: DefaultClock::default(),
            // of letters, digits and punctuation alone
            policy: HeaderValue::from_str(&format!("\"{name}\";q={per_second};w=1"))
                .unwrap_or(HeaderValue::from_static("")),
            name,
        }
    }

    fn ask(&self, key: Uuid) -> Allowance {
        let (left, wait) = match self.limiter.check_key(&key) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                (0, Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)))
            }
        };
        let state = format!("\"{}\";r={left};t={}", self.name, wait.unwrap_or(1));
        Allowance { policy: self.policy.clone(), state, wait }
    }
}

/// All limits of the web.
pub struct Limits {
    people: Rates,
    clients: Rates,
    failures: Failures,
}

impl Limits {
    /// The configured rates.
    pub fn new(config: &config::Limits) -> Self {
        Self {
            people: Rates::new("person", config.person_per_second, config.person_burst),
            clients: Rates::new("client", config.client_per_second, config.client_burst),
            failures: Failures::new(
                config.failed_auth_count,
                Duration::from_secs(config.failed_auth_window_seconds),
            ),
        }
    }

    /// Counts one request of a caller.
    pub(super) fn ask(&self, principal: &Principal) -> Allowance {
        let rates = if principal.is_client() { &self.clients } else { &self.people };
        rates.ask(principal.identity)
    }

    /// Failed authentications.
    pub(super) const fn failures(&self) -> &Failures {
        &self.failures
    }

    /// Forgets callers and addresses that have been quiet; to be called on a timer.
    pub fn sweep(&self) {
        for rates in [&self.people, &self.clients] {
            rates.limiter.retain_recent();
            rates.limiter.shrink_to_fit();
        }
        self.failures.sweep();
    }
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits")
            .field("people", &self.people.policy)
            .field("clients", &self.clients.policy)
            .finish_non_exhaustive()
    }
}

/// Failed authentications by address, in windows that begin with the first failure.
#[derive(Debug)]
pub(super) struct Failures {
    most: u32,
    window: Duration,
    addresses: Mutex<BTreeMap<IpAddr, (u32, Stopwatch)>>,
    /// Entries, so that the usual request, with none, takes no lock.
    count: AtomicUsize,
}

impl Failures {
    fn new(most: u32, window: Duration) -> Self {
        Self { most, window, addresses: Mutex::new(BTreeMap::new()), count: AtomicUsize::new(0) }
    }

    /// Whether an address has failed too often; asked before a signature is computed.
    pub(super) fn is_blocked(&self, address: IpAddr) -> bool {
        if self.count.load(Ordering::Relaxed) == 0 {
            return false;
        }
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        addresses
            .get(&network(address))
            .is_some_and(|(count, since)| *count >= self.most && since.elapsed() < self.window)
    }

    /// Counts a failure.
    pub(super) fn note(&self, address: IpAddr) {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() >= MOST_ADDRESSES {
            addresses.retain(|_, (_, since)| since.elapsed() < self.window);
        }
        if addresses.len() >= MOST_ADDRESSES {
            addresses.pop_first();
        }
        let entry = addresses.entry(network(address)).or_insert_with(|| (0, Stopwatch::start()));
        if entry.1.elapsed() >= self.window {
            *entry = (0, Stopwatch::start());
        }
        entry.0 = entry.0.saturating_add(1);
        self.count.store(addresses.len(), Ordering::Relaxed);
    }

    fn sweep(&self) {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        addresses.retain(|_, (_, since)| since.elapsed() < self.window);
        self.count.store(addresses.len(), Ordering::Relaxed);
    }
}

/// An IPv6 caller owns a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or_else(
            || IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64))),
            IpAddr::V4,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_blocked_after_its_last_failure_and_its_neighbour_is_not() {
        let failures = Failures::new(2, Duration::from_hours(1));
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let same_network: IpAddr = "2001:db8::2".parse().unwrap();
        let other: IpAddr = "2001:db8:0:1::1".parse().unwrap();
        failures.note(one);
        assert!(!failures.is_blocked(one));
        failures.note(same_network);
        assert!(failures.is_blocked(one));
        assert!(!failures.is_blocked(other));
    }

    #[test]
    fn the_request_after_the_burst_waits() {
        let rates = Rates::new("person", 1, 3);
        let key = Uuid::from_u128(1);
        let waits: Vec<_> = (0..4).map(|_| rates.ask(key).wait.is_some()).collect();
        assert_eq!(waits, [false, false, false, true]);
        assert!(rates.ask(Uuid::from_u128(2)).wait.is_none());
    }
}
