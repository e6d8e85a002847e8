# shellcheck shell=bash
# Items that wait for a coordinator, and the coordinators; for claims.sh and shapes.sh.

# approvers_wait ITEMS AREAS APPROVERS PEOPLE FILE: so many items in so many queues, that share so many
# approvers. FILE gets a line for each: a token, a tab, the body of a claim. Ends when the service knows
# them: until then they are refused.
approvers_wait() {
  local items=$1 areas=$2 approvers=$3 people=$4 file=$5 pattern token
  trips_away
  say "a few trips that the service decides"
  safeconduct demo cast --people "$people" --data ../data >&2
  safeconduct traffic --url "$SAFECONDUCT_URL" --trips 1500 --people "$people" --data ../data >&2
  pattern=$(sql <<'SQL'
SELECT t.trip_id FROM trip AS t
INNER JOIN clearance AS c ON c.trip_id = t.trip_id
WHERE c.state = 'pending_review' AND c.decider_role = 'area_security_coordinator' AND NOT t.personal
  AND coalesce(c.risk_band, 'low') IN ('low', 'medium') AND cardinality(t.travellers) = 1
  AND (SELECT count(*) FROM clearance AS o WHERE o.trip_id = t.trip_id) = 1
ORDER BY t.trip_id LIMIT 1
SQL
)
  [ -n "$pattern" ] || { say "no trip serves as a pattern"; exit 1; }
  say "$items items in $areas queues, $approvers approvers"
  sql -v pattern="$pattern" -v stays="$items" -v areas="$areas" -v approvers="$approvers" -f approvers_fill.sql >/dev/null
  sql -c "VACUUM (ANALYZE)" -c CHECKPOINT
  sql -c "SELECT i.subject FROM person_identity AS i INNER JOIN appointment AS a ON a.person_id = i.person_id
    WHERE a.letter_ref = 'LOAD/APPROVERS' ORDER BY i.subject" >"$work/subjects"
  safeconduct token --subjects "$work/subjects" | sed 's/$/\t{}/' >"$file"
  say "waiting until the approvers are known"
  token=$(tail -n 1 "$file" | cut -f 1)
  for _ in $(seq 60); do
    if curl -sS -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{}' \
      "$SAFECONDUCT_URL/v1/approvals/claim-next" | grep -q '"clearance_id"'; then
      sql -c "TRUNCATE desk_lease"
      return 0
    fi
    sleep 0.5
  done
  say "the approvers are refused, or find nothing"
  exit 1
}
