//! The committed answers: one question a line, `PostGIS`'s areas after it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use safeconduct::atlas::geometry::PathKind;
use safeconduct::model::LonLat;

/// `lon lat|id id`
pub(crate) fn point(at: LonLat, ids: &[&str]) -> String {
    format!("{} {}|{}\n", at.lon(), at.lat(), ids.join(" "))
}

/// `kind|lon lat,lon lat|id id`
pub(crate) fn route(kind: PathKind, vertices: &[LonLat], ids: &[&str]) -> String {
    let mut line = String::from(match kind {
        PathKind::GreatCircle => "great_circle|",
        PathKind::Straight => "straight|",
    });
    for (index, at) in vertices.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        write!(line, "{comma}{} {}", at.lon(), at.lat()).expect("writing to a String");
    }
    line + "|" + &ids.join(" ") + "\n"
}

/// Compressed, without a time stamp.
pub(crate) fn save(folder: &Path, name: &str, lines: &[String]) -> io::Result<()> {
    let file = File::create(folder.join(name))?;
    let mut out = GzBuilder::new().mtime(0).write(file, Compression::best());
    lines.iter().try_for_each(|line| out.write_all(line.as_bytes()))?;
    out.finish()?;
    Ok(())
}
