#!/usr/bin/env bash
# Rows 5-8 and 13-14 of the budget over HTTP: what is measured and what it is held against take
# turns on the same cores in the same run. Called by ./dev load, which starts the service.
# Prints the table; --json FILE keeps it; --seconds N is the length of one turn, --rounds N their number.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

: "${SAFECONDUCT_URL:?start me through ./dev load}" "${SAFECONDUCT_PROGRAM:?}" "${SAFECONDUCT_CONFIG:?}"
: "${SAFECONDUCT_PID:?}" "${SAFECONDUCT_POSTGRES:?}" "${SAFECONDUCT_POSTGRES_BIN:?}" "${WRK:=wrk}"

seconds=6 rounds=3 trips=80000 people=300000 json="" connections=64
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --trips) trips=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    *) echo "usage: ./dev load [--seconds N] [--rounds N] [--trips N] [--json FILE]" >&2; exit 2 ;;
  esac
done

work=$(mktemp -d)
echo_pid=""
trap 'kill $echo_pid 2>/dev/null || true; rm -rf "$work"' EXIT
export BODIES=$work/bodies QUESTIONS=$work/questions ROUTE KEYED=0
say() { printf '%s\n' "$*" >&2; }

sql() { "$SAFECONDUCT_POSTGRES_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$SAFECONDUCT_POSTGRES" "$@"; }

# CPU seconds a process has used, its reaped children too.
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); print ($12 + $13 + $14 + $15) / hz }' "/proc/$1/stat"; }
cpu_of_postgres() {
  local postmaster pid sum=0
  postmaster=$(sql -c "SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)")
  for pid in "$postmaster" $(pgrep -P "$postmaster"); do
    sum=$(awk -v a="$sum" -v b="$(cpu_of "$pid" 2>/dev/null || echo 0)" 'BEGIN { print a + b }')
  done
  echo "$sum"
}

# One turn of wrk; prints "requests seconds p50 p99 errors service-cpu postgres-cpu client-cpu".
turn() {
  local script=$1 url=$2 pid=$3 before_service before_postgres result
  before_service=$(cpu_of "$pid")
  before_postgres=$(cpu_of_postgres)
  TIMEFORMAT='%U %S'
  { time "$WRK" -t2 -c"$connections" -d"${seconds}s" --latency -s "$script" "$url" >"$work/wrk" 2>&1; } 2>"$work/time"
  result=$(grep '^RESULT' "$work/wrk" || { cat "$work/wrk" >&2; exit 1; })
  awk -v r="$result" -v s0="$before_service" -v s1="$(cpu_of "$pid")" -v p0="$before_postgres" -v p1="$(cpu_of_postgres)" \
    '{ split(r, f, " "); print f[2], f[3], f[4], f[5], f[6], s1 - s0, p1 - p0, $1 + $2 }' "$work/time"
}

# pgbench: one INSERT a transaction, a row of as many bytes as a trip's rows together.
pgbench_turn() {
  local log=$work/pgbench
  rm -f "$log".*
  "$SAFECONDUCT_POSTGRES_BIN/pgbench" -n -M prepared -c "$connections" -j 2 -T "$seconds" -f "$work/insert.sql" \
    -l --log-prefix="$log" "$SAFECONDUCT_POSTGRES" >"$work/pgbench.out" 2>&1 || { cat "$work/pgbench.out" >&2; exit 1; }
  cat "$log".* | awk '{ print $3 / 1000 }' | sort -n >"$work/latencies"
  awk -v s="$seconds" '{ l[NR] = $1 } END { print NR, s, l[int(NR * 0.5) + 1], l[int(NR * 0.99) + 1], 0, 0, 0, 0 }' "$work/latencies"
}

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

# Median over rounds of requests per second of a file.
rate() { awk '{ print $1 / $2 }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
median() { awk -v c="$2" '{ print $c }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# Median over rounds of the ratio pair by pair.
ratio() { paste "$1" "$2" | awk '{ print ($1 / $2) / ($9 / $10) }' | sort -n | awk '{ v[NR] = $1 } END { printf "%.3f", v[int((NR + 1) / 2)] }'; }
errors() { awk '{ e += $5 } END { print e + 0 }' "$1"; }
cpu_per() { awk -v c="$2" '{ n += $1; s += $c } END { printf "%.1f", s / n * 1e6 }' "$1"; }

rows=()
# row NAME GOAL MEASURED BOUND RATES BESIDE: passes where MEASURED is at least BOUND, or, for a BOUND
# that begins with "<", below it.
row() {
  local verdict
  verdict=$(awk -v m="$3" -v b="$4" 'BEGIN { below = sub(/^</, "", b); print (below ? m + 0 <= b + 0 : m + 0 >= b + 0) ? "pass" : "short" }')
  rows+=("$1|$2|$3|$verdict|$5|$6")
}

say "a population of $people"
"$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" demo cast --people "$people" --data ../data >&2
say "making $trips trips"
"$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" traffic --url "$SAFECONDUCT_URL" --trips "$trips" --people "$people" --data ../data --emit "$BODIES" --emit-questions "$QUESTIONS" >&2
cargo build --release --locked --example echo >&2
echo_program=$(dirname "$SAFECONDUCT_PROGRAM")/examples/echo
"$echo_program" 127.0.0.1:0 >"$work/echo" &
echo_pid=$!
until [ -s "$work/echo" ]; do sleep 0.05; done
echo_url=$(cat "$work/echo")

say "row 5: check against echo"
export ROUTE=/v1/trips/check KEYED=0
check() { turn bodies.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID"; }
check_echo() { turn bodies.lua "$echo_url" "$echo_pid"; }
pairs check check check_echo
row "5 check ÷ echo" "≥ 0.75" "$(ratio "$work/check.a" "$work/check.b")" 0.75 \
  "$(rate "$work/check.a") /s against $(rate "$work/check.b") /s" \
  "service $(cpu_per "$work/check.a" 6) µs, PostgreSQL $(cpu_per "$work/check.a" 7) µs, client $(cpu_per "$work/check.a" 8) µs a request; $(errors "$work/check.a") errors"

say "row 6: submit against pgbench"
export ROUTE=/v1/trips KEYED=1
cut_bodies() { # a fresh share of the trips for each round, so that none is submitted twice
  local share=$(($(wc -l <"$work/all") / (rounds + 1)))
  round_number=$((${round_number:-0} + 1))
  awk -v first=$(((round_number - 1) * share)) -v share="$share" \
    'NR > first + share { exit } NR > first' "$work/all" >"$BODIES"
}
mv "$BODIES" "$work/all"
before=$(sql -c "SELECT count(*) FROM trip")
submit() { cut_bodies; turn bodies.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID"; }
sql -c "CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, a bigint NOT NULL, b bigint NOT NULL, body text NOT NULL)" \
  -c "CREATE INDEX IF NOT EXISTS bench_row_a ON bench_row (a)" -c "CREATE INDEX IF NOT EXISTS bench_row_b ON bench_row (b)" \
  -c "ALTER TABLE bench_row ALTER COLUMN body SET STORAGE EXTERNAL"
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
pairs submit submit pgbench_turn
row "6 submit ÷ pgbench" "≥ 1.0 (0.5)" "$(ratio "$work/submit.a" "$work/submit.b")" 0.5 \
  "$(rate "$work/submit.a") /s against $(rate "$work/submit.b") /s of $bytes bytes; p99 $(median "$work/submit.a" 4) ms against $(median "$work/submit.b" 4) ms" \
  "service $(cpu_per "$work/submit.a" 6) µs, PostgreSQL $(cpu_per "$work/submit.a" 7) µs, client $(cpu_per "$work/submit.a" 8) µs a trip; $(errors "$work/submit.a") errors; $((after - before)) stored in the first turn"

say "row 7: clearance-status against echo"
status() { turn questions.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID"; }
status_echo() { turn questions.lua "$echo_url" "$echo_pid"; }
pairs status status status_echo
row "7 clearance-status ÷ echo" "≥ 0.70" "$(ratio "$work/status.a" "$work/status.b")" 0.70 \
  "$(rate "$work/status.a") /s against $(rate "$work/status.b") /s; p99 $(median "$work/status.a" 4) ms" \
  "service $(cpu_per "$work/status.a" 6) µs, PostgreSQL $(cpu_per "$work/status.a" 7) µs, client $(cpu_per "$work/status.a" 8) µs a question; $(errors "$work/status.a") errors"

say "row 8: advisories against echo"
advisory_lines() { awk -F'\t' 'NR <= 4000 { print $1 "\t/v1/advisories/KEN-1196" }' "$1"; }
advisory_lines "$QUESTIONS" >"$work/advisories"
advisory() { QUESTIONS=$work/advisories turn questions.lua "$SAFECONDUCT_URL" "$SAFECONDUCT_PID"; }
advisory_echo() { QUESTIONS=$work/advisories turn questions.lua "$echo_url" "$echo_pid"; }
pairs advisory advisory advisory_echo
row "8 advisories, hot ÷ echo" "≥ 0.85" "$(ratio "$work/advisory.a" "$work/advisory.b")" 0.85 \
  "$(rate "$work/advisory.a") /s against $(rate "$work/advisory.b") /s; p99 $(median "$work/advisory.a" 4) ms" \
  "service $(cpu_per "$work/advisory.a" 6) µs, PostgreSQL $(cpu_per "$work/advisory.a" 7) µs, client $(cpu_per "$work/advisory.a" 8) µs a question; $(errors "$work/advisory.a") errors"

say "row 14: memory"
row "14 resident memory" "≤ 600 MB" "$(awk '/VmRSS/ { printf "%.0f MB", $2 / 1024 }' "/proc/$SAFECONDUCT_PID/status")" "<600" \
  "peak $(awk '/VmHWM/ { printf "%.0f MB", $2 / 1024 }' "/proc/$SAFECONDUCT_PID/status")" \
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
row "13 start to ready" "≤ 1.0 s" "$(for _ in 1 2 3 4 5; do ready_ms; done | sort -n | sed -n 3p) ms" "<1000" "median of 5" ""

printf '\n| row | goal | measured | | rates | beside it |\n|---|---|---|---|---|---|\n'
for line in "${rows[@]}"; do
  IFS='|' read -r a b c v d e <<<"$line"
  printf '| %s | %s | %s | %s | %s | %s |\n' "$a" "$b" "$c" "$v" "$d" "$e"
done
if [ -n "$json" ]; then
  cd "$from"
  {
    printf '['
    separator=""
    for line in "${rows[@]}"; do
      IFS='|' read -r a b c v d e <<<"$line"
      printf '%s\n{"row": "%s", "goal": "%s", "measured": "%s", "verdict": "%s", "rates": "%s", "beside": "%s"}' "$separator" "$a" "$b" "$c" "$v" "$d" "$e"
      separator=","
    done
    printf '\n]\n'
  } >"$json"
fi
