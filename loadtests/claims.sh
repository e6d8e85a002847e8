#!/usr/bin/env bash
# Row 12 of the budget: POST /v1/approvals/claim-next by 200 approvers at once, in turns with pgbench
# running the bare SKIP LOCKED statement on the same server with as many clients; then the same
# approvers at a person's pace. No item may be answered twice while its lease holds. Called by
# ./dev load claims, which starts the service. --items N wait in --areas N queues; --seconds N a turn,
# --rounds N, --pause MS between two claims of an approver in the last turn, --json FILE.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load claims}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}" "${WRK:=wrk}"
# shellcheck source=loadtests/measures.sh
source ./measures.sh
# shellcheck source=loadtests/approvers.sh
source ./approvers.sh

approvers=200 areas=40 items=40000 seconds=5 rounds=3 pause=1000 people=20000 json=""
usage="usage: ./dev load claims [--approvers N] [--areas N] [--items N] [--seconds N] [--rounds N] [--pause MS] [--json FILE]"
while [ $# -gt 0 ]; do
  case $1 in
    --approvers) approvers=$2; shift 2 ;;
    --areas) areas=$2; shift 2 ;;
    --items) items=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --pause) pause=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    --help) echo "$usage"; exit 0 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
done
[ "$(sql -c "SHOW max_connections")" -ge $((approvers + 50)) ] ||
  { say "the cluster was made for fewer connections than $approvers clients of pgbench need: ./dev down, then again"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BODIES=$work/bodies CLAIMED=$work/claimed ROUTE=/v1/approvals/claim-next KEYED=0 PAUSE=0

approvers_wait "$items" "$areas" "$approvers" "$people" "$BODIES"
sql -v stays="$items" -v areas="$areas" -f claims_bare.sql >/dev/null
sql -c "VACUUM (ANALYZE) bench_item"

# One turn of the approvers; prints "requests seconds p50 p99 errors service-cpu postgres-cpu client-cpu
# claimed twice empty".
: >"$work/all"
turn() {
  local service postgres result counts
  sql -c "TRUNCATE desk_lease"
  rm -f "$CLAIMED".*
  service=$(cpu_of "$SAFECONDUCT_PID") postgres=$(cpu_of_postgres)
  TIMEFORMAT='%U %S'
  { time "$WRK" -t2 -c"$approvers" -d"${seconds}s" --latency -s claims.lua "$SAFECONDUCT_URL" >"$work/wrk" 2>&1; } 2>"$work/time"
  result=$(grep '^RESULT' "$work/wrk" || { cat "$work/wrk" >&2; exit 1; })
  counts=$(sort "$CLAIMED".* | uniq -c | awk '$2 == "none" { none = $1; next } { n += $1; twice += $1 - 1 }
    END { print n + 0, twice + 0, none + 0 }')
  awk -v r="$result" -v c="$counts" -v s="$(minus "$(cpu_of "$SAFECONDUCT_PID")" "$service")" \
    -v p="$(minus "$(cpu_of_postgres)" "$postgres")" \
    '{ split(r, f, " "); print f[2], f[3], f[4], f[5], f[6], s, p, $1 + $2, c }' "$work/time" | tee -a "$work/all"
}

cat >"$work/next.sql" <<SQL
\\set area random(0, $((areas - 1)))
WITH next AS (
  SELECT b.item_id FROM bench_item AS b WHERE b.area = :area AND b.holder IS NULL
  ORDER BY b.urgent_at, b.item_id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE bench_item AS b SET holder = :client_id, leased_until = now() + interval '10 minutes'
FROM next AS n WHERE b.item_id = n.item_id RETURNING b.item_id;
SQL
bare() {
  sql -c "UPDATE bench_item SET holder = NULL WHERE holder IS NOT NULL" -c "VACUUM bench_item"
  pgbench_turn "$work/next.sql" "$approvers" "$seconds"
}

for round in $(seq "$rounds"); do
  say "without pause: round $round of $rounds"
  turn >>"$work/claims"
  bare >>"$work/bare"
done
say "each once in $pause ms"
PAUSE=$pause seconds=$((seconds * 2)) turn >"$work/paced"

taken=$(sum "$work/all" 9) twice=$(sum "$work/all" 10)
row "12 claim-next ÷ pgbench" "≥ 0.8" "$(median_ratio "$work/claims" "$work/bare")" "$(at_least "$(median_ratio "$work/claims" "$work/bare")" 0.8)" \
  "$(median_rate "$work/claims") /s against $(median_rate "$work/bare") /s, $approvers at once without pause; p50 $(median "$work/claims" 3) ms against $(median "$work/bare" 3) ms" \
  "service $(cpu_per "$work/claims" 6) µs, PostgreSQL $(cpu_per "$work/claims" 7) µs, client $(cpu_per "$work/claims" 8) µs a claim; $(sum "$work/claims" 5) errors, $(sum "$work/claims" 11) found nothing"
row "12 claim-next p99, without pause" "≤ 30 ms" "$(median "$work/claims" 4) ms" "$(at_most "$(median "$work/claims" 4)" 30)" \
  "pgbench $(median "$work/bare" 4) ms" "$approvers connections that ask again at once: on a full machine, p99 is what the queue takes"
row "12 claim-next p99, each once in $pause ms" "≤ 30 ms" "$(median "$work/paced" 4) ms" "$(at_most "$(median "$work/paced" 4)" 30)" \
  "$(median_rate "$work/paced") /s; p50 $(median "$work/paced" 3) ms" "$(sum "$work/paced" 5) errors, $(sum "$work/paced" 11) found nothing"
row "12 items claimed twice" "0 of 1000000" "$twice of $taken" "$([ "$twice" = 0 ] && echo pass || echo short)" \
  "$items items in $areas queues" "every answer of every turn, each turn with fresh leases"
finish
