#!/usr/bin/env bash
# Rows 1 to 4 of the performance budget in one process, beside country-boundaries, tzf-rs, plain geo with
# rstar, PostGIS over a local socket, and Cedar, in one run; ends with one table; --row 4 leaves the others
# out. Called by ./dev bench, which starts PostGIS and says in SAFECONDUCT_POSTGIS how to reach it; without
# it those rows are left out.
#
#   loadtests/bench.sh [--row 4] [--json FILE]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
cargo build --release --locked --manifest-path loadtests/peers/Cargo.toml
server=()
if [ -n "${SAFECONDUCT_POSTGIS:-}" ]; then server=(--dsn "$SAFECONDUCT_POSTGIS"); fi
"$CARGO_TARGET_DIR/release/peers" "${server[@]}" "$@"
