//! The edges of all shapes, each stretch of border once, with the parts on either side of it.
//!
//! Neighbours share their border vertex by vertex, so what both bring is kept only once: half the
//! memory, half the tests.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use super::handles::Handle;
use super::number::{narrow, wide};
use super::point::Xy;
use super::shape::Shape;

/// An edge and what it borders.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seam {
    pub(super) a: Xy,
    pub(super) b: Xy,
    /// Index into [`Seams::banks`].
    pub(super) bank: u32,
}

/// The parts whose rings run along a seam, as it runs and against it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bank {
    pub(super) along: Vec<u32>,
    pub(super) against: Vec<u32>,
}

/// All borders of a layer.
#[derive(Debug, Default)]
pub(super) struct Seams {
    pub(super) seams: Vec<Seam>,
    pub(super) banks: Vec<Bank>,
    /// The shape to which each part belongs.
    pub(super) owners: Vec<Handle>,
}

struct Raw {
    a: Xy,
    b: Xy,
    part: u32,
}

impl Raw {
    /// The same for an edge and its reverse.
    fn key(&self) -> [u64; 4] {
        // adding zero makes -0.0 and 0.0 one number
        let bits = |xy: Xy| [(xy.x + 0.0).to_bits(), (xy.y + 0.0).to_bits()];
        let (a, b) = (bits(self.a), bits(self.b));
        let ([ax, ay], [bx, by]) = if a <= b { (a, b) } else { (b, a) };
        [ax, ay, bx, by]
    }
}

impl Seams {
    pub(super) fn of(shapes: impl IntoIterator<Item = (Handle, impl Borrow<Shape>)>) -> Self {
        let mut owners = Vec::new();
        let mut raws = Vec::new();
        for (handle, shape) in shapes {
            for part in shape.borrow().parts() {
                let index = narrow(owners.len());
                owners.push(handle);
                raws.extend(part.edges().map(|(a, b)| Raw { a, b, part: index }));
            }
        }
        let groups = group(&raws);
        let mut interned = BTreeMap::new();
        let mut found = Self { owners, ..Self::default() };
        let mut bank = Bank::default();
        let mut previous = None;
        for (first, twins) in groups.leaders(&raws) {
            bank.along.clear();
            bank.against.clear();
            for twin in twins {
                let same_way = twin.a == first.a;
                if same_way { &mut bank.along } else { &mut bank.against }.push(twin.part);
            }
            let index = match previous {
                Some((ref last, index)) if *last == bank => index,
                _ => {
                    let next = narrow(interned.len());
                    let index = *interned.entry(bank.clone()).or_insert(next);
                    previous = Some((bank.clone(), index));
                    index
                }
            };
            found.seams.push(Seam { a: first.a, b: first.b, bank: index });
        }
        found.banks = vec![Bank::default(); interned.len()];
        for (bank, index) in interned {
            if let Some(slot) = found.banks.get_mut(wide(index)) {
                *slot = bank;
            }
        }
        found
    }

    pub(super) fn bank(&self, seam: &Seam) -> Option<&Bank> {
        self.banks.get(wide(seam.bank))
    }
}

/// Equal edges chained: each edge points to its next twin; only the first of them is a leader.
struct Groups {
    next: Vec<u32>,
    follows: Vec<bool>,
}

const NONE: u32 = u32::MAX;

fn group(raws: &[Raw]) -> Groups {
    let mut order: Vec<(u64, u32)> =
        raws.iter().zip(0_u32..).map(|(raw, index)| (mix(raw.key()), index)).collect();
    order.sort_unstable();
    let mut groups = Groups { next: vec![NONE; raws.len()], follows: vec![false; raws.len()] };
    for same_mix in order.chunk_by(|one, other| one.0 == other.0) {
        let mut twins: Vec<_> = same_mix
            .iter()
            .filter_map(|&(_, index)| raws.get(wide(index)).map(|raw| (raw.key(), index)))
            .collect();
        if twins.len() > 1 {
            twins.sort_unstable();
        }
        for pair in twins.windows(2) {
            let &[(key, index), (next_key, next)] = pair else { continue };
            if key == next_key {
                groups.link(index, next);
            }
        }
    }
    groups
}

fn mix(key: [u64; 4]) -> u64 {
    key.iter()
        .fold(0, |mixed, word| (mixed ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
}

impl Groups {
    fn link(&mut self, index: u32, next: u32) {
        if let (Some(slot), Some(follows)) =
            (self.next.get_mut(wide(index)), self.follows.get_mut(wide(next)))
        {
            *slot = next;
            *follows = true;
        }
    }

    fn leaders<'a>(
        &'a self,
        raws: &'a [Raw],
    ) -> impl Iterator<Item = (&'a Raw, impl Iterator<Item = &'a Raw>)> {
        let twins = |first: u32| {
            std::iter::successors(Some(first), |&index| {
                self.next.get(wide(index)).copied().filter(|&next| next != NONE)
            })
            .filter_map(|index| raws.get(wide(index)))
        };
        let leader = move |(index, (raw, &follows)): (u32, (&'a Raw, &bool))| {
            (!follows).then(|| (raw, twins(index)))
        };
        (0_u32..).zip(raws.iter().zip(&self.follows)).filter_map(leader)
    }
}
