# shellcheck shell=bash
# Turns of load and what they cost, for curves.sh: every turn is asked of all of the service's
# processes in `urls`, and what those in `pids` use is counted together.

# "service postgres hit read": CPU seconds, and pages that PostgreSQL has found or had to read; its
# processes tell of pages once a second, so they are those of a moment before on either side.
spent() {
  local pid
  echo "$(for pid in "${pids[@]}"; do cpu_of "$pid"; done | awk '{ sum += $1 } END { print sum }') $(cpu_of_postgres) $(sql -F ' ' -c "SELECT blks_hit, blks_read FROM pg_stat_database WHERE datname = current_database()")"
}

# turn SCRIPT SECONDS CONNECTIONS: so many connections in all. Prints "requests seconds p50 p99 errors
# client service postgres hit read".
turn() {
  local script=$1 length=$2 each threads=2 before jobs=() at url
  each=$(($3 / ${#urls[@]}))
  [ "$each" -ge 2 ] || { each=1 threads=1; }
  before=$(spent)
  TIMEFORMAT='%U %S'
  for at in "${!urls[@]}"; do
    url=${urls[$at]}
    { time "$WRK" -t"$threads" -c"$each" -d"${length}s" --latency -s "$script" "$url" >"$work/wrk.$at" 2>&1; } 2>"$work/time.$at" &
    jobs+=($!)
  done
  wait "${jobs[@]}"
  for at in "${!urls[@]}"; do
    grep '^RESULT' "$work/wrk.$at" || { cat "$work/wrk.$at" >&2; exit 1; }
    tail -n 1 "$work/time.$at"
  done | awk -v before="$before" -v after="$(spent)" '
    $1 == "RESULT" { n += $2; if ($3 > s) s = $3; p50 += $4; k++; if ($5 > p99) p99 = $5; e += $6; next }
    { client += $1 + $2 }
    END {
      split(before, b, " "); split(after, a, " ")
      print n, s, p50 / k, p99, e, client, a[1] - b[1], a[2] - b[2], a[3] - b[3], a[4] - b[4]
    }'
}

# keep CURVE OF X Y UNIT: one point of one line of a curve.
keep() { printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$work/points"; }

# point CURVE X WHAT SCRIPT [FRESH]: a short turn that warms, a turn that counts; its costs are points.
# FRESH is called with the seconds of each turn before it. Leaves what the turn printed in `figures`.
point() {
  local curve=$1 x=$2 what=$3 script=$4 fresh=${5:-true} n s p50 p99 errors client service postgres hit read name cost
  "$fresh" 2
  turn "$script" 2 "$connections" >/dev/null
  "$fresh" "$seconds"
  figures=$(turn "$script" "$seconds" "$connections")
  read -r n s p50 p99 errors client service postgres hit read <<<"$figures"
  per() { awk -v a="$1" -v n="$n" -v by="$2" 'BEGIN { printf "%.1f", a / n * by }'; }
  while read -r name cost; do
    keep "$curve" "$what: $name" "$x" "$(per "$cost" 1e6)" "µs of processor time a request"
  done <<<"service $service
PostgreSQL $postgres"
  printf '| %s | %s | %s | %.0f | %.2f ms | %s | %s | %s | %s | %s | %s |\n' "$curve" "$x" "$what" \
    "$(awk -v n="$n" -v s="$s" 'BEGIN { print n / s }')" "$p99" "$(per "$service" 1e6)" "$(per "$postgres" 1e6)" \
    "$(per "$client" 1e6)" "$(per "$((hit + read))" 1)" "$(per "$read" 1)" "$errors" | tee -a "$work/table" >&2
}
# Pages of PostgreSQL for a request of the turn before, and those of them that it had to read.
pages() { awk '{ printf "%.1f pages a request, %.1f of them read", ($9 + $10) / $1, $10 / $1 }' <<<"$figures"; }
answer_size() { sed -n 's/.* requests in .*, \(.*\) read$/\1/p' "$work/wrk.0" | awk -v figures="$figures" '
  { split(figures, f, " "); by = /GB/ ? 2 ^ 30 : /MB/ ? 2 ^ 20 : /KB/ ? 2 ^ 10 : 1; printf "%.1f kB", $1 * by / f[1] / 1000 }'; }
rate() { awk '{ printf "%.0f", $1 / $2 }' <<<"$figures"; }

# People on record, at least so many.
population() {
  say "a population of $1"
  safeconduct demo cast --people "$1" --data ../data >&2
  sql -c "VACUUM (ANALYZE) person" -c CHECKPOINT
}
# lines HOW-MANY PEOPLE: bodies and questions of trips of so many people.
lines() {
  safeconduct traffic --url "$SAFECONDUCT_URL" --trips "$1" --people "$2" \
    --data ../data --emit "$BODIES" --emit-questions "$QUESTIONS" >&2
}
