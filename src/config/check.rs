//! What a configuration must be besides readable.

use super::load::{ConfigFault, ConfigFaults};
use super::{Config, DEVELOPMENT_ISSUER, Identity, IdentityMode};

const ALGORITHMS: [&str; 7] = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"];

/// Checks a configuration that was read; nothing is opened.
pub(super) fn check(config: &Config) -> Result<(), ConfigFaults> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, key: &str, fault: &str| {
        if !holds {
            faults.push(ConfigFault::new(key, fault));
        }
    };
    let server = &config.server;
    must(server.body_bytes >= 1024, "server.body_bytes", "must be at least 1024");
    must(
        server.batch_body_bytes >= server.body_bytes,
        "server.batch_body_bytes",
        "must not be smaller than server.body_bytes",
    );
    must(server.request_timeout_ms > 0, "server.request_timeout_ms", "must be positive");
    must(server.keep_alive_seconds > 0, "server.keep_alive_seconds", "must be positive");
    must(server.body_timeout_ms > 0, "server.body_timeout_ms", "must be positive");
    must(server.max_in_flight > 0, "server.max_in_flight", "must be positive");
    must(
        server.port == 0 || server.port != server.metrics_port,
        "server.metrics_port",
        "must differ from server.port",
    );
    let database = &config.database;
    must(!database.url.is_empty(), "database.url", "must be given");
    must(database.read_connections > 0, "database.read_connections", "must be positive");
    must(database.write_connections > 0, "database.write_connections", "must be positive");
    for (value, key) in [
        (database.wait_timeout_ms, "database.wait_timeout_ms"),
        (database.create_timeout_ms, "database.create_timeout_ms"),
        (database.recycle_timeout_ms, "database.recycle_timeout_ms"),
        (database.statement_timeout_ms, "database.statement_timeout_ms"),
        (database.lock_timeout_ms, "database.lock_timeout_ms"),
        (config.atlas.poll_ms, "atlas.poll_ms"),
        (config.clocks.poll_ms, "clocks.poll_ms"),
        (config.identity.poll_ms, "identity.poll_ms"),
    ] {
        must(value > 0, key, "must be positive: no wait is without end");
    }
    must(database.lane_queue > 0, "database.lane_queue", "must be positive");
    must(database.lane_batch > 0, "database.lane_batch", "must be positive");
    must(database.read_workers > 0, "database.read_workers", "must be positive");
    must(
        (0.0..=50.0).contains(&config.atlas.near_margin_km),
        "atlas.near_margin_km",
        "must be between 0 and 50",
    );
    let queue = &config.queue;
    for (value, key) in [
        (queue.departs_weight, "queue.departs_weight"),
        (queue.submitted_weight, "queue.submitted_weight"),
        (queue.level_hours, "queue.level_hours"),
        (queue.urgent_hours, "queue.urgent_hours"),
    ] {
        must(value.is_finite() && value >= 0.0, key, "must be a number that is not negative");
    }
    let limits = &config.limits;
    for (value, key) in [
        (limits.person_per_second, "limits.person_per_second"),
        (limits.person_burst, "limits.person_burst"),
        (limits.client_per_second, "limits.client_per_second"),
        (limits.client_burst, "limits.client_burst"),
        (limits.failed_auth_count, "limits.failed_auth_count"),
    ] {
        must(value > 0, key, "must be positive");
    }
    must(config.desk.lease_seconds > 0, "desk.lease_seconds", "must be positive");
    copies(config, &mut must);
    relay(config, &mut must);
    identity(config, &mut must);
    if faults.is_empty() { Ok(()) } else { Err(ConfigFaults(faults)) }
}

fn copies(config: &Config, must: &mut impl FnMut(bool, &str, &str)) {
    let (redis, advisories) = (&config.redis, &config.advisories);
    must(redis.timeout_ms > 0, "redis.timeout_ms", "must be positive: no wait is without end");
    must(redis.commands > 0, "redis.commands", "must be positive");
    must(advisories.lock_ms > 0, "advisories.lock_ms", "must be positive");
    must(advisories.fresh_seconds > 0, "advisories.fresh_seconds", "must be positive");
}

fn relay(config: &Config, must: &mut impl FnMut(bool, &str, &str)) {
    let webhooks = &config.webhooks;
    must(webhooks.together > 0, "webhooks.together", "must be positive");
    must(
        (1..=15_000).contains(&webhooks.timeout_ms),
        "webhooks.timeout_ms",
        "must be between 1 and 15000: a request ends well before its deliverer's lease",
    );
    must(webhooks.first_retry_ms > 0, "webhooks.first_retry_ms", "must be positive");
    must(webhooks.tries > 0, "webhooks.tries", "must be positive");
    must(
        config.test_mode || !webhooks.allow_loopback,
        "webhooks.allow_loopback",
        "is for tests alone: it lets callers have this machine's own ports asked",
    );
    let alerts = &config.alerts;
    must(alerts.feed_seconds > 0, "alerts.feed_seconds", "must be positive");
    must(
        (1..=30_000).contains(&alerts.timeout_ms),
        "alerts.timeout_ms",
        "must be between 1 and 30000: a request ends well before its reader's lease",
    );
    must(alerts.entries > 0, "alerts.entries", "must be positive");
    must(
        config.test_mode || !alerts.allow_loopback,
        "alerts.allow_loopback",
        "is for tests alone: it lets feeds have this machine's own ports asked",
    );
    let streams = &config.streams;
    must(streams.most > 0, "streams.most", "must be positive");
    must(streams.buffer > 0, "streams.buffer", "must be positive");
    must(streams.heartbeat_seconds > 0, "streams.heartbeat_seconds", "must be positive");
    must(streams.longest_seconds > 0, "streams.longest_seconds", "must be positive");
}

fn identity(config: &Config, must: &mut impl FnMut(bool, &str, &str)) {
    let identity = &config.identity;
    must(!identity.audience.is_empty(), "identity.audience", "must be given");
    must(!identity.algorithms.is_empty(), "identity.algorithms", "must name at least one");
    must(
        identity.algorithms.iter().all(|name| ALGORITHMS.contains(&name.as_str())),
        "identity.algorithms",
        "may hold RS256, RS384, RS512, PS256, ES256, ES384 and EdDSA",
    );
    must(
        identity.token_cache_seconds <= 300,
        "identity.token_cache_seconds",
        "must not exceed 300",
    );
    must(
        (0..=300).contains(&identity.leeway_seconds),
        "identity.leeway_seconds",
        "must be between 0 and 300",
    );
    match identity.mode {
        IdentityMode::Oidc => {
            must(
                issuer_is_safe(identity, config.test_mode),
                "identity.issuer",
                "must be an https URL (http is for tests on this machine)",
            );
            must(
                identity.issuer != DEVELOPMENT_ISSUER,
                "identity.issuer",
                "the development issuer is not trusted outside development mode",
            );
        }
        IdentityMode::Development => {
            must(
                config.server.address.is_loopback(),
                "identity.mode",
                "development mode listens on this machine alone: server.address must be loopback",
            );
            must(
                !identity.development_key_file.is_empty(),
                "identity.development_key_file",
                "must be given in development mode",
            );
        }
    }
}

fn issuer_is_safe(identity: &Identity, test_mode: bool) -> bool {
    let local = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    identity.issuer.starts_with("https://")
        || (test_mode && local.iter().any(|start| identity.issuer.starts_with(start)))
}
