//! The answers that `PostGIS` gave on the full shapes (`./dev verify-geometry --regenerate`), for
//! every kind of point and route of `benches/geometry/samples.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;

use flate2::read::GzDecoder;
use safeconduct::atlas::geometry::{Handle, Path, PathKind};
use safeconduct::model::LonLat;

use super::world;

fn lines(name: &str) -> impl Iterator<Item = String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/answers").join(name);
    let file = File::open(path).unwrap();
    BufReader::new(GzDecoder::new(file)).lines().map(Result::unwrap)
}

fn point(text: &str) -> LonLat {
    let (lon, lat) = text.split_once(' ').unwrap();
    LonLat::new(lon.parse().unwrap(), lat.parse().unwrap()).unwrap()
}

/// The handles of the areas named in a line.
fn wanted(handles: &BTreeMap<&str, Handle>, ids: &str) -> BTreeSet<Handle> {
    ids.split_terminator(' ').map(|id| handles[id]).collect()
}

fn handles() -> BTreeMap<&'static str, Handle> {
    world::areas().iter().zip(0..).map(|((id, _), handle)| (id.as_str(), handle)).collect()
}

#[test]
fn points_answer_as_postgis_does() {
    let handles = handles();
    let mosaic = world::mosaic();
    let (mut asked, mut covered) = (0, 0);
    for line in lines("points.txt.gz") {
        let (at, ids) = line.split_once('|').unwrap();
        let found: BTreeSet<Handle> = mosaic.at(point(at)).iter().collect();
        assert_eq!(found, wanted(&handles, ids), "{line}");
        asked += 1;
        covered += found.len();
    }
    assert_eq!(asked, 20_000);
    assert!(covered > 10_000, "too easy: {covered} areas");
}

#[test]
fn routes_answer_as_postgis_does() {
    let handles = handles();
    let mosaic = world::mosaic();
    let (mut asked, mut touched) = (0, 0);
    for line in lines("routes.txt.gz") {
        let fields: Vec<&str> = line.split('|').collect();
        let [kind, vertices, ids] = fields[..] else { panic!("three fields: {line}") };
        let kind = match kind {
            "great_circle" => PathKind::GreatCircle,
            "straight" => PathKind::Straight,
            other => panic!("{other} is no kind of path"),
        };
        let vertices: Vec<LonLat> = vertices.split(',').map(point).collect();
        let contacts = mosaic.along(&Path::new(&vertices, kind).unwrap());
        let found: BTreeSet<Handle> = contacts.iter().map(|contact| contact.handle).collect();
        assert_eq!(found, wanted(&handles, ids), "{line}");
        asked += 1;
        touched += found.len();
    }
    assert_eq!(asked, 500);
    assert!(touched > 2_000, "too easy: {touched} areas");
}
