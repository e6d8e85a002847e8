# shellcheck shell=bash
# What is measured and never asserted: benchmarks, load, the full comparison with PostGIS.

dev_bench() {
  [ -f loadtests/bench.sh ] || fail "loadtests/bench.sh is not in this checkout"
  hold_lock bench || fail "another ./dev bench is running"
  if (ensure_needs postgis); then
    postgis_start bench-postgres
    export SAFECONDUCT_POSTGIS
  else
    note "PostGIS is not available: the rows that need it are left out"
  fi
  "$BASH" loadtests/bench.sh "$@"
}

dev_verify_geometry() {
  [ -f loadtests/verify-geometry.sh ] || fail "loadtests/verify-geometry.sh is not in this checkout"
  hold_lock verify-geometry || fail "another ./dev verify-geometry is running"
  ensure_needs postgis
  postgis_start verify-postgres
  SAFECONDUCT_POSTGIS=$SAFECONDUCT_POSTGIS "$BASH" loadtests/verify-geometry.sh "$@"
}

# Starts a cluster with PostGIS that ends with this script; SAFECONDUCT_POSTGIS says how to reach it.
postgis_start() {
  POSTGIS_CLUSTER=$1
  # shellcheck disable=SC2034 # postgres_bin reads it
  WITH_POSTGIS=yes
  trap 'set +e; postgis_stop' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  postgres_start "$POSTGIS_CLUSTER" fast
  SAFECONDUCT_POSTGIS=$(postgres_at "$POSTGIS_CLUSTER" postgres)
}

postgis_stop() {
  postgres_stop "$POSTGIS_CLUSTER"
  as_server rm -rf "$(servers_home)/$POSTGIS_CLUSTER"
}

# A stack of its own, built with optimization, so that a running service is left alone.
dev_load() {
  [ -f loadtests/run.sh ] || fail "loadtests/run.sh is not in this checkout"
  hold_lock load || fail "another ./dev load is running"
  ensure_needs postgres redis wrk
  local program script=loadtests/run.sh
  LOAD_STACK=load
  case ${1:-} in
    redecide | swap | replay | claims | curves)
      script=loadtests/$1.sh
      # what it stores would be in the way of everything measured later
      [ "$1" != curves ] || LOAD_STACK=curves
      shift
      ;;
    shapes)
      script=loadtests/$1.sh
      shift
      ensure_needs k6
      ;;
  esac
  program=$(build_service release)
  trap 'set +e; load_end' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  [ $LOAD_STACK = load ] || load_end
  stack_servers_start $LOAD_STACK
  # one client sends everything here: its rate must not be what is measured
  stack_configure $LOAD_STACK "$(first_free_port 18080)" "[limits]" client_per_second=1000000 client_burst=1000000 \
    person_per_second=1000000 person_burst=1000000
  # the curves begin with fewer people than others have
  if [ $LOAD_STACK = load ]; then stack_fill load "$program"; else stack_fill $LOAD_STACK "$program" 1000; fi
  stack_serve $LOAD_STACK "$program" >"$STATE/$LOAD_STACK/service.log" 2>&1
  stack_wait $LOAD_STACK || fail "the service did not become ready (log: $STATE/$LOAD_STACK/service.log)"
  SAFECONDUCT_URL=$(stack_url $LOAD_STACK) SAFECONDUCT_PROGRAM=$program \
    SAFECONDUCT_CONFIG=$(stack_config $LOAD_STACK) SAFECONDUCT_PID=$STACK_PID \
    SAFECONDUCT_POSTGRES=$(postgres_at $LOAD_STACK-postgres safeconduct) \
    SAFECONDUCT_POSTGRES_BIN=$(postgres_bin) WRK=$(wrk_program) K6=$(k6_program || true) \
    "$BASH" "$script" "$@"
}

# The curves' database is theirs alone and ends with them.
load_end() {
  stack_stop "$LOAD_STACK"
  [ "$LOAD_STACK" = load ] || as_server rm -rf "$(servers_home)/$LOAD_STACK-postgres"
}
