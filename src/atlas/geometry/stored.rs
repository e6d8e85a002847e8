//! The stored form of a shape: a version byte, counts as u32, coordinates as f64, little-endian.

use super::number::{narrow, wide};
use super::shape::{Part, Ring, Shape, ShapeError};
use crate::model::LonLat;

const VERSION: u8 = 1;

pub(super) fn write(shape: &Shape) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + shape.vertices() * 16);
    bytes.push(VERSION);
    put_count(&mut bytes, shape.parts().len());
    for part in shape.parts() {
        put_count(&mut bytes, 1 + part.holes.len());
        for ring in part.rings() {
            put_count(&mut bytes, ring.points().len());
            for point in ring.points() {
                bytes.extend_from_slice(&point.lon().to_le_bytes());
                bytes.extend_from_slice(&point.lat().to_le_bytes());
            }
        }
    }
    bytes
}

fn put_count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend_from_slice(&narrow(count).to_le_bytes());
}

pub(super) fn read(bytes: &[u8]) -> Result<Shape, ShapeError> {
    let Some((&VERSION, rest)) = bytes.split_first() else {
        return Err(ShapeError::Bytes("unknown version"));
    };
    let mut reader = Reader(rest);
    let count = reader.count()?;
    let mut parts = Vec::new();
    for _ in 0..count {
        parts.push(reader.part()?);
    }
    if !reader.0.is_empty() {
        return Err(ShapeError::Bytes("too long"));
    }
    Shape::new(parts)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], ShapeError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(ShapeError::Bytes("too short"))?;
        self.0 = rest;
        Ok(*head)
    }

    fn count(&mut self) -> Result<usize, ShapeError> {
        Ok(wide(u32::from_le_bytes(self.take()?)))
    }

    fn part(&mut self) -> Result<Part, ShapeError> {
        let count = self.count()?;
        let outer = self.ring()?;
        let mut holes = Vec::new();
        for _ in 1..count {
            holes.push(self.ring()?);
        }
        Ok(Part { outer, holes })
    }

    fn ring(&mut self) -> Result<Ring, ShapeError> {
        let count = self.count()?;
        if count > self.0.len() / 16 {
            return Err(ShapeError::Bytes("too short"));
        }
        let mut points = Vec::with_capacity(count);
        for _ in 0..count {
            let (lon, lat) = (f64::from_le_bytes(self.take()?), f64::from_le_bytes(self.take()?));
            points.push(LonLat::new(lon, lat).map_err(|_off| ShapeError::Position { lon, lat })?);
        }
        Ring::new(points)
    }
}
