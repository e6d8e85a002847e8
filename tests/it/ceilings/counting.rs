//! Random sequences of everything that takes places and gives them back: the counts equal a
//! recount after each step, and no step takes a visitor above a ceiling without an override.

use std::collections::BTreeMap;

use fastrand::Rng;
use safeconduct::model::{
    Absence, Actor, ClearanceId, ClearanceState as S, Committed, CountKey, MoveTo, Mover,
    OrganizationId, PlaceCheck, TripId,
};
use tokio_postgres::Client;

use super::{DECIDER, appoint, ceilings, decision, recount};
use crate::harness::environment;
use crate::record::fixture::{Draft, Setting, Stay, area, day, limited};
use crate::record::moves::{clearances, moving, step};

/// Places in all, and of the organization.
const CEILING: u32 = 3;
/// Days on which everything happens.
const DAYS: i32 = 5;
/// Steps of a game.
const STEPS: usize = 300;
/// Residents of the area.
const RESIDENTS: i64 = 1;

type Item = (TripId, ClearanceId);

/// One play.
struct Game {
    setting: Setting,
    client: Client,
    rng: Rng,
    items: Vec<Item>,
    person: u32,
    /// Answers, by what they were.
    seen: BTreeMap<&'static str, usize>,
}

fn keys() -> Vec<CountKey> {
    vec![CountKey::Total, CountKey::Organization(OrganizationId::from("org"))]
}

impl Game {
    async fn begin(seed: u64) -> Self {
        let setting = Setting::start().await;
        let limits = format!(
            r#"{{"total": {CEILING}, "by_organization": {{"org": {CEILING}}},
                 "count_day_visits": true}}"#
        );
        ceilings(&setting, &limits).await;
        appoint(&setting, DECIDER, "designated_official").await;
        let client = setting.client().await;
        client
            .batch_execute(&format!(
                "INSERT INTO resident_count (area_id, key_kind, key, residents)
                 VALUES ('AAA-1', 'total', '', {RESIDENTS}),
                     ('AAA-1', 'organization', 'org', {RESIDENTS})"
            ))
            .await
            .unwrap();
        let rng = Rng::with_seed(seed);
        Self { setting, client, rng, items: Vec::new(), person: 0, seen: BTreeMap::new() }
    }

    /// Nights or a day visit of somebody new.
    fn stay(&mut self) -> Stay {
        self.person = self.person % 899 + 1;
        let (from, nights) = (self.rng.i32(0..DAYS), self.rng.i32(0..4));
        Stay::new(self.person, 1, from, nights).counted(keys())
    }

    async fn submitted(&mut self, trip: TripId, result: &Committed) {
        if matches!(result, Committed::Written { .. }) {
            let ids = clearances(&self.setting, trip).await;
            self.items.extend(ids.into_iter().map(|id| (trip, id)));
        }
    }

    async fn submit(&mut self) {
        if self.rng.bool() {
            let limited = limited(self.stay(), CEILING, u32::MAX, None);
            let trip = limited.new_trip.unwrap();
            let result = self.setting.recorder.commit_limited(limited).await.unwrap();
            self.submitted(trip, &result).await;
        } else {
            let draft = Draft::of([self.stay().state(S::PendingReview)]);
            let result = self.setting.recorder.commit(draft.record()).await.unwrap();
            self.submitted(draft.trip_id, &result).await;
        }
    }

    /// A resident of the area goes elsewhere.
    async fn resident_leaves(&mut self) {
        let (from, nights) = (self.rng.i32(0..DAYS), self.rng.i32(1..4));
        self.person = self.person % 899 + 1;
        let draft = Draft::of([Stay::new(self.person, 2, from, nights)]);
        let mut record = draft.record();
        record.change.trip.as_mut().unwrap().clearances[0].absence = Some(Absence {
            area_id: area(1),
            nights: (0..nights).map(|n| day(from + n)).collect(),
            keys: keys(),
        });
        let result = self.setting.recorder.commit(record).await.unwrap();
        self.submitted(draft.trip_id, &result).await;
    }

    /// The state of an item, as a person or a rule may find it.
    async fn state(&self, (_, clearance): Item) -> S {
        let sql = "SELECT state FROM clearance WHERE clearance_id = $1";
        let row = self.client.query_one(sql, &[&clearance.0]).await.unwrap();
        S::named(row.get(0)).unwrap()
    }

    /// A person's decision, a withdrawal, a clock's or the world's: whatever may follow.
    async fn moves(&mut self) -> Option<Item> {
        let at = self.rng.usize(..self.items.len().max(1));
        let item = *self.items.get(at)?;
        let from = self.state(item).await;
        let by_person = self.rng.u8(..5) > 0;
        let (mover, wished): (_, &[S]) = if by_person {
            (
                Mover::Person,
                &[S::Approved, S::Approved, S::Approved, S::UnderAppeal, S::Denied, S::Cancelled],
            )
        } else {
            let wished = &[S::Suspended, S::Expired, S::Completed, S::PendingReview, S::Revoked];
            (Mover::Rules, wished)
        };
        let wished: Vec<S> =
            wished.iter().copied().filter(|to| from.may_become(*to, mover)).collect();
        let Some(to) = self.rng.choice(&wished).copied() else {
            if from.is_over() {
                self.items.swap_remove(at);
            }
            return None;
        };
        let record = if by_person {
            let places = match self.rng.u8(..4) {
                0 => PlaceCheck::Override { reason: "seeded".to_owned() },
                _ => PlaceCheck::Within,
            };
            decision(DECIDER, item, to, places)
        } else {
            let lifted = from == S::Suspended && self.rng.bool();
            let to = if lifted { MoveTo::Prior } else { MoveTo::State(to) };
            moving(Actor::RULES, vec![step(item.0, item.1, &[from], to)])
        };
        let committed = self.setting.recorder.commit(record).await.unwrap();
        let is_full = matches!(committed, Committed::CeilingFull { .. });
        assert!(is_full || matches!(committed, Committed::Written { .. }), "{committed:?}");
        let what = if is_full { "full" } else { "moved" };
        *self.seen.entry(what).or_default() += 1;
        Some(item)
    }

    /// Visitors and residents on each night of the area.
    async fn nights(&self) -> BTreeMap<(String, String), (i32, i64)> {
        let sql = "SELECT night::text, key_kind, committed, away FROM night_count
            WHERE area_id = 'AAA-1'";
        let rows = self.client.query(sql, &[]).await.unwrap();
        let night = |row: &tokio_postgres::Row| {
            let residents = (RESIDENTS - i64::from(row.get::<_, i32>(3))).max(0);
            ((row.get(0), row.get(1)), (row.get(2), residents))
        };
        rows.iter().map(night).collect()
    }

    async fn is_overridden(&self, item: Option<Item>) -> bool {
        let Some((_, clearance)) = item else { return false };
        let sql = "SELECT count(*) FROM ceiling_override WHERE clearance_id = $1";
        self.client.query_one(sql, &[&clearance.0]).await.unwrap().get::<_, i64>(0) > 0
    }

    /// One step, and whether everything is as it must be.
    async fn step(&mut self) {
        let before = self.nights().await;
        let moved = match self.rng.u8(..10) {
            0..3 => {
                self.submit().await;
                None
            }
            3 => {
                self.resident_leaves().await;
                None
            }
            _ => self.moves().await,
        };
        recount(&self.client).await;
        let permitted = self.is_overridden(moved).await;
        for (place, (committed, residents)) in self.nights().await {
            let (had, _) = before.get(&place).copied().unwrap_or_default();
            if committed > had && i64::from(committed) + residents > i64::from(CEILING) {
                assert!(permitted, "{place:?}: {committed} visitors beside {residents} residents");
                *self.seen.entry("above").or_default() += 1;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_equal_a_recount_after_every_step_and_ceilings_hold() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    // many short games: a recount reads everything, so a long one is mostly recounting
    for seed in 0..environment().count(300) {
        let mut game = Game::begin(u64::try_from(seed).unwrap()).await;
        for _ in 0..STEPS {
            game.step().await;
        }
        for (what, count) in game.seen {
            *seen.entry(what).or_default() += count;
        }
        drop(game.client);
        game.setting.close().await;
    }
    for what in ["moved", "full", "above"] {
        let count = seen.get(what).copied().unwrap_or_default();
        assert!(count > 10, "too little was {what}: {seen:?}");
    }
}
