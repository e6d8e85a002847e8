# shellcheck shell=bash
# What grows, for curves.sh: people, stored trips, fences, replicas. Each function makes more of it,
# takes a turn at every step, and says what bounds the cost.

bound() { bounds+=("$1|$2"); }
steps() { tr ',' '\n' <<<"$1" | sort -n; }
last() { steps "$1" | tail -n 1; }
# What was submitted before is in nobody's way: the same trips are drawn again.
nobody_travels() { sql -c "UPDATE trip_traveller SET live = false WHERE live"; }

# People on record: their facts are read by every check.
curve_people() {
  local count first="" sum facts
  for count in $(steps "$people"); do
    population "$count"
    lines 20000 "$count"
    ROUTE=/v1/trips/check KEYED=0 point people "$count" check bodies.lua
    first=${first:-"at $count people $(pages)"}
    # one after the other: how long the facts of a trip's travellers take to come
    sum=$(metric 'safeconduct_stage_seconds_sum{stage="facts"}') facts=$(metric 'safeconduct_stage_seconds_count{stage="facts"}')
    ROUTE=/v1/trips/check KEYED=0 turn bodies.lua 3 1 >/dev/null
    sum=$(awk -v a="$(metric 'safeconduct_stage_seconds_sum{stage="facts"}')" -v b="$sum" -v n="$(metric 'safeconduct_stage_seconds_count{stage="facts"}')" -v m="$facts" \
      'BEGIN { printf "%.1f", (n > m) ? (a - b) / (n - m) * 1e6 : 0 }')
    keep "facts of people" "of a trip, one at a time" "$count" "$sum" "µs until they are read"
    say "facts of a trip, one at a time: $sum µs"
  done
  bound people "$first, at $count $(pages); people and their indexes take $(sql -c "SELECT pg_size_pretty(pg_total_relation_size('person'))") beside $(sql -c "SHOW shared_buffers") of shared buffers. A traveller is one look-up by key: bounded by the height of one index, and by memory once they no longer fit"
}

# Trips on record: what is submitted and asked must not depend on the years before it.
curve_trips() {
  local count population first="" first_status="" top
  population=$(last "$people")
  trips_away
  population "$population"
  # as many as may be submitted in all turns, so that none is sent twice; not every trip drawn is one
  # that a machine submits, nor are there more than people
  turns=$(($(steps "$trips" | wc -l) * (seconds + 2) + 1)) taken=0
  lines $((turns * 10000)) "$population"
  mv "$BODIES" "$work/bodies.all" && mv "$QUESTIONS" "$work/questions.all"
  fresh_lines 1
  ROUTE=/v1/trips KEYED=1 turn bodies.lua 1 "$connections" >/dev/null
  for count in $(steps "$trips"); do
    fill_trips "$count" || break
    ROUTE=/v1/trips KEYED=1 point trips "$count" submit bodies.lua fresh_lines
    first=${first:-"at $count trips a submission takes $(pages)"}
    top="at $count $(pages)"
    point trips "$count" status questions.lua
    first_status=${first_status:-"a question $(pages)"}
  done
  bound trips "$first, $top; $first_status, then $(pages); the database holds $(sql -c "SELECT pg_size_pretty(pg_database_size(current_database()))"), $(sql -c "SELECT round(pg_database_size(current_database()) / 1000.0 / count(*), 1) FROM trip") kB a trip, beside $(sql -c "SHOW shared_buffers") of shared buffers. Every look-up is by key: bounded by the height of the indexes, by pages that are no longer in memory, and in the end by disk"
}
# Lines that nobody has sent yet, for so many seconds; the first thousand are asked about afterwards.
fresh_lines() {
  local upto=$((taken + $1 * $(wc -l <"$work/bodies.all") / turns))
  sed -n "$((taken + 1)),${upto}p;${upto}q" "$work/bodies.all" >"$BODIES"
  [ -s "$BODIES" ] || { say "there are no more trips to submit"; exit 1; }
  sed -n "$((taken + 1)),$((taken + 1000))p;$((taken + 1000))q" "$work/questions.all" >"$QUESTIONS"
  taken=$upto
}

# History up to so many trips, a million at a time; refuses what the disk cannot hold.
fill_trips() {
  local have more free pattern
  have=$(sql -c "SELECT count(*) FROM trip")
  free=$(df -k --output=avail "$(sql -c "SHOW data_directory")" 2>/dev/null | tail -n 1)
  if [ -n "$free" ] && [ $(((${1} - have) * 16)) -gt "$free" ]; then
    say "$1 trips would fill the disk: left out"
    return 1
  fi
  pattern=$(sql <<'SQL'
SELECT t.trip_id FROM trip AS t
INNER JOIN clearance AS c ON c.trip_id = t.trip_id
INNER JOIN evidence AS e ON e.evidence_id = t.evidence_id
WHERE NOT t.personal AND cardinality(t.travellers) = 1 AND e.body IS NOT NULL AND c.state = 'cleared'
  AND (SELECT count(*) FROM clearance AS o WHERE o.trip_id = t.trip_id) = 1
ORDER BY t.trip_id LIMIT 1
SQL
)
  [ -n "$pattern" ] || { say "no trip serves as a pattern"; exit 1; }
  while [ "$have" -lt "$1" ]; do
    more=$(($1 - have))
    [ "$more" -le 1000000 ] || more=1000000
    say "storing $more trips beside $have"
    sql -v pattern="$pattern" -v trips="$more" -v before="$have" -f curves_trips.sql >/dev/null
    have=$((have + more))
  done
  sql -c "VACUUM (ANALYZE) trip, trip_traveller, clearance, evidence, ledger_entry" -c CHECKPOINT
}

# Fences of the world: what a check meets on its way.
curve_fences() {
  local count have top first=""
  trips_away
  population 20000
  lines 4000 20000
  for count in $(steps "$fences"); do
    have=$(sql -c "SELECT count(*) FROM fence WHERE removed_at IS NULL AND forgotten_at IS NULL")
    if [ "$have" -lt "$count" ]; then
      say "drawing $((count - have)) fences"
      sql -v fences=$((count - have)) -f fences_fill.sql >/dev/null
    fi
    until [ "$(metric safeconduct_atlas_version)" -ge "$(sql -c "SELECT version FROM world_state")" ]; do sleep 0.2; done
    ROUTE=/v1/trips/check KEYED=0 point fences "$count" check bodies.lua
    top="at $count $(answer_size) an answer, $(memory_of "$SAFECONDUCT_PID") MB resident"
    first=${first:-$top}
  done
  bound fences "$first, $top. The fences of an area are named to those who stay there, so the cost grows with the fences in one area ($(awk -v n="$count" -v a="$(sql -c "SELECT count(*) FROM area")" 'BEGIN { printf "%.1f", n / a }') in each at the top), not with those of the world: finding those at a point is the logarithm that ./dev bench shows"
}
# Replicas of the service: first on the cores that everybody shares, then with a share of a core
# each, so that an added one brings processor time of its own, as it would on its own machine.
curve_replicas() {
  local count what script part
  part=$(printf "0.%02d" "$share")
  population 20000
  lines 20000 20000
  # the trips that are asked about are stored
  ROUTE=/v1/trips KEYED=1 turn bodies.lua 2 "$connections" >/dev/null
  nobody_travels
  head -n 1000 "$QUESTIONS" >"$work/asked" && cp "$work/asked" "$QUESTIONS"
  for count in $(steps "$replicas"); do
    replicas_serve "$count"
    for what in check status; do
      script=bodies.lua
      [ "$what" = check ] || script=questions.lua
      ROUTE=/v1/trips/check KEYED=0 point "replicas on the same cores" "$count" "$what" "$script"
      if ! share_each "$share"; then continue; fi
      ROUTE=/v1/trips/check KEYED=0 turn "$script" 2 "$((16 * count))" >/dev/null
      figures=$(ROUTE=/v1/trips/check KEYED=0 turn "$script" "$seconds" "$((16 * count))")
      share_ends
      keep "replicas with $part of a core each" "$what" "$count" "$(rate)" "requests/s"
      say "$what, $count replicas with $part of a core each: $(rate) /s"
      row_15 "$what" "$count"
    done
  done
  replicas_stop
  bound "replicas on the same cores" "cores, database and client are shared: this shows what a replica adds to the cost of a request (smaller batches), and cannot show what its own cores would give"
  bound "replicas with $part of a core each" "an added replica brings processor time of its own, while PostgreSQL and the client have the rest of $(nproc) cores: this shows that nothing in the service is shared, and cannot show where one PostgreSQL ends"
}

# Row 15 of the budget: the second replica by the first.
row_15() {
  if [ "$2" = 1 ]; then declare -g "rate_$1=$(rate)"; fi
  local one="rate_$1" ratio
  if [ "$2" != 2 ] || [ -z "${!one:-}" ]; then return 0; fi
  ratio=$(awk -v a="$(rate)" -v b="${!one}" 'BEGIN { printf "%.2f", a / b }')
  row "15 $1, two replicas by one" "≥ 1.8 x" "$ratio x" "$(at_least "$ratio" 1.8)" "${!one} /s, then $(rate) /s" \
    "each replica with 0.$(printf '%02d' "$share") of a core of its own"
}

# So many processes of the service on one database.
replicas_serve() {
  local port
  while [ "${#pids[@]}" -lt "$1" ]; do
    port=$((20000 + RANDOM % 20000))
    SAFECONDUCT__SERVER__PORT=$port SAFECONDUCT__SERVER__METRICS_PORT=$((port + 1)) \
      "$SAFECONDUCT_PROGRAM" --config "$SAFECONDUCT_CONFIG" serve >"$work/replica.log" 2>&1 &
    pids+=($!) urls+=("http://127.0.0.1:$port")
    until is_ready "$port"; do
      kill -0 "${pids[-1]}" 2>/dev/null || { cat "$work/replica.log" >&2; exit 1; }
      sleep 0.05
    done
  done
}
is_ready() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    head -n 1 <&3 | grep -q ' 200 '
  ) 2>/dev/null
}
replicas_stop() {
  share_ends
  while [ "${#pids[@]}" -gt 1 ]; do
    kill "${pids[-1]}" 2>/dev/null || true
    wait "${pids[-1]}" 2>/dev/null || true
    unset 'pids[-1]' 'urls[-1]'
  done
}

# share_each HUNDREDTHS: every process may use so much of a core, in control groups of its own. Fails
# where this user may not make any.
share_each() {
  local at group
  for at in "${!pids[@]}"; do
    group=$(control_group "$at" "$(($1 * 200))" 2>/dev/null) && echo "${pids[$at]}" >"$group/cgroup.procs" || {
      say "no control groups here: the curve with a share of a core each is left out"
      return 1
    }
    groups+=("$group")
  done
}
# control_group NUMBER MICROSECONDS: makes one that may use so many of every 20,000; prints its folder.
control_group() {
  local group=/sys/fs/cgroup/safeconduct-curves-$1
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
    mkdir -p "$group"
    echo "$2 20000" >"$group/cpu.max"
  else
    group=/sys/fs/cgroup/cpu/safeconduct-curves-$1
    mkdir -p "$group"
    echo 20000 >"$group/cpu.cfs_period_us"
    echo "$2" >"$group/cpu.cfs_quota_us"
  fi
  echo "$group"
}
share_ends() {
  local at
  for at in "${!groups[@]}"; do
    echo "${pids[$at]}" >"$(dirname "${groups[$at]}")/cgroup.procs" 2>/dev/null || true
    rmdir "${groups[$at]}" 2>/dev/null || true
  done
  groups=()
}
