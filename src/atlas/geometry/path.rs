//! A line as it is travelled (api.md, "What at and along answer"): refined along great circles or
//! straight, cut at ±180°, led over the poles.

use std::f64::consts::PI;
use std::ops::Range;

use thiserror::Error;

use super::distance::{EARTH_RADIUS_KM, arc};
use super::number::truncated;
use super::point::Xy;
use crate::model::LonLat;

/// Great circles are cut into steps of at most so many kilometres.
const STEP_KM: f64 = 25.0;
/// Poleward of this latitude …
const POLAR: f64 = 85.0;
/// … a step that jumps more degrees of longitude than this goes over the pole.
const JUMP: f64 = 90.0;
/// Two points this close to opposite, in radians, have no one great circle between them.
const OPPOSITE: f64 = 1e-9;

/// How the vertices of a path are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PathKind {
    /// By great circles on the sphere, cut into equal steps of at most 25 km.
    #[default]
    GreatCircle,
    /// Straight in degrees, the short way round the antimeridian.
    Straight,
}

/// Why vertices make no path.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PathError {
    /// No vertex.
    #[error("a path needs at least one point")]
    Empty,
    /// Two vertices on opposite sides of the earth: every great circle joins them.
    #[error("points {0} and {1} lie on opposite sides of the earth: add one between them")]
    Opposite(usize, usize),
}

/// A vertex of a refined path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// Which part of the path's length lies before it, 0 to 1.
    pub at: f64,
}

/// A refined path: lines in the plane of degrees, and single points that lie on it besides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    vertices: Vec<Vertex>,
    lines: Vec<Range<usize>>,
    points: Vec<Vertex>,
    km: f64,
}

impl Vertex {
    pub(super) const fn xy(&self) -> Xy {
        Xy { x: self.lon, y: self.lat }
    }
}

impl Path {
    /// The path along these vertices.
    pub fn new(vertices: &[LonLat], kind: PathKind) -> Result<Self, PathError> {
        let (&first, rest) = vertices.split_first().ok_or(PathError::Empty)?;
        let first = Xy::from(first);
        let mut pen = Pen::at(first, rest.len());
        let mut last = first;
        for (index, &next) in rest.iter().enumerate() {
            let next = Xy::from(next);
            let drawn = match kind {
                PathKind::Straight => {
                    pen.go(next, length(last, next));
                    true
                }
                PathKind::GreatCircle => great_circle(&mut pen, last, next),
            };
            if !drawn {
                return Err(PathError::Opposite(index, index + 1));
            }
            last = next;
        }
        Ok(pen.finish())
    }

    /// The lines of the refined path, each of at least two vertices, none equal to the one before.
    pub fn lines(&self) -> impl Iterator<Item = &[Vertex]> {
        self.lines.iter().filter_map(|line| self.vertices.get(line.clone()))
    }

    /// Points that lie on the path besides: the one point of a path that never leaves it, and the
    /// other side of every vertex at ±180°.
    pub fn points(&self) -> &[Vertex] {
        &self.points
    }

    /// Length on the sphere, in kilometres.
    pub const fn km(&self) -> f64 {
        self.km
    }
}

/// Radians from one vertex to the next. Short steps are measured on the plane that touches the
/// sphere between them, which is right to a millionth.
fn length(from: Xy, to: Xy) -> f64 {
    let (across, up) = (short_way(to.x - from.x).to_radians(), (to.y - from.y).to_radians());
    if across.abs() + up.abs() < 0.01 && from.y.abs() < 80.0 {
        let across = across * f64::midpoint(from.y, to.y).to_radians().cos();
        return (across * across + up * up).sqrt();
    }
    arc(from, to)
}

/// A difference of longitudes the short way round.
fn short_way(across: f64) -> f64 {
    if across > 180.0 {
        across - 360.0
    } else if across < -180.0 {
        across + 360.0
    } else {
        across
    }
}

/// `n = max(1, ceil(d / 25 km - 1e-9))` equal parts by spherical interpolation, ends as given.
/// False for opposite points.
fn great_circle(pen: &mut Pen, from: Xy, to: Xy) -> bool {
    let angle = length(from, to);
    if angle * EARTH_RADIUS_KM < STEP_KM * 0.99 {
        pen.go(to, angle);
        return true;
    }
    let angle = arc(from, to);
    if PI - angle < OPPOSITE {
        return false;
    }
    let steps = truncated((angle * EARTH_RADIUS_KM / STEP_KM - 1e-9).ceil()).max(1);
    let (one, other) = (Direction::of(from), Direction::of(to));
    let share = angle / f64::from(steps);
    for step in 1..steps {
        let t = f64::from(step) / f64::from(steps);
        let (near, far) = (((1.0 - t) * angle).sin(), (t * angle).sin());
        pen.go(one.mixed(near, &other, far).place(), share);
    }
    pen.go(to, share);
    true
}

/// A direction from the centre of the earth.
struct Direction {
    x: f64,
    y: f64,
    z: f64,
}

impl Direction {
    fn of(place: Xy) -> Self {
        let (lon_sin, lon_cos) = place.x.to_radians().sin_cos();
        let (lat_sin, lat_cos) = place.y.to_radians().sin_cos();
        Self { x: lat_cos * lon_cos, y: lat_cos * lon_sin, z: lat_sin }
    }

    /// The length of the mixture does not matter.
    fn mixed(&self, own: f64, other: &Self, others: f64) -> Self {
        Self {
            x: own * self.x + others * other.x,
            y: own * self.y + others * other.y,
            z: own * self.z + others * other.z,
        }
    }

    fn place(&self) -> Xy {
        let level = self.x.hypot(self.y);
        Xy { x: self.y.atan2(self.x).to_degrees(), y: self.z.atan2(level).to_degrees() }
    }
}

/// Draws a path step by step. Until the end, `at` of a vertex is the angle covered before it.
struct Pen {
    path: Path,
    place: Xy,
    covered: f64,
    line: usize,
}

impl Pen {
    fn at(place: Xy, steps: usize) -> Self {
        let path = Path { vertices: Vec::with_capacity(steps + 1), ..Path::default() };
        let mut pen = Self { path, place, covered: 0.0, line: 0 };
        pen.mark(place);
        pen
    }

    /// Goes to a vertex: straight, over the antimeridian or over the pole.
    fn go(&mut self, to: Xy, angle: f64) {
        let from = self.place;
        let across = short_way(to.x - from.x);
        let polar = from.y.abs().min(to.y.abs()) >= POLAR && from.y * to.y > 0.0;
        if polar && across.abs() > JUMP {
            let pole = 90.0_f64.copysign(from.y);
            let (up, down) = (90.0 - from.y.abs(), 90.0 - to.y.abs());
            let share = if up + down > 0.0 { up / (up + down) } else { 0.0 };
            self.draw(Xy { x: from.x, y: pole }, angle * share);
            self.lift(Xy { x: to.x, y: pole });
            self.draw(to, angle * (1.0 - share));
        } else if (to.x - from.x).abs() > 180.0 {
            let (edge, share) = if across.abs() > 0.0 {
                let edge = 180.0_f64.copysign(across);
                (edge, ((edge - from.x) / across).clamp(0.0, 1.0))
            } else {
                // to the antimeridian, on which it stands, by its other name
                (from.x, 0.0)
            };
            // rounding must not lead past the end, which may be a pole
            let lat = from.y + (to.y - from.y) * share;
            let lat = lat.clamp(from.y.min(to.y), from.y.max(to.y));
            self.draw(Xy { x: edge, y: lat }, angle * share);
            self.lift(Xy { x: -edge, y: lat });
            self.draw(to, angle * (1.0 - share));
        } else {
            self.draw(to, angle);
        }
    }

    fn draw(&mut self, to: Xy, angle: f64) {
        self.covered += angle;
        if to != self.place {
            let along_edge = self.place.x.abs() >= 180.0 && to.x.total_cmp(&self.place.x).is_eq();
            let (from, begin) = (self.place, self.covered - angle);
            self.mark(to);
            if along_edge {
                self.mirror_line(from, begin, to);
            }
        }
    }

    /// A step along ±180° lies on both edges of the map: it goes in as a line of its own.
    fn mirror_line(&mut self, from: Xy, begin: f64, to: Xy) {
        self.close();
        let ends = [(from, begin), (to, self.covered)];
        let first = self.path.vertices.len();
        self.path.vertices.extend(ends.map(|(xy, at)| Vertex { lon: -xy.x, lat: xy.y, at }));
        self.path.lines.push(first..self.path.vertices.len());
        self.line = self.path.vertices.len();
        self.mark(to);
    }

    fn mark(&mut self, place: Xy) {
        let vertex = Vertex { lon: place.x, lat: place.y, at: self.covered };
        self.path.vertices.push(vertex);
        if let Some(other) = place.mirrored() {
            self.path.points.push(Vertex { lon: other.x, ..vertex });
        }
        self.place = place;
    }

    fn lift(&mut self, place: Xy) {
        self.close();
        self.mark(place);
    }

    /// Ends the line that is being drawn; a single vertex becomes a point.
    fn close(&mut self) {
        let line = self.line..self.path.vertices.len();
        if line.len() > 1 {
            self.path.lines.push(line);
        } else {
            self.path.points.extend(self.path.vertices.drain(line));
        }
        self.line = self.path.vertices.len();
    }

    fn finish(mut self) -> Path {
        self.close();
        let whole = self.covered;
        if whole > 0.0 {
            let all = self.path.vertices.iter_mut().chain(&mut self.path.points);
            all.for_each(|vertex| vertex.at = (vertex.at / whole).min(1.0));
        }
        self.path.km = whole * EARTH_RADIUS_KM;
        self.path
    }
}
