//! Rows 1 to 4 of the performance budget, ours and the peers' on the same points, in one run.
//!
//! `peers [--dsn DSN] [--row 4] [--json FILE]`: with a DSN also `PostGIS`, over that connection; with a
//! row nothing but the decisions.

mod cedar;
mod crates;
#[path = "../../../benches/decision/rows.rs"]
mod decision;
mod postgis;
#[path = "../../../benches/geometry/rows.rs"]
mod rows;
#[path = "../../../benches/geometry/samples.rs"]
#[expect(dead_code, reason = "the comparison with PostGIS draws routes of more classes")]
mod samples;
#[path = "../../../benches/geometry/timing.rs"]
mod timing;
#[path = "../../verify-geometry/src/wkb.rs"]
mod wkb;

use std::path::Path;

use samples::World;
use timing::{Table, named};

fn main() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut table = Table::default();
    if named("--row").is_none_or(|row| row != "4") {
        places(root, &mut table);
    }
    cedar::measure(&decision::measure(root, &mut table), &mut table);
    table.print();
    table.save();
}

/// Rows 1 to 3.
fn places(root: &Path, table: &mut Table) {
    let world = World::read(root);
    let ours = rows::measure(&world, table);
    crates::measure(&world, &ours, table);
    if let Some(dsn) = named("--dsn") {
        postgis::measure(&dsn, &world, &ours, table);
    }
}
