#!/usr/bin/env bash
# Installs packages as root without letting them start servers or create clusters; leaves no guard behind.
set -euo pipefail

policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
mark="safeconduct: no servers while installing"

remove_guards() {
  if [ -e "$policy.before-safeconduct" ]; then
    mv -f "$policy.before-safeconduct" "$policy"
  elif grep -qs "$mark" "$policy"; then
    rm -f "$policy"
  fi
  rm -f "$clusters/zz-safeconduct.conf"
  rmdir --ignore-fail-on-non-empty "$clusters" /etc/postgresql-common 2>/dev/null || true
}

set_guards() {
  trap remove_guards EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  remove_guards # those of an installation that was killed
  if [ -e "$policy" ]; then mv -f "$policy" "$policy.before-safeconduct"; fi
  printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" >"$policy"
  chmod 0755 "$policy"
  mkdir -p "$clusters"
  echo "create_main_cluster = false" >"$clusters/zz-safeconduct.conf"
}

set_guards
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" </dev/null

# What was installed for this project must not become a server of the machine at its next start.
for unit in redis-server postgresql; do
  case " $* " in *" $unit "*) ;; *) continue ;; esac
  systemctl --quiet disable "$unit.service" >/dev/null 2>&1 || true
done
