//! The day's table.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::time::Duration;

use serde::Serialize;

use super::Traffic;
use super::stored::Accounted;
use super::tally::Tally;

/// Clearances that the real system decides in a year (domain.md, appendix 1).
const YEARLY: f64 = 2_000_000.0;
const DAY_SECONDS: f64 = 86_400.0;
/// Reasons that the table shows.
const TOP: usize = 12;

/// What a day of traffic came to.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    seed: u64,
    concurrency: usize,
    seconds: f64,
    trips_per_second: f64,
    decisions_per_second: f64,
    years_in_a_day: f64,
    latency_ms: Latency,
    #[serde(flatten)]
    tally: Tally,
    accounted: Accounted,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Latency {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

impl Latency {
    fn of(latencies: &mut [Duration]) -> Self {
        latencies.sort_unstable();
        let at = |permille: usize| {
            let last = latencies.len().saturating_sub(1);
            let place = (last * permille).div_ceil(1_000);
            latencies.get(place).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
        };
        Self { p50: at(500), p90: at(900), p99: at(990), max: at(1_000) }
    }
}

impl Report {
    pub(super) fn new(
        traffic: &Traffic<'_>,
        mut tally: Tally,
        accounted: Accounted,
        seconds: f64,
    ) -> Self {
        let rate = |count: u64| u32::try_from(count).map_or(0.0, f64::from) / seconds;
        let decisions_per_second = rate(tally.clearances);
        let sent = u64::try_from(tally.latencies.len()).unwrap_or(0);
        Self {
            seed: traffic.seed,
            concurrency: traffic.concurrency,
            seconds,
            trips_per_second: rate(sent),
            decisions_per_second,
            years_in_a_day: decisions_per_second * DAY_SECONDS / YEARLY,
            latency_ms: Latency::of(&mut tally.latencies),
            tally,
            accounted,
        }
    }

    /// No answer failed, none was unexpected, and the store holds what was acknowledged.
    pub fn is_clean(&self) -> bool {
        self.tally.failed == 0 && self.tally.unexpected == 0 && self.accounted.is_whole()
    }

    /// As one JSON document.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// A part of a whole as a percentage.
fn percent(part: u64, whole: u64) -> f64 {
    let float = |count: u64| u32::try_from(count).map_or(0.0, f64::from);
    if whole == 0 { 0.0 } else { 100.0 * float(part) / float(whole) }
}

/// Entries by how often they occur.
fn ranked<K: Ord + Clone>(counts: &BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let mut ranked: Vec<(K, u64)> = counts.iter().map(|(k, n)| (k.clone(), *n)).collect();
    ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    ranked
}

fn listed<K: Ord + Clone + fmt::Display>(counts: &BTreeMap<K, u64>, most: usize) -> String {
    let mut text = String::new();
    for (name, count) in ranked(counts).into_iter().take(most) {
        let _infallible =
            write!(text, "{}{name} {count}", if text.is_empty() { "" } else { " · " });
    }
    text
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tally, latency_ms: ms, accounted, .. } = self;
        let mut row = |name: &str, value: String| writeln!(f, "| {name} | {value} |");
        row("a day of traffic", format!("seed {}, {} at once", self.seed, self.concurrency))?;
        row("---", "---".to_owned())?;
        row("requests", listed(&tally.kinds, usize::MAX))?;
        row("answers", listed(&tally.statuses, usize::MAX))?;
        row(
            "accepted trips",
            format!(
                "{} with {} travellers and {} clearances",
                tally.accepted, tally.travellers, tally.clearances
            ),
        )?;
        if tally.replayed + tally.travelling > 0 {
            let (replayed, travelling) = (tally.replayed, tally.travelling);
            row("from earlier runs", format!("{replayed} replayed · {travelling} travel already"))?;
        }
        row("outcomes", listed(&tally.outcomes, usize::MAX))?;
        let by_rule = percent(tally.automatic, tally.accepted);
        let auto = tally.outcomes.get("auto").copied().unwrap_or(0);
        let auto = percent(auto, tally.clearances);
        row("by rule alone", format!("{by_rule:.1} % of trips; auto {auto:.1} % of clearances"))?;
        row("reasons", listed(&tally.reasons, TOP))?;
        row("warnings", listed(&tally.warnings, TOP))?;
        let wrong: u64 = tally.wrong.values().map(|(good, bad)| good + bad).sum();
        let refused: u64 = tally.wrong.values().map(|(good, _)| good).sum();
        row("wrong requests", format!("{refused} of {wrong} refused as they must be"))?;
        row(
            "latency ms",
            format!(
                "p50 {:.1} · p90 {:.1} · p99 {:.1} · max {:.1}",
                ms.p50, ms.p90, ms.p99, ms.max
            ),
        )?;
        row("seconds", format!("{:.2}", self.seconds))?;
        row("trips/s", format!("{:.0}", self.trips_per_second))?;
        row(
            "decisions/s",
            format!(
                "{:.0}: a day at this rate is {:.1} years of 2,000,000 clearances",
                self.decisions_per_second, self.years_in_a_day
            ),
        )?;
        let stored = accounted.stored.map_or_else(String::new, |stored| {
            let more = accounted.unacknowledged.unwrap_or(0);
            format!("; {stored} in the database, {more} that nobody was told of")
        });
        let (read, differing) = (accounted.read, accounted.differing);
        row("accounted for", format!("{read} read again, {differing} differ{stored}"))?;
        row("unexpected", format!("{} answers, {} failed", tally.unexpected, tally.failed))?;
        for text in tally.told.iter().chain(&accounted.told) {
            writeln!(f, "  {text}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_latencies() {
        let mut latencies: Vec<Duration> = (1..=101).rev().map(Duration::from_millis).collect();
        let ms = Latency::of(&mut latencies);
        assert_eq!((ms.p50, ms.p90, ms.p99, ms.max), (51.0, 91.0, 100.0, 101.0));
        assert!(Latency::of(&mut []).max.abs() < f64::EPSILON);
    }
}
