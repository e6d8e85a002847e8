-- A message as it came and what became of it. $1 id, $2 state, $3 remarks, $4 sender, $5
-- identifier, $6 sent, $7 key, $8 status, $9 kind, $10 scope, $11 keys it speaks of, $12 whether
-- it waits for one, $13 what was understood, $14 areas, $15 end, $16 the first of a duplicate,
-- $17 feed, $18 identity, $19 digest, $20 bytes, $21 the message it corrects, $22 who corrected it,
-- $23 why.
INSERT INTO alert (
    alert_id, state, remarks, sender, identifier, sent, key, status, kind, scope, reference_keys,
    waits, body, area_ids, expires_at, duplicate_of, feed_id, received_from, digest, raw, corrects,
    corrected_by, correction
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23
)
