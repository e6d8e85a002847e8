# shellcheck shell=bash
# ./dev run, and what speaks to it: url, token, demo, down.

dev_run() {
  local port='' profile=debug detach=no
  while [ $# -gt 0 ]; do
    case "$1" in
      --port) port=${2:-}; shift ;;
      --port=*) port=${1#--port=} ;;
      --detach) detach=yes ;;
      --release) profile=release ;;
      *) misuse "run does not know '$1'" ;;
    esac
    [ $# -eq 0 ] || shift
  done
  [[ -z $port || ($port =~ ^[0-9]{1,5}$ && $port -ge 1 && $port -le 65535) ]] || misuse "--port wants a port number"
  if ! hold_lock run; then
    say_already_running "$port"
    return 0
  fi
  [ -z "$port" ] || port_is_free "$port" || fail "port $port is in use by another program"
  if [ "$detach" = yes ]; then run_detached "$profile" "$port"; else run_foreground "$profile" "$port"; fi
}

# Succeeds when what runs is what was asked for.
say_already_running() {
  local url
  stack_pid run >/dev/null || fail "another ./dev run is starting; try again in a moment"
  url=$(stack_url run)
  note "safeconduct is already running at $url (./dev down stops it)"
  [ -z "$1" ] || [ "${url##*:}" = "$1" ] || fail "it cannot be started a second time on port $1"
}

run_foreground() {
  local status=0
  end_cleanly
  mkdir -p "$STATE/run"
  echo $$ >"$STATE/run/script.pid"
  run_prepare "$1" "$2"
  stack_serve run "$RUN_PROGRAM"
  stack_wait run || fail "the service did not become ready"
  say_welcome
  note "Ctrl-C stops it"
  wait "$STACK_PID" || status=$?
  fail "the service has ended by itself (status $status)"
}

run_detached() {
  local log="$STATE/run/service.log"
  end_cleanly
  run_prepare "$1" "$2"
  # the service keeps the lock, so that it is held as long as the service lives
  # shellcheck disable=SC2016
  setsid "$BASH" -c 'echo $$ >"$1"; exec "$2" --config "$3" serve >"$4" 2>&1 </dev/null' run \
    "$STATE/run/service.pid" "$RUN_PROGRAM" "$(stack_config run)" "$log" &
  local tries=0
  until stack_pid run >/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -le 50 ] || break
    sleep 0.1
  done
  if ! stack_wait run; then
    tail -n 20 "$log" >&2
    fail "the service did not become ready (log: $log)"
  fi
  trap - EXIT
  say_welcome
  note "./dev down stops it; its log is $log"
}

# However this script ends, the service and its servers end with it.
end_cleanly() {
  trap run_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

run_end() {
  set +e
  trap '' INT TERM
  [ -z "${SERVERS_JOB:-}" ] || wait "$SERVERS_JOB" || true
  stack_stop run
  rm -f "$STATE/run/script.pid"
}

# Servers and build at the same time, then the data; leaves the program in RUN_PROGRAM.
run_prepare() {
  local profile=$1 port=$2
  mkdir -p "$STATE/run"
  rm -f "$STATE/run/service.pid"
  (
    ensure_needs postgres redis
    stack_servers_start run
  ) &
  SERVERS_JOB=$!
  RUN_PROGRAM=$(build_service "$profile") || fail "the build failed"
  wait "$SERVERS_JOB" || fail "the servers did not start"
  SERVERS_JOB=''
  stack_configure run "$(chosen_port "$port")"
  stack_fill run "$RUN_PROGRAM"
}

# The port asked for, else the one used before if it is free, else the first free one.
chosen_port() {
  local before=''
  if [ -n "$1" ]; then
    echo "$1"
    return 0
  fi
  [ ! -s "$STATE/run/url" ] || before=$(sed 's/.*://' "$STATE/run/url")
  if [ -n "$before" ] && port_is_free "$before"; then echo "$before"; else first_free_port 8080; fi
}

say_welcome() {
  local url there back traveller token
  url=$(stack_url run)
  token=$("$RUN_PROGRAM" --config "$(stack_config run)" token --as traveller)
  traveller=$(postgres_sql_in run-postgres safeconduct \
    -c "SELECT person_id FROM person WHERE staff_no = 'CAST-traveller'")
  there=$(date -u -d '+21 days' +%F)
  back=$(date -u -d '+24 days' +%F)
  cat >&2 <<TEXT

safeconduct is ready:  $url   (documentation at $url/docs)

A token of the demonstration cast (./dev token ROLE prints another):

  $token

A first trip, checked and not stored:

  curl -sS $url/v1/trips/check \\
    -H "Authorization: Bearer \$(./dev token traveller)" -H "Content-Type: application/json" -d '{
      "trip_kind": "official", "purpose": "duty_travel", "pc_grade": "PC2",
      "travellers": [{"person_id": "$traveller"}],
      "segments": [
        {"seq": 1, "mode": "air_commercial", "carrier_code": "ET", "flight_no": "ET308",
         "from": {"airport": "ADD"}, "to": {"airport": "NBO"},
         "departs_at": "${there}T08:30:00+03:00", "arrives_at": "${there}T10:45:00+03:00"},
        {"seq": 2, "mode": "air_commercial", "carrier_code": "ET", "flight_no": "ET309",
         "from": {"airport": "NBO"}, "to": {"airport": "ADD"},
         "departs_at": "${back}T09:00:00+03:00", "arrives_at": "${back}T11:10:00+03:00"}],
      "lodging": [{"area_id": "KEN-1196", "kind": "hotel", "name": "Park Side"}]}'

TEXT
}

running_or_fail() {
  stack_pid run >/dev/null || fail "safeconduct is not running: start it with ./dev run"
}

dev_url() {
  [ $# -eq 0 ] || misuse "url takes no argument"
  running_or_fail
  stack_url run
}

# The program that serves now, which a later build may have replaced.
running_program() {
  readlink "/proc/$(stack_pid run)/exe" | sed 's/ (deleted)$//'
}

dev_token() {
  [ $# -eq 1 ] || misuse "token wants one role"
  running_or_fail
  "$(running_program)" --config "$(stack_config run)" token --as "$1"
}

dev_demo() {
  local name=${1:-} url
  if [ -z "$name" ]; then
    note "demonstrations: traffic, desk, cast$(find demos -name '*.sh' 2>/dev/null | sort |
      sed -E 's|^demos/(.*)\.sh$|, \1|' | tr -d '\n')"
    return 0
  fi
  shift
  running_or_fail
  url=$(stack_url run)
  if [ -f "demos/$name.sh" ]; then
    SAFECONDUCT_URL=$url "$BASH" "demos/$name.sh" "$@"
  elif [ "$name" = traffic ]; then
    "$(running_program)" --config "$(stack_config run)" traffic --url "$url" "$@"
  elif [ "$name" = desk ]; then
    "$(running_program)" --config "$(stack_config run)" demo desk --url "$url" "$@"
  else
    "$(running_program)" --config "$(stack_config run)" demo "$name" "$@"
  fi
}

dev_down() {
  [ $# -eq 0 ] || misuse "down takes no argument"
  [ -d "$STATE" ] || { note "nothing to stop"; return 0; }
  [ -O "$STATE" ] || fail "$STATE belongs to $(stat -c %U "$STATE"): run ./dev down as that user"
  if lock_is_held suite; then fail "a ./dev test is running; stop it first (Ctrl-C there)"; fi
  if lock_is_held load; then fail "a ./dev load is running; stop it first (Ctrl-C there)"; fi
  stop_running_script
  local name home
  for name in run load curves; do stack_stop "$name"; done
  for name in test durable; do postgres_stop "$name-postgres"; done
  redis_stop test-redis
  tests_servers_stop
  home=$(servers_home)
  as_server rm -rf "$home" 2>/dev/null || true
  rm -rf "$home" "$STATE"
  note "stopped, and nothing is left"
}

# A ./dev run in another terminal cleans up by itself when it is asked to.
stop_running_script() {
  local pid tries=0
  pid=$(cat "$STATE/run/script.pid" 2>/dev/null) || return 0
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'dev run' || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -le 600 ] || fail "the ./dev run of process $pid does not end"
    sleep 0.1
  done
}
