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
