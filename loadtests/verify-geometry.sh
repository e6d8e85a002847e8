#!/usr/bin/env bash
# Asks the atlas and PostGIS the same questions on the full shapes; fails on any difference. Called by
# ./dev verify-geometry, which starts PostGIS and says in SAFECONDUCT_POSTGIS how to reach it.
#
#   loadtests/verify-geometry.sh [--points N] [--routes N] [--seed N] [--regenerate]
#
# Without arguments 1,000,000 points and 20,000 routes. --regenerate asks 20,000 points and 500
# routes and writes PostGIS's answers to tests/answers/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

: "${SAFECONDUCT_POSTGIS:?start me through ./dev verify-geometry}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
cargo build --release --locked --manifest-path loadtests/verify-geometry/Cargo.toml
"$CARGO_TARGET_DIR/release/verify-geometry" --dsn "$SAFECONDUCT_POSTGIS" "$@"
