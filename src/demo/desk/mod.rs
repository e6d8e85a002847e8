//! `safeconduct demo desk`: plays a day at the desk over HTTP, and says who decided what.
//!
//! Manual requests of a drawn population arrive in areas whose coordinators work their queues at
//! the same time; two of them are absent; the designated official has delegated one area for a
//! while, and decides what is passed up. The service's own clock is used, so "noon", at which the
//! delegation ends, lies some seconds after the work begins. Who travels where and what is said to
//! each request follow from the seed; who of two takes an item first does not.

mod client;
mod plan;
mod report;
mod stage;
mod submit;
mod work;

use std::fmt;

use indicatif::ProgressBar;

use super::gazetteer::Gazetteer;
use super::traffic::TrafficError;
use crate::identity::DevelopmentKey;

use client::Client;
use stage::Office;

pub use report::Report as DeskReport;

/// A day at the desk.
pub struct DeskDay<'d> {
    /// Base address of the service.
    pub url: String,
    /// The development issuer's key.
    pub key: &'d DevelopmentKey,
    /// Audience of the tokens.
    pub audience: String,
    /// Manual requests.
    pub requests: usize,
    /// Areas they are for.
    pub areas: usize,
    /// Coordinators, the absent ones among them.
    pub coordinators: usize,
    /// Those who do nothing all day.
    pub absent: usize,
    /// Seconds from the beginning of the work to "noon".
    pub noon: i64,
    /// The day's seed.
    pub seed: u64,
    /// Size of the generated population.
    pub people: u64,
}

impl fmt::Debug for DeskDay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeskDay").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Plays the day: appointments and the delegation, requests, work, and the accounts. The bar
/// advances by one for each request that is submitted and each that is accounted for.
pub async fn play(
    day: &DeskDay<'_>,
    gazetteer: &Gazetteer,
    bar: &ProgressBar,
) -> Result<DeskReport, TrafficError> {
    let client = Client::new(day)?;
    let office = Office::open(day, &client, gazetteer).await?;
    bar.set_length(u64::try_from(day.requests.saturating_mul(2)).unwrap_or(u64::MAX));
    let submitted = submit::submit(day, &client, &office, gazetteer, bar).await?;
    let worked = work::work(day, &client, &office, &submitted).await?;
    let report = report::account(day, &client, (&office, &submitted), worked, bar).await?;
    bar.finish_and_clear();
    Ok(report)
}
