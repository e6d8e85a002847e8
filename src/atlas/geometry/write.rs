//! How the cells of a mosaic are written down.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::block::{PARTS, Parts};
use super::card::{Card, EDGES, Edge, Side, Written};
use super::cell::{Cell, may_touch};
use super::cut::{Cutter, Known, Settled};
use super::handles::Handle;
use super::node::{BLOCK, CUT, Node, SIDE, Square, Tile, WHOLE, WIDE, squares};
use super::number::{narrow, wide};
use super::seams::Seam;

impl Cutter<'_> {
    /// Writes the squares of the map of one degree.
    pub(super) fn write_squares(&mut self, settled: &[Settled]) {
        let mosaic = &mut self.mosaic;
        mosaic.squares.reserve(settled.len());
        for &settled in settled {
            let square = match settled {
                Settled::Whole(handle) => Square::Whole(handle),
                Settled::Node(node) => {
                    mosaic.nodes.push(node);
                    Square::Node(narrow(mosaic.nodes.len() - 1))
                }
                Settled::Cut(first, across) => Square::Cut(first, across),
            };
            mosaic.squares.push(square.word());
        }
    }

    /// Writes the squares of a cut, row by row as they come, in tiles; the place of the first tile.
    pub(super) fn write_tiles(&mut self, settled: &[Settled], across: u32) -> u32 {
        let nodes = &mut self.mosaic.nodes;
        let (first, tiles, side) = (nodes.len(), wide(across.max(1)), wide(SIDE));
        nodes.resize(first + tiles * tiles, Node::default());
        let columns = wide(squares(across));
        for (row, rows) in settled.chunks(columns * side).enumerate() {
            for column in 0..tiles {
                let lines = rows.chunks(columns).zip((0..).step_by(side));
                let squares = lines.flat_map(|(line, begin)| {
                    (begin..).zip(line.iter().skip(column * side).take(side).copied())
                });
                let tile = write_tile(squares, nodes);
                if let Some(slot) = nodes.get_mut(first + row * tiles + column) {
                    *slot = tile;
                }
            }
        }
        narrow(first)
    }

    /// The node of a card.
    pub(super) fn write_card(&mut self, card: Written) -> Node {
        match card {
            Written::Narrow(node) => node,
            Written::Wide(line) => {
                self.mosaic.lines.push(line);
                Node::of(WIDE, narrow(self.mosaic.lines.len() - 1), 0)
            }
        }
    }

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
    ) -> Option<Written> {
        if edges.len() > EDGES || parts.len() > 2 {
            return None;
        }
        let owner = |part: Option<&u32>| self.seams.owners.get(wide(*part?)).copied();
        let one = owner(parts.first())?;
        let other = owner(parts.get(1)).unwrap_or(one);
        let turned = other < one;
        let bits = |held: &[u32]| {
            let bits = bits(parts, held);
            if turned { (bits >> 1) | ((bits & 1) << 1) } else { bits }
        };
        let seams = edges.iter().filter_map(|&edge| self.seam(edge));
        let bordering = |seam: &Seam| {
            let bank = self.seams.bank(seam)?;
            let (along, against) = (bits(&bank.along), bits(&bank.against));
            Some(Edge { a: seam.a, b: seam.b, along, against })
        };
        let borders = seams.map(bordering).collect::<Option<Vec<_>>>()?;
        Side::ALL.into_iter().find_map(|side| {
            let (middle, low, high) = cell.side(side);
            if borders.iter().any(|edge| may_touch(low, high, edge.a, edge.b)) {
                return None;
            }
            let known = here.at(middle, edges.iter().copied(), self.seams);
            Card::write(side, bits(&known.parts), [one.min(other), one.max(other)], &borders)
        })
    }

    pub(super) fn write_blocks(&mut self, parts: &[u32], edges: &[u32], here: &Known) -> Node {
        let place = self.mosaic.words.len();
        let pages = parts.chunks(PARTS);
        let count = pages.len();
        for (index, page) in pages.enumerate() {
            self.write_block(page, edges, here, index + 1 < count);
        }
        Node::of(BLOCK, narrow(place), 0)
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

/// Writes the nodes of a tile's squares; the tile.
fn write_tile(
    squares: impl Iterator<Item = (u64, Settled)> + Clone,
    nodes: &mut Vec<Node>,
) -> Node {
    let mut kinds: BTreeMap<Option<Handle>, u32> = BTreeMap::new();
    for (_, settled) in squares.clone() {
        if let Settled::Whole(handle) = settled {
            *kinds.entry(handle).or_default() += 1;
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|&(_, count)| Reverse(count));
    let kind = |place: usize| kinds.get(place)?.0;
    let (one, other) = (kind(0), kind(1));
    let mut tile = Tile::new([one, other], nodes.len());
    for (square, settled) in squares {
        let node = match settled {
            Settled::Whole(handle) if handle == one => continue,
            Settled::Whole(handle) if handle == other => {
                tile.note_second(square);
                continue;
            }
            Settled::Whole(handle) => Node::of(WHOLE, handle.map_or(0, |handle| handle + 1), 0),
            Settled::Node(node) => node,
            Settled::Cut(first, across) => Node::of(CUT, first, across),
        };
        tile.note_node(square);
        nodes.push(node);
    }
    tile.node()
}

/// For each part that is held its bit, which is its place in a sorted page.
fn bits(page: &[u32], held: &[u32]) -> Parts {
    let bit = |part: &u32| page.binary_search(part).map_or(0, |place| 1 << place);
    held.iter().fold(0, |bits, part| bits ^ bit(part))
}
