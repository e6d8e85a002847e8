//! The borders of a simple cell in half a cache line, or in a whole one.
//!
//! Simple is a cell of at most two parts and six edges with a side that no edge comes near. Which
//! parts cover that side is known; which cover a point, the ray from the point to that side tells.
//! Edges and points are turned so that the ray always runs up: a card has its own axes, `x` along
//! the open side and `y` toward it. Vertices are in millionths of a degree.
//!
//! Words of a narrow card: head, the owners of both parts (16 bits each), then four vertices, the
//! first and how far the others are from it (21 bits each way), or, where one is too far, three.
//! A wide card has seven vertices instead, as they are.
//!
//! Each edge between consecutive vertices has two bits for the parts whose rings run along it and two
//! for those that run against it. A pair of vertices without parts is no edge: a run of edges ends.

use super::block::Parts;
use super::handles::Handle;
use super::node::{FAR, KIND, NEAR, Node};
use super::number::{MILLIONTHS, halves, high, in_degrees, joined, millionths};
use super::point::Xy;
use super::side::{boxed, rounds_onto, side};

/// A wide card: sixteen words that begin where a cache line begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Line(pub(super) [u32; 16]);

/// Edges that a card can hold.
pub(super) const EDGES: usize = 6;
/// In the head, above the edges' parts along: their parts against, the parts that cover the open side,
/// how the axes are turned.
const AGAINST: u32 = 12;
const COVERING: u32 = 24;
const TURN: u32 = 26;
/// Bits of how far a vertex is from the first, and of the others at that place.
const FAR_BITS: u32 = 21;
/// Closer than this, in millionths, a point may be right above or below a vertex.
const LEVEL: f64 = 0.01;
/// Plain products in millionths are wrong by less than this for cards of short edges and for others:
/// for rounding, and since a vertex is the number nearest to its decimals, each factor is off by less
/// than 1e-7, and the other factors are at most 2^21 and 2^30.
const UNSURE_NEAR: f64 = 2.0;
const UNSURE: f64 = 1024.0;

/// An open side of a cell: how points and edges are turned so that the ray to it runs up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Side {
    /// The ray runs west or east: the axes change places.
    pub(super) sideways: bool,
    /// The ray runs south or west: it is turned round.
    pub(super) back: bool,
}

impl Side {
    /// North, south, east, west.
    pub(super) const ALL: [Self; 4] = [
        Self { sideways: false, back: false },
        Self { sideways: false, back: true },
        Self { sideways: true, back: false },
        Self { sideways: true, back: true },
    ];

    const fn bits(self) -> u32 {
        (if self.sideways { 1 } else { 0 }) | if self.back { 2 } else { 0 }
    }
}

/// On a card's axes what is on the map's. No branch: it could not be foreseen.
#[inline]
fn turned(turn: u32, at: Xy) -> Xy {
    let (x, y) = (at.x.to_bits(), at.y.to_bits());
    let changed = (x ^ y) & 0_u64.wrapping_sub(u64::from(turn & 1));
    let sign = u64::from(turn & 2) << 62;
    Xy { x: f64::from_bits(x ^ changed), y: f64::from_bits(y ^ changed ^ sign) }
}

/// On the map's axes what is on a card's.
#[inline]
fn turned_back(turn: u32, at: Xy) -> Xy {
    let y = if turn & 2 == 0 { at.y } else { -at.y };
    if turn & 1 == 0 { Xy { x: at.x, y } } else { Xy { x: y, y: at.x } }
}

/// An edge with the parts of the card whose rings run along it and against it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) a: Xy,
    pub(super) b: Xy,
    pub(super) along: Parts,
    pub(super) against: Parts,
}

/// A card as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Written {
    Narrow(Node),
    Wide(Line),
}

impl Written {
    fn narrow(head: u32, owners: u32, vertices: [[u32; 2]; 3]) -> Self {
        let mut node = Node::of(0, owners, 0);
        let [first, _, rest @ ..] = &mut node.0;
        *first = head;
        rest.copy_from_slice(vertices.as_flattened());
        Self::Narrow(node)
    }
}

/// A simple cell's borders.
#[derive(Clone, Copy, Debug)]
pub(super) struct Card<'a> {
    head: u32,
    owners: u32,
    vertices: Vertices<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Vertices<'a> {
    Near(&'a [u32; 6]),
    Far(&'a [u32; 6]),
    Wide(&'a [u32; 14]),
}

type Place = [i32; 2];

impl<'a> Card<'a> {
    /// Writes a card for a cell with this open side and the parts that cover it; none if the edges
    /// do not fit, if a coordinate has more decimals, or for handles above 65,535.
    pub(super) fn write(
        open: Side,
        covering: Parts,
        owners: [Handle; 2],
        edges: &[Edge],
    ) -> Option<Written> {
        let [one, other] = owners.map(|owner| u16::try_from(owner).ok().map(u32::from));
        let owners = one? | (other? << 16);
        let head = (covering << COVERING) | (open.bits() << TURN);
        let (mut along, mut against) = (0, 0);
        let mut vertices: Vec<Xy> = Vec::with_capacity(EDGES + 1);
        for edge in edges {
            if vertices.last() != Some(&edge.a) {
                vertices.push(edge.a);
            }
            let place = vertices.len() - 1;
            if place >= EDGES {
                return None;
            }
            along |= edge.along << (2 * place);
            against |= edge.against << (2 * place);
            vertices.push(edge.b);
        }
        let place = |&vertex: &Xy| -> Option<Place> {
            let at = turned(open.bits(), vertex);
            Some([millionths(at.x)?, millionths(at.y)?])
        };
        let places = vertices.iter().map(place).collect::<Option<Vec<_>>>()?;
        let head = head | along | (against << AGAINST);
        if let Some((first, x, y)) = packed(&places) {
            let first = first.map(i32::cast_unsigned);
            return Some(Written::narrow(
                (NEAR << KIND) | head,
                owners,
                [first, halves(x), halves(y)],
            ));
        }
        if let Some(places) = filled::<_, 3>(&places) {
            let places = places.map(|place| place.map(i32::cast_unsigned));
            return Some(Written::narrow((FAR << KIND) | head, owners, places));
        }
        let places: [Place; EDGES + 1] = filled(&places)?;
        let mut line = Line::default();
        let [first, second, rest @ ..] = &mut line.0;
        (*first, *second) = (head, owners);
        let numbers = places.as_flattened().iter().map(|number| number.cast_unsigned());
        rest.iter_mut().zip(numbers).for_each(|(word, number)| *word = number);
        Some(Written::Wide(line))
    }

    /// The card in a node of the kind `NEAR` or `FAR`.
    #[inline]
    pub(super) const fn narrow(node: &'a Node, far: bool) -> Self {
        let Node([head, owners, vertices @ ..]) = node;
        let vertices = if far { Vertices::Far(vertices) } else { Vertices::Near(vertices) };
        Self { head: *head, owners: *owners, vertices }
    }

    /// The card in a line.
    #[inline]
    pub(super) const fn wide(line: &'a Line) -> Self {
        let Line([head, owners, vertices @ ..]) = line;
        Self { head: *head, owners: *owners, vertices: Vertices::Wide(vertices) }
    }

    /// The owners of the two parts, the smaller first.
    #[inline]
    pub(super) const fn owners(&self) -> [Handle; 2] {
        [self.owners & 0xffff, self.owners >> 16]
    }

    /// The parts that cover a point of the cell, boundary included. With `rounded`, a point within
    /// rounding of an edge is on it, as `PostGIS` has it for points.
    #[inline]
    pub(super) fn covering(&self, p: Xy, rounded: bool) -> Parts {
        let p = turned(self.head >> TURN, p);
        let found = match self.vertices {
            Vertices::Near(words) => judged(self.head, p, &near(words), UNSURE_NEAR),
            Vertices::Far(words) => judged(self.head, p, &plain::<6, 3>(words), UNSURE),
            Vertices::Wide(words) => judged(self.head, p, &plain::<14, 7>(words), UNSURE),
        };
        found.unwrap_or_else(|| self.covering_exactly(p, rounded))
    }

    /// The same, edge by edge in degrees; `p` is on the card's axes.
    #[cold]
    #[inline(never)]
    fn covering_exactly(&self, p: Xy, rounded: bool) -> Parts {
        let (mut inside, mut on) = (self.head >> COVERING, 0);
        self.turned_edges(|Edge { a, b, along, against }| {
            if boxed(a, b, p) {
                let exactly = side(a, b, p).abs() <= 0.0;
                if exactly || (rounded && rounds_onto(a, b, p)) {
                    on |= along;
                }
                if exactly || (rounded && rounds_onto(b, a, p)) {
                    on |= against;
                }
                if exactly {
                    return;
                }
            }
            if (a.x <= p.x) != (b.x <= p.x) && (side(a, b, p) > 0.0) != (b.x > a.x) {
                inside ^= along ^ against;
            }
        });
        (inside & 3) | on
    }

    /// Gives the edges, on the map's axes.
    #[inline]
    pub(super) fn edges(&self, mut give: impl FnMut(Edge)) {
        let turn = self.head >> TURN;
        self.turned_edges(|edge| {
            give(Edge { a: turned_back(turn, edge.a), b: turned_back(turn, edge.b), ..edge });
        });
    }

    #[inline]
    fn turned_edges(&self, give: impl FnMut(Edge)) {
        match self.vertices {
            Vertices::Near(words) => self.each(&near(words), give),
            Vertices::Far(words) => self.each(&plain::<6, 3>(words), give),
            Vertices::Wide(words) => self.each(&plain::<14, 7>(words), give),
        }
    }

    #[inline]
    fn each(&self, vertices: &[Place], mut give: impl FnMut(Edge)) {
        let (mut along, mut against) = (self.head, self.head >> AGAINST);
        for ends in vertices.windows(2) {
            let &[a, b] = ends else { continue };
            if (along | against) & 3 != 0 {
                let [a, b] = [a, b].map(|[x, y]| Xy { x: in_degrees(x), y: in_degrees(y) });
                give(Edge { a, b, along: along & 3, against: against & 3 });
            }
            (along, against) = (along >> 2, against >> 2);
        }
    }
}

/// The parts that cover a point, by plain products, every edge alike and nothing to be foreseen but
/// that a point is seldom very close to an edge or a vertex; none if it is.
#[inline]
fn judged<const N: usize>(
    head: u32,
    p: Xy,
    vertices: &[Place; N],
    unsure_below: f64,
) -> Option<Parts> {
    let here = Xy { x: p.x * MILLIONTHS, y: p.y * MILLIONTHS };
    let away = vertices.map(|[x, y]| Xy { x: f64::from(x) - here.x, y: f64::from(y) - here.y });
    let mut unsure = away.iter().fold(false, |unsure, a| unsure | (a.x.abs() < LEVEL));
    let mut sides = head ^ (head >> AGAINST);
    let mut inside = head >> COVERING;
    for ends in away.windows(2) {
        let &[a, b] = ends else { continue };
        let product = a.x * b.y - a.y * b.x;
        let (left_of_a, left_of_b) = (negative(a.x), negative(b.x));
        let spans = left_of_a ^ left_of_b;
        unsure |= (spans != 0) & (product.abs() < unsure_below);
        let crosses = spans & (negative(product) ^ left_of_b);
        inside ^= sides & 0_u32.wrapping_sub(crosses);
        sides >>= 2;
    }
    (!unsure).then_some(inside & 3)
}

/// 1 for a number below zero, 0 for one above.
#[inline]
fn negative(number: f64) -> u32 {
    high(number.to_bits()) >> 31
}

/// The first of at most four vertices and how far the others are from it, if that is not too far.
fn packed(places: &[Place]) -> Option<(Place, u64, u64)> {
    let [first, rest @ ..]: [Place; 4] = filled(places)?;
    let axis = |axis: fn(&Place) -> i32| {
        rest.iter().zip([0, 1, 2]).try_fold(0, |word, (place, at)| {
            let far = axis(place).checked_sub(axis(&first))?;
            let fits = far.unsigned_abs() < 1 << (FAR_BITS - 1);
            let bits = u64::from(far.cast_unsigned()) & ((1 << FAR_BITS) - 1);
            fits.then_some(word | (bits << (at * FAR_BITS)))
        })
    };
    Some((first, axis(|place| place[0])?, axis(|place| place[1])?))
}

/// The values, the last of them repeated up to the length of the array.
fn filled<T: Copy, const N: usize>(values: &[T]) -> Option<[T; N]> {
    let &last = values.last()?;
    let mut filled = [last; N];
    filled.get_mut(..values.len())?.copy_from_slice(values);
    Some(filled)
}

/// The vertices of a card of short edges.
#[inline]
fn near(words: &[u32; 6]) -> [Place; 4] {
    let &[x, y, ..] = words;
    let &[.., x_low, x_high, y_low, y_high] = words;
    let (first_x, first_y) = (x.cast_signed(), y.cast_signed());
    let (far_x, far_y) = (joined([x_low, x_high]), joined([y_low, y_high]));
    let far = |word: u64, at: u32| {
        let up = word << (u64::BITS - FAR_BITS * (at + 1));
        high(up).cast_signed() >> (u32::BITS - FAR_BITS)
    };
    let place = |at| [first_x.wrapping_add(far(far_x, at)), first_y.wrapping_add(far(far_y, at))];
    [[first_x, first_y], place(0), place(1), place(2)]
}

/// Vertices as they are.
#[inline]
fn plain<const WORDS: usize, const N: usize>(words: &[u32; WORDS]) -> [Place; N] {
    let mut vertices = [[0; 2]; N];
    let (pairs, _) = words.as_chunks::<2>();
    for (vertex, pair) in vertices.iter_mut().zip(pairs) {
        *vertex = pair.map(u32::cast_signed);
    }
    vertices
}
