//! Rows 1 to 3 of the performance budget: points and routes over the shipped world, in process.
//!
//! `cargo bench --bench geometry` prints the table; `-- --json FILE` also writes it.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops at the first thing that is not as it should be"
)]

mod changes;
#[expect(dead_code, reason = "the program that runs beside the peers reads the rest")]
mod rows;
#[expect(dead_code, reason = "the comparison with PostGIS draws routes of more classes")]
mod samples;
#[expect(dead_code, reason = "the program that runs beside the peers reads the rest")]
mod timing;

use std::path::Path;

use samples::World;
use timing::Table;

fn main() {
    let world = World::read(Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut table = Table::default();
    let rows::Ours { .. } = rows::measure(&world, &mut table);
    changes::measure(rows::fences(&world, 100_000), &mut table);
    table.print();
    table.save();
}
