#!/usr/bin/env bash
# Rows 5-8 and 13-14 of the budget over HTTP: what is measured and what it is held against take
# turns on the same cores in the same run. Called by ./dev load, which starts the service.
# Prints the table; --json FILE keeps it; --seconds N is the length of one turn, --rounds N their number.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}" "${WRK:=wrk}"
# shellcheck source=loadtests/measures.sh
source ./measures.sh

seconds=6 rounds=3 trips=170000 people=300000 json="" connections=64 many=256 threads=2
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --trips) trips=$2; shift 2 ;;
    --connections) connections=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    *) echo "usage: ./dev load [--seconds N] [--rounds N] [--trips N] [--connections N] [--json FILE]" >&2; exit 2 ;;
  esac
done

work=$(mktemp -d)
declare -A echo_pid=() echo_url=()
trap 'kill "${echo_pid[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
export BODIES=$work/bodies QUESTIONS=$work/questions ROUTE KEYED=0

# One turn of wrk; prints "requests seconds p50 p99 errors service-cpu postgres-cpu client-cpu".
turn() {
  local script=$1 url=$2 pid=$3 before_service before_postgres result
  before_service=$(cpu_of "$pid")
  before_postgres=$(cpu_of_postgres)
  TIMEFORMAT='%U %S'
  { time "$WRK" -t"$threads" -c"$connections" -d"${seconds}s" --latency -s "$script" "$url" >"$work/wrk" 2>&1; } 2>"$work/time"
  result=$(grep '^RESULT' "$work/wrk" || { cat "$work/wrk" >&2; exit 1; })
  awk -v r="$result" -v s0="$before_service" -v s1="$(cpu_of "$pid")" -v p0="$before_postgres" -v p1="$(cpu_of_postgres)" \
    '{ split(r, f, " "); print f[2], f[3], f[4], f[5], f[6], s1 - s0, p1 - p0, $1 + $2 }' "$work/time"
}

# pgbench: one INSERT a transaction, a row of as many bytes as a trip's rows together.
insert_turn() { pgbench_turn "$work/insert.sql" "$connections" "$seconds"; }

# Pairs of turns, A B A B …; keeps all lines in files a and b.
pairs() {
  local name=$1 round
  : >"$work/$name.a" && : >"$work/$name.b"
  for round in $(seq "$rounds"); do
    say "  $name: round $round of $rounds"
    $2 >>"$work/$name.a"
    $3 >>"$work/$name.b"
  done
}

# held ROW GOAL BOUND PAIRS REQUEST [RATES] [BESIDE]: a row of what the pairs of turns took beside each other.
held() {
  local share turns=$work/$4
  share=$(median_ratio "$turns.a" "$turns.b")
  row "$1" "$2" "$share" "$(at_least "$share" "$3")" "$(median_rate "$turns.a") /s against $(median_rate "$turns.b") /s${6:-}" \
    "service $(cpu_per "$turns.a" 6) µs, PostgreSQL $(cpu_per "$turns.a" 7) µs, client $(cpu_per "$turns.a" 8) µs a $5; $(sum "$turns.a" 5) errors${7:-}"
}
p99() { echo "p99 $(median "$work/$1" 4) ms"; }

fences=$(sql -c "SELECT count(*) FROM fence WHERE name = 'A fence of the load'")
[ "$fences" = 0 ] ||
  { say "another test of load has drawn $fences fences, near which every trip costs more: ./dev down, then again"; exit 1; }
trips_away
say "a population of $people"
safeconduct demo cast --people "$people" --data ../data >&2
say "making $trips trips"
safeconduct traffic --url "$SAFECONDUCT_URL" --trips "$trips" --people "$people" --data ../data \
  --emit "$BODIES" --emit-questions "$QUESTIONS" >&2
cargo build --release --locked --example echo >&2
echo_program=$(dirname "$SAFECONDUCT_PROGRAM")/examples/echo
# An echo: `bare`, or one that `looks` a row up first, with the answers that it gives to questions:
# start_echo NAME STATUS ADVISORY
start_echo() {
  local name=$1 looks=()
  shift
  [ "$name" = bare ] || looks=("$SAFECONDUCT_POSTGRES")
  # waited for here: else what it has used would count for the next command that is timed
  [ -z "${echo_pid[$name]:-}" ] || { kill "${echo_pid[$name]}" && wait "${echo_pid[$name]}"; } 2>/dev/null || true
  : >"$work/echo"
  "$echo_program" 127.0.0.1:0 "$@" "${looks[@]}" >"$work/echo" &
  echo_pid[$name]=$!
  until [ -s "$work/echo" ]; do sleep 0.05; done
  echo_url[$name]=$(cat "$work/echo")
}
# What an echo reaches that looks one row up by its key before it answers, beside the bare one: no
# answer that is read from the database can cost less. most ROW PAIRS REQUEST
most() {
  row "$1" "–" "$(median_ratio "$work/$2.a" "$work/$2.b")" "bound" \
    "$(median_rate "$work/$2.a") /s against $(median_rate "$work/$2.b") /s" \
    "echo $(cpu_per "$work/$2.a" 6) µs, PostgreSQL $(cpu_per "$work/$2.a" 7) µs a $3; $(sum "$work/$2.a" 5) errors"
}
# The service's own answer to one of some questions, that of the middle length: answered FILE OF
answered() {
  local token path number=0
  while IFS=$'\t' read -r token path; do
    number=$((number + 1))
    curl -fsS -H "Authorization: Bearer $token" -o "$work/answer.$number" "$SAFECONDUCT_URL$path"
  done < <(head -n 51 "$2")
  cp "$(stat -c '%s %n' "$work"/answer.* | sort -n | awk '{ names[NR] = $2 } END { print names[int((NR + 1) / 2)] }')" "$1"
  rm "$work"/answer.*
}
start_echo bare /dev/null /dev/null
start_echo looks /dev/null /dev/null

say "row 5: check against echo"
export ROUTE=/v1/trips/check KEYED=0
check() { turn bodies.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID"; }
check_echo() { turn bodies.lua "${echo_url[bare]}" "${echo_pid[bare]}"; }
check_look() { turn bodies.lua "${echo_url[looks]}" "${echo_pid[looks]}"; }
pairs check check check_echo
held "5 check ÷ echo" "≥ 0.75" 0.75 check request
pairs look check_look check_echo
most "5 echo that looks one row up ÷ echo" look request

say "row 6: submit against pgbench"
export ROUTE=/v1/trips KEYED=1
mv "$BODIES" "$work/all"
mv "$QUESTIONS" "$work/asked"
before=$(sql -c "SELECT count(*) FROM trip")
submitted=0
share=$(($(wc -l <"$work/all") / (2 * rounds + 1)))
lines_of() { awk -v first="$2" -v count="$3" 'NR > first + count { exit } NR > first' "$1"; }
# A fresh share of the trips for each round, so that none is submitted twice; row 7 asks about those
# that were, the question of each on the same line of its file.
submit() {
  local count
  lines_of "$work/all" "$submitted" "$share" >"$BODIES"
  turn bodies.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID" | tee "$work/turn"
  count=$(awk '{ print $1 }' "$work/turn")
  lines_of "$work/asked" "$submitted" "$((count < share ? count : share))" >>"$QUESTIONS"
  submitted=$((submitted + share))
}
sql -c "CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, a bigint NOT NULL, b bigint NOT NULL, body text NOT NULL)" \
  -c "CREATE INDEX IF NOT EXISTS bench_row_a ON bench_row (a)" -c "CREATE INDEX IF NOT EXISTS bench_row_b ON bench_row (b)" \
  -c "ALTER TABLE bench_row ALTER COLUMN body SET STORAGE EXTERNAL" -c "TRUNCATE bench_row"
# as many bytes as one trip's rows: measured on a first, uncounted turn
submit >"$work/first"
after=$(sql -c "SELECT count(*) FROM trip")
bytes=$(sql <<'SQL'
SELECT ceil(sum(size) / (SELECT count(*) FROM trip))::bigint FROM (
  SELECT sum(pg_column_size(t.*)) AS size FROM trip t
  UNION ALL SELECT sum(pg_column_size(t.*)) FROM trip_traveller t
  UNION ALL SELECT sum(pg_column_size(t.*)) FROM clearance t
  UNION ALL SELECT sum(pg_column_size(t.*)) FROM evidence t
  UNION ALL SELECT sum(pg_column_size(t.*)) FROM ledger_entry t
  UNION ALL SELECT sum(pg_column_size(t.*)) FROM outbox t
  UNION ALL SELECT sum(pg_column_size(t.*)) FROM idempotency_key t) AS sizes
SQL
)
cat >"$work/insert.sql" <<SQL
\\set a random(1, 1000000000)
\\set b random(1, 1000000000)
INSERT INTO bench_row (a, b, body) VALUES (:a, :b, repeat('x', $bytes));
SQL
pairs submit submit insert_turn
held "6 submit ÷ pgbench" "≥ 1.0 (0.5)" 0.5 submit trip " of $bytes bytes; $(p99 submit.a) against $(p99 submit.b)" \
  "; $((after - before)) stored in the first turn"
# the same with more callers at once: what waits goes together, and pgbench has a process for each
crowded() { local connections=$many; "$@"; }
submit_many() { crowded submit; }
insert_many() { crowded insert_turn; }
pairs crowd submit_many insert_many
held "6 submit ÷ pgbench, $many connections" "≥ 1.0 (0.5)" 0.5 crowd trip "; $(p99 crowd.a) against $(p99 crowd.b)"

# what the submissions left to tidy up is no part of a question
sql -c "VACUUM (ANALYZE)"
advisory_lines() { awk -F'\t' 'NR <= 4000 { print $1 "\t/v1/advisories/KEN-1196" }' "$1"; }
advisory_lines "$QUESTIONS" >"$work/advisories"
answered "$work/status.json" "$QUESTIONS"
answered "$work/advisory.json" "$work/advisories"
start_echo bare "$work/status.json" "$work/advisory.json"
start_echo looks "$work/status.json" "$work/advisory.json"

say "row 7: clearance-status against echo"
status() { turn questions.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID"; }
status_echo() { turn questions.lua "${echo_url[bare]}" "${echo_pid[bare]}"; }
status_look() { turn questions.lua "${echo_url[looks]}" "${echo_pid[looks]}"; }
pairs status status status_echo
held "7 clearance-status ÷ echo" "≥ 0.70" 0.70 status question "; $(p99 status.a)"
pairs look status_look status_echo
most "7 echo that looks one row up ÷ echo" look question

say "row 7: batches of 1000, one after another"
# each by one caller, as a sweep asks
batch_lines() {
  awk -F'[\t?&=]' '{
    pairs[$1] = pairs[$1] (count[$1]++ ? "," : "") "{\"person\":\"" $4 "\",\"on\":\"" $6 "\"}"
    if (count[$1] == 1000) { print $1 "\t{\"pairs\":[" pairs[$1] "]}"; pairs[$1] = ""; count[$1] = 0 }
  }' "$1"
}
batch_lines "$QUESTIONS" >"$work/batches"
batch() {
  BODIES=$work/batches ROUTE=/v1/clearance-status/query KEYED=0 connections=1 threads=1 SHARES=1 \
    turn bodies.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID"
}
for _ in $(seq "$rounds"); do batch >>"$work/batch"; done
took=$(median "$work/batch" 3)
row "7 clearance-status, a batch of 1000" "≤ 15 ms" "$took ms" "$(at_most "$took" 15)" "$(p99 batch)" \
  "service $(cpu_per "$work/batch" 6) µs, PostgreSQL $(cpu_per "$work/batch" 7) µs a batch; $(sum "$work/batch" 5) errors"

say "row 8: advisories against echo"
advisory() { QUESTIONS=$work/advisories turn questions.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID"; }
advisory_echo() { QUESTIONS=$work/advisories turn questions.lua "${echo_url[bare]}" "${echo_pid[bare]}"; }
pairs advisory advisory advisory_echo
held "8 advisories, hot ÷ echo" "≥ 0.85" 0.85 advisory question "; $(p99 advisory.a)"

say "row 14: memory"
resident=$(memory_of "$SAFECONDUCT_PID")
row "14 resident memory" "≤ 600 MB" "$resident MB" "$(at_most "$resident" 600)" "peak $(peak_of "$SAFECONDUCT_PID") MB" \
  "the world and the load above; without the 100,000 fences and the re-decision of the row"

say "row 13: start to ready"
ready_ms() {
  local started pid port=$((20000 + RANDOM % 20000)) url
  url=127.0.0.1:$port
  started=$(date +%s%N)
  SAFECONDUCT__SERVER__PORT=$port SAFECONDUCT__SERVER__METRICS_PORT=$((port + 1)) \
    "$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" serve >"$work/second.log" 2>&1 &
  pid=$!
  until (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'GET /readyz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$url" >&3 &&
    head -n 1 <&3 | grep -q ' 200 ') 2>/dev/null; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/second.log" >&2; exit 1; }
    sleep 0.01
  done
  echo $((($(date +%s%N) - started) / 1000000))
  kill "$pid"
  wait "$pid" 2>/dev/null || true
}
started=$(for _ in 1 2 3 4 5; do ready_ms; done | sort -n | sed -n 3p)
row "13 start to ready" "≤ 1.0 s" "$started ms" "$(at_most "$started" 1000)" "median of 5" ""

finish
