#!/usr/bin/env bash
# Rows 9 and 10 of the budget: an area with N live stays changes; how long until the stays are
# listed, decided, and all of it durable with its events. Called by ./dev load redecide, which
# starts the service. --stays N (10000 unless told), --change suspend|level|policy|manual.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load redecide}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}"

stays=10000 change=suspend
while [ $# -gt 0 ]; do
  case $1 in
    --stays) stays=$2; shift 2 ;;
    --change) change=$2; shift 2 ;;
    *) echo "usage: ./dev load redecide [--stays N] [--change suspend|level|policy|manual]" >&2; exit 2 ;;
  esac
done
case $change in suspend | level | policy | manual) ;; *) echo "--change is suspend, level, policy or manual" >&2; exit 2 ;; esac

sql() { "$SAFECONDUCT_POSTGRES_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$SAFECONDUCT_POSTGRES" "$@"; }
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"; }
peak_of() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$1/status"; }
say() { printf '%s\n' "$*" >&2; }

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

before=$(cpu_of "$SAFECONDUCT_PID")
say "$change"
id=$(sql -v area="$area" -v change="$change" -f redecide_change.sql | tail -1)
until [ "$(sql -c "SELECT settled_at IS NOT NULL FROM redecision WHERE redecision_id = '$id'")" = t ]; do
  sleep 0.2
done
after=$(cpu_of "$SAFECONDUCT_PID")
sql -c "SELECT format(
  'listed %s in %s s; decided %s s after; durable %s s after the change; moved %s, stood %s',
  listed, round(extract(epoch FROM listed_at - requested_at), 2),
  round(extract(epoch FROM decided_at - listed_at), 2),
  round(extract(epoch FROM settled_at - requested_at), 2), moved, stood)
  FROM redecision WHERE redecision_id = '$id'"
sql -c "SELECT format('events of it: %s', count(*)) FROM ledger_entry WHERE redecision_id = '$id'"
echo "service: $(awk -v a="$before" -v b="$after" 'BEGIN { print b - a }') CPU seconds, $(peak_of "$SAFECONDUCT_PID") MB at most"
