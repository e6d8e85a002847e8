# shellcheck shell=bash
# What the load tests measure with: the database, processor time and memory of processes, the
# service's metrics, and the table at the end. Sourced, after the variables that ./dev load sets.

say() { printf '%s\n' "$*" >&2; }

sql() { "$SAFECONDUCT_POSTGRES_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$SAFECONDUCT_POSTGRES" "$@"; }

# The service's program with the stack's configuration.
safeconduct() { "$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" "$@"; }

# CPU seconds a process has used, its reaped children too.
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); print ($12 + $13 + $14 + $15) / hz }' "/proc/$1/stat"; }

# The postmaster with every backend, those that have ended too.
cpu_of_postgres() {
  local postmaster pid sum=0
  postmaster=$(sql -c "SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)")
  for pid in "$postmaster" $(pgrep -P "$postmaster"); do
    sum=$(awk -v a="$sum" -v b="$(cpu_of "$pid" 2>/dev/null || echo 0)" 'BEGIN { print a + b }')
  done
  echo "$sum"
}

minus() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a - b }'; }
# Megabytes: resident now, and at most.
memory_of() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$1/status"; }
peak_of() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$1/status"; }

# A sample of the service's metrics.
metric() {
  local port
  port=$(awk -F' *= *' '$1 == "metrics_port" { print $2 }' "$SAFECONDUCT_CONFIG")
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  awk -v name="$1" '$1 == name { value = $2 } END { print value + 0 }' <&3
  exec 3<&-
}

# What earlier runs have stored of trips is taken away; the world, people and offices stay.
trips_away() {
  say "taking away what earlier runs stored"
  sql -f trips_away.sql
}

# Turns are lines "requests seconds p50 p99 errors …"; of a file of them, over its rounds:
median() { awk -v c="$2" '{ print $c }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
median_rate() { awk '{ printf "%.0f\n", $1 / $2 }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# The rate of one by that of the other, pair by pair.
median_ratio() {
  paste -d' ' <(awk '{ print $1 / $2 }' "$1") <(awk '{ print $1 / $2 }' "$2") |
    awk '{ print $1 / $2 }' | sort -n | awk '{ v[NR] = $1 } END { printf "%.3f", v[int((NR + 1) / 2)] }'
}
sum() { awk -v c="$2" '{ n += $c } END { print n + 0 }' "$1"; }
# Microseconds of a column of CPU seconds for each request.
cpu_per() { awk -v c="$2" '{ n += $1; s += $c } END { printf "%.1f", s / n * 1e6 }' "$1"; }

# A turn of pgbench: pgbench_turn SCRIPT CLIENTS SECONDS.
pgbench_turn() {
  local log=$work/pgbench
  rm -f "$log".*
  "$SAFECONDUCT_POSTGRES_BIN/pgbench" -n -M prepared -c "$2" -j 2 -T "$3" -f "$1" \
    -l --log-prefix="$log" "$SAFECONDUCT_POSTGRES" >"$work/pgbench.out" 2>&1 || { cat "$work/pgbench.out" >&2; exit 1; }
  cat "$log".* | awk '{ print $3 / 1000 }' | sort -n |
    awk -v s="$3" '{ l[NR] = $1 } END { print NR, s, l[int(NR * 0.5) + 1], l[int(NR * 0.99) + 1], 0 }'
}

# Rows of the table: row ROW GOAL MEASURED VERDICT RATES BESIDE.
rows=()
row() { rows+=("$1|$2|$3|$4|$5|$6"); }
# pass where the figure is at most, or at least, the bound
at_most() { awk -v m="$1" -v b="$2" 'BEGIN { print (m + 0 <= b + 0 ? "pass" : "short") }'; }
at_least() { awk -v m="$1" -v b="$2" 'BEGIN { print (m + 0 >= b + 0 ? "pass" : "short") }'; }

print_rows() {
  local line a b c v d e
  printf '\n| row | goal | measured | | rates | beside it |\n|---|---|---|---|---|---|\n'
  for line in "${rows[@]}"; do
    IFS='|' read -r a b c v d e <<<"$line"
    printf '| %s | %s | %s | %s | %s | %s |\n' "$a" "$b" "$c" "$v" "$d" "$e"
  done
}

# The same into a file, one object a line, as results.sh reads them.
keep_rows() {
  local line a b c v d e separator='['
  for line in "${rows[@]}"; do
    IFS='|' read -r a b c v d e <<<"$line"
    printf '%s\n{"row": "%s", "goal": "%s", "measured": "%s", "verdict": "%s", "rates": "%s", "beside": "%s"}' \
      "$separator" "$a" "$b" "$c" "$v" "$d" "$e"
    separator=,
  done >"$1"
  printf '\n]\n' >>"$1"
}

# How every load test ends: the table, and where --json asked for it the same in a file, as seen from
# where ./dev load was called.
finish() {
  print_rows
  if [ -n "$json" ]; then
    cd "$from"
    keep_rows "$json"
  fi
}
