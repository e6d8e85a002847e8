#!/usr/bin/env bash
# Writes loadtests/RESULTS.md from what ./dev bench and ./dev load have measured and kept:
#
#   ./dev bench --json loadtests/results/bench.json
#   ./dev load --json loadtests/results/load.json
#   loadtests/results.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The value of a field on a line of JSON that the two commands wrote: one object a line.
read -r -d '' FIELD <<'AWK' || true
function field(name,   rest, at) {
  at = index($0, "\"" name "\":")
  if (!at) return ""
  rest = substr($0, at + length(name) + 3)
  sub(/^ */, "", rest)
  if (rest ~ /^"/) { rest = substr(rest, 2); sub(/".*/, "", rest) } else sub(/[,}].*/, "", rest)
  return rest
}
function bar(share,   n, text) {
  n = int(share * 20 + 0.5); if (n > 40) n = 40; if (n < 1) n = 1
  text = ""; while (n-- > 0) text = text "█"
  return text
}
AWK

{
  echo '# Results'
  echo
  echo 'Written by `loadtests/results.sh` from what `./dev bench` and `./dev load` kept. The bar is what was measured by its'
  echo 'goal: twenty blocks are the goal, at most forty are drawn.'
  for kept in results/*.json; do
    [ -e "$kept" ] || { echo; echo 'Nothing has been kept yet.'; break; }
    echo
    echo "## $(basename "$kept" .json)"
    echo
    echo '| row | goal | measured | | |'
    echo '|---|---:|---:|---|---|'
    awk "$FIELD"'
      field("row") == "" { next }
      field("verdict") != "" {
        goal = field("goal"); number = goal; gsub(/[^0-9. ]/, "", number)
        if (number + 0 <= 0) next
        printf "| %s | %s | %s | %s | %s |\n", field("row"), goal, field("measured"), field("verdict"), bar(field("measured") / (number + 0) / (goal ~ /1.0 s/ ? 1000 : 1))
        next
      }
      field("at_most") != "" || field("at_least") != "" {
        least = field("at_least"); goal = least != "" ? least : field("at_most"); found = field("measured")
        pass = least != "" ? found + 0 >= goal + 0 : found + 0 <= goal + 0
        printf "| %s | %s %s %s | %.1f %s | %s | %s |\n", field("row"), least != "" ? "≥" : "≤", goal, field("unit"), found, field("unit"), pass ? "pass" : "short", bar(found / goal)
      }' "$kept"
  done
} >RESULTS.md
echo "written: loadtests/RESULTS.md" >&2
