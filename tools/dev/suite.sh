# shellcheck shell=bash
# ./dev test: the steps of continuous integration, each named and timed.

LIMIT_MINUTES=40

dev_test() {
  local full=no
  case "${1:-}" in
    --full) full=yes; shift ;;
  esac
  [ $# -eq 0 ] || misuse "test does not know '$1'"
  hold_lock suite || fail "another ./dev test is running"
  LOGS="$STATE/logs"
  rm -rf "$LOGS"
  mkdir -p "$LOGS"
  STEPS=()
  STEP=''
  JOB=''
  BEGAN=$(seconds_now)
  SOURCE_STATE=$(source_state)
  trap suite_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  [ "$full" = yes ] || start_time_limit
  run_suite "$full"
  [ "$full" = yes ] || [ $(($(seconds_now) - BEGAN)) -le $((LIMIT_MINUTES * 60)) ] ||
    fail "it took longer than $LIMIT_MINUTES minutes"
}

run_suite() {
  local full=$1 profile=()
  [ "$full" = no ] || profile=(--profile full)
  step "formatting" cargo fmt --check
  step "fetch" cargo fetch --locked
  step "locks" locks_fit
  ensure_needs postgres redis >"$LOGS/servers-install.log" 2>&1 &
  INSTALLING=$!
  step "lints" cargo clippy --locked --all-targets -- -D warnings
  step "build" cargo test --locked --no-run "${profile[@]}"
  step "servers" suite_servers_start
  step "tests" suite_tests "$full" "${profile[@]}"
  step "documentation" env RUSTDOCFLAGS="-D warnings" \
    cargo doc --locked --no-deps --document-private-items
  step "generated files" nothing_drifted
}

# The packages beside ours, which ./dev bench and ./dev verify-geometry build, lock what ours needs.
locks_fit() {
  local manifest
  for manifest in loadtests/*/Cargo.toml; do
    cargo update --locked --workspace --manifest-path "$manifest" || return 1
  done
}

# Runs one step in a process group of its own, so that it can be ended whole; shows and keeps its output.
step() {
  local name=$1 began status=0 log
  shift
  STEP=$name
  log="$LOGS/${name// /-}.log"
  began=$(seconds_now)
  printf '\n=== %s\n' "$name"
  set -m
  (
    set +m
    "$@" 2>&1 </dev/null | tee "$log"
  ) &
  JOB=$!
  set +m
  wait "$JOB" || status=$?
  JOB=''
  STEPS+=("$(printf '%-18s %6d s  %s' "$name" $(($(seconds_now) - began)) \
    "$([ "$status" = 0 ] && echo passed || echo FAILED)")")
  [ "$status" = 0 ] || exit 1 # suite_end tells which step it was
  STEP=''
}

suite_servers_start() {
  wait_for_installation
  postgres_start test-postgres fast &
  local fast=$!
  postgres_start durable-postgres durable
  redis_start test-redis
  wait "$fast"
  echo "PostgreSQL: $("$(postgres_bin)/postgres" --version), Redis: $("$(redis_server)" --version)"
}

suite_servers_stop() {
  local home
  home=$(servers_home)
  redis_stop test-redis
  if postgres_bin >/dev/null; then
    postgres_stop test-postgres
    postgres_stop durable-postgres
  fi
  tests_servers_stop
  as_server rm -rf "$home/test-postgres" "$home/durable-postgres" "$home/test-redis" "$home/scratch"
}

# The installation is a child of the script, not of this step: it is watched, not waited for.
wait_for_installation() {
  while kill -0 "$INSTALLING" 2>/dev/null; do sleep 0.2; done
  cat "$LOGS/servers-install.log"
  [ -z "$(missing_packages postgres redis)" ] || return 1
}

suite_tests() {
  local threads
  threads=$(nproc)
  [ "$threads" -ge 4 ] || threads=4 # tests wait for the database more than they compute
  [ "$1" = no ] || export SAFECONDUCT_TEST_FULL=1
  as_server mkdir -p "$(servers_home)/scratch"
  SAFECONDUCT_TEST_POSTGRES=$(postgres_at test-postgres) \
    SAFECONDUCT_TEST_POSTGRES_DURABLE=$(postgres_at durable-postgres) \
    SAFECONDUCT_TEST_PG_BIN=$(postgres_bin) \
    SAFECONDUCT_TEST_PG_USER=$(server_user | grep . || id -un) \
    SAFECONDUCT_TEST_SCRATCH=$(servers_home)/scratch \
    SAFECONDUCT_TEST_REDIS=$(redis_at test-redis) \
    SAFECONDUCT_TEST_REDIS_PROGRAM=$(redis_server) \
    RUST_TEST_THREADS=${RUST_TEST_THREADS:-$threads} \
    unlocked cargo test --locked --no-fail-fast "${@:2}" # a test may leave a server of its own behind
}

# What git sees of the sources; empty outside a checkout.
source_state() {
  git rev-parse --is-inside-work-tree >/dev/null 2>&1 || return 0
  { git diff HEAD; git status --porcelain; } 2>/dev/null | sha256sum
}

# In a clean checkout this is `git diff --exit-code`; with work in progress, nothing more may change.
nothing_drifted() {
  [ -n "$SOURCE_STATE" ] || { echo "not a git checkout: nothing to compare"; return 0; }
  [ "$(source_state)" = "$SOURCE_STATE" ] || {
    git --no-pager diff HEAD --stat
    git status --short
    echo "the steps above changed files that are in version control: commit what was generated"
    return 1
  }
  echo "no generated file has drifted"
}

seconds_now() { date +%s; }

# Ends the suite from outside when its time is over.
start_time_limit() {
  local suite=$$
  (
    exec >/dev/null 2>&1 {LOCK_FD}>&-
    trap 'kill "$SLEEP"; exit' TERM
    sleep $((LIMIT_MINUTES * 60)) &
    SLEEP=$!
    wait "$SLEEP"
    touch "$LOGS/out-of-time"
    kill -TERM "$suite"
  ) &
  LIMITER=$!
}

suite_end() {
  local status=$? line
  set +e
  trap '' INT TERM
  if [ -n "$JOB" ]; then
    kill -TERM -- "-$JOB" 2>/dev/null
    wait "$JOB" 2>/dev/null
  fi
  [ -z "${LIMITER:-}" ] || kill -TERM "$LIMITER" 2>/dev/null || true
  if [ -n "${INSTALLING:-}" ]; then wait "$INSTALLING" 2>/dev/null || true; fi
  suite_servers_stop
  printf '\n=== summary\n'
  for line in "${STEPS[@]}"; do echo "$line"; done
  printf '%-18s %6d s  %s\n' total $(($(seconds_now) - BEGAN)) \
    "$([ "$status" = 0 ] && echo passed || echo FAILED)"
  [ ! -e "$LOGS/out-of-time" ] || note "stopped: it took longer than $LIMIT_MINUTES minutes"
  [ "$status" = 0 ] || [ -z "$STEP" ] ||
    note "$([ "$status" -gt 128 ] && echo ended || echo failed) in the step '$STEP' (log: $LOGS/${STEP// /-}.log)"
}
