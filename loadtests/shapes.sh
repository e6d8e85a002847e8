#!/usr/bin/env bash
# Load shapes, sent by k6. Called by ./dev load shapes, which starts the service. Each prints what is
# expected, what was measured, processor time by process and memory; --json FILE keeps the table.
#
#   steady   a day's 6,850 trips evenly, with three checks and one status question to each
#   morning  the same day with an hour of twenty times the usual rate; hours 7 to 12 of it are played
#   crisis   an area is suspended and a headcount opened while people ask for their status and say that
#            they are safe
#   sweep    the nightly status questions of the ERPs, a thousand a request and one by one
#   import   a year's 2,000,000 trips or --scale SHARE of them, by NDJSON; of --distinct N trips, which come
#            again later and later
#   desk     approvers take the next item and decide it, on and on: do claims stay as fast, and tables small?
#   soak     the steady day on and on: is the memory flat?
#
# A day is compressed in time: --day N seconds stand for 24 hours, so that every rate is 86,400/N times
# the real one; --factor N makes the day's volume N times as large.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load shapes}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}" "${K6:=k6}"
# shellcheck source=loadtests/measures.sh
source ./measures.sh
# shellcheck source=loadtests/approvers.sh
source ./approvers.sh

day=240 factor=1 seconds=30 minutes=5 crowd=5000 span=30 questions=15000 scale=0.005 distinct=60000 json=""
items=100000 approvers=40 desk=120
usage="usage: ./dev load shapes [steady|morning|crisis|sweep|import|desk|soak|all] [--day SECONDS] [--factor N]
       [--seconds N] (steady) [--crowd N] [--span SECONDS] (crisis) [--questions N] (sweep)
       [--scale SHARE] [--distinct N] (import) [--items N] [--approvers N] [--desk SECONDS] (desk)
       [--minutes N] (soak) [--json FILE]"
case ${1:-all} in
  steady | morning | crisis | sweep | import | desk | soak) shapes=$1; shift ;;
  all) shapes="steady morning crisis sweep import desk soak"; [ $# -eq 0 ] || shift ;;
  --help) echo "$usage"; exit 0 ;;
  --*) shapes="steady morning crisis sweep import desk soak" ;;
  *) echo "$usage" >&2; exit 2 ;;
esac
while [ $# -gt 0 ]; do
  case $1 in
    --day) day=$2 ;;
    --factor) factor=$2 ;;
    --seconds) seconds=$2 ;;
    --items) items=$2 ;;
    --approvers) approvers=$2 ;;
    --desk) desk=$2 ;;
    --minutes) minutes=$2 ;;
    --crowd) crowd=$2 ;;
    --span) span=$2 ;;
    --questions) questions=$2 ;;
    --scale) scale=$2 ;;
    --distinct) distinct=$2 ;;
    --json) json=$2 ;;
    --help) echo "$usage"; exit 0 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
  shift 2
done

work=$(mktemp -d)
sampler=""
trap 'kill $sampler 2>/dev/null || true; rm -rf "$work"' EXIT
export SAFECONDUCT_URL BODIES=$work/bodies QUESTIONS=$work/questions RUN

reckon() { awk "BEGIN { printf \"%.6g\", $1 }"; }
ceiling() { awk "BEGIN { n = $1; print (n == int(n)) ? n : int(n) + 1 }"; }

# Sound trips of machines into BODIES, and a question about each into QUESTIONS: at least N lines.
emit() {
  local wanted=$1 asked=$(($1 * 2 + 500)) people
  for _ in 1 2 3; do
    people=$((asked * 4 > 20000 ? asked * 4 : 20000))
    [ "$people" -le 300000 ] || people=300000
    safeconduct demo cast --people "$people" --data ../data >&2
    safeconduct traffic --url "$SAFECONDUCT_URL" --trips "$asked" --people "$people" --data ../data \
      --emit "$BODIES" --emit-questions "$QUESTIONS" >&2
    [ "$(wc -l <"$BODIES")" -lt "$wanted" ] || return 0
    asked=$((asked * 2))
  done
  say "only $(wc -l <"$BODIES") trips of $wanted could be drawn"
}

# Runs a script of k6; leaves its lines in $work/out, and in `used` and `dropped` what it took.
shape() {
  local script=$1 service postgres
  RUN=$(date +%s%N)
  service=$(cpu_of "$SAFECONDUCT_PID") postgres=$(cpu_of_postgres)
  TIMEFORMAT='%U %S'
  { time "$K6" run --quiet --no-color --no-usage-report --address '' "shapes/$script.js" >"$work/out" 2>"$work/err"; } 2>"$work/time" ||
    { cat "$work/err" "$work/out" >&2; exit 1; }
  grep -q '^RESULT' "$work/out" || { cat "$work/err" "$work/out" >&2; exit 1; }
  used="CPU seconds: service $(minus "$(cpu_of "$SAFECONDUCT_PID")" "$service"), PostgreSQL $(minus "$(cpu_of_postgres)" "$postgres"), k6 $(awk '{ printf "%.2f", $1 + $2 }' "$work/time"); service $(memory_of "$SAFECONDUCT_PID") MB, $(peak_of "$SAFECONDUCT_PID") MB at most"
  dropped=$(awk '$1 == "DROPPED" { print $2 }' "$work/out")
}

# A line of the table for each kind of request of the last shape: without errors, all begun in time.
report() {
  local name=$1 kind count took p50 p95 p99 max refused failed verdict
  while read -r _ kind count took p50 p95 p99 max refused failed; do
    verdict=$([ $((refused + failed + dropped)) = 0 ] && echo pass || echo short)
    row "$name: $kind" "no errors, all in time" "$(reckon "$count / $took") /s" "$verdict" \
      "p50 $p50 ms, p95 $p95 ms, p99 $p99 ms, at most $max ms" \
      "$count requests, $refused refused, $failed failed with 5xx, $dropped of the shape not begun in time; $used"
  done < <(grep '^RESULT' "$work/out")
}

figure() { awk -v what="$1" -v column="${2:-2}" '$1 == what { print $column }' "$work/out"; }

# The mix along stages; as many trips as they submit.
mix() {
  STAGES=$1 SUBMITS=$2
  export STAGES SUBMITS
  trips_away
  emit $((SUBMITS + SUBMITS / 4 + 100))
  shape mix
}

steady() {
  local rate
  rate=$(reckon "6850 * $factor / $day")
  say "steady: $rate trips a second for $seconds s, a day in $day s"
  mix "[[$seconds, $rate]]" "$(ceiling "$rate * $seconds + 2")"
  report steady
}

# 23 hours at the usual rate and one at twenty times it are 43 usual hours.
morning() {
  local usual hour
  hour=$(reckon "$day / 24")
  usual=$(reckon "6850 * $factor / 43 / $hour")
  say "morning: $usual trips a second, and $(reckon "20 * $usual") in the ninth hour, which takes $hour s"
  mix "[[$(reckon "2 * $hour"), $usual], [$hour, $(reckon "20 * $usual")], [$(reckon "3 * $hour"), $usual]]" \
    "$(ceiling "$usual * $hour * 25 + 6")"
  report morning
}

crisis() {
  local pattern area found counted safe opened answered listed suspended durable
  say "crisis: $crowd people within $span s"
  trips_away
  safeconduct demo cast --people 20000 --data ../data >&2
  safeconduct traffic --url "$SAFECONDUCT_URL" --trips 1000 --people 20000 --data ../data >&2
  found=$(sql -F ' ' -f shapes/crisis_pattern.sql)
  read -r pattern area <<<"$found"
  [ -n "$pattern" ] || { say "no trip serves as a pattern"; exit 1; }
  sql -v pattern="$pattern" -v stays=$((2 * crowd)) -v crowd="$crowd" -f shapes/crisis_fill.sql >/dev/null
  sql -c "VACUUM (ANALYZE)" -c CHECKPOINT
  sql -F ' ' -c "SELECT i.subject, c.person_id, current_date FROM person_identity AS i
    INNER JOIN clearance AS c ON c.person_id = i.person_id WHERE i.subject LIKE 'crisis-%'" >"$work/crowd"
  cut -d' ' -f1 "$work/crowd" >"$work/subjects"
  paste <(safeconduct token --subjects "$work/subjects") <(cut -d' ' -f2- "$work/crowd") >"$work/lines"
  CROWD=$work/lines AREA=$area SPAN=$span OFFICE=$(safeconduct token --as usg)
  export CROWD AREA SPAN OFFICE
  shape crisis
  until [ "$(sql -c "SELECT bool_and(settled_at IS NOT NULL) FROM redecision")" = t ]; do sleep 0.2; done
  report crisis
  read -r counted safe <<<"$(sql -F ' ' -c "SELECT count(*), count(*) FILTER (WHERE e.status = 'safe') FROM headcount_entry AS e
    INNER JOIN person_identity AS i ON i.person_id = e.person_id
    INNER JOIN clearance AS c ON c.person_id = i.person_id WHERE i.subject LIKE 'crisis-%'")"
  read -r opened answered <<<"$(sql -F ' ' -c "SELECT round(extract(epoch FROM h.as_of - a.status_since), 2),
    round(extract(epoch FROM max(r.recorded_at) - h.as_of), 2) FROM headcount AS h
    INNER JOIN area_state AS a ON a.area_id = '$area' INNER JOIN headcount_response AS r ON r.headcount_id = h.headcount_id
    GROUP BY h.headcount_id, h.as_of, a.status_since")"
  suspended=$(sql -c "SELECT count(*) FROM clearance WHERE area_id = '$area' AND state = 'suspended'")
  read -r listed durable <<<"$(sql -F ' ' -c "SELECT round(extract(epoch FROM max(listed_at - requested_at)), 2),
    round(extract(epoch FROM max(settled_at - requested_at)), 2) FROM redecision WHERE area_id = '$area' AND cause = 'suspended'")"
  row "crisis: told that they may be there" "$crowd people" "$(figure POSITIVE) people" "$(at_least "$(figure POSITIVE)" "$crowd")" "" \
    "whoever has begun a stay is left alone"
  row "crisis: counted from the second second on" "$crowd people" "$counted people" "$(at_least "$counted" "$crowd")" "" \
    "the headcount is opened $opened s after the suspension"
  row "crisis: accounted for" "$crowd people" "$safe people" "$(at_least "$safe" "$crowd")" "" \
    "said in the headcount that they are safe, $(figure SAFE) of them told so; the last one $answered s after it was opened"
  row "crisis: frozen, those still to come" "$crowd stays" "$suspended stays" "$(at_least "$suspended" "$crowd")" \
    "listed after $listed s" "the crowd asks meanwhile"
  row "crisis: durable" "< 15 s" "$durable s" "$(at_most "$durable" 15)" "" "the goal of row 9 is for 100,000 stays without a crowd"
  reopen "$area"
}

# As the next run shall find it.
reopen() {
  sql -c "BEGIN" -c "SELECT lock_world_exclusive()" -c "UPDATE world_state SET version = version + 1, changed_at = sc_now()" \
    -c "UPDATE area_state SET status = 'open', status_since = NULL, review_at = NULL,
        revision = (SELECT version FROM world_state) WHERE area_id = '$1'" \
    -c "SELECT pg_notify('world', version::text) FROM world_state" -c COMMIT >/dev/null
}

sweep() {
  say "sweep: $questions questions"
  trips_away
  safeconduct demo cast --people 20000 --data ../data >&2
  safeconduct traffic --url "$SAFECONDUCT_URL" --trips 4000 --people 20000 --data ../data >&2
  safeconduct traffic --url "$SAFECONDUCT_URL" --trips 4000 --people 20000 --data ../data \
    --emit "$BODIES" --emit-questions "$QUESTIONS" >&2
  COUNT=$questions FORM=batch
  export COUNT FORM
  shape sweep
  report sweep
  row "sweep: questions by the thousand" "within the night" "$(reckon "$questions / $(figure RESULT 4)") /s" pass "" "$questions questions"
  FORM=single
  shape sweep
  report sweep
}

import() {
  local count base stored refused took
  count=$(ceiling "2000000 * $scale")
  base=$((count > distinct ? distinct : count))
  say "import: $count trips"
  trips_away
  emit "$base"
  if [ "$count" -gt "$base" ]; then
    # a stay without an end would overlap with the same trip when it comes again
    grep -v '"open_ended":true' "$BODIES" >"$work/ended" && mv "$work/ended" "$BODIES"
  fi
  COUNT=$count LINES=500 CONNECTIONS=4 SHIFT=120
  export COUNT LINES CONNECTIONS SHIFT
  shape import
  report import
  stored=$(figure LINES 2) refused=$(figure LINES 3) took=$(figure RESULT 4)
  row "import: trips" "every line answered" "$(reckon "$stored / $took") /s" \
    "$([ $((stored + refused)) = "$count" ] && [ "$refused" -le $((count / 100)) ] && echo pass || echo short)" \
    "$stored stored and $refused refused in $took s; 2,000,000 at this rate: $(reckon "2000000 * $took / $stored / 60") min" \
    "500 lines a request, 4 at once, of $(wc -l <"$BODIES") distinct trips; $used"
}

# Megabytes of a table with its indexes.
table_mb() { sql -c "SELECT round(pg_total_relation_size('$1') / 1048576.0, 1)"; }

desk() {
  local before after first last
  say "desk: $approvers approvers for $desk s"
  approvers_wait "$items" 40 "$approvers" 20000 "$work/approvers"
  before=$(table_mb clearance)
  CROWD=$work/approvers SPAN=$desk
  export CROWD SPAN
  shape desk
  after=$(table_mb clearance)
  report desk
  first=$(awk '$2 == "claim_1" { print $3 }' "$work/out") last=$(awk '$2 == "claim_3" { print $3 }' "$work/out")
  row "desk: claims of the last third ÷ first" "≥ 0.8" "$(reckon "$last / $first")" "$(at_least "$(reckon "$last / $first")" 0.8)" \
    "$first, then $last, in $(reckon "$desk / 3") s each" "$items items in 40 queues; decided ones leave the head of a queue"
  row "desk: what clearances take, after ÷ before" "≤ 2" "$(reckon "$after / $before")" "$(at_most "$(reckon "$after / $before")" 2)" \
    "$before MB, then $after MB; leases $(table_mb desk_lease) MB" \
    "$(sql -F ' ' -c "SELECT n_tup_upd || ' rows changed, ' || n_dead_tup || ' of them dead and not yet tidied up, ' || n_live_tup || ' live, ' || autovacuum_count || ' times tidied up' FROM pg_stat_user_tables WHERE relname = 'clearance'")"
}

# Memory over time: flat where the last third's median is within 5 % and 8 MB of the middle third's.
soak() {
  local rate length=$((minutes * 60)) thirds
  rate=$(reckon "6850 * $factor / $day")
  say "soak: $rate trips a second for $minutes min"
  (while :; do memory_of "$SAFECONDUCT_PID"; sleep $((length > 1200 ? 10 : 1)); done) >"$work/memory" 2>/dev/null &
  sampler=$!
  mix "[[$length, $rate]]" "$(ceiling "$rate * $length + 2")"
  kill "$sampler" 2>/dev/null || true
  wait "$sampler" 2>/dev/null || true
  sampler=""
  report "soak $minutes min"
  thirds=$(awk -v n="$(wc -l <"$work/memory")" '{ part = int((NR - 1) * 3 / n); print part, $1 }' "$work/memory" | sort -k1n -k2n |
    awk '{ m[$1, ++n[$1]] = $2 } END { for (i = 0; i < 3; i++) printf "%d ", m[i, int((n[i] + 1) / 2)] }')
  read -r first middle last <<<"$thirds"
  row "soak: memory" "flat" "$last MB" \
    "$(at_most "$last" "$(reckon "$middle * 1.05 + 8")")" "medians of the thirds: $first MB, $middle MB, $last MB; flat is at most 5 % and 8 MB above the middle one" \
    "$(wc -l <"$work/memory") samples over $minutes min, the filling before it included in the first third"
}

for shape in $shapes; do "$shape"; done
finish
