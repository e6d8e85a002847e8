#!/usr/bin/env bash
# Cost as the work grows: what a request asks of the processors as people, stored trips, fences and
# replicas become more, and what bounds each. Called by ./dev load curves, which starts the service
# on a database of its own. Prints a table of every point; --json FILE keeps the curves, which
# loadtests/results.sh draws. Lists are given with commas. Ten million trips
# are asked for by name, since they take a disk and hours: --trips 100000,1000000,10000000.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load curves}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}" "${WRK:=wrk}"

usage() {
  cat >&2 <<'TEXT'
usage: ./dev load curves [--only people,replicas,trips,fences] [--people N,…] [--trips N,…] [--fences N,…]
                         [--replicas N,…] [--share HUNDREDTHS] [--seconds N] [--json FILE]
TEXT
  exit 2
}
only=people,replicas,trips,fences people="" trips=10000,100000,1000000 fences=1000,10000,100000,1000000 replicas=1,2,3,4
share=15 seconds=8 connections=64 json=""
while [ $# -gt 1 ]; do
  case $1 in
    --only) only=$2 ;;
    --people) people=$2 ;;
    --trips) trips=$2 ;;
    --fences) fences=$2 ;;
    --replicas) replicas=$2 ;;
    --share) share=$2 ;;
    --seconds) seconds=$2 ;;
    --json) json=$2 ;;
    *) usage ;;
  esac
  shift 2
done
[ $# = 0 ] || usage
chosen() { [[ ,$only, == *,$1,* ]]; }
# without that curve there are as many people as ./dev load has
[ -n "$people" ] || { if chosen people; then people=10000,100000,1000000; else people=300000; fi; }

work=$(mktemp -d)
pids=("$SAFECONDUCT_PID") urls=("$SAFECONDUCT_URL") groups=() bounds=()
: >"$work/points" && : >"$work/table"
export BODIES=$work/bodies QUESTIONS=$work/questions ROUTE=/v1/trips/check KEYED=0
# shellcheck source=/dev/null
source measures.sh
# shellcheck source=/dev/null
source curves_turns.sh
# shellcheck source=/dev/null
source curves_grow.sh
trap 'set +e; replicas_stop; rm -rf "$work"' EXIT

load=$(cut -d' ' -f1 /proc/loadavg)
for curve in people replicas trips fences; do
  if chosen "$curve"; then "curve_$curve"; fi
done

printf '\n| curve | at | asked | requests/s | p99 | service | PostgreSQL | client | pages | of them read | errors |\n'
printf '|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|\n'
cat "$work/table"
printf '\nProcessor time in µs and pages of PostgreSQL are those of one request. %s connections; load average %s before, on %s cores.\n' "$connections" "$load" "$(nproc)"
[ "${#rows[@]}" = 0 ] || print_rows
for line in "${bounds[@]}"; do echo "${line/|/: }"; done
if [ -n "$json" ]; then
  cd "$from"
  {
    for line in "${rows[@]}"; do
      IFS='|' read -r a b c v d e <<<"$line"
      printf '{"row": "%s", "goal": "%s", "measured": "%s", "verdict": "%s", "rates": "%s", "beside": "%s"}\n' "$a" "$b" "$c" "$v" "$d" "$e"
    done
    awk -F'\t' '{ printf "{\"curve\": \"%s\", \"of\": \"%s\", \"x\": %s, \"y\": %s, \"unit\": \"%s\"}\n", $1, $2, $3, $4, $5 }' "$work/points"
    for line in "${bounds[@]}"; do printf '{"curve": "%s", "bound": "%s"}\n' "${line%%|*}" "${line#*|}"; done
  } | sed '1s/^/[\n/; $!s/$/,/; $s/$/\n]/' >"$json"
fi
