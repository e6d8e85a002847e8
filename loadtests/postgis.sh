# shellcheck shell=bash
# A PostgreSQL with PostGIS in a temporary folder, for scripts that compare with it; sourced.

postgis_library() { compgen -G '/usr/lib/postgresql/*/lib/postgis-3.so' | sort -V | tail -1; }

# Installs PostGIS where that is possible; says what is missing where it is not.
postgis_ensure() {
  [ -n "$(postgis_library)" ] && return
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "PostGIS is missing: install the package postgresql-postgis (needs the rights of root)" >&2
    return 2
  fi
  apt-get update -qq
  apt-get install -y -qq postgresql-postgis
}

# Starts a server that listens on a socket alone; POSTGIS_DSN says how to reach it.
postgis_start() {
  POSTGIS_BIN=$(dirname "$(dirname "$(postgis_library)")")/bin
  POSTGIS_HOME=$(mktemp -d /tmp/safeconduct-postgis.XXXXXX)
  POSTGIS_AS=()
  # a server refuses to run as root
  if [ "$(id -u)" = 0 ]; then
    POSTGIS_AS=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    chown postgres: "$POSTGIS_HOME"
  fi
  (
    cd "$POSTGIS_HOME"
    "${POSTGIS_AS[@]}" "$POSTGIS_BIN/initdb" -D data -U postgres -A trust -E UTF8 --locale=C >init.log
    "${POSTGIS_AS[@]}" "$POSTGIS_BIN/pg_ctl" -D data -s -w -l server.log -o "-c listen_addresses='' \
      -c unix_socket_directories=$POSTGIS_HOME -c fsync=off -c synchronous_commit=off \
      -c full_page_writes=off -c shared_buffers=512MB -c work_mem=64MB -c jit=off" start
  )
  # shellcheck disable=SC2034 # for the script that sources this
  POSTGIS_DSN="host=$POSTGIS_HOME user=postgres dbname=postgres"
}

postgis_stop() {
  "${POSTGIS_AS[@]}" "$POSTGIS_BIN/pg_ctl" -D "$POSTGIS_HOME/data" -m immediate -s stop 2>/dev/null || true
  rm -rf "$POSTGIS_HOME"
}
