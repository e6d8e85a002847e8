# shellcheck shell=bash
# What is measured and never asserted: benchmarks, load, the full comparison with PostGIS.

dev_bench() {
  run_script loadtests/bench-geometry.sh "$@"
}

dev_verify_geometry() {
  run_script loadtests/verify-geometry.sh "$@"
}

run_script() {
  local script=$1
  shift
  [ -f "$script" ] || fail "$script is not in this checkout"
  "$BASH" "$script" "$@"
}

# A stack of its own, built with optimization, so that a running service is left alone.
dev_load() {
  [ -f loadtests/run.sh ] || fail "loadtests/run.sh is not in this checkout"
  hold_lock load || fail "another ./dev load is running"
  ensure_needs postgres redis wrk
  local program
  program=$(build_service release)
  trap 'set +e; stack_stop load' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  stack_servers_start load
  # one client sends everything here: its rate must not be what is measured
  stack_configure load "$(first_free_port 18080)" "[limits]" client_per_second=1000000 client_burst=1000000 \
    person_per_second=1000000 person_burst=1000000
  stack_fill load "$program"
  stack_serve load "$program" >"$STATE/load/service.log" 2>&1
  stack_wait load || fail "the service did not become ready (log: $STATE/load/service.log)"
  SAFECONDUCT_URL=$(stack_url load) SAFECONDUCT_PROGRAM=$program \
    SAFECONDUCT_CONFIG=$(stack_config load) SAFECONDUCT_PID=$STACK_PID \
    SAFECONDUCT_POSTGRES=$(postgres_at load-postgres safeconduct) \
    SAFECONDUCT_POSTGRES_BIN=$(postgres_bin) WRK=$(wrk_program) \
    "$BASH" loadtests/run.sh "$@"
}
