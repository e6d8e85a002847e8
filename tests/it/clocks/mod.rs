//! The clocks over what waits and over who is expected, with the database's time moved.

mod arrivals;
mod lines;
mod month;
mod replicas;

use jiff::{SignedDuration, Timestamp};
use safeconduct::access::Role;

use crate::harness::{Caller, Someone};
use crate::trips::stage::{NAIROBI, Stage};

/// Moves the database's clock to an instant and lets the clocks do what is due.
async fn look(stage: &Stage, at: Timestamp) {
    move_to(stage, at).await;
    stage.house.running().parts.clocks.round().await.unwrap();
}

/// Moves the database's clock to an instant.
#[expect(clippy::disallowed_methods, reason = "the offset is from the machine's own time")]
async fn move_to(stage: &Stage, at: Timestamp) {
    stage.house.database().move_clock(at.duration_since(Timestamp::now())).await;
    let parts = &stage.house.running().parts;
    parts.clock.refresh(&parts.database).await.unwrap();
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// When a trip so many days ahead departs.
fn departure(stage: &Stage, ahead: i32) -> Timestamp {
    stage.at(ahead, "08:30").parse().unwrap()
}

/// The offices of Kenya, each held by one, the official's with a stand-in.
struct Offices {
    coordinator: Caller,
    adviser: Caller,
    official: Caller,
    stand_in: Caller,
    focal: Caller,
    usg: Caller,
}

impl Offices {
    async fn fill(stage: &Stage) -> Self {
        let enter = |someone: Someone| stage.house.caller(someone);
        let person = Someone::person;
        let stand_in = enter(person().of_countries(Role::DesignatedOfficial, &["KE"])).await;
        let client = stage.house.database().connect().await;
        let interim = "UPDATE appointment SET ad_interim = true WHERE person_id = $1";
        client.execute(interim, &[&stand_in.id]).await.unwrap();
        Self {
            coordinator: enter(person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI])).await,
            adviser: enter(person().of_countries(Role::SecurityAdviser, &["KE"])).await,
            official: enter(person().of_countries(Role::DesignatedOfficial, &["KE"])).await,
            stand_in,
            focal: enter(person().of_organization(Role::TravelFocalPoint, "unicef")).await,
            usg: enter(person().holding(Role::Usg)).await,
        }
    }
}
