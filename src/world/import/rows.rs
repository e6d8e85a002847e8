//! The imported world as rows for the database.

use compact_str::CompactString;
use jiff::Timestamp;

use super::copy::CopyText;
use super::data::first_vertex;
use super::{ImportError, Standing, WorldData};
use crate::atlas::{AreaIndex, Placing};
use crate::model::{AreaPolicy, LevelTable, LonLat, RiskBand};

impl WorldData {
    pub(super) fn put_countries(&self, rows: &mut CopyText) {
        for country in &self.tables.countries {
            let name = |language: &str| country.names.get(language).map(CompactString::as_str);
            rows.text(Some(&country.iso2))
                .text(country.iso3.as_deref())
                .text(country.m49.as_deref());
            rows.text(name("en").or(Some(&country.iso2)));
            for language in ["fr", "es", "ru", "zh", "ar"] {
                rows.text(name(language));
            }
            rows.text(country.region.as_deref()).text(country.subregion.as_deref());
            rows.plain(Some(country.un_member)).text(country.income.as_deref());
            rows.plain(Some(country.hrp)).plain(Some(country.gho)).end();
        }
    }

    pub(super) fn put_territories(&self, rows: &mut CopyText) {
        for row in &self.tables.territories {
            rows.text(Some(&row.id)).text(row.iso2.as_deref()).text(row.iso3.as_deref());
            rows.text(row.iso_num.as_deref()).text(Some(&row.name));
            rows.text(row.name_en.as_deref()).text(row.name_fr.as_deref());
            rows.text(row.name_es.as_deref()).text(row.name_ru.as_deref());
            rows.text(row.name_zh.as_deref()).text(row.name_ar.as_deref());
            rows.text(row.sovereign.as_deref()).text(row.kind.as_deref());
            rows.text(row.continent.as_deref()).plain(Some(row.areas)).end();
        }
    }

    pub(super) fn put_areas(&self, rows: &mut CopyText) {
        for ((row, zone), shape) in self.areas.iter().zip(&self.zones).zip(&self.shapes) {
            let vertex = first_vertex(shape);
            rows.text(Some(&row.id)).text(Some(&row.name));
            rows.text(row.name_en.as_deref()).text(row.name_fr.as_deref());
            rows.text(row.name_es.as_deref()).text(row.name_ru.as_deref());
            rows.text(row.name_zh.as_deref()).text(row.name_ar.as_deref());
            rows.plain(Some(row.name_generated)).text(row.iso2.as_deref());
            rows.text(Some(&row.adm0_a3)).text(row.iso_3166_2.as_deref());
            rows.text(Some(&row.iso_3166_2_status)).text(row.kind.as_deref());
            rows.text(row.region.as_deref()).text(row.wikidata.as_deref());
            rows.plain(Some(row.lon)).plain(Some(row.lat));
            rows.plain(vertex.map(LonLat::lon)).plain(vertex.map(LonLat::lat));
            rows.plain(Some(row.area_km2));
            rows.text(Some(zone.zone.name())).text(Some(zone.basis.as_str())).end();
        }
    }

    pub(super) fn put_aliases(&self, rows: &mut CopyText) {
        for (alias, areas) in &self.aliases {
            for &area in areas {
                rows.text(Some(alias)).text(Some(self.area_id(area))).end();
            }
        }
    }

    pub(super) fn put_subdivisions(&self, rows: &mut CopyText) {
        for row in &self.tables.subdivisions {
            rows.text(Some(&row.code)).text(Some(&row.name)).text(row.parent.as_deref());
            rows.text(row.name_en.as_deref()).end();
        }
    }

    pub(super) fn put_airports(&self, rows: &mut CopyText) {
        for (row, placing) in self.tables.airports.iter().zip(&self.airports) {
            rows.text(Some(&row.ident)).text(row.iata.as_deref()).text(row.icao.as_deref());
            rows.text(Some(&row.name)).text(Some(&row.kind));
            rows.plain(Some(row.lon)).plain(Some(row.lat)).plain(row.elevation_ft);
            rows.text(Some(&row.iso_country)).text(row.iso_region.as_deref());
            rows.text(row.municipality.as_deref()).plain(Some(row.scheduled == 1));
            rows.text(row.tz.as_deref());
            self.put_placing(placing, rows);
            rows.end();
        }
    }

    pub(super) fn put_cities(&self, rows: &mut CopyText) {
        for (row, placing) in self.tables.cities.iter().zip(&self.cities) {
            rows.plain(Some(row.geoname_id)).text(Some(&row.name));
            rows.plain(Some(row.lon)).plain(Some(row.lat)).text(Some(&row.iso2));
            rows.text(row.gn_adm1.as_deref()).plain(Some(row.population));
            rows.text(row.tz.as_deref());
            self.put_placing(placing, rows);
            rows.end();
        }
    }

    pub(super) fn put_airlines(&self, rows: &mut CopyText) {
        for row in &self.tables.airlines {
            rows.plain(Some(row.openflights_id)).text(Some(&row.name));
            rows.text(row.iata.as_deref()).text(row.icao.as_deref());
            rows.text(row.callsign.as_deref()).text(row.country.as_deref());
            rows.plain(Some(row.active == 1)).end();
        }
    }

    pub(super) fn put_attributions(&self, rows: &mut CopyText) {
        for (position, row) in (1..).zip(&self.tables.attributions) {
            let position: i16 = position;
            rows.plain(Some(position)).text(Some(&row.source)).text(Some(&row.licence));
            rows.text(Some(&row.notice)).text(row.url.as_deref()).end();
        }
    }

    fn put_placing(&self, placing: &Placing, rows: &mut CopyText) {
        let ids = |areas: &[AreaIndex]| -> Vec<&str> {
            areas.iter().map(|&area| self.area_id(area)).collect()
        };
        match placing {
            Placing::Covered(areas) => {
                rows.text(Some("covered")).list(&ids(areas.as_slice())).plain(None::<f64>);
                rows.list(&[]).text(None);
            }
            Placing::Nearest { areas, km, covered_by } => {
                let covered_by = covered_by.as_ref().map_or(&[][..], |areas| areas.as_slice());
                rows.text(Some("nearest")).list(&ids(areas.as_slice())).plain(Some(*km));
                rows.list(&ids(covered_by)).text(None);
            }
            Placing::Uncertain { doubt, guess } => {
                let guess: Vec<AreaIndex> = guess.iter().copied().collect();
                rows.text(Some("uncertain")).list(&ids(&guess)).plain(None::<f64>);
                rows.list(&[]).text(Some(doubt.as_str()));
            }
        }
    }

    fn area_id(&self, area: AreaIndex) -> &str {
        self.areas.get(area).map_or("", |row| row.id.as_str())
    }
}

/// Rows of one area's policies, every version.
pub(super) fn put_policies(
    area_id: &str,
    standing: &Standing,
    rows: &mut CopyText,
) -> Result<(), ImportError> {
    for policy in &standing.policies {
        let body = policy_body(policy).map_err(ImportError::Policy)?;
        rows.text(Some(area_id)).plain(Some(policy.version)).text(Some(&body));
        rows.plain(Some(policy.demonstration)).plain(Some(policy.effective_from)).end();
    }
    Ok(())
}

/// A policy as it is stored: a level table that is the default one is left out, which halves what
/// every start has to read.
pub fn policy_body(policy: &AreaPolicy) -> Result<String, serde_json::Error> {
    let mut body = serde_json::to_value(policy)?;
    if policy.level_table == LevelTable::default()
        && let Some(fields) = body.as_object_mut()
    {
        fields.remove("level_table");
    }
    serde_json::to_string(&body)
}

/// The row of one area's first standing.
pub(super) fn put_state(area_id: &str, standing: &Standing, version: i64, rows: &mut CopyText) {
    let policy = standing.policies.last().map_or(1, |policy| policy.version);
    let when = |at: Option<Timestamp>| at;
    rows.text(Some(area_id)).plain(Some(standing.security_level.get()));
    rows.text(standing.risk_band.map(RiskBand::as_str));
    rows.text(Some(standing.status.kind.as_str())).plain(when(standing.status.since));
    rows.plain(when(standing.status.review_at)).text(standing.status.reason.as_deref());
    rows.plain(Some(policy)).plain(Some(standing.demonstration)).plain(Some(version)).end();
}
