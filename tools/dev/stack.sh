# shellcheck shell=bash
# A stack: the service with a PostgreSQL and a Redis of its own. There is one for `run`, one for `load`.

stack_folder() { echo "$STATE/$1"; }

stack_config() { echo "$(stack_folder "$1")/config.toml"; }

# Builds the service (debug or release) and prints where the program is.
build_service() {
  local target options=()
  [ "$1" = debug ] || options=(--release)
  cargo build --locked "${options[@]}" >&2
  target=$(cargo metadata --locked --no-deps --format-version 1 |
    sed -E 's/.*"target_directory":"([^"]+)".*/\1/')
  echo "$target/$1/safeconduct"
}

stack_servers_start() {
  postgres_start "$1-postgres" durable
  redis_start "$1-redis"
}

stack_servers_stop() {
  redis_stop "$1-redis"
  postgres_stop "$1-postgres"
}

# Writes the configuration of a stack that serves on a port; what follows the port is added to it.
stack_configure() {
  local name=$1 port=$2 folder
  folder=$(stack_folder "$name")
  mkdir -p "$folder"
  chmod 0700 "$folder"
  (
    umask 077
    cat >"$folder/config.toml" <<CONF
# Written by ./dev; the next run writes it again.
[server]
address = "127.0.0.1"
port = $port
metrics_port = $(first_free_port $((port + 1)))

[database]
url = "$(postgres_at "$name-postgres" safeconduct)"

[redis]
url = "$(redis_at "$name-redis")"

[identity]
mode = "development"
development_key_file = "$folder/development.key"

[log]
format = "text"
$(printf '%s\n' "${@:3}")
CONF
  )
  echo "http://127.0.0.1:$port" >"$folder/url"
}

# Brings a stack up to date: a new key for its issuer, schema, shipped world, demonstration cast with a
# population, of the usual size unless told.
stack_fill() {
  local name=$1 program=$2 exists config key
  config=$(stack_config "$name")
  key="$(stack_folder "$name")/development.key"
  rm -f "$key"
  "$program" dev-key "$key" >&2
  exists=$(postgres_sql "$name-postgres" -c "SELECT 1 FROM pg_database WHERE datname = 'safeconduct'")
  [ -n "$exists" ] || postgres_sql "$name-postgres" -c "CREATE DATABASE safeconduct"
  note "schema"
  "$program" --config "$config" migrate >&2 ||
    fail "the schema does not fit this source; ./dev down removes the database, the next run makes it anew"
  note "the shipped world"
  "$program" --config "$config" import world >&2
  note "the demonstration cast"
  "$program" --config "$config" demo cast ${3:+--people "$3"} >&2
}

# Starts the service of a stack as a child; its output goes where this function's output goes.
# The process id is left in STACK_PID.
stack_serve() {
  local name=$1 program=$2
  "$program" --config "$(stack_config "$name")" serve &
  STACK_PID=$!
  echo "$STACK_PID" >"$(stack_folder "$name")/service.pid"
}

# Prints the process of the stack's service, if it still is that service.
stack_pid() {
  local pid
  pid=$(cat "$(stack_folder "$1")/service.pid" 2>/dev/null) || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$(stack_config "$1") serve" || return 1
  echo "$pid"
}

stack_url() { cat "$(stack_folder "$1")/url"; }

# Prints the status code that the stack's service gives to a GET, or nothing.
stack_status() {
  local url host port
  url=$(stack_url "$1")
  host=${url#http://}
  port=${host##*:}
  (
    exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 0
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "$host" >&3
    read -r -t 5 _ code _ <&3 && echo "$code"
    timeout 5 cat <&3 >/dev/null
  ) 2>/dev/null
}

# Waits until the service may take traffic; fails when it has ended or takes two minutes.
stack_wait() {
  local name=$1 tries=0
  until [ "$(stack_status "$name" /readyz)" = 200 ]; do
    stack_pid "$name" >/dev/null || return 1
    tries=$((tries + 1))
    [ "$tries" -le 600 ] || return 1
    sleep 0.2
  done
}

stack_service_stop() {
  local pid tries=0
  pid=$(stack_pid "$1") || return 0
  kill -TERM "$pid" 2>/dev/null || true
  while stack_pid "$1" >/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 400 ]; then
      note "the service did not end in 40 s; killing it"
      kill -KILL "$pid" 2>/dev/null || true
      return 0
    fi
    sleep 0.1
  done
}

stack_stop() {
  stack_service_stop "$1"
  stack_servers_stop "$1"
}
