//! The shipped world, once for all tests of the process; its index is kept between runs.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use safeconduct::atlas::geometry::{Feature, Handle, Mosaic, Shape, features};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

const AREAS: &str = "data/areas-admin1.geojson.gz";

/// The index of all shipped areas. The handle of an area is its place in the file.
pub(crate) fn mosaic() -> &'static Mosaic {
    static MOSAIC: OnceLock<Mosaic> = OnceLock::new();
    MOSAIC.get_or_init(|| {
        let kept = kept_file();
        if let Ok(bytes) = fs::read(&kept)
            && let Ok(mosaic) = Mosaic::from_bytes(&bytes)
        {
            return mosaic;
        }
        let shapes = (0..).zip(areas().iter().map(|(_, shape)| shape));
        let mosaic = Mosaic::build(shapes).unwrap();
        // beside its final name first: another process may read while this one writes
        let fresh = kept.with_extension(std::process::id().to_string());
        fs::write(&fresh, mosaic.to_bytes()).unwrap();
        fs::rename(&fresh, &kept).unwrap();
        mosaic
    })
}

/// The id and the full shape of every shipped area, in the order of the file.
pub(crate) fn areas() -> &'static [(String, Shape)] {
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    static AREAS: OnceLock<Vec<(String, Shape)>> = OnceLock::new();
    AREAS.get_or_init(|| {
        let mut text = String::new();
        GzDecoder::new(shipped_bytes()).read_to_string(&mut text).unwrap();
        let area = |feature: &Feature<'_>| {
            let named: Named = serde_json::from_str(feature.properties.get()).unwrap();
            (named.id, Shape::from_geojson(feature.geometry.get()).unwrap())
        };
        features(&text).unwrap().iter().map(area).collect()
    })
}

/// The handle of an area.
pub(crate) fn handle_of(id: &str) -> Handle {
    let place = areas().iter().position(|(named, _)| named == id).unwrap();
    Handle::try_from(place).unwrap()
}

fn shipped_bytes() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(AREAS)).unwrap())
}

/// Named by the data, so that other data never meets an old index.
fn kept_file() -> PathBuf {
    let mut name = String::from("mosaic-");
    for byte in Sha256::digest(shipped_bytes()).iter().take(8) {
        write!(name, "{byte:02x}").unwrap();
    }
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name + ".bin")
}
