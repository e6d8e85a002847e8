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
changing=""
trap 'kill $changing 2>/dev/null || true; rm -rf "$work"' EXIT
say() { printf '%s\n' "$*" >&2; }
sql() { "$SAFECONDUCT_POSTGRES_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$SAFECONDUCT_POSTGRES" "$@"; }
memory() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$SAFECONDUCT_PID/status"; }

# The version of the world that the service answers with.
loaded() {
  local port
  port=$(awk -F' *= *' '$1 == "metrics_port" { print $2 }' "$SAFECONDUCT_CONFIG")
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  awk '/^safeconduct_atlas_version / { print int($2) }' <&3
  exec 3<&-
}
followed() {
  local version
  version=$(sql -c "SELECT version FROM world_state")
  until [ "$(loaded)" -ge "$version" ]; do sleep 0.1; done
}
redraw() { # how many, the first of them
  sql -v fences="$1" -v from="$2" -f fences_change.sql >/dev/null
}
one_by_one() { while :; do redraw 1 "$(cat /proc/sys/kernel/random/uuid)"; sleep 0.05; done; }
all_at_once() { while :; do redraw "$fences" 00000000-0000-0000-0000-000000000000; sleep 2; done; }

have=$(sql -c "SELECT count(*) FROM fence WHERE removed_at IS NULL AND forgotten_at IS NULL")
if [ "$have" -lt "$fences" ]; then
  say "drawing $((fences - have)) fences"
  sql -v fences=$((fences - have)) -f fences_fill.sql >/dev/null
fi
followed
say "the service has them: $(memory) MB"
export BODIES=$work/bodies ROUTE=/v1/trips/check KEYED=0
"$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" demo cast --people 3000 --data ../data >&2
"$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" traffic --url "$SAFECONDUCT_URL" --trips 4000 --people 3000 \
  --data ../data --emit "$BODIES" --emit-questions "$work/questions" >&2

# A turn: what changes meanwhile; prints what wrk counted and how many worlds were loaded.
turn() {
  local before
  before=$(loaded)
  changing=""
  if [ "$1" != nothing ]; then
    "$1" &
    changing=$!
  fi
  "$WRK" -t2 -c"$connections" -d"${seconds}s" --latency -s bodies.lua "$SAFECONDUCT_URL" >"$work/wrk" 2>&1
  if [ -n "$changing" ]; then
    kill "$changing"
    wait "$changing" 2>/dev/null || true
    followed
  fi
  grep '^RESULT' "$work/wrk" | sed "s/\$/ $(($(loaded) - before))/" || { cat "$work/wrk" >&2; exit 1; }
}

turn nothing >/dev/null
for round in $(seq "$rounds"); do
  for what in nothing one_by_one all_at_once; do
    say "round $round of $rounds: $what"
    turn "$what" >>"$work/$what"
  done
done

{
  printf '\n| while | requests/s | p50 | p99 | slowest | over 50 ms | errors | worlds |\n|---|---:|---:|---:|---:|---:|---:|---:|\n'
  for what in nothing one_by_one all_at_once; do
    awk -v what="${what//_/ }" '{
      n += $2; s += $3; if ($4 > p50) p50 = $4; if ($5 > p99) p99 = $5; e += $6
      if ($7 > max) max = $7; slow += $8; worlds += $9
    } END {
      printf "| %s changes | %.0f | %.2f ms | %.2f ms | %.1f ms | %d of %d | %d | %d |\n",
        what, n / s, p50, p99, max, slow, n, e, worlds
    }' "$work/$what"
  done
} | tee "$work/table"
echo "p50 and p99 are those of the worst round; $fences fences; the service: $(memory) MB, $(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$SAFECONDUCT_PID/status") MB at most"
if [ -n "$json" ]; then
  cd "$from"
  {
    printf '['
    awk -F' *[|] *' '/changes/ {
      printf "%s\n{\"row\": \"2 slowest request while %s\", \"goal\": \"≤ 50 ms\", \"measured\": \"%s\", \"verdict\": \"%s\", \"rates\": \"%s requests/s, p50 %s, p99 %s\", \"beside\": \"%s over 50 ms, %s errors, %s worlds loaded\"}",
        (n++ ? "," : ""), $2, $6, ($6 + 0 <= 50 ? "pass" : "short"), $3, $4, $5, $7, $8, $9
    }' "$work/table"
    printf '\n]\n'
  } >"$json"
fi
