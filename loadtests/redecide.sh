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

sql() { "$SAFECONDUCT_POSTGRES_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$SAFECONDUCT_POSTGRES" "$@"; }
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"; }
cpu_of_postgres() {
  local pid sum=0
  for pid in $(pgrep -P "$(sql -c "SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)")"); do
    sum=$(awk -v a="$sum" -v b="$(cpu_of "$pid" 2>/dev/null || echo 0)" 'BEGIN { print a + b }')
  done
  echo "$sum"
}
minus() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a - b }'; }
peak_of() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$1/status"; }
say() { printf '%s\n' "$*" >&2; }

# A sample of the service's metrics.
metric() {
  local port
  port=$(awk -F' *= *' '$1 == "metrics_port" { print $2 }' "$SAFECONDUCT_CONFIG")
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  awk -v name="$1" '$1 == name { value = $2 } END { print value + 0 }' <&3
  exec 3<&-
}
deciding() { metric 'safeconduct_redecision_seconds_sum{stage="decide"}'; }

if [ "$fences" -gt 0 ]; then
  say "drawing $fences fences"
  sql -v fences="$fences" -f fences_fill.sql >/dev/null
  until [ "$(metric safeconduct_atlas_version)" = "$(sql -c "SELECT version FROM world_state")" ]; do sleep 0.2; done
fi

# One trip that the service has decided is the pattern: one traveller, one stay, weeks ahead.
if [ "$(sql -c "SELECT count(*) FROM trip")" = 0 ]; then
  say "a few trips that the service decides"
  "$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" demo cast --people 3000 --data ../data >&2
  "$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" traffic --url "$SAFECONDUCT_URL" --trips 1000 --people 3000 --data ../data >&2
fi
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

if [ "$change" = suspend ]; then row=9 most=15; else row=10 most=45; fi
rows=()
row() { # row, goal, measured, bound
  rows+=("$1 ($change)|$2|$3|$(awk -v m="$3" -v b="$4" 'BEGIN { print m + 0 <= b + 0 ? "pass" : "short" }')")
}
if [ "$row" = 9 ]; then row "9 listed" "< 2 s" "$listed s" 2; fi
if [ "$row" = 10 ]; then row "10 decided, from facts read" "< 3 s" "$decided s" 3; fi
row "$row durable" "< $most s" "$durable s" "$most"
row "14 resident memory, at most" "≤ 600 MB" "$peak MB" 600
beside="$change of $touched stays, $fences fences: listed after $listed s, decided in $decided s, counted after $counted s, moved $moved with $events entries, stood $stood; CPU seconds: service $service, PostgreSQL $postgres; load average $load before it, on $(nproc) cores"
printf '\n| row | goal | measured | |\n|---|---|---|---|\n'
for line in "${rows[@]}"; do
  IFS='|' read -r a b c d <<<"$line"
  printf '| %s | %s | %s | %s |\n' "$a" "$b" "$c" "$d"
done
echo "$beside"
if [ -n "$json" ]; then
  cd "$from"
  separator='['
  for line in "${rows[@]}"; do
    IFS='|' read -r a b c d <<<"$line"
    printf '%s\n{"row": "%s", "goal": "%s", "measured": "%s", "verdict": "%s", "rates": "", "beside": "%s"}' "$separator" "$a" "$b" "$c" "$d" "$beside"
    separator=,
  done >"$json"
  printf '\n]\n' >>"$json"
fi
