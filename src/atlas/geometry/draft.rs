//! A card before it is a leaf.

use super::block::Parts;
use super::handles::Handle;
use super::leaf::{
    CORNER, EDGES, HEAD, Kind, LOW, Leaf, OWNER, Place, RIGHT, SCALE, SLACK, spread,
};
use super::number::{low, short, wide};

/// A point is fewer steps than this from the middle of its cell.
const REACH: i32 = 1 << 13;

/// Vertices, none for the corner, each with the parts along and against the edge that leads to it.
#[derive(Debug, Default)]
pub(super) struct Draft(Vec<(Option<Place>, Parts, Parts)>);

impl Draft {
    /// Goes on to a vertex, none for the corner, with the parts along and against the edge that leads
    /// there; to where it is already only along an edge.
    pub(super) fn go(&mut self, to: Option<Place>, along: Parts, against: Parts) {
        let stays = along | against == 0 && self.0.last().is_some_and(|last| last.0 == to);
        if !stays {
            self.0.push((to, along, against));
        }
    }

    /// Whether a leaf has no room for this.
    pub(super) const fn is_too_long(&self) -> bool {
        self.0.len() > EDGES + 1
    }

    /// The leaf of a cell with this middle, so many millionths from it to its sides, whose parts have
    /// these owners; none if there is no room, a vertex is too far off, or for handles above 65,535.
    pub(super) fn leaf(
        &self,
        ([x_middle, y_middle], half): (Place, i32),
        owners: &[Handle],
    ) -> Option<Leaf> {
        if self.is_too_long() {
            return None;
        }
        let mut owned = 0;
        for &owner in owners.iter().rev() {
            owned = (owned << 16) | u64::from(u16::try_from(owner).ok()?);
        }
        let away = |[x, y]: Place| [x.wrapping_sub(x_middle), y.wrapping_sub(y_middle)];
        let places: Vec<_> = self.0.iter().map(|vertex| vertex.0.map(away)).collect();
        let scale = scale(&places, half)?;
        let mut leaf = Leaf::of(Kind::Card);
        (leaf.sides, leaf.owners) = (owned << OWNER, low(owned >> 16));
        leaf.y_low |= u64::from(scale) << SCALE;
        let (mut slack, mut before) = (0, None);
        for ((index, &(_, along, against)), place) in (0..).zip(&self.0).zip(places) {
            let steps = place.map(|at| at.map(|at| at >> scale));
            let [x, y] = steps.unwrap_or([CORNER.into(); 2]).map(|at| short(at.cast_unsigned()));
            *leaf.x.get_mut(wide(index))? = x;
            *leaf.y.get_mut(wide(index))? = y;
            if let Some(place) = place {
                let [x, y] = place.map(|at| u64::from(at.cast_unsigned() & ((1 << scale) - 1)));
                leaf.x_low |= x << (LOW * index);
                leaf.y_low |= y << (LOW * index);
            }
            if along | against != 0 {
                let edge = index.checked_sub(1)?;
                leaf.sides |= u64::from(spread(along | against)) << edge;
                leaf.sides |= u64::from(spread(against)) << (RIGHT + edge);
                slack = slack.max(slack_of(before, steps));
            }
            before = steps;
        }
        leaf.x_low |= u64::from(slack.div_ceil(1 << SLACK)) << HEAD;
        Some(leaf)
    }
}

/// How many bits the steps leave, so that every vertex and every point of the cell is near enough.
fn scale(places: &[Option<Place>], half: i32) -> Option<u32> {
    (0..=LOW).find(|&scale| {
        let near = |at: &i32| (at >> scale).abs() < i32::from(CORNER);
        (half >> scale) + 1 < REACH && places.iter().flatten().flatten().all(near)
    })
}

/// How far from the truth a product can be that is made of the steps of an edge and of a point under
/// or over it and not beyond both its ends: the differences between them, at most those of the ends
/// or two more, are each off by at most one step.
fn slack_of(a: Option<Place>, b: Option<Place>) -> u32 {
    let (Some([ax, ay]), Some([bx, by])) = (a, b) else { return 0 };
    ax.abs_diff(bx) + 2 * ay.abs_diff(by) + 8
}
