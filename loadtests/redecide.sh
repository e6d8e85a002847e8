#!/usr/bin/env bash
# Rows 9, 10 and 14 of the budget: an area with N live stays changes; how long until the stays are
# listed, decided, and all of it durable with its events, and in how much memory. Called by ./dev load
# redecide, which starts the service. --stays N (10000 unless told), --change: suspend, level, policy
# (everyone is decided again and stands) or manual (everyone goes to a person), --fences N are loaded
# first, --json FILE keeps the table. The goals are those of 100,000 stays (suspend) and 300,000.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load redecide}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}"

stays=10000 change=suspend fences=0 json=""
while [ $# -gt 0 ]; do
  case $1 in
    --stays) stays=$2; shift 2 ;;
    --change) change=$2; shift 2 ;;
    --fences) fences=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    *) echo "usage: ./dev load redecide [--stays N] [--change suspend|level|policy|manual] [--fences N] [--json FILE]" >&2; exit 2 ;;
  esac
done
case $change in suspend | level | policy | manual) ;; *) echo "--change is suspend, level, policy or manual" >&2; exit 2 ;; esac

# shellcheck source=loadtests/measures.sh
source ./measures.sh
deciding() { metric 'safeconduct_redecision_seconds_sum{stage="decide"}'; }

if [ "$fences" -gt 0 ]; then
  say "drawing $fences fences"
  sql -v fences="$fences" -f fences_fill.sql >/dev/null
  until [ "$(metric safeconduct_atlas_version)" = "$(sql -c "SELECT version FROM world_state")" ]; do sleep 0.2; done
fi

# One trip that the service has decided is the pattern: one traveller, one stay, weeks ahead.
trips_away
say "a few trips that the service decides"
safeconduct demo cast --people 3000 --data ../data >&2
safeconduct traffic --url "$SAFECONDUCT_URL" --trips 1000 --people 3000 --data ../data >&2
found=$(sql -F ' ' <<'SQL'
SELECT t.trip_id, min(c.area_id) FROM trip AS t
INNER JOIN clearance AS c ON c.trip_id = t.trip_id
INNER JOIN evidence AS e ON e.evidence_id = t.evidence_id
WHERE c.state = 'cleared' AND NOT t.personal AND c.arrive_at > sc_now() + interval '8 days'
  AND cardinality(t.travellers) = 1 AND e.body IS NOT NULL
  AND (SELECT count(*) FROM clearance AS o WHERE o.trip_id = t.trip_id) = 1
GROUP BY t.trip_id ORDER BY t.trip_id LIMIT 1
SQL
)
read -r pattern area <<<"$found"
[ -n "$pattern" ] || { say "no trip serves as a pattern"; exit 1; }
say "filling $stays live stays in $area"
sql -v pattern="$pattern" -v stays="$stays" -f redecide_fill.sql >/dev/null
sql -c "VACUUM (ANALYZE) trip, trip_traveller, clearance, evidence, ledger_entry, person" >/dev/null
sql -c "CHECKPOINT"

before=$(cpu_of "$SAFECONDUCT_PID") before_postgres=$(cpu_of_postgres) before_deciding=$(deciding)
say "$change"
load=$(cut -d' ' -f1 /proc/loadavg)
id=$(sql -v area="$area" -v change="$change" -f redecide_change.sql | tail -1)
until [ "$(sql -c "SELECT settled_at IS NOT NULL FROM redecision WHERE redecision_id = '$id'")" = t ]; do
  sleep 0.2
done
service=$(minus "$(cpu_of "$SAFECONDUCT_PID")" "$before")
postgres=$(minus "$(cpu_of_postgres)" "$before_postgres")
# two sets are decided at a time
decided=$(minus "$(deciding)" "$before_deciding" | awk '{ printf "%.2f", $1 / 2 }')
peak=$(peak_of "$SAFECONDUCT_PID")
read -r listed counted durable touched moved stood <<<"$(sql -F ' ' -c "SELECT
  round(extract(epoch FROM listed_at - requested_at), 2), round(extract(epoch FROM decided_at - requested_at), 2),
  round(extract(epoch FROM settled_at - requested_at), 2), listed, moved, stood
  FROM redecision WHERE redecision_id = '$id'")"
events=$(sql -c "SELECT count(*) FROM ledger_entry WHERE redecision_id = '$id'")

beside="$change of $touched stays, $fences fences: listed after $listed s, decided in $decided s, counted after $counted s, moved $moved with $events entries, stood $stood; CPU seconds: service $service, PostgreSQL $postgres; load average $load before it, on $(nproc) cores"
within() { row "$1 ($change)" "$2" "$3" "$(at_most "$3" "$4")" "" "$beside"; } # ROW GOAL MEASURED BOUND
if [ "$change" = suspend ]; then
  within "9 listed" "< 2 s" "$listed s" 2
  within "9 durable" "< 15 s" "$durable s" 15
else
  within "10 decided, from facts read" "< 3 s" "$decided s" 3
  within "10 durable" "< 45 s" "$durable s" 45
fi
within "14 resident memory, at most" "≤ 600 MB" "$peak MB" 600
finish
