//! What the tests are told by `./dev test`; the one place that reads it.

/// The servers that the tests use.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    /// Connection words of the fast cluster.
    pub(crate) postgres: String,
    /// Connection words of the durable cluster.
    pub(crate) durable: String,
    /// Address of Redis.
    pub(crate) redis: String,
    /// Whether counts are whole or a hundredth.
    pub(crate) is_full: bool,
    /// Where PostgreSQL's programs are, for tests that kill a server of their own.
    pub(crate) postgres_programs: String,
    /// The user that may run them.
    pub(crate) postgres_user: String,
    /// Redis, for tests that kill a server of their own.
    pub(crate) redis_program: String,
    /// A folder which that user may write.
    pub(crate) scratch: String,
}

impl Environment {
    /// A count of the acceptance lines: whole with `./dev test --full`, else a hundredth.
    pub(crate) fn count(&self, whole: usize) -> usize {
        if self.is_full { whole } else { whole.div_ceil(100) }
    }
}

/// Reads the environment; fails the test where it is missing.
pub(crate) fn environment() -> Environment {
    Environment {
        postgres: needed("SAFECONDUCT_TEST_POSTGRES"),
        durable: needed("SAFECONDUCT_TEST_POSTGRES_DURABLE"),
        redis: needed("SAFECONDUCT_TEST_REDIS"),
        is_full: optional("SAFECONDUCT_TEST_FULL").is_some(),
        postgres_programs: needed("SAFECONDUCT_TEST_PG_BIN"),
        postgres_user: needed("SAFECONDUCT_TEST_PG_USER"),
        redis_program: optional("SAFECONDUCT_TEST_REDIS_PROGRAM")
            .unwrap_or_else(|| "redis-server".to_owned()),
        scratch: needed("SAFECONDUCT_TEST_SCRATCH"),
    }
}

fn needed(name: &str) -> String {
    optional(name).unwrap_or_else(|| {
        panic!("{name} is not set: these tests need servers of their own, run them with ./dev test")
    })
}

#[expect(clippy::disallowed_methods, reason = "the one place of the tests that reads it")]
fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
