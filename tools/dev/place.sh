# shellcheck shell=bash
# Where things are: the state folder, the folder of the servers, the user who runs them.

STATE="$ROOT/.dev"

home_is_made() { [ -s "$STATE/servers.at" ] && [ -d "$(cat "$STATE/servers.at")" ]; }

# PostgreSQL refuses to run as root; root lends its servers to an unprivileged user that exists, and
# this stays the same user as long as the folder of the servers exists. Prints nothing for others.
server_user() {
  [ "$(id -u)" = 0 ] || return 0
  if home_is_made; then
    stat -c %U "$(cat "$STATE/servers.at")"
  elif id -u postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

# Runs a command as the server user, from a folder that this user can surely enter.
as_server() {
  local user
  user=$(server_user)
  if [ -z "$user" ]; then
    (cd / && exec "$@")
  else
    (cd / && exec setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --init-groups \
      env HOME=/ USER="$user" LOGNAME="$user" "$@")
  fi
}

give_to_server() {
  local user
  user=$(server_user)
  [ -z "$user" ] || chown -R "$user:$(id -gn "$user")" "$1"
}

make_state() {
  mkdir -p "$STATE" 2>/dev/null || fail "cannot create $STATE"
  [ -O "$STATE" ] || fail "$STATE belongs to $(stat -c %U "$STATE"): run ./dev down as that user first"
  chmod 0711 "$STATE"
}

# A socket path may have 107 characters, and connection strings want no quoting.
fits_a_socket() {
  [ ${#1} -le 75 ] && [[ $1 =~ ^[A-Za-z0-9._/+-]+$ ]]
}

# Prints the folder of the servers: inside the repository, or in /tmp where their user cannot enter.
servers_home() {
  if home_is_made; then
    cat "$STATE/servers.at"
    return 0
  fi
  make_state
  local home="$STATE/servers"
  mkdir -p "$home"
  if ! fits_a_socket "$home" || ! give_to_server "$home" || ! chmod 0700 "$home" ||
    ! as_server test -w "$home"; then
    rmdir "$home"
    home=$(mktemp -d /tmp/safeconduct.XXXXXX)
    give_to_server "$home"
  fi
  echo "$home" >"$STATE/servers.at"
  echo "$home"
}

# Gives the folder up while nothing is in it, so that it can be made again for another user.
forget_empty_home() {
  rmdir "$(servers_home)" 2>/dev/null || return 0
  rm -f "$STATE/servers.at"
}

# Holds a named lock until this process ends, or says that somebody else has it.
hold_lock() {
  make_state
  exec {LOCK_FD}>>"$STATE/$1.lock"
  flock -n "$LOCK_FD"
}

lock_is_held() {
  [ -e "$STATE/$1.lock" ] && ! (flock -n 9) 9>>"$STATE/$1.lock"
}

# Runs a command that leaves a server behind: the server must not inherit this script's lock.
unlocked() {
  (
    [ -z "${LOCK_FD:-}" ] || exec {LOCK_FD}>&-
    "$@"
  )
}

port_is_free() {
  ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

first_free_port() {
  local port=$1
  while ! port_is_free "$port"; do
    port=$((port + 1))
    [ "$port" -lt 65000 ] || fail "no free port from $1 on"
  done
  echo "$port"
}
