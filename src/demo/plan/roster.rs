//! Who travels that day: everybody at most once.

use std::collections::BTreeMap;

use crate::demo::chance::Chance;
use crate::demo::gazetteer::{Gazetteer, Town};
use crate::demo::population::{Outline, outline};

/// A person of the population with their number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) number: u64,
    pub(super) outline: Outline,
    taken: bool,
}

/// Those who may travel, in the order in which they are drawn.
#[derive(Debug)]
pub(super) struct Roster<'g> {
    gazetteer: &'g Gazetteer,
    people: u64,
    candidates: Vec<Candidate>,
    next: usize,
    /// Positions by organization and country of the duty station.
    colleagues: BTreeMap<(usize, &'g str), Vec<usize>>,
}

impl<'g> Roster<'g> {
    /// Enough candidates for so many trips, out of a population of `people`.
    pub(super) fn new(seed: u64, trips: usize, people: u64, gazetteer: &'g Gazetteer) -> Self {
        let mut chance = Chance::of(seed, "roster", 0);
        let wanted = u64::try_from(trips).unwrap_or(u64::MAX).saturating_mul(3) + 1_000;
        let offset = chance.below(people);
        let stride = coprime(people, chance.below(people) | 1);
        let mut candidates = Vec::new();
        let mut colleagues: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        for step in 0..wanted.min(people) {
            let place = u128::from(offset) + u128::from(step) * u128::from(stride);
            let number = u64::try_from(place % u128::from(people)).unwrap_or(0);
            let outline = outline(number, gazetteer);
            if !may_lead(number, &outline) {
                continue;
            }
            if let Some(town) = gazetteer.towns.get(outline.home) {
                let peers = colleagues.entry((outline.organization, &town.country)).or_default();
                peers.push(candidates.len());
            }
            candidates.push(Candidate { number, outline, taken: false });
        }
        Self { gazetteer, people, candidates, next: 0, colleagues }
    }

    /// The next who has not travelled yet.
    pub(super) fn next(&mut self) -> Option<Candidate> {
        while let Some(candidate) = self.candidates.get_mut(self.next) {
            self.next += 1;
            if !candidate.taken {
                candidate.taken = true;
                return Some(*candidate);
            }
        }
        None
    }

    /// Up to so many of the same organization and country.
    pub(super) fn colleagues(&mut self, of: &Candidate, most: usize) -> Vec<Candidate> {
        let Some(town) = self.home(of) else { return Vec::new() };
        let key = (of.outline.organization, town.country.as_str());
        let mut found = Vec::new();
        for &at in self.colleagues.get(&key).into_iter().flatten() {
            if found.len() == most {
                break;
            }
            if let Some(peer) = self.candidates.get_mut(at).filter(|peer| !peer.taken) {
                peer.taken = true;
                found.push(*peer);
            }
        }
        found
    }

    /// The family member who would come along.
    pub(super) fn family(&self, of: &Candidate) -> Option<Outline> {
        let number = of.number / 5 * 5 + 4;
        let family = outline(number, self.gazetteer);
        (number < self.people && family.sponsor == Some(of.number)).then_some(family)
    }

    /// The town of the duty station.
    pub(super) fn home(&self, of: &Candidate) -> Option<&'g Town> {
        self.gazetteer.towns.get(of.outline.home)
    }
}

/// Family does not travel alone here; of those outside the system only a few ask.
fn may_lead(number: u64, outline: &Outline) -> bool {
    let asks = outline.category.is_eligible() || number.is_multiple_of(8);
    outline.active && outline.sponsor.is_none() && asks
}

/// The first number from `from` on that shares no divisor with `of`: steps of it reach everybody.
fn coprime(of: u64, from: u64) -> u64 {
    let from = from.max(1);
    // a prime below any population's square root is met long before
    (from..from + 1_000).find(|&stride| greatest_divisor(of, stride) == 1).unwrap_or(1)
}

const fn greatest_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}
