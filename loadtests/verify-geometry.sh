#!/usr/bin/env bash
# Asks the atlas and PostGIS the same questions on the full shapes; fails on any difference.
#
#   loadtests/verify-geometry.sh [--points N] [--routes N] [--seed N] [--regenerate]
#
# Without arguments 1,000,000 points and 20,000 routes. --regenerate asks 20,000 points and 500
# routes and writes PostGIS's answers to tests/answers/. Needs PostgreSQL with PostGIS: it is
# installed if missing and possible. The server lives in a temporary folder and goes afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."

installed() { compgen -G '/usr/lib/postgresql/*/lib/postgis-3.so' >/dev/null; }

if ! installed; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || {
        echo "PostGIS is missing: install postgresql-postgis (needs rights of root)" >&2
        exit 2
    }
    apt-get update -qq
    apt-get install -y -qq postgresql-postgis
fi
library=$(compgen -G '/usr/lib/postgresql/*/lib/postgis-3.so' | sort -V | tail -1)
bin=$(dirname "$(dirname "$library")")/bin

# a server refuses to run as root
run=()
if [ "$(id -u)" = 0 ]; then run=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi

home=$(mktemp -d /tmp/verify-geometry.XXXXXX)
stop() {
    "${run[@]}" "$bin/pg_ctl" -D "$home/data" -m immediate -s stop 2>/dev/null || true
    rm -rf "$home"
}
trap stop EXIT
if [ "$(id -u)" = 0 ]; then chown postgres: "$home"; fi

(
    cd "$home"
    "${run[@]}" "$bin/initdb" -D data -U postgres -A trust -E UTF8 --locale=C >init.log
    "${run[@]}" "$bin/pg_ctl" -D data -s -w -l server.log -o "-c listen_addresses='' \
        -c unix_socket_directories=$home -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c shared_buffers=512MB -c work_mem=64MB -c jit=off" start
)

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
cargo build --release --locked --quiet --manifest-path loadtests/verify-geometry/Cargo.toml
"$CARGO_TARGET_DIR/release/verify-geometry" \
    --dsn "host=$home user=postgres dbname=postgres" "$@"
