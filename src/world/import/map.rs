//! The map of areas, read from its GeoJSON.

use compact_str::CompactString;
use serde::Deserialize;

use super::ImportError;
use super::folder::DataFolder;
use crate::atlas::{Shape, features};

const FILE: &str = "areas-admin1.geojson.gz";

/// Properties of an area in the file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AreaRow {
    /// Natural Earth's code: unique, the id of the area.
    pub id: CompactString,
    /// Name.
    pub name: CompactString,
    /// The name was made up from the country's, for the source has none.
    #[serde(default)]
    pub name_generated: bool,
    /// Name in English.
    pub name_en: Option<CompactString>,
    /// Name in French.
    pub name_fr: Option<CompactString>,
    /// Name in Spanish.
    pub name_es: Option<CompactString>,
    /// Name in Russian.
    pub name_ru: Option<CompactString>,
    /// Name in Chinese.
    pub name_zh: Option<CompactString>,
    /// Name in Arabic.
    pub name_ar: Option<CompactString>,
    /// ISO 3166-2.
    pub iso_3166_2: Option<CompactString>,
    /// `current`, `retired` or `none`.
    pub iso_3166_2_status: CompactString,
    /// ISO 3166-1 alpha-2.
    pub iso2: Option<CompactString>,
    /// Natural Earth's de facto country.
    pub adm0_a3: CompactString,
    /// Province, district, …
    #[serde(rename = "type")]
    pub kind: Option<CompactString>,
    /// The region above, in words.
    pub region: Option<CompactString>,
    /// Id of Wikidata.
    pub wikidata: Option<CompactString>,
    /// Latitude of the label.
    pub lat: f64,
    /// Longitude of the label.
    pub lon: f64,
    /// Square kilometres.
    pub area_km2: f64,
}

/// An area with its shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MappedArea {
    /// What the file says of it.
    pub(super) row: AreaRow,
    /// Its shape, every vertex as shipped.
    pub(super) shape: Shape,
}

/// Reads the map of a data folder, areas in order of id.
pub(super) fn read(folder: &DataFolder) -> Result<Vec<MappedArea>, ImportError> {
    let text = folder.text(FILE)?;
    let unusable = |area: &str| {
        let area = CompactString::from(area);
        move |source| ImportError::Shape { area, source }
    };
    let mut areas = Vec::new();
    for feature in features(&text).map_err(unusable("the map"))? {
        let row: AreaRow = serde_json::from_str(feature.properties.get())
            .map_err(|source| ImportError::Json { file: FILE, source })?;
        let shape = Shape::from_geojson(feature.geometry.get()).map_err(unusable(&row.id))?;
        areas.push(MappedArea { row, shape });
    }
    areas.sort_by(|a, b| a.row.id.cmp(&b.row.id));
    Ok(areas)
}
