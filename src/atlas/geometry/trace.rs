//! Follows a path over a layer: where it enters, leaves and touches each shape.

use super::contact::{Contact, Contacts};
use super::handles::{Handle, Handles};
use super::path::{Path, Vertex};
use super::point::Xy;

/// An edge met on a step: whose, and from where to where on the step (0..1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Meeting {
    pub(super) handle: Handle,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// What a layer must know to be walked over.
pub(super) trait Ground {
    /// Adds the shapes that cover a point; `rounded` as for single points, else exactly.
    fn covering(&self, p: Xy, rounded: bool, found: &mut Handles);
    /// Adds the edges that the step from `p` to `q`, which differ, touches; exactly which.
    fn meet(&self, p: Xy, q: Xy, met: &mut Vec<Meeting>);
}

pub(super) fn along(ground: &impl Ground, path: &Path) -> Vec<Contact> {
    let mut walk = Walk {
        ground,
        contacts: Contacts::default(),
        inside: Handles::new(),
        since: 0.0,
        met: Vec::new(),
    };
    for line in path.lines() {
        walk.line(line);
    }
    for vertex in path.points() {
        let mut here = Handles::new();
        ground.covering(vertex.xy(), true, &mut here);
        here.iter().for_each(|handle| walk.contacts.add(handle, vertex.at, vertex.at));
    }
    walk.contacts.finish()
}

struct Walk<'a, G> {
    ground: &'a G,
    contacts: Contacts,
    /// What covers the place that has been reached.
    inside: Handles,
    /// Where on the path `inside` was last noted.
    since: f64,
    met: Vec<Meeting>,
}

impl<G: Ground> Walk<'_, G> {
    fn line(&mut self, line: &[Vertex]) {
        let Some(first) = line.first() else { return };
        self.inside = self.covering(first.xy());
        self.since = first.at;
        self.note(first.at);
        for (from, to) in line.iter().zip(line.iter().skip(1)) {
            self.met.clear();
            self.ground.meet(from.xy(), to.xy(), &mut self.met);
            if !self.met.is_empty() {
                self.note(from.at);
                self.step(from, to);
            }
        }
        if let Some(last) = line.last() {
            self.note(last.at);
        }
    }

    fn covering(&self, p: Xy) -> Handles {
        let mut found = Handles::new();
        self.ground.covering(p, false, &mut found);
        found
    }

    /// Up to here nothing has changed.
    fn note(&mut self, at: f64) {
        for handle in self.inside.iter() {
            self.contacts.add(handle, self.since, at);
        }
        self.since = at;
    }

    /// A step that touches edges.
    fn step(&mut self, from: &Vertex, to: &Vertex) {
        let after = self.covering(to.xy());
        let mut met = std::mem::take(&mut self.met);
        met.sort_by(|one, other| {
            one.handle.cmp(&other.handle).then(one.from.total_cmp(&other.from))
        });
        for meetings in met.chunk_by(|one, other| one.handle == other.handle) {
            self.shape(from, to, meetings, &after);
        }
        for handle in self.inside.iter() {
            if met.binary_search_by_key(&handle, |meeting| meeting.handle).is_err() {
                self.contacts.add(handle, from.at, to.at);
            }
        }
        self.met = met;
        self.inside = after;
        self.since = to.at;
        self.note(to.at);
    }

    /// One shape whose edges the step touches: between two touches it is inside or outside.
    fn shape(&mut self, from: &Vertex, to: &Vertex, meetings: &[Meeting], after: &Handles) {
        let Some(handle) = meetings.first().map(|meeting| meeting.handle) else { return };
        let at = |t: f64| from.at + (to.at - from.at) * t;
        let mut reached = 0.0;
        for meeting in meetings {
            if meeting.from > reached {
                let inside = if reached > 0.0 || meetings.first() != Some(meeting) {
                    let middle = from.xy().toward(to.xy(), f64::midpoint(reached, meeting.from));
                    self.covering(middle).contains(handle)
                } else {
                    self.inside.contains(handle)
                };
                if inside {
                    self.contacts.add(handle, at(reached), at(meeting.from));
                }
            }
            self.contacts.add(handle, at(meeting.from), at(meeting.to));
            reached = meeting.to.max(reached);
        }
        if reached < 1.0 && after.contains(handle) {
            self.contacts.add(handle, at(reached), to.at);
        }
    }
}
