//! What a record's own clearances hold of the counts: it is given back in the same transaction, so
//! it is not in the record's own way.

use jiff::civil::Date;

use super::places::key_of;
use super::taking::Place;
use crate::database::{DatabaseError, Row};
use crate::model::{AreaId, ClearanceId};

/// A binding place, or an arrival by rule, of a clearance that a record may give back.
#[derive(Debug)]
pub(super) struct Own {
    /// The clearance that the record names.
    pub(super) asked_id: ClearanceId,
    /// The clearance that holds it: that one, or what stands in for it.
    pub(super) clearance_id: ClearanceId,
    pub(super) held: Held,
}

/// What is held.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// A place on a night.
    Night(Place),
    /// An arrival by rule on a day.
    Arrival((AreaId, Date)),
}

impl Own {
    /// Where.
    pub(super) fn area(&self) -> &AreaId {
        match &self.held {
            Held::Night((area, ..)) | Held::Arrival((area, _)) => area,
        }
    }
}

/// Everything that one record's clearances hold.
#[derive(Debug, Default)]
pub(super) struct OwnPlaces(Vec<Own>);

impl OwnPlaces {
    /// Reads the answer of `own_places.sql`, one value a record of the batch.
    pub(super) fn read(rows: &[Row], count: usize) -> Result<Vec<Self>, DatabaseError> {
        let mut all: Vec<Self> = std::iter::repeat_with(Self::default).take(count).collect();
        for row in rows {
            let n: i32 = row.try_get("n")?;
            if let Some(own) = usize::try_from(n).ok().and_then(|n| all.get_mut(n)) {
                own.0.extend(read(row)?);
            }
        }
        Ok(all)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Own> + Clone {
        self.0.iter()
    }

    /// How many own places there are on a night.
    pub(super) fn nights(&self, place: &Place) -> u32 {
        count(self.all().filter(|own| matches!(&own.held, Held::Night(held) if held == place)))
    }

    /// How many there are on a night of what stands in for one clearance.
    pub(super) fn nights_for(&self, asked: ClearanceId, place: &Place) -> u32 {
        let own = self.all().filter(|own| own.asked_id == asked);
        count(own.filter(|own| matches!(&own.held, Held::Night(held) if held == place)))
    }

    /// How many own arrivals there are on a day.
    pub(super) fn arrivals(&self, day: &(AreaId, Date)) -> u32 {
        count(self.all().filter(|own| matches!(&own.held, Held::Arrival(held) if held == day)))
    }
}

fn count<T>(own: impl Iterator<Item = T>) -> u32 {
    u32::try_from(own.count()).unwrap_or(u32::MAX)
}

/// One row; none where its count is of an unknown kind.
fn read(row: &Row) -> Result<Option<Own>, DatabaseError> {
    let area_id = AreaId::from(row.try_get::<_, &str>("area_id")?);
    let day: Date = row.try_get("night")?;
    let kind: Option<&str> = row.try_get("key_kind")?;
    let name: Option<&str> = row.try_get("key")?;
    let held = match kind.zip(name) {
        None => Some(Held::Arrival((area_id, day))),
        Some((kind, name)) => key_of(kind, name).map(|key| Held::Night((area_id, day, key))),
    };
    let asked_id = ClearanceId(row.try_get("asked_id")?);
    let clearance_id = ClearanceId(row.try_get("clearance_id")?);
    Ok(held.map(|held| Own { asked_id, clearance_id, held }))
}
