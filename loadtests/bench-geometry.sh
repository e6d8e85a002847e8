#!/usr/bin/env bash
# Rows 1 to 3 of the performance budget beside country-boundaries, tzf-rs, plain geo with rstar, and
# PostGIS over a local socket, in one run; prints one table.
#
#   loadtests/bench-geometry.sh [--json FILE]
#
# Without PostGIS, where it cannot be installed, its rows are left out and that is said.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=loadtests/postgis.sh
. loadtests/postgis.sh

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
cargo build --release --manifest-path loadtests/peers/Cargo.toml
server=()
if postgis_ensure; then
  postgis_start
  trap postgis_stop EXIT
  server=(--dsn "$POSTGIS_DSN")
else
  echo "the rows of PostGIS are left out" >&2
fi
"$CARGO_TARGET_DIR/release/peers" "${server[@]}" "$@"
