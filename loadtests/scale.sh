#!/usr/bin/env bash
# A day at a multiple of the real load, minute by minute: what each kind of request asks of the
# processors, what waits, how many cores it takes. docs/scale.md says where the figures come from.
#
#   loadtests/scale.sh [--times N] [--service-cores N] [--postgres-cores N]
#
# Costs in microseconds of processor time come from ./dev load and can be given in the environment:
# SUBMIT_SERVICE, SUBMIT_POSTGRES, STATUS_SERVICE, STATUS_POSTGRES, CHECK_SERVICE, CHECK_POSTGRES.
set -euo pipefail

times=100 service=4 postgres=8
while [ $# -gt 0 ]; do
  case $1 in
    --times) times=$2; shift 2 ;;
    --service-cores) service=$2; shift 2 ;;
    --postgres-cores) postgres=$2; shift 2 ;;
    *) echo "usage: loadtests/scale.sh [--times N] [--service-cores N] [--postgres-cores N]" >&2; exit 2 ;;
  esac
done

awk -v times="$times" -v service="$service" -v postgres="$postgres" \
  -v submit_s="${SUBMIT_SERVICE:-231}" -v submit_p="${SUBMIT_POSTGRES:-595}" \
  -v status_s="${STATUS_SERVICE:-52}" -v status_p="${STATUS_POSTGRES:-29}" \
  -v check_s="${CHECK_SERVICE:-89}" -v check_p="${CHECK_POSTGRES:-50}" '
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
  print "| cores | mean | busiest minute | given | longest wait |"
  print "|---|---:|---:|---:|---:|"
  printf "| service | %.2f | %.2f | %d | %.1f s |\n", sum_s / minutes, top_s, service, long_s / service
  printf "| PostgreSQL | %.2f | %.2f | %d | %.1f s |\n", sum_p / minutes, top_p, postgres, long_p / postgres
}
# offices wake up around nine: within that hour twenty times what is usual
function curve(m) { return (m >= 540 && m < 600) ? 20 : 1 }
# core-seconds of work that wait at the end of a minute
function left(before, asked, cores,   now) {
  now = before + (asked - cores) * 60
  return now > 0 ? now : 0
}'
