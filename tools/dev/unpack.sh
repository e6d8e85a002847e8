#!/usr/bin/env bash
# Downloads packages with all they depend on and unpacks them into a folder: no rights needed.
# Usage: unpack.sh FOLDER PACKAGE...
set -euo pipefail

home=$1
shift
command -v dpkg-deb >/dev/null || { echo "dpkg-deb is missing: install $* by hand" >&2; exit 1; }

apt="$home/apt"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs" "$home/bin"
# lists of our own: those of the system may be empty, and only root could fill them
options=(-o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o Debug::NoLocking=1
  -o "APT::Sandbox::User=$(id -un)" -qq)

apt-get "${options[@]}" update

# The simulation names exactly what the system lacks. The just-in-time compiler is never used here,
# and the packages that only wrap the servers for the system are of no use without it.
mapfile -t wanted < <(apt-get "${options[@]}" -s --no-install-recommends install "$@" |
  awk '$1 == "Inst" { print $2 }' |
  grep -Ev '^(libllvm|libz3|libclang|perl|libperl|ssl-cert|postgresql(-client)?-common|adduser|debconf)')

# A server loads PostGIS only from beside itself, so it is unpacked too where the system has one.
mapfile -t servers < <(printf '%s\n' "${wanted[@]}" |
  sed -nE 's/^postgresql-([0-9]+)-postgis-[0-9]+$/postgresql-\1\npostgresql-client-\1/p')
mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" "${servers[@]}" | grep . | sort -u)

(cd "$apt/debs" && apt-get "${options[@]}" download "${wanted[@]}")
for deb in "$apt"/debs/*.deb; do dpkg-deb -x "$deb" "$home"; done
rm -rf "$apt"

# What the system's installation would choose: the one version of the extension that is there.
for control in "$home"/usr/share/postgresql/*/extension/postgis-[0-9].control; do
  [ -e "$control" ] && ln -sf "$(basename "$control")" "${control%-[0-9].control}.control"
done

# one of the two folders may be missing
libraries=$({ find "$home/lib" "$home/usr/lib" -maxdepth 1 -type d -name '*-linux-*' 2>/dev/null || true; } |
  paste -sd:)
for program in "$home"/usr/lib/postgresql/*/bin/* "$home"/usr/bin/redis-server "$home"/usr/bin/wrk; do
  [ -x "$program" ] || continue
  wrapper="$home/bin/$(basename "$program")"
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nLD_LIBRARY_PATH="%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\nexport LD_LIBRARY_PATH\nexec "%s" "$@"\n' \
    "$libraries" "$program" >"$wrapper"
  chmod 0755 "$wrapper"
done
