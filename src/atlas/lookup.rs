//! What lies at a point, along a path, near a point.

use std::sync::Arc;

use super::answer::{Along, Contact, Covering};
use super::area::AreaEntry;
use super::geometry::{self, Mosaic, Path, PathKind, Shape};
use super::places::AreaIndex;
use super::placing::{Surroundings, index, tenths};
use super::world::Atlas;
use crate::model::{AreaId, Fence, LonLat};

impl Surroundings for Atlas {
    fn mosaic(&self) -> &Mosaic {
        &self.parts.shapes
    }

    fn country(&self, area: AreaIndex) -> Option<&str> {
        self.entry(area).and_then(AreaEntry::country)
    }
}

impl Atlas {
    /// What covers a point, boundaries included.
    pub fn at(&self, point: LonLat) -> Covering<'_> {
        let areas = self.parts.shapes.at(point);
        Covering {
            areas: areas.iter().filter_map(|handle| self.entry(index(handle))).collect(),
            fences: self.parts.fences.at(point),
        }
    }

    /// What a path touches, boundaries included, in order of first contact.
    pub fn along(&self, path: &Path) -> Along<'_> {
        let area = |contact: geometry::Contact| {
            let what = self.entry(index(contact.handle))?;
            Some(Contact { what, spans: contact.spans })
        };
        Along {
            areas: self.parts.shapes.along(path).into_iter().filter_map(area).collect(),
            fences: self.parts.fences.along(path),
        }
    }

    /// Areas within so many kilometres of a point, with the distance to one decimal, in order of
    /// id; 0 for those that cover it.
    pub fn near(&self, point: LonLat, km: f64) -> Vec<(&AreaEntry, f64)> {
        let near = self.parts.shapes.within(point, km).into_iter();
        near.filter_map(|(handle, km)| Some((self.entry(index(handle))?, tenths(km)))).collect()
    }

    /// Areas that a shape touches, in order of id: those its border crosses, and those that lie
    /// wholly within it.
    pub fn areas_touched(&self, shape: &Shape) -> Result<Vec<AreaId>, geometry::PathError> {
        let mut touched = vec![false; self.areas().len()];
        let mut touch = |handle| {
            if let Some(flag) = touched.get_mut(index(handle)) {
                *flag = true;
            }
        };
        for ring in shape.parts().iter().flat_map(geometry::Part::rings) {
            let border = Path::new(ring.points(), PathKind::Straight)?;
            for contact in self.parts.shapes.along(&border) {
                touch(contact.handle);
            }
        }
        let inside = geometry::Overlay::build([(0, shape)]);
        let covers = |point| inside.as_ref().is_ok_and(|inside| !inside.at(point).is_empty());
        let areas = self.areas().iter().zip(touched);
        let within = |(area, touched): (&Arc<AreaEntry>, bool)| {
            (touched || covers(area.ground.vertex)).then(|| area.id().clone())
        };
        Ok(areas.filter_map(within).collect())
    }

    /// Every fence, in order of id.
    pub fn fences(&self) -> impl Iterator<Item = &Arc<Fence>> {
        self.parts.fences.drawn().map(|drawn| &drawn.fence)
    }
}
