//! Draws that are the same for the same seed, wherever and in whatever order they are made.

use fastrand::Rng;
use uuid::{Builder, Uuid};

/// A source of draws for one subject: equal (seed, subject, index) give equal draws.
#[derive(Debug, Clone)]
pub(super) struct Chance(Rng);

impl Chance {
    /// The draws of one subject, such as the 17th person of the population.
    pub(super) fn of(seed: u64, subject: &str, index: u64) -> Self {
        let mut mixed = scatter(seed);
        for byte in subject.bytes() {
            mixed = scatter(mixed ^ u64::from(byte));
        }
        Self(Rng::with_seed(scatter(mixed ^ index)))
    }

    /// A number below `bound`; 0 where the bound is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0.u64(0..bound) }
    }

    /// A number from `from` to `to`, both included.
    pub(super) fn between(&mut self, from: u32, to: u32) -> u32 {
        self.0.u32(from..=to.max(from))
    }

    /// Whether something happens that does so `permille` times of 1,000.
    pub(super) fn permille(&mut self, permille: u32) -> bool {
        self.0.u32(0..1_000) < permille
    }

    /// One of a list, each as likely.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() { None } else { list.get(self.0.usize(0..list.len())) }
    }

    /// One of a table of weights; the first weight that is reached wins.
    pub(super) fn weighted<T: Copy>(&mut self, table: &[(u32, T)]) -> Option<T> {
        let sum = table.iter().map(|(weight, _)| u64::from(*weight)).sum();
        let mut left = self.below(sum);
        table.iter().find_map(|&(weight, value)| {
            let weight = u64::from(weight);
            if left < weight {
                Some(value)
            } else {
                left -= weight;
                None
            }
        })
    }

    /// A position in a rising list of summed weights.
    pub(super) fn summed(&mut self, sums: &[u64]) -> usize {
        let drawn = self.below(sums.last().copied().unwrap_or(0));
        sums.partition_point(|&sum| sum <= drawn)
    }

    /// A `UUIDv7` of a given instant in milliseconds.
    pub(super) fn id(&mut self, millis: u64) -> Uuid {
        let mut random = [0_u8; 10];
        self.0.fill(&mut random);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// The finalizer of `SplitMix64`: neighbours in, strangers out.
const fn scatter(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_subjects_draw_equally_and_neighbours_do_not() {
        let draws = |index| {
            let mut chance = Chance::of(7, "person", index);
            (chance.below(1_000_000), chance.id(1_000))
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
    }

    #[test]
    fn weights_are_kept() {
        let mut chance = Chance::of(1, "weights", 0);
        let drawn = (0..10_000).filter(|_| chance.weighted(&[(9, 'a'), (1, 'b')]) == Some('b'));
        assert!((800..1_200).contains(&drawn.count()));
        let sums = [5, 5, 15];
        assert!((0..1_000).all(|_| matches!(chance.summed(&sums), 0 | 2)));
    }
}
