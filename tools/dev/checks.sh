# shellcheck shell=bash
# ./dev check: what can be judged without servers.

dev_check() {
  [ $# -eq 0 ] || misuse "check takes no argument"
  note "formatting"
  cargo fmt --check
  note "lints"
  cargo clippy --locked --all-targets -- -D warnings
  note "house law: rooms, statements, sizes, documentation, licences"
  cargo fetch --locked
  cargo test --locked --test pure house::
  note "all checks passed"
}
