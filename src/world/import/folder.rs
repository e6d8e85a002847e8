//! The folder of the shipped data: files compressed or plain, their checksum.

use std::fmt::Write as _;
use std::fs;
use std::io::{Error, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::ImportError;

/// The files that make the world, in the order of the checksum.
const FILES: [&str; 7] = [
    "airports.csv.gz",
    "areas-admin1.geojson.gz",
    "cities15000.csv.gz",
    "countries.geojson.gz",
    "country-names.json.gz",
    "openflights/airlines.csv",
    "subdivisions.csv.gz",
];

/// What the data says of its sources, shown by every service.
const LICENSES: &str = "LICENSES.md";

/// A data folder.
#[derive(Debug, Clone)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at a path; nothing is opened yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Checksum of every file that is read, as hexadecimal text.
    pub fn checksum(&self) -> Result<String, ImportError> {
        let mut sum = Sha256::new();
        for name in FILES.iter().chain([&LICENSES]) {
            sum.update(Sha256::digest(self.read(name)?));
        }
        let mut text = String::with_capacity(64);
        for byte in sum.finalize() {
            let _infallible = write!(text, "{byte:02x}");
        }
        Ok(text)
    }

    /// The unpacked bytes of a file, whose name ends in `.gz` where it is compressed.
    pub fn bytes(&self, name: &'static str) -> Result<Vec<u8>, ImportError> {
        let raw = self.read(name)?;
        if Path::new(name).extension().is_none_or(|ending| ending != "gz") {
            return Ok(raw);
        }
        let mut plain = Vec::with_capacity(raw.len().saturating_mul(4));
        GzDecoder::new(raw.as_slice())
            .read_to_end(&mut plain)
            .map_err(|source| self.unreadable(name, source))?;
        Ok(plain)
    }

    /// The rows of a table.
    pub fn table<R: DeserializeOwned>(&self, name: &'static str) -> Result<Vec<R>, ImportError> {
        let bytes = self.bytes(name)?;
        csv::Reader::from_reader(bytes.as_slice())
            .into_deserialize()
            .collect::<Result<_, _>>()
            .map_err(|source| ImportError::Table { file: name, source })
    }

    /// The unpacked text of a file.
    pub fn text(&self, name: &'static str) -> Result<String, ImportError> {
        String::from_utf8(self.bytes(name)?)
            .map_err(|source| self.unreadable(name, Error::other(source)))
    }

    /// The text of the licences.
    pub fn licenses(&self) -> Result<String, ImportError> {
        self.text(LICENSES)
    }

    fn read(&self, name: &'static str) -> Result<Vec<u8>, ImportError> {
        fs::read(self.0.join(name)).map_err(|source| self.unreadable(name, source))
    }

    fn unreadable(&self, name: &str, source: Error) -> ImportError {
        ImportError::File { path: self.0.join(name), source }
    }
}
