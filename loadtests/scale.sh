#!/usr/bin/env bash
# A day at a multiple of the real load, minute by minute: what each kind of request asks of the
# processors, what waits, how many cores it takes. docs/scale.md says where the figures come from.
#
#   loadtests/scale.sh [--times N] [--service-cores N] [--postgres-cores N]
#
# Costs in microseconds of processor time are those that `./dev load --json loadtests/results/load.json`
# kept (--costs FILE names another); without such a file they are assumed, and so is each that is given
# in the environment: SUBMIT_SERVICE, SUBMIT_POSTGRES, STATUS_SERVICE, STATUS_POSTGRES, CHECK_SERVICE,
# CHECK_POSTGRES.
set -euo pipefail

times=100 service=4 postgres=8 costs=$(dirname "${BASH_SOURCE[0]}")/results/load.json
while [ $# -gt 0 ]; do
  case $1 in
    --times) times=$2; shift 2 ;;
    --service-cores) service=$2; shift 2 ;;
    --postgres-cores) postgres=$2; shift 2 ;;
    --costs) costs=$2; shift 2 ;;
    *) echo "usage: loadtests/scale.sh [--times N] [--service-cores N] [--postgres-cores N] [--costs FILE]" >&2; exit 2 ;;
  esac
done

# cost ROW WHOSE ASSUMED GIVEN: what was given, else what a row of the file says beside it, else what is
# assumed; the word after it says which.
cost() {
  local found=""
  if [ -n "$4" ]; then echo "$4 given"; return 0; fi
  if [ -e "$costs" ]; then
    found=$(sed -n "s/^{\"row\": \"$1 .*\"beside\": \"\(.*, \)\{0,1\}$2 \([0-9.]*\) µs.*/\2/p" "$costs" | head -n 1)
  fi
  if [ -n "$found" ]; then echo "$found measured"; else echo "$3 assumed"; fi
}
read -r submit_s submit_s_is <<<"$(cost 6 service 231 "${SUBMIT_SERVICE:-}")"
read -r submit_p submit_p_is <<<"$(cost 6 PostgreSQL 595 "${SUBMIT_POSTGRES:-}")"
read -r status_s status_s_is <<<"$(cost 7 service 52 "${STATUS_SERVICE:-}")"
read -r status_p status_p_is <<<"$(cost 7 PostgreSQL 29 "${STATUS_POSTGRES:-}")"
read -r check_s check_s_is <<<"$(cost 5 service 89 "${CHECK_SERVICE:-}")"
read -r check_p check_p_is <<<"$(cost 5 PostgreSQL 50 "${CHECK_POSTGRES:-}")"
cat <<TEXT
| cost in µs | of the service | of PostgreSQL |
|---|---:|---:|
| a trip | $submit_s ($submit_s_is) | $submit_p ($submit_p_is) |
| a check | $check_s ($check_s_is) | $check_p ($check_p_is) |
| a status question | $status_s ($status_s_is) | $status_p ($status_p_is) |

TEXT

awk -v times="$times" -v service="$service" -v postgres="$postgres" \
  -v submit_s="$submit_s" -v submit_p="$submit_p" -v status_s="$status_s" -v status_p="$status_p" \
  -v check_s="$check_s" -v check_p="$check_p" '
BEGIN {
  trips = 6850 * times          # a day, as the real system has it
  nightly = 150000 * times      # status questions of the ERPs, 01:00 to 05:00
  crisis = 5000 * times         # people who ask within ten minutes, 15:00
  minutes = 24 * 60
  for (m = 0; m < minutes; m++) weight += curve(m)
  for (m = 0; m < minutes; m++) {
    submits = trips * curve(m) / weight
    checks = 3 * submits        # a form asks while it is filled in
    status = (m >= 60 && m < 300) ? nightly / 240 : 0
    status += (m >= 900 && m < 910) ? crisis / 10 : 0
    ask_s = (submits * submit_s + checks * check_s + status * status_s) / 60e6
    ask_p = (submits * submit_p + checks * check_p + status * status_p) / 60e6
    wait_s = left(wait_s, ask_s, service); wait_p = left(wait_p, ask_p, postgres)
    if (ask_s > top_s) top_s = ask_s
    if (ask_p > top_p) top_p = ask_p
    if (wait_s > long_s) long_s = wait_s
    if (wait_p > long_p) long_p = wait_p
    sum_s += ask_s; sum_p += ask_p
    if (submits / 60 > most) most = submits / 60
    if (status / 60 > asked) asked = status / 60
  }
  printf "%d times the real load: %d trips a day, at most %.0f a second; status questions at most %.0f a second\n\n", times, trips, most, asked
  print "| work | a day | busiest second | service, cores | PostgreSQL, cores |"
  print "|---|---:|---:|---:|---:|"
  kind("trips", trips, most, submit_s, submit_p)
  kind("checks, three a trip", 3 * trips, 3 * most, check_s, check_p)
  kind("status questions", nightly + crisis, asked, status_s, status_p)
  print ""
  print "| cores | mean | busiest minute | given | longest wait |"
  print "|---|---:|---:|---:|---:|"
  printf "| service | %.2f | %.2f | %d | %.1f s |\n", sum_s / minutes, top_s, service, long_s / service
  printf "| PostgreSQL | %.2f | %.2f | %d | %.1f s |\n", sum_p / minutes, top_p, postgres, long_p / postgres
}
function kind(name, day, second, of_service, of_postgres) {
  printf "| %s | %d | %.0f | %.3f | %.3f |\n", name, day, second, second * of_service / 1e6, second * of_postgres / 1e6
}
# offices wake up around nine: within that hour twenty times what is usual
function curve(m) { return (m >= 540 && m < 600) ? 20 : 1 }
# core-seconds of work that wait at the end of a minute
function left(before, asked, cores,   now) {
  now = before + (asked - cores) * 60
  return now > 0 ? now : 0
}'
