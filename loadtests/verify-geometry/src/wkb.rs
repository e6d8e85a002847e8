//! Well-known binary, little-endian: the exact coordinates for `PostGIS`.

use safeconduct::atlas::geometry::{Path, Shape, Vertex};

const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POINT: u32 = 4;
const MULTI_LINE: u32 = 5;
const MULTI_POLYGON: u32 = 6;

/// A multipolygon.
pub(crate) fn shape(shape: &Shape) -> Vec<u8> {
    let mut bytes = Vec::new();
    head(&mut bytes, MULTI_POLYGON, shape.parts().len());
    for part in shape.parts() {
        head(&mut bytes, POLYGON, part.rings().count());
        for ring in part.rings() {
            count(&mut bytes, ring.points().len());
            ring.points().iter().for_each(|at| place(&mut bytes, at.lon(), at.lat()));
        }
    }
    bytes
}

/// The lines of a path, if it has any, and its single points, if it has any.
pub(crate) fn path(path: &Path) -> Vec<Vec<u8>> {
    let lines: Vec<&[Vertex]> = path.lines().collect();
    let mut found = Vec::new();
    if !lines.is_empty() {
        let mut bytes = Vec::new();
        head(&mut bytes, MULTI_LINE, lines.len());
        for line in lines {
            head(&mut bytes, LINE, line.len());
            line.iter().for_each(|at| place(&mut bytes, at.lon, at.lat));
        }
        found.push(bytes);
    }
    if !path.points().is_empty() {
        let mut bytes = Vec::new();
        head(&mut bytes, MULTI_POINT, path.points().len());
        for at in path.points() {
            bytes.push(1);
            bytes.extend(POINT.to_le_bytes());
            place(&mut bytes, at.lon, at.lat);
        }
        found.push(bytes);
    }
    found
}

fn head(bytes: &mut Vec<u8>, kind: u32, members: usize) {
    bytes.push(1);
    bytes.extend(kind.to_le_bytes());
    count(bytes, members);
}

fn count(bytes: &mut Vec<u8>, members: usize) {
    bytes.extend(u32::try_from(members).expect("few enough").to_le_bytes());
}

fn place(bytes: &mut Vec<u8>, lon: f64, lat: f64) {
    bytes.extend(lon.to_le_bytes());
    bytes.extend(lat.to_le_bytes());
}
