#!/usr/bin/env bash
# Writes loadtests/RESULTS.md from what ./dev bench and ./dev load have measured and kept, and draws
# the curves among it beside the figures, as SVG:
#
#   ./dev bench --json loadtests/results/bench.json
#   ./dev load --json loadtests/results/load.json
#   ./dev load curves --json loadtests/results/curves.json
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

# Rows of the budget in a file, with the bar of each by its goal.
rows_of() {
  awk "$FIELD"'
    function line(text) {
      if (!n++) { print "| row | goal | measured | | |"; print "|---|---:|---:|---|---|" }
      print text
    }
    field("row") == "" { next }
    field("verdict") != "" {
      goal = field("goal"); number = goal; gsub(/[^0-9. ]/, "", number)
      # a goal without a figure, such as no errors, has no bar: what was measured beside it stands there
      if (number + 0 <= 0) { line(sprintf("| %s | %s | %s | %s | %s |", field("row"), goal, field("measured"), field("verdict"), field("rates"))); next }
      line(sprintf("| %s | %s | %s | %s | %s |", field("row"), goal, field("measured"), field("verdict"), bar(field("measured") / (number + 0) / (goal ~ /1.0 s/ ? 1000 : 1))))
      next
    }
    field("at_most") != "" || field("at_least") != "" {
      least = field("at_least"); goal = least != "" ? least : field("at_most"); found = field("measured")
      pass = least != "" ? found + 0 >= goal + 0 : found + 0 <= goal + 0
      line(sprintf("| %s | %s %s %s | %.1f %s | %s | %s |", field("row"), least != "" ? "≥" : "≤", goal, field("unit"), found, field("unit"), pass ? "pass" : "short", bar(found / goal)))
    }' "$1"
}

# Points of the curves in a file: curve, line, x, y and unit with tabs between. The benchmark has one
# as well: what a point costs among so many fences.
points_of() {
  awk "$FIELD"'
    field("curve") != "" && field("y") != "" { printf "%s\t%s\t%s\t%s\t%s\n", field("curve"), field("of"), field("x"), field("y"), field("unit") }
    field("row") ~ /point, areas and [0-9]+ fences: p(50|99)$/ {
      name = field("row"); x = name; sub(/.* and /, "", x); sub(/ fences.*/, "", x); sub(/.*: /, "", name)
      printf "fences in process\ta point: %s\t%s\t%s\tns a question\n", name, x, field("measured")
    }' "$1"
}

# Draws the points of one curve: x by its logarithm, y from nothing, or by its logarithm too where it
# grows more than thirtyfold.
draw() {
  awk -F'\t' '
    function log10(v) { return log(v) / log(10) }
    function across(v) { return left + (log10(v) - low) / (high - low) * width }
    function up(v) { return top + height - (steep ? (log10(v) - bottom) / (peak - bottom) : v / peak) * height }
    function text(x, y, anchor, what, colour) {
      printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n", x, y, anchor, colour, what
    }
    function rule(x1, y1, x2, y2) { printf "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2 }
    function number(v) { return v >= 1e6 ? v / 1e6 "M" : v >= 1e4 ? v / 1e3 "k" : v }
    {
      if (!($2 in seen)) { seen[$2] = ++lines; name[lines] = $2 }
      n[$2]++; x[$2, n[$2]] = $3; y[$2, n[$2]] = $4; unit = $5; curve = $1; xs[$3]
      if (!any++ || $3 + 0 < least) least = $3 + 0
      if ($3 + 0 > most) most = $3 + 0
      if ($4 + 0 > highest) highest = $4 + 0
      if ($4 > 0 && (!lowest || $4 + 0 < lowest)) lowest = $4 + 0
    }
    END {
      split("#0072b2 #d55e00 #009e73 #cc79a7 #56b4e9 #e69f00", colours, " ")
      left = 56; top = 28; width = 400; height = 200
      low = log10(least); high = log10(most); if (high <= low) high = low + 1
      steep = lowest && highest / lowest > 30
      if (steep) { bottom = int(log10(lowest)); if (bottom > log10(lowest)) bottom--; peak = int(log10(highest)); if (peak < log10(highest)) peak++ }
      else { step = 10 ^ int(log10(highest)); if (step > highest) step /= 10; if (highest / step < 2) step /= 5; else if (highest / step < 5) step /= 2; peak = step * (int(highest / step - 1e-9) + 1) }
      printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 270\" width=\"700\" height=\"270\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"700\" height=\"270\" fill=\"#fff\"/>\n"
      text(left, 16, "start", curve ": " unit, "#000")
      if (steep) for (v = bottom; v <= peak; v++) { rule(left, up(10 ^ v), left + width, up(10 ^ v)); text(left - 6, up(10 ^ v) + 4, "end", number(10 ^ v), "#444") }
      else for (v = 0; v <= peak + step / 2; v += step) { rule(left, up(v), left + width, up(v)); text(left - 6, up(v) + 4, "end", number(v), "#444") }
      for (v in xs) { rule(across(v), top, across(v), top + height); text(across(v), top + height + 16, "middle", number(v), "#444") }
      for (i = 1; i <= lines; i++) {
        path = ""
        for (k = 1; k <= n[name[i]]; k++) {
          px = across(x[name[i], k]); py = up(y[name[i], k] > 0 ? y[name[i], k] : steep ? 10 ^ bottom : 0)
          path = path sprintf("%s%.1f %.1f", k > 1 ? "L" : "M", px, py)
          dots = dots sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", px, py, colours[(i - 1) % 6 + 1])
        }
        printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", path, colours[(i - 1) % 6 + 1]
        text(left + width + 16, top + 14 + 18 * (i - 1), "start", name[i], colours[(i - 1) % 6 + 1])
      }
      printf "%s</svg>\n", dots
    }'
}

# The figures of one curve as a table: a column for each step.
figures() {
  awk -F'\t' '
    { if (!($2 in seen)) { seen[$2]; name[++lines] = $2 } if (!($3 in at)) { at[$3]; step[++steps] = $3 } y[$2, $3] = $4; unit = $5; curve = $1 }
    END {
      printf "| %s: %s |", curve, unit; for (k = 1; k <= steps; k++) printf " %s |", step[k]; print ""
      printf "|---|"; for (k = 1; k <= steps; k++) printf "---:|"; print ""
      for (i = 1; i <= lines; i++) { printf "| %s |", name[i]; for (k = 1; k <= steps; k++) printf " %s |", y[name[i], step[k]]; print "" }
    }'
}

# Every curve of a file: drawn, as figures, and what bounds it.
curves_of() {
  local kept=$1 curve image
  points_of "$kept" | cut -f 1 | awk '!seen[$0]++' | while read -r curve; do
    image=results/$(basename "$kept" .json)-$(tr -c 'a-z0-9\n' '-' <<<"$curve").svg
    points_of "$kept" | awk -F'\t' -v curve="$curve" '$1 == curve' | draw >"$image"
    printf '\n![%s](%s)\n\n' "$curve" "$image"
    points_of "$kept" | awk -F'\t' -v curve="$curve" '$1 == curve' | figures
    awk "$FIELD"' field("bound") != "" && field("curve") == curve { print "\nWhat bounds it: " field("bound") "." }' curve="$curve" "$kept"
  done
}

{
  echo '# Results'
  echo
  echo 'Written by `loadtests/results.sh` from what `./dev bench` and `./dev load` kept. The bar is what was measured by its'
  echo 'goal: twenty blocks are the goal, at most forty are drawn.'
  for kept in results/*.json; do
    [ -e "$kept" ] || { echo; echo 'Nothing has been kept yet.'; break; }
    printf '\n## %s\n\n' "$(basename "$kept" .json)"
    rows_of "$kept"
    curves_of "$kept"
  done
} >RESULTS.md
echo "written: loadtests/RESULTS.md" >&2
