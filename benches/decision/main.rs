//! Row 4 of the performance budget: a full decision of three stays, in process.
//!
//! `cargo bench --bench decision` prints the table; `-- --json FILE` also writes it.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops at the first thing that is not as it should be"
)]

#[expect(dead_code, reason = "the program that runs beside the peers reads the rest")]
mod rows;
#[path = "../geometry/timing.rs"]
#[expect(dead_code, reason = "only places are timed beside their rivals")]
mod timing;

use std::path::Path;

use timing::Table;

fn main() {
    let mut table = Table::default();
    let _ours = rows::measure(Path::new(env!("CARGO_MANIFEST_DIR")), &mut table);
    table.print();
    table.save();
}
