#!/usr/bin/env bash
# The swap of the world under load: with 100,000 fences loaded, checks are asked while nothing changes,
# while one fence after another is redrawn, and while all of them are redrawn at once. No request may
# take longer than 50 ms because of a swap. Called by ./dev load swap, which starts the service.
# --fences N, --seconds N a turn, --rounds N, --connections N, --json FILE keeps the table.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load swap}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}" "${WRK:=wrk}"

fences=100000 seconds=10 rounds=3 connections=4 json=""
while [ $# -gt 0 ]; do
  case $1 in
    --fences) fences=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --connections) connections=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    *) echo "usage: ./dev load swap [--fences N] [--seconds N] [--rounds N] [--connections N] [--json FILE]" >&2; exit 2 ;;
  esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=loadtests/measures.sh
source ./measures.sh

# The version of the world that the service answers with.
loaded() { metric safeconduct_atlas_version; }
followed() {
  local version
  version=$(sql -c "SELECT version FROM world_state")
  until [ "$(loaded)" -ge "$version" ]; do sleep 0.1; done
}
redraw() { # how many, the first of them
  sql -v fences="$1" -v from="$2" -f fences_change.sql >/dev/null
}
# as long as the turn lasts; the last of them is waited for
one_by_one() { while [ -e "$work/turn" ]; do redraw 1 "$(cat /proc/sys/kernel/random/uuid)"; sleep 0.05; done; }
all_at_once() { while [ -e "$work/turn" ]; do redraw "$fences" 00000000-0000-0000-0000-000000000000; sleep 2; done; }

trips_away
have=$(sql -c "SELECT count(*) FROM fence WHERE removed_at IS NULL AND forgotten_at IS NULL")
if [ "$have" -lt "$fences" ]; then
  say "drawing $((fences - have)) fences"
  sql -v fences=$((fences - have)) -f fences_fill.sql >/dev/null
fi
followed
say "the service has them: $(memory_of "$SAFECONDUCT_PID") MB"
export BODIES=$work/bodies ROUTE=/v1/trips/check KEYED=0
safeconduct demo cast --people 3000 --data ../data >&2
safeconduct traffic --url "$SAFECONDUCT_URL" --trips 4000 --people 3000 \
  --data ../data --emit "$BODIES" --emit-questions "$work/questions" >&2

# A turn: what changes meanwhile; prints what wrk counted and how many worlds were loaded.
turn() {
  local before
  before=$(loaded)
  touch "$work/turn"
  if [ "$1" != nothing ]; then "$1" & fi
  "$WRK" -t2 -c"$connections" -d"${seconds}s" --latency -s bodies.lua "$SAFECONDUCT_URL" >"$work/wrk" 2>&1
  rm "$work/turn"
  wait
  followed
  grep '^RESULT' "$work/wrk" | sed "s/\$/ $(($(loaded) - before))/" || { cat "$work/wrk" >&2; exit 1; }
}

turn nothing >/dev/null
for round in $(seq "$rounds"); do
  for what in nothing one_by_one all_at_once; do
    say "round $round of $rounds: $what"
    turn "$what" >>"$work/$what"
  done
done

for what in nothing one_by_one all_at_once; do
  read -r rate p50 p99 slowest slow n errors worlds <<<"$(awk '{
    n += $2; s += $3; if ($4 > p50) p50 = $4; if ($5 > p99) p99 = $5; e += $6
    if ($7 > max) max = $7; slow += $8; worlds += $9
  } END { printf "%.0f %.2f %.2f %.1f %d %d %d %d", n / s, p50, p99, max, slow, n, e, worlds }' "$work/$what")"
  row "2 slowest request while ${what//_/ } changes" "≤ 50 ms" "$slowest ms" "$(at_most "$slowest" 50)" \
    "$rate requests/s, p50 $p50 ms, p99 $p99 ms in the worst round" \
    "$slow of $n over 50 ms, $errors errors, $worlds worlds loaded; $fences fences, the service $(memory_of "$SAFECONDUCT_PID") MB, $(peak_of "$SAFECONDUCT_PID") MB at most"
done
finish
