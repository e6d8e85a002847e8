#!/usr/bin/env bash
# Asks the atlas and PostGIS the same questions on the full shapes; fails on any difference.
#
#   loadtests/verify-geometry.sh [--points N] [--routes N] [--seed N] [--regenerate]
#
# Without arguments 1,000,000 points and 20,000 routes. --regenerate asks 20,000 points and 500
# routes and writes PostGIS's answers to tests/answers/. Needs PostgreSQL with PostGIS, which is
# installed if missing and possible. The server lives in a temporary folder and goes afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=loadtests/postgis.sh
. loadtests/postgis.sh

postgis_ensure
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
cargo build --release --manifest-path loadtests/verify-geometry/Cargo.toml
postgis_start
trap postgis_stop EXIT
"$CARGO_TARGET_DIR/release/verify-geometry" --dsn "$POSTGIS_DSN" "$@"
