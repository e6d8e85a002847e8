# shellcheck shell=bash
# PostgreSQL clusters and Redis servers of our own: reached through sockets in their folder, never by port.

# Settings of both kinds of cluster; only `fast` may lose data in a crash, and only tests use it.
postgres_settings() {
  local kind=$1 dir=$2
  cat <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
unix_socket_permissions = 0700
max_connections = 300
shared_buffers = 512MB
work_mem = 16MB
maintenance_work_mem = 256MB
effective_cache_size = 2GB
random_page_cost = 1.1
jit = off
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = $(wal_compression)
log_min_messages = warning
log_lock_waits = on
log_line_prefix = '%m [%p] %d %a '
timezone = 'UTC'
CONF
  if [ "$kind" = fast ]; then
    printf '%s = off\n' fsync synchronous_commit full_page_writes
  else
    printf '%s = on\n' fsync synchronous_commit full_page_writes
  fi
}

# lz4 where the server was built with it: whole pages in the log cost it a fifth of the time.
wal_compression() {
  if ldd "$(postgres_bin)/postgres" 2>/dev/null | grep -q liblz4; then echo lz4; else echo on; fi
}

# Starts the cluster NAME of a kind (durable or fast), making it first when it is new.
postgres_start() {
  local name=$1 kind=$2 bin dir
  bin=$(postgres_bin)
  dir="$(servers_home)/$name"
  if [ ! -f "$dir/data/PG_VERSION" ] || [ ! -f "$dir/made" ]; then
    as_server rm -rf "$dir"
    as_server mkdir -p "$dir"
    as_server "$bin/initdb" -D "$dir/data" -U safeconduct --auth=trust --encoding=UTF8 \
      --locale=C.UTF-8 --no-sync >/dev/null || fail "initdb of the cluster $name failed"
    postgres_settings "$kind" "$dir" | as_server tee -a "$dir/data/postgresql.conf" >/dev/null
    echo "local all all trust" | as_server tee "$dir/data/pg_hba.conf" >/dev/null
    as_server touch "$dir/made"
  fi
  if as_server "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then return 0; fi
  unlocked as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null </dev/null || {
    as_server tail -n 20 "$dir/log" >&2
    fail "the cluster $name did not start"
  }
}

postgres_stop() {
  local name=$1 bin dir
  dir="$(servers_home)/$name"
  as_server test -f "$dir/data/postmaster.pid" || return 0
  bin=$(postgres_bin)
  as_server "$bin/pg_ctl" -D "$dir/data" -m fast -w -t 30 stop >/dev/null 2>&1 ||
    as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 30 stop >/dev/null 2>&1 ||
    note "the cluster $name did not stop"
}

# Ends the servers that tests started for themselves and could not stop: they were killed.
tests_servers_stop() {
  local scratch bin file pid
  scratch=$(servers_home)/scratch
  as_server test -d "$scratch" || return 0
  if bin=$(postgres_bin); then
    as_server find "$scratch" -name postmaster.pid | while read -r file; do
      as_server "$bin/pg_ctl" -D "$(dirname "$file")" -m immediate stop >/dev/null 2>&1 || true
    done
  fi
  as_server find "$scratch" -name redis.pid | while read -r file; do
    pid=$(as_server cat "$file")
    # the number may be another's by now
    [ "$(readlink "/proc/$pid/cwd")" != "$(dirname "$file")" ] || kill "$pid" || true
  done
}

# Prints connection parameters of a cluster; the database is the second argument, if any.
postgres_at() {
  echo "host=$(servers_home)/$1 port=5432 user=safeconduct${2:+ dbname=$2}"
}

postgres_sql() {
  local name=$1
  shift
  postgres_sql_in "$name" postgres "$@"
}

# Runs SQL in a database of a cluster; prints bare rows.
postgres_sql_in() {
  local name=$1 database=$2
  shift 2
  "$(postgres_bin)/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$(postgres_at "$name" "$database")" "$@"
}

# Starts a Redis that keeps nothing: it is a cache.
redis_start() {
  local name=$1 dir
  dir="$(servers_home)/$name"
  if redis_pid "$name" >/dev/null; then return 0; fi
  as_server mkdir -p "$dir"
  as_server tee "$dir/redis.conf" >/dev/null <<CONF
port 0
unixsocket $dir/redis.sock
unixsocketperm 700
dir $dir
daemonize yes
pidfile $dir/redis.pid
logfile $dir/log
loglevel warning
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
CONF
  unlocked as_server "$(redis_server)" "$dir/redis.conf" >/dev/null </dev/null || fail "Redis $name did not start"
  local tries=0
  until as_server test -S "$dir/redis.sock"; do
    tries=$((tries + 1))
    [ "$tries" -le 100 ] || { as_server tail -n 20 "$dir/log" >&2; fail "Redis $name did not start"; }
    sleep 0.1
  done
}

# Prints the process of a Redis that still is that Redis.
redis_pid() {
  local dir pid
  dir="$(servers_home)/$1"
  pid=$(as_server cat "$dir/redis.pid" 2>/dev/null) || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "unixsocket:$dir/redis.sock" || return 1
  echo "$pid"
}

redis_stop() {
  local pid tries=0
  pid=$(redis_pid "$1") || return 0
  kill "$pid" 2>/dev/null || true
  while redis_pid "$1" >/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -le 100 ] || { kill -9 "$pid" || true; return 0; }
    sleep 0.1
  done
}

redis_at() { echo "redis+unix://$(servers_home)/$1/redis.sock"; }
