//! When to try again: exponential back-off with full jitter.

use crate::config;

/// How long a repetition waits, and how many there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retry {
    first: f64,
    longest: f64,
    tries: u32,
}

impl Retry {
    /// As configured.
    pub(super) fn of(config: &config::Webhooks) -> Self {
        let seconds =
            |milliseconds: u64| std::time::Duration::from_millis(milliseconds).as_secs_f64();
        Self {
            first: seconds(config.first_retry_ms),
            longest: seconds(config.longest_retry_seconds.saturating_mul(1000)),
            tries: config.tries,
        }
    }

    /// Whether a try that was in vain after so many others was the last.
    pub(super) const fn is_last(&self, tries_before: u32) -> bool {
        tries_before.saturating_add(1) >= self.tries
    }

    /// Seconds until the next try: anywhere up to the bound, so that many that failed together do
    /// not come back together.
    pub(super) fn delay(&self, tries_before: u32) -> f64 {
        fastrand::f64() * self.bound(tries_before)
    }

    fn bound(&self, tries_before: u32) -> f64 {
        (self.first * 2_f64.powi(tries_before.min(60).cast_signed())).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_the_longest_and_the_wait_lies_below_it() {
        let retry = Retry { first: 5.0, longest: 60.0, tries: 3 };
        let bounds: Vec<f64> = [0, 1, 2, 3, 4, 5, 1000].map(|tries| retry.bound(tries)).into();
        assert_eq!(bounds, [5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0]);
        let waits: Vec<f64> = (0..1000).map(|_| retry.delay(2)).collect();
        assert!(waits.iter().all(|wait| (0.0..20.0).contains(wait)));
        // full jitter: the waits fill the range rather than gather at its end
        let short = waits.iter().filter(|wait| **wait < 10.0).count();
        assert!((300..700).contains(&short), "{short}");
        assert_eq!([0, 1, 2, 3].map(|tries| retry.is_last(tries)), [false, false, true, true]);
    }
}
