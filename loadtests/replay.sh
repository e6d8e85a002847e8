#!/usr/bin/env bash
# Row 11 of the budget: every stored decision made again by `safeconduct replay`, and compared. Called by
# ./dev load replay, which starts the service. --trips N are submitted first, so that the decisions are
# of many kinds; they are then copied until --decisions N are stored. --json FILE keeps the table. The
# goal, 2,000,000 in two minutes, is held as a rate.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load replay}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}"
# shellcheck source=loadtests/measures.sh
source ./measures.sh

decisions=20000 trips=3000 people=20000 json=""
usage="usage: ./dev load replay [--decisions N] [--trips N] [--json FILE]"
while [ $# -gt 0 ]; do
  case $1 in
    --decisions) decisions=$2; shift 2 ;;
    --trips) trips=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    --help) echo "$usage"; exit 0 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
done
goal=16667 # a second: 2,000,000 in two minutes

trips_away
say "$trips trips that the service decides"
safeconduct demo cast --people "$people" --data ../data >&2
safeconduct traffic --url "$SAFECONDUCT_URL" --trips "$trips" --people "$people" --data ../data >&2
own=$(sql -c "SELECT count(*) FROM evidence WHERE body IS NOT NULL")
say "filling up from $own to $decisions stored decisions"
sql -v decisions="$decisions" -f replay_fill.sql >/dev/null
sql -c "VACUUM (ANALYZE) evidence" -c CHECKPOINT

say "making them again"
before_postgres=$(cpu_of_postgres)
load=$(cut -d' ' -f1 /proc/loadavg)
told=$(mktemp)
trap 'rm -f "$told" "$told.time"' EXIT
TIMEFORMAT='%R %U %S'
outcome=pass
{ time safeconduct replay >"$told" 2>&3; } 3>&2 2>"$told.time" || outcome=short
cat "$told" >&2
postgres=$(minus "$(cpu_of_postgres)" "$before_postgres")
read -r real user system < <(tail -1 "$told.time")
figure() { awk -v what="$1" '$2 == what { print $1 }' "$told"; }
equal=$(figure equal) unequal=$(figure unequal) unread=$(figure unread) seconds=$(figure seconds)
[ -n "$seconds" ] || { say "the replay did not come to its end"; exit 1; }
made=$((equal + unequal + unread))
rate=$(awk -v n="$made" -v s="$seconds" 'BEGIN { printf "%.0f", n / s }')
share=$(awk -v e="$equal" -v n="$made" 'BEGIN { printf "%.6g", n ? 100 * e / n : 0 }')

row "11 decisions replayed a second" "≥ $goal /s" "$rate /s" "$(at_least "$rate" "$goal")" \
  "$made decisions in $seconds s; 2,000,000 at this rate: $(awk -v r="$rate" 'BEGIN { printf "%.0f", 2000000 / r }') s" \
  "CPU seconds: replay $(awk -v u="$user" -v s="$system" 'BEGIN { printf "%.2f", u + s }'), PostgreSQL $postgres, of $real s on $(nproc) cores; load average $load before it"
row "11 replayed to the same answer" "100 %" "$share %" "$outcome" \
  "$equal equal, $unequal unequal, $unread unread" \
  "$own decisions of $trips requests, copied to $decisions"
finish
[ "$outcome" = pass ]
