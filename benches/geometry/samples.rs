//! What everybody is asked: points and routes of every kind over the shipped world, from seeds.
//! Shared by the benchmark, the peers and the comparison with `PostGIS`.

use std::f64::consts::TAU;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use fastrand::Rng;
use flate2::read::GzDecoder;
use safeconduct::atlas::geometry::{Feature, Part, PathKind, Ring, Shape, features};
use safeconduct::model::LonLat;
use serde::Deserialize;

/// A kilometre, in degrees of latitude.
const KM: f64 = 1.0 / 111.195;

/// Kinds of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PointClass {
    /// Anywhere on the map.
    Uniform,
    /// Within a kilometre of a border.
    Border,
    /// Exactly on a vertex.
    Vertex,
    /// In the middle of an edge, as well as a number can be there.
    Edge,
    /// In and around holes and small parts.
    Enclave,
    /// Poleward of 85 degrees, and the poles.
    Pole,
    /// Within a degree of ±180, and on it.
    Antimeridian,
    /// Airports, and within 10 km of them.
    Airport,
    /// Cities, and within 10 km of them.
    City,
}

impl PointClass {
    /// Every class with its share, in percent.
    pub(crate) const SHARES: [(Self, usize); 9] = [
        (Self::Uniform, 15),
        (Self::Border, 30),
        (Self::Vertex, 8),
        (Self::Edge, 7),
        (Self::Enclave, 10),
        (Self::Pole, 5),
        (Self::Antimeridian, 10),
        (Self::Airport, 5),
        (Self::City, 10),
    ];
}

/// Kinds of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RouteClass {
    /// A drive of two to six points.
    Short,
    /// From an airport to another.
    Long,
    /// A drive of two hundred points.
    Road,
    /// Back and forth over ±180.
    Antimeridian,
    /// Around and over the poles.
    Polar,
    /// Exactly along a border.
    Border,
    /// One point, repeated.
    Still,
}

impl RouteClass {
    /// Every class with its share, in percent.
    pub(crate) const SHARES: [(Self, usize); 7] = [
        (Self::Short, 35),
        (Self::Long, 15),
        (Self::Road, 5),
        (Self::Antimeridian, 10),
        (Self::Polar, 10),
        (Self::Border, 20),
        (Self::Still, 5),
    ];
}

/// The shipped world, as far as samples are drawn from it.
#[derive(Debug)]
pub(crate) struct World {
    /// Id and full shape of every area.
    pub(crate) areas: Vec<(String, Shape)>,
    cities: Vec<LonLat>,
    airports: Vec<LonLat>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl World {
    /// Reads the files of `data/` under the project's root.
    pub(crate) fn read(root: &Path) -> Self {
        let text = shipped(root, "areas-admin1.geojson.gz");
        let area = |feature: &Feature<'_>| {
            let named: Named = serde_json::from_str(feature.properties.get()).expect("an id");
            (named.id, Shape::from_geojson(feature.geometry.get()).expect("a shape"))
        };
        let areas = features(&text).expect("features").iter().map(area).collect();
        let cities = places(root, "cities15000.csv.gz");
        Self { areas, cities, airports: places(root, "airports.csv.gz") }
    }

    /// Points of every class in their shares, class by class, about `count` in all.
    pub(crate) fn points(&self, count: usize, seed: u64) -> Vec<(PointClass, LonLat)> {
        let mut rng = Rng::with_seed(seed);
        let shares = PointClass::SHARES.iter();
        shares
            .flat_map(|&(class, share)| std::iter::repeat_n(class, count * share / 100))
            .map(|class| (class, self.point(class, &mut rng)))
            .collect()
    }

    /// Routes of every class in their shares, half of them great circles.
    pub(crate) fn routes(
        &self,
        count: usize,
        seed: u64,
    ) -> Vec<(RouteClass, PathKind, Vec<LonLat>)> {
        let mut rng = Rng::with_seed(seed);
        let shares = RouteClass::SHARES.iter();
        shares
            .flat_map(|&(class, share)| std::iter::repeat_n(class, count * share / 100))
            .map(|class| {
                let kind = if rng.bool() { PathKind::GreatCircle } else { PathKind::Straight };
                (class, kind, self.route(class, &mut rng))
            })
            .collect()
    }

    /// A point of a class.
    pub(crate) fn point(&self, class: PointClass, rng: &mut Rng) -> LonLat {
        match class {
            PointClass::Uniform => point(between(rng, -180.0, 180.0), between(rng, -90.0, 90.0)),
            PointClass::Border => {
                let (a, b) = self.edge(rng);
                near(middle(a, b, rng.f64()), 1.0, rng)
            }
            PointClass::Vertex => self.edge(rng).0,
            PointClass::Edge => {
                let (a, b) = self.edge(rng);
                let t = if rng.bool() { 0.5 } else { rng.f64() };
                middle(a, b, t)
            }
            PointClass::Enclave => self.enclave(rng),
            PointClass::Pole => {
                let lat = if rng.u8(0..10) == 0 { 90.0 } else { between(rng, 85.0, 90.0) };
                let lat = if rng.u8(0..4) == 0 { lat } else { -lat };
                point(between(rng, -180.0, 180.0), lat)
            }
            PointClass::Antimeridian => {
                let lon = if rng.bool() { 180.0 } else { between(rng, 179.0, 180.0) };
                let lat =
                    if rng.bool() { between(rng, -90.0, 90.0) } else { between(rng, 62.0, 72.0) };
                point(if rng.bool() { lon } else { -lon }, lat)
            }
            PointClass::Airport => often_near(pick(&self.airports, rng), rng),
            PointClass::City => often_near(pick(&self.cities, rng), rng),
        }
    }

    /// A route of a class.
    pub(crate) fn route(&self, class: RouteClass, rng: &mut Rng) -> Vec<LonLat> {
        match class {
            RouteClass::Short => {
                let count = rng.usize(1..=5);
                drive(pick(&self.cities, rng), count, 40.0, rng)
            }
            RouteClass::Long => vec![pick(&self.airports, rng), pick(&self.airports, rng)],
            RouteClass::Road => drive(pick(&self.cities, rng), 199, 5.0, rng),
            RouteClass::Antimeridian => {
                let count = rng.usize(2..6);
                let end = |rng: &mut Rng| self.point(PointClass::Antimeridian, rng);
                let first = end(rng);
                let mut route = vec![first];
                for _ in 1..count {
                    let next = end(rng);
                    let lat = first.lat() + (next.lat() - first.lat()) * 0.1;
                    route.push(point(next.lon(), lat));
                }
                route
            }
            RouteClass::Polar => {
                (0..rng.usize(2..5)).map(|_| self.point(PointClass::Pole, rng)).collect()
            }
            RouteClass::Border => {
                let points = self.ring(rng).points();
                let first = rng.usize(0..points.len() - 1);
                points.iter().skip(first).take(rng.usize(2..40)).copied().collect()
            }
            RouteClass::Still => {
                let class = [PointClass::Vertex, PointClass::Edge, PointClass::Border];
                let class = *rng.choice(&class).expect("three of them");
                vec![self.point(class, rng); rng.usize(1..4)]
            }
        }
    }

    fn part(&self, rng: &mut Rng) -> &Part {
        let parts = self.areas[rng.usize(0..self.areas.len())].1.parts();
        &parts[rng.usize(0..parts.len())]
    }

    fn ring(&self, rng: &mut Rng) -> &Ring {
        let part = self.part(rng);
        let rings = part.rings().count();
        part.rings().nth(rng.usize(0..rings)).expect("counted")
    }

    fn edge(&self, rng: &mut Rng) -> (LonLat, LonLat) {
        let points = self.ring(rng).points();
        let first = rng.usize(0..points.len() - 1);
        (points[first], points[first + 1])
    }

    fn enclave(&self, rng: &mut Rng) -> LonLat {
        let corners = loop {
            let part = self.part(rng);
            let hole = part.holes.first();
            let small = (part.outer.points().len() < 40).then_some(&part.outer);
            if let Some(ring) = hole.or(small) {
                break ring.points();
            }
        };
        let extent = |get: fn(&LonLat) -> f64| {
            let low = corners.iter().map(get).fold(f64::INFINITY, f64::min);
            let high = corners.iter().map(get).fold(f64::NEG_INFINITY, f64::max);
            (low - (high - low) * 0.2, high + (high - low) * 0.2)
        };
        let ((west, east), (south, north)) = (extent(|at| at.lon()), extent(|at| at.lat()));
        point(between(rng, west, east), between(rng, south, north))
    }
}

/// A position of the map, pulled back onto it where it is off.
pub(crate) fn point(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)).expect("clamped")
}

fn between(rng: &mut Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.f64()
}

fn middle(a: LonLat, b: LonLat, t: f64) -> LonLat {
    point(a.lon() + (b.lon() - a.lon()) * t, a.lat() + (b.lat() - a.lat()) * t)
}

/// Somewhere within so many kilometres.
pub(crate) fn near(at: LonLat, km: f64, rng: &mut Rng) -> LonLat {
    let (angle, reach) = (between(rng, 0.0, TAU), rng.f64() * km * KM);
    let widen = at.lat().to_radians().cos().max(0.01);
    point(at.lon() + angle.cos() * reach / widen, at.lat() + angle.sin() * reach)
}

fn often_near(at: LonLat, rng: &mut Rng) -> LonLat {
    if rng.bool() { at } else { near(at, 10.0, rng) }
}

fn pick(places: &[LonLat], rng: &mut Rng) -> LonLat {
    places[rng.usize(0..places.len())]
}

/// A way of so many steps of about `km`, that keeps its direction more or less.
pub(crate) fn drive(from: LonLat, steps: usize, km: f64, rng: &mut Rng) -> Vec<LonLat> {
    let mut angle = between(rng, 0.0, TAU);
    let mut route = vec![from];
    let mut at = from;
    for _ in 0..steps {
        angle += between(rng, -0.4, 0.4);
        let reach = km * KM * between(rng, 0.2, 1.8);
        let widen = at.lat().to_radians().cos().max(0.01);
        at = point(at.lon() + angle.cos() * reach / widen, at.lat() + angle.sin() * reach);
        route.push(at);
    }
    route
}

fn shipped(root: &Path, name: &str) -> String {
    let path = root.join("data").join(name);
    let mut text = String::new();
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    GzDecoder::new(file).read_to_string(&mut text).expect("compressed text");
    text
}

/// Longitude and latitude of every row of a shipped table.
fn places(root: &Path, name: &str) -> Vec<LonLat> {
    let text = shipped(root, name);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let heads = rows.headers().expect("a head line").clone();
    let column = |name: &str| heads.iter().position(|head| head == name).expect("the column");
    let (lon, lat) = (column("lon"), column("lat"));
    let number = |field: Option<&str>| field?.parse().ok();
    rows.records()
        .filter_map(Result::ok)
        .filter_map(|row| Some(point(number(row.get(lon))?, number(row.get(lat))?)))
        .collect()
}
