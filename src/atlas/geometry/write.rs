//! How the cells of a mosaic are written down.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::block::{PARTS as PARTS_OF_BLOCK, Parts};
use super::card::Card;
use super::cell::Cell;
use super::cut::{Cutter, Known, Settled};
use super::draft::Draft;
use super::handles::Handle;
use super::leaf::{DOUBLED, EDGES, HEAD, Kind, Leaf, PARTS};
use super::number::{millionths, narrow, wide};
use super::point::Xy;
use super::seams::Seam;
use super::tile::Tile;

impl Cutter<'_> {
    /// The parts that cover the cell or have edges in it, in order.
    pub(super) fn parts(&self, edges: &[u32], here: &Known) -> Vec<u32> {
        let mut parts = here.parts.clone();
        for bank in edges.iter().filter_map(|&edge| self.seams.bank(self.seam(edge)?)) {
            parts.extend(bank.along.iter().chain(&bank.against));
        }
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    /// The cell as a card, if it is a simple one.
    pub(super) fn card(
        &self,
        cell: Cell,
        edges: &[u32],
        here: &Known,
        parts: &[u32],
    ) -> Option<Leaf> {
        if edges.len() > EDGES || parts.len() > PARTS {
            return None;
        }
        let (middle, half) = cell.middle();
        let mut pen = Pen { draft: Draft::default(), cell, last: None };
        for seam in edges.iter().filter_map(|&edge| self.seam(edge)) {
            let bank = self.seams.bank(seam)?;
            let (along, against) = (bits(parts, &bank.along), bits(parts, &bank.against));
            if along & against != 0 || along | against == 0 {
                return None;
            }
            pen.edge(seam, along, against)?;
        }
        pen.lift();
        let owner = |&part: &u32| self.seams.owners.get(wide(part)).copied();
        let owners = parts.iter().map(owner).collect::<Option<Vec<_>>>()?;
        let mut leaf = pen.draft.leaf((middle, half), &owners)?;
        let raw = Card { leaf: &leaf, middle }.covering(here.at);
        leaf.y_low |= u64::from(raw ^ bits(parts, &here.parts)) << HEAD;
        Some(leaf)
    }

    /// Writes the leaves of the squares of a tile, which come along the curve, each doubled so often.
    pub(super) fn write_tile(&mut self, squares: &[(Settled, u32)]) -> Tile {
        let mut kinds: BTreeMap<Handle, u32> = BTreeMap::new();
        for &(settled, doubled) in squares {
            if let Settled::Whole(handle) = settled {
                *kinds.entry(handle.map_or(0, |handle| handle + 1)).or_default() +=
                    1 << (2 * doubled);
            }
        }
        let mut kinds: Vec<_> = kinds.into_iter().filter(|kind| Tile::holds(kind.0)).collect();
        kinds.sort_by_key(|&(_, count)| Reverse(count));
        let kind = |place: usize| kinds.get(place).map(|kind| kind.0);
        let (one, other) = (kind(0).unwrap_or(0), kind(1));
        let mut tile = Tile::new([one, other.unwrap_or(0)], narrow(self.mosaic.leaves.len()));
        let mut place = 0;
        for &(settled, doubled) in squares {
            let leaf = match settled {
                Settled::Leaf(leaf) => Some(leaf),
                Settled::Whole(handle) => {
                    let plus = handle.map_or(0, |handle| handle + 1);
                    if plus == one {
                        None
                    } else if Some(plus) == other {
                        tile.note_second(place, doubled);
                        None
                    } else {
                        Some(Leaf::of(Kind::Whole(handle)))
                    }
                }
            };
            if let Some(mut leaf) = leaf {
                tile.note_leaf(place, doubled);
                leaf.y_low |= u64::from(doubled) << DOUBLED;
                self.mosaic.leaves.push(leaf);
            }
            place += 1 << (2 * doubled);
        }
        tile
    }

    /// Writes the blocks of a cell; the place of the first.
    pub(super) fn write_blocks(&mut self, parts: &[u32], edges: &[u32], here: &Known) -> u32 {
        let place = self.mosaic.words.len();
        let pages = parts.chunks(PARTS_OF_BLOCK);
        let count = pages.len();
        for (index, page) in pages.enumerate() {
            self.write_block(page, edges, here, index + 1 < count);
        }
        narrow(place)
    }

    fn write_block(&mut self, page: &[u32], edges: &[u32], here: &Known, more: bool) {
        let bits = |held: &[u32]| u64::from(bits(page, held));
        let begin = self.mosaic.words.len();
        self.mosaic.words.extend([0, 0, here.at.x.to_bits(), here.at.y.to_bits()]);
        let owner =
            |part: &u32| u64::from(self.seams.owners.get(wide(*part)).copied().unwrap_or(0));
        for pair in page.chunks(2) {
            let word = pair.iter().rev().fold(0, |word, part| (word << 32) | owner(part));
            self.mosaic.words.push(word);
        }
        let (mut chains, mut head, mut last) = (0_u64, begin, None);
        let all = self.seams;
        for seam in edges.iter().filter_map(|&edge| all.seams.get(wide(edge))) {
            let Some(bank) = all.bank(seam) else { continue };
            let sides = (bits(&bank.along), bits(&bank.against));
            if sides == (0, 0) {
                continue;
            }
            if last != Some((seam.a, sides)) {
                chains += 1;
                head = self.mosaic.words.len();
                self.mosaic.words.extend([1 | (sides.0 << 32) | (sides.1 << 48)]);
                self.mosaic.words.extend([seam.a.x.to_bits(), seam.a.y.to_bits()]);
            }
            self.mosaic.words.extend([seam.b.x.to_bits(), seam.b.y.to_bits()]);
            if let Some(word) = self.mosaic.words.get_mut(head) {
                *word += 1;
            }
            last = Some((seam.b, sides));
        }
        let kinds = bits(&here.parts) | (u64::from(narrow(page.len())) << 16);
        let length = u64::from(narrow(self.mosaic.words.len() - begin));
        if let Some([first, second]) = self.mosaic.words.get_mut(begin..begin + 2) {
            *first = chains | ((kinds | (u64::from(more) << 24)) << 32);
            *second = length;
        }
    }
}

/// Draws the edges of a cell one after the other.
struct Pen {
    draft: Draft,
    cell: Cell,
    /// The last edge: where it ended, the parts along it and against it.
    last: Option<(Xy, Parts, Parts)>,
}

impl Pen {
    /// Draws an edge; none if the draft has no room, or for more decimals.
    fn edge(&mut self, seam: &Seam, along: Parts, against: Parts) -> Option<()> {
        let fine = |at: Xy| Some([millionths(at.x)?, millionths(at.y)?]);
        let (a, b) = (fine(seam.a)?, fine(seam.b)?);
        if self.last != Some((seam.a, along, against)) {
            self.lift();
            if self.is_up(seam.a) {
                self.draft.go(None, 0, 0);
                self.draft.go(Some(a), along, against);
            } else {
                self.draft.go(Some(a), 0, 0);
            }
        }
        self.draft.go(Some(b), along, against);
        self.last = Some((seam.b, along, against));
        (!self.draft.is_too_long()).then_some(())
    }

    /// Ends a run of edges: one that leaves the cell to the north goes on to the corner.
    fn lift(&mut self) {
        if let Some((end, along, against)) = self.last.take()
            && self.is_up(end)
        {
            self.draft.go(None, along, against);
        }
    }

    /// Whether a vertex is north of the cell, so that the rays from some of its points pass left of
    /// it and those from others right of it.
    fn is_up(&self, at: Xy) -> bool {
        let Cell { west, south, size } = self.cell;
        at.y > south + size && at.x >= west && at.x <= west + size
    }
}

/// For each part that is held its bit, which is its place in a sorted page.
fn bits(page: &[u32], held: &[u32]) -> Parts {
    let bit = |part: &u32| page.binary_search(part).map_or(0, |place| 1 << place);
    held.iter().fold(0, |bits, part| bits ^ bit(part))
}
